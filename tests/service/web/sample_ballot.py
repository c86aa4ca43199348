"""What the templates of the ballot are given: an open round of nine members over five items. All of it made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from service.council.ballot import Ballot, Item, Member, Result, Teller
from service.people import Enrolment
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Check, Column, Fact, Table, Tag
from tests.service.web.samples import frame

_TITLES = (
    ("Trường Mầm non Ban Mai", "Giấy khen", 5), ("Hoàng Bình Minh", "Giấy khen", 5), ("Đinh Văn Suối", "Giấy khen", 5),
    ("Lê Trầm Hương", "Giấy khen", 5), ("Hợp tác xã Chè Sương Sớm", "Bằng khen cấp tỉnh", 8),
)
_NAMES = ("Đinh Vũ Phong", "Lê Ban Mai", "Ngô Thu Biếc", "Trần Hạ Vàng", "Võ Sương Sớm", "Bùi Đông Tím")


def ballot(state: str = "open") -> Ballot:
    """A round in one of its states."""
    done = Result(7, 1, 0, 1, 0, 0, True) if state == "counted" else None
    items = tuple(
        Item(n, None, title, form, "Xây dựng phòng học STEM dùng chung, 14 chuyên đề được nhân rộng.", ("VOTE_COMMUNE", 1),
             "Quy chế hoạt động của Hội đồng", 9, needed, 8 if n == 3 else 9, (4,) if n == 3 else (), False, (), done)
        for n, (title, form, needed) in enumerate(_TITLES, 1)
    )
    return Ballot(
        "4d8eadede43ef5df", 1, 1, state, True, 6, 5, "invalid", "", 4, 9, items,
        tuple(Member(n, n, name, True, None) for n, name in enumerate(_NAMES, 1)),
        tuple(Teller(n, n, name, True, n != 2) for n, name in enumerate(_NAMES[:3], 1)),
        "91a50bba" * 8, "", (), (), None,
    )


def _bare() -> Any:
    return replace(frame(), nav=(), search_url="", bell=None)


def round_page() -> dict[str, Any]:
    """The round as its secretary sees it."""
    one = ballot()
    rows = [[Cell(f"{i.item_no}. {i.title}", i.note), Cell(f"{i.needed} trong 9", figures=True),
             Cell(str(i.electorate), figures=True), Cell("", tag=Tag("note", "Không thể đạt") if i.item_no == 5 else None)]
            for i in one.items]
    return {
        "frame": frame(), "ballot": one, "crumbs": [Link("Bỏ phiếu", "#"), Link("Vòng 1", "")],
        "sentence": "*Vòng 1*: đang bỏ phiếu", "status": "Cần ít nhất 6 trong 9 người bỏ phiếu.",
        "main_act": Act("Niêm phong hòm phiếu", "#", "seal", "main", effect="Đã có *4 trong 9* người bỏ phiếu."),
        "acts": [Act("Hủy vòng", "#", "cancel", "takes", effect="Hủy *Vòng 1*?", asks="Lý do")],
        "main": [
            Block("Các mục", table=Table([Column("Mục"), Column("Cần", True), Column("Người biểu quyết", True), Column("")],
                                        rows, "Các mục")),
            Block("Mã biên nhận trong hòm", lines=[Cell("0581 8796 5882 1075 1396")], key="receipts"),
        ],
        "side": [
            Block("Vòng này", facts=[Fact("Mã tham số", " ".join(["91a50bba"] * 8), figures=True)]),
            Block("Ban kiểm phiếu", checks=[Check("1. *Đinh Vũ Phong*", "ok"), Check("2. *Lê Ban Mai*, chưa nhập lại mã", "warn")]),
        ],
        "tellers": {"url": "#", "people": [(1, "Đinh Vũ Phong"), (2, "Lê Ban Mai")], "named": {1: 1}},
        "count": (4, 9), "live_url": "/live", "complain_url": "#",
        "wrong": "Chọn ba người khác nhau vào Ban kiểm phiếu.", "scan": {"shown": "", "missing": "Chưa có.", "url": "#"},
    }


def sheet() -> dict[str, Any]:
    """A member's sheet."""
    one = ballot()
    return {
        "frame": _bare(), "ballot": one, "titled": "Vòng 1", "items": list(one.items), "open_items": 4,
        "recused": frozenset({3}), "secret": "0" * 64, "receipt": ["3074", "1862", "5590", "4417", "2836"], "url": "#",
        "params": " ".join(["91a50bba"] * 8),
    }


def cast() -> dict[str, Any]:
    """The answer to a ballot."""
    return {"frame": _bare(), "receipt": "3074 1862 5590 4417 2836", "signature": " ".join(["91a50bba"] * 16), "back_url": "#"}


def again() -> dict[str, Any]:
    """Signing in once more."""
    return {"frame": _bare(), "titled": "Vòng 1", "what": "sheet", "name": "Lê Ban Mai", "ask_code": True,
            "wrong": "Mật khẩu chưa đúng. Nhập lại.", "url": "#", "back_url": "#", "ballot": ballot()}


def code() -> dict[str, Any]:
    """A teller's code, just given."""
    return {"frame": _bare(), "ballot": ballot("planned"), "titled": "Vòng 1", "teller": ballot().tellers[1],
            "fresh": ["5781", "2147", "0148", "0482", "4255", "1333", "9270", "8649", "9496"], "wrong": "Gõ sai mã.",
            "issue_url": "#", "confirm_url": "#", "back_url": "#"}


def count() -> dict[str, Any]:
    """Two codes on one screen, one of them wrong."""
    return {"frame": _bare(), "ballot": ballot("sealed"), "titled": "Vòng 1", "typed": {1: "5781", 2: "", 3: "7031"},
            "faults": {"code_3": "Mã của người kiểm phiếu 3: đây là mã của người kiểm phiếu 2."}, "url": "#", "back_url": "#",
            "again": False}


def paper() -> dict[str, Any]:
    """Keying a count on paper."""
    one = ballot("paper")
    return {"frame": frame(), "crumbs": [Link("Bỏ phiếu", "#"), Link("Phiếu giấy", "")], "ballot": one, "titled": "Vòng 1",
            "items": list(one.items), "typed": {"returned": "9"}, "wrong": "Mục 2: phải bằng 9 phiếu thu về.", "url": "#",
            "back_url": "#"}


def second_factor() -> dict[str, Any]:
    """A second factor that is being turned on."""
    return {"frame": frame(), "on": False, "left": 0, "offered": Enrolment("JBSWY3DPEHPK3PXP", "otpauth://totp/x"),
            "letters": ["JBSW", "Y3DP", "EHPK", "3PXP"], "codes": ["ABCD-EFGH-JKLM"], "wrong": "", "what": "", "done": "", "needed": False,
            "asked": False, "url": "#"}
