"""What a nominee is asked, on the first page and a page of its own; and the page on which the unit records his paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forms import first_answers
from service import people, words
from service.actor import Actor
from service.awards import consents, lists
from service.awards.consents import NO, OWN, PAPER, YES, Asked
from service.awards.models import Nomination
from service.errors import Forbidden, NotFound, Refusal
from service.processes import tasks
from service.web import typed
from service.web.frame import Link
from service.web.pages import back_to, me, page, say
from service.web.parts import Block, Check, Fact, WorkRow
from service.web.typed import Typed

blueprint = Blueprint("consents", __name__)


def block(by: Actor) -> Block | None:
    """What the reader is asked as a nominee, for the first page; None where he is not nominated."""
    found = consents.asked_of(by)
    if not found:
        return None
    return Block(
        ngettext("Bạn được đề nghị khen thưởng", "Bạn được đề nghị khen thưởng", len(found)),
        work=[
            WorkRow(0 if one.consent.get("answer") else 1, _form_in_round(one), url_for("consents.answer", nomination_id=one.nomination),
                    answer_words(one.consent), "" if one.consent.get("answer") else "warn")
            for one in found
        ],
        key="nominated",
    )


def _form_in_round(one: Asked) -> str:
    from service.web.case_parts import form_words

    return _("%(form)s, %(unit)s đề nghị", form=form_words(one.form), unit=one.unit_name)


def answer_words(consent: Mapping[str, Any]) -> str:
    """How a nominee answered: yes, no or not yet, on which day, himself or on paper."""
    answer = consent.get("answer")
    if not answer:
        return _("chưa trả lời")
    day = words.full_date(date.fromisoformat(consent["on"]))
    if consent["how"] == OWN:
        return _("tự đề nghị, %(day)s", day=day)
    if consent["how"] == PAPER:
        number = consent.get("number") or ""
        who = people.names([consent["by"]]).get(consent["by"], "") if consent.get("by") else ""
        paper = _("văn bản số %(number)s", number=number) if number else _("văn bản có chữ ký")
        said = _("đồng ý") if answer == YES else _("không đồng ý")
        return _("%(said)s, %(paper)s ngày %(day)s, %(who)s ghi", said=said, paper=paper, day=day, who=who)
    return _("đồng ý, tự trả lời %(day)s", day=day) if answer == YES else _("không đồng ý, tự trả lời %(day)s", day=day)


def fact(n: Nomination) -> Fact | None:
    """The dotted line of a dossier that says whether its nominee agrees; None for collectives and households."""
    return Fact(_("Người được đề nghị"), answer_words(n.consent)) if n.kind == "INDIVIDUAL" else None


def checks(n: Nomination, by: Actor) -> list[Check]:
    """What a dossier's reader must know of its nominee: declined, not asked yet, what he adds."""
    if n.kind != "INDIVIDUAL":
        return []
    found = []
    answer = consents.answer_of(n)
    link = Link(_("Ghi theo văn bản"), url_for("consents.record", nomination_id=n.id)) if consents.may_record(n, by=by) else None
    if answer == NO:
        why = n.consent.get("reason") or ""
        told = " ".join([_("*Người được đề nghị không đồng ý.*"), *([_("Lý do: %(reason)s.", reason=why.rstrip("."))] if why else [])])
        found.append(Check(told, "bad", link))
    elif not answer and link is not None:
        found.append(Check(_("Chưa có ý kiến của người được đề nghị."), "warn", link))
    if more := n.consent.get("more"):
        found.append(Check(_("*Người được đề nghị gửi thêm:* %(more)s", more=more), "info"))
    return found


@blueprint.route("/my-nominations/<int:nomination_id>", methods=["GET", "POST"])
def answer(nomination_id: int) -> Any:
    """What a nominee is asked: he agrees, declines, or adds what his unit should know."""
    by = me()
    one = consents.read_asked(nomination_id, by=by)
    form = lists.act_forms["consent"]
    said = typed.read_posted(form, f"draft:{by.account}", by=by)
    if not said.pressed:
        known = {key: one.consent[key] for key in ("answer", "reason", "more") if one.consent.get(key)}
        return _ask_page(one, Typed({**first_answers(form, {}), **known}, ""))
    if said.redraws:
        return _ask_page(one, said)
    try:
        clean = tasks.checked(form, said.answers, given={})
        consents.answer_nomination(
            one.nomination, None if clean["answer"] == "later" else clean["answer"], by=by, reason=clean.get("reason") or "",
            more=clean.get("more") or "",
        )
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _ask_page(consents.read_asked(nomination_id, by=by), said, refusal=refusal)
    say(_("Đã gửi ý kiến của bạn tới %(unit)s.", unit=one.unit_name))
    return back_to("pages.home")


