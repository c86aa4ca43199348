"""What the other page templates are given: first pages, dossiers, rounds, sign-in, registers. All of it made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from service.web.frame import Frame, Link
from service.web.parts import (
    Act,
    Block,
    Cell,
    Check,
    Column,
    Empty,
    Entry,
    Fact,
    FilterField,
    Pager,
    PaperBlock,
    Stage,
    Table,
    Tag,
    TaskGroup,
    TaskRow,
    TrailFilters,
    WorkRow,
)
from tests.service.web.sample_work import PAPERS, chair_sign, scores, talk
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
    ruler,
)


def home() -> dict[str, Any]:
    """The officer's first page."""
    return {
        "frame": frame("Trang đầu"),
        "overline": "Thứ Hai, ngày 23 tháng 11 năm 2026 · Đợt xét khen thưởng hằng năm 2026",
        "overline_link": Link("Đổi đợt", "#"),
        "sentence": "Còn *9 ngày làm việc* để mở niêm yết mà vẫn kịp phiên họp ngày 15/12",
        "status": "34 trong 40 đơn vị đã nộp, *112 trường hợp*. Có *47 trường hợp* sẵn sàng niêm yết, "
        "*3 việc* của phòng đã quá hạn.",
        "sums": (),
        "main_act": None,
        "ruler": ruler(),
        "main": [
            Block(
                "112 trường hợp đang ở đâu",
                [Link("Mở danh sách", "#")],
                stages=[
                    Stage("Đã nộp", 112, "*16* chờ kiểm tra thành phần, *9* chờ bổ sung"),
                    Stage("Đủ thành phần", 87, "*14* đang thẩm định, *3* không đủ điều kiện"),
                    Stage("Đủ điều kiện", 70, "*21* chờ ý kiến cơ quan liên quan"),
                    Stage("Đã có ý kiến", 49, "*2* tạm dừng xem xét"),
                    Stage("Sẵn sàng niêm yết", 47, now=True, link=Link("Soạn thông báo niêm yết", "#")),
                ],
            ),
            Block(
                "6 đơn vị chưa nộp, đã quá hạn 20/11",
                acts=[Act("Đôn đốc cả 6 đơn vị", "/remind", "remind")],
                table=Table(
                    [
                        Column("Đơn vị"),
                        Column("Người phụ trách"),
                        Column("Số tên năm 2025", figures=True),
                        Column("Đôn đốc gần nhất"),
                    ],
                    [
                        [
                            Cell("Trường TH&THCS Đồng Mây", url="#"),
                            Cell("Hồ Thu Nắng", "0900 000 114"),
                            Cell("5", figures=True),
                            Cell("19/11"),
                        ],
                        [
                            Cell("Hợp tác xã Nông nghiệp Mây Ngàn", url="#"),
                            Cell("Đinh Văn Suối", "0900 000 127"),
                            Cell("2", figures=True),
                            Cell("Chưa"),
                        ],
                    ],
                    "Đơn vị chưa nộp",
                ),
            ),
        ],
        "side": [
            Block(
                "31 việc chờ phòng mình",
                [Link("Việc cần xử lý", "/inbox")],
                work=[
                    WorkRow(16, "Kiểm tra thành phần hồ sơ", "#", "2 quá hạn, cũ nhất từ 17/11", "bad"),
                    WorkRow(4, "Xem lại hồ sơ đơn vị đã bổ sung", "#", "Hạn hôm nay", "warn"),
                    WorkRow(3, "Nhập ý kiến cơ quan từ văn bản đến", "#", "Hạn 02/12"),
                ],
                most=1,
            ),
        ],
        "below": [
            Block(
                "Ý kiến cơ quan còn thiếu",
                lines=[
                    Cell("Công an xã, 12 tên, gửi 20/11", url="#", due=due(date(2026, 12, 3))),
                    Cell("Thuế cơ sở, 9 tên, gửi 13/11", url="#", due=due(date(2026, 11, 20))),
                ],
            ),
            Block(
                "Tạm dừng xem xét",
                lines=[
                    Cell(
                        "Võ Ngàn Thông", "Khiếu nại đang xác minh, từ 18/11", "#", tag=Tag("hold", "Tạm dừng")
                    )
                ],
            ),
        ],
    }


