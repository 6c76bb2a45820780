"""Real files changed by chance are read or refused in a line, within limits; see `make fuzz`."""

from __future__ import annotations

import sys
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from mutations import FORMATS, HOSTILE, Mutator, Seed, prose, seeds_of, zipped  # noqa: E402

from ingest.errors import IngestError  # noqa: E402
from ingest.read import read_report  # noqa: E402
from ingest.rules.dates import says_no_date  # noqa: E402


@cache
def mutator() -> Mutator:
    return Mutator([seed for seed in seeds_of(ROOT / "corpus") if len(seed.data) < 46_000])


def read_or_refused(data: bytes, name: str) -> None:
    from ingest.documents import open_document
    from ingest.read import read_document

    error: IngestError | None
    try:
        reading = read_document(open_document(data, name, ocr=False))
    except IngestError as refused:
        error = refused
    else:
        error = None
    if error is not None:
        assert error.message
        assert "\n" not in error.line()
        return
    numbers = [one.pbi for one in reading.problems]
    assert reading.model_validate_json(reading.model_dump_json()) == reading
    assert all(len(number) == 15 for number in numbers)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.integers(min_value=10**6, max_value=10**9))
def test_changed_files_are_read_or_refused(number: int) -> None:
    case = mutator().case(number)
    read_or_refused(case.data, case.name)


WORDS = (
    "PBI000000123400", "Title:", "This Problem Record is with", "DCO", "Severity", "High",
    "Created:", "30/06/2021", "Current status:", "Pending", "Target completion", "End user impact",
    "None", "Q2 2021", "Not ran as an MI", "Workaround", ".", ":", ",", "-", "1.", "•", "|", "\t",
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.sampled_from(HOSTILE[:12]), st.text(max_size=12)),
        max_size=60,
    ),
    st.lists(st.sampled_from([" ", "\n", "\n\n", ""]), min_size=60, max_size=60),
    st.sampled_from(["a.txt", "a.csv"]),
)
def test_words_of_the_trade_in_any_order_are_read_or_refused(
    words: list[str], gaps: list[str], name: str
) -> None:
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    read_or_refused(text.encode("utf-8", errors="replace"), name)


def test_a_case_is_known_by_its_number() -> None:
    first, again = mutator().case(17), Mutator(seeds_of(ROOT / "corpus")).case(17)
    assert first == mutator().case(17)
    assert again.number == 17
    assert mutator().case(18) != first


def test_cases_of_every_format_reach_past_the_container() -> None:
    """A fuzzer whose files were all refused at the door would find nothing behind it."""
    reached: dict[str, int] = {}
    for number in range(120):
        case = mutator().case(number)
        if case.data.startswith(b"PK"):
            try:
                with zipfile.ZipFile(BytesIO(case.data)) as archive:
                    kind = "docx" if "word/document.xml" in archive.namelist() else "xlsx"
            except (zipfile.BadZipFile, ValueError):
                continue
        else:
            kind = "pdf" if b"%PDF" in case.data[:99] else "text"
        reached[kind] = reached.get(kind, 0) + 1
    assert min(reached.get(kind, 0) for kind in ("docx", "xlsx", "pdf", "text")) >= 5
    assert set(FORMATS) == {"txt", "csv", "xlsx", "docx", "pdf"}


@pytest.mark.parametrize("number", range(9))
def test_prose_stays_text(number: int) -> None:
    from random import Random

    text = Seed("a.txt", b"PBI000000123400\nTitle: One. Created: 30/06/2021").data.decode()
    for n in range(40):
        assert isinstance(prose(text, Random(f"{number}/{n}")), str)


@pytest.mark.parametrize("digits", ["1" * 13, "9" * 15, "0" * 3 + "1" * 12 + "2", "1" * 400])
def test_a_number_too_long_for_a_problem_is_none(digits: str) -> None:
    from ingest.numbers import pbis_in

    assert pbis_in(f"PBI{digits} is late") == []


def test_an_entry_ahead_of_its_file_is_damage() -> None:
    data = (ROOT / "corpus" / "forms" / "2024-Q1-problem-register.xlsx").read_bytes()
    at = data.rindex(b"PK\x05\x06")
    moved = data[:at] + data[at:][:16] + (10**6).to_bytes(4, "little") + data[at + 20 :]
    with pytest.raises(IngestError, match="damaged"):
        read_report(moved, "a.xlsx")


def test_a_report_that_names_thousands_before_its_first_sentence_ends() -> None:
    """Found by fuzzing: each name was looked for a reason from the beginning of the text."""
    said = "Problems about " + "the DCO and the Operator of DSP, " * 1000
    held = read_report(f"{said}\n\nPBI000000123400: Late\nStatus: Open\n".encode(), "a.txt")
    assert [one.pbi for one in held.problems] == ["PBI000000123400"]


def test_a_cell_in_a_style_that_is_not_there_is_damage() -> None:
    """Found by fuzzing led by coverage."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].number_format = 7, "000"
    out = BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    changed = [
        (name, body.replace(b'<xf numFmtId="164"', b'<xf numFmtId="999"')) for name, body in members
    ]
    with pytest.raises(IngestError, match="damaged"):
        read_report(zipped(changed), "a.xlsx")


@pytest.mark.parametrize("marks", ["-" * 50_000, "?" * 50_000, ". " * 20_000])
def test_a_row_of_marks_is_no_date_and_takes_no_minute(marks: str) -> None:
    """Found by fuzzing led by coverage: it was tried in every way of cutting it into three."""
    assert says_no_date(marks)
    assert not says_no_date(f"{marks}x")
    assert says_no_date(f"{marks}to be agreed{marks}")


@pytest.mark.parametrize("status", ["OnHold", "On-Hold", "onhold"])
def test_words_of_a_status_that_run_together_are_the_status(status: str) -> None:
    """Found by fuzzing: a KeyError."""
    said = f"PBI000000123400: Late reads\nCurrent status: {status}\nSeverity: Low\n"
    (problem,) = read_report(said.encode(), "a.txt").problems
    assert (problem.status or "").casefold() == "on hold"
