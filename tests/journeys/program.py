"""A program outside the service: it knows the API's document and the demo's people, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from werkzeug.test import Client, TestResponse

PEOPLE = {
    "unit": "donvi", "unit_head": "thutruong", "vhxh": "vhxh", "vhxh_head": "truongphong", "vanphong": "vanphong",
    "secretary": "thuky", "chair": "chutich", "deputy": "phochutich", "clerk": "vanthu", "accountant": "ketoan",
    "province": "tinh", "admin": "quantri", "inspector": "thanhtra",
}
"""Group → who of the demo belongs to it; enough for a unit whose people are donvi and thutruong."""


class Answered(Exception):
    """The service refused; carries the problem."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__(f"{response.status_code} {response.get_data(as_text=True)[:600]}")
        self.status = response.status_code
        self.problem: dict[str, Any] = response.get_json(silent=True) or {}


class Program:
    """Calls of several people, each with the own token; `settle` waits until the worker has done what is due."""

    def __init__(self, client: Client, settle: Callable[[], None]) -> None:
        self.client = client
        self.settle = settle
        self.tokens: dict[str, str] = {}
        self.papers = 0

    def call(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """One call; the body of the answer, or Answered for a refusal."""
        response = self.raw(who, method, path, body, **more)
        if response.status_code >= 400:
            raise Answered(response)
        return response.get_json(silent=True)

    def raw(
        self, who: str | None, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """One call; the whole answer."""
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.token(who)}"
        if body is not None:
            more["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, **more)

    def token(self, who: str) -> str:
        """A token of a person, made once."""
        if who not in self.tokens:
            response = self.client.post("/api/v1/session", json={"username": who, "password": "vinhdanh"})
            if response.status_code >= 400:
                raise Answered(response)
            self.tokens[who] = response.get_json()["token"]
        return self.tokens[who]

    def nominate(self, round_code: str, form: str, name: str = "Hoàng Bình Minh") -> int:
        """Nominate a person of the unit of donvi."""
        made = self.call(
            "donvi", "POST", "/nominations",
            {
                "round": round_code, "subject_group": "D", "award_form": form,
                "recipient": {"kind": "individual", "name": name, "title": "Giáo viên", "unit": "DONG-MAY"},
            },
        )
        self.settle()
        return int(made["id"])

    def read(self, nomination: int) -> dict[str, Any]:
        """A nomination as the inspector sees it."""
        found: dict[str, Any] = self.call("thanhtra", "GET", f"/nominations/{nomination}")
        return found

    def now(self) -> str:
        """The day that the service's clock shows in Viet Nam (its zone is +07:00 all year)."""
        moment = datetime.fromisoformat(self.call("thanhtra", "GET", "/demo/clock")["now"])
        return (moment + timedelta(hours=7)).date().isoformat()

    def move_clock(self, **said: str) -> None:
        """Move the demo's clock and wait."""
        self.call("quantri", "POST", "/demo/clock", said)
        self.settle()

    def answer(self, who: str, task: int, **known: Any) -> None:
        """Read a task's form and answer it from the schema; what is refused is completed field by field."""
        seen = self.call(who, "GET", f"/tasks/{task}")
        answers = {
            c["key"]: value
            for c in seen["form"]["components"]
            if "key" in c and not c.get("conditional") and (value := self.value(c, seen["data"])) is not None
        } | known
        for _ in range(8):
            try:
                self.call(who, "POST", f"/tasks/{task}/complete", {"answers": answers, "version": seen["version"]})
                break
            except Answered as refused:
                if refused.status != 422 or not refused.problem.get("errors"):
                    raise
                for fault in refused.problem["errors"]:
                    self._mend(answers, fault["path"], seen)
        else:
            raise AssertionError(f"form of task {task} cannot be answered: {answers}")
        self.settle()

    def _mend(self, answers: dict[str, Any], path: str, seen: dict[str, Any]) -> None:
        component = _find(seen["form"]["components"], path)
        assert component is not None, f"the problem names {path}, which the form does not hold"
        value = self.value(component, seen["data"], demanded=True)
        into = answers
        *groups, key = path.split(".")
        for group in groups:
            into = into.setdefault(group, {})
        into[key] = value

    def value(self, c: Mapping[str, Any], data: Mapping[str, Any], *, demanded: bool = False) -> Any:
        """A value that a component takes: the first choice, today, the highest score."""
        rules = c.get("validate", {})
        kind = c["type"]
        if not (rules.get("required") or demanded or c.get("key") == "decision"):
            return None
        if c.get("key") in data and kind in ("select", "radio"):
            return data[c["key"]]
        if kind in ("radio", "select"):
            values = c.get("values") or data.get(c.get("valuesKey", ""), []) or [{"value": "PHONG_TRAO"}]
            return values[0]["value"]
        if kind in ("checklist", "taglist"):
            return [(c.get("values") or data[c["valuesKey"]])[0]["value"]]
        if kind == "number":
            highest = rules.get("max")
            return max(rules.get("min", 0), 9) if highest is None or str(highest).startswith("=") else min(highest, 2026)
        if kind == "datetime":
            return self.now()
        if kind == "checkbox":
            return False
        if c.get("key") == "number":
            self.papers += 1
            return str(self.papers) if "pattern" in rules else f"{self.papers}/VB"  # some ask for the number alone
        text = "Đã làm xong, có số liệu kèm theo trong hồ sơ của đơn vị."
        return text[: rules.get("maxLength", 200)]

    def step(self, nomination: int, choices: Mapping[str, Mapping[str, Any]]) -> bool:
        """Do what the nomination asks for next; False when only time moves it on."""
        row = self.read(nomination)
        for entry in sorted(row["next"], key=lambda e: (not e["asked"], e["do"])):
            if entry["do"] == "complete":
                self.answer(_person(entry), entry["task"], **choices.get("complete", {}))
                return True
            if entry["do"] == "act":
                if self._act(nomination, entry, choices.get(entry["act"], {})):
                    return True
            elif entry["do"] == "draw_up":
                self.call(
                    _person(entry), "POST", "/lists",
                    {"kind": entry["kind"], "round": row["round"], "nominations": [nomination]},
                )
                return True
        return False

    def _act(self, nomination: int, entry: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
        """The inbox row of the act, answered like any task; a second secretary keys what the first has keyed."""
        if not entry["asked"]:
            return False
        for who in (_person(entry), "thuky2") if "secretary" in entry["groups"] else (_person(entry),):
            found = self.call(who, "GET", f"/tasks?scope=all&nomination={nomination}")["items"]
            element = f".{entry['act']}"
            task = next((t for t in found if t["list"] == entry["list"] and t["element"].endswith(element)), None)
            if task is None:
                return False
            try:
                self.answer(who, task["id"], **known)
            except Answered as refused:
                if refused.problem.get("code") == "not-proved":
                    self.call("vhxh", "POST", f"/lists/{entry['list']}/acts/prove", {})
                    return True
                if refused.problem.get("code") == "posting-running":
                    until = self.call(who, "GET", f"/lists/{entry['list']}")["data"]["until"]
                    self.move_clock(to=(date.fromisoformat(until) + timedelta(days=1)).isoformat())
                    return True
                raise
            if entry["act"] != "key":
                break
        return True

    def run(self, nomination: int, choices: Mapping[str, Mapping[str, Any]] | None = None, steps: int = 60) -> None:
        """Take a nomination to its end."""
        for _ in range(steps):
            if self.read(nomination)["state"] == "ended":
                return
            if not self.step(nomination, choices or {}):
                self.move_clock(advance="P1D")
        raise AssertionError(f"still at {self.read(nomination)['next']}")


def _person(entry: Mapping[str, Any]) -> str:
    return next(PEOPLE[g.partition(":")[0]] for g in entry["groups"] if g.partition(":")[0] in PEOPLE)


def _find(components: list[Any], path: str) -> dict[str, Any] | None:
    for c in components:
        key = c.get("key") or c.get("path")
        if key == path and "components" not in c:
            return dict(c)
        inside = c.get("components")
        if not inside:
            continue
        if key and path.startswith(f"{key}."):
            found = _find(inside, path[len(key) + 1 :])
        else:
            found = _find(inside, path)
        if found:
            return found
    return None
