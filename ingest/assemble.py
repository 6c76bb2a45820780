"""What the rules found about one problem, made into one reading; conflicts are decided here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ingest.impact import impact_evidence
from ingest.records import Evidence, Finding, Grade, ProblemReading
from ingest.rules.dates import date_of, says_no_date
from ingest.rules.sentences import sentences_in
from ingest.rules.statements import major_incident_in, owner_in, states_workaround
from ingest.spans import Found, Span
from ingest.vocabulary import PartyMention, Vocabulary

SHORT = ("title", "user_impact", "incident_observation", "workaround", "update")
_TITLE = " \t\u00a0.,;:|-\u2013\u2014"


@dataclass(slots=True)
class Draft:
    """One problem while it is being read.

    Attributes:
        number: where its number stands. found: labelled values in reading order.
        narrative: paragraphs that no label claims. source: "prose", "table" or "summary".
        order: where in the document it begins.
    """

    pbi: str
    number: Span
    found: list[Found] = field(default_factory=list)
    narrative: list[Span] = field(default_factory=list)
    unknown: list[tuple[str, Span]] = field(default_factory=list)
    source: str = "prose"
    order: int = 0

    @property
    def pages(self) -> set[int]:
        """The pages on which some of it begins."""
        spans = (self.number, *(item.at for item in self.found), *self.narrative)
        return {span.page for span in spans}

    def first(self, name: str) -> Found | None:
        """The first value found for a field."""
        return next((item for item in self.found if item.field == name), None)

    def all(self, name: str) -> list[Found]:
        """Every value found for a field, in reading order."""
        return [item for item in self.found if item.field == name]


class Assembly:
    """Turns one draft into a `ProblemReading`; use `assemble`."""

    def __init__(
        self,
        draft: Draft,
        vocabulary: Vocabulary,
        status_date: date | None,
        mentions: Mentions | None,
    ) -> None:
        self.draft = draft
        self.mentions = mentions or vocabulary.parties_in
        self.vocabulary = vocabulary
        self.report_date = status_date
        self.values: dict[str, object] = {"pbi": draft.pbi}
        self.evidence: dict[str, Evidence] = {"pbi": draft.number.evidence("pbi.start")}
        self.findings: list[Finding] = []

    def note(
        self, code: str, message: str, ask: str | None = None, page: int | None = None
    ) -> None:
        """Adds a finding about this problem."""
        self.findings.append(
            Finding(
                code=code,
                message=message,
                pbi=self.draft.pbi,
                page=page or self.draft.number.page,
                ask=ask,
            )
        )

    def put(self, name: str, value: object, found: Found) -> None:
        """Sets a field with its evidence."""
        self.values[name] = value
        self.evidence[name] = found.at.evidence(found.rule, found.grade, found.why)

    def reading(self, scope: str | None) -> ProblemReading:
        """Every field in turn."""
        self._summary()
        self._commentary()
        paragraphs = self._owner(self._narrative())
        self._title()
        self._dates()
        self._severity()
        self._status()
        self._texts()
        self._description(paragraphs)
        self._major_incident()
        self._workaround()
        self._impact()
        self.values["involved"] = self._involved(scope)
        self._unknown()
        return ProblemReading.model_validate(
            {**self.values, "evidence": self.evidence, "findings": tuple(self.findings)}
        )

    # -------------------------------------------------------------------- one field each

    def _summary(self) -> None:
        """A "Summary" of a few words, with a longer account beside it, is the title."""
        told = self.draft.all("description")
        if len(told) + len(self.draft.narrative) < 2:
            self._lone_summary(told)
            return
        for item in told:
            text = item.text.strip()
            others = [other for other in told if other.label not in (item.label, None)]
            if not others and not self.draft.narrative:
                continue
            brief = len(text) <= 140 and not text.endswith(".") and "\n" not in text
            if not brief or not _SUMMARY.fullmatch(item.label or ""):
                continue
            title = self.draft.first("title")
            same = title and _plain(title.text).startswith(_plain(text).rstrip("\u2026. "))
            if title and not same and not _plain(text).startswith(_plain(title.text)):
                continue
            self.draft.found.remove(item)
            if title is None or title.at.page != item.at.page:
                self.draft.found.insert(0, replace(item, field="title"))
            return

    def _lone_summary(self, told: Sequence[Found]) -> None:
        """A few words under "Summary" that no account follows are the title, or say it again."""
        for item in told:
            text, title = item.text.strip(), self.draft.first("title")
            if not _BRIEFLY.fullmatch(item.label or "") or len(text) > 140 or text.endswith("."):
                continue
            if title and _plain(title.text) != _plain(text):
                continue
            self.draft.found.remove(item)
            if title is None:
                self.draft.found.insert(0, replace(item, field="title"))

    def _commentary(self) -> None:
        """A "Commentary" beside no other account of the problem is the account."""
        if self._narrative():
            return
        for item in self.draft.all("update"):
            if re.match(r"\W*comment", item.label or "", re.IGNORECASE) and len(item.text) > 40:
                self.draft.found.remove(item)
                self.draft.found.append(replace(item, field="description"))
                return

    def _title(self) -> None:
        found = self.draft.first("title")
        if found and (text := closed(found.text, _TITLE)):
            self.put("title", text, found)

    def _dates(self) -> None:
        for name in ("created", "target_completion", "status_date"):
            self._date(name, self.draft.all(name))

    def _date(self, name: str, candidates: Sequence[Found]) -> None:
        for found in candidates:
            value = read_date(found.text)
            if value:
                self.put(name, value, found)
                return
        if not candidates:
            return
        found = candidates[0]
        self.evidence[name] = found.at.evidence(found.rule, found.grade, found.why)
        if not says_no_date(found.text):
            self.note(
                "date-unreadable",
                f"{_WORDS[name]} reads \u201c{found.text}\u201d, which is no date.",
                f"Which date is meant by \u201c{found.text}\u201d?",
                found.at.page,
            )

    def _severity(self) -> None:
        for found in self.draft.all("severity"):
            value = self.vocabulary.severity_of(found.text)
            if value:
                self.put("severity", value, found)
                return

    def _status(self) -> None:
        found = self.draft.first("status") or next(
            (
                item
                for item in self.draft.all("update")
                if self.vocabulary.status_of(closed(item.text))
            ),
            None,
        )
        if found is None:
            return
        text = closed(found.text)
        if len(text.split()) > 8 and not self.vocabulary.status_of(text):
            self.draft.found.append(replace(found, field="update"))  # a position told in a sentence
            return
        known = self.vocabulary.status_of(text)
        if re.search(r"\w", text) and not says_nothing(text):
            self.put("status", _spelled(text, known), found)

    def _texts(self) -> None:
        for name in ("user_impact", "incident_observation", "workaround", "update", "root_cause"):
            found = [item for item in self.draft.all(name) if re.search(r"\w", item.text)]
            if name == "update":
                found = [item for item in found if not self.vocabulary.status_of(closed(item.text))]
            if name == "user_impact":
                found = found[: 1 + sum(item.rule == "form.carried-over" for item in found)]
            unsaid = _NO_WORDS if name == "incident_observation" else _UNSAID
            nothing = name == "update" and all(says_nothing(item.text) for item in found)
            if found and (nothing or all(unsaid.fullmatch(item.text) for item in found)):
                first = found[0]
                self.evidence[name] = first.at.evidence(first.rule, first.grade, first.why)
                continue
            if found:
                # A label may come twice.
                said = dict.fromkeys(_unmarked(item.text.strip()) for item in found)
                self.put(name, closed(_run_on(said)), found[0])

    def _owner(self, paragraphs: Sequence[Span]) -> list[Span]:
        """Sets the owner; returns the narrative without sentences that say nothing else."""
        kept: list[Span] = []
        stated: Found | None = None
        for number, paragraph in enumerate(paragraphs):
            text = paragraph.raw
            cut = 0
            for index, (start, end) in enumerate(sentences_in(text)):
                if stated:
                    break
                head = number == 0 and index == 0
                owner = owner_in(text[start:end], self.vocabulary, headless=head)
                if owner is None:
                    continue
                base = paragraph.start + start
                span = paragraph.within(base + owner.start, base + owner.end)
                stated = Found("owner", span.text, span, "statement.owner")
                if owner.only and start == cut:
                    cut = end
            rest = paragraph.within(paragraph.start + cut, paragraph.end).trimmed()
            if rest.raw:
                kept.append(rest)
        self._set_owner(stated)
        return kept

    def _set_owner(self, stated: Found | None) -> None:
        labelled = [item for item in self.draft.all("owner") if not says_nothing(item.text)]
        weak = [item for item in self.draft.all("supplier") if not says_nothing(item.text)]
        candidates = [
            *labelled,
            *([stated] if stated else []),
            *weak,
            *self.draft.all("owner_heading"),
        ]
        if not candidates:
            return
        found = candidates[0]
        if found.field == "supplier":
            found = _graded(found, "the column or label names a supplier, not expressly the owner")
        party = self.vocabulary.canonical_party(found.text)
        if party:
            self.put("owner", party[0], found)
            role = party[1] or self._role_label()
            if role:
                self.put("owner_role", role, found)
            return
        name = closed(found.text, " \t\u00a0.,;:()")
        if not name:
            return
        found = _graded(found, "the vocabulary does not know this party")
        self.put("owner", name, found)
        self.note(
            "unknown-party",
            f"The owner is printed as \u201c{name}\u201d, which the vocabulary does not hold.",
            f"Who is \u201c{name}\u201d, and for which service provider does it act?",
            found.at.page,
        )

    def _role_label(self) -> str | None:
        found = self.draft.first("owner_role")
        return self.vocabulary.role_of(found.text) if found else None

    def _description(self, paragraphs: Sequence[Span]) -> None:
        pieces: list[tuple[str, Span]] = [(span.text, span) for span in paragraphs]
        pieces += [
            (f"{item.label}: {item.text}" if item.label else item.text, item.at)
            for item in self.draft.all("more")
        ]
        texts = [(text.strip(), at) for text, at in pieces if re.search(r"\w", text)]
        if len(texts) == 1 and (_UNSAID.fullmatch(texts[0][0]) or says_nothing(texts[0][0])):
            self.evidence["description"] = texts[0][1].evidence("narrative")
            return
        if not texts:
            return
        self.values["description"] = _run_on(text for text, _ in texts)
        source = self.draft.first("description")
        self.evidence["description"] = texts[0][1].evidence(
            source.rule if source else "narrative",
            source.grade if source else Grade.GOOD,
            source.why if source else None,
        )

    def _texts_of(self, *names: str) -> Iterable[Found]:
        for name in names:
            yield from self.draft.all(name)

    def _narrative(self) -> list[Span]:
        return [*(item.at for item in self.draft.all("description")), *self.draft.narrative]

    def _major_incident(self) -> None:
        for found in self.draft.all("major_incident"):
            if _UNSAID.fullmatch(found.text):
                continue
            answer = re.match(r"\W*(?P<a>yes|y|true|no|n|false|none)\b", found.text, re.IGNORECASE)
            said = major_incident_in(f"MI: {found.text}")
            if answer or said:
                value = answer["a"][0].lower() in "yt" if answer else bool(said and said[0])
                self.put("major_incident", value, found)
                return
        spans = [
            *(item.at for item in self._texts_of("incident_observation")),
            *self._narrative(),
            *(item.at for item in self._texts_of("update", "user_impact")),
        ]
        for span in spans:
            said = major_incident_in(span.raw)
            if said:
                at = span.within(span.start + said[1], span.start + said[2])
                self.put(
                    "major_incident", said[0], Found("major_incident", at.text, at, "statement.mi")
                )
                return

    def _workaround(self) -> None:
        if "workaround" in self.values:
            return
        for span in self._narrative():
            for start, end in sentences_in(span.raw):
                if states_workaround(span.raw[start:end]):
                    at = span.within(span.start + start, span.start + end)
                    found = Found("workaround", at.text, at, "statement.workaround")
                    self.put("workaround", closed(at.text), found)
                    return

    def _impact(self) -> None:
        text = self.values.get("user_impact")
        stated = text if isinstance(text, str) else None
        impact = self.vocabulary.impact_class_of(stated)
        self.values["impact_class"] = impact
        if "user_impact" in self.evidence:
            self.evidence["impact_class"] = self.evidence["user_impact"]
        status_date = self.values.get("status_date")
        day = status_date if isinstance(status_date, date) else self.report_date
        created = self.values.get("created")
        self.values["impact_evidence"] = impact_evidence(
            self._narrative(),
            self.vocabulary,
            day or (created if isinstance(created, date) else None),
            created if isinstance(created, date) else None,
        )

    def _involved(self, scope: str | None) -> tuple[str, ...]:
        """Owner first, then as they appear, the party that the report is about last."""
        names: list[str] = []
        owner = self.values.get("owner")
        if isinstance(owner, str):
            names.append(owner)
        for text in party_texts(self.draft):
            names += [mention.party for mention in self.mentions(text)]
        if scope:
            names.append(scope)
        return tuple(dict.fromkeys(names))

    def _unknown(self) -> None:
        for label, span in self.draft.unknown:
            self.note(
                "unknown-label",
                f"The label \u201c{label}\u201d is in no list; its value stays in the narrative.",
                None,
                span.page,
            )


_UNSAID = re.compile(
    r"\W*(?:t\.?b\.?[acd]\.?|n\.?/?a\.?|n/k|(?:currently |still )?not (?:yet )?(?:stated|"
    r"applicable|"
    r"known|provided|given|recorded|available|assigned|assessed|confirmed|determined|specified|advised|set)"
    r"(?: yet)?|to be (?:confirmed|advised|determined|assessed|provided|added|completed)|to follow|"
    r"awaited|unknown|blank|none (?:available|known|recorded|given|stated|provided|identified yet|"
    r"listed|offered|documented)|"
    r"no (?:information|details?|data)(?: (?:available|provided|given))?)\W*",
    re.IGNORECASE,
)
# Numbers of incidents are references, and no observation on them.
_NO_WORDS = re.compile(
    rf"{_UNSAID.pattern}|(?:\W*(?:(?:INC|CRQ|PKE|WO|TAS|REQ)[\s-]?\d{{3,}}|and|&))+\W*",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\W*(?:the\s+)?(?:problem|issue|record|brief)?\s*"
    r"(?:summary|synopsis|issue|problem|overview|description|statement)\W*",
    re.IGNORECASE,
)
_BRIEFLY = re.compile(
    r"\W*(?:the\s+)?(?:problem|issue|record|brief)?\s*(?:summary|synopsis|issue|overview)\W*",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\W*(?:t\.?b\.?[acd]\.?|n\.?/?a\.?|n/k|not applicable|none|nil|to be (?:confirmed|"
    r"advised|agreed|determined|"
    r"decided|assigned|allocated)|unknown|not (?:yet )?(?:known|stated|available|provided|"
    r"given|confirmed|"
    r"assigned|allocated|specified|recorded)|blank|unassigned|awaited)\W*",
    re.IGNORECASE,
)
_WORDS = {
    "created": "The created date",
    "target_completion": "The target completion",
    "status_date": "The date of the status",
}


def party_texts(draft: Draft) -> list[str]:
    """The texts of a problem in which parties may be named, in reading order."""
    named = [
        *draft.all("title"),
        *draft.all("owner"),
        *draft.all("supplier"),
        *draft.all("parties"),
    ]
    told = [*(item.at for item in draft.all("description")), *draft.narrative]
    kept = ("more", "user_impact", "incident_observation", "workaround", "update", "root_cause")
    apart = [item.at for name in kept for item in draft.all(name)]
    return [span.raw for span in (*(item.at for item in named), *told, *apart)]


Mentions = Callable[[str], list[PartyMention]]


def assemble(
    draft: Draft,
    vocabulary: Vocabulary,
    *,
    scope: str | None,
    status_date: date | None,
    mentions: Mentions | None = None,
) -> ProblemReading:
    """The reading of one problem.

    Args:
        scope: the party that the whole report is about; it is involved in every problem.
        status_date: of the report, from which years that are not printed are worked out.
        mentions: finds parties in a text; by default the vocabulary's pattern.
    """
    return Assembly(draft, vocabulary, status_date, mentions).reading(scope)


def _spelled(text: str, known: str | None) -> str:
    """As printed; shouted or whispered badges in the usual spelling."""
    if known is not None and re.match(rf"{re.escape(known)}\W+\w", text, re.IGNORECASE):
        return text  # "open - awaiting S1SP"
    same = known is not None and known.casefold() == text.casefold()
    if known is None or (same and not text.isupper() and not text.islower()):
        return text
    return known


def closed(text: str, chars: str = " \t\u00a0.,;") -> str:
    """A short value without the punctuation that closes it ("etc." keeps its full stop)."""
    trimmed = re.sub(r"\s+", " ", text) if "\n" not in text else text
    trimmed = trimmed.strip().lstrip(chars.replace(".", ""))
    return trimmed if trimmed.endswith("etc.") else trimmed.rstrip(chars)


_BULLET = re.compile(r"[\u2010-\u2015\u2022\u25aa\u25cf\u25a0\u25e6\u00b7*>~\u00bb-]\s+(?=\S)")


def _unmarked(text: str) -> str:
    """A value without the bullet or dash ahead of it; a list of several keeps its marks."""
    marked = _BULLET.match(text)
    listed = marked and re.search(rf"(?:\n|[.;]\s+){re.escape(marked[0][0])}\s", text)
    return text[marked.end() :] if marked and not listed else text


def read_date(text: str) -> date | None:
    """The date in a value; a note mark glued to the year ("30/11/20211") is overlooked."""
    value = date_of(text)
    if value is None:
        glued = re.sub(
            r"(?<=[/.\s-]20\d\d)(?:\d|[*\u2020\u2021\u00b9\u00b2\u00b3\u2070-\u2079]+)(?!\d)",
            "",
            text,
        )
        value = date_of(glued) if glued != text else None
    return value


def _run_on(texts: Iterable[str]) -> str:
    """Paragraphs by line breaks; what goes on in small letters after no stop, by a space."""
    out = ""
    for text in texts:
        goes_on = out and text[:1].islower() and not re.search(r"[.:;!?]\W*$", out)
        out += (" " if goes_on else "\n" if out else "") + text
    return out


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def says_nothing(text: str) -> bool:
    """ "TBC", "n/a", a dash: printed, but no value."""
    return bool(_NOTHING.fullmatch(text)) or not re.search(r"\w", text)


def _graded(found: Found, why: str) -> Found:
    return Found(found.field, found.text, found.at, found.rule, Grade.FAIR, why, found.label)
