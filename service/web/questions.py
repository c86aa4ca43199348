"""Asking a colleague about a task that one holds, and answering: the pages, and what of them stands in inbox and task."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import questions
from service.awards.questions import Asked
from service.errors import Forbidden, NotFound, Refusal
from service.processes import tasks
from service.vietnamese import people_in_order
from service.web.case_parts import nomination_url
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, page, say, shown_faults
from service.web.parts import Act, Fact, Remark, Tag, TaskGroup, TaskRow
from service.web.rendering import due
from service.web.typed import typed_day

blueprint = Blueprint("questions", __name__)


@blueprint.route("/tasks/<int:task_id>/ask", methods=["GET", "POST"])
def ask(task_id: int) -> AnyResponse:
    """Ask a colleague about a task; what was refused is still in its fields."""
    by = me()
    task = tasks.read_task(task_id, by=by)
    refusal: Refusal | None = None
    if request.method == "POST":
        to = request.form.get("to", "")
        try:
            day = typed_day(request.form.get("day", ""), ("ngày trả lời", "day"))
            questions.ask(
                task_id, int(to) if to.isascii() and to.isdigit() and len(to) < 16 else 0, request.form.get("text", ""), day, by=by
            )
        except (Forbidden, NotFound):
            raise
        except Refusal as wrong:
            refusal = wrong
        else:
            say(_("Đã hỏi ý kiến %(name)s. Việc vẫn của bạn.", name=people.names([int(to)]).get(int(to), "")))
            return redirect(url_for("task.show", task_id=task_id, _anchor="questions"), code=303)
    elif not questions.may_ask(task, by):
        raise Forbidden(
            "Chỉ người đang giữ việc được hỏi ý kiến đồng nghiệp về việc đó. Nhận việc trước.",
            "Only who holds a task may ask about it. Claim it first.", code="not-owner",
        )
    title = f"{words.translated(task.name)}: {task.title}"
    return page(
        "ask",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(title, url_for("task.show", task_id=task.id)),
                Link(_("Hỏi ý kiến đồng nghiệp"), "")],
        task_title=title,
        people=people_in_order(people.names(questions.people_to_ask(task, by=by))),
        chosen=request.form.get("to", ""),
        text=request.form.get("text", ""),
        day=request.form.get("day", ""),
        faults=dict(shown_faults(refusal)) if refusal else {},
        other=in_language(refusal) if refusal and not refusal.faults else "",
        url=url_for("questions.ask", task_id=task.id),
        back_url=url_for("task.show", task_id=task.id),
    )


@blueprint.get("/questions/<int:question_id>")
def show(question_id: int) -> Response:
    """One question, with its answer or the form for it."""
    by = me()
    return _page(questions.read_question(question_id, by=by), by)


@blueprint.post("/questions/<int:question_id>")
def answer(question_id: int) -> AnyResponse:
    """Answer it."""
    by = me()
    try:
        questions.answer(question_id, request.form.get("answer", ""), by=by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        wrong = (shown_faults(refusal) or [("", in_language(refusal))])[0][1]
        return _page(questions.read_question(question_id, by=by), by, wrong=wrong, code=refusal.status)
    one = questions.read_question(question_id, by=by)
    say(_("Đã gửi trả lời cho %(name)s.", name=one.asked_by_name))
    return back_to("inbox.show")


@blueprint.post("/questions/<int:question_id>/take-back")
def take_back(question_id: int) -> AnyResponse:
    """No longer ask."""
    task = questions.take_back(question_id, by=me())
    say(_("Đã thôi hỏi."))
    return back_to("task.show", task_id=task)


def _page(one: Asked, by: Actor, *, wrong: str = "", code: int = 200) -> Response:
    mine = one.asked == by.account and one.state == "open"
    may_take_back = one.state == "open" and one.asked_by == by.account
    sentence = _("*%(who)s* hỏi ý kiến bạn", who=one.asked_by_name) if one.asked == by.account else _(
        "*%(who)s* hỏi ý kiến %(whom)s", who=one.asked_by_name, whom=one.asked_name)
    left = due(one.due_on) if one.state == "open" else None
    return page(
        "question",
        code=code,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(_("Hỏi ý kiến"), "")],
        sentence=sentence,
        status=f"{left.sentence}." if left else _state_words(one),
        facts=[
            Fact(_("Việc"), words.translated(one.step), url_for("task.show", task_id=one.task) if one.asked_by == by.account else ""),
            Fact(_("Hồ sơ"), one.title, nomination_url(one.nomination)),
            Fact(_("Trả lời trước hết ngày"), words.full_date(one.due_on), figures=True),
        ],
        remarks=remarks(one),
        may_answer=mine,
        why_not="" if mine else _state_words(one),
        answer_url=url_for("questions.answer", question_id=one.id),
        typed=request.form.get("answer", "") if wrong else "",
        wrong=wrong,
        acts=[Act(_("Thôi hỏi"), url_for("questions.take_back", question_id=one.id), "take-back", "takes",
                  effect=_("Thôi hỏi *%(name)s*? Câu hỏi vẫn còn trong hồ sơ, người được hỏi không phải trả lời nữa.",
                           name=one.asked_name))] if may_take_back else [],
    )


def _state_words(one: Asked) -> str:
    return {
        "open": _("Đang chờ *%(name)s* trả lời.", name=one.asked_name),
        "answered": _("*%(name)s* đã trả lời lúc %(when)s.", name=one.asked_name, when=words.full_moment(one.answered_at)),
        "taken_back": _("Người hỏi đã thôi hỏi, không cần trả lời."),
        "task_done": _("Việc đã xong, không cần trả lời."),
    }[one.state]


def remarks(one: Asked, *, link: Link | None = None) -> list[Remark]:
    """A question and its answer in their own words."""
    tags = {
        "open": Tag("waiting", _("Chờ trả lời")), "answered": Tag("done", _("Đã trả lời")), "taken_back": Tag("replaced", _("Đã thôi hỏi")),
        "task_done": Tag("replaced", _("Việc đã xong")),
    }
    asked = Remark(
        f"q{one.id}", _("%(who)s hỏi %(whom)s", who=one.asked_by_name, whom=one.asked_name), one.asked_at, one.text,
        tags=[tags[one.state]], note=_("Trả lời trước hết ngày %(day)s.", day=words.full_date(one.due_on)), link=link,
    )
    if one.answer is None or one.answered_at is None:
        return [asked]
    return [asked, Remark(f"a{one.id}", _("%(who)s trả lời", who=one.asked_name), one.answered_at, one.answer)]


def of_task(task: tasks.Task, by: Actor) -> list[Remark]:
    """What was asked about a task, for its page."""
    return [
        remark
        for one in questions.of_task(task, by=by)
        for remark in remarks(one, link=Link(_("Mở"), url_for("questions.show", question_id=one.id)))
    ]


def group(by: Actor) -> TaskGroup | None:
    """What the reader is asked, as small tasks above the others; None where nothing waits."""
    waiting = questions.asked_of(by)
    return TaskGroup(_("Đồng nghiệp hỏi ý kiến bạn"), len(waiting), [_row(one) for one in waiting]) if waiting else None


def count_words(many: int) -> str:
    """How many questions wait for the reader, for the head of the inbox."""
    return ngettext("*%(num)d câu hỏi* chờ bạn trả lời", "*%(num)d câu hỏi* chờ bạn trả lời", many)


def _row(one: Asked) -> TaskRow:
    return TaskRow(
        f"q{one.id}", url_for("questions.show", question_id=one.id), _("Trả lời: %(step)s", step=words.translated(one.step)), one.title,
        _("%(who)s hỏi %(day)s", who=one.asked_by_name, day=words.short_date(one.asked_at, clock.today())), due(one.due_on), picks=False,
        mine=True,
    )
