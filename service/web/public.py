"""Pages without signing in: the honour roll, and how a nomination stands by the code that its unit has."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service import doors, movement, words
from service.awards import public
from service.awards.catalogue import KINDS
from service.awards.models import Nomination
from service.awards.nominations import status_of
from service.awards.public_figures import Question, public_figures
from service.awards.rounds import read_round
from service.movement.models import Publication
from service.processes import history
from service.web import case_history, pages
from service.web.case_parts import form_words, in_words
from service.web.frame import Link
from service.web.parts import (
    Act,
    Block,
    Cell,
    Column,
    Empty,
    Fact,
    FilterField,
    FilterGroup,
    Pager,
    Step,
    Table,
    Tag,
)
from service.web.standing import phase_words

blueprint = Blueprint("public", __name__)

SIZE = 50
_EXEMPLARS = 12
_EXCERPT = 420
_LEVELS = {"commune": ("Cấp xã", "Commune"), "province": ("Cấp tỉnh", "Province"), "centre": ("Trung ương", "Centre")}


@blueprint.get("/honours")
def honours() -> Response:
    """Who was honoured: by year, level, unit."""
    year = request.args.get("year", type=pages.whole)
    if year is not None and not 1900 <= year <= 2200:
        year = None
    level = request.args.get("level", "")
    unit = request.args.get("unit", "")[:300]
    page = min(max(1, request.args.get("page", 1, type=pages.whole)), 10_000)
    roll = public.honour_roll(year=year, level=level if level in _LEVELS else "", unit=unit, page=page, size=SIZE)
    kept = {"year": year, "level": level or None, "unit": unit or None}
    return pages.page(
        "register",
        crumbs=[],
        sentence=ngettext("Trang vinh danh: *%(n)s* tập thể, cá nhân, hộ gia đình được khen thưởng",
                          "Trang vinh danh: *%(n)s* tập thể, cá nhân, hộ gia đình được khen thưởng", roll.total,
                          n=words.counted(roll.total)),
        status=_("Phong trào thi đua của xã. Muốn không nêu tên, gửi đề nghị tới phòng Văn hóa - Xã hội."),
        tabs=[], chips=[], keep={}, q=None, url=url_for("public.honours"),
        filters=[FilterGroup(_("Lọc"), fields=[
            FilterField("year", _("Năm"), str(year or ""), [("", _("Mọi năm")), *((str(y), str(y)) for y in roll.years)]),
            FilterField("level", _("Cấp khen"), level, [("", _("Mọi cấp")), *((k, in_words(v)) for k, v in _LEVELS.items())]),
            FilterField("unit", pgettext("one", "Đơn vị"), unit, [("", _("Mọi đơn vị")), *((u, u) for u in roll.units)]),
        ])],
        blocks=[_roll(roll)],
        pager=_pager(page, roll.total, kept),
        main_act=None, side=[],
        acts=[Act(_("Số liệu của phong trào"), url_for("public.figures"), "figures", "second", method="get"),
              Act(_("Gương người tốt, việc tốt"), url_for("public.exemplars"), "exemplars", "second", method="get")],
    )


@blueprint.get("/honours/figures")
def figures() -> Response:
    """The honour roll in figures."""
    total, questions = public_figures()
    return pages.page(
        "public_figures",
        crumbs=[Link(_("Trang vinh danh"), url_for("public.honours")), Link(_("Số liệu"), "")],
        sentence=ngettext("*%(n)s* tập thể, cá nhân, hộ gia đình được khen thưởng",
                          "*%(n)s* tập thể, cá nhân, hộ gia đình được khen thưởng", total, n=words.number(total, 0)),
        status=_("Đếm từ trang vinh danh: khen thưởng đã công bố, trừ ai đề nghị không nêu tên."),
        parts=[_counts(one) for one in questions],
        empty=None if questions else Empty(_("Chưa có số liệu"), _("Quyết định khen thưởng được tính ở đây từ khi công bố.")),
    )


def _counts(one: Question) -> dict[str, Any]:
    most = max(line.count for line in one.lines)
    return {
        "key": one.key, "title": in_words(one.title), "note": in_words(one.note),
        "rows": [
            {
                "words": in_words(line.words), "count": line.count, "bar": 100 * line.count / most,
                "url": f"{url_for('public.honours')}?{urlencode(line.roll)}" if line.roll else "",
            }
            for line in one.lines
        ],
    }


def _roll(roll: public.Roll) -> Block:
    return Block(
        _("Tập thể, cá nhân được khen thưởng"),
        words=_("Quyết định mới nhất đứng trước; cùng ngày thì theo thứ tự tên.") if roll.rows else "",
        table=Table(
            [Column(_("Tập thể, cá nhân")), Column(pgettext("one", "Đơn vị")), Column(_("Hình thức")), Column(_("Quyết định"))],
            [
                [
                    Cell(one.name, in_words(KINDS[one.kind]), tag=Tag("note", _("Truy tặng")) if one.posthumous else None),
                    Cell(one.unit if one.unit != one.name else ""), Cell(form_words(one.form), in_words(_LEVELS[one.level])),
                    Cell(one.decision, words.full_date(one.decided_on)),
                ]
                for one in roll.rows
            ],
            _("Tập thể, cá nhân được khen thưởng"),
        ) if roll.rows else None,
        empty=None if roll.rows else Empty(
            _("Chưa có ai trong phần này"), _("Quyết định khen thưởng được nêu ở đây từ khi công bố."),
        ),
    )


def _pager(page: int, total: int, kept: dict[str, Any]) -> Pager | None:
    if total <= SIZE:
        return None
    last = -(-total // SIZE)

    def at(number: int) -> str:
        return url_for("public.honours", **kept, page=number)

    return Pager(
        (page - 1) * SIZE + 1, min(page * SIZE, total), total,
        [Link(str(n), at(n), current=n == page) for n in range(max(1, page - 3), min(last, page + 3) + 1)],
        at(page - 1) if page > 1 else "", at(page + 1) if page < last else "",
    )


@blueprint.get("/exemplars")
def exemplars() -> Response:
    """Good people and good deeds that were published, the newest first."""
    page = min(max(1, request.args.get("page", 1, type=pages.whole)), 10_000)
    rows, total = movement.published(page=page, size=_EXEMPLARS)
    return pages.page(
        "exemplars",
        crumbs=[_to_honours(), Link(_("Gương người tốt, việc tốt"), "")],
        sentence=_("Gương người tốt, việc tốt"),
        status=_("Phong trào thi đua của xã. Ai được nêu tên ở đây đã đồng ý; muốn gỡ bài, gửi đề nghị tới phòng Văn hóa - Xã hội."),
        articles=[_article(row, whole=False) for row in rows],
        empty=Empty(_("Chưa có bài nào"), _("Gương điển hình được nêu ở đây khi đã xem xét và người được nêu đồng ý.")),
        before=url_for("public.exemplars", page=page - 1) if page > 1 else "",
        after=url_for("public.exemplars", page=page + 1) if page * _EXEMPLARS < total else "", back="",
    )


@blueprint.get("/exemplars/<int:publication>")
def exemplar(publication: int) -> Response:
    """One of them, whole."""
    row = movement.read_publication(publication)
    return pages.page(
        "exemplars", crumbs=[_to_honours(), Link(_("Gương người tốt, việc tốt"), url_for("public.exemplars")), Link(row.name, "")],
        sentence=row.title, status=f"{row.name} · {words.full_date(row.published_at)}",
        articles=[_article(row, whole=True)], empty=None, before="", after="", back=url_for("public.exemplars"),
    )


@blueprint.get("/exemplars/<int:publication>/picture")
def exemplar_picture(publication: int) -> Response:
    """Its picture."""
    path, media_type = movement.picture_of(publication)
    return doors.hand_file(path, media_type, f"anh-{publication}", look=True)


def _to_honours() -> Link:
    return Link(_("Trang vinh danh"), url_for("public.honours"))


def _article(row: Publication, *, whole: bool) -> dict[str, Any]:
    cut = row.body if whole or len(row.body) <= _EXCERPT else row.body[:_EXCERPT].rsplit(" ", 1)[0] + "…"
    return {
        "title": "" if whole else row.title, "url": url_for("public.exemplar", publication=row.id), "name": "" if whole else row.name,
        "day": "" if whole else words.full_date(row.published_at), "paragraphs": [one for one in cut.split("\n") if one.strip()],
        "picture": url_for("public.exemplar_picture", publication=row.id) if row.file_id else "", "about": row.name,
    }


@blueprint.get("/status")
def standing() -> Response:
    """How a nomination stands, for whoever has its code: who holds it, since when, what comes next; nothing personal."""
    typed = request.args.get("code", "")[:40]
    found = public.nomination_of_code(typed) if typed.strip() else None
    missing = bool(typed.strip()) and found is None
    return pages.page(
        "status", code=404 if missing else 200, typed=typed, missing=missing, url=url_for("public.standing"),
        found=_facts(found) if found else [], steps=_steps(found) if found and not _told(found) else [],
    )


def _told(n: Nomination) -> bool:
    """Whether there is a result: it stands in the letter to the unit, and a code can be overheard."""
    return status_of(n)[0] == "ended" or bool(n.reason_code)


def _steps(n: Nomination) -> list[Step]:
    phase, outcome, _holds = status_of(n)
    return case_history.main_steps(read_round(n.round_id).stage, phase, outcome, n)


def _facts(n: Nomination) -> list[Fact]:
    phase, outcome, held = status_of(n)
    stops = history.timeline(n.instance_id or 0)
    facts = [Fact(pgettext("one", "Đợt xét"), read_round(n.round_id).name)]
    if n.received_at:
        facts.append(Fact(_("Tiếp nhận"), words.full_moment(n.received_at), figures=True))
    if _told(n):
        told = _("Đã có kết quả, thông báo bằng văn bản cho đơn vị")
        return [*facts, Fact(_("Đang ở đâu"), told), *_since(stops)]
    live = [s for s in stops if s.state == "open" and s.element != "wait_release"]
    facts.append(Fact(_("Đang ở đâu"), _("Tạm dừng xem xét") if held else phase_words(phase, outcome)))
    if live:
        holder = case_history.holder_words(live[-1])
        if holder:
            facts.append(Fact(_("Ai đang giữ"), holder))
        facts.append(Fact(_("Từ ngày"), words.full_date(live[-1].opened_at), figures=True))
        if live[-1].due_at and not held:
            facts.append(Fact(_("Hạn"), words.full_date(live[-1].due_at), figures=True))
    ahead = next((step.words for step in _steps(n) if step.state == "ahead"), "")
    if ahead:
        facts.append(Fact(_("Bước tiếp theo"), ahead))
    return facts


def _since(stops: list[history.Stop]) -> list[Fact]:
    day = case_history.ended_at(stops) if stops else ""
    return [Fact(_("Từ ngày"), day, figures=True)] if day else []
