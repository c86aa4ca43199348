"""What a list's page shows of its papers: each kind with its versions, and the line about the paper before it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import papers, people, words
from service.actor import Actor
from service.awards.models import List, Nomination
from service.papers import Difference, Look, Paper, PaperBatch, PaperKind, Signature, Stand
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Act, Check, PaperRow, Progress
from service.words import N_

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Signing:
    """How the certificates of a decision are signed with keys: in words, by line; what the reader does; how far it is."""

    checks: Sequence[Check]
    states: Mapping[int, str] = field(default_factory=dict)
    act: Act | None = None
    progress: Progress | None = None


def block(list_id: int, by: Actor) -> dict[str, Any] | None:
    """What a list's page shows of its papers; None for who does not read the whole list, or where it has none."""
    row = papers.list_with_papers(list_id, by=by)
    if row is None:
        return None
    stands = papers.stands_of(row, by=by)
    granted_by = _granted_by(row, by)
    if not stands and granted_by is None:
        return None
    return {
        "rows": _rows(row, stands, by),
        "certificates": Link(_("Giấy khen: xem trước, in, ký số hàng loạt"), url_for("papers.certificates", list_id=granted_by.id))
        if granted_by else None,
        "bundle": Link(_("Tải cả bộ hồ sơ trình: tờ trình, báo cáo, biên bản, minh chứng (ZIP)"),
                       url_for("papers.bundle", list_id=row.id)) if papers.may_bundle(by, row) else None,
    }


def _granted_by(row: List, by: Actor) -> List | None:
    """The decision whose certificates a list leads to: itself, or the one that an award list hands over."""
    if row.kind == "award_list":
        found = papers.list_with_papers(row.parent_id, by=by)
        return found if found is not None and found.kind == "decision" else None
    return row if any(kind.is_certificate for kind in papers.kinds_of(row)) else None


def block_of_name(n: Nomination, by: Actor) -> dict[str, Any] | None:
    """What a nomination's page shows of its own papers; None for who does not read the whole submission."""
    row = papers.list_with_papers(n.submission_id, by=by)
    if row is None:
        return None
    stands = papers.stands_of_name(row, n.id, by=by)
    return {"rows": _rows(row, stands, by, n.id), "certificates": None, "bundle": None} if stands else None


def _rows(row: List, stands: Sequence[Stand], by: Actor, name: int | None = None) -> list[PaperRow]:
    made_by = people.names({p.made_by for s in stands for p in (*s.latest, *s.earlier) if p.made_by})
    return [_row(row, stand, by, made_by, name) for stand in stands]


def _row(row: List, stand: Stand, by: Actor, made_by: dict[int, str], name: int | None) -> PaperRow:
    kind, latest = stand.kind, stand.latest

    def url(endpoint: str) -> str:
        return url_for(f"papers.{endpoint}", list_id=row.id, code=kind.code, name=name)

    draw = Act(_("Soạn lại từ dữ liệu") if latest else _("Soạn từ dữ liệu"), url("draw"), f"draw-{kind.code}")
    scan = stand.may_draw or papers.may_scan(by)
    return PaperRow(
        key=kind.code,
        name=paper_name(kind),
        state=version_words(latest[0], made_by) if latest else _("Chưa soạn"),
        links=[
            *([] if latest else [Link(_("Xem trước"), url("preview"))]),
            *ways_to(*latest),
        ],
        draw=draw if stand.may_draw else None,
        edited_url=url("take_edited") if stand.may_draw and kind.word else "",
        signed_url=url("take_signed") if scan and latest else "",
        checks=[*difference_checks(latest), *_signatures(latest)],
        sign=_sign_act(row, kind, latest, by),
        versions_before=len({p.version for p in stand.earlier}),
        earlier=[
            Link(f"{version_words(p, made_by)} · {p.format.upper()}", url_for("papers.download", paper_id=p.id)) for p in stand.earlier
        ],
    )


def ways_to(*kept: Paper) -> list[Link]:
    """Links to the files of a paper's version: a PDF to look at in the browser, then each to save."""
    look = [Link(_("Xem"), url_for("papers.download", paper_id=p.id, look=1)) for p in kept if p.format == "pdf"]
    return [*look, *(Link(p.format.upper(), url_for("papers.download", paper_id=p.id)) for p in kept)]


def paper_name(kind: PaperKind) -> str:
    """What a kind of paper is called, in the reader's language."""
    return in_words((kind.name, kind.name_en))