def home_head() -> dict[str, Any]:
    """The first page of a unit's head: one list to sign."""
    return home() | {
        "frame": frame("Trang đầu"),
        "sentence": "Danh sách *7 tên* chờ ông, bà ký trước 20/11".replace("ông, bà", "bạn"),
        "ruler": None,
        "main_act": Act("Đọc và ký danh sách, 7 tên", "#", "sign", "main", method="get", icon="sign"),
        "main": [Block("Còn thiếu", checks=[Check("2 tên chưa đủ minh chứng", "warn", Link("Xem", "#"))])],
        "side": [],
        "below": [],
    }


def matter() -> dict[str, Any]:
    """A petition that is being verified, as one reads it who is not shown who sent it."""
    return {
        "frame": frame("Phong trào"),
        "crumbs": [Link("Phong trào", "#"), Link("Sổ đơn, kiến nghị", "#"), Link("ĐKN 12/2026", "")],
        "sentence": "Làm rõ số liệu kê khai của Tổ 7",
        "status": "Đang chờ *Phòng Văn hóa - Xã hội*, từ 19/11, hạn 25/11. Đang xác minh.",
        "tags": [Tag("waiting", "Đang xác minh")],
        "facts": [Fact("Số", "ĐKN 12/2026"), Fact("Ngày ghi sổ", "18/11/2026 16:40")],
        "main_facts": [
            Block("Nội dung chính", facts=[Fact("Kết luận", "Có vi phạm"), Fact("Số văn bản kết luận", "15/KL-UBND, ngày 20/11/2026")]),
            Block("Kiến nghị đơn vị khắc phục", table=Table(
                [Column("Việc cần khắc phục"), Column("Hạn"), Column("Đang ở đâu")],
                [[Cell("Chưa niêm yết kết quả bình xét"), Cell("20/11/2026"), Cell("Khắc phục kiến nghị", due=due(date(2026, 11, 20)))],
                 [Cell("Chưa phân công người theo dõi"), Cell("15/12/2026"), Cell("Đã khắc phục", "19/11/2026")]],
                "Kiến nghị đơn vị khắc phục"))],
        "begun_title": "Đơn, kiến nghị",
        "begun": [Fact("Loại", "Khiếu nại, tố cáo"), Fact("Nội dung", "Số người học ghi trong hồ sơ nhiều hơn số người của tổ.")],
        "hidden_line": "Bạn không xem được các mục kín của việc này.",
        "files": FILES,
        "papers": PaperBlock(PAPERS[:1]),
        "told": [Block("Số liệu của kỳ: năm 2026", words="*12 trong 14* đơn vị đã nộp, 9 đã nhận.", table=Table(
            [Column("Chỉ tiêu"), Column("Tổng", figures=True), Column("Đơn vị", figures=True)],
            [[Cell("Số người học"), Cell("1.120", url="#", figures=True), Cell("12", figures=True)]], "Số liệu",
        ))],
        "tasks": [
            Cell("Xác minh", "Lê Ban Mai giữ", "/tasks/1", due=due(date(2026, 11, 25))),
            Cell("Kết luận", "Trưởng phòng Văn hóa - Xã hội", "/tasks/2", due=due(date(2026, 11, 19))),
        ],
        "about": [Cell("Hoàng Bình Minh", "Trường TH&THCS Đồng Mây", "#"), Cell("Lê Trúc Xanh", "Trạm Y tế", "#")],
        "bases": BASES,
        "history": HISTORY,
        "history_link": Link("Nhật ký của việc này", "#"),
        "diagram": diagram(),
        "acts": [Act("Vận hành quy trình", "#", "operate", "text", method="get")],
    }


