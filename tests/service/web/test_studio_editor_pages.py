"""The studio's pages and the endpoints behind its editors: rights, versions, the check, names on offer, no file that runs."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from service import people
from service.processes import deployments, enactments
from service.studio import drafts
from service.web import studio_tables
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, forget, words
from tests.service.web.desk import Desk

FORM = {"schemaVersion": 19, "type": "default", "id": "ask", "components": [
    {"type": "textfield", "id": "f1", "key": "note", "label": "Ý kiến của thôn"}]}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.fixture
def draft(office: Office) -> int:
    """A draft of the shipped process."""
    return drafts.begin_draft(by=office.who("quantri"), base=enactments.current_deployment("nomination_case"))


def _send(visitor: Visitor, path: str, body: bytes | dict[str, Any]) -> TestResponse:
    forget()
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    return visitor.client.post(path, data=content, headers={"X-CSRF-Token": visitor.token},
                               content_type="application/json" if isinstance(body, dict) else "text/plain")


@pytest.mark.long
def test_administrators_begin_a_draft_in_each_way_and_others_do_not(app: Flask, office: Office) -> None:
    admin = Visitor(app, "quantri")
    admin.open("/office/studio")
    base = enactments.current_deployment("nomination_case")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in deployments.files_of(base).items():
            archive.writestr(name, content)
    for fields in ({"source": f"deployed:{base}", "name": "Bản của tôi"}, {"source": "template:award"}, {"source": "template:session"},
                   {"source": "template:blank"}, {"source": "files", "files": (io.BytesIO(packed.getvalue()), "gói.zip")}):
        admin.open("/office/studio/new")
        page = admin.follow(admin.post("/office/studio/new", **fields))
        assert page.find_class("studio")
    assert "Bản của tôi" in words(admin.open("/office/studio").find(".//main"))
    assert len(drafts.list_drafts()) == 5
    for fields in ({}, {"source": "deployed:999"}, {"source": "template:x"}, {"source": "files"},
                   {"source": "files", "files": (io.BytesIO(b"MZ\x90"), "virus.bpmn")}):
        assert admin.post("/office/studio/new", **fields).status_code in (404, 422)
    number = drafts.list_drafts()[0].id
    other = Visitor(app, "vhxh")
    for path in ("/office/studio", "/office/studio/new", f"/office/studio/{number}", f"/office/studio/{number}/files/council_session.bpmn",
                 f"/office/studio/{number}/bundle.zip"):
        other.open(path, 403)
    assert _send(other, f"/office/studio/{number}/check", {"files": {}}).status_code == 403
    assert _send(other, f"/office/studio/{number}/files/a.form?seen=0", b"{}").status_code == 403
    assert not other.open("/office").xpath("//a[@href='/office/studio']")


def test_a_file_is_saved_against_its_version_and_who_was_overtaken_hears_by_whom(app: Flask, office: Office, draft: int) -> None:
    people.grant(people.accounts_by_login()["vanphong"], "admin", by=office.who("quantri"))
    first, second = Visitor(app, "quantri"), Visitor(app, "vanphong")
    address = f"/office/studio/{draft}/files/ask.form"
    saved = _send(first, f"{address}?seen=0", json.dumps(FORM).encode())
    assert saved.status_code == 200
    version = saved.json["version"]
    read = first.client.get(address)
    assert read.headers["X-Version"] == str(version)
    assert read.mimetype == "text/plain" and read.headers["X-Content-Type-Options"] == "nosniff", "no browser runs it"
    assert _send(second, f"{address}?seen={version}", b'{"by": "second"}').status_code == 200
    refused = _send(first, f"{address}?seen={version}", b'{"by": "first"}')
    assert refused.status_code == 409
    assert refused.json["who"] == office.who("vanphong").name and refused.json["content"] == '{"by": "second"}'
    kept = _send(first, f"/office/studio/{draft}/copy", {"files": {"ask.form": '{"by": "first"}'}}).json
    assert drafts.files_of(int(kept["url"].rpartition("/")[2]))["ask.form"] == b'{"by": "first"}'
    assert _send(first, f"/office/studio/{draft}/visit", {}).json["others"] == []
    assert _send(second, f"/office/studio/{draft}/visit", {}).json["others"] == [office.who("quantri").name]
    assert _send(second, f"/office/studio/{draft}/leave", {}).status_code == 200
    assert _send(first, f"/office/studio/{draft}/visit", {}).json["others"] == []
    assert _send(first, f"/office/studio/{draft}/files/evil.html?seen=0", b"<script>").status_code == 422
    dropped = _send(first, f"{address}/drop?seen={refused.json['version']}", {})
    assert dropped.status_code == 200 and "ask.form" not in drafts.files_of(draft)


def test_the_check_looks_at_what_is_on_the_page_and_names_element_and_file(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    address = f"/office/studio/{draft}/check"
    clean = _send(visitor, address, {"files": {}}).json
    assert [p for p in clean["problems"] if p["severity"] == "error"] == []
    assert "check_dossier" in {e["id"] for e in clean["contents"]["elements"]}
    text = drafts.files_of(draft)["award_nomination.bpmn"].decode()
    wrong = text.replace('camunda:formKey="check_dossier"', 'camunda:formKey="khong_co"').replace('"vhxh"', '"nobody"')
    found = _send(visitor, address, {"files": {"award_nomination.bpmn": wrong, "ask.form": json.dumps({"type": "default"})}}).json
    at = {(p["element"], p["code"], p["file"], p["name"]) for p in found["problems"]}
    assert ("check_dossier", "unknown-form", "award_nomination.bpmn", "Kiểm tra thành phần, thẩm định") in at
    assert any(code == "unknown-group" for _element, code, _file, _name in at)
    assert any(file == "ask.form" for _element, _code, file, _name in at)
    assert drafts.files_of(draft)["award_nomination.bpmn"].decode() == text, "nothing was saved"
    visitor.client.set_cookie("language", "en")
    said = _send(visitor, address, {"files": {"award_nomination.bpmn": wrong}}).json["problems"]
    assert any("khong_co" in p["message"] and p["message"].startswith("The form") for p in said), said
    for body in (b"no json", {"files": 3}, {"files": {"a.form": 3}}, {"files": {"a.exe": ""}}):
        assert _send(visitor, address, body).status_code == 422


@pytest.mark.parametrize("content", [b"\x00\xff", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>" * 5000, b"MZ\x90\x00 an exe"])
def test_a_file_that_is_none_gets_a_verdict_and_stays_editable(app: Flask, draft: int, content: bytes) -> None:
    visitor = Visitor(app, "quantri")
    for name in ("award_nomination.bpmn", "eligibility.dmn", "check_dossier.form"):
        seen = drafts.read_draft(draft).file(name).version
        assert _send(visitor, f"/office/studio/{draft}/files/{name}?seen={seen}", content).status_code == 200
    found = _send(visitor, f"/office/studio/{draft}/check", {"files": {}}).json["problems"]
    assert {"award_nomination.bpmn", "eligibility.dmn", "check_dossier.form"} <= {p["file"] for p in found if p["severity"] == "error"}
    assert visitor.open(f"/office/studio/{draft}").find_class("studio")


ODD: list[Any] = [[], {}, [[]], {"id": []}, 3, None, True, "chữ", [3, None, {"type": []}]]
"""Values that are JSON and no value that stands in the place of another."""


def _odd_forms() -> list[bytes]:
    """Forms that are JSON and of the wrong shape somewhere."""
    field = {"type": "radio", "id": "f1", "key": "choice", "label": "Chọn", "values": [{"value": "a", "label": "A"}]}
    found = [json.dumps(value).encode() for value in ODD]
    for value in ODD:
        for name in ("id", "key", "type", "label", "values", "properties", "validate", "conditional", "path", "components", "layout"):
            found.append(json.dumps({**FORM, "components": [{**field, name: value}, field]}).encode())
        for name in ("id", "type", "components", "given", "title", "schemaVersion", "key"):
            found.append(json.dumps({**FORM, name: value}).encode())
        found.append(json.dumps({**FORM, "components": [{"type": "group", "id": "g", "components": value, "path": value}]}).encode())
        found.append(json.dumps({**FORM, "components": [{**field, "values": [{"value": value, "label": value}]}]}).encode())
    return found


def test_a_form_of_the_wrong_shape_gets_a_verdict_and_its_draft_opens(app: Flask, office: Office, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    files = {f"odd_{number}.form": content for number, content in enumerate(_odd_forms())}
    address = f"/office/studio/{draft}/check"
    answer = _send(visitor, address, {"files": {name: content.decode() for name, content in files.items()}})
    assert answer.status_code == 200 and len({p["file"] for p in answer.json["problems"]} & files.keys()) > len(files) / 2
    for content in ({**FORM, "id": [], "components": [{"type": "textfield", "id": [], "key": {}}]}, {**FORM, "components": [{"id": []}]}):
        drafts.save_file(draft, "odd.form", json.dumps(content).encode(), by=office.who("quantri"),
                         seen=next((f.version for f in drafts.read_draft(draft).files if f.name == "odd.form"), 0))
        assert visitor.open(f"/office/studio/{draft}").find_class("studio")
        found = _send(visitor, address, {"files": {}}).json["problems"]
        assert "odd.form" in {p["file"] for p in found if p["severity"] == "error"}


def test_a_problem_says_which_field_it_is_about_and_calls_parts_of_tables_and_forms_by_words(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    text = drafts.files_of(draft)["award_nomination.bpmn"].decode()
    wrong = text.replace('round_date(&quot;checking&quot;)', "working_day(3)").replace('nom:escalate="vhxh_head"', 'nom:escalate="nobody"')
    assert wrong != text
    grouped = {**FORM, "components": [{"type": "dynamiclist", "id": "g", "path": "members", "label": "Thành viên", "components": [
        {"type": "textfield", "id": "f2", "key": "name", "label": "Họ và tên", "conditional": {"hide": "=nothing_known > 1"}}]}]}
    files = {"award_nomination.bpmn": wrong, "fees.dmn": fees(
        '<rule id="r1"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"miễn"</text></outputEntry></rule>'
        '<rule id="r2"><inputEntry><text>nothing_known</text></inputEntry><outputEntry><text>"đủ"</text></outputEntry></rule>'
        '<rule id="r3"><inputEntry><text>&gt; (</text></inputEntry><outputEntry><text>"đủ"</text></outputEntry></rule>').decode(),
        "ask.form": json.dumps(grouped), "note.form": json.dumps({**FORM, "components": [
            {"type": "textfield", "id": "f3", "key": "name", "label": "Tên khác"}]})}
    told = _send(visitor, f"/office/studio/{draft}/check", {"files": files}).json
    found = told["problems"]
    at = {(p["element"], p["code"], p["part"]) for p in found}
    assert {("check_dossier", "expression", "due"), ("check_dossier", "unknown-group", "escalate")} <= at, at
    assert {p["name"] for p in found if p["file"] == "ask.form"} == {"Họ và tên"}, [p for p in found if p["file"] == "ask.form"]
    assert "Dòng 3" in {p["name"] for p in found if p["file"] == "fees.dmn"}, [p for p in found if p["file"] == "fees.dmn"]
    held = told["contents"]
    assert "eligibility" in {one["id"] for one in held["tables"]}
    assert 'decision = "accept"' in {one["id"] for one in held["answers"]}
    assert "eligible" in {one["id"] for one in held["variables"]} or held["variables"], "what steps compute can be named"


def test_whoever_was_overtaken_by_nobody_in_particular_reads_it_in_his_language(app: Flask, office: Office, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    address = f"/office/studio/{draft}/files/ask.form"
    seen = _send(visitor, f"{address}?seen=0", json.dumps(FORM).encode()).json["version"]
    drafts.drop_file(draft, "ask.form", seen=seen, by=office.who("quantri"))
    said = _send(visitor, f"{address}?seen={seen}", b"{}").json
    assert said["who"] == "Người khác" and said["content"] is None and "Người khác đã bỏ tệp ask.form" in said["message"]
    visitor.client.set_cookie("language", "en")
    said = _send(visitor, f"{address}?seen={seen}", b"{}").json
    assert said["who"] == "Somebody else" and "Somebody else dropped ask.form" in said["message"]


TWO = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="x">
  <bpmn:collaboration id="c"><bpmn:participant id="pa" processRef="ask" />
    <bpmn:participant id="pb" processRef="give" /></bpmn:collaboration>
  <bpmn:process id="ask" name="Hỏi" isExecutable="true"/><bpmn:process id="give" isExecutable="true"/></bpmn:definitions>""".encode()


