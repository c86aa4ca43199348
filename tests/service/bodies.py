"""A body that each writing call of the API can read, by its address: what walks over all routes send, so that the verbs are asked.

The one table of them: a walk that means something special says so by what it gives `bodies`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.process import bench_bundle
from tests.service.test_hostile import SAID, packed

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
WHY = {"reason": "Thử"}
HELD = {"held_at": "2026-12-15T08:00:00+07:00", "place": "Phòng họp số 1"}
AWAY = {"since": "2026-11-03", "until": "2026-11-06", "reason": "Nghỉ phép"}
LETTER = {f"{language}_{part}": "thử" for language in ("vi", "en") for part in ("subject", "opening")}
FILES = {
    **dict.fromkeys((
        "/nominations/{nomination_id}/files", "/matters/{matter_id}/files", "/files",
        "/lists/{list_id}/papers/{kind}/edited", "/lists/{list_id}/papers/{kind}/signed",
        "/matters/{matter_id}/papers/{paper}/edited", "/matters/{matter_id}/papers/{paper}/signed",
        "/ballots/{ballot_id}/scan", "/imports/{what}", "/imports/{what}/trial", "/submissions/{submission_id}/excel",
        "/submissions/{submission_id}/excel/trial", "/drafts/{draft}/files/{name}",
    ), "file"),
    "/drafts/{draft}/files": "files",
}
"""Calls that take a file, and in which field."""
_COUNCIL = "/council-sessions/{council_session_id}"
_CODES = {"codes": {"1": "1", "2": "2"}}
_HOOK = {"name": "Kho", "url": "https://kho.example/", "events": ["task.opened"]}
PETITION = {"kind": "remark", "subject": "Mạng chập chờn", "content": "Không nộp được.", "received_on": "2026-11-03"}
MOVEMENT = {
    "name": "Thi đua xây dựng xã thông minh", "plan": "Kế hoạch số 01/KH-UBND ngày 02/01/2031", "starts": "2025-09-22",
    "ends": "2035-12-31", "phases": [
        {"code": "GD1", "name": "Giai đoạn 1", "starts": "2025-09-22", "ends": "2030-12-31", "stocktake": "SO_KET"},
        {"code": "GD2", "name": "Giai đoạn 2", "starts": "2031-01-01", "ends": "2035-12-31", "stocktake": "TONG_KET"},
    ],
}
INDEX_SET = {"year": 2027, "name": "Bộ chỉ số", "name_en": "The index"}
INDEX_PILLAR = {"name": "Chính quyền số", "name_en": "Digital government", "weight": 60}
INDICATOR = {
    "pillar": "1", "name": "Văn bản ký số", "name_en": "Signed papers", "measure": "%", "formula": "ky / tong * 100", "full": 90,
    "maximum": 10, "weight": 1, "inputs": [{"key": "ky", "label": "Số ký"}, {"key": "tong", "label": "Tổng số"}],
}
_TOLD = {"set": "council", "subject": "Thử", "text": "Thử"}


def template_of(rule: str) -> str:
    """The address of a call as the API's document writes it, from the one that the service knows it by."""
    return rule.removeprefix("/api/v1").replace("<int:", "<").replace("<", "{").replace(">", "}")


