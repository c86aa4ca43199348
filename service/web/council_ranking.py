"""How names are ranked, with the rule said above the table; and names chosen by a cut of the ranking, with reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import words
from service.actor import Actor
from service.awards import catalogue
from service.awards.ranking import Cut, RankRule, rank_rule
from service.awards.scores import Ranked
from service.council import session as sessions
from service.council.session import CutMade, Item, Session
from service.errors import Conflict
from service.web import rule_words
from service.web.case_parts import in_words
from service.web.parts import Block, Cell, Check, Column, Table

_POINTS = re.compile(r"\d{1,4}([.,]\d{1,2})?")
_PLACES = re.compile(r"[1-9]\d{0,3}")


def ranking_blocks(one: Session, by: Actor) -> list[Block]:
    """Names within each group by the council's scores, or by the office's total where there are none; the rule is said."""
    items = {i.nomination_id: i for i in one.items}
    try:
        found = sessions.ranking(one.id, by=by)
    except Conflict as missing:
        return [Block(_("Xếp hạng"), checks=[Check(in_words((missing.message, missing.message_en)), "warn")])]
    return [_block(one, items, group, ranked) for group, ranked in found.items()]


def _block(one: Session, items: Mapping[int, Item], group: str, ranked: Sequence[Ranked]) -> Block:
    label = in_words(catalogue.GROUPS[group])
    council = any(r.council is not None for r in ranked)
    if council:
        title = _("Xếp hạng theo điểm Hội đồng: %(group)s", group=label)
        said, basis = rule_sentences(rank_rule(sessions.rank_day(one)))
    else:
        title = _("Xếp hạng theo điểm thẩm định: %(group)s", group=label)
        said, basis = office_sentence(), ""
    columns = [Column(_("Hạng"), figures=True)]
    if council:
        columns += [Column(_("Điểm Hội đồng"), figures=True), Column(_("Số phiếu chấm"), figures=True)]
    columns += [Column(_("Tự đánh giá"), figures=True), Column(_("Thẩm định"), figures=True), Column(_("Chênh"), figures=True),
                Column(_("Tối đa một phiếu") if council else _("Tối đa"), figures=True)]
    rows = [
        [
            Cell(f"{items[r.nomination.id].item_no}. {r.nomination.name}", r.nomination.unit_name,
                 url_for("council_meeting.show_item", session_id=one.id, item_no=items[r.nomination.id].item_no)),
            Cell(place_words(r, ranked), figures=True),
            *(council_cells(r) if council else ()),
            *(Cell(words.number(x, 1), figures=True) for x in (r.own, r.office, r.office - r.own, r.most)),
        ]
        for r in ranked
    ]
    return Block(
        title, words=said + " " + _("Điểm để Hội đồng tham khảo, kết quả do biểu quyết."),
        checks=[Check(basis, "info")] if basis else [],
        table=Table([Column(_("Tên")), *columns], rows, _("Xếp hạng %(group)s", group=label)),
    )


def council_cells(row: Ranked) -> list[Cell]:
    """What the members' sheets make of a name, and how many they are."""
    scored = row.council is not None
    return [Cell(words.number(row.council, 2) if scored else "–", figures=True), Cell(str(row.sheets) if scored else "–", figures=True)]


def office_sentence() -> str:
    """How the office's totals are ranked."""
    return _("Tổng điểm từng tiêu chí nhân hệ số, chỉ so trong một nhóm. Bằng điểm thì đồng hạng, hạng sau lùi theo số tên đồng hạng.")


def rule_sentences(rule: RankRule) -> tuple[str, str]:
    """How the council's scores are ranked, and what that rests on."""
    method = rule_words.choices("RANK_METHOD")[rule.method]
    said = _("Xếp theo *%(method)s*, mỗi phiếu là tổng điểm các tiêu chí nhân hệ số.", method=method)
    if rule.method == "trimmed":
        said += " " + _("Tên có dưới %(n)s phiếu thì lấy bình quân mọi phiếu.", n=words.number(rule.trim_from))
    elif rule.method == "total":
        said += " " + _("Tên mà thành viên không tham gia chấm thì ít phiếu hơn nên tổng thấp hơn.")
    said += " " + _("Chỉ so trong một nhóm. Bằng điểm thì đồng hạng, hạng sau lùi theo số tên đồng hạng.")
    basis = _("Căn cứ: %(basis)s", basis=rule.citation) + ("" if rule.sure else ". " + _("Chưa ai xác nhận căn cứ này."))
    return said, basis


def place_words(row: Ranked, all_: Sequence[Ranked]) -> str:
    """The place of a name, and whether others share it."""
    if row.place is None:
        return _("chưa có điểm Hội đồng")
    tied = sum(r.place == row.place for r in all_) > 1
    return _("%(n)d, đồng hạng", n=row.place) if tied else str(row.place)


