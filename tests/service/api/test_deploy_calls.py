"""Putting a bundle into use by a program: with all that the page asks, and nothing of it passed over."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from service import clock
from service.processes import enactments
from tests.bench.process import bench_bundle
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.test_hostile import packed

WHY = {"note": "Thêm một bước", "basis": "QĐ 12/QĐ-UBND ngày 02/11/2026", "seen": 0}


def deploy(program: Program, tasks: int, more: dict[str, bytes] | None = None, who: str = "quantri", **said: Any) -> TestResponse:
    """Send a bundle with what is said; what is None is left out."""
    query = urlencode({key: value for key, value in (WHY | said).items() if value is not None}, doseq=True)
    bundle = packed({**bench_bundle(tasks, group="vhxh"), **(more or {})}, main="bench")
    return program.raw(who, "POST", f"/definitions?{query}", data={"bundle": (io.BytesIO(bundle), "b.zip")})


def test_a_program_says_what_the_page_asks_and_the_act_keeps_it(program: Program, office: Office) -> None:
    for missing in WHY:
        answer = deploy(program, 3, **{missing: None})
        assert answer.status_code == 422 and missing in answer.get_data(as_text=True), answer.json
    assert deploy(program, 3, who="vhxh").status_code == 403
    first = deploy(program, 3)
    assert (first.status_code, first.json["state"]) == (201, "confirmed")
    day = clock.today() + timedelta(days=3)
    second = deploy(program, 4, seen=first.json["id"], effective_on=day.isoformat(), told=["vhxh", "unit"])
    assert second.json["effective_on"] == day.isoformat() and enactments.used("bench") == first.json["id"]
    (act,) = enactments.list_enactments(second.json["id"])
    assert (act.note, act.basis, act.told, act.replaces) == (WHY["note"], WHY["basis"], ["vhxh", "unit"], first.json["id"])


def test_what_stops_the_page_stops_a_program(program: Program, office: Office) -> None:
    failing = deploy(program, 3, {"sai.scenario": b"{}"})
    assert failing.status_code == 422 and failing.json["code"] == "scenarios-failed"
    assert deploy(program, 3, told=["khong_co"]).status_code == 422
    first = deploy(program, 3).json["id"]
    stale = deploy(program, 4)
    assert (stale.status_code, stale.json["code"]) == (409, "stale") and office.who("quantri").name in stale.json["message"]
    assert deploy(program, 3, seen=first).json["code"] == "nothing-changed"
    assert enactments.used("bench") == first


def test_where_a_second_person_is_needed_a_program_only_proposes(program: Program, office: Office) -> None:
    office.app.extensions["settings"] = office.app.extensions["settings"].model_copy(update={"deploy_second": True})
    answer = deploy(program, 3)
    assert (answer.status_code, answer.json["state"]) == (201, "asked") and enactments.used("bench") is None
