"""A shared tablet in the session: a member signs in for one ballot, and is signed out with it. Keeps nothing of a body."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people
from service.council import ballot
from service.council import session as sessions
from service.errors import Forbidden, Refusal
from service.web import council_parts as parts
from service.web import pages
from service.web.ballot import KEPT_PASS, KIOSK

blueprint = Blueprint("council_kiosk", __name__)
_OF_ONE_BALLOT = {"ballot.sheet", "ballot.cast", "ballot.sign_in_again", "static", "healthz"}
"""What a member who is signed in on the shared tablet may open there; anything else signs him out."""


@blueprint.before_app_request
def only_the_ballot() -> AnyResponse | None:
    """Whoever leaves the sheet without voting leaves nobody signed in for the next one."""
    if KIOSK not in session or doors.TOKEN not in session or request.endpoint in _OF_ONE_BALLOT:
        return None
    number = session[KIOSK]
    people.sign_out(session[doors.TOKEN])
    session.clear()
    session[KIOSK], g.actor = number, None
    return None if doors.is_api() else pages.back_to("council_kiosk.show", session_id=number)


@blueprint.post("/council/<int:session_id>/kiosk/start")
def start(session_id: int) -> AnyResponse:
    """Make this device the shared tablet of the session: the secretary is signed out on it."""
    by = pages.me()
    people.require(by, parts.RUN)
    one = sessions.read_session(session_id, by=by)
    people.sign_out(doors.token() or "")
    session.clear()
    session[KIOSK] = one.id
    return pages.back_to("council_kiosk.show", session_id=session_id)


def _must_be_kiosk(session_id: int) -> None:
    if session.get(KIOSK) != session_id:
        raise Forbidden(
            "Máy này chưa phải máy bỏ phiếu chung của phiên họp. Thư ký mở từ màn hình điều hành.",
            "This device is not the session's shared one. A secretary makes it so from the meeting's screen.",
            code="no-kiosk",
        )


@blueprint.get("/council/<int:session_id>/kiosk")
def show(session_id: int) -> Response:
    """Who wants to vote signs in here."""
    _must_be_kiosk(session_id)
    return _page(session_id)


def _page(session_id: int, wrong: str = "", status: int = 200, ask_code: bool = False) -> Response:
    return pages.page(
        "council_kiosk", code=status, bare=True, wrong=wrong, ask_code=ask_code,
        url=url_for("council_kiosk.enter", session_id=session_id),
    )


@blueprint.post("/council/<int:session_id>/kiosk/enter")
def enter(session_id: int) -> AnyResponse:
    """Sign a member in and lead to the own sheet of the round that is open."""
    _must_be_kiosk(session_id)
    password, code = request.form.get("password", ""), request.form.get("code") or None
    here = {"door": "web", "address": request.remote_addr or "", "device": "kiosk"}
    try:
        try:
            token, by = people.sign_in(request.form.get("username", ""), password, **here)
        except people.CodeNeeded as needed:
            if not code:
                return _page(session_id, ask_code=True)
            token, by = people.finish_sign_in(needed.step, code, **here)
            code = None  # a one-time code is good once: the sheet asks for the next one
    except Refusal as refusal:
        return _page(session_id, pages.in_language(refusal), refusal.status)
    try:
        running = next(
            (r for r in ballot.rounds_of(session_id, by=by) if r.state == "open" and r.member_of(by.account)), None
        )
        if running is None:
            raise Forbidden(
                "Chưa có vòng nào đang mở mà bạn bỏ phiếu được.", "No round is open in which you vote.", code="no-round"
            )
        ballot.read_sheet(running.id, by=by)
    except Refusal as refusal:
        people.sign_out(token)
        return _page(session_id, pages.in_language(refusal), refusal.status)
    session.clear()
    session[KIOSK], session[doors.TOKEN] = session_id, token
    if not people.second_factor.is_on(by.account or 0):
        session[KEPT_PASS] = people.open_pass(
            f"ballot:{running.id}", password, code, by=by, address=request.remote_addr or ""
        )
    return pages.back_to("ballot.sheet", round_id=running.id)