def said_for(template: str, table: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What goes with a call, as a test's client takes it: a bundle, a file (a stream, so each time anew), or the body in the table."""
    if template == "/definitions":
        return {"data": packed(bench_bundle(4, group="vhxh")), "content_type": "application/zip", "query_string": SAID}
    if template in FILES:
        return {"data": {FILES[template]: (io.BytesIO(PDF), "a.pdf")}}
    return {"json": table.get(template, {})}


def bodies(
    *, other: int = 999_999, to: int = 999_999, tasks: Sequence[int] = (999_999,), session: int = 1, paper: str = "unit_list"
) -> Mapping[str, dict[str, Any]]:
    """Address of a call, without its method, to its body; `other`: a second nomination, `to`: a second version of a process."""
    return {
        **_of_the_case(other, tasks, paper), **_of_the_council(session), **_of_the_office(), **_of_people(), **_of_the_processes(to),
    }


def _each(addresses: Sequence[str], body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(addresses, body)


def _of_the_case(other: int, tasks: Sequence[int], paper: str) -> dict[str, dict[str, Any]]:
    """Rounds, nominations, lists, papers, tasks."""
    who = {"kind": "individual", "name": "Lê Trúc Xanh", "unit": "DONG-MAY"}
    one, window = "/nominations/{nomination_id}", ["2027-01-01", "2027-12-31"]
    signed = {"as": "person", "passphrase": "mật khẩu"}
    return {
        "/nominations": {"round": "HN-2026", "subject_group": "D", "award_form": "GK_XA", "recipient": who},
        f"{one}/join": {"other": other, "reason": "Cùng một người"},
        f"{one}/keep-apart": {"other": other, "reason": "Hai người"},
        f"{one}/tie": {"account": "donvi", "reason": "Cùng một người"},
        f"{one}/consent": {"answer": "yes"},
        f"{one}/evidence": {"evidence": []},
        f"{one}/consent/paper": {"answer": "yes", "on": "2026-11-02", "number": "3/BC"},
        f"{one}/comments": {"text": "Xem giúp"}, f"{one}/feedback": {"words": "Hồ sơ rõ."}, f"{one}/feedback/release": {"version": 1},
        f"{one}/feedback/return": WHY,
        f"{one}/{{kind}}": {"fields": {"reason": "Thử", "cause": "other"}},
        "/registers/{process}/matters": {"answers": PETITION},
        "/registers/{process}/periods": {"year": 2026},
        "/periods/{period_id}/days": {"filing": "2026-12-04", "province_intake": "2026-12-14", **WHY},
        "/periods/{period_id}/units": {"unit": "TUYEN-GIAO"},
        "/periods/{period_id}/late": {"unit": "DONG-MAY", **WHY},
        **_each(("/periods/{period_id}/close", "/publications/{publication}/down"), WHY),
        "/index-sets": INDEX_SET, "/index-sets/{set_id}": INDEX_SET, "/index-sets/{set_id}/copy": {"year": 2028},
        "/index-sets/{set_id}/open": {"due_on": "2026-12-10"},
        **_each(("/index-sets/{set_id}/close", "/index-sets/{set_id}/reopen"), WHY),
        "/index-sets/{set_id}/pillars/{code}": INDEX_PILLAR, "/index-sets/{set_id}/indicators/{code}": INDICATOR,
        "/index-sets/{set_id}/indicators/{code}/value": {"unit": "DONG-MAY", "said": {"ky": 1, "tong": 2}},
        "/index-values/{value_id}/accept": {"seen": 1},
        **_each(("/index-values/{value_id}/return", "/index-values/{value_id}/leave-out"), {"seen": 1, **WHY}),
        "/submissions": {"round": "HN-2026", "unit": "DONG-MAY"},
        "/lists": {"kind": "posting", "round": "HN-2026"},
        "/lists/{list_id}/acts/{act}": {"fields": {"reason": "Thử", "cause": "other"}},
        "/lists/{list_id}/papers": {"kind": paper},
        "/lists/{list_id}/certificates": {"kind": "certificate"},
        "/matters/{matter_id}/papers": {"paper": "petition_answer"},
        **_each(("/lists/{list_id}/papers/{kind}/signature", "/lists/{list_id}/certificates/signature"), signed),
        "/tasks/{task_id}/reassign": {"to": 1, "reason": "Nghỉ phép"},
        "/tasks/{task_id}/priority": {"priority": "high"},
        "/tasks/{task_id}/follow-up": {"day": "2026-12-31"},
        "/tasks/{task_id}/due": {"day": "2026-12-31", "reason": "Bão"},
        "/tasks/{task_id}/questions": {"to": 1, "text": "Ý kiến?", "due_on": "2026-12-20"},
        "/tasks/bulk": {"act": "set_priority", "tasks": list(tasks), "priority": "high"},
        "/questions/{question_id}/answer": {"answer": "Được"},
        "/movements": MOVEMENT | {"code": "PT-2031"}, "/movements/{movement_id}": MOVEMENT | WHY,
        "/rounds": {"code": "DX-2027", "name": "Đột xuất 2027", "stage": "DOT_XUAT", "year": 2027, "window": window},
        "/rounds/{round_id}/clone": {"code": "HN-2028", "name": "Sau", "year": 2028},
        "/rounds/{round_id}/content": {"quotas": {"unit:*": 4}},
        "/rounds/{round_id}/calendar": {"calendar": {}, **WHY}, "/rounds/{round_id}/close": WHY, "/rounds/{round_id}/remind": {},
        "/past-awards": who | {"what": "CSTDCS", "year": 2024},
        "/past-awards/{past_id}/strike": {"reason": "Nhầm người"},
        "/rules/{key}/confirm": {"version": 1, "seen": 1, "reason": "Đã đọc quy chế"},
        "/rules/{key}/versions": {
            "value": 6, "citation": "Quy chế", "confidence": "P", "valid_from": "2026-12-01", "seen": 1, "reason": "Theo quy chế",
        },
    }


def _of_the_council(session: int) -> dict[str, dict[str, Any]]:
    """Sessions, score sheets, rounds of voting."""
    item, ballot = f"{_COUNCIL}/items/{{item_no}}", "/ballots/{ballot_id}"
    return {
        "/council-sessions": {"round": "HN-2026", "chair": 1, "members": [1, 2, 3], **HELD},
        f"{_COUNCIL}/acts/{{act}}": {}, f"{_COUNCIL}/move": HELD, f"{_COUNCIL}/reply": {"coming": True},
        f"{_COUNCIL}/roll": {"members": [{"member_no": 1, "present": True}]},
        **_each([f"{item}/{act}" for act in ("conflict", "conflict/take-back", "postpone", "take-off")], WHY),
        f"{item}/discuss": {"discussion": "Nhất trí"},
        f"{_COUNCIL}/score-sheets/{{member_no}}": {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8}]}]},
        f"{_COUNCIL}/my-scores": {"items": [{"item_no": 1, "points": [{"criterion": "D1", "points": 8}]}]},
        f"{_COUNCIL}/reviewing/assign": {"give": [{"member_no": 3, "item_no": 1}]},
        f"{_COUNCIL}/reviewing/unit": {"unit": "DONG-MAY", "member_no": 3}, f"{_COUNCIL}/reviewing/draw": {"each": 1},
        f"{_COUNCIL}/reviewing/remind": {}, "/rounds/{round_id}/blind": WHY, "/rounds/{round_id}/blind/close": WHY,
        "/ballots": {"session": session, "items": [1]},
        f"{ballot}/tellers": {"tellers": [1, 2, 3]}, f"{ballot}/count": _CODES, f"{ballot}/recount": _CODES,
        f"{ballot}/cancel": WHY, f"{ballot}/withdraw": {"item_no": 1, **WHY}, f"{ballot}/paper": {"returned": 0, "items": []},
        f"{ballot}/opinions": {"member_no": 1, "paper": "x", "scan": 1, "choices": {"1": "agree"}},
    }


