"""The ballot at its pages: who gets in, one answer for every choice, nothing of a body is kept, equal lengths."""

from __future__ import annotations

import hashlib
import io
import itertools
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from lxml import html

from service import clock, people, route_rights
from service.api import idempotency
from service.app import create_app
from service.config import Settings
from service.council import ballot
from service.db import db, reading
from tests.service.council.ballot.chamber import PASSWORD, Chamber, left_behind
from tests.service.web.browser import Visitor


def _sheet(visitor: Visitor, round_id: str) -> dict[str, str]:
    """Sign in again and open the sheet; gives the fields it would post."""
    visitor.open(f"/ballots/{round_id}/again/sheet")
    answer = visitor.post(f"/ballots/{round_id}/again/sheet", password=PASSWORD)
    page = visitor.follow(answer)
    form = page.xpath("//form[@class='ballot-form']")[0]
    found = {}
    for one in form.xpath(".//input[@name]"):
        if one.get("type") != "radio" or one.get("checked") is not None:
            found[one.get("name")] = one.get("value")
    return found


def test_member_votes_on_the_pages_without_a_script(chamber: Chamber) -> None:
    round_id = chamber.open(3, recused={1: {2: "em ruột"}})
    member = Visitor(chamber.app, "uyvien1")
    assert "Bỏ phiếu" in member.open(f"/ballots/{round_id}").text_content()
    answer = member.client.get(f"/ballots/{round_id}/sheet")
    assert answer.status_code == 303  # sign in again first
    fields = _sheet(member, round_id)
    page = member.open(f"/ballots/{round_id}/sheet")
    assert page.xpath("//script") == []
    assert page.xpath("//input[@type='radio'][@value='1' or @value='2'][@checked]") == []
    assert "Bạn không tham gia biểu quyết mục này" in page.text_content()
    assert member.client.get(f"/ballots/{round_id}/sheet").headers["Cache-Control"] == "no-store"
    shown = "".join(page.xpath("//*[contains(@class, 'ballot-digits')]/span/text()"))
    fields = {one.get("name"): one.get("value") for one in page.xpath("//form[@class='ballot-form']//input[@name]")
              if one.get("type") != "radio" or one.get("checked") is not None}
    done = member.client.post(f"/ballots/{round_id}/sheet", data=fields | {"choice-1": "1", "choice-3": "2"})
    assert done.status_code == 200
    said = html.fromstring(done.text)
    assert "".join(said.xpath("//*[contains(@class, 'ballot-digits')]/span/text()")) == shown
    again = member.client.post(f"/ballots/{round_id}/sheet", data=fields | {"choice-1": "1"})
    assert again.status_code == 403  # the pass went with the ballot
    repeated = member.client.get(f"/ballots/{round_id}/sheet")
    assert repeated.status_code == 409
    assert "Phiếu của bạn đã vào hòm" in repeated.text


@pytest.mark.long
def test_body_and_answer_have_one_length_for_every_choice(chamber: Chamber) -> None:
    from urllib.parse import urlencode

    round_id = chamber.open(3)
    lengths = set()
    for member, choices in enumerate(itertools.islice(itertools.product("123", repeat=3), 0, 27, 4), 1):
        visitor = Visitor(chamber.app, f"uyvien{member}")
        fields = _sheet(visitor, round_id)
        assert set(fields) == {"csrf_token", "secret", "choice-1", "choice-2", "choice-3"}  # a blank one is sent too
        fields |= {f"choice-{n}": said for n, said in enumerate(choices, 1)}
        token = fields.pop("csrf_token")
        answer = visitor.client.post(f"/ballots/{round_id}/sheet", data=fields | {"csrf_token": token})
        assert answer.status_code == 200
        body = answer.text.replace(token, "")
        shown = re.sub(r'name="csrf_token" value="[^"]+"', "", body)
        lengths.add((len(urlencode(fields)), len(re.sub(r"<b>[^<]+</b>", "", shown)), len(answer.headers)))
    assert len(lengths) == 1, lengths
    with reading() as s:
        assert s.execute(sa.text("SELECT length(blob) FROM ballot_box")).scalar_one() == 7 * 620


