"""What a list's page shows of its papers: each kind with its versions, and the line about the paper before it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service import papers, people, words
from service.actor import Actor
from service.awards.models import List, Nomination
from service.papers import Difference, Look, Paper, PaperKind, Stand
from service.web.case_parts import in_words
from service.web.frame import Link
from service.web.parts import Act, Check, PaperRow

_MOST_NAMED = 8


def block(list_id: int, by: Actor) -> dict[str, Any] | None:
    """What a list's page shows of its papers; None for who does not read the whole list, or where it has none."""
    row = papers.list_with_papers(list_id, by=by)
    if row is None:
        return None
    stands = papers.stands_of(row, by=by)
    certificates = [kind for kind in papers.kinds_of(row) if kind.is_certificate]
    if not stands and not certificates:
        return None
    return {
        "rows": _rows(row, stands, by),
        "certificates": Link(_("Giấy khen: xem trước, in hàng loạt"), url_for("papers.certificates", list_id=row.id))
        if certificates else None,
        "bundle": Link(_("Tải cả bộ hồ sơ trình: tờ trình, báo cáo, biên bản, minh chứng (ZIP)"),
                       url_for("papers.bundle", list_id=row.id)) if papers.may_bundle(by, row) else None,
    }


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
        state=_state(latest[0], made_by) if latest else _("Chưa soạn"),
        links=[
            *([] if latest else [Link(_("Xem trước"), url("preview"))]),
            *(Link(p.format.upper(), url_for("papers.download", paper_id=p.id)) for p in latest),
        ],
        draw=draw if stand.may_draw else None,
        edited_url=url("take_edited") if stand.may_draw and kind.word else "",
        signed_url=url("take_signed") if scan and latest else "",
        checks=[*_checks(latest), *_signatures(latest)],
        sign=_sign_act(row, kind, latest, by),
        earlier=[
            Link(f"{_state(p, made_by)} · {p.format.upper()}", url_for("papers.download", paper_id=p.id)) for p in stand.earlier
        ],
    )


def paper_name(kind: PaperKind) -> str:
    """What a kind of paper is called, in the reader's language."""
    return in_words((kind.name, kind.name_en))


def _state(paper: Paper, made_by: dict[int, str]) -> str:
    source = {"drafted": _("soạn từ dữ liệu"), "edited": _("bản sửa"), "signed": _("bản chụp đã ký"), "esigned": _("đã ký số"),
              "sealed": _("đã ký số, có số và chữ ký số của cơ quan")}[paper.source]
    said = _("Bản %(version)s, %(source)s, %(moment)s", version=paper.version, source=source, moment=words.full_moment(paper.made_at))
    return f"{said}, {made_by[paper.made_by]}" if paper.made_by in made_by else said


def _checks(latest: tuple[Paper, ...]) -> list[Check]:
    """What of an edited paper was not what the database said when it came."""
    found = [Difference(**d) for p in latest for d in p.differences]
    return [Check(in_words(d.words()), "bad" if d.contradicts else "info") for d in found[: _MOST_NAMED * 2]]


def _sign_act(row: List, kind: PaperKind, latest: Sequence[Paper], by: Actor) -> Act | None:
    """Signing with a key file, where it is this person's turn; `hidden` says as what."""
    turn = papers.next_signature(row, kind, latest, by=by)
    if not turn:
        return None
    said = _("Ký số") if turn == "person" else _("Ghi số, ngày và ký số của cơ quan")
    return Act(said, url_for("papers.sign", list_id=row.id, code=kind.code), f"sign-{kind.code}", hidden={"as": turn})


def _signatures(latest: Sequence[Paper]) -> list[Check]:
    """How the signatures of a paper are found, looked at anew."""
    found = []
    for one in (s for p in latest for s in papers.signatures_of(p)):
        if not one.intact:
            found.append(Check(_("Chữ ký số %(who)s: văn bản đã bị sửa sau khi ký", who=one.who), "bad"))
        elif one.trusted:
            found.append(Check(_("Chữ ký số %(who)s: hợp lệ", who=one.who), "ok"))
        else:
            found.append(Check(_("Chữ ký số %(who)s: nguyên vẹn, chứng thư chưa được tin ở đây", who=one.who), "warn"))
    return found


def signing_checks(row: List, act: str | None) -> list[Check]:
    """The line about the paper, before it is signed."""
    look = papers.look_before_signing(row, act) if act else None
    return [] if look is None else _looked(look)


def _looked(look: Look) -> list[Check]:
    if look.how == "none" or look.paper is None:
        return [Check(_("Văn bản chưa soạn từ dữ liệu"), "info")]
    if look.how == "old":
        return [Check(_("Bản soạn %(version)s cũ hơn danh sách: soạn lại trước khi ký", version=look.paper.version), "warn")]
    if look.how == "alike":
        said = _("Văn bản bản %(version)s khớp danh sách", version=look.paper.version)
        others = len(look.differences)
        more = ngettext("%(num)d số khác dữ liệu, không phải tên hay tiền", "%(num)d số khác dữ liệu, không phải tên hay tiền", others)
        return [Check(f"{said}; {more}" if others else said, "info" if others else "ok")]
    found = look.contradictions
    head = ngettext("Bản sửa khác danh sách %(num)d chỗ, chưa ký được", "Bản sửa khác danh sách %(num)d chỗ, chưa ký được", len(found))
    return [Check(head, "bad"), *(Check(in_words(d.words()), "bad") for d in found[:_MOST_NAMED])]
