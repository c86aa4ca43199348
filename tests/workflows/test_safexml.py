"""Hostile and broken XML gets one clear answer; a plain diagram is read."""

from __future__ import annotations

import pytest

from workflows.safexml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, RefusedXml, parse

PLAIN = '<?xml version="1.0" encoding="UTF-8"?><definitions><process id="xã"/></definitions>'.encode()


def test_plain_file_is_read() -> None:
    tree = parse(PLAIN)
    assert tree.getroot().tag == "definitions"
    assert tree.getroot()[0].get("id") == "xã"


def test_byte_order_mark_and_missing_declaration_are_read() -> None:
    assert parse(b"\xef\xbb\xbf<a/>").getroot().tag == "a"


HOSTILE = {
    "entity bomb": (
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>',
        "xml-doctype",
    ),
    "external entity": (b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>', "xml-doctype"),
    "bare doctype": (b"<!DOCTYPE a><a/>", "xml-doctype"),
    "doctype after comment": (b"<!-- x -->\n<!DOCTYPE a SYSTEM 'http://localhost/x.dtd'><a/>", "xml-doctype"),
    "too large": (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-too-large"),
    "too deep": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "xml-too-deep"),
    "too many": (b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", "xml-too-many-elements"),
    "many attributes": (
        b"<a " + b" ".join(b'a%d="1"' % i for i in range(200)) + b"/>",
        "xml-too-many-elements",
    ),
    "utf-16": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "xml-encoding"),
    "utf-7 declared": (b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b+AD4-</a>', "xml-encoding"),
    "latin-1 declared": (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "xml-encoding"),
    "not closed": (b"<a><b></a>", "xml-malformed"),
    "empty": (b"", "xml-not-xml"),
    "not xml": (b"hello", "xml-not-xml"),
    "unknown entity": (b"<a>&nothing;</a>", "xml-malformed"),
    "null byte": (b"<a>\x00</a>", "xml-malformed"),
    "unbound prefix is refused by the second reader": (b"<x:a/>", "xml-malformed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_one_sentence_in_both_languages(name: str) -> None:
    xml, code = HOSTILE[name]
    with pytest.raises(RefusedXml) as caught:
        parse(xml)
    assert caught.value.code == code
    assert caught.value.message.endswith(".") and caught.value.message_en.endswith(".")
    assert caught.value.message != caught.value.message_en


def test_limits_themselves_are_allowed() -> None:
    parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)
    parse(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")
