"""Formulas of indicators: checked when they are saved, reckoned for what was entered. Knows no database.

A formula is FEEL over named numbers and gives the result of its indicator. The score is the share of the highest score that
the result has of the one that earns all of it, never below nothing and never above all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from forms.conditions import BUDGET, environment
from service.errors import Invalid
from service.movement.index.models import Indicator
from service.movement.wording import figure_words
from workflows.feel import Expression, FeelError, compile_expression
from workflows.feel.types import ANY, one, read_type
from workflows.paper_text import OUTSIDE, calls_of

_NUMBER = one("number")
_ANY_DAY = environment(date(2000, 1, 1))
"""What a formula may ask of the outside: nothing that hangs on the hour, so any day will do."""
_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 12
_SHARE = re.compile("%|phần trăm|per ?cent", re.IGNORECASE)
"""Units of measure of a share."""
NOTHING = Decimal(0)
HUNDRED = Decimal(100)
Words = tuple[str, str]
"""The same in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an indicator came to: its result and score, or why there is none."""

    result: Decimal | None = None
    score: Decimal | None = None
    trouble: Words | None = None
    mend: Words | None = None
    """What is to be corrected so that there is a result, where that can be told."""
    over: Words | None = None
    """That a share is above 100 per cent: nothing refuses it, everybody who reads it is told."""
    beyond: Words | None = None
    """That the result is above what earns the whole score, which stays the highest one."""


def check_formula(text: str, inputs: Collection[str], parameters: Collection[str]) -> Expression:
    """The formula, compiled; Invalid for what is none, asks for the clock or a name that is not given, leaves one out, gives no number."""
    source = text.strip().removeprefix("=").strip()
    if not source:
        raise _wrong("ghi công thức", "give a formula")
    names = {*inputs, *parameters}
    try:
        expression = compile_expression(source, names=names)
    except FeelError as error:
        raise _wrong(error.message.rstrip("."), error.message_en.rstrip(".")) from None
    if asked := sorted(set(calls_of(expression.tree)) & set(OUTSIDE)):
        raise _wrong(
            f"hàm {asked[0]} không dùng được: kết quả không phụ thuộc giờ tính", f"{asked[0]} cannot be used: it would hang on the hour"
        )
    if idle := sorted(names - expression.names - expression.perhaps):
        raise _wrong(f"không dùng đến “{idle[0]}”", f"“{idle[0]}” is not used")
    reading = read_type(expression, dict.fromkeys(names, _NUMBER))
    if reading.misfits:
        message, message_en = reading.misfits[0]
        raise _wrong(message.rstrip("."), message_en.rstrip("."))
    kinds = reading.type.kinds
    if "number" not in kinds or kinds != ANY.kinds and kinds - {"number", "null"}:  # of some functions only reckoning tells the kind
        raise _wrong(f"phải cho ra một số, đây là {reading.type.words()[0]}", f"gives {reading.type.words()[1]}, no number")
    return expression


def _wrong(message: str, message_en: str) -> Invalid:
    return Invalid.at("formula", f"Công thức: {message}.", f"The formula: {message_en}.", code="bad-formula")


def outcome_of(indicator: Indicator, said: Mapping[str, str]) -> Outcome:
    """Result and score of what was entered; what cannot be reckoned is named and gives no score."""
    scope = {key: decimal(value) for key, value in {**said, **indicator.parameters}.items()}
    try:
        result = compile_expression(indicator.formula).evaluate(scope, _ANY_DAY, budget=BUDGET)
    except FeelError as error:
        return replace(_in_trouble(indicator, error.message, error.message_en), mend=_mend(indicator, scope))
    if not isinstance(result, Decimal):
        return _in_trouble(indicator, "Công thức không cho ra số.", "The formula gives no number.")
    if abs(result) >= _MOST:
        return _in_trouble(indicator, "Kết quả quá lớn.", "The result is too large.")
    full, maximum = decimal(indicator.full), decimal(indicator.maximum)
    share = min(max(result / full, NOTHING), Decimal(1))
    return Outcome(rounded(result), rounded(maximum * share), over=_over(indicator, result), beyond=_beyond(indicator, result))


def _mend(indicator: Indicator, scope: Mapping[str, Decimal]) -> Words | None:
    """The numbers of which each alone, were it not 0, would give a result."""
    found = []
    for entry in indicator.inputs or ():
        if scope.get(entry["key"]) != NOTHING:
            continue
        try:
            compile_expression(indicator.formula).evaluate({**scope, entry["key"]: Decimal(1)}, _ANY_DAY, budget=BUDGET)
        except FeelError:
            continue
        found.append(f"“{entry['label']}”")
    if not found:
        return None
    said = ", ".join(found)
    return (
        f"Số {said} đang là 0 nên không tính được. Sửa lại số đó rồi gửi; đúng là 0 thì ghi ở ghi chú để người xác nhận chốt không tính.",
        f"{said} is 0, so nothing can be reckoned. Correct it and send; if it is 0 indeed, say so in the note, so that it is left out.",
    )


def _over(indicator: Indicator, result: Decimal) -> Words | None:
    if result <= HUNDRED or not _SHARE.search(indicator.measure or ""):
        return None
    said = rounded(result)
    return (
        f"Chỉ số {indicator.code}: kết quả {figure_words(said)}% vượt 100%. Nếu là tỷ lệ thì tử số lớn hơn mẫu số, xem lại số liệu.",
        f"Indicator {indicator.code}: a result of {said:,f}% is above 100%. Of a share that says more than all of it; look at the numbers.",
    )


def _beyond(indicator: Indicator, result: Decimal) -> Words | None:
    if result <= decimal(indicator.full):
        return None
    most = decimal(indicator.maximum)
    return (
        f"Kết quả cao hơn mức đạt điểm tối đa, điểm vẫn tính {figure_words(most)}.",
        f"The result is above what earns the whole score; the score stays {most:,f}.",
    )


def formula_words(indicator: Indicator) -> Words:
    """The formula as people read it: what is entered by its label, a parameter by its number. Nothing is reckoned by these words."""
    named = {one["key"]: f"“{one['label']}”" for one in indicator.inputs}
    known = [named | {key: figure_words(value) for key, value in indicator.parameters.items()}, named | dict(indicator.parameters)]
    vi, en = ("".join(_read(piece, known[at], at) for piece in _PIECES.findall(indicator.formula)) for at in (0, 1))
    return re.sub(r"(?<=\w)\(", " (", vi), en


def _read(piece: str, known: Mapping[str, str], at: int) -> str:
    if piece in known:
        return known[piece]
    if piece in _SIGNS:
        return _SIGNS[piece]
    if at == 0 and piece == ",":
        return ";"
    if at == 0:
        return _IN_VIETNAMESE.get(piece) or (piece.replace(".", ",") if piece[0].isdigit() else piece)
    return piece


_PIECES = re.compile(
    r"round half up|round half down|round up|round down|\"[^\"]*\"|[^\W\d]\w*|\d+(?:\.\d+)?|\*\*|>=|<=|!=|\s+|.", re.DOTALL
)
_SIGNS = {"*": "×", "**": "^", ">=": "≥", "<=": "≤", "!=": "≠"}
_IN_VIETNAMESE = {
    "if": "nếu", "then": "thì", "else": "nếu không thì", "and": "và", "or": "hoặc", "not": "không phải", "null": "trống",
    "min": "số nhỏ nhất trong", "max": "số lớn nhất trong", "sum": "tổng của", "mean": "trung bình của", "abs": "giá trị tuyệt đối của",
    "sqrt": "căn bậc hai của", "floor": "làm tròn xuống", "ceiling": "làm tròn lên", "decimal": "làm tròn", "round up": "làm tròn lên",
    "round down": "làm tròn xuống", "round half up": "làm tròn", "round half down": "làm tròn",
}


def _in_trouble(indicator: Indicator, message: str, message_en: str) -> Outcome:
    lower = message[:1].lower() + message[1:]
    lower_en = message_en[:1].lower() + message_en[1:]
    return Outcome(trouble=(f"Chỉ số {indicator.code}: {lower}", f"Indicator {indicator.code}: {lower_en}"))


def weighted(parts: Iterable[tuple[Decimal | None, Decimal, Decimal]]) -> Decimal | None:
    """Per cent of what could be had: of (score, highest score, weight); no score counts as nothing. None where nothing is asked."""
    had, could = NOTHING, NOTHING
    for score, most, weight in parts:
        had += (score or NOTHING) * weight
        could += most * weight
    return rounded(HUNDRED * had / could) if could else None


def decimal(text: str) -> Decimal:
    """A kept decimal as a number."""
    return Decimal(text)


def rounded(value: Decimal) -> Decimal:
    """To hundredths, as everybody is shown it."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def read_decimal(value: object, path: str, what: tuple[str, str], *, above_zero: bool = False) -> str:
    """What was typed as a decimal to be kept: 12.5, 12,5, a number. Invalid for what is none, too large or below zero."""
    text = "" if value is None or isinstance(value, bool) else str(value).strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Invalid.at(path, f"{what[0]}: ghi một số.", f"{what[1]}: give a number.") from None
    if not number.is_finite() or abs(number) >= _MOST or number < 0 or (above_zero and not number):
        low = "lớn hơn 0" if above_zero else "từ 0"
        raise Invalid.at(path, f"{what[0]}: ghi số {low}, không quá 12 chữ số.", f"{what[1]}: out of range.")
    return f"{_plain(number):f}"


def _plain(number: Decimal) -> Decimal:
    """Without needless noughts, to six places."""
    found = number.quantize(Decimal("0.000001"), ROUND_HALF_UP).normalize()
    return found if found else NOTHING
