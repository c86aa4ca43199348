"""The council's paper sheet: results held against the votes, keyed anew before it is signed, a number of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from service import clock
from service.awards import council, lists, rule_versions
from service.errors import Conflict, Invalid
from tests.journeys.office import Office

ROUND = "HN-2026"
NEEDED = "cần 5 phiếu đồng ý (hơn 1/2 của 9 thành viên Hội đồng; Quy chế hoạt động của Hội đồng)"


@pytest.fixture
def office(office_on: Callable[[date], Office]) -> Office:
    return office_on(date(2026, 11, 3))


def _key(office: Office, sheet: int, by: str, result: str, agree: int, reason: str = "") -> None:
    session = {"held_on": clock.today().isoformat(), "members": 9, "present": 9, "presided_by": "Hồ Đại Ngàn"}
    said = [
        lists.LineInput(n.id, result, reason, {"agree": agree, "disagree": 9 - agree}) for _, n in lists.lines_of(sheet)
    ]
    office.act(sheet, "key", by=by, lines=said, fields=session)


def _confirm(office: Office, key: str) -> None:
    seen = rule_versions.read_rule(key, clock.today()).newest
    rule_versions.confirm_rule(key, seen, seen=seen, reason="Quy chế Hội đồng, Điều 5", by=office.who("truongphong"))


@pytest.mark.long
def test_a_result_against_its_votes_is_seen_and_blocks_once_the_rule_is_confirmed(office: Office) -> None:
    names = office.posted(ROUND, "Hoàng Bình Minh", "Đỗ Hừng Đông")
    sheet = office.draw_up("council_sheet", ROUND, names[:1], by="thuky")
    other = office.draw_up("council_sheet", ROUND, names[1:], by="thuky")
    for who in ("thuky", "thuky2"):
        _key(office, sheet, who, "passed", 3)
        _key(office, other, who, "passed", 5)
    ((line, n),) = lists.lines_of(sheet)
    row = lists.read_list(sheet, by=office.who("thuky"))
    found = council.reckoned(row, line, n)
    assert found is not None and found.need is not None and (found.contradicts, found.blocks) == (True, False)
    assert council.need_words(found.need, written=False)[0] == NEEDED
    ((fine, m),) = lists.lines_of(other)
    right = council.reckoned(lists.read_list(other, by=office.who("thuky")), fine, m)
    assert right is not None and not right.contradicts
    for rule in ("VOTE_COMMUNE", "VOTE_BASE"):
        _confirm(office, rule)
    for act in (
        lambda: office.act(sheet, "sign", by="thuky", fields={"number": "03/BB"}),
        lambda: _key(office, sheet, "thuky", "passed", 3),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        (bad,) = refused.value.lines
        read = NEEDED.replace("Quy chế hoạt động của Hội đồng", "Quy chế Hội đồng, Điều 5")  # what was read is the basis now
        assert bad["message"] == f"ghi “thông qua” với 3 phiếu đồng ý, nhưng {read}"
        assert "5 votes in favour are needed" in str(bad["message_en"])
    office.act(other, "sign", by="thuky", fields={"number": "03/BB"})
    for who in ("thuky", "thuky2"):  # keyed anew while it is not signed, by either, and compared again
        _key(office, sheet, who, "failed", 3, "Không đủ phiếu")
        state = lists.read_list(sheet, by=office.who("thuky")).state
        assert state == ("differs" if who == "thuky" else "agreed")
    with pytest.raises(Invalid) as taken:
        office.act(sheet, "sign", by="thuky", fields={"number": "3/BB-HĐTĐKT"})
    (fault,) = taken.value.faults
    title = lists.read_list(other, by=office.who("thuky")).title
    assert fault.path == "number"
    assert fault.message == f"Số biên bản 3/BB-HĐTĐKT đã dùng trong năm {clock.today().year} cho “{title}”. Ghi số khác."
    office.act(sheet, "sign", by="thuky")  # without one the register goes on after what was typed
    assert lists.read_list(sheet, by=office.who("thuky")).number == "04/BB-HĐTĐKT"
    assert (office.read(names[0]).refused_by, office.read(names[1]).form_passed) == ("council", "GK_XA")
    with pytest.raises(Conflict):
        _key(office, sheet, "thuky", "passed", 9)
