"""The inbox narrowed, sorted and kept under names: by process, step, unit, due, priority, words; follow-up dates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import clock, people, trail
from service.actor import Actor
from service.db import reading
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.processes import filters, inbox, marks, tasks
from service.processes.inbox import Filters
from service.processes.models import Activity
from tests.journeys.office import Office

ROUND, AD_HOC = "HN-2026", "DX"

DEED = {
    "form_asked": "GK_XA", "deed": "Cứu người bị nạn", "deed_date": "2026-11-02", "place": "Suối Trong",
    "summary": "Kéo hai em nhỏ bị lũ cuốn vào bờ, sơ cứu và đưa về trạm y tế xã an toàn.",
    "facts": {"same_achievement_awarded": "no", "pending_case": "no", "achievement_before_discipline_end": "no"},
}


def _titles(by: Actor, scope: str = "all", order: str = "due", **narrow: str) -> list[str]:
    return [i.title for i in inbox.read_inbox(by, scope, filters=Filters(**narrow), order=order).items]


def _task(by: Actor, title: str) -> int:
    (found,) = [i.id for i in inbox.read_inbox(by, "all").items if i.title == title]
    return found


@pytest.fixture
def two_units(office: Office) -> Office:
    """A name each of two units at the office's check, one in an ad hoc round, and a list of one unit to be signed."""
    for name, unit, by in (("Hoàng Bình Minh", "DONG-MAY", "donvi"), ("Lê Trúc Xanh", "DET-NANG-SOM", "donvi2")):
        one = office.nominate(ROUND, name=name, unit=unit, by=by)
        office.assess(one, by=by)
        office.sign(one, by="thutruong" if by == "donvi" else "thutruong2", minutes_by=by)
    urgent = office.nominate(AD_HOC, name="Đỗ Hừng Đông", unit="DONG-MAY", by="donvi")
    office.complete(urgent, "short_report", DEED, by="donvi")
    office.act(office.submission(urgent), "sign", by="thutruong")
    return office


def test_inbox_is_narrowed_by_process_unit_priority_and_each_is_counted(two_units: Office) -> None:
    by = two_units.who("vhxh")
    everything = _titles(by)
    assert set(everything) >= {"Hoàng Bình Minh", "Lê Trúc Xanh", "Đỗ Hừng Đông"}
    assert _titles(by, process="timely_commendation") == ["Đỗ Hừng Đông"]
    assert set(_titles(by, process="award_nomination", element="check_dossier")) == {"Hoàng Bình Minh", "Lê Trúc Xanh"}
    other = two_units.units["DET-NANG-SOM"]
    assert _titles(by, unit=str(other)) == ["Lê Trúc Xanh"]
    assert _titles(by, priority="high") == ["Đỗ Hừng Đông"]
    assert "Đỗ Hừng Đông" not in _titles(by, priority="normal")
    assert _titles(by, text="le truc", unit=str(other)) == ["Lê Trúc Xanh"]
    assert _titles(by, text="le truc", priority="high") == []
    told = inbox.tally(by, "all")
    assert told.processes["timely_commendation"] == ("Xét khen thưởng đột xuất", 1)
    assert told.units[other] == 1 and told.priorities["high"] == 1
    assert told.priorities["normal"] == len(everything) - 1


def test_tasks_of_lists_carry_kind_unit_and_priority(office: Office) -> None:
    one = office.nominate(ROUND)
    office.assess(one)
    by = office.who("thutruong")
    assert len(_titles(by, process="submission")) == 1
    assert len(_titles(by, process="submission", unit=str(office.units["DONG-MAY"]))) == 1
    assert _titles(by, process="submission", unit=str(office.units["DET-NANG-SOM"])) == []
    assert _titles(by, process="submission", priority="high") == []
    urgent = office.nominate(AD_HOC, name="Đỗ Hừng Đông")
    office.complete(urgent, "short_report", DEED, by="donvi")
    assert len(_titles(by, process="submission", priority="high")) == 1


@pytest.mark.long
def test_head_makes_a_case_urgent_and_it_stays_so_on_its_way(two_units: Office) -> None:
    office, head = two_units, two_units.who("truongphong")
    by = office.who("vhxh")
    task = _task(by, "Lê Trúc Xanh")
    with pytest.raises(Forbidden, match="head of the office"):
        marks.set_priority(task, "high", by=by)
    with pytest.raises(NotFound):
        marks.set_priority(task, "high", by=office.who("donvi"))
    with pytest.raises(Invalid):
        marks.set_priority(task, "very", by=head)
    marks.set_priority(task, "high", by=head)
    assert _titles(by, order="priority")[:2] == _titles(by, priority="high")
    assert set(_titles(by, priority="high")) == {"Lê Trúc Xanh", "Đỗ Hừng Đông"}
    (told,) = trail.read(kind="task:prioritised").events
    assert "khẩn" in trail.sentence(told, "vi")
    tasks.complete_task(
        task,
        {"decision": "supplement", "papers": ["LETTER"], "faults": [{"what": "Thiếu biên bản", "mend": "Nộp biên bản"}]},
        by=by,
    )
    office.work()
    with reading() as s:
        (instance,) = s.scalars(select(Activity.instance_id).where(Activity.id == task))
        later = s.scalars(select(Activity.priority).where(Activity.instance_id == instance, Activity.id > task)).all()
    assert later and set(later) == {1}
    with pytest.raises(Conflict):
        marks.set_priority(task, "normal", by=head)


