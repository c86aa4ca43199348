"""Values of an index set: how far each unit is, what one entered with its score, entering, accepting, returning, leaving out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as AnyResponse

from forms import Form, from_html
from service import people, words
from service.errors import Conflict, Invalid
from service.movement import index
from service.movement.index import Content, IndexValue, Indicator, Outcome
from service.processes import drafts
from service.web import edit, pages
from service.web.case_parts import in_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.index_parts import crumbs, drawn, name_of, of_set, tabs_of
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.web.typed import kept_line
from service.words import N_

blueprint = Blueprint("index_values", __name__)
STATES = {
    "sent": ("waiting", N_("Chờ xác nhận")), "returned": ("return", N_("Trả lại")), "accepted": ("passed", N_("Đã nhận")),
    "left_out": ("replaced", N_("Không tính")),
}


@blueprint.get("/index-sets/<int:set_id>/values")
def show_all(set_id: int) -> Response:
    """How far each unit is with its values; a unit sees its own line."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    units = index.reads_of(content, by)
    values = index.values_of(content, by=by)
    names = people.unit_names([unit for unit in units if unit])
    rows = []
    for unit in units:
        asked = len(index.asked_of(content, unit))
        if not asked:
            continue
        states = [one.state for one in values if one.unit_id == unit]
        rows.append([
            Cell(names.get(unit) or in_words(index.unit_words(unit)), "", url_for("index_values.show", set_id=set_id, unit=unit)),
            Cell(_("%(n)s trong %(all)s", n=len(states), all=asked), figures=True),
            *(Cell(str(states.count(state) or ""), figures=True) for state in index.VALUE_STATES),
        ])
    table = Table(
        [Column(pgettext("one", "Đơn vị")), Column(_("Đã nhập"), figures=True),
         *(Column(words.translated(STATES[state][1]), figures=True) for state in index.VALUE_STATES)], rows, _("Giá trị của các đơn vị"),
    )
    waiting = sum(one.state == "sent" for one in values)
    return drawn(
        name_of(content.row), _("*%(n)s giá trị* chờ xác nhận.", n=words.counted(waiting)),
        crumbs(of_set(content.row), Link(_("Giá trị"), "")),
        [Block(_("Giá trị của các đơn vị"), table=table if rows else None, empty=None if rows else Empty(
            _("Không có đơn vị nào của bạn trong bộ này"), _("Phòng Văn hóa - Xã hội chọn đơn vị khi mở bộ chỉ số.")))],
        tabs=tabs_of(content.row, "index_values.show_all", by),
    )


