"""The scenarios of a bundle at their page: where they come, and steps of a draft that are answered in all of them at once."""

from __future__ import annotations

from datetime import date

import orjson
import pytest

from forms import Rejected, check, compile_form
from service.actor import Actor
from service.studio import drafts, scenarios
from service.studio.bundles import bundle_named, form_to_try
from tests.service.web.desk import Desk, words
from tests.service.web.test_studio_pages import second_version

OF = "deployment:1"
WEIGHED = "Đủ hồ sơ, đề nghị xét tiếp."


def test_the_scenarios_of_the_shipped_process_come_where_they_must(desk: Desk) -> None:
    page = desk.read("quantri", f"/studio/scenarios?of={OF}")
    assert "kịch bản ra đúng như đã ghi" in page and "Giấy khen của Chủ tịch xã" in page and "sai" not in page.split()
    assert "Bước chưa kịch bản nào đi qua" in page
    client = desk.who("quantri").client
    assert "<bpmn" in client.get(f"/studio/scenarios/drawing?of={OF}&process=award_nomination").text
    bundle = bundle_named(OF, by=desk.office.who("quantri"))
    results = scenarios.run_all(bundle.files, bundle.main)
    ends = {one.result.outcome for one in results.ran}
    assert {"certificate", "provincial_merit", "national_nomination", "refused", "withdrawn"} <= ends
    broken = scenarios.run_all({**bundle.files, "hong.scenario": b"{"}, bundle.main)
    assert not broken.passed and [one.file for one in broken.ran if not one.result.passed] == ["hong.scenario"]


def _asks_for_a_file(draft: int, name: str, by: Actor) -> None:
    """Nobody keeps files for a try-out or a scenario, so that a file which a form demands must not stand in the way."""
    form = orjson.loads(drafts.files_of(draft)[name])
    paper = {"type": "filepicker", "id": "paper", "key": "paper", "label": "Văn bản", "validate": {"required": True}}
    form["components"].append({"type": "group", "id": "more", "path": "more", "label": "Kèm theo", "components": [paper]})
    seen = next(f.version for f in drafts.read_draft(draft).files if f.name == name)
    drafts.save_file(draft, name, orjson.dumps(form), seen=seen, by=by)
    with pytest.raises(Rejected):
        check(compile_form(orjson.dumps(form)), {"decision": "proceed", "mended": "no", "weighing": WEIGHED}, today=date(2026, 11, 29))
    check(form_to_try(orjson.dumps(form)), {"decision": "proceed", "mended": "no", "weighing": WEIGHED}, today=date(2026, 11, 29))


@pytest.mark.long
def test_a_step_that_scenarios_of_a_draft_stop_at_is_answered_in_them_at_once(desk: Desk) -> None:
    by = desk.office.who("quantri")
    _first, second = second_version(desk)
    draft = drafts.begin_draft(by=by, base=second)
    _asks_for_a_file(draft, "weigh_objection.form", by)
    page = desk.get("quantri", f"/studio/scenarios?of=draft:{draft}")
    assert "7 kịch bản dừng ở đây" in words(page)
    path = f"/studio/scenarios/{draft}/answers/read_again"
    assert path in page.xpath("//a/@href")
    desk.post("quantri", path, {}, code=422)
    said = desk.say("quantri", path, {"decision": "proceed", "mended": "no", "weighing": WEIGHED})
    assert "Đã ghi bước này vào 7 kịch bản." in said and "ra đúng như đã ghi" in said
    desk.get("quantri", f"/studio/scenarios/{draft}/answers/wait_council", code=404)
    desk.get("vhxh", path, code=403)


def test_scenario_names_are_said_to_be_vietnamese_on_an_english_page(desk: Desk) -> None:
    page = desk.get("quantri", f"/studio/scenarios?of={OF}")
    names = page.xpath("//td//span[@lang='vi']/text() | //th//span[@lang='vi']/text()")
    assert "Giấy khen của Chủ tịch xã" in " ".join(names)
