"""Nominations taken by clicking and typing only, from the start form to each of the three outcomes.

Takes the pictures of docs/first-nomination.md on the way when they are wanted (`make pictures`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.browser.people import Person
from tests.browser.running import installation
from tests.journeys.office import PDF, Office

pytestmark = pytest.mark.browser

NAME = "Hoàng Bình Minh"
ROUND = "Đợt xét khen thưởng hằng năm 2026"
DECLARED = (
    ("Thành tích này đã được khen thưởng", "Chưa"),
    ("Có đang bị xem xét kỷ luật", "Không"),
    ("Thành tích có phần đạt được trước", "Không, hoặc không bị kỷ luật"),
    ("Có thuộc đối tượng của phong trào", "Có"),
    ("Thành tích có nằm trong thời gian", "Có"),
)


@pytest.fixture
def people(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Callable[..., Person]]:
    """People of an office with service and worker running."""
    with installation(office_var) as url:
        yield lambda login, **options: sign_in(url, login, **options)


@contextmanager
def by_verbs(var: Path) -> Iterator[Office]:
    """The same office from the side of its verbs, for steps that were clicked in another test."""
    app = create_app(Settings(var=var, testing=True, demo=True))
    with app.app_context():
        yield Office(app, clock.today(), furnished=True)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def nominate(unit: Person, form: str, picture: str = "") -> None:
    """Fill in the start form for one person."""
    unit.press("Đề nghị khen thưởng")
    unit.tick("Cá nhân")
    unit.write("Họ tên, tên tập thể, tên hộ", NAME)
    unit.write("Chức danh", "Giáo viên")
    unit.write("Năm sinh", "1988")
    unit.tick("Nữ")
    unit.tick("Người trực tiếp lao động")
    unit.choose("Nhóm đối tượng của Kế hoạch", "D. Cá nhân, hộ gia đình")
    unit.choose("Danh hiệu, hình thức đề nghị", form)
    if picture:
        unit.picture(picture, full=True)
    unit.press("Lập đề nghị")
    unit.reads(f"Đã lập đề nghị: {NAME}. Phiếu tự đánh giá chờ đơn vị điền.", "Đang tự đánh giá")


def assess(unit: Person) -> None:
    """Fill in the self-assessment."""
    unit.open_work("Tự đánh giá", NAME)
    unit.reads("Đang chờ Đơn vị đề nghị: Trường TH&THCS Đồng Mây", "hạn 20/11")
    unit.tick("Cán bộ, công chức, viên chức")
    unit.write("Điểm tự chấm D1", "9")
    unit.write("Việc đã làm và kết quả ở D1", "Mở 12 lớp học số cho 4 thôn xa, 214 người học.")
    unit.tick("ND5.")
    unit.write("Tóm tắt thành tích", "Đưa lớp học số tới 4 thôn xa: 12 lớp, 214 người học, 180 người tự làm dịch vụ công.")
    for question, answer in DECLARED:
        unit.tick(answer, inside=question)
    unit.reads("Đã lưu nháp lúc")
    unit.picture("02-self-assessment", top="Cá nhân thuộc đối tượng nào?")
    unit.press("Gửi phiếu tự đánh giá")
    unit.reads(f"Đã gửi phiếu tự đánh giá: {NAME}.")


def draw_up(person: Person, what: str, picture: str = "") -> None:
    """Draw a list up over the names that wait for it."""
    for _ in range(60):
        person.go("/lists")
        link = person.page.get_by_role("link", name=re.compile(f"tên chờ: {what}", re.IGNORECASE))
        if link.count():
            break
        person.page.wait_for_timeout(250)
    link.first.click()
    person.reads(NAME)
    if picture:
        person.picture(picture)
    person.press("Lập danh sách")
    person.reads(", 1 tên.")


def key_result(secretary: Person) -> None:
    """Type the session's result sheet."""
    secretary.page.get_by_label(f"Kết quả của {NAME}").select_option("passed")
    for label, count in (("Đồng ý", "9"), ("Không đồng ý", "0"), ("Phiếu trắng", "0")):
        secretary.page.get_by_label(re.compile(f"^{label}")).first.fill(count)
    secretary.write("Ngày họp", "15/12/2026")
    secretary.write("Số thành viên Hội đồng", "9")
    secretary.write("Số thành viên dự họp", "9")
    secretary.write("Chủ trì", "Hồ Đại Ngàn")


