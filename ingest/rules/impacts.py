"""What a stated impact amounts to: none, none that lasts, some, or not stated."""

from __future__ import annotations

import re
from typing import Any

from ingest.records import ImpactClass
from ingest.rules.parties import key

_CLAUSE = re.compile(r"[.;!]\s+|\s[\u2013\u2014-]\s")
# "None \u2013 why": the reason behind a bare no hurts only where it names those who are hit.
_BARE = re.compile(
    r"^\W*(?:none|nil|zero|n/?a|no(?:ne)?\s+(?:(?:end\s+)?(?:user|customer|service)s?\s+)?(?:impact|effect))"
    r"\s*[\u2013\u2014-]\s(?P<why>[^.;!]*)",
    re.IGNORECASE,
)
_HIT = re.compile(
    r"\b(?:users?|customers?|consumers?|suppliers?|households?|premises|installers?|meters?|devices?|"
    r"hubs?|requests?|orders?|alerts?|top[\s-]?ups?|vends?|visits?|reads?|readings|service)\b",
    re.IGNORECASE,
)


# "No alerts for 3,000 meters" is a loss; "No alerts were lost" is none.
_DEPRIVED = re.compile(
    r"^no\s+(?:\w+\s+)?(?:alerts?|read(?:s|ings)?|service|responses?|traffic|supply|coverage|vends?|top[\s-]?ups?|"
    r"access|data|connectivity|WAN|visibility|displays?|messages?|communications?|orders)\s+(?:for|from|to|at|in|"
    r"between|during|since|until|over|across)\b(?![^.;]*\b(?:lost|missed|affected|delayed|impact\w*|effect)\b)",
    re.IGNORECASE,
)


class ImpactWords:
    """Wordings of the stated impact, from the vocabulary's `[impact]` section."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._not_stated = {key(phrase) for phrase in data["not_stated"]}
        silent = "|".join(
            re.escape(phrase)
            for phrase in sorted(data["not_stated"], key=len, reverse=True)
            if phrase
        )
        nothing = "|".join(
            re.escape(word) for word in sorted(data["nothing"], key=len, reverse=True)
        )
        enduring = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in data["no_enduring"])
        turning = "|".join(
            re.escape(word).replace(r"\ ", r"\s+")
            for word in sorted(data["turning"], key=len, reverse=True)
        )
        self._silent = re.compile(
            rf"^(?:(?:end[\s-]?)?(?:user|customer|service)s?\s+)?(?:impact|effect)?s?\s*(?:is|are)?\s*"
            rf"(?:currently\s+|yet\s+|still\s+)*(?:{silent})\b"
            rf"|\b(?:impact|effect)s?\s+(?:(?:has|have|was|were|is)\s+)?(?:not\s+)?(?:been\s+)?"
            rf"(?:stated|recorded|given|provided|supplied|specified)$",
            re.IGNORECASE,
        )
        self._no_enduring = re.compile(
            rf"\b(?:{nothing})\b[^.;]*?\b(?:{enduring})\b", re.IGNORECASE
        )
        self._nothing = re.compile(
            r"^(?:there\s+(?:is|are|was|were|has been|have been)\s+)?(?:currently\s+)?"
            rf"(?:{nothing})\b(?!\s+(?:all|every|always)\b)",  # "not all reads arrive"
            re.IGNORECASE,
        )
        self._unhurt = re.compile(
            r"\b(?:not?|never|nor|none|without)\b[^.;,]*?\b(?:service[\s-]|user[\s-]|customer[\s-])?"
            r"(?:impact\w*|affect\w*|effect\w*|experienc\w*|notic\w*|disrupt\w*|degrad\w*)\b"
            r"|\b(?:no|nor|without)\s+(?:\w+\s+){0,3}(?:outage|loss)\b"
            r"|\b(?:unaffected|unimpacted|transparent|invisible|non[\s-](?:service\s+)?"
            r"(?:impacting|affecting)|nil impact|zero impact|impact[\s:-]*(?:none|nil))\b",
            re.IGNORECASE,
        )
        self._small = re.compile(
            r"^\s*(?:not?|without)\s+(?:(?:a|any)\s+)?(?:significant|material|major|severe|widespread|"
            r"critical|wider|great)\b",
            re.IGNORECASE,
        )
        self._turning = re.compile(rf"\b(?:{turning})\b", re.IGNORECASE)

    def classify(self, text: str | None) -> ImpactClass:
        """The class of a stated impact as printed."""
        words = _plain(text or "")
        if key(words) in self._not_stated or not re.search(r"\w", words):
            return ImpactClass.NOT_STATED
        if self._silent.search(words):
            return ImpactClass.NOT_STATED
        if self._no_enduring.search(words):
            return ImpactClass.NO_ENDURING
        # Every part that a "but" or a full stop divides must say that nothing happened.
        parts = [part for part in self._parts(words) if re.search(r"\w", part)]
        bare = _BARE.match(words)
        if bare and not any(map(self._hits, self._turning.split(bare["why"]))):
            parts = [parts[0], *self._parts(words[bare.end() :])]
        if parts and self._says_none(parts[0]) and not any(map(self._hurts, parts[1:])):
            return ImpactClass.NONE
        return ImpactClass.IMPACTING

    def _parts(self, words: str) -> list[str]:
        return [
            part.strip(" ,")
            for clause in _CLAUSE.split(words)
            for part in self._turning.split(clause)
        ]

    def _says_none(self, part: str) -> bool:
        if self._small.search(part) or _DEPRIVED.search(part):
            return False
        return bool(self._nothing.search(part) or self._unhurt.search(part))

    def _hits(self, part: str) -> bool:
        """One clause of it names both a harm and whom it reached."""
        return any(self._hurts(bit) and bool(_HIT.search(bit)) for bit in re.split(r",\s*", part))

    def _hurts(self, part: str) -> bool:
        if self._says_none(part):
            return False
        return bool(_HARM.search(part))


_HARM = re.compile(
    r"\b(?:fail\w*|delay\w*|error\w*|unable|cannot|lost|loss|slow\w*|intermittent\w*|outage\w*|reject\w*|"
    r"re-?sen[dt]\w*|retr(?:y|ies|ied)|resubmit\w*|time[\s-]?outs?|timed out|impact\w*|affect\w*|"
    r"degrad\w*|miss\w*|duplicat\w*|incorrect\w*|unavailab\w*|disrupt\w*|may see|will see|might)\b",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().strip(".\u2013\u2014- ").strip("()[]\"'\u201c\u201d ")
