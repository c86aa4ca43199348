"""A key on every write of the API's document: the answer is the one that comes without, and comes again as it was."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from service import people
from service.actor import machine
from service.processes import history, inbox
from tests.journeys.office import Office
from tests.journeys.program import Program
from tests.service.api.conftest import DAY
from tests.service.bodies import INDEX_PILLAR, INDEX_SET, INDICATOR, MOVEMENT, PETITION
from tests.service.people.filled import filled
from tests.service.test_hostile import SAID, packed
from tests.service.test_hostile import one as bundle
from tests.service.web.test_submissions import GOOD
from tests.service.web.test_submissions import sheet as names_sheet
from tests.workflows.running import user, within

WRITES = ("post", "put", "patch", "delete")
MINUTES = {"held_on": "2026-11-03", "chaired_by": "Đinh Vũ Phong", "members": 9, "present": 9}
CHECKED = {"decision": "accept", "papers": ["LETTER", "UNIT_MINUTES", "REPORT"], "form_recommended": "GK_XA", "D1": {"score": 9}}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
_MOMENT = re.compile(r'"\d{4}-\d\d-\d\dT[^"]+"')
_NUMBER = re.compile(r'("id"|"list"):(\d+|"[0-9a-f]{16}")')


@dataclass(frozen=True)
class Place:
    """What the calls need to know of an office."""

    names: list[int]
    """Drafted by the unit twice, signed and waiting for the check three times, waiting for the posting."""
    draft: int
    checks: list[int]
    """Tasks of those that wait for the check; the second is claimed."""
    sign: int
    """Inbox row of the head's signature."""
    officer: int
    clerk: int
    round: int
    planned: int
    """A round that has not opened yet."""
    members: list[int]
    """Accounts of the council."""
    waiting: list[int]
    """Two names that wait for the council."""
    asked: int
    """A name whose nominee has an account."""
    unit: int
    """A unit for which nobody files."""


def _prepared(office: Office) -> Place:
    signed = [office.nominate("HN-2026", name=n) for n in ("Lê Trúc Xanh", "Tạ Suối Mơ", "Vũ Lá Cọ", "Đỗ Ban Mai")]
    waiting = [office.nominate("HN-2026", name=n) for n in ("Cao Sương Sớm", "Bùi Khói Lam")]
    for name in (*signed, *waiting):
        office.assess(name)
    office.sign(signed[0])
    for name in (signed[3], *waiting):
        office.check(name)
    office.post("HN-2026", waiting)
    drafted = [
        office.nominate("HN-2026", name=n, unit="DET-NANG-SOM", by="donvi2", kind="INDIVIDUAL")
        for n in ("Mai Thoi Sợi", "Trịnh Hoa Vải")
    ]
    for name in drafted:
        office.assess(name, by="donvi2")
    nominee = office.who("uv9")
    asked = office.nominate("HN-2026", name=nominee.name, account=nominee.account, unit="TRAM-Y-TE", by="vhxh")
    checks = [_open_task(office, name) for name in signed[:3]]
    submission = office.submission(drafted[0])
    found = inbox.read_inbox(office.who("thutruong2"), "group").items
    (sign,) = [i.id for i in found if i.list_id == submission]
    return Place(
        [*drafted, *signed], submission, checks, sign, office.who("vhxh").account or 0, office.who("vanthu").account or 0,
        office.rounds["HN-2026"], office.rounds["SK-2027"],
        [office.who(f"uv{n}").account or 0 for n in range(1, 10)], waiting, asked,
        people.create_unit("THON-XA", "Thôn Xa", "village", by=machine("cli")),
    )


def _open_task(office: Office, nomination: int) -> int:
    (stop,) = [s for s in history.timeline(office.read(nomination).instance_id or 0) if s.state == "open"]
    return stop.id


NOT_KEPT = {(m, p) for m in WRITES for p in ("/session", "/session/code")} | {("post", p) for p in (
    "/calendar-feed", "/tokens", "/accounts", "/accounts/{account_id}/reset", "/session/password", "/webhooks",
    "/webhooks/{webhook_id}/secret",
)}
"""They carry a secret, or nobody is there any more."""
Call = tuple[str, str, dict[str, Any]]
"""Who, address, and what is sent."""


