"""Uploads are hostile until read: `docs/security.md`, "Uploads", line by line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from kb_samples import opened

from kb.files import whole
from kb.intake import safe_name

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
TEXT = (CORPUS / "heldout" / "2026-Q2-answer-to-action.txt").read_bytes()
DOCX = (CORPUS / "heldout" / "2026-Q1-problem-annex.docx").read_bytes()
XLSX = (CORPUS / "heldout" / "2026-Q2-problem-workbook.xlsx").read_bytes()
PDF = (CORPUS / "heldout" / "2025-Q1-csp-north-problems.pdf").read_bytes()

_NESTED = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
LAUGHS = f"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{_NESTED}]>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a12 SYSTEM "file://%s">]>"""


def changed(data: bytes, name: str, by: str, *, under: str | None = None) -> bytes:
    """An Office file with a document type ahead of one member, and its first text from there.

    Args:
        under: the member's new name; what refers to it follows.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == name:
                text = body.decode().split("?>", 1)[-1]
                text = text.replace("</w:t>", "&a12;</w:t>").replace("</t>", "&a12;</t>")
                body = (by + text).encode()
                if under:
                    new.writestr(info.filename, old.read(info))
                    new.writestr(under, body)
                    continue
            elif under:
                here, there = Path(name).name.encode(), Path(under).name.encode()
                body = body.replace(here, there)
            new.writestr(info.filename, body)
    return out.getvalue()


def refusal(folder: Path, data: bytes, name: str, **settings: object) -> str:
    """Why an upload is refused: one line, and nothing is kept of it."""
    folder.mkdir(exist_ok=True)
    with opened(folder, **settings) as kb:
        result = kb.ingest(data, name)
        assert result.status == "refused", result.message
        assert not kb.reports()
        assert not list(kb.files.names())
    assert "\n" not in result.message
    assert "Traceback" not in result.message
    return result.message


LIES = [
    (b"\x7fELF\x02\x01\x01" + bytes(200), "report.pdf", "named as a PDF but is none"),
    (b"MZ" + bytes(range(256)), "report.docx", "named as a Word document but is none"),
    (b"\x89PNG\r\n\x1a\n" + bytes(50), "report.pdf", "a PNG picture"),
    (b"<!DOCTYPE html><script>alert(1)</script>", "report.txt", "a web page"),
    (b"{\\rtf1 text}", "report.txt", "an RTF file"),
    (zipfile.ZipFile, "report.docx", "without its main part"),
]


@pytest.mark.parametrize(("data", "name", "words"), LIES, ids=[one[2] for one in LIES])
def test_the_bytes_say_what_a_file_is(
    tmp_path: Path, data: bytes | type, name: str, words: str
) -> None:
    if not isinstance(data, bytes):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("run.exe", b"MZ")
        data = out.getvalue()
    assert words in refusal(tmp_path, data, name)


def test_a_report_under_any_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        assert kb.ingest(XLSX, "report.exe").status == "published"


def test_size_pages_time_and_memory_are_limited(tmp_path: Path) -> None:
    assert "more than the limit" in refusal(tmp_path / "size", TEXT, "a.txt", max_bytes=1000)
    assert "longer than 0.01 seconds" in refusal(tmp_path / "t", PDF, "a.pdf", read_seconds=0.01)
    # Sixty megabytes hold the interpreter and not the libraries that read a PDF.
    memory = refusal(tmp_path / "memory", PDF, "a.pdf", read_memory_mb=24)
    assert "memory" in memory or "24 MB" in memory


def test_a_pdf_of_too_many_pages(tmp_path: Path) -> None:
    from ingest.documents import open_document
    from ingest.errors import TooLarge
    from ingest.limits import Limits

    with pytest.raises(TooLarge, match="limit is 1"):
        open_document(
            (CORPUS / "2021-Q2-problem-report.pdf").read_bytes(), "a.pdf", limits=Limits(pages=1)
        )


NAMES = [
    "../../../etc/passwd", "..\\..\\windows\\system32\\a.txt", "/etc/cron.d/job", "C:\\a.txt",
    "a\x00.txt", "a\n2021.txt", "\x1b[2Ja.txt", "invoice\u202efdp.exe", ".", "..", "", " ",
    "a" * 5000 + ".txt", "con", "-rf", "\u200b", "$(reboot)", "<img src=x onerror=alert(1)>",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=[repr(name)[:20] for name in NAMES])
def test_names_neither_climb_nor_carry_controls(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    with opened(folder) as kb:
        report = kb.ingest(TEXT, name).report
        assert report
        shown = report.file
    assert shown == safe_name(name)
    assert shown
    assert len(shown) <= 200
    assert not set(shown) & set("/\\\x00\x1b\n\u202e\u200b")
    assert list(tmp_path.iterdir()) == [folder], "nothing beside the folder"
    files = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert all(whole(path.name) for path in files), "the name is no path"


@pytest.mark.parametrize("main", ["word/document.xml", "xl/workbook.xml"])
def test_archives_that_inflate_are_refused_at_once(tmp_path: Path, main: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(main, "<x/>")
        with archive.open("word/media/a.bin", "w", force_zip64=True) as stream:
            for _ in range(500):
                stream.write(bytes(1 << 20))
    start = time.monotonic()
    assert "the limit is 400 MB" in refusal(tmp_path, out.getvalue(), "a.docx")
    assert len(out.getvalue()) < 1 << 20
    assert time.monotonic() - start < 30


PARTS = [
    (DOCX, "word/document.xml"), (DOCX, "word/styles.xml"), (DOCX, "word/_rels/document.xml.rels"),
    (XLSX, "xl/worksheets/sheet1.xml"), (XLSX, "xl/workbook.xml"), (XLSX, "xl/styles.xml"),
]  # fmt: skip


@pytest.mark.parametrize("attack", ["laughs", "outside"])
@pytest.mark.parametrize(("data", "member"), PARTS, ids=[part for _, part in PARTS])
def test_xml_entities_are_refused(tmp_path: Path, data: bytes, member: str, attack: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET-WORD")
    by = LAUGHS if attack == "laughs" else OUTSIDE % secret
    said = refusal(tmp_path / "kb", changed(data, member, by), "a")
    assert "XML entities" in said


@pytest.mark.parametrize("attack", ["laughs", "outside"])
@pytest.mark.parametrize(
    ("data", "member", "under"),
    [
        (DOCX, "word/document.xml", "word/picture.png"),
        (XLSX, "xl/worksheets/sheet1.xml", "xl/worksheets/picture.png"),
    ],
    ids=["docx", "xlsx"],
)
def test_entities_in_a_part_by_another_name_are_never_expanded(
    tmp_path: Path, data: bytes, member: str, under: str, attack: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET-WORD")
    by = LAUGHS if attack == "laughs" else OUTSIDE % secret
    with opened(tmp_path / "kb") as kb:
        result = kb.ingest(changed(data, member, by, under=under), "a")
        held = "".join(kb.reading(one.id).model_dump_json() for one in kb.reports())
    assert "SECRET-WORD" not in held + result.message
    assert "hahaha" not in held + result.message


ACTIVE_PDF = """%PDF-1.7
1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R /AA << /WC 5 0 R >>
 /Names << /JavaScript << /Names [(a) 5 0 R] >> /EmbeddedFiles << /Names [(evil.exe) 6 0 R] >> >>
 /AcroForm << /XFA (<xdp/>) /Fields [] >> >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
 /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>
 /AA << /O 8 0 R >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A 8 0 R >>] >> endobj
