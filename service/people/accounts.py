"""Accounts of people: made, changed, blocked, given a code to set a password. Signing in is `sessions`.

Nobody types a password for somebody else: a new or reset account gets a one-time code, shown once to the
administrator. The last administrator cannot be blocked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service import clock, jobs, notices, trail
from service.actor import Actor
from service.db import reading, savepoint, session, table_of, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.people import credentials, members, memberships, passwords, rights, sessions, tally
from service.people import groups as catalogue
from service.people.models import Account, Membership
from service.vietnamese import clean, contains, fold, person_sort_key

CODE_LIFE = timedelta(days=3)
LOCALES = ("vi", "en")
_NO_LETTER = {"reset_hash": None, "reset_nonce": None, "reset_until": None}
"""The code of a letter that the person asked for is good no more."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Person:
    """An account as pages and letters need it."""

    id: int
    login: str
    name: str
    title: str
    email: str
    phone: str
    locale: str
    active: bool
    demo: bool
    must_change: bool
    has_password: bool
    signed_in_at: datetime | None


def create_account(
    login: str,
    name: str,
    *,
    by: Actor,
    title: str = "",
    email: str = "",
    phone: str = "",
    locale: str = "vi",
    groups: Iterable[str] = (),
) -> tuple[int, str]:
    """Make an account with its groups; returns its number and the one-time code with which the person begins.

    The code is told only here and is good for three days. Raises Invalid for a bad field, Conflict for a name
    in use.
    """
    rights.require(by, "account.edit")
    fields = checked_fields(name=name, title=title, email=email, phone=phone, locale=locale)
    code = passwords.new_code()
    with transaction():
        number = add(
            login,
            fields,
            code_hash=passwords.hash_code(code),
            code_until=clock.unmoved() + CODE_LIFE,
        )
        trail.record("account:created", by=by, stream=f"account:{number}", private={"login": login})
        for group in groups:
            memberships.grant(number, group, by=by)
        return number, code


def create_demo_account(
    login: str, name: str, *, by: Actor, title: str = "", email: str = "", groups: Iterable[str] = ()
) -> int:
    """Make an account with the demo password, which signs in in demo mode only; Forbidden outside it."""
    rights.require(by, "account.edit")
    if not passwords.settings().demo:
        raise Forbidden(
            "Tài khoản mẫu chỉ tạo được ở chế độ dùng thử.", "Demo accounts are made in demo mode only."
        )
    with transaction():
        number = add(
            login,
            checked_fields(name=name, title=title, email=email),
            demo=True,
            password_hash=passwords.demo_hash(),
        )
        trail.record("account:created", by=by, stream=f"account:{number}", private={"login": login})
        for group in groups:
            memberships.grant(number, group, by=by)
        return number


def accounts_by_login() -> dict[str, int]:
    """Numbers of all accounts by sign-in name."""
    with reading() as current:
        rows = current.execute(sa.select(Account.login, Account.id)).all()
    return {row.login: row.id for row in rows}


def all_accounts() -> list[Person]:
    """Every account, blocked ones too, by number."""
    return _people(sa.select(Account).order_by(Account.id))


def add(login: str, fields: dict[str, Any], **more: Any) -> int:
    """Write the row of a new account, within an act that checks the right and records it."""
    login = checked_login(login)
    row = {"login": login, "active": True, "demo": False, "must_change": False, "created_at": clock.now()}
    try:
        with savepoint():
            return (
                session()
                .execute(sa.insert(Account).values(row | fields | more).returning(Account.id))
                .scalar_one()
            )
    except IntegrityError as error:
        raise Conflict(
            f"Tên đăng nhập {login} đã có người dùng. Chọn tên khác.",
            f"The sign-in name {login} is in use. Choose another one.",
            code="login-taken",
        ) from error


def checked_login(login: str) -> str:
    """A sign-in name as it is stored; Invalid for what cannot be one."""
    login = sessions.normal_login(login)
    if not _LOGIN.fullmatch(login):
        raise Invalid.at(
            "login",
            "Tên đăng nhập gồm 2 đến 40 chữ không dấu, số, dấu chấm, gạch nối. Nhập lại.",
            "A sign-in name has 2 to 40 plain letters, digits, dots or hyphens.",
        )
    return login


