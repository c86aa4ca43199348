"""The command line: `vinhdanh serve | worker | prepare | demo | break-glass | deploy | check | user | audit | erasure | ballot | paper`."""

from __future__ import annotations

import os
import sys
from copy import copy
from pathlib import Path
from typing import BinaryIO

import click
from flask import Flask

from service import logs
from service.actor import machine
from service.app import create_app
from service.config import Settings
from service.council.ballot.cli import ballot
from service.db import db
from service.erasing.cli import erasure
from service.errors import Refusal, how_many
from service.papers.cli import paper
from service.people.cli import user
from service.trail.cli import audit
from service.words import local


def _app() -> Flask:
    return create_app(Settings())


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vinhdanh")
@click.pass_context
def cli(context: click.Context) -> None:
    """Vinh Danh: award nominations of a commune, from self-assessment to certificate."""
    logs.configure()
    context.obj = None


@cli.command()
def prepare() -> None:
    """Make or bring on the tables (by VINHDANH_OWNER_URL where given) and put in what is missing; `serve` does it too."""
    from service import trail
    from service.install import prepare_database

    with _app().app_context():
        prepare_database()
        held = trail.is_held_by_the_database()
    click.echo("Cơ sở dữ liệu đã sẵn sàng. / The database is ready.")
    click.echo(
        "Khóa nhật ký: vai trò của dịch vụ không mở được. / The trail's lock: the service's role cannot open it."
        if held
        else "Khóa nhật ký yếu hơn: dịch vụ là chủ sở hữu dữ liệu. / The trail's lock is weaker: the service owns the data."
    )


@cli.command()
def serve() -> None:
    """Serve pages and API (PORT, VINHDANH_HOST)."""
    from service.install import prepare_database
    from service.server import serve as run

    settings = Settings()
    app = create_app(settings)
    with app.app_context():
        prepare_database()
    run(app, host=settings.host, port=settings.port)


@cli.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(once: bool) -> None:
    """Run jobs, send mail, wake timers, remind."""
    from service.install import prepare_database
    from service.worker import run

    app = _app()
    with app.app_context():
        prepare_database()
    run(app, once=once)


@cli.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
def bounces(files: tuple[BinaryIO, ...]) -> None:
    """Read the reports of letters that came back: from the mailbox that is set, or from files; `-` is standard input, for a pipe.

    A message that is no report of a letter of ours is left alone, and that is no error: a mail server would return it. Where
    the database cannot be reached the code is 75, and the mail server tries again.
    """
    from sqlalchemy.exc import OperationalError

    from service import notices
    from service.notices.reports import LONGEST

    with _app().app_context():
        try:
            count = 0 if files else notices.read_returns()
            for file in files:
                count += notices.take_in(file.read(LONGEST))
                while file.read(LONGEST):  # to its end: who writes into a pipe takes an early end for a failure
                    pass
        except OperationalError as error:
            click.echo(str(error.orig), err=True)
            sys.exit(os.EX_TEMPFAIL)
    click.echo(f"Đã ghi {count} thư bị trả lại. / {how_many(count, 'returned letter')} noted.")


