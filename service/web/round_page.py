"""What the page of one round shows: how far it is, its names, units, lists, calendar, criteria and forms of award."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service import clock, words
from service.actor import Actor
from service.awards import catalogue, finding, overview, windows
from service.awards.lists import KINDS as LIST_KINDS
from service.awards.models import Round
from service.awards.nominations import reads_every
from service.calendar import working_calendar
from service.movement import stocktaking
from service.vietnamese import sort_key
from service.web import backward_plan, plan, round_content
from service.web.frame import Link
from service.web.home_office import lists_block, not_filed, posting_link
from service.web.parts import Block, Cell, Column, Empty, Fact, Table
from service.web.standing import funnel, holds_block, phase_words, way


def stage_words(row: Round) -> str:
    """Stage of a round in words."""
    return catalogue.STAGES[row.stage][words.language() == "en"]


def blocks(row: Round, by: Actor) -> tuple[list[Block], list[Block]]:
    """What stands in the middle and at the side of a round's page, as far as the reader may see it."""
    office = reads_every(by)
    main: list[Block] = []
    side: list[Block] = [_facts(row, by)]
    if office:
        units = overview.units_in_round(row.id)
        main += [b for b in (_names(by, row), not_filed(by, row, units, origin="round"), _filed(row, units)) if b]
        side += [b for b in (_by_state(by, row), holds_block(row.id)) if b]
        side.append(_stages(row))
    quotas = round_content.quota_block(row, by)
    side += [quotas] if quotas else []
    side.append(_lists(by, row))
    main += [*backward_plan.blocks(row, by), _calendar(row), *_criteria(row)]
    side.append(_forms(row))
    return main, side


def _facts(row: Round, by: Actor) -> Block:
    facts = [
        Fact(_("Mã đợt"), row.code),
        Fact(_("Loại đợt"), stage_words(row)),
        Fact(_("Năm"), str(row.year), figures=True),
        Fact(_("Xét thành tích từ"), words.full_date(row.window_from), figures=True),
        Fact(_("đến hết ngày"), words.full_date(row.window_to), figures=True),
    ]
    window, links = windows.window_of(row), []
    if row.stage in windows.STOCKTAKES:
        facts += [
            Fact(_("Giai đoạn được xét"), window.phase or _("không theo giai đoạn nào")),
            Fact(_("Các năm xét"), window.told, figures=True),
        ]
        if window.phase and stocktaking.may_read(by):
            links.append(Link(_("Số liệu các năm xét"), url_for("stocktakes.show", movement_id=row.movement_id, stage=row.stage)))
    if row.calendar_version > 1:
        facts.append(Fact(_("Lịch"), ngettext("đã đổi %(num)d lần", "đã đổi %(num)d lần", row.calendar_version - 1)))
    return Block(_("Đợt này"), links, words=row.guidance, facts=facts, key="about")


def _stages(row: Round) -> Block:
    """How far the round has come, told by its own state and by its lists."""
    told = {
        "open": _("Mở nhận hồ sơ"), "closed": _("Hết hạn nộp"), "posted": _("Niêm yết"), "sat": _("Hội đồng họp"),
        "decided": _("Có quyết định"), "handed_over": _("Trao tặng"), "ended": _("Kết thúc đợt"),
    }
    return Block(
        _("Đợt đã tới bước nào"),
        facts=[
            Fact(
                told[one.word],
                _("đã xong") if one.reached and not one.lists
                else ngettext("đã xong %(done)d/%(num)d danh sách", "đã xong %(done)d/%(num)d danh sách", one.lists,
                              done=one.done) if one.lists
                else _("chưa"),
            )
            for one in overview.stages_of_round(row)
        ],
        key="stages",
    )


def _names(by: Actor, row: Round) -> Block:
    counted = overview.count_round(row.id)
    total = sum(one.count for one in counted)
    return Block(
        ngettext("%(num)d trường hợp đang ở đâu", "%(num)d trường hợp đang ở đâu", total),
        [Link(_("Mở danh sách"), url_for("nominations.show_all", round=row.id))],
        stages=funnel(counted, posting=posting_link(by, row)) if total else (),
        empty=None if total else Empty(_("Chưa có trường hợp nào"), _coming(row)),
        key="names",
    )


def _by_state(by: Actor, row: Round) -> Block | None:
    counts = _in_order(finding.count_phases(by, row.id))
    if not counts:
        return None
    return Block(
        _("Theo trạng thái"),
        facts=[
            Fact(phase_words(word if word in catalogue.PHASES else "ended", word), str(n),
                 url_for("nominations.show_all", round=row.id, state=word), figures=True)
            for word, n in counts
        ],
        key="states",
    )


