"""Plain text as programs list it: labels in a column, values in another, long ones set in."""

from datetime import date

import pytest

from ingest.read import read_report
from ingest.records import Reading

LISTING = """\
### WEEKLY DUMP ###
Report name    : Problems still open, Q3 2022
Data as at     : 10/10/2022

----------------------------------------------------------
Record ID      : PBI000000141201
Short desc     : Timer of the night job drifts
Support team   : DSP
Prio           : High
Opened         : 04/07/2022
Status         : Assigned
User impact    : Suppliers wait for replies in the early hours of it
Bypass         : Send the same request again after six that morning
Full desc      : The timer of the night job drifts by a few seconds and
                 Bypass of the check is not allowed. It began on 2 July
                 2022.
Latest note    : Vendor asked for another trace of the
                 drift.
----------------------------------------------------------
Record ID      : PBI000000141202
Short desc     : Queue is full on Sundays
Support team   : DCO
Prio           : Low
Opened         : 05/07/2022
Status         : Pending
User impact    : None
Bypass         : None known
Full desc      : The queue fills on Sundays.
Latest note    : n/a

2 records found
"""


def _read(text: str) -> Reading:
    return read_report(text.encode(), "listing.txt")


def test_a_label_in_the_column_of_labels_opens_a_field_however_full_the_line_above() -> None:
    first = _read(LISTING).problems[0]
    assert first.title == "Timer of the night job drifts"
    assert first.owner == "DSP"
    assert first.user_impact == "Suppliers wait for replies in the early hours of it"
    assert first.workaround == "Send the same request again after six that morning"


def test_what_is_set_in_as_far_as_the_values_runs_on() -> None:
    first = _read(LISTING).problems[0]
    assert first.description == (
        "The timer of the night job drifts by a few seconds and Bypass of the check is not "
        "allowed. It began on 2 July 2022."
    )
    assert first.update == "Vendor asked for another trace of the drift"


def test_the_count_below_a_list_is_no_part_of_its_last_record() -> None:
    second = _read(LISTING).problems[1]
    assert second.description == "The queue fills on Sundays."
    assert second.update is None
    assert second.workaround is None


def test_a_labelled_title_is_the_title_of_the_report() -> None:
    report = _read(LISTING).report
    assert report.title == "Problems still open, Q3 2022"
    assert report.status_date == date(2022, 10, 10)


@pytest.mark.parametrize("ending", ["Total records: 2", "(2 rows)", "2 problems in total"])
def test_counts_in_other_words(ending: str) -> None:
    text = LISTING.replace("Latest note    : n/a\n", "").replace("2 records found", ending)
    assert _read(text).problems[1].description == "The queue fills on Sundays."


def test_lines_that_only_happen_to_hold_a_colon_stay_in_their_paragraph() -> None:
    text = (
        "PBI000000141203 Gateway refuses a share of the calls\n"
        "Owner: DSP\n"
        "Severity: Low\n"
        "The gateway refuses a share of the calls that it gets, and the reason for it is one of\n"
        "Three: load, a lapsed certificate, or the order in which calls come in over the night.\n"
    )
    problem = _read(text).problems[0]
    assert (problem.description or "").startswith("The gateway refuses a share of the calls")
    assert "one of Three: load, a lapsed" in (problem.description or "")


@pytest.mark.parametrize(
    ("line", "status", "day"),
    [
        ("Position at 7 July 2023: Pending", "Pending", date(2023, 7, 7)),
        ("State as at 07/07/2023: Awaiting change", "Awaiting change", date(2023, 7, 7)),
    ],
)
def test_a_position_on_a_day_is_the_status(line: str, status: str, day: date) -> None:
    problem = _read(f"PBI000000141204 Replies wait\nOwner: DSP\n{line}\n\nReplies wait.\n")
    assert (problem.problems[0].status, problem.problems[0].status_date) == (status, day)


def test_commentary_beside_a_description_is_the_update() -> None:
    rows = (
        "PBI,Title,Owner,Created,Status,Description,Commentary\n"
        "PBI000000141205,Replies wait,DSP,01/02/2023,Pending,"
        "Replies wait behind a full queue for as long as an hour on most of the mornings.,"
        "A larger queue was ordered.\n"
        "PBI000000141206,Keys lapse,TSP,02/02/2023,Pending,"
        "Keys lapse a day before they are due and nobody is told about it in good time.,"
        "A reminder is being written.\n"
    )
    problem = read_report(rows.encode(), "list.csv").problems[0]
    assert problem.update == "A larger queue was ordered"
    assert (problem.description or "").startswith("Replies wait behind a full queue")
