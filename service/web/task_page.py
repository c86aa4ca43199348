"""What the page of one task shows: the dossier on the left, the form and the acts on the right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from forms import Part, first_answers
from forms.values import read_number
from service import clock, movement, people, words
from service.actor import Actor
from service.awards import dossier, nominations, questions, window_results
from service.awards.models import Nomination
from service.awards.nominations import reads_every
from service.errors import NotFound, Refusal
from service.movement import Whole
from service.processes import drafts, history, inbox, own_case, tasks
from service.studio.moving import labels_before
from service.web import (
    case_history,
    case_parts,
    check_words,
    comments,
    evidence,
    form_parts,
    kept_pages,
    matter_facts,
    matter_papers,
    matter_story,
    typed,
)
from service.web import questions as question_pages
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.matter_ways import matter_url
from service.web.matters import about_facts, begun_facts, concerned_facts, diagram_of_matter, files_shown
from service.web.pages import page
from service.web.parts import Act, Fact, FollowUp, Score, Tag
from service.web.rendering import due
from service.web.typed import Typed
from service.words import N_
from workflows.paper_text import NUMBER, SIGN

ACT_WORDS = {
    "self_assess": N_("Gửi phiếu tự đánh giá"),
    "short_report": N_("Gửi báo cáo thành tích"),
    "check_dossier": N_("Ghi kết quả thẩm định"),
    "check_report": N_("Ghi kết quả thẩm định"),
    "supplement_dossier": N_("Gửi phần bổ sung"),
    "supplement_package": N_("Gửi phần bổ sung"),
    "supplement_state_package": N_("Gửi phần bổ sung"),
    "weigh_objection": N_("Ghi kết quả xem xét"),
    "review_refusal": N_("Ghi kết quả xem xét lại"),
    "review_timely_refusal": N_("Ghi kết quả xem xét lại"),
    "confirm_successor": N_("Ghi xác nhận"),
}
_PART_WORDS = {NUMBER: N_("Cho số")}
"""The same by what a step does with the paper that it names."""
DONE_WORDS = {
    "self_assess": N_("Đã gửi phiếu tự đánh giá"),
    "short_report": N_("Đã gửi báo cáo thành tích"),
    "check_dossier": N_("Đã ghi kết quả thẩm định"),
    "check_report": N_("Đã ghi kết quả thẩm định"),
    "supplement_dossier": N_("Đã gửi phần bổ sung"),
    "supplement_package": N_("Đã gửi phần bổ sung"),
    "supplement_state_package": N_("Đã gửi phần bổ sung"),
    "weigh_objection": N_("Đã ghi kết quả xem xét"),
    "review_refusal": N_("Đã ghi kết quả xem xét lại"),
    "review_timely_refusal": N_("Đã ghi kết quả xem xét lại"),
    "confirm_successor": N_("Đã ghi xác nhận"),
}
LONG = ("self_assess",)
"""Steps whose form grows with its answers: it does not move about meanwhile."""
WIDE = 12
"""A form with more inputs than this stands in the left column."""
TEXTS = 3
"""So does one with as many longer texts, and one with rows or a table."""


def show_task(
    task: tasks.Task, by: Actor, *, said: Typed | None = None, refusal: Refusal | None = None, status: int = 200,
    seen: drafts.Seen | None = None, kept: bool = True,
) -> Response:
    """The task's page; with what was typed still in its fields, where an act was refused or the form is drawn anew.

    `seen`: what the page knew of drafts that is drawn anew; `kept`: whether it knows of the draft that stands now.
    """
    by = by.within(task.process)
    can, why_not = _standing(task, by)
    given = tasks.given_to(task, by)
    answers, draft_line = _answers(task, by, given, said)
    shown = can or said is not None or task.state == "done" and tasks.may_read_answers(task, by)
    form = task.form if shown else None
    # A file that was just sent is known only to a fresh reading of the case.
    ask = typed.asked(form, answers, given=given, refusal=refusal if can else None, refused=said.refused if said else ())
    whole = _matter(task, by)
    keeps = can and not (whole and _tells_private(task, whole))
    shown_dossier = _dossier(task, by, whole)
    scores: Sequence[Score] = shown_dossier["scores"]
    if can and scores:
        parts, scores = _scores_typed_in_the_table(ask.parts, scores)
        ask = replace(ask, parts=parts)
    shown_page = page(
        "task",
        code=status,
        crumbs=[Link(_("Việc cần xử lý"), url_for("inbox.show")), Link(words.translated(task.name), "")],
        sentence=title_of(task),
        status=_status(task, by),
        neighbours=_neighbours(task, by) if task.state == "open" else [],
        bases=case_parts.bases(task.attrs.get("basis", "")),
        step_help=words.translated(task.attrs.get("help", "")),
        guide_url=url_for("help.show_all"),
        panel_title=_("Đã xử lý") if task.state == "done" else _("Chưa xử lý được"),
        filled_title=_("Nội dung đã ghi") if task.state == "done" else _("Nội dung bạn vừa nhập, chưa gửi được"),
        may_act=can,
        why_not=why_not,
        wide=task.element in LONG or _needs_room(ask.parts),
        act_url=url_for("task.act", task_id=task.id),
        draft_url=url_for("task.draft", task_id=task.id),
        worker_url=url_for("kept_pages.worker"),
        kept_url=url_for("kept_pages.show") if keeps else "",
        version=task.version,
        draft_seen=_draft_seen(task, by) if seen is None or kept else seen.mark,
        draft_page=seen.page if seen and seen.page else secrets.token_hex(8),
        parts=ask.parts,
        kept_files=ask.kept_files,
        shut=ask.shut,
        other_faults=ask.other_faults,
        act_words=_(ACT_WORDS.get(task.element) or _PART_WORDS.get(task.attrs.get("paper_part", ""), N_("Ghi và chuyển bước sau"))),
        draft_line=draft_line,
        earlier=_earlier(task, by) if can else "",
        aside=_set_aside(task, by) if can else [],
        claim=_claim(task, by),
        acts=_acts(task, by),
        tags=[Tag("urgent", _("Khẩn"))] if task.priority and task.state == "open" else [],
        follow=_follow(task, by),
        asked=question_pages.of_task(task, by),
        papers=(paper := matter_papers.block_of_task(task, by)),
        reads_first=can and paper is not None and paper.words is not None and task.attrs.get("paper_part") == SIGN,
        **(shown_dossier | {"scores": scores}),
    )
    return kept_pages.offer(shown_page, by) if keeps else shown_page


def _needs_room(parts: Sequence[Part]) -> bool:
    """Whether a form would be squeezed in the narrow panel."""
    kinds = [one.kind for one in form_parts.walk(parts) if one.shown]
    return {"dynamiclist", "table"} & set(kinds) != set() or kinds.count("textarea") >= TEXTS or len(_inputs(parts)) > WIDE


def _inputs(parts: Sequence[Part]) -> list[Part]:
    return [p for p in form_parts.walk(parts) if p.shown and p.field.path and p.kind not in ("group", "expression")]


def _standing(task: tasks.Task, by: Actor) -> tuple[bool, str]:
    """Whether the person may fill in the form now, else a sentence that says why not."""
    if task.state == "done":
        who = people.names([task.closed_by]).get(task.closed_by, "") if task.closed_by else _("Hệ thống")
        return False, _("*%(who)s* đã xử lý việc này lúc %(time)s.", who=who, time=words.full_moment(task.closed_at))
    if task.state != "open":
        return False, _("Việc này không còn: hồ sơ đã chuyển sang bước khác.")
    if tasks.is_kept_away(task, by):
        if own_case.bars_himself(task.running, by, task.groups):
            return False, _("Hồ sơ này liên quan đến bạn nên bạn không xử lý được.")
        return False, _("Hồ sơ này liên quan đến người mà bạn xử lý thay, nên bạn cũng không xử lý được.")
    if task.owner is not None and not tasks.is_open_to(task, by):
        who = people.names([task.owner]).get(task.owner, "")
        return False, _("*%(who)s* đang giữ việc này. Bạn xem được, chưa xử lý được.", who=who)
    entry = tasks.entry_for(task, by)
    if entry is not None and "paper" not in entry:
        return False, _("Việc này của *%(unit)s*. Đơn vị nộp hồ sơ giấy thì ghi văn bản đến trên trang hồ sơ của đơn vị, rồi nhập thay.",
                        unit=entry["for_unit"])
    if entry is None and not tasks.may_act(task, by):
        return False, _("Việc này của %(who)s. Bạn xem được, không xử lý.", who=case_parts.group_words(task.groups, task.step))
    if tasks.is_another_to_do(task, by):
        return False, _("Bạn, hoặc người mà bạn xử lý thay, đã xử lý bước trước của hồ sơ này, nên việc này của người khác.")
    if task.running.holds:
        return False, _("Hồ sơ đang tạm dừng xem xét. Xử lý tiếp khi có kết luận.")
    return True, ""


def _answers(
    task: tasks.Task, by: Actor, given: Mapping[str, Any], said: Typed | None
) -> tuple[Mapping[str, Any], str]:
    """What the form shows: typed just now, kept as a draft, stored when done, or its first answers."""
    if said is not None:
        return said.answers, ""
    if task.state == "done":
        return tasks.answers_shown(task, by), ""
    kept = drafts.read_draft(f"task:{task.id}", by=by) if task.drafted else None
    if kept is not None:
        return kept[0], draft_sentence(kept[1])
    left = drafts.shared_draft(f"task:{task.id}") if task.drafted else None
    if left is not None:
        return left[0], _("Bản nháp người trước để lại, lưu lúc %(time)s.", time=words.full_moment(left[1]))
    return first_answers(task.form, given, today=clock.today()), ""


def _draft_seen(task: tasks.Task, by: Actor) -> str:
    kept = drafts.read_draft(f"task:{task.id}", by=by)
    return drafts.mark_of(kept[1] if kept else None)


def _earlier(task: tasks.Task, by: Actor) -> str:
    """The round of the nominee's earlier file that the form can be filled from, or nothing."""
    if not any(one.properties.get("takenOver") for one in task.form.walk()) or _nomination(task, by) is None:
        return ""
    found = dossier.earlier_file(task.running.case, task.element)
    return found.round if found else ""