def matter_ended() -> dict[str, Any]:
    """One that has ended, about nothing, read by who began it."""
    return matter() | {
        "status": "*Đã trả lời*, ngày 27/11/2026.", "tags": [Tag("passed", "Đã trả lời")], "hidden_line": "", "files": [],
        "papers": None, "told": [], "tasks": [], "main_facts": [],
        "about": [], "bases": [], "history_link": None, "diagram": None, "acts": [],
    }


def nomination() -> dict[str, Any]:
    """A nomination before the council."""
    return {
        "frame": frame("Hồ sơ"),
        "crumbs": [Link("Hồ sơ", "#"), Link("Đợt hằng năm 2026", "#"), Link("Hoàng Bình Minh", "")],
        "sentence": "Hoàng Bình Minh, đề nghị Giấy khen",
        "status": "Đang chờ *Hội đồng*, từ 12/12, hạn 15/12. Đã niêm yết đến 12/12.",
        "tags": [Tag("hold", "Tạm dừng"), Tag("note", "Truy tặng")],
        "warnings": [
            Check("Tạm dừng xem xét từ 18/11: chờ kết luận xác minh.", "warn", Link("Xem đơn", "#"))
        ],
        "steps": diagram().steps,
        "facts": FACTS,
        "forms": [
            Fact("Đề nghị", "Giấy khen"),
            Fact("Thẩm định", "Giấy khen"),
            Fact("Hội đồng", "Chưa có"),
            Fact("Được tặng", "Chưa có"),
        ],
        "tasks": [Cell("Hội đồng Thi đua - Khen thưởng xã", "từ 12/12", due=due(date(2026, 12, 15)))],
        "scores": scores(typed=False),
        "scores_note": "Thang 10 điểm mỗi tiêu chí",
        "files": FILES,
        "evidence": Block(
            "Kết quả các năm xét, theo sổ", words="Các năm xét: *2025 - 2027*. Lấy từ sổ, có số, ngày; không sửa được ở đây.",
            acts=[Act("Chọn minh chứng", "#", "evidence", "text", method="get")],
            lines=[
                Cell("2026: Giấy khen của Chủ tịch UBND xã", "số 57/QĐ-UBND · 22/12/2026", "#", tag=Tag("passed", "lấy làm minh chứng")),
                Cell("2025: Giấy khen của Chủ tịch UBND xã", "số 61/QĐ-UBND · 20/12/2025", tag=Tag("refused", "đã bị hủy bỏ")),
            ],
            key="evidence",
        ),
        "summary": "Sáng kiến số hóa hồ sơ bệnh án của trạm, giảm nửa thời gian chờ.",
        "checks": kit().checks,
        "bases": BASES,
        "diagram": diagram(),
        "history": [*HISTORY, Entry(date(2026, 11, 10), "tự đánh giá.", "Hoàng Bình Minh")],
        "history_link": Link("Toàn bộ nhật ký", "#"),
        "papers": PaperBlock(PAPERS),
        "feedback": Block("Nhận xét của Hội đồng", key="feedback", lines=[Cell("Minh chứng rõ. Nên nêu thêm số người đã học.")]),
        "talk": talk(),
        "letters": kit().table,
        "letters_title": "Danh sách, văn bản có tên này",
        "acts": [
            Act(
                "Rút hồ sơ đề nghị",
                "/withdraw",
                "withdraw",
                "takes",
                asks="Lý do rút",
                effect="Rút hồ sơ của *Hoàng Bình Minh*? Tên này ra khỏi danh sách trình Hội đồng.",
            ),
        ],
        "acts_title": "Khi có thay đổi",
    }


