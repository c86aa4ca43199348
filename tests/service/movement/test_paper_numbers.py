"""Numbers of papers of matters: each is used once a year in its series, wherever it was typed; one synthesis of a period at a time."""

from __future__ import annotations

import pytest

from service import clock, movement, trail
from service.actor import machine
from service.awards.numbers import claim_number, series_of
from service.db import transaction
from service.errors import Invalid
from service.movement.models import Matter
from service.movement.numbering import claim_numbers
from tests.journeys.office import Office


def _signed(office: Office, period: int) -> int:
    """A synthesis that waits for its number."""
    matter = office.begin("movement_report", by="vhxh", of_period=str(period))
    office.step(matter, "draft_synthesis", by="vhxh", leading="Đã ban hành kế hoạch.", coming="Mở thêm lớp.")
    office.step(matter, "review_synthesis", by="truongphong", decision="pass")
    office.step(matter, "sign_synthesis", by="chutich", decision="sign")
    return matter


def _number(office: Office, matter: int, number: str, dated: str = "2026-11-03") -> None:
    office.step(matter, "number_synthesis", by="vanthu", number=number, dated=dated)


def _periods(office: Office) -> tuple[int, int]:
    """A period of last year's reports and one of this year's."""
    by, unit = office.who("vhxh"), [office.units["DONG-MAY"]]
    days = {"filing": clock.today(), "province_intake": clock.today()}
    return tuple(movement.open_period("unit_report", 2026, half=half, by=by, units=unit, days=days) for half in (True, False))  # type: ignore[return-value]


def _answered(office: Office, number: str) -> None:
    matter = office.begin("petition", by="vanphong", kind="remark", subject="Mạng yếu", content="Thôn 3", received_on="2026-11-03")
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    office.answer_sender(matter, "Đã xong.", number=number)


def test_a_number_is_used_once_a_year_and_the_refusal_names_the_paper_that_has_it(office: Office) -> None:
    half, year = _periods(office)
    first, second = _signed(office, half), _signed(office, year)
    _number(office, first, "45")
    for typed in ("45", "045"):
        with pytest.raises(Invalid) as refused:
            _number(office, second, typed)
        assert refused.value.code == "number-taken"
        (fault,) = refused.value.faults
        assert (fault.path, fault.message) == (
            "number",
            "Số 45/BC-UBND năm 2026 đã dùng cho “Báo cáo kết quả phong trào thi đua (BCTH 01/2026)”, ngày 03/11/2026. Nhập số khác.",
        )
    for typed in ("không số", "46/BC-UBND"):
        with pytest.raises(Invalid) as refused:
            _number(office, second, typed)
        assert [one.message for one in refused.value.faults] == ["Số chưa đúng dạng. Chỉ ghi số, ví dụ 45."]
    assert office.stands_at(second) == {"number_synthesis"}
    _number(office, second, "46")


def test_a_number_that_was_mistyped_is_free_again_once_the_right_one_stands(office: Office) -> None:
    half, year = _periods(office)
    first, second = _signed(office, half), _signed(office, year)
    _number(office, first, "45")
    with transaction() as s:  # as after an administrator's hand led the clerk back to the step
        row = s.get_one(Matter, first)
        claim_numbers(s, row, movement.register_in_use("movement_report"), {"number": "54", "dated": "2026-11-03"})
        trail.record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": "54"})
    with pytest.raises(Invalid, match="54/BC-UBND"):
        _number(office, second, "54")
    _number(office, second, "45")


def test_a_number_of_another_year_or_with_another_symbol_is_another_number(office: Office) -> None:
    half, year = _periods(office)
    first, second = _signed(office, half), _signed(office, year)
    _number(office, first, "45", "2025-12-30")
    _number(office, second, "45")
    _answered(office, "45")


def test_matters_and_lists_of_awards_share_the_committees_letters(office: Office) -> None:
    with transaction() as s:
        claim_number(s, series_of("UBND-VHXH"), 215, dated=clock.today(), about="list:1", title="Công văn lấy ý kiến")
        trail.record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": "215"})
    with pytest.raises(Invalid) as refused:
        _answered(office, "215")
    (fault,) = refused.value.faults
    assert fault.path == "answer_number" and "đã dùng cho “Công văn lấy ý kiến”" in fault.message
    _answered(office, "216")
    with pytest.raises(Invalid) as again, transaction() as s:
        claim_number(s, series_of("UBND-VHXH"), 216, dated=clock.today(), about="list:1", title="Công văn lấy ý kiến")
    assert "“Công văn trả lời đơn, kiến nghị (ĐKN 02/2026)”" in again.value.faults[0].message, "and nothing of what the petition says"


def test_a_conclusion_that_the_service_does_not_draw_has_its_number_once_too(office: Office) -> None:
    first, second = office.complain(office.nominate("HN-2026")), office.complain(office.nominate("HN-2026", name="Đỗ Hừng Đông"))
    office.conclude(first, number="12")
    with pytest.raises(Invalid) as refused:
        office.conclude(second, number="12")
    assert refused.value.faults[0].path == "number" and "ĐKN 01/2026" in refused.value.faults[0].message
    office.conclude(second, number="13")


def test_a_period_has_one_synthesis_at_a_time(office: Office) -> None:
    half, year = _periods(office)
    first = _signed(office, half)
    with pytest.raises(Invalid) as refused:
        office.begin("movement_report", by="truongphong", of_period=str(half))
    assert refused.value.code == "open-already" and refused.value.faults[0].path == "of_period"
    assert refused.value.message.startswith("BCTH 01/2026 (Báo cáo tổng hợp: ")
    office.begin("movement_report", by="vhxh", of_period=str(year))
    _number(office, first, "45")
    office.step(first, "send_synthesis", by="vhxh", sent_on="2026-11-03", way="axis")
    office.begin("movement_report", by="vhxh", of_period=str(half))


def test_a_synthesis_is_not_sent_before_the_day_that_its_number_was_given(office: Office) -> None:
    matter = _signed(office, _periods(office)[0])
    _number(office, matter, "45", "2026-11-02")
    with pytest.raises(Invalid) as refused:
        office.step(matter, "send_synthesis", by="vhxh", sent_on="2026-11-01", way="axis")
    (fault,) = refused.value.faults
    assert fault.path == "sent_on" and "ngày ban hành" in fault.message and "02/11/2026" in fault.message
    office.step(matter, "send_synthesis", by="vhxh", sent_on="2026-11-02", way="axis")
