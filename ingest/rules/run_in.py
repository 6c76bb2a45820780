"""Fields told in a sentence: "This record was logged on 5 May 2021 and is with DSP." """

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.rules.dates import dates_in
from ingest.vocabulary import Vocabulary

_CUE = re.compile(
    r"\b(?:record|problem|PBI|ticket|entry|it|its|status|severity|priority|completion|target\w*|fix|resolution)\b",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"\b(?:log|rais|open|creat|record|regist|enter|submit|initiat|sever|priorit|rated|grad|class|status|target|due|"
    r"complet|with|held|owned|led|assigned|expected|planned|forecast|agreed)",
    re.IGNORECASE,
)
_CREATED = re.compile(
    r"(?:(?:was|were|been|being|is|has|first|originally)\s+)*\b(?:logged|raised|opened|created|recorded|"
    r"registered|reported|entered|submitted|initiated|lodged|dat(?:es|ing)(?:\s+back)?|been\s+open|open|"
    r"on\s+the\s+(?:books|register|list)|outstanding)"
    # "was opened by the DSP on", and "we opened this problem on"
    r"(?:\s+(?:this|the)\s+(?:problem|record|PBI|ticket|entry|one)(?:\s+record)?)?"
    r"(?:\s+by\s+(?:the\s+)?[\w/&() -]{2,30}?)?(?:\s+(?:on|at|in|from|to|since|it))*"
    r"\s*:?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_TOWARDS = re.compile(
    r"(?:\b(?:(?:target|complet|resol|fix|clos|deliver|due|expect|plan|forecast|schedul|anticipat|estimat|aim|"
    r"deploy|remed|work)\w*|set|date|dates|is|was|are|to|be|being|by|for|on|of|at|a|an|the|with|its|has|been|"
    r"now|currently|in|and)\b[\s\u00a0,:]*){1,12}$",
    re.IGNORECASE,
)
_JOINT = re.compile(r",?\s+(?:and|but|while|with)\s+(?=(?:an?|the|its)\s)|[,;]\s+", re.IGNORECASE)
_AIM = re.compile(
    r"\b(?:target\w*|due|complet\w*|resol\w+|fix(?:ed)?|clos(?:ure|ed)|deliver\w*|remed\w+)\b",
    re.IGNORECASE,
)
_NO_AIM = re.compile(
    r"(?:,?\s*(?:and|but|with)\s+)?(?:\bno\s+(?:target|completion|fix|resolution|due)\s*(?:completion\s+)?(?:date)?|"
    r"\bno\s+date\s+(?:for|of)\s+(?:an?\s+|its\s+|the\s+)?(?:fix|resolution|completion|closure|repair)|"
    r"\bwithout\s+a\s+(?:target|completion)(?:\s+date)?|"
    r"\b(?:(?:an?|the|its)\s+)?(?:target|completion|closure|resolution|fix)(?:\s+completion)?(?:\s+date)?\s+"
    r"(?:is|has|was)\s+(?:not\s+(?:yet\s+)?|to\s+be\s+|yet\s+to\s+))"
    r"(?:(?:(?<=\s)|[\s\u00a0]+)(?:is|has|was|been|be|yet|set|agreed|given|stated|known|confirmed|fixed|advised|"
    r"planned|scheduled|forecast)\b)*",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"(?:\b(?:is|are|was|has|been|sits?|rests?|remains?|lies|stays|currently|now|still|presently|being)\s+)*"
    r"\b(?:with|(?:held|owned|led|handled|managed|progressed|worked\s+on|looked\s+after)\s+by|(?:assigned|allocated|"
    r"belongs|passed|down)\s+to|in\s+the\s+hands\s+of|the\s+responsibility\s+of|under\s+the\s+(?:lead|ownership)\s+of)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:\b(?:with|a|an|the|its|current|present|latest|status|state|stage|position|is|was|are|of|being|stands?|stood|"
    r"remains?|remained|as|at|in|to|currently|now|still|presently|shown|recorded|given|marked|set|held|has|been|"
    r"it)\b[\s\u00a0:,]*){1,9}[\"\u201c'\u2018(]*$",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\bstatus\b(?:\s+of\s+(?:the|this)\s+(?:problem|record|PBI|ticket)(?:\s+record)?)?"
    r"(?:\s+(?:on|at|as\s+at)\s+[^,.;]{6,24}?)?\s+(?:is|was|of|stands\s+at|stood\s+at|remains)\s+"
    r"(?:currently\s+|still\s+|now\s+)?[\"\u201c'\u2018]?(?P<v>[A-Z][\w /()-]{2,40}?)"
    r"(?=[\"\u201d'\u2019]|[,.;]|\s+(?:with|and|at|on|"
    r"as)\b|$)"
)
_RATED = re.compile(
    r"(?:\b(?:with|and|a|an|the|its|is|was|has|have|been|given|carries|carrying|holds|it|this|of|at|as|to|severity|priority|level|"
    r"rating|rated|classed|classified|graded|ranked|assessed|set|being|currently)\b[\s\u00a0:]*){1,9}"
    r"[\"\u201c'\u2018(]*$",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\b(?:severity|priority|rated|classed|classified|graded|ranked)\b", re.IGNORECASE
)
_AT = re.compile(
    r"(?:\b(?:the|position|status|and|was|is|its|as|at|on|of|by)\b[\s\u00a0,]*)*$", re.IGNORECASE
)
_PLAIN = re.compile(
    r"\b(?:this|the|that|problem|records?|PBI|ticket|entry|number|we|they|it|its|was|is|are|were|has|have|had|been|being|"
    r"and|with|an?|of|at|as|on|in|by|for|to|currently|now|still|presently|which|who|status|severity|priority|"
    r"level|dates?|under|target|completion|due|then|also|itself|first|both|yet|set|register|held|remains|"
    r"stands|stood|but)\b|PBI[\s-]?\d+|[\W_]+",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"^\W*(?:this|the)\s+(?:problem\s+)?(?:record|PBI|ticket|entry)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence tells of its record.

    Attributes:
        fields: (field, start, end), half-open offsets of the values in the sentence.
        only: the sentence says nothing else, so that it is no part of the narrative.
    """

    fields: tuple[tuple[str, int, int], ...]
    only: bool


@lru_cache(maxsize=4096)  # asked of a record twice, and of carried-over sentences every quarter
def told_in(sentence: str, vocabulary: Vocabulary, *, beside: bool = False) -> Told | None:
    """The fields that a sentence states in words; None where it is narrative.

    A sentence that says other things besides counts only where it is about the record by name and
    states two fields or more.

    Args:
        beside: the sentence before it in its paragraph told fields and nothing else, so that one
            field, or that there is no target, is enough ("A fix is expected by 31 May 2022.").
    """
    if len(sentence) > 400 or not _CUE.search(sentence) or not _KEY.search(sentence):
        return None
    reader = _Sentence(sentence, vocabulary)
    reader.read()
    named = {name for name, _, _ in reader.fields}
    only = not _PLAIN.sub("", reader.rest())
    if only and beside and reader.taken:
        return Told(tuple(reader.fields), True)
    if not named:
        return None
    if only and (len(named) > 1 or _about_record(sentence)):
        return Told(tuple(reader.fields), True)
    if len(named) > 1 and _RECORD.match(sentence):
        return Told(tuple(reader.fields), False)
    return None


def _about_record(sentence: str) -> bool:
    return bool(re.search(r"\b(?:record|PBI|ticket|status|severity|priority)\b", sentence, re.I))


class _Sentence:
    """Clauses taken out of one sentence, field by field."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.fields: list[tuple[str, int, int]] = []
        self.taken: list[tuple[int, int]] = []

    def read(self) -> None:
        """Dates first: what they are of is said before them."""
        loose = self._dates()
        self._parties()
        self._severity()
        if self._status():
            for start, end in loose:
                lead = _AT.search(self.text, 0, start)
                self._take("status_date", start, end, lead.start() if lead else start)
        none = _NO_AIM.search(self.text)
        if none:
            self.taken.append(none.span())

    def rest(self) -> str:
        """The sentence without its clauses."""
        kept = [
            " " if any(a <= at < b for a, b in self.taken) else char
            for at, char in enumerate(self.text)
        ]
        return "".join(kept)

    def _take(self, name: str, start: int, end: int, since: int) -> None:
        if any(name == other for other, _, _ in self.fields):
            return
        self.fields.append((name, start, end))
        self.taken.append((since, end))

    def _dates(self) -> list[tuple[int, int]]:
        loose = []
        for day in dates_in(self.text):
            created = self._before(_CREATED, day.start)
            if created is not None:
                self._take("created", day.start, day.end, created)
                continue
            towards = self._before(_TOWARDS, day.start)
            if towards is not None and _AIM.search(self.text, towards, day.start):
                # "... was Completed and a fix is expected by": the status is no part of the aim.
                for joint in _JOINT.finditer(self.text, towards, day.start):
                    if _AIM.search(self.text, joint.end(), day.start):
                        towards = joint.start()
                self._take("target_completion", day.start, day.end, towards)
                continue
            loose.append((day.start, day.end))
        return loose

    def _before(self, pattern: re.Pattern[str], at: int) -> int | None:
        """Where the words begin that say what stands at an offset, back to the clause before."""
        floor = max((end for _, end in self.taken if end <= at), default=0)
        found = pattern.search(self.text, floor, at)
        return found.start() if found else None

    def _parties(self) -> None:
        for mention in self.vocabulary.parties_in(self.text):
            since = self._before(_WITH, mention.start)
            if since is not None:
                self._take("owner", mention.start, mention.end, since)
                return

    def _severity(self) -> None:
        for _, start, end in self.vocabulary.severity.find(self.text):
            behind = re.match(r"\s+(?:severity|priority)\b", self.text[end:], re.IGNORECASE)
            since = self._before(_RATED, start)
            before = self.text[since if since is not None else start : start]
            if behind or _SCALE.search(before):
                stop = end + (behind.end() if behind else 0)
                self._take("severity", start, end, since if since is not None else start)
                self.taken.append((start, stop))
                return

    def _status(self) -> bool:
        for _, start, end in self.vocabulary.status.find(self.text):
            if any(a < end and start < b for a, b in self.taken):
                continue
            since = self._before(_IS, start)
            lead = self.text[since:start] if since is not None else ""
            named = re.search(r"\bstatus\b", lead, re.IGNORECASE)
            if since is not None and lead and (named or self.text[start].isupper()):
                self._take("status", start, end, since)
                return True
        match = _STATUS.search(self.text)
        if match:
            self._take("status", match.start("v"), match.end("v"), match.start())
        return bool(match)
