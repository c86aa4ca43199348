"""`vinhdanh audit …`: the trail from the command line."""

from __future__ import annotations

import sys
from typing import TextIO

import click
import orjson
from flask.cli import AppGroup

from service.actor import machine
from service.errors import Refusal
from service.trail.anchors import check_anchor
from service.trail.checkpoints import Unsigned, fingerprints, list_checkpoints, make_checkpoint
from service.trail.faults import FAULTS
from service.trail.keys import PURPOSES, Purpose, change_key
from service.trail.proving import prove
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


@audit.command("checkpoint")
@click.option("--english", is_flag=True, help="In English.")
def sign_checkpoint(english: bool) -> None:
    """Recompute what is new, sign a checkpoint, and print it; exit with 1 where the trail does not fit."""
    try:
        made = make_checkpoint()
    except Unsigned as wrong:
        vi, en = FAULTS[f"unsigned-{wrong.code}"]
        click.echo((en if english else vi).format(place=wrong.place))
        sys.exit(1)
    click.echo(next(text for found, _, text in list_checkpoints(limit=1) if found == made), nl=False)


@audit.command("anchor")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--english", is_flag=True, help="In English.")
def hold_anchor(file: TextIO, english: bool) -> None:
    """Hold a checkpoint from outside (a file, - for standard input) against the trail; exit with 1 where it does not fit."""
    verdict = check_anchor(file.read())
    click.echo(verdict.why_en if english else verdict.why)
    whole = verify() if verdict.ok else None  # an anchor holds the hashes fast, and these the contents
    if whole is not None and not whole.ok:
        click.echo(whole.why_en if english else whole.why)
    if whole is None or not whole.ok:
        sys.exit(1)


@audit.command("keys")
def show_keys() -> None:
    """Print the fingerprints of the keys that signed checkpoints, the one in use last."""
    for number, one in enumerate(fingerprints(), 1):
        click.echo(f"{number}  {one}")


@audit.command("prove")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1))
def prove_entries(numbers: tuple[int, ...]) -> None:
    """Print, as JSON, the proof that these entries are in the signed trail; no private value."""
    try:
        found = prove(numbers)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} / {refusal.message_en}") from None
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))


@audit.command("change-key")
@click.argument("purpose", type=click.Choice(PURPOSES))
@click.option("--reason", required=True, help="Lý do. / Why.")
def replace_key(purpose: Purpose, reason: str) -> None:
    """Let another key follow; the change is an entry that both keys vouch for."""
    number = change_key(purpose, reason=reason, by=machine("cli"))
    click.echo(f"Khóa {purpose} số {number} đang dùng. / Key {purpose} number {number} is in use.")
