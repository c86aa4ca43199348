"""The year's reports and next year's plans of some units at different steps, and two exemplars: one published, one just referred.

The report of the school is open and not begun: whoever looks at the demo as `donvi` writes one and has it signed as `thutruong`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from service import movement
from service.demo.office import Office
from service.movement import filings, read_period

_PEOPLE = {
    "DONG-MAY": ("donvi", "thutruong"), "DET-NANG-SOM": ("donvi2", "thutruong2"), "HCC": ("dv05", "tt05"), "CONG-AN": ("dv08", "tt08"),
    "THUE": ("dv09", "tt09"),
}
"""Units that are asked, with who writes and who signs for them. The school's report is left for a newcomer to write."""
_SAID: Mapping[str, dict[str, Any]] = {
    "DET-NANG-SOM": {
        "nd1_text": "Phổ biến Nghị quyết 57-NQ/TW tới toàn thể công nhân.", "nd1_events": 4, "nd1_people": 86, "nd2_money": 320,
        "nd2_points": 2, "nd3_text": "Ký số, lưu trữ chứng từ trên nền tảng chung.", "nd3_online": 64, "nd3_total": 70,
        "nd4_text": "Bán hàng trên hai sàn thương mại điện tử.", "nd4_shops": 2, "nd5_text": "Lớp kỹ năng số theo ca cho công nhân.",
        "nd5_classes": 6, "nd5_learners": 72, "nd6_trained": 40, "nd7_works": 1, "initiatives": 5,
        "difficulties": "Thiếu người phụ trách an toàn thông tin.", "proposals": "Xã mở lớp an toàn thông tin cho doanh nghiệp nhỏ.",
    },
    "HCC": {
        "nd1_text": "Họp chuyên đề chuyển đổi số hằng quý.", "nd1_events": 4, "nd1_people": 18, "nd2_money": 45, "nd2_points": 3,
        "nd3_text": "Tiếp nhận hồ sơ trực tuyến toàn trình, hướng dẫn tại chỗ.", "nd3_online": 1840, "nd3_total": 2015, "nd4_shops": 0,
        "nd5_text": "Tổ hướng dẫn người dân nộp hồ sơ, mỗi sáng thứ bảy.", "nd5_classes": 12, "nd5_learners": 260, "nd6_trained": 18,
        "nd7_works": 2, "initiatives": 3, "difficulties": "Đường truyền chậm giờ cao điểm.",
    },
    "CONG-AN": {
        "nd1_text": "Quán triệt tới cán bộ, chiến sĩ; tuyên truyền phòng chống lừa đảo trên mạng tại các thôn.", "nd1_events": 9,
        "nd1_people": 410, "nd2_money": 25, "nd2_points": 1, "nd3_text": "Tiếp nhận hồ sơ cư trú, căn cước trực tuyến.", "nd3_online": 385,
        "nd3_total": 412, "nd4_shops": 0, "nd5_text": "Hướng dẫn người dân dùng VNeID mức độ 2.", "nd5_classes": 3, "nd5_learners": 95,
        "nd6_trained": 32, "nd7_works": 1, "initiatives": 4, "difficulties": "Máy thu nhận hồ sơ hay hỏng.",
    },
}
_TARGETS = [
    {"content": "ND3", "criterion": "Chứng từ ký số", "target": "100%", "by_when": "tháng 6"},
    {"content": "ND5", "criterion": "Công nhân học kỹ năng số", "target": "90 người", "by_when": "tháng 11"},
]
_STORY = ("Mỗi tối thứ năm, bà con đến nhà văn hóa thôn học gọi video, nộp hồ sơ, tra cứu thời tiết mùa vụ.\n"
          "Sau ba tháng, hai mươi người cao tuổi tự nộp được hồ sơ trực tuyến.")


def days(office: Office) -> dict[int, Callable[[date], None]]:
    """Working day (0 = fifteen before today) → what happens with reports, plans and exemplars on that day."""
    reports: dict[str, int] = {}
    plans: dict[str, int] = {}
    told: dict[str, int] = {}

    def open_reports(day: date) -> None:
        due = {"filing": office.working(day, 18), "province_intake": office.working(day, 25)}
        reports.update(_opened(office, "unit_report", day.year, due))

    def open_plans(day: date) -> None:
        plans.update(_opened(office, "unit_plan", day.year + 1, {"filing": office.working(day, 40)}))

    def first_filed(_day: date) -> None:
        for unit in ("DET-NANG-SOM", "HCC"):
            _file(office, reports[unit], unit)

    def first_taken(_day: date) -> None:
        office.step(reports["DET-NANG-SOM"], "check_unit_report", by="vhxh", decision="take")

    def second_filed(_day: date) -> None:
        _file(office, reports["CONG-AN"], "CONG-AN")

    def planned(_day: date) -> None:
        writes, signs = _PEOPLE["DET-NANG-SOM"]
        office.step(plans["DET-NANG-SOM"], "write_plan", by=writes, goals="Mọi chứng từ ký số; công nhân dùng thành thạo dịch vụ số.",
                    targets=_TARGETS, titles=["GK_XA"])
        office.step(plans["DET-NANG-SOM"], "sign_plan", by=signs, decision="sign")

    def referred(_day: date) -> None:
        told["first"] = _refer(office, "Lò Suối Ngàn", "Thôn Đồi Sim", "Dạy người cao tuổi dùng điện thoại", _STORY)

    def published(_day: date) -> None:
        office.step(told["first"], "check_exemplar", by="vhxh", decision="publish", consent=True)
        office.step(told["first"], "write_exemplar", by="ttcudv", title="Lớp học số bên bếp lửa", text=_STORY)

    def referred_again(_day: date) -> None:
        _refer(office, "Vàng Mây Trắng", "Thôn Dốc Mây", "Lập nhóm bán nông sản trên mạng", "Mười hộ cùng bán, có mã truy xuất.")

    return {1: referred, 2: open_reports, 3: published, 4: open_plans, 7: first_filed, 9: first_taken, 11: second_filed, 12: planned,
            13: referred_again}


def _opened(office: Office, process: str, year: int, due: Mapping[str, date]) -> dict[str, int]:
    """Open a period for these units; the matter of each."""
    by = office.who("vhxh")
    units = {office.units[code]: code for code in _PEOPLE}
    period = movement.open_period(process, year, by=by, days=due, units=list(units))
    office.work()
    return {units[one.unit]: one.matter for one in filings(read_period(period, by=by)[1])}


def _file(office: Office, report: int, unit: str) -> None:
    """The unit writes its report and its head signs; the office has not looked yet."""
    writes, signs = _PEOPLE[unit]
    office.step(report, "write_report", by=writes, **_SAID[unit])
    office.step(report, "sign_report", by=signs, decision="sign")


def _refer(office: Office, name: str, place: str, deed: str, story: str) -> int:
    return office.begin("exemplar", by="mttq", kind="INDIVIDUAL", name=name, place=place, deed=deed, story=story, agreed="yes",
                        referrer="Ủy ban MTTQ Việt Nam xã", contact="qua Ủy ban MTTQ Việt Nam xã")
