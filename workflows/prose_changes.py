"""What changed from one procedure in words to another: steps added, removed, moved, reworded, with marks on the words.

Steps are the same where their element is; a reference to a step is the same where it leads to the same element, so that
a number that only moved on marks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal as OneOf

from workflows.prose import Line, Part, Procedure, Run, Step, part_and_step

Mark = OneOf["same", "added", "removed"]
Change = OneOf["added", "removed", "changed", "moved"]
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stand in both versions or in one."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line that differs; `element` is the gateway, flow or event that it is of, if any."""

    mark: OneOf["added", "removed", "changed"]
    element: str
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> str:
        """The line as it was."""
        return "".join(piece.text for piece in self.pieces if piece.mark != "added")

    @property
    def after(self) -> str:
        """The line as it is."""
        return "".join(piece.text for piece in self.pieces if piece.mark != "removed")


@dataclass(frozen=True, slots=True)
class StepChange:
    """What became of one step, or (with an empty number) of the head and the ends of a part; a moved one may have changed too."""

    change: Change
    process: str
    element: str
    title: str
    before: str
    """Its number before, or nothing."""
    after: str
    lines: tuple[LineChange, ...]


@dataclass(frozen=True, slots=True)
class PartChanges:
    """What changed in one process."""

    process: str
    title: str
    change: OneOf["added", "removed", "changed"]
    steps: tuple[StepChange, ...]


def compare(old: Procedure, new: Procedure) -> list[PartChanges]:
    """The parts that differ, in the order of the newer version, removed ones last; nothing where the words are the same."""
    before = {part.process: part for part in old.parts}
    after = {part.process: part for part in new.parts}
    found: list[PartChanges] = []
    for process, part in after.items():
        if process not in before:
            found.append(PartChanges(process, part.title, "added", tuple(_alone(part, "added"))))
        elif steps := tuple(_part(before[process], part)):
            found.append(PartChanges(process, part.title, "changed", steps))
    for process, part in before.items():
        if process not in after:
            found.append(PartChanges(process, part.title, "removed", tuple(_alone(part, "removed"))))
    return found


def text_of(changes: Sequence[PartChanges], language: str) -> str:
    """The changes as plain text: + for what was added, - for what was removed, ~ for what changed or moved."""
    return "\n".join(_text_lines(changes, language))


_WORDS = {
    "added": ("thêm", "added"), "removed": ("bỏ", "removed"), "changed": ("sửa", "changed"), "moved": ("chuyển chỗ", "moved"),
}


def change_word(change: str, language: str) -> str:
    """What a kind of change is called."""
    return _WORDS[change][language == "en"]


def _text_lines(changes: Sequence[PartChanges], language: str) -> Iterator[str]:
    step_word = part_and_step(language)[1]
    for part in changes:
        yield f"{part.title} ({change_word(part.change, language)})"
        for step in part.steps:
            number = f"{step_word} {step.after or step.before}. " if step.after or step.before else ""
            sign = {"added": "+", "removed": "-"}.get(step.change, "~")
            moved = f" ({step.before} → {step.after})" if step.change == "moved" else ""
            yield f"{sign} {number}{step.title}: {change_word(step.change, language)}{moved}"
            for line in step.lines:
                if line.mark != "added":
                    yield f"    - {line.before}"
                if line.mark != "removed":
                    yield f"    + {line.after}"


# -- one part


def _alone(part: Part, change: OneOf["added", "removed"]) -> Iterator[StepChange]:
    for step in part.steps:
        yield _whole(part, step, change)


def _whole(part: Part, step: Step, change: OneOf["added", "removed"]) -> StepChange:
    lines = tuple(LineChange(change, line.element, (Piece(change, line.text),)) for line in step.lines)
    before, after = ("", step.number) if change == "added" else (step.number, "")
    return StepChange(change, part.process, step.element, step.title, before, after, lines)


