"""What the diagrams of nominations may read and name: data at the start, messages and what they bring, answers acted on.

A test holds the first two against what the service really starts and sends.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.awards import catalogue, facts, rules
from service.awards.lists import KINDS
from service.awards.nominations import MAIN_PROCESS
from service.awards.rounds import CALENDAR_KEYS, STAGES
from service.processes import vocabulary
from workflows.feel.types import BOOLEAN, STRING, Type, context, one, texts

_LEVELS = ("commune", "province", "national")

STARTS_WITH: Mapping[str, Type] = {
    "nomination_id": STRING,
    "stage": texts(STAGES),
    "subject_group": STRING,
    "kind": texts(("COLLECTIVE", "INDIVIDUAL", "HOUSEHOLD")),
    "form_asked": STRING,
    "level": texts(_LEVELS),
    "reserve_level": texts(_LEVELS, "null"),
    "granted_level": texts(("none",)),
    "reviewed": BOOLEAN,
    "ask_opinions": BOOLEAN,
    "result": texts(("none",)),
    "decision": texts(("none",)),
}
"""Data of a nomination's instance at its start."""

_FACTS = {"facts": context({key: one(kind, "null") for key, kind in facts.fact_keys().items()})}
_ANSWERED = {"granted_level": texts(("none", "province", "centre")), "answer_due": STRING}
BROUGHT: Mapping[str, Mapping[str, Type]] = {
    "submission:signed": _FACTS,
    "submission:resubmitted": _FACTS,
    "council:result": {"level": texts(_LEVELS), "reserve_level": texts(_LEVELS, "null")},
    "province:answered": _ANSWERED,
    "centre:answered": _ANSWERED,
    "nomination:withdrawn": {"cause": STRING},
    "nomination:stopped": {"cause": STRING},
    "nomination:held": {"hold_id": STRING},
    "hold:lifted": {},
    "recipient:changed": {"effect": STRING},
}
"""What messages bring besides `result`."""

ACTED_ON = ("facts", "form_asked", "form_recommended", "amend_facts", "reason_code", "decision", "agencies", "papers")
"""Answers that `dossier` takes to the nomination's row."""


def join_vocabulary() -> None:
    """Tell the checker what diagrams of awards may name; may be called more than once."""
    vocabulary.started_with[MAIN_PROCESS] = STARTS_WITH
    for kind in KINDS.values():
        for act in kind.acts:
            for name in act.messages:
                vocabulary.known_messages.setdefault(name, {})
    for name, brought in BROUGHT.items():
        vocabulary.known_messages.setdefault(name, {}).update(brought)
    vocabulary.known_lists.update(KINDS)
    vocabulary.known_outcomes.update(catalogue.OUTCOMES)
    vocabulary.known_phases.update(catalogue.PHASES)
    vocabulary.known_bases.update({key: (b.valid_from, b.valid_to) for key, b in rules.legal_bases().items()})
    vocabulary.registers.update(
        {"rule": rules.shipped_by_key, "may_block": rules.shipped_by_key, "round_date": lambda: CALENDAR_KEYS}
    )
    vocabulary.read_by_service.update(ACTED_ON)
