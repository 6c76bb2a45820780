"""Options of the command line as Filters."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kb.filters import Filters
from kb.names import (
    field_named,
    impact_named,
    party_named,
    quarter_named,
    severity_named,
    status_named,
)
from kb.searchbox import sorted_out

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


def filters_from(
    kb: KnowledgeBase,
    *,
    words: str,
    suppliers: list[str] | None,
    owners: list[str] | None,
    statuses: list[str] | None,
    severities: list[str] | None,
    impacts: list[str] | None,
    quarters: list[str] | None,
    missing: list[str] | None,
    findings: list[str] | None,
    changed: str | None,
    **plain: date | bool | int | None,
) -> tuple[Filters, str]:
    """The filters that the options name, and the words left for text search.

    Raises:
        UnknownName: an option holds a name that nothing here has.
    """
    fields: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    parties = [party_named(kb, name) for name in owners or ()]
    fields["owners"] = tuple(party for party, _ in parties)
    fields["owner_roles"] = tuple(role for _, role in parties if role)
    fields["suppliers"] = tuple(party_named(kb, name)[0] for name in suppliers or ())
    fields["severities"] = tuple(severity_named(name) for name in severities or ())
    fields["impact_classes"] = tuple(impact_named(name) for name in impacts or ())
    fields["quarters"] = tuple(quarter_named(kb, name) for name in quarters or ())
    fields["missing"] = tuple(field_named(name) for name in missing or ())
    fields["findings"] = tuple(findings or ())
    words_of_state = {name.strip().lower() for name in statuses or ()}
    if words_of_state & {"open", "closed"} and len(words_of_state) == 1:
        fields["open"] = "open" in words_of_state
    else:
        fields["statuses"] = tuple(status_named(kb, name) for name in statuses or ())
    if changed:
        start, _, end = changed.partition(",")
        fields["changed_from"] = quarter_named(kb, start)
        fields["changed_to"] = quarter_named(kb, end)
    return sorted_out(kb, words, Filters.model_validate(fields))
