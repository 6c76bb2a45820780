"""Turns of phrase whose plain meaning takes a whole clause: each is put in the words read best."""

from __future__ import annotations

import re

_PBI = r"(?:pbi ?0*)?\d{6}"
_BODY = (
    r"(?:organisations?|organizations?|company|companies|party|parties|suppliers?|providers?|"
    r"body|firm|team|contractor|vendor)"
)
_RECORD = r"(?:the |this |that |our )*(?:problem |record |issue |ticket |fault |case |number )*"
_SITS = (
    r"(?:sit|sits|sat|sitting|lie|lies|lying|rest|rests|resting|stand|stands|stay|stays|belong|"
    r"belongs|parked|lodged|assigned|allocated|is|are)"
)
_NOW = r"(?:currently |now |presently |today )*"
_THINGS = r"(problems|issues|records|ones|faults|tickets|pbis)"
_RAISED = r"(?:raised|created|opened|logged|recorded|registered)"
_N = r"(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)"
_DATED = (
    r"(?:the )?(?:(?:status |report )?date of )?(?:the )?(latest|newest|most recent|last|current|"
    r"Q[1-4] \d{4})(?: (?:report|paper|one))?(?:['’]s)?(?: (?:status |report )?date)?"
)
_VALUES = r"(target dates|due dates|completion dates|targets|deadlines)"
_CHANGED = (
    r"(slipped|moved|changed|raised|lowered|increased|reduced|dropped|upgraded|downgraded|pushed "
    r"back|put back|brought forward)"
)
_ASKED_OF = (
    r"(?:\b(?:which|what)|^(?:(?:please )?(?:list|show|give)(?: me| us)? )?(?:the |all |any )*)"
)
_WERE = r"(?:that |which )?(?:were |was |have |has |had |got |went |gone |been |moved )*"
_HAD = "which problems had their"
_TARGET = r"(?:target(?: completion)?(?: date)?|deadline|due date|completion date)"
_ALL_ALONG = (
    r"(?:over time|so far|to date|over the (?:reports|quarters|years?|months)|report by report|"
    r"(?:from|across|through|between) (?:the |all )?(?:report|quarter)s?"
    r"(?: to (?:report|quarter))?|"
    r"(?:since|from when|from the time)(?: (?:it|they|the (?:record|problem)))?"
    r"(?: was| were| has been)?(?: the)? (?:first|initially|originally|start|beginning)"
    r"(?: (?:reported|listed|raised|mentioned|appeared|seen|published|set|reports?))?)(?=\W|$)"
)
_LEAVE = (
    r"(?:leav(?:e|ing) out|leav(?:e|ing) aside|exclud(?:e|ing)|ignor(?:e|ing)|omit(?:ting)?|"
    r"skip(?:ping)?|not counting|not including|without)"
)
_WITHOUT = (
    r"(?:any|all|those|the|ones|records?|problems?|that|which|with|who|where|have|has|state|states|"
    r"stating|give|gives|name|names|show|shows|list|lists| )+"
)

PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (
            r"\b(?:at present|for the (?:time being|present)|as (?:things|it|matters) stands?|at "
            r"this (?:point|moment|stage)(?: in time)?|as we speak|at this time|at the minute|"
            r"just at the moment)\b",
            "now",
        ),
        # What people say in passing.
        (
            r",?\s*\b(?:at the end of the day|in earnest|for starters|(?:in the main|"
            r"on balance)(?=\s*(?:[,.?;:]|$))|by and large|on the whole|so to speak|give or take|"
            r"to be fair|in a nutshell|when all is said and done|off the "
            r"top of your head|as far as (?:you|we|i) (?:know|"
            r"can (?:tell|see))|(?:roughly|broadly|generally|strictly|frankly|honestly) "
            r"speaking)\b,?",
            "",
        ),
        # "which organisation the record 122207 currently sits with": its owner.
        (
            rf"\b(?:which|what) {_BODY} (?:is |are |does |has |do )?{_NOW}{_RECORD}({_PBI}|it) "
            rf"(?:is |are )?{_NOW}{_SITS} ?{_NOW}(?:with|to|under)\b",
            r"who owns \1",
        ),
        (
            rf"\bwith (?:which|what) {_BODY} (?:is|does|has) {_NOW}{_RECORD}({_PBI}|it) ?"
            rf"{_NOW}(?:{_SITS}|been)?(?: {_SITS})?(?: now| currently)?(?=\s*[?.]*$)",
            r"who owns \1",
        ),
        (
            r"\b(?:at|on|as at|as of|by) (?:the |its )?(?:latest|last|most recent|newest|current) "
            r"(?:status|report) date\b",
            "in the latest report",
        ),
        (r",? \b(?:at|as at|as of|on) (?:the|its) status date\b(?! of| in)", ""),
        # "raised more than a year before the date of the latest report": its age there.
        (
            rf"\b{_RAISED} (more|less|over|longer) (?:than )?((?:an?|one|\d+|\w+) (?:and a half )?"
            rf"(?:days?|weeks?|months?|years?)) (?:before|prior to|ahead of) {_DATED}",
            r"\1 than \2 old in the \3 report",
        ),
        # "the last three problems to be raised"
        (
            rf"\b(?:last|latest|most recent|newest) {_N} ((?:open |closed )?){_THINGS} (?:to be "
            rf"|to have been |that were |which were |we )?{_RAISED}\b(?!\s+(?:before|in|after|by))",
            r"\1 newest \2\3",
        ),
        (
            rf"\b(?:first|earliest) {_N} ((?:open |closed )?){_THINGS} (?:to be "
            rf"|to have been |that were |which were |we )?{_RAISED}\b(?!\s+(?:before|in|after|by))",
            r"\1 oldest \2\3",
        ),
        # "first time we saw 122207 in a report"
        (
            r"^(?:and |so )?(?:(?:when|what|which) was )?(?:the )?(first|last) time (?:that )?"
            rf"(?:we|anyone|you|they|i|people) (?:ever )?(?:saw|see|heard of|had|met|read about) "
            rf"({_PBI}|it)\b(?: (?:mentioned|listed))?(?: in (?:a|any|the) (?:reports?|papers?))?",
            r"which was the \1 report to list \2",
        ),
        (
            rf"\bwhen did (?:we|anyone|you|they|people) (first|last) (?:see|hear of|read about|"
            rf"meet) ({_PBI}|it)\b(?: in (?:a|any|the) (?:reports?|papers?))?",
            r"which was the \1 report to list \2",
        ),
        (
            r"^(?:and |so )?(?:(?:when|what|which) was )?(?:the )?(first|last) time (?:that )?"
            rf"({_PBI}|it) (?:was|appeared|came up|turned up|featured)(?: (?:listed|mentioned|"
            r"included|reported|seen))?(?: in (?:a|any|the) (?:reports?|papers?))?(?=\s*[?.]*$)",
            r"which was the \1 report to list \2",
        ),
        (
            rf"\bhow (?:has|have|did) (?:the {_TARGET} (?:for|of|on|set for) ({_PBI})|"
            rf"({_PBI})['’]?s?(?: own)? {_TARGET}) (?:moved?|changed?|slip(?:ped)?|shift(?:ed)?|"
            rf"develop(?:ed)?|evolved?|drift(?:ed)?|gone) ?,? {_ALL_ALONG}",
            r"what target dates has \1\2 had",
        ),
        (
            rf"\bhow (?:has|have|did) its {_TARGET} (?:moved?|changed?|slip(?:ped)?|shift(?:ed)?|"
            rf"drift(?:ed)?|gone) ?,? {_ALL_ALONG}",
            "what target dates has it had",
        ),
        (r"\b(?:moved|switched|swapped) owners?\b", "changed owner"),
        (
            r"\b(?:owned|held|led) by (?:someone|somebody|anyone|anybody|a (?:party|supplier)|"
            r"parties|suppliers|others) (?:other|else|different) (?:than|from)\b",
            "with an owner other than",
        ),
        # "how has its target moved since it was first reported": all of its history.
        (
            r"^(?=(?:and |so |but )?how (?:has|have|did)\b)(.*\b(?:moved?|changed?|slip(?:ped)?|"
            r"shift(?:ed)?|developed?|evolved?|drift(?:ed)?|gone))\b,? (?:since|from when|from the "
            r"time)(?: (?:it|they|the (?:record|problem)))?(?: was| were| has been)?(?: the)? "
            r"(?:first|initially|originally)"
            r"(?: (?:reported|listed|raised|mentioned|appeared|seen|published|reports?))?",
            r"\1 over time",
        ),
        # "targets that slipped from Q2 to Q3": which ones did.
        (
            rf"^(?:(?:please )?(?:list|show|give)(?: me| us)? )?(?:the |all |any )*{_VALUES} "
            rf"(?:that|which) (?:have |has |had |were |was |got |been )*{_CHANGED}\b",
            r"which problems had their \1 \2",
        ),
        (rf"{_ASKED_OF} ?(?:severities|priorities) {_WERE}{_CHANGED}\b", rf"{_HAD} severity \1"),
        (rf"{_ASKED_OF} ?(?:severities|priorities) {_WERE}up\b", rf"{_HAD} severity raised"),
        (rf"{_ASKED_OF} ?(?:severities|priorities) {_WERE}down\b", rf"{_HAD} severity lowered"),
        (rf"{_ASKED_OF} ?statuses {_WERE}(?:changed|moved)\b", rf"{_HAD} status changed"),
        (rf"{_ASKED_OF} ?owners {_WERE}changed\b", rf"{_HAD} owner changed"),
        # "problems impact users", "have a user impact": that users feel them.
        (
            r"\b(problems|issues|records|ones|that|which|they|those|many) impact (?=(?:end |"
            r"service |our |the )*(?:users|customers|consumers|members|households|people)\b)",
            r"\1 affect ",
        ),
        (
            r"\b(have|has|had|having) (?:an?|some) (?:end[- ]?)?(user|customer) impact\b(?! (?:"
            r"stated|statement|given|recorded|class|not|of|that|which|other))",
            r"\1 \2 impact",
        ),
        # Nothing is told of since the last report: what it says against the one before.
        (
            r"\bsince (?:the |our )?last (?:quarterly )?(?:report|paper|quarter|edition|one)\b"
            r"(?! (?:that|which|to|mentioned|listed|included))",
            "since the previous report",
        ),
        (
            r"^((?:and |so |but |then |what about |how about )+)(?:in|for|by|as of|as at) the "
            r"(latest|newest|last|most recent|current|previous) one(?=\s*\?*$)",
            r"and in the \2 report",
        ),
        (
            r"\b(slipped|moved|changed|raised|lowered|drifted)((?: (?:back|up|down|out))?) from "
            r"(Q[1-4](?: \d{4})?) (?:to|until|into) (?=Q[1-4] \d{4})",
            r"\1\2 between \3 and ",
        ),
        # "had no stated impact": it was left out.
        (
            r"\b(?:had|have|has|with|show(?:ed|s)?|gave|gives?|carried|carry) no (?:stated|"
            r"recorded|given|declared) ((?:end )?(?:user )?impact|severity|status|workaround)\b",
            r"have no \1 stated",
        ),
        (
            r"\b(?:without|lacked|lacking|lack) (?:a |an |any )?(?:stated|recorded|given|declared) "
            r"((?:end )?(?:user )?impact|severity|status|workaround)\b",
            r"with no \1 stated",
        ),
        # "Leave out any that state no owner."
        (
            rf"[,.;?]?\s*(?:but |and )?{_LEAVE} {_WITHOUT}(?:no|without an?) (?:stated |named )?"
            r"owner(?: stated| named| at all)?\b",
            " and with an owner",
        ),
        (
            rf"[,.;?]?\s*(?:but |and )?{_LEAVE} {_WITHOUT}(?:no|without an?) (?:stated |agreed )?"
            r"(?:target|deadline)(?: date)?(?: stated| set| given| at all)?\b",
            " and with a target date",
        ),
    )
)  # fmt: skip
"""What is said, and the plain words for it."""

__all__ = ["PHRASES"]
