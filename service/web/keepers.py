"""Pages of those who keep checkpoints outside the house: choosing them, and the keeper's own page behind the link in each letter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import keepers, people, words
from service.actor import Actor
from service.errors import NotFound
from service.keepers import Keeper, KeeperLetter, Kept
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.office_frame import must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag
from service.web.second_person import do_or_ask

blueprint = Blueprint("keepers", __name__)


def _crumbs(last: str = "") -> list[Link]:
    found = [
        Link(_("Nhật ký"), url_for("trail.show")), Link(_("Mốc nhật ký"), url_for("trail_proofs.show")),
        Link(_("Người giữ mốc"), url_for("keepers.show") if last else ""),
    ]
    return [*found, Link(last, "")] if last else found


def _state(row: Keeper) -> Tag:
    if row.ended_at is not None:
        return Tag("replaced", _("đã thôi"))
    return Tag("done", _("đang giữ")) if row.confirmed_at is not None else Tag("waiting", _("chờ nhận lời"))


@blueprint.get("/trail/keepers")
def show() -> Response:
    """Who keeps checkpoints, what went to them last, and what does not arrive."""
    by = pages.me()
    must(by, "trail.read")
    rows = keepers.list_keepers(by=by)
    may = people.allowed(by, keepers.MANAGE)
    keeping = [one for one in rows if one.keeper.confirmed_at is not None and one.keeper.ended_at is None]
    running = [one for one in rows if one.keeper.ended_at is None]
    return pages.page(
        "register",
        crumbs=_crumbs(),
        sentence=ngettext("*%(num)d người* đang giữ mốc nhật ký", "*%(num)d người* đang giữ mốc nhật ký", len(keeping)) if keeping
        else _("*Chưa ai* giữ mốc nhật ký"),
        status=_("Mốc chỉ chứng minh được khi nằm ngoài cơ quan. Mỗi ngày, và ngay sau khi niêm phong hòm phiếu, kiểm phiếu, ký quyết"
                 " định, phục hồi dữ liệu, mốc mới nhất được gửi tới từng người giữ; thư đánh số liên tục."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            *([Block(_("Cần làm"), checks=_wanting(keeping, running))] if _wanting(keeping, running) else []),
            Block(
                _("Người giữ mốc"),
                table=Table(
                    [Column(_("Số")), Column(_("Người giữ")), Column(_("Hộp thư")), Column(_("Thư gần nhất")), Column(_("Tình trạng"))],
                    [_row(one) for one in rows],
                    _("Người giữ mốc"),
                    row_acts=[_row_acts(one.keeper) if may else [] for one in rows],
                ) if rows else None,
                empty=None if rows else Empty(
                    _("Chưa có người giữ mốc"),
                    _("Nên có ba người, ít nhất một người ngoài bộ phận công nghệ thông tin, chẳng hạn thanh tra tỉnh, trưởng ban"
                      " thanh tra nhân dân."),
                ),
            ),
        ],
        pager=None,
        main_act=Act(_("Thêm người giữ mốc"), url_for("keepers.add"), "add", "main", method="get")
        if may and len(running) < keepers.MOST else None,
        acts=[], side=[],
    )


def _wanting(keeping: list[Kept], running: list[Kept]) -> list[Check]:
    found = []
    if running and not any(one.keeper.outside for one in keeping):
        found.append(Check(_("Chưa có người giữ mốc nào ngoài bộ phận công nghệ thông tin. Thêm một người như vậy."), "warn"))
    for one in running:
        for letter in one.letters:
            if letter.missed_at is not None:
                found.append(Check(
                    _("Thư số %(letter)d mang mốc số %(checkpoint)d không tới người giữ mốc số %(keeper)d (%(when)s).",
                      letter=letter.number, checkpoint=letter.checkpoint, keeper=one.keeper.id, when=words.full_moment(letter.missed_at)),
                    "bad",
                ))
    return found


def _row(one: Kept) -> list[Cell]:
    row, last = one.keeper, one.last
    return [
        Cell(str(row.id)),
        Cell(row.name, row.address),
        Cell(_("ngoài bộ phận CNTT") if row.outside else _("trong tầm bộ phận CNTT")),
        Cell(
            _("Thư số %(letter)d, mốc số %(checkpoint)d", letter=last.number, checkpoint=last.checkpoint),
            words.full_moment(last.queued_at),
        ) if last else Cell(""),
        Cell("", tag=_state(row)),
    ]


def _row_acts(row: Keeper) -> list[Act]:
    if row.ended_at is not None:
        return [] if keepers.is_forgotten(row) else [_forget_act(row)]
    again = [Act(_("Gửi lại đề nghị"), url_for("keepers.again", number=row.id), f"again-{row.id}", "text")]
    return [*(again if row.confirmed_at is None else []), _end_act(row)]


def _end_act(row: Keeper) -> Act:
    url = url_for("keepers.end", number=row.id)
    return Act(
        _("Kết thúc"), url, f"end-{row.id}", "takes", page_url=url, asks=_("Lý do, ghi vào nhật ký"),
        effect=_("Không gửi mốc tới *%(name)s* nữa? Người này được báo bằng thư.", name=row.name.replace("*", "∗")),
    )


def _forget_act(row: Keeper) -> Act:
    url = url_for("keepers.forget", number=row.id)
    return Act(
        _("Xóa tên, địa chỉ"), url, f"forget-{row.id}", "takes", page_url=url, asks=_("Lý do, ghi vào nhật ký; không ghi tên người đó"),
        effect=_("Xóa tên và địa chỉ của *%(name)s*? Số thư đã gửi vẫn còn. Không lấy lại được.", name=row.name.replace("*", "∗")),
    )


@blueprint.route("/trail/keepers/new", methods=["GET", "POST"])
def add() -> AnyResponse:
    """Ask somebody to keep checkpoints."""
    by = pages.me()
    must(by, keepers.MANAGE)

    def do(said: dict[str, Any]) -> AnyResponse:
        outside = said["outside"] == "yes"

        def ask() -> None:
            keepers.ask_keeper(said["name"], said["address"], outside=outside, by=by)

        do_or_ask(
            keepers.GUARDED, keepers.asked_given(said["name"], said["address"], outside), ask, by=by, reason=said["reason"],
            done=_("Đã gửi thư đề nghị. Mốc được gửi từ khi người đó nhận lời."),
        )
        return pages.back_to("keepers.show")

    return edit.edit(
        edit.form(
            "keeper",
            edit.text("name", _("Họ tên, chức vụ hoặc cơ quan"), required=True, most=120),
            edit.text("address", _("Địa chỉ thư điện tử"), required=True, most=254),
            edit.choice(
                "outside", _("Ai quản trị hộp thư này"),
                [("yes", _("Ngoài bộ phận công nghệ thông tin của cơ quan")), ("no", _("Bộ phận công nghệ thông tin của cơ quan"))],
                required=True,
            ),
            edit.reason(),
        ),
        Page(_("Thêm người giữ mốc"), url_for("keepers.add"), url_for("keepers.show"), _("Gửi đề nghị"), _crumbs(_("Thêm")),
             _("Thư hỏi ý kiến được gửi tới địa chỉ này; mốc chỉ gửi sau khi người đó bấm nhận lời.")),
        do,
    )


@blueprint.post("/trail/keepers/<int:number>/again")
def again(number: int) -> AnyResponse:
    """Ask once more who has not answered."""
    keepers.ask_again(number, by=pages.me())
    pages.say(_("Đã gửi lại thư đề nghị."))
    return pages.back_to("keepers.show")


@blueprint.route("/trail/keepers/<int:number>/end", methods=["GET", "POST"])
def end(number: int) -> AnyResponse:
    """End somebody's keeping, with a reason."""
    by = pages.me()
    must(by, keepers.MANAGE)
    row = _found(number, by)

    def do(reason: str) -> AnyResponse:
        do_or_ask(
            keepers.GUARDED, keepers.ended_given(number, reason), lambda: keepers.end_keeper(number, by=by, reason=reason), by=by,
            reason=reason, done=_("Đã kết thúc. Người giữ mốc được báo bằng thư."),
        )
        return pages.back_to("keepers.show")

    return edit.confirm(_end_act(row), _crumbs(_("Kết thúc")), url_for("keepers.show"), do)


