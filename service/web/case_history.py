"""Where a nomination stands and how it came there: line of main steps, text timeline, diagram with its numbered text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from forms import lay_out
from service import clock, trail, words
from service.actor import Actor
from service.awards.entries import names_in
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.models import List, Nomination
from service.awards.nominations import reads_every, within
from service.processes import history
from service.processes.cases import BY_PAPER, ENTERED, Running, answers_read, kind_of
from service.processes.deployments import definition_of, form_of, version_of
from service.processes.history import Stop
from service.processes.items import given_for
from service.processes.outcomes import Outcome, hidden_by_element, outcomes_of
from service.processes.running import read_instance
from service.studio import procedures
from service.studio.data_values import data_values
from service.trail import Event
from service.trail.codes import CODES
from service.web import case_parts, form_parts
from service.web.frame import Link
from service.web.parts import Diagram, Entry, Fact, Step
from service.web.standing import day_words, way
from workflows.definition import Definition, Element

_STEPS = ("user", "receive", "call", "subprocess")
_SAME_ACT = timedelta(seconds=60)
"""Within which a stop was closed by the act that the trail tells: both are written in one transaction."""
UNIT_LANES = ("Đơn vị đề nghị", "Thủ trưởng đơn vị")
"""Lanes whose steps are the unit's own."""
_AHEAD: Mapping[str, int] = {
    "drafting": 0, "signing_by_head": 1, "checking": 2, "returning": 2, "supplementing": 2, "consulting": 2,
    "weighing": 2, "posting": 3, "council": 4, "deciding": 5, "packing": 5, "at_province": 5, "at_centre": 5,
    "package_supplementing": 5, "issuing": 5, "handing_over": 6, "filing": 6,
}


def main_steps(stage: str, phase: str, outcome: str | None, n: Nomination) -> list[Step]:
    """The few big steps under the status, with where the nomination is."""
    names = [_("Tự đánh giá"), _("Đơn vị ký nộp"), _("Thẩm định"), _("Niêm yết"), _("Hội đồng"), _("Quyết định"),
             _("Trao tặng")]
    at = _AHEAD.get(phase, 7)
    last = 7
    if phase in ("refused_open", "reviewing") or phase == "ended" and outcome in ("refused", "withdrawn"):
        last = {"office": 2, "council": 4, "chair": 5, "province": 5, "centre": 5}.get(n.refused_by or "", 0)
        last = max(last, 1 if n.received_at is None else 2)
        at = last
    steps = []
    for place, name in enumerate(names):
        if place == 3 and stage == "DOT_XUAT":
            continue
        state = "done" if place < at else "live" if place == at and phase != "ended" else "ahead"
        steps.append(Step("", "", name, "skipped" if place >= last and last < 7 and state != "live" else state))
    return steps


Address = Callable[[str], str]
"""Process of the bundle → where the case's page shows its diagram."""


def diagram(running: Running, chosen: str, stops: Sequence[Stop], by: Actor, address: Address) -> Diagram | None:
    """One process of a case's bundle with marks and numbered text: the innermost live one, or the one that was chosen.

    Each step that was reached says who, when in and out, on which version, and what was filled in, as far as the reader
    may see it.
    """
    deployment = running.deployment_id
    drawn, innermost = history.diagrams(running.id)
    if not drawn:
        return None
    by_id = {one.process: one for one in drawn}
    one = by_id.get(chosen) or by_id[innermost]
    source = way("task.drawing", deployment=deployment, process=one.process)
    if not source:
        return None
    definition = definition_of(deployment)
    callers = {e.calls: e.process for e in definition.elements.values() if e.calls}
    # commune_certificate is called by two diagrams: the one that this nomination went through is above it.
    above: list[Link] = []
    process = _caller(definition, one.process, by_id, callers)
    while process is not None:
        above.insert(0, Link(words.translated(by_id[process].name), address(process)))
        process = _caller(definition, process, by_id, callers)
    at: dict[str, list[Stop]] = {}
    for stop in stops:
        at.setdefault(stop.element, []).append(stop)
    steps = _steps(deployment, one, at, Details(running, by, stops), address)
    marks = {**one.marks, **{step.element: step.state for step in steps if step.each}}
    return Diagram(_("Sơ đồ: %(name)s", name=words.translated(one.name)), source, steps, marks, above=above)


