"""Codes on certificates: what they certify, where they lead, what is told of a forged, a revoked and a changed one."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import clock, papers
from service.awards import lists
from service.papers import codes
from service.papers.cli import paper
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from service.papers.printing import print_certificates
from service.papers.verifying import codes_in
from tests.journeys.office import PDF, Office
from tests.service.papers.conftest import draft_decision

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông")


def _issued(office: Office) -> int:
    """A decision over two names, numbered; their awards stand in the register."""
    return office.sign_decision(draft_decision(office, NAMES), 1126)


pytestmark = pytest.mark.office(after=_issued)


@pytest.fixture
def issued(office: Office) -> int:
    """The number of that decision."""
    number: int = office.made
    return number


def _drawn(office: Office, decision: int, place: int = 0) -> bytes:
    by = office.who("vanthu")
    name = [n.id for _, n in lists.lines_of(decision)][place]
    (one,) = papers.draw_certificate(decision, "certificate", name, by=by).papers
    return papers.open_paper(one.id, by=by)[2].read_bytes()


def _run(*said: str) -> tuple[int, str]:
    found = CliRunner().invoke(paper, list(said))
    return found.exit_code, found.output


@pytest.mark.long
def test_certificate_carries_a_code_that_says_what_it_says(office: Office, issued: int) -> None:
    content = _drawn(office, issued)
    assert _drawn(office, issued) == content, "the same certificate has the same code"
    (found,) = codes_in(content)
    assert found.certified is not None
    assert found.certified.words()[:3] == ("Hoàng Bình Minh", "Giấy khen của Chủ tịch UBND xã", "1126/QĐ-UBND")
    assert papers.standing_of(codes.code_of(found.certified)).how == "valid"
    facts = facts_of(lists.read_list(issued, by=office.who("vanthu")), kind_named("certificate"))
    both = codes_in(print_certificates(facts, facts["names"]))
    assert [(f.page, f.certified.name if f.certified else "") for f in both] == [(1, NAMES[0]), (2, NAMES[1])]


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=NAMES))
def test_draft_carries_no_code(office: Office) -> None:
    decision = office.made
    facts = facts_of(lists.read_list(decision, by=office.who("vanthu")), kind_named("certificate"))
    assert codes_in(print_certificates(facts, facts["names"])) == []


@pytest.mark.long
@pytest.mark.parametrize("place", [0, 5, -90, -1])
def test_changed_code_is_none_of_ours(office: Office, place: int) -> None:
    said = codes.Certified(1, "Hoàng Bình Minh", "Giấy khen", "1126/QĐ-UBND", date(2026, 12, 18), 1, "UBND XÃ SƠN MAI")
    code = codes.code_of(said)
    assert codes.read_code(code) == said and codes.read_code(f"https://vd.example/verify/{code}") == said
    changed = list(code)
    changed[place] = "A" if changed[place] != "A" else "Q"
    with pytest.raises(codes.NotOurs):
        codes.read_code("".join(changed))
    assert papers.standing_of("".join(changed)).how == "unknown"
    for other in ("", "x", "Ă" * 40, code[:-4], code + "AAAA"):
        with pytest.raises(codes.NotOurs):
            codes.read_code(other)
    with pytest.raises(codes.NotOurs):
        codes.read_code(code, b"\1" * 32)


def test_long_name_still_fits_a_code(office: Office) -> None:
    said = codes.Certified(10**9, "Đ" * 200, "Giấy khen của Chủ tịch UBND xã", "1126/QĐ-UBND", date(2026, 12, 18), 999, "UBND XÃ SƠN MAI")
    assert codes.picture_of(codes.address_of(said)).startswith("<svg") and codes.read_code(codes.code_of(said)).name == "Đ" * 120


def test_revoked_award_is_told_by_register_and_by_signed_list(office: Office, issued: int, tmp_path: Path) -> None:
    file, other = tmp_path / "giay-khen.pdf", tmp_path / "khac.pdf"
    file.write_bytes(_drawn(office, issued))
    other.write_bytes(_drawn(office, issued, 1))
    code, said = _run("verify", str(file))
    assert code == 0 and "Có giá trị." in said and "Hoàng Bình Minh" in said
    key = _run("key")[1].strip()
    assert _run("verify", str(file), "--key", key)[0] == 0
    (found,) = codes_in(file.read_bytes())
    assert found.certified is not None
    one = next(n.id for _, n in lists.lines_of(issued))
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", number="4/BC", reason="Gian dối thành tích")
    today = clock.today().isoformat()
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    assert papers.standing_of(codes.code_of(found.certified)).how == "valid"  # it is no act before it has its number
    office.act(row, "issue", by="vanthu", fields={"number": 77, "dated": today})
    assert papers.standing_of(codes.code_of(found.certified)).how == "revoked"
    code, said = _run("verify", str(file))
    assert code == 1 and "Đã bị hủy bỏ." in said
    gone = tmp_path / "huy-bo.json"
    gone.write_text(_run("revoked")[1], encoding="utf-8")
    code, said = _run("verify", str(file), "--key", key, "--revoked", str(gone))
    assert code == 1 and "Đã bị hủy bỏ." in said
    code, said = _run("verify", str(other), "--key", key, "--revoked", str(gone))
    assert code == 0 and "không nằm trong danh sách hủy bỏ" in said
    gone.write_text(gone.read_text(encoding="utf-8").replace(f"{found.certified.award}", "999"), encoding="utf-8")
    code, said = _run("verify", str(other), "--key", key, "--revoked", str(gone))
    assert code == 1 and "không do xã ký" in said


def test_certificate_of_a_name_that_was_amended_is_told_by_its_old_code(office: Office, issued: int, tmp_path: Path) -> None:
    file = tmp_path / "giay-khen.pdf"
    file.write_bytes(_drawn(office, issued))
    one = next(n.id for _, n in lists.lines_of(issued))
    (found,) = codes_in(file.read_bytes())
    assert found.certified is not None
    old = codes.code_of(found.certified)
    assert papers.standing_of(old).how == "valid" and _run("verify", str(file))[0] == 0
    row = office.file("amendment", one, "propose", by="vhxh", way="amend", new_name="Hoàng Bình Minh Anh", reason="Sai họ tên")
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    office.act(row, "issue", by="vanthu", fields={"number": 1140, "dated": clock.today().isoformat()})
    assert papers.standing_of(old).how == "replaced"
    page = office.app.test_client().get(f"/verify/{old}").get_data(as_text=True)
    assert "đã được thay bằng bản sửa" in page and "Không dùng tờ này" in page
    code, said = _run("verify", str(file))
    assert code == 1 and "được sửa hoặc in lại sau bản này" in said and "Có giá trị" not in said
    anew = _drawn(office, issued)
    assert _run("verify", str(file))[1].count("Bản này đã được thay bằng bản mới hơn") == 1
    file.write_bytes(anew)
    assert _run("verify", str(file))[0] == 0


def test_changed_file_and_what_is_no_paper_are_told(office: Office, issued: int, tmp_path: Path) -> None:
    content = _drawn(office, issued)
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    assert _run("verify", str(file))[0] == 0
    file.write_bytes(content + b"\n% more\n")
    code, said = _run("verify", str(file))
    assert code == 1 and "có thể đã bị sửa" in said and "Có giá trị" not in said and "nhưng tệp này đã bị sửa" in said
    file.write_bytes(PDF)
    code, said = _run("verify", str(file))
    assert code == 1 and ("Không có mã xác minh" in said or "không đọc được" in said)
    file.write_bytes(b"xin")
    assert "không đọc được như PDF" in _run("verify", str(file))[1]
    assert "64 chữ số" in _run("verify", str(file), "--key", "zz")[1]