def _calls(at: Place) -> dict[tuple[str, str], list[Call]]:
    """Operation of the document → calls that it takes, in the order in which they can be made."""
    one, two, three = at.checks
    who = {"kind": "individual", "name": "Cao Gió Núi", "unit": "DONG-MAY"}
    named = {"round": "HN-2026", "subject_group": "D", "award_form": "GK_XA", "recipient": who}
    votes = [{"nomination": n, "data": {"votes": 9}} for n in at.names[:2]]
    checked = {"answers": CHECKED}
    away = {"since": DAY.isoformat(), "until": (DAY + timedelta(days=2)).isoformat(), "reason": "Nghỉ phép"}
    return {
        ("post", "/definitions"): [
            ("quantri", f"/definitions?{SAID}", {"data": packed(bundle(within(user("x")))), "content_type": "application/zip"})
        ],
        ("post", "/definitions/{definition_id}/migration-trial"): [
            ("quantri", "/definitions/1/migration-trial", {"json": {"to": 999_999}}),
        ],
        ("post", "/definitions/{definition_id}/migrations"): [
            ("quantri", "/definitions/1/migrations", {"json": {"to": 999_999, "reason": "Thử"}}),
        ],
        **{
            ("post", f"/migrations/{{migration_id}}/{turn}"): [
                ("quantri", f"/migrations/1/{turn}", {"json": {"reason": "Thử"}} if turn == "undo" else {})
            ]
            for turn in ("pause", "resume", "stop", "undo")
        },
        **{
            ("post", f"/instances/{{instance_id}}/{turn}"): [("quantri", f"/instances/1/{turn}", {"json": {"reason": "Thử"}})]
            for turn in ("suspend", "resume", "cancel")
        },
        ("post", "/instances/{instance_id}/move-trial"): [
            ("quantri", "/instances/1/move-trial", {"json": {"to": "check_dossier"}}),
        ],
        ("post", "/instances/{instance_id}/move"): [
            ("quantri", "/instances/2/move", {"json": {"to": "wait_opinions", "reason": "Thử"}}),
        ],
        ("post", "/instances/{instance_id}/data"): [
            ("quantri", "/instances/2/data", {"json": {"values": {"level": "province"}, "reason": "Thử"}}),
        ],
        **{
            ("post", f"/enactments/{{enactment_id}}/{turn}"): [("truongphong", f"/enactments/999999/{turn}", {"json": {"reason": "Thử"}})]
            for turn in ("confirm", "refuse")
        },
        ("post", "/definitions/{definition_id}/roll-back"): [("quantri", "/definitions/1/roll-back", {"json": {"reason": "Thử"}})],
        # Refused, as a run would go on beside the test; what a replay does is told in its own tests.
        ("post", "/replays"): [("quantri", "/replays?of=deployment:9999", {}), ("vhxh", "/replays?of=deployment:1", {})],
        ("post", "/replays/{replay_id}/cancel"): [("quantri", "/replays/9999/cancel", {})],
        ("post", "/replays/{replay_id}/resume"): [("quantri", "/replays/9999/resume", {})],
        ("post", "/submissions"): [
            ("donvi2", "/submissions", {"json": {"round": "HN-2026"}}),
            ("vhxh", "/submissions", {"json": {"round": "HN-2026", "unit": "TRAM-Y-TE"}}),
        ],
        ("post", "/nominations"): [
            ("vhxh", "/nominations", {"json": named}),
            ("vhxh", "/nominations", {"json": {**named, "round": "HN-2077"}}),
        ],
        ("post", "/nominations/{nomination_id}/files"): [
            ("donvi2", f"/nominations/{at.names[0]}/files", {"data": {"file": (PDF, "Báo cáo.pdf")}}),
        ],
        ("post", "/nominations/{nomination_id}/{kind}"): [
            ("vhxh", f"/nominations/{at.names[4]}/withdrawal",
             {"json": {"fields": {"dated": "2026-11-03", "number": "12/CV", "reason": "Chuyển công tác"}}}),
        ],
        ("post", "/nominations/{nomination_id}/tie"): [
            ("vhxh", f"/nominations/{at.names[0]}/tie", {"json": {"account": "donvi", "reason": "Cùng một người"}}),
            ("vhxh", f"/nominations/{at.names[0]}/tie", {"json": {"account": "donvi", "same": False}}),
        ],
        ("post", "/nominations/{nomination_id}/consent"): [
            ("uv9", f"/nominations/{at.asked}/consent", {"json": {"answer": "no", "reason": "Nhường", "more": "Thêm"}}),
            ("uv9", f"/nominations/{at.asked}/consent", {"json": {"answer": "yes"}}),
        ],
        ("post", "/nominations/{nomination_id}/consent/paper"): [
            ("donvi2", f"/nominations/{at.names[1]}/consent/paper", {"json": {"answer": "yes", "on": "2026-11-02", "number": "3/BC"}}),
        ],
        ("post", "/rules/{key}/versions"): [
            ("vhxh", "/rules/HIEPY_DAYS/versions", {"json": {
                "value": 12, "citation": "Quy chế", "confidence": "P", "valid_from": "2026-12-01", "seen": 1, "reason": "Thử"}}),
        ],
        ("post", "/rules/{key}/confirm"): [
            ("truongphong", "/rules/GATE.M5/confirm", {"json": {"version": 1, "seen": 1, "reason": "Đã đọc"}}),
        ],
        ("post", "/past-awards"): [
            ("vhxh", "/past-awards", {"json": {
                "name": "Lê Trúc Xanh", "kind": "individual", "unit": "DONG-MAY", "what": "CSTDCS", "year": 2024}}),
        ],
        ("post", "/imports/{what}/trial"): [("quantri", "/imports/units/trial", {"data": {"file": (_units(), "don-vi.xlsx")}})],
        ("post", "/imports/{what}"): [("quantri", "/imports/units", {"data": {"file": (_units(), "don-vi.xlsx")}})],
        **{
            ("post", f"/lists/{{list_id}}/{rest}"): [("vhxh", f"/lists/999999/{rest.format(kind='unit_list')}", said)]
            for rest, said in (
                ("papers", {"json": {"kind": "unit_list"}}), ("certificates", {"json": {"kind": "certificate"}}),
                ("papers/{kind}/edited", {"data": {"file": (PDF, "a.pdf")}}),
                ("papers/{kind}/signed", {"data": {"file": (PDF, "a.pdf")}}),
            )
        },
        **{
            ("post", f"/matters/{{matter_id}}/papers{rest}"): [
                ("vhxh", f"/matters/999999/papers{rest.format(paper='petition_answer')}", said)
            ]
            for rest, said in (
                ("", {"json": {"paper": "petition_answer"}}), ("/{paper}/edited", {"data": {"file": (PDF, "a.pdf")}}),
                ("/{paper}/signed", {"data": {"file": (PDF, "a.pdf")}}),
            )
        },
        **{
            ("post", f"/submissions/{{submission_id}}/{turn}"): [
                ("donvi2", f"/submissions/{at.draft}/{turn}", {"data": {"file": (_names(), "ten.xlsx")}}),
                ("vhxh", f"/submissions/{at.draft}/{turn}", {"data": {"file": (PDF, "ten.xlsx")}}),
            ]
            for turn in ("excel/trial", "excel")
        },
        ("post", "/past-awards/{past_id}/strike"): [("vhxh", "/past-awards/1/strike", {"json": {"reason": "Nhầm người"}})],
        ("post", "/nominations/{nomination_id}/recheck"): [("vhxh", f"/nominations/{at.names[0]}/recheck", {})],
        ("post", "/movements"): [("truongphong", "/movements", {"json": MOVEMENT | {"code": "PT-2031"}})],
        ("put", "/movements/{movement_id}"): [("truongphong", "/movements/1", {"json": MOVEMENT | {"reason": "Kế hoạch mới"}})],
        ("post", "/rounds"): [
            ("vhxh", "/rounds", {"json": {
                "code": "DX-2027", "name": "Đột xuất 2027", "stage": "DOT_XUAT", "year": 2027,
                "window": ["2027-01-01", "2027-12-31"]}}),
        ],
        ("post", "/rounds/{round_id}/clone"): [
            ("vhxh", f"/rounds/{at.round}/clone", {"json": {"code": "HN-2028", "name": "Sau", "year": 2028}}),
        ],
        ("put", "/groups/{group}"): [
            ("quantri", "/groups/vhxh", {"json": {"label": "Phòng Văn hóa", "label_en": "Office of culture"}}),
        ],
        ("post", "/second-person"): [
            ("quantri", "/second-person", {"json": {"act": "group.grant", "account": at.officer, "group": "admin", "reason": "Thử"}}),
            ("quantri", "/second-person", {"json": {"act": "group.grant", "account": at.clerk, "group": "admin", "reason": "Thử"}}),
            ("quantri", "/second-person", {"json": {"act": "mail.release", "reason": "Thử"}}),
        ],
        ("post", "/second-person/{request_id}/confirm"): [("truongphong", "/second-person/1/confirm", {})],
        ("post", "/second-person/{request_id}/refuse"): [
            ("truongphong", "/second-person/2/refuse", {"json": {"reason": "Thử"}}),
        ],
        ("post", "/substitutions"): [
            ("vhxh", "/substitutions", {"json": {**away, "substitute": at.clerk, "group": "vhxh"}}),
            ("vhxh", "/substitutions", {"json": {**away, "substitute": at.officer}}),
            ("truongphong", "/substitutions", {"json": {**away, "account": at.officer, "substitute": at.clerk, "processes": ["posting"]}}),
        ],
        ("post", "/substitutions/{substitution_id}/end"): [
            ("vhxh", "/substitutions/1/end", {"json": {"reason": "Về sớm"}}),
            ("vhxh", "/substitutions/1/end", {"json": {"reason": "Lần nữa"}}),
        ],
        ("post", "/keepers"): [
            ("quantri", "/keepers", {"json": {"name": "Thanh tra tỉnh", "address": "thanhtra@tinh.example", "outside": True}}),
        ],
        ("post", "/webhooks"): [
            ("quantri", "/webhooks", {"json": {"name": "Kho", "url": "https://kho.example/", "events": ["task.opened"]}}),
        ],
        ("post", "/webhooks/{webhook_id}/secret"): [("quantri", "/webhooks/1/secret", {})],
        ("post", "/webhooks/{webhook_id}/change"): [
            ("quantri", "/webhooks/1/change", {"json": {"name": "Kho", "url": "https://kho.example/", "events": ["task.opened"]}}),
        ],
        ("post", "/webhooks/{webhook_id}/on"): [("quantri", "/webhooks/1/on", {})],
        ("post", "/webhooks/{webhook_id}/off"): [("quantri", "/webhooks/1/off", {"json": {"reason": "Thử"}})],
        ("post", "/webhooks/{webhook_id}/test"): [("quantri", "/webhooks/1/test", {})],
        ("post", "/webhooks/{webhook_id}/deliveries/{delivery_id}/again"): [("quantri", "/webhooks/1/deliveries/1/again", {})],
        ("post", "/keepers/{keeper_id}/ask"): [("quantri", "/keepers/1/ask", {})],
        ("post", "/keepers/{keeper_id}/end"): [("quantri", "/keepers/1/end", {"json": {"reason": "Nghỉ hưu"}})],
        ("post", "/keepers/{keeper_id}/forget"): [("quantri", "/keepers/1/forget", {"json": {"reason": "Theo yêu cầu"}})],
        ("post", "/erasures"): [
            ("quantri", "/erasures", {"json": {"recipient": 1, "requester": "Lê Trúc Xanh", "received_on": DAY.isoformat()}}),
        ],
        ("post", "/erasures/{erasure_id}/confirm"): [("quantri", "/erasures/1/confirm", {"json": {"seen": "0"}})],
        ("post", "/erasures/{erasure_id}/drop"): [("quantri", "/erasures/1/drop", {"json": {"reason": "Rút lại"}})],
        ("put", "/rounds/{round_id}/content"): [
            ("vhxh", f"/rounds/{at.planned}/content", {"json": {"quotas": {"unit:*": 4}}}),
        ],
        **_of_the_office(at),
        **_of_the_studio(),
        ("post", "/lists"): [("vhxh", "/lists", {"json": {"kind": "posting", "round": "HN-2026"}})],
        ("post", "/registers/{process}/matters"): [
            ("donvi2", "/registers/petition/matters", {"json": {"answers": PETITION}}),
            ("donvi2", "/registers/petition/matters", {"json": {"answers": PETITION | {"subject": ""}}}),
        ],
        ("post", "/registers/{process}/periods"): [
            ("vhxh", "/registers/unit_report/periods", {"json": {"year": 2026, "units": ["DONG-MAY"]}}),
            ("vhxh", "/registers/unit_report/periods", {"json": {"year": 2000}}),
        ],
        ("post", "/periods/{period_id}/units"): [("vhxh", "/periods/1/units", {"json": {"unit": "VHXH"}})],
        ("post", "/periods/{period_id}/reminders"): [("vhxh", "/periods/1/reminders", {"json": {}})],
        ("post", "/periods/{period_id}/days"): [
            ("vhxh", "/periods/1/days", {"json": {"filing": "2026-12-04", "province_intake": "2026-12-14", "reason": "Bão"}}),
        ],
        ("post", "/periods/{period_id}/close"): [("vhxh", "/periods/1/close", {"json": {"reason": "Đã tổng hợp"}})],
        ("post", "/periods/{period_id}/late"): [("truongphong", "/periods/1/late", {"json": {"unit": "DONG-MAY", "reason": "Mất điện"}})],
        **_of_the_index(),
        ("post", "/publications/{publication}/down"): [("vhxh", "/publications/1/down", {"json": {"reason": "Đề nghị gỡ"}})],
        ("post", "/matters/{matter_id}/files"): [("donvi2", "/matters/1/files", {"data": {"file": (PDF, "Bản chụp.pdf")}})],
        ("post", "/tasks/{task_id}/claim"): [
            ("vhxh", f"/tasks/{one}/claim", {"json": {}}),
            ("vhxh", f"/tasks/{two}/claim", {"json": {}}),
            ("thutruong2", f"/tasks/{at.sign}/claim", {"json": {}}),
        ],
        ("post", "/tasks/{task_id}/draft"): [
            ("vhxh", f"/tasks/{one}/draft", {"json": {"answers": {"decision": "accept"}}}),
            ("thutruong2", f"/tasks/{at.sign}/draft", {"json": {"answers": {"decision": "signed"}}}),
        ],
        ("post", "/tasks/{task_id}/release"): [
            ("vhxh", f"/tasks/{one}/release", {"json": {"share_draft": True}}),
            ("thutruong2", f"/tasks/{at.sign}/release", {"json": {}}),
        ],
        ("post", "/tasks/bulk"): [
            ("truongphong", "/tasks/bulk", {"json": {"act": "set_due", "tasks": [three, 999_999], "day": "2026-11-20", "reason": "Ốm"}}),
            ("vhxh", "/tasks/bulk", {"json": {"act": "reassign", "tasks": [three], "to": at.officer}}),
        ],
        ("post", "/calendar-feed"): [("vhxh", "/calendar-feed", {})],
        ("delete", "/calendar-feed"): [("vhxh", "/calendar-feed", {})],
        ("post", "/nominations/{nomination_id}/comments"): [
            ("vhxh", f"/nominations/{at.names[2]}/comments", {"json": {"text": "Thiếu trang 2."}}),
            ("donvi2", f"/nominations/{at.names[2]}/comments", {"json": {"text": "Thiếu trang 2."}}),
        ],
        ("put", "/nominations/{nomination_id}/evidence"): [("donvi2", f"/nominations/{at.names[0]}/evidence", {"json": {"evidence": []}})],
        ("put", "/nominations/{nomination_id}/following"): [
            ("vhxh", f"/nominations/{at.names[2]}/following", {}), ("donvi2", f"/nominations/{at.names[2]}/following", {}),
        ],
        ("delete", "/nominations/{nomination_id}/following"): [
            ("vhxh", f"/nominations/{at.names[2]}/following", {}), ("donvi2", f"/nominations/{at.names[2]}/following", {}),
        ],
        ("post", "/comments/{comment_id}/take-back"): [
            ("vhxh", "/comments/1/take-back", {}), ("vhxh", "/comments/999999/take-back", {}),
        ],
        ("post", "/tasks/{task_id}/questions"): [
            ("vhxh", f"/tasks/{two}/questions", {"json": {"to": at.clerk, "text": "Ý kiến?", "due_on": "2026-11-06"}}),
        ],
        ("post", "/questions/{question_id}/answer"): [("vanthu", "/questions/1/answer", {"json": {"answer": "Được."}})],
        ("post", "/questions/{question_id}/take-back"): [("vhxh", "/questions/1/take-back", {})],
        ("post", "/tasks/{task_id}/reassign"): [
            ("truongphong", f"/tasks/{two}/reassign", {"json": {"to": at.officer, "reason": "Nghỉ phép"}}),
        ],
        ("post", "/notices/read"): [("vhxh", "/notices/read", {"json": {"up_to": 999_999}}), ("vhxh", "/notices/read", {"json": {}})],
        ("put", "/notices/choices"): [
            ("vhxh", "/notices/choices", {"json": {"ways": {"assigned": "daily"}}}),
            ("vhxh", "/notices/choices", {"json": {"ways": {"overdue": "daily"}}}),
        ],
        ("post", "/tasks/{task_id}/priority"): [
            ("truongphong", f"/tasks/{two}/priority", {"json": {"priority": "high"}}),
            ("donvi2", f"/tasks/{two}/priority", {"json": {"priority": "high"}}),
        ],
        ("post", "/tasks/{task_id}/follow-up"): [
            ("vhxh", f"/tasks/{two}/follow-up", {"json": {"day": "2026-11-20"}}),
        ],
        ("post", "/tasks/{task_id}/due"): [
            ("truongphong", f"/tasks/{two}/due", {"json": {"day": "2026-11-27", "reason": "Bão"}}),
            ("vhxh", f"/tasks/{two}/due", {"json": {"day": "2026-11-27", "reason": "Bão"}}),
        ],
        ("post", "/task-filters"): [("vhxh", "/task-filters", {"json": {"name": "Hôm nay", "filters": {"due": "today"}}})],
        ("delete", "/task-filters/{filter_id}"): [("vhxh", "/task-filters/1", {})],
        ("post", "/tasks/{task_id}/complete"): [
            ("vhxh", f"/tasks/{one}/complete", {"json": checked}),
            ("vhxh", f"/tasks/{three}/complete", {"json": {"answers": {"decision": "perhaps"}}}),
        ],
        ("post", "/lists/{list_id}/acts/{act}"): [
            ("donvi2", f"/lists/{at.draft}/acts/minutes", {"json": {"lines": votes, "fields": MINUTES}}),
            ("vhxh", f"/lists/{at.draft}/acts/sign", {"json": {}}),
        ],
        ("post", "/lists/{list_id}/papers"): [
            ("donvi2", f"/lists/{at.draft}/papers", {"json": {"kind": "unit_list"}}),
            ("vhxh", f"/lists/{at.draft}/papers", {"json": {"kind": "decision"}}),
        ],
        ("post", "/lists/{list_id}/papers/{kind}/edited"): [
            ("vhxh", f"/lists/{at.draft}/papers/decision/edited", {"data": {"file": (PDF, "Quyết định.docx")}}),
        ],
        ("post", "/lists/{list_id}/papers/{kind}/signed"): [
            ("vanthu", f"/lists/{at.draft}/papers/decision/signed", {"data": {"file": (PDF, "Quyết định.pdf")}}),
        ],
        ("post", "/lists/{list_id}/papers/{kind}/signature"): [
            ("chutich", f"/lists/{at.draft}/papers/decision/signature", {"json": {"passphrase": "x", "as": "person"}}),
        ],
        ("post", "/lists/{list_id}/certificates"): [
            ("vanthu", f"/lists/{at.draft}/certificates", {"json": {"kind": "certificate"}}),
        ],
        ("post", "/lists/{list_id}/certificates/signature"): [
            ("chutich", f"/lists/{at.draft}/certificates/signature", {"json": {"passphrase": "x", "as": "person"}}),
        ],
        ("post", "/submissions/{submission_id}/sign"): [
            ("thutruong2", f"/submissions/{at.draft}/sign", {"json": {}}),
        ],
        ("post", "/broadcasts/look"): [
            ("vhxh", "/broadcasts/look", {"json": {"set": "council", "subject": "Họp", "text": "Mời họp."}}),
        ],
        ("post", "/broadcasts"): [
            ("vhxh", "/broadcasts", {"json": {"set": "council", "subject": "Họp", "text": "Mời họp.", "seen": "x", "ticket": "12345678"}}),
        ],
        ("post", "/files"): [("vhxh", "/files", {"data": {"file": (PDF, "Công văn.pdf")}})],
        ("post", "/nominations/{nomination_id}/join"): [
            ("vhxh", f"/nominations/{at.names[0]}/join", {"json": {"other": at.names[1], "reason": "Cùng một người"}}),
        ],
        ("post", "/nominations/{nomination_id}/keep-apart"): [
            ("vhxh", f"/nominations/{at.names[0]}/keep-apart", {"json": {"other": at.names[1], "reason": "Hai người"}}),
        ],
        ("post", "/accounts/{account_id}/force-change"): [("quantri", f"/accounts/{at.officer}/force-change", {})],
        **_of_people(at),
        ("delete", "/sessions/{session_id}"): [("donvi", "/sessions/999999", {})],
        ("post", "/tokens"): [("donvi", "/tokens", {"json": {"name": "Đồng bộ", "password": "vinhdanh"}})],
        ("delete", "/tokens/{token_id}"): [("donvi", "/tokens/999999", {})],
        ("delete", "/sessions"): [("donvi", "/sessions", {})],
        ("post", "/demo/clock"): [("quantri", "/demo/clock", {"json": {"advance": "P1D"}})],
        **_of_the_council(at),
        ("post", "/ballots"): [("thuky", "/ballots", {"json": {"session": 1, "items": [1], "secret": False}})],
        **{
            ("post", f"/ballots/{{ballot_id}}/{act}"): [("thuky", f"/ballots/none/{act}", {"json": said})]
            for act, said in {
                "tellers": {"tellers": at.members[:3]}, "open": {}, "seal": {}, "burn": {},
                "count": {"codes": {"1": "1", "2": "2"}}, "recount": {"codes": {"1": "1", "2": "2"}},
                "cancel": {"reason": "Mất điện"}, "withdraw": {"item_no": 1, "reason": "Rút hồ sơ"},
                "paper": {"returned": 0, "items": []},
                "opinions": {"member_no": 1, "paper": "x", "choices": {"1": "agree"}},
            }.items()
        },
        ("post", "/ballots/{ballot_id}/scan"): [("thuky", "/ballots/none/scan", {"data": {"file": (PDF, "Biên bản.pdf")}})],
        ("delete", "/session"): [("thanhtra", "/session", {})],
        ("post", "/session/code"): [
            ("thanhtra", "/session/code", {"json": {"username": "thanhtra", "code": "AAAA-BBBB-CCCC", "password": "mưa nguồn suối xa"}}),
        ],
        ("post", "/session"): [("thanhtra", "/session", {"json": {"username": "thanhtra", "password": "vinhdanh"}})],
    }


