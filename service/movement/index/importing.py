"""Indicators by Excel: a row an indicator, with the pillar it belongs to and the year of its draft set; dry run first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from service import people
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Invalid, Refusal
from service.imports import Change, Import, Reader, Taken, Trial, Verdict, check_seen, needed, run
from service.movement.index.content import (
    WHO,
    IndicatorInput,
    PillarInput,
    clean_indicator,
    clean_pillar,
    columns_of,
    put_all,
)
from service.movement.index.models import IndexSet
from service.movement.index.sets import RUN_INDEX, Content, content_of
from service.people import KINDS
from service.sheets import Column, SheetRow, add_guide, as_text, as_whole, new_sheet, safe_cell, wrong
from service.sheets import content_of as file_of
from service.vietnamese import fold

COLUMNS: tuple[Column, ...] = (
    Column("year", "Năm", 8, "Bắt buộc: năm của bộ chỉ số đang soạn.", needed=True),
    Column("pillar", "Mã trụ cột", 12, "Bắt buộc: chữ in hoa không dấu, số, dấu chấm.", needed=True),
    Column("pillar_name", "Tên trụ cột", 24, "Bắt buộc: Chính quyền số, Kinh tế số, Xã hội số.", needed=True),
    Column("pillar_name_en", "Tên trụ cột (tiếng Anh)", 24, "Để trống thì lấy tên tiếng Việt."),
    Column("pillar_weight", "Trọng số trụ cột", 10, "Bắt buộc: số lớn hơn 0; các dòng của một trụ cột ghi như nhau.", needed=True),
    Column("code", "Mã chỉ số", 10, "Bắt buộc: 1.1, 1.2; không trùng trong bộ.", needed=True),
    Column("name", "Tên chỉ số", 44, "Bắt buộc.", needed=True),
    Column("name_en", "Tên chỉ số (tiếng Anh)", 36, "Để trống thì lấy tên tiếng Việt."),
    Column("measure", "Đơn vị tính", 12, "Bắt buộc: %, lượt, buổi.", needed=True),
    Column("inputs", "Số liệu phải nhập", 44, "Bắt buộc: tên dùng trong công thức = nhãn, cách nhau bằng dấu chấm phẩy. "
           "Ví dụ: truc_tuyen = Số hồ sơ trực tuyến; tong = Tổng số hồ sơ.", needed=True),
    Column("parameters", "Tham số", 20, "Số cố định dùng trong công thức: he_so = 2; để trống được."),
    Column("formula", "Công thức", 34, "Bắt buộc, viết bằng FEEL, không bắt đầu bằng dấu =: truc_tuyen / tong * 100.", needed=True),
    Column("full", "Kết quả đạt điểm tối đa", 12, "Bắt buộc: từ mức này trở lên được đủ điểm, thấp hơn thì theo tỷ lệ.", needed=True),
    Column("maximum", "Điểm tối đa", 10, "Bắt buộc.", needed=True),
    Column("weight", "Trọng số", 10, "Bắt buộc: trọng số của chỉ số trong trụ cột.", needed=True),
    Column("evidence", "Minh chứng cần có", 34, "Để trống thì không đòi minh chứng."),
    Column("who", "Ai nhập", 16, "Đơn vị hoặc Cả xã; để trống là Đơn vị."),
    Column("kinds", "Loại đơn vị", 24, "Để trống là mọi đơn vị; nhiều loại cách nhau bằng dấu chấm phẩy."),
)
_PILLAR = {"name": "pillar_name", "name_en": "pillar_name_en", "weight": "pillar_weight"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row understood: of which year, the pillar, the indicator."""

    year: int
    pillar: PillarInput
    indicator: IndicatorInput


IndexTrial = Trial[Row]


