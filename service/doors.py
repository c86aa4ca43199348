"""What pages and API share at the door: who is there, in which language, and how a refusal is answered.

A session token comes as a bearer token (programs) or in the signed cookie (browsers), a personal API token as a bearer
token at the API only. The person is read in a read
transaction of its own that ends before any act begins.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, jsonify, request, send_file, session, stream_with_context
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from service import people, route_rights, token_calls, trail
from service.actor import Actor
from service.awards import lists
from service.db import end_read
from service.errors import Forbidden, NotSignedIn, Refusal, Withheld
from service.papers.trail_export import Exported
from service.vietnamese import bare

TOKEN = "token"
CHANGE_FIRST = ("Đổi mật khẩu trên trang web trước khi làm việc khác.", "Change your password at the pages before anything else.")
ENROL_FIRST = (
    "Vai trò của bạn cần xác thực hai bước. Bật xác thực hai bước trên trang web trước khi làm việc khác.",
    "Your role asks for a second factor. Turn it on at the pages before anything else.",
)
_SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
_SAVED = _SHUT + "sandbox"
_PICTURE = _SHUT + "img-src 'self'; style-src 'unsafe-inline'; sandbox"
# A browser's own reader of PDF is built with styles and an embedded object (crbug.com/343754409), in Safari with scripts of its own.
_PDF = _SHUT + "object-src 'self'; style-src 'unsafe-inline'; sandbox allow-scripts"
LOOKED_AT = {"application/pdf": _PDF, "image/png": _PICTURE, "image/jpeg": _PICTURE}
"""What a browser shows without running anything of it, and the policy under which it does: cut off from the service's pages."""
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Add the look-up of the person and the answers to errors."""
    app.before_request(_who)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def ask_at_routes(app: Flask) -> None:
    """Ask at every route what its line says; comes after the look-up of the person and the count of requests, before all bodies."""
    app.before_request(_ask)


def _ask() -> None:
    """Refuse here who could not do the act for any unit, in any process and as nobody's substitute, whatever was sent.

    Whether he may do it in this case is a question for the verb behind the route, which knows the case.
    """
    endpoint = request.endpoint
    if endpoint is None or request.method == "OPTIONS":
        return
    asked = route_rights.routes().get(endpoint)
    if asked is None:
        raise LookupError(f"route {endpoint} has no line in {route_rights.DATA.name}: say there what it asks of who comes")
    found: Actor | None = g.actor
    ready = found is not None and not (found.must_change or found.must_enrol)
    if found is not None and ready:
        token_calls.check_call(found, asked)  # before his rights: what no token does is said, also to who holds no right to it
    if asked.public:
        return
    by = actor()  # says of a token why it opens nothing
    if not ready:
        return  # holds no right; page and API say what is to be done first
    if asked.acts and not any(people.could(by, act) for act in asked.acts):
        people.require(by, asked.acts[0])


def is_api() -> bool:
    """Tell whether the request is a program's."""
    return request.path.startswith("/api/")


