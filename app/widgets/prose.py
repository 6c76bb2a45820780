"""Sentences with sources that can be pressed: the words of an answer, the fields of a record.

One small component draws them, because Streamlit cannot put a button inside a sentence. It gets
plain text and puts it on the page as text nodes: nothing in it can take effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_JS = (Path(__file__).parent / "prose.js").read_text(encoding="utf-8")
_component = st.components.v2.component(
    "problem_reports.prose", html="<div class='pr-root'></div>", js=_JS, isolate_styles=False
)


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, or (with a label) a field.

    Attributes:
        text: as it is to be read; line ends are kept.
        refs: numbers of its sources, counted from 0; shown from 1.
        label: the name of a field; None for running text.
        item: one entry of a list.
        soft: less important, set back.
        remark: a line below it, for what a reader has to look at.
    """

    text: str
    refs: tuple[int, ...] = ()
    label: str | None = None
    item: bool = False
    soft: bool = False
    remark: str = ""


def show(
    blocks: Sequence[Block],
    *,
    key: str,
    chosen: int | None = None,
    names: Sequence[str] = (),
    marks: Sequence[str] = (),
    copy: str | None = None,
    arrive: bool = False,
) -> int | None:
    """Draw the blocks; the source that was pressed just now, else None.

    Args:
        chosen: the source that is open beside the words.
        names: what each source is, for a pointer that rests on its number and for screen readers.
        marks: what to print in place of each number ("p. 2").
        copy: the text that a "Copy" button puts on the clipboard; None for no button.
        arrive: bring the words to the top of the window when they appear for the first time.
    """
    result: Any = _component(
        key=key,
        data={
            "blocks": [asdict(block) for block in blocks],
            "chosen": chosen,
            "names": list(names),
            "marks": list(marks),
            "copy": copy,
            "arrive": key if arrive else None,
        },
        on_cite_change=lambda: None,
    )
    pressed = result.cite
    return int(pressed) if pressed is not None else None
