"""The studio over the API: drafts with their files, checked and put into use; acts confirmed, refused, gone back from."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service import clock
from service.processes import enactments
from service.studio import drafts
from tests.bench.process import bench_bundle
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.test_hostile import packed

pytestmark = pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
WHY = {"note": "Thêm một bước", "basis": "QĐ 12/QĐ-UBND ngày 02/11/2026"}


def _begin(program: Program, tasks: int = 3, who: str = "quantri", query: str = "") -> TestResponse:
    bundle = packed(bench_bundle(tasks, group="vhxh"), main="bench")
    return program.raw(who, "POST", f"/drafts{query}", data={"files": (io.BytesIO(bundle), "b.zip")})


def _put(program: Program, at: str, content: bytes, seen: int, who: str = "quantri") -> TestResponse:
    return program.raw(who, "PUT", f"{at}?seen={seen}", data={"file": (io.BytesIO(content), "x")})


def _deploy(program: Program, draft: int, **said: Any) -> TestResponse:
    version = program.call("quantri", "GET", f"/drafts/{draft}/readiness")["version"]
    return program.raw("quantri", "POST", f"/drafts/{draft}/deploy", WHY | {"version": version} | said)


def test_a_draft_is_begun_from_files_a_version_or_what_comes_along(program: Program, office: Office) -> None:
    made = _begin(program, query="?name=Th%E1%BB%AD")
    assert (made.status_code, made.json["key"], made.json["name"], made.json["base"]) == (201, "bench", "Thử", None)
    used = enactments.current_deployment("nomination_case")
    based = program.call("quantri", "POST", f"/drafts?base={used}")
    assert (based["key"], based["base"], based["outdated"]) == ("nomination_case", used, False) and len(based["files"]) > 5
    assert program.call("quantri", "POST", "/drafts?template=session")["key"] == "council_session"
    nothing = program.raw("quantri", "POST", "/drafts")
    assert (nothing.status_code, nothing.json["errors"][0]["path"]) == (422, "files")
    assert program.raw("quantri", "POST", "/drafts?base=999999").status_code == 404
    with program.raw("quantri", "GET", f"/drafts/{made.json['id']}/bundle") as answer:
        names = set(zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist())
    assert names == {"MAIN", *(f["name"] for f in made.json["files"])}
    copied = program.call("quantri", "POST", f"/drafts/{made.json['id']}/copy")
    assert copied["id"] != made.json["id"] and len(program.call("quantri", "GET", "/drafts")["items"]) == 4
    for who in ("vhxh", "thanhtra"):
        assert _begin(program, who=who).status_code == program.raw(who, "GET", "/drafts").status_code == 403
        assert program.raw(who, "GET", f"/drafts/{copied['id']}/bundle").status_code == 403
        assert program.raw(who, "POST", f"/drafts/{copied['id']}/copy").status_code == 403
        assert program.raw(who, "DELETE", f"/drafts/{copied['id']}").status_code == 403
    assert program.raw("quantri", "DELETE", f"/drafts/{copied['id']}").status_code == 204
    assert program.raw("quantri", "GET", f"/drafts/{copied['id']}").status_code == 404


def test_files_are_saved_against_the_version_seen_and_taken_out(program: Program, office: Office) -> None:
    one = _begin(program).json
    draft, file = f"/drafts/{one['id']}", f"/drafts/{one['id']}/files/moi.form"
    saved = _put(program, file, b"{}", 0)
    assert saved.status_code == 200 and saved.json["name"] == "moi.form"
    with program.raw("quantri", "GET", file) as answer:
        assert answer.get_data() == b"{}"
    late = _put(program, file, b"[]", 0)
    assert (late.status_code, late.json["code"]) == (409, "draft-overtaken") and office.who("quantri").name in late.json["message"]
    again = _put(program, file, b"[]", saved.json["version"]).json["version"]
    assert [p["file"] for p in program.call("quantri", "GET", f"{draft}/check")["problems"] if p["severity"] == "error"] == ["moi.form"]
    assert program.raw("quantri", "POST", f"{file}/send").status_code == 422, "no letter"
    renamed = program.call("quantri", "POST", f"{file}/rename", {"to": "cu.form", "seen": again})
    assert renamed["name"] == "cu.form" and program.raw("quantri", "GET", file).status_code == 404
    assert program.raw("quantri", "DELETE", f"{draft}/files/cu.form?seen=1000").status_code == 409
    assert program.raw("quantri", "DELETE", f"{draft}/files/cu.form?seen={renamed['version']}").status_code == 204
    assert [(p["code"], p["severity"]) for p in program.call("quantri", "GET", f"{draft}/check")["problems"]] == [("no-drawing", "warning")]
    taken = program.raw("quantri", "POST", f"{draft}/files", data={"files": (io.BytesIO(b"{}"), "khac.form")})
    assert "khac.form" in {f["name"] for f in taken.json["files"]}
    assert _put(program, f"{draft}/files/x.exe", b"x", 0).status_code == 422
    assert program.call("quantri", "PUT", f"{draft}/name", {"name": "Tên khác"})["name"] == "Tên khác"
    before = drafts.read_draft(one["id"])
    for who in ("vhxh", "thanhtra"):
        assert _put(program, file, b"{}", 0, who).status_code == 403
        for method, path, body in (
            ("GET", "files/khac.form", None), ("DELETE", "files/khac.form", None), ("POST", "files/khac.form/send", None),
            ("POST", "files/khac.form/rename", {"to": "a.form"}), ("PUT", "name", {"name": "x"}), ("GET", "check", None), ("GET", "", None),
        ):
            assert program.raw(who, method, f"{draft}/{path}".rstrip("/"), body).status_code == 403, path
        assert program.raw(who, "POST", f"{draft}/files", data={"files": (io.BytesIO(b"{}"), "a.form")}).status_code == 403
    assert drafts.read_draft(one["id"]) == before


def test_a_draft_comes_into_use_and_an_administrator_goes_back(program: Program, office: Office) -> None:
    draft = _begin(program).json["id"]
    ready = program.call("quantri", "GET", f"/drafts/{draft}/readiness")
    assert (ready["past"], ready["replayed"], ready["in_use"], ready["groups"]) == (0, True, None, ["vhxh"])
    assert [p["severity"] for p in ready["problems"]] == ["warning"] and not ready["unchanged"]
    for who in ("vhxh", "thanhtra"):
        assert program.raw(who, "GET", f"/drafts/{draft}/readiness").status_code == 403
        assert program.raw(who, "POST", f"/drafts/{draft}/deploy", WHY | {"version": ready["version"]}).status_code == 403
        assert program.raw(who, "POST", f"/drafts/{draft}/base", {"seen": 1}).status_code == 403
    stale = program.raw("quantri", "POST", f"/drafts/{draft}/deploy", WHY | {"version": ready["version"] + 1})
    assert stale.status_code == 409 and enactments.used("bench") is None
    first = _deploy(program, draft, told=["vhxh"])
    assert (first.status_code, first.json["state"]) == (201, "confirmed") and enactments.used("bench") == first.json["id"]
    assert _deploy(program, draft).json["code"] == "nothing-changed"
    second = program.raw("quantri", "POST", f"/drafts?base={first.json['id']}").json["id"]
    name = next(f["name"] for f in program.call("quantri", "GET", f"/drafts/{second}")["files"] if f["name"].endswith(".bpmn"))
    files = bench_bundle(4, group="vhxh")
    assert program.raw("quantri", "POST", f"/drafts/{second}/files", data={"files": (io.BytesIO(files[name]), name)}).status_code == 200
    later = _deploy(program, second)
    assert later.status_code == 201, later.json
    at = f"/definitions/{first.json['id']}/roll-back"
    for who in ("vhxh", "thanhtra"):
        assert program.raw(who, "POST", at, {"reason": "Thử"}).status_code == 403
    assert enactments.used("bench") == later.json["id"]
    back = program.call("quantri", "POST", at, {"reason": "Bước mới làm tắc hồ sơ"})
    assert (back["kind"], back["replaces"], back["note"]) == ("rolled_back", later.json["id"], "Bước mới làm tắc hồ sơ")
    assert enactments.used("bench") == first.json["id"] and program.raw("quantri", "POST", at, {"reason": "Lại"}).json["code"] == "in-use"
    acts = program.call("thanhtra", "GET", f"/enactments?definition={first.json['id']}")["items"]
    assert [one["kind"] for one in acts] == ["rolled_back", "deployed"] and acts[1]["basis"] == WHY["basis"]
    other = _begin(program).json["id"]
    behind = program.raw("quantri", "POST", f"/drafts/{other}/base", {"seen": later.json["id"]})
    assert behind.status_code == 409, "another version is in use"
    assert program.call("quantri", "POST", f"/drafts/{other}/base", {"seen": first.json["id"]})["base"] == first.json["id"]


def test_a_second_person_confirms_or_refuses_and_the_first_cannot(program: Program, office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(update={"deploy_second": True})
    draft = _begin(program).json["id"]
    assert _deploy(program, draft).json["state"] == "asked" and enactments.used("bench") is None
    (act,) = program.call("truongphong", "GET", "/enactments?open=true")["items"]
    assert act["may_confirm"] and act["open"] and not program.call("quantri", "GET", "/enactments?open=true")["items"][0]["may_confirm"]
    confirm, refuse = f"/enactments/{act['id']}/confirm", f"/enactments/{act['id']}/refuse"
    for who in ("quantri", "vhxh", "thanhtra"):
        assert program.raw(who, "POST", confirm).status_code == 403
    assert program.raw("vhxh", "POST", refuse, {"reason": "Thử"}).status_code == 403 and enactments.used("bench") is None
    assert program.call("truongphong", "POST", confirm)["state"] == "confirmed" and enactments.used("bench") == act["definition"]
    assert program.raw("truongphong", "POST", refuse, {"reason": "Muộn"}).json["code"] == "enactment-settled"
    assert program.raw("truongphong", "POST", "/enactments/9999/confirm").status_code == 404


def test_what_waits_for_its_day_is_taken_back_by_who_asked(program: Program, office: Office) -> None:
    day = (clock.today() + timedelta(days=7)).isoformat()
    assert _deploy(program, _begin(program).json["id"], effective_on=day).json["effective_on"] == day
    (act,) = program.call("quantri", "GET", "/enactments?open=true")["items"]
    taken = program.call("quantri", "POST", f"/enactments/{act['id']}/refuse", {"reason": "Chưa tập huấn"})
    assert (taken["state"], taken["refusal"], taken["open"]) == ("refused", "Chưa tập huấn", False)
    assert program.call("quantri", "GET", "/enactments?open=true")["items"] == []


def test_a_draft_gets_a_register_and_a_change_of_who_reads_is_told(program: Program, office: Office) -> None:
    made = program.call("quantri", "POST", "/drafts?template=register&name=S%C3%A1ng%20ki%E1%BA%BFn")
    assert made["key"] == "sang_kien" and "sang_kien.register" in {f["name"] for f in made["files"]}
    at = f"/drafts/{made['id']}"
    assert program.call("quantri", "GET", f"{at}/check")["problems"] == []
    told = program.call("quantri", "GET", f"{at}/readiness")["register"]
    assert [one["widens"] for one in told] == [True, True] and told[1]["message_en"].startswith("Every matter is read by: ")
    assert _deploy(program, made["id"]).status_code == 201
    file = f"{at}/files/sang_kien.register"
    with program.raw("quantri", "GET", file) as answer:
        content = answer.get_data()
    version = next(f["version"] for f in program.call("quantri", "GET", at)["files"] if f["name"] == "sang_kien.register")
    _put(program, file, content.replace(b'reads = ["vhxh"]', b'reads = ["vhxh", "chair"]'), version)
    (one,) = program.call("quantri", "GET", f"{at}/readiness")["register"]
    assert one["widens"] and one["message"] == "Nay xem được mọi việc của sổ: Chủ tịch UBND xã."
    bare = _begin(program).json
    given = program.call("quantri", "POST", f"/drafts/{bare['id']}/register")
    assert {f["name"] for f in given["files"]} - {f["name"] for f in bare["files"]} == {"bench.register"}
    assert [p for p in program.call("quantri", "GET", f"/drafts/{bare['id']}/check")["problems"] if p["severity"] == "error"] == []
    assert program.call("quantri", "POST", f"/drafts/{bare['id']}/register")["version"] == given["version"], "it keeps the one it has"
    assert program.call("quantri", "POST", "/drafts?template=petition")["key"] == "petition"
    for who in ("vhxh", "thanhtra"):
        assert program.raw(who, "POST", f"/drafts/{bare['id']}/register").status_code == 403
