"""Accounts with their groups by Excel: each row made, changed, passed over or refused.

The sign-in name says which account a row is. A sheet takes nothing away: an empty cell leaves what stands, groups that it
does not name stay, nobody is blocked. It gives no account to somebody else: another name under a sign-in name is refused,
only the spelling of a name is changed. A new account gets its one-time code from `create_account`, told only to who takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.actor import Actor
from service.db import reading, transaction
from service.errors import Refusal
from service.imports import (
    Change,
    Code,
    Import,
    Reader,
    Taken,
    Trial,
    Verdict,
    check_seen,
    needed,
    one_of,
    run,
)
from service.people import accounts, groups, memberships, rights, safeguards, second_person, units
from service.people.accounts import Person
from service.people.units import UnitView
from service.sheets import Column, SheetRow, as_phone, as_text, wrong
from service.vietnamese import fold

RIGHT = "account.edit"
_LANGUAGES = {"vi": "vi", "tieng viet": "vi", "en": "en", "tieng anh": "en", "english": "en"}
_BETWEEN = re.compile(r"[;\n]")

COLUMNS: tuple[Column, ...] = (
    Column("login", "Tên đăng nhập", 20, "Bắt buộc. 2 đến 40 chữ không dấu, số, dấu chấm, gạch nối. Tên đã có: sửa tài khoản ấy.",
           needed=True),
    Column("name", "Họ và tên", 30, "Bắt buộc. Đủ họ, tên, có dấu.", needed=True),
    Column("title", "Chức danh", 30, "Để trống được."),
    Column("email", "Thư điện tử", 28, "Để trống được. Dạng ten@noi.vn."),
    Column("phone", "Điện thoại", 16, "Để trống được."),
    Column("locale", "Ngôn ngữ của thư", 16, "Tiếng Việt hoặc Tiếng Anh. Để trống: tiếng Việt."),
    Column("groups", "Vai, đơn vị", 50),
)
_PLAIN = ("title", "email", "phone", "locale")
"""Fields that are changed in place, whatever stood."""


@dataclass(frozen=True, slots=True)
class AccountInput:
    """One row as typed; what is empty is left as it stands. Groups are named as memberships name them."""

    login: str
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Register:
    """The accounts as they stand: by sign-in name, what each belongs to, and who in use bears a name."""

    by_login: Mapping[str, Person]
    groups: Mapping[int, frozenset[str]]
    bearers: Mapping[str, Sequence[Person]]


def _register() -> _Register:
    with reading():
        people = accounts.all_accounts()
        held = memberships.memberships_of([one.id for one in people])
    bearers: dict[str, list[Person]] = {}
    for one in people:
        if one.active:
            bearers.setdefault(one.name.casefold(), []).append(one)
    # Of a group that is held until a day, or from a later one, a sheet makes nothing else.
    return _Register({one.login: one for one in people}, {a: frozenset(b.group for b in found) for a, found in held.items()}, bearers)


def try_account_import(name: str, content: bytes, *, by: Actor) -> Trial[AccountInput]:
    """Read a sheet and say of each row what it would do; writes nothing. Forbidden; Invalid for what is no sheet."""
    rights.require(by, RIGHT)
    sheet = _Sheet(_register())
    return run(name, content, COLUMNS, sheet.understand, sheet.judged, key="login")


def take_account_import(trial: Trial[AccountInput], *, by: Actor) -> Taken:
    """Write the ready rows of a dry run, all or none, and give the one-time codes of new accounts; told only here.

    What stands by now is passed over. Forbidden; Stale, naming the row, where an account has become another than was seen.
    """
    rights.require(by, RIGHT)
    codes: list[Code] = []
    changed = 0
    with transaction():
        known = _register()
        for number, said in trial.ready:
            what = (f"tài khoản {said.login}", f"the account {said.login}")
            verdict = check_seen(number, _found(said, known), trial.changes.get(number), what)
            if verdict.state == "new":
                given = {key: getattr(said, key) for key in ("title", "email", "phone")}
                _account, code = accounts.create_account(
                    said.login, said.name, by=by, locale=said.locale or "vi", groups=said.groups, **given
                )
                codes.append(Code(said.login, said.name, code))
            elif verdict.state == "changed":
                _change(known.by_login[said.login].id, verdict.changes, by)
                changed += 1
    return Taken(len(codes), changed, tuple(codes))


def _change(account: int, changes: Sequence[Change], by: Actor) -> None:
    if plain := {c.field: c.after for c in changes if c.field != "groups"}:
        accounts.edit_account(account, by=by, **plain)
    for change in changes:
        if change.field == "groups":
            memberships.grant(account, change.after, by=by)


def _found(said: AccountInput, known: _Register) -> Verdict | Refusal:
    try:
        return _compared(said, known)
    except Refusal as refusal:
        return refusal


def _compared(said: AccountInput, known: _Register) -> Verdict:
    """A row against the account of its sign-in name; Invalid where it is somebody else's, or blocked."""
    row = known.by_login.get(said.login)
    held = known.groups.get(row.id, frozenset()) if row is not None else frozenset()
    if second_person.is_on(memberships.GUARDED) and any(safeguards.is_guarded(group) for group in said.groups if group not in held):
        raise wrong("có vai phải do hai người giao: bỏ khỏi tệp, đề nghị ở trang của người đó",
                    "a role is among them that two people give: leave it out here, and ask for it on the person's page")
    if row is None:
        return Verdict("new", notes=tuple(_notes(said, said.groups, known.bearers.get(said.name.casefold(), ()))))
    if fold(row.name) != fold(said.name):
        raise wrong(f"tên đăng nhập {said.login} là của {row.name}: chọn tên đăng nhập khác, hoặc sửa họ tên ở trang Người dùng",
                    f"the sign-in name {said.login} is {row.name}'s: choose another one, or change the name on the page of people")
    changes = [Change(key, getattr(row, key), value) for key in _PLAIN if (value := getattr(said, key)) and value != getattr(row, key)]
    notes: list[tuple[str, str]] = []
    if said.name != row.name:
        if said.name.isascii():
            notes.append((f"họ tên ghi không dấu, giữ “{row.name}”", f"the name has no diacritics; “{row.name}” stays"))
        else:
            changes.append(Change("name", row.name, said.name))
    fresh = tuple(group for group in said.groups if group not in known.groups.get(row.id, frozenset()))
    changes += [Change("groups", "", group) for group in fresh]
    if changes and not row.active:
        raise wrong(f"tài khoản {said.login} đã khóa: mở khóa trước", f"the account {said.login} is blocked: unblock it first")
    return Verdict("changed" if changes else "same", tuple(changes), (*notes, *_notes(said, fresh)))


