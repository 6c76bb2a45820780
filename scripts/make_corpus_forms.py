"""The documents in further forms: what each prints of a problem, in its own words, and its gold."""

from __future__ import annotations

import hashlib
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from make_corpus_story import Entry, Report, following, gold, make_entry, ordered

NOT_PRINTED: dict[str, dict[str, Any]] = {
    "owner": {"owner": ""},
    "severity": {"severity": ""},
    "created": {"created": None},
    "status": {"status": ""},
    "target": {"target": "", "target_date": None},
    "text": {"text": (), "says": (), "way": "", "outage": False},
    "impact": {"impact": "", "impact_class": "not_stated"},
    "observation": {"observation": ""},
    "mi": {"major_incident": None},
    "workaround": {"workaround": ""},
    "update": {"update": ""},
}
FIELD_OF = {"target": "target_completion", "text": "description", "impact": "user_impact"} | {
    "mi": "major_incident",
    "observation": "incident_observation",
}

ABSENT = {"owner": "owner-not-stated", "text": "no-narrative"} | {
    "impact": "impact-not-stated",
    "target": "target-not-stated",
}


class Paper:
    """One document: its head (wording and layout) and the entries as it prints them."""

    def __init__(
        self, head: Mapping[str, Any], entries: tuple[Entry, ...], *, whole: bool = False
    ) -> None:
        self.head = head
        self.labels: Mapping[str, str] = head["labels"]
        printed = {"pbi", "title", *self.labels} & set(head.get("columns", self.labels))
        printed |= {"severity", "status"} if head["form"] in ("cards", "deck") else set()
        self.printed = printed | set(NOT_PRINTED) if whole else printed
        self.entries = tuple(limited(entry, self.printed) for entry in entries)

    def value(self, entry: Entry, name: str) -> str:
        """What the document prints for a field; empty where it prints nothing."""
        head = self.head
        match name:
            case "pbi":
                return str(head.get("number", "{pbi}")).format(
                    pbi=entry.pbi,
                    short=entry.number,
                    spaced=f"PBI {entry.number[:3]} {entry.number[3:]}",
                )
            case "title":
                return entry.title
            case "owner":
                return str(head.get("owners", {}).get(entry.owner, entry.owner))
            case "severity":
                return str(head.get("severity", {}).get(entry.severity, entry.severity))
            case "status":
                return entry.status
            case "created":
                return day_words(entry.created, head["day"]) if entry.created else ""
            case "target":
                if entry.target_date:
                    return day_words(entry.target_date, head["day"])
                return str(head.get("no_date", entry.target)) if entry.target else ""
            case "text":
                return " ".join(entry.text)
            case "mi":
                if entry.major_incident is None or "mi" not in self.labels:
                    return ""
                return str(head["yes_no"][0 if entry.major_incident else 1])
            case _:
                return str(getattr(entry, name))

    @property
    def as_report(self) -> Report:
        """The report that the gold is made from."""
        head = self.head
        return Report(
            file=head["file"],
            title=head["title"],
            entries=self.entries,
            quarter=head.get("quarter"),
            reference=head.get("reference"),
            status_date=head.get("status_date"),
            issue_date=head.get("issue_date"),
            classification=head.get("classification"),
            scope=head.get("scope"),
            lists_open=head.get("lists_open", False),
        )


def limited(entry: Entry, printed: set[str]) -> Entry:
    """The entry without what the layout does not print."""
    if "observation" in printed and re.search(r"\b(MI|Major Incident)\b", entry.observation):
        printed = printed | {"mi"}  # said there, without a label of its own
    for name, blank in NOT_PRINTED.items():
        if name not in printed:
            entry = replace(entry, **blank)
    return entry


def day_words(day: date, style: str) -> str:
    """A date as people write it; always day first, but for ISO."""
    suffix = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return {
        "slash": f"{day:%d/%m/%Y}",
        "cell": f"{day:%d/%m/%Y}",
        "short": f"{day:%d/%m/%y}",
        "dots": f"{day:%d.%m.%Y}",
        "mon": f"{day:%d-%b-%y}",
        "spaced": f"{day.day} {day:%b %Y}",
        "long": f"{day.day} {day:%B %Y}",
        "ordinal": f"{day.day}{suffix} {day:%B %Y}",
        "iso": day.isoformat(),
    }[style]


