"""Beginning a matter: the register's own form, and around it whose the matter is and which nominations it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forms import FieldError, Form, Part, first_answers, from_html
from service import clock, movement, people, words
from service.actor import Actor
from service.awards import finding
from service.awards.finding import NominationFilter
from service.awards.models import Nomination
from service.awards.nominations import read_nomination
from service.errors import FieldFault, Forbidden, Invalid, NotFound, Refusal
from service.movement import Kept
from service.processes import drafts
from service.vietnamese import sort_key
from service.web import edit, typed
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.pages import back_to, me, page, say
from service.web.parts import Basis
from service.web.typed import Typed

blueprint = Blueprint("matter_begin", __name__)
UNIT, ABOUT, FIND = "matter_unit", "matter_about", "matter_find"
_MOST_FOUND = 12


@blueprint.route("/registers/<process>/new", methods=["GET", "POST"])
def begin(process: str) -> Any:
    """The form that a matter is begun with; what was typed is kept as a draft."""
    by = me()
    kept = _open_to(process, by)
    form, given = movement.form_to_begin(kept), movement.given_to_begin(kept, by)
    if request.method == "GET":
        found = drafts.read_draft(_key(process), by=by)
        answers = found[0] if found else first_answers(form, given, today=clock.today())
        around = {key: answers.get(key) for key in (UNIT, ABOUT, FIND)} | _asked_for()
        return _draw(kept, Typed(answers, ""), around, by, line=_kept_line(found[1]) if found else "")
    if request.form.get("act") == typed.ANEW:
        drafts.drop_draft(_key(process), by=by)
        return back_to("matter_begin.begin", process=process)
    if (answer := typed.attached(form, f"draft:{by.account}", by=by)) is not None:
        return answer
    said, around = typed.read_posted(form, f"draft:{by.account}", by=by), _around()
    drafts.keep_draft(_key(process), {**said.answers, **around}, by=by)
    if said.redraws:
        return _draw(kept, said, around, by)
    if said.pressed == "draft":
        say(_kept_line(clock.now()))
        return back_to("matter_begin.begin", process=process)
    try:
        _must_be_chosen(kept, around, by)
        about = [n for one in around[ABOUT] if (n := _number(one))]
        number = movement.begin_matter(process, said.answers, by=by, unit=_unit(kept, around, by), about=about)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _draw(kept, said, around, by, refusal=refusal)
    drafts.drop_draft(_key(process), by=by)
    whole = movement.read_matter(number, by=by)
    say(_("Đã ghi vào sổ, số %(number)s: %(title)s.", number=whole.entry.number, title=whole.entry.title))
    return back_to("matters.show", matter_id=number)


@blueprint.post("/registers/<process>/new/draft")
def keep(process: str) -> AnyResponse:
    """Keep what was typed, without any check; the script calls it."""
    by = me()
    kept = _open_to(process, by)
    said = from_html(movement.form_to_begin(kept), request.form.items(multi=True))
    return jsonify(message=_kept_line(drafts.keep_draft(_key(process), {**said, **_around()}, by=by)))


def _open_to(process: str, by: Actor) -> Kept:
    kept = movement.register_in_use(process)
    if not movement.may_begin(by, kept):
        raise Forbidden(
            f"Bạn không lập được việc của “{kept.register.name[0]}”.", f"You may not begin a matter of “{kept.register.name[1]}”."
        )
    return kept


def _key(process: str) -> str:
    return f"begin:{process}"[:80]


def _kept_line(saved: Any) -> str:
    return _("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(saved))


def _number(text: Any) -> int | None:
    said = str(text or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def _asked_for() -> dict[str, Any]:
    """What the address brings along: nominations that the matter is to be about, a unit."""
    found: dict[str, Any] = {}
    if about := [one for one in request.args.getlist("about") if _number(one)]:
        found[ABOUT] = about
    if _number(unit := request.args.get("unit", "")):
        found[UNIT] = unit
    return found


def _around() -> dict[str, Any]:
    return {UNIT: request.form.get(UNIT), ABOUT: request.form.getlist(ABOUT), FIND: request.form.get(FIND, "")[:200]}


def _must_be_chosen(kept: Kept, around: Mapping[str, Any], by: Actor) -> None:
    """Refuse to send while a name is searched and none of those found is chosen: the sender would believe that it is about that name.

    Where he may see none of that name he was told so, and the office adds it.
    """
    if "nomination" in kept.register.about and around[FIND].strip() and not around[ABOUT] and _names(around, by):
        raise Invalid.at(
            "find", "Ô tìm đang có chữ mà chưa chọn hồ sơ nào: chọn hồ sơ liên quan, hoặc xóa ô tìm.",
            "A name is searched and no nomination chosen: choose what it is about, or empty the search.",
        )


def _ticked(around: Mapping[str, Any], by: Actor) -> Mapping[str, Any]:
    """What was typed around the form, with the only hit of a search chosen already."""
    names = _names(around, by) if around.get(FIND) and not around.get(ABOUT) else []
    return {**around, ABOUT: [str(names[0].id)]} if len(names) == 1 else around


def _draw(
    kept: Kept, said: Typed, around: Mapping[str, Any], by: Actor, *, line: str = "", refusal: Refusal | None = None
) -> Response:
    register = kept.register
    ask = typed.asked(
        movement.form_to_begin(kept), said.answers, given=movement.given_to_begin(kept, by), refusal=_of_form(refusal), refused=said.refused
    )
    outer = _parts_around(kept, _ticked(around, by), by, refusal)
    label = in_words(register.begin)
    return page(
        "start",
        code=refusal.status if refusal else said.status,
        crumbs=[Link(_("Phong trào"), url_for("matters.registers")),
                Link(in_words(register.name), url_for("matters.register", process=kept.process)), Link(label, "")],
        sentence=label,
        status=in_words(register.hint),
        checks=[], checks_title="", said={},
        bases=[Basis(register.basis)] if register.basis else [],
        act_url=url_for("matter_begin.begin", process=kept.process),
        draft_url=url_for("matter_begin.keep", process=kept.process),
        draft_line=line,
        back_url=url_for("matters.register", process=kept.process),
        around=outer,
        finds=_("Tìm hồ sơ") if "nomination" in register.about else "",
        parts=ask.parts,
        kept_files=ask.kept_files,
        shut=ask.shut,
        other_faults=ask.other_faults,
        act_words=label,
        takes=False,
        before_act="",
    )


def _of_form(refusal: Refusal | None) -> Refusal | None:
    """The refusal without what concerns the fields around the form."""
    if refusal is None or not refusal.faults:
        return refusal
    faults = [one for one in refusal.faults if one.path not in ("unit", "about", "find")]
    return Invalid(refusal.message, refusal.message_en, code=refusal.code, faults=faults)


def _parts_around(kept: Kept, around: Mapping[str, Any], by: Actor, refusal: Refusal | None) -> tuple[Part, ...]:
    """Whose the matter is, where several may be chosen, and the names that it is about."""
    form = _form_around(kept, around, by)
    if form is None:
        return ()
    moved = {"unit": UNIT, "about": ABOUT, "find": FIND}
    faults: list[FieldFault] = [f for f in refusal.faults if f.path in moved] if refusal else []
    errors = [FieldError(moved[f.path], "", f.message, f.message_en) for f in faults]
    return typed.asked(form, around, given={}, refused=errors).parts


def _form_around(kept: Kept, around: Mapping[str, Any], by: Actor) -> Form | None:
    fields: list[edit.Field] = []
    if (units := _units(kept, by)) is not None and len(units) != 1:
        fields.append(edit.choice(UNIT, _("Đơn vị"), units, required=True))
    if "nomination" in kept.register.about:
        names = _names(around, by)
        hint = _("Gõ họ tên hoặc tên tập thể rồi tìm; để trống nếu không về hồ sơ nào.")
        if str(around.get(FIND) or "").strip() and not names:
            hint = _("Không thấy tên này trong các hồ sơ bạn được xem; ghi họ tên vào nội dung, Phòng sẽ gắn vào đơn.")
        fields.append(edit.text(FIND, _("Về hồ sơ nào"), hint=hint, most=200))
        if names:
            apart = movement.told_apart(names, at=words.language() == "en")
            options = [(str(n.id), f"{n.name}, {apart[n.id]}") for n in names]
            fields.append(edit.several(ABOUT, _("Chọn hồ sơ liên quan"), options))
    return edit.form("around", *fields) if fields else None


def _units(kept: Kept, by: Actor) -> list[tuple[str, str]] | None:
    """Units that can be chosen, None where the register has none."""
    if kept.register.unit == "none":
        return None
    if kept.register.unit == "named" or movement.begins_for_any(by, kept):
        known = {one.id: one.name for one in people.list_units()}
    else:
        known = people.unit_names({people.current_unit(one) for one in movement.own_units(by, kept)})
    return sorted(((str(number), name) for number, name in known.items()), key=lambda one: sort_key(one[1]))


def _unit(kept: Kept, around: Mapping[str, Any], by: Actor) -> int | None:
    """The unit that was chosen; where there is one alone nobody was asked."""
    units = _units(kept, by)
    return _number(units[0][0] if units and len(units) == 1 else around[UNIT])


def _names(around: Mapping[str, Any], by: Actor) -> list[Nomination]:
    """Nominations that were chosen, and those that fit what was typed; only such as the person may see."""
    found: dict[int, Nomination] = {}
    for one in around.get(ABOUT) or ():
        try:
            row = read_nomination(_number(one) or 0, by=by)
        except NotFound:
            continue
        found[row.id] = row
    if text := str(around.get(FIND) or "").strip():
        for item in finding.find_nominations(by, NominationFilter(text=text), size=_MOST_FOUND).items:
            found.setdefault(item.nomination.id, item.nomination)
    return list(found.values())
