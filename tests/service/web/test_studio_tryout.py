"""Try-outs at the pages: a whole nomination played through in the sandbox, of which nothing is in the office."""

from __future__ import annotations

import os
import time
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, inspect, select

from service.db import db, reading
from service.errors import Conflict, Forbidden, NotFound
from service.processes import deployments
from service.studio import drafts, scenarios, tryout
from service.studio.bundles import bundle_named
from tests.service.web.desk import Desk, words
from workflows.scenario import Move, read_scenario

OF = "deployment:1"


def _rows() -> dict[str, int]:
    with reading() as s:
        return {
            name: s.execute(select(func.count()).select_from(db.metadata.tables[name])).scalar_one()
            for name in inspect(db.engine).get_table_names()
            if name in db.metadata.tables and name != "session_token"
        }


def _folders(desk: Desk) -> list[Path]:
    return [f for f in (desk.office.app.extensions["settings"].var / "tryouts").glob("*/*") if f.is_dir()]


def _begin(desk: Desk) -> str:
    page = desk.say("quantri", "/studio/tryouts", {"of": OF})
    assert "1 bước đang chờ" in page and "Tự đánh giá" in page
    return _folders(desk)[0].name


@pytest.mark.long
def test_a_nomination_is_played_through_and_nothing_of_it_is_in_the_office(desk: Desk) -> None:
    desk.who("quantri")
    before = _rows()
    number = _begin(desk)
    path = f"/studio/tryouts/{number}"
    page = desk.post("quantri", f"{path}/tasks/self_assess-1", {"person": "Hoàng Bình Minh (unit)"}, code=422)
    assert page.xpath("//*[contains(@class, 'is-wrong')]")  # the real form asks as it does in the office

    def move(kind: str, at: str, **said: str) -> str:
        return desk.say("quantri", f"{path}/moves", {"kind": kind, "at": at, **said})

    for code, said in (
        (422, {"kind": "wait", "at": "P99999Y"}), (409, {"kind": "tell", "at": "wait_posting"}),
        (422, {"kind": "answer", "at": "self_assess", "with": "[1"}), (422, {"kind": "no", "at": ""}),
    ):
        refused = desk.post("quantri", f"{path}/moves", said, code=code)
        assert refused.xpath("//*[contains(@class, 'error')]"), said
    assert "Chờ thủ trưởng ký" in move("answer", "self_assess", person="Hoàng Bình Minh (unit)")
    facts = next(w.hint for w in _read(desk, number).waits if w.opened.element == "wait_submission")
    assert "facts" in facts
    move("tell", "wait_submission", result="rework")
    desk.post("quantri", f"{path}/back")
    move("tell", "wait_submission", result="signed", **{"with": orjson.dumps(dict(facts)).decode()})
    move("answer", "check_dossier", **{"with": '{"decision": "accept", "ask_opinions": false}'})
    assert "kết quả ở Chờ kết thúc niêm yết" in move("tell", "wait_posting")
    move("wait", "10")
    move("tell", "wait_council", result="passed", **{"with": '{"level": "commune"}'})
    for element, result in (("wait_decision", "granted"), ("wait_issue", ""), ("wait_payment", ""), ("wait_handover", "")):
        move("tell", element, result=result)
    page = move("effect", "file_dossier")
    assert "Chạy thử đã kết thúc: Giấy khen" in page
    # It is kept as a scenario, and that comes to the same end.
    answer = desk.who("quantri").client.get(f"{path}/scenario?name=Thử Giấy khen")
    assert "thu_giay_khen.scenario" in answer.headers["Content-Disposition"]
    kept = read_scenario(answer.data)
    bundle = bundle_named(OF, by=desk.office.who("quantri"))
    results = scenarios.run_all({**bundle.files, "thu.scenario": answer.data}, bundle.main)
    assert kept.expected.outcome == "certificate" and results.passed
    assert "<bpmn" in desk.who("quantri").client.get(f"{path}/drawing/award_nomination").text
    assert _rows() == before
    assert "Đã kết thúc chạy thử" in desk.say("quantri", f"{path}/end")
    assert _rows() == before and _folders(desk) == []
    desk.get("quantri", path, code=404)


def _spoilt(desk: Desk, name: str, before: bytes, after: bytes) -> int:
    """A draft of the shipped process with one file changed."""
    by = desk.office.who("quantri")
    draft = drafts.begin_draft(by=by, base=1)
    content = drafts.files_of(draft)[name]
    assert before in content
    seen = next(f.version for f in drafts.read_draft(draft).files if f.name == name)
    drafts.save_file(draft, name, content.replace(before, after), seen=seen, by=by)
    return draft


