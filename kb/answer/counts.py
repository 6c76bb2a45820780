"""Counts and shares, with the problems that were counted."""

from __future__ import annotations

from kb.answer.beside import asked_words, gone, held_there, none_found, relation
from kb.answer.chosen_rows import (
    drop_common,
    drop_idle_part,
    loose,
    merged,
    nowhere,
    rows_of,
    say_source,
    telling_fields,
)
from kb.answer.context import Asked
from kb.answer.draft import Draft
from kb.answer.phrasing import listed, reports_words, short_row
from kb.answer.subjects import subject
from kb.answer.tables import SHOWN, table_of
from kb.filters import Filters


def answer_count(asked: Asked, draft: Draft) -> None:
    """A number, with the problems that were counted."""
    drop_common(asked, draft)
    strange = nowhere(asked)
    if strange:
        draft.abstain(
            f"No problem in {reports_words(asked.published)} holds "
            f"{listed([f'‘{w}’' for w in strange], 'or')}, "
            "so there is nothing to count.",
        )
        return
    rows = rows_of(asked)
    doubtful = [] if rows else loose(asked)
    if doubtful:
        draft.abstain(
            f"It was not understood what {listed([f'‘{w}’' for w in doubtful])} asks for: "
            "no problem that meets the rest holds it, and without it there are some.",
        )
        return
    draft.value = len(rows)
    draft.pbis = [row.pbi for row in rows]
    source = say_source(asked, rows)
    if not rows:
        lead = "None"
        if asked.meaning.yes_no:
            lead = f"{_verdict(asked, 0)}: there is no such problem"
        draft.say(
            f"{lead}: 0 problems meet that in {source} ({asked_words(asked.filters)}).",
            *held_there(asked, draft),
        )
        draft.value = 0
    else:
        lead = f"{_verdict(asked, len(rows))}: there" if asked.meaning.yes_no else "There"
        names = [short_row(row) for row in rows[:10]]
        more = f" and {len(rows) - 10} more" if len(rows) > 10 else ""
        draft.say(
            f"{lead} {'is' if len(rows) == 1 else 'are'} {subject(asked.filters, len(rows))} "
            f"in {source}: "
            f"{', '.join(names)}{more}.",
            *draft.cite_all(rows, *telling_fields(asked.filters)),
            counted=(len(rows), len(rows) - 10),
        )
        draft.table = table_of(asked, rows[:SHOWN])
        draft.shown = len(draft.table.rows)
    relation(asked, draft)
    gone(asked, draft)


def _verdict(asked: Asked, number: float) -> str:
    """Yes or no to "are there any", "are there none" or "are there more than five"."""
    meaning = asked.meaning
    if meaning.threshold is not None:
        right = meaning.threshold.met(number)
    else:
        right = (number == 0) if meaning.none else number > 0
    return "Yes" if right else "No"


def answer_share(asked: Asked, draft: Draft) -> None:
    """Which part of some problems meets a condition: per cent, to one place."""
    drop_idle_part(asked, draft)
    if draft.abstained:
        return
    within = asked.query.within or Filters()
    whole = rows_of(asked, asked.filters)
    part = rows_of(asked, merged(asked.filters, within))
    pbis = {row.pbi for row in whole}
    part = [row for row in part if row.pbi in pbis]
    draft.pbis = [row.pbi for row in part]
    source = say_source(asked, whole)
    if not whole:
        none_found(asked, draft)
        return
    share = round(100 * len(part) / len(whole), 1)
    draft.value = share
    lead = ""
    if asked.meaning.every:
        lead = "Yes: " if len(part) == len(whole) else "No: "
    if asked.meaning.threshold is not None and asked.meaning.yes_no:
        lead = f"{_verdict(asked, 100 * len(part) / len(whole))}: "
    shown = f"{share:g}"
    draft.say(
        f"{lead}{len(part)} of {subject(asked.filters, len(whole))} in {source}, {shown} per cent, "
        f"{'meets' if len(part) == 1 else 'meet'} this: {asked_words(within)}.",
        *draft.cite_all(part or whole, *telling_fields(within)),
        counted=(len(part), len(whole)),
    )
    if asked.meaning.every and part and len(part) < len(whole):
        others = [row for row in whole if row.pbi not in set(draft.pbis)]
        draft.say(
            f"The others: {', '.join(short_row(r) for r in others[:10])}.",
            *draft.cite_all(others[:10], *telling_fields(within)),
        )
    if part:
        draft.table = table_of(asked, part[:SHOWN])
    gone(asked, draft)
