"""Makes DOCX and XLSX by python-docx and openpyxl, and PDF of label/value forms by LibreOffice."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import tempfile
import textwrap
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from make_corpus_forms import Paper, day_words
from make_corpus_story import Entry
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

MADE = datetime(2021, 1, 1)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def settled(data: bytes) -> bytes:
    """A zip with the same members at one fixed time: the same words give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2021, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2021-01-01T00:00:00Z", content)
            new.writestr(info, content)
    return out.getvalue()


def settled_pdf(data: bytes) -> bytes:
    """A PDF of LibreOffice or Chromium without its clock and random ids, byte for byte as long."""
    data = re.sub(
        rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}",
        lambda match: match[1] + b"20210101000000",
        data,
    )
    data = re.sub(
        rb"(/ID\s*\[\s*<)[0-9A-Fa-f]+(>\s*<)[0-9A-Fa-f]+(>)",
        lambda match: match[1] + b"0" * 32 + match[2] + b"0" * 32 + match[3],
        data,
    )
    return re.sub(
        rb"(/DocChecksum /)[0-9A-F]+",
        lambda match: match[1] + b"0" * (len(match[0]) - len(match[1])),
        data,
    )


def new_word(paper: Paper) -> WordDocument:
    """An empty document with the type face, the running lines and the title of the paper."""
    head = paper.head
    document = Document()
    document.core_properties.created = document.core_properties.modified = MADE
    document.core_properties.title = head["title"]
    document.core_properties.author = "Service Management"
    normal = document.styles["Normal"]
    normal.font.name = head.get("font", "Liberation Sans")
    normal.font.size = Pt(head.get("size", 10))
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if head.get("landscape"):
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    top = section.header.paragraphs[0]
    right = section.page_width - section.left_margin - section.right_margin
    top.style = document.styles["Normal"]  # "Header" has tab stops of its own
    top.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
    top.text = f"{head.get('classification', '')}\t{head['title']}"
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Normal"]
    foot.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
    foot.text = head.get("reference", "") + "\tPage "
    field(foot, "PAGE")
    if head.get("marking_in_footer", True):
        line = section.footer.add_paragraph(head.get("classification", ""))
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = document.add_heading(head["title"], 0)
    for run in title.runs:
        run.font.name = head.get("font", "Liberation Sans")
        run.font.size = Pt(20)
        run.font.color.rgb = RGBColor(0x1D, 0x2F, 0x5F)
    return document


def field(paragraph: Any, code: str) -> None:
    """A field such as PAGE at the end of a paragraph."""
    for kind, text in (
        ("begin", None),
        (None, code),
        ("separate", None),
        ("shown", "1"),
        ("end", None),
    ):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            words = OxmlElement("w:instrText")
            words.text = text
            run._r.append(words)


def shade(cell: Any, colour: str) -> None:
    """A fill behind a cell."""
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    )


def particulars(document: WordDocument, paper: Paper, *, boxed: bool = False) -> None:
    """Period, reference, status date and introduction; the status date in a text box if `boxed`."""
    head = paper.head
    for line in (head.get("scope_line", ""), head.get("period", "")):
        if line:
            document.add_paragraph(line)
    if head.get("reference") and head.get("reference_label", "Reference"):
        document.add_paragraph(f"{head.get('reference_label', 'Reference')}: {head['reference']}")
    if boxed:
        text_box(document, head["as_at"])
    elif head.get("as_at"):
        document.add_paragraph(head["as_at"])
    for text in head.get("intro", ()):
        document.add_paragraph(text)


def text_box(document: WordDocument, words: str) -> None:
    """A drawn box with words in it, as Word keeps them apart from the paragraphs."""
    run = document.add_paragraph().add_run()
    run._r.append(
        parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml">'
            '<v:shape style="width:260pt;height:26pt" fillcolor="#e4e8f2" strokecolor="#1d2f5f">'
            f"<v:textbox><w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict>"
        )
    )


def make_forms(paper: Paper) -> bytes:
    """A PDF by LibreOffice: a summary table, then a label/value form per problem."""
    head = paper.head
    document = new_word(paper)
    particulars(document, paper)
    if head.get("summary"):
        document.add_heading(head.get("summary_title", "Summary"), 1)
        summary(document, paper)
    document.add_heading(head.get("detail_title", "Problem records"), 1)
    for entry in paper.entries:
        if head.get("form_heading"):
            document.add_heading(head["form_heading"].format(pbi=entry.pbi, title=entry.title), 2)
        rows = [(paper.labels[n], paper.value(entry, n)) for n in head["columns"]]
        rows = [(label, value or head.get("blank", "")) for label, value in rows]
        table = document.add_table(rows=len(rows), cols=2)
        if head.get("boxed"):
            table.style = "Table Grid"
        table.autofit = False
        widen(table, head.get("label_widths", (4.6, 12)))
        for row, (label, value) in zip(table.rows, rows, strict=True):
            row.cells[0].text, row.cells[1].text = label, value
            row.cells[0].paragraphs[0].runs[0].bold = True
            if head.get("boxed"):
                shade(row.cells[0], "E4E8F2")
        document.add_paragraph()
    return to_pdf(document)


