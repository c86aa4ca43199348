"""What stands in entries is said in words, and written down for other programs so that no cell runs and nothing hidden shows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain

import orjson
import pytest
from flask import Flask
from openpyxl import load_workbook

from service import trail
from service.actor import Actor, machine
from service.db import transaction
from service.trail import KINDS, Event, Sight, changes, export, kind_choices, kind_words, walk


def event(kind: str, **more: object) -> Event:
    return Event(1, "round:1", 1, datetime(2026, 11, 23, tzinfo=UTC), "5", kind, "web", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_kind_has_a_name_to_choose_it_by(locale: trail.Locale) -> None:
    for kind in KINDS:
        said = kind_words(kind, locale)
        assert said[0].isupper() and not {"{", "[", "…"} & set(said) and not said.endswith("."), (kind, said)
    chosen = [word for choices in kind_choices(locale).values() for word, _ in choices]
    assert sorted(chain.from_iterable(word.split(",") for word in chosen)) == sorted(KINDS)
    for choices in kind_choices(locale).values():
        assert len({said for _, said in choices}) == len(choices)


def test_before_and_after_stand_in_words() -> None:
    found = changes(event("round:calendar_changed", before={"filing": "2026-11-10", "close": "2026-12-31"},
                          after={"filing": "2026-11-12", "close": "2026-12-31", "ceremony": "2026-12-20"}), "vi")
    assert [(one.label, one.before, one.after) for one in found] == [
        ("Hạn nộp hồ sơ", "10/11/2026", "12/11/2026"), ("Lễ trao tặng", "", "20/12/2026"),
    ]
    (working,) = changes(event("calendar:changed", before={"working": "yes"}, after={"working": "no"}), "vi")
    assert (working.label, working.before, working.after) == ("Là ngày làm việc", "có", "không")
    (sure,) = changes(event("rule:confirmed", before={"confirmed": 0}, after={"confirmed": 1}), "en")
    assert (sure.label, sure.before, sure.after) == ("Confirmed", "no", "yes")
    (name,) = changes(event("recipient:renamed", private={"old_name": "Hoàng Minh", "new_name": "Hoàng Bình Minh"}), "vi")
    assert (name.label, name.before, name.after) == ("Tên", "Hoàng Minh", "Hoàng Bình Minh")
    assert changes(event("recipient:renamed", private={"old_name": None, "new_name": None}), "vi") == []
    (form,) = changes(event("dossier:checked", before={"form": "BK_TINH"}, after={"form": "GK_XA"}), "vi")
    assert (form.before, form.after) == ("Bằng khen của Chủ tịch UBND tỉnh", "Giấy khen của Chủ tịch UBND xã")
    (moment,) = changes(event("council_agenda:moved", after={"at": "2026-12-15T01:30:00+00:00"}), "vi")
    assert moment.after == "15/12/2026 08:30"


@pytest.fixture
def risky(app: Flask) -> Flask:
    """Entries whose values a spreadsheet might run, one of a kind that few may see, one with a letter that no sheet takes."""
    officer = Actor(account=5, login="vhxh", name="Lê Ban Mai")
    with transaction():
        trail.record("nomination:held", by=officer, stream="instance:1", reason="=HYPERLINK(1)")
        trail.record("petition:received", by=machine("worker"), stream="list:3", private={"sender": "Bà Lan"})
        trail.record("nomination:held", by=officer, stream="instance:1", reason="@SUM(A1)\x0b", behalf="+Thôn Gió Núi")
    return app


def cells(sight: Sight) -> list[list[str]]:
    written = b"".join(export.as_csv(walk({"sight": sight}), "vi", str))
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))


def test_no_cell_of_a_sheet_runs(risky: Flask) -> None:
    head, first, _, third = cells(Sight.EVERYTHING)
    reason, behalf = head.index("Lý do"), head.index("Thay mặt")
    assert (first[reason], third[reason], third[behalf]) == ("'=HYPERLINK(1)", "'@SUM(A1)\x0b", "'+Thôn Gió Núi")
    with export.as_sheet(walk({"sight": Sight.EVERYTHING}), "vi", str) as file:
        sheet = load_workbook(io.BytesIO(file.read())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[reason] for row in rows[1:]] == ["'=HYPERLINK(1)", None, "'@SUM(A1)"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "no formula among them"


def test_what_is_hidden_stays_hidden_in_files(risky: Flask) -> None:
    assert "Người gửi đơn: Bà Lan" in cells(Sight.EVERYTHING)[2]
    for sight in (Sight.VALUES, Sight.SENTENCES):
        told = cells(sight)
        assert "Người gửi đơn: không được xem" in told[2] and "Bà Lan" not in str(told)
        said = b"".join(export.as_json(walk({"sight": sight}), "vi", str))
        assert "Bà Lan" not in said.decode() and orjson.loads(said)[1]["private"] == {"sender": None}


def test_json_proves_itself_and_bytes_that_are_no_text_are_kept(risky: Flask) -> None:
    array = orjson.loads(b"".join(export.as_json(walk({"sight": Sight.EVERYTHING}), "vi", str)))
    for one in array:
        assert sha256(b"\0" + bytes.fromhex(one["prev"]) + one["body"].encode()).hexdigest() == one["hash"]
    assert export.record_of(event("hold:lifted", sealed=b"\xff\xfe"), "vi", str)["body_base64"] == "//4="
    assert orjson.loads(b"".join(export.as_json([], "vi", str))) == []
    assert b"".join(export.as_json([], "vi", str, lines=True)) == b""
