"""`vinhdanh user …`: accounts and groups from the command line, for the operator of the machine.

Runs inside the application's context, which the command line above opens. Decides nothing: each command is
one verb.
"""

from __future__ import annotations

from datetime import date, datetime

import click

from service import people
from service.actor import machine
from service.errors import Refusal

CLI = machine("cli")


class _Group(click.Group):
    """A group whose commands say in one sentence why they refuse."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from None


@click.group("user", cls=_Group)
def user() -> None:
    """Tài khoản và vai trò."""


@user.command("list")
@click.option("--text", default="", help="Tìm theo tên, không cần dấu.")
@click.option("--group", default=None, help="Chỉ người thuộc nhóm này.")
@click.option("--disabled", is_flag=True, help="Chỉ tài khoản đã ngừng dùng.")
def list_users(text: str, group: str | None, disabled: bool) -> None:
    """Liệt kê tài khoản."""
    found, count = people.list_accounts(by=CLI, text=text, group=group, active=not disabled, size=10_000)
    belongings = people.memberships_of([person.id for person in found])
    for person in found:
        groups = ", ".join(row.group for row in belongings[person.id] if row.holds)
        click.echo(f"{person.login:<16} {person.name:<28} {groups}")
    click.echo(f"{count} tài khoản.")


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Họ và tên.")
@click.option("--title", default="", help="Chức danh.")
@click.option("--email", default="", help="Địa chỉ thư điện tử.")
@click.option("--group", "groups", multiple=True, help="Nhóm, nêu được nhiều lần.")
def add_user(login: str, name: str, title: str, email: str, groups: tuple[str, ...]) -> None:
    """Tạo tài khoản, in mã một lần để người đó tự đặt mật khẩu."""
    _, code = people.create_account(login, name, title=title, email=email, groups=groups, by=CLI)
    click.echo(f"Đã tạo tài khoản {login}. Mã đặt mật khẩu, dùng một lần trong 3 ngày: {code}\n{_where()}")


@user.command("disable")
@click.argument("login")
@click.option("--reason", required=True, help="Lý do.")
def disable_user(login: str, reason: str) -> None:
    """Ngừng tài khoản, kết thúc mọi phiên đăng nhập."""
    people.disable_account(people.find_account(login).id, reason=reason, by=CLI)
    click.echo(f"Đã ngừng tài khoản {login}.")


@user.command("grant")
@click.argument("login")
@click.argument("group")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Từ ngày, mặc định hôm nay.")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="Đến trước ngày.")
def grant_group(login: str, group: str, start: datetime | None, end: datetime | None) -> None:
    """Giao một nhóm, ví dụ `vhxh` hoặc `unit_head:17`."""
    people.grant(people.find_account(login).id, group, valid_from=_day(start), valid_to=_day(end), by=CLI)
    click.echo(f"Đã giao {group} cho {login}.")


@user.command("revoke")
@click.argument("login")
@click.argument("group")
@click.option("--reason", required=True, help="Lý do.")
def revoke_group(login: str, group: str, reason: str) -> None:
    """Thu một nhóm, có hiệu lực ngay."""
    people.revoke(people.find_account(login).id, group, reason=reason, by=CLI)
    click.echo(f"Đã thu {group} của {login}.")


@user.command("reset")
@click.argument("login")
def reset_user(login: str) -> None:
    """Bỏ mật khẩu, in mã một lần để người đó đặt lại."""
    code = people.reset_account(people.find_account(login).id, by=CLI)
    click.echo(f"Mã đặt lại mật khẩu của {login}, dùng một lần trong 3 ngày: {code}\n{_where()}")


@user.command("reset-factor")
@click.argument("login")
@click.option("--reason", required=True, help="Lý do.")
def reset_factor(login: str, reason: str) -> None:
    """Gỡ xác thực hai bước của người mất điện thoại và mã dự phòng."""
    people.factor_reset.reset(people.find_account(login).id, by=CLI, reason=reason)
    click.echo(f"Đã gỡ xác thực hai bước của {login}. Người đó bật lại ở lần đăng nhập tới.")


def _where() -> str:
    return f"Đặt mật khẩu tại {people.passwords.settings().address}/sign-in/code"


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
