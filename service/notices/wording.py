"""The words of our letters as the office puts them: every save is a version that is kept, the newest one is in force.

A mail holds on to the version that stood when it was queued. Words are text with gaps in two languages, never a template.
Only the parts that differ from the words that come with the service are kept, so the others stay as the service words them.
An alarm, and what tells who keeps checkpoints, goes in the words of the service alone (`Letter.fixed`): who is watched words no alarm.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from service import clock, db, trail
from service.actor import Actor, require
from service.errors import Conflict, FieldFault, Invalid, NotFound, Stale
from service.notices.letters import LANGUAGES, PARTS, Letter, label, letters, reworded
from service.notices.models import WORDS
from workflows.letter_text import BadLetter

Typed = Mapping[str, str]
"""What somebody typed: `vi_subject`, `en_facts` … → text; facts are lines of "label: value"."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the words of a letter; `shipped`: from here on the words that come with the service.

    `sha256` is that of the words as they are kept, as the entry of the trail says it (`hash_of`); empty where none are.
    """

    number: int
    saved_at: datetime
    saved_by: int | None
    reason: str
    shipped: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a letter as they stand: number of the version in force (0: never changed), and every version, newest first."""

    letter: Letter
    number: int
    versions: tuple[Version, ...]
    unread: bool = False
    """Whether the office's own words can no longer be read, so that mails go in those that come with the service."""

    @property
    def changed(self) -> bool:
        """Whether the office's own words are in force."""
        return bool(self.versions) and not self.versions[0].shipped and not self.letter.fixed


def read_wording(name: str, *, by: Actor) -> Wording:
    """The words of a letter in force, and their versions. Raises Forbidden, NotFound."""
    require(by, "letter.edit")
    own = _letter(name)
    with db.reading() as s:
        rows = s.execute(select(WORDS).where(WORDS.c.letter == name).order_by(WORDS.c.number.desc())).all()
    versions = tuple(Version(row.number, row.saved_at, row.saved_by, row.reason, row.words is None, hash_of(row.words)) for row in rows)
    said, letter, unread = rows[0].words if rows and not own.fixed else None, own, False
    if said is not None:
        try:
            letter = reworded(name, said)
        except BadLetter:  # a later release takes other values: the page stays open, for the words to be mended there
            unread = True
    return Wording(letter, versions[0].number if versions else 0, versions, unread)


def read_version(name: str, number: int, *, by: Actor) -> Letter:
    """A letter in the words of one of its versions; 0: in those that come with the service.

    Raises Forbidden, NotFound, Invalid for words that can no longer be read.
    """
    require(by, "letter.edit")
    own = _letter(name)
    said = _said(name, number) if number else None
    if said is None:
        return own
    try:
        return reworded(name, said)
    except BadLetter as bad:
        raise Invalid(
            f"Chữ của lần sửa này không còn dùng được: {bad.faults[0].message}.",
            f"The words of this version can no longer be used: {bad.faults[0].message_en}.",
            code="letter-unreadable",
        ) from None


def typed_of(letter: Letter) -> dict[str, str]:
    """The words of a letter as they are typed."""
    return {
        f"{language}_{part}": "\n".join(f"{one}: {value}" for one, value in said["facts"]) if part == "facts" else str(said.get(part, ""))
        for language, said in letter.words.items() for part in PARTS
    }


def typed_letter(name: str, typed: Typed) -> Letter:
    """A letter in words that are being typed. Raises NotFound, Conflict for a fixed one, Invalid with what is wrong at each field."""
    _free(name)
    faults: list[FieldFault] = []
    said = {language: _parts(language, typed, faults) for language in LANGUAGES}
    if not faults:
        try:
            return reworded(name, said)
        except BadLetter as bad:
            faults = [FieldFault((one.part or "").replace(".", "_"), one.message, one.message_en) for one in bad.faults]
    raise Invalid("Chữ của thư còn chỗ cần sửa.", "There is something in the letter to mend.", code="letter-refused", faults=faults)


def own_words(name: str, subject: str, text: str) -> dict[str, Any]:
    """Words of a person for one letter, for `queue`: subject and text in both languages, gaps as the letter has them.

    Raises Invalid at `subject` and `text`.
    """
    said = {"subject": subject.strip(), "opening": text.replace("\r\n", "\n").strip()}
    words = {language: dict(said) for language in LANGUAGES}
    try:
        reworded(name, words)
    except BadLetter as bad:
        at = {"subject": "subject", "opening": "text"}
        faults = {
            (field, one.message): FieldFault(field, one.message, one.message_en)
            for one in bad.faults if (field := at.get((one.part or "").rpartition(".")[2], "text"))
        }
        raise Invalid(
            "Nội dung thông báo còn chỗ cần sửa.", "There is something in the message to mend.", code="letter-refused",
            faults=list(faults.values()),
        ) from None
    return {"said": words}


def save_words(name: str, typed: Typed, *, seen: int, reason: str, by: Actor) -> int:
    """Word a letter anew from now on; returns the number of the version.

    `seen` is the version that was edited; with nothing of one's own left, the words of the service are in force again.
    Raises Forbidden, NotFound, Conflict for a fixed letter, Invalid, Stale where somebody saved in between.
    """
    require(by, "letter.edit")
    letter = typed_letter(name, typed)
    words: dict[str, dict[str, Any]] = {}
    for language, part in letter.own_parts:
        words.setdefault(language, {})[part] = letter.words[language][part]
    if not words and not read_wording(name, by=by).changed:
        raise _unchanged()
    return _save(name, words or None, seen, reason, "letter:reworded" if words else "letter:unworded", by)


