"""What every page stands on: its frame, signing in and out, and how a refusal is shown."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from service import doors, notices, people
from service.actor import Actor
from service.config import Settings
from service.db import at_one_moment
from service.errors import NotSignedIn, Refusal
from service.people import DEMO_PASSWORD
from service.web import display
from service.web.frame import Frame, Link, Me, Said
from service.web.parts import Check
from service.web.rendering import chosen_language, chosen_theme
from service.words import N_

blueprint = Blueprint("pages", __name__)

SUBJECTS: tuple[str, ...] = (
    "inbox", "inbox_filters", "tasks", "comments", "following", "questions", "workload", "files", "lists", "submissions", "nominate",
    "same_person", "consents", "paper", "same", "home", "nominations", "case_checks", "evidence", "rounds", "round_content", "movements",
    "trail", "trail_proofs", "keepers", "office", "office_people", "office_units", "office_days", "office_mail", "office_letters",
    "office_webhooks",
    "second_person", "office_health", "office_processes", "office_enactments", "office_rules", "office_law",
    "past_awards", "broadcasts", "erasures", "clock", "sessions", "set_password", "ballot", "second_factor", "own_mail",
    "own_calendar", "own_notices", "own_substitutes", "own_tokens", "council", "council_meeting", "council_kiosk",
    "council_written", "council_scores", "reviewing", "own_scores", "feedback",
    "kept_pages", "papers", "public", "verify", "studio_words", "studio_figures",
    "studio_replay", "studio_tryout", "studio_scenarios", "studio", "studio_files", "studio_registers", "studio_deploy", "studio_migration",
    "studio_operating", "elsewhere", "movement_page", "matters", "matter_begin", "matter_papers", "periods", "statistics", "proposals",
    "stocktakes", "help", "index_sets", "index_content", "index_values", "index_results",
)
"""Modules of pages, each with a `blueprint`."""

NAV: tuple[tuple[str, str, str | tuple[str, ...], tuple[str, ...]], ...] = (
    # endpoint, words, where else it is current, acts of the matrix of which any lets one in ((): everybody)
    ("pages.home", N_("Trang đầu"), "", ()),
    ("inbox.show", N_("Việc cần xử lý"), "task.", ()),
    ("rounds.show_all", N_("Đợt xét"), ("rounds.", "movements.", "reviewing.", "round_content."), ()),
    ("nominations.show_all", N_("Hồ sơ"), "nominations.", ()),
    ("matters.registers", N_("Phong trào"),
     ("matters.", "matter_begin.", "periods.", "statistics.", "proposals.", "stocktakes.", "index_", "movement."), ()),
    ("council.show_all", N_("Hội đồng"), ("council", "ballot"), ("council_agenda.draft", "council_agenda.sign")),
    ("lists.show_all", N_("Danh sách"), "lists.", ("submission.read", "opinion_letter.read", "award_list.read", "package.read")),
    ("trail.show", N_("Nhật ký"), "trail.", ("trail.read",)),
    ("office.show", N_("Quản trị"), ("office", "studio"), ("account.read", "rule.edit", "rule.confirm")),
)


SIGNED = {"own_mail.stop"}
"""Addresses that carry a signature of ours: a mail program posts to them, and has no page whose token it could send."""


def install(app: Flask) -> None:
    """Add every module of pages."""
    app.register_blueprint(display.pages)
    app.register_blueprint(blueprint)
    for name in SUBJECTS:
        app.register_blueprint(import_module(f"service.web.{name}").blueprint)

    @app.before_request
    def guard() -> AnyResponse | None:
        """Every posted form carries its token; a page for people needs a person."""
        if doors.is_api() or request.endpoint in (None, "static", "healthz", "prometheus_metrics"):
            return None
        if request.method == "POST" and request.endpoint not in SIGNED:
            try:
                validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", ""))
            except ValidationError:
                raise Refusal(
                    "Trang đã mở quá lâu hoặc đã mở từ nơi khác. Tải lại trang rồi gửi lại.",
                    "The page was open for too long; reload it and send again.",
                    code="csrf",
                ) from None
        return None


def settings() -> Settings:
    """Settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def me() -> Actor:
    """The person who is signed in; NotSignedIn leads to the sign-in page."""
    by = doors.actor()
    if by.must_change and request.endpoint != "pages.change_password":
        raise Refusal(*doors.CHANGE_FIRST, code="must-change")
    if by.must_enrol:  # its own page asks `doors.actor`
        raise Refusal(*doors.ENROL_FIRST, code="must-enrol")
    return by


