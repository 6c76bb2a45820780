"""Habits of authors, in words of our own: what a careful reader makes of each."""

from __future__ import annotations

import io

import pytest

from ingest.document import Line, Word
from ingest.documents import open_document
from ingest.furniture import Furniture, edges_of
from ingest.ink import Ink
from ingest.layout import body_of
from ingest.read import read_document, read_report
from ingest.records import ProblemReading, Reading
from ingest.rules.ticks import ticked
from ingest.vocabulary import load


def _report(text: str, name: str = "report.txt") -> Reading:
    return read_report(text.encode(), name)


def _only(text: str, name: str = "report.txt") -> ProblemReading:
    (problem,) = _report(text, name).problems
    return problem


def test_a_root_cause_is_kept_apart_from_what_happened() -> None:
    problem = _only(
        "PBI000000140222: Orders answered twice\n\n"
        "Owner: DSP\nSeverity: Low\nStatus: Pending\n"
        "What happened: Some orders were answered twice on 4 May 2022.\n"
        "Suspected cause: A retry timer shorter than the answer takes.\n"
        "Workaround: The second answer can be ignored.\n"
    )
    assert problem.description == "Some orders were answered twice on 4 May 2022."
    assert problem.root_cause == "A retry timer shorter than the answer takes"
    assert problem.evidence["root_cause"].quote.startswith("A retry timer")


def test_a_cause_that_is_not_known_is_none() -> None:
    problem = _only(
        "PBI000000140223: Orders lost\n\nOwner: DSP\nSeverity: Low\nStatus: Pending\n"
        "What happened: Some orders were lost.\nRoot cause: Not yet known\n"
    )
    assert problem.root_cause is None
    assert problem.evidence["root_cause"].quote == "Not yet known"


_THREE = (
    "PBI000000140301: Reads late on Sundays\n\n"
    "Owner: DSP. Severity: Low. Status: Pending.\n\n"
    "Reads came up to two hours late on three Sundays.\n\n"
    "Impact on end users: Reads late.\n\n"
    "PBI000000140302: Alerts twice\n\n"
    "Owner: CSP North. Severity: Low. Status: Pending.\n\n"
    "Some alerts were sent twice.\n\n"
    "Impact on end users: None.\n\n"
    "PBI000000140303: Wrong code in a reply\n\n"
    "Owner: SMSO. Severity: Low. Status: Pending.\n\n"
    "A reply holds the code of another.\n\n"
    "Impact on end users: None.\n\n"
)


def test_a_farewell_is_no_part_of_the_last_record() -> None:
    for words in (
        "I would be glad to answer what members wish to ask.",
        "Any questions on this list can be sent to the service desk.",
        "If you need more, the service desk has it.",
        "We will bring a new version to the May meeting.",
        "Completed by: the shift manager",
    ):
        last = _report(_THREE.split("PBI000000140303")[0] + words + "\n").problems[-1]
        assert last.pbi == "PBI000000140302"
        assert last.description == "Some alerts were sent twice."


def test_paragraphs_behind_the_field_that_ends_every_record_are_no_part_of_the_last() -> None:
    last = _report(_THREE + "The weather in the north was worse than in other years.\n")
    assert last.problems[-1].description == "A reply holds the code of another."


def test_a_paragraph_behind_the_last_field_stays_where_records_end_in_one() -> None:
    text = _THREE.replace(
        "Impact on end users: None.\n\n", "Impact on end users: None.\n\nMore.\n\n"
    )
    last = _report(text + "The weather in the north was worse than in other years.\n")
    assert (last.problems[-1].description or "").endswith("than in other years.")


def test_a_target_told_in_a_sentence_of_its_own_beside_other_fields() -> None:
    problem = _only(
        "PBI000000140310: Reads late on Sundays\n\n"
        "This record was raised on 3 May 2022 and is with DSP. Its status is Pending. A fix is due "
        "by 30 June 2022.\n\nReads came up to two hours late on three Sundays.\n"
    )
    assert str(problem.target_completion) == "2022-06-30"
    assert problem.description == "Reads came up to two hours late on three Sundays."


