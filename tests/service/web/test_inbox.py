"""The inbox: tabs, filters, search without diacritics, claiming several at once with a result for each."""

from __future__ import annotations

from time import perf_counter
from urllib.parse import quote

import pytest

from service.actor import machine
from service.processes import deployments, enactments, inbox, tasks
from tests.bench.inbox import fill
from tests.bench.process import bench_bundle
from tests.service.web.desk import ROUND, Desk, words


def _rows(page: object) -> list[str]:
    return [" ".join(one.text_content().split()) for one in page.xpath("//*[@data-task]//a[@data-open]")]  # type: ignore[attr-defined]


def test_tabs_show_what_waits_for_me_for_my_groups_and_what_i_did(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.nominate(ROUND, name="Đỗ Hừng Đông")
    assert "2 việc chờ bạn và nhóm của bạn" in desk.read("donvi", "/inbox")
    assert _rows(desk.get("donvi", "/inbox?tab=mine")) == []
    assert len(_rows(desk.get("donvi", "/inbox?tab=group"))) == 2
    desk.office.assess(one)
    assert _rows(desk.get("donvi", "/inbox?tab=done")) == ["Tự đánh giá, kèm minh chứng: Hoàng Bình Minh"]
    mine = desk.read("donvi", "/inbox?tab=nominations")
    assert "Hoàng Bình Minh" in mine and "Chờ thủ trưởng đơn vị ký" in mine
    assert "Phòng Văn hóa - Xã hội kiểm tra, thẩm định" in mine  # what comes next
    assert _rows(desk.get("thutruong", "/inbox"))[0].startswith("Ký hồ sơ đề nghị:")
    for typed in ("trường đồng mây", "truong dong may"):  # the head's task is that of a list
        assert len(_rows(desk.get("thutruong", "/inbox?q=" + quote(typed)))) == 1
    assert _rows(desk.get("donvi2", "/inbox")) == []


def test_list_is_found_without_diacritics_and_narrowed_by_step_and_due(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    desk.office.nominate(ROUND, name="Đỗ Hừng Đông")
    assert _rows(desk.get("donvi", "/inbox?q=do+hung")) == ["Tự đánh giá, kèm minh chứng: Đỗ Hừng Đông"]
    empty = desk.read("donvi", "/inbox?q=khong+co+ai")
    assert 'Không tìm thấy "khong co ai"' in empty
    assert len(_rows(desk.get("donvi", "/inbox?step=self_assess&due=later&due=week"))) == 2
    assert _rows(desk.get("donvi", "/inbox?step=check_dossier")) == []
    assert _rows(desk.get("donvi", "/inbox?due=overdue")) == []
    counts = desk.get("donvi", "/inbox").xpath("//label[input[@name='step']]")
    assert [" ".join(c.text_content().split()) for c in counts] == ["Tự đánh giá, kèm minh chứng 2"]
    # What no filter knows is passed over, never an error.
    for odd in ("?due=x&sort=y&page=0", "?page=99999999999", "?tab=zzz", "?step=%27;--"):
        desk.get("donvi", f"/inbox{odd}")


def test_several_are_claimed_at_once_and_each_refusal_is_named(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    desk.office.nominate(ROUND, name="Đỗ Hừng Đông")
    first, second = (i.id for i in inbox.read_inbox(desk.office.who("donvi"), "group").items)
    tasks.claim_task(first, by=desk.office.who("thutruong") if desk.office.who("thutruong").may(
        *tasks.read_task(first, by=desk.office.who("donvi")).groups) else desk.office.who("donvi"))
    said = desk.say("donvi", "/inbox/claim", [("task", str(second)), ("task", "424242")])
    assert "Đã nhận 1 việc." in said and "Việc số 424242: Không có việc này" in said
    assert str(second) in desk.get("donvi", "/inbox?tab=mine").xpath("//*[@data-task]//input[@name='task']/@value")
    assert "Đã trả 1 việc." in desk.say("donvi", "/inbox/release", {"task": str(second)})
    assert "Chọn ít nhất một việc." in words(desk.post("donvi", "/inbox/claim", {}, 422))


def test_posting_without_the_pages_token_is_refused(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    (task,) = (i.id for i in inbox.read_inbox(desk.office.who("donvi"), "group").items)
    answer = desk.who("donvi").client.post(f"/tasks/{task}/claim", data={"csrf_token": "forged"})
    assert answer.status_code == 400 and "Tải lại trang rồi gửi lại." in answer.text
    assert tasks.read_task(task, by=desk.office.who("donvi")).owner is None


def test_who_is_not_signed_in_is_led_to_the_task_after_signing_in(desk: Desk) -> None:
    desk.office.nominate(ROUND)
    (task,) = (i.id for i in inbox.read_inbox(desk.office.who("donvi"), "group").items)
    answer = desk.office.app.test_client().get(f"/tasks/{task}")
    assert answer.status_code == 303 and f"next=/tasks/{task}" in answer.headers["Location"].replace("%2F", "/")


def test_inbox_is_narrowed_by_unit_process_and_priority_and_what_is_chosen_is_kept(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    other = desk.office.nominate(ROUND, name="Lê Trúc Xanh", unit="DET-NANG-SOM", by="donvi2")
    desk.office.assess(other, by="donvi2")
    desk.office.sign(other, by="thutruong2", minutes_by="donvi2")
    unit = desk.office.units["DET-NANG-SOM"]
    page = desk.get("vhxh", "/inbox")
    counts = [" ".join(c.text_content().split()) for c in page.xpath("//label[input[@name='unit']]")]
    assert len(counts) == 2 and all(c.endswith(" 1") for c in counts)
    narrowed = f"/inbox?unit={unit}&process=award_nomination"
    assert _rows(desk.get("vhxh", narrowed)) == ["Kiểm tra thành phần, thẩm định: Lê Trúc Xanh"]
    assert not page.xpath("//form[@id='keep-filter']")
    (form,) = desk.get("vhxh", narrowed).xpath("//form[@id='keep-filter']/@action")
    fields = {"name": "Của Dệt", "unit": str(unit), "process": "award_nomination", "share": "vhxh", "tab": "all"}
    said = desk.post("vhxh", form, fields)
    assert "Đã lưu bộ lọc: Của Dệt." in words(said)
    (kept,) = desk.get("vhxh", "/inbox").xpath("//nav[contains(@class,'kept-filters')]//li")
    assert "Của Dệt 1" in " ".join(kept.text_content().split()) and "Chia sẻ với" in kept.text_content()
    assert _rows(desk.get("vhxh", kept.xpath(".//a/@href")[0])) == ["Kiểm tra thành phần, thẩm định: Lê Trúc Xanh"]
    (seen,) = desk.get("truongphong", "/inbox").xpath("//nav[contains(@class,'kept-filters')]//li")
    assert "Lê Ban Mai chia sẻ" in seen.text_content() and not seen.xpath(".//button")
    assert "Đặt tên cho bộ lọc" in words(desk.post("vhxh", form, fields | {"name": " "}))
    desk.post("vhxh", kept.xpath(".//button/@formaction")[0])
    assert not desk.get("truongphong", "/inbox").xpath("//nav[contains(@class,'kept-filters')]")


def test_follow_up_and_priority_are_set_in_bulk_and_on_the_task_and_said_in_words(desk: Desk) -> None:
    names = [desk.office.nominate(ROUND, name=name) for name in ("Hoàng Bình Minh", "Lê Trúc Xanh")]
    for one in names:
        desk.office.assess(one)
    desk.office.sign(names[0])
    by = desk.office.who("vhxh")
    first, second = (i for i in inbox.read_inbox(by, "group").items if i.element == "check_dossier")
    chosen = [("task", str(first.id)), ("task", str(second.id))]
    desk.post("vhxh", "/inbox/claim", chosen)
    assert "Ghi ngày theo dõi lại như" in words(desk.post("vhxh", "/inbox/follow-up", [*chosen, ("day", "mai")], 422))
    assert "Đã hẹn ngày theo dõi lại 2 việc." in desk.say("vhxh", "/inbox/follow-up", [*chosen, ("day", "09/11/2026")])
    listed = desk.read("vhxh", "/inbox?tab=mine&sort=follow")
    assert "Theo dõi lại sau 2" in listed and "Theo dõi lại 09/11" in listed
    assert "Đã bỏ ngày theo dõi lại." in desk.say("vhxh", f"/tasks/{first.id}/follow-up", {"day": ""})
    assert "từ hôm nay đến hết ngày" in desk.say("vhxh", f"/tasks/{first.id}/follow-up", {"day": "01/01/2020"})
    desk.office.go_to("2026-11-09")
    assert "Đến ngày theo dõi lại" in desk.read("vhxh", "/inbox?tab=mine")
    assert not desk.get("vhxh", "/inbox").xpath("//button[@formaction='/inbox/priority']")
    desk.post("vhxh", "/inbox/priority", [*chosen[:1], ("act", "high")])
    assert "Chỉ Trưởng phòng" in desk.say("vhxh", "/inbox/priority", [*chosen[:1], ("act", "high")])
    assert "Đã đặt khẩn 1 việc." in desk.say("truongphong", "/inbox/priority", [*chosen[:1], ("act", "high")])
    page = desk.read("vhxh", "/inbox?tab=mine&sort=priority")
    assert "Khẩn 1" in page and "Bình thường 1" in page
    assert "Khẩn" in words(desk.get("vhxh", f"/tasks/{first.id}"))
    assert "Đã bỏ khẩn hồ sơ này." in desk.say("truongphong", f"/tasks/{first.id}/priority", {"priority": "normal"})
    desk.post("vhxh", f"/tasks/{first.id}/priority", {"priority": "high"}, 403)


def test_five_thousand_tasks_open_within_a_second_page_by_page(desk: Desk) -> None:
    deployments.known_groups.add("bench_reviewer")
    enactments.deploy_bundle(bench_bundle(8), main="bench", by=machine("cli"))
    fill(5_000, 0)
    desk.get("vhxh", "/inbox")
    took = []
    for _ in range(3):
        start = perf_counter()
        page = desk.get("vhxh", "/inbox?tab=group")
        took.append(perf_counter() - start)
    assert min(took) < 1, took
    assert len(_rows(page)) == inbox.PAGE and "999+" in words(page)
    assert _rows(desk.get("vhxh", "/inbox?tab=group&page=2"))[0] != _rows(page)[0]
    assert len(_rows(desk.get("vhxh", "/inbox?tab=group&page=100"))) == inbox.PAGE
    assert _rows(desk.get("vhxh", "/inbox?tab=group&page=101")) == []


def test_a_page_that_breaks_says_so_without_telling_how(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.get("vhxh", "/inbox")

    def broken(*_args: object) -> None:
        raise RuntimeError("SELECT secret FROM account")

    monkeypatch.setattr(inbox, "tally", broken)
    answer = desk.who("vhxh").client.get("/inbox")
    assert answer.status_code == 500 and "Máy chủ gặp lỗi" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text


def test_what_lists_ask_is_made_urgent_in_bulk_and_never_claimed(desk: Desk) -> None:
    one = desk.office.nominate(ROUND)
    desk.office.assess(one)
    desk.office.sign(one)
    change = desk.office.file("recipient_change", one, by="vhxh", change="disciplined")
    head = desk.office.who("truongphong")
    (asked,) = (i for i in inbox.read_inbox(head, "group").items if i.list_id == change)
    page = desk.get("truongphong", "/inbox")
    assert str(asked.id) in page.xpath("//*[@data-task]//input[@name='task']/@value"), "it can be chosen"
    chosen = [("task", str(asked.id))]
    assert "Đã đặt khẩn 1 việc. Kết luận về kỷ luật" in desk.say("truongphong", "/inbox/priority", [*chosen, ("act", "high")])
    (asked,) = (i for i in inbox.read_inbox(head, "group").items if i.list_id == change)
    urgent = asked
    assert urgent.urgent
    assert "không nhận riêng: mở danh sách để làm" in desk.say("truongphong", "/inbox/claim", chosen)
    # What a matter asks is a task like any other: it can be claimed.
    desk.office.complain(one)
    (asked,) = (i for i in inbox.read_inbox(desk.office.who("vhxh"), "group").items if i.element == "verify_petition")
    assert "Xác minh" in desk.read("vhxh", "/inbox")
    desk.say("vhxh", "/inbox/claim", [("task", str(asked.id))])
    assert [i.element for i in inbox.read_inbox(desk.office.who("vhxh"), "mine").items] == ["verify_petition"]
    # Who sets no priority has nothing to choose on such a row.
    assert str(urgent.id) not in desk.get("vhxh", "/inbox").xpath("//*[@data-task]//input[@name='task']/@value")
