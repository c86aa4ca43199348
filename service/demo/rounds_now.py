"""The annual round 2026 as it stands today: each working day of its last three weeks, told once, in order.

`Week` days are the fifteen working days before today, so that it is at work whenever the demo is loaded. What is
still to be done, stands in somebody's inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from service import clock, people
from service.awards.lists import LineInput
from service.council import session as sessions
from service.demo.office import Case, Office
from service.processes import tasks
from workflows.calendar import ZONE

ROUND = "HN-2026"
DAYS = 15
_STAND_STILL = ("signing", "drafting", "drafted")
"""Cases that are nominated in the last days only."""
_BEFORE_COUNCIL = (
    "supplementing", "returning", "resubmitting", "checking", "consulting", "weighing", "posting_waited", "posted",
    "held", "petitioned", "withdrawn",
)


def days(office: Office) -> dict[int, Callable[[date], None]]:
    """Working day (0 = fifteen before today) → what happens in this round on that day."""
    steps: dict[int, Callable[[Office], None]] = {
        0: _file, 1: _sign, 2: _check, 3: _ask, 4: _remark, 5: _return, 6: _petition, 7: _propose, 8: _sit, 9: _draft_papers,
        10: _issue, 11: _hand_over, 12: _post_again, 13: _late_names, 14: _yesterday,
    }
    return {n: lambda day, step=step: step(office) for n, step in steps.items()}  # type: ignore[misc]


def _of(office: Office, *to: str) -> list[Case]:
    return office.of(ROUND, *to)


def _at_council(office: Office) -> list[Case]:
    return [c for c in _of(office) if c.to not in (*_BEFORE_COUNCIL, *_STAND_STILL)]


def _file(office: Office) -> None:
    for case in _of(office):
        if case.to not in _STAND_STILL:
            office.nominate(case)
            office.assess(case)


def _sign(office: Office) -> None:
    cases = [c for c in _of(office) if c.id]
    office.minutes(cases)
    office.sign(cases)


def _check(office: Office) -> None:
    for case in _at_council(office) + _of(office, "posting_waited", "posted", "held", "petitioned", "withdrawn"):
        office.check(case)
    for case in _of(office, "consulting"):
        office.check(case, ask_opinions=True, agencies=["CONG-AN", "THUE"])
    for case in _of(office, "weighing"):
        office.check(case, ask_opinions=True, agencies=["THUE"])
    office.work()
    office.post(_at_council(office), "58/TB-UBND")


def _ask(office: Office) -> None:
    (weighed,) = _of(office, "weighing")
    letter = office.ask([weighed], "THUE", "71")
    office.act(
        letter, "answer", by="thue", fields={"number": "112/TCS", "dated": _today(office)},
        lines=[LineInput(weighed.id, "objection", "Còn nợ tiền thuế quý II, đang xin gia hạn.")],
    )
    for case in _of(office, "supplementing", "returning", "resubmitting"):
        office.check(case, "supplement")
    office.work()


def _today(office: Office) -> str:
    return clock.today().isoformat()


def _return(office: Office) -> None:
    back = _of(office, "supplementing", "resubmitting")
    for submission in office.submissions(back):
        office.act(submission, "return", by="vhxh")
    office.work()
    (withdrawn,) = _of(office, "withdrawn")
    office.file("withdrawal", withdrawn, by=office.head(withdrawn), number="09/CV", reason="Cá nhân xin rút để năm sau đề nghị.")


def _petition(office: Office) -> None:
    (held,) = _of(office, "held")
    office.petitions["held"] = office.begin(
        "petition", [held], by="vanphong", kind="complaint", sender="Người gửi đề nghị giữ kín tên",
        subject="Số hộ dùng dịch vụ công trực tuyến trong báo cáo của thôn",
        content="Đơn cho rằng số hộ dùng dịch vụ công trực tuyến nêu trong báo cáo cao hơn thực tế.",
    )
    office.step(
        office.petitions["held"], "classify_petition", by="truongphong", kind="complaint", note="Xác minh số liệu tại thôn.",
    )
    for case in _of(office, "resubmitting"):
        office.supplement(case)


def _remark(office: Office) -> None:
    """A unit tells of a difficulty, and two days later somebody else proposes to change the plan."""
    office.petitions["remark"] = office.begin(
        "petition", by="donvi", kind="remark", subject="Mạng ở thôn xa chập chờn, khó nộp hồ sơ trực tuyến",
        content="Buổi tối thường không vào được mạng; đề nghị nhận hồ sơ giấy ở điểm trường rồi nhập thay.",
    )
    office.step(office.petitions["remark"], "classify_petition", by="truongphong", kind="remark")


def _propose(office: Office) -> None:
    office.step(
        office.petitions["remark"], "answer_petition", by="truongphong", way="letter",
        answer="Đơn vị nộp giấy tại Bộ phận Một cửa, phòng nhập thay trong ngày.",
    )
    office.step(office.petitions["remark"], "number_answer", by="vanthu", answer_number="77", answered_on=_today(office))
    office.petitions["proposal"] = office.begin(
        "petition", by="mttq", kind="proposal", subject="Thêm nội dung an toàn thông tin cho người cao tuổi vào kế hoạch phong trào",
        content="Nhiều cụ bị lừa qua điện thoại. Đề nghị mỗi thôn có một buổi hướng dẫn mỗi quý, tổ công nghệ số cộng đồng đứng lớp.",
    )
    office.step(office.petitions["proposal"], "classify_petition", by="truongphong", kind="proposal")


def _settle(office: Office) -> None:
    """What was found of the complaint goes to the head for its conclusion; the proposal comes before the chair."""
    office.step(
        office.petitions["held"], "verify_petition", by="vhxh",
        findings="Đã đối chiếu danh sách hộ với Công an xã: 41 hộ có tài khoản, báo cáo ghi 44; trưởng thôn giải trình: 3 hộ mới tách.",
    )
    office.step(
        office.petitions["proposal"], "weigh_proposal", by="vhxh", decision="partly",
        opinion="Phù hợp nghị quyết; đề nghị hai buổi mỗi năm, kinh phí từ nguồn chuyển đổi số.",
    )


def _sit(office: Office) -> None:
    """The posting is over; the council sits over most names and leaves some for its next session."""
    cases = _at_council(office)
    office.close(office.list_of("posting", cases[0]))
    failed = _of(office, "refused", "refusal_told", "reviewing")
    later = ("keyed_once", "council_waited", "agenda")
    office.sit(
        [c for c in cases if c.to not in later], "05/BB-HĐTĐKT",
        *(LineInput(c.id, "failed", "Thành tích chưa nổi trội so với các trường hợp cùng nhóm.") for c in failed),
    )


def _draft_papers(office: Office) -> None:
    office.decide(_of(office, "issued", "handed_over", "certificate"), "signed")
    package = office.draw_up("package", _of(office, "at_province", "package_returned"))
    office.act(package, "sign", by="chutich")
    office.work()


def _issue(office: Office) -> None:
    (done,) = _of(office, "certificate")
    office.issue(office.list_of("decision", done), 1204)
    office.send(office.list_of("package", _of(office, "at_province")[0]), "79")
    for number, case in enumerate(_of(office, "refusal_told", "reviewing"), 63):
        office.tell(case, str(number))


def _hand_over(office: Office) -> None:
    done = _of(office, "certificate")
    office.hand_over(done + _of(office, "handed_over"))
    office.pay(done, "PC-52")
    (reviewing,) = _of(office, "reviewing")
    office.file(
        "review_request", reviewing, by=office.head(reviewing),
        content="Đề nghị xem xét lại, gửi kèm hợp đồng chuyển giao sản phẩm cho hai xã bên.",
    )
    office.work()


def _post_again(office: Office) -> None:
    office.post(_of(office, "posted"), "64/TB-UBND")
    (returned,) = _of(office, "package_returned")
    due = office.working(date.fromisoformat(_today(office)), 12)
    office.answer(
        office.list_of("package", returned), "1877/SNV-TĐKT",
        LineInput(returned.id, "supplement", "Bổ sung số liệu hộ tham gia có xác nhận của Công an xã.", {"answer_due": due.isoformat()}),
        by="tinh",
    )
    office.decide(_of(office, "decision_signed"), "signed")
    office.act(office.draw_up("package", _of(office, "package_signed")), "sign", by="chutich")
    _settle(office)
    consulted = _of(office, "consulting")
    for agency, number in (("CONG-AN", "74"), ("THUE", "75")):
        office.ask(consulted, agency, number)


def _late_names(office: Office) -> None:
    """Units add names: where a submission is signed already, the office enters the first one for them."""
    from service.errors import Conflict

    fresh = _of(office, *_STAND_STILL)
    for case in fresh:
        try:
            office.nominate(case)
        except Conflict:
            office.nominate(case, by="vhxh")
    for case in _of(office, "signing"):
        office.assess(case)
    office.minutes(fresh)
    office.decide(_of(office, "decision_checked"), "checked")
    office.decide(_of(office, "decision_submitted"), "submitted")
    office.decide(_of(office, "decision_drafted"), "proved")
    office.draw_up("package", _of(office, "package_drafted"))


def _yesterday(office: Office) -> None:
    for case in _of(office, "drafted"):
        office.pause()
        answers = office.assessment(case)
        answers.pop("facts")
        tasks.save_draft(office.task(case, "self_assess"), answers, by=office.who(office.filer(case)))
    sheet = office.draw_up("council_sheet", _of(office, "keyed_once"), by="thuky")
    office.key(sheet, {}, by="thuky")
    _invite(office)
    (petitioned,) = _of(office, "petitioned")
    office.begin(
        "petition", [petitioned], by="vhxh", kind="complaint", sender="Một hội viên Công đoàn", subject="Số buổi bình dân học vụ số",
        content="Đề nghị làm rõ số buổi bình dân học vụ số do cá nhân trực tiếp tổ chức.",
    )
    office.work()


def _invite(office: Office) -> None:
    """The next session is planned and its members are invited; some have answered, one keeps out of a name."""
    day = office.working(clock.today(), 4)
    accounts = people.accounts_by_login()
    council = [accounts[login] for login in ("chutich", "phochutich", *(f"uv{n}" for n in range(1, 10)))]
    by = office.who("thuky")
    number = sessions.plan_session(
        office.rounds[ROUND], datetime.combine(day, time(8), ZONE), "Phòng họp số 1, trụ sở UBND xã", chair=council[0],
        vice=council[1], members=council, nominations=[c.id for c in _of(office, "agenda")], by=by,
    )
    sessions.do(number, "settle", by=by)
    sessions.do(number, "invite", by=by)
    for login in ("chutich", "uv1", "uv2", "uv5", "uv6"):
        sessions.reply(number, True, by=office.who(login))
    sessions.reply(number, False, "Đi công tác tỉnh, gửi ý kiến bằng văn bản.", by=office.who("uv9"))
    sessions.declare_conflict(number, 1, "Cùng phụ trách công trình được đề nghị.", by=office.who("uv4"))


def working_days_before(office: Office, today: date, count: int = DAYS) -> Sequence[date]:
    """The last working days before a day, oldest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if office.working(day - timedelta(days=1), 1) == day:
            found.append(day)
    return found[::-1]
