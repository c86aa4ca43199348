"""Law as data: which rules are in force on a day, which of them may block, and the set that a nomination froze.

Only sourced (S) or confirmed values may block (law.md 0.1). A nomination freezes its rules on the day of receipt. How a
rule is confirmed or changed stands in `rule_versions`; this module reads.
"""

from __future__ import annotations

import hashlib
import time
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.awards.models import Nomination, Rule, RuleSet
from service.db import database_number, let_go, reading
from service.errors import Conflict
from workflows.calendar import ZONE

DATA = Path(__file__).parent / "data"
SOURCED = "S"
GATE = "GATE."
"""What the key of a gate of the eligibility table begins with."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Values in force, and which of them may block."""

    values: Mapping[str, Any]
    blocking: Mapping[str, bool]
    versions: Mapping[str, int] = field(default_factory=dict)
    """Key → row of the version in force; a gate that is not in force has none."""

    def value(self, key: str) -> Any:
        """The value of a rule; Conflict naming the rule where the register has none in force."""
        if self.values.get(key) is None:
            raise _missing(key)
        return self.values[key]

    def shown(self, key: str) -> Any:
        """The value of a rule for showing or proposing it; None where there is none. Nothing is decided by it."""
        return self.values.get(key)

    def number(self, key: str) -> int:
        """The value of a rule that counts days or times; Conflict where it is missing or no whole number."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _missing(key)
        return value


def _missing(key: str) -> Conflict:
    label = str(shipped_by_key().get(key, {}).get("label", key))
    return Conflict(
        f"Sổ quy định chưa có giá trị đang có hiệu lực cho “{label}” ({key}). Ghi quy định này vào sổ rồi làm lại.",
        f"The register of rules has no value in force for {key}. Enter the rule, then try again.",
        code="rule-missing",
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """One entry of the register of legal bases."""

    key: str
    citation: str
    note: str
    confidence: str
    valid_from: date | None
    valid_to: date | None
    source: str
    cited: str = ""
    """How papers cite it."""

    @property
    def sourced(self) -> bool:
        """Whether it is sourced, so that rules on it may block."""
        return self.confidence == SOURCED


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The register that comes with the service: parameters, then gates; each validity of a rule is an entry."""
    content = _content()
    gates = [{**gate, "type": "wish", "value": gate["wish"]} for gate in content["gate"]]
    return (*content["rule"], *gates)


@cache
def shipped_by_key() -> Mapping[str, dict[str, Any]]:
    """The newest shipped entry of each rule: its type, code of the gate, words."""
    return {r["key"]: r for r in shipped()}


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Amendment:
    """A law was amended: what rests on it is to be looked up anew for dossiers received from a day on."""

    law: str
    by: str
    since: date


@cache
def amendments() -> Mapping[str, Amendment]:
    """Amended laws by their number."""
    return {a["law"]: Amendment(a["law"], a["by"], a["since"]) for a in _content()["amendment"]}


def is_sure(rule: Rule) -> bool:
    """Whether a version may block: confirmed by an officer, or sourced as it came with the service.

    What somebody entered counts from its confirmation on, however sure they said it is.
    """
    return rule.confirmed_at is not None or (rule.confidence == SOURCED and rule.made_by is None)


def to_recheck(rule: Rule, day: date) -> Amendment | None:
    """The amendment that a version has not been held against yet, for dossiers of a day; None where there is none."""
    change = amendments().get(rule.law)
    if change is None or day < change.since:
        return None
    confirmed = rule.confirmed_at is not None and rule.confirmed_at.astimezone(ZONE).date() >= change.since
    return None if confirmed else change


@cache
def legal_bases() -> Mapping[str, Basis]:
    """The register of legal bases by key."""
    content = tomllib.loads((DATA / "legal_basis.toml").read_text(encoding="utf-8"))
    return {
        b["key"]: Basis(
            b["key"],
            b["citation"],
            b.get("note", ""),
            b.get("confidence", "P"),
            b.get("valid_from"),
            b.get("valid_to"),
            b.get("source", ""),
            b.get("cited", b["citation"]),
        )
        for b in content["basis"]
    }


def bases_of(keys: str) -> list[Basis]:
    """The entries that an element names, in its order; a key that is not registered is left out."""
    register = legal_bases()
    return [register[k] for k in keys.split() if k in register]


@cache
def gate_labels() -> Mapping[str, tuple[str, str]]:
    """What each gate of the eligibility table says, by its code, in Vietnamese and English."""
    return {r["code"]: (r["label"], r["label_en"]) for r in shipped() if "code" in r}


_kept: dict[int, tuple[float, date, Rules]] = {}


