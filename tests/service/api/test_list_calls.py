"""Lists over the API: what is kept back, what an act takes of a line, what a list's task gives."""

from __future__ import annotations

import orjson
import pytest

from service import people
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program

ROUND = "HN-2026"
SESSION = {"held_on": "2026-11-02", "members": 9, "present": 9, "presided_by": "Chủ tịch Hội đồng"}


def _sheet(office: Office) -> tuple[int, int]:
    one = office.nominate(ROUND)
    office.to_council(one, ROUND)
    return office.draw_up("council_sheet", ROUND, [one], by="thuky"), one


def _key(program: Program, who: str, sheet: int, one: int, **data: int) -> None:
    body = {"lines": [{"nomination": one, "result": "failed", "reason": "Riêng của bản này", "data": data}], "fields": SESSION}
    program.call(who, "POST", f"/lists/{sheet}/acts/key", body)


def _seen(program: Program, who: str, sheet: int) -> str:
    """All that somebody can read of a sheet: the list itself, its task, its page in the inbox."""
    found = [program.call(who, "GET", f"/lists/{sheet}")]
    tasks = program.call(who, "GET", "/tasks?scope=all")["items"]
    found += [program.call(who, "GET", f"/tasks/{t['id']}") for t in tasks if t["list"] == sheet]
    return orjson.dumps(found).decode()


@pytest.mark.long
def test_what_one_secretary_keyed_is_seen_by_nobody_else_before_the_second_entry(
    office: Office, program: Program
) -> None:
    sheet, one = _sheet(office)
    _key(program, "thuky", sheet, one, agree=3, disagree=6)
    own = program.call("thuky", "GET", f"/lists/{sheet}")
    (entry,) = own["data"]["keyed"].values()
    assert entry[str(one)]["agree"] == 3 and entry[str(one)]["result"] == "failed"
    for who in ("thuky2", "chutich", "truongphong", "vhxh", "thanhtra", "quantri"):
        said = _seen(program, who, sheet)
        assert "Riêng của bản này" not in said and '"agree":3' not in said, who
        row = program.call(who, "GET", f"/lists/{sheet}")
        assert not {"keyed", "sessions", "session", "reasons"} & row["data"].keys(), who
        assert [(x["result"], x["reason"], x["data"]) for x in row["lines"]] == [(None, "", {})], who
    _key(program, "thuky2", sheet, one, agree=3, disagree=5)
    both = program.call("thuky", "GET", f"/lists/{sheet}")["data"]
    assert len(both["keyed"]) == 2 and both["differing"] == [one]
    assert "keyed" not in program.call("vhxh", "GET", f"/lists/{sheet}")["data"]
    _key(program, "thuky2", sheet, one, agree=3, disagree=6)
    agreed = program.call("vhxh", "GET", f"/lists/{sheet}")
    assert (agreed["state"], agreed["lines"][0]["result"], agreed["lines"][0]["data"]["agree"]) == ("agreed", "failed", 3)


@pytest.mark.long
def test_an_act_says_what_it_takes_of_a_line_and_takes_nothing_else(office: Office, program: Program) -> None:
    sheet, one = _sheet(office)
    (act,) = [a for a in program.call("thuky", "GET", f"/lists/{sheet}")["acts"] if a["name"] == "key"]
    assert act["line_data"]["additionalProperties"] is False
    assert set(act["line_data"]["properties"]) == {"form", "reserve", "agree", "disagree", "blank"}
    for data in ({"form": "XYZ"}, {"form": ["GK_XA"]}, {"agree": True}, {"agree": 10**15}, {"blank": {}}, {"hold": 1}):
        body = {"lines": [{"nomination": one, "result": "passed", "data": data}], "fields": SESSION}
        try:
            program.call("thuky", "POST", f"/lists/{sheet}/acts/key", body)
        except Answered as refused:
            assert refused.status == 422, data
            assert [x["nomination"] for x in refused.problem["lines"]] == [one]
        else:
            raise AssertionError(f"{data} was taken")
    document = program.client.get("/api/openapi.json").get_json()["components"]["schemas"]
    assert document["LineData_council_sheet_key"]["properties"].keys() == act["line_data"]["properties"].keys()
    refs = {x.get("$ref", "").rpartition("/")[2] for x in document["LineIn"]["properties"]["data"]["anyOf"]}
    assert {"LineData_submission_minutes", "LineData_package_answer", "LineData_decision_prove"} <= refs


def test_a_list_task_gives_what_its_form_may_read(office: Office, program: Program) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    office.check(one)
    posting = office.draw_up("posting", ROUND, by="vhxh")
    office.act(posting, "post", by="vhxh", fields={"place": "Trụ sở UBND xã", "dated": "2026-11-03"})
    (task,) = [t for t in program.call("vhxh", "GET", "/tasks?scope=all")["items"] if t["list"] == posting]
    data = program.call("vhxh", "GET", f"/tasks/{task['id']}")["data"]
    assert data["place"] == "Trụ sở UBND xã"
    assert data["until"] == program.call("vhxh", "GET", f"/lists/{posting}")["data"]["until"]
    assert "last" not in data