@blueprint.route("/trail/keepers/<int:number>/forget", methods=["GET", "POST"])
def forget(number: int) -> AnyResponse:
    """Erase name and address of who keeps checkpoints no more, with a reason."""
    by = pages.me()
    must(by, keepers.MANAGE)
    row = _found(number, by)

    def do(reason: str) -> AnyResponse:
        keepers.forget(number, by=by, reason=reason)
        pages.say(_("Đã xóa tên và địa chỉ."))
        return pages.back_to("keepers.show")

    return edit.confirm(_forget_act(row), _crumbs(_("Xóa tên, địa chỉ")), url_for("keepers.show"), do)


def _found(number: int, by: Actor) -> Keeper:
    found = next((one.keeper for one in keepers.list_keepers(by=by) if one.keeper.id == number), None)
    if found is None:
        raise NotFound("Không có người giữ mốc này.", "There is no such keeper.")
    return found


def reach_block() -> Block:
    """Up to which entry the trail is proved to somebody outside, and how many came since; also for other pages about the trail."""
    found = keepers.reach()
    since = Fact(_("Ghi thêm từ đó"), ngettext("%(num)d sự kiện", "%(num)d sự kiện", found.after))
    return Block(
        _("Đã ra ngoài cơ quan"),
        facts=[Fact(_("Đến sự kiện số"), words.number(found.size)), Fact(_("Trong thư mang mốc số"), words.number(found.checkpoint)), since]
        if found.checkpoint else [],
        words=_("Điều ghi sau mốc nêu dưới đây chưa chứng minh được với người ngoài cơ quan.") if found.checkpoint
        else _("Chưa thư mang mốc nào tới người giữ ngoài bộ phận công nghệ thông tin: nhật ký chưa chứng minh được với người"
               " ngoài cơ quan."),
    )


