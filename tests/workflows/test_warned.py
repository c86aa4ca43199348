"""What is only warned of: it is said once, with the element, and stops nothing; what is fine is not warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from generated import KNOWN, whole

from forms.kinds import see_form
from workflows.definition import check_bundle, read_definition
from workflows.known import Known


def warned(files: dict[str, bytes], known: Known = KNOWN) -> list[tuple[str | None, str | None, str]]:
    found = check_bundle(files, main="main", known=known, check_form=see_form)
    assert all(one.severity == "warning" for one in found)
    assert read_definition(files, main="main", known=known, check_form=see_form).warnings == found
    return [(one.file, one.element, one.code) for one in found]


@pytest.fixture
def files() -> dict[str, bytes]:
    """A whole bundle in which the decision is read, so that nothing is warned of."""
    for number in range(50):
        found = whole(number).files
        if not warned(found):
            return found
    raise AssertionError("everything is warned of")


def with_basis(files: dict[str, bytes], basis: str) -> dict[str, bytes]:
    task = b'<bpmn:userTask id="first"'
    plain = files["main.bpmn"].replace(b'nom:basis="LAW.1"', b"")
    return {**files, "main.bpmn": plain.replace(task, task + f' nom:basis="{basis}"'.encode())}


def test_legal_basis_is_warned_of_once_it_has_lapsed(files: dict[str, bytes]) -> None:
    assert warned(with_basis(files, "LAW.1")) == []
    assert warned(with_basis(files, "LAW.1 OLD.1")) == [("main.bpmn", "first", "lapsed-basis")]
    assert warned(with_basis(files, "OLD.1"), replace(KNOWN, day=date(2020, 1, 1))) == []
    assert warned(with_basis(files, "OLD.1"), replace(KNOWN, day=date(2020, 1, 2))) == [("main.bpmn", "first", "lapsed-basis")]
    assert warned(with_basis(files, "LAW.1"), replace(KNOWN, day=date(2023, 12, 31))) == [("main.bpmn", "first", "basis-not-yet")]


def test_phase_without_words_is_warned_of(files: dict[str, bytes]) -> None:
    task = b'<bpmn:userTask id="first"'
    phased = {**files, "main.bpmn": files["main.bpmn"].replace(task, task + b' nom:phase="checking"')}
    assert warned(phased) == warned(phased, replace(KNOWN, phases={"checking"})) == []
    assert warned(phased, replace(KNOWN, phases={"posting"})) == [("main.bpmn", "first", "unknown-phase")]


def test_file_without_any_drawing_is_warned_of(files: dict[str, bytes]) -> None:
    head, _, rest = files["main.bpmn"].partition(b"<bpmndi:BPMNDiagram")
    bare = {**files, "main.bpmn": head + rest.partition(b"</bpmndi:BPMNDiagram>")[2]}
    assert warned(bare) == [("main.bpmn", None, "no-drawing")]
    assert warned(bare, replace(KNOWN, drawn=False)) == []


def test_choice_that_nothing_reads_is_warned_of_and_text_is_not(files: dict[str, bytes]) -> None:
    more = b'{"type":"checkbox","id":"n","key":"urgent","label":"G"},{"type":"textfield","id":"m","key":"note","label":"N"},'
    changed = {**files, "form.form": files["form.form"].replace(b'"components":[', b'"components":[' + more)}
    assert warned(changed) == [("form.form", "urgent", "field-not-read")]
    assert warned(changed, replace(KNOWN, read={"urgent"})) == []
    hides = more.replace(b'"label":"N"', b'"label":"N","conditional":{"hide":"=urgent"}')
    assert warned({**files, "form.form": files["form.form"].replace(b'"components":[', b'"components":[' + hides)}) == []