def _notes(said: AccountInput, fresh: Sequence[str], namesakes: Sequence[Person] | None = None) -> list[tuple[str, str]]:
    notes = [(f"cùng họ tên với tài khoản {one.login}", f"the same name as the account {one.login}") for one in namesakes or ()]
    if "admin" in fresh:
        notes.append(("được giao quyền quản trị hệ thống", "is made an administrator"))
    if namesakes is not None and not said.groups:
        notes.append(("chưa có vai nào, chỉ đổi được mật khẩu", "has no group and can only change the password"))
    return notes


class _Sheet:
    """The rows of one sheet on their way to being understood, with the words that name groups and units."""

    def __init__(self, known: _Register) -> None:
        self._known = known
        self._logins: dict[str, int] = {}
        self._units = units.units_by_words()
        self._living: dict[int, UnitView] = {unit.id: unit for unit in units.list_units()}
        catalogue = groups.catalogue()
        spoken = [memberships.group_labels(catalogue, language) for language in ("vi", "en")]
        self._groups = {
            fold(text): word
            for word, one in catalogue.items()
            for text in (word, word.replace("_", " "), one.label, one.label_en, *(labels[word] for labels in spoken))
        }

    def understand(self, sheet_row: SheetRow) -> AccountInput:
        """A row's cells as what they mean; a refusal that names everything that is wrong with it."""
        row = Reader(COLUMNS, sheet_row.cells, sheet_row.faults)
        said = AccountInput(
            row.take("login", lambda v: self._once(accounts.checked_login(needed(v, 100, "tên đăng nhập", "the sign-in name")),
                                                   sheet_row.number)) or "",
            row.take("name", lambda v: needed(v, 120, "họ và tên", "the name")) or "",
            row.take("title", lambda v: as_text(v, 200, "chức danh")) or "",
            row.take("email", lambda v: _email(as_text(v, 200, "thư điện tử"))) or "",
            row.take("phone", lambda v: as_phone(v, "điện thoại")) or "",
            row.take("locale", lambda v: one_of(as_text(v, 40, "ngôn ngữ của thư"), _LANGUAGES, False, (
                "ngôn ngữ của thư", "the language of mail"), "Tiếng Việt, Tiếng Anh")) or "",
            tuple(dict.fromkeys(
                group for text in row.take("groups", _split) or () if (group := row.ask(partial(self._group, text)))
            )),
        )
        if said.login and said.name:
            row.ask(lambda: _compared(said, self._known))
        row.finish()
        return said

    def judged(self, rows: Sequence[tuple[int, AccountInput]]) -> dict[int, Verdict | Refusal]:
        """What the understood rows are; a name that stands in the sheet twice is noted, for it may be one person."""
        first: dict[str, int] = {}
        found: dict[int, Verdict | Refusal] = {}
        for number, said in rows:
            verdict = _found(said, self._known)
            other = first.setdefault(said.name.casefold(), number)
            if isinstance(verdict, Verdict) and verdict.state == "new" and other != number:
                note = (f"cùng họ tên với dòng {other}", f"the same name as row {other}")
                verdict = Verdict(verdict.state, verdict.changes, (*verdict.notes, note))
            found[number] = verdict
        return found

    def _once(self, login: str, number: int) -> str:
        other = self._logins.setdefault(login, number)
        if other != number:
            raise wrong(f"tên đăng nhập {login} trùng dòng {other}", f"the sign-in name {login} stands in row {other} too")
        return login

    def _group(self, text: str) -> str:
        """The group that words name: “Kế toán”, “Thủ trưởng đơn vị: DONG-MAY”."""
        said, colon, unit = (part.strip() for part in text.partition(":"))
        word = self._groups.get(fold(said))
        if word is None:
            raise wrong(f"không có vai “{said[:60]}”", f"there is no group “{said[:60]}”")
        if not groups.is_scoped(word):
            if colon:
                raise wrong(f"vai “{said}” không gắn với đơn vị", f"the group “{said}” belongs to no unit")
            return word
        if not unit:
            raise wrong(f"vai “{said}” thiếu đơn vị, ghi “{said}: MÃ ĐƠN VỊ”", f"the group “{said}” lacks its unit: write “{said}: CODE”")
        return groups.join(word, self._unit(unit))

    def _unit(self, text: str) -> int:
        found = self._units.get(fold(text), set())
        if len(found) > 1:
            found = found & set(self._living) if len(found & set(self._living)) == 1 else found
        if len(found) != 1:
            problem = "không có trong danh mục" if not found else "trùng tên với đơn vị khác, ghi mã"
            problem_en = "unknown" if not found else "ambiguous; give its code"
            raise wrong(f"đơn vị “{text[:60]}” {problem}", f"the unit {text[:60]} is {problem_en}")
        number = next(iter(found))
        if number not in self._living:
            raise wrong(f"đơn vị “{text[:60]}” đã giải thể", f"the unit {text[:60]} has ended")
        return number


