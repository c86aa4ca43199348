"""Reads a form that somebody posted, keeps its files, and lays it out again with what was typed and what is wrong.

Serves every page that asks by a form: tasks, acts on lists, nominating, side acts. Checks no answer itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from flask_babel import gettext as _

from forms import FieldError, Form, Part, change_rows, from_html, lay_out
from forms.fields import html_name
from forms.values import day_of
from service import clock, words
from service.actor import Actor
from service.awards import files
from service.errors import Invalid, Refusal
from service.web import form_parts
from service.web.files import way_to_look
from service.web.pages import in_language
from service.web.parts import File

_DROP = "drop:"
ATTACH = "attach"
REDRAW = ("refresh", "rows", "drop")
"""What a button may ask besides the act itself: the same page again, with what was typed."""
ANEW = "anew"
"""The button that throws away the draft with which a page was opened, and begins from nothing."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was posted: raw answers, which button it was, and files that were not taken."""

    answers: dict[str, Any]
    pressed: str
    refused: tuple[FieldError, ...] = ()

    @property
    def redraws(self) -> bool:
        """Whether only the page is to be drawn anew: nothing goes on without a file that was sent with it and refused."""
        return self.pressed in REDRAW or bool(self.refused)

    @property
    def status(self) -> int:
        """Of the page that is drawn anew."""
        return 422 if self.refused else 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as a page draws it."""

    parts: tuple[Part, ...] = ()
    kept_files: Mapping[str, Sequence[File]] = field(default_factory=dict)
    shut: Mapping[Any, str] = field(default_factory=dict)
    other_faults: Sequence[tuple[str, str]] = ()


NOTHING = Asked()


def read_posted(form: Form, about: str, *, by: Actor, since: datetime | None = None) -> Typed:
    """Read the posted page; files that were sent with it are kept at once under `about`.

    The caller has checked that the person may write there. A file that is refused becomes a fault of its field.
    `since`: from when on the same file sent again is one (`files.attach_file`).
    """
    pairs = list(request.form.items(multi=True))
    pressed = request.form.get("act", "")
    fresh, refused = _keep_files(form, about, by, since)
    pairs += fresh
    if pressed.startswith(_DROP):
        name, _, key = pressed.removeprefix(_DROP).rpartition(":")
        pairs = [pair for pair in pairs if pair != (name, key)]
        pressed = "drop"
    changed = change_rows(form, pairs)
    if changed is not None:
        return Typed(changed, "rows", refused)
    return Typed(from_html(form, pairs), pressed, refused)


def sent_by_script() -> bool:
    """Tell whether this is a file that the script sends while the page stays."""
    return request.form.get("act") == ATTACH and "application/json" in request.headers.get("Accept", "")


def attached(form: Form | None, about: str, *, by: Actor, since: datetime | None = None) -> Response | None:
    """The answer to the script that sends files one by one while the page stays; None for any other post.

    The caller has checked that the person may write there. Each file is answered for itself: its key, or why not.
    """
    if form is None or not sent_by_script():
        return None
    fresh, refused = _keep_files(form, about, by, since)
    taken = [files.read_file_row(int(key)) for _name, key in fresh]
    answer = jsonify(
        files=[
            {"key": str(row.id), "name": row.name, "size": words.size(row.size),
             "url": url_for("files.download", file_id=row.id)}
            for row in taken
        ],
        refused=[form_parts.sentence(fault) for fault in refused],
    )
    answer.status_code = 200 if taken else 422
    return answer


def _keep_files(form: Form, about: str, by: Actor, since: datetime | None) -> tuple[list[tuple[str, str]], tuple[FieldError, ...]]:
    places = [
        re.compile(re.escape(html_name(one.path)).replace(r"\*", r"\d+"))
        for top in form.fields
        for one in top.walk()
        if one.kind == "filepicker"
    ]
    taken: list[tuple[str, str]] = []
    refused: list[FieldError] = []
    for name, sent in request.files.items(multi=True):
        if not sent.filename or not any(place.fullmatch(name) for place in places):
            continue
        try:
            with sent.stream:
                content = sent.read(current_app.extensions["settings"].upload_limit + 1)
            row = files.attach_file(about, sent.filename, content, by=by, since=since)
        except Invalid as refusal:
            path = name.replace("-", ".")
            refused.append(FieldError(path, sent.filename, refusal.message, refusal.message_en))
        else:
            taken.append((name, str(row.id)))
    return taken, tuple(refused)


def asked(
    form: Form | None,
    answers: Mapping[str, Any],
    *,
    given: Mapping[str, Any],
    refusal: Refusal | None = None,
    refused: Iterable[FieldError] = (),
) -> Asked:
    """Lay a form out with answers as stored or as typed, and with the faults of a refused act at their fields.

    What no field of the form is to blame for stands in `other_faults`.
    """
    faults = [FieldError(f.path, "", f.message, f.message_en) for f in refusal.faults] if refusal else []
    faults += refused
    if form is None:
        return Asked(other_faults=_others(faults, (), refusal))
    parts = lay_out(
        form, answers, today=clock.today(), given=given, errors=faults, language=words.language()
    )
    all_parts = list(form_parts.walk(parts))
    return Asked(
        parts,
        {p.name: kept for p in all_parts if p.kind == "filepicker" and (kept := _kept(p, given))},
        {
            option.value: option.closed
            for p in parts
            if p.field.key == "decision"
            for option in p.options
            if option.closed
        },
        _others(faults, [p.path for p in all_parts], refusal),
    )


def _others(
    faults: Sequence[FieldError], known: Sequence[str], refusal: Refusal | None
) -> list[tuple[str, str]]:
    others = [("", form_parts.sentence(fault)) for fault in faults if fault.path not in known]
    if refusal is not None and not refusal.faults:
        others.append(("", in_language(refusal)))
    return others


def _kept(part: Part, given: Mapping[str, Any]) -> list[File]:
    known = given.get("files", {})
    found = []
    for key in part.texts:
        about = known.get(int(key)) if key.isascii() and key.isdigit() else None
        if about is not None:
            found.append(
                File(str(about["name"]), url_for("files.download", file_id=int(key)), int(about.get("size", 0)), key=key,
                     look=way_to_look(int(key), str(about.get("media_type", ""))))
            )
    return found


def kept_line(saved: datetime) -> str:
    """That what was typed is kept, and since when."""
    return _("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(saved))


def typed_day(said: str, what: tuple[str, str] = ("ngày theo dõi lại", "follow-up date")) -> date | None:
    """A day as people type it, None for nothing; Invalid for anything else, which calls it by its name."""
    if not said.strip():
        return None
    day = day_of(said.strip())
    if day is None:
        raise Invalid.at("day", f"Ghi {what[0]} như 25/11/2026.", f"Type the {what[1]} like 25/11/2026.")
    return day
