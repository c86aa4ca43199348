"""The trail for inspectors, administrators and, case by case, the office: reading with filters, and checking the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, trail, words
from service.actor import Actor
from service.awards import finding
from service.awards.entries import about_name
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, status_of
from service.awards.rounds import start_of_day
from service.awards.rules import legal_bases
from service.db import transaction
from service.errors import Forbidden, Withheld
from service.papers import offline_dossier
from service.processes.deployments import definition_of
from service.trail import Event, Sight
from service.vietnamese import people_in_order
from service.web import case_parts, pages
from service.web.case_history import UNIT_LANES, lane_words
from service.web.frame import Link
from service.web.parts import Act, Block, Chapter, Check, Empty, Entry, Fact
from service.web.standing import phase_words
from workflows.calendar import ZONE

blueprint = Blueprint("trail", __name__)
SIZE = 60
_MOST_SHOWN = 400


def _parts() -> list[tuple[str, str]]:
    return [
        ("step", _("Các bước chính")), ("work", _("Việc kèm theo")), ("talk", _("Ý kiến, trao đổi")),
        ("view", _("Lượt xem")), ("admin", _("Quản trị")), ("system", _("Hệ thống")),
    ]


@blueprint.get("/trail")
def show() -> Response:
    """The whole trail, the newest first, narrowed by kind, person, days, case and words."""
    by = pages.me()
    sight = trail.may_read(by)
    if not people.allowed(by, "trail.read") or not sight:
        raise Forbidden("Nhật ký hệ thống dành cho thanh tra và quản trị.", "The trail is for inspectors and administrators.")
    args = {key: request.args.get(key, "").strip()[:100] for key in ("part", "who", "since", "until", "q", "stream")}
    since, until = _day(args["since"]), _day(args["until"])
    page = trail.read(
        stream=args["stream"] or None,
        actor=int(args["who"]) if args["who"].isdecimal() else args["who"] or None,
        part=args["part"] if args["part"] in dict(_parts()) else None,
        since=start_of_day(since) if since else None,
        until=start_of_day(until + timedelta(days=1)) if until else None,
        text=args["q"] or None,
        sight=sight,
        past=request.args.get("past", type=int),
        limit=SIZE,
        locale=_locale(),
    )
    kept: dict[str, Any] = {key: value for key, value in args.items() if value}
    last = _last_verified(sight)
    return pages.page(
        "trail",
        crumbs=[Link(_("Nhật ký"), "")],
        sentence=_("Nhật ký hệ thống"),
        status=_("Mỗi sự kiện nối với sự kiện trước bằng mã băm; không sửa, không xóa được mà không lộ."),
        filters={
            "url": url_for("trail.show"), "keep": {k: kept[k] for k in ("part", "stream") if k in kept},
            "people": _people(), "who": args["who"], "since": args["since"], "until": args["until"], "q": args["q"],
        },
        chips=_chips(kept),
        chapters=_by_day(page.events, sight),
        pager=None,
        older=Link(_("Các sự kiện trước đó"), url_for("trail.show", **kept, past=page.past)) if page.past else None,
        newest=Link(_("Về mới nhất"), url_for("trail.show", **kept)) if request.args.get("past") else None,
        empty=Empty(_("Không có sự kiện nào khớp"), _("Bỏ bớt điều kiện lọc, hoặc nới khoảng ngày.")),
        verified=last,
        verified_title=_("Chuỗi nhật ký") if last is None or last.level != "ok" else _("Chuỗi còn nguyên vẹn"),
        acts=_verify_acts(by),
        side=[_about()],
    )


def _locale() -> trail.Locale:
    return "en" if words.language() == "en" else "vi"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _people() -> list[tuple[str, str]]:
    machines = [("timer", _("Đồng hồ hệ thống")), ("worker", _("Hệ thống")), ("cli", _("Dòng lệnh"))]
    return people_in_order(people.names(people.accounts_by_login().values())) + machines


def _chips(kept: dict[str, Any]) -> list[Link]:
    others = {key: value for key, value in kept.items() if key != "part"}
    chosen = kept.get("part", "")
    return [Link(_("Tất cả"), url_for("trail.show", **others), current=not chosen)] + [
        Link(said, url_for("trail.show", **others, part=word), current=chosen == word) for word, said in _parts()
    ]


def _by_day(events: Sequence[Event], sight: Sight, good_before: int | None = None) -> list[Chapter]:
    return [
        Chapter(f"{words.weekday(day)}, {words.full_date(day)}", _events(len(rows)), rows)
        for day, rows in (
            (day, [entry(event, sight, good_before) for event in group])
            for day, group in groupby(events, key=lambda event: event.at.astimezone(ZONE).date())
        )
    ]


def _events(count: int) -> str:
    return ngettext("%(num)d sự kiện", "%(num)d sự kiện", count)


def entry(event: Event, sight: Sight, good_before: int | None = None) -> Entry:
    """One entry as a row: its sentence, what was before and after, what this reader may see of the values."""
    verified = None if good_before is None else event.gseq < good_before
    facts = [Fact(_("Loại"), event.kind), Fact(_("Hồ sơ, danh sách"), event.stream),
             Fact(_("Ghi qua"), _doors().get(event.door, event.door))]
    facts += [Fact(key, str(value)) for key, value in event.private.items() if value and key != "reason"]
    if any(value is None for value in event.private.values()):
        facts.append(Fact(_("Giá trị riêng"), _("bạn không có quyền xem, hoặc đã xóa theo quy định")))
    before, after = _change(event.before, event.after)
    note = _("Lý do: %(reason)s", reason=event.reason) if event.reason and event.reason not in _told(event) else ""
    return Entry(
        event.at, _weighty(event), note=note, before=before, after=after, basis=_basis(event.basis),
        number=event.gseq, verified=verified, facts=facts,
    )


def _doors() -> dict[str, str]:
    """Through which door something came, in words."""
    return {
        "web": _("trang web"), "api": _("chương trình (API)"), "cli": _("dòng lệnh"),
        "timer": _("đồng hồ hệ thống"), "worker": _("tiến trình nền"),
    }


def _weighty(event: Event) -> str:
    """The sentence with the actor's name weighty."""
    told, name = _told(event).replace("*", "∗"), trail.actor_name(event, _locale()).replace("*", "∗")
    return f"*{name}*{told[len(name):]}" if name and told.startswith(name) else told


