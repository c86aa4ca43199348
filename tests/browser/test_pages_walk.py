"""Every page that a role can reach, in a real browser against the running service; and what hands do wrong.

Pages are found by following links, so that a new page is walked over without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from service import clock
from service.app import create_app
from service.awards import lists
from service.config import Settings
from service.db import db
from tests.browser.barriers import faults
from tests.browser.fitting import misfits
from tests.browser.keyboard import stops, stumbles
from tests.browser.people import Person
from tests.browser.running import copy_of, installation
from tests.browser.test_first_nomination import DECLARED
from tests.journeys.office import Office

pytestmark = pytest.mark.browser

ROLES = ("donvi", "vhxh", "chutich", "quantri", "thanhtra")
_NO_PAGE = re.compile(
    r"[./](xlsx|bpmn|zip|json|csv|png|pdf|docx|txt)$|^/(files|static|api|metrics)|^/office/processes/\d+/files/"
    r"|/papers/\w+/preview$|^/papers/\d+$|^/certificates/|^/offline-dossiers/\d+$"
)
_ONE_OF_MANY = re.compile(r"/(\d+(-\d+)*|[A-Z][A-Z0-9_.-]*)(?=/|$)")
"""The part of an address that names one of many: a number, a day, the code of a rule or a round."""
_TELLING = ("kind", "act", "tab")
"""Parts of a query that make another page of an address."""


@pytest.fixture(scope="module")
def walked_url(
    browser: Browser, furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An installation with nominations at several steps, as an ordinary day finds it."""
    var = copy_of(furnished, tmp_path_factory.mktemp("walked") / "var")
    app = create_app(Settings(var=var, testing=True, demo=True))
    with app.app_context():
        _an_ordinary_day(Office(app, clock.today(), furnished=True))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
    with installation(var) as url:
        yield url


def _an_ordinary_day(office: Office) -> None:
    first = office.nominate("HN-2026", name="Lê Trúc Xanh")
    second = office.nominate("HN-2026", name="Phạm Suối Mơ", form="BK_TINH")
    office.nominate("HN-2026", name="Đặng Mây Trắng")
    office.assess(first)
    office.assess(second, facts={"path": "PHONG_TRAO"})
    office.sign(first)
    office.check(first)
    office.check(second, "supplement")
    _more_to_check(office)
    office.post("HN-2026", [first])
    office.sit("HN-2026", {})
    decision = office.draw_up("decision", "HN-2026", by="vhxh")
    office.act(decision, "prove", by="vhxh")
    office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    assert lists.read_list(decision, by=office.who("chutich")).state == "checked"