@cli.command()
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin again.")
@click.option("--load-only", is_flag=True, help="Load the data and stop.")
def demo(reset: bool, load_only: bool) -> None:
    """Load made-up data on first use, then run service and worker."""
    from service.demo.start import start

    sys.exit(start(reset=reset, load_only=load_only))


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything but the keys to one file, while the service runs."""
    from service.backup import make_backup
    from service.install import prepare_database

    with _app().app_context():
        prepare_database()
        try:
            found = make_backup(file.absolute(), by=machine("cli"))
        except FileExistsError:
            sys.exit(f"{file}: tệp đã có, không ghi đè. / the file exists and is not overwritten.")
    click.echo(f"Đã sao lưu: {found['rows']} dòng, {found['files']} tệp, {found['entries']} mục nhật ký.")
    click.echo(f"Backed up: {found['rows']} rows, {found['files']} files, {found['entries']} entries of the trail.")
    click.echo("Khóa (thư mục keys) không nằm trong đó: cất riêng. / The keys (folder keys) are not in it: keep them apart.")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="Lý do. / Why.")
@click.option("--without-keys", is_flag=True, help="Làm tiếp dù mất hẳn khóa của mã in, đường dẫn. / Go on without keys that are lost.")
def restore(file: Path, reason: str, without_keys: bool) -> None:
    """Make an empty installation, with the keys in place, from a backup; verify it, and hold outgoing mail back."""
    from service.backup import restore_backup

    with _app().app_context():
        try:
            found = restore_backup(file, reason=reason, by=machine("cli"), without_keys=without_keys)
        except Refusal as refusal:
            _complain(refusal)
            return
    click.echo(f"Đã phục hồi bản ngày {found.taken}: {found.rows} dòng, {found.files} tệp; {found.entries} mục nhật ký nguyên vẹn.")
    click.echo(f"Restored the backup of {found.taken}: {found.rows} rows, {found.files} files; {found.entries} entries are intact.")
    if found.erased:
        click.echo(f"Đã xóa lại dữ liệu cá nhân theo {found.erased} yêu cầu cũ. / Erasures done again: {found.erased}.")
    if found.to_erase:
        numbers = ", ".join(str(n) for n in found.to_erase)
        click.echo(f"Còn yêu cầu xóa dữ liệu cá nhân phải xem lại, số {numbers}. / Requests for erasure to be looked at again: {numbers}.")
    if found.unsure:
        numbers = ", ".join(str(n) for n in found.unsure)
        click.echo(f"Chưa xóa lại được, phải nhập lại, yêu cầu cũ số {numbers}. / Not erased again, to be entered anew: {numbers}.")
    if found.kept.letters:
        click.echo(f"Thư đã gửi người giữ mốc sau bản sao lưu: {found.kept.letters}; số thư đánh tiếp theo đó.")
        click.echo(f"Letters that went to keepers since the backup: {found.kept.letters}; numbers go on after them.")
    if found.kept.ended:
        numbers = ", ".join(str(n) for n in found.kept.ended)
        click.echo(f"Người giữ mốc đã thôi từ trước: số {numbers}. / Keepers who had left or been ended: {numbers}.")
    if found.kept.erased:
        numbers = ", ".join(str(n) for n in found.kept.erased)
        click.echo(f"Đã xóa lại tên, địa chỉ người giữ mốc số {numbers}. / Name and address erased again of keepers: {numbers}.")
    click.echo("Thư đi đang bị giữ: kiểm tra rồi cho đi ở Quản trị, Thư đi. / Outgoing mail is held back until somebody releases it.")


@cli.command("break-glass")
@click.option("--who", default="", help="Họ và tên người ngồi máy. / Full name of who sits there.")
@click.option("--reason", default="", help="Lý do. / Why.")
@click.option("--end", is_flag=True, help="Kết thúc truy cập khẩn cấp đang mở. / End the one that is open.")
def break_glass(who: str, reason: str, end: bool) -> None:
    """Open an administrator's access for a few hours when none can sign in; recorded, and told to all who watch."""
    from service import people
    from service.install import prepare_database

    with _app().app_context():
        prepare_database()
        if end:
            ended = people.break_glass.end_break_glass(by=machine("cli"))
            click.echo("Đã kết thúc truy cập khẩn cấp. / The emergency access has ended." if ended else
                       "Không có truy cập khẩn cấp nào đang mở. / No emergency access is open.")
            return
        who = who or click.prompt("Họ và tên người ngồi máy / Who sits there")
        reason = reason or click.prompt("Lý do / Why")
        try:
            opened = people.break_glass.break_glass(who, reason, by=machine("cli"))
        except Refusal as refusal:
            _complain(refusal)
            return
        address = f"{people.passwords.settings().address}/sign-in/code"
    until = f"{local(opened.until):%H:%M %d/%m/%Y}"
    click.echo(f"Đặt mật khẩu tại {address}: tên đăng nhập {opened.login}, mã dùng một lần {opened.code}. Tự kết thúc lúc {until}.")
    click.echo(f"Set a password at {address}: sign-in name {opened.login}, one-time code {opened.code}. It ends by itself at {until}.")
    click.echo("Mọi quản trị viên và thanh tra được báo ngay. / All administrators and inspectors are told now.")


