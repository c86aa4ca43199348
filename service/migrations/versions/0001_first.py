"""The tables as they first stood.

Frozen as the statements that made them, one file a database, because locks of the trail, partial indexes and tables
without row numbers differ between the two. A later migration is written with Alembic's operations. Until the first
release the statements are written anew when the models change, and the revision names these: a database made by others
is told apart at the start instead of failing in the middle of a page.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from alembic import op

from service.jobs import bell

MADE_BY = {dialect: Path(__file__).with_name(f"0001_{dialect}.sql").read_text(encoding="utf-8") for dialect in ("sqlite", "postgresql")}

revision = f"0001_{sha256(''.join(MADE_BY.values()).encode()).hexdigest()[:8]}"
down_revision = None
branch_labels = None
depends_on = None

SEPARATOR = "\n;;\n"
"""Between two statements: a trigger holds semicolons of its own."""


def upgrade() -> None:
    """Make every table, index and trigger; on PostgreSQL the bell's schema too, as its library makes it."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in MADE_BY[dialect].split(SEPARATOR):
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        bell.install(connection)