class Details:
    """What is said of the steps that were reached (`stops`), for one reader of one case."""

    def __init__(self, running: Running, by: Actor, stops: Sequence[Stop]) -> None:
        self._running, self._by, self._reads = running, by, answers_read(by, running)
        self._decided, self._hidden = outcomes_of(stops, running, by), hidden_by_element(running, by)
        self._version = version_of(running.deployment_id)
        self._given: dict[str, Mapping[str, Any]] = {}

    def of(self, stops: Sequence[Stop]) -> list[Fact]:
        """Facts of every time that a step was reached, the first time first; of one item after the other where it is done for each."""
        facts: list[Fact] = []
        for times in _by_item(stops):
            if times[0].item_title:
                facts.append(Fact(_("Mục"), times[0].item_title))
            for place, stop in enumerate(times, 1):
                if len(times) > 1:
                    facts.append(Fact(_("Lần"), str(place), figures=True))
                facts += self._one(stop)
        return [*facts, Fact(_("Phiên bản quy trình"), str(self._version), figures=True)] if facts else []

    def _one(self, stop: Stop) -> list[Fact]:
        who = stop.closed_by or stop.owner
        if stop.on_behalf:
            who = _("%(who)s (xử lý thay %(whom)s)", who=stop.closed_by, whom=stop.on_behalf)
        found = [
            (_("Ai"), who), (_("Vào"), words.full_moment(stop.opened_at)), (_("Ra"), words.full_moment(stop.closed_at)),
            (_("Hạn"), words.full_moment(stop.due_at) if stop.closed_at is None else ""),
            (_("Kết quả"), decision_words(stop, self._decided)),
        ]
        facts: list[Fact] = []
        if stop.state == "cancelled":
            found.append((_("Ghi chú"), _("Thôi làm, hồ sơ đã sang bước khác.")))
        if stop.kind == "user" and stop.state == "done" and stop.deployment_id and stop.form:
            if self._reads(stop.id, stop.candidates):
                facts = self._filled(stop, stop.deployment_id)
        elif stop.kind in ("receive", "signal") and reads_every(self._by):
            found.append((_("Lý do"), str(stop.answers.get("reason") or "")))
        return [*(Fact(label, said) for label, said in found if said), *facts]

    def _filled(self, stop: Stop, deployment: int) -> list[Fact]:
        """The form as it was filled in, read with the form of that version; hidden fields were not stored."""
        if stop.element not in self._given:
            self._given[stop.element] = kind_of(self._running).given(self._running, stop.element)
        own = given_for(stop.item, self._running.id, stop.id, form_of(deployment, stop.form))
        given = {**self._given[stop.element], **own}
        hidden = self._hidden(stop.element)
        answers = {name: value for name, value in stop.answers.items() if name not in hidden}
        parts = lay_out(
            form_of(deployment, stop.form), answers, today=clock.today(), given=given, language=words.language()
        )
        names = {number: str(about["name"]) for number, about in given.get("files", {}).items()}
        return [one for one in form_parts.facts(parts, names) if one.head or one.value != decision_words(stop, self._decided)]


def _caller(
    definition: Definition, process: str, drawn: Mapping[str, history.Diagram], callers: Mapping[str, str]
) -> str | None:
    calls = [e for e in definition.elements.values() if e.calls == process]
    for call in calls:
        if drawn[call.process].marks.get(call.id) in ("live", "done"):
            return call.process
    return callers.get(process)


