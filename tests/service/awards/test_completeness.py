"""Contents of a dossier: which papers are demanded, what was ticked, and what follows from one that is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service import clock
from service.awards import checks, dossier, rule_versions
from service.awards.rule_versions import RuleInput
from service.awards.scores import rank
from service.errors import Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"
ALL = ["LETTER", "UNIT_MINUTES", "REPORT"]


def received(office: Office, *names: dict[str, Any]) -> list[int]:
    """Nominations of one unit, assessed and signed together."""
    found = [office.nominate(ROUND, **{"name": f"Lò Văn {n}"} | one) for n, one in enumerate(names or ({},), 1)]
    for one in found:
        office.assess(one, facts={"path": "PHONG_TRAO"} if office.read(one).form_asked == "BK_TINH" else {})
    office.sign(found[0])
    return found


def accept(office: Office, one: int, papers: list[str], **more: Any) -> None:
    office.complete(one, "check_dossier", {"decision": "accept", "papers": papers} | more, by="vhxh")


def completeness(office: Office, one: int) -> tuple[str, str]:
    check = {c.code: c for c in checks.explain(office.read(one))}["D1"]
    return check.result, check.effect


def change(office: Office, code: str, forms: list[str], reason: str = "Hướng dẫn của Sở Nội vụ") -> None:
    row = rule_versions.read_rule(f"PAPER.{code}", clock.today())
    said = RuleInput(value=forms, citation=reason, confidence="S", valid_from=clock.today(), valid_to=None, reason=reason)
    rule_versions.change_rule(f"PAPER.{code}", said, seen=row.newest, by=office.who("truongphong"))


def test_officer_ticks_what_is_demanded_and_what_is_missing_needs_a_reason(office: Office) -> None:
    one, other = received(office, {}, {})
    assert completeness(office, one) == ("evidence", "warn"), "nobody has looked yet"
    accept(office, one, ALL)
    assert completeness(office, one)[0] == "pass"
    with pytest.raises(Invalid) as refused:
        accept(office, other, ["LETTER"])
    assert [f.path for f in refused.value.faults] == ["papers_reason"]
    assert office.at(other) == {"check_dossier"}
    accept(office, other, ["LETTER"], papers_reason="Bản giấy đã nộp tại phòng, xem ngày nhận.")
    assert office.at(other) != {"check_dossier"} and completeness(office, other) == ("fail", "warn")


def test_papers_follow_the_form_the_subject_and_the_register(office: Office) -> None:
    def asked(one: int, form: str) -> set[str]:
        return set(dossier.given(one, "check_dossier")["papers_demanded"][form])

    one, firm = received(office, {}, {"form": "BK_TINH", "name": "Công ty Sông Xanh", "kind": "COLLECTIVE", "group": "C"})
    assert asked(one, "GK_XA") == set(ALL) == asked(one, "BK_TINH")
    assert asked(one, "BK_TTG") == {"LETTER", "REPORT", "SUMMARY", "EARLIER"}
    assert asked(firm, "BK_TINH") == {*ALL, "TAX"} and asked(firm, "GK_XA") == set(ALL)
    known = {o["value"]: o for o in dossier.given(firm, "check_dossier")["papers_known"]}
    assert [*known][:4] == [*ALL, "TAX"] and known["TAX"]["follows"] == "Bắt buộc", "demanded ones come first"
    assert "họp ngày" in known["UNIT_MINUTES"]["follows"] and "meeting of" in known["UNIT_MINUTES"]["follows.en"]
    assert "TAX" not in {o["value"] for o in dossier.given(one, "check_dossier")["papers_known"]}


def test_register_says_what_is_demanded_of_who_comes_after_a_change(office: Office) -> None:
    (one,) = received(office)
    change(office, "EVIDENCE", ["GK_XA"])
    later = office.nominate(ROUND, name="Lò Văn Hai", unit="DET-NANG-SOM", by="donvi2")
    assert set(dossier.given(one, "check_dossier")["papers_demanded"]["GK_XA"]) == set(ALL), "frozen at its receipt"
    assert set(dossier.given(later, "check_dossier")["papers_demanded"]["GK_XA"]) == {*ALL, "EVIDENCE"}


def test_after_a_supplement_the_papers_are_looked_at_anew(office: Office) -> None:
    (one,) = received(office)
    office.check(one, "supplement")
    assert completeness(office, one)[0] == "evidence" and office.read(one).papers is None
    submission = office.submission(one)
    office.act(submission, "return", by="vhxh")
    mended = [{"what": "Thiếu minh chứng D1", "note": "Đã nộp", "files": []}]
    office.complete(one, "supplement_dossier", {"mended": mended, "amend_facts": False}, by="donvi")
    office.act(submission, "sign_supplement", by="thutruong")
    accept(office, one, ALL)
    assert completeness(office, one)[0] == "pass"


def test_scores_left_empty_are_the_units_own_also_in_the_ranking(office: Office) -> None:
    (one,) = received(office)
    own = {s.criterion: s.own for s in dossier.scores_of(one)}
    accept(office, one, ALL, D1={"score": 5, "reason": "Số liệu chưa đủ căn cứ."})
    scores = {s.criterion: s.office for s in dossier.scores_of(one)}
    assert scores == {**own, "D1": Decimal(5)}
    (ranked,) = rank(office.read(one).round_id, "D")
    assert ranked.office == ranked.own - own["D1"] + 5