def _split(value: Any) -> list[str]:
    return [text for part in _BETWEEN.split("" if value is None else str(value)) if (text := as_text(part, 300, "vai"))]


def _email(text: str) -> str:
    accounts.checked_fields(email=text)
    return text


def _guide() -> list[tuple[str, str]]:
    catalogue = groups.catalogue()
    labels = memberships.group_labels(catalogue)
    return [
        *((c.heading, c.hint) for c in COLUMNS if c.hint),
        ("Vai, đơn vị", "Nhiều vai cách nhau bằng dấu chấm phẩy. Vai của đơn vị ghi kèm mã hoặc tên đơn vị, "
                        "ví dụ: Kế toán; Thủ trưởng đơn vị: TRUONG-SUOI."),
        ("Vai của xã", "; ".join(labels[word] for word, one in catalogue.items() if not one.scoped) + "."),
        ("Vai của đơn vị", "; ".join(labels[word] for word, one in catalogue.items() if one.scoped) + "."),
        ("Tài khoản đã có", "Ô để trống giữ nguyên điều đang ghi, vai không ghi vẫn giữ. "
                            "Thôi vai, khóa tài khoản làm ở trang của từng người."),
        ("Tài khoản mới", "Mỗi người được một mã dùng một lần để đặt mật khẩu, hiện ra sau khi ghi. Không ghi mật khẩu vào tệp này."),
    ]


IMPORT = Import(
    "people", "Người dùng", COLUMNS, RIGHT, Trial[AccountInput],
    try_=lambda name, content, by: try_account_import(name, content, by=by),
    take=lambda trial, by: take_account_import(trial, by=by),
    guide=_guide,
)
