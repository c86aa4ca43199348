"""A unit that files on paper: the officer enters its dossier by number, date and scan, and everything says so."""

from __future__ import annotations

from typing import Any

import pytest

from service import clock, people, trail
from service.awards import lists, submissions
from service.awards.files import attach_file
from service.awards.lists import LineInput
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes import history, tasks
from tests.journeys.office import CLEAN_FACTS, Office

ROUND = "HN-2026"
UNIT = "DET-NANG-SOM"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCORES = {"score": 8, "note": "Theo báo cáo giấy.", "contents": ["ND3"]}
SHEET = {
    "form_asked": "GK_XA", "summary": "Dệt thêm ba mẫu vải mới, dạy nghề cho mười hai người.", "person_type": "official", "D1": SCORES,
    "facts": CLEAN_FACTS,
}


def _scan(office: Office, by: str = "vhxh") -> int:
    who = office.who(by)
    return attach_file(f"draft:{who.account}", "Công văn đến.pdf", PDF, by=who).id


def _paper(office: Office, number: str = "15/CV-DNS", by: str = "vhxh") -> dict[str, Any]:
    return {"number": number, "dated": clock.today().isoformat(), "scan": [_scan(office, by)]}


def _take(office: Office, by: str = "vhxh", unit: str = UNIT) -> int:
    return submissions.enter_paper(office.rounds[ROUND], office.units[unit], _paper(office, by=by), by=office.who(by))


def _nominate(office: Office, name: str = "Lê Vải Thô", **more: Any) -> int:
    return office.nominate(ROUND, name=name, unit=UNIT, by="vhxh", **more)


def _minutes(office: Office, submission: int, by: str = "vhxh") -> None:
    names = [n.id for line, n in lists.lines_of(submission) if not line.removed]
    office.act(submission, "minutes", by=by, lines=[LineInput(n, data={"votes": 10}) for n in names],
               fields={"held_on": "2026-11-02", "chaired_by": "Lê Trầm Hương", "members": 12, "present": 11})


def _told(office: Office, stream: str) -> list[str]:
    events = trail.read(stream=stream, limit=200, sight=trail.Sight.VALUES).events
    return [trail.sentence(e) for e in events]


@pytest.mark.long
def test_officer_enters_a_paper_dossier_to_the_certificate(office: Office) -> None:
    submission = _take(office)
    one = _nominate(office)
    assert office.submission(one) == submission
    office.complete(one, "self_assess", SHEET, by="vhxh")
    _minutes(office, submission)
    office.act(submission, "sign", by="vhxh")
    row = office.read(one)
    assert office.at(one) == {"check_dossier"} and row.received_at is not None
    office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    office.hand_over(one)
    assert office.status(one) == ("ended", "certificate")

    entered = f"(nhập thay {people.unit_name(office.units[UNIT])} theo văn bản số 15/CV-DNS ngày 03/11/2026)"
    name = people.names([office.who("vhxh").account or 0])[office.who("vhxh").account or 0]
    on_list, on_case = _told(office, f"list:{submission}"), _told(office, f"instance:{row.instance_id}")
    for told in (on_list, on_case):
        assert all(said.startswith(name) for said in told if entered in said)
    assert sum(entered in said for said in on_list) == 4, "paper, name, minutes, signature"
    assert sum(entered in said for said in on_case) == 2, "the sheet completed, and what it means"
    (stop,) = [s for s in history.timeline(row.instance_id or 0) if s.element == "self_assess"]
    assert stop.answers["entered_for"]["paper"] == "15/CV-DNS"
    assert trail.verify().ok


def test_supplement_is_entered_by_a_paper_of_its_own(office: Office) -> None:
    submission = _take(office)
    one = _nominate(office)
    office.complete(one, "self_assess", SHEET, by="vhxh")
    _minutes(office, submission)
    office.act(submission, "sign", by="vhxh")
    office.check(one, "supplement")
    office.act(submission, "return", by="vhxh")
    mended = {"mended": [{"what": "Thiếu minh chứng D1", "note": "Đã nộp", "files": []}], "amend_facts": False}
    with pytest.raises(Conflict, match="incoming paper"):
        office.complete(one, "supplement_dossier", mended, by="vhxh")
    office.act(submission, "take_paper", by="vhxh", fields=_paper(office, "22/CV-DNS"))
    office.complete(one, "supplement_dossier", mended, by="vhxh")
    office.act(submission, "sign_supplement", by="vhxh")
    assert office.at(one) == {"check_dossier"}
    assert any("22/CV-DNS" in said for said in _told(office, f"instance:{office.read(one).instance_id}"))


