"""Cases that form-js and this service judge side by side; where the two differ on purpose, the case says why.

`SAME`: both refuse the same fields, and store the same where neither refuses. `OURS`: the difference is
wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OPTIONS = [{"label": "Một", "value": "one"}, {"label": "Hai", "value": "two"}]


@dataclass(frozen=True)
class Case:
    """One form with answers; `why` names the reason of a difference, `refused` what this service refuses
    then.
    """

    name: str
    components: list[dict[str, Any]]
    answers: dict[str, Any]
    given: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    refused: tuple[str, ...] = ()


def text(key: str = "t", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **more}


def area(key: str = "t", **more: Any) -> dict[str, Any]:
    return {"type": "textarea", "key": key, "label": key, **more}


def number(key: str = "n", **more: Any) -> dict[str, Any]:
    return {"type": "number", "key": key, "label": key, **more}


def choice(kind: str, key: str = "c", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "key": key,
        "label": key,
        **({} if "valuesKey" in more else {"values": OPTIONS}),
        **more,
    }


def moment(subtype: str, key: str = "d", **more: Any) -> dict[str, Any]:
    return {"type": "datetime", "subtype": subtype, "key": key, "dateLabel": key, "timeLabel": key, **more}


def rows(*components: dict[str, Any], path: str = "rows", **more: Any) -> dict[str, Any]:
    return {"type": "dynamiclist", "path": path, "label": path, "components": list(components), **more}


def group(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "group", "label": "g", "components": list(components), **more}


def need(**more: Any) -> dict[str, Any]:
    return {"validate": {"required": True, **more}}


def hide(condition: str) -> dict[str, Any]:
    return {"conditional": {"hide": condition}}


def limits(**more: Any) -> dict[str, Any]:
    return {"validate": more}


SAME = [
    # required
    Case("required text empty", [text(**need())], {"t": ""}),
    Case("required text missing", [text(**need())], {}),
    Case("required text null", [text(**need())], {"t": None}),
    Case("required text there", [text(**need())], {"t": "có"}),
    Case("required area empty", [area(**need())], {"t": ""}),
    Case("required area with lines", [area(**need())], {"t": "một\nhai"}),
    Case("required number missing", [number(**need())], {}),
    Case("required number zero", [number(**need())], {"n": 0}),
    Case("required checkbox false", [{"type": "checkbox", "key": "b", **need()}], {"b": False}),
    Case("required checkbox missing", [{"type": "checkbox", "key": "b", **need()}], {}),
    Case("required checkbox true", [{"type": "checkbox", "key": "b", **need()}], {"b": True}),
    Case("optional checkbox missing is false", [{"type": "checkbox", "key": "b"}], {}),
    Case("required checklist empty", [choice("checklist", **need())], {"c": []}),
    Case("required checklist one", [choice("checklist", **need())], {"c": ["two"]}),
    Case("required taglist empty", [choice("taglist", **need())], {"c": []}),
    Case("required taglist both", [choice("taglist", **need())], {"c": ["one", "two"]}),
    Case("required radio missing", [choice("radio", **need())], {}),
    Case("required radio chosen", [choice("radio", **need())], {"c": "one"}),
    Case("required select missing", [choice("select", **need())], {}),
    Case("required select chosen", [choice("select", **need())], {"c": "two"}),
    Case("required select wrong value", [choice("select", **need())], {"c": "three"}),
    Case("required date missing", [moment("date", **need())], {}),
    Case("required date there", [moment("date", **need())], {"d": "2026-11-23"}),
    Case("required date of no form", [moment("date", **need())], {"d": "hôm qua"}),
    Case(
        "required time there", [moment("time", timeSerializingFormat="no_timezone", **need())], {"d": "14:30"}
    ),
    Case(
        "required time beyond the day",
        [moment("time", timeSerializingFormat="no_timezone", **need())],
        {"d": "25:00"},
    ),
    Case("nothing required, nothing answered", [text(), number(), choice("select"), moment("date")], {}),
    # text limits
    Case("shorter than least", [text(**limits(minLength=3))], {"t": "ab"}),
    Case("as short as least", [text(**limits(minLength=3))], {"t": "abc"}),
    Case("empty is not too short", [text(**limits(minLength=3))], {"t": ""}),
    Case("longer than most", [text(**limits(maxLength=3))], {"t": "abcd"}),
    Case("composed letters count one", [area(**limits(maxLength=5))], {"t": "Đặng\u1ebf"}),
    Case("pattern found within", [text(**limits(pattern="[0-9]+"))], {"t": "số 12"}),
    Case("pattern not found", [text(**limits(pattern="^[0-9]+$"))], {"t": "12a"}),
    Case("pattern of classes", [text(**limits(pattern=r"^\d{2}/\w+-\w+$"))], {"t": "12/TTr-UBND"}),
    Case("pattern not on empty", [text(**limits(pattern="^x$"))], {"t": ""}),
    Case("e-mail", [text(**limits(validationType="email"))], {"t": "donvi@sonmai.gov.vn"}),
    Case("no e-mail", [text(**limits(validationType="email"))], {"t": "donvi.sonmai.gov.vn"}),
    Case("international number", [text(**limits(validationType="phone"))], {"t": "+84912345678"}),
    Case("no number", [text(**limits(validationType="phone"))], {"t": "không có"}),
    Case("length by expression, broken", [text(**limits(minLength="=least"))], {"t": "ab"}, {"least": 3}),
    Case("length by expression, kept", [text(**limits(minLength="=least"))], {"t": "abc"}, {"least": 3}),
    # number limits
    Case("below least", [number(**limits(min=0))], {"n": -1}),
    Case("at least", [number(**limits(min=0))], {"n": 0}),
    Case("above most", [number(**limits(max=10))], {"n": 10.5}),
    Case("at most", [number(**limits(max=10))], {"n": 10}),
    Case("most by expression", [number(**limits(max="=top"))], {"n": 6}, {"top": 5}),
    Case("most by another answer", [number("a"), number("n", **limits(max="=a"))], {"a": 3, "n": 4}),
    Case("whole number with fraction", [number(decimalDigits=0)], {"n": 1.5}),
    Case("whole number", [number(decimalDigits=0)], {"n": 2}),
    Case("too many decimals", [number(decimalDigits=1)], {"n": 8.25}),
    Case("as many decimals", [number(decimalDigits=1)], {"n": 8.5}),
    Case("off the step", [number(increment=0.5)], {"n": 8.3}),
    Case("on the step", [number(increment=0.5)], {"n": 8.5}),
    Case("step without binary error", [number(increment=0.1)], {"n": 0.3}),
    Case("negative off the step", [number(increment=0.5)], {"n": -0.3}),
    Case("number as text", [number(serializeToString=True)], {"n": "12.5"}),
    Case("zero keeps its least", [number(**limits(min=1))], {"n": 0}),
    # hidden
    Case("hidden is not demanded", [number(), text(**need(), **hide("=n = 1"))], {"n": 1}),
    Case("shown is demanded", [number(), text(**need(), **hide("=n = 1"))], {"n": 2}),
    Case("hidden is not stored", [number(), text(**hide("=n > 5"))], {"n": 6, "t": "cũ"}),
    Case("condition on an empty text", [text("b"), text(**need(), **hide('=b = ""'))], {}),
    Case("condition on nothing chosen", [choice("checklist"), text(**need(), **hide("=count(c) = 0"))], {}),
    Case("condition on a number not answered", [number(), text(**need(), **hide("=n = null"))], {}),
    Case(
        "condition on what is given",
        [text(**need(), **hide('=stage = "HANG_NAM"'))],
        {},
        {"stage": "HANG_NAM"},
    ),
    Case("and, or", [number(), text(**need(), **hide("=n > 1 and n < 3 or n = 9"))], {"n": 2}),
    Case("if then else", [number(), text(**need(), **hide("=if n = 1 then true else false"))], {"n": 1}),
    Case("between", [number(), text(**need(), **hide("=n between 1 and 3"))], {"n": 3}),
    Case("in a list", [choice("select"), text(**need(), **hide('=list contains(["one"], c)'))], {"c": "one"}),
    Case(
        "group hidden with all in it", [number(), group(text(**need()), **hide("=n = 1"))], {"n": 1, "t": "x"}
    ),
    Case("group shown", [number(), group(text(**need()), **hide("=n = 1"))], {"n": 2}),
    Case("group with a path", [group(text(**need()), path="g")], {"g": {"t": "x"}}),
    Case("group with a path, empty", [group(text(**need()), path="g")], {}),
    Case(
        "condition reads a path",
        [group(number(), path="g"), text(**need(), **hide("=g.n = 1"))],
        {"g": {"n": 1}},
    ),
    Case("key with a dot", [text("a.b", **need())], {"a": {"b": "x"}}),
    Case("key with a dot, empty", [text("a.b", **need())], {}),
    # lists
    Case("row demanded", [rows(text(**need()), number())], {"rows": [{"n": 1}]}),
    Case("rows in order", [rows(text(**need()))], {"rows": [{"t": "x"}, {"t": "y"}]}),
    Case("second row wrong", [rows(text(**need()), number())], {"rows": [{"t": "x"}, {"n": 2}]}),
    Case(
        "this in a row",
        [rows(number(), text(**need(), **hide("=this.n = 1")))],
        {"rows": [{"n": 1}, {"n": 2}]},
    ),
    Case(
        "parent in a row",
        [number("top"), rows(number(), text(**need(), **hide("=parent.top = this.n")))],
        {"top": 1, "rows": [{"n": 1}, {"n": 2}]},
    ),
    Case(
        "list hidden",
        [number(), rows(text(**need()), **hide("=n = 1"))],
        {"n": 1, "rows": [{"t": ""}]},
    ),
    Case(
        "list in a list",
        [rows(number(), rows(text(**need(), **hide("=parent.n = 1")), number("m"), path="inner"))],
        {"rows": [{"n": 1, "inner": [{"m": 1}]}, {"n": 2, "inner": [{"m": 1}]}]},
    ),
    Case("group in a row", [rows(group(text(**need()), path="g"), number())], {"rows": [{"n": 1, "g": {}}]}),
    # choice from data, computed, disabled
    Case(
        "options from data", [choice("select", valuesKey="list", **need())], {"c": "x"}, {"list": ["x", "y"]}
    ),
    Case(
        "value not in data", [choice("select", valuesKey="list", **need())], {"c": "z"}, {"list": ["x", "y"]}
    ),
    Case(
        "computed",
        [number("a"), {"type": "expression", "key": "e", "expression": "=a * 2", "computeOn": "presubmit"}],
        {"a": 4},
    ),
    Case("disabled is not demanded nor stored", [text(disabled=True, **need()), number()], {"n": 1}),
]

OURS = [
    Case(
        "blanks around", [text(**limits(maxLength=3))], {"t": "  abc  "}, why="Blanks around are not stored."
    ),
    Case(
        "condition that cannot be computed",
        [number(), text(**need(), **hide("=n > 5"))],
        {},
        why="form-js hides on null; what is not known to be hidden is demanded.",
        refused=("t",),
    ),
    Case(
        "what is hidden counts as empty",
        [number("a"), text("b", **hide("=a = 1")), text("c", **need(), **hide('=b = "cũ"'))],
        {"a": 1, "b": "cũ"},
        why="form-js lets an answer decide that it does not submit.",
        refused=("c",),
    ),
    Case("blanks only", [text(**need())], {"t": "   "}, why="Blanks are no answer.", refused=("t",)),
    Case(
        "unknown key",
        [text()],
        {"t": "x", "u": 1},
        why="Keys that the form has not are named.",
        refused=("u",),
    ),
    Case(
        "text where a number belongs",
        [number()],
        {"n": "abc"},
        why="form-js drops it in silence; a person should know.",
        refused=("n",),
    ),
    Case("number where text belongs", [text()], {"t": 12}, why="form-js turns it into text.", refused=("t",)),
    Case(
        "list where text belongs", [text()], {"t": ["x"]}, why="form-js drops it in silence.", refused=("t",)
    ),
    Case(
        "text where a truth value belongs",
        [{"type": "checkbox", "key": "b"}],
        {"b": "có"},
        why="form-js reads it as false.",
        refused=("b",),
    ),
    Case(
        "value not among the options",
        [choice("select")],
        {"c": "three"},
        why="form-js drops it in silence.",
        refused=("c",),
    ),
    Case(
        "one of the values not among them",
        [choice("checklist")],
        {"c": ["one", "three"]},
        why="form-js drops it in silence.",
        refused=("c",),
    ),
    Case(
        "same value twice",
        [choice("taglist")],
        {"c": ["one", "one"]},
        why="A choice is made once.",
        refused=("c",),
    ),
    Case(
        "day of no form",
        [moment("date")],
        {"d": "hôm qua"},
        why="form-js drops it in silence.",
        refused=("d",),
    ),
    Case(
        "day that does not exist",
        [moment("date", **need())],
        {"d": "2026-02-30"},
        why="JavaScript reads it as 2 March.",
        refused=("d",),
    ),
    Case(
        "day past",
        [moment("date", disallowPassedDates=True)],
        {"d": "2020-01-01"},
        why="form-js keeps to that in its calendar only.",
        refused=("d",),
    ),
    Case(
        "day after today",
        [moment("date", properties={"latest": "today"})],
        {"d": "2190-01-01"},
        why="form-js has no such limit; what has happened is not ahead.",
        refused=("d",),
    ),
    Case(
        "day before what comes first",
        [moment("date", "a"), moment("date", "b", properties={"earliest": "a", "earliestWhat": "ngày a"})],
        {"a": "2026-11-20", "b": "2026-11-19"},
        why="form-js has no such limit; nothing is issued before it is signed.",
        refused=("b",),
    ),
    Case(
        "an option that is closed for now",
        [{"type": "radio", "key": "r", "label": "r", "values": [{"label": "a", "value": "a"}, {"label": "b", "value": "b"}],
          "properties": {"closedWhen.a": "=paid_on = null", "closedWhy.a": "Chưa ghi ngày nộp."}}],
        {"r": "a"},
        given={"paid_on": None},
        why="form-js closes no option; what is not recorded is not chosen.",
        refused=("r",),
    ),
    Case("decimal comma", [number()], {"n": "8,5"}, why="Vietnamese numbers have a decimal comma."),
    Case(
        "day as it is written here",
        [moment("date", **need())],
        {"d": "23/11/2026"},
        why="Days are written day/month/year here.",
    ),
    Case(
        "national number",
        [text(**limits(validationType="phone"))],
        {"t": "0912345678"},
        why="form-js knows international numbers only.",
    ),
    Case(
        "number within text",
        [text(**limits(validationType="phone"))],
        {"t": "gọi +84912345678"},
        why="form-js looks for a number at the end of anything.",
        refused=("t",),
    ),
    Case(
        "e-mail without a domain",
        [text(**limits(validationType="email"))],
        {"t": "vhxh@localhost"},
        why="Letters go out of the house.",
        refused=("t",),
    ),
    Case("row with nothing in it", [rows(text(**need()))], {"rows": [{}]}, why="A row left empty is no row."),
    Case(
        "too few rows",
        [rows(text(), properties={"minRows": "1"})],
        {"rows": []},
        why="form-js has no limits for rows.",
        refused=("rows",),
    ),
    Case(
        "too many rows",
        [rows(text(), properties={"maxRows": "1"})],
        {"rows": [{"t": "a"}, {"t": "b"}]},
        why="form-js has no limits for rows.",
        refused=("rows",),
    ),
    Case(
        "rows that are none",
        [rows(text())],
        {"rows": "x"},
        why="form-js makes an empty row of it.",
        refused=("rows",),
    ),
    Case(
        "hidden control character",
        [text()],
        {"t": "a\u202eb"},
        why="It would read otherwise than it is.",
        refused=("t",),
    ),
    Case(
        "line break in a line", [text()], {"t": "a\nb"}, why="form-js turns it into a blank.", refused=("t",)
    ),
    Case(
        "letters in parts",
        [text(**limits(maxLength=1))],
        {"t": "e\u0302\u0301"},
        why="NFC: one letter is one letter, however it was typed.",
    ),
    Case(
        "two code units",
        [text(**limits(maxLength=1))],
        {"t": "😀"},
        why="Letters are counted, not code units.",
    ),
]