def movement() -> dict[str, Any]:
    """The movement in a year: units by duties."""
    def cell(kind: str, said: str, second: str = "") -> dict[str, str]:
        return {"kind": kind, "words": said, "second": second, "url": "#"}

    return {
        "frame": frame("Phong trào"),
        "crumbs": [Link("Phong trào", "#"), Link("Tổng quan", "")],
        "sentence": "*2 đơn vị* còn việc quá hạn",
        "status": "Phong trào thi đua của xã, năm 2026.",
        "tabs": [Link("Việc của đơn vị", "#", current=True), Link("Kết quả khen thưởng", "#")],
        "url": "#", "keep": {"part": "duties"},
        "fields": [FilterField("year", "Năm", "2026", [("2026", "2026"), ("all", "cả phong trào")])],
        "acts": [Act("Tải Excel", "#", "export", "text", method="get"), Act("Tải PDF", "#", "print", "text", method="get")],
        "matrix": {
            "duties": [
                {"words": "Báo cáo của đơn vị, 6 tháng đầu năm 2026", "due": "10/06/2026", "url": "#"},
                {"words": "Kế hoạch, đăng ký thi đua, năm 2026", "due": "", "url": "#"},
            ],
            "rows": [
                {"name": "Trường Đông Mây", "url": "#", "cells": [cell("done", "Đã xong", "08/06/2026"), cell("overdue", "Quá hạn")]},
                {"name": "Thôn Nắng Sớm", "url": "#", "cells": [cell("note", "Xong muộn", "12/06/2026"), None]},
            ],
            "legend": [Tag("overdue", "Quá hạn: 1"), Tag("done", "Đã xong: 1")],
        },
        "parts": [],
        "blocks": [Block("Sổ chưa mở kỳ năm 2026", lines=[Cell("Sổ đăng ký thi đua")], key="unopened")],
    }


def movement_results() -> dict[str, Any]:
    """The movement in a year: figures of the results."""
    def row(said: str, asked: int, given: int, *, below: bool = False) -> dict[str, Any]:
        return {
            "words": said, "below": below, "put_forward": asked, "honoured": given, "share": f"{round(100 * given / asked)}%",
            "bars": (100 * asked / 112, 100 * given / 112), "urls": ("#", "#"),
        }

    return movement() | {
        "sentence": "*70* được khen trong *112* tên được đề nghị", "matrix": None, "keep": {"part": "results"},
        "parts": [
            {"key": "content", "title": "Theo nội dung thi đua", "note": "Một tên có thể thuộc nhiều nội dung.",
             "rows": [row("ND3. Chính quyền số, cải cách hành chính", 60, 41), row("ND5. Xã hội số, giáo dục và đào tạo", 48, 2)]},
            {"key": "form", "title": "Theo cấp và hình thức khen thưởng", "note": "",
             "rows": [row("Cấp xã", 112, 70), row("Giấy khen của Chủ tịch UBND xã", 112, 70, below=True)]},
        ],
        "blocks": [Block("1 đơn vị chưa từng được khen", lines=[Cell("Thôn Nắng Sớm", url="#")], key="never")],
    }


def public_figures() -> dict[str, Any]:
    """The honour roll in figures."""
    return {
        "frame": frame("Phong trào"), "crumbs": [Link("Trang vinh danh", "#"), Link("Số liệu", "")],
        "sentence": "*70* tập thể, cá nhân, hộ gia đình được khen thưởng", "status": "Đếm từ trang vinh danh.", "empty": None,
        "parts": [{"key": "year", "title": "Theo năm", "note": "", "rows": [
            {"words": "2026", "count": 70, "bar": 100, "url": "#"}, {"words": "2025", "count": 1, "bar": 1.4, "url": ""}]}],
    }


def comments() -> dict[str, Any]:
    """All comments on a nomination, one refused."""
    return {
        "frame": frame("Hồ sơ"),
        "crumbs": [Link("Hồ sơ", "#"), Link("Hoàng Bình Minh", "#"), Link("Ý kiến trao đổi", "")],
        "sentence": "*3 ý kiến* về hồ sơ của Hoàng Bình Minh",
        "status": "Đơn vị đề nghị thấy mọi ý kiến, trừ ý kiến nội bộ.",
        "talk": replace(talk(), typed="@Lê Ban Mai xem giúp", wrong="Có nhiều người tên Lê Ban Mai.", inside=True, names_link=None),
        "pager": Pager(51, 53, 53, [Link("1", "#"), Link("2", "#", current=True)], before="#"),
        "names": ["Lê Ban Mai (mai)", "Lê Ban Mai (mai2)", "Hồ Thu Nắng"],
    }


