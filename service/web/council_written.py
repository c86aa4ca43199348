"""Written opinions: the forms that are sent to who is not there, and entering what came back, a named line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards import council, lists, sight
from service.awards.files import read_file_row
from service.awards.models import List
from service.council import ballot
from service.council import session as sessions
from service.council.session import Item, Session
from service.errors import NotFound
from service.web import ballot_parts, edit, list_page, pages
from service.web import council_parts as parts
from service.web.case_parts import short_form_words
from service.web.frame import Link

blueprint = Blueprint("council_written", __name__)
KEY = "council_sheet.key"


@dataclass(frozen=True, slots=True)
class Line:
    """A name on a form."""

    number: int
    name: str
    second: str
    deed: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The form for one person."""

    name: str
    title: str
    lines: Sequence[Line]


def _page(papers: Sequence[Paper], heading: str, until: str, crumbs: list[Link]) -> Response:
    return pages.page(
        "council_written", crumbs=crumbs, papers=papers, heading=heading, until=until,
        sentence=ngettext("*%(num)d phiếu* ý kiến bằng văn bản", "*%(num)d phiếu* ý kiến bằng văn bản", len(papers)),
    )


@blueprint.get("/council/<int:session_id>/written")
def forms_of_session(session_id: int) -> Response:
    """Forms for the members of a session who are away: the items without a result from which they do not keep out."""
    by = pages.me()
    people.require(by, parts.RUN)
    one = sessions.read_session(session_id, by=by)
    parts.must_show_names(one)
    papers = [
        Paper(m.name, parts.part_words(m), [_line(i) for i in _open_items(one) if all(r.member_no != m.member_no for r in i.recusals)])
        for m in parts.away(one)
    ]
    until = _("trước khi niêm phong hòm phiếu, phiên họp %(time)s", time=parts.moment(one))
    return _page(papers, one.title, until, parts.crumbs(one, _("Phiếu ý kiến bằng văn bản")))


def _open_items(one: Session) -> list[Item]:
    return [i for i in one.items if i.live and i.state in ("waiting", "discussed", "voting")]


def _line(item: Item) -> Line:
    return Line(item.item_no, item.name, f"{short_form_words(item.form)} · {item.unit_name}", item.achievement)


@blueprint.get("/lists/<int:list_id>/poll")
def forms_of_poll(list_id: int) -> Response:
    """Forms of a written poll, when no session is held: one for each member of the council."""
    by = pages.me()
    people.require(by, KEY)
    row = lists.read_list(list_id, by=by)
    if not _is_poll(row):
        raise NotFound("Đây không phải danh sách lấy ý kiến bằng văn bản.", "This is no written poll.")
    lines = [
        Line(line.position, n.name, f"{short_form_words(council.proposed_form(n))} · {n.unit_name}", n.achievement or n.appraisal)
        for line, n in sight.lines_for(row, by) if not line.removed
    ]
    papers = [Paper(m.name, m.title, lines) for m in sessions.suggested_members()]
    until = _("trước ngày %(day)s", day=words.full_date(row.due_at)) if row.due_at else ""
    back = [Link(row.title, list_page.address(row)), Link(_("Phiếu ý kiến bằng văn bản"), "")]
    return _page(papers, row.title, until, back)


def _is_poll(row: List) -> bool:
    return row.kind == "council_sheet" and bool(row.data.get("written"))


def _links(row: List, by: Actor) -> list[Link]:
    if not _is_poll(row) or not people.allowed(by, KEY) or row.state in lists.ENDED_STATES[row.kind]:
        return []
    return [Link(_("In phiếu lấy ý kiến cho từng thành viên"), url_for("council_written.forms_of_poll", list_id=row.id))]


list_page.LINKS["council_sheet"] = _links


@blueprint.route("/ballots/<round_id>/opinions/<int:member_no>", methods=["GET", "POST"])
def enter(round_id: str, member_no: int) -> AnyResponse:
    """Enter the written opinion of an absent member; again, to mend it, until the box is sealed or a count is keyed."""
    by = pages.me()
    one = ballot.read_round(round_id, by=by)
    people.require(by, ballot_parts.PAPER)
    member = next((m for m in one.roll if m.member_no == member_no), None)
    if member is None:
        raise NotFound("Vòng này không có thành viên mang số này.", "There is no such member on the roll.")
    items = [i for i in one.items if not i.withdrawn and member_no not in i.recused]
    opinions = [(ballot.OPINIONS[0], _("Đồng ý")), (ballot.OPINIONS[1], _("Không đồng ý"))]

    def done(said: dict[str, Any]) -> AnyResponse:
        choices = {i.item_no: said[f"item_{i.item_no}"] for i in items if said.get(f"item_{i.item_no}")}
        ballot.file_written_opinion(round_id, member_no, choices, paper=said["paper"], scan=int(said["scan"][0]), by=by)
        pages.say(_("Đã ghi ý kiến bằng văn bản của %(name)s.", name=member.name))
        return pages.back_to("ballot.show", round_id=round_id)

    before = {i.item_no: o for i in items for o in i.written if o.member_no == member_no}
    scans = sorted({o.scan for o in before.values()})
    title = _("Ý kiến bằng văn bản của *%(name)s*", name=member.name)
    return edit.edit(
        edit.form(
            "written_opinion", edit.text("paper", _("Số, ngày của văn bản"), required=True, most=200),
            edit.file("scan", _("Bản chụp phiếu có chữ ký"), hint=_("PDF hoặc ảnh"), required=True),
            *(edit.choice(f"item_{i.item_no}", f"{i.item_no}. {i.title}", opinions) for i in items),
        ),
        edit.Page(
            title, url_for("council_written.enter", round_id=round_id, member_no=member_no),
            url_for("ballot.show", round_id=round_id), _("Ghi ý kiến"), ballot_parts.crumbs(one, _("Ý kiến bằng văn bản")),
            _("Ghi tên trong biên bản, thành dòng riêng bên cạnh số phiếu kín. Mục để trống là không có ý kiến."),
        ),
        done,
        files=edit.Files(by, [read_file_row(scan) for scan in scans]),
        first={"paper": next((o.paper for o in before.values()), ""), "scan": scans, **{f"item_{n}": o.choice for n, o in before.items()}},
    )
