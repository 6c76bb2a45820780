"""The picture of a scanned page set straight, and the rules that are drawn on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.records import Box

if TYPE_CHECKING:
    from PIL.Image import Image

_DARK = 150
"""Grey values below this are ink ..."""
_GREY = 200
"""... and below this may be a rule: many tables are ruled in grey."""
_MOST_SKEW = 2.0
_LEAST_SKEW = 0.1
_ACROSS = 0.4
"""The shortest rule across, in inches: no letter is as wide ..."""
_DOWN = 0.3
"""... and the shortest rule down: no letter of a text is as high."""
_THICKEST = 0.05
_SOLID = 0.95
"""The share of a rule that must be ink: a scan leaves holes."""
_CROWDED = 0.25
_MOST_RULES = 2000


def straightened(picture: Image) -> Image:
    """The picture turned by the few tenths of a degree that it was laid askew, if it was."""
    angle = skew_of(picture)
    if abs(angle) < _LEAST_SKEW:
        return picture
    from PIL import Image as Images

    return picture.rotate(angle, resample=Images.Resampling.BILINEAR, fillcolor=255)


def skew_of(picture: Image) -> float:
    """Degrees counter-clockwise that set the lines of text level; 0 where none is better.

    Level lines leave the rows between them white, so that the ink per row changes most.
    """
    import numpy as np
    from PIL import Image as Images

    small = picture.resize((600, max(1, round(600 * picture.height / picture.width))))
    ink = Images.fromarray(((np.asarray(small) < _DARK) * 255).astype(np.uint8))

    def sharpness(angle: float) -> float:
        turned = ink.rotate(angle, resample=Images.Resampling.BILINEAR) if angle else ink
        rows = np.asarray(turned, dtype=np.float64).sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    coarse = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.1, 0.4), key=sharpness)
    fine = max(np.arange(coarse - 0.3, coarse + 0.35, 0.1), key=sharpness)
    return round(float(fine), 2) if sharpness(float(fine)) > 1.05 * sharpness(0.0) else 0.0


def without_rules(picture: Image, dpi: float) -> tuple[Image, list[Box]]:
    """The picture with its rules wiped out, and their boxes in pixels.

    Tesseract takes rules for letters and reads worse beside them.
    """
    import numpy as np
    from PIL import Image as Images

    pixels = np.asarray(picture).copy()
    dark = pixels < _GREY
    across = _runs(dark, round(_ACROSS * dpi), round(_THICKEST * dpi))
    down = _runs(dark.T, round(_DOWN * dpi), round(_THICKEST * dpi))
    boxes: list[Box] = [(x0, y0, x1, y1) for x0, y0, x1, y1 in across]
    boxes += [(x0, y0, x1, y1) for y0, x0, y1, x1 in down]
    if len(boxes) > _MOST_RULES:
        return picture, []
    for x0, y0, x1, y1 in boxes:
        pixels[max(0, int(y0) - 1) : int(y1) + 1, max(0, int(x0) - 1) : int(x1) + 1] = 255
    return (Images.fromarray(pixels) if boxes else picture), boxes


def _runs(dark: Any, length: int, thickest: int) -> list[tuple[float, float, float, float]]:
    """Boxes (left, top, right, bottom) of thin runs of ink along the rows of an array."""
    import numpy as np

    thick = dark.copy()  # a rule that is not quite level goes on in the next row
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    if thick.shape[1] <= length:
        return []
    sums = np.cumsum(np.pad(thick, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    solid = sums[:, length:] - sums[:, :-length] >= _SOLID * length
    open_boxes: list[list[float]] = []
    done: list[list[float]] = []
    for y in np.flatnonzero(solid.any(axis=1)):
        still = [box for box in open_boxes if y - box[3] <= 1]
        done += [box for box in open_boxes if y - box[3] > 1]
        open_boxes = still
        edges = np.flatnonzero(np.diff(np.pad(solid[y].astype(np.int8), 1)))
        for left, end in zip(edges[::2], edges[1::2], strict=True):
            right = end - 1 + length
            box = next((b for b in open_boxes if b[0] < right and left < b[2]), None)
            if box is None:
                open_boxes.append([float(left), float(y), float(right), float(y + 1)])
            else:
                box[:] = [min(box[0], left), box[1], max(box[2], right), float(y + 1)]
    boxes = [*done, *open_boxes]
    thin = [(b[0], b[1], b[2], b[3]) for b in boxes if b[3] - b[1] <= thickest + 2]
    return [box for box in thin if _stands_free(dark, box)]


def _stands_free(dark: Any, box: tuple[float, float, float, float]) -> bool:
    """Mostly white above and below: a rule, not the feet of bold letters."""
    left, top, right, bottom = (int(edge) for edge in box)
    sides = [dark[y, left:right] for y in (top - 3, bottom + 2) if 0 <= y < len(dark)]
    return all(float(side.mean()) < _CROWDED for side in sides)