def _ask_page(one: Asked, said: Typed, *, refusal: Refusal | None = None) -> Response:
    from service.web.case_parts import form_words

    form = lists.act_forms["consent"]
    ask = typed.asked(form, said.answers, given={}, refusal=refusal, refused=said.refused) if one.open else typed.NOTHING
    facts = [
        _("Đơn vị đề nghị: *%(unit)s*.", unit=one.unit_name), _("Người lập đề nghị: %(who)s.", who=one.nominated_by),
        _("Đề nghị cho: *%(name)s*.", name=", ".join(part for part in (one.name, one.title) if part)),
        _("Thành tích: %(deed)s", deed=one.achievement or _("đơn vị chưa ghi.")),
    ]
    return page(
        "my_nomination",
        code=refusal.status if refusal else 200,
        crumbs=[Link(ngettext("Bạn được đề nghị khen thưởng", "Bạn được đề nghị khen thưởng", 1), "")],
        sentence=_("Bạn được đề nghị *%(form)s*", form=form_words(one.form)),
        status=f"{one.round_name}. " + _("Ý kiến của bạn: %(said)s.", said=answer_words(one.consent)),
        facts=[Check(line, "info") for line in facts],
        open=one.open,
        act_url=url_for("consents.answer", nomination_id=one.nomination),
        back_url=url_for("pages.home"),
        parts=ask.parts, kept_files=ask.kept_files, shut=ask.shut, other_faults=ask.other_faults,
    )


@blueprint.route("/nominations/<int:nomination_id>/consent", methods=["GET", "POST"])
def record(nomination_id: int) -> Any:
    """The unit records what a nominee said on paper; the signed achievement report is the usual one."""
    by = me()
    n = consents.read_to_record(nomination_id, by=by)
    form = lists.act_forms["consent_paper"]
    if (script := typed.attached(form, f"draft:{by.account}", by=by)) is not None:
        return script
    said = typed.read_posted(form, f"draft:{by.account}", by=by)
    if not said.pressed:
        kept = n.consent if n.consent.get("how") == PAPER else {}
        known = {key: kept[key] for key in ("answer", "on", "number", "reason", "scan") if kept.get(key)}
        return _record_page(n, Typed({**first_answers(form, {}), **known}, ""), by)
    if said.redraws:
        return _record_page(n, said, by)
    try:
        consents.record_consent(n.id, said.answers, by=by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _record_page(n, said, by, refusal=refusal)
    say(_("Đã ghi ý kiến của %(name)s.", name=n.name))
    return back_to("nominations.show", nomination_id=n.id)


def _record_page(n: Nomination, said: Typed, by: Actor, *, refusal: Refusal | None = None) -> Response:
    from service.web.case_parts import form_words, nomination_url

    ask = typed.asked(
        lists.act_forms["consent_paper"], said.answers, given=consents.paper_files(n.id, by), refusal=refusal, refused=said.refused
    )
    return page(
        "start",
        code=refusal.status if refusal else said.status,
        crumbs=[Link(_("Hồ sơ"), "/nominations"), Link(n.name, nomination_url(n.id)), Link(_("Ý kiến của người được đề nghị"), "")],
        sentence=_("*%(name)s* có đồng ý được đề nghị không?", name=n.name),
        status=f"{n.unit_name} · {form_words(n.form_asked)}",
        checks=[], checks_title="", said={}, bases=[],
        act_url=url_for("consents.record", nomination_id=n.id),
        draft_url="", draft_line="", back_url=nomination_url(n.id),
        parts=ask.parts, kept_files=ask.kept_files, shut=ask.shut, other_faults=ask.other_faults,
        act_words=_("Ghi ý kiến"), takes=False,
        before_act=_("Giấy thường dùng là báo cáo thành tích có chữ ký của người được đề nghị. Không đồng ý thì thủ trưởng "
                     "không ký được tên này."),
    )


__all__ = ["answer_words", "block", "blueprint", "checks", "fact"]
