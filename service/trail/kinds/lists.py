"""What becomes of the lists and letters in which nominations go on together."""

from __future__ import annotations

from service.trail.kinds.kind import Kind

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
    "revocation:concluded": Kind(
        "step",
        "Kết luận[ số {number}] của Chủ tịch UBND xã trình quyết định giữ hay hủy bỏ khen thưởng[: {proposal}].",
        "By the chair's conclusion[ {number}] it is to be decided whether the award is kept or revoked[: {proposal}].",
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
}