def question() -> dict[str, Any]:
    """What a colleague asks, with an answer refused."""
    return {
        "frame": frame(),
        "crumbs": [Link("Việc cần xử lý", "#"), Link("Hỏi ý kiến", "")],
        "sentence": "*Lê Ban Mai* hỏi ý kiến bạn",
        "status": "Còn 2 ngày làm việc.",
        "facts": [Fact("Việc", "Kiểm tra, thẩm định hồ sơ"), Fact("Hồ sơ", "Hoàng Bình Minh", "#")],
        "remarks": talk().remarks[:1],
        "may_answer": True, "why_not": "", "answer_url": "/questions/1", "typed": "", "wrong": "Ghi câu trả lời.", "acts": [],
    }


def question_closed() -> dict[str, Any]:
    """One that its asker may take back."""
    act = Act("Thôi hỏi", "/questions/1/take-back", "take-back", "takes", effect="Thôi hỏi *Hồ Thu Nắng*?")
    return question() | {"may_answer": False, "why_not": "Đang chờ *Hồ Thu Nắng* trả lời.", "wrong": "", "acts": [act]}


def ask() -> dict[str, Any]:
    """Asking a colleague, with a field missing."""
    return {
        "frame": frame(),
        "crumbs": [Link("Việc cần xử lý", "#"), Link("Hỏi ý kiến đồng nghiệp", "")],
        "task_title": "Kiểm tra, thẩm định: Hoàng Bình Minh",
        "people": [("1", "Hồ Thu Nắng"), ("2", "Lê Ban Mai")], "chosen": "2", "text": "", "day": "25/11/2026",
        "faults": {"text": "Ghi điều cần hỏi."}, "other": "", "url": "/tasks/1/ask", "back_url": "/tasks/1",
    }


def due_day() -> dict[str, Any]:
    """Setting another due day, with a field missing."""
    return {
        "frame": frame(),
        "crumbs": [Link("Việc cần xử lý", "#"), Link("Đổi hạn xử lý", "")],
        "task_title": "Bổ sung theo từng lỗi: Hoàng Bình Minh",
        "now": Fact("Hạn hiện nay", "27/11/2026", figures=True),
        "checks": [
            Check("Đồng hồ *Quá hạn bổ sung* của quy trình dời theo hạn mới, chỉ cho hồ sơ này.", "info", Link("Đổi cho mọi hồ sơ", "#")),
            Check("Theo lịch của đợt, tiếp sau là *Hạn xem xét ý kiến*, ngày 02/12/2026.", "info"),
        ],
        "day": "01/12/2026", "reason": "", "faults": {"reason": "Ghi lý do đổi hạn."}, "other": "",
        "url": "/tasks/1/due", "back_url": "/tasks/1",
    }


def workload() -> dict[str, Any]:
    """One person's tasks, with a refusal."""
    rows = [
        TaskRow("1", "/task", "Kiểm tra thành phần", "Hội Chữ thập đỏ xã", "Nhận 17/11", due(date(2026, 11, 19))),
        TaskRow("2", "/task", "Kiểm tra thành phần", "Hoàng Bình Minh", "Nhận 18/11", due(date(2026, 11, 25))),
    ]
    return {
        "frame": frame(), "crumbs": [Link("Việc cần xử lý", "#"), Link("Khối lượng việc", "#"), Link("Lê Ban Mai", "")],
        "sentence": "*Lê Ban Mai* đang giữ 2 việc, *1 việc quá hạn*", "status": "",
        "group": TaskGroup("Việc đang giữ", 2, rows), "chosen": {"1"},
        "people": [("3", "Hồ Thu Nắng")], "to": "", "may_set_due": True, "day": "", "reason": "", "wrong": "Ghi lý do chuyển việc.",
        "url": "/workload/1", "empty": Empty("Không giữ việc nào", "Việc người này nhận sẽ hiện ở đây."),
        "returned": Block(
            "Trả lại bổ sung trong 30 ngày", words="*1* trên 40 hồ sơ đã kiểm tra.",
            table=Table(
                [Column("Hồ sơ"), Column("Ngày yêu cầu"), Column("Lần thứ", figures=True), Column("Số lỗi", figures=True)],
                [[Cell("Hoàng Bình Minh", "Trường Tiểu học", "#"), Cell("19/11"), Cell("1", figures=True), Cell("3", figures=True)]],
                "Hồ sơ đã yêu cầu bổ sung",
            ),
        ),
    }


