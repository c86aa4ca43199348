"""The trail for inspectors, administrators and, case by case, the office: reading with filters, and checking the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, doors, people, trail, words
from service.actor import Actor
from service.awards import entries
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, status_of
from service.errors import Forbidden, Withheld
from service.keepers import checking
from service.papers import offline_dossier
from service.papers.trail_export import cite, export_trail
from service.processes import history
from service.processes.deployments import definition_of
from service.trail import Event, Sight
from service.web import case_parts, pages, trail_filters
from service.web.case_history import UNIT_LANES
from service.web.frame import Link
from service.web.keepers import reach_block
from service.web.parts import Act, Block, Chapter, Check, Empty, Entry, Fact
from service.web.standing import phase_words
from workflows.calendar import ZONE

blueprint = Blueprint("trail", __name__)
SIZE = 60
_MOST_SHOWN = 400


@blueprint.get("/trail")
def show() -> AnyResponse:
    """The whole trail, the newest first, narrowed by person, nomination, kind, days, door and words."""
    by = pages.me()
    sight = _all_of_it(by)
    asked, typed = trail_filters.asked_here()
    if typed and len(meant := entries.nominations_named(typed, by=by)) == 1:
        return redirect(url_for("trail.show", **trail_filters.address(asked) | {"nomination": meant[0].id}), 303)
    page = trail.read(**entries.narrowed(asked, by=by, locale=_locale()), past=pages.number_of(request.args.get("past")), limit=SIZE)
    kept = trail_filters.address(asked)
    last = _last_verified(sight)
    return pages.page(
        "trail",
        crumbs=[Link(_("Nhật ký"), "")],
        sentence=_("Nhật ký hệ thống"),
        status=_("Mỗi sự kiện nối với sự kiện trước bằng mã băm; không sửa, không xóa được mà không lộ."),
        filters=trail_filters.form(asked, typed, _locale(), by=by),
        in_force=trail_filters.in_force(asked, _locale(), by=by),
        clear=Link(_("Bỏ hết điều kiện"), url_for("trail.show")),
        chips=trail_filters.chips(asked, _locale()),
        chapters=_by_day(page.events, by=by),
        pager=None,
        older=_older(page, kept, searched=bool(asked.text)),
        newest=Link(_("Về mới nhất"), url_for("trail.show", **kept)) if request.args.get("past") else None,
        partial=_partial(page),
        empty=Empty(_("Không có sự kiện nào khớp"), _("Bỏ bớt điều kiện lọc, hoặc nới khoảng ngày.")),
        verified=last,
        verified_title=_("Chuỗi nhật ký") if last is None or last.level != "ok" else _("Chuỗi còn nguyên vẹn"),
        acts=_verify_acts(by),
        exports=[
            Link(said, url_for("trail.export", format=format, **kept))
            for format, said in (("xlsx", "Excel"), ("csv", "CSV"), ("pdf", "PDF"), ("json", "JSON"))
        ],
        side=[reach_block(), _about()],
    )


def _all_of_it(by: Actor) -> Sight:
    """How much of the whole trail the person sees; Forbidden for who reads none of it."""
    sight = trail.may_read(by)
    if not people.allowed(by, "trail.read") or not sight:
        raise Forbidden("Nhật ký hệ thống dành cho thanh tra và quản trị.", "The trail is for inspectors and administrators.")
    return sight


def _older(page: trail.Page, kept: dict[str, Any], *, searched: bool) -> Link | None:
    if page.past is None:
        return None
    return Link(_("Tìm tiếp trong các sự kiện trước đó") if searched else _("Các sự kiện trước đó"),
                url_for("trail.show", **kept, past=page.past))


def _partial(page: trail.Page) -> str:
    """That a search stopped before the end of the trail, and where."""
    if not page.partial or page.past is None:
        return ""
    return _(
        "Tìm chữ phải đọc từng sự kiện: mới tìm đến sự kiện số %(place)s, thấy *%(found)s*. Bấm “Tìm tiếp” để tìm trong các sự "
        "kiện trước đó; chọn thêm người, loại hoặc khoảng ngày thì tìm nhanh hơn.",
        found=_events(len(page.events)), place=words.number(page.past),
    )


@blueprint.get("/trail/export.<format>")
def export(format: str) -> Response:
    """What the filter finds as a file; that it was taken is an entry of its own."""
    by = pages.me()
    _all_of_it(by)
    asked, typed = trail_filters.asked_here()
    trail_filters.must_mean_something(asked, typed)
    return doors.hand_out(export_trail(asked, format, by=by, locale=_locale()))


def _locale() -> trail.Locale:
    return "en" if words.language() == "en" else "vi"


def _by_day(events: Sequence[Event], *, by: Actor) -> list[Chapter]:
    return [
        Chapter(f"{words.weekday(day)}, {words.full_date(day)}", _events(len(rows)), rows)
        for day, rows in (
            (day, [entry(event, by=by) for event in group])
            for day, group in groupby(events, key=lambda event: event.at.astimezone(ZONE).date())
        )
    ]


def _events(count: int) -> str:
    return ngettext("%(num)d sự kiện", "%(num)d sự kiện", count)


def entry(event: Event, good_before: int | None = None, *, by: Actor) -> Entry:
    """One entry as a row: its sentence, what was before and after, what this reader may see of the values."""
    locale = _locale()
    verified = None if good_before is None else event.gseq < good_before
    reason = event.reason
    note = _("Lý do: %(reason)s", reason=reason) if reason and reason not in _told(event) else ""
    if "reason" in event.erased:
        note = _("Lý do: %(reason)s", reason=_("(đã xóa theo yêu cầu)"))
    return Entry(
        event.at, _weighty(event), note=note, basis=cite(event.basis or ""), number=event.gseq, verified=verified,
        facts=_facts(event, locale, by), changes=trail.changes(event, locale), pieces=_pieces(event, by),
    )


def _facts(event: Event, locale: trail.Locale, by: Actor) -> list[Fact]:
    all_ = trail_filters.reads_all(by)
    facts = [
        Fact(_("Loại"), trail.kind_words(event.kind, locale), url_for("trail.show", kind=event.kind) if all_ else ""),
        Fact(_("Về"), trail.stream_words(event.stream, locale), url_for("trail.show", stream=event.stream) if all_ else ""),
        Fact(_("Ghi qua"), trail.way_words(event, locale)),
    ]
    facts += [
        Fact(trail.field_words(path, locale, event.kind), value)
        for path, value in event.private.items() if value and path != "reason" and not trail.is_change(path)
    ]
    facts += [
        Fact(trail.field_words(path, locale, event.kind), _("(đã xóa theo yêu cầu)")) for path in sorted(event.erased) if path != "reason"
    ]
    if any(value is None for value in event.private.values()):
        facts.append(Fact(_("Giá trị riêng"), _("bạn không có quyền xem, hoặc đã xóa theo quy định")))
    return [*facts, Fact(_("Mã băm"), event.hash.hex())]


def _pieces(event: Event, by: Actor) -> list[tuple[str, str]]:
    """The sentence cut where it names people, each name leading to what its bearer did; nothing for who may not look there."""
    told = _told(event)
    if not trail_filters.reads_all(by):
        return []
    named = sorted(((event.names[one], one) for one in trail.accounts_in(event) & event.names.keys()), key=lambda one: len(one[0]))
    places = {told.index(name): (name, account) for name, account in named if name and name in told}
    pieces, done = [], 0
    for at in sorted(places):
        name, account = places[at]
        if at >= done:
            pieces += [(told[done:at], ""), (name, trail_filters.deeds_url(account))]
            done = at + len(name)
    return [*(piece for piece in pieces if piece[0]), (told[done:], "")] if pieces else []


def _weighty(event: Event) -> str:
    """The sentence with the actor's name weighty."""
    told, name = _told(event).replace("*", "∗"), trail.actor_name(event, _locale()).replace("*", "∗")
    return f"*{name}*{told[len(name):]}" if name and told.startswith(name) else told


