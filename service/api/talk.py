"""Comments on a nomination, and questions about a task to a colleague, over the API: the same verbs and rights as the pages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from flask import Response
from marshmallow import fields, validate

from service import doors, people
from service.api.schemas import ERRORS, day, moment, whole
from service.awards import comments, questions
from service.awards.comments import LONGEST, Said
from service.awards.nominations import read_nomination
from service.awards.questions import Asked
from service.processes.tasks import read_task
from service.vietnamese import people_in_order

blueprint = APIBlueprint("talk", __name__, tag="Talk")

STATES = ("open", "answered", "taken_back", "task_done")


class CommentIn(Schema):
    """A comment; `@name` names a reader, who is told. `inside`: for the office only."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST))
    inside = fields.Boolean(load_default=False)


class CommentOut(Schema):
    """A comment; without text once it was taken back. `mentions` are the names of whom it names."""

    id = fields.Integer(required=True)
    account = fields.Integer(required=True)
    name = fields.String(required=True)
    inside = fields.Boolean(required=True)
    text = fields.String(required=True, allow_none=True)
    mentions = fields.List(fields.String(), required=True)
    written_at = moment(required=True)
    taken_back_at = moment(required=True, allow_none=True)


class CommentsOut(Schema):
    """A page of comments, the oldest first; the last page holds the newest."""

    items = fields.List(fields.Nested(CommentOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)


class CommentsQuery(Schema):
    """Which page; the last one where none is named."""

    page = fields.Integer(load_default=None, validate=validate.Range(1, 100_000))
    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class NumberOut(Schema):
    """The number of what was written."""

    id = fields.Integer(required=True)


class NamesQuery(Schema):
    """A part of a name, and for what kind of comment."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    inside = fields.Boolean(load_default=False)


class NameOut(Schema):
    """Somebody who may be named, and what stands after the @ for that."""

    account = fields.Integer(required=True)
    name = fields.String(required=True)
    handle = fields.String(required=True)


class NamesOut(Schema):
    """Who may read the comment that one writes."""

    items = fields.List(fields.Nested(NameOut), required=True)


class QuestionIn(Schema):
    """Whom one asks what, and by when."""

    to = whole(required=True)
    text = fields.String(required=True, validate=validate.Length(1, LONGEST))
    due_on = fields.Date(required=True)


class AnswerIn(Schema):
    """The answer."""

    answer = fields.String(required=True, validate=validate.Length(1, LONGEST))


class QuestionRow(Schema):
    """A question about a task; the task stays with who asks."""

    id = fields.Integer(required=True)
    nomination = fields.Integer(required=True)
    task = fields.Integer(required=True)
    step = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    asked_by = fields.Integer(required=True)
    asked_by_name = fields.String(required=True)
    asked = fields.Integer(required=True)
    asked_name = fields.String(required=True)
    due_on = day(required=True)
    asked_at = moment(required=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = moment(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))


class QuestionOut(QuestionRow):
    """One question."""


class QuestionsOut(Schema):
    """Questions."""

    items = fields.List(fields.Nested(QuestionRow), required=True)


class QuestionsQuery(Schema):
    """Which of the questions that one is asked."""

    closed = fields.Boolean(load_default=False)


@blueprint.get("/nominations/<int:nomination_id>/comments")
@blueprint.input(CommentsQuery, location="query", arg_name="asked")
@blueprint.output(CommentsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_comments(nomination_id: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Comments on a nomination that one may read; a nominee reads none of the own."""
    found = comments.read_comments(nomination_id, by=doors.actor(), page=asked["page"], size=asked["size"])
    return {"items": [_comment(one) for one in found.items], "total": found.total, "page": found.number}


@blueprint.post("/nominations/<int:nomination_id>/comments")
@blueprint.input(CommentIn, arg_name="said")
@blueprint.output(NumberOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def write_comment(nomination_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Write a comment; it is never changed, only taken back."""
    return {"id": comments.write_comment(nomination_id, said["text"], by=doors.actor(), inside=said["inside"])}


@blueprint.get("/nominations/<int:nomination_id>/comments/names")
@blueprint.input(NamesQuery, location="query", arg_name="asked")
@blueprint.output(NamesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_names(nomination_id: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Who may be named in a comment that one writes: those who may read it, and nobody else."""
    by = doors.actor()
    found = comments.people_to_name(read_nomination(nomination_id, by=by), by=by, inside=asked["inside"], text=asked["q"])
    return {"items": [{"account": one.account, "name": one.name, "handle": one.handle} for one in found]}


@blueprint.post("/comments/<int:comment_id>/take-back")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_comment_back(comment_id: int) -> Response:
    """Take one's own comment back; that it was there stays."""
    comments.take_back(comment_id, by=doors.actor())
    return Response(status=204)


@blueprint.get("/questions")
@blueprint.input(QuestionsQuery, location="query", arg_name="asked")
@blueprint.output(QuestionsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_questions(asked: dict[str, Any]) -> dict[str, Any]:
    """What one is asked: what waits, the most urgent first; or what is closed, the newest first."""
    return {"items": [_question(one) for one in questions.asked_of(doors.actor(), closed=asked["closed"])]}


@blueprint.get("/tasks/<int:task_id>/questions")
@blueprint.output(QuestionsOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_questions_of_task(task_id: int) -> dict[str, Any]:
    """What was asked about a task, as far as one may read it."""
    by = doors.actor()
    return {"items": [_question(one) for one in questions.of_task(read_task(task_id, by=by), by=by)]}


@blueprint.get("/tasks/<int:task_id>/questions/names")
@blueprint.output(NamesOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def list_people_to_ask(task_id: int) -> dict[str, Any]:
    """Whom the holder of a task may ask; nobody for everybody else."""
    by = doors.actor()
    found = people.names(questions.people_to_ask(read_task(task_id, by=by), by=by))
    return {"items": [{"account": int(number), "name": name, "handle": name} for number, name in people_in_order(found)]}


@blueprint.post("/tasks/<int:task_id>/questions")
@blueprint.input(QuestionIn, arg_name="said")
@blueprint.output(NumberOut, status_code=201)
@blueprint.doc(security="bearer", responses=ERRORS)
def ask(task_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Ask a colleague about a task that one holds."""
    return {"id": questions.ask(task_id, said["to"], said["text"], said["due_on"], by=doors.actor())}


@blueprint.get("/questions/<int:question_id>")
@blueprint.output(QuestionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def read_question(question_id: int) -> dict[str, Any]:
    """One question, for who asked, is asked, or may act on the task."""
    return _question(questions.read_question(question_id, by=doors.actor()))


@blueprint.post("/questions/<int:question_id>/answer")
@blueprint.input(AnswerIn, arg_name="said")
@blueprint.output(QuestionOut)
@blueprint.doc(security="bearer", responses=ERRORS)
def answer(question_id: int, said: dict[str, Any]) -> dict[str, Any]:
    """Answer a question that one is asked."""
    by = doors.actor()
    return _question(questions.read_question(questions.answer(question_id, said["answer"], by=by), by=by))


@blueprint.post("/questions/<int:question_id>/take-back")
@blueprint.output({}, status_code=204)
@blueprint.doc(security="bearer", responses=ERRORS)
def take_question_back(question_id: int) -> Response:
    """No longer ask."""
    questions.take_back(question_id, by=doors.actor())
    return Response(status=204)


def _comment(one: Said) -> dict[str, Any]:
    return {
        "id": one.id, "account": one.account, "name": one.name, "inside": one.inside, "text": one.text, "mentions": list(one.mentions),
        "written_at": one.written_at.isoformat(), "taken_back_at": one.taken_back_at.isoformat() if one.taken_back_at else None,
    }


def _question(one: Asked) -> dict[str, Any]:
    return {
        "id": one.id, "nomination": one.nomination, "task": one.task, "step": one.step, "title": one.title, "text": one.text,
        "asked_by": one.asked_by, "asked_by_name": one.asked_by_name, "asked": one.asked, "asked_name": one.asked_name,
        "due_on": one.due_on.isoformat(), "asked_at": one.asked_at.isoformat(), "answer": one.answer,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None, "state": one.state,
    }
