"""The council's ballot: the round, the member's static sheet, the tellers' codes, the count, the count on paper.

Bodies of the routes that route_rights.toml calls secret hold a choice, a code or a password. They are read here, handed to one verb
and let go: a refused sheet is never shown again with what was chosen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Blueprint, Response, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import doors, people
from service.actor import Actor
from service.council import ballot
from service.council.ballot import Ballot, sealing
from service.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from service.web import ballot_parts, edit, pages
from service.web.ballot_parts import titled
from service.web.frame import Link
from service.web.parts import Act, Block, Cell, Column, Empty, Table
from service.web.standing import pages_of

blueprint = Blueprint("ballot", __name__)
SIZE = 50
PICKS = {"1": "agree", "2": "disagree", "3": "blank"}
"""Words of the sheet's fields: of one length, so that the length of what is sent tells nothing."""
KEPT_PASS = "again"
"""Where the signed cookie keeps the pass of the person who has just signed in again."""
KIOSK = "kiosk"
"""Where the signed cookie of a shared tablet keeps for which session it stands."""


def _me() -> Actor:
    """The person at the browser; a program's token is refused on every page of the ballot."""
    if doors.bearer():
        raise Forbidden(
            "Bỏ phiếu kín chỉ tự tay làm trên trang web, không qua chương trình.",
            "A secret ballot is cast in person on the pages, never by a program.",
            code="pages-only",
        )
    return pages.me()


@blueprint.get("/ballots")
def show_all() -> Response:
    """Rounds of voting that the person may read."""
    number = max(request.args.get("page", 1, type=pages.whole), 1)
    found, total = ballot.list_rounds(by=_me(), page=number, size=SIZE)
    rows = [
        [
            Cell(titled(one), ngettext("%(num)d mục", "%(num)d mục", len(one.items)), url_for("ballot.show", round_id=one.id)),
            Cell("", tag=ballot_parts.state_tag(one)),
            Cell(_("%(voted)d trong %(total)d", voted=one.voted, total=one.total) if one.secret else "", figures=True),
        ]
        for one in found
    ]
    return pages.page(
        "register", crumbs=[Link(_("Bỏ phiếu"), "")],
        sentence=ngettext("*%(num)d vòng bỏ phiếu*", "*%(num)d vòng bỏ phiếu*", total),
        status=_("Vòng mới lập từ chương trình phiên họp."), tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Các vòng"),
                table=Table(
                    [Column(_("Vòng")), Column(_("Trạng thái")), Column(_("Đã bỏ phiếu"), figures=True)], rows,
                    _("Các vòng"),
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa có vòng nào"), _("Thư ký lập vòng khi phiên họp xét xong các mục.")),
            )
        ],
        pager=pages_of(number, SIZE, total, False, lambda page: url_for("ballot.show_all", **({"page": page} if page > 1 else {}))),
        main_act=None, acts=[], side=[],
    )


@blueprint.get("/ballots/<round_id>")
def show(round_id: str) -> Response:
    """How a round stands, and what this person may do in it."""
    return _round(round_id, _me())


def _round(round_id: str, by: Actor, refusal: Refusal | None = None) -> Response:
    """The page of a round; with what was refused on it, and what was chosen kept."""
    one = ballot.read_round(round_id, by=by)
    may_vote = _may_vote(one, by)
    return pages.page(
        "ballot", code=refusal.status if refusal else 200, wrong=pages.in_language(refusal) if refusal else "",
        **ballot_parts.page_of(one, by, may_vote), tellers=ballot_parts.tellers_form(one, by, request.form),
        live_url=url_for("ballot.live", round_id=one.id) if one.state == "open" else "",
        count=ballot.live(round_id) if one.state == "open" else None,
    )


def _on_its_page(round_id: str, by: Actor, do: Callable[[], None]) -> AnyResponse:
    """Do something with a round and go back to its page; what is refused is said there."""
    try:
        do()
    except (Conflict, Invalid) as refusal:
        return _round(round_id, by, refusal)
    return pages.back_to("ballot.show", round_id=round_id)


def _may_vote(one: Ballot, by: Actor) -> bool:
    member = one.member_of(by.account)
    if one.state != "open" or member is None or not member.present:
        return False
    try:
        ballot.read_sheet(one.id, by=by)
    except Refusal:
        return False
    return True


@blueprint.get("/ballots/<round_id>/live")
def live(round_id: str) -> Response:
    """How many have voted, drawn anew at fixed ticks."""
    one = ballot.read_round(round_id, by=_me())
    response = pages.fragment(
        "ballot_live", count=ballot.live(round_id), live_url=url_for("ballot.live", round_id=round_id),
    )
    if one.state != "open":
        response.headers["HX-Refresh"] = "true"
    return response


# --- signing in again


