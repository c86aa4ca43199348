"""Sessions of the council and its ballots."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

BALLOT: dict[str, Kind] = {
    "ballot:planned": Kind(
        "step", "{actor} lập vòng bỏ phiếu {number}[, {count} mục].", "{actor} planned round {number}[, {count|item}]."
    ),
    "ballot:tellers_named": Kind(
        "work", "{actor} cử Ban kiểm phiếu vòng {number}.", "{actor} named the tellers of round {number}."
    ),
    "ballot:code_issued": Kind(
        "work",
        "{actor}, người kiểm phiếu {teller}, nhận mã vòng {number}.",
        "{actor}, teller {teller}, was given a code for round {number}.",
    ),
    "ballot:code_confirmed": Kind(
        "work",
        "{actor}, người kiểm phiếu {teller}, đã nhập lại mã vòng {number}.",
        "{actor}, teller {teller}, typed the code of round {number} back.",
    ),
    "ballot:opened": Kind(
        "step",
        "{actor} mở vòng bỏ phiếu {number}: {count} người, {items} mục, mã tham số {params}.",
        "{actor} opened round {number}: {count|voter}, {items|item}, parameters {params}.",
    ),
    "ballot:sealed": Kind(
        "step",
        "{actor} niêm phong hòm phiếu vòng {number}: {count} phiếu, mã hòm {root}.",
        "{actor} sealed the box of round {number}: {count|ballot}, root {root}.",
    ),
    "ballot:counted": Kind(
        "step", "{actor} kiểm phiếu vòng {number}: {count} phiếu.", "{actor} counted round {number}: {count|ballot}."
    ),
    "ballot:recounted": Kind(
        "step",
        "{actor} kiểm lại phiếu vòng {number}, kết quả như cũ.",
        "{actor} counted round {number} again, with the same result.",
    ),
    "ballot:cancelled": Kind(
        "step", "{actor} hủy vòng bỏ phiếu {number}[: {reason}].", "{actor} cancelled round {number}[: {reason}]."
    ),
    "ballot:item_withdrawn": Kind(
        "step",
        "{actor} rút mục {item} khỏi vòng bỏ phiếu {number}[: {reason}].",
        "{actor} took item {item} off round {number}[: {reason}].",
    ),
    "ballot:complained": Kind(
        "step",
        "{actor} không thấy mã biên nhận của mình ở vòng {number}.",
        "{actor} misses the own receipt in round {number}.",
    ),
    "ballot:altered": Kind(
        "system",
        "Tham số vòng bỏ phiếu {number} không còn khớp khóa; phiếu bị từ chối.",
        "The parameters of round {number} no longer fit their key; a ballot was refused.",
    ),
    "ballot:broken": Kind(
        "system",
        "Hòm phiếu vòng {number} không khớp[: {why}][, mã biên nhận {receipt}]; chưa kiểm phiếu.",
        "The box of round {number} does not fit[: {why}][, receipt {receipt}]; nothing was counted.",
    ),
    "ballot:burnt": Kind(
        "step",
        "{actor} xóa hòm phiếu vòng {number} sau khi ký biên bản.",
        "{actor} emptied the box of round {number} after the minutes were signed.",
    ),
    "ballot:paper_keyed": Kind(
        "work",
        "{actor} nhập kết quả đếm vòng {number}: thu về {returned} phiếu.",
        "{actor} keyed the count of round {number}: {returned} ballots came back.",
    ),
    "ballot:paper_counted": Kind(
        "step",
        "Hai người nhập khớp kết quả vòng {number}: {count} phiếu.",
        "Two people agree on the count of round {number}: {count|ballot}.",
    ),
    "ballot:opinion_filed": Kind(
        "work",
        "{actor} ghi ý kiến bằng văn bản của thành viên {member}, vòng {number}.",
        "{actor} entered the written opinion of member {member}, round {number}.",
    ),
}

SESSION: dict[str, Kind] = {
    "council_agenda:drafted": Kind("work", "{actor} gom tên vào chương trình họp.", "{actor} gathered names into an agenda."),
    "council_agenda:planned": Kind(
        "step",
        "{actor} lập phiên họp Hội đồng[: {count} mục][, {members} thành viên].",
        "{actor} planned a session[: {count|item}][, {members|member}].",
    ),
    "council_agenda:moved": Kind(
        "step", "{actor} đổi phiên họp sang {to}[, {place}].", "{actor} moved the session to {to}[, {place}]."
    ),
    "council_agenda:item_taken_off": Kind(
        "step",
        "{actor} để mục {item} sang phiên khác[: {reason}].",
        "{actor} left item {item} to another session[: {reason}].",
    ),
    "council_agenda:item_left": Kind(
        "step",
        "Mục {item} rời chương trình: tên này không còn được đề nghị.",
        "Item {item} left the agenda: its name is no longer nominated.",
    ),
    "council_agenda:settled": Kind(
        "step", "{actor} chốt chương trình họp[; mục {items} không thể đạt].",
        "{actor} settled the agenda[; items {items} cannot pass].",
    ),
    "council_agenda:weighed": Kind(
        "step", "{actor} giữ mục không thể đạt[: {reason}].", "{actor} kept items that cannot pass[: {reason}]."
    ),
    "council_agenda:invited": Kind(
        "step", "{actor} gửi giấy mời họp[ tới {count} thành viên].", "{actor} sent the invitation[ to {count|member}]."
    ),
    "council_agenda:reminded": Kind(
        "work", "{actor} nhắc {count} thành viên trả lời giấy mời.", "{actor} reminded {count|member} to answer."
    ),
    "council_agenda:replied": Kind(
        "work", "{actor} trả lời giấy mời cho {member}: {answer}[, {reason}].",
        "{actor} answered the invitation for {member}: {answer}[, {reason}].",
    ),
    "council_agenda:conflict_declared": Kind(
        "step",
        "{actor} ghi {member} không tham gia biểu quyết mục {item}[: {reason}].",
        "{actor} noted that {member} keeps out of item {item}[: {reason}].",
    ),
    "council_agenda:conflict_taken_back": Kind(
        "step",
        "{actor} ghi {member} rút khai báo có liên quan đến mục {item}[: {reason}].",
        "{actor} noted that {member} took back the interest declared in item {item}[: {reason}].",
    ),
    "council_agenda:checked_in": Kind("work", "{actor} báo có mặt.", "{actor} reported to be there."),
    "council_agenda:roll_called": Kind(
        "step",
        "{actor} điểm danh: có mặt {count} trong {of}[, vào {came}][, ra {left}].",
        "{actor} called the roll: {count} of {of} are there[, came {came}][, left {left}].",
    ),
    "council_agenda:opened": Kind(
        "step",
        "{actor} ghi khai mạc, họp tiếp[: có mặt {count} trong {of}][, chủ trì {presided_by}].",
        "{actor} opened the sitting[: {count} of {of} there][, presided over by {presided_by}].",
    ),
    "council_agenda:item_discussed": Kind(
        "step", "{actor} ghi thảo luận mục {item}[, biểu quyết {form}][: {reason}].",
        "{actor} noted the discussion of item {item}[, to be voted on: {form}][: {reason}].",
    ),
    "council_agenda:item_reopened": Kind(
        "step", "{actor} đưa mục {item} ra biểu quyết lại dù đã có kết quả[: {reason}].",
        "{actor} put item {item} to the vote again although it was decided[: {reason}].",
    ),
    "council_agenda:round_planned": Kind(
        "step", "{actor} đưa {count} mục ra biểu quyết[: mục {items}][; công khai, dù quy định hỏi phiếu kín ở mục {against_rule}].",
        "{actor} put {count|item} to the vote[: {items}][; openly, although the rule asks for a secret vote on {against_rule}].",
    ),
    "council_agenda:round_counted": Kind(
        "step", "Kết quả vòng {number}[: {results}].", "Result of round {number}[: {results}]."
    ),
    "council_agenda:item_postponed": Kind(
        "step", "{actor} để mục {item} sang phiên sau[: {reason}].", "{actor} left item {item} to the next session[: {reason}]."
    ),
    "council_agenda:sheet_keyed": Kind(
        "work",
        "{actor} nhập phiếu chấm điểm của {member}: {count} điểm[; khác bản kia ở mục {differing}].",
        "{actor} keyed the score sheet of {member}: {count|score}[; it differs from the other entry at {differing}].",
    ),
    "council_agenda:sheet_agrees": Kind(
        "work", "Hai bản nhập phiếu chấm điểm của {member} khớp nhau.", "Both entries of the score sheet of {member} agree."
    ),
    "council_agenda:scored": Kind(
        "work", "{actor} chấm điểm trên trang của mình: {count} điểm, xong {done} trong {of} hồ sơ.",
        "{actor} scored on the own page: {count|score}, {done} of {of} names done.",
    ),
    "council_agenda:reviewers_assigned": Kind(
        "step",
        "{actor} phân công chấm điểm[: giao {added} lượt][, thu {removed} lượt][; theo đơn vị {unit}]"
        "[; bốc thăm số {seed}, mỗi hồ sơ {each} người][; giao {given}][; thu {taken}][: {reason}].",
        "{actor} assigned reviewers[: {added} given][, {removed} taken][; by unit {unit}]"
        "[; drawn by lot {seed}, {each} a name][; given {given}][; taken {taken}][: {reason}].",
    ),
    "council_agenda:reviewers_reminded": Kind(
        "work", "{actor} nhắc {count} người chấm còn hồ sơ chưa chấm.", "{actor} reminded {count|reviewer} of names not scored."
    ),
    "council_agenda:feedback_drafted": Kind(
        "work", "{actor} soạn nhận xét gửi đơn vị, mục {item}[, bản {version}].",
        "{actor} drafted feedback to the unit on item {item}[, version {version}].",
    ),
    "council_agenda:feedback_returned": Kind(
        "work", "{actor} trả lại nhận xét gửi đơn vị, mục {item}[: {reason}].",
        "{actor} sent feedback on item {item} back to be mended[: {reason}].",
    ),
    "council_agenda:feedback_released": Kind(
        "step", "{actor} duyệt, gửi nhận xét về mục {item} tới đơn vị.", "{actor} released feedback on item {item} to the unit."
    ),
    "council_agenda:adjourned": Kind(
        "step", "{actor} tạm dừng phiên họp[: {reason}][; họp lại {to}].",
        "{actor} adjourned the session[: {reason}][; it goes on {to}].",
    ),
    "council_agenda:put_off": Kind(
        "step", "{actor} hoãn phiên họp vì không đủ số người[: có mặt {count} trong {of}][; họp lại {to}][. {reason}].",
        "{actor} put the session off for want of a quorum[: {count} of {of} there][; it is held {to}][. {reason}].",
    ),
    "council_agenda:sat": Kind("step", "Buổi họp này đã xong.", "This sitting is over."),
    "council_agenda:finished": Kind(
        "step", "{actor} kết thúc phiên họp[: {results}].", "{actor} closed the session[: {results}]."
    ),
    "council_agenda:minuted": Kind(
        "step", "{actor} ký biên bản họp, thư ký.", "{actor} signed the minutes as secretary."
    ),
    "council_agenda:signed": Kind(
        "step", "{actor} ký biên bản họp, chủ trì; kết quả được gửi tới từng tên.",
        "{actor} signed the minutes as who presided; each name gets its result.",
    ),
    "council_agenda:called_off": Kind(
        "step", "{actor} hủy phiên họp[: {reason}].", "{actor} called the session off[: {reason}]."
    ),
    "council_agenda:emptied": Kind(
        "step", "Phiên họp thôi: không còn tên nào.", "The session ended: no name is left on its agenda."
    ),
}
