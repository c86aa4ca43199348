"""What stands in entries, in words of both languages: kinds, doors, fields with their values before and after.

Knows no table. What only a part above can name, such as a unit by its number, is registered here, see `values_from`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from service.trail.codes import CODES
from service.trail.kind_names import KIND_NAMES
from service.trail.kinds import KINDS
from service.trail.tell import Event, Locale
from service.words import local

Word = tuple[str, str]
"""Vietnamese, English."""

PARTS: Mapping[str, Word] = {
    "step": ("Các bước chính", "Main steps"),
    "work": ("Việc kèm theo", "Work around them"),
    "talk": ("Ý kiến, trao đổi", "Opinions and talk"),
    "view": ("Lượt xem", "Reading"),
    "admin": ("Quản trị", "Administration"),
    "system": ("Hệ thống", "The system"),
}
"""What a filter shows together, see kinds.Part."""

DOORS: Mapping[str, Word] = {
    "web": ("trang web", "web page"),
    "api": ("chương trình (API)", "program (API)"),
    "cli": ("dòng lệnh", "command line"),
    "oidc": ("đăng nhập ở nơi liên kết", "sign-in at the provider"),
    "timer": ("đồng hồ hệ thống", "the system's clock"),
    "worker": ("tiến trình nền", "background process"),
    "break_glass": ("truy cập khẩn cấp", "emergency access"),
}
"""Through what something came."""

STREAMS: Mapping[str, Word] = {
    "instance": ("quy trình hồ sơ số {}", "process of case {}"),
    "list": ("danh sách, văn bản số {}", "list or paper {}"),
    "submission": ("hồ sơ đề nghị của đơn vị số {}", "submission {}"),
    "account": ("tài khoản số {}", "account {}"),
    "unit": ("đơn vị số {}", "unit {}"),
    "round": ("đợt xét số {}", "round {}"),
    "ballot": ("vòng bỏ phiếu số {}", "ballot {}"),
    "deployment": ("bản triển khai quy trình số {}", "deployment {}"),
    "nomination": ("hồ sơ số {}", "nomination {}"),
    "erasure": ("yêu cầu xóa dữ liệu số {}", "request for erasure {}"),
    "webhook": ("webhook số {}", "webhook {}"),
    "system": ("toàn hệ thống", "the whole system"),
}
"""What an entry is about, by the first word of its stream."""

_FIELDS: Mapping[str, Word] = {
    # dates of a round
    "open": ("Mở đợt", "Round opens"),
    "filing": ("Hạn nộp hồ sơ", "Filing closes"),
    "checking": ("Hạn kiểm tra, thẩm định", "Checking ends"),
    "supplement": ("Hạn bổ sung hồ sơ", "Supplements due"),
    "opinions": ("Hạn trả lời lấy ý kiến", "Opinions due"),
    "mending": ("Hạn xem xét ý kiến không thống nhất", "Objections weighed by"),
    "posting_from": ("Bắt đầu niêm yết", "Posting begins"),
    "posting_to": ("Kết thúc niêm yết", "Posting ends"),
    "session": ("Phiên họp Hội đồng", "Session of the council"),
    "signing": ("Ký quyết định", "Decision signed"),
    "province_intake": ("Hạn trình lên tỉnh", "Due at the province"),
    "ceremony": ("Lễ trao tặng", "Ceremony"),
    "close": ("Kết thúc đợt", "Round ends"),
    "guidance": ("Hướng dẫn", "Guidance"),
    # days, rules
    "day": ("Ngày", "Day"),
    "working": ("Là ngày làm việc", "A working day"),
    "version": ("Phiên bản", "Version"),
    "value": ("Giá trị", "Value"),
    "confidence": ("Độ chắc chắn", "Confidence"),
    "valid_from": ("Áp dụng từ", "Valid from"),
    "valid_to": ("Áp dụng đến", "Valid to"),
    "confirmed": ("Đã xác nhận", "Confirmed"),
    # minutes, postings
    "held_on": ("Ngày họp", "Held on"),
    "members": ("Số người được triệu tập", "Members"),
    "present": ("Số người có mặt", "Present"),
    "dated": ("Ngày văn bản", "Dated"),
    "until": ("Đến hết ngày", "Until"),
    # people and units
    "name": ("Tên", "Name"),
    "title": ("Chức danh", "Title"),
    "label": ("Tên gọi", "Label"),
    "login": ("Tên đăng nhập", "Sign-in name"),
    "email": ("Thư điện tử", "Mail address"),
    "phone": ("Điện thoại", "Telephone"),
    "contact": ("Người liên hệ", "Contact"),
    "locale": ("Ngôn ngữ thư", "Language of mail"),
    "address": ("Địa chỉ mạng", "Network address"),
    "subject": ("Mã định danh ở nơi đăng nhập", "Subject at the provider"),
    "unit": ("Đơn vị", "Unit"),
    "recipient": ("Đối tượng", "Recipient"),
    "sender": ("Người gửi đơn", "Sender"),
    # what was said
    "reason": ("Lý do", "Reason"),
    "discussion": ("Nội dung thảo luận", "Discussion"),
    "points": ("Điểm chấm", "Scores"),
    "paper": ("Văn bản", "Paper"),
    "error": ("Lỗi", "Error"),
    "old_text": ("Chữ cũ", "Old words"),
    "new_text": ("Chữ mới", "New words"),
    "was": ("Trước khi sửa", "Before the change"),
    "now": ("Sau khi sửa", "After the change"),
    "text": ("Chữ tìm", "Words looked for"),
    "words_sha256": ("Mã băm SHA-256 của chữ đã lưu", "SHA-256 of the words kept"),
    # webhooks
    "url": ("Địa chỉ nhận", "Receiving address"),
    "host": ("Máy chủ nhận", "Receiving host"),
    "events": ("Loại sự kiện", "Kinds of events"),
}
_OF_ONE: Mapping[str, Word] = {
    "votes": ("Số phiếu đồng ý, hồ sơ số {}", "Votes in favour, nomination {}"),
    "reason": ("Lý do, hồ sơ số {}", "Reason, nomination {}"),
    "came": ("Vào họp, thành viên số {}", "Came, member {}"),
    "left": ("Ra khỏi phòng họp, thành viên số {}", "Left, member {}"),
}
"""Fields that each name of a list, or each member, has its own of: `votes.12`."""
_QUOTA: Word = ("Chỉ tiêu {}", "Quota {}")
_CRITERION: Word = ("Tiêu chí {}: điểm tối đa × hệ số", "Criterion {}: maximum × weight")
_FLAGS = ("confirmed",)
_ANSWERS: Mapping[str, Word] = {"yes": ("có", "yes"), "no": ("không", "no"), "1": ("có", "yes"), "0": ("không", "no")}
_SURE: Mapping[str, Word] = {
    "S": ("đã có nguồn", "sourced"),
    "S-old": ("có nguồn cũ, văn bản sau có thể đã sửa", "an old source, which may have been amended"),
    "S-weak": ("có nguồn gián tiếp, chưa đọc được nguyên văn", "an indirect source, the text was not read"),
    "MH": ("theo thông lệ, độ chắc chắn cao", "by practice, very likely"),
    "ML": ("theo thông lệ, độ chắc chắn thấp", "by practice, less likely"),
    "P": ("đề xuất của hệ thống, xã thay đổi được", "proposed by the system"),
}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


@dataclass(frozen=True, slots=True)
class Change:
    """A field in words, with what stood in it before and after; nothing where there was nothing."""

    label: str
    before: str
    after: str


Values = Callable[[str, Any, Locale], str | None]
"""Field, its value, language → words; None where it does not know the field."""
_values: list[Values] = []


def values_from(look_up: Values) -> Values:
    """Register who names values that are numbers of something."""
    if look_up not in _values:
        _values.append(look_up)
    return look_up


def part_words(locale: Locale) -> dict[str, str]:
    """The parts of the trail by their words, in order."""
    return {word: said[locale == "en"] for word, said in PARTS.items()}


def door_words(door: str | None, locale: Locale) -> str:
    """Through what it came; a door that is not known by its own word."""
    return _said(DOORS, door or "", locale)


def way_words(event: Event, locale: Locale) -> str:
    """Through what an entry came, and through which API token."""
    door = door_words(event.door, locale)
    if event.token is None:
        return door
    return f"{door}, API token no. {event.token}" if locale == "en" else f"{door}, mã truy cập số {event.token}"


def stream_words(stream: str, locale: Locale) -> str:
    """What an entry is about; a stream that is not known by its own word."""
    word, _, number = stream.partition(":")
    return STREAMS[word][locale == "en"].format(number) if word in STREAMS else stream


def kind_words(kind: str, locale: Locale) -> str:
    """What a kind of entry is called: “Ký quyết định”."""
    return _said(_kind_words(), kind, locale)


def message_words(event: Event, locale: Locale) -> dict[str, str]:
    """What a message that a step waits for tells, in the words of the entry that it comes from, for the sentence."""
    message = event.body.get("message")
    return {"message": kind_words(message, locale)} if isinstance(message, str) and message in KINDS else {}


@cache
def kind_choices(locale: Locale) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The kinds of each part, (words, what they are called), in the order of the list; those called alike stand together."""
    found: dict[str, dict[str, list[str]]] = {part: {} for part in PARTS}
    for kind, one in KINDS.items():
        found[one.part].setdefault(kind_words(kind, locale), []).append(kind)
    return {
        part: tuple((",".join(kinds), said) for said, kinds in choices.items()) for part, choices in found.items() if choices
    }


