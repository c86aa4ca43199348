"""What a round asks: maxima and weights of its criteria, quotas, guidance; and its names by weighted score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue, scores
from service.awards.models import Round
from service.awards.nominations import reads_every, units_read
from service.awards.ranking import rank_rule
from service.awards.rounds import change_content, read_round
from service.council import session as sessions
from service.errors import Conflict, Forbidden
from service.vietnamese import sort_key
from service.web import case_parts, council_ranking, edit, pages
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Table
from service.web.standing import pages_of, way

blueprint = Blueprint("round_content", __name__)
SIZE = 50


def fields(criteria: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields for what a round asks."""
    units = [(str(u.id), u.name) for u in people.list_units() if u.kind != "agency"]
    return [
        edit.group("criteria", _("Tiêu chí: điểm tối đa và hệ số"), [_criterion(c) for c in criteria]),
        edit.group(
            "quota_forms", _("Chỉ tiêu theo danh hiệu, hình thức (chỉ nhắc, không chặn)"),
            edit.side_by_side("forms", *(_quota(code, case_parts.short_form_words(code)) for code in catalogue.award_forms())),
        ),
        _quota("quota_each", _("Chỉ tiêu mỗi đơn vị"), hint=_("Áp dụng cho đơn vị không ghi riêng ở dưới.")),
        edit.rows(
            "quota_units", _("Chỉ tiêu riêng của đơn vị"),
            [edit.choice("unit", pgettext("one", "Đơn vị"), units, required=True),
             edit.number("count", _("Số tên"), low=1, high=100_000)],
        ),
        edit.area("guidance", _("Hướng dẫn cho đơn vị")),
    ]


def _criterion(one: Mapping[str, Any]) -> Field:
    code = one["code"]
    return edit.group(
        code, f"{code}. {one.get('title') or one.get('text', '')}"[:160],
        edit.side_by_side(
            f"row_{code}",
            _id(edit.number("max", _("Điểm tối đa %(code)s", code=code), low=0.5, high=100, required=False, digits=1),
                code),
            _id(edit.number("weight", _("Hệ số %(code)s", code=code), low=0.1, high=10, required=False, digits=2),
                code),
        ),
    )


def _quota(key: str, label: str, *, hint: str = "") -> Field:
    return edit.number(key, label, low=1, high=100_000, hint=hint, required=False)


def _id(field: Field, code: str) -> Field:
    return field | {"id": f"{field['id']}_{code}"}


def first(
    criteria: Sequence[Mapping[str, Any]], quotas: Mapping[str, int] | None = None, guidance: str = ""
) -> dict[str, Any]:
    """What the fields show at first: 10 points and weight 1 unless said otherwise."""
    kept = quotas or {}
    return {
        "criteria": {c["code"]: {"max": c.get("max", 10), "weight": c.get("weight", 1)} for c in criteria},
        "quota_forms": {key[5:]: n for key, n in kept.items() if key.startswith("form:")},
        "quota_each": kept.get("unit:*"),
        "quota_units": [
            {"unit": key[5:], "count": n} for key, n in kept.items() if key.startswith("unit:") and key != "unit:*"
        ],
        "guidance": guidance,
    }


def said_scales(said: Mapping[str, Any]) -> dict[str, tuple[Decimal, Decimal]]:
    """Maximum and weight by criterion, as they were typed; what is left empty is 10 points and weight 1."""
    return {
        code: (Decimal(str(one.get("max") or 10)), Decimal(str(one.get("weight") or 1)))
        for code, one in (said.get("criteria") or {}).items()
    }


def said_quotas(said: Mapping[str, Any]) -> dict[str, int]:
    """Quotas by what they are for, as they were typed."""
    found = {f"form:{code}": int(n) for code, n in (said.get("quota_forms") or {}).items() if n}
    if said.get("quota_each"):
        found["unit:*"] = int(said["quota_each"])
    return found | {f"unit:{one['unit']}": int(one["count"]) for one in said.get("quota_units") or []}


@blueprint.route("/rounds/<int:round_id>/content", methods=["GET", "POST"])
def change(round_id: int) -> AnyResponse:
    """Change criteria, quotas and guidance of a planned round."""
    by, row = pages.me(), read_round(round_id)
    people.require(by, "round.edit")
    url = url_for("rounds.show", round_id=round_id)

    def do(said: dict[str, Any]) -> AnyResponse:
        change_content(
            round_id, scales=said_scales(said), quotas=said_quotas(said), guidance=said.get("guidance") or "", by=by
        )
        pages.say(_("Đã ghi tiêu chí, chỉ tiêu, hướng dẫn của đợt."))
        return pages.back_to("rounds.show", round_id=round_id)

    return edit.edit(
        edit.form("round_content", *fields(row.criteria)),
        Page(_("Tiêu chí, chỉ tiêu, hướng dẫn của *%(name)s*", name=row.name),
             url_for("round_content.change", round_id=round_id), url, _("Ghi"),
             [Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, url), Link(_("Tiêu chí, chỉ tiêu"), "")],
             _("Sửa được đến khi mở đợt. Từ lúc mở, hồ sơ lập theo tiêu chí này.")),
        do,
        first=first(row.criteria, row.quotas, row.guidance),
    )


