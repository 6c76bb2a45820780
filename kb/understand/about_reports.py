"""Questions on the reports themselves: which are held, how one is marked, as at when."""

from __future__ import annotations

import re

from kb.understand.about_terms import PROBLEM_WORDS
from kb.understand.sketch import Sketch


def asks_of_reports(
    sketch: Sketch, asks: set[str], conditions: set[str], topic: list[str], words: list[str]
) -> bool:
    """Whether the question is about the reports themselves."""
    if conditions or topic or sketch.events or sketch.group_by or sketch.superlative:
        return False
    if sketch.compared or "since" in words:
        return False  # "what has changed since the last report?"
    if _WHICH_REPORT.search(sketch.marked.text) and not sketch.fields:
        return True
    if set(words) & (PROBLEM_WORDS - {"one", "ones"}) and not set(words) & {"reports", "papers"}:
        return False
    if (
        sketch.latest
        and len(words) <= 9
        and not set(words) & PROBLEM_WORDS
        and not sketch.fields
        and set(words) & {"what", "which", "when", "called", "is"}
    ):
        return True
    if re.search(
        r"\b(?:reports|papers|documents|quarters)\b.*\b(?:have|hold|loaded|got|held|know|"
        r"available)\b",
        " ".join(words),
    ):
        return True
    return "reports" in asks or (sketch.marked.has("ask.reports") and not sketch.fields)


_WHICH_REPORT = re.compile(
    r"^(?:and |so )?(?:which|what)(?: is)?(?: the)?(?: problem| quarterly)* "
    r"(?:report|paper|quarter)s?\b.{0,20}\b(?:latest|newest|most recent|last|earliest|oldest)\b",
    re.IGNORECASE,
)


_OF_REPORT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bclassif(?:ied|ication|y)\b|\bmark(?:ed|ing|ings)\b", re.I), "classification"),
    (
        re.compile(
            r"\bstatus date\b|\bas[- ]at date\b|\bdated\b|\bdate of\b|"
            r"\bdate\b.*\bcorrect\b|\bcorrect as (?:at|of)\b",
            re.I,
        ),
        "status_date",
    ),
    (re.compile(r"\breference\b|\baction (?:number|reference)\b", re.I), "reference"),
)


def report_field(sketch: Sketch, conditions: set[str], words: list[str]) -> str | None:
    """ "how is the Q2 2021 report classified?": which field of a report is asked for."""
    text = sketch.marked.text
    asked = set(words[:4]) & {"what", "how", "when", "which", "is"}
    named = re.search(r"\b(?:report|paper|document)s?\b", text, re.I)
    asked = asked or set(words[:2]) if re.match(r"(?:the )?status date\b", text, re.I) else asked
    problems = set(words) & {"problems", "pbis", "issues", "records", "pbi", "problem"}
    plain = re.sub(r"\bproblem (?:report|paper)", "report", text, flags=re.I)
    told = problems - ({"problem"} if plain != text else set())
    if sketch.pbis or conditions - {"as_at"} or sketch.events or not (asked and named) or told:
        return None
    return next((name for pattern, name in _OF_REPORT if pattern.search(text)), None)
