"""The sentences of a problem that can be quoted, and the best of them for a question."""

from __future__ import annotations

from kb.answer.context import Asked
from kb.answer.nearness import covered, phrases
from kb.answer.quotes import CAUSE, LENGTH
from kb.passages import sentences
from kb.records import Snapshot

FIELDS = (
    "title",
    "description",
    "update",
    "workaround",
    "incident_observation",
    "user_impact",
    "root_cause",
)


def texts_of(row: Snapshot) -> list[tuple[str, str]]:
    """Field and sentence, for everything of a problem that can be quoted."""
    out: list[tuple[str, str]] = []
    for name in FIELDS:
        value = getattr(row.problem, name)
        if value:
            out += [(name, s) for part in value.split("\n") for s in sentences(part)]
    return out


def best_sentences(
    asked: Asked, row: Snapshot, terms: dict[str, float], *, want: int = 2
) -> list[tuple[str, str]]:
    """The sentences that answer best, in the order of the text."""
    rows = [pair for pair in texts_of(row) if pair[0] not in ("title", "user_impact")] or texts_of(
        row
    )
    scored: list[tuple[float, int]] = []
    for number, (name, sentence) in enumerate(rows):
        score = covered(terms, sentence) + 0.15 * phrases(list(terms), sentence)
        if asked.meaning.duration and LENGTH.search(sentence):
            score += 0.25
        if asked.meaning.why and (name == "root_cause" or CAUSE.search(sentence)):
            score += 0.3
        scored.append((score, number))
    scored.sort(key=lambda item: (-item[0], item[1]))
    kept = [number for score, number in scored[:want] if score > 0]
    if not kept:
        kept = list(range(min(want, len(rows))))
    return [rows[number] for number in sorted(kept)]
