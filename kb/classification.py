"""Who may see a report, by its marking: what `kb/classification.toml` or a file of yours says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from kb.errors import BadValue
from kb.markings import Levels, known_levels, rank
from kb.people import Person, Role
from kb.rows import fold

Who = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """The circle of readers of every marking.

    Attributes:
        levels: words by level, from open to closed. circles: for each level roles and addresses.
        unmarked: for reports without a marking. unknown: for markings that no word is known of.
    """

    levels: Levels
    circles: tuple[Who, ...]
    unmarked: Who
    unknown: Who

    def sees(self, person: Person, marking: str | None) -> bool:
        """Whether a person may see a report with a marking."""
        if person.local:
            return True
        return any(_fits(person, who) for who in self._who(marking))

    def sees_all(self, person: Person) -> bool:
        """Whether a person may see every marking."""
        circles = (*self.circles, self.unmarked, self.unknown)
        return person.local or all(any(_fits(person, who) for who in one) for one in circles)

    def _who(self, marking: str | None) -> Who:
        if not fold(marking or ""):
            return self.unmarked
        level = rank(fold(marking or ""), self.levels)
        return self.circles[level] if level < len(self.levels) else self.unknown


@lru_cache(maxsize=8)
def classification(path: Path | None = None) -> Classification:
    """What a file says; by default the product's own.

    Raises:
        BadValue: it cannot be read, or says what cannot be meant.
    """
    place = str(path or "kb/classification.toml")
    try:
        text = (
            path.read_text(encoding="utf-8")
            if path
            else resources.files("kb").joinpath("classification.toml").read_text(encoding="utf-8")
        )
        return _made(tomllib.loads(text))
    except (OSError, ValueError) as error:  # TOML and UTF-8 errors are ValueErrors
        raise BadValue(f"PBI_CLASSIFICATION: {place}: {error}") from error


def _made(said: Mapping[str, Any]) -> Classification:
    see, otherwise = said.get("see"), said.get("otherwise", {})
    if not isinstance(see, dict) or not isinstance(otherwise, dict):
        raise ValueError("a table [see] is expected")
    odd = sorted(said.keys() - {"see", "otherwise"}) + sorted(
        otherwise.keys() - {"unmarked", "unknown"}
    )
    if odd:
        raise ValueError(f"{odd[0]!r} means nothing here")
    levels = tuple(_words(word) for word in see)
    every = [fold(word) for level in levels for word in level]
    twice = next((word for word in every if every.count(word) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} stands on two lines, by itself or with its level")
    circles = tuple(_who(word, who) for word, who in see.items())
    # Nobody can say that less than the most closed would do.
    strictest = circles[-1] if circles else ()
    return Classification(
        levels=levels,
        circles=circles,
        unmarked=_who("unmarked", otherwise.get("unmarked", list(strictest))),
        unknown=_who("unknown", otherwise.get("unknown", list(strictest))),
    )


def _words(word: str) -> tuple[str, ...]:
    """All the words of the level that a word belongs to; itself where it belongs to none."""
    wanted = fold(word)
    for level in known_levels():
        if wanted in {fold(one) for one in level}:
            return level
    return (word,)


def _who(word: str, who: object) -> Who:
    if not isinstance(who, list) or not all(isinstance(one, str) for one in who):
        raise ValueError(f"{word!r}: a list of roles and e-mail addresses is expected")
    for one in who:
        if one not in tuple(Role) and "@" not in one:
            raise ValueError(f"{word!r}: {one!r} is neither a role nor an e-mail address")
    return tuple(one.casefold() for one in who)


def _fits(person: Person, who: str) -> bool:
    if "@" in who:
        return bool(person.roles) and fnmatchcase(person.email, who)
    return Role(who) in person.roles
