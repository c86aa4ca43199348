"""First pages of those who work in the commune's office: officer, head, secretary, chair, Văn phòng, clerk, accountant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service import clock, movement, people, words
from service.actor import Actor
from service.awards import finding, lists, overview, recipients, rule_versions
from service.awards.models import List, Round
from service.awards.overview import UnitStanding
from service.council import session as sessions
from service.web import home_glance, list_due, list_page, list_words, matter_ways, plan, statistics
from service.web.first import First
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Sum, Table, WorkRow
from service.web.standing import day_words, due, funnel, holds_block, overdue_of, way, work_block
from service.web.studio_figures import missed_block

_MOST_LINES = 5
"""Lines that a section under the first page's columns shows at once."""


def officer(by: Actor, round_: Round | None) -> First:
    """The officer: the plan counted back from the session, the funnel, who has not filed, what is outstanding."""
    if round_ is None:
        return First(_("Chưa có đợt xét nào"), side=[work_block(by), *_statistics_due(), *home_glance.of_office(by)], main=[_no_round(by)])
    units = overview.units_in_round(round_.id)
    first = First(
        plan.sentence(round_), _status(by, round_, units), ruler=plan.ruler(round_),
        main=[_funnel(by, round_)], side=[work_block(by), *_statistics_due()],
    )
    first.main += [block for block in (not_filed(by, round_, units, most=8),) if block]
    waiting = (_opinions(by, round_), _supplements(by, round_), holds_block(round_.id), _same_names(round_))
    first.below = [replace(block, most=_MOST_LINES) for block in waiting if block] + home_glance.of_office(by)
    return first


def _statistics_due() -> list[Block]:
    """The yearly statistics, while they are to be sent soon."""
    row = statistics.due_row()
    return [Block(_("Báo cáo thống kê"), work=[row], key="statistics")] if row else []


def office_head(by: Actor, round_: Round | None) -> First:
    """The office head: to sign, to classify, overdue, rules nobody confirmed; then what the officer sees."""
    first = officer(by, round_)
    to_do = _rows(by, [("decision", "draft", _("Dự thảo quyết định chờ trình"))])
    if petitions := movement.registers_in_use().get("petition"):
        to_do += matter_ways.phase_rows(petitions, by, petitions.register.phases)
    late, oldest = overview.overdue_tasks()
    if late:
        to_do.append(
            WorkRow(late, _("Việc quá hạn của cả phòng và đơn vị"), way("inbox.show", due="overdue") or "#",
                    _("cũ nhất từ %(day)s", day=day_words(oldest)), "bad")
        )
    unconfirmed = unconfirmed_rules()
    if unconfirmed:
        to_do.append(
            WorkRow(unconfirmed, _("Quy định chưa ai xác nhận"), way("office_rules.show_all", state="unsure"),
                    _("Chỉ nhắc, không chặn"), "warn")
        )
    if to_do:  # two long lists side by side with the funnel: the second shows less, the statistics give way
        work, *rest = first.side
        first.side = [Block(_("Chờ Trưởng phòng"), work=to_do, key="head"), replace(work, most=_MOST_LINES)]
        first.below = [*rest, *first.below]
    if missed := missed_block(by):
        first.below.append(missed)
    return first


def secretary(by: Actor, round_: Round | None) -> First:
    """A council secretary: the session, names that wait for it, sheets to key, minutes not signed."""
    waiting = _waiting(by, round_, "council")
    sheets = finding.find_lists(by, kind="council_sheet", round_id=round_.id if round_ else None)
    unsigned = [one for one in sheets if one.state not in lists.ENDED_STATES["council_sheet"]]
    ahead, _all = sessions.list_sessions(by=by, running=True, size=200)
    return First(
        _session_sentence(round_),
        ngettext("*%(num)d trường hợp* chờ Hội đồng xét, %(sheets)d phiên chưa ký biên bản.",
                 "*%(num)d trường hợp* chờ Hội đồng xét, %(sheets)d phiên chưa ký biên bản.",
                 waiting, sheets=len(unsigned)),
        main_act=_session_act(ahead, waiting, round_),
        ruler=plan.ruler(round_) if round_ else None,
        main=[lists_block(_("Phiếu kết quả trên giấy"), sheets, _("Chưa có phiếu kết quả trên giấy"),
                          _("Phiên họp làm trên máy ở mục Hội đồng; họp trên giấy thì lập phiếu kết quả ở mục Danh sách."))],
        side=[block for block in (work_block(by), holds_block(round_.id if round_ else None), *home_glance.of_others(by)) if block],
    )