def _of_people(at: Place) -> dict[tuple[str, str], list[Call]]:
    """Calls on accounts, units and the working calendar; the clerk is asked for nothing afterwards."""
    clerk, account, unit = f"/accounts/{at.clerk}", "/accounts/{account_id}", "/units/{unit_id}"
    why = {"json": {"reason": "Thử"}}
    new = {"code": "THON-GIO", "name": "Thôn Gió", "kind": "village", "subject_group": "D"}
    acts: dict[str, dict[str, Any]] = {
        "/groups": {"json": {"group": "accountant", "basis": "12/QĐ"}},
        "/groups/revoke": {"json": {"group": "accountant", "reason": "Thử"}},
        "/sign-out": {}, "/tokens/revoke": why, "/second-factor/reset": why, "/link": {"json": {"subject": "a1", "reason": "Thử"}},
        "/unlink": why, "/reset": {}, "/block": why, "/unblock": why,
    }
    return {
        ("post", "/accounts"): [("quantri", "/accounts", {"json": {"username": "moi.den", "name": "Lê Mới Đến"}})],
        ("patch", account): [("quantri", clerk, {"json": {"title": "Văn thư"}})],
        **{("post", f"{account}{act}"): [("quantri", f"{clerk}{act}", said)] for act, said in acts.items()},
        ("post", "/session/password"): [
            ("ketoan", "/session/password", {"json": {"old": "vinhdanh", "new": "mưa nguồn suối xa"}}),
        ],
        ("post", "/units"): [("quantri", "/units", {"json": new})],
        ("patch", unit): [("quantri", f"/units/{at.unit}", {"json": {"contact": "Lê Trúc Xanh"}})],
        ("post", f"{unit}/rename"): [
            ("quantri", f"/units/{at.unit}/rename", {"json": {"name": "Đơn vị mới", "since": DAY.isoformat()}}),
        ],
        ("post", f"{unit}/dissolve"): [
            ("quantri", f"/units/{at.unit}/dissolve", {"json": {"on": DAY.isoformat(), "reason": "Sáp nhập", "successor": "DONG-MAY"}}),
        ],
        ("post", "/calendar-days"): [
            ("quantri", "/calendar-days", {"json": {"day": "2026-12-24", "working": False, "name": "Nghỉ", "basis": "12/TB"}}),
        ],
        ("post", "/calendar-days/{day}/drop"): [("quantri", "/calendar-days/2026-12-24/drop", why)],
    }


