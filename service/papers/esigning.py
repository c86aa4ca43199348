"""Signing a paper with a key file: first who signed the list, then, once the clerk gave number and day, the organisation.

Key files lie outside the database. A passphrase is asked for each signature, used at once, and neither kept nor logged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from asn1crypto.x509 import Certificate
from flask import current_app
from sqlalchemy import select

from service import clock, people, words
from service.actor import Actor
from service.awards.files import read_bytes
from service.awards.models import List
from service.config import Settings
from service.db import let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid
from service.papers.facts import Facts, facts_of
from service.papers.kinds import PaperKind
from service.papers.models import Paper
from service.papers.pades import (
    OFFICE,
    PERSON,
    Draw,
    NoKey,
    Signature,
    Signer,
    fill,
    moment_words,
    name_of,
    open_key,
    prepare,
    roots_in,
    sign,
    signatures_in,
)
from service.papers.printing import print_mark, print_paper, signature_mark, slots_of
from service.papers.settled import must_be_open
from service.papers.versions import about_list, add_version, kind_on, latest_of, read_for_papers, signed_facts
from workflows.calendar import ZONE

ORGANISATION = "organisation"
"""Name of the organisation's key file, without its ending."""
_HIGH = 841.89
"""Height of an A4 sheet in points."""
BLUE, RED = "#1f3fa8", "#c01818"
_WITH_A_KEY = ("decision", "province_submission")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def next_signature(row: List, kind: PaperKind, latest: Sequence[Paper], *, by: Actor) -> str:
    """Which signature with a key file somebody may give a paper now: person, organisation, or none."""
    if kind.code not in _WITH_A_KEY:
        return ""
    source = latest[0].source if latest else ""
    if not row.number and signed_it(row, by) and source in ("", "drafted"):
        return "person"
    if row.number and source == "esigned" and people.allowed(by, "paper.seal"):
        return "organisation"
    return ""


def signed_it(row: List, by: Actor) -> bool:
    """Whether it was this person who signed the list, and who still may sign one."""
    return row.data.get("signed_by") == by.name and people.allowed(by, f"{row.kind}.sign")


def sign_paper(list_id: int, code: str, passphrase: str, *, by: Actor) -> Paper:
    """Sign a paper as who signed its list, before it has a number; a new version.

    Raises NotFound, Forbidden for another person, Conflict where it cannot be signed now, Invalid for a wrong passphrase.
    """
    row = read_for_papers(list_id, by=by)
    if not signed_it(row, by):
        raise Forbidden(
            "Chỉ người đã ký danh sách mới ký số văn bản này.", "Only who signed the list signs this paper with a key."
        )
    kind = _with_a_key(row, code)
    if row.number:
        raise Conflict("Văn bản đã có số, không ký thêm.", "The paper has its number already.", code="numbered")
    signer = key_of(by.login, passphrase)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        latest = latest_of(s, about_list(row.id), code)
        if latest and latest[0].source not in ("drafted", "esigned"):
            raise Conflict(
                "Bản đang dùng là bản sửa hoặc bản chụp. Ký bản in rồi đưa bản chụp vào.",
                "What stands is an edited paper or a scan. Sign it on paper and put the scan in.", code="not-drafted",
            )
        facts = facts_of(held, kind)
        must_be_open(held, kind, facts, "drafted")
        open_ = prepare(print_paper(facts), slots_of(facts, _HIGH))
        content = sign(open_, signer, PERSON, signature_mark(mark_of(signer), BLUE))
        paper = _keep(s, held, kind, facts, content, "esigned", by)
    let_go([paper])
    return paper


