"""Help: one's own guide first, every guide and walk drawn with links that lead somewhere, and what a step asks for on its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree, html

from service import people
from service.web import help as help_pages
from tests.service.web.desk import Desk

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def test_the_own_guide_stands_first_and_the_others_below(desk: Desk) -> None:
    page = desk.get("donvi", "/help")
    first, others = page.xpath("//section[@class='section']")[:2]
    assert [one.get("href") for one in first.xpath(".//a")] == ["/help/unit"]
    assert "/help/officer" in [one.get("href") for one in others.xpath(".//a")]
    assert "/help/unit" not in [one.get("href") for one in others.xpath(".//a")]
    assert desk.get("donvi", "/").xpath("//div[@class='me-menu']//a[@href='/help']")


def test_every_page_of_help_is_drawn_and_its_links_and_pictures_are_there(desk: Desk) -> None:
    client = desk.who("vhxh").client
    names = [one.get("href") for one in desk.get("vhxh", "/help").xpath("//main//a[starts-with(@href, '/help/')]")]
    assert {"/help/officer", "/help/terms", "/help/council-session"} <= set(names)
    for name in names:
        main = desk.get("vhxh", name).xpath("//article")[0]
        assert len(words_of(main)) > 200, name
        for link in main.xpath(".//a/@href"):
            assert link.startswith("https://") or client.get(link).status_code == 200, (name, link)
        for picture in main.xpath(".//img/@src"):
            answer = client.get(picture)
            assert answer.status_code == 200 and answer.mimetype == "image/png", (name, picture)
            answer.close()


def test_walks_are_read_in_the_language_of_the_page(desk: Desk) -> None:
    page = desk.get("vhxh", "/help/first-nomination")
    assert page.xpath("//main//h1")[0].text_content().strip() == "Hồ sơ đề nghị khen thưởng đầu tiên"
    assert page.xpath("//article/@lang") == ["vi"] and page.xpath("//article//img")
    walks = desk.get("vhxh", "/help").xpath("//section[@class='section'][.//h2[text()='Từng bước có hình']]//a")
    assert [one.get("href") for one in walks] == [f"/help/{name}" for name in help_pages.WALKS]
    desk.who("vhxh").client.set_cookie("language", "en")
    english = desk.get("vhxh", "/help/first-nomination")
    assert english.xpath("//main//h1")[0].text_content().strip() == "Your first nomination"
    assert english.xpath("//article/@lang") == ["en"]


@pytest.mark.parametrize("file", sorted(help_pages.VIETNAMESE.glob("*.md")), ids=lambda file: file.stem)
def test_both_languages_of_a_walk_have_the_same_parts_and_pictures(file: Path) -> None:
    def shape(text: str) -> tuple[int, list[str], list[str]]:
        pictures = [one.rpartition("/")[2] for one in re.findall(r"\]\(([^)]+\.png)\)", text)]
        return len(re.findall(r"^#", text, re.M)), pictures, re.findall(r"^ {4}(\w.*?)(?: +#.*)?$", text, re.M)

    ours, theirs = shape(file.read_text(encoding="utf-8")), shape((help_pages.DOCS / file.name).read_text(encoding="utf-8"))
    assert ours[:2] == theirs[:2]
    assert len(ours[2]) == len(theirs[2])


def words_of(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


@pytest.mark.parametrize("path", [
    "/help/0035-matters-and-registers", "/help/README", "/help/..%2Fconfig", "/help/pictures/..%2F..%2Fx.png",
])
def test_what_is_no_page_of_help_is_not_there(desk: Desk, path: str) -> None:
    assert desk.who("vhxh").client.get(path).status_code == 404


def test_raw_html_of_a_file_is_text_and_a_link_out_of_help_leads_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("# Trang\n\n<script>alert(1)</script>\n\n[a](unit.md) [b](../decisions/0001.md) [c](javascript:alert(1))\n")
    title, body = help_pages._drawn(file, 0)
    drawn = html.fragment_fromstring(str(body), create_parent="div")
    assert title == "Trang" and "<script>alert(1)</script>" in drawn.text_content() and not drawn.xpath("//script")
    assert drawn.xpath("//a/@href") == ["/help/unit"]


def test_every_group_has_a_guide() -> None:
    for word in people.catalogue():
        assert (help_pages.GUIDES / f"{people.guide_of(word)}.md").is_file(), word


def test_every_step_that_waits_for_somebody_says_what_it_asks_for() -> None:
    silent, long = [], []
    for file in sorted(Path("bpmn").rglob("*.bpmn")):
        for task in etree.parse(file).iter(f"{BPMN}userTask"):
            said = " ".join((task.findtext(f"{BPMN}documentation") or "").split())
            silent += [] if said else [(file.name, task.get("id"))]
            long += [(file.name, task.get("id"), len(said))] if len(said) > 250 else []
    assert (silent, long) == ([], [])


def test_inspections_and_stocktakes_stand_in_the_guides_of_who_acts_in_them() -> None:
    for guide in ("unit", "officer", "chair", "secretary", "member", "inspector"):
        text = (help_pages.GUIDES / f"{guide}.md").read_text()
        assert "Sổ kiểm tra" in text or "Đoàn kiểm tra" in text, guide
    terms = (help_pages.GUIDES / "terms.md").read_text()
    for word in ("Đoàn kiểm tra", "kiến nghị của Đoàn kiểm tra", "chấm ẩn danh; khóa điểm", "bộ chỉ số, trụ cột, chỉ số",
                 "sơ kết, tổng kết"):
        assert f"| {word} |" in terms, word


def test_the_page_of_a_step_says_what_it_asks_for(desk: Desk) -> None:
    office = desk.office
    matter = office.begin("petition", by="donvi", kind="remark", subject="Mạng yếu", content="x", received_on="2026-11-02")
    (stop,) = [one for one in office.stops(matter) if one.state == "open"]
    (box,) = desk.get("truongphong", f"/tasks/{stop.id}").xpath("//details[@class='step-help']")
    assert box.findtext("summary") == "Bước này làm gì" and "Chọn loại đơn." in words_of(box)
    assert box.xpath(".//a/@href") == ["/help"]


@pytest.mark.parametrize("file", sorted(help_pages.GUIDES.glob("*.md")), ids=lambda file: file.stem)
def test_no_guide_has_a_heading_twice(file: Path) -> None:
    headings = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings)) > 0
