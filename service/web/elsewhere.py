"""Signing in at another house (OpenID Connect): off to it, and back with its answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from service import people, trail
from service.errors import NotFound, Refusal
from service.web import pages

blueprint = Blueprint("elsewhere", __name__)

_BEGUN = "begun"
"""Where the signed cookie keeps what the answer must fit, and where the reader wanted to go; good for one answer."""


@blueprint.get("/sign-in/elsewhere")
def begin() -> AnyResponse:
    """Send the browser to the other house."""
    try:
        address, begun = people.oidc.begin(_provider(), _back())
    except Refusal as refusal:
        return pages.sign_in_page(refusal)
    session[_BEGUN] = asdict(begun) | {"next": request.args.get("next", "")[:500]}
    return redirect(address, code=303)


@blueprint.get("/sign-in/elsewhere/done")
def done() -> Any:
    """Take the answer of the other house: a session, the code of the second factor, or why not."""
    at, kept = _provider(), session.pop(_BEGUN, None)
    begun = people.oidc.Begun(kept["state"], kept["nonce"], kept["verifier"]) if kept else None
    wanted = kept["next"] if kept else ""
    try:
        proof = people.oidc.finish(at, begun, request.args.to_dict(), _back())
        token, by = people.sign_in_elsewhere(
            proof, at, address=request.remote_addr or "", device=(request.user_agent.string or "")[:200]
        )
    except people.CodeNeeded as needed:
        return pages.ask_for_code(needed, wanted)
    except Refusal as refusal:
        if refusal.status < 500:
            trail.deny(f"session:elsewhere:{refusal.code}", by=None, door="oidc")
        return pages.sign_in_page(refusal, wanted)
    return pages.let_in(token, by, wanted, elsewhere=True)


def _provider() -> people.oidc.Provider:
    found = people.oidc.provider()
    if found is None:
        raise NotFound("Không có trang này.", "There is no such page.")
    return found


def _back() -> str:
    return f"{pages.settings().address}/sign-in/elsewhere/done"
