"""Rules in words: their values, their validity, how sure they are, and why one only warns. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from service import words
from service.awards.models import Rule
from service.awards.rule_versions import Entry
from service.awards.rules import SOURCED, is_sure, shipped_by_key, to_recheck
from service.web.case_parts import CONFIDENCE, short_form_words
from service.words import N_

AREAS = {
    "money": N_("Tiền thưởng"),
    "course": N_("Thời hạn, thủ tục"),
    "council": N_("Hội đồng Thi đua - Khen thưởng"),
    "standard": N_("Tiêu chuẩn"),
    "dossier": N_("Thành phần hồ sơ: hình thức phải có giấy tờ"),
    "gate": N_("Điều kiện đối chiếu từng trường hợp"),
}
OPERATORS = {">": N_("quá (nhiều hơn)"), ">=": N_("từ … trở lên")}
WISHES = {
    "block": N_("chặn khi đã chắc chắn"), "warn": N_("chỉ nhắc"), "note": N_("nêu để biết, không xét"),
}
STANDINGS = {
    "now": N_("đang áp dụng"), "coming": N_("sắp áp dụng"), "past": N_("hết hiệu lực"), "replaced": N_("đã thay"),
}


def area_of(key: str) -> str:
    """Under which heading a rule stands."""
    return str(shipped_by_key().get(key, {}).get("area", "gate"))


def label(key: str, said: str) -> str:
    """What a rule is called, in the reader's language; `said` is its Vietnamese name."""
    return str(shipped_by_key().get(key, {}).get("label_en", said)) if words.language() == "en" else said


def rests_on(row: Rule) -> str:
    """What a rule rests on, and that nobody has confirmed it yet where that is so."""
    return row.citation if is_sure(row) else _("%(citation)s, chưa xác nhận", citation=row.citation)


def unit_of(key: str, unit: str) -> str:
    """The unit of a rule's value, in the reader's language."""
    return str(shipped_by_key().get(key, {}).get("unit_en", unit)) if words.language() == "en" else unit


def choices(key: str) -> Mapping[str, str]:
    """Values of a rule that is chosen from a list, in words."""
    about = shipped_by_key()[key]
    return dict(about["choices_en" if words.language() == "en" else "choices"])


def value_words(key: str, value: Any, unit: str) -> str:
    """A value with its unit: 2.530.000 đồng; từ 2/3 số thành viên Hội đồng trở lên; 31/03."""
    if value is None:
        return _("chưa có")
    kind, unit = shipped_by_key().get(key, {}).get("type", ""), unit_of(key, unit)
    if kind == "wish":
        return _(WISHES.get(str(value), str(value)))
    if kind == "choice":
        return choices(key).get(str(value), str(value))
    if kind == "forms":
        return ", ".join(short_form_words(code) for code in value) or _("không có hình thức nào")
    if kind == "day":
        return str(value).replace("-", "/")
    if kind == "threshold":
        return _threshold(value, unit)
    said = words.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    return f"{said} {unit}".strip()


def _threshold(value: Mapping[str, Any], unit: str) -> str:
    part = f"{value['numerator']}/{value['denominator']}"
    if value["operator"] == ">":
        return _("quá %(part)s %(unit)s", part=part, unit=unit)
    return _("từ %(part)s %(unit)s trở lên", part=part, unit=unit)


def span(row: Rule) -> str:
    """From which day to which day a version holds."""
    start, end = words.full_date(row.valid_from), words.full_date(row.valid_to)
    if start and end:
        return f"{start} – {end}"
    return _("từ %(day)s", day=start) if start else end


def confidence(row: Rule) -> str:
    """How sure a version is said to be; of one that was confirmed, that it was."""
    if row.confirmed_at is not None:
        return _("Đã xác nhận theo văn bản đã đọc")
    return _(CONFIDENCE.get(row.confidence, row.confidence))


def sureness(row: Rule, names: Mapping[int, str]) -> str:
    """How sure a version is, and who confirmed it when."""
    if row.confirmed_at is None:
        return confidence(row)
    who = names.get(row.confirmed_by or 0, "")
    return _("%(how)s; %(who)s xác nhận %(day)s", how=confidence(row), who=who, day=words.full_date(row.confirmed_at))


def why_it_only_warns(row: Rule) -> str:
    """Why a version does not block, in words; nothing where it does."""
    if is_sure(row):
        return ""
    if row.made_by is not None and row.confidence == SOURCED:
        return _("Mới sửa, chưa ai xác nhận.")
    return _("Chưa ai xác nhận: %(how)s.", how=words.within_a_sentence(confidence(row)))


def recheck_words(row: Rule, day: date) -> str:
    """That the law behind a version was amended and nobody has looked it up since; nothing otherwise."""
    change = to_recheck(row, day)
    if change is None:
        return ""
    return _(
        "Theo Luật %(law)s; %(by)s sửa từ %(day)s, chưa đối chiếu.", law=change.law.partition("/QH")[0], by=change.by,
        day=words.full_date(change.since),
    )


def end_words(entry: Entry, today: date) -> str:
    """That the register has, or soon will have, no value; nothing otherwise."""
    if entry.now is not None and entry.now.value is None:
        return _("Chưa có giá trị: việc cần tới quy định này sẽ dừng lại và nói rõ.")
    if entry.last_day is None:
        return "" if entry.now is not None or entry.coming is not None else _("Chưa có giá trị.")
    if entry.last_day < today:
        return _("Hết hiệu lực từ %(day)s, chưa có giá trị thay.", day=words.full_date(entry.last_day))
    if entry.lapses(today):
        return _("Hết hiệu lực sau ngày %(day)s, chưa có giá trị tiếp theo.", day=words.full_date(entry.last_day))
    return ""