def test_certificate_by_clicking_only(people: Callable[..., Person]) -> None:
    unit = people("donvi")
    unit.reads("Còn 13 ngày làm việc", "để nộp hồ sơ, hạn 20/11")
    unit.picture("01-unit-home")
    nominate(unit, "Giấy khen", "01-nominate")
    unit.picture("01-submission")
    assess(unit)
    _meet_and_sign(unit, people("thutruong"))
    officer = people("vhxh")
    _check(officer)
    _post(officer)
    officer.move_clock("15/12/2026")
    _sit(people("thuky"), people("thuky2"))
    officer.move_clock("17/12/2026")
    _decide(officer, unit, people)
    officer.move_clock("28/12/2026")
    _hand_over(officer, people("ketoan"))
    unit.open_case(NAME)
    unit.reads(f"{NAME}, được tặng Giấy khen của Chủ tịch UBND xã", "Không còn chờ ai.", "Hồ Đại Ngàn: Ký quyết định")
    unit.picture("12-certificate")
    _dark_and_small(unit)


def _meet_and_sign(unit: Person, head: Person) -> None:
    unit.go("/")
    unit.press("Mở hồ sơ của đơn vị")
    unit.reads("Còn thiếu trước khi ký", "Biên bản họp bình xét của đơn vị, có số phiếu từng tên.")
    unit.write("Ngày họp bình xét", "02/11/2026")
    unit.write("Chủ trì", "Đinh Vũ Phong")
    unit.write("Số người của đơn vị", "13")
    unit.write("Số người dự họp", "12")
    unit.page.get_by_label(re.compile("^Số phiếu đồng ý")).fill("12")
    unit.picture("03-minutes")
    unit.press("Ghi biên bản họp bình xét, 1 tên")
    unit.reads("Đã ghi biên bản họp bình xét.", "Chờ thủ trưởng đơn vị ký")
    expect(head.page.locator("h1")).to_contain_text("Danh sách 1 tên chờ bạn ký")
    head.open_work("Ký hồ sơ đề nghị")
    head.reads("Khi ký: hồ sơ nộp phòng Văn hóa - Xã hội, đơn vị nhận phiếu tiếp nhận.")
    head.picture("04-head-signs")
    head.press("Ký hồ sơ đề nghị, 1 tên")
    head.reads("Đã ký 1 tên.", "Phiếu tiếp nhận")


def _check(officer: Person) -> None:
    officer.picture("05-officer-home")
    officer.open_work("Kiểm tra thành phần, thẩm định", NAME)
    officer.reads("đồng ý 12 trong 12", "Căn cứ của bước này:", "Hồ sơ đủ giấy tờ", "cần minh chứng")
    officer.tick("Hồ sơ đủ, đủ điều kiện")
    officer.choose("Hình thức phòng đề nghị", "Giấy khen")
    for paper in ("Văn bản đề nghị kèm danh sách", "Biên bản họp bình xét", "Báo cáo thành tích có xác nhận"):
        officer.tick(paper)
    officer.write("Thẩm định D1", "9")
    officer.picture("05-check")
    officer.press("Ghi kết quả thẩm định")
    officer.reads(f"Đã ghi kết quả thẩm định: {NAME}.")


def _post(officer: Person) -> None:
    officer.move_clock("04/12/2026", picture="06-clock")
    draw_up(officer, "niêm yết danh sách", "06-draw-up")
    officer.write("Nơi niêm yết", "Trụ sở UBND xã")
    officer.write("Ngày bắt đầu niêm yết", "04/12/2026")
    officer.picture("06-posting")
    officer.press("Niêm yết, 1 tên")
    officer.reads("Đã niêm yết 1 tên.", "Đang niêm yết", "11/12/2026")
    officer.move_clock("14/12/2026")
    officer.open_work("Kết thúc niêm yết")
    officer.write("Số phản ánh nhận được", "0")
    officer.press("Kết thúc niêm yết, 1 tên")
    officer.reads("Đã kết thúc niêm yết 1 tên.")