@blueprint.get("/index-sets/<int:set_id>/units/<int:unit>")
def show(set_id: int, unit: int) -> Response:
    """What one unit, or the commune, entered: results, scores, what is returned, what is still to be entered."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    values = {one.indicator_id: one for one in index.values_of(content, by=by, units=[unit])}
    asked = index.asked_of(content, unit)
    outcomes = index.own_outcomes(content, unit, list(values.values()))
    enters = unit in index.enters_for(content, by)
    rows = [_cells(one, values.get(one.id), outcomes.get(one.id)) for one in asked]
    decides = index.decides_on(values.values(), by=by)
    acts = [_acts(content, one, unit, values.get(one.id), enters, decides) for one in asked]
    table = Table(
        [Column(_("Chỉ số")), Column(_("Số liệu")), Column(_("Kết quả"), figures=True), Column(_("Điểm"), figures=True),
         Column(_("Trạng thái"))], rows, _("Giá trị"), row_acts=acts if any(acts) else (),
    )
    troubles = [Check(_trouble_words(found), "bad") for found in outcomes.values() if found.trouble]
    troubles += [Check(in_words(found.over), "warn") for found in outcomes.values() if found.over]
    missing = sum(one.id not in values for one in asked)
    returned = sum(one.state == "returned" for one in values.values())
    status = _("*%(n)s* chỉ số chưa nhập, *%(back)s* phải sửa.", n=missing, back=returned)
    if content.row.state == "open":
        status += " " + _("Hạn nhập %(day)s.", day=words.full_date(content.row.due_on))
    name = in_words(index.unit_words(unit))
    return drawn(
        f"{name}: {name_of(content.row)}", status,
        crumbs(of_set(content.row), Link(_("Giá trị"), url_for("index_values.show_all", set_id=set_id)), Link(name, "")),
        [Block(_("Giá trị"), checks=troubles, table=table if rows else None, empty=None if rows else Empty(
            _("Không có chỉ số nào phải nhập"), _("Bộ này không thu chỉ số nào của đơn vị.")))],
    )


def _cells(one: Indicator, value: IndexValue | None, found: Outcome | None) -> list[Cell]:
    name = f"{one.code}. {in_words((one.name, one.name_en))}"
    if value is None:
        return [Cell(name), Cell(""), Cell("", figures=True), Cell("", figures=True), Cell("", tag=Tag("note", _("Chưa nhập")))]
    kind, said = STATES[value.state]
    return [
        Cell(name, "", url_for("index_values.read", value_id=value.id)), Cell(_said(one, value)), _result(one, found),
        Cell(_("không tính"), figures=True) if value.state == "left_out" else _score(one, found),
        Cell("", _reason_words(value), tag=Tag(kind, words.translated(said))),
    ]


def _reason_words(value: IndexValue) -> str:
    """Why a value was returned or left out; of one that was sent again since that it was returned before, and why."""
    if value.reason and value.state in ("sent", "accepted"):
        return _("Đã trả lại trước đó: %(reason)s", reason=value.reason)
    return value.reason


def _said(one: Indicator, value: IndexValue) -> str:
    return "; ".join(f"{entry['label']}: {words.number(float(value.said[entry['key']]))}" for entry in one.inputs)


def _result(one: Indicator, found: Outcome | None) -> Cell:
    if found is None or found.result is None:
        return Cell(_("không tính được"), figures=True)
    return Cell(f"{words.number(found.result)} {one.measure}", _("vượt 100%") if found.over else "", figures=True)


def _score(one: Indicator, found: Outcome | None) -> Cell:
    if found is None or found.score is None:
        return Cell(_("không có điểm"), figures=True)
    said = _("%(score)s trên %(most)s", score=words.number(found.score), most=words.number(float(one.maximum)))
    return Cell(said, _("không quá điểm tối đa") if found.beyond else "", figures=True)


def _warned(found: Outcome) -> list[Check]:
    """What is to be looked at in a value that is kept all the same."""
    found_over = [Check(in_words(found.over), "warn")] if found.over else []
    return found_over + ([Check(in_words(found.beyond), "info")] if found.beyond else [])


def _acts(
    content: Content, one: Indicator, unit: int, value: IndexValue | None, enters: bool, decides: Collection[int]
) -> list[Act]:
    state = value.state if value is not None else ""
    acts = []
    if enters and (content.row.state == "open" and state != "accepted" or content.row.state == "closed" and state == "returned"):
        label = _("Nhập") if value is None else _("Sửa, gửi lại") if state == "returned" else _("Sửa")
        url = url_for("index_values.enter", set_id=content.row.id, unit=unit, code=one.code)
        acts.append(Act(label, url, f"enter-{one.code}", "second", method="get"))
    if value is not None and value.id in decides and content.row.state != "published":
        troubled = index.outcome_of(one, value.said).trouble is not None
        if state == "sent" and not troubled:
            acts.append(_accept_act(value))
        if state == "returned" and content.row.state == "closed" or troubled and state != "left_out":
            acts.append(_leave_out_act(value))
        if state in ("sent", "accepted", "left_out"):
            acts.append(_return_act(value))
    return acts


def _accept_act(value: IndexValue) -> Act:
    return Act(_("Nhận"), url_for("index_values.accept", value_id=value.id), f"accept-{value.id}", "second",
               hidden={"seen": str(value.version)})


def _return_act(value: IndexValue) -> Act:
    url = url_for("index_values.send_back", value_id=value.id)
    return Act(_("Trả lại"), url, f"return-{value.id}", "takes", asks=_("Lý do"), hidden={"seen": str(value.version)}, page_url=url,
               effect=_("Trả lại giá trị này để sửa? Đơn vị được báo và thấy lý do."))


def _leave_out_act(value: IndexValue) -> Act:
    url = url_for("index_values.leave_out", value_id=value.id)
    return Act(_("Chốt không tính"), url, f"leave-out-{value.id}", "takes", asks=_("Lý do"), hidden={"seen": str(value.version)},
               page_url=url, effect=_("Chốt không tính giá trị này? Chỉ số này của đơn vị được 0 điểm; lý do hiện cho đơn vị."))


def _reason_label(value: IndexValue) -> str:
    if value.state in ("sent", "accepted"):
        return _("Đã trả lại trước đó")
    return _("Lý do không tính") if value.state == "left_out" else _("Lý do trả lại")


@blueprint.get("/index-values/<int:value_id>")
def read(value_id: int) -> Response:
    """One value: the numbers, its result and score, the evidence."""
    by = pages.me()
    content, one, value = index.read_value(value_id, by=by)
    found = index.outcome_of(one, value.said)
    facts = [Fact(entry["label"], words.number(float(value.said[entry["key"]])), figures=True) for entry in one.inputs]
    facts += [Fact(_("Cách tính"), in_words(index.formula_words(one))), Fact(_("Kết quả"), _result(one, found).words, figures=True),
              Fact(_("Điểm"), _score(one, found).words, figures=True)]
    proof = [Cell(file.name, words.size(file.size), url_for("files.download", file_id=file.id)) for file in index.files_of(value)]
    if value.link:
        proof.append(Cell(value.link, _("Đường dẫn"), value.link))
    said = STATES[value.state][1]
    name = in_words(index.unit_words(value.unit_id))
    status = _("%(unit)s gửi lúc %(when)s. %(state)s.", unit=name, when=words.full_moment(value.sent_at), state=words.translated(said))
    checks = [Check(f"{_reason_label(value)}: {value.reason}", "warn" if value.state in ("returned", "left_out") else "info")]
    checks = checks if value.reason else []
    if found.trouble:
        checks.append(Check(_trouble_words(found), "bad"))
    checks += _warned(found)
    back = url_for("index_values.show", set_id=content.row.id, unit=value.unit_id)
    acts = _acts(content, one, value.unit_id, value, value.unit_id in index.enters_for(content, by), index.decides_on([value], by=by))
    return drawn(
        f"{one.code}. {in_words((one.name, one.name_en))}", status, crumbs(of_set(content.row), Link(name, back), Link(one.code, "")),
        [
            Block(_("Giá trị"), checks=checks, facts=facts),
            Block(_("Minh chứng"), words=value.note, lines=proof, empty=None if proof or value.note else Empty(
                _("Không có minh chứng"), _("Chỉ số này không đòi minh chứng."))),
        ],
        acts=acts,
    )


@blueprint.route("/index-sets/<int:set_id>/units/<int:unit>/<code>", methods=["GET", "POST"])
def enter(set_id: int, unit: int, code: str) -> AnyResponse:
    """Enter the value of an indicator with its evidence, or mend what was returned; what is refused keeps all that was typed."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    one = content.indicator(code)
    value = next((each for each in index.values_of(content, by=by, units=[unit]) if each.indicator_id == one.id), None)
    if unit not in index.enters_for(content, by):
        people.require(by, index.ENTER_INDEX, unit=unit)
        raise Conflict("Đơn vị này không nhập giá trị trong bộ.", "This unit enters nothing in the set.", code="index-not-asked")
    back = url_for("index_values.show", set_id=set_id, unit=unit)

    def do(said: dict[str, Any]) -> AnyResponse:
        index.send_value(
            set_id, code, unit, said["said"], note=said.get("note") or "", link=said.get("link") or "", files=said.get("files") or [],
            by=by,
        )
        pages.say(_("Đã gửi giá trị của chỉ số %(code)s.", code=code))
        if warning := _doubt(one, said["said"]):
            pages.say(warning, "warn")
        return pages.back_to("index_values.show", set_id=set_id, unit=unit)

    draft = edit.Draft(_draft_key(one, unit), url_for("index_values.keep", set_id=set_id, unit=unit, code=code), by,
                       value.sent_at if value is not None else None)
    kept = draft.read()
    form = _form(one)
    typed = from_html(form, request.form.items(multi=True)) if request.method == "POST" else kept[0] if kept else None
    warning = _doubt(one, typed.get("said") or {} if typed is not None else value.said if value is not None else {})
    form = _form(one, warning)
    first: dict[str, Any] = {}
    if value is not None:
        first = {"said": {key: float(number) for key, number in value.said.items()}, "files": value.files, "link": value.link,
                 "note": value.note}
    name = f"{one.code}. {in_words((one.name, one.name_en))}"
    above = [Block(_reason_label(value), words=value.reason)] if value is not None and value.reason else []
    above += [Block(_("Cần xem lại"), checks=[Check(warning, "warn")])] if warning else []
    formula = in_words(index.formula_words(one)).replace("*", "∗")
    status = _("Cách tính: %(formula)s. Từ %(full)s %(measure)s trở lên được đủ %(most)s điểm.", formula=formula,
               full=words.number(float(one.full)), measure=one.measure, most=words.number(float(one.maximum)))
    unit_name = in_words(index.unit_words(unit))
    page = Page(name, url_for("index_values.enter", set_id=set_id, unit=unit, code=code), back, _("Gửi giá trị"),
                crumbs(of_set(content.row), Link(unit_name, back), Link(one.code, "")), status, above)
    return edit.edit(form, page, do, first=first, files=edit.Files(by, index.files_of(value) if value is not None else []), draft=draft)


