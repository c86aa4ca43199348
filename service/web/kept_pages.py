"""Pages that their reader keeps on a device for where there is no network: which may be kept, and the worker that opens them there."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.actor import Actor
from service.web.pages import me, page
from service.web.rendering import BUILD, AssetsMissing

blueprint = Blueprint("kept_pages", __name__)

_WORKER = BUILD / "worker.js"


def offer(response: Response, by: Actor) -> Response:
    """Let the script of the page keep this answer on the device of its reader; any other answer puts an end to what is kept of its page."""
    response.headers["X-May-Keep"] = f"account-{by.account}"
    return response


@blueprint.get("/kept-pages")
def show() -> Response:
    """What is kept on the device at which it is asked for; without network it is shown instead of a page that is not kept.

    The page names nothing itself: its script lists what the device keeps for its reader.
    """
    return offer(page("kept_pages", bare=True), me())


@blueprint.get("/kept-pages.js")
def worker() -> Response:
    """The worker, beside the pages: a browser lets it open only what lies below its own folder. Its name stays, so it is asked for anew."""
    if not _WORKER.exists():
        raise AssetsMissing("the worker of kept pages is not in the build; run `npm ci && npm run build`")
    response = Response(_WORKER.read_bytes(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})
    response.add_etag()
    response.make_conditional(request)
    return response
