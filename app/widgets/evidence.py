"""The evidence pane: the page that a value was read from, with its words marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.widgets import inert, states
from ingest.records import Box, Evidence
from ingest.sniff import PDF
from kb.pictures import LONGEST_SIDE
from kb.records import Citation, ReportRecord

if TYPE_CHECKING:
    from PIL.Image import Image

    from kb.base import KnowledgeBase

SCALE = 2.0
"""Pixels for each point: sharp on a screen of twice the usual density at half the window."""

_ABOVE, _BELOW = 90.0, 130.0
"""Points of the page shown around the marked words before the whole page is asked for."""


@dataclass(frozen=True)
class Place:
    """Where some words stand, and what they say."""

    report: str
    document: str
    page: int
    quote: str
    bbox: Box | None = None
    place: str | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """ "file.pdf, page 2" or, in a medium without pages, the place there."""
        return f"{self.document}, {self.place or f'page {self.page}'}"


def cited(citation: Citation) -> Place:
    """The place of a citation."""
    return Place(
        citation.report,
        citation.document,
        citation.page,
        citation.quote,
        citation.bbox,
        citation.place,
        citation.pbi or "",
    )


def read(report: ReportRecord, evidence: Evidence, label: str = "") -> Place:
    """The place that a field was read from."""
    return Place(
        report.id,
        report.file,
        evidence.page,
        evidence.quote,
        evidence.bbox,
        evidence.place,
        label,
    )


def pane(kb: KnowledgeBase, places: Sequence[Place], *, key: str) -> None:
    """Draw the chosen place of several, with previous and next.

    The index of the place is `st.session_state[key]`; whoever draws the buttons sets it.
    """
    if not places:
        return
    index = min(max(int(st.session_state.get(key, 0)), 0), len(places) - 1)
    place = places[index]
    with st.container(key=f"pane_{key}"):
        _turner(index, len(places), key)
        st.html(
            f"<div class='pr-source'>{inert.escaped(place.name)}</div>"
            f"<blockquote class='pr-quote'>{inert.escaped(place.quote)}</blockquote>"
        )
        _image(kb, place, key=key)
        original(kb, place.report, place.document, key=f"{key}_original")


def _turner(index: int, count: int, key: str) -> None:
    def turn(by: int) -> None:
        st.session_state[key] = (index + by) % count

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f"<h2 class='pr-section'>Source {index + 1} of {count}</h2>")
        for by, icon, name in ((-1, "chevron_left", "Previous"), (1, "chevron_right", "Next")):
            st.button(
                name,
                icon=f":material/{icon}:",
                key=f"{key}_{name.lower()}",
                on_click=turn,
                args=(by,),
                disabled=count < 2,
            )


def _image(kb: KnowledgeBase, place: Place, *, key: str) -> None:
    # Asked each time: a report that was removed, or may not be seen, must not come from the cache.
    report = kb.report(place.report)
    whole = False
    if place.bbox is not None and report.media_type == PDF:
        whole = st.toggle("Whole page", key=f"{key}_whole")
    who, box, words = kb.person.email, place.bbox, place.quote
    image = _drawn(kb, who, report.id, place.page, box, words, SCALE, whole=whole)
    if image is None:
        inert.text("This kind of file has no pages to show.", "pr-soft pr-small")
        return
    st.image(
        image,
        width="stretch",
        # As it is: another format would be made of it at each drawing of the page.
        output_format="PNG",
        alt=f"Page {place.page} of {place.document}, with these words marked: {place.quote}",
    )


def page_picture(kb: KnowledgeBase, report: str, page: int, scale: float) -> bytes | None:
    """A whole page without marks, as PNG; None where the kind of file has no pages.

    Raises:
        KBError: no such report. NotAllowed: the person may not see it.
    """
    return _drawn(kb, kb.person.email, kb.report(report).id, page, None, "", scale, whole=True)


@st.cache_data(scope="session", max_entries=24, show_spinner=False)
def _drawn(
    _kb: KnowledgeBase,
    who: str,  # noqa: ARG001
    report: str,
    page: int,
    box: Box | None,
    quote: str,
    scale: float,
    *,
    whole: bool,
) -> bytes | None:
    # Kept for one visit of one person: the knowledge base checks, and notes, whoever looks.
    # The id is the start of the sha256 of the bytes: the same id is the same picture for ever.
    image = _kb.page_image(report, page, (box,) if box else (), scale, quote=quote)
    return image if image is None or box is None or whole else cropped(image, box, scale)


def cropped(image: bytes, box: Box, scale: float) -> bytes:
    """What is printed around a box (in points), as wide as the print on the page, as PNG."""
    from PIL import Image

    with Image.open(io.BytesIO(image)) as whole:
        if max(whole.size) >= LONGEST_SIDE:
            # Drawn smaller than asked for: the box cannot be found by the scale.
            return image
        top = max(0, int((box[1] - _ABOVE) * scale))
        bottom = min(whole.height, int((box[3] + _BELOW) * scale))
        left, right = _printed_width(whole, scale)
        out = io.BytesIO()
        whole.crop((left, top, right, max(bottom, top + 1))).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _printed_width(page: Image, scale: float) -> tuple[int, int]:
    """Where print begins and ends from left to right, in pixels, with a little room."""
    from PIL import Image, ImageChops

    blank = Image.new(page.mode, page.size, page.getpixel((0, 0)))
    printed = ImageChops.difference(page, blank).getbbox()
    if printed is None:
        return 0, page.width
    room = int(14 * scale)
    return max(0, printed[0] - room), min(page.width, printed[2] + room)


def original(kb: KnowledgeBase, report: str, name: str, *, key: str) -> None:
    """A button that hands out the file as it was uploaded."""

    def data() -> bytes:
        from kb.audit import Action, record

        held = kb.file_bytes(report)
        record(kb, Action.OPENED, report=kb.report(report).id)
        return held

    st.download_button(
        "Download the original",
        data,
        file_name=name,
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )


def missing(words: str) -> None:
    """What stands in the pane before a source is chosen."""
    states.empty("No source is open.", words)