@functools.cache
def _units() -> bytes:
    """A sheet with one unit."""
    return filled(people.unit_import.IMPORT, {"code": "GAO", "name": "Thôn Gạo", "kind": "Thôn", "subject_group": "D"})


@functools.cache
def _names() -> bytes:
    """A sheet with a name that stands on the submission already."""
    return names_sheet(["Mai Thoi Sợi", *GOOD[1:]])


def _of_the_office(at: Place) -> dict[tuple[str, str], list[Call]]:
    """Mail, letters, stuck work, proofs of the trail, rounds."""
    letter, why = "/letters/assigned", {"reason": "Thử"}
    words = {f"{language}_{part}": "Chữ mới" for language in ("vi", "en") for part in ("subject", "opening")}
    return {
        ("post", "/mail/test"): [("quantri", "/mail/test", {})],
        ("post", "/mail/{mail_id}/resend"): [("quantri", "/mail/999999/resend", {})],
        ("post", "/mail/{mail_id}/cancel"): [("quantri", "/mail/1/cancel", {}), ("vhxh", "/mail/1/cancel", {})],
        ("post", "/mail/freeze"): [("quantri", "/mail/freeze", {"json": why})],
        ("post", "/mail/release"): [("quantri", "/mail/release", {})],
        ("post", "/mail/returns/lift"): [("quantri", "/mail/returns/lift", {"json": why | {"address": "x@sonmai.example"}})],
        ("put", "/letters/{letter}/words"): [("quantri", f"{letter}/words", {"json": words | why | {"seen": 0}})],
        ("post", "/letters/{letter}/words/test"): [("quantri", f"{letter}/words/test", {"json": words})],
        ("post", "/letters/{letter}/versions/{number}/restore"): [
            ("quantri", f"{letter}/versions/0/restore", {"json": why | {"seen": 1}}),
        ],
        ("post", "/incidents/{incident}/retry"): [("quantri", "/incidents/1/retry", {})],
        ("post", "/incidents/retry"): [("quantri", "/incidents/retry", {"json": {"code": "X"}})],
        ("post", "/jobs/{job}/retry"): [("quantri", "/jobs/999999/retry", {})],
        ("post", "/jobs/retry"): [("quantri", "/jobs/retry", {"json": {"topic": "none", "cause": ""}})],
        # What it counts grows with every call: who may not is told the same each time.
        ("post", "/events/verify"): [("vhxh", "/events/verify", {})],
        ("post", "/checkpoints"): [("thanhtra", "/checkpoints", {})],
        ("post", "/checkpoints/hold"): [("thanhtra", "/checkpoints/hold", {"json": {"note": "Không phải mốc"}})],
        ("post", "/nominations/{nomination_id}/offline-dossiers"): [("thanhtra", f"/nominations/{at.names[0]}/offline-dossiers", {})],
        ("put", "/rounds/{round_id}/calendar"): [("vhxh", f"/rounds/{at.planned}/calendar", {"json": why | {"calendar": {}}})],
        ("post", "/rounds/{round_id}/remind"): [("vhxh", f"/rounds/{at.round}/remind", {"json": {}})],
        ("post", "/rounds/{round_id}/open"): [("vhxh", f"/rounds/{at.planned}/open", {})],
        ("post", "/rounds/{round_id}/close"): [("vhxh", f"/rounds/{at.planned}/close", {"json": why})],
    }


