"""The words of the house in a diagram: letters, papers, words of the history, lists, outcomes, phases, legal bases, days to remind.

Each is held against what the service knows; what it is not told about is not checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from workflows.graph import Scope
from workflows.known import Known
from workflows.paper_text import PARTS
from workflows.parser import read_attributes, snake
from workflows.problems import Problem
from workflows.wording import problem

_MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class _Word:
    """One attribute that names something."""

    attribute: str
    code: str
    known: Collection[str] | None
    several: str = ""  # what stands between several names


def check_words(
    scopes: Mapping[str, Scope], known: Known, letters: Collection[str], papers: Collection[str] = ()
) -> Iterator[Problem]:
    """Find every name that nothing stands for, and legal bases that are not in force on the day."""
    words = (
        _Word("letter", "unknown-letter", None if known.letters is None else {*known.letters, *letters}),
        _Word("paper", "unknown-paper", papers),
        _Word("paperPart", "unknown-paper-part", PARTS),
        _Word("event", "unknown-event", known.events),
        _Word("list", "unknown-list", known.lists),
        _Word("outcome", "unknown-outcome", known.outcomes),
        _Word("phase", "unknown-phase", known.phases),
        _Word("escalate", "unknown-group", known.groups, ", "),
        _Word("unclaimedTell", "unknown-group", known.groups, ", "),
        _Word("unclaimedTo", "unknown-group", known.groups, ", "),
        _Word("instead", "unknown-group", known.groups, ", "),
        _Word("basis", "unknown-basis", known.bases, " "),
    )
    for process in scopes.values():
        for scope in process.walk():
            for key, node in scope.elements.items():
                attributes = read_attributes(node)
                for word in words:
                    if word.known is not None:
                        for name in _split(attributes.get(snake(word.attribute), ""), word.several):
                            if name not in word.known:
                                yield problem(word.code, key, part=word.attribute, name=name)
                if attributes.get("paper_part") and not attributes.get("paper"):
                    yield problem("part-of-no-paper", key, name=attributes["paper_part"])
                yield from _lapsed(key, attributes, known)
                for text in attributes.get("remind", "").split():
                    if text != "half" and not _is_days(text):
                        yield problem("bad-reminder", key, name=text)
                for part in ("escalateAfter", "unclaimedAfter"):
                    text = attributes.get(snake(part), "")
                    wrong = [word for word in text.split() if not (_is_days(word) and int(word))]
                    if wrong or part == "unclaimedAfter" and len(text.split()) > 1:
                        yield problem("bad-days" if part == "escalateAfter" else "bad-day", key, name=text[:60], part=part)


def _lapsed(key: str, attributes: Mapping[str, str], known: Known) -> Iterator[Problem]:
    for name in attributes.get("basis", "").split():
        since, until = (known.bases or {}).get(name, (None, None))
        if known.day is not None and until is not None and until < known.day:
            yield problem("lapsed-basis", key, name=name, day=f"{until:%d/%m/%Y}")
        elif known.day is not None and since is not None and known.day < since:
            yield problem("basis-not-yet", key, name=name, day=f"{since:%d/%m/%Y}")


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= _MOST_DAYS


def _split(text: str, marks: str) -> list[str]:
    """The names in a text: one, or several with these marks between."""
    if not marks:
        return [text] if text else []
    for mark in marks:
        text = text.replace(mark, " ")
    return text.split()