def test_the_sheet_of_a_petition_names_its_matter_and_never_who_sent_it(office: Office, program: Program) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    matter = office.complain(one, by="vanphong", sender="Bà Sương Mai Lan", content="Bà Lan đề nghị làm rõ số liệu.")
    sheet = office.sheet(matter, one)
    for login in ("vhxh", "truongphong", "thanhtra"):
        seen = program.call(login, "GET", f"/lists/{sheet}")
        assert seen["data"]["matter"] == matter and seen["acts"] == []
        assert "Lan" not in orjson.dumps(seen).decode()
    assert program.raw("donvi", "GET", f"/lists/{sheet}").status_code == 404


def test_a_program_says_who_a_nominee_is_and_who_is_kept_away(office: Office, program: Program) -> None:
    body = {
        "round": ROUND, "subject_group": "D", "award_form": "GK_XA",
        "recipient": {"kind": "individual", "name": "Hồ Đại Ngàn", "title": "Chủ tịch", "unit": "DONG-MAY"},
    }
    one = program.call("donvi", "POST", "/nominations", body)
    assert [p["name"] for p in one["tie"]["asked"]] == ["Hồ Đại Ngàn"] and one["tie"]["account"] is None
    path = f"/nominations/{one['id']}/tie"
    for who, said, code in (
        ("vanthu", {"account": "chutich"}, 403), ("donvi2", {"account": "chutich"}, 404), ("vhxh", {}, 422),
        ("vhxh", {"account": "nobody"}, 422), ("vhxh", {"account": "chutich", "unit": "DONG-MAY"}, 422),
        ("vhxh", {"unit": "DONG-MAY"}, 422),
    ):
        assert program.raw(who, "POST", path, said).status_code == code, (who, said)
    tied = program.call("vhxh", "POST", path, {"account": "chutich", "reason": "Cùng một người"})["tie"]
    assert tied["account"]["name"] == "Hồ Đại Ngàn" and tied["asked"] == []
    untied = program.call("vhxh", "POST", path, {"account": "chutich", "same": False})["tie"]
    assert untied["account"] is None and [p["name"] for p in untied["others"]] == ["Hồ Đại Ngàn"]
    assert program.call("thanhtra", "GET", f"/nominations/{one['id']}")["tie"] is None
    says = body | {"recipient": body["recipient"] | {"account": "chutich"}}
    assert program.raw("donvi", "POST", "/nominations", says).json["code"] == "same-name"
    said_so = program.call("donvi", "POST", "/nominations", says | {"seen": [one["id"]]})
    assert said_so["tie"]["account"]["name"] == "Hồ Đại Ngàn"
    wrong = body | {"recipient": body["recipient"] | {"account": "vhxh"}}
    assert program.raw("donvi", "POST", "/nominations", wrong).status_code == 422


def test_a_program_answers_for_a_nominee_and_records_a_paper(office: Office, program: Program) -> None:
    account = people.accounts_by_login()["chutich"]
    one = office.nominate(ROUND, name="Hồ Đại Ngàn", account=account)
    (asked,) = program.call("chutich", "GET", "/my-nominations")["items"]
    assert (asked["nomination"], asked["open"], asked["consent"]["answer"]) == (one, True, None)
    path = f"/nominations/{one}/consent"
    for who, said, code in (
        ("vhxh", {"answer": "yes"}, 404), ("chutich", {"answer": "no"}, 422), ("chutich", {}, 422), ("chutich", {"answer": "x"}, 422),
    ):
        assert program.raw(who, "POST", path, said).status_code == code, (who, said)
    answered = program.call("chutich", "POST", path, {"answer": "yes", "more": "Sáng kiến mới"})
    assert (answered["consent"]["answer"], answered["consent"]["more"]) == ("yes", "Sáng kiến mới")
    two = office.nominate(ROUND)
    paper = {"answer": "yes", "on": "2026-11-02", "number": "3/BC"}
    for who, said, code in (
        ("vanthu", paper, 403), ("donvi2", paper, 404), ("donvi", {**paper, "number": ""}, 422), ("donvi", {**paper, "scan": [99999]}, 422),
    ):
        assert program.raw(who, "POST", f"/nominations/{two}/consent/paper", said).status_code == code, (who, said)
    recorded = program.call("donvi", "POST", f"/nominations/{two}/consent/paper", paper)
    assert (recorded["consent"]["how"], recorded["consent"]["number"]) == ("paper", "3/BC")
