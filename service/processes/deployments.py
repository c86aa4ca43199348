"""Checks and keeps deployments: immutable bundles of diagrams, decisions and forms, each with a version."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select, update

from forms import Form, FormProblems, compile_form
from service import clock, trail
from service.actor import Actor
from service.db import database_number, let_go, reading, transaction
from service.errors import Conflict, Forbidden, Invalid, NotFound, how_many
from service.people import allowed
from service.processes.models import Deployment, DeploymentFile
from workflows.definition import Definition, Known, read_definition
from workflows.problems import Problem, Problems

KINDS = (".bpmn", ".dmn", ".form", ".scenario")
MAX_FILES = 100
MAX_BYTES = 8 * 1024 * 1024
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that every ZIP program writes; the others may ask for any amount of memory."""

known_topics: set[str] = set()
"""Topics of external tasks that the worker can carry out; the parts that do so add theirs."""
known_groups: set[str] = set()
"""Candidate groups that a diagram may name."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the gate says of a bundle: the definition, and what is only a warning."""

    definition: Definition
    warnings: tuple[Problem, ...]


def check_bundle(files: Mapping[str, bytes], *, main: str) -> Definition:
    """Read a bundle as a deployment would; raises Problems with the id of each element that is wrong."""
    return read_definition(
        files,
        main=main,
        known=Known(groups=frozenset(known_groups) or None, topics=frozenset(known_topics) or None),
        check_form=_check_form,
    )


def _check_form(content: bytes) -> list[Problem]:
    try:
        compile_form(content)
    except FormProblems as found:
        return [Problem(p.key, p.code, p.message, p.message_en) for p in found.problems]
    return []


def deploy_bundle(files: Mapping[str, bytes], *, main: str, by: Actor, note: str = "") -> int:
    """Deploy a checked bundle as the next version of its main process and return the deployment's id.

    The same bytes again are the same deployment. Running instances stay on theirs. Raises Invalid with one line a
    problem, Forbidden.
    """
    require_deployer(by)
    try:
        definition = check_bundle(files, main=main)
    except Problems as found:
        raise invalid_bundle(found) from None
    digest = digest_of(files)
    with transaction() as s:
        same = s.execute(
            select(Deployment.id).where(Deployment.key == main, Deployment.digest == digest, Deployment.current)
        ).scalar()
        if same is not None:
            return same
        last = s.execute(select(func.max(Deployment.version)).where(Deployment.key == main)).scalar() or 0
        s.execute(update(Deployment).where(Deployment.key == main).values(current=False))
        row = Deployment(
            key=main,
            version=last + 1,
            digest=digest,
            name=definition.name or main,
            note=note,
            current=True,
            deployed_at=clock.now(),
            deployed_by=by.account,
        )
        s.add(row)
        s.flush()
        s.add_all(DeploymentFile(deployment_id=row.id, name=n, content=c) for n, c in sorted(files.items()))
        trail.record(
            "deployment:made",
            by=by,
            stream=f"deployment:{row.id}",
            body={"key": main, "version": row.version, "digest": digest},
            deployment=row.id,
        )
        return row.id


def require_deployer(by: Actor) -> None:
    """Refuse who may not deploy; a door asks before it unpacks what was sent. Raises Forbidden."""
    if by.account is not None and not allowed(by, "deployment.deploy"):
        raise Forbidden(
            "Bạn không có quyền triển khai quy trình. Việc này thuộc quản trị hệ thống.",
            "You may not deploy a process; administrators do.",
        )


def invalid_bundle(found: Problems) -> Invalid:
    """Turn the checker's problems into one refusal with a line for each."""
    lines: list[dict[str, object]] = [
        {"element": p.element, "code": p.code, "message": p.message, "message_en": p.message_en}
        for p in found.problems
    ]
    n = len(lines)
    return Invalid(
        f"Chưa triển khai được: sơ đồ còn {n} chỗ cần sửa.",
        f"Not deployed: {how_many(n, 'thing')} in the bundle to mend.",
        code="bundle-refused",
        lines=lines,
    )


