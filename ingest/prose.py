"""Running lines to drafts: where records start, their titles, and the headings above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.assemble import Draft
from ingest.blocks import Shape, Start, starts_of
from ingest.document import Line
from ingest.fields import Lines, Scanner, scan_fields
from ingest.flow import Break, Flow, FlowItem, FlowLine
from ingest.joining import join_lines
from ingest.records import Grade
from ingest.rules.statements import owner_in
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

_HEADING_WORDS = re.compile(
    r"(?:\d+(?:\.\d+)*[.)]?|section|part|annex|appendix|problems?|records?|PBIs?|open|closed|new|held|owned|with|by|"
    r"the|for|of|and|currently|attributed|attributable|assigned|to|supplier|service|provider|party|owner|summary|"
    r"relating|related|list|details?|status|outstanding|tickets?|are|is|that|where|lead|led|issues?|known|"
    r"owning|organisation|all|at|resolver|group|in|on|\(\d+\)|[\W_]+|\d+)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:[\d.]+\s+)?(?:glossary|appendix|annex|definitions?|abbreviations|acronyms|end of (?:report|paper|document)|"
    r"contacts?|recommendations?|conclusions?|distribution(?: list)?|document (?:control|history)|"
    r"next steps for|terms used|notes|revision history|further information|index)\b.{0,40}$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Prose:
    """What running lines hold.

    Attributes:
        drafts: one per block. front: lines that stand in no record. listed: contents entries.
    """

    drafts: list[Draft] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    listed: list[Start] = field(default_factory=list)


def fields_stated(items: Sequence[FlowItem], vocabulary: Vocabulary) -> set[str]:
    """Names of the fields that some lines state by a label."""
    lines = [item for item in items if isinstance(item, FlowLine)]
    return {found.field for found in scan_fields(lines, vocabulary).found} - {"other", "pbi"}


def read_prose(flow: Flow, vocabulary: Vocabulary) -> Prose:
    """The records that running lines hold, in reading order."""
    starts, listed = starts_of(flow, vocabulary, lambda items: fields_stated(items, vocabulary))
    result = Prose(listed=listed)
    listed_at = {start.index for start in listed}
    first = starts[0].index if starts else len(flow.items)
    result.front = [item.line for item in flow.items[:first] if isinstance(item, FlowLine)]
    heading: Found | None = None
    if starts:
        _, above = _split_tail(flow.items[:first], flow, vocabulary)
        heading = _owner_heading(above, vocabulary)
    for place, start in enumerate(starts):
        after = starts[place + 1].index if place + 1 < len(starts) else len(flow.items)
        items = [
            item
            for index, item in enumerate(flow.items[start.index : after], start=start.index)
            if index not in listed_at
        ]
        lines = [item for item in items if isinstance(item, FlowLine)]
        lines, above = _split_tail(lines, flow, vocabulary)
        if place + 1 == len(starts):
            lines, rest = _split_end(lines, flow)
            result.front += [item.line for item in rest]
        draft = read_block(start, lines, flow, vocabulary)
        if heading:
            draft.found.append(heading)
        result.drafts.append(draft)
        heading = _owner_heading(above, vocabulary) or heading
        result.front += [item.line for item in above]
    return result


def read_block(
    start: Start, lines: Sequence[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> Draft:
    """One record out of its lines; the first of them holds the number."""
    head = lines[0]
    joined = join_lines([head.line])
    draft = Draft(start.pbi, Span(joined, *start.number))
    count = 1
    body: list[FlowLine] = []
    if start.shape in (Shape.TITLED, Shape.LOOSE):
        count = _title_lines(lines, flow, vocabulary)
        title = join_lines([item.line for item in lines[:count]])
        stop = _title_stop(title.text, start.end, vocabulary)
        span = Span(title, start.end, stop).trimmed()
        if re.search(r"\w", span.raw):
            draft.found.append(Found("title", span.text, span, "title.start"))
        if stop < len(title.text):
            body = [_remainder(head, start.end + len(span.raw))]
    elif start.shape is Shape.FIELDS:
        body = [_remainder(head, start.end)]
    body += lines[count:]
    if start.shape in (Shape.ALONE, Shape.FIELDS):
        body = _title_below(draft, body, flow, vocabulary)
    if body:
        scan = Scanner(Lines(body), vocabulary).scan()
        draft.found += scan.found
        draft.narrative += scan.rest
        draft.unknown += scan.unknown
    return draft


def _remainder(head: FlowLine, at: int) -> FlowLine:
    """The words of a line from an offset on, as a line of their own."""
    words, offset = [], 0
    for word in head.line.words:
        if offset >= at:
            words.append(word)
        offset += len(word.text) + 1
    line = Line(head.line.page, tuple(words), head.line.block, head.line.place)
    return FlowLine(line, Break.HARD)


def _title_stop(text: str, at: int, vocabulary: Vocabulary) -> int:
    """Where fields begin on the title's own line."""
    for match in re.finditer(r"[|;\u2022\t]\s*|\s{2,}|(?<=[.,])\s+", text[at:]):
        label = vocabulary.labels.match(text, at + match.end())
        if label and label.mark in (":", "="):
            return at + match.start()
    return len(text)


