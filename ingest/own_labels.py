"""Labels that a report uses of its own: in no list, but before one kind of value entry after entry.

Who reads "Stage - Assigned", "Stage - Pending", "Stage - Closed" in entry after entry knows by the
third what the words stand for, whatever they are. So do these rules: a phrase that stands at the
head of lines or in cells of its own, again and again, is taken for the field whose kind of value
stands behind it most of the time, if no listed label of the report claims that field already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from ingest.cells import label_of, rows_of
from ingest.document import Table
from ingest.flow import Flow, FlowLine
from ingest.guesses import DATE_FIELDS, NEVER, guess_field, kind_of
from ingest.labels import bare
from ingest.numbers import pbis_in
from ingest.records import ImpactClass
from ingest.rules.dates import date_of
from ingest.rules.values import date_value, owner_value, severity_value, status_value
from ingest.vocabulary import Vocabulary

_HEAD = re.compile(
    r"(?P<label>[A-Z][\w'\u2019&/() -]{1,38}?)\s*(?:[:=|]\s*|\s[\u2010-\u2015-]\s+)(?=\S)"
)
_PART = re.compile(r"[\s,]*[;|\u2022]\s*|\.(?=\s|$)")
_GAP = re.compile(r"[\s,;|\u2022.]*")
_ALONE = re.compile(r"[A-Z][\w'\u2019&/() -]{1,38}[:?*]?")
_OTHERS = re.compile(
    r"\b(?:impacted|affected|report(?:ed|er)|rais(?:ed|er)\s+by|notified|request\w*|escalat\w*|"
    r"by\s+whom|logged\s+by|also)\b",
    re.IGNORECASE,
)
_LEAST = 3
_SHARED = ("user_impact", "workaround", "update", "root_cause", "description", "title")
_SHARE = 0.7
_VALUES = ("a date", "a severity", "a status", "a party", "an impact")
_KINDS = {"a severity": "severity", "a status": "status", "a party": "owner"}


@dataclass(slots=True)
class _Phrase:
    """One phrase with what stands behind it each time."""

    printed: str
    values: list[str]


def own_labels(flow: Flow, vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """(field, why) of each phrase, in its bare form, that the report uses as a label of its own."""
    phrases: dict[str, _Phrase] = {}
    listed: dict[str, list[str]] = {}
    numbers: set[str] = set()
    for label, value in _pairs(flow, vocabulary):
        found = vocabulary.labels.field_of(label) or "".join(label_of(label, vocabulary).fields[:1])
        if found:
            listed.setdefault(found, []).append(value)
        elif not NEVER.search(label) and not re.search(r"\d", label):
            phrases.setdefault(bare(label), _Phrase(label, [])).values.append(value)
    for item in flow.items:
        text = item.text if isinstance(item, FlowLine) else " ".join(r.text for r in rows_of(item))
        numbers |= {mention.pbi for mention in pbis_in(text)}
    least = max(_LEAST, 0.4 * len(numbers))
    out: dict[str, tuple[str, str]] = {}
    dates: dict[str, _Phrase] = {}
    for name, phrase in phrases.items():
        if len(phrase.values) < least:
            continue
        kind = _kind(phrase.values, vocabulary)
        if kind == "a date":
            dates[name] = phrase
            continue
        field = _KINDS.get(kind or "")
        if field is None or len(listed.get(field, ())) >= least:
            continue
        if field == "owner" and _OTHERS.search(phrase.printed):
            continue
        if field in {taken for taken, _ in out.values()}:
            continue
        out[name] = (field, f"the report prints {kind} behind it {len(phrase.values)} times")
    out |= _dated(dates, listed, vocabulary, least)
    return out | _guessed(phrases, out, listed, vocabulary, least)


def _guessed(
    phrases: dict[str, _Phrase],
    known: dict[str, tuple[str, str]],
    listed: dict[str, list[str]],
    vocabulary: Vocabulary,
    least: float,
) -> dict[str, tuple[str, str]]:
    """What a guess makes of a phrase in one entry holds in all of them, whatever stands there."""
    out: dict[str, tuple[str, str]] = {}
    for name, phrase in phrases.items():
        if name in known or len(phrase.values) < least or _is_answer(phrase.printed, vocabulary):
            continue
        telling = [v for v in phrase.values if kind_of(v, vocabulary) != "no value"]
        guesses = [guess_field(phrase.printed, value, vocabulary) for value in telling]
        said = [guess for guess in guesses if guess]
        fields = {guess.field for guess in said}
        if len(fields) != 1 or 2 * len(said) < len(guesses):
            continue
        field = fields.pop()
        if field in _SHARED and len(listed.get(field, ())) < least:
            out[name] = (field, said[0].why.partition("; ")[2])
    return out


def _kind(values: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """The kind of value that nearly all are of that are any; None where they differ."""
    kinds = [kind for value in values if (kind := kind_of(value, vocabulary)) != "no value"]
    if len(kinds) < 2:
        return None
    best = max(set(kinds), key=kinds.count)
    return best if kinds.count(best) >= _SHARE * len(kinds) else None


def _is_answer(phrase: str, vocabulary: Vocabulary) -> bool:
    """ "Impacting \u2013 ...", "No impact \u2013 ...": a value that goes on behind a dash."""
    if len(phrase.split()) < 2 or vocabulary.status_of(phrase):
        return True
    return vocabulary.impact_class_of(phrase) in (ImpactClass.NONE, ImpactClass.NO_ENDURING)


def _dated(
    dates: dict[str, _Phrase],
    listed: dict[str, list[str]],
    vocabulary: Vocabulary,
    least: float,
) -> dict[str, tuple[str, str]]:
    """Dates are told apart by their words, else by their order: created first, the target last."""
    free = [name for name in DATE_FIELDS if len(listed.get(name, ())) < least]
    means = {name: when for name in DATE_FIELDS if (when := _when(listed.get(name, ())))}
    out: dict[str, tuple[str, str]] = {}
    for name, phrase in sorted(dates.items(), key=lambda item: _when(item[1].values) or 0.0):
        near = vocabulary.labels.guess(phrase.printed, tuple(free))
        when = _when(phrase.values)
        if when is None or not free:
            continue
        field = near.field if near else None
        if field is None:
            others = [w for key, p in dates.items() if key != name and (w := _when(p.values))]
            others += list(means.values())
            if not others:
                continue
            if "created" in free and when < min(others):
                field = "created"
            elif "target_completion" in free and when > max(others):
                field = "target_completion"
        if field in free:
            free.remove(field)
            why = f"the report prints a date behind it {len(phrase.values)} times"
            out[name] = (field, why + (f", and it is near \u201c{near.near}\u201d" if near else ""))
    return out


def _when(values: Sequence[str]) -> float | None:
    days = [day.toordinal() for value in values if (day := date_of(value))]
    return mean(days) if days else None


def _pairs(flow: Flow, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Each phrase that could be a label, with what stands behind or below it."""
    for index, item in enumerate(flow.items):
        if isinstance(item, Table):
            yield from _of_table(item, vocabulary)
            continue
        yield from _of_line(item.text, vocabulary)
        after = flow.items[index + 1] if index + 1 < len(flow.items) else None
        alone = _ALONE.fullmatch(item.text) and len(item.text.split()) <= 5
        if alone and isinstance(after, FlowLine) and not vocabulary.labels.field_of(after.text):
            yield item.text, after.text