def restore_words(name: str, number: int, *, seen: int, reason: str, by: Actor) -> int:
    """Put an earlier version in force again, as a version of its own; 0: the words that come with the service. Raises as above."""
    read_version(name, number, by=by)
    _free(name)
    said, kind = (_said(name, number), "letter:restored") if number else (None, "letter:unworded")
    return _save(name, said, seen, reason, kind, by, number)


def hash_of(words: Mapping[str, Any] | None) -> str:
    """SHA-256, in hex, of an office's words as a version keeps them: compact JSON, keys sorted, UTF-8; empty where there are none."""
    return "" if words is None else sha256(orjson.dumps(words, option=orjson.OPT_SORT_KEYS)).hexdigest()


def in_force(names: Collection[str]) -> dict[str, int]:
    """Letter → id of the office's words that are in force; letters in the words of the service are left out."""
    newest = select(func.max(WORDS.c.id)).where(WORDS.c.letter.in_(list(names))).group_by(WORDS.c.letter)
    with db.reading() as s:
        rows = s.execute(select(WORDS.c.letter, WORDS.c.id, WORDS.c.words).where(WORDS.c.id.in_(newest))).all()
    fixed = {name for name, one in letters().items() if one.fixed}
    return {row.letter: row.id for row in rows if row.words is not None and row.letter not in fixed}


def with_versions(letter: str, words: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What a mail that is queued now keeps of its words: the given ones, and which of the office's own stand for it."""
    named = (words or {}).get("name")
    found = in_force({letter, str(named)} if named else {letter})
    return {**(words or {}), **({"versions": found} if found else {})} or None


def _save(
    name: str, words: Mapping[str, Any] | None, seen: int, reason: str, kind: str, by: Actor, number: int | None = None
) -> int:
    if not reason.strip():
        raise Invalid.at("reason", "Ghi lý do sửa chữ của thư.", "Say why the words are changed.")
    with db.transaction() as s:
        newest = select(WORDS.c.number, WORDS.c.words).where(WORDS.c.letter == name).order_by(WORDS.c.number.desc()).limit(1)
        last = s.execute(newest).first()
        now, before = (last.number, last.words) if last else (0, None)
        if now == 0 and words is None:
            raise _unchanged()
        dialect = postgresql if db.is_postgresql() else sqlite
        row = {
            "letter": name, "number": seen + 1, "words": words, "saved_at": clock.now(), "saved_by": by.account,
            "reason": reason.strip()[:2000],
        }
        saved = now == seen and s.execute(  # two may come at one moment; the later one finds the number taken
            dialect.insert(WORDS).values(row).on_conflict_do_nothing(index_elements=[WORDS.c.letter, WORDS.c.number]).returning(WORDS.c.id)
        ).first() is not None
        if not saved:
            raise Stale(
                "Có người vừa sửa thư này sau khi bạn mở trang. Xem lại rồi ghi; nội dung đã nhập vẫn còn.",
                "Somebody changed this letter after you opened the page. Look at it again; what you typed is kept.",
            )
        body = {"letter": label(name), "version": seen + 1} | ({"number": number} if number else {})
        trail.record(
            kind, by=by, stream="system", reason=reason.strip()[:2000], body=body,
            before={"words_sha256": hash_of(before)}, after={"words_sha256": hash_of(words)},
        )
    return seen + 1


def _parts(language: str, typed: Typed, faults: list[FieldFault]) -> dict[str, Any]:
    said: dict[str, Any] = {part: typed.get(f"{language}_{part}", "").replace("\r\n", "\n").strip() for part in PARTS}
    said["facts"] = [
        [head.strip(), value.strip()] for head, _colon, value in (line.partition(":") for line in said["facts"].split("\n") if line.strip())
    ]
    if any(not head or not value for head, value in said["facts"]):
        faults.append(FieldFault(
            f"{language}_facts", "mỗi dòng viết “Nhãn: giá trị”, có dấu hai chấm ở giữa.",
            "write “Label: value” on each line, with a colon.",
        ))
    return said


def _unchanged() -> Invalid:
    return Invalid("Thư này đang dùng chữ kèm phần mềm.", "This letter is in the words of the service.", code="letter-unchanged")


def _said(name: str, number: int) -> Mapping[str, Any] | None:
    with db.reading() as s:
        row = s.execute(select(WORDS.c.words).where(WORDS.c.letter == name, WORDS.c.number == number)).first()
    if row is None:
        raise NotFound("Không có lần sửa này.", "There is no such version.")
    words: Mapping[str, Any] | None = row.words
    return words


def _letter(name: str) -> Letter:
    if name not in letters():
        raise NotFound("Không có mẫu thư này.", "There is no such letter.")
    return letters()[name]


def _free(name: str) -> None:
    if _letter(name).fixed:
        raise Conflict(
            "Thư này chỉ đi bằng chữ kèm phần mềm: đây là thư cảnh báo hoặc thư về việc giữ mốc nhật ký.",
            "This letter goes in the words of the service alone: it is an alarm, or tells of keeping checkpoints.",
            code="letter-fixed",
        )
