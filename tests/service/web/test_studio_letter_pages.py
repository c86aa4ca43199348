"""Letters in the studio: begun from an explained ground, offered to steps, shown as their reader gets them, sent to oneself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from service import notices, trail
from service.processes import deployments, enactments
from service.studio import drafts
from service.web import studio_blanks
from tests.journeys.office import Office
from tests.service.notices.conftest import Post, serving
from tests.service.web.browser import Visitor, forget, words
from tests.service.web.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    return desk.office


@pytest.fixture
def app(office: Office) -> Flask:
    return office.app


@pytest.fixture
def draft(office: Office) -> int:
    """A draft of the shipped process."""
    return drafts.begin_draft(by=office.who("quantri"), base=enactments.current_deployment("nomination_case"))


@pytest.fixture
def ground(app: Flask) -> str:
    """What a new letter begins with."""
    with app.test_request_context():
        return studio_blanks.blank_letter().replace("{name}", "Mời thôn xác nhận")


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    """A mail server to which the office's mail goes from now on."""
    office.work()
    with serving(office.app.extensions["settings"]) as post:
        yield post


def _send(visitor: Visitor, path: str, body: bytes | str | dict[str, Any]) -> TestResponse:
    forget()
    content = json.dumps(body) if isinstance(body, dict) else body
    return visitor.client.post(path, data=content.encode() if isinstance(content, str) else content,
                               headers={"X-CSRF-Token": visitor.token},
                               content_type="application/json" if isinstance(body, dict) else "text/plain")


def _errors(visitor: Visitor, draft: int) -> list[dict[str, Any]]:
    found = _send(visitor, f"/office/studio/{draft}/check", {"files": {}}).json["problems"]
    return [p for p in found if p["severity"] == "error"]


@pytest.mark.long
def test_a_new_letter_is_right_as_it_begins_and_is_offered_to_steps(app: Flask, draft: int, ground: str) -> None:
    visitor = Visitor(app, "quantri")
    assert ground.count("#") >= 9, "each part is explained"
    assert _send(visitor, f"/office/studio/{draft}/files/moi.letter?seen=0", ground).status_code == 200
    assert _errors(visitor, draft) == []
    held = _send(visitor, f"/office/studio/{draft}/check", {"files": {}}).json["contents"]["letters"]
    assert [(one["id"], one["name"], one["file"]) for one in held] == [("moi", "Mời thôn xác nhận", "moi.letter")]
    data = json.loads(visitor.open(f"/office/studio/{draft}").find_class("studio")[0].get("data-studio"))["catalogue"]
    assert "assigned" in dict(data["letters"]) and "reassigned" not in dict(data["letters"])
    assert [name for name, about in data["gaps"] if about != name] == ["task", "title", "due"]


def test_a_letter_that_is_refused_is_named_with_file_and_line_in_the_readers_language(
    app: Flask, office: Office, draft: int, ground: str
) -> None:
    visitor = Visitor(app, "quantri")
    wrong = ground.replace("Bạn có một việc mới cần xử lý.", "{% if task %}{{ task.__class__ }}{% endif %}")
    line = wrong[: wrong.index("{% if")].count("\n") + 1
    _send(visitor, f"/office/studio/{draft}/files/moi.letter?seen=0", wrong)
    (one,) = _errors(visitor, draft)
    assert (one["file"], one["element"], one["code"]) == ("moi.letter", "vi.opening", "bad-letter")
    assert one["message"].startswith(f"moi.letter, dòng {line}: ")
    part = _send(visitor, f"/office/studio/{draft}/files/moi.letter/preview", wrong)
    assert part.status_code == 200 and f"Dòng {line}: " in part.text and "<iframe" not in part.text
    refused = _send(visitor, f"/office/studio/{draft}/files/moi.letter/send", wrong)
    assert refused.status_code == 422 and f"Dòng {line}: " in refused.json["message"]
    assert visitor.client.get(f"/office/studio/{draft}/files/moi.letter/letter/vi").status_code == 422
    visitor.client.set_cookie("language", "en")
    (one,) = _errors(visitor, draft)
    assert one["message"].startswith(f"moi.letter, line {line}: ")
    assert notices.outbox(by=office.who("quantri"), account=office.who("quantri").account, letter="assigned").total == 0


def test_a_letter_is_shown_as_its_reader_gets_it_in_a_frame_in_which_nothing_runs(app: Flask, draft: int, ground: str) -> None:
    visitor = Visitor(app, "quantri")
    _send(visitor, f"/office/studio/{draft}/files/moi.letter?seen=0", ground)
    part = _send(visitor, f"/office/studio/{draft}/files/moi.letter/preview", ground).text
    assert part.count("<iframe") == part.count(" sandbox ") == 2 and "srcdoc" not in part
    assert "Việc mới: Kiểm tra, thẩm định hồ sơ" in part and "New task: " in part and "Hạn xử lý: hết ngày 27/11/2026" in part
    for language, said in (("vi", "Bạn có một việc mới cần xử lý."), ("en", "You have a new task.")):
        frame = visitor.client.get(f"/office/studio/{draft}/files/moi.letter/letter/{language}")
        policy = frame.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "sandbox" in policy and "frame-ancestors 'self'" in policy and "script" not in policy
        assert said in frame.text and 'style="' in frame.text and "<script" not in frame.text
    assert visitor.client.get(f"/office/studio/{draft}/files/moi.letter/letter/fr").status_code == 404
    assert visitor.client.get(f"/office/studio/{draft}/files/none.letter/letter/vi").status_code == 404
    other = Visitor(app, "vhxh")
    other.open(f"/office/studio/{draft}/files/moi.letter/letter/vi", 403)
    for act in ("preview", "try"):
        assert _send(other, f"/office/studio/{draft}/files/moi.letter/{act}", ground).status_code == 403


