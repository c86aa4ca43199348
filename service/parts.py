"""Brings together what registers itself when it is imported: tables, case kinds, kinds of lists, jobs and sweeps."""

from __future__ import annotations

from collections.abc import Collection

from forms import compile_form
from service import clock, erasing, jobs, keepers, movement, notices, papers, people, trail, webhooks, words
from service.awards import (
    changes,
    comments,
    consents,
    consulting,
    correcting,
    council,
    decisions,
    dossier,
    effects,
    entries,
    following,
    handing_over,
    lists,
    nomination_case,
    packages,
    public,
    questions,
    result_letters,
    revoking,
    rounds,
    submissions,
    suspending,
)
from service.awards.vocabulary import join_vocabulary
from service.config import ROOT
from service.council import ballot
from service.council import session as council_session
from service.council.session.vocabulary import join_vocabulary as join_session_vocabulary
from service.papers import offline_dossier
from service.people import candidate_words
from service.processes import deployments, enactments, inbox, items, marks, reminders, strayed, vocabulary
from service.processes import effects as process_effects
from service.studio import migration, models, replay
from service.trail import checkpoints, labels, proving, watch
from service.trail.codes import CODES
from workflows.definition import Element

SUBJECTS = (
    changes, comments, consents, consulting, correcting, council, decisions, dossier, effects, following, handing_over,
    migration, nomination_case, packages, process_effects, questions, result_letters, revoking, submissions, suspending,
)
assert models and replay  # their tables are part of the schema


def join_parts() -> None:
    """Register sweeps, topics, groups and the forms of list acts; may be called more than once."""
    _join_sweeps()
    jobs.handler(checkpoints.TOPIC)(_checkpoint)
    watch.alarmed[:] = [_alarm]
    watch.nightly[:] = [keepers.tell_lacking]
    proving.sent_out[:] = [keepers.sent_checkpoints, papers.printed_checkpoints]
    _join_words()
    _join_lists()
    people.credentials.changed[:] = [ballot.void_rounds_of_voter, people.end_with_credentials, people.end_feed_with_credentials]
    ballot.minutes_signed[:] = [council_session.minutes_signed_on]
    process_effects.opened_tasks[:] = [webhooks.note_task]
    webhooks.listen()
    keepers.listen()
    notices.goes_through[:] = [keepers.goes_through]
    if keepers.note_all not in notices.before_release:
        notices.before_release.append(keepers.note_all)
    for file in sorted((ROOT / "forms" / "acts").glob("*.form")):
        if file.stem not in lists.act_forms:
            lists.act_forms[file.stem] = compile_form(file.read_bytes())


def _join_sweeps() -> None:
    """What the worker looks for as time goes by."""
    for name, sweep in (
        ("rounds", rounds.turn_rounds),
        ("timers", process_effects.wake_due),
        ("opinions", consulting.close_overdue_letters),
        ("polls", council.close_polls),
        ("submissions", submissions.close_done),
        ("reminders", reminders.remind_due),
        ("unclaimed tasks", process_effects.tell_unclaimed),
        ("drafts", effects.warn_of_closing),
        ("awaited syntheses", movement.remind_of_syntheses),
        ("stuck messages", effects.stuck_messages),
        ("strayed tasks", strayed.free_strayed_today),
        ("sessions", people.sweep),
        ("second persons", people.second_person.lapse),
        ("emergency accesses", people.break_glass.end_due),
        ("API tokens", people.sweep_tokens),
        ("erasures", erasing.lapse),
        ("blocked accounts", erasing.empty_blocked),
        ("letters with checkpoints", keepers.send_due),
        ("missing letters", keepers.look_for_missing),
        ("denials", trail.flush_denials),
        ("old dossiers", offline_dossier.drop_old_dossiers),
        ("digests", notices.gather_due),
    ):
        jobs.sweep(name)(sweep)


def _join_words() -> None:
    """Who is reached, what things are called, and what a diagram may name."""
    notices.register_contacts(_contacts)
    notices.register_letters(deployments.letter_of)
    trail.names_from(people.names)
    trail.beginners_from(movement.begun_in_private)
    trail.words_from(_element_name)
    trail.words_from(entries.export_words)
    trail.words_from(labels.message_words)
    trail.values_from(entries.value_words)
    vocabulary.known_topics.update(effects.TOPICS, movement.EFFECTS)
    vocabulary.topic_inputs.update({**effects.TOPICS, **movement.INPUTS})
    vocabulary.known_groups.update(candidate_words())
    vocabulary.known_letters.update(notices.telling_of_a_task())
    vocabulary.letter_gaps.update(notices.task_gaps())
    vocabulary.known_events.update(trail.KINDS)
    join_vocabulary()
    join_session_vocabulary()


