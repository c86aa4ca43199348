"""What leaves the house to prove the trail: its checkpoints, holding one from outside against it, and offline dossiers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from service import clock, doors, people, words
from service.awards.nominations import read_nomination
from service.keepers import checking
from service.papers import offline_dossier
from service.trail import checkpoints, watch
from service.trail.note import spoken
from service.web import edit, pages
from service.web.edit import Page
from service.web.frame import Link
from service.web.keepers import reach_block
from service.web.office_frame import must
from service.web.parts import Act, Block, Cell, Check, Column, Empty, Fact, Table, Tag

blueprint = Blueprint("trail_proofs", __name__)
_SIZE = 40


def _causes() -> dict[str, str]:
    return {
        "day": _("hằng ngày"), "hour": _("hằng giờ, có việc mới"), "asked": _("có người yêu cầu"),
        "ballot:sealed": _("niêm phong hòm phiếu"), "ballot:counted": _("kiểm phiếu xong"),
        "ballot:paper_counted": _("kiểm phiếu giấy xong"), "decision:signed": _("ký quyết định"),
        "trail:restored": _("phục hồi dữ liệu"), "key:changed": _("thay khóa"), "dossier:exported": _("lập bộ hồ sơ ngoại tuyến"),
    }


@blueprint.get("/trail/checkpoints")
def show() -> Response:
    """Checkpoints, the newest first, with alarms, and the key's fingerprint."""
    by = pages.me()
    must(by, "trail.read")
    past = pages.number_of(request.args.get("past"))
    rows = checkpoints.list_checkpoints(past=past, limit=_SIZE)
    may = people.allowed(by, "trail.verify")
    causes, alarms = _causes(), watch.alarms_since(clock.now() - watch.SHOWN)
    locale = words.language()
    return pages.page(
        "register",
        crumbs=[Link(_("Nhật ký"), url_for("trail.show")), Link(_("Mốc nhật ký"), "")],
        sentence=_("*Mốc số %(number)d* phủ %(size)d sự kiện", number=rows[0][0].number, size=rows[0][0].size) if rows and not past
        else _("Mốc nhật ký"),
        status=_("Mỗi mốc là chữ ký số trên toàn bộ nhật ký đến lúc đó và nối tiếp mốc trước. Mốc đã gửi ra ngoài cơ quan thì không ai"
                 " trong cơ quan sửa được nữa."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            *([Block(_("Cảnh báo"), checks=[
                Check(f"{words.full_moment(at)}: {en if locale == 'en' else vi}.", "bad") for at, vi, en in alarms
            ])] if alarms else []),
            Block(
                _("Các mốc"),
                table=Table(
                    [Column(_("Số")), Column(_("Lúc")), Column(_("Số sự kiện")), Column(_("Vì")), Column(_("Giá trị băm gốc"))],
                    [
                        [Cell(str(made.number), "", url_for("trail_proofs.read", number=made.number)), Cell(words.full_moment(made.at)),
                         Cell(str(made.size)), Cell(causes.get(cause, cause)), Cell(spoken(made.root), made.root.hex()[:16] + "…")]
                        for made, cause, _text in rows
                    ],
                    _("Các mốc"),
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa có mốc nào"), _("Tiến trình nền ký mốc đầu tiên ngay khi có sự kiện.")),
            ),
        ],
        pager=None,
        main_act=Act(_("Đối chiếu mốc từ bên ngoài"), url_for("trail_proofs.hold"), "hold", "main", method="get") if may else None,
        acts=[
            Act(_("Người giữ mốc"), url_for("keepers.show"), "keepers", method="get"),
            *([Act(_("Ký mốc bây giờ"), url_for("trail_proofs.sign"), "sign")] if may else []),
            *([Act(_("Các mốc trước"), url_for("trail_proofs.show", past=rows[-1][0].number), "older", "text", method="get")]
              if len(rows) == _SIZE else []),
        ],
        side=[
            reach_block(),
            Block(
                _("Dấu vân tay của khóa"),
                facts=[Fact(_("Khóa số %(n)d", n=n), one, code=True) for n, one in enumerate(checkpoints.fingerprints(), 1)],
                words=_("Người ngoài cơ quan nên ghi lại dấu vân tay này. Chỉ nguồn bên ngoài mới chứng minh được khóa."),
            ),
        ],
    )


@blueprint.get("/trail/checkpoints/<int:number>.txt")
def read(number: int) -> AnyResponse:
    """One checkpoint as the exact signed text."""
    by = pages.me()
    must(by, "trail.read")
    made, text = checkpoints.read_checkpoint(number)
    return doors.hand_file(text.encode(), "text/plain", f"moc-{made.number}.txt")


@blueprint.post("/trail/checkpoints/sign")
def sign() -> AnyResponse:
    """Have the worker sign what stands now; it alone holds the key."""
    checking.ask_checkpoint(by=pages.me())
    pages.say(_("Tiến trình nền đang ký mốc. Tải lại trang sau vài giây."))
    return pages.back_to("trail_proofs.show")


@blueprint.route("/trail/checkpoints/hold", methods=["GET", "POST"])
def hold() -> AnyResponse:
    """Hold a checkpoint that came back from outside against the trail as it stands."""
    by = pages.me()
    must(by, "trail.verify")

    def do(said: dict[str, Any]) -> AnyResponse:
        held = checking.hold_anchor(said["note"], by=by)
        verdict, whole = held.anchor, held.whole
        english = words.language() == "en"
        told = verdict.why_en if english else verdict.why
        if whole is not None and not whole.ok:
            told += " " + (whole.why_en if english else whole.why)
        pages.say(told, "ok" if held.fits else "bad")
        return pages.back_to("trail_proofs.show")

    return edit.edit(
        edit.form(
            "trail_anchor",
            edit.area("note", _("Nội dung mốc"), hint=_("Dán nguyên văn tệp mốc: từ dòng đầu tới hết dòng chữ ký."), required=True),
        ),
        Page(_("Đối chiếu mốc từ bên ngoài"), url_for("trail_proofs.hold"), url_for("trail_proofs.show"), _("Đối chiếu"),
             [Link(_("Nhật ký"), url_for("trail.show")), Link(_("Mốc nhật ký"), url_for("trail_proofs.show")),
              Link(_("Đối chiếu"), "")]),
        do,
    )


# -- offline dossiers


@blueprint.get("/nominations/<int:nomination_id>/offline-dossier")
def dossiers(nomination_id: int) -> Response:
    """Offline dossiers of a case that this person asked for, and asking for another."""
    by = pages.me()
    rows = offline_dossier.dossiers_of(nomination_id, by=by)
    n = read_nomination(nomination_id, by=by)
    tags = {
        "asked": Tag("waiting", _("đang lập")), "made": Tag("done", _("tải được")), "failed": Tag("refused", _("không lập được")),
        "gone": Tag("replaced", _("hết hạn tải")),
    }
    return pages.page(
        "register",
        crumbs=[Link(_("Hồ sơ"), url_for("nominations.show_all")), Link(n.name, url_for("nominations.show", nomination_id=n.id)),
                Link(_("Nhật ký"), url_for("trail.show_nomination", nomination_id=n.id)), Link(_("Bộ hồ sơ ngoại tuyến"), "")],
        sentence=_("Bộ hồ sơ ngoại tuyến của *%(name)s*", name=n.name),
        status=_("Một tệp ZIP gồm văn bản, minh chứng, dữ liệu, diễn biến và chứng minh, kiểm chứng được trên máy không có phần mềm này."),
        tabs=[], chips=[], url="", keep={}, q=None, filters=[],
        blocks=[
            Block(
                _("Đã yêu cầu"),
                table=Table(
                    [Column(_("Yêu cầu lúc")), Column(_("Tình trạng")), Column(_("Mốc")), Column(_("Dung lượng"))],
                    [
                        [Cell(words.full_moment(row.asked_at), "",
                              url_for("trail_proofs.download", dossier_id=row.id) if row.state == "made" else ""),
                         Cell("", tag=tags[row.state]), Cell(str(row.checkpoint or "")),
                         Cell(_("%(kb)d KB", kb=max(1, row.size // 1024)) if row.size else "")]
                        for row in rows
                    ],
                    _("Đã yêu cầu"),
                    row_acts=[
                        [Act(_("Tải về"), url_for("trail_proofs.download", dossier_id=row.id), f"take-{row.id}", "text", method="get")]
                        if row.state == "made" else [] for row in rows
                    ],
                ) if rows else None,
                empty=None if rows else Empty(_("Chưa yêu cầu bộ hồ sơ nào"), _("Bấm nút bên trên; tiến trình nền lập trong vài giây.")),
            ),
        ],
        pager=None,
        main_act=Act(_("Lập bộ hồ sơ"), url_for("trail_proofs.ask", nomination_id=n.id), "ask", "main"),
        acts=[],
        side=[Block(
            _("Đưa cho ai cũng được"),
            words=_("Người nhận mở verify.html trong bộ hồ sơ và nhập dấu vân tay của khóa, hoặc dán một mốc, do người ngoài cơ quan đang"
                    " giữ. Bộ hồ sơ chứa dữ liệu cá nhân và chỉ gồm điều bạn được xem; mỗi lần lập, tải đều được ghi nhật ký."),
        )],
    )


@blueprint.post("/nominations/<int:nomination_id>/offline-dossier")
def ask(nomination_id: int) -> AnyResponse:
    """Ask the worker for an offline dossier."""
    offline_dossier.ask_dossier(nomination_id, by=pages.me())
    pages.say(_("Tiến trình nền đang lập bộ hồ sơ. Tải lại trang sau vài giây."))
    return pages.back_to("trail_proofs.dossiers", nomination_id=nomination_id)


@blueprint.get("/offline-dossiers/<int:dossier_id>")
def download(dossier_id: int) -> AnyResponse:
    """The file of an offline dossier; that it was taken is noted."""
    name, path = offline_dossier.open_dossier(dossier_id, by=pages.me())
    return doors.hand_file(path, "application/zip", name)