def place_of(one: Session, nomination: int, by: Actor) -> str:
    """Where a name stands among those of its group, in a sentence; nothing for one that is not ranked."""
    try:
        found = sessions.ranking(one.id, by=by)
    except Conflict:
        return ""
    row, rows = next(((r, rows) for rows in found.values() for r in rows if r.nomination.id == nomination), (None, []))
    if row is None or row.place is None:
        return ""
    tied = sum(r.place == row.place for r in rows) > 1
    if row.council is not None:
        points = words.number(row.council, 2)
        return (_("Đồng hạng %(n)d trong %(of)d tên cùng nhóm, %(points)s điểm Hội đồng.", n=row.place, of=len(rows), points=points)
                if tied
                else _("Hạng %(n)d trong %(of)d tên cùng nhóm, %(points)s điểm Hội đồng.", n=row.place, of=len(rows), points=points))
    if tied:
        return _("Đồng hạng %(n)d trong %(of)d tên cùng nhóm theo điểm thẩm định.", n=row.place, of=len(rows))
    return ngettext("Hạng %(n)d trong %(num)d tên cùng nhóm theo điểm thẩm định.",
                    "Hạng %(n)d trong %(num)d tên cùng nhóm theo điểm thẩm định.", len(rows), n=row.place)


# --- choosing by a cut


@dataclass(frozen=True, slots=True)
class Choice:
    """Names to choose from by the ranking: what was typed, where each stands, and whom the line takes."""

    typed: str = ""
    by: str = "first"
    cut: Cut | None = None
    wrong: str = ""
    above: frozenset[int] = frozenset()
    about: Mapping[int, str] = field(default_factory=dict)
    """Nomination → its place and points in words."""
    tied: str = ""
    """Who shares the place at the line."""


def choice(said: Mapping[str, str], ranked: Mapping[str, Sequence[Ranked]]) -> Choice:
    """What a cut that was typed (`cut`, `cut_by`) does to a ranking; without one only how the names stand."""
    about = {row.nomination.id: _about(row, rows) for rows in ranked.values() for row in rows}
    text, kind = said.get("cut", "").strip(), "points" if said.get("cut_by") == "points" else "first"
    if not text:
        return Choice(by=kind, about=about)
    pattern = _POINTS if kind == "points" else _PLACES
    if not pattern.fullmatch(text):
        wrong = _("Ghi số điểm, ví dụ 45 hoặc 8,5.") if kind == "points" else _("Ghi số tên, ví dụ 3.")
        return Choice(text, kind, None, wrong, about=about)
    cut = Cut(points=Decimal(text.replace(",", "."))) if kind == "points" else Cut(first=int(text))
    above = frozenset(row.nomination.id for rows in ranked.values() for row in rows if cut.takes(row))
    tied = [row.nomination.name for rows in ranked.values() for row in cut.tied(rows)]
    return Choice(text, kind, cut, "", above, about, ", ".join(tied))


def _about(row: Ranked, all_: Sequence[Ranked]) -> str:
    if row.place is None:
        return place_words(row, all_)
    points = words.number(row.points, 2 if row.council is not None else 1)
    said = _("%(n)s điểm Hội đồng", n=points) if row.council is not None else _("%(n)s điểm thẩm định", n=points)
    return _("hạng %(place)s, %(points)s", place=place_words(row, all_), points=said)


def reasons(said: Mapping[str, str]) -> dict[int, str]:
    """The reasons that were typed beside the names: nomination → reason."""
    return {
        int(key[4:]): text[:2000] for key, text in said.items() if key.startswith("why-") and key[4:].isdecimal() and len(key) < 16
    }


def cuts_block(one: Session) -> Block | None:
    """How names were chosen by the ranking, and what was chosen against it with which reasons."""
    return Block(_("Chọn theo bảng điểm"), lines=[Cell(*cut_words(cut)) for cut in one.cuts], key="cuts") if one.cuts else None


def cut_words(cut: CutMade) -> tuple[str, str]:
    """The line of a choice by the ranking; and who shared the last place, who was taken or left against it and why."""
    line = (_("%(n)s tên đứng đầu mỗi nhóm", n=cut.first) if cut.first is not None
            else _("từ %(n)s điểm", n=words.number(Decimal(cut.points or "0"))))
    scores = _("điểm Hội đồng") if cut.council else _("điểm thẩm định")
    first = {
        "agenda": _("Đưa vào chương trình: %(line)s theo %(scores)s", line=line, scores=scores),
        "round": _("Đưa ra biểu quyết: %(line)s theo %(scores)s", line=line, scores=scores),
    }.get(cut.what, _("Đưa vào danh sách: %(line)s theo %(scores)s", line=line, scores=scores))
    second = [_("cùng hạng ở mức chọn, lấy cả: %(names)s", names=", ".join(cut.tied))] if cut.tied else []
    second += [
        _("vẫn lấy %(name)s: %(why)s", name=name, why=why) if taken else _("để lại %(name)s: %(why)s", name=name, why=why)
        for name, taken, why in cut.against
    ]
    return first, "; ".join(second)