def _of_the_office() -> dict[str, dict[str, Any]]:
    """Mail, letters, broadcasts, webhooks, keepers, erasures, what failed, proofs."""
    return {
        "/mail/freeze": WHY, "/mail/returns/lift": {"address": "x@sonmai.example", **WHY},
        "/letters/{letter}/words": LETTER | {"seen": 0, **WHY}, "/letters/{letter}/words/test": LETTER,
        "/letters/{letter}/versions/{number}/restore": {"seen": 0, **WHY},
        "/broadcasts/look": _TOLD, "/broadcasts": _TOLD | {"seen": "x", "ticket": "12345678"},
        "/webhooks": _HOOK, "/webhooks/{webhook_id}/change": _HOOK, "/webhooks/{webhook_id}/off": WHY,
        "/keepers": {"name": "Sở Nội vụ", "address": "noivu@tinh.example", "outside": True},
        **_each(("/keepers/{keeper_id}/end", "/keepers/{keeper_id}/forget"), WHY),
        "/erasures": {"recipient": 1, "requester": "Lê Trúc Xanh", "received_on": "2026-11-02"},
        "/erasures/{erasure_id}/confirm": {"seen": "0"}, "/erasures/{erasure_id}/drop": {"reason": "Rút lại"},
        "/incidents/retry": {"code": "X"}, "/jobs/retry": {"topic": "x", "cause": ""},
        "/checkpoints/hold": {"note": "Không phải mốc"}, "/demo/clock": {"advance": "P1D"}, "/notices/read": {"up_to": 1},
        "/notices/choices": {"ways": {"assigned": "now"}},
    }


