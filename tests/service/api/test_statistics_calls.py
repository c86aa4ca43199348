"""What is told of a year over the API: statistics with the names behind them, proposals; files; who may ask."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.journeys.office import Office
from tests.journeys.program import Program

FILES = (
    ("/statistics/2026.xlsx", b"PK"), ("/proposals/2026.xlsx", b"PK"), ("/proposals/2026.docx", b"PK"), ("/proposals/2026.pdf", b"%PDF-"),
)


def _told(office: Office) -> int:
    """Two awards of the year, and a proposal that was weighed."""
    office.posted("HN-2026", "Hoàng Bình Minh", "Lê Trúc Xanh")
    office.sit("HN-2026", {})
    office.decide("HN-2026", 12)
    said = {"content": "Thêm nội dung thi đua về dữ liệu mở.", "received_on": "2026-11-02", "sender": "Bà Sương Mai Lan"}
    one = office.begin("petition", by="vanphong", kind="proposal", subject="Bổ sung tiêu chí dữ liệu mở", **said)
    office.step(one, "classify_petition", by="truongphong", kind="proposal")
    office.step(one, "weigh_proposal", by="vhxh", decision="partly", opinion="Ghép vào ND3.")
    return one


@pytest.mark.office(after=_told)
def test_each_number_of_the_statistics_leads_to_its_names(program: Program, office: Office) -> None:
    found = program.call("vhxh", "GET", "/statistics/2026")
    (row,) = found["rows"]
    assert (row["form"], row["level"], row["counts"]) == ("GK_XA", "commune", found["total"])
    assert {one["column"] for one in found["columns"]} == set(row["counts"])
    assert row["counts"]["INDIVIDUAL"] == 2 == sum(row["counts"][one] for one in ("leader", "direct", "other"))
    for column, count in row["counts"].items():
        names = program.call("vhxh", "GET", "/statistics/2026/names", query_string={"form": "GK_XA", "column": column})
        assert (names["total"], len(names["items"])) == (count, count), column
    one = program.call("vhxh", "GET", "/statistics/2026/names?size=1")
    assert (len(one["items"]), one["more"], one["items"][0]["overview_year"]) == (1, True, 2026)
    assert found["apart"] == {"earlier": 0, "later": 0} and found["due"] == "2026-12-15" and found["unknown"][0]["why_en"]


@pytest.mark.office(after=_told)
def test_proposals_of_a_year_are_read_without_who_sent_them(program: Program, office: Office) -> None:
    answer = program.raw("chutich", "GET", "/proposals/2026")
    (one,) = answer.json["items"]  # type: ignore[index]
    assert (one["matter"], one["subject"], one["opinion"]) == (office.made, "Bổ sung tiêu chí dữ liệu mở", "Ghép vào ND3.")
    assert "Sương Mai Lan" not in answer.get_data(as_text=True)
    for path, start in FILES:
        sent = program.raw("vhxh", "GET", path)
        content = sent.get_data()
        sent.close()
        assert sent.status_code == 200 and content.startswith(start), path
    book = program.raw("vhxh", "GET", "/statistics/2026.xlsx", headers={"Accept-Language": "en"})
    content = book.get_data()
    book.close()
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames[1] == "Names"


def test_who_may_not_read_the_page_may_not_call(program: Program, office: Office) -> None:
    for path in ("/statistics/2026", "/statistics/2026/names", *(path for path, _start in FILES), "/proposals/2026"):
        assert program.raw("vhxh", "GET", path).status_code == 200, path
        for who in ("donvi", "uv1"):
            assert program.raw(who, "GET", path).status_code == 403, (who, path)
    for path in ("/statistics/2027", "/proposals/1900", "/proposals/2026.odt", "/statistics/1999/names"):
        assert program.raw("vhxh", "GET", path).status_code == 404, path
    for path in ("/statistics/2026/names?column=x", "/statistics/2026/names?form=x", "/statistics/2026/names?size=0"):
        assert program.raw("vhxh", "GET", path).status_code in (400, 422), path