def _set_aside(task: tasks.Task, by: Actor) -> list[Fact]:
    """What the reader had typed into fields that the form of a newer version lacks: shown, so that nothing is lost."""
    kept = drafts.read_draft(f"task:{task.id}{drafts.ASIDE}", by=by) if task.drafted else None
    if kept is None:
        kept = drafts.shared_draft(f"task:{task.id}{drafts.ASIDE}") if task.drafted else None
    if kept is None:
        return []
    labels = labels_before(task.running.id, task.id)
    return [Fact(words.translated(labels.get(name, name)), _as_text(value)) for name, value in sorted(kept[0].items())]


def _as_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_as_text(each)}" for name, each in value.items())
    return ", ".join(_as_text(each) for each in value) if isinstance(value, list) else str(value)


def _dossier(task: tasks.Task, by: Actor, whole: Whole | None) -> dict[str, Any]:
    """The left column: of a nomination and a matter all of it, of any other case its facts."""
    n = _nomination(task, by)
    title = _("Hồ sơ đang ở đâu")
    if n is None and whole:
        return _of_matter(task, whole, by, title)
    if n is None:
        entries = case_parts.entries(task.running.id)
        return {
            "dossier": _("Việc này"), "dossier_links": [], "facts": [Fact(pgettext("one", "Hồ sơ"), task.running.title)],
            "faults": [], "scores": [], "scores_note": "", "files": [], "files_link": None, "lists": [], "evidence": None, "summary": "",
            "checks": [], "history": entries, "history_link": None, "talk": None, "diagram": case_parts.diagram(task.running.id, title),
        }
    entries = case_parts.entries(task.running.id)
    diagram = case_history.diagram_of_name(n, "", history.timeline(task.running.id), by)
    scores = case_parts.scores_of(n.id)
    files = case_parts.file_rows(n, scores, by)
    rows = case_parts.score_rows(n, scores, by)
    shown = [x for x in rows if x.own is not None or x.office is not None]
    links = [Link(_("Điểm"), "#dossier-scores")] if shown else []
    links += [Link(_("Minh chứng"), "#dossier-files", count=len(files))] if files else []
    links += [Link(_("Tóm tắt thành tích"), "#dossier-summary")] if n.achievement else []
    links += [Link(_("Lịch sử xử lý"), "#dossier-history")] if entries else []
    return {
        "dossier": {
            "INDIVIDUAL": _("Cá nhân được đề nghị"), "COLLECTIVE": _("Tập thể được đề nghị"),
            "HOUSEHOLD": _("Hộ gia đình được đề nghị"),
        }[n.kind],
        "dossier_links": links,
        "facts": case_parts.facts(n, scores),
        "faults": case_parts.warnings(n, by) + (evidence.same_form(window_results.same_form_of(n)) if _assesses(task) else []),
        "scores": [] if _assesses(task) else shown,
        "scores_note": case_parts.scale_words(rows),
        "files": files,
        "files_link": None,
        "lists": [],
        "evidence": None if _assesses(task) else evidence.block(n, by),  # there its lines are ticked in the form
        "summary": n.achievement,
        "checks": check_words.lines(n) if reads_every(by, n) and task.element.startswith(("check_", "weigh_")) else [],
        "history": entries,
        "history_link": None,
        "talk": comments.block(n, by, task_id=task.id),
        "diagram": replace(diagram, title=title) if diagram else None,
    }


