"""An office whose people work in a browser: each signs in for real, reads pages and posts their forms."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flask import g
from lxml import html
from werkzeug.datastructures import MultiDict

from service import clock
from service.app import create_app
from service.config import Settings
from service.db import db
from tests.journeys.conftest import enter
from tests.journeys.office import Office
from tests.service.web.browser import Visitor, heading

ROUND = "HN-2026"
DAY = date(2026, 11, 3)


class Desk:
    """The office on one day, with a browser for each person who needs one."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._visitors: dict[str, Visitor] = {}

    def who(self, login: str) -> Visitor:
        """A browser in which this person is signed in."""
        if login not in self._visitors:
            self._visitors[login] = Visitor(self.office.app, login)
        return self._visitors[login]

    def get(self, login: str, path: str, code: int = 200) -> html.HtmlElement:
        """A page."""
        visitor = self.who(login)
        _forget_token()
        return visitor.open(path, code)

    def read(self, login: str, path: str, code: int = 200) -> str:
        """The words of a page's main part."""
        return words(self.get(login, path, code))

    def post(
        self, login: str, path: str, fields: Mapping[str, Any] | Sequence[tuple[str, Any]] = (), code: int = 303
    ) -> html.HtmlElement:
        """Post a form; gives the page that answers, or the one it leads to."""
        visitor = self.who(login)
        _forget_token()
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        sent = [(k, one) for k, v in pairs if k != "csrf_token" for one in (v if isinstance(v, list) else [v])]
        data = MultiDict([("csrf_token", visitor.token), *sent])
        answer = visitor.client.post(path, data=data)
        assert answer.status_code == code, f"{answer.status_code} {heading(answer)}"
        _forget_token()
        return visitor.follow(answer) if code == 303 else html.fromstring(answer.text)

    def say(self, login: str, path: str, fields: Any = (), code: int = 303) -> str:
        """The words of the page that answers a posted form."""
        return words(self.post(login, path, fields, code))


def _forget_token() -> None:
    """A test's own application context outlives its requests, and with it what the last one kept in `g`."""
    g.pop("csrf_token", None)


def words(page: html.HtmlElement) -> str:
    """What a reader sees of a page's main part, in one line."""
    (main,) = page.xpath("//main")
    for unseen in main.xpath(".//dialog|.//template"):
        unseen.drop_tree()
    return " ".join(main.text_content().split())


def fields_of(page: html.HtmlElement, form: str = "answers") -> dict[str, Any]:
    """What a form would post if nothing were changed, with the inputs elsewhere that belong to it."""
    found: dict[str, Any] = {}
    for one in page.xpath(f"//form[@id='{form}']//*[@name] | //*[@name and @form='{form}']"):
        if one.tag == "button" or one.get("type") in ("radio", "checkbox", "file") and one.get("checked") is None:
            continue
        if one.tag == "select":
            chosen = one.xpath(".//option[@selected]")
            found[one.get("name")] = chosen[0].get("value", "") if chosen else ""
        elif one.tag == "textarea":
            found[one.get("name")] = (one.text or "").strip("\n")
        else:
            found[one.get("name")] = one.get("value", "")
    return found


@contextmanager
def opened(template: Path, folder: Path, day: date = DAY) -> Iterator[Desk]:
    """A copy of the installation at work, on a day or from the moment on at which it was left."""
    shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("clock"))
    app = create_app(Settings(var=folder, testing=True, demo=True))
    with app.app_context():
        yield Desk(enter(app, folder, day))
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)