def _in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = [*catalogue.PHASES, *catalogue.OUTCOMES]
    return [(word, counts[word]) for word in order if counts.get(word)]


def _coming(row: Round) -> str:
    known = plan.dates(row)
    if "open" in known and "filing" in known:
        return _("Đợt mở từ %(open)s đến %(filing)s.", open=words.full_date(known["open"]),
                 filing=words.full_date(known["filing"]))
    return _("Đơn vị lập đề nghị thì tên hiện ở đây.")


def _filed(row: Round, units: list[overview.UnitStanding]) -> Block | None:
    filed = [one for one in units if one.filed]
    if not filed:
        return None
    states = LIST_KINDS["submission"].states
    return Block(
        ngettext("%(num)d đơn vị đã nộp", "%(num)d đơn vị đã nộp", len(filed)),
        table=Table(
            [Column(pgettext("one", "Đơn vị")), Column(_("Trạng thái")), Column(_("Số tên"), figures=True)],
            [
                [
                    Cell(one.unit.name, "", way("lists.show", list_id=one.list_id)),
                    Cell(words.translated(states.get(one.state, one.state))),
                    Cell(str(one.names), figures=True),
                ]
                for one in filed
            ],
            _("Đơn vị đã nộp"),
        ),
        key="filed",
    )


def _lists(by: Actor, row: Round) -> Block:
    found = [one for one in finding.find_lists(by, round_id=row.id) if one.kind != "submission"]
    shown = sorted(found, key=lambda one: (one.kind, -one.id))[:30]
    block = lists_block(
        _("Danh sách, văn bản của đợt"), shown, _("Chưa có danh sách nào"),
        _("Văn bản lấy ý kiến, niêm yết, kết quả Hội đồng, quyết định hiện ở đây khi được lập."),
    )
    return block


def _calendar(row: Round) -> Block:
    known, calendar = plan.dates(row), working_calendar()
    today = clock.today()

    def left(day: date) -> str:
        if day < today:
            return _("đã qua")
        if day == today:
            return _("hôm nay")
        return ngettext("còn %(num)d ngày làm việc", "còn %(num)d ngày làm việc", calendar.between(today, day))

    return Block(
        _("Lịch của đợt"),
        table=Table(
            [Column(_("Việc")), Column(_("Ngày")), Column(_("Còn lại"))],
            [
                [Cell(str(plan.KEY_WORDS[key])),
                 Cell(f"{words.weekday(day)}, {words.full_date(day)}",
                      "" if calendar.is_working(day) else _("ngày nghỉ")),
                 Cell(left(day))]
                for key, day in known.items()
            ],
            _("Lịch của đợt"),
        ) if known else None,
        empty=None if known else Empty(_("Đợt này không có lịch chung"),
                                       _("Hạn từng việc tính theo ngày làm việc kể từ khi việc tới.")),
        key="calendar",
    )


def _criteria(row: Round) -> list[Block]:
    blocks = []
    for group, pair in catalogue.GROUPS.items():
        found = sorted((c for c in row.criteria if c["group"] == group), key=lambda c: sort_key(c["code"]))
        if not found:
            continue
        alone = group in catalogue.ONE_CRITERION
        blocks.append(
            Block(
                _("Tiêu chí nhóm %(group)s: %(name)s", group=group, name=pair[words.language() == "en"]),
                words=_("Mỗi tên chỉ chấm theo một tiêu chí của nhóm.") if alone else "",
                table=Table(
                    [Column(_("Tiêu chí")), Column(_("Nội dung")), Column(_("Hệ số"), figures=True),
                     Column(_("Điểm tối đa"), figures=True)],
                    [
                        [Cell(c["code"]), Cell(c.get("title") or c.get("text", ""), c.get("text", "") if c.get("title")
                              else ""),
                         Cell(words.number(c.get("weight", 1)), figures=True),
                         Cell(words.number(c.get("max", 10)), figures=True)]
                        for c in found
                    ],
                    _("Tiêu chí nhóm %(group)s: %(name)s", group=group, name=pair[words.language() == "en"]),
                    foot=[] if alone else [Cell(_("Tổng")), Cell(""), Cell(""),
                          Cell(words.number(sum(c.get("max", 10) * c.get("weight", 1) for c in found)), figures=True)],
                ),
            )
        )
    return blocks


def _forms(row: Round) -> Block:
    en = words.language() == "en"
    return Block(
        _("Danh hiệu, hình thức được đề nghị"),
        lines=[
            Cell(form.name_en if en else form.name,
                 _("%(who)s quyết định · %(kinds)s", who=form.decides_en if en else form.decides,
                   kinds=", ".join(catalogue.KINDS[k][en].lower() for k in form.kinds)))
            for form in catalogue.award_forms().values()
            if row.stage in form.stages
        ],
        key="forms",
    )
