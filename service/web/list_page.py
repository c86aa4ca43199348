"""Puts the page of one list together: its head and sums, its lines, the one act on the right. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forms import first_answers
from service import movement, people, trail, words
from service.actor import Actor
from service.awards import council, guards, lists, sight, votes
from service.awards.catalogue import standing
from service.awards.concerns import Part
from service.awards.files import files_of_list
from service.awards.lists import Act as ListAct
from service.awards.lists import kind_of
from service.awards.models import Line, List, Nomination
from service.errors import Refusal
from service.processes import drafts
from service.web import (
    case_parts,
    fairness,
    list_lines,
    list_notes,
    list_ways,
    list_words,
    matter_ways,
    paper_parts,
    typed,
)
from service.web.case_parts import in_words
from service.web.files import way_to_look
from service.web.frame import Link
from service.web.list_ways import Said, Way
from service.web.pages import page
from service.web.parts import Act, Basis, Check, Column, Empty, Entry, File, ListLine, Progress, Sum
from service.web.typed import Typed

Rows = Sequence[tuple[Line, Nomination]]
SHEETS: dict[str, tuple[str, Callable[[List, Actor], dict[str, Any]]]] = {}
"""Kinds with a page of their own: kind → template, and what it needs beside the others."""
PAGES: dict[str, Callable[[List], str]] = {}
"""Kinds whose subject has a page of its own, which is more than the list: kind → its address."""
LINKS: dict[str, Callable[[List, Actor], Sequence[Link]]] = {}
"""Further pages about a list of a kind, where its subject has some: kind → links for a person."""
PLANS: dict[str, Callable[[int], str]] = {}
"""Kinds that their own subject plans: kind → address of planning one for a round."""
_BY_REASON = ("reason",)
"""Forms that ask for nothing but a reason: a dialog is enough for them."""


@dataclass(slots=True)
class Tried:
    """An act that was refused, or a page drawn anew: what was typed, and why."""

    fields: Typed = field(default_factory=lambda: Typed({}, ""))
    said: Said | None = None
    refusal: Refusal | None = None

    @property
    def wrong(self) -> dict[int, str]:
        """Bad lines by nomination."""
        if self.refusal is None or self.refusal.code == "paper-differs":
            return {}  # of a paper that differs it is the paper that is wrong, not the line: each place is told above
        vi = words.language() == "vi"
        found = {}
        for line in self.refusal.lines:
            number = line.get("nomination")
            if isinstance(number, int):
                found[number] = words.capital(str(line.get("message" if vi else "message_en") or ""))
        for fault in self.refusal.faults:
            head, _dot, rest = fault.path.partition(".")
            number_text = rest.partition(".")[0]
            if head == "lines" and number_text.isdigit():
                found[int(number_text)] = fault.message if vi else fault.message_en
        return found


def address(row: List, **more: Any) -> str:
    """Address of the page of a list."""
    if row.kind in PAGES:
        return PAGES[row.kind](row)
    return url_for("submissions.show" if row.kind in SHEETS else "lists.show", list_id=row.id, **more)


def draft_key(row: List, act: ListAct) -> str:
    """Under which a person's words for an act are kept."""
    return f"list:{row.id}:{act.name}"


def pick_act(row: List, by: Actor, name: str = "") -> ListAct | None:
    """The act that the page offers: the one named if it can be done, else the one the list waits for, else the first possible."""
    open_now = [a for a in lists.acts_open_to(by, row) if not _in_dialog(a) and not a.aside]
    if name and (named := next((a for a in _acts_offered(row, by) if a.name == name), None)):
        return named
    asked = [t.act for t in kind_of(row).tasks.get(row.state, ())]
    if row.kind == "submission" and not row.data.get("minutes"):
        asked.insert(0, "minutes")
    for wanted in asked:
        for act in open_now:
            if act.name == wanted and (act.no_lines or _any_free(row, act, by)):
                return act
    return next((a for a in open_now if a.no_lines or _any_free(row, a, by)), None)


def offers(row: List, name: str, by: Actor) -> bool:
    """Whether the page of a list has an act to offer: it is open to the person, and has a line to take or needs none."""
    return any(a.name == name for a in _acts_offered(row, by))


def _acts_offered(row: List, by: Actor) -> list[ListAct]:
    return [a for a in lists.acts_open_to(by, row) if a.no_lines or not a.waits or _any_free(row, a, by)]


