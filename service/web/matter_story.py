"""How a matter came to be and what it led to: who or what began it, its history line by line, the matters that its steps began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from service import movement, people, words
from service.actor import Actor
from service.errors import NotFound
from service.movement import Whole
from service.processes.history import Stop
from service.web import case_history
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.matter_ways import matter_url
from service.web.parts import Block, Entry, Fact
from service.web.standing import way


def _beginner(whole: Whole) -> str:
    """Who began a matter, where its reader sees what is private; "" for one that nobody began."""
    return "" if whole.private or whole.begun_by is None else next(iter(people.names([whole.begun_by]).values()), "")


def _source(whole: Whole, by: Actor) -> Fact | None:
    """The matter or the period that led to this one, with the way to it for who reads it; for who does not what it is called."""
    if (period := movement.period_of(whole.entry.id)) is not None:
        return Fact(_("Lập theo kỳ"), in_words(movement.period_words(period)), _period_url(period.id, by))
    found = movement.begun_from(whole)
    if found is None:
        return None
    kept, number = found
    try:
        entry = movement.read_matter(number, by=by).entry
    except NotFound:
        return Fact(_("Lập theo"), in_words(kept.register.one))
    return Fact(_("Lập theo"), f"{entry.number}, {entry.title}", matter_url(number))


def origin(whole: Whole, by: Actor) -> list[Fact]:
    """What a page says of who or what began a matter, as far as its reader may see that."""
    if (led := _source(whole, by)) is not None:
        return [led]
    return [Fact(_("Người lập"), who)] if (who := _beginner(whole)) else []


def _period_url(number: int, by: Actor) -> str:
    try:
        movement.read_period(number, by=by)
    except NotFound:
        return ""
    return way("periods.show", period_id=number)


def history(whole: Whole, stops: Sequence[Stop], by: Actor) -> list[Entry]:
    """What happened, the newest first, down to how it was entered; what the service did is told by what came of it.

    Where nothing came of it, since no nomination was held, it is not told.
    """
    told = {stop.id: entry for stop in stops if stop.kind == "external" and (entry := _done(whole, stop, by)) is not None}
    shown = [stop for stop in stops if stop.kind != "external" or stop.answers.get("names") != 0]
    return case_history.entries(shown, whole.running, by, [(whole.entry.begun_at, _first(whole, by))], told)


def _first(whole: Whole, by: Actor) -> Entry:
    led = _source(whole, by)
    said = _("Ghi vào sổ, số *%(number)s*.", number=whole.entry.number)
    if led is not None:
        return Entry(whole.entry.begun_at, said, note=f"{led.label} {led.value}", link=Link(led.value, led.url) if led.url else None)
    who = _beginner(whole)
    return Entry(whole.entry.begun_at, said, who=f"{who}:" if who else "")


def _done(whole: Whole, stop: Stop, by: Actor) -> Entry | None:
    """What came of a step of the service, for one reader; None where only its name is told: what is private is kept from some."""
    at, answers = stop.closed_at or stop.opened_at, stop.answers
    if (begun := _begun(stop, by)) is not None:
        said = ", ".join(part for part in (begun.number, movement.unit_words(begun)) if part)
        link = Link(_("Mở %(number)s", number=begun.number), matter_url(begun.id))
        return Entry(at, f"{words.translated(stop.name)}: *{said}*.", link=link)
    if whole.private or not answers.get("names"):
        return None
    told = _settled(answers) if "settled" in answers else _held(answers, words.translated(stop.name))
    return Entry(at, " ".join(told)) if told else None


def _held(answers: Mapping[str, Any], step: str) -> list[str]:
    """What a complaint held, in sentences; what it found handed over already, or not filed yet, it holds nothing of."""
    total, awarded = int(answers["names"]), int(answers.get("awarded") or 0)
    held = int(answers.get("held", total)) + int(answers.get("awarded_held") or 0)
    over = awarded - int(answers.get("awarded_held") or 0)
    return [
        *([f"{step}: *{_names(held)}*."] if held else []),
        *([_("Đã có quyết định khen thưởng, đã trao: *%(names)s*, không còn gì để tạm dừng.", names=_names(over))] if over else []),
        *([_("Chưa nộp hoặc không được xét: *%(names)s*, chỉ ghi nhận.", names=_names(rest))] if (rest := total - held - over) else []),
    ]


def _settled(answers: Mapping[str, Any]) -> list[str]:
    """What a conclusion did to the names, in sentences, and nothing that it did not do."""
    total, awarded, clear = int(answers["names"]), int(answers.get("awarded") or 0), answers["settled"] == "unfounded"
    stopped = int(answers.get("stopped", 0 if clear else total - awarded))
    lifted, kept = int(answers.get("lifted", total if clear else 0)), int(answers.get("kept") or 0)
    awarded = 0 if clear else awarded
    rest = total - stopped - awarded - lifted - kept
    return [
        *([_("Dừng xét: *%(names)s*.", names=_names(stopped))] if stopped else []),
        *([_("Đã có quyết định khen thưởng, chuyển Chủ tịch xem xét hủy bỏ hoặc giữ: *%(names)s*.", names=_names(awarded))]
          if awarded else []),
        *([_("Kết thúc tạm dừng: *%(names)s*.", names=_names(lifted))] if lifted else []),
        *([_("Giữ khen thưởng đã trao: *%(names)s*.", names=_names(kept))] if kept else []),
        *([_("Chưa nộp hoặc không được xét: *%(names)s*, chỉ ghi nhận.", names=_names(rest))] if rest else []),
    ]


def _names(count: int) -> str:
    return ngettext("%(num)d tên", "%(num)d tên", count)


def _begun(stop: Stop, by: Actor) -> movement.Entry | None:
    number = stop.answers.get("matter") if stop.kind == "external" else None
    if not isinstance(number, int):
        return None
    try:
        return movement.read_matter(number, by=by).entry
    except NotFound:
        return None


def led_to(stops: Sequence[Stop], by: Actor) -> list[Block]:
    """The matters that steps of a matter began, each with the way to it, as far as somebody reads them; nothing where there is none."""
    found = [begun for stop in stops if (begun := _begun(stop, by)) is not None]
    return [Block(_("Đã lập từ việc này"), facts=[Fact(one.number, one.title, matter_url(one.id)) for one in found])] if found else []


__all__ = ["history", "led_to", "origin"]