def test_program_and_bearer_token_are_refused_on_every_page(chamber: Chamber) -> None:
    round_id = chamber.open()
    token, _actor = people.sign_in("uyvien1", PASSWORD, door="api")
    client = chamber.app.test_client()
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    for path in ("", "/sheet", "/code", "/count"):
        answer = client.get(f"/ballots/{round_id}{path}", headers=bearer)
        assert answer.status_code == 403, path
        assert "không qua chương trình" in answer.text
    calls = {rule.rule for rule in chamber.app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    session = {"/api/v1/session/code"}  # the one-time code of an account
    assert session < calls
    assert {rule for rule in calls - session if re.search("/(cast|sheet|code)", rule)} == set()


def test_list_of_routes_that_keep_nothing_is_whole(chamber: Chamber) -> None:
    """Every route that takes a choice, a code or the password for a ballot is in the list, and each exists."""
    endpoints = {rule.endpoint: rule for rule in chamber.app.url_map.iter_rules()}
    never_kept = {name for name, asked in route_rights.routes().items() if asked.secret == "ballot"}
    assert set(endpoints) >= never_kept and not any(map(idempotency.keeps, never_kept))
    taking = set()
    for name, rule in endpoints.items():
        if "POST" not in (rule.methods or ()) or not name.startswith(("ballot.", "ballots.", "council")):
            continue
        if re.search(r"/(sheet|again/<what>|code|code/confirm|count|recount|kiosk/enter)$", rule.rule):
            taking.add(name)
    assert taking == never_kept
    others = {
        "ballot.name_tellers", "ballot.open_round", "ballot.seal", "ballot.cancel", "ballot.withdraw", "ballot.burn",
        "ballot.complain", "ballot.paper", "ballots.plan_round", "ballots.name_tellers", "ballots.open_round",
        "ballots.seal_round", "ballots.cancel_round", "ballots.withdraw_item", "ballots.file_paper_count",
        "ballots.file_opinion", "ballots.burn_round", "ballot.scan", "ballots.attach_scan",
    }
    writing = {name for name, rule in endpoints.items()
               if name.startswith(("ballot.", "ballots.")) and "POST" in (rule.methods or ())}
    assert writing == others | never_kept - {"council_kiosk.enter"}, "a new route: does its body carry a choice or a code?"


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """Everything that is logged, with traces as a careless set-up would show them: with the values of variables."""
    stream = io.StringIO()
    before = structlog.get_config()
    renderer = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.RichTracebackFormatter(show_locals=True, width=200)
        if structlog.dev.rich else structlog.dev.plain_traceback,
    )
    structlog.configure(processors=[structlog.processors.add_log_level, renderer],
                        logger_factory=structlog.PrintLoggerFactory(stream), cache_logger_on_first_use=False)
    try:
        yield stream
    finally:
        structlog.configure(**before)


@pytest.mark.long
def test_no_exception_carries_the_body(chamber: Chamber) -> None:
    round_id = chamber.open()
    member = Visitor(chamber.app, "uyvien1")
    fields = _sheet(member, round_id) | {"choice-1": "1", "choice-2": "2"}
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ballot_box RENAME TO ballot_box_gone")
    with _logged() as stream:
        answer = member.client.post(f"/ballots/{round_id}/sheet", data=fields)
        other = member.client.get("/ballots/" + round_id)  # a page that is not in the list tells its trace
    assert answer.status_code == 500
    assert other.status_code == 500
    told = stream.getvalue()
    assert told.count("request failed") == 2
    first, second = told.split("request failed")[1:]
    assert "Traceback" in second
    assert "ballot.cast" in first
    for said in ("Traceback", fields["secret"], "choice", "agree"):
        assert said not in first, said
        assert said not in answer.text.replace("choice-strip", ""), said


