"""Many people at once against one process, as the issue has it: no error, nothing mixed up.

    make load                    50 people for five minutes
    make load ARGS="--people 10 --seconds 60"

Each has a tab of their own that speaks the app's protocol, signed in by a proxy's header: they ask
about problems of their own, look them up, and open the page that each was read from; one uploads.
Every answer is compared with what the knowledge base says of that question when it is asked alone.
Ends with status 1 if anything went wrong or was mixed up.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState
from tab import Tab

from kb import people
from kb.base import KnowledgeBase
from kb.people import Role
from kb.settings import Settings

ROOT = Path(__file__).parents[1]
CORPUS = sorted((ROOT / "corpus").glob("2*.pdf"))
HEADER = "X-Forwarded-Email"
QUESTIONS = (
    "What is the status of {pbi}?",
    "Who is {pbi} with?",
    "What is the user impact of {pbi}?",
    "When is {pbi} due to be fixed?",
    "How has {pbi} changed over time?",
)
KEPT = 12
"""Questions after which a person starts the conversation again, as people do."""


@dataclass
class Ledger:
    """What was done, how long it took, what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    """A question with the answer that it has when nobody else asks anything."""

    pbi: str
    question: str
    answer: str


async def person(
    number: int, url: str, facts: list[Fact], until: float, pause: float, ledger: Ledger
) -> None:
    """One member, from the first page to the last."""
    dice = random.Random(number)
    tab = Tab(url, {HEADER: who(number)})
    await asyncio.sleep(dice.uniform(0, 2 * pause))
    await _timed(ledger, "first page", tab.open(), tab.go("ask"))
    asked = 0
    while time.monotonic() < until:
        fact = facts[dice.randrange(len(facts))]
        if await _timed(ledger, "ask", tab.go("ask")) and await _asks(tab, fact, ledger):
            asked += 1
        if asked and asked % KEPT == 0:
            await _timed(ledger, "start again", tab.run(tab.press("Start again")))
        await asyncio.sleep(dice.uniform(0, 2 * pause))
        await _timed(ledger, "search", tab.go("problems", f"q={fact.pbi}"))
        if fact.pbi not in str(tab.tables()) + " ".join(tab.html()):
            ledger.wrong["search did not find it"] += 1
        await asyncio.sleep(dice.uniform(0, 2 * pause))
        await _timed(ledger, "problem", tab.go("problem", f"pbi={fact.pbi}"))
        await _sees(tab, number, ledger)
        await asyncio.sleep(dice.uniform(0, 2 * pause))
    await tab.close()


async def _asks(tab: Tab, fact: Fact, ledger: Ledger) -> bool:
    if not await _timed(ledger, "answer", tab.run(tab.chat(fact.question))):
        return False
    said = [_bare(one["copy"]) for one in tab.tables() if "copy" in one][-1:]
    if not said or not said[0].startswith(_bare(fact.question)):
        ledger.wrong["another question stands there"] += 1
    elif _bare(fact.answer) not in said[0]:
        ledger.wrong["another answer than when asked alone"] += 1
    return True


async def _sees(tab: Tab, number: int, ledger: Ledger) -> None:
    """Fetches the picture of the page that the problem was read from."""
    found = tab.pictures()
    if not found:
        ledger.wrong["no picture of a page"] += 1
        return
    began = time.monotonic()
    request = urllib.request.Request(f"{tab.url}{found[0]}", headers={HEADER: who(number)})
    try:
        data = await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=60).read())
    except OSError as error:
        ledger.wrong[f"picture: {error}"] += 1
        return
    ledger.times["picture"].append(time.monotonic() - began)
    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        ledger.wrong["no picture"] += 1


async def uploader(number: int, url: str, until: float, ledger: Ledger) -> None:
    """One of the staff, who uploads report after report as drafts."""
    tab = Tab(url, {HEADER: who(number)})
    await tab.open()
    sent = 0
    while time.monotonic() < until:
        await _timed(ledger, "upload page", tab.go("upload"))
        # Bytes that nobody has seen yet: a comment at the end changes nothing else.
        data = CORPUS[sent % len(CORPUS)].read_bytes() + f"\n% copy {sent}\n".encode()
        began = time.monotonic()
        try:
            state = await _sent(tab, f"copy-{sent}.pdf", data, number)
            tab.state = {state.id: state}
            await tab.run(tab.press("Read the files"))
            while "eing read" in " ".join(tab.html()) and time.monotonic() < began + 240:
                await asyncio.sleep(1)
                await tab.go("upload")
        except (OSError, TimeoutError, StopIteration) as error:
            ledger.wrong[f"upload: {error!r}"] += 1
        ledger.times["upload and read"].append(time.monotonic() - began)
        sent += 1
        await asyncio.sleep(5)
    await tab.close()


async def _sent(tab: Tab, name: str, data: bytes, number: int) -> WidgetState:
    address = await tab.place_for(name)
    edge = "edge4711"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n'
    body = head.encode() + b"Content-Type: application/pdf\r\n\r\n" + data
    request = urllib.request.Request(
        f"{tab.url}{address}",
        data=body + f"\r\n--{edge}--\r\n".encode(),
        method="PUT",
        headers={
            HEADER: who(number),
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "X-Xsrftoken": tab.token,
            "Cookie": f"_streamlit_xsrf={tab.token}",
        },
    )
    await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=60).read())
    state = WidgetState(id=tab.box())
    file = state.file_uploader_state_value.uploaded_file_info.add()
    file.name, file.size = name, len(data)
    file.file_urls.CopyFrom(tab.files.file_urls[0])
    file.file_id = tab.files.file_urls[0].file_id
    return state


