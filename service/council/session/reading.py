"""Reading sessions: who may, and how one stands now. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from service import clock, people
from service.actor import Actor
from service.awards import blinding, lists, scores
from service.awards.dossier import scores_of
from service.awards.models import List, Nomination, Round, Score
from service.awards.rule_versions import versions_by_id
from service.council.session import values, votes
from service.council.session.agenda import outlooks
from service.council.session.models import CouncilMember, CouncilSession
from service.council.session.planning import postponed_before
from service.council.session.ranking import cuts_of, ranked_names
from service.council.session.rows import KIND, Rows, no_session, rows_of, veil_of
from service.db import let_go, reading, session
from service.errors import Conflict, NotFound
from workflows.calendar import ZONE

_NOBODY = Actor(account=None, login="session", name="")


def may_read(rows: Rows, by: Actor) -> bool:
    """Tell whether somebody may read a session: by right, or as its member once he was invited."""
    if lists.may_read(by, rows.agenda):
        return True
    return rows.session.invited > 0 and rows.member_of(by.account) is not None


def read_session(session_id: int, *, by: Actor, veiled: bool = False) -> values.Session:
    """A session as it stands; NotFound for who may not read it.

    From a reviewer of a blind round its names are hidden, and who else keeps out of one; with `veiled` from whoever reads it,
    for what is printed for reviewers.
    """
    with reading():
        rows = rows_of(session_id)
        if not may_read(rows, by):
            raise no_session(there=True)
        return _value(rows, by, veiled=veiled)


def session_on_agenda(list_id: int) -> values.Session:
    """The session of an agenda as it stands, for papers of the agenda: who may read them is asked there."""
    with reading():
        return _value(rows_of(session_of_list(list_id)))


def list_sessions(
    *, by: Actor, page: int = 1, size: int = 50, running: bool = False
) -> tuple[list[values.Session], int]:
    """One page of the sessions that this person may read, the latest first, and how many there are.

    `running`: without those that are signed, called off or empty.
    """
    with reading() as s:
        found = s.execute(
            select(CouncilSession.id, CouncilSession.invited, List)
            .join(List, List.id == CouncilSession.list_id)
            .where(*([List.state.not_in(lists.ENDED_STATES[KIND])] if running else []))
            .order_by(CouncilSession.held_at.desc(), CouncilSession.id.desc())
        ).all()
        own = set(s.scalars(select(CouncilMember.session_id).where(CouncilMember.account == by.account)))
        mine = [n for n, invited, agenda in found if invited and n in own or lists.may_read(by, agenda)]
        return [_value(rows_of(n), by) for n in mine[(page - 1) * size : page * size]], len(mine)


def session_of_list(list_id: int) -> int:
    """Number of the session whose agenda a list is."""
    with reading() as s:
        found = s.scalars(select(CouncilSession.id).where(CouncilSession.list_id == list_id)).one_or_none()
    if found is None:
        raise no_session()
    return found


def session_ahead(account: int) -> int | None:
    """The session that a member is invited to and that is not over, the nearest; None where there is none."""
    with reading() as s:
        found = s.execute(
            select(CouncilSession.id, List.state, CouncilSession.held_at)
            .join(CouncilMember, CouncilMember.session_id == CouncilSession.id)
            .join(List, List.id == CouncilSession.list_id)
            .where(CouncilMember.account == account, List.state.in_(("invited", "sitting", "adjourned")))
        ).all()
    return min(((nearness(state, held_at), number) for number, state, held_at in found), default=(None, None))[1]


def nearness(state: str, held_at: datetime) -> tuple[int, float]:
    """Orders sessions that are not over: begun, then today's and later ones by their day, then those whose day has passed.

    A session that was planned and never held waits to be redated or called off; it must not stand before the next one.
    """
    if state in ("sitting", "adjourned"):
        return 0, held_at.timestamp()
    if held_at.astimezone(ZONE).date() >= clock.today():
        return 1, held_at.timestamp()
    return 2, -held_at.timestamp()


def what_if(session_id: int, away: int, *, by: Actor) -> dict[int, votes.Outlook]:
    """How each item would stand were one more member away (his number): item → outlook.

    Conflict for a reviewer of a blind round: who keeps out of a name tells whose it is.
    """
    with reading():
        rows = rows_of(session_id)
        if not may_read(rows, by):
            raise no_session(there=True)
        if blinding.hides(by, rows.agenda.round_id):
            raise Conflict(
                "Đợt này đang chấm ẩn danh, không xem thử được.", "The round is scored blind; nothing is tried out.", code="blind"
            )
        rows.member(away)
        day = clock.today()
        return {
            item.item_no: votes.outlook(
                item.form, day, members=len(rows.members), present=rows.present - {away}, absent=rows.absent | {away},
                recused=rows.recused(item.nomination_id),
            )
            for item in rows.items
        }


def _value(rows: Rows, by: Actor | None = None, *, veiled: bool = False) -> values.Session:
    """The session as it stands, for one reader; for none where who reads is asked elsewhere."""
    found = _whole(rows)
    if rows.blind not in blinding.BLIND or not (veiled or by is not None and blinding.hides(by, rows.agenda.round_id)):
        return found
    member = rows.member_of(by.account) if by is not None else None
    return _veiled(found, rows, None if veiled or member is None else member.member_no)


def _veiled(one: values.Session, rows: Rows, own: int | None) -> values.Session:
    """A session without its names. Of who keeps out of what only the own part stands: the rest would tell who it is.

    So what an item needs is reckoned as if nobody kept out: a voter fewer would tell that somebody does.

    `own`: number of the member who reads; where none does, it is a sheet on which each finds his own dashes.
    """
    row, veil, day = rows.session, veil_of(rows), clock.today()
    presides = row.presided_by or row.chair
    name = next((m.name for m in one.members if m.member_no == presides), "")
    return replace(
        one, title=veil.text(one.title), cuts=(), ended_for=veil.text(one.ended_for),
        members=tuple(replace(m, title=veil.text(m.title)) for m in one.members),
        items=tuple(
            replace(
                i, name=veil.codes[i.nomination_id], title="", unit_name="", unit=None, achievement=veil.text(i.achievement),
                form_reason=veil.text(i.form_reason), reason=veil.text(i.reason), discussion="", presides=presides, presides_name=name,
                recusals=tuple(r for r in i.recusals if own is None or r.member_no == own),
                outlook=votes.outlook(
                    i.form, day, members=len(rows.members), present=rows.present, absent=rows.absent, recused=set()
                ),
                left_over_from="", reopened=(),
                stopped=None if i.stopped is None else (veil.text(i.stopped[0]), veil.text(i.stopped[1])),
            )
            for i in one.items
        ),
    )


def _whole(rows: Rows) -> values.Session:
    s, one = session(), rows.session
    try:
        share = votes.quorum(clock.today())
        quorum = (share.of(len(rows.members)), share.citation, share.sure)
    except Conflict as missing:
        quorum = (None, missing.message, False)  # type: ignore[assignment]
    names = {m.member_no: m.name for m in rows.members}
    minutes, ended = one.minutes, rows.agenda.data.get("ended", {})
    return values.Session(
        id=one.id, list_id=one.list_id, round_id=rows.agenda.round_id,
        round_name=s.get_one(Round, rows.agenda.round_id).name, instance_id=one.instance_id, title=rows.agenda.title,
        state=rows.state, version=rows.agenda.version, held_at=one.held_at, place=one.place, quorum=quorum[0],
        quorum_basis=quorum[1], quorum_sure=quorum[2],
        members=tuple(_member(rows, m) for m in rows.members), items=_items(rows, names), presided_by=one.presided_by,
        sittings=tuple(_sitting(n, said, names) for n, said in enumerate(one.sittings, 1)),
        number=rows.agenda.number or "", conclusion=minutes.get("conclusion", ""),
        secretary=minutes.get("secretary_name", ""), secretary_on=_day(minutes.get("secretary_on")),
        signed_by=minutes.get("chair_name", ""), signed_on=_day(minutes.get("chair_on")), scan=minutes.get("scan"),
        cuts=cuts_of(rows.agenda.data),
        ended_for=ended.get("reason", ""), ended_on=_day(ended.get("on")), changed_rules=_changed_rules(rows),
    )


def _changed_rules(rows: Rows) -> tuple[values.ChangedRule, ...]:
    """Rules that were changed since the invitation, while a vote may still be reckoned by them."""
    known: Mapping[str, int] = rows.agenda.data.get("rules", {})
    if rows.state not in ("invited", "adjourned", "sitting") or not known:
        return ()
    now = votes.in_force([item.form for item in rows.items], clock.today())
    moved = {key: number for key, number in known.items() if now.get(key, number) != number}
    before, after = versions_by_id(moved), versions_by_id({key: now[key] for key in moved})
    changed = [key for key in moved if before[key].value != after[key].value]  # what was only confirmed asks the same votes
    names = people.names([by for key in changed if (by := after[key].made_by) is not None])
    return tuple(
        values.ChangedRule(
            key, after[key].label, before[key].version, after[key].version, names.get(after[key].made_by or 0, ""),
            made.astimezone(ZONE).date() if (made := after[key].made_at) else None,
        )
        for key in changed
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _member(rows: Rows, m: CouncilMember) -> values.Member:
    part = {rows.session.chair: "chair", rows.session.vice: "vice"}.get(m.member_no, "member")
    return values.Member(m.member_no, m.account, m.name, m.title, part, m.reply, m.present, m.reason)


def _items(rows: Rows, names: Mapping[int, str]) -> tuple[values.Item, ...]:
    ahead = outlooks(rows)
    numbers = [i.nomination_id for i in rows.items]
    known = {n.id: n for n in session().scalars(select(Nomination).where(Nomination.id.in_(numbers)))}
    over = rows.state in lists.ENDED_STATES[KIND]
    stopped = {} if over else lists.hindered(rows.agenda, lists.KINDS[KIND].act("sign"), by=_NOBODY)
    before = postponed_before(numbers)
    found = []
    for item in rows.items:
        n = known[item.nomination_id]
        decided = item.state in ("voting", "decided")
        presides = item.presided_by if decided else rows.presides(item)
        why = stopped.get(n.id)
        found.append(
            values.Item(
                item.item_no, n.id, n.name, n.title, n.unit_name, n.kind, n.subject_group, n.achievement, item.proposed,
                item.form, item.reserve, item.form_reason, item.state, item.discussion, item.result, item.reason,
                item.ballot, item.needed, item.denominator, dict(item.sums), presides,
                names.get(presides, "") if presides is not None else "",
                tuple(
                    values.Recusal(r.member_no, names.get(r.member_no, ""), r.cause, r.reason)
                    for r in rows.recusals if r.nomination_id == n.id
                ),
                ahead[item.item_no], (why["message"], why["message_en"]) if why else None, before.get(n.id, ""),
                tuple(
                    values.Reopened(was["result"], was["sums"], was["reason"], date.fromisoformat(was["on"])) for was in item.reopened
                ),
                n.unit_id,
            )
        )
    return tuple(found)


def _sitting(number: int, said: Mapping[str, Any], names: Mapping[int, str]) -> values.Sitting:
    return values.Sitting(
        number, datetime.fromisoformat(said["opened"]),
        datetime.fromisoformat(said["ended"]) if said["ended"] else None, said["reason"],
        names.get(said["presided_by"], ""), tuple(names.get(n, "") for n in said["present"]),
        tuple((names.get(int(n), ""), why) for n, why in said["absent"].items()),
        tuple((names.get(n, ""), came, datetime.fromisoformat(at), why) for n, came, at, why in said.get("moves", [])),
        not said.get("put_off", False),
    )


def read_dossier(session_id: int, item_no: int, *, by: Actor) -> tuple[values.Item, Nomination, list[Score]]:
    """An item with its nomination and its scores, for who sits in the session or may read it; NotFound for others."""
    one = read_session(session_id, by=by)
    try:
        item = one.item(item_no)
    except LookupError:
        raise NotFound(f"Chương trình không có mục {item_no}.", f"The agenda has no item {item_no}.") from None
    with reading() as s:
        row, found = s.get_one(Nomination, item.nomination_id), scores_of(item.nomination_id)
        let_go([row])
        if blinding.hides(by, one.round_id):
            veil = veil_of(rows_of(session_id))
            return item, veil.over(row), [_veiled_score(score, veil) for score in found]
        return item, row, found


def _veiled_score(row: Score, veil: blinding.Veil) -> Score:
    """A score as a reviewer of a blind round may see it: the figures, and the notes without names. A row that is never written."""
    return Score(
        nomination_id=row.nomination_id, criterion=row.criterion, position=row.position, own=row.own,
        own_note=veil.text(row.own_note or ""), contents=row.contents, files=row.files, office=row.office,
        office_note=veil.text(row.office_note or ""), maximum=row.maximum, weight=row.weight,
    )


def ranking(session_id: int, *, by: Actor) -> dict[str, list[scores.Ranked]]:
    """The names on the agenda within each subject group; equal points share a place, and place 1 is the highest.

    The council's scores rank by the rule of the day on which the session was first held, else of today; where there are
    none, the office's weighted total ranks.
    """
    one = read_session(session_id, by=by)
    return _ranked_for(by, one, {i.nomination_id for i in one.items if i.live})


def items_ranked(session_id: int, item_nos: Collection[int], *, by: Actor) -> dict[str, list[scores.Ranked]]:
    """Some items of the agenda within each subject group, as a cut takes them when they are put to the vote."""
    one = read_session(session_id, by=by)
    return _ranked_for(by, one, {i.nomination_id for i in one.items if i.item_no in item_nos})


def _ranked_for(by: Actor, one: values.Session, names: Collection[int]) -> dict[str, list[scores.Ranked]]:
    found = ranked_names(one.round_id, names, rank_day(one))
    if not blinding.hides(by, one.round_id):
        return found
    with reading():
        veil = veil_of(rows_of(one.id))
    return {group: [replace(row, nomination=veil.over(row.nomination)) for row in rows] for group, rows in found.items()}


def rank_day(one: values.Session) -> date:
    """The day whose rule ranks the names of a session."""
    return one.sittings[0].opened.astimezone(ZONE).date() if one.sittings else clock.today()
