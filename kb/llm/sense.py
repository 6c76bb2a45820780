"""Whether a sentence says no more than the statements it is made from.

No program proves that two sentences mean the same. What is held here is narrower and can be
checked: every word, name, number, date and quote of the sentence stands in the statements; beside
the same problem number; with the same word next to each number and date; denied where they deny
and only there. What fails may have been true: then the product's own words are given.

Text quoted from a report is good for nothing but the same quote in quotation marks. So an order or
a claim that hides in a report can never become a sentence of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kb.llm.tokens import DENIALS, GLUE, PARTS, RELATIONS, Token, bare, tokens_of
from kb.records import Citation, Statement

_QUOTE_MARKS = re.compile(r"(“[^”]*”)")
_WINDOW = 4


@dataclass
class Source:
    """What a sentence may say: runs of tokens as they stand, and quotes that are cited."""

    runs: list[list[Token]] = field(default_factory=list)
    quotes: set[str] = field(default_factory=set)


@dataclass
class Sources:
    """Statements cut up by the problem that each part speaks of.

    Attributes:
        general: statements that speak of no one problem.
        lead: of the others, what stands before the first one.
        of: per problem.
    """

    general: Source = field(default_factory=Source)
    lead: list[tuple[frozenset[str], list[Token]]] = field(default_factory=list)
    of: dict[str, Source] = field(default_factory=dict)

    def about(self, pbis: Sequence[str], *, tail: bool) -> list[Source]:
        """What may be said of each of the problems; of none, what is said of all.

        Args:
            tail: behind its number. There "Critical or High problems" in the lead makes no
                problem Critical: a value that some problem has is taken from its own part.
        """
        if not pbis:
            only = self.of[next(iter(self.of))] if len(self.of) == 1 else Source()
            runs = [*self.general.runs, *(run for _, run in self.lead), *only.runs]
            return [Source(runs, self.general.quotes | only.quotes)]
        out = []
        values = {token for one in self.of.values() for run in one.runs for token in run}
        for pbi in pbis:
            own = self.of.get(pbi, Source())
            leads = [_shared(run, pbi in first) for first, run in self.lead if own.runs]
            if tail:
                leads = [[t for t in run if t not in values] for run in leads]
            out.append(
                Source([*self.general.runs, *leads, *own.runs], self.general.quotes | own.quotes)
            )
        return out


def _shared(run: list[Token], first: bool) -> list[Token]:
    """A lead as it holds for a problem: "the oldest is" belongs to the first one named."""
    if first:
        return run
    return [t for t in run if not (t.value.endswith("est") or t.value in ("most", "first", "last"))]


def sources_of(statements: Sequence[Statement], citations: Sequence[Citation]) -> Sources:
    """The statements that one sentence names, with their citations, as sources."""
    out = Sources()
    for statement in statements:
        cited = [citations[number] for number in statement.citations]
        tokens = tokens_of(_without_prose(statement.text, cited))
        named = {token.value for token in tokens if token.kind == "pbi"}
        behind = {one.pbi for one in cited if one.pbi}
        if not named and len(behind) == 1:
            # "The narrative says ..." goes on about the problem that it cites.
            own = out.of.setdefault(behind.pop(), Source())
            own.runs.append(tokens)
            own.quotes |= {bare(one.quote) for one in cited}
            continue
        if not named:
            out.general.runs.append(tokens)
            out.general.quotes |= {bare(one.quote) for one in cited}
            continue
        lead, groups = _grouped(tokens)
        if len(named) == 1:
            lead, groups = [], [(groups[0][0], tokens)]
        elif lead:
            out.lead.append((frozenset(groups[0][0]), lead))
        for pbis, run in groups:
            for pbi in pbis:
                own = out.of.setdefault(pbi, Source())
                own.runs.append(run)
                own.quotes |= {bare(one.quote) for one in cited if one.pbi == pbi}
    return out


def _without_prose(text: str, cited: Iterable[Citation]) -> str:
    """A statement in which whole sentences of a report stand in quotation marks."""
    for quote in sorted({one.quote.rstrip(" .") for one in cited}, key=len, reverse=True):
        if len(quote.split()) > 4:
            parts = _QUOTE_MARKS.split(text)
            # Every other part stands between quotation marks already.
            parts[::2] = [part.replace(quote, f"“{quote}”") for part in parts[::2]]
            text = "".join(parts)
    return text


def _grouped(tokens: Sequence[Token]) -> tuple[list[Token], list[tuple[list[str], list[Token]]]]:
    """What stands before the first PBI number, then each number, or row of them, with its tail."""
    lead: list[Token] = []
    groups: list[tuple[list[str], list[Token]]] = []
    for token in tokens:
        if token.kind == "pbi":
            if groups and all(_joins(t) for t in groups[-1][1]):
                groups[-1][0].append(token.value)
            else:
                groups.append(([token.value], []))
        elif groups:
            groups[-1][1].append(token)
        else:
            lead.append(token)
    return lead, groups


def _joins(token: Token) -> bool:
    return token.kind == "word" and token.value in ("and", "pbi", "pbis", "problem")


def trouble_of(tokens: Sequence[Token], sources: Sources) -> str | None:
    """Why a sentence may not be said; None where it may."""
    lead, groups = _grouped(tokens)
    strange = [pbi for pbis, _ in groups for pbi in pbis if pbi not in sources.of]
    if strange:
        return "it named a PBI number that is not in the evidence"
    parts = [([] if not groups else groups[0][0], lead), *groups]
    for place, (pbis, run) in enumerate(parts):
        for source in sources.about(pbis, tail=place > 0):
            why = _trouble(run, source)
            if why:
                return why
    return None


def _trouble(run: Sequence[Token], source: Source) -> str | None:
    known = {token for one in source.runs for token in one}
    said = {
        "date": "it named a date that is not in the evidence",
        "quarter": "it named a quarter that is not in the evidence",
        "number": "it named a number that is not in the evidence",
        "quote": "it quoted words that are not in the evidence",
        "other": "it used signs that are not in the evidence",
    }
    for token in run:
        if token.kind == "quote" and token.value in source.quotes:
            continue
        if token.kind in said and token not in known:
            return said[token.kind]
    why = _denied(run, source)
    if why:
        return why
    for token in run:
        if token.kind == "word" and token.value not in GLUE and token not in known:
            return f"it used a word that is not in the evidence, ‘{token.value[:30]}’"
    return _unbound(run, source)


def _denied(run: Sequence[Token], source: Source) -> str | None:
    """A sentence may deny only what is denied, and may not say what is only denied."""
    firsts: set[Token] = set()
    denied: set[Token] = set()
    free: set[Token] = set()
    for one in source.runs:
        scopes = _scopes(one)
        firsts |= {one[scope[0]] for scope in scopes if scope}
        inside = {place for scope in scopes for place in scope}
        denied |= {one[place] for place in inside}
        free |= {token for place, token in enumerate(one) if place not in inside}
    scopes = _scopes(run)
    inside = {place for scope in scopes for place in scope}
    enduring = any(
        "enduring" in text
        for text in (*source.quotes, *(token.value for one in source.runs for token in one))
    )
    for scope in scopes:
        if scope and run[scope[0]] not in firsts:
            if run[scope[0]].value in ("impact", "effect") and enduring:
                return "it worded “No enduring impact” as no impact"
            return "it denied something that the evidence does not deny"
    for place, token in enumerate(run):
        if token in denied - free and place not in inside and _bears(token):
            return "it said something that the evidence denies"
    return None


def _scopes(run: Sequence[Token]) -> list[list[int]]:
    """For each word of denial, the places of the next few words that bear meaning."""
    out = []
    for place, token in enumerate(run):
        if token.kind == "word" and (token.value in DENIALS or token.value.endswith("n't")):
            scope: list[int] = []
            for step in range(place + 1, len(run)):
                if run[step].kind in ("end", "pbi") or len(scope) == 3:
                    break
                if _bears(run[step]):
                    scope.append(step)
            out.append(scope)
    return out


def _bears(token: Token) -> bool:
    return token.kind in PARTS and token.value not in GLUE and token.value not in RELATIONS


def _unbound(run: Sequence[Token], source: Source) -> str | None:
    """Numbers and dates keep the word beside them; what follows "from" or "with" keeps that."""
    for place, token in enumerate(run):
        if token.kind in ("number", "date") and not any(
            _bound(run, place, one, there)
            for one in source.runs
            for there, other in enumerate(one)
            if other == token
        ):
            return f"it gave a {token.kind} another sense than the evidence does"
        if place and run[place - 1].value in RELATIONS and _bears(token):
            pair = (run[place - 1], token)
            if not any(pair in pairwise(one) for one in source.runs):
                return "it put names or values in another part than the evidence does"
    return None


def _bound(run: Sequence[Token], place: int, one: Sequence[Token], there: int) -> bool:
    ahead, behind = _beside(run, place, 1), _beside(run, place, -1)
    if run[place].kind == "date":
        ahead, behind = behind, ahead
    step = 1 if run[place].kind == "number" else -1
    if ahead:
        return ahead[0] in _beside(one, there, step)
    if behind:
        return behind[0] in _beside(one, there, step) or behind[0] in _beside(one, there, -step)
    return True


def _beside(run: Sequence[Token], place: int, step: int) -> list[Token]:
    """The nearest words on one side, up to the next number, date or quote."""
    out: list[Token] = []
    at = place + step
    while 0 <= at < len(run) and len(out) < _WINDOW:
        token = run[at]
        if token.kind in ("number", "date") or (token.kind == "end" and token.value in ".;"):
            break
        if token.kind in ("word", "quarter") and _bears(token):
            out.append(token)
        at += step
    return out