def _any_free(row: List, act: ListAct, by: Actor) -> bool:
    live = [
        n.id
        for line, n in sight.lines_for(row, by)
        if not line.removed and act.means(line)
    ]
    return bool(set(live) - set(lists.hindered(row, act, by=by)))


def read_said(row: List, act: ListAct, way: Way, rows: Rows, by: Actor) -> tuple[Said, dict[str, Any], str]:
    """What the page begins with: a draft of lines and fields, else first values; and when the draft was kept."""
    kept = drafts.read_draft(draft_key(row, act), by=by)
    if kept is None:
        return list_ways.first_said(row, way, rows, by), {}, ""
    said = list_ways.from_kept(kept[0].get("lines") or {})
    line = _("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(kept[1]))
    return said, dict(kept[0].get("fields") or {}), line


@dataclass(frozen=True, slots=True)
class _View:
    """All that one drawing of the page goes by."""

    row: List
    by: Actor
    act: ListAct | None
    way: Way
    rows: Rows
    said: Said
    table: Sequence[ListLine]
    columns: Sequence[Column]
    hindered: Mapping[int, Mapping[str, Any]]
    """Lines that the act does not take now, and why."""
    taken: int
    """How many lines the act would take now."""
    ask: typed.Asked
    draft_line: str
    tried: Tried | None

    @property
    def live(self) -> list[ListLine]:
        """Lines that are not struck."""
        return [x for x in self.table if x.state != "struck"]

    @property
    def taking(self) -> list[ListLine]:
        """Lines that the act would take: what is signed, and what money goes with it."""
        return [x for x in self.live if x.key.isdigit() and int(x.key) not in self.hindered]


def show(row: List, by: Actor, *, act_name: str = "", tried: Tried | None = None) -> Response:
    """The page, with what was tried and refused just now."""
    view = _view(row, by, act_name, tried)
    template, more = SHEETS.get(row.kind, ("list", lambda row, by: {}))
    code = tried.refusal.status if tried and tried.refusal else tried.fields.status if tried else 200
    return page(template, code=code, **(_left(view) | _right(view) | more(row, by)))


def sums_to_sign(row: List, by: Actor) -> list[Sum]:
    """The figures that stand above a list's page for who signs it."""
    view = _view(row, by, "sign", None)
    return list_words.sums(row, view.act, view.rows, view.live, view.taking)


def _view(row: List, by: Actor, act_name: str, tried: Tried | None) -> _View:
    act = pick_act(row, by, act_name)
    rows = sight.lines_for(row, by)
    way = list_ways.way_of(row, act) if act else Way()
    hindered = lists.hindered(row, act, by=by) if act else {}
    said, fields, draft_line = read_said(row, act, way, rows, by) if act else (Said(), {}, "")
    if tried is not None and tried.said is not None and way.how != "except":
        said = tried.said
    if tried is not None and (tried.fields.pressed or tried.fields.answers):
        fields = tried.fields.answers
    accounts = people.names(int(a) for a in row.data.get("keyed", {})) if row.kind == "council_sheet" else {}
    phases = {n: _phase(*where) for n, where in lists.phases_on(row.id).items()}
    table = list_lines.shown_lines(
        row, act, way, rows, said, hindered, tried.wrong if tried else {}, accounts,
        far=_far(act, rows, by, hindered), office=lists.reads_inside(by, row),
    )
    columns, table = _with_cells(row, rows, table, phases, by)
    others = [replace(x, cells=[*x.cells, *[""] * (len(columns) - len(x.cells))]) for x in list_lines.information(row)]
    table += others
    taken = _taken(rows, act, hindered, [x for x in table if x.state != "struck"])
    return _View(row, by, act, way, rows, said, table, columns, hindered, taken, _ask(row, act, by, fields, tried), draft_line, tried)


def _left(view: _View) -> dict[str, Any]:
    """The head, the lines, and what is known of the list."""
    row, act = view.row, view.act
    kind, shown = kind_of(row), request.args.get("show", "")
    sums = list_words.sums(row, act, view.rows, view.live, view.taking)
    here = in_words((kind.label, kind.label_en))
    return {
        "crumbs": [Link(_("Danh sách"), url_for("lists.show_all")), Link(here, "")],
        "sentence": list_words.heading(row),
        "sums": sums,
        "status": list_words.status(row, act, view.rows, view.table),
        "title": list_words.title(row),
        "chips": _chips(row, view.table, view.rows, shown, view.way),
        "columns": view.columns,
        "lines": _viewed(view.table, shown),
        "picks": view.way.how == "pick" and act is not None,
        "pager": None,
        "empty": Empty(_("Chưa có tên nào"), _("Tên được thêm khi đơn vị lập đề nghị.")),
        "facts": list_words.facts(row, view.by),
        "progress": progress(row),
        "history": _history(row),
        "files": _files(row),
        "papers": paper_parts.block(row.id, view.by),
        "fairness": fairness.view(row, view.by),
    }


def _of_the_unit(row: List, by: Actor) -> list[Check]:
    """What open matters of the unit warn of beside what it puts forward, as long as that is not settled."""
    return matter_ways.warnings(row.unit_id, by) if movement.warns_in(row) else []


def _right(view: _View) -> dict[str, Any]:
    """The one act, with its form and what it rests on."""
    row, act, by, ask = view.row, view.act, view.by, view.ask
    wrong = view.tried.wrong if view.tried else {}
    kept = act is not None and _kept_by_draft(act, view.way)
    of_papers = paper_parts.signing_checks(row, act.name if act else None)
    stopped = any(check.level == "bad" for check in of_papers)
    return {
        "may_act": act is not None,
        "why_not": "" if act else _why_not(row, by),
        "act_title": _act_title(act, view.taken),
        "totals": list_words.totals(row, view.rows, view.taking),
        "checks": [*list_words.checks(row, act, view.rows, view.live, stopped=stopped), *of_papers, *_of_the_unit(row, by)],
        "checks_title": _("Máy đã đối chiếu"),
        "bases": _bases(row, act, by),
        "act_url": url_for("lists.do", list_id=row.id, act=act.name) if act else "",
        "draft_url": url_for("lists.keep", list_id=row.id, act=act.name) if act and kept else "",
        "draft_line": view.draft_line,
        "said": _hidden(view.said, view.way, view.hindered),
        "version": row.version,
        "parts": ask.parts,
        "kept_files": ask.kept_files,
        "other_faults": [*ask.other_faults, *_line_faults(wrong, view.rows)],
        "before_act": _before(row, act, by),
        "act_words": _act_words(act, view.taken),
        "act_icon": "sign" if act and act.name.startswith("sign") else "",
        "skip_words": _skip_words(view, wrong),
        "others": [
            Link(in_words((a.label, a.label_en)), address(row, act=a.name))
            for a in _acts_offered(row, by)
            if (a.aside or act is not None) and (act is None or a.name != act.name) and not _in_dialog(a)
        ] + list(LINKS[row.kind](row, by) if row.kind in LINKS else ()),
        "acts": side_acts(row, by),
    }


def _before(row: List, act: ListAct | None, by: Actor) -> str:
    """What is said right before the button: in whose place one acts, and what follows."""
    part = lists.part_in(by, row, act) if act else None
    parts = [case_parts.behalf_words(part.behalf if part else None), list_words.before(row, act)]
    if act and part and part.how == "enterer" and row.unit_id and lists.brings_paper(act):
        unit = people.unit_name(people.current_unit(row.unit_id))
        parts.insert(0, _("Bạn nhập thay *%(unit)s*: cần số, ngày và bản chụp văn bản đến.", unit=unit))
    return " ".join(p for p in parts if p)


def _said_before(row: List, act: ListAct, by: Actor) -> Mapping[str, Any]:
    """What was filed by an act that may be done again: it is mended, not typed anew."""
    found: Mapping[str, Any] = row.data.get("minutes", {}) if act.form == "submission_minutes" else council.own_session(row, by)
    return found


def _ask(row: List, act: ListAct | None, by: Actor, fields: Mapping[str, Any], tried: Tried | None) -> typed.Asked:
    if act is None:
        return typed.NOTHING
    form = lists.act_forms[act.form] if act.form else None
    given = lists.given(row, by=by)
    answers = fields or _said_before(row, act, by) or (first_answers(form, given) if form else {})
    refusal = tried.refusal if tried else None
    return typed.asked(
        form, answers, given=given, refusal=_of_the_form(refusal), refused=tried.fields.refused if tried else ()
    )


def _of_the_form(refusal: Refusal | None) -> Refusal | None:
    """The refusal without what the lines are to blame for: that stands at the lines."""
    if refusal is None or not any(f.path.startswith("lines.") for f in refusal.faults):
        return refusal
    rest = [f for f in refusal.faults if not f.path.startswith("lines.")]
    return Refusal(refusal.message, refusal.message_en, code=refusal.code, faults=rest, lines=refusal.lines)


def _line_faults(wrong: Mapping[int, str], rows: Rows) -> list[tuple[str, str]]:
    names = {n.id: n.name for _line, n in rows}
    return [
        (f"line-{number}", why if why.startswith(names.get(number, " ")) else f"{names.get(number, '')}: {why}")
        for number, why in wrong.items()
    ]


def _taken(rows: Rows, act: ListAct | None, hindered: Mapping[int, Any], live: Sequence[ListLine]) -> int:
    if act is None or act.no_lines:
        return 0
    keys = {x.key for x in live}
    return sum(
        1
        for line, n in rows
        if str(n.id) in keys and n.id not in hindered and act.means(line)
    )


def _kept_by_draft(act: ListAct, way: Way) -> bool:
    return way.how in ("choose", "pick") or bool(way.extras) or act.form is not None


def _hidden(said: Said, way: Way, hindered: Mapping[int, Any]) -> dict[str, str]:
    """Names that were excepted or left out travel with the act, so that it says exactly what its person saw."""
    found = {"left": " ".join(str(number) for number in sorted(hindered))} if hindered and way.how in ("all", "except") else {}
    if way.how != "except":
        return found
    for number, result in sorted(said.results.items()):
        found[f"result-{number}"] = result
        found[f"reason-{number}"] = said.reasons.get(number, "")
    return found


def _far(act: ListAct | None, rows: Rows, by: Actor, hindered: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Lines that an act passes over because they stand elsewhere: their step says it, no note is needed."""
    if act is None or not act.partial or not act.waits:
        return set()
    return {number for number, why in hindered.items() if why["code"] == guards.ELSEWHERE}


def _with_cells(
    row: List, rows: Rows, table: list[ListLine], phases: Mapping[int, str], by: Actor
) -> tuple[list[Column], list[ListLine]]:
    """The columns of a kind, filled in."""
    office = lists.reads_inside(by, row)
    by_key = {str(n.id): (line, n) for line, n in rows}
    columns = {
        "decision": [*([Column(_("Phiếu đồng ý"), True)] if office else []), Column(_("Tiền thưởng (đồng)"), True)],
        "award_list": [Column(_("Tiền thưởng (đồng)"), True), Column(_("Đã trao")), Column(_("Đã chi"))],
        "submission": [Column(_("Phiếu"), True), Column(_("Kết quả"))],
    }.get(row.kind, [Column(_("Kết quả"))])
    here = {phases.get(int(x.key), "") for x in table if x.state != "struck"}
    where = (len(here) > 1 or row.kind == "submission") and row.kind != "result_letter"
    if where:
        columns.append(Column(_("Hiện ở")))
    cells: Callable[[Line, Nomination], list[str]] = {
        "decision": lambda line, n: [*([votes.told(n.votes)] if office else []), words.number(list_lines.money_of(line, n), 0)],
        "award_list": _award_cells,
        "result_letter": lambda line, n: [phases.get(n.id, "")],
        "submission": lambda line, n: [
            "" if line.data.get("votes") is None else str(line.data["votes"]), list_notes.result_label(row, line.result)
        ],
    }.get(row.kind, lambda line, n: [list_notes.result_label(row, line.result)])
    return columns, [
        replace(x, cells=[*cells(*by_key[x.key]), *([phases.get(int(x.key), "")] if where else [])])
        for x in table
    ]


def _phase(phase: str, outcome: str | None) -> str:
    return in_words(standing(phase, outcome))


def _award_cells(line: Line, n: Nomination) -> list[str]:
    handed, paid = line.data.get("handed_on"), line.data.get("paid_on")
    return [
        words.number(list_lines.money_of(line, n), 0),
        f"{list_words.iso_day(handed)}, {line.data.get('handed_to', '')}" if handed else "",
        f"{list_words.iso_day(paid)}, {line.data.get('voucher', '')}" if paid else "",
    ]


def _chips(row: List, table: Sequence[ListLine], rows: Rows, view: str, way: Way) -> list[Link]:
    """Views of the lines; not where lines are typed into, so that nothing typed is out of sight."""
    look = sum(1 for x in table if x.state == "needs_look")
    struck = sum(1 for x in table if x.state == "struck")
    if way.how in ("choose", "pick") or way.extras or not (look or struck):
        return []
    name = request.args.get("act", "")
    more: dict[str, Any] = {"act": name} if name else {}
    chips = [Link(_("Tất cả"), address(row, **more), count=len(table) - struck, current=not view)]
    if look:
        chips.append(
            Link(ngettext("lưu ý", "lưu ý", look), address(row, show="look", **more), count=look, current=view == "look")
        )
    if struck:
        chips.append(
            Link(list_words.struck_words(rows), address(row, show="struck", **more), count=struck,
                 current=view == "struck")
        )
    return chips


def _viewed(table: Sequence[ListLine], view: str) -> list[ListLine]:
    state = {"look": "needs_look", "struck": "struck"}.get(view)
    return [x for x in table if state is None or x.state == state]


def _why_not(row: List, by: Actor) -> str:
    kind = kind_of(row)
    if lists.acts_open_to(by, row):
        return _("Lúc này không có tên nào ở bước của bạn.")
    if any(part is not None and part.how == "barred" for part in _parts(row, by)):
        return _("Danh sách này có tên liên quan đến bạn. Người được phân công thay xử lý.")
    waits = [t.group(row) for t in kind.tasks.get(row.state, ())]
    if waits:
        return _("Đang chờ *%(who)s*.", who=case_parts.group_words(set(waits)))
    return _("Không còn việc phải làm với danh sách này.")


def _parts(row: List, by: Actor) -> list[Part | None]:
    """How somebody takes part in what the list waits for."""
    kind = kind_of(row)
    return [lists.part_in(by, row, kind.act(t.act)) for t in kind.tasks.get(row.state, ())]


def _act_title(act: ListAct | None, taken: int) -> str:
    if act is None:
        return _("Chưa có việc của bạn")
    label = in_words((act.label, act.label_en))
    return label if act.no_lines else f"{label}, {list_words.names(taken)}"


def _act_words(act: ListAct | None, taken: int) -> str:
    return _act_title(act, taken) if act else ""


def _bases(row: List, act: ListAct | None, by: Actor) -> list[Basis]:
    """The legal bases of the step at which the act's lines wait, as the diagram names them; proposals are the office's matter."""
    return case_parts.bases(sight.basis_keys(act), proposals=lists.reads_inside(by, row)) if act else []


def _skip_words(view: _View, wrong: Mapping[int, str]) -> str:
    """What the second button says after an act was refused for some of its lines: go on without them."""
    act, refusal = view.act, view.tried.refusal if view.tried else None
    if act is None or act.no_lines or refusal is None or refusal.code != "bad-lines":
        return ""
    if not all(lists.may_be_left(act, str(line.get("code"))) for line in refusal.lines):
        return ""
    left = view.taken - len(wrong.keys() - view.hindered.keys())
    return _("Gửi các dòng còn lại, %(names)s", names=list_words.names(left)) if left > 0 else ""


def _in_dialog(act: ListAct) -> bool:
    return act.form in _BY_REASON and act.no_lines


def side_acts(row: List, by: Actor) -> list[Act]:
    """Acts that need only a reason, each with its dialog."""
    return [
        Act(
            in_words((a.label, a.label_en)),
            url_for("lists.do", list_id=row.id, act=a.name),
            a.name,
            "second",
            effect=_("%(what)s: %(title)s. Lý do sẽ ghi vào nhật ký.", what=in_words((a.label, a.label_en)), title=row.title),
            asks=_("Lý do"),
            hidden={"version": str(row.version)},
        )
        for a in lists.acts_open_to(by, row)
        if _in_dialog(a)
    ]


def progress(row: List) -> Progress | None:
    """How far the messages of the list's acts are, while some are still on their way."""
    counts = lists.progress(row.id)
    total = sum(counts.values())
    if not counts["queued"]:
        return None
    return Progress(
        _("Đang chuyển từng hồ sơ sang bước sau:"), total - counts["queued"], total, _("Rời trang được."),
        url_for("lists.progress_of", list_id=row.id),
    )


def _history(row: List) -> list[Entry]:
    locale = case_parts.reader()
    found = trail.read(stream=f"list:{row.id}", limit=12, locale=locale)
    return [Entry(e.at, trail.sentence(e, locale)) for e in found.events if e.part in ("step", "work")]


def _files(row: List) -> list[File]:
    rows = files_of_list(row.id)
    names = people.names([f.uploaded_by for f in rows])
    return [
        File(
            f.name, url_for("files.download", file_id=f.id), f.size, key=str(f.id), added=case_parts.added_words(f, names), hash=f.sha256,
            look=way_to_look(f.id, f.media_type),
        )
        for f in rows
    ]

