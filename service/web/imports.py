"""Pages that bring rows in by Excel: choose a sheet, read the dry run row by row, take the good rows, fetch the others.

Serves every subject that has an `Import`; the dry run is kept as the person's draft until it is taken or dropped. Codes that
taking gives are drawn on the answer itself and kept nowhere. Knows no subject.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people, words
from service.actor import Actor
from service.db import transaction
from service.errors import Conflict, Invalid, Refusal
from service.imports import Import, Taken, Trial, codes_sheet
from service.processes import drafts
from service.web import pages
from service.web.frame import Link
from service.web.office_frame import crumbs
from service.web.parts import Act, Cell, Check, Column, Table

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_READY = 100
"""How many of the good rows a page shows; all are taken."""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The words of one import's page and what its rows look like; words are asked for when a page is drawn."""

    kind: Import[Any]
    path: str
    """Below which its addresses lie."""
    back: str
    """The endpoint of the register that it fills."""
    crumb: Callable[[], str]
    sentence: Callable[[], str]
    label: Callable[[], str]
    template_name: str
    known: Callable[[str], str]
    """Says which rows stand already."""
    take: Callable[[int], str]
    """What the button says that takes so many rows."""
    taken: Callable[[Taken], str]
    columns: Callable[[], Sequence[Column]]
    cells: Callable[[Sequence[tuple[int, Any]]], Sequence[Sequence[Cell]]]
    """The cells of ready rows."""
    field_names: Callable[[], dict[str, str]] = field(default=dict)
    """What the fields are called that a row may change."""
    value: Callable[[str, str], str] = field(default=lambda _field, value: value)
    """What a value of a field is called."""


def add_routes(blueprint: Blueprint, page: ImportPage) -> None:
    """Add the routes of an import to the blueprint of its subject."""
    kind, name = page.kind, blueprint.name

    def mine() -> Actor:
        by = pages.me()
        people.require(by, kind.right)
        return by

    def kept(by: Actor) -> Trial[Any] | None:
        found = drafts.read_draft(kind.word, by=by)
        return kind.from_kept(found[0]) if found else None

    def draw(by: Actor, wrong: str = "", code: int = 200) -> Response:
        trial = None if wrong else kept(by)  # what was read of an earlier file says nothing of the one that could not be
        return pages.page(
            "import", code=code, crumbs=_crumbs(page), sentence=page.sentence(),
            status=_("Đọc thử trước: mỗi dòng nhận hay không đều nói rõ. Gửi lại tệp cũ không ghi thêm lần nữa."),
            url=url_for(f"{name}.try_import"), back_url=url_for(page.back), label=page.label(),
            template_url=url_for(f"{name}.import_template"), wrong=wrong, trial=_trial(page, name, trial) if trial else None,
        )

    @blueprint.get(f"{page.path}/import")
    def show_import() -> Response:
        """Where a sheet is chosen, and what the last dry run said."""
        return draw(mine())

    @blueprint.post(f"{page.path}/import")
    def try_import() -> AnyResponse:
        """Read a sheet without writing anything."""
        by = mine()
        sent = request.files.get("list")
        try:
            if sent is None or not sent.filename:
                raise Invalid("Chọn tệp .xlsx theo mẫu.", "Choose an .xlsx file.", code="no-file")
            trial = kind.try_(sent.filename, sent.read(), by)
        except Invalid as refusal:
            return draw(by, pages.in_language(refusal), refusal.status)
        drafts.keep_draft(kind.word, trial.kept(), by=by)
        return pages.back_to(f"{name}.show_import")

    @blueprint.post(f"{page.path}/import/take")
    def take_import() -> AnyResponse:
        """Write the good rows of the last dry run; what was refused stays to be fetched and mended."""
        by = mine()
        try:
            with transaction():
                trial = kept(by)
                if trial is None:
                    raise Conflict("Không còn dòng nào chờ ghi. Đọc thử tệp trước.", "Nothing waits; try a sheet first.")
                taken = kind.take(trial, by)
                if trial.refused:
                    drafts.keep_draft(kind.word, kind.trial(refused=trial.refused).kept(), by=by)
                else:
                    drafts.drop_draft(kind.word, by=by)
        except Refusal as refusal:
            pages.say(pages.in_language(refusal), "warn" if refusal.status == 409 else "bad")
            return pages.back_to(f"{name}.show_import")
        after = f"{name}.show_import" if trial.refused else page.back
        if taken.codes:
            return _codes(page, taken, url_for(after))
        pages.say(page.taken(taken))
        return pages.back_to(after)

    @blueprint.post(f"{page.path}/import/drop")
    def drop_import() -> AnyResponse:
        """Forget the last dry run."""
        drafts.drop_draft(kind.word, by=mine())
        return pages.back_to(f"{name}.show_import")

    @blueprint.get(f"{page.path}/template.xlsx")
    def import_template() -> Response:
        """The empty sheet."""
        mine()
        return _sent(kind.template(), page.template_name)

    @blueprint.get(f"{page.path}/refused.xlsx")
    def import_refused() -> Response:
        """The rows of the last dry run that were not taken, each with its reason."""
        return _sent(kind.refused_sheet(kept(mine()) or kind.trial()), "Dòng chưa nhận.xlsx")


