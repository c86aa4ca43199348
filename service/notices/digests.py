"""What a digest says, and the link that stops digests. Gathering is `gathering`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from service import db
from service.notices.letters import Item, case_of, subject
from service.notices.models import MAIL
from service.notices.still import is_wanted

LETTER = "digest"
PAGE = "/notices"
_LINK_DAYS = 90


def items_of(digest: int, language: str, *, wanted_only: bool = False, but: Collection[int] = ()) -> list[Item]:
    """What a digest says, in the language of its reader; leaves out what nobody need know any more where so asked, and mails `but`."""
    address = current_app.extensions["settings"].address
    with db.reading() as s:
        rows: Sequence[Any] = s.execute(
            select(MAIL.c.account, MAIL.c.letter, MAIL.c.context, MAIL.c.words, MAIL.c.link, MAIL.c.about)
            .where(MAIL.c.digest == digest, MAIL.c.id.not_in(but)).order_by(MAIL.c.id)
        ).all()
    return [
        Item(
            case_of(row.letter, row.context, language),
            subject(row.letter, row.context, language=language, words=row.words),
            address + row.link if row.link else "",
        )
        for row in rows
        if not wanted_only or is_wanted(row.letter, row.about, row.account)
    ]


def stop_link(account: int) -> str:
    """Address at which a person's digests are stopped, without signing in; it holds for some months."""
    return f"{current_app.extensions['settings'].address}/digests/{_signer().dumps(account)}/stop"


def account_of_link(token: str) -> int | None:
    """Whose digests a link stops; None for one that is not ours or too old."""
    try:
        return int(_signer().loads(token, max_age=_LINK_DAYS * 86_400))
    except (BadData, TypeError, ValueError):
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["settings"].key("mail-links").get_secret_value(), salt=LETTER)
