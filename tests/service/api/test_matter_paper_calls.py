"""Papers of a matter over the API: those of it, one drawn up, one put in, and nothing of them for who does not see what is private."""

from __future__ import annotations

import io

import pytest

from tests.journeys.office import PDF, Office
from tests.journeys.program import Answered, Program
from tests.service.papers.reading import replaced, sent, text_of

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
SENDER = "Bà Sương Mai Lan"
ANSWER = {"way": "letter", "answer": "Đã xong ngày 03/11/2026."}
NUMBER = {"answer_number": "45", "answered_on": "2026-11-03"}


def _to_be_answered(office: Office) -> int:
    said = {"kind": "remark", "subject": "Mạng chập chờn", "content": "x", "received_on": "2026-11-02", "sender": SENDER}
    matter = office.begin("petition", by="vanphong", **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    office.step(matter, "answer_petition", by="truongphong", **ANSWER)
    return matter


@pytest.mark.long
@pytest.mark.office(after=_to_be_answered)
def test_a_program_draws_a_letter_up_reads_it_and_puts_others_in(office: Office, program: Program) -> None:
    papers = f"/matters/{office.made}/papers"
    (before,) = program.call("truongphong", "GET", papers)["items"]
    assert (before["paper"], before["formats"], before["may_draw"], before["old"]) == ("petition_answer", ["pdf", "docx"], True, False)
    assert (before["name_en"], before["private"]) == ("Letter that answers a petition", ["begun_by", "sender"])
    assert {one["version"] for one in before["papers"]} == {1}, "it drew itself up when it was signed"
    assert SENDER in text_of(sent(program.raw("truongphong", "GET", f"{papers}/petition_answer/preview")))
    drawn = program.call("truongphong", "POST", papers, {"paper": "petition_answer"})
    assert not drawn["fresh"] and {one["about"] for one in drawn["papers"]} == {f"matter:{office.made}"}
    assert not program.call("truongphong", "POST", papers, {"paper": "petition_answer"})["fresh"]
    (word,) = [one["id"] for one in drawn["papers"] if one["format"] == "docx"]
    content = sent(program.raw("truongphong", "GET", f"/papers/{word}/content"))
    file = {"file": (io.BytesIO(replaced(content, "03/11/2026.", "13/11/2026.")), "a.docx")}
    taken = program.raw("truongphong", "POST", f"{papers}/petition_answer/edited", data=file)
    assert taken.status_code == 201
    (wrong,) = taken.json["paper"]["differences"]
    assert wrong["contradicts"] and "dữ liệu ghi" in wrong["message"] and "the data" in wrong["message_en"]
    signed = program.raw("truongphong", "POST", f"{papers}/petition_answer/signed", data={"file": (io.BytesIO(PDF), "a.pdf")})
    assert (signed.status_code, signed.json["paper"]["source"], signed.json["paper"]["version"]) == (201, "signed", 3)
    (after,) = program.call("truongphong", "GET", papers)["items"]
    assert [one["version"] for one in after["papers"]] == [3, 2, 1, 1]
    office.step(office.made, "number_answer", by="vanthu", **NUMBER)
    (seen,) = program.call("vanthu", "GET", papers)["items"]
    assert (seen["may_draw"], seen["may_scan"]) == (False, True), "who numbered it reads it and puts the scan in"
    late = {"file": (io.BytesIO(content), "a.docx")}
    assert program.raw("truongphong", "POST", f"{papers}/petition_answer/edited", data=late).status_code == 409
    for who, status in (("vhxh", 404), ("donvi", 404), ("thanhtra", 403)):
        with pytest.raises(Answered) as refused:
            program.call(who, "POST", papers, {"paper": "petition_answer"})
        assert refused.value.status == status, who
    assert program.call("vhxh", "GET", papers)["items"] == []
    assert program.raw("vhxh", "GET", f"/papers/{word}/content").status_code == 404
    assert program.raw("chutich", "GET", f"/papers/{word}/signatures").json == {"items": []}
    with pytest.raises(Answered) as refused:
        program.call("truongphong", "POST", papers, {"paper": "no_such"})
    assert refused.value.status == 404


def _settled_here(office: Office) -> int:
    said = {"kind": "remark", "subject": "Mạng chập chờn", "content": "x", "received_on": "2026-11-02", "sender": SENDER}
    matter = office.begin("petition", by="vanphong", **said)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    return matter


@pytest.mark.office(after=_settled_here)
def test_a_program_draws_up_what_may_still_come_and_nothing_of_a_way_that_was_not_taken(office: Office, program: Program) -> None:
    papers = f"/matters/{office.made}/papers"
    assert [one["paper"] for one in program.call("truongphong", "GET", papers)["items"]] == ["petition_answer"]
    assert program.call("truongphong", "POST", papers, {"paper": "petition_answer"})["fresh"]
    with pytest.raises(Answered) as refused:
        program.call("truongphong", "POST", papers, {"paper": "petition_transfer"})
    assert refused.value.status == 409
    assert program.raw("truongphong", "GET", f"{papers}/petition_transfer/preview").status_code == 404
    late = {"file": (io.BytesIO(PDF), "a.pdf")}
    assert program.raw("truongphong", "POST", f"{papers}/petition_transfer/signed", data=late).status_code == 409
    assert [one["paper"] for one in program.call("truongphong", "GET", papers)["items"]] == ["petition_answer"]
