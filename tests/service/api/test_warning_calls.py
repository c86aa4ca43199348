"""The warning of an open finding over the API: on a nomination of the unit and on its submission, in the caller's language."""

from __future__ import annotations

import pytest

from service.council import session as sessions
from tests.journeys.council import ROUND, Council
from tests.journeys.inspections import ASSIGN, PUBLISH, TWO, concluded, look, mend
from tests.journeys.office import Office
from tests.journeys.program import Program

WORDS = {"vi": "Đơn vị còn kiến nghị kiểm tra chưa khắc phục xong.", "en": "Findings of an inspection of this unit are not all mended yet."}


@pytest.mark.long
def test_an_open_finding_warns_a_program_of_the_unit_and_leads_there_only_who_reads_the_inspection(
    office: Office, program: Program,
) -> None:
    one, = office.received(ROUND, "Hoàng Bình Minh")
    paths = (f"/nominations/{one}", f"/lists/{office.submission(one)}")

    def warned(who: str, path: str, language: str = "vi") -> object:
        return program.call(who, "GET", path, headers={"Accept-Language": language})["warnings"]

    assert [warned(who, path) for who in ("donvi", "vhxh") for path in paths] == [[]] * 4
    matter = concluded(office, TWO)
    for path in paths:
        for who in ("donvi", "vhxh"):
            for language, words in WORDS.items():
                assert warned(who, path, language) == [{"words": words, "matter": matter, "number": "KT 01/2026"}], (who, path)
        assert warned("vanphong", path) == [{"words": WORDS["vi"], "matter": None, "number": ""}], "which inspection it is he does not read"
    for title in (PUBLISH, ASSIGN):
        mend(office, matter, title, "Đã làm xong.")
        look(office, matter, title, "mended")
    assert [warned("vhxh", path) for path in paths] == [[], []]


@pytest.mark.long
@pytest.mark.parametrize("blind", [False, True])
def test_it_stands_on_the_agenda_of_the_council_but_not_for_who_may_not_know_the_unit(
    office: Office, program: Program, blind: bool,
) -> None:
    matter = concluded(office, TWO)
    council = Council(office)
    council.fill(2)
    if blind:
        sessions.set_blind(office.rounds[ROUND], "Chấm khách quan", by=office.who("truongphong"))
    council.plan()
    council.invite()

    def warned(who: str) -> list[object]:
        return [one["warnings"] for one in program.call(who, "GET", f"/council-sessions/{council.id}")["items"]]

    there = [{"words": WORDS["vi"], "matter": matter, "number": "KT 01/2026"}]
    assert warned("thuky") == [there, there]
    assert warned("uv1") == ([[], []] if blind else [there, there])
