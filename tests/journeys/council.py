"""A council in session, for whole stories: nine members of the demo's commune, their replies, votes and signatures."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from service import clock, people
from service.awards import rule_versions
from service.awards.rule_versions import RuleInput
from service.council import ballot
from service.council import session as sessions
from service.council.ballot import Receipt, Sum
from tests.journeys.office import Office
from workflows.calendar import ZONE

ROUND = "HN-2026"
MEMBERS = ("chutich", "phochutich", "uv1", "uv2", "uv3", "uv4", "uv5", "uv6", "uv7")
"""Sign-in names in the order of their member numbers: the council's chair, the vice-chair, members."""
TELLERS = ("vanthu", "vanphong", "ketoan")
NAMES = (
    "Trường Mầm non Ban Mai", "Hoàng Bình Minh", "Đinh Văn Suối", "Lê Trầm Hương", "Phạm Trúc Xanh", "Võ Sương Sớm",
    "Trần Hạ Vàng", "Ngô Thu Biếc", "Bùi Đông Tím", "Hồ Xuân Lam", "Lý Nắng Mới", "Đỗ Hừng Đông",
)


DAY = date(2026, 11, 3)
"""The day on which its stories begin."""


class Council:
    """The council's people, and shortcuts for what they do in one session."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.accounts = [people.find_account(login).id for login in MEMBERS]
        self.codes: dict[str, dict[int, str]] = {}
        self.id = 0

    def fill(self, count: int = 12, *, forms: Mapping[int, str] | None = None, **first: object) -> list[int]:
        """Bring names to the council's door; `forms`: place → form asked for; `first`: more of the first name."""
        found = []
        for n in range(count):
            more = first if n == 0 else {}
            said = {"name": NAMES[n % 12], "form": (forms or {}).get(n, "GK_XA"), **more}
            found.append(self.office.nominate(ROUND, **said))  # type: ignore[arg-type]
        for one in found:
            form = self.office.read(one).form_asked
            self.office.assess(one, facts={"path": "PHONG_TRAO"} if form == "BK_TINH" else None)
        self.office.sign(found[0])
        for one in found:
            self.office.check(one)
        self.office.post(ROUND, found)
        return found

    def rule(self, key: str, value: object) -> None:
        """Give a rule a value from today on, as the office does."""
        entry = rule_versions.read_rule(key, clock.today())
        said = RuleInput(value, "Quy chế của Hội đồng", clock.today(), None, "P", "Hội đồng quyết định")
        rule_versions.change_rule(key, said, seen=entry.newest, by=self.office.who("truongphong"))

    def plan(self, names: Sequence[int] | None = None, *, days: int = 3, by: str = "thuky") -> int:
        """Plan a session some days ahead, at eight in the morning."""
        day = clock.today() + timedelta(days=days)
        self.id = sessions.plan_session(
            self.office.rounds[ROUND], datetime.combine(day, time(8), ZONE), "Phòng họp số 1, trụ sở UBND xã",
            chair=self.accounts[0], vice=self.accounts[1], members=self.accounts, nominations=names, by=self.office.who(by),
        )
        return self.id

    def do(self, act: str, *, by: str = "thuky", **fields: object) -> sessions.Session:
        """One act on the session; then the worker does what follows."""
        sessions.do(self.id, act, by=self.office.who(by), fields=fields)
        self.office.work()
        return self.read()

    def read(self, by: str = "thuky") -> sessions.Session:
        """The session as it stands."""
        return sessions.read_session(self.id, by=self.office.who(by))

    def invite(self) -> None:
        """Settle the agenda and send the invitation."""
        if self.do("settle").state == "at_risk":
            self.do("weigh", reason="Người vắng gửi ý kiến bằng văn bản")
        self.do("invite")

    def open(self, absent: Sequence[int] = ()) -> None:
        """The day has come: call the roll and begin."""
        at = self.read().held_at.astimezone(ZONE)
        if clock.now() < at:
            self.office.go_to(at.date())
        self.roll(absent)
        self.do("open")

    def roll(self, absent: Sequence[int] = ()) -> None:
        """Call the roll."""
        here = {n: n not in absent for n in range(1, 10)}
        sessions.mark_present(self.id, here, dict.fromkeys(absent, "Đi công tác"), by=self.office.who("thuky"))

    def discuss(self, *items: int, **more: object) -> None:
        """Discuss items."""
        for n in items:
            sessions.discuss_item(self.id, n, by=self.office.who("thuky"), discussion="Hội đồng nhất trí.", **more)  # type: ignore[arg-type]

    def round(self, *items: int, secret: bool = True) -> str:
        """Put items to the vote; a secret round is opened."""
        round_id = sessions.plan_round(self.id, items, secret=secret, by=self.office.who("thuky"))
        if secret:
            self.give_codes(round_id)
            ballot.open_round(round_id, by=self.office.who("thuky"))
        return round_id

    def give_codes(self, round_id: str) -> None:
        """Name the tellers and let each take and confirm a code."""
        ballot.name_tellers(round_id, [people.find_account(t).id for t in TELLERS], by=self.office.who("thuky"))
        self.codes[round_id] = {}
        for no, login in enumerate(TELLERS, 1):
            by = self.office.who(login)
            code = ballot.issue_code(round_id, by=by, pass_=self.pass_for(login, f"ballot-code:{round_id}"))
            ballot.confirm_code(round_id, code, by=by)
            self.codes[round_id][no] = code

    def pass_for(self, login: str, purpose: str) -> str:
        """Sign in again for a purpose."""
        return people.open_pass(purpose, people.DEMO_PASSWORD, None, by=self.office.who(login))

    def cast(self, round_id: str, member: int, said: str | Mapping[int, str] = "agree") -> Receipt:
        """Let a member vote; one word stands for every item."""
        login = MEMBERS[member - 1]
        by = self.office.who(login)
        if isinstance(said, str):
            said = {i.item_no: said for i in ballot.read_round(round_id, by=by).items}
        return ballot.cast_ballot(
            round_id, said, secrets.token_bytes(32), by=by, pass_=self.pass_for(login, f"ballot:{round_id}")
        )

    def seal(self, round_id: str) -> ballot.Ballot:
        """Close the box."""
        return ballot.seal_round(round_id, by=self.office.who("thuky"))

    def count(self, round_id: str) -> ballot.Ballot:
        """Seal a round and count it with two codes."""
        by = self.office.who("thuky")
        ballot.seal_round(round_id, by=by)
        codes = {no: self.codes[round_id][no] for no in (1, 3)}
        return ballot.count_round(round_id, codes, by=by)

    def vote(self, *items: int, against: Sequence[int] = (), absent: Sequence[int] = (), **more: object) -> ballot.Ballot:
        """Discuss items, vote on them in secret and count; `against`: members who do not agree."""
        self.discuss(*items, **more)
        round_id = self.round(*items)
        for member in range(1, 10):
            if member not in absent:
                self.cast(round_id, member, "disagree" if member in against else "agree")
        return self.count(round_id)

    def hands(self, round_id: str, sums: Mapping[int, Sum], returned: int = 9) -> ballot.Ballot:
        """Key the hands of an open vote twice."""
        ballot.file_paper_count(round_id, returned, sums, by=self.office.who("thuky"))
        return ballot.file_paper_count(round_id, returned, sums, by=self.office.who("thuky2"))

    def close(self) -> None:
        """Close the session; secretary and chair sign."""
        self.do("finish", conclusion="Hội đồng thống nhất kết quả trên.")
        self.do("sign_minutes")
        self.do("sign", by="chutich")


def filled(office: Office, **how: Any) -> list[int]:
    """Bring names to the council's door before a test begins: to be done in its office."""
    return Council(office).fill(**how)


def invited(office: Office) -> Council:
    """A council whose session over the names at its door is planned, its members invited."""
    found = Council(office)
    found.plan()
    found.invite()
    return found
