"""A nomination that is moved to another version of its process, or by hand, among lists, ballots and signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson
import pytest
from sqlalchemy import select

from service import clock, trail
from service.actor import machine
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid
from service.install import shipped_bundle
from service.processes import drafts, enactments, history, tasks
from service.processes.models import ProcessInstance
from service.processes.running import read_instance
from service.studio import migration, operating
from service.studio.replaying import Replayer
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import Council
from tests.journeys.office import Office
from tests.workflows.edits import edited

ROUND = "HN-2026"
WHY = "Quy chế mới thêm bước rà soát trước khi trình Hội đồng"
FORM = orjson.dumps({
    "type": "default", "id": "review_before_council", "schemaVersion": 19,
    "components": [{"type": "textarea", "key": "remark", "id": "remark", "label": "Ý kiến rà soát"}],
})


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3))


def with_review() -> dict[str, bytes]:
    """The shipped bundle with a step between posting and council."""
    files = shipped_bundle()
    text = files["award_nomination.bpmn"].decode()
    flows = [line for line in text.splitlines() if 'targetRef="wait_council"' in line]
    assert flows
    for line in flows:
        text = text.replace(line, line.replace('targetRef="wait_council"', 'targetRef="review_before_council"'))
    task = (
        '<bpmn:userTask id="review_before_council" name="Rà soát trước khi trình Hội đồng" '
        'camunda:formKey="review_before_council" camunda:candidateGroups="vhxh_head"/>'
        '<bpmn:sequenceFlow id="review_on" sourceRef="review_before_council" targetRef="wait_council"/>'
    )
    at = text.index("<bpmn:receiveTask")
    files["award_nomination.bpmn"] = (text[:at] + task + text[at:]).encode()
    return edited(files, lambda root: None) | {"review_before_council.form": FORM}


def instance_of(office: Office, one: int) -> int:
    found = office.read(one).instance_id
    assert found is not None
    return found


@pytest.mark.long
def test_inserted_step_is_visited_and_the_award_is_granted(office: Office) -> None:
    first = enactments.current_deployment("nomination_case")
    one, two = office.received(ROUND, "Hoàng Bình Minh", "Lê Thị Sao")
    stop = next(s for s in history.timeline(instance_of(office, one)) if s.state == "open")
    tasks.save_draft(stop.id, {"reason": "đang xem"}, by=office.who("vhxh"))
    second = enactments.deploy_bundle(with_review(), main="nomination_case", by=machine("cli"))
    admin = office.who("quantri")
    seen = migration.look(first, second, {}, by=admin)
    assert {line.instance for line in seen.looked if line.can_go} == {instance_of(office, one), instance_of(office, two)}
    migration.begin(first, second, {}, WHY, by=admin, instances=[instance_of(office, one)])
    office.work()
    assert read_instance(instance_of(office, one)).deployment_id == second
    assert read_instance(instance_of(office, two)).deployment_id == first
    found = drafts.read_draft(f"task:{stop.id}", by=office.who("vhxh"))
    assert found is not None and found[0] == {"reason": "đang xem"}
    for name in (one, two):
        office.check(name)
    office.post(ROUND)
    assert office.at(one) == {"review_before_council"} and office.at(two) == {"wait_council"}
    office.complete(one, "review_before_council", {"remark": "Đủ"}, by="truongphong")
    office.sit(ROUND, {})
    office.decide(ROUND, 1126)
    office.hand_over(one)
    assert office.status(one) == office.status(two) == ("ended", "certificate")
    assert trail.verify().ok
    replayer = Replayer(with_review(), "nomination_case", clock.now())
    found = replayer.judge_all([instance_of(office, one), instance_of(office, two)])
    assert [(said.verdict.word, said.verdict.element) for said in found] == [("same", ""), ("stuck", "review_before_council")]


@pytest.mark.long
def test_names_on_lists_go_along(office: Office) -> None:
    """A list that was drawn up before the move still finds its names afterwards."""
    first = enactments.current_deployment("nomination_case")
    (one,) = office.posted(ROUND, "Hoàng Bình Minh")
    sheet = office.draw_up("council_sheet", ROUND, [one], by="thuky")
    second = enactments.deploy_bundle(with_review(), main="nomination_case", by=machine("cli"))
    migration.begin(first, second, {}, WHY, by=office.who("quantri"))
    office.work()
    assert office.at(one) == {"wait_council"}
    office.key_and_sign(sheet, {})
    assert office.status(one)[0] == "deciding"


def test_nothing_is_moved_around_lists_council_and_signature(office: Office) -> None:
    admin = office.who("quantri")
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    seen = operating.preview_move(number, "wait_posting", by=admin)
    assert seen.can_move and not seen.back, seen.reasons
    assert [r.code for r in operating.preview_move(number, "self_assess", by=admin).reasons] == ["settled"]
    office.check(one)
    office.draw_up("posting", ROUND, [one], by="vhxh")
    assert [r.code for r in operating.preview_move(number, "check_dossier", by=admin).reasons] == ["tied"]
    with pytest.raises(Conflict) as refused:
        operating.move(number, "check_dossier", WHY, by=admin)
    assert refused.value.code == "tied"
    value = next(v for v in operating.values_of(number, by=admin) if v.name == "ask_opinions")
    with pytest.raises(Conflict) as refused:
        operating.edit_values(number, {value.name: not value.value}, WHY, by=admin)
    assert refused.value.code == "tied"
    operating.suspend(number, WHY, by=admin)
    operating.resume(number, "Xong", by=admin)
    with pytest.raises(Conflict) as refused:
        operating.cancel(number, WHY, by=admin)
    assert refused.value.code == "cancelled-otherwise"
    for by in ("vhxh", "truongphong", "donvi"):
        with pytest.raises(Forbidden):
            operating.move(number, "check_dossier", WHY, by=office.who(by))


@pytest.mark.long
def test_moved_back_before_the_council_and_never_after_it(office: Office) -> None:
    admin = office.who("quantri")
    (one,) = office.posted(ROUND, "Hoàng Bình Minh")
    number = instance_of(office, one)
    seen = operating.preview_move(number, "check_dossier", by=admin)
    assert seen.can_move and [s.element for s in seen.undone] == ["check_dossier", "wait_posting"]
    operating.move(number, "check_dossier", WHY, by=admin)
    office.work()
    assert office.at(one) == {"check_dossier"}
    office.check(one)
    office.post(ROUND, [one])
    assert operating.preview_move(number, "commune_path", by=admin).reasons
    office.sit(ROUND, {})
    assert {r.code for r in operating.preview_move(number, "check_dossier", by=admin).reasons} == {"settled"}
    assert {v.name for v in operating.values_of(number, by=admin) if v.settled} >= {"level"}


def test_suspended_nomination_is_taken_by_no_list(office: Office) -> None:
    admin = office.who("quantri")
    one, two = office.posted(ROUND, "Hoàng Bình Minh", "Lê Thị Sao")
    operating.suspend(instance_of(office, one), WHY, by=admin)
    with pytest.raises(Invalid):
        office.draw_up("council_sheet", ROUND, [one], by="thuky")
    office.sit(ROUND, {}, [two])
    operating.resume(instance_of(office, one), "Xong", by=admin)
    office.sit(ROUND, {}, [one])
    assert office.status(one)[0] == office.status(two)[0] == "deciding"


def test_session_goes_by_its_own_acts(office: Office) -> None:
    (one,) = office.posted(ROUND, "Hoàng Bình Minh")
    council = Council(office)
    council.plan([one])
    with reading() as s:
        number = s.scalars(select(ProcessInstance.id).where(ProcessInstance.case_key == f"session:{council.id}")).one()
    by = replace(office.who("thuky"), groups=frozenset({"admin", "secretary"}))
    targets = operating.stand(number, by=by).targets
    assert targets and all(
        "tied" in {r.code for r in operating.preview_move(number, element.id, by=by).reasons} for element in targets
    )
    with pytest.raises(Conflict) as refused:
        operating.cancel(number, WHY, by=by)
    assert refused.value.code == "cancelled-otherwise"
    council.invite()
