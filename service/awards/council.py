"""The council's paper way: one result sheet for the session, keyed by two secretaries, signed, told to each name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor, machine
from service.awards import lists
from service.awards.catalogue import AD_HOC, award_forms, level_of
from service.awards.due import within
from service.awards.line_data import Count, Form, LineData, labelled
from service.awards.lists import Act, Acting, LineInput, ListKind, ListTask, Result, bad_line, bad_lines
from service.awards.models import Line, List, Nomination, Round
from service.awards.nomination_steps import on_opened
from service.awards.numbers import number_minutes, reach_number
from service.awards.votes import Need, need
from service.db import reading, session, transaction
from service.errors import Conflict, Invalid, how_many
from service.processes.cases import Recorded
from service.words import N_

RESULTS = (
    Result("passed", "Thông qua", "Passed"),
    Result("lower_form", "Thông qua hình thức thấp hơn", "Lower form", needs_reason=True),
    Result("failed", "Không thông qua", "Not passed", needs_reason=True),
    Result("next_session", "Chuyển phiên sau", "Next session", needs_reason=True),
)
WRITTEN = ("passed", "lower_form", "failed")
"""Results of a written poll: there is no next session to go to."""
_VOTES = ("agree", "disagree", "blank")
_KEYED = ("result", "form", "reserve", *_VOTES)
_SESSION = ("held_on", "members", "present", "presided_by")


class Keyed(LineData):
    """What the paper sheet says of a name besides the result."""

    form: Form | None = labelled("Hình thức thông qua", "Form passed")
    reserve: Form | None = labelled("Hình thức dự phòng", "Reserve form")
    agree: Count | None = labelled("Số phiếu đồng ý", "Votes for")
    disagree: Count | None = labelled("Số phiếu không đồng ý", "Votes against")
    blank: Count | None = labelled("Số phiếu trắng", "Blank votes")


def results_for(row: List) -> tuple[Result, ...]:
    """The results that may be keyed on a sheet."""
    return tuple(r for r in RESULTS if not row.data.get("written") or r.value in WRITTEN)


def proposed_form(nomination: Nomination) -> str:
    """The form that the council is asked to pass."""
    return nomination.form_recommended or nomination.form_asked


def _entry(nomination: Nomination, said: LineInput) -> dict[str, Any]:
    form = said.data.get("form") or proposed_form(nomination)
    return {
        "result": said.result,
        "form": form if said.result in ("passed", "lower_form") else None,
        "reserve": said.data.get("reserve"),
        **{k: said.data.get(k) for k in _VOTES},
        "reason": said.reason,
    }


def _check_entry(
    nomination: Nomination, entry: Mapping[str, Any], session: Mapping[str, Any], *, written: bool
) -> tuple[str, str] | None:
    """Why an entry cannot stand on the sheet: a sentence and the same in English."""
    forms = award_forms()
    asked = forms[proposed_form(nomination)]
    if entry["result"] == "lower_form":
        if forms[entry["form"]].rank >= asked.rank:
            return f"chọn hình thức thấp hơn {asked.short}", f"choose a form lower than {asked.name_en}"
    elif entry["result"] == "passed" and entry["form"] != asked.code:
        return (
            f"thông qua thì đúng hình thức đề nghị, {asked.short}; muốn khác thì chọn hình thức thấp hơn",
            f"passed means the form proposed, {asked.name_en}; for another one choose “lower form”",
        )
    reserve = entry["reserve"]
    if reserve and (not entry["form"] or forms[reserve].rank >= forms[entry["form"]].rank):
        return (
            "hình thức dự phòng phải thấp hơn hình thức thông qua", "the reserve form must be lower than the form passed"
        )
    votes, present = sum(entry[k] or 0 for k in _VOTES), session["present"]
    if votes > present:
        who, who_en = ("gửi phiếu ý kiến", "who answered") if written else ("dự họp", "present")
        return (
            f"cộng {votes} phiếu, nhiều hơn {present} thành viên {who}",
            f"{how_many(votes, 'vote')} in all, more than {how_many(present, 'member')} {who_en}",
        )
    found = reckon(nomination, entry, session)
    return contradiction(entry, found, written=written) if found and found.blocks else None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the votes keyed of a name say, held against what its form of award needs."""

    need: Need | None
    missing: tuple[str, str] | None
    """Why it cannot be reckoned, in both languages."""
    agree: int | None
    contradicts: bool
    """Whether the result keyed is another than the one that the votes give."""

    @property
    def blocks(self) -> bool:
        """Whether the sheet must not say so: only sourced or confirmed values block."""
        return self.contradicts and self.need is not None and self.need.sure


