"""The backward plan on the page of a round: each step's last safe days, and where each unit stands against them.

It is drawn anew by itself while the page is open, and says at what time it was reckoned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, words
from service.actor import Actor
from service.awards import backward
from service.awards.backward import Plan, Planned, PlanStep, Took
from service.awards.models import Round
from service.awards.rule_versions import versions_by_id
from service.awards.rules import rules_on
from service.errors import Forbidden
from service.web import rule_words
from service.web.parts import Block, Cell, Check, Column, Table, Tag

_TURNS = 120
"""So many times it is drawn anew each minute; then only who comes back to the page asks again, so that nobody stays signed in by it."""
_TAGS = {"late": "overdue", "close": "note", "ahead": "passed"}


def blocks(row: Round, by: Actor, turn: int = 0) -> list[Block]:
    """The plan of a round as far as the reader may read it; nothing without the province's day.

    `turn`: how often the page that is open has drawn it anew by itself.
    """
    try:
        plan = backward.plan_for(row, by=by)
    except Forbidden:
        return []
    if plan is None:
        return []
    back = "visibilitychange from:document"
    again = (
        (url_for("rounds.plan_anew", round_id=row.id, turn=turn + 1), f"every 60s, {back}") if turn < _TURNS
        else (url_for("rounds.plan_anew", round_id=row.id, turn=0), back)
    )
    found = [_steps(plan), _units(plan)] if plan.units else [_steps(plan)]
    return [replace(one, anew=again) for one in found]


def _steps(plan: Plan) -> Block:
    rules = _rules_told(plan)
    return Block(
        _("Tính lùi từ ngày trình tỉnh"),
        words=_("Hạn trình lên tỉnh là %(day)s. Mỗi bước phải xong chậm nhất vào ngày ghi ở cột “Xong chậm nhất” thì các bước "
                "sau mới còn đủ ngày làm việc; ngày nghỉ lễ đã trừ.", day=words.full_date(plan.province)) + " " + _reckoned(),
        checks=[_too_late(one) for one in plan.steps if one.too_late and one.state != "done"],
        table=Table(
            [Column(_("Bước, số ngày cần")), Column(_("Bắt đầu chậm nhất")), Column(_("Xong chậm nhất")), Column(_("Theo lịch đợt")),
             Column(_("Số tên đang ở đây"), figures=True), Column(_("Còn dư"))],
            [_step_row(one, rules) for one in plan.steps],
            _("Tính lùi từ ngày trình tỉnh"),
        ),
        key="backward",
    )


def _step_row(one: Planned, rules: Mapping[str, str]) -> list[Cell]:
    second = ngettext("còn %(num)d tên chưa tới", "còn %(num)d tên chưa tới", one.behind) if one.behind else ""
    return [
        Cell(step_words(one.step), f"{_days(one.took)}, {_source(one.took, rules)}"),
        Cell(_day(one.span.start_by)),
        Cell(_day(one.span.finish_by)),
        Cell(words.full_date(one.planned) if one.planned else ""),
        Cell(str(one.names), second, figures=True),
        Cell("", tag=_slack(one.slack, one.state)),
    ]


def _units(plan: Plan) -> Block:
    return Block(
        _("Từng đơn vị đang ở bước nào"),
        words=_("Đơn vị còn ít ngày nhất đứng trước.") + " " + _reckoned(),
        table=Table(
            [Column(_("Đơn vị")), Column(_("Đang ở bước")), Column(_("Số tên"), figures=True), Column(_("Ngày an toàn cuối cùng")),
             Column(_("Còn dư"))],
            [
                [Cell(one.unit_name), Cell(step_words(one.step) if one.names else _("Chưa lập hồ sơ")),
                 Cell(str(one.names), figures=True), Cell(_day(one.finish_by)), Cell("", tag=_slack(one.slack, one.state))]
                for one in plan.units
            ],
            _("Từng đơn vị đang ở bước nào"),
        ),
        key="backward-units",
    )


def _reckoned() -> str:
    now = clock.now()
    return _("Tính lúc %(time)s ngày %(day)s.", time=words.clock_time(now), day=words.full_date(now))


def step_words(step: PlanStep) -> str:
    """A step of the plan in the reader's language."""
    return step.label_en if words.language() == "en" else step.label


def _days(took: Took) -> str:
    if took.source == "fixed":
        return _("một ngày đã định")
    return ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", took.days)


def _rules_told(plan: Plan) -> dict[str, str]:
    """Each rule that a step goes by: its name and what it rests on, in words."""
    keys, versions = {one.took.rule for one in plan.steps if one.took.rule}, rules_on(clock.today()).versions
    rows = versions_by_id({key: versions[key] for key in keys if key in versions})
    return {key: f"{rule_words.label(key, row.label)} ({rule_words.rests_on(row)})" for key, row in rows.items()}


def _source(took: Took, rules: Mapping[str, str]) -> str:
    """Who says how long a step takes."""
    return {
        "process": _("theo quy trình đang dùng"), "rule": _("theo quy định: %(rule)s", rule=rules.get(took.rule, took.rule)),
        "calendar": _("theo lịch đợt"), "fixed": _("theo lịch đợt"), "unknown": _("chưa có số ngày, tính là 0"),
    }[took.source]


def _slack(slack: int, state: str) -> Tag:
    """Working days that are left, as words, sign and colour."""
    if state == "done":
        return Tag("done", _("Đã qua"))
    if state == "none":
        state = backward.state_of(slack)
    if slack < 0:
        said = ngettext("Chậm %(num)d ngày làm việc", "Chậm %(num)d ngày làm việc", -slack)
    elif slack == 0:
        said = _("Hôm nay là ngày cuối")
    else:
        said = ngettext("Còn %(num)d ngày làm việc", "Còn %(num)d ngày làm việc", slack)
    return Tag(_TAGS[state], said)


def _too_late(one: Planned) -> Check:
    return Check(
        _("*%(step)s*: lịch đợt ghi %(planned)s, muộn hơn ngày an toàn cuối cùng %(safe)s. Đổi lịch hoặc rút ngắn bước sau.",
          step=step_words(one.step), planned=words.full_date(one.planned), safe=words.full_date(one.span.finish_by)),
        "warn",
    )


def _day(day: date) -> str:
    return f"{words.weekday(day)}, {words.short_date(day, clock.today())}"
