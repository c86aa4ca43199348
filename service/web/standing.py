"""How nominations stand, in words and rows that several pages share: phases, funnel, open work, holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import words
from service.actor import Actor
from service.awards import catalogue, lists, overview
from service.awards.overview import Counted
from service.processes import inbox
from service.processes.deployments import definition_of
from service.processes.enactments import used_now
from service.web import rendering
from service.web.frame import Link
from service.web.parts import Block, Cell, Empty, Stage, Tag, WorkRow

FILED, CHECKED, READY, POSTED, PASSED, DECIDED, GIVEN = range(1, 8)
_REACHED = {
    "drafting": 0, "signing_by_head": 0,
    "checking": FILED, "returning": FILED, "supplementing": FILED,
    "consulting": CHECKED, "weighing": CHECKED,
    "posting": READY,
    "council": POSTED,
    "deciding": PASSED, "packing": PASSED,
    "issuing": DECIDED, "at_province": DECIDED, "at_centre": DECIDED, "package_supplementing": DECIDED,
    "handing_over": DECIDED,
    "filing": GIVEN,
}
_REFUSED_AFTER = {"unit": FILED, "office": FILED, "council": POSTED, "chair": PASSED, "province": DECIDED, "centre": DECIDED}
_SUCCESS = ("certificate", "provincial_merit", "national_nomination")


def way(endpoint: str, **values: Any) -> str:
    """Address of a page, or nothing where this installation does not have it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def phase_words(phase: str, outcome: str | None = None) -> str:
    """What a phase or, at the end, an outcome is called, in the reader's language."""
    return catalogue.standing(phase, outcome if phase == "ended" else None)[words.language() == "en"]


def phase_tag(phase: str, outcome: str | None, holds: int, *, revoked: bool = False) -> Tag:
    """State of a nomination as a tag."""
    if revoked:
        return Tag("refused", catalogue.REVOKED[words.language() == "en"])
    if holds and phase != "ended":
        return Tag("hold", _("Tạm dừng"))
    if phase == "ended":
        kind = "passed" if outcome in _SUCCESS else "done" if outcome == "withdrawn" else "refused"
        return Tag(kind, phase_words(phase, outcome))
    looks = {"supplementing": "return", "package_supplementing": "return", "refused_open": "refused"}
    return Tag(looks.get(phase, "waiting"), phase_words(phase))


def _reached(one: Counted) -> int:
    """What was received was filed, whatever became of it: the funnel begins with as many as every other page counts."""
    if not one.received:
        return 0
    if one.phase == "ended" and one.outcome in _SUCCESS:
        return GIVEN
    return max(FILED, _REACHED.get(one.phase) or _REFUSED_AFTER.get(one.refused_by or "", FILED))


def funnel(counted: Sequence[Counted], *, posting: Link | None = None) -> list[Stage]:
    """How far the names of a round came, and what still lies at each stage; `posting` leads to drawing up the list."""
    rest: Counter[tuple[int, str]] = Counter()
    reached: Counter[int] = Counter()
    for one in counted:
        at = _reached(one)
        reached[at] += one.count
        over = one.phase == "ended" and one.outcome not in _SUCCESS
        open_word = "refused_open" if one.phase == "reviewing" else one.phase
        word: str = (one.outcome or "") if over else open_word
        rest[at, word] += one.count
        if one.held:
            rest[at, "held"] += one.count
    told = {
        FILED: [("checking", _("chờ kiểm tra, thẩm định")), ("returning", _("chờ gửi yêu cầu bổ sung")),
                ("supplementing", _("đang bổ sung"))],
        CHECKED: [("consulting", _("chờ ý kiến cơ quan liên quan")), ("weighing", _("có ý kiến không thống nhất"))],
        READY: [("posting", _("chờ hoặc đang niêm yết"))],
        POSTED: [("council", _("chờ Hội đồng xét"))],
        PASSED: [("deciding", _("chờ Chủ tịch quyết định")), ("packing", _("chờ trình UBND tỉnh"))],
        DECIDED: [("issuing", _("chờ lấy số")), ("handing_over", _("chờ trao tặng, chi tiền")),
                  ("at_province", _("ở tỉnh")), ("at_centre", _("ở Trung ương")),
                  ("package_supplementing", _("bổ sung theo cấp trên"))],
        GIVEN: [],
    }  # fmt: skip
    names = {
        FILED: _("Đã nộp"), CHECKED: _("Đủ điều kiện"), READY: _("Sẵn sàng niêm yết"), POSTED: _("Đã niêm yết"),
        PASSED: _("Hội đồng thông qua"), DECIDED: _("Đã quyết định, đã trình"), GIVEN: _("Đã trao, đã lưu"),
    }
    ended = [("refused_open", _("không được xét")), ("refused", _("không được khen")), ("withdrawn", _("đã rút"))]
    counts = {at: sum(n for place, n in reached.items() if place >= at) for at in names}
    now = max((at for at, n in counts.items() if n), default=FILED)
    stages = []
    for at, name in names.items():
        if at > now and at > POSTED:
            break
        pieces = [
            f"*{rest[at, word]}* {said}"
            for word, said in (*told[at], ("held", _("tạm dừng")), *ended)
            if rest[at, word]
        ]
        link = posting if at == READY and rest[at, "posting"] else None
        stages.append(Stage(name, counts[at], ", ".join(pieces), now=at == now, link=link))
    return stages