def _more_to_check(office: Office) -> None:
    """Several names of two units that wait for the officer."""
    for unit, names, by, head in (
        ("DONG-MAY", ("Bùi Nắng Mai", "Đỗ Hừng Đông", "Vũ Cánh Cò"), "donvi", "thutruong"),
        ("DET-NANG-SOM", ("Mai Thoi Sợi", "Trịnh Hoa Vải"), "donvi2", "thutruong2"),
    ):
        more = [office.nominate("HN-2026", name=name, unit=unit, by=by) for name in names]
        for one in more:
            office.assess(one, by=by)
        office.sign(more[0], by=head, minutes_by=by)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_barrier_an_error_or_a_stranger(
    walked_url: str, sign_in: Callable[..., Person], role: str
) -> None:
    person = sign_in(walked_url, role)
    page = person.page
    said: list[str] = []
    page.on("console", lambda m: said.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found: list[str] = []
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(walked_url + path, wait_until="load")
        assert answer is not None and answer.status == 200, f"{role}: {path} answers {answer and answer.status}"
        found += [f"{path}: {fault}" for fault in _faults_of(page, _shape(walked_url + path, walked_url))]
        for link in page.locator("main a[href], nav a[href]").evaluate_all("all => all.map(a => a.href)"):
            if (shape := _shape(link, walked_url)) and shape not in seen:
                seen.add(shape)
                waiting.append(link.removeprefix(walked_url).partition("#")[0])
    if role == "vhxh":
        person.go("/inbox")
        person.picture("inbox")
    assert len(seen) >= 8
    assert said == []
    assert {url for url in asked if not url.startswith((walked_url, "data:", "blob:"))} == set()
    assert found == []


def _shape(link: str, home: str) -> str:
    """An address without its numbers and codes: one page of each shape is walked over."""
    parts = urlsplit(link)
    if f"{parts.scheme}://{parts.netloc}" != home or _NO_PAGE.search(parts.path):
        return ""
    query = parse_qs(parts.query)
    return _ONE_OF_MANY.sub("/N", parts.path) + "".join(f" {k}={query[k][0]}" for k in _TELLING if k in query)


_checked: dict[str, set[str]] = {}
"""Parts that were looked at already, on each kind of page: five roles meet the same ones again and again."""
_PARTS = """() => [...document.querySelectorAll("body *")].map(
    (one) => `${one.tagName}.${one.className} ${one.type ?? ""} ${one.getAttribute("role") ?? ""}`
)"""


_walked: dict[str, set[str]] = {}
"""Stops that were met already by keyboard, on each kind of page."""


def _faults_of(page: Page, shape: str) -> list[str]:
    if page.locator("[data-diagram]").count():
        page.wait_for_selector("[data-diagram].is-shown")
    parts, checked = set(page.evaluate(_PARTS)), _checked.setdefault(shape, set())
    found = faults(page) + misfits(page) if parts - checked else []
    checked |= parts
    met, walked = stops(page), _walked.setdefault(shape, set())
    if met - walked:
        found += stumbles(page)
    walked |= met
    return found


def _begin(unit: Person, name: str) -> None:
    unit.go("/rounds")
    unit.press("Đợt xét khen thưởng hằng năm 2026")
    unit.press("Đề nghị khen thưởng")
    unit.tick("Cá nhân")
    unit.write("Họ tên, tên tập thể, tên hộ", name)
    unit.choose("Nhóm đối tượng của Kế hoạch", "D. Cá nhân, hộ gia đình")
    unit.choose("Danh hiệu, hình thức đề nghị", "Giấy khen")


def _how_many(unit: Person, name: str) -> int:
    unit.go("/nominations?q=" + name.replace(" ", "+"))
    return unit.page.get_by_role("link", name=name, exact=True).count()


@pytest.fixture
def unit(office_var: Path, sign_in: Callable[..., Person]) -> Iterator[Person]:
    """The unit's person in an office whose round takes nominations."""
    with installation(office_var) as url:
        yield sign_in(url, "donvi")


@pytest.mark.long
def test_impatient_hands_do_no_harm(unit: Person) -> None:
    _begin(unit, "Ngô Ban Chiều")
    unit.page.get_by_role("button", name="Lập đề nghị").dblclick()
    unit.reads("Đã lập đề nghị: Ngô Ban Chiều")
    assert _how_many(unit, "Ngô Ban Chiều") == 1
    _begin(unit, "Ngô Ban Sáng")
    field = unit.page.get_by_label("Họ tên, tên tập thể, tên hộ")
    field.press("Enter", no_wait_after=True)
    unit.page.keyboard.press("Enter")
    unit.page.wait_for_load_state("networkidle")
    expect(field).to_have_value("Ngô Ban Sáng")  # Enter inside a field only draws the form anew
    unit.press("Lập đề nghị")
    unit.reads("Đã lập đề nghị: Ngô Ban Sáng")
    assert _how_many(unit, "Ngô Ban Sáng") == 1
    unit.open_work("Tự đánh giá", "Ngô Ban Sáng")
    _assess(unit)
    task = unit.page.url
    unit.press("Gửi phiếu tự đánh giá")
    unit.reads("Đã gửi phiếu tự đánh giá: Ngô Ban Sáng.")
    unit.page.goto(task)
    unit.reads("Nội dung đã ghi")
    unit.page.go_back()
    unit.page.go_back()
    unit.page.reload()
    assert unit.page.get_by_role("button", name="Gửi phiếu tự đánh giá").count() == 0
    _the_draft_outlives_the_session(unit)


def _the_draft_outlives_the_session(unit: Person) -> None:
    unit.open_work("Tự đánh giá", "Ngô Ban Chiều")
    task = unit.page.url
    unit.write("Tóm tắt thành tích", "Đang viết dở, chưa xong câu")
    unit.reads("Đã lưu nháp lúc")
    unit.page.locator(".me > summary").click()
    unit.press("Đăng xuất")
    expect(unit.page.locator("h1")).to_have_text("Đăng nhập")
    unit.sign_in()
    unit.page.goto(task)
    expect(unit.page.locator("textarea[name=summary]")).to_have_value("Đang viết dở, chưa xong câu")


def _assess(unit: Person, *, plain: bool = False) -> None:
    unit.tick("Cán bộ, công chức, viên chức")
    if plain:
        unit.press("Hiện các ô theo câu trả lời")
    unit.write("Điểm tự chấm D1", "8,5")
    unit.write("Việc đã làm và kết quả ở D1", "Lập kho học liệu số 120 bài.")
    unit.tick("ND5.")
    unit.write("Tóm tắt thành tích", "Kho học liệu số 120 bài cho 9 lớp.")
    for question, answer in DECLARED:
        unit.tick(answer, inside=question)


@pytest.mark.long
def test_task_is_done_without_the_script(walked_url: str, sign_in: Callable[..., Person]) -> None:
    plain = sign_in(walked_url, "donvi", java_script_enabled=False)
    plain.open_work("Tự đánh giá", "Đặng Mây Trắng")
    _assess(plain, plain=True)
    plain.press("Gửi phiếu tự đánh giá")
    plain.reads("Đã gửi phiếu tự đánh giá: Đặng Mây Trắng.")
