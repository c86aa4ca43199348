"""What the pages of daily work are given: inbox, tasks, acts on lists. All of it made up, after the pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from forms import compile_form, lay_out
from service.web.fairness import Fairness
from service.web.frame import Link
from service.web.parts import (
    Act,
    Check,
    Column,
    Empty,
    Filter,
    FilterGroup,
    FollowUp,
    KeepFilter,
    KeptFilter,
    ListLine,
    Pager,
    PaperBlock,
    PaperRow,
    Progress,
    Remark,
    Score,
    Sum,
    Tag,
    Talk,
    TaskGroup,
    TaskRow,
)
from tests.service.web.samples import (
    BASES,
    FACTS,
    FILES,
    HISTORY,
    diagram,
    due,
    filters,
    frame,
    kit,
    parts,
)

NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)


def inbox() -> dict[str, Any]:
    """The officer's inbox."""
    check, again = "Kiểm tra thành phần", "Xem lại hồ sơ bổ sung"
    overdue = [
        TaskRow(
            "1",
            "/task",
            check,
            "Hội Chữ thập đỏ xã",
            "Hồ sơ của đơn vị, 4 tên · Nộp 17/11",
            due(date(2026, 11, 19)),
            "Lê Ban Mai",
            mine=True,
        ),
        TaskRow(
            "2",
            "/task",
            check,
            "Hội Nông dân xã",
            "Hồ sơ của đơn vị, 6 tên · Nộp 18/11",
            due(date(2026, 11, 20)),
            claim_url="/claim",
        ),
        TaskRow(
            "3",
            "/task",
            "Thẩm định",
            "Phạm Hoa Sim",
            "Giấy khen, Trường Mầm non Ban Mai · Nhận 16/11",
            due(date(2026, 11, 20)),
            "Trần Thông Xanh",
        ),
    ]
    today = [
        TaskRow(
            "4",
            "/task",
            again,
            "Thôn Bằng Lăng",
            "2 trong 3 lỗi đã sửa · Nộp lại 21/11",
            due(NOON),
            "Lê Ban Mai",
            mine=True,
        ),
        TaskRow(
            "5",
            "/task",
            again,
            "Công ty TNHH Gốm Lửa Hồng",
            "Đã sửa đủ 1 lỗi · Nộp lại 22/11",
            due(NOON),
            claim_url="/claim",
        ),
        TaskRow(
            "6",
            "/task",
            again,
            "Trường THCS Trăng Rằm",
            "Đã sửa đủ 2 lỗi · Nộp lại 23/11",
            due(NOON),
            "Lê Ban Mai",
            mine=True,
            tags=[Tag("urgent", "Khẩn"), Tag("hold", "Tạm dừng")],
        ),
    ]
    week = [
        TaskRow(
            "7",
            "/task",
            "Thẩm định",
            "Trung tâm Phục vụ hành chính công xã",
            "Giấy khen, tập thể · Nhận 19/11",
            due(date(2026, 11, 25)),
            "Lê Ban Mai",
            mine=True,
        ),
        TaskRow(
            "8",
            "/task",
            check,
            "Hợp tác xã Chè Sương Sớm",
            "Hồ sơ của đơn vị, 2 tên · Nộp 20/11",
            due(date(2026, 11, 26)),
            claim_url="/claim",
        ),
    ]
    return {
        "frame": frame(),
        "sentence": "31 việc chờ bạn và phòng Văn hóa - Xã hội, 3 việc quá hạn",
        "tabs": [
            Link("Tôi và phòng", "#", count=31, current=True),
            Link("Của tôi", "#", count=14),
            Link("Chưa ai nhận", "#", count=15),
            Link("Tôi đã làm", "#", count=208),
            Link("Hồ sơ tôi theo dõi", "#", count=5),
        ],
        "url": "/inbox",
        "keep": {"tab": "all"},
        "q": "",
        "sort": "due",
        "sorts": [("due", "hạn xử lý"), ("since", "ngày nhận")],
        "filters": [
            *filters(),
            FilterGroup(
                "Đợt xét", [Filter("round", "1", "Hằng năm 2026", 29), Filter("round", "2", "Đột xuất", 2)]
            ),
        ],
        "groups": [
            TaskGroup("Quá hạn", 3, overdue),
            TaskGroup("Hôm nay", 4, today),
            TaskGroup("Tuần này", 15, week, Link("Còn 11 việc trong tuần này", "#")),
            TaskGroup("Sau tuần này", 9, [], Link("Mở ra", "#")),
        ],
        "total": 31,
        "bulk": [
            Act("Nhận việc đã chọn", "/claim", "claim", "main"),
            Act("Chuyển xử lý", "/move", "reassign"),
        ],
        "follow_url": "/follow",
        "kept": [
            KeptFilter(Link("Đột xuất", "#", count=2, current=True), drop_url="/drop"),
            KeptFilter(Link("Quá hạn của phòng", "#", count=3), "Hồ Trường Sơn chia sẻ"),
        ],
        "keep_form": KeepFilter("/keep", {"priority": "high"}, [("vhxh", "Phòng Văn hóa - Xã hội")]),
        "pager": None,
        "empty": None,
        "elsewhere": None,
        "chips": [Link("Tất cả", "#", count=31, current=True), Link("Quá hạn", "#", count=3)],
    }


