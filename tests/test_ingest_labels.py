"""Labels in every wording: all that are listed must be read, and most of those that are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from reading_samples import grid, made, text

from ingest.document import Document
from ingest.records import Grade, ProblemReading
from ingest.vocabulary import load

VALUES: dict[str, tuple[str, object]] = {
    "owner": ("DSP", "DSP"),
    "severity": ("High", "High"),
    "created": ("12/05/2021", date(2021, 5, 12)),
    "status": ("Under Investigation", "Under Investigation"),
    "status_date": ("20/09/2021", date(2021, 9, 20)),
    "target_completion": ("30/11/2021", date(2021, 11, 30)),
    "user_impact": ("Some top-ups are delayed by an hour",) * 2,
    "incident_observation": ("seen in two incidents in May",) * 2,
    "major_incident": ("No", False),
    "workaround": ("Requests are sent again by hand each morning",) * 2,
    "update": ("The vendor has found the cause and is testing a patch",) * 2,
    "description": ("Replies to top-up requests are lost when the queue is full.",) * 2,
    "title": ("Replies lost on the order queue",) * 2,
}
USUAL = [
    ("owner", "Owner"),
    ("severity", "Severity"),
    ("created", "Created"),
    ("status", "Status"),
    ("target_completion", "Target completion"),
    ("user_impact", "End user impact"),
]
# Wordings that the vocabulary does not hold and that were not looked at while rules were written.
UNLISTED = [
    ("target_completion", "Remedial works complete by"),
    ("target_completion", "Fix should land by"),
    ("target_completion", "Anticipated date of closure"),
    ("target_completion", "To be put right by"),
    ("target_completion", "Planned date of fix release"),
    ("target_completion", "Latest forecast for completion"),
    ("target_completion", "Deadline agreed"),
    ("target_completion", "Resolution expected on"),
    ("created", "Date first entered in Remedy"),
    ("created", "Originally raised on"),
    ("created", "When opened"),
    ("created", "First seen and logged"),
    ("created", "Date the record was created"),
    ("created", "Initially reported on"),
    ("severity", "Severity assigned by DCC"),
    ("severity", "Agreed priority"),
    ("severity", "Sev at last review"),
    ("owner", "Party holding the record"),
    ("owner", "Organisation leading"),
    ("owner", "Who owns it"),
    ("owner", "Who is accountable"),
    ("owner", "Ownership sits with"),
    ("status", "State as reported"),
    ("status", "Stage reached"),
    ("status", "Where we are: status"),
    ("status_date", "Status last updated on"),
    ("user_impact", "What users experience"),
    ("user_impact", "Effect for end users"),
    ("user_impact", "How customers are affected"),
    ("user_impact", "Consequences for end users"),
    ("workaround", "Interim steps taken"),
    ("workaround", "Mitigating steps"),
    ("update", "Latest from the supplier"),
    ("update", "Progress made this quarter"),
    ("description", "Description of the fault"),
    ("description", "Summary of the issue"),
]


Labels = dict[str, str]


def _pairs(labels: Labels, *, title: bool) -> list[tuple[str, str]]:
    """Label and value of each field: the usual ones, with those of `labels` in their place."""
    usual = dict(USUAL)
    if title:
        usual = {"title": "Title", **usual, "description": "Description"}
    return [(label, VALUES[name][0]) for name, label in {**usual, **labels}.items()]


def in_prose(labels: Labels) -> Document:
    rows = ["Quarterly Problem Report Q2 2021", ""]
    for pbi in ("PBI000000123400", "PBI000000123405"):
        rows += [pbi if "title" in labels else f"{pbi}: A title of the record", ""]
        if "description" not in labels:
            rows += ["The queue of the gateway was full for an hour and replies were lost.", ""]
        for name, value in _pairs(labels, title=False):
            rows += [f"{name}: {value}", ""]
    return text("\n".join(rows))


def in_table(labels: Labels) -> Document:
    pairs = _pairs(labels, title=True)
    rows = [["PBI number", *(name for name, _ in pairs)]]
    for pbi in ("PBI000000123400", "PBI000000123405"):
        rows.append([pbi, *(value for _, value in pairs)])
    return made([[grid(rows)]], "sample.xlsx")


def in_form(labels: Labels) -> Document:
    pairs = [[name, value] for name, value in _pairs(labels, title=True)]
    numbers = ("PBI000000123400", "PBI000000123405")
    return made([[grid([["PBI number", pbi], *pairs]) for pbi in numbers]], "sample.docx")


def read(document: Document) -> list[ProblemReading]:
    from ingest.read import read_document

    return list(read_document(document).problems)


def _listed() -> list[Labels]:
    """Every listed wording of every field, one of each field a time."""
    names: dict[str, list[str]] = {}
    for label, field in load().labels.fields.items():
        if field in VALUES:
            names.setdefault(field, []).append(label[0].upper() + label[1:])
    longest = max(map(len, names.values()))
    return [
        {field: labels[turn] for field, labels in names.items() if turn < len(labels)}
        for turn in range(longest)
    ]


LAYOUTS = [in_prose, in_table, in_form]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_listed_label_is_read(layout: Callable[[Labels], Document]) -> None:
    missed = []
    for labels in _listed():
        problems = read(layout(labels))
        assert len(problems) == 2
        missed += [
            (field, label, getattr(problems[0], field))
            for field, label in labels.items()
            if getattr(problems[0], field) != VALUES[field][1]
        ]
    assert missed == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_most_unlisted_labels_are_read(layout: Callable[[Labels], Document]) -> None:
    missed = []
    for field, label in UNLISTED:
        problem = read(layout({field: label}))[0]
        if getattr(problem, field) != VALUES[field][1]:
            missed.append((field, label, getattr(problem, field)))
    assert len(missed) <= 0.15 * len(UNLISTED), missed


def test_a_label_that_says_nothing_is_a_finding_and_not_a_guess() -> None:
    problem = read(in_prose({"owner": "Likelihood"}))[0]
    assert problem.owner is None
    assert {"owner-not-stated", "unknown-label"} <= {item.code for item in problem.findings}


def test_a_grade_says_why() -> None:
    problem = read(in_prose({"target_completion": "Remedial works complete by"}))[0]
    evidence = problem.evidence["target_completion"]
    assert evidence.grade is Grade.FAIR
    assert "Remedial works complete by" in (evidence.why or "")