def test_numbers_of_incidents_are_no_observation() -> None:
    text = "Problem number,Title,Owner,Severity,Related incidents\n"
    rows = "PBI000000140311,Reads late,DSP,Low,INC000000112233; INC000000112234\n"
    noted = "PBI000000140312,Alerts twice,DSP,Low,INC000000112235 was not run as an MI\n"
    one, two = _report(text + rows + noted, "list.csv").problems
    assert one.incident_observation is None
    assert two.incident_observation == "INC000000112235 was not run as an MI"


def test_a_letter_has_its_subject_and_its_day() -> None:
    report = _report(
        "12 May 2022\n\nDear Chair,\n\nOpen problems of the first quarter\n\n"
        "You asked for a list. The position shown is that at 9 May 2022.\n\n"
        "PBI000000140313: Reads late\n\nOwner: DSP. Severity: Low. Status: Pending.\n\n"
        "Reads came late.\n\nYours sincerely,\n\nA. Person\n"
    ).report
    assert report.title == "Open problems of the first quarter"
    assert (str(report.issue_date), str(report.status_date)) == ("2022-05-12", "2022-05-09")


def test_a_status_date_is_no_date_of_issue() -> None:
    report = _report(
        "Open problems, Q1 2022\nStatus date: 9 May 2022\n\nPBI000000140314: Reads late\n\n"
        "Owner: DSP\nSeverity: Low\nStatus: Pending\n"
    ).report
    assert report.issue_date is None
    assert str(report.status_date) == "2022-05-09"


def _workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_party_over_a_table_is_found_past_a_count() -> None:
    header = ["PBI", "Title", "Severity", "Status"]
    sheets = {
        name: [
            [f"Records held by {name}"],
            ["Count: 1"],
            header,
            [f"PBI00000014040{number}", "Reads late on Sundays", "Low", "Pending"],
        ]
        for number, name in enumerate(("CSP North", "SMSO"))
    }
    problems = read_report(_workbook(sheets), "by-party.xlsx").problems
    assert [problem.owner for problem in problems] == ["CSP North", "SMSO"]


def test_rows_that_part_each_form_are_neither_title_nor_narrative() -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("Returns of the first quarter, Q1 2022")
    for number in (1, 2):
        table = document.add_table(rows=0, cols=2)
        for left, right in (
            ("Part One: Who", None),
            ("Record number", f"PBI00000014041{number}"),
            ("Headline", f"Reads late on Sunday {number}"),
            ("Major Incident", "\u2610 Yes \u2612 No"),
            ("Severity", "[ ] High [x] Medium [ ] Low"),
            ("Part Two: What", None),
            ("Description", "Reads came up to two hours late."),
        ):
            cells = table.add_row().cells
            cells[0].text = left
            if right is None:
                cells[0].merge(cells[1])
            else:
                cells[1].text = right
        document.add_paragraph()
    document.add_paragraph("Compiled by: the day shift")
    stream = io.BytesIO()
    document.save(stream)
    one, two = read_report(stream.getvalue(), "returns.docx").problems
    assert (one.title, two.title) == ("Reads late on Sunday 1", "Reads late on Sunday 2")
    assert one.description == two.description == "Reads came up to two hours late."
    assert one.severity == "Medium"
    assert one.major_incident is two.major_incident is False


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("\u2611 Yes \u2610 No", "Yes"),
        ("Yes \u25a1 No \u25a0", "No"),
        ("( ) High (x) Medium ( ) Low", "Medium"),
        ("\u2610 Yes \u2610 No", None),
        ("\u2612 Yes \u2612 No", None),
        ("Yes", None),
    ],
)
def test_the_box_that_is_ticked(text: str, option: str | None) -> None:
    at = ticked(text)
    assert (text[at[0] : at[1]] if at else None) == option


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("open - with the vendor", "open - with the vendor"),
        ("Pending \u2013 awaiting S1SP", "Pending \u2013 awaiting S1SP"),
        ("Pending - 04/05/2022", "Pending"),
        ("Closed", "Closed"),
    ],
)
def test_what_qualifies_a_status_in_its_cell_belongs_to_it(cell: str, status: str) -> None:
    text = (
        f"Problem number,Title,Owner,Severity,Status\nPBI000000140420,Reads late,DSP,Low,{cell}\n"
    )
    assert _only(text, "list.csv").status == status


