"""Who may do what: the matrix of acts and groups (data/rights.toml), deny by default. Changes nothing.

An act that the file does not name is a programming error, not a refusal. Rights of units and agencies count
for the unit that is named only. The operator at the command line has the rights of an administrator.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.actor import Actor, register_matrix
from service.errors import Forbidden
from service.people import groups as catalogue
from service.people import members

EVERYONE = "everyone"
"""Word in the matrix for anybody who is signed in."""
NO_UNIT = 0
"""Number that no unit has: with it a right counts only for who holds it whatever the unit."""


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the matrix: an act, its words, and the groups that may do it."""

    word: str
    area: str
    label: str
    label_en: str
    groups: tuple[str, ...]
    processes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Groups for one process definition, in place of `groups`."""

    @property
    def reads(self) -> bool:
        """Whether it only shows something: the last word of such acts says so."""
        return self.word.rpartition(".")[2].startswith(("read", "see_", "figures"))

    def granted_to(self, process: str | None = None) -> tuple[str, ...]:
        """The groups that may do it, in one process or in general."""
        return self.processes.get(process, self.groups) if process else self.groups


@dataclass(frozen=True, slots=True)
class Area:
    """A heading of the matrix page."""

    word: str
    label: str
    label_en: str


@functools.cache
def areas() -> tuple[Area, ...]:
    """Headings of the matrix page, in the order of the file."""
    return tuple(Area(**row) for row in _file()["area"])


@functools.cache
def acts() -> dict[str, Act]:
    """All acts by word, in the order of the file."""
    return {
        row["word"]: Act(
            word=row["word"],
            area=row["area"],
            label=row["label"],
            label_en=row["label_en"],
            groups=tuple(row["groups"]),
            processes={key: tuple(groups) for key, groups in row.get("processes", {}).items()},
        )
        for row in _file()["act"]
    }


def within_limits(by: Actor, act: str) -> bool:
    """Tell whether the API token through which somebody comes leaves room for an act; always where nobody comes through one.

    Reading has no limit but the person's own rights; what else a token may do stands in its scope and in tokens.toml.
    """
    return by.limits is None or _act(act).reads or act in limits_of(by.limits)


@functools.lru_cache(maxsize=200)
def limits_of(scope: frozenset[str]) -> frozenset[str]:
    """The acts that a scope of areas and single acts leaves to a token, besides reading."""
    rules = token_rules()
    never, by_name = frozenset(rules["never"]), frozenset(rules["by_name"])
    found = {one.word for one in acts().values() if one.word in scope or one.area in scope and one.word not in by_name}
    return frozenset(found | set(rules["along"] if found else ())) - never


@functools.cache
def token_rules() -> Mapping[str, Any]:
    """What holds for personal API tokens, whatever their scope (data/tokens.toml)."""
    return tomllib.loads((catalogue.DATA / "tokens.toml").read_text(encoding="utf-8"))


def allowed(by: Actor, act: str, *, unit: int | None = None, process: str | None = None) -> bool:
    """Tell whether the person may do the act, for one unit, or for any where none is named.

    Raises LookupError for an act that the matrix does not know.
    """
    granted = _act(act).granted_to(process)
    if not within_limits(by, act):
        return False
    if EVERYONE in granted and by.account is not None and not (by.must_change or by.must_enrol):
        return True
    held = _held(by.within(process))
    return any(_counts(word, held, unit) for word in granted)


def could(by: Actor, act: str) -> bool:
    """Tell whether the person may do the act for any unit, in any process, himself, in another's place or as who falls in.

    What a door asks before it knows the case: who could not, is refused by `require` in every case.
    """
    found = _act(act)
    granted = {*found.groups, *(word for words in found.processes.values() for word in words)}
    if EVERYONE in granted and by.account is not None and not (by.must_change or by.must_enrol):
        return True
    held = _held(by) | {one.group for one in by.lent}
    falling_in = {name for word in granted if (name := catalogue.fallback(word))}
    return any(_counts(word, held, None) for word in granted | falling_in)


def units_with(by: Actor, act: str) -> frozenset[int]:
    """Units for which the person holds the right; what is held whatever the unit is not told here."""
    granted = _act(act).groups if within_limits(by, act) else ()
    found = (catalogue.split(group) for group in by.groups)
    return frozenset(unit for word, unit in found if unit is not None and word in granted)


def allowed_for_other(by: Actor, act: str, *units: int) -> bool:
    """Tell whether the person may do something for units that are not the own ones, or about them.

    Nobody enters the papers of the own unit; where all who hold the right belong to one of them, the group that falls
    in may.
    """
    if not within_limits(by, act) or any(catalogue.split(group)[1] in units for group in by.groups):
        return False
    if allowed(by, act, unit=NO_UNIT) and (not by.lent or allowed(by.free_of(members.belonging_to(units)), act, unit=NO_UNIT)):
        return True
    fallbacks = {name for group in _act(act).groups if (name := catalogue.fallback(group))}
    if not by.may(*fallbacks):
        return False
    barred = {account for unit in units for account in members.people_of_unit(unit)}
    return by.free_of(barred).may(*fallbacks) and not members.members_of(_act(act).groups, barred=barred)


def require(
    by: Actor,
    act: str,
    *,
    unit: int | None = None,
    process: str | None = None,
    barred: Collection[int] = (),
) -> None:
    """Refuse with Forbidden unless the person may do the act; a right held for a unit needs that unit named.

    `barred` are accounts that the case keeps away (nominee, officer of the nominated office, who decided
    before). Where they are all who hold the right, the group that falls in (`fallback` in groups.toml) may
    act instead.
    """
    found = _act(act)
    by = by.within(process)
    if not within_limits(by, act):
        raise beyond_limits(found.label, found.label_en)
    if by.account is not None and by.account in barred:
        raise Forbidden(
            "Bạn có liên quan đến trường hợp này nên không xử lý được. Người được phân công thay sẽ xử lý.",
            "You have an interest in this case; the named substitute acts instead.",
            code="own-case",
        )
    if _holds(by.free_of(barred), found, unit, process):
        return
    if stands_in(by, bound_groups(act, [unit], process=process), barred=barred, process=process):
        return
    if _holds(by, found, unit, process):
        raise Forbidden(
            "Người mà bạn xử lý thay có liên quan đến trường hợp này, nên bạn cũng không xử lý được.",
            "The person in whose place you act has an interest in this case, so you may not act on it either.",
            code="own-case",
        )
    granted = found.granted_to(process)
    who = ", ".join(catalogue.catalogue()[word].label for word in granted if word != EVERYONE)
    raise Forbidden(
        f"Bạn chưa có quyền: {found.label}. Việc này của: {who}.",
        f"You may not do this: {found.label_en}.",
        code="forbidden",
    )


def beyond_limits(label: str = "", label_en: str = "") -> Forbidden:
    """The refusal of what the scope of an API token leaves out, though its owner may do it."""
    return Forbidden(
        f"Mã truy cập API này không có phạm vi cho việc đó{label and f': {label}'}. Tạo mã khác có phạm vi cần dùng.",
        f"This API token's scope does not cover that{label_en and f': {label_en}'}. Make a token whose scope does.",
        code="token-scope",
    )


def _holds(by: Actor, act: Act, unit: int | None, process: str | None) -> bool:
    granted = act.granted_to(process)
    return allowed(by, act.word, unit=unit, process=process) and (
        unit is not None or EVERYONE in granted or not _held(by).isdisjoint(granted)
    )


def bound_groups(act: str, units: Iterable[int | None], *, process: str | None = None) -> tuple[str, ...]:
    """The groups that may do an act, those of units with the numbers of these units."""
    found = []
    for unit in units:
        for word in _act(act).granted_to(process):
            if word != EVERYONE and (unit is not None or not _is_scoped(word)):
                found.append(catalogue.join(word, unit if _is_scoped(word) else None))
    return tuple(dict.fromkeys(found))


def stands_in(
    by: Actor, groups: Collection[str], *, barred: Collection[int], least: int = 1, process: str | None = None
) -> str | None:
    """The group for which somebody falls in because too few of the groups' people are not kept away; else None.

    `least`: how many different people the act needs.
    """
    if not barred or by.account in barred:
        return None
    free = by.free_of(barred)
    meant = next((group for group in groups if (name := catalogue.fallback(group)) and free.may(name)), None)
    if meant is None or len(members.members_of(groups, barred=barred, process=process)) >= least:
        return None
    return meant


def _act(word: str) -> Act:
    found = acts().get(word)
    if found is None:
        raise LookupError(f"the matrix of rights has no act {word!r}; add it to rights.toml")
    return found


def _held(by: Actor) -> frozenset[str]:
    return by.groups | {"admin"} if by.account is None and by.login == "cli" else by.groups


def _counts(word: str, held: frozenset[str], unit: int | None) -> bool:
    if not _is_scoped(word):
        return word in held
    if unit is not None:
        return catalogue.join(word, unit) in held
    return any(group.startswith(f"{word}:") for group in held)


def units_of_holders(right: str) -> set[int]:
    """Units to which people belong who hold a right themselves, by a group that is no unit's own."""
    return members.units_of_members([word for word in acts()[right].groups if not _is_scoped(word)])


def _is_scoped(word: str) -> bool:
    found = catalogue.catalogue().get(word)
    return found is not None and found.scoped


@functools.cache
def _file() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((catalogue.DATA / "rights.toml").read_text(encoding="utf-8"))


register_matrix(lambda by, act: allowed(by, act), lambda by, act: require(by, act))