_MOST_WORK = 7
"""Kinds of steps that a first page lists at once, what is overdue before the rest."""


def work_block(by: Actor, title: str = "") -> Block:
    """What waits for a person and the person's groups, by step, with how much of it is overdue."""
    counts: dict[str, list[int]] = {}
    for scope in ("mine", "group"):
        for element, n, late in inbox.count_by_element(by, scope):
            one = counts.setdefault(element, [0, 0])
            one[0], one[1] = one[0] + n, one[1] + late
    total = sum(n for n, _late in counts.values())
    rows = [
        WorkRow(
            n, element_words(element), way("inbox.show", step=element) or "#",
            _("%(n)d quá hạn", n=late) if late else "", "bad" if late else "",
        )
        for element, (n, late) in sorted(counts.items(), key=lambda one: (-one[1][1], -one[1][0]))
    ]
    link = way("inbox.show")
    return Block(
        title or ngettext("%(num)d việc chờ bạn và nhóm của bạn", "%(num)d việc chờ bạn và nhóm của bạn", total),
        [Link(_("Việc cần xử lý"), link)] if link else [],
        work=rows,
        empty=None if rows else Empty(
            _("Không có việc nào chờ bạn"), _("Khi có hồ sơ tới bước của bạn, việc hiện ở đây và có thư báo.")
        ),
        key="work", most=_MOST_WORK,
    )


def overdue_of(by: Actor) -> int:
    """How many tasks of a person and the person's groups are overdue."""
    return sum(late for scope in ("mine", "group") for _el, _n, late in inbox.count_by_element(by, scope))


def element_words(element: str) -> str:
    """What a step is called: a user task by the diagram, an act on a list by its kind."""
    kind, dot, act = element.partition(".")
    if dot and kind in lists.KINDS:
        named = (t.label for ts in lists.KINDS[kind].tasks.values() for t in ts if t.act == act)
        return words.translated(next(named, element))
    for deployment in used_now().values():
        found = definition_of(deployment).elements.get(element)
        if found is not None:
            return words.translated(found.name)
    return element



def hold_words(cause: str) -> str:
    """Why something is on hold, in words that name nobody."""
    told = {"petition": _("Đơn thư đang xác minh"), "discipline": _("Chờ kết luận về kỷ luật"),
            "verification": _("Chờ xác minh, thanh tra, kiểm tra"), "papers": _("Chờ giấy tờ, văn bản"),
            "revocation": _("Chờ Chủ tịch UBND xã quyết định")}
    return told.get(cause, _("Chờ kết luận"))


def holds_block(round_id: int | None = None) -> Block | None:
    """Nominations on hold; None where there is none."""
    held = overview.held_now(round_id)
    if not held:
        return None
    return Block(
        _("Tạm dừng xem xét"),
        lines=[
            Cell(
                one.nomination.name,
                _("%(cause)s, từ %(day)s", cause=hold_words(one.cause), day=day_words(one.since)),
                url_for("nominations.show", nomination_id=one.nomination.id),
                tag=Tag("hold", _("Tạm dừng")),
            )
            for one in held
        ],
        key="holds",
    )


def day_words(moment: datetime | None) -> str:
    """A day in short, with the year where it is another one."""
    from service import clock

    return words.short_date(moment, clock.today())


def pages_of(number: int, size: int, total: int, more: bool, address: Any) -> Any:
    """The pager of a list counted up to a limit; `address` gives a page's address."""
    from service.web.parts import Pager

    if not total:
        return None
    last_page = max(-(-total // size), number + (1 if more else 0))
    shown = sorted({1, last_page, *(p for p in range(number - 1, number + 2) if 1 <= p <= last_page)})
    links: list[Link] = []
    for place, page in enumerate(shown):
        if place and page > shown[place - 1] + 1:
            links.append(Link("…", ""))
        links.append(Link(str(page), address(page), current=page == number))
    return Pager(
        (number - 1) * size + 1, min(number * size, max(total, number * size if more else total)), total, links,
        address(number - 1) if number > 1 else "", address(number + 1) if number < last_page else "",
    )


due = rendering.due
