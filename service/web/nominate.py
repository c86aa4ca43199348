"""Nominating somebody in a round, and what is filed beside a nomination's path: each a form with a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _

from forms import Form, first_answers, from_html
from service import clock, people, words
from service.actor import Actor
from service.awards import catalogue, changes, lists, nominations, recipients, rounds, window_results
from service.awards.catalogue import AwardForm
from service.awards.models import Nomination, Round
from service.awards.recipients import RecipientInput
from service.awards.window_results import Result
from service.errors import FieldFault, Forbidden, Invalid, NotFound, Refusal
from service.processes import drafts, tasks
from service.web import case_parts, evidence, list_words, round_content, typed
from service.web.case_parts import in_words, nomination_url
from service.web.frame import Link
from service.web.pages import back_to, me, page, say
from service.web.parts import Check
from service.web.same_person import person_words
from service.web.typed import Typed
from service.words import N_

blueprint = Blueprint("nominate", __name__)

FOLLOWS = {
    "withdrawal": N_("Tên này rút khỏi mọi danh sách đang soạn. Không đặt lại được."),
    "recipient_change": N_("Tùy thay đổi, hồ sơ đi tiếp, tạm dừng hoặc kết thúc; mọi đơn vị liên quan được báo."),
    "hold": N_("Danh sách nào cũng bỏ qua tên này, đồng hồ của hồ sơ dừng lại; kết thúc tạm dừng thì chạy tiếp. Đơn vị được báo."),
    "cancellation": N_("Hồ sơ kết thúc mà không xét. Không đặt lại được. Đơn vị được báo."),
    "revocation": N_("Trình Chủ tịch UBND xã quyết định. Việc trao tặng, chi tiền thưởng dừng ngay nếu chưa xong."),
    "amendment": N_("Trình Chủ tịch UBND xã ký. Quyết định đã ban hành giữ nguyên; văn bản sửa có số riêng."),
    "unlisting": N_("Trang vinh danh thôi nêu tên này. Sổ khen thưởng, quyết định và Giấy khen giữ nguyên."),
    "reprint": N_("Lập biên bản hủy phôi, có số riêng của cơ quan. Giấy khen in lại giữ nguyên số."),
    "review_request": N_("Xem xét lại một lần, do công chức khác xử lý."),
}


def _form() -> Form:
    return lists.act_forms["nominate"]


def _units(by: Actor) -> list[dict[str, str]]:
    """Units for which the person may nominate."""
    if people.allowed(by, "nomination.enter_for_unit"):
        return [{"value": str(u.id), "label": u.name} for u in people.list_units() if u.kind != "agency"]
    names = people.unit_names({people.current_unit(u) for u in by.units})
    return [{"value": str(u), "label": name} for u, name in names.items()]


def _given(round_: Round, by: Actor, answers: Mapping[str, Any]) -> dict[str, Any]:
    same = people.accounts_named(str(answers.get("name") or "")) if answers.get("kind") == "INDIVIDUAL" else []
    return {
        "asks_same": bool(same),
        "namesakes": [
            *({"value": str(p.id), "label": _("Là %(who)s", who=person_words(p))} for p in same),
            {"value": "none", "label": _("Không phải, chỉ trùng họ tên")},
            {"value": "unknown", "label": _("Chưa rõ, để phòng Văn hóa - Xã hội xác nhận")},
        ],
        "units": _units(by),
        "award_forms": [
            {"value": f.code, "label": _form_words(f, round_.stage)}
            for f in sorted(catalogue.award_forms().values(), key=lambda f: round_.stage not in f.stages)
        ],
        "late": rounds.filing_closed(round_) and people.allowed(by, "submission.allow_late"),
        "window_results": window_results.options(_results(round_, by, answers)),
    }


def _results(round_: Round, by: Actor, answers: Mapping[str, Any]) -> list[Result]:
    """What the registers prove over the years of a stocktake, once it is said who is nominated, by a unit of the person's."""
    said = _said(by, answers)
    return window_results.offered(window_results.results_for(round_, said), said.unit) if said else []


def _said(by: Actor, answers: Mapping[str, Any]) -> RecipientInput | None:
    """Who is meant so far; None before that is said, or for a unit that is not the person's to nominate for."""
    kind, unit, name = (str(answers.get(key) or "") for key in ("kind", "unit", "name"))
    if kind not in catalogue.KINDS or not name.strip() or unit not in {u["value"] for u in _units(by)}:
        return None
    born = answers.get("birth_year")
    return RecipientInput(kind, name, people.current_unit(int(unit)), birth_year=born if isinstance(born, int) else None)


