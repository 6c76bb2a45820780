"""The words of the domain, from a TOML file that an expert can edit: who, how bad, in what state.

`load()` gives the vocabulary that ships with the product. Reading and question answering use the
same one, so a party added to the file is found in reports and understood in questions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ingest.labels import LabelWords, Nearness
from ingest.records import ImpactClass, Severity
from ingest.rules.impacts import ImpactWords
from ingest.rules.markings import Markings
from ingest.rules.parties import Party, PartyMatcher, PartyMention, key, loose
from ingest.rules.severities import SeverityWords
from ingest.rules.statuses import StatusWords

__all__ = ["PartyMention", "Vocabulary", "WordMention", "load"]

DEFAULT = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, slots=True)
class WordMention:
    """A vocabulary word in a text: what it stands for, and its half-open span."""

    value: str
    start: int
    end: int


class Vocabulary:
    """What a vocabulary file says, ready to be looked up. Immutable once made."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._parties = {party.name: party for party in map(_party, data["party"])}
        self.roles: dict[str, tuple[str, ...]] = {
            role["name"]: tuple(role["words"]) for role in data.get("role", [])
        }
        for section in (
            "severity",
            "status",
            "impact",
            "classification",
            "label",
            "cue",
            "process",
        ):
            if section not in data:
                raise KeyError(section)

    # Patterns are compiled when they are first asked for: looking one problem up needs few of them.

    @cached_property
    def _matcher(self) -> PartyMatcher:
        return PartyMatcher(tuple(self._parties.values()), self.roles)

    @cached_property
    def severity(self) -> SeverityWords:
        """Severity words and scales."""
        return SeverityWords(self._data["severity"])

    @cached_property
    def status(self) -> StatusWords:
        """Known statuses."""
        return StatusWords(self._data["status"])

    @cached_property
    def impact(self) -> ImpactWords:
        """Wordings of the stated impact."""
        return ImpactWords(self._data["impact"])

    @cached_property
    def markings(self) -> Markings:
        """Classification markings."""
        return Markings(self._data["classification"])

    @cached_property
    def labels(self) -> LabelWords:
        """Labels of fields."""
        return LabelWords(self._data["label"], self._data["cue"])

    def with_labels(self, own: Mapping[str, tuple[str, str]]) -> Vocabulary:
        """This vocabulary with labels that one report uses of its own; see `own_labels`."""
        if not own:
            return self
        for name in ("_matcher", "severity", "status", "impact", "markings", "_processes"):
            getattr(self, name)  # made once, and shared
        words = copy(self)
        words.__dict__["labels"] = self.labels.with_own(own)
        return words

    def with_nearness(self, nearness: Nearness) -> Vocabulary:
        """This vocabulary with somebody who knows which field an unlisted label is near to."""
        words = copy(self)
        words.__dict__["labels"] = self.labels.with_nearness(nearness)
        return words

    @cached_property
    def _processes(self) -> dict[str, re.Pattern[str]]:
        return {
            name: re.compile(
                r"(?<!\w)(?:"
                + "|".join(map(loose, sorted(words, key=len, reverse=True)))
                + r")(?!\w)",
                re.IGNORECASE,
            )
            for name, words in self._data["process"].items()
        }

    @property
    def parties(self) -> tuple[str, ...]:
        """Canonical names, without the numbered ones (S1SP1 ... belong to S1SP)."""
        return tuple(self._parties)

    @property
    def processes(self) -> tuple[str, ...]:
        """The business processes that are recognised."""
        return tuple(self._data["process"])

    def party(self, name: str) -> Party | None:
        """The entry of a canonical name; of its family for a numbered one; None if unknown."""
        return self._parties.get(name) or self._parties.get(re.sub(r"\d+$", "", name))

    def family(self, name: str) -> str | None:
        """The wider party: "CSP" for "CSP North", "S1SP" for "S1SP2"; None for one on its own."""
        entry = self.party(name)
        if entry is None:
            return None
        return entry.family or (entry.name if entry.name != name else None)

    def parties_in(self, text: str) -> list[PartyMention]:
        """Every party named, in reading order, with its role where one is named beside it."""
        return self._matcher.mentions(text)

    def canonical_party(self, text: str) -> tuple[str, str | None] | None:
        """Party and role that a value such as "the DCO Operator" names; None if it names none.

        The first named counts; a slip of the pen in a full name ("Duel Contol Organisation") is
        forgiven when nothing else is near.
        """
        mentions = self.parties_in(text)
        if mentions:
            return mentions[0].party, mentions[0].role
        near = self._near(text)
        return (near, None) if near else None

    def _near(self, text: str) -> str | None:
        words = re.sub(r"^(?:the|our)\s+", "", key(text))
        if len(words) < 12 or " " not in words:  # abbreviations are too short to be forgiven
            return None
        from rapidfuzz import fuzz, process

        names = {
            key(name): party.name
            for party in self._parties.values()
            for name in party.names
            if len(name) >= 12
        }
        best = process.extractOne(words, list(names), scorer=fuzz.ratio, score_cutoff=90)
        return names[best[0]] if best else None

    def role_of(self, text: str) -> str | None:
        """The role that a text names ("software provider" is "S/W Provider"); None for none."""
        return self._matcher.role_of(text)

    def severity_of(self, text: str) -> Severity | None:
        """What a severity value says: "Critical", "2 - High", "P2", "Sev 3"; None if nothing."""
        return self.severity.value(text)

    def severities_in(self, text: str) -> list[WordMention]:
        """Severity words in running text ("critical", "P1", "sev 2"), in reading order."""
        return [WordMention(word, start, end) for word, start, end in self.severity.find(text)]

    def status_of(self, text: str) -> str | None:
        """The status that a value names, in its usual spelling; None for one not in the list."""
        return self.status.value(text)

    def is_open(self, status: str | None) -> bool | None:
        """False for a closing status, True for any other, None for none."""
        return self.status.is_open(status)

    def impact_class_of(self, text: str | None) -> ImpactClass:
        """What a stated impact amounts to."""
        return self.impact.classify(text)

    def processes_in(self, text: str) -> tuple[str, ...]:
        """Business processes that the words touch, in the vocabulary's order."""
        return tuple(name for name, pattern in self._processes.items() if pattern.search(text))

    def classification_of(self, text: str) -> str | None:
        """The marking that a line of page furniture is or holds, as printed; None for none."""
        return self.markings.find(text)


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> Vocabulary:
    """The vocabulary of a TOML file; without one, of the file that ships with the product.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no TOML, or a section is missing.
    """
    source = path or DEFAULT
    try:
        return Vocabulary(tomllib.loads(source.read_text(encoding="utf-8")))
    except (KeyError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{source}: the vocabulary cannot be used: {error}") from error


def _party(entry: dict[str, Any]) -> Party:
    return Party(
        name=entry["name"],
        names=tuple(entry.get("names", ())),
        cased=tuple(entry.get("cased", ())),
        family=entry.get("family"),
        members=tuple(entry.get("members", ())),
        numbered=bool(entry.get("numbered", False)),
        body=entry.get("kind") == "body",
    )
