"""The API's document: what APIFlask writes, plus what holds for every route (refusals, security, keys of writes)."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from service.api.schemas import LARGEST, Problem
from service.awards import lists
from service.awards.line_data import LineData

_REFUSALS = {
    "400": "The request cannot be read, or is forged.",
    "401": "Nobody is signed in.",
    "403": "This person may not.",
    "404": "There is no such thing, or not for this person.",
    "405": "The address does not take this method.",
    "409": "Somebody was quicker, or the thing stands elsewhere by now.",
    "413": "What was sent is too large.",
    "415": "The content type is not taken.",
    "422": "What was sent does not fit; `errors` names fields, `lines` names lines or elements.",
    "429": "Too many requests; `Retry-After` says when to come again.",
    "503": "The database is busy; nothing was written.",
}
_BYTES = {"type": "string", "format": "binary"}
_ABOUT = """\
Programs do what people do on the pages, with the same rights and the same words.

1. `POST /session` gives a token; send it as `Authorization: Bearer …`.
2. `POST /nominations` puts a name on its unit's submission and starts its process.
3. `GET /nominations/{id}` says where it stands; `next` names what can be done now, where, and by which groups.
4. `GET /tasks` lists what waits for you, `GET /tasks/{id}` gives form, data, version and legal basis,
   `POST /tasks/{id}/complete` answers it. Where a form has a field `decision`, its first value moves the case on.
5. Acts on lists (submission, opinion letter, posting, council sheet, decision, award list, package) are tasks too.
   They may also be done by `POST /lists` and `POST /lists/{id}/acts/{act}`.

A refusal is `application/problem+json` with a stable `code`.
"""


def install(app: APIFlask) -> None:
    """Describe the API and complete its document."""
    app.description = _ABOUT
    app.config.update(
        AUTO_OPERATION_ID=True,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False,
        HTTP_ERROR_SCHEMA=Problem,
    )
    app.security_schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": app.config["SESSION_COOKIE_NAME"],
            "description": "Of a browser; writes also carry `X-CSRF-Token`.",
        },
    }
    app.spec_processor(_completed)


def _completed(spec: Any) -> Any:
    components = spec.setdefault("components", {})
    components["responses"] = {
        f"Refused{code}": {
            "description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for code, text in _REFUSALS.items()
    }
    components.setdefault("parameters", {})["IdempotencyKey"] = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key with the same request gives the first answer again, for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }
    _describe_lines(components["schemas"])
    spec["paths"] = {path: item for path, item in spec["paths"].items() if path.startswith("/api/v1")}
    for item in spec["paths"].values():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                _complete_operation(method, operation)
    for path, required in (("/api/v1/definitions", True), ("/api/v1/replays", False)):
        spec["paths"][path]["post"]["requestBody"] = {
            "required": required,
            "content": {
                "application/zip": {"schema": _BYTES},
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"bundle": _BYTES}, "required": ["bundle"]}
                },
            },
        }
    return spec


def _describe_lines(schemas: dict[str, Any]) -> None:
    """What each act takes as `data` of a line: a schema for each act, named by kind and act."""
    named = []
    for kind in lists.KINDS.values():
        for act in kind.acts:
            if act.line is not LineData and not act.no_lines:
                name = f"LineData_{kind.name}_{act.name}"
                schemas[name] = act.line.model_json_schema() | {"title": f"{kind.label_en}, {act.label_en}: data of a line"}
                named.append({"$ref": f"#/components/schemas/{name}"})
    schemas["LineIn"]["properties"]["data"] = {
        "description": "What else the act asks of the line; acts that are not named here take an empty object.",
        "anyOf": [*named, {"type": "object", "additionalProperties": False}],
    }


def _complete_operation(method: str, operation: dict[str, Any]) -> None:
    answers = {code: a for code, a in operation["responses"].items() if str(code).startswith(("2", "3"))}
    for code in _REFUSALS:
        answers[code] = {"$ref": f"#/components/responses/Refused{code}"}
    operation["responses"] = answers
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "path" and parameter["schema"].get("type") == "integer":
            parameter["schema"] |= {"minimum": 1, "maximum": min(LARGEST, 10**15 - 1)}
    if method != "get" and operation["operationId"] != "post_session_open_session":
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    if "security" in operation:
        operation["security"] = [{"bearer": []}, {"cookie": []}]
