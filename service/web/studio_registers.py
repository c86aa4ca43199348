"""The register of a draft in fields: the same on a page of its own, which needs no script, and as a part of the editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from forms import FieldError, Form, change_rows, from_html
from service import people, words
from service.actor import Actor
from service.db import transaction
from service.errors import Invalid, Refusal
from service.studio import contents, drafts, registers
from service.studio.vocabulary import form_fields, vocabulary
from service.vietnamese import sort_key
from service.web import edit, pages
from service.web.frame import Link
from service.web.office_frame import must
from service.web.parts import Block, Check
from service.web.studio_parts import answered_in_json, draft_crumbs, typed_files
from service.web.typed import asked
from workflows.register import DAYS, EVERYONE, MOST_BYTES, PERIODS, PROPOSALS, TONES, UNITS

blueprint = Blueprint("studio_registers", __name__)
_URL = "/office/studio/<int:draft>/register"
_UNITS = {
    "own": lazy_gettext("Đơn vị của người lập"), "named": lazy_gettext("Đơn vị được chọn khi lập"),
    "none": lazy_gettext("Không của đơn vị nào"),
}
_PERIODS = {"year": lazy_gettext("Mỗi năm một lần"), "half": lazy_gettext("Mỗi nửa năm một lần")}
_DAYS = {
    "filing": lazy_gettext("Hạn đơn vị nộp"), "checking": lazy_gettext("Hạn phòng kiểm tra"),
    "signing": lazy_gettext("Chủ tịch UBND xã ký"), "province_intake": lazy_gettext("Hạn gửi tỉnh"),
}
_PROPOSALS = {
    "kind": lazy_gettext("Loại việc là đề xuất"), "classify": lazy_gettext("Bước phân loại"),
    "weigh": lazy_gettext("Bước phòng xem xét"), "decide": lazy_gettext("Bước quyết định"),
}
_TONES = {"good": lazy_gettext("Tốt"), "bad": lazy_gettext("Không tốt"), "plain": lazy_gettext("Bình thường")}
_ABOUT = {"nomination": lazy_gettext("Hồ sơ đề nghị khen thưởng")}
assert (set(_UNITS), {"", *_PERIODS}, set(_TONES), set(_DAYS), set(_PROPOSALS)) == (
    set(UNITS), set(PERIODS), set(TONES), set(DAYS), set(PROPOSALS)
)


@blueprint.route(_URL, methods=["GET", "POST"])
def fields(draft: int) -> AnyResponse:
    """The register of a draft in fields, or (`view=file`) as its file; one that is not there yet is kept by saving what is laid before."""
    by = pages.me()
    must(by, "studio.edit")
    row, files = drafts.read_draft(draft), drafts.files_of(draft)
    name = registers.name_of(row.key)
    laid = {} if name in files else registers.ground(files, row.key)
    seen = request.args.get("seen", next((one.version for one in row.files if one.name == name), 0), type=pages.whole)
    whole = files | laid
    if request.args.get("view") == "file":
        return _as_file(row, whole, laid, seen, by)
    if request.method == "GET":
        try:
            typed = registers.typed_register(whole[name], by=by)
        except Invalid as refusal:
            return _as_file(row, whole, laid, seen, by, refusal)
        return _draw(row, form_of(whole, row.key, typed), whole, typed, seen)
    pairs = list(request.form.items(multi=True))
    form = form_of(whole, row.key, {key: request.form.getlist(key) for key in registers.LISTS})
    changed = change_rows(form, pairs)
    if changed is not None:
        return _draw(row, form, whole, changed, seen)
    typed = from_html(form, pairs)
    try:
        _save(row, laid, registers.written_register(typed).encode(), seen, by)
    except Refusal as refusal:
        return _draw(row, form, whole, typed, seen, refusal)
    return pages.back_to("studio_registers.fields", draft=draft)


def _as_file(
    row: drafts.Draft, files: Mapping[str, bytes], laid: Mapping[str, bytes], seen: int, by: Actor, refusal: Refusal | None = None
) -> AnyResponse:
    name = registers.name_of(row.key)
    form = edit.form("register_file", edit.area("file", name, required=True, most=MOST_BYTES))
    typed = {"file": files[name].decode("utf-8", "replace")}
    if request.method == "POST":
        typed = {"file": request.form.get("file", "").replace("\r\n", "\n")}
        try:
            _save(row, laid, typed["file"].encode(), seen, by)
        except Refusal as refused:
            return _draw(row, form, files, typed, seen, refused, as_file=True)
        return pages.back_to("studio_registers.fields", draft=row.id, view="file")
    return _draw(row, form, files, typed, seen, refusal, as_file=True)


def _save(row: drafts.Draft, laid: Mapping[str, bytes], content: bytes, seen: int, by: Actor) -> None:
    name = registers.name_of(row.key)
    with transaction():
        if others := {one: made for one, made in laid.items() if one != name}:
            drafts.take_files(row.id, others, by=by)
        drafts.save_file(row.id, name, content, seen=seen, by=by)
    pages.say(_("Đã lưu sổ theo dõi."))


def _draw(
    row: drafts.Draft, form: Form, files: Mapping[str, bytes], typed: Mapping[str, Any], seen: int, refusal: Refusal | None = None,
    *, as_file: bool = False,
) -> Response:
    name, back = registers.name_of(row.key), url_for("studio.show", draft=row.id)
    other = Link(_("Sửa theo từng ô"), url_for("studio_registers.fields", draft=row.id)) if as_file \
        else Link(_("Sửa ở dạng tệp"), url_for("studio_registers.fields", draft=row.id, view="file"))
    text = typed["file"] if as_file else registers.written_register(typed)
    faults, others = faults_of({**files, name: text.encode()}, row.key, {} if as_file else typed)
    drawn = asked(form, typed, given={}, refusal=refusal, refused=[] if as_file else faults)
    if as_file:
        others += [one.message_en if words.language() == "en" else one.message for one in faults]
    return pages.page(
        "edit",
        code=refusal.status if refusal and request.method == "POST" else 200,
        crumbs=draft_crumbs(Link(row.name, back), Link(_("Sổ theo dõi"), "")),
        sentence=_("Sổ theo dõi của *%(name)s*", name=row.name),
        status=_("Quy trình có sổ thì việc của nó được đánh số, lập bằng biểu mẫu, xem theo danh sách, không cần lập trình."),
        url=url_for("studio_registers.fields", draft=row.id, seen=seen, view="file" if as_file else None), back_url=back,
        parts=drawn.parts, kept_files={}, other_faults=list(drawn.other_faults), files=False,
        draft_url="", draft_line="",
        act_words=_("Lưu sổ theo dõi") if seen else _("Thêm sổ theo dõi"),
        above=[Block(_("Kiểm tra"), checks=[Check(said, "bad") for said in others] or [Check(_("Sổ không có lỗi."), "ok")] * (not faults),
                     links=[other])],
    )


def faults_of(files: Mapping[str, bytes], main: str, typed: Mapping[str, Any]) -> tuple[list[FieldError], list[str]]:
    """What the check says of a register: at its fields, and what belongs to none of them, in the reader's language."""
    name = registers.name_of(main)
    faults, others = list[FieldError](), list[str]()
    for found in contents.problems_of(files, main):
        if found.file != name:
            continue
        path = _path(found.problem.element or "", typed)
        said = [text.partition(": ")[2] or text for text in (found.problem.message, found.problem.message_en)]
        if path:
            faults.append(FieldError(path, "", *(words.capital(one) for one in said)))
        else:
            others.append(pages.in_language(found.problem))
    return faults, others


