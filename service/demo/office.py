"""The demo's people at work: each act by the person whose act it is, through the verbs of pages and API.

Knows how an act is done (who, with which fields); which nomination takes which path stands with the rounds.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from service import clock, jobs, movement, people, worker
from service.actor import Actor
from service.awards import dossier, files, lists, nominations, rounds
from service.awards.finding import find_lists
from service.awards.lists import LineInput
from service.awards.models import Nomination, Round
from service.awards.recipients import RecipientInput
from service.calendar import working_calendar
from service.db import reading
from service.demo import papers, source
from service.demo.people import Loaded, Progress
from service.processes import tasks
from service.processes.models import Activity
from workflows.calendar import ZONE

CRITERIA = {
    "A": ("A1", "A2", "A3", "A4", "A5", "A6"),
    "B": ("B1", "B2"),
    "C": ("C1", "C2", "C3"),
}
_OFFICIAL = ("commune_body", "centre", "agency", "party", "school", "health")
"""Kinds of unit whose people are cadres, civil servants or public employees (criterion D1)."""
_FACTS = {
    "same_achievement_awarded": "no",
    "pending_case": "no",
    "achievement_before_discipline_end": "no",
}
HOLDING = "Luật Thi đua, khen thưởng, Điều 75"


@dataclass(slots=True)
class Case:
    """One nomination of the demo and how far it is to be taken."""

    round: str
    unit: str
    name: str
    form: str
    to: str
    who: Mapping[str, Any]
    deed: Mapping[str, str] = field(default_factory=dict)
    id: int = 0

    @property
    def group(self) -> str:
        """Subject group."""
        return str(self.who["subject_group"])


class Office:
    """The commune at work: moves the clock on, finds who acts, and does the act."""

    def __init__(self, loaded: Loaded, round_ids: Mapping[str, int], progress: Progress) -> None:
        self.units, self.rounds, self.progress = loaded.units, round_ids, progress
        self.cases = [Case(**row) for row in source.cases()]
        self.made = 0
        self.petitions: dict[str, int] = {}
        self._chance = random.Random(2025)
        self._kinds = {row["code"]: row["kind"] for row in source.units()}
        self.filers = self._holders("unit")
        self._head, self._deputy = self._holders("unit_head"), self._holders("unit_deputy")
        self._actors: dict[str, Actor] = {}
        self._holder = jobs.Holder()

    def _holders(self, group: str) -> dict[str, str]:
        return {
            word.partition(":")[2]: row["login"]
            for row in reversed(source.accounts())
            for word in row["groups"]
            if word.partition(":")[0] == group
        }

    def of(self, round_code: str, *to: str) -> list[Case]:
        """Cases of a round, all of them or those that go to one of these ends."""
        return [c for c in self.cases if c.round == round_code and (not to or c.to in to)]

    def who(self, login: str) -> Actor:
        """A person as the web door would know him today."""
        if login not in self._actors:
            self._actors[login] = people.actor_of(login, door="web")
        return self._actors[login]

    def filer(self, case: Case) -> str:
        """Who files for the unit of a case."""
        return self.filers[case.unit]

    def head(self, case: Case) -> str:
        """Who signs for the unit of a case: its head, or the deputy where the head is the nominee."""
        head = self._head[case.unit]
        return self._deputy[case.unit] if case.who.get("account") == head else head

    def officer(self, case: Case) -> str:
        """Who checks a case: an officer, or the substitute where the office itself is the nominee."""
        return "vanphong" if case.unit == nominations.OFFICE_UNIT else "vhxh"

    def go_to(self, day: date, hour: int = 8) -> None:
        """Move on to an hour of a day, unless it has passed, and let the worker do what is due."""
        self.live()  # what was sent yesterday arrives yesterday
        moment = datetime.combine(day, time(hour, self._chance.randint(0, 40)), ZONE)
        if moment > clock.now():
            clock.move_to(moment)
        self._actors.clear()
        self.live()

    def live(self) -> None:
        """Let the worker do all that is due now: jobs, mail, timers, reminders."""
        worker.drain(current_app._get_current_object())  # type: ignore[attr-defined]

    def work(self) -> None:
        """Let the messages of today's acts arrive; nothing else falls due within a day."""
        while jobs.run_due(self._holder, limit=100):
            pass

    def pause(self) -> None:
        """A few minutes pass between two acts."""
        clock.move_to(clock.now() + timedelta(seconds=self._chance.randint(40, 240)))

    # What a unit does

    def nominate(self, case: Case, *, by: str | None = None, late_reason: str = "") -> None:
        """Nominate; the unit's own person does, or the office on its behalf."""
        self.pause()
        row = case.who
        case.id = nominations.create_nomination(
            self.rounds[case.round],
            subject_group=case.group,
            award_form=case.form,
            recipient=RecipientInput(
                kind=row["kind"],
                name=case.name,
                unit=self.units[case.unit],
                **{k: row[k] for k in ("title", "birth_year", "gender", "direct_worker", "leader", "members") if k in row},
                account=people.accounts_by_login().get(row.get("account", "")),
            ),
            achievement=row["achievement"],
            by=self.who(by or self.filer(case)),
            late_reason=late_reason,
        )
        self.made += 1
        self.progress("hồ sơ", self.made, len(self.cases))

    def complete(self, case: Case, element: str, answers: Mapping[str, Any], *, by: str) -> None:
        """Complete the open user task of an element."""
        self.pause()
        tasks.complete_task(self.task(case, element), answers, by=self.who(by))

    def task(self, case: Case, element: str) -> int:
        """Id of the open user task of an element."""
        with reading() as s:
            return s.execute(
                select(Activity.id)
                .join(Nomination, Nomination.instance_id == Activity.instance_id)
                .where(Nomination.id == case.id, Activity.element == element, Activity.state == "open")
            ).scalar_one()

    def assess(self, case: Case) -> None:
        """The unit's self-assessment: every criterion with score, note, contents, some with evidence."""
        self.complete(case, "self_assess", self.assessment(case), by=self.filer(case))

    def assessment(self, case: Case) -> dict[str, Any]:
        """Answers of a self-assessment; evidence is attached on the way."""
        answers: dict[str, Any] = {"form_asked": case.form, "summary": self._summary(case)}
        if case.group == "D":
            answers["person_type"] = "official" if self._official(case) else "other"
        for i, code in enumerate(self.criteria(case)):
            answers[code] = {
                "score": self._chance.choice((8, 8.5, 9, 9, 9.5, 10)),
                "note": self._chance.choice(source.notes()[code]),
                "contents": list(case.who["contents"]),
                "files": self._evidence(case, code) if i == 0 and case.id % 3 else [],
            }
        facts = _FACTS | {"in_movement": "yes", "inside_window": "yes"}
        if case.form == "BK_TINH":
            facts["path"] = "PHONG_TRAO"
        if case.who.get("leader"):
            facts["unit_did_poorly"] = "no"
        answers["facts"] = facts
        return answers

    def _summary(self, case: Case) -> str:
        return str(source.texts()["summary"]).format(achievement=case.who["achievement"])

    def _evidence(self, case: Case, code: str) -> list[int]:
        name, body = f"Minh chứng {code}.pdf", papers.pdf(case.id)
        if case.id % 2:
            name, body = f"Ảnh hoạt động {code}.png", papers.png(case.id)
        return [files.attach_file(f"nomination:{case.id}", name, body, by=self.who(self.filer(case))).id]

    def _official(self, case: Case) -> bool:
        return case.who["kind"] == "INDIVIDUAL" and self._kinds[case.unit] in _OFFICIAL

    def criteria(self, case: Case) -> tuple[str, ...]:
        """Criteria on which a case is scored."""
        if case.group == "D":
            return ("D1",) if self._official(case) else ("D2",)
        return CRITERIA[case.group]

    def minutes(self, cases: Sequence[Case]) -> None:
        """The minutes of each unit's meeting, with the votes for each name."""
        for submission, names in self._by_submission(cases).items():
            first = names[0]
            present = self._chance.randint(9, 24)
            self.act(
                submission, "minutes", by=self.filer(first),
                lines=[LineInput(c.id, data={"votes": present - self._chance.randint(0, 2)}) for c in names],
                fields={
                    "held_on": (clock.today() - timedelta(days=1)).isoformat(),
                    "chaired_by": self.who(self.head(first)).name,
                    "members": present + self._chance.randint(0, 4),
                    "present": present,
                    "letter_number": f"{self._chance.randint(4, 60):02d}/TTr",
                    "letter_date": clock.today().isoformat(),
                },
            )

    def sign(self, cases: Sequence[Case]) -> None:
        """Each unit's head signs the names that stand before him."""
        for submission, names in self._by_submission(cases).items():
            self.act(
                submission, "sign", by=self.head(names[0]), lines=[LineInput(c.id, "signed") for c in names]
            )
        self.work()

    def submissions(self, cases: Iterable[Case]) -> list[int]:
        """Ids of the submissions that cases came with."""
        return list(self._by_submission(cases))

    def _by_submission(self, cases: Iterable[Case]) -> dict[int, list[Case]]:
        by_id = {c.id: c for c in cases}
        found: dict[int, list[Case]] = {}
        with reading() as s:
            for number, submission in s.execute(
                select(Nomination.id, Nomination.submission_id)
                .where(Nomination.id.in_(by_id))
                .order_by(Nomination.id)
            ):
                found.setdefault(submission or 0, []).append(by_id[number])
        return found

    def file_all(self, cases: Sequence[Case], first: date, signed: date) -> None:
        """Units nominate and assess on one day, hold their meeting and sign on another."""
        self.go_to(first)
        for case in cases:
            self.nominate(case)
            self.assess(case)
        self.go_to(signed)
        self.minutes(cases)
        self.sign(cases)

    def supplement(self, case: Case) -> None:
        """The unit mends the faults by name."""
        mended = [{
            "what": source.texts()["fault_what"], "note": "Đã nộp bản chụp có xác nhận.",
            "files": self._evidence(case, self.criteria(case)[0]),
        }]
        self.complete(case, "supplement_dossier", {"mended": mended, "amend_facts": False}, by=self.filer(case))

    # What the office, the council, the chair and the others do

    def check(self, case: Case, decision: str = "accept", **more: Any) -> None:
        """Check and appraisal of one name."""
        asked = dossier.given(case.id, "check_dossier")["papers_demanded"][case.form]
        answers: dict[str, Any] = {"decision": decision, "papers": asked if decision == "accept" else asked[:1]}
        if decision == "accept":
            answers["form_recommended"] = case.form
            answers["comment"] = self._chance.choice(source.texts()["appraisal"])
            for code in self.criteria(case):
                score = self._chance.choice((8, 8.5, 9, 9.5))
                answers[code] = {"score": score, "reason": source.texts()["lower_score"]}
        elif decision == "supplement":
            answers["faults"] = [{"what": source.texts()["fault_what"], "mend": source.texts()["fault_mend"]}]
        else:
            answers |= {
                "reason_code": "STANDARD", "basis": HOLDING,
                "reason": "Thành tích nêu trong báo cáo là nhiệm vụ thường xuyên, chưa có kết quả nổi trội.",
            }
        self.complete(case, "check_dossier", answers | more, by=self.officer(case))

    def draw_up(self, kind: str, cases: Sequence[Case], *, by: str = "vhxh", **more: Any) -> int:
        """Draw up a list over names that wait for it."""
        self.pause()
        return lists.draw_up(
            kind, self.rounds[cases[0].round], nominations=[c.id for c in cases], by=self.who(by), **more
        )

    def act(
        self,
        list_id: int,
        name: str,
        *,
        by: str,
        lines: Sequence[LineInput] = (),
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Do an act on a list; its messages are delivered at the next turn of the worker."""
        self.pause()
        lists.act_on_list(list_id, name, by=self.who(by), lines=lines, fields=fields)

    def post(self, cases: Sequence[Case], number: str) -> int:
        """Post a list at the commune's seat."""
        posting = self.draw_up("posting", cases)
        self.act(
            posting, "post", by="vhxh",
            fields={
                "place": "Trụ sở UBND xã và trang thông tin điện tử xã", "number": number,
                "dated": clock.today().isoformat(),
            },
        )
        return posting

    def close(self, posting: int) -> None:
        """Close a posting with minutes, on the day after its last."""
        until = date.fromisoformat(lists.read_list(posting, by=self.who("vhxh")).data["until"])
        self.go_to(self.working(until, 1))
        self.act(posting, "close", by="vhxh", fields={"remarks": 0})
        self.work()

    def working(self, day: date, days: int) -> date:
        """A number of working days after a day."""
        return working_calendar().add(day, days)

    def key(self, sheet: int, results: Mapping[int, LineInput], *, by: str) -> None:
        """One secretary keys the results of a session; names without another result passed."""
        said = []
        for _, n in lists.lines_of(sheet):
            one = results.get(n.id, LineInput(n.id, "passed"))
            against = 6 if one.result == "failed" else 0
            votes = {"agree": 9 - against, "disagree": against, "blank": 0}
            said.append(LineInput(n.id, one.result, one.reason, votes | dict(one.data)))
        fields = {
            "held_on": clock.today().isoformat(), "members": 9, "present": 9,
            "presided_by": self.who("chutich").name,
        }
        self.act(sheet, "key", by=by, lines=said, fields=fields)

    def sit(self, cases: Sequence[Case], number: str, *results: LineInput) -> int:
        """The council sits: its sheet is keyed by both secretaries and signed."""
        sheet = self.draw_up("council_sheet", cases, by="thuky")
        for login in ("thuky", "thuky2"):
            self.key(sheet, {r.nomination: r for r in results}, by=login)
        self.act(sheet, "sign", by="thuky", fields={"number": number})
        self.work()
        return sheet

    def decide(self, cases: Sequence[Case], upto: str, *struck: LineInput) -> int:
        """A decision over names that wait for it, as far as: proved, submitted, checked, signed."""
        decision = self.draw_up("decision", cases)
        self.act(decision, "prove", by="vhxh")
        if upto == "proved":
            return decision
        self.act(decision, "submit", by="truongphong", fields={"dated": clock.today().isoformat()})
        if upto == "submitted":
            return decision
        self.act(decision, "check_form", by="vanphong", fields={"decision": "accept"})
        if upto == "checked":
            return decision
        self.sign_decision(decision, *struck)
        return decision

    def sign_decision(self, decision: int, *struck: LineInput) -> None:
        """The chair signs; names without a reason against them are granted, the own name goes to the deputy."""
        without = {x.nomination: x for x in struck}
        self.act(
            decision, "sign", by="chutich",
            lines=[
                without.get(n.id, LineInput(n.id, "granted"))
                for _, n in lists.lines_of(decision)
                if n.name != self.who("chutich").name
            ],
        )

    def issue(self, decision: int, number: int) -> None:
        """The clerk gives number and date."""
        self.act(decision, "issue", by="vanthu", fields={"number": number, "dated": clock.today().isoformat()})
        self.work()

    def tell_units(self, first: int) -> None:
        """Send the units the result letters that are drafted, numbered from `first` on."""
        for number, letter in enumerate(find_lists(self.who("vhxh"), kind="result_letter", state="draft"), first):
            fields = {"number": str(number), "dated": clock.today().isoformat()}
            self.act(letter.id, "send", by="vhxh", fields=fields)
        self.work()

    def list_of(self, kind: str, case: Case) -> int:
        """The newest list of a kind that a case stands on."""
        return max(row.id for row in find_lists(self.who("vhxh"), kind=kind, nomination_id=case.id))

    def hand_over(self, cases: Sequence[Case], place: str = "Hội trường UBND xã") -> None:
        """Hand awards over, list by list."""
        for award_list, names in self._by_list("award_list", cases).items():
            self.act(
                award_list, "hand_over", by="vhxh", lines=[LineInput(c.id) for c in names],
                fields={"handed_on": clock.today().isoformat(), "way": "ceremony", "place": place},
            )
        self.work()

    def pay(self, cases: Sequence[Case], voucher: str) -> None:
        """Pay the award money, list by list."""
        for award_list, names in self._by_list("award_list", cases).items():
            self.act(
                award_list, "pay", by="ketoan", lines=[LineInput(c.id) for c in names],
                fields={
                    "voucher": voucher, "paid_on": clock.today().isoformat(), "budget_year": clock.today().year
                },
            )
        self.work()

    def _by_list(self, kind: str, cases: Iterable[Case]) -> dict[int, list[Case]]:
        found: dict[int, list[Case]] = {}
        for case in cases:
            found.setdefault(self.list_of(kind, case), []).append(case)
        return found

    def send(self, package: int, number: str) -> None:
        """The clerk sends a signed package to the province."""
        self.act(package, "send", by="vanthu", fields={"number": number, "dated": clock.today().isoformat()})
        self.work()

    def answer(self, package: int, number: str, *lines: LineInput, by: str = "vhxh") -> None:
        """What the province answers, entered from its paper or by itself."""
        fields: dict[str, Any] = {"number": number, "dated": clock.today().isoformat()}
        who = self.who(by)
        if not who.may("province"):
            body = papers.pdf(package)
            fields["scan"] = [files.attach_file(f"draft:{who.account}", "Văn bản của tỉnh.pdf", body, by=who).id]
        self.act(package, "answer", by=by, lines=lines, fields=fields)
        self.work()

    def tell(self, case: Case, number: str) -> None:
        """Send the unit its result letter."""
        self.act(
            self.list_of("result_letter", case), "send", by="vhxh",
            fields={"number": number, "dated": clock.today().isoformat()},
        )
        self.work()

    def file(self, kind: str, case: Case, name: str = "file", *, by: str, **fields: Any) -> int:
        """A withdrawal, change or request for review."""
        self.pause()
        outcome = lists.file_one(
            kind, case.id, name, {"dated": clock.today().isoformat(), **fields}, by=self.who(by)
        )
        return outcome.list_id

    def begin(self, process: str, about: Sequence[Case] = (), *, by: str, **answers: Any) -> int:
        """A matter of a register, received today where its form asks for that; `about`: nominations that it concerns."""
        self.pause()
        asked = movement.form_to_begin(movement.register_in_use(process)).names
        said = {"received_on": clock.today().isoformat()} if "received_on" in asked else {}
        number = movement.begin_matter(process, said | answers, by=self.who(by), about=[case.id for case in about])
        self.work()
        return number

    def step(self, matter: int, element: str, *, by: str, item: str = "", **answers: Any) -> None:
        """A step of a matter, by who does it; `item`: which one, where it is done once for each of several."""
        self.pause()
        instance = movement.read_matter(matter, by=self.who(by)).entry.instance
        with reading() as s:
            task = s.scalars(
                select(Activity.id).where(
                    Activity.instance_id == instance, Activity.element == element, Activity.state == "open",
                    *([Activity.title == item] if item else []),
                )
            ).one()
        tasks.complete_task(task, answers, by=self.who(by))
        self.work()

    def enter_answer(self, letter: int, cases: Sequence[Case], number: str, dated: date) -> None:
        """The office enters by its paper what an agency without an account answers: no objection to any name."""
        officer = self.who("vhxh")
        scan = files.attach_file(f"draft:{officer.account}", "Công văn trả lời.pdf", papers.pdf(letter), by=officer).id
        self.act(
            letter, "answer", by="vhxh", lines=[LineInput(c.id, "no_objection") for c in cases],
            fields={"number": number, "dated": dated.isoformat(), "scan": [scan]},
        )

    def ask(self, cases: Sequence[Case], agency: str, number: str) -> int:
        """Send an agency the letter that asks its opinion about some names."""
        letter = self.draw_up("opinion_letter", cases, unit_id=self.units[agency])
        self.act(letter, "send", by="vhxh", fields={"number": number, "dated": clock.today().isoformat()})
        return letter

    def day_of(self, round_code: str, key: str) -> date:
        """A day of a round's calendar."""
        row: Round = rounds.read_round(self.rounds[round_code])
        return date.fromisoformat(row.calendar[key])