def _of_the_index() -> dict[tuple[str, str], list[Any]]:
    """A set drafted, opened, entered, decided on, closed, published and opened again."""
    said = {"said": {"ky": 1, "tong": 2}}
    return {
        ("post", "/index-sets"): [
            ("vhxh", "/index-sets", {"json": INDEX_SET}), ("vhxh", "/index-sets", {"json": INDEX_SET | {"year": 1999}}),
        ],
        ("put", "/index-sets/{set_id}"): [("vhxh", "/index-sets/1", {"json": INDEX_SET | {"basis": "Đề xuất"}})],
        ("put", "/index-sets/{set_id}/pillars/{code}"): [
            ("vhxh", "/index-sets/1/pillars/1", {"json": INDEX_PILLAR}), ("vhxh", "/index-sets/1/pillars/2", {"json": INDEX_PILLAR}),
        ],
        ("put", "/index-sets/{set_id}/indicators/{code}"): [
            ("vhxh", "/index-sets/1/indicators/1.1", {"json": INDICATOR}), ("vhxh", "/index-sets/1/indicators/1.2", {"json": INDICATOR}),
            ("vhxh", "/index-sets/1/indicators/1.3", {"json": INDICATOR | {"formula": "x"}}),
        ],
        ("delete", "/index-sets/{set_id}/indicators/{code}"): [("vhxh", "/index-sets/1/indicators/1.2", {})],
        ("delete", "/index-sets/{set_id}/pillars/{code}"): [("vhxh", "/index-sets/1/pillars/2", {})],
        ("post", "/index-sets/{set_id}/copy"): [("vhxh", "/index-sets/1/copy", {"json": {"year": 2028}})],
        ("post", "/index-sets/{set_id}/open"): [
            ("vhxh", "/index-sets/1/open", {"json": {"due_on": "2027-12-10", "units": ["DET-NANG-SOM"]}}),
        ],
        ("put", "/index-sets/{set_id}/indicators/{code}/value"): [
            ("donvi2", "/index-sets/1/indicators/1.1/value", {"json": {"unit": "DET-NANG-SOM", **said}}),
        ],
        ("post", "/index-values/{value_id}/return"): [("vhxh", "/index-values/1/return", {"json": {"seen": 1, "reason": "Thiếu quý I"}})],
        ("post", "/index-values/{value_id}/accept"): [("vhxh", "/index-values/1/accept", {"json": {"seen": 1}})],
        ("post", "/index-sets/{set_id}/close"): [("vhxh", "/index-sets/1/close", {"json": {"reason": "Hết hạn"}})],
        ("post", "/index-values/{value_id}/leave-out"): [
            ("vhxh", "/index-values/1/leave-out", {"json": {"seen": 1, "reason": "Đơn vị không gửi lại"}}),
        ],
        ("post", "/index-sets/{set_id}/publish"): [("truongphong", "/index-sets/1/publish", {})],
        ("post", "/index-sets/{set_id}/reopen"): [("truongphong", "/index-sets/1/reopen", {"json": {"reason": "Nhập nhầm"}})],
    }


