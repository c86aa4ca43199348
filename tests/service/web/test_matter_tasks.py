"""The page of a step of a matter: what was sent in stands beside the form, less what its reader may not see."""

from __future__ import annotations

import pytest

from tests.journeys.office import Office
from tests.service.web.desk import Desk

SENDER = "Bà Sương Mai Lan"


def _to_be_answered(office: Office) -> int:
    said = {"kind": "remark", "subject": "Mạng chập chờn", "content": "Ở thôn xa.", "received_on": "2026-11-02", "sender": SENDER}
    matter = office.begin("petition", by="vanphong", **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    return matter


@pytest.mark.office(after=_to_be_answered)
def test_who_does_a_step_reads_what_was_sent_and_what_was_done_before(desk: Desk) -> None:
    matter = desk.office.made
    (stop,) = [one for one in desk.office.stops(matter) if one.state == "open"]
    page = desk.get("truongphong", f"/tasks/{stop.id}")
    (dossier,) = page.xpath("//main//section[.//h2[normalize-space()='Đơn, kiến nghị']]")
    said = " ".join(dossier.text_content().split())
    assert "Mạng chập chờn" in said and "Ở thôn xa." in said and SENDER in said
    assert dossier.xpath(f".//a[@href='/matters/{matter}']"), "the whole of it is a click away"
    history = " ".join(page.xpath("//section[@id='dossier-history']")[0].text_content().split())
    assert "Phân loại đơn, kiến nghị" in history
    page = desk.get("vhxh", f"/tasks/{stop.id}")
    said = " ".join(page.xpath("//main")[0].text_content().split())
    assert "Ở thôn xa." in said and SENDER not in said, "who sent it, only those see who may"
