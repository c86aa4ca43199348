"""How much lies with whom, for the head of an office, and spreading it: one person's tasks, handed on or due another day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import returns
from service.awards.returns import Returned, Returns
from service.errors import Refusal
from service.processes import marks, tasks, workload
from service.processes.workload import Done, HeldTask, Load
from service.vietnamese import people_in_order
from service.web import due_days
from service.web.case_parts import nomination_url
from service.web.frame import Link
from service.web.pages import back_to, in_language, me, number_of, page, say
from service.web.parts import Block, Cell, Column, Empty, Table, Tag, TaskGroup, TaskRow
from service.web.rendering import due
from service.web.typed import typed_day

blueprint = Blueprint("workload", __name__)


@blueprint.get("/workload")
def show() -> Response:
    """The people of a group, the busiest first."""
    by = me()
    groups = workload.groups_to_look_at(by)
    chosen = request.args.get("group", "") or next(iter(groups), "")
    found = workload.read_workload(chosen, by=by)
    labels = people.group_labels(groups, words.language())
    late = sum(one.overdue for one in found.people) + found.waiting_overdue
    return page(
        "register",
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(_("Khối lượng việc"), "")],
        sentence=ngettext("%(num)d người đang giữ việc", "%(num)d người đang giữ việc", sum(bool(one.open) for one in found.people))
        + (ngettext(", *%(num)d việc quá hạn*", ", *%(num)d việc quá hạn*", late) if late else ""),
        status=ngettext("%(num)d việc chưa ai nhận.", "%(num)d việc chưa ai nhận.", found.waiting) if found.waiting
        else _("Không còn việc chưa ai nhận."),
        tabs=[Link(labels.get(word, word), url_for("workload.show", group=word), current=word == chosen) for word in groups]
        if len(groups) > 1 else [],
        chips=[], url="", keep={}, q=None, filters=[],
        blocks=[_people(found.people, returns.returns_by_person(chosen, by=by))],
        pager=None, main_act=None, acts=[], side=[],
    )


def _people(found: tuple[Load, ...], sent_back: Mapping[int, Returns]) -> Block:
    """Each person's work; what was sent back only in a group that checks dossiers."""
    if not found:
        return Block(_("Từng người"), empty=Empty(_("Nhóm chưa có ai"), _("Người được giao vai trò này sẽ hiện ở đây.")))
    more = [Column(_("Trả lại bổ sung"), figures=True), Column(_("Trả lại lần nữa"), figures=True)] if sent_back else []
    return Block(
        _("Từng người"),
        words=_("Trả lại bổ sung: số hồ sơ mà người kiểm tra đã yêu cầu bổ sung trong 30 ngày. Trả lại lần nữa: trong số đó, hồ sơ "
                "trước đây đã phải bổ sung. Số này để biết việc, không để xếp hạng.") if sent_back else "",
        table=Table(
            [Column(_("Người")), Column(_("Đang giữ"), figures=True), Column(_("Quá hạn"), figures=True),
             Column(_("Xong trong 30 ngày"), figures=True), *more, Column(_("Hạn gần nhất"))],
            [
                [
                    Cell(one.name, "", url_for("workload.person", account=one.account)), Cell(str(one.open), figures=True),
                    Cell(str(one.overdue), figures=True, tag=Tag("overdue", _("Quá hạn")) if one.overdue else None),
                    Cell(str(one.done), figures=True), *(_sent_back(sent_back.get(one.account, Returns())) if more else ()),
                    Cell("", due=due(one.nearest)),
                ]
                for one in found
            ],
            _("Khối lượng việc của từng người"),
        ),
        key="people",
    )


def _sent_back(one: Returns) -> list[Cell]:
    """How many of how many; nothing for who checked none."""
    if not one.checked:
        return [Cell(""), Cell("")]
    return [Cell(str(one.returned), _of_checked(one), figures=True), Cell(str(one.again), figures=True)]


def _of_checked(one: Returns) -> str:
    return ngettext("trên %(num)d hồ sơ đã kiểm tra", "trên %(num)d hồ sơ đã kiểm tra", one.checked)


@blueprint.get("/workload/<int:account>")
def person(account: int) -> Response:
    """One person's open tasks, to hand some on or set them due another day."""
    return _person(account)