def _sit(first: Person, second: Person) -> None:
    draw_up(first, "kết quả phiên họp")
    key_result(first)
    first.picture("07-result-sheet")
    first.press("Ghi kết quả phiên họp, 1 tên")
    first.reads("Đã nhập một lần, chờ thư ký thứ hai")
    second.open_work("phiên họp Hội đồng")
    key_result(second)
    second.press("Ghi kết quả phiên họp, 1 tên")
    second.reads("Hai bản nhập khớp, chờ ký biên bản", "Hai bản nhập khớp nhau từng dòng")
    first.open_work("Ký biên bản họp Hội đồng")
    first.write("Số biên bản, nếu bản giấy đã có số", "03/BB-HĐTĐKT")
    first.press("Ký biên bản họp, 1 tên")
    first.reads("Đã ký biên bản, 1 tên.")


def _decide(officer: Person, unit: Person, people: Callable[..., Person]) -> None:
    draw_up(officer, "quyết định tặng Giấy khen")
    unit.go("/lists")
    unit.press("Quyết định tặng Giấy khen, Đợt xét")
    unit.page.get_by_label(f"Kết quả của {NAME}").select_option("confirmed")
    unit.picture("08-name-proof")
    unit.press("Rà tên, chức danh, 1 tên")
    unit.reads("Đã rà 1 tên.")
    head = people("truongphong")
    head.open_work("Trình dự thảo quyết định")
    head.write("Ngày văn bản", "17/12/2026")
    head.press("Trình dự thảo quyết định")
    head.reads("Đã trình dự thảo.")
    office = people("vanphong")
    expect(office.page.locator("h1")).to_contain_text("1 dự thảo chờ kiểm tra thể thức")
    office.open_work("Kiểm tra thể thức")
    office.tick("Đúng thể thức")
    office.press("Kiểm tra thể thức")
    office.reads("Đã kiểm tra thể thức.")
    chair = people("chutich")
    chair.reads("Đọc và ký quyết định, 1 tên")
    chair.picture("09-chair-home")
    chair.open_work("Ký quyết định")
    chair.reads("759.000 đồng", "1/1 tên đơn vị đã rà họ tên, chức danh", "Văn phòng đã kiểm tra thể thức")
    chair.picture("09-chair-signs")
    chair.press("Ký quyết định, 1 tên")
    chair.reads("Đã ký 1 tên. Văn thư đã nhận việc cho số.")
    clerk = people("vanthu")
    clerk.open_work("Cho số, ngày, đóng dấu")
    clerk.write("Số quyết định", "1126")
    clerk.write("Ngày ban hành", "17/12/2026")
    clerk.picture("10-number")
    clerk.press("Cho số, ngày, đóng dấu, 1 tên")
    clerk.reads("Đã cho số, 1 tên.", "1126/QĐ-UBND")


def _hand_over(officer: Person, accountant: Person) -> None:
    officer.open_work("Trao tặng", "1126/QĐ-UBND")
    officer.write("Ngày trao", "28/12/2026")
    officer.tick("Tại hội nghị")
    officer.picture("11-handing-over")
    officer.press("Ghi đã trao tặng")
    officer.reads("Đã trao 1 tên.")
    accountant.open_work("Chi tiền thưởng", "1126/QĐ-UBND")
    accountant.write("Số chứng từ chi", "PC-12")
    accountant.write("Ngày chi", "28/12/2026")
    accountant.write("Năm ngân sách", "2026")
    accountant.press("Ghi đã chi tiền thưởng")
    accountant.reads("Đã chi 1 tên.", "Đã xong")


def _dark_and_small(unit: Person) -> None:
    unit.page.emulate_media(color_scheme="dark")
    unit.picture("12-certificate-dark")
    unit.page.set_viewport_size({"width": 360, "height": 780})
    unit.page.emulate_media(color_scheme="light")
    unit.picture("12-certificate-phone")


