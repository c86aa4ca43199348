"""The text of a matter's paper filled by hand: bold is the file's, an answer is text, a line without its value goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from service.papers.matter_words import Said, fill_document
from workflows.paper_text import read_paper


def test_bold_of_the_file_stays_the_files_and_a_line_without_its_value_goes() -> None:
    head = 'name = "A"\nname_en = "B"\nissuer = "office"\nsigns = "chair"\ncopies = ["Như trên", "Lưu: {{ no_such }}"]\n---\n'
    text = read_paper((head + """title: KẾ HOẠCH {{ a|sentence }}
abstract: {{ none }}
p: Nêu **rõ {{ a }}** và {{ b }}
p: Không có {{ none }}
when: n > 3
item: Nhiều: {{ n|figure }} ({{ n|spelt }}; {{ n|counted }})
end:
when: none > 3
item: không so được thì không in
end:
when: list[amount > 5] != null
item: danh sách
end:
p: Ngày {{ day|day }}; {{ word|day }}; {{ bad|figure }}; {{ code|eights }}; {{ deep.inner }}
item: {{ many|paragraphs }}
table: list
col: no | STT | 1 | centre
col: who+role | Họ và tên | 4 | left
col: amount | Số tiền | 3 | right | figure
total: Tổng | {{ n|figure }}
table: nothing
col: no | STT | 1 | centre
""").encode())
    said = Said(
        {"a": "**sao**", "b": "b\n  c", "n": "1200000", "day": "03/11/2026", "word": "chữ", "bad": "1,5", "code": "0123456789",
         "many": "x\n\n y ", "deep.inner": "trong", "none": ""},
        {"n": 1_200_000, "day": "2026-11-03", "word": "chữ", "bad": 1.5, "list": [{"amount": 7}], "none": None},
        {"list": [({"who": "A", "role": "", "amount": "1000"}, {"who": "A", "amount": 1000}),
                  ({"who": "B", "role": "Tổ trưởng", "amount": "1649,5"}, {"amount": 1649.5})],
         "nothing": []},
    )
    document, copies = fill_document(text, said)
    assert (document["title"], document["abstract"], copies) == ("KẾ HOẠCH **sao**", "", ["Như trên"])
    assert [(one["kind"], one.get("runs")) for one in document["blocks"][:-1]] == [
        ("p", [("Nêu ", False), ("rõ **sao**", True), (" và b c", False)]),
        ("item", [("Nhiều: 1.200.000 (một triệu hai trăm nghìn; 1200000)", False)]),
        ("item", [("danh sách", False)]),
        ("p", [("Ngày ngày 03 tháng 11 năm 2026; chữ; 1,5; 01234567 89; trong", False)]),
        ("item", [("x", False)]), ("item", [("y", False)]),
    ]
    table = document["blocks"][-1]
    assert [row["cells"] for row in table["rows"]] == [["1", "A", "1.000"], ["2", "B, Tổ trưởng", "1.649,5"]]
    assert table["total"] == ["Tổng", "1.200.000"]


def test_two_who_sign_stand_beside_each_other_and_a_stroke_in_an_answer_parts_nothing() -> None:
    head = 'name = "A"\nname_en = "B"\nissuer = "council"\nsigns = "chair"\n---\n'
    text = read_paper((head + "p: x\nsigner: ĐẠI DIỆN {{ unit }} | {{ who }}\nsigner: ĐOÀN KIỂM TRA |\nsignature:\n").encode())
    document, _copies = fill_document(text, Said({"unit": "A | B", "who": ""}, {}, {}))
    assert document["signers"] == [
        {"lines": ["ĐẠI DIỆN A | B"], "note": "(Ký, ghi rõ họ tên)", "name": ""},
        {"lines": ["ĐOÀN KIỂM TRA"], "note": "(Ký, ghi rõ họ tên)", "name": ""},
    ]


def _chart(*figures: object) -> list[dict[str, object]]:
    text = read_paper(('name = "A"\nname_en = "B"\nissuer = "office"\nsigns = "chair"\n---\n'
                       "table: list | kind\ncol: who | Tên | 1 | left\nchart: list | no+who | n | Biểu đồ 1").encode())
    rows = [({"who": f"Đơn vị {one}", "kind": "Thôn"}, {"n": one}) for one in figures]
    return fill_document(text, Said({}, {}, {"list": rows}))[0]["blocks"]  # type: ignore[no-any-return]


def test_bars_are_parts_of_the_longest_and_what_is_no_number_has_none() -> None:
    table, chart = _chart(1250, "312.5", None, "chữ", True, -3)
    assert chart == {"kind": "chart", "head": "Biểu đồ 1", "more": "", "bars": [
        {"label": "1, Đơn vị 1250", "figure": "1.250", "part": 1.0}, {"label": "2, Đơn vị 312.5", "figure": "312,5", "part": 0.25},
        {"label": "6, Đơn vị -3", "figure": "-3", "part": 0.0},
    ]}
    assert [row.get("group") for row in table["rows"]][:2] == ["Thôn", None] and len(table["rows"]) == 7  # type: ignore[attr-defined,arg-type]
    assert [one["part"] for one in _chart(0, 0)[-1]["bars"]] == [0.0, 0.0]  # type: ignore[attr-defined]
    assert [one["kind"] for one in _chart("chữ")] == ["table"] and _chart() == []
    many = _chart(*range(40))[-1]
    assert (len(many["bars"]), many["more"]) == (30, "và 10 dòng khác")  # type: ignore[arg-type]


def test_the_minutes_of_an_inspection_name_who_signs_for_the_team_and_who_wrote_them() -> None:
    text = read_paper(Path("bpmn/inspection/inspection_minutes.paper").read_bytes())
    said = {"unit_signer": "Đinh Vũ Phong", "team_signer": "Nguyễn Thị Lan", "minutes_writer": "Trần Văn Bình"}
    document, _copies = fill_document(text, Said(said, {}, {}))
    assert [(one["lines"], one["name"]) for one in document["signers"]] == [
        (["NGƯỜI GHI BIÊN BẢN"], "Trần Văn Bình"), (["ĐẠI DIỆN ĐƠN VỊ"], "Đinh Vũ Phong"), (["TM. ĐOÀN KIỂM TRA"], "Nguyễn Thị Lan")]
    assert "Người ghi biên bản: Trần Văn Bình." in _texts(document)


def _texts(document: dict[str, Any]) -> list[str]:
    return ["".join(run for run, _bold in one.get("runs", ())) for one in document["blocks"]]


def test_a_stocktake_report_goes_to_the_province_and_no_heading_of_it_stays_bare() -> None:
    text = read_paper(Path("bpmn/stocktake_report/stocktake_report.paper").read_bytes())
    document, _copies = fill_document(text, Said({}, {"stock_difficulties": None, "stock_proposals_province": ""}, {}))
    assert document["to"] == ["Ủy ban nhân dân tỉnh", "Sở Nội vụ"]
    lines = _texts(document)
    assert "Các đơn vị không nêu khó khăn, hạn chế." in lines and "VIII. KIẾN NGHỊ, ĐỀ XUẤT" not in lines
    said = {"stock_difficulties": "Thiếu máy tính.", "stock_proposals_province": "Cấp máy."}
    full = _texts(fill_document(text, Said(said, dict(said), {}))[0])
    assert "Các đơn vị không nêu khó khăn, hạn chế." not in full
    assert full[full.index("VIII. KIẾN NGHỊ, ĐỀ XUẤT") + 1] == "Cấp máy."


def test_every_shipped_paper_is_named_by_a_step_and_reads() -> None:
    found = sorted(Path("bpmn").rglob("*.paper"))
    assert [one.stem for one in found] == [
        "call_off_decision", "inspection_conclusion", "inspection_decision", "inspection_minutes", "inspection_notice", "inspection_plan",
        "synthesis_report",
        "petition_answer", "petition_conclusion", "petition_transfer", "stocktake_report", "unit_report",
    ]
    assert all(read_paper(one.read_bytes()).name[0] for one in found)
