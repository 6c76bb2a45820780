"""Which right each step needs. The check stands at the door of every step, on every call.

`METHODS` names every public method of `KnowledgeBase`; a function elsewhere in `kb/` that reaches
past those methods carries `@needs(...)`. Tests hold that none is left out.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.people import Person

P = ParamSpec("P")
T = TypeVar("T")
Class = TypeVar("Class", bound=type)


class Right(StrEnum):
    """What a step can need; the value is said to whoever lacks it."""

    READ = "read reports"
    ASK = "ask questions"
    EXPORT = "export"
    UPLOAD = "upload reports"
    REVIEW = "review reports"
    CORRECT = "correct what was read"
    PUBLISH = "publish, supersede and withdraw reports"
    REMOVE = "remove reports"
    ROLES = "see and give roles"
    AUDIT = "see who did what"
    KEEP = "check, repair and back up the knowledge base"


METHODS: dict[str, Right | None] = {
    # Nothing is read or changed by these.
    "open": None,
    "close": None,
    "acting": None,
    "require": None,
    "may": None,
    "ingest": Right.UPLOAD,
    "ingest_many": Right.UPLOAD,
    "publish": Right.PUBLISH,
    "withdraw": Right.PUBLISH,
    "supersede": Right.PUBLISH,
    "discard": Right.REVIEW,
    "remove": Right.REMOVE,
    "correct": Right.CORRECT,
    "set_report": Right.CORRECT,
    "corrections": Right.REVIEW,
    "reports": Right.READ,
    "report": Right.READ,
    "reading": Right.READ,
    "said_in": Right.READ,
    "file_bytes": Right.READ,
    "page_image": Right.READ,
    "snapshots": Right.READ,
    "snapshot": Right.READ,
    "count": Right.READ,
    "pbis": Right.READ,
    "group": Right.READ,
    "facets": Right.READ,
    "history": Right.READ,
    "events": Right.READ,
    "changes": Right.READ,
    "vanished": Right.READ,
    "catalogue": Right.READ,
    "written": Right.READ,
    "search": Right.READ,
    "told": Right.READ,
    "passages": Right.READ,
    "vectors_of": Right.READ,
    "ask": Right.ASK,
    "export": Right.EXPORT,
    "catch_up": Right.UPLOAD,  # what publishing leaves to be done
    "vector_ids": Right.KEEP,
    "rebuild_vectors": Right.KEEP,
    "check": Right.KEEP,
    "stats": Right.READ,
}
"""The right that each public method of `KnowledgeBase` needs; None for those that need none."""

_inside: ContextVar[tuple[KnowledgeBase, Person] | None] = ContextVar("inside", default=None)
"""The knowledge base whose door was passed on the way here, and the person as then read."""


def needs(right: Right) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Makes a function whose first argument is a `KnowledgeBase` check the right when called."""

    def guarded(function: Callable[P, T]) -> Callable[P, T]:
        if inspect.isgeneratorfunction(function):

            @wraps(function)
            def run_each(*args: Any, **kwargs: Any) -> Any:
                # Its caller goes on between the steps: they check for themselves.
                args[0].require(right)
                yield from function(*args, **kwargs)

            run_each.right = right  # type: ignore[attr-defined]
            return run_each

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            kb: Any = args[0]
            with entered(kb, right):
                return function(*args, **kwargs)

        run.right = right  # type: ignore[attr-defined]
        return run

    return guarded


@contextmanager
def entered(kb: KnowledgeBase, right: Right) -> Iterator[Person]:
    """Through the door: the role is read once, and holds for what the step does in turn.

    Raises:
        NotAllowed: the person's role does not cover the right.
    """
    inside = _inside.get()
    if inside is not None and inside[0] is kb:
        yield inside[1]
        return
    person = kb.require(right)
    token = _inside.set((kb, person))
    try:
        yield person
    finally:
        _inside.reset(token)


def within(kb: KnowledgeBase) -> Person | None:
    """The person as read at the door of the step that runs; None where no door was passed."""
    inside = _inside.get()
    return inside[1] if inside is not None and inside[0] is kb else None


def whose() -> KnowledgeBase | None:
    """The knowledge base, with the person it acts for, whose step runs."""
    inside = _inside.get()
    return inside[0] if inside is not None else None


def guarded_class(kind: Class) -> Class:
    """Puts the check of `METHODS` before each public method of a class."""
    for name, right in METHODS.items():
        method = kind.__dict__.get(name)
        if right is not None and inspect.isfunction(method):
            setattr(kind, name, needs(right)(method))
    return kind
