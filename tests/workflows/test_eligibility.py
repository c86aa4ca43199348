"""The shipped table of gates, row by row: each hit as process.md section 6 has it, and each pass."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from workflows.calendar import ZONE, vietnam
from workflows.decisions import load_decisions
from workflows.environment import Env

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "bpmn/eligibility.dmn").read_bytes()
TABLE = load_decisions(SOURCE)["eligibility"]
DATA = ROOT / "service/awards/data"
REGISTER = tomllib.loads((DATA / "rules.toml").read_text(encoding="utf-8"))
FACTS = {
    fact["key"]: fact for fact in tomllib.loads((DATA / "facts.toml").read_text(encoding="utf-8"))["fact"]
}
BASES = tomllib.loads((DATA / "legal_basis.toml").read_text(encoding="utf-8"))["basis"]
TODAY = date(2026, 11, 23)

#: Facts of a nomination with which nothing is wrong.
CLEAN: dict[str, Any] = {
    "path": "PHONG_TRAO",
    "same_achievement_awarded": False,
    "second_form_asked": False,
    "uses_theme_award": False,
    "pending_case": False,
    "achievement_before_discipline_end": False,
    "dissolved": False,
    "state_proposals_this_year": 0,
    "in_movement": True,
    "inside_window": True,
    "unit_minutes": True,
    "consecutive_years": 5,
    "excellent_years": 1,
    "unused_initiatives": 2,
    "earlier_merit": True,
    "earlier_bk_ttg": True,
    "years_since_lower": 5,
    "cstdcs": 3,
    "movement_years": 5,
    "missing_papers": 0,
    "nominee_agrees": True,
    "agency_opinion": True,
    "is_leader": False,
    "unit_did_poorly": False,
    "leader_ratio": 0.2,
    "certificate_in_window": False,
    "awarded_in_window": False,
}


def in_force(rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for row in rows:
        if row.get("valid_from", TODAY) <= TODAY <= row.get("valid_to", TODAY):
            yield row


def environment(confirmed: Iterable[str] = ()) -> Env:
    rows = list(in_force([*REGISTER["rule"], *REGISTER["gate"]]))
    return Env(
        now=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=ZONE),
        calendar=vietnam([2026, 2027]),
        rules={row["key"]: row.get("value") for row in rows},
        blocking={row["key"]: row["confidence"] == "S" or row["key"] in confirmed for row in rows},
    )


NOW = environment()


def lines(
    form: str,
    stage: str = "TONG_KET",
    kind: str = "INDIVIDUAL",
    group: str = "D",
    env: Env = NOW,
    **facts: Any,
) -> list[tuple[str, str, str]]:
    """The lines for a nomination that is clean but for what is said."""
    unknown = facts.keys() - CLEAN.keys()
    assert not unknown, unknown
    scope = {
        "stage": stage, "kind": kind, "form_asked": form, "subject_group": group, "facts": {**CLEAN, **facts},
    }  # fmt: skip
    return [(line["code"], line["result"], line["effect"]) for line in TABLE.evaluate(scope, env)]


UPPER = ("CO_TINH", "BK_TTG", "CO_CP", "HCLD_1", "HCLD_2", "HCLD_3")
EARLY = ("HANG_NAM", "SO_KET")

# (what is changed, the line it must give now)
HITS: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    *(({"form": form, "stage": stage}, ("M1", "fail", "block")) for form in UPPER for stage in EARLY),
    *(({"form": form, "stage": "DOT_XUAT"}, ("M2", "fail", "warn")) for form in UPPER),
    ({"form": "BK_TINH", "stage": "DOT_XUAT"}, ("M3", "evidence", "warn")),
    *(
        ({"form": form, "kind": kind}, ("M5", "fail", "warn"))
        for form in ("CO_TINH", "CO_CP")
        for kind in ("INDIVIDUAL", "HOUSEHOLD")
    ),
    *(({"form": f"HCLD_{n}", "kind": "HOUSEHOLD"}, ("M6", "fail", "warn")) for n in (1, 2, 3)),
    ({"form": "BK_TTG", "kind": "HOUSEHOLD"}, ("M6", "evidence", "display")),
    ({"form": "HCLD_1"}, ("M8", "evidence", "display")),
    ({"form": "HCLD_2"}, ("M8", "evidence", "display")),
    ({"form": "GK_XA", "same_achievement_awarded": True}, ("G1", "fail", "block")),
    ({"form": "GK_XA", "second_form_asked": True}, ("G1", "fail", "block")),
    ({"form": "GK_XA", "same_achievement_awarded": True, "second_form_asked": None}, ("G1", "fail", "block")),
    ({"form": "GK_XA", "same_achievement_awarded": None}, ("G1", "evidence", "block")),
    ({"form": "BK_TINH", "path": "CONG_TRANG", "uses_theme_award": True}, ("G3", "fail", "block")),
    ({"form": "BK_TINH", "path": "d", "uses_theme_award": True}, ("G3", "fail", "block")),
    ({"form": "BK_TINH", "path": "CONG_TRANG", "uses_theme_award": None}, ("G3", "evidence", "block")),
    ({"form": "GK_XA", "pending_case": True}, ("G4", "fail", "block")),
    ({"form": "GK_XA", "pending_case": None}, ("G4", "evidence", "block")),
    ({"form": "GK_XA", "achievement_before_discipline_end": True}, ("G5", "fail", "block")),
    ({"form": "GK_XA", "achievement_before_discipline_end": None}, ("G5", "evidence", "block")),
    ({"form": "GK_XA", "kind": "COLLECTIVE", "dissolved": True}, ("G6", "fail", "block")),
    ({"form": "GK_XA", "kind": "COLLECTIVE", "dissolved": None}, ("G6", "evidence", "block")),
    ({"form": "BK_TTG", "state_proposals_this_year": 1}, ("G8", "fail", "warn")),
    ({"form": "BK_TTG", "state_proposals_this_year": None}, ("G8", "evidence", "warn")),
    ({"form": "GK_XA", "in_movement": False}, ("G9", "fail", "warn")),
    ({"form": "GK_XA", "inside_window": False}, ("G9", "fail", "warn")),
    ({"form": "GK_XA", "unit_minutes": False, "in_movement": None}, ("G9", "fail", "warn")),
    ({"form": "GK_XA", "unit_minutes": None}, ("G9", "evidence", "warn")),
    ({"form": "BK_TINH", "path": "d", "consecutive_years": 1}, ("P1", "fail", "block")),
    (
        {"form": "BK_TINH", "path": "d", "unused_initiatives": 1, "consecutive_years": None},
        ("P1", "fail", "block"),
    ),
    ({"form": "BK_TINH", "path": "d", "unused_initiatives": None}, ("P1", "evidence", "block")),
    ({"form": "BK_TTG", "path": "b", "years_since_lower": 4}, ("I1", "fail", "block")),
    ({"form": "BK_TTG", "path": "b", "years_since_lower": None}, ("I1", "evidence", "block")),
    ({"form": "HCLD_3", "path": "e", "years_since_lower": 4}, ("I1", "fail", "block")),
    ({"form": "HCLD_3", "path": "e", "years_since_lower": None}, ("I1", "evidence", "block")),
    ({"form": "BK_TTG", "path": "b", "earlier_merit": False}, ("P2", "fail", "block")),
    ({"form": "BK_TTG", "path": "b", "consecutive_years": 4}, ("P2", "fail", "block")),
    ({"form": "BK_TTG", "path": "b", "cstdcs": 2}, ("P2", "fail", "block")),
    ({"form": "BK_TTG", "path": "b", "cstdcs": None}, ("P2", "evidence", "block")),
    ({"form": "HCLD_3", "path": "e", "earlier_bk_ttg": False}, ("P3", "fail", "block")),
    ({"form": "HCLD_3", "path": "e", "consecutive_years": 4}, ("P3", "fail", "block")),
    ({"form": "HCLD_3", "path": "e", "excellent_years": 0}, ("P3", "fail", "block")),
    ({"form": "HCLD_3", "path": "e", "cstdcs": 2}, ("P3", "fail", "block")),
    ({"form": "HCLD_3", "path": "e", "earlier_bk_ttg": None}, ("P3", "evidence", "block")),
    ({"form": "HCLD_1"}, ("P4", "evidence", "display")),
    ({"form": "HCLD_2", "path": "CONG_TRANG"}, ("P4", "evidence", "display")),
    ({"form": "BK_TTG", "kind": "COLLECTIVE", "path": "CONG_TRANG"}, ("P4", "evidence", "display")),
    ({"form": "HCLD_3", "kind": "COLLECTIVE", "path": "CONG_TRANG"}, ("P4", "evidence", "display")),
    ({"form": "CO_TINH", "kind": "COLLECTIVE", "movement_years": 2}, ("Y1", "fail", "display")),
    ({"form": "CO_CP", "kind": "COLLECTIVE", "movement_years": 4}, ("Y1", "fail", "display")),
    ({"form": "CO_CP", "kind": "COLLECTIVE", "movement_years": None}, ("Y1", "evidence", "display")),
    ({"form": "BK_TTG", "movement_years": 2}, ("Y2", "fail", "warn")),
    ({"form": "BK_TTG", "movement_years": None}, ("Y2", "evidence", "warn")),
    ({"form": "HCLD_3", "movement_years": 4}, ("Y2", "fail", "display")),
    ({"form": "HCLD_3", "movement_years": None}, ("Y2", "evidence", "display")),
    ({"form": "GK_XA", "missing_papers": 1}, ("D1", "fail", "warn")),
    ({"form": "GK_XA", "missing_papers": None}, ("D1", "evidence", "warn")),
    ({"form": "GK_XA", "group": "C", "agency_opinion": False}, ("D2", "evidence", "warn")),
    ({"form": "GK_XA", "group": "C", "agency_opinion": None}, ("D2", "evidence", "warn")),
    ({"form": "GK_XA", "is_leader": True, "unit_did_poorly": True}, ("D3", "evidence", "warn")),
    ({"form": "GK_XA", "is_leader": True, "unit_did_poorly": None}, ("D3", "evidence", "warn")),
    ({"form": "GK_XA", "leader_ratio": 0.41}, ("D3", "evidence", "warn")),
    ({"form": "BK_TINH", "certificate_in_window": True}, ("D4", "fail", "warn")),
    ({"form": "BK_TINH", "certificate_in_window": None}, ("D4", "evidence", "warn")),
    ({"form": "GK_XA", "stage": "SO_KET", "awarded_in_window": True}, ("D6", "fail", "warn")),
    ({"form": "GK_XA", "stage": "TONG_KET", "awarded_in_window": True}, ("D6", "fail", "warn")),
    ({"form": "GK_XA", "kind": "INDIVIDUAL", "nominee_agrees": None}, ("D5", "fail", "warn")),
    ({"form": "GK_XA", "kind": "INDIVIDUAL", "nominee_agrees": False}, ("D5", "fail", "warn")),
]  # fmt: skip

# (the gate that must stay silent, a nomination that is near it)
PASSES: list[tuple[str, dict[str, Any]]] = [
    *(("M1", {"form": form}) for form in UPPER),
    *(("M1", {"form": form, "stage": stage}) for form in ("GK_XA", "BK_TINH") for stage in EARLY),
    ("M2", {"form": "GK_XA", "stage": "DOT_XUAT"}),
    ("M2", {"form": "BK_TINH", "stage": "DOT_XUAT"}),
    ("M3", {"form": "GK_XA", "stage": "DOT_XUAT"}),
    *(("M3", {"form": "BK_TINH", "stage": stage}) for stage in ("HANG_NAM", "SO_KET", "TONG_KET")),
    ("M5", {"form": "CO_TINH", "kind": "COLLECTIVE"}),
    ("M5", {"form": "BK_TTG", "kind": "INDIVIDUAL"}),
    ("M6", {"form": "HCLD_3", "kind": "COLLECTIVE"}),
    ("M6", {"form": "GK_XA", "kind": "HOUSEHOLD"}),
    ("M6", {"form": "BK_TINH", "kind": "HOUSEHOLD"}),
    ("M8", {"form": "HCLD_3"}),
    ("M8", {"form": "HCLD_1", "path": "CONG_TRANG"}),
    ("G1", {"form": "GK_XA"}),
    ("G3", {"form": "BK_TINH", "path": "PHONG_TRAO", "uses_theme_award": True}),
    ("G3", {"form": "BK_TINH", "path": "CONG_TRANG", "uses_theme_award": False}),
    ("G4", {"form": "GK_XA"}),
    ("G5", {"form": "GK_XA"}),
    ("G6", {"form": "GK_XA", "kind": "COLLECTIVE"}),
    ("G6", {"form": "GK_XA", "kind": "INDIVIDUAL", "dissolved": True}),
    ("G8", {"form": "BK_TTG", "stage": "DOT_XUAT", "state_proposals_this_year": 1}),
    ("G8", {"form": "BK_TINH", "state_proposals_this_year": 3}),
    ("G8", {"form": "BK_TTG"}),
    ("G9", {"form": "GK_XA"}),
    ("P1", {"form": "BK_TINH", "path": "d", "consecutive_years": 2}),
    ("P1", {"form": "BK_TINH", "path": "PHONG_TRAO", "consecutive_years": None}),
    ("I1", {"form": "BK_TTG", "path": "b"}),
    ("I1", {"form": "HCLD_3", "path": "e"}),
    ("I1", {"form": "BK_TTG", "path": "PHONG_TRAO", "years_since_lower": None}),
    ("P2", {"form": "BK_TTG", "path": "b"}),
    ("P2", {"form": "BK_TTG", "path": "b", "kind": "COLLECTIVE", "cstdcs": 0}),
    ("P3", {"form": "HCLD_3", "path": "e"}),
    ("P4", {"form": "BK_TTG", "kind": "COLLECTIVE", "path": "PHONG_TRAO"}),
    ("P4", {"form": "BK_TTG", "path": "CONG_TRANG"}),
    ("Y1", {"form": "CO_TINH", "kind": "COLLECTIVE", "movement_years": 3}),
    ("Y1", {"form": "CO_CP", "kind": "COLLECTIVE", "movement_years": 5}),
    ("Y2", {"form": "BK_TTG", "movement_years": 3}),
    ("Y2", {"form": "BK_TTG", "path": "b", "movement_years": 1}),
    ("Y2", {"form": "HCLD_3", "movement_years": 5}),
    ("D1", {"form": "GK_XA"}),
    ("D2", {"form": "GK_XA", "group": "C"}),
    ("D2", {"form": "GK_XA", "group": "D", "agency_opinion": False}),
    ("D3", {"form": "GK_XA", "is_leader": True}),
    ("D3", {"form": "GK_XA", "leader_ratio": 0.4}),
    ("D3", {"form": "GK_XA", "leader_ratio": None}),
    ("D4", {"form": "BK_TINH"}),
    ("D4", {"form": "GK_XA", "certificate_in_window": True}),
    ("D6", {"form": "GK_XA", "stage": "HANG_NAM", "awarded_in_window": True}),
    ("D5", {"form": "GK_XA", "kind": "INDIVIDUAL"}),
    ("D5", {"form": "GK_XA", "kind": "HOUSEHOLD", "nominee_agrees": None}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "line"), HITS, ids=lambda value: str(value))
def test_row_hits(case: dict[str, Any], line: tuple[str, str, str]) -> None:
    found = lines(**case)
    assert [hit for hit in found if hit[0] == line[0]] == [line]


@pytest.mark.parametrize(("code", "case"), PASSES, ids=lambda value: str(value))
def test_row_passes(code: str, case: dict[str, Any]) -> None:
    assert code not in {hit[0] for hit in lines(**case)}


@pytest.mark.parametrize("stage", ["HANG_NAM", "SO_KET", "TONG_KET", "DOT_XUAT"])
@pytest.mark.parametrize("kind", ["INDIVIDUAL", "COLLECTIVE", "HOUSEHOLD"])
def test_clean_certificate_has_no_line_at_any_stage(stage: str, kind: str) -> None:
    assert lines("GK_XA", stage, kind) == []


def test_every_code_is_tried_both_ways() -> None:
    codes = {gate["code"] for gate in REGISTER["gate"] if gate["wish"] != "note"}
    assert codes == {line[0] for _, line in HITS} == {code for code, _ in PASSES}


@pytest.mark.parametrize(
    ("key", "case", "line"),
    [
        ("GATE.M2", {"form": "BK_TTG", "stage": "DOT_XUAT"}, ("M2", "fail", "block")),
        ("GATE.M5", {"form": "CO_TINH"}, ("M5", "fail", "block")),
        ("GATE.M6", {"form": "HCLD_3", "kind": "HOUSEHOLD"}, ("M6", "fail", "block")),
        ("GATE.M6_BK_TTG", {"form": "BK_TTG", "kind": "HOUSEHOLD"}, ("M6", "evidence", "warn")),
        ("GATE.M8", {"form": "HCLD_1"}, ("M8", "evidence", "warn")),
        ("GATE.G9", {"form": "GK_XA", "in_movement": False}, ("G9", "fail", "block")),
        ("GATE.P4", {"form": "HCLD_1"}, ("P4", "evidence", "warn")),
        ("GATE.Y1", {"form": "CO_TINH", "movement_years": 1}, ("Y1", "fail", "warn")),
        ("GATE.D5", {"form": "GK_XA", "kind": "INDIVIDUAL", "nominee_agrees": None}, ("D5", "fail", "block")),
        ("GATE.Y2_HCLD_3", {"form": "HCLD_3", "movement_years": 1}, ("Y2", "fail", "warn")),
    ],
)
def test_confirmed_gate_has_the_effect_it_wishes(
    key: str, case: dict[str, Any], line: tuple[str, str, str]
) -> None:
    assert line not in lines(**case)
    assert line in lines(**case, env=environment([key]))


def test_unsourced_gate_never_blocks() -> None:
    sourced = {gate["code"] for gate in REGISTER["gate"] if gate["confidence"] == "S"}
    for case, _ in HITS:
        assert {code for code, _, effect in lines(**case) if effect == "block"} <= sourced


def test_thresholds_come_from_the_register() -> None:
    case: dict[str, Any] = {"form": "BK_TINH", "path": "d", "consecutive_years": 2}
    assert lines(**case) == []
    stricter = Env(
        now=NOW.now, calendar=NOW.calendar, rules={**NOW.rules, "BKTINH_D.years": 3}, blocking=NOW.blocking
    )
    assert lines(**case, env=stricter) == [("P1", "fail", "block")]


def test_table_and_registers_know_the_same_names() -> None:
    source = SOURCE.decode("utf-8")
    keys = {row["key"] for row in REGISTER["rule"]}
    gates = {row["key"] for row in REGISTER["gate"]}
    assert set(re.findall(r'rule\("([^"]+)"\)', source)) <= keys
    assert set(re.findall(r'may_block\("([^"]+)"\)', source)) <= gates
    read = {path.removeprefix("facts.") for path in TABLE.paths if path.startswith("facts.")}
    assert read == FACTS.keys() == CLEAN.keys()
    assert {column.id for column in TABLE.inputs} >= {"input_stage", "input_kind", "input_form_asked"}


def test_missing_fact_is_an_error_rather_than_a_pass() -> None:
    scope = {"stage": "HANG_NAM", "kind": "INDIVIDUAL", "form_asked": "GK_XA", "subject_group": "D"}
    assert TABLE.evaluate({**scope, "facts": CLEAN}, NOW) == []
    with pytest.raises(Exception, match="pending_case"):
        TABLE.evaluate({**scope, "facts": {k: v for k, v in CLEAN.items() if k != "pending_case"}}, NOW)


# The registers


def test_register_has_every_parameter_of_the_papers() -> None:
    keys = {row["key"] for row in REGISTER["rule"]}
    assert keys >= set(
        """BASE_SALARY MULT.GK_XA MULT.BK_TINH MULT.BK_TTG MULT.HCLD_1 MULT.HCLD_2 MULT.HCLD_3 MULT.CO_TINH
        MULT.CO_CP FACTOR.COLLECTIVE FACTOR.HOUSEHOLD ROUNDING GK_PROCESS_DAYS SUPPLEMENT_MAX COPIES
        PUBLIC_OPINION_DAYS PUBLIC_OPINION_FORMS COMMUNE_POSTING_DAYS HIEPY_DAYS VOTE_STATE_TOP VOTE_STATE
        VOTE_PROV VOTE_COMMUNE QUORUM LEADER_MAX_RATIO FLAG_GOV_MAX_RATIO FLAG_PROV_MIN_YEARS
        FLAG_GOV_MIN_YEARS BKTTG_MOVEMENT_MIN_YEARS HCLD_MOVEMENT_MIN_YEARS BKTINH_D.years
        BKTINH_D.initiatives BKTTG_B.years BKTTG_B.CSTDCS HCLD3_E.years HCLD3_E.excellent HCLD3_E.CSTDCS
        STATE_DUE_FLAG_GOV STATE_DUE_MERIT STATE_DUE_CSTDTQ STAT_REPORT_DUE PROV_APPRAISE_DAYS
        BNV_APPRAISE_DAYS RESULT_NOTICE_DAYS RETURN_INVALID_DAYS RECOVERY_DAYS DOT_XUAT_DAYS
        ADHOC_REPORT_DAYS ADHOC_CHECK_DAYS ADHOC_OPINION_DAYS REVIEW_REQUEST_DAYS REVIEW_DAYS
        PETITION_CLASSIFY_DAYS PETITION_VERIFY_DAYS PETITION_CONCLUDE_DAYS PETITION_ANSWER_DAYS
        SUCCESSOR_CONFIRM_DAYS POSTHUMOUS_FORMS""".split()
    )


@pytest.mark.parametrize(
    ("day", "salary"),
    [(date(2024, 7, 1), 2340000), (date(2026, 6, 30), 2340000), (date(2026, 7, 1), 2530000)],
)
def test_base_salary_is_dated(day: date, salary: int) -> None:
    valid = [
        row["value"]
        for row in REGISTER["rule"]
        if row["key"] == "BASE_SALARY" and row["valid_from"] <= day <= row.get("valid_to", day)
    ]
    assert valid == [salary]


def test_certificate_is_worth_the_published_sums() -> None:
    def value(key: str, day: date) -> Any:
        rows = [
            row["value"]
            for row in REGISTER["rule"]
            if row["key"] == key and row.get("valid_from", day) <= day <= row.get("valid_to", day)
        ]
        assert len(rows) == 1
        return rows[0]

    for day, single, household in ((date(2026, 6, 30), 702000, 1053000), (date(2026, 7, 1), 759000, 1138500)):
        base = round(value("BASE_SALARY", day) * value("MULT.GK_XA", day))
        assert base == single
        assert base * value("FACTOR.HOUSEHOLD", day) == household


def test_versions_of_a_rule_never_overlap() -> None:
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in [*REGISTER["rule"], *REGISTER["gate"]]:
        rows.setdefault(row["key"], []).append(row)
    for versions in rows.values():
        ordered = sorted(versions, key=lambda row: row.get("valid_from", date.min))
        for earlier, later in pairwise(ordered):
            assert earlier["valid_to"] < later["valid_from"]


def test_every_entry_says_where_it_comes_from() -> None:
    tags = {"S", "S-old", "S-weak", "MH", "ML", "P"}
    for row in [*REGISTER["rule"], *REGISTER["gate"]]:
        assert row["citation"] and row["label"] and row["confidence"] in tags
    for gate in REGISTER["gate"]:
        assert gate["wish"] in {"block", "warn", "note"} and gate["key"].startswith(f"GATE.{gate['code']}")
    assert len({basis["key"] for basis in BASES}) == len(BASES)
    for basis in BASES:
        assert basis["citation"] and basis["note"] and basis["source"] and basis["confidence"] in tags


def test_every_basis_named_in_a_diagram_is_registered() -> None:
    known = {basis["key"] for basis in BASES}
    diagrams = sorted((ROOT / "bpmn").rglob("*.bpmn"))
    named = {
        key
        for path in diagrams
        for text in re.findall(r'nom:basis="([^"]*)"', path.read_text("utf-8"))
        for key in text.split()
    }
    assert named <= known
