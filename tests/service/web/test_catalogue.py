"""Every word of the pages has its English in the catalogue, and an English reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import CommandLineInterface, parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from lxml import html

from service.web import rendering
from tests.service.web.browser import words
from tests.service.web.showcase import showcase

ROOT = Path(rendering.__file__).resolve().parents[2]
ENGLISH = ROOT / "service" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
HOLE = re.compile(r"%\((\w+)\)([sd])")
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
OWN_NAMES = {"Văn phòng", "Hoàng"}
"""Vietnamese words that stay in English sentences: an office's name, an example of a search."""
MEND = "run `make words`, then write the English into service/translations/en/LC_MESSAGES/messages.po"

Key = str | tuple[str, ...]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def used() -> dict[Key, str]:
    """Each message of the sources, with the file that has it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | parse_keywords(["lazy_gettext"])
    found: dict[Key, str] = {}
    for part in ("service", "forms", "bpmn"):
        # The mapping names folders from the root, so that is what file names are given from.
        below = [(pattern.removeprefix(f"{part}/"), how) for pattern, how in methods if pattern.startswith(part)]
        told = {pattern.removeprefix(f"{part}/"): option for pattern, option in options.items()}
        for name, _line, key, _notes, _context in extract_from_dir(ROOT / part, below, told, keywords):
            found.setdefault(key, f"{part}/{name}")
    return found


def entries(catalog: Catalog) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each message with its ids and its strings, several where it has plurals."""
    for message in catalog:
        if message.id:
            ids, strings = message.id, message.string
            yield (
                message,
                (ids,) if isinstance(ids, str) else tuple(ids),
                (strings,) if isinstance(strings, str) else tuple(strings),
            )


def test_catalogue_lacks_no_word_of_the_sources(english: Catalog, used: dict[Key, str]) -> None:
    known = {ids if len(ids) > 1 else ids[0] for _message, ids, strings in entries(english) if all(strings)}
    assert len(known) > 900
    assert {key: name for key, name in used.items() if key not in known} == {}, MEND


def test_words_of_tables_are_found(used: dict[Key, str]) -> None:
    assert used["Sau tuần này"].startswith("service/web/inbox")
    assert "Hạn nộp hồ sơ" in used


def test_words_of_diagrams_are_found(used: dict[Key, str]) -> None:
    assert used["Chờ kết quả Hội đồng"].startswith("bpmn/")
    assert used["Kết quả Hội đồng"].startswith("bpmn/")


def test_each_translation_fills_the_same_holes(english: Catalog) -> None:
    wrong = [
        (ids[0], said)
        for _message, ids, strings in entries(english)
        for said in strings
        if sorted(HOLE.findall(said)) != sorted(HOLE.findall(ids[0]))
    ]
    assert wrong == []


def test_each_translation_weights_as_many_words(english: Catalog) -> None:
    assert [ids[0] for _m, ids, strings in entries(english) if any(s.count("*") != ids[0].count("*") for s in strings)] == []


def test_each_plural_has_two_forms(english: Catalog) -> None:
    plurals = [(ids[0], strings) for _message, ids, strings in entries(english) if len(ids) > 1]
    assert plurals
    assert [one for one in plurals if len(one[1]) != 2] == []


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message, _ids, _strings in entries(english) if message.fuzzy] == []


def test_no_translation_is_left_vietnamese(english: Catalog) -> None:
    left = []
    for _message, _ids, strings in entries(english):
        for said in strings:
            rest = said
            for name in OWN_NAMES:
                rest = rest.replace(name, "")
            if VIETNAMESE.search(rest):
                left.append(said)
    assert left == []


def test_catalogue_names_no_machine() -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    assert not re.search(r"^#: |^\"(POT|PO)-|/work/|/home/|/tmp/", text, re.MULTILINE)


def test_english_reader_signs_in_on_an_english_page(tmp_path: Path) -> None:
    compiled = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    CommandLineInterface().run(["pybabel", "-q", "compile", "--use-fuzzy", "-i", str(ENGLISH), "-o", str(compiled)])
    app = showcase()
    app.extensions["babel"].translation_directories[:] = [str(tmp_path)]
    reader = app.test_client()
    assert "Mật khẩu" in reader.get("/sign-in").text
    reader.set_cookie("language", "en")
    page = html.fromstring(reader.get("/sign-in").text)
    assert page.get("lang") == "en"
    assert words(page.find(".//h1")) == "Sign in"
    labels = [words(one) for one in page.xpath("//main//label")]
    assert labels[:2] == ["Sign-in name", "Password"]
