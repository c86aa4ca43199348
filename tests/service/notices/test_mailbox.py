"""The mailbox of returned letters on a server: IMAP and POP3 spoken over a socket, with what a server may answer."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.notices import mailbox

MESSAGES = [b"Subject: mot\r\n\r\n1\r\n", b"Subject: hai\r\n\r\n2\r\n", b"Subject: ba\r\n\r\n3\r\n"]


class Speaking(socketserver.StreamRequestHandler):
    """Lines in, lines out."""

    def handle(self) -> None:
        """Greet, then answer each line."""
        self.wfile.write(self.greeting())
        while line := self.rfile.readline().strip():
            self.wfile.write(self.answer(line.decode("utf-8", "replace")))

    def greeting(self) -> bytes:
        return b""

    def answer(self, line: str) -> bytes:
        return b""


class Imap(Speaking):
    """A server with three messages, of which the first was read."""

    seen: set[str]
    folder = ""

    def greeting(self) -> bytes:
        return b"* OK IMAP4rev1\r\n"

    def answer(self, line: str) -> bytes:
        tag, command, *rest = line.split(" ", 2)
        said, word = (rest or [""])[0], command.upper()
        if word == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n" % tag.encode()
        if word == "LOGIN" and '"dung"' not in said:
            return b"%s NO wrong\r\n" % tag.encode()
        if word == "SELECT":
            type(self).folder = said
        if word == "UID" and said.startswith("SEARCH"):
            numbers = " ".join(str(n) for n in range(1, 4) if str(n) not in self.seen)
            return f"* SEARCH {numbers}\r\n{tag} OK done\r\n".encode()
        if word == "UID" and said.startswith("FETCH"):
            number = said.split()[1]
            content = MESSAGES[int(number) - 1]
            return b"* %s FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n%s OK done\r\n" % (
                number.encode(), number.encode(), len(content), content, tag.encode()
            )
        if word == "UID" and said.startswith("STORE"):
            assert r"(\Seen)" in said
            self.seen.add(said.split()[1])
        if word == "LOGOUT":
            return b"* BYE\r\n%s OK done\r\n" % tag.encode()
        return b"%s OK done\r\n" % tag.encode()


class Pop3(Speaking):
    """A server with three messages; `long` has a line that no client reads."""

    gone: set[str]
    asked: list[str]
    long = False

    def greeting(self) -> bytes:
        return b"+OK POP3\r\n"

    def answer(self, line: str) -> bytes:
        word, *rest = line.split()
        if word == "PASS" and rest != ["dung"]:
            return b"-ERR wrong\r\n"
        if word == "UIDL":
            return b"+OK\r\n" + b"".join(b"%d uid-%d\r\n" % (n, n) for n in range(1, 4) if str(n) not in self.gone) + b".\r\n"
        if word == "TOP":
            self.asked.append(rest[0])
            if self.long and rest[0] == "1":
                return b"+OK\r\n" + b"x" * 5000 + b"\r\n.\r\n"
            return b"+OK\r\n" + MESSAGES[int(rest[0]) - 1] + b".\r\n"
        if word == "DELE":
            self.gone.add(rest[0])
        return b"+OK\r\n"


@contextmanager
def _serving(handler: type[Speaking]) -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def test_imap_messages_that_were_not_read_are_handed_on_and_marked_as_read() -> None:
    Imap.seen = {"1"}
    got: list[bytes] = []

    def take(content: bytes) -> bool:
        got.append(content)
        return b"hai" in content

    with _serving(Imap) as port:
        box = mailbox.box_of(f"imap://thu%40xa:dung@127.0.0.1:{port}/Tra%20lai")
        assert mailbox.read(box, take) == 1
        assert (got, Imap.seen, Imap.folder) == (MESSAGES[1:], {"1", "2", "3"}, '"Tra lai"')
        assert mailbox.read(box, take) == 0
        with pytest.raises(mailbox.Trouble):
            mailbox.read(mailbox.box_of(f"imap://thu:sai@127.0.0.1:{port}"), take)


def test_imap_message_whose_handling_broke_is_read_again() -> None:
    Imap.seen = {"1", "2"}
    with _serving(Imap) as port:
        box = mailbox.box_of(f"imap://thu:dung@127.0.0.1:{port}/INBOX")
        with pytest.raises(ZeroDivisionError):
            mailbox.read(box, lambda content: bool(1 / 0))
        assert Imap.seen == {"1", "2"}
        assert mailbox.read(box, lambda content: True) == 1


def test_pop3_reports_are_taken_away_and_letters_of_people_left() -> None:
    Pop3.gone, Pop3.asked, Pop3.long = set(), [], False
    mailbox._foreign.clear()
    with _serving(Pop3) as port:
        box = mailbox.box_of(f"pop3://thu:dung@127.0.0.1:{port}")
        assert mailbox.read(box, lambda content: b"hai" in content) == 1
        assert (Pop3.gone, Pop3.asked) == ({"2"}, ["1", "2", "3"])
        assert mailbox.read(box, lambda content: True) == 0, "what was left is not fetched again and again"
        assert Pop3.asked == ["1", "2", "3"]
        with pytest.raises(mailbox.Trouble):
            mailbox.read(mailbox.box_of(f"pop3://thu:sai@127.0.0.1:{port}"), lambda content: True)


def test_pop3_message_that_cannot_be_read_does_not_stop_those_behind_it() -> None:
    Pop3.gone, Pop3.asked, Pop3.long = set(), [], True
    mailbox._foreign.clear()
    with _serving(Pop3) as port:
        box = mailbox.box_of(f"pop3://thu:dung@127.0.0.1:{port}")
        assert mailbox.read(box, lambda content: True) == 0
        assert mailbox.read(box, lambda content: True) == 2
    assert Pop3.gone == {"2", "3"}


def test_where_the_mailbox_is_says_one_line() -> None:
    found = mailbox.box_of("imaps://thu%40xa:m%3At@mail.example")
    assert found == mailbox.Box("imaps", "mail.example", 993, "thu@xa", "m:t", "INBOX", False)
    found = mailbox.box_of("pop3://a:b@mail.example:1100?starttls=1")
    assert found == mailbox.Box("pop3", "mail.example", 1100, "a", "b", "INBOX", True)
    for wrong in ("maildir://x", "maildir:relative", "imaps://mail.example", "imap://a:b@h:port", "http://a:b@h", ""):
        with pytest.raises(mailbox.BadBox, match="VINHDANH_MAIL_RETURNS_URL"):
            mailbox.box_of(wrong)
