"""Documents made in memory: the same problem told in prose, in a table, in a form and on cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ingest.document import Cell, Document, Line, Page, Table, Word

LEFT, TOP, LEADING, PARAGRAPH = 72.0, 72.0, 14.0, 22.0


@dataclass(frozen=True)
class Sample:
    """One problem as it is put in. Dates are printed as `printed` says."""

    pbi: str = "PBI000000123400"
    title: str = "Replies lost on the order queue"
    owner: str = "DSP"
    severity: str = "High"
    created: date = date(2021, 5, 12)
    status: str = "Pending"
    status_date: date = date(2021, 9, 20)
    target: date | None = date(2021, 11, 30)
    impact: str = "Some top-ups are delayed by an hour"
    narrative: str = "Replies to requests are lost when the queue of the gateway is full."
    labels: dict[str, str] = field(default_factory=dict)
    day: str = "%d/%m/%Y"

    def label(self, name: str, usual: str) -> str:
        return self.labels.get(name, usual)

    def fields(self) -> list[tuple[str, str, str]]:
        """(field, label, printed value), in the order of the paper."""
        return [
            ("owner", self.label("owner", "Owner"), self.owner),
            ("created", self.label("created", "PBI created"), self.created.strftime(self.day)),
            ("severity", self.label("severity", "Severity"), self.severity),
            ("status", self.label("status", "Current status"), self.status),
            (
                "target_completion",
                self.label("target_completion", "Target completion"),
                self.target.strftime(self.day) if self.target else "TBC",
            ),
            ("user_impact", self.label("user_impact", "End user impact"), self.impact),
        ]


def line(
    text: str,
    top: float,
    *,
    left: float = LEFT,
    size: float = 11.0,
    bold: bool = False,
    page: int = 1,
    block: int = 0,
) -> Line:
    """A line with boxes, half a type size to each letter."""
    words, at = [], left
    for part in text.split():
        width = 0.5 * size * len(part)
        words.append(Word(part, (at, top, at + width, top + size), size, bold))
        at += width + 0.28 * size
    return Line(page, tuple(words), block)


def wrapped(text: str, width: int) -> list[str]:
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += " " + word
        else:
            rows.append(word)
    return rows


class Setter:
    """Sets lines on pages of A4, breaking where a page is full."""

    def __init__(self, *, width: int = 80, bottom: float = 760.0) -> None:
        self.width, self.bottom = width, bottom
        self.pages: list[list[Line]] = [[]]
        self.top = TOP

    def add(
        self, text: str, *, gap: float = PARAGRAPH, size: float = 11.0, bold: bool = False
    ) -> None:
        for number, row in enumerate(wrapped(text, self.width)):
            self.top += gap if not number else LEADING * size / 11.0
            if self.top > self.bottom:
                self.pages.append([])
                self.top = TOP
            self.pages[-1].append(line(row, self.top, size=size, bold=bold, page=len(self.pages)))

    def document(self, name: str = "sample.pdf") -> Document:
        return made(self.pages, name)


def made(pages: Sequence[Sequence[Line | Table]], name: str = "sample.pdf") -> Document:
    return Document(
        name,
        "0" * 64,
        "application/pdf",
        tuple(Page(n, 595.0, 842.0, tuple(body)) for n, body in enumerate(pages, start=1)),
    )


def prose(
    samples: Iterable[Sample],
    *,
    separator: str = ": ",
    title: str = "Problem report Q2 2021",
    inline: bool = False,
    bottom: float = 760.0,
) -> Document:
    """Blocks like those of the paper; with `inline` all fields stand on one line, barred."""
    setter = Setter(bottom=bottom)
    setter.add(title, size=16.0, bold=True)
    for sample in samples:
        setter.add(f"{sample.pbi}: {sample.title}", bold=True)
        setter.add(sample.narrative)
        cells = [f"{label}{separator}{value}" for _, label, value in sample.fields()]
        for row in [" | ".join(cells[:-1]), cells[-1]] if inline else cells:
            setter.add(row)
    return setter.document()


def text(rows: str, name: str = "sample.txt") -> Document:
    """Plain text, as its reader gives it."""
    lines = [
        Line(1, tuple(Word(word) for word in row.split()), place=f"line {number}")
        for number, row in enumerate(rows.split("\n"), start=1)
        if row.strip()
    ]
    return Document(name, "0" * 64, "text/plain", (Page(1, 0.0, 0.0, tuple(lines)),))


def cell(value: str, column: int, row: int, *, span: int = 1, page: int = 1) -> Cell:
    place = f"Sheet1!{chr(65 + column)}{row}"
    lines = (Line(page, tuple(Word(w) for w in value.split()), place=place),) if value else ()
    return Cell(lines, column, span, None, place)


def grid(rows: Sequence[Sequence[str]], *, page: int = 1, wide: Iterable[int] = ()) -> Table:
    """A table; the rows whose index is in `wide` hold one cell over all columns."""
    columns = max(len(row) for row in rows)
    made_rows = []
    for number, row in enumerate(rows):
        if number in set(wide):
            made_rows.append((cell(row[0], 0, number + 1, span=columns, page=page),))
        else:
            made_rows.append(tuple(cell(v, c, number + 1, page=page) for c, v in enumerate(row)))
    return Table(page, tuple(made_rows), columns)


def table(samples: Sequence[Sample], *, order: Sequence[int] | None = None) -> Document:
    """A row per problem, the columns in any order."""
    head = ["PBI number", "Title", *(label for _, label, _ in samples[0].fields()), "Description"]
    rows = [head]
    for sample in samples:
        rows.append(
            [
                sample.pbi,
                sample.title,
                *(value for _, _, value in sample.fields()),
                sample.narrative,
            ]
        )
    places = list(order or range(len(head)))
    return made([[grid([[row[place] for place in places] for row in rows])]], "sample.xlsx")


def forms(samples: Iterable[Sample]) -> Document:
    """A label/value table per problem."""
    body: list[Line | Table] = []
    for sample in samples:
        pairs = [["PBI number", sample.pbi], ["Title", sample.title]]
        pairs += [[label, value] for _, label, value in sample.fields()]
        body.append(grid([*pairs, ["Description", sample.narrative]]))
    return made([body], "sample.docx")


def cards(samples: Iterable[Sample]) -> Document:
    """Number, title, badges without labels, then a few labelled lines."""
    lines: list[Line] = []
    for number, sample in enumerate(samples, start=1):
        setter = Setter(width=50)
        setter.add(sample.pbi, bold=True, size=9.0)
        setter.add(sample.title, bold=True, gap=13.0)
        setter.add(
            f"{sample.severity.upper()} {sample.status.upper()}", size=8.0, bold=True, gap=16.0
        )
        for name, label, value in sample.fields():
            if name not in ("severity", "status"):
                setter.add(f"{label}: {value}", gap=15.0)
        setter.add(sample.narrative)
        lines += [
            Line(1, tuple(_lowered(word, 300.0 * (number - 1)) for word in row.words), number)
            for page in setter.pages
            for row in page
        ]
    return made([lines])


def _lowered(word: Word, by: float) -> Word:
    assert word.box is not None
    x0, top, x1, bottom = word.box
    return Word(word.text, (x0, top + by, x1, bottom + by), word.size, word.bold)


def page_text(document: Document, page: int) -> str:
    """Every word of a page in reading order, by single spaces."""
    words: list[str] = []
    for item in document.pages[page - 1].body:
        if isinstance(item, Line):
            words.append(item.text)
        else:
            words += [row_cell.text for row in item.rows for row_cell in row if row_cell.text]
    words += [item.text for item in document.pages[page - 1].furniture]
    return " ".join(" ".join(words).split())
