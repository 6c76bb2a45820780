"""What the knowledge base does, told to whoever listens: logs and figures, not the audit.

| step | facts beside `error` (the kind, where it failed) |
| --- | --- |
| question | abstained, kind of what was understood; text: the question |
| upload | outcome (a job's state or "refused"), bytes, file |
| page image | report, page |
| withheld | why |
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, float, dict[str, object]], None]
"""Called with the step, how many seconds it took, and what is to be said of it."""

log = logging.getLogger(__name__)

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Has every step told to `listener`, from the thread that does it. Once is enough."""
    if listener not in _listeners:
        _listeners.append(listener)


def deaf(listener: Listener) -> None:
    """No more of it."""
    if listener in _listeners:
        _listeners.remove(listener)


@contextmanager
def noticed(step: str, **facts: object) -> Iterator[dict[str, object]]:
    """Tells of what happens inside, once it is done; more facts may be put into what is given."""
    if not _listeners:
        yield facts
        return
    began = time.perf_counter()
    try:
        yield facts
    except Exception as error:
        facts["error"] = type(error).__name__
        raise
    finally:
        tell(step, time.perf_counter() - began, **facts)


def tell(step: str, seconds: float = 0.0, **facts: object) -> None:
    """Tells of one step."""
    for listener in tuple(_listeners):
        try:
            listener(step, seconds, facts)
        except Exception:
            # Whoever listens must not undo what was done.
            log.exception("a listener failed")
