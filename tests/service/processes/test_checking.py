"""The gate of deployment: the shipped bundles pass, each slip in them is stopped, and what it knows is what the service does."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask

from service import trail
from service.actor import machine
from service.awards.vocabulary import BROUGHT
from service.council.session.planning import PROCESS
from service.errors import Invalid
from service.install import session_bundle, shipped_bundle
from service.processes import deployments, enactments, vocabulary
from workflows.definition import read_definition
from workflows.known import Known
from workflows.problems import Problem

MAIN = "nomination_case"
AWARD = "award_nomination.bpmn"


def _errors(files: dict[str, bytes], main: str = MAIN) -> set[tuple[str | None, str | None, str]]:
    return {(p.file, p.element, p.code) for p in deployments.problems_of(files, main) if p.severity == "error"}


def _warnings(files: dict[str, bytes], main: str = MAIN) -> list[Problem]:
    return [p for p in deployments.problems_of(files, main) if p.severity == "warning"]


def test_shipped_bundles_pass_with_few_and_true_warnings(app: Flask) -> None:
    for files, main in ((shipped_bundle(), MAIN), (session_bundle(), PROCESS)):
        assert _errors(files, main) == set()
        for one in _warnings(files, main):
            assert one.code == "lapsed-basis"  # the register says until when; the process still names it
            _since, until = vocabulary.known_bases["ND98.31"]
            assert until is not None and until < date.today() and "ND98.31" in one.message


POEM = """name = "Thơ"
name_en = "Poem"
[vi]
subject = "Thơ: {{ task }}"
opening = "Một việc."
[en]
subject = "Poem: {{ task }}"
opening = "A task."
""".encode()


@pytest.mark.parametrize(
    ("file", "old", "new", "element", "code"),
    [
        (AWARD, 'decision = "accept"', 'decison = "accept"', None, "unknown-field"),
        (AWARD, 'decision = "accept"', 'decision = "acept"', None, "value-unknown"),
        (AWARD, "ask_opinions = true", 'ask_opinions = "true"', None, "wrong-type"),
        (AWARD, "ask_opinions = true", "ask_opinions > 3", None, "wrong-type"),
        (AWARD, 'nom:list="opinion_letter"', 'nom:list="opinions"', "wait_opinions", "unknown-list"),
        (AWARD, 'name="opinions:closed"', 'name="opinions:close"', "wait_opinions", "unknown-message"),
        (AWARD, 'nom:event="dossier:checked"', 'nom:event="dossier:check"', "check_dossier", "unknown-event"),
        (AWARD, 'camunda:formKey="check_dossier"', 'camunda:formKey="check"', "check_dossier", "unknown-form"),
        (AWARD, 'round_date(&quot;checking&quot;)', 'round_date(&quot;check&quot;)', "check_dossier", "unknown-register"),
        (AWARD, 'nom:key="nomination_id"', 'nom:key="case"', None, "unknown-field"),
        ("eligibility.dmn", "facts.consecutive_years", "facts.years_in_a_row", None, "unknown-field"),
        ("eligibility.dmn", ">kind<", ">kin<", "input_kind", "unknown-field"),
    ],
)  # fmt: skip
def test_slip_in_the_shipped_bundle_is_stopped_where_it_stands(
    app: Flask, file: str, old: str, new: str, element: str | None, code: str
) -> None:
    files = shipped_bundle()
    assert old in files[file].decode()
    files[file] = files[file].decode().replace(old, new, 1).encode()
    found = _errors(files)
    assert {(f, c) for f, _, c in found} == {(file, code)}
    assert element is None or (file, element, code) in found
    with pytest.raises(Invalid) as refused:
        enactments.deploy_bundle(files, main=MAIN, by=machine("cli"))
    assert {line["code"] for line in refused.value.lines} == {code} and {line["file"] for line in refused.value.lines} == {file}


def test_problem_of_a_form_names_its_field_and_its_file(app: Flask) -> None:
    files = shipped_bundle()
    form = json.loads(files["check_report.form"])
    form["components"][0]["type"] = "html"
    files["check_report.form"] = json.dumps(form).encode()
    assert ("check_report.form", "decision", "refused-component") in _errors(files)


def test_choice_that_nothing_reads_is_warned_of(app: Flask) -> None:
    files = shipped_bundle()
    form = json.loads(files["check_report.form"])
    text = {"type": "textarea", "id": "f1", "key": "remark", "label": "Ghi chú"}
    choice = {"type": "checkbox", "id": "f2", "key": "ask_police", "label": "Hỏi Công an xã"}
    form["components"] += [text, choice]
    files["check_report.form"] = json.dumps(form).encode()
    found = [(p.file, p.element) for p in _warnings(files) if p.code == "field-not-read"]
    assert found == [("check_report.form", "ask_police")]


@pytest.mark.long
def test_letter_of_the_bundle_or_of_the_service_is_known(app: Flask) -> None:
    files = shipped_bundle()
    task = b'<bpmn:userTask id="check_dossier"'
    assert task in files[AWARD]
    for name, known in (("reminder", True), ("poem", False)):
        changed = {**files, AWARD: files[AWARD].replace(task, task + f' nom:letter="{name}"'.encode())}
        assert (_errors(changed) == set()) is known
        assert _errors({**changed, "poem.letter": POEM}) == set()
        assert not [p for p in _warnings({**changed, "poem.letter": POEM}) if p.code == "unknown-attribute"]
        assert _errors({**changed, "poem.letter": b"x"}) - _errors(changed) == {("poem.letter", None, "bad-letter")}


def test_letter_of_the_service_that_asks_for_more_than_a_task_gives_is_not_known(app: Flask) -> None:
    files, task = shipped_bundle(), b'<bpmn:userTask id="check_dossier"'
    for name, known in (("assigned", True), ("reassigned", False), ("council_invitation", False)):
        changed = {**files, AWARD: files[AWARD].replace(task, task + f' nom:letter="{name}"'.encode())}
        assert _errors(changed) == (set() if known else {(AWARD, "check_dossier", "unknown-letter")})


def test_process_that_the_service_does_not_start_is_checked_all_the_same(app: Flask) -> None:
    files = {k: v.replace(b'"nomination_case"', b'"another_case"') for k, v in shipped_bundle().items()}
    assert _errors(files, "another_case") == set()


def test_process_beside_the_main_one_may_read_what_it_would_be_started_with(app: Flask) -> None:
    assert _errors(shipped_bundle() | session_bundle()) == set()
    slip = {k: v.replace(b'"session_id"', b'"sesion_id"', 1) for k, v in session_bundle().items()}
    assert {c for _, _, c in _errors(shipped_bundle() | slip)} == {"unknown-field"}


def test_check_is_not_vacuous_without_the_service(app: Flask) -> None:
    files = shipped_bundle()
    files[AWARD] = files[AWARD].replace(b'decision = "accept"', b'decison = "accept"', 1)
    assert _errors(files) and read_definition(files, main=MAIN, known=Known()).main == MAIN


def test_messages_of_the_shipped_diagrams_are_sent_by_somebody(app: Flask) -> None:
    waits = {
        e.message
        for files, main in ((shipped_bundle(), MAIN), (session_bundle(), PROCESS))
        for e in read_definition(files, main=main).elements.values()
        if e.message
    }
    assert waits <= set(vocabulary.known_messages) and set(BROUGHT) <= set(vocabulary.known_messages)
    assert set(trail.KINDS) == vocabulary.known_events
