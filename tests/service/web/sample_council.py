"""What the templates of a council session are given: nine members over four items, one of which cannot pass. All made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from service.awards.ranking import Cut
from service.council.session import (
    Criterion,
    Draw,
    Feedback,
    Item,
    Member,
    Minutes,
    Outlook,
    Recusal,
    Reopened,
    ReviewedFile,
    ReviewedFiles,
    ReviewedItem,
    Reviewer,
    Reviewing,
    ScoreSheet,
    Session,
    Share,
    Sitting,
)
from service.web.council_ranking import Choice
from service.web.council_scores import SheetItem
from service.web.council_written import Line, Paper
from service.web.frame import Link
from service.web.parts import (
    Act,
    Basis,
    Block,
    Cell,
    Check,
    Column,
    Empty,
    Fact,
    ListLine,
    PaperBlock,
    Table,
    Tag,
)
from tests.service.web.sample_ballot import ballot
from tests.service.web.sample_work import PAPERS, scores
from tests.service.web.samples import frame

_NAMES = ("Hồ Đại Ngàn", "Đinh Vũ Phong", "Lê Ban Mai", "Ngô Thu Biếc", "Trần Hạ Vàng", "Võ Sương Sớm", "Bùi Đông Tím",
          "Lý Nắng Mới", "Đỗ Hừng Đông")
_ITEMS = (("Hợp tác xã Chè Sương Sớm", "BK_TINH"), ("Trường Mầm non Ban Mai", "GK_XA"), ("Hoàng Bình Minh", "GK_XA"),
          ("Đinh Vũ Phong", "GK_XA"))
_HELD = datetime(2026, 12, 15, 1, 0, tzinfo=UTC)
_FORMS = {"BK_TINH": "Bằng khen cấp tỉnh", "GK_XA": "Giấy khen"}
_TITLE = "Phiên họp Hội đồng ngày 15/12/2026, Đợt xét khen thưởng hằng năm 2026"
_PARTS = {"chair": "Chủ tịch Hội đồng", "vice": "Phó Chủ tịch Hội đồng", "member": "Ủy viên"}


def session(state: str = "invited") -> Session:
    """A session in one of its states."""
    members = tuple(
        Member(n, n, name, "Ủy viên", "chair" if n == 1 else "vice" if n == 2 else "member", "no" if n == 9 else "yes", n != 9,
               "Đi công tác tỉnh" if n == 9 else "")
        for n, name in enumerate(_NAMES, 1)
    )
    done = state in ("finished", "minuted", "signed")
    sitting = Sitting(1, _HELD, _HELD.replace(hour=3) if done else None, "", _NAMES[0], _NAMES[:8], ((_NAMES[8], "Đi công tác tỉnh"),),
                      ((_NAMES[4], False, _HELD.replace(hour=2), "Có việc gấp"),))
    return Session(
        1, 1, 1, "Đợt xét khen thưởng hằng năm 2026", 1, _TITLE, state, 4, _HELD, "Phòng họp số 1, trụ sở UBND xã", 6,
        "Quy chế hoạt động của Hội đồng", False, members, tuple(_item(n, done) for n in range(1, 5)), 1,
        (sitting,) if state != "invited" else (), "05/BB-HĐTĐKT" if done else "", "Hội đồng thống nhất." if done else "",
        "Ngô Gió Ngàn" if done else "", date(2026, 12, 15) if done else None, "", None, None,
    )


def _item(n: int, done: bool) -> Item:
    name, form = _ITEMS[n - 1]
    key, needed = ("VOTE_PROV", 9) if form == "BK_TINH" else ("VOTE_COMMUNE", 5)
    rule = Share(key, 1, needed, 9, False, "Quy chế hoạt động của Hội đồng", False)
    out = (2,) if n == 4 else ()
    outlook = Outlook(needed, 9, "members", 8 - len(out), 1, out, rule, less=needed)
    sums = {"agree": 7, "disagree": 1, "blank": 0, "recused": len(out), "written_agree": 1, "written_disagree": 0} if done else {}
    return Item(
        n, n, name, "", "Trường Mầm non Ban Mai", "COLLECTIVE", "A", "Xây dựng phòng học STEM dùng chung, 14 chuyên đề được nhân rộng.",
        form, form, None, "", "decided" if done else "discussed" if n == 2 else "waiting", "Hội đồng nhất trí." if done else "",
        ("failed" if n == 1 else "passed") if done else None, "Được 8 phiếu đồng ý, cần 9 trong 9." if done and n == 1 else "",
        "4d8eadede43ef5df" if done else None, needed if done else None, 9 if done else None, sums, 2 if n == 4 else 1,
        _NAMES[1 if n == 4 else 0], tuple(Recusal(no, _NAMES[no - 1], "nominee", "") for no in out), outlook, None,
        "Phiên họp Hội đồng ngày 20/11/2026" if n == 3 else "",
        (Reopened("failed", {"agree": 3, "disagree": 6}, "Có thêm minh chứng", date(2026, 12, 15)),) if done and n == 2 else (),
    )


def _needed(item: Item) -> str:
    return f"{item.outlook.needed} trong 9"


def _recused(item: Item) -> str:
    return "; ".join(f"{r.name} (là người được đề nghị)" for r in item.recusals)


def _before(was: Reopened) -> str:
    return f"Không thông qua ({was.sums['agree']} đồng ý, {was.sums['disagree']} không đồng ý). {was.reason}"


def _tag(item: Item) -> Tag | None:
    if item.result:
        return Tag("passed", "Thông qua") if item.result == "passed" else Tag("refused", "Không thông qua")
    return Tag("note", "Không thể đạt") if item.outlook.hopeless else Tag("done", "Đã thảo luận") if item.state == "discussed" else None


def _form(code: str) -> str:
    return _FORMS[code]


def _part(member: Member) -> str:
    return _PARTS[member.part]


def _url(item: Item) -> str:
    return f"#item-{item.item_no}"


def _crumbs(here: str) -> list[Link]:
    return [Link("Hội đồng", "#"), Link("15/12/2026", "#"), Link(here, "")]


_RISK = Check("Mục 1 không thể đạt: cần 9 phiếu, chỉ còn 8 người biểu quyết. Lấy ý kiến bằng văn bản của 1 người vắng, hoặc chuyển "
              "sang phiên sau.", "bad")


def session_page() -> dict[str, Any]:
    """A session before it is held, as its secretary sees it."""
    one = session()
    rows = [
        [Cell(f"{i.item_no}. {i.name}", f"{_form(i.form)} · {i.unit_name}", "#"), Cell(_needed(i), figures=True),
         Cell(str(i.outlook.voters), figures=True), Cell("vẫn đủ người"), Cell("", _recused(i), tag=_tag(i))]
        for i in one.items
    ]
    columns = [Column("Mục"), Column("Cần", figures=True), Column("Người biểu quyết", figures=True), Column("Nếu vắng thêm một"),
               Column("Tình trạng")]
    off = [[Act("Để phiên khác", "#", f"off-{i.item_no}", "takes", effect="Để mục này sang phiên khác?", asks="Lý do", page_url="#")]
           for i in one.items]
    return {
        "frame": frame("Phiên họp"), "crumbs": [Link("Hội đồng", "#"), Link(_TITLE, "")], "session": one,
        "sentence": "*4 mục* đưa ra Hội đồng, 1 mục không thể đạt", "status": "*08:00 ngày 15/12/2026* tại Phòng họp số 1.",
        "tag": Tag("waiting", "Đã mời họp"), "main_act": Act("Vào màn hình điều hành", "#", "meeting", "main", method="get"),
        "acts": [Act("Hủy phiên họp", "#", "call_off", "takes", effect="Hủy phiên họp?", asks="Lý do")], "risks": [_RISK],
        "main": [Block("Chương trình", table=Table(columns, rows, "Chương trình", row_acts=off), key="agenda")],
        "ranking": [], "side": [Block("Thành viên Hội đồng", lines=[Cell(f"{m.member_no}. {m.name}", _part(m)) for m in one.members])],
        "bases": [Basis("Giấy khen: > 1/2 của tổng số thành viên Hội đồng. Quy chế hoạt động của Hội đồng", sure=False)],
        "may_ask": True, "away": 2, "papers": PaperBlock(PAPERS),
    }


def plan() -> dict[str, Any]:
    """Planning a session, with a day that does not exist."""
    people = [SimpleNamespace(id=n, name=name, title="Ủy viên") for n, name in enumerate(_NAMES, 1)]
    names = [SimpleNamespace(id=n, name=name, unit_name="Trường Mầm non Ban Mai") for n, (name, _) in enumerate(_ITEMS, 1)]
    return {
        "frame": frame("Phiên họp"), "crumbs": [Link("Hội đồng", "#"), Link("Lập phiên họp", "")],
        "round": SimpleNamespace(id=1, name="Đợt xét khen thưởng hằng năm 2026"), "members": people,
        "groups": [("Bằng khen cấp tỉnh", names[:1]), ("Giấy khen", names[1:])],
        "typed": {"held_on": "32/12/2026", "held_time": "08:00", "place": "Phòng họp số 1", "chair": 1, "vice": 2,
                  "members": list(range(1, 10)), "names": [1, 2, 3]},
        "faults": [("held_on", "Ngày họp “32/12/2026” không có thật.")], "wrong": {"held_on": "Ngày họp “32/12/2026” không có thật."},
        "url": "#", "back_url": "#", "whys": {3: "Chờ xác minh thêm"},
        "choice": Choice(
            "2", "first", Cut(first=2), "", frozenset({1, 2}),
            {1: "hạng 1, 58,0 điểm thẩm định", 2: "hạng 2, đồng hạng, 54,0 điểm thẩm định", 3: "hạng 4, 40,0 điểm thẩm định"},
            "Trường Mầm non Ban Mai",
        ),
    }


def draw_up() -> dict[str, Any]:
    """Names for the province chosen by the ranking; one goes against it and has no reason yet."""
    wrong = "Trường Mầm non Ban Mai: ghi lý do vẫn lấy dù dưới mức chọn."
    return {
        "frame": frame("Danh sách"), "crumbs": [Link("Danh sách", "#"), Link("Lập danh sách", "")], "status": "Đợt xét 2026",
        "sentence": "Lập: Tờ trình gửi UBND tỉnh", "wrong": "Chọn khác bảng điểm thì ghi lý do từng tên.",
        "lines": [
            ListLine("1", "1", _ITEMS[0][0], "Trường Mầm non Ban Mai", url="#", picked=True),
            ListLine("2", "2", _ITEMS[1][0], "Trường Mầm non Ban Mai", url="#", picked=True,
                     notes=[Check("Trả lại để bổ sung từ Tờ trình 12: lập hồ sơ bổ sung riêng.", "info")]),
        ],
        "agencies": [], "agency": "", "title_typed": "Tờ trình gửi UBND tỉnh", "kind": "package", "round": 1, "url": "#",
        "back_url": "#", "empty": None, "whys": {}, "faults": {"why-2": wrong},
        "choice": Choice("1", "first", Cut(first=1), "", frozenset({1}),
                         {1: "hạng 1, 9,00 điểm Hội đồng", 2: "hạng 2, 7,00 điểm Hội đồng"}),
    }


def score_sheets() -> dict[str, Any]:
    """Score sheets to print; one member keeps out of an item."""
    one = session()
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Phiếu chấm điểm"), "session": one, "held": "08:00 ngày 15/12/2026",
        "sheets": [(m, _sheet_rows(one, m.member_no)) for m in one.members[:2]], "part": _part, "form": _form,
    }


_CRITERIA = (
    Criterion("A1", "Ban hành kế hoạch, tổ chức phát động phong trào", Decimal(10), Decimal(1)),
    Criterion("A2", "Kết quả chuyển đổi số của đơn vị", Decimal(10), Decimal("1.5")),
)


def _sheet_rows(one: Session, member_no: int) -> list[SheetItem]:
    return [SheetItem(i, _CRITERIA, "là người được đề nghị" if i.item_no == 4 and member_no == 2 else "") for i in one.items]


def score_key() -> dict[str, Any]:
    """Keying a sheet that differs from the other entry, with a figure out of bounds."""
    one = session()
    wrong = "Mục 1: A1 từ 0 đến 10 điểm, nhiều nhất hai chữ số lẻ."
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Nhập phiếu chấm điểm"), "session": one, "member": one.members[1],
        "rows": _sheet_rows(one, 2)[:3], "form": _form, "typed": {"points-1-A1": "11", "points-1-A2": "8,5"},
        "faults": [("points-1-A1", wrong)], "wrong": {"points-1-A1": wrong},
        "differing": ["Mục 2, A1: Ngô Gió Ngàn 7, Lý Trăng Khuya 6,5"], "url": "#", "back_url": "#",
    }


def own_scores() -> dict[str, Any]:
    """A member's own scores, one item done and one figure out of bounds."""
    one = session()
    wrong = "Mục 1: A1 từ 0 đến 10 điểm, nhiều nhất hai chữ số lẻ."
    sheet = ScoreSheet(3, _NAMES[2], (3,), (), {(2, "A1"): Decimal(8), (2, "A2"): Decimal(9)}, {}, True, (1, 2, 3), (2,))
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Chấm điểm"), "session": one, "sheet": sheet, "rows": _sheet_rows(one, 3)[:3],
        "form": _form, "typed": {"points-1-A1": "11", "points-1-A2": "8,5", "points-2-A1": "8", "points-2-A2": "9",
                                 "comment-2-A1": "Số liệu rõ, có minh chứng."},
        "faults": [("points-1-A1", wrong)], "wrong": {"points-1-A1": wrong}, "may": True, "by_secretary": False, "closed": False,
        "held": "08:00 ngày 15/12/2026", "url": "#", "item_url": _url, "back_url": "#",
    }


