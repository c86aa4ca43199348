"""Checks bundles of diagrams, decisions and forms and reads the versions that were kept; puts none into use (`enactments`)."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from forms import Form, compile_form
from forms.kinds import see_form
from service import clock
from service.db import database_number, let_go, reading
from service.errors import Invalid, NotFound, how_many
from service.processes.models import Deployment, DeploymentFile
from service.processes.vocabulary import known_groups, known_on, known_topics
from workflows.definition import Definition, load_definition, read_definition
from workflows.paper_text import BadPaper, PaperText, read_paper
from workflows.problems import Problem, Problems

KINDS = (".bpmn", ".dmn", ".form", ".letter", ".paper", ".register", ".scenario")
MAX_FILES = 100
MAX_BYTES = 8 * 1024 * 1024
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that every ZIP program writes; the others may ask for any amount of memory."""


def check_bundle(files: Mapping[str, bytes], *, main: str) -> Definition:
    """Read a bundle as a deployment would; raises Problems with the id of each element that is wrong."""
    return read_definition(files, main=main, known=known_on(clock.today()), check_form=see_form)


def look_over(files: Mapping[str, bytes], main: str) -> tuple[Definition | None, list[Problem]]:
    """Check a bundle: what it defines, if nothing stops a deployment, and everything that is wrong or looks wrong in it.

    Errors come first, then warnings; each names its element (of a form, its field) and the file that holds it. Nothing is raised.
    """
    definition, found = None, list[Problem]()
    try:
        definition = check_bundle(files, main=main)
        found += definition.warnings
    except Problems as stopped:
        found += stopped.problems
    return definition, sorted(found, key=lambda one: one.severity != "error")


def problems_of(files: Mapping[str, bytes], main: str) -> list[Problem]:
    """Everything that is wrong or looks wrong in a bundle (`look_over`)."""
    return look_over(files, main)[1]


def invalid_bundle(found: Problems, what: str = "Chưa triển khai được", what_en: str = "Not deployed") -> Invalid:
    """Turn the checker's problems into one refusal with a line for each; `what` says what is not done."""
    lines: list[dict[str, object]] = [
        {"element": p.element, "file": p.file, "code": p.code, "message": p.message, "message_en": p.message_en}
        for p in found.problems
        if p.severity == "error"
    ]
    n = len(lines)
    return Invalid(
        f"{what}: sơ đồ còn {n} chỗ cần sửa.",
        f"{what_en}: {how_many(n, 'thing')} in the bundle to mend.",
        code="bundle-refused",
        lines=lines,
    )


