"""Windows of stocktakes: which years an interim and a final round look back on comes from the movement's phases (plan IV, law.md 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service.awards import checks, rounds
from service.awards.windows import window_of
from service.errors import Invalid
from tests.journeys.office import Office


def _calendar(office: Office, like: str) -> dict[str, str]:
    return dict(rounds.read_round(office.rounds[like]).calendar)


def _plan(office: Office, stage: str, like: str, window: tuple[date, date] | None = None) -> int:
    return rounds.create_round(
        rounds.only_movement(), code=f"{stage}-X", name="Đợt thử", stage=stage, year=rounds.read_round(office.rounds[like]).year,
        window=window, calendar=_calendar(office, like), by=office.who("vhxh"),
    )


@pytest.mark.parametrize(
    ("stage", "like", "years", "phase"),
    [
        ("SO_KET", "SK-2027", "2025 - 2027", "Giai đoạn 1 (2025 - 2027)"),
        ("TONG_KET", "TK-2030", "2025 - 2030", "Giai đoạn 2 (2027 - 2030)"),
    ],
)
def test_a_stocktake_without_days_of_its_own_looks_back_as_its_phase_says(
    office: Office, stage: str, like: str, years: str, phase: str
) -> None:
    found = window_of(rounds.read_round(_plan(office, stage, like)))
    assert (found.told, found.phase, found.first) == (years, phase, date(2025, 9, 22))


def test_days_that_are_given_stand_and_an_annual_round_needs_them(office: Office) -> None:
    found = window_of(rounds.read_round(_plan(office, "SO_KET", "SK-2027", (date(2026, 1, 1), date(2027, 6, 30)))))
    assert (found.first, found.last, list(found.years)) == (date(2026, 1, 1), date(2027, 6, 30), [2026, 2027])
    with pytest.raises(Invalid) as refused:
        _plan(office, "HANG_NAM", "HN-2026")
    assert refused.value.faults[0].path == "window_from" and "phong trào không có giai đoạn" in refused.value.faults[0].message
    annual = window_of(rounds.read_round(_plan(office, "HANG_NAM", "HN-2026", (date(2026, 1, 1), date(2026, 12, 31)))))
    assert (annual.told, annual.phase) == ("2026", "")


@pytest.mark.long
def test_state_forms_are_blocked_in_the_interim_round_and_pass_in_the_final_one(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2027, 7, 5))
    interim = office.nominate("SK-2027", form="CO_TINH", name="Trường TH Đồng Mây", kind="COLLECTIVE", group="A")
    office.assess(interim)
    office.sign(interim)
    standing = {one.form: one.blocked for one in checks.by_form(office.read(interim))}
    assert {form for form, blocked in standing.items() if "M1" in blocked} == {"CO_TINH", "BK_TTG", "CO_CP", "HCLD_1", "HCLD_2", "HCLD_3"}
    office.go_to("2030-06-10")
    final = office.nominate("TK-2030", form="CO_TINH", name="Trường TH Đồng Mây", kind="COLLECTIVE", group="A")
    office.assess(final)
    office.sign(final)
    assert not any("M1" in one.blocked for one in checks.by_form(office.read(final)))
