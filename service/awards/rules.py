"""Law as data: the register of rules, each with value, citation, confidence and validity.

Only sourced (S) or confirmed values may block (law.md 0.1). A nomination freezes its rules on the day of receipt.
"""

from __future__ import annotations

import hashlib
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, trail
from service.actor import Actor
from service.awards.models import Rule, RuleSet
from service.db import database_number, reading, transaction
from service.errors import Conflict

DATA = Path(__file__).parent / "data"
SOURCED = "S"


@dataclass(frozen=True, slots=True)
class Rules:
    """Values in force, and which of them may block."""

    values: Mapping[str, Any]
    blocking: Mapping[str, bool]

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
    label = next((str(r["label"]) for r in _shipped_rules() if r["key"] == key and "label" in r), key)
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

    @property
    def sourced(self) -> bool:
        """Whether it is sourced, so that rules on it may block."""
        return self.confidence == SOURCED


def load_register(*, by: Actor) -> int:
    """Put the shipped register into an empty or older database; rules that stand are left alone. Returns how many were new."""
    with transaction() as s:
        known = set(s.scalars(select(Rule.key)))
        fresh = [r for r in _shipped_rules() if r["key"] not in known]
        versions: dict[str, int] = {}
        for r in fresh:
            versions[r["key"]] = versions.get(r["key"], 0) + 1
            s.add(
                Rule(
                    key=r["key"],
                    version=versions[r["key"]],
                    value=r.get("value"),
                    unit=r.get("unit", ""),
                    label=r.get("label", r["key"]),
                    citation=r.get("citation", ""),
                    confidence=r.get("confidence", "P"),
                    valid_from=r.get("valid_from"),
                    valid_to=r.get("valid_to"),
                )
            )
        if fresh:
            trail.record("rule:created", by=by, stream="system", body={"count": len(fresh)})
        return len(fresh)


@cache
def _shipped_rules() -> tuple[dict[str, Any], ...]:
    content = tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))
    return tuple(content.get("rule", [])) + tuple(content.get("gate", []))


def list_rules() -> list[Rule]:
    """Every version of every rule, by key, the newest version first."""
    with reading() as s:
        rows = list(s.scalars(select(Rule).order_by(Rule.key, Rule.version.desc())))
        s.expunge_all()
    return rows


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
        )
        for b in content["basis"]
    }


def bases_of(keys: str) -> list[Basis]:
    """The entries that an element names, in its order; a key that is not registered is left out."""
    register = legal_bases()
    return [register[k] for k in keys.split() if k in register]


@cache
def gate_labels() -> Mapping[str, str]:
    """What each gate of the eligibility table says, by its code; the newest version of a gate."""
    return {r["code"]: r["label"] for r in _shipped_rules() if "code" in r}


@cache
def gate_bases() -> Mapping[str, tuple[str, str]]:
    """Citation and confidence of each gate of the eligibility table, by its code; the newest version of a gate."""
    return {r["code"]: (r.get("citation", ""), r.get("confidence", "P")) for r in _shipped_rules() if "code" in r}


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


def _in_force(s: Session, day: date) -> Rules:
    values: dict[str, Any] = {}
    blocking: dict[str, bool] = {}
    for rule in s.scalars(select(Rule).order_by(Rule.key, Rule.version)):
        if (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to):
            values[rule.key] = rule.value
            blocking[rule.key] = rule.confidence == SOURCED or rule.confirmed_at is not None
    return Rules(values, blocking)


def freeze_rules(s: Session, day: date) -> int:
    """Return the id of the rule set that holds the rules of a day, made where it is new; inside an open transaction."""
    rules = _in_force(s, day)
    content = orjson.dumps([rules.values, rules.blocking], option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(content).hexdigest()
    found = s.execute(select(RuleSet.id).where(RuleSet.digest == digest)).scalar()
    if found is not None:
        return found
    row = RuleSet(digest=digest, values=dict(rules.values), blocking=dict(rules.blocking), frozen_at=clock.now())
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
            _sets[key] = Rules(row.values, row.blocking)
    return _sets[key]
