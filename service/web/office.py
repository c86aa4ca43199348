"""Administration's own page, the matrix of roles and rights, and named substitutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import people, words
from service.errors import NotFound
from service.processes import deployments, enactments
from service.vietnamese import people_in_order
from service.web import edit, pages, substitute_parts
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import allowed_tabs, crumbs, listing, must
from service.web.parts import Act, Block, Cell, Column, Empty, Table

blueprint = Blueprint("office", __name__)


@blueprint.get("/office")
def show() -> Response:
    """What there is to administer."""
    by = pages.me()
    return listing(
        by, "", _("Quản trị"),
        [Block(_("Các phần"), lines=[Cell(said, about, url_for(end)) for end, said, about in allowed_tabs(by)])],
        status=_("Bạn xem được các phần dưới đây; phần nào chỉ đọc thì không có nút sửa."),
    )


@blueprint.get("/office/rights")
def rights() -> Response:
    """Roles by rights: who may do what, read from the matrix that every act is checked against."""
    by = pages.me()
    must(by, "rights.read")
    en = words.language() == "en"
    granted: set[str] = set().union(*(_granted(act) for act in people.acts().values()))
    held = [word for word in people.catalogue() if word in granted]
    labels = people.group_labels(held, words.language())
    in_use = set(enactments.used_now().values())
    names = {row.key: row.name for row in deployments.list_deployments() if row.id in in_use}

    def who(groups: Sequence[str]) -> str:
        if "everyone" in groups:
            return _("mọi người đã đăng nhập")
        return ", ".join(labels[word] for word in held if word in groups)

    blocks = []
    for area in people.areas():
        acts = [act for act in people.acts().values() if act.area == area.word]
        blocks.append(
            Block(
                area.label_en if en else area.label,
                table=Table(
                    [Column(_("Việc")), Column(_("Vai được làm"))],
                    [
                        [
                            Cell(act.label_en if en else act.label, act.word),
                            Cell(who(act.groups), "; ".join(
                                _("Riêng quy trình %(process)s: %(who)s", process=words.translated(names.get(key, key)),
                                  who=who(groups))
                                for key, groups in act.processes.items()
                            )),
                        ]
                        for act in acts
                    ],
                    area.label_en if en else area.label,
                ),
            )
        )
    return listing(
        by, "office.rights", _("Vai và quyền"), [_groups(people.allowed(by, "group.rename")), *blocks],
        status=_("Việc không có trong bảng thì không ai làm được. Vai của đơn vị chỉ có hiệu lực với đơn vị mình."),
        trail=[Link(_("Quyền"), "")],
    )


def _groups(may: bool) -> Block:
    """Every role: what it is called, its word, how many people hold it; who may calls it otherwise."""
    known = people.catalogue()
    labels = people.group_labels(known, words.language())
    return Block(
        _("Các vai"),
        table=Table(
            [Column(_("Vai")), Column(_("Phạm vi"))],
            [
                [Cell(labels[word], word), Cell(_("từng đơn vị") if one.scoped else _("cả xã"))]
                for word, one in known.items()
            ],
            _("Các vai"),
            row_acts=[[Act(_("Đổi tên"), url_for("office.rename_group", group=word), "rename", "text", method="get")]
                      for word in known] if may else (),
        ),
        key="groups",
    )


@blueprint.route("/office/rights/<group>/rename", methods=["GET", "POST"])
def rename_group(group: str) -> AnyResponse:
    """Call a role otherwise, in both languages; what it may do stays."""
    by = pages.me()
    must(by, "group.rename")
    if group not in people.catalogue():
        raise NotFound("Không có vai này.", "There is no such role.")

    def do(said: dict[str, Any]) -> AnyResponse:
        people.rename_group(group, said["label"], said["label_en"], by=by)
        pages.say(_("Đã đổi tên vai."))
        return pages.back_to("office.rights")

    vi, en = (people.group_labels([group], language)[group] for language in ("vi", "en"))
    return edit.edit(
        edit.form("group", edit.text("label", _("Tên tiếng Việt"), required=True, most=200),
                  edit.text("label_en", _("Tên tiếng Anh"), required=True, most=200)),
        Page(_("Đổi tên vai: %(name)s", name=en if words.language() == "en" else vi),
             url_for("office.rename_group", group=group), url_for("office.rights"), _("Đổi tên"),
             crumbs(Link(_("Quyền"), url_for("office.rights")), Link(_("Đổi tên"), "")),
             _("Quyền và việc của vai giữ nguyên; tên mới hiện ở mọi trang.")),
        do,
        first={"label": vi, "label_en": en},
    )


def _granted(act: people.Act) -> set[str]:
    """Every group that may do an act, in general or in one process."""
    return set(act.groups).union(*act.processes.values())


@blueprint.get("/office/substitutes")
def substitutes() -> Response:
    """Who acts for whom, and for how long."""
    by = pages.me()
    must(by, "substitution.name")
    rows = people.list_substitutions(by=by)
    table = substitute_parts.table(rows, "office.end_substitute", lambda row: True)
    return listing(
        by, "office.substitutes", _("Người thay"),
        [Block(_("Đang và sẽ có hiệu lực"), table=table if rows else None,
               empty=None if rows else Empty(_("Chưa cử ai thay"), _("Khi có người vắng, cử người thay theo ngày.")))],
        status=_("Không ai tự duyệt hồ sơ của mình: việc đó tự chuyển sang người thay."),
        trail=[Link(_("Người thay"), "")],
        main_act=Act(_("Cử người thay"), url_for("office.name_substitute"), "name", "main", method="get"),
    )


@blueprint.route("/office/substitutes/new", methods=["GET", "POST"])
def name_substitute() -> AnyResponse:
    """Name who acts for somebody, from a day to a day."""
    by = pages.me()
    must(by, "substitution.name")
    everybody = people_in_order(people.names(people.accounts_by_login().values()))
    en = words.language() == "en"
    lendable = [(word, group.label_en if en else group.label) for word, group in people.catalogue().items()
                if group.lendable and not group.scoped]

    def do(said: dict[str, Any]) -> AnyResponse:
        substitute_parts.name(said, int(said["account"]), by=by)
        pages.say(_("Đã cử người thay."))
        return pages.back_to("office.substitutes")

    return edit.edit(
        edit.form(
            "substitute",
            edit.choice("account", _("Người vắng mặt"), everybody, required=True),
            *substitute_parts.fields(everybody, lendable),
        ),
        Page(_("Cử người thay"), url_for("office.name_substitute"), url_for("office.substitutes"), _("Cử người thay"),
             crumbs(Link(_("Người thay"), url_for("office.substitutes")), Link(_("Cử người thay"), "")),
             _("Việc làm thay ghi rõ trong nhật ký: ai làm, thay ai.")),
        do,
        first=substitute_parts.first(),
    )


@blueprint.route("/office/substitutes/<int:number>/end", methods=["GET", "POST"])
def end_substitute(number: int) -> AnyResponse:
    """End a substitution, with a reason."""
    by = pages.me()
    must(by, "substitution.name")

    def do(reason: str) -> AnyResponse:
        people.end_substitution(number, by=by, reason=reason)
        pages.say(_("Đã kết thúc việc thay."))
        return pages.back_to("office.substitutes")

    back = url_for("office.substitutes")
    act = Act(_("Kết thúc"), url_for("office.end_substitute", number=number), "end", "takes",
              effect=_("Thôi cử người thay này?"), asks=_("Lý do"))
    return edit.confirm(act, crumbs(Link(_("Người thay"), back), Link(_("Kết thúc"), "")), back, do)