def page(template: str, *, code: int = 200, bare: bool = False, **context: Any) -> Response:
    """Render a page inside its frame; `bare`: without menu, search and bell, for what is done on one sheet."""
    frame = replace(_frame(), nav=(), search_url="", bell=None) if bare else _frame()
    response = make_response(render_template(f"pages/{template}.html", frame=frame, **context))
    response.status_code = code
    return response


def fragment(template: str, **context: Any) -> Response:
    """Render a part of a page that is drawn anew by itself."""
    return make_response(render_template(f"pages/{template}.html", **context))


def say(words: str, level: str = "ok", link: str = "") -> None:
    """Show a sentence at the top of the next page, with a link to where it is done instead."""
    both: Any = (words, link)
    flash(both if link else words, level)


def number_of(text: str | None) -> int | None:
    """The number of a row that a form or an address names; None for what no row's number can be."""
    try:
        return whole(text or "")
    except ValueError:
        return None


def whole(text: str) -> int:
    """A whole number from 0 that a database's column holds; ValueError for anything else, so that `type=whole` takes the default."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ValueError(text[:20])
    return int(text)


def back_to(endpoint: str, **values: Any) -> AnyResponse:
    """Go on to another page after a posted form, so that reloading repeats nothing."""
    return redirect(url_for(endpoint, **values), code=303)


def _frame() -> Frame:
    by: Actor | None = g.get("actor")
    flashed: Any = get_flashed_messages(with_categories=True)
    said = tuple(Said(words, level) if isinstance(words, str) else Said(words[0], level, words[1]) for level, words in flashed)
    notice = (
        _("Dữ liệu minh họa: đơn vị, người và con số trong trang này đều là hư cấu.") if settings().demo else ""
    )
    return Frame(
        home_url=url_for("pages.home"),
        display_url=url_for("display.choose"),
        nav=_nav(by) if by else (),
        me=_me(by) if by else None,
        bell=_bell(by) if by and by.account else None,
        search_url=url_for("nominations.show_all") if by and "nominations" in current_app.blueprints else "",
        notice=notice,
        said=said,
        theme=chosen_theme(),
        language=chosen_language(),
        here=request.full_path.rstrip("?") if request.method == "GET" and request.endpoint != "elsewhere.done" else url_for("pages.home"),
    )


def _nav(by: Actor) -> tuple[Link, ...]:
    links = []
    for endpoint, words, also, acts in NAV:
        if endpoint.partition(".")[0] not in current_app.blueprints or acts and not any(people.allowed(by, act) for act in acts):
            continue
        here = request.endpoint or ""
        links.append(
            Link(
                _(words),
                url_for(endpoint),
                count=_open_tasks(by) if endpoint == "inbox.show" else None,
                current=here == endpoint or bool(also) and here.startswith(also) or
                here.partition(".")[0] == endpoint.partition(".")[0] != "pages",
            )
        )
    return tuple(links)


def _bell(by: Actor) -> Link:
    count = notices.count_unread(by.account or 0)
    most = notices.MOST_COUNTED
    said = (
        _("Thông báo, không có tin chưa đọc") if not count
        else _("Thông báo, hơn %(num)d tin chưa đọc", num=most - 1) if count >= most
        else ngettext("Thông báo, %(num)d tin chưa đọc", "Thông báo, %(num)d tin chưa đọc", count)
    )
    return Link(said, url_for("own_notices.show"), "bell", count, current=request.endpoint == "own_notices.show")


def _open_tasks(by: Actor) -> int:
    from service.processes import inbox

    return sum(inbox.count_open(by).values())


def role_of(by: Actor) -> str:
    """What the bar says a person is: the account's title, else the first group's label."""
    return people.title_of(by.account) if by.account else ""


def _me(by: Actor) -> Me:
    links = [
        Link(_("Hướng dẫn"), url_for("help.show_all")),
        Link(_("Đổi mật khẩu"), url_for("pages.change_password")),
        Link(_("Xác thực hai bước"), url_for("second_factor.show")),
    ]
    if "sessions" in current_app.blueprints:
        links.append(Link(_("Phiên đăng nhập của tôi"), url_for("sessions.show")))
    if "own_tokens" in current_app.blueprints:
        links.append(Link(_("Mã truy cập API của tôi"), url_for("own_tokens.show")))
    if "own_mail" in current_app.blueprints:
        links.append(Link(_("Thư gửi cho tôi"), url_for("own_mail.choose")))
    if "own_calendar" in current_app.blueprints:
        links.append(Link(_("Lịch việc đến hạn"), url_for("own_calendar.show")))
    if "own_substitutes" in current_app.blueprints:
        links.append(Link(_("Người thay khi vắng mặt"), url_for("own_substitutes.show")))
    if settings().demo and "clock" in current_app.blueprints:
        links.append(Link(_("Chỉnh đồng hồ chạy thử"), url_for("clock.show")))
    return Me(by.name, role_of(by), by.account or 0, url_for("pages.sign_out"), tuple(links))


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Sign in by name and password, then by the code of the second factor where the account has one."""
    if request.method == "GET":
        return _sign_in_page()
    try:
        token, by = _signed_in()
    except people.CodeNeeded as needed:
        return ask_for_code(needed)
    except Refusal as refusal:
        ask_code = _STEP in session and refusal.code == "wrong-code"
        return _sign_in_page(in_language(refusal), status=refusal.status, ask_code=ask_code)
    return let_in(token, by)


