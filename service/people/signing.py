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


@dataclass(frozen=True, slots=True)
class Post:
    """A group whose people sign papers that name their post, and on which kinds of list they do."""

    group: str
    lists: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Who may sign in the place of a post: by which group of his own, in which form, which kinds of paper (none: all)."""

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
    for stand in stands():
        if stand.group == group and stand.by in by.own and (not stand.papers or paper in stand.papers):
            return f"{stand.form}. {post.name}"
    raise Forbidden(
        f"Bạn không ký văn bản này thay {catalogue.catalogue()[group].label} được: "
        "chỉ cấp phó ký thay (KT.), hoặc người được ủy quyền với loại văn bản được ủy quyền.",
        f"You may not sign this paper for the post “{catalogue.catalogue()[group].label_en}”: its deputy does, "
        "or who was authorised for papers of this kind.",
        code="no-post-to-sign",
    )


def may_sign_for(group: str, held: Collection[str]) -> bool:
    """Tell whether somebody who holds these groups himself may be lent a group that signs papers; any other group may be lent."""
    return group not in posts_that_sign() or any(one.group == group and one.by in held for one in stands())


@functools.cache
def _file() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((catalogue.DATA / "signing.toml").read_text(encoding="utf-8"))