def _path(part: str, typed: Mapping[str, Any]) -> str:
    """The field of a part that the check names: `phases.received` is the row with that code."""
    key, _dot, code = part.partition(".")
    if key in registers.TABLES:
        for place, row in enumerate(typed.get(key, ())):
            if code and row.get("code") == code:
                return f"{key}.{place}.code"
        return key
    return key if key in registers.TEXTS or key in registers.LISTS else ""


# -- for the editor


@blueprint.post(f"{_URL}/add")
@answered_in_json
def add(draft: int) -> Response:
    """Give the draft a register to go on from, fitting what stands on the page; the editor opens it."""
    by = pages.me()
    people.require(by, "studio.edit")
    name = registers.add_register(draft, by=by, instead=typed_files())
    return jsonify({"name": name, "files": {one.name: one.version for one in drafts.read_draft(draft).files}})



def drawn_fields(files: Mapping[str, bytes], main: str, content: bytes, by: Actor) -> Response:
    """A register as it stands on the page in fields, for the editor; refused where it cannot be read into them."""
    typed = registers.typed_register(content, by=by)
    return pages.fragment("studio_letter_fields", parts=asked(form_of(files, main, typed), typed, given={}).parts)


def form_of(files: Mapping[str, bytes], main: str, typed: Mapping[str, Any]) -> Form:
    """The fields of a register of these files; what stands in it and is not known is offered too, so that it is not lost."""
    language = words.language()
    spoken = vocabulary({name: content for name, content in files.items() if name.endswith(".form")}, language)
    start = str(typed.get("form") or request.form.get("form") or "")
    forms = [(one, spoken.form(one).strip("“”") or one) for one in _stems(files)]
    asked_first = form_fields(files, language, start) if start else {}
    keys = list((asked_first | form_fields(files, language)).items())
    gaps = ", ".join(f"{key} ({label})" for key, label in [*asked_first.items(), ("unit", _("tên đơn vị"))])
    return edit.form(
        "register", *_naming(forms, start, gaps, typed), *_reading(keys, list(asked_first.items()), typed), *_by_rows(keys, typed),
    )


