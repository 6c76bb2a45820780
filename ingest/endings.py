"""Where the last record ends: a glossary, a count, a signature, a word of farewell behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.blocks import FlowItem, Shape, Start
from ingest.cells import label_of
from ingest.fields import Lines, Scanner
from ingest.flow import Break, Flow, FlowLine
from ingest.vocabulary import Vocabulary

_ENDING = re.compile(
    r"(?:[\d.]+\s+)?(?:glossary|appendix|annex|definitions?|abbreviations|acronyms|"
    r"end of (?:report|paper|document)|"
    r"contacts?|recommendations?|conclusions?|distribution(?: list)?|document (?:control|history)|"
    r"next steps for|any other business|AOB|(?:date of )?(?:the )?next meeting|close of meeting|"
    r"matters arising|terms used|notes|revision history|further information|index|"
    r"key|legend)\b.{0,40}$",
    re.IGNORECASE,
)
# "12 records listed", "Total problems: 12", "(12 rows)": what a program counts below a list.
_COUNTED = re.compile(
    r"\W*(?:(?:total|number)\b[^.]{0,24}\b(?:records?|problems?|entries|rows?)\s*[:=]?\s*\d{1,5}"
    r"|\d{1,5}\s+(?:problem\s+)?(?:records?|problems?|entries|rows?)(?:\s+(?:are\s+|were\s+)?"
    r"(?:listed|found|shown|returned|selected|printed|exported|matched|in\s+(?:all|total|the\s+list)))?)\W*",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:(?:with\s+)?(?:kind|best|many|warm)?\s*(?:regards|wishes|thanks)|yours\s+(?:sincerely|faithfully|truly)|"
    r"thank\s+you|signed(?:\s+by)?:?|sent\s+from)\b.{0,40}|--",
    re.IGNORECASE,
)
# What a writer says to the readers of the whole report, and never of one problem.
_FAREWELL = re.compile(
    r"\W*(?:"
    r"I(?:\s+(?:am|will|would|have|hope|shall|trust|can|remain|propose|suggest)|['\u2019](?:m|ll|d|ve))\b"
    r"|(?:(?:any|all|further|your|if\s+you\s+have\s+(?:any|further))\s+)?(?:questions?|queries|comments|enquiries)"
    r"(?:\s+\w+){0,8}\s+(?:(?:can|may|should|to|please)\s+)?(?:be\s+)?(?:sent|directed|addressed|raised|put|made|"
    r"contact|go|e-?mail|welcome)\b"
    r"|if\s+(?:you|members)\s+(?:have|would|need|wish|want|require)\b"
    r"|please\s+(?:contact|let\s+(?:me|us)|get\s+in\s+touch|send|direct|do\s+not\s+hesitate|e-?mail|note\s+that\s+this)\b"
    r"|for\s+(?:further|more)\s+(?:information|details?)\b"
    r"|(?:the\s+)?(?:operations\s+group|OPSG|committee|panel|members|group|sub-?committee)\s+(?:is|are|may|should)\s+"
    r"(?:now\s+)?(?:asked|invited|requested|recommended|wish|note)\b"
    r"|(?:\w+\s+){1,4}(?:proposes?|recommends?|asks?|requests?|suggests?)\s+that\s+(?:the|this)\s+action\b"
    r"|this\s+action\s+(?:can|may|should|is|will)\b"
    r"|(?:we|my\s+team|the\s+team|DCC)\s+(?:will|shall|intends?\s+to)\s+(?:\w+\s+)?(?:bring|provide|give|circulate|"
    r"present|issue|report\s+back)\b[^.]{0,60}\b(?:meeting|report|paper|members|group|OPSG|month)\b"
    r"|(?:the\s+next|a\s+further|an?\s+updated?)\s+(?:report|update|paper|issue|edition|position|version)\s+"
    r"(?:is|will|to)\b[^.]{0,60}\b(?:meeting|issued?|published|circulated|members|group|OPSG|brought)\b"
    r"|(?:form\s+)?(?:completed|prepared|compiled|approved|reviewed|checked|authorised|signed\s+off|submitted|"
    r"produced|drafted)\s+by\s*:"
    r"|this\s+(?:e-?mail|message|document|paper|note|letter|report|bulletin)\b[^.]{0,20}\s(?:is|was|has|and|may|contains|"
    r"will)\b"
    r"|end\s+of\s+(?:report|paper|document|note|list|return|extract|summary|bulletin)\b"
    r"|(?:the\s+|date\s+of\s+(?:the\s+)?)?next\s+meeting\s*(?::|(?:is|will|takes)\b)"
    r"|(?:the\s+)?meeting\s+(?:was\s+|then\s+)?(?:closed|ended|adjourned|finished)\b"
    r"|there\s+(?:being|was)\s+no\s+(?:other|further)\s+business\b"
    r"|(?:copyright|\u00a9)"
    r")",
    re.IGNORECASE,
)
_TITLED = (Shape.TITLED, Shape.LOOSE, Shape.TRAILING)
_LOOKED_AT = 3
"""Records before the last that show how a record of this report ends."""


def split_end(
    start: Start,
    items: Sequence[FlowItem],
    flow: Flow,
    vocabulary: Vocabulary,
    others: Sequence[Sequence[FlowItem]],
) -> tuple[list[FlowItem], list[FlowItem]]:
    """The last record, and what stands behind it.

    Args:
        start: what opens it. items: from there to the end of the document.
        others: the items of the records before it.
    """
    cut = min(
        _end_by_words(start, items, flow, vocabulary),
        _end_by_farewell(items, vocabulary),
        _end_by_habit(items, flow, vocabulary, others),
    )
    return list(items[:cut]), list(items[cut:])


def _end_by_words(
    start: Start, items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary
) -> int:
    """Where a heading such as "Glossary", a count or a signature begins."""
    titled = start.shape in (*_TITLED, Shape.FORM)
    for index, item in enumerate(items):
        if not index or not isinstance(item, FlowLine):
            continue
        text = item.text.strip()
        if _SIGNED.fullmatch(text) or (item.before and _COUNTED.fullmatch(text)):
            return index
        if index == 1 and not titled and flow.emphasised(item.line):
            continue  # the title below the number: "Notes of tariff changes lost"
        ends = item.before is Break.HARD and _ENDING.fullmatch(text)
        closes = re.match(r"\W*end\s+of\b", text, re.IGNORECASE)
        # Where no type tells headings apart, "Notes" may be the label of a record as well.
        plain = not flow.body_size and not label_of(text, vocabulary).fields
        if ends and (closes or flow.emphasised(item.line) or plain):
            return index
    return len(items)


def _end_by_farewell(items: Sequence[FlowItem], vocabulary: Vocabulary) -> int:
    """Where the writer turns to the readers of the report, with no field of the record behind."""
    cut = len(items)
    for index in range(len(items) - 1, 0, -1):
        item = items[index]
        if not isinstance(item, FlowLine):
            break
        begins = item.before is Break.HARD
        if begins and _FAREWELL.match(item.text):
            cut = index
        elif vocabulary.labels.opens_field(item.text):
            break
    return cut


def _end_by_habit(
    items: Sequence[FlowItem],
    flow: Flow,
    vocabulary: Vocabulary,
    others: Sequence[Sequence[FlowItem]],
) -> int:
    """Where paragraphs follow the field with which every record before it ended."""
    before = list(others[-_LOOKED_AT:])
    if len(before) < 2:
        return len(items)
    last = [_last_field(part, flow, vocabulary) for part in before]
    name = last[0][0]
    if not name or any(other != (name, 0) for other in last):
        return len(items)
    own, behind = _last_field(items, flow, vocabulary)
    return len(items) - behind if own == name else len(items)


def _last_field(items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary) -> tuple[str, int]:
    """The field with which a record ends, and how many lines of plain text follow it.

    ("", 0) where a form, or no field at all, ends it.
    """
    lines = [item for item in items if isinstance(item, FlowLine)]
    if len(lines) != len(items) or len(lines) < 3:
        return "", 0
    joined = Lines(lines, known=flow.known)
    scan = Scanner(joined, vocabulary).scan()
    fields = [item for item in scan.found if item.rule.startswith("label.")]
    if not fields:
        return "", 0
    last = max(fields, key=lambda item: item.at.end)
    rest = [span for span in scan.rest if span.start >= last.at.end]
    if not rest:
        return last.field, 0
    index = sum(at <= rest[0].start for at in joined.ordered) - 1
    if lines[index].before is not Break.HARD:
        return "", 0
    return last.field, len(lines) - index


def split_section(
    start: Start, items: Sequence[FlowItem], flow: Flow
) -> tuple[list[FlowItem], list[FlowItem]]:
    """Cuts off a heading that is larger than that of the record, with what stands below it.

    Between two records this is the next supplier's section, behind the last one an annex. In
    minutes and papers the numbers tell as well: "3. Any other business" ends the record "2.3 ...".
    """
    head = items[0]
    if not isinstance(head, FlowLine) or start.shape not in _TITLED:
        return list(items), []
    if at := _next_section(head.text, items):
        return list(items[:at]), list(items[at:])
    size = head.line.size
    if not size or not flow.emphasised(head.line):
        return list(items), []
    for at, (_, item) in enumerate(pairwise(items), start=1):
        if not isinstance(item, FlowLine) or item.before is not Break.HARD:
            continue
        # In a scan, which has no bold type, the sizes of lines alike differ by a fifth.
        larger = item.line.size > (1.05 if item.line.bold else 1.3) * size
        if larger and flow.emphasised(item.line) and len(item.text) <= 90:
            return list(items[:at]), list(items[at:])
    return list(items), []


def _next_section(head: str, items: Sequence[FlowItem]) -> int:
    """Where the section begins that follows the one of a record numbered "2.3"; 0 for nowhere."""
    numbered = re.match(r"\W*(?P<section>\d{1,2})\.\d{1,2}\b", head)
    if not numbered:
        return 0
    own = int(numbered["section"])
    for at, item in enumerate(items):
        if not at or not isinstance(item, FlowLine) or item.before is not Break.HARD:
            continue
        found = re.match(r"(?P<number>\d{1,2})[.)]?\s+[A-Z]", item.text)
        if found and int(found["number"]) == own:
            return 0  # a numbered list in the record itself
        short = len(item.text) <= 90 and not item.text.endswith((".", ";", ","))
        if found and short and int(found["number"]) == own + 1:
            return at
    return 0
