"""First pages of everybody else: units and their heads, agencies, the province, members, inspector, administrator."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, jobs, movement, trail, words
from service.actor import Actor
from service.awards import consents, finding, lists, overview
from service.awards.finding import Found
from service.awards.models import Line, List, Nomination, Round
from service.awards.places import standing
from service.awards.rounds import stands
from service.awards.submissions import SIGNABLE
from service.council import session as sessions
from service.db import reading
from service.processes import history
from service.web import council_parts, home_glance, matter_ways, plan
from service.web.case_parts import short_form_words
from service.web.first import First
from service.web.frame import Link
from service.web.home_office import lists_block
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Table, WorkRow
from service.web.standing import due, holds_block, phase_tag, way, work_block
from service.web.studio_figures import missed_block
from workflows.calendar import ZONE


def unit(by: Actor, round_: Round | None) -> First:
    """A unit's officer: days left, the submission, what it lacks."""
    sheet = _submission(by, round_)
    first = First(
        plan.filing_sentence(round_) if round_ else _("Chưa có đợt xét nào đang mở"),
        _unit_status(by, round_, sheet),
        main_act=_unit_act(by, round_, sheet),
        ruler=plan.ruler(round_) if round_ else None,
        main=_unit_blocks(by, round_, sheet),
        side=[work_block(by), *home_glance.of_unit(by)],
    )
    if letters := finding.find_lists(by, kind="result_letter"):
        first.side.append(lists_block(_("Thông báo kết quả"), letters[:10], "", ""))
    return first


def head_of_unit(by: Actor, round_: Round | None) -> First:
    """The head of a unit: one list to sign; else what the unit's officer sees."""
    sheet = _submission(by, round_)
    if sheet is None:
        return unit(by, round_)
    ready = _ready(lists.lines_of(sheet.id))
    if not ready:
        return unit(by, round_)
    hint = due(plan.dates(round_).get("filing")) if round_ else None
    url = way("submissions.show", list_id=sheet.id)
    return First(
        ngettext("Danh sách *%(num)d tên* chờ bạn ký", "Danh sách *%(num)d tên* chờ bạn ký", len(ready)),
        hint.sentence + "." if hint else "",
        main_act=Act(ngettext("Đọc và ký danh sách, %(num)d tên", "Đọc và ký danh sách, %(num)d tên", len(ready)), url,
                     "sign", "main", icon="sign", method="get") if url else None,
        main=_unit_blocks(by, round_, sheet),
        side=[work_block(by), *home_glance.of_unit(by)],
    )


def member(by: Actor, round_: Round | None) -> First:
    """A council member: the session ahead, its papers, attendance, conflicts; nothing else."""
    number = sessions.session_ahead(by.account or 0)
    if number is not None:
        one = sessions.read_session(number, by=by)
        mine = one.member_of(by.account)
        asked = mine is not None and not mine.reply and one.state == "invited"
        url = url_for("council_meeting.my_page", session_id=number)
        return First(
            _("Phiên họp Hội đồng *%(time)s*", time=council_parts.moment(one)),
            ngettext("%(place)s, %(num)d mục.", "%(place)s, %(num)d mục.", sum(i.live for i in one.items), place=one.place)
            + _never_held(one),
            main_act=Act(_("Trả lời giấy mời, xem chương trình") if asked else _("Vào trang của tôi trong phiên họp"), url,
                         "session", "main", method="get"),
            main=[council_parts.items_block(one, by, acts=False)],
        )
    day = plan.dates(round_).get("session") if round_ else None
    told = due(day)
    return First(
        _("Phiên họp Hội đồng ngày *%(day)s*", day=words.full_date(day)) if day
        else _("Chưa có lịch phiên họp Hội đồng"),
        f"{told.sentence}." if told and day and day >= clock.today() else "",
        main=[
            Block(
                _("Tài liệu phiên họp"),
                empty=Empty(_("Tài liệu gửi kèm giấy mời"),
                            _("Thư ký gửi giấy mời thì chương trình, hồ sơ và chỗ trả lời hiện ở đây.")),
            )
        ],
    )


def _never_held(one: sessions.Session) -> str:
    """A word where the day of the session has passed and nobody opened it."""
    if one.state != "invited" or one.held_at.astimezone(ZONE).date() >= clock.today():
        return ""
    return " " + _("*Ngày họp đã qua* mà phiên chưa mở; hỏi thư ký Hội đồng ngày họp mới.")


def outsider(by: Actor, round_: Round | None) -> First:
    """An agency or the province: what is asked of it."""
    block = work_block(by, _("Việc được hỏi ý kiến, đề nghị trả lời"))
    count = sum(row.count for row in block.work)
    return First(
        ngettext("*%(num)d văn bản* chờ bạn trả lời", "*%(num)d văn bản* chờ bạn trả lời", count) if count
        else _("Không có văn bản nào chờ bạn trả lời"),
        _("Trả lời trên giấy cũng được: phòng Văn hóa - Xã hội nhập thay, kèm bản chụp."),
        main=[block, home_glance.of_outsider(by)],
    )