def _naming(forms: list[tuple[str, str]], start: str, gaps: str, typed: Mapping[str, Any]) -> list[edit.Field]:
    """What a register and its matters are called, how one is begun and what it is about."""
    return [
        *edit.side_by_side("name", edit.text("name", _("Tên sổ"), required=True, most=100),
                           edit.text("name_en", _("Tên sổ bằng tiếng Anh"), required=True, most=100)),
        *edit.side_by_side("one", edit.text("one", _("Một việc gọi là gì"), required=True, most=60),
                           edit.text("one_en", _("Một việc gọi là gì, tiếng Anh"), required=True, most=60)),
        *edit.side_by_side("begin", edit.text("begin", _("Chữ trên nút lập việc"), most=60),
                           edit.text("begin_en", _("Chữ trên nút, tiếng Anh"), most=60)),
        *edit.side_by_side("hint", edit.area("hint", _("Lời dặn người lập"), most=300),
                           edit.area("hint_en", _("Lời dặn, tiếng Anh"), most=300)),
        edit.choice("form", _("Biểu mẫu lập việc"), _kept(forms, [start]),
                    hint=_("Sổ theo kỳ có thể không cần: kỳ mở ra thì mỗi đơn vị có sẵn một việc.")),
        edit.text("title", _("Tên gọi của mỗi việc"), required=True, most=200,
                  hint=_plain(_("Chữ, và giữa hai cặp ngoặc nhọn là một mục của biểu mẫu lập việc: %(gaps)s.", gaps=gaps))),
        edit.text("series", _("Chữ trước số"), required=True, most=10,
                  hint=_("Ví dụ ĐKN thì việc mang số ĐKN 12/2026; mỗi năm đánh số lại.")),
        edit.choice("unit", _("Việc của đơn vị nào"), _kept([(k, str(v)) for k, v in _UNITS.items()], [typed.get("unit")]), chosen=True,
                    hint=_("Người của đơn vị xem được việc của đơn vị mình.")),
        edit.choice("period", _("Theo kỳ"), _kept([(k, str(v)) for k, v in _PERIODS.items()], [typed.get("period")])),
        edit.text("unit_reads_from", _("Đơn vị xem việc từ giai đoạn"), most=40,
                  hint=_("Mã của một giai đoạn dưới đây; trước giai đoạn ấy người của đơn vị chưa thấy việc. Để trống thì thấy từ đầu.")),
        edit.several("about", _("Việc có thể gắn với"), _kept([(k, str(v)) for k, v in _ABOUT.items()], typed.get("about"))),
        edit.text("basis", _("Căn cứ"), most=300),
    ]


