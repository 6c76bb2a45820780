"""A head whose title and fields bars part: "PBI... | Reads late | DSP | High | Raised ..."."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.fields import Lines, Scanner
from ingest.flow import FlowLine
from ingest.joining import join_lines
from ingest.records import Grade
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

_BAR = re.compile(r"[|\u2502\u00a6]")
_IN_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)")
_LEAST = 2
_WHY = "a value without a label, recognised by its words"


def is_piped(head: FlowLine, at: int) -> bool:
    """Bars, in no bracket, part what stands behind an offset into three pieces at least."""
    return len(_BAR.findall(_IN_BRACKETS.sub("", head.text[at:]))) >= _LEAST


def piped_fields(head: FlowLine, at: int, vocabulary: Vocabulary) -> tuple[list[Found], list[Span]]:
    """The values of the pieces, the first other one as title, and what is neither."""
    joined = join_lines([head.line])
    bounds = [at - 1, *(bar.start() for bar in _BAR.finditer(joined.text, at)), len(joined.text)]
    found: list[Found] = []
    rest: list[Span] = []
    for left, right in pairwise(bounds):
        span = Span(joined, left + 1, right).trimmed(" \u00a0.;,-\u2013\u2014")
        if not re.search(r"\w", span.raw):
            continue
        values = _labelled(span, head, vocabulary) or _bare(span, vocabulary)
        if values:
            found += values
        elif not any(item.field == "title" for item in found):
            found.append(Found("title", span.text, span, "title.start"))
        else:
            rest.append(span)
    return found, rest


def _labelled(span: Span, head: FlowLine, vocabulary: Vocabulary) -> list[Found]:
    """What labels state in a piece: "Created 04/10/2023"."""
    whole = Scanner(Lines([head]), vocabulary)
    label = vocabulary.labels.match(span.joined.text, span.start)
    if label is None or label.stop >= span.end:
        return []
    scan = whole.scan()
    return [
        Found(item.field, item.text, span.within(item.at.start, item.at.end), item.rule)
        for item in scan.found
        if span.start <= item.at.start and item.at.end <= span.end
    ]


def _bare(span: Span, vocabulary: Vocabulary) -> list[Found]:
    """A piece that is a severity, a status or a party and nothing else."""
    text = span.raw
    name = None
    if vocabulary.status_of(text):
        name = "status"
    elif len(text) <= 24 and vocabulary.severity_of(text):
        name = "severity"
    else:
        mentions = vocabulary.parties_in(text)
        if len(mentions) == 1 and mentions[0].start == 0 and mentions[0].end >= len(text) - 1:
            name = "owner"
    return [Found(name, span.text, span, f"badge.{name}", Grade.FAIR, _WHY)] if name else []
