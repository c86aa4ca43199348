"""Brings together what registers itself when it is imported: tables, case kinds, kinds of lists, jobs and sweeps."""

from __future__ import annotations

from forms import compile_form
from service import jobs
from service.awards import (
    changes,
    consulting,
    council,
    decisions,
    dossier,
    effects,
    lists,
    nominations,
    packages,
    rounds,
    submissions,
)
from service.config import ROOT
from service.people import candidate_words
from service.processes import deployments, reminders
from service.processes import effects as process_effects

SUBJECTS = (changes, consulting, council, decisions, dossier, effects, nominations, packages, process_effects, submissions)


def join_parts() -> None:
    """Register sweeps, topics, groups and the forms of list acts; may be called more than once."""
    for name, sweep in (
        ("rounds", rounds.turn_rounds),
        ("timers", process_effects.wake_due),
        ("opinions", consulting.close_overdue_letters),
        ("reminders", reminders.remind_due),
    ):
        jobs.sweep(name)(sweep)
    deployments.known_topics.update(effects.TOPICS)
    deployments.known_groups.update(candidate_words())
    rounds.closing[:] = [submissions.take_off_unsigned]
    for file in sorted((ROOT / "forms" / "acts").glob("*.form")):
        lists.act_forms[file.stem] = compile_form(file.read_bytes())