def _reading(keys: list[tuple[str, str]], first: list[tuple[str, str]], typed: Mapping[str, Any]) -> list[edit.Field]:
    """Who begins and reads matters, and what the fields of their forms (`first`: of the one that begins one) mean for that."""
    groups = _groups()
    return [
        edit.several("begins", _("Ai lập việc"), _kept([(EVERYONE, _("Mọi người có tài khoản")), *groups], typed.get("begins"))),
        edit.several("reads", _("Ai xem mọi việc của sổ"), _kept(groups, typed.get("reads")),
                     hint=_("Người lập, đơn vị của việc và người làm một bước của việc thì xem được việc ấy, không cần chọn ở đây.")),
        edit.several("private", _("Mục kín"), _kept(keys, typed.get("private")),
                     hint=_("Câu trả lời chỉ những nhóm chọn dưới đây thấy; tệp trong mục kín cũng không mở được.")),
        edit.several("sees", _("Ai thấy mục kín"), _kept(groups, typed.get("sees")), hint=_("Không chọn thì như những nhóm xem mọi việc.")),
        edit.several("columns", _("Cột của danh sách"), _kept(keys, typed.get("columns")),
                     hint=_("Nhiều nhất 8, theo thứ tự ở đây; đổi thứ tự thì sửa ở dạng tệp.")),
        edit.several("facts", _("Nội dung chính"), _kept(keys, typed.get("facts")),
                     hint=_("Trang của việc nêu các mục này trước, như bước sau cùng đã ghi, cho người được xem. Nhiều nhất 14.")),
        *([edit.several("sent_by", _("Mục nêu người gửi"), senders,
                        hint=_("Người lập để trống mục này là người gửi: người ấy không làm bước nào của việc, chỉ xem."))]
          if (senders := _kept(first, typed.get("sent_by"))) else []),
        edit.several("about_by", _("Mục gắn thêm hồ sơ liên quan"), _kept(keys, typed.get("about_by")),
                     hint=_("Mục chọn từ danh sách “names_to_add” của một bước: hồ sơ được chọn gắn vào việc.")),
        edit.several("concerns", _("Mục nêu người, đơn vị có liên quan"), _kept(keys, typed.get("concerns")),
                     hint=_("Ai được nêu ở đây thì không xem, không xử lý việc, trừ khi chính người ấy lập.")),
        edit.several("forwards", _("Ai chuyển cấp trên khi không còn ai giải quyết được"), _kept(groups, typed.get("forwards")),
                     hint=_("Nhóm đầu tiên còn người thì làm bước mà biểu mẫu có hỏi “nobody_left”, chỉ để chuyển việc đi.")),
        *([edit.several("once", _("Mỗi lúc một việc"), once,
                        hint=_("Chọn mục của biểu mẫu lập việc: việc trước cùng câu trả lời ở các mục này chưa xong "
                               "thì chưa lập việc sau."))]
          if (once := _kept(first, typed.get("once"))) else []),
    ]


def _by_rows(keys: list[tuple[str, str]], typed: Mapping[str, Any]) -> list[edit.Field]:
    """Phases, days, outcomes and what else is told line by line."""
    return [
        edit.rows("phases", _("Giai đoạn"), _row("phases"), most=40, hint=_("Sơ đồ chọn giai đoạn theo mã.")),
        edit.rows("days", _("Ngày của kỳ"), _row("days"), most=4,
                  hint=_("Chỉ cho sổ theo kỳ. Ghi khóa của quy định nói ngày nào trong năm, ví dụ REPORT_UNIT_DUE_YEAR.")),
        edit.rows("warns", _("Báo ở hồ sơ của đơn vị"), _row("warns"), most=40,
                  hint=_("Việc ở giai đoạn này thì hồ sơ, danh sách đề nghị của đơn vị hiện lời này với mọi người xem; không chặn gì.")),
        edit.rows("unit_reads", _("Mục đơn vị xem sau"), _unit_row(keys, typed), most=40,
                  hint=_("Mục dự thảo: người của đơn vị và người lập việc chỉ thấy khi việc đã tới giai đoạn ghi ở đây. Ghi mã giai đoạn, "
                         "ended là khi việc kết thúc, never là không bao giờ.")),
        edit.rows("outcomes", _("Kết quả"), _outcome_row(keys, typed), most=40,
                  hint=_("Điểm kết thúc của sơ đồ chọn kết quả theo mã. Mục nói vì sao, nếu có: ai được báo kết quả thì đọc được lý do.")),
        edit.rows("proposals", _("Danh sách đề xuất trong năm"), _row("proposals"), most=len(PROPOSALS),
                  hint=_("Chỉ cho sổ có danh sách đề xuất; ghi đủ bốn dòng: mã của loại việc là đề xuất và mã của ba bước trong sơ đồ.")),
    ]


