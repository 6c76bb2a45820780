"""Sets a report in the prose form of the paper: A4, one heading per problem, running furniture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from make_corpus_story import SECTIONS, Entry, Report
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

FONTS = Path("/usr/share/fonts/truetype")
NAVY = colors.HexColor("#1d2f5f")
GREY = colors.HexColor("#5a5f6b")


def load_fonts() -> None:
    """Liberation and DejaVu under short names; embedded in what is made.

    Raises:
        FileNotFoundError: Debian's fonts-liberation or fonts-dejavu is not installed.
    """
    rl_config.invariant = 1  # no dates and random ids: the same words give the same bytes
    faces = {
        "Sans": "liberation/LiberationSans-Regular.ttf",
        "Sans-Bold": "liberation/LiberationSans-Bold.ttf",
        "Sans-Italic": "liberation/LiberationSans-Italic.ttf",
        "Serif": "liberation/LiberationSerif-Regular.ttf",
        "Serif-Bold": "liberation/LiberationSerif-Bold.ttf",
        "Narrow": "liberation/LiberationSansNarrow-Regular.ttf",
        "Narrow-Bold": "liberation/LiberationSansNarrow-Bold.ttf",
        "DejaVu": "dejavu/DejaVuSans.ttf",
        "DejaVu-Bold": "dejavu/DejaVuSans-Bold.ttf",
    }
    for name, path in faces.items():
        if name in pdfmetrics.getRegisteredFontNames():
            continue
        if not (FONTS / path).exists():
            if name.startswith("Narrow"):
                continue
            raise FileNotFoundError(f"{FONTS / path}: install fonts-liberation and fonts-dejavu")
        pdfmetrics.registerFont(TTFont(name, str(FONTS / path)))
    for family in ("Sans", "Serif", "DejaVu"):
        pdfmetrics.registerFontFamily(family, family, f"{family}-Bold", family, f"{family}-Bold")


class Traced(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph that notes the first page on which it is drawn, for the fields it holds."""

    def traced(
        self,
        pbi: str,
        fields: tuple[str, ...],
        log: dict[str, dict[str, int]],
        note: tuple[int, str] | None = None,
        notes: dict[int, list[tuple[int, str]]] | None = None,
    ) -> Traced:
        """Itself, with what it holds and where to note it."""
        self.trace = (pbi, fields, log, note, notes)
        return self

    def split(self, width: float, height: float) -> list[Any]:
        """As reportlab splits it, the parts tracing as the whole did."""
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.trace = self.trace
        return parts

    def draw(self) -> None:
        """Draws, and notes the page."""
        pbi, fields, log, note, notes = self.trace
        page = self.canv.getPageNumber()
        for name in fields:
            log.setdefault(pbi, {}).setdefault(name, page)
        if note and notes is not None and note not in notes.setdefault(page, []):
            notes[page].append(note)
        super().draw()