def diagram_of_name(n: Nomination, chosen: str, stops: Sequence[Stop], by: Actor) -> Diagram | None:
    """The diagram of a nomination, see `diagram`."""
    if n.instance_id is None:
        return None

    def address(process: str) -> str:
        return url_for("nominations.show", nomination_id=n.id, process=process) + "#diagram"

    return diagram(read_instance(n.instance_id), chosen, stops, within(by, n), address)


def _steps(
    deployment: int, drawn: history.Diagram, at: Mapping[str, Sequence[Stop]], details: Details, address: Address
) -> list[Step]:
    steps, definition = [], definition_of(deployment)
    elements = [e for e in definition.elements.values() if e.process == drawn.process and e.kind in _STEPS]
    before: dict[str, Stop] = {}
    here = {stop.way for each in at.values() for stop in each if stop.process == drawn.process}
    for element, number in procedures.in_order(elements, procedures.places_of(deployment)):
        mark, stops = drawn.marks.get(element.id, "ahead"), at.get(element.id, ())
        stop, name = stops[-1] if stops else None, words.translated(element.name)
        if stop is not None and mark in ("ahead", "skipped") and stop.state == "done":
            mark = "done"
        each, done, ways = _each(definition, element, stops, at, here, before)
        before |= {one.way: one for one in stops if one.state == "open" and one.way}
        if each and done < ways and mark == "done":
            mark = "ahead"
        count = _("%(done)s/%(all)s mục xong", done=done, all=ways) if each else ""
        steps.append(
            Step(
                element.id, number, f"*{name}*" if mark == "live" else name, mark, count or _when(stop),
                holder_words(stop) if stop is not None else words.translated(history.lane_words(definition, element)), details.of(stops),
                link=Link(_("Mở sơ đồ này"), address(element.calls)) if element.calls else None, each=each, count=count,
            )
        )
    return steps