def _session_act(ahead: Sequence[sessions.Session], waiting: int, round_: Round | None) -> Act | None:
    """The session that is being prepared or held, else planning one where names wait."""
    if ahead:
        one = min(ahead, key=lambda each: sessions.nearness(each.state, each.held_at))
        return Act(_("Mở phiên họp ngày %(day)s", day=words.full_date(one.held_at)), url_for("council.show", session_id=one.id),
                   "session", "main", method="get")
    if waiting and round_ is not None:
        said = ngettext("Lập phiên họp, %(num)d tên chờ", "Lập phiên họp, %(num)d tên chờ", waiting)
        return Act(said, url_for("council.plan", round=round_.id), "session", "main",
                   method="get")
    return None


def chair(by: Actor, round_: Round | None) -> First:
    """The chair: what is to be signed, in names and money, and what the province answered."""
    decisions = _first_due(finding.find_lists(by, kind="decision", state="checked"))
    packages = _first_due(finding.find_lists(by, kind="package", state="draft"))
    sums: tuple[Sum, ...] = ()
    act, sentence = None, _("Không có văn bản nào chờ bạn ký")
    if decisions:
        names = overview.count_to_sign(decisions[0].id)
        sums = tuple(list_page.sums_to_sign(decisions[0], by))
        sentence = _("Chờ bạn ký: *%(title)s*", title=decisions[0].title)
        act = _open(decisions[0], ngettext("Đọc và ký quyết định, %(num)d tên", "Đọc và ký quyết định, %(num)d tên", names))
    elif packages:
        n = finding.count_lines([packages[0].id]).get(packages[0].id, 0)
        sentence = ngettext("Tờ trình gửi tỉnh với *%(num)d tên* chờ bạn ký", "Tờ trình gửi tỉnh với *%(num)d tên* chờ bạn ký", n)
        act = _open(packages[0], ngettext("Đọc và ký tờ trình, %(num)d tên", "Đọc và ký tờ trình, %(num)d tên", n))
    waiting = [
        lists_block(_("Quyết định chờ ký"), decisions, _("Không có quyết định chờ ký"),
                    _("Văn phòng kiểm tra thể thức xong thì dự thảo hiện ở đây.")),
        lists_block(_("Tờ trình gửi tỉnh chờ ký"), packages, _("Không có tờ trình chờ ký"),
                    _("Trường hợp đề nghị cấp trên được lập thành tờ trình sau phiên họp Hội đồng.")),
    ]
    others = _about_awards(by, "proposed")
    if others:
        waiting.append(lists_block(_("Sửa đổi, đính chính, hủy bỏ khen thưởng chờ bạn quyết định"), others, "", ""))
        if act is None:
            sentence = _("Có văn bản về khen thưởng chờ bạn quyết định")
            act = _open(others[0], _("Đọc và quyết định"))
    answers = finding.find_lists(by, kind="package", state="sent")
    first = First(
        sentence, _next_dates(round_), sums, act, main=waiting,
        side=[lists_block(_("Đã trình tỉnh, chờ trả lời"), answers, _("Chưa trình tỉnh hồ sơ nào"), ""), work_block(by),
              *home_glance.of_signer(by)],
    )
    if round_ is not None:
        first.main.append(_funnel(by, round_))
    return first


def _about_awards(by: Actor, state: str) -> list[List]:
    """Corrections and revocations of awards in a state."""
    return _first_due([row for kind in ("revocation", "amendment") for row in finding.find_lists(by, kind=kind, state=state)])


def _first_due(rows: Sequence[List]) -> list[List]:
    """What is due first comes first; of equal ones the older."""
    return sorted(rows, key=lambda one: (one.due_at is None, one.due_at, one.id))