def let_in(token: str, by: Actor, wanted: str | None = None, *, elsewhere: bool = False) -> AnyResponse:
    """Go on as the person of a fresh session, to the page that was wanted; `elsewhere`: signed in at another house."""
    session.clear()  # a cookie from before signing in must not carry over
    session[doors.TOKEN] = token
    if elsewhere:
        session[_ELSEWHERE] = True
    if by.must_change:
        return back_to("pages.change_password")
    if by.must_enrol:
        return back_to("second_factor.show")
    return redirect(_local(request.form.get("next", "") if wanted is None else wanted), code=303)


def ask_for_code(needed: people.CodeNeeded, wanted: str | None = None) -> Response:
    """Ask for the code of the second factor after the right password, a new one, or the word of another house."""
    session[_STEP] = needed.step
    return _sign_in_page(ask_code=True, wanted=wanted)


def sign_in_page(refusal: Refusal, wanted: str | None = None) -> Response:
    """The sign-in page, with why somebody was not let in."""
    return _sign_in_page(in_language(refusal), status=refusal.status, wanted=wanted)


def _sign_in_page(wrong: str = "", *, status: int = 200, ask_code: bool = False, wanted: str | None = None) -> Response:
    further = _local(request.values.get("next", "") if wanted is None else wanted)
    at = people.oidc.provider()
    name = (at.name_en if chosen_language() == "en" else "") or at.name if at else ""
    left = doors.TOKEN not in session and session.pop(_ELSEWHERE, None)
    out = people.oidc.sign_out_address(at, url_for("pages.sign_in", _external=True)) if at and left else ""
    return page(
        "sign_in",
        code=status,
        url=url_for("pages.sign_in"),
        next=further,
        elsewhere=Link(_("Đăng nhập qua %(name)s", name=name), url_for("elsewhere.begin", next=further)) if at else None,
        out=Link(_("Đăng xuất cả ở %(name)s", name=name), out) if out else None,
        username=request.form.get("username", ""),
        wrong=wrong,
        ask_code=ask_code,
        accounts=_demo_accounts() if settings().demo else (),
        password=DEMO_PASSWORD if settings().demo else "",
        no_password=[
            Link(_("Quên mật khẩu"), url_for("set_password.forgotten")),
            Link(_("Đặt mật khẩu bằng mã một lần"), url_for("set_password.redeem")),
        ],
        open_to_all=[
            Link(_("Tra cứu hồ sơ bằng mã"), url_for("public.standing")), Link(_("Trang vinh danh"), url_for("public.honours")),
            Link(_("Gương người tốt, việc tốt"), url_for("public.exemplars")),
        ],
    )


_ELSEWHERE = "elsewhere"
"""Where the signed cookie keeps that the person has signed in at another house, and may want to sign out there too."""
_STEP = "step"
"""Where the signed cookie keeps that name and password were right and the code is still to come."""


def _signed_in() -> tuple[str, Actor]:
    here: dict[str, Any] = {
        "door": "web", "address": request.remote_addr or "", "device": (request.user_agent.string or "")[:200],
    }
    if "password" not in request.form and _STEP in session:
        return people.finish_sign_in(session[_STEP], request.form.get("code", ""), **here)
    session.pop(_STEP, None)
    return people.sign_in(request.form.get("username", ""), request.form.get("password", ""), **here)


def _demo_accounts() -> list[tuple[str, str]]:
    from service.demo import source

    return [(row["login"], f"{row['name']}, {row['title']}") for row in source.accounts() if not row["login"][-2:].isdigit()]


