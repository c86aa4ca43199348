"""What the diagram of a council session may read and name."""

from __future__ import annotations

from collections.abc import Mapping

from service.council.session.planning import PROCESS
from service.processes import vocabulary
from workflows.feel.types import STRING, Type, texts

STARTS_WITH: Mapping[str, Type] = {"session_id": STRING, "result": texts(("none",))}
"""Data of a session's instance at its start."""
TOLD = ("settled", "weighed", "invited", "opened", "sat", "minuted", "signed", "called_off")
"""Acts on the agenda that move the session's process, each by a message of its own."""

PHASES = ("planning", "inviting", "opening", "sitting", "minutes", "ended")


def join_vocabulary() -> None:
    """Tell the checker what the diagram of a session may name; may be called more than once."""
    vocabulary.started_with[PROCESS] = STARTS_WITH
    vocabulary.known_phases.update(PHASES)
    for word in TOLD:
        vocabulary.known_messages.setdefault(f"agenda:{word}", {})