def inbox_empty() -> dict[str, Any]:
    """An inbox without a task, and a search that found something elsewhere."""
    return inbox() | {
        "groups": [],
        "total": 0,
        "q": "hoang binh",
        "bulk": [],
        "empty": Empty("Không có việc nào", "Việc mới hiện ở đây khi một đơn vị nộp hồ sơ."),
        "elsewhere": Check(
            'Không tìm thấy "hoang binh" trong đợt này.', "info", Link("Có 2 kết quả ở đợt 2025.", "#")
        ),
    }


CRITERIA = [
    ("A1", "Hoàn thành nhiệm vụ đột phá theo Nghị quyết 57-NQ/TW, 03/NQ-CP, 71/NQ-CP", 9.5, 9.0, 9.0, 3),
    ("A2", "Ban hành, tham mưu quy định tháo gỡ điểm nghẽn", 8.0, 8.0, 7.5, 2),
    ("A3", "Chuyển đổi số trong hoạt động của đơn vị", 9.5, 9.5, 9.5, 4),
    ("A4", "Dữ liệu của xã liên thông, chia sẻ; ứng dụng trí tuệ nhân tạo", 9.0, 8.5, 6.0, 1),
    ("A5", "Cơ chế, chính sách hỗ trợ doanh nghiệp", 7.0, 7.0, 7.0, 2),
    ("A6", "Bộ máy tinh gọn, một cửa, dịch vụ công trực tuyến", 10.0, 9.5, 9.5, 5),
]

CHECK_FORM = {
    "type": "default",
    "id": "check",
    "components": [
        {
            "type": "radio",
            "id": "d",
            "key": "decision",
            "label": "Kết quả thẩm định",
            "validate": {"required": True},
            "values": [
                {"value": "accept", "label": "Đủ điều kiện"},
                {"value": "lower", "label": "Đề nghị hình thức thấp hơn"},
                {"value": "supplement", "label": "Yêu cầu bổ sung, hoàn thiện"},
                {"value": "not_eligible", "label": "Không đủ điều kiện"},
            ],
            "properties": {
                "follows.accept": "Chuyển lấy ý kiến cơ quan liên quan",
                "follows.lower": "Cần chọn hình thức và lý do",
                "follows.supplement": "Gộp vào một thông báo của đơn vị",
                "follows.not_eligible": "Cần lý do và căn cứ, đơn vị được biết",
            },
        },
        {
            "type": "textarea",
            "id": "w",
            "key": "why",
            "label": "Lý do chấm A4 thấp hơn",
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "id": "r",
            "key": "remarks",
            "label": "Nhận xét",
            "properties": {"hint": "Hội đồng và đơn vị đọc được"},
        },
        *(
            {"type": "number", "id": f"s{code}", "key": f"score.{code}", "label": f"Thẩm định {code}"}
            for code, *_ in CRITERIA
        ),
    ],
}


