"""The words of questions, from `words.toml`, compiled into spaCy matchers.

A pattern is a row of tokens: `a|b` either, `word~` with its inflections, `{name}` a set, `<LABEL>`
an entity, `_` any one token, a trailing `?` optional.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.blank import blank_english

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

WORDS = Path(__file__).with_name("words.toml")
# Tables whose patterns are matched over the whole question; the others are plain word lists.
PLAIN = frozenset({"sets", "spelled", "rewrite", "glue", "lists"})
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Found:
    """One concept in a question: its id ("filter.open") and its half-open token span.

    `solid` are the tokens matched by a word or an entity rather than by a wildcard.
    """

    id: str
    start: int
    end: int
    solid: frozenset[int]


class Lexicon:
    """Everything that `words.toml` says, ready to be matched. Not changed once made."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.nlp: Language = blank_english()
        from spacy.matcher import Matcher

        self.sets: dict[str, frozenset[str]] = {
            name: frozenset(words.split("|")) for name, words in data["sets"].items()
        }
        self.spelled: dict[str, str] = data["spelled"]
        self._rewrites = [(_whole(old), new) for old, new in data["rewrite"].items()]
        from spacy.lang.en.stop_words import STOP_WORDS

        self.glue: frozenset[str] = frozenset(data["glue"]["words"].split()) | STOP_WORDS
        self.negators: frozenset[str] = frozenset(data["not"]["words"])
        self.negation_skip: frozenset[str] = frozenset(data["not"]["skip"])
        self.words: set[str] = set(self.spelled) | self.glue | self.negators
        self.patterned: set[str] = set()
        self._wild: dict[str, frozenset[int]] = {}
        self.matcher: Matcher = Matcher(self.nlp.vocab)
        for table, entries in data.items():
            if table in PLAIN:
                continue
            for key, rows in entries.items():
                if table == "not" and key != "phrases":
                    continue
                for number, row in enumerate(rows):
                    # A row is a key of its own, so that a match tells which of its tokens are wild.
                    name = f"{table}.{key}#{number}"
                    self._wild[name] = frozenset(
                        place for place, part in enumerate(row.split()) if part in ("_", "_?")
                    )
                    self.matcher.add(name, [self._compiled(row)])

    def rewritten(self, text: str) -> str:
        """The text with the fixed rewrites applied."""
        for pattern, new in self._rewrites:
            text = pattern.sub(new, text)
        return text

    def find(self, doc: Doc) -> list[Found]:
        """Every concept anywhere in the doc, overlaps included."""
        strings = self.nlp.vocab.strings
        found: dict[tuple[str, int, int], frozenset[int]] = {}
        matches: list[tuple[int, int, int, list[int]]] = self.matcher(doc, with_alignments=True)  # type: ignore[assignment]
        for key, start, end, alignment in matches:
            row = strings[key]
            wild = self._wild[row]
            solid = frozenset(
                start + offset for offset, token in enumerate(alignment) if token not in wild
            )
            place = (row.partition("#")[0], start, end)
            if len(solid) > len(found.get(place, ())):
                found[place] = solid
        return [Found(name, start, end, solid) for (name, start, end), solid in found.items()]

    def _compiled(self, row: str) -> list[dict[str, Any]]:
        return [self._token(part) for part in row.split()]

    def _token(self, part: str) -> dict[str, Any]:
        optional = part.endswith("?") and len(part) > 1
        part = part[:-1] if optional else part
        token: dict[str, Any]
        if part == "_":
            token = {"IS_PUNCT": False}  # any one word
        elif part.startswith("<") and "|" not in part:
            token = {"ENT_TYPE": part.strip("<>")}
        else:
            words: set[str] = set()
            for word in part.split("|"):
                if word.startswith("{"):
                    words |= self.sets[word.strip("{}")]
                elif word.endswith("~"):
                    words |= inflected(word[:-1])
                elif word == "<PBI>":
                    words |= {"<pbi>", "<title>"}  # as the annotator names merged tokens
                else:
                    words.add(word.lower() if word.startswith("<") else word)
            self.words |= words
            self.patterned |= words
            token = {"NORM": {"IN": sorted(words)}}
        if optional:
            token["OP"] = "?"
        return token


def _whole(words: str) -> re.Pattern[str]:
    """Words as they stand by themselves, in whatever case; "non-" begins another word."""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return re.compile(rf"(?<!\w){re.escape(words)}{end}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _lists() -> dict[str, str]:
    lists: dict[str, str] = tomllib.loads(WORDS.read_text(encoding="utf-8"))["lists"]
    return lists


def word_set(name: str) -> frozenset[str]:
    """One of the word lists of `words.toml`. Raises KeyError for a name that it lacks."""
    return frozenset(_lists()[name].split())


def inflected(word: str) -> set[str]:
    """A regular verb or noun with its usual forms: slip, slips, slipped, slipping."""
    if word.endswith("e"):
        return {word, word + "s", word + "d", word[:-1] + "ing"}
    if word.endswith("y") and word[-2] not in VOWELS:
        return {word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    if word.endswith(("s", "sh", "ch", "x")):
        return {word, word + "es", word + "ed", word + "ing"}
    forms = {word, word + "s", word + "ed", word + "ing"}
    if len(word) < 6 and word[-1] not in "aeiouwxy" and word[-2] in VOWELS:
        forms |= {word + word[-1] + "ed", word + word[-1] + "ing"}
    return forms


@lru_cache(maxsize=2)
def load(path: Path = WORDS) -> Lexicon:
    """The words of a TOML file; without one, of the file that ships with the product.

    Raises:
        OSError, ValueError: it cannot be read, or is no such file.
    """
    return Lexicon(tomllib.loads(path.read_text(encoding="utf-8")))
