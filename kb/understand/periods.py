"""Days, months, quarters and stretches of time as people name them, the day always first.

A period without a year is settled later, by what it is about: problems are raised in the past, and
their targets lie ahead of the report that is asked about.
"""

from __future__ import annotations

import re

from kb.understand.number_words import MONTH_RE, NTH_RE, NUMBER_RE, YEAR_RE
from kb.understand.period_makers import (
    REPORT_DATE,
    before_last,
    days_ago,
    days_between,
    feast,
    half_year,
    length_named,
    month_named,
    month_span,
    named_day,
    one_mention,
    plain_year,
    quarter_ending,
    quarter_named,
    relative_quarter,
    season,
    to_go,
    window,
    within_span,
    written_day,
    year_end,
    year_of_quarters,
)
from kb.understand.spans_of_time import Clock, Duration, Mention


def periods_in(text: str, clock: Clock) -> list[Mention]:
    """Quarters, periods, durations and dates named in a text, longest first, none overlapping."""
    found: list[Mention] = []
    taken = [False] * len(text)
    for pattern, make in _RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            for label, value, start, end in make(match, clock):
                found.append(Mention(label, value, start, end))
                taken[start:end] = [True] * (end - start)
    return sorted(found, key=lambda mention: mention.start)


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/]){pattern}(?![\w/]|-\d)", re.IGNORECASE)


_QN = r"(?P<n>[1-4])"


_NTHQ = r"(?P<n>1st|2nd|3rd|4th|first|second|third|fourth|last|final)"


_PART = (
    r"(?:(?P<part>the end|end|late|the start|start|the beginning|beginning|early|mid|the "
    r"middle|close)[\s-]+(?:of\s+)?)?"
)


_UNIT = r"(?P<unit>days?|weeks?|fortnights?|months?|quarters?|years?)"