def reckon(nomination: Nomination, entry: Mapping[str, Any], session: Mapping[str, Any]) -> Reckoned | None:
    """Hold an entry against the votes that its form needs; None where it says nothing of passing."""
    if entry.get("result") not in WRITTEN:
        return None
    agree = entry.get("agree")
    voting = sum(entry.get(k) or 0 for k in _VOTES) or session["present"]
    try:
        found = need(
            entry.get("form") or proposed_form(nomination), date.fromisoformat(session["held_on"]),
            members=session["members"], present=session["present"], voting=voting,
        )
    except Conflict as missing:
        return Reckoned(None, (missing.message, missing.message_en), agree, False)
    passes = agree is not None and agree >= found.votes
    return Reckoned(found, None, agree, agree is not None and passes != (entry["result"] != "failed"))


def reckoned(row: List, line: Line, nomination: Nomination) -> Reckoned | None:
    """The same of a line on which both secretaries agree; None before that."""
    if row.state not in ("agreed", "signed", "stands") or "session" not in row.data:
        return None
    return reckon(nomination, {**line.data, "result": line.result}, row.data["session"])


def need_words(found: Need, *, written: bool) -> tuple[str, str]:
    """A need as a sentence says it: votes, share, of whom, and the rule's source; the same in English."""
    rule, (of_whom, of_whom_en) = found.rule, {
        "members": ("thành viên Hội đồng", "members of the council"),
        "present": ("thành viên gửi phiếu ý kiến", "members who answered") if written
        else ("thành viên dự họp", "members present"),
        "voting": ("thành viên biểu quyết", "members who voted"),
    }[found.base]
    share, more, more_en = f"{rule.numerator}/{rule.denominator}", *(
        ("hơn", "more than") if rule.more_than else ("ít nhất", "at least")
    )
    return (
        f"cần {found.votes} phiếu đồng ý ({more} {share} của {found.of} {of_whom}; {rule.citation})",
        f"{found.votes} votes in favour are needed ({more_en} {share} of {found.of} {of_whom_en}; {rule.citation})",
    )


def contradiction(entry: Mapping[str, Any], one: Reckoned, *, written: bool) -> tuple[str, str]:
    """Why a result and its votes cannot both be right: result, votes, needed votes and rule; the same in English."""
    assert one.need is not None
    said, (needs, needs_en) = _label(entry["result"]), need_words(one.need, written=written)
    return (
        f"ghi “{said.label.lower()}” với {one.agree} phiếu đồng ý, nhưng {needs}",
        f"keyed as “{said.label_en.lower()}” with {one.agree} in favour, but {needs_en}",
    )


def _check_session(fields: Mapping[str, Any], *, written: bool) -> None:
    if fields["present"] > fields["members"]:
        who, who_en = ("gửi phiếu ý kiến", "who answered") if written else ("dự họp", "present")
        raise Invalid.at(
            "present",
            f"Số thành viên {who} {fields['present']} nhiều hơn số thành viên Hội đồng {fields['members']}.",
            f"{fields['present']} members {who_en}, but the council has {fields['members']}.",
        )


