"""What each role sees of every kind of list: the same over API and pages, and a unit never another unit's names."""

from __future__ import annotations

import json

import pytest
from flask import g
from lxml import html
from werkzeug.test import TestResponse

from service.awards import finding, lists
from service.awards.models import List
from tests.service.awards.conftest import Filled
from tests.service.web.desk import words

ROLES = (
    "donvi", "thutruong", "donvi2", "thutruong2", "vhxh", "truongphong", "vanphong", "thuky", "uv1", "chutich",
    "phochutich", "vanthu", "ketoan", "congan", "thue", "mttq", "ttcudv", "tinh", "quantri", "thanhtra",
)
UNITS = {"donvi": "A", "thutruong": "A", "donvi2": "B", "thutruong2": "B"}
OFFICE = {"vhxh", "truongphong", "vanphong", "thuky", "chutich", "phochutich", "vanthu", "quantri", "thanhtra"}


def _all_lists(filled: Filled) -> list[List]:
    rows = finding.find_lists(filled.office.who("thanhtra"), limit=1000)
    assert {row.kind for row in rows} == set(lists.KINDS), "every kind is there"
    return rows


def _said(answer: TestResponse) -> str:
    """The words of an answer of the API, not escaped."""
    return json.dumps(answer.get_json(silent=True), ensure_ascii=False)


def _named(filled: Filled, text: str) -> set[str]:
    return {name for unit in filled.names.values() for name in unit if name in text}


def _page(filled: Filled, who: str, path: str) -> tuple[int, str]:
    visitor = filled.desk.who(who)
    g.pop("csrf_token", None)
    answer = visitor.client.get(path, follow_redirects=True)
    return answer.status_code, words(html.fromstring(answer.text)) if answer.status_code == 200 else ""


@pytest.mark.long
@pytest.mark.parametrize("who", ROLES)
def test_api_and_page_show_the_same_of_every_list(filled: Filled, who: str) -> None:
    for row in _all_lists(filled):
        answer = filled.program.raw(who, "GET", f"/lists/{row.id}")
        code, text = _page(filled, who, f"/lists/{row.id}")
        where = (who, row.kind, row.state)
        assert answer.status_code == code, where
        assert code in (200, 404), where
        if code == 404:
            continue
        found = {line["name"] for line in answer.json["lines"]}
        assert found <= _named(filled, text), where
        # A result letter tells the unit of its other names too: they are no lines of it, and stand in its data.
        told = _named(filled, _said(answer)) if row.kind == "result_letter" else set()
        assert _named(filled, text) - _named(filled, row.title) <= found | told, where
        open_now = {a.name for a in lists.acts_open_to(filled.office.who(who), row)}
        assert {a["name"] for a in answer.json["acts"]} == open_now
        assert "Một hội viên" not in _said(answer) or who in ("truongphong", "chutich", "thanhtra"), where
        assert ("Một hội viên" in _said(answer)) == ("Một hội viên" in text), where


@pytest.mark.parametrize("who", ROLES)
def test_list_of_lists_is_the_same_over_api_and_pages(filled: Filled, who: str) -> None:
    rows = {row["title"] for row in filled.program.call(who, "GET", "/lists")["items"]}
    _, text = _page(filled, who, "/lists")
    for title in {row.title for row in _all_lists(filled)}:
        assert (title in rows) == (title in text), (who, title)


@pytest.mark.parametrize("who", UNITS)
def test_unit_sees_no_foreign_name_before_publication(filled: Filled, who: str) -> None:
    foreign = filled.names["B" if UNITS[who] == "A" else "A"]
    own_seen = False
    for row in _all_lists(filled):
        for path in (f"/lists/{row.id}", *(f"/tasks/{t}" for t in _tasks_of(row.id))):
            text = _said(filled.program.raw(who, "GET", path))
            if row.state == "published":
                assert any(name in text for name in foreign), "published names are for everybody"
                continue
            assert not [name for name in foreign if name in text], (who, row.kind, row.state, path)
            own_seen |= any(name in text for name in filled.names[UNITS[who]])
        if row.state != "published":
            _, text = _page(filled, who, f"/lists/{row.id}")
            assert not [name for name in foreign if name in text], (who, row.kind, row.state)
    assert own_seen


def _tasks_of(list_id: int) -> list[int]:
    from sqlalchemy import select

    from service.db import reading
    from service.processes.models import Activity

    with reading() as s:
        return list(s.scalars(select(Activity.id).where(Activity.list_id == list_id)))


def test_unit_proves_its_own_names_and_learns_no_other(filled: Filled) -> None:
    (draft,) = [r for r in _all_lists(filled) if r.kind == "decision" and r.state == "draft"]
    answer = filled.program.raw("donvi", "POST", f"/lists/{draft.id}/acts/prove", {
        "lines": [{"nomination": filled.ids["b3"], "result": "confirmed"}]})
    assert answer.status_code == 422
    assert not [name for name in filled.names["B"] if name in _said(answer)]
    done = filled.program.call("donvi", "POST", f"/lists/{draft.id}/acts/prove", {})
    assert done["done"] == 1 and done["left_out"] == []
    proved = {n.id for line, n in lists.lines_of(draft.id) if line.data.get("proof")}
    assert proved == {filled.ids["a3"]}


def test_published_decision_shows_strangers_only_what_is_printed(filled: Filled) -> None:
    (row,) = [r for r in _all_lists(filled) if r.state == "published"]
    (foreign,) = [x for x in filled.program.call("donvi", "GET", f"/lists/{row.id}")["lines"] if x["name"] in filled.names["B"]]
    assert (foreign["data"], foreign["reason"]) == ({}, "")
    assert filled.program.call("vhxh", "GET", f"/lists/{row.id}")["lines"][0]["data"]["money"] > 0
    seen = filled.program.call("uv1", "GET", f"/lists/{row.id}")
    assert len(seen["lines"]) == 2 and seen["acts"] == []


def test_task_of_a_list_names_its_legal_basis_as_its_page_does(filled: Filled) -> None:
    (draft,) = [r for r in _all_lists(filled) if r.kind == "review_request"]
    assert draft
    found = {}
    for row in _all_lists(filled):
        for task in _tasks_of(row.id):
            said = filled.program.call("thanhtra", "GET", f"/tasks/{task}")
            found[said["element"]] = [b["citation"] for b in said["legal_basis"]]
    assert found["decision.sign"] and found["package.answer"] and found["posting.post"]
