"""What the page of a list says of it in words and figures: its state, its sums, what was checked, what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from sqlalchemy import select

from forms import lay_out
from service import clock, movement, people, words
from service.actor import Actor
from service.awards import council, lists, overview, revoking, rounds
from service.awards.catalogue import KINDS as RECIPIENTS
from service.awards.lists import Act as ListAct
from service.awards.lists import kind_of
from service.awards.models import Line, List, Nomination
from service.awards.nominations import reads_every
from service.awards.rules import rules_on
from service.council.session import cuts_of
from service.db import reading
from service.errors import NotFound
from service.web import (
    case_parts,
    check_words,
    council_ranking,
    form_parts,
    list_due,
    list_lines,
    matter_ways,
    round_content,
)
from service.web.case_parts import in_words
from service.web.parts import Check, Fact, ListLine, Sum

Rows = Sequence[tuple[Line, Nomination]]


STORED = {
    "minutes": {"submission": "submission_minutes", "council_sheet": "council_minutes"},
    "session": {"council_sheet": "council_session"},
    "closing": {"posting": "posting_close"},
    "submission": {"decision": "paper"},
    "form_check": {"decision": "decision_check"},
    "returned": {"decision": "reason", "revocation": "take_back"},
    "repaid": {"revocation": "pay_back"},
    "written_off": {"reprint": "write_off"},
    "unlisted": {"unlisting": "reason"},
    "listed": {"unlisting": "reason"},
    "again": {"submission": "return_again"},
    "conclusion": {"petition": "petition_conclude", "recipient_change": "petition_conclude"},
    "change": {"recipient_change": "recipient_change"},
    "proposal": {"revocation": "revocation_proposal", "amendment": "amendment_proposal"},
    "requested": {"revocation": "paper_issue"},
    "answer": {"revocation": "revocation_answer"},
    "decided": {"revocation": "revocation_decision", "amendment": "amendment_decision"},
    "request": {"review_request": "review_request"},
    "letter": {"withdrawal": "withdrawal"},
    "hold": {"hold": "hold"},
    "resumed": {"hold": "hold_end"},
    "cancelled": {"cancellation": "reason"},
}
"""Where a list keeps the fields of its acts, and the form that says what they are called."""


def names(count: int) -> str:
    return ngettext("%(num)d tên", "%(num)d tên", count)


def told(act: ListAct, count: int) -> str:
    """What an act says of itself when it is done."""
    said = in_words((act.told or act.label, act.told_en or act.label_en))
    return said.replace("{names}", names(count)).replace("{n}", str(count))


def sums(
    row: List, act: ListAct | None, rows: Rows, live: Sequence[ListLine], taking: Sequence[ListLine]
) -> list[Sum]:
    """What somebody signs, in figures; only where something is signed."""
    if act is None or not act.name.startswith("sign") or row.kind not in ("decision", "package", "submission"):
        return []
    look = sum(1 for x in live if x.state == "needs_look")
    sums = [Sum(words.number(len(taking), 0), ngettext("tên", "tên", len(taking)))]
    if row.kind == "decision":
        sums.append(Sum(words.number(money(rows, taking), 0), _("đồng")))
    if look:
        sums.append(Sum(words.number(look, 0), ngettext("lưu ý", "lưu ý", look), "warn"))
    return sums


def money(rows: Rows, live: Sequence[ListLine]) -> int:
    keys = {x.key for x in live}
    return sum(list_lines.money_of(line, n) for line, n in rows if str(n.id) in keys)


def status(row: List, act: ListAct | None, rows: Rows, table: Sequence[ListLine]) -> str:
    kind = kind_of(row)
    struck = sum(1 for x in table if x.state == "struck")
    said = f"*{words.translated(kind.states[row.state])}*. "
    if row.kind in ("decision", "package", "submission") and struck:
        said += _("*%(struck)s* %(how)s, còn *%(left)s*.", struck=names(struck), how=struck_words(rows),
                  left=names(len(table) - struck))
        if act is not None and act.name == "sign":
            said += " " + _("Gạch một tên không làm chậm các tên khác.")
        return said
    others = len(list_lines.information(row))
    count = sum(not line.removed for line, _n in rows) or len(table) - others
    said += ngettext("Có *%(names)s*.", "Có *%(names)s*.", count, names=_by_kind(rows) or names(count))
    return said + (" " + _("Kèm %(names)s khác của đơn vị, để biết.", names=names(others)) if others else "")


def struck_words(rows: Rows) -> str:
    """What has become of lines that are struck out: struck by somebody, or left out and gone from the list."""
    left = any(line.removed and line.data.get("left") for line, _n in rows)
    return _("đã gạch hoặc để lại") if left else _("đã gạch")


def _by_kind(rows: Rows) -> str:
    """"10 tập thể, 60 cá nhân"."""
    counts: dict[str, int] = {}
    for line, n in rows:
        if not line.removed:
            counts[n.kind] = counts.get(n.kind, 0) + 1
    order = ("COLLECTIVE", "INDIVIDUAL", "HOUSEHOLD")
    return ", ".join(_of_kind(k, counts[k]) for k in order if k in counts)


def _of_kind(kind: str, count: int) -> str:
    return {
        "COLLECTIVE": ngettext("%(num)d tập thể", "%(num)d tập thể", count),
        "INDIVIDUAL": ngettext("%(num)d cá nhân", "%(num)d cá nhân", count),
        "HOUSEHOLD": ngettext("%(num)d hộ gia đình", "%(num)d hộ gia đình", count),
    }[kind]


def heading(row: List) -> str:
    """Which paper a page is about: its title, after its kind where that names only unit and round."""
    label = in_words((kind_of(row).label, kind_of(row).label_en))
    return f"{label}: {row.title}" if row.kind in ("submission", "result_letter") else row.title


def mark(row: List) -> str:
    """What tells a list from others like it: number and day, before it has them the day on which it was drawn up."""
    numbered = ", ".join(p for p in (row.number or "", words.full_date(row.dated)) if p)
    return numbered if row.number else _("lập %(day)s", day=words.full_date(row.created_at))


def title(row: List) -> str:
    return {
        "decision": _("Danh sách tặng Giấy khen"), "submission": _("Danh sách đề nghị"),
        "council_sheet": _("Kết quả từng tên"), "result_letter": _("Mọi tên của đơn vị trong đợt"),
        "opinion_letter": _("Các tên cần cho ý kiến"),
    }.get(row.kind, pgettext("one", "Danh sách"))


def facts(row: List, by: Actor) -> list[Fact]:
    """What this person may know of the list itself: number, date, unit, and the fields of the acts done so far."""
    data = lists.data_for(row, by=by)
    found = [Fact(pgettext("one", "Đợt xét"), rounds.read_round(row.round_id).name, f"/rounds/{row.round_id}")]
    if row.unit_id:
        label = _("Cơ quan") if row.kind == "opinion_letter" else pgettext("one", "Đơn vị")
        found.append(Fact(label, people.unit_name(row.unit_id)))
    if row.number:
        label = _("Phiếu tiếp nhận") if row.kind == "submission" else _("Số")
        found.append(Fact(label, row.number, figures=True))
    if row.dated:
        found.append(Fact(_("Ngày"), words.full_date(row.dated), figures=True))
    if row.kind == "posting" and data.get("until"):
        found.append(Fact(_("Niêm yết tại"), str(data.get("place", ""))))
        found.append(Fact(_("Đến hết"), iso_day(data["until"]), figures=True))
    found += [
        Fact(_("Đã rút thông báo"), _("ghi niêm yết từ %(day)s: %(why)s", day=iso_day(one["dated"]), why=one["reason"]))
        for one in data.get("withdrawn", []) if row.kind == "posting"
    ]
    if minutes := data.get("closing", {}).get("minutes_number"):
        found.append(Fact(_("Biên bản kết thúc niêm yết"), minutes, figures=True))
    if data.get("signs_as"):
        found.append(Fact(_("Người ký"), f"{data['signs_as']}, {data.get('signed_by', '')}"))
    if row.kind == "revocation" and row.parent_id:
        found.append(Fact(_("Căn cứ"), _("Kết luận đã ghi"), f"/lists/{row.parent_id}"))
    if isinstance(matter := data.get("matter"), int):
        found += _matter(matter, by)
    if row.kind == "revocation":
        found += _asked_back(row)
    if data.get("recover_by"):
        found.append(Fact(_("Thu hồi hiện vật, tiền thưởng trước"), iso_day(data["recover_by"]), figures=True))
    found += list_due.facts(row)
    if row.kind in _WITH_SHARES and reads_every(by):
        found += _shares(row)
    if data.get("late"):
        found.append(Fact(_("Nộp muộn"), str(data.get("late_reason", ""))))
    found += [
        Fact(_("Biên bản họp trước"), _("%(day)s, dự họp %(present)s, cho %(names)s đã ký", day=iso_day(one["minutes"]["held_on"]),
                                        present=one["minutes"]["present"], names=names(len(one["names"]))))
        for one in data.get("earlier_minutes", [])
    ]
    found += [Fact(_("Hồ sơ giấy"), case_parts.paper_words(one)) for one in data.get("papers", [])]
    found += [
        Fact(_("Chọn theo bảng điểm"), "; ".join(part for part in council_ranking.cut_words(one) if part)) for one in cuts_of(data)
    ]
    if entered := data.get("entered_for"):
        found.append(Fact(_("Nhập thay"), case_parts.entered_words(entered)))
    for key, forms in STORED.items():
        if row.kind in forms and isinstance(data.get(key), Mapping):
            if key == "proposal" and row.kind == "revocation" and _concluded(row):
                found += _by_conclusion(data[key])
                continue
            found += _filled(_session_form(row) if key == "session" else forms[row.kind], data[key])
    return found


def _concluded(row: List) -> bool:
    """Whether a conclusion on a petition put an award before the chair, not the office."""
    if not row.parent_id:
        return False
    with reading() as s:
        return s.scalar(select(List.kind).where(List.id == row.parent_id)) == "petition"


def _by_conclusion(said: Mapping[str, Any]) -> list[Fact]:
    """What the conclusion says of the award, with its number: the chair signed it."""
    labels = {"revoke": _("Xem xét hủy bỏ khen thưởng"), "keep": _("Xem xét giữ khen thưởng")}
    found = [
        Fact(_("Trình theo"), _("%(paper)s, Chủ tịch UBND xã ký", paper=case_parts.conclusion_words(said))),
        Fact(_("Kết luận nêu"), labels[said["proposal"]]),
    ]
    return found + ([Fact(_("Tóm tắt kết luận"), str(said["reason"]))] if said.get("reason") else [])


def _matter(number: int, by: Actor) -> list[Fact]:
    """The matter whose process moves this sheet, for who reads it."""
    try:
        found = movement.read_matter(number, by=by)
    except NotFound:
        return []
    one = in_words(found.kept.register.one)
    return [Fact(one, f"{found.entry.number}, {found.entry.title}", matter_ways.matter_url(number))]


def _asked_back(row: List) -> list[Fact]:
    """What of a revoked award is still to come back: the certificate with its number, the money."""
    with reading() as s:
        returned, repaid = revoking.to_return(s, row), revoking.to_repay(s, row)
        books = ", ".join(f"{award.book_number:02d}/{award.decided_on:%Y}" for award in returned if award.book_number)
        owed = sum(award.money for award in repaid)
    found = []
    if returned:
        told = _("Giấy khen, hiện vật; số sổ vàng %(books)s", books=books) if books else _("Giấy khen, hiện vật")
        found.append(Fact(_("Phải nộp lại"), told))
    if owed:
        found.append(Fact(_("Tiền thưởng phải nộp lại"), words.money(owed), figures=True))
    return found


def _session_form(row: List) -> str:
    return kind_of(row).act("key").form or ""


_WITH_SHARES = ("submission", "posting", "council_sheet", "decision", "package")
"""Lists that are signed or voted on: the share of leaders stands on them before."""


def _shares(row: List) -> list[Fact]:
    shares, most = overview.shares_of(row.id), rules_on(row.dated or clock.today()).shown("LEADER_MAX_RATIO")
    if not shares.persons:
        return []
    share = shares.leaders / shares.persons
    told = ngettext("%(leaders)d trong %(num)d cá nhân (%(share)s)", "%(leaders)d trong %(num)d cá nhân (%(share)s)",
                    shares.persons, leaders=shares.leaders, share=check_words.fact_value("leader_ratio", share))
    if most is not None and share > most:
        told = _("%(told)s, cao hơn mức %(most)s; chỉ nhắc", told=told, most=check_words.fact_value("leader_ratio", most))
    direct = ngettext("%(n)d trong %(num)d cá nhân", "%(n)d trong %(num)d cá nhân", shares.persons, n=shares.direct)
    return [Fact(_("Lãnh đạo, quản lý"), told), Fact(_("Trực tiếp lao động"), direct)]


def _filled(form_name: str, answers: Mapping[str, Any]) -> list[Fact]:
    parts = lay_out(lists.act_forms[form_name], answers, today=clock.today(), language=words.language())
    return [Fact(label, text) for label, text in form_parts.filled(parts)]


def iso_day(text: Any) -> str:
    return words.full_date(date.fromisoformat(str(text)))


def totals(row: List, rows: Rows, live: Sequence[ListLine]) -> list[tuple[str, str]]:
    if row.kind not in ("decision", "award_list"):
        return []
    keys = {x.key for x in live}
    sums: dict[tuple[str, int], int] = {}
    for line, n in rows:
        if str(n.id) in keys:
            one = (n.kind, list_lines.money_of(line, n))
            sums[one] = sums.get(one, 0) + 1
    table = [
        (f"{in_words(RECIPIENTS[kind])}, {count} × {words.number(money, 0)}", words.number(count * money, 0))
        for (kind, money), count in sums.items()
    ]
    return [*table, (_("Tổng tiền thưởng"), words.number(money(rows, live), 0))] if table else []


def checks(row: List, act: ListAct | None, rows: Rows, live: Sequence[ListLine], *, stopped: bool = False) -> list[Check]:
    """What is known of a list before its act; `stopped`: something else keeps it from being signed."""
    found = []
    keys = {x.key for x in live}
    look = sum(1 for x in live if x.state == "needs_look")
    if row.kind == "submission" and row.state == "draft" and row.unit_id:
        found += round_content.quota_checks(rounds.read_round(row.round_id), [row.unit_id])
    if row.kind == "decision":
        proved = [bool(line.data.get("proof")) for line, n in rows if str(n.id) in keys]
        if not row.data.get("simplified"):
            done = sum(proved)
            level = "ok" if done == len(proved) else "warn"
            told = ngettext("%(done)s/%(num)s tên đơn vị đã rà họ tên, chức danh",
                            "%(done)s/%(num)s tên đơn vị đã rà họ tên, chức danh", len(proved), done=done)
            found.append(Check(told, level))
            if behalf := sum(1 for line, n in rows if str(n.id) in keys and line.data.get("for_unit")):
                found.append(Check(_("Trong đó %(names)s do phòng rà thay đơn vị", names=names(behalf)), "info"))
            missing = [n.name for (line, n) in rows if str(n.id) in keys and not line.data.get("proof")]
            if missing:
                found.append(Check(_("Chưa rà: %(names)s", names=", ".join(missing[:8]) + ("…" if len(missing) > 8 else "")),
                                   "warn"))
        if row.data.get("form_check", {}).get("decision") == "accept":
            found.append(Check(_("Văn phòng đã kiểm tra thể thức")))
    if row.kind == "council_sheet" and row.state in ("differs", "agreed"):
        count = len(row.data.get("differing", []))
        if unlike := row.data.get("differing_session"):
            parts = lay_out(lists.act_forms[_session_form(row)], {}, today=clock.today(), language=words.language())
            what = ", ".join(p.label.lower() for p in form_parts.walk(parts) if p.field.key in unlike)
            said = _("Hai thư ký ghi khác nhau về đợt lấy ý kiến: %(what)s", what=what) if row.data.get("written") else (
                _("Hai thư ký ghi khác nhau về phiên họp: %(what)s", what=what))
            found.append(Check(said, "warn"))
        found.append(
            Check(ngettext("%(num)d dòng hai thư ký ghi khác nhau", "%(num)d dòng hai thư ký ghi khác nhau", count), "warn")
            if count else Check(_("Hai bản nhập khớp nhau từng dòng"))
        )
        if against := [n.name for line, n in rows if (one := council.reckoned(row, line, n)) and one.contradicts]:
            found.append(Check(_("Kết quả trái với số phiếu: %(names)s", names=", ".join(against)), "warn"))
    found += list_due.checks(row)
    if act is not None and act.name == "sign" and look:
        told = ngettext("%(num)d tên có lưu ý", "%(num)d tên có lưu ý", look) if stopped else ngettext(
            "%(num)d lưu ý, không lưu ý nào chặn việc ký", "%(num)d lưu ý, không lưu ý nào chặn việc ký", look)
        found.append(Check(told, "warn"))
    return found


def before(row: List, act: ListAct | None) -> str:
    if act is None:
        return ""
    return {
        ("decision", "issue_rest"): _("Các tên này có trong quyết định đã ký: ghi cùng số, ngày; tiền thưởng theo ngày đó."),
        ("submission", "take_off"): _("Tên bỏ ra không đề nghị nữa trong đợt này. Không cần văn bản rút."),
        ("revocation", "decide"): _("Giữ: hết tạm dừng, tiếp tục trao tặng. Hủy bỏ khen thưởng của xã: từ lúc có số, không trao, "
                                     "thu hồi nếu đã trao. Khen thưởng của cấp trên: gửi văn bản đề nghị cấp trên hủy bỏ."),
        ("revocation", "send"): _("Khen thưởng còn nguyên đến khi cấp trên quyết định."),
        ("revocation", "record"): _("Hủy bỏ: khen thưởng thôi hiệu lực, hiện vật, tiền thưởng đã trao phải thu hồi. Đơn vị được báo."),
        ("revocation", "issue"): _("Từ lúc có số, khen thưởng bị hủy bỏ; hiện vật, tiền thưởng đã trao phải thu hồi."),
        ("amendment", "issue"): _("Từ lúc có số, khen thưởng ghi theo nội dung đã sửa. Đơn vị được báo."),
        ("decision", "sign"): _("Khi ký: văn thư nhận việc cho số, mỗi đơn vị nhận một thư kết quả sau khi có số."),
        ("submission", "sign"): _("Khi ký: hồ sơ nộp phòng Văn hóa - Xã hội, đơn vị nhận phiếu tiếp nhận."),
        ("submission", "return"): _("Đơn vị nhận một thông báo ghi mọi lỗi theo từng tên. Tên không có lỗi đi tiếp."),
        ("decision", "issue"): _("Từ lúc có số, tiền thưởng tính theo lương cơ sở của ngày quyết định."),
    }.get((row.kind, act.name), "") or list_due.before(row, act.name)
