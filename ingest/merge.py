"""Several drafts of one problem in one report, made one: details over summary, conflicts named."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.assemble import Draft, closed, read_date
from ingest.numbers import short_pbi
from ingest.records import Finding
from ingest.spans import Found
from ingest.vocabulary import Vocabulary

_COMPARED = (
    "title", "owner", "severity", "created", "status", "status_date", "target_completion",
    "user_impact",
)  # fmt: skip
_NAMES = {
    "title": "title", "owner": "owner", "severity": "severity", "created": "created date",
    "status": "status", "status_date": "status date", "target_completion": "target completion",
    "user_impact": "user impact",
}  # fmt: skip


def merged(group: Sequence[Draft], vocabulary: Vocabulary) -> tuple[Draft, list[Finding]]:
    """One draft of all those of one problem, and what did not agree."""
    findings = []
    main, *others = sorted(group, key=lambda draft: draft.source == "summary")
    blocks = [draft for draft in group if draft.source != "summary"]
    if len(blocks) > 1:
        pages = ", ".join(str(draft.number.page) for draft in blocks)
        findings.append(
            Finding(
                code="duplicate-block",
                message=f"{short_pbi(main.pbi)} has {len(blocks)} entries (pages {pages}); "
                "they were read as one problem.",
                pbi=main.pbi,
                page=blocks[1].number.page,
                ask="Which of the entries is the right one?",
            )
        )
    for other in others:
        findings += _differences(main, other, vocabulary)
        main = _merge(main, other)
    return main, findings


def _merge(main: Draft, other: Draft) -> Draft:
    """The first draft with what only the second one gives."""
    stated = {item.field for item in main.found}
    main.found += [item for item in other.found if item.field not in stated]
    said = {span.text for span in main.narrative}
    main.narrative += [span for span in other.narrative if span.text not in said]
    main.unknown += other.unknown
    return main


def _differences(main: Draft, other: Draft, vocabulary: Vocabulary) -> list[Finding]:
    findings = []
    for name in _COMPARED:
        first, second = main.first(name), other.first(name)
        if first is None or second is None or _same(name, first, second, vocabulary):
            continue
        findings.append(
            Finding(
                code="summary-disagrees",
                message=f"The {_NAMES[name]} of {short_pbi(main.pbi)} is "
                f"\u201c{closed(first.text)}\u201d on page {first.at.page} and "
                f"\u201c{closed(second.text)}\u201d on page {second.at.page}.",
                pbi=main.pbi,
                page=second.at.page,
                ask=f"Which {_NAMES[name]} is right?",
            )
        )
    return findings


def _same(name: str, first: Found, second: Found, vocabulary: Vocabulary) -> bool:
    a, b = first.text, second.text
    if name in ("created", "status_date", "target_completion"):
        return read_date(a) == read_date(b)
    if name == "severity":
        return vocabulary.severity_of(a) == vocabulary.severity_of(b)
    if name == "owner":
        one, two = vocabulary.canonical_party(a), vocabulary.canonical_party(b)
        if one and two:
            return one[0] == two[0] and (one[1] == two[1] or None in (one[1], two[1]))
    if name == "status":
        a, b = vocabulary.status_of(a) or a, vocabulary.status_of(b) or b
    plain_a, plain_b = _plain(a), _plain(b)
    # A summary may cut a title short.
    if name in ("title", "user_impact"):
        short, long = sorted((plain_a, plain_b), key=len)
        return long.startswith(short.rstrip("\u2026. "))
    return plain_a == plain_b


def _plain(text: str) -> str:
    kept = "".join(char if char.isalnum() else " " for char in text.casefold())
    return " ".join(kept.split())
