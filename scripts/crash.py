"""Kills the process at points drawn by chance, opens again, and shows that nothing was lost.

python scripts/crash.py                  240 kills; exit 1 where one left anything wrong
python scripts/crash.py --kills 20 --salt 7 --only remove

Each trial copies a knowledge base, starts a change in a process of its own and kills it (SIGKILL):
every other time after a stretch of time drawn by chance, else at a Python call drawn by chance, so
that each gap between two statements is as likely as a long sync. Then another process opens what
is left. It must answer as before the change or after it, in every way that can be asked; each step
that was said to be done must still be done; and after `pbi check --repair` nothing may be left
over. The sentence encoder is replaced by hashed words, all else is what users run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

# Threads that a library starts on import would not live on in the processes forked from this one.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import chromadb  # noqa: E402, F401
import numpy as np  # noqa: E402

import kb.answer.asking  # noqa: E402
import kb.backup  # noqa: E402
import kb.check  # noqa: E402
import kb.database  # noqa: E402
import kb.intake  # noqa: E402
import kb.migrations.run  # noqa: E402
import kb.search  # noqa: E402
from ingest.read import read_report  # noqa: E402
from ingest.records import Evidence, ProblemReading, Reading, ReportReading  # noqa: E402
from kb.base import KnowledgeBase  # noqa: E402
from kb.filters import Filters  # noqa: E402
from kb.query import GroupBy  # noqa: E402
from kb.records import ReportState  # noqa: E402
from kb.settings import Settings  # noqa: E402

KILLS = 240
QUESTIONS = (
    "How many open problems are with DCO?",
    "Which problems changed between Q2 2021 and Q3 2021?",
    "When is PBI000000000003 due?",
)
REAL = ROOT / "corpus" / "heldout" / "2026-Q2-answer-to-action.txt"
TRIAL = "9999"
TRIAL_REVISION = '''
"""Changes every row, and makes, fills and drops a table."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None

def upgrade():
    op.add_column("snapshots", sa.Column("trial", sa.Text()))
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, pbi FROM snapshots")).all():
        connection.execute(sa.text("UPDATE snapshots SET trial = :p WHERE id = :i"),
                           {{"p": row.pbi, "i": row.id}})
    op.create_table("trial", sa.Column("body", sa.Text()))
    op.execute("INSERT INTO trial SELECT body FROM bodies")
    op.execute("UPDATE bodies SET body = (SELECT t.body FROM trial t WHERE t.rowid = bodies.rowid)"
               " WHERE 0")
    op.drop_table("trial")
