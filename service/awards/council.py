"""The council's paper way: one result sheet for the session, keyed by two secretaries, signed, told to each name."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from service.awards import lists
from service.awards.catalogue import award_forms, level_of
from service.awards.lists import Act, Acting, LineInput, ListKind, ListTask, Result
from service.awards.models import List, Nomination, Round
from service.awards.nominations import on_opened
from service.db import session
from service.errors import Conflict, Invalid
from service.processes.cases import Recorded
from service.words import N_

RESULTS = (
    Result("passed", "Thông qua", "Passed"),
    Result("lower_form", "Thông qua hình thức thấp hơn", "Lower form", needs_reason=True),
    Result("failed", "Không thông qua", "Not passed", needs_reason=True),
    Result("next_session", "Chuyển phiên sau", "Next session", needs_reason=True),
)
_KEYED = ("result", "form", "reserve", "agree", "disagree", "blank")


def proposed_form(nomination: Nomination) -> str:
    """The form that the council is asked to pass."""
    return nomination.form_recommended or nomination.form_asked


def _entry(nomination: Nomination, said: LineInput) -> dict[str, Any]:
    form = said.data.get("form") or proposed_form(nomination)
    return {
        "result": said.result,
        "form": form if said.result in ("passed", "lower_form") else None,
        "reserve": said.data.get("reserve") or None,
        **{k: said.data.get(k) for k in ("agree", "disagree", "blank")},
    }


def _check_entry(nomination: Nomination, entry: dict[str, Any]) -> str | None:
    forms = award_forms()
    asked = forms[proposed_form(nomination)]
    if entry["result"] == "lower_form":
        if entry["form"] not in forms or forms[entry["form"]].rank >= asked.rank:
            return f"chọn hình thức thấp hơn {asked.short}"
    elif entry["result"] == "passed" and entry["form"] != asked.code:
        return f"thông qua thì đúng hình thức đề nghị, {asked.short}; muốn khác thì chọn hình thức thấp hơn"
    reserve = entry["reserve"]
    if reserve and (reserve not in forms or not entry["form"] or forms[reserve].rank >= forms[entry["form"]].rank):
        return "hình thức dự phòng phải thấp hơn hình thức thông qua"
    votes = [entry[k] for k in ("agree", "disagree", "blank") if entry[k] is not None]
    if any(not isinstance(v, int) or v < 0 for v in votes):
        return "số phiếu là số nguyên không âm"
    return None


def _key(acting: Acting) -> None:
    """Keep one secretary's entry; the second of another person is compared with it, line by line."""
    row = acting.list
    by = str(acting.by.account)
    entries = {str(n.id): _entry(n, said) for _, n, said in acting.lines}
    bad = [
        {"nomination": n.id, "line": line.position, "name": n.name, "message": why, "message_en": "check the line"}
        for line, n, _ in acting.lines
        if (why := _check_entry(n, entries[str(n.id)]))
    ]
    if bad:
        raise Invalid(
            f"Chưa ghi: {len(bad)} dòng chưa được.", "Nothing was written.", code="bad-lines", lines=bad
        )
    reasons = {str(n.id): said.reason for _, n, said in acting.lines}
    keyed = {**row.data.get("keyed", {}), by: entries}
    if len(keyed) > 2:
        raise Conflict(
            "Đã có hai thư ký nhập. Thư ký đã nhập mới sửa được bản của mình.",
            "Two secretaries have keyed already; each may correct the own entry.",
            code="keyed-twice",
        )
    row.data = {**row.data, "keyed": keyed, "session": dict(acting.fields)}
    row.data["reasons"] = {**row.data.get("reasons", {}), **{k: v for k, v in reasons.items() if v}}
    for line, _, _ in acting.lines:
        line.result = None
    if len(keyed) < 2:
        acting.state = "keying"
        return
    first, second = keyed.values()
    differing = [n for n in first if any(first[n][k] != second.get(n, {}).get(k) for k in _KEYED)]
    row.data["differing"] = [int(n) for n in differing]
    acting.extra["differing"] = row.data["differing"]
    acting.state = "differs" if differing else "agreed"
    if not differing:
        for line, nomination, said in acting.lines:
            line.result = first[str(nomination.id)]["result"]
            line.reason = row.data["reasons"].get(str(nomination.id), said.reason)
            line.data = {**line.data, **first[str(nomination.id)]}


