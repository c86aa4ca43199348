"""The trail is found by person, case, kind, time and text, in pages, and shows to each what is due to him."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from flask import Flask

from service import clock, trail
from service.actor import MACHINES, Actor, machine
from service.db import transaction
from service.trail import Sight, behalves, count, last_number, read, tell, walk

READING = import_module("service.trail.read")
"""The module: its name in the package is its verb's."""


def numbers(page: trail.Page) -> list[int]:
    return [event.gseq for event in page.events]


def test_newest_comes_first_and_pages_follow_each_other(log: Flask) -> None:
    first = read(limit=5)
    assert numbers(first) == [12, 11, 10, 9, 8]
    second = read(limit=5, past=first.past)
    assert numbers(second) == [7, 6, 5, 4, 3]
    last = read(limit=5, past=second.past)
    assert (numbers(last), last.past) == ([2, 1], None)
    assert numbers(read(limit=2, oldest_first=True)) == [1, 2]
    assert numbers(read(limit=2, oldest_first=True, past=2)) == [3, 4]


def test_page_that_is_just_full_is_the_last(log: Flask) -> None:
    assert read(limit=12).past is None
    assert read(limit=11).past == 2


def test_entry_comes_whole(app: Flask) -> None:
    officer = Actor(account=5, login="vhxh", name="Lê Ban Mai", door="api")
    with transaction():
        trail.record(
            "dossier:checked",
            by=officer,
            stream="instance:12",
            body={"decision": "accept"},
            before={"form": "BK_TINH"},
            after={"form": "GK_XA"},
            reason="sáng kiến mới áp dụng tại một trạm",
            basis="nd152:4",
            deployment=8,
            behalf=6,
        )
    event = read(sight=Sight.EVERYTHING).events[0]
    assert (event.gseq, event.stream, event.sseq, event.actor, event.account) == (1, "instance:12", 1, "5", 5)
    assert (event.door, event.behalf, event.basis, event.deployment) == ("api", 6, "nd152:4", 8)
    assert (event.body, event.before, event.after) == (
        {"decision": "accept"},
        {"form": "BK_TINH"},
        {"form": "GK_XA"},
    )
    assert event.reason == "sáng kiến mới áp dụng tại một trạm"
    assert abs(clock.now() - event.at) < timedelta(seconds=10)


def test_filters_narrow_and_combine(log: Flask) -> None:
    assert numbers(read(stream="instance:2")) == [6, 5, 4]
    assert numbers(read(stream="instance:2", limit=2)) == [6, 5]
    assert numbers(read(stream="instance:2", limit=2, past=5)) == [4]
    assert numbers(read(stream="instance:2", oldest_first=True)) == [4, 5, 6]
    assert numbers(read(stream=["instance:2", "list:9"])) == [11, 10, 6, 5, 4]
    assert numbers(read(actor=7)) == [6, 2, 1]
    assert numbers(read(actor="7", kind="submission:*")) == [1]
    assert numbers(read(kind="dossier:checked")) == [4, 3]
    assert numbers(read(kind=["dossier:checked", "hold:*"])) == [9, 4, 3]
    assert numbers(read(kind="*:signed")) == []
    assert numbers(read(part="step", limit=3)) == [12, 11, 10]
    assert numbers(read(part="admin")) == []
    assert numbers(read(stream="instance:1", actor=5, kind="dossier:*")) == [3]
    assert numbers(read(stream=[])) == []


