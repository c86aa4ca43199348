"""Setting a password without the old one: with a one-time code, that an administrator has handed out or a letter brings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from service import people
from service.errors import Refusal
from service.web import pages

blueprint = Blueprint("set_password", __name__)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def redeem() -> Any:
    """Set the password with a one-time code and go in; a second factor is still asked for."""
    if request.method == "GET":
        return _page()
    try:
        token, by = people.redeem_code(
            request.form.get("username", ""), request.form.get("code", ""), request.form.get("password", ""),
            door="web", address=request.remote_addr or "", device=(request.user_agent.string or "")[:200],
        )
    except people.CodeNeeded as needed:
        return pages.ask_for_code(needed)
    except Refusal as refusal:
        return _page(pages.shown_faults(refusal) or [("username", pages.in_language(refusal))], refusal.status)
    return pages.let_in(token, by)


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
def forgotten() -> Response:
    """Ask for a letter with a code; what is answered does not depend on who was named."""
    wrong, status = "", 200
    if request.method == "POST":
        try:
            people.ask_reset(request.form.get("said", "")[:200], door="web", address=request.remote_addr or "")
        except Refusal as refusal:
            wrong, status = pages.in_language(refusal), refusal.status
    return pages.page(
        "forgotten", code=status, url=url_for("set_password.forgotten"), code_url=url_for("set_password.redeem"),
        back_url=url_for("pages.sign_in"), asked=request.method == "POST" and not wrong, wrong=wrong,
        said=request.form.get("said", "")[:200],
    )


def _page(faults: list[tuple[str, str]] | None = None, status: int = 200) -> Response:
    return pages.page(
        "set_password", code=status, faults=faults or [], username=request.form.get("username", ""),
        url=url_for("set_password.redeem"), back_url=url_for("pages.sign_in"),
    )
