"""What an act has looked at or signed is what stands: noted on the list, and asked before another version may come.

Knows which act signs which paper, and which facts are given only by the act, or by the clerk after it. Changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson

from service.awards.lists import kind_of
from service.awards.models import List
from service.errors import Conflict
from service.papers.kinds import PaperKind

SIGNED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("decision", "submit"): ("office_submission",),
    ("decision", "sign"): ("decision",),
    ("package", "sign"): ("province_submission", "summary"),
    ("council_agenda", "sign_minutes"): ("council_minutes",), ("council_agenda", "sign"): ("council_minutes",),
    ("council_sheet", "sign"): ("council_minutes",),
    ("amendment", "decide"): ("amending_decision", "correction_letter"),
    ("revocation", "decide"): ("revocation_decision", "revocation_request"),
    ("result_letter", "send"): ("result_letter",), ("opinion_letter", "send"): ("opinion_request",),
    ("submission", "return"): ("return_notice",), ("posting", "post"): ("posting_notice",),
}
"""Act → the papers that somebody signs by it, or that are signed on paper when it is done."""
CHECKED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("decision", "submit"): ("decision",), ("decision", "check_form"): ("office_submission", "decision"),
}
"""Act → the papers that it hands on or checks."""
UNSIGNED = ("refuse", "keep", "return")
"""Decisions by which such an act signs and accepts nothing."""
IN_PERSON = ("sign", "decide")
"""Acts that the chair does in the service himself: before them there is nothing signed to be scanned."""
_NOTE = "settled_papers"
_AFTERWARDS = ("number", "dated", "submission", "review_until", "place_posted", "days", "from", "until")
"""Facts that may come after a paper was drawn up: where it leaves them open, they are written in by hand."""
_ASIDE = ("made", "bases_left", "secretary", "chair", "anchor")
"""Facts that no paper prints, who has signed it by now, and what only proves when it was written."""


def is_old(drawn: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a paper that was drawn up says something else than the database does by now."""
    return any(
        drawn.get(key) != now[key] for key in now
        if key not in _ASIDE and not (key in _AFTERWARDS and _is_open(drawn.get(key)))
    )


def _is_open(value: Any) -> bool:
    return not any(value.values()) if isinstance(value, Mapping) else not value


def stands_for(facts: Mapping[str, Any]) -> str:
    """What of the facts somebody stands for who checks or signs a paper: all but number and day, which the clerk gives."""
    said = {key: value for key, value in facts.items() if key not in (*_ASIDE, "number", "dated", "year")}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def noted(row: List, code: str, how: str) -> Mapping[str, Any] | None:
    """What was noted of a paper when it was `signed` or `checked`: by which act, what the data said, which version stood."""
    found: Mapping[str, Any] | None = row.data.get(_NOTE, {}).get(how, {}).get(code)
    return found


def with_note(row: List, code: str, how: str, note: Mapping[str, Any]) -> dict[str, Any]:
    """The list's data with what is noted of a paper."""
    notes = row.data.get(_NOTE, {})
    return {**row.data, _NOTE: {**notes, how: {**notes.get(how, {}), code: dict(note)}}}


def must_be_open(
    row: List, kind: PaperKind, facts: Mapping[str, Any], source: str, *, printed: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Refuse a version that says something else than what was signed; Conflict. A scan of what was signed may always come.

    Where the act may be done again, as for names that come later, a version may come that says what is new. The checkpoint on a
    signed paper, as the version before says it in `printed`, may come afterwards, and is never replaced by another.
    """
    note = noted(row, kind.code, "signed")
    if source == "signed":
        act = next((a for (on, a), codes in SIGNED.items() if on == row.kind and kind.code in codes), "")
        if note is None and act in IN_PERSON and _is_before(row, act):
            raise Conflict(
                f"{kind.name}: chưa ký. Ký trước rồi mới đưa bản chụp vào.",
                f"{kind.name_en}: not signed yet. Sign it first, then put the scan in.", code="not-signed",
            )
        return
    if note is None:
        return
    alike = note["facts"] == stands_for(facts) and (not printed.get("anchor") or printed["anchor"] == facts.get("anchor"))
    if row.state in kind_of(row).act(note["act"]).states:
        closed = source == "edited" and alike
    else:
        closed = source == "edited" or note["source"] == "edited" or not alike
    if closed:
        raise Conflict(
            f"{kind.name} đã ký: nội dung không thay được nữa. Đưa bản chụp đã ký vào; nếu sai, ban hành văn bản sửa đổi hoặc đính chính.",
            f"{kind.name_en}: it was signed and its contents stand. Put the signed scan in; where it is wrong, issue a correction.",
            code="already-signed",
        )


def _is_before(row: List, act: str) -> bool:
    """Whether a list has not come past an act yet, in the order in which its states stand."""
    kind = kind_of(row)
    order = list(kind.states)
    return order.index(row.state) <= max(order.index(state) for state in kind.act(act).states)


def undoes_check(row: List, kind: PaperKind, facts: Mapping[str, Any], source: str) -> bool:
    """Whether a new version is another than the one whose form was checked; what is drawn up as it was then is not."""
    if row.kind != "decision" or row.state != "checked" or "form_check" not in row.data or source not in ("drafted", "edited"):
        return False
    if kind.code not in CHECKED["decision", "check_form"]:
        return False
    note = noted(row, kind.code, "checked") or {"version": 0, "facts": stands_for(facts)}
    return not (source == "drafted" and note["version"] == 0 and note["facts"] == stands_for(facts))