def test_door_and_behalf_narrow_and_combine(log: Flask) -> None:
    deputy = Actor(account=5, login="vhxh", name="Lê Ban Mai")
    with transaction():
        trail.record("dossier:checked", by=deputy, stream="instance:4", behalf=7)
        trail.record("submission:paper_taken", by=deputy, stream="list:9", behalf="Thôn Gió Núi; " + "Thôn Suối Trong; " * 20)
    assert numbers(read(door="api")) == [6, 2, 1]
    assert numbers(read(door="web", limit=3)) == [14, 13, 12]
    assert numbers(read(door="api", kind="assessment:filed")) == numbers(read(door="api", part="step", stream="instance:1")) == [2]
    assert numbers(read(door="api", part="step")) == [6, 2, 1]
    assert numbers(read(door="api", actor=7, kind=["submission:signed", "assessment:filed"])) == [2, 1]
    assert numbers(read(door="api", actor=5)) == numbers(read(door="cli")) == []
    assert numbers(read(behalf=7)) == numbers(read(behalf="7", actor=5)) == [13]
    assert numbers(read(behalf=7, door="api")) == numbers(read(behalf=7, kind="hold:lifted")) == []
    assert numbers(read(doer=7)) == [13, 6, 2, 1]
    assert numbers(read(doer=7, limit=2, past=13)) == [6, 2]
    assert numbers(read(doer=7, door="web")) == numbers(read(doer=7, kind="dossier:checked")) == [13]
    assert numbers(read(doer=7, stream="instance:1")) == [2]
    assert numbers(read(among=[2, 6, 13, 99], oldest_first=True)) == [2, 6, 13]
    assert numbers(read(among=[2, 6, 13], doer=7, door="web")) == [13]
    assert numbers(read(among=[])) == []
    assert numbers(read(upto=2)) == [2, 1]
    bodies = [word for word in behalves() if word != "7"]
    assert [len(word) for word in bodies] == [200] and numbers(read(behalf=bodies[0])) == [14]


def test_all_that_fits_is_counted_and_walked(log: Flask) -> None:
    for asked in (
        {}, {"actor": 7}, {"doer": 7}, {"door": "api"}, {"kind": ["dossier:checked", "hold:*"]}, {"part": "step", "actor": 5},
        {"stream": ["instance:1", "list:9"]}, {"among": [3, 4], "door": "web"}, {"upto": 5}, {"text": "bien ban", "sight": Sight.VALUES},
        {"kind": "no:such"}, {"behalf": 7},
    ):
        found = [event.gseq for event in walk(asked, at_once=2)]
        assert found == sorted(numbers(read(**asked))), asked  # type: ignore[arg-type]
        assert count(asked) == len(found), asked
    assert last_number() == 12


