"""Looks at an uploaded file before it is kept: type by content, size, name, and what no dossier needs.

The name's extension must agree with what the content is. It is no virus scanner: it refuses the EICAR test
file, macros, encrypted and hostile archives, and leaves the rest to the scanner of the host. It stores
nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Media type -> (extensions, its name in a sentence, the same in English).
TYPES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "application/pdf": ((".pdf",), "tệp PDF", "a PDF file"),
    "image/png": ((".png",), "ảnh PNG", "a PNG picture"),
    "image/jpeg": ((".jpg", ".jpeg"), "ảnh JPEG", "a JPEG picture"),
    "image/webp": ((".webp",), "ảnh WebP", "a WebP picture"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        (".docx",), "tệp Word", "a Word document",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        (".xlsx",), "tệp Excel", "an Excel workbook",
    ),
    "application/vnd.oasis.opendocument.text": ((".odt",), "văn bản OpenDocument", "an OpenDocument text"),
    "application/vnd.oasis.opendocument.spreadsheet": (
        (".ods",), "bảng tính OpenDocument", "an OpenDocument spreadsheet",
    ),
    "text/plain": ((".txt",), "tệp chữ", "a text file"),
}  # fmt: skip
EXTENSIONS = tuple(extension for extensions, _, _ in TYPES.values() for extension in extensions)
#: First bytes that tell a type (RFC 8118, PNG 3rd edition 5.2, ITU-T T.81 B.1.1.3).
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
#: Extensions that a server or a desktop may run, wherever in a name they stand: "bao-cao.php.pdf".
RUNNABLE = frozenset(
    "ade adp app asp aspx bash bat cer cgi chm cmd cpl dll docm exe fcgi hta htm html htaccess inf "
    "jar js jse jsp jspx lnk mjs msc msi msp pht phar php php3 php4 php5 php7 php8 phtml pif pl pptm "
    "ps1 psm1 py pyc rb reg scf scr sh shtml svg swf vb vbe vbs war wsf wsh xhtml xht xlsm xltm".split()
)
#: Extensions of office documents with macros: renaming them helps nobody.
WITH_MACROS = frozenset("docm dotm xlsm xltm pptm".split())
#: Limits of an office document as an archive. Real ones stay far below.
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO, RATIO_FROM = 3_000, 200_000_000, 120, 5_000_000
LONGEST_NAME = 150

_WORD, _EXCEL, _TEXT, _SHEET = list(TYPES)[4:8]
# In two halves, so that this file is not taken for the test virus itself.
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
_CHUNK = 1 << 16
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept."""

    name: str  # cleaned, with its diacritics
    media_type: str
    size: int  # bytes
    sha256: str  # hexadecimal


class UploadRefused(Exception):
    """A file that is not kept, and why, in a sentence of both languages."""

    def __init__(self, message: str, message_en: str) -> None:
        self.message, self.message_en = message, message_en
        super().__init__(message_en)


def inspect(name: str, content: BinaryIO | bytes, *, limit: int) -> Upload:
    """Look at a file of at most `limit` bytes. A stream is read no further than that, and wound back if it
    can be.

    Raises UploadRefused.
    """
    clean = clean_name(name)
    data = content if isinstance(content, bytes) else _read(content, limit)
    if len(data) > limit:
        most = (
            f"{limit / 1_000_000:.0f}" if limit >= 1_000_000 else f"{limit / 1_000_000:.3f}".replace(".", ",")
        )
        raise UploadRefused(
            f"Tệp {clean} lớn quá {most} MB. Giảm dung lượng rồi gửi lại.",
            f"The file {clean} is over {most} MB. Make it smaller and send it again.",
        )
    if not data:
        raise UploadRefused(
            f"Tệp {clean} trống. Chọn tệp khác.", f"The file {clean} is empty. Choose another one."
        )
    extension = _extension(clean)
    if _EICAR in data:
        raise _virus(clean)
    media_type = _media_type(clean, data)
    extensions, is_a, is_a_en = TYPES[media_type]
    if extension not in extensions:
        raise UploadRefused(
            f"Tệp {clean} thật ra là {is_a}. Đổi đuôi tên thành {extensions[0]} rồi gửi lại.",
            f"The file {clean} is in truth {is_a_en}. Rename it to {extensions[0]} and send it again.",
        )
    return Upload(clean, media_type, len(data), hashlib.sha256(data).hexdigest())


