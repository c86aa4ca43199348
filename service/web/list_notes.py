"""What must be seen on a line of a list before anybody acts on it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from service import clock, people, words
from service.awards import council, guards, lists
from service.awards.catalogue import REASONS, REVOKED
from service.awards.correcting import MENDED
from service.awards.lists import Act as ListAct
from service.awards.models import Line, List, Nomination
from service.awards.recipients import same_names
from service.web.case_parts import entered_words, form_words, in_words
from service.web.parts import Check


def notes(row: List, line: Line, n: Nomination, opinions: Sequence[Check]) -> list[Check]:
    """What must be seen on a line before anybody acts on it."""
    found = []
    if row.kind == "council_sheet" and (votes := council.reckoned(row, line, n)) is not None:
        found.append(_votes_needed(row, line, votes))
    if dropped := line.data.get("dropped"):
        found.append(Check(_("Thông báo “%(what)s” tới quá muộn: hồ sơ đã sang bước khác.", what=dropped), "bad"))
    if late := line.data.get("late_answer"):
        found.append(Check(_("Trả lời muộn, ngày %(day)s: %(what)s.", day=_day(line.data.get("late_on")),
                             what=_label("opinion_letter", late).lower()), "warn"))
    if entered := line.data.get("entered_for"):
        found.append(Check(_("Phòng %(entered)s.", entered=entered_words(entered)), "info"))
    if before := line.data.get("before"):
        was = ", ".join(p for p in before if p) if isinstance(before, list) else str(before)
        found.append(Check(_("Đơn vị sửa họ tên, chức danh. Trước là: %(was)s.", was=was), "warn"))
    for key, (old, new) in line.data.get("mended", {}).items():
        found.append(Check(_("%(what)s: “%(old)s” sửa thành “%(new)s”.", what=words.translated(MENDED[key]), old=old, new=new), "warn"))
    if (gone := left_before(line)) is not None:
        found.append(gone)
    if row.kind == "decision" and row.number and line.result == "granted" and "money" not in line.data and not line.removed:
        found.append(Check(
            _("Để lại khi cho số.") + " " + _("Khi hết tạm dừng, văn thư ghi cùng số, ngày của quyết định này."), "warn"))
    if line.data.get("noted"):
        found.append(Check(_("Mới ghi nhận: tính khi phòng nhận hồ sơ, hoặc khi kết quả xem xét lại đưa tên này trở lại."),
                           "warn"))
    if line.data.get("above"):
        found.append(Check(_("Hồ sơ đang ở cấp trên: báo tỉnh bằng văn bản. Vẫn ghi được trả lời; trao tặng thì chờ."), "warn"))
    if line.data.get("archive"):
        found.append(Check(_("Đã có quyết định: trao cho đơn vị kế thừa lưu giữ."), "warn"))
    if line.data.get("register"):
        found.append(Check(_("Đã trao tặng xong: chỉ ghi vào sổ. Muốn hủy bỏ khen thưởng thì trình Chủ tịch UBND xã."), "warn"))
    if row.kind == "result_letter" or line.removed and not line.reason:
        why = in_words(REASONS.get(n.reason_code or ""))
        if why or n.reason:
            found.append(Check(": ".join(p for p in (why, n.reason) if p), "info"))
    if noted := line.data.get("public_opinion"):
        found.append(_public_opinion(noted))
    if line.data.get("for_unit"):
        found.append(Check(_("Phòng rà họ tên, chức danh thay đơn vị."), "info"))
    if n.posthumous:
        found.append(Check(_("Truy tặng."), "warn"))
    if n.to_family:
        found.append(Check(_("Mất sau ngày quyết định: trao cho gia đình."), "warn"))
    if n.revoked and row.kind != "revocation":
        found.append(Check(f"{in_words(REVOKED)}.", "bad"))
    if row.kind == "submission" and row.state in ("received", "returned"):
        found += [Check(f"*{f.get('what', '')}* {f.get('mend', '')}".strip(), "warn") for f in n.faults]
    return found + list(opinions)


def _votes_needed(row: List, line: Line, one: council.Reckoned) -> Check:
    """What a name's form needs, and whether the result keyed is the one that the votes give."""
    written = bool(row.data.get("written"))
    if one.need is None:
        return Check(in_words(one.missing), "info")
    if one.contradicts:
        said = in_words(council.contradiction({"result": line.result}, one, written=written))
    else:
        said = in_words(council.need_words(one.need, written=written))
    unsure = "" if one.need.sure else " " + _("Quy định chưa xác nhận.")
    return Check(f"{words.capital(said)}.{unsure}", "warn" if one.contradicts else "info")


def _public_opinion(noted: Mapping[str, str]) -> Check:
    """The public opinion on an order: notice, time, result."""
    said = _("Lấy ý kiến Nhân dân: thông báo %(number)s ngày %(dated)s, tại %(place)s, đến hết %(until)s.",
             number=noted["number"], dated=_day(noted["dated"]), place=noted["place"], until=_day(noted.get("until")))
    if noted.get("outcome"):
        result = _("Có ý kiến: %(what)s", what=noted.get("remarks", "")) if noted["outcome"] == "remarks" else (
            _("Không có ý kiến khác."))
        return Check(f"{said} {result}", "warn" if noted["outcome"] == "remarks" else "info")
    if noted.get("until", "9999") < clock.today().isoformat():
        return Check(" ".join((said, _("Đã hết thời gian, chưa ghi kết quả."))), "warn")
    return Check(said, "info")


