"""One's own second factor: turning it on with an app, recovery codes, turning it off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from service import doors, people
from service.actor import Actor
from service.errors import Refusal
from service.people import Enrolment
from service.web import pages

blueprint = Blueprint("second_factor", __name__)


@blueprint.get("/second-factor")
def show() -> Response:
    """Whether it is on, and what can be done."""
    return _page(doors.actor())


@blueprint.post("/second-factor")
def act() -> Response:
    """Begin, confirm, make new recovery codes, turn off: each asks for the password, or for a code."""
    by = doors.actor()
    password, what = request.form.get("password", ""), request.form.get("act", "")
    try:
        if what == "begin":
            return _page(by, offered=people.second_factor.begin(password, by=by))
        if what == "confirm":
            codes = people.second_factor.confirm(request.form.get("code", ""), by=by, keep=doors.token())
            return _page(by, codes=codes, said=_("Đã bật xác thực hai bước. Các phiên đăng nhập khác đã kết thúc."))
        if what == "renew":
            return _page(by, codes=people.second_factor.renew_recovery(password, by=by))
        people.second_factor.disable(password, by=by, keep=doors.token())
        return _page(by, said=_("Đã tắt xác thực hai bước. Các phiên đăng nhập khác đã kết thúc."))
    except Refusal as refusal:
        return _page(by, wrong=pages.in_language(refusal), what=what, status=refusal.status)


def _page(
    by: Actor, *, offered: Enrolment | None = None, codes: list[str] | None = None, wrong: str = "", what: str = "",
    said: str = "", status: int = 200,
) -> Response:
    account: Any = by.account
    return pages.page(
        "second_factor", code=status, on=people.second_factor.is_on(account),
        left=people.second_factor.recovery_left(account), offered=offered, codes=codes or [], wrong=wrong, what=what,
        done=said, needed=people.second_factor.is_asked_of(by), asked=by.must_enrol and not codes, url=url_for("second_factor.act"),
        letters=[offered.secret[at : at + 4] for at in range(0, len(offered.secret), 4)] if offered else [],
    )