def test_unreadable_sheet_is_refused_and_nothing_of_it_comes_back(chamber: Chamber) -> None:
    round_id = chamber.open()
    member = Visitor(chamber.app, "uyvien1")
    fields = _sheet(member, round_id)
    for wrong in ({"choice-1": "9"}, {"choice-77": "1"}, {"secret": "zz"}, {"secret": "00" * 31}):
        answer = member.client.post(f"/ballots/{round_id}/sheet", data=fields | wrong)
        assert answer.status_code == 422, wrong
        assert "Phiếu không đọc được" in answer.text
        for value in wrong.values():
            assert f'"{value}"' not in answer.text
    assert member.client.post(f"/ballots/{round_id}/sheet", data=fields).status_code == 200


@pytest.mark.long
def test_tellers_take_codes_and_count_on_the_pages(chamber: Chamber) -> None:
    round_id = chamber.plan()
    secretary = Visitor(chamber.app, "thuky")
    secretary.open(f"/ballots/{round_id}")
    accounts = {f"teller-{no}": people.find_account(f"kiem{no}").id for no in (1, 2, 3)}
    secretary.follow(secretary.post(f"/ballots/{round_id}/tellers", **accounts))
    codes = {}
    for no in (1, 2, 3):
        teller = Visitor(chamber.app, f"kiem{no}")
        teller.open(f"/ballots/{round_id}/again/code")
        teller.follow(teller.post(f"/ballots/{round_id}/again/code", password=PASSWORD))
        page = html.fromstring(teller.post(f"/ballots/{round_id}/code").text)
        codes[no] = "".join(page.xpath("//*[contains(@class, 'is-code')]/span/text()"))
        assert len(codes[no]) == 36
        assert codes[no] not in teller.client.get(f"/ballots/{round_id}/code").text.replace(" ", "")
        wrong = teller.post(f"/ballots/{round_id}/code/confirm", code=codes[no][:-1])
        assert wrong.status_code == 422
        assert "Gõ sai mã" in wrong.text
        teller.follow(teller.post(f"/ballots/{round_id}/code/confirm", code=codes[no]))
    secretary.open(f"/ballots/{round_id}")
    secretary.follow(secretary.post(f"/ballots/{round_id}/open"))
    for member in range(1, 8):
        chamber.cast(round_id, member)
    secretary.follow(secretary.post(f"/ballots/{round_id}/seal"))
    bad = secretary.post(f"/ballots/{round_id}/count", code_1=codes[1], code_2=codes[3])
    assert bad.status_code == 422
    assert "đây là mã của người kiểm phiếu 3" in bad.text
    page = secretary.follow(secretary.post(f"/ballots/{round_id}/count", code_1=codes[1], code_2=codes[2]))
    assert "Đã kiểm phiếu" in page.text_content()
    assert left_behind(round_id) == []


def test_password_for_the_ballot_is_checked_and_counted(chamber: Chamber) -> None:
    round_id = chamber.open()
    member = Visitor(chamber.app, "uyvien1")
    member.open(f"/ballots/{round_id}/again/sheet")
    for _unused in range(5):
        answer = member.post(f"/ballots/{round_id}/again/sheet", password="sai rồi")
        assert answer.status_code == 401
    locked = member.post(f"/ballots/{round_id}/again/sheet", password=PASSWORD)
    assert locked.status_code == 429


def test_live_count_is_a_number_only_and_stops_at_the_seal(chamber: Chamber) -> None:
    round_id = chamber.open()
    secretary = Visitor(chamber.app, "thuky")
    answer = secretary.client.get(f"/ballots/{round_id}/live")
    assert "trong 9 người đã bỏ phiếu" in answer.text
    assert "Đinh Vũ Phong" not in answer.text
    for member in range(1, 8):
        chamber.cast(round_id, member)
    ballot.seal_round(round_id, by=chamber.who("thuky"))
    assert secretary.client.get(f"/ballots/{round_id}/live").headers["HX-Refresh"] == "true"


# --- two members swap what they choose, with every source of chance and time fixed


class _Chance:
    """The same bytes in every run, in place of the machine's."""

    def __init__(self) -> None:
        self._made = random.Random(20261215)

    def __call__(self, count: int) -> bytes:
        return self._made.randbytes(count)


