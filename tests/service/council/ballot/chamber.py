"""A council that votes: members, three tellers and a secretary, and one round planned directly, without a session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask

from service import people
from service.actor import Actor, machine
from service.awards import files, rule_versions
from service.council import ballot
from service.council.ballot import BallotItem, RollEntry
from service.council.ballot.leaks import Leak, check_leaks

CLI = machine("cli")
PASSWORD = "vinhdanh"
NAMES = (
    "Đinh Vũ Phong", "Lê Ban Mai", "Hoàng Bình Minh", "Đinh Văn Suối", "Lê Trầm Hương", "Phạm Trúc Xanh",
    "Võ Sương Sớm", "Trần Hạ Vàng", "Ngô Thu Biếc", "Bùi Đông Tím", "Hồ Xuân Lam", "Lý Nắng Mới",
    "Đỗ Hừng Đông", "Cao Mây Trắng", "Vũ Gió Ngàn",
)
TELLERS = ("kiem1", "kiem2", "kiem3")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def left_behind(round_id: str | None = None, **more: Any) -> list[Leak]:
    """What a round left behind; PostgreSQL's log of writes is one for the whole server, with what other tests planted."""
    return sorted(leak for leak in check_leaks(round_id, by=CLI, **more).found if "/pg_wal/" not in leak.where)


MEMBERS = 9


def furnish() -> None:
    """Put the rules and the people of a council into an empty database."""
    rule_versions.load_register(by=CLI)
    for n in range(1, MEMBERS + 1):
        people.create_demo_account(f"uyvien{n}", NAMES[n - 1], by=CLI, groups=["member"])
    for login in TELLERS:
        people.create_demo_account(login, f"Kiểm Phiếu {login[-1]}", by=CLI, groups=["vanphong"])
    people.create_demo_account("thuky", "Thư Ký Một", by=CLI, groups=["secretary"])
    people.create_demo_account("thuky2", "Thư Ký Hai", by=CLI, groups=["secretary"])
    people.create_demo_account("quantri", "Quản Trị", by=CLI, groups=["admin"])


class Chamber:
    """The people of a council in a furnished database, and shortcuts for what they do in a round."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.members = [people.find_account(f"uyvien{n}").id for n in range(1, MEMBERS + 1)]
        self.codes: dict[str, dict[int, str]] = {}

    def who(self, login: str) -> Actor:
        """A person at the pages' door."""
        return people.actor_of(login, door="web")

    def items(self, count: int = 3, needed: int = 5) -> list[BallotItem]:
        """Items to vote on."""
        return [
            BallotItem(
                n, None, f"Tên Thử {n}", ("VOTE_COMMUNE", 1), len(self.members), needed, note="Giấy khen",
                summary="Đưa dạy học số tới cả thôn xa.", basis="Quy chế hoạt động của Hội đồng",
            )
            for n in range(1, count + 1)
        ]

    def roll(
        self, recused: Mapping[int, Mapping[int, str]] | None = None, absent: Sequence[int] = ()
    ) -> list[RollEntry]:
        """The roll; `recused`: member → item → reason."""
        return [
            RollEntry(n, account, NAMES[n - 1], dict((recused or {}).get(n, {})), present=n not in absent)
            for n, account in enumerate(self.members, 1)
        ]

    def plan(
        self, count: int = 3, *, session: int = 1, quorum: int = 6, needed: int = 5, secret: bool = True,
        recused: Mapping[int, Mapping[int, str]] | None = None, absent: Sequence[int] = (),
    ) -> str:
        """Plan a round."""
        return ballot.plan_round(
            session, self.items(count, needed), roll=self.roll(recused, absent), quorum=quorum, secret=secret,
            by=self.who("thuky"),
        )

    def give_codes(self, round_id: str) -> dict[int, str]:
        """Name the tellers and let each take and confirm a code."""
        accounts = [people.find_account(login).id for login in TELLERS]
        ballot.name_tellers(round_id, accounts, by=self.who("thuky"))
        codes = {}
        for no, login in enumerate(TELLERS, 1):
            by = self.who(login)
            codes[no] = ballot.issue_code(round_id, by=by, pass_=self.pass_for(login, f"ballot-code:{round_id}"))
            ballot.confirm_code(round_id, codes[no], by=by)
        self.codes[round_id] = codes
        return codes

    def open(self, count: int = 3, **more: object) -> str:
        """Plan a round and open it."""
        round_id = self.plan(count, **more)  # type: ignore[arg-type]
        self.give_codes(round_id)
        ballot.open_round(round_id, by=self.who("thuky"))
        return round_id

    def pass_for(self, login: str, purpose: str) -> str:
        """Sign in again for a purpose."""
        return people.open_pass(purpose, PASSWORD, None, by=self.who(login))

    def cast(
        self, round_id: str, member: int, choices: Mapping[int, str] | str = "agree", secret: bytes | None = None
    ) -> ballot.Receipt:
        """Let a member vote; one word stands for every item."""
        by = self.who(f"uyvien{member}")
        if isinstance(choices, str):
            shown = ballot.read_round(round_id, by=by)
            choices = {one.item_no: choices for one in shown.items}
        return ballot.cast_ballot(
            round_id, choices, secret or secrets.token_bytes(32), by=by,
            pass_=self.pass_for(by.login, f"ballot:{round_id}"),
        )

    def scan(self, login: str = "thuky") -> int:
        """A scanned paper that somebody has sent."""
        by = self.who(login)
        return files.attach_file(f"draft:{by.account}", "phieu.pdf", PDF, by=by).id

    def pair(self, round_id: str, *numbers: int) -> dict[int, str]:
        """The codes of some tellers."""
        return {no: self.codes[round_id][no] for no in numbers or (1, 2)}

    def sealed(self, count: int = 3, votes: Mapping[int, str] | None = None, **more: object) -> str:
        """A round that was voted on and sealed; by default six agree and three do not."""
        round_id = self.open(count, **more)
        for member in range(1, len(self.members) + 1):
            said = (votes or {}).get(member, "agree" if member <= 6 else "disagree") if votes is None else votes.get(member)
            if said:
                self.cast(round_id, member, said)
        ballot.seal_round(round_id, by=self.who("thuky"))
        return round_id
