"""Who scores what before the session: by hand, by unit, by lot, with the load shown; own sheets; who is behind is reminded."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from service import clock, notices, trail
from service.council import session as sessions
from service.council.session import Reviewing
from service.errors import Conflict, Forbidden, Invalid, NotFound
from tests.journeys.council import MEMBERS, Council


def _read(council: Council) -> Reviewing:
    return sessions.read_reviewing(council.id, by=council.office.who("thuky"))


def _load(council: Council) -> dict[int, int]:
    return {r.member_no: len(r.assigned) for r in _read(council).reviewers}


def _score(council: Council, login: str, *items: int, points: str = "8", **more: Any) -> sessions.ScoreSheet:
    by = council.office.who(login)
    found, _sheet = sessions.read_own_sheet(council.id, by=by)
    given = {item: {c.code: Decimal(points) for c in found.criteria[item]} for item in items}
    return sessions.file_own_sheet(council.id, given, by=by, **more)


def _kinds(council: Council) -> list[str]:
    return [e.kind for e in trail.read(stream=f"list:{council.read().list_id}", limit=100).events]


def test_names_are_given_by_hand_and_by_unit_and_taken_only_with_a_reason(council: Council) -> None:
    by = council.office.who("thuky")
    assert set(_load(council).values()) == {4}, "while nothing is given everybody scores everything"
    assert not _read(council).assigned
    assert sessions.assign_reviewers(council.id, [(3, 1), (3, 2), (4, 2)], by=by) == 3
    assert _load(council) == {1: 0, 2: 0, 3: 2, 4: 1, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0}
    assert sessions.assign_reviewers(council.id, [(3, 1)], by=by) == 0, "the same said again changes nothing"
    with pytest.raises(Invalid, match="reason|why"):
        sessions.assign_reviewers(council.id, [(5, 2)], [(4, 2)], by=by)
    assert sessions.assign_reviewers(council.id, [(5, 2)], [(4, 2)], "Đi công tác", by=council.office.who("truongphong")) == 2
    assert (_load(council)[4], _load(council)[5]) == (0, 1)
    unit = _read(council).items[0].unit_id
    assert sessions.assign_unit(council.id, unit, 6, by=by) == sum(i.unit_id == unit for i in _read(council).items)
    with pytest.raises(Invalid, match="no name"):
        sessions.assign_unit(council.id, council.office.units["DET-NANG-SOM"], 6, by=by)
    told = trail.read(stream=f"list:{council.read().list_id}", kind="council_agenda:reviewers_assigned").events
    assert len(told) == 3
    assert trail.verify().ok


def test_nobody_is_given_what_concerns_him_nor_loses_what_he_scored(council: Council) -> None:
    who = council.office.who
    assert sessions.assign_reviewers(council.id, [(3, 2)], by=who("thuky")) == 1, "what does not concern him"
    sessions.declare_conflict(council.id, 1, "Là em ruột", by=who("uv1"))
    with pytest.raises(Invalid) as refused:
        sessions.assign_reviewers(council.id, [(3, 1), (4, 1)], by=who("thuky"))
    assert [f.path for f in refused.value.faults] == ["pair-3-1"]
    assert _load(council)[4] == 0, "one that is refused changes nothing"
    assert _score(council, "uv1", 2).scored == (2,)
    with pytest.raises(Invalid, match="assigned"):
        _score(council, "uv1", 3)
    with pytest.raises(Invalid) as refused:
        sessions.assign_reviewers(council.id, [(4, 2)], [(3, 2)], "Nhầm", by=who("thuky"))
    assert [f.path for f in refused.value.faults] == ["pair-3-2"]
    for outsider in ("uv1", "vhxh", "chutich"):
        with pytest.raises(Forbidden):
            sessions.assign_reviewers(council.id, [(4, 1)], by=who(outsider))
    with pytest.raises(Forbidden):
        sessions.read_reviewing(council.id, by=who("uv1"))
    with pytest.raises(NotFound):
        sessions.read_own_sheet(council.id, by=who("uv8"))


def test_names_are_drawn_evenly_and_the_same_number_gives_the_same(council: Council) -> None:
    who = council.office.who
    sessions.declare_conflict(council.id, 1, "Là em ruột", by=who("uv1"))
    assert sessions.draw_reviewers(council.id, 3, 20261103, by=who("thuky")) == 20261103
    first = _read(council)
    assert [len(i.reviewers) for i in first.items] == [3, 3, 3, 3]
    assert 3 not in first.items[0].reviewers
    spread = Counter(len(r.assigned) for r in first.reviewers)
    assert set(spread) == {1, 2}, "twelve among nine"
    assert [(d.seed, d.each, d.count) for d in first.draws] == [(20261103, 3, 12)]
    with pytest.raises(Conflict, match="already"):
        sessions.draw_reviewers(council.id, 3, by=who("thuky"))
    pairs = [(no, i.item_no) for i in first.items for no in i.reviewers]
    sessions.assign_reviewers(council.id, [(2, 2)], pairs, "Bốc thăm lại", by=who("thuky"))
    left = _read(council)
    sessions.assign_reviewers(
        council.id, [], [(no, i.item_no) for i in left.items for no in i.reviewers], "Bốc thăm lại", by=who("thuky")
    )
    assert not _read(council).assigned
    sessions.draw_reviewers(council.id, 3, 20261103, by=who("thuky"))
    assert [i.reviewers for i in _read(council).items] == [i.reviewers for i in first.items]
    with pytest.raises(Conflict, match="only"):
        sessions.draw_reviewers(council.id, 9, by=who("thuky"))
    with pytest.raises(Invalid):
        sessions.draw_reviewers(council.id, 0, by=who("thuky"))
    assert sessions.draw_reviewers(council.id, 4, by=who("truongphong")) > 0


def test_member_scores_on_the_own_page_with_a_comment_and_it_counts_at_once(council: Council) -> None:
    who = council.office.who
    code = sessions.read_own_sheet(council.id, by=who("uv1"))[0].criteria[1][0].code
    sheet = _score(council, "uv1", 1, 2, points="9.5", comments={(1, code): "  Số liệu rõ.  "})
    assert (sheet.filed, sheet.counts, sheet.scored, len(sheet.items)) == (True, True, (1, 2), 4)
    assert sheet.comments == {(1, code): "Số liệu rõ."}
    again = _score(council, "uv1", 1, 2, points="9.5", comments={(1, code): "Số liệu rõ."})
    assert again == sheet
    assert _kinds(council).count("council_agenda:scored") == 1, "the same said again changes nothing"
    (ranked,) = sessions.ranking(council.id, by=who("thuky")).values()
    assert {r.sheets for r in ranked if r.council is not None} == {1}
    with pytest.raises(Invalid, match="no score|not saved"):
        _score(council, "uv1", 1, comments={(2, code): "Không có điểm"})
    with pytest.raises(Conflict, match="own page"):
        sessions.file_sheet(council.id, 3, {1: {code: Decimal(8)}}, by=who("thuky"))
    assert sessions.file_sheet(council.id, 4, {1: {code: Decimal(8)}}, by=who("thuky")).keyed_by
    with pytest.raises(Conflict, match="paper"):
        _score(council, "uv2", 1)
    sessions.assign_reviewers(council.id, [(5, 3)], by=who("thuky"))
    assert _load(council) == {1: 0, 2: 0, 3: 2, 4: 1, 5: 1, 6: 0, 7: 0, 8: 0, 9: 0}, "what was begun stays with who began it"
    with pytest.raises(Forbidden):
        sessions.file_own_sheet(council.id, {1: {code: Decimal(8)}}, by=who("vhxh"))


def test_who_is_behind_is_reminded_by_notice_and_letter_once_a_day(council: Council) -> None:
    who, office = council.office.who, council.office
    sessions.assign_reviewers(council.id, [(3, 1), (4, 1), (4, 2)], by=who("thuky"))
    _score(council, "uv1", 1)
    _score(council, "uv2", 1)
    found = _read(council)
    assert [(r.member_no, len(r.done), len(r.assigned)) for r in found.reviewers if r.behind] == [(4, 1, 2)]
    assert found.due == council.read().held_at.date()
    assert sessions.remind_reviewers(council.id, by=who("thuky")) == 1
    with pytest.raises(Conflict, match="reminded today"):
        sessions.remind_reviewers(council.id, by=who("truongphong"))
    office.work()
    (mail,) = [m for m in notices.outbox(by=who("quantri")).lines if m.letter == "scores_due"]
    assert mail.account == council.accounts[MEMBERS.index("uv2")]
    assert [r.reminded for r in _read(council).reviewers if r.behind] == [clock.today()]
    office.go_to(clock.today() + timedelta(days=1))
    assert sessions.remind_reviewers(council.id, [4, 5], by=who("thuky")) == 1
    _score(council, "uv2", 1, 2)
    with pytest.raises(Conflict):
        sessions.remind_reviewers(council.id, by=who("thuky"))
    with pytest.raises(Forbidden):
        sessions.remind_reviewers(council.id, by=who("uv1"))
