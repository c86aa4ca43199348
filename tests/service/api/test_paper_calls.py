"""Papers over the API: listed, drawn up, edited, read, each write once under its key; certificates with their progress."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from service import clock, papers
from service.api import idempotency
from service.awards import lists
from service.awards.lists import LineInput
from service.db import reading
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program
from tests.service.papers.conftest import draft_decision
from tests.service.papers.keys import lay_keys, when_signed
from tests.service.papers.reading import replaced, sent, status


def _kind(program: Program, decision: int, code: str) -> dict[str, object]:
    items = program.call("vhxh", "GET", f"/lists/{decision}/papers")["items"]
    found: dict[str, object] = next(x for x in items if x["kind"] == code)
    return found


def _upload(program: Program, path: str, content: bytes, who: str = "vhxh", key: str = "") -> dict[str, object]:
    headers = {"Idempotency-Key": key} if key else {}
    given = {"file": (io.BytesIO(content), "Quyết định.docx")}
    answer = program.call(who, "POST", path, data=given, content_type="multipart/form-data", headers=headers)
    paper: dict[str, object] = answer["paper"]
    return paper


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_program_draws_a_paper_up_edits_it_and_reads_it(office: Office, program: Program) -> None:
    decision = office.made
    before = _kind(program, decision, "decision")
    assert (before["papers"], before["may_draw"], before["formats"]) == ([], True, ["pdf", "docx"])
    first = program.call("vhxh", "POST", f"/lists/{decision}/papers", {"kind": "decision"}, headers={"Idempotency-Key": "p1"})
    again = program.call("vhxh", "POST", f"/lists/{decision}/papers", {"kind": "decision"}, headers={"Idempotency-Key": "p1"})
    assert first == again and first["fresh"] and {p["version"] for p in first["papers"]} == {1}
    assert not program.call("vhxh", "POST", f"/lists/{decision}/papers", {"kind": "decision"})["fresh"]
    docx = next(p for p in first["papers"] if p["format"] == "docx")
    content = sent(program.raw("vhxh", "GET", f"/papers/{docx['id']}/content"))
    wrong = replaced(content, "Đỗ Hừng Đông", "Đỗ Hưng Đông")
    edited = _upload(program, f"/lists/{decision}/papers/decision/edited", wrong, key="p2")
    assert _upload(program, f"/lists/{decision}/papers/decision/edited", wrong, key="p2")["id"] == edited["id"]
    (difference,) = edited["differences"]  # type: ignore[misc]
    assert difference["what"] == "changed" and difference["contradicts"] and difference["says"] == "Đỗ Hưng Đông"
    with pytest.raises(Answered) as refused:
        program.call("vanphong", "POST", f"/lists/{decision}/acts/check_form", {"fields": {"decision": "accept"}})
    assert (refused.value.status, refused.value.problem["code"]) == (409, "paper-differs")
    assert refused.value.problem["lines"][0]["known"] == "Đỗ Hừng Đông"
    _upload(program, f"/lists/{decision}/papers/decision/edited", content)
    program.call("vanphong", "POST", f"/lists/{decision}/acts/check_form", {"fields": {"decision": "accept"}})
    program.call("chutich", "POST", f"/lists/{decision}/acts/sign", {})
    assert [p["version"] for p in _kind(program, decision, "decision")["papers"]] == [3, 2, 1, 1]  # type: ignore[attr-defined]
    assert sent(program.raw("vhxh", "GET", f"/lists/{decision}/papers/decision/preview")).startswith(b"%PDF-")


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_rights_are_those_of_the_pages(office: Office, program: Program) -> None:
    decision = office.made
    drawn = program.call("vhxh", "POST", f"/lists/{decision}/papers", {"kind": "decision"})
    number = drawn["papers"][0]["id"]
    assert status(program.raw("chutich", "GET", f"/papers/{number}/content")) == 200
    for who, code in (("donvi", 404), ("congan", 404)):
        assert status(program.raw(who, "GET", f"/papers/{number}/content")) == code
        assert status(program.raw(who, "GET", f"/lists/{decision}/papers")) == code
    for who, code in (("thanhtra", 403), ("chutich", 403), ("donvi", 404)):
        assert status(program.raw(who, "POST", f"/lists/{decision}/papers", {"kind": "decision"})) == code


@pytest.mark.office(after=draft_decision)
def test_certificates_come_with_their_progress(office: Office, program: Program) -> None:
    decision = office.made
    office.sign_decision(decision, 1126)
    batch = program.call("vanthu", "POST", f"/lists/{decision}/certificates", {"kind": "certificate"})
    assert (batch["state"], batch["done"], batch["total"]) == ("drawing", 0, 2)
    assert status(program.raw("vanthu", "GET", f"/certificates/{batch['id']}/content")) == 409
    office.work()
    assert program.call("vanthu", "GET", f"/certificates/{batch['id']}")["state"] == "done"
    assert sent(program.raw("vanthu", "GET", f"/certificates/{batch['id']}/content")).startswith(b"%PDF-")
    assert status(program.raw("donvi", "GET", f"/certificates/{batch['id']}")) == 404
    one = _kind(program, decision, "certificate")
    assert one["by_name"] and len(one["papers"]) == 2  # type: ignore[arg-type]


def test_sheet_of_a_name_is_drawn_for_that_name(office: Office, program: Program) -> None:
    one = office.nominate("HN-2026", name="Hoàng Bình Minh")
    office.assess(one)
    submission = office.submission(one)
    drawn = program.call("donvi", "POST", f"/lists/{submission}/papers", {"kind": "achievement_report", "nomination": one})
    assert drawn["fresh"] and {p["about"].partition(":")[0] for p in drawn["papers"]} == {"line"}
    docx = next(p for p in drawn["papers"] if p["format"] == "docx")
    content = sent(program.raw("donvi", "GET", f"/papers/{docx['id']}/content"))
    path = f"/lists/{submission}/papers/achievement_report/edited?nomination={one}"
    edited = _upload(program, path, replaced(content, "đúng sự thật", "thật"), "donvi")
    assert (edited["version"], edited["about"], edited["differences"]) == (2, docx["about"], [])
    for path in (f"papers/self_sheet/preview?nomination={one}", f"papers/achievement_report/preview?nomination={one}"):
        assert sent(program.raw("donvi", "GET", f"/lists/{submission}/{path}")).startswith(b"%PDF-")
    assert status(program.raw("donvi", "GET", f"/lists/{submission}/papers/self_sheet/preview")) == 422
    kinds = {x["kind"]: x for x in program.call("donvi", "GET", f"/lists/{submission}/papers")["items"]}
    assert kinds["achievement_report"]["by_name"] and [p["version"] for p in kinds["achievement_report"]["papers"]] == [2]


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_paper_is_signed_with_key_files_and_nothing_of_the_call_is_stored(office: Office, program: Program) -> None:
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision = office.made
    office.act(decision, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)])
    path = f"/lists/{decision}/papers/decision/signature"
    with pytest.raises(Answered) as wrong:
        program.call("chutich", "POST", path, {"as": "person", "passphrase": "sai-mat-khau"}, headers={"Idempotency-Key": "s1"})
    assert wrong.value.status == 422 and "sai-mat-khau" not in str(wrong.value.problem)
    signed = program.call("chutich", "POST", path, {"as": "person", "passphrase": "chutich"}, headers={"Idempotency-Key": "s1"})
    assert signed["paper"]["source"] == "esigned"
    assert signed["paper"]["signatures"] == [{"place": "NguoiKy", "who": "Hồ Đại Ngàn", "intact": True, "trusted": True}]
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    sealed = program.call("vanthu", "POST", path, {"as": "organisation", "passphrase": "organisation"})
    assert [s["place"] for s in sealed["paper"]["signatures"]] == ["NguoiKy", "CoQuan"]
    for who, code in (("vhxh", 403), ("donvi", 404)):
        assert status(program.raw(who, "POST", path, {"as": "person", "passphrase": "x"})) == code
    with reading() as s:
        assert not s.scalars(select(idempotency.Answered.key).where(idempotency.Answered.key == "s1")).all()


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_certificates_are_signed_with_key_files_by_a_program(office: Office, program: Program) -> None:
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision = office.made
    path = f"/lists/{decision}/certificates/signature"
    office.sign_decision(decision, 1126)
    with pytest.raises(Answered) as wrong:
        program.call("chutich", "POST", path, {"as": "person", "passphrase": "sai-mat-khau"}, headers={"Idempotency-Key": "s1"})
    assert wrong.value.status == 422 and "sai-mat-khau" not in str(wrong.value.problem)
    for who, given in (("chutich", "person"), ("vanthu", "organisation")):
        key = who if given == "person" else given
        batch = program.call(who, "POST", path, {"as": given, "passphrase": key}, headers={"Idempotency-Key": "s1"})
        assert (batch["act"], batch["total"]) == ("sign" if given == "person" else "seal", 2)
        when_signed(office, papers.batches_of(decision)["certificate", batch["act"]])
        now = program.call(who, "GET", f"/certificates/{batch['id']}")
        assert (now["state"], now["done"]) == ("done", 2)
        with pytest.raises(Answered) as again:
            program.call(who, "POST", path, {"as": given, "passphrase": key})
        assert (again.value.status, again.value.problem["code"]) == (409, "nothing-to-sign")
        assert status(program.raw(who, "GET", f"/certificates/{batch['id']}/content")) == 409
    found: list[dict[str, object]] = _kind(program, decision, "certificate")["papers"]  # type: ignore[assignment]
    assert [(p["source"], p["signatures"]) for p in found] == [("sealed", None)] * 2
    looked = program.call("vanthu", "GET", f"/papers/{found[0]['id']}/signatures")["items"]
    assert [(s["place"], s["intact"], s["trusted"]) for s in looked] == [("NguoiKy", True, True), ("CoQuan", True, True)]
    for who, code in (("vhxh", 403), ("donvi", 404)):
        assert status(program.raw(who, "POST", path, {"as": "person", "passphrase": "x"})) == code
        assert status(program.raw(who, "GET", f"/papers/{found[0]['id']}/signatures")) == (200 if who == "vhxh" else 404)
    with reading() as s:
        assert not s.scalars(select(idempotency.Answered.key).where(idempotency.Answered.key == "s1")).all()
