"""Acts on lists through their pages: each kind, one form, lines with results, bad lines named, strikes taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest

from service import clock
from service.awards import lists
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.errors import Conflict
from tests.journeys.office import PDF, Office
from tests.service.web.desk import ROUND, Desk, fields_of, words

NAMES = ("Hoàng Bình Minh", "Đỗ Hừng Đông")
MINUTES = {"held_on": "02/11/2026", "chaired_by": "Đinh Vũ Phong", "members": "13", "present": "12"}
SESSION = {"held_on": "02/11/2026", "members": "9", "present": "9", "presided_by": "Chủ tịch Hội đồng"}


def _today() -> str:
    return f"{clock.today():%d/%m/%Y}"


@pytest.fixture
def names(desk: Desk) -> list[int]:
    """Two nominations whose self-assessment is done."""
    found = [desk.office.nominate(ROUND, name=name) for name in NAMES]
    for one in found:
        desk.office.assess(one)
    return found


def act(desk: Desk, login: str, row: int, name: str, fields: dict[str, Any], code: int = 303) -> str:
    """Open the act's page, fill it in and send it; then let the worker deliver."""
    kind = lists.read_list(row, by=desk.office.who("vhxh")).kind
    page = desk.get(login, f"/{'submissions' if kind == 'submission' else 'lists'}/{row}?act={name}")
    said = desk.say(login, f"/lists/{row}/acts/{name}", fields_of(page) | {"act": "act"} | fields, code)
    desk.office.work()
    return said


@pytest.mark.long
def test_submission_needs_minutes_with_votes_then_one_signature(desk: Desk, names: list[int]) -> None:
    office = desk.office
    row = office.submission(names[0])
    page = desk.read("thutruong", f"/submissions/{row}")
    assert "Biên bản họp bình xét của đơn vị" in page
    votes = {f"votes-{n}": "10" for n in names}
    refused = act(desk, "donvi", row, "minutes", MINUTES | votes | {f"votes-{names[1]}": "13"}, 422)
    assert f"{NAMES[1]}: ghi số phiếu đồng ý từ 0 đến 12." in refused
    assert "Đã ghi biên bản họp bình xét." in act(desk, "donvi", row, "minutes", MINUTES | votes)
    again = fields_of(desk.get("donvi", f"/submissions/{row}?act=minutes"))  # mended, not typed anew
    assert {key: again[key] for key in MINUTES} == MINUTES
    said = act(desk, "thutruong", row, "sign", {})
    assert "Đã ký 2 tên." in said
    assert {s for n in names for s in office.at(n)} == {"check_dossier"}


@pytest.mark.long
def test_a_second_tab_at_the_signature_says_that_it_is_done_and_offers_nothing_to_sign(desk: Desk, names: list[int]) -> None:
    row = desk.office.submission(names[0])
    act(desk, "donvi", row, "minutes", MINUTES | {f"votes-{n}": "10" for n in names})
    first, second = (fields_of(desk.get("thutruong", f"/submissions/{row}?act=sign")) for _tab in range(2))
    desk.post("thutruong", f"/lists/{row}/acts/sign/lines/{names[1]}/struck", {"reason": "Đã chuyển công tác"})
    third = fields_of(desk.get("thutruong", f"/submissions/{row}?act=sign"))
    assert "Đã ký" in desk.say("thutruong", f"/lists/{row}/acts/sign", third | {"act": "act"})
    for stale in (first, second, third):
        for pressed in ("act", "skip"):
            desk.say("thutruong", f"/lists/{row}/acts/sign", stale | {"act": pressed})
    reloaded = desk.get("thutruong", f"/submissions/{row}?act=sign")
    assert not reloaded.xpath("//form[@id='answers']")
    assert "Lúc này không có tên nào ở bước của bạn." in words(reloaded.xpath("//aside[@id='act']")[0])


