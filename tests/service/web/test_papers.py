"""Papers on the pages: the block of a list, what comes back from Word, the line before signing, certificates."""

from __future__ import annotations

import io
from functools import partial
from urllib.parse import urlsplit

import pytest

from service import clock, papers
from service.awards import lists
from service.awards.lists import LineInput
from service.papers.facts import facts_of
from service.papers.kinds import kind_named
from tests.journeys.council import Council
from tests.journeys.office import PDF
from tests.service.papers.conftest import check_again, draft_decision
from tests.service.papers.keys import lay_keys, when_signed
from tests.service.papers.reading import replaced, sent, with_macro
from tests.service.web.desk import Desk, fields_of


def _docx(desk: Desk, decision: int) -> bytes:
    by = desk.office.who("vhxh")
    (stand,) = [s for s in papers.stands_of(papers.read_for_papers(decision, by=by), by=by) if s.kind.code == "decision"]
    (paper,) = [p for p in stand.latest if p.format == "docx"]
    return papers.open_paper(paper.id, by=by)[2].read_bytes()


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_officer_draws_a_decision_up_edits_it_and_is_told_what_is_wrong(desk: Desk) -> None:
    decision = desk.office.made
    page = desk.read("vhxh", f"/lists/{decision}")
    assert "Văn bản" in page and "Chưa soạn" in page and "Soạn từ dữ liệu" in page
    assert sent(desk.who("vhxh").client.get(f"/lists/{decision}/papers/decision/preview")).startswith(b"%PDF-")
    assert "bản 1." in desk.say("vhxh", f"/lists/{decision}/papers/decision")
    assert "Dữ liệu không đổi: bản 1 vẫn đúng." in desk.say("vhxh", f"/lists/{decision}/papers/decision")
    assert "Văn bản bản 1 khớp danh sách" in desk.read("chutich", f"/lists/{decision}")
    content = _docx(desk, decision)
    wrong = replaced(content, "Đỗ Hừng Đông", "Đỗ Hưng Đông")
    said = desk.say("vhxh", f"/lists/{decision}/papers/decision/edited", {"paper": (io.BytesIO(wrong), "Quyết định.docx")})
    assert "Văn phòng kiểm tra lại thể thức" in said
    assert "1 chỗ khác danh sách" in said and "văn bản ghi “Đỗ Hưng Đông”, danh sách ghi “Đỗ Hừng Đông”" in said
    checker = desk.read("vanphong", f"/lists/{decision}")
    assert "Quyết định tặng Giấy khen: bản sửa khác danh sách 1 chỗ, chưa xác nhận được" in checker
    refused = desk.say("vhxh", f"/lists/{decision}/papers/decision/edited", {"paper": (io.BytesIO(with_macro(content)), "a.docx")})
    assert "có macro" in refused
    desk.say("vhxh", f"/lists/{decision}/papers/decision/edited", {"paper": (io.BytesIO(content), "Quyết định.docx")})
    check_again(desk.office, decision)
    assert "Văn bản bản 3 khớp danh sách" in desk.read("chutich", f"/lists/{decision}")


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_page_tells_every_place_in_which_a_paper_differs_and_how_many(desk: Desk) -> None:
    decision = desk.office.made
    desk.say("vhxh", f"/lists/{decision}/papers/decision")
    content = _docx(desk, decision)
    for old, new in (("759.000", "795.000"), ("1.518.000", "1.581.000"), ("02 cá nhân", "03 cá nhân")):
        content = replaced(content, old, new)
    desk.say("vhxh", f"/lists/{decision}/papers/decision/edited", {"paper": (io.BytesIO(content), "Quyết định.docx")})
    page = desk.get("vanphong", f"/lists/{decision}")
    assert "bản sửa khác danh sách 4 chỗ, chưa xác nhận được" in " ".join(page.text_content().split())
    form = fields_of(page) | {"decision": "accept"}
    refused = desk.post("vanphong", f"/lists/{decision}/acts/check_form", form, 409)
    (errors,) = refused.xpath("//div[@data-errors]")
    assert "còn 4 chỗ cần sửa" in errors.text_content() and len(errors.xpath(".//li")) == 4


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_clerk_puts_the_signed_scan_in(desk: Desk) -> None:
    decision = desk.office.made
    desk.post("vhxh", f"/lists/{decision}/papers/decision")
    desk.office.sign_decision(decision, 1126)
    said = desk.say("vanthu", f"/lists/{decision}/papers/decision/signed", {"paper": (io.BytesIO(PDF), "1126.pdf")})
    assert "bản chụp đã ký" in said and "1 bản trước" in said, "PDF and DOCX of one version are one"
    assert "Chọn tệp." in desk.say("vanthu", f"/lists/{decision}/papers/decision/signed")


