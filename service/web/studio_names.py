"""The names that a diagram may use, with what they are called: what the studio offers, so that none is typed blind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service import clock, notices, people, words
from service.awards import catalogue, rule_versions
from service.awards import rules as register
from service.awards.lists import KINDS as LISTS
from service.processes import deployments, enactments
from service.processes import vocabulary as known
from service.studio.vocabulary import vocabulary
from service.trail.kinds import KINDS as EVENTS
from service.trail.kinds import NOMINATION
from service.vietnamese import sort_key
from service.web import rule_words
from service.web.plan import KEY_WORDS
from workflows.plain import Vocabulary

Offer = tuple[str, str]
GAP_WORDS = {"task": lazy_gettext("Tên việc, tức tên bước trên sơ đồ"), "title": lazy_gettext("Tên hồ sơ"),
             "due": lazy_gettext("Hạn xử lý; dòng có hạn được bỏ đi khi việc không có hạn")}
"""What the values that a letter may ask for are called."""
_KEYS = ("nomination_id", "session_id", "hold_id", "matter_id")
_SESSION_PHASES = {
    "planning": lazy_gettext("Lập chương trình họp"), "inviting": lazy_gettext("Mời họp"), "opening": lazy_gettext("Chờ khai mạc"),
    "sitting": lazy_gettext("Đang họp"), "minutes": lazy_gettext("Lập, ký biên bản"),
}
"""Phases of a session of the council, which are no standing of a dossier."""
_TOLD_GAPS = {"account": lazy_gettext("(tên người)"), "el": lazy_gettext("(tên bước)"), "number": lazy_gettext("(số văn bản)")}
"""What a sentence of the history fills in, where it cannot do without."""


def offered() -> dict[str, Any]:
    """Every list of names that the office keeps, in the reader's language: word and label."""
    at = int(words.language() == "en")
    used = _used()
    groups = sorted(people.candidate_words())
    labels = people.group_labels([g for g in groups if g in people.catalogue()], words.language())
    labels["successor_head"] = _("Thủ trưởng đơn vị kế thừa")
    spoken = vocabulary({}, words.language())
    messages, values = messages_and_results(at, spoken)
    brought = set[str]().union(*known.known_messages.values())
    data = {name for one in known.started_with.values() for name in one} | brought
    return {
        "groups": _sorted((g, labels.get(g, g)) for g in groups),
        "topics": _sorted((t, words.capital(spoken.topic(t)) or t) for t in deployments.known_topics),
        "inputs": {t: [(name, _datum(spoken, name)) for name in names] for t, names in known.topic_inputs.items()},
        "bases": [(b.key, b.citation) for b in register.legal_bases().values()],
        "lists": _sorted((kind.name, (kind.label, kind.label_en)[at]) for kind in LISTS.values()),
        "events": _sorted((word, _told(word)) for word in {*NOMINATION, *used["event"]}),
        "phases": _with([*((word, said[at]) for word, said in catalogue.PHASES.items()),
                         *((word, str(said)) for word, said in _SESSION_PHASES.items())], used["phase"]),
        "outcomes": _with(((w, said[at]) for w, said in catalogue.OUTCOMES.items()), used["outcome"]),
        "keys": [(key, key) for key in dict.fromkeys((*_KEYS, *sorted(used["key"])))],
        "rules": _sorted((one.key, rule_words.label(one.key, one.label)) for one in rule_versions.read_register(clock.today())),
        "dates": [(key, str(said)) for key, said in KEY_WORDS.items()],
        "reminders": [("half", _("nửa thời hạn")), *((str(n), _("trước %(n)s ngày làm việc", n=n)) for n in (5, 3, 2, 1)),
                      ("0", _("đúng hạn"))],
        "days": [(str(n), ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", n)) for n in (1, 2, 3, 5, 7, 10, 15)],
        "paperParts": [("sign", _("ký, trình")), ("number", _("cho số")), ("read", _("chỉ đọc"))],
        "letters": _sorted((name, notices.label(name, words.language())) for name in notices.telling_of_a_task()),
        "gaps": [(name, str(GAP_WORDS.get(name, name))) for name in notices.task_gaps()],
        "messages": messages,
        "values": values,
        "brings": {
            message: [(name, _datum(spoken, name)) for name in sorted(brought)] for message, brought in known.known_messages.items()
        },
        "data": _sorted((name, _datum(spoken, name)) for name in data),
        "started": sorted(data - brought),
        "results": _results(spoken, data, values),
    }


def _datum(spoken: Vocabulary, name: str) -> str:
    found = spoken.datum(name)
    return words.capital(found.noun) if found else name


def _results(spoken: Vocabulary, data: Iterable[str], values: Mapping[str, list[Offer]]) -> list[Offer]:
    """Conditions on what a list answers, and on data of which all values are known."""
    found = {f'result = "{value}"': label for held in values.values() for value, label in held}
    for name in sorted(data):
        datum = spoken.datum(name)
        for value, label in datum.named.items() if datum else ():
            found[f'{name} = "{value}"'] = f"{words.capital(datum.noun)}: {label}" if datum else label
    return list(found.items())


def messages_and_results(at: int, spoken: Vocabulary) -> tuple[list[Offer], dict[str, list[Offer]]]:
    """Messages that acts of lists send, each with the act's name, and the results that come with one."""
    named: dict[str, str] = {}
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for kind in LISTS.values():
        for act in kind.acts:
            said = f"{(kind.label, kind.label_en)[at]}: {(act.label, act.label_en)[at]}"
            for message in sorted(act.messages):
                named.setdefault(message, said)
            for result in act.results:
                for message in {result.message or act.message or "", act.message or ""} - {""}:
                    values[message].setdefault(result.value, (result.label, result.label_en)[at])
    for message in known.known_messages:
        named.setdefault(message, words.capital(spoken.message(message)) or message)
    return _sorted(named.items()), {message: list(held.items()) for message, held in values.items()}


def _used() -> Mapping[str, set[str]]:
    """What the processes in use say already: their own words are offered too."""
    found: dict[str, set[str]] = defaultdict(set)
    for number in enactments.used_now().values():
        definition = deployments.definition_of(number)
        own = ("phase", "outcome") if definition.register else ()  # these are words of that register alone
        for element in definition.elements.values():
            for name in {"phase", "outcome", "event", "key"}.difference(own):
                if element.attrs.get(name):
                    found[name].add(element.attrs[name])
    return found


def _told(word: str) -> str:
    """The sentence of an event, with a gap for whatever it fills in."""
    kind = EVENTS.get(word)
    if kind is None:
        return word
    said = kind.en if words.language() == "en" else kind.vi
    while "[" in said:
        before, _bracket, rest = said.partition("[")
        said = before + rest.partition("]")[2]
    return " ".join(re.sub(r"{(\w+)[^}]*}", lambda gap: str(_TOLD_GAPS.get(gap[1], "…")), said).split())[:90]


def _with(known: Iterable[Offer], used: set[str]) -> list[Offer]:
    found = dict(known)
    return [*found.items(), *((word, word) for word in sorted(used - found.keys()))]


def _sorted(offers: Iterable[Offer]) -> list[Offer]:
    return sorted(offers, key=lambda one: sort_key(one[1]))