def reviewing() -> dict[str, Any]:
    """Who scores what: four names by nine members, drawn by lot, one member behind."""
    one = session()
    given = {1: (3, 4, 5), 2: (3, 6, 7), 3: (4, 8, 9), 4: (5, 6, 8)}
    done = {1: (3,), 2: (), 3: (4,), 4: ()}
    items = tuple(
        ReviewedItem(i.item_no, i.item_no, i.name, 1, i.unit_name, i.form, given[i.item_no], done[i.item_no]) for i in one.items
    )
    reviewers = tuple(
        Reviewer(
            m.member_no, m.account, m.name, "Ủy viên", tuple(i.item_no for i in items if m.member_no in i.reviewers),
            tuple(i.item_no for i in items if m.member_no in i.done), (4,) if m.member_no == 2 else (), date(2026, 12, 10),
        )
        for m in one.members
    )
    found = Reviewing(
        1, 1, one.round_name, _TITLE, True, True, True, date(2026, 12, 15), items, reviewers,
        (Draw(20261210, 3, 12, "Ngô Gió Ngàn", date(2026, 12, 10)),),
    )
    rows = [
        [Cell(f"{r.member_no}. {r.name}", r.title), Cell(str(len(r.assigned)), figures=True), Cell(str(len(r.done)), figures=True),
         Cell("", tag=Tag("waiting", "Còn 1 hồ sơ") if r.behind else Tag("passed", "Đã xong")), Cell("–"), Cell("10/12/2026")]
        for r in reviewers
    ]
    columns = [Column("Thành viên"), Column("Được giao", figures=True), Column("Đã chấm", figures=True), Column("Tiến độ"),
               Column("Không chấm mục"), Column("Nhắc gần nhất")]
    pairs = {f"{no}-{i.item_no}" for i in items for no in i.reviewers}
    return {
        "frame": frame("Phân công chấm điểm"), "crumbs": [Link("Đợt xét", "#"), Link("Phân công chấm điểm", "")],
        "sentence": "Chấm điểm *4 hồ sơ*: 7 người còn hồ sơ chưa chấm", "status": f"{_TITLE}. Hạn chấm *15/12/2026*.",
        "wrong": "Lê Ban Mai, mục 1: hồ sơ liên quan đến người này.", "tabs": [],
        "acts": [Act("Nhắc 7 người chưa chấm xong", "#", "remind", "main", "mail")], "reviewing": found,
        "reviewers": Block("Người chấm", table=Table(columns, rows, "Người chấm"), key="reviewers"), "ticked": pairs, "given": pairs,
        "may_assign": True, "units": [(1, "Trường Mầm non Ban Mai", 4)], "typed": {}, "form": _form,
        "draws": Block("Các lần bốc thăm", key="draws", lines=[Cell("Số 20261210", "mỗi hồ sơ 3 người")]),
        "empty": Empty("Chưa có phiên họp", "Thư ký lập phiên họp."),
        "blind": Block("Ẩn danh", key="blind", words="*Đang chấm ẩn danh.* Người chấm chỉ thấy số của hồ sơ (HS-01).", acts=[
            Act("Khóa điểm", "#", "close", "takes", effect="Khóa điểm?", asks="Lý do")]),
        "urls": dict.fromkeys(("draw", "assign_unit", "assign"), "#"),
    }


