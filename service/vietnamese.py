"""How Vietnamese words are cleaned, ordered and searched; knows no table.

Neither database orders Vietnamese by itself (SQLite has no collations, the PostgreSQL wheel has no `vi`), so
tables keep two columns beside a name: `sort` (of type `SortKey`) and `search` (folded).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import Text

SortKey = Text().with_variant(Text(collation="C"), "postgresql")
"""Type of a column that holds `sort_key(...)`: compared byte by byte on every database."""

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_CODES = {letter: chr(ord("A") + place) for place, letter in enumerate(_LETTERS)}
# Order of tones in Vietnamese dictionaries: level, falling, asking, tumbling, rising, heavy.
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: they make another letter, not a tone
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of writing: a name with one reads otherwise than it is stored and printed."""
_PART = "(?:[^\\W_]|[\u0300-\u036f])"
"""A sign within a word: in names of files an underline parts words."""
_ETH = str.maketrans({"\u00d0": "\u0110", "\u00f0": "\u0111"})
_PLAIN = str.maketrans({"\u0110": "D", "\u0111": "d", "\u00d0": "D", "\u00f0": "d"})
"""Letters that no normal form takes apart."""


def clean(text: str) -> str:
    """Bring typed words to one form: NFC, single spaces, and Icelandic eth, which looks like Đ, made Đ.

    NUL and half signs, which no database stores, become a replacement sign; marks that turn the direction of writing go.
    """
    whole = _TURNING.sub("", text).encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    return unicodedata.normalize("NFC", " ".join(whole.split())).translate(_ETH)


def bare(text: str) -> str:
    """The same words in plain letters, for what knows no others: "Đỗ Hừng" is "Do Hung"; signs that have none are left out."""
    spread = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return spread.encode("ascii", "ignore").decode("ascii")


def fold(text: str) -> str:
    """Words as one searches for them: lower case, no diacritics, đ as d ("Đỗ Hừng" is "do hung")."""
    spread = unicodedata.normalize("NFD", clean(text).casefold())
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return bare.replace("\u0111", "d")


def sort_key(text: str) -> str:
    """Key that puts words in dictionary order: syllable by syllable, letters first (a ă â, d đ, …), then
    tone.
    """
    return "".join(_syllable_key(syllable) for syllable in clean(text).casefold().split())


def person_sort_key(name: str) -> str:
    """Key that puts people in the order of Vietnamese lists: by given name, which stands last, then by the
    rest.
    """
    words = clean(name).split()
    return sort_key(" ".join(words[-1:] + words[:-1]))


def people_in_order(names: Mapping[int, str]) -> list[tuple[str, str]]:
    """People to choose from, number and name, in the order of Vietnamese lists."""
    return [(str(number), name) for number, name in sorted(names.items(), key=lambda one: person_sort_key(one[1]))]


def contains(words: str) -> str:
    """Pattern of an SQL LIKE, escaped with a backslash, that finds folded text with these words in it."""
    bare = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{bare}%"


def whole_words(words: str) -> re.Pattern[str]:
    """Pattern that finds words only where they stand whole: "Nguyễn Văn An" is not in "Nguyễn Văn Anh".

    What parts them may be any blanks: two, a hard one, the end of a line.
    """
    joined = r"\s+".join(map(re.escape, words.split()))
    return re.compile(rf"(?<!{_PART}){joined}(?!{_PART})")


def has_words(text: str, words: str) -> bool:
    """Tell whether words stand whole in a text, whatever their case and diacritics; no words stand nowhere."""
    bare = fold(words)
    return bool(bare) and whole_words(bare).search(fold(text)) is not None


def _syllable_key(syllable: str) -> str:
    tone = "1"
    bare = []
    for mark in unicodedata.normalize("NFD", syllable):
        if mark in _TONES:
            tone = _TONES[mark]
        elif unicodedata.combining(mark) and mark not in _SHAPES:
            continue
        else:
            bare.append(mark)
    letters = unicodedata.normalize("NFC", "".join(bare))
    # The tone stands in a sign below every digit and letter, so that it also ends the syllable: "ba" before
    # "ban".
    return "".join(_code(letter) for letter in letters) + chr(ord("!") + int(tone))


def _code(letter: str) -> str:
    if letter in _CODES:
        return _CODES[letter]
    return letter if letter.isdigit() else ")"
