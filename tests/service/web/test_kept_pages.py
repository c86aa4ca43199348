"""Pages that their reader may keep for where there is no network: which are offered, to whom, and the worker that opens them."""

from __future__ import annotations

import pytest

from tests.journeys.inspections import decided, open_stop
from tests.service.web.desk import ROUND, Desk
from tests.service.web.test_task_page import ASSESSMENT, task_at


@pytest.fixture
def step(desk: Desk) -> str:
    return f"/tasks/{task_at(desk.office, desk.office.nominate(ROUND), 'self_assess')}"


def test_a_step_is_offered_to_who_may_do_it_and_to_him_alone_until_it_is_done(desk: Desk, step: str) -> None:
    unit, inspector = desk.who("donvi").client, desk.who("thutruong").client
    offered = unit.get(step)
    account = desk.office.who("donvi").account
    assert offered.headers["X-May-Keep"] == f"account-{account}" and f'data-whose="account-{account}"' in offered.text
    assert "Giữ trang này trên máy" in offered.text and offered.headers["Cache-Control"] == "no-store"
    for answer in (unit.get("/inbox"), inspector.get(step)):
        assert "X-May-Keep" not in answer.headers and "Giữ trang này trên máy" not in answer.text
    desk.post("donvi", step, ASSESSMENT | {"act": "complete"})
    assert "X-May-Keep" not in unit.get(step).headers


def test_a_step_that_tells_who_sent_a_petition_is_not_offered(desk: Desk) -> None:
    matter = desk.office.begin("petition", by="vanphong", sender="Bà Sương Mai Lan", kind="remark", subject="Mạng yếu", content="x",
                               received_on="2026-11-02")
    sealed = desk.who("truongphong").client.get(f"/tasks/{open_stop(desk.office, matter, 'classify_petition').id}")
    assert "Bà Sương Mai Lan" in sealed.text and "X-May-Keep" not in sealed.headers and "Giữ trang này trên máy" not in sealed.text
    visit = decided(desk.office)
    desk.office.go_to("2026-11-09")
    open_ = desk.who("vhxh").client.get(f"/tasks/{open_stop(desk.office, visit, 'visit').id}")
    assert "X-May-Keep" in open_.headers and "Giữ trang này trên máy" in open_.text


def test_the_worker_lies_beside_the_pages_and_is_asked_for_anew(desk: Desk, step: str) -> None:
    client = desk.who("donvi").client
    answer = client.get("/kept-pages.js")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript" and answer.headers["Cache-Control"] == "no-cache"
    assert "respondWith" in answer.text
    assert client.get("/kept-pages.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert 'data-worker="/xa/kept-pages.js"' in client.get(step, base_url="http://localhost/xa").text
    assert desk.office.app.test_client().get("/kept-pages.js").status_code == 303


def test_the_list_of_kept_pages_may_be_kept_by_each_for_himself_and_names_nothing_of_the_server(desk: Desk, step: str) -> None:
    answer = desk.who("donvi").client.get("/kept-pages")
    assert answer.headers["X-May-Keep"] == f"account-{desk.office.who('donvi').account}" and "data-kept-list" in answer.text
    assert "/tasks/" not in answer.text
    assert 'data-list="/xa/kept-pages"' in desk.who("donvi").client.get(step, base_url="http://localhost/xa").text
    assert desk.office.app.test_client().get("/kept-pages").status_code == 303


def test_a_script_whose_session_has_ended_is_told_so_in_words(desk: Desk, step: str) -> None:
    stranger = desk.office.app.test_client()
    answer = stranger.post(f"{step}/draft", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.json == {"message": "Bạn chưa đăng nhập.", "code": "not-signed-in"}
    assert stranger.post(f"{step}/draft").mimetype == "text/html"
