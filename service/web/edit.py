"""Pages of one form that make or change something: declared as fields, checked like every other form, kept when refused.

What is typed goes to a verb; its refusal is shown at the fields, with what was typed. Knows no subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from forms import FieldError, Form, change_rows, compile_form, from_html
from service.actor import Actor
from service.awards.files import about_files, drafted_files
from service.awards.models import File
from service.errors import FieldFault, Invalid, Refusal
from service.processes import drafts
from service.processes.tasks import checked
from service.web import pages
from service.web.frame import Link
from service.web.parts import Act, Block
from service.web.typed import asked, attached, kept_line, read_posted

Field = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What stands around a form."""

    sentence: str
    url: str
    back_url: str
    act_words: str
    crumbs: Sequence[Link] = ()
    status: str = ""
    above: Sequence[Block] = ()
    """What to look at before the form is filled in."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Where what is typed is kept until it is sent: a key, the address that the script saves to, whose it is.

    A draft that is older than `since`, when what the form begins with was said, is passed over.
    """

    key: str
    url: str
    by: Actor
    since: datetime | None = None

    def read(self) -> tuple[dict[str, Any], datetime] | None:
        """What is kept and when it was, where it still counts."""
        kept = drafts.read_draft(self.key, by=self.by)
        return kept if kept is not None and (self.since is None or kept[1] >= self.since) else None


@dataclass(frozen=True, slots=True)
class Files:
    """Whose files a form takes: they stay the sender's until the verb gives them to something. `known`: those there already."""

    by: Actor
    known: Sequence[File] = ()

    def given(self) -> dict[str, Any]:
        """What the form may know of the files that can be named."""
        return {"files": about_files([*self.known, *drafted_files(self.by)])}


def text(key: str, label: str, *, hint: str = "", required: bool = False, most: int = 300) -> Field:
    """A line of text."""
    return _field("textfield", key, label, hint, {"required": required, "maxLength": most})


def area(key: str, label: str, *, hint: str = "", required: bool = False, most: int = 5000) -> Field:
    """Several lines of text."""
    return _field("textarea", key, label, hint, {"required": required, "maxLength": most})


def reason(label: str = "") -> Field:
    """Why, always asked."""
    return area("reason", label or _("Lý do"), hint=_("Ghi vào nhật ký."), required=True, most=2000)


def number(
    key: str, label: str, *, low: float, high: int, hint: str = "", required: bool = True, digits: int = 0
) -> Field:
    """A number, whole unless it has digits after the comma."""
    found = _field("number", key, label, hint, {"required": required, "min": low, "max": high})
    return found | {"decimalDigits": digits}


def side_by_side(row: str, *fields: Field) -> list[Field]:
    """Fields two in a line."""
    return [f | {"layout": {"row": f"{row}_{place // 2}", "columns": 8}} for place, f in enumerate(fields)]


def rows(key: str, label: str, fields: Iterable[Field], *, hint: str = "", most: int = 100, folds: str = "") -> Field:
    """Lines of the same fields, as many as are wanted. `folds`: keys whose answers tell a line that is folded away."""
    own = {"maxRows": str(most), "hint": hint, "folds": folds}
    return {
        "type": "dynamiclist", "id": f"rows_{key}", "path": key, "label": label, "isRepeating": True,
        "allowAddRemove": True, "defaultRepetitions": 0, "components": list(fields),
        "properties": {name: said for name, said in own.items() if said},
    }


def day(key: str, label: str, *, hint: str = "", required: bool = False) -> Field:
    """A date."""
    found = _field("datetime", key, label, hint, {"required": required})
    return {k: v for k, v in found.items() if k != "label"} | {"subtype": "date", "dateLabel": label}


def choice(
    key: str, label: str, values: Iterable[tuple[str, str]], *, hint: str = "", required: bool = False, chosen: bool = False
) -> Field:
    """One of several values; `chosen`: one of them always is, so that nothing is said of having to."""
    options = [{"value": value, "label": said} for value, said in values]
    found = _field("select", key, label, hint, {"required": required}) | {"values": options}
    return found | ({"properties": {"demanded": "sometimes"}} if chosen else {})


def several(key: str, label: str, values: Iterable[tuple[str, str]], *, hint: str = "", required: bool = False) -> Field:
    """Any of several values, none too unless it is required."""
    options = [{"value": value, "label": said} for value, said in values]
    return _field("checklist", key, label, hint, {"required": required}) | {"values": options}


def file(key: str, label: str, *, hint: str = "", required: bool = False) -> Field:
    """A file that is sent with the form (see `Files`)."""
    return _field("filepicker", key, label, hint, {"required": required}) | {"accept": ".pdf,.png,.jpg"}


