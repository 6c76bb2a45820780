"""What a report says of itself: title, reference, quarter, dates, marking, and whom it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ingest.document import Cell, Document, Line, Word
from ingest.joining import JoinedText, join_lines
from ingest.numbers import pbis_in
from ingest.records import Evidence, Finding, Grade, ProblemReading, ReportReading
from ingest.rules.dates import dates_in
from ingest.rules.periods import quarters_in
from ingest.spans import Span
from ingest.titles import above_sections, title_in_head
from ingest.vocabulary import Vocabulary

_REFERENCE = (
    re.compile(r"\b(?:SEC\s+)?[A-Z]{2,8}\s+Action\s+\d{1,4}/\d{1,4}\b", re.IGNORECASE),
    re.compile(
        r"\bAction\s+(?:ref(?:erence)?\.?\s*|no\.?\s*|number\s*)?:?\s*\d{1,4}/\d{1,4}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:paper|document|report|doc|our|meeting)\s+)?(?:reference|ref)\b\.?(?:\s+(?:no|number))?\s*[.:=#\u2013-]*"
        r"\s*(?P<v>[A-Z0-9][\w./-]*\d[\w./-]*)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:paper|document|report)\s+(?:no|number|id)\b\.?\s*[:=#\u2013-]*\s*(?P<v>[A-Z0-9][\w./-]*\d[\w./-]*)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<![\w/-])(?P<v>[A-Z]{2,8}\s+(?:[A-Z]?[A-Za-z]+\s+){0,2}(?:[Pp]aper|[Rr]eport|[Nn]ote|[Ii]tem)\s+"
        r"(?:[Nn]o\.?\s+)?\d{1,4}[/_.-]\d{1,4})(?![\w/])"
    ),
    re.compile(  # "Bulletin 12/2021", "Note 7-22", "Circular No. 14/20"
        r"(?<![\w/-])(?P<v>(?:Bulletin|Circular|Notice|Memo(?:randum)?|Briefing|Note|Letter|Minute|"
        r"Issue)\s+(?:[Nn]o\.?\s+)?\d{1,4}[/_.-]\d{1,4})(?![\w/.-])"
    ),
    re.compile(
        r"(?<![\w/-])(?P<v>[A-Z]{2,8}(?:/[A-Z0-9]{1,8}){0,3}/\d{2,6}(?:/\d{1,4})?)(?![\w/])"
    ),
    re.compile(r"(?<![\w/-])(?P<v>[A-Z]{2,8}(?:[_-][A-Z0-9]{1,8}){1,4}\d[\w-]*)(?![\w/])"),
    re.compile(r"(?<![\w/-])(?P<v>[A-Z]{2,8}[_-]\d{1,4}[\w-]*)(?![\w/])"),
)
_AS_AT = re.compile(
    r"\b(?:as\s+at|as\s+of|as\s+on|(?:is\s+|are\s+)?(?:correct|accurate|valid|current|true|right|up\s+to\s+date)\s+"
    r"(?:as\s+)?(?:at|on|of|to)|"
    r"data\s+cut(?:[\s-]?off)?(?:\s+(?:date|point|was|is|on|taken|of|at))*|"
    r"cut[\s-]?off(?:\s+date)?(?:\s+(?:for|of)\s+[\w ]{3,30}?)?|"
    r"position\s+(?:as\s+)?(?:at|on)|status(?:es)?\s+(?:date|at|on|as\s+at)|snapshot(?:\s+(?:date|taken|of|on))*|"
    r"(?:extract|export)(?:ed)?(?:\s+(?:date|on|taken|at|of))*|(?:checked|refreshed|compiled|generated|downloaded|"
    r"report\s+run|run)(?:\s+(?:date|on|at))?|data\s+(?:as\s+)?(?:at|to|of|from)|position\s+date|"
    r"(?:position|status(?:es)?|data|state|correct|taken|drawn|stands?|as)\s+(?:as\s+)?(?:at|on|to)\s+(?:the\s+)?"
    r"(?:close|end)(?:\s+of(?:\s+(?:business|play|day))?)?(?:\s+on)?|"
    r"(?:position|status(?:es)?|state|standing)\b[^.:;\d]{1,50}\s(?:as\s+)?(?:at|on)|"
    r"(?:data|figures|information|statuses|details|list|extract|records)\s+(?:\w+\s+)?(?:drawn|taken|extracted|pulled|"
    r"correct|valid|held|current|collected)(?:\s+(?:as\s+)?(?:at|on|of|to))?|"
    r"updated\s+(?:on|to|at)|situation\s+(?:on|at)|taken\s+(?:from\s+\w+\s+)?on|close\s+of\s+(?:business|play)\s+(?:on)?)"
    r"\s*[:=\u2013-]?\s*(?:the\s+)?(?:close\s+of\s+(?:business|play)\s*(?:on|,)?\s*)?(?:\d{1,2}[:.]\d\d\s+on\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?$",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"(?<!status )(?<!position )(?<!snapshot )(?<!cut )(?<!data )(?<!extract )(?<!export )"
    r"(?<!target )\b(?:issued?(?:\s+(?:date|on))?|date\s+(?:of\s+)?"
    r"(?:issued?|publication|published|report)|publi(?:shed|cation)(?:\s+(?:date|on))?|report\s+date|paper\s+date|document\s+date|release\s+date|dated?|meeting\s+date|"
    r"date\s+of\s+(?:report|paper|meeting)|produced(?:\s+on)?|prepared(?:\s+on)?)\s*[:=\u2013-]?\s*$",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"\b(?:attribut(?:ed|able)\s+to|owned\s+by|held\s+by|held\s+with|assigned\s+to|relat(?:ing|ed)\s+to|"
    r"concerning|involving|(?:that|which)\s+involve|belonging\s+to|affecting|with|for|about|by|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_SURE_SCOPE = re.compile(
    r"\b(?:attribut(?:ed|able)\s+to|owned\s+by|held\s+by|held\s+with|assigned\s+to|belonging\s+to)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PROBLEMS = re.compile(r"\bproblems?\b|\bPBIs?\b|\bproblem\s+records?\b", re.IGNORECASE)
_SENTENCE = 600
"""Characters before a name that can tell whether the report is about it."""
_OPEN_LIST = re.compile(
    r"\b(?:open|outstanding|live|unresolved)\b[^.]{0,40}\b(?:problems?|PBIs?|records?)\b"
    r"|\b(?:problems?|PBIs?|records?)\b[^.]{0,25}\b(?:open|outstanding|unresolved)\b",
    re.IGNORECASE,
)
_CLOSED_TOO = re.compile(r"\bclosed\b|\bresolved\b|\bcompleted\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands outside the records.

    Attributes:
        lines: in reading order, before the first record and behind the last.
        title: the lines of the title. pieces: what wide gaps divide on the first lines.
    """

    text: JoinedText
    title: Span | None
    furniture: tuple[Line, ...]
    units: tuple[JoinedText, ...]
    pieces: tuple[JoinedText, ...] = ()


