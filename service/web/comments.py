"""Comments on a nomination: the block on its page and its task's, the page of all of them, writing and taking back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.actor import Actor
from service.awards import comments
from service.awards.comments import Said
from service.awards.models import Nomination
from service.awards.nominations import read_nomination
from service.errors import Invalid, TooMany
from service.web import edit
from service.web.case_parts import nomination_url
from service.web.frame import Link
from service.web.pages import in_language, me, number_of, page, say, shown_faults
from service.web.parts import Act, Remark, Tag, Talk
from service.web.standing import pages_of

blueprint = Blueprint("comments", __name__)
SHOWN = 5
"""How many stand on the page of a nomination; all of them have a page."""
OFFERED = 8


@blueprint.get("/nominations/<int:nomination_id>/comments")
def show(nomination_id: int) -> Response:
    """A page of the comments that the reader may read, the last one first, and whom one may name."""
    by = me()
    return _page(read_nomination(nomination_id, by=by), by, number=number_of(request.args.get("page")))


@blueprint.post("/nominations/<int:nomination_id>/comments")
def write(nomination_id: int) -> AnyResponse:
    """Write a comment; what was refused is still in its field."""
    by = me()
    n = read_nomination(nomination_id, by=by)
    try:
        number = comments.write_comment(n.id, request.form.get("text", ""), by=by, inside=request.form.get("inside") == "1")
    except (Invalid, TooMany) as refusal:
        return _page(n, by, wrong=(shown_faults(refusal) or [("", in_language(refusal))])[0][1], code=refusal.status)
    _n, row = comments.read_comment(number, by=by)
    known = people.names(row.mentions)
    told = [known[account] for account in row.mentions if account in known]
    say(_("Đã gửi ý kiến. Đã báo %(names)s.", names=", ".join(told)) if told else _("Đã gửi ý kiến."))
    return _back(n)


@blueprint.route("/comments/<int:comment_id>/take-back", methods=["GET", "POST"])
def take_back(comment_id: int) -> AnyResponse:
    """Take one's own comment back."""
    by = me()
    n, _row = comments.read_own_comment(comment_id, by=by)
    here = url_for("comments.take_back", comment_id=comment_id)

    def do(_reason: str) -> AnyResponse:
        comments.take_back(comment_id, by=by)
        say(_("Đã rút lại ý kiến."))
        return redirect(url_for("comments.show", nomination_id=n.id), code=303)

    act = Act(
        _("Rút lại ý kiến"), here, "take-back", "takes",
        effect=_("Rút lại ý kiến này? Không ai đọc được nội dung nữa; hồ sơ vẫn ghi là bạn đã viết và đã rút lại."),
    )
    return edit.confirm(act, _crumbs(n), url_for("comments.show", nomination_id=n.id), do)


@blueprint.get("/nominations/<int:nomination_id>/comments/names")
def names(nomination_id: int) -> Response:
    """Names that may follow an @, for the script: of who may read the comment, and nobody else."""
    by = me()
    found = comments.people_to_name(
        read_nomination(nomination_id, by=by), by=by, inside=request.args.get("inside") == "1", text=request.args.get("q", "")[:100]
    )
    return jsonify(names=[one.handle for one in found[:OFFERED]])


def block(n: Nomination, by: Actor, *, task_id: int | None = None) -> Talk | None:
    """The newest comments on a nomination and the form for one more; None for who is to read none of them."""
    sight = comments.sight_of(n, by)
    if not sight.reads:
        return None
    found = comments.newest_comments(n.id, SHOWN, by=by)
    more = Link(_("Xem tất cả ý kiến"), url_for("comments.show", nomination_id=n.id), count=found.total)
    return Talk(
        [_remark(one) for one in found.items],
        url_for("comments.write", nomination_id=n.id) if sight.writes else "",
        url_for("comments.names", nomination_id=n.id),
        Link(_("Ai nhắc được"), url_for("comments.show", nomination_id=n.id) + "#names"),
        may_inside=sight.inside and sight.writes,
        hidden={"task": str(task_id)} if task_id else {},
        more=more if found.total > SHOWN else None,
        longest=comments.LONGEST,
    )


def _page(n: Nomination, by: Actor, *, wrong: str = "", code: int = 200, number: int | None = None) -> Response:
    sight = comments.sight_of(n, by)
    if not sight.reads:
        comments.must_write(n, by, inside=False)  # says in words why this reader sees none
    inside = request.form.get("inside") == "1"
    found, size = comments.read_comments(n.id, by=by, page=number), comments.page_size()
    if not found.items and found.total:  # an address of a page that there is not
        found = comments.read_comments(n.id, by=by)
    task = number_of(request.form.get("task"))
    return page(
        "comments",
        code=code,
        crumbs=_crumbs(n),
        sentence=ngettext("*%(num)d ý kiến* về hồ sơ của %(name)s", "*%(num)d ý kiến* về hồ sơ của %(name)s", found.total, name=n.name),
        status=_("Đơn vị đề nghị thấy mọi ý kiến, trừ ý kiến nội bộ. Trang tra cứu và trang vinh danh không có ý kiến nào."),
        talk=Talk(
            [_remark(one) for one in found.items],
            url_for("comments.write", nomination_id=n.id) if sight.writes else "",
            url_for("comments.names", nomination_id=n.id),
            may_inside=sight.inside and sight.writes, inside=inside, typed=request.form.get("text", "") if wrong else "", wrong=wrong,
            hidden={"task": str(task)} if task else {}, longest=comments.LONGEST,
        ),
        pager=pages_of(
            found.number, size, found.total, False, lambda page: url_for("comments.show", nomination_id=n.id, page=page),
        ) if found.total > size else None,
        names=[one.handle for one in comments.people_to_name(n, by=by)],
    )


def _remark(one: Said) -> Remark:
    gone = _("Đã rút lại lúc %(when)s.", when=words.full_moment(one.taken_back_at)) if one.taken_back_at else ""
    return Remark(
        str(one.id), one.name, one.written_at, one.text or "", gone,
        tags=[Tag("hold", _("Nội bộ"))] if one.inside else [],
        note=_("Đã báo: %(names)s.", names=", ".join(one.mentions)) if one.mentions and not gone else "",
        link=Link(_("Rút lại"), url_for("comments.take_back", comment_id=one.id)) if one.own and not gone else None,
    )


def _crumbs(n: Nomination) -> list[Link]:
    return [
        Link(_("Hồ sơ"), url_for("nominations.show_all")), Link(n.name, nomination_url(n.id)), Link(_("Ý kiến trao đổi"), ""),
    ]


def _back(n: Nomination) -> AnyResponse:
    """To the page on which it was written."""
    task = number_of(request.form.get("task"))
    values: dict[str, Any] = {"_anchor": "talk"}
    if task is not None:
        return redirect(url_for("task.show", task_id=task, **values), code=303)
    return redirect(url_for("nominations.show", nomination_id=n.id, **values), code=303)
