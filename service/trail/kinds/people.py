"""Who signs in and by what, accounts, groups, second persons, units."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

PEOPLE: dict[str, Kind] = {
    "session:opened": Kind(
        "view", "{actor} đăng nhập[ sau {failures} lần nhập sai].", "{actor} signed in[ after {failures} failed tries]."
    ),
    "session:closed": Kind("view", "{actor} đăng xuất.", "{actor} signed out."),
    "session:revoked": Kind(
        "admin", "{actor} kết thúc các phiên đăng nhập[ của {login}].", "{actor} ended sessions."
    ),
    "session:refused": Kind(
        "view", "Đăng nhập không thành công, {count} lần.", "Signing in failed, {count|time}."
    ),
    "access:denied": Kind(
        "view", "{actor} bị từ chối {count} lần[: {what}][, {target}].",
        "{actor} was refused {count|time}[: {what}][, {target}].",
    ),
    "identity:linked": Kind(
        "admin", "{actor} liên kết tài khoản với nơi đăng nhập[ theo {by}][: {reason}].",
        "{actor} linked the account with the provider[ by {by}][: {reason}].",
    ),
    "identity:unlinked": Kind(
        "admin", "{actor} bỏ liên kết tài khoản với nơi đăng nhập[: {reason}].",
        "{actor} unlinked the account from the provider[: {reason}].",
    ),
    "token:made": Kind(
        "admin", "{actor} tạo mã truy cập API[ {name}][ số {token}][, dùng đến hết {until}].",
        "{actor} made the API token[ {name}][ no. {token}][, good to the end of {until}].",
    ),
    "token:revoked": Kind(
        "admin", "{actor} thu hồi mã truy cập API[ {name}][ số {token}][, {because}][: {reason}].",
        "{actor} revoked the API token[ {name}][ no. {token}][, {because}][: {reason}].",
    ),
    "token:expired": Kind(
        "admin", "Mã truy cập API[ {name}][ số {token}] hết hạn.", "The API token[ {name}][ no. {token}] expired.",
    ),
    "account:created": Kind(
        "admin", "{actor} tạo tài khoản[ {login}].", "{actor} made the account[ {login}]."
    ),
    "account:changed": Kind(
        "admin", "{actor} sửa tài khoản[ {login}].", "{actor} changed the account[ {login}]."
    ),
    "account:blocked": Kind(
        "admin", "{actor} khóa tài khoản[ {login}].", "{actor} blocked the account[ {login}]."
    ),
    "account:unblocked": Kind(
        "admin", "{actor} mở khóa tài khoản[ {login}].", "{actor} unblocked[ {login}]."
    ),
    "account:locked": Kind(
        "admin", "Tài khoản tạm khóa do nhập sai nhiều lần.", "Locked after too many wrong tries."
    ),
    "account:password_changed": Kind(
        "admin", "{actor} đổi mật khẩu[ của {login}].", "{actor} changed a password."
    ),
    "account:reset": Kind(
        "admin", "{actor} cấp mã đặt lại mật khẩu[ cho {login}].", "{actor} gave a code to reset[ {login}]."
    ),
    "account:reset_asked": Kind(
        "admin", "Có yêu cầu gửi mã đặt lại mật khẩu qua thư.", "A letter with a code to reset the password was asked for."
    ),
    "group:renamed": Kind(
        "admin", "{actor} đổi tên nhóm[ {group}][ thành {label}].", "{actor} renamed the group[ {group}]."
    ),
    "account:code_enabled": Kind(
        "admin", "{actor} bật xác thực hai bước.", "{actor} turned on the second factor."
    ),
    "account:code_disabled": Kind(
        "admin", "{actor} tắt xác thực hai bước.", "{actor} turned off the second factor."
    ),
    "account:code_offered": Kind(
        "admin", "{actor} bắt đầu bật xác thực hai bước.", "{actor} began to turn on the second factor."
    ),
    "account:code_reset": Kind(
        "admin",
        "{actor} gỡ xác thực hai bước của người mất điện thoại[: {reason}].",
        "{actor} took a lost second factor off an account[: {reason}].",
    ),
    "account:recovery_renewed": Kind(
        "admin", "{actor} tạo lại mã dự phòng.", "{actor} made new recovery codes."
    ),
    "session:confirmed": Kind(
        "view", "{actor} đăng nhập lại[ để {what}].", "{actor} signed in again[: {what}]."
    ),
    "account:calendar_made": Kind(
        "admin", "{actor} tạo địa chỉ lịch riêng; địa chỉ trước đó không dùng được nữa.",
        "{actor} made a secret address of the own calendar; an earlier one is good no more.",
    ),
    "account:calendar_revoked": Kind(
        "admin", "{actor} hủy địa chỉ lịch riêng[, {because}].", "{actor} revoked the secret address of the own calendar[, {because}]."
    ),
    "account:preferences_changed": Kind("admin", "{actor} đổi tùy chọn.", "{actor} changed preferences."),
    "account:digests_stopped": Kind(
        "admin", "Ngừng gửi thư tổng hợp, theo đường dẫn trong thư.", "Digests were stopped by the link in the mail."
    ),
    "account:joined_group": Kind(
        "admin", "{actor} giao vai trò {group}[ cho {login}].", "{actor} gave {group}[ to {login}]."
    ),
    "account:left_group": Kind(
        "admin", "{actor} thu vai trò {group}[ của {login}].", "{actor} took {group}[ from {login}]."
    ),
    "second_person:asked": Kind(
        "admin",
        "{actor} đề nghị, chờ người thứ hai xác nhận: {act}[, vai trò {group}][ cho {account}][: {reason}].",
        "{actor} asked, for a second person to confirm: {act}[, role {group}][ to {account}][: {reason}].",
    ),
    "second_person:confirmed": Kind(
        "admin",
        "{actor} xác nhận theo đề nghị của {asked_by}: {act}[, vai trò {group}][ cho {account}].",
        "{actor} confirmed what {asked_by} asked: {act}[, role {group}][ to {account}].",
    ),
    "second_person:refused": Kind(
        "admin",
        "{actor} không đồng ý với đề nghị của {asked_by}: {act}[, vai trò {group}][ cho {account}][: {reason}].",
        "{actor} refused what {asked_by} asked: {act}[, role {group}][ to {account}][: {reason}].",
    ),
    "second_person:withdrawn": Kind(
        "admin",
        "{actor} rút đề nghị: {act}[, vai trò {group}][ cho {account}][: {reason}].",
        "{actor} took back the request: {act}[, role {group}][ to {account}][: {reason}].",
    ),
    "second_person:lapsed": Kind(
        "admin",
        "Đề nghị của {asked_by} hết hạn vì chưa có người thứ hai xác nhận: {act}[, vai trò {group}][ cho {account}].",
        "What {asked_by} asked lapsed, since no second person confirmed it: {act}[, role {group}][ to {account}].",
    ),
    "break_glass:opened": Kind(
        "admin",
        "Người vận hành máy chủ mở truy cập khẩn cấp quyền quản trị[ cho {who}][, đến {until}][: {reason}].",
        "The operator of the machine opened an administrator's emergency access[ for {who}][, until {until}][: {reason}].",
    ),
    "break_glass:ended": Kind(
        "admin", "Truy cập khẩn cấp kết thúc[: {account}].", "The emergency access ended[: {account}]."
    ),
    "account:substituted": Kind(
        "admin",
        "{actor} cử {substitute} xử lý thay {account}, từ {from} đến hết {until}[, vai trò {group}][: {reason}].",
        "{actor} named {substitute} to act in the place of {account}, {from} to {until}[, as {group}][: {reason}].",
    ),
    "account:substitution_ended": Kind(
        "admin", "{actor} kết thúc việc {substitute} xử lý thay {account}[: {reason}].",
        "{actor} ended that {substitute} acts in the place of {account}[: {reason}]."
    ),
    "unit:created": Kind("admin", "{actor} thêm đơn vị[ {unit}].", "{actor} added the unit[ {unit}]."),
    "unit:changed": Kind("admin", "{actor} sửa đơn vị[ {unit}].", "{actor} changed the unit[ {unit}]."),
    "unit:renamed": Kind(
        "admin", "{actor} đổi tên đơn vị[ thành {unit}].", "{actor} renamed the unit[ to {unit}]."
    ),
    "unit:dissolved": Kind(
        "admin",
        "{actor} ghi nhận đơn vị[ {unit}] giải thể, sáp nhập.",
        "{actor} recorded the end of the unit[ {unit}].",
    ),
}