def _assesses(task: tasks.Task) -> bool:
    """Whether the unit still fills in its own sheet at this step."""
    return task.state != "done" and task.element in ("self_assess", "short_report")


def _nomination(task: tasks.Task, by: Actor) -> Nomination | None:
    if not (task.running.case_key or "").startswith("nomination:"):
        return None
    try:
        return nominations.read_nomination(task.running.case, by=by)
    except NotFound:
        # A task is seen by its candidates, who need not be readers of every nomination.
        return None


def _of_matter(task: tasks.Task, whole: Whole, by: Actor, title: str) -> dict[str, Any]:
    """What a matter was begun with, less what the reader may not see, what the steps before have said, and where it stands."""
    files, stops = movement.files_of(whole, by=by), history.timeline(task.running.id)
    shown = files_shown(files, stops)
    drawn = diagram_of_matter(whole, "", stops, by)
    number = Fact(_("Số"), whole.entry.number, matter_url(whole.entry.id))
    said = movement.said_in(whole)
    main = movement.read_main_facts(whole, stops, by=by, language=words.language()) if said else []
    lists = [one for one in main if one.lines and said and one.key in said[1]]
    return {
        "dossier": in_words(whole.kept.register.one),
        "facts": [number, *about_facts(whole, by), *begun_facts(whole, files, but={one.key for one in lists}), *concerned_facts(whole, by)],
        "dossier_links": [Link(_("Minh chứng"), "#dossier-files", count=len(shown))] if shown else [],
        "faults": [], "scores": [], "scores_note": "", "files": shown, "files_link": None, "evidence": None, "summary": "",
        "lists": matter_facts.blocks(lists),
        "checks": [],
        "history": matter_story.history(whole, stops, by), "history_link": None, "talk": None,
        "diagram": replace(drawn, title=title) if drawn else None,
    }


