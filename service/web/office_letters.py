"""The office's letters: how each reads now, its words changed in the browser, tried on oneself, its versions, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from forms import Form, from_html
from service import notices, people, words
from service.actor import Actor
from service.errors import Invalid, Refusal
from service.notices import LANGUAGES, Letter, Rendered, Wording
from service.processes.tasks import checked
from service.web import edit, pages
from service.web.frame import Link
from service.web.letter_fields import PARTS, head, part_fields
from service.web.office_frame import crumbs
from service.web.parts import Act, Block, Cell, Column, Empty, Fact, Table, Tag
from service.web.typed import asked

blueprint = Blueprint("office_letters", __name__)
RIGHT = "letter.edit"
_AT = "/office/mail/letters/<letter>"
GAPS = {
    "task": lazy_gettext("tên việc, theo bước của quy trình"), "title": lazy_gettext("hồ sơ, đợt, phiên họp hoặc văn bản mà thư nói tới"),
    "count": lazy_gettext("số việc, số tên"), "due": lazy_gettext("hạn xử lý"), "day": lazy_gettext("ngày"),
    "days": lazy_gettext("số ngày làm việc còn lại hoặc quá hạn"), "number": lazy_gettext("số, ký hiệu văn bản"),
    "held_at": lazy_gettext("ngày, giờ họp"), "place": lazy_gettext("địa điểm"), "agenda": lazy_gettext("chương trình, mỗi mục một dòng"),
    "reason": lazy_gettext("lý do"), "act": lazy_gettext("điều đã quyết định"), "closes": lazy_gettext("hạn nộp của đợt"),
    "holder": lazy_gettext("người đang giữ việc"), "by": lazy_gettext("người làm việc ấy"), "said": lazy_gettext("câu trả lời"),
    "process": lazy_gettext("tên quy trình"), "version": lazy_gettext("số phiên bản"), "note": lazy_gettext("nội dung thay đổi"),
    "review_until": lazy_gettext("hạn đề nghị xem xét lại"),
    "at": lazy_gettext("lúc gửi"), "others": lazy_gettext("số trường hợp khác của đơn vị"),
    "new_tasks": lazy_gettext("số việc mới, viết thành lời"), "tasks": lazy_gettext("số việc mới, viết thành lời trong câu"),
    "left": lazy_gettext("thời gian còn lại, viết thành lời"), "late": lazy_gettext("đã quá hạn bao lâu, viết thành lời"),
    "cases": lazy_gettext("số trường hợp, viết thành lời"), "holding": lazy_gettext("ai chưa xử lý xong, hoặc chưa ai nhận"),
    "news": lazy_gettext("số tin mới, viết thành lời"),
    "waits_for": lazy_gettext("đang chờ ai, hoặc chưa ai nhận"),
}
"""What the values that our letters may ask for are called."""


def _label(letter: str) -> str:
    return notices.label(letter, words.language())


def _where(letter: str, *links: Link) -> list[Link]:
    return crumbs(
        Link(_("Thư đi"), url_for("office_mail.show_all")), Link(_label(letter), url_for("office_letters.show", letter=letter)), *links
    )


@blueprint.get(_AT)
def show(letter: str) -> Response:
    """One kind of letter as it goes now, with made-up values, and who worded it when."""
    by = pages.me()
    content = notices.preview(letter, language=words.language(), by=by)
    may = people.allowed(by, RIGHT)
    wording = notices.read_wording(letter, by=by) if may else None
    free = may and not notices.letters()[letter].fixed
    acts = [Act(_("Sửa chữ của thư"), url_for("office_letters.change", letter=letter), "change", "main", method="get")] if free else []
    if wording is not None and wording.changed:
        acts.append(_back(letter, wording.number))
    return pages.page(
        "letter",
        crumbs=_where(letter),
        sentence=content.subject.replace("*", "∗"),
        status=_status(letter, wording),
        tags=[], facts=[Fact(_("Loại thư"), _label(letter)), *_own(wording)], content=content, acts=acts,
        blocks=[_versions(letter, wording)] if wording is not None and (free or wording.versions) else [],
    )


def _status(letter: str, wording: Wording | None) -> str:
    if notices.letters()[letter].fixed:
        return " ".join((
            _("Mẫu thư với giá trị giả định."),
            _("Thư này chỉ đi bằng chữ kèm phần mềm: đây là thư cảnh báo hoặc thư về việc giữ mốc nhật ký, "
              "người bị canh giữ không được sửa lời cảnh báo."),
        ))
    if wording is not None and wording.unread:
        return _("Chữ của đơn vị không còn đọc được với bản phần mềm này nên thư đi bằng chữ kèm phần mềm. "
                 "Sửa lại, hoặc dùng lại một lần khác.")
    if wording is not None and wording.changed:
        return _("Thư này đang dùng chữ của đơn vị; giá trị trong thư là giả định.")
    return _("Mẫu thư với giá trị giả định.")


def _own(wording: Wording | None) -> list[Fact]:
    """Which parts the office words itself."""
    parts = wording.letter.own_parts if wording is not None else ()
    if not parts:
        return []
    said = "; ".join(_("%(head)s: %(part)s", head=head(language), part=PARTS[part]) for language, part in parts)
    return [Fact(_("Phần đơn vị đã sửa"), said)]


def _versions(letter: str, wording: Wording) -> Block:
    """Every version of the words, each to be read."""
    names = people.names([one.saved_by for one in wording.versions if one.saved_by])
    rows = [
        [
            Cell(_("Lần %(n)d", n=one.number), url=url_for("office_letters.version", letter=letter, number=one.number),
                 tag=Tag("passed", _("đang dùng")) if one.number == wording.number else None),
            Cell(words.full_moment(one.saved_at), names.get(one.saved_by or 0, "")),
            Cell(one.reason, _("về chữ kèm phần mềm") if one.shipped else ""),
        ]
        for one in wording.versions
    ]
    return Block(
        _("Các lần sửa"),
        [Link(_("Chữ kèm phần mềm"), url_for("office_letters.version", letter=letter, number=0))],
        table=Table([Column(_("Lần sửa")), Column(_("Lúc, người sửa")), Column(_("Lý do"))], rows, _("Các lần sửa")) if rows else None,
        empty=None if rows else Empty(_("Chưa sửa lần nào"), _("Thư đang dùng chữ kèm phần mềm.")),
        key="versions",
    )


@blueprint.get(f"{_AT}/versions/<int:number>")
def version(letter: str, number: int) -> Response:
    """A letter in the words of one of its versions; 0: those that come with the service."""
    by = pages.me()
    people.require(by, RIGHT)
    wording = notices.read_wording(letter, by=by)
    content = notices.shown(notices.read_version(letter, number, by=by), language=words.language(), by=by)
    said = _("Lần %(n)d", n=number) if number else _("Chữ kèm phần mềm")
    kept = next((one.sha256 for one in wording.versions if one.number == number), "")
    acts: list[Act] = []
    if wording.letter.fixed:
        acts = []
    elif number and number != wording.number:
        acts = [_again(letter, number, wording.number)]
    elif not number and wording.changed:
        acts = [_back(letter, wording.number)]
    return pages.page(
        "letter",
        crumbs=_where(letter, Link(said, "")),
        sentence=content.subject.replace("*", "∗"), status=_("Mẫu thư với giá trị giả định."),
        tags=[Tag("passed", _("đang dùng"))] if number == wording.number or not number and not wording.changed else [],
        facts=[
            Fact(_("Loại thư"), _label(letter)), Fact(_("Lần sửa"), said),
            *([Fact(_("Mã băm SHA-256 của chữ đã lưu"), kept)] if kept else []),
        ], content=content, acts=acts, blocks=[],
    )


def _again(letter: str, number: int, seen: int) -> Act:
    return Act(
        _("Dùng lại chữ này"), url_for("office_letters.restore", letter=letter, number=number, seen=seen), "restore", "takes",
        effect=_("Dùng lại chữ của lần %(n)d? Thư xếp hàng từ nay theo chữ này; thư đang chờ không đổi.", n=number), asks=_("Lý do"),
    )


def _back(letter: str, seen: int) -> Act:
    return Act(
        _("Về chữ kèm phần mềm"), url_for("office_letters.restore", letter=letter, number=0, seen=seen), "restore", "takes",
        effect=_("Về chữ kèm phần mềm? Thư xếp hàng từ nay theo chữ ấy; thư đang chờ không đổi. Các lần sửa vẫn được giữ."),
        asks=_("Lý do"),
    )


@blueprint.route(f"{_AT}/versions/<int:number>/restore", methods=["GET", "POST"])
def restore(letter: str, number: int) -> AnyResponse:
    """Put an earlier version, or the words that come with the service, in force again, with a reason."""
    by = pages.me()
    people.require(by, RIGHT)
    seen = request.args.get("seen", type=pages.whole)
    seen = notices.read_wording(letter, by=by).number if seen is None else seen
    act = _again(letter, number, seen) if number else _back(letter, seen)

    def do(reason: str) -> AnyResponse:
        notices.restore_words(letter, number, seen=seen, reason=reason, by=by)
        pages.say(_("Thư xếp hàng từ nay theo chữ đã chọn."))
        return pages.back_to("office_letters.show", letter=letter)

    return edit.confirm(act, _where(letter, Link(act.words, "")), url_for("office_letters.show", letter=letter), do)


# -- changing the words


@blueprint.route(f"{_AT}/words", methods=["GET", "POST"])
def change(letter: str) -> AnyResponse:
    """Change the words: shown with made-up values while they are typed, sent to oneself as a test, kept as a version."""
    by = pages.me()
    people.require(by, RIGHT)
    wording = notices.read_wording(letter, by=by)
    form = _form(wording.letter)
    if request.method != "POST":
        return _draw(letter, wording, form, dict(notices.typed_of(wording.letter)), wording.number, by)
    typed = from_html(form, list(request.form.items(multi=True)))
    seen, pressed, refusal = _seen(), request.form.get("act", ""), None
    try:
        if pressed == "test":
            notices.try_words(letter, notices.typed_letter(letter, typed), by=by)
            pages.say(_("Đã xếp hàng một thư thử gửi cho bạn."))
        elif pressed != "look":
            clean = checked(form, typed, given={})
            notices.save_words(letter, clean, seen=seen, reason=clean["reason"], by=by)
            pages.say(_("Đã ghi. Thư xếp hàng từ nay theo chữ này; thư đang chờ không đổi."))
            return pages.back_to("office_letters.show", letter=letter)
    except Refusal as refused:
        if refused.status in (403, 404):
            raise
        refusal = refused
    return _draw(letter, wording, form, typed, seen, by, refusal)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _form(letter: Letter) -> Form:
    """The parts of a letter in both languages, side by side in meaning, one language after the other."""
    own = letter.own_parts

    def whose(language: str, part: str) -> str:
        return _("Đang là chữ của đơn vị.") if (language, part) in own else _("Đang là chữ kèm phần mềm.")

    return edit.form("letter_words", *part_fields(whose), edit.reason())


def _draw(
    letter: str, wording: Wording, form: Form, typed: Mapping[str, Any], seen: int, by: Actor, refusal: Refusal | None = None
) -> Response:
    drawn = asked(form, typed, given={}, refusal=refusal)
    shown, wrong = _looks(letter, typed, by)
    return pages.page(
        "letter_words",
        code=refusal.status if refusal else 200,
        crumbs=_where(letter, Link(_("Sửa chữ"), "")),
        sentence=_("Sửa chữ của thư *%(name)s*", name=_label(letter)),
        status=" ".join((
            _("Thư xếp hàng từ lúc ghi theo chữ mới; thư đang chờ giữ chữ của lúc xếp hàng."),
            _("Phần để nguyên vẫn theo chữ kèm phần mềm."),
        )),
        url=url_for("office_letters.change", letter=letter), back_url=url_for("office_letters.show", letter=letter),
        parts=drawn.parts, other_faults=list(drawn.other_faults), seen=seen,
        gaps=[
            (f"{{{{ {name} }}}}", str(GAPS.get(name, name)), "" if needed else _("có khi không có"))
            for name, needed in wording.letter.gaps.items()
        ],
        shown=shown, wrong=wrong,
    )


def _looks(letter: str, typed: Mapping[str, Any], by: Actor) -> tuple[dict[str, Rendered], Sequence[str]]:
    """What is typed as a reader would get it, in each language; or what is wrong with it."""
    try:
        found = notices.typed_letter(letter, typed)
    except Invalid as refusal:
        return {}, [said for _path, said in pages.shown_faults(refusal)]
    return {language: notices.shown(found, language=language, by=by) for language in LANGUAGES}, ()
