"""A pass: the person has just signed in again, for one purpose, for ten minutes. Stored nowhere, signed with a key of its own.

It holds for one account at one version of its credentials and one purpose; it is good at the pages' door only, never
for a program's token, a substitute, or somebody else. In demo mode the password alone is asked for, unless the person
has turned the second factor on.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

import orjson

from service import clock, trail
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Forbidden, NotSignedIn
from service.people import credentials, passwords, second_factor, tally

LIFE = timedelta(minutes=10)


def open_pass(purpose: str, password: str, code: str | None, *, by: Actor, address: str = "") -> str:
    """Sign in again for a purpose; returns the pass.

    NotSignedIn where password or code is wrong (counted as at sign-in), Forbidden at another door than the pages, or
    where a code is needed and the person has no second factor.
    """
    account = _person(by)
    second_factor.check_password(password, by=by, address=address)
    needs_code = second_factor.is_on(account)
    if not needs_code and not passwords.settings().demo:
        raise Forbidden(
            "Việc này cần xác thực hai bước. Bật xác thực hai bước ở mục tài khoản của bạn rồi làm lại.",
            "This needs the second factor. Turn it on for your account, then try again.",
            code="second-factor-needed",
        )
    counted = tally.subjects(by.login, address)
    with transaction():
        tally.check(counted)
        right = not needs_code or second_factor.use_code(account, code or "")
        version = credentials.version_of(account)
        if right and version is not None:
            trail.record(
                "session:confirmed", by=by, stream=f"account:{account}", body={"what": purpose.partition(":")[0]}
            )
            return sign(account, version, purpose)
        for _subject, failures in tally.failed(counted)[:1]:
            trail.record("account:locked", by=by, stream=f"account:{account}", body={"count": failures})
    raise NotSignedIn(
        "Mã xác thực chưa đúng hoặc đã dùng. Nhập mã đang hiện trong ứng dụng.",
        "The code is wrong or was used. Type the one that the app shows now.",
        code="wrong-code",
    )


def check_pass(pass_: str, purpose: str, *, by: Actor) -> int:
    """Refuse with Forbidden a pass that is forged, too old, of another person or purpose, or of older credentials.

    Returns the version of the credentials it was made for.
    """
    account = _person(by)
    said = read(pass_, purpose)
    if said is None or said[0] != account:
        raise Forbidden(
            "Lượt xác thực đã hết 10 phút hoặc không phải cho việc này. Xác thực lại.",
            "You signed in again more than ten minutes ago, or for something else. Do so once more.",
            code="no-pass",
        )
    with reading():
        version = credentials.version_of(account)
    if version != said[1]:
        raise Forbidden(
            "Mật khẩu hoặc xác thực hai bước của bạn vừa đổi. Đăng nhập lại từ đầu.",
            "Your password or second factor has changed. Sign in anew.",
            code="credential-changed",
        )
    return said[1]


def sign(account: int, version: int, purpose: str) -> str:
    """A signed word that this account, at this version of its credentials, may go on with a purpose for ten minutes."""
    until = int((clock.unmoved() + LIFE).timestamp())
    body = urlsafe_b64encode(orjson.dumps([account, version, purpose, until])).decode().rstrip("=")
    return f"{body}.{_mac(body)}"


def read(signed: str, purpose: str) -> tuple[int, int] | None:
    """Account and version of a signed word, None where it is forged, too old or for something else."""
    body, _, mac = signed.partition(".")
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(body).encode()):
        return None
    account, version, for_, until = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if for_ != purpose or until <= int(clock.unmoved().timestamp()):
        return None
    return int(account), int(version)


def _person(by: Actor) -> int:
    if by.account is None or by.door != "web":
        raise Forbidden(
            "Việc này chỉ tự tay làm trên trang web, không qua chương trình.",
            "This is done in person on the pages, never by a program.",
            code="pages-only",
        )
    return by.account


def _mac(body: str) -> str:
    key = passwords.settings().key("passes").get_secret_value().encode()
    return hmac.new(key, body.encode("utf-8", "replace"), sha256).hexdigest()
