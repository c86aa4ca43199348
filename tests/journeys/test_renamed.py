"""A nominee who is renamed is found under the new name, in the new place, wherever names are listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service import trail
from service.awards import finding
from service.awards.finding import NominationFilter
from service.awards.lists import LineInput
from service.awards.models import Nomination, Recipient
from service.db import reading
from service.processes import inbox
from service.processes.models import ProcessInstance
from service.vietnamese import fold, person_sort_key
from tests.journeys.office import Office

ROUND = "HN-2026"
OLD, NEW = "Hoàng Bình Minh", "Vũ Ánh Dương"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _found(office: Office, text: str) -> list[int]:
    page = finding.find_nominations(office.who("vhxh"), NominationFilter(text=text))
    return [f.nomination.id for f in page.items]


def _stands(office: Office, one: int, name: str, title: str) -> None:
    """The name stands everywhere: nomination, case, recipient, search and order."""
    with reading() as s:
        n = s.get_one(Nomination, one)
        recipient = s.get_one(Recipient, n.recipient_id)
        case = s.get_one(ProcessInstance, n.instance_id)
        assert (n.name, recipient.name, case.title) == (name,) * 3
        assert (n.title, recipient.title) == (title,) * 2
        assert n.search == case.search == fold(f"{name} {title} {n.unit_name}")
        assert n.sort_key == recipient.sort_key == person_sort_key(name)
        assert recipient.search == fold(name)
    assert _found(office, fold(name)) == [one]


def _event(one: Nomination) -> trail.Event:
    page = trail.read(stream=f"instance:{one.instance_id}", limit=200)
    (event,) = [e for e in page.events if e.kind == "recipient:renamed"]
    return event


def test_a_change_of_name_reaches_every_place(office: Office) -> None:
    one = office.nominate(ROUND, name=OLD)
    _stands(office, one, OLD, "Giáo viên")
    office.assess(one)
    office.sign(one)
    office.file("recipient_change", one, by="thutruong", change="renamed", new_name=NEW)
    _stands(office, one, NEW, "Giáo viên")
    assert _found(office, "hoang binh minh") == []
    items = inbox.read_inbox(office.who("vhxh"), "group", filters=inbox.Filters("anh duong")).items
    assert [i.title for i in items] == [NEW]
    again = office.nominate("DX", name=NEW, unit="DONG-MAY", form="GK_XA")
    assert office.read(again).recipient_id == office.read(one).recipient_id
    event = _event(office.read(one))
    assert set(event.private) >= {"old_name", "new_name"}


@pytest.mark.long
def test_a_proof_by_the_unit_reaches_every_place_and_the_trail_tells_both_names(office: Office) -> None:
    one = office.nominate(ROUND, name=OLD)
    office.to_council(one, ROUND)
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    said = {"printed_name": NEW, "printed_title": "Phó Hiệu trưởng"}
    office.act(decision, "prove", by="donvi", lines=[LineInput(one, "corrected", data=said)])
    _stands(office, one, NEW, "Phó Hiệu trưởng")
    page = trail.read(stream=f"instance:{office.read(one).instance_id}", limit=200, sight=trail.Sight.VALUES)
    (event,) = [e for e in page.events if e.kind == "recipient:renamed"]
    assert OLD in trail.sentence(event) and NEW in trail.sentence(event) and "Phó Hiệu trưởng" in trail.sentence(event)
    office.act(decision, "prove", by="donvi", lines=[LineInput(one, "corrected", data=said)])
    _event(office.read(one))  # the same name again is no change
