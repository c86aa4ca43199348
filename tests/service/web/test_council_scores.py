"""Score sheets, rankings and the choice by a cut on their pages; fairness on the decision before it is signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service import clock
from service.council import session as sessions
from service.council.ballot import Sum
from tests.journeys.council import ROUND, Council
from tests.journeys.office import Office
from tests.service.web.desk import Desk, words


@pytest.fixture
def council(desk: Desk) -> Council:
    council = Council(desk.office)
    council.id = desk.office.made or 0
    return council


def _invited(office: Office) -> int:
    council = Council(office)
    council.fill(3)
    council.plan()
    council.invite()
    return council.id


@pytest.mark.long
@pytest.mark.office(after=_invited)
def test_first_page_of_a_member_tells_of_names_to_score_whatever_else_he_is(desk: Desk, council: Council) -> None:
    way, mine = f"/council/{council.id}/my-scores", f"/council/{council.id}/me"
    for login in ("uv1", "uv3"):
        (block,) = desk.get(login, "/").xpath("//section[@id='council']")
        assert block.xpath(".//a/@href")[0] == way and "Chấm điểm 3 hồ sơ" in words(block), login
    assert desk.get("uv1", "/").xpath(f"//a[@href='{mine}']"), "the answer to the invitation stands there too"
    assert not desk.get("donvi", "/").xpath("//section[@id='council']")
    for one in (1, 2, 3):
        sessions.declare_conflict(council.id, one, "Là em ruột", by=desk.office.who("uv1"))
    assert not desk.get("uv1", "/").xpath(f"//section[@id='council']//a[@href='{way}']")


@pytest.mark.long
@pytest.mark.office(after=_invited)
def test_sheets_are_printed_keyed_by_two_and_differences_named(desk: Desk, council: Council) -> None:
    number = council.id
    sessions.declare_conflict(number, 2, "Là em ruột", by=desk.office.who("uv1"))
    shown = desk.get("thuky", f"/council/{number}/score-sheets")
    sheets = shown.xpath("//article[contains(@class, 'council-paper')]")
    assert len(sheets) == 9
    dashes = [[cell.text_content().strip() for cell in sheet.xpath(".//td[contains(@class, 'council-blank')]")] for sheet in sheets]
    assert dashes == [["", "", ""], ["", "", ""], ["", "–", ""], *[["", "", ""]] * 6]
    for outsider in ("uv1", "vhxh", "thanhtra"):
        desk.get(outsider, f"/council/{number}/score-sheets", 403)
        desk.get(outsider, f"/council/{number}/score-sheets/1", 403)

    path = f"/council/{number}/score-sheets/3"
    key = desk.get("thuky", path)
    assert key.xpath("//input[starts-with(@name, 'points-')]/@name") == ["points-1-D1", "points-3-D1"], "not the item kept out of"
    wrong = desk.say("thuky", path, {"points-1-D1": "11", "points-3-D1": "tám"}, code=422)
    assert wrong.count("từ 0 đến 10 điểm") >= 2
    assert "Chờ người thứ hai nhập" in desk.say("thuky", path, {"points-1-D1": "8,5", "points-3-D1": "9"})
    said = desk.say("thuky2", path, {"points-1-D1": "8", "points-3-D1": "9"})
    assert "khác nhau 1 chỗ" in said
    mine, other = desk.office.who("thuky").name, desk.office.who("thuky2").name
    assert "mục 1, D1" in said
    assert f"{mine} 8,5" in said
    assert f"{other} 8" in said
    assert "Hai bản nhập khác nhau" in desk.read("thuky2", path)
    assert "khớp nhau. Phiếu này đã tính" in desk.say("thuky2", path, {"points-1-D1": "8,5", "points-3-D1": "9"})
    page = desk.read("thuky", f"/council/{number}")
    assert "1 trong 9 phiếu" in page
    assert "Xếp hạng theo điểm Hội đồng" in page
    assert "điểm bình quân các phiếu" in page
    assert "Chưa ai xác nhận căn cứ này" in page
    assert "Phiếu chấm điểm của thành viên Hội đồng" not in desk.read("uv1", f"/council/{number}")
    assert "9,00 điểm Hội đồng" in desk.read("uv1", f"/council/{number}/items/3")
    scores = f"/rounds/{desk.office.rounds[ROUND]}/scores"
    assert "Theo điểm thẩm định" in desk.read("vhxh", scores)
    assert "Số phiếu chấm" in desk.read("vhxh", scores)
    assert "Số phiếu chấm" not in desk.read("vhxh", f"{scores}?by=office")


@pytest.mark.long
def test_agenda_and_round_are_chosen_by_a_cut_with_reasons(desk: Desk, council: Council) -> None:
    names = council.fill(3)
    where = f"/council/new?round={desk.office.rounds[ROUND]}"
    assert "Lập phiên họp, chọn theo bảng điểm" in desk.read("thuky", f"/rounds/{desk.office.rounds[ROUND]}/scores")
    page = desk.get("thuky", f"{where}&cut=1&cut_by=first")
    assert len(page.xpath("//input[@name='names'][@checked]")) == 3, "all three share the first place"
    assert "Cùng hạng ở mức chọn, lấy cả" in desk.read("thuky", f"{where}&cut=1&cut_by=first")
    assert page.xpath("//input[@name='cut']/@value") == ["1", "1"]
    assert desk.get("thuky", f"{where}&cut=10&cut_by=points").xpath("//input[@name='names'][@checked]") == []
    assert "Ghi số tên" in desk.read("thuky", f"{where}&cut=x")
    day = clock.today() + timedelta(days=3)
    fields = [
        ("round", desk.office.rounds[ROUND]), ("held_on", f"{day:%d/%m/%Y}"), ("held_time", "08:00"), ("place", "Phòng họp số 1"),
        ("chair", council.accounts[0]), ("vice", council.accounts[1]), *(("members", a) for a in council.accounts),
        *(("names", n) for n in names[:2]), ("cut", "1"), ("cut_by", "first"),
    ]
    refused = desk.say("thuky", "/council/new", fields, code=422)
    assert "ghi lý do để lại dù trên mức chọn" in refused
    desk.post("thuky", "/council/new", [*fields, (f"why-{names[2]}", "Chờ xác minh thêm")])
    council.id = sessions.list_sessions(by=desk.office.who("thuky"))[0][0].id
    shown = desk.read("thuky", f"/council/{council.id}")
    assert "Đưa vào chương trình: 1 tên đứng đầu mỗi nhóm theo điểm thẩm định" in shown
    assert "Chờ xác minh thêm" in shown

    council.invite()
    for who in ("thuky", "thuky2"):
        desk.post(who, f"/council/{council.id}/score-sheets/1", {"points-1-D1": "9", "points-2-D1": "7"})
    council.open()
    council.discuss(1, 2)
    meeting = desk.get("thuky", f"/council/{council.id}/meeting?cut=8&cut_by=points")
    assert meeting.xpath("//input[@name='items'][@checked]/@value") == ["1"]
    rounds = f"/council/{council.id}/rounds"
    put = [("items", 2), ("cut", "8"), ("cut_by", "points"), ("how", "open")]
    refused = desk.say("thuky", rounds, put, code=422)
    assert "ghi lý do vẫn lấy" in refused
    assert "ghi lý do để lại" in refused
    at = {i.item_no: i.nomination_id for i in council.read().items}
    desk.post("thuky", rounds, [*put, (f"why-{at[1]}", "Để vòng sau"), (f"why-{at[2]}", "Việc khó")])
    for page in ("", "/minutes"):
        assert "Đưa ra biểu quyết: từ 8 điểm theo điểm Hội đồng" in desk.read("thuky", f"/council/{council.id}{page}")


@pytest.mark.office(after=_invited)
def test_fairness_is_seen_before_the_signature_and_changes_nothing(desk: Desk, council: Council) -> None:
    number = council.id
    for member, points in ((1, "9"), (2, "7")):
        for who in ("thuky", "thuky2"):
            desk.post(who, f"/council/{number}/score-sheets/{member}", {f"points-{n}-D1": points for n in (1, 2, 3)})
    council.open()
    council.discuss(1, 2, 3)
    council.hands(council.round(1, 2, 3, secret=False), {n: Sum(9, 0, 0, 0) for n in (1, 2, 3)})
    council.close()
    decision = desk.office.draw_up("decision", ROUND, by="vhxh")
    shown = desk.read("vhxh", f"/lists/{decision}")
    assert "Rà soát công bằng trước khi ký" in shown
    assert "trong 3 cá nhân" in shown
    assert "chưa từng được khen thưởng" in shown
    chair, vice = (m.name for m in council.read().members[:2])
    assert f"{chair} (Hội đồng) chấm cao hơn bình quân các thành viên khác ở cùng tiêu chí 2,00 điểm, qua 3 điểm đã chấm" in shown
    assert f"{vice} (Hội đồng) chấm thấp hơn" in shown
    assert "(thẩm định) chấm ngang điểm tự đánh giá của đơn vị" in shown
    assert "Rà soát công bằng" not in desk.read("donvi", f"/lists/{decision}")


@pytest.mark.long
def test_names_go_on_to_the_province_by_a_cut_of_the_councils_ranking(desk: Desk, council: Council) -> None:
    council.rule("VOTE_PROV", {"numerator": 4, "denominator": 5, "operator": ">="})
    council.fill(2, forms={0: "BK_TINH", 1: "BK_TINH"})
    council.plan()
    council.invite()
    for who in ("thuky", "thuky2"):
        desk.post(who, f"/council/{council.id}/score-sheets/1", {"points-1-D1": "9", "points-2-D1": "7"})
    council.open()
    council.vote(1, 2)
    council.close()
    first, second = (i.nomination_id for i in council.read().items)
    where = f"/lists/new?kind=package&round={desk.office.rounds[ROUND]}"
    assert len(desk.get("vhxh", where).xpath("//input[@name='line'][@checked]")) == 2
    page = desk.get("vhxh", f"{where}&cut=1&cut_by=first")
    assert page.xpath("//input[@name='line'][@checked]/@value") == [str(first)]
    assert "hạng 2, 7,00 điểm Hội đồng" in desk.read("vhxh", where)
    said = [("kind", "package"), ("round", desk.office.rounds[ROUND]), ("line", second), ("cut", "1"), ("cut_by", "first")]
    refused = desk.say("vhxh", "/lists/new", said, code=422)
    assert "ghi lý do vẫn lấy dù dưới mức chọn" in refused
    assert "ghi lý do để lại dù trên mức chọn" in refused
    shown = desk.say("vhxh", "/lists/new", [*said, (f"why-{first}", "Chờ năm sau"), (f"why-{second}", "Việc khó hơn")])
    assert "Đưa vào danh sách: 1 tên đứng đầu mỗi nhóm theo điểm Hội đồng" in shown
    assert "Việc khó hơn" in shown
    assert "Rà soát công bằng trước khi ký" in shown
