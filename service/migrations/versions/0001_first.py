"""The tables as they first stood.

Frozen as the statements that made them, one file a database, because locks of the trail, partial indexes and tables
without row numbers differ between the two. A later migration is written with Alembic's operations.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

from service.jobs import bell

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SEPARATOR = "\n;;\n"
"""Between two statements: a trigger holds semicolons of its own."""


def upgrade() -> None:
    """Make every table, index and trigger; on PostgreSQL the bell's schema too, as its library makes it."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in Path(__file__).with_name(f"0001_{dialect}.sql").read_text(encoding="utf-8").split(SEPARATOR):
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        bell.install(connection)