def scores(typed: bool) -> list[Score]:
    """Scores of the six criteria, to be typed or only to be read."""
    answers = {"score": {code: office for code, _, _, _, office, _ in CRITERIA}}
    fields = {
        part.field.key.removeprefix("score."): part
        for part in lay_out(compile_form(CHECK_FORM), answers, today=date(2026, 11, 23))
    }
    return [
        Score(
            code,
            words,
            own,
            meeting,
            office,
            evidence=Link(str(evidence), "#dossier-files"),
            wrong="Chênh từ 2 điểm trở lên: cần ghi lý do" if office - own <= -2 else "",
            part=fields[code] if typed else None,
            weight=2 if code == "A1" else 1,
        )
        for code, words, own, meeting, office, evidence in CRITERIA
    ]


def talk() -> Talk:
    """What colleagues wrote to one another."""
    return Talk(
        [
            Remark("1", "Lê Ban Mai", NOON, "@Hồ Thu Nắng bản chụp trang 2 mờ.\nGửi lại giúp.", note="Đã báo: Hồ Thu Nắng."),
            Remark("2", "Hồ Thu Nắng", NOON, gone="Đã rút lại lúc 16:02 ngày 23/11/2026."),
            Remark("3", "Lê Ban Mai", NOON, "Chờ thanh tra.", tags=[Tag("hold", "Nội bộ")], link=Link("Rút lại", "#")),
        ],
        "/comments", "/names", Link("Ai nhắc được", "#names"), may_inside=True, more=Link("Xem tất cả ý kiến", "#", count=9),
    )


def task() -> dict[str, Any]:
    """A dossier that is being checked, with one fault."""
    answers = {"decision": "accept", "why": "", "remarks": "Một cửa giải quyết đúng hạn 99,2 %."}
    return {
        "frame": frame(),
        "crumbs": [Link("Việc cần xử lý", "/inbox"), Link("Thẩm định, việc 8 trong 31", "")],
        "sentence": "Thẩm định: Trung tâm Phục vụ hành chính công xã",
        "status": "Đang chờ *phòng Văn hóa - Xã hội*, từ 19/11, hạn *25/11* (còn 1 ngày làm việc, 24/11 nghỉ lễ). "
        "Bạn đang giữ việc này.",
        "neighbours": [Link("Việc trước", "#"), Link("Việc sau", "#")],
        "dossier": "Tập thể được đề nghị",
        "dossier_links": [
            Link("Điểm", "#dossier-scores"),
            Link("Minh chứng", "#dossier-files", count=17),
            Link("Lịch sử", "#dossier-history"),
        ],
        "facts": FACTS,
        "faults": [],
        "scores": scores(typed=True),
        "aside": [],
        "scores_note": "",
        "files": FILES,
        "files_link": Link("Xem cả 17", "#"),
        "lists": [],
        "evidence": None,
        "summary": "",
        "checks": kit().checks,
        "history": HISTORY,
        "history_link": Link("Cả 11 bước", "#"),
        "diagram": diagram(),
        "bases": BASES[:1],
        "step_help": "Xem đủ giấy tờ chưa, có đạt điều kiện, tiêu chuẩn không.", "guide_url": "/help",
        "panel_title": "Nhận việc để xử lý",
        "filled_title": "Nội dung đã ghi",
        "may_act": True,
        "why_not": "",
        "wide": False,
        "act_url": "/task",
        "draft_url": "/draft", "draft_seen": "", "draft_page": "", "worker_url": "/kept-pages.js", "kept_url": "/kept-pages",
        "version": 3,
        "parts": parts(CHECK_FORM, answers)[:3],
        "kept_files": {},
        "shut": {},
        "other_faults": [],
        "act_words": "Ghi kết quả thẩm định",
        "draft_line": "Đã lưu nháp lúc 09:42. Rời trang không mất gì.",
        "earlier": "",
        "claim": None,
        "tags": [Tag("urgent", "Khẩn")],
        "follow": FollowUp("/follow-up", "27/11/2026"),
        "asked": [replace(talk().remarks[0], key="q1")],
        "papers": PaperBlock(PAPERS[:1], "Soạn từ dữ liệu chỉ lấy điều đã gửi.", words=PAPER_WORDS, words_note="Bản đang dùng là bản sửa."),
        "reads_first": False,
        "talk": talk(),
        "acts": [
            Act("Trả việc", "/release", "release", "text"),
            Act("Chuyển xử lý", "/move", "reassign", "text", asks="Lý do chuyển"),
        ],
    }


