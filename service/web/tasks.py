"""What a person does on the page of one task: every button is one of the verbs of tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forms import from_html, taken_over
from service import clock, doors, people, words
from service.actor import Actor
from service.awards import dossier
from service.db import at_one_moment
from service.errors import Conflict, Invalid, NotFound, Refusal, Stale, Withheld
from service.processes import drafts, history, marks, tasks
from service.vietnamese import people_in_order
from service.web import due_days, typed
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, page, say
from service.web.parts import Fact
from service.web.task_page import DONE_WORDS, draft_sentence, may_reassign, show_task, title_of
from service.web.typed import Typed, typed_day
from service.words import N_

blueprint = Blueprint("task", __name__)


@blueprint.get("/tasks/<int:task_id>")
@at_one_moment
def show(task_id: int) -> Any:
    """The task with its dossier; a draft is there again as it was left."""
    by = me()
    return show_task(tasks.read_task(task_id, by=by), by)


@blueprint.post("/tasks/<int:task_id>")
def act(task_id: int) -> Any:
    """Complete the task, keep a draft, or draw the form anew after a button without JavaScript."""
    by = me()
    task = tasks.read_task(task_id, by=by)
    about = task.running.case_key or f"draft:{by.account}"
    try:
        _must_take(task, by)
        if (answer := typed.attached(task.form, about, by=by, since=task.opened_at)) is not None:
            return answer
        said = typed.read_posted(task.form, about, by=by, since=task.opened_at)
    except Refusal as refusal:
        if typed.sent_by_script():
            return jsonify(message=in_language(refusal)), refusal.status
        return _lost(task, by, refusal)
    if said.redraws:
        kept = _keep(task_id, said, by) is None
        fresh = tasks.read_task(task_id, by=by) if said.refused else task
        return show_task(fresh, by, said=said, status=said.status, seen=_seen(), kept=kept)
    if said.pressed == "draft":
        if (elsewhere := _keep(task_id, said, by)) is not None:
            return show_task(tasks.read_task(task_id, by=by), by, said=said, refusal=elsewhere, status=elsewhere.status)
        say(draft_sentence(clock.now()))
        return back_to("task.show", task_id=task_id)
    if said.pressed == "earlier":
        return _take_over(task, said, by)
    try:
        tasks.complete_task(task_id, said.answers, by=by, seen=_version())
    except Refusal as refusal:
        return _lost(task, by, refusal, said)
    say(_("%(done)s: %(who)s.", done=_(DONE_WORDS.get(task.element, N_("Đã ghi xong việc"))), who=task.title))
    return back_to("inbox.show")


def _keep(task_id: int, said: Typed, by: Actor) -> Stale | None:
    """Keep what was typed as the draft; the refusal where another page has kept something else since this one was drawn."""
    try:
        tasks.save_draft(task_id, said.answers, by=by, seen=_seen())
    except Stale as elsewhere:
        return elsewhere
    return None


def _seen() -> drafts.Seen | None:
    """What the posted page knows of drafts; None where it does not say."""
    mark = request.form.get("draft_seen")
    return None if mark is None else drafts.Seen(mark, request.form.get("draft_page", "")[:16])


def _take_over(task: tasks.Task, said: Typed, by: Actor) -> Any:
    """Fill what is still empty from the nominee's earlier file, as a draft."""
    earlier = dossier.earlier_file(task.running.case, task.element)
    answers, number = taken_over(task.form, said.answers, earlier.answers if earlier else {})
    if (elsewhere := _keep(task.id, replace(said, answers=answers), by)) is not None:
        return show_task(task, by, said=replace(said, answers=answers), refusal=elsewhere, status=elsewhere.status)
    say(
        ngettext("Đã lấy nội dung vào %(num)d ô còn trống. Sửa cho đúng năm nay rồi hãy gửi.",
                 "Đã lấy nội dung vào %(num)d ô còn trống. Sửa cho đúng năm nay rồi hãy gửi.", number)
        if number else _("Không còn ô trống nào lấy được từ hồ sơ trước.")
    )
    return back_to("task.show", task_id=task.id)


