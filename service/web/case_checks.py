"""The checks of one nomination, every line explained; how each form of award stands; the recipient's earlier awards."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards import checks, past_awards
from service.awards.checks import Explained, FormStanding, Record
from service.awards.facts import fact_labels, leader_ratio
from service.awards.honours import BASES, honour_name
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, reads_every
from service.awards.rounds import read_round
from service.awards.rules import rules_of
from service.db import reading
from service.errors import Forbidden
from service.web import check_words, pages, rule_words
from service.web.case_parts import form_words, in_words
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag

blueprint = Blueprint("case_checks", __name__)


def _read(nomination_id: int, by: Actor) -> Nomination:
    n = read_nomination(nomination_id, by=by)
    if not reads_every(by, n):
        raise Forbidden("Kết quả đối chiếu do phòng Văn hóa - Xã hội và Hội đồng xem.", "The office and the council read the checks.")
    return n


@blueprint.get("/nominations/<int:nomination_id>/checks")
def show(nomination_id: int) -> Response:
    """Every check with its result, facts, citation and weight."""
    by = pages.me()
    n = _read(nomination_id, by)
    found = checks.explain(n)
    may = checks.may_recheck(by, n)
    return pages.page(
        "register",
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")),
                Link(n.name, url_for("nominations.show", nomination_id=n.id)), Link(_("Điều kiện, tiêu chuẩn"), "")],
        sentence=_("Đối chiếu điều kiện: %(name)s, %(form)s", name=n.name, form=form_words(n.form_recommended or n.form_asked)),
        status=_status(n, found), tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[*_blocks(found), _forms(checks.by_form(n))] if found else [
            Block(_("Chưa đối chiếu"), empty=Empty(_("Hồ sơ chưa tiếp nhận"), _("Thủ trưởng đơn vị ký nộp thì máy đối chiếu ngay.")))],
        pager=None,
        main_act=None,
        acts=[Act(_("Đối chiếu lại với các sổ"), url_for("case_checks.recheck", nomination_id=n.id), "recheck", "second")] if may else [],
        side=[_earlier(n, checks.record_of(n), by), _leaders(n)],
    )


def _status(n: Nomination, found: Sequence[Explained]) -> str:
    if n.received_at is None or not found:
        return ""
    return _("%(summary)s Theo quy định của ngày tiếp nhận %(day)s; không điều kiện nào tự loại hồ sơ.",
             summary=check_words.summary(found), day=words.full_date(n.received_at))


def _blocks(found: Sequence[Explained]) -> list[Block]:
    return [
        Block(_(heading), table=_table([one for one in found if one.part == part], _(heading)))
        for part, heading in check_words.PARTS.items()
        if any(one.part == part for one in found)
    ]


def _table(found: Sequence[Explained], caption: str) -> Table:
    return Table(
        [Column(_("Điều kiện")), Column(_("Kết quả")), Column(_("Dữ kiện, căn cứ"))],
        [
            [
                Cell(f"{one.code}. {rule_words.label(one.key, one.rule.label)}", check_words.weight(one),
                     url_for("office_rules.show", key=one.key)),
                Cell("", tag=check_words.result_tag(one)),
                Cell(check_words.seen_words(one), _("Căn cứ: %(citation)s", citation=check_words.basis_words(one))),
            ]
            for one in found
        ],
        caption,
    )


def _forms(standings: Sequence[FormStanding]) -> Block:
    def told(one: FormStanding) -> tuple[Tag, str]:
        if one.blocked:
            return Tag("refused", _("bị chặn")), check_words.gate_names(one.blocked)
        if one.failed or one.evidence:
            return Tag("note", _("còn vướng")), check_words.gate_names([*one.failed, *one.evidence])
        return Tag("passed", _("đủ điều kiện")), ""

    rows = [(one, told(one)) for one in standings]
    return Block(
        _("Từng danh hiệu, hình thức"),
        table=Table(
            [Column(_("Danh hiệu, hình thức")), Column(_("Kết quả")), Column(_("Vướng ở"))],
            [[Cell(form_words(one.form)), Cell("", tag=tag), Cell(why)] for one, (tag, why) in rows],
            _("Từng danh hiệu, hình thức"),
        ),
    )


def _earlier(n: Nomination, record: Record, by: Actor) -> Block:
    until = read_round(n.round_id).window_to.year
    links = []
    if people.allowed(by, past_awards.ENTER):
        links.append(Link(_("Ghi thêm"), url_for("past_awards.enter", name=n.name)))
    return Block(
        _("Đã được khen trước"), links,
        checks=check_words.record_words(n, record),
        lines=[
            Cell(f"{honour_name(one.what, words.language())}, {one.year}",
                 ", ".join(part for part in (
                     in_words(BASES.get(one.basis)), one.decision, check_words.interval_words(n, one.year, until),
                     _("đã dùng: %(what)s", what=one.used_for) if one.used_for else "") if part))
            for one in record.earlier
        ],
        empty=None if record.earlier else Empty(
            _("Sổ chưa có gì của đối tượng này"), _("Có quyết định cũ thì ghi vào sổ khen thưởng trước đây.")),
    )


def _leaders(n: Nomination) -> Block:
    with reading() as s:
        ratio = leader_ratio(s, n.round_id)
    most = rules_of(n).shown("LEADER_MAX_RATIO")
    over = ratio is not None and most is not None and ratio > most
    return Block(
        _("Tỷ lệ lãnh đạo của đợt, hôm nay"),
        checks=[Check(_("Cao hơn mức quy định; chỉ nhắc."), "warn")] if over else [],
        facts=[
            Fact(_("Cá nhân là lãnh đạo, quản lý"),
                 check_words.fact_value("leader_ratio", ratio) if ratio is not None else _("chưa có cá nhân nào")),
            Fact(_("Mức quy định"), check_words.fact_value("leader_ratio", most) if most is not None else _("chưa có")),
        ],
    )


@blueprint.post("/nominations/<int:nomination_id>/checks")
def recheck(nomination_id: int) -> AnyResponse:
    """Hold the registers against the nomination anew."""
    by = pages.me()
    _read(nomination_id, by)
    changed = checks.recheck_nomination(nomination_id, by=by)
    labels = fact_labels(words.language())
    pages.say(
        ngettext("Đã đối chiếu lại: %(num)d dữ kiện đổi (%(facts)s).", "Đã đối chiếu lại: %(num)d dữ kiện đổi (%(facts)s).", len(changed),
                 facts="; ".join(labels[key] for key in changed))
        if changed else _("Đã đối chiếu lại: không dữ kiện nào đổi.")
    )
    return pages.back_to("case_checks.show", nomination_id=nomination_id)


