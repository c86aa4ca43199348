"""A person at the pages: signs in, opens, posts with the page's own token; reads answers as HTML. No JavaScript."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from lxml import html
from werkzeug.test import TestResponse


class Guest:
    """Somebody with a browser of their own, who is not signed in."""

    def __init__(self, app: Flask, language: str = "vi") -> None:
        self.client = app.test_client()
        self.client.set_cookie("language", language)
        self.token = ""

    def take_token(self) -> None:
        """Have the token of a form, as if a page with one had been opened."""
        forget()
        with self.client.application.test_request_context():
            self.token, kept = generate_csrf(), session["csrf_token"]
        forget()
        with self.client.session_transaction() as cookie:
            cookie["csrf_token"] = kept

    def open(self, path: str, status: int = 200) -> html.HtmlElement:
        """Open a page, or the one that it leads on to, and keep its token."""
        forget()
        answer = self.client.get(path)
        for _ in range(3):
            if answer.status_code == 303 != status:
                forget()
                answer = self.client.get(answer.headers["Location"])
        assert answer.status_code == status, f"{path}: {answer.status_code} {heading(answer)}"
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.token = found[1]
        return html.fromstring(answer.text)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Post a form with the token of the page opened last."""
        forget()
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def follow(self, answer: TestResponse) -> html.HtmlElement:
        """Go where a posted form led."""
        assert answer.status_code == 303, f"{answer.status_code} {heading(answer)}"
        return self.open(answer.headers["Location"])


class Visitor(Guest):
    """Somebody signed in with a browser of their own."""

    def __init__(self, app: Flask, login: str, password: str = "vinhdanh", language: str = "vi") -> None:
        super().__init__(app, language)
        self.take_token()
        answer = self.post("/sign-in", username=login, password=password)
        assert answer.status_code == 303, heading(answer)
        self.take_token()  # that of before signing in is void


def forget() -> None:
    """Drop what a request left in the test's own context: a real server has a new one for each."""
    for name in list(g):
        g.pop(name)


def heading(answer: TestResponse) -> str:
    """The sentence on top of a page."""
    found = html.fromstring(answer.text).find(".//h1")
    return words(found) if found is not None else answer.text[-400:]


def words(element: html.HtmlElement) -> str:
    """Text of an element with single spaces."""
    return " ".join(element.text_content().split())