'''


class HashedWords:
    """An encoder that needs no weights: unit vectors of hashed words."""

    def fingerprint(self) -> str:
        return "hashed words"

    def encode(self, texts: Sequence[str]) -> Any:
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0] = 1e-6
            for word in text.casefold().split():
                vectors[row, sha256(word.encode()).digest()[0] % 64] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@contextmanager
def opened(folder: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(Settings(data=folder), encoder=HashedWords()) as held:
        yield held


# What is loaded ------------------------------------------------------------------------------

DAYS = {"2021-Q2": date(2021, 9, 20), "2021-Q3": date(2021, 12, 20), "2021-Q4": date(2022, 3, 21)}


def problem(number: int, quarter: str, status: str = "Pending") -> ProblemReading:
    owner = ("DCO", "DSP", "S1SP1")[number % 3]
    created, target = date(2021, 3, 1 + number), date(2022, int(quarter[-1]), 1 + number)
    printed = {
        "pbi": f"PBI{number:012d}",
        "owner": f"This Problem Record is with {owner}",
        "status": f"Current status: {status}",
        "created": f"{created:%d/%m/%Y}",
        "target_completion": f"{target:%d/%m/%Y}",
    }
    return ProblemReading(
        pbi=f"PBI{number:012d}",
        title=f"Fault {number} of gateway {number % 7}",
        description=f"In {quarter} messages of kind {number} came late. Fault {number} remained.",
        owner=owner,
        involved=(owner,),
        severity="High" if number % 2 else "Medium",
        status=status,
        created=created,
        target_completion=target,
        evidence={name: Evidence(page=1, quote=words) for name, words in printed.items()},
    )


def ingest(held: KnowledgeBase, quarter: str, numbers: range, name: str, **how: Any) -> str:
    """Takes a report in; its bytes follow from what it says."""
    problems = tuple(problem(n, quarter, "Closed" if n % 5 == 0 else "Pending") for n in numbers)

    def read(data: bytes, name: str) -> Reading:
        report = ReportReading(
            title="Problems",
            quarter=quarter,
            status_date=DAYS[quarter],
            file=name,
            sha256=sha256(data).hexdigest(),
            pages=1,
            media_type="text/plain",
        )
        return Reading(report=report, problems=problems)

    said = f"{name} {quarter} {numbers}".encode() * 200
    result = held.ingest(said, name, reader=read, **how)
    assert result.report, result.message
    return result.report.id


def fill(held: KnowledgeBase) -> None:
    """The knowledge base that every change starts from."""
    ingest(held, "2021-Q2", range(1, 13), "q2.txt")
    ingest(held, "2021-Q3", range(4, 16), "q3.txt")
    ingest(held, "2021-Q3", range(4, 18), "q3-corrected.txt", draft=True)
    ingest(held, "2021-Q4", range(8, 20), "q4.txt", draft=True)
    held.catch_up()


# What is done --------------------------------------------------------------------------------

Step = Callable[[KnowledgeBase], object]


@dataclass(frozen=True)
class Change:
    """Steps on a filled knowledge base; each is to be done wholly or not at all."""

    steps: tuple[Step, ...]
    setup: tuple[Step, ...] = ()
    empty: bool = False
    """It starts from an empty folder."""
    trial: bool = False
    """The release that makes it knows one more revision of the schema."""


def catch_up(held: KnowledgeBase) -> None:
    held.catch_up()


def publish(name: str) -> Step:
    return lambda held: held.publish(held.report(name).id)


def withdraw(name: str) -> Step:
    return lambda held: held.withdraw(held.report(name).id)


def supersede(new: str, old: str) -> Step:
    return lambda held: held.supersede(held.report(new).id, held.report(old).id)


def correct(field: str, value: str) -> Step:
    return lambda held: held.correct("q2.txt", "3", field, value, who="staff")


CHANGES: dict[str, Change] = {
    "upload": Change(
        (
            lambda held: ingest(held, "2021-Q4", range(1, 9), "new.txt", draft=True),
            lambda held: ingest(held, "2021-Q4", range(8, 16), "newer.txt"),
            catch_up,
        )
    ),
    "read and publish": Change(
        (lambda held: held.ingest(REAL.read_bytes(), REAL.name, reader=read_report),)
    ),
    "publish": Change((publish("q4.txt"), catch_up)),
    "supersede": Change((supersede("q3-corrected.txt", "q3.txt"), catch_up)),
    "withdraw": Change((withdraw("q3.txt"), catch_up, publish("q3.txt"))),
    "correct": Change(
        (
            correct("owner", "DCC"),
            correct("title", "Late messages"),
            lambda held: held.set_report("q2.txt", title="Quarterly problems"),
        )
    ),
    "remove": Change((lambda held: held.remove("q2.txt"), lambda held: held.discard("q4.txt"))),
    "remove what superseded": Change(
        (lambda held: held.remove("q3-corrected.txt"),),
        setup=(supersede("q3-corrected.txt", "q3.txt"), catch_up),
    ),
    "re-index": Change((lambda held: held.rebuild_vectors(),)),
    "catch up": Change((catch_up,), setup=(publish("q4.txt"), withdraw("q3.txt"))),
    "repair": Change(
        (lambda held: held.check(repair=True),),
        setup=(lambda held: held.files.put(b"nobody's"), publish("q4.txt")),
    ),
    "make": Change((), empty=True),
    "migrate": Change((), trial=True),
    "restore": Change((), empty=True),
}


_MOMENT = re.compile(r'"(uploaded|published)_at": "[^"]*"')


def answers(held: KnowledgeBase) -> str:
    """Everything that can be asked for, moments of upload apart, as one digest."""
    ever = Filters(ever=True)
    reports = held.reports()
    said = [
        [one.model_dump(mode="json") for one in reports],
        [one.model_dump(mode="json") for one in held.snapshots(ever)],
        [one.model_dump(mode="json") for one in held.vanished()],
        held.count(),
        held.group(Filters(open=True), GroupBy.OWNER),
        [[s.model_dump(mode="json") for s in held.history(pbi)] for pbi in held.pbis(ever)],
        [held.reading(one.id).model_dump(mode="json") for one in reports],
        [
            (hit.snapshot.key, round(hit.similarity or 0.0, 4))
            for hit in held.search("late messages of gateway", limit=50)
        ],
        [held.ask(words).model_dump(mode="json", exclude={"ms"}) for words in QUESTIONS],
    ]
    return sha256(_MOMENT.sub("", json.dumps(said, default=str)).encode()).hexdigest()


# Processes -----------------------------------------------------------------------------------


def apart(work: Callable[[], Any]) -> Any:
    """What a function returns in a forked process; its error is raised here."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        with os.fdopen(into, "w") as stream:
            try:
                json.dump([True, work()], stream)
            except BaseException:
                json.dump([False, traceback.format_exc()], stream)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as stream:
        told = stream.read()
    os.waitpid(child, 0)
    done, value = json.loads(told or '[false, "the process ended"]')
    if not done:
        raise RuntimeError(value)
    return value


class Clock:
    """Counts Python calls in all threads; at a given one it kills the process."""

    def __init__(self, at: int | None = None) -> None:
        self.count = 0
        self._at = at

    def start(self) -> None:
        threading.setprofile(self._tick)
        sys.setprofile(self._tick)

    def _tick(self, *_: object) -> None:
        self.count += 1
        if self.count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


def perform(name: str, folder: Path, backup: Path, done: Callable[[], object]) -> None:
    """The change, with a word after each step."""
    change = CHANGES[name]
    if change.trial:
        know_trial()
    if name == "restore":
        kb.backup.restore(Settings(data=folder), backup)
        done()
    with opened(folder) as held:
        for step in change.steps:
            step(held)
            done()


def know_trial() -> None:
    """This process is of a release with one more revision."""
    from alembic.script import ScriptDirectory

    run = kb.migrations.run
    if kb.database.SCHEMA == TRIAL:
        return
    folder = Path(tempfile.gettempdir(), f"trial-revision-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    before = kb.database.SCHEMA
    text = TRIAL_REVISION.format(before=before)
    part = folder / f".{os.getpid()}"
    part.write_text(text, encoding="utf-8")
    os.replace(part, folder / "m9999_trial.py")
    places = [str(run.SCRIPTS / "versions"), str(folder)]
    run.scripts = lambda: ScriptDirectory(str(run.SCRIPTS), version_locations=places)  # type: ignore[assignment]
    kb.database.SCHEMA = TRIAL


@dataclass
class Course:
    """A change as it goes when nobody kills it."""

    base: Path
    states: list[str]
    """Digests of the answers before the first step and after each."""
    calls: int
    seconds: float


def course(name: str, bases: Path, backup: Path) -> Course:
    """Prepares what a change starts from, and does it once to know its course."""
    change = CHANGES[name]
    base = bases / name.replace(" ", "-")

    def prepare() -> None:
        base.mkdir(parents=True)
        if not change.empty:
            with opened(base) as held:
                fill(held)
                for step in change.setup:
                    step(held)

    def walk() -> tuple[list[str], int, float]:
        with tempfile.TemporaryDirectory() as folder:
            states: list[str] = []
            if change.trial:
                know_trial()
            for steps in range(len(change.steps) + 1):
                place = copied(base, Path(folder, str(steps)))
                if name == "restore" and steps == 0:
                    states.append(answers_in(place))  # nothing restored
                    kb.backup.restore(Settings(data=copied(base, Path(folder, "r"))), backup)
                    states.append(answers_in(Path(folder, "r")))
                    continue
                with opened(place) as held:
                    for step in change.steps[:steps]:
                        step(held)
                    states.append(answers(held))
            place = copied(base, Path(folder, "timed"))
            start = time.perf_counter()
            perform(name, place, backup, lambda: None)
            seconds = time.perf_counter() - start
            clock = Clock()
            place = copied(base, Path(folder, "counted"))
            clock.start()
            perform(name, place, backup, lambda: None)
            sys.setprofile(None)
            threading.setprofile(None)
            return states, clock.count, seconds

    apart(prepare)
    return Course(base, *apart(walk))


def answers_in(folder: Path) -> str:
    with opened(folder) as held:
        return answers(held)


def copied(base: Path, to: Path) -> Path:
    shutil.copytree(base, to)
    return to


# Trials --------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What was left of a change that was killed."""

    steps_done: int
    ended: bool
    faults: list[str] = field(default_factory=list)


def trial(name: str, known: Course, folder: Path, backup: Path, chance: Random, by: str) -> Outcome:
    """Kills the change once, and looks at what is left."""
    copied(known.base, folder)
    at = chance.randrange(1, known.calls + 1) if by == "call" else None
    wait = chance.uniform(0.0, known.seconds * 1.1)
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        if at is not None:
            Clock(at).start()
        with suppress(BaseException):
            perform(name, folder, backup, lambda: os.write(into, b"."))
            sys.setprofile(None)
            os.write(into, b"!")
        os._exit(0)
    os.close(into)
    if at is None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(out, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    done = said.count(b".")
    faults = apart(lambda: examined(name, folder, known.states, done, chance.random() < 0.5))
    return Outcome(done, said.endswith(b"!"), faults)


def examined(
    name: str, folder: Path, states: Sequence[str], done: int, repair_first: bool
) -> list[str]:
    """What is wrong with what a killed process left; [] if nothing is."""
    faults: list[str] = []
    if CHANGES[name].trial:
        know_trial()
    faults += _schema(folder)
    if repair_first:  # then what was found is asked in a copy: asking brings the index up to date
        found = copied(folder, folder.with_name(f"{folder.name}-found"))
        faults += _between(answers_in(found), states, done, "as found")
        shutil.rmtree(found)
    with opened(folder) as held:
        reports = held.reports()
        if len({one.sha256 for one in reports}) != len(reports):
            faults.append("a report is doubled")
        for one in reports:
            if len(held.said_in(one.id)) != one.problems:
                faults.append(f"half of {one.file} is there")
            held.file_bytes(one.id)  # raises where an upload is lost
        speaking = [one.quarter for one in reports if one.state is ReportState.PUBLISHED]
        if len(set(speaking)) != len(speaking):
            faults.append("two reports speak for one quarter")
        if not repair_first:
            faults += _between(answers(held), states, done, "as found")
        result = held.check(repair=True)
        faults += [] if result.ok else [f"not repaired: {'; '.join(result.lines())}"]
        faults += _between(answers(held), states, done, "after repair")
        after = held.check()
        faults += [f"after repair: {trouble.message}" for trouble in after.troubles]
        faults += [f"after repair: {note}" for note in after.notes]
        if set(held.files.names()) != {one.sha256 for one in reports}:
            faults.append("files and reports differ")
        if held.stats()["waiting"]:
            faults.append("the outbox is not empty")
    left = [path.name for path in folder.rglob("*.part")]
    faults += [f"left over: {name}" for name in left if name != "current.part"]
    return faults


def _schema(folder: Path) -> list[str]:
    """A migration is there with all that it changes, or not at all."""
    path = folder / "pbi.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as plain:
        tables = {name for (name,) in plain.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" not in tables:
            return [f"tables without a revision: {sorted(tables)}"] if tables else []
        (version,) = plain.execute("SELECT version_num FROM alembic_version").fetchone()
        columns = {row[1] for row in plain.execute("PRAGMA table_info(snapshots)")}
        faults = []
        if (version == TRIAL) != ("trial" in columns) or "trial" in tables:
            faults.append(f"half a migration: revision {version}")
        elif (
            version == TRIAL
            and plain.execute("SELECT 1 FROM snapshots WHERE trial IS NOT pbi").fetchone()
        ):
            faults.append("rows that the migration left out")
    return faults


def _between(found: str, states: Sequence[str], done: int, when: str) -> list[str]:
    if found in states[done : done + 2]:
        return []
    if found in states:
        return [f"answers {when}: step {done} was done, and is not any more"]
    return [f"answers {when}: neither those before nor those after step {done + 1}"]


def warm_up() -> None:
    """Loads what the processes forked from this one would each have to load; starts no thread."""
    read_report(REAL.read_bytes(), REAL.name)
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as held:
        ingest(held, "2021-Q2", range(1, 13), "q2.txt")
        ingest(held, "2021-Q3", range(4, 16), "q3.txt")
        for words in QUESTIONS:
            held.ask(words)
    assert threading.active_count() == 1, threading.enumerate()


def run(kills: int, *, salt: int = 0, only: Sequence[str] = ()) -> tuple[Counter[str], list[str]]:
    """Kills by change, and one line for each fault."""
    names = [name for name in CHANGES if not only or name in only]
    counts: Counter[str] = Counter()
    faults: list[str] = []
    warm_up()
    with tempfile.TemporaryDirectory(prefix="crash-") as scratch:
        bases = Path(scratch, "bases")
        backup = Path(scratch, "backup")
        apart(lambda: _backed_up(Path(scratch, "source"), backup))
        courses = {name: course(name, bases, backup) for name in names}
        number = 0
        while counts.total() < kills:
            name, by = names[number % len(names)], ("call", "time")[number // len(names) % 2]
            chance = Random(f"{salt}/{number}")
            folder = Path(scratch, f"trial-{number}")
            outcome = trial(name, courses[name], folder, backup, chance, by)
            if not outcome.ended:  # else the change was faster than the kill, which proves nothing
                counts[name] += 1
            for fault in outcome.faults:
                faults.append(f"trial {number} ({name}, killed by {by}): {fault}")
                print(faults[-1], file=sys.stderr, flush=True)
            shutil.rmtree(folder)
            number += 1
            if counts.total() % 20 == 0 and not outcome.ended:
                print(f"{counts.total()} of {kills}", file=sys.stderr, flush=True)
    return counts, faults


def _backed_up(folder: Path, backup: Path) -> None:
    with opened(folder) as held:
        fill(held)
        kb.backup.back_up(held, backup)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--salt", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=(), choices=CHANGES)
    given = parser.parse_args(argv)
    start = time.monotonic()
    counts, faults = run(given.kills, salt=given.salt, only=given.only)
    print(f"kills       {counts.total()} in {time.monotonic() - start:.0f} s")
    for name, count in counts.most_common():
        print(f"  {name:<24}{count:>5}")
    print(f"faults      {len(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
