"""`vinhdanh ballot …`: the secret ballot from the command line, for who audits it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from service.actor import machine
from service.council.ballot import is_ours
from service.council.ballot.leaks import SAYS, check_leaks
from service.errors import Refusal

ballot = AppGroup("ballot", help="Bỏ phiếu kín của Hội đồng. / The council's secret ballot.")


@ballot.command("leak-check")
@click.argument("round_id", required=False)
@click.option("--path", "paths", multiple=True, type=click.Path(exists=True, path_type=Path),
              help="Tệp, thư mục tìm thêm: nhật ký máy chủ, bản sao lưu. / Further logs, backups.")
@click.option("--thorough", is_flag=True, help="Thử mọi đoạn của mọi tệp, chậm. / Try every window of every file.")
def leak_check(round_id: str | None, paths: tuple[Path, ...], thorough: bool) -> None:
    """Search database, its files, logs, mails and files for choices, codes, secrets; exit with 1 where one is found."""
    try:
        search = check_leaks(round_id, paths, by=machine("cli"), thorough=thorough)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} / {refusal.message_en}") from None
    click.echo(f"Đã tìm {len(search.places)} nơi. / {len(search.places)} places were searched.")
    for place in search.missed:
        click.echo(f"  Chưa tìm được / not searched: {place}")
    for leak in sorted(search.found):
        vi, en = SAYS[leak.what]
        click.echo(f"  LỘ / LEAK: {leak.where}: {vi} / {en}")
    if search.found:
        sys.exit(1)
    click.echo("Không thấy lựa chọn, mã hay số bí mật nào. / No choice, code or secret was found.")


@ballot.command("check-receipt")
@click.argument("round_id")
@click.argument("receipt")
@click.argument("signature")
def check_receipt(round_id: str, receipt: str, signature: str) -> None:
    """Tell whether this service signed that a ballot with this receipt is in the box; exit with 1 if not."""
    plain, signed = "".join(receipt.split()), "".join(signature.split())
    if not is_ours(round_id, plain, signed):
        click.echo("Chữ ký không phải của máy chủ này. / Not signed by this service.")
        sys.exit(1)
    click.echo("Đúng: phiếu mang mã này đã vào hòm. / A ballot with this receipt is in the box.")
