"""Certificates of a decision signed with keys in one go: by whom, resumed, what was corrected since, what is refused."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service import clock, papers, trail
from service.awards import lists
from service.awards.models import Award
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.jobs.models import JobRow
from service.papers import PaperBatch
from service.papers.cli import paper
from tests.journeys.office import Office
from tests.service.papers.conftest import draft_decision
from tests.service.papers.keys import lay_keys, when_signed
from tests.service.papers.reading import marks_of, text_of

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông", "Lê Trúc Xanh")
PERSON, OFFICE = ("NguoiKy", "Hồ Đại Ngàn", True, True), ("CoQuan", "ỦY BAN NHÂN DÂN XÃ SƠN MAI", True, True)


@pytest.fixture
def keys(office: Office) -> Path:
    """The folder of the key files."""
    folder: Path = office.app.extensions["settings"].signing_folder
    lay_keys(folder)
    return folder


def _issued(office: Office) -> int:
    """A decision that the chair signed and the clerk numbered."""
    return office.sign_decision(draft_decision(office, NAMES), 1126)


pytestmark = pytest.mark.office(after=_issued)


@pytest.fixture
def decision(office: Office, keys: Path) -> int:
    """The decision that was issued, and the keys to sign its certificates."""
    number: int = office.made
    return number


def _states(office: Office, decision: int) -> dict[str, str]:
    row = lists.read_list(decision, by=office.who("vanthu"))
    found = papers.certificates_signed(row)
    return {n.name: found[line.id] for line, n in lists.lines_of(decision) if line.id in found}


def _paper(decision: int, name: str) -> papers.Paper:
    (line,) = [line.id for line, n in lists.lines_of(decision) if n.name == name]
    return papers.papers_by_name(decision, "certificate")[f"line:{line}"]


def _name(decision: int, name: str) -> int:
    return next(n.id for _, n in lists.lines_of(decision) if n.name == name)


def _bytes(office: Office, one: papers.Paper) -> bytes:
    return papers.open_paper(one.id, by=office.who("vanthu"))[2].read_bytes()


def _sign(office: Office, decision: int, passphrase: str = "chutich") -> PaperBatch:
    return when_signed(office, papers.sign_certificates(decision, passphrase, by=office.who("chutich")))


def _seal(office: Office, decision: int) -> PaperBatch:
    return when_signed(office, papers.seal_certificates(decision, "organisation", by=office.who("vanthu")))


def _code(one: papers.Paper) -> str:
    return str(one.facts["names"][0]["address"]).rpartition("/")[2]


@pytest.mark.long
def test_chair_signs_all_then_the_organisation_each_a_version(office: Office, decision: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.papers.certificate_signing.PIECE", 2)  # three names take two pieces
    by = office.who("vanthu")
    before = papers.ask_certificates(decision, "certificate", by=by)
    office.work()
    assert _states(office, decision) == dict.fromkeys(NAMES, "unsigned")
    batch = _sign(office, decision)
    assert (batch.act, batch.state, batch.done, batch.total) == ("sign", "done", 3, 3)
    assert _states(office, decision) == dict.fromkeys(NAMES, "esigned")
    first = {name: _bytes(office, _paper(decision, name)) for name in NAMES}
    assert _seal(office, decision).state == "done" and _states(office, decision) == dict.fromkeys(NAMES, "sealed")
    for name in NAMES:
        one = _paper(decision, name)
        assert (one.version, one.source) == (3, "sealed")
        assert [(s.place, s.who, s.intact, s.trusted) for s in papers.signatures_of(one)] == [PERSON, OFFICE]
        content = _bytes(office, one)
        assert content.startswith(first[name]) and name in text_of(content) and marks_of(content) == ("2", "B")
        assert f"Vào sổ vàng số {NAMES.index(name) + 1:02d}" in text_of(content), "given with the decision's number, before anybody signs"
    again = papers.ask_certificates(decision, "certificate", by=by)
    office.work()
    assert papers.read_batch(again.id, by=by).state == "done" and again.id != before.id
    assert _states(office, decision) == dict.fromkeys(NAMES, "sealed"), "what was signed is not drawn over"
    told = [e.kind for e in trail.read(stream=f"list:{decision}", limit=200).events if ":batch_" in e.kind]
    kinds = ("batch_sign_begun", "batch_esigned", "batch_seal_begun", "batch_sealed")
    assert [told.count(f"paper:{kind}") for kind in kinds] == [1, 2, 1, 2]


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=NAMES[:2]))
def test_wrong_passphrase_wrong_person_wrong_time_are_refused_and_nothing_begins(office: Office, keys: Path) -> None:
    decision = office.made
    with pytest.raises(Forbidden):
        papers.sign_certificates(decision, "chutich", by=office.who("chutich"))  # he has not signed the decision
    lines = [lists.LineInput(n.id, "granted") for _, n in lists.lines_of(decision)]
    office.act(decision, "sign", by="chutich", lines=lines)
    with pytest.raises(Conflict) as early:
        papers.sign_certificates(decision, "chutich", by=office.who("chutich"))
    assert early.value.code == "not-numbered"
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    with pytest.raises(Invalid) as wrong:
        papers.sign_certificates(decision, "sai", by=office.who("chutich"))
    assert [(f.path, f.message) for f in wrong.value.faults] == [("passphrase", "Mật khẩu của khóa không đúng.")]
    for who in ("phochutich", "vanthu", "truongphong", "vhxh"):
        with pytest.raises(Forbidden):
            papers.sign_certificates(decision, "chutich", by=office.who(who))
    with pytest.raises(Forbidden):
        papers.seal_certificates(decision, "organisation", by=office.who("chutich"))
    with pytest.raises(Conflict) as first:
        papers.seal_certificates(decision, "organisation", by=office.who("vanthu"))
    assert first.value.code == "nothing-to-sign", "the person signs before the organisation"
    (keys / "chutich.p12").rename(keys / "gone.p12")
    with pytest.raises(Conflict) as missing:
        papers.sign_certificates(decision, "chutich", by=office.who("chutich"))
    assert missing.value.code == "key-missing"
    assert papers.batches_of(decision) == {} and papers.papers_by_name(decision, "certificate") == {}
    (keys / "gone.p12").rename(keys / "chutich.p12")
    assert _sign(office, decision).done == 2
    with pytest.raises(Conflict) as done:
        papers.sign_certificates(decision, "chutich", by=office.who("chutich"))
    assert done.value.code == "nothing-to-sign"


@pytest.mark.long
def test_batch_that_fails_on_its_way_keeps_what_was_signed_and_goes_on(
    office: Office, decision: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.papers.certificate_signing.PIECE", 1)
    _sign(office, decision)
    second = papers.open_paper(_paper(decision, NAMES[1]).id, by=office.who("vanthu"))[2]
    second.rename(second.with_suffix(".away"))
    batch = _seal(office, decision)
    assert (batch.state, batch.done) == ("failed", 1)
    assert sorted(_states(office, decision).values()) == ["esigned", "esigned", "sealed"]
    second.with_suffix(".away").rename(second)
    rest = _seal(office, decision)
    assert (rest.state, rest.done, rest.total) == ("done", 2, 2)
    assert [_paper(decision, name).version for name in NAMES] == [2, 2, 2], "no name was signed twice"


@pytest.mark.long
def test_batch_whose_process_was_killed_is_told_and_begun_again(office: Office, decision: int) -> None:
    by = office.who("chutich")
    with transaction() as s:  # as the killed process leaves it
        left = PaperBatch(
            list_id=decision, kind="certificate", act="sign", state="signing", total=3, done=1, asked_at=clock.now(),
            asked_by=by.account, moved_at=clock.unmoved(),
        )
        s.add(left)
        trail.record("paper:batch_sign_begun", by=by, stream=f"list:{decision}", body={"count": 3})
    assert not papers.is_stopped(left)
    assert papers.sign_certificates(decision, "chutich", by=by).id == left.id, "what still goes on is not begun twice"
    with transaction() as s:
        s.get_one(PaperBatch, left.id).moved_at = clock.unmoved() - timedelta(minutes=1)
        trail.record("paper:batch_esigned", by=by, stream=f"list:{decision}", body={"count": 0})
    assert papers.is_stopped(papers.read_batch(left.id, by=by))
    again = _sign(office, decision)
    assert again.id != left.id and (again.state, again.done) == ("done", 3)
    assert papers.read_batch(left.id, by=by).state == "failed"


@pytest.mark.long
def test_corrected_and_reprinted_certificates_need_a_signature_of_their_own(office: Office, decision: int) -> None:
    _sign(office, decision)
    _seal(office, decision)
    old = _paper(decision, NAMES[0])
    row = lists.file_one(
        "amendment", _name(decision, NAMES[0]), "propose", {"way": "amend", "new_name": "Hoàng Minh", "reason": "Sai tên"},
        by=office.who("vhxh"),
    ).list_id
    office.act(row, "decide", by="chutich", fields={"decision": "approve"})
    assert set(_states(office, decision).values()) == {"sealed"}, "a correction holds from its number on"
    office.act(row, "issue", by="vanthu", fields={"number": 1140, "dated": clock.today().isoformat()})
    lists.file_one(
        "reprint", _name(decision, NAMES[1]), "write_off",
        {"cause": "damaged", "blanks": 1, "witness": "Lê Trúc Xanh", "dated": clock.today().isoformat()}, by=office.who("vanthu"),
    )
    assert _states(office, decision) == {"Hoàng Minh": "changed", NAMES[1]: "changed", NAMES[2]: "sealed"}
    copy = papers.signed_copy_of(_code(old))
    assert copy is not None and copy.stale and [s.intact for s in copy.signatures] == [True, True]
    with pytest.raises(Conflict):
        papers.seal_certificates(decision, "organisation", by=office.who("vanthu"))
    assert _sign(office, decision).done == 2
    assert _seal(office, decision).done == 2
    new = _paper(decision, "Hoàng Minh")
    assert new.version == 4 and "Hoàng Minh" in text_of(_bytes(office, new)) and _paper(decision, NAMES[2]).version == 2
    copy = papers.signed_copy_of(_code(new))
    assert copy is not None and not copy.stale


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=NAMES))
def test_struck_and_revoked_names_are_left_out(office: Office, keys: Path) -> None:
    decision = office.made
    office.sign_decision(decision, 1126, struck={_name(decision, NAMES[1]): "Đang xác minh"})
    assert _states(office, decision) == {NAMES[0]: "unsigned", NAMES[2]: "unsigned"}
    proposal = office.file(
        "revocation", _name(decision, NAMES[2]), "propose", by="truongphong", proposal="revoke", number="4/BC", reason="Gian dối"
    )
    office.act(proposal, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    office.act(proposal, "issue", by="vanthu", fields={"number": 77, "dated": clock.today().isoformat()})
    assert _sign(office, decision).done == 1
    assert _states(office, decision) == {NAMES[0]: "esigned"} and len(papers.papers_by_name(decision, "certificate")) == 1
    printed = papers.ask_certificates(decision, "certificate_blank", by=office.who("vanthu"))
    office.work()
    printed = papers.read_batch(printed.id, by=office.who("vanthu"))
    assert (printed.state, printed.done, printed.total) == ("done", 1, 1), "nor are they printed on a blank"


@pytest.mark.long
def test_filing_gives_no_second_number_in_the_golden_book_and_leaves_the_signature_alone(office: Office, decision: int) -> None:
    _sign(office, decision)
    code = _code(_paper(decision, NAMES[0]))
    office.hand_over(_name(decision, NAMES[0]))
    with reading() as s:
        assert s.execute(select(Award.status, Award.book_number).order_by(Award.book_number)).all() == [("filed", n) for n in (1, 2, 3)]
    assert _states(office, decision) == dict.fromkeys(NAMES, "esigned")
    _seal(office, decision)
    copy = papers.signed_copy_of(code)
    assert copy is not None and not copy.stale and [s.place for s in copy.signatures] == ["NguoiKy", "CoQuan"]


@pytest.mark.long
def test_command_tells_who_signed_a_certificate_and_whether_it_was_changed(office: Office, decision: int, tmp_path: Path) -> None:
    _sign(office, decision)
    _seal(office, decision)
    content = _bytes(office, _paper(decision, NAMES[0]))
    file = tmp_path / "giay-khen.pdf"
    file.write_bytes(content)
    told = CliRunner().invoke(paper, ["verify", str(file)])
    assert told.exit_code == 0, told.output
    assert all(words in told.output for words in ("Hồ Đại Ngàn: nguyên vẹn", "XÃ SƠN MAI: nguyên vẹn", NAMES[0], "Có giá trị."))
    changed = bytearray(content)
    changed[content.index(b"/StructTreeRoot") + 3] ^= 1
    file.write_bytes(changed)
    told = CliRunner().invoke(paper, ["verify", str(file)])
    assert told.exit_code == 1 and told.output.count("ĐÃ BỊ SỬA sau khi ký") == 2, told.output


@pytest.mark.long
def test_passphrase_of_a_batch_is_written_nowhere(office: Office, decision: int, capfd: pytest.CaptureFixture[str]) -> None:
    secret = "mat-khau-rieng-cua-chu-tich-2026"
    folder: Path = office.app.extensions["settings"].signing_folder
    lay_keys(folder, passphrase=secret)
    _sign(office, decision, secret)
    assert set(_states(office, decision).values()) == {"esigned"}
    with reading() as s:
        assert not [job for job in s.scalars(select(JobRow)) if "certificates" in job.topic]
    var: Path = office.app.extensions["settings"].var
    files = [p for p in var.rglob("*") if p.is_file()]
    assert files and not [p for p in files if secret.encode() in p.read_bytes()]
    assert secret not in "".join(capfd.readouterr())
