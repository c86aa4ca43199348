"""Papers in the studio: begun from an explained ground beside a register, listed among the files, with what the forms ask on offer."""

from __future__ import annotations

import json

from service.processes import deployments
from service.studio import registers
from service.web import studio, studio_blanks
from tests.service.web.desk import Desk

NAME = "Giấy báo kết quả"


def test_a_new_paper_is_right_as_it_begins_and_is_offered_what_the_forms_ask(desk: Desk) -> None:
    files, main = registers.blank_bundle("Dự thi")
    with desk.office.app.test_request_context():
        ground = studio_blanks.blank_paper().replace("{name}", NAME)
        found = studio.standing({**files, "bao.paper": ground.encode()}, main)
    assert ground.count("# ") >= 7, "each part is explained"
    assert [one.code for one in deployments.problems_of({**files, "bao.paper": ground.encode()}, main)] == ["idle-paper"]
    assert [(one["id"], one["name"]) for one in found["contents"]["papers"]] == [("bao", NAME)]
    assert [key for key, _said in found["contents"]["register"]["answers"]] == ["subject", "content", "answer"]
    wrong = ground.replace("register_number", "nobody_asks")
    assert "error" in {one.severity for one in deployments.problems_of({**files, "bao.paper": wrong.encode()}, main)}


def test_papers_stand_among_the_files_and_can_be_made_and_taken_in(desk: Desk) -> None:
    desk.say("quantri", "/office/studio/new", {"source": "template:register", "name": "Dự thi"})
    (number,) = {one.rpartition("/")[2] for one in desk.get("quantri", "/office/studio").xpath("//main//a/@href")
                 if one.startswith("/office/studio/") and one.rpartition("/")[2].isdigit()}
    page = desk.get("quantri", f"/office/studio/{number}")
    spoken = json.loads(page.find_class("studio")[0].get("data-words"))
    assert ".paper" in spoken["kinds"] and "{name}" in spoken["ground"]["paper"]
    assert page.xpath("//select[@id='new-file-kind']/option[@value='.paper']")
    assert ".paper" in page.xpath("//input[@id='take-files']/@accept")[0]


def test_forms_of_a_new_process_have_names(desk: Desk) -> None:
    desk.say("quantri", "/office/studio/new", {"source": "template:register", "name": "Dự thi"})
    (number,) = {one.rpartition("/")[2] for one in desk.get("quantri", "/office/studio").xpath("//main//a/@href")
                 if one.startswith("/office/studio/") and one.rpartition("/")[2].isdigit()}
    page = desk.get("quantri", f"/office/studio/{number}/register")
    assert [one.text for one in page.xpath("//select[@name='form']/option")][1:] == ["Phiếu lập việc", "Phiếu xử lý"]