def _matter(task: tasks.Task, by: Actor) -> Whole | None:
    if not (task.running.case_key or "").startswith(f"{movement.CASE}:"):
        return None
    try:
        return movement.read_matter(task.running.case, by=by)
    except NotFound:
        # Whom the matter concerns reads none of it, whatever his groups.
        return None


def _tells_private(task: tasks.Task, whole: Whole) -> bool:
    """Whether the page tells its reader, or asks, what the register keeps private: whoever holds a device must not read it there."""
    private = whole.kept.register.private
    return bool(private - whole.hidden) or any(one.key in private for one in task.form.walk())


def _scores_typed_in_the_table(
    parts: Sequence[Part], scores: Sequence[Score]
) -> tuple[tuple[Part, ...], list[Score]]:
    """Put the inputs of the office's scores into the table of scores; the rest of their groups stays in the form."""
    rows = {x.code: x for x in scores}

    def taken(one: Part) -> list[Part]:
        if one.kind != "group":
            return [one]
        code = one.path.partition(".")[0]
        if one.path == code and code in rows and (score := _score_part(one)) is not None:
            rows[code] = replace(
                rows[code], part=score, wrong=" ".join(form_parts.sentence(e) for e in score.errors),
                office=_figure(score, rows[code].office),
            )
            return [p for p in one.parts if p is not score]
        if any(_holds_scores(p, rows) for p in one.parts):
            return [p for child in one.parts for p in taken(child)]
        return [one]

    kept = [p for one in parts for p in taken(one)]
    return tuple(kept), list(rows.values())


def _figure(part: Part, before: float | None) -> float | None:
    """What is typed as a score now, in a draft too; what stood before where nothing readable is typed."""
    try:
        typed_now = read_number(part.value)
    except ValueError:
        typed_now = None
    return before if typed_now is None else float(typed_now)


def _score_part(group: Part) -> Part | None:
    return next((p for p in group.parts if p.kind == "number" and p.path.endswith(".score")), None)


def _holds_scores(one: Part, rows: Mapping[str, Score]) -> bool:
    if one.kind != "group":
        return False
    return one.path in rows and _score_part(one) is not None or any(_holds_scores(p, rows) for p in one.parts)


