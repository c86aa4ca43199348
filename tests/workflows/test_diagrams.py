"""The house rules over the shipped diagrams: what they hold and how it is called."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any

import pytest
from lxml import etree

from tests.workflows.drawings import CAMUNDA, FILES, NAMES, NOM, NS, ROOT, TREES, flow_nodes, local
from workflows import safexml
from workflows.calendar import vietnam
from workflows.environment import Env
from workflows.feel import compile_expression

WAITS = {  # element: message, values that its list may send, kind of list, phase
    "wait_submission": ("submission:signed", "signed rework", "submission", "signing_by_head"),
    "wait_request": ("submission:signed", "signed rework", "submission", "signing_by_head"),
    "wait_return": ("submission:returned", "", "submission", "returning"),
    "wait_resubmission": ("submission:resubmitted", "", "submission", ""),
    "wait_opinions": (
        "opinions:closed", "no_objection no_data late objection", "opinion_letter", "consulting",
    ),
    "wait_posting": ("posting:closed", "", "posting", "posting"),
    "wait_council": ("council:result", "passed lower_form next_session failed", "council_sheet", "council"),
    "wait_written_opinion": ("council:result", "passed lower_form failed", "council_sheet", "council"),
    "wait_result_letter": ("result:told", "", "result_letter", "refused_open"),
    "wait_timely_letter": ("result:told", "", "result_letter", "refused_open"),
    "wait_review": ("review:requested", "", "review_request", "refused_open"),
    "wait_timely_review": ("review:requested", "", "review_request", "refused_open"),
    "wait_decision": ("decision:signed", "granted struck", "decision", "deciding"),
    "wait_issue": ("decision:issued", "", "decision", "issuing"),
    "wait_handover": ("award:handed_over", "", "award_list", ""),
    "wait_payment": ("award:paid", "", "award_list", ""),
    "wait_merit_handover": ("award:handed_over", "", "award_list", "handing_over"),
    "wait_state_handover": ("award:handed_over", "", "award_list", "handing_over"),
    "wait_package": ("package:sent", "sent struck", "package", "packing"),
    "wait_state_package": ("package:sent", "sent struck", "package", "packing"),
    "wait_answer": ("province:answered", "granted other_form supplement refused", "package", "at_province"),
    "wait_province": (
        "province:answered", "forwarded other_form supplement refused", "package", "at_province",
    ),
    "wait_centre": ("centre:answered", "granted other_form supplement refused", "package", "at_centre"),
    "wait_release": ("hold:lifted", "", "petition", ""),
}
TASKS = {  # user task: who, due, decisions of its form that a gateway reads
    "self_assess": ("unit", 'round_date("filing")', ""),
    "check_dossier": ("vhxh", 'round_date("checking")', "accept supplement not_eligible"),
    "supplement_dossier": ("unit", 'round_date("supplement")', ""),
    "weigh_objection": ("vhxh", 'round_date("mending")', "proceed refuse"),
    "review_refusal": ("vhxh,vanphong", 'working_days(rule("REVIEW_DAYS"))', "agenda recheck uphold"),
    "short_report": ("unit", 'working_days(rule("ADHOC_REPORT_DAYS"))', ""),
    "check_report": ("vhxh", 'working_days(rule("ADHOC_CHECK_DAYS"))', "accept supplement not_eligible"),
    "review_timely_refusal": ("vhxh,vanphong", 'working_days(rule("REVIEW_DAYS"))', "recheck uphold"),
    "supplement_package": ("unit", "date(answer_due)", "ready give_up"),
    "supplement_state_package": ("unit", "date(answer_due)", "ready give_up"),
    "confirm_successor": (
        "successor_head", 'working_days(rule("SUCCESSOR_CONFIRM_DAYS"))', "confirm decline",
    ),
}
BOUNDARIES = {  # element: host, message or timer text, interrupting
    "withdrawn": ("case", "nomination:withdrawn", True),
    "stopped": ("case", "nomination:stopped", True),
    "held": ("work", "nomination:held", False),
    "recipient_changed": ("work", "recipient:changed", False),
    "supplement_missed": ("supplement", 'round_date("supplement")', True),
    "review_lapsed": ("wait_review", 'working_days(rule("REVIEW_REQUEST_DAYS"))', True),
    "timely_review_lapsed": ("wait_timely_review", 'working_days(rule("REVIEW_REQUEST_DAYS"))', True),
}
OUTCOMES = {
    "end_certificate": "certificate", "end_provincial_merit": "provincial_merit",
    "end_national_nomination": "national_nomination", "end_refused": "refused",
    "end_timely_certificate": "certificate", "end_timely_merit": "provincial_merit",
    "end_timely_refused": "refused", "end_withdrawn": "withdrawn", "end_revoked": "refused",
    "end_stopped": "refused",
}
PHASES = {
    "drafting", "signing_by_head", "checking", "returning", "supplementing", "consulting", "weighing",
    "posting", "council", "deciding", "issuing", "handing_over", "packing", "at_province", "at_centre",
    "package_supplementing", "filing", "refused_open", "reviewing", "ended",
}
CALENDAR_KEYS = {
    "open", "filing", "checking", "supplement", "opinions", "mending", "posting_from", "posting_to",
    "session", "signing", "province_intake", "ceremony", "close",
}
READS = {  # gateways that read more than the decision of a form or the result of a list
    "opinions_needed": {"ask_opinions"}, "award_level": {"level"}, "timely_level": {"level"},
    "refusal": {"reviewed"}, "timely_refusal": {"reviewed"}, "round_kind": {"stage"},
    "change_effect": {"effect"}, "stop_cause": {"cause"}, "merit_result": {"result", "reserve_level"},
    "national_result": {"granted_level", "reserve_level"}, "timely_result": {"level", "result"},
}
CASES: dict[str, list[Any]] = {  # every value that a name read by a gateway can have
    "decision": sorted({d for _, _, ds in TASKS.values() for d in ds.split()} | {"none"}),
    "result": sorted({v for _, vs, _, _ in WAITS.values() for v in vs.split()} | {"none"}),
    "level": ["commune", "province", "national"], "reserve_level": [None, "commune", "province"],
    "granted_level": ["none", "province", "centre"], "reviewed": [True, False], "ask_opinions": [True, False],
    "stage": ["HANG_NAM", "SO_KET", "TONG_KET", "DOT_XUAT"], "effect": ["successor", "posthumous", "renamed"],
    "cause": ["revoked", "violation", "dissolved", "successor_declined"],
}


def nodes(*tags: str) -> dict[str, etree._Element]:
    """Elements of all shipped diagrams with these tags, by id."""
    return {
        str(node.get("id")): node
        for root in TREES.values() for tag in tags for node in root.iterfind(f".//bpmn:{tag}", NS)
    }


def flows() -> dict[str, etree._Element]:
    return nodes("sequenceFlow")


def out_of(element: str) -> list[etree._Element]:
    return [flow for flow in flows().values() if flow.get("sourceRef") == element]


def message_of(node: etree._Element) -> str | None:
    """Name of the message that an element waits for."""
    holder = node if node.get("messageRef") else node.find("bpmn:messageEventDefinition", NS)
    if holder is None:
        return None
    found = [m for root in TREES.values() for m in root.iterfind("bpmn:message", NS)
             if m.get("id") == holder.get("messageRef")]
    return found[0].get("name")


def condition(flow: etree._Element) -> str:
    return (flow.findtext("bpmn:conditionExpression", "", NS) or "").strip()


# -- what they hold ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_file_is_safe_xml_with_one_process_named_like_it(name: str) -> None:
    safexml.parse(FILES[name].read_bytes())
    assert [p.get("id") for p in TREES[name].iterfind("bpmn:process", NS)] == [name]


def test_ids_differ_over_the_whole_bundle() -> None:
    ids = Counter(
        str(node.get("id")) for root in TREES.values() for node in root.iter()
        if isinstance(node.tag, str) and node.get("id")
    )
    assert [key for key, count in ids.items() if count > 1] == []


def test_nothing_stands_in_them_that_the_house_does_not_use() -> None:
    used = {local(node) for node in flow_nodes().values()}
    assert used == {
        "startEvent", "endEvent", "boundaryEvent", "userTask", "receiveTask", "businessRuleTask",
        "scriptTask", "serviceTask", "callActivity", "subProcess", "exclusiveGateway", "parallelGateway",
    }
    for root in TREES.values():
        for tag in ("multiInstanceLoopCharacteristics", "terminateEventDefinition", "timeCycle"):
            assert root.find(f".//bpmn:{tag}", NS) is None


def test_waits_are_those_of_the_process() -> None:
    found = {
        key: (message_of(node), *(node.get(f"{NOM}{name}", "") for name in ("values", "list", "phase")))
        for key, node in nodes("receiveTask").items()
    }
    assert found == WAITS


def test_wait_is_found_by_the_nomination_and_a_release_by_its_hold() -> None:
    keys = {key: node.get(f"{NOM}key") for key, node in nodes("receiveTask").items()}
    assert keys.pop("wait_release") == "hold_id"
    assert set(keys.values()) == {"nomination_id"}


def test_user_tasks_are_those_of_the_process() -> None:
    found = nodes("userTask")
    assert {key: (groups, due) for key, (groups, due, _) in TASKS.items()} == {
        key: (node.get(f"{CAMUNDA}candidateGroups"), node.get(f"{CAMUNDA}dueDate"))
        for key, node in found.items()
    }
    for key, node in found.items():
        assert node.get(f"{CAMUNDA}formKey") == FORMS.get(key, key)
        unit = node.get(f"{CAMUNDA}candidateGroups") == "unit"
        assert node.get(f"{NOM}escalate") == ("unit_head vhxh_head" if unit else "vhxh_head")
        assert node.get(f"{NOM}remind") == ("half 0" if key in AD_HOC else "3 1 0")


FORMS = {"self_assess": "self_assessment"}  # the others are called as their task
AD_HOC = {"short_report", "check_report", "review_timely_refusal"}


def test_who_comes_again_and_who_may_not() -> None:
    again = {k: n.get(f"{NOM}sameAs") for k, n in flow_nodes().items() if n.get(f"{NOM}sameAs")}
    never = {k: n.get(f"{NOM}excludes") for k, n in flow_nodes().items() if n.get(f"{NOM}excludes")}
    assert again == {"check_dossier": "check_dossier", "check_report": "check_report"}
    assert never == {
        "review_refusal": "check_dossier weigh_objection", "review_timely_refusal": "check_report",
    }


def test_boundaries_are_those_of_the_process() -> None:
    found = {}
    for key, node in nodes("boundaryEvent").items():
        timer = node.find("bpmn:timerEventDefinition", NS)
        text = message_of(node) if timer is None else (timer[0].text or "").strip()
        found[key] = (node.get("attachedToRef"), text, node.get("cancelActivity") != "false")
    assert found == BOUNDARIES
    messages = {BOUNDARIES[key][0] for key, node in nodes("boundaryEvent").items() if message_of(node)}
    assert messages <= set(nodes("subProcess")), "message boundaries stand on embedded subprocesses only"


def test_every_message_is_waited_for() -> None:
    declared = {str(m.get("name")) for root in TREES.values() for m in root.iterfind("bpmn:message", NS)}
    waited = {message for message, *_ in WAITS.values()}
    waited |= {text for _, text, _ in BOUNDARIES.values() if "(" not in text}
    assert declared == waited


def test_effects_scripts_and_tables_are_those_of_the_process() -> None:
    assert {k: n.get(f"{CAMUNDA}topic") for k, n in nodes("serviceTask").items()} == {
        "file_dossier": "dossier.archive", "file_merit": "dossier.archive", "file_state": "dossier.archive",
        "stop_nomination": "nomination.stop",
    }
    assert {n.get(f"{CAMUNDA}type") for n in nodes("serviceTask").values()} == {"external"}
    scripts = {
        k: (n.get(f"{CAMUNDA}resultVariable"), n.findtext("bpmn:script", "", NS))
        for k, n in nodes("scriptTask").items()
    }
    assert scripts == {
        "take_reserve": ("level", "reserve_level"), "reserve_taken": ("reserve_level", "null"),
        "note_review": ("reviewed", "true"), "note_timely_review": ("reviewed", "true"),
    }
    assert {
        (n.get(f"{CAMUNDA}decisionRef"), n.get(f"{CAMUNDA}resultVariable"))
        for n in nodes("businessRuleTask").values()
    } == {("eligibility", "eligibility")}


def test_outcomes_stand_on_the_ends_of_the_process() -> None:
    ends = nodes("endEvent")
    assert {k: n.get(f"{NOM}outcome") for k, n in ends.items() if n.get(f"{NOM}outcome")} == OUTCOMES
    for key in OUTCOMES:
        assert (ends[key].get(f"{NOM}phase"), ends[key].get(f"{NOM}event")) == ("ended", "nomination:ended")


def test_phases_are_known_and_all_used() -> None:
    assert {n.get(f"{NOM}phase") for n in flow_nodes().values() if n.get(f"{NOM}phase")} == PHASES


def test_every_act_of_a_person_leaves_a_word_in_the_history() -> None:
    for key, node in flow_nodes().items():
        if local(node) in ("userTask", "receiveTask", "businessRuleTask", "boundaryEvent"):
            assert re.fullmatch(r"[a-z]+:[a-z_]+", node.get(f"{NOM}event", "")), key


def test_pairs_of_lists_and_waits_are_told_apart() -> None:
    """Two waits for one message stand in two diagrams, so that never both are open for one nomination."""
    for one, two in combinations([k for k in WAITS if k != "wait_release"], 2):
        if WAITS[one][0] == WAITS[two][0]:
            homes = {name for name, root in TREES.items() for k in (one, two)
                     if root.find(f".//*[@id='{k}']") is not None}
            assert len(homes) == 2, (one, two)


# -- gateways ------------------------------------------------------------------------------------------------


def gateways() -> dict[str, etree._Element]:
    return nodes("exclusiveGateway")


def feeder(gateway: str) -> etree._Element | None:
    """The task that leads to the gateway by itself, where there is one alone."""
    sources = {str(flow.get("sourceRef")) for flow in flows().values() if flow.get("targetRef") == gateway}
    return flow_nodes()[sources.pop()] if len(sources) == 1 else None


@pytest.mark.parametrize("key", sorted(gateways()))
def test_gateway_has_a_default_and_names_on_all_its_ways(key: str) -> None:
    ways = out_of(key)
    default = gateways()[key].get("default")
    assert len(ways) > 1 and default in [way.get("id") for way in ways]
    assert all(way.get("name") for way in ways) and gateways()[key].get("name")
    assert {str(way.get("id")) for way in ways if not condition(way)} == {default}


@pytest.mark.parametrize("key", sorted(gateways()))
def test_gateway_reads_only_what_was_set_before_it(key: str) -> None:
    before = feeder(key)
    expected = READS.get(key)
    if expected is None:
        assert before is not None
        expected = {"decision"} if local(before) == "userTask" else {"result"}
    read: set[str] = set()
    for way in out_of(key):
        if condition(way):
            read |= compile_expression(condition(way)).names
    assert read == expected


@pytest.mark.parametrize("key", sorted(gateways()))
def test_conditions_of_a_gateway_never_overlap(key: str) -> None:
    env = Env(now=lambda: pytest.fail("a gateway asks for the time"), calendar=vietnam([2026]))
    ways = {str(way.get("id")): compile_expression(condition(way)) for way in out_of(key) if condition(way)}
    names = sorted(set().union(*(expression.names for expression in ways.values())))
    met: set[str] = set()
    for scope in _scopes(names):
        true = [way for way, expression in ways.items() if expression.evaluate(scope, env) is True]
        assert len(true) <= 1, (scope, true)
        met.update(true or [str(gateways()[key].get("default"))])
    assert met == {str(way.get("id")) for way in out_of(key)}, "a way that no value leads to"


def _scopes(names: list[str]) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    for value in CASES[names[0]]:
        for rest in _scopes(names[1:]):
            yield {names[0]: value, **rest}


@pytest.mark.parametrize("key", sorted(gateways()))
def test_conditions_name_only_values_that_can_come(key: str) -> None:
    before = feeder(key)
    if before is None or local(before) not in ("userTask", "receiveTask"):
        return
    element = str(before.get("id"))
    offered = set((TASKS[element][2] if element in TASKS else WAITS[element][1]).split())
    named = {value for way in out_of(key) for value in re.findall(r'"(\w+)"', condition(way))}
    if key not in READS:
        assert named < offered, "one value is left for the default"


# -- what else must know them --------------------------------------------------------------------------------


def form_schema(name: str) -> Any:
    return json.loads((ROOT / "forms" / "library" / f"{name}.form").read_text(encoding="utf-8"))


def _components(schema: Any) -> Iterator[dict[str, Any]]:
    for component in schema.get("components", ()):
        yield component
        yield from _components(component)


@pytest.mark.parametrize("task", sorted(TASKS))
def test_form_offers_the_decisions_that_the_gateway_reads(task: str) -> None:
    decisions = [
        [str(option["value"]) for option in component.get("values", ())]
        for component in _components(form_schema(FORMS.get(task, task))) if component.get("key") == "decision"
    ]
    wanted = set(TASKS[task][2].split())
    assert [set(values) for values in decisions] == ([wanted] if wanted else [])
    if wanted:
        assert decisions[0][0] == TASKS[task][2].split()[0], "the value that moves it on comes first"


def test_legal_basis_of_every_step_is_registered() -> None:
    register = tomllib.loads((ROOT / "service/awards/data/legal_basis.toml").read_text(encoding="utf-8"))
    known = {str(entry["key"]) for entry in chain(*register.values())}
    for key, node in flow_nodes().items():
        basis = node.get(f"{NOM}basis", "").split()
        assert set(basis) <= known, key
        if local(node) in ("userTask", "receiveTask", "businessRuleTask"):
            assert basis, key


def test_parameters_and_calendar_keys_exist() -> None:
    register = tomllib.loads((ROOT / "service/awards/data/rules.toml").read_text(encoding="utf-8"))
    known = {str(entry["key"]) for entry in chain(*register.values()) if "key" in entry}
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES.values())
    assert set(re.findall(r'rule\((?:"|&quot;)([\w.]+)', text)) <= known
    assert set(re.findall(r'round_date\((?:"|&quot;)(\w+)', text)) <= CALENDAR_KEYS


# -- words ---------------------------------------------------------------------------------------------------

LABELS = {
    "nominated": "Có đề nghị khen thưởng", "case": "Xét một trường hợp", "work": "Quá trình xét",
    "round_kind": "Đợt đột xuất?", "held": "Tạm dừng xem xét", "wait_release": "Chờ kết luận xác minh",
    "recipient_changed": "Thay đổi về đối tượng", "change_effect": "Cần đơn vị kế thừa xác nhận?",
    "confirm_successor": "Đơn vị kế thừa xác nhận", "withdrawn": "Rút hồ sơ đề nghị",
    "end_withdrawn": "Đã rút",
    "stopped": "Dừng xét", "stop_cause": "Đã có quyết định?", "assessment_due": "Bắt đầu tự đánh giá",
    "self_assess": "Tự đánh giá, kèm minh chứng", "wait_submission": "Chờ thủ trưởng ký hồ sơ",
    "eligibility": "Đối chiếu điều kiện, tiêu chuẩn", "check_dossier": "Kiểm tra thành phần, thẩm định",
    "wait_return": "Chờ gửi yêu cầu bổ sung", "supplement": "Bổ sung hồ sơ",
    "supplement_dossier": "Bổ sung theo từng lỗi", "wait_resubmission": "Chờ thủ trưởng ký bổ sung",
    "supplement_missed": "Quá hạn bổ sung", "opinions_needed": "Cần lấy ý kiến?",
    "wait_opinions": "Chờ ý kiến cơ quan liên quan", "weigh_objection": "Xem xét ý kiến không thống nhất",
    "wait_posting": "Chờ kết thúc niêm yết", "wait_council": "Chờ kết quả Hội đồng",
    "award_level": "Cấp khen thưởng?", "certificate": "Quyết định tặng Giấy khen",
    "merit": "Trình Chủ tịch UBND tỉnh", "national": "Trình qua tỉnh lên Trung ương",
    "take_reserve": "Dùng hình thức dự phòng", "refusal": "Được đề nghị xem xét lại?",
    "wait_result_letter": "Chờ thông báo kết quả cho đơn vị", "wait_review": "Chờ đề nghị xem xét lại",
    "review_lapsed": "Hết hạn đề nghị xem xét lại", "review_refusal": "Xem xét lại",
    "end_certificate": "Giấy khen", "end_provincial_merit": "Khen thưởng cấp tỉnh",
    "end_national_nomination": "Khen thưởng cấp Nhà nước", "end_refused": "Không được khen thưởng",
    "deed_reported": "Có thành tích đột xuất", "short_report": "Báo cáo tóm tắt thành tích (Mẫu 06)",
    "wait_request": "Chờ thủ trưởng ký đề nghị", "check_report": "Thẩm định nhanh",
    "wait_written_opinion": "Chờ ý kiến bằng văn bản", "wait_decision": "Chờ ký quyết định",
    "wait_issue": "Chờ số, ngày, dấu", "wait_handover": "Chờ trao tặng",
    "wait_payment": "Chờ chi tiền thưởng",
    "file_dossier": "Lưu hồ sơ", "wait_package": "Chờ gửi tờ trình lên tỉnh",
    "wait_answer": "Chờ tỉnh trả lời",
    "supplement_package": "Bổ sung theo yêu cầu của tỉnh", "wait_merit_handover": "Chờ trao Bằng khen, Cờ",
    "wait_centre": "Chờ Trung ương trả lời",
}


def test_labels_are_the_words_of_the_process() -> None:
    found = flow_nodes()
    assert {key: found[key].get("name") for key in LABELS} == LABELS


def test_everything_that_a_person_reads_has_a_vietnamese_name() -> None:
    for key, node in flow_nodes().items():
        name = node.get("name")
        assert name or local(node) == "parallelGateway", key
        assert not re.search(r"[a-z]_[a-z]|\b(workflow|task|user)\b", name or ""), key
