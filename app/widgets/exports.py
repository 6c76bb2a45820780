"""Downloads: an answer, a list, a paper, in the formats that people work with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.base import KnowledgeBase
    from kb.exports.model import ExportDocument

_NAMES = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel", "csv": "CSV"}


def menu(
    kb: KnowledgeBase,
    make: Callable[[], ExportDocument],
    *,
    stem: str,
    key: str,
    label: str = "Download",
    formats: Sequence[str] = tuple(_NAMES),
) -> None:
    """A button that opens the formats; nothing is written before one of them is pressed."""
    with st.popover(label, icon=":material/download:", key=f"menu_{key}"):
        buttons(kb, make, stem=stem, key=key, formats=formats)


def buttons(
    kb: KnowledgeBase,
    make: Callable[[], ExportDocument],
    *,
    stem: str,
    key: str,
    formats: Sequence[str] = tuple(_NAMES),
) -> None:
    """One button for each format."""
    from kb.exports import MEDIA_TYPES

    for name in formats:
        st.download_button(
            _NAMES[name],
            _writer(kb, make, name),
            file_name=f"{file_stem(stem)}.{name}",
            mime=MEDIA_TYPES[name],
            key=f"{key}_{name}",
            on_click="ignore",
        )


def file_stem(words: str) -> str:
    """A name for a file from any words: letters, digits and hyphens, at most sixty."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()
    return plain[:60].rstrip("-") or "export"


def answer(kb: KnowledgeBase, given: Answer, *, key: str) -> None:
    """The downloads of an answer, under the highest marking of the reports that it cites."""

    def make() -> ExportDocument:
        from kb.exports.answers import answer_document

        return answer_document(given, reports=kb.reports())

    formats = tuple(_NAMES) if given.table or given.citations else ("docx", "pdf")
    menu(kb, make, stem=given.question, key=key, formats=formats)


def _writer(
    kb: KnowledgeBase, make: Callable[[], ExportDocument], name: str
) -> Callable[[], bytes]:
    def written() -> bytes:
        return kb.export(make(), name)

    return written