class ReportFields:
    """Reads a report's own fields; evidence goes along with each."""

    def __init__(self, document: Document, front: FrontMatter, vocabulary: Vocabulary) -> None:
        self.document = document
        self.front = front
        self.vocabulary = vocabulary
        self.values: dict[str, object] = {}
        self.evidence: dict[str, Evidence] = {}
        self.findings: list[Finding] = []

    def _put(
        self,
        name: str,
        value: object,
        span: Span,
        rule: str,
        grade: Grade = Grade.GOOD,
        why: str | None = None,
    ) -> None:
        self.values[name] = value
        self.evidence[name] = span.evidence(rule, grade, why)

    def scope(self) -> str | None:
        """The one party that the title or the introduction says the report is about."""
        parties: list[tuple[str, Span]] = []
        for joined in self._texts():
            text = joined.text
            for mention in self.vocabulary.parties_in(text):
                entry = self.vocabulary.party(mention.party)
                if entry and (entry.body or mention.party in ("Service Users",)):
                    continue
                if self._is_scope(text, mention.start, mention.end, mention.party):
                    parties.append((mention.party, Span(joined, mention.start, mention.end)))
        if len({party for party, _ in parties}) != 1:
            return None
        party, span = parties[0]
        self._put("scope", party, span, "scope.intro")
        return party

    def _is_scope(self, text: str, start: int, end: int, party: str) -> bool:
        room = max(0, start - _SENTENCE)
        sentence = max(text.rfind(mark, room, start) + 1 for mark in (". ", "\n"))
        before = text[max(sentence, room) : start]
        sure = bool(_SURE_SCOPE.search(before)) and bool(_PROBLEMS.search(before))
        if party == "DCC":
            return sure
        if sure:
            return True
        if _SCOPE.search(before) and re.search(
            r"\b(?:problems?|PBIs?)(?:\s+records?)?(?:\s+(?:that|which|are|is|open|currently|for|in|on))*\s*\w*\s*\w*\s*$",
            before[: _SCOPE.search(before).start()],  # type: ignore[union-attr]
            re.IGNORECASE,
        ):
            return True
        behind = text[end : end + 30]
        return bool(
            re.match(
                r"(?:['\u2019]s)?\s+(?:open\s+|problem\s+)?(?:problems?|PBIs?|records?\s+only)\b"
                r"(?!\s+management)",
                behind,
                re.IGNORECASE,
            )
        )

    def open_list(self) -> bool:
        """The report calls itself a list of open problems, and of no closed ones."""
        text = " ".join(joined.text for joined in self._texts())
        return bool(_OPEN_LIST.search(text)) and not _CLOSED_TOO.search(text)

    def _texts(self) -> tuple[JoinedText, ...]:
        return self.front.units

    def read(self, problems: Sequence[ProblemReading]) -> ReportReading:
        """All fields; those that the records must help with come last."""
        self._title()
        self._classification()
        self._reference()
        self._quarter()
        if "status_date" not in self.values:
            self.status_date()
        self._from_records(problems)
        self._issue_date()
        return ReportReading.model_validate(
            {
                **self.values,
                "file": self.document.file,
                "sha256": self.document.sha256,
                "pages": len(self.document.pages),
                "media_type": self.document.media_type,
                "scanned": any(page.scanned for page in self.document.pages),
                "evidence": self.evidence,
            }
        )

    def _title(self) -> None:
        span = self.front.title
        if span and re.search(r"\w", span.raw):
            self._put("title", span.text.strip().rstrip(" .,;:"), span, "title.front")
        elif line := _running_title(self.front.furniture):
            joined = join_lines([line])
            span = Span(joined, 0, len(joined.text))
            self._put("title", span.text.strip().rstrip(" .,;:"), span, "title.furniture")
        elif self.document.title and not _NO_TITLE.fullmatch(self.document.title.strip()):
            self.values["title"] = self.document.title

    def _classification(self) -> None:
        marks: Counter[str] = Counter()
        first: dict[str, Span] = {}
        for line in (part for whole in self.front.furniture for part in _apart(whole)):
            joined = join_lines([line])
            mark = self.vocabulary.classification_of(joined.text)
            at = joined.text.find(mark) if mark else -1
            if mark and at >= 0:
                marks[mark] += 1
                first.setdefault(mark, Span(joined, at, at + len(mark)))
        if not marks:
            for joined in (*self.front.pieces, *self.front.units):
                parts = re.split(r"\s[|\u2022\u00b7]\s", joined.text)
                marked = (
                    self.vocabulary.classification_of(part) for part in parts if len(part) < 80
                )
                mark = next(filter(None, marked), None)
                at = joined.text.find(mark) if mark else -1
                if mark and at >= 0:
                    marks[mark] += 1
                    first.setdefault(mark, Span(joined, at, at + len(mark)))
        if marks:
            mark = max(marks, key=lambda item: marks[item])
            self._put("classification", mark, first[mark], "furniture.marking")

    def _reference(self) -> None:
        for pattern in _REFERENCE:
            for joined in (*self.front.units, *self._furniture()):
                match = pattern.search(joined.text)
                if not match or re.match(r"PBI|INC|CRQ|PKE|SMETS", match[0]):
                    continue
                name = "v" if "v" in pattern.groupindex else 0
                span = Span(joined, match.start(name), match.end(name))
                self._put("reference", span.text.strip(" .,;:"), span, "reference.pattern")
                return

    def _furniture(self) -> tuple[JoinedText, ...]:
        return tuple(join_lines([line]) for line in self.front.furniture)

    def _quarter(self) -> None:
        for texts, rule in (
            (self._title_text(), "quarter.title"),
            (self.front.units, "quarter.intro"),
            (self._furniture(), "quarter.furniture"),
        ):
            for joined in texts:
                found = quarters_in(joined.text)
                if found:
                    span = Span(joined, found[0].start, found[0].end)
                    self._put("quarter", found[0].quarter, span, rule)
                    return
        named = quarters_in(self.document.file)
        if named:
            self.values["quarter"] = named[0].quarter
            self.evidence["quarter"] = Evidence(
                page=1,
                quote=self.document.file[named[0].start : named[0].end],
                place="file name",
                grade=Grade.POOR,
                why="only the file's name gives the quarter",
                rule="file-name",
            )
            return
        self.findings.append(
            Finding(
                code="quarter-not-stated",
                message="Nothing in the report says which quarter it is about.",
                ask="Which quarter does this report cover?",
            )
        )

    def _title_text(self) -> tuple[JoinedText, ...]:
        return (self.front.title.joined,) if self.front.title else ()

    def status_date(self) -> date | None:
        """The day that the statuses speak of, as the report itself states it."""
        return self._dated("status_date", _AS_AT.search, "date.as-at")

    def _issue_date(self) -> None:
        """The day that a label gives; in a letter the day on a line of its own."""
        if self._dated("issue_date", _ISSUED.search, "date.issued"):
            return
        for joined in self.front.units[:12]:
            text = joined.text.strip(" .,")
            days = dates_in(text)
            if days and (days[0].start, days[0].end) == (0, len(text)):
                self._put("issue_date", days[0].value, Span(joined, 0, len(text)), "date.alone")
                return

    def _dated(
        self, name: str, cue: Callable[[str], re.Match[str] | None], rule: str
    ) -> date | None:
        for joined in (*self.front.units, *self._furniture()):
            for mention in dates_in(joined.text):
                if cue(joined.text[: mention.start]):
                    self._put(name, mention.value, Span(joined, mention.start, mention.end), rule)
                    return mention.value
        return None

    def _from_records(self, problems: Sequence[ProblemReading]) -> None:
        if "status_date" in self.values:
            return
        days = Counter(item.status_date for item in problems if item.status_date)
        if not days:
            return
        day = max(days, key=lambda item: (days[item], item))
        source = next(item for item in problems if item.status_date == day)
        self.values["status_date"] = day
        evidence = source.evidence["status_date"].model_dump()
        evidence |= {"rule": "date.records"}
        if days[day] < sum(days.values()):
            evidence |= {"grade": Grade.FAIR, "why": "the problems have more than one status date"}
        self.evidence["status_date"] = Evidence.model_validate(evidence)


