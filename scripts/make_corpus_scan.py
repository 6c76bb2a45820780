"""Turns a page of our own into a scan: a picture, a little crooked, a little noisy."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2 as pdfium
from make_corpus_forms import Paper
from make_corpus_prose import load_fonts
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def make_original(paper: Paper) -> bytes:
    """The page before it was scanned: labelled prose, or a table where the head gives columns."""
    from make_corpus_tables import make_labelled, make_table

    return make_table(paper) if "widths" in paper.head else make_labelled(paper)


def make_scan(paper: Paper) -> bytes:
    """A PDF of pictures only."""
    load_fonts()
    dpi, tilt = paper.head["dpi"], paper.head["tilt"]
    noise = np.random.default_rng(20210920)
    out = io.BytesIO()
    canvas = Canvas(out)
    for index, page in enumerate(pdfium.PdfDocument(make_original(paper))):
        width, height = page.get_size()
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        angle = tilt if index % 2 == 0 else -0.6 * tilt
        image = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        pixels = np.asarray(image, dtype=np.float64)
        pixels = pixels * 0.93 + 10 + noise.normal(0, 6, pixels.shape)
        jpeg = io.BytesIO()
        picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        picture.save(jpeg, "JPEG", quality=58)
        jpeg.seek(0)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
