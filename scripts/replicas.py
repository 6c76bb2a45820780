"""Three apps over one PostgreSQL and one Chroma behind nginx: publish on one, ask on the others;
kill one while fifty people ask.

    make replicas
    make replicas ARGS="--people 20 --seconds 30"

Each person has a tab that speaks the app's own protocol through nginx; every answer is compared
with what the knowledge base says of that question when it is asked alone. Whoever loses the
connection opens it again, as a browser does, and asks once more. Ends with status 1 if an answer
was wrong, if anybody but the users of the app that was killed noticed, or if one of those could
not go on.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from replica_servers import HEADER, ROOT, SERVED_BY, Stack, backends, stack
from tab import Tab

from kb import people
from kb.base import KnowledgeBase
from kb.people import Role
from kb.records import ReportState
from kb.settings import Settings

REPORTS = sorted((ROOT / "corpus").glob("2*.pdf"))
COUNT = "How many problems are in the latest report?"
QUESTIONS = (
    "What is the status of {pbi}?",
    "Who is {pbi} with?",
    "What is the user impact of {pbi}?",
    "When is {pbi} due to be fixed?",
)
STAFF = "staff@example.org"
PATIENCE = 180.0
"""Seconds after which somebody who lost the connection gives up."""


@dataclass
class Person:
    """Somebody in a browser, and what they met with."""

    email: str
    tab: Tab
    replica: str
    facts: list[tuple[str, str]]
    asked: int = 0
    wrong: int = 0
    lost: int = 0
    times: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)


def main() -> int:
    """Runs it, and prints the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="that they ask for")
    parser.add_argument("--pause", type=float, default=4, help="seconds that they read, on average")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, backends(Path(place)) as settings:
        _read(Path(place, "reader"), settings)
        with (
            stack(Path(place), settings, given.replicas) as servers,
            KnowledgeBase.open(_settings(Path(place, "script"), settings)) as kb,
        ):
            people.add(kb, STAFF, Role.STAFF)
            for number in range(given.people):
                people.add(kb, _email(number), Role.MEMBER)
            seen = asyncio.run(_published(servers, kb))
            crowd = asyncio.run(_killed(servers, kb, given.people, given.seconds, given.pause))
            agrees = kb.check()
    print(agrees.lines()[-1])
    return 0 if seen and crowd and agrees.ok else 1


# Publish on one, ask on the others -----------------------------------------------------------


async def _published(servers: Stack, kb: KnowledgeBase) -> bool:
    """Whether all apps answer from a report as soon as it is published on the first."""
    (draft,) = kb.reports(states=(ReportState.DRAFT,))
    tabs = [Tab(one.url, {HEADER: STAFF}) for one in servers.replicas]
    before = kb.ask(COUNT).answer
    for tab in tabs:
        await tab.open()
        await tab.go("ask")
        await tab.run(tab.chat(COUNT))
        if not _says(tab, before):
            print("FAULT: an app answers otherwise before anything was published")
            return False
    first, *others = tabs
    await first.go("review", f"report={draft.id}")
    began = time.monotonic()
    await first.run(first.press("Publish"))
    pressed = time.monotonic() - began
    after = kb.ask(COUNT).answer
    print(f"published on one of {len(tabs)} apps in {pressed * 1000:.0f} ms")
    right = after != before
    for number, tab in enumerate(others, 2):
        began = time.monotonic()
        await tab.run(tab.chat(COUNT))
        says = _says(tab, after)
        took = (time.monotonic() - began) * 1000
        print(f"app {number}, asked at once: {'the new' if says else 'NOT THE NEW'}, {took:.0f} ms")
        right = right and says
    for tab in tabs:
        await tab.close()
    return right


# Fifty people, and one app less --------------------------------------------------------------