def _key(acting: Acting) -> None:
    """Keep one secretary's entry; the second of another person is compared with it, line by line."""
    row = acting.list
    by, written = str(acting.by.account), bool(row.data.get("written"))
    _check_session(acting.fields, written=written)
    entries = {str(n.id): _entry(n, said) for _, n, said in acting.lines}
    offered = {r.value for r in results_for(row)}
    bad = [
        bad_line(line, n, *why)
        for line, n, said in acting.lines
        if (
            why := _check_entry(n, entries[str(n.id)], acting.fields, written=written)
            if said.result in offered
            else ("lấy ý kiến bằng văn bản không chuyển sang phiên sau", "a written poll has no next session")
        )
    ]
    if bad:
        raise bad_lines(bad)
    keyed = {**row.data.get("keyed", {}), by: entries}
    if len(keyed) > 2:
        raise Conflict(
            "Đã có hai thư ký nhập. Thư ký đã nhập mới sửa được bản của mình.",
            "Two secretaries have keyed already; each may correct the own entry.",
            code="keyed-twice",
        )
    row.data = {**row.data, "keyed": keyed, "sessions": {**row.data.get("sessions", {}), by: dict(acting.fields)}}
    for line, _, _ in acting.lines:
        line.result = None
    acting.extra["round"] = list(keyed).index(by) + 1
    if len(keyed) < 2:
        acting.state = "keying"
        return
    _compare(acting)


def _compare(acting: Acting) -> None:
    """Both entries are there: they agree, or the lines and the fields of the session that differ are named."""
    row = acting.list
    first, second = row.data["keyed"].values()
    one, other = row.data["sessions"].values()
    # A name that has left the agenda since the first entry is no difference.
    names = [str(n.id) for _, n, _ in acting.lines]
    differing = [int(n) for n in names if any(first.get(n, {}).get(k) != second.get(n, {}).get(k) for k in _KEYED)]
    unlike = [k for k in _SESSION if one.get(k) != other.get(k)]
    row.data = {**row.data, "differing": differing, "differing_session": unlike}
    acting.extra["differing"] = differing
    acting.state = "differs" if differing or unlike else "agreed"
    if acting.state == "differs":
        return
    row.data = {**row.data, "session": one}
    for line, nomination, _ in acting.lines:
        entry = first[str(nomination.id)]
        line.result = entry["result"]
        line.reason = entry["reason"] or second[str(nomination.id)]["reason"]
        line.data = {**line.data, **{k: entry[k] for k in ("form", "reserve", *_VOTES)}}


def shown_data(by: Actor, row: List) -> Mapping[str, Any]:
    """Until both entries are there nobody sees what was keyed but the own entry: keying twice is worth nothing else.

    Afterwards the secretaries see both, to mend what differs; others see what was agreed.
    """
    hidden = ("keyed", "sessions", "differing", "differing_session")
    found = {k: v for k, v in row.data.items() if k not in hidden}
    own = str(by.account)
    both = len(row.data.get("keyed", {})) == 2 and by.may("secretary")
    for key in ("keyed", "sessions"):
        seen = {who: said for who, said in row.data.get(key, {}).items() if both or who == own}
        if seen:
            found[key] = seen
    if both:
        found |= {key: row.data[key] for key in hidden[2:] if key in row.data}
    return found


def own_session(row: List, by: Actor) -> Mapping[str, Any]:
    """What somebody keyed of the session itself, empty where he has not yet."""
    found: Mapping[str, Any] = row.data.get("sessions", {}).get(str(by.account), {})
    return found


def differences(row: List) -> dict[int, list[dict[str, Any]]]:
    """Lines on which the two secretaries differ: nomination → both entries."""
    keyed = list(row.data.get("keyed", {}).values())
    if len(keyed) != 2:
        return {}
    return {n: [one.get(str(n), {}) for one in keyed] for n in row.data.get("differing", [])}


def _sign(acting: Acting) -> None:
    """Sign the minutes: each name gets the result on which both entries agree, form passed and reserve form."""
    bad = [
        bad_line(line, n, f"hai bản nhập ghi “{_label(line.result).label.lower()}”, ký đúng kết quả đó",
                 f"both entries say “{_label(line.result).label_en.lower()}”; sign that result")
        for line, n, said in acting.lines
        if said.result != line.result
    ]
    bad += [
        bad_line(line, n, *contradiction({"result": line.result}, found, written=bool(acting.list.data.get("written"))))
        for line, n, _ in acting.lines
        if (found := reckoned(acting.list, line, n)) and found.blocks
    ]
    if bad:
        raise bad_lines(bad)
    _must_be_new(acting)
    if acting.by.account is None:
        acting.extra["outcome"] = acting.state = "stands"
    else:
        acting.list.data = {**acting.list.data, "minutes": dict(acting.fields)}
    _number(acting)
    carry_results(acting)


