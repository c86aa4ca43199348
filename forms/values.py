"""From what was sent to a value: types, dates, numbers, Unicode. One pydantic reader a kind of field.

It knows one field and one answer; limits that depend on other answers, on the options or on files stand in
`forms.limits`. A wrong answer is a PydanticCustomError whose type is a code of `forms.sentences`; nothing
answered reads as None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from forms.fields import Field, Option, OptionValue, same_value, str_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: No answer is longer than this, whatever the form allows.
LONGEST_LINE, LONGEST_TEXT = 1_000, 50_000
#: Digits that survive the way through a binary fraction and back.
MOST_DIGITS = 15
MOST_CHOSEN = 500
_SHOWN = 40

# Control characters, and marks that turn the direction of writing: text that reads otherwise than it is
# stored.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_VIETNAMESE_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.IGNORECASE)


def wrong(code: str, **details: Any) -> PydanticCustomError:
    """A wrong answer, by its code in `forms.sentences`."""
    return PydanticCustomError(code, "{code}", {"code": code, **details})


def quoted(value: Any) -> str:
    """What was sent, short enough for a sentence."""
    if not isinstance(value, str | int | float | Decimal):
        return "…"
    text = _HIDDEN.sub("", " ".join(str(value).split()))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def reading(field: Field) -> Callable[[Any], Any]:
    """The function that turns a raw answer of this field into a value; None where nothing was answered."""
    match field.kind:
        case "textfield":
            return lambda raw: _with_digits(read_text(raw, many_lines=False), field.properties.get("digits", ""))
        case "textarea":
            return lambda raw: read_text(raw, many_lines=True)
        case "number":
            return lambda raw: read_number(raw, whole=field.decimals == 0)
        case "checkbox":
            return read_truth
        case "datetime":
            return lambda raw: read_moment(raw, field)
        case "radio" | "select":
            return lambda raw: read_option(raw, field.options)
        case "checklist" | "taglist":
            return lambda raw: read_options(raw, field.options)
        case "filepicker":
            return read_files
    return lambda raw: None  # expression: computed, never read


def read_text(raw: Any, *, many_lines: bool) -> str | None:
    """Text in NFC without hidden characters and without blanks around it."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise wrong("not-text")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if _HIDDEN.search(text):
        raise wrong("control-characters")
    text = unicodedata.normalize("NFC", text).strip()
    if not many_lines and ("\n" in text or "\u2028" in text or "\u2029" in text):
        raise wrong("line-breaks")
    longest = LONGEST_TEXT if many_lines else LONGEST_LINE
    if len(text) > longest:
        raise wrong("too-long", count=len(text), limit=longest)
    return text or None


def _with_digits(text: str | None, digits: str) -> str | None:
    """A number of a paper in the digits that the field asks for: 05 (Decree 30/2020, Annex I)."""
    if text is None or not digits.isdecimal() or not text.isdecimal():
        return text
    return f"{int(text):0{int(digits)}d}"


def read_number(raw: Any, *, whole: bool = False) -> Decimal | None:
    """A number from JSON, or from text as it is typed in Vietnam: decimal comma, thousands with points."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise _no_number(raw, whole=whole)
    if isinstance(raw, int) and abs(raw) >= 10**MOST_DIGITS:
        raise wrong("too-large-a-number", typed="")  # not spelled out: it may have thousands of digits
    number = _typed_number(raw, whole=whole) if isinstance(raw, str) else _decimal(repr(raw), raw, whole=whole)
    if not number.is_finite():
        raise _no_number(raw, whole=whole)
    digits = number.normalize().as_tuple()
    exponent = digits.exponent if isinstance(digits.exponent, int) else 0
    if len(digits.digits) > MOST_DIGITS or number.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS:
        raise wrong("too-large-a-number", typed=quoted(raw))
    return number


def _typed_number(raw: str, *, whole: bool) -> Decimal:
    text = unicodedata.normalize("NFC", raw).strip().replace("\u00a0", "").replace(" ", "").replace("−", "-")
    if not text.isascii() or len(text) > 2 * MOST_DIGITS:
        raise _no_number(raw, whole=whole)
    before, comma, after = text.partition(",")
    if comma:  # Vietnamese: 60.720.000,5
        if not re.fullmatch(r"\d+", after) or not (
            _GROUPED.fullmatch(before) or re.fullmatch(r"[+-]?\d+", before)
        ):
            raise _no_number(raw, whole=whole)
        return _decimal(before.replace(".", "") + "." + after, raw, whole=whole)
    if _GROUPED.fullmatch(text) and (whole or text.count(".") > 1):
        return _decimal(text.replace(".", ""), raw, whole=whole)
    if _GROUPED.fullmatch(text):
        raise wrong(
            "unclear-number", typed=text, whole=text.replace(".", ""), fraction=text.replace(".", ",")
        )
    if not _PLAIN.fullmatch(text):
        raise _no_number(raw, whole=whole)
    return _decimal(text, raw, whole=whole)


def _no_number(raw: Any, *, whole: bool) -> PydanticCustomError:
    return wrong("not-a-whole-number" if whole else "not-a-number", typed=quoted(raw))


def _decimal(text: str, raw: Any, *, whole: bool) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _no_number(raw, whole=whole) from None


def read_truth(raw: Any) -> bool | None:
    """true or false; a page posts "true" for a ticked box and nothing for one that is not."""
    if raw is None or isinstance(raw, bool):
        return raw
    if raw in ("true", "on"):
        return True
    if raw in ("false", ""):
        return False
    raise wrong("not-a-truth-value")


def read_moment(raw: Any, field: Field) -> str | None:
    """A day, a time or both, that exist, as ISO 8601. Takes 23/11/2026 as well as 2026-11-23."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    kind = field.subtype
    code = f"no-such-{kind}"
    if not isinstance(raw, str):
        raise wrong(code, typed=quoted(raw))
    text = raw.strip()
    if kind == "date":
        day = day_of(text)
        if day is None:
            raise wrong(code, typed=quoted(raw))
        return day.isoformat()
    if kind == "time":
        return _clock_text(text, field, None, raw)
    parts = re.split(r"[T\s]+", text, maxsplit=1)
    day = day_of(parts[0])
    if day is None or len(parts) == 1:
        raise wrong(code, typed=quoted(raw))
    return _clock_text(parts[1], field, day, raw)


