"""What a question turns on that reports seldom tell: who decided, what it cost, whose fault it was.

A passage on the same story is no answer to it: one must hold the very thing that is asked for.
"""

from __future__ import annotations

import re

from kb.understand.told import particular

_CAUSES = (
    r"\b(?:root cause|caus(?:e|ed|es|ing)|because|due to|as a result|result(?:ed|s)? (?:of|"
    r"from|in)|"
    r"traced to|owing to|led to|found that|attributed to|down to|reason|stems? from|arises? from|"
    r"so that|fault|faulty|failed|failure|let|allowed|blocked|broken|unplugged|expired|ran out|"
    r"overload\w*|exhausted|wrong\w*|missing|when|after|had|as (?:it|they|the)|which)\b"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), told)
    for asked, told in (
        (
            r"\bcost(?:s|ed|ing)?\b|\bhow much (?:money|cash)|\bhow expensive|\bwhat (?:price|"
            r"bill)\b|"
            r"\bpaid (?:for|out)\b|\bwho (?:pays|paid|is paying)\b",
            r"£|€|\$|\bcost\w*|\bpounds?\b|\bprice\w*|\bpaid\b|\bpay(?:s|ing)?\b|\bbill(?:ed|s)?\b",
        ),
        (r"\bwho\b.*\bdecid\w+|\bwhose decision\b", r"\bdeci(?:d|s)\w+"),
        (r"\bwho\b.*\b(?:approv|authoris|authoriz|sanction)\w+", r"\b(?:approv|authoris)\w+"),
        (r"\bwho\b.*\bsigned (?:it |this |them )?off\b", r"\bsigned\b"),
        (
            r"\bwho\b.*\b(?:agreed|recommended|insisted|requested|asked for)\b",
            r"\b(?:agree|recommend|insist|request|ask)\w*",
        ),
        (
            r"\bwho\b.*\b(?:discovered|noticed|spotted|detected)\b|\bwho (?:first )?found\b",
            r"\b(?:discover|notic|spott|detect|found|seen|saw|report|alert|monitor)\w*",
        ),
        (r"\bwho(?:se fault| is to blame| was to blame| should be blamed| messed| broke)\b",
         r"\b(?:fault|blame|error|mistake|broke)\w*"),
        (
            r"\bwho (?:exactly |personally )?(?:reopened|closed|raised|logged|wrote|investigated|"
            r"tested|deployed|installed|downgraded|escalated|lowered|increased) (?:it|this|"
            r"that|the|"
            r"pbi|\d)",
            r"\b(?:reopen|clos|rais|logg|wr[io]te|written|investigat|test|deploy|install|"
            r"downgrad|escalat|lower|increas)\w*",
        ),
        (r"\b(?:root cause|underlying cause)\b|\bwhat (?:actually |really )?caused\b|\bcause of\b",
         _CAUSES),
        (r"\bhow many (?:people|staff|engineers|developers|testers)\b",
         r"\b(?:people|staff|engineer|developer|tester)s?\b"),
        (r"\b(?:legal action|lawsuit|regulator|ofgem|fined?|penalt\w+)\b",
         r"\b(?:legal|lawsuit|regulator|ofgem|fine[ds]?|penalt\w+)\b"),
    )
)  # fmt: skip


def evidence_for(question: str) -> re.Pattern[str] | None:
    """What a text must hold to answer the question; None where no such thing is asked for."""
    for asked, told in _RULES:
        if asked.search(question):
            return re.compile(told, re.IGNORECASE)
    return None


def turns(question: str) -> bool:
    """Whether the question turns on something that reports seldom tell."""
    return evidence_for(question) is not None or particular(question) is not None


__all__ = ["evidence_for", "turns"]
