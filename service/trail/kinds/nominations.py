"""What becomes of one nomination, from its beginning to its award, and what people say about it."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

NOMINATION: dict[str, Kind] = {
    "nomination:started": Kind(
        "step",
        "{actor} lập trường hợp đề nghị khen thưởng[ {recipient}][, {form}].",
        "{actor} began the nomination[ of {recipient}][, {form}].",
    ),
    "nomination:ended": Kind(
        "step", "Trường hợp đề nghị đã kết thúc[: {outcome}].", "The nomination has ended[: {outcome}]."
    ),
    "nomination:refused": Kind(
        "step",
        "Không được xét khen thưởng[, do {refused_by}][: {reason}].",
        "Refused[ by {refused_by}][: {reason}].",
    ),
    "nomination:evidence_chosen": Kind(
        "work", "{actor} chọn minh chứng lấy từ sổ, {count} dòng.", "{actor} chose what to take from the registers, {count|line}.",
    ),
    "nomination:withdrawn": Kind(
        "step", "{actor} rút hồ sơ đề nghị[: {reason}].", "{actor} withdrew the nomination[: {reason}]."
    ),
    "nomination:held": Kind(
        "step", "{actor} tạm dừng xem xét[: {reason}].", "{actor} put the nomination on hold[: {reason}]."
    ),
    "hold:lifted": Kind(
        "step", "{actor} kết thúc tạm dừng[: {reason}].", "{actor} ended the hold[: {reason}]."
    ),
    "nomination:stopped": Kind(
        "step", "{actor} dừng xét trường hợp này[: {reason}].", "{actor} stopped the nomination[: {reason}]."
    ),
    "recipient:changed": Kind(
        "step",
        "{actor} ghi nhận thay đổi về đối tượng[ {recipient}][: {effect}].",
        "{actor} recorded a change of the recipient[ {recipient}][: {effect}].",
    ),
    "recipient:tied": Kind(
        "work",
        "{actor} xác nhận người được đề nghị là {account}, người này không xử lý hồ sơ[: {reason}].",
        "{actor} said that the nominee is {account}, who is kept away from the case[: {reason}].",
    ),
    "recipient:untied": Kind(
        "work",
        "{actor} xác nhận người được đề nghị không phải {account}[: {reason}].",
        "{actor} said that the nominee is not {account}[: {reason}].",
    ),
    "consent:given": Kind(
        "work", "{actor} đồng ý được đề nghị khen thưởng.", "{actor} agreed to be nominated."
    ),
    "consent:own": Kind(
        "work", "Người được đề nghị tự đề nghị, coi như đã đồng ý.", "The nominee nominated himself, which counts as agreed."
    ),
    "consent:declined": Kind(
        "work", "{actor} không đồng ý được đề nghị khen thưởng[: {reason}].", "{actor} declined to be nominated[: {reason}]."
    ),
    "consent:recorded": Kind(
        "work",
        "{actor} ghi người được đề nghị đồng ý, theo văn bản[ số {number}][ ngày {dated}].",
        "{actor} recorded that the nominee agrees, by paper[ no. {number}][ of {dated}].",
    ),
    "consent:refusal_recorded": Kind(
        "work",
        "{actor} ghi người được đề nghị không đồng ý, theo văn bản[ số {number}][ ngày {dated}][: {reason}].",
        "{actor} recorded that the nominee declined, by paper[ no. {number}][ of {dated}][: {reason}].",
    ),
    "consent:added": Kind(
        "work", "{actor} gửi đơn vị thông tin thêm về thành tích của mình.", "{actor} sent the unit more about the own achievement."
    ),
    "consent:dropped": Kind(
        "work",
        "Ý kiến đã ghi không còn tính: người được đề nghị là người khác.",
        "The recorded answer no longer counts: the nominee is somebody else.",
    ),
    "recipient:unit_tied": Kind(
        "work",
        "{actor} ghi tập thể được đề nghị là đơn vị nào trong danh mục[: {reason}].",
        "{actor} recorded which unit the nominated collective is[: {reason}].",
    ),
    "recipient:renamed": Kind(
        "step",
        "{actor} sửa họ tên, chức danh[ từ {old_name}][, {old_title},][ thành {new_name}][, {new_title}].",
        "{actor} changed the name or title[ from {old_name}][, {old_title},][ to {new_name}][, {new_title}].",
    ),
    "successor:answered": Kind(
        "step",
        "{actor} trả lời việc kế thừa[: {decision}].",
        "{actor} answered for the successor[: {decision}].",
    ),
    "recipient:joined": Kind(
        "step",
        "{actor} gộp với đề nghị của cùng đối tượng[, đơn vị {unit}][: {reason}].",
        "{actor} joined it with the same recipient's[, nominated by {unit}][: {reason}].",
    ),
    "recipient:kept_apart": Kind(
        "step",
        "{actor} xác nhận không phải cùng đối tượng với đề nghị trùng tên[ của {unit}][: {reason}].",
        "{actor} kept it apart from the nomination of the same name[ by {unit}][: {reason}].",
    ),
    "assessment:filed": Kind(
        "step",
        "{actor} nộp phiếu tự đánh giá[, tổng {score} điểm][, kèm {count} minh chứng].",
        "{actor} filed the self-assessment[, {score} points][, {count|piece} of evidence].",
    ),
    "report:filed": Kind(
        "step", "{actor} nộp báo cáo tóm tắt thành tích.", "{actor} filed the short report of achievement."
    ),
    "eligibility:checked": Kind(
        "step",
        "Đã đối chiếu điều kiện, tiêu chuẩn[: {count} điều cần xem].",
        "Conditions and standards were checked[: {count} to look at].",
    ),
    "eligibility:rechecked": Kind(
        "step",
        "{actor} đối chiếu lại điều kiện, tiêu chuẩn với các sổ[: {changed} dữ kiện đổi].",
        "{actor} held the conditions against the registers anew[: {changed} facts changed].",
    ),
    "dossier:checked": Kind(
        "step",
        "{actor} kiểm tra thành phần, thẩm định[: {decision}][, đề nghị {form}].",
        "{actor} checked and appraised the dossier[: {decision}][, recommending {form}].",
    ),
    "dossier:supplemented": Kind("step", "{actor} bổ sung hồ sơ.", "{actor} supplemented the dossier."),
    "supplement:missed": Kind(
        "step", "Quá hạn bổ sung, hồ sơ không được bổ sung.", "The date for the supplement passed without it."
    ),
    "opinions:closed": Kind(
        "step",
        "Đã đủ ý kiến cơ quan liên quan[: {result}].",
        "The opinions of the agencies are in[: {result}].",
    ),
    "objection:weighed": Kind(
        "step",
        "{actor} xem xét ý kiến không thống nhất[: {decision}].",
        "{actor} weighed the objection[: {decision}].",
    ),
    "council:result": Kind(
        "step", "Kết quả Hội đồng[: {result}][, {form}].", "Result of the council[: {result}][, {form}]."
    ),
    "council:decided": Kind(
        "step", "Hội đồng đã xét[: {result}][, {form}].", "The council has decided[: {result}][, {form}]."
    ),
    "reserve:taken": Kind(
        "step", "Dùng hình thức dự phòng[: {form}].", "The reserve form was taken[: {form}]."
    ),
    "result:told": Kind("step", "Đã thông báo kết quả cho đơn vị.", "The unit was told the result."),
    "review:requested": Kind(
        "step", "{actor} đề nghị xem xét lại[: {reason}].", "{actor} asked for a review[: {reason}]."
    ),
    "review:lapsed": Kind("step", "Hết hạn đề nghị xem xét lại.", "The time for a review has lapsed."),
    "refusal:reviewed": Kind(
        "step",
        "{actor} xem xét lại[: {decision}][, {reason}].",
        "{actor} reviewed it[: {decision}][, {reason}].",
    ),
    "package:supplemented": Kind(
        "step", "{actor} bổ sung theo yêu cầu của cấp trên.", "{actor} supplemented as the level above asked."
    ),
    "province:answered": Kind(
        "step",
        "Tỉnh đã trả lời[: {result}][, {form}][, văn bản số {number}].",
        "The province has answered[: {result}][, {form}][, paper {number}].",
    ),
    "centre:answered": Kind(
        "step",
        "Trung ương đã trả lời[: {result}][, {form}][, văn bản số {number}].",
        "The centre has answered[: {result}][, {form}][, paper {number}].",
    ),
    "award:handed_over": Kind(
        "step",
        "{actor} ghi nhận đã trao tặng[, {count} tên][, cho {to}].",
        "{actor} recorded the handing over[, {count|name}][, to {to}].",
    ),
    "award:paid": Kind(
        "step",
        "{actor} ghi nhận đã chi tiền thưởng[, {count} tên][, {amount} đồng].",
        "{actor} recorded the payment[, {count|name}][, {amount} dong].",
    ),
    "award:revoked": Kind(
        "step",
        "{actor} ghi nhận hủy bỏ khen thưởng[ theo văn bản số {decision}][: {reason}].",
        "{actor} recorded the revocation[ by paper no. {decision}][: {reason}].",
    ),
    "award:amended": Kind(
        "step", "Khen thưởng được sửa theo văn bản số {number}[: “{old_text}” thành “{new_text}”].",
        "The award is corrected by paper {number}[: “{old_text}” to “{new_text}”].",
    ),
    "dossier:filed": Kind("step", "Hồ sơ đã được lưu.", "The dossier has been filed."),
    "message:delivered": Kind(
        "system", "Đã chuyển kết quả vào quy trình[: {message}].", "Delivered[: {message}]."
    ),
    "message:dropped": Kind(
        "system",
        "Kết quả đến muộn, không còn bước nào chờ[: {message}].",
        "A result came too late, no step waits for it[: {message}].",
    ),
    "timer:fired": Kind("work", "Đến hạn tại bước {el}.", "The time set at {el} has come."),
}

TALK: dict[str, Kind] = {
    "comment:written": Kind(
        "talk", "{actor} viết ý kiến trao đổi số {no}.", "{actor} wrote comment no. {no}.", hidden=True
    ),
    "comment:written_inside": Kind(
        "talk", "{actor} viết ý kiến nội bộ số {no}.", "{actor} wrote comment no. {no}, for the office only.", hidden=True
    ),
    "comment:taken_back": Kind(
        "talk", "{actor} rút lại ý kiến trao đổi số {no}.", "{actor} took comment no. {no} back."
    ),
    "question:asked": Kind(
        "talk",
        "{actor} hỏi ý kiến {to} về việc “{el}”[, trả lời trước hết ngày {due}].",
        "{actor} asked {to} about “{el}”[, to be answered by {due}].",
        hidden=True,
    ),
    "question:answered": Kind(
        "talk", "{actor} trả lời câu hỏi của {to} về việc “{el}”.", "{actor} answered {to} about “{el}”.", hidden=True
    ),
    "question:taken_back": Kind(
        "talk", "{actor} thôi hỏi ý kiến {to} về việc “{el}”.", "{actor} no longer asks {to} about “{el}”."
    ),
    "nomination:followed": Kind(
        "talk", "{actor} theo dõi hồ sơ số {nomination}.", "{actor} follows nomination no. {nomination}."
    ),
    "nomination:unfollowed": Kind(
        "talk", "{actor} thôi theo dõi hồ sơ số {nomination}.", "{actor} no longer follows nomination no. {nomination}."
    ),
    "nomination:follower_dropped": Kind(
        "talk",
        "Hồ sơ số {nomination} không còn được {account} theo dõi, vì liên quan đến người này.",
        "Nomination no. {nomination} is no longer followed by {account}, whom it concerns.",
    ),
}
