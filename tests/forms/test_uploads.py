"""A file is told by its content; what could harm is refused, and what people send passes."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from forms.uploads import EXTENSIONS, Upload, UploadRefused, clean_name, inspect

LIMIT = 5_000_000
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return stream.getvalue()


def docx(**more: bytes) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more})


XLSX = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
ODT = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})
ODS = archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office/>"})


def refused(name: str, content: bytes, limit: int = LIMIT) -> str:
    with pytest.raises(UploadRefused) as caught:
        inspect(name, content, limit=limit)
    assert caught.value.message != caught.value.message_en
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Báo cáo thành tích.pdf", PDF, "application/pdf"),
        ("ẢNH LỄ TRAO.PNG", PNG, "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.webp", WEBP, "image/webp"),
        ("Mẫu 07.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("a.ods", ODS, "application/vnd.oasis.opendocument.spreadsheet"),
        ("ghi chú.txt", "Đã nộp ngày 23/11\n".encode(), "text/plain"),
        ("v1.2 số 12.5.2026.pdf", PDF, "application/pdf"),
    ],
)
def test_what_people_send_passes(name: str, content: bytes, media_type: str) -> None:
    expected = Upload(name, media_type, len(content), hashlib.sha256(content).hexdigest())
    assert inspect(name, content, limit=LIMIT) == expected
    stream = io.BytesIO(content)
    assert inspect(name, stream, limit=LIMIT) == expected
    assert stream.tell() == 0  # ready to be stored


@pytest.mark.parametrize(
    "name",
    [
        "x.php.pdf",
        "x.PHP.pdf",
        "x.pdf.exe",
        "x.phtml.png",
        "x.jsp.docx",
        "x.asp.jpg",
        "x.html.pdf",
        "x.svg",
        "x.exe",
        "x.php",
        "x.bat.txt",
        "x.sh.txt",
    ],
)
def test_a_name_that_could_be_run_is_refused(name: str) -> None:
    assert inspect("x.pdf", PDF, limit=LIMIT)
    assert "chạy được" in refused(name, PDF)


@pytest.mark.parametrize("name", ["x", "x.", "x.zip", "x.gif", "x.doc", ".pdf", "x.pdf .zip", "x.csv"])
def test_an_extension_that_is_not_taken_is_refused(name: str) -> None:
    assert ".pdf" in refused(name, PDF)


def test_a_name_says_what_the_content_is() -> None:
    assert "thật ra là ảnh PNG" in refused("x.pdf", PNG)
    assert "thật ra là tệp Excel" in refused("x.docx", XLSX)
    assert "thật ra là tệp chữ" in refused("x.pdf", b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00\x03", b"\x7fELF\x02", b"GIF89a\x00\x01", b"\xff\xfe\x00\x01", b"a\x00b", b"\xc3\x28"],
)
def test_content_that_is_not_known_is_refused(content: bytes) -> None:
    assert "Không nhận ra" in refused("x.txt", content)


def test_old_office_files_are_refused_with_what_to_do() -> None:
    assert ".docx" in refused("x.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100)


def test_the_test_virus_is_refused_wherever_it_lies() -> None:
    assert "EICAR" in refused("x.txt", EICAR)
    assert "EICAR" in refused("x.pdf", PDF + EICAR)
    assert "EICAR" in refused("x.docx", docx(**{"word/media/image1.bin": b"a" * 65_500 + EICAR}))


def test_macros_are_refused() -> None:
    for name in ("Quyết định.docm", "Danh sách.xlsm"):
        said = refused(name, docx())
        assert "macro" in said and "rename" not in said.lower() and "Đổi" not in said
    assert inspect("x.docx", docx(**{"word/styles.xml": b"<w:styles/>"}), limit=LIMIT)
    assert "macro" in refused("x.docx", docx(**{"word/vbaProject.bin": b"x"}))
    assert "macro" in refused("x.docx", docx(**{"word/activeX/activeX1.xml": b"x"}))
    assert "macro" in refused(
        "x.docx", docx(**{"[Content_Types].xml": b'ContentType="...macroEnabled.main+xml"'})
    )
    basic = archive(
        {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"", "Basic/a.xml": b""}
    )
    assert "macro" in refused("x.odt", basic)


def test_plain_archives_are_refused() -> None:
    assert "tệp nén" in refused("x.docx", archive({"a.txt": b"x"}))


def test_archives_that_swell_are_refused() -> None:
    assert inspect("x.docx", docx(**{"word/media/a.bin": bytes(1_000_000)}), limit=LIMIT)
    assert "phình" in refused("x.docx", docx(**{"word/media/a.bin": bytes(20_000_000)}))
    many = docx(**{f"word/a{n}.xml": b"" for n in range(3_001)})
    assert "phình" in refused("x.docx", many)


def test_archives_within_archives_are_counted_and_go_one_deep() -> None:
    inner = docx(**{"word/embeddings/a.xlsx": XLSX})
    assert inspect("x.docx", inner, limit=LIMIT)
    assert "phình" in refused("x.docx", docx(**{"word/embeddings/a.docx": inner}))
    assert "phình" in refused("x.docx", docx(**{"word/embeddings/a.xlsx": archive({"a": bytes(20_000_000)})}))


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    honest = docx(**{"word/media/a.bin": bytes(2_000_000)})
    lying = bytearray(honest)
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # uncompressed size in the central directory
    assert inspect("x.docx", honest, limit=LIMIT)
    assert refused("x.docx", bytes(lying))


def test_archives_that_declare_entities_or_step_out_are_refused() -> None:
    assert refused("x.docx", docx(**{"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>'}))
    assert refused("x.docx", docx(**{"../a.xml": b"x"}))


def test_locked_and_broken_archives_are_refused_with_what_to_do() -> None:
    locked = bytearray(docx())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := locked.find(signature, at + 1)) >= 0:
            locked[at + flags] |= 1
    assert "mật khẩu" in refused("x.docx", bytes(locked))
    assert "hỏng" in refused("x.docx", docx()[:60])
    assert "hỏng" in refused("x.docx", b"PK\x03\x04" + b"\x00" * 50)
    entries = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>" * 50}
    assert inspect("x.docx", archive(entries), limit=LIMIT)
    for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        spoiled = bytearray(archive(entries, packing))
        at = spoiled.index(b"word/document.xml") + len("word/document.xml")
        spoiled[at : at + 12] = bytes(0xFF - b for b in spoiled[at : at + 12])
        assert "hỏng" in refused("x.docx", bytes(spoiled))


def test_a_file_is_neither_empty_nor_too_large() -> None:
    assert "trống" in refused("x.pdf", b"")
    assert inspect("x.pdf", PDF, limit=len(PDF))
    assert "lớn quá" in refused("x.pdf", PDF, limit=len(PDF) - 1)
    assert "lớn quá 5 MB" in refused("x.pdf", PDF + bytes(LIMIT))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Báo cáo thành tích.pdf", "Báo cáo thành tích.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("C:\\Users\\x\\Đơn.pdf", "Đơn.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("bao\u202efdp.txt", "baofdp.txt"),
        ("  a   b .pdf ", "a b.pdf"),
        ('a<b>:"c"|?*.pdf', "abc.pdf"),
        ("con.pdf", "_con.pdf"),
        ("...", "tep"),
        ("", "tep"),
    ],
)
def test_names_keep_their_letters_and_lose_the_rest(name: str, clean: str) -> None:
    assert clean_name(name) == clean
    assert clean_name(clean) == clean


def test_a_long_name_keeps_its_extension() -> None:
    clean = clean_name("ệ" * 400 + ".pdf")
    assert clean.endswith("ệ.pdf") and len(clean) == 150


def test_all_extensions_have_a_type_of_their_own() -> None:
    assert len(set(EXTENSIONS)) == len(EXTENSIONS) == 10