def inspector(by: Actor, round_: Round | None) -> First:
    """The inspector: the last verification of the trail, what is on hold, complaints."""
    last = trail.read(kind="trail:verified", limit=1, sight=trail.may_read(by)).events
    verified = (
        Check(_("Kiểm tra gần nhất %(when)s.", when=words.full_moment(last[0].at)), "ok")
        if last else Check(_("Chưa ai kiểm tra chuỗi nhật ký."), "warn")
    )
    main = [
        Block(_("Chuỗi nhật ký"), [Link(_("Mở nhật ký"), way("trail.show"))], checks=[verified],
              acts=[Act(_("Kiểm tra ngay"), way("trail.verify"), "verify")], key="verify"),
        holds_block() or Block(_("Tạm dừng xem xét"), empty=Empty(
            _("Không có trường hợp nào tạm dừng"), _("Đơn khiếu nại, tố cáo được thụ lý thì trường hợp hiện ở đây."))),
    ]
    held = len(overview.held_now())
    return First(
        ngettext("*%(num)d trường hợp* đang tạm dừng xem xét", "*%(num)d trường hợp* đang tạm dừng xem xét", held) if held
        else _("Không có trường hợp nào đang tạm dừng"),
        verified.words,
        main=[*main, home_glance.of_inspector(by)],
        side=[_petitions(by), *home_glance.of_others(by)],
    )


def _petitions(by: Actor, most: int = 20) -> Block:
    """The petitions that came last, each with where it stands, and the way to their register."""
    kept = movement.registers_in_use().get("petition")
    found = movement.find_matters(kept, by=by, size=most).entries if kept else ()
    url = matter_ways.register_url("petition")
    return Block(
        _("Đơn, kiến nghị"),
        [Link(_("Mở sổ"), url)] if url else [],
        lines=[
            Cell(f"{one.number}, {one.title}", matter_ways.standing_words(kept, one), matter_ways.matter_url(one.id),
                 due=due(one.due_at))
            for one in found if kept
        ],
        empty=None if found else Empty(_("Chưa có đơn, kiến nghị"), _("Đơn, phản ánh, đề xuất gửi tới xã hiện ở đây.")),
        key="petitions",
    )


def administrator(by: Actor, round_: Round | None) -> First:
    """The administrator: incidents, jobs that were given up, whether a worker lives."""
    health = jobs.health()
    incidents = history.open_incidents()
    stuck = sum(n for _code, n, _rows in incidents)
    rows = [
        WorkRow(n, rows[0].message if words.language() == "vi" else rows[0].message_en,
                way("office_health.show") + "#incidents", "", "bad")
        for _code, n, rows in incidents
    ]
    if health.dead:
        rows.append(WorkRow(health.dead, _("Việc nền đã bỏ cuộc"), way("office_health.show") + "#jobs", "", "bad"))
    checks = [
        Check(_("Tiến trình nền đang chạy."), "ok") if health.alive
        else Check(_("Không có tiến trình nền nào đang chạy: thư chưa gửi, danh sách chưa chuyển bước."), "bad"),
        Check(ngettext("%(num)d việc nền đang chờ, %(due)d việc đã tới giờ.",
                       "%(num)d việc nền đang chờ, %(due)d việc đã tới giờ.", health.queued, due=health.due),
              "warn" if health.oldest.total_seconds() > 300 else "ok"),
    ]
    return First(
        ngettext("*%(num)d trường hợp* kẹt, %(jobs)d việc nền bỏ cuộc", "*%(num)d trường hợp* kẹt, %(jobs)d việc nền bỏ cuộc",
                 stuck, jobs=health.dead) if stuck or health.dead
        else _("Hệ thống chạy bình thường, không có trường hợp kẹt") if health.alive
        else _("*Không có tiến trình nền nào* đang chạy"),
        "",
        main=[
            Block(_("Cần xử lý"), [Link(_("Tình trạng hệ thống"), way("office_health.show"))], work=rows,
                  empty=None if rows else Empty(_("Không có việc kẹt"),
                                                _("Trường hợp không tự đi tiếp được sẽ hiện ở đây, kèm lý do."))),
            home_glance.of_administrator(by),
        ],
        side=[block for block in (Block(_("Tiến trình nền"), checks=checks), missed_block(by)) if block],
    )


def _submission(by: Actor, round_: Round | None) -> List | None:
    if round_ is None:
        return None
    found = [
        one for one in finding.find_lists(by, kind="submission", round_id=round_.id) if one.unit_id in by.units
    ]
    return next((one for one in found if one.state == "draft"), found[0] if found else None)


