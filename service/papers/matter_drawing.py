"""Papers of matters that draw themselves up: so that what is signed exists, and what is issued carries its number and day.

Drawn when a step opens that signs or numbers the paper, and anew when such a step is done, unless the matter goes back to where it
is written. What somebody edited, and a scan, stays as it is until the paper is written anew. The worker draws, after the step stands:
so no number is taken before a version is there, and nothing is written anew before the number stands in one.
"""

from __future__ import annotations

from sqlalchemy import select

from service import jobs
from service.actor import machine
from service.db import reading, transaction
from service.errors import Conflict
from service.movement.case import STEPPED
from service.movement.models import Matter
from service.movement.registers import Kept, kept_by
from service.papers.facts import Facts
from service.papers.matter_facts import facts_of_matter
from service.papers.matter_rights import gets_number, part_of, steps_naming, version_in_use
from service.papers.matters import about_matter, place_of
from service.papers.models import Paper
from service.papers.versions import are_these, digest_of, keep_version, printed, versions_of
from service.processes.cases import Recorded, Running
from service.processes.deployments import definition_of, paper_of
from service.processes.running import read_instance
from service.processes.tasks import Task
from workflows.paper_text import NUMBER, READ, SIGN, WRITE, PaperText

TOPIC = "matter_paper.draw"


def _ask_for_papers(recorded: Recorded, kept: Kept) -> None:
    """Ask for the papers that a step calls for; Conflict where the worker has not come to one that must be there before."""
    deployment, trigger = recorded.running.deployment_id, recorded.trigger
    element = definition_of(deployment).elements.get(trigger.element) if trigger.kind == "user" else None
    opened = [one.attrs for one in recorded.step.opened if one.kind == "user" and one.attrs.get("paper")]
    done = [element.attrs] if element is not None and element.attrs.get("paper") else []
    written = {attrs["paper"] for attrs in opened if part_of(attrs) == WRITE}
    for attrs in done:
        if part_of(attrs) == NUMBER:
            _must_be_drawn(recorded, attrs["paper"])
    if element is not None:
        for name in sorted(written):
            _must_bear_its_number(recorded, name)
    wanted = {attrs["paper"]: None for attrs in opened if part_of(attrs) in (SIGN, NUMBER)} | {
        attrs["paper"]: None for attrs in done
        if part_of(attrs) == NUMBER or part_of(attrs) == SIGN and not gets_number(deployment, attrs["paper"])
    }
    jobs.enqueue_many([
        {"topic": TOPIC, "payload": {"matter": recorded.running.case, "paper": name}, "instance": recorded.running.id}
        for name in wanted if name not in written
    ])


STEPPED.append(_ask_for_papers)


def _must_be_drawn(recorded: Recorded, name: str) -> None:
    """Refuse a number for a paper of which there is no version yet."""
    text = paper_of(recorded.running.deployment_id, name)
    if text is None or text.number and not recorded.trigger.answers.get(text.number):
        return
    if _used_before(recorded, name):
        return
    raise Conflict(
        f"{text.name[0]} chưa soạn xong nên chưa cho số được. Chờ khoảng một phút rồi gửi lại; vẫn chưa được thì soạn văn bản "
        "từ dữ liệu ngay ở bước này.",
        f"{text.name[1]} is not drawn up yet, so it takes no number. Wait a minute and send again; if that does not help, draw it up "
        "from the data at this step.",
        code="paper-not-drawn",
    )


def _must_bear_its_number(recorded: Recorded, name: str) -> None:
    """Refuse to have a paper written anew while the number that it was given stands in no version of it."""
    text = paper_of(recorded.running.deployment_id, name)
    if text is None or not text.number:
        return
    used = _used_before(recorded, name)
    if not used or used[0].source != "drafted" or used[0].facts["numbered"] or not _is_numbered(recorded, name, text):
        return
    raise Conflict(
        f"{text.name[0]} vừa được cho số, máy chưa soạn xong bản mang số. Chờ khoảng một phút rồi gửi lại; vẫn chưa được thì người soạn "
        "văn bản soạn lại từ dữ liệu.",
        f"{text.name[1]} has just been given its number and is not drawn up with it yet. Wait a minute and send again; if that does not "
        "help, who wrote it draws it up anew from the data.",
        code="paper-not-drawn",
    )


def _steps_before(recorded: Recorded, name: str) -> list[Task]:
    """The steps that named a paper when the step that is being recorded was done."""
    return [one for one in steps_naming(recorded.running, name) if one.state == "done" or one.opened_at < recorded.at]


def _used_before(recorded: Recorded, name: str) -> list[Paper]:
    with reading() as s:
        return version_in_use(_steps_before(recorded, name), versions_of(s, about_matter(recorded.running.case), name))


def _is_numbered(recorded: Recorded, name: str, text: PaperText) -> bool:
    """Whether the last step that had to do with a paper, before the one that is being recorded, gave it a number."""
    acts = [one for one in _steps_before(recorded, name) if part_of(one.attrs) != READ and one.id != recorded.trigger.activity]
    return bool(acts) and part_of(acts[-1].attrs) == NUMBER and bool((acts[-1].answers or {}).get(text.number))


@jobs.handler(TOPIC)
def _draw(job: jobs.Job) -> None:
    draw_by_itself(int(job.payload["matter"]), str(job.payload["paper"]))


def draw_by_itself(matter: int, name: str) -> bool:
    """Draw a paper up from what the steps said, where nobody edited or signed it by hand; tells whether a new version came."""
    with reading() as s:
        instance = s.get_one(Matter, matter).instance_id
    if instance is None:
        return False
    running = read_instance(instance)
    kept, text = kept_by(running.deployment_id), paper_of(running.deployment_id, name)
    used = _used(running, name)
    if kept is None or text is None or used and used[0].source != "drafted":
        return False
    facts = _facts(matter, name, text, kept, instance)
    if used and digest_of(used[0].facts) == digest_of(facts):
        return False
    made = printed(facts, text.formats)  # set before the lock is taken, as of lists
    with transaction() as s:
        row = s.scalars(select(Matter).where(Matter.id == matter).with_for_update(key_share=True)).one()
        if digest_of(now := _facts(matter, name, text, kept, instance)) != digest_of(facts):
            facts, made = now, printed(now, text.formats)
        used = _used(running, name)
        if used and used[0].source != "drafted" or are_these(used, made):
            return False
        keep_version(s, place_of(row, kept, instance, name, text), facts, made, "drafted", machine("worker"))
    return True


def _used(running: Running, name: str) -> list[Paper]:
    with reading() as s:
        return version_in_use(steps_naming(running, name), versions_of(s, about_matter(running.case), name))


def _facts(matter: int, name: str, text: PaperText, kept: Kept, instance: int) -> Facts:
    with reading() as s:
        return facts_of_matter(name, text, s.get_one(Matter, matter), kept, read_instance(instance))


__all__ = ["TOPIC", "draw_by_itself"]
