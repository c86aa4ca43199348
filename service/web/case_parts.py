"""What pages show of one nomination: facts, scores, checks, files, history, diagram. Reads only, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from service import clock, people, trail, words
from service.actor import Actor
from service.awards import catalogue, changes, holds, public, recipients, submissions
from service.awards.dossier import scores_of
from service.awards.files import files_about
from service.awards.models import Award, Line, List, Nomination, Recipient, Score
from service.awards.models import File as Stored
from service.awards.nominations import reads_every
from service.awards.rules import bases_of, rule_set, rules_on
from service.calendar import working_calendar
from service.db import reading
from service.processes import history
from service.processes.deployments import definition_of
from service.studio import procedures
from service.vietnamese import sort_key
from service.web import consents, matter_ways
from service.web.files import way_to_look
from service.web.frame import Link
from service.web.parts import Basis, Check, Diagram, Entry, Fact, File, Step
from service.web.parts import Score as ScoreRow
from service.words import N_
from workflows.calendar import ZONE
from workflows.definition import Element

CONFIDENCE = {
    "S": N_("Đã có nguồn"),
    "S-old": N_("Có nguồn cũ, văn bản sau có thể đã sửa"),
    "S-weak": N_("Có nguồn gián tiếp, chưa đọc được nguyên văn"),
    "MH": N_("Theo thông lệ, độ chắc chắn cao, chưa đối chiếu nguyên văn"),
    "ML": N_("Theo thông lệ, độ chắc chắn thấp, chưa đối chiếu nguyên văn"),
    "P": N_("Đề xuất của hệ thống, xã thay đổi được"),
}
NEXT = {
    "drafting": N_("Thủ trưởng đơn vị ký"),
    "signing_by_head": N_("Phòng Văn hóa - Xã hội kiểm tra, thẩm định"),
    "checking": N_("Niêm yết danh sách"),
    "returning": N_("Đơn vị bổ sung hồ sơ"),
    "supplementing": N_("Phòng Văn hóa - Xã hội xem lại"),
    "consulting": N_("Niêm yết danh sách"),
    "weighing": N_("Niêm yết danh sách"),
    "posting": N_("Hội đồng xét"),
    "council": N_("Chủ tịch UBND xã quyết định, hoặc trình tỉnh"),
    "deciding": N_("Văn thư cho số, đóng dấu"),
    "issuing": N_("Trao tặng, chi tiền thưởng"),
    "packing": N_("UBND tỉnh trả lời"),
    "package_supplementing": N_("Trình lại cấp trên"),
}
"""Phase → what comes after it when all goes well; phases that lead to several ends are left out."""


def bases(keys: str, *, proposals: bool = True) -> list[Basis]:
    """The legal bases that a step names, each with how sure it is; without `proposals` only what is in some paper."""
    return [
        Basis(b.citation, b.note, _(CONFIDENCE.get(b.confidence, b.confidence)), sure=b.sourced)
        for b in bases_of(keys) if proposals or b.confidence != "P"
    ]


def reader() -> Literal["vi", "en"]:
    """Language of the reader, as the trail names it."""
    return "en" if words.language() == "en" else "vi"


def form_words(code: str | None) -> str:
    """Name of a form of award in the reader's language."""
    return catalogue.form_name(code, words.language())


def short_form_words(code: str) -> str:
    """Name of a form of award for narrow places."""
    form = catalogue.award_forms()[code]
    return form.name_en if words.language() == "en" else form.short


def in_words(pair: tuple[str, str] | None) -> str:
    """A pair of Vietnamese and English in the reader's language."""
    return "" if pair is None else pair[1 if words.language() == "en" else 0]