def workload_empty() -> dict[str, Any]:
    """Somebody who holds nothing, and checks no dossiers."""
    return workload() | {"group": TaskGroup("Việc đang giữ", 0, []), "wrong": "", "returned": None}


def ask_nobody() -> dict[str, Any]:
    """Nobody may be asked."""
    return ask() | {"people": [], "faults": {}}


def verify() -> dict[str, Any]:
    """The public page of a certificate."""
    return {
        "frame": replace(frame(), nav=(), search_url="", me=None),
        "sentence": "Giấy khen *có giá trị*", "status": "Mã do xã cấp, quyết định còn hiệu lực.",
        "check": Check("So từng dòng với tờ Giấy khen.", "ok"),
        "facts": [Fact("Tập thể, cá nhân", "Hoàng Bình Minh"), Fact("Quyết định", "số 1126/QĐ-UBND, ngày 18/12/2026")],
        "signatures": [
            Check("Chữ ký số Hồ Đại Ngàn: hợp lệ", "ok"), Check("Chữ ký số ỦY BAN NHÂN DÂN XÃ SƠN MAI: hợp lệ", "ok"),
        ],
        "copy_facts": [Fact("Mã băm SHA-256 của tệp", " ".join(["91a50bba"] * 8))],
    }


def round_page() -> dict[str, Any]:
    """The annual round."""
    first = home()
    return {
        "frame": frame("Đợt xét"),
        "crumbs": [Link("Đợt xét", "#"), Link("Hằng năm 2026", "")],
        "sentence": "Đợt hằng năm 2026: 34 trong 40 đơn vị đã nộp",
        "status": "Đang *kiểm tra, thẩm định*, hạn 02/12.",
        "tags": [Tag("waiting", "Đang nhận hồ sơ")],
        "main_act": Act("Soạn thông báo niêm yết", "#", "post", "main", method="get"),
        "acts": [Act("Đổi lịch", "/calendar", "calendar", asks="Lý do đổi lịch")],
        "ruler": ruler(),
        "main": first["main"],
        "side": first["side"],
    }


def submission() -> dict[str, Any]:
    """A unit's submission before its head signs, with a list read from Excel."""
    return chair_sign() | {
        "sums": [],
        "sentence": "Hồ sơ của Trạm Y tế Suối Trong: 4 tên, chưa ký được",
        "may_act": False,
        "why_not": "Chưa ký được: còn thiếu biên bản họp bình xét.",
        "missing": [Check("Biên bản họp bình xét, có số phiếu của từng tên", "bad")],
        "add": Act("Thêm tên", "#", "add", method="get"),
        "excel": {
            "url": "/excel",
            "template_url": "#",
            "taken": 38,
            "refused": [(7, "Thiếu đơn vị."), (21, "Trùng dòng 3.")],
            "ready_url": "/take",
            "ready": 36,
        },
    }


def sign_in() -> dict[str, Any]:
    """Sign-in of the demo after a mistake."""
    return {
        "frame": Frame(home_url="/", display_url="/display"),
        "url": "/sign-in",
        "no_password": [Link("Quên mật khẩu", "/sign-in/forgotten"), Link("Đặt mật khẩu bằng mã một lần", "/sign-in/code")],
        "elsewhere": Link("Đăng nhập qua Cổng đăng nhập của tỉnh", "/sign-in/elsewhere"),
        "out": None,
        "open_to_all": [Link("Tra cứu hồ sơ bằng mã", "/status"), Link("Trang vinh danh", "/honours")],
        "next": "/task",
        "username": "vhxh",
        "wrong": "Tên đăng nhập hoặc mật khẩu không đúng. Còn 3 lần thử.",
        "ask_code": False,
        "accounts": [
            ("donvi", "Người lập hồ sơ của Trạm Y tế"),
            ("vhxh", "Chuyên viên phòng Văn hóa - Xã hội"),
        ],
        "password": "vinhdanh",
    }