@pytest.mark.long
def test_a_name_is_left_out_with_its_reason_and_can_be_taken_back(desk: Desk, names: list[int]) -> None:
    row = desk.office.submission(names[0])
    votes = {f"votes-{n}": "10" for n in names}
    act(desk, "donvi", row, "minutes", MINUTES | votes)
    strike = f"/lists/{row}/acts/sign/lines/{names[1]}/struck"
    assert "Không đề nghị nữa" in desk.read("thutruong", strike)  # asked on a page where no script runs
    assert "Ghi lý do." in desk.say("thutruong", strike, {"reason": " "}, 422)
    page = desk.post("thutruong", strike, {"reason": "Đã chuyển công tác"})
    assert "Không đề nghị nữa: Đã chuyển công tác" in words(page) and "Đặt lại" in words(page)
    stale = fields_of(page)
    desk.post("thutruong", f"/lists/{row}/acts/sign/lines/{names[1]}/-")
    assert "Danh sách gạch tên đã đổi ở trang khác" in desk.say("thutruong", f"/lists/{row}/acts/sign", stale, 409)
    desk.post("thutruong", strike, {"reason": "Đã chuyển công tác"})
    assert "Đã ký 1 tên. Không đề nghị nữa: 1 tên." in act(desk, "thutruong", row, "sign", {})
    assert desk.office.status(names[1]) == ("ended", "withdrawn")


