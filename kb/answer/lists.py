"""Lists, counts, shares, groups, superlatives and statistics, all counted from records."""

from __future__ import annotations

from collections.abc import Sequence

from kb.answer.beside import gone, none_found, relation
from kb.answer.chosen_rows import drop_common, rows_of, say_source, telling_fields
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed, name_of, short_row
from kb.answer.saying import say_field
from kb.answer.subjects import subject
from kb.answer.tables import SHOWN, table_of
from kb.query import Ask
from kb.records import Snapshot


def answer_list(asked: Asked, draft: Draft) -> None:
    """Every problem that meets the filters, counted always."""
    drop_common(asked, draft)
    rows = rows_of(asked)
    if not rows and _words_instead(asked, draft):
        return
    fields = (*asked.query.fields, *telling_fields(asked.filters))
    total = len(rows)
    start = min(asked.meaning.offset, total)
    if start:
        rows_left = rows[start:]
        if not rows_left:
            draft.say(
                f"That was all: {subject(asked.filters, total)} in all.",
                *draft.cite_all(rows, *fields),
            )
            draft.pbis = [row.pbi for row in rows]
            return
        draft.say(
            f"The remaining {len(rows_left)} of {subject(asked.filters, total)}: "
            f"{listed([short_row(r) for r in rows_left[:SHOWN]])}"
            + (
                "."
                if len(rows_left) <= SHOWN
                else f" and {len(rows_left) - SHOWN} more in the table."
            ),
            *draft.cite_all(rows_left, *fields),
            counted=(len(rows_left), total, len(rows_left) - SHOWN),
        )
        draft.pbis = [row.pbi for row in rows_left]
        draft.table = table_of(asked, rows, asked.query.fields, start)
        draft.shown = total
        return
    draft.pbis = [row.pbi for row in rows]
    if not rows:
        none_found(asked, draft)
        # Words that stand nowhere are no list: the reports hold nothing on them.
        draft.abstained = bool(asked.filters.words)
    else:
        shown = rows[: asked.query.limit] if asked.query.limit else rows
        draft.pbis = [row.pbi for row in shown]
        names = [short_row(row) for row in shown[:10]]
        more = f" and {len(shown) - 10} more in the table" if len(shown) > 10 else ""
        verb = "is" if total == 1 else "are"
        draft.say(
            f"There {verb} {subject(asked.filters, total)} in {say_source(asked, rows)}: "
            f"{listed(names) if not more else ', '.join(names)}{more}.",
            *draft.cite_all(shown, *fields),
            counted=(total, len(shown) - 10),
        )
        _say_fields(asked, draft, shown)
        if asked.filters.words and len(shown) <= 4:
            _where_the_words_stand(asked, draft, shown)
        draft.table = table_of(
            asked, shown[:SHOWN] if len(shown) > SHOWN + 5 else shown, asked.query.fields
        )
        draft.shown = len(draft.table.rows)
        if len(shown) > draft.shown:
            draft.notes.append(
                f"The table shows the first {draft.shown} of {len(shown)}; ask for the rest."
            )
    relation(asked, draft)
    gone(asked, draft)


_TOLD = 6
"""Problems of a list for which the fields asked for are said one by one; a table holds more."""
_IN_ROW = frozenset(["title", "owner", "severity", "status"])


def _say_fields(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    """ "When are they due?": the fields asked for, of a few problems in so many words."""
    names = [name for name in asked.query.fields if name not in ("title", "description")]
    if not names or len(rows) > _TOLD or (len(rows) > 1 and set(names) <= _IN_ROW):
        return
    for row in rows:
        for name in names:
            said = say_field(asked, draft, row, name)
            if len(rows) == len(names) == 1:
                draft.value = said


def _where_the_words_stand(asked: Asked, draft: Draft, rows: Sequence[Snapshot]) -> None:
    """For a few problems found by words, the sentence in which the words stand."""
    from kb.answer.nearness import covered, terms_of
    from kb.answer.sentences import best_sentences

    terms = terms_of(" ".join(asked.filters.words), asked)
    for row in rows:
        for name, sentence in best_sentences(asked, row, terms, want=1):
            number = draft.cite_words(row, name, sentence) if covered(terms, sentence) else None
            if number is not None:
                draft.say(f"{name_of(row.pbi)} says: “{sentence}”", number)


def _words_instead(asked: Asked, draft: Draft) -> bool:
    """A list by words that found nothing may still be a story that is told in other words."""
    words = asked.filters.words
    if not words or asked.query.ask is not Ask.LIST:
        return False
    from kb.answer.seeking import near_words

    return near_words(asked, draft)