def _unit_status(by: Actor, round_: Round | None, sheet: List | None) -> str:
    if round_ is None:
        return ""
    if sheet is None:
        return _("Đơn vị *chưa có hồ sơ* trong đợt này.")
    found = lists.lines_of(sheet.id)
    names = sum(not line.removed for line, _n in found)
    lacking = len(_missing(sheet, found))
    if sheet.state == "draft":
        return (
            ngettext("Hồ sơ đang lập của đơn vị có *%(num)d tên*, còn %(lack)d chỗ thiếu trước khi ký.",
                     "Hồ sơ đang lập của đơn vị có *%(num)d tên*, còn %(lack)d chỗ thiếu trước khi ký.", names, lack=lacking)
            if lacking else ngettext("Hồ sơ đang lập của đơn vị có *%(num)d tên*, đủ để thủ trưởng ký.",
                                     "Hồ sơ đang lập của đơn vị có *%(num)d tên*, đủ để thủ trưởng ký.", names)
        )
    return ngettext("Hồ sơ của đơn vị có *%(num)d tên*, phiếu tiếp nhận số %(number)s.",
                    "Hồ sơ của đơn vị có *%(num)d tên*, phiếu tiếp nhận số %(number)s.", names, number=sheet.number or "…")


def _unit_act(by: Actor, round_: Round | None, sheet: List | None) -> Act | None:
    if round_ is None:
        return None
    if sheet is not None:
        url = way("submissions.show", list_id=sheet.id)
        words_ = _("Mở hồ sơ của đơn vị")
    else:
        url = way("nominate.start", round_id=round_.id) if stands(round_) == "open" else ""
        words_ = _("Đề nghị khen thưởng")
    return Act(words_, url, "open", "main", method="get") if url else None


def _unit_blocks(by: Actor, round_: Round | None, sheet: List | None) -> list[Block]:
    if round_ is None:
        return []
    rows = finding.find_nominations(by, finding.NominationFilter(round_id=round_.id, own_units=True), size=100).items
    blocks = []
    if sheet is not None and sheet.state == "draft":
        missing = _missing(sheet, lists.lines_of(sheet.id))
        if missing:
            blocks.append(Block(_("Còn thiếu trước khi ký"), checks=missing, key="missing"))
    blocks.append(
        Block(
            ngettext("%(num)d tên của đơn vị trong đợt này", "%(num)d tên của đơn vị trong đợt này", len(rows)),
            [Link(_("Mở danh sách"), url_for("nominations.show_all", round=round_.id))] if rows else (),
            table=names_table(rows) if rows else None,
            empty=None if rows else Empty(
                _("Chưa đề nghị ai trong đợt này"),
                _("Lập đề nghị cho từng tên, hoặc nhập danh sách trích ngang bằng Excel."),
            ),
        )
    )
    return blocks


def names_table(rows: Sequence[Found]) -> Table:
    """Nominations with form and state."""
    return Table(
        [Column(_("Họ và tên, tập thể")), Column(_("Hình thức đề nghị")), Column(_("Đang ở đâu"))],
        [
            [
                Cell(one.nomination.name, one.nomination.title,
                     url_for("nominations.show", nomination_id=one.nomination.id)),
                Cell(short_form_words(one.nomination.form_asked)),
                Cell("", tag=phase_tag(one.phase, one.outcome, one.holds, revoked=one.nomination.revoked)),
            ]
            for one in rows
        ],
        _("Tên đề nghị"),
    )


def _missing(sheet: List, found: Sequence[tuple[Line, Nomination]]) -> list[Check]:
    """What a submission lacks before its head can sign."""
    there = [(line, n) for line, n in found if not line.removed]
    checks = []
    ready = _ready(found)
    unassessed = [n for _line, n in there if n.id not in ready and n.received_at is None]
    if unassessed:
        checks.append(
            Check(ngettext("*%(num)d tên* chưa tự đánh giá: %(names)s.", "*%(num)d tên* chưa tự đánh giá: %(names)s.",
                           len(unassessed), names=", ".join(n.name for n in unassessed[:5])), "warn")
        )
    if against := [n.name for line, n in there if line.result != "signed" and consents.declined(n)]:
        told = _("Không đồng ý được đề nghị: %(names)s. Bỏ tên, hoặc chờ người đó đồng ý.", names=", ".join(against[:5]))
        checks.append(Check(told, "bad"))
    if not sheet.data.get("minutes"):
        checks.append(Check(_("Chưa có biên bản họp bình xét."), "warn"))
    elif without := [n.name for line, n in there if not isinstance(line.data.get("votes"), int)]:
        checks.append(Check(_("Biên bản chưa có số phiếu của: %(names)s.", names=", ".join(without[:5])), "warn"))
    return checks


def _ready(found: Sequence[tuple[Line, Nomination]]) -> set[int]:
    """Names of a list that wait for the head's signature."""
    with reading() as s:
        return set(standing(s, [n.id for line, n in found if not line.removed], SIGNABLE))


__all__ = ["administrator", "head_of_unit", "inspector", "member", "names_table", "outsider", "unit"]