class Numbered(Canvas):  # type: ignore[misc]
    """A canvas that knows the number of pages when it draws the footers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keeps the page until all are known."""
        self.held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draws the footer of each page, then saves."""
        for state in self.held:
            self.__dict__.update(state)
            self.footer(self._pageNumber, len(self.held))
            super().showPage()
        super().save()

    def footer(self, page: int, pages: int) -> None:
        """Replaced by each layout."""


def styles(font: str = "Sans", size: float = 10.5) -> dict[str, ParagraphStyle]:
    """Paragraph styles by name."""
    body = ParagraphStyle(
        "body", fontName=font, fontSize=size, leading=size * 1.36, spaceAfter=6, alignment=TA_LEFT
    )
    bold = f"{font}-Bold"
    return {
        "body": body,
        "fact": ParagraphStyle("fact", parent=body, spaceAfter=3),
        "list": ParagraphStyle("list", parent=body, leftIndent=14),
        "heading": ParagraphStyle(
            "heading",
            parent=body,
            fontName=bold,
            fontSize=size + 1,
            leading=(size + 1) * 1.3,
            spaceBefore=15,
            spaceAfter=6,
            keepWithNext=1,
            textColor=NAVY,
        ),
        "section": ParagraphStyle(
            "section",
            parent=body,
            fontName=bold,
            fontSize=size + 4,
            leading=(size + 4) * 1.3,
            spaceBefore=20,
            spaceAfter=2,
            keepWithNext=1,
            textColor=GREY,
        ),
        "title": ParagraphStyle(
            "title", parent=body, fontName=bold, fontSize=20, leading=25, textColor=NAVY
        ),
        "cell": ParagraphStyle(
            "cell", parent=body, fontSize=size - 1, leading=size * 1.25, spaceAfter=0
        ),
    }


def day(value: Any) -> str:
    """ "20/09/2021"."""
    return f"{value:%d/%m/%Y}"


class ProseReport:
    """One report in prose; `make` gives its bytes, the pages of its fields and their number."""

    def __init__(self, report: Report) -> None:
        load_fonts()
        self.report = report
        self.style = styles()
        self.places: dict[str, dict[str, int]] = {}
        self.notes: dict[int, list[tuple[int, str]]] = {}
        self.marks = 0
        self.pages = 0

    def make(self) -> tuple[bytes, dict[str, dict[str, int]], int]:
        """PDF bytes, PBI -> field -> page, number of pages."""
        if self.report.contents:
            self.build({})  # once for the page numbers of the contents
        first = {pbi: where["pbi"] for pbi, where in self.places.items()}
        return self.build(first), self.places, self.pages

    def build(self, contents: Mapping[str, int]) -> bytes:
        """One run through the layout."""
        self.places, self.notes, self.marks = {}, {}, 0
        out = io.BytesIO()
        document = BaseDocTemplate(
            out,
            pagesize=A4,
            leftMargin=24 * mm,
            rightMargin=24 * mm,
            title=self.report.title,
            author="Data Communications Company",
        )
        # Notes stand at the foot of the page: leave room for them where the report has any.
        foot = (34 if any(entry.note for entry in self.report.entries) else 22) * mm
        frame = Frame(24 * mm, foot, A4[0] - 48 * mm, A4[1] - foot - 26 * mm, 0, 0, 0, 0)
        document.addPageTemplates(PageTemplate(frames=[frame]))
        document.build(self.story(contents), canvasmaker=self.canvas())
        return out.getvalue()

    def canvas(self) -> type[Numbered]:
        """A canvas class that draws this report's header, notes and footer."""
        maker = self

        class Furnished(Numbered):
            def footer(self, page: int, pages: int) -> None:
                maker.pages = pages
                maker.furniture(self, page, pages)

        return Furnished

    def furniture(self, canvas: Canvas, page: int, pages: int) -> None:
        """Running header and footer, and the notes of the page."""
        width, height = A4
        canvas.setFillColor(GREY)
        canvas.setFont("Sans", 8.5)
        canvas.drawString(24 * mm, height - 15 * mm, self.report.title)
        canvas.drawRightString(width - 24 * mm, height - 15 * mm, self.report.classification or "")
        canvas.setStrokeColor(GREY)
        canvas.setLineWidth(0.4)
        canvas.line(24 * mm, height - 17 * mm, width - 24 * mm, height - 17 * mm)
        canvas.drawCentredString(width / 2, 12 * mm, self.report.classification or "")
        canvas.drawString(24 * mm, 12 * mm, self.report.reference or "")
        canvas.drawRightString(width - 24 * mm, 12 * mm, f"Page {page} of {pages}")
        notes = self.notes.get(page, [])
        if notes:
            canvas.line(24 * mm, 31 * mm, 64 * mm, 31 * mm)
        canvas.setFont("Sans", 8)
        for row, (mark, text) in enumerate(notes):
            y = (27.5 - 4 * row) * mm
            canvas.setFont("Sans", 5.5)
            canvas.drawString(24 * mm, y + 2.5, str(mark))
            canvas.setFont("Sans", 8)
            canvas.drawString(26 * mm, y, text)

    def story(self, contents: Mapping[str, int]) -> list[Flowable]:
        """Cover block, contents, entries."""
        report, style = self.report, self.style
        flow: list[Flowable] = [Paragraph(escape(report.title), style["title"]), Spacer(1, 10)]
        flow += [self.control(), Spacer(1, 12)]
        flow += [Paragraph(escape(text), style["body"]) for text in report.intro]
        if report.contents:
            flow += [self.contents(contents), PageBreak()]
        section = None
        for index, entry in enumerate(report.entries):
            party = entry.party[0] or "DCC"
            if report.order == "owner" and party != section:
                section = party
                flow.append(Paragraph(dict(SECTIONS)[party], style["section"]))
            flow += self.entry(entry, index)
        flow += [Spacer(1, 18), Paragraph("End of report", style["cell"])]
        return flow

    def control(self) -> Table:
        """The block of particulars under the title."""
        report, cell = self.report, self.style["cell"]
        rows = [
            ("Paper reference", report.reference or ""),
            ("Period covered", report.period),
            ("Status correct as at", f"{report.status_date:%-d %B %Y}"),
            ("Prepared for", "Operations Group"),
            ("Number of entries", str(len(report.entries))),
        ]
        if report.issue_date:
            rows.insert(3, ("Date of issue", f"{report.issue_date:%-d %B %Y}"))
        table = Table(
            [
                [Paragraph(f"<b>{name}</b>", cell), Paragraph(escape(value), cell)]
                for name, value in rows
            ],
            colWidths=[46 * mm, 90 * mm],
            hAlign="LEFT",
        )
        rule = ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c5c9d3"))
        table.setStyle(TableStyle([rule, ("TOPPADDING", (0, 0), (-1, -1), 3)]))
        return table

    def contents(self, pages: Mapping[str, int]) -> Table:
        """One row per entry: number, title, page."""
        cell = self.style["cell"]
        rows = [
            [
                Paragraph(entry.pbi, cell),
                Paragraph(escape(entry.title), cell),
                Paragraph(str(pages.get(entry.pbi, "")), cell),
            ]
            for entry in self.report.entries
        ]
        table = Table(rows, colWidths=[38 * mm, 110 * mm, 12 * mm], hAlign="LEFT")
        table.setStyle(
            TableStyle(
                [
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (0, -1), 0),
                    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
                ]
            )
        )
        return table

    def entry(self, entry: Entry, index: int) -> list[Flowable]:
        """Heading, narrative and facts of one problem."""
        flow: list[Flowable] = []

        def add(text: str, style: str, *fields: str, note: tuple[int, str] | None = None) -> None:
            paragraph = Traced(text, self.style[style])
            flow.append(paragraph.traced(entry.pbi, fields, self.places, note, self.notes))

        add(f"{entry.pbi}: {escape(entry.title)}", "heading", "pbi", "title")
        text = [escape(paragraph) for paragraph in entry.text]
        if entry.owner:
            opening = f"This Problem Record is with {escape(entry.owner)}."
            first = text.pop(0) if text else ""
            add(f"{opening} {first}".strip(), "body", "owner", "owner_role", "description")
        for paragraph in text:
            add(paragraph, "list" if paragraph[:2] in ("1.", "2.") else "body", "description")
        if entry.workaround:
            add(f"Workaround: {escape(entry.workaround)}.", "body", "workaround")
        if entry.update:
            add(f"Update: {escape(entry.update)}.", "body", "update")
        if entry.observation:
            words = escape(entry.observation)
            add(f"Incident observation: {words}", "body", "incident_observation", "major_incident")
        self.facts(entry, index, add)
        return flow

    def facts(self, entry: Entry, index: int, add: Any) -> None:
        """Created, severity, status, target and impact, with the small variety of the paper."""
        stop = (".", "", ".  ", "")[index % 4]
        add(
            f"PBI created {day(entry.created)}. Severity – {entry.severity}{stop}",
            "fact",
            "created",
            "severity",
        )
        colon = ":" if index % 5 == 1 else ""
        status = f"Current status{colon} {day(entry.status_date)} – {entry.status}"
        target, note = entry.target, None
        if target and entry.note:
            self.marks += 1
            note = (self.marks, entry.note)
            target += f"<super size=6>{self.marks}</super>"
        if target and index % 3 == 0:
            add(
                f"{status}, target completion {target}",
                "fact",
                "status",
                "status_date",
                "target_completion",
                note=note,
            )
        else:
            add(f"{status}{',' if target or index % 2 else ''}", "fact", "status", "status_date")
            if target:
                comma = ("", ",", ".")[index % 3]
                words = f"Target completion {target}{comma}"
                add(words, "fact", "target_completion", note=note)
        if entry.impact:
            dot = "." if index % 2 else ""
            words = f"End user impact = {escape(entry.impact)}{dot}"
            add(words, "fact", "user_impact", "impact_class")


def make_prose(report: Report) -> tuple[bytes, dict[str, dict[str, int]], int]:
    """PDF bytes, PBI -> field -> page, number of pages."""
    return ProseReport(report).make()
