"""The register of rules as it is kept: confirmed, changed, lapsed, frozen; nothing is ever rewritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service import clock, people, trail
from service.actor import machine
from service.awards import rule_versions, rules
from service.awards.models import Nomination, Rule
from service.awards.money import award_money
from service.awards.rule_versions import Entry, RuleInput
from service.awards.rules import rule_set, rules_on
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from tests.journeys.office import Office

ROUND = "HN-2026"
DAY = date(2026, 11, 3)


def read(key: str) -> Entry:
    return rule_versions.read_rule(key, clock.today())


def confirm(office: Office, key: str, *, by: str = "truongphong", reason: str = "Đã đọc nguyên văn", **more: Any) -> int:
    one = read(key)
    row = one.now or one.versions[0]
    return rule_versions.confirm_rule(
        key, more.get("version", row.version), seen=more.get("seen", one.newest), reason=reason, by=office.who(by)
    )


def change(office: Office, key: str, value: Any, *, by: str = "vhxh", seen: int | None = None, **more: Any) -> int:
    said = {"citation": "Quy chế 12/QĐ-UBND", "valid_from": DAY, "valid_to": None, "confidence": "S", "reason": "Theo quy chế"}
    return rule_versions.change_rule(
        key, RuleInput(value=value, **(said | more)), seen=seen or read(key).newest, by=office.who(by)
    )


def test_confirmed_rule_is_a_new_version_that_may_block_and_says_who_and_when(office: Office) -> None:
    assert not rules_on(DAY).blocking["GATE.M5"]
    before = read("GATE.M5").versions
    assert confirm(office, "GATE.M5", reason="Luật 06/2022/QH15 Điều 25, 26, bản in Công báo") == 2
    one = read("GATE.M5")
    assert rules_on(DAY).blocking["GATE.M5"] and one.sure
    assert [v.version for v in one.versions] == [2, 1] and one.versions[1].confirmed_at is None
    assert (one.versions[1].citation, one.versions[1].value) == (before[0].citation, before[0].value)
    assert one.now is not None and one.now.confirmed_by == office.who("truongphong").account
    (event,) = trail.read(stream="system", kind="rule:confirmed").events
    assert "Trưởng" in trail.sentence(event, "vi") or "xác nhận" in trail.sentence(event, "vi")
    with pytest.raises(Conflict, match="confirmed already"):
        confirm(office, "GATE.M5")


def test_one_person_alone_makes_nothing_block(office: Office) -> None:
    key = "VOTE_COMMUNE"
    number = change(office, key, {"numerator": 1, "denominator": 2, "operator": ">"}, by="truongphong", citation="Quy chế 12/QĐ-UBND")
    with pytest.raises(Conflict, match="another person"):
        confirm(office, key, by="truongphong")
    assert not rules_on(DAY).blocking[key]
    row = read(key).versions[0]
    assert not rule_versions.may_confirm(read(key), row, by=office.who("truongphong"))
    assert rule_versions.may_confirm(read(key), row, by=office.who("vanphong"))
    assert confirm(office, key, by="vanphong") == number + 1
    assert rules_on(DAY).blocking[key]
    with pytest.raises(Forbidden):
        confirm(office, "QUORUM", by="chutich")


def test_who_only_stands_in_confirms_nothing(office: Office) -> None:
    key, today = "COMMUNE_POSTING_DAYS", clock.today()
    number = change(office, key, 6, by="vhxh")
    head, clerk = (people.find_account(login).id for login in ("truongphong", "vanthu"))
    people.name_substitute(head, clerk, group="vhxh_head", since=today, until=today, reason="Đi họp", by=machine("cli"))
    by = people.actor_of("vanthu", door="web")
    assert people.allowed(by, "rule.confirm") and not rule_versions.may_confirm(read(key), read(key).versions[0], by=by)
    with pytest.raises(Forbidden) as refused:
        rule_versions.confirm_rule(key, number, seen=number, reason="Đã đọc", by=by)
    assert refused.value.code == "lent-right"
    assert confirm(office, key) == number + 1


def test_what_was_read_becomes_the_basis_of_a_proposal(office: Office) -> None:
    key = "COMMUNE_POSTING_DAYS"
    assert read(key).versions[0].confidence == "P" and "Đề xuất" in read(key).versions[0].citation
    confirm(office, key, reason="Quy chế số 12/QĐ-UBND, Điều 7")
    assert read(key).versions[0].citation == "Quy chế số 12/QĐ-UBND, Điều 7"


def test_rules_read_inside_an_act_leave_what_it_changes_in_its_hands(office: Office) -> None:
    one = office.nominate(ROUND)
    with transaction() as s:
        row = s.get_one(Nomination, one)
        rule_versions.read_register(DAY)
        rule_versions.versions_by_id({"x": read("GATE.M5").versions[0].id})
        row.appraisal = "Đã đọc sổ giữa chừng"
        trail.record("calendar:changed", by=office.who("vhxh"), stream="system", body={})
    assert office.read(one).appraisal == "Đã đọc sổ giữa chừng"


def test_who_changes_does_not_confirm_and_others_do_neither(office: Office) -> None:
    change(office, "COMMUNE_POSTING_DAYS", 6)
    for login in ("vhxh", "donvi", "quantri", "thanhtra", "chutich"):
        with pytest.raises(Forbidden):
            confirm(office, "COMMUNE_POSTING_DAYS", by=login)
    for login in ("donvi", "quantri", "thanhtra"):
        with pytest.raises(Forbidden):
            change(office, "COMMUNE_POSTING_DAYS", 7, by=login)
    assert confirm(office, "COMMUNE_POSTING_DAYS") == 3


def test_changed_rule_holds_from_its_day_and_only_warns_until_it_is_confirmed(office: Office) -> None:
    assert rules_on(date(2027, 7, 1)).value("BASE_SALARY") == 2_530_000
    change(office, "BASE_SALARY", 2_700_000, citation="Nghị định 999/2027/NĐ-CP", valid_from=date(2027, 7, 1))
    assert award_money(rules_on(date(2027, 6, 30)), "GK_XA", "INDIVIDUAL")[0] == 759_000
    assert award_money(rules_on(date(2027, 7, 1)), "GK_XA", "INDIVIDUAL")[0] == 810_000
    one = read("BASE_SALARY")
    assert one.now is not None and one.now.version == 2 and one.coming is not None and one.coming.version == 3
    assert [rule_versions.standing_of(one, v, DAY) for v in one.versions] == ["coming", "now", "past"]
    assert not rules_on(date(2027, 7, 1)).blocking["BASE_SALARY"], "entered as sourced, confirmed by nobody"
    confirm(office, "BASE_SALARY", version=3)
    assert rules_on(date(2027, 7, 1)).blocking["BASE_SALARY"]


def test_a_change_of_the_same_days_takes_the_place_of_the_version_before(office: Office) -> None:
    change(office, "MULT.BK_TINH", 1.6, valid_from=date(2025, 7, 1))
    one = read("MULT.BK_TINH")
    assert [rule_versions.standing_of(one, v, DAY) for v in one.versions] == ["now", "replaced"]
    with pytest.raises(Conflict, match="does not hold any more"):
        confirm(office, "MULT.BK_TINH", version=1)
    with pytest.raises(NotFound):
        confirm(office, "MULT.BK_TINH", version=9)


def test_register_says_what_lapses(office: Office) -> None:
    assert not [one.key for one in rule_versions.read_register(DAY) if one.lapses(DAY)]
    change(office, "HIEPY_DAYS", 10, valid_from=date(2025, 1, 1), valid_to=date(2026, 12, 31))
    assert read("HIEPY_DAYS").last_day is None, "the version before it has no end and holds again afterwards"
    salary = rule_versions.read_rule("MULT.GK_XA", date(2025, 5, 1))
    assert salary.last_day is None, "the end of one version is the day before the next"
    alone = Entry("X", "", (Rule(version=1, value=1, valid_to=date(2026, 12, 31)),), None, None, date(2026, 12, 31))
    assert alone.lapses(DAY) and not alone.lapses(date(2026, 9, 1))


def test_two_at_once_the_later_hears_of_the_first(office: Office) -> None:
    seen = read("COMMUNE_POSTING_DAYS").newest
    change(office, "COMMUNE_POSTING_DAYS", 6, seen=seen)
    with pytest.raises(Stale) as refused:
        change(office, "COMMUNE_POSTING_DAYS", 7, seen=seen, by="truongphong")
    assert "phiên bản 2" in refused.value.message
    with pytest.raises(Conflict, match="Nothing differs"):
        change(office, "COMMUNE_POSTING_DAYS", 6)


@pytest.mark.parametrize("key", sorted(rules.shipped_by_key()))
def test_every_shipped_rule_says_what_its_page_shows(key: str) -> None:
    about = rules.shipped_by_key()[key]
    assert about["label"] and about["label_en"] and about["citation"]
    if about["type"] != "wish":
        assert about["area"] in ("money", "course", "council", "standard", "dossier")
        assert bool(about["unit"]) == bool(about.get("unit_en"))
    if about["type"] == "choice":
        assert about["choices"].keys() == about["choices_en"].keys()
    if about.get("value") is not None:
        rule_versions.checked_value(key, about["value"])  # raises where the type does not fit


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("BASE_SALARY", 2_600_000, (0, 1.5, "x", True, None)),
        ("HIEPY_DAYS", 12, (-1, 400, 2.5, "12")),
        ("MULT.GK_XA", 0.35, (-0.1, "0,3", None)),
        ("LEADER_MAX_RATIO", 0.3, (1.2, -0.1)),
        ("QUORUM", {"numerator": 3, "denominator": 4, "operator": ">="},
         (0.75, {"numerator": 5, "denominator": 4, "operator": ">="}, {"numerator": 1, "denominator": 2, "operator": "="},
          {"numerator": 1, "denominator": 0, "operator": ">"})),
        ("STAT_REPORT_DUE", "10-12", ("31-02", "2026-12-10", "x")),
        ("PUBLIC_OPINION_FORMS", ["HCLD_1"], (["XYZ"], "HCLD_1")),
        ("ROUNDING", "UP_10000", ("UP", None)),
        ("GATE.G1", "warn", ("display", None)),
    ],
)
@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_value_has_the_shape_of_its_rule(office: Office, key: str, good: Any, bad: tuple[Any, ...]) -> None:
    for value in bad:
        with pytest.raises(Invalid) as refused:
            change(office, key, value)
        assert refused.value.faults[0].path == "value"
    change(office, key, good)
    assert read(key).versions[0].value == good


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_change_and_confirmation_need_a_reason_and_a_paper(office: Office) -> None:
    for path, more in (("reason", {"reason": " "}), ("citation", {"citation": " "}), ("confidence", {"confidence": "X"}),
                       ("valid_to", {"valid_to": date(2026, 1, 1)})):
        with pytest.raises(Invalid) as refused:
            change(office, "HIEPY_DAYS", 12, **more)
        assert [f.path for f in refused.value.faults] == [path]
    with pytest.raises(Invalid):
        confirm(office, "HIEPY_DAYS", reason="")
    with pytest.raises(Conflict, match="no value yet"):
        confirm(office, "VOTE_PROV")


def test_nomination_keeps_the_rules_of_the_day_of_receipt(office: Office) -> None:
    one, later = office.nominate(ROUND), office.nominate(ROUND, name="Đỗ Hừng Đông", unit="DET-NANG-SOM", by="donvi2")
    office.assess(one)
    office.sign(one)
    change(office, "COMMUNE_POSTING_DAYS", 8, valid_from=date(2025, 1, 1))
    confirm(office, "GATE.M5")
    office.assess(later, by="donvi2")
    office.sign(later, by="thutruong2", minutes_by="donvi2")
    first, second = (rule_set(office.read(n).rule_set_id or 0) for n in (one, later))
    assert (first.value("COMMUNE_POSTING_DAYS"), second.value("COMMUNE_POSTING_DAYS")) == (5, 8)
    assert (first.blocking["GATE.M5"], second.blocking["GATE.M5"]) == (False, True)
    frozen = rule_versions.versions_by_id(first.versions)
    assert frozen["COMMUNE_POSTING_DAYS"].version == 1 and frozen["GATE.M5"].confirmed_at is None


def test_gate_out_of_force_stands_in_nobodys_way(office_on: Callable[[date], Office]) -> None:
    office = office_on(DAY)
    assert rules_on(DAY).blocking["GATE.M1"]
    change(office, "GATE.M1", "warn")
    confirm(office, "GATE.M1")
    assert not rules_on(DAY).blocking["GATE.M1"], "set to warn by an officer"
    early = rules_on(date(2025, 1, 2))
    assert early.blocking["GATE.M1"] is False and "GATE.M1" not in early.versions, "the plan is of 22/09/2025"


def test_law_that_was_amended_is_looked_up_anew_for_later_dossiers(office: Office) -> None:
    row = read("GATE.G1").now
    assert row is not None
    assert rules.to_recheck(row, date(2026, 9, 30)) is None and rules.to_recheck(row, DAY) is not None
    confirm(office, "GATE.G1")  # sourced, but under the law before its amendment
    again = read("GATE.G1").now
    assert again is not None and rules.to_recheck(again, DAY) is None
    with reading() as s:
        assert len(s.scalars(select(Rule).where(Rule.key == "GATE.G1")).all()) == 2