def edit_account(
    account: int,
    *,
    by: Actor,
    name: str | None = None,
    title: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    locale: str | None = None,
) -> None:
    """Change what is said about a person; None leaves a field as it is. `locale` is the language of the person's mail."""
    rights.require(by, "account.edit")
    given = {"name": name, "title": title, "email": email, "phone": phone, "locale": locale}
    fields = checked_fields(**{key: value for key, value in given.items() if value is not None})
    with transaction() as current:
        row = _lock(account)
        if fields:
            # What is entered of a blocked account after it was emptied goes again.
            again = {"emptied_at": None} if not row.active and fields.keys() & {"email", "phone"} else {}
            moved = _NO_LETTER if fields.get("email", row.email) != row.email else {}  # a code went to the old address
            current.execute(sa.update(Account).where(Account.id == account).values(**fields, **moved, **again))
            if moved:  # what was withheld from an address that returned letters goes to the new one
                notices.let_go(account)
            trail.record(
                "account:changed",
                by=by,
                stream=f"account:{account}",
                body={"fields": sorted(set(given) & set(fields))},
                private={key: fields[key] for key in given if key in fields},
            )


def set_locale(locale: str, *, by: Actor) -> None:
    """Choose the language of one's own mail, "vi" or "en"."""
    if by.account is None:
        return
    fields = checked_fields(locale=locale)
    with transaction() as current:
        current.execute(sa.update(Account).where(Account.id == by.account).values(**fields))
        trail.record(
            "account:preferences_changed", by=by, stream=f"account:{by.account}", body={"locale": locale}
        )


def disable_account(account: int, *, by: Actor, reason: str) -> None:
    """Block an account and end its sessions at once; the last administrator cannot be blocked (Conflict)."""
    rights.require(by, "account.edit")
    needs_reason(reason)
    with transaction() as current:
        memberships.keep_an_administrator(without=account)  # locks first, so that two at once do not meet
        if not _lock(account).active:
            return
        current.execute(sa.update(Account).where(Account.id == account).values(active=False, blocked_at=clock.now(), **_NO_LETTER))
        credentials.close_all(account)
        credentials.renew(account, by=by)
        trail.record("account:blocked", by=by, stream=f"account:{account}", reason=reason)
        jobs.enqueue("people.left", {"account": account})


def enable_account(account: int, *, by: Actor, reason: str) -> None:
    """Let a blocked account be used again."""
    rights.require(by, "account.edit")
    needs_reason(reason)
    with transaction() as current:
        if _lock(account).active:
            return
        current.execute(sa.update(Account).where(Account.id == account).values(active=True, blocked_at=None, emptied_at=None))
        trail.record("account:unblocked", by=by, stream=f"account:{account}", reason=reason)


def reset_account(account: int, *, by: Actor) -> str:
    """Take the password away, end all sessions and return a new one-time code, told only here, good for three
    days.

    Also lifts a lock after failed tries.
    """
    rights.require(by, "account.edit")
    code = passwords.new_code()
    with transaction() as current:
        row = _lock(account)
        current.execute(
            sa.update(Account)
            .where(Account.id == account)
            .values(
                password_hash=None,
                must_change=False,
                code_hash=passwords.hash_code(code),
                code_until=clock.unmoved() + CODE_LIFE,
                **_NO_LETTER,
            )
        )
        credentials.close_all(account)
        tally.forget(row.login)
        credentials.renew(account, by=by)
        trail.record("account:reset", by=by, stream=f"account:{account}")
        tell_reset(account, "Mật khẩu của bạn bị đặt lại", "Your password was reset", by)
        return code


def tell_reset(account: int, what: str, what_en: str, by: Actor) -> None:
    """Tell a person, in the open transaction, that somebody else reset the way to sign in."""
    now = clock.now()
    notices.queue(
        "access_reset", to=[account], key=f"access_reset:{account}:{now.isoformat()}", link="/sessions",
        context={"what": what, "what_en": what_en, "by": by.name, "found": now},
    )


def force_change(account: int, *, by: Actor) -> None:
    """Make a person choose a new password at the next step; until then the account holds no group."""
    rights.require(by, "account.edit")
    with transaction() as current:
        _lock(account)
        current.execute(sa.update(Account).where(Account.id == account).values(must_change=True))
        trail.record("account:changed", by=by, stream=f"account:{account}", body={"must_change": True})


