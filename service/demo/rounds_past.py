"""The annual round 2025 from its opening to its last open answer, along its calendar."""

from __future__ import annotations

from datetime import date, timedelta

from service.awards.lists import LineInput
from service.demo.office import HOLDING, Case, Office

ROUND = "HN-2025"


def run_2025(office: Office) -> None:
    """Run the round to its end; only a child package stays at the province."""
    _file(office)
    _check(office)
    _sit_and_decide(office)
    _hand_over(office)
    _above(office)


def _going_on(office: Office) -> list[Case]:
    return [
        c for c in office.of(ROUND)
        if c.to not in ("not_filed", "not_eligible", "supplement_missed", "withdrawn")
    ]


def _file(office: Office) -> None:
    early = [c for c in office.of(ROUND) if c.to not in ("not_filed", "late")]
    office.file_all(early, date(2025, 11, 6), date(2025, 11, 18))
    office.go_to(date(2025, 11, 20))
    for case in office.of(ROUND, "not_filed"):
        office.nominate(case)
    office.go_to(date(2025, 11, 24))
    reason = "Đơn vị mất điện, mất mạng ba ngày do mưa lũ, có xác nhận của thôn."
    late = office.of(ROUND, "late")
    for case in late:
        office.nominate(case, by="truongphong", late_reason=reason)
        office.assess(case)
    office.minutes(late)
    for submission in office.submissions(late):
        office.act(submission, "take_late", by="truongphong", fields={"reason": reason})
    office.sign(late)


def _check(office: Office) -> None:
    office.go_to(date(2025, 11, 25))
    for case in office.of(ROUND):
        if case.to in ("supplemented", "supplement_missed"):
            office.check(case, "supplement")
        elif case.to == "not_eligible":
            office.check(case, "not_eligible")
        elif case.to == "merit":
            office.check(case, ask_opinions=True, agencies=["THUE", "BHXH"])
        elif case.to != "not_filed":
            office.check(case)
    office.work()
    back = office.of(ROUND, "supplemented", "supplement_missed")
    for submission in office.submissions(back):
        office.act(submission, "return", by="vhxh")
    asked = office.of(ROUND, "merit")
    letters = [office.ask(asked, "THUE", "31"), office.ask(asked, "BHXH", "32")]
    office.go_to(date(2025, 11, 27))
    mended = office.of(ROUND, "supplemented")
    for case in mended:
        office.supplement(case)
    for submission in office.submissions(mended):
        office.act(submission, "sign_supplement", by=office.head(mended[0]))
    lines = [LineInput(c.id, "no_objection") for c in asked]
    office.act(letters[0], "answer", by="thue", lines=lines, fields={})
    office.enter_answer(letters[1], asked, "88/BHXH", date(2025, 11, 27))
    office.go_to(date(2025, 12, 1))
    for case in mended:
        office.check(case)
    for number, case in enumerate(office.of(ROUND, "not_eligible", "supplement_missed"), 41):
        office.tell(case, str(number))
    for case in office.of(ROUND, "withdrawn"):
        office.file("withdrawal", case, by=office.head(case), number="12/CV", reason="Cá nhân chuyển công tác.")
    office.go_to(date(2025, 12, 3))
    for case in office.of(ROUND, "not_eligible"):
        office.file("review_request", case, by=office.head(case), content="Đề nghị xem lại, có thêm số liệu quý IV.")
    office.work()
    for case in office.of(ROUND, "not_eligible"):
        answers = {"decision": "uphold", "reason": "Số liệu thêm không làm đổi kết luận.", "basis": HOLDING}
        office.complete(case, "review_refusal", answers, by="vanphong")


