"""Who may come in, and as what: roles by e-mail address, kept with the records.

A role holds everything that the ones before it hold. The role that counts is the one in the
database at the moment of the action, whatever a `Person` said when it was made.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ingest.records import Frozen
from kb.errors import BadValue, RecordNotFound, WrongState
from kb.rights import Right, needs
from kb.tables import people as table

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = 254


class Role(StrEnum):
    """What a person is here, from the least to the most."""

    MEMBER = "member"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


class Person(Frozen):
    """Somebody, by casefolded e-mail address.

    Attributes:
        roles: the role given and those that it holds in it, least first; () for nobody known.
        local: whoever sits at the machine itself, without sign-in: may do everything.
    """

    email: str
    name: str | None = None
    roles: tuple[Role, ...] = ()
    local: bool = False
    added: datetime | None = None
    added_by: str | None = None

    @property
    def role(self) -> Role | None:
        """The highest of the roles."""
        return self.roles[-1] if self.roles else None

    def may(self, right: Right) -> bool:
        """Whether a role of theirs covers it."""
        return right in {one for role in self.roles for one in RIGHTS_OF[role]}


RIGHTS_OF: dict[Role, frozenset[Right]] = {
    Role.MEMBER: frozenset({Right.READ, Right.ASK, Right.EXPORT}),
    Role.STAFF: frozenset({Right.UPLOAD, Right.REVIEW, Right.CORRECT, Right.PUBLISH}),
    Role.ADMINISTRATOR: frozenset({Right.REMOVE, Right.ROLES, Right.AUDIT, Right.KEEP}),
}
"""What each role adds to the ones before it."""

LOCAL = Person(email="local user", roles=tuple(Role), local=True)
"""The one person of single-user mode, and of the command line."""


def folded(email: str) -> str:
    """The form in which addresses are kept and compared. Raises BadValue."""
    bare = email.strip().casefold()
    if not _EMAIL.fullmatch(bare) or len(bare) > _LONGEST or not bare.isprintable():
        raise BadValue(f"{email!r} is no e-mail address: name@example.org is expected")
    return bare


def signature(kb: KnowledgeBase, who: str) -> str:
    """The name that a change is kept under: nobody who signed in can give another's."""
    return who if kb.person.local else kb.person.email


def upto(role: Role) -> tuple[Role, ...]:
    """A role with those that it holds in it."""
    every = tuple(Role)
    return every[: every.index(role) + 1]


def known(connection: Connection, email: str) -> Person | None:
    """The person of an address as the database has them now; None for nobody known."""
    row = connection.execute(
        select(table).where(table.c.email == email.strip().casefold())
    ).one_or_none()
    return _person(row) if row is not None else None


@needs(Right.ROLES)
def find(kb: KnowledgeBase, email: str) -> Person | None:
    """`known`, for whoever lets people in: only the local user and administrators may look."""
    with kb.database.read() as connection:
        return known(connection, email)


@needs(Right.ROLES)
def everybody(kb: KnowledgeBase) -> list[Person]:
    """All who have a role, by address."""
    with kb.database.read() as connection:
        return [_person(row) for row in connection.execute(select(table).order_by(table.c.email))]


@needs(Right.ROLES)
def add(kb: KnowledgeBase, email: str, role: Role, *, name: str | None = None) -> Person:
    """Gives somebody new a role.

    Raises:
        BadValue: no e-mail address. WrongState: they have a role already (`set_role` changes it).
    """
    from kb import audit

    address, now = folded(email), datetime.now(UTC)
    with kb.database.write(counts=False) as connection:
        held = known(connection, address)
        if held is not None:
            raise WrongState(
                f"{address} is {held.role} already: change it with `pbi users set {address}`"
            )
        connection.execute(
            insert(table).values(
                email=address, name=name, role=role, added=now, added_by=audit.actor().email
            )
        )
        audit.note(connection, audit.Action.ROLE_GIVEN, detail=f"{address}: {role}")
        return _expected(connection, address)


@needs(Right.ROLES)
def set_role(
    kb: KnowledgeBase, email: str, role: Role, *, name: str | None = None, last: bool = False
) -> Person:
    """Changes somebody's role, and name where one is given.

    Args:
        last: the last administrator may stop being one.

    Raises:
        RecordNotFound: nobody has the address. WrongState: nobody would be left to give roles.
    """
    from kb import audit

    address = email.strip().casefold()
    with kb.database.write(counts=False) as connection:
        held = _expected(connection, address)
        if role is not Role.ADMINISTRATOR:
            _not_last(connection, held, last)
        values: dict[str, Any] = {"role": role, **({"name": name} if name is not None else {})}
        connection.execute(update(table).where(table.c.email == address).values(**values))
        if role is not held.role:
            said = f"{address}: {held.role} to {role}"
            audit.note(connection, audit.Action.ROLE_CHANGED, detail=said)
        return _expected(connection, address)


@needs(Right.ROLES)
def remove(kb: KnowledgeBase, email: str, *, last: bool = False) -> None:
    """Takes somebody's role away: their next action is refused.

    Args:
        last: the last administrator may be removed.

    Raises:
        RecordNotFound: nobody has the address. WrongState: nobody would be left to give roles.
    """
    from kb import audit

    address = email.strip().casefold()
    with kb.database.write(counts=False) as connection:
        held = _expected(connection, address)
        _not_last(connection, held, last)
        connection.execute(delete(table).where(table.c.email == address))
        audit.note(connection, audit.Action.ROLE_TAKEN, detail=f"{address}: {held.role}")


def _expected(connection: Connection, address: str) -> Person:
    held = known(connection, address)
    if held is None:
        raise RecordNotFound(f"{address} has no role here (`pbi users list` shows who has)")
    return held


def _not_last(connection: Connection, held: Person, last: bool) -> None:
    if held.role is not Role.ADMINISTRATOR or last:
        return
    others = connection.scalar(
        select(func.count()).where(table.c.role == Role.ADMINISTRATOR, table.c.email != held.email)
    )
    if not others:
        raise WrongState(
            f"{held.email} is the last administrator: make somebody else one first, or say --last"
        )


def _person(row: Row[Any]) -> Person:
    return Person(
        email=row.email,
        name=row.name,
        roles=upto(Role(row.role)),
        added=row.added,
        added_by=row.added_by,
    )
