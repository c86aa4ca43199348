"""A blind round: a reviewer walks every address of pages and API, and nowhere finds a name or a unit of it.

The same walk in a round that is not blind finds them, so that it is the blind mode that hides them.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service import notices, people, trail
from service.awards.files import attach_file
from service.awards.models import File, List, Nomination
from service.council import session as sessions
from service.council.ballot import Sum
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid
from service.vietnamese import fold
from tests.journeys.council import MEMBERS, ROUND, Council
from tests.journeys.office import CLEAN_FACTS, PDF, Office
from tests.journeys.program import Program
from tests.service.web.browser import forget
from tests.service.web.desk import Desk

NAMES = ("Tạ Suối Mơ", "Vũ Lá Cọ")
UNIT, OTHER_UNIT = "Trường TH&THCS Đồng Mây", "Công ty TNHH Dệt Nắng Sớm"
NUMBERS = {"item_no": (1, 2), "member_no": (1, 3), "number": (1,)}


def _waiting(office: Office) -> None:
    """Two names that wait for the council, each with words and papers that name it."""
    found = []
    for name in NAMES:
        one = office.nominate(ROUND, name=name)
        attach_file(f"nomination:{one}", f"Báo cáo của {name}.pdf", PDF, by=office.who("donvi"))
        proof = attach_file(f"nomination:{one}", f"{name} - giấy khen.pdf", PDF, by=office.who("donvi"))
        said = {"score": 9, "note": f"Cô {name.upper()} của {fold(UNIT)} đã dạy đủ các lớp.", "contents": ["ND5"], "files": [proof.id]}
        row = office.read(one)
        office.complete(one, "self_assess", {
            "form_asked": row.form_asked, "summary": f"{name}, {UNIT}, dạy chữ số cho cả thôn.", "person_type": "official",
            "D1": said, "facts": CLEAN_FACTS,
        }, by="donvi")
        found.append(one)
    office.sign(found[0])
    for one in found:
        office.check(one)
    office.post(ROUND, found)


def _council(desk: Desk, *, blind: bool) -> Council:
    council = Council(desk.office)
    if blind:
        sessions.set_blind(desk.office.rounds[ROUND], "Chấm khách quan", by=desk.office.who("truongphong"))
    council.plan()
    council.invite()
    sessions.remind_reviewers(council.id, by=desk.office.who("thuky"))
    desk.office.work()
    return council


def _walk(desk: Desk, council: Council, who: str) -> dict[str, set[str]]:
    """Where somebody finds a name or the unit: endpoint → what of it. Pages that list every unit say nothing of this one."""
    office, found = desk.office, {}
    visitor, program = desk.who(who), Program(office.app.test_client(), office.work)
    with reading() as s:
        known = {
            "nomination": list(s.scalars(select(Nomination.id))), "list": list(s.scalars(select(List.id))),
            "file": list(s.scalars(select(File.id))), "round": [office.rounds[ROUND]], "session": [council.id],
        }
    opened = 0
    for rule in office.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "pages.sign_out"):
            continue
        for path in _paths(rule, known):
            forget()
            if path.startswith("/api/v1"):
                answer = program.raw(who, "GET", path.removeprefix("/api/v1"))
            else:
                answer = visitor.client.get(path)
            if answer.status_code in (403, 404) and not rule.arguments:
                break
            opened += answer.status_code == 200
            said = fold(f"{_text(answer)} {unquote(str(answer.headers))} {path}")
            answer.close()
            seen = {name for name in NAMES if fold(name) in said}
            if fold(UNIT) in said and fold(OTHER_UNIT) not in said:
                seen.add(UNIT)
            if seen:
                found.setdefault(rule.endpoint, set()).update(seen)
    assert opened > 60, "the walk comes to places"
    return found


def _text(answer: TestResponse) -> str:
    """What an answer says, whatever it is written in: a JSON's letters are not escaped."""
    if answer.is_json:
        return json.dumps(answer.json, ensure_ascii=False)
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return " ".join([*packed.namelist(), *(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())])
    return html.unescape(answer.data.decode("utf-8", "replace"))


def _paths(rule: Rule, known: dict[str, list[int]]) -> Iterator[str]:
    wanted = [_values(name, known) for name in sorted(rule.arguments)]
    for values in product(*wanted):
        path = rule.rule
        for name, value in zip(sorted(rule.arguments), values, strict=True):
            path = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", str(value), path)
        yield path