def task_wide() -> dict[str, Any]:
    """A long form of a unit, after a return with faults."""
    return task() | {
        "sentence": "Bổ sung hồ sơ: Trung tâm Phục vụ hành chính công xã",
        "wide": True,
        "act_url": "/task-wide",
        "scores": [],
        "faults": [
            Check("A4: minh chứng không mở được. Nộp lại tệp PDF.", "bad"),
            Check("Thiếu biên bản họp bình xét.", "bad"),
        ],
        "parts": parts(),
        "kept_files": {"proof": FILES[:1]},
        "act_words": "Nộp phiếu tự đánh giá",
    }


def task_taken() -> dict[str, Any]:
    """A task that somebody else has just taken."""
    return task() | {
        "panel_title": "Chưa xử lý được",
        "may_act": False,
        "why_not": "*Lê Ban Mai* vừa nhận việc này lúc 09:12. Bạn xem được, chưa xử lý được.",
        "scores": scores(typed=False),
        "acts": [],
    }


PAPER_WORDS: dict[str, Any] = {
    "issuer": {"above": [], "body": ["HỘI ĐỒNG", "THI ĐUA - KHEN THƯỞNG"]}, "number": "/KH-HĐTĐKT", "title": "KẾ HOẠCH",
    "abstract": "Kiểm tra năm 2026", "authority": "", "to": ["Ủy ban nhân dân tỉnh"], "copies": ["Lưu: VT, VHXH"],
    "signers": [{"lines": ["TM. HỘI ĐỒNG", "CHỦ TỊCH"], "note": "", "name": "Hồ Đại Ngàn"}],
    "blocks": [
        {"kind": "p", "runs": [("I. Mục đích. ", True), ("Chấn chỉnh thiếu sót.", False)]},
        {"kind": "table", "columns": [{"head": "STT", "align": "centre"}, {"head": "Đơn vị", "align": "left"}],
         "rows": [{"group": "Quý IV"}, {"row": {"no": "1"}, "cells": ["1", "Trường TH&THCS Đồng Mây"]}], "total": []},
        {"kind": "chart", "head": "Biểu đồ 1", "bars": [{"label": "Nhóm A", "figure": "12", "part": 1.0}], "more": ""},
        {"kind": "signature"},
    ],
    "annexes": [{"kind": "annex", "runs": [("Phụ lục I", False)]}],
}
PAPERS = [
    PaperRow(
        "decision", "Quyết định tặng Giấy khen", "Bản 2, bản sửa, 18/12/2026, 09:42, Lê Ban Mai", [Link("DOCX", "#")],
        Act("Soạn lại từ dữ liệu", "/draw", "draw-decision"), "/edited", signed_url="/signed",
        checks=[Check("Hoàng Bình Minh, tiền thưởng (đồng): văn bản ghi “795.000”, danh sách ghi “759.000”.", "bad")],
        earlier=[Link("Bản 1, soạn từ dữ liệu, 18/12/2026, 08:10 · PDF", "#")],
    ),
    PaperRow(
        "office_submission", "Tờ trình của phòng trình Chủ tịch UBND xã", "Chưa soạn", [Link("Xem trước", "#")],
        Act("Soạn từ dữ liệu", "/draw", "draw-office_submission"), sign=Act("Ký số", "/sign", "sign-paper", hidden={"as": "person"}),
    ),
]