def rules_on(day: date) -> Rules:
    """The rules in force on a day; kept for two seconds in each process."""
    engine = database_number()
    kept = _kept.get(engine)
    if kept and kept[1] == day and time.monotonic() - kept[0] < 2.0:
        return kept[2]
    with reading() as s:
        rules = _in_force(s, day)
    _kept.clear()
    _kept[engine] = (time.monotonic(), day, rules)
    return rules


def in_force_on(rule: Rule, day: date) -> bool:
    """Whether a day lies in the validity of a version."""
    return (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)


def _in_force(s: Session, day: date) -> Rules:
    return _holding(s.scalars(select(Rule).order_by(Rule.key, Rule.version)), day)


def _holding(register: Iterable[Rule], day: date) -> Rules:
    values: dict[str, Any] = {}
    blocking: dict[str, bool] = {}
    versions: dict[str, int] = {}
    for rule in register:
        gate = rule.key.startswith(GATE)
        if gate:
            blocking.setdefault(rule.key, False)  # a gate that is not in force stands in nobody's way
        if in_force_on(rule, day):
            values[rule.key] = rule.value
            blocking[rule.key] = is_sure(rule) and not (gate and rule.value == "warn" and wish_of(rule.key) == "block")
            versions[rule.key] = rule.id
    return Rules(values, blocking, versions)


class Register:
    """The register of rules with what it said at moments that have passed: a version counts from when it was made."""

    def __init__(self, rows: Sequence[Rule]) -> None:
        self._rows = rows
        self._made = sorted({row.made_at for row in self._rows if row.made_at is not None})
        self._known: dict[tuple[date, int], tuple[Rules, str]] = {}

    def at(self, moment: datetime) -> tuple[Rules, str]:
        """The rules in force at a moment, as it was known then, and a name of them: equal rules, equal names."""
        day, number = moment.astimezone(ZONE).date(), bisect_right(self._made, moment)
        if (day, number) not in self._known:
            rules = _holding([row for row in self._rows if row.made_at is None or row.made_at <= moment], day)
            said = orjson.dumps([rules.values, rules.blocking], option=orjson.OPT_SORT_KEYS)
            self._known[day, number] = rules, hashlib.sha256(said).hexdigest()
        return self._known[day, number]


_registers: dict[int, tuple[int | None, Register]] = {}


def register_so_far() -> Register:
    """The register as it stands and as it stood; versions are only ever added, so it is read anew when there is another."""
    engine = database_number()
    with reading() as s:
        newest = s.execute(select(func.max(Rule.id))).scalar()
        kept = _registers.get(engine)
        if kept is not None and kept[0] == newest:
            return kept[1]
        rows = list(s.scalars(select(Rule).order_by(Rule.key, Rule.version)))
        let_go(rows)
    _registers.clear()
    _registers[engine] = newest, Register(rows)
    return _registers[engine][1]


def wish_of(key: str) -> str:
    """What the eligibility table has a gate do where it may: block, warn or note."""
    return str(shipped_by_key().get(key, {}).get("wish", "warn"))


def forget() -> None:
    """Let this process read the register anew: a version was added."""
    _kept.clear()


def freeze_rules(s: Session, day: date) -> int:
    """Return the id of the rule set that holds the rules of a day, made where it is new; inside an open transaction."""
    rules = _in_force(s, day)
    content = orjson.dumps([rules.values, rules.blocking, rules.versions], option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(content).hexdigest()
    found = s.execute(select(RuleSet.id).where(RuleSet.digest == digest)).scalar()
    if found is not None:
        return found
    row = RuleSet(
        digest=digest, values=dict(rules.values), blocking=dict(rules.blocking), versions=dict(rules.versions),
        frozen_at=clock.now(),
    )
    s.add(row)
    s.flush()
    return row.id


_sets: dict[tuple[int, int], Rules] = {}


def rule_set(number: int) -> Rules:
    """A frozen rule set; never changes, so it is kept."""
    key = (database_number(), number)
    if key not in _sets:
        with reading() as s:
            row = s.get_one(RuleSet, number)
            _sets[key] = Rules(row.values, row.blocking, row.versions)
    return _sets[key]


def rules_of(nomination: Nomination) -> Rules:
    """The rules that hold for a nomination: those frozen when it was received, before that those of today."""
    return rule_set(nomination.rule_set_id) if nomination.rule_set_id else rules_on(clock.today())


def applies(about: Mapping[str, Any], *, form: str, kind: str, stage: str, path: str, group: str) -> bool:
    """Whether what the register has for some nominations only (`when`) is asked of such a one."""
    said = {"forms": form, "kinds": kind, "stages": stage, "paths": path, "groups": group}
    return any(all(said[name] in wanted for name, wanted in one.items()) for one in about["when"])
