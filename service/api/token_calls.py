"""Which calls a personal API token may make: reading all, of the rest what stands here, and nothing else.

A call is named with the area of the matrix of rights that the token's scope must touch; `ANY` where the act is known only to
the verb, which asks the matrix itself (`people.within_limits` narrows every right that it asks for). What does not stand
here takes a person who has signed in: ballots, signing in, passwords, tokens, presence, consent, one's own signature.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from service import people
from service.actor import Actor
from service.errors import Forbidden

ANY = ""
SAFE = ("GET", "HEAD", "OPTIONS")

CALLS: Mapping[str, str] = {
    "api_checks.enter_past": "movement", "api_checks.strike_past": "movement", "api_checks.recheck": "appraisal",
    **dict.fromkeys(
        (f"api_council.{name}" for name in (
            "plan_session", "move_session", "do_act", "remind_silent", "discuss_item", "postpone_item", "take_off_item",
        )), "council",
    ),
    "api_scoring.file_sheet": "council",
    "api_files.upload": ANY, "api_files.upload_for_act": ANY,
    "api_groups.rename_group": ANY,
    "api_imports.take": ANY, "api_imports.try_sheet": ANY,
    "api_lists.act_on_list": ANY, "api_lists.draw_up": ANY, "api_lists.file_one": ANY,
    "api_notices.choose": "task", "api_notices.read_notices": "task",
    **dict.fromkeys((f"api_papers.{name}" for name in ("ask_certificates", "draw_up_paper", "take_edited", "take_signed")), ANY),
    **dict.fromkeys((f"api_rounds.{name}" for name in ("create_round", "clone_round", "change_content")), "movement"),
    "api_rules.change_rule": "movement", "api_rules.confirm_rule": "movement",
    **dict.fromkeys(
        (f"awards.{name}" for name in (
            "create_nomination", "open_submission", "sign_submission", "record_consent", "join_nominations", "keep_apart", "tie_nominee",
        )), "filing",
    ),
    "definitions.deploy": "task", "definitions.move_clock": "system",
    **dict.fromkeys(
        (f"operating.{name}" for name in (
            "begin_migration", "cancel_instance", "edit_data", "move_instance", "pause_migration", "resume_instance",
            "resume_migration", "stop_migration", "suspend_instance", "try_migration", "try_move", "undo_migration",
        )), "task",
    ),
    "replays.start_replay": "task", "replays.cancel_replay": "task",
    "session.force_change": ANY,
    **dict.fromkeys(
        (f"tasks.{name}" for name in (
            "claim_task", "complete_task", "release_task", "reassign_task", "save_draft", "save_filter", "drop_filter",
            "set_follow_up", "set_priority",
        )), "task",
    ),
}


def check_call(by: Actor) -> None:
    """Refuse with Forbidden a call that the token through which somebody comes may not make."""
    if by.token is None or request.method in SAFE:
        return
    area = CALLS.get(request.endpoint or "")
    if area is None:
        raise Forbidden(
            "Việc này phải tự đăng nhập mới làm được, không làm qua mã truy cập API.",
            "This is done by who has signed in, never through an API token.",
            code="token-never",
        )
    scope = by.limits or frozenset()
    touched = scope | {act.area for word, act in people.acts().items() if word in scope}
    if not touched or area != ANY and area not in touched:
        found = next((one for one in people.areas() if one.word == area), None)
        raise people.beyond_limits(found.label if found else "", found.label_en if found else "")
