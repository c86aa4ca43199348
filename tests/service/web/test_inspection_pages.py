"""An inspection on the pages: the visit's form with its photographs, findings told apart, the warning in the unit's dossiers."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from service import people
from service.awards.files import attach_file
from service.council import session as sessions
from service.movement import read_matter
from service.papers.matters import papers_of_matter
from service.processes import history
from service.processes.history import Stop
from tests.journeys.council import Council
from tests.journeys.inspections import (
    ASSIGN,
    CHECKED,
    PNG,
    PUBLISH,
    SCHOOL,
    TWO,
    begin,
    concluded,
    decided,
    draft_decision,
    drafted,
    line,
    look,
    mend,
    notify,
    open_stop,
    send_visit,
    sign_decision,
)
from tests.journeys.office import Office
from tests.service.web import browser
from tests.service.web.desk import ROUND, Desk

pytestmark = pytest.mark.long

WARNING = "Đơn vị còn kiến nghị kiểm tra chưa khắc phục xong."
LARGE = 80_000_000


def _visit(desk: Desk, matter: int) -> tuple[str, dict[str, Any]]:
    said = {
        "visited_on": "09/11/2026", "visited_from": "8 giờ 00", "visited_until": "11 giờ 30", "present": "Đinh Vũ Phong",
        "team_signer": "Nguyễn Thị Lan", "minutes_writer": "Trần Văn Bình",
        "observed": "Có kế hoạch, có phân công.", **dict.fromkeys(CHECKED, "good"),
    }
    return f"/tasks/{open_stop(desk.office, matter, 'visit').id}", said


def _send_photos(desk: Desk, path: str, said: dict[str, Any], photos: dict[str, bytes], code: int) -> html.HtmlElement:
    """Post the form with its files in one go, as a browser without the script does."""
    visitor = desk.who("vhxh")
    files = [("photos", FileStorage(io.BytesIO(content), name)) for name, content in photos.items()]
    boundary, body = encode_multipart(MultiDict([*said.items(), ("act", "complete"), ("csrf_token", visitor.token), *files]))
    answer = visitor.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == code
    return html.fromstring(answer.text)


def test_a_photograph_of_80_mb_is_refused_by_its_name_and_the_rest_of_the_form_is_kept(desk: Desk) -> None:
    matter = decided(desk.office)
    desk.office.go_to("2026-11-09")
    path, said = _visit(desk, matter)
    photos = {"toan-canh.png": PNG + bytes(LARGE), "bang-tin.png": PNG}
    page = _send_photos(desk, path, said, photos, 422)
    text = browser.words(page)
    assert "Tệp toan-canh.png lớn quá 26 MB" in text and "bang-tin.png" in text
    assert page.xpath("//textarea[@name='observed']")[0].text.strip() == said["observed"]
    assert read_matter(matter, by=desk.office.who("vhxh")).entry.phase == "visiting"
    kept = page.xpath("//input[@name='photos'][@type='hidden']/@value")
    desk.post("vhxh", path, said | {"act": "complete", "photos": kept})
    assert read_matter(matter, by=desk.office.who("vhxh")).entry.phase == "minuting"
    assert "chỉ tính một lần" in desk.say("vhxh", path, said | {"act": "complete"})  # a phone that sends it once more


def test_a_visit_that_a_colleague_sends_after_it_is_through_is_refused_and_what_was_typed_is_still_there(desk: Desk) -> None:
    matter = decided(desk.office)
    desk.office.go_to("2026-11-09")
    people.grant(people.accounts_by_login()["dv04"], "vhxh", by=desk.office.who("quantri"))
    path, said = _visit(desk, matter)
    assert desk.get("dv04", path).xpath("//textarea[@name='observed']")
    desk.post("vhxh", path, said | {"act": "complete"})
    late = desk.say("dv04", path, said | {"act": "complete", "observed": "Có ba lớp học số."}, 409)
    assert "đã xử lý việc này lúc" in late and "Có ba lớp học số." in late


def test_findings_are_told_apart_in_the_inbox_on_their_pages_and_on_the_page_of_the_matter(desk: Desk) -> None:
    matter = concluded(desk.office, TWO)
    inbox = desk.read("donvi", "/inbox")
    assert f"Khắc phục kiến nghị: {PUBLISH}" in inbox and f"Khắc phục kiến nghị: {ASSIGN}" in inbox
    page = desk.get("donvi", f"/tasks/{open_stop(desk.office, matter, 'mend_finding', PUBLISH).id}")
    first = " ".join(" ".join(one.text_content().split()) for one in page.xpath("//h1 | //*[@id='act']"))  # not the way to the next task
    assert f"Kiến nghị: {PUBLISH}" in first and "Kế hoạch phong trào, phần IV" in first and ASSIGN not in first
    mend(desk.office, matter, PUBLISH, "Đã niêm yết tại nhà văn hóa.")
    checked = desk.read("vhxh", f"/tasks/{open_stop(desk.office, matter, 'check_finding', PUBLISH).id}")
    assert "Đã niêm yết tại nhà văn hóa." in checked and "anh-tai-cho.png" in checked
    shown = desk.read("vhxh", f"/matters/{matter}")
    assert f"Xem kết quả khắc phục: {PUBLISH}" in shown and f"Khắc phục kiến nghị: {ASSIGN}" in shown
    assert "Xem phiếu đã ghi" in checked, "what the steps before have said"


def test_a_finding_waits_for_the_unit_as_the_register_calls_it_not_for_who_nominates(desk: Desk) -> None:
    matter = concluded(desk.office, TWO)
    task = open_stop(desk.office, matter, "mend_finding", PUBLISH).id
    for login in ("donvi", "vhxh"):
        said = desk.read(login, f"/tasks/{task}")
        assert f"Đơn vị được kiểm tra: {SCHOOL}" in said and "Đơn vị đề nghị" not in said, login


def test_a_step_a_file_and_a_message_say_which_finding_they_are_of(desk: Desk) -> None:
    office = desk.office
    matter = concluded(office, TWO)
    stop = open_stop(office, matter, "mend_finding", PUBLISH)
    proof = attach_file(f"matter:{matter}", "niem-yet.png", PNG, by=office.who("donvi")).id
    sent = {"act": "complete", "how_mended": "Đã niêm yết.", "mended_on": "09/11/2026", "mend_proof": [str(proof)]}
    assert f"Đã ghi xong việc: {PUBLISH} · Kiểm tra {SCHOOL}" in desk.say("donvi", f"/tasks/{stop.id}", sent)
    page = desk.get("vhxh", f"/matters/{matter}?process=inspection_finding")
    files = {browser.words(row): row for row in page.xpath("//*[@id='files']//tbody/tr")}
    assert [text for text in files if "niem-yet.png" in text and f"Khắc phục kiến nghị: {PUBLISH}" in text]
    assert [text for text in files if "anh-tai-cho.png" in text and "Kiểm tra tại đơn vị" in text and PUBLISH not in text]
    (step,) = page.xpath("//*[@id='step-mend_finding']")
    said = browser.words(step)
    assert "1/2 mục xong" in said and f"{PUBLISH}: Hồ Thu Nắng, 09/11" in said and f"{ASSIGN}: từ 09/11, hạn 15/12" in said
    assert "Lần" not in said, "each finding was come to once"
    assert "Đang chờ Đơn vị được kiểm tra, Phòng Văn hóa - Xã hội, từ 09/11, hạn 16/11." in browser.words(page), "the nearest day"
    (drawn,) = page.xpath("//*[@data-marks]/@data-marks")
    assert json.loads(drawn)["mend_finding"] | {"label": "1/2 mục xong", "mark": "live"} == json.loads(drawn)["mend_finding"]
    (call,) = desk.get("vhxh", f"/matters/{matter}?process=inspection").xpath("//*[@id='step-follow_findings']")
    assert "0/2 mục xong" in browser.words(call) and f"{PUBLISH}: Xem kết quả khắc phục, từ 09/11" in browser.words(call)
    look(office, matter, PUBLISH, "return", check_note="Thiếu ảnh.")
    (again,) = desk.get("vhxh", f"/matters/{matter}?process=inspection_finding").xpath("//*[@id='step-mend_finding']")
    assert browser.words(again).count("Lần") == 2, "of the one that was sent back"
    page = desk.get("vhxh", f"/matters/{matter}?process=inspection_finding")
    (seen,) = page.xpath("//*[@id='step-check_finding']")
    assert "0/2 mục xong" in browser.words(seen) and f"{PUBLISH}: Khắc phục kiến nghị, từ 09/11" in browser.words(seen), "to be seen again"
    (drawn,) = page.xpath("//*[@data-marks]/@data-marks")
    assert json.loads(drawn)["check_finding"]["mark"] != "done"
    task = desk.get("donvi", f"/tasks/{open_stop(office, matter, 'mend_finding', ASSIGN).id}")
    assert f"{PUBLISH}: từ 09/11" in browser.words(task.xpath("//*[@id='step-mend_finding']")[0])
    trail = desk.read("thanhtra", f"/trail?stream=instance:{read_matter(matter, by=office.who('vhxh')).entry.instance}")
    assert f"hoàn thành việc “Khắc phục kiến nghị: {PUBLISH}”" in trail


def test_a_day_too_near_is_told_as_soon_as_it_is_typed_and_a_form_without_such_a_question_is_left_alone(desk: Desk) -> None:
    matter = begin(desk.office)
    draft_decision(desk.office, matter)
    sign = f"/tasks/{open_stop(desk.office, matter, 'sign_decision').id}"
    assert ".is-date" not in desk.get("chutich", sign).xpath("//*[@id='asked']/@data-hx-trigger")[0]
    sign_decision(desk.office, matter)
    notify = f"/tasks/{open_stop(desk.office, matter, 'notify_unit').id}"
    page = desk.get("vhxh", notify)
    assert "change target:.is-date" in page.xpath("//*[@id='asked']/@data-hx-trigger")[0] and not _warned(page)
    typed = {"act": "refresh", "decision": "notify"}
    told = _warned(desk.post("vhxh", notify, typed | {"visit_on": "05/11/2026"}, 200))
    assert "06/11/2026" in told and "Đề xuất của hệ thống, chờ xã quyết định" in told
    assert not _warned(desk.post("vhxh", notify, typed | {"visit_on": "06/11/2026"}, 200))


def test_the_notice_asks_for_nothing_of_the_visit_once_the_decision_is_to_be_drafted_again(desk: Desk) -> None:
    matter = begin(desk.office)
    draft_decision(desk.office, matter)
    sign_decision(desk.office, matter)
    notify = f"/tasks/{open_stop(desk.office, matter, 'notify_unit').id}"
    page = desk.get("vhxh", notify)
    assert page.xpath("//input[@name='decision'][@checked]/@value") == ["notify"] and not _kept_back(page, "visit_at")
    page = desk.post("vhxh", notify, {"act": "refresh", "decision": "redo"}, 200)
    assert _kept_back(page, "visit_at") and not _kept_back(page, "note")
    empty = {"act": "complete", "decision": "redo", "visit_on": "", "visit_at": "", "prepare": ""}
    assert "Vì sao soạn lại" in browser.words(desk.post("vhxh", notify, empty, 422))
    desk.post("vhxh", notify, empty | {"note": "Đơn vị xin ngày 18/11."})
    again = desk.read("vhxh", f"/tasks/{open_stop(desk.office, matter, 'draft_decision').id}")
    assert "Đơn vị xin ngày 18/11." in again


def _kept_back(page: html.HtmlElement, name: str) -> bool:
    """Whether a field is hidden or left out."""
    found = page.xpath(f"//*[@name='{name}']")
    return not found or bool(found[0].xpath("ancestor-or-self::*[@hidden]"))


def _warned(page: html.HtmlElement) -> str:
    """What is said of a day that is too near, as far as it is shown."""
    return " ".join(one.text_content() for one in page.xpath("//p[contains(., 'gần quá')][not(ancestor::*[@hidden])]"))


def _code(desk: Desk, login: str, path: str) -> int:
    with desk.who(login).client.get(path) as answer:
        return answer.status_code


def test_the_unit_sees_no_draft_of_the_conclusion_on_any_page_until_it_is_signed(desk: Desk) -> None:
    office = desk.office
    matter = drafted(office)
    draft = [s.id for s in office.stops(matter) if s.element == "record_findings" and s.state == "done"][-1]
    (paper,) = [one.latest[0].id for one in papers_of_matter(matter, by=office.who("vhxh")) if one.name == "inspection_conclusion"]
    places = (f"/matters/{matter}?process=inspection", f"/tasks/{draft}")
    for place in places:
        assert "Có kế hoạch, có phân công." in desk.read("vhxh", place) and PUBLISH in desk.read("vhxh", place), place
        said = desk.read("donvi", place)
        assert "Có kế hoạch" not in said and PUBLISH not in said and "Thêm căn cứ." not in said, place
    assert _code(desk, "vhxh", f"/papers/{paper}") == 200
    assert _code(desk, "donvi", f"/papers/{paper}") == 404
    assert "Mục đang dự thảo thì đơn vị xem được sau" in desk.read("donvi", places[0])
    assert "Mục đang dự thảo" not in desk.read("vhxh", places[0])
    notice = [s.id for s in office.stops(matter) if s.element == "notify_unit"][-1]
    for place in (places[0], f"/tasks/{notice}"):
        said = desk.read("vhxh", place)
        at = said.find("2026-11-0")
        assert at < 0, said[at - 200 : at + 60]
        assert "Ngày kiểm tra09/11/2026" in said
    office.step(matter, "conclude_inspection", by="chutich", decision="conclude")
    office.step(matter, "number_conclusion", by="vanthu", conclusion_number="20", concluded_on="2026-11-09")
    for place in places:
        assert PUBLISH in desk.read("donvi", place) and "Mục đang dự thảo" not in desk.read("donvi", place), place
    assert "Thêm căn cứ." in desk.read("vhxh", places[0]) and "Thêm căn cứ." not in desk.read("donvi", places[0])
    (issued,) = [one.latest[0].id for one in papers_of_matter(matter, by=office.who("donvi")) if one.name == "inspection_conclusion"]
    assert _code(desk, "donvi", f"/papers/{issued}") == 200 and _code(desk, "donvi", f"/papers/{paper}") == 404, "the draft stays closed"


def test_an_open_finding_warns_on_the_nomination_its_submission_and_where_the_office_checks_it(desk: Desk) -> None:
    office = desk.office
    one, = office.received(ROUND, "Hoàng Bình Minh")
    check = next(s.id for s in _stops(office, one) if s.element == "check_dossier" and s.state == "open")
    places = (("vhxh", f"/nominations/{one}"), ("donvi", f"/submissions/{office.submission(one)}"), ("vhxh", f"/tasks/{check}"))
    assert not any(WARNING in desk.read(login, path) for login, path in places)
    matter = concluded(office, TWO)
    for login, path in places:
        page = desk.get(login, path)
        (link,) = page.xpath(f"//a[@href='/matters/{matter}']")
        assert link.text_content() == "KT 01/2026" and WARNING in browser.words(page), path
    for title in (PUBLISH, ASSIGN):
        mend(office, matter, title, "Đã làm xong.")
        look(office, matter, title, "mended")
    assert not any(WARNING in desk.read(login, path) for login, path in places)
    assert SCHOOL in desk.read("vhxh", "/registers/inspection")


@pytest.mark.parametrize("blind", [False, True])
def test_an_open_finding_warns_on_the_wall_of_the_council_and_not_where_the_unit_is_hidden(desk: Desk, blind: bool) -> None:
    matter = concluded(desk.office, TWO)
    council = Council(desk.office)
    council.fill(2)
    if blind:
        sessions.set_blind(desk.office.rounds[ROUND], "Chấm khách quan", by=desk.office.who("truongphong"))
    council.plan()
    council.invite()
    wall = f"/council/{council.id}/items/1"
    for login, hidden in (("thuky", False), ("uv1", blind)):
        page = desk.get(login, wall)
        links = [one.text_content() for one in page.xpath(f"//a[@href='/matters/{matter}']")]
        assert (WARNING in browser.words(page)) is not hidden, login
        assert links == ([] if hidden else ["KT 01/2026"]), login
    for title in (PUBLISH, ASSIGN):
        mend(desk.office, matter, title, "Đã làm xong.")
        look(desk.office, matter, title, "mended")
    assert not any(WARNING in desk.read(login, wall) for login in ("thuky", "uv1"))


def _stops(office: Office, nomination: int) -> list[Stop]:
    return history.timeline(office.read(nomination).instance_id or 0)


def _words(desk: Desk, login: str, matter: int, element: str) -> str:
    """What the section of papers says on the page of an open step."""
    task = open_stop(desk.office, matter, element).id
    (block,) = desk.get(login, f"/tasks/{task}").xpath("//section[@id='papers']")
    return " ".join(block.text_content().split())


def test_who_signs_numbers_or_gets_a_paper_reads_it_on_the_page_of_his_task(desk: Desk) -> None:
    office = desk.office
    plan = office.begin("inspection_plan", by="vhxh", year=2026, purpose="Chấn chỉnh thiếu sót.")
    lines = [line(office, "VHXH", "Hồ sơ khen thưởng", "2026-11-16", "2026-11-20")]
    office.step(plan, "draft_inspections", by="vhxh", lines=lines, method="Phòng tham mưu.")
    for login, element in (("truongphong", "submit_inspections"), ("chutich", "sign_inspections")):
        said = _words(desk, login, plan, element)
        for words in ("Hồ sơ khen thưởng", "16/11/2026", "20/11/2026", "Chấn chỉnh thiếu sót.", "Bản 1, soạn từ dữ liệu"):
            assert words in said, (login, words)
        assert "Tải bản sửa lên" not in said and "Soạn" not in said.replace("Bản 1, soạn", ""), "who signs it reads it"
        if element == "submit_inspections":
            office.step(plan, element, by=login, decision="submit")
    matter = begin(office)
    draft_decision(office, matter)
    said = _words(desk, "chutich", matter, "sign_decision")
    assert "Nguyễn Thị Lan" in said and "Kế hoạch, phân công" in said and "từ ngày 09 tháng 11 năm 2026" in said
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    number = open_stop(office, matter, "number_decision").id
    (button,) = desk.get("vanthu", f"/tasks/{number}").xpath("//button[@value='complete']")
    assert button.text_content().strip() == "Cho số"
    office.step(matter, "number_decision", by="vanthu", decision_number="12", decided_on="2026-11-03")
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ 00, trụ sở đơn vị")
    said = _words(desk, "donvi", matter, "confirm_visit")
    assert "Số: 15/TB-HĐTĐKT" in said and "8 giờ 00, trụ sở đơn vị" in said and "Đưa bản chụp" not in said


def test_the_head_of_the_inspected_unit_is_offered_nothing_that_writes_the_minutes(desk: Desk) -> None:
    office = desk.office
    matter = decided(office)
    office.go_to("2026-11-09")
    send_visit(office, matter)
    papers = f"/matters/{matter}/papers/inspection_minutes"
    assert "Soạn lại từ dữ liệu" in desk.read("vhxh", f"/matters/{matter}")
    said = _words(desk, "thutruong", matter, "sign_minutes")
    assert "Biên bản kiểm tra" in said and "Đơn vị có kế hoạch" in said
    for words in ("Tải bản sửa lên", "Đưa bản chụp", "Soạn từ dữ liệu", "Soạn lại"):
        assert words not in said, words
    for path in (papers, f"{papers}/edited", f"{papers}/signed"):
        desk.post("thutruong", path, code=403)


def test_who_signs_reads_the_paper_before_the_form_on_a_phone_and_who_numbers_has_the_form_first(desk: Desk) -> None:
    office = desk.office
    matter = begin(office)
    draft_decision(office, matter)
    signs = f"/tasks/{open_stop(office, matter, 'sign_decision').id}"
    page = desk.get("chutich", signs)
    assert page.xpath("//div[contains(@class, 'reads-first')]//section[@id='papers']") and page.xpath("//a[@href='#act']")
    assert not desk.get("vhxh", signs).xpath("//div[contains(@class, 'reads-first')]"), "who does not sign has nothing to read first"
    office.step(matter, "sign_decision", by="chutich", decision="sign")
    numbers = desk.get("vanthu", f"/tasks/{open_stop(office, matter, 'number_decision').id}")
    assert numbers.xpath("//section[@id='papers']") and not numbers.xpath("//div[contains(@class, 'reads-first')]")
    office.step(matter, "number_decision", by="vanthu", decision_number="12", decided_on="2026-11-03")
    notify(office, matter, visit_on="2026-11-09", visit_at="8 giờ", prepare="Sổ theo dõi\nBáo cáo")
    page = desk.get("donvi", f"/tasks/{open_stop(office, matter, 'confirm_visit').id}")
    assert "Sổ theo dõi\nBáo cáo" in [one.text_content() for one in page.xpath("//form[@id='answers']//p")], "a line each"
