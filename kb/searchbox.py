"""One box for a PBI number, a supplier or words: what was typed, sorted into filters and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.numbers import pbis_in
from kb.filters import Filters
from kb.rights import Right

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def sorted_out(kb: KnowledgeBase, text: str, filters: Filters) -> tuple[Filters, str]:
    """`filters` with the numbers and the supplier that `text` is made of, and the words left.

    A supplier is taken as a filter only when the whole of the text is its name: within a phrase
    ("crypto errors at S1SP1") it is a word like any other. PBI numbers are looked up in every
    report, unless the filters name a quarter or a report.
    """
    rest = text.strip()
    if not rest:
        return filters, ""
    known = kb.catalogue().titles
    mentions = [
        mention
        for mention in pbis_in(rest, bare=True)
        # A bare number that no report holds is a word ("10000 events"), unless it is all there is.
        if mention.pbi in known
        or rest[mention.start : mention.end].upper().startswith("PBI")
        or rest[mention.start : mention.end].strip() == rest
    ]
    if mentions:
        for mention in reversed(mentions):
            rest = rest[: mention.start] + " " + rest[mention.end :]
        chosen = filters.quarters or filters.reports
        filters = changed(
            filters,
            pbis=tuple(dict.fromkeys(mention.pbi for mention in mentions)),
            ever=filters.ever or not chosen,
        )
        rest = " ".join(rest.replace(",", " ").split())
        return filters, "" if rest.lower() in ("and", "or", "&") else rest
    party = _whole_party(kb, rest)
    if party is not None:
        return changed(filters, suppliers=(*filters.suppliers, party)), ""
    return filters, rest


def changed(filters: Filters, **fields: object) -> Filters:
    """A copy with other fields, validated."""
    return Filters.model_validate({**filters.model_dump(), **fields})


def _whole_party(kb: KnowledgeBase, text: str) -> str | None:
    for party in kb.catalogue().parties:
        if party.lower() == text.lower():
            return party
    from ingest import vocabulary

    known = vocabulary.load().canonical_party(text)
    return known[0] if known else None


def words_alone(kb: KnowledgeBase) -> str | None:
    """What to say where the last search could not look for meaning; None where it could.

    Which folder or server is away is for those who can do something about it.
    """
    if kb.meaning_off is None:
        return None
    off = "Search by meaning is off"
    if kb.may(Right.KEEP):
        said = f"{kb.meaning_off[:1].upper()}{kb.meaning_off[1:]}"
        off = said if said.startswith(off) else f"{off} ({kb.meaning_off})"
    return f"{off}; words alone were searched."
