"""Pages without signing in: the honour roll names only what was published, a code tells where a dossier is and no name."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from lxml import html

from service import clock
from service.app import create_app
from service.awards import public
from service.awards.finding import find_lists
from service.config import Settings
from service.db import db
from tests.journeys.office import Office
from tests.service.web.desk import ROUND, Desk, words

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông")


def _look(office: Office, path: str, code: int = 200) -> str:
    answer = office.app.test_client().get(path)
    assert answer.status_code == code
    return words(html.fromstring(answer.text))


@pytest.fixture
def decided(desk: Desk) -> list[int]:
    office = desk.office
    names = [office.nominate(ROUND, name=name) for name in NAMES]
    for one in names:
        office.assess(one)
    office.sign(names[0])
    for one in names:
        office.check(one)
    office.post(ROUND)
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    return names


@pytest.mark.long
def test_honour_page_names_who_was_honoured_once_the_decision_is_published(desk: Desk, decided: list[int]) -> None:
    office = desk.office
    assert not any(name in _look(office, "/honours") for name in NAMES)
    (decision,) = find_lists(office.who("vanthu"), kind="decision")
    office.act(decision.id, "publish", by="vanthu")
    page = _look(office, "/honours")
    assert all(name in page for name in NAMES) and "1126/QĐ-UBND" in page and "Giấy khen" in page
    assert page.index(NAMES[1]) < page.index(NAMES[0]) and "Quyết định mới nhất đứng trước" in page, "Đông before Minh: by the name itself"
    assert "Giáo viên" not in page and "702.000" not in page and "Đưa dạy học số" not in page
    year = clock.today().year
    assert NAMES[0] in _look(office, f"/honours?year={year}&level=commune")
    assert NAMES[0] not in _look(office, f"/honours?year={year - 1}")
    assert NAMES[0] not in _look(office, "/honours?level=province")
    unit = office.read(decided[0]).unit_name
    assert NAMES[0] in _look(office, f"/honours?unit={quote(unit)}") and NAMES[0] not in _look(office, "/honours?unit=Khác")
    _look(office, "/honours?year=abc&page=-4&level=x%27%22&unit=%00")


def test_public_pages_lead_to_each_other_and_an_unknown_address_names_no_search(desk: Desk) -> None:
    client = desk.office.app.test_client()
    for path, other in (("/honours", "/exemplars"), ("/exemplars", "/honours")):
        assert html.fromstring(client.get(path).text).xpath(f"//main//a[@href='{other}']"), path
    told = _look(desk.office, "/exemplars/404404", 404)
    assert "ô tìm kiếm" not in told and "đăng nhập rồi mở lại" in told
    assert "ô tìm kiếm" in desk.read("vhxh", "/exemplars/404404", 404)


@pytest.mark.long
def test_who_asks_is_taken_off_and_a_revoked_award_goes(desk: Desk, decided: list[int]) -> None:
    office = desk.office
    (decision,) = find_lists(office.who("vanthu"), kind="decision")
    office.act(decision.id, "publish", by="vanthu")
    path = f"/nominations/{decided[0]}/file/unlisting"
    desk.get("donvi", path, 403)
    assert "Đã gỡ khỏi trang vinh danh" in desk.say("vhxh", path, {"reason": "Gia đình đề nghị", "act": "complete"})
    page = _look(office, "/honours")
    assert NAMES[0] not in page and NAMES[1] in page
    (row,) = find_lists(office.who("vhxh"), kind="unlisting")
    office.act(row.id, "list_again", by="vhxh", fields={"reason": "Gia đình đồng ý"})
    assert NAMES[0] in _look(office, "/honours")
    gone = office.file("revocation", decided[0], "propose", by="truongphong", proposal="revoke", reason="Gian dối")
    office.act(gone, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    office.act(gone, "issue", by="vanthu", fields={"number": 1127, "dated": clock.today().isoformat()})
    assert NAMES[0] not in _look(office, "/honours")


def test_code_tells_where_a_dossier_is_and_nothing_personal(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND, name=NAMES[0])
    office.assess(one)
    code = public.grouped(public.code_of(office.read(one)))
    assert re.fullmatch(r"(?:[2-9A-HJ-NP-TV-Z]{4}-){2}[2-9A-HJ-NP-TV-Z]{4}", code)
    assert code in desk.read("donvi", f"/nominations/{one}")
    desk.get("donvi2", f"/nominations/{one}", 404)
    page = _look(office, f"/status?code={code}")
    assert "Thủ trưởng đơn vị" in page and "Bước tiếp theo" in page
    office.sign(one)
    page = _look(office, f"/status?code=%20{code.lower().replace('-', '')}")
    assert "Phòng Văn hóa - Xã hội" in page and f"{clock.today():%d/%m/%Y}" in page
    row = office.read(one)
    assert not any(said in page for said in (row.name, row.unit_name, "Giấy khen", row.title))
    assert "Không có hồ sơ nào mang mã này." in _look(office, "/status?code=7KQM-2XWD-R9TC", 404)
    assert "Không có hồ sơ nào" not in _look(office, "/status")
    assert public.nomination_of_code("ＡＢＣＤ") is None


def test_result_is_told_to_the_unit_and_not_to_who_has_the_code(desk: Desk) -> None:
    office = desk.office
    one, two = office.nominate(ROUND, name=NAMES[0]), office.nominate(ROUND, name=NAMES[1])
    for n in (one, two):
        office.assess(n)
    office.sign(one)
    office.check(one, "not_eligible")
    refused = _look(office, f"/status?code={public.code_of(office.read(one))}")
    assert "Đã có kết quả, thông báo bằng văn bản cho đơn vị" in refused
    assert "Không" not in refused.partition("Đang ở đâu")[2].partition("Mã tra cứu")[0]
    assert "Đã có kết quả" not in _look(office, f"/status?code={public.code_of(office.read(two))}")


def test_codes_cannot_be_tried_through(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"rate_status": 3}))
    client = app.test_client()
    answers = [client.get(f"/status?code=7KQM-2XWD-R9T{n}").status_code for n in "ABCDE"]
    with app.app_context():
        db.engine.dispose()
    assert answers == [404, 404, 404, 429, 429]


def test_unknown_address_is_a_page_to_readers_and_a_problem_to_programs(desk: Desk) -> None:
    client = desk.office.app.test_client()
    for path in ("/khong-co-trang", "/nominations/abc"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html") and "Không có trang này." in answer.text
    answer = client.get("/api/v1/khong-co")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_code_stands_nowhere_in_the_database_and_is_found_however_it_is_typed(desk: Desk) -> None:
    office = desk.office
    one, two = office.nominate(ROUND, name=NAMES[0]), office.nominate(ROUND, name=NAMES[1])
    code = public.code_of(office.read(one))
    assert public.codes_of([one, two]) == {one: code, two: public.code_of(office.read(two))} and code != public.code_of(office.read(two))
    for typed in (code, public.grouped(code), public.grouped(code).lower(), f"  {code} "):
        found = public.nomination_of_code(typed)
        assert found is not None and found.id == one
    assert public.nomination_of_code(code[::-1]) is None
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            assert not any(code in str(row) for row in connection.execute(sa.select(table))), table.name


@pytest.mark.long
def test_public_figures_count_the_honour_roll_and_name_nobody(desk: Desk, decided: list[int]) -> None:
    office = desk.office
    assert "Chưa có số liệu" in _look(office, "/honours/figures"), "what was not published counts nowhere"
    (decision,) = find_lists(office.who("vanthu"), kind="decision")
    office.act(decision.id, "publish", by="vanthu")
    page = html.fromstring(office.app.test_client().get("/honours/figures").text)
    said, year = words(page), clock.today().year
    assert "2 tập thể, cá nhân, hộ gia đình được khen thưởng" in said and "ND5. Xã hội số" in said and "Quá hạn" not in said
    assert not any(name in said for name in NAMES)
    links = page.xpath("//table[contains(@class,'results')]//td/a/@href")
    assert f"/honours?year={year}" in links and any(one.startswith("/honours?unit=") for one in links)
    for link in links:
        assert "2 tập thể, cá nhân" in _look(office, link), "a figure leads to as many names"
    (way,) = html.fromstring(office.app.test_client().get("/honours").text).xpath("//main//a[@href='/honours/figures']/@href")
    office.file("unlisting", decided[0], "take_down", by="vhxh", reason="Người được khen đề nghị không nêu tên.")
    assert "1 tập thể, cá nhân, hộ gia đình được khen thưởng" in _look(office, way)