def version_words(paper: Paper, made_by: Mapping[int, str]) -> str:
    """Which version a paper is, how it came, when and by whom."""
    source = {"drafted": _("soạn từ dữ liệu"), "edited": _("bản sửa"), "signed": _("bản chụp đã ký"), "esigned": _("đã ký số"),
              "sealed": _("đã ký số, có số và chữ ký số của cơ quan")}[paper.source]
    said = _("Bản %(version)s, %(source)s, %(moment)s", version=paper.version, source=source, moment=words.full_moment(paper.made_at))
    who = made_by.get(paper.made_by or 0, "")
    return f"{said}, {who}" if who else said


def difference_checks(latest: tuple[Paper, ...]) -> list[Check]:
    """What of an edited paper was not what the database said when it came."""
    found = [(Difference(**d), p.list_id is not None) for p in latest for d in p.differences]
    return [Check(in_words(d.words(of_list=of_list)), "bad" if d.contradicts else "info") for d, of_list in found[: _MOST_NAMED * 2]]


def _sign_act(row: List, kind: PaperKind, latest: Sequence[Paper], by: Actor) -> Act | None:
    """Signing with a key file, where it is this person's turn; `hidden` says as what."""
    turn = papers.next_signature(row, kind, latest, by=by)
    if not turn:
        return None
    said = _("Ký số") if turn == "person" else _("Ghi số, ngày và ký số của cơ quan")
    return Act(said, url_for("papers.sign", list_id=row.id, code=kind.code), f"sign-{kind.code}", hidden={"as": turn})


def _signatures(latest: Sequence[Paper]) -> list[Check]:
    """How the signatures of a paper are found, looked at anew."""
    return signature_checks([s for p in latest for s in papers.signatures_of(p)])


def signature_checks(signatures: Sequence[Signature]) -> list[Check]:
    """Signatures with keys in words: whose, and whether what was signed is still what it was."""
    found = []
    for one in signatures:
        if not one.intact:
            found.append(Check(_("Chữ ký số %(who)s: văn bản đã bị sửa sau khi ký", who=one.who), "bad"))
        elif one.trusted:
            found.append(Check(_("Chữ ký số %(who)s: hợp lệ", who=one.who), "ok"))
        else:
            found.append(Check(_("Chữ ký số %(who)s: nguyên vẹn, chứng thư chưa được tin ở đây", who=one.who), "warn"))
    return found


OUTDATED = {
    "changed": N_("Đã sửa hoặc in lại sau bản này: in lại"), "gone": N_("Khen thưởng đã bị hủy bỏ: không dùng bản này"),
}
"""What is said of a certificate that was drawn and holds no longer."""


def signing_block(row: List, kind: PaperKind, batches: Mapping[tuple[str, str], PaperBatch], by: Actor) -> Signing:
    """How the certificates of a decision are signed with keys, and what of it the reader does."""
    if kind.code != papers.FULL_PAGE:
        said = _("Bản in lên phôi là tờ giấy: ký bằng mực, đóng dấu, không ký số. Ký số bản in cả trang.")
        return Signing([Check(said, "info")])
    if not row.number:
        return Signing([Check(_("Giấy khen ghi số, ngày của quyết định: ký số sau khi văn thư cho số."), "info")])
    states = papers.certificates_signed(row)
    latest = max((b for (code, act), b in batches.items() if code == kind.code and act != "draw"), key=lambda b: b.id, default=None)
    runs = latest is not None and latest.state == "signing" and not papers.is_stopped(latest)
    checks = _signing_words(row, list(states.values()), by)
    if latest is not None and not runs and latest.done < latest.total and papers.waiting_for(states, latest.act):
        said = _("Lần ký trước dừng ở %(done)s trong %(total)s tên. Tên đã ký vẫn giữ; bấm ký để làm tiếp.",
                 done=latest.done, total=latest.total)
        checks.append(Check(said, "warn"))
    words_of = {"unsigned": _("chưa ký số"), "changed": _("đã sửa sau khi ký, chờ ký lại"), "esigned": _("đã ký số"),
                "sealed": _("đã ký số, có chữ ký số của cơ quan")}
    return Signing(
        checks, {line: words_of[state] for line, state in states.items()}, None if runs else _signing_act(row, states, by),
        signing_progress(latest) if latest is not None and runs else None,
    )


