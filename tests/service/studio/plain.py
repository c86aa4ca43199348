"""Small processes and people for tests of the studio."""

from __future__ import annotations

from service import jobs
from service.actor import Actor, machine
from service.processes import deployments, enactments, inbox, instances
from tests.bench.process import bench_bundle

ADMIN = Actor(account=9, login="admin", name="Lê Quản Trị", groups=frozenset({"admin"}))
ONE = Actor(account=1, login="one", name="Lê Ban Mai", groups=frozenset({"bench_reviewer"}))
TWO = Actor(account=2, login="two", name="Hồ Thu Nắng", groups=frozenset({"bench_reviewer"}))
STRANGER = Actor(account=3, login="three", name="Đinh Văn Suối", groups=frozenset({"clerk"}))
APPROVE = {"decision": "approve", "comment": "được"}


def deploy(files: dict[str, bytes]) -> int:
    """Deploy a version of the bench process."""
    deployments.known_groups.update({"bench_reviewer", "clerk"})
    return enactments.deploy_bundle(files, main="bench", by=machine("cli"))


def begin(title: str = "Hoàng Bình Minh") -> int:
    """An instance of the current version."""
    return instances.start_instance("bench", {"decision": "none"}, by=machine("cli"), title=title, search=title)


def edited(*changes: tuple[str, str], tasks: int = 3) -> dict[str, bytes]:
    """The bench process with words of its diagram changed."""
    files = bench_bundle(tasks)
    (name,) = [n for n in files if n.endswith(".bpmn")]
    text = files[name].decode()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return files | {name: text.encode()}


RENAMED = edited(("review_2", "second_review"))
INSERTED = edited(
    ('<bpmn:startEvent', '<bpmn:userTask id="extra" name="Bước thêm" camunda:formKey="review" '
     'camunda:candidateGroups="bench_reviewer"/><bpmn:startEvent'),
    ('<bpmn:sequenceFlow id="yes_1" name="duyệt" sourceRef="choice_1" targetRef="review_2">',
     '<bpmn:sequenceFlow id="extra_on" sourceRef="extra" targetRef="review_2"/>'
     '<bpmn:sequenceFlow id="yes_1" name="duyệt" sourceRef="choice_1" targetRef="extra">'),
)


def only(by: Actor = ONE) -> inbox.Item:
    """The one task in the group's queue."""
    (item,) = inbox.read_inbox(by, "group").items
    return item


def work() -> None:
    """Let the worker do its jobs, without the sweeps: these people have no accounts, and would lose what they hold."""
    holder = jobs.Holder()
    while jobs.run_due(holder, limit=100):
        pass