def _values(name: str, known: dict[str, list[int]]) -> list[Any]:
    for word, numbers in known.items():
        if name in (f"{word}_id", word) or name == f"council_{word}_id":
            return numbers
    return list(NUMBERS.get(name, (1,)))


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_reviewer_of_a_round_that_is_not_blind_finds_names_and_units(desk: Desk) -> None:
    council = _council(desk, blind=False)
    found = _walk(desk, council, "uv1")
    assert {"council.show", "council_meeting.my_page", "council_meeting.show_item", "own_scores.show", "api_council.read_session",
            "files.download", "api_files.download", "api_reviewing.read_files", "api_lists.read_list"} <= found.keys()
    assert all(found[endpoint] >= set(NAMES) for endpoint in ("council.show", "council_meeting.my_page", "own_scores.show"))
    assert any(fold(NAMES[0]) in fold(str(m)) for m in _told(desk, "uv1"))


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_reviewer_of_a_blind_round_finds_neither_on_any_page_file_call_or_letter(desk: Desk) -> None:
    council = _council(desk, blind=True)
    named = council.read().items[0].nomination_id
    sessions.draft_feedback(named, f"Hồ sơ của {NAMES[0]}, {UNIT}, rõ.", by=desk.office.who("thuky"))
    assert _walk(desk, council, "uv1") == {}
    told = fold(" ".join(map(str, _told(desk, "uv1"))))
    assert "hs-01" in told
    assert not [name for name in (*NAMES, UNIT) if fold(name) in told]
    page = desk.read("uv1", f"/council/{council.id}/items/1")
    assert "HS-01" in page
    assert "dạy chữ số cho cả thôn" in page, "what it is judged on stands there"
    assert "Minh chứng 1.pdf" in page
    assert "tệp không mở trong đợt chấm ẩn danh" in page
    assert desk.who("vhxh").client.get(f"/council/{council.id}").status_code == 200
    assert NAMES[0] in desk.read("thuky", f"/council/{council.id}"), "the office sees the names"
    printed = desk.read("thuky", f"/council/{council.id}/score-sheets")
    assert "HS-01" in printed
    assert NAMES[0] not in printed, "sheets are printed for reviewers"
    desk.get("thuky", f"/council/{council.id}/paper-set", 409)


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_reviewer_of_a_blind_round_learns_of_nobody_else_who_keeps_out(desk: Desk) -> None:
    council, who = _council(desk, blind=True), desk.office.who
    sessions.declare_conflict(council.id, 1, "Con gái tôi", by=who("chutich"))
    program, path = Program(desk.office.app.test_client(), desk.office.work), f"/council/{council.id}"
    known, kept = council.read().items
    assert (known.outlook.recused, known.outlook.voters) == ((1,), kept.outlook.voters - 1), "the office sees it"
    assert sessions.what_if(council.id, 1, by=who("thuky"))[1].recused == (1,)
    assert "Nếu người này vắng" in desk.read("thuky", f"{path}?away=1")
    mine = council.read("uv1").items
    assert mine[0].outlook == mine[1].outlook, "a voter fewer would tell it too"
    assert not mine[0].outlook.recused
    assert "Nếu người này vắng" not in desk.read("uv1", path)
    for away in range(1, 10):
        desk.get("uv1", f"{path}?away={away}", 409)
        assert program.raw("uv1", "GET", f"/council-sessions/{council.id}/what-if?away={away}").status_code == 409


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_names_of_the_own_unit_are_not_scored_in_a_blind_round(desk: Desk) -> None:
    who, council = desk.office.who, Council(desk.office)
    council.accounts[8] = who("thutruong").account or 0
    council.plan()
    nine = sessions.read_reviewing(council.id, by=who("thuky")).reviewers[8]
    assert (nine.assigned, nine.kept_out) == ((1, 2), ()), "where names are seen, his own unit's are scored by rule"
    sessions.set_blind(desk.office.rounds[ROUND], "Chấm khách quan", by=who("truongphong"))
    council.invite()
    found = sessions.read_reviewing(council.id, by=who("thuky")).reviewers
    assert (found[8].assigned, found[8].kept_out) == ((), (1, 2))
    assert found[7].assigned == (1, 2)
    assert council.read().items[0].recusals == (), "he votes as the rule says"
    with pytest.raises(Invalid, match="assigned"):
        sessions.assign_reviewers(council.id, [(9, 1)], by=who("thuky"))
    with pytest.raises(Conflict, match="only 6"):
        sessions.draw_reviewers(council.id, 7, by=who("thuky"))
    with pytest.raises(Invalid):
        sessions.file_sheet(council.id, 9, {1: {"D1": Decimal(8)}}, by=who("thuky"))


