"""Every route says what it asks of who comes (service/route_rights.toml), in words of the matrix of rights."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from service import people, route_rights
from service.app import create_app
from service.config import Settings


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, without a database."""
    folder: Path = tmp_path_factory.mktemp("routes")
    return create_app(Settings(var=folder, testing=True, demo=True))


def test_every_route_has_its_line_and_every_line_its_route(bare: Flask) -> None:
    there = {rule.endpoint for rule in bare.url_map.iter_rules()} | {"prometheus_metrics"}  # which tests go without
    assert len(there) > 400
    said = route_rights.routes()
    assert sorted(there - set(said)) == [], "a new route: say in service/route_rights.toml what it asks of who comes"
    assert sorted(set(said) - there) == [], "service/route_rights.toml names routes that are no more"


def test_lines_name_rights_of_the_matrix_and_few_routes_are_open() -> None:
    said = route_rights.routes()
    assert {act for asked in said.values() for act in asked.acts} <= set(people.acts())
    assert sum(asked.public for asked in said.values()) <= 30


def test_what_else_is_said_of_a_route_is_of_one_that_has_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = route_rights.routes()
    secret = {name for name, asked in said.items() if asked.secret}
    assert {name for name, asked in said.items() if asked.told_once} < secret
    assert {asked.counted for asked in said.values()} - {""} <= Settings.model_fields.keys()
    assert {asked.unready for asked in said.values()} == {"", "anybody", "must_change"}
    text = route_rights.DATA.read_text(encoding="utf-8")
    for wrong in ("[secret]\ngone = [\"no.such_route\"]", "[secret]\ntwice = [\"pages.sign_in\"]"):
        monkeypatch.setattr(route_rights, "DATA", tmp_path / "route_rights.toml")
        route_rights.DATA.write_text(text.replace("[secret]", wrong), encoding="utf-8")
        with pytest.raises(ValueError, match="secret"):
            route_rights.routes.__wrapped__()


def test_address_that_opens_by_itself_what_it_leads_to_is_a_secret(bare: Flask) -> None:
    said = route_rights.routes()
    by_word = {rule.endpoint for rule in bare.url_map.iter_rules() if {"code", "token"} & rule.arguments and said[rule.endpoint].public}
    assert {"keepers.own", "own_calendar.feed", "verify.show"} <= by_word
    printed = {"verify.show"}  # on the certificate, for everybody
    assert {name for name in by_word if not said[name].secret} == printed


def test_route_without_a_line_is_refused_to_everybody(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = bare.test_client()
    assert client.get("/sign-in").status_code == 200
    without = {name: asked for name, asked in route_rights.routes().items() if name != "pages.sign_in"}
    monkeypatch.setattr(route_rights, "routes", lambda: without)
    assert client.get("/sign-in").status_code == 500


def test_nobody_is_asked_to_sign_in_before_anything_is_read(bare: Flask) -> None:
    client = bare.test_client()
    assert client.get("/office/people").headers["Location"].startswith("/sign-in")
    for path, body in (("/api/v1/nominations", b"{"), ("/api/v1/definitions", b"x"), ("/api/v1/imports/units", b"")):
        assert client.post(path, data=body, content_type="application/json").status_code == 401, path
