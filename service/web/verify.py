"""The public page of a certificate: whoever holds one sees whether its award stands, without signing in. Reads only."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _

from service import papers, words
from service.papers import Certified, SignedCopy
from service.web import pages
from service.web.paper_parts import signature_checks
from service.web.parts import Check, Fact

blueprint = Blueprint("verify", __name__)


@blueprint.get("/verify/<code>")
def show(code: str) -> Response:
    """How the award of a code stands; what is shown is what the certificate says itself."""
    found = papers.standing_of(code)
    sentence, status, check = {
        "valid": (
            _("Giấy khen *có giá trị*"), _("Mã do xã cấp, quyết định còn hiệu lực."), Check(_("So từng dòng với tờ Giấy khen."), "info")
        ),
        "replaced": (
            _("Giấy khen *đã được thay bằng bản sửa*"), _("Khen thưởng còn hiệu lực, nhưng tên ghi trên tờ này đã được sửa sau đó."),
            Check(_("Không dùng tờ này. Hỏi Ủy ban nhân dân xã bản mới."), "warn"),
        ),
        "revoked": (
            _("Giấy khen *đã bị hủy bỏ*"), _("Quyết định tặng đã bị hủy bỏ, tờ Giấy khen này không còn giá trị."),
            Check(_("Không dùng tờ Giấy khen này."), "bad"),
        ),
        "unknown": (
            _("*Không xác minh được* mã này"), _("Mã không do xã cấp, hoặc đã bị sửa."),
            Check(_("Mang tờ Giấy khen tới Ủy ban nhân dân xã để đối chiếu với sổ vàng."), "warn"),
        ),
    }[found.how]
    told = found.certified if found.how != "unknown" else None
    copy = papers.signed_copy_of(code) if found.how == "valid" else None
    response = pages.page(
        "verify", bare=True, code=200 if told else 404, sentence=sentence, status=status, check=check,
        facts=_facts(told) if told else [], signatures=_signatures(copy) if copy else [], copy_facts=_copy_facts(copy) if copy else [],
    )
    # Who looks at whose certificate is nobody's business: neither a cache nor a search engine keeps the page.
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _signatures(copy: SignedCopy) -> list[Check]:
    """Who signed the electronic certificate that carries this code, and whether it is still what was signed."""
    stale = [Check(_("Giấy khen đã được sửa hoặc in lại sau khi ký: hỏi Ủy ban nhân dân xã bản mới."), "warn")] if copy.stale else []
    return [*signature_checks(copy.signatures), *stale]


def _copy_facts(copy: SignedCopy) -> list[Fact]:
    return [Fact(_("Mã băm SHA-256 của tệp"), " ".join(copy.sha256[n : n + 8] for n in range(0, 64, 8)))]


def _facts(told: Certified) -> list[Fact]:
    return [
        Fact(_("Tập thể, cá nhân"), told.name), Fact(_("Hình thức khen thưởng"), told.form),
        Fact(_("Quyết định"), _("số %(number)s, ngày %(day)s", number=told.decision, day=words.full_date(told.dated))),
        *([Fact(_("Vào sổ vàng số"), f"{told.book:02d}")] if told.book else []),
        Fact(_("Người có thẩm quyền tặng"), _("CHỦ TỊCH %(body)s", body=told.issuer)),
    ]
