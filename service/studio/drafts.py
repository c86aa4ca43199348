"""Drafts: files that belong together are begun, saved one by one against the version seen, and dropped.

Saves are no acts of the office and leave nothing in the trail; beginning and dropping a draft do. Nobody's work is ever
written over unseen: who saves on an older version is refused with the newer one in hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service import clock, people, trail
from service.actor import Actor
from service.db import reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.processes import deployments, enactments
from service.processes.models import Deployment
from service.studio.models import StudioDraft, StudioFile, StudioVisit
from workflows import safexml
from workflows.graph import BPMN
from workflows.problems import Problems

PRESENT = timedelta(seconds=45)
"""How long somebody counts as present after the page last said so."""
_NAME = re.compile(r"[^\W_][\w .()-]{0,180}")


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file of a draft: its name, the version to save against, its size, and who changed it when."""

    name: str
    version: int
    size: int
    changed_at: datetime
    changed_by: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands.

    `against`: the version that would give way to it, as far as the draft knows: its base, or what that is still to
    replace. `outdated`: new cases take another version than that.
    """

    id: int
    key: str
    name: str
    version: int
    base: int | None
    base_version: int | None
    against: int | None
    outdated: bool
    begun_at: datetime
    begun_by: int | None
    changed_at: datetime
    changed_by: int | None
    files: tuple[DraftFile, ...]

    def file(self, name: str) -> DraftFile:
        """The file of that name; NotFound."""
        for one in self.files:
            if one.name == name:
                return one
        raise _no_file(name)


class Overtaken(Stale):
    """Somebody saved the file in between; carries what stands now, so that both can be kept."""

    default_code = "draft-overtaken"

    def __init__(self, name: str, who: str | None, at: datetime | None, version: int, content: bytes | None) -> None:
        dropped = content is None
        nobody = ("Người khác", "Somebody else") if dropped else ("Hệ thống", "The system")
        vi, en = (who, who) if who else nobody
        super().__init__(
            f"{vi} đã {'bỏ' if dropped else 'lưu'} tệp {name} trong lúc bạn sửa. Bản của bạn vẫn còn trên trang.",
            f"{en} {'dropped' if dropped else 'saved'} {name} while you were editing. Your version is still on the page.",
        )
        self.name, self.at, self.version, self.content = name, at, version, content
        self.who = (vi, en)
        """Who it was, in Vietnamese and in English."""


class MainUnclear(Invalid):
    """Files hold several processes that no other calls; `processes` are the ids to choose from, with their names."""

    default_code = "bundle-without-main"

    def __init__(self, processes: Mapping[str, str]) -> None:
        names = "; ".join(f"{name} ({key})" for key, name in processes.items())
        super().__init__(
            f"Tệp có {len(processes)} quy trình mà không quy trình nào gọi: {names}. Chọn quy trình chính rồi chọn lại tệp.",
            f"The files hold {len(processes)} processes that no other calls: {names}. Choose the main one and the files again.",
        )
        self.processes = dict(processes)


def require_editor(by: Actor) -> None:
    """Refuse who may not edit drafts. Raises Forbidden."""
    if by.account is not None and not people.allowed(by, "studio.edit"):
        raise Forbidden(
            "Bạn không có quyền soạn quy trình. Việc này thuộc quản trị hệ thống.",
            "You may not edit processes; administrators do.",
        )


# -- beginning and ending


def begin_draft(
    *, by: Actor, base: int | None = None, files: Mapping[str, bytes] | None = None, main: str | None = None, name: str = ""
) -> int:
    """Begin a draft from a deployment, from files, or from files that are to follow a deployment; returns its id.

    The main process is the named one, the base's, or the only one that no other calls. Raises Forbidden, NotFound for
    a deployment that is not there, Invalid for names, kinds or sizes that no bundle takes, and MainUnclear.
    """
    require_editor(by)
    with transaction() as s:
        if base is not None:
            main = main or s.execute(select(Deployment.key).where(Deployment.id == base)).scalar()
            if main is None:
                raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
            files = deployments.files_of(base) if files is None else files
        files = {checked_name(n): content for n, content in (files or {}).items()}
        _require_sizes({n: len(c) for n, c in files.items()})
        if main is None:
            main = _main_of(files)
        now = clock.now()
        row = StudioDraft(
            key=main[:100], name=(name.strip() or _name_of(files, main))[:200], base_id=base,
            begun_at=now, begun_by=by.account, changed_at=now, changed_by=by.account,
        )
        s.add(row)
        s.flush()
        s.add_all(
            StudioFile(draft_id=row.id, name=n, content=c, version=1, changed_at=now, changed_by=by.account)
            for n, c in sorted(files.items())
        )
        body = {"key": row.key, "name": unicodedata.normalize("NFC", row.name), "base": base}
        trail.record("draft:begun", by=by, stream=f"draft:{row.id}", body=body, deployment=base)
        return row.id


def copy_draft(draft: int, *, by: Actor, instead: Mapping[str, bytes] | None = None) -> int:
    """Begin a draft with the files of another, some of them with other contents: both versions of a file are kept."""
    one = read_draft(draft)
    return begin_draft(
        by=by, base=one.base, files={**files_of(draft), **(instead or {})}, main=one.key, name=f"{one.name} ({by.name})"
    )


def drop_draft(draft: int, *, by: Actor) -> None:
    """Throw a draft away with everything in it. Raises Forbidden, NotFound."""
    require_editor(by)
    with transaction() as s:
        row = _row(s, draft)
        for table in (StudioVisit, StudioFile):
            s.execute(delete(table).where(table.draft_id == draft))
        s.execute(delete(StudioDraft).where(StudioDraft.id == draft))
        body = {"key": row.key, "name": unicodedata.normalize("NFC", row.name)}
        trail.record("draft:dropped", by=by, stream=f"draft:{draft}", body=body)


def rename_draft(draft: int, name: str, *, by: Actor) -> None:
    """Give a draft another name for people. Raises Forbidden, NotFound, Invalid."""
    require_editor(by)
    if not name.strip():
        raise Invalid.at("name", "Ghi tên bản soạn.", "Name the draft.")
    with transaction() as s:
        row = _row(s, draft)
        row.name = name.strip()[:200]
        _touch(row, by)


def rebase(draft: int, base: int, *, by: Actor) -> None:
    """Reckon a draft from another deployment of its process from now on. Raises Forbidden, NotFound."""
    require_editor(by)
    with transaction() as s:
        row = _row(s, draft)
        if s.scalar(select(Deployment.key).where(Deployment.id == base)) != row.key:
            raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
        row.base_id = base


# -- reading


def list_drafts() -> list[Draft]:
    """All drafts, the last changed first."""
    with reading() as s:
        return _read(s, None)


def read_draft(draft: int) -> Draft:
    """One draft with the versions of its files. Raises NotFound."""
    with reading() as s:
        found = _read(s, draft)
    if not found:
        raise _no_draft()
    return found[0]


def files_of(draft: int) -> dict[str, bytes]:
    """All files of a draft by name. Raises NotFound."""
    with reading() as s:
        if s.get(StudioDraft, draft) is None:
            raise _no_draft()
        rows = s.execute(
            select(StudioFile.name, StudioFile.content).where(StudioFile.draft_id == draft).order_by(StudioFile.name)
        ).all()
    return {name: bytes(content) for name, content in rows}


def _read(s: Session, draft: int | None) -> list[Draft]:
    drafts = select(StudioDraft).order_by(StudioDraft.changed_at.desc(), StudioDraft.id.desc())
    files = select(
        StudioFile.draft_id, StudioFile.name, StudioFile.version, func.length(StudioFile.content),
        StudioFile.changed_at, StudioFile.changed_by,
    ).order_by(StudioFile.name)
    if draft is not None:
        drafts, files = drafts.where(StudioDraft.id == draft), files.where(StudioFile.draft_id == draft)
    of: dict[int, list[DraftFile]] = defaultdict(list)
    for number, *rest in s.execute(files):
        of[number].append(DraftFile(*rest))
    rows = s.execute(drafts.add_columns(Deployment.version).outerjoin(Deployment, Deployment.id == StudioDraft.base_id)).all()
    in_use, acts, found = enactments.used_now(), enactments.acts_by_deployment(), []
    for row, version in rows:
        against = None if row.base_id is None else enactments.held_against(row.base_id, acts.get(row.base_id, ()))
        found.append(Draft(
            id=row.id, key=row.key, name=row.name, version=row.version, base=row.base_id, base_version=version, against=against,
            outdated=row.base_id is not None and against != in_use.get(row.key), begun_at=row.begun_at, begun_by=row.begun_by,
            changed_at=row.changed_at, changed_by=row.changed_by, files=tuple(of[row.id]),
        ))
    return found


# -- files


def save_file(draft: int, name: str, content: bytes, *, seen: int, by: Actor) -> int:
    """Save one file and return its new version; `seen` is the version that was edited, 0 for a file that is new.

    What is saved already is not saved again. Raises Overtaken, with what stands now, where somebody saved in between;
    Forbidden, NotFound, Invalid.
    """
    require_editor(by)
    name = checked_name(name)
    with transaction() as s:
        return _save(s, _row(s, draft), {name: content}, by, {name: seen})[name]


def take_files(draft: int, files: Mapping[str, bytes], *, by: Actor) -> None:
    """Take files into a draft, all of them or none; one of a name that is there takes its place.

    Raises Forbidden, NotFound, Invalid.
    """
    require_editor(by)
    checked = {checked_name(name): content for name, content in files.items()}
    with transaction() as s:
        _save(s, _row(s, draft), checked, by)


def drop_file(draft: int, name: str, *, seen: int, by: Actor) -> None:
    """Take a file out of a draft. Raises Overtaken, Forbidden, NotFound, Conflict for the last diagram."""
    require_editor(by)
    with transaction() as s:
        row = _row(s, draft)
        there = _there(s, draft, name, seen)
        if name.endswith(".bpmn"):
            left = s.execute(select(StudioFile.name).where(
                StudioFile.draft_id == draft, StudioFile.name.endswith(".bpmn"), StudioFile.name != name)).first()
            if left is None:
                raise Conflict(
                    "Đây là sơ đồ cuối cùng của bản soạn. Muốn bỏ cả bản soạn thì bỏ ở danh sách.",
                    "This is the last diagram of the draft; drop the draft itself from the list.",
                )
        s.delete(there)
        _touch(row, by)


def rename_file(draft: int, name: str, new: str, *, seen: int, by: Actor) -> int:
    """Give a file another name of the same kind and return its new version.

    What names it (a task its form) is not changed: the check says where. Raises Overtaken, Forbidden, NotFound,
    Invalid, Conflict where another file has that name.
    """
    require_editor(by)
    new = checked_name(new)
    if PurePath(new).suffix != PurePath(name).suffix:
        raise Invalid.at("name", "Giữ nguyên đuôi của tên tệp.", "Keep the ending of the file's name.")
    with transaction() as s:
        row = _row(s, draft)
        there = _there(s, draft, name, seen)
        if s.get(StudioFile, (draft, new)) is not None:
            raise Conflict(f"Đã có tệp {new} trong bản soạn này.", f"The draft already holds {new}.")
        version = _touch(row, by)
        s.add(StudioFile(draft_id=draft, name=new, content=there.content, version=version, changed_at=clock.now(),
                         changed_by=by.account))
        s.delete(there)
        return version


def unpack(uploads: Mapping[str, bytes]) -> tuple[dict[str, bytes], str]:
    """Take the files of what was uploaded, ZIPs included, and the main process that a ZIP names.

    Raises Invalid for what is no file of a draft, and where two have one name.
    """
    files: dict[str, bytes] = {}
    main = ""
    for given, content in uploads.items():
        found = {PurePath(given.replace("\\", "/")).name: content}
        if given.lower().endswith(".zip"):
            found, main = deployments.unpack_bundle(content)
        for name, data in found.items():
            name = checked_name(name)
            if name in files:
                raise Invalid(f"Có hai tệp cùng tên {name}.", f"There are two files named {name}.", code="bundle-duplicate")
            files[name] = data
    return files, main


def checked_name(name: str) -> str:
    """A file's name as it is kept; Invalid for one that a bundle does not take."""
    name = unicodedata.normalize("NFC", name.strip())
    kind = PurePath(name).suffix
    if kind not in deployments.KINDS:
        raise Invalid.at(
            "name", f"Tệp {name[:100]} không thuộc bản soạn. Chỉ nhận {', '.join(deployments.KINDS)}.",
            f"{name[:100]} does not belong in a draft; only {', '.join(deployments.KINDS)} do.", code="bundle-foreign-file",
        )
    if not _NAME.fullmatch(name.removesuffix(kind)) or len(name) > 200:
        raise Invalid.at(
            "name", "Tên tệp chỉ gồm chữ, số, dấu cách, dấu chấm, gạch ngang, gạch dưới, ngoặc đơn.",
            "A file name holds letters, digits, spaces, dots, hyphens, underscores and brackets only.",
            code="bundle-file-name",
        )
    return name