def test_values_above_each_number_are_of_the_record_below() -> None:
    text = "Problems of Q1 2022\n\n"
    for number, (severity, status) in enumerate((("High", "Pending"), ("Low", "Assigned"))):
        text += (
            f"Severity: {severity}   Status: {status}\nPBI00000014043{number}\n"
            f"Reads late on Sunday {number}\nOwner: DSP\n"
            "Description: Reads came up to two hours late on this Sunday, and on no other.\n\n"
        )
    problems = _report(text).problems
    assert [(problem.severity, problem.status) for problem in problems] == [
        ("High", "Pending"),
        ("Low", "Assigned"),
    ]


def test_words_under_summary_with_no_account_are_the_title() -> None:
    text = "Record number,Summary,Description,Owner,Severity,Status\n"
    rows = "PBI000000140440,Reads late on Sundays,n/a,DSP,Low,Pending\n"
    problem = _only(text + rows, "list.csv")
    assert (problem.title, problem.description) == ("Reads late on Sundays", None)


def test_a_dash_below_its_label_is_the_value() -> None:
    problem = _only(
        "PBI000000140441: Reads late\n\nOwner: DSP\nDescription: Reads came late on Sundays.\n\n"
        "Target date\n\u2013\n\nSeverity\nLow\n\nLogged\n6 May 2022\n"
    )
    assert (problem.target_completion, problem.severity) == (None, "Low")
    assert str(problem.created) == "2022-05-06"


def _words(
    text: str, x: float, base: float, size: float = 12.0, *, bold: bool = False
) -> list[Word]:
    out = []
    for word in text.split():
        width = 0.5 * size * len(word)
        out.append(Word(word, (x, base - size, x + width, base), size, bold))
        x += width + 0.28 * size
    return out


def _read(words: list[Word]) -> list[str]:
    ink = Ink(1, 960.0, 540.0)
    ink.words = words
    return [item.text for item in body_of(ink) if isinstance(item, Line)]


def test_facts_beside_text_are_columns_whatever_badges_stand_above() -> None:
    words = _words("Sev 3 (Medium)", 50, 110, bold=True) + _words("On hold", 150, 110, bold=True)
    facts = ("Since", "3 May 2022", "Due", "the 27th of September 2022")
    for place, fact in enumerate(facts):
        words += _words(fact, 50, 150 + 20 * place, bold=not place % 2)
    words += _words("Effect", 400, 150, bold=True) + _words("Reads come late", 400, 170)
    lines = _read(words)
    assert lines[-2:] == ["Effect", "Reads come late"]
    assert lines[-6:-2] == list(facts)


def test_a_footer_that_text_runs_past_is_no_part_of_it() -> None:
    furniture = Furniture()
    edges = []
    for number in range(1, 5):
        ink = Ink(number, 960.0, 540.0)
        ink.words = _words("NORTH CIRCLE", 40, 520, 9.0)
        if number == 3:
            ink.words += _words("and the last of it came", 40, 510, 17.0)
            ink.words += _words("in the evening.", 40, 534, 17.0)
        edges.append(edges_of(ink))
        furniture.add(edges[-1].head, edges[-1].foot)
    foot = edges[2].foot
    assert furniture.count(foot, at_head=False) == 0
    chosen = [
        row.parts[k] for row, ks in zip(foot, furniture.within(foot), strict=True) for k in ks
    ]
    assert chosen == ["NORTH CIRCLE"]


_RULED = """\
Problems of the north          DCC Public
Figures taken on 5 July 2023

 Ref              What it is             With       Sev    Opened      Status
 ---------------  ---------------------  ---------  -----  ----------  -----------
 PBI000000140501  Alerts late            DSP        High   04/05/2023  In Progress
 PBI000000140502  Images refused by      CSP North  Low    09/05/2023  Pending
                  older hubs
"""
_BARS = """\
Problems of the north

+-----------------+----------------+-----------+----------+------------+-------------+
| PBI             | Title          | Owner     | Severity | Created    | Status      |
+-----------------+----------------+-----------+----------+------------+-------------+
| PBI000000140501 | Alerts late    | DSP       | High     | 04/05/2023 | In Progress |
| PBI000000140502 | Images refused | CSP North | Low      | 09/05/2023 | Pending     |
|                 | by older hubs  |           |          |            |             |
+-----------------+----------------+-----------+----------+------------+-------------+
"""


