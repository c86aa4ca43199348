"""Feedback to the unit on the web: drafted beside what reviewers said, checked by a second person, read by the unit."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards.models import Nomination
from service.awards.nominations import read_nomination
from service.council import session as sessions
from service.council.session import Feedback, Session
from service.errors import Conflict, NotFound, Refusal
from service.web import edit, pages
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Fact, Tag

blueprint = Blueprint("feedback", __name__)
READ = "feedback.read"
DRAFT = "feedback.draft"
RELEASE = "feedback.release"


def tag_of(state: str) -> Tag:
    """Where the words on a name stand."""
    return {
        "drafted": Tag("waiting", _("Chờ duyệt")), "returned": Tag("note", _("Trả lại để sửa")),
        "released": Tag("passed", _("Đã gửi đơn vị")),
    }.get(state, Tag("note", _("Chưa soạn")))


def block_of_name(n: Nomination, by: Actor) -> Block | None:
    """The words on a nomination's page: for the unit once they went out, for the office where they stand and a way to them."""
    try:
        found = sessions.read_feedback(n.id, by=by)
    except (NotFound, Conflict):
        return None
    links = [Link(_("Mở trang nhận xét"), url_for("feedback.show", nomination_id=n.id))] if people.allowed(by, READ) else []
    if not found.state and not found.comments:
        return None
    said = found.state == "released"
    return Block(
        _("Nhận xét của Hội đồng"), links, key="feedback",
        lines=[*([Cell(line, vietnamese=True) for line in found.words.splitlines() if line.strip()] if said else []),
               Cell(_("Gửi ngày %(day)s", day=words.full_date(found.released_at)) if said else _("Nhận xét gửi đơn vị"),
                    tag=None if said else tag_of(found.state))],
    )


def block_of_session(one: Session, by: Actor) -> Block | None:
    """Each name of a session with how the words on it stand, for who drafts and checks them."""
    if not people.allowed(by, READ) or one.state not in ("finished", "minuted", "signed"):
        return None
    states = sessions.feedback_states(one.id, by=by)
    return Block(
        _("Nhận xét gửi đơn vị"), key="feedback",
        words=_("Thư ký soạn từ ý kiến người chấm, Trưởng phòng duyệt lời; sau khi biên bản được ký thì đơn vị mới đọc được."),
        lines=[
            Cell(f"{i.item_no}. {i.name}", i.unit_name, url_for("feedback.show", nomination_id=i.nomination_id),
                 tag=tag_of(states.get(i.nomination_id, "")))
            for i in one.items if i.live
        ],
    )


@blueprint.get("/nominations/<int:nomination_id>/feedback")
def show(nomination_id: int) -> Response:
    """What reviewers said of a name, and the words for its unit."""
    by = pages.me()
    people.require(by, READ)
    return _page(nomination_id, by)


def _page(nomination_id: int, by: Actor, *, wrong: str = "", code: int = 200) -> Response:
    n = read_nomination(nomination_id, by=by)
    found = sessions.read_feedback(nomination_id, by=by)
    may_draft = people.allowed(by, DRAFT) and found.state != "released" and not found.concerned
    return pages.page(
        "feedback", code=code, crumbs=_crumbs(n, _("Nhận xét gửi đơn vị")), nomination=n, found=found, tag=tag_of(found.state),
        wrong=wrong, typed=request.form.get("words", found.words) if request.method == "POST" else found.words, may_draft=may_draft,
        acts=_acts(found, by), url=url_for(".draft", nomination_id=nomination_id), status=_status(found),
        facts=[Fact(_("Đơn vị"), n.unit_name), *([Fact(_("Lý do trả lại"), found.returned_for)] if found.returned_for else [])],
    )


def _status(found: Feedback) -> str:
    if found.state == "released":
        return _("Đã gửi đơn vị ngày %(day)s, không sửa nữa.", day=words.full_date(found.released_at))
    told = {
        "": _("Chưa soạn."), "drafted": _("Chờ người thứ hai duyệt lời."), "returned": _("Trả lại để sửa lời."),
    }[found.state]
    return told if found.ready else told + " " + _("Gửi đơn vị được sau khi biên bản phiên họp được ký.")


def _acts(found: Feedback, by: Actor) -> list[Act]:
    if found.state != "drafted" or not people.allowed(by, RELEASE):
        return []
    of = found.nomination_id
    own = _("Bạn đã soạn nhận xét này, người khác duyệt.") if found.own else ""
    unsigned = "" if found.ready else _("Biên bản phiên họp chưa ký.")
    return [
        Act(_("Duyệt, gửi đơn vị"), url_for(".release", nomination_id=of), "release", "main", "mail", why_not=own or unsigned,
            hidden={"seen": str(found.version)}),
        Act(_("Trả lại để sửa"), url_for(".send_back", nomination_id=of), "send-back", "takes", why_not=own,
            effect=_("Trả lại cho thư ký sửa lời?"), asks=_("Cần sửa gì")),
    ]


@blueprint.post("/nominations/<int:nomination_id>/feedback/draft")
def draft(nomination_id: int) -> AnyResponse:
    """Write the words for the unit, or mend them."""
    by = pages.me()
    people.require(by, DRAFT)
    try:
        sessions.draft_feedback(nomination_id, request.form.get("words", "")[:20_000].replace("\r\n", "\n"), by=by)
    except Refusal as refusal:
        return _page(nomination_id, by, wrong=" ".join(said for _path, said in pages.shown_faults(refusal)) or pages.in_language(refusal),
                     code=refusal.status)
    pages.say(_("Đã ghi nhận xét. Chờ người thứ hai duyệt lời."))
    return pages.back_to("feedback.show", nomination_id=nomination_id)


@blueprint.post("/nominations/<int:nomination_id>/feedback/release")
def release(nomination_id: int) -> AnyResponse:
    """Check the words and let them go out."""
    by = pages.me()
    people.require(by, RELEASE)
    try:
        sessions.release_feedback(nomination_id, pages.number_of(request.form.get("seen")) or 0, by=by)
    except Refusal as refusal:
        return _page(nomination_id, by, wrong=pages.in_language(refusal), code=refusal.status)
    pages.say(_("Đã duyệt. Đơn vị đọc được nhận xét và nhận thư."))
    return pages.back_to("feedback.show", nomination_id=nomination_id)


@blueprint.route("/nominations/<int:nomination_id>/feedback/return", methods=["GET", "POST"])
def send_back(nomination_id: int) -> AnyResponse:
    """Send the words back to be mended."""
    by = pages.me()
    people.require(by, RELEASE)
    n = read_nomination(nomination_id, by=by)
    act = next((one for one in _acts(sessions.read_feedback(nomination_id, by=by), by) if one.key == "send-back"), None)
    if act is None:
        raise Conflict("Không có nhận xét nào chờ duyệt.", "No words wait to be checked.", code="nothing-drafted")

    def done(reason: str) -> AnyResponse:
        sessions.return_feedback(nomination_id, reason, by=by)
        pages.say(_("Đã trả lại để sửa."))
        return pages.back_to("feedback.show", nomination_id=nomination_id)

    return edit.confirm(act, _crumbs(n, act.words), url_for(".show", nomination_id=nomination_id), done)


def _crumbs(n: Nomination, last: str) -> list[Link]:
    name = Link(n.name, url_for("nominations.show", nomination_id=n.id))
    return [Link(_("Hồ sơ"), url_for("nominations.show_all")), name, Link(last, "")]