def chair_sign() -> dict[str, Any]:
    """The chair's list: seventy names to sign."""
    strike = Act(
        "Gạch tên",
        "/strike",
        "strike",
        "takes",
        page_url="/confirm",
        asks="Lý do gạch tên",
        effect="Gạch tên *Đinh Văn Suối*? Còn ký 69 tên, bớt 759.000 đồng. Lý do sẽ ghi vào nhật ký.",
        hidden={"line": "11"},
    )

    def line(
        number: str, who: str, second: str, votes: str, sum_: str, *notes: Check, state: str = ""
    ) -> ListLine:
        acts = [Act("Đặt lại", "/put-back", "put_back")] if state == "struck" else [strike]
        return ListLine(number or "x", number or "–", who, second, [votes, sum_], notes, state, acts)

    return {
        "frame": frame("Văn bản"),
        "crumbs": [
            Link("Cần ký", "#"),
            Link(
                "Dự thảo Quyết định tặng Giấy khen, đợt hằng năm 2026 · phòng Văn hóa - Xã hội trình 18/12/2026",
                "",
            ),
        ],
        "sentence": "Quyết định tặng Giấy khen, Đợt hằng năm 2026",
        "sums": [Sum("70", "tên"), Sum("60.720.000", "đồng"), Sum("3", "lưu ý", "warn")],
        "status": "Hội đồng thông qua 71 tên ngày 15/12. Đã gạch *1 tên*, còn *10 tập thể, 60 cá nhân*. "
        "Gạch một tên không làm chậm các tên khác.",
        "title": "Danh sách tặng Giấy khen",
        "chips": [
            Link("Tất cả", "#", count=70, current=True),
            Link("Lưu ý", "#", count=3),
            Link("Đã gạch", "#", count=1),
        ],
        "columns": [Column("Phiếu đồng ý", figures=True), Column("Tiền thưởng (đồng)", figures=True)],
        "lines": [
            line(
                "1",
                "Trung tâm Phục vụ hành chính công xã",
                "Tập thể · Văn phòng HĐND và UBND",
                "9/9",
                "1.518.000",
            ),
            line("2", "Trường Mầm non Ban Mai", "Tập thể", "9/9", "1.518.000"),
            line(
                "3",
                "Hợp tác xã Nông nghiệp Mây Ngàn",
                "Tập thể",
                "7/9",
                "1.518.000",
                Check(
                    "Thuế trả lời muộn, ngày 16/12: không có ý kiến khác.", "warn", Link("Xem công văn", "#")
                ),
                state="needs_look",
            ),
            line(
                "",
                "Đỗ Hừng Đông",
                "Công chức, phòng Kinh tế",
                "6/9",
                "759.000",
                Check("Đã gạch lúc 09:12: đơn thư nhận ngày 17/12, chờ xác minh.", "bad"),
                state="struck",
            ),
            line("13", "Hoàng Bình Minh", "Cán bộ Trạm Y tế Suối Trong", "9/9", "759.000"),
        ],
        "picks": False,
        "pager": Pager(1, 50, 71, [Link("1", "#", current=True), Link("2", "#")], after="#"),
        "empty": None,
        "facts": [],
        "said": {},
        "draft_url": "",
        "draft_line": "",
        "skip_words": "",
        "others": [],
        "may_act": True,
        "why_not": "",
        "act_title": "Ký 70 tên",
        "totals": [
            ("Cá nhân, 60 × 759.000", "45.540.000"),
            ("Tập thể, 10 × 1.518.000", "15.180.000"),
            ("Tổng tiền thưởng", "60.720.000"),
        ],
        "checks": [
            Check("Tên, số phiếu khớp biên bản số 03, trừ 1 tên đã gạch"),
            Check("28/28 đơn vị đã rà họ tên, chức danh"),
            Check("3 lưu ý, không lưu ý nào chặn việc ký", "warn"),
        ],
        "checks_title": "Máy đã đối chiếu",
        "bases": BASES[:1],
        "act_url": "/sign",
        "version": 4,
        "parts": (),
        "kept_files": {},
        "other_faults": [],
        "before_act": "Khi ký: văn thư nhận việc cho số, 28 đơn vị nhận một thư kết quả sau khi có số.",
        "act_words": "Ký quyết định, 70 tên",
        "act_icon": "sign",
        "acts": [
            Act("Đọc dự thảo", "#", "read", method="get"),
            Act("Trả lại phòng", "/back", "send_back", asks="Lý do trả lại"),
        ],
        "progress": None,
        "history": HISTORY,
        "files": FILES[:1],
        "fairness": Fairness(
            [Check("Lãnh đạo, quản lý: 26 trong 60 cá nhân (43,3 %); trực tiếp lao động: 30. Cao hơn mức 40 % (Quy chế của tỉnh, "
                   "chưa có, chưa xác nhận).", "warn"),
             Check("2 trong 41 đơn vị tham gia phong trào chưa từng được khen thưởng, theo sổ của phần mềm.", "info"),
             Check("Đỗ Hừng Đông (Hội đồng) chấm thấp hơn bình quân các thành viên khác ở cùng tiêu chí 1,33 điểm, qua 36 điểm đã "
                   "chấm.", "info")],
            ["Thôn Bản Cả", "Trạm Y tế, có tên trong danh sách này"],
        ),
        "papers": PaperBlock(
            PAPERS, certificates=Link("Giấy khen: xem trước, in, ký số hàng loạt", "#"), bundle=Link("Tải cả bộ hồ sơ trình (ZIP)", "#"),
        ),
    }