def _told(desk: Desk, who: str) -> list[Any]:
    by = desk.office.who("quantri")
    account = people.find_account(who).id
    lines = [m for m in notices.outbox(by=by).lines if m.account == account]
    assert {m.letter for m in lines} >= {"council_invitation", "scores_due"}
    return [notices.show_mail(m.id, by=by) for m in lines]


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_once_invitations_are_out_the_page_says_beforehand_that_names_cannot_be_hidden_any_more(desk: Desk) -> None:
    number = desk.office.rounds[ROUND]
    page = f"/rounds/{number}/reviewing"
    assert desk.get("truongphong", page).xpath(f"//form[@action='{page}/blind']|//*[@data-dialog][contains(., 'Đặt chấm ẩn danh')]")
    council = Council(desk.office)
    council.plan()
    council.invite()
    shown = desk.get("truongphong", page)
    assert shown.xpath("//button[@aria-disabled='true'][contains(., 'Đặt chấm ẩn danh')]")
    assert not shown.xpath(f"//form[@action='{page}/blind']")
    assert "Giấy mời có tên đã gửi" in desk.read("truongphong", page)
    (way,) = shown.xpath("//main//a[contains(., 'Xem phiên họp')]/@href")
    assert way == f"/council/{council.id}"
    desk.get("truongphong", way)
    desk.post("truongphong", f"{page}/blind", {"reason": "Chấm khách quan"}, 409)


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_blind_mode_is_set_before_anything_goes_out_and_lifted_only_after_the_scores_are_closed(desk: Desk) -> None:
    who, number = desk.office.who, desk.office.rounds[ROUND]
    page = f"/rounds/{number}/reviewing"
    for outsider in ("thuky", "vhxh", "uv1", "quantri"):
        with pytest.raises(Forbidden):
            sessions.set_blind(number, "Vì khách quan", by=who(outsider))
    assert "Đã đặt chấm ẩn danh" in desk.say("truongphong", f"{page}/blind", {"reason": "Chấm khách quan"})
    with pytest.raises(Conflict):
        sessions.set_blind(number, "Lần nữa", by=who("truongphong"))
    council = Council(desk.office)
    council.plan()
    council.invite()
    found = sessions.read_reviewing(council.id, by=who("thuky"))
    assert [r.member_no for r in found.reviewers if r.sees] == [1, 2], "chair and deputy read every dossier by their office"
    with pytest.raises(Invalid, match="blind"):
        sessions.assign_reviewers(council.id, [(1, 1)], by=who("thuky"))
    sessions.draw_reviewers(council.id, 2, 9, by=who("thuky"))
    (one, *others) = [r for r in sessions.read_reviewing(council.id, by=who("thuky")).reviewers if r.assigned]
    first, second = MEMBERS[one.member_no - 1], MEMBERS[others[0].member_no - 1]
    at = f"/council/{council.id}"
    assert "Chấm điểm" in desk.read(second, f"{at}/me")
    assert "Ghi điểm" in desk.read(first, f"{at}/my-scores")
    desk.say(first, f"{at}/my-scores", {f"points-{n}-D1": "8" for n in one.assigned})
    with pytest.raises(Conflict, match="closed"):
        sessions.lift_blind(number, by=who("truongphong"))
    assert "Chỉ bỏ ẩn danh sau khi" in desk.say("truongphong", f"{page}/lift", {}, code=409)
    desk.office.go_to(council.read().held_at.date())
    council.roll()
    with pytest.raises(Conflict, match="blind"):
        council.do("open")
    with pytest.raises(Invalid):
        sessions.close_scores(number, by=who("thuky"))
    assert "Đã khóa điểm" in desk.say("thuky", f"{page}/close", {"reason": "Đến giờ họp"})
    for login in (first, second):
        sheet = sessions.read_own_sheet(council.id, by=who(login))[1]
        with pytest.raises(Conflict, match="closed"):
            sessions.file_own_sheet(council.id, {n: {"D1": Decimal(8)} for n in sheet.items}, by=who(login))
    assert "Chấm điểm" not in desk.read(second, f"{at}/me"), "nothing that would be refused is offered"
    assert "Xem điểm tôi đã chấm" in desk.read(first, f"{at}/me")
    own = desk.read(first, f"{at}/my-scores")
    assert "đã khóa điểm" in own
    assert "Ghi điểm" not in own
    assert "HS-01" in desk.read("uv1", f"/council/{council.id}")
    assert "Đã bỏ ẩn danh" in desk.say("truongphong", f"{page}/lift", {})
    assert NAMES[0] in desk.read("uv1", f"/council/{council.id}")
    council.do("open")
    kinds = [e.kind for e in trail.read(stream=f"round:{number}", limit=100).events]
    assert {"round:blinded", "round:scores_closed", "round:blind_lifted"} <= set(kinds)
    assert trail.verify().ok
    with pytest.raises(Conflict, match="closed"):
        sessions.draw_reviewers(council.id, 3, by=who("thuky"))
    council.discuss(1)
    sessions.postpone_item(council.id, 2, "Chờ xác minh thêm", by=who("thuky"))
    council.hands(council.round(1, secret=False), {1: Sum(9, 0, 0, 0)})
    council.close()
    council.plan()
    council.invite()
    desk.say("uv1", f"/council/{council.id}/my-scores", {"points-1-D1": "7"})
    assert sessions.read_own_sheet(council.id, by=who("uv1"))[1].scored == (1,), "a name that is left over is scored in its session"
    assert council.read().items[0].name in desk.read("uv1", f"/council/{council.id}")


@pytest.mark.long
@pytest.mark.office(after=_waiting)
def test_blind_mode_comes_too_late_once_the_names_went_out(desk: Desk) -> None:
    council = Council(desk.office)
    council.plan()
    council.invite()
    with pytest.raises(Conflict, match="too late"):
        sessions.set_blind(desk.office.rounds[ROUND], "Vì khách quan", by=desk.office.who("truongphong"))
    assert len(MEMBERS) == len(council.read().members)