def _sit_and_decide(office: Office) -> None:
    going = _going_on(office)
    office.go_to(date(2025, 12, 5))
    posting = office.post(going, "61/TB-UBND")
    office.close(posting)
    office.go_to(date(2025, 12, 16))
    failed = office.of(ROUND, "not_passed", "passed_on_review")
    (lower,), (reserve,) = office.of(ROUND, "lower_form"), office.of(ROUND, "merit_reserve")
    office.sit(
        going, "03/BB-HĐTĐKT",
        *(LineInput(c.id, "failed", "Kết quả chưa rõ so với các trường hợp cùng nhóm.") for c in failed),
        LineInput(lower.id, "lower_form", "Phạm vi ảnh hưởng trong xã.", {"form": "GK_XA"}),
        LineInput(reserve.id, "passed", "", {"reserve": "GK_XA"}),
    )
    office.go_to(date(2025, 12, 17))
    for number, case in enumerate(failed, 66):
        office.tell(case, str(number))
    (again,) = office.of(ROUND, "passed_on_review")
    office.go_to(date(2025, 12, 18))
    office.file("review_request", again, by=office.head(again), content="Gửi bổ sung xác nhận của ba cơ sở áp dụng.")
    office.work()
    office.complete(
        again, "review_refusal",
        {"decision": "agenda", "reason": "Có xác nhận của ba cơ sở đã áp dụng sáng kiến."}, by="vanphong",
    )
    commune = office.of(ROUND, "certificate", "lower_form", "supplemented", "late", "struck")
    (struck,) = office.of(ROUND, "struck")
    decision = office.decide(
        commune, "signed", LineInput(struck.id, "struck", "Có đơn thư chưa rõ, để xét đợt sau.")
    )
    above = office.of(ROUND, "merit", "merit_child", "merit_reserve")
    package = office.draw_up("package", above)
    office.act(package, "sign", by="chutich")
    office.go_to(date(2025, 12, 19))
    office.issue(decision, 1126)
    office.act(decision, "publish", by="vanthu")
    office.tell(struck, "69")
    office.tell_units(70)
    office.go_to(date(2025, 12, 24))
    office.send(package, "87")
    office.sit([again], "04/BB-HĐTĐKT")
    second = office.decide([again], "signed")
    office.go_to(date(2025, 12, 26))
    office.issue(second, 1163)
    office.act(second, "publish", by="vanthu")
    office.tell_units(90)


def _hand_over(office: Office) -> None:
    awarded = office.of(ROUND, "certificate", "lower_form", "supplemented", "late", "passed_on_review")
    office.go_to(date(2026, 1, 16))
    office.hand_over(awarded)
    office.go_to(date(2026, 1, 20), 14)
    office.pay(awarded, "PC-07")


def _above(office: Office) -> None:
    (merit,), (child,) = office.of(ROUND, "merit"), office.of(ROUND, "merit_child")
    (reserve,) = office.of(ROUND, "merit_reserve")
    package = office.list_of("package", merit)
    office.go_to(date(2026, 2, 4))
    office.answer(
        package, "212/QĐ-UBND",
        LineInput(merit.id, "granted"), LineInput(reserve.id, "refused", "Hết chỉ tiêu của năm."),
    )
    office.go_to(date(2026, 2, 6))
    decision = office.decide([reserve], "signed")
    office.go_to(date(2026, 2, 9))
    office.issue(decision, 118)
    office.act(decision, "publish", by="vanthu")
    office.tell_units(9)
    office.go_to(date(2026, 3, 3))
    office.hand_over([merit, reserve])
    office.pay([reserve], "PC-31")
    office.go_to(date(2026, 3, 10))
    due = date(2026, 3, 10) + timedelta(days=30)
    office.answer(
        package, "394/SNV-TĐKT",
        LineInput(child.id, "supplement", "Bổ sung xác nhận của cơ quan thuế, bảo hiểm.", {"answer_due": due.isoformat()}),
    )
    office.go_to(date(2026, 3, 18))
    office.complete(
        child, "supplement_package",
        {"decision": "ready", "note": "Đã có xác nhận của hai cơ quan.", "files": []}, by=office.filer(child),
    )
    office.work()
    again = office.draw_up("package", [child], parent_id=package)
    office.act(again, "sign", by="chutich")
    office.go_to(date(2026, 3, 20))
    office.send(again, "21")
