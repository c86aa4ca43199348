"""The checks of a nomination in words: what passed, what failed, what needs evidence, by which rule, and why one only warns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import clock, words
from service.awards import checks
from service.awards.checks import EVIDENCE, FAIL, PASS, Explained, Record, Seen
from service.awards.facts import fact_keys, fact_labels
from service.awards.models import Nomination
from service.awards.rules import shipped_by_key
from service.web import rule_words
from service.web.frame import Link
from service.web.parts import Check, Tag
from service.words import N_

PARTS = {
    "form": N_("Hình thức, đường xét"),
    "general": N_("Điều kiện chung"),
    "earlier": N_("Khen thưởng trước: trùng lặp, khoảng cách"),
    "dossier": N_("Hồ sơ, ý kiến cơ quan, tỷ lệ lãnh đạo"),
}
RESULTS = {PASS: N_("đạt"), FAIL: N_("không đạt"), EVIDENCE: N_("cần minh chứng")}
TAGS = {PASS: "passed", FAIL: "refused", EVIDENCE: "note"}


def result_tag(one: Explained) -> Tag:
    """Passed, failed or in need of evidence, as a tag; what decides nothing is said as such."""
    if one.effect == "note":
        return Tag("waiting", _("nêu để biết"))
    return Tag(TAGS[one.result], _(RESULTS[one.result]))


def weight(one: Explained) -> str:
    """What a check that did not pass does: it blocks, or it only warns, and why."""
    if one.result == PASS or one.effect == "note":
        return ""
    if one.stands_in_the_way:
        return _("Chặn.")
    if why := rule_words.why_it_only_warns(one.rule):
        return " ".join((_("Chỉ nhắc, không chặn."), why))
    if one.result == EVIDENCE:
        return _("Chưa chặn; cần minh chứng.")
    return _("Chỉ nhắc, không chặn.")


def seen_words(one: Explained) -> str:
    """The facts that a check looked at, each with what is needed and what the unit declared otherwise."""
    return "; ".join(_seen(seen) for seen in one.seen)


def _seen(seen: Seen) -> str:
    label = _("Tỷ lệ lãnh đạo trong các cá nhân của đợt") if seen.fact == "leader_ratio" else fact_labels(words.language())[seen.fact]
    said = f"{label}: {fact_value(seen.fact, seen.value)}"
    if seen.need is not None:
        need = fact_value(seen.fact, seen.need)
        said += _(" (nhiều nhất %(need)s)", need=need) if seen.need_key == "LEADER_MAX_RATIO" else _(" (cần %(need)s)", need=need)
    if seen.declared is not None and seen.declared != seen.value:
        said += _(", đơn vị kê khai %(said)s", said=fact_value(seen.fact, seen.declared))
    return said


def fact_value(key: str, value: Any) -> str:
    """A fact's value in words."""
    if value is None:
        return _("chưa rõ")
    if fact_keys()[key] == "boolean":
        return _("có") if value else _("không")
    if key == "leader_ratio":
        return words.number(round(float(value) * 100, 1)) + "\N{NO-BREAK SPACE}%"
    return words.number(value) if isinstance(value, int | float) else str(value)


def basis_words(one: Explained) -> str:
    """Citation, with the amendment that it was not held against yet."""
    again = rule_words.recheck_words(one.rule, clock.today())
    return f"{one.rule.citation}. {again}".strip() if again else one.rule.citation


def summary(found: Sequence[Explained]) -> str:
    """How many passed, failed, need evidence."""
    judged = [one for one in found if one.effect != "note"]
    counts = {r: sum(one.result == r for one in judged) for r in RESULTS}
    return ngettext("%(passed)d đạt, *%(failed)d không đạt*, *%(num)d cần minh chứng*.",
                    "%(passed)d đạt, *%(failed)d không đạt*, *%(num)d cần minh chứng*.",
                    counts[EVIDENCE], passed=counts[PASS], failed=counts[FAIL])


def lines(n: Nomination, *, link: bool = True) -> list[Check]:
    """What a dossier shows: how many passed, then every check that did not, with its citation and what it does."""
    found = checks.explain(n)
    if not found:
        return []
    shown = [Check(_line(one), "bad" if one.stands_in_the_way else "warn") for one in found if one.result != PASS]
    way = Link(_("Xem từng điều kiện"), url_for("case_checks.show", nomination_id=n.id)) if link else None
    if not shown:
        return [Check(_("Không có điều kiện nào bị vướng."), "ok", way)]
    return [Check(summary(found), "info", way), *shown]


def _line(one: Explained) -> str:
    label, result = rule_words.label(one.key, one.rule.label), _(RESULTS[one.result])
    return f"*{label}*: {result}. {basis_words(one)}. {weight(one)}".replace("..", ".")


def record_words(n: Nomination, record: Record) -> list[Check]:
    """What the registers say of the years in a row that the path asks for."""
    run, path = record.run, n.facts.get("path")
    if path not in ("b", "d", "e"):
        return []
    if not run.years:
        return [Check(_("Sổ chưa có xếp loại của các năm liền trước; nhập vào sổ khen thưởng trước đây để đối chiếu."), "warn")]
    told = ngettext("Sổ có %(num)d năm liên tục, %(first)d đến %(last)d.", "Sổ có %(num)d năm liên tục, %(first)d đến %(last)d.",
                    run.years, first=run.first, last=run.last)
    if run.broken_by is not None:
        return [Check(" ".join((told, _("Đứt ở năm %(year)d.", year=run.broken_by))), "warn")]
    return [Check(told, "ok")]


def interval_words(n: Nomination, year: int, until: int) -> str:
    """How long ago an award was given, in years of the calendar."""
    gone = until - year
    if gone <= 0:
        return _("trong năm xét")
    return ngettext("%(num)d năm trước", "%(num)d năm trước", gone)


def gate_names(codes: Sequence[str]) -> str:
    """What gates say, by their codes."""
    known = {str(g["code"]): rule_words.label(key, str(g["label"])) for key, g in shipped_by_key().items() if "code" in g}
    return "; ".join(dict.fromkeys(known.get(code, code) for code in codes))
