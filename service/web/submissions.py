"""A unit's submission: its names and papers on the page of its list, names by Excel, the list as a sheet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import doors, people, words
from service.actor import Actor
from service.awards import consents, importing, lists
from service.awards.models import List
from service.awards.nominations import may_file_for
from service.awards.rounds import filing_closed, read_round
from service.awards.submissions import ENTER, open_submission
from service.errors import Forbidden, Invalid, NotFound, Refusal
from service.processes import drafts, history, tasks
from service.web import list_page
from service.web.frame import Link
from service.web.list_page import SHEETS
from service.web.pages import back_to, in_language, me, say
from service.web.parts import Act, Check

blueprint = Blueprint("submissions", __name__)

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _read(list_id: int, by: Actor) -> List:
    row = lists.read_list(list_id, by=by)
    if row.kind != "submission":
        raise NotFound("Không có hồ sơ này.", "There is no such submission.")
    return row


@blueprint.get("/submissions/<int:list_id>")
def show(list_id: int) -> Any:
    """The submission with its names, and the act that it waits for."""
    by = me()
    return list_page.show(_read(list_id, by), by, act_name=request.args.get("act", ""))


@blueprint.post("/submissions")
def open_one() -> Any:
    """Open the unit's submission in a round, or go to the one being drafted."""
    by = me()
    number = {k: request.form.get(k, "") for k in ("round", "unit")}
    if not all(v.isascii() and v.isdigit() and len(v) < 16 for v in number.values()):
        raise NotFound("Không có đợt xét này.", "There is no such round.")
    return back_to("submissions.show", list_id=open_submission(int(number["round"]), int(number["unit"]), by=by))


def _must_add(row: List, by: Actor) -> None:
    if not may_file_for(by, "submission.import", row.unit_id or people.NO_UNIT):
        raise Forbidden("Bạn không nhập được danh sách của đơn vị này.", "You may not import this unit's list.")


def _key(list_id: int) -> str:
    return f"import:{list_id}"


@blueprint.post("/submissions/<int:list_id>/excel")
def try_excel(list_id: int) -> Any:
    """Read a sheet of names without writing any: what can be taken, what not and why, row by row."""
    by = me()
    row = _read(list_id, by)
    _must_add(row, by)
    sent = request.files.get("list")
    try:
        if sent is None or not sent.filename:
            raise Invalid("Chọn tệp .xlsx theo mẫu.", "Choose an .xlsx file.", code="no-file")
        trial = importing.try_import(list_id, sent.filename, sent.read(), by=by)
    except Invalid as refusal:
        say(in_language(refusal), "bad")
        response = list_page.show(row, by)
        response.status_code = refusal.status
        return response
    drafts.keep_draft(_key(list_id), trial.kept(), by=by)
    return back_to("submissions.show", list_id=list_id, _anchor="add")


@blueprint.post("/submissions/<int:list_id>/excel/take")
def take_excel(list_id: int) -> Any:
    """Nominate the rows of the last dry run; pressing twice adds nothing twice."""
    by = me()
    _must_add(_read(list_id, by), by)
    kept = drafts.read_draft(_key(list_id), by=by)
    if kept is None:
        say(_("Không còn dòng nào chờ ghi. Đọc thử tệp trước."), "warn")
        return back_to("submissions.show", list_id=list_id)
    try:
        taken = importing.take_import(list_id, importing.from_kept(kept[0]).ready, by=by)
    except Refusal as refusal:
        say(in_language(refusal), "bad")
        return back_to("submissions.show", list_id=list_id)
    drafts.drop_draft(_key(list_id), by=by)
    say(ngettext("Đã ghi %(num)d tên vào hồ sơ.", "Đã ghi %(num)d tên vào hồ sơ.", taken))
    return back_to("submissions.show", list_id=list_id)


@blueprint.get("/submissions/<int:list_id>/template.xlsx")
def template(list_id: int) -> Response:
    """The empty sheet for this submission's round."""
    row = _read(list_id, me())
    return _sheet(importing.template_of(read_round(row.round_id)), "Mẫu danh sách trích ngang.xlsx")


@blueprint.get("/submissions/<int:list_id>/list.xlsx")
def export(list_id: int) -> Response:
    """The submission's names as a sheet."""
    by = me()
    row = _read(list_id, by)
    return _sheet(importing.export_list(row.id, by=by), f"Danh sách trích ngang {row.id}.xlsx")