@pytest.mark.office(after=draft_decision)
def test_units_see_no_papers_of_a_list_of_many_units(desk: Desk) -> None:
    decision = desk.office.made
    desk.post("vhxh", f"/lists/{decision}/papers/decision")
    assert "Quyết định tặng Giấy khen" in desk.read("vhxh", f"/lists/{decision}")
    assert "Soạn" not in desk.read("donvi", f"/lists/{decision}")
    desk.get("donvi", f"/lists/{decision}/papers/decision/preview", 404)
    desk.get("donvi", f"/lists/{decision}/certificates", 404)


@pytest.mark.office(after=draft_decision)
def test_certificates_are_looked_at_and_printed_all_at_once(desk: Desk) -> None:
    decision = desk.office.made
    desk.office.sign_decision(decision, 1126)
    page = desk.get("vanthu", f"/lists/{decision}/certificates")
    (picture,) = page.xpath("//img[@class='sheet-preview']/@src")
    assert sent(desk.who("vanthu").client.get(picture)).startswith(b"\x89PNG")
    desk.post("vanthu", f"/lists/{decision}/certificates/certificate")
    assert "Đang in Giấy khen ra tệp" in desk.read("vanthu", f"/lists/{decision}/certificates")
    desk.office.work()
    page = desk.get("vanthu", f"/lists/{decision}/certificates")
    bound, look = page.xpath("//aside//a[contains(@href, '/certificates/')]/@href")
    assert look == f"{bound}?look=1"
    assert sent(desk.who("vanthu").client.get(bound)).startswith(b"%PDF-")
    assert len(page.xpath("//td/a[text()='PDF']")) == 2
    blank = desk.get("vanthu", f"/lists/{decision}/certificates?kind=certificate_blank")
    assert "certificate_blank" in blank.xpath("//img[@class='sheet-preview']/@src")[0]


def test_unit_prints_sheet_and_report_on_the_page_of_the_name(desk: Desk) -> None:
    office = desk.office
    one = office.nominate("HN-2026", name="Hoàng Bình Minh")
    office.assess(one)
    page = desk.read("donvi", f"/nominations/{one}")
    assert "Phiếu tự đánh giá" in page and "Báo cáo thành tích" in page and "Soạn từ dữ liệu" in page
    submission = office.submission(one)
    assert sent(desk.who("donvi").client.get(f"/lists/{submission}/papers/self_sheet/preview?name={one}")).startswith(b"%PDF-")
    said = desk.say("donvi", f"/lists/{submission}/papers/self_sheet?name={one}")
    assert "Đã soạn phiếu tự đánh giá, bản 1." in said and "Hoàng Bình Minh" in said
    desk.get("donvi2", f"/nominations/{one}", 404)
    assert "Chọn tên mà văn bản này nói về." in desk.say("donvi", f"/lists/{submission}/papers/self_sheet", code=422)


@pytest.mark.long
def test_secretary_draws_the_minutes_up_on_the_page_of_the_session(desk: Desk) -> None:
    council = Council(desk.office)
    council.fill(1)
    council.plan()
    council.invite()
    council.open()
    council.vote(1)
    council.do("finish", conclusion="Nhất trí.")
    page = desk.read("thuky", f"/council/{council.id}")
    for name in ("Biên bản họp Hội đồng", "Biên bản kiểm phiếu", "Báo cáo thẩm định", "Báo cáo tóm tắt thành tích"):
        assert name in page
    assert "Xem trước khi ký" in page and "Văn bản chưa soạn từ dữ liệu" in page
    agenda = council.read().list_id
    assert "Đã soạn biên bản họp Hội đồng, bản 1." in desk.say("thuky", f"/lists/{agenda}/papers/council_minutes")
    assert "Văn bản bản 1 khớp danh sách" in desk.read("thuky", f"/council/{council.id}")
    member = desk.read("uv1", f"/council/{council.id}")
    assert "Biên bản họp Hội đồng" in member and "Soạn từ dữ liệu" not in member