def front_matter(document: Document, lines: Sequence[Line]) -> FrontMatter:
    """The text outside the records, cut into units that one statement stands in."""
    furniture = tuple(line for page in document.pages for line in page.furniture)
    title_lines = title_in_head(document) or _title_lines(lines)
    title = join_lines(title_lines)
    heads = _table_heads(document)
    units = [join_lines(group) for group in (*_paragraphs(lines), *([line] for line in heads))]
    pieces = tuple(
        join_lines([part])
        for line in (*lines[:8], *heads)
        for part in _apart(line, 0.7)
        if len(part.words) < len(line.words)
    )
    span = Span(title, 0, len(title.text)) if title.text else None
    return FrontMatter(
        join_lines(lines), span, furniture, tuple(unit for unit in units if unit.text), pieces
    )


def _table_heads(document: Document) -> list[Line]:
    """Rows of a first page's tables that hold no problem, as lines: the head of a memo."""
    rows: list[Line] = []
    for item in document.pages[0].body if document.pages else ():
        if isinstance(item, Line):
            if pbis_in(item.text):
                break
            continue
        if any(pbis_in(cell.text) for row in item.rows for cell in row) or len(item.rows) > 14:
            break
        rows += [line for row in item.rows for line in _levels(row)]
    return rows


def _levels(row: Sequence[Cell]) -> list[Line]:
    """The lines of a row's cells, put together where they stand at the same height."""
    levels: list[list[Line]] = []
    for cell in row:
        for line in cell.lines:
            box = line.box
            level = next(
                (
                    level
                    for level in levels
                    if box and level[0].box and abs(level[0].box[3] - box[3]) < 3.0
                ),
                None,
            )
            if level is None and box is None and levels:
                level = levels[0]
            if level is None:
                levels.append([line])
            else:
                level.append(line)
    return [
        Line(
            level[0].page,
            tuple(word for line in level for word in line.words),
            level[0].block,
            level[0].place,
        )
        for level in levels
    ]


