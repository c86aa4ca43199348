"""The pages of replays: asked for, watched, a case side by side; for who may deploy only."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import update

from service import clock
from service.db import transaction
from service.processes.deployments import files_of
from service.processes.enactments import current_deployment
from service.studio import replay, replay_process, replay_work, scenarios
from service.studio.replay_models import ReplayRun
from tests.journeys.office import Office
from tests.service.studio.past_cases import add_past_cases
from tests.service.studio.redrawn import with_second_look
from tests.service.web.desk import Desk, words
from tests.service.web.test_lists import ROUND
from workflows.scenario import read_scenario

MAIN = "nomination_case"


def _zip(office: Office) -> tuple[io.BytesIO, str]:
    files = with_second_look(files_of(current_deployment(MAIN))) | {"MAIN": MAIN.encode()}
    return io.BytesIO(replay_work.packed(files)), "goi.zip"


@pytest.mark.long
def test_an_administrator_replays_a_bundle_and_reads_what_would_change(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    desk.office.check(one)
    add_past_cases(120, walks=12)
    assert "Chạy lại hồ sơ cũ" in desk.read("quantri", "/office/processes")
    links = {a.text_content().strip() for a in desk.get("quantri", "/office/processes/1").xpath("//main//a")}
    assert {"Chạy thử", "Kịch bản", "Chạy lại hồ sơ cũ"} <= links
    assert "Chưa chạy lại lần nào" in desk.read("quantri", "/studio/replays")
    page = desk.say("quantri", "/studio/replays", {"of": "deployment:1", "bundle": _zip(desk.office)})
    assert "đang chạy" in page or "Đã chạy lại" in page or "hồ sơ" in page
    (run,) = replay.list_runs(by=desk.office.who("quantri"))
    replay_process.wait(run.id, desk.office.app.extensions["settings"])
    page = desk.read("quantri", f"/studio/replays/{run.id}")
    assert "sẽ đi khác" in page and "Dừng lại" in page
    page = desk.read("quantri", f"/studio/replays/{run.id}?word=stuck&element=second_look")
    assert "Ở bước nào" in page and "Xem lại lần hai: chờ ở bước mới mà hồ sơ chưa có nội dung" in page
    instance = desk.office.read(one).instance_id
    page = desk.read("quantri", f"/studio/replays/{run.id}/cases/{instance}")
    assert "Từng bước" in page and "không qua" in page and "Xem lại lần hai" in page
    rows = desk.get("quantri", f"/studio/replays/{run.id}/cases/{instance}").xpath("//table//th//span[@class='who']/text()")
    numbers = [(row.split(". ")[0], row.split(". ")[1]) for row in rows if ". " in row]
    (anew,) = [place for place, (_n, name) in enumerate(numbers) if name == "Xem lại lần hai"]
    assert [int(n) for n, _name in numbers[anew - 1 : anew + 2]] == sorted(int(n) for n, _name in numbers[anew - 1 : anew + 2])
    assert anew < len(numbers) - 1, "a new step stands before the later ones"
    kept = desk.who("quantri").client.get(f"/studio/replays/{run.id}/cases/{instance}/scenario")
    assert "Hoàng Bình Minh" not in kept.text and read_scenario(kept.data).expected.waits == ["wait_posting"]
    bundle = files_of(current_deployment(MAIN))
    results = scenarios.run_all({"nhu_ho_so.scenario": kept.data, **{k: v for k, v in bundle.items() if not k.endswith(".scenario")}}, MAIN)
    assert results.passed and len(results.ran) == 1, results.ran
    assert "Chạy lại lúc" in desk.read("quantri", "/studio/replays")


@pytest.mark.long
def test_a_run_under_way_asks_for_its_whole_page_anew_until_it_is_done(desk: Desk) -> None:
    add_past_cases(4, walks=4)
    by = desk.office.who("quantri")
    run = replay.start_replay(files_of(current_deployment(MAIN)), MAIN, by=by, title="Thử")
    replay_process.wait(run.id, desk.office.app.extensions["settings"])
    with transaction() as s:
        s.execute(update(ReplayRun).where(ReplayRun.id == run.id).values(state="running", moved_at=clock.unmoved()))
    page = desk.get("quantri", f"/studio/replays/{run.id}?word=same")
    (part,) = page.xpath("//*[@id='run']")
    assert part.get("data-hx-get") == f"/studio/replays/{run.id}?word=same" and part.get("data-hx-select") == "#run"
    assert part.xpath(".//h1") and part.xpath(".//tbody/tr"), "title, counts and cases change together"
    assert "Đang chạy lại 4 hồ sơ" in words(page) and "4 trong 4" in words(page)
    with transaction() as s:
        s.execute(update(ReplayRun).where(ReplayRun.id == run.id).values(state="done"))
    page = desk.get("quantri", f"/studio/replays/{run.id}")
    assert page.xpath("//*[@id='run']")[0].get("data-hx-get") is None
    assert "4 hồ sơ đã chạy lại, không hồ sơ nào đổi" in words(page) and "tải lại trang" not in words(page)


def test_a_bundle_that_cannot_be_read_is_refused_in_words(desk: Desk) -> None:
    page = desk.say("quantri", "/studio/replays", {"of": "deployment:1", "bundle": (io.BytesIO(b"MZ"), "virus.zip")}, code=422)
    assert "không phải gói ZIP" in page


def test_others_see_nothing_of_it(desk: Desk) -> None:
    assert "Chạy lại hồ sơ cũ" not in desk.read("vhxh", "/office/processes")
    for path in ("/studio/replays", "/studio/replays/1", "/studio/replays/1/cases/1"):
        desk.get("vhxh", path, code=403)
    desk.get("quantri", "/studio/replays/99", code=404)


@pytest.mark.long
def test_the_same_over_the_api(desk: Desk) -> None:
    add_past_cases(40, walks=8)
    client = desk.office.app.test_client()
    token = client.post("/api/v1/session", json={"username": "quantri", "password": "vinhdanh"}).json["token"]
    head = {"Authorization": f"Bearer {token}"}
    content, _ = _zip(desk.office)
    answer = client.post("/api/v1/replays", headers=head, data=content.getvalue(), content_type="application/zip")
    assert answer.status_code == 201, answer.json
    replay_process.wait(answer.json["id"], desk.office.app.extensions["settings"])
    run = client.get(f"/api/v1/replays/{answer.json['id']}", headers=head).json
    assert (run["state"], run["done"]) == ("done", 40) and sum(run["counts"].values()) == 40
    cases = client.get(f"/api/v1/replays/{run['id']}/cases?verdict=stuck&limit=5", headers=head).json
    assert cases["total"] == run["counts"]["stuck"] and {c["element"] for c in cases["items"]} == {"second_look"}
    assert client.get("/api/v1/replays", headers=head).json["items"][0]["id"] == run["id"]
    assert client.post(f"/api/v1/replays/{run['id']}/cancel", headers=head).json["state"] == "done"
    refused = client.post("/api/v1/replays?of=deployment:99", headers=head)
    assert refused.status_code == 404