def format_check(by: Actor, round_: Round | None) -> First:
    """Văn phòng: drafts whose form is to be checked, and cases it takes for the office."""
    drafts = finding.find_lists(by, kind="decision", state="submitted")
    return First(
        ngettext("*%(num)d dự thảo* chờ kiểm tra thể thức", "*%(num)d dự thảo* chờ kiểm tra thể thức", len(drafts)) if drafts
        else _("Không có dự thảo nào chờ kiểm tra thể thức"),
        _next_dates(round_),
        main=[lists_block(_("Dự thảo quyết định"), drafts, _("Chưa có dự thảo"),
                          _("Trưởng phòng Văn hóa - Xã hội trình thì dự thảo hiện ở đây."))],
        side=[work_block(by), *home_glance.of_others(by)],
    )


def clerk(by: Actor, round_: Round | None) -> First:
    """The clerk: number, seal, scan, send."""
    decisions = finding.find_lists(by, kind="decision", state="signed")
    packages = finding.find_lists(by, kind="package", state="signed")
    others = _about_awards(by, "signed")
    count = len(decisions) + len(packages) + len(others)
    return First(
        ngettext("*%(num)d văn bản* chờ cho số, đóng dấu, phát hành", "*%(num)d văn bản* chờ cho số, đóng dấu, phát hành", count)
        if count
        else _("Không có văn bản nào chờ cho số"),
        _("Số, ký hiệu theo sổ văn bản đi của cơ quan; bạn nhập số đã lấy."),
        main=[
            lists_block(_("Quyết định chờ số, dấu"), decisions, _("Không có quyết định chờ số"),
                        _("Chủ tịch UBND xã ký xong thì quyết định hiện ở đây.")),
            lists_block(_("Tờ trình chờ gửi tỉnh"), packages, _("Không có tờ trình chờ gửi"),
                        _("Chủ tịch UBND xã ký xong thì tờ trình hiện ở đây.")),
            *([lists_block(_("Sửa đổi, đính chính, hủy bỏ chờ số"), others, "", "")] if others else []),
        ],
        side=[work_block(by), *home_glance.of_others(by)],
    )


def accountant(by: Actor, round_: Round | None) -> First:
    """The accountant: what is to be paid."""
    rows = finding.find_lists(by, kind="award_list", state="open")
    total = sum(overview.money_to_pay(one.id) for one in rows)
    owed = finding.find_lists(by, kind="revocation", state="recovering")
    return First(
        _("*%(money)s* tiền thưởng chờ chi", money=words.money(total)) if rows
        else _("Không có danh sách nào chờ chi tiền thưởng"),
        _("Chi theo danh sách trao tặng; ghi số chứng từ, ngày chi, năm ngân sách."),
        main=[
            lists_block(_("Danh sách trao tặng, chi tiền thưởng"), rows, _("Chưa có danh sách"),
                        _("Khi quyết định được phát hành, danh sách chi hiện ở đây.")),
            *([lists_block(_("Tiền thưởng phải thu hồi"), owed, "", "")] if owed else []),
        ],
        side=[work_block(by), *home_glance.of_others(by)],
    )


