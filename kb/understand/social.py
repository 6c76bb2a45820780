"""What is no question to the reports: small talk, orders to the product, a fresh start."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.understand.annotate import Annotator, Marked
from kb.understand.lexicon import word_set
from kb.understand.meaning import Kind, Meaning


def small_talk(marked: Marked, annotator: Annotator) -> Meaning | None:
    """Small talk, orders to the product, a fresh start."""
    base = Meaning(marked.text, corrections=marked.corrections)
    if marked.has("refuse.instruct") and _ordered(marked):
        return replace(base, kind=Kind.REFUSED)
    if marked.has("follow.reset") and not marked.things:
        return replace(base, kind=Kind.RESET)
    social = list(marked.table("social"))
    if social and not marked.things:
        taken = {i for f in social for i in range(f.start, f.end)}
        left = [
            t
            for t in marked.doc
            if t.i not in taken and not t.is_punct and t.norm_ not in annotator.lexicon.glue
        ]
        kinds = [f.id.partition(".")[2] for f in social]
        if not left and (len(taken) >= len([t for t in marked.doc if not t.is_punct]) / 2):
            return replace(base, kind=Kind.SOCIAL, detail=kinds[-1])
    if _OPINION.search(marked.text) and not marked.of("PBI", "TITLE"):
        return replace(base, kind=Kind.OUTSIDE)
    dated = all(t.label in ("TODAY", "PERIOD", "NUMBER") for t in marked.things.values())
    if marked.has("refuse.outside") and dated and not _domain(marked):
        refused = {i for f in marked.all("refuse.outside") for i in f.solid}
        held = [t for t in marked.doc if t.i not in refused and _held(annotator, t.norm_)]
        # "Did rain in the data hall stop the database?" is a story of the reports.
        if len(held) < 2:
            return replace(base, kind=Kind.OUTSIDE)
    return None


def _held(annotator: Annotator, word: str) -> bool:
    return word in annotator.titles.words and word not in annotator.lexicon.glue


_OPINION = re.compile(
    r"\b(?:do you (?:think|believe|reckon|feel|like)|(?:your|an?) opinion|"
    r"would you (?:say|trust))\b"
    r".{0,40}\b(?:good|bad|better|best|useless|rubbish|competent|incompetent|reliable|trust\w*|"
    r"great|poor|hopeless|like|opinion)\b",
    re.IGNORECASE,
)
_DOMAIN = word_set("understand_domain")


def _domain(marked: Marked) -> bool:
    return any(token.norm_ in _DOMAIN for token in marked.doc)


def _ordered(marked: Marked) -> bool:
    """Whether the product is told what to say, rather than asked."""
    text = marked.text.lower()
    first = re.match(r"(?:please\s+|now\s+|just\s+|can you\s+|and\s+|you must\s+)*(\w+)", text)
    hard = re.search(
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instruction|rule|prompt|"
        r"previous|above|guideline|training|told)|"
        r"system prompt|you are now|jailbreak|developer mode|from now on|new instructions|"
        r"pretend (?:that|to|you)|repeat after me|"
        r"reveal your|print your",
        text,
    )
    if hard:
        return True
    say = re.search(
        r"\b(?:say|claim|confirm|declare|report|answer|state|reply|respond|write|tell (?:me|"
        r"them|everyone|us|him|her|people))\s+(?:to \w+\s+)?(?:only |just )?(?:that|with|all|"
        r"every|nothing|no|none)\b",
        text,
    )
    if (
        say
        and first
        and first[1]
        in (
            "say",
            "claim",
            "declare",
            "confirm",
            "tell",
            "answer",
            "reply",
            "respond",
            "write",
            "just",
            "state",
        )
        and "?" not in text
    ):
        return not re.match(r".*\btell (?:me|us) (?:all|every\w*) about\b", text)
    return bool(
        re.match(
            r"(?:please\s+|now\s+)*(?:delete|drop|remove|erase|wipe|truncate)\s+(?:the|all|"
            r"every|table|records?|database|reports?|pbi)",
            text,
        )
    )


__all__ = ["small_talk"]
