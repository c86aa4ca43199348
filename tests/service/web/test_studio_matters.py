"""What the studio does with a bundle goes for one with a register too: words, comparison, use, try-out, replay, moving, figures."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.actor import machine
from service.db import reading
from service.errors import Forbidden
from service.movement import read_matter
from service.processes import enactments
from service.processes.models import ProcessInstance
from service.processes.running import read_instance
from service.studio import deploying, drafts, operating, procedures, replay, replay_work, scenarios, tryout
from service.studio.bundles import bundle_named
from tests.journeys.office import Office
from tests.service.web.desk import Desk
from workflows import prose, prose_changes

FILE, MAIN = "petition.register", "petition"
REMARK = {"kind": "remark", "subject": "Mạng ở thôn xa chập chờn", "content": "Không nộp được hồ sơ trực tuyến.",
          "sender": "Vàng A Mây", "received_on": "2026-11-02"}


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


def files() -> dict[str, bytes]:
    """The petitions as they are in use."""
    return dict(procedures.files_of(enactments.current_deployment(MAIN)))


def opened() -> dict[str, bytes]:
    """The same, read by the inspectors instead of the chair, with the sender no more private, and the verification under another id."""
    found = files()
    text = found[FILE].decode()
    text = text.replace('reads = ["vhxh", "vhxh_head", "chair"]', 'reads = ["vhxh", "vhxh_head", "inspector"]')
    text = text.replace('private = ["sender", ', "private = [").replace("ĐKN", "ĐT")
    diagram = found["petition.bpmn"].decode().replace('"verify_petition" name', '"examine" name').replace(">verify_petition<", ">examine<")
    diagram = diagram.replace('Ref="verify_petition"', 'Ref="examine"').replace('bpmnElement="verify_petition"', 'bpmnElement="examine"')
    paper = found["petition_answer.paper"].replace(b'private = ["sender", "begun_by"]', b'private = ["begun_by"]')
    sent_on = found["petition_transfer.paper"].replace(b'private = ["sender", ', b"private = [")
    papers = {"petition_answer.paper": paper, "petition_transfer.paper": sent_on}
    return found | {FILE: text.encode(), "petition.bpmn": diagram.encode()} | papers


def test_a_register_stands_in_the_words_and_what_changed_of_it_is_marked(desk: Desk, office: Office) -> None:
    told = prose.text_of(procedures.procedure_in(files(), MAIN, "vi"))
    assert "Sổ theo dõi: Sổ đơn, kiến nghị; mỗi việc là một đơn, kiến nghị, mang số như ĐKN 12/2026" in told
    assert "Lập việc: mọi người có tài khoản, bằng biểu mẫu “Đơn, kiến nghị”" in told
    assert "Tên gọi mỗi việc: [Nội dung chính]" in told and "Mục kín: “Người gửi”, “Địa chỉ, điện thoại của người gửi”" in told
    english = prose.text_of(procedures.procedure_in(files(), MAIN, "en"))
    assert "Begun: by everybody with an account, on the form “Petition”" in english and "Outcomes: Answered (good)" in english
    changes = prose_changes.text_of(prose_changes.compare(*(procedures.procedure_in(one, MAIN, "vi") for one in (files(), opened()))), "vi")
    assert "Xem mọi việc" in changes and "Thanh tra" in changes and "ĐT 12/2026" in changes
    number = enactments.current_deployment(MAIN)
    page = desk.read("quantri", f"/office/processes/{number}")
    assert "Xem mọi việc: Phòng Văn hóa - Xã hội" in page and "Cột của danh sách: “Loại”, “Ngày nhận”" in page
    paper = str(procedures.facts_of(number)["parts"][0]["begins"])
    assert "Mục kín" in paper and "Cột của danh sách" not in paper, "what is about the list in the machine stands on no paper"
    draft = drafts.begin_draft(by=office.who("quantri"), base=number, files=opened())
    page = desk.read("quantri", f"/office/processes/compare?from={number}&to=draft:{draft}")
    assert "Xem mọi việc:" in page and "petition.register" in page


def test_a_change_of_who_reads_or_what_is_private_is_told_before_it_is_in_use(desk: Desk, office: Office) -> None:
    by, number = office.who("quantri"), enactments.current_deployment(MAIN)
    same = drafts.begin_draft(by=by, base=number)
    assert deploying.look_over(same, by=by).register == []
    assert "ai lập, ai xem" not in desk.read("quantri", f"/office/studio/{same}/deploy")
    draft = drafts.begin_draft(by=by, base=number, files=opened())
    page = desk.read("quantri", f"/office/studio/{draft}/deploy")
    for said in ("Nay xem được mọi việc của sổ: Thanh tra", "Không còn xem được mọi việc, chỉ còn việc của đơn vị mình",
                 "Không còn kín: “Người gửi”. Ai xem được việc thì thấy."):
        assert said in page
    told = deploying.look_over(draft, by=by).register
    assert [one.widens for one in told] == [True, False, True] and told[2].message_en.startswith("Private no more: “Sender”")
    without = {name: content for name, content in files().items() if name != FILE}
    dropped = drafts.begin_draft(by=by, base=number, files=without)
    assert "không còn sổ theo dõi" in deploying.look_over(dropped, by=by).register[0].message
    alone, new = desk.say("quantri", "/office/studio/new", {"source": "template:register", "name": "Sáng kiến"}), drafts.list_drafts()[0]
    assert alone and "Sổ mới. Lập việc: Phòng Văn hóa - Xã hội." in desk.read("quantri", f"/office/studio/{new.id}/deploy")


@pytest.mark.long
def test_a_try_out_begins_by_the_form_of_the_register(desk: Desk, office: Office) -> None:
    number, by = enactments.current_deployment(MAIN), office.who("quantri")
    of, settings = f"deployment:{number}", office.app.extensions["settings"]
    page = desk.say("quantri", "/studio/tryouts", {"of": of})
    assert "Chạy thử: Gửi đơn, kiến nghị" in page and "Nội dung chính" in page
    begin = f"/studio/tryouts/begin?of={of}"
    refused = desk.post("quantri", begin, {**REMARK, "subject": ""}, code=422)
    assert refused.xpath("//*[@id='subject-wrong']") and refused.xpath("//textarea[@name='content']")[0].text.strip() == REMARK["content"]
    page = desk.say("quantri", begin, {**REMARK, "received_on": "02/11/2026"})
    assert "1 bước đang chờ" in page and "Phân loại đơn, kiến nghị" in page and "Lập việc" in page and REMARK["subject"] in page
    ((tried, _title),) = tryout.list_tryouts(by=by, settings=settings)
    one = tryout.read_tryout(tried, by=by, settings=settings)
    given = one.given(one.waits[0])
    assert (given["subject"], "sender" in given, given["files"]) == (REMARK["subject"], False, []), "as the office would give it"
    matter = office.begin(MAIN, by="donvi", **REMARK)
    with reading() as s:
        begun = s.scalar(select(ProcessInstance.begun_with).where(ProcessInstance.case_key == f"matter:{matter}")) or {}
    assert one.scenario.start | {"matter_id": ""} == begun | {"matter_id": ""}, "it begins with what a matter begins with"
    path = f"/studio/tryouts/{tried}"
    assert "Ký trả lời người gửi" in desk.say("quantri", f"{path}/moves", {"kind": "answer", "at": "classify_petition",
                                                                            "with": '{"kind": "remark"}'})
    page = desk.say("quantri", f"{path}/moves", {"kind": "answer", "at": "answer_petition", "with": '{"way": "here"}'})
    assert "Chạy thử đã kết thúc: Đã trả lời" in page
    answer = desk.who("quantri").client.get(f"{path}/scenario?name=Phản ánh")
    bundle = bundle_named(of, by=by)
    (ran,) = scenarios.run_all({**bundle.files, "thu.scenario": answer.data}, MAIN).ran
    assert ran.result.passed and ran.result.outcome == "answered"
    draft = drafts.begin_draft(by=by, base=number, files={**bundle.files, "thu.scenario": answer.data})
    page = desk.read("quantri", f"/studio/scenarios?of=draft:{draft}")
    assert "Cả 1 kịch bản ra đúng như đã ghi" in page and "Đã trả lời" in page


@pytest.mark.long
def test_matters_are_replayed_moved_operated_and_counted(desk: Desk, office: Office) -> None:
    by, first = office.who("quantri"), enactments.current_deployment(MAIN)
    ended, waiting = office.begin(MAIN, by="donvi", **REMARK), office.begin(MAIN, by="donvi", **REMARK | {"kind": "complaint"})
    office.step(ended, "classify_petition", by="truongphong", kind="remark")
    office.step(ended, "answer_petition", by="truongphong", way="here", answer="Đã đề nghị nhà mạng.", told_on="2026-11-03")
    office.step(waiting, "classify_petition", by="truongphong", kind="complaint")
    assert office.stands_at(waiting) == {"verify_petition"}

    run = replay.start_replay(files(), MAIN, by=by, title="Đơn").id
    replay_work.work(run)
    assert replay.read_run(run, by=by).counts == {"same": 2}
    page = desk.read("quantri", f"/studio/replays/{run}")
    assert "ĐKN 01/2026" in page and "Đã trả lời" in page
    instance = read_matter(ended, by=office.who("thanhtra")).entry.instance
    assert "Ký trả lời người gửi" in desk.read("quantri", f"/studio/replays/{run}/cases/{instance}")
    kept = desk.who("quantri").client.get(f"/studio/replays/{run}/cases/{instance}/scenario")
    assert kept.status_code == 200 and "Vàng A Mây" not in kept.text

    second = enactments.deploy_bundle(opened(), main=MAIN, by=machine("cli"))
    page = desk.get("quantri", f"/office/processes/{first}/migrate")
    said = " ".join(page.text_content().split())
    assert "ĐKN 02/2026 · Mạng ở thôn xa chập chờn" in said and "Việc được chuyển: Không còn kín: “Người gửi”" in said
    assert page.xpath(f"//a[@href='/matters/{waiting}']") and "1 trong 1 hồ sơ chuyển được" in said
    (form,) = [one for one in page.forms if f"/office/processes/{first}/migrate" in (one.action or "") and one.method == "POST"]
    batch = desk.post("quantri", form.action, {k: str(v) for k, v in form.form_values()} | {"reason": "Quy chế mới"})
    office.work()
    moved = read_matter(waiting, by=office.who("thanhtra")).entry.instance
    assert read_instance(moved).deployment_id == second and office.stands_at(waiting) == {"examine"}
    number = batch.xpath("//main//form/@action")[0].split("/")[3]
    page = desk.get("quantri", f"/office/migrations/{number}")
    assert "ĐKN 02/2026" in page.text_content() and page.xpath(f"//a[@href='/matters/{waiting}']")

    page = desk.get("quantri", f"/office/instances/{moved}")
    assert page.xpath(f"//a[@href='/matters/{waiting}']") and "Xác minh" in page.text_content()
    assert "decision" in {one.name for one in operating.values_of(moved, by=by)}
    assert "Xác minh" in desk.read("quantri", f"/office/processes/{second}/figures")
    assert "Ký trả lời người gửi" in desk.read("quantri", f"/office/processes/{first}/figures")


def test_what_is_private_is_no_value_of_who_operates(office: Office) -> None:
    by = office.who("quantri")
    changed = files()
    changed[FILE] = changed[FILE].replace(
        b'private = ["sender", "contact", "scan", "withdrawal", "answer_scan", "transfer_scan"]',
        b'private = ["sender", "contact", "decision"]',
    )
    paper = "petition_conclusion.paper"
    changed[paper] = changed[paper].replace(b"word = true", b'word = true\nprivate = ["decision"]')
    enactments.deploy_bundle(changed, main=MAIN, by=machine("cli"))
    matter = office.begin(MAIN, by="donvi", **REMARK)
    office.step(matter, "classify_petition", by="truongphong", kind="remark")
    instance = read_matter(matter, by=office.who("thanhtra")).entry.instance
    assert "decision" in {one.name for one in operating.values_of(instance, by=office.who("thanhtra"))}, "an inspector sees it"
    assert "decision" not in {one.name for one in operating.values_of(instance, by=by)}
    with pytest.raises(Forbidden, match="may not see"):
        operating.edit_values(instance, {"decision": "complaint"}, "Thử", by=by)
