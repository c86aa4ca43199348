"""Where a bundle to be tried comes from, told by a word such as `deployment:3`, and what it holds once it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

from forms import Form, compile_form
from forms.kinds import see_form
from service import people
from service.actor import Actor
from service.errors import NotFound
from service.processes import deployments
from service.studio import drafts
from workflows.definition import Definition, read_definition
from workflows.problems import Problems


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files with their main process, and how they are called; `draft` is their draft's number, where they are one."""

    files: Mapping[str, bytes]
    main: str
    title: str
    word: str
    draft: int | None = None


def bundle_named(word: str, *, by: Actor) -> Bundle:
    """The bundle that a word names. Raises Forbidden, NotFound."""
    people.require(by, "deployment.deploy")
    kind, _, number = word.partition(":")
    if number.isascii() and number.isdigit() and len(number) < 10:
        if kind == "draft":
            draft = drafts.read_draft(int(number))
            return Bundle(drafts.files_of(draft.id), draft.key, draft.name, word, draft.id)
        row = next((d for d in deployments.list_deployments() if d.id == int(number)), None) if kind == "deployment" else None
        if row is not None:
            return Bundle(deployments.files_of(row.id), row.key, f"{row.name}, {row.version}", word)
    raise NotFound("Không có bản soạn hoặc phiên bản này.", "There is no such draft or version.")


def definition_in(files: Mapping[str, bytes], main: str) -> Definition:
    """Read a bundle that is to be tried. Raises Invalid with a line for each fault, also of a form that a step asks for.

    Names that only the service knows are left to the gate: half a draft may be tried as far as it goes.
    """
    try:
        definition = read_definition(files, main=main)
        asked = {f"{one.attrs['form']}.form" for one in definition.elements.values() if one.kind == "user"}
        faults = [replace(fault, file=name) for name in sorted(asked) for fault in see_form(files[name]).problems]
        if faults:
            raise Problems(faults)
    except Problems as found:
        raise deployments.invalid_bundle(found, "Chưa chạy thử được", "It cannot be tried yet") from None
    return definition


@lru_cache(maxsize=256)
def form_to_try(content: bytes) -> Form:
    """A form as its people see it, but that no file must go with it: nothing keeps the files of a try-out or a scenario."""
    schema = orjson.loads(content)
    for one in _walk(schema):
        if one.get("type") == "filepicker" and isinstance(one.get("validate"), dict):
            one["validate"].pop("required", None)
    return compile_form(orjson.dumps(schema))


def _walk(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in component.get("components", ()):
        yield one
        yield from _walk(one)