@pytest.mark.long
def test_holder_sets_a_follow_up_date_which_goes_with_the_holder(two_units: Office) -> None:
    by = two_units.who("vhxh")
    task, other = _task(by, "Hoàng Bình Minh"), _task(by, "Lê Trúc Xanh")
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Conflict, match="Claim it first"):
        marks.set_follow_up(task, tomorrow, by=by)
    tasks.claim_task(task, by=by)
    tasks.claim_task(other, by=by)
    with pytest.raises(Invalid):
        marks.set_follow_up(task, clock.today() - timedelta(days=1), by=by)
    assert _titles(by, "mine", "due")[0] == "Hoàng Bình Minh"
    marks.set_follow_up(other, tomorrow, by=by)
    assert _titles(by, "mine", "follow")[0] == "Lê Trúc Xanh"
    assert _titles(by, "all", "follow")[0] == "Lê Trúc Xanh"
    with pytest.raises(Conflict):
        marks.set_follow_up(other, tomorrow, by=two_units.who("truongphong"))
    tasks.release_task(other, by=by)
    tasks.claim_task(other, by=by)
    assert tasks.read_task(other, by=by).follow_at is None
    marks.set_follow_up(task, tomorrow, by=by)
    marks.set_follow_up(task, None, by=by)
    kinds = [e.kind for e in trail.read(actor=by.account, part=None).events if "follow_up" in e.kind]
    assert sorted(kinds) == ["task:follow_up_ended", "task:follow_up_set", "task:follow_up_set"]


@pytest.mark.long
def test_filter_is_kept_shared_with_ones_own_group_and_counted(two_units: Office) -> None:
    by, mate, stranger = two_units.who("vhxh"), two_units.who("truongphong"), two_units.who("ketoan")
    with pytest.raises(Invalid):
        filters.save_filter("Trống", Filters(), by=by)
    with pytest.raises(Invalid):
        filters.save_filter("Của nhóm khác", Filters(due="overdue"), by=by, share="accountant")
    mine = filters.save_filter("Đột xuất", Filters(priority="high"), by=by)
    shared = filters.save_filter(
        "Dệt Nắng Sớm", Filters(unit=str(two_units.units["DET-NANG-SOM"]), text="truc"), by=by, share="vhxh"
    )
    assert [f.name for f in filters.list_filters(by)] == ["Dệt Nắng Sớm", "Đột xuất"]
    assert filters.list_filters(stranger) == []
    if mate.may("vhxh"):
        assert [(f.name, f.mine, f.maker) for f in filters.list_filters(mate)] == [("Dệt Nắng Sớm", False, by.name)]
    colleague = Actor(account=mate.account, login="x", name="x", groups=frozenset({"vhxh"}))
    assert [(f.name, f.mine) for f in filters.list_filters(colleague)] == [("Dệt Nắng Sớm", False)]
    kept = filters.list_filters(by)
    assert inbox.count_filters(by, "all", [f.filters for f in kept]) == [1, 1]
    assert filters.save_filter("Đột xuất", Filters(priority="normal"), by=by) == mine
    with pytest.raises(NotFound):
        filters.drop_filter(shared, by=colleague)
    filters.drop_filter(shared, by=by)
    assert [f.name for f in filters.list_filters(by)] == ["Đột xuất"] and filters.list_filters(colleague) == []
    assert [e.kind for e in trail.read(stream=f"account:{by.account}", part=None).events if "filter" in e.kind] == [
        "filter:dropped", "filter:saved", "filter:saved", "filter:saved",
    ]


def test_words_that_no_filter_knows_are_passed_over() -> None:
    odd = filters.clean({"due": "x,overdue", "unit": "7,drop table", "priority": "9", "element": "a" * 99, "text": " a "})
    assert odd == Filters(text="a", due="overdue", unit="7")


@pytest.mark.long
def test_who_is_moved_loses_access_at_once_and_the_task_lies_in_the_queue_again(two_units: Office) -> None:
    office, by, admin = two_units, two_units.who("vhxh"), two_units.who("quantri")
    task = _task(by, "Hoàng Bình Minh")
    tasks.claim_task(task, by=by)
    tasks.save_draft(task, {"decision": "accept"}, by=by)
    office.work()
    assert tasks.read_task(task, by=by).owner == by.account
    people.rename_group("vhxh", "Phòng Văn hóa và Xã hội", "Office of culture", by=admin)
    office.work()
    assert tasks.read_task(task, by=by).owner == by.account
    assert by.account is not None
    people.revoke(by.account, "vhxh", by=admin, reason="Chuyển phòng")
    moved = office.who("vhxh")
    with pytest.raises(NotFound):
        tasks.complete_task(task, {"decision": "accept"}, by=moved)
    with pytest.raises(NotFound):
        tasks.release_task(task, by=moved)
    office.work()
    assert _titles(moved, "mine") == []
    head = office.who("truongphong")
    assert "Hoàng Bình Minh" in _titles(head, "group")
    assert tasks.claim_task(task, by=head).owner == head.account
    (told,) = trail.read(kind="task:freed").events
    assert "Lê Ban Mai không còn thuộc nhóm" in trail.sentence(told, "vi")
