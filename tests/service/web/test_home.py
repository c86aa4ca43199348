"""The first page of each role says how things stand and what to do (office.md section 3)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import insert

from service import clock, movement, people, trail
from service.awards.models import Movement
from service.db import db
from service.web.parts import Block, WorkRow
from tests.bench.ground import counted
from tests.journeys.office import Office
from tests.service.studio.test_step_figures import stops
from tests.service.web.browser import Visitor, heading, words
from tests.service.web.desk import Desk
from tests.service.web.test_studio_pages import second_version

ROUND = "HN-2026"
FACTS = {"path": "PHONG_TRAO"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.mark.parametrize(
    "login",
    ["donvi", "thutruong", "vhxh", "truongphong", "vanphong", "thuky", "uv1", "chutich", "phochutich", "vanthu",
     "ketoan", "congan", "mttq", "tinh", "quantri", "thanhtra"],
)
def test_first_page_of_every_role_opens_with_a_sentence(app: Flask, login: str) -> None:
    page = Visitor(app, login).open("/")
    assert words(page.find(".//h1"))
    assert "Thứ Ba, ngày 03 tháng 11 năm 2026" in words(page)


def test_step_that_misses_its_target_is_told_to_whoever_answers_for_it(app: Flask, desk: Desk) -> None:
    _first, second = second_version(desk)
    stops(second, "read_again", [("2026-10-20T08:00", "2026-10-20T16:00")] + [("2026-10-20T08:00", "2026-10-30T08:00")] * 3)
    for login in ("quantri", "truongphong"):
        (block,) = Visitor(app, login).open("/").xpath("//*[@id='targets']")
        assert "Bước Rà soát trước Hội đồng vượt thời gian mục tiêu: 75% trong 30 ngày qua" in words(block)
        (link,) = block.xpath(".//a/@href")
        assert f"/office/processes/{second}/figures" in link and link.endswith("#missed")
        shown = Visitor(app, login).open(link)
        assert "Rà soát trước Hội đồng" in words(shown.xpath("//*[@id='missed']")[0])
    for login in ("vhxh", "donvi"):
        assert not Visitor(app, login).open("/").xpath("//*[@id='targets']")


def test_officer_sees_plan_funnel_and_units_and_reminds_once_a_day(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one, facts=FACTS)
    office.sign(one)
    office.go_to("2026-11-23")
    officer = Visitor(app, "vhxh")
    page = officer.open("/")
    assert words(page.find(".//h1")) == "Còn 9 ngày làm việc để mở niêm yết mà vẫn kịp phiên họp ngày 15/12"
    assert "1 trong 40 đơn vị đã nộp, 1 trường hợp." in words(page)
    assert page.xpath("//svg[@role='img']")
    assert "Kiểm tra thành phần, thẩm định" in words(page.xpath("//*[@id='work']")[0])
    units = words(page.xpath("//*[@id='not-filed']")[0])
    assert "39 đơn vị chưa nộp, đã quá hạn 20/11" in units and "0900" in units
    form = page.xpath("//form[contains(@action, '/remind')]")[0]
    told = officer.follow(officer.post(form.get("action"), act="remind"))
    assert "Đã đôn đốc 39 đơn vị" in words(told)
    assert "23/11" in words(told.xpath("//*[@id='not-filed']")[0])
    again = officer.post(form.get("action"), act="remind")
    assert again.status_code == 409 and "đã được đôn đốc hôm nay" in heading(again)
    (event,) = trail.read(kind="round:units_reminded").events
    assert event.body["count"] == 39


def test_unit_may_not_remind_others(app: Flask, office: Office) -> None:
    unit = Visitor(app, "donvi")
    unit.open("/")
    assert unit.post(f"/rounds/{office.rounds[ROUND]}/remind").status_code == 403
    assert trail.read(kind="round:units_reminded").events == ()


def test_unit_sees_days_left_and_what_lacks_then_its_head_one_list_to_sign(app: Flask, office: Office) -> None:
    one = office.nominate(ROUND)
    two = office.nominate(ROUND, name="Đỗ Hừng Đông")
    office.assess(one, facts=FACTS)
    page = Visitor(app, "donvi").open("/")
    assert words(page.find(".//h1")) == "Còn 13 ngày làm việc để nộp hồ sơ, hạn 20/11"
    missing = words(page.xpath("//*[@id='missing']")[0])
    assert "1 tên chưa tự đánh giá: Đỗ Hừng Đông" in missing and "Chưa có biên bản họp bình xét" in missing
    office.assess(two, facts=FACTS)
    assert words(Visitor(app, "thutruong").open("/").find(".//h1")) == "Danh sách 2 tên chờ bạn ký"


def test_first_page_of_a_unit_names_its_own_and_not_what_was_lent_for_one_process(app: Flask, office: Office) -> None:
    office.nominate(ROUND)
    office.nominate(ROUND, name="Phạm Thoi Vàng", unit="DET-NANG-SOM", by="donvi2", group="C", kind="COLLECTIVE")
    logins, today = people.accounts_by_login(), clock.today()
    people.name_substitute(
        logins["vhxh"], logins["donvi2"], by=office.who("quantri"), since=today, until=today, reason="Nghỉ phép",
        processes=["award_nomination"],
    )
    visitor = Visitor(app, "donvi2")
    assert "Hoàng Bình Minh" in words(visitor.open("/nominations"))
    page = words(visitor.open("/"))
    assert "1 tên của đơn vị trong đợt này" in page and "Phạm Thoi Vàng" in page and "Hoàng Bình Minh" not in page


@pytest.mark.long
def test_chair_sees_names_and_money_to_sign(app: Flask, office: Office) -> None:
    names = [office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Đỗ Hừng Đông")]
    for name in names:
        office.assess(name, facts=FACTS)
    office.sign(names[0])
    for name in names:
        office.check(name)
    chair = Visitor(app, "chutich")
    assert "Không có văn bản nào chờ bạn ký" in words(chair.open("/"))
    office.go_to("2026-12-04")
    office.post(ROUND)
    office.go_to("2026-12-15")
    office.sit(ROUND, {})
    decision = office.draw_up("decision", ROUND, by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    page = chair.open("/")
    assert words(page.find(".//h1")) == "Chờ bạn ký: Quyết định tặng Giấy khen, Đợt xét khen thưởng hằng năm 2026"
    sums = words(page.xpath("//*[@class='sums']")[0])
    assert sums.startswith("2 tên") and sums.endswith("đồng") and "1.518.000" in sums


@pytest.mark.parametrize(
    ("login", "key", "said"),
    [
        ("donvi", "duties", "Đề nghị khen thưởng, Đợt xét khen thưởng hằng năm 2026"), ("thutruong", "duties", "Chưa đến hạn"),
        ("mttq", "duties", "Việc của đơn vị năm 2026"), ("vhxh", "glance", "đơn vị quá hạn việc của mình"),
        ("truongphong", "glance", "việc của phòng đến hạn hôm nay"), ("chutich", "glance", "Không có bước nào quá hạn"),
        ("phochutich", "glance", "tên được khen"), ("vanphong", "glance", "tên được đề nghị"), ("thuky", "glance", "tên được khen"),
        ("vanthu", "glance", "tên được khen"), ("ketoan", "glance", "tên được khen"), ("thanhtra", "unusual", "Không có việc khác thường"),
        ("quantri", "letters", "thư không gửi được"), ("congan", "glance", "đã công bố"), ("tinh", "glance", "đã công bố"),
    ],
)
def test_each_role_takes_in_its_figures_and_each_leads_to_what_it_counts(
    app: Flask, office: Office, login: str, key: str, said: str
) -> None:
    office.nominate(ROUND)
    visitor = Visitor(app, login)
    (block,) = visitor.open("/").xpath(f"//*[@id='{key}']")
    assert said in words(block)
    for link in block.xpath(".//a/@href"):
        shown = visitor.open(link)
        assert words(shown.find(".//h1")), link


def test_figures_of_the_first_page_are_of_the_movement_that_they_lead_to(app: Flask, office: Office) -> None:
    office.received(ROUND, "Hoàng Bình Minh")
    visitor = Visitor(app, "vhxh")

    def told() -> tuple[int, str]:
        (row,) = [one for one in visitor.open("/").xpath("//*[@id='glance']//li") if "tên được đề nghị" in words(one)]
        (link,) = row.xpath(".//a/@href")
        return int(words(row).partition("tên")[0]), words(visitor.open(link).find(".//h1"))

    assert told() == (1, "1 tên được đề nghị")
    with db.engine.begin() as connection:  # no verb makes a movement: its plan comes with the installation
        connection.execute(insert(Movement).values(
            code="KHAC", name="phong trào khác", plan="Kế hoạch khác", starts=date(2026, 6, 1), ends=date(2028, 12, 31), contents=[],
            phases=[], criteria=[],
        ))
    assert told() == (0, "0 tên được đề nghị"), "the movement of today alone, on the page and behind it"


def test_inspector_sees_what_was_out_of_the_ordinary_with_its_entries(app: Flask, office: Office) -> None:
    period = movement.open_period("unit_report", 2026, by=office.who("vhxh"), units=[office.units["DONG-MAY"]])
    office.follow_up()
    movement.close_period(period, "Đã tổng hợp", by=office.who("vhxh"))
    movement.allow_late(period, office.units["DONG-MAY"], "Mất điện", by=office.who("truongphong"))
    (block,) = Visitor(app, "thanhtra").open("/").xpath("//*[@id='unusual']")
    assert "1cho đơn vị báo cáo muộn" in words(block)
    (link,) = block.xpath(".//li//a/@href")
    assert "Mất điện" in words(Visitor(app, "thanhtra").open(link))


def test_first_page_of_the_office_costs_no_statement_a_unit(app: Flask, office: Office) -> None:
    visitor, seen = Visitor(app, "vhxh"), []
    days = {"filing": date(2026, 11, 20), "province_intake": date(2026, 11, 30)}
    for units in (2, 20):
        movement.open_period(
            "unit_report", 2026, by=office.who("vhxh"), units=sorted(movement.units_to_ask())[:units], days=days, half=units == 2
        )
        office.follow_up()
        visitor.open("/")
        with counted() as asked:
            visitor.open("/")
        seen.append(asked)
    assert seen[1].statements < seen[0].statements + 10, Counter(seen[1].words) - Counter(seen[0].words)


def test_a_name_that_its_unit_withdrew_still_counts_as_filed_in_each_figure_of_the_page(app: Flask, office: Office) -> None:
    gone, stays = office.nominate(ROUND), office.nominate(ROUND, name="Vàng Núi Cao", unit="DET-NANG-SOM", by="donvi2")
    for one, writes, head in ((gone, "donvi", "thutruong"), (stays, "donvi2", "thutruong2")):
        office.assess(one, by=writes)
        office.sign(one, by=head, minutes_by=writes)
    office.file("withdrawal", gone, by="thutruong", number="12/CV", reason="Cá nhân xin rút")
    office.work()
    assert office.status(gone) == ("ended", "withdrawn")
    page = Visitor(app, "vhxh").open("/")
    assert "2 trường hợp" in words(page)
    (row,) = [one for one in page.xpath("//table[contains(@class,'funnel')]/tbody/tr") if "Đã nộp" in words(one)]
    assert words(row).split("Đã nộp")[1].split()[0] == "2" and "1 đã rút" in words(row), words(row)


def test_an_officer_sees_what_is_urgent_beside_the_funnel_and_the_rest_below(app: Flask, office: Office) -> None:
    office.received(ROUND, "Hoàng Bình Minh")
    page = Visitor(app, "vhxh").open("/")
    (beside,), (below,) = page.xpath("//main//*[@class='two']"), page.xpath("//main//*[@class='below']")
    assert beside.xpath(".//*[@id='work']") and below.xpath("./*[@id='glance']") and not beside.xpath(".//*[@id='glance']")
    glance = words(below)
    assert "việc của phòng đã quá hạn" in glance and "đơn vị quá hạn việc của mình" in glance, "whose work is late is said"


def test_rows_beyond_the_first_unfold_and_one_alone_does_not(app: Flask) -> None:
    rows = [WorkRow(number, f"Bước {number}", "#") for number in range(1, 10)]
    with app.test_request_context():
        draw = app.jinja_env.get_template("kit/blocks.html").module.block_section  # type: ignore[attr-defined]
        long, short = (html.fromstring(str(draw(Block("Việc", work=rows[:count], most=7)))) for count in (9, 8))
    assert len(long.xpath("./ul/li")) == 7 and len(long.xpath("./details/ul/li")) == 2 and "Thêm 2 dòng" in words(long)
    assert len(short.xpath("./ul/li")) == 8 and not short.xpath(".//details")
