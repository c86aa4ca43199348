"""The trail over the API: filters, pages, and files that prove themselves; every file taken is an entry."""

from __future__ import annotations

import csv
import io
import zipfile
from hashlib import sha256
from itertools import pairwise

import orjson
import pytest
from openpyxl import load_workbook

from service import trail
from service.trail import checkpoints
from tests.journeys.office import Office
from tests.journeys.program import Program


@pytest.mark.long
def test_events_are_narrowed_and_paged_for_who_reads_the_whole_trail(shared: Office, caller: Program) -> None:
    first = caller.call("thanhtra", "GET", "/events?size=5")
    second = caller.call("thanhtra", "GET", f"/events?size=5&past={first['past']}")
    numbers = [e["gseq"] for e in first["items"] + second["items"]]
    assert len(numbers) == 10 and numbers == sorted(numbers, reverse=True) and first["partial"] is False
    officer = shared.who("donvi").account
    mine = caller.call("thanhtra", "GET", f"/events?who={officer}&door=web&kind=nomination:started")["items"]
    assert mine and {(e["actor"], e["door"], e["kind"]) for e in mine} == {(str(officer), "web", "nomination:started")}
    assert mine[0]["kind_name"] == "Lập trường hợp đề nghị khen thưởng"
    assert caller.call("thanhtra", "GET", f"/events?who={officer}&door=cli")["items"] == []
    for who in ("vhxh", "donvi", "chutich"):
        assert caller.raw(who, "GET", "/events").status_code == 403
        assert caller.raw(who, "GET", "/events/export").status_code == 403
    for right in (f"behalf={officer}", "behalf=UBND", "kind=nomination:*,round:opened"):
        assert caller.raw("thanhtra", "GET", f"/events?{right}").status_code == 200, right
    for wrong in (
        "door=window", "since=hier", "nomination=x", "part=all", f"who={'9' * 20}", f"behalf={'9' * 20}", "behalf=٣", "kind=no:such",
        "kind=no:*", "kind=nomination:started,", "kind=nomination:started,no:such",
    ):
        for path in ("/events", "/events/export"):
            assert caller.raw("thanhtra", "GET", f"{path}?{wrong}").status_code == 422, (path, wrong)
    assert caller.raw("thanhtra", "GET", "/events?nomination=999999").status_code == 404


@pytest.mark.long
def test_entries_prove_themselves_without_the_service(shared: Office, caller: Program) -> None:
    items = caller.call("thanhtra", "GET", "/events?size=200&oldest_first=true")["items"]
    assert len(items) > 20
    for one in items:
        assert sha256(b"\0" + bytes.fromhex(one["prev"]) + one["body"].encode()).hexdigest() == one["hash"]
    for before, after in pairwise(items):
        assert after["prev"] == before["hash"] and after["gseq"] == before["gseq"] + 1


@pytest.mark.long
def test_export_holds_what_the_filter_finds_and_is_an_entry(shared: Office, caller: Program) -> None:
    officer = shared.who("donvi").account
    found = caller.call("thanhtra", "GET", f"/events?who={officer}&size=200")["items"]
    numbers = sorted(e["gseq"] for e in found)
    asked = f"/events/export?who={officer}"
    rows = list(csv.reader(io.StringIO(_file(caller, f"{asked}&format=csv").decode("utf-8-sig"))))
    assert [int(row[0]) for row in rows[1:]] == numbers and rows[0][0] == "Số mục"
    sheet = load_workbook(io.BytesIO(_file(caller, f"{asked}&format=xlsx"))).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == numbers
    array = orjson.loads(_file(caller, f"{asked}&format=json"))
    lines = [orjson.loads(line) for line in _file(caller, f"{asked}&format=jsonl").splitlines()]
    assert array == lines and [e["gseq"] for e in array] == numbers
    for one in array:
        assert sha256(b"\0" + bytes.fromhex(one["prev"]) + one["body"].encode()).hexdigest() == one["hash"]
    assert orjson.loads(_file(caller, "/events/export?who=999999&format=json")) == []
    told = [e for e in trail.read(kind="trail:exported", limit=5, sight=trail.Sight.EVERYTHING).events]
    assert [(e.body["format"], e.body["count"]) for e in told] == [
        ("JSON", 0), ("JSON", len(numbers)), ("JSON", len(numbers)), ("Excel", len(numbers)), ("CSV", len(numbers)),
    ]
    assert told[1].body["filter"] == {"who": str(officer)} and told[1].door == "api"
    said = trail.sentence(told[1])
    assert f"dạng JSON, {len(numbers)} sự kiện, lọc theo Người thực hiện: " in said


