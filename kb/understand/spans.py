"""Signs in a question about one problem that its whole history is asked of."""

from __future__ import annotations

import re

_OVER = re.compile(
    r"\b(?:ever|so far|over time|always|at (?:any|some|one) (?:point|time|stage)|to date|"
    r"(?:each|every) (?:report|quarter)|through(?:out)? the (?:reports|quarters|years?)|"
    r"(?:report|quarter) (?:by|to|after) (?:report|quarter)|all along|in turn|"
    r"over the (?:reports|quarters|months|years?|past|last)|down the (?:line|years)|"
    r"up to now|until now|historically|history)\b|"
    r"\b(?:owners|holders|parties|targets|target dates|due dates|deadlines|completion dates|"
    r"severities|statuses|status values|impacts)\b.{0,40}\b(?:has|have|had)"
    r"(?: (?:ever|already|it|\S*\d{6}))* "
    r"(?:had|been|gone|held|carried)\b|"
    r"\b(?:all|every|each|list|different|successive|previous|past|various) (?:of )?(?:the |its )?"
    r"(?:owners?|holders?|targets?|target dates?|due dates?|deadlines?|severit(?:y|ies)|statuse?s?)"
    r" (?:(?:that|which) )?(?:of|for|\S*\d{6}|it)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:chang(?:e|ed|es|ing)|moved?|moving|alter(?:ed)?|varied|vary|shift(?:ed)?|differ\w*|"
    r"stay(?:ed)? the same|constant|unchanged|gone up|gone down)\b",
    re.IGNORECASE,
)
_REPORT = r"(?:report|paper|quarter|document|edition)s?"
_FIRST = re.compile(
    rf"\b(?:first|earliest) (?:quarterly |problem )*{_REPORT}\b.{{0,40}}"
    rf"\b(?:to|that|which|include|mention|list|hold|contain|carr|feature|with|show|"
    rf"cover|appear|it|in)|\bfirst\s+(?:be(?:en)? )?(?:reported|mentioned|listed|included|"
    rf"appear\w*|seen|show\w*|featured?|recorded|turn\w* up|come|came|crop\w*)\b|"
    rf"\b(?:appear|mention|list|report)\w* first\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"\b(?:last|final|most recent|latest) (?:quarterly |problem )*{_REPORT}\s+(?:to|that|which|"
    rf"it|including|mentioning|listing|with|in which)\b|\blast\s+(?:be(?:en)? )?(?:reported|"
    rf"mentioned|listed|included|appear\w*|seen|show\w*|feature\w*|recorded|turn\w* up)\b|"
    rf"\b(?:appear|mention|list|report)(?:ed|s)? last\b",
    re.IGNORECASE,
)
TRACKED = frozenset(
    ["owner", "severity", "status", "target_completion", "user_impact", "impact_class", "title"]
)


def over_time(text: str) -> bool:
    """Whether all reports are asked of: "ever", "so far", "over time"."""
    return bool(_OVER.search(text))


def changing(text: str) -> bool:
    """Whether it is asked if something has changed."""
    return bool(_CHANGED.search(text))


def first_listed(text: str) -> bool:
    """ "the first report to include it", "when was it first mentioned"."""
    return bool(_FIRST.search(text))


def last_listed(text: str) -> bool:
    """ "the last report to mention it", "when did it last appear"."""
    return bool(_LAST.search(text))


__all__ = ["TRACKED", "changing", "first_listed", "last_listed", "over_time"]
