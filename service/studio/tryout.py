"""Try-outs: a bundle runs in a sandbox with invented people, its real forms and a clock that can be moved.

A try-out is a small SQLite file of its own under `var/tryouts`: the bundle, and what was done, from which it is worked
out anew for each look. Nothing of the office's database is written: no trail, mail, number or job. It is gone when it is
ended, after two idle hours, or with the service, also one that was killed: whoever starts next clears what is left.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from forms import Form, Rejected, check
from service import clock, people
from service.actor import Actor
from service.config import Settings
from service.db import reading
from service.errors import Conflict, FieldFault, Invalid, NotFound, how_many
from service.movement import begins_with
from service.processes.models import Deployment, ProcessInstance
from service.studio.bundles import Bundle, definition_in, form_to_try
from service.studio.replay_work import packed, unpacked
from service.studio.scenarios import ENDING, expected_of, surroundings_of
from workflows import engine
from workflows.calendar import ZONE
from workflows.definition import Definition, load_definition
from workflows.scenario import MOST_ACTS, BadScenario, Expected, Move, Player, Scenario, Stuck, read_scenario
from workflows.step import Opened

RIGHT = "deployment.deploy"
MOST_EACH = 3
"""Try-outs that one administrator may have at a time."""
IDLE_SECONDS = 2 * 3600
_PEOPLE = (
    "Hoàng Bình Minh", "Lò Thị Nắng", "Vàng A Mây", "Đinh Vũ Phong", "Nông Thu Sương", "Lý Hừng Đông", "Sùng Thị Lúa", "Hà Đại Ngàn",
    "Quàng Văn Suối", "Tòng Thị Ban", "Giàng A Núi", "Bạc Cầm Xuân",
)
_IDS = 12


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, and by which invented person."""

    move: Move
    person: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """All that was filled in; the move has of it what the diagrams read."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that stands open: who may answer it, what it takes, what a scenario of the bundle would say."""

    opened: Opened
    people: Sequence[str] = ()
    values: Sequence[str] = ()
    hint: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tryout:
    """A try-out as it stands."""

    id: str
    title: str
    draft: int | None
    definition: Definition
    files: Mapping[str, bytes]
    scenario: Scenario
    done: Sequence[Done]
    player: Player
    stuck: Stuck | None
    waits: Sequence[Wait]
    signals: Mapping[str, Mapping[str, Any]]
    """Messages that a boundary takes now, with what a scenario of the bundle would send."""
    begun: Mapping[str, Any] | None = None
    """What the form of the bundle's register was filled in with; None for a bundle without a register."""

    @property
    def now(self) -> datetime:
        """Its own clock."""
        return self.player.course.now

    @property
    def ended(self) -> bool:
        """Whether the process has come to its end."""
        return self.player.course.ended

    def form(self, wait: Wait) -> Form:
        """The form of a user task as its people see it; no file must go with it."""
        return self.form_at(wait.opened.element)

    def form_at(self, element: str) -> Form:
        """The real form of a user task by its element."""
        return form_to_try(self.files[f"{self.definition.elements[element].attrs['form']}.form"])

    def forms(self) -> list[Form]:
        """The forms of all its steps."""
        names = {one.attrs["form"] for one in self.definition.elements.values() if one.kind == "user"}
        return [form_to_try(self.files[f"{name}.form"]) for name in sorted(names)]

    def form_to_begin(self) -> Form | None:
        """The form of its register, as far as the bundle has one."""
        return begins_by(self.files, self.definition)

    def given(self, wait: Wait) -> dict[str, Any]:
        """What a form may read besides its answers: the data of the case; of a matter what the office would give it."""
        register = self.definition.register
        if register is None or self.begun is None:
            return engine.data(self.player.course.live, wait.opened.task)
        begun = {k: v for k, v in self.begun.items() if k not in register.private}
        return {**begun, "awarded": False, "files": [], **wait.opened.items}


# -- verbs


def begins_by(files: Mapping[str, bytes], definition: Definition) -> Form | None:
    """The form that a try-out of a bundle is begun with: that of its register; None where it has none."""
    register = definition.register
    content = files.get(f"{register.form}.form") if register is not None else None
    return form_to_try(content) if content is not None else None


def first_said(bundle: Bundle, form: Form) -> dict[str, Any]:
    """What is laid before whoever begins a try-out by a form: what the first scenario of the bundle begins with."""
    start = next((one.start for one in _scenarios(bundle.files, bundle.main)), {})
    return {name: value for name, value in start.items() if name in form.names and value is not None}


