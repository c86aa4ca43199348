"""Papers signed with key files: who signs, number and day filled in without breaking it, the organisation; what is refused."""

from __future__ import annotations

import asyncio
import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from service import clock, papers
from service.awards import lists
from service.awards.lists import LineInput
from service.errors import Conflict, Forbidden, Invalid
from service.papers.cli import paper
from service.papers.pades import signatures_in
from tests.journeys.office import Office
from tests.service.papers.conftest import check_again, draft_decision
from tests.service.papers.keys import lay_keys
from tests.service.papers.reading import marks_of


@pytest.fixture
def keys(office: Office) -> Path:
    """The folder of the key files."""
    folder: Path = office.app.extensions["settings"].signing_folder
    lay_keys(folder)
    return folder


def _signed(office: Office) -> int:
    """A decision that the chair signed and the clerk has not numbered."""
    decision = draft_decision(office)
    papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    names = [LineInput(n.id, "granted") for _, n in lists.lines_of(decision)]
    office.act(decision, "sign", by="chutich", lines=names)
    return decision


def _number(office: Office, decision: int) -> None:
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})


def _bytes(office: Office, paper: papers.Paper) -> bytes:
    return papers.open_paper(paper.id, by=office.who("vanthu"))[2].read_bytes()


def _looked(office: Office, paper: papers.Paper) -> list[tuple[str, str, bool, bool]]:
    return [(s.place, s.who, s.intact, s.trusted) for s in papers.signatures_of(paper)]


@pytest.mark.long
@pytest.mark.office(after=_signed)
def test_chair_signs_clerk_numbers_and_the_organisation_signs(office: Office, keys: Path) -> None:
    decision = office.made
    first = papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    assert (first.source, first.format, first.version) == ("esigned", "pdf", 2)
    assert _looked(office, first) == [("NguoiKy", "Hồ Đại Ngàn", True, True)]
    _number(office, decision)
    last = papers.seal_paper(decision, "decision", "organisation", by=office.who("vanthu"))
    assert (last.source, last.version) == ("sealed", 3)
    assert _looked(office, last) == [
        ("NguoiKy", "Hồ Đại Ngàn", True, True), ("CoQuan", "ỦY BAN NHÂN DÂN XÃ SƠN MAI", True, True),
    ]
    content, before = _bytes(office, last), _bytes(office, first)
    assert content.startswith(before), "number, day and the organisation's signature are added behind what was signed"
    fields = PdfReader(io.BytesIO(content)).get_form_text_fields()
    day = f"{clock.today():%d}"
    assert fields == {
        "number": "1126", "day": day, "month": "12", "annex_number": "1126", "annex_day": day, "annex_month": "12",
    }, "the list that goes with it says the same number and day"
    shown = unicodedata.normalize("NFC", _appearances(content))
    assert all(words in shown for words in ("1126", f"{clock.today():%d}", "12")) and marks_of(content) == ("2", "B")
    stays = papers.draw_up_paper(decision, "decision", by=office.who("vhxh"))
    assert not stays.fresh and stays.papers[0].id == last.id, "what was signed is not drawn over"


def _appearances(content: bytes) -> str:
    """The words that fill the open places of a PDF, as they are drawn."""
    said = []
    for page in PdfReader(io.BytesIO(content)).pages:
        for one in page.get("/Annots", ()):
            field = one.get_object()
            if field.get("/FT") == "/Tx":
                said.append(page.extract_xform_text(field["/AP"]["/N"].get_object()))
    return " ".join(said)