def _sheet(content: bytes, name: str) -> Response:
    return doors.hand_file(content, _SHEET, name)


def _more(row: List, by: Actor) -> dict[str, Any]:
    """What the page of a submission has beside that of any list."""
    round_ = read_round(row.round_id)
    open_still = row.state == "draft" and round_.state == "open" and not filing_closed(round_)
    may_add = open_still and may_file_for(by, "submission.import", row.unit_id or people.NO_UNIT)
    add = None
    if may_add:
        add = Act(_("Thêm một tên"), url_for("nominate.start", round_id=row.round_id, unit=row.unit_id), "add",
                  method="get")
    return {
        "excel": _excel(row, by) if may_add else None,
        "add": add,
        "missing": _missing(row) if row.state == "draft" else [],
        "crumbs": [
            Link(round_.name, f"/rounds/{row.round_id}"),
            Link(people.unit_name(row.unit_id) if row.unit_id else row.title, ""),
        ],
        "acts": [
            *_entering(row, by),
            *list_page.side_acts(row, by),
            Act(_("Tải danh sách trích ngang"), url_for("submissions.export", list_id=row.id), "export", "text",
                method="get"),
        ],
    }


def _entering(row: List, by: Actor) -> list[Act]:
    """Sheets of the unit that the office is to enter from its paper: each with the way to its page."""
    if not row.data.get("papers") or not people.allowed_for_other(by, ENTER, row.unit_id or people.NO_UNIT):
        return []
    rows = [n for line, n in lists.lines_of(row.id) if not line.removed and n.instance_id]
    stops = history.open_stops([n.instance_id or 0 for n in rows])
    return [
        Act(f"{words.translated(stop.name)}: {n.name}", url_for("task.show", task_id=stop.id), f"enter-{stop.id}", "text", method="get")
        for n in rows
        for stop in stops.get(n.instance_id or 0, [])
        if stop.kind == "user" and "paper" in (tasks.entry_for(tasks.read_task(stop.id, by=by), by) or {})
    ][:12]


def _excel(row: List, by: Actor) -> dict[str, Any]:
    kept = drafts.read_draft(_key(row.id), by=by)
    trial = importing.from_kept(kept[0]) if kept else None
    english = words.language() == "en"
    refused = [(f.number, f.message_en if english else f.message) for f in trial.refused] if trial else []
    known = [(n, _("đã có trong hồ sơ, bỏ qua")) for n in trial.known] if trial else []
    return {
        "url": url_for("submissions.try_excel", list_id=row.id),
        "template_url": url_for("submissions.template", list_id=row.id),
        "taken": len(trial.ready) + len(trial.known) + len(trial.refused) if trial else None,
        "refused": sorted([*refused, *known]),
        "ready": len(trial.ready) if trial else 0,
        "ready_url": url_for("submissions.take_excel", list_id=row.id),
    }


def _missing(row: List) -> list[Check]:
    """What the head cannot sign without."""
    found = []
    rows = [(line, n) for line, n in lists.lines_of(row.id) if not line.removed]
    if not rows:
        return [Check(_("Chưa có tên nào."), "warn")]
    if not row.data.get("minutes") and read_round(row.round_id).stage != "DOT_XUAT":
        found.append(Check(_("Biên bản họp bình xét của đơn vị, có số phiếu từng tên."), "warn"))
    elif without := [n.name for line, n in rows if not isinstance(line.data.get("votes"), int)]:
        found.append(Check(_("Số phiếu của: %(names)s.", names=_some(without)), "warn"))
    if against := [n.name for line, n in rows if line.result != "signed" and consents.declined(n)]:
        found.append(Check(_("Không đồng ý được đề nghị: %(names)s. Bỏ tên, hoặc chờ người đó đồng ý.", names=_some(against)), "bad"))
    phases = lists.phases_on(row.id)
    if drafting := [n.name for _line, n in rows if phases.get(n.id, ("drafting", None))[0] == "drafting"]:
        found.append(Check(_("Phiếu tự đánh giá của: %(names)s.", names=_some(drafting)), "warn"))
    return found


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + ("…" if len(names) > 8 else "")


SHEETS["submission"] = ("submission", _more)
