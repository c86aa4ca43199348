"""An office at work, for whole stories: the people of the demo, a round, and their acts as one would do them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from service import clock, movement, people, worker
from service.actor import Actor
from service.app import create_app
from service.awards import lists, nominations, rounds
from service.awards.files import attach_file
from service.awards.lists import LineInput, Outcome
from service.awards.models import Nomination, PaperNumber
from service.awards.numbers import series_of
from service.awards.recipients import RecipientInput
from service.calendar import working_calendar
from service.config import Settings
from service.db import db, reading
from service.demo import source
from service.demo.movement import load_movement
from service.demo.people import load_people
from service.install import prepare_database
from service.people.models import Unit
from service.processes import history, tasks
from service.schema import create_schema
from workflows.calendar import ZONE

GROUPS = {
    "A": ("A1", "A2", "A3", "A4", "A5", "A6"),
    "B": ("B1", "B2"),
    "C": ("C1", "C2", "C3"),
    "D": ("D1",),
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CLEAN_FACTS = {
    "same_achievement_awarded": "no",
    "uses_theme_award": "no",
    "pending_case": "no",
    "achievement_before_discipline_end": "no",
    "in_movement": "yes",
    "inside_window": "yes",
}


def build(folder: Path, day: date, **settings: Any) -> None:
    """Furnish an office on a day in a folder, to be copied: people, units, movement and rounds, no nomination yet."""
    app = create_app(Settings(var=folder, testing=True, demo=True, **settings))
    with app.app_context():
        create_schema()
        Office(app, day)
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


class Office:
    """The commune of the demo on a chosen day."""

    made: Any = None
    """What was made in it before, where it is a copy of one that others begin with as well."""

    def __init__(self, app: Flask, day: date, *, furnished: bool = False) -> None:
        """Furnish an empty database; a furnished one only needs its people found and its clock set.

        A day begins at eight; a moment is one at which somebody left the office before.
        """
        self.app = app
        clock.start_at(day if isinstance(day, datetime) else datetime.combine(day, time(8), ZONE))
        if furnished:
            with reading() as s:
                found = {code: number for code, number in s.execute(select(Unit.code, Unit.id))}
            self.units = {row["code"]: found.get(row["code"], 0) for row in source.units()}
            self.rounds = {r.code: r.id for r in rounds.list_rounds()}
            return
        prepare_database()
        loaded = load_people()
        self.units = loaded.units
        self.rounds = load_movement(by=self.who("truongphong"), slide=False)
        self.work()

    def who(self, login: str) -> Actor:
        """A person as the web door would know him now."""
        return people.actor_of(login, door="web")

    def work(self) -> None:
        """Let the worker do all that is due."""
        worker.drain(self.app)

    def follow_up(self) -> None:
        """Let the worker do what an act has queued; what comes with time is looked for by `work` and `go_to` alone."""
        worker.drain(self.app, sweeping=False)

    def go_to(self, day: date | str, hour: int = 8) -> None:
        """Move the clock on and let the worker work."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        clock.move_to(datetime.combine(day, time(hour), ZONE))
        self.work()

    def go_past(self, round_code: str, key: str) -> None:
        """Move on to the morning after a date of the round's calendar."""
        calendar = rounds.read_round(self.rounds[round_code]).calendar
        self.go_to(date.fromisoformat(calendar[key]) + timedelta(days=1))

    def nominate(
        self,
        round_code: str,
        *,
        form: str = "GK_XA",
        name: str = "Hoàng Bình Minh",
        kind: str = "INDIVIDUAL",
        group: str = "D",
        unit: str = "DONG-MAY",
        by: str = "donvi",
        seen: Any = None,
        **more: Any,
    ) -> int:
        """Nominate somebody of a unit; `seen` names those of the same name that the person was shown."""
        return nominations.create_nomination(
            self.rounds[round_code],
            subject_group=group,
            award_form=form,
            recipient=RecipientInput(kind=kind, name=name, unit=self.units[unit], title="Giáo viên", **more),
            by=self.who(by),
            seen=seen,
        )

    def read(self, nomination: int) -> Nomination:
        """The row of a nomination."""
        return nominations.read_nomination(nomination, by=self.who("vhxh"))

    def at(self, nomination: int) -> set[str]:
        """Elements where a nomination stands."""
        instance = self.read(nomination).instance_id
        return {s.element for s in history.timeline(instance or 0) if s.state == "open"}

    def status(self, nomination: int) -> tuple[str, str | None]:
        """Phase and outcome."""
        phase, outcome, _ = nominations.status_of(self.read(nomination))
        return phase, outcome

    def complete(self, nomination: int, element: str, answers: Mapping[str, Any], *, by: str) -> None:
        """Complete the open user task of an element."""
        instance = self.read(nomination).instance_id
        (stop,) = [s for s in history.timeline(instance or 0) if s.element == element and s.state == "open"]
        tasks.complete_task(stop.id, answers, by=self.who(by))
        self.follow_up()

    def assess(self, nomination: int, *, by: str = "donvi", facts: Mapping[str, str] | None = None) -> None:
        """The unit's self-assessment, every criterion with score, note and contents."""
        row = self.read(nomination)
        answers: dict[str, Any] = {"form_asked": row.form_asked, "summary": "Đưa dạy học số tới cả thôn xa."}
        if row.subject_group == "D":
            answers["person_type"] = "official"
        for code in GROUPS[row.subject_group]:
            answers[code] = {"score": 9, "note": "Đã làm xong việc được giao.", "contents": ["ND5"]}
        answers["facts"] = CLEAN_FACTS | dict(facts or {})
        self.complete(nomination, "self_assess", answers, by=by)

    def submission(self, nomination: int) -> int:
        """Id of the submission that a nomination came with."""
        found = self.read(nomination).submission_id
        assert found is not None
        return found

    def sign(
        self, nomination: int, *, by: str = "thutruong", minutes_by: str = "donvi",
        results: Mapping[int, tuple[str, str]] | None = None,
    ) -> Outcome:
        """Minutes with votes for each name, then the head's one signature."""
        submission = self.submission(nomination)
        # Who was signed before keeps the minutes that he was signed by.
        names = [n.id for line, n in lists.lines_of(submission) if not line.removed and n.received_at is None]
        voted = all("votes" in line.data for line, _ in lists.lines_of(submission) if not line.removed)
        if lists.read_list(submission, by=self.who(by)).data.get("minutes") is None or not voted:
            self.act(
                submission, "minutes", by=minutes_by,
                lines=[LineInput(n, data={"votes": 10}) for n in names],
                fields={"held_on": clock.today().isoformat(), "chaired_by": "Đinh Vũ Phong", "members": 13, "present": 12},
            )
        said = [LineInput(n, r, why) for n, (r, why) in (results or {}).items()]
        return self.act(submission, "sign", by=by, lines=said)

    def check(self, nomination: int, decision: str = "accept", *, by: str = "vhxh", **more: Any) -> None:
        """The office's check and appraisal."""
        row = self.read(nomination)
        papers = ["LETTER", "UNIT_MINUTES", "REPORT", "SUMMARY", "EARLIER"]
        answers: dict[str, Any] = {"decision": decision, "papers": [*papers, *["TAX"][: row.subject_group == "C"]]}
        if decision == "accept":
            answers["form_recommended"] = row.form_asked
            for code in GROUPS[row.subject_group]:
                answers[code] = {"score": 9}
        elif decision == "supplement":
            answers["faults"] = [{"what": "Thiếu minh chứng D1", "mend": "Nộp bản chụp quyết định"}]
        elif decision == "not_eligible":
            answers |= {"reason_code": "STANDARD", "reason": "Chưa đủ thành tích.", "basis": "Luật TĐKT, Điều 75"}
        self.complete(nomination, "check_dossier", answers | more, by=by)

    def draw_up(self, kind: str, round_code: str, names: Sequence[int] | None = None, *, by: str, **more: Any) -> int:
        """Draw up a list over those who wait."""
        return lists.draw_up(kind, self.rounds[round_code], nominations=names, by=self.who(by), **more)

    def act(
        self,
        list_id: int,
        act: str,
        *,
        by: str,
        lines: Sequence[LineInput] = (),
        fields: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Outcome:
        """Do an act on a list, then let the worker deliver."""
        outcome = lists.act_on_list(list_id, act, by=self.who(by), lines=lines, fields=fields, **more)
        self.follow_up()
        return outcome

    def post(self, round_code: str, names: Sequence[int] | None = None) -> int:
        """Post a list and close it after its days."""
        posting = self.draw_up("posting", round_code, names, by="vhxh")
        self.act(
            posting, "post", by="vhxh",
            fields={"place": "Trụ sở UBND xã", "dated": working_calendar().add(clock.today(), 0).isoformat()},
        )
        row = lists.read_list(posting, by=self.who("vhxh"))
        self.go_to(date.fromisoformat(row.data["until"]) + timedelta(days=1))
        self.act(posting, "close", by="vhxh", fields={"remarks": 0})
        return posting

    def sit(
        self, round_code: str, results: Mapping[int, Mapping[str, Any]], names: Sequence[int] | None = None
    ) -> int:
        """The council's result sheet: keyed by two secretaries, signed. Results default to passed."""
        sheet = self.draw_up("council_sheet", round_code, names, by="thuky")
        return self.key_and_sign(sheet, results)

    def key_and_sign(self, sheet: int, results: Mapping[int, Mapping[str, Any]]) -> int:
        """Key a sheet twice and sign it."""
        said = []
        for _, n in lists.lines_of(sheet):
            one = dict(results.get(n.id, {}))
            result, reason = one.pop("result", "passed"), one.pop("reason", "")
            said.append(LineInput(n.id, result, reason, {"agree": 9, "disagree": 0, "blank": 0, **one}))
        fields = {
            "held_on": clock.today().isoformat(), "members": 9, "present": 9, "presided_by": "Hồ Đại Ngàn"
        }
        self.act(sheet, "key", by="thuky", lines=said, fields=fields)
        self.act(sheet, "key", by="thuky2", lines=said, fields=fields)
        from service.awards.finding import find_lists

        before = sum(bool(x.number) for x in find_lists(self.who("thuky"), kind="council_sheet"))
        self.act(sheet, "sign", by="thuky", fields={"number": f"{3 + before:02d}/BB-HĐTĐKT"})
        return sheet

    def decide(
        self,
        round_code: str,
        number: int,
        names: Sequence[int] | None = None,
        *,
        struck: Mapping[int, str] | None = None,
    ) -> int:
        """Draft, proof, submission, format check, signature and number of a decision."""
        decision = self.draw_up("decision", round_code, names, by="vhxh")
        self.act(decision, "prove", by="vhxh")
        self.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
        self.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
        return self.sign_decision(decision, number, struck=struck)

    def sign_decision(
        self, decision: int, number: int, *, struck: Mapping[int, str] | None = None, by: str = "chutich"
    ) -> int:
        """Signature and number."""
        self.act(
            decision, "sign", by=by,
            lines=[LineInput(n, "struck", why) for n, why in (struck or {}).items()]
            + [LineInput(n.id, "granted") for line, n in lists.lines_of(decision)
               if not line.removed and n.id not in (struck or {})],
        )
        self.act(
            decision, "issue", by="vanthu", fields={"number": number, "dated": clock.today().isoformat()}
        )
        return decision

    def award_list(self, nomination: int) -> int:
        """Id of the list along which an award is handed over."""
        from service.awards.finding import find_lists

        return find_lists(self.who("vhxh"), kind="award_list", nomination_id=nomination)[0].id

    def hand_over(self, nomination: int, *, pay: bool = True, to: Mapping[int, str] | None = None) -> None:
        """Hand over and pay all names of the list; `to`: who receives it for whom."""
        today = clock.today().isoformat()
        row = self.award_list(nomination)
        said = [
            LineInput(n.id, data={"to_whom": to[n.id]} if n.id in to else {})
            for line, n in lists.lines_of(row) if to and not line.removed
        ]
        self.act(row, "hand_over", by="vhxh", lines=said, fields={"handed_on": today, "way": "ceremony"})
        if pay:
            self.act(
                row, "pay", by="ketoan",
                fields={"voucher": "PC-12", "paid_on": today, "budget_year": clock.today().year},
            )

    def send_package(self, round_code: str, names: Sequence[int] | None = None, **more: Any) -> int:
        """Draw up, sign and send a package."""
        package = self.draw_up("package", round_code, names, by="vhxh", **more)
        self.act(package, "sign", by="chutich")
        self.act(package, "send", by="vanthu", fields={"number": f"{80 + package}", "dated": clock.today().isoformat()})
        return package

    def answer(self, package: int, nomination: int, result: str, reason: str = "", **data: Any) -> None:
        """Enter an answer from above for one line."""
        self.act(
            package, "answer", by="vhxh", lines=[LineInput(nomination, result, reason, data)],
            fields=self.paper("412/QĐ-UBND"),
        )

    def paper(self, number: str = "45/CV", *, by: str = "vhxh") -> dict[str, Any]:
        """An incoming paper with its scan, as the office enters it for somebody."""
        who = self.who(by)
        scan = attach_file(f"draft:{who.account}", "Công văn đến.pdf", PDF, by=who).id
        return {"number": number, "dated": clock.today().isoformat(), "scan": [scan]}

    def tell_result(self, nomination: int) -> None:
        """Send the unit its result letter."""
        from service.awards.finding import find_lists

        (letter, *_) = [
            x for x in find_lists(self.who("vhxh"), kind="result_letter", nomination_id=nomination)
            if x.state == "draft"
        ]
        self.act(letter.id, "send", by="vhxh", fields={"dated": clock.today().isoformat()})

    def received(self, round_code: str, *names: str) -> list[int]:
        """Names of one unit, assessed and signed together."""
        found = [self.nominate(round_code, name=name) for name in names]
        for one in found:
            self.assess(one)
        self.sign(found[0])
        return found

    def posted(self, round_code: str, *names: str) -> list[int]:
        """Names of one unit that wait for the council."""
        found = self.received(round_code, *names)
        for one in found:
            self.check(one)
        self.post(round_code, found)
        return found

    def merit(self, round_code: str) -> int:
        """A name that the council passed for a provincial merit and that waits for the package."""
        one = self.nominate(round_code, form="BK_TINH")
        self.assess(one, facts={"path": "PHONG_TRAO"})
        self.sign(one)
        self.check(one)
        self.post(round_code, [one])
        self.sit(round_code, {}, [one])
        return one

    def to_council(self, nomination: int, round_code: str) -> None:
        """From a fresh nomination to the wait for the council."""
        self.assess(nomination)
        self.sign(nomination)
        self.check(nomination)
        self.post(round_code, [nomination])

    def file(self, kind: str, nomination: int, act: str = "file", *, by: str, **fields: Any) -> int:
        """A list of one, as a withdrawal, a hold, a correction; dated today where its form asks for a day."""
        form = lists.act_forms[lists.KINDS[kind].act(act).form or ""]
        dated = {"dated": clock.today().isoformat()} if "dated" in form.keys else {}
        outcome = lists.file_one(kind, nomination, act, dated | fields, by=self.who(by))
        self.follow_up()
        return outcome.list_id

    def begin(self, process: str, *, by: str, unit: str = "", about: Sequence[int] = (), **answers: Any) -> int:
        """A matter of a register; dated today where its form asks for the day of receipt."""
        number = movement.begin_matter(
            process, answers, by=self.who(by), unit=self.units[unit] if unit else None, about=about
        )
        self.follow_up()
        return number

    def step(self, matter: int, element: str, *, by: str, **answers: Any) -> None:
        """Complete the open task of a matter at an element; a complaint that names nobody is ticked as such."""
        if element == "classify_petition" and answers.get("kind") == "complaint":
            answers = {"names_nobody": True} | answers
        (stop,) = [s for s in self.stops(matter) if s.element == element and s.state == "open"]
        tasks.complete_task(stop.id, answers, by=self.who(by))
        self.follow_up()

    def stops(self, matter: int) -> list[history.Stop]:
        """The stops of a matter."""
        return history.timeline(movement.read_matter(matter, by=self.who("thanhtra")).entry.instance)

    def stands_at(self, matter: int) -> set[str]:
        """Elements where a matter stands."""
        return {s.element for s in self.stops(matter) if s.state == "open"}

    def complain(self, *nominations: int, by: str = "vhxh", settled_by: str = "truongphong", **more: Any) -> int:
        """A complaint about names, classified so that it holds them; what the office enters somebody sent."""
        said = {"kind": "complaint", "subject": "Làm rõ số liệu kê khai", "content": "Kê khai không đúng.",
                "received_on": clock.today().isoformat(), **({"sender": "Ông Trần Núi Biếc"} if by == "vhxh" else {})} | more
        matter = self.begin("petition", by=by, about=nominations, **said)
        self.step(matter, "classify_petition", by=settled_by, kind="complaint", note="Làm rõ với đơn vị.")
        return matter

    def conclude(self, matter: int, decision: str = "unfounded", *, by: str = "truongphong", number: str = "", **more: Any) -> None:
        """The verification of a complaint, its conclusion as the head drafts it and the chair signs it, and its number.

        A violation concerns all its names, where the test does not say which (`violated`).
        """
        subjects = movement.read_matter(matter, by=self.who("chutich")).subjects
        if decision == "founded" and len(subjects) > 1:
            more = {"violated": list(subjects)} | more
        if "verify_petition" in self.stands_at(matter):
            self.step(matter, "verify_petition", by="vhxh", findings="Đã làm việc với đơn vị.")
        if "draft_conclusion" in self.stands_at(matter):
            self.step(matter, "draft_conclusion", by=by, decision=decision, summary="Đã đối chiếu với sổ của đơn vị.",
                      **{key: more[key] for key in ("proposal", "violated") if key in more})
        if "conclude_petition" in self.stands_at(matter):
            self.step(matter, "conclude_petition", by="chutich", decision=decision, **more)
        number = number.partition("/")[0] or self.paper_number('KL-UBND', 12)
        self.step(matter, "number_conclusion", by="vanthu", number=number, dated=clock.today().isoformat())

    def answer_sender(self, matter: int, answer: str = "Đã xem xét.", *, by: str = "truongphong", number: str = "77") -> None:
        """The answer to who sent a petition, signed as a letter, and its number."""
        self.step(matter, "answer_petition", by=by, way="letter", answer=answer)
        self.step(matter, "number_answer", by="vanthu", answer_number=number.partition("/")[0], answered_on=clock.today().isoformat())

    def paper_number(self, symbol: str, first: int) -> str:
        """The next number from `first` on that no paper of this series carries yet in this year."""
        series = series_of(symbol)
        with reading() as s:
            taken = set(s.scalars(select(PaperNumber.number).where(
                PaperNumber.body == series.body, PaperNumber.paper == series.paper, PaperNumber.year == clock.today().year,
            )))
        return str(next(number for number in count(first) if number not in taken))

    def sheet(self, matter: int, nomination: int) -> int:
        """Id of the sheet on which a matter stands beside a name."""
        from service.awards.finding import find_lists

        rows = find_lists(self.who("vhxh"), kind="petition", nomination_id=nomination)
        (found,) = [row.id for row in rows if row.data.get("matter") == matter]
        return found

    def messages(self) -> list[tuple[str, str]]:
        """Names and states of all messages, oldest first."""
        from service.processes.models import Message

        with reading() as s:
            return [(m.name, m.state) for m in s.scalars(select(Message).order_by(Message.id))]