def _told(event: Event) -> str:
    return trail.sentence(event, _locale())


def _last_verified(sight: Sight) -> Check | None:
    found = trail.read(kind="trail:verified", limit=1, sight=sight).events
    if not found:
        return Check(_("Chưa kiểm tra lần nào."), "warn")
    event = found[0]
    told = str(event.body.get("why_en" if words.language() == "en" else "why", ""))
    when = _("Kiểm tra lúc %(when)s.", when=words.full_moment(event.at))
    return Check(f"{told} {when}".strip(), "ok" if event.body.get("result") == "ok" else "bad")


def _verify_acts(by: Actor) -> list[Act]:
    if not people.allowed(by, "trail.verify"):
        return []
    return [
        Act(_("Kiểm tra ngay"), url_for("trail.verify"), "verify"),
        Act(_("Mốc nhật ký"), url_for("trail_proofs.show"), "checkpoints", "text", method="get"),
    ]


def _about() -> Block:
    return Block(
        _("Kiểm tra nói lên điều gì"),
        words=_("Kiểm chứng cho biết nhật ký không bị sửa sau khi ghi. Không chứng minh điều đã ghi là đúng."),
    )


@blueprint.post("/trail/verify")
def verify() -> AnyResponse:
    """Check the whole chain now; the result, with the first bad entry, stands on the page and in the trail."""
    verdict = checking.check_trail(by=pages.me())
    told = verdict.why_en if words.language() == "en" else verdict.why
    if verdict.unlocked:
        told += " " + _("Khóa chống sửa của cơ sở dữ liệu đã bị gỡ: %(names)s.", names=", ".join(verdict.unlocked))
    pages.say(told, "ok" if verdict.ok and not verdict.unlocked else "bad")
    return pages.back_to("trail.show")