def _of_the_studio() -> dict[tuple[str, str], list[Call]]:
    """Drafts from their beginning to their end; acts that put versions into use."""
    form = {"data": {"file": (b"{}", "moi.form")}}
    return {
        ("post", "/drafts"): [("quantri", "/drafts?template=session&name=Ph%C3%A1c%20th%E1%BA%A3o", {}), ("quantri", "/drafts", {})],
        ("post", "/drafts/{draft}/copy"): [("quantri", "/drafts/1/copy", {})],
        ("put", "/drafts/{draft}/name"): [("quantri", "/drafts/1/name", {"json": {"name": "Tên khác"}})],
        ("post", "/drafts/{draft}/files"): [("quantri", "/drafts/1/files", {"data": {"files": (b"{}", "khac.form")}})],
        ("put", "/drafts/{draft}/files/{name}"): [("quantri", "/drafts/1/files/moi.form", form)],
        ("post", "/drafts/{draft}/files/{name}/rename"): [
            ("quantri", "/drafts/1/files/moi.form/rename", {"json": {"to": "cu.form", "seen": 999}}),
        ],
        ("post", "/drafts/{draft}/files/{name}/send"): [("quantri", "/drafts/1/files/moi.form/send", {})],
        ("delete", "/drafts/{draft}/files/{name}"): [("quantri", "/drafts/1/files/moi.form?seen=999", {})],
        ("post", "/drafts/{draft}/register"): [("quantri", "/drafts/1/register", {})],
        ("post", "/drafts/{draft}/base"): [("quantri", "/drafts/1/base", {"json": {"seen": 1}})],
        ("post", "/drafts/{draft}/deploy"): [("quantri", "/drafts/1/deploy", {"json": {"version": 9_999, "note": "Thử", "basis": "QĐ 1"}})],
        ("delete", "/drafts/{draft}"): [("quantri", "/drafts/1", {})],
    }