4 0 obj << /Length SIZE >> stream
ROWS
endstream endobj
5 0 obj << /S /JavaScript /JS (app.launchURL\\("http://127.0.0.1:9/"\\);) >> endobj
6 0 obj << /Type /Filespec /F (evil.exe) /EF << /F 7 0 R >> >> endobj
7 0 obj << /Type /EmbeddedFile /Length 40 >> stream
PBI000000777555 Title: Zebra. Status: Open
endstream endobj
8 0 obj << /S /Launch /F (/bin/sh) /Next << /S /URI /URI (http://127.0.0.1:9/) >> >> endobj
trailer << /Root 1 0 R >>
startxref
0
%%EOF
"""
LINES = (
    "PBI000000123400", "Title: Plain words", "This Problem Record is with DCO.", "Severity: High",
    "Created: 30/06/2021", "Current status: Pending", "Target completion: 30/11/2021",
)  # fmt: skip


def active_pdf() -> bytes:
    rows = "".join(
        f"BT /F 11 Tf 50 {780 - 16 * n} Td ({words}) Tj ET\n" for n, words in enumerate(LINES)
    )
    return ACTIVE_PDF.replace("SIZE", str(len(rows))).replace("ROWS", rows).encode()


def test_scripts_and_attachments_of_a_pdf_are_passed_over(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        assert kb.ingest(active_pdf(), "a.pdf").status == "published"
        assert kb.pbis() == ["PBI000000123400"]
        held = kb.reading(kb.reports()[0].id).model_dump_json()
    for word in ("777555", "Zebra", "evil", "launchURL", "127.0.0.1", "/bin/sh"):
        assert word not in held


WATCHER = """
import sys, json
sys.path.insert(0, sys.argv[1])
from ingest.read import read_report
from ingest.errors import IngestError
paths = sys.argv[2:]
for path in paths:  # once, so that libraries are loaded
    try: read_report(open(path, "rb").read(), path)
    except IngestError: pass
seen = []
def watch(event, args):
    if event.split(".")[0] in ("socket", "subprocess", "ftplib", "urllib", "smtplib"):
        seen.append([event, repr(args)[:200]])
    elif event in ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename"):
        seen.append([event, repr(args)[:200]])
    elif event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append([event, repr(args)[:200]])
data = [(open(path, "rb").read(), path) for path in paths]
sys.addaudithook(watch)
for one in data:
    try: read_report(*one)
    except IngestError: pass
sys.stdout.write(json.dumps(seen))
"""


def test_reading_opens_no_connection_starts_no_program_and_writes_nothing(tmp_path: Path) -> None:
    samples = {
        "active.pdf": active_pdf(), "plain.pdf": PDF, "a.docx": DOCX, "a.xlsx": XLSX, "a.txt": TEXT,
        "outside.docx": changed(DOCX, "word/document.xml", OUTSIDE % "/etc/passwd"),
        "hidden.xlsx": changed(
            XLSX, "xl/worksheets/sheet1.xml", OUTSIDE % "/etc/passwd",
            under="xl/worksheets/picture.png",
        ),
    }  # fmt: skip
    for name, data in samples.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-c", WATCHER, str(ROOT), *(str(tmp_path / one) for one in samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