@pytest.mark.parametrize("text", [_RULED, _BARS, _RULED.replace(" -", "  ").replace("--", "  ")])
def test_tables_in_plain_text(text: str) -> None:
    one, two = _report(text).problems
    assert (one.title, one.owner, one.severity) == ("Alerts late", "DSP", "High")
    assert (one.status, str(one.created)) == ("In Progress", "2023-05-04")
    assert (two.title, two.owner) == ("Images refused by older hubs", "CSP North")
    assert two.evidence["status"].place


def test_a_wide_gap_parts_title_and_marking_and_the_day_is_no_title() -> None:
    report = _report(_RULED).report
    assert (report.title, report.classification) == ("Problems of the north", "DCC Public")
    assert str(report.status_date) == "2023-07-05"


def test_badges_in_brackets_behind_a_title() -> None:
    problem = _only(
        "* PBI000000140510 - Masts silent after a storm [CSP North | Critical | Open]\n"
        "  Raised 4 Dec 2022, fix due 28 Feb 2023\n"
        "  Forty masts had no power for most of a night, and hubs near them had no WAN.\n"
    )
    assert problem.title == "Masts silent after a storm"
    assert (problem.owner, problem.severity) == ("CSP North", "Critical")
    assert problem.status == "Open"


def test_a_list_of_contents_without_entries_names_problems() -> None:
    lines = [f"  PBI00000014052{k} Orders lost on day {k} ............ {k + 1}" for k in (1, 2, 3)]
    problems = _report("Contents\n\n" + "\n".join(lines) + "\n").problems
    assert [problem.title for problem in problems] == [f"Orders lost on day {k}" for k in (1, 2, 3)]
    assert problems[0].evidence["title"].grade == "fair"


def _form(number: int, felt: str) -> str:
    return (
        f"Problem ref:       PBI00000014053{number}\nHeading:           Vends refused\n"
        f"Severity:          High\nFelt by consumers: {felt}\n"
        "Description:       A job locks the table that holds the codes.\n"
        "Trick to get by:   Vend again after ten minutes\n\n"
    )


def test_a_label_that_is_guessed_once_holds_throughout_and_an_unknown_one_parts() -> None:
    felt = ("Some top-ups are refused on Saturdays", "Customers had to wait for a day", "Nil")
    problems = _report("".join(map(_form, range(3), felt))).problems
    assert [problem.user_impact for problem in problems] == list(felt)
    assert problems[0].description == "A job locks the table that holds the codes."
    assert problems[0].evidence["user_impact"].grade == "fair"


def test_somebody_may_say_which_field_a_label_is_near_to_in_meaning() -> None:
    text = "".join(map(_form, range(2), ("No customer noticed it", "Customers had to wait")))
    document = open_document(text.encode(), "report.txt")

    def nearness(label: str) -> list[tuple[str, float]]:
        return [("workaround", 0.71)] if label.startswith("Trick") else []

    told = read_document(document, nearness=nearness).problems[0]
    assert told.workaround == "Vend again after ten minutes"
    assert "Trick to get by" in (told.evidence["workaround"].why or "")
    assert read_document(document).problems[0].workaround is None


def test_a_title_in_brackets_and_the_sentences_behind_it() -> None:
    problem = _only(
        "PBI000000140550 (Clocks of hubs drift). Opened on 17 January 2022. Held by CSP Central. "
        "Severity: Low. Status: Pending.\nHubs gain about two seconds a day far from a mast.\n"
    )
    assert problem.title == "Clocks of hubs drift"
    assert (problem.owner, problem.severity, problem.status) == ("CSP Central", "Low", "Pending")
    assert str(problem.created) == "2022-01-17"


def test_values_without_labels_between_labelled_dates() -> None:
    problem = _only(
        "PBI000000140551: Weekly list lost\n\n"
        "Logged 2 February 2022, CSS, Medium, Under Investigation, fix due 31 May 2022.\n\n"
        "The weekly list was lost on three days.\n"
    )
    assert (problem.owner, problem.severity) == ("CSS", "Medium")
    assert (problem.status, str(problem.target_completion)) == ("Under Investigation", "2022-05-31")
    assert problem.description == "The weekly list was lost on three days."