def _apart(line: Line, gap: float = 1.6) -> list[Line]:
    """The pieces of a running header that wide gaps divide; `gap` in type sizes."""
    parts: list[list[Word]] = [[]]
    for word in line.words:
        last = parts[-1][-1] if parts[-1] else None
        if last and last.box and word.box and word.box[0] - last.box[2] > gap * max(line.size, 6.0):
            parts.append([])
        parts[-1].append(word)
    return [Line(line.page, tuple(part), line.block, line.place) for part in parts]


_NAMES_REPORT = re.compile(
    r"\b(?:reports?|problems?|PBIs?|listing|register|digest|summary|review|update)\b", re.IGNORECASE
)


def _running_title(furniture: Sequence[Line]) -> Line | None:
    """The title of a report that prints it in the head of each page only: its largest line."""
    first = [line for line in furniture if line.page == furniture[0].page]
    largest = max((line.size for line in first), default=0.0)
    loud = [line for line in first if line.size > 0.97 * largest]
    named = len(loud) == 1 and len(loud[0].words) >= 3 and _NAMES_REPORT.search(loud[0].text)
    if named and len(first) > 1:
        return loud[0]
    # One line for title, day and marking: the piece that names the report.
    pieces = [part for line in first for part in _apart(line) if part.words != line.words]
    told = [part for part in pieces if _is_running_title(part.text)]
    return told[0] if len(told) == 1 else None