def feedback() -> dict[str, Any]:
    """Words on a name that wait for the second person; the last draft named a member and was refused."""
    said = Feedback(1, "Minh chứng rõ. Nên nêu thêm số người đã học.", "drafted", 2, "", None,
                    (("A1", "Kế hoạch cụ thể, có phân công."), ("A2", "Thiếu số liệu so với năm trước.")), False, True)
    return {
        "frame": frame("Nhận xét gửi đơn vị"), "crumbs": [Link("Hồ sơ", "#"), Link("Nhận xét gửi đơn vị", "")],
        "nomination": SimpleNamespace(name="Hợp tác xã Chè Sương Sớm"), "found": said, "tag": Tag("waiting", "Chờ duyệt"),
        "status": "Chờ người thứ hai duyệt lời.", "wrong": "Nhận xét nêu tên thành viên Hội đồng: Lê Ban Mai. Bỏ tên người nhận xét.",
        "typed": said.words, "may_draft": True, "url": "#", "facts": [Fact("Đơn vị", "Trường Mầm non Ban Mai")],
        "acts": [Act("Duyệt, gửi đơn vị", "#", "release", "main", "mail"),
                 Act("Trả lại để sửa", "#", "send-back", "takes", effect="Trả lại cho thư ký sửa lời?", asks="Cần sửa gì")],
    }


def meeting() -> dict[str, Any]:
    """The secretary's screen in a sitting, with a round that is open."""
    one, round_ = session("sitting"), ballot()
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Điều hành"), "session": one, "wrong": "Mục 1: chưa thảo luận xong.",
        "sentence": "Vòng 1: *5 mục* đang biểu quyết", "status": "Có mặt *8 trong 9*, cần 6: đủ điều kiện tiến hành.",
        "roll_url": "#", "rounds": Block("Các vòng biểu quyết", lines=[Cell("Vòng 1: mục 2", "", "#")]),
        "live": {"there": 8, "of": 9, "quorum": 6, "quorate": True, "round": round_, "count": (4, 9), "round_url": "#", "state": "sitting"},
        "live_url": "/live", "ready": [one.items[1]], "asked_secret": "1", "round_url": "#", "items": one.items,
        "next_item": one.items[0], "item_url": _url, "item_tag": _tag, "needed": _needed, "form": _form, "part": _part,
        "acts": [Act("Tạm dừng phiên họp", "#", "adjourn", method="get")], "kiosk_url": "#", "risks": [_RISK], "paper_url": "#",
        "recused": _recused, "show_url": "#", "choice": Choice(about={2: "hạng 1, 8,25 điểm Hội đồng"}), "whys": {}, "chosen": [2],
    }