def _send_package(officer: Person, people: Callable[..., Person], day: str, picture: str = "") -> None:
    """Draw up, sign and send the package."""
    draw_up(officer, "tờ trình gửi UBND tỉnh")
    chair = people("chutich")
    chair.open_work("Ký tờ trình gửi tỉnh")
    if picture:
        chair.picture(picture)
    chair.press("Ký tờ trình, 1 tên")
    chair.reads("Đã ký tờ trình, 1 tên.")
    clerk = people("vanthu")
    clerk.open_work("Gửi tờ trình lên tỉnh")
    clerk.write("Số văn bản", "87")
    clerk.write("Ngày văn bản", day)
    clerk.press("Gửi lên tỉnh, 1 tên")
    clerk.reads("Đã gửi 1 tên.", "87/TTr-UBND")


def _answer(officer: Person, result: str, number: str, day: str, picture: str = "") -> None:
    """Enter what the level above has answered."""
    officer.open_work("Ghi trả lời của cấp trên")
    officer.page.get_by_label(f"Kết quả của {NAME}").select_option(label=result)
    officer.write("Số, ký hiệu văn bản của cấp trên", number)
    officer.write("Ngày văn bản", day)
    officer.attach("Bản chụp văn bản", "van-ban-cua-tinh.pdf", PDF)
    if picture:
        officer.picture(picture)
    officer.press("Ghi trả lời của cấp trên")
    officer.reads("Đã ghi trả lời 1 tên")


def _hand_over_from_above(officer: Person, day: str) -> None:
    officer.open_work("Trao tặng")
    officer.write("Ngày trao", day)
    officer.tick("Tại hội nghị")
    officer.press("Ghi đã trao tặng")
    officer.reads("Đã trao 1 tên.")


@pytest.mark.long
def test_provincial_merit_by_clicking_from_the_package_on(
    office_var: Path, sign_in: Callable[..., Person]
) -> None:
    with by_verbs(office_var) as office:
        one = office.nominate("HN-2026", form="BK_TINH", name=NAME)
        office.assess(one, facts={"path": "PHONG_TRAO"})
        office.sign(one)
        office.check(one)
        office.post("HN-2026")
        office.sit("HN-2026", {})
        day = f"{clock.today():%d/%m/%Y}"
    with installation(office_var) as url:

        def people(login: str) -> Person:
            return sign_in(url, login)

        officer, unit = people("vhxh"), people("donvi")
        _send_package(officer, people, day, "13-package-signed")
        officer.open_case(NAME)
        officer.reads("Bằng khen của Chủ tịch UBND tỉnh")
        _answer(officer, "Được khen thưởng", "412/QĐ-UBND", day, "13-answer")
        _hand_over_from_above(officer, day)
        unit.open_case(NAME)
        unit.reads(f"{NAME}, được tặng Bằng khen của Chủ tịch UBND tỉnh", "Không còn chờ ai.")
        unit.picture("14-merit")


@pytest.mark.long
def test_national_nomination_with_the_clock_moved_to_the_final_round(
    office_var: Path, sign_in: Callable[..., Person]
) -> None:
    with installation(office_var) as url:
        unit = sign_in(url, "donvi")
        unit.open_clock()
        unit.press("Tới ngày mở đợt tổng kết")
        unit.reads("03/06/2030")
        unit.picture("15-clock-2030")
        unit.go("/rounds")
        unit.press("Đợt xét khen thưởng tổng kết 2025 - 2030")
        nominate(unit, "Bằng khen của Thủ tướng Chính phủ")
    with by_verbs(office_var) as office:  # no worker beside it, which would take jobs that are waited for here
        one = 1  # the only nomination of this office
        office.assess(one, facts={"path": "PHONG_TRAO"})
        office.sign(one)
        office.check(one)
        office.post("TK-2030")
        office.sit("TK-2030", {})
        day = f"{clock.today():%d/%m/%Y}"
    with installation(office_var) as url:

        def people(login: str) -> Person:
            return sign_in(url, login)

        officer = people("vhxh")
        _send_package(officer, people, day)
        _answer(officer, "Tỉnh trình Trung ương", "55/TTr-UBND", day)
        officer.open_case(NAME)
        officer.reads("Trung ương")
        officer.picture("16-at-centre")
        _answer(officer, "Được khen thưởng", "901/QĐ-TTg", day)
        _hand_over_from_above(officer, day)
        unit = people("donvi")
        unit.open_case(NAME)
        unit.reads(f"{NAME}, được tặng Bằng khen của Thủ tướng Chính phủ", "Không còn chờ ai.")
        unit.picture("17-national")
