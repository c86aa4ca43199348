"""A member's ballot on a telephone in a real browser: static, without a script, receipt first, one answer for all."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from service import clock, people
from service.app import create_app
from service.config import Settings
from service.council import ballot
from service.council.ballot import BallotItem, RollEntry
from service.db import db
from tests.browser.barriers import faults
from tests.browser.people import PASSWORD, PICTURES, Person, pictures_wanted
from tests.browser.running import installation

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}
TELLERS = ("vanphong", "vanthu", "ketoan")
ITEMS = (
    ("Trường Mầm non Ban Mai", "Giấy khen", 5), ("Hoàng Bình Minh", "Giấy khen", 5), ("Đinh Văn Suối", "Giấy khen", 5),
    ("Lê Trầm Hương", "Giấy khen", 5), ("Hợp tác xã Chè Sương Sớm", "Bằng khen cấp tỉnh", 8),
)


@dataclass(frozen=True)
class Voting:
    """An open round, with the codes of its tellers and the address of the service."""

    url: str
    round_id: str
    codes: dict[int, str]


@contextmanager
def _by_verbs(var: Path) -> Iterator[None]:
    app = create_app(Settings(var=var, testing=True, demo=True))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def _pass(login: str, purpose: str) -> str:
    return people.open_pass(purpose, PASSWORD, None, by=people.actor_of(login, door="web"))


@pytest.fixture
def voting(office_var: Path) -> Iterator[Voting]:
    """Nine members, five items, member 4 keeps out of the third; the round is open."""
    with _by_verbs(office_var):
        secretary = people.actor_of("thuky", door="web")
        rows = [people.find_account(f"uv{n}") for n in range(1, 10)]
        roll = [RollEntry(n, row.id, row.name, {3: "em ruột"} if n == 4 else {}) for n, row in enumerate(rows, 1)]
        items = [
            BallotItem(
                n, None, title, ("VOTE_COMMUNE", 1), 9, needed, note=form,
                summary="Xây dựng phòng học STEM dùng chung, 14 chuyên đề dạy học số được nhân rộng.",
                basis="Quy chế hoạt động của Hội đồng",
            )
            for n, (title, form, needed) in enumerate(ITEMS, 1)
        ]
        round_id = ballot.plan_round(1, items, roll=roll, quorum=6, by=secretary)
        ballot.name_tellers(round_id, [people.find_account(one).id for one in TELLERS], by=secretary)
        codes = {}
        for no, login in enumerate(TELLERS, 1):
            by = people.actor_of(login, door="web")
            codes[no] = ballot.issue_code(round_id, by=by, pass_=_pass(login, f"ballot-code:{round_id}"))
            ballot.confirm_code(round_id, codes[no], by=by)
        ballot.open_round(round_id, by=secretary)
        for n in (1, 2, 3, 5, 6, 7):
            by = people.actor_of(f"uv{n}", door="web")
            choices = dict.fromkeys(range(1, 6), "agree")
            ballot.cast_ballot(
                round_id, choices, secrets.token_bytes(32), by=by, pass_=_pass(f"uv{n}", f"ballot:{round_id}")
            )
    with installation(office_var) as url:
        yield Voting(url, round_id, codes)


def _open_sheet(voting: Voting, member: Person) -> Page:
    member.go(f"/ballots/{voting.round_id}")
    member.page.get_by_role("link", name="Bỏ phiếu, 5 mục").click()
    member.write("Mật khẩu", PASSWORD)
    member.press("Mở phiếu")
    expect(member.page.locator("h1")).to_have_text("Phiếu của bạn, vòng 1")
    return member.page


@pytest.mark.long
def test_member_votes_on_a_telephone_without_a_request_in_between(
    voting: Voting, sign_in: Callable[..., Person]
) -> None:
    member = sign_in(voting.url, "uv4", viewport=PHONE, has_touch=True)
    page = _open_sheet(voting, member)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    stored: list[str] = []

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url.removeprefix(voting.url)}")

    page.on("request", note)
    assert page.locator(".ballot-item").count() == 5
    assert page.locator(".ballot-pick input:checked").count() == 0  # neither choice is preselected
    expect(page.locator(".ballot-item.is-recused")).to_contain_text("Bạn không tham gia biểu quyết mục này")
    receipt = "".join(page.locator(".ballot-digits span").all_inner_texts())
    assert len(receipt) == 20
    page.locator("summary", has_text="Mở tóm tắt").first.click()
    page.locator("summary", has_text="Mở căn cứ").click()
    for item, said in ((1, "1"), (2, "1"), (4, "2")):
        page.check(f"input[name=choice-{item}][value='{said}']")
    page.check("input[name=choice-1][value='3']")
    page.check("input[name=choice-1][value='1']")
    assert page.evaluate("getComputedStyle(document.querySelector('.ballot-picked'), '::after').content") != "none"
    marked = page.locator(".ballot-item").nth(4).evaluate("one => getComputedStyle(one).borderLeftWidth")
    assert marked == "4px"  # item 5 is still blank
    page.wait_for_timeout(2_000)
    stored += page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert asked == []
    assert stored == []
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = page.locator(".ballot-pick, .ballot-send, .ballot-copied").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 52
    if pictures_wanted():
        page.screenshot(path=PICTURES / "ballot-sheet.png", full_page=True)
    page.get_by_role("button", name="Gửi phiếu kín").click()
    assert asked == []  # the receipt must be written down first
    page.get_by_label("Tôi đã chép mã biên nhận").check()
    page.get_by_role("button", name="Gửi phiếu kín").click()
    expect(page.locator("h1")).to_have_text("Phiếu của bạn đã vào hòm")
    assert [one for one in asked if one.startswith("POST")] == [f"POST /ballots/{voting.round_id}/sheet"]
    assert asked[0].startswith("POST")
    assert "".join(page.locator(".ballot-digits span").all_inner_texts()) == receipt
    page.reload()
    expect(page.locator("main")).to_contain_text("Xác thực lại")


@pytest.mark.long
def test_without_a_script_the_whole_way_from_vote_to_result(
    voting: Voting, browser: Browser, sign_in: Callable[..., Person]
) -> None:
    for login in ("uv8", "uv9"):
        member = sign_in(voting.url, login, viewport=PHONE, java_script_enabled=False)
        page = _open_sheet(voting, member)
        for item in range(1, 6):
            page.check(f"input[name=choice-{item}][value='2']")
        page.get_by_label("Tôi đã chép mã biên nhận").check()
        page.get_by_role("button", name="Gửi phiếu kín").click()
        expect(page.locator("h1")).to_have_text("Phiếu của bạn đã vào hòm")
        receipt = page.locator(".ballot-digits").inner_text().replace(" ", "").replace("\n", "")
        member.leave()
    secretary = sign_in(voting.url, "thuky")
    secretary.go(f"/ballots/{voting.round_id}")
    secretary.press("Niêm phong hòm phiếu")
    secretary.page.locator("dialog[open]").get_by_role("button", name="Niêm phong hòm phiếu").click()
    expect(secretary.page.locator("h1")).to_contain_text("8 phiếu đã niêm phong")
    assert receipt in secretary.page.locator("#receipts").inner_text().replace(" ", "").replace("\n", "")
    secretary.go(f"/ballots/{voting.round_id}/count")
    secretary.page.fill("#code_1", voting.codes[1])
    secretary.page.fill("#code_2", voting.codes[3])
    secretary.press("Mở hòm và kiểm phiếu")
    expect(secretary.page.locator(".wrong")).to_contain_text("đây là mã của người kiểm phiếu 3")
    secretary.page.fill("#code_2", voting.codes[2])
    secretary.press("Mở hòm và kiểm phiếu")
    expect(secretary.page.locator("h1")).to_contain_text("đã kiểm phiếu")
    row = secretary.page.locator("tbody tr").first.locator("td")
    figures = [text.strip() for text in row.all_inner_texts()]
    assert figures[:5] == ["5 trong 9", "6", "2", "0", "0"], figures
    if pictures_wanted():
        secretary.page.screenshot(path=PICTURES / "ballot-result.png", full_page=True)


@pytest.mark.long
def test_a_ballot_sent_while_the_telephone_has_no_network_is_sent_again_and_counts_once(
    voting: Voting, sign_in: Callable[..., Person]
) -> None:
    member = sign_in(voting.url, "uv4", viewport=PHONE, has_touch=True)
    page = _open_sheet(voting, member)
    receipt = "".join(page.locator(".ballot-digits span").all_inner_texts())
    for item in (1, 2, 4, 5):
        page.check(f"input[name=choice-{item}][value='1']")
    page.get_by_label("Tôi đã chép mã biên nhận").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi phiếu kín").click()
    page.wait_for_timeout(1_000)
    page.context.set_offline(False)
    page.reload()  # what the telephone offers itself: it sends what was not sent
    expect(page.locator("h1")).to_have_text("Phiếu của bạn đã vào hòm")
    assert "".join(page.locator(".ballot-digits span").all_inner_texts()) == receipt
    secretary = sign_in(voting.url, "thuky")
    secretary.go(f"/ballots/{voting.round_id}")
    expect(secretary.page.locator("main")).to_contain_text("7 trong 9 người đã bỏ phiếu", timeout=30_000)
