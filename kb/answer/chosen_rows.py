"""The problems that meet the conditions, and what an answer says beside them."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.records import ImpactClass
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed, reports_words
from kb.filters import Filters
from kb.records import Snapshot

_FIELD_OF_FILTER = (
    ("severities", "severity"),
    ("statuses", "status"),
    ("open", "status"),
    ("owners", "owner"),
    ("not_owners", "owner"),
    ("impact_classes", "user_impact"),
    ("created_from", "created"),
    ("created_to", "created"),
    ("target_from", "target_completion"),
    ("target_to", "target_completion"),
    ("overdue", "target_completion"),
    ("min_slips", "target_completion"),
    ("major_incident", "major_incident"),
    ("has_workaround", "workaround"),
    ("suppliers", "title"),
)


def telling_fields(filters: Filters) -> tuple[str, ...]:
    """Fields whose evidence shows that a row meets the filters, the most telling first."""
    given = filters.conditions()
    return tuple(dict.fromkeys(field for name, field in _FIELD_OF_FILTER if name in given))


def rows_of(asked: Asked, filters: Filters | None = None) -> list[Snapshot]:
    """The rows that meet the filters, in the order asked for."""
    query = asked.query
    found = asked.kb.snapshots(
        filters if filters is not None else asked.filters,
        order=query.order,
        descending=query.descending,
    )
    wanted = asked.meaning.parties_all
    if wanted:
        found = [row for row in found if set(wanted) <= set(row.problem.involved)]
    if asked.meaning.in_title and asked.filters.words:
        found = [row for row in found if _titled(row, asked.filters.words)]
    if asked.meaning.missing_all:
        found = [row for row in found if _all_missing(row, asked.meaning.missing_all)]
    return found


def _titled(row: Snapshot, words: Sequence[str]) -> bool:
    from kb.answer.nearness import stems_of

    return set(stems_of(" ".join(words))) <= set(stems_of(row.problem.title or ""))


def _all_missing(row: Snapshot, names: Sequence[str]) -> bool:
    problem = row.problem
    return all(
        problem.impact_class is ImpactClass.NOT_STATED
        if name == "user_impact"
        else getattr(problem, name) in (None, "", ())
        for name in names
    )


COMMON = 5e-7
"""Share of running English from which a word that no report uses is taken for filling."""
EVERYDAY = 5e-5
"""Share of running English from which a word that stands as no topic stands is taken for filling,
even where a narrative happens to use it, as long as no title does."""


def drop_common(asked: Asked, draft: Draft) -> None:
    """Everyday words narrow nothing: they are set aside, and it is said.

    A word of a title, one that stands as content stands ("billing problems", "about billing") and
    one that is all there is to go by always narrow.
    """
    words = asked.filters.words
    absent = set(nowhere(asked))
    idle = [w for w in words if w not in asked.meaning.firm and _idle(asked, w, w in absent)]
    others = asked.filters.conditions().keys() - {"words", "quarters", "ever", "reports"}
    told = others or asked.query.events or asked.query.group_by
    if idle and (told or (set(idle) <= absent and len(idle) < len(words))):
        left = tuple(w for w in words if w not in idle)
        filters = asked.filters.model_copy(update={"words": left})
        asked.query = asked.query.model_copy(update={"filters": filters})
        why = ", which no report uses" if set(idle) <= absent else ""
        draft.notes.append(f"Not used to narrow: {listed([f'‘{w}’' for w in idle])}{why}.")


def loose(asked: Asked) -> list[str]:
    """Words that stand as no topic stands and without which some problems meet the rest."""
    words = [w for w in asked.filters.words if w not in asked.meaning.firm]
    bare = asked.filters.model_copy(update={"words": ()})
    return words if words and bare.conditions() and rows_of(asked, bare) else []


def drop_idle_part(asked: Asked, draft: Draft) -> None:
    """Everyday words say nothing of which part of a whole is asked for; abstains for no part.

    A share that only left-over words make 0 is no answer: they are set aside, and it is said.
    """
    within = asked.query.within or Filters()
    words = within.words
    absent = {w for w in words if not asked.kb.count(Filters(words=(w,), ever=True))}
    idle = [w for w in words if w not in asked.meaning.firm and _idle(asked, w, w in absent)]
    left = tuple(w for w in words if w not in idle)
    if idle:
        draft.notes.append(f"Not used to narrow: {listed([f'‘{w}’' for w in idle])}.")
    part = within.model_copy(update={"words": left})
    if absent & set(left) or (words and not part.conditions()):
        strange = [w for w in words if w in absent or not part.conditions()]
        draft.abstain(f"It was not understood what {listed([f'‘{w}’' for w in strange])} asks for.")
    asked.query = asked.query.model_copy(update={"within": part})


def _idle(asked: Asked, word: str, absent: bool) -> bool:
    from kb.understand.spelling import frequency

    share = frequency(word)
    if absent:
        return share >= COMMON
    return share >= EVERYDAY and word.lower() not in asked.understander.annotator.titles.words


def nowhere(asked: Asked) -> list[str]:
    """Words asked for that stand in no problem of any report."""
    return [w for w in asked.filters.words if not asked.kb.count(Filters(words=(w,), ever=True))]


def say_source(asked: Asked, rows: Sequence[Snapshot]) -> str:
    """Which reports an answer speaks from, for the end of a sentence."""
    reports = asked.speaking()
    if (asked.filters.ever or asked.filters.vanished) and rows:
        reports = tuple(dict.fromkeys(row.report for row in rows))
    return reports_words(reports)


def merged(filters: Filters, more: Filters) -> Filters:
    """Both sets of conditions together; where both name one field, the narrower one stands."""
    values = filters.model_dump(exclude_defaults=True)
    for name, value in more.model_dump(exclude_defaults=True).items():
        if name in values and isinstance(value, tuple | list) and values[name]:
            both = tuple(v for v in value if v in values[name])
            values[name] = both or value
        else:
            values[name] = value
    return Filters.model_validate(values)
