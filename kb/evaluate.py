"""Scores for a file of questions with what is right, per kind of question.

One JSON object a line:

    {"id": "f-01", "question": "Who is 122422 with?", "kind": "field", "pbis": ["PBI000000122422"],
     "value": "DCO", "words": ["DCO"]}

* `id`, `question`, `kind`: a name, the words, and the group that it is scored in.
* `conversation`: lines with the same name build on each other, in file order.
* `pbis`: the problems that make up the answer, short or full; as a set, or with `"ordered": true`
  in this order. `first`: the problem that must come first.
* `value`: the exact value: number (to within 0.05), text (case apart), ISO date, object, or null.
* `words`: texts that the answer must hold (case apart; a list in the list: any one of them).
  `not_words`: texts that it must not hold.
* `abstain`: true where the reports hold no answer. Then only `words` and `not_words` count beside.

What a line leaves out is not looked at. An answer is right if all that the line says holds,
abstained if it should have been given and was not, else wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.numbers import canonical_pbi
from ingest.records import Frozen
from kb.query import Focus
from kb.rights import Right, needs

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.base import KnowledgeBase


class Tally(Frozen):
    """Counts for one kind of question."""

    kind: str
    asked: int = 0
    right: int = 0
    wrong: int = 0
    abstained: int = 0

    @property
    def share_right(self) -> float:
        """Per cent of the questions asked."""
        return 100 * self.right / self.asked if self.asked else 0.0

    @property
    def share_wrong(self) -> float:
        """Per cent of the answers given that are wrong."""
        given = self.right + self.wrong
        return 100 * self.wrong / given if given else 0.0


class Miss(Frozen):
    """One question that was not answered right, and why."""

    id: str
    kind: str
    question: str
    outcome: str
    why: str
    answer: str
    understood: str


class Scores(Frozen):
    """What came of a file of questions.

    Attributes:
        kinds: in file order; all: over the whole file.
        citations: how many were given. holding: how many stand on the page that they name.
        median_ms, p95_ms: of the time that answers took.
    """

    kinds: tuple[Tally, ...]
    all: Tally
    citations: int
    holding: int
    median_ms: float
    p95_ms: float
    misses: tuple[Miss, ...] = ()

    def lines(self, wrong: bool = False) -> list[str]:
        """A table for a terminal; with `wrong`, every miss below it."""
        names = ("asked", "right", "wrong", "abst.")
        head = f"{'kind':<16}" + "".join(f"{name:>6}" for name in names)
        head += f"{'right %':>9}{'given wrong %':>15}"
        rows = [
            f"{t.kind:<16}{t.asked:>6}{t.right:>6}{t.wrong:>6}{t.abstained:>6}{t.share_right:>9.1f}{t.share_wrong:>15.1f}"
            for t in (*self.kinds, self.all)
        ]
        held = 100 * self.holding / self.citations if self.citations else 100.0
        out = [head, *rows]
        out.append(f"citations: {self.holding} of {self.citations} hold ({held:.1f} %)")
        out.append(f"time: median {self.median_ms:.1f} ms, 95th percentile {self.p95_ms:.1f} ms")
        if wrong:
            for miss in self.misses:
                out += [
                    "",
                    f"{miss.outcome} {miss.id} ({miss.kind}): {miss.question}",
                    f"  why: {miss.why}",
                    f"  understood: {miss.understood}",
                    f"  answer: {miss.answer[:300]}",
                ]
        return out


@needs(Right.ASK)
def evaluate(kb: KnowledgeBase, lines: Iterable[Mapping[str, Any]]) -> Scores:
    """Asks every question and scores the answers; lines as the module says.

    Raises:
        ValueError: a line has no question, or a PBI that is no number.
    """
    from kb.answer.asking import ask, ready
    from kb.verify import stands

    focus: dict[str, Focus] = {}
    tallies: dict[str, Tally] = {}
    misses: list[Miss] = []
    times: list[float] = []
    cited = holding = 0
    reports = {report.id: report for report in kb.catalogue().reports}
    _, pages = ready(kb)
    for number, line in enumerate(lines, start=1):
        question = line.get("question")
        if not isinstance(question, str):
            raise ValueError(f"line {number}: a question is expected")
        talk = line.get("conversation")
        given = focus.get(str(talk)) if talk is not None else None
        answer = ask(kb, question, focus=given, id=str(line.get("id", number)))
        if talk is not None:
            focus[str(talk)] = answer.focus
        times.append(answer.ms)
        cited += len(answer.citations)
        holding += sum(stands(citation, pages, reports) for citation in answer.citations)
        kind = str(line.get("kind", "other"))
        outcome, why = judged(line, answer)
        tally = tallies.get(kind, Tally(kind=kind))
        update = {"asked": tally.asked + 1, outcome: getattr(tally, outcome) + 1}
        tallies[kind] = tally.model_copy(update=update)
        if outcome != "right":
            misses.append(
                Miss(
                    id=str(line.get("id", number)),
                    kind=kind,
                    question=question,
                    outcome=outcome,
                    why=why,
                    answer=answer.answer,
                    understood=answer.understood,
                )
            )
    return Scores(
        kinds=tuple(tallies.values()),
        all=_together(tallies.values()),
        citations=cited,
        holding=holding,
        median_ms=median(times) if times else 0.0,
        p95_ms=sorted(times)[min(len(times) - 1, int(0.95 * len(times)))] if times else 0.0,
        misses=tuple(misses),
    )


def judged(line: Mapping[str, Any], answer: Answer) -> tuple[str, str]:
    """ "right", "wrong" or "abstained", and what did not hold."""
    trouble = _troubles(line, answer)
    if line.get("abstain"):
        if not answer.abstained:
            return "wrong", "an answer was given where the reports hold none"
        return ("wrong", trouble) if trouble else ("right", "")
    if answer.abstained and ("abstain" in line or _wants_more(line)):
        return ("abstained", "no answer was given") if trouble else ("right", "")
    return ("wrong", trouble) if trouble else ("right", "")


def _wants_more(line: Mapping[str, Any]) -> bool:
    return any(name in line for name in ("pbis", "value", "words", "first"))


def _troubles(line: Mapping[str, Any], answer: Answer) -> str:
    said = " ".join(answer.answer.casefold().split())
    for wanted in line.get("words", ()):
        choices = [wanted] if isinstance(wanted, str) else wanted
        if not any(" ".join(str(c).casefold().split()) in said for c in choices):
            return f"the answer does not say {' or '.join(map(repr, choices))}"
    for unwanted in line.get("not_words", ()):
        if " ".join(str(unwanted).casefold().split()) in said:
            return f"the answer says {unwanted!r}"
    if line.get("abstain"):
        return ""
    if "pbis" in line:
        wanted_pbis = [canonical_pbi(str(p).upper().removeprefix("PBI")) for p in line["pbis"]]
        got = list(answer.pbis)
        same = got == wanted_pbis if line.get("ordered") else set(got) == set(wanted_pbis)
        if not same:
            missing = sorted(set(wanted_pbis) - set(got))
            extra = sorted(set(got) - set(wanted_pbis))
            return (
                f"problems differ: missing {missing}, not expected {extra}"
                if missing or extra
                else "the order differs"
            )
    if "first" in line:
        first = canonical_pbi(str(line["first"]).upper().removeprefix("PBI"))
        if not answer.pbis or answer.pbis[0] != first:
            return f"{first} does not come first"
    if "value" in line and not same_value(line["value"], answer.value):
        return f"the value is {answer.value!r}, not {line['value']!r}"
    return ""


def same_value(wanted: Any, got: Any) -> bool:
    """Whether two values mean the same: numbers to within 0.05, texts without regard to case."""
    if isinstance(wanted, bool) or isinstance(got, bool):
        return bool(wanted is got)
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return abs(wanted - got) <= 0.05
    if isinstance(wanted, str) and isinstance(got, str):
        return " ".join(wanted.casefold().split()) == " ".join(got.casefold().split())
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        nonzero = {str(k).casefold(): v for k, v in wanted.items() if v != 0}
        other = {str(k).casefold(): v for k, v in got.items() if v != 0}
        return nonzero.keys() == other.keys() and all(
            same_value(value, other[key]) for key, value in nonzero.items()
        )
    return bool(wanted == got)


def _together(tallies: Iterable[Tally]) -> Tally:
    rows = list(tallies)
    return Tally(
        kind="all",
        asked=sum(t.asked for t in rows),
        right=sum(t.right for t in rows),
        wrong=sum(t.wrong for t in rows),
        abstained=sum(t.abstained for t in rows),
    )