def unpack_bundle(content: bytes) -> tuple[dict[str, bytes], str]:
    """Take the files of a ZIP and the id of its main process.

    The main process is the one named `main` in a text file `MAIN`, or the only process that no other calls. Raises
    Invalid for anything that is not a small ZIP of files of these kinds.
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
                    f"Tệp {name} không thuộc gói quy trình. Chỉ nhận {', '.join(KINDS)}.",
                    f"{name} does not belong in a bundle; only {', '.join(KINDS)} do.",
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
    return load_definition(dict(files), main=main)


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


@lru_cache(maxsize=512)
def _letter(engine: int, deployment: int, name: str) -> bytes | None:
    with reading() as s:
        content = s.execute(
            select(DeploymentFile.content).where(
                DeploymentFile.deployment_id == deployment, DeploymentFile.name == f"{name}.letter"
            )
        ).scalar()
    return None if content is None else bytes(content)


def letter_of(deployment: int, name: str) -> bytes | None:
    """A letter as it was pinned by a deployment; None where it holds none of that name."""
    return _letter(database_number(), deployment, name)


@lru_cache(maxsize=256)
def _paper(engine: int, deployment: int, name: str) -> PaperText | None:
    with reading() as s:
        content = s.execute(
            select(DeploymentFile.content).where(
                DeploymentFile.deployment_id == deployment, DeploymentFile.name == f"{name}.paper"
            )
        ).scalar()
    try:
        return None if content is None else read_paper(bytes(content))
    except BadPaper:  # it passed the gate of its day; what stricter rules of today do not read is not offered
        return None


def paper_of(deployment: int, name: str) -> PaperText | None:
    """A paper as it was pinned by a deployment; None where it holds none of that name that can be read."""
    return _paper(database_number(), deployment, name)


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


def list_deployments() -> list[Deployment]:
    """All versions of all processes, the newest first; which of them is in use, `enactments.used_now` says."""
    with reading() as s:
        rows = list(s.scalars(select(Deployment).order_by(Deployment.id.desc())))
        let_go(rows)
        return rows


def root_processes(files: Mapping[str, bytes]) -> list[str]:
    """The processes of these files that no other calls; Problems for diagrams that cannot be read."""
    from workflows.definition import called_processes

    calls = called_processes(files)
    roots = sorted(set(calls) - set().union(*calls.values()) if calls else set())
    return roots or sorted(calls)[:1]  # all call each other in a circle: the check names where


def _main_process(files: Mapping[str, bytes], named: str = "") -> str:
    """The main process of a bundle: the named one, or the only one that no other calls; Invalid if unclear."""
    roots = root_processes(files)
    if named:
        return named
    if len(roots) != 1:
        raise Invalid(
            "Không rõ quy trình chính của gói. Ghi mã quy trình chính vào tệp MAIN.",
            "It is not clear which process is the main one; name it in a file MAIN.",
            code="bundle-without-main",
        )
    return roots[0]


def open_bundle(content: bytes) -> tuple[dict[str, bytes], str]:
    """The files of a ZIP and its main process. Raises Invalid, with a line for each diagram that cannot be read."""
    files, named = unpack_bundle(content)
    try:
        return files, _main_process(files, named)
    except Problems as found:
        raise invalid_bundle(found) from None


def bundles_in(files: Mapping[str, bytes], named: str = "") -> dict[str, dict[str, bytes]]:
    """Take files of several processes apart: main process → its diagrams, those it calls, its papers, and all decisions and forms.

    What calls nothing and is called by nothing is a bundle of its own. A named main process is the only one.
    """
    from workflows.definition import called_processes, papers_named

    calls, roots = called_processes(files), root_processes(files)
    if named or len(roots) < 2:
        return {_main_process(files, named): dict(files)}
    papers = papers_named(files)
    named_papers = set[str]().union(*papers.values())
    defined = {name: set(called_processes({name: content})) for name, content in files.items() if name.endswith(".bpmn")}
    found = {}
    for root in roots:
        reached, ahead = set[str](), [root]
        while ahead:
            process = ahead.pop()
            if process not in reached:
                reached.add(process)
                ahead += calls.get(process, ())
        own = {f"{root}.register", *(f"{paper}.paper" for process in reached for paper in papers.get(process, ()))}
        if f"{root}.register" in files:  # what no step names is not lost: the check tells of it
            own |= {name for name in files if name.endswith(".paper") and name.removesuffix(".paper") not in named_papers}
        found[root] = {
            name: content
            for name, content in files.items()
            if (name not in defined or defined[name] & reached) and (not name.endswith((".register", ".paper")) or name in own)
        }
    return found


def shipped_bundle(folder: Path, forms: Path, names: Collection[str]) -> dict[str, bytes]:
    """Read the shipped diagrams and forms from disk."""
    files = {f"{n}": (folder / n).read_bytes() for n in names}
    files.update({f.name: f.read_bytes() for f in sorted(forms.glob("*.form"))})
    return files


def digest_of(files: Mapping[str, bytes]) -> str:
    """What tells two bundles apart, whatever the order of their files."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


__all__ = [
    "bundles_in", "check_bundle", "definition_of", "digest_of", "files_of", "form_of", "invalid_bundle", "known_groups", "known_topics",
    "letter_of", "list_deployments", "look_over", "open_bundle", "paper_of", "problems_of", "shipped_bundle", "unpack_bundle", "version_of",
]
