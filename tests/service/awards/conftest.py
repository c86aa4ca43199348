"""Offices on both databases for stories about awards, and one that is filled: a list of every kind over two units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from service import clock
from service.awards import lists
from service.awards.lists import LineInput
from tests.journeys.conftest import Furnished, furnished, office_on
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.web.desk import DAY, Desk, opened

__all__ = ["furnished", "office_on"]
ROUND = "HN-2026"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    """The office on the day before filing begins."""
    return office_on(date(2026, 11, 3))


@dataclass
class Filled:
    """An office with at least one list of every kind, over names of two units."""

    desk: Desk
    program: Program
    names: dict[str, set[str]]
    """Unit → names of its nominees."""
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.desk.office


def _fill(office: Office) -> dict[str, int]:
    one = {
        "a1": office.nominate(ROUND, name="Âu Cỏ Biếc"), "a2": office.nominate(ROUND, name="Âu Đồi Chè"),
        "a3": office.nominate(ROUND, name="Âu Hồ Gươm"), "a4": office.nominate(ROUND, name="Âu Khói Lam", form="BK_TINH"),
    }
    gone = office.nominate(ROUND, name="Âu Mây Trôi")
    lists.file_one("cancellation", gone, "cancel", {"reason": "Nhập nhầm"}, by=office.who("truongphong"))
    office.work()
    unit_b = {"unit": "DET-NANG-SOM", "by": "donvi2"}
    one |= {
        "b1": office.nominate(ROUND, name="Ông Nắng Vàng", **unit_b), "b2": office.nominate(ROUND, name="Ông Mưa Phùn", **unit_b),
        "b3": office.nominate(ROUND, name="Ông Sương Sớm", **unit_b),
    }
    for key, n in one.items():
        office.assess(n, by="donvi" if key[0] == "a" else "donvi2", facts={"path": "PHONG_TRAO"} if key == "a4" else None)
    office.sign(one["a1"])
    office.sign(one["b1"], by="thutruong2", minutes_by="donvi2")
    today = clock.today().isoformat()
    for key in ("a1", "b1", "a2", "a3", "a4", "b3"):
        more = {"ask_opinions": True, "agencies": ["CONG-AN"]} if key in ("a1", "b1") else {}
        office.check(one[key], **more)
    letter = office.draw_up("opinion_letter", ROUND, [one["a1"], one["b1"]], by="vhxh", unit_id=office.units["CONG-AN"])
    office.act(letter, "send", by="vhxh", fields={"dated": today})
    office.act(letter, "answer", by="congan", lines=[LineInput(one["a1"], "no_objection"), LineInput(one["b1"], "no_objection")])
    office.post(ROUND)
    council = Council(office)
    council.plan([one["a3"], one["b3"]])
    council.invite()
    council.do("call_off", reason="Chủ tịch Hội đồng đi công tác")
    office.sit(ROUND, {one["a2"]: {"result": "failed", "reason": "Chưa rõ kết quả"}})
    issued = office.decide(ROUND, 1126, [one["a1"], one["b1"]])
    office.act(issued, "publish", by="vanthu")
    office.draw_up("decision", ROUND, [one["a3"], one["b3"]], by="vhxh")
    office.send_package(ROUND, [one["a4"]])
    office.tell_result(one["a2"])
    office.file("review_request", one["a2"], by="thutruong", content="Bổ sung số liệu")
    office.file("withdrawal", one["b2"], by="thutruong2", reason="Chuyển công tác")
    hold = lists.file_one("hold", one["a3"], "suspend", {"cause": "other", "reason": "Chờ giấy tờ"}, by=office.who("truongphong"))
    office.act(hold.list_id, "resume", by="truongphong", fields={"reason": "Đã đủ giấy tờ"})
    office.complain(one["b2"], sender="Một hội viên")
    office.file("recipient_change", one["a3"], by="thutruong", change="renamed", new_name="Âu Hồ Gươm")
    office.file(
        "revocation", one["b1"], "propose", by="truongphong", proposal="keep", number="4/BC", reason="Đã xác minh",
    )
    for kind, fields in (
        ("amendment", {"way": "letter", "wrong": "Thiếu dấu chấm", "reason": "Sai thể thức"}),
        ("reprint", {"cause": "spoiled", "blanks": 1, "dated": today, "witness": "Trần Văn Bình"}),
        ("unlisting", {"reason": "Gia đình đề nghị"}),
    ):
        lists.file_one(kind, one["a1"], lists.BESIDE[kind], fields, by=office.who("vhxh"))
    return one


@pytest.fixture(scope="module")
def filled(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The filled office, filled once for all that read it; a module's tests share a copy."""
    with opened(furnished("sqlite", DAY, _fill)[0], tmp_path_factory.mktemp("filled") / "var") as desk:
        office, ids = desk.office, desk.office.made
        names = {"A": {office.read(n).name for k, n in ids.items() if k[0] == "a"} | {"Âu Mây Trôi"},
                 "B": {office.read(n).name for k, n in ids.items() if k[0] == "b"}}
        yield Filled(desk, Program(office.app.test_client(), office.work), names, ids)