def summary(document: WordDocument, paper: Paper) -> None:
    """One row per problem with the fields that the head names for it."""
    names = paper.head["summary"]
    labels = {**paper.labels, **paper.head.get("summary_labels", {})}
    table = document.add_table(rows=1, cols=len(names))
    table.style = paper.head.get("summary_style", "Table Grid")
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.text = labels[name]
        cell.paragraphs[0].runs[0].bold = True
        shade(cell, "E4E8F2")
    for entry in paper.entries:
        other = paper.head.get("disagree", {}).get(entry.pbi, {})
        for cell, name in zip(table.add_row().cells, names, strict=True):
            cell.text = other.get(name, paper.value(entry, name))
    table.autofit = False
    widen(table, [{"title": 5.2, "pbi": 3.2}.get(name, 8.2 / (len(names) - 2)) for name in names])
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(8)
    document.add_paragraph()


def widen(table: Any, widths: Sequence[float]) -> None:
    """Column widths in centimetres, in the grid and in each cell: LibreOffice goes by the grid."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def to_pdf(document: WordDocument) -> bytes:
    """The document as LibreOffice prints it.

    Raises:
        subprocess.CalledProcessError: LibreOffice failed; its words are in the error.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.docx"
        document.save(str(source))
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=180,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1609459200"},
        )
        return settled_pdf((Path(folder) / "paper.pdf").read_bytes())


def make_printed_table(paper: Paper) -> bytes:
    """A PDF by LibreOffice of one table; its rows may break over pages."""
    document = new_word(paper)
    particulars(document, paper)
    word_table(document, paper)
    return to_pdf(document)


def answer_lines(paper: Paper) -> list[tuple[str, str]]:
    """(style, words) of an answer to an action, in the wording of such papers."""
    head = paper.head
    lines = [("title", head["title"])]
    for index, entry in enumerate(paper.entries):
        lines.append(("heading", f"{paper.value(entry, 'pbi')}: {entry.title}."))
        text = list(entry.text)
        if entry.owner:
            first = text.pop(0) if text else ""
            lines.append(("body", f"This Problem Record is with {entry.owner}. {first}".strip()))
        lines += [("body", words) for words in text]
        if entry.observation:
            lines.append(("body", f"Incident observation: {entry.observation}"))
        created, on = paper.value(entry, "created"), day_words(head["status_date"], head["day"])
        lines.append(("body", f"PBI created {created}. Severity – {entry.severity}."))
        lines.append(("body", f"Current status {on} – {entry.status}{',' if index % 2 else ''}"))
        if entry.target:
            lines.append(("body", f"Target completion {paper.value(entry, 'target')},"))
        if entry.impact:
            lines.append(("body", f"End user impact = {entry.impact}{'.' if index % 3 else ''}"))
    return lines


def make_answer(paper: Paper) -> bytes:
    """An answer to an action: plain text, or a PDF by LibreOffice without running lines."""
    lines = answer_lines(paper)
    if paper.head["file"].endswith(".txt"):
        return ("\n\n".join(textwrap.fill(words, 92) for _, words in lines) + "\n").encode()
    document = new_word(paper)
    for part in (*document.sections[0].header.paragraphs, *document.sections[0].footer.paragraphs):
        part.text = ""
    heading = document.paragraphs[0]._p
    heading.getparent().remove(heading)
    for style, words in lines:
        run = document.add_paragraph().add_run(words)
        run.bold = style != "body"
    return to_pdf(document)


def make_word(paper: Paper) -> bytes:
    """A DOCX with a heading per problem, or with one table."""
    head = paper.head
    document = new_word(paper)
    particulars(document, paper, boxed=head.get("text_box", True))
    if head["layout"] == "table":
        word_table(document, paper)
    else:
        for entry in paper.entries:
            word_entry(document, paper, entry)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def word_entry(document: WordDocument, paper: Paper, entry: Entry) -> None:
    """Heading and labelled paragraphs of one problem; revised values as tracked changes."""
    head = paper.head
    pattern = head.get("heading", "{pbi}: {title}")
    document.add_heading(pattern.format(pbi=paper.value(entry, "pbi"), title=entry.title), 2)
    for name in head["columns"]:
        value = paper.value(entry, name)
        if not value:
            continue
        if name == "text" and not paper.labels[name]:
            for text in entry.text:
                document.add_paragraph(text)
            continue
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.add_run(paper.labels[name] + head.get("sign", ": ")).bold = True
        old = head.get("revise", {}).get(entry.pbi, {}).get(name)
        if old:
            revised(paragraph, old, value)
        else:
            paragraph.add_run(value)