def bearer() -> str | None:
    """The bearer token of the request, if it has one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def token() -> str | None:
    """The session token of the request, from header or cookie."""
    return bearer() or session.get(TOKEN)


def _who() -> None:
    g.actor = g.no_actor = None
    if request.endpoint == "static":
        return
    found = token()
    if found and people.is_api_token(found):
        if is_api():  # a page is for people, who sign in
            _through_token(found)
    elif found:
        door = "api" if is_api() else "web"
        g.actor = people.actor_of_token(found, door=door)
        end_read()


def _through_token(found: str) -> None:
    g.actor = people.actor_of_api_token(found, changes=request.method not in route_rights.SAFE)
    end_read()
    if g.actor is None:
        g.no_actor = people.refuse_token(found, address=request.remote_addr or "")
        end_read()


def actor() -> Actor:
    """The person of the request; NotSignedIn if nobody is there, TooMany where wrong tokens came too often."""
    if g.get("no_actor") is not None:
        refusal: Refusal = g.no_actor
        raise refusal
    if g.get("actor") is None:
        raise NotSignedIn("Bạn chưa đăng nhập.", "Sign in first.")
    found: Actor = g.actor
    return found


def language() -> str:
    """Language of the answer: what the reader chose, else what the browser prefers, else Vietnamese."""
    chosen = request.cookies.get("language")
    if chosen in ("vi", "en"):
        return chosen
    if is_api():
        return request.accept_languages.best_match(["vi", "en"], "vi") or "vi"
    return "vi"


def hand_out(file: Exported) -> Response:
    """A file to save, read piece by piece as it goes out."""
    answer = Response(stream_with_context(file.content), mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return _closed(answer, _SAVED)


def hand_file(content: bytes | Path | IO[bytes], media_type: str, name: str, *, look: bool = False) -> Response:
    """A file to save, under its name with all its letters (RFC 6266), and in plain ones for what cannot read them; with `look` to be shown.

    Only what stands in `LOOKED_AT` is ever shown, anything else is saved whatever is asked. `media_type` is what the content was
    found to be when it was taken, or what the service made, never what somebody said it is. No browser and no proxy keeps it.
    """
    policy = LOOKED_AT.get(media_type) if look else None
    answer = send_file(
        io.BytesIO(content) if isinstance(content, bytes) else content, mimetype=media_type, as_attachment=policy is None,
        download_name=name, max_age=0,
    )
    if not name.isascii():
        whole = quote(name, safe="!#$&+-.^_`|~")
        answer.headers.set(
            "Content-Disposition", "attachment" if policy is None else "inline", filename=bare(name), **{"filename*": f"UTF-8''{whole}"}
        )
    return _closed(answer, policy or _SAVED)


def _closed(answer: Response, policy: str) -> Response:
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.pop("Expires", None)
    return answer


def problem(refusal: Refusal) -> Response:
    """A refusal as problem+json (RFC 9457), with stable code, fields and lines."""
    body: dict[str, Any] = {
        "type": f"urn:vinhdanh:problem:{refusal.code}",
        "title": refusal.message if language() == "vi" else refusal.message_en,
        "status": refusal.status,
        "code": refusal.code,
        "message": refusal.message,
        "message_en": refusal.message_en,
        "instance": request.path,
    }
    if refusal.faults:
        body["errors"] = [
            {"path": f.path, "message": f.message, "message_en": f.message_en} for f in refusal.faults
        ]
    if refusal.lines:
        body["lines"] = [dict(line) for line in refusal.lines]
    response = jsonify(body)
    response.status_code = refusal.status
    response.content_type = "application/problem+json"
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="vinhdanh"'
    return response


def _answer(refusal: Refusal) -> Any:
    if is_api():
        return problem(refusal)
    from service.web.pages import refused

    return refused(refusal)


def _refused(refusal: Refusal) -> Any:
    end_read()
    if isinstance(refusal, Forbidden | Withheld) and g.get("actor") is not None:
        what, target = _wanted(refusal)
        trail.deny(what, by=g.actor, target=target)
    return _answer(refusal)


def _wanted(refusal: Refusal) -> tuple[str, str]:
    """What was refused, as a word of the code (page or call, act, why), and the object that it was wanted of.

    Only numbers and words of the code: what else stands in an address was typed by somebody.
    """
    given = request.view_args or {}
    acts = {act.name for kind in lists.KINDS.values() for act in kind.acts}
    words = [request.endpoint or "", *(given[name] for name in ("act", "kind") if given.get(name) in acts | set(lists.KINDS))]
    if refusal.code != refusal.default_code:
        words.append(refusal.code)
    target = next((f"{name.removesuffix('_id')}:{value}" for name, value in given.items() if isinstance(value, int)), "")
    if not target and isinstance(refusal, Withheld):  # then there is one of that name
        target = next((f"ballot:{given[name]}" for name in ("ballot_id", "round_id") if name in given), "")
    return ":".join(filter(None, words))[:80].lower(), target if trail.is_stream(target) else ""


_SENTENCES = {
    400: ("Yêu cầu không đọc được.", "The request cannot be read."),
    404: ("Không có trang này.", "There is no such page."),
    405: ("Trang này không nhận cách gọi đó.", "This address does not take that method."),
    413: ("Nội dung gửi lên quá lớn.", "What was sent is too large."),
    415: ("Kiểu nội dung không nhận được.", "This content type is not taken."),
    422: ("Nội dung gửi lên chưa đúng.", "What was sent does not fit."),
    429: ("Gửi quá nhiều trong thời gian ngắn. Thử lại sau ít phút.", "Too many requests; try again in a while."),
}


def _http_error(error: HTTPException) -> Any:
    end_read()
    code = error.code or 500
    if code < 400 and error.response is not None:
        return error.response
    message, message_en = _SENTENCES.get(code, _SENTENCES[400] if code < 500 else ("Máy chủ gặp lỗi.", "Server error."))
    refusal = Refusal(message, message_en, code=f"http-{code}")
    refusal.status = code  # type: ignore[misc]
    answer = _answer(refusal)
    if isinstance(answer, Response) and error.response is None:
        for name, value in error.get_headers(None):
            if name.lower() in ("allow", "retry-after"):
                answer.headers[name] = value
    return answer


_AGAIN = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300")
"""PostgreSQL's states of a lost race, a lock not had, a server that stops or is full: the same again may go well."""


def _is_busy(error: OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    return (
        error.connection_invalidated
        or state in _AGAIN
        or "database is locked" in said
        or "database table is locked" in said
        or (state is None and "connection" in said)
    )


def _busy(error: OperationalError) -> Any:
    """The database is locked for longer than it waits, or was restarted: nothing was written, try again."""
    if not _is_busy(error):
        return _broken(error)
    end_read()
    log.warning("database busy", error=type(error).__name__)
    refusal = Refusal(
        "Hệ thống đang bận, chưa ghi gì. Thử lại sau vài giây; nội dung đã nhập vẫn còn.",
        "The system is busy and nothing was written. Try again in a few seconds.",
        code="busy",
    )
    refusal.status = 503  # type: ignore[misc]
    return _answer(refusal)


def _broken(error: Exception) -> Any:
    end_read()
    # A trace may show values of the body: of a ballot, a code or a password only the kind of the error is kept.
    asked = route_rights.routes().get(request.endpoint or "")
    told = None if asked is not None and asked.secret else error
    log.error("request failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=told)
    refusal = Refusal(
        "Máy chủ gặp lỗi, chưa ghi gì. Quản trị hệ thống đã có dấu vết để tìm nguyên nhân.",
        "Something broke on the server and nothing was written. The administrator has a trace of it.",
        code="server-error",
    )
    refusal.status = 500  # type: ignore[misc]
    return _answer(refusal)
