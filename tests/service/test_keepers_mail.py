"""Mail to who keeps checkpoints comes back: it is told of the keeper, in no stream, at no bell and by no link of an account."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service import keepers, notices, trail
from service.actor import Actor
from service.db import transaction
from service.keepers import look_for_missing
from service.notices.models import MAIL, NOTICE
from tests.journeys.conftest import furnished, office_on
from tests.journeys.office import Office
from tests.service.notices.conftest import Post
from tests.service.notices.returns import report
from tests.service.test_keepers import NAME, OUT, admin, agreed, office, post
from tests.service.web.browser import Visitor, words

__all__ = ["admin", "furnished", "office", "office_on", "post"]

pytestmark = pytest.mark.both_databases
PAGE = "/office/mail/returns"


def letter() -> tuple[int, str]:
    """Number and Message-ID of the letter with the first checkpoint."""
    with transaction() as s:
        row = s.execute(sa.select(MAIL.c.id, MAIL.c.message_id).where(MAIL.c.letter == "keeper_letter")).one()
    return row.id, row.message_id


@pytest.mark.long
def test_a_letter_that_comes_back_is_told_of_the_keeper(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    number, message_id = letter()
    assert notices.take_in(report(message_id, address=OUT))
    assert look_for_missing() == 1
    (told,) = trail.read(kind="mail:returned").events
    assert (told.stream, told.body["keeper"]) == ("system", 1)
    (marked,) = trail.read(kind="address:marked").events
    assert (marked.stream, marked.body["keeper"], "account" in marked.body) == ("system", 1, False)
    assert "tới người giữ mốc số 1 bị trả lại" in trail.sentence(told) and "của người giữ mốc số 1" in trail.sentence(marked)
    with transaction() as s:
        assert s.scalars(sa.select(NOTICE.c.account).where(NOTICE.c.account < 0)).all() == [], "nobody reads that bell"
    (one,) = notices.returns(by=admin)
    assert (one.people, one.keepers) == ((), ((1, NAME),))
    visitor = Visitor(office.app, "quantri")
    page = visitor.open(PAGE)
    assert f"{NAME}, người giữ mốc" in words(page)
    links = page.xpath("//main//a/@href")
    assert f"/office/mail/{number}" in links and not [link for link in links if "-1" in link]
    for link in links:
        visitor.open(link)
    notices.cancel(number, by=admin)
    notices.resend(number, by=admin)
    assert notices.lift_mark(OUT, reason="Hộp thư đã mở lại", by=admin) == 0
    for kind in ("mail:cancelled", "mail:resent", "address:lifted"):
        (event,) = trail.read(kind=kind).events
        assert (event.stream, event.body["keeper"]) == ("system", 1)
    with transaction() as s:
        assert not s.scalars(sa.text("SELECT stream FROM trail_event WHERE stream LIKE '%:-%'")).all()
    assert trail.verify().ok and keepers.list_keepers(by=admin)[0].keeper.id == 1


def test_a_persons_letter_stays_in_the_stream_of_the_account(office: Office, admin: Actor, post: Post) -> None:
    notices.send_test(by=admin)
    office.work()
    with transaction() as s:
        message_id = s.scalars(sa.select(MAIL.c.message_id).where(MAIL.c.letter == "test")).one()
    assert notices.take_in(report(message_id))
    (told,) = trail.read(kind="mail:returned").events
    assert told.stream == f"account:{admin.account}" and "keeper" not in told.body
    with transaction() as s, pytest.raises(ValueError, match="is no stream"):
        assert s is not None
        trail.record("mail:cancelled", by=admin, stream="account:-1")


def test_calls_name_the_keeper_and_no_account_below_zero(office: Office, admin: Actor, post: Post) -> None:
    agreed(office, admin, post)
    _number, message_id = letter()
    notices.take_in(report(message_id, address=OUT))
    visitor = Visitor(office.app, "quantri")
    every, own, nobody = (
        visitor.client.get(f"/api/v1/mail{query}").json["items"] for query in ("", "?keeper=1", "?keeper=2")
    )
    assert {one["letter"] for one in own} == {"keeper_asked", "keeper_letter"} and not nobody and len(every) >= len(own)
    assert all((one["account"], one["keeper"]) == (None, 1) for one in own)
    (back,) = visitor.client.get("/api/v1/mail/returns").json["items"]
    assert (back["accounts"], back["keepers"]) == ([], [1])
