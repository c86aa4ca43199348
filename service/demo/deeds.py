"""The ad hoc round: deeds that were commended in days, and some that wait for somebody today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from service import clock
from service.demo.office import Case, Office

ROUND = "DX"


def run_past_deeds(office: Office) -> None:
    """Two deeds of the year, to their certificate and their provincial merit."""
    (saved,), (found,) = office.of(ROUND, "certificate"), office.of(ROUND, "merit")
    office.go_to(date(2026, 4, 14))
    _to_council(office, saved)
    decision = _poll(office, saved, "decision", "03/BB-HĐTĐKT")
    office.sign_decision(decision)
    office.work()
    office.issue(decision, 402)
    office.tell_units(21)
    office.go_to(date(2026, 4, 17))
    office.hand_over([saved], "Nhà văn hóa thôn Suối Trong")
    office.pay([saved], "PC-38")
    office.go_to(date(2026, 5, 12))
    _to_council(office, found)
    package = _poll(office, found, "package", "04/BB-HĐTĐKT")
    office.act(package, "sign", by="chutich")
    office.go_to(date(2026, 5, 13))
    office.send(package, "33")
    office.go_to(date(2026, 6, 2))
    from service.awards.lists import LineInput

    office.answer(package, "688/QĐ-UBND", LineInput(found.id, "granted"), by="tinh")
    office.go_to(date(2026, 6, 9))
    office.hand_over([found])


def days(office: Office) -> dict[int, Callable[[date], None]]:
    """Working day (0 = fifteen before today) → which deed is reported and how far it is taken that day."""

    def overdue(day: date) -> None:
        _request(office, office.of(ROUND, "check_overdue")[0])

    def deciding(day: date) -> None:
        case = office.of(ROUND, "deciding")[0]
        _to_council(office, case)
        _poll(office, case, "decision", "06/BB-HĐTĐKT")

    def recent(day: date) -> None:
        _request(office, office.of(ROUND, "check_fresh")[0])
        _to_council(office, office.of(ROUND, "written_opinion")[0])
        office.nominate(office.of(ROUND, "drafting")[0])

    return {11: overdue, 13: deciding, 14: recent}


def _request(office: Office, case: Case) -> None:
    """The unit's short report and its head's signature."""
    office.nominate(case)
    deed = case.deed
    answers: dict[str, Any] = {
        "form_asked": case.form,
        "deed": deed["title"],
        "deed_date": (clock.today() - timedelta(days=1)).isoformat(),
        "place": deed["place"],
        "summary": deed["summary"],
        "effect": deed["effect"],
        "contents": list(case.who["contents"]),
        "files": [],
        "facts": {
            "same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"
        },
    }
    office.complete(case, "short_report", answers, by=office.filer(case))
    office.sign([case])


def _to_council(office: Office, case: Case) -> None:
    _request(office, case)
    answers = {
        "decision": "accept", "form_recommended": case.form, "papers": ["LETTER", "SHORT_REPORT"],
        "comment": "Việc làm đã được xác minh tại chỗ.",
    }
    office.complete(case, "check_report", answers, by=office.officer(case))
    office.work()


def _poll(office: Office, case: Case, follows: str, number: str) -> int:
    """The written poll of the council; returns the list of one that the service makes after it."""
    sheet = office.list_of("council_sheet", case)
    for login in ("thuky", "thuky2"):
        office.key(sheet, {}, by=login)
    office.act(sheet, "sign", by="thuky", fields={"number": number})
    office.work()
    return office.list_of(follows, case)