@blueprint.route("/ballots/<round_id>/again/<what>", methods=["GET", "POST"])
def sign_in_again(round_id: str, what: str) -> AnyResponse:
    """Password and code once more, for the sheet or for a teller's code: good for ten minutes."""
    by = _me()
    if what not in ("sheet", "code"):
        raise NotFound("Không có trang này.", "There is no such page.")
    one = ballot.read_round(round_id, by=by)
    wrong, status = "", 200
    if request.method == "POST":
        purpose = _purpose(round_id, what)
        try:
            session[KEPT_PASS] = people.open_pass(
                purpose, request.form.get("password", ""), request.form.get("code"), by=by,
                address=request.remote_addr or "",
            )
            return pages.back_to("ballot.sheet" if what == "sheet" else "ballot.code", round_id=round_id)
        except Refusal as refusal:
            wrong, status = pages.in_language(refusal), refusal.status
    return pages.page(
        "ballot_again", code=status, bare=True, ballot=one, titled=titled(one), what=what, wrong=wrong,
        ask_code=people.second_factor.is_on(by.account or 0),
        url=url_for("ballot.sign_in_again", round_id=round_id, what=what),
        back_url=url_for("ballot.show", round_id=round_id), name=by.name,
    )


def _purpose(round_id: str, what: str) -> str:
    return f"{'ballot' if what == 'sheet' else 'ballot-code'}:{round_id}"


def _again(round_id: str, what: str, by: Actor) -> AnyResponse | None:
    """Lead to signing in again where the person holds no pass for this."""
    try:
        people.check_pass(session.get(KEPT_PASS, ""), _purpose(round_id, what), by=by)
    except Forbidden:
        return pages.back_to("ballot.sign_in_again", round_id=round_id, what=what)
    return None


# --- the member's sheet


@blueprint.get("/ballots/<round_id>/sheet")
def sheet(round_id: str) -> AnyResponse:
    """The static sheet with its fresh secret and the receipt made of it; nothing is asked of the server until it is sent."""
    by = _me()
    found = ballot.read_sheet(round_id, by=by)
    if (leads := _again(round_id, "sheet", by)) is not None:
        return leads
    secret = secrets.token_bytes(sealing.SECRET_BYTES)
    receipt = sealing.receipt_of(sealing.mark_of(bytes.fromhex(round_id), secret))
    one = found.ballot
    return pages.page(
        "ballot_sheet", bare=True, ballot=one, titled=titled(one), recused=found.recused, secret=secret.hex(),
        receipt=[receipt[at : at + 4] for at in range(0, len(receipt), 4)],
        items=[item for item in one.items if not item.withdrawn],
        open_items=sum(item.item_no not in found.recused and not item.withdrawn for item in one.items),
        url=url_for("ballot.cast", round_id=round_id), params=_grouped_hash(one.params_hash),
    )


def _grouped_hash(text: str) -> str:
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


@blueprint.post("/ballots/<round_id>/sheet")
def cast(round_id: str) -> AnyResponse:
    """Take the sheet: one answer for every choice."""
    by = _me()
    form = request.form
    try:
        secret = bytes.fromhex(form.get("secret", ""))
    except ValueError:
        secret = b""
    choices = {
        int(name[len("choice-") :]): PICKS.get(form[name], "?")
        for name in form
        if name.startswith("choice-") and name[len("choice-") :].isdecimal()
    }
    receipt = ballot.cast_ballot(round_id, choices, secret, by=by, pass_=session.get(KEPT_PASS, ""))
    session.pop(KEPT_PASS, None)
    back_url = url_for("ballot.show", round_id=round_id)
    if KIOSK in session:
        # A shared tablet: whoever comes next finds nobody signed in.
        number = session[KIOSK]
        people.sign_out(doors.token() or "")
        session.clear()
        session[KIOSK] = number
        back_url = url_for("council_kiosk.show", session_id=number)
    return pages.page(
        "ballot_cast", bare=True, receipt=ballot.grouped(receipt.digits), signature=_grouped_hash(receipt.signature),
        back_url=back_url, kiosk=KIOSK in session,
    )


# --- tellers


@blueprint.post("/ballots/<round_id>/tellers")
def name_tellers(round_id: str) -> AnyResponse:
    """Name the three tellers."""
    by = _me()
    chosen = [request.form.get(f"teller-{no}", type=pages.whole) or 0 for no in sealing.TELLERS]

    def do() -> None:
        ballot.name_tellers(round_id, chosen, by=by)
        pages.say(_("Đã cử Ban kiểm phiếu. Trang đầu của mỗi người có nút nhận mã."))

    return _on_its_page(round_id, by, do)


