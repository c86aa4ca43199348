"""What the editors of the studio say: labels, states, questions, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from service.web.studio_blanks import BLANK_DIAGRAM, BLANK_TABLE, blank_letter, blank_paper
from service.web.studio_editor_menus import form_menu, menu


def spoken() -> dict[str, Any]:
    """Everything that the scripts of the studio say."""
    return {
        "menu": menu(),
        "create": {"user": _("Tạo bước có người làm"), "receive": _("Tạo bước chờ"), "decision": _("Tạo bước hỏi bảng quyết định"),
                   "call": _("Tạo bước gọi quy trình khác")},
        "append": {"user": _("Nối với bước có người làm"), "receive": _("Nối với bước chờ")},
        "state": {
            "typed": _("Chưa lưu"), "saving": _("Đang lưu…"), "saved": _("Đã lưu lúc {at}. Rời trang không mất gì."),
            "same": _("Không có gì chưa lưu."),
            "offline": _("Mất kết nối. Bản đang sửa vẫn còn trên máy này và sẽ tự lưu khi nối lại."),
            "rescued": _("Đã lấy lại phần chưa lưu của lần trước trên máy này."),
            "refused": _("Chưa lưu được {name}: {message}"), "overtaken": _("Có người đã lưu trước. Chọn cách giữ."),
        },
        "conflict": _("{who} đã lưu tệp {name} lúc {at}, trong lúc bạn sửa. Bản của bạn vẫn còn trên trang này."),
        "conflictDropped": _("{who} đã bỏ tệp {name} trong lúc bạn sửa. Bản của bạn vẫn còn trên trang này."),
        "mayNot": _("bạn không còn quyền sửa, hoặc lượt đăng nhập đã hết"),
        "taken": _("Bản soạn đã có tệp {name}. Chọn tên khác."),
        "copied": _("Bản của bạn đã thành bản soạn riêng:"),
        "severity": {"error": _("Lỗi"), "warning": _("Lời nhắc")},
        "whole": _("Cả bản soạn"),
        "errors": [_("1 lỗi"), _("{n} lỗi")], "warnings": [_("1 lời nhắc"), _("{n} lời nhắc")],
        "noProblems": _("Không có lỗi"),
        "others": _("{who} cũng đang mở bản soạn này. Ai lưu sau sẽ được báo, không ai ghi đè lên ai."),
        "drop": _("Bỏ tệp {name} khỏi bản soạn? Tệp trong bản đang dùng vẫn còn."),
        "kinds": {".bpmn": _("Sơ đồ"), ".dmn": _("Bảng quyết định"), ".form": _("Biểu mẫu"), ".letter": _("Thư"),
                  ".paper": _("Văn bản"), ".register": _("Sổ theo dõi"), ".scenario": _("Kịch bản")},
        "openRegister": _("Mở sổ theo dõi"), "addRegister": _("Thêm sổ theo dõi"),
        "unreadable": _("Không vẽ được tệp này. Sửa phần chữ dưới đây, hoặc nhập tệp khác cùng tên."),
        "unloaded": _("không mở được tệp"),
        "ground": {"bpmn": BLANK_DIAGRAM, "dmn": BLANK_TABLE.replace("{result}", _("Kết quả")),
                   "note": _("Ý kiến"), "letter": blank_letter(), "paper": blank_paper()},
        "drawing": _("Sơ đồ. Danh sách đánh số bên cạnh dẫn tới từng phần tử bằng bàn phím."),
        "asText": _("Tệp này soạn bằng chữ."),
        "previewPrint": _("Xem bản in A4"),
        "formTabs": {"build": _("Soạn"), "preview": _("Xem như người xử lý sẽ thấy")},
        "formMenu": form_menu(),
        "letter": {
            "tabs": {"write": _("Soạn"), "file": _("Dạng tệp"), "look": _("Xem như người nhận")},
            "gaps": _("Giá trị điền vào thư"), "gapsHint": _("Bấm để chèn vào chỗ con trỏ. Giá trị luôn là chữ, không bao giờ là lệnh."),
            "send": _("Gửi thử cho tôi"), "failed": _("Chưa gửi được: {message}"),
        },
        "paper": {
            "gaps": _("Giá trị điền vào văn bản"),
            "gapsHint": _("Bấm để chèn vào chỗ con trỏ. Câu trả lời luôn là chữ, không bao giờ là lệnh."),
            "always": {"unit": _("Tên đơn vị"), "register_number": _("Số trong sổ"), "begun_on": _("Ngày lập"), "begun_by": _("Người lập"),
                       "commune": _("Tên xã"), "office": _("Tên phòng giải quyết")},
        },
        "register": {
            "tabs": {"write": _("Soạn"), "file": _("Dạng tệp")},
            "gaps": _("Giá trị điền vào tên gọi"), "gapsHint": _("Bấm để chèn vào tên gọi của mỗi việc."),
        },
        "table": {
            "drawing": _("Sơ đồ quyết định"), "review": _("Bảng có trả lời hết không"), "try": _("Thử một dòng"),
            "allowed": _("Giá trị: {values}"), "run": _("Thử"), "answer": _("Bảng trả lời: {answer}"),
            "row": _("Dòng {row}: {said}"), "note": _("Chữ viết trần, số viết 12,5, đúng sai viết true, false. Để trống là chưa có."),
        },
        **_panel_words(),
    }


def _panel_words() -> dict[str, Any]:
    missing = _("không có trong danh mục")
    return {
        "kind": _kind_words(), "field": _field_words(), "hint": _hint_words(),
        "none": _("Không chọn"), "missing": missing, "nobody": _("Không ai"), "anybody": _("Ai cũng được"),
        "never": _("Không nhắc"), "usualDays": _("1, 3, 5 ngày làm việc"), "notTold": _("Không báo"),
        "usualManagers": _("Trưởng phòng Văn hóa - Xã hội"), "filter": _("Tìm trong danh sách"),
        "samePhase": _("Giữ giai đoạn đang có"), "noForm": _("Chọn biểu mẫu"), "openForm": _("Mở biểu mẫu này"),
        "newForm": _("Tạo biểu mẫu mới"), "usualLetter": _("Thư Việc mới"), "openLetter": _("Mở mẫu thư này"),
        "newLetter": _("Tạo mẫu thư mới"), "noPaper": _("Không có văn bản"), "openPaper": _("Mở văn bản này"),
        "newPaper": _("Tạo văn bản mới"), "writesPaper": _("soạn"), "openTable": _("Mở bảng này"), "openProcess": _("Mở sơ đồ này"),
        "laneDoes": _("Theo làn {lane}: {group}"), "result": _("Kết quả"), "settlesNothing": _("Không"),
        "noTarget": _("Không đặt mục tiêu"),
        "badId": _("Mã gồm chữ không dấu, số, gạch dưới, gạch nối, bắt đầu bằng chữ, nhiều nhất 100 ký tự."),
        "reservedId": _("Mã này dành riêng cho bộ máy quy trình."), "takenId": _("Mã {id} đã có ở {where}."), "thisFile": _("sơ đồ này"),
        "isDefault": _("Đây là nhánh mặc định: đi khi không điều kiện nào đúng."),
        "unnamed": _("Chưa có tên"), "waysOut": _("Đi tiếp:"), "wrong": _("chỗ cần sửa"),
        "pairs": {"name": _("Tên"), "expression": _("Biểu thức"), "drop": _("Bỏ"), "add": _("Thêm dữ liệu")},
        "due": {"none": _("Không có hạn"), "days": _("Số ngày làm việc"), "rule": _("Theo quy định"), "date": _("Theo lịch của đợt"),
                "iso": _("Khoảng thời gian ISO 8601"), "free": _("Biểu thức khác"), "missing": missing},
        "timers": {"timeDuration": _("Sau một khoảng"), "timeDate": _("Đến một thời điểm"), "timeCycle": _("Lặp lại")},
    }


def _kind_words() -> dict[str, str]:
    """What each kind of element is called."""
    return {
        "UserTask": _("Bước có người làm"), "ReceiveTask": _("Bước chờ"), "ServiceTask": _("Việc hệ thống làm"),
        "BusinessRuleTask": _("Bảng quyết định"), "ScriptTask": _("Tính giá trị"), "CallActivity": _("Gọi quy trình khác"),
        "SubProcess": _("Quy trình con"), "ExclusiveGateway": _("Rẽ nhánh"), "ParallelGateway": _("Rẽ nhánh song song"),
        "InclusiveGateway": _("Rẽ nhánh nhiều chọn"), "StartEvent": _("Bắt đầu"), "EndEvent": _("Kết thúc"),
        "BoundaryEvent": _("Sự kiện gắn vào bước"), "IntermediateCatchEvent": _("Mốc chờ"),
        "IntermediateThrowEvent": _("Mốc đi qua"), "SequenceFlow": _("Đường đi"), "Lane": _("Làn"),
        "Participant": pgettext("one", "Quy trình"),
        "Process": pgettext("one", "Quy trình"), "TextAnnotation": _("Ghi chú"),
        "DataObjectReference": _("Dữ liệu"), "Group": _("Khung"),
        "Association": _("Đường nối ghi chú"), "Other": _("Phần tử khác"),
    }


def _field_words() -> dict[str, str]:
    """What each place of the panel is called."""
    return {
        "name": _("Tên"), "text": _("Ghi chú"), "form": _("Biểu mẫu"), "candidates": _("Người thực hiện"),
        "group": _("Nhóm làm việc trong làn"), "target": _("Mục tiêu thời gian"),
        "settles": _("Ghi nhận biểu quyết, chữ ký"), "due": _("Hạn xử lý"),
        "remind": _("Nhắc trước hạn"), "escalate": _("Quá hạn thì báo"),
        "escalateAfter": _("Báo sau khi quá hạn"), "unclaimedAfter": _("Chưa ai nhận sau"),
        "unclaimedTell": _("Chưa ai nhận thì báo"), "unclaimedTo": _("Chưa ai nhận thì giao thêm cho"),
        "sameAs": _("Vẫn người đã làm bước"), "excludes": _("Không giao người đã làm bước"),
        "instead": _("Liên quan đến họ thì giao cho"), "doers": _("Giao thêm cho người nêu ở mục"),
        "itemTitle": _("Tên việc theo mục"), "topic": _("Việc làm thay"),
        "letter": _("Thư báo việc mới"), "paper": _("Văn bản của bước"),
        "paperPart": _("Phần việc với văn bản"),
        "inputs": _("Dữ liệu đưa vào"), "result": _("Kết quả ghi vào biến"), "decision": _("Bảng quyết định"),
        "script": _("Biểu thức"), "called": _("Quy trình được gọi"), "default": _("Nhánh mặc định"), "condition": _("Điều kiện"),
        "message": _("Chờ tin"), "key": _("Tin của"), "list": _("Loại danh sách"), "values": _("Kết quả có thể nhận"),
        "timerKind": _("Cách tính thời gian"), "timer": _("Thời gian"), "error": _("Mã lỗi"), "outcome": _("Kết cục"),
        "collection": _("Làm cho từng mục của"), "item": _("Biến của từng mục"), "output": _("Danh sách kết quả"),
        "outputItem": _("Biến kết quả từng mục"), "basis": _("Căn cứ pháp lý"), "phase": _("Giai đoạn từ đây"),
        "event": _("Ghi vào lịch sử"), "documentation": _("Giải thích"), "id": _("Mã phần tử"),
    }


def _hint_words() -> dict[str, str]:
    """What is said below a place."""
    return {
        "expression": _("Viết như: decision = \"approve\" and score >= 50"),
        "group": _("Bước trong làn không chọn Người thực hiện thì nhóm này làm."),
        "target": _("Bước chậm hơn mục tiêu được nêu ở số liệu và trang đầu. Không ghi thì tính theo hạn xử lý."),
        "settles": _("Giá trị do biểu quyết hoặc chữ ký quyết định: không ai sửa tay, không ai cho bước này đi qua bằng tay."),
        "id": _("Hồ sơ đang chạy nhận ra bước theo mã này. Đổi mã thì phải chuyển hồ sơ."),
        "escalateAfter": _("Mỗi mốc một lần, tính từ hạn xử lý, đến khi xong việc."),
        "unclaimedAfter": _("Tính từ khi việc mở hoặc được trả lại."),
        "unclaimedTo": _("Nhóm này được nhận việc từ lúc đó, nhóm đang có vẫn được. Việc của đơn vị không giao cho nhóm ngoài đơn vị."),
        "result": _("Chữ không dấu, số, gạch dưới."),
        "sameAs": _("Người đã làm bước đó nhận luôn việc này."),
        "instead": _("Hồ sơ liên quan đến mọi người thực hiện thì nhóm đầu tiên còn người làm bước này."),
        "doers": _("Mục của một bước trước, hoặc cột của danh sách, nêu người làm thêm bước này. Ví dụ: team.person"),
        "itemTitle": _("Cho bước làm cho từng mục của một danh sách: chữ lấy từ mục, để phân biệt các việc. Ví dụ: finding.what"),
        "letter": _("Gửi khi việc mở ra, thay cho thư Việc mới."),
        "paper": _("Văn bản lấy lời từ điều các bước đã ghi."),
        "paperPart": _("Bước soạn thì sửa được. Bước ký, trình, cho số thì máy tự soạn bản mới nhất, người xử lý chỉ đọc."),
    }
