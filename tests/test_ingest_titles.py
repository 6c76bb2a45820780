"""Titles: of a report, and no counter, section, file name or bullet in the place of one."""

from __future__ import annotations

import io

import pytest
from docx import Document as Docx
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from ingest.flow import is_counter
from ingest.read import read_report
from ingest.titles import is_section

_HEADS = {
    "1": ("PBI000000141101", "Receipts printed without a serial", "CSP South", "Low"),
    "2": ("PBI000000141140", "Alerts held at the relay for an hour", "TSP", "High"),
    "3": ("PBI000000141187", "Clock of the archive runs ahead", "DSP", "Medium"),
}


_RULED = [("GRID", (0, 0), (-1, -1), 0.5, "black")]


def _pdf(story: list[object], **properties: str) -> bytes:
    out = io.BytesIO()
    SimpleDocTemplate(out, **properties).build(story)
    return out.getvalue()


def _rows(place: str) -> list[list[str]]:
    number, title, owner, severity = _HEADS[place]
    return [
        ["Problem no.", number], ["Problem title", title], ["Owner", owner],
        ["Severity", severity], ["Date raised", f"0{place}/03/2023"], ["Status", "Assigned"],
        ["Problem description", "A queue was full and the job behind it did not begin."],
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["Item {} of 3", "PROBLEM RECORD {} / 3", "Problem no. {} of 3"])
def test_a_counter_above_a_form_is_no_title(words: str) -> None:
    style = getSampleStyleSheet()
    story: list[object] = [Paragraph("Problems at the end of spring 2023", style["Title"])]
    for place in _HEADS:
        story += [
            Paragraph(words.format(place), style["Heading3"]),
            Table(_rows(place), style=_RULED),
        ]
        story += [Spacer(1, 20)]
    reading = read_report(_pdf(story), "spring.pdf")
    assert [item.title for item in reading.problems] == [head[1] for head in _HEADS.values()]
    assert all(
        item.description and item.description.endswith("begin.") for item in reading.problems
    )


def test_a_counter_in_plain_text_belongs_to_no_record() -> None:
    text = "Open problems of the spring\n\n"
    for place in _HEADS:
        number, title, owner, severity = _HEADS[place]
        text += f"Record {place} of 3\n\n{number} - {title}\n\nOwner: {owner}\n"
        text += f"Severity: {severity}\n\nThe job did not begin until noon.\n\n"
    problems = read_report(text.encode(), "spring.txt").problems
    assert [item.title for item in problems] == [head[1] for head in _HEADS.values()]
    assert {item.description for item in problems} == {"The job did not begin until noon."}


def test_what_counts_and_what_does_not() -> None:
    assert is_counter("Record 2 of 4")
    assert is_counter("- Problem record no. 3 out of 11 -")
    assert not is_counter("Problem 2 of 4 boxes lost")
    assert not is_counter("2 of 4 meters failed")
    assert is_section("1 Purpose")
    assert is_section("2.1 Position")
    assert is_section("Background")
    assert not is_section("30 June 2022")
    assert not is_section("12 open problems of DSP")


def _paper(title: str | None) -> bytes:
    """A paper of numbered sections whose head, a table, gives its title."""
    docx = Docx()
    rows = [("Group", "Operations"), ("Paper title", title), ("Author", "Service desk")]
    rows = rows if title else []
    table = docx.add_table(rows=len(rows), cols=2)
    for k, (label, value) in enumerate(rows):
        table.cell(k, 0).text, table.cell(k, 1).text = label, value or ""
    docx.add_heading("1. Introduction", 1)
    docx.add_paragraph("This paper lists what is with the suppliers at the end of May 2023.")
    docx.add_heading("2. Records", 1)
    for number, name, owner, severity in _HEADS.values():
        docx.add_paragraph(f"{number} {name}").runs[0].bold = True
        docx.add_paragraph(f"Owner: {owner}")
        docx.add_paragraph(f"Severity: {severity}")
    out = io.BytesIO()
    docx.save(out)
    return out.getvalue()


def test_the_head_of_a_paper_gives_its_title() -> None:
    reading = read_report(_paper("What the suppliers hold, May 2023"), "paper.docx")
    assert reading.report.title == "What the suppliers hold, May 2023"
    assert [item.title for item in reading.problems] == [head[1] for head in _HEADS.values()]


def test_the_heading_of_a_section_is_no_title_of_a_report() -> None:
    assert read_report(_paper(None), "paper.docx").report.title is None


@pytest.mark.parametrize("name", ["export_final.html", "Microsoft Word - q2 v3.docx", "list.pdf"])
def test_a_file_name_in_the_properties_is_no_title(name: str) -> None:
    style = getSampleStyleSheet()
    story: list[object] = []
    for place in ("1", "2"):
        number, title, *_ = _HEADS[place]
        story += [Paragraph(f"{number} {title}", style["Heading2"]), Table(_rows(place)[2:])]
    assert read_report(_pdf(story, title=name), "card.pdf").report.title != name


def test_a_bullet_ahead_of_a_lone_value_is_not_kept() -> None:
    text = (
        "PBI000000141101 - Receipts printed without a serial\nOwner: TSP\nSeverity: Low\n"
        "Latest update: \u2013 A patch was built on Monday.\n"
        "Workaround: \u2022 The serial is added by hand.\n"
    )
    problem = read_report(text.encode(), "one.txt").problems[0]
    assert problem.update == "A patch was built on Monday"
    assert problem.workaround == "The serial is added by hand"
