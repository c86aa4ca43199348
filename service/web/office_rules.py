"""The register of rules for those who keep it: what holds, what lapses or is unconfirmed; confirming and changing one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.actor import Actor
from service.awards import rule_versions
from service.awards.catalogue import award_forms
from service.awards.models import Rule
from service.awards.rule_versions import MAY_CONFIRM, MAY_EDIT, Entry, RuleInput
from service.awards.rules import shipped_by_key, to_recheck
from service.errors import NotFound
from service.vietnamese import fold
from service.web import edit, pages, rule_words
from service.web.case_parts import CONFIDENCE, form_words
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.office_frame import crumbs, listing, must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.words import N_

blueprint = Blueprint("office_rules", __name__)

STATES: tuple[tuple[str, str], ...] = (
    ("", N_("Tất cả")), ("sure", N_("Bắt buộc")), ("unsure", N_("Chưa xác nhận")), ("ends", N_("Hết hiệu lực")),
    ("recheck", N_("Cần đối chiếu luật mới")),
)


@blueprint.get("/office/rules")
def show_all() -> Response:
    """Every rule with the value that holds today; which may block, which lapse, which are to be looked up anew."""
    by, today = pages.me(), clock.today()
    state, text = request.args.get("state", ""), request.args.get("q", "")[:100]
    register = rule_versions.read_register(today)
    rows = [one for one in register if not text or fold(text) in fold(_words_to_find(one))]
    groups = {
        "": rows,
        "sure": [one for one in rows if one.sure],
        "unsure": [one for one in rows if not one.sure],
        "ends": [one for one in rows if one.lapses(today)],
        "recheck": [one for one in rows if one.now is not None and to_recheck(one.now, today)],
    }
    shown = groups.get(state, rows)
    names = _names(*(one.now for one in shown if one.now is not None))
    blocks = [
        Block(_(heading), table=_table(some, names, _(heading)))
        for area, heading in rule_words.AREAS.items()
        if (some := [one for one in shown if rule_words.area_of(one.key) == area])
    ]
    return listing(
        by, "office_rules.show_all",
        ngettext("*%(num)d quy định*, %(unsure)d chưa ai xác nhận", "*%(num)d quy định*, %(unsure)d chưa ai xác nhận",
                 len(rows), unsure=len(groups["unsure"])),
        blocks or [Block(_("Sổ quy định"), empty=_empty(state))],
        status=_("Chỉ quy định đã có nguồn hoặc đã xác nhận mới bắt buộc; còn lại chỉ nhắc, và nói vì sao. Hồ sơ giữ quy định "
                 "của ngày tiếp nhận; tiền thưởng theo lương cơ sở của ngày quyết định."),
        trail=[Link(_("Quy định"), "")],
        chips=[
            Link(_(said), url_for("office_rules.show_all", state=word or None, q=text or None), count=len(groups[word]),
                 current=state == word)
            for word, said in STATES
        ],
        q=text, url=url_for("office_rules.show_all"),
    )


def _empty(state: str) -> Empty:
    if state == "ends":
        return Empty(_("Không quy định nào hết hiệu lực trong ba tháng tới"), _("Quy định sắp hết hiệu lực hiện ở đây."))
    if state in ("unsure", "recheck"):
        return Empty(_("Không còn quy định nào chờ xác nhận"), _("Quy định mới sửa, hoặc có luật mới, hiện ở đây."))
    return Empty(_("Không tìm thấy quy định nào"), _("Tìm không cần dấu, theo tên, mã hoặc số văn bản."))


def _words_to_find(one: Entry) -> str:
    return " ".join((one.key, one.label, rule_words.label(one.key, one.label), _citation(one)))


def _citation(one: Entry) -> str:
    return one.now.citation if one.now is not None else one.versions[0].citation


def _table(rows: list[Entry], names: Mapping[int, str], caption: str) -> Table:
    return Table(
        [Column(_("Quy định")), Column(_("Giá trị")), Column(_("Căn cứ")), Column(_("Hiệu lực")), Column(_("Có chặn không"))],
        [_row(one, names) for one in rows],
        caption,
    )


def _row(one: Entry, names: Mapping[int, str]) -> list[Cell]:
    today, row = clock.today(), one.now or one.versions[0]
    told = [rule_words.end_words(one, today), rule_words.recheck_words(row, today)]
    return [
        Cell(rule_words.label(one.key, one.label), " ".join(t for t in told if t), url_for("office_rules.show", key=one.key)),
        Cell(rule_words.value_words(one.key, row.value, row.unit) if one.now is not None else _("chưa có")),
        Cell(row.citation, rule_words.sureness(row, names)),
        Cell(rule_words.span(row)),
        Cell("", tag=_weight(one)),
    ]


def _weight(one: Entry) -> Tag:
    """Whether a rule may block; of what no gate reads, only how sure it is."""
    if one.now is None or one.now.value is None:
        return Tag("refused", _("chưa có giá trị"))
    if one.now.value == "note":
        return Tag("waiting", _("nêu để biết"))
    return Tag("passed", _("bắt buộc")) if one.sure and one.now.value != "warn" else Tag("note", _("chỉ nhắc"))


def _names(*rows: Rule) -> Mapping[int, str]:
    return people.names({n for row in rows for n in (row.made_by, row.confirmed_by) if n is not None})


@blueprint.get("/office/rules/<key>")
def show(key: str) -> Response:
    """One rule: what holds, why it blocks or only warns, every version with who made it and why."""
    by, today = pages.me(), clock.today()
    one = rule_versions.read_rule(key, today)
    row = one.now or one.versions[0]
    names = _names(*one.versions)
    return listing(
        by, "office_rules.show_all", rule_words.label(one.key, one.label),
        [
            Block(_("Đang áp dụng"), checks=_checks(one, row, today, by), facts=_facts(one, row, names)),
            Block(_("Các phiên bản"), words=_("Mỗi lần sửa, mỗi lần xác nhận là một phiên bản mới; phiên bản trước giữ nguyên."),
                  table=_versions_table(one, names, by)),
        ],
        status=_("Đang áp dụng *%(value)s*, %(span)s.", value=rule_words.value_words(key, row.value, row.unit), span=rule_words.span(row))
        if one.now is not None else rule_words.end_words(one, today),
        trail=[Link(_("Quy định"), url_for("office_rules.show_all")), Link(key, "")],
        main_act=_confirm_act(one, row, "main") if rule_versions.may_confirm(one, row, by=by) else None,
        acts=[Act(_("Sửa quy định"), url_for("office_rules.change", key=key), "change", "second", method="get")]
        if people.allowed(by, MAY_EDIT) else [],
    )


def _checks(one: Entry, row: Rule, today: date, by: Actor) -> list[Check]:
    found = []
    if ends := rule_words.end_words(one, today):
        found.append(Check(ends, "bad" if one.now is None else "warn"))
    if why := rule_words.why_it_only_warns(row):
        found.append(Check(" ".join((why, _("Chỉ nhắc, không chặn."))), "warn"))
        if rule_versions.entered_alone(one, row, by=by):
            found.append(Check(_("Bạn đã ghi phiên bản này: người khác có quyền xác nhận đọc văn bản rồi xác nhận."), "info"))
    elif row.value != "warn":
        found.append(Check(_("Đã có nguồn hoặc đã xác nhận: bắt buộc, không đạt thì hồ sơ không đi tiếp."), "ok"))
    if again := rule_words.recheck_words(row, today):
        found.append(Check(again, "warn"))
    if one.coming is not None:
        found.append(Check(_("Từ %(day)s: %(value)s.", day=words.full_date(one.coming.valid_from),
                             value=rule_words.value_words(one.key, one.coming.value, one.coming.unit)), "info"))
    return found


def _facts(one: Entry, row: Rule, names: Mapping[int, str]) -> list[Fact]:
    return [
        Fact(_("Giá trị"), rule_words.value_words(one.key, row.value, row.unit)),
        Fact(_("Căn cứ"), row.citation),
        Fact(_("Độ chắc chắn"), rule_words.confidence(row)),
        Fact(_("Xác nhận"), _("%(who)s, %(day)s", who=names.get(row.confirmed_by or 0, ""), day=words.full_moment(row.confirmed_at))
             if row.confirmed_at is not None else _("chưa ai xác nhận")),
        Fact(_("Hiệu lực"), rule_words.span(row)),
        Fact(_("Mã"), one.key),
    ]


def _versions_table(one: Entry, names: Mapping[int, str], by: Actor) -> Table:
    today = clock.today()
    may = people.allowed(by, MAY_CONFIRM)
    tags = {"now": "passed", "coming": "waiting", "past": "done", "replaced": "done"}
    rows = []
    for row in one.versions:
        standing = rule_versions.standing_of(one, row, today)
        who = names.get(row.made_by or 0, "") if row.made_by is not None else _("có sẵn trong phần mềm")
        when = f", {words.full_moment(row.made_at)}" if row.made_at is not None else ""
        done = _("%(who)s xác nhận%(when)s", who=who, when=when) if row.confirmed_at is not None else f"{who}{when}"
        rows.append([
            Cell(_("Phiên bản %(n)d", n=row.version), tag=Tag(tags[standing], _(rule_words.STANDINGS[standing]))),
            Cell(rule_words.value_words(one.key, row.value, row.unit)),
            Cell(row.citation, rule_words.confidence(row)),
            Cell(rule_words.span(row)),
            Cell(done, row.reason),
        ])
    return Table(
        [Column(_("Phiên bản")), Column(_("Giá trị")), Column(_("Căn cứ")), Column(_("Hiệu lực")), Column(_("Ai ghi, vì sao"))],
        rows, _("Các phiên bản"),
        row_acts=[
            [_confirm_act(one, row, "second")]
            if row is not one.now and rule_versions.may_confirm(one, row, by=by) else [] for row in one.versions
        ] if may else (),
    )


def _confirm_act(one: Entry, row: Rule, level: str) -> Act:
    url = url_for("office_rules.confirm", key=one.key, version=row.version, seen=one.newest)
    return Act(
        _("Xác nhận quy định"), url, "confirm", level,
        effect=_("Xác nhận *%(label)s: %(value)s*? Từ nay quy định này bắt buộc; hồ sơ đã tiếp nhận giữ quy định cũ.",
                 label=rule_words.label(one.key, one.label), value=rule_words.value_words(one.key, row.value, row.unit)),
        asks=_("Văn bản đã đọc: số, ngày, điều khoản"), page_url=url,
    )


@blueprint.route("/office/rules/<key>/<int:version>/confirm", methods=["GET", "POST"])
def confirm(key: str, version: int) -> AnyResponse:
    """Confirm one version against its paper."""
    by = pages.me()
    must(by, MAY_CONFIRM)
    one = rule_versions.read_rule(key, clock.today())
    row = next((v for v in one.versions if v.version == version), None)
    if row is None:
        raise NotFound("Không có phiên bản này của quy định.", "There is no such version of the rule.")
    seen = request.args.get("seen", one.newest, type=pages.whole)
    back = url_for("office_rules.show", key=key)

    def do(reason: str) -> AnyResponse:
        rule_versions.confirm_rule(key, version, seen=seen, reason=reason, by=by)
        pages.say(_("Đã xác nhận: %(label)s.", label=rule_words.label(one.key, one.label)))
        return pages.back_to("office_rules.show", key=key)

    return edit.confirm(
        _confirm_act(one, row, "main"),
        crumbs(Link(_("Quy định"), url_for("office_rules.show_all")), Link(key, back), Link(_("Xác nhận"), "")), back, do,
    )


@blueprint.route("/office/rules/<key>/change", methods=["GET", "POST"])
def change(key: str) -> AnyResponse:
    """Enter a new version of a rule: value, basis, validity, reason."""
    by = pages.me()
    must(by, MAY_EDIT)
    one = rule_versions.read_rule(key, clock.today())
    row, back = one.now or one.versions[0], url_for("office_rules.show", key=key)
    seen = request.args.get("seen", one.newest, type=pages.whole)

    def do(said: dict[str, Any]) -> AnyResponse:
        rule_versions.change_rule(
            key,
            RuleInput(
                _typed_value(key, said), said["citation"], date.fromisoformat(said["valid_from"]),
                date.fromisoformat(said["valid_to"]) if said.get("valid_to") else None, said["confidence"], said["reason"],
            ),
            seen=seen, by=by,
        )
        pages.say(_("Đã ghi phiên bản mới: %(label)s. Chỉ nhắc cho đến khi được xác nhận.", label=rule_words.label(one.key, one.label)))
        return pages.back_to("office_rules.show", key=key)

    return edit.edit(
        edit.form(
            "rule",
            *_value_fields(key, row),
            edit.text("citation", _("Căn cứ"), hint=_("Số văn bản, điều, khoản, điểm"), required=True, most=1000),
            edit.choice("confidence", _("Độ chắc chắn"), [(word, _(said)) for word, said in CONFIDENCE.items()],
                        required=True),
            edit.day("valid_from", _("Có hiệu lực từ ngày"), required=True),
            edit.day("valid_to", _("Đến hết ngày"), hint=_("Để trống nếu chưa biết.")),
            edit.reason(_("Lý do sửa")),
        ),
        Page(
            _("Sửa: %(label)s", label=rule_words.label(one.key, one.label)),
            url_for("office_rules.change", key=key, seen=seen), back, _("Ghi phiên bản mới"),
            crumbs(Link(_("Quy định"), url_for("office_rules.show_all")), Link(key, back), Link(_("Sửa"), "")),
            _("Đang áp dụng: *%(value)s*. Phiên bản mới chỉ nhắc cho đến khi được xác nhận; hồ sơ đã tiếp nhận không đổi.",
              value=rule_words.value_words(key, row.value, row.unit)),
        ),
        do,
        first=_first(key, row),
    )


def _value_fields(key: str, row: Rule) -> list[Field]:
    about = shipped_by_key()[key]
    kind, label, hint = about["type"], _("Giá trị"), rule_words.unit_of(key, row.unit)
    match kind:
        case "dong" | "days" | "count":
            return [edit.number("value", label, low=0, high=1_000_000_000, hint=hint)]
        case "multiple" | "ratio":
            return [edit.number("value", label, low=0, high=1000, hint=hint, digits=4)]
        case "threshold":
            return [
                *edit.side_by_side(
                    "part", edit.number("numerator", _("Tử số"), low=1, high=100),
                    edit.number("denominator", _("Mẫu số"), low=1, high=100),
                ),
                edit.choice("operator", _("Cách so"), [(w, _(said)) for w, said in rule_words.OPERATORS.items()],
                            hint=_("So với %(what)s", what=hint),
                            required=True),
            ]
        case "forms":
            return [edit.several("value", label, [(code, form_words(code)) for code in award_forms()])]
        case "choice":
            return [edit.choice("value", label, rule_words.choices(key).items(), required=True)]
        case "wish":
            found = rule_versions.wishes(about["wish"])
            return [edit.choice("value", _("Tác dụng"), [(w, _(rule_words.WISHES[w])) for w in found], required=True)]
    return [edit.text("value", label, hint=_("Ngày và tháng, ví dụ 31-03"), required=True, most=10)]


def _first(key: str, row: Rule) -> dict[str, Any]:
    first = {
        "citation": row.citation, "confidence": row.confidence,
        "valid_from": max(row.valid_from or clock.today(), clock.today()).isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to and row.valid_to >= clock.today() else None,
    }
    if shipped_by_key()[key]["type"] == "threshold":
        return first | (row.value or {"operator": ">="})
    return first | {"value": row.value}


def _typed_value(key: str, said: Mapping[str, Any]) -> Any:
    if shipped_by_key()[key]["type"] == "threshold":
        parts = {name: said.get(name) for name in ("numerator", "denominator")}
        return {n: None if v is None else int(v) for n, v in parts.items()} | {"operator": said.get("operator")}
    value = said.get("value")
    return float(value) if isinstance(value, Decimal) else value
