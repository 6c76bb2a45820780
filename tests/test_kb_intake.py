"""Many files at once: read ahead in other processes, taken in in order, each with a result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from kb_samples import WordHashEncoder, opened

from kb import people
from kb.people import Role

PROSE = """OPSG Action 55/1{n}: problems in the Q{n} 2021 Quarterly Problem Report.

PBI00000012340{n}: SMETS1 - Gateway queue is full at number {n}.

This Problem Record is with DSP. The queue of the gateway was full for two hours.

PBI created 30/0{n}/2021. Severity – Critical

Current status: 20/09/2021 – Pending,

Target completion 30/11/2021.

End user impact = No enduring impact.
"""


def test_files_are_taken_in_in_order_and_trouble_stops_nothing(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2, 3):
        path = tmp_path / f"paper-{number}.txt"
        path.write_text(PROSE.format(n=number), encoding="utf-8")
        paths.append(path)
    bad, empty = tmp_path / "bad.pdf", tmp_path / "empty.txt"
    bad.write_bytes(bytes(range(256)) * 40)
    empty.write_bytes(b"")
    again = tmp_path / "again.txt"
    again.write_bytes(paths[0].read_bytes())
    stages: list[tuple[str, str]] = []

    @contextmanager
    def watched(label: str) -> Iterator[Callable[[str, int, int], None]]:
        yield lambda stage, _done, _total: stages.append((label, stage))

    with opened(tmp_path / "kb") as kb:
        asked = [paths[0], tmp_path / "none.pdf", bad, empty, paths[1], again, paths[2]]
        results = list(kb.ingest_many(asked, progress_of=watched))
        assert [(one.file, one.status.value) for one in results] == [
            ("paper-1.txt", "published"),
            ("none.pdf", "refused"),
            ("bad.pdf", "refused"),
            ("empty.txt", "refused"),
            ("paper-2.txt", "published"),
            ("again.txt", "duplicate"),
            ("paper-3.txt", "published"),
        ]
        for one in results:
            assert one.file in one.message
            assert "\n" not in one.message
        assert ("index", "indexing") in stages
        assert kb.stats()["waiting"] == 0
        assert len(list(kb.files.names())) == len(kb.reports()) == 3
        again_all = [one.status.value for one in kb.ingest_many(paths)]
        assert again_all == ["duplicate"] * 3
        assert kb.check().ok


def test_staff_take_files_in_to_the_last_vector(tmp_path: Path) -> None:
    path = tmp_path / "paper.txt"
    path.write_text(PROSE.format(n=1), encoding="utf-8")
    with opened(tmp_path / "kb") as kb:
        people.add(kb, "staff@example.org", Role.STAFF)
        results = list(kb.acting("staff@example.org").ingest_many([path]))
        assert [one.status.value for one in results] == ["published"]
        assert kb.stats()["waiting"] == 0


class Noted(WordHashEncoder):
    """Says when it was asked first."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()

    def encode(self, texts: Any) -> Any:
        self.begun.set()
        return super().encode(texts)


def test_vectors_are_made_while_more_is_read_and_each_text_once(tmp_path: Path) -> None:
    encoder = Noted()

    def papers() -> Iterator[Path]:
        for number in range(1, 9):
            # Some are asked for before the first is taken in, the last long behind it.
            assert number < 8 or encoder.begun.wait(60)
            path = tmp_path / f"paper-{number}.txt"
            path.write_text(PROSE.format(n=number), encoding="utf-8")
            yield path

    with opened(tmp_path / "kb", encoder) as kb:
        assert [one.problems for one in kb.ingest_many(papers())] == [1] * 8
        assert kb.stats()["waiting"] == 0
    assert len(encoder.encoded) == len(set(encoder.encoded)) > 8
