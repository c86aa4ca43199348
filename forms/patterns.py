"""Patterns of forms, in linear time: google-re2, which refuses what it cannot run so.

JavaScript's and re2's syntax agree in what forms use; look-around and back references do not exist here.
"""

from __future__ import annotations

from functools import lru_cache

import re2  # type: ignore[import-untyped]

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20  # a pattern that needs more memory is refused

# The pattern of form-js for e-mail addresses, which is that of HTML.
_EMAIL = (
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+"
)
# Numbers of Vietnam as they are written, and international ones with + or 00 as form-js wants them.
_PHONE = r"0[1-9][0-9]{8,9}|(?:\+|00)[1-9][0-9]{6,14}"


def compile_pattern(pattern: str) -> None:
    """Raise ValueError with re2's reason where the pattern cannot run in linear time."""
    _compiled(pattern)


def finds(pattern: str, text: str) -> bool:
    """Whether the pattern occurs anywhere in the text, as JavaScript's `test` has it."""
    return _compiled(pattern).search(text) is not None


def is_email(text: str) -> bool:
    """Whether it can be an e-mail address."""
    return len(text) <= 254 and finds(f"^(?:{_EMAIL})$", text)


def is_phone(text: str) -> bool:
    """Whether it can be a telephone number; blanks, dots and hyphens between digits do not matter."""
    return finds(f"^(?:{_PHONE})$", text.replace(" ", "").replace(".", "").replace("-", ""))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re2._Regexp:
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        why = error.args[0] if error.args else error
        raise ValueError(why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)) from None
