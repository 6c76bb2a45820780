"""Label/value tables: forms that a page break cuts, and values that look like labels."""

from __future__ import annotations

from ingest.document import Cell, Line, Table, Word
from ingest.forms import Form, read_forms
from ingest.vocabulary import load


def _table(*rows: tuple[str, ...]) -> Table:
    cells = tuple(
        tuple(
            Cell((Line(1, tuple(map(Word, text.split()))),), column)
            for column, text in enumerate(row)
        )
        for row in rows
    )
    return Table(1, cells, 2)


def _values(form: Form, name: str) -> list[str]:
    return [found.text for found in form.found if found.field == name]


NUMBER = ("Problem ID", "PBI000000151515")


def test_rows_ahead_of_the_number_end_the_form_of_the_page_before() -> None:
    table = _table(
        ("Held by", "CSS"), NUMBER, ("Title", "Late reads"), ("Severity", "Low"), ("Held by", "DSP")
    )
    before, own = read_forms(table, load(), number_first=True)
    assert (before.pbi, _values(before, "owner")) == (None, ["CSS"])
    assert (own.pbi, _values(own, "owner")) == ("PBI000000151515", ["DSP"])


def test_a_title_over_the_number_stays_with_its_form() -> None:
    table = _table(("Late reads in one region",), NUMBER, ("Held by", "DSP"), ("Severity", "Low"))
    (form,) = read_forms(table, load(), number_first=True)
    assert _values(form, "title") == ["Late reads in one region"]


def test_a_value_in_the_words_of_a_label_is_a_value() -> None:
    table = _table(
        NUMBER,
        ("Title", "Late reads"),
        ("Held by", "DSP"),
        ("Incident observation", "Managed as a Major Incident"),
    )
    (form,) = read_forms(table, load())
    assert _values(form, "incident_observation") == ["Managed as a Major Incident"]


def test_a_column_under_no_label_gives_no_field() -> None:
    """Nor an IndexError: the first thing that fuzzing led by coverage found."""
    table = _table(
        NUMBER,
        ("Title", "Late reads"),
        ("Severity", "Held by", "Zq7!", "Current status"),
        ("Low", "DSP", "Words under it", "Open"),
    )
    (form,) = read_forms(table, load())
    assert [_values(form, name) for name in ("severity", "owner", "status")] == [
        ["Low"],
        ["DSP"],
        ["Open"],
    ]
    assert "Words under it" not in {found.text for found in form.found}
