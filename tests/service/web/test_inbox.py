"""The inbox: tabs, filters, search without diacritics, claiming several at once with a result for each."""

from __future__ import annotations

from service.processes import inbox, tasks
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