@blueprint.get("/ballots/<round_id>/code")
def code(round_id: str) -> AnyResponse:
    """A teller's page: how the own code stands."""
    by = _me()
    one = ballot.read_round(round_id, by=by)
    if one.teller_of(by.account) is None:
        raise Forbidden("Bạn không ở trong Ban kiểm phiếu của vòng này.", "You are no teller of this round.")
    if (leads := _again(round_id, "code", by)) is not None:
        return leads
    return _code_page(one, by)


def _code_page(one: Ballot, by: Actor, *, fresh: str = "", wrong: str = "", status: int = 200) -> Response:
    return pages.page(
        "ballot_code", code=status, bare=True, ballot=one, titled=titled(one), teller=one.teller_of(by.account),
        fresh=ballot.grouped(fresh).split(" ") if fresh else [], wrong=wrong,
        issue_url=url_for("ballot.issue_code", round_id=one.id),
        confirm_url=url_for("ballot.confirm_code", round_id=one.id), back_url=url_for("ballot.show", round_id=one.id),
    )


@blueprint.post("/ballots/<round_id>/code")
def issue_code(round_id: str) -> AnyResponse:
    """Give the teller a code; this answer is the only place where it ever stands."""
    by = _me()
    ballot.read_round(round_id, by=by)
    if (leads := _again(round_id, "code", by)) is not None:
        return leads
    fresh = ballot.issue_code(round_id, by=by, pass_=session.get(KEPT_PASS, ""))
    return _code_page(ballot.read_round(round_id, by=by), by, fresh=fresh)


@blueprint.post("/ballots/<round_id>/code/confirm")
def confirm_code(round_id: str) -> AnyResponse:
    """The teller types the code back."""
    by = _me()
    try:
        ballot.confirm_code(round_id, request.form.get("code", ""), by=by)
    except Invalid as refusal:
        return _code_page(
            ballot.read_round(round_id, by=by), by, wrong=pages.in_language(refusal), status=refusal.status
        )
    pages.say(_("Mã của bạn đã được xác nhận. Cất giấy mã vào phong bì, mang theo khi kiểm phiếu."))
    return pages.back_to("ballot.show", round_id=round_id)


# --- the secretary's acts


@blueprint.post("/ballots/<round_id>/open")
def open_round(round_id: str) -> AnyResponse:
    """Open the round."""
    by = _me()

    def do() -> None:
        ballot.open_round(round_id, by=by)
        pages.say(_("Đã mở vòng bỏ phiếu. Tham số của vòng không sửa được nữa."))

    return _on_its_page(round_id, by, do)


@blueprint.post("/ballots/<round_id>/seal")
def seal(round_id: str) -> AnyResponse:
    """Close the box."""
    by = _me()

    def do() -> None:
        one = ballot.seal_round(round_id, by=by)
        if one.state == "sealed":
            pages.say(ngettext("Đã niêm phong hòm phiếu: *%(num)d phiếu*. Danh sách mã biên nhận đã công bố.",
                               "Đã niêm phong hòm phiếu: *%(num)d phiếu*. Danh sách mã biên nhận đã công bố.", one.voted))
        else:
            pages.say(_("Vòng bị hủy. %(why)s", why=one.reason), "bad")

    return _on_its_page(round_id, by, do)


@blueprint.route("/ballots/<round_id>/cancel", methods=["GET", "POST"])
def cancel(round_id: str) -> AnyResponse:
    """Cancel the round, with a reason."""

    def do(by: Actor, reason: str) -> None:
        ballot.cancel_round(round_id, reason, by=by)
        pages.say(_("Đã hủy vòng bỏ phiếu. Vòng sau là một vòng mới; cả hai ghi trong biên bản."))

    return _with_reason(round_id, "ballot.cancel", ballot_parts.cancel_act, do)


@blueprint.route("/ballots/<round_id>/items/<int:item_no>/withdraw", methods=["GET", "POST"])
def withdraw(round_id: str, item_no: int) -> AnyResponse:
    """Take an item off, with a reason."""

    def do(by: Actor, reason: str) -> None:
        ballot.withdraw_item(round_id, item_no, reason, by=by)
        pages.say(_("Đã rút mục %(n)d. Mục này không cộng phiếu.", n=item_no))

    return _with_reason(round_id, "ballot.plan", lambda one: ballot_parts.withdraw_act(one, item_no), do)


def _with_reason(
    round_id: str, right: str, act: Callable[[Ballot], Act], do: Callable[[Actor, str], None]
) -> AnyResponse:
    by = _me()
    people.require(by, right)
    one = ballot.read_round(round_id, by=by)

    def done(reason: str) -> AnyResponse:
        do(by, reason)
        return pages.back_to("ballot.show", round_id=round_id)

    url = url_for("ballot.show", round_id=round_id)
    return edit.confirm(act(one), ballot_parts.crumbs(one, act(one).words), url, done)