def facts(n: Nomination, scores: Sequence[Score]) -> list[Fact]:
    """The dotted lines on top of a dossier."""
    with reading() as s:
        recipient = s.get_one(Recipient, n.recipient_id)
        earlier = s.scalars(
            select(Award).where(Award.recipient_id == n.recipient_id, Award.nomination_id.is_distinct_from(n.id))
        ).all()
        submission = s.get(List, n.submission_id) if n.submission_id else None
        line = s.scalars(
            select(Line).where(Line.list_id == n.submission_id, Line.nomination_id == n.id)
        ).one_or_none()
    who = in_words(catalogue.KINDS[n.kind])
    if recipient.members:
        who = ngettext("%(who)s, %(num)d người", "%(who)s, %(num)d người", recipient.members, who=who)
    contents = sorted({c for x in scores for c in x.contents})
    code = public.grouped(public.code_of(n))
    found = [
        Fact(_("Đơn vị đề nghị"), n.unit_name),
        Fact(_("Nội dung thi đua"), ", ".join(contents) or _("chưa ghi")),
        Fact(_("Hình thức đề nghị"), form_words(n.form_asked)),
        Fact(_("Họp bình xét"), _meeting(submission, line)),
        Fact(_("Chức danh"), n.title) if n.title else Fact(_("Nhóm"), in_words(catalogue.GROUPS[n.subject_group])),
        Fact(_("Đã khen"), "; ".join(f"{form_words(a.form)}, {a.decided_on.year}" for a in earlier) or _("chưa có")),
        Fact(_("Đối tượng"), who),
        Fact(_("Tiếp nhận"), _receipt(n, submission)),
        Fact(_("Mã tra cứu"), code, url_for("public.standing", code=code), figures=True),
    ]
    if consent := consents.fact(n):
        found.append(consent)
    papers = submission.data.get("papers", []) if submission else []
    found += [Fact(_("Hồ sơ giấy"), paper_words(one)) for one in papers]
    if joined := recipients.joined_with(n):
        found.append(Fact(_("Cùng đề nghị"), ", ".join(joined)))
    for label, form in (
        (_("Phòng đề nghị"), n.form_recommended), (_("Hội đồng thông qua"), n.form_passed),
        (_("Được tặng"), n.form_granted),
    ):
        if form and form != n.form_asked:
            found.append(Fact(label, form_words(form)))
    return [*found, *_papers_that_decided(n), *_against_the_clock(n)]


def _papers_that_decided(n: Nomination) -> list[Fact]:
    """The paper that granted an award, and what the levels above wrote: number and day."""
    with reading() as s:
        award = s.scalars(select(Award).where(Award.nomination_id == n.id).order_by(Award.id.desc()).limit(1)).first()
        answered = s.scalars(
            select(Line).join(List).where(List.kind == "package", Line.nomination_id == n.id).order_by(Line.id)
        ).all()
        later = s.scalars(
            select(List).join(Line, Line.list_id == List.id)
            .where(Line.nomination_id == n.id, List.kind.in_(_LATER), List.number.is_not(None)).order_by(List.dated, List.id)
        ).all()
    found = []
    for line in answered:
        paper = line.data.get("paper")
        if paper and not (award and award.decision == paper["number"]):
            label = _("Văn bản của Trung ương") if line.data.get("level") == "centre" else _("Văn bản của tỉnh")
            found.append(Fact(label, _number_and_day(paper["number"], date.fromisoformat(paper["dated"]))))
    if award:
        found.append(Fact(_("Quyết định khen thưởng"), _number_and_day(award.decision, award.decided_on)))
        if award.book_number:
            book = _("số %(number)s, năm %(year)d", number=f"{award.book_number:02d}", year=award.decided_on.year)
            found.append(Fact(_("Sổ vàng"), book))
    found += [
        Fact(words.translated(_LATER[one.kind]), _number_and_day(one.number or "", one.dated)) for one in later if one.dated
    ]
    if award:
        found += _given_back(award)
    return found


_LATER = {
    "amendment": N_("Văn bản sửa đổi, đính chính"), "revocation": N_("Quyết định hủy bỏ"), "reprint": N_("Biên bản hủy phôi"),
}
"""Papers that came after an award was decided: kind of list → what they are called."""