_RULES = (
    (
        _rule(
            r"(?:the\s+)?(?:quarter|qtr|(?:three|3)\s+months)\s+(?:that\s+)?(?:ending|ended|ends|"
            r"to|up\s+to|until|end)\s+(?:on\s+|in\s+)?(?:the\s+)?(?:end\s+of\s+)?"
            rf"(?:(?P<d>\d{{1,2}}){NTH_RE}\s+)?(?:of\s+)?(?P<m>{MONTH_RE})(?:,?\s+(?P<y>{YEAR_RE}))?"
        ),
        quarter_ending,
    ),
    (
        _rule(
            rf"(?:within|in|inside)\s+(?:the\s+)?(?P<n>{NUMBER_RE})\s+(?P<unit>days?|weeks?|"
            r"fortnights?|months?|quarters?|years?)\s+(?P<how>of|from|after|before|following)\s+"
            rf"(?:(?:the\s+)?(?P<d>\d{{1,2}}){NTH_RE}\s+(?:of\s+)?(?P<m>{MONTH_RE})"
            rf"(?:,?\s+(?P<y>{YEAR_RE}))?|{REPORT_DATE})"
        ),
        within_span,
    ),
    (
        _rule(
            r"Q(?P<a>[1-4])\s*(?:and|to|&|,|or|-|–|through|until|with|versus|"
            rf"vs\.?)\s*(?P<qb>Q)(?P<b>[1-4])(?:\s*(?:of|,|/|-)?\s*|\s*['’])(?P<y>{YEAR_RE}|\d\d)"
        ),
        year_of_quarters,
    ),
    (
        _rule(
            rf"Q(?:tr|uarter)?\.?\s*{_QN}(?:\s*(?:of|in|,|/|-|–|"
            rf"–)?\s*(?:the\s+)?['’]?(?P<y>{YEAR_RE}|(?<=['’/-])\d\d))"
        ),
        quarter_named,
    ),
    (_rule(rf"{_QN}Q\s*(?P<y>{YEAR_RE}|\d\d)"), quarter_named),
    (
        _rule(
            rf"(?:the\s+)?{_NTHQ}\s+(?:calendar\s+)?(?:quarter|qtr)(?:\s+of)?,?\s+(?P<y>{YEAR_RE})"
        ),
        quarter_named,
    ),
    (
        _rule(
            rf"(?P<m1>{MONTH_RE})(?:\s*{YEAR_RE})?\s*(?:to|-|–|until|through|"
            rf"and)\s*(?P<m2>{MONTH_RE})(?:\s*,?\s*(?P<y>{YEAR_RE}))?"
        ),
        month_span,
    ),
    (
        _rule(r"(?:the\s+)?(?:quarter|report|one|qtr)\s+before\s+(?:the\s+)?last(?:\s+one)?"),
        before_last,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>last|past|latest|previous|most recent)\s+(?P<count>\d|two|"
            r"three|four|five|six|few|couple "
            r"of)\s+(?P<what>quarters?(?:ly)?(?:\s+(?:problem\s+)?reports?)?|reports?|papers?)"
        ),
        relative_quarter,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>last|latest|previous|prior|preceding|this|current|most recent|"
            r"newest|next|following|coming|first|earliest|penultimate|"
            r"earlier)\s+(?P<what>quarter(?:ly)?(?:['’]?s)?(?:\s+(?:problem\s+)?report)?|"
            r"(?:problem\s+|quarterly\s+)?report|paper|publication|edition|document|qtr)"
        ),
        relative_quarter,
    ),
    (
        _rule(
            rf"(?P<n>{NUMBER_RE})(?:\s+of)?\s+(?P<unit>days?|weeks?|fortnights?|months?|"
            r"quarters?|years?)\s+(?:ago|back|earlier|before)"
        ),
        days_ago,
    ),
    (
        _rule(
            rf"(?:the\s+)?(?P<d1>\d{{1,2}}){NTH_RE}\s*(?:and|to|-|–|"
            rf"until)\s*(?:the\s+)?(?P<d2>\d{{1,2}}){NTH_RE}\s+(?:of\s+)?(?P<m>{MONTH_RE})(?:,?\s+(?P<y>{YEAR_RE}))?"
        ),
        days_between,
    ),
    (
        _rule(r"(?P<y>(?:19|20)\d\d)[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<d>0?[1-9]|[12]\d|3[01])"),
        written_day,
    ),
    (
        _rule(
            r"(?P<d>0?[1-9]|[12]\d|3[01])[-./](?P<m>0?[1-9]|1[0-2])[-./](?P<y>(?:(?:19|"
            r"20)\d\d)|\d\d)"
        ),
        written_day,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<d>0?[1-9]|[12]\d|"
            rf"3[01]){NTH_RE}[\s-]+(?:day\s+)?(?:of\s+)?(?P<m>{MONTH_RE})(?:,?[\s-]+(?:of\s+)?['’]?(?P<y>{YEAR_RE}|(?<=['’-])\d\d))?"
        ),
        written_day,
    ),
    (
        _rule(
            rf"(?P<m>{MONTH_RE})\s+(?:the\s+)?(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|"
            rf"th)?(?!\d)(?:,?\s+(?P<y>{YEAR_RE}))?"
        ),
        written_day,
    ),
    (_rule(r"(?P<d>0?[1-9]|[12]\d|3[01])/(?P<m>0?[1-9]|1[0-2])"), written_day),
    (
        _rule(
            rf"{_PART}(?P<m>(?!may\b(?!\s+(?:19|"
            rf"20)\d\d)){MONTH_RE})(?:,?\s+(?:of\s+)?['’]?(?P<y>{YEAR_RE}|(?<=['’])\d\d))?"
        ),
        month_named,
    ),
    (
        _rule(
            r"(?:(?<=\bin )|(?<=\bsince )|(?<=\bduring )|(?<=\bbefore )|(?<=\bafter )|(?<=\bby "
            r")|(?<=\buntil )|(?<=\blast )|(?<=\bthis )|(?<=\bfrom )|(?<=\bend of )|(?<=\bof )|"
            r"(?<=\bfor )|(?<=\bearly )|(?<=\blate )|(?<=\bmid )|(?<=\band )|(?<=\bto )|"
            r"(?<=\bbetween ))(?P<m>may)(?!\s+(?:be|have|not))"
        ),
        month_named,
    ),
    (
        _rule(
            rf"(?:the\s+)?(?P<s>spring|summer|autumn|winter)(?:\s+(?:of\s+)?['’]?(?P<y>{YEAR_RE}))?"
        ),
        season,
    ),
    (_rule(rf"(?:the\s+)?(?:H(?P<h>[12]))\s*,?\s*(?P<y>{YEAR_RE})?"), half_year),
    (
        _rule(
            rf"(?:the\s+)?(?P<h>first|second|1st|2nd)\s+half\s+of\s+(?:the\s+year|(?P<y>{YEAR_RE}))"
        ),
        half_year,
    ),
    (_rule(rf"(?P<y>{YEAR_RE})\s*[-/,]?\s*Q(?:tr|uarter)?\.?\s*{_QN}"), quarter_named),
    (_rule(rf"Q(?:tr|uarter)?\.?\s*{_QN}"), quarter_named),
    (
        _rule(r"(?:the\s+)?(?P<n>1st|2nd|3rd|4th|first|second|third|fourth)\s+(?:quarter|qtr)"),
        quarter_named,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<f>christmas(?:\s+day)?|xmas|new year(?:['’]?s)?(?:\s+(?:day|"
            rf"eve))?|easter|halloween)(?:,?\s+(?:of\s+)?(?P<y>{YEAR_RE}))?"
        ),
        feast,
    ),
    (
        _rule(
            r"(?:the\s+)?(?:end|start|beginning|turn|close)\s+of\s+(?:the|this|next|"
            r"last)\s+(?:financial\s+|regulatory\s+)?year|year[- ]end|"
            r"the\s+(?:financial\s+)?year[- ]end"
        ),
        year_end,
    ),
    (
        _rule(
            r"(?:the\s+)?(?P<how>next|coming|following|upcoming|last|past|previous|this|"
            rf"current|same)\s+(?:(?P<n>{NUMBER_RE})(?:\s+of)?\s+)?(?P<unit>days?|weeks?|"
            r"fortnights?|months?|years?)"
        ),
        window,
    ),
    (
        _rule(
            rf"(?P<n>{NUMBER_RE})(?:\s+(?:of|more))?[\s-]+(?P<unit>days?|weeks?|fortnights?|"
            r"months?|years?)['’]?\s+(?:of|from|to go from)\s+(?:now|today|the status date|the "
            r"report)"
        ),
        to_go,
    ),
    (_rule(r"(?P<half>half)\s+an?\s+(?P<unit>year|month)"), length_named),
    (
        _rule(
            rf"(?:the\s+)?(?P<n>{NUMBER_RE})(?:\s+(?:of|and a half))?[\s-]+(?P<unit>days?|weeks?|"
            r"fortnights?|months?|years?|hours?|hrs?|minutes?|mins?)['’]?"
        ),
        length_named,
    ),
    (
        _rule(r"(?P<unit>fortnight)(?P<n>)"),
        lambda match, _: one_mention("DURATION", Duration(days=14), match),
    ),
    (_rule(r"(?P<w>today|yesterday|tomorrow)(?:['’]s)?"), named_day),
    (_rule(r"(?:(?<=between )|(?<=from ))(?P<w>now)"), named_day),
    (_rule(rf"(?:the year\s+|{_PART})(?P<y>20[0-4]\d)"), plain_year),
)