@blueprint.post("/index-sets/<int:set_id>/units/<int:unit>/<code>/draft")
def keep(set_id: int, unit: int, code: str) -> AnyResponse:
    """Keep what was typed, without any check, and say what is to be looked at; the script calls it."""
    by = pages.me()
    content = index.read_set(set_id, by=by)
    if unit not in index.enters_for(content, by):
        people.require(by, index.ENTER_INDEX, unit=unit)
        raise Conflict("Đơn vị này không nhập giá trị trong bộ.", "This unit enters nothing in the set.", code="index-not-asked")
    one = content.indicator(code)
    typed = from_html(_form(one), request.form.items(multi=True))
    saved = drafts.keep_draft(_draft_key(one, unit), typed, by=by)
    return jsonify(message=" ".join(filter(None, (kept_line(saved), _doubt(one, typed.get("said") or {})))))


def _draft_key(one: Indicator, unit: int) -> str:
    return f"index:{one.id}:{unit}"


def _form(one: Indicator, warning: str = "") -> Form:
    """The numbers of an indicator with their evidence; a warning stands at the numbers."""
    hint = _("Cần tệp hoặc đường dẫn: %(what)s.", what=one.evidence) if one.evidence else ""
    either = {"properties": {"demanded": "sometimes"}} if one.evidence else {}
    return edit.form(
        "index_value",
        edit.group("said", _("Số liệu"), [
            edit.number(entry["key"], entry["label"], low=0, high=10**11, digits=6, hint=warning if place == 0 else "")
            for place, entry in enumerate(one.inputs)
        ]),
        edit.file("files", _("Tệp minh chứng"), hint=hint) | {"multiple": True} | either,
        edit.text("link", _("Đường dẫn minh chứng"), hint=_("Nơi xem được số liệu: https://…"), most=1000) | either,
        edit.area("note", _("Ghi chú"), most=2000),
    )


