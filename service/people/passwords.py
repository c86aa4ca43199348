"""Hashes passwords and says which are good enough; knows no account.

argon2id with the second recommended set of RFC 9106 section 4 (3 passes, 64 MiB, 4 lanes). Takes some 50 ms:
call it outside the write transaction.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import threading
import unicodedata
from typing import NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from service.config import Settings
from service.errors import Invalid, how_many

DEMO_PASSWORD = "vinhdanh"
SHORTEST = 10
LONGEST = 256
_AT_ONCE = threading.BoundedSemaphore(2)  # each hash takes 64 MiB: many sign-ins at once wait for each other
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1: read aloud and typed from paper
_COMMON = frozenset(
    {
        "1234567890", "12345678910", "0123456789", "0987654321", "qwertyuiop", "password12", "password123",
        "matkhau123", "matkhau1234", "vinhdanh12", "vinhdanh123", "vinhdanh2026", "vinhdanhvinhdanh",
        "anhyeuem123", "iloveyou123", "vietnam123", "vietnam1975", "quangngai123", "administrator",
        "quantri123", "quantri1234",
    }
)  # fmt: skip


def settings() -> Settings:
    """Settings of the running installation."""
    found: Settings = current_app.extensions["settings"]
    return found


@functools.cache
def _hasher(testing: bool) -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1) if testing else PasswordHasher()


@functools.cache
def _nobody(testing: bool) -> str:
    return _hasher(testing).hash(secrets.token_hex())


def demo_hash() -> str:
    """Hash of the demo password, made once: it is public, so that many accounts may share one salt."""
    return _demo(settings().testing)


@functools.cache
def _demo(testing: bool) -> str:
    return _hasher(testing).hash(DEMO_PASSWORD)


def hash_password(password: str) -> str:
    """Hash a password with argon2id and a salt of its own."""
    with _AT_ONCE:
        return _hasher(settings().testing).hash(_normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Tell whether the password is right; does the same work where there is no account or no password."""
    testing = settings().testing
    try:
        with _AT_ONCE:
            right = _hasher(testing).verify(stored or _nobody(testing), _normal(password[: LONGEST * 4]))
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker numbers than today's."""
    return _hasher(settings().testing).check_needs_rehash(stored)


def check_rules(password: str, *, login: str, path: str = "password") -> None:
    """Refuse with Invalid a password that is too short, too long, common, or the sign-in name itself."""
    if len(password) < SHORTEST:
        refuse(
            path,
            f"Mật khẩu mới có {len(password)} ký tự, cần ít nhất {SHORTEST}. Nhập thêm, ví dụ vài từ dễ nhớ.",
            f"The new password has {how_many(len(password), 'character')}, at least {SHORTEST} are needed.",
        )
    if len(password) > LONGEST:
        refuse(
            path,
            f"Mật khẩu mới dài quá {LONGEST} ký tự. Nhập ngắn lại.",
            f"The new password is longer than {LONGEST} characters.",
        )
    if password.casefold() in _COMMON or len(set(password)) < 4 or login.casefold() == password.casefold():
        refuse(
            path,
            "Mật khẩu này dễ đoán. Nhập mật khẩu khác.",
            "This password is easy to guess. Choose another one.",
        )


def refuse(path: str, message: str, message_en: str) -> NoReturn:
    """Refuse a new password with Invalid, at its field."""
    raise Invalid.at(path, message, message_en, code="weak-password")


def new_code() -> str:
    """Make a one-time code of 60 random bits, in groups that can be read aloud."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def code_of(drawn: bytes) -> str:
    """The one-time code that random bytes stand for; the same bytes give the same code."""
    letters = "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in drawn[:12])
    return normal_code(letters)


def hash_code(code: str) -> str:
    """Hash of a one-time code or a token; these are random, so a plain hash is enough."""
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()


def normal_code(code: str) -> str:
    """A one-time code as it was given out, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _normal(password: str) -> bytes:
    # One keyboard sends "ế" as one sign, another as three: the same password either way.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
