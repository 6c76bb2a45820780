"""What a knowledge base stands on: its parts, shared by all views of it, and for whom it acts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy import Connection

from ingest.records import Reading
from kb import audit
from kb.classification import classification
from kb.database import Database
from kb.errors import NotAllowed
from kb.files import Files, make_files
from kb.filters import Filters
from kb.people import LOCAL, Person, known
from kb.rights import Right, guarded_class, within
from kb.settings import Settings
from kb.store import RecordStore
from kb.turns import Turns
from kb.visible import Sight, Sights

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.encode import Encoder
    from kb.index import VectorIndex
    from kb.results import Catalogue

EVERYTHING = Filters()
"""No condition: all problems of the current reports."""

Reader = Callable[[bytes, str], Reading]
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Shared:
    """What all views of one knowledge base have in common."""

    encoder: Encoder | None
    index: VectorIndex | None
    sights: Sights
    turns: Turns
    guard: Any = field(default_factory=RLock)
    catalogues: dict[int, tuple[Sight, Catalogue]] = field(default_factory=dict)
    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))


@guarded_class
class Core:
    """Settings, database, files, records, and the person acted for; opened, shared and closed."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        files: Files,
        encoder: Encoder | None = None,
        index: VectorIndex | None = None,
    ) -> None:
        self.settings = settings
        self.database = database
        self.files = files
        sights = Sights(database, classification(settings.classification))
        self.store = RecordStore(sights)
        self.person: Person = LOCAL
        self.origin: str | None = None
        self.still: Callable[[], None] | None = None
        self._shared = _Shared(encoder, index, sights, Turns(database, settings))
        self.meaning_off: str | None = None
        """Why the last search by meaning was not possible; None where it was."""

    @classmethod
    def open(cls, settings: Settings | None = None, *, encoder: Encoder | None = None) -> Self:
        """The knowledge base that the settings name, made if it is not there yet.

        Args:
            encoder: in place of the one that the settings name.

        Raises:
            StoreUnavailable: the database cannot be opened, or a newer release wrote it.
        """
        settings = settings or Settings()
        url = settings.database_url or f"sqlite:///{settings.data / 'pbi.sqlite'}"
        files = make_files(settings.data / "files", settings.files_url)
        database = Database(url)
        try:
            return cls(settings, database, files, encoder)
        except BaseException:
            database.close()
            raise

    def acting(
        self,
        person: Person | str,
        origin: str | None = None,
        *,
        still: Callable[[], None] | None = None,
    ) -> Self:
        """A light view of the same knowledge base that acts for a person, given or by e-mail.

        Each of its methods asks the database anew what the person may do and see, whatever roles
        the `Person` given has; only `LOCAL` may do everything.

        Args:
            origin: where the person is, for the audit: a network address, "cli".
            still: called at each step; raises NotAllowed where the person has left meanwhile.
        """
        view = copy(self)
        view.still = still
        view.person = Person(email=person.strip().casefold()) if isinstance(person, str) else person
        view.origin = origin
        view.meaning_off = None
        view.store = RecordStore(self._shared.sights, None if view.person.local else view._seen_by)
        return view

    def require(self, right: Right) -> Person:
        """The person as the database has them now.

        Raises:
            NotAllowed: their role does not cover the right, or they have none.
        """
        person = self._person_now()
        if not person.may(right):
            raise NotAllowed(_refusal(person, right))
        return person

    def may(self, right: Right) -> bool:
        """Whether the person's role covers a right now: to show only what can be used."""
        return self._person_now().may(right)

    def _person_now(self) -> Person:
        if self.person.local:
            return self.person
        if (inside := within(self._itself)) is not None:
            return inside
        if self.still is not None:
            self.still()
        with self.database.read() as connection:
            return self._seen_by(connection)

    def _of_everything(self) -> Self:
        """The same for the same person over every report: for upkeep, never for what is shown."""
        view = copy(self)
        view.store = RecordStore(self._shared.sights)
        return view

    def _seen_by(self, connection: Connection) -> Person:
        """The person within one state of the database."""
        if (inside := within(self._itself)) is not None:
            return inside
        return known(connection, self.person.email) or Person(email=self.person.email)

    @property
    def _itself(self) -> KnowledgeBase:
        # Nothing but the whole is ever made.
        return cast("KnowledgeBase", self)

    @property
    def waiting_entries(self) -> deque[dict[str, Any]]:
        """Entries of the audit that could not be written yet."""
        return self._shared.entries

    @property
    def _encoder(self) -> Encoder | None:
        return self._shared.encoder

    @_encoder.setter
    def _encoder(self, encoder: Encoder | None) -> None:
        self._shared.encoder = encoder

    @property
    def _index(self) -> VectorIndex | None:
        return self._shared.index

    @_index.setter
    def _index(self, index: VectorIndex | None) -> None:
        self._shared.index = index

    @property
    def _guard(self) -> Any:
        return self._shared.guard

    def close(self) -> None:
        """Lets go of the database and the index."""
        audit.settle(self._itself)
        with self._guard:
            if self._index is not None:
                self._index.close()
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _refusal(person: Person, right: Right) -> str:
    if not person.roles:
        return f"{person.email} has no role here: ask an administrator to be added"
    return f"{person.email} may not {right}: the role {person.role} does not cover it"
