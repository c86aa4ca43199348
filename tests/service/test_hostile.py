"""Hostile bundles and hostile calls: each gets one clear answer in both languages with the right status."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from service.demo.people import load_people
from service.install import prepare_database
from service.processes.deployments import MAX_BYTES
from service.schema import create_schema
from tests.journeys.program import Program
from tests.workflows.places import FORM, HOSTILE, PLACES, hostile
from tests.workflows.running import (
    GOOD,
    call,
    chain,
    diagram,
    end,
    flow,
    gateway,
    script,
    start,
    user,
    within,
)

Bundle = Mapping[str, bytes]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    app = create_app(Settings(var=tmp_path_factory.mktemp("hostile"), testing=True, demo=True))
    with app.app_context():
        create_schema()
        prepare_database()
        load_people()
        db.session.remove()
        yield Program(app.test_client(), lambda: None)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def packed(files: Bundle, main: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if main:
            archive.writestr("MAIN", main)
    return out.getvalue()


SAID = urlencode({"note": "Thử", "basis": "QĐ 12/QĐ-UBND ngày 02/11/2026", "seen": 0})


def sent(program: Program, content: bytes, who: str = "quantri") -> Any:
    return program.raw(who, "POST", f"/definitions?{SAID}", data=content, content_type="application/zip")


def one(content: bytes, **more: bytes) -> dict[str, bytes]:
    return {"p.bpmn": content, "form.form": FORM, **more}


def test_good_bundle_is_deployed_once_and_its_xml_read_back(program: Program) -> None:
    good = one(within(user("x")))
    first, again = sent(program, packed(good)), sent(program, packed(good))
    assert (first.status_code, again.status_code, again.json["code"]) == (201, 409, "nothing-changed")
    xml = program.raw("thanhtra", "GET", f"/definitions/{first.json['id']}/xml")
    assert xml.get_data() == good["p.bpmn"]
    assert sent(program, packed(good), who="vhxh").status_code == 403


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really"], ids=["nothing", "no zip"])
def test_who_may_not_deploy_is_told_so_before_anything_is_unpacked(program: Program, content: bytes) -> None:
    assert sent(program, content).status_code == 422
    for who in ("vhxh", "thanhtra"):
        assert sent(program, content, who=who).status_code == 403
    form = {"bundle": (io.BytesIO(content), "b.zip")}
    assert program.raw("vhxh", "POST", f"/definitions?{SAID}", data=form).status_code == 403


@pytest.mark.parametrize("place", PLACES)
def test_hostile_expressions_are_refused_in_every_place_and_never_run(program: Program, place: str, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for name in HOSTILE:
        problem = _refused(sent(program, packed(PLACES[place].files(hostile(name, mark)), main="p")))
        assert any(line.get("element") for line in problem["lines"]), (name, problem)
    assert not mark.exists()


XXE = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
VOTE = json.dumps(
    {
        "type": "default",
        "id": "form",
        "components": [
            {
                "type": "radio", "key": "vote", "label": "Biểu quyết",
                "values": [{"value": "agree", "label": "Tán thành"}, {"value": "disagree", "label": "Không tán thành"}],
            }
        ],
    }
).encode()
WITH_ELEMENT: dict[str, dict[str, bytes]] = {
    "unknown form": one(within(user("x").replace('"form"', '"nowhere"'))),
    "unreachable": one(diagram(GOOD + user("x") + chain("x", "end"))),
    "dead end": one(diagram(start() + user("work") + user("x") + end() + chain("begin", "work", "end")
                            + flow("work", "x"))),
    "gateway without default": one(diagram(
        start() + '<bpmn:exclusiveGateway id="x" />' + user("a") + end() + chain("begin", "x")
        + flow("x", "a", "1 = 1") + flow("x", "end", "1 = 2", key="f2") + chain("a", "end"))),
    "automatic loop": one(diagram(
        start() + script("x", "1", "y") + gateway("g", "g__end") + end() + chain("begin", "x", "g", "end")
        + flow("g", "x", "y = 1", key="back"))),
    "duplicate id": one(within(user("x") + user("x"))),
    "vote through a form": one(within(user("x")), **{"form.form": VOTE}),
    "calls itself": one(diagram(start() + call("x", "p") + end() + chain("begin", "x", "end"))),
    "unknown component": one(within(user("x")), **{
        "form.form": b'{"type":"default","id":"form","components":[{"type":"html","id":"x","content":"<b>"}]}'}),
    "pattern without end": one(within(user("x")), **{
        "form.form": b'{"type":"default","id":"form","components":[{"type":"textfield","key":"x","validate":{"pattern":"(?=a)b"}}]}'}),
}


@pytest.mark.parametrize("name", sorted(WITH_ELEMENT))
def test_bundle_that_cannot_run_is_refused_with_the_element(program: Program, name: str) -> None:
    problem = _refused(sent(program, packed(WITH_ELEMENT[name], main="p")))
    assert any(line["element"] for line in problem["lines"]), problem


def _bomb() -> bytes:
    return packed({"p.bpmn": b" " * (MAX_BYTES + 1)})


def _spoiled(method: int = zipfile.ZIP_DEFLATED, *, flag: int = 0, says: int | None = None) -> bytes:
    """A ZIP whose packed bytes are broken, or whose headers claim a lock or a method of packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("p.bpmn", within(user("x")) * 20)
    data = bytearray(out.getvalue())
    begin = 30 + len("p.bpmn")
    directory = data.index(b"PK\x01\x02")
    if flag or says is not None:
        for header, at in ((0, 6), (directory, 8)):
            data[header + at] |= flag
            if says is not None:
                data[header + at + 2 : header + at + 4] = says.to_bytes(2, "little")
    else:
        data[begin : directory - 1] = bytes(0xFF - b for b in data[begin : directory - 1])
    return bytes(data)