def unpack_bundle(content: bytes) -> tuple[dict[str, bytes], str]:
    """Take the files of a ZIP and the id of its main process.

    The main process is the one named `main` in a text file `MAIN`, or the only process that no other calls. Raises
    Invalid for anything that is not a small ZIP of diagrams, decisions and forms.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = [i for i in archive.infolist() if not i.is_dir()]
        if len(infos) > MAX_FILES or sum(i.file_size for i in infos) > MAX_BYTES:
            raise Invalid(
                f"Gói quá lớn: nhiều nhất {MAX_FILES} tệp, {MAX_BYTES // 2**20} MB sau khi giải nén.",
                f"The bundle is too large: at most {MAX_FILES} files, {MAX_BYTES // 2**20} MB unpacked.",
                code="bundle-too-large",
            )
        files: dict[str, bytes] = {}
        main = ""
        for info in infos:
            if info.compress_type not in PACKINGS:
                raise zipfile.BadZipFile("a packing that bundles do not use")
            if _leaves(info.filename):
                raise Invalid(
                    "Gói có tên tệp dẫn ra ngoài gói.", "The bundle holds a file name that leads out of it.",
                    code="bundle-file-name",
                )
            name = Path(info.filename).name
            with archive.open(info) as stream:
                data = stream.read(MAX_BYTES + 1)
            if name == "MAIN":
                main = data.decode("utf-8", "replace").strip()
            elif name.endswith(KINDS):
                if name in files:
                    raise Invalid(
                        f"Gói có hai tệp cùng tên {name}.", f"The bundle has two files named {name}.",
                        code="bundle-duplicate",
                    )
                files[name] = data
            elif not name.startswith("."):
                raise Invalid(
                    f"Tệp {name} không thuộc gói quy trình. Chỉ nhận .bpmn, .dmn, .form và .scenario.",
                    f"{name} does not belong in a bundle; only .bpmn, .dmn, .form and .scenario do.",
                    code="bundle-foreign-file",
                )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Invalid(
            "Tệp gửi lên không phải gói ZIP đọc được.", "The file is not a readable ZIP.", code="bundle-not-zip"
        ) from None
    if not any(n.endswith(".bpmn") for n in files):
        raise Invalid("Gói không có sơ đồ .bpmn nào.", "The bundle holds no .bpmn file.", code="bundle-empty")
    return files, main


def _leaves(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


@lru_cache(maxsize=64)
def _definition(engine: int, deployment: int) -> Definition:
    with reading() as s:
        key = s.execute(select(Deployment.key).where(Deployment.id == deployment)).scalar()
    if key is None:
        raise NotFound("Không có phiên bản quy trình này.", "There is no such deployment.")
    return _parsed(tuple(sorted(files_of(deployment).items())), key)


@lru_cache(maxsize=64)
def _parsed(files: tuple[tuple[str, bytes], ...], main: str) -> Definition:
    return read_definition(dict(files), main=main)


def definition_of(deployment: int) -> Definition:
    """The parsed definition of a deployment, kept in each process; deployments never change."""
    return _definition(database_number(), deployment)


@lru_cache(maxsize=512)
def _form(engine: int, deployment: int, name: str) -> Form:
    with reading() as s:
        content = s.execute(
            select(DeploymentFile.content).where(
                DeploymentFile.deployment_id == deployment, DeploymentFile.name == f"{name}.form"
            )
        ).scalar()
    if content is None:
        raise NotFound(f"Không có biểu mẫu {name}.", f"There is no form {name}.")
    return _compiled(bytes(content))


_compiled = lru_cache(maxsize=512)(compile_form)


def form_of(deployment: int, name: str) -> Form:
    """A form as it was pinned by a deployment."""
    return _form(database_number(), deployment, name)


def version_of(deployment: int) -> int:
    """Version of a deployment among those of its process."""
    with reading() as s:
        return s.execute(select(Deployment.version).where(Deployment.id == deployment)).scalar_one()


def files_of(deployment: int) -> dict[str, bytes]:
    """All files of a deployment by name."""
    with reading() as s:
        rows = s.execute(
            select(DeploymentFile.name, DeploymentFile.content).where(DeploymentFile.deployment_id == deployment)
        ).all()
    return {name: bytes(content) for name, content in rows}


def current_deployment(key: str) -> int:
    """Id of the version of a process that new instances take; NotFound if there is none."""
    with reading() as s:
        found = s.execute(
            select(Deployment.id).where(Deployment.key == key, Deployment.current)
        ).scalar()
    if found is None:
        raise NotFound(f"Chưa triển khai quy trình {key}.", f"Process {key} is not deployed.")
    return found


def list_deployments() -> list[Deployment]:
    """All deployments, newest first."""
    with reading() as s:
        rows = list(s.scalars(select(Deployment).order_by(Deployment.id.desc())))
        let_go(rows)
        return rows


def main_process(files: Mapping[str, bytes], named: str = "") -> str:
    """The main process of a bundle: the named one, or the only one that no other calls; Conflict if unclear."""
    from workflows.definition import called_processes

    calls = called_processes(files)
    if named:
        return named
    roots = sorted(set(calls) - set().union(*calls.values()) if calls else set())
    if calls and not roots:
        return min(calls)  # all call each other in a circle: the check names where
    if len(roots) != 1:
        raise Invalid(
            "Không rõ quy trình chính của gói. Ghi mã quy trình chính vào tệp MAIN.",
            "It is not clear which process is the main one; name it in a file MAIN.",
            code="bundle-without-main",
        )
    return roots[0]


def bundles_in(files: Mapping[str, bytes], named: str = "") -> dict[str, dict[str, bytes]]:
    """Take files of several processes apart: main process → its diagrams, those it calls, and all decisions and forms.

    What calls nothing and is called by nothing is a bundle of its own. A named main process is the only one.
    """
    from workflows.definition import called_processes

    calls = called_processes(files)
    roots = sorted(set(calls) - set().union(*calls.values()) if calls else set())
    if named or len(roots) < 2:
        return {main_process(files, named): dict(files)}
    defined = {name: set(called_processes({name: content})) for name, content in files.items() if name.endswith(".bpmn")}
    found = {}
    for root in roots:
        reached, ahead = set[str](), [root]
        while ahead:
            process = ahead.pop()
            if process not in reached:
                reached.add(process)
                ahead += calls.get(process, ())
        found[root] = {name: content for name, content in files.items() if name not in defined or defined[name] & reached}
    return found


def shipped_bundle(folder: Path, forms: Path, names: Collection[str]) -> dict[str, bytes]:
    """Read the shipped diagrams and forms from disk."""
    files = {f"{n}": (folder / n).read_bytes() for n in names}
    files.update({f.name: f.read_bytes() for f in sorted(forms.glob("*.form"))})
    return files


def digest_of(files: Mapping[str, bytes]) -> str:
    """The hash of a bundle: it changes with any byte or name."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


__all__ = [
    "Checked", "Conflict", "check_bundle", "current_deployment", "definition_of", "deploy_bundle", "files_of",
    "form_of", "list_deployments", "main_process", "require_deployer", "shipped_bundle", "unpack_bundle",
]