def _must_take(task: tasks.Task, by: Actor) -> None:
    """Raise the refusal that completing would meet, before any file is kept."""
    may = tasks.may_act(task, by) or "paper" in (tasks.entry_for(task, by) or {})
    if task.state == "open" and may and tasks.is_open_to(task, by):
        return
    # The verb itself says it in words; nothing is written, for the same reasons.
    tasks.save_draft(task.id, {}, by=by)


def _lost(task: tasks.Task, by: Actor, refusal: Refusal, said: Typed | None = None) -> Any:
    """The page after a refused act: what was typed is still there, and one sentence says what happened."""
    fresh = tasks.read_task(task.id, by=by)
    if fresh.state == "done" and fresh.closed_by == by.account:
        # Enter twice, double click, a second tab: the first one counted.
        say(
            _("Việc này bạn đã ghi lúc %(time)s, chỉ tính một lần.", time=words.full_moment(fresh.closed_at)), "warn"
        )
        return back_to("task.show", task_id=task.id)
    if said is None:
        said = Typed(_posted(task), "complete")
    kept = True
    try:
        tasks.save_draft(task.id, said.answers, by=by, seen=_seen())
    except Refusal:
        kept = False  # somebody else's task by now, or another page's draft: what was typed stays on the page
    return show_task(fresh, by, said=said, refusal=refusal, status=refusal.status, seen=_seen(), kept=kept)


def _posted(task: tasks.Task) -> dict[str, Any]:
    return from_html(task.form, request.form.items(multi=True))


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@blueprint.post("/tasks/<int:task_id>/draft")
def draft(task_id: int) -> Any:
    """Keep what was typed, without any check; the script calls it, and so does the button without one."""
    by = me()
    try:
        saved = tasks.save_draft(task_id, _posted(tasks.read_task(task_id, by=by)), by=by, seen=_seen())
    except Refusal as refusal:
        if "application/json" not in request.headers.get("Accept", ""):
            raise
        return jsonify(message=in_language(refusal), code=refusal.code), refusal.status
    if "application/json" in request.headers.get("Accept", ""):
        return jsonify(message=draft_sentence(saved))
    say(draft_sentence(saved))
    return back_to("task.show", task_id=task_id)


@blueprint.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> Any:
    """Take the task."""
    by = me()
    try:
        task = tasks.claim_task(task_id, by=by)
    except Conflict as refusal:
        say(in_language(refusal), "warn")
        return redirect(request.form.get("back") == "inbox" and url_for("inbox.show") or
                        url_for("task.show", task_id=task_id), code=303)
    say(_("Bạn đã nhận việc: %(name)s, %(who)s.", name=words.translated(task.name), who=task.title))
    return back_to("task.show", task_id=task_id)


@blueprint.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> Any:
    """Give the task back to its group."""
    by = me()
    share = request.form.get("share_draft") == "yes"
    try:
        task = tasks.release_task(task_id, by=by, share_draft=share)
    except Conflict as refusal:
        say(in_language(refusal), "warn")
        return back_to("task.show", task_id=task_id)
    say(_("Đã trả việc: %(name)s, %(who)s. Bản nháp của bạn vẫn còn.", name=words.translated(task.name), who=task.title))
    return back_to("inbox.show")


@blueprint.post("/tasks/<int:task_id>/follow-up")
def follow_up(task_id: int) -> Any:
    """Set the day on which the holder wants to look at the task again; without a day it is taken away."""
    by = me()
    try:
        day = typed_day(request.form.get("day", ""))
        marks.set_follow_up(task_id, day, by=by)
    except (Invalid, Conflict) as refusal:
        fault = refusal.faults[0] if refusal.faults else None
        say(in_language(Refusal(fault.message, fault.message_en) if fault else refusal), "warn")
    else:
        say(_("Đã hẹn theo dõi lại ngày %(day)s.", day=words.full_date(day)) if day else _("Đã bỏ ngày theo dõi lại."))
    return back_to("task.show", task_id=task_id)


@blueprint.post("/tasks/<int:task_id>/priority")
def prioritise(task_id: int) -> Any:
    """Make the case of the task urgent or not."""
    priority = request.form.get("priority", "")
    marks.set_priority(task_id, priority, by=me())
    say(_("Đã đặt khẩn hồ sơ này.") if priority == "high" else _("Đã bỏ khẩn hồ sơ này."))
    return back_to("task.show", task_id=task_id)


