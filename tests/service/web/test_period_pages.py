"""Pages of a period: opened, who has filed, one unit asked besides, and nobody left to ask."""

from __future__ import annotations

from service import movement, people
from tests.service.web.desk import Desk


def test_a_unit_is_asked_besides_until_every_unit_is_in_the_period(desk: Desk) -> None:
    by, office = desk.office.who("vhxh"), desk.office
    period = movement.open_period("unit_report", 2026, by=by, units=[office.units["DONG-MAY"]])
    page = desk.get("vhxh", f"/periods/{period}/units")
    (form,) = [one for one in page.forms if f"/periods/{period}/units" in (one.action or "")]
    assert "Đã thêm đơn vị vào kỳ." in desk.say("vhxh", form.action, {"unit": str(office.units["VHXH"])})
    for one in people.list_units():
        movement.join_period(period, one.id, by=by)
    assert "Mọi đơn vị đã có trong kỳ này." in desk.get("vhxh", f"/periods/{period}/units", 409).text_content()
