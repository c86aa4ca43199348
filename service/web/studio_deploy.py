"""A draft is put into use: what the check, the scenarios and the past cases say, then note, basis, day and who is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from service import clock, people, words
from service.processes import enactments
from service.processes.deployments import list_deployments, version_of
from service.studio import deploying, drafts
from service.studio.deploying import Readiness, Said
from service.studio.drafts import Draft
from service.web import edit, pages
from service.web.edit import Field, Page
from service.web.frame import Link
from service.web.office_frame import must
from service.web.parts import Act, Block, Check, Fact
from service.web.studio_parts import draft_crumbs, register_block
from service.web.studio_replay import VERDICTS
from service.web.studio_words import draft_compare_url

blueprint = Blueprint("studio_deploy", __name__)


@blueprint.route("/office/studio/<int:draft>/deploy", methods=["GET", "POST"])
def deploy(draft: int) -> AnyResponse:
    """Look over a draft and put it into use."""
    by = pages.me()
    must(by, enactments.MAY_DEPLOY)
    row, found = drafts.read_draft(draft), deploying.look_over(draft, by=by)
    groups = list(found.groups)

    def do(said: dict[str, Any]) -> AnyResponse:
        number = deploying.deploy_draft(
            draft, version=request.args.get("version", row.version, type=pages.whole), by=by, found=found,
            said=Said(
                note=said.get("note") or "", basis=said.get("basis") or "", told=said.get("told") or (),
                without_replay=said.get("without_replay") or "",
                effective_on=date.fromisoformat(said["effective_on"]) if said.get("effective_on") else None,
            ),
        )
        pages.say(_done(number))
        return pages.back_to("office_processes.show", deployment=number)

    return edit.edit(
        edit.form("deploy", *_fields(found, groups)),
        Page(
            _("Đưa vào dùng: %(name)s", name=words.translated(row.name)),
            url_for("studio_deploy.deploy", draft=draft, version=row.version), url_for("studio.show", draft=draft),
            _("Đề nghị đưa vào dùng") if enactments.second_person() else _("Đưa vào dùng"),
            draft_crumbs(Link(words.translated(row.name), url_for("studio.show", draft=draft)), Link(_("Đưa vào dùng"), "")),
            _("Hồ sơ mới chạy theo phiên bản này từ ngày ghi dưới đây; hồ sơ đang chạy giữ phiên bản của mình cho đến khi được chuyển."),
            above=[*_compared(row, found), _checks(row, found), *register_block(found.register), *_effects(row, found)],
        ),
        do,
        first={"effective_on": clock.today().isoformat(), "told": groups},
    )


def _done(number: int) -> str:
    """What came of it: asked for, in use, or in use from a later day on."""
    row = next(one for one in list_deployments() if one.id == number)
    act, name = enactments.list_enactments(number)[0], words.translated(row.name)
    if act.state == "asked":
        return _("Đã đề nghị đưa vào dùng: %(name)s, phiên bản %(n)d. Người thứ hai xem rồi xác nhận.", name=name, n=row.version)
    if enactments.is_coming(act):
        return _("Đã ghi: %(name)s, phiên bản %(n)d, dùng từ %(day)s.", name=name, n=row.version, day=words.full_date(act.effective_on))
    return _("Đã đưa vào dùng: %(name)s, phiên bản %(n)d.", name=name, n=row.version)


@blueprint.post("/office/studio/<int:draft>/deploy/base")
def take_base(draft: int) -> AnyResponse:
    """Say that the draft was held against the version in use."""
    by = pages.me()
    must(by, enactments.MAY_DEPLOY)
    deploying.take_version_in_use(draft, request.form.get("seen", 0, type=pages.whole), by=by)
    pages.say(_("Bản soạn nay tính theo phiên bản đang dùng."))
    return pages.back_to("studio_deploy.deploy", draft=draft)


def _fields(found: Readiness, groups: list[str]) -> list[Field]:
    labels = people.group_labels(groups, words.language())
    fields = [
        edit.area("note", _("Nội dung thay đổi"), hint=_("Viết cho người xử lý hồ sơ đọc."), required=True, most=1000),
        edit.text("basis", _("Căn cứ"), hint=_("Số, ngày văn bản cho phép thay đổi quy trình"), required=True, most=500),
        edit.day("effective_on", _("Dùng từ ngày"), required=True),
    ]
    if not found.replayed:
        why = edit.area("without_replay", _("Vì sao không chạy lại hồ sơ cũ (bắt buộc nếu chưa chạy lại)"),
                        hint=_("Để trống nếu sẽ chạy lại trước khi đưa vào dùng."), most=1000)
        fields.append(why | {"properties": {"demanded": "sometimes"}})
    if groups:
        fields.append(edit.several("told", _("Báo cho"), [(word, labels[word]) for word in groups]))
    return fields


def _checks(row: Draft, found: Readiness) -> Block:
    errors, lines = found.errors, []
    editor = Link(_("Mở bản soạn"), url_for("studio.show", draft=row.id))
    if errors:
        lines.append(Check(ngettext("Còn %(num)d chỗ cần sửa trong sơ đồ, bảng, biểu mẫu.",
                                    "Còn %(num)d chỗ cần sửa trong sơ đồ, bảng, biểu mẫu.", len(errors)), "bad", editor))
    elif warnings := len(found.problems):
        lines.append(Check(ngettext("Không có lỗi; %(num)d chỗ nên xem lại.", "Không có lỗi; %(num)d chỗ nên xem lại.", warnings),
                           "warn", editor))
    else:
        lines.append(Check(_("Sơ đồ, bảng, biểu mẫu không có lỗi."), "ok"))
    if found.failed:
        said = ", ".join(one.result.name for one in found.failed)
        lines.append(Check(_("Kịch bản kết thúc khác điều đã ghi: %(names)s.", names=said), "bad",
                           Link(_("Xem kịch bản"), url_for("studio_scenarios.show_all", of=f"draft:{row.id}"))))
    elif found.scenarios and found.scenarios.ran:
        n = len(found.scenarios.ran)
        lines.append(Check(ngettext("%(num)d kịch bản kết thúc đúng.", "%(num)d kịch bản kết thúc đúng.", n), "ok"))
    elif not errors:
        lines.append(Check(_("Bản soạn chưa có kịch bản nào."), "info"))
    if found.unchanged:
        lines.append(Check(_("Bản soạn giống hệt phiên bản đang dùng: không có gì để đưa vào dùng."), "bad", editor))
    elif _is_behind(row, found):
        lines.append(Check(_("Bản soạn chưa được so với phiên bản đang dùng."), "bad"))
    for act in enactments.list_enactments(key=row.key, open_only=True):
        lines.append(Check(_("Đang có một phiên bản chờ xác nhận hoặc chờ đến ngày dùng; giải quyết phiên bản đó trước."), "bad",
                           Link(_("Xem phiên bản đang chờ"), url_for("office_processes.show", deployment=act.deployment_id))))
    compare = draft_compare_url(row)
    return Block(_("Kiểm tra"), checks=lines, links=[Link(_("So với phiên bản đang dùng"), compare)] if compare else [])


def _is_behind(row: Draft, found: Readiness) -> bool:
    """Whether another version came into use than the one that the draft follows."""
    return found.in_use is not None and found.in_use != row.against and not found.unchanged


def _compared(row: Draft, found: Readiness) -> list[Block]:
    """The step that comes first where the draft follows another version: look at both, then say so."""
    if not _is_behind(row, found) or found.in_use is None:
        return []
    n = version_of(found.in_use)
    return [Block(
        _("Bước phải làm trước: so bản soạn với phiên bản đang dùng"),
        words=_("Phiên bản đang dùng là phiên bản %(n)d, không phải phiên bản mà bản soạn theo. Mở phần so hai bản, xem điều gì sẽ đổi, "
                "rồi xác nhận bằng nút của bước này. Chưa làm bước này thì chưa đưa vào dùng được.", n=n),
        links=[Link(_("So bản soạn với phiên bản %(n)d", n=n), draft_compare_url(row))],
        acts=[Act(_("Tôi đã so, bản soạn này thay phiên bản %(n)d", n=n), url_for("studio_deploy.take_base", draft=row.id), "base",
                  hidden={"seen": str(found.in_use)})],
    )]


def _effects(row: Draft, found: Readiness) -> list[Block]:
    replay_url = url_for("studio_replay.show_all", of=f"draft:{row.id}")
    if found.effects is None:
        if not found.past:
            return []
        return [Block(
            _("Ảnh hưởng đến hồ sơ đã có"),
            checks=[Check(ngettext("Chưa chạy lại %(num)d hồ sơ đã có trên bản soạn này.",
                                   "Chưa chạy lại %(num)d hồ sơ đã có trên bản soạn này.", found.past), "warn",
                          Link(_("Chạy lại hồ sơ cũ"), replay_url))],
        )]
    return [Block(
        _("Ảnh hưởng đến hồ sơ đã có"),
        facts=[Fact(_(said), str(found.effects.counts.get(word, 0)), figures=True) for word, (said, _kind) in VERDICTS.items()
               if found.effects.counts.get(word, 0)],
        links=[Link(_("Xem từng hồ sơ"), url_for("studio_replay.show", run_id=found.effects.run))],
    )]
