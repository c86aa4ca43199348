"""What each role takes in at a glance on its first page: a few figures, each leading to what it counts. Cheap: no statement a row."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, movement, notices, people, trail, words
from service.actor import Actor
from service.awards import overview, results
from service.awards.nominations import reads_every
from service.awards.public_figures import public_figures
from service.awards.rounds import start_of_day
from service.movement import MatterFilter
from service.processes import inbox
from service.web import matter_ways, movement_page
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Block, Cell, Empty, Tag, WorkRow
from service.web.standing import day_words, way

LATELY = 30
"""Days that what is out of the ordinary is told for."""
_UNUSUAL = ("submission:late_allowed", "period:late_allowed", "instance:moved", "instance:edited", "break_glass:opened")


def of_unit(by: Actor) -> list[Block]:
    """What the own units were asked for this year, and how each of it stands."""
    if not people.units_with(by, "nomination.read"):
        return []
    year = clock.today().year
    matrix = movement.read_matrix([year], by=by)
    duties = {one.key: one for one in matrix.duties}
    several = len(matrix.units) > 1
    names = {one.id: one.name for one in matrix.units}
    return [Block(
        _("Việc của đơn vị năm %(year)s", year=year), [Link(_("Kết quả của đơn vị"), url_for("movement.show", part="results"))],
        lines=[
            Cell(
                in_words(duties[key].words), _told(names[unit] if several else "", duties[key], one),
                movement_page.record_url(one.link, unit, year),
                tag=Tag(movement_page.TAGS[one.state], in_words(movement.STANDS[one.state])),
            )
            for (unit, key), one in sorted(matrix.cells.items(), key=lambda item: list(movement.STANDS).index(item[1].state))
        ],
        empty=None if matrix.cells else Empty(
            _("Chưa có việc nào được giao"), _("Phòng mở kỳ báo cáo, kỳ đăng ký thi đua hoặc đợt xét thì việc hiện ở đây.")),
        key="duties",
    )]


def _told(name: str, duty: movement.Duty, one: movement.Standing) -> str:
    day = _("hạn %(day)s", day=words.full_date(duty.due)) if duty.due and one.state in ("waiting", "missing") else words.full_date(one.day)
    return " · ".join(part for part in (name, day) if part)


def of_office(by: Actor) -> list[Block]:
    """The officer: what is due this week, units that are behind, who was honoured this year."""
    dues = inbox.tally(by, "group").dues
    rows = [
        WorkRow(dues[word], said, url_for("inbox.show", tab="group", due=word), level=level if dues[word] else "")
        for word, said, level in (
            ("overdue", _("việc của phòng đã quá hạn"), "bad"), ("today", _("việc của phòng đến hạn hôm nay"), ""),
            ("week", _("việc của phòng đến hạn trong tuần"), ""),
        )
    ]
    return _movement(by, rows, behind=True)


def of_signer(by: Actor) -> list[Block]:
    """The chair: what is late in the whole house, units that are behind, who was honoured this year."""
    late, oldest = overview.overdue_tasks()
    told = ngettext("*%(num)d bước* quá hạn trong cả quy trình, cũ nhất từ %(day)s.",
                    "*%(num)d bước* quá hạn trong cả quy trình, cũ nhất từ %(day)s.", late, day=day_words(oldest)) if late else ""
    return _movement(by, [], behind=True, told=told or _("Không có bước nào quá hạn."))


def of_others(by: Actor) -> list[Block]:
    """Who reads every name and has no other part in the movement: who was put forward and who was honoured this year."""
    return _movement(by, [])


def _movement(by: Actor, rows: list[WorkRow], *, behind: bool = False, told: str = "") -> list[Block]:
    """The movement this year, for who reads every name; nothing for who reads them only in an absent person's place."""
    if not reads_every(by):
        return []
    which, year = _shown_first()
    overview_url = url_for("movement.show", movement=which, year=year)
    found = results.count_names(results.Narrow(which, year), by=by)
    if behind:
        late = movement.read_matrix([year], by=by, movement=which).behind()
        rows = [*rows, WorkRow(late, ngettext("đơn vị quá hạn việc của mình", "đơn vị quá hạn việc của mình", late), overview_url)]
    rows = [
        *rows,
        WorkRow(found.put_forward, ngettext("tên được đề nghị", "tên được đề nghị", found.put_forward), _names(which, year)),
        WorkRow(found.honoured, ngettext("tên được khen", "tên được khen", found.honoured), _names(which, year, awarded=1)),
    ]
    links = [Link(_("Tổng quan"), overview_url)]
    return [Block(_("Phong trào năm %(year)s", year=year), links, told, work=rows, key="glance")]


