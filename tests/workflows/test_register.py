"""The register of a bundle: what is read of it, what is refused by line, and how it is held against the rest of the bundle."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.workflows.running import GOOD, diagram
from workflows.definition import check_bundle, read_definition
from workflows.feel.types import STRING
from workflows.known import FormSeen, Known
from workflows.problems import Problems
from workflows.register import MOST_BYTES, BadRegister, Outcome, read_register, register_of

REGISTER = """name = "Sổ việc thử"
name_en = "Register of trials"
one = "Việc thử"
one_en = "Trial"
begin = "Lập việc thử"
begin_en = "Begin a trial"
hint = "Ghi ngắn."
form = "trial"
title = "{{ subject }}, {{ unit }}"
series = "VT"
unit = "own"
period = "half"
basis = "Kế hoạch thử"
begins = ["unit", "office"]
reads = ["office"]
sees = ["head"]
private = ["sender"]
columns = ["subject", "result"]
about = ["nomination"]

[phases]
working = ["Đang làm", "At work"]

[outcomes]
done = ["Xong", "Done", "good"]

[days]
filing = ["FILE_HALF", "FILE_YEAR"]
province_intake = ["SEND_HALF", "SEND_YEAR"]
"""
WITHOUT_PERIOD = REGISTER.partition("\n[days]")[0].replace('period = "half"\n', "") + "\n"
KNOWN = Known(
    groups={"office", "head", "unit"}, phases={"nowhere"}, outcomes={"nothing"},
    registers={"rule": {"FILE_HALF", "FILE_YEAR", "SEND_HALF", "SEND_YEAR"}},
)
FORMS = {"trial.form": b"1", "form.form": b"2"}
ANSWERS: Mapping[bytes, tuple[str, ...]] = {b"1": ("subject", "sender"), b"2": ("result",)}


def _faults(text: str | bytes) -> list[tuple[str | None, int]]:
    with pytest.raises(BadRegister) as bad:
        read_register(text.encode() if isinstance(text, str) else text)
    assert all(one.message and one.message_en and one.message != one.message_en for one in bad.value.faults)
    return [(one.part, one.line) for one in bad.value.faults]


def test_a_register_is_read_whole() -> None:
    found = read_register(REGISTER.encode())
    assert (found.name, found.one, found.begin) == (
        ("Sổ việc thử", "Register of trials"), ("Việc thử", "Trial"), ("Lập việc thử", "Begin a trial"),
    )
    assert (found.hint, found.form, found.title, found.gaps) == (
        ("Ghi ngắn.", ""), "trial", "{{ subject }}, {{ unit }}", ["subject", "unit"],
    )
    assert (found.series, found.unit, found.period, found.basis) == ("VT", "own", "half", "Kế hoạch thử")
    assert (found.begins, found.reads, found.sees) == (("unit", "office"), ("office",), ("head",))
    assert (found.private, found.columns, found.about) == ({"sender"}, ("subject", "result"), ("nomination",))
    assert found.days == {"filing": ("FILE_HALF", "FILE_YEAR"), "province_intake": ("SEND_HALF", "SEND_YEAR")}
    assert found.phases == {"working": ("Đang làm", "At work")} and found.outcomes == {"done": Outcome(("Xong", "Done"), "good")}
    assert read_register(b"\xef\xbb\xbf" + REGISTER.replace("\n", "\r\n").encode()) == found


def test_what_may_be_left_out_stands_for_itself() -> None:
    left = ("begin", "begin_en", "hint", "unit", "period", "basis", "sees", "private", "about")
    short = "\n".join(line for line in WITHOUT_PERIOD.split("\n") if line.partition(" = ")[0] not in left)
    found = read_register(short.encode())
    assert found.begin == found.one and found.sees == found.reads
    assert (found.unit, found.period, found.basis, found.private, found.about) == ("none", "", "", frozenset(), ())
    assert found.days == {}
    assert read_register(REGISTER.replace('form = "trial"\n', "").encode()).form == "", "who is asked by periods begins without a form"


@pytest.mark.parametrize(
    ("old", "new", "part", "line"),
    [
        ('name = "Sổ việc thử"', "", None, 1),
        ('one_en = "Trial"', "", None, 1),
        ('begins = ["unit", "office"]', "", None, 1),
        ('name = "Sổ việc thử"', 'name = "  "', "name", 1),
        ('name = "Sổ việc thử"', f'name = "{"x" * 101}"', "name", 1),
        ('name = "Sổ việc thử"', "name = 3", "name", 1),
        ('one = "Việc thử"', 'one = "Việc <b>thử</b>"', "one", 3),
        ('one = "Việc thử"', 'one = "Việc {{ subject }}"', "one", 3),
        ('one = "Việc thử"', 'one = "Việc\\u202e"', "one", 3),
        ('hint = "Ghi ngắn."', 'hint = "Ghi\\nngắn."', "hint", 7),
        ('title = "{{ subject }}', 'title = "{% if x %}', "title", 9),
        ('title = "{{ subject }}', 'title = "{{ subject.upper() }}', "title", 9),
        ('series = "VT"', 'series = "V1"', "series", 10),
        ('series = "VT"', 'series = "V-T"', "series", 10),
        ('series = "VT"', 'series = ""', "series", 10),
        ('unit = "own"', 'unit = "all"', "unit", 11),
        ('period = "half"', 'period = "month"', "period", 12),
        ('begins = ["unit", "office"]', 'begins = "unit"', "begins", 14),
        ('begins = ["unit", "office"]', "begins = []", "begins", 14),
        ('begins = ["unit", "office"]', 'begins = ["unit", "unit"]', "begins", 14),
        ('begins = ["unit", "office"]', 'begins = ["un it"]', "begins", 14),
        ('reads = ["office"]', 'reads = ["office", 3]', "reads", 15),
        ('reads = ["office"]', "reads = []", "reads", 15),
        ('columns = ["subject", "result"]', 'columns = ["a","b","c","d","e","f","g","h","i"]', "columns", 18),
        ('private = ["sender"]', 'hidden = ["sender"]', "hidden", 17),
        ("[phases]", "[phase]", "phase", 21),
        ('working = ["Đang làm", "At work"]', "", "phases", 21),
        ('working = ["Đang làm", "At work"]', 'working = "Đang làm"', "phases.working", 22),
        ('working = ["Đang làm", "At work"]', 'working = ["Đang làm"]', "phases.working", 22),
        ('working = ["Đang làm", "At work"]', 'working = ["Đang làm", ""]', "phases.working", 22),
        ("working =", "Working =", "phases.Working", 22),
        ("working =", "ended =", "phases.ended", 22),
        ('"Done", "good"]', '"Done"]', "outcomes.done", 25),
        ('"Done", "good"]', '"Done", "fine"]', "outcomes.done", 25),
        ('filing = ["FILE_HALF", "FILE_YEAR"]', "", "days", 27),
        ('filing = ["FILE_HALF", "FILE_YEAR"]', 'filing = ["FILE_YEAR"]', "days.filing", 28),
        ('filing = ["FILE_HALF", "FILE_YEAR"]', 'filing = ["31.12.", "FILE_YEAR"]', "days.filing", 28),
        ("province_intake =", "someday =", "days.someday", 29),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, part: str | None, line: int) -> None:
    assert REGISTER.count(old) == 1
    assert (part, line) in _faults(REGISTER.replace(old, new))


@pytest.mark.parametrize("text", [b"", b"x", b"\xff\xfe", b"name = ", b"[" * 9000, b"a = " + b"[" * 9000, b"x = \x00", b"phases = 3"])
def test_what_is_no_register_at_all_is_refused_too(text: bytes) -> None:
    assert _faults(text)


def test_a_register_too_large_is_refused_before_it_is_read() -> None:
    read_register(REGISTER.encode().ljust(MOST_BYTES))
    assert _faults(b"x = [" * 200_000) == [(None, 1)]


def test_who_is_asked_by_no_period_begins_with_a_form() -> None:
    assert read_register(WITHOUT_PERIOD.encode()).form == "trial"
    assert ("form", 1) in _faults(WITHOUT_PERIOD.replace('form = "trial"\n', ""))


def test_of_many_faults_so_many_are_told() -> None:
    odd = "".join(f"odd{n} = 1\n" for n in range(60))
    assert len(_faults(odd + REGISTER)) == 20


# held against the bundle


def _bundle(register: str | None = REGISTER, **more: bytes) -> dict[str, bytes]:
    files = {"p.bpmn": diagram(GOOD), **FORMS, **more}
    return files if register is None else files | {"p.register": register.encode()}


def _seen(content: bytes) -> FormSeen:
    return FormSeen(answers=dict.fromkeys(ANSWERS[content], STRING))


def _said(files: Mapping[str, bytes], known: Known = KNOWN) -> list[tuple[str, str | None, int]]:
    """What the check says of registers: code, part, line."""
    found = [one for one in check_bundle(files, main="p", known=known, check_form=_seen) if "register" in one.code]
    assert all(one.message != one.message_en for one in found)
    return [(one.code, one.element, int(one.message_en.partition("line ")[2].partition(":")[0] or 0)) for one in found]


def test_a_register_that_fits_its_bundle_is_taken() -> None:
    assert _said(_bundle()) == [] == _said(_bundle(None))
    assert register_of(_bundle(), "p") == read_register(REGISTER.encode()) and register_of(_bundle(None), "p") is None


@pytest.mark.parametrize(
    ("old", "new", "part", "line"),
    [
        ('form = "trial"', 'form = "other"', "form", 8),
        ("{{ subject }}", "{{ result }}", "title", 9),  # a field, but not of the form that it is begun with
        ("{{ subject }}", "{{ sender }}", "title", 9),
        ('begins = ["unit", "office"]', 'begins = ["unit", "boss"]', "begins", 14),
        ('reads = ["office"]', 'reads = ["boss"]', "reads", 15),
        ('reads = ["office"]', 'reads = ["everyone"]', "reads", 15),
        ('sees = ["head"]', 'sees = ["boss"]', "sees", 16),
        ('private = ["sender"]', 'private = ["nobody"]', "private", 17),
        ('columns = ["subject", "result"]', 'columns = ["nobody"]', "columns", 18),
        ('columns = ["subject", "result"]', 'columns = ["subject"]\nonce = ["result"]', "once", 19),
        ('columns = ["subject", "result"]', 'columns = ["sender"]', "columns", 18),
        ('about = ["nomination"]', 'about = ["unit"]', "about", 19),
        ('unit = "own"', 'unit = "none"', "period", 12),
        ('unit = "own"', 'unit = "own"\nunit_reads_from = "resting"', "unit_reads_from", 12),
        ('"SEND_YEAR"', '"SEND_NEVER"', "days.province_intake", 29),
    ],
)
def test_what_does_not_fit_the_bundle_is_named(old: str, new: str, part: str, line: int) -> None:
    assert ("bad-register", part, line) in _said(_bundle(REGISTER.replace(old, new)))


WARNING = '[warns]\nworking = ["Đơn vị còn việc chưa xong.", "The unit has work left."]\n'


def test_a_register_says_in_which_phase_its_matters_warn_and_in_which_words() -> None:
    found = read_register((REGISTER + WARNING).encode())
    assert found.warns == {"working": ("Đơn vị còn việc chưa xong.", "The unit has work left.")}
    assert read_register(REGISTER.encode()).warns == {} and _said(_bundle(REGISTER + WARNING)) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"The unit has work left."', '""', "warns.working"),
        (', "The unit has work left."', "", "warns.working"),
        ('"The unit has work left."', f'"{"x" * 201}"', "warns.working"),
        ("Đơn vị còn", "<b>Đơn vị</b> còn", "warns.working"),
        ("working =", "Working =", "warns.Working"),
    ],
)
def test_a_warning_without_its_words_is_named(old: str, new: str, part: str) -> None:
    assert part in {said for said, _line in _faults(REGISTER + WARNING.replace(old, new))}


def test_a_warning_of_a_phase_that_there_is_none_of_or_of_no_unit_is_named() -> None:
    assert ("bad-register", "warns.resting", 31) in _said(_bundle(REGISTER + WARNING.replace("working =", "resting =")))
    without_unit = WITHOUT_PERIOD.replace('unit = "own"', 'unit = "none"') + WARNING
    assert "warns" in {part for _code, part, _line in _said(_bundle(without_unit))}


PROPOSED = '[proposals]\nkind = ["idea"]\nclassify = ["work"]\nweigh = ["work"]\ndecide = ["work"]\n'


def test_a_register_names_its_proposals_and_the_steps_that_judge_them() -> None:
    text = REGISTER + PROPOSED
    assert read_register(text.encode()).proposals == {"kind": "idea", "classify": "work", "weigh": "work", "decide": "work"}
    assert read_register(REGISTER.encode()).proposals == {} and _said(_bundle(text)) == []
    assert ("bad-register", "proposals.weigh", 33) in _said(_bundle(text.replace('weigh = ["work"]', 'weigh = ["nowhere"]')))


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('kind = ["idea"]\n', "", "proposals"),
        ('kind = ["idea"]', 'kind = ["idea"]\nsign = ["work"]', "proposals"),
        ('["idea"]', '"idea"', "proposals.kind"),
        ('["idea"]', '["idea", "remark"]', "proposals.kind"),
        ('["idea"]', '["an idea"]', "proposals.kind"),
    ],
)
def test_proposals_that_are_not_named_whole_are_refused(old: str, new: str, part: str) -> None:
    assert part in {said for said, _line in _faults(REGISTER + PROPOSED.replace(old, new))}


def test_a_register_says_from_which_phase_on_the_unit_reads() -> None:
    text = REGISTER.replace('working = ["Đang làm", "At work"]', 'first = ["Đang soạn", "Drafted"]\nworking = ["Đang làm", "At work"]')
    assert read_register(text.encode()).unit_reads_from == ""
    found = read_register(text.replace('unit = "own"', 'unit = "own"\nunit_reads_from = "working"').encode())
    assert (found.unit_reads_from, found.unit_phases) == ("working", ("working", "ended"))
    without_unit = WITHOUT_PERIOD.replace('unit = "own"', 'unit = "none"\nunit_reads_from = "working"')
    assert "unit_reads_from" in {part for _code, part, _line in _said(_bundle(without_unit))}


def test_everyone_may_begin_and_nobody_else_is_everyone() -> None:
    assert _said(_bundle(REGISTER.replace('begins = ["unit", "office"]', 'begins = ["everyone"]'))) == []


def test_a_register_says_of_what_one_matter_at_a_time_is_open() -> None:
    assert read_register(REGISTER.encode()).once == ()
    field = read_register(REGISTER.encode()).gaps[0]
    text = REGISTER.replace('unit = "own"', f'unit = "own"\nonce = ["{field}"]')
    assert read_register(text.encode()).once == (field,) and _said(_bundle(text)) == []
    assert [part for _code, part, _line in _said(_bundle(text.replace(f'["{field}"]\n', '["nobody"]\n', 1)))] == ["once"]


def test_a_step_of_a_unit_asks_for_a_register_with_units() -> None:
    files = _bundle(WITHOUT_PERIOD.replace('unit = "own"', 'unit = "none"'))
    assert _said(files) == [("bad-register", "unit", 11)]
    text = files["p.bpmn"].decode()
    assert 'candidateGroups="unit"' in text
    files["p.bpmn"] = text.replace('candidateGroups="unit"', 'candidateGroups="office"').encode()
    assert _said(files) == []


def test_a_register_of_something_else_is_a_stray() -> None:
    files = _bundle(None, **{"other.register": REGISTER.encode()})
    assert [code for code, _part, _line in _said(files)] == ["stray-register"]


def test_a_register_that_cannot_be_read_stops_the_bundle_and_breaks_nothing_else() -> None:
    assert _said(_bundle("name = ")) == [("bad-register", None, 1)]
    with pytest.raises(Problems):
        read_definition(_bundle("name = "), main="p", known=KNOWN, check_form=_seen)
    assert read_definition(_bundle(), main="p", known=Known(), check_form=_seen).register is not None


def test_a_register_brings_the_words_of_its_own_phases_and_outcomes() -> None:
    text = _bundle()["p.bpmn"].decode()
    assert 'id="work"' in text

    def codes(phase: str) -> list[str]:
        files = _bundle(**{"p.bpmn": text.replace('id="work"', f'id="work" nom:phase="{phase}"').encode()})
        return [one.code for one in check_bundle(files, main="p", known=KNOWN, check_form=_seen)]

    assert "unknown-phase" not in codes("working")
    assert "unknown-phase" in codes("nowhere"), "a phase of nominations is none of these"


WHY = REGISTER.replace('[outcomes]\n', '[outcomes]\ndropped = ["Đã bỏ", "Dropped", "plain", "WHY"]\n')


def test_an_outcome_names_the_field_that_says_why() -> None:
    told = WHY.replace("WHY", "subject")
    assert read_register(told.encode()).outcomes["dropped"].reason == "subject" and _said(_bundle(told)) == []
    assert {one.reason for one in read_register(REGISTER.encode()).outcomes.values()} == {""}
    for wrong in ("nobody", "sender"):  # of no form; private
        assert "outcomes.dropped" in {one for _code, one, _line in _said(_bundle(WHY.replace("WHY", wrong)))}, wrong
    assert "outcomes.dropped" in {said for said, _line in _faults(WHY.replace("WHY", "không phải"))}


WAITS = '[unit_reads]\nsender = ["done_for"]\nnote = ["never"]\n'
TWO_PHASES = REGISTER.replace('[outcomes]', 'done_for = ["Đã ký", "Signed"]\n\n[outcomes]')


def test_a_register_says_which_fields_the_unit_reads_later_and_from_which_phase_on() -> None:
    found = read_register((TWO_PHASES + WAITS).encode())
    assert found.kept_from_unit("working") == {"sender", "note"} and found.kept_from_unit("done_for") == {"note"}
    assert found.kept_from_unit("ended") == {"note"}, "never is not even then"
    assert found.kept_from_unit("") == found.kept_from_unit("elsewhere") == {"sender", "note"}, "where nothing is known nothing is shown"
    assert read_register(REGISTER.encode()).kept_from_unit("working") == frozenset()
    assert _said(_bundle(TWO_PHASES + '[unit_reads]\nsender = ["done_for"]\n')) == []


def test_what_one_step_says_in_a_field_may_wait_while_the_others_do_not() -> None:
    found = read_register((TWO_PHASES + '[unit_reads]\n"weigh.note" = ["never"]\nsender = ["done_for"]\n').encode())
    assert found.kept_from_unit("working", "weigh") == {"note", "sender"} and "note" not in found.kept_from_unit("working", "sign")
    said = {one for _code, one, _line in _said(_bundle(TWO_PHASES + '[unit_reads]\n"nowhere.note" = ["never"]\n'))}
    assert "unit_reads.nowhere.note" in said


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[unit_reads]\n", "unit_reads"),
        ('[unit_reads]\nsender = "done_for"\n', "unit_reads.sender"),
        ('[unit_reads]\nsender = ["done_for", "working"]\n', "unit_reads.sender"),
        ('[unit_reads]\n"của ai" = ["done_for"]\n', "unit_reads.của ai"),
    ],
)
def test_what_the_unit_reads_later_without_its_phase_is_named(text: str, part: str) -> None:
    assert part in {said for said, _line in _faults(TWO_PHASES + text)}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('[unit_reads]\nsender = ["resting"]\n', "unit_reads.sender"),
        ('[unit_reads]\nnobody = ["done_for"]\n', "unit_reads.nobody"),
        ('[unit_reads]\nresult = ["done_for"]\n', "unit_reads.result"),
        ('[unit_reads]\nsubject = ["done_for"]\n', "unit_reads.subject"),
    ],
)
def test_what_the_unit_reads_later_is_a_field_and_neither_column_nor_title(text: str, part: str) -> None:
    assert part in {one for _code, one, _line in _said(_bundle(TWO_PHASES + text))}


def test_who_began_a_matter_of_no_unit_reads_drafts_later_too() -> None:
    text = TWO_PHASES.replace('unit = "own"', 'unit = "none"') + '[unit_reads]\nsender = ["done_for"]\n'
    assert "unit_reads" not in {one for _code, one, _line in _said(_bundle(text))}
