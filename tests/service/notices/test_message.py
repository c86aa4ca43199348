"""The bytes of a mail: what stands in its source, decoded again, is what was written."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.notices.letters import Rendered, letters, sample_of
from service.notices.message import BadAddress, compose

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "sender": "Vinh Danh xã Sơn Mai <no-reply@sonmai.example>",
    "reply_to": "Văn phòng <vanphong@sonmai.example>",
    "to": "ban.mai@sonmai.example",
    "person": "Lê Ban Mai",
    "message_id": "<abc@sonmai.example>",
    "language": "vi",
    "at": AT,
}


def _parsed(rendered: Rendered, **words: Any) -> tuple[bytes, EmailMessage]:
    raw = compose(rendered, **(WORDS | words))
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def test_raw_source_decoded_equals_what_was_written() -> None:
    rendered = sample_of(letters()["returned"], language="vi", person="Lê Ban Mai", url="https://vinhdanh.example/s/1")
    raw, message = _parsed(rendered)
    assert raw.isascii()
    assert message["Subject"] == rendered.subject == "Yêu cầu bổ sung, hoàn thiện hồ sơ: 3 trường hợp"
    assert b"Subject: =?utf-8?" in raw
    text, html = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content_charset() == html.get_content_charset() == "utf-8"
    assert text.get_content().replace("\r\n", "\n") == rendered.text
    assert html.get_content().replace("\r\n", "\n").strip() == rendered.html.strip()
    assert all(line.endswith(b"\r") for line in raw.split(b"\n")[:-1])
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_headers_say_who_when_and_that_no_machine_should_answer() -> None:
    _, message = _parsed(Rendered("Việc mới", "văn bản\n", "<p>văn bản</p>"))
    assert message["From"] == "Vinh Danh xã Sơn Mai <no-reply@sonmai.example>"
    assert message["Reply-To"] == "Văn phòng <vanphong@sonmai.example>"
    assert message["To"] == "Lê Ban Mai <ban.mai@sonmai.example>"
    assert message["Date"].datetime == AT
    assert str(message["Date"]).endswith("+0700")
    assert message["Message-ID"] == "<abc@sonmai.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


@given(st.text("aăâđêôơưếợẫÁỶ ,:-=?_", min_size=1, max_size=150))
@example(":::ÁÁÁÁÁÁÁÁÁẫẫẫẫẫẫẫ Á Á")  # the standard library loses a space here
def test_subjects_and_names_of_every_length_come_back_whole(words: str) -> None:
    subject = " ".join(words.split()) or "x"
    raw, message = _parsed(Rendered(subject, "a\n", "<p>a</p>"), person=subject)
    assert message["Subject"] == subject
    # The library's newer reader of names puts spaces between encoded words; the older one reads as RFC 2047 says.
    name, address = parseaddr(email.message_from_bytes(raw)["To"])
    assert (str(make_header(decode_header(name))), address) == (subject, "ban.mai@sonmai.example")
    head = raw.split(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


@pytest.mark.parametrize("subject", ["Việc\nBcc: x@y.example", "Việc\rmới", "Việc\r\n\r\nthân"])
def test_line_break_in_a_subject_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        compose(Rendered(subject, "a", "a"), **WORDS)


@pytest.mark.parametrize(
    "address", ["", "mai", "mai@", "không@sonmai.example", "a@b.example\r\nBcc: x@y.example", "a b@c.example"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        compose(Rendered("a", "a", "a"), **(WORDS | {"to": address}))


def test_signs_in_a_name_break_no_header() -> None:
    _, message = _parsed(Rendered("a", "a\n", "a"), person='Mai "Bcc"\r\n <x@y.example>, Lê')
    assert [str(a.addr_spec) for a in message["To"].addresses] == ["ban.mai@sonmai.example"]
