"""What is seen of fairness before a list is signed: leaders, units never awarded, how scorers differ. Advice, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, words
from service.actor import Actor
from service.awards import fairness, lists, overview, sight
from service.awards.models import List
from service.awards.rule_versions import versions_by_id
from service.awards.rules import rules_on
from service.council import session as sessions
from service.web import check_words, rule_words
from service.web.parts import Check

BEFORE = {"decision": ("draft", "submitted", "checked"), "package": ("draft",)}
"""Lists that are signed over names, and their states before that."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """The lines of the view, and the units that never had an award, to be unfolded."""

    checks: list[Check]
    units: list[str]


def view(row: List, by: Actor) -> Fairness | None:
    """The view of a list that waits for its signature, for the office and who signs; None for others."""
    if row.state not in BEFORE.get(row.kind, ()) or not lists.reads_inside(by, row):
        return None
    names = [n.id for line, n in sight.lines_for(row, by) if not line.removed]
    never = fairness.never_awarded(row.round_id, row.id)
    return Fairness(
        [*_leaders(row), _units(never), *_members(names), *_office(names)],
        [_("%(unit)s, có tên trong danh sách này", unit=u.name) if u.id in never.on_list else u.name for u in never.units],
    )


def _leaders(row: List) -> list[Check]:
    shares, register = overview.shares_of(row.id), rules_on(row.dated or clock.today())
    if not shares.persons:
        return [Check(_("Danh sách không có cá nhân, không tính tỷ lệ lãnh đạo, quản lý."), "info")]
    share, most = shares.leaders / shares.persons, register.shown("LEADER_MAX_RATIO")
    told = ngettext(
        "Lãnh đạo, quản lý: %(leaders)d trong %(num)d cá nhân (%(share)s); trực tiếp lao động: %(direct)d.",
        "Lãnh đạo, quản lý: %(leaders)d trong %(num)d cá nhân (%(share)s); trực tiếp lao động: %(direct)d.",
        shares.persons, leaders=shares.leaders, share=check_words.fact_value("leader_ratio", share), direct=shares.direct,
    )
    if most is None:
        return [Check(f"{told} " + _("Sổ quy định chưa có mức cao nhất."), "info")]
    rule = versions_by_id({"": register.versions["LEADER_MAX_RATIO"]})[""]
    basis = rule_words.rests_on(rule)
    limit = check_words.fact_value("leader_ratio", most)
    more = (_("Cao hơn mức %(most)s (%(basis)s).", most=limit, basis=basis) if share > most
            else _("Trong mức %(most)s (%(basis)s).", most=limit, basis=basis))
    return [Check(f"{told} {more}", "warn" if share > most else "ok")]


def _units(never: fairness.NeverAwarded) -> Check:
    if not never.units:
        return Check(_("Mọi đơn vị tham gia phong trào đã từng được khen thưởng."))
    told = ngettext(
        "%(n)d trong %(num)d đơn vị tham gia phong trào chưa từng được khen thưởng, theo sổ của phần mềm.",
        "%(n)d trong %(num)d đơn vị tham gia phong trào chưa từng được khen thưởng, theo sổ của phần mềm.",
        never.of, n=len(never.units),
    )
    if here := len(never.on_list):
        told += " " + ngettext("Danh sách này có tên của %(num)d đơn vị trong số đó.",
                               "Danh sách này có tên của %(num)d đơn vị trong số đó.", here)
    return Check(told, "info")


def _members(names: list[int]) -> list[Check]:
    found = sessions.severity_on(names)
    if not found:
        return [Check(_("Thành viên Hội đồng chưa chấm điểm các tên này, hoặc chỉ một người chấm: không so được."), "info")]
    others = _("bình quân các thành viên khác ở cùng tiêu chí")
    return [
        Check(ngettext("%(name)s (Hội đồng) %(far)s, qua %(num)d điểm đã chấm.",
                       "%(name)s (Hội đồng) %(far)s, qua %(num)d điểm đã chấm.", one.count, name=one.name,
                       far=_far(one.mean, others)), "info")
        for one in found
    ]


def _office(names: list[int]) -> list[Check]:
    checks, own = [], _("điểm tự đánh giá của đơn vị")
    for one in fairness.office_scorers(names):
        told = ngettext("%(name)s (thẩm định) %(far)s, qua %(num)d điểm đã chấm.",
                        "%(name)s (thẩm định) %(far)s, qua %(num)d điểm đã chấm.", one.count, name=one.name,
                        far=_far(one.mean, own))
        if one.others is not None:
            told += " " + _("Những người thẩm định khác %(far)s.", far=_far(one.others, own))
        checks.append(Check(told, "info"))
    return checks


def _far(mean: Decimal, than: str) -> str:
    """How far a scorer lies from others, on average, to a hundredth of a point."""
    shown = round(mean, 2)
    if not shown:
        return _("chấm ngang %(than)s", than=than)
    points = words.number(abs(shown), 2)
    if shown > 0:
        return _("chấm cao hơn %(than)s %(n)s điểm", than=than, n=points)
    return _("chấm thấp hơn %(than)s %(n)s điểm", than=than, n=points)