def _number(acting: Acting) -> None:
    """The minutes' number: as it was typed from the paper, after which the register goes on, else the next one of the register."""
    held_on = date.fromisoformat(acting.list.data["session"]["held_on"])
    typed = str(acting.fields.get("number") or "").strip()
    if typed:
        reach_number(acting.s, "council_minutes", held_on.year, typed)
    elif acting.by.account is not None:
        typed = number_minutes(acting.s, held_on, "council_minutes")
    acting.list.number = typed or None


def _must_be_new(acting: Acting) -> None:
    """Minutes have a number of their own among the council's of the year; Invalid names who carries it."""
    number, year = str(acting.fields.get("number") or "").strip(), str(acting.list.data["session"]["held_on"])[:4]
    others = acting.s.scalars(
        select(List).where(
            List.kind.in_(("council_sheet", *_SHEET.rivals)), List.id != acting.list.id, List.number.is_not(None)
        ).order_by(List.id)
    )
    for other in others:
        if number and _bare(other.number or "") == _bare(number) and _year_of(other) == year:
            raise Invalid.at(
                "number",
                f"Số biên bản {number} đã dùng trong năm {year} cho “{other.title}”. Ghi số khác.",
                f"Minutes number {number} is used in {year} by “{other.title}”. Give another one.",
                code="number-taken",
            )


def _bare(number: str) -> str:
    """A number of minutes without leading zeros, symbol and blanks: what must not be given twice."""
    head = number.strip().partition("/")[0].strip().casefold()
    return head.lstrip("0") or head


def _year_of(row: List) -> str:
    held = row.data.get("session", {}).get("held_on") or (row.dated or row.created_at).isoformat()
    return str(held)[:4]


def carry_results(acting: Acting) -> None:
    """Write what the council decided of each line to its name, and what the name's message carries.

    The line says it: `result`, `reason`, and in its data form passed, reserve form, votes and of how many they are.
    """
    acting.extra["results"] = [line.result for line, _, _ in acting.lines]
    for line, nomination, _ in acting.lines:
        if line.result in ("passed", "lower_form"):
            form, reserve = line.data["form"], line.data.get("reserve")
            nomination.form_passed, nomination.form_reserve = form, reserve
            acting.payloads[nomination.id] = {
                "level": level_of(form),
                "reserve_level": level_of(reserve) if reserve else None,
            }
        elif line.result == "failed":
            nomination.reason_code, nomination.refused_by = "NOT_PASSED", "council"
            nomination.reason = line.reason
        votes = {k: line.data[k] for k in _VOTES if isinstance(line.data.get(k), int)}
        counts_of = line.data.get("of") or _counts_of(acting.list, line, nomination)
        nomination.votes = ({**votes, "of": counts_of} if counts_of else votes) if votes else None


def _counts_of(row: List, line: Line, nomination: Nomination) -> int | None:
    """Of how many the rule reckons the votes on a result sheet; None where it cannot be reckoned."""
    found = reckoned(row, line, nomination)
    return found.need.of if found and found.need else None


def _label(value: str | None) -> Result:
    return next(r for r in RESULTS if r.value == value)


def sign_results() -> tuple[Result, ...]:
    """The results that minutes are signed with; why stands on the line already."""
    return tuple(Result(r.value, r.label, r.label_en) for r in RESULTS)


