"""The process that signs certificates: what it gives, what it refuses, and that it ends with the service."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.papers.pades import OFFICE, PERSON, Signer, name_of, open_key, prepare, roots_in, signatures_in
from service.papers.printing import certificate_slots, print_mark
from service.papers.signing_process import SigningStopped, ToSign, signing_process
from tests.service.papers.keys import lay_keys

HOLDS_A_KEY = """
import multiprocessing, pathlib, sys, time
from service.papers.pades import open_key
from service.papers.signing_process import signing_process
if __name__ == "__main__":
    with signing_process(open_key(pathlib.Path(sys.argv[1]), "chutich")):
        print(multiprocessing.active_children()[0].pid, flush=True)
        time.sleep(120)
"""


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """The chair's key, opened."""
    lay_keys(tmp_path)
    return open_key(tmp_path / "chutich.p12", "chutich")


def _sheet() -> bytes:
    return prepare(print_mark(["Giấy khen"], 842, 595, size=20), certificate_slots())


def _gone(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_signs_in_their_order_goes_on_after_what_it_cannot_sign_and_ends(signer: Signer, tmp_path: Path) -> None:
    roots = roots_in(tmp_path / "roots")
    mark = ["Ký bởi: Hồ Đại Ngàn"]
    with signing_process(signer) as ask:
        (child,) = (one.pid for one in multiprocessing.active_children() if one.name == "certificates")
        assert child is not None and child != os.getpid()
        person, office = ask([ToSign(_sheet(), place, mark, "#1f3fa8") for place in (PERSON, OFFICE)])
        assert [(s.place, s.who, s.intact, s.trusted) for s in signatures_in(person, roots)] == [(PERSON, name_of(signer), True, True)]
        assert [s.place for s in signatures_in(office, roots)] == [OFFICE]
        with pytest.raises(SigningStopped, match="PdfReadError"):
            ask([ToSign(b"no PDF", PERSON, mark, "#1f3fa8")])
        assert len(ask([ToSign(person, OFFICE, mark, "#c01818")])) == 1
    assert _gone(child)


def test_process_that_was_killed_is_told(signer: Signer) -> None:
    with signing_process(signer) as ask:
        (child,) = (one.pid for one in multiprocessing.active_children() if one.name == "certificates")
        assert child is not None
        os.kill(child, signal.SIGKILL)
        with pytest.raises((EOFError, OSError)):
            ask([ToSign(_sheet(), PERSON, ["Ký bởi"], "#1f3fa8")])


@pytest.mark.long
def test_no_key_stays_in_memory_when_the_service_is_killed(signer: Signer, tmp_path: Path) -> None:
    file = tmp_path / "holds.py"
    file.write_text(HOLDS_A_KEY)
    service = subprocess.Popen(
        [sys.executable, str(file), str(tmp_path / "chutich.p12")], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    with service:
        assert service.stdout is not None
        child = int(service.stdout.readline())
        assert not _gone(child)
        service.kill()
    end = time.monotonic() + 30
    while not _gone(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert _gone(child)
