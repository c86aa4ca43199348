"""A posted page is read as it was typed, shown again as it was typed, and its row buttons work without
JavaScript.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from forms import (
    Form,
    Part,
    Rejected,
    change_rows,
    check,
    compile_form,
    first_answers,
    from_html,
    lay_out,
    taken_over,
)
from forms.templates import Block, Span, blocks

TODAY = date(2026, 11, 23)

SCHEMA: dict[str, Any] = {
    "type": "default",
    "id": "page",
    "schemaVersion": 19,
    "given": {"own": 9.0, "faults": [], "top": None},
    "components": [
        {
            "type": "radio",
            "key": "decision",
            "label": "Kết luận",
            "validate": {"required": True},
            "values": [{"label": "Nhận", "value": "accept"}, {"label": "Trả lại", "value": "return"}],
            "properties": {
                "follows.accept": "Đi tiếp",
                "label.en": "Result",
                "option.accept.en": "Accept",
                "follows.accept.en": "Goes on",
                "hint": "Chọn một",
                "hint.en": "Choose one",
            },
        },
        {
            "type": "group",
            "path": "A1",
            "label": "A1",
            "components": [
                {
                    "type": "number",
                    "key": "score",
                    "label": "Điểm",
                    "description": "Tự chấm {{own}}.",
                    "validate": {"required": True, "max": "=if top = null then 10 else top"},
                    "increment": 0.5,
                    "layout": {"row": "Row_1", "columns": 8},
                },
                {"type": "checklist", "key": "contents", "label": "Nội dung", "values": ["ND1", "ND2"]},
            ],
        },
        {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Ngày"},
        {"type": "checkbox", "key": "ask", "label": "Hỏi"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "Minh chứng",
            "properties": {"maxRows": "3", "rowsFrom": "faults"},
            "components": [
                {"type": "textfield", "key": "what", "label": "Lỗi", "validate": {"required": True}},
                {
                    "type": "textfield",
                    "key": "link",
                    "label": "Liên kết",
                    "conditional": {"hide": '=this.what = "tệp"'},
                },
                {
                    "type": "dynamiclist",
                    "path": "inner",
                    "label": "Trong",
                    "defaultRepetitions": 0,
                    "components": [{"type": "number", "key": "n", "label": "Số"}],
                },
            ],
        },
        {
            "type": "textarea",
            "key": "why",
            "label": "Lý do",
            "validate": {"required": True},
            "conditional": {"hide": '=decision != "return"'},
        },
        {"type": "text", "text": "## Ghi chú\n\nTự chấm {{own}}"},
        {"type": "table", "dataSource": "=faults", "columns": [{"key": "what", "label": "Lỗi"}]},
    ],
}
PAGE: Form = compile_form(SCHEMA)

PAIRS = [
    ("csrf_token", "x"),
    ("version", "3"),
    ("decision", "return"),
    ("A1-score", "8,3"),
    ("A1-contents", "ND1"),
    ("A1-contents", "ND2"),
    ("day", "32/12/2026"),
    ("rows-4-what", "tệp"),
    ("rows-4-link", "cũ"),
    ("rows-10-what", ""),
    ("rows-10-link", "https://x"),
    ("rows-10-inner-0-n", "1"),
    ("rows-10-inner-3-n", "2"),
    ("why", ""),
]
RAW: dict[str, Any] = {
    "decision": "return",
    "A1": {"score": "8,3", "contents": ["ND1", "ND2"]},
    "day": "32/12/2026",
    "ask": False,
    "rows": [
        {"what": "tệp", "link": "cũ", "inner": []},
        {"what": "", "link": "https://x", "inner": [{"n": "1"}, {"n": "2"}]},
    ],
    "why": "",
}


def parts(answers: dict[str, Any], **more: Any) -> dict[str, Part]:
    found: dict[str, Part] = {}

    def add(part: Part) -> None:
        found[part.name] = part
        for one in (*part.parts, *(inner for row in part.rows for inner in row)):
            add(one)

    for part in lay_out(PAGE, answers, today=TODAY, **more):
        add(part)
    return found


def test_a_posted_page_is_read_as_it_was_typed() -> None:
    assert from_html(PAGE, PAIRS) == RAW


def test_a_page_is_shown_again_with_what_was_typed_and_every_error_at_its_field() -> None:
    try:
        check(PAGE, RAW, today=TODAY)
    except Rejected as rejected:
        errors = rejected.errors
    page = parts(RAW, errors=errors)
    assert {error.name for error in errors} == {"A1-score", "day", "rows-1-what", "why"}
    for error in errors:
        assert page[error.name].errors == (error,)
    assert page["A1-score"].text == "8,3" and page["day"].text == "32/12/2026"
    assert page["A1-contents"].texts == ("ND1", "ND2")
    assert page["rows-0-link"].text == "cũ" and not page["rows-0-link"].shown
    assert page["rows-1-inner-1-n"].text == "2"


def test_a_part_tells_all_that_a_page_draws() -> None:
    page = parts(
        {"decision": "accept", "A1": {"score": 8.5}, "day": "2026-11-23", "ask": True}, given={"top": 20}
    )
    decision = page["decision"]
    assert decision.hint == "Chọn một" and decision.options[0].follows == "Đi tiếp"
    assert [decision.is_chosen(option) for option in decision.options] == [True, False]
    score = page["A1-score"]
    assert score.description == "Tự chấm 9." and score.required and score.text == "8,5"
    assert (score.minimum, score.maximum, score.field.step) == (None, Decimal(20), Decimal("0.5"))
    assert (score.field.row, score.field.width) == ("Row_1", 8)
    assert page["day"].text == "23/11/2026" and page["ask"].value is True
    assert not page["why"].shown
    assert [one.name for one in page["rows"].blank] == [
        "rows-__row__-what",
        "rows-__row__-link",
        "rows-__row__-inner",
    ]


def test_a_page_in_english_takes_the_forms_english_where_it_has_any() -> None:
    page = parts({}, language="en")
    assert (page["decision"].label, page["decision"].hint) == ("Result", "Choose one")
    assert (page["decision"].options[0].label, page["decision"].options[0].follows) == ("Accept", "Goes on")
    assert page["day"].label == "Ngày"


def test_a_closed_option_is_shown_with_its_reason() -> None:
    closed = {"decision": {"accept": ("Còn thiếu G1.", "G1 is missing.")}}
    assert parts({}, given={"closed": closed})["decision"].options[0].closed == "Còn thiếu G1."
    assert (
        parts({}, given={"closed": closed}, language="en")["decision"].options[0].closed == "G1 is missing."
    )


def test_a_table_shows_what_is_given() -> None:
    page = lay_out(PAGE, {}, today=TODAY, given={"faults": [{"what": "Thiếu biên bản", "mend": "Nộp"}]})
    assert next(part for part in page if part.kind == "table").cells == (("Thiếu biên bản",),)


def test_a_cell_of_a_table_leads_to_a_path_of_the_service_and_nowhere_else() -> None:
    table = {"type": "table", "dataSource": "=rows", "columns": [{"key": "total", "label": "Tổng"}],
             "properties": {"column.total.link": "where"}}
    form = compile_form(SCHEMA | {"given": {"rows": []}, "components": [table]})
    wheres = ("/periods/1?view=figures&of=a", "https://example.vn/", "//example.vn", "/\\example.vn", "javascript:alert(1)", 7, None)
    (part,) = lay_out(form, {}, today=TODAY, given={"rows": [{"total": "4", "where": one} for one in wheres]})
    assert part.links == ((wheres[0],), *[("",)] * (len(wheres) - 1)) and part.cells == (("4",),) * len(wheres)


def test_no_row_button_means_no_change() -> None:
    assert change_rows(PAGE, PAIRS) is None


def test_a_row_is_added_and_nothing_typed_is_lost() -> None:
    changed = change_rows(PAGE, [*PAIRS, ("_add:rows", "")])
    assert changed == {**RAW, "rows": [*RAW["rows"], {}]}
    page = parts(changed)
    assert len(page["rows"].rows) == 3 and not page["rows"].may_add and page["rows"].may_remove


def test_no_row_is_added_beyond_the_most() -> None:
    full = [(f"rows-{n}-what", str(n)) for n in range(3)]
    changed = change_rows(PAGE, [*full, ("_add:rows", "")])
    assert changed is not None and len(changed["rows"]) == 3


def test_the_row_that_was_named_is_removed() -> None:
    changed = change_rows(PAGE, [*PAIRS, ("_remove:rows-4", "")])
    assert changed is not None and changed["rows"] == [RAW["rows"][1]]


def test_rows_within_rows_have_buttons_of_their_own() -> None:
    added = change_rows(PAGE, [*PAIRS, ("_add:rows-10-inner", "")])
    assert added is not None and added["rows"][1]["inner"] == [{"n": "1"}, {"n": "2"}, {}]
    removed = change_rows(PAGE, [*PAIRS, ("_remove:rows-10-inner-0", "")])
    assert removed is not None and removed["rows"][1]["inner"] == [{"n": "2"}]


def test_a_button_for_what_is_not_there_changes_nothing() -> None:
    for name in ("_add:nobody", "_remove:rows-99", "_remove:A1", "_add:"):
        assert change_rows(PAGE, [*PAIRS, (name, "")]) == RAW


def test_a_form_begins_with_its_defaults_and_what_is_given() -> None:
    assert first_answers(PAGE) == {"rows": [{"inner": []}]}
    begun = first_answers(PAGE, {"ask": True, "faults": [{"what": "Thiếu biên bản", "mend": "Nộp"}]})
    assert begun == {"ask": True, "rows": [{"what": "Thiếu biên bản", "inner": []}]}


def test_a_form_begins_with_today_where_it_says_so() -> None:
    day = {"type": "datetime", "subtype": "date", "id": "on", "key": "on", "dateLabel": "Ngày nhận", "properties": {"first": "today"}}
    other = day | {"id": "of", "key": "of", "properties": {}}
    form = compile_form({"schemaVersion": 19, "type": "default", "id": "f", "components": [day, other]})
    assert first_answers(form) == {}
    assert first_answers(form, today=date(2026, 11, 3)) == {"on": "2026-11-03"}
    assert first_answers(form, {"on": "2026-11-01"}, today=date(2026, 11, 3)) == {"on": "2026-11-01"}


def test_a_page_begins_with_what_is_given_under_the_name_that_a_field_says() -> None:
    form = compile_form({"type": "default", "id": "f", "schemaVersion": 19, "given": {"day_of_visit": None}, "components": [
        {"type": "datetime", "key": "on", "subtype": "date", "dateLabel": "Ngày", "properties": {"first": "day_of_visit"}}]})
    assert first_answers(form) == first_answers(form, {"day_of_visit": None}) == {}
    assert first_answers(form, {"day_of_visit": "2026-11-09"}) == {"on": "2026-11-09"}
    assert first_answers(form, {"day_of_visit": "2026-11-09", "on": "2026-11-01"}) == {"on": "2026-11-09"}


def test_markdown_is_read_into_plain_blocks() -> None:
    assert blocks(
        "## Phần I\nmột\nhai **ba**\n\n- bốn\n- <b>năm</b>\n\n[x](javascript:alert(1)) [y](/tasks/1)"
    ) == (
        Block("heading", (Span("Phần I"),), 2),
        Block("paragraph", (Span("một\nhai "), Span("ba", bold=True))),
        Block("item", (Span("bốn"),)),
        Block("item", (Span("<b>năm</b>"),)),
        Block("paragraph", (Span("[x](javascript:alert(1)"), Span(") "), Span("y", href="/tasks/1"))),
    )


NAMES = st.sampled_from(
    [name for name, _ in PAIRS] + ["rows-x-what", "rows-", "rows-99999999-what", "A1", "_add:rows"]
)


@settings(max_examples=200)
@for_all(st.lists(st.tuples(NAMES | st.text(max_size=12), st.text(max_size=8)), max_size=12))
def test_any_posted_page_is_read_and_shown_again(pairs: list[tuple[str, str]]) -> None:
    raw = from_html(PAGE, pairs)
    change_rows(PAGE, pairs)
    try:
        check(PAGE, raw, today=TODAY)
    except Rejected as rejected:
        assert lay_out(PAGE, raw, today=TODAY, errors=rejected.errors)


def test_earlier_file_fills_only_marked_fields_that_are_still_empty() -> None:
    marked = {"properties": {"takenOver": "yes"}}
    form = compile_form(
        {
            "type": "default", "id": "again", "schemaVersion": 19,
            "components": [
                {"type": "textfield", "key": "note", "label": "Việc", **marked},
                {"type": "textfield", "key": "kept", "label": "Đã gõ", **marked},
                {"type": "number", "key": "score", "label": "Điểm"},
                {"type": "group", "path": "A1", "label": "A1",
                 "components": [{"type": "textfield", "key": "note", "label": "Việc", **marked}]},
                {"type": "dynamiclist", "path": "links", "label": "Liên kết", "isRepeating": True, "allowAddRemove": True, **marked,
                 "components": [{"type": "textfield", "key": "title", "label": "Tên"}]},
            ],
        }
    )
    earlier = {"note": "cũ", "kept": "cũ", "score": 9, "A1": {"note": "cũ"}, "links": [{"title": "cũ"}]}
    typed = {"note": " ", "kept": "mới", "A1": {}, "links": [{"title": ""}]}
    assert taken_over(form, typed, earlier) == ({"note": "cũ", "kept": "mới", "A1": {"note": "cũ"}, "links": [{"title": "cũ"}]}, 3)
    assert typed["A1"] == {}, "what was given stays as it was"
    assert taken_over(form, typed, {}) == (typed, 0)