def read_papers(path: Path, *, whole: bool = False) -> list[Paper]:
    """The documents of a forms file, in its order; `whole`: with all that the story knows."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    heads: dict[str, dict[str, Any]] = data["report"]
    pages: dict[str, list[Entry]] = {name: [] for name in heads}
    for problem in data["problem"]:
        state: dict[str, Any] = {}
        for step in problem["state"]:
            state = following(state, step)
            for name in step["q"]:
                made = make_entry(problem, state, heads[name]["status_date"])
                own = heads[name].get("only", {}).get(made.pbi, {})
                pages[name].append(replace(made, **own))
    return [
        Paper(head, ordered(pages[name], head.get("order", "number")), whole=whole)
        for name, head in heads.items()
    ]


def make_paper(paper: Paper) -> bytes:
    """The bytes of one document. The makers are imported here: each needs other programs."""
    match paper.head["form"]:
        case "prose":
            from make_corpus_tables import make_labelled

            return make_labelled(paper)
        case "table":
            if "widths_cm" in paper.head:
                from make_corpus_office import make_printed_table

                return make_printed_table(paper)
            from make_corpus_tables import make_table

            return make_table(paper)
        case "forms" | "word":
            from make_corpus_office import make_forms, make_word

            return make_forms(paper) if paper.head["form"] == "forms" else make_word(paper)
        case "answer":
            from make_corpus_office import make_answer

            return make_answer(paper)
        case "sheet" | "csv":
            from make_corpus_office import make_csv, make_sheet

            return make_csv(paper) if paper.head["form"] == "csv" else make_sheet(paper)
        case "cards" | "deck":
            from make_corpus_web import make_web

            return make_web(paper)
        case "scan":
            from make_corpus_scan import make_scan

            return make_scan(paper)
        case other:
            raise ValueError(f"{paper.head['file']}: no maker for the form {other!r}")


def make_forms_of(path: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """(path under corpus/, bytes) of each document of a forms file, and of its gold."""
    for paper in read_papers(path):
        data = make_paper(paper)
        name = paper.head["file"]
        yield f"{folder}/{name}", data
        yield f"{folder}/{Path(name).stem}.gold.json", paper_gold(paper, data)


def paper_gold(paper: Paper, data: bytes) -> bytes:
    """The gold beside one document, as JSON."""
    from make_corpus import dump

    texts = page_texts(paper, data)
    sha256 = hashlib.sha256(data).hexdigest()
    value = gold(paper.as_report, sha256, max(1, len(texts)), {})
    value["form"] = paper.head["form"]
    if paper.head["form"] == "table":
        value["form"] = "table-ruled" if paper.head.get("ruled") else "table-unruled"
    # The status date stands once, for all: a reader may leave it to the report or give it to each.
    value["inherits"] = [] if paper.head.get("status_date_each") else ["status_date"]
    value["unscored"] = list(paper.head.get("unscored", ()))
    for entry, problem in zip(paper.entries, value["problems"], strict=True):
        problem["evidence"] = pages_of(paper, entry, texts)
    asked = {code for field, code in ABSENT.items() if field in paper.printed}
    for problem in value["problems"]:
        problem["findings"] = [f for f in problem["findings"] if kept(f["code"], asked)]
    value["findings"] = [f for f in value["findings"] if kept(f["code"], asked)]
    for pbi in paper.head.get("disagree", {}):
        found = {"code": "summary-disagrees", "pbi": pbi}
        value["findings"].append(found)
        next(p for p in value["problems"] if p["pbi"] == pbi)["findings"].append(found)
    value["findings"] += [
        {"code": code, "pbi": None} for code in paper.head.get("report_findings", ())
    ]
    return dump(value)


def kept(code: str, asked: set[str]) -> bool:
    """A value is missed only where the layout has a place for it."""
    return code not in ABSENT.values() or code in asked


def squeezed(text: str) -> str:
    """Letters and digits only: what is left when wraps and hyphens are forgotten."""
    return re.sub(r"[\W_]+", "", text).lower()


def page_texts(paper: Paper, data: bytes) -> list[str]:
    """The squeezed text of each page (sheet, in a workbook); of a scan, of the page before it."""
    name = paper.head["file"]
    if name.endswith(".xlsx"):
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(data))
        return [
            squeezed(" ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value))
            for sheet in book.worksheets
        ]
    if name.endswith((".docx", ".csv", ".txt")):
        return []
    import pypdfium2 as pdfium

    if paper.head["form"] == "scan":
        from make_corpus_scan import make_original

        data = make_original(paper)
    document = pdfium.PdfDocument(data)
    return [squeezed(page.get_textpage().get_text_range()) for page in document]


def pages_of(paper: Paper, entry: Entry, texts: list[str]) -> dict[str, dict[str, Any]]:
    """Field -> first page, and all pages, on which its words stand near the number."""
    number = squeezed(paper.value(entry, "pbi"))
    near = {
        index + step
        for index, text in enumerate(texts)
        if number in text
        for step in (0, 1)
        if index + step < len(texts)
    }
    places: dict[str, dict[str, Any]] = {}
    for name in ("pbi", "title", *NOT_PRINTED):
        words = squeezed(paper.value(entry, name))[:24]
        if paper.head["day"] == "cell" and name in ("created", "target"):
            day = entry.created if name == "created" else entry.target_date
            words = squeezed(str(day)) if day else words
        if not words:
            continue
        pages = [index + 1 for index in sorted(near) if words in texts[index]] if texts else [1]
        if pages:
            places[FIELD_OF.get(name, name)] = {"page": pages[0], "pages": pages}
    return places
