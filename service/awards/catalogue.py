"""Words and codes of the domain as data: forms of award, stages, kinds, phases, outcomes, reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class AwardForm:
    """A form of award: its name, its level, who decides, in which rounds and for whom it may be asked (plan III.2)."""

    code: str
    name: str
    name_en: str
    short: str
    level: str
    """commune, province, national."""
    legal_kind: str
    decides: str
    decides_en: str
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    rank: int


@cache
def award_forms() -> Mapping[str, AwardForm]:
    """All forms of award by code, lowest first."""
    content = tomllib.loads((DATA / "award_forms.toml").read_text(encoding="utf-8"))
    return {
        f["code"]: AwardForm(**{**f, "stages": tuple(f["stages"]), "kinds": tuple(f["kinds"])})
        for f in content["form"]
    }


STAGES = {
    "HANG_NAM": ("Hằng năm", "Annual"),
    "SO_KET": ("Sơ kết", "Interim"),
    "TONG_KET": ("Tổng kết", "Final"),
    "DOT_XUAT": ("Đột xuất", "Ad hoc"),
}
AD_HOC = "DOT_XUAT"
"""The stage of rounds that reward a feat when it happens."""
KINDS = {
    "INDIVIDUAL": ("Cá nhân", "Individual"),
    "COLLECTIVE": ("Tập thể", "Collective"),
    "HOUSEHOLD": ("Hộ gia đình", "Household"),
}
AS_LISTED = ("COLLECTIVE", "INDIVIDUAL", "HOUSEHOLD")
"""Kinds of recipient in the order in which papers list them."""
API_KINDS = {"individual": "INDIVIDUAL", "collective": "COLLECTIVE", "household": "HOUSEHOLD"}
GROUPS = {
    "A": ("Cơ quan, đơn vị", "Agencies and units"),
    "B": ("Mặt trận Tổ quốc, tổ chức chính trị - xã hội", "Fatherland Front and socio-political organisations"),
    "C": ("Doanh nghiệp", "Enterprises"),
    "D": ("Cá nhân, hộ gia đình", "Persons and households"),
}
_KINDS_OF_GROUP = {"D": ("INDIVIDUAL", "HOUSEHOLD")}
"""Group → whom its criteria are for (plan III.1); the others are for collectives."""


def groups_for(kind: str) -> tuple[str, ...]:
    """Subject groups whose criteria are for a kind of nominee."""
    return tuple(group for group in GROUPS if kind in _KINDS_OF_GROUP.get(group, ("COLLECTIVE",)))


ONE_CRITERION = frozenset({"D"})
"""Groups of which each name is scored on one criterion alone: its sheet asks which (`person_type`)."""
PHASES = {
    "drafting": ("Đang tự đánh giá", "Self-assessment"),
    "signing_by_head": ("Chờ thủ trưởng đơn vị ký", "Waiting for the head of the unit"),
    "checking": ("Đang kiểm tra, thẩm định", "Being checked and appraised"),
    "returning": ("Chờ gửi yêu cầu bổ sung", "Return for supplement being sent"),
    "supplementing": ("Đang bổ sung, hoàn thiện hồ sơ", "Being supplemented"),
    "consulting": ("Đang lấy ý kiến cơ quan liên quan", "Agencies being asked"),
    "weighing": ("Đang xem xét ý kiến không thống nhất", "Objection being weighed"),
    "posting": ("Chờ hoặc đang niêm yết", "Waiting for or in public posting"),
    "council": ("Chờ Hội đồng xét", "Waiting for the council"),
    "deciding": ("Chờ Chủ tịch UBND xã quyết định", "Waiting for the chair's decision"),
    "issuing": ("Chờ lấy số, đóng dấu", "Waiting for number and seal"),
    "handing_over": ("Chờ trao tặng, chi tiền thưởng", "Waiting for handing over and payment"),
    "packing": ("Chờ trình UBND tỉnh", "Waiting to be sent to the province"),
    "at_province": ("Chờ UBND tỉnh trả lời", "Waiting for the province"),
    "at_centre": ("Chờ Trung ương trả lời", "Waiting for the centre"),
    "package_supplementing": ("Đang bổ sung theo yêu cầu cấp trên", "Supplement asked by the level above"),
    "filing": ("Đang lưu hồ sơ", "Being filed"),
    "refused_open": ("Không được xét, còn hạn đề nghị xem xét lại", "Refused, review may still be asked for"),
    "reviewing": ("Đang xem xét lại", "Under review"),
    "ended": ("Đã kết thúc", "Ended"),
}
OUTCOMES = {
    "certificate": ("Được tặng Giấy khen", "Certificate"),
    "provincial_merit": ("Được khen thưởng cấp tỉnh", "Provincial merit"),
    "national_nomination": ("Được khen thưởng cấp Nhà nước", "National award"),
    "refused": ("Không được khen thưởng", "Refused"),
    "withdrawn": ("Đã rút", "Withdrawn"),
}
REVOKED = ("Đã hủy bỏ khen thưởng", "Award revoked")


def standing(phase: str, outcome: str | None, *, revoked: bool = False) -> tuple[str, str]:
    """How a nomination stands: its phase, once it has ended its outcome, or that its award was revoked."""
    if revoked:
        return REVOKED
    return OUTCOMES.get(outcome or "") or PHASES.get(phase, (phase, phase))


REASONS = {
    "NOT_NOMINATED": ("Đơn vị không đề nghị nữa", "Not nominated by the unit after all"),
    "NOT_FILED": ("Không nộp trong hạn", "Not filed in time"),
    "STANDARD": ("Không đủ điều kiện, tiêu chuẩn", "Standards not met"),
    "FORM_NOT_ALLOWED": ("Hình thức không được đề nghị trong đợt này", "Form not allowed in this round"),
    "SAME_ACHIEVEMENT": ("Thành tích đã được khen thưởng", "Achievement awarded already"),
    "THEME_AWARD": ("Lấy khen thưởng chuyên đề, đột xuất làm căn cứ", "Theme award used as a basis"),
    "PENDING_CASE": ("Đang bị xem xét kỷ luật, thanh tra, xác minh", "Pending case"),
    "DISCIPLINE": ("Thành tích trước ngày hết kỷ luật", "Achievement before discipline ended"),
    "NOT_IN_MOVEMENT": ("Không thuộc phong trào, thời gian xét", "Outside the movement or its window"),
    "NOT_SUPPLEMENTED": ("Không bổ sung trong hạn", "Not supplemented in time"),
    "NOT_ELIGIBLE": ("Không đủ điều kiện, tiêu chuẩn", "Not eligible"),
    "OBJECTION": ("Cơ quan liên quan không thống nhất", "Objection of an agency"),
    "NOT_PASSED": ("Hội đồng không thông qua", "Not passed by the council"),
    "STRUCK": ("Chủ tịch UBND xã gạch tên", "Struck by the chair"),
    "NOT_SENT": ("Không trình lên tỉnh", "Not sent to the province"),
    "REFUSED_ABOVE": ("Cấp trên không khen thưởng", "Refused by the level above"),
    "GIVEN_UP": ("Đơn vị không bổ sung theo yêu cầu cấp trên", "Supplement given up"),
    "UNIT_LETTER": ("Đơn vị có văn bản rút", "Withdrawn by the unit's letter"),
    "CANCELLED": ("Phòng hủy trường hợp đề nghị", "Cancelled by the office"),
    "DUPLICATE": ("Gộp vào đề nghị khác của cùng đối tượng", "Joined with another nomination of the same recipient"),
    "DIED": ("Người được đề nghị đã mất", "The nominee died"),
    "VIOLATION": ("Có kết luận vi phạm", "Violation concluded"),
    "DISSOLVED": ("Tập thể đã giải thể", "The collective was dissolved"),
    "REVOKED": ("Quyết định bị hủy bỏ", "Decision revoked"),
    "SUCCESSOR_DECLINED": ("Đơn vị kế thừa không xác nhận", "Declined by the successor unit"),
}


def form_name(code: str | None, locale: str = "vi") -> str:
    """Name of a form of award, or nothing for none."""
    if not code:
        return ""
    form = award_forms()[code]
    return form.name_en if locale == "en" else form.name


def level_of(code: str) -> str:
    """Level that decides on a form: commune, province, national."""
    return award_forms()[code].level
