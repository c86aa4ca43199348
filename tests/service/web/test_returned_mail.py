"""An address that returns letters: shown to the person and to who administers, let off with a reason."""

from __future__ import annotations

import sqlalchemy as sa

from service import clock, people, trail
from service.actor import machine
from service.db import transaction
from service.notices.models import RETURN
from tests.service.web.desk import Desk

PATH = "/office/mail/returns"


def _mark(account: int, address: str) -> None:
    with transaction() as s:
        s.execute(sa.insert(RETURN).values(
            mail=1, account=account, address=address, final=True, status="5.1.1", said="550 <b>User unknown</b>", report="x",
            reported_at=clock.now(),
        ))
        trail.record("mail:returned", by=machine("worker"), stream=f"account:{account}")


def test_address_is_shown_to_all_concerned_and_let_off_with_a_reason(desk: Desk) -> None:
    person = people.find_account("donvi")
    assert "Không có thư nào bị trả lại" in desk.read("quantri", PATH)
    assert "bị trả lại" not in desk.read("donvi", "/my-mail")
    _mark(person.id, person.email)
    assert "1 địa chỉ bị trả thư lại" in desk.get("quantri", "/office/mail").text_content()
    page = desk.get("quantri", PATH)
    said = page.text_content()
    assert person.email in said and person.name in said and "550 <b>User unknown</b>" in said and "Không gửi nữa" in said
    assert "bị trả lại từ" in desk.read("donvi", "/my-mail") and person.email in desk.read("donvi", "/my-mail")
    assert "Địa chỉ bị trả thư lại" in desk.get("quantri", f"/office/people/{person.id}").text_content()
    assert "bị trả thư lại" in desk.read("quantri", "/office/people?q=donvi")

    lift = f"{PATH}/lift"
    assert "Cho gửi lại" in desk.get("quantri", f"{lift}?address={person.email}").text_content()
    desk.post("quantri", lift, {"address": person.email, "reason": ""}, code=422)
    desk.post("quantri", lift, {"address": "khong@ai.example", "reason": "Thử"}, code=409)
    desk.post("quantri", lift, {"address": person.email, "reason": "Đã mở lại hộp thư"})
    assert "Không có thư nào bị trả lại" in desk.read("quantri", PATH)
    assert "bị trả lại" not in desk.read("donvi", "/my-mail")


def test_inspector_sees_and_others_do_not(desk: Desk) -> None:
    person = people.find_account("donvi")
    _mark(person.id, person.email)
    assert person.email in desk.read("thanhtra", PATH) and "Cho gửi lại" not in desk.read("thanhtra", PATH)
    desk.get("thanhtra", f"{PATH}/lift?address={person.email}", 403)
    for login in ("donvi", "vhxh"):
        desk.get(login, PATH, 403)
        desk.post(login, f"{PATH}/lift", {"address": person.email, "reason": "Thử"}, code=403)