WITHOUT_ELEMENT: dict[str, Callable[[], bytes]] = {
    "broken packing": _spoiled,
    "broken older packing": lambda: _spoiled(zipfile.ZIP_BZIP2),
    "broken newer packing": lambda: _spoiled(zipfile.ZIP_LZMA),
    "broken without packing": lambda: _spoiled(zipfile.ZIP_STORED),
    "locked by a password": lambda: _spoiled(flag=1),
    "patched data": lambda: _spoiled(flag=0x20),
    "packing that nobody knows": lambda: _spoiled(says=97),
    "cut in the middle": lambda: _spoiled(zipfile.ZIP_STORED)[:400],
    "external entity": lambda: packed({"p.bpmn": XXE}),
    "billion laughs": lambda: packed({"p.bpmn": LAUGHS}),
    "entity in a decision": lambda: packed(one(within(user("x")), **{"t.dmn": XXE})),
    "program named as a diagram": lambda: packed({"p.bpmn": b"MZ\x90\x00\x03" + bytes(2000)}),
    "zip bomb": _bomb,
    "ten megabytes": lambda: packed({"p.bpmn": within(user("x")) + b" " * 10 * 2**20}),
    "climbing name": lambda: packed({"../../p.bpmn": within(user("x")), "form.form": FORM}),
    "name from the root": lambda: packed({"/etc/p.bpmn": within(user("x")), "form.form": FORM}),
    "foreign file": lambda: packed(one(within(user("x")), **{"run.sh": b"rm -rf /"})),
    "same name twice": lambda: packed({"a/p.bpmn": within(user("x")), "b/p.bpmn": within(user("x"))}),
    "no zip": lambda: b"PK\x03\x04 not really",
    "nothing": lambda: b"",
    "no diagram": lambda: packed({"form.form": FORM}),
    "too many files": lambda: packed({f"{n}.form": FORM for n in range(150)}),
    "form that is no form": lambda: packed(one(within(user("x")), **{"form.form": b"[1, 2"})),
    "deep form": lambda: packed(one(within(user("x")), **{"form.form": b'{"id":"form","components":' + b"[" * 5000 + b"]" * 5000 + b"}"})),
    "main that is not there": lambda: packed(one(within(user("x"))), main="q"),
}


@pytest.mark.parametrize("name", sorted(WITHOUT_ELEMENT))
def test_hostile_file_is_refused_in_both_languages(program: Program, name: str) -> None:
    before = program.call("quantri", "GET", "/definitions")
    _refused(sent(program, WITHOUT_ELEMENT[name]()))
    assert program.call("quantri", "GET", "/definitions") == before


def _refused(answer: Any) -> dict[str, Any]:
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422, text
    assert answer.content_type == "application/problem+json"
    assert "Traceback" not in text and "/main/" not in text and "root:" not in text
    problem: dict[str, Any] = answer.json
    assert problem["message"] and problem["message_en"] and problem["message"] != problem["message_en"]
    for line in problem.get("lines", ()):
        assert line["message"] and line["message_en"] and line["code"], line
    return problem