def day_of(text: str) -> date | None:
    """A day as people or programs write it, 23/11/2026 or 2026-11-23; None for what is no day."""
    if match := _VIETNAMESE_DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def _clock_text(text: str, field: Field, day: date | None, raw: Any) -> str:
    match = _CLOCK.fullmatch(text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise wrong(f"no-such-{field.subtype}", typed=quoted(raw))
    moment = time(int(match[1]), int(match[2]), int(match[3] or 0))
    spoken = moment.isoformat("seconds" if match[3] and moment.second else "minutes")
    zone = (match[4] or "").upper()
    if zone and zone != "Z" and not (int(zone[1:3]) <= 14 and int(zone[4:6]) <= 59):
        raise wrong(f"no-such-{field.subtype}", typed=quoted(raw))
    if not zone and field.time_format in ("utc_offset", "utc_normalized"):
        zone = "+07:00"  # what is typed at the commune is the time of the commune
    if field.time_format == "utc_normalized" and zone != "Z":
        return _in_utc(moment, zone, day)
    if field.time_format == "no_timezone" or not field.time_format:
        zone = ""
    return (f"{day.isoformat()}T" if day else "") + spoken + zone


def _in_utc(moment: time, zone: str, day: date | None) -> str:
    at = datetime.fromisoformat(f"{(day or date(2000, 1, 2)).isoformat()}T{moment.isoformat()}{zone}")
    there = at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    spoken = there.time().isoformat("seconds" if there.second else "minutes") + "Z"
    return f"{there.date().isoformat()}T{spoken}" if day else spoken


def read_option(raw: Any, options: Sequence[Option] = ()) -> OptionValue | None:
    """One choice; a page posts numbers and truth values as text. Membership is checked in `forms.limits`."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str | int | float):
        raise wrong("not-an-option", typed=quoted(raw))
    value = unicodedata.normalize("NFC", raw) if isinstance(raw, str) else raw
    option = find_option(value, options)
    return option.value if option else value


def find_option(value: OptionValue, options: Sequence[Option]) -> Option | None:
    """The option that a value stands for, if any: equal as JSON, or the same as a page posts it."""
    for option in options:
        if same_value(option.value, value):
            return option
    return next(
        (option for option in options if isinstance(value, str) and str_of(option.value) == value), None
    )


def read_options(raw: Any, options: Sequence[Option] = ()) -> list[OptionValue] | None:
    """Several choices, none twice."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, list):
        raise wrong("not-a-list")
    if len(raw) > MOST_CHOSEN:
        raise wrong("too-many-rows", count=len(raw), limit=MOST_CHOSEN)
    chosen: list[OptionValue] = []
    for one in raw:
        value = read_option(one, options)
        if value is None:
            continue
        if any(same_value(value, other) for other in chosen):
            raise wrong("chosen-twice", typed=quoted(value))
        chosen.append(value)
    return chosen or None


def read_files(raw: Any) -> list[int] | None:
    """Numbers of files that were uploaded before; a page posts them as text."""
    if raw is None or raw == "":
        return None
    given = raw if isinstance(raw, list) else [raw]
    if len(given) > MOST_CHOSEN:
        raise wrong("too-many-rows", count=len(given), limit=MOST_CHOSEN)
    numbers: list[int] = []
    for one in given:
        if one == "":
            continue
        if isinstance(one, str) and re.fullmatch(r"[1-9][0-9]{0,17}", one):
            number = int(one)
        elif isinstance(one, int) and not isinstance(one, bool) and 0 < one < 10**18:
            number = one
        else:
            raise wrong("not-files")
        if number not in numbers:
            numbers.append(number)
    return numbers or None