def _local(address: str) -> str:
    """Where to go on after signing in: a page of this service that is not about signing in or out."""
    return "/" if address.startswith("/sign-") else display.local_path(address)


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session."""
    if token := doors.token():
        people.sign_out(token)
    elsewhere = session.get(_ELSEWHERE)
    session.clear()
    if elsewhere:
        session[_ELSEWHERE] = True  # the next sign-in page offers to sign out there too
    return back_to("pages.sign_in")


@blueprint.route("/password", methods=["GET", "POST"])
def change_password() -> Any:
    """Change one's own password."""
    by = doors.actor()
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            people.change_password(
                request.form.get("old", ""), request.form.get("new", ""), by=by, keep=doors.token()
            )
        except Refusal as refusal:
            faults = shown_faults(refusal) or [("old", in_language(refusal))]
        else:
            say(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."))
            return back_to("pages.home")
    return page("password", code=422 if faults else 200, faults=faults, url=url_for("pages.change_password"))


@blueprint.get("/")
@at_one_moment
def home() -> Any:
    """The first page, by role."""
    from service.web.home import show

    return show(me())


class Told(Protocol):
    """What is said in both languages: a refusal, a problem of a diagram, a reason."""

    @property
    def message(self) -> str:
        """The sentence in Vietnamese."""

    @property
    def message_en(self) -> str:
        """The sentence in English."""


def in_language(told: Told) -> str:
    """A sentence in the reader's language."""
    return told.message if chosen_language() == "vi" else told.message_en


def shown_faults(refusal: Refusal) -> list[tuple[str, str]]:
    """Faults of fields as (path, sentence) in the reader's language."""
    return [(f.path, in_language(f)) for f in refusal.faults]


def shown_lines(refusal: Refusal) -> list[str]:
    """The lines of a refusal in the reader's language."""
    return [str(line["message" if chosen_language() == "vi" else "message_en"]) for line in refusal.lines]


def refused(refusal: Refusal) -> Any:
    """The page of a refusal: one sentence, what to do, and no trace of the machine."""
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return redirect(url_for("pages.sign_in", next=request.full_path.rstrip("?")), code=303)
    if refusal.code == "must-change":
        return back_to("pages.change_password")
    if refusal.code == "must-enrol":
        return back_to("second_factor.show")
    if request.accept_mimetypes.best == "application/json":  # a script whose page stays
        return jsonify(message=in_language(refusal), code=refusal.code), refusal.status
    words = _what_to_do().get(refusal.code) or {
        403: _("Cần quyền này thì liên hệ quản trị hệ thống."),
        404: _("Kiểm tra lại địa chỉ, hoặc tìm hồ sơ ở ô tìm kiếm.") if g.get("actor")
        else _("Kiểm tra lại địa chỉ, hoặc đăng nhập rồi mở lại."),
        409: _("Quay lại trang trước, tải lại để xem trạng thái mới nhất."),
    }.get(refusal.status, _("Quay lại trang trước; nội dung đã nhập vẫn còn."))
    return page(
        "error",
        code=refusal.status,
        sentence=in_language(refusal),
        words=words,
        link=_way_back(refusal),
        reference="",
        lines=_what_is_wrong(refusal),
    )


def _what_to_do() -> dict[str, str]:
    """What helps with some refusals, by their code, where what helps with their status would mislead."""
    return {
        "already-voted": _("Bạn không phải làm gì thêm. Danh sách mã biên nhận hiện ở trang của vòng sau khi niêm phong."),
        "absent": _("Nếu bạn đang dự họp, báo thư ký Hội đồng sửa điểm danh: vòng này được lập lại, có tên bạn. Nếu vắng, gửi ý "
                    "kiến bằng văn bản cho thư ký trước khi niêm phong hòm phiếu."),
        "not-on-roll": _("Nếu bạn là thành viên dự họp, báo thư ký Hội đồng xem lại danh sách."),
    }


def _what_is_wrong(refusal: Refusal) -> list[Check]:
    """Each thing that stands in the way, with the file and element that it lies in."""
    key = "message" if chosen_language() == "vi" else "message_en"
    return [
        Check(" · ".join(str(word) for word in (line[key], line.get("file"), line.get("element")) if word).replace("*", "∗"), "bad")
        for line in refusal.lines if key in line
    ]


def _way_back(refusal: Refusal) -> Link:
    """Where one goes from a refusal: the draft or the round of voting where it was one's, else the first page."""
    draft = str((request.view_args or {}).get("draft") or request.values.get("of", "").partition("draft:")[2])
    if refusal.code == "bundle-refused" and draft.isascii() and draft.isdigit():
        return Link(_("Về bản soạn"), url_for("studio.show", draft=int(draft)))
    round_id = (request.view_args or {}).get("round_id")
    if isinstance(round_id, str) and request.blueprint == "ballot" and refusal.status != 404:
        return Link(_("Về vòng bỏ phiếu"), url_for("ballot.show", round_id=round_id))
    return Link(_("Về trang đầu"), url_for("pages.home"))
