"""Which lines open a record, judged over the whole document and never by one cue.

A PBI number opens a record where it stands at the start of a line, with a title or fields behind
it. The same number inside somebody's narrative ("see also PBI...", even at the start of a wrapped
line), in a contents page or in a list of related problems does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ingest.document import Line
from ingest.flow import Break, Flow, FlowLine
from ingest.forms import FormItem
from ingest.numbers import canonical_pbi, pbis_in
from ingest.rules.values import bare_values
from ingest.vocabulary import Vocabulary

_LEAD = re.compile(
    r"(?:[\u2022\u25aa\u25cf\u25a0\u25ba*>#\u00b7\u2013\u2014-]\s*|\(?\d{1,3}(?:\.\d{1,3}){0,3}[.):]?\s+"
    r"|\[\d{1,3}\]\s+|\(?[a-z][.)]\s+|\(?[ivx]{1,5}[.)]\s+|(?:item|entry|section|no\.?)\s+\d{1,3}[.:)]?\s+)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:the\s+)?(?:open\s+|closed\s+|new\s+)?(?:PBI|problem|known problem|"
    r"record)\b[\s:#\u2010-\u2015=-]*",
    re.IGNORECASE,
)
# Padded to twelve, in groups: "000000 123400".
_GROUPED = re.compile(r"(?P<digits>0(?:[ \u00a0\u2009]?\d){11})(?!\d)")
_BARE = re.compile(r"#?(?P<digits>0{2,7}\d{4,8}|[1-9]\d{4,6})(?!\w|[.,/]\d)")
_SEPARATOR = re.compile(r"\s*(?:[:=|>\u2022\u00b7,]|[\u2010-\u2015-]+|\.(?=\s))\s*|\s+|$")
_LEADER = re.compile(r"(?:\.\s?){3,}\s*\d{1,4}$|\u2026\s*\d{1,4}$")
_LINKING = re.compile(
    r"(?:\b(?:see|also|to|with|and|or|of|under|by|in|as|for|from|than|problem|record|records|PBI|PBIs|the|"
    r"related|linked|per|via|like|into|against|on|that|superseded|duplicate|both|is|are|was|parent|"
    r"raised|reference|ref|number|this|between)|[,(/&])$",
    re.IGNORECASE,
)


# Heads of lists of other records ("Linked records:"), and what the lines of such a list begin with.
_LINKS = re.compile(
    r"\b(?:linked|related|associated|similar|duplicates?|superseded|supersedes|parent|child|other|cross|see|also|"
    r"earlier|previous|links|references|relationships)\b[^.]{0,40}:\W*$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"[\W_]*(?:PBI|INC|CRQ|PKE|RFC|CHG|PRB|WO|TAS)[\s\-#]?\d{3,}", re.IGNORECASE
)

FlowItem = FlowLine | FormItem


class Shape(StrEnum):
    """What stands behind the number on its line."""

    ALONE = "alone"
    TITLED = "titled"  # a separator and words
    LOOSE = "loose"  # words, with nothing between
    FIELDS = "fields"  # a label or a value
    BADGES = "badges"  # nothing but a severity, a status, an owner
    TRAILING = "trailing"  # the number closes the line, the title stands before it
    FORM = "form"  # the number stands in a label/value table
    MENTION = "mention"  # it goes on as prose


@dataclass(frozen=True, slots=True)
class Start:
    """A line that may open a record.

    Attributes:
        index: into the flow. pbi: canonical.
        end: offset in the line's text behind the number and its separator.
        named: a word such as "Problem" or a label stands before the number.
        contents: a dotted leader or a page number ends the line.
    """

    index: int
    pbi: str
    number: tuple[int, int]
    end: int
    shape: Shape
    named: bool
    contents: bool = False


@dataclass(frozen=True)
class Contents:
    """Entries of a contents page, and every item that belongs to one."""

    starts: tuple[Start, ...] = ()
    indices: frozenset[int] = frozenset()

    def before(self, index: int) -> int:
        """How many of the items lie before an index."""
        return bisect_left(self._ordered, index)

    @cached_property
    def _ordered(self) -> list[int]:
        return sorted(self.indices)


def find_start(item: FlowLine, index: int, vocabulary: Vocabulary) -> Start | None:
    """What the line opens with, if it opens with a problem number."""
    text = item.text
    lead = _LEAD.match(text)
    at = lead.end() if lead else 0
    named_end = _named_end(text, at, vocabulary)
    number = _number_at(text, named_end or at, bare=named_end is not None)
    if number is None and named_end is not None:
        number = _number_at(text, at, bare=False)
    if number is None and at:
        number = _number_at(text, 0, bare=False)
    if number is None:
        return _trailing(item, index, at)
    pbi, start, end = number
    if end < len(text) and text[end] in ")]" and not text[start - 1 : start].isalnum():
        end += 1
    shape, behind = _shape(text, end, vocabulary, named_end is not None)
    contents = bool(_LEADER.search(text))
    return Start(index, pbi, (start, end), behind, shape, named_end is not None, contents)


_CLOSING = re.compile(r"[\s)\].]*")


_NUMBER_DUE = re.compile(r"\b(?:PBI|problem|record|ref|no)\.?\W{0,3}$", re.IGNORECASE)
_ONLY_DIGITS = re.compile(r"#?0*\d{4,8}[\s)\]]*")
_ONLY_NUMBER = re.compile(
    r"[\s(\[|\u2010-\u2015-]*PBI[\s#\-\u2010-\u2015]{0,3}\d{4,12}[\s)\]]*", re.IGNORECASE
)
_ENDS_IN_NUMBER = re.compile(
    r"[^.;]*\s[(\[\u2010-\u2015|-]+\s*PBI[\s-]?\d{4,12}[\s)\]]*", re.IGNORECASE
)


def whole_headings(items: Sequence[FlowItem], flow: Flow) -> list[FlowItem]:
    """The items with each heading in one piece whose problem number wrapped to its next line."""
    out: list[FlowItem] = []
    for item in items:
        last = out[-1] if out else None
        if (
            isinstance(item, FlowLine)
            and isinstance(last, FlowLine)
            and _one_heading(last, item, flow)
        ):
            words = (*last.line.words, *item.line.words)
            line = Line(last.line.page, words, last.line.block, last.line.place)
            out[-1] = FlowLine(line, last.before)
        else:
            out.append(item)
    return out


def _one_heading(first: FlowLine, second: FlowLine, flow: Flow) -> bool:
    if first.before is not Break.HARD or second.before is Break.HARD or pbis_in(first.text):
        return False
    alike = flow.emphasised(first.line) == flow.emphasised(second.line)
    if not alike or re.search(r"[.:;]$", first.text) or ":" in first.text[:20]:
        return False
    if _ONLY_DIGITS.fullmatch(second.text):
        return bool(_NUMBER_DUE.search(first.text))
    if re.search(r"[.!?]\s", first.text):
        return False
    if _ONLY_NUMBER.fullmatch(second.text):
        return second.before is Break.WRAP or not re.match(r"\s*PBI", second.text, re.IGNORECASE)
    return second.before is Break.WRAP and bool(_ENDS_IN_NUMBER.fullmatch(second.text))


def _trailing(item: FlowLine, index: int, at: int) -> Start | None:
    """ "Replies lost on the order queue (PBI000000123400)": a title with the number behind it."""
    text = item.text
    mentions = pbis_in(text)
    if not mentions or not _CLOSING.fullmatch(text, mentions[-1].end):
        return None
    number = mentions[-1]
    before = text[at : number.start]
    title = before.rstrip(" \u00a0([:,-\u2013\u2014|")
    marked = before.rstrip()[-1:] in ("(", "[", "-", "\u2013", "\u2014", ":", "|")
    prose = _LINKING.search(title) or re.search(r"[.;]\s", title) or text.rstrip().endswith(".")
    if not marked or prose or len(title.split()) < 2 or not re.match(r"[A-Z0-9\u201c\"]", title):
        return None
    if len(mentions) > 1 or re.match(r"(?:see|linked|related|duplicate|superseded)\b", title, re.I):
        return None
    span = (number.start, number.end)
    return Start(index, number.pbi, span, at, Shape.TRAILING, False)


def _named_end(text: str, at: int, vocabulary: Vocabulary) -> int | None:
    label = vocabulary.labels.match(text, at)
    if label and label.field == "pbi":
        return label.end
    named = _NAMED.match(text, at)
    return named.end() if named and named.end() > at else None


def _number_at(text: str, at: int, *, bare: bool) -> tuple[str, int, int] | None:
    opening = re.compile(r"[\s(\[#\"\u201c]*").match(text, at)
    start = opening.end() if opening else at
    for mention in pbis_in(text[at : at + 60]):
        if at + mention.start <= start:
            return mention.pbi, at + mention.start, at + mention.end
        break
    if bare:
        match = _GROUPED.match(text, start) or _BARE.match(text, start)
        if match and match["digits"].strip("0 \u00a0\u2009"):
            return canonical_pbi(match["digits"]), start, match.end()
    return None


def _shape(text: str, end: int, vocabulary: Vocabulary, named: bool) -> tuple[Shape, int]:
    separator = _SEPARATOR.match(text, end)
    behind = separator.end() if separator else end
    rest = text[behind:]
    if not re.search(r"\w", rest):
        return Shape.ALONE, len(text)
    if separator is None:  # a comma, a bracket, "'s" or a letter is glued to the number
        return Shape.MENTION, behind
    mark = separator[0].strip()
    if bare_values(text, behind, len(text), vocabulary):
        return Shape.BADGES, behind
    if vocabulary.labels.opens_field(rest):
        return Shape.FIELDS, behind
    if mark == ",":
        return Shape.MENTION, behind
    if mark == ".":
        return Shape.LOOSE if rest[:1].isupper() and named else Shape.MENTION, behind
    if mark:
        return Shape.TITLED, behind
    return (Shape.MENTION if rest[:1].islower() else Shape.LOOSE), behind


def starts_of(
    items: Sequence[FlowItem],
    flow: Flow,
    vocabulary: Vocabulary,
    fields_of: Callable[[Sequence[tuple[int, int]]], list[set[str]]],
) -> tuple[list[Start], Contents]:
    """The items that open records, and those of a contents page, in reading order.

    Args:
        fields_of: for stretches of items, each from one index up to another, the names of the
            fields that they state, as the field reader sees them: all of them, or two at least.
    """
    raw: list[Start] = []
    for index, item in enumerate(items):
        if isinstance(item, FormItem):
            if item.form.pbi:
                raw.append(Start(index, item.form.pbi, (0, 0), 0, Shape.FORM, True))
        elif start := find_start(item, index, vocabulary):
            raw.append(start)
    contents = find_contents(raw, items, fields_of)
    candidates = [
        start
        for start in raw
        if start.index not in contents.indices and not _is_mention(start, items, flow)
    ]
    stated = _stated(candidates, items, fields_of)
    candidates = [
        start for start in candidates if start.shape is not Shape.TRAILING or stated[start.index]
    ]
    candidates = _of_one_look(candidates, stated, items, flow)
    candidates = _said_twice(candidates, stated)
    stated = _stated(candidates, items, fields_of)
    kept, listed = _without_contents(candidates, stated, items)
    indices = contents.indices | {start.index for start in listed}
    return kept, Contents((*contents.starts, *listed), frozenset(indices))


def _stated(
    candidates: Sequence[Start],
    items: Sequence[FlowItem],
    fields_of: Callable[[Sequence[tuple[int, int]]], list[set[str]]],
) -> dict[int, set[str]]:
    ends = [*[start.index for start in candidates[1:]], len(items)]
    indices = [start.index for start in candidates]
    return dict(zip(indices, fields_of(list(zip(indices, ends, strict=False))), strict=True))


def _said_twice(candidates: list[Start], stated: dict[int, set[str]]) -> list[Start]:
    """A heading with the number over a block that gives the number again is one start."""
    kept: list[Start] = []
    for start in candidates:
        last = kept[-1] if kept else None
        if (
            last
            and last.pbi == start.pbi
            and not stated[last.index]
            and start.index - last.index <= 4
            and not last.contents
        ):
            continue
        kept.append(start)
    return kept


def find_contents(
    raw: Sequence[Start],
    items: Sequence[FlowItem],
    fields_of: Callable[[Sequence[tuple[int, int]]], list[set[str]]],
) -> Contents:
    """A run of numbers close together that state nothing and that all come again later."""
    last = {start.pbi: start.index for start in raw}
    run: list[Start] = []
    entries: list[Start] = []
    indices: set[int] = set()
    ends = [*[start.index for start in raw[1:]], len(items)]
    for start, after in zip(raw, ends, strict=False):
        again = last[start.pbi] > start.index and start.shape is not Shape.FORM
        if again and (not run or start.index - run[-1].index <= 4):
            run.append(start)
            if after - start.index <= 4:
                continue
        if len(run) >= 3 and not fields_of([(run[0].index, run[-1].index + 1)])[0]:
            entries += run
            indices |= set(range(run[0].index, _contents_end(run, items)))
        run = [start] if again and start not in run else []
    return Contents(tuple(entries), frozenset(indices))


def _contents_end(run: Sequence[Start], items: Sequence[FlowItem]) -> int:
    """Behind the last entry, with the rest of its title and its page number."""
    end = run[-1].index + 1
    while end < len(items) and end < run[-1].index + 3:
        item = items[end]
        if not isinstance(item, FlowLine) or item.before is Break.HARD or len(item.text) > 60:
            break
        end += 1
    return end


def _is_mention(start: Start, items: Sequence[FlowItem], flow: Flow) -> bool:
    item = items[start.index]
    if start.shape is Shape.MENTION:
        return True
    if start.contents:
        return False
    if start.shape is Shape.BADGES:
        return False
    if isinstance(item, FormItem):
        return False
    before = items[start.index - 1] if start.index else None
    if not isinstance(before, FlowLine):
        return False
    if not _labelled(start, item) and _in_links(start.index, items):
        return True
    louder = flow.emphasised(item.line) and not flow.emphasised(before.line)
    if louder:
        return False
    if start.shape is Shape.TRAILING:
        return item.before is not Break.HARD
    if item.before is Break.WRAP:
        return not re.search(r"[.!?:\u201d\"]$", before.text) or start.shape is Shape.LOOSE
    if item.before is Break.SOFT:
        return bool(_LINKING.search(before.text))
    return False


def _labelled(start: Start, item: FlowLine) -> bool:
    """ "Problem ID : PBI1": a number behind a label of its own is no entry of a list."""
    behind = start.shape in (Shape.ALONE, Shape.FIELDS)
    return behind and bool(re.search(r"\w\s*[:=]\s*$", item.text[: start.number[0]]))


def _closes_block(index: int, items: Sequence[FlowItem]) -> bool:
    """The label stands straight below a line, and a blank line or a rule below it: it is empty."""
    near = items[max(0, index - 1) : index + 2]
    places = [item.line.place or "" for item in near if isinstance(item, FlowLine)]
    numbers = [int(place[5:]) for place in places if re.fullmatch(r"line \d+", place)]
    if len(numbers) != 3:
        return False
    return numbers[1] - numbers[0] == 1 < numbers[2] - numbers[1]


def _in_links(index: int, items: Sequence[FlowItem]) -> bool:
    """The line stands in a list of other records, under "Linked records:" or the like."""
    for at in range(index - 1, max(-1, index - 13), -1):
        item = items[at]
        if not isinstance(item, FlowLine):
            return False
        if _LINKS.search(item.text):
            return not (at == index - 1 and _closes_block(at, items))
        if not _REFERENCE.match(item.text):
            return False
    return False


def _of_one_look(
    candidates: list[Start], stated: dict[int, set[str]], items: Sequence[FlowItem], flow: Flow
) -> list[Start]:
    """Where nearly all records open in bold or large type, a plain line opens none."""
    full = [start for start in candidates if len(stated[start.index]) >= 2]
    loud = [start for start in full if _loud(start, items, flow)]
    if len(full) < 4 or len(loud) < 0.8 * len(full):
        return candidates
    return [
        start
        for start in candidates
        if _loud(start, items, flow) or start.shape is not Shape.LOOSE or start.contents
    ]


def _loud(start: Start, items: Sequence[FlowItem], flow: Flow) -> bool:
    item = items[start.index]
    return isinstance(item, FormItem) or flow.emphasised(item.line)


def _without_contents(
    candidates: list[Start], stated: dict[int, set[str]], items: Sequence[FlowItem]
) -> tuple[list[Start], list[Start]]:
    """Entries of a contents page state nothing, and stand beside others that state nothing."""
    told = {start.pbi for start in candidates if stated[start.index]}
    kept: list[Start] = []
    listed: list[Start] = []
    for place, start in enumerate(candidates):
        after = candidates[place + 1].index if place + 1 < len(candidates) else len(items)
        short = after - start.index <= 3 or start.contents
        silent = not stated[start.index] or (start.contents and place + 1 < len(candidates))
        if silent and (start.contents or (start.pbi in told and short)):
            listed.append(start)
        else:
            kept.append(start)
    return kept, listed
