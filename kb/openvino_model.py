"""The exported sentence encoder: text to vectors in a fraction of torch's time and memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TOKENS = 4096
"""Tokens in one batch, padding included: enough for the cores, little enough for their caches."""


def quiet_openvino() -> Any:
    """The `openvino` module without its telemetry, which would report each import to its makers.

    The package falls back on a stub of its own where `openvino_telemetry` cannot be imported.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


def precisions() -> tuple[str, ...]:
    """The arithmetics that this processor knows, of those that keep vectors the same."""
    known = quiet_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("f32", "bf16") if "BF16" in known else ("f32",)


class OpenVinoModel:
    """A compiled model in this process. Not for two threads at once.

    Args:
        folder: an export; see `kb.openvino_export`.
        precision: one of `precisions()`; default the one that the export found fastest.
    """

    def __init__(self, folder: Path, precision: str | None = None) -> None:
        from tokenizers import Tokenizer

        settings = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(int(settings["max_length"]))
        self._tokenizer.no_padding()
        core = quiet_openvino().Core()
        self._model = core.compile_model(
            folder / "model.xml",
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_PRECISION_HINT": precision or settings.get("precision", "f32"),
                "CACHE_DIR": str(folder / "compiled"),
            },
        )
        self.dimension = int(self._model.outputs[0].partial_shape[1].get_length())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text: shape (len(texts), dimension), float32."""
        import numpy as np

        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        tokens = [item.ids for item in self._tokenizer.encode_batch(list(texts))]
        # Longest first: a batch holds texts of one length, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda index: -len(tokens[index]))
        start = 0
        while start < len(order):
            width = len(tokens[order[start]])
            batch = order[start : start + max(1, TOKENS // width)]
            ids = np.zeros((len(batch), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, index in enumerate(batch):
                ids[row, : len(tokens[index])] = tokens[index]
                mask[row, : len(tokens[index])] = 1
            vectors[batch] = self._model({"input_ids": ids, "attention_mask": mask})[0]
            start += len(batch)
        return vectors
