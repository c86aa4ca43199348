"""The API under /api/v1: the same verbs and rights as the pages, for programs."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask, HTTPError
from flask import redirect

from service import doors
from service.errors import FieldFault, Invalid, Refusal


def install(app: APIFlask) -> None:
    """Add the API's routes, its document, and its answers to malformed input."""
    from service.api import (
        accounts,
        awards,
        ballots,
        broadcasts,
        calendar_feed,
        checks,
        council,
        days,
        definitions,
        document,
        drafts,
        enactments,
        erasures,
        evidence,
        files,
        following,
        groups,
        guard,
        health,
        idempotency,
        imports,
        index,
        keepers,
        letters,
        lists,
        mail,
        matter_papers,
        matters,
        movement,
        movements,
        notices,
        operating,
        papers,
        periods,
        proofs,
        replays,
        reviewing,
        rounds,
        rules,
        scoring,
        second_person,
        session,
        statistics,
        stocktakes,
        studio_words,
        submission_sheets,
        substitutions,
        talk,
        tasks,
        tokens,
        trail,
        units,
        webhooks,
        workload,
    )

    # Not `error_processor`, which would take errors of routing from the doors, and answer a lost reader with JSON.
    app.error_callback = _malformed
    guard.install(app)
    document.install(app)
    for module in (
        session, tokens, rounds, rules, awards, checks, lists, papers, files, tasks, definitions, ballots, groups, council, scoring,
        reviewing, imports, replays, operating, studio_words, substitutions, trail, notices, second_person, erasures, broadcasts, talk,
        following, calendar_feed, workload, keepers, accounts, units, days, enactments, submission_sheets, mail, letters,
        health, proofs, drafts, webhooks, periods, matters, matter_papers, evidence, stocktakes, index, movement, movements,
        statistics,
    ):
        app.register_blueprint(module.blueprint, url_prefix="/api/v1")
    idempotency.install(app)
    _root(app)


def _root(app: APIFlask) -> None:
    @app.get("/api")
    @app.get("/api/")
    @app.doc(hide=True)
    def api_root() -> Any:
        return redirect("/api/openapi.json")


def _malformed(error: HTTPError) -> Any:
    """What APIFlask found wrong with a body or a query, as a problem with the fields."""
    if error.status_code != 422:
        refusal = Refusal("Yêu cầu không đọc được.", str(error.message), code=f"http-{error.status_code}")
        refusal.status = error.status_code  # type: ignore[misc]
        response = doors.problem(refusal)
    else:
        faults = list(_faults(error.detail or {}, ()))
        response = doors.problem(
            Invalid("Nội dung gửi lên chưa đúng.", "What was sent does not fit.", code="malformed", faults=faults)
        )
    return response.get_json(), response.status_code, dict(response.headers)


_IN_VIETNAMESE = {
    "Missing data for required field.": "Thiếu nội dung bắt buộc.",
    "Unknown field.": "Trường này không có.",
    "Not a valid string.": "Phải là chữ.",
    "Not a valid integer.": "Phải là số nguyên.",
    "Not a valid boolean.": "Phải là đúng hoặc sai.",
    "Not a valid date.": "Ngày không đúng, ghi dạng năm-tháng-ngày.",
    "Not a valid list.": "Phải là danh sách.",
    "Not a valid mapping type.": "Phải là đối tượng.",
    "Not a number or a code.": "Ghi số hoặc mã.",
    "Field may not be null.": "Không được để trống.",
    "Invalid input type.": "Phải là đối tượng.",
}


def _faults(detail: Any, path: tuple[str, ...]) -> Any:
    if isinstance(detail, dict):
        for key, value in detail.items():
            skipped = key in ("json", "query", "json_or_form", "files", "form", "form_and_files", "_schema")
            yield from _faults(value, path if skipped and len(path) == 0 else (*path, str(key)))
    elif isinstance(detail, list):
        for one in detail:
            yield from _faults(one, path)
    else:
        said = str(detail)
        yield FieldFault(".".join(path), _IN_VIETNAMESE.get(said, "Giá trị không đúng."), said)
