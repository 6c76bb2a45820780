"""From the parts of a question to one exact query."""

from __future__ import annotations

import re

from ingest.records import ImpactClass
from kb.understand.about_history import since_asked
from kb.understand.about_many import about_many
from kb.understand.about_problems import about_problems
from kb.understand.about_terms import PLURALS
from kb.understand.lexicon import Lexicon
from kb.understand.meaning import Meaning
from kb.understand.sketch import Sketch


def decide(sketch: Sketch, lexicon: Lexicon) -> Meaning:
    """The query that a sketch amounts to."""
    marked = sketch.marked
    words = [marked.norm(i) for i in range(len(marked.doc))]
    meaning = Meaning(
        marked.text,
        yes_no=_yes_no(words),
        why=any(f.id == "ask.why" for f in marked.table("ask")) or marked.has("ask.why"),
        duration=marked.has("field.duration"),
        plural=bool(set(words) & PLURALS),
        counting=marked.has("ask.count"),
        exact=len(set(sketch.quarters)) == 2
        and bool("than" in words or sketch.before_value or sketch.after_value),
        nth=sketch.nth,
        presence=bool(_PRESENCE.search(marked.line()[0])),
        in_title=bool(_IN_TITLE.search(marked.line()[0])),
        threshold=sketch.threshold,
        none=sketch.none,
        since=bool(sketch.pbis) and since_asked(marked.text),
        corrections=marked.corrections,
    )
    if sketch.pbis:
        return about_problems(sketch, lexicon, meaning, words)
    return about_many(sketch, lexicon, meaning, words)


_PRESENCE = re.compile(
    r"^(?:(?:and|so|but) )*(?:is|was|are|were|does|did|has|have) (?:<pbi>|it|that|this|they|the)"
    r"(?: (?:still|also|ever|even|be|been|listed|mentioned|included|reported|there|shown|appear|"
    r"feature|figure|appearing))* (?:in|on) (?:the )?(?:<quarter>|<latest>)(?: (?:report|paper))?$"
)
_IN_TITLE = re.compile(
    r"\b(?:in|on|under) (?:its|their|the|a) (?:titles?|headings?|names?)\b|"
    r"\btitles? (?:that )?(?:contain\w*|mention\w*|include?s?|including|with|saying|has|have)\b|"
    r"\b(?:titled|entitled|whose titles?)\b"
)


def _yes_no(words: list[str]) -> bool:
    opening = [
        w for w in words[:3] if w not in ("and", "so", "but", "ok", "please", ",", "also", "then")
    ]
    starters = {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "does",
        "do",
        "did",
        "will",
        "would",
        "can",
        "could",
    }
    if bool(opening) and opening[0] in starters and opening[1:2] not in (["you"], ["we"]):
        return True
    # "where are we with it - is it closed yet?"
    subjects = {"it", "this", "that", "they", "there", "any", "<pbi>", "<title>"}
    return any(
        mark in ("-", ",", ":", ";") and verb in starters and subject in subjects
        for mark, verb, subject in zip(words, words[1:], words[2:], strict=False)
    )


IMPACT_WORDS = {ImpactClass.NONE: "none"}
