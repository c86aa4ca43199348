"""Comments, questions, workload, one act on many tasks, and the calendar's address over the API."""

from __future__ import annotations

from typing import Any

from service.processes import history
from tests.journeys.office import Office
from tests.journeys.program import Program

ROUND = "HN-2026"


def _checks(office: Office, *names: str) -> list[int]:
    made = [office.nominate(ROUND, name=name) for name in names]
    for one in made:
        office.assess(one)
    office.sign(made[0])
    return [s.id for one in made for s in history.timeline(office.read(one).instance_id or 0) if s.state == "open"]


def test_program_comments_names_and_takes_back(program: Program, office: Office) -> None:
    one = office.nominate(ROUND)
    path = f"/nominations/{one}/comments"
    (name,) = program.call("vhxh", "GET", f"{path}/names?q=ho thu")["items"]
    made = program.call("vhxh", "POST", path, {"text": f"@{name['handle']} xem giúp"})
    program.call("vhxh", "POST", path, {"text": "Giữa chúng ta", "inside": True})
    (said,) = program.call("donvi", "GET", path)["items"]
    assert (said["id"], said["mentions"], said["inside"]) == (made["id"], [name["name"]], False)
    whole = program.call("thanhtra", "GET", path)
    assert (len(whole["items"]), whole["total"], whole["page"]) == (2, 2, 1)
    for asked, number in (("size=1", 2), ("size=1&page=1", 1)):
        some = program.call("thanhtra", "GET", f"{path}?{asked}")
        assert (some["items"], some["total"], some["page"]) == ([whole["items"][number - 1]], 2, number)
    for who, status in (("donvi2", 404), ("thanhtra", 403)):
        assert program.raw(who, "POST", path, {"text": "x"}).status_code == status
    assert program.raw("donvi", "POST", path, {"text": "x", "inside": True}).status_code == 403
    assert program.raw("donvi", "POST", f"/comments/{made['id']}/take-back", {}).status_code == 403
    assert program.raw("vhxh", "POST", f"/comments/{made['id']}/take-back", {}).status_code == 204
    assert program.call("donvi", "GET", path)["items"][0]["text"] is None
    assert "mentioned" in {c["kind"] for c in program.call("donvi", "GET", "/notices/choices")["items"] if not c["compulsory"]}


def test_program_follows_a_nomination_and_finds_what_it_follows(program: Program, office: Office) -> None:
    one, other = office.nominate(ROUND, name="Lê Trúc Xanh"), office.nominate(ROUND, name="Tạ Suối Mơ")
    path = f"/nominations/{one}/following"
    assert program.call("vanthu", "GET", path) == {"followed": False}
    for _ in range(2):
        assert program.call("vanthu", "PUT", path) == {"followed": True} == program.call("vanthu", "GET", path)
    assert [n["id"] for n in program.call("vanthu", "GET", "/nominations?followed=true")["items"]] == [one]
    assert {n["id"] for n in program.call("vanthu", "GET", "/nominations")["items"]} == {one, other}
    assert program.call("vanthu", "GET", "/nominations/counts")["counts"]["followed"] == {"1": 1, "": 1}
    assert program.call("ketoan", "GET", "/nominations?followed=true")["items"] == [], "each finds the own"
    office.assess(one)
    (told,) = [n for n in program.call("vanthu", "GET", "/notices")["items"] if n["kind"] == "followed"]
    assert told["link"] == f"/nominations/{one}" and told["subject"].endswith("Chờ thủ trưởng đơn vị ký")
    for _ in range(2):
        assert program.raw("vanthu", "DELETE", path).status_code == 204
    assert program.call("vanthu", "GET", path) == {"followed": False}
    for method in ("GET", "PUT", "DELETE"):
        assert program.raw("donvi2", method, path).status_code == 404
    clerk = office.who("vanthu")
    own = office.nominate(ROUND, name=clerk.name, account=clerk.account)
    refused: Any = program.raw("vanthu", "PUT", f"/nominations/{own}/following")
    assert (refused.status_code, refused.json["code"]) == (403, "own-case")
    assert "followed" in {c["kind"] for c in program.call("vanthu", "GET", "/notices/choices")["items"] if not c["compulsory"]}


