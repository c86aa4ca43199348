"""`Idempotency-Key` on writes: the same key with the same request gives the first answer again, and writes nothing.

The answer is stored in the act's own transaction, so that a crash loses both or neither. Keys belong to the person,
and are kept for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from flask import Flask, Response, current_app, make_response, request
from sqlalchemy import LargeBinary, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service import clock, doors, jobs, route_rights
from service.db import Base, is_postgresql, reading, transaction
from service.errors import Conflict, Invalid

KEPT = timedelta(days=1)
LONGEST = 200


class Answered(Base):
    """The answer to a write that came with a key."""

    __tablename__ = "idempotent_answer"

    account: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime] = mapped_column(index=True)


def install(app: Flask) -> None:
    """Wrap every writing route of the API that may keep its answer."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1") and (rule.methods or set()) - route_rights.SAFE and keeps(rule.endpoint):
            app.view_functions[rule.endpoint] = _kept(app.view_functions[rule.endpoint])
    jobs.sweep("idempotent answers")(forget_old)


def keeps(endpoint: str) -> bool:
    """Tell whether an answer may be kept: none that carries a secret, unless that is taken out of what is kept."""
    asked = route_rights.routes().get(endpoint)
    return asked is not None and (not asked.secret or bool(asked.told_once))


def _kept(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(*args, **kwargs)
        if len(key) > LONGEST or not (key.isprintable() and key.isascii()):
            raise Invalid(
                "Idempotency-Key dài quá hoặc có ký tự lạ.", "The Idempotency-Key is too long or not printable.",
                code="idempotency-key",
            )
        by = doors.actor()
        digest = _digest()
        with transaction() as s:
            _alone(s, by.account or 0, key)
            found = s.get(Answered, (by.account, key))
            if found is not None:
                return _again(found, digest)
            response: Response = make_response(current_app.ensure_sync(view)(*args, **kwargs))
            if response.status_code < 400:
                s.add(
                    Answered(
                        account=by.account,
                        key=key,
                        digest=digest,
                        status=response.status_code,
                        content_type=response.content_type,
                        body=_without_secrets(response.get_data()),
                        answered_at=clock.now(),
                    )
                )
            return response

    return once


def _without_secrets(body: bytes) -> bytes:
    asked = route_rights.routes().get(request.endpoint or "")
    secret = asked.told_once if asked else ""
    if not secret or not (said := orjson.loads(body)).get(secret):
        return body  # one-time codes are told in the first answer only, and kept nowhere in clear
    return orjson.dumps(said | {secret: []})


def _digest() -> str:
    """What a request says; of an upload the fields and files, because a second sending wraps them anew."""
    said = hashlib.sha256(b"\0".join((request.method.encode(), request.full_path.encode())))
    if request.mimetype != "multipart/form-data":
        said.update(b"\0" + request.get_data())
        return said.hexdigest()
    for name, value in request.form.items(multi=True):
        said.update(orjson.dumps([name, value]))
    for name, sent in request.files.items(multi=True):
        content = hashlib.sha256(sent.stream.read()).hexdigest()
        sent.stream.seek(0)
        said.update(orjson.dumps([name, sent.filename, sent.mimetype, content]))
    return said.hexdigest()


def _alone(s: Session, account: int, key: str) -> None:
    """Let only one call with this key act at a time; SQLite has one writer anyway."""
    if is_postgresql():
        number = int.from_bytes(hashlib.sha256(f"{account}:{key}".encode()).digest()[:8], signed=True)
        s.execute(select(func.pg_advisory_xact_lock(number)))


def _again(found: Answered, digest: str) -> Response:
    if found.digest != digest:
        raise Conflict(
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request.",
            code="idempotency-mismatch",
        )
    response = Response(found.body, status=found.status, content_type=found.content_type)
    response.headers["Idempotent-Replay"] = "true"
    return response


def forget_old() -> int:
    """Forget answers older than a day; the worker's sweep."""
    limit = clock.now() - KEPT
    with reading() as s:
        if s.execute(select(Answered.key).where(Answered.answered_at < limit).limit(1)).first() is None:
            return 0
    with transaction() as s:
        done = s.execute(delete(Answered).where(Answered.answered_at < limit))
        return int(getattr(done, "rowcount", 0))