async def _killed(
    servers: Stack, kb: KnowledgeBase, count: int, seconds: float, pause: float
) -> bool:
    """Whether nobody but the users of the app that is killed notices, and these go on."""
    crowd = await asyncio.gather(*(_arrived(servers, kb, number) for number in range(count)))
    spread = Counter(one.replica for one in crowd)
    print(f"{count} people on {len(spread)} apps: {', '.join(map(str, spread.values()))}")
    victim = next(one for one in servers.replicas if one.url.endswith(spread.most_common()[0][0]))
    hit = [one for one in crowd if victim.url.endswith(one.replica)]
    others = [one for one in crowd if one not in hit]
    until = time.monotonic() + seconds
    asking = [asyncio.create_task(_asks(one, until, pause)) for one in crowd]
    await asyncio.sleep(seconds / 2)
    before = [taken for one in crowd for taken in one.times]
    victim.process.kill()
    print(f"one app killed after {seconds / 2:.0f} s, with {len(hit)} people on it")
    await asyncio.gather(*asking)
    left = [one.process.pid for one in servers.replicas if one is not victim]
    memory = ", ".join(f"{memory_of(one) / 1024:.0f} MiB" for one in left)
    print(f"peak memory of the apps that are left: {memory}")
    after = [taken for one in crowd for taken in one.times][len(before) :]
    print(f"answers: {sum(one.asked for one in crowd)}, wrong: {sum(one.wrong for one in crowd)}")
    print(f"time to an answer: {_spread(before)} before, {_spread(after)} after")
    lost = sum(one.lost for one in others)
    print(f"the {len(others)} people on the other apps lost {lost} connections")
    back = [taken for one in hit for taken in one.back]
    went_on = sum(bool(one.back) for one in hit)
    print(f"of the {len(hit)} on it {went_on} went on elsewhere: {_spread(back)} to an answer")
    return not lost and went_on == len(hit) and not any(one.wrong for one in crowd)


async def _arrived(servers: Stack, kb: KnowledgeBase, number: int) -> Person:
    """A person with a cookie of nginx, an open tab, and questions whose answers are known."""
    headers = {HEADER: _email(number)}
    request = urllib.request.Request(f"{servers.url}/healthz", headers=headers)
    with await asyncio.to_thread(urllib.request.urlopen, request, timeout=60) as response:
        headers["Cookie"] = str(response.headers["Set-Cookie"]).partition(";")[0]
        replica = str(response.headers[SERVED_BY])
    held = kb.pbis()
    pbi = held[number % len(held)].removeprefix("PBI").lstrip("0")
    asked = [question.format(pbi=pbi) for question in QUESTIONS]
    answers = await asyncio.to_thread(lambda: [kb.ask(one).answer for one in asked])
    facts = list(zip(asked, answers, strict=True))
    person = Person(_email(number), Tab(servers.url, headers), replica, facts)
    await person.tab.open()
    await person.tab.go("ask")
    return person


async def _asks(person: Person, until: float, pause: float) -> None:
    dice = random.Random(person.email)
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(0, 2 * pause))
        question, answer = dice.choice(person.facts)
        began = time.monotonic()
        lost = False
        while True:
            try:
                if lost:
                    await person.tab.open()
                # A conversation of its own each time: what stands there is what was just asked.
                await person.tab.go("ask")
                await person.tab.run(person.tab.chat(question))
                break
            except Exception as error:
                person.lost += 1
                lost = True
                if time.monotonic() > began + PATIENCE:
                    print(f"{person.email} could not go on: {error!r}")
                    return
                await asyncio.sleep(0.5)
        (person.back if lost else person.times).append(time.monotonic() - began)
        person.asked += 1
        person.wrong += not _says(person.tab, answer)


# Small things --------------------------------------------------------------------------------


def _read(folder: Path, settings: dict[str, str]) -> None:
    """Publishes all reports but the last, which is kept as a draft, and encodes what they say."""
    pbi = [sys.executable, "-m", "app.cli", "--data", str(folder), "ingest"]
    *published, draft = map(str, REPORTS)
    for arguments in (published, ["--draft", draft]):
        subprocess.run([*pbi, *arguments], env={**os.environ, **settings}, cwd=ROOT, check=True)


def _settings(folder: Path, settings: dict[str, str]) -> Settings:
    named = {name.removeprefix("PBI_").lower(): value for name, value in settings.items()}
    return Settings(data=folder, **named)


def _email(number: int) -> str:
    return f"person{number}@example.org"


def _says(tab: Tab, answer: str) -> bool:
    """The last answer on the page is this one."""
    drawn = [one["blocks"] for one in tab.tables() if isinstance(one, dict) and "blocks" in one]
    said = "".join(block["text"] for block in drawn[-1]) if drawn else ""
    return not tab.faults() and _letters(answer) in _letters(said)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def memory_of(process: int) -> int:
    """The most that a process had resident, in KiB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _spread(times: list[float]) -> str:
    if not times:
        return "nothing"
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"median {statistics.median(ordered):.2f} s, 95th {high:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
