"""What may stand behind a label: the head of a text read as a date, severity, status or owner."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.rules.dates import dates_in
from ingest.vocabulary import Vocabulary

_FILL = re.compile(
    r"(?:(?:is|was|are|were|on|by|as at|as of|at|of|for|the|end|around|approximately|"
    r"approx\.?|currently|"
    r"now|still|with|date|set|set for|set to|due|rated|classed as|stands at|remains|"
    r"and)\b[\s\u00a0]*"
    r"|[\s\u00a0:=>|\u2022\u00b7(\[\"\u201c\u2018'\u2010-\u2015-]+)*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s\u00a0:=>|\u2022\u00b7()\[\]\"\u201c\u2018',\u2010-\u2015-]*")
_NO_DATE = re.compile(
    r"(?P<words>t\.?b\.?[acd]\b\.?|n\.?/[ak]\b\.?|n\.a\.|not (?:yet )?(?:applicable|known|"
    r"set|agreed|stated|"
    r"available|provided|given|confirmed|planned|determined|scheduled|required|defined|assigned|specified)|"
    r"none(?: set| given| stated| yet| agreed| provided| recorded| planned)?\b|nil\b|"
    r"unknown\b|awaited\b|"
    r"to be (?:confirmed|advised|agreed|announced|determined|decided|set|provided)|"
    r"to follow\b|blank\b|"
    r"no (?:date|target|eta)(?: (?:yet|set|given|stated|available|agreed|provided)){0,3}|"
    r"under (?:review|discussion|assessment)|awaiting (?:\w+ ){0,3}\w+|undetermined|"
    r"unplanned|open[\s-]ended|"
    r"[\u2010-\u2015-]{1,3}(?=\s|[.,;|]|$)|\?+)",
    re.IGNORECASE,
)
_STOP = re.compile(r"\s*[,;|\u2022]|\.(?=\s|$)|\s[\u2013\u2014-]\s|\s*[(\[]")
_AS_AT = re.compile(
    r"[\s\u00a0]*(?:[,(\[\u2010-\u2015-]|\b(?:as|at|on|of|correct|was|is)\b|[\s\u00a0])*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """Half-open spans of a value in its text.

    Attributes:
        date: for a status, the span of the date printed with it.
        known: the vocabulary or the calendar knows it.
    """

    start: int
    end: int
    known: bool = True
    date: tuple[int, int] | None = None


def date_value(text: str, at: int, limit: int) -> Value | None:
    """A date, or the words that stand for none, at the head of `text[at:limit]`."""
    fill = _FILL.match(text, at, limit)
    none = _NO_DATE.match(text, at, limit) or (
        _NO_DATE.match(text, fill.end(), limit) if fill else None
    )
    head = text[at : min(limit, at + 60)]
    for mention in dates_in(head):
        opening = _FILL.fullmatch(head, 0, mention.start)
        if opening or _weekday(head[: mention.start]):
            return Value(at + mention.start, at + mention.end)
        break
    if none:
        return Value(none.start("words"), none.end("words"))
    return None


def _weekday(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\s:=-]*(?:on\s+)?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]*", text, re.IGNORECASE
        )
    )


def severity_value(text: str, at: int, limit: int, vocabulary: Vocabulary) -> Value | None:
    """A severity at the head: "Critical", "2 - High", "P2", "Sev 3 (Medium)"."""
    fill = _FILL.match(text, at, limit)
    start = fill.end() if fill else at
    stop = _STOP_SEVERITY.search(text, start, limit)
    end = stop.start() if stop else limit
    end = min(end, start + 24)
    head = text[start:end]
    words = list(re.finditer(r"[^\s\u00a0]+", head))
    for count in range(min(4, len(words)), 0, -1):
        piece = head[: words[count - 1].end()].rstrip(".,;:)")
        if piece.count("(") > piece.count(")") and head[len(piece) :].startswith(")"):
            piece += ")"
        if _severity_only(piece, vocabulary):
            return Value(start, start + len(piece))
    return None


_STOP_SEVERITY = re.compile(r"[,;|\u2022]|\.(?=\s|$)")
_SEVERITY_SCALE = re.compile(
    r"(?:(?:p|s|sev|severity|priority|level)?[\s\u00a0#-]*[1-5][\s\u00a0]*(?:[\u2010-\u2015:=/(.-]+[\s\u00a0]*)?)?"
    r"(?P<word>[a-z]+)?[\s\u00a0]*[(\[\u2010-\u2015-]*[\s\u00a0]*"
    r"(?:(?:p|s|sev|severity|priority|level)?[\s\u00a0]*[1-5])?\)?",
    re.IGNORECASE,
)


def _severity_only(piece: str, vocabulary: Vocabulary) -> bool:
    if vocabulary.severity_of(piece) is None:
        return False
    match = _SEVERITY_SCALE.fullmatch(piece.strip())
    if match is None:
        return False
    return match["word"] is None or match["word"].casefold() in vocabulary.severity.words


def status_value(
    text: str, at: int, limit: int, vocabulary: Vocabulary, *, strong: bool
) -> Value | None:
    """A status at the head, with the date printed before or behind it.

    Args:
        strong: the label leaves no doubt, so a status that no list holds is taken too, up to the
            next comma, full stop or bracket.
    """
    date = None
    start = at
    head = text[at : min(limit, at + 48)]
    for mention in dates_in(head):
        if _FILL.fullmatch(head, 0, mention.start):
            date = (at + mention.start, at + mention.end)
            start = at + mention.end
        break
    marks = _MARKS.match(text, start, limit)
    start = marks.end() if marks else start
    known = vocabulary.status.head(text, start, limit)  # "On hold" before "on" is taken for filling
    if date and not known:
        opening = _ITS_STATUS.match(text, start, limit)
        start = opening.end() if opening else start
    if not known:
        fill = _FILL.match(text, start, limit)
        start = fill.end() if fill else start
        known = vocabulary.status.head(text, start, limit)
    if known:
        end = known
    elif strong or date:
        stop = _STOP.search(text, start, limit)
        end = min(stop.start() if stop else limit, limit)
        if (
            end <= start
            or len(text[start:end].split()) > 6
            or not re.match(r"[A-Za-z]", text[start:])
        ):
            return Value(start, start, known=False, date=date) if date else None
    else:
        return None
    date = date or _date_behind(text, end, limit, close=bool(known))
    return Value(start, end, known=bool(known), date=date)


_QUALIFIED = re.compile(r"\s*[\u2010-\u2015:/-]\s*(?:[A-Za-z][\w'\u2019&/]*[ \u00a0]*){1,5}[\s.]*")


def cell_status(text: str, vocabulary: Vocabulary) -> Value | None:
    """The status that fills a cell, with what qualifies it ("open - awaiting S1SP")."""
    value = status_value(text, 0, len(text), vocabulary, strong=True)
    if value and value.known and not value.date and value.end > value.start:
        behind = _QUALIFIED.fullmatch(text, value.end)
        if behind and len(text[value.start :].split()) <= 7:
            return replace(value, end=len(text.rstrip(" .\u00a0")))
    return value


_ITS_STATUS = re.compile(r"(?:(?:its|the)\s+)?status\s+", re.IGNORECASE)
_DATED = re.compile(
    r"[\s\u00a0]*[,;]?[\s\u00a0]*(?:[(\[@\u2010-\u2015-][\s\u00a0]*)?"
    r"(?:(?:position|status|last|checked|reviewed|updated|confirmed|correct|dated|recorded|as|at|of|on)"
    r"[\s\u00a0]+)*",
    re.IGNORECASE,
)


def _date_behind(text: str, at: int, limit: int, *, close: bool) -> tuple[int, int] | None:
    """The date of a status; `close`: one straight behind it is its own if no sentence goes on."""
    behind = text[at : min(limit, at + 40)]
    for mention in dates_in(behind):
        between = behind[: mention.start]
        alone = close and not re.match(r"[\s\u00a0]*[a-z]", behind[mention.end :])
        if not re.search(r"\w|[(\[@\u2010-\u2015-]", between) and not (
            alone and not between.strip(" \u00a0,;/")
        ):
            break  # nothing says that the two belong together
        if _DATED.fullmatch(between):
            return (at + mention.start, at + mention.end)
        break
    return None


def owner_value(
    text: str, at: int, limit: int, vocabulary: Vocabulary, *, strong: bool
) -> Value | None:
    """A party at the head; with `strong`, whatever short name stands there."""
    fill = _FILL.match(text, at, limit)
    start = fill.end() if fill else at
    head = text[start:limit]
    if _NO_DATE.match(head) and strong:
        match = _NO_DATE.match(head)
        return Value(start, start + (match.end() if match else 0), known=False)
    for mention in vocabulary.parties_in(head[:120]):
        if mention.start == 0 or _LEAD_IN.fullmatch(head, 0, mention.start):
            return Value(start, start + mention.end)
        break
    if not strong:
        return None
    stop = re.compile(r"\s*[,;|\u2022]|\.(?=\s|$)").search(text, start, limit)
    end = stop.start() if stop else limit
    if end <= start or len(text[start:end].split()) > 8:
        return None
    return Value(start, end, known=False)


_LEAD_IN = re.compile(r"(?:the|our|by|team|at)?[\s\u00a0]*", re.IGNORECASE)


_BETWEEN = re.compile(r"[\s\u00a0|/,;:\u2022\u00b7()\[\]\u2010-\u2015-]*")
_KIND = re.compile(r"[\s\u00a0]*(?:severity|priority|status)(?!\w)", re.IGNORECASE)


def bare_values(
    text: str, start: int, end: int, vocabulary: Vocabulary
) -> list[tuple[str, int, int]]:
    """(field, start, end) of severity, status and owner where they fill a line; else []."""
    out: list[tuple[str, int, int]] = []
    at = start
    while True:
        between = _BETWEEN.match(text, at, end)
        at = between.end() if between else at
        if at >= end:
            break
        found = _bare_value(text, at, end, vocabulary)
        if found is None or found[0] in {name for name, _, _ in out}:
            return []
        out.append(found)
        kind = _KIND.match(text, found[2], end)
        at = kind.end() if kind else found[2]
        day = _date_behind(text, at, end, close=True) if found[0] == "status" else None
        if day:
            out.append(("status_date", *day))
            at = day[1]
    named = {name for name, _, _ in out}
    return out if named & {"severity", "status"} else []


def _bare_value(
    text: str, at: int, end: int, vocabulary: Vocabulary
) -> tuple[str, int, int] | None:
    status = vocabulary.status.head(text, at, end)
    if status and text[at].isupper():
        return "status", at, status
    for mention in vocabulary.parties_in(text[at:end]):
        if mention.start == 0:
            return "owner", at, at + mention.end
        break
    severity = severity_value(text, at, end, vocabulary)
    if severity and severity.start == at:
        return "severity", at, severity.end
    word = re.match(r"[A-Za-z]+", text[at:end])
    if word and vocabulary.severity_of(word[0]) and text[at].isupper():
        return "severity", at, at + word.end()
    return None