def council_sheet() -> dict[str, Any]:
    """A result for each line, one of them refused; letters are still going out."""
    choices = [("passed", "Thông qua"), ("lower_form", "Hình thức thấp hơn"), ("failed", "Không thông qua")]
    return chair_sign() | {
        "sums": [],
        "sentence": "Nhập kết quả phiên họp 15/12, 71 tên",
        "picks": True,
        "lines": [
            ListLine(
                "1",
                "1",
                "Trường Mầm non Ban Mai",
                "Tập thể",
                ["9/9", "–"],
                picks=True,
                choices=choices,
                choice="passed",
                asks_reason=True,
            ),
            ListLine(
                "2",
                "2",
                "Hoàng Bình Minh",
                "Cán bộ",
                ["4/9", "–"],
                picks=True,
                choices=choices,
                asks_reason=True,
                wrong="Chưa chọn kết quả. Chọn một kết quả cho dòng này.",
            ),
        ],
        "papers": None,
        "fairness": None,
        "progress": Progress("Đang chuyển kết quả tới từng hồ sơ", 42, 70, "Rời trang được.", "/progress"),
        "other_faults": [("result-2", "Dòng 2, Hoàng Bình Minh: chưa chọn kết quả")],
        "draft_url": "/draft",
        "draft_line": "Đã lưu nháp lúc 09:42. Rời trang không mất gì.",
        "skip_words": "Ghi các dòng còn lại, 70 tên",
        "others": [Link("In phiếu kiểm", "#")],
        "act_words": "Ghi kết quả 71 tên",
    }


def start() -> dict[str, Any]:
    """The form that a petition is begun with, sent once and refused, and around it the names that it could be about."""
    around = compile_form({
        "schemaVersion": 19, "type": "default", "id": "around", "components": [
            {"type": "select", "key": "matter_unit", "id": "matter_unit", "label": "Đơn vị", "validate": {"required": True},
             "values": [{"value": "1", "label": "Thôn Bằng Lăng"}, {"value": "2", "label": "Hội Nông dân xã"}]},
            {"type": "textfield", "key": "matter_find", "id": "matter_find", "label": "Về hồ sơ nào", "description": "Gõ rồi tìm"},
            {"type": "checklist", "key": "matter_about", "id": "matter_about", "label": "Chọn hồ sơ liên quan",
             "values": [{"value": "7", "label": "Hoàng Bình Minh, Trường TH&THCS Đồng Mây"}]},
        ],
    })
    return {
        "frame": frame("Phong trào"),
        "crumbs": [Link("Phong trào", "#"), Link("Sổ đơn, kiến nghị", "#"), Link("Gửi đơn, kiến nghị", "")],
        "sentence": "Gửi đơn, kiến nghị",
        "status": "Người gửi chỉ người giải quyết thấy.",
        "checks": kit().checks, "checks_title": "Xem trước khi gửi", "said": {"seen": "1"},
        "bases": BASES,
        "around": lay_out(around, {"matter_find": "binh minh", "matter_about": ["7"]}, today=date(2026, 11, 23)), "finds": "Tìm hồ sơ",
        "act_url": "/registers/petition/new", "draft_url": "/registers/petition/new/draft",
        "draft_line": "Đã lưu nháp lúc 09:41. Rời trang không mất gì.", "back_url": "#",
        "parts": parts(), "kept_files": {}, "shut": {}, "other_faults": [("", "Có hồ sơ không tìm thấy. Chọn lại.")],
        "act_words": "Gửi đơn, kiến nghị", "takes": False, "before_act": "",
    }
