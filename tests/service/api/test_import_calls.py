"""Sheets over the API: the dry run as JSON, taking once under a key, refused rows by number, codes told once and kept nowhere."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from service import people
from service.api.idempotency import Answered as Kept
from service.awards.models import PastAward
from service.awards.past_import import IMPORT as PAST
from service.db import reading
from service.imports import Import
from tests.journeys.office import Office
from tests.journeys.program import Answered, Program
from tests.service.awards.test_past_awards import GOOD
from tests.service.papers.reading import status
from tests.service.people.filled import cells_of, filled
from tests.service.web.test_submissions import GOOD as NAME
from tests.service.web.test_submissions import sheet as names_sheet

UNITS, PEOPLE = people.unit_import.IMPORT, people.account_import.IMPORT
VILLAGE: dict[str, Any] = {"code": "GAO-TRANG", "name": "Thôn Gạo Trắng", "kind": "Thôn", "subject_group": "D"}
CLERK: dict[str, Any] = {"login": "gao.trang", "name": "Trần Gạo Trắng", "groups": "Văn thư"}


def send(
    program: Program, who: str, path: str, kind: Import[Any], *rows: dict[str, Any], key: str = "", content: bytes = b""
) -> dict[str, Any]:
    """Send a sheet; the answer, or Answered."""
    headers = {"Idempotency-Key": key} if key else {}
    given = {"file": (io.BytesIO(content or filled(kind, *rows)), "tep.xlsx")}
    found: dict[str, Any] = program.call(who, "POST", path, data=given, content_type="multipart/form-data", headers=headers)
    return found


def test_sheet_of_units_is_tried_and_taken_in_two_calls(program: Program) -> None:
    rows = (VILLAGE, {"code": "DONG-MAY", "name": "Trường TH&THCS Đồng Mây", "phone": "1"},
            {"code": "UBND", "name": "Ủy ban nhân dân xã Sơn Mai"}, {**VILLAGE, "code": "LA", "name": "Thôn Lạ", "kind": "Xóm"})
    trial = send(program, "quantri", "/imports/units/trial", UNITS, *rows)
    assert trial["read"] == 4 and [(r["row"], r["state"]) for r in trial["ready"]] == [(2, "new"), (3, "changed")]
    assert [c["field"] for c in trial["ready"][1]["changes"]] == ["phone"] and trial["ready"][0]["said"]["name"] == "Thôn Gạo Trắng"
    assert [r["row"] for r in trial["known"]] == [4]
    assert trial["refused"][0]["row"] == 5 and "the kind “Xóm” is unknown" in trial["refused"][0]["message_en"]
    with pytest.raises(Answered) as refused:
        send(program, "quantri", "/imports/units", UNITS, *rows)
    assert (refused.value.status, refused.value.problem["code"]) == (422, "rows-refused")
    assert [line["row"] for line in refused.value.problem["lines"]] == [5]
    assert people.unit_by_code("GAO-TRANG") is None
    taken = send(program, "quantri", "/imports/units?skip_bad=true", UNITS, *rows)
    assert (taken["new"], taken["changed"], taken["known"], len(taken["refused"]), taken["codes"]) == (1, 1, 1, 1, [])
    again = send(program, "quantri", "/imports/units?skip_bad=true", UNITS, *rows)
    assert (again["new"], again["changed"], again["known"]) == (0, 0, 3)


def test_past_awards_are_taken_by_the_same_calls(program: Program) -> None:
    trial = send(program, "vhxh", "/imports/past-awards/trial", PAST, GOOD, {**GOOD, "year": 1900})
    assert [r["row"] for r in trial["ready"]] == [2] and trial["ready"][0]["said"]["decided_on"] == "2020-12-20"
    assert [r["row"] for r in trial["refused"]] == [3]
    with reading() as s:
        assert s.scalars(select(PastAward)).all() == []
    content = filled(PAST, GOOD)
    first = send(program, "vhxh", "/imports/past-awards", PAST, content=content, key="p1")
    assert first["new"] == 1 and send(program, "vhxh", "/imports/past-awards", PAST, content=content, key="p1") == first
    assert send(program, "vhxh", "/imports/past-awards", PAST, content=content)["known"] == 1
    with pytest.raises(Answered) as other:
        send(program, "vhxh", "/imports/past-awards", PAST, {**GOOD, "year": 2021}, key="p1")
    assert other.value.problem["code"] == "idempotency-mismatch"


def test_codes_of_new_people_are_told_in_the_first_answer_and_kept_nowhere(office: Office, program: Program) -> None:
    content = filled(PEOPLE, CLERK)
    first = send(program, "quantri", "/imports/people", PEOPLE, content=content, key="n1")
    ((code, login),) = [(one["code"], one["login"]) for one in first["codes"]]
    again = send(program, "quantri", "/imports/people", PEOPLE, content=content, key="n1")
    assert again == first | {"codes": []}
    with reading() as s:
        kept = s.scalars(select(Kept.body).where(Kept.key == "n1")).one()
    assert b'"new":1' in kept and code.encode() not in kept
    assert people.redeem_code(login, code, "mây trắng qua suối", door="api")
    third = send(program, "quantri", "/imports/people", PEOPLE, content=content)
    assert (third["new"], third["known"], third["codes"]) == (0, 1, [])


def test_template_is_fetched_filled_and_sent_back(program: Program) -> None:
    for what, kind in (("units", UNITS), ("people", PEOPLE), ("past-awards", PAST)):
        answer = program.raw("donvi", "GET", f"/imports/{what}/template")
        assert [*cells_of(answer.get_data())[0]] == ["STT", *(c.heading for c in kind.columns)]
    assert status(program.raw("quantri", "GET", "/imports/ballots/template")) == 404
    with pytest.raises(Answered) as none:
        send(program, "quantri", "/imports/ballots/trial", UNITS, VILLAGE)
    assert none.value.status == 404


def test_what_is_no_sheet_is_refused_by_its_name(program: Program) -> None:
    for content in (b"x", filled(UNITS)):
        with pytest.raises(Answered) as refused:
            send(program, "quantri", "/imports/units/trial", UNITS, content=content)
        assert refused.value.status == 422 and refused.value.problem["message_en"]
    missing = program.raw("quantri", "POST", "/imports/units/trial", data={"file": "chữ"}, content_type="multipart/form-data")
    assert status(missing) == 422


def test_rights_are_those_of_the_pages(program: Program) -> None:
    for who, what, kind, row in (
        ("vhxh", "units", UNITS, VILLAGE), ("truongphong", "people", PEOPLE, CLERK), ("donvi", "past-awards", PAST, GOOD),
        ("thanhtra", "people", PEOPLE, CLERK),
    ):
        for path in (f"/imports/{what}/trial", f"/imports/{what}"):
            with pytest.raises(Answered) as refused:
                send(program, who, path, kind, row)
            assert refused.value.status == 403, (who, path)
    assert send(program, "truongphong", "/imports/units", UNITS, VILLAGE)["new"] == 1


def test_names_of_a_submission_are_tried_and_taken_once(office: Office, program: Program) -> None:
    submission = program.call("donvi", "POST", "/submissions", {"round": "HN-2026"})["id"]
    at, bad = f"/submissions/{submission}/excel", ["", *NAME[1:]]

    def names(who: str, path: str, *rows: list[Any], status: int = 200) -> Any:
        answer = program.raw(who, "POST", path, data={"file": (io.BytesIO(names_sheet(*rows)), "ten.xlsx")})
        assert answer.status_code == status, answer.json
        return answer.json

    assert program.raw("donvi", "GET", f"/submissions/{submission}/template").data[:2] == b"PK"
    trial = names("donvi", f"{at}/trial", NAME, bad)
    assert [(one["row"], one["said"]["name"]) for one in trial["ready"]] == [(2, NAME[0])]
    assert [one["row"] for one in trial["refused"]] == [3] and trial["refused"][0]["message_en"]
    for who in ("donvi2", "thanhtra"):
        for path in (at, f"{at}/trial"):
            names(who, path, NAME, status=404 if who == "donvi2" else 403)
    assert names("donvi", at, NAME, bad, status=422)["code"] == "rows-refused"
    assert program.call("donvi", "GET", f"/lists/{submission}")["lines"] == []
    taken = names("donvi", f"{at}?skip_bad=true", NAME, bad)
    assert taken["new"] == 1 and [one["row"] for one in taken["refused"]] == [3]
    assert names("donvi", at, NAME) == {"new": 0, "refused": []}
    assert [line["name"] for line in program.call("donvi", "GET", f"/lists/{submission}")["lines"]] == [NAME[0]]
    assert [row["Họ tên, tên tập thể, tên hộ"] for row in cells_of(program.raw("thanhtra", "GET", at).data)] == [NAME[0]]
    assert program.raw("donvi", "GET", "/submissions/999999/excel").status_code == 404