def clean_name(name: str) -> str:
    """A file name without folders, hidden characters and what file systems refuse; letters stay, in NFC."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    base = _NOT_IN_NAMES.sub("", _HIDDEN.sub("", base))
    base = " ".join(base.split()).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot:
        stem, extension = base, ""
    stem = stem.strip(" .") or "tep"
    if _RESERVED.fullmatch(stem.split(".")[0]):
        stem = f"_{stem}"
    stem = stem[: LONGEST_NAME - len(extension) - 1].rstrip(" .")
    return f"{stem}.{extension}" if extension else stem


def _read(stream: BinaryIO, limit: int) -> bytes:
    data = stream.read(limit + 1)
    if stream.seekable():
        stream.seek(0)
    return data


def _extension(name: str) -> str:
    """The extension in small letters. Raises UploadRefused where any part of the name could be run."""
    *_, last = parts = name.lower().split(".")
    if last.strip() in WITH_MACROS:
        raise _macro(name)
    for part in parts[1:]:
        if part.strip() in RUNNABLE:
            raise UploadRefused(
                f"Không nhận tệp {name}: tên có đuôi .{part.strip()} chạy được. Đổi tên hoặc gửi tệp PDF.",
                f"{name} is refused: .{part.strip()} in its name can be run. Rename it or send a PDF.",
            )
    if len(parts) == 1 or f".{last}" not in EXTENSIONS:
        raise UploadRefused(
            f"Không nhận loại tệp của {name}. Gửi một trong các loại: {', '.join(EXTENSIONS)}.",
            f"The type of {name} is not accepted. Send one of: {', '.join(EXTENSIONS)}.",
        )
    return f".{last}"


def _virus(name: str) -> UploadRefused:
    return UploadRefused(
        f"Tệp {name} có mẫu thử vi-rút (EICAR). Không nhận tệp này.",
        f"The file {name} holds the EICAR test virus. It is refused.",
    )


def _media_type(name: str, data: bytes) -> str:
    for signature, media_type in SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"PK\x03\x04"):
        return _archive(name, data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UploadRefused(
            f"Tệp {name} theo định dạng Office cũ. Lưu lại thành .docx, .xlsx hoặc PDF.",
            f"The file {name} is in an old Office format. Save it as .docx, .xlsx or PDF.",
        )
    if _is_text(data):
        return "text/plain"
    raise UploadRefused(
        f"Không nhận ra nội dung của tệp {name}. Gửi PDF, Word, Excel, ảnh hoặc tệp chữ.",
        f"The content of {name} is not recognised. Send a PDF, Word, Excel, a picture or a text file.",
    )


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search("[\x00-\x08\x0e-\x1f\x7f]", text)


# Office documents are archives
# ----------------------------------------------------------------------------------


def _archive(name: str, data: bytes) -> str:
    budget = [MOST_UNPACKED, MOST_ENTRIES]
    try:
        entries = _walk(name, data, budget, depth=0)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            declared = (
                archive.read("mimetype")[:200].decode("ascii", "replace") if "mimetype" in entries else ""
            )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError):
        raise UploadRefused(
            f"Tệp {name} hỏng hoặc không mở được. Lưu lại rồi gửi.",
            f"The file {name} is damaged or cannot be opened. Save it again and send it.",
        ) from None
    if "[Content_Types].xml" in entries and "word/document.xml" in entries:
        return _WORD
    if "[Content_Types].xml" in entries and "xl/workbook.xml" in entries:
        return _EXCEL
    if declared in (_TEXT, _SHEET) and "content.xml" in entries:
        return declared
    raise UploadRefused(
        f"Không nhận tệp nén {name}. Giải nén rồi gửi từng tệp.",
        f"The archive {name} is not accepted. Unpack it and send its files one by one.",
    )


def _walk(name: str, data: bytes, budget: list[int], *, depth: int) -> set[str]:
    """Names of the entries, each read within the budget. Raises UploadRefused, and zipfile's errors if
    broken.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        budget[1] -= len(infos)
        packed = sum(info.compress_size for info in infos) or 1
        unpacked = sum(info.file_size for info in infos)
        if (
            budget[1] < 0
            or unpacked > budget[0]
            or (unpacked > RATIO_FROM and unpacked / packed > MOST_RATIO)
        ):
            raise _bomb(name)
        for info in infos:
            _check_entry(name, info)
            chunks = _chunks(name, archive, info, budget)
            first = next(chunks, b"")
            if first.startswith(b"PK\x03\x04"):  # a workbook inside a document; nothing within that
                if depth:
                    raise _bomb(name)
                _walk(name, first + b"".join(chunks), budget, depth=depth + 1)
            for _ in chunks:  # read to the end: size and content are judged on the way
                pass
        return {info.filename for info in infos}


def _check_entry(name: str, info: zipfile.ZipInfo) -> None:
    path = info.filename.lower().replace("\\", "/")
    if info.flag_bits & 1:
        raise UploadRefused(
            f"Tệp {name} có mật khẩu. Bỏ mật khẩu rồi gửi lại.",
            f"The file {name} has a password. Remove it and send the file again.",
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("a packing that no office program writes")
    if path.startswith("/") or ".." in path.split("/"):
        raise _bomb(name)
    if re.search(r"(^|/)(vbaproject|vbadata|activex)[^/]*(/|\.|$)", path) or path.startswith(
        ("basic/", "scripts/")
    ):
        raise _macro(name)


def _chunks(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: list[int]) -> Iterator[bytes]:
    """The content of one entry, counted as it comes: what an archive says of its sizes is not believed."""
    tail = b""
    is_types = info.filename == "[Content_Types].xml"
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            budget[0] -= len(chunk)
            if budget[0] < 0:
                raise _bomb(name)
            seen = tail + chunk
            if _EICAR in seen:
                raise _virus(name)
            if is_types and b"macroEnabled" in seen:
                raise _macro(name)
            if info.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in seen or b"<!ENTITY" in seen):
                raise _bomb(name)
            tail = seen[-len(_EICAR) :]
            yield chunk


def _bomb(name: str) -> UploadRefused:
    return UploadRefused(
        f"Tệp {name} phình quá lớn hoặc có cấu trúc đáng ngờ khi mở. Lưu lại thành PDF rồi gửi.",
        f"The file {name} swells too much or is built suspiciously. Save it as PDF and send that.",
    )


def _macro(name: str) -> UploadRefused:
    return UploadRefused(
        f"Tệp {name} có macro. Mở ra, lưu lại thành .docx hoặc .xlsx không có macro, hoặc thành PDF, rồi gửi.",
        f"The file {name} holds macros. Open it, save it anew as .docx or .xlsx without macros, or as PDF, and send that.",
    )