def _of_people() -> dict[str, dict[str, Any]]:
    """Accounts, units, days, groups, who acts for whom, second persons."""
    account, unit = "/accounts/{account_id}", "/units/{unit_id}"
    return {
        "/accounts": {"username": "moi.den", "name": "Lê Mới Đến"}, account: {"title": "Văn thư"},
        f"{account}/groups": {"group": "accountant", "basis": "12/QĐ"},
        f"{account}/groups/revoke": {"group": "accountant", **WHY}, f"{account}/link": {"subject": "a1", **WHY},
        **_each([f"{account}/{act}" for act in ("tokens/revoke", "second-factor/reset", "unlink", "block", "unblock")], WHY),
        "/units": {"code": "THON-GIO", "name": "Thôn Gió", "kind": "village", "subject_group": "D"},
        unit: {"contact": "Lê Trúc Xanh"}, f"{unit}/rename": {"name": "Đơn vị mới", "since": "2026-11-03"},
        f"{unit}/dissolve": {"on": "2026-11-03", "reason": "Sáp nhập", "successor": "DET-NANG-SOM"},
        "/calendar-days": {"day": "2026-12-25", "working": False, "name": "Nghỉ", "basis": "12/TB"}, "/calendar-days/{day}/drop": WHY,
        "/groups/{group}": {"label": "Phòng Văn hóa", "label_en": "Office of culture"},
        "/substitutions": {"substitute": 1, **AWAY}, "/substitutions/{substitution_id}/end": {"reason": "Về sớm"},
        "/second-person": {"act": "mail.release", **WHY}, "/second-person/{request_id}/refuse": WHY,
    }


def _of_the_processes(to: int) -> dict[str, dict[str, Any]]:
    """Versions, drafts, cases that are moved."""
    case, kept, draft = "/instances/{instance_id}", "/definitions/{definition_id}", "/drafts/{draft}"
    return {
        f"{kept}/migration-trial": {"to": to}, f"{kept}/migrations": {"to": to, **WHY}, f"{kept}/roll-back": WHY,
        "/migrations/{migration_id}/undo": WHY, "/enactments/{enactment}/refuse": WHY, "/enactments/{enactment_id}/refuse": WHY,
        **_each([f"{case}/{act}" for act in ("suspend", "resume", "cancel")], WHY),
        f"{case}/move-trial": {"to": "check_dossier"}, f"{case}/move": {"to": "check_dossier", **WHY},
        f"{case}/data": {"values": {"level": "commune"}, **WHY},
        f"{draft}/name": {"name": "thử"}, f"{draft}/files/{{name}}/rename": {"to": "x.form", "seen": 1}, f"{draft}/base": {"seen": 1},
        f"{draft}/deploy": {"version": 1, "note": "thử", "basis": "QĐ 1"},
    }
