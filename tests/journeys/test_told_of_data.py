"""What the checker of diagrams is told of an instance's data is what stands in it: names and kinds, at the start and later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from service.awards.models import Nomination
from service.awards.vocabulary import BROUGHT, STARTS_WITH
from service.db import reading, transaction
from service.processes.running import lock_instance, take_live
from tests.journeys.office import Office
from workflows import engine
from workflows.feel.types import Type

ROUND = "HN-2026"
KINDS = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null", dict: "context", list: "list"}


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def data_of(nomination: int) -> dict[str, Any]:
    with reading() as s:
        instance = s.get_one(Nomination, nomination).instance_id
    with transaction() as s:
        return engine.data(take_live(s, lock_instance(s, instance or 0)))


def assert_told(data: Mapping[str, Any], told: Mapping[str, Type]) -> None:
    for name, value in data.items():
        kind = told[name]
        assert KINDS[type(value)] in kind.kinds, name
        assert kind.values is None or not isinstance(value, str) or value in kind.values, (name, value)
        if isinstance(value, dict) and kind.entries is not None:
            assert_told(value, kind.entries)


def test_data_of_a_nomination_is_what_the_checker_is_told(office: Office) -> None:
    one = office.nominate(ROUND)
    begun = data_of(one)
    assert begun.keys() == STARTS_WITH.keys()
    assert_told(begun, STARTS_WITH)
    office.assess(one)
    office.sign(one)
    signed = data_of(one)
    brought = BROUGHT["submission:signed"]
    assert signed.keys() >= begun.keys() | brought.keys()
    assert_told({name: signed[name] for name in brought}, brought)
    office.check(one)
    office.post(ROUND, [one])
    office.sit(ROUND, {}, [one])
    passed = data_of(one)
    assert_told({name: passed[name] for name in BROUGHT["council:result"]}, BROUGHT["council:result"])
