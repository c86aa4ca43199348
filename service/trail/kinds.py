"""Every kind of entry, in one closed list, with the sentence it is told in; add yours here.

One that a released version recorded is never removed: its entries stay, and are told as long as they do.
A template is filled from the entry's fields (body, commitments that may be shown, `actor`, `basis`). A part in square
brackets is left out when a field in it is missing, so no sentence ever shows a hole; outside brackets a missing field
reads "…". Fields are words to show (a unit's name, a paper's number), not database numbers. `{count|name}` shows a number
with the English noun that it counts, "1 name" or "3 names".
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Part = Literal["step", "work", "talk", "view", "admin", "system"]
"""What a filter shows together: main steps, the work around them, talk, reading, administration, the machine."""


class Kind(NamedTuple):
    """Where a kind belongs and how it is told; `hidden`: its private values are for those who settle it only."""

    part: Part
    vi: str
    en: str
    hidden: bool = False


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

LISTS: dict[str, Kind] = {
    "submission:created": Kind(
        "work", "{actor} lập hồ sơ đề nghị[ của {unit}].", "{actor} began the submission[ of {unit}]."
    ),
    "submission:line_added": Kind(
        "work", "{actor} thêm {count} tên vào danh sách.", "{actor} added {count|name} to the list."
    ),
    "submission:line_removed": Kind(
        "work", "{actor} bỏ tên khỏi danh sách[: {reason}].", "{actor} took a name off the list[: {reason}]."
    ),
    "submission:imported": Kind(
        "work",
        "{actor} nhập danh sách từ Excel[, {count} dòng].",
        "{actor} imported an Excel list[, {count|line}].",
    ),
    "submission:minutes_filed": Kind(
        "step", "{actor} nộp biên bản họp bình xét.", "{actor} filed the minutes of the unit's meeting."
    ),
    "submission:paper_taken": Kind(
        "step", "{actor} ghi văn bản đến của đơn vị.", "{actor} took the unit's incoming paper."
    ),
    "submission:signed": Kind(
        "step",
        "{actor} ký hồ sơ[ của {unit}][, {count} tên][, phiếu tiếp nhận số {number}].",
        "{actor} signed the submission[ of {unit}][, {count|name}][, receipt {number}].",
    ),
    "submission:late_allowed": Kind(
        "work", "{actor} cho nộp muộn[: {reason}].", "{actor} allowed late filing[: {reason}]."
    ),
    "submission:returned": Kind(
        "step",
        "{actor} gửi yêu cầu bổ sung, hoàn thiện hồ sơ[ cho {unit}][, {count} tên][: {reason}].",
        "{actor} returned the submission for supplement[ to {unit}][, {count|name}][: {reason}].",
    ),
    "submission:resubmitted": Kind(
        "step", "{actor} ký hồ sơ bổ sung[, {count} tên].", "{actor} signed the supplement[, {count|name}]."
    ),
    "submission:closed": Kind("work", "Hồ sơ đề nghị đã đóng.", "The submission was closed."),
    "opinion_letter:emptied": Kind(
        "step", "Thôi lấy ý kiến: không còn tên nào.", "The letter ended: no name is left on it."
    ),
    "opinion_letter:drafted": Kind(
        "work",
        "{actor} soạn văn bản lấy ý kiến[ {agency}][, {count} tên].",
        "{actor} drafted the letter asking opinions[ of {agency}][, {count|name}].",
    ),
    "opinion_letter:sent": Kind(
        "step",
        "{actor} gửi văn bản lấy ý kiến[ {agency}][, {count} tên].",
        "{actor} sent the letter asking opinions[ of {agency}][, {count|name}].",
    ),
    "opinion_letter:answered": Kind(
        "step",
        "{actor} ghi ý kiến[ của {agency}][, {count} tên][, văn bản số {number}].",
        "{actor} entered the opinion[ of {agency}][, {count|name}][, paper {number}].",
    ),
    "opinion_letter:overdue": Kind(
        "work", "Quá hạn lấy ý kiến[ {agency}].", "The opinion[ of {agency}] is overdue."
    ),
    "opinion_letter:missed": Kind(
        "step",
        "Đã qua hạn lấy ý kiến, còn cơ quan chưa được hỏi.",
        "The day for opinions has passed, and an agency was never written to.",
    ),
    "posting:emptied": Kind(
        "step", "Danh sách thôi niêm yết: không còn tên nào.", "The posting ended: no name is left on it."
    ),
    "posting:drafted": Kind(
        "work",
        "{actor} soạn thông báo niêm yết[, {count} tên].",
        "{actor} drafted the posting[, {count|name}].",
    ),
    "posting:posted": Kind(
        "step",
        "{actor} niêm yết danh sách[, {count} tên][, đến {until}].",
        "{actor} posted the list[, {count|name}][, until {until}].",
    ),
    "posting:withdrawn": Kind(
        "step", "{actor} rút thông báo niêm yết[: {reason}].", "{actor} withdrew the notice of the list[: {reason}]."
    ),
    "posting:closed": Kind(
        "step",
        "{actor} kết thúc niêm yết[, {count} tên][, biên bản số {number}].",
        "{actor} closed the posting[, {count|name}][, minutes {number}].",
    ),
    "council_sheet:emptied": Kind(
        "step", "Phiếu kết quả thôi dùng: không còn tên nào.", "The result sheet ended: no name is left on it."
    ),
    "council_sheet:drafted": Kind(
        "work",
        "{actor} lập phiếu kết quả Hội đồng[, {count} mục].",
        "{actor} drew up the sheet[, {count|item}].",
    ),
    "council_sheet:keyed": Kind(
        "work",
        "{actor} nhập kết quả, lần {round}[, {count} mục].",
        "{actor} keyed the results, pass {round}[, {count|item}].",
    ),
    "council_sheet:signed": Kind(
        "step",
        "{actor} ký biên bản của Hội đồng[ số {number}][, {count} mục].",
        "{actor} signed the council's minutes[ {number}][, {count|item}].",
    ),
    "council_sheet:poll_closed": Kind(
        "step",
        "Đã hết hạn lấy ý kiến bằng văn bản[: {outcome}].",
        "The written poll has closed[: {outcome}].",
    ),
    "decision:emptied": Kind(
        "step", "Quyết định không ban hành: không còn tên nào.", "The decision is not issued: no name is left on it."
    ),
    "decision:drafted": Kind(
        "work",
        "{actor} lập dự thảo quyết định[, {count} tên].",
        "{actor} drafted the decision[, {count|name}].",
    ),
    "decision:proofed": Kind(
        "work",
        "{actor} xác nhận họ tên, chức danh[ của {unit}][, {count} tên].",
        "{actor} confirmed names and titles[ of {unit}][, {count|name}].",
    ),
    "decision:submitted": Kind(
        "step",
        "{actor} trình dự thảo quyết định[, tờ trình số {number}][, {count} tên].",
        "{actor} submitted the draft decision[, paper {number}][, {count|name}].",
    ),
    "decision:format_checked": Kind(
        "work",
        "{actor} kiểm tra thể thức văn bản[: {result}].",
        "{actor} checked the paper's form[: {result}].",
    ),
    "decision:check_undone": Kind(
        "step",
        "{actor} đổi văn bản sau khi kiểm tra thể thức[: {paper}]. Văn phòng kiểm tra lại.",
        "{actor} changed a paper after its form was checked[: {paper}]. It is checked anew.",
    ),
    "decision:sent_back": Kind(
        "step", "{actor} trả lại dự thảo quyết định[: {reason}].", "{actor} sent the draft back[: {reason}]."
    ),
    "decision:signed": Kind(
        "step",
        "{actor} ký quyết định[, {count} tên][, {form}].",
        "{actor} signed the decision[, {count|name}].",
    ),
    "decision:issued": Kind(
        "step",
        "{actor} cho số, đóng dấu quyết định[ số {number}].",
        "{actor} numbered and sealed it[: {number}].",
    ),
    "decision:published": Kind(
        "step", "{actor} công bố quyết định[ số {number}].", "{actor} published the decision[ {number}]."
    ),
    "award_list:made": Kind(
        "work", "Đã lập danh sách trao tặng[, {count} tên].", "Made the award list[, {count|name}]."
    ),
    "award_list:handed_over": Kind(
        "step",
        "{actor} ghi nhận đã trao tặng[, {count} tên].",
        "{actor} recorded the handing over[, {count|name}].",
    ),
    "award_list:paid": Kind(
        "step",
        "{actor} ghi nhận đã chi tiền thưởng[, {count} tên][, {amount} đồng].",
        "{actor} recorded the payment[, {count|name}][, {amount} dong].",
    ),
    "package:emptied": Kind(
        "step", "Tờ trình không gửi: không còn tên nào.", "The package is not sent: no name is left on it."
    ),
    "package:drafted": Kind(
        "work",
        "{actor} lập tờ trình cấp trên[, {count} tên].",
        "{actor} drafted the package[, {count|name}].",
    ),
    "package:signed": Kind(
        "step", "{actor} ký tờ trình cấp trên[, {count} tên].", "{actor} signed the package[, {count|name}]."
    ),
    "package:sent": Kind(
        "step",
        "{actor} gửi tờ trình lên cấp trên[, số {number}][, {count} tên].",
        "{actor} sent the package up[, {number}][, {count|name}].",
    ),
    "package:answered": Kind(
        "step",
        "{actor} ghi trả lời của cấp trên[, văn bản số {number}][, {count} tên].",
        "{actor} entered the answer[, paper {number}][, {count|name}].",
    ),
    "package:child_made": Kind(
        "work", "Đã lập tờ trình bổ sung[, {count} tên].", "A child package was made[, {count|name}]."
    ),
    "package:opinion_noted": Kind(
        "work",
        "{actor} ghi nhận lấy ý kiến Nhân dân[, thông báo số {number}][, đến hết {until}][: {outcome}].",
        "{actor} noted the public opinion[, notice {number}][, until {until}][: {outcome}].",
    ),
    "result_letter:drafted": Kind(
        "work",
        "{actor} soạn thông báo kết quả[ cho {unit}].",
        "{actor} drafted the result letter[ to {unit}].",
    ),
    "result_letter:sent": Kind(
        "step",
        "{actor} gửi thông báo kết quả[ cho {unit}][, {count} tên].",
        "{actor} sent the result letter[ to {unit}][, {count|name}].",
    ),
    "review_request:received": Kind(
        "step", "{actor} nhận đề nghị xem xét lại.", "{actor} received the request for review."
    ),
    "withdrawal:received": Kind(
        "step", "{actor} nhận văn bản rút hồ sơ[ của {unit}].", "{actor} received the withdrawal[ of {unit}]."
    ),
    "petition:received": Kind(
        "step", "{actor} nhận đơn, ý kiến phản ánh.", "{actor} received a petition.", hidden=True
    ),
    "petition:classified": Kind(
        "step",
        "{actor} phân loại đơn[: {result}].",
        "{actor} classified the petition[: {result}].",
        hidden=True,
    ),
    "petition:held": Kind(
        "step", "{actor} tạm dừng xem xét để xác minh đơn.", "{actor} held it while a petition is verified.", hidden=True,
    ),
    "petition:concluded": Kind(
        "step",
        "{actor} kết luận đơn[: {result}].",
        "{actor} concluded the petition[: {result}].",
        hidden=True,
    ),
    "hold:set": Kind(
        "step",
        "{actor} tạm dừng xem xét[, {cause}][: {reason}].",
        "{actor} put it on hold[, {cause}][: {reason}].",
    ),
    "cancellation:done": Kind(
        "step", "{actor} hủy trường hợp đề nghị[: {reason}].", "{actor} cancelled the nomination[: {reason}]."
    ),
    "revocation:proposed": Kind(
        "step",
        "{actor} đề nghị Chủ tịch quyết định giữ hay hủy bỏ khen thưởng[: {proposal}].",
        "{actor} asked the chair to keep or revoke the award[: {proposal}].",
    ),
    "revocation:decided": Kind(
        "step",
        "{actor} quyết định việc hủy bỏ khen thưởng[: {decision}].",
        "{actor} decided on the revocation[: {decision}].",
    ),
    "revocation:issued": Kind(
        "step", "{actor} cho số quyết định hủy bỏ khen thưởng[: {number}].", "{actor} numbered the decision to revoke[: {number}].",
    ),
    "revocation:sent": Kind(
        "step", "{actor} cho số văn bản đề nghị cấp trên hủy bỏ khen thưởng[: {number}].",
        "{actor} numbered the letter that asks the level above to revoke[: {number}].",
    ),
    "revocation:recorded": Kind(
        "step", "{actor} ghi quyết định của cấp trên về việc hủy bỏ khen thưởng[: {number}][, {decision}].",
        "{actor} entered what the level above decided on the revocation[: {number}][, {decision}].",
    ),
    "revocation:object_recovered": Kind(
        "step", "{actor} ghi nhận đã thu hồi Giấy khen, hiện vật.", "{actor} recorded that the certificate was taken back.",
    ),
    "revocation:money_recovered": Kind(
        "step", "{actor} ghi nhận đã thu hồi tiền thưởng[, {amount} đồng].",
        "{actor} recorded that the money was paid back[, {amount} dong].",
    ),
    "amendment:proposed": Kind(
        "step", "{actor} đề nghị sửa đổi, đính chính quyết định[ số {decision}].",
        "{actor} proposed to correct the decision[ {decision}].",
    ),
    "amendment:decided": Kind(
        "step", "{actor} quyết định việc sửa đổi, đính chính[: {decision}].", "{actor} decided on the correction[: {decision}].",
    ),
    "amendment:issued": Kind(
        "step", "{actor} cho số văn bản sửa đổi, đính chính[: {number}].", "{actor} numbered the correction[: {number}].",
    ),
    "reprint:written_off": Kind(
        "step", "{actor} lập biên bản hủy phôi, in lại Giấy khen[: số {number}][, {blanks} phôi].",
        "{actor} wrote off blanks and had the certificate printed again[: minutes {number}][, {blanks}].",
    ),
    "package:bundled": Kind(
        "view", "{actor} tải cả bộ hồ sơ trình lên cấp trên, {count} tệp.", "{actor} took the whole package, {count|file}.",
    ),
    "dossier:asked": Kind("view", "{actor} yêu cầu lập bộ hồ sơ ngoại tuyến.", "{actor} asked for the offline dossier."),
    "dossier:exported": Kind(
        "view", "{actor} lập bộ hồ sơ ngoại tuyến, {count} tệp.", "{actor} made the offline dossier, {count|file}."
    ),
    "dossier:taken": Kind("view", "{actor} tải bộ hồ sơ ngoại tuyến.", "{actor} took the offline dossier."),
    "unlisting:taken_down": Kind(
        "step", "{actor} gỡ khỏi trang vinh danh[: {reason}].", "{actor} took it off the honour page[: {reason}].",
    ),
    "unlisting:listed_again": Kind(
        "step", "{actor} đăng lại lên trang vinh danh[: {reason}].", "{actor} put it back on the honour page[: {reason}].",
    ),
    "list:cut": Kind(
        "step",
        "{actor} chọn theo bảng điểm[: {first} tên đứng đầu mỗi nhóm][: từ {points} điểm]"
        "[; lấy thêm {taken} tên dưới mức][; để lại {left} tên trên mức][: {reason}].",
        "{actor} chose by the ranking[: the first {first} of each group][: from {points} points]"
        "[; {taken|name} taken from below the line][; {left|name} left from above][: {reason}].",
    ),
    "list:line_left": Kind(
        "work", "Một tên ra khỏi danh sách[: {result}].", "A name left the list[: {result}]."
    ),
    "award_list:emptied": Kind(
        "step", "Danh sách trao tặng thôi dùng: không còn tên nào.", "The award list ended: no name is left on it."
    ),
    "result_letter:emptied": Kind(
        "step", "Thông báo không gửi: không còn tên nào.", "The letter is not sent: no name is left on it."
    ),
    "recipient_change:received": Kind(
        "step",
        "{actor} nhận thông tin thay đổi về đối tượng[: {effect}].",
        "{actor} noted a change[: {effect}].",
    ),
    "recipient_change:concluded": Kind(
        "step",
        "{actor} giải quyết thay đổi về đối tượng[: {effect}].",
        "{actor} settled the change[: {effect}].",
    ),
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
}

WORK: dict[str, Kind] = {
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
    "matter:begun": Kind(
        "step", "{actor} ghi vào sổ: {register} {number}.", "{actor} entered in the register: {register} {number}."
    ),
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
    "file:taken_over": Kind(
        "work", "{actor} lấy tệp[ {file}] từ {source} làm minh chứng.", "{actor} took a file[ {file}] over from {source} as evidence."
    ),
    "file:opened": Kind("view", "{actor} xem tệp[ {file}].", "{actor} opened a file[ {file}]."),
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

ADMIN: dict[str, Kind] = {
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

KINDS: dict[str, Kind] = NOMINATION | LISTS | WORK | ADMIN | BALLOT | SESSION | TALK
