"""The runner of the public test kit, on a kit of our own: what it calls right, refused and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tck.__main__ import main
from tests.tck.kit import run

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">
<inputData id="i" name="Số năm"><variable name="Số năm" typeRef="number"/></inputData>
<decision id="a" name="gấp đôi"><variable name="gấp đôi"/><informationRequirement><requiredInput href="#i"/>
</informationRequirement><literalExpression><text>Số năm * 2</text></literalExpression></decision>
<decision id="b" name="ngày"><literalExpression><text>[date("2026-11-23"), null]</text></literalExpression></decision>
<decision id="c" name="lạ"><literalExpression><text>matches("a", "b")</text></literalExpression></decision>
<decision id="e" name="hộp"><context/></decision></definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>own.dmn</modelName>{}</testCases>"""
NUMBER = '<value xsi:type="xsd:decimal">{}</value>'
NIL = '<value xsi:nil="true"/>'


def case(decision: str, expected: str, given: str | None = None, attributes: str = "") -> str:
    data = f'<inputNode name="Số năm">{given}</inputNode>' if given else ""
    return (
        f'<testCase id="1">{data}<resultNode name="{decision}" type="decision" {attributes}>'
        f"<expected>{expected}</expected></resultNode></testCase>"
    )


def kit(folder: Path, *cases: str) -> Path:
    for level in ("2", "3"):
        place = folder / f"compliance-level-{level}" / "own"
        place.mkdir(parents=True)
        (place / "own.dmn").write_text(MODEL, encoding="utf-8")
        (place / "own.xml").write_text(CASES.format("".join(cases)), encoding="utf-8")
    return folder


LIST = '<list><item><value xsi:type="xsd:date">2026-11-23</value></item><item><value xsi:nil="true"/></item></list>'


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (case("gấp đôi", NUMBER.format(6), NUMBER.format(3)), "right"),
        (case("gấp đôi", NUMBER.format(7), NUMBER.format(3)), "WRONG"),
        (case("gấp đôi", "<value>6</value>", NUMBER.format(3)), "WRONG"),
        (case("gấp đôi", NIL), "null"),
        (case("gấp đôi", NIL, attributes='errorResult="true"'), "right"),
        (case("gấp đôi", NUMBER.format(0)), "error"),
        (case("ngày", LIST), "right"),
        (case("lạ", NIL, attributes='errorResult="true"'), "refused"),
        (case("hộp", NIL), "refused"),
    ],
)
def test_each_answer_has_its_verdict(tmp_path: Path, one: str, verdict: str) -> None:
    assert [(outcome.level, outcome.verdict) for outcome in run(kit(tmp_path, one))] == [
        ("2", verdict),
        ("3", verdict),
    ]


def test_summary_counts_each_level_and_fails_on_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = case("gấp đôi", NUMBER.format(6), NUMBER.format(3)), case("ngày", NUMBER.format(1))
    assert main(str(kit(tmp_path / "good", good, case("hộp", NIL)))) == 0
    told = capsys.readouterr().out
    assert "Level 2: 2 answers asked: 1 right, 1 refused" in told
    assert "context is outside the DMN subset" in told
    assert main(str(kit(tmp_path / "bad", good, bad))) == 1
    assert "WRONG own" in capsys.readouterr().out
    assert main(str(tmp_path / "nothing")) == 1
