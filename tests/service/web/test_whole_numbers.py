"""Numbers in addresses that no row and no page has: every page answers as if none were named."""

from __future__ import annotations

import pytest

from tests.service.web.desk import Desk

_ASKED = ("page", "round", "unit", "name", "year", "seen", "version", "away", "past", "worker", "step")
_NONE_SUCH = ("9" * 30, "99999999999999999", "-1", "1e3")


@pytest.mark.long
def test_every_page_stands_numbers_that_no_column_holds(desk: Desk) -> None:
    visitors = [desk.who(login) for login in ("quantri", "thuky")]
    paths = sorted({
        rule.rule for rule in desk.office.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith(("/api", "/static"))
    })
    assert {"/nominations", "/lists", "/council", "/trail"} <= set(paths), paths
    seen = {200: 0}
    for path in paths:
        for visitor in visitors:
            if visitor.client.get(path).status_code != 200:
                continue
            for turn in range(2):  # each name once with a number too large, once with no number
                asked = {name: _NONE_SUCH[(at + turn * 2) % 4] for at, name in enumerate(_ASKED)}
                answer = visitor.client.get(path, query_string=asked)
                assert answer.status_code < 500, (path, asked)
                seen[200] += answer.status_code == 200
    assert seen[200] > len(paths)