def test_program_asks_and_answers(program: Program, office: Office) -> None:
    (task,) = _checks(office, "Lê Trúc Xanh")
    said = {"to": office.who("truongphong").account, "text": "Đủ chưa?", "due_on": "2026-11-06"}
    assert program.raw("vhxh", "POST", f"/tasks/{task}/questions", said).status_code == 403, "nobody holds it yet"
    program.call("vhxh", "POST", f"/tasks/{task}/claim", {})
    names = program.call("vhxh", "GET", f"/tasks/{task}/questions/names")["items"]
    assert said["to"] in [n["account"] for n in names]
    assert program.call("truongphong", "GET", f"/tasks/{task}/questions/names")["items"] == []
    number = program.call("vhxh", "POST", f"/tasks/{task}/questions", said)["id"]
    (waiting,) = program.call("truongphong", "GET", "/questions")["items"]
    assert (waiting["id"], waiting["state"], waiting["due_on"]) == (number, "open", "2026-11-06")
    assert program.raw("donvi", "GET", f"/questions/{number}").status_code == 404
    answered = program.call("truongphong", "POST", f"/questions/{number}/answer", {"answer": "Đủ."})
    assert (answered["answer"], answered["state"]) == ("Đủ.", "answered")
    assert [q["answer"] for q in program.call("vhxh", "GET", f"/tasks/{task}/questions")["items"]] == ["Đủ."]
    assert program.call("vhxh", "GET", f"/tasks/{task}")["owner"] == office.who("vhxh").account
    assert program.raw("vhxh", "POST", f"/questions/{number}/take-back", {}).status_code == 409


def test_one_act_on_many_tasks_tells_of_each_also_under_a_key(program: Program, office: Office) -> None:
    one, two = _checks(office, "Lê Trúc Xanh", "Tạ Suối Mơ")
    said = {"act": "claim", "tasks": [one, 999_999, two]}
    found: Any = program.raw("vhxh", "POST", "/tasks/bulk", said, headers={"Idempotency-Key": "k1"}).json
    assert (found["done"], found["refused"]) == (2, 1)
    told = [(i["task"], i["done"], i["code"]) for i in found["items"]]
    assert told == [(one, True, None), (999_999, False, "not-found"), (two, True, None)]
    assert program.raw("vhxh", "POST", "/tasks/bulk", said, headers={"Idempotency-Key": "k1"}).json == found
    due = program.call("truongphong", "POST", "/tasks/bulk", {"act": "set_due", "tasks": [one, two], "day": "2026-11-27", "reason": "Chờ"})
    assert due["done"] == 2
    assert {t["due_at"][:10] for t in program.call("vhxh", "GET", "/tasks?scope=mine")["items"] if t["id"] in (one, two)} == {"2026-11-27"}
    refused = program.call("vhxh", "POST", "/tasks/bulk", {"act": "set_due", "tasks": [one], "day": "2026-11-28", "reason": "Chờ"})
    assert refused["refused"] == 1 and refused["items"][0]["message"]
    load = program.call("truongphong", "GET", "/workload?group=vhxh")
    (officer,) = [p for p in load["people"] if p["account"] == office.who("vhxh").account]
    assert officer["open"] == 2 and program.raw("vhxh", "GET", "/workload?group=vhxh").status_code == 403
    assert program.raw("vhxh", "POST", "/tasks/bulk", {"act": "claim", "tasks": []}).status_code == 422


def test_program_reads_what_each_person_sent_back(program: Program, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)

    def figures() -> list[int]:
        load = program.call("truongphong", "GET", "/workload?group=vhxh")
        (officer,) = [p for p in load["people"] if p["account"] == office.who("vhxh").account]
        return [officer[key] for key in ("checked", "returned", "returned_again")]

    assert figures() == [0, 0, 0]
    office.check(one, "supplement")
    assert figures() == [1, 1, 0]


def test_program_makes_and_revokes_the_address_of_the_own_calendar(program: Program, office: Office) -> None:
    assert program.call("vhxh", "GET", "/calendar-feed") == {"made_at": None}
    address = program.call("vhxh", "POST", "/calendar-feed")["address"]
    client = office.app.test_client()
    path = address.partition("//")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 200
    assert program.call("vhxh", "GET", "/calendar-feed")["made_at"]
    assert program.raw("vhxh", "DELETE", "/calendar-feed").status_code == 204
    assert client.get(f"/{path}").status_code == 404


def test_plan_of_a_round_is_read_by_the_office_and_by_units_of_their_own(program: Program, office: Office) -> None:
    office.nominate(ROUND)
    path = f"/rounds/{office.rounds[ROUND]}/plan"
    whole = program.call("vhxh", "GET", path)
    assert whole["province"] == "2026-12-25" and [s["step"] for s in whole["steps"]][-1] == "province" and len(whole["units"]) > 1
    own = program.call("donvi", "GET", path)
    assert {u["unit"] for u in own["units"]} == {office.units["DONG-MAY"]}
    assert program.raw("congan", "GET", path).status_code == 403