# -- the keeper's own page, without signing in


@blueprint.get("/checkpoint-letters/<code>")
def own(code: str) -> Response:
    """What went to the keeper: to be held against the mailbox; looking changes nothing."""
    kept = keepers.page_of(code)
    row = kept.keeper
    asked = row.confirmed_at is None and row.ended_at is None
    keeping = row.confirmed_at is not None and row.ended_at is None
    return pages.page(
        "register",
        crumbs=[Link(_("Giữ mốc nhật ký"), "")],
        sentence=_("Đề nghị bạn *giữ mốc nhật ký*") if asked
        else ngettext("*%(num)d thư* mang mốc nhật ký đã gửi tới bạn", "*%(num)d thư* mang mốc nhật ký đã gửi tới bạn", kept.count),
        status=_("Mốc là chữ ký số trên toàn bộ nhật ký xét khen thưởng, không chứa dữ liệu cá nhân. Bạn chỉ cần giữ lại các thư nhận được;"
                 " ai sửa nhật ký về sau thì mốc bạn giữ cho thấy.") if asked or keeping
        else _("Bạn không giữ mốc nữa. Các mốc đã nhận vẫn dùng để đối chiếu được."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[] if asked else [Block(
            _("Các thư đã gửi"),
            words=_("Đối chiếu với hộp thư của bạn. Số nào bạn không nhận được thì báo; thanh tra và quản trị viên nhận cảnh báo ngay."
                    " Thư tới muộn thì bấm Đã nhận được.")
            if keeping else "",
            table=Table(
                [Column(_("Thư số")), Column(_("Mốc số")), Column(_("Gửi lúc"))],
                [_letter_row(letter) for letter in kept.letters],
                _("Các thư đã gửi"),
                row_acts=[_missing_acts(code, letter) if keeping else [] for letter in kept.letters],
            ) if kept.letters else None,
            empty=None if kept.letters else Empty(_("Chưa có thư nào"), _("Thư đầu tiên được gửi trong vài phút.")),
        )],
        pager=None,
        main_act=Act(_("Tôi nhận giữ mốc"), url_for("keepers.agree", code=code), "agree", "main") if asked else None,
        acts=[_leave_act(code)] if keeping else [],
        side=[],
    )


def _leave_act(code: str) -> Act:
    url = url_for("keepers.leave", code=code)
    return Act(
        _("Thôi giữ mốc"), url, "leave", "takes", page_url=url, asks=_("Vì sao"),
        effect=_("Thôi nhận mốc? Cơ quan được báo để tìm người khác."),
    )


def _letter_row(letter: KeeperLetter) -> list[Cell]:
    return [
        Cell(str(letter.number)), Cell(str(letter.checkpoint)),
        Cell(words.full_moment(letter.queued_at), tag=_letter_tag(letter)),
    ]


def _letter_tag(letter: KeeperLetter) -> Tag | None:
    if letter.missed_at is not None:
        return Tag("overdue", _("không nhận được"))
    return Tag("done", _("đã nhận")) if letter.received_at is not None else None


def _missing_acts(code: str, letter: KeeperLetter) -> list[Act]:
    if letter.missed_at is not None:
        return [Act(
            _("Đã nhận được"), url_for("keepers.received", code=code, number=letter.number), f"received-{letter.number}", "text",
            effect=_("Thư số *%(letter)d* đã có trong hộp thư của bạn?", letter=letter.number),
        )]
    return [Act(
        _("Không nhận được"), url_for("keepers.missing", code=code, number=letter.number), f"missing-{letter.number}", "text",
        effect=_("Báo không nhận được thư số *%(letter)d*?", letter=letter.number),
    )]


@blueprint.post("/checkpoint-letters/<code>/agree")
def agree(code: str) -> AnyResponse:
    """The person agrees to keep checkpoints."""
    keepers.confirm(code)
    pages.say(_("Cảm ơn bạn. Thư đầu tiên được gửi trong vài phút."))
    return pages.back_to("keepers.own", code=code)


@blueprint.post("/checkpoint-letters/<code>/missing/<int:number>")
def missing(code: str, number: int) -> AnyResponse:
    """A letter did not arrive."""
    keepers.report_missing(code, number)
    pages.say(_("Đã báo. Thanh tra và quản trị viên của cơ quan nhận cảnh báo ngay."))
    return pages.back_to("keepers.own", code=code)


@blueprint.post("/checkpoint-letters/<code>/received/<int:number>")
def received(code: str, number: int) -> AnyResponse:
    """A letter that was missed is in the mailbox after all."""
    keepers.report_received(code, number)
    pages.say(_("Đã ghi: bạn có thư này."))
    return pages.back_to("keepers.own", code=code)


@blueprint.route("/checkpoint-letters/<code>/leave", methods=["GET", "POST"])
def leave(code: str) -> AnyResponse:
    """The person keeps checkpoints no more, and says why."""
    keepers.page_of(code)

    def do(reason: str) -> AnyResponse:
        keepers.leave(code, reason)
        pages.say(_("Bạn đã thôi giữ mốc. Cơ quan được báo."))
        return pages.back_to("keepers.own", code=code)

    crumbs = [Link(_("Giữ mốc nhật ký"), url_for("keepers.own", code=code)), Link(_("Thôi giữ mốc"), "")]
    return edit.confirm(_leave_act(code), crumbs, url_for("keepers.own", code=code), do)
