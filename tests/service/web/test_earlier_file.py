"""What the office knows is not typed again: earlier awards stand in the form, last time's words are taken into empty fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from service.awards import dossier, past_awards
from service.awards.models import Nomination, Round
from service.db import Base, db
from service.processes import tasks
from tests.journeys.office import Office
from tests.service.web.desk import ROUND, Desk, fields_of, words
from tests.service.web.test_task_page import task_at

LATER = "TK-2030"


def _set(table: type[Base], number: int, **values: Any) -> None:
    """Change a row behind the product's back."""
    with db.engine.begin() as behind:
        behind.execute(sa.update(table).where(table.__table__.c.id == number).values(**values))
    db.session.remove()


def _assessed_before(office: Office) -> int:
    """The task of a nominee who was assessed in the round before."""
    office.assess(office.nominate(ROUND))
    return task_at(office, _nominated_again(office), "self_assess")


def _nominated_again(office: Office) -> int:
    _set(Round, office.rounds[LATER], state="open")
    return office.nominate(LATER)


def test_words_of_the_earlier_file_fill_what_is_empty_and_nothing_else(desk: Desk) -> None:
    task = _assessed_before(desk.office)
    page = desk.get("donvi", f"/tasks/{task}")
    assert "Đã có phiếu của đợt trước" in words(page)
    typed = fields_of(page) | {"summary": "Năm nay làm thêm lớp học số buổi tối.", "act": "earlier"}
    said = desk.say("donvi", f"/tasks/{task}", typed)
    assert "Đã lấy nội dung vào" in said
    found = fields_of(desk.get("donvi", f"/tasks/{task}"))
    assert found["D1-note"] == "Đã làm xong việc được giao." and found["person_type"] == "official"
    assert found["summary"] == "Năm nay làm thêm lớp học số buổi tối.", "what was typed is not written over"
    assert not found["D1-score"] and "facts-pending_case" not in found, "scores and declarations are given anew"
    assert "Không còn ô trống" in desk.say("donvi", f"/tasks/{task}", found | {"act": "earlier"})
    assert tasks.read_task(task, by=desk.office.who("donvi")).state == "open"


def test_first_file_of_a_nominee_offers_nothing(desk: Desk) -> None:
    office = desk.office
    task = task_at(office, office.nominate(ROUND), "self_assess")
    page = desk.get("donvi", f"/tasks/{task}")
    assert "đợt trước" not in words(page)
    assert "Không còn ô trống" in desk.say("donvi", f"/tasks/{task}", fields_of(page) | {"act": "earlier"})


def test_file_that_another_unit_answered_is_not_shown(desk: Desk) -> None:
    office = desk.office
    task = _assessed_before(office)
    second = tasks.read_task(task, by=office.who("donvi")).running.case
    found = dossier.earlier_file(second, "self_assess")
    assert found is not None and found.answers["summary"]
    _set(Nomination, second, unit_id=office.units["DET-NANG-SOM"])
    assert dossier.earlier_file(second, "self_assess") is None


def test_earlier_awards_of_the_registers_stand_in_the_form(desk: Desk) -> None:
    office = desk.office
    row = past_awards.PastInput(
        "INDIVIDUAL", "Hoàng Bình Minh", office.units["DONG-MAY"], None, "GK_XA", 2024, "PHONG_TRAO", "77/QĐ-UBND", date(2024, 12, 20)
    )
    past_awards.enter_past([row], by=office.who("vhxh"))
    task = task_at(office, office.nominate(ROUND), "self_assess")
    found = fields_of(desk.get("donvi", f"/tasks/{task}"))
    assert found["earlier_awards-0-name"] == "Giấy khen của Chủ tịch UBND xã"
    assert (found["earlier_awards-0-year"], found["earlier_awards-0-decision_number"]) == ("2024", "77/QĐ-UBND")
