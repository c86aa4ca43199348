"""What a matter does to the names that it is about: at once, by the right of its step; a refusal refuses the step."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from service.awards import holds
from service.awards.models import List
from service.db import reading
from service.errors import Forbidden, Refusal
from tests.journeys.office import Office
from tests.service.movement.trials import deploy

ROUND = "HN-2026"


def _sheets() -> int:
    with reading() as s:
        return s.scalar(select(func.count()).where(List.kind == "petition")) or 0


def test_a_step_whose_group_may_do_it_holds_and_lifts(office: Office) -> None:
    deploy(work="vhxh_head", effects=True)
    one, other, apart = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai", "Trần Hừng Đông")
    matter = office.begin("trial", by="donvi", about=[one, other], subject="x")
    assert not holds.open_holds(one), "nothing is held by what somebody merely began"
    office.step(matter, "trial_work", by="truongphong", result="Xác minh")
    assert [bool(holds.open_holds(n)) for n in (one, other, apart)] == [True, True, False]
    assert office.stands_at(matter) == {"trial_confirm"}, "the worker handed the result on"
    office.step(matter, "trial_confirm", by="truongphong", decision="unfounded", number="9/KL", dated="2026-11-03")
    assert not any(holds.open_holds(n) for n in (one, other)) and office.stands_at(matter) == set()


def test_a_step_whose_group_may_not_is_refused_and_leaves_nothing(office: Office) -> None:
    deploy(work="clerk", effects=True)
    (one,) = office.received(ROUND, "Hoàng Bình Minh")
    matter = office.begin("trial", by="donvi", about=[one], subject="x")
    with pytest.raises(Forbidden, match="mend the process"):
        office.step(matter, "trial_work", by="vanthu", result="Xác minh")
    assert office.stands_at(matter) == {"trial_work"} and not holds.open_holds(one) and _sheets() == 0
    assert office.at(one) == {"check_dossier"}


def test_a_conclusion_that_lacks_something_is_refused_for_all_names(office: Office) -> None:
    deploy(work="vhxh_head", effects=True)
    one, other = office.received(ROUND, "Hoàng Bình Minh", "Lê Nắng Mai")
    matter = office.begin("trial", by="donvi", about=[one, other], subject="x")
    office.step(matter, "trial_work", by="truongphong", result="Xác minh")
    with pytest.raises(Refusal):  # the sheet asks for the number of the conclusion
        office.step(matter, "trial_confirm", by="truongphong", decision="founded", dated="2026-11-03")
    assert office.stands_at(matter) == {"trial_confirm"} and all(holds.open_holds(n) for n in (one, other))
    office.step(matter, "trial_confirm", by="truongphong", decision="founded", number="9/KL", dated="2026-11-03")
    assert [office.status(n)[0] for n in (one, other)] == ["ended", "ended"]


def test_a_matter_about_nothing_holds_nothing_and_goes_on(office: Office) -> None:
    deploy(work="vhxh_head", effects=True)
    matter = office.begin("trial", by="donvi", subject="x")
    office.step(matter, "trial_work", by="truongphong", result="Xác minh")
    office.step(matter, "trial_confirm", by="truongphong", decision="founded", number="9/KL", dated="2026-11-03")
    assert office.stands_at(matter) == set() and _sheets() == 0
