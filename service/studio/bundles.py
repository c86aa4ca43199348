"""Where a bundle to be tried comes from: a version that was deployed, or a draft; told by a word such as `deployment:3`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service import people
from service.actor import Actor
from service.errors import NotFound
from service.processes import deployments
from service.studio import drafts


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