def wall() -> dict[str, Any]:
    """A dossier on the wall, with the secretary's notes refused once."""
    one = session("sitting")
    item = one.items[0]
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Mục 1"), "session": one, "item": item,
        "nomination": SimpleNamespace(appraisal=""), "scores": scores(typed=False), "scale": "Thang 10 điểm mỗi tiêu chí",
        "place": "Đồng hạng 2 trong 5 tên cùng nhóm theo điểm thẩm định.", "tag": _tag(item), "needed": _needed(item), "before": _before,
        "less": "không thể đạt", "recused": "", "risk": _RISK.words, "stopped": "", "before_url": "", "after_url": "#",
        "may_note": True, "forms": [("BK_TINH", "Bằng khen cấp tỉnh"), ("GK_XA", "Giấy khen")], "reserves": [("GK_XA", "Giấy khen")],
        "typed": {"discussion": "Nhất trí", "form": "GK_XA", "reserve": "", "form_reason": ""},
        "faults": [("form_reason", "Ghi lý do hạ mức khen.")], "wrong": {"form_reason": "Ghi lý do hạ mức khen."}, "url": "#",
        "form": _form, "meeting_url": "#", "file_url": lambda one: "#", "look_url": lambda number, kind: "#",
        "files": ReviewedFiles((ReviewedFile(1, "Minh chứng 1.pdf", "application/pdf", 48_000, ("A1", "A2")),), 2),
        "evidence": None,
        "warnings": [Check("Đơn vị còn kiến nghị kiểm tra chưa khắc phục xong.", "warn", Link("KT 01/2026", "#"))],
        "out_act": Act("Tôi có liên quan", "#", "out-1", "takes", effect="Bạn không tham gia biểu quyết mục *1*.", asks="Liên quan thế nào",
                       page_url="#"),
    }