def _of_line(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Labels with what stands behind them: a value, and another label behind that; else all."""
    at = 0
    while found := _HEAD.match(text, at):
        end = _value_end(text, found.end(), vocabulary)
        if len(found["label"].split()) <= 6:
            yield found["label"], text[found.end() : end]
        gap = _GAP.match(text, end)
        at = gap.end() if gap else end


def _value_end(text: str, at: int, vocabulary: Vocabulary) -> int:
    part = _PART.search(text, at)
    limit = part.start() if part else len(text)
    value = (
        status_value(text, at, limit, vocabulary, strong=False)
        or date_value(text, at, limit)
        or severity_value(text, at, limit, vocabulary)
        or owner_value(text, at, limit, vocabulary, strong=False)
    )
    return value.end if value and value.end > at else limit


def _of_table(table: Table, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """A cell with the one beside it, or, in a row above one of values, with the one below it."""
    rows = rows_of(table)
    for index, row in enumerate(rows):
        below = rows[index + 1].cells if index + 1 < len(rows) else {}
        cells = [cell for _, cell in sorted(row.cells.items())]
        over = table.columns > 2 and not any(_is_value(cell.text, vocabulary) for cell in cells)
        over = over and 2 * sum(_is_value(c.text, vocabulary) for c in below.values()) >= len(cells)
        for place, cell in enumerate(cells):
            text = cell.text.strip()
            alone = _ALONE.fullmatch(text) and len(text.split()) <= 6
            if not alone:
                yield from _of_line(text, vocabulary)
            elif over and cell.column in below:
                yield text, below[cell.column].text
            elif not over and place % 2 == 0 and place + 1 < len(cells) and len(cells) <= 8:
                yield text, cells[place + 1].text


def _is_value(text: str, vocabulary: Vocabulary) -> bool:
    return bool(pbis_in(text[:20])) or kind_of(text, vocabulary) in _VALUES