def _status(task: tasks.Task, by: Actor) -> str:
    if task.state != "open":
        return ""
    sentence = _("Đang chờ *%(who)s*, từ %(day)s", who=case_parts.group_words(task.groups, task.step),
                 day=words.short_date(task.opened_at, clock.today()))
    shut = movement.shut_since(task.running, task.element)
    if shut is not None:
        sentence += ". " + _("Kỳ đã đóng ngày %(day)s: đơn vị không nộp được nữa, trừ khi Trưởng phòng Văn hóa - Xã hội cho nộp muộn",
                             day=words.short_date(shut, clock.today()))
    elif task.due_at is not None:
        left = due(task.due_at)
        sentence += _(", hạn *%(day)s*", day=words.short_date(task.due_at, clock.today()))
        if left is not None:
            said = left.sentence.replace(" (", ", ").replace(")", "")
            sentence += f" ({said[:1].lower()}{said[1:]})"
    sentence += "."
    if task.owner == by.account:
        sentence += " " + _("Bạn đang giữ việc này.")
    if tasks.may_act(task, by) and (instead := case_parts.behalf_words(tasks.behalf(task, by))):
        sentence += " " + instead
    if "paper" in (entry := tasks.entry_for(task, by) or {}):
        sentence += " " + _("Bạn *%(entered)s*.", entered=case_parts.entered_words(entry))
    return sentence


def _neighbours(task: tasks.Task, by: Actor) -> list[Link]:
    """The tasks before and after this one in the reader's list of the same kind of step."""
    found = inbox.read_inbox(by, "all", filters=inbox.Filters(element=task.element), size=200).items
    ids = [item.id for item in found]
    if task.id not in ids:
        return []
    at = ids.index(task.id)
    links = []
    if at > 0:
        links.append(Link(_("Việc trước"), url_for("task.show", task_id=ids[at - 1])))
    if at + 1 < len(ids):
        links.append(Link(_("Việc sau"), url_for("task.show", task_id=ids[at + 1])))
    return links


def _claim(task: tasks.Task, by: Actor) -> Act | None:
    another = tasks.is_another_to_do(task, by)
    if task.state == "open" and task.owner is None and tasks.may_act(task, by) and not another:
        return Act(_("Nhận việc"), url_for("task.claim", task_id=task.id), "claim")
    return None


def _acts(task: tasks.Task, by: Actor) -> list[Act]:
    found: list[Act] = []
    if task.state != "open":
        return found
    claim = _claim(task, by)
    if claim is not None and not task.running.holds:
        found.append(replace(claim, level="text"))
    if task.owner == by.account:
        found.append(Act(_("Trả việc"), url_for("task.release", task_id=task.id), "release", "text"))
        if task.drafted:
            found.append(Act(_("Trả việc, để lại bản nháp"), url_for("task.release", task_id=task.id), "release-shared",
                             "text", hidden={"share_draft": "yes"}))
    if questions.may_ask(task, by):
        found.append(Act(_("Hỏi ý kiến đồng nghiệp"), url_for("questions.ask", task_id=task.id), "ask", "text", method="get"))
    if people.allowed(by, "task.prioritise"):
        other = "normal" if task.priority else "high"
        found.append(Act(_("Bỏ khẩn") if task.priority else _("Đặt khẩn"), url_for("task.prioritise", task_id=task.id),
                         "prioritise", "text", hidden={"priority": other}))
    if people.allowed(by, "task.set_due") and not tasks.is_kept_away(task, by):
        found.append(Act(_("Đổi hạn"), url_for("task.set_due", task_id=task.id), "due", "text", method="get"))
    if may_reassign(task, by):
        found.append(Act(_("Chuyển xử lý"), url_for("task.reassign", task_id=task.id), "reassign", "text", method="get"))
    return found


def title_of(task: tasks.Task) -> str:
    """The step and whose case it is."""
    return f"{words.translated(task.name)}: {task.item_title or task.running.title}"


def draft_sentence(saved: datetime) -> str:
    """Says that and when a draft was kept."""
    return _("Đã lưu nháp lúc %(time)s. Rời trang không mất gì.", time=words.clock_time(saved))


def _follow(task: tasks.Task, by: Actor) -> FollowUp | None:
    if task.state != "open" or task.owner != by.account:
        return None
    return FollowUp(url_for("task.follow_up", task_id=task.id), words.full_date(task.follow_at))


def may_reassign(task: tasks.Task, by: Actor) -> bool:
    """Whether the page offers to hand the task on."""
    return task.state == "open" and tasks.may_reassign(task, by)