def _file(caller: Program, path: str) -> bytes:
    with caller.raw("thanhtra", "GET", path) as answer:
        assert answer.status_code == 200, answer.json
        assert "attachment; filename=nhat-ky-" in answer.headers["Content-Disposition"]
        content: bytes = answer.get_data()
    return content


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_the_trail_is_checked_signed_and_a_checkpoint_held_against_it(program: Program, office: Office) -> None:
    found = program.call("thanhtra", "POST", "/events/verify")
    assert (found["ok"], found["first_bad"]) == (True, None) and found["count"] > 5
    (event,) = trail.read(kind="trail:verified", limit=1).events
    assert (event.body["result"], event.door) == ("ok", "api")
    assert program.call("thanhtra", "GET", "/checkpoints")["items"] == []
    asked = program.raw("thanhtra", "POST", "/checkpoints")
    assert (asked.status_code, asked.json) == (202, {"past": 0})
    office.work()
    listed = program.call("quantri", "GET", "/checkpoints")
    assert [one["number"] for one in listed["items"]] == [1] and len(listed["fingerprints"]) == 1 and listed["alarms"] == []
    note = program.raw("quantri", "GET", "/checkpoints/1").get_data(as_text=True)
    assert note == checkpoints.read_checkpoint(1)[1]
    held = program.call("thanhtra", "POST", "/checkpoints/hold", {"note": note})
    assert held["fits"] and held["ok"] and held["number"] == 1 and held["whole"]["ok"]
    forged = program.call("thanhtra", "POST", "/checkpoints/hold", {"note": note.replace("number 1", "number 2")})
    assert not forged["fits"] and forged["code"] == "anchor-key" and forged["whole"] is None
    assert program.raw("thanhtra", "GET", "/checkpoints/9").status_code == 404
    for who in ("donvi", "vhxh"):
        for method, path, body in (
            ("POST", "/events/verify", None), ("POST", "/checkpoints", None), ("POST", "/checkpoints/hold", {"note": note}),
            ("GET", "/checkpoints", None), ("GET", "/checkpoints/1", None),
        ):
            assert program.raw(who, method, path, body).status_code == 403, (who, path)


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_an_offline_dossier_is_asked_for_and_taken_by_who_asked_alone(program: Program, office: Office) -> None:
    at = f"/nominations/{office.nominate('HN-2026')}/offline-dossiers"
    assert program.call("thanhtra", "GET", at) == {"items": []}
    asked = program.raw("thanhtra", "POST", at)
    assert (asked.status_code, asked.json["state"]) == (202, "asked")
    file = f"/offline-dossiers/{asked.json['id']}"
    assert program.raw("thanhtra", "GET", file).json["code"] == "not-made"
    office.work()
    (made,) = program.call("thanhtra", "GET", at)["items"]
    assert made["state"] == "made" and made["size"] > 0 and made["checkpoint"] == 1
    with program.raw("thanhtra", "GET", file) as answer:
        assert "verify.html" in zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert program.raw("quantri", "GET", file).status_code == 404
    for who in ("donvi", "vhxh"):
        assert program.raw(who, "GET", at).status_code == program.raw(who, "POST", at).status_code == 403
        assert program.raw(who, "GET", file).status_code == 404
