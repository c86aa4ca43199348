"""`vinhdanh audit …`: the trail from the command line."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from service.trail.verify import verify

audit = AppGroup("audit", help="Kiểm tra nhật ký hệ thống. / Check the audit trail.")


@audit.command("verify")
@click.option("--stream", help="Chỉ một luồng, như instance:12. / One stream only, such as instance:12.")
@click.option("--english", is_flag=True, help="In English.")
def verify_trail(stream: str | None, english: bool) -> None:
    """Recompute the trail from its bytes; name the first bad entry and exit with 1 if there is one."""
    verdict = verify(stream)
    if verdict.unlocked:
        names = ", ".join(verdict.unlocked)
        click.echo(
            f"The lock was opened, triggers missing: {names}" if english else f"Khóa đã bị mở, thiếu: {names}"
        )
    click.echo(verdict.why_en if english else verdict.why)
    if not verdict.ok:
        sys.exit(1)
