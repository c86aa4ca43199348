"""Notices on the pages: with their cause or not at all, counted in one statement, gone by themselves when the task is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from service import clock, notices, trail
from service.db import db, transaction
from service.notices import still
from service.notices.letters import FOLDER, letters
from service.notices.models import MAIL, NOTICE
from service.trail.models import HEAD
from tests.service.notices.told import MAI, TASK, XANH, kinds, rows, tell

pytestmark = pytest.mark.usefixtures("people", "asked")


@pytest.fixture
def asked() -> Any:
    """No conditions but those of the test."""
    before = dict(still.STILL)
    still.STILL.clear()
    yield
    still.STILL.clear()
    still.STILL.update(before)


def _own(by: Any = XANH, *, unread: bool = True, language: str = "vi") -> list[notices.Told]:
    return list(notices.own_notices(by=by, language=language, unread=unread).items)


def test_who_is_told_finds_it_at_the_bell_in_the_own_language(app: Flask) -> None:
    assert tell(1, 2) == 2
    assert [(one.case, one.subject, one.link) for one in _own()] == [
        ("Hồ sơ của thôn Đông", "Việc mới: Thẩm định hồ sơ", "/tasks/7")
    ]
    assert _own(language="en")[0].subject == "New task: Thẩm định hồ sơ"
    assert (notices.count_unread(1), notices.count_unread(2), notices.count_unread(3)) == (1, 1, 0)


def test_notice_comes_with_its_cause_or_not_at_all_and_once(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        notices.queue("assigned", to=[1], key="task:7", context=TASK)
        raise ZeroDivisionError
    assert notices.count_unread(1) == 0
    assert (tell(1), tell(1, 2), tell(1, key="task:8")) == (1, 1, 1)
    assert (notices.count_unread(1), len(rows(NOTICE)), len(rows(MAIL))) == (2, 3, 3)


def test_kind_that_is_mail_only_does_not_ring(app: Flask) -> None:
    assert tell(1, letter="test", context={"at": clock.now()}, link="/") == 1
    assert (len(rows(MAIL)), rows(NOTICE)) == (1, [])


def test_reading_marks_what_was_seen_and_only_ones_own(app: Flask) -> None:
    tell(1, 2)
    tell(1, 2, key="task:8")
    first, second = sorted(one.id for one in _own())
    tell(1, key="task:9")  # comes in after the page was drawn
    assert notices.read_notices(by=MAI, ids=[first, second]) == 0, "they are somebody else's"
    assert notices.read_notices(by=XANH, ids=[first]) == 1
    assert notices.read_notices(by=XANH, up_to=second) == 1
    assert notices.read_notices(by=XANH, up_to=second) == 0
    assert (notices.count_unread(1), notices.count_unread(2)) == (1, 2)
    assert [one.unread for one in _own(unread=False)] == [True, False, False]
    assert kinds() == [], "what a person has read is nobody else's business"


def test_notice_goes_by_itself_when_its_task_is_done(app: Flask) -> None:
    @notices.wanted_where("assigned", "reminder")
    def holds(about: Any, account: Any) -> Any:
        return sa.exists().where(HEAD.c.gseq == 0, about != 7)

    assert still.is_wanted("assigned", 8, 1)
    assert not still.is_wanted("assigned", 7, 1), "the mail does not go either"
    tell(1, about=7)
    tell(1, key="task:8", about=8)
    tell(1, key="decided:1", letter="decided", context={"act": "Đã có quyết định", "title": "Đợt 2026", "count": 1}, about=7)
    assert [one.letter for one in _own()] == ["decided", "assigned"]
    assert notices.count_unread(1) == 2
    assert [(one.open, one.unread) for one in _own(unread=False)] == [(True, True), (True, True), (False, False)]
    assert notices.read_notices(by=XANH, up_to=10**9) == 2


def test_what_concerns_nobody_is_noted_and_forgotten_after_a_year(app: Flask) -> None:
    @notices.wanted_where("assigned")
    def never(about: Any, account: Any) -> Any:
        return sa.false()

    tell(1, about=7)
    tell(1, key="2", letter="held", context={"title": "Tập thể tổ Một"})
    assert notices.tidy() == 0
    assert [row.ended_at is not None for row in rows(NOTICE)] == [True, False]
    clock.move_to(clock.now() + timedelta(days=366))
    assert notices.tidy() == 1
    assert [row.letter for row in rows(NOTICE)] == ["held"], "an unread one stays"
    assert trail.verify().ok


def test_bell_counts_in_one_statement_and_not_for_ever(app: Flask) -> None:
    with transaction():
        for number in range(120):
            notices.queue("assigned", to=[1], key=f"task:{number}", context=TASK)
    statements: list[str] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    assert notices.count_unread(1) == notices.MOST_COUNTED == 100
    assert len([s for s in statements if s.startswith("SELECT")]) == 1


def test_counting_walks_the_unread_of_one_person_only(app: Flask) -> None:
    tell(1)
    with db.engine.connect() as connection:
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads a small table as it stands")
        found = sa.select(NOTICE.c.id).where(sa.and_(NOTICE.c.account == 1, NOTICE.c.read_at.is_(None), NOTICE.c.ended_at.is_(None)))
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + str(found.compile(db.engine, compile_kwargs={"literal_binds": True}))
        ).all()
    assert "ix_notice_unread" in str(plan)


def test_letter_of_a_later_version_that_is_gone_is_still_listed(app: Flask) -> None:
    tell(1)
    with transaction() as s:
        s.execute(sa.update(NOTICE).values(letter="bygone"))
    assert [(one.subject, one.case) for one in _own()] == [("bygone", "")]


def test_every_letter_says_whether_it_is_compulsory() -> None:
    files = [file for file in sorted(FOLDER.glob("*.toml")) if file.stem != "layout"]
    assert len(files) == len(letters())
    silent = [file.stem for file in files if "\ncompulsory = " not in file.read_text(encoding="utf-8").partition("[")[0]]
    assert silent == [], "say in the letter whether people may choose how they hear of it"
    compulsory = {name for name, one in letters().items() if one.compulsory}
    assert {"returned", "overdue", "result", "award_revoked", "council_invitation"} <= compulsory
    assert compulsory.isdisjoint({"assigned", "reminder", "decided", "digest"})
