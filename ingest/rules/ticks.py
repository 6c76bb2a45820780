"""Boxes to tick: which of the options printed side by side is the one that was chosen."""

from __future__ import annotations

import re

_BOX = re.compile(
    r"(?P<on>[\u2611\u2612\u2713\u2714\u2705\u25a0\u25c9\u25cf\u2b1b\uf0fe\uf078\u2717\u2718]|[\[(]\s?[xX\u2713\u2714]\s?[\])])"
    r"|(?P<off>[\u2610\u25a1\u25cb\u25ef\u2b1c\u25fb\uf0a8\uf06f]|\[\s?\]|\(\s?\))"
)


def ticked(text: str, at: int = 0, limit: int | None = None) -> tuple[int, int] | None:
    """Half-open offsets of the one ticked option of `text[at:limit]`.

    None where there are no boxes, or where not just one of several is ticked.
    """
    end = len(text) if limit is None else limit
    boxes = list(_BOX.finditer(text, at, end))
    chosen = [place for place, box in enumerate(boxes) if box["on"]]
    if len(boxes) < 2 or len(chosen) != 1:
        return None
    place = chosen[0]
    if re.search(r"\w", text[at : boxes[0].start()]):  # "Yes [x] No [ ]": each box behind its word
        start = boxes[place - 1].end() if place else at
        stop = boxes[place].start()
    else:
        start = boxes[place].end()
        stop = boxes[place + 1].start() if place + 1 < len(boxes) else end
    option = re.compile(r"[\s,;/|]*(?P<words>\w.*?)[\s,;/|]*").fullmatch(text, start, stop)
    return option.span("words") if option else None
