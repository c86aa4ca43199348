"""What administrators set and take out: processes, rules, keepers of the trail, erasures, backups."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

OFFICE: dict[str, Kind] = {
    "deployment:made": Kind(
        "admin",
        "{actor} lưu quy trình[ {process}][, phiên bản {version}].",
        "{actor} kept[ {process}][, version {version}].",
    ),
    "deployment:asked": Kind(
        "admin",
        "{actor} đưa vào dùng quy trình[ {process}][, phiên bản {version}][, từ ngày {from}][, căn cứ {basis}][: {reason}].",
        "{actor} put into use[ {process}][, version {version}][, from {from}][, on the basis of {basis}][: {reason}].",
    ),
    "deployment:proposed": Kind(
        "admin",
        "{actor} đề nghị đưa vào dùng quy trình[ {process}][, phiên bản {version}][, từ ngày {from}][, căn cứ {basis}][: {reason}].",
        "{actor} proposed for use[ {process}][, version {version}][, from {from}][, on the basis of {basis}][: {reason}].",
    ),
    "deployment:confirmed": Kind(
        "admin",
        "{actor} xác nhận đưa vào dùng quy trình[ {process}][, phiên bản {version}][, từ ngày {from}].",
        "{actor} confirmed the use of[ {process}][, version {version}][, from {from}].",
    ),
    "deployment:refused": Kind(
        "admin",
        "{actor} không đồng ý đưa vào dùng quy trình[ {process}][, phiên bản {version}][: {reason}].",
        "{actor} refused the use of[ {process}][, version {version}][: {reason}].",
    ),
    "deployment:taken_back": Kind(
        "admin",
        "{actor} rút lại việc đưa vào dùng quy trình[ {process}][, phiên bản {version}][: {reason}].",
        "{actor} took back the use of[ {process}][, version {version}][: {reason}].",
    ),
    "deployment:rolled_back": Kind(
        "admin",
        "{actor} quay lại quy trình[ {process}][, phiên bản {version}][: {reason}].",
        "{actor} went back to[ {process}][, version {version}][: {reason}].",
    ),
    "draft:begun": Kind(
        "admin", "{actor} bắt đầu soạn quy trình[ {name}].", "{actor} began to edit a process[: {name}]."
    ),
    "draft:dropped": Kind(
        "admin", "{actor} bỏ bản soạn quy trình[ {name}].", "{actor} dropped the draft of a process[: {name}]."
    ),
    "replay:begun": Kind(
        "admin",
        "{actor} chạy lại các hồ sơ cũ trên bản soạn[ {process}][: {count} hồ sơ].",
        "{actor} began to replay past cases on a draft[ of {process}][: {count|case}].",
    ),
    "replay:cancelled": Kind(
        "admin",
        "{actor} dừng chạy lại[ {process}][ sau {count} hồ sơ].",
        "{actor} cancelled a replay[ of {process}][ after {count|case}].",
    ),
    "replay:resumed": Kind(
        "admin",
        "{actor} chạy lại tiếp[ {process}][ từ hồ sơ thứ {count}].",
        "{actor} went on with a replay[ of {process}][ after {count|case}].",
    ),
    "rule:loaded": Kind("admin", "Đã nạp[ {count}] quy định.", "The rules were loaded[: {count}]."),
    "rule:changed": Kind("admin", "{actor} sửa quy định[ {rule}].", "{actor} changed the rule[ {rule}]."),
    "rule:confirmed": Kind(
        "admin", "{actor} xác nhận căn cứ[ {rule}].", "{actor} confirmed the rule[ {rule}]."
    ),
    "calendar:changed": Kind("admin", "{actor} sửa lịch làm việc.", "{actor} changed the working calendar."),
    "movement:created": Kind("admin", "{actor} lập phong trào[ {movement}].", "{actor} made a movement."),
    "movement:changed": Kind("admin", "{actor} sửa phong trào[: {reason}].", "{actor} changed the movement[: {reason}]."),
    "past_award:entered": Kind(
        "admin", "{actor} ghi {count} dòng vào sổ khen thưởng trước đây.", "{actor} entered {count} past awards."
    ),
    "past_award:struck": Kind(
        "admin", "{actor} bỏ một dòng của sổ khen thưởng trước đây[: {reason}].", "{actor} struck a past award[: {reason}]."
    ),
    "data:exported": Kind(
        "view", "{actor} xuất dữ liệu[ {what}][, {count} dòng].", "{actor} exported[ {what}]."
    ),
    "trail:verified": Kind(
        "system", "Đã kiểm tra nhật ký[: {result}].", "The trail was verified[: {result}]."
    ),
    "trail:alarm": Kind(
        "system", "Cảnh báo nhật ký: {what}.", "Alarm of the trail: {what_en}."
    ),
    "trail:checkpoint_asked": Kind("system", "{actor} yêu cầu ký mốc nhật ký.", "{actor} asked for a checkpoint."),
    "keeper:asked": Kind(
        "system",
        "{actor} đề nghị[ {recipient}] giữ mốc nhật ký, là người giữ mốc số {keeper}[; thư gửi tới {email}].",
        "{actor} asked[ {recipient}] to keep checkpoints, as keeper {keeper}[; letters go to {email}].",
    ),
    "keeper:asked_again": Kind(
        "system", "{actor} gửi lại thư đề nghị tới người giữ mốc số {keeper}.", "{actor} asked keeper {keeper} once more."
    ),
    "keeper:confirmed": Kind(
        "system", "Người giữ mốc số {keeper} nhận lời giữ mốc nhật ký.", "Keeper {keeper} agreed to keep checkpoints."
    ),
    "keeper:ended": Kind(
        "system", "{actor} kết thúc việc giữ mốc của người giữ mốc số {keeper}[: {reason}].",
        "{actor} ended the keeping of keeper {keeper}[: {reason}].",
    ),
    "keeper:left": Kind("system", "Người giữ mốc số {keeper} thôi giữ mốc nhật ký.", "Keeper {keeper} keeps checkpoints no more."),
    "keeper:taken_up": Kind(
        "system",
        "Sau phục hồi, ghi nhận việc giữ mốc từ danh sách để ngoài cơ sở dữ liệu[: {letters} thư đã gửi sau bản sao lưu]"
        "[; {ended} người đã thôi giữ mốc].",
        "After the restore, what the list beside the database tells of keepers was taken up[: {letters|letter} sent since the backup]"
        "[; {ended|keeper} who had left or been ended].",
    ),
    "keeper:told": Kind(
        "system", "Mốc số {checkpoint} được gửi tới người giữ mốc số {keeper}, thư số {letter}.",
        "Checkpoint {checkpoint} went to keeper {keeper}, letter {letter}.",
    ),
    "keeper:missed": Kind(
        "system", "Thư số {letter} mang mốc số {checkpoint} không tới người giữ mốc số {keeper}.",
        "Letter {letter} with checkpoint {checkpoint} did not reach keeper {keeper}.",
    ),
    "keeper:received": Kind(
        "system", "Người giữ mốc số {keeper} báo đã nhận thư số {letter} mang mốc số {checkpoint}, từng báo thiếu.",
        "Keeper {keeper} has letter {letter} with checkpoint {checkpoint} after all, which had been missed.",
    ),
    "webhook:made": Kind(
        "admin", "{actor} thêm webhook số {webhook}[, “{name}”], gửi tới {host}.",
        "{actor} entered webhook {webhook}[, “{name}”], to {host}.",
    ),
    "webhook:changed": Kind("admin", "{actor} sửa webhook số {webhook}[, “{name}”].", "{actor} changed webhook {webhook}[, “{name}”]."),
    "webhook:turned_on": Kind(
        "admin", "{actor} bật webhook số {webhook}; gửi {count} sự kiện đang chờ.",
        "{actor} turned webhook {webhook} on; {count|event} waited.",
    ),
    "webhook:turned_off": Kind(
        "admin", "{actor} tắt webhook số {webhook}; hủy {count} sự kiện đang chờ[: {reason}].",
        "{actor} turned webhook {webhook} off; {count|event} cancelled[: {reason}].",
    ),
    "webhook:secret_renewed": Kind(
        "admin", "{actor} đổi mã bí mật của webhook số {webhook}.", "{actor} renewed the secret of webhook {webhook}."
    ),
    "webhook:tested": Kind("system", "{actor} gửi thử webhook số {webhook}.", "{actor} tested webhook {webhook}."),
    "webhook:sent_again": Kind(
        "system", "{actor} gửi lại lần gửi số {delivery} của webhook số {webhook}.",
        "{actor} sent delivery {delivery} of webhook {webhook} again.",
    ),
    "webhook:given_up": Kind(
        "system", "Thôi gửi sự kiện {event} tới webhook số {webhook}[ sau {tries} lần].",
        "Event {event} was given up for webhook {webhook}[ after {tries|attempt}].",
    ),
    "webhook:paused": Kind(
        "system", "Webhook số {webhook} tự dừng vì không gửi được nhiều lần.", "Webhook {webhook} paused after too many failures."
    ),
    "webhook:gone": Kind(
        "system", "Webhook số {webhook} bị tắt: nơi nhận trả lời không nhận nữa (410).",
        "Webhook {webhook} was turned off: its receiver wants no more (410).",
    ),
    "keeper:arrived": Kind(
        "system", "Thư số {letter} mang mốc số {checkpoint} sau cùng đã gửi được tới người giữ mốc số {keeper}.",
        "Letter {letter} with checkpoint {checkpoint} went to keeper {keeper} after all.",
    ),
    "trail:anchor_held": Kind(
        "system", "{actor} đối chiếu một mốc từ bên ngoài: {why}.", "{actor} held a checkpoint from outside against the trail: {why_en}."
    ),
    "erasure:asked": Kind(
        "admin",
        "{actor} nhập yêu cầu xóa dữ liệu cá nhân số {erasure}[, nhận ngày {received}][, văn bản số {paper}][, người yêu cầu {requester}].",
        "{actor} entered request {erasure} to erase personal data[, received on {received}][, letter {paper}][, asked by {requester}].",
    ),
    "erasure:dropped": Kind(
        "admin", "{actor} không xóa theo yêu cầu số {erasure}[: {reason}].", "{actor} dropped request {erasure} for erasure[: {reason}]."
    ),
    "erasure:lapsed": Kind(
        "admin", "Yêu cầu xóa dữ liệu cá nhân số {erasure} hết hạn, chưa ai xác nhận.",
        "Request {erasure} for erasure lapsed; nobody had confirmed it.",
    ),
    "data:erased": Kind(
        "admin",
        "{actor} xóa dữ liệu cá nhân[ theo yêu cầu số {erasure}][ của người giữ mốc số {keeper}]"
        "[ của tài khoản đã khóa {account}]: {count} giá trị riêng trong nhật ký"
        "[, {nominations} hồ sơ][, {files} tệp][, {mails} thư][; làm lại {again} lần sau phục hồi][; lý do: {reason}].",
        "{actor} erased personal data[ as request {erasure} asks][ of keeper {keeper}][ of the blocked account of {account}]: "
        "{count|value} of the trail"
        "[, {nominations|nomination}][, {files|file}][, {mails|letter}][; done again {again|time} after a restore][; reason: {reason}].",
    ),
    "erasure:cleared": Kind(
        "system", "Đã bỏ {files} tệp của yêu cầu xóa dữ liệu số {erasure} khỏi đĩa.",
        "Files of a request for erasure were removed from the disk: {files}, request {erasure}.",
    ),
    "backup:made": Kind(
        "admin", "{actor} sao lưu dữ liệu: {rows} dòng, {files} tệp.", "{actor} made a backup: {rows|row}, {files|file}."
    ),
    "trail:restored": Kind(
        "admin",
        "Cơ sở dữ liệu được phục hồi từ bản sao lưu[ ngày {taken}][, có {size} mục nhật ký]; nhật ký đi tiếp dưới tên mới {origin}"
        "[, mốc ngoài cuối cùng đã biết: số {anchor}][, không còn các khóa {without}].",
        "The database was restored from a backup[ of {taken}][ with {size|entry} of the trail]; the trail goes on as {origin}"
        "[; the last outside anchor known is number {anchor}][; without the keys {without}].",
    ),
    "key:changed": Kind(
        "admin", "{actor} thay khóa {purpose} bằng khóa số {number}[: {reason}].",
        "{actor} replaced the key {purpose} by number {number}[: {reason}].",
    ),
    "trail:exported": Kind(
        "view",
        "{actor} xuất nhật ký[, dạng {format}][, {count} sự kiện][, lọc theo {filter}][, có chữ “{text}”].",
        "{actor} exported the trail[ as {format}][, {count|event}][, narrowed by {filter}][, with the words “{text}”].",
    ),
    "demo:loaded": Kind("admin", "Đã nạp dữ liệu minh họa.", "The demo data was loaded."),
    "demo:clock_moved": Kind(
        "admin", "{actor} chuyển đồng hồ minh họa[ đến {to}].", "{actor} moved the demo clock[ to {to}]."
    ),
}
