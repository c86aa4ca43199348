"""Drawings of figures as plain geometry, for `templates/kit/charts.html`: a radar of shares, lines over the years. Know no subject.

Every figure stands in a table beside its drawing, which is for the eye alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SIZE, _REACH = 420, 128
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 460, 264, 40, 14, 34
_MOST_KINDS = 6
"""How many lines can be told apart."""
RINGS = (25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place; `anchor` start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Shape:
    """A line through points, as SVG reads them; `kind` from 1 tells it from the others, `words` name it."""

    points: str
    words: str
    kind: int
    dots: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its size and first row, what it says in one sentence, grid, shapes, labels, scale. `round` where shapes close."""

    width: int
    height: int
    top: int
    summary: str
    grid: Sequence[str]
    shapes: Sequence[Shape]
    labels: Sequence[Label]
    scale: Sequence[Label]
    round: bool = False


def radar(axes: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], summary: str) -> Chart | None:
    """Shares of a hundred on axes from one middle; None where there are fewer than three axes, which make no shape."""
    if len(axes) < 3:
        return None
    middle = _SIZE / 2
    turns = [math.tau * n / len(axes) - math.pi / 2 for n in range(len(axes))]

    def at(n: int, share: float) -> tuple[float, float]:
        reach = _REACH * min(max(share, 0), 100) / 100
        return round(middle + reach * math.cos(turns[n]), 1), round(middle + reach * math.sin(turns[n]), 1)

    def ring(share: float) -> str:
        return _joined([at(n, share) for n in range(len(axes))])

    labels = []
    for n, words in enumerate(axes):
        x, y = middle + (_REACH + 18) * math.cos(turns[n]), middle + (_REACH + 18) * math.sin(turns[n])
        side = math.cos(turns[n])
        anchor = "middle" if abs(side) < 0.95 else "start" if side > 0 else "end"
        labels.append(Label(round(x, 1), round(y + 5 + 8 * math.sin(turns[n]), 1), words, anchor))
    shapes = [
        Shape(_joined(dots), words, kind, dots)
        for kind, (words, shares) in enumerate(series[:_MOST_KINDS], 1)
        for dots in [[at(n, share) for n, share in enumerate(shares)]]
    ]
    spokes = [_joined([(middle, middle), at(n, 100)]) for n in range(len(axes))]
    scale = [Label(middle + 4, round(middle - _REACH * share / 100 - 3, 1), str(share), "start") for share in RINGS]
    top, bottom = math.floor(min(one.y for one in labels)) - 20, math.ceil(max(one.y for one in labels)) + 12
    return Chart(_SIZE, bottom - top, top, summary, [*(ring(share) for share in RINGS), *spokes], shapes, labels, scale, round=True)


def lines(
    years: Sequence[int], series: Sequence[tuple[str, Sequence[float | None]]], summary: str, *, names: Sequence[str] = ()
) -> Chart | None:
    """Shares of a hundred over years, from nought up, which may be named; None for less than two years, which make no line."""
    if len(years) < 2:
        return None
    wide, high = _WIDTH - _LEFT - 20, _HEIGHT - _TOP - _BOTTOM
    first, span = years[0], years[-1] - years[0]

    def at(year: int, share: float) -> tuple[float, float]:
        return round(_LEFT + 12 + (wide - 24) * (year - first) / span, 1), round(_TOP + high * (1 - min(max(share, 0), 100) / 100), 1)

    shapes = []
    for kind, (words, shares) in enumerate(series[:_MOST_KINDS], 1):
        dots = [at(year, share) for year, share in zip(years, shares, strict=True) if share is not None]
        shapes.append(Shape(_joined(dots), words, kind, dots))
    grid = [_joined([(_LEFT, at(first, share)[1]), (_WIDTH - 20, at(first, share)[1])]) for share in (0, *RINGS)]
    scale = [Label(_LEFT - 8, at(first, share)[1] + 4, str(share), "end") for share in (0, *RINGS)]
    told = zip(years, names or [str(year) for year in years], strict=True)
    labels = [Label(at(year, 0)[0], _HEIGHT - 10, name, "end" if year == years[-1] else "start") for year, name in told]
    return Chart(_WIDTH, _HEIGHT, 0, summary, grid, shapes, labels, scale)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