def _session(folder: Path, url: str, votes: dict[int, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A whole round over the pages; gives every artefact it left."""
    chance = _Chance()
    moment = itertools.count()
    with monkeypatch.context() as m:
        for place in ("os.urandom", "random._urandom"):
            m.setattr(place, chance)
        m.setattr("secrets.token_bytes", chance)
        m.setattr("secrets.token_hex", lambda n=32: chance(n).hex())
        m.setattr("secrets.token_urlsafe", lambda n=32: chance(n).hex())
        m.setattr(clock, "now", lambda: datetime.fromtimestamp(1_797_000_000 + next(moment) / 1000, UTC))
        m.setattr(clock, "unmoved", lambda: datetime.fromtimestamp(1_797_000_000, UTC))
        m.setattr("argon2._password_hasher.os.urandom", chance, raising=False)
        folder.mkdir(exist_ok=True)
        app = create_app(Settings(var=folder, testing=True, demo=True, database_url=url))
        answers = []
        with app.app_context(), _logged() as stream:
            chamber = Chamber(app)
            round_id = chamber.open()
            for member in range(1, 10):
                visitor = Visitor(app, f"uyvien{member}")
                fields = _sheet(visitor, round_id)
                said = {"agree": "1", "disagree": "2", "blank": "3"}[votes[member]]
                fields |= {f"choice-{n}": said for n in (1, 2, 3)}
                answer = visitor.client.post(f"/ballots/{round_id}/sheet", data=fields)
                assert answer.status_code == 200
                answers.append(re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text))
            ballot.seal_round(round_id, by=chamber.who("thuky"))
            done = ballot.count_round(round_id, chamber.pair(round_id), by=chamber.who("thuky"))
            tables = _everything()
            box = tables.pop("ballot_box")
            db.session.remove()
            db.engine.dispose()
        files = {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith("vinhdanh.sqlite3")
        }
    marks = [blob[at : at + 32] for _id, _n, blob in box for at in range(0, len(blob), 620)]
    return {
        "answers": answers, "log": stream.getvalue(), "tables": tables, "files": files, "marks": marks,
        "lengths": [(n, len(blob)) for _id, n, blob in box], "cipher": [blob for _id, _n, blob in box],
        "result": done.items,
    }


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: sorted(
                (tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                 for row in connection.execute(sa.select(table))), key=repr,
            )
            for table in metadata.sorted_tables
        }


@pytest.mark.long
def test_two_members_swapping_their_choices_change_nothing_but_ciphertext(
    request: pytest.FixtureRequest, settings: Settings, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import shutil

    from tests.conftest import copy_database, on_server, with_name

    one = {member: "agree" if member <= 5 else "disagree" for member in range(1, 10)} | {9: "blank"}
    swapped = one | {2: one[7], 7: one[2]}
    other = one | {2: "disagree"}
    found = []
    for number, votes in enumerate((one, swapped, other)):
        folder = tmp_path / f"run{number}"
        shutil.copytree(furnished / "keys", folder / "keys")
        url, name = "", f"vd_swap_{os.getpid()}_{number}"
        if settings.database_url:
            server = request.getfixturevalue("postgres_url")
            template = request.getfixturevalue("postgres_template")
            copy_database(server, name, template)
            url = with_name(server, name)
        else:
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "vinhdanh.sqlite3")
        try:
            # Keys under var/keys that are not there yet are drawn by the same fixed chance.
            found.append(_session(folder, url, votes, monkeypatch))
        finally:
            if url:
                on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    first, second, third = found
    assert first["cipher"] != second["cipher"]
    for what in ("answers", "log", "files", "marks", "lengths", "result"):
        assert first[what] == second[what], what
    assert first["tables"].keys() == second["tables"].keys()
    for table, rows in first["tables"].items():
        assert rows == second["tables"][table], table
    assert first["tables"]["ballot_item"] != third["tables"]["ballot_item"]  # the comparison does see a changed sum
    assert first["answers"] == third["answers"]


@pytest.fixture(autouse=True)
def _unfollow() -> Iterator[None]:
    yield
    clock.follow(None)