# -- who is there


def visit(draft: int, *, by: Actor) -> list[str]:
    """Say that a person has the draft open, and tell the names of the others who have. Raises NotFound."""
    now = clock.now()
    with transaction() as s:
        _row(s, draft)
        others = s.scalars(select(StudioVisit.account).where(
            StudioVisit.draft_id == draft, StudioVisit.account != by.account, StudioVisit.seen_at > now - PRESENT)).all()
        if by.account is not None:
            s.merge(StudioVisit(draft_id=draft, account=by.account, seen_at=now))
    return sorted(people.names(others).values())


def leave(draft: int, *, by: Actor) -> None:
    """Say that a person has closed the draft."""
    with transaction() as s:
        s.execute(delete(StudioVisit).where(StudioVisit.draft_id == draft, StudioVisit.account == by.account))


# -- inner parts


def _row(s: Session, draft: int) -> StudioDraft:
    """The row of a draft, locked until the act ends: changes of one draft stand in line."""
    found = s.scalars(
        select(StudioDraft).where(StudioDraft.id == draft).with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise _no_draft()
    return found


def _touch(row: StudioDraft, by: Actor) -> int:
    """Count a change of the draft and return its number."""
    row.version += 1
    row.changed_at, row.changed_by = clock.now(), by.account
    return row.version


def _save(
    s: Session, row: StudioDraft, files: Mapping[str, bytes], by: Actor, seen: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Save files of a draft that is locked, and return the version of each; with `seen` only over these versions."""
    there = {one.name: one for one in s.scalars(select(StudioFile).where(StudioFile.draft_id == row.id, StudioFile.name.in_(files)))}
    new = {n: content for n, content in files.items() if n not in there or bytes(there[n].content) != content}
    for name in new if seen is not None else ():
        _require_seen(name, (seen or {})[name], there.get(name))
    held = s.execute(select(StudioFile.name, func.length(StudioFile.content)).where(StudioFile.draft_id == row.id))
    _require_sizes({n: size for n, size in held} | {n: len(content) for n, content in new.items()})
    versions = {name: one.version for name, one in there.items()}
    for name, content in sorted(new.items()):
        versions[name] = _touch(row, by)
        kept = {"content": content, "version": versions[name], "changed_at": clock.now(), "changed_by": by.account}
        if name not in there:
            s.add(StudioFile(draft_id=row.id, name=name, **kept))
        else:
            for key, value in kept.items():
                setattr(there[name], key, value)
    return versions


def _there(s: Session, draft: int, name: str, seen: int) -> StudioFile:
    there = s.get(StudioFile, (draft, name))
    if there is None:
        raise _no_file(name)
    _require_seen(name, seen, there)
    return there


def _require_seen(name: str, seen: int, there: StudioFile | None) -> None:
    if seen == (0 if there is None else there.version):
        return
    if there is None:
        raise Overtaken(name, None, None, 0, None)
    who = people.names([there.changed_by])[there.changed_by] if there.changed_by else None
    raise Overtaken(name, who, there.changed_at, there.version, bytes(there.content))


def _require_sizes(sizes: Mapping[str, int]) -> None:
    if len(sizes) > deployments.MAX_FILES or sum(sizes.values()) > deployments.MAX_BYTES:
        raise Invalid(
            f"Bản soạn quá lớn: nhiều nhất {deployments.MAX_FILES} tệp, {deployments.MAX_BYTES // 2**20} MB.",
            f"The draft is too large: at most {deployments.MAX_FILES} files, {deployments.MAX_BYTES // 2**20} MB.",
            code="bundle-too-large",
        )


def _main_of(files: Mapping[str, bytes]) -> str:
    """The main process of files that name none. Raises Invalid, MainUnclear."""
    if not any(name.endswith(".bpmn") for name in files):
        raise Invalid.at(
            "files", "Cần ít nhất một sơ đồ .bpmn. Bảng, biểu mẫu, thư, kịch bản đi cùng sơ đồ, hoặc nhập vào bản soạn đã có.",
            "At least one .bpmn diagram is needed. Tables, forms, letters and scenarios come with one, or are taken into a draft.",
            code="bundle-empty",
        )
    try:
        roots = deployments.root_processes(files)
    except Problems as found:
        raise deployments.invalid_bundle(found) from None
    if not roots:
        raise Invalid.at("files", "Sơ đồ không có quy trình nào.", "The diagram holds no process.", code="bundle-empty")
    if len(roots) > 1:
        names = process_names(files)
        raise MainUnclear({root: names.get(root, root) for root in roots})
    return roots[0]


def _name_of(files: Mapping[str, bytes], main: str) -> str:
    """The main process as its diagram calls it."""
    return process_names({n: c for n, c in files.items() if n.endswith(".bpmn")}).get(main, main)


def process_names(files: Mapping[str, bytes], only: Collection[str] | None = None) -> dict[str, str]:
    """Every process in these diagrams and its name as drawn; what cannot be read has none."""
    found = {}
    for _name, tree in safexml.readable({n: c for n, c in files.items() if only is None or n in only}, ".bpmn"):
        found.update({str(p.get("id")): p.get("name") or str(p.get("id")) for p in tree.iter(f"{BPMN}process") if p.get("id")})
    return found


def _no_draft() -> NotFound:
    return NotFound("Không có bản soạn này, hoặc ai đó đã bỏ.", "There is no such draft, or somebody dropped it.")


def _no_file(name: str) -> NotFound:
    return NotFound(f"Bản soạn không có tệp {name}.", f"The draft holds no file {name}.")
