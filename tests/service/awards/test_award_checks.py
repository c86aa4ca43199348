"""Checks explained: each passes, fails or wants evidence, with its rule; only what is sourced or confirmed blocks (law.md 11)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from service import clock, trail
from service.awards import checks, past_awards, rule_versions
from service.awards.catalogue import award_forms
from service.awards.checks import Explained, gates
from service.awards.models import Nomination
from service.awards.past_awards import PastInput
from service.awards.rules import applies
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid
from tests.journeys.office import Office
from tests.workflows.test_eligibility import CLEAN, NOW, TABLE

ROUND, FINAL = "HN-2026", "TK-2030"
DAY = date(2026, 11, 3)


def received(office: Office, form: str = "GK_XA", *, facts: dict[str, Any] | None = None, round_code: str = ROUND, **more: Any) -> int:
    one = office.nominate(round_code, form=form, **more)
    path = {"path": "PHONG_TRAO"} if form in ("BK_TINH", "BK_TTG", "HCLD_3") else {}
    office.assess(one, facts=path | (facts or {}))
    office.sign(one)
    return one


def of(office: Office, one: int, form: str | None = None) -> dict[str, Explained]:
    return {c.key: c for c in checks.explain(office.read(one), form)}


def confirm(office: Office, key: str) -> None:
    row = rule_versions.read_rule(key, clock.today())
    assert row.now is not None
    rule_versions.confirm_rule(key, row.now.version, seen=row.newest, reason="Đã đọc nguyên văn", by=office.who("truongphong"))


@pytest.mark.parametrize("stage", ["HANG_NAM", "SO_KET", "TONG_KET", "DOT_XUAT"])
def test_every_hit_of_the_table_belongs_to_a_gate_that_is_judged_there(stage: str) -> None:
    known = {str(g["code"]) for g in gates().values() if g["wish"] != "note"}
    hit = set()
    for form, kind, path, group in itertools.product(
        award_forms(), ("INDIVIDUAL", "COLLECTIVE", "HOUSEHOLD"), ("PHONG_TRAO", "CONG_TRANG", "b", "d", "e"), ("C", "D")
    ):
        said = {"form": form, "kind": kind, "stage": stage, "path": path, "group": group}
        judged = {str(g["code"]) for g in gates().values() if applies(g, **said)}
        for facts in (dict.fromkeys(CLEAN), {**CLEAN, **{k: True for k, v in CLEAN.items() if v is False}, "movement_years": 1,
                                            "state_proposals_this_year": 2, "missing_papers": 1, "in_movement": False}):
            scope = {"stage": stage, "kind": kind, "form_asked": form, "subject_group": group, "facts": {**facts, "path": path}}
            codes = {line["code"] for line in TABLE.evaluate(scope, NOW)}
            assert codes <= judged, (said, codes - judged)
            hit |= codes
    assert hit <= known


def test_every_check_says_what_it_found_with_its_rule(office: Office) -> None:
    one = received(office)
    found = of(office, one)
    assert {c.result for key, c in found.items() if key not in ("GATE.D1", "GATE.D5")} == {"pass"}
    assert found["GATE.D1"].result == "evidence", "no officer has looked at its papers yet"
    assert (found["GATE.D5"].result, found["GATE.D5"].effect) == ("fail", "warn"), "nobody asked the nominee"
    assert {
        "GATE.M1", "GATE.G1", "GATE.G2", "GATE.G4", "GATE.G5", "GATE.G7", "GATE.G9", "GATE.D1", "GATE.D3", "GATE.D5",
    } == set(found)
    assert all(c.rule.citation and c.rule.label for c in found.values())
    assert found["GATE.G2"].effect == "note"
    assert {s.fact: s.value for s in found["GATE.G4"].seen} == {"pending_case": False}


def test_what_nobody_declared_passes_no_gate(office: Office) -> None:
    one = received(office)
    assert of(office, one)["GATE.G9"].result == "pass"
    with transaction() as s:
        row = s.get_one(Nomination, one)
        row.declared = {k: v for k, v in row.declared.items() if k not in ("in_movement", "inside_window")}
        trail.record("eligibility:rechecked", by=office.who("vhxh"), stream=f"instance:{row.instance_id}", body={})
    assert set(checks.recheck_nomination(one, by=office.who("vhxh"))) >= {"in_movement", "inside_window"}
    assert of(office, one)["GATE.G9"].result == "evidence"


def test_state_award_of_an_annual_round_is_blocked_by_the_plan(office: Office) -> None:
    one = received(office, "BK_TTG")
    found = of(office, one)
    assert found["GATE.M1"].stands_in_the_way and found["GATE.M1"].rule.confidence == "S"
    with pytest.raises(Invalid) as refused:
        office.check(one, form_recommended="BK_TTG")
    assert "chỉ xét ở đợt tổng kết" in refused.value.faults[0].message
    standing = {f.form: f for f in checks.by_form(office.read(one))}
    assert standing["BK_TTG"].blocked == ("M1",) and standing["GK_XA"].blocked == ()
    office.check(one, form_recommended="GK_XA", lower_reason="Chưa tới đợt tổng kết")


@pytest.mark.long
def test_flag_for_a_person_warns_until_an_officer_confirms_the_rule_then_blocks(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2030, 6, 10))
    first = received(office, "CO_TINH", round_code=FINAL)
    found = of(office, first)["GATE.M5"]
    assert (found.result, found.effect) == ("fail", "warn") and not found.stands_in_the_way
    confirm(office, "GATE.M5")
    second = _of_unit_two(office, "CO_TINH")
    assert of(office, second)["GATE.M5"].stands_in_the_way
    assert not of(office, first)["GATE.M5"].stands_in_the_way, "received before: it keeps the rules of its day"


def _of_unit_two(office: Office, form: str) -> int:
    one = office.nominate(FINAL, form=form, name="Đỗ Hừng Đông", unit="DET-NANG-SOM", by="donvi2")
    office.assess(one, by="donvi2")
    office.sign(one, by="thutruong2", minutes_by="donvi2")
    return one


def past(office: Office, what: str, year: int, **more: Any) -> None:
    said = {"basis": "CONG_TRANG", "decision": f"{year}/QĐ" if what in ("BK_TINH", "BK_BO", "BK_TTG", "GK_XA") else ""}
    row = PastInput("INDIVIDUAL", "Hoàng Bình Minh", office.units["DONG-MAY"], None, what, year, **(said | more))
    past_awards.enter_past([row], by=office.who("vhxh"))


@pytest.mark.long
def test_prime_ministers_merit_takes_a_ministrys_and_fails_at_a_gap(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2030, 6, 10))
    past(office, "BK_BO", 2022)
    for year in (2024, 2025, 2026, 2028, 2029):
        past(office, "HTT", year)
    for year in (2024, 2026, 2028):
        past(office, "CSTDCS", year)
    facts = {"path": "b", "consecutive_years": 6, "earlier_merit": "yes", "cstdcs": 3}
    one = received(office, "BK_TTG", round_code=FINAL, facts=facts)
    found = of(office, one)
    assert office.read(one).facts["earlier_merit"] is True and found["GATE.I1"].result == "pass"
    assert found["GATE.P2"].stands_in_the_way, "five years, but 2027 is missing between them"
    years = next(s for s in found["GATE.P2"].seen if s.fact == "consecutive_years")
    assert (years.value, years.declared, years.need) == (2, 6, 5)
    assert checks.record_of(office.read(one)).run.broken_by == 2027
    past(office, "HTXS", 2027)
    assert of(office, one)["GATE.P2"].stands_in_the_way, "the dossier shows what was judged until it is checked anew"
    assert "consecutive_years" in checks.recheck_nomination(one, by=office.who("vhxh"))
    assert of(office, one)["GATE.P2"].result == "pass"


@pytest.mark.long
def test_interval_to_the_award_below_is_judged_by_its_day(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2030, 6, 10))
    past(office, "BK_TINH", 2026)
    for year in range(2023, 2030):
        past(office, "HTT", year)
    one = received(office, "BK_TTG", round_code=FINAL, facts={"path": "b", "consecutive_years": 7, "earlier_merit": "yes", "cstdcs": 3})
    found = of(office, one)["GATE.I1"]
    assert found.stands_in_the_way and found.seen[0].need == 5 and found.seen[0].value < 5


def test_used_initiatives_do_not_count_on_path_d(office_on: Callable[[date], Office]) -> None:
    office = office_on(date(2026, 11, 3))
    for year in (2025, 2026):
        past(office, "HTXS", year)
    past(office, "SANG_KIEN", 2025, achievement="Lớp học số", used_for="Chiến sĩ thi đua cơ sở 2025")
    past(office, "SANG_KIEN", 2026, achievement="Kho học liệu")
    one = received(office, "BK_TINH", facts={"path": "d", "consecutive_years": 2, "unused_initiatives": 2})
    found = of(office, one)["GATE.P1"]
    assert found.stands_in_the_way
    assert {s.fact: (s.value, s.need) for s in found.seen} == {"consecutive_years": (2, 2), "unused_initiatives": (1, 2)}


def test_same_achievement_in_the_register_wants_evidence_and_never_rejects_by_itself(office: Office) -> None:
    one = received(office)
    assert of(office, one)["GATE.G1"].result == "pass"
    past(office, "GK_XA", 2026, basis="PHONG_TRAO")
    assert checks.recheck_nomination(one, by=office.who("vhxh")) == ["certificate_in_window", "same_achievement_awarded"]
    found = of(office, one)["GATE.G1"]
    assert found.result == "evidence" and not found.stands_in_the_way
    assert of(office, one, "BK_TINH")["GATE.D4"].result == "fail"
    office.check(one)
    assert office.at(one) == {"wait_posting"}


def test_pending_case_blocks_and_what_nobody_knows_asks(office: Office) -> None:
    one = received(office, facts={"pending_case": "unknown"})
    assert of(office, one)["GATE.G4"].result == "evidence"
    two = office.nominate(ROUND, name="Đỗ Hừng Đông", unit="DET-NANG-SOM", by="donvi2")
    office.assess(two, by="donvi2", facts={"pending_case": "yes"})
    office.sign(two, by="thutruong2", minutes_by="donvi2")
    assert of(office, two)["GATE.G4"].stands_in_the_way
    assert all(f.blocked == ("G4",) or "G4" in f.blocked for f in checks.by_form(office.read(two)))
    with pytest.raises(Invalid):
        office.check(two)


def test_leaders_share_is_shown_and_only_warns(office: Office) -> None:
    one = received(office, leader=True, facts={"unit_did_poorly": "no"})
    found = of(office, one)["GATE.D3"]
    assert found.result == "evidence" and found.effect == "warn"
    assert {s.fact: (s.value, s.need) for s in found.seen}["leader_ratio"] == (1.0, 0.4)
    office.check(one)


def test_only_an_officer_of_the_office_checks_anew_and_only_in_time(office: Office) -> None:
    one = received(office)
    assert checks.recheck_nomination(one, by=office.who("vhxh")) == []
    for login in ("chutich", "thanhtra", "donvi", "quantri"):
        with pytest.raises(Forbidden):
            checks.recheck_nomination(one, by=office.who(login))
    (event,) = trail.read(stream=f"instance:{office.read(one).instance_id}", kind="eligibility:rechecked").events
    assert "0 dữ kiện đổi" in trail.sentence(event, "vi")
    office.check(one, "not_eligible")
    early = office.nominate(ROUND, name="Lê Trúc Xanh", unit="DET-NANG-SOM", by="donvi2")
    for number in (one, early):
        with pytest.raises(Conflict):
            checks.recheck_nomination(number, by=office.who("vhxh"))
    assert checks.explain(office.read(early)) == []
