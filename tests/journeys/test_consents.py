"""A nominee is asked: he agrees, declines or adds something until the head signs, or his unit records it from paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from service import people, trail
from service.awards import checks, consents, rule_versions, ties
from service.awards.files import attach_file
from service.awards.lists import LineInput
from service.awards.nominations import read_nomination
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound, Withheld
from service.notices.models import Mail
from tests.journeys.office import PDF, Office

ROUND = "HN-2026"
MEMBER, LOGIN = "Vũ Nắng Mai", "donvi"
CHAIR = "Hồ Đại Ngàn"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _asked(office: Office, login: str = "chutich", name: str = CHAIR) -> int:
    """A nomination of somebody who has an account, and is known to be that person."""
    return office.nominate(ROUND, name=name, account=people.accounts_by_login()[login])


def _mails(letter: str) -> list[Mail]:
    with reading() as s:
        return list(s.scalars(select(Mail).where(Mail.letter == letter).order_by(Mail.id)))


def _kinds(office: Office, one: int) -> list[str]:
    stream = f"instance:{office.read(one).instance_id}"
    return [e.kind for e in trail.read(stream=stream, limit=200).events if e.kind.startswith("consent:")]


def test_a_nominee_is_told_by_mail_and_agrees_and_adds_what_the_unit_should_know(office: Office) -> None:
    one = _asked(office)
    (mail,) = _mails("nominated")
    assert (mail.account, mail.link) == (people.accounts_by_login()["chutich"], f"/my-nominations/{one}")
    (asked,) = consents.asked_of(office.who("chutich"))
    assert (asked.nomination, asked.unit_name, asked.form, asked.nominated_by) == (
        one, "Trường TH&THCS Đồng Mây", "GK_XA", office.who("donvi").name)
    consents.answer_nomination(one, "yes", by=office.who("chutich"), more="Còn sáng kiến số hóa sổ đầu bài.")
    said = office.read(one).consent
    assert (said["answer"], said["how"], said["on"], said["more"]) == ("yes", "self", "2026-11-03", "Còn sáng kiến số hóa sổ đầu bài.")
    consents.answer_nomination(one, "yes", by=office.who("chutich"), more="Còn sáng kiến số hóa sổ đầu bài.")
    assert sorted(_kinds(office, one)) == ["consent:added", "consent:given"], "the same again writes nothing"
    office.assess(one)
    office.sign(one)
    with pytest.raises(Conflict) as late:
        consents.answer_nomination(one, "no", by=office.who("chutich"), reason="Đổi ý")
    assert late.value.code == "consent-closed"
    assert consents.asked_of(office.who("chutich")) == [] and not consents.read_asked(one, by=office.who("chutich")).open


def test_only_the_nominee_answers_and_reads_no_more_than_that(office: Office) -> None:
    one = _asked(office, "uv1", office.who("uv1").name)
    assert consents.read_asked(one, by=office.who("uv1")).open
    with pytest.raises(NotFound):
        read_nomination(one, by=office.who("uv1"))
    for login in ("donvi", "vhxh", "quantri", "chutich"):
        with pytest.raises((NotFound, Withheld)):
            consents.answer_nomination(one, "yes", by=office.who(login))
        with pytest.raises((NotFound, Withheld)):
            consents.read_asked(one, by=office.who(login))


def test_a_declined_name_is_not_signed_until_it_is_taken_off_or_agrees(office: Office) -> None:
    one, other = _asked(office), office.nominate(ROUND, name="Hoàng Bình Minh")
    for number in (one, other):
        office.assess(number)
    with pytest.raises(Invalid):
        consents.answer_nomination(one, "no", by=office.who("chutich"))
    consents.answer_nomination(one, "no", by=office.who("chutich"), reason="Năm nay nhường tập thể")
    mails = _mails("nominee_answered")
    assert {m.account for m in mails} == {people.accounts_by_login()[login] for login in ("donvi", "thutruong")}
    assert "nhường" not in str(mails[0].context), "no reason in a mail"
    submission = office.read(one).submission_id or 0
    fields = {"held_on": "2026-11-02", "members": 9, "present": 9, "chaired_by": "Hiệu trưởng"}
    office.act(submission, "minutes", by="donvi", fields=fields,
               lines=[LineInput(n, data={"votes": 9}) for n in (one, other)])
    with pytest.raises(Invalid) as refused:
        office.act(submission, "sign", by="thutruong", lines=[LineInput(n, "signed") for n in (one, other)])
    (line,) = refused.value.lines
    assert (line["name"], line["code"]) == (CHAIR, "refused") and "không đồng ý" in line["message"]
    done = office.act(submission, "sign", by="thutruong")
    assert done.done == 1 and [b["name"] for b in done.left_out] == [CHAIR]
    consents.answer_nomination(one, "yes", by=office.who("chutich"))
    assert office.act(submission, "sign", by="thutruong").done == 1
    assert office.read(one).facts["nominee_agrees"] is True


def test_the_unit_records_a_paper_of_who_has_no_account(office: Office) -> None:
    one = office.nominate(ROUND)
    scan = attach_file(f"draft:{office.who('donvi').account}", "bao-cao.pdf", PDF, by=office.who("donvi")).id
    said: dict[str, Any] = {"answer": "yes", "on": "2026-11-02", "scan": [scan]}
    for wrong, path in (({"on": "2026-12-01"}, "on"), ({"scan": []}, "scan"), ({"scan": [999_999]}, "scan")):
        with pytest.raises(Invalid) as refused:
            consents.record_consent(one, {**said, **wrong}, by=office.who("donvi"))
        assert any(f.path.startswith(path) for f in refused.value.faults), refused.value.faults
    with pytest.raises(Forbidden):
        consents.record_consent(one, said, by=office.who("vanthu"))
    with pytest.raises((NotFound, Withheld)):
        consents.record_consent(one, said, by=office.who("donvi2"))
    consents.record_consent(one, said, by=office.who("donvi"))
    consents.record_consent(one, said, by=office.who("donvi"))
    assert _kinds(office, one) == ["consent:recorded"], "the same again writes nothing"
    kept = office.read(one).consent
    assert (kept["answer"], kept["how"], kept["scan"]) == ("yes", "paper", [scan])
    with pytest.raises((NotFound, Withheld)):
        consents.answer_nomination(one, "no", by=office.who("chutich"), reason="Không phải tôi")


def test_nobody_records_the_paper_of_himself_and_a_self_given_answer_stands(office: Office) -> None:
    one = _asked(office, LOGIN, office.who(LOGIN).name)
    assert office.read(one).consent["how"] == "own", "who nominates himself has agreed"
    assert _mails("nominated") == []
    with pytest.raises(Forbidden) as refused:
        consents.record_consent(one, {"answer": "yes", "on": "2026-11-02", "number": "1"}, by=office.who(LOGIN))
    assert refused.value.code == "own-case"
    other = _asked(office)
    consents.answer_nomination(other, "no", by=office.who("chutich"), reason="Không nhận")
    with pytest.raises(Conflict) as stands:
        consents.record_consent(other, {"answer": "yes", "on": "2026-11-02", "number": "1"}, by=office.who(LOGIN))
    assert stands.value.code == "answered-himself"


def test_an_answer_of_who_turns_out_to_be_another_person_no_longer_counts(office: Office) -> None:
    one = _asked(office)
    consents.answer_nomination(one, "yes", by=office.who("chutich"))
    ties.untie_account(one, people.accounts_by_login()["chutich"], by=office.who("vhxh"))
    assert office.read(one).consent == {} and consents.asked_of(office.who("chutich")) == []
    assert "consent:dropped" in _kinds(office, one)
    assert "nominee_agrees" not in office.read(one).facts, "nothing is judged before receipt"
    ties.tie_account(one, people.accounts_by_login()["phochutich"], by=office.who("vhxh"))
    assert people.accounts_by_login()["phochutich"] in {m.account for m in _mails("nominated")}


def test_who_did_not_answer_is_a_line_of_the_checks_that_warns_until_the_commune_confirms_the_rule(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    office.sign(one)
    line = next(c for c in checks.explain(office.read(one)) if c.code == "D5")
    assert (line.result, line.effect, line.stands_in_the_way) == ("fail", "warn", False)
    consents.record_consent(one, {"answer": "yes", "on": "2026-11-02", "number": "3/BC"}, by=office.who("donvi"))
    assert next(c for c in checks.explain(office.read(one)) if c.code == "D5").result == "pass"
    office.check(one)
    rule_versions.confirm_rule("GATE.D5", 1, seen=1, reason="Quy chế thi đua của xã", by=office.who("truongphong"))
    two = office.nominate(ROUND, name="Cao Gió Núi", unit="DET-NANG-SOM", by="donvi2")
    office.assess(two, by="donvi2")
    office.sign(two, by="thutruong2", minutes_by="donvi2")
    assert next(c for c in checks.explain(office.read(two)) if c.code == "D5").stands_in_the_way
    with pytest.raises(Invalid):
        office.check(two)
    consents.record_consent(two, {"answer": "yes", "on": "2026-11-03", "number": "4/BC"}, by=office.who("donvi2"))
    office.check(two)
    with pytest.raises(Conflict):
        consents.record_consent(two, {"answer": "no", "on": "2026-11-03", "number": "5", "reason": "Thôi"}, by=office.who("donvi2"))