def test_a_workaround_that_is_said_twice_is_told_once() -> None:
    problem = _only(
        "PBI000000140552: Weekly list lost\n\nOwner: CSS\nSeverity: Low\nStatus: Open\n"
        "Workaround: Ask for it again.\nDescription: The list was lost.\n"
        "Workaround: Ask for it again.\n"
    )
    assert problem.workaround == "Ask for it again"


def test_a_head_whose_fields_bars_part() -> None:
    problem = _only(
        "[1] PBI000000140560 | Reads lost | DSP | Critical | Raised 04/10/23 | Target TBC | Open\n"
        "    On one day 12,000 reads were lost.\n    Impact: Bills were estimated\n"
    )
    assert (problem.title, problem.owner, problem.severity) == ("Reads lost", "DSP", "Critical")
    assert (problem.status, str(problem.created)) == ("Open", "2023-10-04")
    assert problem.description == "On one day 12,000 reads were lost."
    assert problem.target_completion is None


def test_marks_of_markdown_are_no_words() -> None:
    report = _report(
        "# Problems of Q2 2024\n\n## CSP North\n\n### PBI000000140561 - Masts dark\n\n"
        "- **Severity:** High\n- **Status:** Open (1 July 2024)\n\nTwo masts had no power.\n\n"
        "**User impact:** None\n"
    )
    problem = report.problems[0]
    assert (report.report.title, problem.title) == ("Problems of Q2 2024", "Masts dark")
    assert (problem.owner, problem.severity, problem.user_impact) == ("CSP North", "High", "None")
    assert problem.description == "Two masts had no power."


def test_sections_by_party_with_a_sentence_below_each_heading() -> None:
    import docx

    document = docx.Document()
    document.add_heading("Problems of Q3 2023", 0)
    for number, party in enumerate(("CSP North", "SMSO")):
        document.add_heading(party, 1)
        document.add_paragraph("These are with this provider.")
        document.add_heading(f"Reads late on day {number} - PBI00000014057{number}", 2)
        document.add_paragraph("Severity\tLow")
        document.add_paragraph("Status\tOpen")
        document.add_paragraph("Next steps").runs[0].bold = True
        document.add_paragraph("The vendor looks for the cause.")
    stream = io.BytesIO()
    document.save(stream)
    one, two = read_report(stream.getvalue(), "sections.docx").problems
    assert (one.owner, two.owner) == ("CSP North", "SMSO")
    assert one.update == two.update == "The vendor looks for the cause"


def test_a_column_of_statuses_is_the_status_whatever_its_header() -> None:
    problem = _only(
        "Problem number,Title,Owner,Severity,Lifecycle,Lifecycle changed\n"
        "PBI000000140580,Reads late,DSP,Low,On hold,2023-06-01\n",
        "list.csv",
    )
    assert (problem.status, str(problem.status_date)) == ("On hold", "2023-06-01")
    assert "Lifecycle" in (problem.evidence["status"].why or "")


def test_what_users_did_not_get_is_an_impact() -> None:
    words = load()
    assert words.impact_class_of("No alerts for 3,000 meters until 04:00") == "impacting"
    assert words.impact_class_of("No alerts were lost") == "none"
    assert words.impact_class_of("No service impact") == "none"


def test_questions_as_labels_and_a_status_between_fields() -> None:
    problem = _only(
        "Problem 140590 - Gas reads missing\n"
        "Severity is High; opened 8 January 2024; now Pending; expected fix n/k.\n"
        "What happened? Gas reads for some meters were missing on four days of the month.\n"
        "Who was affected? Suppliers had no gas reads.\nWhat next? An alarm will be added.\n"
        "Any workaround? Ask again.\n\n--\nSent from the desk. Do not reply.\n"
    )
    assert (problem.status, problem.severity) == ("Pending", "High")
    assert problem.user_impact == "Suppliers had no gas reads"
    assert (problem.update, problem.workaround) == ("An alarm will be added", "Ask again")
    assert (problem.description or "").endswith("four days of the month.")
