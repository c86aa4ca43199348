"""Steps and processes at work, and the papers and files that they leave."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

WORK: dict[str, Kind] = {
    "task:drafted": Kind("work", "{actor} bắt đầu điền “{el}”.", "{actor} began to fill in “{el}”."),
    "task:reminder_postponed": Kind(
        "work", "Lùi lời đôn đốc vì đang tạm dừng.", "A reminder was put off: on hold."
    ),
    "message:none": Kind("system", "Không còn kết quả chờ chuyển.", "No result waits for delivery any more."),
    "external:answered": Kind("work", "Bước tự động đã xong[: {el}].", "An automatic step is done[: {el}]."),
    "external:late": Kind("system", "Trả lời đến muộn, không dùng nữa.", "A late answer was set aside."),
    "instance:recalculated": Kind(
        "work", "Các hạn được tính lại theo lịch mới.", "Due times were computed anew."
    ),
    "instance:resumed": Kind("system", "Quy trình chạy tiếp sau lỗi.", "The process goes on after a fault."),
    "instance:migrated": Kind(
        "admin",
        "{actor} chuyển hồ sơ từ phiên bản {from} sang phiên bản {to} của quy trình[: {reason}].",
        "{actor} moved the case from version {from} of the process to version {to}[: {reason}].",
    ),
    "instance:migration_undone": Kind(
        "admin",
        "{actor} đưa hồ sơ trở lại phiên bản {to} của quy trình[: {reason}].",
        "{actor} moved the case back to version {to} of the process[: {reason}].",
    ),
    "instance:suspended": Kind(
        "admin", "{actor} tạm dừng quy trình của hồ sơ[: {reason}].", "{actor} suspended the process[: {reason}]."
    ),
    "instance:released": Kind(
        "admin", "{actor} cho quy trình của hồ sơ chạy tiếp[: {reason}].", "{actor} resumed the process[: {reason}]."
    ),
    "instance:cancelled": Kind(
        "admin", "{actor} hủy quy trình[: {reason}].", "{actor} cancelled the process[: {reason}]."
    ),
    "instance:moved": Kind(
        "admin", "{actor} chuyển hồ sơ đến bước “{el}”[: {reason}].", "{actor} moved the case to “{el}”[: {reason}]."
    ),
    "instance:edited": Kind(
        "admin",
        "{actor} sửa dữ liệu của quy trình: {was} → {now}[. Lý do: {reason}].",
        "{actor} changed data of the process: {was} → {now}[. Reason: {reason}].",
    ),
    "migration:begun": Kind(
        "admin",
        "{actor} bắt đầu chuyển {count} hồ sơ sang phiên bản {to}[: {reason}].",
        "{actor} began to move {count|case} to version {to}[: {reason}].",
    ),
    "migration:paused": Kind("admin", "{actor} tạm dừng đợt chuyển phiên bản.", "{actor} paused the migration."),
    "migration:resumed": Kind("admin", "{actor} cho đợt chuyển phiên bản chạy tiếp.", "{actor} let the migration go on."),
    "migration:stopped": Kind("admin", "{actor} dừng hẳn đợt chuyển phiên bản.", "{actor} stopped the migration."),
    "migration:undoing": Kind(
        "admin",
        "{actor} bắt đầu đưa các hồ sơ trở lại phiên bản {to}[: {reason}].",
        "{actor} began to move the cases back to version {to}[: {reason}].",
    ),
    "migration:settled": Kind(
        "system", "Xong một hồ sơ của đợt chuyển phiên bản[: {result}].", "One case of the migration is settled[: {result}]."
    ),
    "migration:told": Kind(
        "system",
        "Đã gửi {letters} thư báo {count} việc mới của đợt chuyển phiên bản.",
        "Letters sent about new tasks of the migration: {letters}; tasks: {count}.",
    ),
    "migration:ended": Kind(
        "system",
        "Đợt chuyển phiên bản đã xong: {moved} hồ sơ đã chuyển, {refused} giữ nguyên.",
        "The migration is through: {moved|case} moved, {refused} kept.",
    ),
    "task:completed": Kind(
        "step", "{actor} hoàn thành việc “{el}”[: {decision}].", "{actor} completed “{el}”[: {decision}]."
    ),
    "task:claimed": Kind("work", "{actor} nhận việc “{el}”.", "{actor} claimed “{el}”."),
    "task:unclaimable": Kind(
        "work",
        "Việc “{el}” không ai trong nhóm được nhận, đã chuyển lãnh đạo phòng.",
        "Nobody of its group may take “{el}”; it went to the managers.",
    ),
    "task:released": Kind("work", "{actor} trả lại việc “{el}”.", "{actor} released “{el}”."),
    "task:reassigned": Kind(
        "work",
        "{actor} chuyển việc “{el}”[ cho {to}][: {reason}].",
        "{actor} reassigned “{el}”[ to {to}][: {reason}].",
    ),
    "task:reminded": Kind(
        "work", "Đã đôn đốc việc “{el}”[, hạn {due}].", "A reminder of “{el}”[, due {due}]."
    ),
    "task:escalated": Kind(
        "work", "Đã báo cấp trên việc “{el}” quá hạn.", "“{el}” was escalated as overdue."
    ),
    "task:unclaimed": Kind(
        "work", "Đã báo việc “{el}” chưa ai nhận.", "It was told that nobody took “{el}”."
    ),
    "task:handed_on": Kind(
        "work", "Việc “{el}” chưa ai nhận, giao thêm cho {groups}.", "Nobody took “{el}”: {groups} may take it as well."
    ),
    "task:freed": Kind(
        "work",
        "Việc “{el}” trở lại nhóm vì {from} không còn thuộc nhóm.",
        "“{el}” lies with its group again: {from} does not belong to it any more.",
    ),
    "task:follow_up_set": Kind(
        "work", "{actor} hẹn theo dõi lại việc “{el}” ngày {day}.", "{actor} will follow “{el}” up on {day}."
    ),
    "task:follow_up_ended": Kind(
        "work", "{actor} bỏ ngày theo dõi lại của việc “{el}”.", "{actor} took the follow-up date of “{el}” away."
    ),
    "task:prioritised": Kind(
        "work", "{actor} đặt mức ưu tiên của việc “{el}”: {priority}.", "{actor} set the priority of “{el}”: {priority}."
    ),
    "task:due_set": Kind(
        "work",
        "{actor} đổi hạn xử lý việc “{el}”[ từ {was}] thành {due}[, đồng hồ “{timers}” dời theo cho riêng hồ sơ này][: {reason}].",
        "{actor} changed the due day of “{el}”[ from {was}] to {due}[, and for this case alone the timer “{timers}”][: {reason}].",
    ),
    "filter:saved": Kind(
        "work", "{actor} lưu bộ lọc việc “{name}”[, chia sẻ với {group}].", "{actor} kept the filter “{name}”[, shared with {group}]."
    ),
    "filter:dropped": Kind("work", "{actor} xóa bộ lọc việc “{name}”.", "{actor} removed the filter “{name}”."),
    "instance:started": Kind(
        "work", "{actor} bắt đầu quy trình[ {process}].", "{actor} started[ {process}]."
    ),
    "incident:raised": Kind(
        "system",
        "Quy trình dừng vì lỗi[ tại {el}][: {code}].",
        "Stopped by a fault[ at {el}][: {code}].",
    ),
    "incident:retried": Kind(
        "system", "{actor} cho chạy lại bước bị lỗi.", "{actor} retried the failed step."
    ),
    "job:failed": Kind("system", "Việc nền không xong[: {topic}].", "A job failed for good[: {topic}]."),
    "job:done": Kind("system", "Việc nền đã xong[: {topic}].", "A job is done[: {topic}]."),
    "job:retried": Kind(
        "system", "{actor} cho chạy lại việc nền[ {topic}].", "{actor} retried the job[ {topic}]."
    ),
    "job:dropped": Kind(
        "system", "{actor} bỏ việc nền[ {topic}][: {reason}].", "{actor} dropped the job[ {topic}]."
    ),
}

PAPERS: dict[str, Kind] = {
    "paper:drawn_up": Kind(
        "work", "{actor} soạn văn bản từ dữ liệu[: {paper}][, bản {version}].", "{actor} drew up a paper[: {paper}][, version {version}]."
    ),
    "paper:edited": Kind(
        "work",
        "{actor} tải lên bản sửa[: {paper}][, bản {version}][, khác dữ liệu {differences} chỗ].",
        "{actor} uploaded an edited paper[: {paper}][, version {version}][, {differences} differences from the database].",
    ),
    "paper:signed_scan": Kind(
        "step",
        "{actor} đưa vào bản chụp đã ký[: {paper}][, bản {version}].",
        "{actor} put in the signed scan[: {paper}][, version {version}].",
    ),
    "paper:esigned": Kind(
        "step", "{actor} ký số văn bản[: {paper}][, bản {version}].", "{actor} signed a paper with a key[: {paper}][, version {version}]."
    ),
    "paper:sealed": Kind(
        "step",
        "{actor} ghi số, ngày và ký số của cơ quan[: {paper}][, bản {version}].",
        "{actor} wrote number and day in and signed as the organisation[: {paper}][, version {version}].",
    ),
    "paper:batch_asked": Kind(
        "work", "{actor} cho in hàng loạt[: {paper}][, {count} tên].", "{actor} asked for a batch[: {paper}][, {count|name}]."
    ),
    "paper:batch_drawn": Kind(
        "work", "Đã in một phần[: {paper}][, {count} tên].", "A part of the batch is drawn[: {paper}][, {count|name}]."
    ),
    "paper:batch_sign_begun": Kind(
        "step",
        "{actor} ký số hàng loạt[: {paper}][, {count} tên].",
        "{actor} began to sign a batch with a key[: {paper}][, {count|name}].",
    ),
    "paper:batch_esigned": Kind(
        "step", "{actor} đã ký số[: {paper}][, {count} tên].", "{actor} signed with a key[: {paper}][, {count|name}]."
    ),
    "paper:batch_seal_begun": Kind(
        "step", "{actor} ký số của cơ quan hàng loạt[: {paper}][, {count} tên].",
        "{actor} began to sign a batch as the organisation[: {paper}][, {count|name}].",
    ),
    "paper:batch_sealed": Kind(
        "step", "{actor} đã ký số của cơ quan[: {paper}][, {count} tên].",
        "{actor} signed as the organisation[: {paper}][, {count|name}].",
    ),
    "paper:batch_stopped": Kind(
        "system", "Ký số hàng loạt dừng giữa chừng[: {paper}][, đã ký {count} tên].",
        "Signing a batch stopped on its way[: {paper}][, {count|name} signed].",
    ),
    "paper:batch_bound": Kind("work", "Đã in xong hàng loạt[: {paper}][, {count} tên].", "The batch is drawn[: {paper}][, {count|name}]."),
    "file:added": Kind("work", "{actor} thêm tệp[ {file}].", "{actor} added a file[ {file}]."),
    "file:opened": Kind("view", "{actor} xem tệp[ {file}].", "{actor} opened a file[ {file}]."),
    "file:taken_over": Kind(
        "work", "{actor} lấy tệp[ {file}] từ {source} làm minh chứng.", "{actor} took a file[ {file}] over from {source} as evidence."
    ),
}
