"""Registers in the studio: laid before whoever begins one, edited in fields and as a file, checked, and what they bring to diagrams."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from typing import Any

import pytest
from lxml import html
from werkzeug.test import TestResponse

from service import install
from service.processes import deployments, enactments
from service.studio import drafts, register_words, registers
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, forget
from tests.service.web.desk import Desk, words

FILE = "petition.register"


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def draft(office: Office) -> int:
    """A draft of the petitions as they are in use."""
    return drafts.begin_draft(by=office.who("quantri"), base=enactments.current_deployment("petition"))


def _send(visitor: Visitor, path: str, body: bytes | str | dict[str, Any]) -> TestResponse:
    forget()
    content = json.dumps(body) if isinstance(body, dict) else body
    return visitor.client.post(path, data=content.encode() if isinstance(content, str) else content,
                               headers={"X-CSRF-Token": visitor.token},
                               content_type="application/json" if isinstance(body, dict) else "text/plain")


def _standing(visitor: Visitor, draft: int, **files: str) -> dict[str, Any]:
    found: dict[str, Any] = _send(visitor, f"/office/studio/{draft}/check", {"files": files}).json
    return found


def _fields(page: html.HtmlElement) -> list[tuple[str, str]]:
    """What a browser would send of the form in fields."""
    (form,) = page.xpath("//form[@id='edit']")
    return [(name, value.removeprefix("\n")) for name, value in form.form_values() if name != "csrf_token"]


def test_the_file_and_the_fields_are_the_same_register(office: Office) -> None:
    by = office.who("quantri")
    for main, files in install.movement_bundles().items():
        content = files[f"{main}.register"]
        written = registers.written_register(registers.typed_register(content, by=by))
        assert tomllib.loads(written) == tomllib.loads(content.decode())
        assert registers.written_register(registers.typed_register(written.encode(), by=by)) == written
    odd = registers.written_register({"name": 'Sổ "x"\x7f', "phases": [
        {"code": "a", "vi": "Một", "en": "One"}, {"code": "a", "vi": "Hai", "en": "Two"}, {"code": "", "vi": "Ba", "en": ""}, {"code": ""},
    ]})
    assert tomllib.loads(odd)["phases"] == {"a": ["Một", "One"], "a (2)": ["Hai", "Two"], "": ["Ba", ""]}, "no row is lost"


def test_a_change_of_what_the_unit_reads_later_is_told_and_which_of_them_shows_it_more(office: Office) -> None:
    old = install.movement_bundles()["inspection"]
    name = "inspection.register"
    sooner = old | {name: old[name].replace(b'findings = ["mending"]', b'findings = ["concluding"]').replace(b'note = ["never"]\n', b"")}
    assert [(one.message, one.widens) for one in register_words.told_changes(old, sooner, "inspection")] == [
        ("Đơn vị xem “Kiến nghị đơn vị khắc phục”: từ “Đang kết luận”.", True), ("Đơn vị xem “Ý kiến”: ngay khi xem được việc.", True)]
    later = register_words.told_changes(sooner, old, "inspection")
    assert [(one.message_en, one.widens) for one in later] == [
        ("The unit reads “What the unit is to mend”: from “Being mended” on.", True), ("The unit reads “Opinion in words”: never.", False)]
    assert not register_words.told_changes(old, old, "inspection")


@pytest.mark.long
def test_every_ground_passes_the_check_as_it_is(desk: Desk, office: Office) -> None:
    page = words(desk.get("quantri", "/office/studio/new"))
    assert "Sổ đơn, kiến nghị" in page and "Quy trình mới có sổ theo dõi" in page
    for source, name, main in (
        ("petition", "", "petition"), ("register", "Sáng kiến <cơ sở>", "sang_kien_co_so"),
        ("register", "Sáng kiến cơ sở", "sang_kien_co_so_2"),
        ("register", "", "quy_trinh_moi"),
    ):
        desk.say("quantri", "/office/studio/new", {"source": f"template:{source}", "name": name})
        row = drafts.list_drafts()[0]
        assert row.key == main
        assert deployments.problems_of(drafts.files_of(row.id), main) == [], main
        assert f"{main}.register" in {one.name for one in row.files}


def test_a_draft_without_a_register_gets_one_that_fits_it(desk: Desk, office: Office) -> None:
    admin, by = desk.who("quantri"), office.who("quantri")
    files = {name: content for name, content in install.movement_bundles()["petition"].items() if not name.endswith(".register")}
    draft = drafts.begin_draft(by=by, files=files, main="petition")
    assert _standing(admin, draft)["contents"]["register"] is None
    told = _send(admin, f"/office/studio/{draft}/register/add", {"files": {}})
    assert (told.status_code, told.json["name"]) == (200, FILE)
    made = tomllib.loads(drafts.files_of(draft)[FILE].decode())
    assert (made["form"], made["title"], made["series"]) == ("petition", "{{ subject }}", "GQĐKN"), "the form that no step asks for begins"
    assert set(made["phases"]) == {
        "received", "verifying", "drafting", "concluding", "numbering", "weighing", "deciding", "answering", "transferring",
        "sending",
    }
    assert made["outcomes"]["answered"] == ["Đã trả lời", "Answered", "plain"] and len(made["outcomes"]) == 9
    found = {one.file for one in deployments.problems_of(drafts.files_of(draft), "petition")}
    assert found == {"petition_answer.paper", "petition_transfer.paper"}, "they say what this register keeps private no more"
    before = drafts.read_draft(draft).version
    assert _send(admin, f"/office/studio/{draft}/register/add", {"files": {}}).status_code == 200
    assert drafts.read_draft(draft).version == before, "one that is there stays"
    assert _send(desk.who("thanhtra"), f"/office/studio/{draft}/register/add", {"files": {}}).status_code == 403
    bare = drafts.begin_draft(by=by, files={"petition.bpmn": files["petition.bpmn"]}, main="petition")
    registers.add_register(bare, by=by)
    assert {"petition.form", FILE} <= set(drafts.files_of(bare)), "a draft without a form gets one to begin with"


def test_a_register_is_edited_in_fields_without_a_script(desk: Desk, office: Office, draft: int) -> None:
    path = f"/office/studio/{draft}/register"
    page = desk.get("quantri", path)
    said = words(page)
    assert "Sổ không có lỗi." in said and "Trưởng phòng Văn hóa - Xã hội" in said and "subject (Nội dung chính)" in said
    sent = _fields(page)
    assert ("begins", "everyone") in sent and ("columns", "kind") in sent and ("phases-0-code", "received") in sent
    assert [value for name, value in sent if name == "sees"] == ["vhxh_head", "chair"]
    page = desk.post("quantri", path + "?seen=1", [*sent, ("_add:phases", "")], code=200)
    assert page.xpath("//input[@name='phases-10-code']"), "a row is added by the page alone"
    assert FILE not in {one.name for one in drafts.read_draft(draft).files if one.version > 1}, "and nothing is kept yet"
    changed = [(name, {"title": "{{ nobody }}", "series": "ĐƠN"}.get(name, value)) for name, value in sent]
    changed += [("phases-10-_", ""), ("phases-10-code", "late phase"), ("phases-10-vi", "Muộn"), ("phases-10-en", "Late")]
    seen = drafts.read_draft(draft).file(FILE).version
    page = desk.post("quantri", f"{path}?seen={seen}", changed)
    wrong = {one.get("id").removesuffix("-wrong"): one.text_content() for one in page.xpath("//*[@class='wrong']")}
    assert list(wrong) == ["phases-10-code"] and "“late phase” không dùng được" in wrong["phases-10-code"]
    kept = tomllib.loads(drafts.files_of(draft)[FILE].decode())
    assert (kept["series"], kept["phases"]["late phase"]) == ("ĐƠN", ["Muộn", "Late"]), "what is half done is kept"
    now = drafts.read_draft(draft).file(FILE).version
    page = desk.post("quantri", f"{path}?seen={now}", changed[:-4])
    assert "Biểu mẫu petition không có mục “nobody”." in page.xpath("//*[@id='title-wrong']")[0].text_content()
    page = desk.post("quantri", f"{path}?seen={seen}", changed[:-4] + [("phases-0-vi", "Mới nhận")], code=409)
    assert "đã lưu tệp" in words(page) and page.xpath("//input[@name='series']/@value") == ["ĐƠN"], "nothing is written over unseen"


def test_what_has_no_field_is_mended_as_a_file(desk: Desk, office: Office, draft: int) -> None:
    path = f"/office/studio/{draft}/register"
    admin, by, content = desk.who("quantri"), office.who("quantri"), drafts.files_of(draft)[FILE].decode()
    drafts.save_file(draft, FILE, (content + "\nx = [").encode(), seen=drafts.read_draft(draft).file(FILE).version, by=by)
    page = desk.get("quantri", path)
    assert page.xpath("//textarea[@name='file']") and "không đọc được" in words(page)
    assert _send(admin, f"/office/studio/{draft}/files/{FILE}/fields", content + "\nx = [").status_code == 422
    assert _send(admin, f"/office/studio/{draft}/files/{FILE}/fields", content + "\n[fr]\n").status_code == 422, "nothing is lost"
    found = _standing(admin, draft)["problems"]
    assert {one["code"] for one in found} == {"bad-register"}, "what it would name is not judged meanwhile"
    seen = drafts.read_draft(draft).file(FILE).version
    page = desk.post("quantri", f"{path}?view=file&seen={seen}", [("file", content.replace("ĐKN", "ĐT").replace("\n", "\r\n"))])
    assert "Sổ không có lỗi." in words(page)
    assert drafts.files_of(draft)[FILE].decode() == content.replace("ĐKN", "ĐT")


def test_diagrams_are_offered_what_their_own_register_names(desk: Desk, office: Office, draft: int) -> None:
    admin = desk.who("quantri")
    found = _standing(admin, draft)
    own = found["contents"]["register"]
    assert own["phases"][0] == ["received", "Chờ phân loại"] and own["outcomes"][0] == ["answered", "Đã trả lời"]
    assert {"matter_id", "kind", "subject", "received_on"} <= {name for name, _label in own["data"]}
    assert "unit" in dict(own["gaps"]) and "sender" not in dict(own["gaps"]), "what is private stands in no title"
    content = drafts.files_of(draft)[FILE].decode()
    typed = content.replace('received = ["Chờ phân loại", "To be classified"]\n', 'fresh = ["Mới", "New"]\n')
    found = _standing(admin, draft, **{FILE: typed})
    assert found["contents"]["register"]["phases"][0] == ["fresh", "Mới"], "while it is typed"
    assert [(p["code"], p["element"]) for p in found["problems"]] == [("unknown-phase", "classify_petition")]
    data = json.loads(desk.get("quantri", f"/office/studio/{draft}").find_class("studio")[0].get("data-studio"))
    assert "stage" in data["catalogue"]["started"] and "matter_id" in dict(data["catalogue"]["keys"])
    assert "received" not in dict(data["catalogue"]["phases"]), "words of one register are not offered to other processes"
    wrong = _standing(admin, draft, **{FILE: content.replace('form = "petition"', 'form = "x"').replace('tone = ""', "")})["problems"]
    (one,) = (p for p in wrong if p["element"] == "form")
    assert (one["file"], one["code"]) == (FILE, "bad-register") and one["message"].startswith("petition.register, dòng ")


def test_a_register_goes_out_and_comes_in_with_the_bundle(desk: Desk, office: Office, draft: int) -> None:
    packed = desk.who("quantri").client.get(f"/office/studio/{draft}/bundle.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {"MAIN", FILE} <= set(archive.namelist())
        content = archive.read(FILE)
    desk.say("quantri", "/office/studio/new", {"source": "files", "files": (io.BytesIO(packed), "gói.zip")})
    row = drafts.list_drafts()[0]
    assert (row.key, drafts.files_of(row.id)[FILE]) == ("petition", content)
    changed = content.replace("ĐKN".encode(), "ĐT".encode())
    desk.say("quantri", f"/office/studio/{row.id}/take", {"files": (io.BytesIO(changed), FILE)})
    assert drafts.files_of(row.id)[FILE] == changed
    for path in ("/office/studio/new", f"/office/studio/{draft}"):
        (accepted,) = desk.get("quantri", path).xpath("//input[@name='files']/@accept")
        assert ".register" in accepted.split(",")
