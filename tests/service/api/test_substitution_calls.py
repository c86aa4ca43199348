"""Substitutes over the API: what can be chosen, naming, reading, ending; who may and who may not."""

from __future__ import annotations

from typing import Any

from service import people
from service.awards.lists import KINDS
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.api.conftest import DAY

AWAY = {"since": DAY.isoformat(), "until": DAY.isoformat(), "reason": "Nghỉ phép"}


def _said(**more: Any) -> dict[str, Any]:
    return {**AWAY, **more}


def test_a_person_names_reads_and_ends_his_own(office: Office, program: Program) -> None:
    clerk = people.accounts_by_login()["vanthu"]
    choices = program.call("vhxh", "GET", "/substitutions/choices")
    assert "vhxh" in [one["word"] for one in choices["groups"]]
    kind = KINDS["posting"]
    assert {"word": "posting", "label": kind.label, "label_en": kind.label_en} in choices["processes"]
    assert clerk in [one["account"] for one in choices["people"]]
    made = program.call("vhxh", "POST", "/substitutions", _said(substitute=clerk, group="vhxh", processes=["posting"]))
    assert (made["substitute"], made["group"], made["processes"], made["holds"]) == (clerk, "vhxh", ["posting"], True)
    assert program.call("vhxh", "GET", "/substitutions")["items"] == [made]
    assert program.call("vanthu", "GET", "/substitutions")["items"] == [made]
    assert program.call("ketoan", "GET", "/substitutions")["items"] == []
    assert made in program.call("truongphong", "GET", "/substitutions?of=everybody")["items"]
    end = f"/substitutions/{made['id']}/end"
    assert program.raw("ketoan", "POST", end, {"reason": "Thử"}).status_code == 404
    assert program.raw("vanthu", "POST", end, {"reason": "Thử"}).status_code == 403
    assert program.raw("vhxh", "POST", end, {"reason": "Về sớm"}).status_code == 204
    assert program.call("vhxh", "GET", "/substitutions")["items"] == []
    assert program.raw("vhxh", "POST", end, {"reason": "Lần nữa"}).status_code == 404


def test_what_is_refused_says_why(office: Office, program: Program) -> None:
    logins = people.accounts_by_login()
    for who, said, status, code in (
        ("vanthu", _said(account=logins["vhxh"], substitute=logins["ketoan"]), 403, "forbidden"),
        ("thanhtra", _said(substitute=logins["ketoan"]), 403, "nothing-to-lend"),
        ("chutich", _said(substitute=logins["ketoan"]), 422, None),
        ("vhxh", _said(substitute=logins["donvi"]), 422, None),
        ("vhxh", _said(substitute=logins["vanthu"], processes=["nowhere"]), 422, None),
        ("vhxh", _said(substitute=logins["vanthu"], group="member"), 422, None),
        ("vhxh", _said(substitute=logins["vhxh"]), 422, None),
    ):
        answer = program.raw(who, "POST", "/substitutions", said)
        assert answer.status_code == status and (code is None or answer.json["code"] == code), (who, said, answer.json)
    assert program.raw("vhxh", "GET", "/substitutions?of=everybody").status_code == 403
    for_another = _said(account=logins["vhxh"], substitute=logins["ketoan"])
    assert program.raw("truongphong", "POST", "/substitutions", for_another).status_code == 201


def test_a_case_that_concerns_the_absent_person_is_not_offered_to_his_substitute(office: Office, program: Program) -> None:
    logins = people.accounts_by_login()
    program.call("vhxh", "POST", "/substitutions", _said(substitute=logins["ketoan"], group="vhxh"))
    own, other = office.nominate("HN-2026", name="Lê Ban Mai"), office.nominate("HN-2026", name="Hoàng Bình Minh")
    for one in (own, other):
        office.assess(one)
    office.sign(own)
    rows = program.call("ketoan", "GET", "/tasks?scope=group&element=check_dossier")["items"]
    assert [row["nomination"] for row in rows] == [other]
    (task,) = [row["id"] for row in program.call("truongphong", "GET", f"/tasks?scope=group&nomination={own}")["items"]] or [0]
    answer = program.raw("ketoan", "POST", f"/tasks/{task}/claim")
    assert answer.status_code in (403, 404), answer.json
    assert program.raw("ketoan", "POST", f"/tasks/{rows[0]['id']}/claim").status_code == 200


def test_a_substitute_for_one_process_lists_its_nominations(office: Office, program: Program) -> None:
    logins, one = people.accounts_by_login(), office.nominate("HN-2026")
    for substitute, process in (("ttcudv", "award_nomination"), ("mttq", "posting")):
        said = _said(account=logins["vhxh"], substitute=logins[substitute], processes=[process])
        assert program.raw("quantri", "POST", "/substitutions", said).status_code == 201
    found = program.call("ttcudv", "GET", "/nominations")
    assert ([row["id"] for row in found["items"]], found["total"]) == ([one], 1)
    assert program.call("ttcudv", "GET", "/nominations/counts") == program.call("vhxh", "GET", "/nominations/counts")
    assert program.call("ttcudv", "GET", f"/nominations/{one}")["id"] == one
    assert program.call("mttq", "GET", "/nominations")["items"] == []
    assert not any(program.call("mttq", "GET", "/nominations/counts")["counts"].values())
    assert program.raw("mttq", "GET", f"/nominations/{one}").status_code == 404
