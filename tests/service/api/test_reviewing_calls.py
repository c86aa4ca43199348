"""Assigning, scoring and reminding over the API, with the rights of the pages."""

from __future__ import annotations

import pytest

from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program


def _invited(office: Office) -> int:
    council = Council(office)
    council.fill(3)
    council.plan()
    council.invite()
    return council.id


@pytest.mark.long
def test_programs_assign_score_and_remind_as_the_pages_do(office: Office, program: Program) -> None:
    at = f"/council-sessions/{_invited(office)}"
    found = program.call("thuky", "GET", f"{at}/reviewing")
    assert (found["assigned"], len(found["items"]), len(found["reviewers"])) == (False, 3, 9)
    found = program.call("thuky", "POST", f"{at}/reviewing/assign", {"give": [{"member_no": 3, "item_no": 1}]})
    assert (found["assigned"], found["reviewers"][2]["assigned"], found["reviewers"][3]["assigned"]) == (True, [1], [])
    found = program.call("thuky", "POST", f"{at}/reviewing/unit", {"unit": "DONG-MAY", "member_no": 4})
    assert found["reviewers"][3]["assigned"] == [1, 2, 3]
    found = program.call("thuky", "POST", f"{at}/reviewing/draw", {"each": 3, "seed": 5})
    assert (found["seed"], [len(i["reviewers"]) for i in found["items"]]) == (5, [3, 3, 3])
    body = {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 9, "comment": "Rõ"}]}]}
    own = program.call("uv1", "PUT", f"{at}/my-scores", body)
    assert own["items"][0]["points"] == [{"criterion": "D1", "points": 9.0, "comment": "Rõ"}]
    assert own == program.call("uv1", "GET", f"{at}/my-scores")
    found = program.call("truongphong", "POST", f"{at}/reviewing/remind", {})
    assert all(r["reminded"] is None or r["behind"] for r in found["reviewers"])
    for who, method, path, said, status in (
        ("thuky", "POST", "/reviewing/remind", {}, 409),
        ("uv1", "GET", "/reviewing", None, 403),
        ("uv1", "POST", "/reviewing/draw", {"each": 3}, 403),
        ("vhxh", "PUT", "/my-scores", body, 403),
        ("thuky", "POST", "/reviewing/assign", {"take": [{"member_no": 4, "item_no": 2}]}, 422),
    ):
        with pytest.raises(Answered) as refused:
            program.call(who, method, f"{at}{path}", said)
        assert refused.value.status == status, path
