"""Parties and their roles in running text, by one compiled pattern made from the vocabulary.

`ingest.rules.spans` finds the same with spaCy inside a record; a test holds the two together. This
form needs no import of spaCy and takes microseconds, which a question has time for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

DASHES = "\\-\u2010-\u2015\u2212"
_GAP = rf"[\s\u00a0{DASHES}_]*"
_BREAK = rf"[\s\u00a0{DASHES}_]+"
# What may stand between a party and its role: "DCO (Operator", "DCO - Operator", "DCO's Operator".
_ROLE_GAP = rf"(?:['\u2019]s)?[\s\u00a0]*[({DASHES}/:,]?[\s\u00a0]*"
_ROLE_ROOM = 100
"""Characters before a name in which its role may stand: "the Operator of the"."""
_WORD = re.compile(r"(?<![\w@])\w")
_APART = re.compile(rf"[\s\u00a0{DASHES}_]+")
# "S1SP 2" is a provider, "S1SP 2 hours later" is not.
_NO_UNIT = (
    r"(?![\d/:.-]?\d)(?!\s*(?:%|x\b|hours?|hrs?|min|days?|weeks?|months?|times|sites?|incidents?|"
    r"errors?|of\b|and\s+\d+\s+(?:hours|minutes|days)))"
)
_SUFFIX = r"(?:['\u2019]s|s['\u2019]|s)?"


@dataclass(frozen=True, slots=True)
class Party:
    """One party as the vocabulary lists it."""

    name: str
    names: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    family: str | None = None
    members: tuple[str, ...] = ()
    numbered: bool = False
    body: bool = False


@dataclass(frozen=True, slots=True)
class PartyMention:
    """A party named in a text: canonical names, the words, and their half-open span."""

    party: str
    role: str | None
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    first: str
    pattern: str
    party: str
    numbered: bool


class PartyMatcher:
    """Finds parties in text: the longest name first, from left to right, never overlapping."""

    def __init__(self, parties: tuple[Party, ...], roles: dict[str, tuple[str, ...]]) -> None:
        self._roles = {key(word): role for role, words in roles.items() for word in words}
        forms = sorted(
            (form for party in parties for form in _forms(party)),
            key=lambda form: len(form.pattern),
            reverse=True,
        )
        self._names = [form.party for form in forms]
        self._numbered = [form.numbered for form in forms]
        self._members = {party.name: party.members for party in parties if party.members}
        names: dict[str, list[str]] = {}
        for index, form in enumerate(forms):
            names.setdefault(form.first, []).append(f"(?P<n{index}>{form.pattern})")
        words = "|".join(loose(word) for word in sorted(self._roles, key=len, reverse=True))
        behind = (
            rf"{_SUFFIX}(?![\w@])(?!\.[a-z])"
            rf"(?:{_ROLE_GAP}(?P<role>{words})(?![\w/])(?P<close>[\s\u00a0]*\))?)?"
        )
        self._patterns = {
            first: re.compile(f"(?:{'|'.join(some)}){behind}", re.IGNORECASE)
            for first, some in names.items()
        }
        # Only where a word opens with the letters of some name are those of its first one tried.
        self._opens = {
            key(name)[:2] for party in parties for name in (party.name, *party.names, *party.cased)
        }
        self._role_first = re.compile(
            rf"(?<!\w)(?P<role>{words})[\s\u00a0]+(?:for|of|at)[\s\u00a0]+(?:the[\s\u00a0]+)?$",
            re.IGNORECASE,
        )
        # Several rules ask of one text, and quarter after quarter.
        self._kept = lru_cache(maxsize=8192)(self._mentions)

    def mentions(self, text: str) -> list[PartyMention]:
        """Every mention in order; a joint name ("CSP C&S") gives each of its members too."""
        return list(self._kept(text))

    def _mentions(self, text: str) -> tuple[PartyMention, ...]:
        found: list[PartyMention] = []
        for match in self._matches(text):
            index = _alternative(match)
            party = self._names[index]
            if self._numbered[index]:
                party += str(int(re.findall(r"\d+", match[f"n{index}"])[-1]))
            role, start, end = self._role(match, text)
            for name in (party, *self._members.get(party, ())):
                found.append(PartyMention(name, role, text[start:end], start, end))
        return tuple(found)

    def role_of(self, text: str) -> str | None:
        """The role that a text is or opens with, as the vocabulary names it."""
        words = key(text).strip("().,:;")
        if words in self._roles:
            return self._roles[words]
        return next((role for word, role in self._roles.items() if words.startswith(word)), None)

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end or text[start : start + 2].casefold() not in self._opens:
                continue
            pattern = self._patterns.get(text[start].casefold())
            match = pattern.match(text, start) if pattern else None
            if match:
                end = match.end()
                yield match

    def _role(self, match: re.Match[str], text: str) -> tuple[str | None, int, int]:
        start, end = match.span()
        if match["role"] is None:
            # Not from the start of a long text, for each of a thousand names anew.
            before = self._role_first.search(text, max(0, start - _ROLE_ROOM), start)
            if before:
                return self._roles[key(before["role"])], before.start(), end
            return None, start, end
        # A bracket that the name did not open ("(the DCO Operator)") is none of its words.
        if match["close"] and "(" not in match[0]:
            end = match.start("close")
        elif "(" in match[0] and not match["close"]:
            # "DCO (Operator of the estate)": the bracket holds more than the role.
            return self._roles[key(match["role"])], start, match.end("role")
        return self._roles[key(match["role"])], start, end


def _forms(party: Party) -> list[_Form]:
    cased = set(party.cased)
    forms = []
    for name in dict.fromkeys((party.name, *party.names, *party.cased)):
        pattern, first = loose(name), name[0].casefold()
        whole = f"(?-i:{pattern})" if name in cased else pattern
        forms.append(_Form(first, whole, party.name, False))
        if party.numbered:
            digits = rf"{pattern}{_GAP}(?:No\.?\s*)?0*[1-9]\d?{_NO_UNIT}"
            forms.append(_Form(first, digits, party.name, True))
    return forms


def _alternative(match: re.Match[str]) -> int:
    # `lastgroup` would name the role; the name's own group is the one that is set.
    return next(
        int(name[1:])
        for name, value in match.groupdict().items()
        if value is not None and name[0] == "n"
    )


def loose(name: str) -> str:
    """A pattern for a name with any white space, hyphens or none between its words."""
    words = re.split(rf"[\s{DASHES}]+", name)
    # Two words that are both abbreviations may run together ("CSPN"); plain words may not.
    gap = _GAP if len(name) <= 9 else _BREAK
    return gap.join(re.escape(word).replace("'", "['\u2019]") for word in words)


def key(text: str) -> str:
    """A text for comparison: case folded, hyphens and runs of white space as one space."""
    return _APART.sub(" ", text).strip().casefold()