@blueprint.get("/nominations/<int:nomination_id>/trail")
def show_nomination(nomination_id: int) -> Response:
    """Everything that was recorded about one nomination, in order, each entry checked."""
    by = pages.me()
    n = read_nomination(nomination_id, by=by)
    stream = f"instance:{n.instance_id}"
    sight = trail.may_read(by, stream, own=lambda _stream: True)
    if not sight:
        raise Withheld("Không có nhật ký này, hoặc bạn không có quyền xem.", "There is no such trail, or not for you.")
    events = entries.entries_about(n, by=by, sight=sight, locale=_locale())
    counts = Counter(event.part for event in events)
    part = request.args.get("part", "step")
    parts = trail.part_words(_locale())
    part = part if part in (*parts, "all") else "step"
    steps = _told_once([event for event in events if event.part == "step"])
    shown = steps if part == "step" else [(event, ()) for event in events if part in ("all", event.part)]
    counts["step"] = len(steps)
    verdict = trail.verify(stream)
    good_before = verdict.first_bad if verdict.first_bad is not None else 2**62
    phase, outcome, _holds = status_of(n)
    total, days = len(events), _days(n, events)
    return pages.page(
        "trail",
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")),
                Link(n.name, url_for("nominations.show", nomination_id=n.id)), Link(_("Nhật ký"), "")],
        sentence=ngettext("*%(name)s*: %(num)d ngày, %(events)s", "*%(name)s*: %(num)d ngày, %(events)s", days, name=n.name,
                          events=_events(total)),
        status=phase_words(phase, outcome) + ".",
        filters=None, in_force=[], clear=None, partial="", exports=[],
        chips=[
            Link(said, url_for("trail.show_nomination", nomination_id=n.id, part=word), count=counts.get(word, 0),
                 current=part == word)
            for word, said in parts.items() if counts.get(word)
        ] + [Link(_("Tất cả"), url_for("trail.show_nomination", nomination_id=n.id, part="all"), count=total,
                  current=part == "all")],
        chapters=_by_owner(shown[-_MOST_SHOWN:], stream, good_before, by=by),
        pager=None, older=None, newest=None,
        empty=Empty(_("Chưa có sự kiện loại này"), _("Chọn “Tất cả” để xem mọi điều đã ghi.")),
        verified=Check(
            ngettext("%(num)d sự kiện của hồ sơ này khớp mã băm và khóa.", "%(num)d sự kiện của hồ sơ này khớp mã băm và khóa.",
                     verdict.count) if verdict.ok
            else (verdict.why_en if words.language() == "en" else verdict.why),
            "ok" if verdict.ok else "bad",
        ),
        verified_title=_("Nhật ký còn nguyên vẹn") if verdict.ok else _("Nhật ký không còn nguyên vẹn"),
        acts=[Act(_("Bộ hồ sơ ngoại tuyến"), url_for("trail_proofs.dossiers", nomination_id=n.id), "offline", method="get")]
        if offline_dossier.may_export(by) else [],
        side=[_case(n), _about()],
    )


def _days(n: Nomination, events: Sequence[Event]) -> int:
    last = events[-1].at if events else clock.now()
    return max((last - n.created_at).days, 0) + 1


_OWNERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("council", "council_sheet"), "council"),
    (("decision", "award", "award_list", "package", "province", "centre", "reserve"), "decision"),
    (("submission", "assessment", "report"), "unit"),
    (("nomination",), ""),
)


def _owner(event: Event) -> str:
    word = event.kind.partition(":")[0]
    if event.kind == "nomination:started":
        return "unit"
    if event.kind.startswith("task:") and event.deployment is not None:
        definition = definition_of(event.deployment)
        lane = history.lane_words(definition, definition.elements.get(str(event.body.get("el", ""))))
        return "unit" if lane in UNIT_LANES else "office"
    return next((owner for words_, owner in _OWNERS if word in words_), "office")


_RESTATES = (
    "assessment:filed", "report:filed", "dossier:checked", "dossier:supplemented", "objection:weighed", "refusal:reviewed",
    "package:supplemented", "successor:answered",
)
"""What a completed task is told as once more, in the same act."""
_SOON = timedelta(days=1)

_Told = tuple[Event, Sequence[Event]]
"""An entry, and those that tell the same once more."""


def _told_once(events: Sequence[Event]) -> list[_Told]:
    """Main steps as a story: what a list's act brought about in the case is told once, by the fuller sentence.

    The act on a list and what it is in the case are two entries, so are a completed task and what it decided; a reader
    wants neither twice. The other entries stand in the details of the one that is told.
    """
    told: list[_Told] = []
    for event in events:
        if told and _is_the_same(told[-1][0], event):
            first, again = told[-1]
            fuller, other = (event, first) if len(_told(event)) > len(_told(first)) else (first, event)
            told[-1] = (fuller, (*again, other))
        else:
            told.append((event, ()))
    return told


def _is_the_same(first: Event, event: Event) -> bool:
    if (first.actor, first.behalf) != (event.actor, event.behalf):
        return False
    if first.kind == "task:completed":
        return event.kind in _RESTATES and (first.at, first.stream) == (event.at, event.stream)
    soon, called = abs(event.at - first.at) < _SOON, trail.kind_words(event.kind, "vi")
    return soon and called == trail.kind_words(first.kind, "vi") and (event.stream != first.stream or _told(event) == _told(first))


def _by_owner(rows: Sequence[_Told], stream: str, good_before: int, *, by: Actor) -> list[Chapter]:
    titles = {
        "unit": _("Đơn vị đề nghị"), "office": _("Phòng Văn hóa - Xã hội"),
        "council": _("Hội đồng Thi đua - Khen thưởng"), "decision": _("Quyết định và trao tặng"),
    }
    chapters: list[tuple[str, list[_Told]]] = []
    for row in rows:
        owner = _owner(row[0]) or (chapters[-1][0] if chapters else "unit")
        if not chapters or chapters[-1][0] != owner:
            chapters.append((owner, []))
        chapters[-1][1].append(row)

    def drawn(event: Event, again: Sequence[Event]) -> Entry:
        own = [one for one in (event, *again) if one.stream == stream]
        # Of a list's entries this page checks none: neighbours of the case's own are not among them.
        good = None if not own else 2**62 if all(one.gseq < good_before for one in own) else 0
        row = entry(event, good, by=by)
        same = [Fact(_("Cùng việc này, sự kiện số %(number)s", number=words.number(one.gseq)), _told(one)) for one in again]
        return replace(row, facts=[*row.facts, *same])

    return [
        Chapter(
            titles[owner], _span(told[0][0].at, told[-1][0].at), [drawn(event, again) for event, again in told],
        )
        for owner, told in chapters
    ]


def _span(start: datetime, end: datetime) -> str:
    first, last = words.short_date(start), words.full_date(end)
    return last if start.astimezone(ZONE).date() == end.astimezone(ZONE).date() else _(
        "%(first)s đến %(last)s", first=first, last=last)


def _case(n: Nomination) -> Block:
    facts = [
        Fact(pgettext("one", "Đơn vị"), n.unit_name),
        Fact(_("Đề nghị"), case_parts.form_words(n.form_asked)),
    ]
    if n.form_passed:
        facts.append(Fact(_("Hội đồng thông qua"), case_parts.form_words(n.form_passed)))
    if n.form_granted:
        facts.append(Fact(_("Được tặng"), case_parts.form_words(n.form_granted)))
    return Block(_("Hồ sơ này"), facts=facts)