def _signing_words(row: List, states: Sequence[str], by: Actor) -> list[Check]:
    count = {state: states.count(state) for state in ("unsigned", "changed", "esigned", "sealed")}
    signed = count["esigned"] + count["sealed"]
    said = _("%(signed)s trong %(total)s Giấy khen đã ký số, %(sealed)s có chữ ký số của cơ quan.",
             signed=signed, total=len(states), sealed=count["sealed"])
    found = [Check(said, "ok" if states and count["sealed"] == len(states) else "info")]
    if changed := count["changed"]:
        found.append(Check(ngettext("%(num)d Giấy khen đã sửa hoặc in lại sau khi ký: chờ ký lại.",
                                    "%(num)d Giấy khen đã sửa hoặc in lại sau khi ký: chờ ký lại.", changed), "warn"))
    signer = str(row.data.get("signed_by") or "")
    if signed < len(states) and signer and signer != by.name:
        found.append(Check(_("Người ký quyết định ký trước: %(who)s.", who=signer), "info"))
    return found


def _signing_act(row: List, states: Mapping[int, str], by: Actor) -> Act | None:
    act = papers.next_batch(row, states, by=by)
    if act is None:
        return None
    count = len(papers.waiting_for(states, act))
    said = ngettext("Ký số %(num)d Giấy khen", "Ký số %(num)d Giấy khen", count) if act == "sign" else ngettext(
        "Ký số của cơ quan lên %(num)d Giấy khen", "Ký số của cơ quan lên %(num)d Giấy khen", count)
    hidden = {"as": "person" if act == "sign" else "organisation"}
    return Act(said, url_for("papers.sign_all", list_id=row.id), "sign-certificates", hidden=hidden)


def signing_progress(batch: PaperBatch) -> Progress:
    """How far the signing of certificates is."""
    runs = batch.state == "signing" and not papers.is_stopped(batch)
    note = _("Rời trang được. Tên nào ký rồi thì giữ, kể cả khi máy chủ dừng giữa chừng.") if runs else _("Tải lại trang để xem từng tên.")
    poll = url_for("papers.progress_of", batch_id=batch.id) if runs else ""
    return Progress(_("Đang ký số Giấy khen:") if runs else _("Đã ký số Giấy khen:"), batch.done, batch.total, note, poll, "signing")


def signing_checks(row: List, act: str | None) -> list[Check]:
    """The lines about the papers that an act signs or hands on, before it is done; each names its paper where there are several.

    Of a package before it is sent: what of it lacks its signed scan.
    """
    if row.kind == "package" and act == "send":
        lacking = papers.unsigned_papers(row)
        return [Check(
            _("*Chưa có bản chụp đã ký:* %(names)s. Đưa bản chụp vào ở mục Văn bản trước khi gửi; gửi ngay thì mục lục ghi là thiếu.",
              names=", ".join(lacking)), "warn")] if lacking else []
    looks = papers.looks_before(row, act) if act else ()
    return [
        Check(f"{paper_name(look.kind)}: {words.within_a_sentence(check.words)}", check.level) if len(looks) > 1 and not place else check
        for look in looks for place, check in enumerate(_looked(look, act or ""))
    ]


def _looked(look: Look, act: str) -> list[Check]:
    if look.how == "none" or look.paper is None:
        return [Check(_("Văn bản chưa soạn từ dữ liệu"), "info")]
    if look.how == "old":
        return [Check(_("Bản soạn %(version)s cũ hơn danh sách: soạn lại trước", version=look.paper.version), "bad")]
    if look.how == "alike":
        said = _("Văn bản bản %(version)s khớp danh sách", version=look.paper.version)
        others = len(look.differences)
        more = ngettext("%(num)d số khác dữ liệu, không phải tên hay tiền", "%(num)d số khác dữ liệu, không phải tên hay tiền", others)
        return [Check(f"{said}; {more}" if others else said, "info" if others else "ok")]
    found = look.contradictions
    count = len(found)
    if act == "submit":
        head = ngettext("Bản sửa khác danh sách %(num)d chỗ, chưa trình được", "Bản sửa khác danh sách %(num)d chỗ, chưa trình được", count)
    elif act == "check_form":
        head = ngettext("Bản sửa khác danh sách %(num)d chỗ, chưa xác nhận được",
                        "Bản sửa khác danh sách %(num)d chỗ, chưa xác nhận được", count)
    else:
        head = ngettext("Bản sửa khác danh sách %(num)d chỗ, chưa ký được", "Bản sửa khác danh sách %(num)d chỗ, chưa ký được", count)
    left = count - _MOST_NAMED
    rest = [Check(ngettext("Còn %(num)d chỗ khác", "Còn %(num)d chỗ khác", left), "bad")] if left > 0 else []
    return [Check(head, "bad"), *(Check(in_words(d.words()), "bad") for d in found[:_MOST_NAMED]), *rest]