_SHEET = ListKind(
    name="council_sheet",
    label="Kết quả phiên họp Hội đồng",
    label_en="Council result sheet",
    states={
        "agenda": N_("Chờ nhập kết quả"),
        "keying": N_("Đã nhập một lần, chờ thư ký thứ hai"),
        "differs": N_("Hai bản nhập khác nhau"),
        "agreed": N_("Hai bản nhập khớp, chờ ký biên bản"),
        "signed": N_("Đã ký biên bản"),
        "stands": N_("Hết hạn lấy ý kiến, kết quả hai bản nhập khớp có hiệu lực"),
        lists.EMPTY: N_("Thôi ghi: không còn tên nào"),
    },
    start="agenda",
    acts=(
        Act(
            "key", "Ghi kết quả phiên họp", "Key the result", "council_sheet.key",
            ("agenda", "keying", "differs", "agreed"), results=RESULTS, form="council_session",
            waits=("wait_council", "wait_written_opinion"), line=Keyed, keeps=False, records=True, hands=2,
            held_allowed=True, effect=_key,
            told="Đã ghi kết quả {n} tên", told_en="Keyed {names}",
        ),
        Act(
            "sign", "Ký biên bản họp", "Sign the minutes", "council_sheet.sign", ("agreed",), to="signed",
            results=sign_results(), message="council:result", form="council_minutes",
            waits=("wait_council", "wait_written_opinion"), keeps=False, partial=True, left="leaves", effect=_sign,
            told="Đã ký biên bản, {n} tên", told_en="Minutes signed for {names}",
        ),
    ),
    tasks={
        "agenda": (ListTask("key", N_("Ghi kết quả phiên họp Hội đồng"), lambda row: "secretary", "session"),),
        "keying": (ListTask("key", N_("Nhập kết quả lần hai"), lambda row: "secretary", "session"),),
        "differs": (ListTask("key", N_("So hai bản nhập khác nhau"), lambda row: "secretary", "session"),),
        "agreed": (ListTask("sign", N_("Ký biên bản họp Hội đồng"), lambda row: "secretary", "session"),),
    },
    gathers=("wait_council",),
    rivals=("council_agenda",),
    shown=shown_data,
    due=within("ADHOC_OPINION_DAYS"),
)
_POLL = replace(
    _SHEET,
    label="Kết quả lấy ý kiến bằng văn bản",
    label_en="Result of a written poll",
    states={
        **_SHEET.states, "agreed": N_("Hai bản nhập khớp, chờ ký biên bản lấy ý kiến"), "signed": N_("Đã ký biên bản lấy ý kiến"),
    },
    acts=tuple(
        replace(act, label="Ghi kết quả lấy ý kiến", label_en="Key the result of the poll", form="council_poll") if act.name == "key"
        else replace(act, label="Ký biên bản lấy ý kiến", label_en="Sign the record of the poll",
                     told="Đã ký biên bản lấy ý kiến, {n} tên", told_en="Record of the poll signed for {names}")
        for act in _SHEET.acts
    ),
    tasks={
        **_SHEET.tasks,
        "agenda": (replace(_SHEET.tasks["agenda"][0], label=N_("Ghi kết quả lấy ý kiến")),),
        "agreed": (replace(_SHEET.tasks["agreed"][0], label=N_("Ký biên bản lấy ý kiến")),),
    },
)
"""A poll in writing is the same sheet, without a session."""
lists.KINDS["council_sheet"] = replace(_SHEET, worded=lambda row: _POLL if row.data.get("written") else None)
lists.ENDED_STATES["council_sheet"] = ("signed", "stands", lists.EMPTY)


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


def close_polls() -> int:
    """Close the written polls whose day has passed, each once; the worker's sweep (process.md 2.3).

    What two secretaries keyed alike by then stands without a signature. Otherwise nothing is decided by silence: the
    sheet asks its secretaries on, as overdue, and is signed by a person.
    """
    with reading() as s:
        due = s.scalars(
            select(List.id)
            .join(Round, Round.id == List.round_id)
            .where(
                List.kind == "council_sheet",
                List.state.not_in(lists.ENDED_STATES["council_sheet"]),
                Round.stage == AD_HOC,
                List.due_at < clock.now(),
            )
        ).all()
    return sum(_close_poll(number) for number in due)


def _blocked(row: List) -> bool:
    return any(
        (found := reckoned(row, line, n)) and found.blocks for line, n in lists.lines_of(row.id) if not line.removed
    )


def _close_poll(list_id: int) -> int:
    with transaction() as s:
        row = s.scalars(select(List).where(List.id == list_id).with_for_update(key_share=True)).one()
        if row.data.get("closed_on") or not row.data.get("written"):
            return 0
        row.data = {**row.data, "closed_on": clock.now().isoformat()}
        by = machine("timer")
        if _blocked(row) or lists.act_when_due(s, row, "sign", by=by, word="poll_closed") is None:
            row.version += 1
            trail.record(
                "council_sheet:poll_closed", by=by, stream=f"list:{list_id}",
                body={"state": row.state, "outcome": "hindered" if row.state == "agreed" else "asks"},
            )
        return 1
