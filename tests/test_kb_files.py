"""Uploads are whole or not there, and pages of them can be drawn."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from kb_samples import opened, problem, reader

from kb.errors import RecordNotFound, StoreUnavailable
from kb.files import Files, Folder, make_files
from kb.intake import safe_name


@pytest.fixture(params=["folder", "file", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    url = {"folder": None, "file": tmp_path.as_uri(), "memory": f"memory://{tmp_path.name}"}
    return make_files(tmp_path, url[request.param])


def test_what_is_put_is_got_and_dropped(files: Files) -> None:
    name = files.put(b"bytes")
    assert name == sha256(b"bytes").hexdigest()
    assert files.put(b"bytes") == name
    assert files.get(name) == b"bytes"
    assert list(files.names()) == [name]
    assert files.sweep() == 0
    files.drop(name)
    files.drop(name)
    assert list(files.names()) == []
    with pytest.raises(RecordNotFound):
        files.get(name)


def test_a_half_written_file_is_never_taken_for_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    files = Folder(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("kb.files.os.fsync", full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            files.put(b"bytes")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_a_sha256_is_a_name(files: Files, name: str) -> None:
    with pytest.raises(RecordNotFound):
        files.get(name)


def test_a_store_that_cannot_be_reached_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="nowhere://x"):
        make_files(Path(), "nowhere://x")


def test_a_knowledge_base_keeps_its_uploads_where_it_is_told(tmp_path: Path) -> None:
    with opened(tmp_path / "kb", files_url=(tmp_path / "store").as_uri()) as kb:
        report = kb.ingest(b"text", "a.txt", reader=reader("2021-Q2", [problem(1)])).report
        assert report is not None
        assert kb.file_bytes(report.id) == b"text"
        assert (tmp_path / "store" / report.sha256[:2] / report.sha256).is_file()
        kb.remove(report.id)
        assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
        assert kb.check().ok


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", ".."),
        ("a\x00b\x1b[31m\u202e.pdf", "ab[31m.pdf"),
        ("", "unnamed"),
        ("x/", "unnamed"),
    ],
)
def test_names_are_made_safe_to_show(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert len(safe_name("n" * 500 + ".pdf")) <= 200
    assert safe_name("n" * 500 + ".pdf").endswith(".pdf")


def pdf(pages: int) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    held = BytesIO()
    canvas = Canvas(held, pagesize=(200, 100))
    for _ in range(pages):
        canvas.drawString(20, 40, "Some words")
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def test_a_page_is_drawn_with_the_words_highlighted(tmp_path: Path) -> None:
    from PIL import Image

    with opened(tmp_path) as kb:
        read = reader("2021-Q2", [problem(1)], media_type="application/pdf")
        report = kb.ingest(pdf(2), "two.pdf", reader=read).report
        assert report is not None
        plain = kb.page_image(report.id, 1, scale=2.0)
        marked = kb.page_image(report.id, 2, boxes=[(20, 50, 80, 62)], scale=2.0)
        assert plain is not None
        assert marked is not None
        before, after = (Image.open(BytesIO(png)).convert("RGB") for png in (plain, marked))
        assert before.size == after.size == (400, 200)
        inside, outside = (150, 102), (300, 30)
        assert before.getpixel(outside) == after.getpixel(outside) == (255, 255, 255)
        red, _, blue = after.getpixel(inside)
        assert red > 240
        assert blue < 200
        with pytest.raises(RecordNotFound, match="page 3"):
            kb.page_image(report.id, 3)
        huge = kb.page_image(report.id, 1, scale=1000)
        assert huge is not None
        assert max(Image.open(BytesIO(huge)).size) <= 4000


def test_what_has_no_pages_has_no_picture(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        report = kb.ingest(b"text", "a.txt", reader=reader("2021-Q2", [problem(1)])).report
        assert report is not None
        assert kb.page_image(report.id, 1) is None
        assert kb.file_bytes(report.id) == b"text"
