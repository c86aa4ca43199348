"""A round is reviewed: names drawn by lot, scored with comments, those behind reminded, the unit told in words that were checked."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from service import notices, trail
from service.awards import nominations
from service.council import session as sessions
from service.council.ballot import Sum
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import DAY, MEMBERS, Council, filled, invited

SAID = {"D1": "Minh chứng rõ, nên nêu số người đã học."}


@pytest.fixture
def council(office_on: OpenOffice) -> Council:
    return invited(office_on(DAY, partial(filled, count=3)))


def _score(council: Council, login: str, points: str) -> None:
    by = council.office.who(login)
    found, sheet = sessions.read_own_sheet(council.id, by=by)
    given = {item: {c.code: Decimal(points) for c in found.criteria[item]} for item in sheet.items}
    said = {(item, c.code): SAID[c.code] for item in sheet.items for c in found.criteria[item]}
    sessions.file_own_sheet(council.id, given, said, by=by)


def _sit(council: Council) -> None:
    council.open()
    council.discuss(1, 2, 3)
    council.hands(council.round(1, 2, 3, secret=False), {n: Sum(9, 0, 0, 0) for n in (1, 2, 3)})
    council.close()


@pytest.mark.long
def test_a_round_is_drawn_scored_reminded_ranked_and_its_unit_told(council: Council) -> None:
    office, who = council.office, council.office.who
    sessions.draw_reviewers(council.id, 3, 20_261_103, by=who("thuky"))
    scorers = [MEMBERS[r.member_no - 1] for r in sessions.read_reviewing(council.id, by=who("thuky")).reviewers if r.assigned]
    for login, points in zip(scorers[:-1], "98769878", strict=True):
        _score(council, login, points)
    assert sessions.remind_reviewers(council.id, by=who("thuky")) == 1, "the one who has not scored"
    _score(council, scorers[-1], "8")
    assert not [r for r in sessions.read_reviewing(council.id, by=who("thuky")).reviewers if r.behind]
    (ranked,) = sessions.ranking(council.id, by=who("thuky")).values()
    assert {r.sheets for r in ranked} == {3}, "each name has its three sheets"

    one = council.read().items[0].nomination_id
    found = sessions.read_feedback(one, by=who("thuky"))
    assert found.comments == (("D1", SAID["D1"]),) * 3
    assert sessions.draft_feedback(one, "Minh chứng rõ. Lần sau nêu thêm số người đã học.", by=who("thuky")) == 1
    with pytest.raises(Conflict, match="minutes"):
        sessions.release_feedback(one, 1, by=who("truongphong"))
    _sit(council)
    before = sessions.read_feedback(one, by=who("donvi"))
    assert (before.words, before.state, before.comments) == ("", "", ()), "the unit reads nothing before the release"
    sessions.release_feedback(one, 1, by=who("truongphong"))
    office.work()
    told = sessions.read_feedback(one, by=who("donvi"))
    assert (told.state, told.words, told.comments, told.version) == (
        "released", "Minh chứng rõ. Lần sau nêu thêm số người đã học.", (), 0,
    )
    mails = [m for m in notices.outbox(by=who("quantri")).lines if m.letter == "feedback"]
    assert {m.account for m in mails} == {who("donvi").account, who("thutruong").account}
    with pytest.raises(NotFound):
        sessions.read_feedback(one, by=who("donvi2"))
    stream = f"instance:{nominations.read_nomination(one, by=who('vhxh')).instance_id}"
    assert not [e for e in trail.read(stream=stream, limit=200).events if "feedback" in e.kind], "a unit reads this trail"
    kinds = [e.kind for e in trail.read(stream=f"list:{council.read().list_id}", limit=200).events]
    assert kinds.count("council_agenda:feedback_drafted") == kinds.count("council_agenda:feedback_released") == 1
    assert trail.verify().ok


@pytest.mark.long
def test_a_name_that_was_decided_without_scores_is_waited_for_no_more(council: Council) -> None:
    who = council.office.who
    _score(council, "uv2", "8")
    council.open()
    council.discuss(1, 2, 3)
    assert sessions.read_own_sheet(council.id, by=who("uv1"))[1].items == (1, 2, 3)
    council.hands(council.round(1, secret=False), {1: Sum(9, 0, 0, 0)})
    assert sessions.read_own_sheet(council.id, by=who("uv1"))[1].items == (2, 3), "nobody can score the first any more"
    _score(council, "uv1", "7")
    early, late = (sessions.read_own_sheet(council.id, by=who(login))[1].scored for login in ("uv2", "uv1"))
    assert (early, late) == ((1, 2, 3), (2, 3)), "what was scored in time stays"
    found = {MEMBERS[r.member_no - 1]: r.behind for r in sessions.read_reviewing(council.id, by=who("thuky")).reviewers}
    assert not found["uv1"]
    assert not found["uv2"]
    assert found["uv3"]
    council.hands(council.round(2, 3, secret=False), {n: Sum(9, 0, 0, 0) for n in (2, 3)})
    with pytest.raises(Conflict, match="Nobody is left"):
        sessions.remind_reviewers(council.id, by=who("thuky"))


@pytest.mark.long
def test_whom_a_name_concerns_reads_what_its_unit_reads_whatever_his_office(office_on: OpenOffice) -> None:
    office = office_on(DAY)
    who, inspector = office.who, office.who("thanhtra")
    council = Council(office)
    own, other = council.fill(2, name=inspector.name, account=inspector.account)
    council.plan()
    council.invite()
    _score(council, "uv1", "8")
    sessions.draft_feedback(own, "Minh chứng rõ.", by=who("thuky"))
    assert sessions.read_feedback(other, by=inspector).comments == (("D1", SAID["D1"]),)
    assert sessions.read_feedback(own, by=who("thuky")).comments == (("D1", SAID["D1"]),)
    mine = sessions.read_feedback(own, by=inspector)
    assert (mine.words, mine.state, mine.comments) == ("", "", ()), "what reviewers said of himself is not for him"
    assert mine.concerned
    council.open()
    council.discuss(1, 2)
    council.hands(council.round(1, 2, secret=False), {n: Sum(9, 0, 0, 0) for n in (1, 2)})
    council.close()
    sessions.release_feedback(own, 1, by=who("truongphong"))
    assert sessions.read_feedback(own, by=inspector).words == "Minh chứng rõ."


@pytest.mark.long
def test_words_for_the_unit_take_two_people_and_name_nobody(council: Council) -> None:
    who = council.office.who
    one = council.read().items[0].nomination_id
    for outsider in ("uv1", "vhxh", "donvi", "truongphong"):
        with pytest.raises(Forbidden):
            sessions.draft_feedback(one, "Hồ sơ rõ.", by=who(outsider))
    for wrong in ("  ", "x" * 4_001, f"Ông {council.read().members[4].name.lower()} khen."):
        with pytest.raises(Invalid):
            sessions.draft_feedback(one, wrong, by=who("thuky"))
    with pytest.raises(Conflict, match="No words"):
        sessions.release_feedback(one, 1, by=who("truongphong"))
    assert sessions.draft_feedback(one, "Hồ sơ rõ.", by=who("thuky")) == 1
    assert sessions.draft_feedback(one, "Hồ sơ rõ.", by=who("thuky")) == 1, "the same said again changes nothing"
    with pytest.raises(Invalid):
        sessions.return_feedback(one, " ", by=who("truongphong"))
    sessions.return_feedback(one, "Nêu rõ chỗ cần bổ sung", by=who("truongphong"))
    assert sessions.read_feedback(one, by=who("thuky")).returned_for == "Nêu rõ chỗ cần bổ sung"
    assert sessions.draft_feedback(one, "Hồ sơ rõ, nên có số liệu.", by=who("thuky2")) == 2
    _sit(council)
    with pytest.raises(Forbidden):
        sessions.release_feedback(one, 2, by=who("thuky"))
    with pytest.raises(Stale):
        sessions.release_feedback(one, 1, by=who("truongphong"))
    sessions.release_feedback(one, 2, by=who("truongphong"))
    with pytest.raises(Conflict, match="went out"):
        sessions.draft_feedback(one, "Khác", by=who("thuky"))