def sign_in_code() -> dict[str, Any]:
    """The second step of signing in."""
    return sign_in() | {"ask_code": True, "wrong": "Mã xác thực chưa đúng hoặc đã dùng.", "accounts": []}


def token() -> dict[str, Any]:
    """Making an API token, after a wrong password."""
    return {
        "frame": frame("Trang đầu"),
        "crumbs": [Link("Mã truy cập API của tôi", "/my-tokens"), Link("Tạo mã", "")],
        "url": "/my-tokens/new", "back_url": "/my-tokens", "made": "", "wrong": [("password", "Mật khẩu chưa đúng. Nhập lại.")],
        "name": "Đồng bộ sang phần mềm một cửa", "chosen": ["filing"], "days": 90, "lifetimes": [7, 30, 90, 180, 365],
        "scopes": [("filing", "Hồ sơ của đơn vị"), ("task", "Việc cần xử lý, quy trình")], "asks_password": True,
    }


def kept_pages() -> dict[str, Any]:
    """The list of kept pages, which its script fills."""
    return {"frame": frame("Việc cần xử lý")}


def token_made() -> dict[str, Any]:
    """The API token, shown once."""
    return token() | {"made": "vdp_k3Jd9XqLm2ZrT8vBn5Wc7Yh1Gf4Ss6Pa0Qe2Ui3O1a2b3c4d", "wrong": []}


def help_first() -> dict[str, Any]:
    """The first page of help."""
    return {
        "frame": frame("Trang đầu"), "crumbs": [], "sentence": "Hướng dẫn", "status": "Mỗi vai một trang ngắn. Trang của bạn đứng trước.",
        "groups": [("Dành cho bạn", [Link("Phòng Văn hóa - Xã hội", "/help/officer")]), ("Từ dùng", [Link("Từ dùng", "/help/terms")])],
        "body": "", "language": "",
    }


def help_text() -> dict[str, Any]:
    """One page of help."""
    body = Markup("<p><em>Summary.</em></p><h2>Rút hồ sơ</h2><ol><li>Mở <strong>Hồ sơ</strong>.</li></ol>"
                  "<table><tbody><tr><td>đợt</td><td>round</td></tr></tbody></table>")
    crumbs = [Link("Hướng dẫn", "/help"), Link("Đơn vị", "")]
    return help_first() | {"crumbs": crumbs, "sentence": "Đơn vị", "groups": [], "body": body, "language": "vi"}


def webhook_secret() -> dict[str, Any]:
    """The secret of a webhook, renewed and shown once."""
    return {
        "frame": frame("Quản trị"),
        "crumbs": [Link("Quản trị", "/office"), Link("Webhook", "/office/webhooks"), Link("Mã bí mật", "")],
        "sentence": "Đã đổi *mã bí mật*", "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "both": True,
        "back_url": "/office/webhooks/1",
    }


def set_password() -> dict[str, Any]:
    """Setting a password with a one-time code, after a mistake."""
    return {
        "frame": Frame(home_url="/", display_url="/display"),
        "url": "/sign-in/code",
        "back_url": "/sign-in",
        "username": "mai.lb",
        "faults": [("username", "Tên đăng nhập hoặc mã chưa đúng, hoặc mã đã hết hạn. Nhập lại, hoặc xin mã mới.")],
    }


def forgotten() -> dict[str, Any]:
    """Asking for a letter with a code, too often."""
    return {
        "frame": Frame(home_url="/", display_url="/display"),
        "url": "/sign-in/forgotten",
        "code_url": "/sign-in/code",
        "back_url": "/sign-in",
        "asked": False,
        "wrong": "Đã yêu cầu quá nhiều lần. Thử lại sau 2 phút.",
        "said": "mai.lb",
    }