def seal_paper(list_id: int, code: str, passphrase: str, *, by: Actor) -> Paper:
    """Write number and day into a signed paper and sign it as the organisation; a new version.

    Raises NotFound, Forbidden, Conflict where who signs has not signed, the number is missing or the data changed since, Invalid for a
    wrong passphrase.
    """
    row = read_for_papers(list_id, by=by)
    people.require(by, "paper.seal")
    kind = _with_a_key(row, code)
    if not row.number or row.dated is None:
        raise Conflict("Văn bản chưa có số, ngày.", "The paper has no number and day yet.", code="not-numbered")
    signer = key_of(ORGANISATION, passphrase)
    with transaction() as s:
        held = s.scalars(select(List).where(List.id == row.id).with_for_update(key_share=True)).one()
        latest = latest_of(s, about_list(row.id), code)
        if not latest or latest[0].source != "esigned":
            raise Conflict("Người có thẩm quyền chưa ký số văn bản này.", "It was not signed with a key yet.", code="not-signed")
        facts = facts_of(held, kind)
        if signed_facts(latest[0].facts) != signed_facts(facts) or latest[0].facts["year"] != facts["year"]:
            raise Conflict(
                "Dữ liệu đã đổi sau khi ký số: soạn và ký lại.", "The data changed since it was signed: draw it up and sign it anew.",
                code="changed-since",
            )
        signed = read_bytes(latest[0].file_id)
        content = sign(fill(signed, _open_words(facts)), signer, OFFICE, signature_mark(mark_of(signer), RED))
        paper = _keep(s, held, kind, facts, content, "sealed", by)
    let_go([paper])
    return paper


def _with_a_key(row: List, code: str) -> PaperKind:
    kind = kind_on(row, code)
    if kind.code not in _WITH_A_KEY:
        raise Conflict("Văn bản này không ký số ở đây.", "This paper is not signed with a key here.", code="no-key-paper")
    return kind


def key_of(name: str, passphrase: str) -> Signer:
    """The opened key of somebody, or of the organisation; Invalid for a wrong passphrase, Conflict where there is none that is valid."""
    try:
        return open_key(_settings().signing_folder / f"{name}.p12", passphrase)
    except NoKey as no:
        if no.why == "passphrase":
            raise Invalid.at("passphrase", "Mật khẩu của khóa không đúng.", "The passphrase is wrong.") from None
        vi, en = {
            "missing": ("Máy chủ chưa có tệp khóa ký số của bạn hoặc của cơ quan.", "The key file is not on the server."),
            "expired": ("Chứng thư số đã hết hạn hoặc chưa có hiệu lực.", "The certificate is not valid today."),
        }[no.why]
        raise Conflict(vi, en, code=f"key-{no.why}") from None


def mark_of(signer: Signer) -> list[str]:
    """What stands where somebody signs now: who, and when (law.md 5.4)."""
    return [f"Ký bởi: {name_of(signer)}", f"Thời gian: {moment_words(clock.now().astimezone(ZONE))}"]


def _open_words(facts: Facts) -> dict[str, tuple[str, Draw]]:
    """What fills the open places of a paper and of its annex: number, day and month as papers write them."""
    day, month, _year = re.findall(r"\d+", words.paper_date(date.fromisoformat(facts["dated"])))
    number = str(facts["number"]).partition("/")[0]
    found = {"number": (number, _word(number, 13)), "annex_number": (number, _word(number, 13, italic=True))}
    for name, said in (("day", day), ("month", month)):
        found |= {name: (said, _word(said, 14, italic=True)), f"annex_{name}": (said, _word(said, 13, italic=True))}
    return found


def _word(said: str, size: float, *, italic: bool = False) -> Draw:
    return lambda width, height: print_mark([said], width, height, size=size, italic=italic)


def _keep(s: Any, row: List, kind: PaperKind, facts: Facts, content: bytes, source: str, by: Actor) -> Paper:
    (paper,) = add_version(s, row, kind, about_list(row.id), facts, {"pdf": content}, source, by)
    return paper


def signatures_of(paper: Paper) -> list[Signature]:
    """The signatures of a version that was signed with a key, looked at anew; none of others."""
    if paper.source not in ("esigned", "sealed"):
        return []
    with reading():
        return signatures_in(read_bytes(paper.file_id), _roots())


def _roots() -> list[Certificate]:
    return roots_in(_settings().signing_folder / "roots")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What signatures were found in, by its hash, on which day and with which roots."""

    by: tuple[Any, ...]
    content: bytes = field(compare=False, repr=False)
    roots: Sequence[Certificate] = field(compare=False, repr=False)


def seen_signatures(content: bytes) -> tuple[Signature, ...]:
    """The signatures of a PDF, for a page that anybody may ask for as often as he likes: the same bytes are looked at once a day."""
    roots = _roots()
    return _seen(_Seen((hashlib.sha256(content).digest(), clock.today(), *(one.sha256 for one in roots)), content, roots))


@lru_cache(maxsize=64)
def _seen(one: _Seen) -> tuple[Signature, ...]:
    return tuple(signatures_in(one.content, one.roots))

