"""Reads XML from people safely: no DOCTYPE, bounded size, depth and number of elements, UTF-8 only.

It knows nothing of BPMN or DMN. The file is first streamed through expat, which stops at the first forbidden
thing before any entity could be expanded, and only then handed to lxml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

from lxml import etree

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 100
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # XML of another encoding is told so


class RefusedXml(Exception):
    """The file is not read; `message` and `message_en` say why in one sentence, `line` where it is known."""

    def __init__(self, code: str, message: str, message_en: str, line: int | None = None) -> None:
        self.code = code
        self.message = message
        self.message_en = message_en
        self.line = line
        super().__init__(message_en)


def parse(xml: bytes) -> etree._ElementTree:
    """Read an XML file into an lxml tree.

    Raises RefusedXml (codes: xml-too-large, xml-not-xml, xml-encoding, xml-doctype, xml-too-deep, xml-too-many-elements,
    xml-malformed). Nothing is fetched, no entity but the five of XML is expanded.
    """
    if len(xml) > MAX_BYTES:
        raise RefusedXml(
            "xml-too-large",
            f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MiB. Chia nhỏ sơ đồ rồi gửi lại.",
            f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Split the diagram and send it again.",
        )
    if not xml.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", *_OTHER_MARKS)):
        raise RefusedXml(
            "xml-not-xml",
            "Tệp này không phải tệp XML. Chọn tệp sơ đồ do công cụ vẽ lưu ra rồi gửi lại.",
            "This file is not XML. Choose the file that the editor saved and send it again.",
        )
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError:
        raise _wrong_encoding() from None
    _stream(xml)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error.lineno) from None
    return root.getroottree()


def readable(files: Mapping[str, bytes], ending: str) -> Iterator[tuple[str, etree._ElementTree]]:
    """The files of a bundle with this ending that can be read, by name; the others are passed over, for `parse` to refuse."""
    for name in sorted(files):
        if name.endswith(ending):
            try:
                yield name, parse(files[name])
            except RefusedXml:
                continue


def _wrong_encoding() -> RefusedXml:
    return RefusedXml(
        "xml-encoding",
        "Tệp không phải bảng mã UTF-8. Lưu lại tệp ở bảng mã UTF-8 rồi gửi lại.",
        "The file is not UTF-8. Save it as UTF-8 and send it again.",
    )


def _malformed(line: int | None) -> RefusedXml:
    return RefusedXml(
        "xml-malformed",
        f"Tệp XML sai cấu trúc ở dòng {line}. Mở tệp bằng công cụ vẽ sơ đồ, lưu lại rồi gửi.",
        f"The XML is not well formed at line {line}. Open it in the editor, save it and send it again.",
        line,
    )


def _stream(xml: bytes) -> None:
    """Run through the file once and stop at the first thing that is not allowed."""
    reader = expat.ParserCreate()
    depth = count = 0

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise _wrong_encoding()

    def doctype(*_: object) -> None:
        line = reader.CurrentLineNumber
        raise RefusedXml(
            "xml-doctype",
            f"Tệp có khai báo DOCTYPE ở dòng {line}, không nhận vì an toàn. Xóa khai báo đó rồi gửi lại.",
            f"The file has a DOCTYPE at line {line}, refused for safety. Remove it and send it again.",
            line,
        )

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        line = reader.CurrentLineNumber
        if depth > MAX_DEPTH:
            raise RefusedXml(
                "xml-too-deep",
                f"Phần tử lồng nhau quá {MAX_DEPTH} lớp ở dòng {line}. Bỏ bớt lớp rồi gửi lại.",
                f"Elements nested more than {MAX_DEPTH} deep at line {line}. Flatten them and send it again.",
                line,
            )
        if count > MAX_ELEMENTS or len(attributes) > MAX_ATTRIBUTES:
            raise RefusedXml(
                "xml-too-many-elements",
                f"Tệp có quá {MAX_ELEMENTS} phần tử hoặc một phần tử có quá {MAX_ATTRIBUTES} thuộc tính, "
                f"ở dòng {line}. Chia nhỏ sơ đồ rồi gửi lại.",
                f"The file has over {MAX_ELEMENTS} elements, or one has over {MAX_ATTRIBUTES} attributes, "
                f"at line {line}. Split the diagram and send it again.",
                line,
            )

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    reader.XmlDeclHandler = declaration
    reader.StartDoctypeDeclHandler = doctype
    reader.StartElementHandler = opened
    reader.EndElementHandler = closed
    try:
        reader.Parse(xml, True)
    except expat.ExpatError as error:
        raise _malformed(error.lineno) from None