def _given_back(award: Award) -> list[Fact]:
    """Of a revoked award: when certificate and money came back."""
    found = []
    if award.returned_on:
        found.append(Fact(_("Đã thu hồi hiện vật"), words.full_date(award.returned_on), figures=True))
    if award.repaid_on:
        told = _("%(day)s, phiếu thu số %(number)s", day=words.full_date(award.repaid_on), number=award.receipt)
        found.append(Fact(_("Đã thu hồi tiền thưởng"), told, figures=True))
    return found


def _number_and_day(number: str, day: date) -> str:
    return _("số %(number)s ngày %(day)s", number=number, day=words.full_date(day))


def _against_the_clock(n: Nomination) -> list[Fact]:
    """How much of the procedure's working days a certificate has taken so far; told, never a timer."""
    form = n.form_passed or n.form_recommended or n.form_asked
    if n.received_at is None or n.form_granted or n.reason_code or form != "GK_XA":
        return []
    most = (rule_set(n.rule_set_id) if n.rule_set_id else rules_on(clock.today())).shown("GK_PROCESS_DAYS")
    if most is None:
        return []
    taken = working_calendar().between(n.received_at.astimezone(ZONE).date(), clock.today())
    return [
        Fact(_("Thời gian giải quyết"),
             ngettext("%(num)d ngày làm việc từ khi tiếp nhận, quy định %(most)d",
                      "%(num)d ngày làm việc từ khi tiếp nhận, quy định %(most)d", taken, most=int(most)))
    ]


def paper_words(paper: Mapping[str, Any]) -> str:
    """An incoming paper of a unit: number, day, who took it."""
    day = date.fromisoformat(str(paper["dated"]))
    who = people.names([paper["taken_by"]]).get(paper["taken_by"], "") if paper.get("taken_by") else ""
    return _("văn bản số %(number)s ngày %(day)s, %(who)s ghi", number=paper["number"], day=words.full_date(day), who=who)


def entered_words(entered: Mapping[str, Any]) -> str:
    """For which unit, by which incoming paper, the office entered something."""
    return _("nhập thay %(unit)s theo văn bản số %(number)s ngày %(day)s", unit=entered["for_unit"],
             number=entered.get("paper", ""), day=entered.get("paper_date", ""))


def conclusion_words(paper: Mapping[str, Any]) -> str:
    """A conclusion on a petition by number and day."""
    return _("Kết luận số %(number)s ngày %(day)s", number=paper["number"], day=words.full_date(date.fromisoformat(paper["dated"])))


def _meeting(submission: List | None, line: Line | None) -> str:
    minutes = submissions.minutes_of(submission, line.nomination_id) if submission and line else {}
    if not minutes:
        return _("chưa có biên bản")
    votes = line.data.get("votes") if line else None
    day = words.short_date(datetime.fromisoformat(minutes["held_on"]).date(), clock.today())
    if votes is None:
        return day
    return _("%(day)s, đồng ý %(votes)s trong %(present)s", day=day, votes=votes, present=minutes["present"])


def _receipt(n: Nomination, submission: List | None) -> str:
    if n.received_at is None:
        return _("chưa nộp")
    day = words.short_date(n.received_at, clock.today())
    return _("%(day)s, phiếu số %(number)s", day=day, number=submission.number) if submission else day


def score_rows(n: Nomination, scores: Sequence[Score], by: Actor, *, office: bool | None = None) -> list[ScoreRow]:
    """Scores side by side; a unit sees its own only, as over the API. `office`: who reads has been asked already."""
    office = reads_every(by, n) if office is None else office
    texts = {c["code"]: c.get("title") or c.get("text", "") for c in _criteria(n.round_id)}
    names = {f.id: f.name for f in files_about(n.id)}
    rows = []
    # A criterion that a filled-in sheet left out is not the person's: of D1 and D2 only one is asked.
    assessed = any(x.own is not None for x in scores)
    for x in scores:
        if assessed and x.own is None and x.office is None:
            continue
        link = Link(str(len(x.files)), "#dossier-files") if any(f in names for f in x.files) else None
        rows.append(
            ScoreRow(
                x.criterion,
                texts.get(x.criterion, ""),
                None if x.own is None else float(x.own),
                None,
                None if x.office is None or not office else float(x.office),
                float(x.maximum),
                link,
                x.own_note or (x.office_note if office else ""),
                weight=float(x.weight),
            )
        )
    return rows