def _same_form(round_: Round, answers: Mapping[str, Any], by: Actor) -> list[Check]:
    """The same form given inside the window of a stocktake, with its basis, once recipient and form are said."""
    said, form = _said(by, answers), str(answers.get("award_form") or "")
    return evidence.same_form(window_results.same_form_for(round_, said, form)) if said and form in catalogue.award_forms() else []


def _form_words(form: AwardForm, stage: str) -> str:
    """Nothing is left out: whether a form stands in the way is for the check to say, with its rule and its reason."""
    name = form.name_en if words.language() == "en" else form.name
    return name if stage in form.stages else _("%(form)s (Kế hoạch không nêu cho đợt này)", form=name)


@blueprint.route("/rounds/<int:round_id>/nominate", methods=["GET", "POST"])
def start(round_id: int) -> Any:
    """Nominate somebody: what was begun is there again, and the same name in the round is shown before it is taken."""
    by = me()
    round_ = rounds.read_round(round_id)
    _must_nominate(by)
    given = _given(round_, by, {})
    if request.method == "GET":
        kept = drafts.read_draft(_key(round_id), by=by)
        answers = kept[0] if kept else _first(given)
        return _start_page(
            round_, _given(round_, by, answers), Typed(answers, ""), line=_kept_line(kept[1]) if kept else ""
        )
    if request.form.get("act") == typed.ANEW:
        drafts.drop_draft(_key(round_id), by=by)
        return back_to("nominate.start", round_id=round_id)
    if (answer := typed.attached(_form(), f"draft:{by.account}", by=by)) is not None:
        return answer
    said = typed.read_posted(_form(), f"draft:{by.account}", by=by)
    given = _given(round_, by, said.answers)
    drafts.keep_draft(_key(round_id), said.answers, by=by)
    if said.redraws:
        return _start_page(round_, given, said)
    if said.pressed == "draft":
        say(_kept_line(clock.now()))
        return back_to("nominate.start", round_id=round_id)
    try:
        clean = tasks.checked(_form(), said.answers, given=given)
        number = _nominate(round_, clean, by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        if refusal.code == "same-name":
            same = recipients.named_in_round(round_id, clean["kind"], clean["name"])
            return _start_page(round_, given, said, same=same)
        return _start_page(round_, given, said, refusal=_at_fields(refusal))
    drafts.drop_draft(_key(round_id), by=by)
    say(_("Đã lập đề nghị: %(name)s. Phiếu tự đánh giá chờ đơn vị điền.", name=clean["name"]))
    row = nominations.read_nomination(number, by=by)
    return back_to("submissions.show", list_id=row.submission_id)


def _must_nominate(by: Actor) -> None:
    if not people.allowed(by, "nomination.create") and not people.allowed(by, "nomination.enter_for_unit"):
        raise Forbidden("Bạn không lập đề nghị khen thưởng.", "You may not nominate.")


def _key(round_id: int) -> str:
    return f"nominate:{round_id}"


def _kept_line(saved: Any) -> str:
    return _("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(saved))


def _first(given: Mapping[str, Any]) -> dict[str, Any]:
    found = first_answers(_form(), given)
    wanted = request.args.get("unit", "")
    units = [u["value"] for u in given["units"]]
    found["unit"] = wanted if wanted in units else units[0] if len(units) == 1 else ""
    return found


def _nominate(round_: Round, clean: Mapping[str, Any], by: Actor) -> int:
    return nominations.create_nomination(
        round_.id,
        subject_group=clean["subject_group"],
        award_form=clean["award_form"],
        recipient=RecipientInput(
            clean["kind"], clean["name"], int(clean["unit"]), clean.get("title") or "", clean.get("birth_year"),
            clean.get("gender"), bool(clean.get("direct_worker")), bool(clean.get("leader")), clean.get("members"),
            **_who(clean),
        ),
        achievement=clean.get("achievement") or "",
        evidence=clean.get("evidence") or [],
        late_reason=clean.get("late_reason") or "",
        seen=[int(n) for n in request.form.get("seen", "").split(",") if n.isascii() and n.isdigit() and len(n) < 16],
        by=by,
    )


def _who(clean: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of people of the same name: one of them, none of them, or not known."""
    said = clean.get("same_person")
    if said == "none":
        return {"not_accounts": tuple(p.id for p in people.accounts_named(clean["name"]))}
    return {"account": int(said)} if said and said != "unknown" else {}


def _at_fields(refusal: Refusal) -> Refusal:
    """The verb's faults at the fields of the page: `recipient.name` is the field `name`."""
    if not refusal.faults:
        return refusal
    faults = [FieldFault(f.path.removeprefix("recipient."), f.message, f.message_en) for f in refusal.faults]
    moved = Invalid(refusal.message, refusal.message_en, code=refusal.code, faults=faults)
    return moved


def _seen(same: Sequence[recipients.SameName]) -> str:
    return ",".join(str(one.nomination) for one in same)


def _start_page(
    round_: Round,
    given: Mapping[str, Any],
    said: Typed,
    *,
    line: str = "",
    refusal: Refusal | None = None,
    same: Sequence[recipients.SameName] = (),
) -> Response:
    ask = typed.asked(_form(), said.answers, given=given, refusal=refusal, refused=said.refused)
    closed = rounds.filing_closed(round_)
    day = round_.calendar.get("filing")
    return page(
        "start",
        code=refusal.status if refusal else 422 if same else said.status,
        crumbs=[Link(_("Đợt xét"), "/rounds"), Link(round_.name, f"/rounds/{round_.id}"), Link(_("Đề nghị khen thưởng"), "")],
        sentence=_("Đề nghị khen thưởng"),
        status=_("%(round)s, hạn nộp *%(day)s*.", round=round_.name, day=words.full_date(rounds.end_of_day(day)))
        if day and not closed else round_.name,
        checks=_quotas(round_, said.answers) + _same_form(round_, said.answers, me()) + [
            Check(_("*%(name)s* đã có trong đợt này, đơn vị %(unit)s đề nghị.", name=one.name, unit=one.unit_name), "warn")
            for one in same
        ],
        checks_title=_("Trùng tên trong đợt. Nếu là người khác hoặc vẫn cần đề nghị, gửi lại lần nữa.") if same else "",
        said={"seen": _seen(same)} if same else {},
        bases=[],
        act_url=url_for("nominate.start", round_id=round_.id),
        draft_url=url_for("nominate.keep", round_id=round_.id),
        draft_line=line,
        back_url=f"/rounds/{round_.id}",
        parts=ask.parts,
        kept_files=ask.kept_files,
        shut=ask.shut,
        other_faults=ask.other_faults,
        act_words=_("Vẫn lập đề nghị") if same else _("Lập đề nghị"),
        takes=False,
        before_act=_("Sau khi lập, người được giao của đơn vị điền phiếu tự đánh giá."),
    )


def _quotas(round_: Round, answers: Mapping[str, Any]) -> list[Check]:
    """Quotas of the unit that nominates and of the forms of award, where the round has any."""
    unit = str(answers.get("unit") or "")
    return round_content.quota_checks(round_, [int(unit)] if unit.isascii() and unit.isdigit() and len(unit) < 16 else [])


@blueprint.post("/rounds/<int:round_id>/nominate/draft")
def keep(round_id: int) -> Any:
    """Keep what was typed, without any check; the script calls it."""
    by = me()
    _must_nominate(by)
    saved = drafts.keep_draft(_key(round_id), from_html(_form(), request.form.items(multi=True)), by=by)
    return jsonify(message=_kept_line(saved))


@blueprint.route("/nominations/<int:nomination_id>/file/<kind>", methods=["GET", "POST"])
def side(nomination_id: int, kind: str) -> Any:
    """File a withdrawal, a change of the recipient, a request for review, or another act beside the path."""
    by = me()
    n = nominations.read_nomination(nomination_id, by=by)
    act = _side_act(n, kind, by)
    form = lists.act_forms[act.form or ""]
    key = f"{kind}:{nomination_id}"
    if request.method == "GET":
        kept = drafts.read_draft(key, by=by)
        answers = kept[0] if kept else first_answers(form, {})
        return _side_page(n, kind, form, Typed(answers, ""), by, line=_kept_line(kept[1]) if kept else "")
    if request.form.get("act") == typed.ANEW:
        drafts.drop_draft(key, by=by)
        return back_to("nominate.side", nomination_id=nomination_id, kind=kind)
    if (answer := typed.attached(form, f"draft:{by.account}", by=by)) is not None:
        return answer
    said = typed.read_posted(form, f"draft:{by.account}", by=by)
    drafts.keep_draft(key, said.answers, by=by)
    if said.redraws:
        return _side_page(n, kind, form, said, by)
    if said.pressed == "draft":
        say(_kept_line(clock.now()))
        return back_to("nominate.side", nomination_id=nomination_id, kind=kind)
    try:
        outcome = lists.file_one(kind, nomination_id, lists.BESIDE[kind], said.answers, by=by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _side_page(n, kind, form, said, by, refusal=_of_one(refusal))
    drafts.drop_draft(key, by=by)
    say(f"{list_words.told(act, outcome.done)}: {n.name}.")
    return back_to("lists.show", list_id=outcome.list_id)


def _side_act(n: Nomination, kind: str, by: Actor) -> lists.Act:
    """The act that files something beside the path; NotFound for an unknown one, Forbidden without the right."""
    if kind not in lists.BESIDE:
        raise NotFound("Không có thao tác này.", "There is no such act.")
    act = lists.KINDS[kind].act(lists.BESIDE[kind])
    if not lists.may_file(by, act, people.current_unit(n.unit_id)):
        raise Forbidden(
            f"Bạn không có quyền: {words.within_a_sentence(act.label)}.",
            f"You may not: {words.within_a_sentence(act.label_en)}.",
        )
    return act


def _entering(n: Nomination, act: lists.Act, by: Actor) -> bool:
    return not people.allowed(by, act.right, unit=people.current_unit(n.unit_id))


def _entered_line(n: Nomination) -> str:
    return _("Bạn nhập thay *%(unit)s*: cần số, ngày và bản chụp văn bản đến.", unit=n.unit_name)


def _of_one(refusal: Refusal) -> Refusal:
    """A refusal of the one line, said as a sentence of its own."""
    if not refusal.lines:
        return refusal
    line = refusal.lines[0]
    vi, en = str(line.get("message", "")), str(line.get("message_en", ""))
    said = Refusal(f"Chưa ghi được: {vi}.", f"Not done: {en}.", code=refusal.code)
    said.status = refusal.status  # type: ignore[misc]
    return said


def _side_page(
    n: Nomination, kind: str, form: Form, said: Typed, by: Actor, *, line: str = "", refusal: Refusal | None = None
) -> Response:
    from service.awards.files import about_files, drafted_files

    listed = lists.KINDS[kind]
    act = listed.act(lists.BESIDE[kind])
    given = {"files": about_files(drafted_files(by)), "decided": changes.is_awarded(n)}
    ask = typed.asked(form, said.answers, given=given, refusal=refusal, refused=said.refused)
    label = in_words((act.label, act.label_en))
    return page(
        "start",
        code=refusal.status if refusal else said.status,
        crumbs=[Link(_("Hồ sơ"), "/nominations"), Link(n.name, nomination_url(n.id)), Link(label, "")],
        sentence=f"{label}: {n.name}",
        status=f"{n.unit_name} · {case_parts.form_words(n.form_asked)}",
        checks=[],
        checks_title="",
        said={},
        bases=[],
        act_url=url_for("nominate.side", nomination_id=n.id, kind=kind),
        draft_url=url_for("nominate.keep_side", nomination_id=n.id, kind=kind),
        draft_line=line,
        back_url=nomination_url(n.id),
        parts=ask.parts,
        kept_files=ask.kept_files,
        shut=ask.shut,
        other_faults=ask.other_faults,
        act_words=label,
        takes=kind in ("withdrawal", "cancellation"),
        before_act=" ".join([*([_entered_line(n)] if _entering(n, act, by) else []), _(FOLLOWS[kind])]),
    )


@blueprint.post("/nominations/<int:nomination_id>/file/<kind>/draft")
def keep_side(nomination_id: int, kind: str) -> Any:
    """Keep what was typed, without any check; the script calls it."""
    by = me()
    act = _side_act(nominations.read_nomination(nomination_id, by=by), kind, by)
    form = lists.act_forms[act.form or ""]
    saved = drafts.keep_draft(f"{kind}:{nomination_id}", from_html(form, request.form.items(multi=True)), by=by)
    return jsonify(message=_kept_line(saved))