def _by_item(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Stops by the item that they were for, in the order in which each was first come to; all together where there are none."""
    found: dict[str, list[Stop]] = {}
    for stop in stops:
        found.setdefault(stop.way, []).append(stop)
    return list(found.values())


def _each(
    definition: Definition, element: Element, stops: Sequence[Stop], at: Mapping[str, Sequence[Stop]], here: Set[str],
    before: Mapping[str, Stop],
) -> tuple[list[Fact], int, int]:
    """Where each item of a list stands at a step that is done for each, how many are through, and how many there are.

    `here`: the ways of the process that is drawn; `before`: the step to which an item was sent back before this one, so that it has to
    come through it again. Of a call or a subprocess it is told by the steps within.
    """
    within = element.kind in ("call", "subprocess")
    if within:
        inner = _inside(definition, element)
        stops = sorted((one for each in at.values() for one in each if one.element in inner), key=lambda one: one.id)
    items = [times for times in _by_item(stops) if times[0].item_title]
    facts, done = [], 0
    for times in items:
        live = [one for one in times if one.state == "open"]
        back = None if within or live else before.get(times[0].way)
        done += not live and back is None
        said = _when(live[-1] if live else back or times[-1])
        named = live[-1] if within and live else back
        facts.append(Fact(times[0].item_title, f"{words.translated(named.name)}, {said}" if named else said))
    return facts, done, max(len(items), 0 if within else len(here - {""}))


def _inside(definition: Definition, element: Element) -> set[str]:
    """Elements of what a call calls or a subprocess holds, and of what those call and hold."""
    found: set[str] = set()
    todo = [element]
    while todo:
        one = todo.pop()
        for each in definition.elements.values():
            if each.id not in found and (each.process == one.calls if one.calls else each.scope == one.id):
                found.add(each.id)
                todo += [each] if each.kind in ("call", "subprocess") else []
    return found


def _when(stop: Stop | None) -> str:
    if stop is None:
        return ""
    if stop.closed_at is not None:
        return ", ".join(part for part in (stop.closed_by, day_words(stop.closed_at)) if part)
    since = _("từ %(day)s", day=day_words(stop.opened_at))
    return since if stop.due_at is None else _("%(since)s, hạn %(due)s", since=since, due=day_words(stop.due_at))


def holder_words(stop: Stop) -> str:
    """Whom an open stop waits for: whose step it is, or who is asked in their place since it concerns them."""
    return history.waits_for(stop, words.language())


def entries(
    stops: Sequence[Stop], running: Running, by: Actor, beside: Sequence[tuple[datetime, Entry]] = (),
    instead: Mapping[int, Entry] = MappingProxyType({}),
) -> list[Entry]:
    """The text timeline, the newest first: who did what when, what was decided and why, the form as it was filled in.

    What happened `beside` the stops, and what an administrator did to the process, is told at its time; a stop that is told
    otherwise stands in `instead`.
    """
    reads, hand, decided = answers_read(by, running), by_hand(running, by), outcomes_of(stops, running, by)
    told = [
        (stop.closed_at or stop.opened_at, instead.get(stop.id) or _entry(stop, reads(stop.id, stop.candidates), hand, decided))
        for stop in reversed(stops)
        if stop.state != "cancelled" or stop.kind == "user"
    ]
    return [entry for _at, entry in sorted([*told, *beside, *told_by_hand(hand, running)], key=lambda pair: pair[0], reverse=True)]


_TOLD = {
    "package": ("package:signed",),
    "revocation": ("revocation:proposed", "revocation:concluded", "revocation:decided", "revocation:issued", "revocation:sent",
                   "revocation:recorded", "revocation:object_recovered", "revocation:money_recovered"),
    "amendment": ("amendment:proposed", "amendment:decided", "amendment:issued"), "reprint": ("reprint:written_off",),
}
"""Acts on lists that send no message, so that no stop of the case tells them: kind of list → kinds of entries."""


def beside(listed: Sequence[List], nomination_id: int) -> list[tuple[datetime, Entry]]:
    """What was done with a name's papers beside its path: signatures of what went up, corrections, revocation, reprint."""
    locale = case_parts.reader()
    by_stream = {f"list:{one.id}": one for one in listed if one.kind in _TOLD}
    kinds = {kind for one in by_stream.values() for kind in _TOLD[one.kind]}
    return [
        (event.at, Entry(event.at, trail.sentence(event, locale), link=Link(one.title, way("lists.show", list_id=one.id))))
        for kind in sorted(kinds)
        for event in trail.read(stream=list(by_stream), kind=kind, locale=locale).events
        if nomination_id in (names_in(event) or {nomination_id})
        for one in (by_stream[event.stream],)
    ]


_BY_HAND = ("instance:suspended", "instance:released", "instance:cancelled", "instance:moved", "instance:edited", "instance:migrated",
            "instance:migration_undone")
"""What an administrator's hand did to the process of a case, kinds of entries."""


def by_hand(running: Running, by: Actor) -> list[Event]:
    """What administrators did to a case's process, the oldest first; reasons for whom the trail tells them."""
    locale = case_parts.reader()
    sight = trail.may_read(by, f"instance:{running.id}", own=lambda stream: True) or trail.Sight.SENTENCES
    page = trail.read(
        stream=f"instance:{running.id}", kind=_BY_HAND, sight=sight, locale=locale, limit=200, oldest_first=True,
    )
    return list(page.events)


def told_by_hand(events: Sequence[Event], running: Running) -> list[tuple[datetime, Entry]]:
    """The same as entries of the history; changed data by what they are called, their values stand in the trail."""
    return [(event.at, Entry(event.at, _hand_words(event, running))) for event in events]


def _hand_words(event: Event, running: Running) -> str:
    if event.kind != "instance:edited":
        return trail.sentence(event, case_parts.reader())
    said = data_values(running.deployment_id)
    names = ", ".join(f"“{said.label(name) or name}”" for name in str(event.body.get("names", "")).split(", "))
    told = _("%(who)s sửa dữ liệu của quy trình: %(names)s.", who=trail.actor_name(event, case_parts.reader()), names=names)
    return f"{told} {_('Lý do: %(reason)s.', reason=event.reason.rstrip('.'))}" if event.reason else told


def _moved_on(stop: Stop, events: Sequence[Event]) -> bool:
    """Whether a stop was closed because an administrator moved the case away from it."""
    return stop.closed_at is not None and any(
        event.kind == "instance:moved" and stop.element in str(event.body.get("left", "")).split(",")
        and abs(event.at - stop.closed_at) < _SAME_ACT
        for event in events
    )


def step_words(stop: Stop, name: str = "") -> str:
    """What a step is called, with its item where it is done once for each."""
    said = words.translated(name or stop.name)
    return f"{said}: {stop.item_title}" if stop.item_title else said


def _entry(stop: Stop, reads: bool, hand: Sequence[Event], decided: Mapping[int, Outcome]) -> Entry:
    lane = holder_words(stop)
    if stop.state == "open":
        until = _(", hạn %(day)s", day=day_words(stop.due_at)) if stop.due_at else ""
        who = stop.owner or lane
        return Entry(stop.opened_at, f"{step_words(stop)}{until}.", who=f"{who}:" if who else "", state="live")
    said = decision_words(stop, decided)
    name = step_words(stop, words.past_wait(stop.name))
    facts: list[Fact] = []
    link = None
    if stop.kind == "user" and reads:
        url = way("task.show", task_id=stop.id)
        link = Link(_("Xem phiếu đã ghi"), url) if url else None
    words_ = f"{name}: *{said}*." if said else f"{name}."
    if stop.state == "cancelled":
        words_ = _("%(name)s: thôi làm, hồ sơ đã sang bước khác.", name=name)
        if _moved_on(stop, hand):
            words_ = _("%(name)s: thôi làm, vì hồ sơ được quản trị chuyển sang bước khác.", name=name)
    who = stop.closed_by
    if stop.on_behalf:
        who = _("%(who)s (xử lý thay %(whom)s)", who=stop.closed_by, whom=stop.on_behalf)
    if entered := stop.answers.get(ENTERED):
        who = f"{stop.closed_by} ({case_parts.entered_words(entered)})"
    if paper := stop.answers.get(BY_PAPER):
        who = _("Chủ tịch UBND xã, %(paper)s", paper=case_parts.conclusion_words(paper))
    if stop.kind == "timer":
        words_ = _("%(name)s, đồng hồ tự chuyển bước.", name=name)
    return Entry(
        stop.closed_at or stop.opened_at, words_, who=f"{who}:" if who else "",
        note=_why(decided.get(stop.id)) if who or stop.state == "cancelled" else lane, facts=facts, link=link,
    )


def _why(outcome: Outcome | None) -> str:
    """What was written beside a decision, under what its form calls it."""
    if outcome is None or not outcome.note:
        return ""
    return f"{case_parts.in_words(outcome.note_label)}: {outcome.note}"


def decision_words(stop: Stop, decided: Mapping[int, Outcome]) -> str:
    """What was decided at a stop, in words: of its form (`decided`) for who may read them, else of the service."""
    if stop.id in decided:
        return case_parts.in_words(decided[stop.id].words)
    value = str(stop.answers.get("decision") or stop.answers.get("result") or "")
    for kind in LIST_KINDS.values():
        for act in kind.acts:
            if act.waits and stop.element in act.waits:
                for result in act.results:
                    if result.value == value:
                        return result.label if words.language() == "vi" else result.label_en
    return CODES[value][words.language() == "en"] if value in CODES else ""


def ended_at(stops: Sequence[Stop]) -> str:
    """The day of the last stop."""
    closed = [stop.closed_at for stop in stops if stop.closed_at is not None]
    return words.short_date(max(closed), clock.today()) if closed else ""