@blueprint.post("/workload/<int:account>")
def spread(account: int) -> AnyResponse:
    """Hand the chosen tasks on, or set them due another day; each stands or falls by itself."""
    by = me()
    titles = {one.id: f"{words.translated(one.name)}, {one.title}" for one in workload.tasks_of(account, by=by)}
    chosen = [number for said in request.form.getlist("task") if (number := number_of(said)) is not None]
    reason = request.form.get("reason", "")
    try:
        if request.form.get("act") == "due":
            day = typed_day(request.form.get("day", ""), ("hạn mới", "new due day"))
            done = workload.do_each(chosen, lambda task: due_days.moved_words(marks.set_due(task, day, reason, by=by)))
        else:
            to = number_of(request.form.get("to")) or 0
            done = workload.do_each(chosen, lambda task: tasks.reassign_task(task, to, reason, by=by))
    except Refusal as refusal:
        return _person(account, wrong=_sentence(refusal), code=refusal.status)
    _tell(done, titles)
    if all(one.refusal for one in done):
        return _person(account, code=422)
    return back_to("workload.person", account=account)


def _tell(done: list[Done], titles: dict[int, str]) -> None:
    """What came of each."""
    well = [titles.get(one.task, _("Việc số %(number)s", number=one.task)) for one in done if one.refusal is None]
    if well:
        told = (
            ngettext("Đã đổi hạn %(num)d việc:", "Đã đổi hạn %(num)d việc:", len(well)) if request.form.get("act") == "due"
            else ngettext("Đã chuyển %(num)d việc:", "Đã chuyển %(num)d việc:", len(well))
        )
        say(f"{told} {'; '.join(well[:10])}" + ("…" if len(well) > 10 else "."))
    for one in done:
        if request.form.get("act") == "due" and one.gave:
            say(f"{titles.get(one.task, '')}: {one.gave}")
        if one.refusal is not None:
            title = titles.get(one.task, _("Việc số %(number)s", number=one.task))
            say(f"{title}: {_sentence(one.refusal)}", "warn" if well else "bad", one.refusal.link)


def _sentence(refusal: Refusal) -> str:
    return " ".join(in_language(Refusal(f.message, f.message_en)) for f in refusal.faults) or in_language(refusal)


def _person(account: int, *, wrong: str = "", code: int = 200) -> Response:
    by = me()
    found = workload.tasks_of(account, by=by)
    name = people.names([account]).get(account, "")
    chosen = set(request.form.getlist("task"))
    late = sum(one.due_at is not None and one.due_at < clock.now() for one in found)
    others: dict[int, str] = {}
    if found and people.allowed(by, "task.reassign", unit=people.NO_UNIT):
        others = people.names(set(people.members_of(workload.groups_to_look_at(by))) - {account})
    return page(
        "workload",
        code=code,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(_("Khối lượng việc"), url_for("workload.show")), Link(name, "")],
        sentence=ngettext("*%(name)s* đang giữ %(num)d việc", "*%(name)s* đang giữ %(num)d việc", len(found), name=name)
        + (ngettext(", *%(num)d việc quá hạn*", ", *%(num)d việc quá hạn*", late) if late else ""),
        status="",
        group=TaskGroup(_("Việc đang giữ"), len(found), [_row(one) for one in found]),
        chosen=chosen,
        people=people_in_order(others),
        to=request.form.get("to", ""),
        may_set_due=people.allowed(by, "task.set_due"),
        day=request.form.get("day", ""),
        reason=request.form.get("reason", ""),
        wrong=wrong,
        url=url_for("workload.spread", account=account),
        returned=_returned(account, by),
        empty=Empty(_("Không giữ việc nào"), _("Việc người này nhận hoặc được chuyển sẽ hiện ở đây."),
                    Link(_("Về khối lượng việc"), url_for("workload.show"))),
    )


def _row(one: HeldTask) -> TaskRow:
    since: Any = words.short_date(one.opened_at, clock.today())
    return TaskRow(
        str(one.id), url_for("task.show", task_id=one.id), words.translated(one.name), one.title,
        words.capital(_("nhận %(day)s", day=since)), due(one.due_at),
    )


def _returned(account: int, by: Actor) -> Block | None:
    """Dossiers that somebody asked to be supplemented lately; None for who has checked none."""
    found, checked = returns.returned_by(account, by=by), returns.returns_of(account, by=by)
    if not checked.checked:
        return None
    return Block(
        _("Trả lại bổ sung trong 30 ngày"),
        words=ngettext("*%(returned)s* trên %(num)d hồ sơ đã kiểm tra.", "*%(returned)s* trên %(num)d hồ sơ đã kiểm tra.",
                       checked.checked, returned=checked.returned),
        table=Table(
            [Column(_("Hồ sơ")), Column(_("Ngày yêu cầu")), Column(_("Lần thứ"), figures=True), Column(_("Số lỗi"), figures=True)],
            [_returned_row(one) for one in found],
            _("Hồ sơ đã yêu cầu bổ sung"),
        ) if found else None,
        key="returned",
    )


def _returned_row(one: Returned) -> list[Cell]:
    return [
        Cell(one.name, one.unit_name, nomination_url(one.nomination)),
        Cell(words.short_date(one.asked_at, clock.today())), Cell(str(one.time), figures=True), Cell(str(one.faults), figures=True),
    ]