def _basis(keys: str | None) -> str:
    """A legal basis as its citation; what is no key of the register is a paper's own words."""
    register = legal_bases()
    words_ = (keys or "").split()
    if words_ and all(word in register for word in words_):
        return "; ".join(register[word].citation for word in words_)
    return keys or ""


def _told(event: Event) -> str:
    return trail.sentence(event, _locale())


def _change(before: Any, after: Any) -> tuple[str, str]:
    def said(values: Any) -> str:
        return ", ".join(f"{key}: {value}" for key, value in values.items())

    return said(before), said(after)


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
    by = pages.me()
    people.require(by, "trail.verify")
    verdict = trail.verify()
    with transaction():
        trail.record(
            "trail:verified", by=by, stream="system",
            body={
                "result": "ok" if verdict.ok else "bad", "count": verdict.count, "why": verdict.why,
                "why_en": verdict.why_en, **({} if verdict.first_bad is None else {"first": verdict.first_bad}),
            },
        )
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
    streams = [stream]
    if sight >= Sight.VALUES:
        # The lists it stood on tell of others too: only those who may read every case see their entries.
        streams += [f"list:{one.id}" for one in finding.find_lists(by, nomination_id=n.id)]
    events = about_name(streams, n.id, sight, _locale())
    counts = Counter(event.part for event in events)
    part = request.args.get("part", "step")
    part = part if part in (*dict(_parts()), "all") else "step"
    shown = [event for event in events if part in ("all", event.part)][-_MOST_SHOWN:]
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
        filters=None,
        chips=[
            Link(said, url_for("trail.show_nomination", nomination_id=n.id, part=word), count=counts.get(word, 0),
                 current=part == word)
            for word, said in _parts() if counts.get(word)
        ] + [Link(_("Tất cả"), url_for("trail.show_nomination", nomination_id=n.id, part="all"), count=total,
                  current=part == "all")],
        chapters=_by_owner(shown, sight, stream, good_before),
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
        lane = lane_words(definition, definition.elements.get(str(event.body.get("el", ""))))
        return "unit" if lane in UNIT_LANES else "office"
    return next((owner for words_, owner in _OWNERS if word in words_), "office")


def _by_owner(events: Sequence[Event], sight: Sight, stream: str, good_before: int) -> list[Chapter]:
    titles = {
        "unit": _("Đơn vị đề nghị"), "office": _("Phòng Văn hóa - Xã hội"),
        "council": _("Hội đồng Thi đua - Khen thưởng"), "decision": _("Quyết định và trao tặng"),
    }
    chapters: list[tuple[str, list[Event]]] = []
    for event in events:
        owner = _owner(event) or (chapters[-1][0] if chapters else "unit")
        if not chapters or chapters[-1][0] != owner:
            chapters.append((owner, []))
        chapters[-1][1].append(event)
    return [
        Chapter(
            titles[owner], _span(rows[0].at, rows[-1].at),
            [entry(event, sight, good_before if event.stream == stream else None) for event in rows],
        )
        for owner, rows in chapters
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
