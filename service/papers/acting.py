"""Who acts on a matter's paper: the post of whoever does the step that signs it, and the office that settles the matter.

Where a matter concerns all who hold a post or work in an office, others fall in for them, and its papers say so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from service import people
from service.db import reading
from service.errors import Conflict, Forbidden
from service.movement.acting import asked_instead, signing_steps
from service.movement.case import STEPPED
from service.movement.concerns import concerned_by
from service.movement.registers import Kept
from service.papers.facts import signature_of
from service.papers.kinds import bodies, posts
from service.processes import own_case
from service.processes.cases import Recorded, Running
from service.processes.deployments import definition_of, paper_of
from service.processes.models import Activity
from service.processes.tasks import candidates_of
from workflows.paper_text import SIGN, PaperText

OFFICE, OFFICE_CODE = "office", "office_code"


def signer_of(name: str, text: PaperText, unit: int | None, running: Running) -> dict[str, Any]:
    """The block of the signature: the post of whoever does the step that signs, and the name (Decree 30/2020, Art. 13).

    A deputy is named with "KT."; who falls in because the matter concerns all who hold the post, with his own. For the chair nobody
    signs where the matter is about him: the post that signs stands alone.
    """
    found, post = signature_of(text.signs, text.form, unit, issuer=text.issuer), posts()[text.signs]
    own = set(people.members_of([post.group], own=True))
    chair_barred = not set(people.members_of(["chair"], own=True)).isdisjoint(concerned_by(running))
    definition = definition_of(running.deployment_id)
    signing = signing_steps(definition, name, post.group)
    instead = asked_instead(running, [post.group], definition.elements[signing[0]].attrs if signing else None) if own else ()
    who = _doer(running, signing) if own else None
    if who is None and instead:
        free = people.members_of(instead, barred=own_case.barred(running, [post.group]))
        who = free[0] if len(free) == 1 else None
    if who in own:
        found = found | {"name": people.names([who])[who]}
    elif who in people.members_of([post.deputies] if post.deputies else [], own=True):
        lines = signature_of(text.signs, "KT", unit)["lines"]
        found = {"lines": [found["lines"][0], *lines] if text.form == "TM" else lines, "name": people.names([who])[who]}
    elif instead:
        found = _fallen_in(who, instead, text, found["lines"], chair_signs=not chair_barred)
    if chair_barred:
        found = found | {"lines": [line for line in found["lines"] if not line.endswith(". CHỦ TỊCH")]}
    return found | {"lines": [line for line in found["lines"] if line]}


def _fallen_in(
    who: int | None, instead: Collection[str], text: PaperText, lines: list[str], *, chair_signs: bool
) -> dict[str, Any]:
    """The signature of who falls in: by the post that papers name, if he holds one, else by his own.

    By order of the chair ("TL.") signs who leads an office and nobody under him (Decree 30/2020, Art. 13): in the place of anybody
    else the chair himself does, unless the matter is about him: then whoever only sends it on signs with his own post.
    """
    person = people.accounts_of([who]).get(who) if who is not None else None
    for word, post in posts().items():
        for group, form in ((post.group, ""), (post.deputies, "KT")):
            if group and (group in instead if who is None else who in people.members_of([group], own=True)):
                return signature_of(word, form, None) | {"name": person.name if person else ""}
    if text.form == "TL" and person is not None and chair_signs and not _leads(person.id):
        return signature_of("chair", "", None)
    return {"lines": [*lines[:-1], person.title.upper() if person else ""], "name": person.name if person else ""}


def _leads(account: int) -> bool:
    """Whether somebody leads an office or a unit, by his own place."""
    return any(one.holds and one.group.partition(":")[0] == "unit_head" for one in people.memberships_of([account])[account])


def office_of(running: Running) -> dict[str, str]:
    """Name and code of the office that settles a matter: the usual one, or that of whoever falls in for its head; "" where not one."""
    head = posts()["office_head"].group
    instead = asked_instead(running, [head])
    if not instead:
        unit = people.unit_by_code(bodies()["office"])
        units = {unit} if unit is not None else set[int]()
    else:
        elements = definition_of(running.deployment_id).elements.values()
        who = _doer(running, [one.id for one in elements if head in candidates_of(one.attrs) and not one.attrs.get("instead")])
        units = _units([who] if who is not None else people.members_of(instead, barred=own_case.barred(running, [head])))
    if len(units) != 1:
        return {OFFICE: "", OFFICE_CODE: ""}
    found = next((one for one in people.list_units() if one.id in units), None)
    return {OFFICE: found.name if found else "", OFFICE_CODE: found.code if found else ""}


def _units(accounts: Collection[int]) -> set[int]:
    """Units to which these people belong."""
    held = people.memberships_of(accounts)
    return {unit for each in held.values() for one in each if (unit := people.unit_of(one.group)) is not None}


def _doer(running: Running, elements: Sequence[str]) -> int | None:
    """Who did the last of these steps."""
    if not elements:
        return None
    with reading() as s:
        return s.scalar(
            select(Activity.closed_by)
            .where(Activity.instance_id == running.id, Activity.element.in_(elements), Activity.state == "done")
            .order_by(Activity.id.desc()).limit(1)
        )


def _must_sign(recorded: Recorded, kept: Kept) -> None:
    """Refuse a step that signs a paper to who only stands in for an absent person and may not sign in his place.

    Raises Conflict: a deputy signs (KT.), whoever was authorised for such papers (TUQ.), and who falls in where the matter concerns
    all who hold the post (Decree 30/2020, Art. 13).
    """
    step = definition_of(recorded.running.deployment_id).elements.get(recorded.trigger.element)
    if step is None or recorded.trigger.kind != "user" or step.attrs.get("paper_part") != SIGN:
        return
    text = paper_of(kept.deployment, step.attrs.get("paper", ""))
    group = posts()[text.signs].group if text is not None else ""
    asked = candidates_of(step.attrs)
    if not people.signs_papers(group) or group not in asked or asked_instead(recorded.running, asked, step.attrs):
        return
    try:
        people.signs_as(recorded.by, group, step.attrs["paper"])
    except Forbidden as refused:
        raise Conflict(refused.message, refused.message_en, code="no-post-to-sign") from None


STEPPED.append(_must_sign)

__all__ = ["OFFICE", "OFFICE_CODE", "office_of", "signer_of"]
