"""The API's document says the truth: it is valid, covers every route, and answers conform to it when fuzzed."""

from __future__ import annotations

from typing import Any

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from service.awards import lists
from service.awards.models import List, Nomination
from service.db import reading
from tests.journeys.office import Office
from tests.journeys.program import Program

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 3
WHO = ("vhxh", "quantri", "donvi", "thutruong", "thuky", "chutich")


@pytest.fixture(scope="module")
def document(shared: Office) -> dict[str, Any]:
    found: dict[str, Any] = shared.app.test_client().get("/api/openapi.json").get_json()
    return found


@pytest.mark.long
def test_document_is_openapi_3_1_with_sound_schemas(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    text = str(document)
    for kind, named in document["components"].items():
        for name in named:
            assert kind == "securitySchemes" or f"#/components/{kind}/{name}" in text, f"{name} is never used"
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
        assert schema.get("type") == "object", name


@pytest.mark.long
def test_every_route_is_in_the_document_with_answers_and_refusals(shared: Office, document: dict[str, Any]) -> None:
    app = shared.app
    assert isinstance(app, APIFlask)
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1"):
            continue
        path = rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            said = document["paths"][path][method.lower()]
            good = [c for c in said["responses"] if c.startswith("2")]
            assert len(good) == 1, (path, method)
            answer = said["responses"][good[0]]
            if good[0] != "204":
                (schema,) = [c["schema"] for c in answer["content"].values()]
                assert schema, (path, method)
            assert {"400", "401", "403", "404", "409", "422", "429"} <= set(said["responses"]), (path, method)
            if (method, path) not in OPEN:
                assert said["security"], (path, method)


@pytest.mark.long
def test_every_call_is_answered_as_the_document_says(shared: Office) -> None:
    program = Program(shared.app.test_client(), shared.work)
    callers = {who: (program.token(who), _known(shared, program, who)) for who in WHO}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", shared.app)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in LEFT_OUT:
            continue
        tried += 1
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                _fuzz(operation.as_strategy(generation_mode=mode), callers)
            except Unsatisfiable:
                continue  # nothing about this call can be wrong
    assert tried > 25


OPEN = {("POST", "/api/v1/session"), ("POST", "/api/v1/session/code")}
"""Calls of somebody who is not signed in."""

LEFT_OUT = (
    "/api/v1/session", "/api/v1/session/code", "/api/v1/sessions", "/api/v1/sessions/{session_id}",
    "/api/v1/tokens", "/api/v1/tokens/{token_id}",
    "/api/v1/session/password",
    *(
        f"/api/v1/accounts/{{account_id}}{act}"
        for act in ("", "/groups", "/groups/revoke", "/block", "/unblock", "/reset", "/force-change", "/second-factor/reset", "/sign-out",
                    "/tokens/revoke", "/link", "/unlink")
    ),
    "/api/v1/units/{unit_id}/dissolve",
    "/api/v1/demo/clock",
)
"""Some would end the token or what it may do, the last move the test's clock years on; all are tried by hand."""


def _known(office: Office, program: Program, who: str) -> dict[str, list[Any]]:
    """Numbers and words that name something here: calls that name nothing end at "there is none"."""
    with reading() as s:
        names = s.scalars(select(Nomination.id).order_by(Nomination.id)).all()
        listed = s.scalars(select(List.id).order_by(List.id)).all()
        submissions = s.scalars(select(Nomination.submission_id).distinct()).all()
    asked = [program.call(who, "GET", f"/tasks?scope={scope}")["items"] for scope in ("mine", "group", "done")]
    return {
        "nomination_id": list(names), "list_id": list(listed), "submission_id": [n for n in submissions if n],
        "round_id": list(office.rounds.values()), "definition_id": [1], "filter_id": [1],
        "task_id": [item["id"] for items in asked for item in items] or [1],
        "act": sorted({act.name for kind in lists.KINDS.values() for act in kind.acts}),
        "kind": ["withdrawal", "review_request", "recipient_change", "hold"],
    }


def _fuzz(cases: Any, callers: dict[str, tuple[str, dict[str, list[Any]]]]) -> None:
    """Each case is called by everybody: to make it up takes much longer than to call."""

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @hypothesis.given(case=cases, real=st.booleans(), key=st.sampled_from(("", "", "k1", "k2")), data=st.data())
    def call(case: Any, real: bool, key: str, data: st.DataObject) -> None:
        for who, (token, known) in callers.items():
            if real:
                for name in sorted(set(case.path_parameters or {}) & set(known)):
                    case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
            headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
            hypothesis.note(f"called by {who}")
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)

    call()
