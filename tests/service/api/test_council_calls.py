"""A session of the council over the API: planned, answered, held and minuted by programs, with the rights of the pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from service import people
from service.council import ballot
from service.council.ballot import BallotItem, RollEntry
from tests.journeys.council import MEMBERS, ROUND
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program
from tests.service.council.ballot.chamber import PDF

HELD = {"held_at": "2026-12-15T08:00:00+07:00", "place": "Phòng họp số 1"}


class Calls:
    """Calls on one session."""

    def __init__(self, program: Program, number: int) -> None:
        self.program, self.number = program, number

    def get(self, who: str, path: str = "") -> Any:
        """Read something of the session."""
        return self.program.call(who, "GET", f"/council-sessions/{self.number}{path}")

    def post(self, who: str, path: str, body: Any = None) -> Any:
        """Do something with the session."""
        return self.program.call(who, "POST", f"/council-sessions/{self.number}/{path}", body)

    def refused(self, who: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a refusal."""
        with pytest.raises(Answered) as answer:
            self.post(who, path, body)
        return answer.value.status, answer.value.problem["code"]


def _waiting(office: Office) -> list[int]:
    names = [office.nominate(ROUND, name=n) for n in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ")]
    for one in names:
        office.assess(one)
    office.sign(names[0])
    for one in names:
        office.check(one)
    office.post(ROUND, names)
    return names


def _plan(office: Office, program: Program, **more: Any) -> Calls:
    accounts = [people.find_account(login).id for login in MEMBERS]
    body = {"round": ROUND, "chair": accounts[0], "vice": accounts[1], "members": accounts, **HELD, **more}
    return Calls(program, program.call("thuky", "POST", "/council-sessions", body)["id"])


def _invited(office: Office, program: Program) -> Calls:
    one = _plan(office, program)
    one.post("thuky", "acts/settle", {})
    one.post("thuky", "acts/invite", {})
    office.work()
    return one


@pytest.mark.long
def test_a_program_takes_a_session_from_the_plan_to_the_minutes(office: Office, program: Program) -> None:
    names = _waiting(office)
    one = _plan(office, program)
    seen = one.get("thuky")
    assert [(i["item_no"], i["outlook"]["needed"], i["outlook"]["denominator"]) for i in seen["items"]] == [
        (1, 5, 9), (2, 5, 9), (3, 5, 9),
    ]
    assert (seen["state"], seen["quorum"], seen["names"], seen["round"]) == ("planning", 6, 3, office.rounds[ROUND])
    assert [x["state"] for x in program.call("thuky", "GET", "/council-sessions")["items"]] == ["planning"]
    one.post("thuky", "acts/settle", {})
    one.post("thuky", "acts/invite", {})
    office.work()
    assert one.post("uv1", "reply", {"coming": True})["members"][2]["reply"] == "yes"
    one.post("thuky", "reply", {"coming": False, "reason": "Họp tỉnh", "member_no": 9})
    one.post("uv2", "items/2/conflict", {"reason": "Em ruột"})
    seen = one.get("thuky")
    assert [(r["member_no"], r["cause"], r["reason"]) for r in seen["items"][1]["recusals"]] == [(4, "declared", "Em ruột")]
    assert seen["items"][0]["outlook"]["writers"] == 1
    away = {x["item_no"]: x["outlook"]["voters"] for x in one.get("thuky", "/what-if?away=5")["items"]}
    assert away == {1: 7, 2: 6, 3: 7}
    office.go_to("2026-12-15", 7)
    assert one.post("uv1", "check-in")["members"][2]["present"]
    with pytest.raises(Answered) as early:
        one.get("thuky", "/minutes")
    assert early.value.problem["code"] == "not-held"
    roll = [{"member_no": n, "present": n != 9, "reason": "Họp tỉnh" if n == 9 else ""} for n in range(1, 10)]
    one.post("thuky", "roll", {"members": roll})
    seen = one.post("thuky", "acts/open", {})
    assert (seen["state"], seen["presided_by"], seen["quorate"]) == ("sitting", 1, True)
    for n in (1, 2):
        one.post("thuky", f"items/{n}/discuss", {"discussion": "Nhất trí"})
    round_ = program.call("thuky", "POST", "/ballots", {"session": one.number, "items": [1, 2], "secret": False})
    assert [(i["needed"], i["denominator"], i["recused"]) for i in round_["items"]] == [(5, 9, []), (5, 9, [4])]
    sums = [{"item_no": 1, "agree": 8, "disagree": 0, "blank": 0, "recused": 0},
            {"item_no": 2, "agree": 2, "disagree": 5, "blank": 0, "recused": 1}]
    for who in ("thuky", "thuky2"):
        program.call(who, "POST", f"/ballots/{round_['id']}/paper", {"returned": 8, "items": sums})
    one.post("thuky", "acts/adjourn", {"fields": {"reason": "Mất điện"}})
    assert one.get("thuky")["sittings"][0]["reason"] == "Mất điện"
    one.post("thuky", "acts/open", {})
    one.post("thuky", "items/3/postpone", {"reason": "Chờ giấy tờ"})
    one.post("thuky", "acts/finish", {"fields": {"conclusion": "Thống nhất."}})
    one.post("thuky", "acts/sign_minutes", {"fields": {}})
    assert one.post("chutich", "acts/sign", {})["state"] == "signed"
    office.work()
    minutes = one.get("chutich", "/minutes")
    assert (minutes["passed"], minutes["failed"], minutes["left_over"]) == (1, 1, 1)
    assert [len(minutes["session"]["sittings"]), len(minutes["rounds"])] == [2, 1]
    (group,) = one.get("thuky", "/ranking")["groups"]
    assert {p["item_no"] for p in group["places"]} == {1, 2, 3}
    assert {p["tied"] for p in group["places"]} == {True}
    assert office.at(names[0]) | office.at(names[1]) | office.at(names[2]) == {
        "wait_decision", "wait_result_letter", "wait_council",
    }


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_rights_over_the_api_are_those_of_the_pages(office: Office, program: Program) -> None:
    _waiting(office)
    one = _plan(office, program)
    with pytest.raises(Answered) as unseen:
        one.get("uv1")
    assert unseen.value.status == 404  # a member sees it once he is invited
    assert one.refused("uv1", "acts/settle", {})[0] in (403, 404)
    one.post("thuky", "acts/settle", {})
    one.post("thuky", "acts/invite", {})
    assert one.get("uv1")["state"] == "invited"
    assert one.refused("uv1", "roll", {"members": [{"member_no": 1, "present": True}]})[0] == 403
    assert one.refused("uv1", "reply", {"coming": True, "member_no": 2})[0] == 403
    assert one.refused("vanthu", "reply", {"coming": True}) == (404, "not-found")
    assert one.refused("uv1", "items/1/discuss", {"discussion": "Nhất trí"})[0] == 403
    assert one.refused("chutich", "items/1/postpone", {"reason": "x"})[0] == 403
    assert one.refused("thuky", "reply", {"coming": True, "member_no": 77})[0] == 404
    assert one.refused("thuky", "items/77/take-off", {"reason": "x"})[0] == 404
    assert one.refused("thuky", "acts/dance", {})[0] == 404
    assert one.refused("uv1", "check-in") == (409, "too-early")
    assert one.post("uv1", "reply", {"coming": True})["members"][2]["reply"] == "yes"
    assert one.refused("thuky", "move", {**HELD, "held_at": "2029-12-15T08:00:00+07:00"})[0] == 422
    assert one.post("thuky", "move", {**HELD, "place": "Nhà văn hóa"})["place"] == "Nhà văn hóa"
    with pytest.raises(Answered) as apart:
        program.call("thuky", "POST", "/lists", {"kind": "council_agenda", "round": ROUND})
    assert apart.value.problem["code"] == "planned-apart"


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_what_waits_for_the_council_says_both_ways(office: Office, program: Program) -> None:
    (first, *_) = _waiting(office)
    ways = {(e["do"], e["kind"]): "secretary" in e["groups"] for e in program.read(first)["next"]}
    assert ways == {("draw_up", "council_sheet"): True, ("plan", "council_agenda"): True}
    one = _plan(office, program, nominations=[first])
    assert [(e["do"], e["act"]) for e in program.read(first)["next"] if e["asked"]] == [("act", "settle")]
    assert one.post("thuky", "acts/call_off", {"fields": {"reason": "Lập lại"}})["state"] == "called_off"


@pytest.mark.long
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_a_key_makes_the_second_call_the_first(office: Office, program: Program) -> None:
    _waiting(office)
    one = _invited(office, program)
    key = {"Idempotency-Key": "hội-nghị".encode().hex()}
    path = f"/council-sessions/{one.number}/acts/call_off"
    first = program.raw("thuky", "POST", path, {"fields": {"reason": "Bão"}}, headers=key)
    assert first.status_code == 200
    again = program.raw("thuky", "POST", path, {"fields": {"reason": "Bão"}}, headers=key)
    assert (again.get_data(), again.headers["Idempotent-Replay"]) == (first.get_data(), "true")


@pytest.mark.long
def test_programs_key_score_sheets_and_choose_by_a_cut(office: Office, program: Program) -> None:
    names = _waiting(office)
    accounts = [people.find_account(login).id for login in MEMBERS]
    body = {"round": ROUND, "chair": accounts[0], "members": accounts, "nominations": names[:2], **HELD, "cut": {"first": 1}}
    with pytest.raises(Answered) as refused:
        program.call("thuky", "POST", "/council-sessions", body)
    assert [e["path"] for e in refused.value.problem["errors"]] == [f"why-{names[2]}"]
    body["cut"] = {"first": 1, "reasons": [{"nomination": names[2], "reason": "Chờ xác minh"}]}
    one = Calls(program, program.call("thuky", "POST", "/council-sessions", body)["id"])
    (cut,) = one.get("thuky")["cuts"]
    assert cut["against"] == [{"name": "Vũ Lá Cọ", "taken": False, "reason": "Chờ xác minh"}]
    assert len(cut["tied"]) == 3
    assert one.get("thuky", "/ranking")["rule"] is None
    one.post("thuky", "acts/settle", {})
    one.post("thuky", "acts/invite", {})

    seen = one.get("thuky", "/score-sheets")
    assert [(i["item_no"], i["open"], [c["code"] for c in i["criteria"]]) for i in seen["items"]] == [
        (1, True, ["D1"]), (2, True, ["D1"]),
    ]

    def key(who: str, *points: float) -> Any:
        items = [{"item_no": n, "points": [{"criterion": "D1", "points": x}]} for n, x in enumerate(points, 1)]
        return program.call(who, "PUT", f"/council-sessions/{one.number}/score-sheets/1", {"items": items})["sheets"][0]

    assert not key("thuky", 8, 9.5)["counts"]
    (difference,) = key("thuky2", 8, 9)["differing"]
    assert (difference["item_no"], {difference["first"], difference["second"]}) == (2, {9, 9.5})
    assert key("thuky2", 8, 9.5)["counts"]
    ranked = one.get("uv1", "/ranking")
    assert ranked["rule"]["method"] == "mean"
    assert [(p["item_no"], p["place"], p["council"], p["sheets"]) for p in ranked["groups"][0]["places"]] == [
        (2, 1, 9.5, 1), (1, 2, 8, 1),
    ]
    by_council = program.call("vhxh", "GET", f"/rounds/{office.rounds[ROUND]}/scores")["council"]
    assert [p["council"] for p in by_council["D"]] == [9.5, 8]
    with pytest.raises(Answered) as denied:
        key("uv1", 1, 1)
    assert denied.value.status == 403


def _file(program: Program, who: str, path: str) -> Any:
    sent = program.raw(who, "POST", path, data={"file": (BytesIO(PDF), "phieu.pdf")}, content_type="multipart/form-data")
    assert sent.status_code in (200, 201), sent.text
    return sent.get_json()


@pytest.mark.long
def test_a_count_on_paper_and_a_written_opinion_come_with_their_scans(office: Office, program: Program) -> None:
    _waiting(office)
    one = _invited(office, program)
    office.go_to("2026-12-15", 7)
    roll = [{"member_no": n, "present": n != 9, "reason": "Họp tỉnh" if n == 9 else ""} for n in range(1, 10)]
    one.post("thuky", "roll", {"members": roll})
    one.post("thuky", "acts/open", {})
    one.post("thuky", "items/1/discuss", {"discussion": "Nhất trí"})
    at = f"/ballots/{program.call('thuky', 'POST', '/ballots', {'session': one.number, 'items': [1]})['id']}"
    said = {"member_no": 9, "paper": "5/YK", "choices": {"1": "agree"}}
    with pytest.raises(Answered) as bare:
        program.call("thuky", "POST", f"{at}/opinions", said)
    assert bare.value.status == 422
    with pytest.raises(Answered) as foreign:
        program.call("thuky", "POST", f"{at}/opinions", said | {"scan": _file(program, "thuky2", "/files")["id"]})
    assert foreign.value.problem["code"] == "no-file"
    scan = _file(program, "thuky", "/files")["id"]
    shown = program.call("thuky", "POST", f"{at}/opinions", said | {"scan": scan})
    assert [(w["member_no"], w["choice"], w["scan"]) for w in shown["items"][0]["written"]] == [(9, "agree", scan)]
    sums = [{"item_no": 1, "agree": 4, "disagree": 4, "blank": 0, "recused": 0}]
    for who in ("thuky", "thuky2"):
        done = program.call(who, "POST", f"{at}/paper", {"returned": 8, "items": sums})
    assert (done["scan"], done["items"][0]["result"]["reached"]) == (None, True)
    one.post("thuky", "acts/finish", {"fields": {"conclusion": "Thống nhất."}})
    assert one.refused("thuky", "acts/sign_minutes", {"fields": {}}) == (409, "no-scan")
    assert _file(program, "thuky2", f"{at}/scan")["scan"]
    assert one.post("thuky", "acts/sign_minutes", {"fields": {}})["state"] == "minuted"


@pytest.mark.long
def test_sessions_and_rounds_are_paged(office: Office, program: Program) -> None:
    first, second, third = _waiting(office)
    numbers = [_plan(office, program, nominations=[one]).number for one in (first, second, third)]
    found = [program.call("thuky", "GET", f"/council-sessions?size=2&page={page}") for page in (1, 2)]
    assert [[x["id"] for x in one["items"]] for one in found] == [[numbers[2], numbers[1]], [numbers[0]]]
    assert [(one["page"], one["more"], one["total"]) for one in found] == [(1, True, 3), (2, False, 3)]
    assert program.call("uv1", "GET", "/council-sessions")["total"] == 0  # invited to none of them
    one = Calls(program, numbers[1])
    one.post("thuky", "acts/settle", {})
    one.post("thuky", "acts/invite", {})
    assert [x["id"] for x in program.call("uv1", "GET", "/council-sessions?size=1")["items"]] == [numbers[1]]

    accounts = [people.find_account(login).id for login in MEMBERS]
    items = [BallotItem(1, None, "Tên Thử", ("VOTE_COMMUNE", 1), 9, 5)]
    clerk = people.find_account("vanthu").id
    for n in range(3):  # the clerk, who reads no ballots, is on the roll of one
        roll = [RollEntry(m, a, f"Người {m}") for m, a in enumerate([*accounts, clerk] if n == 1 else accounts, 1)]
        ballot.plan_round(one.number, items, roll=roll, quorum=6, by=office.who("thuky"))
    of = f"/ballots?session={one.number}"
    assert [[x["number"] for x in program.call("thuky", "GET", f"{of}&size=2&page={p}")["items"]] for p in (1, 2)] == [[1, 2], [3]]
    latest = program.call("uv1", "GET", "/ballots?size=1")
    assert ([x["number"] for x in latest["items"]], latest["more"], latest["total"]) == ([3], True, 3)
    assert [x["number"] for x in program.call("vanthu", "GET", "/ballots")["items"]] == [2]
