"""Reports read: as Postfix, Exim and Exchange write them, and as somebody would who means ill."""

from __future__ import annotations

import time

import pytest

from service.notices.marks import rule_of
from service.notices.reports import LONGEST, Report, read_report
from tests.service.notices.returns import SHAPES, report

ID = "<0123456789abcdef0123456789abcdef@vinhdanh.invalid>"


@pytest.mark.parametrize("shape", SHAPES)
def test_report_of_each_server_is_read(shape: str) -> None:
    found = read_report(report(ID, shape=shape))
    assert found is not None
    assert (found.ids, found.final, found.status) == ((ID,), True, "5.1.1")
    assert found.said.startswith("550 5.1.1 <la.xanh@thondong.example>: Recipient address rejected")
    assert found == read_report(report(ID, shape=shape)) and found != read_report(report(ID, shape=shape, own="2"))


@pytest.mark.parametrize("shape", ["postfix", "exchange"])
def test_late_letter_is_no_lost_one(shape: str) -> None:
    found = read_report(report(ID, shape=shape, action="delayed", status="4.4.1", said="connect to mail.thondong.example: timed out"))
    assert found is not None and (found.final, found.status) == (False, "4.4.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "none"])
def test_report_of_a_letter_that_arrived_is_none(action: str) -> None:
    assert read_report(report(ID)) is not None
    assert read_report(report(ID, action=action, status="2.0.0")) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.1.1 no such user", "5.1.1"), ("550-5.1.1 The email account does not exist", "5.1.1"), ("552 #5.2.2 mailbox full", "5.2.2"),
        ("550 no such user here", "5.0.0"), ("", "5.0.0"),
    ],
)
def test_what_a_server_means_is_read_from_the_answer_it_quotes(said: str, status: str) -> None:
    found = read_report(report(ID, shape="exim", said=said))
    assert found is not None and found.status == status


def test_number_of_a_letter_in_the_address_of_its_report_is_found() -> None:
    token = ID[1:33]
    found = read_report(report("<somebody@else.example>", to=f"thu-tra-ve+{token}@sonmai.example"))
    assert found is not None and found.tokens == (token,)


def test_letters_of_people_and_answers_of_machines_are_no_reports() -> None:
    assert read_report(report(ID)) is not None
    plain = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Undelivered\r\nMessage-ID: %s\r\n\r\n%s" % (ID.encode(), report(ID))
    away = report(ID).replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;")
    seen = report(ID).replace(b"report-type=delivery-status", b"report-type=disposition-notification")
    for content in (plain, away, seen, b"", b"\x00" * 100, b"\r\n\r\n"):
        assert read_report(content) is None


HOSTILE = {
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "no end": lambda whole: whole.replace(b"example--\r\n", b""),
    "a thousand multiparts": lambda whole: whole + b"".join(
        b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(5000)
    ),
    "megabytes of lines": lambda whole: whole + b"\r\n" * 4_000_000,
    "one endless line": lambda whole: whole.replace(b"Diagnostic-Code: smtp; ", b"Diagnostic-Code: smtp; " + b"x" * 3_000_000),
    "a million recipients": lambda whole: whole.replace(b"Final-Recipient", b"Action: failed\r\n\r\n" * 20_000 + b"Final-Recipient"),
    "signs that turn the page": lambda whole: whole.replace(b"550 5.1.1", "550 5.1.1 \u202e<script>\u0000\u2028".encode()),
    "no encoding of this world": lambda whole: whole.replace(b"us-ascii", b"x-klingon").replace(b"8bit", b"base64"),
    "bytes that are no text": lambda whole: whole.replace(b"Recipient", b"\xff\xfe\x80"),
    "odd digits": lambda whole: whole.replace(b"Status: 5.1.1", "Status: ٥.١.١".encode()),
    "two ids": lambda whole: whole.replace(b"Message-ID: <0", b"Message-ID: <a@b.example>\r\nMessage-ID: <0"),
    "id with a break": lambda whole: whole.replace(b"@vinhdanh.invalid>\r\nAuto", b"\r\n @vinhdanh.invalid>\r\nAuto"),
    "header without a name": lambda whole: whole.replace(b"Subject:", b": x\r\nSubject:"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_sent_to_do_harm_is_read_in_bounds_or_not_at_all(name: str) -> None:
    content = HOSTILE[name](report(ID))
    begin = time.process_time()
    found = read_report(content)
    assert time.process_time() - begin < 5, "seconds of one core, on the slowest machine"
    assert found is None or isinstance(found, Report)
    if found is not None:
        assert len(found.said) <= 300 and found.said.isprintable()
        assert len(found.ids) <= 1 and len(found.tokens) <= 5 and len(found.status) <= 12


def test_what_stands_behind_the_bound_is_not_read() -> None:
    assert read_report(b"X-Long: " + b"x" * LONGEST + b"\r\n" + report(ID)) is None


def test_rule_for_a_status_is_the_longest_that_fits() -> None:
    assert [rule_of(word) for word in ("5.1.1", "5.1.10", "5.2.2", "5.2.1", "5.7.1", "5.0.0", "4.4.7", "9.9.9")] == [
        ("5.1", 1), ("5.1", 1), ("5.2.2", 5), ("5.2.1", 1), ("5.7", 0), ("5", 3), ("4", 5), ("", 0),
    ]
