"""Opens the knowledge base that a command or a page works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

AS = "pbi.as"
"""Where the command keeps the e-mail address of whoever it acts as."""


@contextmanager
def opened(context: typer.Context) -> Iterator[KnowledgeBase]:
    """The knowledge base in `--data`, else where the settings say, as `--as` may see it."""
    from kb.base import KnowledgeBase
    from kb.people import LOCAL
    from kb.settings import Settings

    folder: Path | None = context.obj
    settings = Settings(data=folder) if folder is not None else Settings()
    kb = KnowledgeBase.open(settings)
    try:
        other = context.meta.get(AS)
        yield kb.acting(other or LOCAL, "cli, by the local user" if other else "cli")
    finally:
        kb.close()