def not_filed(
    by: Actor, round_: Round, units: Sequence[UnitStanding], *, origin: str = "home", most: int | None = None
) -> Block | None:
    """Units that have not filed, with whom to call, and the reminder; None where all have, or filing is not asked.

    Those that have begun stand first; `most` of them are shown, the rest is on the page of the round.
    """
    late = sorted((one for one in units if not one.filed), key=lambda one: one.list_id is None)
    if not late or "filing" not in round_.calendar or round_.state not in ("open", "closed"):
        return None
    day = plan.dates(round_)["filing"]
    told = day_words_of(day)
    over = day < clock.today()
    title = (
        ngettext("%(num)d đơn vị chưa nộp, đã quá hạn %(day)s", "%(num)d đơn vị chưa nộp, đã quá hạn %(day)s",
                 len(late), day=told) if over
        else ngettext("%(num)d đơn vị chưa nộp, hạn %(day)s", "%(num)d đơn vị chưa nộp, hạn %(day)s", len(late), day=told)
    )
    acts = []
    if round_.state == "open" and people.allowed(by, "submission.return"):
        acts = [Act(ngettext("Đôn đốc cả %(num)d đơn vị", "Đôn đốc cả %(num)d đơn vị", len(late)),
                    url_for("home.remind", round_id=round_.id), "remind", hidden={"from": origin})]
    if people.allowed(by, "broadcast.send"):
        acts.append(Act(_("Viết thông báo riêng"), url_for("broadcasts.make", round=round_.id, set="not_filed"), "broadcast", "text",
                        method="get"))
    return Block(
        title,
        [Link(_("Xem đủ %(n)d đơn vị", n=len(late)), url_for("rounds.show", round_id=round_.id) + "#not-filed")]
        if most is not None and len(late) > most else (),
        acts=acts,
        table=Table(
            [Column(pgettext("one", "Đơn vị")), Column(_("Người phụ trách")),
             Column(_("Số tên năm %(year)d", year=round_.year - 1), figures=True), Column(_("Đôn đốc gần nhất"))],
            [
                [
                    Cell(one.unit.name,
                         ngettext("đang soạn, %(num)d tên", "đang soạn, %(num)d tên", one.names) if one.list_id else "",
                         url_for("nominations.show_all", round=round_.id, unit=one.unit.id)),
                    Cell(one.unit.contact or _("chưa ghi"), one.unit.phone),
                    Cell(str(one.last_year), figures=True),
                    Cell(day_words(one.reminded) if one.reminded else _("Chưa")),
                ]
                for one in late[:most]
            ],
            _("Đơn vị chưa nộp"),
        ),
        key="not-filed",
    )


def lists_block(title: str, rows: Sequence[List], empty: str, coming: str) -> Block:
    """Lists with their state and how many names they hold; where there is none, when there will be."""
    counts = finding.count_lines([one.id for one in rows]) if rows else {}
    return Block(
        title,
        lines=[
            Cell(one.title, " · ".join((state_words(one), list_words.names(counts.get(one.id, 0)), list_words.mark(one))),
                 way("lists.show", list_id=one.id), due=due(list_due.open_until(one)))
            for one in rows
        ],
        empty=None if rows else Empty(empty, coming),
    )


def state_words(row: List) -> str:
    """State of a list in words."""
    from service.awards.lists import kind_of

    return words.translated(kind_of(row).states.get(row.state, row.state))


def unconfirmed_rules() -> int:
    """How many rules in force nobody has sourced or confirmed."""
    return sum(not one.sure for one in rule_versions.read_register(clock.today()))


def day_words_of(day: object) -> str:
    """A day of the calendar in short."""
    return words.short_date(day, clock.today())  # type: ignore[arg-type]


def _status(by: Actor, round_: Round, units: Sequence[UnitStanding]) -> str:
    filed = sum(one.filed for one in units)
    counted = overview.count_round(round_.id)
    names = sum(one.count for one in counted if one.received)
    ready = len(lists.waiting(lists.KINDS["posting"].gathers, round_id=round_.id, kind="posting"))
    told = [ngettext("%(filed)d trong %(all)d đơn vị đã nộp, *%(num)d trường hợp*.",
                     "%(filed)d trong %(all)d đơn vị đã nộp, *%(num)d trường hợp*.", names, filed=filed, all=len(units))]
    if ready:
        told.append(ngettext("Có *%(num)d trường hợp* sẵn sàng niêm yết.", "Có *%(num)d trường hợp* sẵn sàng niêm yết.", ready))
    if late := overdue_of(by):
        told.append(ngettext("*%(num)d việc* của phòng đã quá hạn.", "*%(num)d việc* của phòng đã quá hạn.", late))
    return " ".join(told)


def _funnel(by: Actor, round_: Round) -> Block:
    counted = overview.count_round(round_.id)
    total = sum(one.count for one in counted)
    return Block(
        ngettext("%(num)d trường hợp đang ở đâu", "%(num)d trường hợp đang ở đâu", total),
        [Link(_("Mở danh sách"), url_for("nominations.show_all", round=round_.id))],
        stages=funnel(counted, posting=posting_link(by, round_)) if total else (),
        empty=None if total else Empty(_("Chưa có trường hợp nào"), _("Đơn vị lập đề nghị thì tên hiện ở đây.")),
        key="funnel",
    )