async def _timed(ledger: Ledger, step: str, *steps: object) -> bool:
    began = time.monotonic()
    try:
        for one in steps:
            await one  # type: ignore[misc]
    except Exception as error:
        ledger.wrong[f"{step}: {type(error).__name__} {error}"[:120]] += 1
        return False
    ledger.times[step].append(time.monotonic() - began)
    return True


async def watch(process: int, until: float, ledger: Ledger) -> None:
    """Notes the resident memory of the server, in KiB, every two seconds."""
    began = time.monotonic()
    while time.monotonic() < until:
        ledger.memory.append((time.monotonic() - began, memory_of(process, "VmRSS")))
        await asyncio.sleep(2)


def memory_of(process: int, name: str) -> int:
    """A line of the process's status, in KiB."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(rf"{name}:\s+(\d+)", text)
    return int(found[1]) if found else 0


def who(number: int) -> str:
    """The address of a person."""
    return f"person{number}@example.org"


def _bare(text: str) -> str:
    return re.sub(r"[\s*_`\\]+", "", text)


def prepared(folder: Path, count: int) -> dict[int, list[Fact]]:
    """A knowledge base with reports and people; for each, questions of their own, answered."""
    with KnowledgeBase.open(Settings(data=folder)) as kb:
        for path in CORPUS:
            kb.ingest(path.read_bytes(), path.name)
        kb.catch_up()
        for number in range(count):
            people.add(kb, who(number), Role.STAFF if number == 0 else Role.MEMBER)
        held = [one.removeprefix("PBI").lstrip("0") for one in kb.pbis()]
        facts: dict[int, list[Fact]] = {}
        for number in range(1, count):
            pbi = held[number % len(held)]
            facts[number] = [
                Fact(pbi, question, kb.ask(question).answer)
                for question in (one.format(pbi=pbi) for one in QUESTIONS)
            ]
    return facts


def served(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """The app, behind what claims to be a proxy of this machine."""
    settings = {
        "PBI_PROXY_HEADER": HEADER,
        "PBI_PROXY_ADDRESSES": "127.0.0.1",
        "PBI_LOG_LEVEL": "WARNING",
    }
    command = [str(Path(sys.executable).with_name("pbi")), "--data", str(folder)]
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port)],
        env={**os.environ, **settings},
        cwd=ROOT,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return process
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.3)
    raise SystemExit(f"pbi serve did not start:\n{log.read_text(encoding='utf-8')}")


async def crowd(
    url: str, process: int, facts: dict[int, list[Fact]], seconds: float, pause: float
) -> Ledger:
    """Everybody at once."""
    # What a server loads with its first question is measured elsewhere.
    first = Tab(url, {HEADER: who(1)})
    await first.open()
    await first.go("ask")
    await first.run(first.chat(facts[1][0].question))
    await first.close()
    ledger, until = Ledger(), time.monotonic() + seconds
    await asyncio.gather(
        watch(process, until, ledger),
        uploader(0, url, until, ledger),
        *(person(n, url, mine, until, pause, ledger) for n, mine in facts.items()),
    )
    return ledger


def told(ledger: Ledger, peak: int, seconds: float) -> None:
    """The figures."""
    print(f"{'step':<18}{'times':>8}{'median':>10}{'95th':>10}{'longest':>10}")
    for step, taken in sorted(ledger.times.items()):
        ordered = sorted(taken)
        high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        middle = statistics.median(ordered)
        print(f"{step:<18}{len(ordered):>8}{middle:>9.2f}s{high:>9.2f}s{ordered[-1]:>9.2f}s")
    steps = sum(map(len, ledger.times.values()))
    print(f"{steps} steps in {seconds:.0f} s, {steps / seconds:.1f} a second")
    print(f"peak memory {peak / 1024:.0f} MiB; {_trend(ledger.memory)}")
    print(f"errors and mix-ups: {sum(ledger.wrong.values())}")
    for what, number in ledger.wrong.most_common():
        print(f"  {number} x {what}")


def _trend(memory: list[tuple[float, int]]) -> str:
    """How memory went in four parts of the time, in MiB."""
    size = max(1, len(memory) // 4)
    parts = [memory[start : start + size] for start in range(0, size * 4, size)]
    means = [statistics.mean(kib for _, kib in part) / 1024 for part in parts if part]
    return "in quarters of the time " + ", ".join(f"{mean:.0f}" for mean in means) + " MiB"


def main() -> int:
    """Runs it, and prints the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument(
        "--pause", type=float, default=3, help="seconds that people read, on average"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, socket.socket() as free:
        folder = Path(place)
        facts = prepared(folder, given.people)
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        process = served(folder, port, folder / "serve.log")
        try:
            url = f"http://127.0.0.1:{port}"
            ledger = asyncio.run(crowd(url, process.pid, facts, given.seconds, given.pause))
            told(ledger, memory_of(process.pid, "VmHWM"), given.seconds)
        finally:
            process.terminate()
            process.wait(30)
            print((folder / "serve.log").read_text(encoding="utf-8")[-3000:], file=sys.stderr)
    return 1 if ledger.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
