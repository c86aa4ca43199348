"""What the list of nominations can be narrowed by: with a count on each choice, spans of days, who, facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import pgettext

from forms.values import day_of
from service import people, words
from service.actor import Actor
from service.awards import catalogue, finding
from service.awards.facts import fact_keys, fact_labels
from service.awards.finding import NominationFilter
from service.awards.nominations import readers_of_every, reads_every
from service.vietnamese import people_in_order, sort_key
from service.web.pages import whole
from service.web.parts import Filter, FilterField, FilterGroup
from service.web.standing import phase_words
from service.words import N_

FACT_WORDS = {"yes": N_("có"), "no": N_("không"), "unknown": N_("chưa rõ")}


def wanted(by: Actor) -> NominationFilter:
    """What the address narrows by; what no filter knows, or the reader may not ask, is passed over."""
    args = request.args
    office = reads_every(by)
    fact, value = args.get("fact", ""), args.get("fact_is", "yes")
    known = office and fact in fact_keys() and value in finding.FACT_VALUES
    return NominationFilter(
        text=args.get("q", "")[:200],
        held=bool(args.get("held")),
        followed=bool(args.get("followed")),
        awarded=bool(args.get("awarded")),
        rounds=_numbers("round"),
        units=_numbers("unit"),
        versions=_numbers("version"),
        states=tuple(x for x in args.getlist("state") if x in catalogue.PHASES or x in catalogue.OUTCOMES),
        forms=tuple(x for x in args.getlist("form") if x in catalogue.award_forms()),
        kinds=tuple(x for x in args.getlist("kind") if x in catalogue.KINDS),
        groups=tuple(x for x in args.getlist("group") if x in catalogue.GROUPS),
        received=(_day("received_from"), _day("received_to")),
        decided=(_day("decided_from"), _day("decided_to")),
        worker=next(iter(_numbers("worker")), None) if office else None,
        fact=f"{fact}:{value}" if known else "",
    )


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(request.args.getlist(name, type=whole))


def _day(name: str) -> date | None:
    return day_of(request.args.get(name, "").strip())


def groups(by: Actor, narrow: NominationFilter, rounds: dict[int, str]) -> list[FilterGroup]:
    """Every filter, with how many nominations each choice shows while the others stay."""
    facets = finding.count_facets(by, narrow)
    chosen: dict[str, tuple[str, ...]] = {
        "round": tuple(map(str, narrow.rounds)), "state": narrow.states, "form": narrow.forms, "kind": narrow.kinds,
        "unit": tuple(map(str, narrow.units)), "group": narrow.groups, "version": tuple(map(str, narrow.versions)),
        "held": ("1",) if narrow.held else (), "followed": ("1",) if narrow.followed else (),
        "awarded": ("1",) if narrow.awarded else (),
    }

    def choices(name: str, values: list[tuple[str, str]]) -> list[Filter]:
        return [
            Filter(name, value, said, facets[name].get(value, 0), value in chosen[name])
            for value, said in values
            if facets[name].get(value) or value in chosen[name]
        ]

    def group(title: str, name: str, values: list[tuple[str, str]]) -> FilterGroup:
        return FilterGroup(title, choices(name, values))

    phases = [(word, phase_words(word)) for word in catalogue.PHASES if word != "ended"]
    outcomes = [(word, phase_words("ended", word)) for word in catalogue.OUTCOMES]
    en = words.language() == "en"
    units = people.unit_names({int(x) for x in (*facets["unit"], *chosen["unit"])})
    versions = sorted({*facets["version"], *chosen["version"]}, key=int, reverse=True)
    found = [
        group(pgettext("one", "Đợt xét"), "round", [(str(number), name) for number, name in rounds.items()]),
        group(_("Đang ở đâu"), "state", phases + outcomes),
        group(_("Hình thức"), "form", [(f.code, f.name_en if en else f.short) for f in catalogue.award_forms().values()]),
        group(_("Đối tượng"), "kind", [(word, pair[en]) for word, pair in catalogue.KINDS.items()]),
        group(_("Nhóm đối tượng"), "group", [(word, f"{word}. {pair[en]}") for word, pair in catalogue.GROUPS.items()]),
        group(_("Đơn vị đề nghị"), "unit",
              sorted(((str(u), name) for u, name in units.items()), key=lambda one: sort_key(one[1]))),
        group(_("Phiên bản quy trình"), "version", [(v, _("Phiên bản %(n)s", n=v)) for v in versions]),
        FilterGroup(_("Dấu hiệu"), [
            *choices("held", [("1", _("Đang tạm dừng"))]), *choices("followed", [("1", _("Đang theo dõi"))]),
            *choices("awarded", [("1", _("Khen thưởng còn hiệu lực"))]),
        ]),
    ]
    return [one for one in found if one.filters] + _fields(by, narrow)


def _fields(by: Actor, narrow: NominationFilter) -> list[FilterGroup]:
    def days(name: str, span: finding.Span) -> list[FilterField]:
        return [FilterField(f"{name}_from", _("từ ngày"), words.full_date(span[0])),
                FilterField(f"{name}_to", _("đến hết ngày"), words.full_date(span[1]))]

    found = [FilterGroup(_("Tiếp nhận"), fields=days("received", narrow.received)),
             FilterGroup(_("Có quyết định, kết thúc"), fields=days("decided", narrow.decided))]
    if not reads_every(by):
        return found
    nobody: list[tuple[str, str]] = [("", _("Tất cả"))]
    names = people.names(people.members_of(readers_of_every()))
    workers = people_in_order(names)
    fact, _colon, value = narrow.fact.partition(":")
    labels: dict[str, Any] = {k: label for k, label in fact_labels(words.language()).items() if fact_keys()[k] == "boolean"}
    return [
        *found,
        FilterGroup(_("Người xử lý"), fields=[
            FilterField("worker", _("Đang giữ hoặc đã làm"), str(narrow.worker or ""), nobody + workers)]),
        FilterGroup(_("Điều kiện, tiêu chuẩn"), fields=[
            FilterField("fact", _("Điều kiện"), fact, nobody + [(k, words.translated(v)) for k, v in labels.items()]),
            FilterField("fact_is", _("Là"), value or "yes", [(k, _(v)) for k, v in FACT_WORDS.items()])]),
    ]