@blueprint.route("/tasks/<int:task_id>/reassign", methods=["GET", "POST"])
def reassign(task_id: int) -> Any:
    """Give the task to another eligible person, with a reason."""
    by = me()
    task = tasks.read_task(task_id, by=by)
    refusal: Refusal | None = None
    if request.method == "POST":
        to = request.form.get("to", "")
        try:
            tasks.reassign_task(
                task_id, int(to) if to.isdigit() and len(to) < 16 else 0, request.form.get("reason", ""), by=by
            )
        except (Conflict, NotFound):
            raise
        except Refusal as wrong:
            refusal = wrong
        else:
            name = people.names([int(to)]).get(int(to), "")
            say(_("Đã chuyển việc cho %(name)s.", name=name))
            return back_to("inbox.show")
    elif not may_reassign(task, by):
        raise Withheld("Bạn không chuyển được việc này.", "You may not reassign this task.")
    names = people.names(a for a in tasks.eligible_for(task) if a != task.owner)
    return page(
        "reassign",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")),
                Link(title_of(task), url_for("task.show", task_id=task.id)), Link(_("Chuyển xử lý"), "")],
        task_title=title_of(task),
        people=people_in_order(names),
        chosen=request.form.get("to", ""),
        reason=request.form.get("reason", ""),
        faults={f.path: f.message if words.language() == "vi" else f.message_en for f in refusal.faults}
        if refusal else {},
        other=in_language(refusal) if refusal and not refusal.faults else "",
        url=url_for("task.reassign", task_id=task.id),
        back_url=url_for("task.show", task_id=task.id),
    )


@blueprint.route("/tasks/<int:task_id>/due", methods=["GET", "POST"])
def set_due(task_id: int) -> Any:
    """Set another due day with a reason; which timers move with it is said before."""
    by = me()
    people.require(by, "task.set_due")
    task = tasks.read_task(task_id, by=by)
    found = marks.look_at_due(task_id, by=by)
    refusal: Refusal | None = None
    if request.method == "GET" and task.state != "open":
        return back_to("task.show", task_id=task_id)
    if request.method == "POST":
        try:
            day = typed_day(request.form.get("day", ""), ("hạn mới", "new due day"))
            moved = marks.set_due(task_id, day, request.form.get("reason", ""), by=by)
        except Refusal as wrong:
            refusal = wrong
        else:
            told = _("Đã đổi hạn thành ngày %(day)s.", day=words.full_date(day))
            say(" ".join(one for one in (told, due_days.moved_words(moved)) if one))
            if day is not None and (missed := due_days.missed_words(found, day)):
                say(missed, "warn")
            return back_to("task.show", task_id=task_id)
    title = title_of(task)
    return page(
        "due",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(title, url_for("task.show", task_id=task.id)),
                Link(_("Đổi hạn xử lý"), "")],
        task_title=title,
        now=Fact(_("Hạn hiện nay"), words.full_date(found.due) if found.due else _("chưa có"), figures=True),
        checks=due_days.checks(found),
        day=request.form.get("day", ""),
        reason=request.form.get("reason", ""),
        faults={f.path: f.message if words.language() == "vi" else f.message_en for f in refusal.faults} if refusal else {},
        other=in_language(refusal) if refusal and not refusal.faults else "",
        url=url_for("task.set_due", task_id=task.id),
        back_url=url_for("task.show", task_id=task.id),
    )


@blueprint.get("/processes/<int:deployment>/<process>.bpmn")
def drawing(deployment: int, process: str) -> Response:
    """The XML of one diagram, as it was deployed."""
    me()
    try:
        content = history.diagram_xml(deployment, process)
    except (KeyError, NotFound):
        raise NotFound("Không có sơ đồ này.", "There is no such diagram.") from None
    answer = doors.hand_file(content, "application/xml", f"{process}.bpmn")
    answer.headers["Cache-Control"] = "private, max-age=86400"  # a deployment never changes
    return answer