def _of_the_council(at: Place) -> dict[tuple[str, str], list[Call]]:
    """Calls on a session, in an order in which it comes to its first item."""
    session, why = "/council-sessions/{council_session_id}", {"reason": "Vì có lý do"}
    held = {"held_at": "2026-12-15T08:00:00+07:00", "place": "Phòng họp số 1"}
    planned = {"round": "HN-2026", "chair": at.members[0], "members": at.members, "nominations": at.waiting, **held}

    def call(who: str, path: str, said: dict[str, Any]) -> Call:
        return who, f"/council-sessions/1{path}", {"json": said}

    return {
        ("post", "/council-sessions"): [("thuky", "/council-sessions", {"json": planned})],
        ("post", f"{session}/items/{{item_no}}/take-off"): [call("thuky", "/items/2/take-off", why)],
        ("post", f"{session}/acts/{{act}}"): [call("thuky", f"/acts/{act}", {}) for act in ("settle", "invite")],
        ("post", f"{session}/move"): [call("thuky", "/move", held | {"place": "Nhà văn hóa"})],
        ("post", f"{session}/reply"): [call("uv1", "/reply", {"coming": True}), call("uv2", "/reply", {"coming": False})],
        ("post", f"{session}/remind"): [("thuky", "/council-sessions/1/remind", {})],
        ("put", f"{session}/score-sheets/{{member_no}}"): [
            call("thuky", "/score-sheets/1", {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8.5}]}]}),
            call("thuky", "/score-sheets/1", {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 11}]}]}),
        ],
        ("put", "/nominations/{nomination_id}/feedback"): [
            ("thuky", f"/nominations/{at.waiting[0]}/feedback", {"json": {"words": "Hồ sơ rõ."}}),
        ],
        ("post", "/nominations/{nomination_id}/feedback/return"): [
            ("truongphong", f"/nominations/{at.waiting[0]}/feedback/return", {"json": why}),
        ],
        ("post", "/nominations/{nomination_id}/feedback/release"): [
            ("truongphong", f"/nominations/{at.waiting[0]}/feedback/release", {"json": {"version": 1}}),
        ],
        ("post", "/rounds/{round_id}/blind"): [("truongphong", "/rounds/1/blind", {"json": why})],
        ("post", "/rounds/{round_id}/blind/close"): [("thuky", "/rounds/1/blind/close", {"json": why})],
        ("post", "/rounds/{round_id}/blind/lift"): [("truongphong", "/rounds/1/blind/lift", {})],
        ("post", f"{session}/reviewing/assign"): [call("thuky", "/reviewing/assign", {"give": [{"member_no": 3, "item_no": 1}]})],
        ("post", f"{session}/reviewing/unit"): [call("thuky", "/reviewing/unit", {"unit": "DONG-MAY", "member_no": 4})],
        ("post", f"{session}/reviewing/draw"): [call("thuky", "/reviewing/draw", {"each": 4, "seed": 7})],
        ("post", f"{session}/reviewing/remind"): [call("thuky", "/reviewing/remind", {})],
        ("put", f"{session}/my-scores"): [
            call("uv1", "/my-scores", {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8.5}]}]}),
        ],
        ("post", f"{session}/items/{{item_no}}/conflict"): [call("uv2", "/items/1/conflict", why)],
        ("post", f"{session}/items/{{item_no}}/conflict/take-back"): [call("uv2", "/items/1/conflict/take-back", why)],
        ("post", f"{session}/roll"): [
            call("thuky", "/roll", {"members": [{"member_no": n, "present": True} for n in range(1, 10)]}),
        ],
        ("post", f"{session}/check-in"): [("uv1", "/council-sessions/1/check-in", {})],
        ("post", f"{session}/items/{{item_no}}/discuss"): [call("thuky", "/items/1/discuss", {"discussion": "Nhất trí"})],
        ("post", f"{session}/items/{{item_no}}/postpone"): [call("thuky", "/items/1/postpone", why)],
    }


