"""Turns of phrase put plainly before a question is read, where the plain one means the same."""

from __future__ import annotations

import re

from kb.understand.phrases import PHRASES
from kb.understand.plainer import PLAINER
from kb.understand.units import unit_aside

_EARLIER = r"(?:earlier|previous|prior|preceding|past|other)"
_HELD = (
    r"(?:had|have|has|held|holds|listed|lists|mentioned|mentions|contained|included|showed|"
    r"carried|reported|covered)"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        # "that no earlier report had", "not in any previous report": new.
        (
            rf"\b(?:that|which)\s+(?:no|none of the)\s+{_EARLIER}\s+(?:reports?|papers?|ones?|"
            rf"quarters?)\s+(?:ever\s+)?{_HELD}\b",
            "that are newly reported",
        ),
        (
            rf"\b(?:are|were|is|was|had|have|has)?\s*(?:not|n't|never)\s+(?:been\s+)?"
            rf"(?:{_HELD}|seen|present|there)?\s*in\s+(?:any|an|one of the)\s+{_EARLIER}\s+"
            r"(?:reports?|papers?|quarters?)\b",
            "are newly reported",
        ),
        (
            rf"\babsent from\s+(?:all|every|any|the)\s+{_EARLIER}\s+(?:reports?|papers?)\b",
            "newly reported",
        ),
        # "Is it true that no problem is overdue?" is a question with its verb in front.
        (
            r"^(?:and |so |but )?(?:is it (?:true|correct|right|fair to say|the case|so)|am i "
            r"(?:right|correct)(?: in (?:thinking|saying|believing))?|(?:would it be|is it) "
            r"(?:right|fair|true) to say|do i (?:have it|understand) (?:right|correctly))"
            r"(?: that)? (?=\S+ \S)",
            "is ",
        ),
        # "that the latest report does not mention any more": gone without a word.
        (
            r"\b(?:last )?(?:seen|listed|reported|known) (?:as )?(?:open|pending),? (?:that|"
            r"which|but|and"
            r") (?:(?:are|is) )?(?=(?:the (?:latest|newest|last|current)|no longer|not|missing))",
            "that ",
        ),
        (
            r"\b(?:that |which )?(?:the )?(?:latest|newest|last|most recent|current) "
            r"(?:report|paper)"
            r"(?: (?:does not|doesn['’]t|no longer|fails to))+ (?:mention|list|hold|show|"
            r"include|carry|"
            r"contain|cover|name)s?(?: them| it| at all| any ?more| any longer)*",
            "that have vanished",
        ),
        # "122207: is it overdue?"
        (r"\b(\d{6}):(?=\s)", r"\1 -"),
        # What a message opens with before it asks.
        (
            r"^(?:hi|hello|hey|hiya|dear|(?:good )?(?:morning|afternoon|evening))\b(?: (?:all|team|"
            r"there|folks|everyone|both))?\s*[,!.:-]+\s*(?=\S+\s+\S)",
            "",
        ),
        (
            r"^(?:(?:i['’]m|i am|we['’]re|we are) (?:just )?(?:getting ready|preparing|preppin"
            r"g|about "
            r"to|putting|writing|working|going|due)\b[^-–—,:;.?]*)\s*(?:\s[-–—]|[,:;.])\s*(?="
            r"\S+\s+\S)",
            "",
        ),
        (
            r"^(?:just )?(?:a )?(?:quick|short|simple|silly) (?:one|question|query)(?: for you)?"
            r"\s*[:,.-]+\s*",
            "",
        ),
        (
            r"^(?:could|can|would|will) (?:you|someone|anybody) (?:please |kindly )?(?=(?:list"
            r"|show|tell|"
            r"give|name|find|say)\b)",
            "",
        ),
        (r"\s*,?\s*\bin (?:any|whatever|some) (?:way|form|capacity)(?: at all)?\b", ""),
        (r"\bhas to (?:fix|resolve|sort(?: out)?|close|deal with|mend)\b", "owns"),
        (r"\bno\. of\b", "number of"),
        (
            r"\b(\d{6}) (?:was|used to be) (?:critical|high|medium|low)(?: before| earlier|"
            r" once)?,? "
            r"(?:and |so |but )?what(?: is|['’]s) it now\b",
            r"what is the severity of \1 now",
        ),
        (r"^(?:please )?remind (?:me|us)(?: of| about)? (?=\S+ \S)", ""),
        (r"^when (?:the|that|this) [^?]{3,50}? (\d{6}) (was|were)\b", r"when \2 \1"),
        (
            r"\bwhen did (\S+) get (logged|raised|created|opened|reported|recorded|closed)\b",
            r"when was \1 \2",
        ),
        (
            r"\b(?:anything|everything) (open|closed|outstanding|unresolved|overdue) (?:that|w"
            r"hich)\b",
            r"any \1 problems that",
        ),
        (
            r"(\S+(?: (?:North|South|Central|Operator))?)['’]s ((?:open |closed )?)(problems|i"
            r"ssues|"
            r"records|ones) \((?:only )?(?:the )?(?:ones|those)(?: that| which)? (?:they|it) "
            r"(?:own|hold)s?\)",
            r"\2\3 owned by \1",
        ),
        (r"\bmore than (?:its|their)(?: fair)? share of\b", "more"),
        (
            r"\b(next|first) (two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) ((?:open |"
            r"outstanding )?(?:problems|issues|records|ones))(?: that are| to fall| falling)? due\b"
            r"(?:,? by (?:target|due) date)?",
            r"\2 \3 with the soonest target date",
        ),
        # "open lows", "no. of mediums": severities as nouns.
        (
            r"(?<!highs and )\b(critical|high|medium|low)s\b(?! and (?:lows|"
            r"highs))(?! (?:problems|issues))",
            r"\1 severity problems",
        ),
        (r"\bQ([1-4]) (1[5-9]|2\d|3\d)\b(?! (?:days?|weeks?|months?|years?))", r"Q\1 20\2"),
        # "at the status date of the latest report" is that report.
        (
            r"\b(?:at|as at|on|as of) the status date of (?=the\b|Q\d)",
            "in ",
        ),
        # "went from report to report": its history.
        (
            r"\bfrom (?:one )?(?:report|quarter|paper) to (?:the )?(?:report|quarter|paper|next)\b",
            "report by report",
        ),
        # "Closed in Q4 and open again in the latest one": re-opened between the two.
        (
            r"\b(?:was|were|had been) closed in (the )?([^,?]{4,20}?)(?: report)? (?:and|but) "
            r"(?:is|are|was|"
            r"were)(?: now)? (?:open|pending|back|live) ?(?:again)? ?(?:in|by) (?:the )?(lates"
            r"t|newest|"
            r"most recent|Q\d[^,?]{0,8})(?: one| report)?",
            r"reopened between \2 and the \3 report",
        ),
        (
            r"\b(?:and |but )?(?:is |are |were |was )?(?:then |now )?not (?:mentioned|listed|i"
            r"ncluded|"
            r"reported|found|seen|named)(?: at all)? in\b(?= (?:the )?(?:Q\d|latest|20\d\d|next))",
            "and are missing from",
        ),
        (
            r"\bclosed in (?:the )?(Q[1-4] \d{4})(?: report)? (?:is|are) (?:now )?(?:open|pending|"
            r"back|live) again in (?:the )?(latest|Q[1-4] \d{4})(?: one| report)?",
            r"reopened between \1 and the \2 report",
        ),
        # "an impact other than none or no enduring impact" is one that users feel.
        (
            r"\b(?:have|has|with) (?:a |an )?(?:stated )?(?:end )?(?:user )?impact (?:that is "
            r"|which is )?"
            r"(?:other than|not|neither) (?:none|no impact) (?:or|nor) (?:no enduring|not enduring)"
            r"(?: impact)?\b",
            "are user impacting",
        ),
        # "Of the Q2 problems that involve DCO, what share is Closed?"
        (
            r"^of (.+?),?\s+(?:what|which) (share|proportion|percentage|fraction|part|portion|"
            r"slice) (is|are|was|were|"
            r"has|have)\b",
            r"what \2 of \1 \3",
        ),
        (r"\boriginal (?=target\b.*\bin the (?:Q\d|20\d\d))", ""),
        (
            r"\b(?:which|what) (?:part|arm|side|bit) of (?:the )?\S+ (?:is|holds|has|owns) "
            r"(?:(\S+) (?:sitting |sat )?with|(\S+))(?=\s*\?|$)",
            r"who owns \1\2",
        ),
        (r"\bwith the status date of\b", "with status date"),
        # "user-impacting" is one word to people.
        (r"\b(user|customer|service)-(impacting|affecting)\b", r"\1 \2"),
    )
)


