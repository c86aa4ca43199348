"""The pages read in English: no word of the house itself is left in Vietnamese, wherever one walks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po
from lxml import html

from service.awards import catalogue, lists
from service.config import ROOT
from service.demo import source
from service.people import acts, areas
from service.people import catalogue as groups
from tests.journeys.conftest import Furnished, left_at
from tests.journeys.office import Office
from tests.service.web.browser import Visitor
from tests.service.web.desk import DAY, Desk, opened

ROLES = ("donvi", "truongphong", "thuky", "chutich", "quantri", "thanhtra")
_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_NO_PAGE = re.compile(r"\.(xlsx|bpmn|zip)$|^/(files|static|api|metrics|processes|sign-out)|/files/")


def house_words() -> set[str]:
    """What the house says in Vietnamese and has English words for: pages, lists, acts, rights, forms, codes."""
    with (ROOT / "service/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        found = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id and m.string}
    for kind in lists.KINDS.values():
        found |= {kind.label, *(a.label for a in kind.acts), *(r.label for a in kind.acts for r in a.results)}
    for table in (catalogue.STAGES, catalogue.KINDS, catalogue.GROUPS, catalogue.PHASES, catalogue.OUTCOMES, catalogue.REASONS):
        found |= {vi for vi, _en in table.values()}
    found |= {f.name for f in catalogue.award_forms().values()} | {f.decides for f in catalogue.award_forms().values()}
    found |= {a.label for a in acts().values()} | {a.label for a in areas()} | {g.label for g in groups().values()}
    for file in [*(ROOT / "forms").rglob("*.form")]:
        found |= set(_form_words(json.loads(file.read_text(encoding="utf-8"))))
    return {word for word in found if _VIETNAMESE.search(word) and "%" not in word}


def _form_words(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        more = part.get("properties", {})
        yield from (part[word] for word in ("label", "dateLabel", "description") if more.get(f"{word}.en") and word in part)
        for value in part.values():
            yield from _form_words(value)
    elif isinstance(part, list):
        for value in part:
            yield from _form_words(value)


def _said(page: html.HtmlElement) -> Iterator[str]:
    for text in page.xpath("//body//text()[not(ancestor::script) and not(ancestor::*[@data-guides])]"):  # the guides are Vietnamese
        yield " ".join(str(text).split()).strip(" .,:;*·()")
    for name in ("placeholder", "aria-label", "title", "alt", "data-label"):
        yield from (" ".join(value.split()) for value in page.xpath(f"//*[not(ancestor::*[@data-guides])]/@{name}"))


def _busy(office: Office) -> None:
    one, two, three = (office.nominate("HN-2026", name=n) for n in ("Lê Trúc Xanh", "Phạm Suối Mơ", "Đặng Mây Trắng"))
    for number in (one, two, three):
        office.assess(number)
    office.sign(one)
    office.check(one)
    office.check(two, "supplement")
    office.check(three, "not_eligible")
    office.post("HN-2026", [one])
    office.sit("HN-2026", {})
    decision = office.draw_up("decision", "HN-2026", by="vhxh")
    office.act(decision, "prove", by="vhxh")
    later = office.nominate("DX", name="Hoàng Bình Minh")
    office.complain(later, sender="Người dân", content="Phản ánh về thành tích.")


@pytest.fixture
def busy(furnished: Furnished, tmp_path: Path) -> Iterator[Desk]:
    """An office with a list of most kinds."""
    folder, _ = furnished("sqlite", DAY, _busy)
    with opened(folder, tmp_path / "var", left_at(folder) or DAY) as found:
        yield found


@pytest.mark.parametrize(
    "role", [pytest.param(one, marks=[] if one in ("quantri", "truongphong") else pytest.mark.long) for one in ROLES]
)
def test_no_word_of_the_house_is_left_in_vietnamese(busy: Desk, role: str) -> None:
    data = {row[key] for row in (*source.accounts(), *source.units()) for key in ("name", "title") if key in row}
    words = house_words() - data
    assert len(words) > 1000
    visitor = Visitor(busy.office.app, role, language="en")
    waiting, seen, left = ["/"], {"/"}, []
    while waiting:
        path = waiting.pop(0)
        answer = visitor.client.get(path)
        if not answer.mimetype.startswith("text/html"):
            answer.close()  # a paper, a sheet
            continue
        if answer.status_code in (302, 303):
            continue
        assert answer.status_code == 200, path
        page = html.fromstring(answer.text)
        left += [f"{path}: {said}" for said in _said(page) if said in words]
        for link in page.xpath("//a/@href"):
            parts = urlsplit(link)
            shape = re.sub(r"\d+(-\d+)*", "N", parts.path) + re.sub(r"\d+", "N", parts.query)[:40]
            if link.startswith("/") and not _NO_PAGE.search(parts.path) and shape not in seen and len(seen) < 120:
                seen.add(shape)
                waiting.append(link.partition("#")[0])
    assert len(seen) > 8
    assert sorted({one.partition(": ")[2]: one for one in left}.values()) == []
