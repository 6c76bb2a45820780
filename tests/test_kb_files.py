"""Uploads are whole or not there, and pages of them can be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from kb_samples import opened, problem, reader
from servers import cut_after, free_port, object_store

from kb.errors import RecordNotFound, StoreUnavailable
from kb.files import Files, Folder, make_files
from kb.intake import safe_name


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with object_store(free_port()) as keys:
        yield keys


@pytest.fixture
def bucket(server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of a bucket on a server that speaks S3, which this process has the key of."""
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    return f"reports/{uuid4().hex}"


@pytest.fixture(params=["folder", "file", "memory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "s3":
        return make_files(tmp_path, f"s3://{request.getfixturevalue('bucket')}/pbi")
    url = {"folder": None, "file": tmp_path.as_uri(), "memory": f"memory://{tmp_path.name}"}
    return make_files(tmp_path, url[request.param])


def test_what_is_put_is_got_and_dropped(files: Files) -> None:
    name = files.put(b"bytes")
    assert name == sha256(b"bytes").hexdigest()
    files.reach()
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


def test_an_upload_to_a_share_that_is_cut_off_leaves_nothing_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fsspec.implementations.local import LocalFileSystem

    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    files = make_files(tmp_path, tmp_path.as_uri())
    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "mv", broken)
        with pytest.raises(StoreUnavailable, match="Input/output error"):
            files.put(b"bytes")
    assert list(files.names()) == []
    assert files.sweep() == 1
    assert files.get(files.put(b"bytes")) == b"bytes"


def test_an_upload_to_an_object_store_that_is_cut_off_leaves_nothing_under_its_name(
    bucket: str, server: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"%PDF" + bytes(3_000_000)
    files = make_files(Path(), f"s3://{bucket}")
    with monkeypatch.context() as patch, cut_after(1_000_000, server["AWS_ENDPOINT_URL"]) as url:
        patch.setenv("AWS_ENDPOINT_URL", url)
        with pytest.raises(StoreUnavailable, match="cannot be kept"):
            make_files(Path(), f"s3://{bucket}").put(data)
    assert list(files.names()) == []
    assert files.get(files.put(data)) == data


def test_a_bucket_that_is_not_there_is_not_made_and_loses_nothing(bucket: str) -> None:
    files = make_files(Path(), "s3://another-bucket/pbi")
    for use in (
        files.reach,
        lambda: files.put(b"bytes"),
        lambda: files.get("0" * 64),
        lambda: list(files.names()),
        files.sweep,
    ):
        with pytest.raises(StoreUnavailable, match=r"s3://another-bucket/pbi cannot be \w+: \w+"):
            use()


@pytest.mark.parametrize("wrong", ["AWS_SECRET_ACCESS_KEY", "neither"])
def test_a_wrong_key_is_said_in_one_line_without_it(
    bucket: str, monkeypatch: pytest.MonkeyPatch, wrong: str, tmp_path: Path
) -> None:
    url = f"s3://{bucket}/pbi"
    kept = make_files(tmp_path, url).put(b"bytes")
    if wrong == "neither":
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    else:
        monkeypatch.setenv(wrong, "not-the-key-at-all")
    files = make_files(tmp_path, url)
    for use in (
        files.reach,
        lambda: files.put(b"others"),
        lambda: files.get(kept),
        lambda: list(files.names()),
        lambda: files.drop(kept),
    ):
        with pytest.raises(StoreUnavailable) as said:
            use()
        assert "\n" not in str(said.value)
        assert "not-the-key-at-all" not in str(said.value)
        assert url in str(said.value)


def test_a_key_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(StoreUnavailable, match="AWS_SECRET_ACCESS_KEY") as said:
        make_files(Path(), "s3://AKIAEXAMPLE:topsecret@reports/pbi")
    assert "topsecret" not in str(said.value)


def test_an_object_store_that_goes_away_is_said_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-shown")
    with opened(tmp_path, files_url="s3://reports/pbi") as kb:
        result = kb.ingest(b"text", "a.txt", reader=reader("2021-Q2", [problem(1)]))
        assert result.status == "refused"
        assert "s3://reports/pbi cannot be kept: Could not connect" in result.message
        assert "not-to-be-shown" not in result.message
        assert kb.reports() == []
        with pytest.raises(StoreUnavailable, match="cannot be"):
            kb.check(repair=True)


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