def revised(paragraph: Any, old: str, new: str) -> None:
    """A tracked deletion and the insertion that takes its place."""
    attributes = f'{nsdecls("w")} w:author="Service Management" w:date="2024-03-18T09:00:00Z"'
    paragraph._p.append(
        parse_xml(
            f'<w:del {attributes} w:id="9001"><w:r><w:delText>{old}</w:delText></w:r></w:del>'
        )
    )
    paragraph._p.append(
        parse_xml(f'<w:ins {attributes} w:id="9002"><w:r><w:t>{new}</w:t></w:r></w:ins>')
    )


def word_table(document: WordDocument, paper: Paper) -> None:
    """One ruled table with a row per problem."""
    names = paper.head["columns"]
    table = document.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.text = paper.labels[name]
        cell.paragraphs[0].runs[0].bold = True
        shade(cell, "D9E2F3")
    if paper.head.get("repeat", True):
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for entry in paper.entries:
        for cell, name in zip(table.add_row().cells, names, strict=True):
            old = paper.head.get("revise", {}).get(entry.pbi, {}).get(name)
            if old:
                revised(cell.paragraphs[0], old, paper.value(entry, name))
            else:
                cell.text = paper.value(entry, name)
    if "widths_cm" in paper.head:
        table.autofit = False
        widen(table, paper.head["widths_cm"])
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(paper.head.get("cell_size", 9))


def make_csv(paper: Paper) -> bytes:
    """A register with commas, as a spreadsheet saves it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    head = paper.head
    for line in (head["title"], head.get("period"), head.get("as_at"), head.get("classification")):
        if line and head.get("above", True):
            writer.writerow([line])
    if head.get("above", True):
        writer.writerow([])
    writer.writerow([paper.labels[name] for name in head["columns"]])
    for entry in paper.entries:
        writer.writerow([paper.value(entry, name) for name in head["columns"]])
    return out.getvalue().encode("utf-8-sig")


def make_sheet(paper: Paper) -> bytes:
    """A workbook: particulars on the first sheet, registers on the next, look-up lists hidden."""
    head = paper.head
    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    first = book.active
    assert first is not None
    first.title = head.get("first_sheet", "Read me")
    for line in (head["title"], head.get("period"), head.get("as_at"), *head.get("intro", ())):
        if line:
            first.append([line])
    first.append([head.get("classification", "")])
    first["A1"].font = Font(bold=True, size=15)
    first.column_dimensions["A"].width = 70
    if head["layout"] == "statuses":
        groups = {
            "Open problems": [e for e in paper.entries if not e.closed],
            "Closed problems": [e for e in paper.entries if e.closed],
        }
    else:
        groups = {head.get("sheet", "Register"): list(paper.entries)}
    for name, entries in groups.items():
        register(book, paper, name, entries)
    lists = book.create_sheet("Lists")
    for row in (
        ("Severity", "State"),
        ("Critical", "Pending"),
        ("High", "Assigned"),
        ("Medium", "Closed"),
    ):
        lists.append(row)
    lists.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def register(book: Workbook, paper: Paper, name: str, entries: list[Entry]) -> None:
    """One sheet: a merged title, a header row, a row per problem with real dates, a hidden row."""
    head = paper.head
    columns = head["columns"]
    sheet = book.create_sheet(name)
    sheet.append([f"{head['title']} – {name}"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font = Font(bold=True, size=13)
    sheet.append([head["as_at"]])
    sheet.append([])
    sheet.append([paper.labels[column] for column in columns])
    for cell in sheet[4]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1D2F5F")
    party = ""
    for entry in entries:
        if head.get("sections") and entry.party[0] != party:
            party = entry.party[0] or ""
            sheet.append([party])
            row = sheet.max_row
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(columns))
        sheet.append([sheet_value(paper, entry, column) or None for column in columns])
        for index, column in enumerate(columns, 1):
            cell = sheet.cell(sheet.max_row, index)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if column in ("created", "target") and isinstance(cell.value, datetime):
                cell.number_format = head.get("number_format", "DD/MM/YYYY")
        longest = max((len(paper.value(entry, n)) for n in ("text", "impact")), default=0)
        sheet.row_dimensions[sheet.max_row].height = 15 * max(2, -(-longest // 34))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.append(["Rows below are kept for sorting"])
    sheet.row_dimensions[sheet.max_row].hidden = True
    for index, column in enumerate(columns, 1):
        wide = {"text": 60, "title": 40, "impact": 36, "workaround": 36}.get(column, 17)
        sheet.column_dimensions[get_column_letter(index)].width = wide
    sheet.freeze_panes = "A5"


def sheet_value(paper: Paper, entry: Entry, name: str) -> Any:
    """A cell: a real date for dates, a number for a bare PBI number, words for all else."""
    day = {"created": entry.created, "target": entry.target_date}.get(name)
    if day and paper.head["day"] == "cell":
        return datetime(day.year, day.month, day.day)
    value = paper.value(entry, name)
    return int(value) if name == "pbi" and value.isdigit() else value