def opinions_on(row: List, rows: Sequence[tuple[Line, Nomination]]) -> dict[int, list[Check]]:
    """What agencies said late or against names, for who passes or signs them: nomination → notes."""
    if row.kind not in ("decision", "package", "council_sheet"):
        return {}
    letters = lists.letters_about([n.id for _line, n in rows])
    units = people.unit_names({x.unit_id for pairs in letters.values() for x, _line in pairs if x.unit_id})
    found: dict[int, list[Check]] = {}
    for nomination, pairs in letters.items():
        for letter, line in pairs:
            who = units.get(letter.unit_id or 0, "")
            if line.data.get("late_answer"):
                said = _("%(who)s trả lời muộn: %(what)s.", who=who,
                         what=_label("opinion_letter", line.data["late_answer"]).lower())
            elif line.result == "objection":
                said = _("%(who)s không thống nhất: %(why)s", who=who, why=line.reason)
            else:
                continue
            found.setdefault(nomination, []).append(Check(said, "warn"))
    return found


def same_names_on(row: List, rows: Sequence[tuple[Line, Nomination]]) -> dict[int, list[Check]]:
    """Names of a submission that another unit nominates too: the office joins them or keeps them apart."""
    if row.kind != "submission":
        return {}
    return {
        number: [Check(_("Trùng tên với đề nghị của %(unit)s. Mở trường hợp để gộp hoặc tách.", unit=x.unit_name), "warn") for x in same]
        for number, same in same_names([n for line, n in rows if not line.removed]).items()
    }


def _day(text: Any) -> str:
    try:
        return words.short_date(date.fromisoformat(str(text)), clock.today())
    except ValueError:
        return ""


def _label(kind: str, value: str) -> str:
    """What a result is called, whichever act of the kind gives it."""
    for act in lists.KINDS[kind].acts:
        for result in act.results:
            if result.value == value:
                return in_words((result.label, result.label_en))
    said = lists.KINDS[kind].states.get(value)  # what becomes of the whole list becomes of its lines
    return _(said) if said else value


def result_label(row: List, value: str | None) -> str:
    """What a line's result is called, empty for none."""
    return _label(row.kind, value) if value else ""


def differing(row: List, n: Nomination, names: Mapping[int, str]) -> Check | None:
    """Both secretaries' entries of a line on which they differ."""
    pair = council.differences(row).get(n.id)
    if pair is None:
        return None
    who = [names.get(int(account), account) for account in row.data["keyed"]]
    return Check(
        _("*Hai bản khác nhau.* %(one)s: %(first)s. %(two)s: %(second)s.", one=who[0], first=_entry(pair[0]),
          two=who[1], second=_entry(pair[1])),
        "warn",
    )


def _entry(entry: Mapping[str, Any]) -> str:
    said = _label("council_sheet", str(entry.get("result") or ""))
    parts = [said[:1].lower() + said[1:]]
    if entry.get("result") == "lower_form":
        parts.append(form_words(entry.get("form")))
    if entry.get("reserve"):
        parts.append(_("dự phòng %(form)s", form=form_words(entry["reserve"])))
    votes = [entry.get(k) for k in ("agree", "disagree", "blank")]
    if any(v is not None for v in votes):
        parts.append(_("phiếu %(votes)s", votes="/".join("–" if v is None else str(v) for v in votes)))
    return ", ".join(parts)


def left_now(act: ListAct | None, why: Mapping[str, Any]) -> Check:
    """Why an act does not take a line now, and what becomes of it."""
    said = _("Để lại lần này: %(why)s.", why=in_words((why["message"], why["message_en"])))
    code = why["code"]
    paused = code in (guards.HELD, guards.SUCCESSOR)
    if act is None or not (paused or code == guards.OWN):
        return Check(said, "info")
    if not paused:
        return Check(f"{said} " + _("Người thay sẽ xử lý."), "info")
    if act.name == "issue":
        return Check(f"{said} " + _("Khi hết tạm dừng, văn thư ghi cùng số, ngày của quyết định này."), "warn")
    if act.left == "stays":
        return Check(f"{said} " + _("Tên ở lại danh sách này, xử lý khi hết tạm dừng."), "warn")
    return Check(f"{said} " + _("Tên rời danh sách này; khi hết tạm dừng thì lập danh sách mới."), "warn")


def left_before(line: Line) -> Check | None:
    """Why a line has left the list, and what becomes of its name."""
    left = line.data.get("left")
    if not left:
        return None
    told = {
        guards.HELD: _("Để lại ngày %(day)s: đang tạm dừng xem xét. Khi hết tạm dừng thì lập danh sách mới."),
        guards.OWN: _("Rời danh sách ngày %(day)s: liên quan đến người ký, người thay ký ở danh sách riêng."),
        guards.SUCCESSOR: _("Để lại ngày %(day)s: chờ đơn vị kế thừa xác nhận. Xác nhận xong thì lập danh sách mới."),
        "withdrawn": _("Rời danh sách ngày %(day)s: đã rút hồ sơ đề nghị."),
        "stopped": _("Rời danh sách ngày %(day)s: dừng xét trường hợp này."),
        "refused": _("Rời danh sách ngày %(day)s: không được xét khen thưởng."),
        "revoked": _("Rời danh sách ngày %(day)s: khen thưởng đã bị hủy bỏ."),
    }.get(left["code"], _("Để lại ngày %(day)s. Tên chờ ở bước này thì lập danh sách mới."))
    return Check(told % {"day": _day(left.get("on"))}, "bad")
