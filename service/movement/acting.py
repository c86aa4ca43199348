"""Who does the steps of a matter in whose place: which step signs a paper, and who is asked where it concerns all who usually do it."""

from __future__ import annotations

from collections.abc import Sequence

from service.movement.registers import kept_by
from service.processes import own_case
from service.processes.cases import Running
from service.processes.deployments import definition_of
from service.processes.tasks import candidates_of
from workflows.definition import Definition
from workflows.paper_text import READ, SIGN, WRITE, PaperText


def signing_steps(definition: Definition, paper: str, group: str = "") -> list[str]:
    """The steps that sign a paper; without one those that write or read it, as far as they are of the `group` that signs."""
    named = [one for one in definition.elements.values() if one.attrs.get("paper") == paper]
    signs = [one.id for one in named if one.attrs.get("paper_part") == SIGN]
    others = (one for one in named if one.attrs.get("paper_part", WRITE) in ((WRITE, READ) if group else (WRITE,)))
    return signs or [one.id for one in others if not group or group in candidates_of(one.attrs)]


def asked_instead(running: Running, groups: Sequence[str]) -> tuple[str, ...]:
    """Groups that are asked in the place of these, since a matter concerns all who hold them; nothing where it does not.

    Where nobody may, who sends the matter on.
    """
    kept = kept_by(running.deployment_id)
    found = own_case.asked(running, groups, forwards=kept.register.forwards if kept is not None else ())
    return found if found != tuple(groups) else ()


def symbol_of(name: str, text: PaperText, running: Running) -> str:
    """What follows the number of a matter's paper: another symbol where it concerns all who usually sign, and the paper has one."""
    elements = definition_of(running.deployment_id).elements
    signing = signing_steps(definition_of(running.deployment_id), name) if text.symbol_instead else []
    instead = any(asked_instead(running, candidates_of(elements[one].attrs)) for one in signing)
    return text.symbol_instead if instead else text.symbol


__all__ = ["asked_instead", "signing_steps", "symbol_of"]
