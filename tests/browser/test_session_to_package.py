"""A session of nine members in real browsers: invitation, roll, one secret round over all names, minutes signed by two;
then the decision with twelve certificates, and a package to the province of which two lines come back.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from service import clock
from service.awards.rule_versions import RuleInput, change_rule, read_rule
from tests.browser.people import PASSWORD, Person
from tests.browser.running import installation
from tests.browser.test_council_meeting import PHONE
from tests.browser.test_first_nomination import by_verbs
from tests.journeys.council import MEMBERS, NAMES, ROUND, TELLERS, Council
from tests.journeys.office import PDF

pytestmark = pytest.mark.browser

MERITS = ("Mai Suối Trong", "Phan Lúa Vàng", "Tạ Sông Xanh", "Cao Mây Trắng")


@pytest.fixture
def planned(office_var: Path) -> Iterator[tuple[str, int]]:
    """Twelve names for a certificate and four for a merit of the province wait; the session over them is planned."""
    with by_verbs(office_var) as office:
        council = Council(office)
        asked = [(name, "GK_XA") for name in NAMES] + [(name, "BK_TINH") for name in MERITS]
        found = [office.nominate(ROUND, name=name, form=form) for name, form in asked]
        for one, (_name, form) in zip(found, asked, strict=True):
            office.assess(one, facts={"path": "PHONG_TRAO"} if form == "BK_TINH" else None)
        office.sign(found[0])
        for one in found:
            office.check(one)
        office.post(ROUND, found)
        share = {"numerator": 4, "denominator": 5, "operator": ">="}  # the office's regulation, which no law gives
        change_rule(
            "VOTE_PROV", RuleInput(share, "Quy chế hoạt động của Hội đồng", clock.today(), None, "P", "Theo Quy chế"),
            seen=read_rule("VOTE_PROV", clock.today()).newest, by=office.who("truongphong"),
        )
        number = council.plan()
        day = council.read().held_at.date()
    with installation(office_var) as url:
        yield f"{url} {day:%d/%m/%Y}", number


def _confirmed(person: Person, words: str) -> None:
    """Press a button and say yes to its question."""
    person.press(words)
    person.page.locator("dialog[open]").get_by_role("button", name=re.compile("^" + re.escape(words))).click()


def _code(teller: Person, round_url: str) -> str:
    """A teller takes the code and types it back."""
    teller.go(round_url)
    teller.press("Nhận mã kiểm phiếu")
    teller.write("Mật khẩu", PASSWORD)
    teller.page.get_by_role("button").filter(visible=True).last.click()
    teller.press("Nhận mã")
    code = teller.page.locator(".ballot-digits").inner_text()
    teller.write("Nhập lại mã từ giấy", code)
    teller.press("Xác nhận mã")
    teller.reads("Mã của bạn đã được xác nhận")
    return code


def _vote(member: Person, session: int) -> None:
    """Open the sheet, agree with everything, send it."""
    member.go(f"/council/{session}/me")
    member.press("Mở phiếu của tôi")
    member.write("Mật khẩu", PASSWORD)
    member.press("Mở phiếu")
    expect(member.page.locator("h1")).to_contain_text("Phiếu của bạn")
    for pick in member.page.locator("input[type=radio][value='1']").all():
        pick.check()
    member.page.get_by_label("Tôi đã chép mã biên nhận").check()
    member.page.get_by_role("button", name="Gửi phiếu kín").click()
    expect(member.page.locator("h1")).to_have_text("Phiếu của bạn đã vào hòm")


@pytest.mark.long
def test_session_of_nine_to_certificates_and_a_package_of_which_two_lines_come_back(
    planned: tuple[str, int], sign_in: Callable[..., Person]
) -> None:
    (url, day), number = planned[0].split(" "), planned[1]
    secretary = sign_in(url, "thuky")
    secretary.go(f"/council/{number}")
    secretary.press("Chốt chương trình")
    _confirmed(secretary, "Gửi giấy mời tới 9 thành viên")
    secretary.reads("Đã gửi giấy mời tới 9 thành viên")
    members = {login: sign_in(url, login, viewport=PHONE) for login in MEMBERS}
    for member in members.values():
        member.go(f"/council/{number}/me")
        member.press("Tôi dự họp")
        member.reads("Bạn đã trả lời")
    secretary.move_clock(day)
    for member in members.values():
        member.go(f"/council/{number}/me")
        member.press("Tôi có mặt")
        member.reads("Bạn có mặt trong danh sách điểm danh")
    round_url = _run_the_meeting(secretary, number)
    tellers = {login: sign_in(url, login) for login in TELLERS}
    codes = [_code(tellers[login], round_url) for login in TELLERS]
    secretary.go(round_url)
    _confirmed(secretary, "Mở vòng bỏ phiếu")
    for member in members.values():
        _vote(member, number)
    _count(secretary, round_url, codes)
    _sign_minutes(secretary, members["chutich"], number)
    officer = sign_in(url, "vhxh")
    _decide(officer, members["chutich"], tellers, sign_in(url, "truongphong"), day)
    _certificates(tellers["vanthu"])
    _package(officer, members["chutich"], tellers["vanthu"], day)


def _run_the_meeting(secretary: Person, number: int) -> str:
    meeting = f"/council/{number}/meeting"
    secretary.go(meeting)
    secretary.reads("có mặt 9 trong 9")
    secretary.press("Khai mạc phiên họp")
    secretary.press("Khai mạc phiên họp")
    secretary.reads("Đã khai mạc")
    for item in range(1, len(NAMES) + len(MERITS) + 1):
        secretary.go(meeting)
        secretary.press(f"Mở hồ sơ mục {item} lên màn hình")
        secretary.write("Ý kiến tại phiên họp", "Hội đồng nhất trí.")
        secretary.press("Ghi, đưa ra biểu quyết")
        secretary.reads("Đã ghi mục")
    secretary.go(meeting)
    secretary.press("Lập vòng biểu quyết")
    secretary.reads("Cử Ban kiểm phiếu")
    for place, name in enumerate(TELLERS, 1):
        chosen = secretary.page.locator(f"#teller-{place}")
        option = chosen.locator("option", has_text=_NAMED[name]).first
        chosen.select_option(option.get_attribute("value"))
    secretary.press("Cử ba người này")
    secretary.reads("Đã cử Ban kiểm phiếu")
    return secretary.page.url.removeprefix(secretary.url)


_NAMED = {"vanthu": "Văn thư", "vanphong": "Văn phòng", "ketoan": "Kế toán"}


def _count(secretary: Person, round_url: str, codes: list[str]) -> None:
    secretary.go(round_url)
    _confirmed(secretary, "Niêm phong hòm phiếu")
    secretary.reads("9 phiếu")
    secretary.go(f"{round_url}/count")
    secretary.page.fill("#code_1", codes[0])
    secretary.page.fill("#code_2", codes[1])
    secretary.press("Mở hòm và kiểm phiếu")
    expect(secretary.page.locator("h1")).to_contain_text("đã kiểm phiếu")
    expect(secretary.page.locator("tbody tr").filter(has_text="Đạt")).to_have_count(len(NAMES) + len(MERITS))


def _sign_minutes(secretary: Person, chair: Person, number: int) -> None:
    secretary.go(f"/council/{number}/meeting")
    secretary.press("Kết thúc phiên họp")
    secretary.write("Kết luận của người chủ trì", "Hội đồng thống nhất kết quả trên.")
    secretary.press("Kết thúc phiên họp")
    secretary.reads("Đã kết thúc phiên họp")
    secretary.go(f"/council/{number}")
    _confirmed(secretary, "Thư ký ký biên bản")
    secretary.reads("Đã ký biên bản, đã cho số")
    chair.go(f"/council/{number}/minutes")
    chair.reads("01/BB-HĐTĐKT")
    chair.press("Ký biên bản")
    if chair.page.locator("dialog[open]").count():
        chair.page.locator("dialog[open]").get_by_role("button").first.click()
    chair.reads("Đã ký biên bản")


def _draw_up(person: Person, what: str, count: int) -> None:
    for _ in range(120):
        person.go("/lists")
        link = person.page.get_by_role("link", name=re.compile(rf"{count} tên chờ: {what}", re.IGNORECASE))
        if link.count():
            break
        person.page.wait_for_timeout(250)
    link.first.click()
    person.press("Lập danh sách")
    person.reads(f", {count} tên.")


def _decide(officer: Person, chair: Person, others: dict[str, Person], head: Person, day: str) -> None:
    _draw_up(officer, "quyết định tặng Giấy khen", 12)
    for one in officer.page.get_by_label(re.compile("^Kết quả của ")).all():
        one.select_option("confirmed")
    officer.press("Rà tên, chức danh, 12 tên")
    officer.reads("Đã rà 12 tên.")
    head.open_work("Trình dự thảo quyết định")
    head.write("Ngày văn bản", day)
    head.press("Trình dự thảo quyết định")
    head.reads("Đã trình dự thảo.")
    others["vanphong"].open_work("Kiểm tra thể thức")
    others["vanphong"].tick("Đúng thể thức")
    others["vanphong"].press("Kiểm tra thể thức")
    chair.page.set_viewport_size({"width": 1280, "height": 860})
    chair.open_work("Ký quyết định")
    chair.press("Ký quyết định, 12 tên")
    chair.reads("Đã ký 12 tên.")
    clerk = others["vanthu"]
    clerk.open_work("Cho số, ngày, đóng dấu")
    clerk.write("Số quyết định", "1126")
    clerk.write("Ngày ban hành", day)
    clerk.press("Cho số, ngày, đóng dấu, 12 tên")
    clerk.reads("Đã cho số, 12 tên.", "1126/QĐ-UBND")


def _certificates(clerk: Person) -> None:
    clerk.press("Giấy khen: xem trước, in, ký số hàng loạt")
    clerk.press("In 12 Giấy khen ra tệp")
    link = clerk.page.get_by_role("link", name="Tải 12 Giấy khen, một tệp PDF")
    for _ in range(120):
        if link.count():
            break
        clerk.page.wait_for_timeout(500)
        clerk.page.reload()
    href = link.get_attribute("href")
    answer = clerk.page.request.get(f"{clerk.url}{href}")
    read = PdfReader(io.BytesIO(answer.body()))
    assert len(read.pages) == 12
    words = "\n".join(page.extract_text() for page in read.pages)
    assert all(any(part in words for part in (name, name.upper())) for name in NAMES)


def _package(officer: Person, chair: Person, clerk: Person, day: str) -> None:
    _draw_up(officer, "tờ trình gửi UBND tỉnh", 4)
    chair.open_work("Ký tờ trình gửi tỉnh")
    chair.press("Ký tờ trình, 4 tên")
    chair.reads("Đã ký tờ trình, 4 tên.")
    clerk.open_work("Gửi tờ trình lên tỉnh")
    clerk.write("Số văn bản", "87")
    clerk.write("Ngày văn bản", day)
    clerk.press("Gửi lên tỉnh, 4 tên")
    clerk.reads("Đã gửi 4 tên.")
    link = clerk.page.get_by_role("link", name=re.compile("^Tải cả bộ hồ sơ trình"))
    archive = zipfile.ZipFile(io.BytesIO(clerk.page.request.get(f"{clerk.url}{link.get_attribute('href')}").body()))
    assert archive.testzip() is None and sum(name.startswith("02 Hồ sơ/") for name in archive.namelist()) >= 4
    officer.open_work("Ghi trả lời của cấp trên")
    for name in MERITS[:2]:
        officer.page.get_by_label(f"Kết quả của {name}").select_option(label="Yêu cầu bổ sung")
        officer.page.get_by_label(f"Lý do, ghi chú cho {name}").fill("Thiếu xác nhận thuế")
        officer.page.get_by_label(re.compile(rf"^Hạn bổ sung.*{name}")).fill("15/01/2027")
    for name in MERITS[2:]:
        officer.page.get_by_label(f"Kết quả của {name}").select_option(label="Được khen thưởng")
    officer.write("Số, ký hiệu văn bản của cấp trên", "412/UBND-NC")
    officer.write("Ngày văn bản", day)
    officer.attach("Bản chụp văn bản", "van-ban-cua-tinh.pdf", PDF)
    officer.press("Ghi trả lời của cấp trên")
    officer.reads("Đã ghi trả lời 4 tên")
    for name, stands in ((MERITS[0], "bổ sung theo yêu cầu cấp trên"), (MERITS[3], "Chờ trao tặng")):
        officer.open_case(name)
        officer.reads(stands)