def forgotten_asked() -> dict[str, Any]:
    """What everybody is told who asks for a letter."""
    return forgotten() | {"asked": True, "wrong": ""}


def confirm() -> dict[str, Any]:
    """The page that asks before a name is struck."""
    return {
        "frame": frame("Văn bản"),
        "crumbs": [Link("Danh sách tặng Giấy khen", "#")],
        "act_": chair_sign()["lines"][0].acts[0],
        "back_url": "#",
        "wrong": "Ghi lý do gạch tên.",
        "typed": "",
    }


def error() -> dict[str, Any]:
    """A page that is not there."""
    return {
        "frame": frame(""),
        "sentence": "Không có trang này, hoặc bạn không có quyền xem",
        "words": "Kiểm tra lại địa chỉ, hoặc mở từ danh sách việc.",
        "link": Link("Về việc cần xử lý", "/inbox"),
        "reference": "7f3a-19c2",
        "lines": [Check("Biểu mẫu “xem_lai” không có trong gói; hãy thêm tệp xem_lai.form. · award_nomination.bpmn", "bad")],
    }


def register() -> dict[str, Any]:
    """A list page: the letters that went out."""
    return {
        "frame": frame(""),
        "crumbs": [],
        "sentence": "208 thư đã gửi, 1 thư lỗi",
        "status": "",
        "tabs": [Link("Tất cả", "#", count=209, current=True), Link("Lỗi", "#", count=1)],
        "chips": [],
        "url": "/register",
        "keep": {},
        "q": "",
        "filters": filters(),
        "blocks": [Block("Thư", table=kit().table)],
        "pager": kit().pager,
        "main_act": None,
        "acts": [],
        "side": [],
    }


def trail() -> dict[str, Any]:
    """The trail of one nomination."""
    return {
        "frame": frame("Hồ sơ"),
        "crumbs": [Link("Hồ sơ", "#"), Link("Hoàng Bình Minh", "#"), Link("Lịch sử xử lý", "")],
        "sentence": "Hoàng Bình Minh, từ tự đánh giá đến Giấy khen: 51 ngày, 24 sự kiện",
        "status": "Đang chờ *phòng Văn hóa - Xã hội* trao tặng, từ 23/12.",
        "chips": [Link("Các bước chính", "#", count=11, current=True), Link("Tất cả", "#", count=24)],
        "chapters": kit().chapters,
        "pager": None,
        "filters": TrailFilters(
            "/trail", {"part": "step"}, {"who": "5", "case": "#12"}, [("5", "Lê Ban Mai"), ("timer", "Đồng hồ hệ thống")],
            [("Người", [("5", "Lê Ban Mai")]), ("Đơn vị, cơ quan", [("Thôn Gió Núi", "Thôn Gió Núi")])],
            [("Các bước chính", [("decision:signed", "Ký quyết định")])], [("web", "trang web")], True,
            "Có nhiều hồ sơ khớp, chọn một:", [Link("Hoàng Bình Minh, Trạm Y tế Suối Trong (số 12)", "#")], 2,
        ),
        "in_force": [Link("Người thực hiện: Lê Ban Mai", "#")],
        "clear": Link("Bỏ hết điều kiện", "#"),
        "partial": "Tìm chữ phải đọc từng sự kiện: mới tìm đến sự kiện số 4.000, thấy *0 sự kiện*.",
        "exports": [Link("Excel", "#"), Link("CSV", "#")],
        "older": None,
        "newest": None,
        "empty": None,
        "verified": Check("24 sự kiện khớp nhau, kiểm tra lúc 06:00."),
        "verified_title": "Chuỗi còn nguyên vẹn",
        "acts": [Act("Kiểm tra lại ngay", "/verify", "verify")],
        "side": [Block("Hồ sơ này", facts=FACTS[:3])],
    }