def _crumbs(page: ImportPage) -> list[Link]:
    return crumbs(Link(page.crumb(), url_for(page.back)), Link(_("Nhập từ Excel"), ""))


def _trial(page: ImportPage, name: str, trial: Trial[Any]) -> dict[str, Any]:
    en = words.language() == "en"
    checks = [
        *(Check(_("Dòng %(n)d, %(name)s: %(note)s.", n=one.number, name=one.name, note=one.message_en if en else one.message), "warn")
          for one in trial.notes),
        *(Check(_("Dòng %(n)d, %(name)s: lấy kết quả của công thức ở cột %(cells)s.", n=n, name=called, cells=cells), "warn")
          for n, called, cells in trial.reckoned),
    ]
    if trial.known:
        checks.append(Check(page.known(_spans(n for n, _name in trial.known)), "info"))
    count = len(trial.ready)
    return {
        "summary": _summary(trial),
        "checks": checks,
        "refused": Table(
            [page.columns()[0], Column(_("Dòng")), Column(_("Vì sao chưa nhận"))],
            [[Cell(one.name or _("không có tên")), Cell(str(one.number)), Cell(one.message_en if en else one.message)]
             for one in trial.refused],
            _("Dòng chưa nhận"),
        ) if trial.refused else None,
        "refused_url": url_for(f"{name}.import_refused"),
        "ready": _ready(page, trial) if trial.ready else None,
        "ready_count": count,
        "ready_note": _("Trang này hiện %(shown)d dòng đầu; mọi dòng đều được ghi.", shown=SHOWN_READY)
        if count > SHOWN_READY else "",
        "take": Act(page.take(count), url_for(f"{name}.take_import"), "take", "main") if count else None,
        "drop": Act(_("Bỏ lần đọc thử này"), url_for(f"{name}.drop_import"), "drop", "text"),
    }


def _summary(trial: Trial[Any]) -> str:
    new, changed, known, refused = len(trial.ready) - len(trial.changes), len(trial.changes), len(trial.known), len(trial.refused)
    parts = [
        ngettext("%(num)d dòng mới", "%(num)d dòng mới", new) if new else "",
        ngettext("%(num)d dòng sửa", "%(num)d dòng sửa", changed) if changed else "",
        ngettext("%(num)d dòng đã có", "%(num)d dòng đã có", known) if known else "",
        ngettext("*%(num)d dòng chưa nhận*", "*%(num)d dòng chưa nhận*", refused) if refused else "",
    ]
    said = ", ".join(filter(None, parts))
    return ngettext("Đọc được *%(num)d dòng*: %(parts)s.", "Đọc được *%(num)d dòng*: %(parts)s.", trial.read, parts=said)


def _ready(page: ImportPage, trial: Trial[Any]) -> Table:
    shown = trial.ready[:SHOWN_READY]
    rows = [list(row) for row in page.cells(shown)]
    columns = list(page.columns())
    fields = page.field_names()
    if fields:
        columns.append(Column(_("Ghi gì")))
        for (number, _said), row in zip(shown, rows, strict=True):
            row.append(_what(page, fields, trial, number))
    return Table(columns, rows, _("Dòng sẽ ghi"))


def _what(page: ImportPage, fields: dict[str, str], trial: Trial[Any], number: int) -> Cell:
    changes = trial.changes.get(number)
    if not changes:
        return Cell(_("mới"))
    said = [
        f"{fields[c.field]}: {page.value(c.field, c.before)} → {page.value(c.field, c.after) or _('không có')}" if c.before
        else f"{fields[c.field]}: {page.value(c.field, c.after)}"
        for c in changes
    ]
    return Cell(_("sửa"), "; ".join(said))


def _spans(numbers: Iterable[int]) -> str:
    """Numbers as one writes them: 2, 5–9, 12."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


def _codes(page: ImportPage, taken: Taken, back_url: str) -> Response:
    """The codes that taking gave, on the answer itself: reloading or going back does not bring them again."""
    return pages.page(
        "codes", crumbs=_crumbs(page), sentence=page.taken(replace(taken, codes=())),
        status=_("Mỗi mã dùng một lần, trong ba ngày, để đặt mật khẩu. Các mã *chỉ hiện lần này*: "
                 "tải bảng mã hoặc in trang này trước khi rời đi."),
        table=Table(
            [Column(_("Họ và tên")), Column(_("Tên đăng nhập")), Column(_("Mã đặt mật khẩu"))],
            [[Cell(one.name), Cell(one.login), Cell(one.code)] for one in taken.codes],
            _("Mã đặt mật khẩu"),
        ),
        sheet_url=f"data:{SHEET};base64,{b64encode(codes_sheet(taken.codes)).decode()}", sheet_name="Mã đặt mật khẩu.xlsx",
        back_url=back_url,
    )


def _sent(content: bytes, name: str) -> Response:
    return doors.hand_file(content, SHEET, name)
