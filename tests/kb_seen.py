"""Everything that a knowledge base says to one person, to be compared between two of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from ingest.records import Reading
from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.exports import FORMATS, export_bytes
from kb.exports.answers import answer_document
from kb.exports.events import events_document
from kb.filters import Filters
from kb.paper import impact_paper, paper_document
from kb.query import GroupBy, OrderBy
from kb.results import IngestResult

TIMES = {"uploaded_at", "published_at", "ms", "at"}
"""When things happened differs from one knowledge base to the other; nothing else may."""


def taken(kb: KnowledgeBase, reading: Reading, data: bytes, **options: Any) -> IngestResult:
    """Loads a reading that was made before, with the bytes that it was made from."""
    return kb.ingest(data, reading.report.file, reader=lambda _data, _name: reading, **options)


def marked(reading: Reading, marking: str | None, **report: Any) -> Reading:
    """The reading of a report that bears another marking."""
    changed = reading.report.model_copy(update={"classification": marking, **report})
    return reading.model_copy(update={"report": changed})


def plain(value: Any) -> Any:
    """Without times, as JSON knows it; bytes by what they are."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items() if str(k) not in TIMES}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple, set, frozenset)):
        found = [plain(one) for one in value]
        return sorted(found, key=str) if isinstance(value, (set, frozenset)) else found
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def tried(step: Callable[[], Any]) -> Any:
    """What a step gives, or the words that it refuses with."""
    try:
        return plain(step())
    except (KBError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def said(
    kb: KnowledgeBase, *, quarters: Sequence[str], pbis: Sequence[str], reports: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """Every facade method, by name and arguments.

    Args:
        quarters, pbis, reports: to ask for, whether or not they may be seen.
    """
    yield "reports", tried(kb.reports)
    yield "stats", tried(kb.stats)
    yield "catalogue", tried(kb.catalogue)
    for name in reports:
        for method in ("report", "reading", "said_in", "file_bytes", "corrections"):
            yield f"{method} {name}", tried(lambda m=method, n=name: getattr(kb, m)(n))
        yield f"image {name}", tried(lambda n=name: kb.page_image(n, 1))
    for number, filters in enumerate(filters_of(quarters, pbis, reports)):
        label = str(filters.conditions())
        for order in (None, OrderBy.SLIPS, OrderBy.OVERDUE)[: 1 if number > 1 else None]:
            yield (
                f"snapshots {order} {label}",
                tried(lambda f=filters, o=order: kb.snapshots(f, order=o)),
            )
        for method in ("count", "pbis", "facets", "vanished")[: 2 if number > 2 else None]:
            yield f"{method} {label}", tried(lambda m=method, f=filters: getattr(kb, m)(f))
        for by in GroupBy if number < 2 else (GroupBy.QUARTER, GroupBy.OWNER):
            yield f"group {by} {label}", tried(lambda f=filters, b=by: kb.group(f, b))
    for pbi in pbis:
        yield f"history {pbi}", tried(lambda p=pbi: kb.history(p))
        yield f"events {pbi}", tried(lambda p=pbi: kb.events(p))
    for report in reports:
        for pbi in pbis[:3]:
            key = f"{report}-{pbi.removeprefix('PBI').lstrip('0')}"
            yield f"snapshot {key}", tried(lambda k=key: kb.snapshot(k))
    for start in quarters:
        for end in quarters:
            yield f"changes {start} {end}", tried(lambda s=start, e=end: kb.changes(s, e))


def filters_of(
    quarters: Sequence[str], pbis: Sequence[str], reports: Sequence[str]
) -> Iterator[Filters]:
    """Every way of choosing reports, and what depends on the history."""
    yield Filters()
    yield Filters(ever=True)
    yield Filters(quarters=tuple(quarters[:2]))
    yield Filters(any_of=(Filters(vanished=True), Filters(min_slips=1)), ever=True)
    yield Filters(also_in=(Filters(quarters=tuple(quarters[:1])),))
    yield Filters(not_in=(Filters(quarters=tuple(quarters[-1:])),), ever=True)
    yield Filters(vanished=True)
    yield Filters(min_slips=1)
    yield Filters(findings=("reports-disagree",), ever=True)
    yield Filters(findings=("reports-disagree", "owner-not-stated"))
    yield Filters(quarters=tuple(quarters))
    yield Filters(reports=tuple(reports))
    yield Filters(words=("failure",), ever=True)
    yield Filters(overdue=True)
    for quarter in quarters:
        yield Filters(quarters=(quarter,), open=True)
        yield Filters(changed_to=quarter)
    for report in reports:
        yield Filters(reports=(report,))


def found(kb: KnowledgeBase, texts: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """What free text finds."""
    for text in texts:
        for filters in (Filters(), Filters(ever=True)):
            for vectors in (False, True):
                label = f"{text!r} {filters.ever} {vectors}"
                yield (
                    f"search {label}",
                    tried(lambda t=text, f=filters, v=vectors: kb.search(t, f, 50, vectors=v)),
                )
            yield f"told {text!r} {filters.ever}", tried(lambda t=text, f=filters: kb.told([t], f))
        yield f"passages {text!r}", tried(lambda t=text: kb.passages(t))


def answered(kb: KnowledgeBase, questions: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Answers, one after the other, and the first of them to hand on."""
    for number, question in enumerate(questions):
        answer = kb.ask(question)
        yield f"ask {question}", plain(answer)
        if number < 5:
            document = answer_document(answer, reports=kb.reports())
            yield f"export {question}", plain(export_bytes(document, "md"))


def handed_on(
    kb: KnowledgeBase, *, quarters: Sequence[str], suppliers: Sequence[str | None]
) -> Iterator[tuple[str, Any]]:
    """Papers and changes in every format."""
    titles = kb.catalogue().titles
    for quarter in (None, *quarters):
        for supplier in suppliers:
            name = f"paper {supplier} {quarter}"
            every = quarter is None and supplier is not None
            for form in FORMATS if every else ("md",):
                yield (
                    f"{name} {form}",
                    tried(
                        lambda s=supplier, q=quarter, f=form: export_bytes(
                            paper_document(impact_paper(kb, supplier=s, quarter=q)), f
                        )
                    ),
                )
    if len(quarters) > 1:
        start, end = quarters[0], quarters[-1]
        document = events_document(
            kb.changes(start, end), start, end, titles=titles, reports=kb.reports()
        )
        yield "changes md", plain(export_bytes(document, "md"))


def differences(
    one: Iterable[tuple[str, Any]], other: Iterable[tuple[str, Any]]
) -> list[tuple[str, str, str]]:
    """What the two say differently: name, here, there."""
    wrong = []
    for (name, here), (_, there) in zip(one, other, strict=True):
        left, right = (json.dumps(said, sort_keys=False, default=str) for said in (here, there))
        if left != right:
            at = next((n for n in range(min(len(left), len(right))) if left[n] != right[n]), 0)
            around = slice(max(0, at - 150), at + 150)
            wrong.append((name, left[around], right[around]))
    return wrong
