"""Papers of matters that draw themselves up: so that what is signed exists, and what is issued carries its number and day.

Drawn when a step opens that signs or numbers the paper, and anew when such a step is done, unless the matter goes back to where it
is written. What somebody edited, and a scan, stays as it is. The worker draws, after the step stands.
"""

from __future__ import annotations

from sqlalchemy import select

from service import jobs
from service.actor import machine
from service.db import reading, transaction
from service.movement.case import STEPPED
from service.movement.models import Matter
from service.movement.registers import Kept, kept_by
from service.papers.facts import Facts
from service.papers.matter_facts import facts_of_matter
from service.papers.matter_rights import part_of
from service.papers.matters import about_matter, place_of
from service.papers.versions import are_these, digest_of, keep_version, latest_of, printed
from service.processes.cases import Recorded
from service.processes.deployments import definition_of, paper_of
from service.processes.running import read_instance
from workflows.paper_text import NUMBER, SIGN, WRITE, PaperText

TOPIC = "matter_paper.draw"


def _ask_for_papers(recorded: Recorded, kept: Kept) -> None:
    """Ask for the papers that a step calls for."""
    elements, trigger = definition_of(recorded.running.deployment_id).elements, recorded.trigger
    done = elements.get(trigger.element) if trigger.kind == "user" else None
    opened = [one.attrs for one in recorded.step.opened if one.kind == "user"]
    wanted = {
        attrs["paper"]: None for attrs in (*opened, *([done.attrs] if done is not None else []))
        if attrs.get("paper") and part_of(attrs) in (SIGN, NUMBER)
    }
    written = {attrs.get("paper") for attrs in opened if part_of(attrs) == WRITE}
    jobs.enqueue_many([
        {"topic": TOPIC, "payload": {"matter": recorded.running.case, "paper": name}, "instance": recorded.running.id}
        for name in wanted if name not in written
    ])


STEPPED.append(_ask_for_papers)


@jobs.handler(TOPIC)
def _draw(job: jobs.Job) -> None:
    draw_by_itself(int(job.payload["matter"]), str(job.payload["paper"]))


def draw_by_itself(matter: int, name: str) -> bool:
    """Draw a paper up from what the steps said, where nobody edited or signed it by hand; tells whether a new version came."""
    with reading() as s:
        instance = s.get_one(Matter, matter).instance_id
        latest = latest_of(s, about_matter(matter), name)
    if instance is None or latest and latest[0].source != "drafted":
        return False
    running = read_instance(instance)
    kept, text = kept_by(running.deployment_id), paper_of(running.deployment_id, name)
    if kept is None or text is None:
        return False
    facts = _facts(matter, name, text, kept, instance)
    if latest and digest_of(latest[0].facts) == digest_of(facts):
        return False
    made = printed(facts, text.formats)  # set before the lock is taken, as of lists
    with transaction() as s:
        row = s.scalars(select(Matter).where(Matter.id == matter).with_for_update(key_share=True)).one()
        if digest_of(now := _facts(matter, name, text, kept, instance)) != digest_of(facts):
            facts, made = now, printed(now, text.formats)
        latest = latest_of(s, about_matter(matter), name)
        if latest and latest[0].source != "drafted" or are_these(latest, made):
            return False
        keep_version(s, place_of(row, kept, instance, name, text), facts, made, "drafted", machine("worker"))
    return True


def _facts(matter: int, name: str, text: PaperText, kept: Kept, instance: int) -> Facts:
    with reading() as s:
        return facts_of_matter(name, text, s.get_one(Matter, matter), kept, read_instance(instance))


__all__ = ["TOPIC", "draw_by_itself"]