def _is_running_title(text: str) -> bool:
    """A piece of a running header that names the report: no page, no label, no reference."""
    plain = not re.search(r":|[_/]|\bpage\s+\d|\d{5}", text, re.IGNORECASE)
    return plain and len(text.split()) >= 2 and bool(_NAMES_REPORT.search(text))


# What programs write into the properties of a file that was given no title, the file's name among.
_NO_TITLE = re.compile(
    r"\W*(?:anonymous|untitled|unspecified|no title|title|about:blank)?\W*\d*"
    r"|(?:file|https?)://.*|microsoft (?:word|excel|powerpoint) - .*"
    r"|(?:document|book|presentation)\d+"
    r"|.*\.(?:pdf|html?|docx?|xlsx?|pptx?|odt|ods|odp|rtf|txt|csv|md|tex|dvi|indd|pub|tmp)",
    re.IGNORECASE,
)
_TITLE_LABEL = re.compile(
    r"(?:(?:report|document|paper|extract|listing)\s+(?:title|name|subject)|title|subject)\s*[:=]\s*",
    re.IGNORECASE,
)


_DEAR = re.compile(
    r"(?:dear|to\s+the\s+members|good\s+(?:morning|afternoon))\b.{0,40}", re.IGNORECASE
)
_NO_SENTENCE = re.compile(r"[^.!?]{8,120}")


def _subject(lines: Sequence[Line]) -> Line | None:
    """The line straight behind "Dear Chair,": what the letter is about, if it is no sentence."""
    for one, two in pairwise(lines):
        if _DEAR.fullmatch(one.text) and _NO_SENTENCE.fullmatch(two.text.strip()):
            return two if _NAMES_REPORT.search(two.text) else None
    return None


def _title_lines(lines: Sequence[Line]) -> list[Line]:
    """The largest lines of the first page; without sizes the first paragraph."""
    if not lines:
        return []
    page = lines[0].page
    first = [line for line in lines if line.page == page][:25]
    if subject := _subject(first):
        return [subject]
    for line in first:
        if told := _TITLE_LABEL.match(line.text):
            behind = told.end()  # "Report title : Open problems, 1st quarter"
            words, at = [], 0
            for word in line.words:
                if at >= behind:
                    words.append(word)
                at += len(word.text) + 1
            if words:
                return [Line(line.page, tuple(words), line.block, line.place)]
    first = above_sections(first)
    if not first:
        return []
    largest = max(line.size for line in first)
    start = next(index for index, line in enumerate(first) if line.size >= 0.97 * largest)
    if largest == 0 or all(line.size >= 0.97 * largest for line in first[:6]):
        start = 0
    out = [first[start]]
    for line in first[start + 1 :]:
        if len(out) >= 4 or abs(line.size - out[0].size) > 0.03 * max(out[0].size, 1.0):
            break
        if line.bold != out[0].bold or not _adjacent(out[-1], line):
            break
        if not largest and _says_when(line.text):
            break  # in plain text the day and the period may stand straight below the title
        out.append(line)
    return out


def _says_when(text: str) -> bool:
    """A line of its own for a day, a period or a labelled value, and no end of a title."""
    return bool(dates_in(text) or quarters_in(text) or re.match(r"[A-Z][\w /]{2,30}:\s", text))


def _adjacent(first: Line, second: Line) -> bool:
    a, b = first.box, second.box
    if a is None or b is None:
        one, two = re.search(r"(\d+)$", first.place or ""), re.search(r"(\d+)$", second.place or "")
        return bool(
            one
            and two
            and first.place
            and first.place.startswith("line")
            and int(two[1]) - int(one[1]) == 1
        )
    return b[1] - a[3] < 0.9 * max(first.size, 6.0)


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        joinable = (
            groups
            and groups[-1][-1].page == line.page
            and _adjacent(groups[-1][-1], line)
            and len(groups[-1][-1].text) > 50
            and groups[-1][-1].bold == line.bold
        )
        if joinable:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups
