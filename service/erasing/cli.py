"""`vinhdanh erasure …`: requests to erase a person's data from the command line, which counts as a second person of its own."""

from __future__ import annotations

from datetime import datetime

import click

from service import clock, erasing
from service.actor import machine
from service.awards.rules import legal_bases
from service.erasing.plan import Plan
from service.errors import Refusal

CLI = machine("cli")
_WHAT = (
    ("nominations", "hồ sơ / nominations"), ("values", "giá trị riêng trong nhật ký / private values of the trail"),
    ("files", "tệp / files"),
    ("comments", "ý kiến, câu hỏi / comments and questions"),
    ("mails", "thư / letters"), ("notices", "thông báo / notices"), ("drafts", "bản nháp / drafts"),
    ("dossiers", "bộ hồ sơ ngoại tuyến / offline dossiers"),
    ("matters", "đơn, kiến nghị về hồ sơ / matters about the nominations"),
)


class _Group(click.Group):
    """Says a refusal as a sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.message} / {refusal.message_en}") from None


@click.group("erasure", cls=_Group)
def erasure() -> None:
    """Xóa dữ liệu cá nhân theo yêu cầu. / Erase a person's data on request."""


@erasure.command("find")
@click.argument("words")
def find(words: str) -> None:
    """Print numbers and names of the persons whose name holds these words."""
    for one in erasing.find_people(words, by=CLI):
        click.echo(f"{one.id:<8} {one.name}{f', {one.title}' if one.title else ''}")


@erasure.command("plan")
@click.argument("recipient", type=click.IntRange(min=1))
def plan(recipient: int) -> None:
    """Print what would be erased of a person's data, and what stays and why. Erases nothing."""
    _print(erasing.look(recipient, by=CLI))


@erasure.command("ask")
@click.argument("recipient", type=click.IntRange(min=1))
@click.option("--requester", required=True, help="Người yêu cầu. / Who asks.")
@click.option("--relation", type=click.Choice(list(erasing.RELATIONS)), default="self")
@click.option("--basis", type=click.Choice(erasing.bases()), default=erasing.bases()[0], help="Căn cứ pháp lý. / Legal basis.")
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="Ngày nhận, mặc định hôm nay. / Day, today by default.")
@click.option("--paper", default="", help="Số văn bản. / Number of the letter.")
def ask(recipient: int, requester: str, relation: str, basis: str, received: datetime | None, paper: str) -> None:
    """Enter a request; an administrator confirms it on the page, or `confirm` does."""
    day = received.date() if received else clock.today()
    number = erasing.ask_erasure(recipient, erasing.Asked(requester, relation, day, basis, paper), by=CLI)
    click.echo(f"Yêu cầu số {number} chờ xác nhận. / Request {number} waits for its confirmation.")


@erasure.command("list")
def list_all() -> None:
    """Print all requests, the newest first."""
    for row in erasing.list_erasures(by=CLI):
        click.echo(f"{row.id:<6} {row.state:<8} {row.received_on:%d/%m/%Y}  {row.requester}")


@erasure.command("show")
@click.argument("number", type=click.IntRange(min=1))
def show(number: int) -> None:
    """Print a request, what it would do now, and the word with which it is confirmed."""
    row, found = erasing.read_erasure(number, by=CLI)
    citation = legal_bases()[row.basis].citation
    click.echo(f"Yêu cầu số {row.id}: {row.state}; {row.requester}; {citation}")
    if found is None:
        for word, said in _WHAT:
            click.echo(f"  {row.counts.get(word, 0):>6} {said}")
        return
    _print(found)
    click.echo(f"Xác nhận / Confirm: vinhdanh erasure confirm {row.id} --seen {found.digest}")


@erasure.command("confirm")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--seen", required=True, help="Mã in ra ở lệnh show. / What `show` printed.")
def confirm(number: int, seen: str) -> None:
    """Erase; nothing of it can be taken back."""
    erasing.confirm_erasure(number, by=CLI, seen=seen)
    click.echo("Đã xóa; tiến trình nền dọn nốt tệp. / Erased; the worker clears the files.")


@erasure.command("drop")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Lý do. / Why.")
def drop(number: int, reason: str) -> None:
    """Drop a request that waits."""
    erasing.drop_erasure(number, by=CLI, reason=reason)
    click.echo("Đã bỏ yêu cầu. / Dropped.")


def _print(found: Plan) -> None:
    click.echo(f"{found.name}{f', {found.title}' if found.title else ''}")
    click.echo("Sẽ xóa / would be erased:")
    for word, said in _WHAT:
        click.echo(f"  {found.counts[word]:>6} {said}")
    click.echo("Phải giữ / must be kept:")
    bases = legal_bases()
    for kept in found.kept:
        reason = erasing.reasons()[kept.word]
        until = f" đến / until {kept.until:%d/%m/%Y}" if kept.until else ""
        number = f" [{kept.nomination}]" if kept.nomination else ""
        click.echo(f"  {reason.label}{number}{until} ({bases[reason.basis].citation}) / {reason.label_en}")