def test_search_for_a_text_says_that_it_stopped_on_its_way(log: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read(text="bien ban", sight=Sight.VALUES).partial
    monkeypatch.setattr(READING, "_STRETCH", 2)
    monkeypatch.setattr(READING, "_PATIENCE", -1)
    first = read(text="bien ban", sight=Sight.VALUES)
    assert (numbers(first), first.past, first.partial) == ([], 11, True)
    assert [event.gseq for event in walk({"text": "bien ban", "sight": Sight.VALUES})] == [4, 6]


def test_time_is_found_by_bisecting(app: Flask) -> None:
    days = [datetime(2031, 3, day, 8, tzinfo=UTC) for day in (1, 1, 4, 9, 9, 9, 20)]
    for moment in days:
        if moment > clock.now():
            clock.move_to(moment)
        with transaction():
            trail.record("hold:lifted", by=machine("worker"), stream="instance:1")

    def between(since: int | None, until: int | None) -> list[int]:
        return numbers(
            read(
                since=datetime(2031, 3, since, tzinfo=UTC) if since else None,
                until=datetime(2031, 3, until, tzinfo=UTC) if until else None,
                oldest_first=True,
            )
        )

    assert between(None, None) == [1, 2, 3, 4, 5, 6, 7]
    assert between(1, 2) == [1, 2]
    assert between(2, 10) == [3, 4, 5, 6]
    assert between(9, None) == [4, 5, 6, 7]
    assert between(None, 4) == [1, 2]
    assert between(21, None) == between(None, 1) == between(10, 5) == []


@pytest.mark.parametrize("door", sorted(MACHINES))
def test_machine_acts_at_its_own_door_only(app: Flask, door: str) -> None:
    with transaction():
        trail.record("nomination:held", by=machine(door), stream="instance:1")
    assert numbers(read(actor=door)) == numbers(read(actor=door, door=door)) == [1]
    assert (count({"actor": door}), count({"actor": door, "door": door}), count({"actor": door, "door": "web"})) == (1, 1, 0)
    assert numbers(read(actor=door, door="web")) == []
    with transaction(), pytest.raises(ValueError, match="its own door"):
        trail.record("nomination:held", by=machine(door).through("web"), stream="instance:1")


def test_text_is_found_without_diacritics_in_what_may_be_seen(log: Flask) -> None:
    assert numbers(read(text="bien ban", sight=Sight.VALUES)) == [6, 4]
    assert numbers(read(text="BIÊN  BẢN", sight=Sight.VALUES, limit=1)) == [6]
    assert numbers(read(text="bien ban", sight=Sight.VALUES, limit=1, past=6)) == [4]
    assert numbers(read(text="bien ban", sight=Sight.SENTENCES)) == []
    assert numbers(read(text="hoi dong da xet")) == [7]
    assert numbers(read(text="council has decided", locale="en")) == [7]
    assert numbers(read(text="khong co chu nay")) == []


def test_private_values_are_shown_to_whom_they_are_due(app: Flask) -> None:
    with transaction():
        trail.record("nomination:held", by=machine("worker"), stream="instance:1", reason="có đơn")
        trail.record("petition:received", by=machine("worker"), stream="list:3", private={"sender": "Bà Lan"})
    seen = {
        sight: [dict(event.private) for event in read(sight=sight, oldest_first=True).events]
        for sight in Sight
    }
    assert seen[Sight.EVERYTHING] == [{"reason": "có đơn"}, {"sender": "Bà Lan"}]
    assert seen[Sight.VALUES] == [{"reason": "có đơn"}, {"sender": None}]
    assert seen[Sight.SENTENCES] == [{"reason": None}, {"sender": None}]
    assert seen[Sight.NOTHING] == []
    assert numbers(read(text="ba lan", sight=Sight.EVERYTHING)) == [2]
    assert numbers(read(text="ba lan", sight=Sight.VALUES)) == []


def test_names_are_looked_up_once_a_page(log: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[set[int]] = []

    def look_up(accounts: object) -> dict[int, str]:
        asked.append(set(accounts))  # type: ignore[call-overload]
        return {5: "Lê Ban Mai", 7: "Nguyễn Lá Xanh"}

    monkeypatch.setattr(tell, "_names", [look_up])
    page = read(oldest_first=True)
    assert asked == [{5, 7}]
    assert trail.sentence(page.events[0]) == "Nguyễn Lá Xanh ký hồ sơ của Trạm Y tế Suối Trong."


def test_right_to_read_is_its_own() -> None:
    def person(*groups: str) -> Actor:
        return Actor(account=1, login="x", name="X", groups=frozenset(groups))

    def own(stream: str) -> bool:
        return stream == "instance:12"

    assert trail.may_read(person("inspector")) == Sight.EVERYTHING
    assert trail.may_read(person("admin"), "list:4") == Sight.VALUES
    assert trail.may_read(machine("cli")) == Sight.VALUES
    assert trail.may_read(person("vhxh"), "instance:1") == Sight.VALUES
    assert not trail.may_read(person("vhxh"), "account:1")
    assert not trail.may_read(person("vhxh"))
    assert trail.may_read(person("unit:17"), "instance:12", own=own) == Sight.SENTENCES
    assert not trail.may_read(person("unit:17"), "instance:13", own=own)
    assert not trail.may_read(person("unit:17"), "instance:12")
    assert not trail.may_read(person("member"), "instance:12", own=own)
    assert not trail.may_read(machine("worker"))