def quota_checks(round_: Round, units: Collection[int] | None, *, forms: Sequence[str] | None = None) -> list[Check]:
    """Quotas in sentences, "đã đề nghị 3 trong 4"; what is over is a warning and blocks nothing.

    With units only theirs and those of the forms; with `forms` only these.
    """
    found = [one for one in scores.quotas_of(round_, units=units) if one.unit_id or forms is None or one.form in forms]
    names = people.unit_names(one.unit_id for one in found if one.unit_id)
    found.sort(key=lambda one: sort_key(names.get(one.unit_id or 0, "")))
    return [
        Check(
            _("Chỉ tiêu %(what)s: đã đề nghị %(used)s trong %(allowed)s",
              what=names.get(one.unit_id or 0, "") or case_parts.short_form_words(one.form),
              used=words.number(one.used), allowed=words.number(one.allowed))
            + (_(", *vượt %(n)s*. Chỉ nhắc, không chặn.", n=words.number(one.used - one.allowed)) if one.over else "."),
            "warn" if one.over else "info",
        )
        for one in found
    ]


def quota_block(row: Round, by: Actor) -> Block | None:
    """The round's quotas for its page: all of them for the office, the forms' and one's own for who speaks for a unit."""
    units = units_read(by)
    found = [] if units == frozenset() else quota_checks(row, units)
    return Block(_("Chỉ tiêu"), checks=found, key="quotas") if found else None


@blueprint.get("/rounds/<int:round_id>/scores")
def ranking(round_id: int) -> Response:
    """Names of each subject group by their weighted scores, the office's or the council's; for those who see every nomination."""
    by, row = pages.me(), read_round(round_id)
    if not reads_every(by):
        raise Forbidden("Bảng điểm của đợt do phòng Văn hóa - Xã hội và Hội đồng xem.", "The office reads this page.")
    url = url_for("rounds.show", round_id=round_id)
    said, basis = council_ranking.office_sentence(), ""
    scored: Mapping[str, Sequence[scores.Ranked]] = {}
    try:
        scored = sessions.rank_scored(round_id)
    except Conflict as missing:
        basis = case_parts.in_words((missing.message, missing.message_en))
    council = bool(scored) and request.args.get("by") != "office"
    by_council, by_office = {group: len(ranked) for group, ranked in scored.items()}, scores.count_ranked(round_id)
    counts = by_council if council else by_office
    groups = [group for group in catalogue.GROUPS if group in counts]
    asked = request.args.get("group", "")
    group = asked if asked in groups else next(iter(groups), "")
    last = -(-counts.get(group, 0) // SIZE)
    number = max(min(request.args.get("page", 1, type=pages.whole), last), 1)
    of = {"by": "council" if council else "office"} if scored else {}
    ranked = list(scored[group][(number - 1) * SIZE : number * SIZE]) if council and group else (
        scores.rank(row.id, group, start=(number - 1) * SIZE, limit=SIZE) if group else [])
    if council:
        said, basis = council_ranking.rule_sentences(rank_rule(clock.today()))

    def own(**more: Any) -> str:
        return url_for("round_content.ranking", round_id=round_id, **{**of, **more})

    return pages.page(
        "register",
        crumbs=[Link(_("Đợt xét"), url_for("rounds.show_all")), Link(row.name, url), Link(_("Bảng điểm"), "")],
        sentence=_("Bảng điểm *%(name)s*", name=row.name),
        status=said,
        tabs=[Link(_group_words(one), own(group=one), count=counts[one], current=one == group) for one in groups],
        chips=[
            Link(_("Theo điểm Hội đồng"), own(by="council"), count=sum(by_council.values()), current=council),
            Link(_("Theo điểm thẩm định"), own(by="office"), count=sum(by_office.values()), current=not council),
        ] if scored else [],
        url="", keep={}, q=None, filters=[],
        blocks=[_ranked(group, ranked, basis, council) if group else Block(
            _("Bảng điểm"), empty=Empty(_("Chưa có điểm thẩm định"), _("Tên hiện ở đây khi phòng đã chấm điểm.")),
        )],
        pager=pages_of(number, SIZE, counts.get(group, 0), False, lambda page: own(group=group, page=page)),
        main_act=None,
        acts=[Act(_("Lập phiên họp, chọn theo bảng điểm"), url_for("council.plan", round=round_id), "plan", method="get")]
        if people.allowed(by, "council_agenda.draft") else [],
        side=[],
    )


def _group_words(group: str) -> str:
    return _("Nhóm %(group)s: %(name)s", group=group, name=catalogue.GROUPS[group][words.language() == "en"])


def _ranked(group: str, found: Sequence[scores.Ranked], basis: str, council: bool) -> Block:
    title = _group_words(group)
    places = Counter(one.place for one in found)
    return Block(
        title,
        checks=[Check(basis, "info")] if basis else [],
        table=Table(
            [Column(_("Hạng, họ tên")), Column(_("Đơn vị đề nghị")), Column(_("Hình thức")),
             *([Column(_("Điểm Hội đồng"), figures=True), Column(_("Số phiếu chấm"), figures=True)] if council else []),
             Column(_("Tự đánh giá"), figures=True), Column(_("Thẩm định"), figures=True),
             Column(_("Tối đa một phiếu") if council else _("Tối đa"), figures=True)],
            [
                [
                    Cell(f"{one.place}. {one.nomination.name}",
                         " · ".join(x for x in (one.nomination.title, _("đồng hạng") if places[one.place] > 1 else "") if x),
                         way("nominations.show", nomination_id=one.nomination.id)),
                    Cell(one.nomination.unit_name),
                    Cell(case_parts.short_form_words(one.nomination.form_granted or one.nomination.form_asked)),
                    *(council_ranking.council_cells(one) if council else []),
                    *(Cell(words.number(x, 1), figures=True) for x in (one.own, one.office, one.most)),
                ]
                for one in found
            ],
            title,
        ),
    )
