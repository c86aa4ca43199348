"""The interim stocktake: what the years of the window brought is offered from the registers, taken over as evidence, and reported."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from service import clock, movement, papers, trail
from service.actor import machine
from service.awards import checks, nominations, past_awards, rounds, window_results
from service.awards.evidence import choose_evidence
from service.awards.models import Award, Nomination, Round
from service.awards.past_awards import PastInput
from service.council import session as sessions
from service.db import transaction
from service.errors import Conflict, Forbidden, Invalid
from service.movement import filings, read_period, stocktaking
from service.processes import tasks
from tests.journeys.conftest import OpenOffice
from tests.journeys.council import Council
from tests.journeys.office import CLEAN_FACTS, Office
from tests.journeys.program import Answered, Program
from tests.service.papers.reading import docx_words, text_of
from tests.service.web.browser import Visitor, words
from tests.service.web.desk import fields_of
from workflows.calendar import ZONE

NAME, INTERIM = "Hoàng Bình Minh", "SK-2027"
REPORT: dict[str, Any] = {
    "nd1_text": "Đã quán triệt tới toàn thể giáo viên.", "nd1_events": 3, "nd1_people": 120, "nd2_money": 15, "nd2_points": 1,
    "nd3_text": "Xếp loại học sinh trên nền tảng số.", "nd3_online": 40, "nd3_total": 52, "nd4_shops": 0,
    "nd5_text": "Mở lớp học số buổi tối.", "nd5_classes": 2, "nd5_learners": 45, "nd6_trained": 30, "nd7_works": 1, "initiatives": 2,
    "difficulties": "Mạng ở thôn xa còn yếu.", "proposals": "Xã mở thêm lớp.", "proposals_province": "Tỉnh hỗ trợ thiết bị.",
}


def years_of_the_window(office: Office) -> int:
    """2026 and the first half of 2027: a report that was taken, an award of the annual round, an article; then the interim round."""
    report_taken(office, 2026, half=False)
    office.posted("HN-2026", NAME)
    office.sit("HN-2026", {})
    office.decide("HN-2026", 12)
    exemplar = office.begin(
        "exemplar", by="donvi", kind="INDIVIDUAL", name=NAME, place="Thôn Đồi Sim", deed="Dạy chữ số", story="Mỗi tối thứ năm.",
        agreed="yes", referrer="MTTQ xã", contact="0900 000 999",
    )
    office.step(exemplar, "check_exemplar", by="vhxh", decision="publish", consent=True)
    office.step(exemplar, "write_exemplar", by="ttcudv", title="Lớp học dưới ánh đèn", text="Chuyện của thầy Minh.")
    past_awards.enter_past(
        [PastInput("INDIVIDUAL", NAME, office.units["DONG-MAY"], None, "LDTT", 2025, "CONG_TRANG", "31/QĐ-UBND", date(2026, 1, 15))],
        by=office.who("truongphong"),
    )
    office.go_to("2027-05-18")
    report_taken(office, 2027, half=True)
    office.go_to("2027-07-05")
    return exemplar


def report_taken(office: Office, year: int, *, half: bool) -> int:
    """The report of a unit for a year or its first half, from the unit to the office."""
    number = movement.open_period("unit_report", year, half=half, by=office.who("vhxh"))
    office.follow_up()
    (mine,) = [one for one in filings(read_period(number, by=office.who("vhxh"))[1]) if one.unit == office.units["DONG-MAY"]]
    office.step(mine.matter, "write_report", by="donvi", **REPORT)
    office.step(mine.matter, "sign_report", by="thutruong", decision="sign")
    office.step(mine.matter, "check_unit_report", by="vhxh", decision="take")
    return mine.matter


@pytest.fixture
def office(office_on: OpenOffice) -> Office:
    return office_on(date(2026, 11, 3), years_of_the_window)


def _offered(office: Office, nomination: int) -> dict[str, window_results.Result]:
    return {line.source.partition(":")[0]: line for line in window_results.results_of(office.read(nomination))}


def test_the_registers_offer_what_the_years_of_the_window_brought(office: Office) -> None:
    one = office.nominate(INTERIM)
    found = _offered(office, one)
    assert set(found) == {"award", "past", "score", "matter", "publication"}
    assert found["award"].told().startswith("Giấy khen của Chủ tịch UBND xã, số 12/QĐ-UBND ngày ")
    assert found["award"].told("en").endswith("Đợt xét khen thưởng hằng năm 2026")
    assert "Lao động tiên tiến, năm 2025" in found["past"].told() and "31/QĐ-UBND" in found["past"].told()
    assert found["score"].detail[0].startswith("tự chấm 9/10 điểm, được tặng Giấy khen") and "phòng chấm 9" in found["score"].inner[0]
    reports = [line for line in window_results.results_of(office.read(one)) if line.source.startswith("matter:")]
    assert [line.what[0] for line in reports] == ["Báo cáo của đơn vị, 6 tháng đầu năm 2027", "Báo cáo của đơn vị, năm 2026"]
    assert all(line.number.startswith("BCĐV ") and line.detail[0] == "đã nhận" for line in reports)
    assert found["publication"].what[0] == "Gương điển hình: Lớp học dưới ánh đèn"
    years = [line.year for line in window_results.results_of(office.read(one))]
    assert years == sorted(years, reverse=True) and set(years) == {2025, 2026, 2027}
    other = office.nominate("DX", name=NAME)
    assert window_results.results_of(office.read(other)) == [], "an ad hoc round looks back on nothing"
    assert "chưa có dòng nào" in words(Visitor(office.app, "donvi").open(f"/nominations/{other}/evidence", 409))


def test_a_tick_takes_a_line_over_and_it_stays_until_the_head_signs(office: Office) -> None:
    one = office.nominate(INTERIM)
    found = _offered(office, one)
    unit = office.who("donvi")
    assert choose_evidence(one, [found["award"].source, found["matter"].source], by=unit)
    with pytest.raises(Invalid) as refused:
        choose_evidence(one, ["award:9999"], by=unit)
    assert refused.value.faults[0].path == "evidence"
    with pytest.raises(Forbidden):
        choose_evidence(one, [], by=office.who("chutich"))
    assert choose_evidence(one, [found["award"].source], by=unit) == [found["award"].source]
    assert [e.body["count"] for e in trail.read(kind="nomination:evidence_chosen").events] == [1, 2]
    office.assess(one)
    assert office.read(one).evidence == [], "what the form was sent with stands: nothing was ticked there"
    choose_evidence(one, [found["award"].source], by=unit)
    office.sign(one)
    with pytest.raises(Conflict, match="signed"):
        choose_evidence(one, [], by=unit)
    (line,) = window_results.taken(office.read(one))
    assert line.number == found["award"].number
    for kind in ("self_sheet", "achievement_report"):
        drawn = papers.draw_up_paper(office.submission(one), kind, nomination=one, by=unit)
        (pdf,) = [p for p in drawn.papers if p.format == "pdf"]
        assert f"số {line.number}" in text_of(papers.open_paper(pdf.id, by=unit)[2].read_bytes()), kind


def test_the_self_assessment_offers_the_lines_and_keeps_what_was_ticked_before(office: Office) -> None:
    award = _offered(office, office.nominate(INTERIM, name=NAME))["award"].source
    one = nominations.create_nomination(
        office.rounds[INTERIM], subject_group="D", award_form="GK_XA", by=office.who("donvi"), evidence=[award],
        recipient=nominations.RecipientInput("INDIVIDUAL", NAME, office.units["DONG-MAY"], "Giáo viên"), seen=_all(office),
        achievement="Cả giai đoạn",
    )
    (task,) = [t for t in _open_tasks(office, one) if t.element == "self_assess"]
    assert task.given["evidence"] == [award]
    sheet = Visitor(office.app, "donvi").open(f"/tasks/{task.id}")
    assert sheet.xpath("//input[@name='evidence' and @checked]/@value") == [award]
    assert "số 12/QĐ-UBND ngày" in words(sheet) and "Điều 5 khoản 2" in words(sheet), "the same form again, with its basis"
    offered = {option["value"] for option in task.given["window_results"]}
    score = next(source for source in offered if source.startswith("score:"))
    answers = {"form_asked": "GK_XA", "summary": "Cả giai đoạn 1: dạy học số tới thôn xa.", "person_type": "official", "facts": CLEAN_FACTS,
               "D1": {"score": 9, "note": "Đã làm xong.", "contents": ["ND5"]}}
    with pytest.raises(Invalid):
        tasks.complete_task(task.id, answers | {"evidence": ["award:9999"]}, by=office.who("donvi"))
    tasks.complete_task(task.id, answers | {"evidence": [award, score]}, by=office.who("donvi"))
    assert set(office.read(one).evidence) == {award, score}


def test_a_line_of_another_unit_is_neither_offered_nor_taken(office: Office) -> None:
    one = office.nominate(INTERIM, name=NAME)
    found, unit = _offered(office, one), office.who("donvi")
    score, award = found["score"], found["award"]
    (task,) = [t for t in _open_tasks(office, one) if t.element == "self_assess"]
    page = f"/nominations/{one}/evidence"
    assert score.source in Visitor(office.app, "donvi").open(page).xpath("//input[@name='evidence']/@value"), "the own unit's is offered"
    assert choose_evidence(one, [score.source], by=unit) == [score.source]
    choose_evidence(one, [], by=unit)
    with transaction() as s:  # the same person, put forward by another unit in that round
        s.get_one(Nomination, int(score.case.removeprefix("nomination:"))).unit_id = office.units["DET-NANG-SOM"]
        trail.record("nomination:evidence_chosen", by=unit, stream=f"instance:{office.read(one).instance_id}", body={"count": 0})
    (task,) = [t for t in _open_tasks(office, one) if t.element == "self_assess"]
    for offered in (
        Visitor(office.app, "donvi").open(page).xpath("//input[@name='evidence']/@value"),
        [option["value"] for option in task.given["window_results"]],
    ):
        assert score.source not in offered and award.source not in offered
        assert {value.partition(":")[0] for value in offered} >= {"past", "matter", "publication"}, "what stands elsewhere stays"
    for by in (unit, office.who("vhxh")):
        with pytest.raises((Invalid, Forbidden)):
            choose_evidence(one, [score.source], by=by)
    path = f"/rounds/{office.rounds[INTERIM]}/nominate"
    said = fields_of(Visitor(office.app, "donvi").open(path)) | {
        "unit": str(office.units["DONG-MAY"]), "kind": "INDIVIDUAL", "name": NAME, "subject_group": "D", "award_form": "GK_XA",
    }
    visitor = Visitor(office.app, "donvi")
    visitor.open(path)
    visitor.post(path, **said, act="draft")
    assert score.source not in visitor.open(path).xpath("//input[@name='evidence']/@value")


def _all(office: Office) -> list[int]:
    from service.awards import recipients

    return [x.nomination for x in recipients.named_in_round(office.rounds[INTERIM], "INDIVIDUAL", NAME)]


def _open_tasks(office: Office, nomination: int) -> list[tasks.Task]:
    from service.processes import history

    instance = office.read(nomination).instance_id or 0
    return [tasks.read_task(s.id, by=office.who("donvi")) for s in history.timeline(instance) if s.state == "open"]


def test_pages_offer_the_lines_when_nominating_and_show_them_in_the_dossier(office: Office) -> None:
    unit, path = Visitor(office.app, "donvi"), f"/rounds/{office.rounds[INTERIM]}/nominate"
    said = fields_of(unit.open(path)) | {
        "unit": str(office.units["DONG-MAY"]), "kind": "INDIVIDUAL", "name": NAME, "subject_group": "D", "award_form": "GK_XA",
    }
    assert not unit.open(path).xpath("//input[@name='evidence']"), "nobody is named yet"
    unit.post(path, **said, act="draft")
    offered = unit.open(path).xpath("//input[@name='evidence']/@value")
    award = next(value for value in offered if value.startswith("award:"))
    assert {value.partition(":")[0] for value in offered} == {"award", "past", "score", "matter", "publication"}
    assert "Giấy khen của Chủ tịch UBND xã năm 2026, số 12/QĐ-UBND" in words(unit.open(path)), "the same form inside the window"
    unit.follow(unit.post(path, **said, evidence=award))
    (one,) = _all(office)
    block = unit.open(f"/nominations/{one}").xpath("//*[@id='evidence']")[0]
    assert "lấy làm minh chứng" in words_of(block) and "số 12/QĐ-UBND" in words_of(block) and "phòng chấm" not in words_of(block)
    assert any("/matters/" in href for href in block.xpath(".//a/@href")), "its own unit's report"
    assert any("/exemplars/" in href for href in block.xpath(".//a/@href"))
    (choose,) = [href for href in block.xpath(".//a/@href") if href.endswith("/evidence")]
    form = unit.open(choose)
    assert form.xpath("//input[@name='evidence' and @checked]/@value") == [award]
    told = words(unit.follow(unit.post(choose, evidence=[award, *[x for x in offered if x.startswith("past:")]])))
    assert "2 dòng của sổ là minh chứng" in told
    officer = Visitor(office.app, "vhxh").open(f"/nominations/{one}").xpath("//*[@id='evidence']")[0]
    assert "phòng chấm 9" in words_of(officer) and not [h for h in officer.xpath(".//a/@href") if h.endswith("/evidence")]


def words_of(block: Any) -> str:
    """What a part of a page says."""
    return " ".join(block.text_content().split())


def test_an_award_of_the_same_form_inside_the_window_warns_with_its_basis_and_blocks_nothing(office: Office) -> None:
    one, other = office.nominate(INTERIM), office.nominate(INTERIM, name="Tạ Suối Mơ")
    office.assess(one)
    office.assess(other)
    office.sign(one)
    (gate,) = [c for c in checks.explain(office.read(one)) if c.key == "GATE.D6"]
    assert (gate.result, gate.effect, gate.rule.confidence) == ("fail", "warn", "P") and not gate.stands_in_the_way
    assert gate.rule.citation.startswith("Luật Thi đua, khen thưởng 06/2022/QH15, Điều 5 khoản 2")
    (clean,) = [c for c in checks.explain(office.read(other)) if c.key == "GATE.D6"]
    assert clean.result == "pass"
    (higher,) = [c for c in checks.explain(office.read(one), "BK_TINH") if c.key == "GATE.D4"]
    assert (higher.result, higher.effect) == ("fail", "warn"), "a certificate and a merit of the province in one window"
    officer = Visitor(office.app, "vhxh")
    for path in (f"/nominations/{one}", f"/nominations/{one}/checks"):
        assert "Cùng hình thức đã tặng trong thời gian xét" in words(officer.open(path))
    council = Visitor(office.app, "thuky")
    told = words(council.open(f"/nominations/{one}"))
    assert "số 12/QĐ-UBND ngày" in told and "Điều 5 khoản 2" in told
    office.check(one)
    office.post(INTERIM, [one])
    office.sit(INTERIM, {}, [one])
    decision = office.decide(INTERIM, 40, [one])
    assert office.read(one).form_granted == "GK_XA"
    drawn = papers.draw_certificate(decision, "certificate", one, by=office.who("vhxh"))
    (certificate,) = [p for p in drawn.papers if p.format == "pdf"]
    assert "giai đoạn 2025 - 2027" in text_of(papers.open_paper(certificate.id, by=office.who("vhxh"))[2].read_bytes())


def test_the_council_has_the_lines_and_the_warning_on_the_wall(office: Office) -> None:
    one = office.nominate(INTERIM)
    office.to_council(one, INTERIM)
    council = Council(office)
    council.id = sessions.plan_session(
        office.rounds[INTERIM], datetime.combine(clock.today() + timedelta(days=3), time(8), ZONE), "Phòng họp số 1",
        chair=council.accounts[0], vice=council.accounts[1], members=council.accounts, nominations=[one], by=office.who("thuky"),
    )
    council.invite()
    for who in ("thuky", "uv1"):
        wall = words(Visitor(office.app, who).open(f"/council/{council.id}/items/1"))
        assert "Kết quả các năm xét, theo sổ" in wall and "số 12/QĐ-UBND ngày" in wall and "Điều 5 khoản 2" in wall


STOCKTAKE: dict[str, Any] = {
    "leading": "Ủy ban nhân dân xã đã ban hành kế hoạch, chỉ đạo từng năm.", "lessons": "Giao chỉ tiêu rõ cho từng thôn.",
    "coming": "Tiếp tục giai đoạn 2.",
}


def test_the_interim_report_is_drafted_from_all_years_and_goes_to_the_province(office: Office) -> None:
    stocktake = f"{rounds.only_movement()}:SO_KET"
    report = office.begin("stocktake_report", by="vhxh", of_stocktake=stocktake)
    assert movement.read_matter(report, by=office.who("chutich")).entry.title == "Báo cáo sơ kết phong trào thi đua, 2025 - 2027"
    (stop,) = [s for s in office.stops(report) if s.state == "open"]
    task = tasks.read_task(stop.id, by=office.who("vhxh"))
    given = task.given
    assert given["stocktake_window"] == "Các năm được xét: 2025 - 2027, Giai đoạn 1 (2025 - 2027)"
    assert [(row["year"], row["filed"], row["taken"]) for row in given["stocktake_filing"]] == [("2026", 1, 1), ("2027", 1, 1)]
    learners = [(row["year"], row["total"]) for row in given["stocktake_results"] if row["what"] == "Số người học"]
    assert learners == [("2026", "45"), ("2027 (6 tháng đầu năm)", "45")] and all(row["content"].startswith("ND") or row["what"] == (
        "Số sáng kiến, giải pháp được công nhận") for row in given["stocktake_results"])
    (award,) = given["stocktake_awards"]
    assert (award["year"], award["group"], award["individuals"], award["collectives"]) == ("2026", "D", 1, 0)
    assert [line.partition(",")[0] for line in given["stock_difficulties"].splitlines()] == ["- 2026", "- 2027 (6 tháng đầu năm)"]
    assert "Tỉnh hỗ trợ thiết bị." in given["stock_proposals_province"] and "Xã mở thêm lớp." in given["stock_proposals"]
    drafted = {key: value for key, value in given.items() if key.startswith("stock_") and key != "stock_proposals"}
    drafted["stocktake_title"] = given["stocktake_title"]
    office.step(report, "draft_stocktake", by="vhxh", **STOCKTAKE, **drafted)
    office.step(report, "pass_stocktake", by="truongphong", decision="rework", note="Thêm bài học.")
    office.step(report, "draft_stocktake", by="vhxh", **STOCKTAKE, **drafted)
    office.step(report, "pass_stocktake", by="truongphong", decision="pass")
    office.step(report, "sign_stocktake", by="chutich", decision="sign")
    office.step(report, "number_stocktake", by="vanthu", number="45", dated="2027-07-05")
    drawn = papers.draw_up_matter_paper(report, "stocktake_report", by=office.who("vhxh"))
    said = {one.format: papers.open_paper(one.id, by=office.who("chutich"))[2].read_bytes() for one in drawn.papers}
    for told in (text_of(said["pdf"]), docx_words(said["docx"])):
        assert "45/BC-UBND" in told and "2025 - 2027" in told and "Mạng ở thôn xa còn yếu." in told and "Số người học" in told
        assert "Tỉnh hỗ trợ thiết bị." in told and "Xã mở thêm lớp." not in told, "what units ask of the commune stays at home"
        assert "Đợt xét khen thưởng hằng năm 2026" in told
    office.step(report, "send_stocktake", by="vhxh", sent_on="2027-07-05", way="axis")
    assert movement.read_matter(report, by=office.who("vhxh")).entry.outcome == "sent"


def test_a_year_that_was_opened_takes_no_figure_away_before_somebody_has_filed_in_it(office: Office) -> None:
    stocktake = stocktaking.read_stocktake(rounds.only_movement(), "SO_KET")

    def learners() -> list[tuple[int, Decimal, bool]]:
        return [(row.year, row.total, row.half) for row in stocktaking.result_rows(stocktake) if row.what[0] == "Số người học"]

    assert learners() == [(2026, 45, False), (2027, 45, True)]
    number = movement.open_period("unit_report", 2027, by=office.who("vhxh"))
    office.follow_up()
    assert learners() == [(2026, 45, False), (2027, 45, True)], "the half stands, and is said to be one"
    assert "1 đơn vị, 6 tháng đầu năm" in words(Visitor(office.app, "vhxh").open(f"/stocktakes/{stocktake.movement}/SO_KET"))
    (mine,) = [one for one in filings(read_period(number, by=office.who("vhxh"))[1]) if one.unit == office.units["DONG-MAY"]]
    office.step(mine.matter, "write_report", by="donvi", **REPORT | {"nd5_learners": 70})
    office.step(mine.matter, "sign_report", by="thutruong", decision="sign")
    assert learners() == [(2026, 45, False), (2027, 70, False)]


def test_each_number_of_a_stocktake_leads_to_its_source_for_who_reads_the_reports(office: Office) -> None:
    path = f"/stocktakes/{rounds.only_movement()}/SO_KET"
    officer = Visitor(office.app, "vhxh")
    (way,) = officer.open(f"/rounds/{office.rounds[INTERIM]}").xpath("//*[@id='about']//a[starts-with(@href, '/stocktakes/')]/@href")
    page = officer.open(way)
    assert way == path and "Sơ kết phong trào thi đua, 2025 - 2027" in words(page)
    hrefs = page.xpath("//main//table//a/@href")
    assert any("/periods/" in href for href in hrefs)
    (awards,) = [href for href in hrefs if href.startswith("/nominations?")]
    assert NAME in words(officer.open(awards)), "the number is as many names as its link shows"
    assert "awarded=1" in awards and "decided_from" not in awards
    assert page.xpath("//a[contains(@href, '/registers/stocktake_report/')]"), "the report is begun from here"
    Visitor(office.app, "donvi").open(path, 403)
    officer.open(f"/stocktakes/{rounds.only_movement()}/HANG_NAM", 404)
    program = Program(office.app.test_client(), office.work)
    told = program.call("chutich", "GET", path)
    assert told["years"] == [2025, 2026, 2027] and told["awards"][0]["counts"] == {"collective": 0, "individual": 1, "household": 0}
    assert program.raw("donvi", "GET", path).status_code == 403


def test_a_program_reads_and_chooses_the_lines(office: Office) -> None:
    one = office.nominate(INTERIM)
    program = Program(office.app.test_client(), office.work)
    items = program.call("donvi", "GET", f"/nominations/{one}/evidence")["items"]
    award = next(item for item in items if item["source"].startswith("award:"))
    assert award["number"].startswith("12/") and award["taken"] is False
    after = program.call("donvi", "PUT", f"/nominations/{one}/evidence", {"evidence": [award["source"]]})["items"]
    assert [item["source"] for item in after if item["taken"]] == [award["source"]]
    with pytest.raises(Answered) as refused:
        program.call("donvi", "PUT", f"/nominations/{one}/evidence", {"evidence": ["award:77"]})
    assert refused.value.status == 422
    with pytest.raises(Answered) as refused:
        program.call("donvi2", "GET", f"/nominations/{one}/evidence")
    assert refused.value.status == 404
    assert clock.today() == date(2027, 7, 5)


def test_the_names_behind_a_number_of_a_stocktake_are_those_that_it_counts(office: Office) -> None:
    officer, path = Visitor(office.app, "vhxh"), f"/stocktakes/{rounds.only_movement()}/SO_KET"

    def change(what: str) -> None:
        with transaction() as s:
            (award,) = s.scalars(select(Award))
            if what == "ad hoc":
                row = s.get_one(Round, s.get_one(Nomination, award.nomination_id).round_id)
                row.stage, award.decided_on = "DOT_XUAT", date(2025, 12, 30)
            else:
                award.status = "revoked"
            trail.record("demo:clock_moved", by=machine("cli"), stream="system", body={"to": what})

    def ways() -> list[str]:
        return [href for href in officer.open(path).xpath("//main//table//a/@href") if href.startswith("/nominations?")]

    change("ad hoc")
    (way,) = ways()
    assert "decided_from=01%2F01%2F2025" in way or "decided_from=01/01/2025" in way, "an ad hoc round is told by the year of the decision"
    assert NAME in words(officer.open(way)) and NAME not in words(officer.open(way.replace("2025", "2026")))
    change("revoked")
    assert ways() == [] and NAME not in words(officer.open(way)), "what was revoked is neither counted nor shown"