def _doubt(one: Indicator, said: Mapping[str, Any]) -> str:
    """What is doubtful in numbers as they are typed: a share above 100 per cent, or no result, with what is to be mended."""
    try:
        known = {entry["key"]: index.read_decimal(said.get(entry["key"]), "said", ("", "")) for entry in one.inputs}
    except Invalid:
        return ""
    found = index.outcome_of(one, known)
    if found.trouble:
        return _trouble_words(found)
    return in_words(found.over) if found.over else ""


def _trouble_words(found: Outcome) -> str:
    """Why there is no result, and what is to be corrected."""
    return " ".join(in_words(said) for said in (found.trouble, found.mend) if said is not None)


@blueprint.post("/index-values/<int:value_id>/accept")
def accept(value_id: int) -> AnyResponse:
    """Accept a value as it was seen."""
    by = pages.me()
    content, one, value = index.read_value(value_id, by=by)
    index.accept_value(value_id, seen=_seen(), by=by)
    pages.say(_("Đã nhận giá trị của chỉ số %(code)s.", code=one.code))
    return pages.back_to("index_values.show", set_id=content.row.id, unit=value.unit_id)


@blueprint.route("/index-values/<int:value_id>/return", methods=["GET", "POST"])
def send_back(value_id: int) -> AnyResponse:
    """Return a value, with a reason."""
    by = pages.me()
    content, one, value = index.read_value(value_id, by=by)
    index.must_decide(value, by=by)
    back = url_for("index_values.show", set_id=content.row.id, unit=value.unit_id)

    def do(reason: str) -> AnyResponse:
        index.return_value(value_id, reason, seen=_seen(), by=by)
        pages.say(_("Đã trả lại giá trị của chỉ số %(code)s. Đơn vị được báo.", code=one.code))
        return pages.back_to("index_values.show", set_id=content.row.id, unit=value.unit_id)

    return edit.confirm(_return_act(value), crumbs(of_set(content.row), Link(one.code, back), Link(_("Trả lại"), "")), back, do)


@blueprint.route("/index-values/<int:value_id>/leave-out", methods=["GET", "POST"])
def leave_out(value_id: int) -> AnyResponse:
    """Leave out a returned value that is not sent again, with a reason."""
    by = pages.me()
    content, one, value = index.read_value(value_id, by=by)
    index.must_decide(value, by=by)
    back = url_for("index_values.show", set_id=content.row.id, unit=value.unit_id)

    def do(reason: str) -> AnyResponse:
        index.leave_out_value(value_id, reason, seen=_seen(), by=by)
        pages.say(_("Đã chốt không tính giá trị của chỉ số %(code)s.", code=one.code))
        return pages.back_to("index_values.show", set_id=content.row.id, unit=value.unit_id)

    return edit.confirm(_leave_out_act(value), crumbs(of_set(content.row), Link(one.code, back), Link(_("Chốt không tính"), "")), back, do)


def _seen() -> int:
    return request.form.get("seen", 0, type=pages.whole) or 0
