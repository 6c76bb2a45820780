"""Sets registers as tables, ruled or not, and prose with other labels; all by reportlab."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax.saxutils import escape

from make_corpus_forms import Paper
from make_corpus_prose import GREY, NAVY, Numbered, load_fonts
from make_corpus_story import SECTIONS, Entry
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)


def furnished(paper: Paper, size: tuple[float, float], font: str) -> type[Numbered]:
    """A canvas with the running lines of this paper."""
    head = paper.head

    class Furnished(Numbered):
        def footer(self, page: int, pages: int) -> None:
            width, height = size
            self.setFont(font, 8)
            self.setFillColor(GREY)
            marking = head.get("classification", "")
            self.drawString(16 * mm, height - 11 * mm, marking)
            self.drawRightString(width - 16 * mm, height - 11 * mm, head["title"])
            self.drawString(16 * mm, 9 * mm, head.get("reference", marking))
            self.drawRightString(width - 16 * mm, 9 * mm, f"{page} / {pages}")

    return Furnished


def typeset(paper: Paper, size: tuple[float, float], font: str, flow: list[Flowable]) -> bytes:
    """The flow on pages of a size, with running lines.

    With `rotate` the sheet lies on its side in the file and is turned for display; with `crop`
    (points) the file's page is larger all round than what is displayed.
    """
    out = io.BytesIO()
    margin = 16 * mm
    head = paper.head
    crop = head.get("crop", 0)
    media = (size[0] + 2 * crop, size[1] + 2 * crop)  # reportlab turns it itself

    def turn(canvas: Canvas, _: BaseDocTemplate) -> None:
        if head.get("rotate"):
            canvas.rotate(90)
            canvas.translate(0, -media[1])
        if crop:
            canvas.setCropBox((crop, crop, crop + size[0], crop + size[1]))
            canvas.translate(crop, crop)

    rotation = 90 if head.get("rotate") else 0
    document = BaseDocTemplate(
        out, pagesize=media, title=head["title"], author="DCC", rotation=rotation
    )
    frame = Frame(margin, margin, size[0] - 2 * margin, size[1] - 2 * margin, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=turn, pagesize=media))
    document.build(flow, canvasmaker=furnished(paper, size, font))
    return out.getvalue()


def opening(paper: Paper, font: str, size: float) -> list[Flowable]:
    """Title, particulars and introduction."""
    head = paper.head
    big = ParagraphStyle("t", fontName=f"{font}-Bold", fontSize=17, leading=22, textColor=NAVY)
    body = ParagraphStyle("b", fontName=font, fontSize=size, leading=size * 1.35, spaceAfter=4)
    lines = [head.get("period", ""), head.get("as_at", "")]
    if "reference" in head:
        lines.append(f"{head.get('reference_label', 'Reference')}: {head['reference']}")
    flow: list[Flowable] = [Paragraph(escape(head["title"]), big), Spacer(1, 4)]
    if head.get("scope_line"):
        lines.insert(0, head["scope_line"])
    flow += [Paragraph(escape(line), body) for line in lines if line]
    flow += [Paragraph(escape(text), body) for text in head.get("intro", ())]
    return [*flow, Spacer(1, 8)]


def make_table(paper: Paper) -> bytes:
    """A register: one row per problem."""
    load_fonts()
    head = paper.head
    font, size = head["font"], head["size"]
    upright = head.get("portrait", False)
    sheet = A4 if upright else landscape(A4)
    cell = ParagraphStyle("c", fontName=font, fontSize=size, leading=size * 1.22, splitLongWords=1)
    bold = ParagraphStyle("h", parent=cell, fontName=f"{font}-Bold")
    if head.get("ruled"):
        bold.textColor = colors.white if not head.get("plain_head") else colors.black
    columns = head["columns"]
    rows: list[list[Any]] = [[Paragraph(escape(paper.labels[name]), bold) for name in columns]]
    section_style = ParagraphStyle("s", parent=cell, fontName=f"{font}-Bold", textColor=NAVY)
    spans: list[int] = []
    party = ""
    entries = by_owner(paper.entries) if head.get("sections") else list(paper.entries)
    for entry in entries:
        if head.get("sections") and (entry.party[0] or "") != party:
            party = entry.party[0] or ""
            spans.append(len(rows))
            name = dict(SECTIONS).get(party, party)
            rows.append([Paragraph(escape(name), section_style)] + [""] * (len(columns) - 1))
        rows.append([Paragraph(escape(paper.value(entry, name)), cell) for name in columns])
    table = Table(
        rows,
        colWidths=[width * mm for width in head["widths"]],
        repeatRows=1 if head.get("repeat") else 0,
        hAlign="LEFT",
    )
    table.setStyle(TableStyle(rulings(paper, spans)))
    return typeset(paper, sheet, font, [*opening(paper, font, size + 2), table])


def rulings(paper: Paper, spans: list[int]) -> list[tuple[Any, ...]]:
    """Lines, fills and paddings of a register."""
    head = paper.head
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    style += [("SPAN", (0, row), (-1, row)) for row in spans]
    if head.get("ruled"):
        style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#8a90a0")))
        if not head.get("plain_head"):
            style.append(("BACKGROUND", (0, 0), (-1, 0), NAVY))
        style += [("BACKGROUND", (0, row), (-1, row), colors.HexColor("#e4e8f2")) for row in spans]
    else:
        style += [("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 5)]
        style += [("RIGHTPADDING", (0, 0), (-1, -1), 8)]
    return style


def by_owner(entries: tuple[Entry, ...]) -> list[Entry]:
    """Entries in the order of the sections; owners that have none come last."""
    names = [party for party, _ in SECTIONS]
    rank = {party: index for index, party in enumerate(names)}
    return sorted(entries, key=lambda e: (rank.get(e.party[0] or "", len(names)), e.number))


LINES = (
    ("owner", "severity", "created"),
    ("text",),
    ("observation",),
    ("workaround",),
    ("update",),
    ("mi",),
    ("status", "target"),
    ("impact",),
)


def make_labelled(paper: Paper) -> bytes:
    """Prose with a label before every value, several on one line."""
    load_fonts()
    head = paper.head
    font = head.get("font", "Serif")
    size = head.get("size", 11)
    body = ParagraphStyle("b", fontName=font, fontSize=size, leading=size * 1.35, spaceAfter=5)
    top = ParagraphStyle(
        "h",
        parent=body,
        fontName=f"{font}-Bold",
        fontSize=size + 1,
        spaceBefore=12,
        keepWithNext=1,
        leading=size * 1.5,
    )
    part = ParagraphStyle("s", parent=top, fontSize=size + 4, leading=size * 1.8, textColor=NAVY)
    flow = opening(paper, font, size)
    pattern = head.get("heading", "{n}. {pbi} – {title}")
    sign, joiner = head.get("sign", ": "), head.get("joiner", " | ")
    party = ""
    for number, entry in enumerate(paper.entries, 1):
        if head.get("sections") and entry.party[0] != party:
            party = entry.party[0] or ""
            flow.append(Paragraph(escape(head["sections"].get(party, party)), part))
        words = pattern.format(n=number, pbi=paper.value(entry, "pbi"), title=entry.title)
        kind = Doubled if head.get("faux_bold") else Paragraph
        flow.append(kind(escape(awkward(paper, words)), top))
        for line in head.get("lines", LINES):
            said = [labelled(paper, entry, name, sign) for name in line]
            words = joiner.join(text for text in said if text)
            if words:
                flow.append(Paragraph(words, body))
    flow += [
        Paragraph(f"<super size=6>{mark}</super> {escape(note)}", body)
        for mark, note in enumerate(head.get("notes", {}).values(), 1)
    ]
    return typeset(paper, A4, font, flow)


class Doubled(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph drawn twice, a third of a point apart: bold as cheap programs make it."""

    def draw(self) -> None:
        """Draws twice."""
        super().draw()
        self.canv.translate(0.35, 0)
        super().draw()


def awkward(paper: Paper, words: str) -> str:
    """Words with ligatures and no-break spaces, where the head asks for them."""
    if paper.head.get("ligatures"):
        words = words.replace("fi", "\ufb01").replace("fl", "\ufb02")
    if paper.head.get("no_break"):
        words = re.sub(r"(?<=\d) (?=[A-Z])|(?<=PBI) ", "\u00a0", words)
    return words


def labelled(paper: Paper, entry: Entry, name: str, sign: str) -> str:
    """ "<b>Lead:</b> DSP"; empty where there is no value or no label."""
    value = awkward(paper, paper.value(entry, name))
    label = paper.labels.get(name)
    if not value or label is None:
        return ""
    said = escape(value)
    noted = list(paper.head.get("notes", {}))
    if name == "target" and entry.pbi in noted:
        said += f"<super size=6>{noted.index(entry.pbi) + 1}</super>"
    if not label:
        return said
    weight = "<b>{}</b>" if paper.head.get("bold_labels", True) else "{}"
    return weight.format(escape(label + sign.rstrip())) + (" " if sign.endswith(" ") else "") + said
