"""Like work on many things, shared out among processes of this machine for a long report.

Only the process that reads one file and does nothing else asks for helpers (`allow`): they are
made by fork, so that each sees everything that was read so far without its being sent, and their
answers come back over a pipe. Elsewhere, and for a report of usual length, the work is done here.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import warnings
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")

_processes = 1
_memory_mb: int | None = None
_AT_A_TIME = 32


def allow(processes: int, memory_mb: int | None = None) -> None:
    """Lets `shared` use that many processes, this one included, where the system can fork.

    Args:
        memory_mb: megabytes that all of them together may hold; None for any.
    """
    global _processes, _memory_mb
    _processes = max(1, processes) if hasattr(os, "fork") else 1
    _memory_mb = memory_mb


def _fitting() -> int:
    """How many processes that hold as much as this one there is room for.

    What a fork shares at first it soon has for itself: looking at an object writes to it.
    """
    if _memory_mb is None:
        return _processes
    try:
        with open("/proc/self/statm", encoding="ascii") as said:
            held = int(said.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):  # another system
        return _processes
    return max(1, (_memory_mb << 20) // max(1, held))


def usable_processors() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared(work: Callable[[range], list[T]], count: int, *, least: int) -> list[T]:
    """`work(range(count))`, each process doing a part of the range; the answers in order.

    Args:
        work: gives one list for a range of indices; it must change nothing that others see, and
            what it gives must be fit for pickling.
        least: indices that are worth a process.
    Raises:
        Whatever `work` raises: a part that fails elsewhere is done again here.
    """
    processes = min(_processes, count // least, _fitting())
    if processes < 2:
        return work(range(count))
    cuts = [count * part // processes for part in range(processes + 1)]
    parts = [range(a, b) for a, b in pairwise(cuts)]
    gc.freeze()  # pages of memory that nobody writes to stay common to all
    helpers = [_Helper(work, part) for part in parts[1:]]
    try:
        out = work(parts[0])
        for helper, part in zip(helpers, parts[1:], strict=True):
            found = helper.answer()
            out += work(part) if found is None else found
    finally:
        for helper in helpers:
            helper.end()
        gc.unfreeze()
    return out


class _Helper(Generic[T]):
    """A forked process that does one part and sends what it found."""

    def __init__(self, work: Callable[[range], list[T]], part: range) -> None:
        self._pipe, sending = os.pipe()
        with warnings.catch_warnings():
            # Libraries may have started threads; they wait for work and hold no lock.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._id = os.fork()
        if self._id == 0:
            os.close(self._pipe)
            _send(work, part, sending)
        os.close(sending)

    def answer(self) -> list[T] | None:
        """What it found, once it is done; None where it failed."""
        found: list[T] = []
        with os.fdopen(os.dup(self._pipe), "rb") as stream:
            try:
                while some := pickle.load(stream):
                    found += some
            except (EOFError, pickle.UnpicklingError):
                return None
        return found

    def end(self) -> None:
        """Ends the process, whatever it does."""
        os.close(self._pipe)
        with suppress(ProcessLookupError):
            os.kill(self._id, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._id, 0)


def _send(work: Callable[[range], list[T]], part: range, sending: int) -> None:
    """In the helper: does the part, sends it and ends without touching anything of the parent."""
    code = 1
    try:
        with os.fdopen(sending, "wb") as stream:
            found = work(part)
            found.reverse()
            while found:  # a few at a time, and let go of: pickling remembers all that it saw
                some = found[: -_AT_A_TIME - 1 : -1]
                del found[-_AT_A_TIME:]
                pickle.dump(some, stream, protocol=pickle.HIGHEST_PROTOCOL)
            pickle.dump([], stream)
        code = 0
    finally:
        os._exit(code)