@cli.command()
@click.argument("bundle", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--main", default="", help="Id of the main process.")
@click.option("--note", default="")
def deploy(bundle: tuple[Path, ...], main: str, note: str) -> None:
    """Check a bundle (a ZIP, or folders of .bpmn, .dmn, .form) and deploy it."""
    from service.install import prepare_database
    from service.processes import deployments, enactments

    with _app().app_context():
        prepare_database()
        files, named = _bundle(bundle)
        try:
            for process, own in deployments.bundles_in(files, main or named).items():
                number = enactments.deploy_bundle(own, main=process, by=machine("cli"), note=note)
                click.echo(f"{process}: đã triển khai, phiên bản số {number}. / deployed as number {number}.")
        except Refusal as refusal:
            _complain(refusal)


@cli.command()
@click.argument("bundle", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--main", default="", help="Id of the main process.")
def check(bundle: tuple[Path, ...], main: str) -> None:
    """Check a bundle (a ZIP, or folders) as a deployment would; name every problem with file and element, in both languages."""
    from service.processes import deployments
    from workflows.problems import Problems

    with _app().app_context():
        files, named = _bundle(bundle)
        try:
            bundles = deployments.bundles_in(files, main or named)
        except Problems as unread:
            found = list(unread.problems)
        except Refusal as refusal:
            _complain(refusal)
            return
        else:
            found = [p for process, own in bundles.items() for p in deployments.problems_of(own, process)]
    for one in dict.fromkeys(found):
        kind = "Lỗi / Error" if one.severity == "error" else "Lưu ý / Warning"
        click.echo(f"{kind}: {one.file or '-'}, {one.element or '-'} ({one.code})", err=True)
        click.echo(f"  {one.message}\n  {one.message_en}", err=True)
    errors = sum(one.severity == "error" for one in dict.fromkeys(found))
    if errors:
        click.echo(f"Còn {errors} chỗ cần sửa. / {how_many(errors, 'thing')} to mend.", err=True)
        sys.exit(1)
    click.echo("Không có lỗi. / No problem found.")


def _bundle(paths: tuple[Path, ...]) -> tuple[dict[str, bytes], str]:
    from service.processes import deployments

    if len(paths) == 1 and paths[0].is_file():
        return deployments.unpack_bundle(paths[0].read_bytes())
    found = [p for path in paths for p in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return {p.name: p.read_bytes() for p in found if p.suffix in deployments.KINDS}, ""


def _complain(refusal: Refusal) -> None:
    click.echo(f"{refusal.message} / {refusal.message_en}", err=True)
    for line in refusal.lines:
        click.echo(f"  {line.get('file') or '-'}, {line.get('element') or '-'}: {line.get('message')} / {line.get('message_en')}", err=True)
    sys.exit(1)


def _in_app(group: click.Group) -> click.Group:
    """The group with every command run inside the application; the group itself stays as it is."""
    group = copy(group)
    group.commands = {name: copy(command) for name, command in group.commands.items()}
    for command in group.commands.values():
        inner = command.callback
        assert inner is not None

        def run(*args: object, _inner: object = inner, **kwargs: object) -> object:
            from service.install import prepare_database

            with _app().app_context():
                try:
                    prepare_database()
                    return _inner(*args, **kwargs)  # type: ignore[operator]
                finally:
                    db.session.remove()
                    db.engine.dispose()

        command.callback = run
    return group


cli.add_command(_in_app(user))
cli.add_command(_in_app(audit))
cli.add_command(_in_app(erasure))
cli.add_command(_in_app(ballot))
cli.add_command(_in_app(paper))


def main() -> None:
    """Entry point of the `vinhdanh` command."""
    from service.schema import NotTheOwner, UnknownSchema

    try:
        cli()
    except (NotTheOwner, UnknownSchema) as wrong:
        sys.exit(f"vinhdanh: {wrong}")
