"""The exported sentence encoder: text to vectors in a fraction of torch's time and memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.openvino_int8 import GROUP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

TOKENS = 1024
"""Tokens in one batch, padding included: what a layer makes of them stays in a core's cache."""

INT8 = "int8"
"""The arithmetic of `kb.openvino_int8`; the others are OpenVINO's own names."""


def quiet_openvino() -> Any:
    """The `openvino` module without its telemetry, which would report each import to its makers.

    The package falls back on a stub of its own where `openvino_telemetry` cannot be imported.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


def precisions() -> tuple[str, ...]:
    """The arithmetics that this processor knows, of those that keep vectors the same, or nearly."""
    known = quiet_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    more = {"BF16": "bf16", "INT8": INT8}
    return ("f32", *(name for capability, name in more.items() if capability in known))


def weights_of(precision: str) -> str:
    """The file of an export that an arithmetic is compiled from."""
    return "model-int8.xml" if precision == INT8 else "model.xml"


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
        precision = precision or str(settings.get("precision", "f32"))
        small = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP} if precision == INT8 else {}
        openvino = quiet_openvino()
        self._model = openvino.Core().compile_model(
            folder / weights_of(precision),
            "CPU",
            {
                # One batch a core: cores that share one spend as long waiting for each other.
                "PERFORMANCE_HINT": "THROUGHPUT",
                "INFERENCE_PRECISION_HINT": "f32" if precision == INT8 else precision,
                "CACHE_DIR": str(folder / "compiled"),
                **small,
            },
        )
        self._queue = openvino.AsyncInferQueue(self._model)
        self._queue.set_callback(_take)
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
            self._queue.start_async({"input_ids": ids, "attention_mask": mask}, (vectors, batch))
            start += len(batch)
        self._queue.wait_all()
        return vectors


def _take(request: Any, wanted: tuple[Vectors, list[int]]) -> None:
    vectors, batch = wanted
    vectors[batch] = request.get_output_tensor(0).data
