"""Says who a nominee is in the directory: one question, one page; everything is decided by the verbs of ties."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from service import people
from service.awards import lists, ties
from service.awards.models import Nomination
from service.errors import Forbidden, NotFound, Refusal
from service.processes import tasks
from service.web import typed
from service.web.case_parts import nomination_url
from service.web.frame import Link
from service.web.pages import back_to, me, page, say
from service.web.parts import Check
from service.web.typed import Typed

blueprint = Blueprint("same_person", __name__)
NOBODY = "none"
"""Answer that the nominee is nobody, or no unit, of the installation."""


def person_words(person: people.Person) -> str:
    """A person as one tells him from another of the same name."""
    return ", ".join(part for part in (person.name, person.title) if part)


def warnings(n: Nomination) -> list[Check]:
    """What is to be answered, or known, about who the nominee is."""
    tie = ties.tie_of(n)
    link = Link(_("Xác nhận"), url_for("same_person.ask", nomination_id=n.id))
    found = [
        Check(
            _("*Trùng họ tên với %(who)s.* Chưa ai xác nhận có phải một người; trong lúc chờ, người này không xử lý hồ sơ.",
              who=person_words(p)),
            "warn", link,
        )
        for p in tie.asked
    ]
    if tie.account is not None:
        found.append(
            Check(_("Người được đề nghị là *%(who)s*: không tự xử lý hồ sơ này, người thay xử lý.",
                    who=person_words(tie.account)), "info", Link(_("Sửa"), link.url))
        )
    return found


@blueprint.route("/nominations/<int:nomination_id>/same-person", methods=["GET", "POST"])
def ask(nomination_id: int) -> Any:
    """Ask who the nominee is, with what is known now; answering it anew corrects it."""
    by = me()
    n = ties.read_for_tie(nomination_id, by=by)
    given = _given(n)
    form = lists.act_forms["same_person"]
    said = typed.read_posted(form, f"draft:{by.account}", by=by)
    if not said.pressed:
        return _page(n, given, Typed(_known(n), ""))
    try:
        clean = tasks.checked(form, said.answers, given=given)
        _answer(n, clean, by)
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return _page(n, given, said, refusal=refusal)
    say(_("Đã ghi: %(name)s.", name=n.name))
    return back_to("nominations.show", nomination_id=n.id)


def _given(n: Nomination) -> dict[str, Any]:
    tie = ties.tie_of(n)
    known = [*([tie.account] if tie.account else []), *tie.asked, *tie.others]
    return {
        "is_person": n.kind != "COLLECTIVE",
        "namesakes": [
            *({"value": str(p.id), "label": person_words(p)} for p in known),
            {"value": NOBODY, "label": _("Không phải, chỉ trùng họ tên") if known else _("Không có trong danh bạ")},
        ],
        "units": [
            *({"value": str(u.id), "label": u.name} for u in people.list_units()),
            {"value": NOBODY, "label": _("Không phải đơn vị nào trong danh mục")},
        ],
    }


def _known(n: Nomination) -> dict[str, Any]:
    tie = ties.tie_of(n)
    if n.kind == "COLLECTIVE":
        return {"same_unit": str(tie.unit or NOBODY)}
    return {"same_person": str(tie.account.id)} if tie.account else {"same_person": NOBODY} if not tie.asked else {}


def _answer(n: Nomination, clean: dict[str, Any], by: Any) -> None:
    reason = clean.get("reason") or ""
    if n.kind == "COLLECTIVE":
        said = clean["same_unit"]
        ties.tie_unit(n.id, None if said == NOBODY else int(said), by=by, reason=reason)
    elif clean["same_person"] != NOBODY:
        ties.tie_account(n.id, int(clean["same_person"]), by=by, reason=reason)
    else:
        tie = ties.tie_of(n)
        for person in [*([tie.account] if tie.account else []), *tie.asked]:
            ties.untie_account(n.id, person.id, by=by, reason=reason)


def _page(n: Nomination, given: dict[str, Any], said: Typed, *, refusal: Refusal | None = None) -> Response:
    ask_ = typed.asked(lists.act_forms["same_person"], said.answers, given=given, refusal=refusal, refused=said.refused)
    return page(
        "start",
        code=refusal.status if refusal else 200,
        crumbs=[Link(_("Hồ sơ"), "/nominations"), Link(n.name, nomination_url(n.id)), Link(_("Là ai trong danh bạ"), "")],
        sentence=_("*%(name)s* là ai trong danh bạ?", name=n.name),
        status=" · ".join(part for part in (n.title, n.unit_name) if part),
        checks=[], checks_title="", said={}, bases=[],
        act_url=url_for("same_person.ask", nomination_id=n.id),
        draft_url="", draft_line="", back_url=nomination_url(n.id),
        parts=ask_.parts, kept_files=ask_.kept_files, shut=ask_.shut, other_faults=ask_.other_faults,
        act_words=_("Xác nhận"), takes=False,
        before_act=_("Việc đang mở của hồ sơ này chuyển ngay cho người được phép xử lý; nhật ký ghi ai xác nhận."),
    )


