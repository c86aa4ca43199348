"""The conversation itself: addresses of servers, encryption, sign-in, dots at the start of a line."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from service.notices import smtp
from tests.service.notices.conftest import Post, free_port


def test_address_of_the_server_is_read_whole() -> None:
    server = smtp.server_of("smtp://mai%40sonmai:m%3At@mail.example:587?starttls=1&timeout=5")
    assert server == smtp.Server("mail.example", 587, False, True, "mai@sonmai", "m:t", 5.0)
    assert smtp.server_of("smtps://mail.example") == smtp.Server(
        "mail.example", 465, True, False, "", "", 30.0
    )
    assert smtp.server_of("smtp://mail.example?starttls=0").port == 25


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://mail.example",
        "smtp://",
        "smtp://h:port",
        "smtp://h?tls=1",
        "smtp://h?timeout=x",
    ],
)
def test_address_that_says_nothing_is_refused_with_words(url: str) -> None:
    with pytest.raises(smtp.BadServer, match="SMTP_URL"):
        smtp.server_of(url)


class Lines(Post):
    """Keeps the content as it came."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 OK"


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"mai", b"m@t")
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of `localhost`, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key", "-out", f"{folder}/cert"]
    try:
        subprocess.run(["openssl", *command.split(), *names], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl here to make a certificate with")
    both = folder / "both"
    both.write_text((folder / "cert").read_text() + (folder / "key").read_text())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[Lines, int]]:
    """A server that demands STARTTLS and sign-in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    lines = Lines()
    controller = Controller(
        lines,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=_authenticate,
        auth_required=True,
    )
    controller.start()
    yield lines, controller.port
    controller.stop()


def _deliver(url: str, content: bytes = b"Subject: a\r\n\r\nb\r\n") -> None:
    client = smtp.connect(smtp.server_of(url))
    try:
        smtp.deliver(
            client, sender="a@b.example", to="c@d.example", content=content, before_last_byte=lambda: True
        )
    finally:
        smtp.farewell(client)


def test_encrypted_and_signed_in_mail_arrives(
    secure: tuple[Lines, int], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, port = secure
    with pytest.raises(smtp.Unreachable, match="certificate"):
        _deliver(f"smtp://mai:m%40t@localhost:{port}?starttls=1")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(smtp.Unreachable, match="535"):
        _deliver(f"smtp://mai:sai@localhost:{port}?starttls=1")
    _deliver(f"smtp://mai:m%40t@localhost:{port}?starttls=1")
    assert len(lines.mails) == 1


def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    lines = Lines()
    controller = Controller(lines, hostname="127.0.0.1", port=free_port())
    controller.start()
    content = b"Subject: a\r\n\r\n.\r\n..\r\n.c\r\nd"
    _deliver(f"smtp://127.0.0.1:{controller.port}", content)
    controller.stop()
    assert lines.mails[0].content == content + b"\r\n"


def test_mail_held_back_at_the_last_byte_does_not_arrive() -> None:
    lines = Lines()
    controller = Controller(lines, hostname="127.0.0.1", port=free_port())
    controller.start()
    client = smtp.connect(smtp.server_of(f"smtp://127.0.0.1:{controller.port}"))
    with pytest.raises(smtp.Withheld):
        smtp.deliver(
            client, sender="a@b.example", to="c@d.example", content=b"x\r\n", before_last_byte=lambda: False
        )
    assert client.sock is None
    _deliver(f"smtp://127.0.0.1:{controller.port}")
    controller.stop()
    assert [mail.content for mail in lines.mails] == [b"Subject: a\r\n\r\nb\r\n"]
