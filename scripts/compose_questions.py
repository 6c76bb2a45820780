"""Questions composed of conditions, intents and reports, with gold counted from gold records.

    python scripts/compose_questions.py [--number N] [--seed S] GOLD.json... > questions.jsonl

A handful of wordings for every condition, put together in every order that English allows, finds
holes that no list of questions does. The gold is plain Python over the gold records of the reports
(`corpus/*.gold.json`), one file a quarter; nothing here asks the product anything.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Test = Callable[[Row], bool]
CLOSED = frozenset(["Closed", "Cancelled", "Rejected", "Completed", "Resolved"])


@dataclass(frozen=True)
class Condition:
    """One condition: what it is about, who meets it, and how it is said in three places."""

    about: str
    test: Test
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    verb: tuple[str, ...] = ()


def is_open(row: Row) -> bool:
    """Whether a record is open."""
    return row["status"] not in CLOSED


def overdue(row: Row) -> bool:
    """Whether a record is open past its target, at its own status date."""
    target = row["target_completion"]
    return is_open(row) and bool(target) and target < row["as_at"]


def age(row: Row) -> int:
    """Days from created to the status date; -1 where no date is stated."""
    if not row["created"]:
        return -1
    return (date.fromisoformat(row["as_at"]) - date.fromisoformat(row["created"])).days


def has(field: str, value: str) -> Test:
    """Records whose field has the value."""
    return lambda row: bool(row[field] == value)


def has_not(field: str, value: str) -> Test:
    """Records whose field has another value, or none."""
    return lambda row: bool(row[field] != value)


def involves(party: str) -> Test:
    """Records that involve a party."""
    return lambda row: party in row["involved"]


def conditions(rows: Sequence[Row]) -> list[Condition]:
    """Every condition with its wordings; parties are those that the records name."""
    out = [
        Condition("status", is_open, ("open", "outstanding", "unresolved"), ("that are open",),
                  ("are open", "are still open", "have not been closed")),
        Condition("status", lambda r: not is_open(r), ("closed",), ("that are closed",),
                  ("are closed", "have been closed")),
        Condition("overdue", overdue, ("overdue",), ("past their target", "that are overdue"),
                  ("are overdue", "are past their target date")),
        Condition("slips", lambda r: r["slips"] > 0, (),
                  ("that have slipped", "whose target has slipped"),
                  ("have slipped", "have had their target moved back")),
        Condition("slips", lambda r: r["slips"] == 0, (), ("that have never slipped",),
                  ("have never slipped", "have not slipped")),
        Condition("workaround", lambda r: bool(r["workaround"]), (),
                  ("with a workaround", "that have a workaround"), ("have a workaround",)),
        Condition("workaround", lambda r: not r["workaround"], (),
                  ("without a workaround", "with no workaround"),
                  ("have no workaround", "lack a workaround")),
        Condition("owner", lambda r: not r["owner"], ("unowned",),
                  ("with no owner", "without an owner", "with no owner stated"),
                  ("have no owner", "do not state an owner")),
        Condition("target", lambda r: not r["target_completion"], (),
                  ("with no target date", "without a target completion date"),
                  ("have no target date", "do not have a target")),
        Condition("target", lambda r: bool(r["target_completion"]), (),
                  ("with a target date",), ("have a target date",)),
        Condition("mi", lambda r: r["major_incident"] is True, (),
                  ("that were run as Major Incidents", "handled as a Major Incident"),
                  ("were run as a Major Incident", "were Major Incidents")),
        Condition("impact", lambda r: r["impact_class"] == "no_enduring", (),
                  ("with no enduring impact",), ("have no enduring impact",)),
        Condition("impact", lambda r: r["impact_class"] == "impacting", ("user-impacting",),
                  ("that affect users", "with an actual user impact"),
                  ("affect users", "are impacting users")),
        Condition("impact", lambda r: r["impact_class"] == "not_stated", (),
                  ("with no impact stated", "whose impact is not stated"),
                  ("do not state an impact",)),
        Condition("age", lambda r: age(r) > 365, (),
                  ("more than 365 days old", "older than 365 days"),
                  ("are more than 365 days old",)),
        Condition("age", lambda r: 0 <= age(r) < 200, (),
                  ("less than 200 days old", "younger than 200 days"),
                  ("are less than 200 days old",)),
        Condition("created", lambda r: bool(r["created"]) and r["created"] < "2021-01-01", (),
                  ("raised before 2021", "created before January 2021"),
                  ("were raised before 2021",)),
        Condition("created", lambda r: (r["created"] or "")[:7] == "2021-06", (),
                  ("raised in June 2021", "created in June 2021"), ("were raised in June 2021",)),
        Condition("target", lambda r: (r["target_completion"] or "0") > "2022-03-31", (),
                  ("due after 31 March 2022", "with a target after 31/03/2022"),
                  ("are due after 31 March 2022",)),
    ]  # fmt: skip
    for name in ("Critical", "High", "Medium", "Low"):
        low = name.lower()
        out.append(Condition("severity", has("severity", name),
                             (low, f"{low} severity", name),
                             (f"of {low} severity", f"rated {name}"),
                             (f"are {low}", f"are rated {low}")))  # fmt: skip
    out.append(Condition("severity", lambda r: r["severity"] in ("Critical", "High"),
                         ("critical or high", "high or worse"), ("with severity High or above",),
                         ("are critical or high",)))  # fmt: skip
    out.append(Condition("severity", lambda r: r["severity"] != "Medium", ("non-medium",),
                         ("that are not medium",), ("are not medium",)))  # fmt: skip
    counts = Counter(party for row in rows for party in row["involved"])
    for party, _ in counts.most_common(7):
        out += [
            Condition("party", has("owner", party), (),
                      (f"with {party}", f"owned by {party}", f"held by {party}",
                       f"assigned to {party}"),
                      (f"are with {party}", f"belong to {party}", f"are owned by {party}")),
            Condition("party", involves(party), (),
                      (f"involving {party}", f"that involve {party}"), (f"involve {party}",)),
            Condition("party", has_not("owner", party), (),
                      (f"not with {party}", f"not owned by {party}"), (f"are not with {party}",)),
        ]  # fmt: skip
    return out


class Composer:
    """Puts questions together; the same seed gives the same ones.

    Args:
        reports: quarter to records, earliest first.
    """

    def __init__(self, reports: dict[str, list[Row]], seed: int) -> None:
        self.reports = reports
        self.latest = max(reports)
        self.random = random.Random(seed)
        self.conditions = conditions([row for rows in reports.values() for row in rows])

    def questions(self, number: int) -> Iterator[dict[str, Any]]:
        """So many questions as lines of a question file."""
        makers = (self.listed, self.listed, self.counted, self.any_of, self.grouped, self.ranked,
                  self.shared, self.either, self.followed, self.in_both)  # fmt: skip
        made = 0
        while made < number:
            maker = makers[made % len(makers)]
            yield from maker(made)
            made += 1

    def some(self, most: int = 3) -> list[Condition]:
        """One to `most` conditions on different things."""
        chosen: list[Condition] = []
        for one in self.random.sample(self.conditions, 12):
            if one.about not in [c.about for c in chosen]:
                chosen.append(one)
            if len(chosen) == self.random.randint(1, most):
                break
        return chosen[:most]

    def report(self, chosen: Sequence[Condition]) -> tuple[str, str]:
        """A quarter and how it is said; the latest is mostly left out.

        "Slipped in Q3" and "a target date in Q3" may mean two things: no report is named there.
        """
        if self.random.random() < 0.55 or any(one.about in ("slips", "target") for one in chosen):
            return self.latest, ""
        quarter = self.random.choice(list(self.reports))
        year, q = quarter.split("-")
        ways = (f" in the {q} {year} report", f" in {q} {year}", f", {q} {year} report")
        return quarter, self.random.choice(ways)

    def phrase(self, chosen: Sequence[Condition], noun: str = "problems") -> str:
        """ "open problems with DSP that have slipped"."""
        before: list[str] = []
        behind: list[str] = []
        for one in chosen:
            if one.before and (not one.behind or (self.random.random() < 0.6 and len(before) < 2)):
                before.append(self.random.choice(one.before))
            else:
                behind.append(self.random.choice(one.behind))
        before.sort(
            key=lambda word: word.lower() not in ("open", "closed", "outstanding", "unresolved")
        )
        behind.sort(key=lambda words: words.startswith(("that ", "whose ")))
        tail = (" and " if self.random.random() < 0.5 else " ").join(behind)
        return " ".join([*before, noun, *([tail] if tail else [])])

    def meeting(self, quarter: str, chosen: Sequence[Condition]) -> list[Row]:
        """The records of a report that meet all the conditions."""
        return [r for r in self.reports[quarter] if all(c.test(r) for c in chosen)]

    def line(self, number: int, kind: str, question: str, **gold: Any) -> dict[str, Any]:
        """One line of a question file."""
        text = question[0].upper() + question[1:] if self.random.random() < 0.6 else question
        return {"id": f"{kind}-{number:04}", "kind": kind, "question": text, **gold}

    def listed(self, number: int) -> Iterator[dict[str, Any]]:
        """A list, by a noun phrase or by verbs."""
        chosen = self.some()
        quarter, said = self.report(chosen)
        rows = self.meeting(quarter, chosen)
        verbs = [c for c in chosen if c.verb]
        if len(verbs) == len(chosen) and self.random.random() < 0.4:
            spoken = " and ".join(self.random.choice(c.verb) for c in chosen)
            question = f"which problems {spoken}{said}?"
        else:
            lead = self.random.choice(
                ["list the ", "which are the ", "show me ", "", "what are the "]
            )
            question = f"{lead}{self.phrase(chosen)}{said}"
        yield self.line(number, "list", question, pbis=[r["pbi"] for r in rows])

    def counted(self, number: int) -> Iterator[dict[str, Any]]:
        """A count."""
        chosen = self.some()
        quarter, said = self.report(chosen)
        rows = self.meeting(quarter, chosen)
        if self.random.random() < 0.4:
            spoken = " and ".join(self.random.choice(c.verb) for c in chosen)
            question = f"how many problems {spoken}{said}?"
        else:
            lead = self.random.choice(
                ["how many {} are there", "number of {}", "what is the number of {}"]
            )
            question = lead.format(self.phrase(chosen)) + said
        yield self.line(number, "count", question, pbis=[r["pbi"] for r in rows], value=len(rows))

    def any_of(self, number: int) -> Iterator[dict[str, Any]]:
        """Whether there are any, all, none, or more than so many."""
        chosen = self.some(2)
        quarter, said = self.report(chosen)
        rows = self.meeting(quarter, chosen)
        phrase = self.phrase(chosen)
        limit = self.random.randint(1, 6)
        way, right = self.random.choice([
            (f"are there any {phrase}{said}?", bool(rows)),
            (f"are there more than {limit} {phrase}{said}?", len(rows) > limit),
            (f"is it true that there are no {phrase}{said}?", not rows),
        ])  # fmt: skip
        words = ["Yes"] if right else ["No"]
        yield self.line(number, "yes-no", way, words=words, value=len(rows))

    def grouped(self, number: int) -> Iterator[dict[str, Any]]:
        """Counts by a field."""
        chosen = [c for c in self.some(2) if c.about not in ("party", "owner")]
        quarter, said = self.report(chosen)
        rows = self.meeting(quarter, chosen)
        field, ways = self.random.choice([
            ("owner", ("by owner", "per owner", "split by owner")),
            ("severity", ("by severity", "per severity", "broken down by severity")),
            ("status", ("by status", "per status")),
            ("impact_class", ("by impact class",)),
        ])  # fmt: skip
        value = dict(Counter(r[field] or "not stated" for r in rows))
        question = f"{self.phrase(chosen)} {self.random.choice(ways)}{said}"
        yield self.line(number, "group", question, value=value)

    def ranked(self, number: int) -> Iterator[dict[str, Any]]:
        """The first by a date."""
        chosen = [c for c in self.some(2) if c.about not in ("age", "created", "target")]
        quarter, said = self.report(chosen)
        field, last, ways = self.random.choice([
            ("created", False, ("oldest {}", "which is the oldest of the {}")),
            ("created", True, ("newest {}", "which of the {} is the most recent")),
        ])  # fmt: skip
        rows = [r for r in self.meeting(quarter, chosen) if r[field]]
        if not rows:
            return
        best = (max if last else min)(r[field] for r in rows)
        way = self.random.choice(ways)
        noun = "problems" if "the {}" in way else "problem"
        question = way.format(self.phrase(chosen, noun)) + said
        pbis = [r["pbi"] for r in rows if r[field] == best]
        yield self.line(number, "superlative", question, pbis=pbis, value=best)

    def shared(self, number: int) -> Iterator[dict[str, Any]]:
        """What part of some problems meets a condition."""
        whole = [c for c in self.some(1) if c.before] or [self.conditions[0]]
        part = next(
            c
            for c in self.random.sample(self.conditions, 20)
            if c.about != whole[0].about and c.verb
        )
        quarter, said = self.report([*whole, part])
        rows = self.meeting(quarter, whole)
        if not rows:
            return
        inside = [r for r in rows if part.test(r)]
        noun = f"{self.random.choice(whole[0].before)} problems"
        verb = self.random.choice(part.verb)
        share = round(100 * len(inside) / len(rows), 1)
        lead = self.random.choice(
            ["what share of the", "what percentage of", "what proportion of the"]
        )
        question = f"{lead} {noun}{said} {verb}?"
        yield self.line(number, "share", question, value=share, pbis=[r["pbi"] for r in inside])

    def either(self, number: int) -> Iterator[dict[str, Any]]:
        """One or the other of two conditions on different things."""
        one, two = self.some(2)[:1], self.some(1)
        if one[0].about == two[0].about:
            return
        quarter, said = self.report([*one, *two])
        rows = [r for r in self.reports[quarter] if one[0].test(r) or two[0].test(r)]
        verbs = f"{self.random.choice(one[0].verb)} or {self.random.choice(two[0].verb)}"
        lead = self.random.choice(["which problems", "which problems either", "problems that"])
        yield self.line(number, "either", f"{lead} {verbs}{said}?", pbis=[r["pbi"] for r in rows])

    def followed(self, number: int) -> Iterator[dict[str, Any]]:
        """A list, and which of those meet something more."""
        first = self.some(1)
        second = next(
            c for c in self.random.sample(self.conditions, 20) if c.about != first[0].about
        )
        rows = self.meeting(self.latest, first)
        inside = [r for r in rows if second.test(r)]
        talk = f"talk-{number:04}"
        opening = self.line(number, "talk", f"list the {self.phrase(first)}",
                            pbis=[r["pbi"] for r in rows], conversation=talk)  # fmt: skip
        yield opening
        verb = self.random.choice(second.verb)
        way = self.random.choice(
            ["and which of those {}?", "which of them {}?", "how many of these {}?"]
        )
        after = self.line(number, "talk", way.format(verb),
                          pbis=[r["pbi"] for r in inside], conversation=talk)  # fmt: skip
        yield {**after, "id": after["id"] + "b"}

    def in_both(self, number: int) -> Iterator[dict[str, Any]]:
        """In two reports, or in one and not in the other."""
        one, two = sorted(self.random.sample(list(self.reports), 2))
        names = [f"{q.split('-')[1]} {q.split('-')[0]}" for q in (one, two)]
        held = [{r["pbi"] for r in self.reports[q]} for q in (one, two)]
        question, pbis = self.random.choice([
            (f"which problems are in both {names[0]} and {names[1]}?", held[0] & held[1]),
            (f"which problems are in {names[0]} but not in {names[1]}?", held[0] - held[1]),
            (
                f"problems in the {names[1]} report but not in the {names[0]} report",
                held[1] - held[0],
            ),
        ])  # fmt: skip
        yield self.line(number, "reports", question, pbis=sorted(pbis))


def reports_of(golds: Sequence[dict[str, Any]]) -> dict[str, list[Row]]:
    """The records of each quarter with their date, and how often their target has slipped."""
    before: dict[str, tuple[str | None, int]] = {}
    out: dict[str, list[Row]] = {}
    for one in sorted(golds, key=lambda gold: str(gold["report"]["quarter"])):
        rows = []
        for problem in one["problems"]:
            last, slips = before.get(problem["pbi"], (None, 0))
            target = problem["target_completion"]
            slips += bool(last and target and target > last)
            before[problem["pbi"]] = (target or last, slips)
            as_at = problem["status_date"] or one["report"]["status_date"]
            rows.append({**problem, "slips": slips, "as_at": as_at})
        out[one["report"]["quarter"]] = rows
    return out


def main() -> None:
    """Prints the questions, one JSON object a line."""
    parser = argparse.ArgumentParser(description="Questions composed of conditions, with gold.")
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in given.gold]
    composer = Composer(reports_of(golds), given.seed)
    for line in composer.questions(given.number):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
