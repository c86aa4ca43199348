"""Who acts on a matter's paper: the post of whoever does the step that signs it, and the office that settles the matter.

Where a matter concerns all who hold a post or work in an office, others fall in for them, and its papers say so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from service import people
from service.db import reading
from service.errors import Conflict
from service.movement.acting import asked_instead, signing_steps
from service.movement.case import STEPPED
from service.movement.concerns import concerned_by
from service.movement.registers import Kept
from service.papers.facts import signature_of
from service.papers.kinds import bodies, posts
from service.papers.matter_rights import leads_to, papers_in
from service.processes import own_case
from service.processes.cases import Recorded, Running
from service.processes.deployments import definition_of
from service.processes.models import Activity
from service.processes.tasks import candidates_of
from workflows.paper_text import PaperText

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
    who = _doer(running, signing, ("open", "done")) if own else None
    if who is None and instead:
        free = people.members_of(instead, barred=own_case.barred(running, [post.group]))
        who = free[0] if len(free) == 1 else None
    if who is not None and (signed := _signs_as(_held_by(who), name, text)) is not None:
        found = {"lines": _lines_of(signed, text, found["lines"]), "name": people.names([who])[who]}
    elif instead:
        found = _fallen_in(who, instead, text, found["lines"], chair_signs=not chair_barred)
    if chair_barred:
        found = found | {"lines": [line for line in found["lines"] if not line.endswith(". CHỦ TỊCH")]}
    return found | {"lines": [line for line in found["lines"] if line]}


def _signs_as(held: Collection[str], name: str, text: PaperText) -> tuple[str, str] | None:
    """The post by which somebody who holds these groups himself signs a paper, and the form; None where he may not.

    His own post, or one in whose place he signs (KT., TUQ.); by order of the chair (TL.) the chair himself and who signs for him too
    (Decree 30/2020, Art. 13).
    """
    for word in _words(text):
        group = posts()[word].group
        if group in held:
            return word, ""
        if (form := people.form_for(group, held, name)) is not None:
            return word, form
    return None


def _words(text: PaperText) -> tuple[str, ...]:
    """The posts by which a paper is signed."""
    return (text.signs, "chair") if text.form == "TL" else (text.signs,)


def _lines_of(signed: tuple[str, str], text: PaperText, own: list[str]) -> list[str]:
    """What stands above the name of who signs by a post and in a form; `own`: above that of who holds the post itself."""
    word, form = signed
    if word != text.signs:
        return [*signature_of(word, form, None, office=posts()["office_head"].post)["lines"]]
    if not form:
        return own
    if text.form == "TL":
        return [*own[:-1], f"{form}. {own[-1]}", posts()[word].deputy]
    lines = signature_of(word, form, None, office=posts()["office_head"].post)["lines"]
    return [own[0], *lines] if text.form == "TM" else [*lines]


def _held_by(account: int) -> set[str]:
    """Groups that somebody holds himself today."""
    return {one.group for one in people.memberships_of([account])[account] if one.holds}


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


def _doer(running: Running, elements: Sequence[str], states: Sequence[str] = ("done",)) -> int | None:
    """Who did the last of these steps in one of these states; with open ones nobody while one of them is to be done."""
    if not elements:
        return None
    with reading() as s:
        return s.scalar(
            select(Activity.closed_by)
            .where(Activity.instance_id == running.id, Activity.element.in_(elements), Activity.state.in_(states))
            .order_by(Activity.id.desc()).limit(1)
        )


def _must_sign(recorded: Recorded, kept: Kept) -> None:
    """Refuse a step that signs a paper to who only stands in for an absent person and may not sign in his place.

    Only answers that lead to the paper: what is sent back, or told by telephone, anybody does who stands in. Raises Conflict: a
    deputy signs (KT.), whoever was authorised for such papers (TUQ.), and who falls in where the matter concerns all who hold the
    post, by his own (Decree 30/2020, Art. 13).
    """
    definition = definition_of(recorded.running.deployment_id)
    step = definition.elements.get(recorded.trigger.element)
    if step is None or recorded.trigger.kind != "user":
        return
    asked = candidates_of(step.attrs)
    for name, text in papers_in(kept.deployment).items():
        group = posts()[text.signs].group
        if not people.signs_papers(group) or group not in asked or step.id not in signing_steps(definition, name, group):
            continue
        if not leads_to(recorded, name) or _signs_as(recorded.by.own, name, text) is not None:
            continue
        fell_in = _posts_in(asked_instead(recorded.running, asked, step.attrs))
        if fell_in is None:
            raise _no_post_to_sign([group], name, text)
        if fell_in and fell_in.isdisjoint(recorded.by.own):
            raise _no_post_to_sign([*fell_in], name, text, instead=False)


def _posts_in(instead: Collection[str]) -> set[str] | None:
    """Those of the groups that fall in by whose post papers are signed; None where nobody falls in."""
    return {one for post in posts().values() for one in (post.group, post.deputies) if one in instead} if instead else None


def _no_post_to_sign(absent: Sequence[str], name: str, text: PaperText, *, instead: bool = True) -> Conflict:
    """Why who stands in may not do a step that signs a paper, and what to do; `instead`: tell who may be named the substitute."""
    groups = {one for word in _words(text) for one in (posts()[word].group, *people.stand_ins(posts()[word].group, name))} - {*absent}
    away, may = ([_told(some, locale) for locale in ("vi", "en")] for some in (absent, groups if instead else ()))
    return Conflict(
        f"Bạn xử lý thay {away[0]} nhưng không ký thay được “{text.name[0]}”: để việc này chờ người có thẩm quyền ký"
        + (f", hoặc đề nghị cử thay là người giữ vai trò: {may[0]}." if may[0] else "."),
        f"You act in the place of “{away[1]}” and may not sign “{text.name[1]}”: leave the step to who may sign it"
        + (f", or ask for a substitute who is one of these: {may[1]}." if may[1] else "."),
        code="no-post-to-sign",
    )


def _told(groups: Collection[str], locale: str) -> str:
    return ", ".join(sorted(people.group_labels(groups, locale).values()))


STEPPED.append(_must_sign)

__all__ = ["OFFICE", "OFFICE_CODE", "office_of", "signer_of"]
