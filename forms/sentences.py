"""Every sentence about a wrong answer, by code, in Vietnamese and in English.

Each says what is wrong and what to type. It decides nothing: `forms.values` and `forms.check` choose the
code.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_LONG_LABEL = 70

#: code -> (Vietnamese, English). {label} is the field's label, {typed} what was typed, the rest comes with
#: the code.
SENTENCES: dict[str, tuple[str, str]] = {
    # required, by what is to be done
    "required-text": ("{label} còn trống. Nhập nội dung.", "{label} is empty. Type an answer."),
    "required-number": (
        "{label} còn trống. Nhập một số, ví dụ 8,5.",
        "{label} is empty. Type a number, for example 8.5.",
    ),
    "required-whole": ("{label} còn trống. Nhập một số nguyên.", "{label} is empty. Type a whole number."),
    "required-date": (
        "{label} còn trống. Nhập dạng ngày/tháng/năm, ví dụ 23/11/2026.",
        "{label} is empty. Type day/month/year, for example 23/11/2026.",
    ),
    "required-time": (
        "{label} còn trống. Nhập dạng giờ:phút, ví dụ 14:30.",
        "{label} is empty. Type hours:minutes, for example 14:30.",
    ),
    "required-datetime": (
        "{label} còn trống. Nhập dạng ngày/tháng/năm giờ:phút, ví dụ 23/11/2026 14:30.",
        "{label} is empty. Type day/month/year hours:minutes, for example 23/11/2026 14:30.",
    ),
    "required-choice": ("{label} chưa chọn. Chọn một dòng.", "{label}: nothing is chosen. Choose one line."),
    "required-choices": (
        "{label} chưa chọn. Chọn ít nhất một dòng.",
        "{label}: nothing is chosen. Choose at least one line.",
    ),
    "required-checkbox": (
        "{label} chưa đánh dấu. Đánh dấu vào ô để đi tiếp.",
        "{label} is not ticked. Tick the box to go on.",
    ),
    "required-file": (
        "{label} chưa có tệp. Gửi kèm ít nhất một tệp.",
        "{label} has no file. Attach at least one file.",
    ),
    # text
    "not-text": ("{label} phải là chữ. Nhập lại bằng chữ.", "{label} must be text. Send a string."),
    "control-characters": (
        "{label} có ký tự ẩn không dùng được. Xóa rồi gõ lại, không dán.",
        "{label} has hidden characters that cannot be used. Delete it and type it again.",
    ),
    "line-breaks": (
        "{label} có nhiều dòng. Viết trên một dòng.",
        "{label} has several lines. Write it on one line.",
    ),
    "too-short": (
        "{label} có {count} ký tự, cần ít nhất {limit}. Viết thêm.",
        "{label} has {count:character} and needs at least {limit}. Write more.",
    ),
    "too-long": (
        "{label} có {count} ký tự, nhiều nhất {limit}. Viết ngắn lại.",
        "{label} has {count:character}, at most {limit} are allowed. Shorten it.",
    ),
    "pattern": ("{label} chưa đúng dạng. {wanted}", "{label} does not have the right form. {wanted_en}"),
    "email": (
        "{label} {typed} không phải địa chỉ thư điện tử. Nhập dạng ten@donvi.vn.",
        "{label} {typed} is not an e-mail address. Type it like name@unit.vn.",
    ),
    "phone": (
        "{label} {typed} không phải số điện thoại. Nhập 10 chữ số, ví dụ 0912345678, hoặc +84912345678.",
        "{label} {typed} is not a telephone number. Type 10 digits, for example 0912345678, or +84912345678.",
    ),
    # number
    "not-a-number": (
        "{label} {typed} không phải là số. Chỉ nhập chữ số, ví dụ 12 hoặc 8,5.",
        "{label} {typed} is not a number. Type digits only, for example 12 or 8.5.",
    ),
    "not-a-whole-number": (
        "{label} {typed} không phải là số. Nhập một số nguyên.",
        "{label} {typed} is not a number. Type a whole number.",
    ),
    "unclear-number": (
        "{label} {typed} có thể đọc hai cách. Nhập {whole} hoặc {fraction}.",
        "{label} {typed} can be read in two ways. Type {whole} or {fraction}.",
    ),
    "too-large-a-number": (
        "{label} {typed} quá lớn. Nhập số có tối đa 15 chữ số.",
        "{label} {typed} is too large. Type a number of at most 15 digits.",
    ),
    "not-whole": (
        "{label} {typed} phải là số nguyên. Bỏ phần lẻ.",
        "{label} {typed} must be a whole number. Leave out the fraction.",
    ),
    "too-many-decimals": (
        "{label} {typed} có quá nhiều chữ số lẻ. Viết tối đa {limit} chữ số sau dấu phẩy.",
        "{label} {typed} has too many decimals. Write at most {limit} of them.",
    ),
    "off-step": (
        "{label} {typed} không đúng bước {step}. Nhập {below} hoặc {above}.",
        "{label} {typed} is not a multiple of {step}. Type {below} or {above}.",
    ),
    "too-small": (
        "{label} {typed} nhỏ hơn mức thấp nhất. Nhập từ {limit} trở lên.",
        "{label} {typed} is below the least value. Type {limit} or more.",
    ),
    "too-large": (
        "{label} {typed} vượt mức cao nhất. Nhập từ {limit} trở xuống.",
        "{label} {typed} is above the greatest value. Type {limit} or less.",
    ),
    "less-than": (
        "{label} {typed} ít hơn {what} ({limit}). Sửa một trong hai.",
        "{label} {typed} is less than {what_en} ({limit}). Mend one of the two.",
    ),
    "more-than": (
        "{label} {typed} nhiều hơn {what} ({limit}). Sửa một trong hai.",
        "{label} {typed} is more than {what_en} ({limit}). Mend one of the two.",
    ),
    # date and time
    "no-such-date": (
        "{label} {typed} không có thật. Nhập dạng ngày/tháng/năm.",
        "{label} {typed} does not exist. Type day/month/year.",
    ),
    "no-such-time": (
        "{label} {typed} không có thật. Nhập dạng giờ:phút, từ 00:00 đến 23:59.",
        "{label} {typed} does not exist. Type hours:minutes, from 00:00 to 23:59.",
    ),
    "no-such-datetime": (
        "{label} {typed} không có thật. Nhập dạng ngày/tháng/năm giờ:phút.",
        "{label} {typed} does not exist. Type day/month/year hours:minutes.",
    ),
    "needs-zone": (
        "{label} {typed} thiếu múi giờ. Thêm múi giờ, ví dụ +07:00.",
        "{label} {typed} has no time zone. Add one, for example +07:00.",
    ),
    "past": (
        "{label} {typed} đã qua. Nhập từ ngày {limit} trở đi.",
        "{label} {typed} is past. Type {limit} or a later day.",
    ),
    "unmet": ("{label} chưa phù hợp. Sửa lại.", "{label} does not fit. Mend it."),
    "too-early": (
        "{label}: không được trước {what}. Nhập từ ngày {limit} trở đi.",
        "{label} cannot be before {what_en}. Type {limit} or a later day.",
    ),
    "too-late": (
        "{label}: không được sau {what}. Nhập ngày {limit} hoặc sớm hơn.",
        "{label} cannot be after {what_en}. Type {limit} or an earlier day.",
    ),
    # choice
    "not-an-option": (
        "{label}: {typed} không có trong các dòng để chọn. Chọn lại.",
        "{label}: {typed} is not among the choices. Choose again.",
    ),
    "closed-option": (
        '{label}: lần này không chọn được "{typed}". {why}',
        '{label}: "{typed}" cannot be chosen this time. {why_en}',
    ),
    "not-a-list": ("{label} phải là một danh sách.", "{label} must be a list."),
    "chosen-twice": (
        "{label}: {typed} được chọn hai lần. Bỏ bớt một.",
        "{label}: {typed} is chosen twice. Remove one of them.",
    ),
    "not-a-truth-value": (
        "{label} phải là có hoặc không.",
        "{label} must be true or false.",
    ),
    # files
    "not-files": (
        "{label} chưa đúng. Gửi tệp trước, rồi chọn tệp trong danh sách.",
        "{label} must be a list of file numbers. Upload the files first.",
    ),
    "unknown-file": (
        "{label}: không có tệp số {typed} trong hồ sơ này. Gửi lại tệp.",
        "{label}: there is no file number {typed} here. Upload it again.",
    ),
    "one-file": (
        "{label} chỉ nhận một tệp, đã gửi {count}. Bỏ bớt.",
        "{label} takes one file, {count} were sent. Remove the others.",
    ),
    "wrong-file-type": (
        "{label}: tệp {typed} không thuộc loại được nhận ({wanted}). Gửi tệp loại khác.",
        "{label}: the file {typed} is not of an accepted type ({wanted}). Send another one.",
    ),
    # lists, structure
    "too-few-rows": (
        "{label} có {count} dòng, cần ít nhất {limit}. Thêm dòng.",
        "{label} has {count:row} and needs at least {limit}. Add rows.",
    ),
    "too-many-rows": (
        "{label} có {count} dòng, nhiều nhất {limit}. Bỏ bớt dòng.",
        "{label} has {count:row}, at most {limit} are allowed. Remove rows.",
    ),
    "too-many-rows-in-all": (
        "{label}: cả biểu mẫu có quá {limit} dòng. Bỏ bớt dòng.",
        "{label}: all lists together have more than {limit} rows. Remove rows.",
    ),
    "not-an-object": (
        "{label} phải là một nhóm mục có tên.",
        "{label} must be an object with named entries.",
    ),
    "unknown-key": (
        "Biểu mẫu không có mục {typed}. Bỏ mục này.",
        "The form has no field {typed}. Remove it.",
    ),
    "cannot-compute": (
        "{label} không tính được từ các mục đã nhập. Báo quản trị xem lại biểu mẫu.",
        "{label} cannot be computed from the answers. Tell an administrator to look at the form.",
    ),
}


def sentence(code: str, label: str, label_en: str, details: Mapping[str, Any]) -> tuple[str, str]:
    """The sentence for a code in both languages; details are values to fill in."""
    vietnamese, english = SENTENCES[code]
    return (
        vietnamese.format(label=_subject(label), **{k: spoken(v) for k, v in details.items()}),
        english.format(label=f'"{label_en}"', **{k: _Counting(spoken(v, english=True)) for k, v in details.items()}),
    )


class _Counting(str):
    """A word of a sentence; {count:row} is the number and what it counts, "1 row" or "3 rows"."""

    __slots__ = ()

    def __format__(self, noun: str) -> str:
        return str(self) if not noun else f"{self} {noun}" if self == "1" else f"{self} {noun}s"


def spoken(value: Any, *, english: bool = False) -> str:
    """A value as it stands in a sentence: numbers with a decimal comma in Vietnamese, no exponent."""
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}" if value else "0"
        return text if english else text.replace(".", ",")
    return str(value)


def _subject(label: str) -> str:
    """A label at the head of a sentence: quoted where it is a question or long."""
    return f'Mục "{label}"' if label.endswith(("?", ".", ":")) or len(label) > _LONG_LABEL else label
