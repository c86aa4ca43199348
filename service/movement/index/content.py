"""Pillars and indicators of a draft set: put (made or changed by code), dropped. What is opened changes no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import people, trail
from service.actor import Actor
from service.db import transaction
from service.errors import Conflict, Invalid, NotFound
from service.movement.index.models import IndexPillar, Indicator
from service.movement.index.scoring import check_formula, read_decimal
from service.movement.index.sets import RUN_INDEX, locked_draft

MOST_PILLARS, MOST_INDICATORS, MOST_NUMBERS = 12, 200, 12
WHO = {"unit": ("Đơn vị", "Units"), "commune": ("Cả xã", "The commune")}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,19}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")


@dataclass(frozen=True, slots=True)
class PillarInput:
    """A pillar as it is typed."""

    code: str
    name: str
    name_en: str
    weight: str


@dataclass(frozen=True, slots=True)
class IndicatorInput:
    """An indicator as it is typed; `inputs` are key and label in their order."""

    pillar: str
    code: str
    name: str
    name_en: str
    measure: str
    inputs: Sequence[tuple[str, str]]
    formula: str
    full: str
    maximum: str
    weight: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    evidence: str = ""
    who: str = "unit"
    kinds: Sequence[str] = ()


def clean_pillar(said: PillarInput) -> PillarInput:
    """A pillar that can be kept; Invalid."""
    return PillarInput(
        _code(said.code, "code"), _text(said.name, "name", "Tên trụ cột", 200), _text(said.name_en, "name_en", "Tên tiếng Anh", 200),
        read_decimal(said.weight, "weight", ("Trọng số", "Weight"), above_zero=True),
    )


def clean_indicator(said: IndicatorInput) -> IndicatorInput:
    """An indicator that can be kept, its formula checked; Invalid."""
    inputs = [(_key(key, "inputs"), _text(label, "inputs", f"Số liệu {key}", 200)) for key, label in said.inputs]
    if not inputs:
        raise Invalid.at("inputs", "Ghi ít nhất một số liệu phải nhập.", "Name at least one number to enter.")
    parameters = {
        _key(key, "parameters"): read_decimal(value, "parameters", (f"Tham số {key}", f"Parameter {key}"))
        for key, value in said.parameters.items()
    }
    keys = [key for key, _ in inputs] + list(parameters)
    if twice := next((key for key in keys if keys.count(key) > 1), ""):
        raise Invalid.at("inputs", f"Tên “{twice}” dùng hai lần.", f"The name “{twice}” stands twice.")
    if len(keys) > MOST_NUMBERS:
        raise Invalid.at("inputs", f"Không quá {MOST_NUMBERS} số liệu và tham số.", f"At most {MOST_NUMBERS} numbers.")
    if said.who not in WHO:
        raise Invalid.at("who", "Chọn đơn vị hoặc cả xã nhập.", "Choose who enters: unit or commune.")
    if unknown := set(said.kinds) - people.KINDS.keys():
        raise Invalid.at("kinds", f"Không có loại đơn vị “{sorted(unknown)[0]}”.", "There is no such kind of unit.")
    check_formula(said.formula, [key for key, _ in inputs], list(parameters))
    return IndicatorInput(
        _code(said.pillar, "pillar"), _code(said.code, "code"), _text(said.name, "name", "Tên chỉ số", 300),
        _text(said.name_en, "name_en", "Tên tiếng Anh", 300), _text(said.measure, "measure", "Đơn vị tính", 60), inputs,
        said.formula.strip().removeprefix("=").strip(),
        read_decimal(said.full, "full", ("Kết quả đạt điểm tối đa", "Result for the whole score"), above_zero=True),
        read_decimal(said.maximum, "maximum", ("Điểm tối đa", "Highest score"), above_zero=True),
        read_decimal(said.weight, "weight", ("Trọng số", "Weight"), above_zero=True),
        parameters, said.evidence.strip()[:2000], said.who, sorted(said.kinds) if said.who == "unit" else [],
    )


def _code(text: str, path: str) -> str:
    found = text.strip().upper()
    if not _CODE.fullmatch(found):
        raise Invalid.at(
            path, "Mã gồm chữ in hoa không dấu, số, dấu chấm, không quá 20 chữ: CQS, 1.2.",
            "A code is of capital letters, digits and dots, at most 20 of them.",
        )
    return found


def _key(text: str, path: str) -> str:
    if not _KEY.fullmatch(text.strip()):
        raise Invalid.at(
            path, f"Tên “{text[:40]}” dùng trong công thức phải viết liền, chữ thường không dấu: so_ho_so.",
            f"“{text[:40]}” is no name for a formula: small letters, digits and underscores.",
        )
    return text.strip()


def _text(text: str, path: str, what: str, most: int) -> str:
    found = text.strip()
    if not found or len(found) > most:
        raise Invalid.at(path, f"{what}: ghi từ 1 đến {most} chữ.", f"Write from 1 to {most} characters.")
    return found


def put_pillar(set_id: int, said: PillarInput, *, by: Actor) -> None:
    """Make the pillar of a code in a draft, or change it."""
    people.require(by, RUN_INDEX)
    said = clean_pillar(said)
    with transaction() as s:
        row = locked_draft(s, set_id)
        _put_pillar(s, row.id, said, by)


def _put_pillar(s: Session, set_id: int, said: PillarInput, by: Actor) -> None:
    known = {one.code: one for one in s.scalars(select(IndexPillar).where(IndexPillar.set_id == set_id))}
    if said.code not in known and len(known) >= MOST_PILLARS:
        raise Invalid(f"Không quá {MOST_PILLARS} trụ cột.", f"At most {MOST_PILLARS} pillars.")
    _write(s, known.get(said.code) or IndexPillar(set_id=set_id), asdict(said), "index:pillar_put", set_id, by)


def put_indicator(set_id: int, said: IndicatorInput, *, by: Actor) -> None:
    """Make the indicator of a code in a draft, or change it; Invalid for a formula that cannot be, NotFound for the pillar."""
    people.require(by, RUN_INDEX)
    said = clean_indicator(said)
    with transaction() as s:
        row = locked_draft(s, set_id)
        _put_indicator(s, row.id, said, by)


def _put_indicator(s: Session, set_id: int, said: IndicatorInput, by: Actor) -> None:
    pillar = s.scalars(select(IndexPillar.id).where(IndexPillar.set_id == set_id, IndexPillar.code == said.pillar)).first()
    if pillar is None:
        raise Invalid.at("pillar", f"Bộ này không có trụ cột {said.pillar}.", f"There is no pillar {said.pillar} in the set.")
    known = {one.code: one for one in s.scalars(select(Indicator).where(Indicator.set_id == set_id))}
    if said.code not in known and len(known) >= MOST_INDICATORS:
        raise Invalid(f"Không quá {MOST_INDICATORS} chỉ số.", f"At most {MOST_INDICATORS} indicators.")
    _write(s, known.get(said.code) or Indicator(set_id=set_id), columns_of(said) | {"pillar_id": pillar}, "index:indicator_put", set_id, by)


def columns_of(said: IndicatorInput) -> dict[str, Any]:
    """What of an indicator stands in its row, but which pillar it belongs to."""
    found = asdict(said) | {
        "inputs": [{"key": key, "label": label} for key, label in said.inputs], "parameters": dict(said.parameters),
        "kinds": list(said.kinds),
    }
    del found["pillar"]
    return found


def _write(s: Session, row: Indicator | IndexPillar, said: Mapping[str, Any], kind: str, set_id: int, by: Actor) -> None:
    before = {key: getattr(row, key) for key in said} if row.id is not None else {}
    if before == said:
        return
    for key, value in said.items():
        setattr(row, key, value)
    s.add(row)
    s.flush()
    changed = {key: value for key, value in said.items() if before.get(key) != value}
    trail.record(
        kind, by=by, stream=f"index:{set_id}", body={"code": said["code"], "name": said["name"]},
        before={key: before.get(key) for key in changed} if before else None, after=changed,
    )


def put_all(set_id: int, pillars: Sequence[PillarInput], indicators: Sequence[IndicatorInput], *, by: Actor) -> None:
    """Make or change many of a draft at once, all or none."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        row = locked_draft(s, set_id)
        for pillar in pillars:
            _put_pillar(s, row.id, pillar, by)
        for one in indicators:
            _put_indicator(s, row.id, one, by)


