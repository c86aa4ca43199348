"""Following a nomination and no longer following it: the two buttons of its page."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service.awards import following
from service.errors import Conflict
from service.web.pages import back_to, in_language, me, say

blueprint = Blueprint("following", __name__)


@blueprint.post("/nominations/<int:nomination_id>/follow")
def follow(nomination_id: int) -> AnyResponse:
    """Be told whenever it comes to stand elsewhere; where it cannot be followed any more its page says why."""
    try:
        following.follow(nomination_id, by=me())
    except Conflict as refusal:
        say(in_language(refusal), "bad")
    else:
        say(_("Đã theo dõi hồ sơ. Mỗi khi hồ sơ chuyển sang bước khác, tạm dừng hoặc kết thúc, bạn được báo ở chuông và qua thư."))
    return back_to("nominations.show", nomination_id=nomination_id)


@blueprint.post("/nominations/<int:nomination_id>/unfollow")
def unfollow(nomination_id: int) -> AnyResponse:
    """Be told no more."""
    following.unfollow(nomination_id, by=me())
    say(_("Đã thôi theo dõi hồ sơ."))
    return back_to("nominations.show", nomination_id=nomination_id)


__all__ = ["blueprint", "follow", "unfollow"]
