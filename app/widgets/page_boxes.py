"""A page of a report with a box around every value that was read from it; a box can be pressed."""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from ingest.records import Box, Grade

_JS = (Path(__file__).parent / "page_boxes.js").read_text(encoding="utf-8")
_component = st.components.v2.component(
    "problem_reports.page_boxes", html="<div class='pr-root'></div>", js=_JS, isolate_styles=False
)

_ROOM = 1.5
"""Points of room around the words."""


@dataclass(frozen=True)
class Mark:
    """One box. `key` comes back when it is pressed; `name` says what stands in it."""

    key: str
    name: str
    box: Box
    grade: Grade = Grade.GOOD


def show(
    image: bytes,
    marks: Sequence[Mark],
    *,
    scale: float,
    key: str,
    alt: str,
    chosen: str | None = None,
) -> str | None:
    """Draw the page; the key of the box that was pressed just now, else None.

    Args:
        image: PNG. scale: its pixels for each point.
    """
    width, height = (side / scale for side in png_size(image))
    result: Any = _component(
        key=key,
        data={
            "image": b64encode(image).decode("ascii"),
            "alt": alt,
            "chosen": chosen,
            "boxes": [_placed(mark, width, height) for mark in layered(marks)],
        },
        on_pick_change=lambda: None,
    )
    return str(result.pick) if result.pick is not None else None


def layered(marks: Sequence[Mark]) -> list[Mark]:
    """Large boxes first, so that a small one inside a large one lies on top and can be pressed."""
    return sorted(marks, key=lambda mark: -_area(mark.box))


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header."""
    width, height = struct.unpack(">II", image[16:24])
    return int(width), int(height)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _placed(mark: Mark, width: float, height: float) -> dict[str, Any]:
    """The box in per cent of the page, so that it fits at any size on the screen."""
    x0, top, x1, bottom = mark.box
    return {
        "key": mark.key,
        "name": mark.name,
        "grade": mark.grade.value,
        "left": round(100 * (x0 - _ROOM) / width, 3),
        "top": round(100 * (top - _ROOM) / height, 3),
        "width": round(100 * (x1 - x0 + 2 * _ROOM) / width, 3),
        "height": round(100 * (bottom - top + 2 * _ROOM) / height, 3),
    }
