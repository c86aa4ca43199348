"""As what somebody signs a paper: by his own post, or in the place of an absent person (data/signing.toml). Changes nothing."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from service.actor import Actor
from service.errors import Forbidden
from service.people import groups as catalogue
from service.people import units


@dataclass(frozen=True, slots=True)
class Post:
    """A group whose people sign papers that name their post, and on which kinds of list they do: on none, papers of matters only."""

    group: str
    lists: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Who may sign in the place of a post: by which group of his own (a unit's with its code), in which form, which papers (none: all)."""

    group: str
    by: str
    form: Literal["KT", "TUQ"]
    papers: tuple[str, ...]


@functools.cache
def posts_that_sign() -> dict[str, Post]:
    """The posts that papers name, by group."""
    return {row["group"]: Post(row["group"], tuple(row["lists"]), row["name"]) for row in _file()["post"]}


def signs_papers(group: str) -> bool:
    """Tell whether papers name a group as a post that signs."""
    return group in posts_that_sign()


@functools.cache
def stands() -> tuple[Stand, ...]:
    """Who may sign in whose place, in the order of the file."""
    return tuple(Stand(row["group"], row["by"], row["form"], tuple(row["papers"])) for row in _file()["stand"])


def signs_as(by: Actor, group: str, paper: str) -> str:
    """What stands above a signature: "CHỦ TỊCH" by the own post, "KT. CHỦ TỊCH" in its place.

    Raises Forbidden for whoever has neither the post nor one that may stand in for it on this kind of paper.
    """
    post = posts_that_sign()[group]
    if group in by.own:
        return post.name
    if (form := form_for(group, by.own, paper)) is not None:
        return f"{form}. {post.name}"
    raise Forbidden(
        f"Bạn không ký văn bản này thay {catalogue.catalogue()[group].label} được: "
        "chỉ cấp phó ký thay (KT.), hoặc người được ủy quyền với loại văn bản được ủy quyền.",
        f"You may not sign this paper for the post “{catalogue.catalogue()[group].label_en}”: its deputy does, "
        "or who was authorised for papers of this kind.",
        code="no-post-to-sign",
    )


def form_for(group: str, held: Collection[str], paper: str) -> Literal["KT", "TUQ"] | None:
    """The form in which somebody who holds these groups himself signs a kind of paper in the place of a post; None where he may not."""
    return next((one.form for one in _standing_in(group, paper) if _number_of(one.by) in held), None)


def stand_ins(group: str, paper: str) -> list[str]:
    """The groups of which somebody signs a kind of paper in the place of a post, as far as there are such units."""
    return [found for one in _standing_in(group, paper) if (found := _number_of(one.by))]


def _standing_in(group: str, paper: str) -> list[Stand]:
    return [one for one in stands() if one.group == group and (not one.papers or paper in one.papers)]


def _number_of(group: str) -> str:
    """A group of the table as people hold it, a unit's with its number instead of its code; "" where there is no such unit."""
    word, _, code = group.partition(":")
    unit = units.unit_by_code(code) if code else None
    return f"{word}:{unit}" if unit is not None else "" if code else word


def may_sign_for(group: str, held: Collection[str]) -> bool:
    """Tell whether somebody who holds these groups himself may be lent a group that signs papers; any other group may be lent."""
    return group not in posts_that_sign() or any(one.group == group and _number_of(one.by) in held for one in stands())


@functools.cache
def _file() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((catalogue.DATA / "signing.toml").read_text(encoding="utf-8"))
