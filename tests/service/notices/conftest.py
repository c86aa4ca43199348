"""A real SMTP server in this process that can be told how to misbehave, and people to write to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from service import notices
from service.config import Settings
from service.notices import sending, still
from service.notices.sending import Contact

PEOPLE = {
    1: Contact("Nguyễn Lá Xanh", "la.xanh@thondong.example"),
    2: Contact("Lê Ban Mai", "ban.mai@sonmai.example"),
    3: Contact("Trần Sương Sớm", "suong.som@sonmai.example", language="en"),
    4: Contact("Người Đã Nghỉ", "nghi@sonmai.example", active=False),
    5: Contact("Người Chưa Có Thư", ""),
    6: Contact("Người Ghi Sai", "không phải địa chỉ"),
}


class Post:
    """What the server got, and what it is to do: `orders` stage (mail, rcpt, data) → answers, used up one by one."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.orders: dict[str, list[str]] = {"mail": [], "rcpt": [], "data": []}

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return await self._answer("mail", server)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = await self._answer("rcpt", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.orders["data"] or not self.orders["data"][0].startswith(("4", "5")):
            self.mails.append(envelope)
        return await self._answer("data", server)

    async def _answer(self, stage: str, server: SMTP) -> str:
        order = self.orders[stage].pop(0) if self.orders[stage] else "250 OK"
        if order == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if order == "sleep":
            await asyncio.sleep(1.5)
        return order if order[0].isdigit() else "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        """The mails, parsed."""
        parsed = []
        for envelope in self.mails:
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            parsed.append(message)
        return parsed

    @property
    def reached(self) -> list[str]:
        """Envelope recipients in the order of arrival."""
        return [to for envelope in self.mails for to in envelope.rcpt_tos]


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A mail server, and the settings that lead to it."""
    with serving(settings, timeout="0.5") as post:
        yield post


@contextmanager
def serving(settings: Settings, *, timeout: str = "5") -> Iterator[Post]:
    """Run a mail server to which the settings lead while the block runs; a mail is given up after so many seconds."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), decode_data=False)
    controller.start()
    settings.smtp_url = f"smtp://127.0.0.1:{controller.port}?timeout={timeout}"
    yield post
    controller.stop()


@pytest.fixture
def people(app: Flask) -> Iterator[None]:
    """Contacts of the accounts 1 to 6."""
    before, asked = sending._lookup, dict(still.WANTED)
    notices.register_contacts(lambda accounts: {a: PEOPLE[a] for a in accounts if a in PEOPLE})
    yield
    notices.register_contacts(before)
    still.WANTED.clear()
    still.WANTED.update(asked)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