def find_account(login: str) -> Person:
    """An account by its sign-in name; raises NotFound."""
    found = _people(sa.select(Account).where(Account.login == sessions.normal_login(login)))
    if not found:
        raise NotFound(f"Không có tài khoản {login}.", f"There is no account {login}.", code="no-account")
    return found[0]


def accounts_of(numbers: Collection[int]) -> dict[int, Person]:
    """Accounts by number, disabled ones too; for letters and lists."""
    if not numbers:
        return {}
    rows = _people(sa.select(Account).where(Account.id.in_(sorted(set(numbers)))))
    return {person.id: person for person in rows}


_TITLE = sa.select(table_of(Account).c.title).where(table_of(Account).c.id == sa.bindparam("account"))


def title_of(account: int) -> str:
    """The title of an account, as each page of its owner shows it; empty where there is no such account."""
    with reading() as current:
        return current.execute(_TITLE, {"account": account}).scalar_one_or_none() or ""


def accounts_named(name: str) -> list[Person]:
    """Accounts in use of people with exactly this name, by number; case and spaces do not matter, diacritics do."""
    if not clean(name):
        return []
    found = _people(
        sa.select(Account)
        .where(Account.search.like(contains(name), escape="\\"), members.usable())
        .order_by(Account.id)
    )
    return [person for person in found if person.name.casefold() == clean(name).casefold()]


def list_accounts(
    *,
    by: Actor,
    text: str = "",
    group: str | None = None,
    active: bool | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[Person], int]:
    """A page of accounts in Vietnamese order of given names, and how many there are; `text` needs no
    diacritics.
    """
    rights.require(by, "account.read")
    statement = sa.select(Account)
    if text.strip():
        statement = statement.where(
            sa.or_(
                Account.search.like(contains(text), escape="\\"),
                Account.login.like(contains(text), escape="\\"),
            )
        )
    if active is not None:
        statement = statement.where(Account.active.is_(active))
    if group is not None:
        statement = statement if catalogue.is_group(group) else statement.where(sa.false())
        holders = sa.select(Membership.account_id).where(
            Membership.group == clean(group), members.in_force(Membership)
        )
        statement = statement.where(Account.id.in_(holders))
    with reading() as current:
        count = current.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    ordered = (
        statement.order_by(Account.sort, Account.id)
        .limit(size)
        .offset((min(max(page, 1), 1_000_000) - 1) * size)
    )
    return _people(ordered), count


def needs_reason(reason: str) -> None:
    """Refuse with Invalid an act that is to say why and does not."""
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do.", "Say why.")


def _people(statement: sa.Select[Account]) -> list[Person]:
    with reading() as current:
        return [
            Person(
                id=row.id,
                login=row.login,
                name=row.name,
                title=row.title,
                email=row.email,
                phone=row.phone,
                locale=row.locale,
                active=row.active,
                demo=row.demo,
                must_change=row.must_change,
                has_password=row.password_hash is not None,
                signed_in_at=row.signed_in_at,
            )
            for row in current.execute(statement).scalars()
        ]


def hold_account(account: int | None) -> None:
    """Let whoever else acts for this account wait in the open transaction, so that no two of them pass one limit."""
    session().execute(sa.select(Account.id).where(Account.id == account).with_for_update(key_share=True))


def _lock(account: int) -> Account:
    row = (
        session()
        .execute(
            sa.select(Account)
            .where(Account.id == account)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .scalar_one_or_none()
    )
    if row is None:
        raise NotFound("Không có tài khoản này.", "There is no such account.", code="no-account")
    return row


def checked_fields(**given: str) -> dict[str, Any]:
    """What is said about a person as it is stored; Invalid for a field that does not fit."""
    fields: dict[str, Any] = {key: clean(value) for key, value in given.items()}
    if "name" in fields:
        if not fields["name"]:
            raise Invalid.at("name", "Nhập họ và tên.", "Type the name.")
        fields |= {"sort": person_sort_key(fields["name"]), "search": fold(fields["name"])}
    if fields.get("email") and not _EMAIL.fullmatch(fields["email"]):
        raise Invalid.at(
            "email", "Địa chỉ thư điện tử chưa đúng dạng ten@noi.vn. Nhập lại.", "This is no mail address."
        )
    if "locale" in fields and fields["locale"] not in LOCALES:
        raise Invalid.at("locale", "Chọn tiếng Việt hoặc tiếng Anh.", "Choose Vietnamese or English.")
    return fields