def _part(old: Part, new: Part) -> Iterator[StepChange]:
    head = [Line("fact", "", (Run(part.title), Run("\n"), Run(part.aim))) for part in (old, new)]
    about = [*_lines(head[:1], head[1:]), *_lines(old.begins, new.begins), *_lines(old.ends, new.ends)]
    if about:
        yield StepChange("changed", new.process, new.process, new.title, "", "", tuple(about))
    before = {step.element: step for step in old.steps}
    after = {step.element: step for step in new.steps}
    moved = _moved([e for e in before if e in after], [e for e in after if e in before])
    removed = _after_what(old.steps, after)
    for element in removed.pop("", ()):
        yield _whole(old, before[element], "removed")
    for step in new.steps:
        if step.element not in before:
            yield _whole(new, step, "added")
        else:
            was = before[step.element]
            lines = tuple(_lines(
                [Line("fact", "", (Run(was.title),)), *was.lines], [Line("fact", "", (Run(step.title),)), *step.lines]
            ))
            nested = was.number.count(".") != step.number.count(".")
            if lines or step.element in moved or nested:
                change: Change = "moved" if step.element in moved or nested else "changed"
                yield StepChange(change, new.process, step.element, step.title, was.number, step.number, lines)
        for element in removed.pop(step.element, ()):
            yield _whole(old, before[element], "removed")


def _after_what(steps: Sequence[Step], kept: Mapping[str, Step]) -> dict[str, list[str]]:
    """Removed steps, by the kept step behind which they stood."""
    found: dict[str, list[str]] = {}
    last = ""
    for step in steps:
        if step.element in kept:
            last = step.element
        else:
            found.setdefault(last, []).append(step.element)
    return found


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest steps that must be taken out for the rest to stand in the same order."""
    place = {element: number for number, element in enumerate(before)}
    tails: list[int] = []  # of the longest runs that keep the order
    order = [place[element] for element in after]
    link: list[int] = []
    at: list[int] = []
    for number, value in enumerate(order):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if order[at[middle]] < value:
                low = middle + 1
            else:
                high = middle
        link.append(at[low - 1] if low else -1)
        if low == len(tails):
            tails.append(value)
            at.append(number)
        else:
            tails[low], at[low] = value, number
    keep: set[int] = set()
    current = at[-1] if at else -1
    while current >= 0:
        keep.add(order[current])
        current = link[current]
    return {element for element in after if place[element] not in keep}


# -- lines and words


def _key(line: Line) -> str:
    """A line without the numbers of the steps that it names."""
    said = "".join(f"⟨{run.to}⟩" if run.to else run.text for run in line.runs)
    return f"{line.element}|{line.label}|{said}"


def _same_place(line: Line) -> str:
    return f"{line.kind}|{line.element}|{line.label}"


def _lines(old: Sequence[Line], new: Sequence[Line]) -> Iterator[LineChange]:
    before, after = [_key(line) for line in old], [_key(line) for line in new]
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(old[a:b]), list(new[c:d])
        for line in come:
            match = next((one for one in gone if _same_place(one) == _same_place(line)), None)
            if match is None:
                yield LineChange("added", line.element, (Piece("added", line.text),))
            else:
                gone.remove(match)
                yield LineChange("changed", line.element, tuple(words_changed(match.text, line.text)))
        for line in gone:
            yield LineChange("removed", line.element, (Piece("removed", line.text),))


def words_changed(old: str, new: str) -> list[Piece]:
    """Two lines as one, with the words marked that stand in one of them only."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    gone = come = ""
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        kept = "".join(before[a:b])
        if tag == "equal" and (kept.strip() or place in (0, len(codes) - 1)):
            found += _told(gone, come)
            found.append(Piece("same", kept))
            gone = come = ""
        else:  # a blank between two changed words changes with them
            gone += kept
            come += "".join(after[c:d])
    return found + _told(gone, come)


def _told(gone: str, come: str) -> list[Piece]:
    return [Piece(mark, text) for mark, text in (("removed", gone), ("added", come)) if text]  # type: ignore[arg-type]
