"""Any number of reports that nobody has seen: a form, labels and habits drawn by lot, with gold.

    python scripts/make_variants.py OUT --count 40 --seed 7

The problems are those of `corpus/forms.toml`; the wordings are what service managers write. The
same seed gives the same documents. `evaluate_reading.py --variants 40 --seed 7` scores the reader
on them without keeping them.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from make_corpus_forms import Paper, make_paper, paper_gold, read_papers
from make_corpus_story import Entry
from reading_scores import REPORT_FIELDS

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

LABELS: dict[str, tuple[str, ...]] = {
    "pbi": (
        "PBI",
        "PBI number",
        "PBI ref",
        "Problem ID",
        "Problem No.",
        "Problem record",
        "Record number",
        "Remedy reference",
        "Problem Investigation ID",
        "Reference number",
    ),
    "title": (
        "Title",
        "Summary",
        "Problem title",
        "Headline",
        "Subject",
        "Short description",
        "Issue title",
        "Name",
        "Problem summary",
    ),
    "owner": (
        "Owner",
        "Lead",
        "With",
        "Held by",
        "Assigned to",
        "Owning party",
        "Responsible",
        "Resolver group",
        "Service provider",
        "Accountable",
        "Action owner",
        "Supplier",
        "Currently with",
    ),
    "severity": (
        "Severity",
        "Sev",
        "Priority",
        "Severity level",
        "Criticality",
        "Problem priority",
        "Severity rating",
        "Urgency",
    ),
    "created": (
        "Created",
        "Date created",
        "Opened",
        "Date opened",
        "Raised",
        "Date raised",
        "Logged",
        "Logged on",
        "Open date",
        "Date recorded",
        "Submitted",
        "Registered on",
    ),
    "status": (
        "Status",
        "Current status",
        "State",
        "Position",
        "Progress",
        "Latest status",
        "Record status",
        "Stage",
    ),
    "target": (
        "Target",
        "Target date",
        "Target completion",
        "Due",
        "Due date",
        "Fix due",
        "Planned fix date",
        "Expected resolution",
        "Forecast completion",
        "Estimated fix",
        "Planned closure date",
        "ETA",
    ),
    "text": (
        "Description",
        "Narrative",
        "Details",
        "Background",
        "What happened",
        "Problem description",
        "Problem statement",
        "Overview",
        "Detail of problem",
    ),
    "impact": (
        "End user impact",
        "User impact",
        "Impact on users",
        "Impact to end users",
        "Customer impact",
        "Effect on customers",
        "Impact on Service Users",
        "Service impact",
        "Business impact",
        "Consumer impact",
    ),
    "workaround": (
        "Workaround",
        "Work-around",
        "Interim measure",
        "Mitigation",
        "Temporary fix",
        "Workaround in place",
    ),
    "mi": ("Major Incident", "Run as a Major Incident", "MI", "Major Incident?", "MI raised"),
}
AS_AT = (
    "Status as at {}",
    "Correct as of {}",
    "Data as at {}",
    "Position at {}",
    "Information correct on {}",
    "Data cut: {}",
)
TITLES = (
    "Quarterly Problem Report {0}",
    "Problem Report – {0}",
    "Open Problems Report, {0}",
    "Problem Management Report {0}",
    "{0} Problem Update",
)
PERIODS = (
    "Q{n} {year}",
    "{first} to {last} {year}",
    "three months to {end}",
    "{nth} quarter of {year}",
)
MARKINGS = ("DCC PUBLIC", "DCC CONTROLLED", "SEC Parties only")
MONTHS = ("January", "April", "July", "October"), ("March", "June", "September", "December")
DAYS = tuple(date(year, month, 16 + month // 4) for year in (2025, 2026) for month in (3, 6, 9, 12))
"""When a report speaks: some weeks before the next quarter ends."""
SEVERITIES: tuple[dict[str, str], ...] = (
    {},
    {},
    {"Critical": "1 - Critical", "High": "2 - High", "Medium": "3 - Medium", "Low": "4 - Low"},
    {"Critical": "CRITICAL", "High": "HIGH", "Medium": "MEDIUM", "Low": "LOW"},
    {name: f"Sev {n} ({name})" for n, name in enumerate(("Critical", "High", "Medium", "Low"), 1)},
)
FORMS = ("prose", "ruled", "unruled", "forms", "cards", "deck", "headings", "annex", "sheet", "csv")
WIDTHS = {"pbi": 33, "title": 50, "owner": 23, "severity": 19, "created": 22, "status": 23} | {
    "target": 22,
    "text": 70,
    "impact": 44,
}


def draw_head(lot: random.Random, form: str, number: int, day: date) -> dict[str, Any]:
    """The wording and habits of one document."""
    quarter = (day.month - 1) // 3  # the one before that of the day: a report comes a quarter late
    year, n = (day.year, quarter) if quarter else (day.year - 1, 4)
    words = {
        "n": n,
        "year": year,
        "first": MONTHS[0][n - 1],
        "last": MONTHS[1][n - 1],
        "end": f"{30 if n in (2, 3) else 31} {MONTHS[1][n - 1]} {year}",
        "nth": ("First", "Second", "Third", "Fourth")[n - 1],
    }
    style = lot.choice(("slash", "long", "mon", "spaced", "ordinal", "short", "iso"))
    said = f"{day:%d/%m/%Y}" if lot.random() < 0.5 else f"{day.day} {day:%B %Y}"
    table = form in ("ruled", "unruled", "annex")
    columns = [*WIDTHS] if form != "unruled" else [name for name in WIDTHS if name != "text"]
    if not table:
        columns += ["workaround", "mi"]
    lot.shuffle(columns)
    head: dict[str, Any] = {
        "form": {"ruled": "table", "unruled": "table", "headings": "word", "annex": "word"}.get(
            form, form
        ),
        "file": f"{number:03}-{form}.{suffix(form)}",
        "title": lot.choice(TITLES).format(f"Q{n} {year}"),
        "quarter": f"{year}-Q{n}",
        "period": lot.choice(PERIODS).format(**words),
        "status_date": day,
        "as_at": lot.choice(AS_AT).format(said),
        "classification": lot.choice(MARKINGS),
        "day": style,
        "severity": lot.choice(SEVERITIES),
        "number": lot.choice(("{pbi}", "{pbi}", "{pbi}", "PBI {short}")),
        "labels": {name: lot.choice(choices) for name, choices in LABELS.items()},
        "yes_no": lot.choice((["Yes", "No"], ["Y", "N"])),
        "no_date": lot.choice(("TBC", "n/a", "–", "To be confirmed")),
        "intro": [],
        "columns": columns,
        "font": lot.choice(("Sans", "Serif", "DejaVu")),
        "size": lot.choice((7.5, 8, 8.5)) if table else lot.choice((10, 10.5, 11)),
    }
    return head | habits(lot, form, head)


def habits(lot: random.Random, form: str, head: dict[str, Any]) -> dict[str, Any]:
    """What only one form has."""
    columns = head["columns"]
    if form in ("ruled", "unruled"):
        total = sum(WIDTHS[name] for name in columns)
        return {
            "widths": [WIDTHS[name] * 262 / total for name in columns],
            "ruled": form == "ruled",
            "repeat": lot.random() < 0.6,
            "sections": lot.random() < 0.3,
            "plain_head": lot.random() < 0.5,
        }
    office = lot.choice(("Liberation Sans", "Liberation Serif", "DejaVu Sans"))
    if form == "prose":
        rest = [name for name in columns if name not in ("pbi", "title", "text")]
        step = lot.choice((1, 1, 2, 3))
        return {
            "lines": [["text"], *(rest[at : at + step] for at in range(0, len(rest), step))],
            "heading": lot.choice(("{pbi}: {title}", "{pbi} – {title}", "{n}. {pbi} {title}")),
            "sign": lot.choice((": ", " - ", " = ", ": ")),
            "joiner": lot.choice((" | ", "; ", "   ")),
            "bold_labels": lot.random() < 0.6,
        }
    if form == "forms":
        rest = [name for name in columns if name not in ("pbi", "title")]
        return {
            "font": office,
            "columns": ["pbi", "title", *rest],
            "boxed": lot.random() < 0.6,
            "summary": ["pbi", "title", "owner", "severity", "status"]
            if lot.random() < 0.6
            else [],
            "blank": lot.choice(("", "", "n/a", "–", "Not stated")),
        }
    if form in ("cards", "deck"):
        rest = [n for n in columns if n not in ("pbi", "title", "severity", "status")]
        return {
            "font": office,
            "columns": rest,
            "status_first": lot.random() < 0.5,
            "facts_first": lot.random() < 0.5,
            "grid": lot.choice(("3fr 2fr", "1fr 2fr", "1fr 1fr")),
            "sign": lot.choice((":", " –", ":")),
            "shy": lot.random() < 0.3,
        }
    if form == "headings":
        rest = [name for name in columns if name not in ("pbi", "title")]
        heading = lot.choice(("{pbi}: {title}", "{pbi} {title}", "{pbi} – {title}"))
        return {
            "columns": rest,
            "layout": "headings",
            "heading": heading,
            "font": office,
            "size": 10,
        }
    if form == "annex":
        return {"layout": "table", "landscape": True, "text_box": False, "font": office, "size": 9}
    if form == "sheet":
        layout = lot.choice(("single", "statuses"))
        return {"layout": layout, "day": "cell", "sections": lot.random() < 0.3}
    return {"above": lot.random() < 0.7}


def suffix(form: str) -> str:
    """The ending of a file's name."""
    return {"headings": "docx", "annex": "docx", "sheet": "xlsx", "csv": "csv"}.get(form, "pdf")