def scale_words(rows: Sequence[ScoreRow]) -> str:
    """The scale of a score table, where all its criteria have the same; else it stands at each."""
    scales = {(row.maximum, row.weight) for row in rows}
    if len(scales) != 1:
        return ""
    ((most, _weight),) = scales
    return _("Thang %(max)s điểm mỗi tiêu chí", max=words.number(most))


def _criteria(round_id: int) -> list[dict[str, Any]]:
    from service.awards.rounds import read_round

    return read_round(round_id).criteria


def file_rows(n: Nomination, scores: Sequence[Score], by: Actor) -> list[File]:
    """Files of the dossier: for which criterion, and whether the reader has opened them."""
    opened: dict[int, datetime] = {}
    rows = files_about(n.id)
    if rows and by.account is not None:
        page = trail.read(stream=f"instance:{n.instance_id}", actor=by.account, kind="file:opened", limit=200)
        for event in page.events:
            opened.setdefault(int(event.body.get("file", 0)), event.at)
    about = {f: [x.criterion for x in scores if f in x.files] for f in (r.id for r in rows)}
    names = people.names([r.uploaded_by for r in rows])
    return [
        File(
            r.name,
            url_for("files.download", file_id=r.id),
            r.size,
            ", ".join(about[r.id]),
            opened.get(r.id),
            key=str(r.id),
            added=added_words(r, names),
            hash=r.sha256,
            look=way_to_look(r.id, r.media_type),
        )
        for r in rows
    ]


def added_words(file: Stored, names: Mapping[int, str]) -> str:
    """Who brought a file, and when."""
    who, when = names.get(file.uploaded_by, ""), words.full_moment(file.uploaded_at)
    return f"{who}, {when}" if who else when


def warnings(n: Nomination, by: Actor) -> list[Check]:
    """What must be seen before anything else: holds, faults to mend, the same name twice in the round."""
    found = [
        Check(_("*Đang tạm dừng xem xét* từ %(day)s, chờ Chủ tịch UBND xã quyết định giữ hay hủy bỏ khen thưởng.",
                day=words.short_date(h.opened_at)) if h.cause == "revocation" else
              _("*Đang tạm dừng xem xét* từ %(day)s, chờ kết luận.", day=words.short_date(h.opened_at)), "warn")
        for h in holds.open_holds(n.id)
    ]
    found += [Check(noted_words(row), "warn") for row, _line in changes.noted(n.id)]
    for fault in n.faults:
        mend = fault.get("mend", "")
        found.append(Check(f"*{fault.get('what', '')}*" + (f" {mend}" if mend else ""), "warn"))
    found += matter_ways.warnings(n.unit_id, by)
    found += consents.checks(n, by)
    if reads_every(by, n):
        for same in recipients.same_in_round(n):
            sentence = (
                _("Cùng người này còn một đề nghị của %(unit)s trong đợt.", unit=same.unit_name)
                if same.same_recipient
                else _("Trùng họ tên với một đề nghị của %(unit)s trong đợt.", unit=same.unit_name)
            )
            found.append(Check(sentence, "warn"))
    if people.allowed(by, "recipient.tie", unit=people.current_unit(n.unit_id)):
        from service.web.same_person import warnings as of_the_same_name

        found += of_the_same_name(n)
    return found


def behalf_words(behalf: int | str | None) -> str:
    """A sentence that says in whose place the reader acts, empty where it is his own."""
    if behalf is None:
        return ""
    whom = people.names([behalf]).get(behalf, "") if isinstance(behalf, int) else behalf
    return _("Bạn xử lý thay *%(whom)s*.", whom=whom)