def drop_pillar(set_id: int, code: str, *, by: Actor) -> None:
    """Take a pillar without indicators out of a draft."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        row = locked_draft(s, set_id)
        pillar = s.scalars(select(IndexPillar).where(IndexPillar.set_id == row.id, IndexPillar.code == code)).one_or_none()
        if pillar is None:
            raise NotFound("Bộ này không có trụ cột mang mã đó.", "There is no pillar of this code in the set.")
        if s.scalars(select(Indicator.id).where(Indicator.pillar_id == pillar.id)).first() is not None:
            raise Conflict("Trụ cột còn chỉ số. Bỏ các chỉ số trước.", "The pillar has indicators; drop these first.", code="index-pillar")
        s.delete(pillar)
        trail.record("index:pillar_dropped", by=by, stream=f"index:{row.id}", body={"code": code, "name": pillar.name})


def drop_indicator(set_id: int, code: str, *, by: Actor) -> None:
    """Take an indicator out of a draft."""
    people.require(by, RUN_INDEX)
    with transaction() as s:
        row = locked_draft(s, set_id)
        one = s.scalars(select(Indicator).where(Indicator.set_id == row.id, Indicator.code == code)).one_or_none()
        if one is None:
            raise NotFound("Bộ này không có chỉ số mang mã đó.", "There is no indicator of this code in the set.")
        s.delete(one)
        trail.record("index:indicator_dropped", by=by, stream=f"index:{row.id}", body={"code": code, "name": one.name})
