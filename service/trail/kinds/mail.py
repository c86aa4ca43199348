"""Mail of the service and what became of it."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

MAIL: dict[str, Kind] = {
    "mail:sent": Kind("system", "Đã gửi thư[ {letter}][ tới người giữ mốc số {keeper}].", "Mail sent[: {letter}][, to keeper {keeper}]."),
    "mail:failed": Kind(
        "system", "Không gửi được thư[ {letter}][ tới người giữ mốc số {keeper}][: {code}].",
        "Mail failed[: {letter}][, to keeper {keeper}][: {code}].",
    ),
    "list:recalculated": Kind(
        "work", "Hạn của danh sách được tính lại theo lịch mới.", "The list's due time was computed anew."
    ),
    "list:told": Kind("system", "Đã báo kết quả cho các đơn vị.", "The units were told of the result."),
    "mail:tested": Kind("system", "{actor} gửi thư thử.", "{actor} sent a test mail."),
    "outbox:frozen": Kind(
        "system", "{actor} tạm ngừng gửi thư[: {reason}].", "{actor} froze the outbox[: {reason}]."
    ),
    "outbox:released": Kind("system", "{actor} cho gửi thư trở lại.", "{actor} released the outbox."),
    "mail:resent": Kind(
        "system", "{actor} cho gửi lại thư[ {letter}][ tới người giữ mốc số {keeper}].",
        "{actor} resent mail[: {letter}][, to keeper {keeper}].",
    ),
    "mail:cancelled": Kind(
        "system", "{actor} hủy thư[ {letter}][ tới người giữ mốc số {keeper}].", "{actor} cancelled mail[: {letter}][, to keeper {keeper}]."
    ),
    "letter:reworded": Kind(
        "system", "{actor} sửa chữ của thư “{letter}”[ (lần {version})][: {reason}].",
        "{actor} changed the words of the letter “{letter}”[ (version {version})][: {reason}].",
    ),
    "letter:restored": Kind(
        "system", "{actor} dùng lại chữ của lần sửa {number} cho thư “{letter}”[: {reason}].",
        "{actor} put version {number} of the words of the letter “{letter}” in force again[: {reason}].",
    ),
    "letter:unworded": Kind(
        "system", "{actor} đưa thư “{letter}” về chữ kèm phần mềm[: {reason}].",
        "{actor} brought the letter “{letter}” back to the words that come with the service[: {reason}].",
    ),
    "mail:returned": Kind(
        "system", "Thư[ {letter}][ tới người giữ mốc số {keeper}] bị trả lại[: {status}].",
        "Mail came back[: {letter}][, to keeper {keeper}][, {status}].",
    ),
    "mail:late": Kind(
        "system", "Máy chủ nơi nhận báo thư[ {letter}][ tới người giữ mốc số {keeper}] chưa giao được[: {status}].",
        "Mail is late, another server says[: {letter}][, to keeper {keeper}][, {status}].",
    ),
    "mail:withheld": Kind(
        "system", "Không gửi thư[ {letter}][ tới người giữ mốc số {keeper}], vì địa chỉ nhận bị trả thư lại.",
        "Mail was withheld, since the address returns letters[: {letter}][, to keeper {keeper}]."
    ),
    "address:marked": Kind(
        "system", "Thư gửi tới địa chỉ[ của {account}][ của người giữ mốc số {keeper}] bị trả lại[: {status}]"
        "; từ nay không gửi thư tới địa chỉ này.",
        "The mail address[ of {account}][ of keeper {keeper}] returns letters[: {status}]; no more are sent to it.",
    ),
    "address:lifted": Kind(
        "system", "{actor} cho gửi thư trở lại tới địa chỉ[ của {account}][ của người giữ mốc số {keeper}][: {reason}].",
        "{actor} let mail go again to the address[ of {account}][ of keeper {keeper}][: {reason}].",
    ),
    "mail:unknown": Kind(
        "system", "Chưa rõ thư[ {letter}][ tới người giữ mốc số {keeper}] đã đến hay chưa.",
        "Not known whether mail arrived[: {letter}][, to keeper {keeper}].",
    ),
}