_GONE = re.compile(
    r"\b(?:vanish\w*|disappear\w*|dropp?\w*|missing|gone|left out|fell (?:out|off)|fallen)\b",
    re.IGNORECASE,
)
_UNCLOSED = re.compile(
    r",? ?\bwithout (?:any |a |being |ever |having |been |formal |formally )*(?:closure|"
    r"closed|closing|"
    r"resolution|resolved)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|(?:good )?(?:morning|afternoon|evening))(?: (?:all|team|there|folks|"
    r"everyone|both))?\s*[,!.:-]+\s+(?=\S+\s+\S)",
    re.IGNORECASE,
)
_ERRAND = re.compile(
    r"^(?:i['’]m|i am|we['’]re|we are) (?:just )?(?:getting ready|preparing|prepping|putting|"
    r"writing|working|drafting)\b[^,:;.?]*[,:;.]\s+(?=\S+\s+\S)",
    re.IGNORECASE,
)


def opened(text: str) -> str:
    """A message without its greeting and without what it says the asker is about."""
    return _ERRAND.sub("", _GREETING.sub("", text))


def reworded(text: str) -> str:
    """The text with such turns of phrase replaced; unchanged where there is none."""
    text = unit_aside(text)
    for pattern, plain in (*PHRASES, *PLAINER, *_RULES):
        text = pattern.sub(plain, text)
    if _GONE.search(text):
        # "dropped out without closure": that they were not closed is part of it.
        text = _UNCLOSED.sub("", text)
    return text


__all__ = ["opened", "reworded"]