def _understood(row: SheetRow) -> Row:
    """A row's cells as what they mean; a refusal that names everything that is wrong with it."""
    cells = Reader(COLUMNS, row.cells, row.faults)
    year = cells.take("year", lambda v: _filled(as_whole(v, "năm", 2021, 2099), "năm"))
    said = {
        key: cells.take(key, partial(needed, most=most, what=what, what_en=key))
        for key, most, what in (
            ("pillar", 20, "mã trụ cột"), ("pillar_name", 200, "tên trụ cột"), ("pillar_weight", 30, "trọng số trụ cột"),
            ("code", 20, "mã chỉ số"), ("name", 300, "tên chỉ số"), ("measure", 60, "đơn vị tính"), ("formula", 2_000, "công thức"),
            ("full", 30, "kết quả đạt điểm tối đa"), ("maximum", 30, "điểm tối đa"), ("weight", 30, "trọng số"),
        )
    }
    more = {key: cells.take(key, partial(as_text, most=2_000, what=key)) or "" for key in ("pillar_name_en", "name_en", "evidence")}
    inputs = cells.take("inputs", lambda v: _pairs(needed(v, 2_000, "số liệu phải nhập", "inputs"), "số liệu phải nhập"))
    parameters = cells.take("parameters", lambda v: _pairs(as_text(v, 1_000, "tham số"), "tham số"))
    who = cells.take("who", _who)
    kinds = cells.take("kinds", _kinds)
    if not cells.wrongs:
        pillar = cells.ask(lambda: clean_pillar(PillarInput(
            said["pillar"], said["pillar_name"], more["pillar_name_en"] or said["pillar_name"], said["pillar_weight"],
        )))
        one = cells.ask(lambda: clean_indicator(IndicatorInput(
            said["pillar"], said["code"], said["name"], more["name_en"] or said["name"], said["measure"], inputs, said["formula"],
            said["full"], said["maximum"], said["weight"], dict(parameters), more["evidence"], who, kinds,
        )))
    cells.finish()
    return Row(year, pillar, one)


def _filled(value: int | None, what: str) -> int:
    if value is None:
        raise wrong(f"thiếu {what}", f"{what} is missing")
    return value


def _pairs(text: str, what: str) -> list[tuple[str, str]]:
    """`key = words` between semicolons or on lines of their own."""
    found = []
    for part in re.split(r"[;\n]", text):
        key, sign, words = part.partition("=")
        if not part.strip():
            continue
        if not sign or not words.strip():
            raise wrong(f"{what}: “{part.strip()[:40]}” viết dạng tên = nội dung", f"“{part.strip()[:40]}” is not written as name = words")
        found.append((key.strip(), words.strip()))
    return found


def _who(value: Any) -> str:
    text = fold(as_text(value, 60, "ai nhập"))
    known = {fold(words): key for key, pair in WHO.items() for words in pair} | {"": "unit"}
    if text not in known:
        raise wrong("ai nhập: ghi Đơn vị hoặc Cả xã", "who enters: unit or commune")
    return known[text]


def _kinds(value: Any) -> list[str]:
    known = {fold(pair[0]): key for key, pair in KINDS.items()}
    found = []
    for part in as_text(value, 500, "loại đơn vị").split(";"):
        if part.strip() and fold(part) not in known:
            raise wrong(f"loại đơn vị “{part.strip()[:40]}” không có trong danh mục", f"{part.strip()[:40]} is no kind of unit")
        if part.strip():
            found.append(known[fold(part)])
    return found


def try_index_import(name: str, content: bytes, *, by: Actor) -> IndexTrial:
    """Read a sheet and say of each row whether its indicator is new, changes one, stands already or is refused; writes nothing."""
    people.require(by, RUN_INDEX)
    return run(name, content, COLUMNS, _understood, _judged, key="code")


def _judged(rows: Sequence[tuple[int, Row]]) -> dict[int, Verdict | Refusal]:
    drafts = _drafts({row.year for _, row in rows})
    found: dict[int, Verdict | Refusal] = {}
    pillars: dict[tuple[int, str], tuple[int, PillarInput]] = {}
    codes: dict[tuple[int, str], int] = {}
    for number, row in rows:
        try:
            content = drafts.get(row.year)
            if content is None:
                raise wrong(f"năm {row.year} chưa có bộ chỉ số nào đang soạn: lập bộ trước", f"no draft set of {row.year}; make it first")
            if number != (other := codes.setdefault((row.year, row.indicator.code), number)):
                raise wrong(f"mã chỉ số {row.indicator.code} trùng dòng {other}", f"the code stands in row {other} already")
            first, pillar = pillars.setdefault((row.year, row.pillar.code), (number, row.pillar))
            if pillar != row.pillar:
                raise wrong(f"trụ cột {row.pillar.code}: tên, trọng số khác dòng {first}", f"the pillar is not as in row {first}")
            found[number] = verdict_on(content, row)
        except Refusal as refusal:
            found[number] = refusal
    return found


