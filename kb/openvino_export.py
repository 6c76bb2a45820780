"""Exports the sentence encoder to OpenVINO once, and proves that it says the same.

Run as `python -m kb.openvino_export MODEL_FOLDER TARGET_FOLDER` in a process of its own, so that
the gigabyte that torch takes is gone when it ends. TARGET holds model.xml, model.bin,
tokenizer.json and export.json (model-int8 too), and appears only when whole.

Which arithmetic is fastest is the processor's affair (bf16 was seen to take four times less than
fp32 on one and half as much again on another of the same family), so it is timed here, among
those that agree.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kb.openvino_int8 import written_small
from kb.openvino_model import INT8, weights_of

AGREEMENT = 0.9999
"""The least cosine between an exported vector and that of sentence-transformers in fp32."""

NEAR = 0.998
"""The same for eight bits: what is nearest to a question stays so (docs/performance.md)."""

PROBES = (
    "Was there a database failure, and how long did it last?",
    "No enduring impact",
    "At 06:40 the message broker stopped and top-ups could not be delivered for 45 minutes.",
    "S1SP1 - SMETS1 - DCO (Operator): certificate expiry on the northern site",
    "Workaround: the service desk restarts the adaptor by hand each morning. " * 20,
    "x",
)

TIMED = 96
"""Sentences encoded to time an arithmetic: what a report of six problems has."""


class ExportRefused(Exception):
    """The model cannot be exported so that it says the same; the reason is the message."""


def export(model: Path, target: Path) -> float:
    """Write the exported model; returns its least cosine against sentence-transformers.

    Raises:
        ExportRefused: the pooling is not the mean, or the vectors differ.
    """
    modules = json.loads((model / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    pooling = json.loads((model / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    if kinds != ["Transformer", "Pooling", "Normalize"] or not pooling.get(
        "pooling_mode_mean_tokens"
    ):
        raise ExportRefused("only a model with mean pooling and unit vectors is exported")
    limits = json.loads((model / "sentence_bert_config.json").read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as name:
        folder = Path(name) / "model"
        folder.mkdir()
        _convert(model, folder)
        written_small(folder / weights_of("f32"), folder / weights_of(INT8))
        shutil.copy(model / "tokenizer.json", folder / "tokenizer.json")
        settings = {"max_length": int(limits["max_seq_length"])}
        (folder / "export.json").write_text(json.dumps(settings), encoding="utf-8")
        precision, least = _fastest(folder, _reference(model))
        chosen = {**settings, "precision": precision, "cosine": round(least, 6)}
        (folder / "export.json").write_text(json.dumps(chosen), encoding="utf-8")
        # Compiled under a name that is about to go, some of it in an arithmetic not chosen.
        shutil.rmtree(folder / "compiled", ignore_errors=True)
        try:
            folder.rename(target)
        except OSError:
            # Another process was first: what it wrote is as good.
            if not (target / "export.json").is_file():
                raise
    return least


def _convert(model: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModel

    from kb.openvino_model import quiet_openvino

    openvino = quiet_openvino()

    class Pooled(torch.nn.Module):
        """Token vectors, their mean over real tokens, unit length: as modules.json says."""

        def __init__(self, encoder: Any) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            tokens = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    encoder = AutoModel.from_pretrained(model, local_files_only=True).eval()
    ones = torch.ones((2, 16), dtype=torch.long)
    with torch.no_grad():
        converted = openvino.convert_model(
            Pooled(encoder), example_input={"input_ids": ones, "attention_mask": ones}
        )
    openvino.save_model(converted, folder / weights_of("f32"), compress_to_fp16=False)


def _reference(model: Path) -> Any:
    """The vectors of the probes by sentence-transformers in fp32."""
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    return plain.encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)


def _fastest(folder: Path, wanted: Any) -> tuple[str, float]:
    """The quickest arithmetic whose vectors agree with those wanted, and its least cosine."""
    from kb.openvino_model import OpenVinoModel, precisions

    agreeing: list[tuple[float, str, float]] = []
    least = 1.0
    for precision in precisions():
        made = OpenVinoModel(folder, precision)
        cosine = float((wanted * made.encode(PROBES)).sum(axis=1).min())
        least = min(least, cosine)
        if cosine >= (NEAR if precision == INT8 else AGREEMENT):
            agreeing.append((_seconds(made), precision, cosine))
    if not agreeing:
        raise ExportRefused(f"the exported vectors differ: cosine {least:.5f}")
    _, precision, cosine = min(agreeing)
    return precision, cosine


def _seconds(model: Any) -> float:
    """The best of three passes over sentences of the usual length."""
    texts = [f"{PROBES[2]} ({number})" for number in range(TIMED)]
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        model.encode(texts)
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main(arguments: list[str]) -> int:
    """The command line of this module."""
    import warnings

    warnings.simplefilter("ignore")  # the tracer's remarks on code that is not ours
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
    model, target = arguments
    try:
        export(Path(model), Path(target))
    except ExportRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
