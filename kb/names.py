"""Names as a person types them, as the reports have them, or refused with what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.numbers import canonical_pbi, pbis_in
from ingest.quarters import shifted, spoken
from ingest.records import FIELDS, ImpactClass, Severity
from kb.errors import KBError
from kb.records import ReportState

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

IMPACT_WORDS = {
    "none": ImpactClass.NONE,
    "no": ImpactClass.NONE,
    "no impact": ImpactClass.NONE,
    "no_enduring": ImpactClass.NO_ENDURING,
    "no enduring": ImpactClass.NO_ENDURING,
    "no enduring impact": ImpactClass.NO_ENDURING,
    "impacting": ImpactClass.IMPACTING,
    "impact": ImpactClass.IMPACTING,
    "not_stated": ImpactClass.NOT_STATED,
    "not stated": ImpactClass.NOT_STATED,
}


class UnknownName(KBError):
    """A name that means nothing here; the message says what would."""


def pbi_named(text: str) -> str:
    """ "123400", "PBI 123400" and "PBI000000123400" as the canonical number."""
    mentions = pbis_in(text, bare=True)
    if len(mentions) == 1:
        return mentions[0].pbi
    if re.fullmatch(r"\s*\d{1,12}\s*", text):
        return canonical_pbi(text)
    raise UnknownName(f"{text!r} is no PBI number; 123400 or PBI000000123400 is expected")


def party_named(kb: KnowledgeBase, text: str) -> tuple[str, str | None]:
    """A party and its role, by any of its names.

    Raises:
        UnknownName: neither the vocabulary nor any report knows it.
    """
    from ingest import vocabulary

    if written := kb.written("party", text):
        return written, None
    known = vocabulary.load().canonical_party(text)
    if known is not None:
        return known
    held = ", ".join(sorted(kb.catalogue().parties))
    raise UnknownName(f"no party {text!r} is known; the reports name {held}")


def quarter_named(kb: KnowledgeBase, text: str) -> str:
    """A quarter in any wording; "latest" and "last" are counted from what is loaded."""
    from ingest.rules.periods import quarters_in

    published = kb.reports(states=(ReportState.PUBLISHED,))
    loaded = sorted({report.quarter for report in published if report.quarter})
    word = text.strip().lower()
    if word in ("latest", "current", "this") and loaded:
        return loaded[-1]
    if word in ("last", "previous") and loaded:
        return shifted(loaded[-1], -1)
    found = quarters_in(text)
    if len(found) == 1:
        return found[0].quarter
    held = ", ".join(spoken(quarter) for quarter in loaded) or "none"
    raise UnknownName(f"{text!r} is no quarter; 2021-Q2 or 'Q2 2021' is expected (loaded: {held})")


def severity_named(text: str) -> Severity:
    """One of the four severities."""
    from ingest import vocabulary

    found = vocabulary.load().severity_of(text)
    if found is None:
        words = ", ".join(severity.value for severity in Severity)
        raise UnknownName(f"{text!r} is no severity; {words} are expected")
    return Severity(found)


def impact_named(text: str) -> ImpactClass:
    """One of the impact classes, by its name or in words."""
    found = IMPACT_WORDS.get(text.strip().lower().replace("-", "_"))
    found = found or IMPACT_WORDS.get(text.strip().lower().replace("-", " "))
    if found is None:
        words = ", ".join(item.value for item in ImpactClass)
        raise UnknownName(f"{text!r} is no impact class; {words} are expected")
    return found


def status_named(kb: KnowledgeBase, text: str) -> str:
    """A status that the vocabulary or a report knows, as it is written there."""
    from ingest import vocabulary

    if written := kb.written("status", text):
        return written
    found = vocabulary.load().status_of(text)
    if found is None:
        words = ", ".join(sorted(kb.catalogue().statuses)) or "none yet"
        raise UnknownName(f"{text!r} is no status; the reports have: {words}; or: open, closed")
    return found


def field_named(text: str) -> str:
    """The name of a field of a problem."""
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    name = {"target": "target_completion", "impact": "user_impact", "narrative": "description"}.get(
        name, name
    )
    if name not in FIELDS:
        raise UnknownName(f"{text!r} is no field; {', '.join(FIELDS)} are expected")
    return name