@pytest.mark.long
@pytest.mark.parametrize("how", ["bit", "behind"])
@pytest.mark.office(after=_signed)
def test_changed_paper_is_found(office: Office, keys: Path, how: str) -> None:
    decision = office.made
    content = _bytes(office, papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich")))
    assert [s.intact for s in signatures_in(content)] == [True]
    if how == "bit":
        changed = bytearray(content)
        place = content.index(b"/StructTreeRoot")
        changed[place + 3] ^= 1
    else:
        changed = bytearray(_turned(content))
    assert [s.intact for s in signatures_in(bytes(changed))] == [False]


def _turned(content: bytes) -> bytes:
    """The same paper with an update behind its signature that it did not leave open: its first page lies on its side."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    w = IncrementalPdfFileWriter(io.BytesIO(content))
    page = w.find_page_for_modification(0)[0]  # type: ignore[no-untyped-call]
    page.get_object()["/Rotate"] = generic.NumberObject(90)  # type: ignore[no-untyped-call]
    w.mark_update(page)
    out = io.BytesIO()
    w.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


@pytest.mark.long
@pytest.mark.office(after=_signed)
def test_command_tells_how_signatures_are_found(office: Office, keys: Path, tmp_path: Path) -> None:
    decision = office.made
    papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    _number(office, decision)
    content = _bytes(office, papers.seal_paper(decision, "decision", "organisation", by=office.who("vanthu")))
    file = tmp_path / "QD.pdf"
    file.write_bytes(content)
    told = CliRunner().invoke(paper, ["verify", str(file)])
    assert told.exit_code == 0 and told.output.count("nguyên vẹn, chứng thư được tin") == 2, told.output
    elsewhere = CliRunner().invoke(paper, ["verify", str(file), "--key", "00" * 32, "--root", str(tmp_path)])
    assert elsewhere.exit_code == 1 and "chưa được tin ở đây" in elsewhere.output
    file.write_bytes(_turned(content))
    changed = CliRunner().invoke(paper, ["verify", str(file)])
    assert changed.exit_code == 1 and changed.output.count("ĐÃ BỊ SỬA sau khi ký") == 2


@pytest.mark.office(after=_signed)
def test_wrong_passphrase_wrong_person_and_no_key_are_refused_and_leave_nothing(office: Office, keys: Path) -> None:
    decision = office.made
    with pytest.raises(Invalid) as wrong:
        papers.sign_paper(decision, "decision", "sai", by=office.who("chutich"))
    assert [f.path for f in wrong.value.faults] == ["passphrase"] and "sai" not in str(wrong.value)
    for other in ("phochutich", "vanthu", "truongphong"):
        with pytest.raises(Forbidden):
            papers.sign_paper(decision, "decision", "chutich", by=office.who(other))
    with pytest.raises(Forbidden):
        papers.seal_paper(decision, "decision", "organisation", by=office.who("chutich"))
    with pytest.raises(Conflict) as early:
        papers.seal_paper(decision, "decision", "organisation", by=office.who("vanthu"))
    assert early.value.code == "not-numbered"
    (keys / "chutich.p12").rename(keys / "gone.p12")
    with pytest.raises(Conflict) as missing:
        papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    assert missing.value.code == "key-missing"
    by = office.who("vhxh")
    (stand,) = [s for s in papers.stands_of(lists.read_list(decision, by=by), by=by) if s.kind.code == "decision"]
    assert stand.source == "drafted" and len(stand.earlier) == 0
    _number(office, decision)
    for verb, code in ((papers.sign_paper, "numbered"), (papers.seal_paper, "not-signed")):
        who = "chutich" if verb is papers.sign_paper else "vanthu"
        with pytest.raises(Conflict) as late:
            verb(decision, "decision", "organisation", by=office.who(who))
        assert late.value.code == code


@pytest.mark.office(after=_signed)
def test_key_that_has_run_out_and_root_that_is_not_trusted(office: Office) -> None:
    folder: Path = office.app.extensions["settings"].signing_folder
    lay_keys(folder, trust=False)
    decision = office.made
    signed = papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    assert _looked(office, signed) == [("NguoiKy", "Hồ Đại Ngàn", True, False)]
    lay_keys(folder, days=-1)
    with pytest.raises(Conflict) as late:
        papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    assert late.value.code == "key-expired"


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_edited_paper_is_not_signed_with_a_key(office: Office, keys: Path) -> None:
    from tests.service.papers.conftest import docx_of
    from tests.service.papers.reading import replaced

    decision = office.made
    content = docx_of(office, papers.draw_up_paper(decision, "decision", by=office.who("vhxh")))
    papers.upload_paper(decision, "decision", "a.docx", replaced(content, "thi hành", "thực hiện"), by=office.who("vhxh"))
    check_again(office, decision)
    office.act(decision, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)])
    with pytest.raises(Conflict) as refused:
        papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    assert refused.value.code == "not-drafted"


@pytest.mark.long
def test_submission_to_the_province_is_signed_numbered_and_sealed(office: Office, keys: Path) -> None:
    one = office.nominate("HN-2026", form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post("HN-2026", [one])
    office.sit("HN-2026", {}, [one])
    package, code = office.draw_up("package", "HN-2026", [one], by="vhxh"), "province_submission"
    papers.draw_up_paper(package, code, by=office.who("vhxh"))
    with pytest.raises(Forbidden):
        papers.sign_paper(package, code, "chutich", by=office.who("chutich"))  # the list is signed first
    office.act(package, "sign", by="chutich")
    first = papers.sign_paper(package, code, "chutich", by=office.who("chutich"))
    assert (first.source, _looked(office, first)) == ("esigned", [("NguoiKy", "Hồ Đại Ngàn", True, True)])
    with pytest.raises(Conflict) as early:
        papers.seal_paper(package, code, "organisation", by=office.who("vanthu"))
    assert early.value.code == "not-numbered"
    office.act(package, "send", by="vanthu", fields={"number": "85", "dated": clock.today().isoformat()})
    last = papers.seal_paper(package, code, "organisation", by=office.who("vanthu"))
    assert (last.source, last.version) == ("sealed", 3)
    assert _looked(office, last) == [
        ("NguoiKy", "Hồ Đại Ngàn", True, True), ("CoQuan", "ỦY BAN NHÂN DÂN XÃ SƠN MAI", True, True),
    ]
    content = _bytes(office, last)
    assert content.startswith(_bytes(office, first)) and marks_of(content) == ("2", "B")
    fields = PdfReader(io.BytesIO(content)).get_form_text_fields()
    said = {"number": "85", "day": f"{clock.today():%d}", "month": f"{clock.today():%m}"}
    assert fields == said | {f"annex_{name}": words for name, words in said.items()}
    with pytest.raises(Conflict) as other:
        papers.sign_paper(package, "summary", "chutich", by=office.who("chutich"))
    assert other.value.code == "no-key-paper"


@pytest.mark.office(after=_signed)
def test_passphrase_is_written_nowhere(office: Office, keys: Path, capfd: pytest.CaptureFixture[str]) -> None:
    secret = "mat-khau-rieng-cua-chu-tich-2026"
    decision = office.made
    with pytest.raises(Invalid):
        papers.sign_paper(decision, "decision", secret, by=office.who("chutich"))
    papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))
    var: Path = office.app.extensions["settings"].var
    files = [p for p in var.rglob("*") if p.is_file()]
    assert files and not [p for p in files if secret.encode() in p.read_bytes()]
    assert secret not in "".join(capfd.readouterr())


@pytest.mark.both_databases
@pytest.mark.office(after=_signed)
def test_paper_is_signed_also_where_an_event_loop_is_running_already(office: Office, keys: Path) -> None:
    decision = office.made

    async def within() -> papers.Paper:
        with office.app.app_context():
            return papers.sign_paper(decision, "decision", "chutich", by=office.who("chutich"))

    # In a thread of its own: what drives a browser leaves a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        signed = beside.submit(lambda: asyncio.run(within())).result()
    assert _looked(office, signed) == [("NguoiKy", "Hồ Đại Ngàn", True, True)]
