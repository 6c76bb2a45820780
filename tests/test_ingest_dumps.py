"""Records as tools and minutes print them: empty labels, pairs in cells, agenda items."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from ingest.read import read_report
from ingest.records import ProblemReading

_DUMP = """PROBLEMS OUT OF THE TOOL, 30 JUNE 2023

{ref}PBI000000145010{title}DSP: batch of joins refused
State     : Assigned
Severity  : Medium
Held by   : DSP
Opened    : 05/05/2023
Fix due   :
Details   : The join list was cut at 500 rows. Those behind row
            500 were refused without a code.
Workaround: Send the list in two
{last}
{rule}
{ref}PBI000000145044{title}TSP: map of areas a month old
State     : Pending
Severity  : Low
Held by   : TSP
Opened    : 19/05/2023
Fix due   : 29/09/2023
Details   : The map is sent by hand, and the one for April was
            not sent.
Workaround:
{last}
"""


@pytest.mark.parametrize("rule", ["-----------------------------------", ""])
@pytest.mark.parametrize("last", ["Related Inc :", "Related Records:", "Linked Incs   :", "CI :"])
@pytest.mark.parametrize(
    ("ref", "title"), [("", " : "), ("Problem ID : ", "\nSummary   : "), ("", " - ")]
)
def test_labels_left_empty(ref: str, title: str, last: str, rule: str) -> None:
    text = _DUMP.format(ref=ref, title=title, last=last, rule=rule)
    one, two = read_report(text.encode(), "dump.txt").problems
    assert (one.title, two.title) == (
        "DSP: batch of joins refused",
        "TSP: map of areas a month old",
    )
    assert (one.target_completion, two.target_completion) == (None, date(2023, 9, 29))
    assert one.workaround == "Send the list in two"
    assert two.workaround is None
    assert (one.description or "").startswith("The join list was cut at 500 rows. Those behind")
    assert (one.description or "").endswith("without a code.")
    assert (two.description or "").endswith("was not sent.")


def test_a_list_of_other_records_still_opens_none() -> None:
    text = (
        "PBI000000145090 - Host not found\nOwner: SMKI\nSeverity: High\n\n"
        "PBI000000145010 - Batch of joins refused\nOwner: DSP\nSeverity: Medium\n\n"
        "The join list was cut.\n\nRelated records:\n\nPBI000000145044 - Map of areas\n"
    )
    problems = read_report(text.encode(), "list.txt").problems
    assert [item.pbi for item in problems] == ["PBI000000145090", "PBI000000145010"]


_MINUTES = """NOTES OF THE FORUM ON PROBLEMS, 4 May 2023

4. Problems looked at

4.1 PBI000000145010 - Batch of joins refused

Owner: DSP. Created: 05/04/2023. Severity: Medium. Status: Assigned.

KW said that the join list was cut at 500 rows.

End user impact: None.
ACTION: {action}

4.2 PBI000000145044 - Map of areas a month old

Owner: TSP. Created: 19/04/2023. Severity: Low. Status: Pending.

LR thought that the map should no longer be sent by hand.

End user impact: None.
ACTION: {action}

{end}
"""


@pytest.mark.parametrize(
    "end",
    [
        "5. Any other business\n\nThe room is not free in June.",
        "5. Dates\n\nJune is full.",
        "AOB\n\nThe room is not free in June.",
        "The meeting closed at 11:40.",
        "Next meeting: 1 June 2023",
    ],
)
@pytest.mark.parametrize("action", ["none.", "LR to ask the maker."])
def test_what_minutes_end_with_belongs_to_no_record(action: str, end: str) -> None:
    one, two = read_report(_MINUTES.format(action=action, end=end).encode(), "notes.txt").problems
    assert one.description == "KW said that the join list was cut at 500 rows."
    assert two.description == "LR thought that the map should no longer be sent by hand."
    assert one.update == two.update == (None if action == "none." else "LR to ask the maker")


_CARD = [
    ("Owner", "TSP", "Severity", "Low"),
    ("Created", "19/04/2023", "Target completion", "29/09/2023"),
    ("Status", "Analysis", "Status date", "02/05/2023"),
    ("Major incident", "No", "Workaround", "Resolution"),
]


def _card(status: str) -> ProblemReading:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["PBI000000145044 Map of areas a month old"])
    sheet.append([])
    for row in _CARD:
        sheet.append([status if cell == "Analysis" else cell for cell in row])
    sheet.append([])
    sheet.append(["Description", "The map is sent by hand, and the one for April was not sent."])
    sheet.append(["End user impact", "None"])
    out = io.BytesIO()
    book.save(out)
    return read_report(out.getvalue(), "card.xlsx").problems[0]


@pytest.mark.parametrize("status", ["Analysis", "Investigation", "Resolution", "Assigned"])
def test_a_value_that_is_a_label_elsewhere(status: str) -> None:
    problem = _card(status)
    assert (problem.status, problem.status_date) == (status, date(2023, 5, 2))
    assert (problem.major_incident, problem.workaround) == (False, "Resolution")
    assert problem.description == "The map is sent by hand, and the one for April was not sent."