def _title_lines(lines: Sequence[FlowLine], flow: Flow, vocabulary: Vocabulary) -> int:
    """How many lines the title takes: it runs on in the same look, without a gap."""
    count = 1
    while count < len(lines) and count < 5:
        last, item = lines[count - 1], lines[count]
        if item.before is Break.HARD or _opens_field(item, vocabulary):
            break
        if flow.emphasised(lines[0].line) != flow.emphasised(item.line):
            break
        plain = not flow.emphasised(lines[0].line)
        if plain and re.search(r"[.!?]$", last.text):
            break
        if plain and item.before is Break.SOFT and not _unfinished(last.text, item.text):
            break
        if owner_in(item.text, vocabulary):
            break
        count += 1
    return count


def _unfinished(before: str, after: str) -> bool:
    """In plain text a title that wraps early: it must go on in small letters, or end at once."""
    return after[:1].islower() or len(after.split()) <= 3


def _opens_field(item: FlowLine, vocabulary: Vocabulary) -> bool:
    scanner = Scanner(Lines([item]), vocabulary)
    found = scanner.scan()
    return (
        bool(found.found)
        and found.found[0].at.start <= len(item.text)
        and (not found.rest or found.rest[0].start > 0)
    )


def _title_below(
    draft: Draft, body: list[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> list[FlowLine]:
    """A number on a line of its own has its title on the next, if that is no field or sentence."""
    if not body or _opens_field(body[0], vocabulary) or owner_in(body[0].text, vocabulary):
        return body
    count = _title_lines(body, flow, vocabulary)
    text = " ".join(item.text for item in body[:count])
    loud = all(flow.emphasised(item.line) for item in body[:count])
    if not loud and (len(text) > 140 or re.search(r"[.!?]\s+[A-Z]", text)):
        return body
    if len(body) > count and body[count].before is Break.WRAP and not loud:
        return body
    joined = join_lines([item.line for item in body[:count]])
    span = Span(joined, 0, len(joined.text))
    draft.found.append(
        Found(
            "title",
            span.text,
            span,
            "title.below",
            Grade.GOOD if loud else Grade.FAIR,
            None if loud else "the line below the number was taken for the title",
        )
    )
    return body[count:]


def _split_tail(
    items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary
) -> tuple[list[FlowLine], list[FlowLine]]:
    """Cuts off headings that stand at the end of a record but belong to what follows."""
    lines = [item for item in items if isinstance(item, FlowLine)]
    cut = len(lines)
    while cut > 1 and cut > len(lines) - 3 and _is_heading(lines[cut - 1], flow, vocabulary):
        cut -= 1
    return lines[:cut], lines[cut:]


def _is_heading(item: FlowLine, flow: Flow, vocabulary: Vocabulary) -> bool:
    text = item.text.strip()
    if item.before is not Break.HARD or len(text) > 70 or re.search(r"[.,;=]$", text):
        return False
    if _is_party_heading(text, vocabulary):
        return True
    loud = flow.emphasised(item.line)
    return loud and ":" not in text and not _opens_field(item, vocabulary)


def _is_party_heading(text: str, vocabulary: Vocabulary) -> bool:
    mentions = vocabulary.parties_in(text)
    if len({mention.party for mention in mentions}) != 1:
        return False
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    return not re.sub(r"\s+", "", _HEADING_WORDS.sub("", rest))


def _owner_heading(lines: Sequence[FlowLine], vocabulary: Vocabulary) -> Found | None:
    for item in reversed(lines):
        if _is_party_heading(item.text, vocabulary):
            joined = join_lines([item.line])
            mention = vocabulary.parties_in(joined.text)[0]
            span = Span(joined, mention.start, mention.end)
            return Found(
                "owner_heading",
                span.text,
                span,
                "heading.owner",
                Grade.FAIR,
                "the heading above names the party, the record does not",
            )
    return None


def _split_end(lines: list[FlowLine], flow: Flow) -> tuple[list[FlowLine], list[FlowLine]]:
    """Cuts a glossary or an annex off the last record."""
    for index, item in enumerate(lines[1:], start=1):
        if item.before is Break.HARD and _ENDING.fullmatch(item.text.strip()):
            if flow.emphasised(item.line) or not flow.body_size:
                return lines[:index], lines[index:]
    return lines, []
