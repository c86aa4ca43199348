"""Values for the page templates, taken from the design's pictures: every name and number is made up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from forms import Part, Rejected, check, compile_form, lay_out
from service import words
from service.trail import Change
from service.web.frame import Frame, Link, Me, Said
from service.web.parts import (
    Act,
    Basis,
    Cell,
    Chapter,
    Check,
    Column,
    Diagram,
    Empty,
    Entry,
    Fact,
    File,
    Filter,
    FilterGroup,
    Pager,
    Progress,
    Stage,
    Step,
    Table,
    Tag,
)
from service.web.ruler import Flag, Ruler, Stretch
from service.web.ruler import lay_out as lay_out_ruler
from workflows.calendar import vietnam

NOW = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
CALENDAR = vietnam(range(2026, 2028))


def due(day: date | datetime) -> words.Due:
    """A deadline seen from the day of the pictures."""
    said = words.due(day, NOW, CALENDAR)
    assert said
    return said


def frame(current: str = "Việc cần xử lý", **changes: Any) -> Frame:
    """The bar of an officer."""
    names = ("Trang đầu", "Việc cần xử lý", "Đợt xét", "Hồ sơ", "Phiên họp", "Văn bản", "Sổ, báo cáo")
    nav = tuple(
        Link(name, "#", count=31 if "Việc" in name else None, current=name == current) for name in names
    )
    values: dict[str, Any] = {
        "home_url": "/",
        "display_url": "/display",
        "nav": nav,
        "me": Me("Lê Ban Mai", "Chuyên viên VH-XH", 7, "/sign-out", (Link("Tài khoản của tôi", "#"),)),
        "bell": Link("Thông báo, hơn 99 tin chưa đọc", "/notices", "bell", 100),
        "search_url": "/search",
        "notice": "Dữ liệu minh họa: đơn vị, người và con số trong trang này đều là hư cấu.",
    }
    return Frame(**(values | changes))


def ruler() -> Ruler:
    """The calendar of the annual round around 23 November 2026."""
    return lay_out_ruler(
        date(2026, 11, 16),
        date(2026, 12, 21),
        CALENDAR,
        [
            Stretch("Đơn vị nộp", date(2026, 11, 16), date(2026, 11, 20), "past"),
            Stretch("Bổ sung hồ sơ", date(2026, 11, 23), date(2026, 11, 27)),
            Stretch("Lấy ý kiến cơ quan liên quan", date(2026, 11, 23), date(2026, 12, 2)),
            Stretch("Niêm yết (dự kiến)", date(2026, 12, 3), date(2026, 12, 10)),
            Stretch("Niêm yết muộn nhất", date(2026, 12, 7), date(2026, 12, 14), "latest"),
            Stretch("Phiên họp Hội đồng", date(2026, 12, 15), date(2026, 12, 15), "fixed"),
            Stretch("Trình ký quyết định", date(2026, 12, 18), date(2026, 12, 18), "fixed"),
        ],
        [
            Flag("Hôm nay 23/11", date(2026, 11, 23)),
            Flag("Ngày an toàn cuối cùng: thứ Hai 07/12", date(2026, 12, 7), "safe"),
        ],
        note="Tính lùi từ phiên họp 15/12: niêm yết 5 ngày làm việc, từ 07/12 đến hết 14/12. Ô xám là ngày nghỉ.",
    )


def diagram() -> Diagram:
    """The steps of one nomination that is being checked."""
    return Diagram(
        title="Xét khen thưởng",
        source_url="/sample.bpmn",
        marks={"flow1": "done", "flow2": "done", "start": "done", "more": "skipped"},
        steps=[
            Step("self_assess", "1", "Đơn vị tự đánh giá.", "done", "xong 10/11"),
            Step("wait_submission", "2", "Thủ trưởng ký hồ sơ.", "done", "xong 12/11", facts=FACTS[:2]),
            Step("check_dossier", "3", "*Phòng Văn hóa - Xã hội* thẩm định", "live", "từ 19/11, hạn 25/11"),
            Step("supplement", "4", "Bổ sung hồ sơ.", "skipped", note="bỏ qua, hồ sơ đã đủ"),
            Step("wait_opinions", "5", "Công an xã, Thuế cơ sở cho ý kiến.", "ahead", "hạn 02/12"),
            Step("wait_posting", "6", "Niêm yết danh sách.", "ahead", "dự kiến 03/12"),
            Step("wait_council", "7", "Hội đồng họp.", "ahead", "15/12"),
            Step(
                "certificate",
                "8",
                "Quyết định tặng Giấy khen, trao tặng.",
                "ahead",
                link=Link("Mở sơ đồ của bước này", "#"),
            ),
        ],
    )


SAID = (Said("Đã ký *70 tên*. Văn thư đã nhận việc cho số."),)

FACTS = [
    Fact("Đơn vị đề nghị", "Văn phòng HĐND và UBND"),
    Fact("Nội dung thi đua", "ND3, ND5"),
    Fact("Hình thức đề nghị", "Giấy khen của Chủ tịch UBND xã"),
    Fact("Họp bình xét", "10/11, đồng ý 13 trong 13"),
    Fact("Loại hình", "Phong trào thi đua"),
    Fact("Đã khen", "Giấy khen năm 2025"),
    Fact("Đối tượng", "Tập thể, 14 người"),
    Fact("Tiếp nhận", "12/11, phiếu số 027"),
]

BASES = [
    Basis(
        "Nghị định 152/2025/NĐ-CP, Điều 54",
        excerpt="Đoạn trích minh họa của điều này.",
        sureness="Đã có nguồn, xác nhận 03/11/2026",
    ),
    Basis("Quy chế Hội đồng, Điều 9", sure=False, confirm_url="#"),
]

HISTORY = [
    Entry(datetime(2026, 11, 19, 1, 15, tzinfo=UTC), "nhận việc thẩm định.", "Lê Ban Mai"),
    Entry(
        datetime(2026, 11, 18, 9, 40, tzinfo=UTC), "kết luận hồ sơ đủ thành phần (9/9 giấy tờ).", "Lê Ban Mai"
    ),
    Entry(
        datetime(2026, 11, 12, 3, 2, tzinfo=UTC),
        ", Chánh Văn phòng, ký hồ sơ của đơn vị, 3 tên.",
        "Trần Bằng Lăng",
    ),
]

FILES = [
    File("Báo cáo kết quả giải quyết hồ sơ trực tuyến 2026.pdf", "#1", 1_200_000, "A3, A6", NOW, key="1", look="#1-look"),
    File("Quyết định 412 về quy chế chia sẻ dữ liệu.pdf", "#2", 640_000, "A2, A4", NOW, key="2"),
    File("Ảnh màn hình kho dữ liệu dùng chung.png", "#3", 380_000, "A4", key="3"),
]


def filters() -> list[FilterGroup]:
    """The filters of the inbox."""
    return [
        FilterGroup(
            "Hạn xử lý",
            [
                Filter("due", "overdue", "Quá hạn", 3),
                Filter("due", "today", "Hôm nay", 4, chosen=True),
                Filter("due", "week", "Tuần này", 15),
                Filter("due", "later", "Sau tuần này", 1200),
            ],
        ),
        FilterGroup(
            "Loại việc",
            [
                Filter("step", "check_dossier", "Kiểm tra thành phần", 16),
                Filter("step", "weigh_objection", "Xem xét ý kiến không thống nhất", 8),
            ],
        ),
    ]


KIT_FORM = {
    "type": "default",
    "id": "kit",
    "components": [
        {
            "type": "radio",
            "id": "c1",
            "key": "decision",
            "label": "Kết quả thẩm định",
            "validate": {"required": True},
            "values": [
                {"value": "accept", "label": "Đủ điều kiện"},
                {"value": "supplement", "label": "Yêu cầu bổ sung, hoàn thiện"},
                {"value": "not_eligible", "label": "Không đủ điều kiện"},
            ],
            "properties": {
                "follows.accept": "Chuyển lấy ý kiến cơ quan liên quan",
                "follows.supplement": "Gộp vào một thông báo của đơn vị",
            },
        },
        {
            "type": "textarea",
            "id": "c2",
            "key": "faults",
            "label": "Các lỗi cần sửa",
            "validate": {"required": True},
            "conditional": {"hide": '=decision != "supplement"'},
        },
        {
            "type": "textfield",
            "id": "c3",
            "key": "number",
            "label": "Số quyết định",
            "validate": {"required": True},
            "properties": {"hint": "Văn thư cho số, ví dụ 1126"},
        },
        {
            "type": "datetime",
            "id": "c4",
            "key": "signed",
            "subtype": "date",
            "dateLabel": "Ngày ký",
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "id": "c5",
            "key": "remarks",
            "label": "Nhận xét",
            "properties": {"hint": "Hội đồng và đơn vị đọc được"},
        },
        {
            "type": "number",
            "id": "c6",
            "key": "sum",
            "label": "Tiền thưởng",
            "appearance": {"suffixAdorner": "đồng"},
            "validate": {"required": True},
        },
        {
            "type": "select",
            "id": "c7",
            "key": "form",
            "label": "Danh hiệu, hình thức đề nghị",
            "values": [
                {"value": "GK_XA", "label": "Giấy khen của Chủ tịch UBND xã"},
                {"value": "BK_TINH", "label": "Bằng khen của Chủ tịch UBND tỉnh"},
            ],
        },
        {
            "type": "checklist",
            "id": "c8",
            "key": "contents",
            "label": "Nội dung thi đua",
            "values": [
                {"value": "ND3", "label": "ND3, Chuyển đổi số"},
                {"value": "ND5", "label": "ND5, Cải cách"},
            ],
        },
        {"type": "checkbox", "id": "c9", "key": "read", "label": "Tôi đã đọc hướng dẫn của đợt"},
        {
            "type": "filepicker",
            "id": "c10",
            "key": "proof",
            "label": "Minh chứng",
            "multiple": True,
            "accept": ".pdf",
        },
        {"type": "text", "id": "c11", "text": "### Lưu ý\n- Mỗi việc một dòng\n- Điểm **từ 0 đến 10**"},
        {
            "type": "dynamiclist",
            "id": "c12",
            "path": "deeds",
            "label": "Thành tích",
            "defaultRepetitions": 1,
            "allowAddRemove": True,
            "components": [
                {
                    "type": "textfield",
                    "id": "c13",
                    "key": "name",
                    "label": "Việc đã làm",
                    "validate": {"required": True},
                    "layout": {"row": "r1", "columns": 11},
                },
                {
                    "type": "number",
                    "id": "c14",
                    "key": "score",
                    "label": "Điểm",
                    "validate": {"required": True},
                    "layout": {"row": "r1", "columns": 5},
                },
            ],
        },
    ],
}

KIT_ANSWERS = {
    "decision": "accept",
    "number": "1126",
    "signed": "32/12/2026",
    "remarks": "Một cửa đúng hạn 99,2 %.",
    "sum": 759000,
    "form": "GK_XA",
    "contents": ["ND3"],
    "read": True,
    "proof": ["1"],
    "deeds": [{"name": "Số hóa hồ sơ", "score": 9.5}, {"name": "Kho dữ liệu dùng chung", "score": 8}],
}


def parts(schema: dict[str, Any] | None = None, answers: dict[str, Any] | None = None) -> tuple[Part, ...]:
    """A form with what was typed into it, and what the check says."""
    form = compile_form(schema or KIT_FORM)
    typed = KIT_ANSWERS if answers is None else answers
    try:
        check(form, typed, today=date(2026, 11, 23))
    except Rejected as rejected:
        errors = rejected.errors
    else:
        errors = ()
    return lay_out(form, typed, today=date(2026, 11, 23), errors=errors)


def kit() -> SimpleNamespace:
    """Everything the kit page shows."""
    return SimpleNamespace(
        crumbs=[Link("Việc cần xử lý", "#"), Link("Thẩm định, việc 8 trong 31", "")],
        links=[Link("Tất cả", "#", count=31, current=True), Link("Quá hạn", "#", count=3)],
        tags=[
            Tag("waiting", "Đang chờ"),
            Tag("mine", "Tôi giữ"),
            Tag("passed", "Đã thông qua"),
            Tag("note", "Lưu ý"),
            Tag("overdue", "Quá hạn"),
            Tag("hold", "Tạm dừng"),
            Tag("return", "Chờ bổ sung"),
        ],
        dues=[due(date(2026, 11, 19)), due(datetime(2026, 11, 23, 10, tzinfo=UTC)), due(date(2026, 11, 25))],
        acts=[
            Act(
                "Gạch tên",
                "#",
                "strike",
                "takes",
                asks="Lý do gạch tên",
                effect="Gạch tên *Đỗ Hừng Đông*? Còn ký 70 tên, bớt 759.000 đồng. Lý do sẽ ghi vào nhật ký.",
            ),
            Act("Đọc dự thảo", "#", "read", method="get"),
        ],
        facts=FACTS,
        bases=BASES,
        history=[*HISTORY, Entry(date(2026, 12, 2), "Công an xã cho ý kiến.", state="ahead")],
        diagram=diagram(),
        progress=Progress(
            "Đang in 70 Giấy khen", 42, 70, "Còn khoảng 20 giây. Rời trang được, in xong có thư báo."
        ),
        empty=Empty(
            "Chưa có đơn vị nào nộp hồ sơ",
            "Đợt mở từ 02/11 đến 20/11. Hồ sơ hiện ở đây ngay khi thủ trưởng đơn vị ký.",
            Link("Gửi hướng dẫn cho 40 đơn vị", "#"),
        ),
        table=Table(
            [Column("Đơn vị"), Column("Người phụ trách"), Column("Số tên năm 2025", figures=True)],
            [
                [
                    Cell("Trường TH&THCS Đồng Mây", url="#"),
                    Cell("Hồ Thu Nắng", "0900 000 114"),
                    Cell("5", figures=True),
                ],
                [
                    Cell("Thôn Đồi Sim", url="#"),
                    Cell("Phạm Hừng Đông", "0900 000 131"),
                    Cell("11", figures=True),
                ],
            ],
            "Đơn vị chưa nộp",
        ),
        pager=Pager(
            1,
            50,
            1240,
            [Link("1", "#", current=True), Link("2", "#"), Link("…", ""), Link("25", "#")],
            after="#",
        ),
        stages=[
            Stage("Đã nộp", 112, "*16* chờ kiểm tra thành phần, *9* chờ bổ sung"),
            Stage("Đủ điều kiện", 70, "*21* chờ ý kiến cơ quan liên quan"),
            Stage("Sẵn sàng niêm yết", 47, now=True, link=Link("Soạn thông báo niêm yết", "#")),
        ],
        files=FILES,
        parts=parts(),
        kept_files={"proof": FILES[:1]},
        checks=[
            Check("6 điều kiện đạt", link=Link("Xem từng điều kiện", "#")),
            Check("Đã nhận Giấy khen năm 2025 cùng phong trào. Chỉ nhắc, không chặn.", "warn"),
        ],
        filters=filters(),
        ruler=ruler(),
        chapters=[
            Chapter(
                "Phòng Văn hóa - Xã hội",
                "16/11 đến 10/12/2026",
                [
                    Entry(
                        NOW,
                        "thẩm định: đủ điều kiện. Tiêu chí D1 sửa",
                        "Lê Ban Mai",
                        before="9,0",
                        after="8,0",
                        basis="Nghị định 152/2025/NĐ-CP, Điều 4",
                        number=18731,
                        verified=True,
                    ),
                    Entry(
                        NOW, "", pieces=[("Lê Ban Mai", "#"), (" sửa lịch đợt xét.", "")],
                        changes=[Change("Hạn nộp hồ sơ", "10/11/2026", "12/11/2026"), Change("Hướng dẫn", "", "Nộp bản mềm")],
                    ),
                ],
            )
        ],
    )