def _join_lists() -> None:
    """What lists, rounds and dossiers ask of the parts above them."""
    dossier.more_given["unit_plan"] = movement.given.plan_for_nomination
    rounds.closing[:] = [submissions.take_off_unsigned]
    rounds.redated[:] = [lists.move_dues]
    lists.before_acts[:] = [papers.must_agree]
    lists.after_acts[:] = [papers.note_settled]
    reminders.reminding_of_lists[:] = [lists.reminding]
    marks.list_changed_at[:] = [lists.changed_at]
    inbox.keeps_from_lists[:] = [lists.is_kept_away]
    people.known_processes[:] = [_diagrams, lambda: {name: (kind.label, kind.label_en) for name, kind in lists.KINDS.items()}]


def _checkpoint(job: jobs.Job) -> None:
    checkpoints.make_checkpoint()


def _alarm(what: str, what_en: str, moment: int, code: str) -> None:
    """Tell inspectors and administrators that the trail or a key does not fit, or that checkpoints do not reach who keeps them."""
    letter, page = ("keeper_missing", "/trail/keepers") if code.startswith(keepers.MISSING) else ("trail_alarm", "/trail/checkpoints")
    if code == public.CODE_ALARM:
        letter, page = "key_alarm", "/trail"
    if code == keepers.LACKING:
        letter, page = "keeper_wanted", "/trail/keepers"
    notices.queue(
        letter, to=people.members_of(["inspector", "admin"]), key=f"{letter}:{moment}",
        context={"what": what, "what_en": what_en, "found": clock.now()}, link=page,
    )


def _diagrams() -> dict[str, tuple[str, str]]:
    """The diagrams of the versions in use, each with its name in both languages."""
    return {
        word: (name, words.in_language(name, "en"))
        for deployment in enactments.used_now().values()
        for word, name in deployments.definition_of(deployment).processes_named.items()
    }


def _contacts(accounts: Collection[int]) -> dict[int, notices.Contact]:
    """Where people are reached: only those who may sign in, and by numbers below zero those who keep checkpoints."""
    own = {
        number: notices.Contact(name=p.name, address=p.email, language=p.locale, active=p.active)
        for number, p in people.accounts_of([number for number in accounts if number > 0]).items()
    }
    return {**own, **keepers.contacts(accounts)}


def _decision_words(event: trail.Event, element: Element, locale: trail.Locale) -> str:
    """What the form of a step calls what was decided on it; nothing where the service has its own words for awards and their lists."""
    said = event.body.get("decision")
    if not isinstance(said, str) or "form" not in element.attrs or event.deployment is None:
        return ""
    if said in CODES and deployments.definition_of(event.deployment).register is None:
        return ""
    fields = deployments.form_of(event.deployment, element.attrs["form"]).walk()
    found = next((words_ for one in fields if one.path == ("decision",) and (words_ := one.option_words(said))), ("", ""))
    return found[locale == "en"]


def _item_of(event: trail.Event, element: str) -> str:
    """For which item of a list a step was, of one that is done for each: read from its row, so that what was erased is not told."""
    kind, _, number = event.stream.partition(":")
    if kind != "instance":
        return ""
    task, nth = event.body.get("task"), event.body.get("n")
    return items.title_of(
        int(number), element, nth if isinstance(nth, int) else 1, task if isinstance(task, int) else None
    )


def _element_name(event: trail.Event, locale: trail.Locale) -> dict[str, str]:
    """The step's name in the diagram or of the list's task, where an entry knows only its id; in the language of the entry."""
    word = event.body.get("el")
    if not isinstance(word, str):
        return {}
    if event.deployment is None:
        kind, _, act = word.partition(".")
        shape = lists.KINDS.get(kind)
        label = next((t.label for ts in shape.tasks.values() for t in ts if t.act == act), "") if shape else ""
        return {"el": words.in_language(label, locale)} if label else {}
    elements = deployments.definition_of(event.deployment).elements
    element = elements.get(word)
    found = {"el": words.in_language(element.name, locale)} if element is not None and element.name else {}
    if found and element is not None and "item_title" in element.attrs and (item := _item_of(event, word)):
        found["el"] = f"{found['el']}: {item}"
    if element is not None and (said := _decision_words(event, element, locale)):
        found["decision"] = said
    if isinstance(timers := event.body.get("timers"), str):
        named = [elements[one].name for one in timers.split(",") if one in elements]
        found["timers"] = ", ".join(words.in_language(name, locale) for name in named)
    return found
