"""Which papers a dossier must have (thành phần hồ sơ), by the register of rules; what the officer ticked is held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from service.awards.catalogue import award_forms
from service.awards.models import Nomination
from service.awards.rules import applies, rules_of, shipped_by_key

PAPER = "PAPER."
"""What the key of a paper in the register of rules begins with."""


@cache
def _papers() -> Mapping[str, Mapping[str, Any]]:
    """Code of each paper of the register → its entry."""
    return {key.removeprefix(PAPER): one for key, one in shipped_by_key().items() if key.startswith(PAPER)}


def demanded(nomination: Nomination, stage: str, form: str) -> list[str]:
    """Codes of the papers that a form of award demands of a nomination, by the rules frozen at its receipt.

    What the frozen rules do not know is not demanded (law.md 2.3).
    """
    rules = rules_of(nomination)
    return [
        code
        for code, about in _papers().items()
        if form in (rules.shown(f"{PAPER}{code}") or ()) and _fits(about, nomination, stage, form)
    ]


def _fits(about: Mapping[str, Any], nomination: Nomination, stage: str, form: str) -> bool:
    return applies(
        about, form=form, kind=nomination.kind, stage=stage,
        path=str(nomination.facts.get("path") or "PHONG_TRAO"), group=nomination.subject_group,
    )


def missing(nomination: Nomination, stage: str, form: str) -> int | None:
    """How many demanded papers the officer did not tick; None before the dossier was accepted."""
    if nomination.papers is None:
        return None
    return sum(code not in nomination.papers for code in demanded(nomination, stage, form))


def given(nomination: Nomination, stage: str, held: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """What the form of the check reads: the papers to tick, demanded ones first, and which of them each form demands.

    `held` says of some papers what the service itself has of them, in Vietnamese and English.
    """
    asked = demanded(nomination, stage, nomination.form_asked)
    offered = [code for code, about in _papers().items() if _may_be_asked(about, nomination, stage)]
    return {
        "papers_known": [
            _option(code, code in asked, held.get(code)) for code in sorted(offered, key=lambda code: code not in asked)
        ],
        "papers_demanded": {form: demanded(nomination, stage, form) for form in award_forms()},
    }


def _may_be_asked(about: Mapping[str, Any], nomination: Nomination, stage: str) -> bool:
    """Whether a paper can have a place in such a dossier, whatever form or path is judged in the end."""
    wide = [{name: wanted for name, wanted in one.items() if name not in ("paths", "forms")} for one in about["when"]]
    return _fits({"when": wide}, nomination, stage, nomination.form_asked)


def _option(code: str, asked: bool, held: tuple[str, str] | None) -> dict[str, str]:
    about = _papers()[code]
    said: Sequence[tuple[str, str]] = [
        ("Bắt buộc", "Demanded") if asked else ("Khi tiêu chuẩn, hồ sơ đòi hỏi", "Where the standard asks for it"),
        *([held] if held else []),
    ]
    return {
        "value": code, "label": about["label"], "label.en": about["label_en"],
        "follows": " · ".join(vi for vi, _ in said), "follows.en": " · ".join(en for _, en in said),
    }
