"""Filters as the parameters of a link, and back: what a person shares is what another one sees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from pydantic import ValidationError

from ingest.numbers import canonical_pbi, short_pbi
from kb.filters import Filters

_SHORT = {
    "pbis": "pbi",
    "suppliers": "supplier",
    "owners": "owner",
    "owner_roles": "role",
    "not_suppliers": "not_supplier",
    "not_owners": "not_owner",
    "severities": "severity",
    "not_severities": "not_severity",
    "statuses": "status",
    "not_statuses": "not_status",
    "impact_classes": "impact",
    "not_impact_classes": "not_impact",
    "processes": "process",
    "quarters": "quarter",
    "reports": "report",
    "findings": "finding",
    "words": "word",
}
"""Names in links where they differ from the field: a repeated parameter reads as one value."""

NAMES: dict[str, str] = {field: _SHORT.get(field, field) for field in Filters.model_fields}
"""Every field of `Filters` with the name of its parameter."""

_NESTED = frozenset(["any_of", "also_in", "not_in"])
"""Conditions within conditions: one JSON object a parameter."""
_LONGEST = 4000

_FIELDS = {name: field for field, name in NAMES.items()}


def params_of(filters: Filters) -> dict[str, list[str]]:
    """The parameters that say what `filters` says; nothing for what is left open."""
    return {
        NAMES[field]: [_text(field, one) for one in (value if isinstance(value, list) else [value])]
        for field, value in filters.conditions().items()
    }


def filters_of(params: Mapping[str, Iterable[str]]) -> Filters:
    """The filters that parameters name. What is no filter, or cannot be one, is passed over.

    A link may be old, cut short or typed by hand: it opens as much as it still says.
    """
    filters = Filters()
    for name, given in params.items():
        field = _FIELDS.get(name)
        if field is None:
            continue
        values = [_value(field, text) for text in given]
        value = tuple(values) if _holds_many(field) else values[-1] if values else None
        try:
            filters = Filters.model_validate({**filters.model_dump(), field: value})
        except ValidationError:
            continue
    return filters


def query_string(filters: Filters, **more: str) -> str:
    """ "supplier=DCO&open=yes": `params_of`, encoded, with other parameters after it."""
    return urlencode({**params_of(filters), **more}, doseq=True)


def _holds_many(field: str) -> bool:
    return isinstance(Filters.model_fields[field].default, tuple)


def _text(field: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in _NESTED:
        return json.dumps(value, separators=(",", ":"))
    return short_pbi(str(value)) if field == "pbis" else str(value)


def _value(field: str, text: str) -> Any:
    if field in _NESTED:
        try:
            return json.loads(text[:_LONGEST])
        except (ValueError, RecursionError):
            return text
    if field == "pbis":
        try:
            return canonical_pbi(text)
        except ValueError:
            return text
    if bool in _kinds(field):
        return {"yes": True, "no": False}.get(text.strip().lower(), text)
    if date in _kinds(field):
        return text.strip()
    return text


def _kinds(field: str) -> tuple[Any, ...]:
    annotation = Filters.model_fields[field].annotation
    return get_args(annotation) or (annotation,)