def member_page() -> dict[str, Any]:
    """A member's page on the day, with an answer to change and an item that he keeps out of."""
    one = session()
    mine = replace(one.members[2], present=False)
    rows: list[Mapping[str, Any]] = [
        {"item": i, "needed": _needed(i), "form": _form(i.form), "tag": _tag(i), "url": "#",
         "out": "Em ruột" if i.item_no == 2 else "", "out_url": "" if i.item_no == 2 else "#",
         "back_url": "#" if i.item_no == 2 else ""}
        for i in one.items
    ]
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Trang của tôi"), "session": one, "member": mine, "rows": rows,
        "status": one.place, "wrong": "Ghi lý do.", "typed": "", "held": "08:00 ngày 15/12/2026", "part": _part(mine),
        "tag": Tag("waiting", "Đã mời họp"),
        "live": {"state": "invited", "words": "Vòng 1 đang mở: 5 mục, bỏ phiếu kín.", "url": "#", "act": "Mở phiếu của tôi", "main": True},
        "live_url": "/live", "reply_url": "#", "may_reply": True, "check_in_url": "#",
        "duties": [Link("Bạn thuộc Ban kiểm phiếu vòng 1: nhận mã", "#")], "scores": (Link("Chấm điểm 3 hồ sơ", "#"), 3),
    }


def minutes() -> dict[str, Any]:
    """Minutes that wait for the chair's signature."""
    one = session("minuted")
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Biên bản"), "minutes": Minutes(one, (ballot("counted"),)), "session": one,
        "main_act": Act("Ký biên bản, 4 tên", "#", "sign", "main", "sign", effect="Ký biên bản?"), "acts": [],
        "held": "08:00 ngày 15/12/2026", "needed": _needed, "recused": _recused, "before": _before, "item_tag": _tag,
        "form": _form, "part": _part,
        "written": lambda one: [("Đỗ Hừng Đông (5/YK)", "mục 1 đồng ý", "#")], "scan_url": lambda one: "#",
        "cuts": [("Đưa ra biểu quyết: 2 tên đứng đầu mỗi nhóm theo điểm Hội đồng", "để lại Hoàng Bình Minh: để vòng sau")],
    }


def kiosk() -> dict[str, Any]:
    """The shared tablet, asking for the second factor."""
    bare = replace(frame(), nav=(), search_url="", bell=None)
    return {"frame": bare, "wrong": "Tên đăng nhập hoặc mật khẩu chưa đúng.", "ask_code": True, "url": "#"}


def paper_set() -> dict[str, Any]:
    """The set for the case that the power goes."""
    one = session()
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Bộ giấy dự phòng"), "session": one, "held": "08:00 ngày 15/12/2026",
        "needed": _needed, "recused": _recused, "form": _form, "part": _part, "items": list(one.items),
    }


def written() -> dict[str, Any]:
    """Forms of a written opinion."""
    lines = [Line(n, name, f"{_form(form)} · Trường Mầm non Ban Mai", "Xây dựng phòng học STEM dùng chung.")
             for n, (name, form) in enumerate(_ITEMS, 1)]
    return {
        "frame": frame("Phiên họp"), "crumbs": _crumbs("Phiếu ý kiến bằng văn bản"), "sentence": "*1 phiếu* ý kiến bằng văn bản",
        "heading": _TITLE, "until": "trước khi kiểm phiếu", "papers": [Paper(_NAMES[8], "Ủy viên", lines)],
    }
