"""How an answer is laid out, exclusions and comparisons, put plainly before anything else is read.

These come before the other turns of phrase of `rewording`, which would take a part of them.
"""

from __future__ import annotations

import re

_ENDS = r"most|fewest|least|largest|smallest|highest|lowest|biggest"
_STAYING = r"enduring|lasting|permanent|persistent|residual|ongoing|long-term"

PLAINER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        # How the answer is to be laid out, and no state of the problems ("sorted" is not fixed).
        (
            r",\s*(?:all |and )?(?:sorted|ordered|ranked|counted|tallied|grouped|arranged|totalled"
            r"|split out)(?: (?:up|out|alphabetically|neatly|properly))?\s*(?=[?.]*$)",
            "",
        ),
        (r"\b(?:all told|all in all)\b", "in total"),
        (
            rf"\b({_STAYING})(?:(?:,| or| and| nor|/)+ ?(?:{_STAYING}))+(?= (?:\w+ )?(?:impact|"
            r"effect)s?\b)",
            r"\1",
        ),
        (
            r"\s*\((?:i\.?e\.?,? |e\.?g\.?,? |so |either )?(?:tbc|tba|tbd|n/a|none|blank|empty|"
            r"missing|unstated|not stated|to be confirmed)(?:(?:,| or| and|/)+ ?(?:tbc|tba|tbd|n/a|"
            r"none|blank|empty|missing|unstated|not stated|to be confirmed))*\)",
            "",
        ),
        (
            r"\b(no|without an?y?|lack an?y?) (?:proper|real|firm|valid|usable|definite|meaningful|"
            r"actual|concrete) (?=(?:target|owner|date|deadline|completion|severity|status|"
            r"workaround)\b)",
            r"\1 ",
        ),
        (
            r"\b(?:n/a|tbc|tba|tbd) (?:for|as|in|under) (?:the |a |an |its |their )?(?="
            r"(?:workaround|target|owner|deadline|completion|date)\b)",
            "no ",
        ),
        (r"\s+(?:is\s+)?={1,2}\s+", " is "),
        (
            rf",?\s*\bfrom (?:the )?(?:{_ENDS}|top) to (?:the )?(?:{_ENDS}|bottom)\b",
            "",
        ),
        (
            r"\bwhat (?:are|were) (?:people|users|we|they|you|customers|suppliers) doing to (?:get|"
            r"work) (?:a?round)\b",
            "what is the workaround for",
        ),
        (
            r"\b(?:were |was |are |is )?last (?:seen|listed|reported|known|heard of|shown) (?:as )?"
            r"(?:open|pending|not closed|unclosed),? (?:but |and |that |which |yet |though )*"
            r"(?:are |is |were |was |have |has |do |does )*(?:not|no longer|missing|"
            r"absent|gone)(?: (?:listed|included|mentioned|reported|been|shown|there|appear))*"
            r"(?: in| from| on)* (?:the )?(?:latest|newest|last|most recent|current) "
            r"(?:report|paper|one)\b",
            "have vanished",
        ),
        (
            r"\bhow (?:is|are|was|were|has|have) (.{1,40}?) (?:being |been |currently )*(?:worked|"
            r"got) (?:around|round)\b",
            r"what is the workaround for \1",
        ),
        (
            r"\bhow (?:do|did|does|can|are) (?:we|you|they|people|users|the team) (?:get |work|"
            r"working |getting )(?:ing)? ?(?:around|round) (?=(?:pbi ?)?\d|it\b)",
            "what is the workaround for ",
        ),
        (
            r"\bwhat (?:did|does|has|have|is|was) ((?:pbi ?0*)?\d{6}) (?:do|done|doing) to (?:the "
            r"|our )?[\w' -]+?(?= when| in\b| at\b| as\b|\?|$)",
            r"what was the user impact of \1",
        ),
        (
            r"\bwhat (?:was|is|has been|had been|is being|was being|were|have they|did they) (?:"
            r"done|do|doing) about\b",
            "what did they do about",
        ),
        (
            r"(?<=\w),? (?:over|across|taking|counting|for|among) all (?:of )?(?:the )?(?:"
            r"suppliers|owners|parties|severities|statuses)(?: together| alike| taken together)?"
            r"(?=\s*[?.]*$)",
            "",
        ),
        (
            r"\b(?:made|makes?|making|had|have|has) (?:its|their|an?) (?:very )?(?:first "
            r"appearance|debut)(?= (?:in|on)\b)",
            "first appeared",
        ),
        (r"\bhow many (?:different|distinct|unique|separate|individual) (?=\w)", "how many "),
        (
            r"\bhow long (?:did|has) (?:it |they )?(?:take|taken) (?:\w+ )?to (?:close|fix|resolve|"
            r"finish|complete) ((?:pbi ?0*)?\d{6}|it)\b",
            r"how long was \1 open before it was closed",
        ),
        (
            r"\b(average|mean|median|longest|shortest) time (?:taken )?(?:to|until) (?:close|fix|"
            r"resolve|closure|fixing|resolution)\b",
            r"\1 age of the closed problems",
        ),
        # "Did open problems rise or fall between Q2 and Q4?": the "or" joins no conditions.
        (
            r"^(did|has|have) (?:the )?(?:number of )?(.{3,60}?) (?:(?:go|gone) up or (?:go )?down|"
            r"rise or fall|risen or fallen|increased? or decreased?|grown? or shr[iu]nk)"
            r"(?=.*\bQ[1-4]\b)",
            r"\1 the number of \2 change",
        ),
    )
)
"""What is said, and the plain words for it."""

__all__ = ["PLAINER"]