def test_of_several_processes_in_a_file_the_main_one_is_chosen(app: Flask, office: Office) -> None:
    admin = Visitor(app, "quantri")
    admin.open("/office/studio/new")
    page = admin.post("/office/studio/new", source="files", files=(io.BytesIO(TWO), "hai.bpmn"))
    assert page.status_code == 422
    assert "Chọn quy trình chính rồi chọn lại tệp" in page.text
    assert [o.get("value") for o in html.fromstring(page.text).xpath("//select[@name='main']/option")] == ["ask", "give"]
    admin.follow(admin.post("/office/studio/new", source="files", main="give", files=(io.BytesIO(TWO), "hai.bpmn")))
    assert drafts.list_drafts()[0].key == "give"
    admin.open("/office/studio/new")
    alone = admin.post("/office/studio/new", source="files", files=(io.BytesIO(json.dumps(FORM).encode()), "ask.form"))
    assert alone.status_code == 422 and "Cần ít nhất một sơ đồ .bpmn" in alone.text


def test_files_are_taken_in_all_or_none(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    visitor.open(f"/office/studio/{draft}")
    before = drafts.files_of(draft)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.bpmn", TWO)
        for number in range(deployments.MAX_FILES - 1):
            archive.writestr(f"ask_{number}.form", json.dumps(FORM))
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/take", files=(io.BytesIO(packed.getvalue()), "gói.zip")))
    assert "Bản soạn quá lớn" in words(page)
    assert drafts.files_of(draft) == before
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/take", files=(io.BytesIO(TWO), "check_dossier.bpmn")))
    assert drafts.files_of(draft) == before | {"check_dossier.bpmn": TWO}


def test_a_draft_and_its_files_get_other_names(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    visitor.open(f"/office/studio/{draft}")
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/rename", name="Bản sửa tháng 11"))
    assert "Bản sửa tháng 11" in words(page.find(".//h1")) and drafts.read_draft(draft).name == "Bản sửa tháng 11"
    assert "Ghi tên bản soạn" in words(visitor.follow(visitor.post(f"/office/studio/{draft}/rename", name=" ")))
    address = f"/office/studio/{draft}/files/check_dossier.form/rename"
    seen = drafts.read_draft(draft).file("check_dossier.form").version
    for other, status in (("supplement_dossier.form", 409), ("kiem_tra.bpmn", 422), ("../x.form", 422)):
        assert _send(visitor, f"{address}?seen={seen}&to={other}", {}).status_code == status
    assert _send(visitor, f"{address}?seen={seen}&to=kiem_tra.form", {}).json["name"] == "kiem_tra.form"
    found = _send(visitor, f"/office/studio/{draft}/check", {"files": {}}).json["problems"]
    assert ("check_dossier", "unknown-form") in {(p["element"], p["code"]) for p in found}
    other = Visitor(app, "vhxh")
    other.open("/office")
    assert _send(other, f"/office/studio/{draft}/rename", {}).status_code == 403


def test_the_page_offers_names_and_the_form_is_drawn_as_ours(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    data = json.loads(visitor.open(f"/office/studio/{draft}").find_class("studio")[0].get("data-studio"))
    offered = data["catalogue"]
    for kind, word in (("groups", "vhxh"), ("topics", "dossier.archive"), ("bases", "LAW"), ("lists", "submission"),
                       ("events", "dossier:checked"),
                       ("phases", "checking"), ("outcomes", "certificate"), ("keys", "nomination_id"), ("rules", "REVIEW_DAYS"),
                       ("dates", "checking"), ("messages", "submission:signed")):
        assert word in [one[0] for one in offered[kind]], kind
        assert all(one[1] for one in offered[kind])
    assert {"signed", "rework"} <= {one[0] for one in offered["values"]["submission:signed"]}
    assert "Lưu hồ sơ" in dict(offered["topics"]).values() and offered["inputs"]["nomination.stop"] == [["cause", "Lý do dừng"]]
    assert ["level", "Cấp khen thưởng"] in offered["data"] and ["level", "Cấp khen thưởng"] in offered["brings"]["council:result"]
    assert {'result = "signed"', 'level = "commune"'} <= {one[0] for one in offered["results"]}
    page = visitor.open(f"/office/studio/{draft}/files/check_dossier.form/preview")
    assert "Hồ sơ đủ, đủ điều kiện" in words(page.find(".//main"))
    part = _send(visitor, f"/office/studio/{draft}/files/ask.form/preview", json.dumps(FORM).encode())
    assert part.status_code == 200 and "Ý kiến của thôn" in part.text
    wrong = _send(visitor, f"/office/studio/{draft}/files/ask.form/preview", b"[]")
    assert wrong.status_code == 200 and "said is-bad" in wrong.text
    bundle = visitor.client.get(f"/office/studio/{draft}/bundle.zip")
    files, main = deployments.unpack_bundle(bundle.data)
    assert files == drafts.files_of(draft) and main == "nomination_case"


def test_files_are_taken_into_a_draft(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    visitor.open(f"/office/studio/{draft}")
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/take", files=(io.BytesIO(json.dumps(FORM).encode()), "ask.form")))
    assert "Đã nhập ask.form." in words(page) and "ask.form" in drafts.files_of(draft)
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/take", files=(io.BytesIO(b"MZ"), "a.exe")))
    assert "a.exe không thuộc bản soạn" in words(page)
    page = visitor.follow(visitor.post(f"/office/studio/{draft}/drop", reason=""))
    assert "Đã bỏ bản soạn" in words(page)
    visitor.open(f"/office/studio/{draft}", 404)


def test_a_form_is_looked_at_empty_filled_and_with_what_it_says_when_something_is_missing(app: Flask, draft: int) -> None:
    visitor = Visitor(app, "quantri")
    path = f"/office/studio/{draft}/files/check_dossier.form/preview"
    empty, filled, wrong = (visitor.open(f"{path}?answers={word}") for word in ("empty", "sample", "errors"))
    for page in (empty, filled, wrong):
        assert "cùng một biểu mẫu, dù ở vai nào" in words(page)
        assert len(page.xpath("//a[@data-answers]")) == 3
        assert "Biểu mẫu “Phiếu kiểm tra, thẩm định hồ sơ”" in words(page)
        assert page.xpath("//*[@class='a4']//*[contains(@class, 'form-sheet')]//label")
        assert not page.xpath("//*[contains(@class, 'form-sheet')]//a[@data-answers]"), "what is no form stands beside the sheet"
    assert not empty.xpath("//main//input[@type='radio' and @checked]") and filled.xpath("//main//input[@type='radio' and @checked]")
    assert wrong.xpath("//*[contains(@class, 'is-wrong')]") and not empty.xpath("//*[contains(@class, 'is-wrong')]")
    content = visitor.client.get(f"/office/studio/{draft}/files/check_dossier.form").data
    part = _send(visitor, f"{path}?answers=errors", content).text
    assert "is-wrong" in part and "is-wrong" not in _send(visitor, path, content).text


def test_the_editor_says_names_in_words(app: Flask, office: Office, draft: int) -> None:
    admin = Visitor(app, "quantri")
    page = admin.open(f"/office/studio/{draft}")
    data = json.loads(page.xpath("string(//*[@data-studio]/@data-studio)"))
    assert ["check_dossier", "Phiếu kiểm tra, thẩm định hồ sơ"] in [[one["id"], one["name"]] for one in data["contents"]["forms"]]
    assert all(" " in said for _word, said in data["catalogue"]["phases"])
    assert not any("{" in said for _word, said in data["catalogue"]["events"])
    assert "Đến hạn tại bước (tên bước)." in dict(data["catalogue"]["events"]).values()
    found = _send(admin, f"/office/studio/{draft}/files/eligibility.dmn/review", drafts.files_of(draft)["eligibility.dmn"]).get_json()
    (whole,) = found.values()
    unknown = [one for one in whole["says"] if "Chưa xét được" in one["message"]]
    assert len(unknown) == 1 and len(unknown[0]["details"]) > 10
    labels = {one["path"]: one["label"] for one in whole["asks"]}
    assert labels["facts.is_leader"] == "Là lãnh đạo, quản lý" and labels["subject_group"] == "Nhóm đối tượng"
    assert any(one["path"] == "stage" and one["allowed"].startswith("HANG_NAM (") for one in whole["asks"])
    with app.test_request_context():
        said = studio_tables.plain({"effect": "block", "score": 8.5, "form": None}, {"effect": "Tác dụng"})
    assert said == "Tác dụng: chặn; score: 8,5; form: không có gì"
    without = fees('<rule id="r1"><inputEntry><text>-</text></inputEntry><outputEntry><text>"x"</text></outputEntry></rule>').replace(
        b"<text>age</text>", b"<text></text>").replace("label=\"Tuổi\"".encode(), b"")
    checked = _send(admin, f"/office/studio/{draft}/check", {"files": {"fees.dmn": without.decode()}}).get_json()
    (wrong,) = [one for one in checked["problems"] if one["file"] == "fees.dmn" and one["code"] == "bad-decision"]
    assert (wrong["name"], wrong["message"]) == ("Cột điều kiện", "Cột điều kiện chưa có biểu thức.")


def test_a_table_is_looked_over_and_a_row_of_it_tried_as_it_stands_on_the_page(app: Flask, office: Office, draft: int) -> None:
    admin = Visitor(app, "quantri")
    path = f"/office/studio/{draft}/files/fees.dmn"
    table = fees('<rule id="r1"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"miễn"</text></outputEntry></rule>')
    drafts.save_file(draft, "fees.dmn", table, seen=0, by=office.who("quantri"))
    found = _send(admin, f"{path}/review", table).get_json()["fees"]
    assert found["asks"] == [{"path": "age", "label": "Tuổi", "allowed": ""}]
    assert any("Không dòng nào khớp: Tuổi: >= 18" in one["message"] for one in found["says"])
    whole = fees(
        '<rule id="r1"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"miễn"</text></outputEntry></rule>'
        '<rule id="r2"><inputEntry><text>&gt;= 18</text></inputEntry><outputEntry><text>"đủ"</text></outputEntry></rule>'
        '<rule id="r3"><inputEntry><text>&gt; 60</text></inputEntry><outputEntry><text>"nửa"</text></outputEntry></rule>'
    )
    said = [one["message"] for one in _send(admin, f"{path}/review", whole).get_json()["fees"]["says"]]
    assert "Mọi trường hợp đều có dòng khớp." in said
    assert any("Dòng 2 và dòng 3 cùng khớp, bảng dừng ở đó: Tuổi: > 60" in one for one in said), said

    def tried(age: str) -> Any:
        return _send(admin, f"{path}/try", {"text": whole.decode(), "decision": "fees", "inputs": {"age": age}}).get_json()

    assert tried("20") == {
        "answer": "đủ", "wrong": [], "rules": [
            {"row": 1, "fits": False, "said": "không khớp ở: Tuổi"}, {"row": 2, "fits": True, "said": "khớp, cho: đủ"},
            {"row": 3, "fits": False, "said": "không khớp ở: Tuổi"},
        ],
    }
    twice = tried("70")
    assert twice["answer"] == "" and twice["wrong"] and [one["fits"] for one in twice["rules"]] == [False, True, True]
    assert any("Cột kiểu số nhận được" in one for one in tried("già")["wrong"])
    assert tried("8,5")["rules"][0]["fits"], "a comma before the decimals, as numbers are written here"
    dated = fees(
        '<rule id="r1"><inputEntry><text>&lt; round_date("filing").day</text></inputEntry><outputEntry><text>"sớm"</text></outputEntry>'
        '</rule><rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>"muộn"</text></outputEntry></rule>'
    ).replace(b'hitPolicy="UNIQUE"', b'hitPolicy="FIRST"')
    asked = _send(admin, f"{path}/review", dated).get_json()["fees"]["asks"][-1]
    assert asked["path"] == 'round_date("filing")' and "nộp" in asked["label"]

    def on(day: str) -> Any:
        inputs = {"age": "20", asked["path"]: day}
        return _send(admin, f"{path}/try", {"text": dated.decode(), "decision": "fees", "inputs": inputs})

    assert on("27/11/2026").get_json()["answer"] == "sớm" and on("3/11/2026").get_json()["answer"] == "muộn"
    assert on("").get_json()["wrong"] and on("31/02/2026").status_code == 422
    assert _send(admin, f"{path}/try", {"text": whole.decode(), "decision": "none", "inputs": {}}).status_code == 422
    assert _send(admin, f"{path}/try", {"text": 1}).status_code == 422
    assert _send(admin, f"{path}/try", b"<").status_code == 422
    assert _send(admin, f"{path}/review", b"MZ").get_json() == {}
    assert _send(admin, f"/office/studio/{draft}/files/none.dmn/review", whole).status_code == 404
    officer = Visitor(app, "vhxh")
    assert _send(officer, f"{path}/review", whole).status_code == 403


def fees(rules: str) -> bytes:
    """A table that asks for an age."""
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Phí" namespace="n">'
        '<decision id="fees" name="Phí"><decisionTable id="t" hitPolicy="UNIQUE"><input id="i1" label="Tuổi">'
        '<inputExpression id="e1" typeRef="number"><text>age</text></inputExpression></input>'
        f'<output id="o1" name="fee" typeRef="string"/>{rules}</decisionTable></decision></definitions>'
    ).encode()
