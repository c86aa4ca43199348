"""The first page of every role (office.md section 3): chooses whose page it is, and sends the officer's reminders."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, words
from service.actor import Actor
from service.awards import overview, reminding
from service.awards.models import Round
from service.awards.rounds import list_rounds, read_round
from service.errors import NotFound
from service.web import ballot_parts, consents, council_scores, home_office, home_outside, index_parts, pages
from service.web.first import First
from service.web.frame import Link
from service.web.parts import Block, Cell

blueprint = Blueprint("home", __name__)

Make = Callable[[Actor, Round | None], First]
ROLES: tuple[tuple[tuple[str, ...], Make], ...] = (
    (("chair", "deputy"), home_office.chair),
    (("vhxh_head",), home_office.office_head),
    (("vhxh",), home_office.officer),
    (("secretary",), home_office.secretary),
    (("vanphong",), home_office.format_check),
    (("clerk",), home_office.clerk),
    (("accountant",), home_office.accountant),
    (("admin",), home_outside.administrator),
    (("inspector",), home_outside.inspector),
)
"""Groups → the page of the role; the first that fits, so whoever signs sees what is to be signed."""


def show(by: Actor) -> Response:
    """Draw the first page of whoever is signed in."""
    round_ = _round()
    role = _role(by)
    first = role(by, round_)
    if duties := ballot_parts.duties(by):
        first.main.insert(0, Block(_("Ban kiểm phiếu"), lines=[Cell(one.words, url=one.url) for one in duties], key="teller"))
    if council := council_scores.waiting_for(by, invited=role is not home_outside.member):
        first.main.insert(0, council)
    if back := index_parts.returned_block(by):
        first.main.insert(0, back)
    nominated = consents.block(by)
    return pages.page(
        "home",
        overline=" · ".join(part for part in (_day(), round_.name if round_ else "") if part),
        overline_link=Link(_("Đổi đợt"), url_for("rounds.show_all")) if round_ else None,
        sentence=first.sentence,
        status=first.status,
        sums=first.sums,
        main_act=first.main_act,
        ruler=first.ruler,
        main=[nominated, *first.main] if nominated else first.main,
        side=first.side,
        below=first.below,
    )


def _role(by: Actor) -> Make:
    for groups, make in ROLES:
        if by.may(*groups):
            return make
    if any(group.startswith("unit_head:") for group in by.groups):
        return home_outside.head_of_unit
    if by.units:
        return home_outside.unit
    if by.may("member"):
        return home_outside.member
    return home_outside.outsider


def _round() -> Round | None:
    asked = request.args.get("round", type=pages.whole)
    if asked is not None:
        try:
            return read_round(asked)
        except NotFound:
            return None
    return overview.round_in_focus(list_rounds())


def _day() -> str:
    today = clock.today()
    return f"{words.weekday(today)}, {words.long_date(today)}"


@blueprint.post("/rounds/<int:round_id>/remind")
def remind(round_id: int) -> AnyResponse:
    """Remind the units that have not filed, or the one that is named."""
    unit = request.form.get("unit", type=pages.whole)
    count = reminding.remind_units(round_id, None if unit is None else [unit], by=pages.me())
    pages.say(ngettext("Đã đôn đốc %(num)d đơn vị. Mỗi người phụ trách nhận một thư.",
                       "Đã đôn đốc %(num)d đơn vị. Mỗi người phụ trách nhận một thư.", count))
    if request.form.get("from") == "round":
        return pages.back_to("rounds.show", round_id=round_id)
    return pages.back_to("pages.home")
