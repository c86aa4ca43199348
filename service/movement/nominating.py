"""A matter that becomes a nomination: an exemplar is put forward for a timely award by one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service import people
from service.awards.catalogue import AD_HOC, GROUPS, AwardForm, award_forms, groups_for
from service.awards.files import copy_files
from service.awards.nominations import create_nomination
from service.awards.recipients import RecipientInput
from service.awards.rounds import list_rounds
from service.db import session
from service.errors import Invalid
from service.movement.case import GIVEN, effect
from service.movement.models import Matter, MatterSubject
from service.movement.registers import kept_by
from service.movement.wording import number_words
from service.processes.cases import Recorded, Running

_FIELDS = ("name", "kind", "unit", "round", "subject_group", "award_form", "achievement")


@effect("nomination.begin", *_FIELDS, "files")
def _nominate(matter: Matter, recorded: Recorded, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Begin a nomination by the right of whoever does the step; the matter is about it from then on. Raises what nominating raises.

    Files of the matter are the nomination's too, so that its unit, which does not read the matter, has them.
    """
    said = {key: str(inputs.get(key) or "").strip() for key in _FIELDS}
    for key in ("name", "kind", "unit", "round", "subject_group", "award_form"):
        if not said[key]:
            raise Invalid.at(key, "Ghi đủ mục này để lập đề nghị.", "This is needed to begin the nomination.")
    form = award_forms().get(said["award_form"])
    if form is not None and not _may_be_asked(form, said["kind"]):
        raise Invalid.at(
            "award_form", f"{form.name}: Kế hoạch không nêu cho đối tượng này trong đợt đột xuất. Chọn hình thức khác.",
            f"{form.name_en}: not in the plan for such a nominee in an ad hoc round. Choose another.",
        )
    number = create_nomination(
        int(said["round"]), subject_group=said["subject_group"], award_form=said["award_form"],
        recipient=RecipientInput(kind=said["kind"], name=said["name"], unit=int(said["unit"])), by=recorded.by,
        achievement=said["achievement"],
    )
    session().add(MatterSubject(matter_id=matter.id, subject=f"nomination:{number}"))
    if files := [one for one in inputs.get("files") or () if isinstance(one, int)]:
        kept = kept_by(recorded.running.deployment_id)
        source = number_words(kept.register, matter.number, matter.year) if kept is not None else ""
        copy_files(session(), files, f"matter:{matter.id}", f"nomination:{number}", source=source, by=recorded.by)
    return {"nomination": number}


def _units(running: Running, matter: Matter) -> list[dict[str, str]]:
    return [{"value": str(one.id), "label": one.name} for one in people.list_units()]


def _timely_rounds(running: Running, matter: Matter) -> list[dict[str, str]]:
    return [{"value": str(one.id), "label": one.name} for one in list_rounds() if one.stage == AD_HOC and one.state == "open"]


def _award_forms(running: Running, matter: Matter) -> list[dict[str, str]]:
    kind = _kind(matter)
    return [
        {"value": one.code, "label": one.name, "label_en": one.name_en} for one in award_forms().values() if _may_be_asked(one, kind)
    ]


def _may_be_asked(form: AwardForm, kind: str) -> bool:
    """Whether the plan names a form for such a nominee in an ad hoc round (III.2)."""
    return AD_HOC in form.stages and kind in form.kinds


def _kind(matter: Matter) -> str:
    return str(matter.begun.get("kind") or "")


def _subject_groups(running: Running, matter: Matter) -> list[dict[str, str]]:
    fitting = {one: GROUPS[one] for one in groups_for(_kind(matter))}
    return [{"value": one, "label": f"{one}. {vi}", "label_en": f"{one}. {en}"} for one, (vi, en) in fitting.items()]


def _likely_group(running: Running, matter: Matter) -> str:
    """The only group there is for such a nominee, or nothing."""
    fitting = groups_for(_kind(matter))
    return fitting[0] if len(fitting) == 1 else ""


GIVEN["units"] = _units
GIVEN["timely_rounds"] = _timely_rounds
GIVEN["award_forms"] = _award_forms
GIVEN["subject_groups"] = _subject_groups
GIVEN["likely_group"] = _likely_group