def test_without_the_paper_nothing_is_entered(office: Office) -> None:
    one = _nominate(office)
    with pytest.raises(Conflict, match="incoming paper") as refused:
        office.complete(one, "self_assess", SHEET, by="vhxh")
    assert refused.value.code == "paper-missing"
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]
    with pytest.raises(Conflict, match="incoming paper"):
        tasks.save_draft(stop.id, {}, by=office.who("vhxh"))
    for act in ("minutes", "sign"):
        with pytest.raises(Conflict) as refused:
            office.act(office.submission(one), act, by="vhxh")
        assert refused.value.code == "paper-missing"
    office.assess(one, by="donvi2")
    assert office.at(one) == {"wait_submission"}, "the unit itself needs no paper"


@pytest.mark.parametrize("missing", ["number", "dated", "scan"])
def test_paper_has_number_date_and_scan(office: Office, missing: str) -> None:
    paper = {k: v for k, v in _paper(office).items() if k != missing}
    with pytest.raises(Invalid) as refused:
        submissions.enter_paper(office.rounds[ROUND], office.units[UNIT], paper, by=office.who("vhxh"))
    assert [f.path for f in refused.value.faults] == [missing]


def test_scan_is_the_officers_own_file(office: Office) -> None:
    foreign = {**_paper(office), "scan": [_scan(office, "truongphong")]}
    with pytest.raises(Invalid):
        submissions.enter_paper(office.rounds[ROUND], office.units[UNIT], foreign, by=office.who("vhxh"))


def test_nobody_enters_for_the_own_unit_nor_for_himself(office: Office) -> None:
    assert _take(office)
    with pytest.raises(Forbidden):
        _take(office, unit="VHXH")
    submission = lists.read_list(
        submissions.open_submission(office.rounds[ROUND], office.units["VHXH"], by=office.who("vhxh")), by=office.who("vhxh")
    )
    assert "take_paper" not in {a.name for a in lists.acts_open_to(office.who("vhxh"), submission)}
    assert "take_paper" in {a.name for a in lists.acts_open_to(office.who("vanphong"), submission)}, "the substitute"
    mine = _nominate(office, "Lê Ban Mai", account=office.who("vhxh").account)
    with pytest.raises(Forbidden, match="concerns you"):
        office.complete(mine, "self_assess", SHEET, by="vhxh")
    with pytest.raises(Forbidden, match="concerns you"):
        office.act(office.submission(mine), "take_paper", by="vhxh", fields=_paper(office))
    office.complete(mine, "self_assess", SHEET, by="truongphong")


@pytest.mark.parametrize("who", ["donvi", "thutruong", "thuky", "quantri", "thanhtra", "chutich", "vanphong"])
def test_only_the_officer_enters(office: Office, who: str) -> None:
    submission = _take(office)
    one = _nominate(office)
    with pytest.raises((Forbidden, NotFound)):
        office.complete(one, "self_assess", SHEET, by=who)
    for act in ("take_paper", "minutes", "sign"):
        with pytest.raises((Forbidden, NotFound)):
            office.act(submission, act, by=who, fields=_paper(office, by=who) if act == "take_paper" else {})


def test_officer_does_not_claim_a_unit_s_task(office: Office) -> None:
    _take(office)
    one = _nominate(office)
    (stop,) = [s for s in history.timeline(office.read(one).instance_id or 0) if s.element == "self_assess"]
    with pytest.raises(NotFound):
        tasks.claim_task(stop.id, by=office.who("vhxh"))
    tasks.claim_task(stop.id, by=office.who("donvi2"))
    with pytest.raises(Conflict, match="holds this task"):
        office.complete(one, "self_assess", SHEET, by="vhxh")


def _file(office: Office, kind: str, one: int, by: str, **fields: Any) -> int:
    outcome = lists.file_one(kind, one, "file", {"dated": clock.today().isoformat(), **fields}, by=office.who(by))
    office.work()
    return outcome.list_id


def test_withdrawal_letter_is_entered_by_the_office(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    with pytest.raises(Invalid) as refused:
        _file(office, "withdrawal", one, "vhxh", reason="Đơn vị có công văn rút")
    assert {f.path for f in refused.value.faults} == {"number", "scan"}
    row = _file(office, "withdrawal", one, "vhxh", reason="Đơn vị có công văn rút", number="31/CV", scan=[_scan(office)])
    assert office.status(one) == ("ended", "withdrawn")
    assert lists.read_list(row, by=office.who("donvi")).data["entered_for"]["paper"] == "31/CV"
    (said,) = _told(office, f"list:{row}")[:1] or [""]
    assert any("theo văn bản số 31/CV" in s for s in _told(office, f"list:{row}")), said


def test_review_request_on_paper_is_entered_by_the_office(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one, "not_eligible")
    office.tell_result(one)
    with pytest.raises(Invalid):
        _file(office, "review_request", one, "vhxh", content="Xem lại D1")
    with pytest.raises(Forbidden):
        _file(office, "review_request", one, "donvi2", content="Xem lại D1", number="8/CV")
    row = _file(office, "review_request", one, "vhxh", content="Xem lại D1", number="8/CV", scan=[_scan(office)])
    assert office.at(one) == {"review_refusal"}
    assert any("theo văn bản số 8/CV" in s for s in _told(office, f"list:{row}"))
