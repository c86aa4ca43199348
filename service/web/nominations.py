"""Nominations: the list with its filters, and one nomination with status, dossier, history and diagram. Reads only.

Acts beside the path (withdrawal, change of the recipient) and matters about a name (petition) are other pages'; this one links
to them.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service import clock, movement, people, trail, words
from service.actor import Actor
from service.awards import catalogue, changes, correcting, finding, following, holds, lists, recipients
from service.awards.finding import NominationFilter
from service.awards.models import List, Nomination
from service.awards.nominations import read_nomination, reads_every, status_of, units_read_within
from service.awards.rounds import list_rounds, read_round
from service.db import at_one_moment
from service.processes import history
from service.processes.running import read_instance
from service.studio import operating
from service.web import (
    case_history,
    case_parts,
    check_words,
    comments,
    evidence,
    feedback,
    list_words,
    matter_ways,
    nomination_filters,
    pages,
    paper_parts,
    round_content,
)
from service.web.frame import Link
from service.web.home_office import state_words
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag
from service.web.standing import due, pages_of, phase_tag, phase_words, way

blueprint = Blueprint("nominations", __name__)
SIZE = 50


@blueprint.get("/nominations")
def show_all() -> Response:
    """The nominations that a person may see, narrowed by whatever is known of them: see `nomination_filters`."""
    by = pages.me()
    wanted = nomination_filters.wanted(by)
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    found = finding.find_nominations(by, wanted, page=number, size=SIZE)
    rounds = list_rounds()
    names = {r.id: r.name for r in rounds}
    here: dict[str, Any] = {k: v for k, v in request.args.to_dict(flat=False).items() if k != "page" and any(v)}
    return pages.page(
        "register",
        crumbs=[Link(_("Hồ sơ"), "")],
        sentence=_head(found.total, wanted.text),
        status=_status(by, wanted, names),
        tabs=[], chips=[],
        url=url_for("nominations.show_all"),
        keep={},
        q=wanted.text,
        filters=nomination_filters.groups(by, wanted, names),
        blocks=[_table(found, names, wanted)],
        pager=pages_of(number, SIZE, found.total, found.more, lambda page: url_for(
            "nominations.show_all", **here, **({"page": page} if page > 1 else {}))),
        main_act=None, acts=[], side=[],
    )


def _head(total: int, text: str) -> str:
    if text:
        return ngettext("*%(n)s trường hợp* có “%(text)s”", "*%(n)s trường hợp* có “%(text)s”", total,
                        n=words.counted(total), text=text.replace("*", ""))
    return ngettext("*%(n)s trường hợp* đề nghị khen thưởng", "*%(n)s trường hợp* đề nghị khen thưởng", total,
                    n=words.counted(total))


def _status(by: Actor, wanted: NominationFilter, names: dict[int, str]) -> str:
    told = [names[number] for number in wanted.rounds if number in names]
    told += people.unit_names(wanted.units).values()
    if not reads_every(by):
        told.append(_("Chỉ gồm trường hợp của đơn vị bạn và của quy trình mà bạn xử lý thay") if units_read_within(by)
                    else _("Chỉ gồm trường hợp của đơn vị bạn"))
    return " · ".join(told) + ("." if told else "")


def _table(found: finding.Page, names: dict[int, str], wanted: NominationFilter) -> Block:
    if not found.items:
        return Block(
            pgettext("one", "Danh sách"),
            empty=Empty(
                _("Không tìm thấy trường hợp nào"),
                _("Bỏ bớt bộ lọc, hoặc tìm ở đợt khác. Tìm không cần dấu: gõ “hoang” cũng ra Hoàng."),
                Link(_("Bỏ hết bộ lọc"), url_for("nominations.show_all")),
            ),
        )
    return Block(
        names.get(wanted.rounds[0], "") if len(wanted.rounds) == 1 else _("Mọi đợt"),
        table=Table(
            [Column(_("Tập thể, cá nhân")), Column(_("Đơn vị đề nghị")), Column(_("Hình thức")), Column(_("Đang ở đâu"))],
            [
                [
                    Cell(one.nomination.name, one.nomination.title or case_parts.in_words(
                        catalogue.KINDS[one.nomination.kind]),
                        url_for("nominations.show", nomination_id=one.nomination.id)),
                    Cell(one.nomination.unit_name, "" if len(wanted.rounds) == 1 else names.get(one.nomination.round_id, "")),
                    Cell(case_parts.short_form_words(one.nomination.form_granted or one.nomination.form_asked)),
                    Cell("", tag=phase_tag(one.phase, one.outcome, one.holds, revoked=one.nomination.revoked)),
                ]
                for one in found.items
            ],
            _("Trường hợp đề nghị"),
        ),
    )


@blueprint.get("/nominations/<int:nomination_id>")
@at_one_moment
def show(nomination_id: int) -> Response:
    """One nomination: a plain sentence, the line of steps, the dossier, who holds it, the diagram."""
    by = pages.me()
    n = read_nomination(nomination_id, by=by)
    phase, outcome, holds = status_of(n)
    office = reads_every(by, n)
    scores = case_parts.scores_of(n.id)
    stops = history.timeline(n.instance_id or 0)
    round_ = read_round(n.round_id)
    listed = finding.find_lists(by, nomination_id=n.id)
    drawing = case_history.diagram_of_name(n, request.args.get("process", ""), stops, by)
    shown = case_parts.score_rows(n, scores, by)
    sight = trail.may_read(by, f"instance:{n.instance_id}", own=lambda stream: True)
    return pages.page(
        "nomination",
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")),
                Link(round_.name, url_for("rounds.show", round_id=round_.id)), Link(n.name, "")],
        sentence=f"{n.name}, {_form_sentence(n, outcome)}",
        status=_standing(n, phase, outcome, stops, office),
        tags=_tags(n, phase, outcome, holds),
        warnings=case_parts.warnings(n, by) + [
            c for c in round_content.quota_checks(round_, [n.unit_id], forms=[n.form_recommended or n.form_asked])
            if c.level == "warn"
        ] if phase != "ended" else [],
        steps=case_history.main_steps(round_.stage, phase, outcome, n),
        facts=[*case_parts.facts(n, scores), Fact(pgettext("one", "Đợt xét"), round_.name, url_for("rounds.show", round_id=round_.id))],
        forms=_forms(n, office),
        tasks=[*_waits(stops, office or bool(by.units)), *_beside(listed, by)],
        scores=shown,
        scores_note=case_parts.scale_words(shown),
        summary=n.achievement,
        files=case_parts.file_rows(n, scores, by),
        evidence=evidence.block(n, by),
        checks=check_words.lines(n) if office else [],
        bases=case_parts.bases(" ".join(sorted({s.basis for s in stops if s.state == "open" and s.basis}))),
        diagram=drawing,
        history=case_history.entries(
            stops, read_instance(n.instance_id or 0), by,
            case_history.beside(listed, n.id) if office else (),
        ),
        history_link=Link(_("Nhật ký của hồ sơ này"), url_for("trail.show_nomination", nomination_id=n.id))
        if sight else None,
        papers=paper_parts.block_of_name(n, by),
        talk=comments.block(n, by), feedback=feedback.block_of_name(n, by),
        letters=_lists_table(listed),
        letters_title=_("Danh sách, văn bản có tên này"),
        acts=_acts(by, n, phase),
        acts_title=_("Việc khác"),
    )


def _form_sentence(n: Nomination, outcome: str | None) -> str:
    if n.revoked:
        return _("%(form)s đã bị hủy bỏ", form=case_parts.form_words(n.form_granted or n.form_asked))
    if n.form_granted and outcome in ("certificate", "provincial_merit", "national_nomination"):
        return _("được tặng %(form)s", form=case_parts.form_words(n.form_granted))
    return _("đề nghị %(form)s", form=case_parts.form_words(n.form_asked))


def _standing(
    n: Nomination, phase: str, outcome: str | None, stops: list[history.Stop], office: bool
) -> str:
    if n.revoked:
        return " ".join(part for part in (_("*Đã hủy bỏ khen thưởng.*"), _reason(n, office)) if part)
    if phase == "ended":
        told = _("*%(outcome)s*, từ %(day)s.", outcome=phase_words("ended", outcome), day=case_history.ended_at(stops))
        return " ".join(part for part in (told, _reason(n, office)) if part)
    live = [s for s in stops if s.state == "open" and s.element != "wait_release"]
    if not live:
        return phase_words(phase) + "."
    stop = live[-1]
    lane = case_history.holder_words(stop)
    told = words.waiting(f"*{lane}*" if lane else phase_words(phase).lower(), stop.opened_at, stop.due_at, clock.today())
    return " ".join(part for part in (told, phase_words(phase) + ".", _reason(n, office) if phase == "refused_open" else "")
                    if part)


def _reason(n: Nomination, office: bool) -> str:
    if not n.reason_code:
        return ""
    said = case_parts.in_words(catalogue.REASONS.get(n.reason_code, (n.reason_code, n.reason_code)))
    return _("Lý do: %(reason)s.", reason=said + (f", {n.reason}" if n.reason else "")).replace("..", ".")


def _day(moment: Any) -> str:
    return words.short_date(moment, clock.today())


def _tags(n: Nomination, phase: str, outcome: str | None, holds: int) -> list[Tag]:
    tags = [phase_tag(phase, outcome, holds, revoked=n.revoked)]
    if n.posthumous:
        tags.append(Tag("note", _("Truy tặng")))
    if n.to_family:
        tags.append(Tag("note", _("Trao cho gia đình")))
    if n.reviewed:
        tags.append(Tag("note", _("Đã xem xét lại")))
    return tags


def _forms(n: Nomination, office: bool) -> list[Fact]:
    pairs: list[tuple[str, str | None]] = [(_("Đơn vị đề nghị"), n.form_asked)]
    if office:
        pairs += [(_("Phòng đề nghị"), n.form_recommended)]
    pairs += [(_("Hội đồng thông qua"), n.form_passed)]
    if office and n.form_reserve:
        pairs.append((_("Dự phòng"), n.form_reserve))
    pairs.append((_("Được tặng, nay đã hủy bỏ") if n.revoked else _("Được tặng"), n.form_granted))
    return [Fact(label, case_parts.form_words(code) if code else _("chưa")) for label, code in pairs]


def _waits(stops: list[history.Stop], led: bool) -> list[Cell]:
    rows = []
    for stop in stops:
        if stop.state != "open" or stop.kind not in ("user", "receive"):
            continue
        lane = case_history.holder_words(stop)
        second = _("từ %(day)s", day=_day(stop.opened_at))
        if stop.owner:
            second = _("%(name)s giữ, %(since)s", name=stop.owner, since=second)
        elif lane:
            second = f"{lane}, {second}"
        url = way("task.show", task_id=stop.id) if stop.kind == "user" and led else ""
        rows.append(Cell(words.translated(stop.name), second, url, due=due(stop.due_at)))
    return rows


_ON_AWARD = ("amendment", "revocation", "reprint", "unlisting")
"""What there must be an award for."""


def _beside(listed: list[List], by: Actor) -> list[Cell]:
    """What waits about the award itself, beside the path: a correction or a revocation on its way."""
    return [
        Cell(_kind(row), state_words(row), way("lists.show", list_id=row.id), due=due(row.due_at))
        for row in listed
        if row.kind in _ON_AWARD and row.state not in (*lists.ENDED_STATES.get(row.kind, ()), "down")
    ]


def _lists_table(found: list[List]) -> Table | None:
    if not found:
        return None
    return Table(
        [Column(_("Danh sách, văn bản")), Column(_("Trạng thái")), Column(_("Số, ngày"))],
        [
            [Cell(one.title, _kind(one), way("lists.show", list_id=one.id)), Cell(state_words(one)),
             Cell(list_words.mark(one))]
            for one in found
        ],
        _("Danh sách, văn bản có tên này"),
    )


def _kind(row: List) -> str:
    from service.awards.lists import kind_of

    kind = kind_of(row)
    return case_parts.in_words((kind.label, kind.label_en))




def _ways_on(by: Actor, n: Nomination) -> list[Act]:
    """Where the reader may end an open hold."""
    held = {hold.list_id for hold in holds.open_holds(n.id)}
    found = []
    for row in finding.find_lists(by, nomination_id=n.id) if held - {None} else []:
        if row.id in held:
            found += [
                Act(case_parts.in_words((a.label, a.label_en)), way("lists.show", list_id=row.id), f"end-hold-{row.id}", "second",
                    method="get")
                for a in lists.acts_open_to(by, row)
            ]
    return found


_ON_ENDED = ("recipient_change", "revocation", "amendment", "reprint", "unlisting")
"""What may still be filed once a nomination has ended: it changes the register or the award, not the case."""


def _acts(by: Actor, n: Nomination, phase: str) -> list[Act]:
    from service.awards.lists import KINDS

    unit = people.current_unit(n.unit_id)
    found = _ways_on(by, n)
    open_on_award = correcting.may_follow(n.id)
    if phase != "ended" and reads_every(by, n) and recipients.same_in_round(n):
        found.append(Act(_("Gộp hoặc tách đề nghị trùng tên"), way("same.show", nomination_id=n.id), "same", "second", method="get"))
    if phase != "ended" and n.kind != "HOUSEHOLD" and people.allowed(by, "recipient.tie", unit=unit):
        found.append(Act(_("Là ai trong danh bạ"), url_for("same_person.ask", nomination_id=n.id), "tie", "text", method="get"))
    if people.allowed(by, operating.OPERATE) and n.instance_id is not None:
        url = url_for("studio_operating.show", instance=n.instance_id)
        found.append(Act(_("Vận hành quy trình"), url, "operate", "text", method="get"))
    for kind in lists.BESIDE:
        if kind == "review_request" and phase != "refused_open" or phase == "ended" and kind not in _ON_ENDED:
            continue
        if kind in _ON_AWARD and kind not in open_on_award or kind == "withdrawal" and not changes.may_withdraw(n):
            continue
        url = way("nominate.side", nomination_id=n.id, kind=kind)
        listed = KINDS[kind]
        if url and lists.may_file(by, listed.acts[0], unit):
            label = listed.acts[0].label if words.language() == "vi" else listed.acts[0].label_en
            found.append(Act(label, url, kind, "text", method="get"))
    return found + _begin(by, n) + _follow(by, n, phase)


def _begin(by: Actor, n: Nomination) -> list[Act]:
    """Matters that the reader may begin about a nomination, by the register that they go to: a petition."""
    return [
        Act(case_parts.in_words(kept.register.begin), url, process, "text", method="get")
        for process, kept in movement.begins_any(by).items()
        if "nomination" in kept.register.about and (url := matter_ways.start_url(process, about=n.id))
    ]


def _follow(by: Actor, n: Nomination, phase: str) -> list[Act]:
    if following.follows(n.id, by=by):
        return [Act(_("Thôi theo dõi"), url_for("following.unfollow", nomination_id=n.id), "unfollow", "text")]
    if phase != "ended" and following.may_follow(n, by=by):
        return [Act(_("Theo dõi hồ sơ"), url_for("following.follow", nomination_id=n.id), "follow", "text")]
    return []


__all__ = ["blueprint", "show", "show_all"]
