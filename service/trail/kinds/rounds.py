"""Rounds and what is sent to all about them, periods of registers, the digital index, matters, what is published."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

ROUNDS: dict[str, Kind] = {
    "round:created": Kind("admin", "{actor} lập đợt xét[ {round}].", "{actor} made the round[ {round}]."),
    "round:calendar_changed": Kind(
        "admin",
        "{actor} sửa lịch đợt xét[ {round}][: {reason}].",
        "{actor} changed the calendar[ of {round}].",
    ),
    "round:content_changed": Kind(
        "admin",
        "{actor} sửa tiêu chí, chỉ tiêu, hướng dẫn của đợt xét[ {code}].",
        "{actor} changed criteria, quotas or guidance of the round[ {code}].",
    ),
    "round:announced": Kind(
        "admin", "{actor} thông báo đợt xét[ {round}].", "{actor} announced the round[ {round}]."
    ),
    "round:opened": Kind("step", "Mở đợt xét[ {round}].", "The round opened[: {round}]."),
    "round:filing_closed": Kind("step", "Hết hạn nộp hồ sơ[ {round}].", "Filing closed[: {round}]."),
    "round:units_reminded": Kind(
        "work",
        "{actor} đôn đốc {count} đơn vị chưa nộp hồ sơ.",
        "{actor} reminded {count|unit} to file.",
    ),
    "round:blinded": Kind(
        "admin", "{actor} đặt đợt xét chấm ẩn danh[: {reason}].", "{actor} had the round scored blind[: {reason}]."
    ),
    "round:scores_closed": Kind(
        "step", "{actor} khóa điểm của đợt xét[; {count} người chưa chấm xong][: {reason}].",
        "{actor} closed the scores of the round[; {count|reviewer} behind][: {reason}].",
    ),
    "round:blind_lifted": Kind("step", "{actor} bỏ ẩn danh của đợt xét.", "{actor} showed the names of the round again."),
    "broadcast:sent": Kind(
        "work", "{actor} gửi thông báo tới {count} người[: {chosen}].", "{actor} sent a message to {count|recipient}[: {chosen}].",
    ),
    "round:closed": Kind("step", "{actor} đóng đợt xét[ {round}].", "{actor} closed the round[ {round}]."),
    "publication:published": Kind("step", "{actor} đăng lên trang công khai.", "{actor} put it on the public page."),
    "publication:taken_down": Kind(
        "step", "{actor} gỡ khỏi trang công khai[: {reason}].", "{actor} took it off the public page[: {reason}]."
    ),
    "period:opened": Kind(
        "work", "{actor} mở kỳ {period} của {register}[, thu của {count} đơn vị][, hạn nộp {filing}].",
        "{actor} opened a period of {register}: {period}[, {count|unit} asked][, due {filing}].",
    ),
    "period:redated": Kind("work", "{actor} đổi ngày của kỳ[: {reason}].", "{actor} changed the days of a period[: {reason}]."),
    "period:closed": Kind("work", "{actor} đóng kỳ[: {reason}].", "{actor} closed a period[: {reason}]."),
    "period:late_allowed": Kind(
        "work", "{actor} cho {unit} nộp muộn[: {reason}].", "{actor} let {unit} file late[: {reason}]."
    ),
    "period:reminded": Kind(
        "work", "{actor} đôn đốc {count} đơn vị chưa nộp.", "{actor} reminded {count|unit} to file."
    ),
    "period:synthesis_awaited": Kind(
        "work", "{actor} nhắc phòng lập báo cáo tổng hợp của kỳ.", "{actor} reminded the office of the synthesis of a period."
    ),
    "index:made": Kind(
        "work", "{actor} lập bộ chỉ số năm {year}[ từ bộ năm {source}].", "{actor} made the index set of {year}[ from that of {source}]."
    ),
    "index:changed": Kind("work", "{actor} sửa tên, năm, căn cứ của bộ chỉ số.", "{actor} changed name, year or basis of an index set."),
    "index:pillar_put": Kind("work", "{actor} ghi trụ cột {code}: {name}.", "{actor} put pillar {code}: {name}."),
    "index:pillar_dropped": Kind("work", "{actor} bỏ trụ cột {code}: {name}.", "{actor} dropped pillar {code}: {name}."),
    "index:indicator_put": Kind("work", "{actor} ghi chỉ số {code}: {name}.", "{actor} put indicator {code}: {name}."),
    "index:indicator_dropped": Kind("work", "{actor} bỏ chỉ số {code}: {name}.", "{actor} dropped indicator {code}: {name}."),
    "index:opened": Kind(
        "step", "{actor} mở bộ chỉ số năm {year}[, thu của {count} đơn vị][, hạn nhập {due}].",
        "{actor} opened the index set of {year}[, {count|unit} asked][, due {due}].",
    ),
    "index:closed": Kind("step", "{actor} đóng bộ chỉ số năm {year}[: {reason}].", "{actor} closed the index set of {year}[: {reason}]."),
    "index:published": Kind(
        "step", "{actor} công bố kết quả bộ chỉ số năm {year}.", "{actor} published the results of the index of {year}."
    ),
    "index:reopened": Kind(
        "step", "{actor} mở lại bộ chỉ số năm {year}[: {reason}].", "{actor} opened the index set of {year} again[: {reason}]."
    ),
    "index_value:sent": Kind(
        "step", "{actor} gửi giá trị chỉ số {code} năm {year} của {unit}.",
        "{actor} sent the value of indicator {code} of {year} for {unit}."
    ),
    "index_value:accepted": Kind(
        "step", "{actor} nhận giá trị chỉ số {code} năm {year} của {unit}.",
        "{actor} accepted the value of indicator {code} of {year} for {unit}.",
    ),
    "index_value:returned": Kind(
        "step", "{actor} trả lại giá trị chỉ số {code} năm {year} của {unit}[: {reason}].",
        "{actor} returned the value of indicator {code} of {year} to {unit}[: {reason}].",
    ),
    "index_value:left_out": Kind(
        "step", "{actor} chốt không tính giá trị chỉ số {code} năm {year} của {unit}[: {reason}].",
        "{actor} left out the value of indicator {code} of {year} of {unit}[: {reason}].",
    ),
    "matter:begun": Kind(
        "step", "{actor} ghi vào sổ: {register} {number}.", "{actor} entered in the register: {register} {number}."
    ),
}