def _unit_row(keys: Sequence[tuple[str, str]], typed: Mapping[str, Any]) -> list[edit.Field]:
    named = [row.get("code") for row in typed.get("unit_reads") or () if isinstance(row, Mapping)]
    found = [edit.choice("code", _("Mục"), _kept(keys, named), required=True),
             edit.text("phase", _("Từ giai đoạn"), required=True, most=40)]
    return [one | {"id": f"unit_reads_{one['key']}", "layout": {"row": "unit_reads", "columns": 8}} for one in found]


def _outcome_row(keys: Sequence[tuple[str, str]], typed: Mapping[str, Any]) -> list[edit.Field]:
    named = [row.get("reason") for row in typed.get("outcomes") or () if isinstance(row, Mapping)]
    return [*_row("outcomes"), edit.choice("reason", _("Mục nói vì sao"), _kept(keys, named))
            | {"id": "outcomes_reason", "layout": {"row": "outcomes", "columns": 4}}]


def _row(table: str) -> list[edit.Field]:
    if table == "days":
        found = [
            edit.choice("code", _("Ngày"), [(k, str(v)) for k, v in _DAYS.items()], required=True),
            edit.text("rule", _("Quy định"), required=True, most=60),
            edit.text("rule_year", _("Quy định của kỳ cả năm, khi sổ theo nửa năm"), most=60),
        ]
        return [one | {"id": f"days_{one['key']}", "layout": {"row": table, "columns": 5}} for one in found]
    if table == "proposals":
        found = [
            edit.choice("code", _("Phần"), [(k, str(v)) for k, v in _PROPOSALS.items()], required=True),
            edit.text("named", _("Mã"), required=True, most=64),
        ]
        return [one | {"id": f"proposals_{one['key']}", "layout": {"row": table, "columns": 8}} for one in found]
    code = edit.text("code", _("Mã giai đoạn") if table == "warns" else _("Mã"), required=True, most=40)
    most = 200 if table == "warns" else 80
    said = [edit.text("vi", _("Bằng tiếng Việt"), required=True, most=most), edit.text("en", _("Bằng tiếng Anh"), required=True, most=most)]
    found = [code, *said]
    if table == "outcomes":
        found.append(edit.choice("tone", _("Là kết quả"), [(k, str(v)) for k, v in _TONES.items()], required=True))
    width = 3 if table == "outcomes" else 5
    return [one | {"id": f"{table}_{one['key']}", "layout": {"row": table, "columns": width}} for one in found]


def _stems(files: Mapping[str, bytes]) -> list[str]:
    return sorted(name.removesuffix(".form") for name in files if name.endswith(".form"))


def _groups() -> list[tuple[str, str]]:
    labels = people.group_labels(list(people.catalogue()), words.language())
    return sorted(labels.items(), key=lambda one: sort_key(one[1]))


def _kept(offers: Sequence[tuple[str, str]], chosen: Iterable[Any] | None) -> list[tuple[str, str]]:
    """What is offered, what is chosen first and in its order; what is chosen but unknown stays and says so."""
    known = dict(offers)
    first = [str(one) for one in dict.fromkeys(chosen or ()) if one]
    missing = _("không có trong danh mục")
    found = [*((one, known.get(one, f"{one} ({missing})")) for one in first), *(one for one in offers if one[0] not in first)]
    return [(value, _plain(said)) for value, said in found]


def _plain(said: str) -> str:
    """Words of somebody's form as words of ours: a form would compute what stands between braces or begins with a sign of equality."""
    return said.replace("{{", "{ {").replace("}}", "} }").lstrip("= ") or said