@blueprint.post("/ballots/<round_id>/burn")
def burn(round_id: str) -> AnyResponse:
    """Empty the box for good."""
    by = _me()

    def do() -> None:
        ballot.burn_round(round_id, by=by)
        pages.say(_("Đã xóa hòm phiếu. Ban kiểm phiếu hủy giấy mã."))

    return _on_its_page(round_id, by, do)


@blueprint.post("/ballots/<round_id>/complain")
def complain(round_id: str) -> AnyResponse:
    """A voter misses the own receipt."""
    by = _me()

    def do() -> None:
        ballot.complain(round_id, request.form.get("receipt", ""), by=by)
        pages.say(_("Vòng bị hủy vì mã biên nhận của bạn không có trong danh sách. Thư ký lập biên bản, mở vòng mới."), "bad")

    return _on_its_page(round_id, by, do)


# --- counting


@blueprint.route("/ballots/<round_id>/count", methods=["GET", "POST"])
def count(round_id: str) -> AnyResponse:
    """Two tellers type their codes on one screen; a wrong one is named."""
    return _count(round_id, "count", ballot.count_round, _("Đã kiểm phiếu. Kết quả ở dưới."))


@blueprint.route("/ballots/<round_id>/recount", methods=["GET", "POST"])
def recount(round_id: str) -> AnyResponse:
    """Count the kept box again."""
    return _count(round_id, "recount", ballot.recount, _("Đã kiểm lại, kết quả như cũ."))


def _count(round_id: str, what: str, verb: Callable[..., Ballot], said: str) -> AnyResponse:
    by = _me()
    one = ballot.read_round(round_id, by=by)
    if one.teller_of(by.account) is None:
        people.require(by, "ballot.count")
    faults: list[tuple[str, str]] = []
    status, typed = 200, {no: request.form.get(f"code_{no}", "")[:120] for no in sealing.TELLERS}
    if request.method == "POST":
        try:
            verb(round_id, typed, by=by)
        except Invalid as refusal:
            # What was typed stays, on this answer only: a code has 36 digits, and one of them is wrong.
            faults, status = pages.shown_faults(refusal), refusal.status
        else:
            pages.say(said)
            return pages.back_to("ballot.show", round_id=round_id)
    return pages.page(
        "ballot_count", code=status, bare=True, ballot=one, titled=titled(one), typed=typed, faults=dict(faults),
        url=url_for(f"ballot.{what}", round_id=round_id), back_url=url_for("ballot.show", round_id=round_id),
        again=what == "recount",
    )


@blueprint.route("/ballots/<round_id>/paper", methods=["GET", "POST"])
def paper(round_id: str) -> AnyResponse:
    """Key the count of a round on paper, or of hands; two people, who must agree."""
    by = _me()
    one = ballot.read_round(round_id, by=by)
    if one.teller_of(by.account) is None:
        people.require(by, "ballot.paper")
    wrong, status = "", 200
    if request.method == "POST":
        try:
            done = ballot.file_paper_count(
                round_id, ballot_parts.figure(request.form, "returned"), ballot_parts.sums(one, request.form), by=by
            )
        except Refusal as refusal:
            wrong, status = pages.in_language(refusal), refusal.status
        else:
            pages.say(ballot_parts.keyed_words(done), "ok" if done.state == "counted" else "warn")
            return _with_scan(round_id, by)
    return pages.page(
        "ballot_paper", code=status, ballot=one, titled=titled(one), wrong=wrong,
        typed=request.form.to_dict(), items=[item for item in one.items if not item.withdrawn],
        url=url_for("ballot.paper", round_id=round_id),
        crumbs=ballot_parts.crumbs(one, _("Phiếu giấy") if one.secret else _("Kết quả biểu quyết")),
        back_url=url_for("ballot.show", round_id=round_id),
    )


@blueprint.post("/ballots/<round_id>/scan")
def scan(round_id: str) -> AnyResponse:
    """Attach the scanned counting minutes, until the minutes of the session are signed."""
    by = _me()
    if ballot.read_round(round_id, by=by).teller_of(by.account) is None:
        people.require(by, "ballot.paper")
    return _with_scan(round_id, by, asked=True)


def _with_scan(round_id: str, by: Actor, *, asked: bool = False) -> AnyResponse:
    """Keep the scan that was sent, and go back to the round; what was keyed stands whether or not the file is taken."""
    file = request.files.get("scan")
    try:
        if file is not None and file.filename:
            ballot.attach_scan(round_id, file.filename, file.read(), by=by)
            pages.say(_("Đã lưu bản chụp biên bản kiểm phiếu."))
        elif asked:
            pages.say(_("Chọn tệp bản chụp biên bản kiểm phiếu."), "bad")
    except (Conflict, Invalid) as refusal:
        pages.say(pages.in_language(refusal), "bad")
    return pages.back_to("ballot.show", round_id=round_id)
