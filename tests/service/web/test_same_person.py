"""Who a nominee is in the directory: asked on nominating, shown to who checks, corrected on a page of its own."""

from __future__ import annotations

import pytest

from service import clock, people
from service.awards import ties
from service.awards.finding import NominationFilter, find_nominations
from service.awards.models import Nomination
from service.people import accounts_by_login
from service.processes import inbox
from tests.service.web.desk import ROUND, Desk, fields_of, words

CHAIR = "Hồ Đại Ngàn"
SHOWN = "//input[@name='same_person'][not(ancestor::*[@hidden])]"


def _filled(desk: Desk, name: str, **more: str) -> dict[str, str]:
    return {
        "unit": str(desk.office.units["DONG-MAY"]), "kind": "INDIVIDUAL", "name": name, "title": "Chủ tịch UBND xã",
        "subject_group": "D", "award_form": "GK_XA", "act": "complete", **more,
    }


def _named(desk: Desk, name: str) -> Nomination:
    (found,) = find_nominations(desk.office.who("vhxh"), NominationFilter(text=name)).items
    return found.nomination


def test_who_nominates_is_asked_where_the_directory_has_the_name(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    account = accounts_by_login()["chutich"]
    assert not desk.get("donvi", path).xpath(SHOWN)
    page = desk.post("donvi", path, _filled(desk, CHAIR), 422)
    assert [x.get("value") for x in page.xpath(SHOWN)] == [str(account), "none", "unknown"]
    assert f"Là {CHAIR}, Chủ tịch UBND xã" in words(page)
    assert "#same_person" in page.xpath("//*[@data-errors]//a/@href")
    forged = desk.post("donvi", path, _filled(desk, CHAIR, same_person=str(accounts_by_login()["vhxh"])), 422)
    assert "#same_person" in forged.xpath("//*[@data-errors]//a/@href")
    assert "Đã lập đề nghị" in desk.say("donvi", path, _filled(desk, CHAIR, same_person=str(account)))
    tie = ties.tie_of(_named(desk, CHAIR))
    assert tie.account is not None and tie.account.id == account


def test_a_namesake_who_is_another_person_is_said_to_be_so_on_nominating(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    assert "Đã lập đề nghị" in desk.say("donvi", path, _filled(desk, CHAIR, same_person="none"))
    tie = ties.tie_of(_named(desk, CHAIR))
    assert (tie.account, tie.asked, [p.name for p in tie.others]) == (None, (), [CHAIR])


@pytest.mark.long
def test_the_office_sees_the_open_question_and_answers_it(desk: Desk) -> None:
    path = f"/rounds/{desk.office.rounds[ROUND]}/nominate"
    desk.post("donvi", path, _filled(desk, CHAIR, same_person="unknown"))
    one = _named(desk, CHAIR).id
    question = f"Trùng họ tên với {CHAIR}, Chủ tịch UBND xã."
    assert question in desk.read("vhxh", f"/nominations/{one}")
    assert question not in desk.read("vanthu", f"/nominations/{one}")
    desk.office.assess(one)
    desk.office.sign(one)
    (task,) = [i for i in _tasks(desk) if i.name.startswith("Kiểm tra")]
    assert question in desk.read("vhxh", f"/tasks/{task.id}")
    ask = f"/nominations/{one}/same-person"
    desk.get("vanthu", ask, 403)
    desk.get("donvi2", ask, 404)
    page = desk.get("vhxh", ask)
    assert "là ai trong danh bạ?" in words(page)
    assert "#same_person" in desk.post("vhxh", ask, fields_of(page) | {"act": "complete"}, 422).xpath(
        "//*[@data-errors]//a/@href"
    )
    said = desk.say("vhxh", ask, {"same_person": str(accounts_by_login()["chutich"]), "reason": "Cùng người", "act": "complete"})
    assert f"Người được đề nghị là {CHAIR}" in said and question not in said
    again = desk.get("vhxh", ask)
    assert again.xpath("//input[@name='same_person' and @checked]/@value") == [str(accounts_by_login()["chutich"])]
    said = desk.say("vhxh", ask, {"same_person": "none", "act": "complete"})
    assert f"Người được đề nghị là {CHAIR}" not in said
    assert [p.name for p in ties.tie_of(_named(desk, CHAIR)).others] == [CHAIR]


def _tasks(desk: Desk) -> list[inbox.Item]:
    return inbox.read_inbox(desk.office.who("vhxh"), "all", size=200).items


def test_a_collective_is_tied_to_its_unit_and_the_page_corrects_it(desk: Desk) -> None:
    school = desk.office.units["DONG-MAY"]
    one = desk.office.nominate(ROUND, name=people.unit_name(school), kind="COLLECTIVE", group="A")
    ask = f"/nominations/{one}/same-person"
    assert desk.get("vhxh", ask).xpath("//select[@name='same_unit']//option[@selected]/@value") == [str(school)]
    desk.post("vhxh", ask, {"same_unit": "none", "act": "complete"})
    assert ties.tie_of(desk.office.read(one)).unit is None


@pytest.mark.long
def test_who_acts_for_another_is_told_so_on_the_page(desk: Desk) -> None:
    one = desk.office.nominate(ROUND, name=CHAIR)
    desk.office.to_council(one, ROUND)
    desk.office.sit(ROUND, {})
    decision = desk.office.draw_up("decision", ROUND, by="vhxh")
    desk.office.act(decision, "prove", by="vhxh")
    desk.office.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
    desk.office.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
    assert "Bạn xử lý thay Chủ tịch UBND xã." in desk.read("phochutich", f"/lists/{decision}")
    assert "có tên liên quan đến bạn" in desk.read("chutich", f"/lists/{decision}")
    page = desk.get("phochutich", f"/lists/{decision}")
    assert "Đã ký 1 tên" in desk.say("phochutich", f"/lists/{decision}/acts/sign", fields_of(page) | {"act": "act"})
    after = desk.read("vhxh", f"/lists/{decision}")
    assert "KT. CHỦ TỊCH, Trần Trường Giang" in after and "(xử lý thay Chủ tịch UBND xã)" in after