def _drafts(years: set[int]) -> Mapping[int, Content]:
    with reading() as s:
        rows = s.scalars(select(IndexSet).where(IndexSet.year.in_(years)))
        return {row.year: content_of(s, row) for row in rows if row.state == "draft"}


def verdict_on(content: Content, row: Row) -> Verdict:
    """What a row would change of a draft."""
    pillar = next((one for one in content.pillars if one.code == row.pillar.code), None)
    one = next((one for one in content.indicators if one.code == row.indicator.code), None)
    changes = []
    if pillar is not None:
        changes += [
            Change(column, getattr(pillar, key), getattr(row.pillar, key))
            for key, column in _PILLAR.items() if getattr(pillar, key) != getattr(row.pillar, key)
        ]
    if one is None:
        return Verdict("new")
    said = columns_of(row.indicator)
    before = {key: getattr(one, key) for key in said}
    changes += [Change(key, _shown(key, before[key]), _shown(key, said[key])) for key in said if before[key] != said[key]]
    if pillar is None or one.pillar_id != pillar.id:
        here = next(each.code for each in content.pillars if each.id == one.pillar_id)
        changes.append(Change("pillar", here, row.pillar.code))
    return Verdict("changed", tuple(changes)) if changes else Verdict("same")


def _shown(key: str, value: Any) -> str:
    """A value as the sheet writes it."""
    if key == "inputs":
        return "; ".join(f"{one['key']} = {one['label']}" for one in value)
    if key == "parameters":
        return "; ".join(f"{name} = {number}" for name, number in value.items())
    if key == "who":
        return WHO[value][0]
    if key == "kinds":
        return "; ".join(KINDS[one][0] for one in value)
    return str(value)


def take_index_import(trial: IndexTrial, *, by: Actor) -> Taken:
    """Put the good rows of a dry run, all or none; Stale where a draft changed since, or was opened."""
    people.require(by, RUN_INDEX)
    with transaction():
        drafts = _drafts({row.year for _, row in trial.ready})
        new = changed = 0
        for year in sorted({row.year for _, row in trial.ready}):
            mine = [(number, row) for number, row in trial.ready if row.year == year]
            content = drafts.get(year)
            if content is None:
                raise Invalid(f"Bộ chỉ số năm {year} không còn là bản soạn.", f"The set of {year} is no draft any more.")
            for number, row in mine:
                what = (f"chỉ số {row.indicator.code}", f"indicator {row.indicator.code}")
                verdict = check_seen(number, verdict_on(content, row), trial.changes.get(number), what)
                new, changed = new + (verdict.state == "new"), changed + (verdict.state == "changed")
            pillars = {row.pillar.code: row.pillar for _, row in mine}
            put_all(content.row.id, list(pillars.values()), [row.indicator for _, row in mine], by=by)
        return Taken(new, changed)


def _guide() -> list[tuple[str, str]]:
    kinds = ("Loại đơn vị", "Một trong: " + "; ".join(pair[0] for pair in KINDS.values()) + ".")
    return [*((c.heading, c.hint) for c in COLUMNS), kinds]


def set_sheet(content: Content) -> bytes:
    """A set as a sheet of the same columns, so that it can be changed there and brought in again."""
    book, sheet = new_sheet(f"Bộ chỉ số {content.row.year}", COLUMNS)
    pillars = {one.id: one for one in content.pillars}
    for number, one in enumerate(content.indicators, 1):
        pillar = pillars[one.pillar_id]
        of_pillar = {"pillar": pillar.code, "pillar_name": pillar.name, "pillar_name_en": pillar.name_en, "pillar_weight": pillar.weight}
        cells = [content.row.year if c.key == "year" else of_pillar.get(c.key) or _shown(c.key, getattr(one, c.key, "")) for c in COLUMNS]
        sheet.append([number, *(safe_cell(cell or None) for cell in cells)])
    add_guide(book, _guide())
    return file_of(book)


IMPORT = Import(
    "indicators", "Bộ chỉ số", COLUMNS, RUN_INDEX, IndexTrial,
    try_=lambda name, content, by: try_index_import(name, content, by=by),
    take=lambda trial, by: take_index_import(trial, by=by),
    guide=_guide,
)