def start_tryout(bundle: Bundle, *, by: Actor, settings: Settings, said: Mapping[str, Any] | None = None) -> str:
    """Begin a try-out of a bundle and return its id; `said`: the answers of its register's form, where it has one.

    Raises Forbidden, Invalid with every fault that stands in the way of the bundle or lies in the answers, Conflict.
    """
    people.require(by, RIGHT)
    definition = definition_in(bundle.files, bundle.main)
    form = begins_by(bundle.files, definition)
    begun = _checked(form, said or {}) if form is not None else None
    if len(list_tryouts(by=by, settings=settings)) >= MOST_EACH:
        raise Conflict(
            f"Bạn đang có {MOST_EACH} lần chạy thử. Kết thúc một lần trước.",
            f"You have {MOST_EACH} try-outs open; end one first.", code="too-many-tryouts",
        )
    scenario = _beginning(bundle, definition, begun)
    number = secrets.token_hex(_IDS // 2)
    folder = _home(settings) / number
    folder.mkdir(mode=0o700)
    with _opened(folder) as file:
        file.executescript("CREATE TABLE about (key TEXT PRIMARY KEY, value BLOB); CREATE TABLE move (n INTEGER PRIMARY KEY, said TEXT);")
        about = {
            "owner": str(by.account), "title": bundle.title, "draft": "" if bundle.draft is None else str(bundle.draft),
            "main": bundle.main, "bundle": packed(bundle.files),
            "begins": orjson.dumps([scenario.start, scenario.begins, scenario.dates]), "begun": orjson.dumps(begun),
        }
        file.executemany("INSERT INTO about VALUES (?, ?)", about.items())
    return number


def _checked(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    today = clock.today()
    try:
        return check(form, answers, today=today, given={"files": []})
    except Rejected as rejected:
        raise _refused(rejected) from None


def _refused(rejected: Rejected) -> Invalid:
    """The refusal of answers, each fault at its field."""
    return Invalid(
        f"Chưa ghi được: còn {len(rejected.errors)} chỗ cần sửa.", f"Not saved: {how_many(len(rejected.errors), 'field')} to mend.",
        faults=[FieldFault(e.path, e.message, e.message_en) for e in rejected.errors],
    )


def _beginning(bundle: Bundle, definition: Definition, begun: Mapping[str, Any] | None) -> Scenario:
    """What an instance begins with: what was filled in; else as the bundle's first scenario, or as the latest case of the process, now."""
    if begun is not None:
        data = begins_with(definition, lambda name: form_to_try(bundle.files[f"{name}.form"]), begun) | {"matter_id": "1"}
        return Scenario("", data, [], Expected(), clock.now().astimezone(ZONE).replace(microsecond=0), {}, bundle.main)
    for scenario in _scenarios(bundle.files, bundle.main):
        return scenario
    with reading() as s:
        start = s.execute(
            select(ProcessInstance.begun_with)
            .join(Deployment, Deployment.id == ProcessInstance.deployment_id)
            .where(Deployment.key == bundle.main, ProcessInstance.begun_with.is_not(None))
            .order_by(ProcessInstance.id.desc())
        ).scalar()
    known = {k: v for k, v in (start or {}).items() if k in definition.names}
    return Scenario("", known, [], Expected(), clock.now().astimezone(ZONE).replace(microsecond=0), {}, bundle.main)


def _scenarios(files: Mapping[str, bytes], main: str) -> Iterator[Scenario]:
    for name in sorted(files):
        if name.endswith(ENDING):
            try:
                scenario = read_scenario(files[name])
            except BadScenario:
                continue
            if scenario.process in ("", main):
                yield scenario


def list_tryouts(*, by: Actor, settings: Settings) -> list[tuple[str, str]]:
    """Somebody's own try-outs: id and title, the oldest first."""
    people.require(by, RIGHT)
    found = []
    for folder in sorted(_home(settings).iterdir(), key=lambda f: f.stat().st_ctime):
        if folder.is_dir():
            about = _about(folder)
            if about.get("owner") == str(by.account):
                found.append((folder.name, str(about["title"])))
    return found


def read_tryout(number: str, *, by: Actor, settings: Settings) -> Tryout:
    """A try-out as it stands; NotFound for one that is gone, or somebody else's."""
    people.require(by, RIGHT)
    folder = _folder(number, by, settings)
    about = _about(folder)
    with _opened(folder) as file:
        said = [orjson.loads(row[0]) for row in file.execute("SELECT said FROM move ORDER BY n")]
    os.utime(folder)
    definition, files = _parsed(str(folder), bytes(about["bundle"]), str(about["main"]))
    start, begins, dates = orjson.loads(about["begins"])
    done = [Done(Move(**one["move"]), one["person"], one["said"]) for one in said]
    scenario = Scenario(
        str(about["title"]), start, [one.move for one in done], Expected(), datetime.fromisoformat(begins),
        {k: datetime.fromisoformat(v).date() for k, v in dates.items()}, str(about["main"]),
    )
    player = Player(definition, surroundings_of(scenario))
    player.begin(scenario.start, scenario.begins)
    stuck = None
    for one in done:
        try:
            player.do(one.move)
        except Stuck as found:
            stuck = found
            break
    course = player.course
    hints = _hints(files, str(about["main"]))
    waits = [
        Wait(o, _people_for(o, done), o.attrs.get("values", "").replace(",", " ").split(), hints.get(o.element, {}))
        for o in course.waits()
    ]
    names = {e.message for e in definition.elements.values() if e.kind == "boundary_message" and e.message}
    draft = str(about["draft"])
    return Tryout(
        number, str(about["title"]), int(draft) if draft else None, definition, files, scenario, done, player, stuck, waits,
        {name: hints.get(name, {}) for name in sorted(names) if course.takes(name)},
        orjson.loads(about["begun"]),
    )


def answer_form(number: str, task: str, answers: Mapping[str, Any], person: str, *, by: Actor, settings: Settings) -> None:
    """Complete a user task with its real form as an invented person. Raises Invalid with the fields, Conflict."""
    tryout = read_tryout(number, by=by, settings=settings)
    wait = _wait(tryout, task)
    _may_act(tryout, wait, person)
    form = tryout.form(wait)
    try:
        clean = check(form, answers, today=tryout.now.astimezone(ZONE).date(), given=tryout.given(wait), env=tryout.player.course.env)
    except Rejected as rejected:
        raise _refused(rejected) from None
    read = {k: v for k, v in clean.items() if k in tryout.definition.names}
    _add(tryout, Done(Move("answer", wait.opened.element, wait.opened.occurrence, read), person, clean), by, settings)


def do(number: str, move: Move, *, by: Actor, settings: Settings, person: str = "") -> None:
    """Do a move: tell a wait, answer an effect, send a message, let time go by. Raises Conflict saying why it cannot be done."""
    tryout = read_tryout(number, by=by, settings=settings)
    if move.kind == "answer":
        wait = next((w for w in tryout.waits if w.opened.element == move.at), None)
        if wait is not None:
            _may_act(tryout, wait, person)
    _add(tryout, Done(move, person, move.given), by, settings)


def _add(tryout: Tryout, done: Done, by: Actor, settings: Settings) -> None:
    if len(tryout.done) >= MOST_ACTS:
        raise Conflict(
            f"Lần chạy thử này đã quá {MOST_ACTS} việc. Bắt đầu lần khác.",
            f"This try-out has more than {MOST_ACTS} acts; begin another.", code="tryout-too-long",
        )
    try:
        tryout.player.do(done.move)
    except Stuck as stuck:
        raise Conflict(stuck.message, stuck.message_en, code="tryout-refused") from None
    move = done.move
    said = orjson.dumps({
        "person": done.person, "said": dict(done.said),
        "move": {"kind": move.kind, "at": move.at, "occurrence": move.occurrence, "given": dict(move.given), "error": move.error},
    })
    with _opened(_folder(tryout.id, by, settings)) as file:
        file.execute("INSERT INTO move (said) VALUES (?)", (said.decode(),))


def take_back(number: str, *, by: Actor, settings: Settings) -> None:
    """Undo what was done last."""
    with _opened(_folder(number, by, settings)) as file:
        file.execute("DELETE FROM move WHERE n = (SELECT max(n) FROM move)")


def end_tryout(number: str, *, by: Actor, settings: Settings) -> None:
    """End a try-out; nothing of it is left."""
    people.require(by, RIGHT)
    shutil.rmtree(_folder(number, by, settings))


def as_scenario(tryout: Tryout, name: str) -> Scenario:
    """What was done, as a scenario that must come where the try-out is now."""
    course = tryout.player.course
    return replace(
        tryout.scenario, name=name.strip() or tryout.title,
        expected=expected_of(course.outcome, course.ended, course.standing()),
    )


# -- people


def _people_for(opened: Opened, done: Sequence[Done]) -> list[str]:
    """Two invented people of each group that is asked; where the same person is to come again, that one."""
    again = _who_comes_again(opened, done)
    if again:
        return [again]
    groups = [g.strip() for g in opened.attrs.get("candidates", "").split(",") if g.strip()]
    found = []
    for group in groups:
        first = sum(group.encode()) % len(_PEOPLE)
        found += [f"{_PEOPLE[(first + k * 5) % len(_PEOPLE)]} ({group})" for k in range(2)]
    return found


def _who_comes_again(opened: Opened, done: Sequence[Done]) -> str:
    """Whom `nom:sameAs` gives the task to: who did that step last; nobody where it was not done."""
    step = opened.attrs.get("same_as")
    return next((one.person for one in reversed(done) if one.person and one.move.kind == "answer" and one.move.at == step), "")


def _may_act(tryout: Tryout, wait: Wait, person: str) -> None:
    """Keep `nom:sameAs` and `nom:excludes`: who did that step comes again, who acted on one of those does not act here."""
    again = _who_comes_again(wait.opened, tryout.done)
    if person and again and person != again:
        name = again.partition(" (")[0]
        raise Conflict(
            f"Bước này giao lại cho người đã xử lý trước: {name}.",
            f"This task goes back to who acted before: {name}.", code="another-person",
        )
    barred = set(wait.opened.attrs.get("excludes", "").replace(",", " ").split())
    if any(one.person == person and one.move.at in barred for one in tryout.done if one.person):
        raise Conflict(
            "Người này đã xử lý bước trước của hồ sơ nên không xử lý bước này. Chọn người khác.",
            "This person acted on an earlier step of the case; choose another.", code="same-person",
        )


def _wait(tryout: Tryout, task: str) -> Wait:
    """The open task that a page names by element and occurrence."""
    for wait in tryout.waits:
        if f"{wait.opened.element}-{wait.opened.occurrence}" == task and wait.opened.kind == "user":
            return wait
    raise Conflict("Việc này không còn chờ xử lý.", "This task does not wait any more.", code="tryout-refused")


def _hints(files: Mapping[str, bytes], main: str) -> dict[str, Mapping[str, Any]]:
    """What the scenarios of the bundle give at each element, the first that gives anything."""
    found: dict[str, Mapping[str, Any]] = {}
    for scenario in _scenarios(files, main):
        for move in scenario.moves:
            if move.given:
                found.setdefault(move.at, move.given)
    return found


# -- files


@lru_cache(maxsize=8)
def _parsed(folder: str, bundle: bytes, main: str) -> tuple[Definition, Mapping[str, bytes]]:
    files = unpacked(bundle)
    return load_definition(files, main=main), files


def _about(folder: Path) -> dict[str, Any]:
    try:
        with _opened(folder) as file:
            return dict(file.execute("SELECT key, value FROM about"))
    except sqlite3.OperationalError:  # it is being made or thrown away just now
        return {}


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    file = sqlite3.connect(folder / "tryout.sqlite3", timeout=5)
    try:
        with file:
            yield file
    finally:
        file.close()


def _folder(number: str, by: Actor, settings: Settings) -> Path:
    people.require(by, RIGHT)
    folder = _home(settings) / number
    known = len(number) == _IDS and number.isascii() and number.isalnum() and folder.is_dir()
    if not known or _about(folder).get("owner") != str(by.account):
        raise NotFound("Không có lần chạy thử này, hoặc đã hết giờ.", "There is no such try-out, or its time is over.")
    return folder


_homes: dict[tuple[Path, int], tuple[Path, int]] = {}
"""Where and in which process → the folder of its try-outs, with the lock that ends with the process."""


def _home(settings: Settings) -> Path:
    """The folder of this process's try-outs; clears what others left and what nobody has looked at for long."""
    top = settings.var / "tryouts"
    key = (top, os.getpid())
    if key not in _homes:
        clear(settings)
        home = top / f"{os.getpid()}-{secrets.token_hex(4)}"
        home.mkdir(parents=True, mode=0o700)
        lock = _locked(home)
        assert lock is not None  # nobody else knows the name
        _homes[key] = home, lock
    home, _ = _homes[key]
    for folder in home.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > IDLE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
    return home


def clear(settings: Settings) -> None:
    """Throw away the try-outs of processes that have ended, however they ended."""
    top = settings.var / "tryouts"
    for folder in top.iterdir() if top.is_dir() else ():
        lock = _locked(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """A lock on a folder that ends with its process; None where another holds it."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
