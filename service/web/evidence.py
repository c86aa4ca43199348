"""What the registers prove of a nominee over the years of a stocktake: shown in the dossier, taken over as evidence, given back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, movement, words
from service.actor import Actor
from service.awards import evidence, window_results
from service.awards.honours import honour_name
from service.awards.models import Nomination
from service.awards.nominations import read_nomination, reads_every
from service.awards.past_awards import Earlier
from service.awards.rounds import read_round
from service.awards.rule_versions import read_rule
from service.awards.window_results import Result
from service.awards.windows import window_of
from service.errors import Conflict
from service.web import case_parts, edit, pages, rule_words
from service.web.edit import Page
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Tag

blueprint = Blueprint("evidence", __name__)


@blueprint.route("/nominations/<int:nomination_id>/evidence", methods=["GET", "POST"])
def choose(nomination_id: int) -> AnyResponse:
    """Tick the lines of the registers that the nomination stands on, until the head of the unit signs."""
    by = pages.me()
    n = read_nomination(nomination_id, by=by)
    evidence.must_be_unit(by, n)
    back = url_for("nominations.show", nomination_id=n.id)

    def do(said: dict[str, Any]) -> AnyResponse:
        chosen = evidence.choose_evidence(n.id, said.get("evidence") or [], by=by)
        pages.say(ngettext("Đã ghi: %(num)d dòng của sổ là minh chứng của hồ sơ.",
                           "Đã ghi: %(num)d dòng của sổ là minh chứng của hồ sơ.", len(chosen)))
        return pages.back_to("nominations.show", nomination_id=n.id)

    lines = [line for line in window_results.offered(window_results.results_of(n), n.unit_id, n.evidence) if not line.gone[0]]
    if not lines:
        raise Conflict(
            "Các sổ chưa có dòng nào để hồ sơ này lấy làm minh chứng.", "The registers have no line that this nomination could take."
        )
    return edit.edit(
        edit.form("evidence", edit.several("evidence", _("Kết quả theo sổ"), [(x.source, x.told(words.language())) for x in lines])),
        Page(
            _("Minh chứng lấy từ sổ: *%(name)s*", name=n.name), url_for("evidence.choose", nomination_id=n.id), back, _("Ghi minh chứng"),
            [Link(_("Hồ sơ"), url_for("nominations.show_all")), Link(n.name, back), Link(_("Minh chứng lấy từ sổ"), "")],
            _("Các năm xét: *%(years)s*. Dòng được đánh dấu là minh chứng của hồ sơ; bỏ đánh dấu được đến khi thủ trưởng đơn vị ký.",
              years=window_of(read_round(n.round_id)).told),
        ),
        do,
        first={"evidence": [source for source in n.evidence if source in {line.source for line in lines}]},
    )


def block(n: Nomination, by: Actor, *, office: bool | None = None) -> Block | None:
    """What the registers prove over the window, each line with where it stands; those taken over say so. None in other rounds.

    `office`: who reads has been let see the whole dossier, as a member of the council that sits on it.
    """
    lines = window_results.results_of(n)
    if not lines:
        return None
    office, taken = reads_every(by, n) if office is None else office, set(n.evidence)
    ways = {line.source: _way(line, by) for line in lines}
    shown = [
        line for line in lines
        if line.source in taken or ways[line.source] or not line.case or office and not line.case.startswith("matter:")
    ]
    may = evidence.may_choose(by, n)
    return Block(
        _("Kết quả các năm xét, theo sổ"),
        words=_("Các năm xét: *%(years)s*. Lấy từ sổ, có số, ngày; không sửa được ở đây.", years=window_of(read_round(n.round_id)).told),
        acts=[Act(_("Chọn minh chứng"), url_for("evidence.choose", nomination_id=n.id), "evidence", "text", method="get")] if may else [],
        checks=same_form(window_results.same_form_of(n)),
        lines=[Cell(f"{line.year}: {case_parts.in_words(line.what)}", _second(line, office), ways[line.source], tag=_tag(line, taken))
               for line in shown],
        key="evidence",
    )


SAME_FORM = "GATE.D6"
"""The gate that looks at awards of the same form inside the window."""


def same_form(found: Sequence[Earlier]) -> list[Check]:
    """Each award of the same form inside the window, with what it means and by which basis; it only warns."""
    rule = read_rule(SAME_FORM, clock.today()).now
    if rule is None:
        return []
    return [
        Check(
            _("*%(form)s* năm %(year)d, %(paper)s, nằm trong các năm xét. %(label)s. Căn cứ: %(basis)s. Chỉ nhắc, không chặn.",
              form=honour_name(one.what, words.language()), year=one.year, paper=_paper(one), label=rule_words.label(SAME_FORM, rule.label),
              basis=rule.citation),
            "warn",
        )
        for one in found
    ]


def _paper(one: Earlier) -> str:
    if one.decided_on is None:
        return _("số %(number)s", number=one.decision)
    return _("số %(number)s ngày %(day)s", number=one.decision, day=words.full_date(one.decided_on))


def _second(line: Result, office: bool) -> str:
    at = int(words.language() == "en")
    known = (
        _("số %(number)s", number=line.number) if line.number else "", words.full_date(line.day) if line.day else "", line.detail[at],
        line.inner[at] if office else "",
    )
    return " · ".join(part for part in known if part)


def _tag(line: Result, taken: set[str]) -> Tag | None:
    if line.gone[0]:
        return Tag("refused", case_parts.in_words(line.gone))
    return Tag("passed", _("lấy làm minh chứng")) if line.source in taken else None


def _way(line: Result, by: Actor) -> str:
    """Where a line stands, for who may read it there; empty for everybody else."""
    if not movement.may_open(line, by):
        return ""
    kind, _colon, number = line.case.partition(":")
    if kind == "publication":
        return url_for("public.exemplar", publication=int(number))
    if kind == "matter":
        return url_for("matters.show", matter_id=int(number))
    return url_for("nominations.show", nomination_id=int(number))
