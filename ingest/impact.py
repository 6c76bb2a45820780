"""Impact evidence: the sentences of a narrative that say what users met while a fault lasted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

from ingest.records import ImpactEvidence
from ingest.rules.dates import dates_in, times_in
from ingest.rules.sentences import sentences_in
from ingest.rules.statements import states_workaround
from ingest.spans import Span
from ingest.vocabulary import Vocabulary

_HARM = re.compile(
    r"\b(?:fail(?:s|ed|ing|ures?)?|outages?|loss|lost|los(?:e|es|ing)|unable|unavailab\w+|degrad\w+|delay\w*|"
    r"disrupt\w+|reject(?:s|ed|ions?)?|dropped|dropping|time[\s-]?outs?|timed\s+out|interrupt\w+|absent|"
    r"missing|missed|without|refus\w+|over(?:ran|run|runs|running)|ran\s+(?:past|over)|unreach\w+|abort\w+|"
    r"abandon\w+|(?<!\ban\s)(?<!\bthe\s)expir\w+|duplicat\w+|incorrect\w*|down|stopped|errors?|slow\w*|stuck|"
    r"blocked|late|twice|wrong|halt(?:ed)?|affected|(?:a\s+)?second\s+time|held\s+back|read-only|"
    r"off\s+the\s+air|no\s+answers?|(?:took|takes?|taken|taking)\s+(?:\w+\s+)?longer|waited|waiting|queued|"
    r"quarantined|suspended|cancelled|called\s+off|cut\s+off|crash\w*|hung|overwritten|truncated|garbled|zero|"
    r"off\s+supply|locked\s+out|inaccessible|unusable|intermittent\w*|corrupt\w*|"
    r"sent\s+(?:\w+\s+){0,2}?(?:engineers?|visits?|staff)|"
    r"(?:not|never|n['\u2019]t|cannot)\s+(?:\w+\s+){0,4}?(?:able|be|been|receive\w*|complete\w*|process\w*|"
    r"deliver\w*|reach\w*|join|answer\w*|come|came|return\w*|work\w*|operate\w*|start\w*|update\w*|show\w*|"
    r"collect\w*|activate\w*|sent|connect\w*|respond\w*|see|send|get|commission\w*|vend)|cannot|"
    r"no\s+(?:\w+\s+){0,3}?(?:traffic|service|responses?|connectivity|messages?|reads?|alerts?|coverage)|"
    r"(?:no|none\s+of\s+the|neither)\s+(?:\w+\s+){0,3}?(?:users?|suppliers?|customers?|requests?)\s+"
    r"(?:could|was|were)|could\s+not|not\s+(?:\w+\s+){0,2}?processed|repeated|re-?sent|resend|resubmit\w*|"
    r"retr(?:y|ies|ied))\b",
    re.IGNORECASE,
)
# What may be how it works or how one lives with it: a harm where it says how long or how many.
_BURDEN = re.compile(
    r"\b(?:restarts?|restarted|waits?|(?:has|have|had)\s+to\s+be\s+(?:re\w+|sent|visited|done|made|asked|started|"
    r"entered|put)|(?:has|have|had)\s+to\s+(?:re\w+|pair|send|ask|wait|try|telephone|ring|call|poll|estimate|"
    r"abandon|visit|start|enter|use|go)|(?:for|to|at|of)\s+(?:an?\s+)?(?:neighbouring|another|somebody\s+else\S*|"
    r"someone\s+else\S*)\s+(?:\w+\s+)?(?:meter|customer|household|home|supplier|user|hub|device))\b",
    re.IGNORECASE,
)
# "When power is lost, ...": what leads up to it is not what users met.
_LEADING = re.compile(r"^\W*(?:when|whenever|after|once|if)\s[^,;.]{1,90},\s", re.IGNORECASE)
# Those who are hit, and what they send or need. "A request waits behind a read" is how it works:
# one such thing counts only where it stands for all of them ("every request", "A read that ...").
_PEOPLE = re.compile(
    r"\b(?:(?:end|service|dcc)[\s-]?users?|users?|customers?|consumers?|suppliers?|households?|premises|homes|"
    r"installers?|engineers|network\s+operators?|meters|hubs|devices|displays|prepay\w*|billing|"
    r"install(?:s|ations?)?(?:\s+and\s+commission\w*)?\s+work|top[\s-]?ups?)\b",
    re.IGNORECASE,
)
_THING = (
    r"(?:requests?|SRVs?|alerts?|messages?|responses?|repl(?:y|ies)|reads?|readings?|vends?|orders?|commands?|"
    r"visits?|installs?|installations?|switches|bills?|transactions?|migrations?|downloads?|journeys?|"
    r"schedules?|meters?|hubs?|devices?|masts?|files|entries|events|top[\s-]?up)"
)
_SENT = re.compile(
    rf"\b(?!order\b){_THING}(?<=s)\b(?!\s+are\s+sent)"
    rf"|\b(?:every|each|any|no|one\s+in\s+\w+)\s+(?:\w+\s+){{0,2}}?{_THING}\b|^\W*an?\s+(?:\w+\s+)?{_THING}\b",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:service|SRVs?|traffic|coverage|network|estate|commission\w*|order\w*|base\s+stations?|firmware|updates?|"
    r"certificates?|registers?|operators?|windows?|shutdowns?|sites|meter|hub|request)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|nor|never|without|nobody|none)\s+(?:\w+\s+){0,3}?(?:outages?|impact\w*|affect\w*|loss|"
    r"failures?|disruption|degradation|errors?|delays?|symptoms?)\b"
    r"|\b(?:will|would|did|does|do|has|have|is|was)\s+not\s+(?:\w+\s+){0,2}?(?:result|cause|lead|affect|impact)\w*\b"
    r"|\b(?:no|not\s+one|none\s+of\s+the)\s+(?:\w+\s+)?\w+\s+(?:was|were|is|are|has\s+been|have\s+been|been)\s+"
    r"(?:lost|rejected|refused|dropped|missed|delayed|late|damaged|cut\s+off|hit)\b"
    r"|\b(?:has|have|had|is|are|was|were)\s+not\s+(?:grown|risen|increased|happened|come\s+back|recurred|occurred)\b"
    r"|\bunaffected\b",
    re.IGNORECASE,
)
_RESTORED = re.compile(
    r"\b(?:restor\w+|resum\w+|recover\w+|came\s+back|back\s+(?:up|at|in\s+service|to\s+normal|online)|complet\w+|"
    r"resolved|cleared|normal\s+service|returned\s+to\s+service|brought\s+back|ended|reinstated)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:100\s?%|(?:had|have|has|with)\s+no\s+(?:service|coverage|connectivity|traffic)|total\s+(?:loss|failure|outage)|complete\s+(?:loss|failure|outage)|outages?|all\s+"
    r"(?:traffic|requests|service\s+requests|messages)\b[^.]{0,40}\bfail\w*|"
    r"no\s+(?:\w+\s+)?(?:users?|suppliers?|customers?)\s+could|loss\s+of\s+(?:service|capability|all)|(?:service|system)\s+(?:was|were)\s+(?:down|unavailable)|"
    r"(?:users?|customers?|suppliers?|consumers?|installers?|engineers?|households?)\b[^.]{0,40}\b(?:unable|not\s+(?:have\s+been\s+|be\s+|been\s+)?able|"
    r"could\s+not|cannot|lost))",
    re.IGNORECASE,
)
_NUMBERS = {
    **dict(
        zip(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
            range(1, 11),
            strict=True,
        )
    ),
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "half": 0.5,
}
_DURATION = re.compile(
    rf"(?<![\d.:/-])(?P<n>\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})(?P<half>\s+and\s+a\s+half)?[\s\u00a0-]*"
    r"(?P<unit>hours?|hrs?|minutes?|mins?|days?|weeks?)\b(?:\s+and\s+(?P<m>\d+)\s+min(?:ute)?s?)?",
    re.IGNORECASE,
)
_RANGE_BEFORE = re.compile(r"(?:\d|\w+)\s*(?:to|and|or|-|\u2013)\s*$", re.IGNORECASE)
_REPEATS = re.compile(
    r"\b(?:every|each|most|per|daily|weekly|at a time|some\s+\w+\s+later)\b", re.IGNORECASE
)
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d+)?)\s?(?:%|per\s?cent\b)")
_SCOPE = re.compile(
    r"\b(?:across|in|for|to|of|within|throughout|from)\s+(?P<scope>(?:the\s+|all\s+|any\s+|some\s+|one\s+of\s+|about\s+|"
    r"approximately\s+)*(?:\d[\d,]*\s+)?(?:(?!outage|failure|loss|incident|period|fault)[A-Z][\w\u2019'-]*\s+){0,3}(?:estate|region|network|sites?|premises|"
    r"meters|devices|hubs|users|suppliers|customers|consumers|installations|top[\s-]ups|homes|households))\b"
    r"|\b(?P<whom>(?:all\s+|some\s+|several\s+|about\s+|around\s+|approximately\s+|up\s+to\s+)*(?:\d[\d,]*\s+)?"
    r"(?:(?!outage|failure|loss|incident|period|fault)[A-Za-z]+\s+)?(?:service\s+users|end\s+users|users|customers|consumers|suppliers|hubs|meters|premises))\b",
    re.IGNORECASE,
)
_UNIT = {"h": 60.0, "m": 1.0, "d": 1440.0, "w": 10080.0}


@dataclass(frozen=True, slots=True)
class _Told:
    """What one sentence says of when."""

    span: Span
    text: str
    day: date | None
    first: time | None
    last: time | None
    minutes: float | None
    restored: bool
    harm: bool


def impact_evidence(
    narrative: Sequence[Span],
    vocabulary: Vocabulary,
    before: date | None,
    created: date | None = None,
) -> tuple[ImpactEvidence, ...]:
    """The sentences that tell what users met, in reading order.

    Args:
        before: the day that dates without a year do not lie after, such as the status date.
        created: of the problem; a date without a year is the nearest one to it.
    """
    told = [
        _told(span.within(span.start + start, span.start + end), before, created)
        for span in narrative
        for start, end in sentences_in(span.raw)
    ]
    kept: list[_Told] = []
    for index, item in enumerate(told):
        before_it = told[index - 1] if index else None
        restoring = bool(kept and item.restored and (item.first or item.last) and kept[-1].first)
        after_harm = bool(before_it and kept and kept[-1] is before_it and before_it.harm)
        follows = after_harm and bool(_ANAPHOR.search(item.text)) and _hurts(item.text)
        ends = bool(item.restored and item.first is None and item.last and before_it)
        began = bool(ends and before_it and before_it.day and before_it.first)
        if began and before_it and before_it not in kept and _HARM.search(before_it.text):
            kept.append(before_it)
            restoring = True
        if item.harm or restoring or follows:
            # "It broke at 07:05 on 1 May. Users could not ... until 11:35": the start counts too.
            opens = item.first and item.day is None and before_it not in kept
            if opens and before_it and before_it.day and before_it.first:
                kept.append(before_it)
            kept.append(item)
    return tuple(_evidence(item, vocabulary) for item in _joined(kept))


def _hurts(text: str) -> bool:
    return bool(_HARM.search(text) or _BURDEN.search(text))


def is_outage(evidence: ImpactEvidence) -> bool:
    """The sentence tells of an outage, or measures (minutes, per cent) what users met."""
    quote = evidence.quote
    if _only_denied(quote):
        return False
    touched = bool(_PEOPLE.search(quote) or _SENT.search(quote))
    measured = bool(evidence.minutes or evidence.percent) and touched
    return measured or bool(_TOTAL.search(quote))


def _told(span: Span, before: date | None, created: date | None = None) -> _Told:
    text = span.text
    days = [
        item if item.year_stated else replace(item, value=nearest_year(item.value, created, before))
        for item in dates_in(text, year_hint=before or created)
    ]
    times = [item.value for item in times_in(text)]
    minutes = _minutes(text)
    restored = bool(_RESTORED.search(text))
    harm = tells_harm(text)
    first = times[0] if times else None
    last = times[-1] if len(times) > 1 else None
    if restored and not harm and len(times) == 1:
        first, last = None, times[0]
    return _Told(span, text, days[0].value if days else None, first, last, minutes, restored, harm)


def nearest_year(day: date, created: date | None, before: date | None) -> date:
    """The day in the year that brings it nearest to the created date, however late the report."""
    if created is None:
        return day
    days = []
    for year in (created.year - 1, created.year, created.year + 1):
        try:
            days.append(day.replace(year=year))
        except ValueError:  # 29 February
            continue
    past = [item for item in days if before is None or item <= before] or days
    return min(past, key=lambda item: abs((item - created).days))


@lru_cache(maxsize=4096)  # carried-over sentences come again every quarter
def tells_harm(text: str) -> bool:
    """It names what went wrong, and either those whom it touched or how long or how many.

    Supposed, denied, planned and worked-around cases do not count, nor does how it came about.
    """
    if _SUPPOSED.search(text) or _ASIDE.search(text) or _only_denied(text):
        return False
    if states_workaround(text):
        return False
    people, sent = bool(_PEOPLE.search(text)), bool(_SENT.search(text))
    if _LISTED.match(text) and not people:
        return False
    share = bool(_PERCENT.search(text) or _SHARE.search(text))
    extent = share or _timed(text)
    touched = people or sent or bool(_SERVICE.search(text) or _DOWN.search(text))
    measured = bool(_PERCENT.search(text) or _DURATION.search(text) or len(times_in(text)) > 1)
    if _WORK.search(text) and not (measured and (people or sent)):
        return False
    main = _LEADING.sub("", text)
    if _HARM.search(main) and (people or sent or (touched and extent)):
        return True
    if _BURDEN.search(main) and touched and (extent or _COUNTED.search(main)):
        return True
    counted = share or bool(_SUCH.search(text))
    return counted and (people or sent) and bool(_MET.search(text))


def _timed(text: str) -> bool:
    """It says when, from when to when, or how long; "every ten minutes" is a habit."""
    clocks = len(times_in(text))
    if clocks > 1 or dates_in(text, year_hint=2000):
        return True
    lasting = bool(_DURATION.search(text)) and not _REPEATS.search(text)
    return lasting or bool(_UNTIL.search(text))


_SHARE = re.compile(
    r"\b(?:(?:a|one|two|three)[\s-](?:third|half|quarter|fifth|tenth)s?\s+of|half\s+(?:of\s+)?the|most\s+of|"
    r"one\s+(?:\w+\s+)?in\s+\w+|of\s+(?:the\s+)?\d[\d,]*\s[^.]{3,60}?,\s+(?:about\s+|some\s+)?\d[\d,]*)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:outages?|unavailab\w+|off\s+the\s+air|out\s+of\s+service)\b", re.IGNORECASE
)
# What is done about it: looking for the cause, plans, fixes, dates of releases.
_WORK = re.compile(
    r"\b(?:root[\s-]cause|analys(?:is|es|ing)|investigat(?:ion|ions|ing|ed|es)\s+(?:has\s+|have\s+)?(?:found|shown?|shows|"
    r"continues?|is|into|of|by|why)|looking\s+(?:into|at)|target\s+date|"
    r"will\s+(?:be\s+)?(?:add|increas|review|monitor|investigat|deploy|fix|replac|releas|install|test|correct|"
    r"prevent|stop|remov|upgrad|chang)\w*|(?:has|have)\s+(?:added|deployed|increased|installed|asked|agreed)|"
    r"(?:fix|release|patch|change|deployment|review|upgrade)\s+(?:is|was|has\s+been|will\s+be|had\s+been)\s+"
    r"(?:delayed|deferred|moved|missed|rejected|late|cancelled|suspended))\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\buntil\s+(?:\d|the\s+(?:\w+\s+)?(?:day|morning|week|month|second|first))")
_COUNTED = re.compile(
    rf"\b(?:\d[\d,]*|hundreds\s+of|thousands\s+of|dozens\s+of)\s+(?:[\w-]+\s+){{0,2}}?(?:{_THING}|customers|users|"
    r"homes|households|premises|suppliers)\b",
    re.IGNORECASE,
)
_SUCH = re.compile(rf"\b\d[\d,]*\s+such\s+{_THING}\b", re.IGNORECASE)
_LISTED = re.compile(r"^\W*(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+[a-z]")
_ANAPHOR = re.compile(r"^\W*(?:each|they|these|those|both|all\s+of\s+them|such)\b", re.IGNORECASE)
_MET = re.compile(
    r"\b(?:affect\w*|arriv\w+|came|rose|reach\w+|caught|hit|saw|seen|met|report\w*|behind|held\s+back)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"^\W*(?:should|were|had)\b|[;,]\s+had\s+(?:they|it|this|that|he|she|any\w*)\b|\bin\s+case\b|\bif\b[^.]*\b(?:will|would|could|might)\b|\b(?:will|would|could|might)\b[^.]*\bif\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:drill|exercise|incidents?\s+(?:was|were)\s+raised|laborator(?:y|ies)|reproduced|tests?|testing|trial|(?:is|are|being)\s+(?:reported\s+to|monitored|watched)|nothing\s+(?:is|was|has|at)|"
    r"no\s+\w+\s+has|have\s+been\s+stopped|has\s+been\s+(?:fixed|corrected|deployed))\b(?!\s+at\s+all)",
    re.IGNORECASE,
)


def _only_denied(text: str) -> bool:
    """Nothing is left that hurts once what is denied is taken away."""
    rest = _DENIED.sub(" ", text)
    return rest != text and not _HARM.search(rest)


@lru_cache(maxsize=4096)
def _minutes(text: str) -> float | None:
    match = _DURATION.search(text)
    if match is None or _REPEATS.search(text):
        return None
    if re.search(
        r"\b(?:between|\d|to|and|or)\s*(?:\d+\s*(?:and|to|or|-)\s*)?$", text[: match.start()]
    ):
        return None  # "between 2 and 4 hours" is no one duration
    if re.match(r"\s+(?:later|ago|before|after|earlier)", text[match.end() :]):
        return None
    number = _NUMBERS.get(match["n"].lower()) or float(match["n"])
    if match["half"]:
        number += 0.5
    total = number * _UNIT[match["unit"][0].lower()]
    return float(total + (int(match["m"]) if match["m"] else 0))


def _joined(items: list[_Told]) -> list[_Told]:
    """A start in one sentence and the restoring time in a later one belong together."""
    out = list(items)
    for index, item in enumerate(out):
        if item.first is None or item.last is not None or item.minutes is not None:
            continue
        later = next((other for other in out[index + 1 :] if other.restored and other.last), None)
        if later and later.day in (None, item.day):
            out[index] = replace(item, last=later.last)
    return out


def _evidence(item: _Told, vocabulary: Vocabulary) -> ImpactEvidence:
    place = item.span.evidence("impact.sentence")
    minutes = item.minutes
    if minutes is None and item.first and item.last:
        anchor = date(2000, 1, 1)
        delta = datetime.combine(anchor, item.last) - datetime.combine(anchor, item.first)
        minutes = delta.total_seconds() / 60 % 1440 or None
    scope = _SCOPE.search(item.text)
    return ImpactEvidence(
        quote=place.quote,
        page=place.page,
        bbox=place.bbox,
        place=place.place,
        scope=(scope["scope"] or scope["whom"]).strip() if scope else None,
        start=_iso(item.day, item.first),
        end=_iso(item.day, item.last) if item.last else None,
        minutes=minutes,
        percent=tuple(
            dict.fromkeys(float(p) for p in _PERCENT.findall(item.text) if float(p) <= 100)
        ),
        processes=vocabulary.processes_in(item.text),
    )


def _iso(day: date | None, at: time | None) -> str | None:
    if at is None:
        return day.isoformat() if day else None
    clock = at.strftime("%H:%M")
    return f"{day.isoformat()}T{clock}" if day else clock
