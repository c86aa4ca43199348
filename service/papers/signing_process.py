"""Signs certificates in a process of its own, of low priority, so that pages go on as quickly meanwhile (decision 0015).

The opened key is handed over through a pipe that nobody else has, and ends with the process; that ends when its end of the pipe is
closed, also because the service was killed. The process reads no database and writes no file.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from service.papers.facts import Facts
from service.papers.pades import Signer, laid_open, prepare, sign, taken_up
from service.papers.printing import certificate_slots, print_certificates, signature_mark

_NICE = 10
# The parent of these processes has loaded what signing needs, and never sees a key: the second batch begins at once.
_PARENT = get_context("forkserver")
_PARENT.set_forkserver_preload([__name__])
Ask = Callable[[Sequence["ToSign"]], list[bytes]]


@dataclass(frozen=True, slots=True)
class ToSign:
    """A certificate to sign: the facts it is printed from, or the file that the person signed; in which place, and the mark there."""

    source: Facts | bytes
    place: str
    mark: Sequence[str]
    colour: str


class SigningStopped(RuntimeError):
    """Signing failed in the process; says where, and never a value."""


@contextmanager
def signing_process(signer: Signer) -> Iterator[Ask]:
    """A process that holds this key as long as the block runs; what is given signs certificates in their order.

    It raises SigningStopped for what cannot be signed, and EOFError or OSError where the process has gone.
    """
    ours, theirs = _PARENT.Pipe()
    child = _PARENT.Process(target=_serve, args=(theirs,), name="certificates", daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send(laid_open(signer))
        yield partial(_ask, ours)
    finally:
        ours.close()
        child.join()


def _ask(pipe: Connection, certificates: Sequence[ToSign]) -> list[bytes]:
    pipe.send(certificates)
    answer: list[bytes] | str = pipe.recv()
    if isinstance(answer, str):
        raise SigningStopped(answer)
    return answer


def _serve(pipe: Connection) -> None:
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # sent to the whole group where a person stops the service; the pipe ends this
    try:
        signer = taken_up(pipe.recv())
        while True:
            asked = pipe.recv()
            try:
                pipe.send([_signed(one, signer) for one in asked])
            except Exception:
                pipe.send(traceback.format_exc())
    except (EOFError, OSError):  # nobody asks any more
        pass


def _signed(one: ToSign, signer: Signer) -> bytes:
    mark = signature_mark(one.mark, one.colour)
    if isinstance(one.source, bytes):
        return sign(one.source, signer, one.place, mark)
    blank = prepare(print_certificates(one.source, one.source["names"]), certificate_slots())
    return sign(blank, signer, one.place, mark)