@pytest.mark.long
def test_clerk_takes_the_whole_package_as_one_file_from_its_page(desk: Desk) -> None:
    office = desk.office
    one = office.nominate("HN-2026", form="BK_TINH")
    office.assess(one, facts={"path": "PHONG_TRAO"})
    office.sign(one)
    office.check(one)
    office.post("HN-2026", [one])
    office.sit("HN-2026", {}, [one])
    package = office.draw_up("package", "HN-2026", [one], by="vhxh")
    assert "Tải cả bộ hồ sơ trình" not in desk.read("vanthu", f"/lists/{package}")
    assert "đã ký" in desk.read("vanthu", f"/lists/{package}/bundle.zip", 409)
    office.act(package, "sign", by="chutich")
    assert "Tải cả bộ hồ sơ trình" in desk.read("vanthu", f"/lists/{package}")
    answer = desk.who("vanthu").client.get(f"/lists/{package}/bundle.zip")
    assert answer.mimetype == "application/zip" and sent(answer).startswith(b"PK")
    desk.get("thanhtra", f"/lists/{package}/bundle.zip", 403)


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=("Hoàng Bình Minh",)))
def test_anybody_with_a_certificate_sees_whether_it_stands(desk: Desk) -> None:
    office = desk.office
    decision = office.made
    office.sign_decision(decision, 1126)
    row = lists.read_list(decision, by=office.who("vanthu"))
    (name,) = facts_of(row, kind_named("certificate"))["names"]
    path = urlsplit(name["address"]).path
    nobody = office.app.test_client()
    shown = nobody.get(path)
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200 and "có giá trị" in page
    assert all(words in page for words in ("Hoàng Bình Minh", "1126/QĐ-UBND", "Giấy khen của Chủ tịch UBND xã"))
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Đăng nhập" not in page or "Hồ sơ" not in page, "no menu"
    forged = nobody.get(path[:-6] + "AAAAAA")
    assert forged.status_code == 404 and "Không xác minh được" in forged.get_data(as_text=True)
    assert "Hoàng Bình Minh" not in forged.get_data(as_text=True)
    one = name["nomination"]
    proposal = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", number="4/BC", reason="Gian dối")
    office.act(proposal, "decide", by="chutich", fields={
        "decision": "revoke", "reason": "Gian dối",
    })
    office.act(proposal, "issue", by="vanthu", fields={"number": 77, "dated": clock.today().isoformat()})
    revoked = nobody.get(path).get_data(as_text=True)
    assert "đã bị hủy bỏ" in revoked and "Gian dối" not in revoked


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_chair_and_clerk_sign_with_key_files_on_the_page(desk: Desk) -> None:
    office = desk.office
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision = office.made
    desk.post("vhxh", f"/lists/{decision}/papers/decision")
    assert "Ký số" not in desk.read("chutich", f"/lists/{decision}"), "the list is signed first"
    office.act(decision, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)])
    path = f"/lists/{decision}/papers/decision/sign"
    page = desk.get("chutich", f"/lists/{decision}")
    (field,) = page.xpath("//input[@name='passphrase']")
    assert (field.get("type"), field.get("autocomplete")) == ("password", "off")
    assert "Ký số" not in desk.read("vhxh", f"/lists/{decision}")
    assert "Mật khẩu của khóa không đúng." in desk.say("chutich", path, {"as": "person", "passphrase": "sai"})
    signed = desk.say("chutich", path, {"as": "person", "passphrase": "chutich"})
    assert "Đã ký số, bản 2." in signed and "Chữ ký số Hồ Đại Ngàn: hợp lệ" in signed
    office.act(decision, "issue", by="vanthu", fields={"number": 1126, "dated": clock.today().isoformat()})
    assert "Ghi số, ngày và ký số của cơ quan" in desk.read("vanthu", f"/lists/{decision}")
    sealed = desk.say("vanthu", path, {"as": "organisation", "passphrase": "organisation"})
    assert "Chữ ký số ỦY BAN NHÂN DÂN XÃ SƠN MAI: hợp lệ" in sealed


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_chair_then_clerk_sign_all_certificates_on_the_page(desk: Desk) -> None:
    office = desk.office
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision = office.made
    path = f"/lists/{decision}/certificates"
    assert "ký số sau khi văn thư cho số" in desk.read("chutich", path)
    office.sign_decision(decision, 1126)
    assert "không ký số. Ký số bản in cả trang." in desk.read("chutich", f"{path}?kind=certificate_blank")
    page = desk.get("chutich", path)
    (passphrase,) = page.xpath("//input[@name='passphrase']")
    assert (passphrase.get("type"), passphrase.get("autocomplete")) == ("password", "off")
    waits = desk.read("vanthu", path)
    assert "Ký số 2 Giấy khen" not in waits and "Người ký quyết định ký trước: Hồ Đại Ngàn." in waits
    wrong = desk.say("chutich", f"{path}/sign", {"as": "person", "passphrase": "sai"})
    assert "Mật khẩu của khóa không đúng." in wrong and "0 trong 2 Giấy khen đã ký số" in wrong
    desk.say("chutich", f"{path}/sign", {"as": "person", "passphrase": "chutich"})
    batch = when_signed(office, papers.batches_of(decision)["certificate", "sign"])
    assert "2 trong 2" in desk.who("chutich").client.get(f"/certificates/{batch.id}/progress").get_data(as_text=True)
    signed = desk.read("chutich", path)
    assert "2 trong 2 Giấy khen đã ký số, 0 có" in signed and "Chữ ký số Hồ Đại Ngàn: hợp lệ" in signed
    assert "Không còn Giấy khen nào chờ ký số." in desk.say("chutich", f"{path}/sign", {"as": "person", "passphrase": "chutich"})
    assert "Ký số của cơ quan lên 2 Giấy khen" in desk.read("vanthu", path)
    desk.say("vanthu", f"{path}/sign", {"as": "organisation", "passphrase": "organisation"})
    when_signed(office, papers.batches_of(decision)["certificate", "seal"])
    sealed = desk.read("vanthu", path)
    assert "2 có chữ ký số của cơ quan" in sealed and "Chữ ký số ỦY BAN NHÂN DÂN XÃ SƠN MAI: hợp lệ" in sealed
    (award_list,) = {office.award_list(n.id) for _, n in lists.lines_of(decision)}
    (link,) = desk.get("vhxh", f"/lists/{award_list}").xpath("//a[contains(text(), 'ký số hàng loạt')]/@href")
    assert link == path