def _shown_first() -> tuple[int | None, int]:
    """Movement and year of the figures, those that the overview shows at first; no movement where there is none yet."""
    if not results.movements():
        return None, clock.today().year
    which = results.movement_of(None)
    return which.id, movement_page.first_year(which)


def _names(which: int | None, year: int, *, awarded: int | None = None) -> str:
    return url_for("movement.names", movement=which, year=year, awarded=awarded)


def of_administrator(by: Actor) -> Block:
    """The administrator: letters that did not arrive."""
    counts = notices.outbox(by=by, size=1).counts
    lost = [("failed", _("thư không gửi được"), "bad"), ("returned", _("thư bị trả lại"), "bad"), ("queued", _("thư đang chờ gửi"), "")]
    return Block(
        _("Thư"), [Link(_("Thư đã gửi, chờ gửi"), way("office_mail.show_all"))],
        work=[
            WorkRow(n, said, url_for("office_mail.show_all", state=state), level=level if n else "")
            for state, said, level in lost if (n := counts.get(state, 0)) or state == "failed"
        ],
        key="letters",
    )


def of_inspector(by: Actor) -> Block:
    """The inspector: what was done out of the ordinary lately, each with its entries in the trail."""
    first = clock.today() - timedelta(days=LATELY)
    told = dict(zip(_UNUSUAL, (
        _("cho đơn vị nộp hồ sơ muộn"), _("cho đơn vị báo cáo muộn"), _("chuyển bước bằng tay"), _("sửa dữ liệu quy trình"),
        _("mở quyền khẩn cấp"),
    ), strict=True))
    rows = [
        WorkRow(count, told[kind], way("trail.show", kind=kind, since=first.isoformat()))
        for kind in _UNUSUAL if (count := trail.count({"kind": kind, "since": start_of_day(first)}))
    ]
    return Block(
        _("Việc khác thường trong %(days)d ngày qua", days=LATELY), work=rows,
        empty=None if rows else Empty(
            _("Không có việc khác thường"), _("Cho nộp muộn, chuyển bước bằng tay, sửa dữ liệu, mở quyền khẩn cấp thì hiện ở đây.")),
        key="unusual",
    )


def of_outsider(by: Actor) -> Block:
    """Agencies, the Front, the service centre, the province: registers that they read, and the public figures."""
    rows = []
    for process, kept in movement.registers_in_use().items():
        if movement.reads_all(by, kept):
            count = movement.find_matters(kept, by=by, wanted=MatterFilter(state="open"), size=1).total
            rows.append(WorkRow(count, in_words(kept.register.name), matter_ways.register_url(process, state="open"), _("đang giải quyết")))
    honoured, _questions = public_figures()
    rows.append(WorkRow(honoured, _("tập thể, cá nhân được khen, đã công bố"), url_for("public.figures")))
    return Block(_("Phong trào"), [Link(_("Các sổ theo dõi"), url_for("matters.registers"))], work=rows, key="glance")


__all__ = ["of_administrator", "of_inspector", "of_office", "of_others", "of_outsider", "of_signer", "of_unit"]