@pytest.mark.long
def test_a_draft_with_faults_says_what_is_wrong_wherever_it_is_tried(desk: Desk) -> None:
    """Faults of its diagram and faults of the form of a step, at each door; a draft without them is tried."""
    whole = drafts.begin_draft(by=desk.office.who("quantri"), base=1)
    assert "ra đúng như đã ghi" in desk.read("quantri", f"/studio/scenarios?of=draft:{whole}")
    diagram = _spoilt(desk, "award_nomination.bpmn", b'camunda:formKey="weigh_objection"', b'camunda:formKey="weigh_nothing"')
    form = _spoilt(desk, "weigh_objection.form", b'"type": "table"', b'"type": "no such"')
    for draft, said in ((diagram, "weigh_nothing"), (form, "weigh_objection.form")):
        for page in (
            desk.get("quantri", f"/studio/scenarios?of=draft:{draft}", code=422),
            desk.get("quantri", f"/studio/scenarios/drawing?of=draft:{draft}&process=award_nomination", code=422),
            desk.get("quantri", f"/studio/scenarios/{draft}/answers/weigh_objection", code=422),
            desk.post("quantri", f"/studio/scenarios/{draft}/answers/weigh_objection", {}, code=422),
            desk.post("quantri", "/studio/tryouts", {"of": f"draft:{draft}"}, code=422),
        ):
            assert "Chưa chạy thử được" in words(page) and said in words(page)
            assert f"/office/studio/{draft}" in page.xpath("//main//a/@href")
        assert _folders(desk) == []


