"""Papers of a bundle: what is taken, what is refused by file and line, and how they are held against forms and register."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.kinds import see_form
from tests.workflows.running import chain, diagram, end, start, user
from workflows.definition import check_bundle, papers_named
from workflows.known import Known
from workflows.paper_checks import MOST_PAPERS
from workflows.paper_text import (
    FILTERS,
    MOST_BYTES,
    OUTSIDE,
    BadPaper,
    Gap,
    Piece,
    names_of,
    pieces_of,
    read_paper,
)
from workflows.problems import Problem

PAPER = """name = "Công văn trả lời"
name_en = "Answer"
symbol = "UBND-VHXH"
issuer = "committee"
signs = "chair"
form = "TM"
copies = ["Như trên", "Lưu: {{ place }}"]
number = "number"
dated = "dated"
word = true
private = ["sender"]
---
# Ghi chú không in ra.
layout: letter
abstract: V/v {{ subject }}
to: {{ sender }}

when: decision = "yes"
p: Đồng ý **{{ subject|smaller }}** và {{ sum|figure }} đồng.
end:
table: rows
col: no | STT | 1.1 | centre
col: who+place | Họ và tên | 5 | left
col: money | Số tiền | 3 | right | figure
total: Tổng cộng | {{ sum|figure }}
p: {{ answer|paragraphs }}
signature:
"""
REGISTER = """name = "Sổ"
name_en = "Register"
one = "Việc"
one_en = "Matter"
form = "begin"
title = "{{ subject }}"
series = "V"
begins = ["everyone"]
reads = ["unit"]
private = ["sender"]
unit = "own"
[phases]
here = ["Đây", "Here"]
[outcomes]
done = ["Xong", "Done", "good"]
"""


def _form(*components: dict[str, Any]) -> bytes:
    return json.dumps({"type": "default", "id": "form", "components": list(components)}).encode()


def _field(key: str, kind: str = "textfield", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key, **more}


BEGIN = _form(_field("subject"), _field("sender"), _field("scan", "filepicker", multiple=True))
FORM = _form(
    _field("decision", "radio", validate={"required": True}, values=[{"value": "yes", "label": "Có"}, {"value": "no", "label": "Không"}]),
    _field("number"), {"type": "datetime", "subtype": "date", "key": "dated", "dateLabel": "dated"}, _field("sum", "number"),
    _field("answer", "textarea"), _field("place"),
    {"type": "group", "path": "facts", "components": [_field("path")]},
    {"type": "dynamiclist", "path": "rows", "components": [_field("who"), _field("place"), _field("money", "number")]},
)


def _bundle(paper: str = PAPER, *, register: str = REGISTER, named: str = "answer", **more: bytes) -> dict[str, bytes]:
    body = start() + user("work", f'nom:paper="{named}"' if named else "") + end() + chain("begin", "work", "end")
    files = {"a.bpmn": diagram(body), "begin.form": BEGIN, "form.form": FORM, "answer.paper": paper.encode()}
    files["p.register"] = register.encode()
    return {name: content for name, content in files.items() if content} | {f"{n}.paper": c for n, c in more.items()}


def _problems(files: dict[str, bytes], known: Known | None = None) -> list[Problem]:
    return [one for one in check_bundle(files, main="p", known=known, check_form=see_form) if "paper" in one.code]


def _faults(text: str | bytes) -> list[tuple[str | None, int]]:
    with pytest.raises(BadPaper) as bad:
        read_paper(text.encode() if isinstance(text, str) else text)
    assert all(one.message and one.message_en and one.message != one.message_en for one in bad.value.faults)
    return [(one.part, one.line) for one in bad.value.faults]


def test_paper_is_read_with_all_that_it_may_say() -> None:
    paper = read_paper(PAPER.encode())
    assert (paper.name, paper.symbol, paper.layout) == (("Công văn trả lời", "Answer"), "/UBND-VHXH", "letter")
    assert paper.formats == ("pdf", "docx")
    assert [line.word for line in paper.lines] == ["abstract", "to", "p", "table", "p", "signature"]
    said = paper.lines[2]
    assert said.number == 19 and [one.expression.text for one in said.when] == ['decision = "yes"']
    assert said.pieces == (
        Piece("Đồng ý ", None), Piece("", Gap("subject", ("smaller",)), True), Piece(" và ", None), Piece("", Gap("sum", ("figure",))),
        Piece(" đồng.", None),
    )
    table = paper.lines[3].table
    assert table is not None and [(one.keys, one.how) for one in table.columns] == [
        (("no",), ""), (("who", "place"), ""), (("money",), "figure"),
    ]
    assert paper.reads == {"number", "dated", "place", "decision", "subject", "sender", "sum", "rows", "answer"}
    assert (12, "sender", "gap") not in list(names_of(paper)) and (16, "sender", "gap") in list(names_of(paper))
    assert read_paper(b"\xef\xbb\xbf" + PAPER.replace("\n", "\r\n").encode()) == paper
    assert read_paper(PAPER.replace('symbol = "UBND-VHXH"', 'symbol = "/UBND-VHXH"').encode()) == paper
    assert read_paper(PAPER.replace("word = true\n", "").encode()).formats == ("pdf",)


@pytest.mark.parametrize(
    ("old", "new", "part", "line"),
    [
        ('name_en = "Answer"', "", None, 1),
        ('name_en = "Answer"', 'name_en = ["x"]', "name_en", 2),
        ('name_en = "Answer"', 'name_en = "{{ subject }}"', "name_en", 2),
        ('name_en = "Answer"', 'name_en = "<b>x</b>"', "name_en", 2),
        ('name_en = "Answer"', 'right = "paper.draft"', "right", 2),
        ('issuer = "committee"', 'issuer = "province"', "issuer", 4),
        ('signs = "chair"', 'signs = "clerk"', "signs", 5),
        ('form = "TM"', 'form = "TS"', "form", 6),
        ('copies = ["Như trên", ', 'copies = ["Như trên", 3, ', "copies", 7),
        ('copies = ["Như trên", ', 'copies = ["**Như trên**", ', "copies", 7),
        ('copies = ["Như trên", ', 'copies = ["{% x %}", ', "copies", 7),
        ('copies = ["Như trên", ', 'copies = [" ", ', "copies", 7),
        ('number = "number"', 'number = "a b"', "number", 8),
        ("word = true", 'word = "có"', "word", 10),
        ('private = ["sender"]', 'private = ["a b"]', "private", 11),
        ("layout: letter", "layout: flyer", "layout", 14),
        ("layout: letter", "letter", None, 14),
        ("layout: letter", "anchor: x", None, 14),
        ("abstract: V/v {{ subject }}", "abstract:", "abstract", 15),
        ("abstract: V/v {{ subject }}", "abstract: **V/v**", "abstract", 15),
        ("to: {{ sender }}", "to: {{ sender|upper }}", "to", 16),
        ("to: {{ sender }}", "to: {{ sender.__class__.__mro__ }}{{ 7 * 7 }}", "to", 16),
        ("to: {{ sender }}", "to: {{ {{ sender }} }}", "to", 16),
        ("to: {{ sender }}", "to: {{ sender", "to", 16),
        ("to: {{ sender }}", "to: {{ sender|paragraphs }}", "to", 16),
        ("to: {{ sender }}", "to: x\u202ey", "to", 16),
        ("to: {{ sender }}", "to: x\u0007y", "to", 16),
        ("to: {{ sender }}", "to: <script>alert(1)</script>", "to", 16),
        ("Đồng ý **", "Đồng ý {% if x %}**", "p", 19),
        ("Đồng ý **", "Đồng ý {# x #}**", "p", 19),
        ("Đồng ý **", "Đồng ý ", "p", 19),
        ("Đồng ý **", "Đồng ý &lt;b&gt; **", "p", 19),
        ("p: {{ answer|paragraphs }}", "p: Trả lời: {{ answer|paragraphs }}", "p", 26),
        ("p: {{ answer|paragraphs }}", "p: " + "chữ " * 800, None, 26),
        ('when: decision = "yes"', "when: decision = ", "when", 18),
        ('when: decision = "yes"', "when:", "when", 18),
        ('when: decision = "yes"', 'when: matches(subject, "(a+)+")', "when", 18),
        ('when: decision = "yes"', "when: dated < today()", "when", 18),
        ('when: decision = "yes"', 'when: rule("X") > 3', "when", 18),
        ('when: decision = "yes"\n', "", "end", 19),
        ("end:\n", "", "when", 18),
        ("end:\n", "end: xong\n", "end", 20),
        ("signature:", "when: decision = null\nsignature:", "when", 27),
        ("signature:", "signature: chữ ký", "signature", 27),
        ("signature:", "signature:\nsignature:", "signature", 28),
        ("signature:", "signer: NGƯỜI LẬP\nsignature:", "signer", 27),
        ("signature:", "signer: | Lan\nsignature:", "signer", 27),
        ("signature:", "signer: A | B | C\nsignature:", "signer", 27),
        ("signature:", "signer: A |\nsigner: B |\nsigner: C |\nsigner: D |\nsignature:", "signer", 30),
        ("table: rows", "table: hai mươi", "table", 21),
        ("table: rows", "p: x", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | STT | 1.1", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | STT | rộng | centre", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | STT | 0 | centre", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | STT | 1.1 | middle", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | **STT** | 1.1 | centre", "col", 22),
        ("col: no | STT | 1.1 | centre", "col: no | {{ subject }} | 1.1 | centre", "col", 22),
        ("| figure\ntotal", "| spelt\ntotal", "col", 24),
        ("total: Tổng cộng | {{ sum|figure }}", "total: a | b | c | d", "total", 25),
        ("total: Tổng cộng | {{ sum|figure }}", "total: a\ntotal: b", "total", 26),
        ("total: Tổng cộng | {{ sum|figure }}", "total: a\ncol: who | Tên | 3 | left", "col", 26),
        ("signature:", "table: rows", "table", 27),
        ("table: rows", "table: rows | hai mươi", "table", 21),
        ("table: rows", "table: rows |", "table", 21),
        ("signature:", "chart: rows | who", "chart", 27),
        ("signature:", "chart: hai mươi | who | money", "chart", 27),
        ("signature:", "chart: rows | who | money+sum", "chart", 27),
        ("signature:", "chart: rows | who | money | {{ subject }}", "chart", 27),
        ("signature:", "chart: rows | who | money | **Đậm**", "chart", 27),
        ("signature:", "chart: rows | who | money | " + "chữ " * 40, "chart", 27),
        ("---\n", "", None, 27),
    ],
)  # fmt: skip
def test_what_a_paper_may_not_hold_is_named_with_its_line(old: str, new: str, part: str | None, line: int) -> None:
    assert old in PAPER
    assert (part, line) in _faults(PAPER.replace(old, new, 1))


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_condition_asks_for_the_hour_or_the_rules(name: str) -> None:
    call = {"working_days": "working_days(3)", "now": "now()", "today": "today()"}.get(name, f'{name}("x")')
    assert ("when", 18) in _faults(PAPER.replace('decision = "yes"', f"[1, {{a: {call}}}] = null", 1))


@pytest.mark.parametrize(
    "text",
    [
        b"", b"x", b"\xff\xfe", b"---", b"---\n---", b"[" * 9000 + b"\n---\n", b"a = 1" + b"0" * 9000 + b"\n---\n",
        b"x = \x00\n---\np: x",
    ],
)
def test_what_is_no_paper_at_all_is_refused_too(text: bytes) -> None:
    assert _faults(text)


def test_the_lines_of_faults_are_those_of_the_file() -> None:
    assert _faults(PAPER.encode().replace("Đồng ý".encode(), b"\xff")) == [(None, 19)]
    assert _faults(b"x = [" * 200_000) == [(None, 1)]
    read_paper(PAPER.encode() + b"\n" * (MOST_BYTES - len(PAPER.encode())))
    assert (None, 1) in _faults(PAPER.encode() + b"\n" * MOST_BYTES)
    assert (None, 415) in _faults(PAPER + "p: chữ\n" * 500)
    deep = "".join(f"when: sum > {n}\n" for n in range(5)) + "p: x\n" + "end:\n" * 5
    assert ("when", 32) in _faults(PAPER + deep)


HOSTILE = st.text(st.sampled_from("{}|%#*<>/&;:.\n\r\t\0 =\"'\\abcnop_ưỹ\u202e\u200b\U0001f600[]()-0123456789"), max_size=200)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.sampled_from(["p", "to", "title", "item", "table", "col", "total", "when", "layout", "signature", "chart", "copies"]))
@example("{{ a|figure|figure|figure|figure|figure }}", "p")
@example("[" * 150, "when")
@example("{{" * 90, "p")
def test_no_text_breaks_the_reader(text: str, word: str) -> None:
    content = f"copies = [{json.dumps(text)}]\n{PAPER}" if word == "copies" else f"{PAPER}{word}: {text}\n"
    try:
        paper = read_paper(content.encode("utf-8", "replace"))
    except BadPaper as bad:
        assert bad.faults and all(one.line >= 1 and one.message and one.message_en for one in bad.faults)
    else:
        assert all("{" not in piece.text + (piece.gap.name if piece.gap else "") or "{{" not in piece.text
                   for line in paper.lines for piece in line.pieces)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for whole in (content, PAPER.encode() + content, content + PAPER.encode()):
        try:
            read_paper(whole)
        except BadPaper as bad:
            assert bad.faults


def test_a_gap_is_a_name_and_closed_filters_alone() -> None:
    for name in FILTERS:
        pieces, wrong = pieces_of(f"{{{{a.b|{name}}}}}")
        assert pieces == (Piece("", Gap("a.b", (name,))),) and not wrong
    assert pieces_of("a ** b **", bold=True) == ((Piece("a ", None), Piece(" b ", None, True)), [])
    for text in ("{{ a|upper }}", "{{ a() }}", "{{ a[0] }}", "{{ a + b }}", "{{ 1 }}", "{{ }}", "{{ a|b.c }}"):
        assert pieces_of(text)[1], text


# -- held against forms and register


def test_a_good_bundle_has_nothing_wrong_with_its_papers() -> None:
    assert all(see_form(form).answers for form in (BEGIN, FORM))
    assert _problems(_bundle()) == []
    assert _problems(_bundle(), Known(rows={})) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{{ subject }}", "{{ subjct }}", 15, "có phải “subject” không"),
        ("{{ subject }}", "{{ facts }}", 15, "facts.tên"),
        ("{{ subject }}", "{{ facts.paths }}", 15, "facts.paths"),
        ("{{ subject }}", "{{ rows }}", 15, "table: rows"),
        ("{{ subject }}", "{{ scan }}", 15, "tệp"),
        ("{{ sum|figure }} đồng", "{{ answer|figure }} đồng", 19, "không phải số"),
        ("{{ place }}", "{{ places }}", 7, "places"),
        ('number = "number"', 'number = "numbr"', 8, "numbr"),
        ('dated = "dated"', 'dated = "date"', 9, "date"),
        ('private = ["sender"]\n', "", 15, "mục kín"),
        ('private = ["sender"]', 'private = ["sender", "sum"]', 11, "“sum” không phải mục kín"),
        ("to: {{ sender }}", "to: {{ begun_by }}", 16, "“begun_by” là mục kín"),
        ('decision = "yes"', 'decision = "perhaps"', 18, "không bao giờ"),
        ('decision = "yes"', 'decisoin = "yes"', 18, "decisoin"),
        ('decision = "yes"', "sum", 18, "đúng hoặc sai"),
        ('decision = "yes"', 'contains(sum, "x")', 18, "không dùng được"),
        ('decision = "yes"', "decision > sum", 18, "không dùng được"),
        ("table: rows", "table: sums", 21, "không có danh sách “sums”"),
        ("table: rows", "table: subject", 21, "không có danh sách “subject”"),
        ("who+place", "who+age", 23, "age"),
        ("Tổng cộng | {{ sum|figure }}", "Tổng cộng | {{ sums|figure }}", 25, "sums"),
        ("table: rows", "table: rows | age", 21, "không có mục “age” để gộp"),
        ("signature:", "chart: sums | who | money", 27, "không có danh sách “sums”"),
        ("signature:", "chart: rows | who+age | money", 27, "không có mục “age”"),
        ("signature:", "chart: rows | who | place", 27, "“place” không phải số"),
    ],
)  # fmt: skip
def test_names_that_nobody_gives_are_told_with_file_and_line(old: str, new: str, line: int, says: str) -> None:
    assert old in PAPER
    found = _problems(_bundle(PAPER.replace(old, new, 1)))
    assert all(one.file == "answer.paper" and one.code == "bad-paper" for one in found)
    assert any(one.message.startswith(f"answer.paper, dòng {line}: ") and says in one.message for one in found), found
    assert all(one.message_en.startswith("answer.paper, line ") for one in found)


def test_a_paper_that_stays_as_it_was_signed_names_a_phase_of_the_register() -> None:
    assert read_paper(PAPER.encode()).settled == ""
    text = PAPER.replace("\n---", '\nsettled = "here"\n---', 1)
    assert read_paper(text.encode()).settled == "here" and _problems(_bundle(text)) == []
    (found,) = _problems(_bundle(text.replace('"here"', '"nowhere"', 1)))
    assert found.message == "answer.paper, dòng 12: [phases] của sổ không có giai đoạn “nowhere”."


def test_a_paper_that_revokes_another_names_one_of_its_bundle() -> None:
    assert read_paper(PAPER.encode()).revokes == ""
    body = start() + user("work", 'nom:paper="answer"') + user("more", 'nom:paper="first"') + end() + chain("begin", "work", "more", "end")
    for name, right in (("first", True), ("answer", False), ("nowhere", False)):
        text = PAPER.replace("\n---", f'\nrevokes = "{name}"\n---', 1)
        assert read_paper(text.encode()).revokes == name
        found = _problems(_bundle(text, first=PAPER.encode()) | {"a.bpmn": diagram(body)})
        told = [one.message for one in found]
        assert told == ([] if right else [f"answer.paper, dòng 12: không bước nào có văn bản khác tên “{name}”."]), name


def test_what_a_form_calculates_stands_in_a_paper_and_files_do_not() -> None:
    for field, told in (('"type": "expression", "expression": "=subject"', False), ('"type": "filepicker"', True)):
        form = FORM.replace(b'"components": [', f'"components": [{{"key": "reckoned", "id": "reckoned", {field}}}, '.encode(), 1)
        files = _bundle(PAPER.replace("{{ subject }}", "{{ reckoned }}", 1)) | {"form.form": form}
        assert any("là tệp" in one.message for one in _problems(files)) is told, field


def test_a_condition_that_reads_what_is_private_tells_of_it_too() -> None:
    told = PAPER.replace('private = ["sender"]\n', "").replace("{{ sender }}", "{{ place }}").replace('decision = "yes"', "sender != null")
    assert any(one.element == "when" and "mục kín" in one.message for one in _problems(_bundle(told)))


def test_given_names_and_rows_of_the_service_are_known() -> None:
    text = PAPER.replace("{{ subject }}", "{{ unit }} {{ number }} {{ register_number }} {{ period }} {{ commune }} {{ begun_on|day }}", 1)
    assert _problems(_bundle(text)) == []
    sums = PAPER.replace("table: rows", "table: sums")
    assert _problems(_bundle(sums), Known(rows={"sums": ("who", "place", "money")})) == []
    assert len(_problems(_bundle(sums), Known(rows={"sums": ("who", "place")}))) == 1


def test_a_chart_draws_the_numbers_of_a_list_and_a_table_groups_its_rows() -> None:
    text = PAPER.replace("table: rows", "table: rows | place").replace("signature:", "chart: rows | no+who | money | Số tiền\nsignature:")
    paper = read_paper(text.encode())
    table, chart = paper.lines[3].table, paper.lines[5].chart
    assert table is not None and table.group == "place" and len(table.columns) == 3 and table.total
    assert chart is not None and (chart.rows, chart.labels, chart.figure, chart.head) == ("rows", ("no", "who"), "money", "Số tiền")
    assert read_paper(text.replace(" | Số tiền\n", "\n").encode()).lines[5].chart.head == ""  # type: ignore[union-attr]
    assert (27, "rows", "rows") in list(names_of(paper)) and _problems(_bundle(text)) == []
    given = text.replace("chart: rows | no+who | money", "chart: sums | who | money")
    assert _problems(_bundle(given), Known(rows={"sums": ("who", "money")})) == []
    assert len(_problems(_bundle(given), Known(rows={"sums": ("who",)}))) == 1


def test_issuer_and_signer_of_a_unit_need_a_register_with_units() -> None:
    of_unit = PAPER.replace('issuer = "committee"', 'issuer = "unit"').replace('signs = "chair"', 'signs = "unit_head"')
    assert _problems(_bundle(of_unit)) == []
    without = REGISTER.replace('unit = "own"', 'unit = "none"')
    assert len(_problems(_bundle(of_unit, register=without))) == 2


def test_papers_and_steps_that_do_not_answer_to_each_other_are_told() -> None:
    assert [(p.element, p.code) for p in _problems(_bundle(named="other"))] == [("work", "unknown-paper"), (None, "idle-paper")]
    assert [(p.code, p.severity) for p in _problems(_bundle(named=""))] == [("idle-paper", "warning")]
    assert [(p.file, p.code) for p in _problems(_bundle(register=""))] == [("answer.paper", "stray-paper")]
    odd = _problems(_bundle(**{"thư": PAPER.encode(), "a" * 31: PAPER.encode()}))
    assert [p.code for p in odd if p.severity == "error"] == ["bad-paper-name"] * 2
    many = {f"p{n}": PAPER.encode() for n in range(MOST_PAPERS)}
    assert [p.code for p in _problems(_bundle(**many))] == ["too-many-papers"]
    assert papers_named(_bundle()) == {"p": {"answer"}}