def story() -> list[Entry]:
    """Every entry of the forms file, whichever document prints it."""
    papers = read_papers(CORPUS / "forms.toml", whole=True)
    return [entry for paper in papers for entry in paper.entries]


def make_variants(
    count: int, seed: int, forms: tuple[str, ...] = FORMS
) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of `count` documents and their gold."""
    entries = story()
    for number in range(count):
        lot = random.Random(f"{seed}-{number}")
        form = forms[number % len(forms)]
        by_pbi = {entry.pbi: entry for entry in lot.sample(entries, len(entries))}
        chosen = lot.sample(sorted(by_pbi), lot.randint(4, 9))
        day = lot.choice(DAYS)
        head = draw_head(lot, form, number, day)
        if form == "csv" and not head["above"]:
            head["unscored"] = [f"report.{name}" for name in REPORT_FIELDS]
        paper = Paper(head, tuple(retold(by_pbi[pbi], day) for pbi in sorted(chosen)))
        data = make_paper(paper)
        yield head["file"], data
        yield f"{Path(head['file']).stem}.gold.json", paper_gold(paper, data)


def retold(entry: Entry, day: date) -> Entry:
    """The entry as a report of another day tells it."""
    return replace(entry, status_date=day, note="", update="")


def main() -> int:
    """Writes the documents into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=len(FORMS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", action="append", choices=FORMS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    forms = tuple(arguments.form or FORMS)
    for name, data in make_variants(arguments.count, arguments.seed, forms):
        (arguments.out / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