def differences(row: List) -> dict[int, list[dict[str, Any]]]:
    """Lines on which the two secretaries differ: nomination → both entries."""
    keyed = list(row.data.get("keyed", {}).values())
    if len(keyed) != 2:
        return {}
    return {n: [keyed[0][str(n)], keyed[1][str(n)]] for n in row.data.get("differing", [])}


def _sign(acting: Acting) -> None:
    """Sign the minutes: each name gets its result, form passed and reserve form."""
    acting.list.data = {**acting.list.data, "minutes": dict(acting.fields)}
    acting.list.number = acting.fields.get("number") or None
    for line, nomination, said in acting.lines:
        line.reason = line.reason or acting.list.data.get("reasons", {}).get(str(nomination.id), "")
        if said.result in ("passed", "lower_form"):
            form = line.data["form"]
            nomination.form_passed, nomination.form_reserve = form, line.data.get("reserve")
            reserve = line.data.get("reserve")
            acting.payloads[nomination.id] = {
                "level": level_of(form),
                "reserve_level": level_of(reserve) if reserve else None,
            }
        elif said.result == "failed":
            nomination.reason_code, nomination.refused_by = "NOT_PASSED", "council"
            nomination.reason = line.reason
        votes = {k: line.data[k] for k in ("agree", "disagree", "blank") if isinstance(line.data.get(k), int)}
        nomination.votes = votes or None


def _sign_results() -> tuple[Result, ...]:
    return tuple(Result(r.value, r.label, r.label_en) for r in RESULTS)


lists.KINDS["council_sheet"] = ListKind(
    name="council_sheet",
    label="Kết quả phiên họp Hội đồng",
    label_en="Council result sheet",
    states={
        "agenda": N_("Chờ nhập kết quả"),
        "keying": N_("Đã nhập một lần, chờ thư ký thứ hai"),
        "differs": N_("Hai bản nhập khác nhau"),
        "agreed": N_("Hai bản nhập khớp, chờ ký biên bản"),
        "signed": N_("Đã ký biên bản"),
    },
    start="agenda",
    acts=(
        Act(
            "key", "Ghi kết quả phiên họp", "Key the result", "council_sheet.key",
            ("agenda", "keying", "differs"), results=RESULTS, form="council_session",
            waits=("wait_council", "wait_written_opinion"), held_allowed=True, effect=_key,
            told="Đã ghi kết quả {n} tên", told_en="Keyed {n} names",
        ),
        Act(
            "sign", "Ký biên bản họp", "Sign the minutes", "council_sheet.sign", ("agreed",), to="signed",
            results=_sign_results(), message="council:result", form="council_minutes",
            waits=("wait_council", "wait_written_opinion"), partial=True, effect=_sign,
            told="Đã ký biên bản, {n} tên", told_en="Minutes signed for {n} names",
        ),
    ),
    tasks={
        "agenda": (ListTask("key", N_("Ghi kết quả phiên họp Hội đồng"), lambda row: "secretary", "session"),),
        "keying": (ListTask("key", N_("Nhập kết quả lần hai"), lambda row: "secretary", "session"),),
        "differs": (ListTask("key", N_("So hai bản nhập khác nhau"), lambda row: "secretary", "session"),),
        "agreed": (ListTask("sign", N_("Ký biên bản họp Hội đồng"), lambda row: "secretary", "session"),),
    },
    gathers=("wait_council",),
)
lists.ENDED_STATES["council_sheet"] = ("signed",)


def _written_poll(recorded: Recorded, nomination: Nomination) -> None:
    """In an ad hoc round the service makes the written poll of one by itself (Law, Art. 85)."""
    s: Session = session()
    round_ = s.get_one(Round, nomination.round_id)
    if round_.stage != "DOT_XUAT":
        return
    lists.create_list(
        "council_sheet",
        nomination.round_id,
        title=f"Lấy ý kiến bằng văn bản: {nomination.name}",
        nominations=[nomination.id],
        by=recorded.by,
        data={"written": True},
    )


on_opened["wait_written_opinion"] = _written_poll
