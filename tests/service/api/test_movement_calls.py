"""The movement at a glance over the API: the same figures as the pages, the names behind each, files; who may ask."""

from __future__ import annotations

import io

import openpyxl

from tests.journeys.office import Office
from tests.journeys.program import Program


def test_figures_over_the_api_lead_to_the_names_behind_them(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026")
    office.assess(one)
    office.sign(one)
    found = program.call("vhxh", "GET", "/movement?year=2026")
    assert found["whole"]["put_forward"] == 1 and found["whole"]["honoured"] == 0 and len(found["units"]) > 10
    (row,) = [row for row in found["units"] if row["unit"] == office.units["DONG-MAY"]]
    (duty,) = [duty for duty in row["duties"] if duty["list"]]
    assert (duty["state"], duty["done"], duty["asked"]) == ("done", 1, 1)
    assert {part["key"] for part in found["parts"]} == {"content", "unit", "group", "form", "person"}
    told = {part["key"]: part for part in found["parts"]}
    assert [line["name"] for line in told["group"]["lines"]] == ["D. Cá nhân, hộ gia đình"]
    assert "hộ gia đình" in told["person"]["note"] and "households" in told["person"]["note_en"]
    for part in found["parts"]:
        for line in part["lines"]:
            names = program.call("vhxh", "GET", "/movement/names", query_string=line["narrow"])
            assert (names["total"], names["items"][0]["nomination"]) == (line["put_forward"], one), line
            assert program.call("vhxh", "GET", "/movement/names", query_string=line["narrow"] | {"awarded": 1})["total"] == 0
    assert office.units["DONG-MAY"] in {row["unit"] for row in found["never_awarded"]}
    every = program.call("chutich", "GET", "/movement")
    assert len(every["years"]) > 1 and "year" in {part["key"] for part in every["parts"]}


def test_a_unit_gets_its_own_and_strangers_nothing(program: Program, office: Office) -> None:
    office.nominate("HN-2026")
    assert {row["unit"] for row in program.call("donvi2", "GET", "/movement?year=2026")["units"]} == {office.units["DET-NANG-SOM"]}
    for who in ("uv1", "tinh"):
        for path in ("/movement", "/movement/names", "/movement.xlsx", "/movement.pdf"):
            assert program.raw(who, "GET", path).status_code == 403
    assert program.raw("vhxh", "GET", "/movement?movement=999").status_code == 404
    for wrong in ("/movement?year=x", "/movement/names?person=x", "/movement/names?unit=KHONG-CO", "/movement/names?size=0"):
        assert program.raw("vhxh", "GET", wrong).status_code == 422, wrong


def test_all_tables_come_as_files(program: Program, office: Office) -> None:
    for path, start in (("/movement.xlsx?year=2026", b"PK"), ("/movement.pdf?year=2026", b"%PDF-")):
        answer = program.raw("vhxh", "GET", path)
        content = answer.get_data()
        answer.close()
        assert answer.status_code == 200 and content.startswith(start), path
    book = program.raw("vhxh", "GET", "/movement.xlsx", headers={"Accept-Language": "en"})
    assert openpyxl.load_workbook(io.BytesIO(book.get_data())).sheetnames[0] == "Duties of units"
    book.close()