@pytest.mark.long
def test_list_is_drawn_up_posted_and_closed(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.sign(names[0])
    for one in names:
        office.check(one)
    office.go_to("2026-12-04")
    assert "tên chờ: niêm yết danh sách" in desk.read("vhxh", "/lists")
    new = f"/lists/new?kind=posting&round={office.rounds[ROUND]}"
    page = desk.get("vhxh", new)
    assert [b.get("value") for b in page.xpath("//input[@name='line' and @checked]")]
    form = {"kind": "posting", "round": str(office.rounds[ROUND]), "title": "Niêm yết"}
    assert "Chọn ít nhất một tên." in desk.say("vhxh", "/lists/new", form, 409)
    said = desk.say("vhxh", "/lists/new", [*form.items(), *(("line", str(n)) for n in names)])
    assert "Đã lập: Niêm yết danh sách, 2 tên." in said
    (row,) = (x.id for x in find_lists(office.who("vhxh"), kind="posting"))
    lines = [("line", str(n)) for n in names]
    wrong = desk.say("vhxh", f"/lists/{row}/acts/post", [*lines, ("dated", "32/12/2026"), ("place", ""), ("act", "act")], 422)
    assert "32/12/2026" in wrong
    fields = [*lines, ("dated", _today()), ("place", "Trụ sở UBND xã"), ("act", "act")]
    assert "Đã niêm yết 2 tên." in desk.say("vhxh", f"/lists/{row}/acts/post", fields)
    assert "Rút thông báo niêm yết" in desk.read("vhxh", f"/lists/{row}")
    gone = desk.say("vhxh", f"/lists/{row}/acts/withdraw", {"reason": "Gõ nhầm ngày", "act": "act"})
    assert "Đã rút thông báo" in gone and f"ghi niêm yết từ {_today()}: Gõ nhầm ngày" in gone
    assert "Đã niêm yết 2 tên." in desk.say("vhxh", f"/lists/{row}/acts/post", fields)
    close = [*lines, ("remarks", "0"), ("act", "act")]
    assert "Còn niêm yết đến hết" in desk.say("vhxh", f"/lists/{row}/acts/close", close, 409)
    office.go_to("2026-12-15")
    assert "Đã kết thúc niêm yết 2 tên." in desk.say("vhxh", f"/lists/{row}/acts/close", close)
    office.work()
    assert office.at(names[0]) == {"wait_council"}
    desk.get("donvi2", f"/lists/{row}", 404)
    ended = desk.read("vhxh", f"/lists/{row}")
    assert "niêm yết danh sách, 2 tên, đến 11/12/2026" in ended
    assert "closed" not in ended
    assert "tên chờ: kết quả phiên họp Hội đồng" in desk.read("thuky", "/lists")


def _to_council(office: Office, names: list[int]) -> int:
    office.sign(names[0])
    for one in names:
        office.check(one)
    office.go_to("2026-12-04")
    office.post(ROUND)
    office.go_to("2026-12-15")
    return office.draw_up("council_sheet", ROUND, by="thuky")


@pytest.mark.long
def test_two_secretaries_key_the_sheet_and_differences_are_shown_by_line(desk: Desk, names: list[int]) -> None:
    office = desk.office
    row = _to_council(office, names)
    first = {f"result-{n}": "passed" for n in names} | {f"agree-{n}": "9" for n in names}
    missing = desk.say("thuky", f"/lists/{row}/acts/key", SESSION | {f"result-{names[0]}": "passed", "act": "act"}, 422)
    assert f"{NAMES[1]}: Chọn một kết quả" in missing
    assert "Đã ghi kết quả 2 tên." in act(desk, "thuky", row, "key", SESSION | first)
    # The second secretary does not see what the first one keyed.
    page = desk.get("thuky2", f"/lists/{row}?act=key")
    assert fields_of(page)[f"result-{names[0]}"] == ""
    second = first | {f"result-{names[1]}": "failed", f"reason-{names[1]}": "Không đủ phiếu"}
    assert "Hai bản nhập khác nhau" in act(desk, "thuky2", row, "key", SESSION | second)
    both = desk.read("thuky", f"/lists/{row}")
    assert "nhập kết quả, lần 1, 2 mục" in both and "nhập kết quả, lần 2, 2 mục" in both
    assert "Hai bản khác nhau." in both and "thông qua, phiếu 9/–/–" in both and "không thông qua" in both
    act(desk, "thuky2", row, "key", SESSION | first)
    agreed = desk.read("thuky", f"/lists/{row}")
    assert "Hai bản nhập khớp nhau từng dòng" in agreed and "Kết quả trái với số phiếu" not in agreed
    assert "Cần 5 phiếu đồng ý (hơn 1/2 của 9 thành viên Hội đồng; Quy chế hoạt động của Hội đồng)." in agreed
    against = first | {f"agree-{names[0]}": "3", f"disagree-{names[0]}": "6"}
    for who in ("thuky2", "thuky"):  # keyed anew while it is not signed
        act(desk, who, row, "key", SESSION | against)
    agreed = desk.read("thuky", f"/lists/{row}")
    assert "Ghi “thông qua” với 3 phiếu đồng ý, nhưng cần 5 phiếu đồng ý" in agreed and "Quy định chưa xác nhận." in agreed
    assert f"Kết quả trái với số phiếu: {NAMES[0]}" in agreed
    assert "Đã ký biên bản, 2 tên." in act(desk, "thuky", row, "sign", {"number": "03/BB-HĐTĐKT"})
    assert office.at(names[0]) == {"wait_decision"}


@pytest.mark.long
def test_decision_is_proved_submitted_checked_signed_with_a_strike_and_numbered(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    office.go_to("2026-12-18")
    row = office.draw_up("decision", ROUND, by="vhxh")
    prove = {f"result-{names[0]}": "confirmed", f"result-{names[1]}": "corrected",
             f"printed_name-{names[1]}": NAMES[1], f"printed_title-{names[1]}": "Phó Hiệu trưởng"}
    assert "Đã rà 2 tên." in act(desk, "donvi", row, "prove", prove)
    assert "Đã trình dự thảo." in act(desk, "truongphong", row, "submit", {"dated": _today()})
    assert "Đã kiểm tra thể thức." in act(desk, "vanphong", row, "check_form", {"decision": "accept"})
    chair = desk.get("chutich", f"/lists/{row}")
    sums = " ".join(chair.xpath("//p[@class='sums']")[0].text_content().split())
    assert sums.startswith("2 tên") and "đồng" in sums and "1 lưu ý" in sums
    assert "Trước là: Đỗ Hừng Đông, Giáo viên" in words(chair)
    page = desk.post("chutich", f"/lists/{row}/acts/sign/lines/{names[1]}/struck", {"reason": "Chờ xác minh đơn thư"})
    assert "Gạch tên: Chờ xác minh đơn thư" in words(page)
    assert page.xpath("//p[@class='sums']")[0].text_content().split()[0] == "1"
    said = act(desk, "chutich", row, "sign", {})
    assert "Đã ký 1 tên. Văn thư đã nhận việc cho số. Gạch tên: 1 tên." in said
    assert "Đã cho số, 1 tên." in act(desk, "vanthu", row, "issue", {"number": "1126", "dated": _today()})
    (awards,) = (x.id for x in find_lists(office.who("vhxh"), kind="award_list"))
    handed = {"line": str(names[0]), "handed_on": _today(), "way": "ceremony", f"to_whom-{names[0]}": "Người nhà"}
    assert "Đã trao 1 tên." in act(desk, "vhxh", awards, "hand_over", handed)
    paid = {"line": str(names[0]), "voucher": "PC-12", "paid_on": _today(), "budget_year": "2026"}
    assert "Đã chi 1 tên." in act(desk, "ketoan", awards, "pay", paid)
    assert office.status(names[0]) == ("ended", "certificate")
    tabs = [href.partition("kind=")[2].partition("&")[0] for href in desk.get("vhxh", "/lists").xpath("//main//nav//a/@href")]
    kinds = [kind for kind in tabs if kind in lists.KINDS]
    assert kinds == ["submission", "posting", "council_sheet", "decision", "award_list", "result_letter"], "as names come by them"


@pytest.mark.long
def test_decision_of_which_every_name_is_struck_says_that_it_is_not_issued(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    row = office.draw_up("decision", ROUND, by="vhxh")
    office.act(row, "prove", by="vhxh")
    office.act(row, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(row, "check_form", by="vanphong", fields={"decision": "accept"})
    for one in names:
        desk.post("chutich", f"/lists/{row}/acts/sign/lines/{one}/struck", {"reason": "Chờ xác minh đơn thư"})
    said = act(desk, "chutich", row, "sign", {})
    assert "Đã gạch 2 tên. Không ban hành: không còn tên nào." in said and "Văn thư" not in said
    assert "Không ban hành: không còn tên nào. 2 tên đã gạch, còn 0 tên." in desk.read("vhxh", f"/lists/{row}")


@pytest.mark.long
def test_chair_sends_a_decision_back_with_a_reason_only(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    row = office.draw_up("decision", ROUND, by="vhxh")
    office.act(row, "prove", by="vhxh")
    office.act(row, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(row, "check_form", by="vanphong", fields={"decision": "accept"})
    assert "Trả lại phòng" in desk.read("chutich", f"/lists/{row}")
    assert "Lý do" in desk.say("chutich", f"/lists/{row}/acts/send_back", {"reason": "", "act": "send_back"}, 422)
    said = desk.say("chutich", f"/lists/{row}/acts/send_back", {"reason": "Sửa căn cứ", "act": "send_back"})
    assert "Đã trả lại phòng Văn hóa - Xã hội." in said
    desk.post("vanthu", f"/lists/{row}/acts/sign", {"act": "act"}, 403)


def test_bad_line_is_named_and_the_rest_can_be_sent(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.sign(names[0])
    for one in names:
        office.check(one)
    office.go_to("2026-12-04")
    row = office.draw_up("posting", ROUND, by="vhxh")
    page = desk.get("vhxh", f"/lists/{row}?act=post")
    lists.file_one("withdrawal", names[1], "file", {"dated": clock.today().isoformat(), "reason": "Xin rút"}, by=office.who("thutruong"))
    with_both = [("line", str(n)) for n in names]
    fields = [*with_both, ("dated", _today()), ("place", "Trụ sở"), ("act", "act")]
    said = desk.say("vhxh", f"/lists/{row}/acts/post", fields)
    # The name was taken off the draft with its withdrawal: what is left is posted, and nothing else.
    assert "Đã niêm yết 1 tên." in said
    assert page.xpath("//input[@name='line']")


def test_draft_of_a_list_act_is_kept_by_the_script(desk: Desk, names: list[int]) -> None:
    row = desk.office.submission(names[0])
    visitor = desk.who("donvi")
    answer = visitor.client.post(
        f"/lists/{row}/acts/minutes/draft",
        data={"csrf_token": visitor.token, "chaired_by": "Đinh Vũ", f"votes-{names[0]}": "bảy"},
    )
    assert answer.status_code == 200 and "Đã lưu nháp" in (answer.json or {})["message"]
    kept = fields_of(desk.get("donvi", f"/submissions/{row}?act=minutes"))
    assert kept["chaired_by"] == "Đinh Vũ" and kept[f"votes-{names[0]}"] == "bảy"


@pytest.mark.long
def test_package_lines_are_answered_one_by_one(desk: Desk) -> None:
    office = desk.office
    one = office.nominate(ROUND, form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    row = _to_council(office, [one])
    office.key_and_sign(row, {})
    office.go_to("2026-12-20")
    package = office.draw_up("package", ROUND, by="vhxh")
    assert "Đã ký tờ trình, 1 tên." in act(desk, "chutich", package, "sign", {})
    assert "Chưa có bản chụp đã ký: Tờ trình" in desk.read("vanthu", f"/lists/{package}")
    assert "Đã gửi 1 tên." in act(desk, "vanthu", package, "send", {"number": "87", "dated": _today()})
    page = desk.get("tinh", f"/lists/{package}")
    forms = page.xpath(f"//select[@name='form-{one}']/option/@value")
    assert "CO_TINH" in forms and not {"GK_XA", "BK_TTG", "BK_TINH"} & set(forms), "what the province itself grants, but what was sent"
    assert "Đề xuất của hệ thống" not in words(page) and "Đề xuất của hệ thống" in desk.read("vhxh", f"/lists/{package}")
    paper = {"number": "412/UBND-NC", "dated": _today()}
    asked = paper | {f"result-{one}": "supplement", f"reason-{one}": "Thiếu xác nhận thuế"}
    assert "Bản chụp văn bản chưa có tệp." in act(desk, "vhxh", package, "answer", asked, 422)

    def with_scan(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"scan": (io.BytesIO(PDF), "Văn bản của tỉnh.pdf")}

    no_day = act(desk, "vhxh", package, "answer", with_scan(asked), 422)
    assert "ghi hạn bổ sung theo văn bản của cấp trên" in no_day.lower()
    asked |= {f"answer_due-{one}": "15/01/2027"}
    assert "Đã ghi trả lời 1 tên." in act(desk, "vhxh", package, "answer", with_scan(asked))
    assert office.at(one) == {"supplement_package"}
    assert desk.get("vhxh", f"/lists/{package}").xpath(f"//*[@name='result-{one}']"), "the office may enter a withdrawal"
    assert not desk.get("tinh", f"/lists/{package}").xpath(f"//*[@name='result-{one}']"), "the province has answered it all"
    with pytest.raises(Conflict) as refused:
        office.act(package, "answer", by="tinh", fields=paper, lines=[LineInput(one, "withdrawn", "Đơn vị rút")])
    assert refused.value.code == "wrong-state"


def _hold(office: Office, nomination: int) -> int:
    return office.complain(nomination)


@pytest.mark.long
def test_page_tells_what_is_left_out_and_what_becomes_of_it(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    row = office.draw_up("decision", ROUND, by="vhxh")
    office.act(row, "prove", by="vhxh")
    office.act(row, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    office.act(row, "check_form", by="vanphong", fields={"decision": "accept"})
    office.act(row, "sign", by="chutich")
    early = fields_of(desk.get("vanthu", f"/lists/{row}"))
    petition = _hold(office, names[0])
    number = {"number": "1126", "dated": _today(), "act": "act"}
    # The page was opened before the hold: nothing is written, and the second button goes on without that name.
    refused = desk.say("vanthu", f"/lists/{row}/acts/issue", early | number, 422)
    assert "Đang tạm dừng xem xét" in refused and "Gửi các dòng còn lại, 1 tên" in refused
    assert office.at(names[1]) == {"wait_issue"}
    page = desk.get("vanthu", f"/lists/{row}")
    assert "Khi hết tạm dừng, văn thư ghi cùng số, ngày của quyết định này." in words(page)
    assert "Cho số, ngày, đóng dấu, 1 tên" in words(page)
    # A page that told of it needs no second word.
    said = desk.say("vanthu", f"/lists/{row}/acts/issue", fields_of(page) | number)
    assert "Đã cho số, 1 tên." in said and f"{NAMES[0]}: đang tạm dừng xem xét" in said
    office.work()
    issued = desk.read("vanthu", f"/lists/{row}")
    assert "Để lại khi cho số." in issued and "Cho số các tên để lại" not in issued
    office.conclude(petition, "unfounded")
    assert "Cho số các tên để lại" in desk.read("vanthu", "/inbox")
    assert "Đã ghi cùng số, 1 tên." in act(desk, "vanthu", row, "issue_rest", {})
    assert office.status(names[0])[0] == office.status(names[1])[0] == "handing_over"


def test_line_that_left_a_list_says_why(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.sign(names[0])
    for one in names:
        office.check(one)
    row = office.draw_up("posting", ROUND, by="vhxh")
    _hold(office, names[0])
    assert "Tên rời danh sách này; khi hết tạm dừng thì lập danh sách mới." in desk.read("vhxh", f"/lists/{row}")
    assert "Đã niêm yết 1 tên." in act(desk, "vhxh", row, "post", {"dated": _today(), "place": "Trụ sở"})
    assert "đang tạm dừng xem xét. Khi hết tạm dừng thì lập danh sách mới." in desk.read("vhxh", f"/lists/{row}")
    assert office.at(names[0]) == {"wait_posting", "wait_release"}


def test_unit_takes_a_name_off_and_is_warned_of_a_petition(desk: Desk, names: list[int]) -> None:
    office = desk.office
    _hold(office, names[1])
    for login in ("donvi", "vhxh"):
        assert "Có đơn thư đang xác minh." in desk.read(login, f"/nominations/{names[1]}")
    row = office.submission(names[0])
    chosen = {f"result-{names[1]}": "taken_off"}
    assert "Ghi lý do" in act(desk, "donvi", row, "take_off", chosen, 422)
    assert "Đã bỏ 1 tên khỏi danh sách." in act(desk, "donvi", row, "take_off", chosen | {f"reason-{names[1]}": "Có đơn"})
    assert office.status(names[1]) == ("ended", "withdrawn") and office.status(names[0])[0] == "signing_by_head"


@pytest.mark.long
def test_office_proposes_and_the_chair_decides_on_an_award(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    office.decide(ROUND, 1126)
    path = f"/nominations/{names[0]}/file/revocation"
    assert "Đề nghị hủy bỏ khen thưởng" in desk.read("truongphong", f"/nominations/{names[0]}")
    desk.get("vhxh", path, 403)
    fields = {"proposal": "revoke", "dated": _today(), "reason": "Gian dối", "act": "complete"}
    assert "Đã trình Chủ tịch UBND xã" in desk.say("truongphong", path, fields)
    office.work()
    (row,) = find_lists(office.who("chutich"), kind="revocation")
    assert "Quyết định giữ hoặc hủy bỏ" in desk.read("chutich", f"/lists/{row.id}")
    assert "Đang chờ" in desk.read("truongphong", f"/lists/{row.id}")
    assert "Lý do của Chủ tịch UBND xã" in act(desk, "chutich", row.id, "decide", {"decision": "revoke"}, 422)
    assert "Đã quyết định." in act(desk, "chutich", row.id, "decide", {"decision": "revoke", "reason": "Đã xác minh"})
    assert "Số văn bản" in act(desk, "vanthu", row.id, "issue", {"dated": _today()}, 422)
    said = act(desk, "vanthu", row.id, "issue", {"number": "77", "dated": _today()})
    assert "Đã cho số quyết định hủy bỏ." in said and "77/QĐ-UBND" in desk.read("vanthu", f"/lists/{row.id}")
    page = desk.read("thutruong", f"/nominations/{names[0]}")
    assert "đã bị hủy bỏ" in page and "Đã hủy bỏ khen thưởng" in page and "được tặng" not in page
    assert "Đã xác minh" in desk.read("thutruong", f"/lists/{row.id}")  # the unit reads why
    assert "Gian dối" not in desk.read("thutruong", f"/lists/{row.id}")  # and not what the office thought before
    assert "Đã hủy bỏ khen thưởng" in desk.read("vhxh", "/nominations")
    assert office.status(names[0]) == ("ended", "refused") and office.status(names[1])[0] == "handing_over"


@pytest.mark.long
def test_name_in_print_is_corrected_and_a_blank_written_off_from_the_nominations_page(desk: Desk, names: list[int]) -> None:
    office = desk.office
    office.key_and_sign(_to_council(office, names), {})
    assert "Sửa đổi quyết định, đính chính" not in desk.read("vhxh", f"/nominations/{names[0]}")
    office.decide(ROUND, 1126)
    page = desk.read("vhxh", f"/nominations/{names[0]}")
    assert "Sửa đổi quyết định, đính chính" in page and "In lại Giấy khen, hủy phôi" in page
    path = f"/nominations/{names[0]}/file/amendment"
    desk.get("donvi", path, 403)
    fields = {"way": "amend", "new_name": "Hoàng Bình Mình", "reason": "Đơn vị báo sai dấu", "act": "complete"}
    same = desk.post("vhxh", path, fields | {"new_name": NAMES[0]}, 422)
    assert "Ghi ít nhất một chỗ khác với quyết định." in words(same)
    assert "Đã trình Chủ tịch UBND xã" in desk.say("vhxh", path, fields)
    office.work()
    (row,) = find_lists(office.who("chutich"), kind="amendment")
    page = desk.read("vhxh", f"/nominations/{names[0]}")
    assert "Chờ Chủ tịch UBND xã ký" in page and "/file/amendment" not in page
    assert "chờ bạn quyết định" in desk.read("chutich", "/")
    assert f"Họ tên, tên gọi: “{NAMES[0]}” sửa thành “Hoàng Bình Mình”." in desk.read("chutich", f"/lists/{row.id}")
    assert "Đã quyết định." in act(desk, "chutich", row.id, "decide", {"decision": "approve"})
    assert "Đã ban hành." in act(desk, "vanthu", row.id, "issue", {"number": "1140", "dated": _today()})
    spoiled = {"cause": "wrong", "blanks": "1", "dated": f"{clock.today():%d/%m/%Y}", "witness": "Trần Văn Bình", "act": "complete"}
    assert "Đã lập biên bản hủy phôi" in desk.say("vanthu", f"/nominations/{names[0]}/file/reprint", spoiled)
    page = desk.read("donvi", f"/nominations/{names[0]}")
    assert "Hoàng Bình Mình" in page and f"số 1140/QĐ-UBND ngày {_today()}" in page and "số 02/BB-UBND" in page