def group(key: str, label: str, fields: Iterable[Field], *, hint: str = "") -> Field:
    """Fields under one heading and one path."""
    found = {"type": "group", "id": f"group_{key}", "path": key, "label": label, "components": list(fields)}
    return found | ({"description": hint} if hint else {})


def form(name: str, *fields: Field) -> Form:
    """A form of these fields; labels are in the reader's language already."""
    return compile_form({"schemaVersion": 19, "type": "default", "id": name, "components": list(fields)})


def edit(
    form_: Form, page: Page, do: Callable[[dict[str, Any]], AnyResponse], *, first: Mapping[str, Any] | None = None,
    files: Files | None = None, draft: Draft | None = None,
    across: Callable[[Mapping[str, Any]], Sequence[FieldFault]] | None = None,
) -> AnyResponse:
    """Show the form, or take what was posted: checked, given to `do`, shown again with what is wrong if refused.

    With a `draft` what is typed is kept until `do` has taken it, and stands in the form when it is opened again. `across`: faults between
    fields of what was typed, told together with those that the form itself finds, so that nothing is wrong only the second time.
    """
    if request.method != "POST":
        kept = draft.read() if draft else None
        return _draw(form_, page, kept[0] if kept else first or {}, files=files, draft=draft, line=kept_line(kept[1]) if kept else "")
    if files is not None:
        if (answer := attached(form_, f"draft:{files.by.account}", by=files.by)) is not None:
            return answer
        posted = read_posted(form_, f"draft:{files.by.account}", by=files.by)
        if draft is not None:
            saved = drafts.keep_draft(draft.key, posted.answers, by=draft.by)
            if posted.pressed == "draft" and not posted.refused:
                pages.say(kept_line(saved))
                return redirect(page.url, 303)
        if posted.redraws:
            return _draw(form_, page, posted.answers, files=files, refused=posted.refused, draft=draft)
        typed = posted.answers
    else:
        pairs = list(request.form.items(multi=True))
        changed = change_rows(form_, pairs)
        if changed is not None:
            return _draw(form_, page, changed)
        typed = from_html(form_, pairs)
    try:
        taken = do(_checked(form_, typed, files, across))
    except Refusal as refusal:
        return _draw(form_, page, typed, refusal, files, draft=draft)
    if draft is not None:
        drafts.drop_draft(draft.key, by=draft.by)
    return taken


def _checked(
    form_: Form, typed: Mapping[str, Any], files: Files | None, across: Callable[[Mapping[str, Any]], Sequence[FieldFault]] | None
) -> dict[str, Any]:
    try:
        return checked(form_, typed, given=files.given() if files else {})
    except Invalid as refusal:
        known = {one.path for one in refusal.faults}
        more = [one for one in across(typed) if one.path not in known] if across else []
        raise Invalid(refusal.message, refusal.message_en, faults=[*refusal.faults, *more]) from None


def draw(form_: Form, page: Page, answers: Mapping[str, Any]) -> Response:
    """The form with what was typed, for one more look before it is sent."""
    return _draw(form_, page, answers)


def confirm(act: Act, crumbs: Sequence[Link], back_url: str, do: Callable[[str], AnyResponse]) -> AnyResponse:
    """An act that says what it will do and may ask why: its page, or the act with the reason; a refusal keeps it."""
    wrong, reason_, code = "", request.form.get("reason", ""), 200
    if request.method == "POST":
        try:
            return do(reason_)
        except Refusal as refusal:
            wrong, code = pages.in_language(refusal), refusal.status
    return pages.page(
        "confirm", code=code, crumbs=list(crumbs), act_=act, back_url=back_url, wrong=wrong, typed=reason_
    )


def _draw(
    form_: Form, page: Page, answers: Mapping[str, Any], refusal: Refusal | None = None, files: Files | None = None,
    refused: Sequence[FieldError] = (), draft: Draft | None = None, line: str = "",
) -> Response:
    drawn = asked(form_, answers, given=files.given() if files else {}, refusal=refusal, refused=refused)
    return pages.page(
        "edit",
        code=refusal.status if refusal else 422 if refused else 200,
        crumbs=list(page.crumbs),
        sentence=page.sentence,
        status=page.status,
        url=page.url,
        back_url=page.back_url,
        parts=drawn.parts,
        kept_files=drawn.kept_files,
        other_faults=list(drawn.other_faults),
        act_words=page.act_words,
        above=list(page.above),
        files=files is not None,
        draft_url=draft.url if draft else "",
        draft_line=line,
    )


def _field(kind: str, key: str, label: str, hint: str, validate: Mapping[str, Any]) -> Field:
    found: Field = {"type": kind, "id": f"field_{key}", "key": key, "label": label}
    if hint:
        found["description"] = hint
    rules = {name: value for name, value in validate.items() if value is not False}
    return found | ({"validate": rules} if rules else {})