def noted_words(row: List) -> str:
    """A petition or discipline that stops nothing yet, in words that name no sender."""
    concluded = (row.data.get("conclusion") or {}).get("decision") == "founded"
    if row.kind == "petition":
        return _("*Đơn thư đã có kết luận vi phạm.* Phòng nhận hồ sơ, hoặc xem xét lại đưa tên này trở lại, thì dừng xét, không trình "
                 "Hội đồng.") if concluded else _(
            "*Có đơn thư đang xác minh.* Khi phòng nhận hồ sơ mà chưa có kết luận thì tạm dừng xem xét.")
    return _("*Đã có kết luận kỷ luật.*") if concluded else _(
        "*Đang bị xem xét kỷ luật.* Khi phòng nhận hồ sơ mà chưa có kết luận thì tạm dừng xem xét.")


def entries(instance_id: int, *, limit: int = 5) -> list[Entry]:
    """The newest entries of the trail of one instance as sentences."""
    locale = reader()
    page = trail.read(stream=f"instance:{instance_id}", part=None, limit=limit * 4, locale=locale)
    told = [e for e in page.events if e.part in ("step", "work")][:limit]
    return [Entry(e.at, trail.sentence(e, locale)) for e in told]


def diagram(instance_id: int, title: str) -> Diagram | None:
    """The diagram where an instance stands, with marks, and the same as numbered text."""
    drawn, innermost = history.diagrams(instance_id)
    one = next((d for d in drawn if d.process == innermost), None)
    if one is None:
        return None
    stops = history.timeline(instance_id)
    deployment = next((s.deployment_id for s in stops if s.deployment_id), None)
    if deployment is None:
        return None
    latest = {s.element: s for s in stops}
    return Diagram(
        title,
        url_for("task.drawing", deployment=deployment, process=one.process),
        _steps(deployment, one.process, one.marks, latest),
        one.marks,
    )


_STEPS = ("user", "receive", "call", "subprocess")


def _steps(
    deployment: int, process: str, marks: Mapping[str, str], latest: Mapping[str, history.Stop]
) -> list[Step]:
    elements = [e for e in definition_of(deployment).elements.values() if e.process == process and e.kind in _STEPS]
    steps = []
    for element, number in procedures.in_order(elements, procedures.places_of(deployment)):
        mark = marks.get(element.id, "ahead")
        stop, name = latest.get(element.id), words.translated(element.name or "")
        steps.append(
            Step(element.id, number, f"*{name}*" if mark == "live" else name, mark,
                 _when(stop), words.translated(element.lane or "") if mark != "done" else "")
        )
    return steps


def _when(stop: history.Stop | None) -> str:
    if stop is None:
        return ""
    if stop.closed_at:
        who = f"{stop.closed_by}, " if stop.closed_by else ""
        return who + words.short_date(stop.closed_at, clock.today())
    since = _("từ %(day)s", day=words.short_date(stop.opened_at, clock.today()))
    if stop.due_at is None:
        return since
    return _("%(since)s, hạn %(due)s", since=since, due=words.short_date(stop.due_at, clock.today()))


def nomination_url(number: int) -> str:
    """Address of the page of a nomination."""
    return f"/nominations/{number}"


def group_words(groups: frozenset[str] | set[str], step: Element | None = None) -> str:
    """Who is meant by candidate groups, in words: as the lane of the `step` calls its own, where it names them otherwise than the
    catalogue: people of a unit "Đơn vị được kiểm tra", the chair "Chủ tịch Hội đồng"; so all pages say one word.
    """
    called = {}
    if step is not None and step.lane and (people.is_scoped(step.lane_group) or _is_renamed(step)):
        called = {step.lane_group: words.translated(step.lane)}
    return ", ".join(sorted(people.group_labels(groups, words.language(), called).values(), key=sort_key))


def _is_renamed(step: Element) -> bool:
    found = people.catalogue().get(step.lane_group)
    return found is not None and step.lane != found.label


__all__ = [
    "NEXT", "bases", "diagram", "entries", "facts", "file_rows", "form_words", "group_words", "in_words",
    "nomination_url", "noted_words", "reader", "score_rows", "scores_of", "warnings",
]
