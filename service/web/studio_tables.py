"""A decision table in words beside its editor: what it leaves open, where rules meet, and what one row of inputs comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from service import words
from service.awards.facts import fact_labels
from service.errors import Invalid
from service.sheets import as_day
from service.studio import tables
from service.studio.vocabulary import vocabulary
from service.web import pages
from service.web.plan import KEY_WORDS
from service.words import N_
from workflows.problems import Problem
from workflows.table_review import Overlap, Review
from workflows.table_trial import TriedRule

_MEET = {
    "clash": ("error", N_("Dòng %(one)d và dòng %(two)d cùng khớp, bảng dừng ở đó: %(where)s.")),
    "maybe": ("warning", N_("Dòng %(one)d và dòng %(two)d cùng khớp, bảng dừng nếu kết quả khác nhau: %(where)s.")),
    "same": ("note", N_("Dòng %(one)d và dòng %(two)d cùng khớp, cùng kết quả: %(where)s.")),
    "first": ("note", N_("Dòng %(one)d và dòng %(two)d cùng khớp, dòng trên được dùng: %(where)s.")),
    "best": ("note", N_("Dòng %(one)d và dòng %(two)d cùng khớp, kết quả ưu tiên hơn được dùng: %(where)s.")),
    "all": ("note", N_("Dòng %(one)d và dòng %(two)d cùng khớp, lấy cả hai kết quả: %(where)s.")),
    "added": ("note", N_("Dòng %(one)d và dòng %(two)d cùng khớp, hai kết quả được gộp: %(where)s.")),
}

_ANSWERS = {
    "result": {"fail": lazy_gettext("không đạt"), "evidence": lazy_gettext("cần minh chứng")},
    "effect": {"block": lazy_gettext("chặn"), "warn": lazy_gettext("chỉ nhắc"), "display": lazy_gettext("nêu để biết")},
}
"""What the answers mean that the service itself reads in the table of conditions and standards."""


def looked_over(content: bytes) -> dict[str, Any]:
    """What a file of tables leaves open, by the id of the decision, and the data that each asks for."""
    found = tables.review(content)
    return {
        key: {
            "says": _says(one),
            "asks": [{"path": a.path, "label": _label(a), "allowed": _allowed(a)} for a in found.asks[key]]
            + [{"path": _dated(day), "label": _day_label(day), "allowed": ""} for day in found.dates[key]],
        }
        for key, one in found.tables.items()
    }


def _label(one: tables.Asked) -> str:
    """What a piece of data is called: by its column, else by the office's own words, else as it is written."""
    if one.label != one.path:
        return one.label
    holder, _dot, name = one.path.rpartition(".")
    known = fact_labels(words.language()).get(name) if holder == "facts" else None
    datum = vocabulary({}, words.language()).datum(one.path)
    said = known or (datum.noun if datum else one.path)
    return said if said == one.path else words.capital(said)


def _allowed(one: tables.Asked) -> str:
    """The values that a column takes, each as it is typed, with what it means where the office has words for it."""
    datum = vocabulary({}, words.language()).datum(one.path)
    named = datum.named if datum else {}
    return re.sub(r'"(\w+)"', lambda found: f"{found[1]} ({named[found[1]]})" if found[1] in named else found[0], one.allowed or "")


def _dated(key: str) -> str:
    """The path under which a day of the round's calendar is typed: as a table asks for it."""
    return f'round_date("{key}")'


def _day_label(key: str) -> str:
    return _("Ngày trong lịch đợt: %(what)s (ngày/tháng/năm)", what=str(KEY_WORDS.get(key, key)))


def _says(one: Review) -> list[dict[str, Any]]:
    said = [
        ("warning", _("Không dòng nào khớp: %(where)s. Ví dụ: %(sample)s.", where=gap.words, sample=gap.sample)) for gap in one.gaps
    ]
    said += [_met(overlap) for overlap in one.overlaps]
    said += [("warning", _("Dòng %(row)d không bao giờ được dùng: các dòng trên đã nhận hết.", row=row)) for row in one.hidden]
    if one.more:
        said.append(("note", _("Còn nữa; sửa các chỗ trên rồi xem tiếp.")))
    if one.complete:
        said.insert(0, ("ok", _("Mọi trường hợp đều có dòng khớp.")))
    told: list[dict[str, Any]] = [{"severity": severity, "message": message} for severity, message in said]
    if unknown := [
        _("Chưa xét được %(place)s: %(why)s.", place=_place(u.row, u.column), why=pages.in_language(u))
        for u in one.unknown
    ]:
        many = ngettext("Chưa xét được %(num)d chỗ.", "Chưa xét được %(num)d chỗ.", len(unknown))
        told.append({"severity": "note", "message": unknown[0]} if len(unknown) == 1
                    else {"severity": "note", "message": many, "details": unknown})
    return told


def _met(overlap: Overlap) -> tuple[str, str]:
    severity, sentence = _MEET[overlap.effect]
    one, two = overlap.rows
    return severity, _(sentence, one=one, two=two, where=overlap.region.words)


def _place(row: int | None, column: str | None) -> str:
    if row is not None:
        return _("dòng %(row)d", row=row)
    return _("cột %(name)s", name=column) if column else _("cả bảng")


def tried(content: bytes, decision: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """One row of inputs on a table: which rules fit, which cells say no, and the table's answer. Raises Invalid."""
    looked = tables.review(content)
    typed = {key: as_day(texts.get(_dated(key), ""), _day_label(key)) for key in looked.dates.get(decision, ())}
    dates = {key: day for key, day in typed.items() if day is not None}
    found = tables.try_row(content, decision, tables.read_inputs(looked.asks.get(decision, ()), texts), dates)
    if isinstance(found, tuple):
        first: Problem = found[0]
        raise Invalid(first.message, first.message_en)
    labels = [one.label for one in found.inputs]
    wrong = [_("%(column)s: %(why)s", column=one.label, why=pages.in_language(one.fault)) for one in found.inputs if one.fault]
    if found.fault and not wrong:
        wrong = [pages.in_language(found.fault)]
    return {
        "answer": "" if found.fault else plain(found.answer, found.outputs),
        "wrong": wrong,
        "rules": [{"row": rule.row, "fits": rule.fits, "said": _judged(rule, labels)} for rule in found.rules],
    }


def _judged(rule: TriedRule, labels: list[str]) -> str:
    if rule.faults:
        return "; ".join(dict.fromkeys(pages.in_language(fault) for fault in rule.faults.values()))
    if rule.fits:
        return _("khớp, cho: %(gives)s", gives=", ".join(plain(value) for value in rule.gives or ()))
    return _("không khớp ở: %(columns)s", columns=", ".join(labels[at - 1] for at in rule.against))


def plain(value: Any, labels: Mapping[str, str] | None = None) -> str:
    """A value in words, outputs by their labels; several results stand a line each."""
    if isinstance(value, Mapping):
        said = {key: _ANSWERS.get(key, {}).get(str(one)) or plain(one) for key, one in value.items()}
        return "; ".join(f"{(labels or {}).get(key) or key}: {one}" for key, one in said.items())
    if isinstance(value, list | tuple):
        lines = any(isinstance(one, Mapping) for one in value)
        return ("\n" if lines else ", ").join(plain(one, labels) for one in value) or _("không có gì")
    if value is None:
        return _("không có gì")
    if isinstance(value, bool):
        return _("đúng") if value else _("sai")
    if isinstance(value, int | float):
        return words.number(value)
    return str(value)