def test_a_try_goes_to_oneself_on_the_usual_way_with_the_words_of_that_moment(
    app: Flask, office: Office, post: Post, draft: int, ground: str
) -> None:
    visitor = Visitor(app, "quantri")
    notices.freeze(by=office.who("quantri"), reason="thử")
    seen = _send(visitor, f"/office/studio/{draft}/files/moi.letter?seen=0", ground).json["version"]
    typed = ground.replace("Việc mới: {{ task }}", "Thử 1 < 2: {{ title }}")
    sent = _send(visitor, f"/office/studio/{draft}/files/moi.letter/send", typed)
    assert sent.json == {"message": "Đã xếp hàng một thư thử gửi cho bạn."}
    _send(visitor, f"/office/studio/{draft}/files/moi.letter/drop?seen={seen}", {})
    drafts.drop_draft(draft, by=office.who("quantri"))
    notices.release(by=office.who("quantri"))
    office.work()
    (message,) = post.messages
    assert message["To"].addresses[0].addr_spec == post.reached[0]
    assert message["Subject"] == "Thử 1 < 2: Hồ sơ đề nghị của thôn Đông, đợt hằng năm 2026"
    line = notices.outbox(by=office.who("quantri")).lines[0]
    assert (line.account, line.label, line.state) == (office.who("quantri").account, "Mời thôn xác nhận", "sent")
    assert "mail:tested" in [e.kind for e in trail.read(stream=f"account:{line.account}", part=None).events]


def test_earlier_texts_of_a_letter_are_those_of_earlier_versions(app: Flask, office: Office, ground: str) -> None:
    by, files = office.who("quantri"), deployments.files_of(enactments.current_deployment("nomination_case"))
    first, second = (
        enactments.deploy_bundle(files | {"moi.letter": text.encode()}, main="nomination_case", by=by)
        for text in (ground, ground.replace("Bạn có một việc mới cần xử lý.", "Kính mời xác nhận."))
    )
    page = words(Visitor(app, "quantri").open(f"/office/processes/compare?from={first}&to={second}"))
    assert "moi.letter" in page and "Bạn có một việc mới cần xử lý." in page and "Kính mời xác nhận." in page


def test_a_letter_that_is_called_like_its_file_is_listed_by_its_step(app: Flask, office: Office, ground: str) -> None:
    by, files = office.who("quantri"), deployments.files_of(enactments.current_deployment("nomination_case"))
    assert 'name = "Mời thôn xác nhận"' in ground
    nameless = ground.replace('name = "Mời thôn xác nhận"', 'name = "moi"')
    first, second = (
        enactments.deploy_bundle(files | {"moi.letter": text.encode()}, main="nomination_case", by=by) for text in (ground, nameless)
    )
    context = {"task": "Rà soát trước Hội đồng", "title": "Hồ sơ"}
    said = [notices.label("assigned", "vi", {"deployment": number, "name": "moi"}, context) for number in (first, second)]
    assert said == ["Mời thôn xác nhận", "Rà soát trước Hội đồng"]


def test_a_letter_is_written_in_the_same_fields_as_those_of_the_office(app: Flask, draft: int, ground: str) -> None:
    visitor = Visitor(app, "quantri")
    path = f"/office/studio/{draft}/files/moi.letter"
    _send(visitor, f"{path}?seen=0", ground)
    page = html.fromstring(_send(visitor, f"{path}/fields", ground).text)
    typed = {one.get("name"): one.get("value") or (one.text or "").strip("\n") for one in page.xpath("//input | //textarea")}
    assert (typed["name"], typed["vi_subject"]) == ("Mời thôn xác nhận", "Việc mới: {{ task }}")
    assert typed["vi_facts"].split("\n") == ["Việc: {{ task }}", "Hồ sơ: {{ title }}", "Hạn xử lý: {{ due }}"]
    assert typed["vi_closing"] == "Hồ sơ và căn cứ pháp lý có trên trang của việc này."
    office = visitor.open("/office/mail/letters/assigned/words").xpath("//form[@id='edit']//*[@name]/@name")
    assert set(typed) - {"name", "name_en"} == set(office) - {"csrf_token", "seen", "reason", "act"}
    faulty = _send(visitor, f"{path}/fields", ground.replace("{{ task }}", "{{ nobody }}"))
    assert faulty.status_code == 200 and "{{ nobody }}" in faulty.text, "what the check finds is mended in its field"
    for odd in (
        ground + "\n[fr]\n", "x", ground.replace('button = "Mở việc này"', "button = 7"), ground.replace('[["Việc"', '[["a", "b", "Việc"'),
    ):
        refused = _send(visitor, f"{path}/fields", odd)
        assert refused.status_code == 422 and "Dạng tệp" in refused.json["message"], "nothing that has no field is lost"
    stranger = Visitor(app, "thanhtra")
    assert _send(stranger, f"{path}/fields", ground).status_code == 403
