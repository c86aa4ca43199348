"""Answers are taken whole, or refused with every fault in a sentence."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from forms import Form, FormProblems, Rejected, check, codes, compile_form, lay_out, visible

TODAY = date(2026, 11, 23)


def form(*components: dict[str, Any], **root: Any) -> Form:
    return compile_form(
        {"type": "default", "id": "f", "schemaVersion": 19, "components": list(components), **root}
    )


def one(kind: str, key: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": "Mục này", **more}


def refused(compiled: Form, answers: Any, **given: Any) -> dict[str, str]:
    with pytest.raises(Rejected) as caught:
        check(compiled, answers, today=TODAY, given=given)
    for error in caught.value.errors:
        assert error.message and error.message_en and error.label
        assert not {"{", "}"} & set(error.message + error.message_en)
    return {error.path: error.message for error in caught.value.errors}


def taken(compiled: Form, sent: Any, /, **given: Any) -> dict[str, Any]:
    return check(compiled, sent, today=TODAY, given=given)


def test_the_sentence_says_what_is_wrong_and_what_to_type() -> None:
    day = form(one("datetime", subtype="date", dateLabel="Ngày ký"))
    assert refused(day, {"x": "32/12/2026"}) == {
        "x": "Ngày ký 32/12/2026 không có thật. Nhập dạng ngày/tháng/năm."
    }


def test_the_number_of_a_paper_is_kept_in_the_digits_that_its_field_asks_for() -> None:
    compiled = form(one("textfield", properties={"digits": "2"}))
    told = {typed: taken(compiled, {"x": typed})["x"] for typed in ("5", "05", " 5 ", "12", "123", "5/KL-UBND")}
    assert told == {"5": "05", "05": "05", " 5 ": "05", "12": "12", "123": "123", "5/KL-UBND": "5/KL-UBND"}
    assert taken(form(one("textfield")), {"x": "5"}) == {"x": "5"}


def test_a_form_says_in_its_own_words_what_it_demands() -> None:
    compiled = form(
        one("number", "own"),
        one("number", "office"),
        one(
            "textarea",
            "why",
            validate={"required": True},
            properties={"requiredMessage": "Ghi lý do: tự đánh giá {{own}}, thẩm định {{office}}."},
        ),
    )
    assert refused(compiled, {"own": 9, "office": 6.5}) == {"why": "Ghi lý do: tự đánh giá 9, thẩm định 6,5."}


def test_an_answer_and_the_rows_of_a_list_meet_what_the_form_says_they_must() -> None:
    team = one("dynamiclist", path="team", label="Đoàn", isRepeating=True, components=[one("textfield", "role")], properties={
        "must": '=count(team[role = "head"]) = 1', "mustMessage": "Đoàn có {{count(team[role = \"head\"])}} Trưởng đoàn, cần một.",
        "mustMessage.en": "There is one head.",
    })
    team.pop("key")
    compiled = form(team, one("textfield", "day", properties={
        "must": "=list contains(workdays, day)", "mustMessage": "Ngày nghỉ. Chọn ngày khác.", "mustMessage.en": "A day off.",
    }), given={"workdays": []})
    good = {"team": [{"role": "head"}, {"role": "member"}], "day": "2026-11-23"}
    assert taken(compiled, good, workdays=["2026-11-23"]) == good
    assert refused(compiled, {"team": [{"role": "head"}] * 2, "day": "2026-11-22"}, workdays=["2026-11-23"]) == {
        "team": "Đoàn có 2 Trưởng đoàn, cần một.", "day": "Ngày nghỉ. Chọn ngày khác."}
    assert refused(compiled, {"team": [], "day": ""}).keys() == {"team"}, "nothing is held against what was not answered"
    with pytest.raises(FormProblems, match="mustMessage"):
        form(one("textfield", properties={"must": '=x = "a"'}))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("23/11/2026", "2026-11-23"),
        ("2026-11-23", "2026-11-23"),
        ("1/2/2026", "2026-02-01"),
        ("29/02/2028", "2028-02-29"),
        (" 23.11.2026 ", "2026-11-23"),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_stored_as_iso(typed: Any, stored: str | None) -> None:
    assert taken(form(one("datetime", subtype="date")), {"x": typed}) == {"x": stored}


@pytest.mark.parametrize(
    "typed",
    [
        "29/02/2027",
        "31/04/2026",
        "00/01/2026",
        "11/23/2026",
        "2026-13-01",
        "20261123",
        "23/11/26",
        "hôm nay",
        "2026-11-23T10:00",
        "23/11/1026",
        20261123,
        True,
        ["2026-11-23"],
        {},
    ],
)
def test_a_day_that_does_not_exist_is_refused(typed: Any) -> None:
    assert "không có thật" in refused(form(one("datetime", subtype="date")), {"x": typed})["x"]


@pytest.mark.parametrize(
    ("zone", "typed", "stored"),
    [
        ("no_timezone", "23/11/2026 14:30", "2026-11-23T14:30"),
        ("no_timezone", "2026-11-23T14:30+07:00", "2026-11-23T14:30"),
        ("utc_offset", "23/11/2026 14:30", "2026-11-23T14:30+07:00"),
        ("utc_offset", "2026-11-23T14:30Z", "2026-11-23T14:30Z"),
        ("utc_normalized", "23/11/2026 02:30", "2026-11-22T19:30Z"),
    ],
)
def test_a_day_with_a_time_is_stored_with_the_zone_that_the_form_asks(
    zone: str, typed: str, stored: str
) -> None:
    compiled = form(one("datetime", subtype="datetime", timeSerializingFormat=zone))
    assert taken(compiled, {"x": typed}) == {"x": stored}
    assert taken(compiled, {"x": stored}) == {"x": stored}  # what was stored can be sent again


@pytest.mark.parametrize("typed", ["24:00", "12:60", "12", "2:3", "12:30+99:00", "giữa trưa"])
def test_a_time_that_does_not_exist_is_refused(typed: str) -> None:
    compiled = form(one("datetime", subtype="time", timeSerializingFormat="no_timezone"))
    assert taken(compiled, {"x": "23:59"}) == {"x": "23:59"}
    assert refused(compiled, {"x": typed})


def test_a_past_day_is_refused_where_the_form_says_so() -> None:
    compiled = form(one("datetime", subtype="date", disallowPassedDates=True))
    assert taken(compiled, {"x": "23/11/2026"})
    assert "đã qua" in refused(compiled, {"x": "22/11/2026"})["x"]


def test_a_day_is_held_against_today_and_against_days_that_the_form_names() -> None:
    compiled = form(
        one("datetime", "met", subtype="date", dateLabel="Ngày họp", properties={"latest": "today"}),
        one(
            "datetime", "sent", subtype="date", dateLabel="Ngày gửi",
            properties={"earliest": "met", "earliestWhat": "ngày họp", "latest": "last", "latestWhat": "hạn gửi"},
        ),
        given={"last": None},
    )
    last = "2026-12-01"
    assert taken(compiled, {"met": "23/11/2026", "sent": "01/12/2026"}, last=last)
    assert refused(compiled, {"met": "24/11/2026"}) == {"met": "Ngày họp: không được sau hôm nay. Nhập ngày 23/11/2026 hoặc sớm hơn."}
    assert refused(compiled, {"met": "23/11/2026", "sent": "22/11/2026"}) == {
        "sent": "Ngày gửi: không được trước ngày họp. Nhập từ ngày 23/11/2026 trở đi."
    }
    assert refused(compiled, {"sent": "02/12/2026"}, last=last) == {
        "sent": "Ngày gửi: không được sau hạn gửi. Nhập ngày 01/12/2026 hoặc sớm hơn."
    }
    # What nobody knows sets no limit; a day that does not exist is named for itself alone.
    assert taken(compiled, {"sent": "02/12/2036"})
    assert set(refused(compiled, {"met": "32/11/2026", "sent": "22/11/2026"})) == {"met"}


def test_a_whole_number_is_not_asked_for_with_a_fraction_for_an_example() -> None:
    whole, part = form(one("number", decimalDigits=0, validate={"required": True})), form(one("number", validate={"required": True}))
    assert refused(part, {"x": "tám"}) == {"x": "Mục này tám không phải là số. Chỉ nhập chữ số, ví dụ 12 hoặc 8,5."}
    assert refused(part, {}) == {"x": "Mục này còn trống. Nhập một số, ví dụ 8,5."}
    assert refused(whole, {"x": "tám"}) == {"x": "Mục này tám không phải là số. Nhập một số nguyên."}
    assert refused(whole, {}) == {"x": "Mục này còn trống. Nhập một số nguyên."}
    assert taken(whole, {"x": "1.126"}) == {"x": 1126}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8,5", 8.5),
        ("8.5", 8.5),
        ("60.720.000", 60720000),
        ("60.720.000,5", 60720000.5),
        ("1 000", 1000),
        ("-3", -3),
        ("+3", 3),
        ("0.500", 0.5),
        ("0,1", 0.1),
        (8, 8),
        (8.0, 8),
        (8.25, 8.25),
        ("", None),
        ("  ", None),
    ],
)
def test_a_number_is_read_as_it_is_written_here(typed: Any, stored: float | None) -> None:
    found = taken(form(one("number")), {"x": typed})["x"]
    assert found == stored and type(found) is type(stored)


@pytest.mark.parametrize(
    "typed",
    [
        "tám",
        "8,5,1",
        "1.23.456",
        "1e5",
        "0x10",
        "½",
        "٣",
        "--1",
        "8-",
        "NaN",
        "Infinity",
        True,
        [],
        {},
        "9" * 40,
    ],
)
def test_what_is_no_number_is_refused(typed: Any) -> None:
    assert refused(form(one("number")), {"x": typed})


def test_a_number_of_two_meanings_is_asked_again() -> None:
    assert "1500 hoặc 1,500" in refused(form(one("number")), {"x": "1.500"})["x"]
    assert taken(form(one("number", decimalDigits=0)), {"x": "1.500"}) == {"x": 1500}


@pytest.mark.parametrize("huge", [10**400, -(10**20), 1e300, float("inf"), float("nan"), "1" + "0" * 16])
def test_a_number_too_large_to_keep_is_refused(huge: Any) -> None:
    assert taken(form(one("number")), {"x": 10**14}) == {"x": 10**14}
    assert refused(form(one("number")), {"x": huge})


def test_limits_are_said_with_the_decimal_comma() -> None:
    compiled = form(one("number", increment=0.5, validate={"max": 9.5}))
    assert refused(compiled, {"x": 8.3}) == {"x": "Mục này 8,3 không đúng bước 0,5. Nhập 8 hoặc 8,5."}
    assert refused(compiled, {"x": 10}) == {"x": "Mục này 10 vượt mức cao nhất. Nhập từ 9,5 trở xuống."}


def test_limits_come_from_what_is_given_and_fall_back_to_the_forms_own() -> None:
    compiled = form(one("number", validate={"max": "=maximum.A1"}), given={"maximum": {"A1": 10, "A2": 5}})
    assert taken(compiled, {"x": 10})
    assert refused(compiled, {"x": 10}, maximum={"A1": 8})
    assert taken(compiled, {"x": 10}, maximum={"A2": 1})


def test_text_is_stored_in_nfc_without_blanks_around() -> None:
    decomposed = unicodedata.normalize("NFD", "  Hồ sơ Đặng Thế  ")
    assert taken(form(one("textfield")), {"x": decomposed}) == {"x": "Hồ sơ Đặng Thế"}
    assert taken(form(one("textarea")), {"x": "một\r\nhai\r"}) == {"x": "một\nhai"}


@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\x07", "a\u202eb", "a\u2066b", "\ud800", "a\x1bb", "a\x85b", "\ufeffa"]
)
def test_hidden_characters_are_refused(bad: str) -> None:
    assert "ký tự ẩn" in refused(form(one("textfield")), {"x": bad})["x"]
    assert "ký tự ẩn" in refused(form(one("textarea")), {"x": bad})["x"]


def test_no_text_is_endless() -> None:
    assert taken(form(one("textfield")), {"x": "a" * 1000})
    assert "1001 ký tự" in refused(form(one("textfield")), {"x": "a" * 1001})["x"]
    assert refused(form(one("textarea", validate={"maxLength": 10**6})), {"x": "a" * 50_001})


def test_the_message_of_a_pattern_is_the_forms_own() -> None:
    pattern = {"pattern": "^[0-9]+/QĐ-UBND$", "patternErrorMessage": "Nhập dạng 12/QĐ-UBND."}
    compiled = form(one("textfield", validate=pattern))
    assert taken(compiled, {"x": "12/QĐ-UBND"})
    assert refused(compiled, {"x": "12"}) == {"x": "Mục này chưa đúng dạng. Nhập dạng 12/QĐ-UBND."}


OPTIONS = [{"label": "Một", "value": 1}, {"label": "Đúng", "value": True}, {"label": "Chữ", "value": "a"}]


def test_a_choice_is_compared_as_json_and_as_a_page_posts_it() -> None:
    compiled = form(one("select", values=OPTIONS))
    assert taken(compiled, {"x": 1})["x"] == 1
    assert taken(compiled, {"x": True})["x"] is True
    assert taken(compiled, {"x": "1"})["x"] == 1 and taken(compiled, {"x": "true"})["x"] is True
    assert refused(compiled, {"x": "b"}) and refused(compiled, {"x": 0}) and refused(compiled, {"x": {}})


def test_options_come_from_what_is_given() -> None:
    compiled = form(
        one("select", valuesKey="forms"), given={"forms": [{"label": "Giấy khen", "value": "GK_XA"}]}
    )
    assert taken(compiled, {"x": "GK_XA"})
    assert refused(compiled, {"x": "GK_XA"}, forms=[{"label": "Bằng khen", "value": "BK_TINH"}])
    assert taken(compiled, {"x": "BK_TINH"}, forms=["BK_TINH"])


def test_options_are_computed_from_other_answers() -> None:
    compiled = form(one("number", "n"), one("select", valuesExpression='=if n = 1 then ["a"] else ["b"]'))
    assert taken(compiled, {"n": 1, "x": "a"})
    assert refused(compiled, {"n": 2, "x": "a"})


def test_an_option_can_be_closed_this_time_with_a_reason() -> None:
    compiled = form(one("radio", values=["accept", "refuse"]))
    assert taken(compiled, {"x": "accept"})
    closed = {"x": {"accept": ("Chưa đủ điều kiện G1.", "Gate G1 is not passed.")}}
    assert "Chưa đủ điều kiện G1." in refused(compiled, {"x": "accept"}, closed=closed)["x"]
    assert taken(compiled, {"x": "refuse"}, closed=closed)


def test_a_form_closes_an_option_itself_while_something_is_not_known() -> None:
    why = {"closedWhen.accept": "=paid_on = null", "closedWhy.accept": "Chưa ghi ngày nộp.", "closedWhy.accept.en": "No day of payment."}
    compiled = form(one("radio", values=["accept", "refuse"], properties=why), given={"paid_on": None})
    assert taken(compiled, {"x": "accept"}, paid_on="2026-11-02")
    assert "Chưa ghi ngày nộp." in refused(compiled, {"x": "accept"})["x"]
    assert taken(compiled, {"x": "refuse"})
    (page,) = lay_out(compiled, {}, today=TODAY, language="en")
    shown = {option.value: option.closed for option in page.options}
    assert shown == {"accept": "No day of payment.", "refuse": ""}


def test_a_file_is_one_that_the_service_knows() -> None:
    compiled = form(one("filepicker", multiple=True, accept=".pdf,image/*"))
    files = {
        7: {"name": "Báo cáo.pdf", "media_type": "application/pdf"},
        8: {"name": "a.xlsx", "media_type": "application/x"},
        9: {"name": "a.png", "media_type": "image/png"},
    }
    assert taken(compiled, {"x": [7, "9", 7]}, files=files) == {"x": [7, 9]}
    assert "không có tệp số 6" in refused(compiled, {"x": [6]}, files=files)["x"]
    assert "a.xlsx" in refused(compiled, {"x": [8]}, files=files)["x"]
    assert taken(compiled, {"x": 7}, files=lambda number: number == 7) == {"x": [7]}
    assert refused(compiled, {"x": [7]})  # where nothing is given no file is known
    assert taken(compiled, {}) == {"x": []}


def test_one_file_is_one() -> None:
    assert taken(form(one("filepicker")), {"x": [1]}, files=[1, 2])
    assert refused(form(one("filepicker")), {"x": [1, 2]}, files=[1, 2])


@pytest.mark.parametrize("bad", [["x"], [True], [0], [-1], [1.5], [10**30], "1,2", {}])
def test_what_is_no_file_number_is_refused(bad: Any) -> None:
    assert refused(form(one("filepicker", multiple=True)), {"x": bad}, files=[1])


def test_unknown_keys_are_named_at_every_level() -> None:
    compiled = form(
        {"type": "group", "path": "g", "components": [one("textfield", "a")]},
        {"type": "dynamiclist", "path": "r", "components": [one("textfield", "b")]},
    )
    answers = {"zz": 1, "g": {"a": "x", "yy": 1}, "r": [{"b": "x", "xx": 1}]}
    assert set(refused(compiled, answers)) == {"zz", "g.yy", "r.0.xx"}


@pytest.mark.parametrize(
    "answers", [{"g": 5}, {"g": [1]}, {"r": [5]}, {"r": {"0": {}}}, {"r": ["x"]}, [], "x", 5, None]
)
def test_answers_of_another_shape_are_refused(answers: Any) -> None:
    compiled = form(
        {"type": "group", "path": "g", "components": [one("textfield", "a")]},
        {"type": "dynamiclist", "path": "r", "components": [one("textfield", "b")]},
    )
    assert taken(compiled, {"g": None, "r": None}) == {"g": {"a": ""}, "r": []}
    assert refused(compiled, answers)


def test_what_is_hidden_is_neither_demanded_nor_stored_nor_judged() -> None:
    compiled = form(
        one("number", "n"), one("textfield", validate={"required": True}, conditional={"hide": "=n = 1"})
    )
    assert taken(compiled, {"n": 1}) == {"n": 1}
    assert taken(compiled, {"n": 1, "x": "a\x00"}) == {"n": 1}
    assert set(refused(compiled, {"n": 2})) == {"x"}


def test_hiding_reaches_through_a_chain() -> None:
    chain = form(
        one("number", "n"),
        one("number", "a", conditional={"hide": "=n = 1"}),
        one("number", "b", conditional={"hide": "=a = null"}),
        one("textfield", validate={"required": True}, conditional={"hide": "=b = null"}),
    )
    assert taken(chain, {"n": 1, "a": 2, "b": 3}) == {"n": 1}
    assert set(refused(chain, {"n": 2, "a": 2, "b": 3})) == {"x"}
    assert visible(chain, {"n": 2, "a": 2}, today=TODAY) == {"n", "a", "b"}


def test_rows_are_numbered_as_they_were_sent_and_empty_ones_left_out() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "r",
        "components": [one("textfield", "a", validate={"required": True}), one("number", "n")],
    }
    compiled = form(rows)
    assert taken(compiled, {"r": [{}, {"a": "x"}, {"a": ""}]}) == {"r": [{"a": "x", "n": None}]}
    assert set(refused(compiled, {"r": [{}, {"a": "x"}, {"n": 1}]})) == {"r.2.a"}


def test_rows_have_limits() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "r",
        "label": "Minh chứng",
        "components": [one("textfield", "a")],
        "properties": {"minRows": "1", "maxRows": "2"},
    }
    compiled = form(rows)
    assert taken(compiled, {"r": [{"a": "x"}]})
    assert "cần ít nhất 1" in refused(compiled, {"r": [{}]})["r"]
    assert "nhiều nhất 2" in refused(compiled, {"r": [{"a": "x"}] * 3})["r"]
    assert "5000 dòng" in refused(compiled, {"r": [{"a": "x"}] * 5000})["r"]


def test_lists_within_lists_stay_bounded() -> None:
    inner = {"type": "dynamiclist", "path": "q", "label": "Trong", "components": [one("textfield", "a")]}
    compiled = form({"type": "dynamiclist", "path": "r", "label": "Ngoài", "components": [inner]})
    few = {"r": [{"q": [{"a": "x"}] * 10}] * 50}
    assert taken(compiled, few) == few
    assert refused(compiled, {"r": [{"q": [{"a": "x"}] * 100}] * 100})


def test_a_computed_field_is_computed_whatever_was_sent() -> None:
    compiled = form(one("number", "a"), one("expression", "e", expression="=a * 2"))
    assert taken(compiled, {"a": 2, "e": 100}) == {"a": 2, "e": 4}
    assert refused(compiled, {"e": 100}) == {
        "e": "Mục này không tính được từ các mục đã nhập. Báo quản trị xem lại biểu mẫu."
    }


def test_a_read_only_field_keeps_what_stood_there() -> None:
    compiled = form(one("textfield", readonly=True, defaultValue="mẫu"), one("textfield", "y", disabled=True))
    assert taken(compiled, {"x": "giả", "y": "giả"}, answers={"x": "thật"}) == {"x": "thật"}
    assert taken(compiled, {"x": "giả"}) == {"x": "mẫu"}


def test_codes_leave_free_text_and_files_out() -> None:
    compiled = form(
        one("textfield"),
        one("textarea", "why"),
        one("number", "n"),
        one("filepicker", "f"),
        {"type": "group", "path": "g", "components": [one("checkbox", "b"), one("textfield", "t")]},
        {"type": "dynamiclist", "path": "r", "components": [one("number", "s"), one("textfield", "t")]},
        {"type": "dynamiclist", "path": "q", "components": [one("textfield", "t")]},
    )
    clean = taken(
        compiled, {"x": "a", "n": 3, "g": {"b": True, "t": "c"}, "r": [{"s": 1, "t": "d"}], "q": [{"t": "e"}]}
    )
    assert codes(compiled, clean) == {"n": 3, "g": {"b": True}, "r": [{"s": 1}]}


def test_errors_come_in_the_order_of_the_form() -> None:
    compiled = form(*(one("textfield", key, validate={"required": True}) for key in "cab"))
    assert list(refused(compiled, {"zz": 1})) == ["c", "a", "b", "zz"]


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text("0123456789/-:.,TZ+", max_size=16),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "a", "r", "g", "n", "zz"]), inner, max_size=4)
    ),
    max_leaves=12,
)
EVERYTHING = form(
    one("textfield", "t", validate={"validationType": "email", "minLength": 2}),
    one("textarea", "x"),
    one("number", "n", increment=0.5, validate={"max": "=a"}),
    one("number", "a"),
    one("checkbox", "b"),
    one("radio", "c", values=["u", 1, True]),
    one("checklist", "l", values=["u", 1]),
    one("datetime", "d", subtype="datetime", timeSerializingFormat="utc_normalized"),
    one("datetime", "d2", subtype="date"),
    one("filepicker", "f", multiple=True),
    {
        "type": "group",
        "path": "g",
        "components": [one("textfield", "x"), one("number", "a", conditional={"hide": "=a > n"})],
    },
    {
        "type": "dynamiclist",
        "path": "r",
        "components": [
            one("textfield", "x", conditional={"hide": "=this.a = parent.n"}),
            one("number", "a"),
            {"type": "dynamiclist", "path": "g", "components": [one("textfield", "x")]},
        ],
    },
)


@settings(max_examples=300)
@for_all(st.dictionaries(st.sampled_from([*EVERYTHING.names, "zz"]), ANY_JSON))
def test_any_json_is_taken_or_refused_and_what_is_taken_is_taken_again_unchanged(
    answers: dict[str, Any],
) -> None:
    given = {"files": lambda number: number < 100}
    try:
        clean = check(EVERYTHING, answers, today=TODAY, given=given)
    except Rejected as rejected:
        assert rejected.errors and all(error.message and error.message_en for error in rejected.errors)
        return
    assert check(EVERYTHING, clean, today=TODAY, given=given) == clean


def test_a_text_that_only_searches_is_no_answer() -> None:
    compiled = form(
        one("textfield", "find", properties={"finds": "names"}), one("textfield", "told"),
        one("taglist", "names", values=[{"value": "a", "label": "An"}, {"value": "b", "label": "Bình"}]),
    )
    assert taken(compiled, {"find": "binh", "told": "binh", "names": ["b"]}) == {"told": "binh", "names": ["b"]}