def _made(program: Program, method: str, call: Call, key: str = "") -> Any:
    who, path, sent = call
    if "data" in sent and isinstance(sent["data"], dict):  # a stream is read once, each time anew
        sent = {"data": {k: (io.BytesIO(content), name) for k, (content, name) in sent["data"].items()}}
    headers = {"Idempotency-Key": key} if key else {}
    return program.raw(who, method.upper(), path, headers=headers, **sent)


def _seen(answer: Any) -> tuple[int, str]:
    """Status and body, without moments: the clock runs.

    And without the numbers of rows: on PostgreSQL a refused call burns one, and it is refused once more with a key.
    """
    text = _MOMENT.sub('"moment"', answer.get_data(as_text=True))
    text = _NUMBER.sub(r'\1:0', text.replace(" ", ""))
    text = re.sub(r'"(token|address|secret)":"[^"]+"', r'"\1":""', text)
    return answer.status_code, re.sub(r'"code":"[A-Z0-9]{4}(-[A-Z0-9]{4})+"', '"code":""', text)


def test_every_write_of_the_document_takes_a_key(office_on: Callable[[Any], Office]) -> None:
    plain = office_on(DAY)
    at = _prepared(plain)
    calls = _calls(at)
    document = plain.app.test_client().get("/api/openapi.json").get_json()
    written = {
        (method, path.removeprefix("/api/v1"))
        for path, item in document["paths"].items() for method in item if method in WRITES
    }
    assert written == set(calls)
    program = Program(plain.app.test_client(), plain.work)
    without = {
        (operation, n, turn): _seen(_made(program, operation[0], call))
        for operation in calls for n, call in enumerate(calls[operation]) for turn in (1, 2)
    }

    keyed = office_on(DAY)
    assert _prepared(keyed) == at
    program = Program(keyed.app.test_client(), keyed.work)
    done = 0
    for operation in calls:
        for n, call in enumerate(calls[operation]):
            for turn in (1, 2):
                key = f"{operation[0]} {operation[1]}-{n}-{turn}"
                first = _made(program, operation[0], call, key)
                assert first.status_code < 500, (operation, call)
                assert _seen(first) == without[operation, n, turn], (operation, call, turn)
                if operation in NOT_KEPT or operation[1].endswith("/signature"):
                    continue
                again = _made(program, operation[0], call, key)
                assert _seen(again) == _seen(first), (operation, call, turn)
                if first.status_code < 400:
                    done += 1
                    assert again.headers["Idempotent-Replay"] == "true"
                    assert again.get_data() == first.get_data()
    assert done > 25


@pytest.mark.parametrize("office_on", ["sqlite"], indirect=True)
def test_key_of_an_upload_belongs_to_the_file_and_not_to_its_wrapping(program: Program, office: Office) -> None:
    one = office.nominate("HN-2026")
    key = {"Idempotency-Key": "k"}

    def send(content: bytes, name: str = "a.pdf") -> Any:
        data = {"file": (io.BytesIO(content), name)}
        return program.raw("donvi", "POST", f"/nominations/{one}/files", headers=key, data=data)

    first = send(PDF)
    assert first.status_code == 201
    assert send(PDF).get_data() == first.get_data()
    for other in (send(PDF + b"\n"), send(PDF, "b.pdf")):
        assert (other.status_code, other.json["code"]) == (409, "idempotency-mismatch")