@pytest.mark.long
@pytest.mark.office(after=draft_decision)
def test_bound_certificates_say_when_they_are_not_to_be_used_any_more(desk: Desk) -> None:
    office = desk.office
    decision = office.sign_decision(office.made, 1126)
    path = f"/lists/{decision}/certificates"
    papers.ask_certificates(decision, "certificate", by=office.who("vanthu"))
    office.work()
    assert "Tải 2 Giấy khen, một tệp PDF" in desk.read("vanthu", path)
    one = next(n.id for _, n in lists.lines_of(decision))
    row = office.file("revocation", one, "propose", by="truongphong", proposal="revoke", number="4/BC", reason="Gian dối")
    office.act(row, "decide", by="chutich", fields={"decision": "revoke", "reason": "Gian dối"})
    office.act(row, "issue", by="vanthu", fields={"number": 77, "dated": clock.today().isoformat()})
    page = desk.read("vanthu", path)
    assert "Bản in cũ, 2 Giấy khen" in page and "bấm in lại" in page and "Khen thưởng đã bị hủy bỏ: không dùng bản này" in page
    papers.ask_certificates(decision, "certificate", by=office.who("vanthu"))
    office.work()
    assert "Tải 1 Giấy khen, một tệp PDF" in desk.read("vanthu", path)


@pytest.mark.long
@pytest.mark.office(after=partial(draft_decision, names=("Hoàng Bình Minh",)))
def test_anybody_with_a_signed_certificate_sees_who_signed_it_and_whether_it_was_changed(desk: Desk) -> None:
    office = desk.office
    lay_keys(office.app.extensions["settings"].signing_folder)
    decision = office.sign_decision(office.made, 1126)
    row = lists.read_list(decision, by=office.who("vanthu"))
    (name,) = facts_of(row, kind_named("certificate"))["names"]
    address = urlsplit(name["address"]).path
    nobody = office.app.test_client()
    assert "chữ ký số" not in nobody.get(address).get_data(as_text=True)
    when_signed(office, papers.sign_certificates(decision, "chutich", by=office.who("chutich")))
    when_signed(office, papers.seal_certificates(decision, "organisation", by=office.who("vanthu")))
    page = nobody.get(address).get_data(as_text=True)
    (paper,) = papers.papers_by_name(decision, "certificate").values()
    assert "Chữ ký số Hồ Đại Ngàn: hợp lệ" in page and "Chữ ký số ỦY BAN NHÂN DÂN XÃ SƠN MAI: hợp lệ" in page
    assert paper.sha256[:8] in page and paper.sha256[-8:] in page
    file = papers.open_paper(paper.id, by=office.who("vanthu"))[2]
    changed = bytearray(file.read_bytes())
    changed[changed.index(b"/StructTreeRoot") + 3] ^= 1
    file.write_bytes(changed)
    page = nobody.get(address).get_data(as_text=True)
    assert "Chữ ký số Hồ Đại Ngàn: văn bản đã bị sửa sau khi ký" in page


@pytest.mark.office(after=draft_decision)
def test_server_that_breaks_while_a_key_is_open_tells_no_passphrase(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    office, secret = desk.office, "mat-khau-rieng-cua-chu-tich-2026"
    settings = office.app.extensions["settings"]
    lay_keys(settings.signing_folder, passphrase=secret)
    decision = office.made
    office.act(decision, "sign", by="chutich", lines=[LineInput(n.id, "granted") for _, n in lists.lines_of(decision)])
    (settings.var / "files").write_bytes(b"no folder")  # nothing can be kept
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    desk.post("chutich", f"/lists/{decision}/papers/decision/sign", {"as": "person", "passphrase": secret}, code=500)
    said = "".join(capfd.readouterr())
    assert "request failed" in said and secret not in said
