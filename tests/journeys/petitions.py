"""Petitions of journeys: one that is sent, whom it is about, and how a step of it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from service.errors import Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"


def send_petition(office: Office, by: str = "donvi", **more: Any) -> int:
    """A remark, or what `more` says otherwise; its number."""
    said = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được hồ sơ trực tuyến.",
            "received_on": "2026-11-02"} | more
    return office.begin("petition", by=by, **said)


def people_named(office: Office, *logins: str) -> list[str]:
    """People as a form names whom a petition is about."""
    return [f"account:{office.who(login).account}" for login in logins]


def refusal(office: Office, matter: int, element: str, field: str, *, by: str, **said: Any) -> str:
    """The sentence with which a step refuses an answer."""
    with pytest.raises(Invalid) as refused:
        office.step(matter, element, by=by, **said)
    return next(fault.message for fault in refused.value.faults if fault.path == field)


def finished_awards(office: Office, *names: str) -> list[int]:
    """Names whose award is decided, handed over and paid: their cases have ended."""
    found = office.posted(ROUND, *names)
    office.sit(ROUND, {}, found)
    office.decide(ROUND, 21, found)
    office.hand_over(found[0])  # the one list of all
    assert {office.status(one) for one in found} == {("ended", "certificate")}
    return found
