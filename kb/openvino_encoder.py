"""The encoder that exports itself once to OpenVINO and then needs no torch; plain torch else."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.encode import SentenceEncoder, Vectors
    from kb.openvino_model import OpenVinoModel

log = logging.getLogger(__name__)

EXPORT_SECONDS = 300

EXPORT = 4
"""Raise it when what an export holds changes: older ones are then left alone, and made anew."""


def available() -> bool:
    """OpenVINO is installed."""
    return find_spec("openvino") is not None


class OpenVinoEncoder:
    """`Encoder` by OpenVINO, with sentence-transformers to export from and to fall back on.

    Args:
        plain: what is exported, and what encodes where the export fails.
        cache: a folder that outlives the process; one export a model is kept there.
    """

    def __init__(self, plain: SentenceEncoder, cache: Path) -> None:
        self._plain = plain
        self._cache = cache
        self._lock = Lock()
        self._model: OpenVinoModel | None = None
        self._failed = False

    def fingerprint(self) -> str:
        """As of the plain encoder: the export proves that the vectors are the same or nearly."""
        return self._plain.fingerprint()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        with self._lock:
            model = self._ready()
            if model is not None:
                return model.encode(texts)
        return self._plain.encode(texts)

    def _ready(self) -> OpenVinoModel | None:
        if self._model is None and not self._failed:
            try:
                self._model = self._open()
            except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
                log.warning("encoding with torch: OpenVINO is not usable here (%s)", error)
                self._failed = True
        return self._model

    def _open(self) -> OpenVinoModel:
        from kb.openvino_model import OpenVinoModel

        digest = self._plain.fingerprint().partition("/")[0]
        target = self._cache / f"openvino-{EXPORT}-{digest[:16]}"
        if not (target / "export.json").is_file():
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "kb.openvino_export",
                    str(self._plain.folder()),
                    str(target),
                ],
                capture_output=True,
                text=True,
                timeout=EXPORT_SECONDS,
                check=False,
            )
            if done.returncode != 0:
                lines = done.stderr.strip().splitlines()
                raise RuntimeError(lines[-1] if lines else f"export ended {done.returncode}")
        return OpenVinoModel(target)
