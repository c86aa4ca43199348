"""What the units of a period said, put together, as pages show it: each number leads to the matters that it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from service import movement, papers, words
from service.actor import Actor
from service.errors import NotFound
from service.movement import Gathered, Kept, Synthesis, Whole
from service.movement.models import Period
from service.papers import Changed, SignedPeriod
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Block, Cell, Column, Empty, Fact, Table


def figure_blocks(period: Period, together: Synthesis) -> list[Block]:
    """Sums by the headings of the form, each of which leads to its sources; then what was chosen."""
    headings: dict[str, list[Gathered]] = {}
    for one in together.of("number"):
        headings.setdefault(in_words(one.heading) or _("Số liệu chung"), []).append(one)
    blocks = [Block(name, table=_sums(period, name, rows)) for name, rows in headings.items()]
    for one in together.of("choice"):
        facts = [Fact(in_words(said), words.number(count, 0), _way(period, one), figures=True) for said, count in one.counted]
        blocks.append(Block(in_words(one.label), facts=facts))
    if not blocks:
        blocks = [Block(_("Số liệu"), empty=Empty(_("Chưa đơn vị nào nộp"), _("Số liệu cộng dồn ở đây khi đơn vị nộp.")))]
    return blocks


def _sums(period: Period | None, name: str, rows: Sequence[Gathered]) -> Table:
    """Numbers with their sums; `period`: whose page shows the sources, where the reader may open it."""
    return Table(
        [Column(_("Chỉ tiêu")), Column(_("Tổng"), figures=True), Column(_("Đơn vị"), figures=True)],
        [[
            Cell(in_words(one.label)),
            Cell(words.number(float(one.total)), "", _way(period, one) if period else "", figures=True),
            Cell(words.number(len(one.sources), 0), figures=True),
        ] for one in rows],
        name, even=True,
    )


def _way(period: Period, one: Gathered) -> str:
    return url_for("periods.show", period_id=period.id, view="figures", of=one.key)


def sources_of(kept: Kept, period: Period, together: Synthesis, key: str) -> list[Block]:
    """The units that one figure comes from: what each said, in which matter of the register, filed when."""
    found = next((one for one in together.fields if one.key == key and one.kind in ("number", "choice")), None)
    if found is None:
        raise NotFound("Không có số liệu này trong kỳ.", "There is no such figure in the period.")
    reports, filed = movement.reports_of(kept, period), {one.matter: one.filed_at for one in together.units}
    named = in_words(found.label)
    back = Link(_("Mọi số liệu của kỳ"), url_for("periods.show", period_id=period.id, view="figures"))
    total = _("Tổng *%(total)s*, từ báo cáo của %(units)s đơn vị.", total=words.number(float(found.total)), units=len(found.sources)) \
        if found.kind == "number" else ""
    rows = [
        [
            Cell(one.name, "" if one.taken else _("chưa nhận"), url_for("matters.show", matter_id=one.matter)),
            Cell(reports.get(one.matter, "").replace(" ", "\u00a0")),
            Cell(words.full_moment(filed.get(one.matter))),
            Cell(_said(found, one.value), figures=found.kind == "number"),
        ]
        for one in found.sources
    ]
    return [Block(
        f"{heading}: {named}" if (heading := in_words(found.heading)) else named, words=total, links=[back],
        table=Table(
            [Column(_("Đơn vị")), Column(_("Số báo cáo trong sổ")), Column(_("Nộp lúc")),
             Column(_("Đã báo cáo"), figures=found.kind == "number")],
            rows, named,
        ) if rows else None,
        empty=None if rows else Empty(_("Chưa đơn vị nào nộp"), _("Số liệu cộng dồn ở đây khi đơn vị nộp.")),
    )]


def _said(found: Gathered, value: object) -> str:
    if found.kind == "number":
        return words.number(float(str(value)))
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(in_words(found.choices[str(one)]) for one in chosen if str(one) in found.choices)


def text_blocks(together: Synthesis) -> list[Block]:
    """What units wrote, field by field."""
    blocks = []
    for one in together.of("text"):
        heading = in_words(one.heading)
        blocks.append(Block(
            f"{heading}: {in_words(one.label)}" if heading else in_words(one.label),
            lines=[Cell(source.name, str(source.value), url_for("matters.show", matter_id=source.matter), vietnamese=True)
                   for source in one.sources],
        ))
    return blocks or [Block(_("Nội dung"), empty=Empty(_("Chưa đơn vị nào nộp"), _("Nội dung từng đơn vị xếp theo mục ở đây.")))]


def choices_of(whole: Whole) -> dict[str, list[dict[str, str]]]:
    """The period that a synthesis was begun about, as its form offers it: to be shown in words."""
    found = movement.period_about(whole.entry.id)
    if found is None:
        return {}
    kept, period = found
    labels = [", ".join(pair) for pair in zip(kept.register.one, movement.period_words(period), strict=True)]
    return {"periods": [{"value": str(period.id), "label": labels[0], "label.en": labels[1]}]}


def told_by(whole: Whole, by: Actor) -> list[Block]:
    """The figures that a synthesis tells of, each with the units behind it where its reader may open these; nothing for another matter."""
    found = movement.period_about(whole.entry.id)
    if found is None:
        return []
    kept, period = found
    try:
        movement.read_period(period.id, by=by)
    except NotFound:
        opens = False
    else:
        opens = True
    together = movement.gather(kept, period)
    name = _("Số liệu của kỳ: %(period)s", period=in_words(movement.period_words(period)))
    links = [Link(_("Tình hình nộp, số liệu, nội dung"), url_for("periods.show", period_id=period.id))] if opens else []
    hint = " " + _("Mở một số để xem nó cộng từ báo cáo nào.") if opens else ""
    signed = papers.signed_period(whole.entry.id)
    if signed is not None:
        counts = signed.counts
        said = _("%(filed)s trong %(asked)s đơn vị đã nộp, %(taken)s đã nhận.", filed=counts["period_filed"],
                 asked=counts["period_asked"], taken=counts["period_taken"])
        kept_as = " " + _("Số liệu giữ như khi ký, %(at)s.", at=words.full_moment(signed.at))
        return [Block(
            name, words=f"{said}{kept_as}{hint}", links=links, table=_sums_signed(period if opens else None, name, signed, together),
            lines=_change_lines(signed.changed(kept, period, together)),
        )]
    said = _("%(filed)s trong %(asked)s đơn vị đã nộp, %(taken)s đã nhận.", filed=together.filed, asked=together.asked,
             taken=together.taken) + waiting_words(together)
    numbers = together.of("number")
    return [Block(name, words=said + hint, links=links, table=_sums(period if opens else None, name, numbers) if numbers else None)]


def _sums_signed(period: Period | None, name: str, signed: SignedPeriod, together: Synthesis) -> Table:
    """Sums as they were signed, each with what it comes to now where that is another."""
    now = {(one.heading[0] or movement.GENERAL, one.label[0]): one for one in together.of("number")}
    rows = []
    for row in signed.figures:
        one, total = now.get((row["content"], row["what"])), words.number(row["total"])
        today = words.number(float(one.total)) if one else words.number(0)
        way = _way(period, one) if period and one else ""
        rows.append([
            Cell(in_words(one.label) if one else row["what"]),
            Cell(total, "" if today == total else _("nay %(total)s", total=today), way, figures=True),
            Cell(words.number(row["units"], 0), figures=True),
        ])
    return Table([Column(_("Chỉ tiêu")), Column(_("Tổng"), figures=True), Column(_("Đơn vị"), figures=True)], rows, name)


def _change_lines(changed: Sequence[Changed]) -> list[Cell]:
    """That a period differs from what was signed, by which reports, and what can be done; nothing where it does not."""
    if not changed:
        return []
    how = {"returned": _("đã trả lại"), "added": _("nộp sau khi ký"), "other": _("số liệu khác khi ký")}
    each = "; ".join(f"{one.unit} ({one.report}, {how[one.how]})" for one in changed)
    return [Cell(
        _("Số liệu của kỳ đã khác số liệu đã ký"),
        _("%(reports)s. Cần đính chính thì lập báo cáo tổng hợp mới cho kỳ này.", reports=each),
    )]


def signed_blocks(kept: Kept, period: Period, together: Synthesis, by: Actor) -> list[Block]:
    """The signed syntheses of a period from which its figures differ by now."""
    found = [(one, _change_lines(one.changed(kept, period, together))) for one in papers.signed_about(period.id, by=by)]
    return [
        Block(_("Báo cáo tổng hợp %(number)s", number=one.number), lines=lines,
              links=[Link(_("Số liệu đã ký"), url_for("matters.show", matter_id=one.matter))])
        for one, lines in found if lines
    ]


def waiting_words(together: Synthesis) -> str:
    """That the figures hold reports which nobody has accepted yet; nothing where all are."""
    return " " + _("Số liệu cộng cả *%(n)s báo cáo chưa nhận*.", n=words.number(together.waiting, 0)) if together.waiting else ""


__all__ = ["choices_of", "figure_blocks", "signed_blocks", "sources_of", "text_blocks", "told_by", "waiting_words"]