def changes(event: Event, locale: Locale) -> list[Change]:
    """What was before and after, field by field, in the reader's words."""
    before, after = dict(event.before), dict(event.after)
    for path, value in event.private.items():  # `old_name` and `new_name`, whose values are personal
        when, _, field = path.partition("_")
        if when in ("old", "new") and field and value:
            (before if when == "old" else after).setdefault(field, value)
    return [
        Change(field_words(key, locale, event.kind), _value(key, before.get(key), locale), _value(key, after.get(key), locale))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def is_change(path: str) -> bool:
    """Whether a private value is told among what was before and after."""
    return path.startswith(("old_", "new_"))


def field_words(key: str, locale: Locale, kind: str = "") -> str:
    """A field by its name; one that nobody named by its own word."""
    english = locale == "en"
    if key in _FIELDS:
        return _FIELDS[key][english]
    word, _, of = key.partition(".")
    if of and word in _OF_ONE:
        return _OF_ONE[word][english].format(of)
    if kind == "round:content_changed":
        quota = key.startswith("quota ")
        return (_QUOTA if quota else _CRITERION)[english].format(_said(CODES, key.removeprefix("quota "), locale))
    return key


def _value(key: str, value: Any, locale: Locale) -> str:
    if value is None or value == "":
        return ""
    for look_up in _values:
        if (said := look_up(key, value, locale)) is not None:
            return said
    if isinstance(value, Mapping):
        return "; ".join(f"{field_words(str(k), locale)}: {_value(str(k), v, locale)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(key, one, locale) for one in value)
    text = str(value)
    if key == "confidence":
        return _said(_SURE, text, locale)
    if text in ("yes", "no") or key in _FLAGS:
        return _said(_ANSWERS, text, locale)
    if found := _DAY.fullmatch(text):
        return f"{found[3]}/{found[2]}/{found[1]}"
    if _MOMENT.fullmatch(text):
        return _moment(text)
    return _said(CODES, text, locale)


def _moment(text: str) -> str:
    try:
        return f"{local(datetime.fromisoformat(text)):%d/%m/%Y %H:%M}"
    except ValueError:
        return text


def _said(words: Mapping[str, Word], word: str, locale: Locale) -> str:
    return words[word][locale == "en"] if word in words else word


@cache
def _kind_words() -> Mapping[str, Word]:
    return {kind: (_bare(one.vi), _bare(one.en)) for kind, one in KINDS.items()} | dict(KIND_NAMES)


_OPTIONAL = re.compile(r"\[[^\]]*\]")
_FIELD = re.compile(r"\{\w+(?:\|\w+)?\}")


def _bare(template: str) -> str:
    """A kind's sentence without who, and without what may be left out."""
    text = _FIELD.sub("…", _OPTIONAL.sub("", template).removeprefix("{actor} ")).rstrip(".")
    return text[:1].upper() + text[1:]