def posting_link(by: Actor, round_: Round) -> Link | None:
    """Where the officer draws up the list to be posted."""
    url = way("lists.show_all", round=round_.id)
    return Link(_("Soạn thông báo niêm yết"), url) if url and people.allowed(by, "posting.draft") else None


def _opinions(by: Actor, round_: Round) -> Block | None:
    letters = [
        one for one in finding.find_lists(by, kind="opinion_letter", round_id=round_.id)
        if one.state in ("sent", "overdue")
    ]
    if not letters:
        return None
    counts = finding.count_lines([one.id for one in letters])
    names = people.unit_names([one.unit_id for one in letters if one.unit_id])
    return Block(
        _("Ý kiến cơ quan còn thiếu"),
        lines=[
            Cell(
                ngettext("%(agency)s, %(num)d tên", "%(agency)s, %(num)d tên", counts.get(one.id, 0),
                         agency=names.get(one.unit_id or 0, one.title)),
                _("gửi %(day)s", day=day_words_of(one.dated)) if one.dated else "",
                way("lists.show", list_id=one.id), due=due(one.due_at),
            )
            for one in letters
        ],
        key="opinions",
    )


def _same_names(round_: Round) -> Block | None:
    pairs = len(recipients.open_pairs(round_.id))
    if not pairs:
        return None
    return Block(
        _("Trùng tên trong đợt"),
        work=[WorkRow(pairs, ngettext("cặp trùng tên chờ gộp hoặc tách", "cặp trùng tên chờ gộp hoặc tách", pairs),
                      url_for("same.show_all", round_id=round_.id), level="warn")],
        key="same",
    )


def _supplements(by: Actor, round_: Round) -> Block | None:
    returned = finding.find_lists(by, kind="submission", round_id=round_.id, state="returned")
    if not returned:
        return None
    names = people.unit_names([one.unit_id for one in returned if one.unit_id])
    day = plan.dates(round_).get("supplement")
    return Block(
        _("Đơn vị đang bổ sung"),
        lines=[
            Cell(names.get(one.unit_id or 0, one.title), "", way("lists.show", list_id=one.id), due=due(day))
            for one in returned
        ],
        key="supplements",
    )


def _rows(by: Actor, wanted: Sequence[tuple[str, str, str]]) -> list[WorkRow]:
    rows = []
    for kind, state, said in wanted:
        found = finding.find_lists(by, kind=kind, state=state)
        if found:
            rows.append(WorkRow(len(found), said, way("lists.show", list_id=found[0].id) if len(found) == 1
                                else way("lists.show_all", kind=kind, state=state) or "#"))
    return rows


def _waiting(by: Actor, round_: Round | None, phase: str) -> int:
    return finding.count_phases(by, round_.id if round_ else None).get(phase, 0)


def _session_sentence(round_: Round | None) -> str:
    day = plan.dates(round_).get("session") if round_ else None
    if day is None:
        return _("Chưa có lịch phiên họp Hội đồng")
    told = due(day)
    if day < clock.today() or told is None:
        return _("Phiên họp Hội đồng ngày *%(day)s*", day=day_words_of(day))
    return _("Phiên họp Hội đồng ngày *%(day)s*, %(left)s", day=day_words_of(day),
             left=told.words[:1].lower() + told.words[1:])


def _next_dates(round_: Round | None) -> str:
    if round_ is None or plan.next_step(round_) is None:
        return ""
    return plan.sentence(round_) + "."


def _open(row: List, said: str) -> Act | None:
    url = way("lists.show", list_id=row.id)
    return Act(said, url, "open", "main", method="get", icon="sign") if url else None


def _no_round(by: Actor) -> Block:
    may = people.allowed(by, "round.create")
    return Block(
        _("Đợt xét khen thưởng"),
        empty=Empty(
            _("Chưa lập đợt xét nào"),
            _("Đợt xét có lịch, tiêu chí, hình thức được đề nghị; lập xong thì đợt tự mở đúng ngày."),
            Link(_("Lập đợt xét"), url_for("rounds.make")) if may else None,
        ),
    )


__all__ = [
    "accountant", "chair", "clerk", "format_check", "lists_block", "not_filed", "office_head", "officer", "posting_link",
    "secretary", "state_words",
]