def test_every_tryout_can_be_ended_from_the_list(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    page = desk.get("quantri", "/studio/tryouts")
    assert f"/studio/tryouts/{number}/end" in page.xpath("//form/@action")
    desk.post("quantri", f"/studio/tryouts/{number}/end")
    assert _folders(desk) == []


def _read(desk: Desk, number: str) -> tryout.Tryout:
    return tryout.read_tryout(number, by=desk.office.who("quantri"), settings=desk.office.app.extensions["settings"])


def test_timers_fire_by_its_own_clock_and_a_hold_stops_them(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    hints = tryout._hints(_read(desk, number).files, "nomination_case")
    for move in (
        Move("answer", "self_assess"), Move("tell", "wait_submission", None, hints["wait_submission"]),
        Move("answer", "check_dossier", None, {"decision": "not_eligible"}), Move("tell", "wait_result_letter"),
    ):
        tryout.do(number, move, by=by, settings=settings)
    tryout.do(number, Move("hold"), by=by, settings=settings)
    tryout.do(number, Move("wait", "P60D"), by=by, settings=settings)
    assert not _read(desk, number).ended
    tryout.do(number, Move("release"), by=by, settings=settings)
    tryout.do(number, Move("wait", "due"), by=by, settings=settings)
    ended = _read(desk, number)
    assert ended.ended and ended.player.course.outcome == "refused"
    with pytest.raises(Conflict):
        tryout.do(number, Move("answer", "self_assess"), by=by, settings=settings)


def test_who_acted_before_does_not_act_again_where_the_diagram_says_so(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    hints = tryout._hints(_read(desk, number).files, "nomination_case")
    for move, person in (
        (Move("answer", "self_assess"), "A"), (Move("tell", "wait_submission", None, hints["wait_submission"]), ""),
        (Move("answer", "check_dossier", None, {"decision": "not_eligible"}), "B"), (Move("tell", "wait_result_letter"), ""),
        (Move("tell", "wait_review"), ""),
    ):
        tryout.do(number, move, by=by, settings=settings, person=person)
    with pytest.raises(Conflict) as refused:
        tryout.do(number, Move("answer", "review_refusal", None, {"decision": "uphold"}), by=by, settings=settings, person="B")
    assert refused.value.code == "same-person"
    tryout.do(number, Move("answer", "review_refusal", None, {"decision": "uphold"}), by=by, settings=settings, person="C")
    assert _read(desk, number).ended


def test_a_step_that_goes_back_to_the_same_person_does_so_in_a_tryout_too(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    hints = tryout._hints(_read(desk, number).files, "nomination_case")
    for move, person in (
        (Move("answer", "self_assess"), "A (unit)"), (Move("tell", "wait_submission", None, hints["wait_submission"]), ""),
        (Move("answer", "check_dossier", None, {"decision": "supplement"}), "B (vhxh)"),
    ):
        tryout.do(number, move, by=by, settings=settings, person=person)
    tryout.do(number, Move("tell", "wait_return"), by=by, settings=settings)
    while not any(w.opened.attrs.get("same_as") for w in _read(desk, number).waits):
        (wait,) = _read(desk, number).waits
        if wait.opened.kind == "user":
            tryout.do(number, Move("answer", wait.opened.element), by=by, settings=settings, person="A (unit)")
        else:
            tryout.do(number, Move("tell", wait.opened.element, None, hints.get(wait.opened.element, {})), by=by, settings=settings)
    (wait,) = _read(desk, number).waits
    assert list(wait.people) == ["B (vhxh)"]
    move = Move("answer", wait.opened.element, None, {"decision": "accept", "ask_opinions": False})
    with pytest.raises(Conflict) as refused:
        tryout.do(number, move, by=by, settings=settings, person="C (vhxh)")
    assert refused.value.code == "another-person" and "B" in refused.value.message
    tryout.do(number, move, by=by, settings=settings, person="B (vhxh)")


def test_history_of_a_tryout_speaks_in_the_words_of_forms_and_lists(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    facts = tryout._hints(_read(desk, number).files, "nomination_case")["wait_submission"]
    for move, person in (
        (Move("answer", "self_assess"), "Hoàng Bình Minh (unit)"),
        (Move("tell", "wait_submission", None, {**facts, "result": "signed"}), ""),
        (Move("answer", "check_dossier", None, {"decision": "not_eligible", "ask_opinions": False}), "Lò Thị Nắng (vhxh)"),
        (Move("wait", "P2D"), ""),
    ):
        tryout.do(number, move, by=by, settings=settings, person=person)
    (done,) = desk.get("quantri", f"/studio/tryouts/{number}").xpath("//*[@id='done']")
    said = " ".join(done.text_content().split())
    assert "Kết quả kiểm tra, thẩm định: Không đủ điều kiện" in said and "Kết quả: Ký đề nghị" in said
    assert "Lò Thị Nắng (Phòng Văn hóa - Xã hội) xử lý Kiểm tra thành phần, thẩm định" in said
    assert "Thời gian trôi: 2 ngày" in said and "P2D" not in said
    for code in ("not_eligible", "ask_opinions", "decision", "signed", "facts", "PHONG_TRAO", "consecutive_years", "true"):
        assert code not in said, code


def test_a_scenario_is_named_for_people_and_its_file_after_it(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    draft = drafts.begin_draft(by=by, base=1)
    number = tryout.start_tryout(bundle_named(f"draft:{draft}", by=by), by=by, settings=settings)
    path = f"/studio/tryouts/{number}"
    for name, file in (
        ("Có rà soát, tới tỉnh", "co_ra_soat_toi_tinh"), ("Có rà soát: tới tỉnh!", "co_ra_soat_toi_tinh_2"), ("..//?", "kich_ban"),
        ("Đ" * 200, "d" * 60),
    ):
        assert f"Đã ghi {file}.scenario vào bản soạn." in desk.say("quantri", f"{path}/scenario", {"name": name})
        assert read_scenario(drafts.files_of(draft)[f"{file}.scenario"]).name == name
    drafts.drop_draft(draft, by=by)
    desk.get("quantri", path)  # what was taken along is there still


def test_a_name_that_cannot_be_kept_stays_in_its_field(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    draft = drafts.begin_draft(by=by, base=1)
    number = tryout.start_tryout(bundle_named(f"draft:{draft}", by=by), by=by, settings=settings)
    path = f"/studio/tryouts/{number}/scenario"
    assert "Đã ghi toi_tinh.scenario" in desk.say("quantri", path, {"name": "Tới tỉnh"})
    left = deployments.MAX_FILES - len(drafts.files_of(draft))
    drafts.take_files(draft, {f"more_{n}.scenario": b"{}" for n in range(left)}, by=by)  # as many as a draft may hold
    page = desk.post("quantri", path, {"name": "Tới tỉnh"}, code=422)
    assert page.xpath("//*[@id='name']/@value") == ["Tới tỉnh"] and page.xpath("//*[contains(@class, 'error')]")


def test_where_something_was_refused_the_address_leads_to_the_tryout(desk: Desk) -> None:
    number = _begin(desk)
    path = f"/studio/tryouts/{number}"
    for at in ("moves", "tasks/self_assess-1", "back", "end"):
        answer = desk.who("quantri").client.get(f"{path}/{at}")
        assert (answer.status_code, answer.headers["Location"]) == (303, path), at
    assert _folders(desk), "to look is not to end"


def test_the_clock_says_what_days_it_takes(desk: Desk) -> None:
    number = _begin(desk)
    path = f"/studio/tryouts/{number}"
    assert "Cho đồng hồ chạy thêm (ngày)" in desk.read("quantri", path)
    for typed, said in (
        ("", "Chưa ghi số ngày. Ghi số ngày từ 1 đến 3650."), ("-5", "Đồng hồ chỉ chạy tới"), ("0", "Đồng hồ chỉ chạy tới"),
        ("99999", "99999 ngày là quá nhiều"), ("2,5", "“2,5” không phải số ngày"), ("P5D", "“P5D” không phải số ngày"),
    ):
        page = desk.post("quantri", f"{path}/moves", {"kind": "wait", "at": typed}, code=422)
        assert said in words(page) and "từ 1 đến 3650" in words(page), typed
        assert page.xpath("//*[@id='days']/@value") == [typed]
    assert "3.650 ngày" in desk.say("quantri", f"{path}/moves", {"kind": "wait", "at": "3650"}).replace("3650", "3.650")


def test_history_says_what_the_office_says_of_facts_results_and_an_officers_own_words(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    path = f"/studio/tryouts/{number}"
    facts = tryout._hints(_read(desk, number).files, "nomination_case")["wait_submission"]["facts"]
    given = {"result": "signed", "level": "province", "facts": {**facts, "own_thing": {"level": "commune"}}}
    tryout.do(number, Move("answer", "self_assess"), by=by, settings=settings)
    tryout.do(number, Move("tell", "wait_submission", None, given), by=by, settings=settings)
    opinion = "Hồ sơ đầy đủ theo quy định. " * 20
    desk.post("quantri", f"{path}/tasks/check_dossier-1", {
        "person": "Lò Thị Nắng (vhxh)", "decision": "not_eligible", "reason": "Chưa đủ tiêu chuẩn.", "reason_code": "STANDARD",
        "basis": "Điều 12", "comment": opinion,
    })
    (done,) = desk.get("quantri", path).xpath("//*[@id='done']")
    said = " ".join(done.text_content().split())
    assert "Kết quả: Ký đề nghị" in said and "Cấp khen thưởng: cấp tỉnh" in said
    assert "Thành tích trong phong trào thi đua" in said and "cấp xã" in said
    assert f"Ý kiến thẩm định{opinion.strip()}" in said and "Lý do: Chưa đủ tiêu chuẩn." in said
    folded = " ".join(" ".join(one.text_content() for one in done.xpath(".//details")).split())
    assert opinion.strip() in folded and "Chưa đủ tiêu chuẩn" not in folded
    for code in ("province", "commune", "signed", "PHONG_TRAO", "{", "in_movement"):
        assert code not in said, code
    page = desk.get("quantri", path)
    assert "self_assess" not in " ".join(page.xpath("//ol[contains(@class, 'is-columns')]")[0].text_content().split())


@pytest.mark.long
def test_data_of_any_kind_is_shown_and_never_breaks_the_page(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    odd = [
        None, [], {}, [1, {"a": []}], {"b": {"c": 1}}, "x" * 3000, -1, 1e300, True, ["a"], "<b>", {"*": "*"},
        {"leader_ratio": "x", "path": {}}, {"leader_ratio": 1e308, "consecutive_years": [1]},
    ]
    for value in odd:
        number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
        given = dict.fromkeys(("decision", "facts", "ask_opinions", "form_asked", "reason_code", "papers", "agencies"), value)
        tryout.do(number, Move("answer", "self_assess", None, given), by=by, settings=settings)
        desk.get("quantri", f"/studio/tryouts/{number}")
        tryout.do(number, Move("tell", "wait_submission", None, {"result": "signed", "facts": value}), by=by, settings=settings)
        desk.get("quantri", f"/studio/tryouts/{number}")
        tryout.end_tryout(number, by=by, settings=settings)


def test_tryouts_are_few_end_by_themselves_and_are_nobody_elses(desk: Desk) -> None:
    by, settings = desk.office.who("quantri"), desk.office.app.extensions["settings"]
    bundle = bundle_named(OF, by=by)
    numbers = [tryout.start_tryout(bundle, by=by, settings=settings) for _ in range(tryout.MOST_EACH)]
    with pytest.raises(Conflict):
        tryout.start_tryout(bundle, by=by, settings=settings)
    with pytest.raises(Forbidden):
        tryout.start_tryout(bundle, by=desk.office.who("vhxh"), settings=settings)
    desk.get("vhxh", f"/studio/tryouts/{numbers[0]}", code=403)
    for word in ("..", "0" * 12, "lock"):
        with pytest.raises(NotFound):
            tryout.read_tryout(word, by=by, settings=settings)
    first = next(f for f in _folders(desk) if f.name == numbers[0])
    os.utime(first, (time.time(), time.time() - tryout.IDLE_SECONDS - 5))
    assert len(tryout.list_tryouts(by=by, settings=settings)) == 2 and not first.exists()


def test_what_a_killed_service_left_is_thrown_away_at_the_next_start(desk: Desk) -> None:
    settings = desk.office.app.extensions["settings"]
    left = settings.var / "tryouts" / "999999-0000" / "abcdefabcdef"
    left.mkdir(parents=True)
    (left / "tryout.sqlite3").write_bytes(b"")
    by = desk.office.who("quantri")
    number = tryout.start_tryout(bundle_named(OF, by=by), by=by, settings=settings)
    assert not left.parent.exists()
    tryout.clear(settings)  # as another process does that starts beside this one
    assert _read(desk, number).id == number
