"""Streamlit's files from memory: the same bytes, compressed where asked, pages told early."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.assets import Assets

PAGE = "<html><head><title>App</title></head><body></body></html>"
SCRIPT = b"export const words = 'words';\n" * 200


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    scripts = tmp_path / "static" / "js"
    scripts.mkdir(parents=True)
    (scripts / "Html.A1b2_c.js").write_bytes(SCRIPT)
    (scripts / "Video.A1b2_c.js").write_bytes(b"export {};")
    (tmp_path / "index.html").write_text(PAGE)

    def beyond(request: Request) -> Response:
        if request.url.path.endswith("words"):
            return Response("said beyond", media_type="text/plain")
        return HTMLResponse(PAGE)

    app = Starlette(routes=[Route("/{path:path}", beyond)])
    return TestClient(Assets(app, tmp_path))


def test_a_file_is_sent_as_it_lies_or_compressed(client: TestClient) -> None:
    with client.stream("GET", "/static/js/Html.A1b2_c.js") as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == SCRIPT
    assert len(raw) < len(SCRIPT) / 4
    plain = client.get("/static/js/Html.A1b2_c.js", headers={"accept-encoding": "identity"})
    assert plain.content == SCRIPT
    assert "content-encoding" not in plain.headers
    assert plain.headers["content-type"].startswith("text/javascript")
    assert "immutable" in plain.headers["cache-control"]
    assert client.head("/static/js/Html.A1b2_c.js").content == b""


def test_a_page_is_told_what_every_page_needs_and_nothing_else(client: TestClient) -> None:
    page = client.get("/problems")
    assert page.text.count("modulepreload") == 1
    assert 'href="./static/js/Html.A1b2_c.js"></head>' in page.text
    assert page.headers["content-length"] == str(len(page.content))


@pytest.mark.parametrize("path", ["/words", "/static/js/../../words", "/static/js/gone/words"])
def test_what_is_no_file_goes_on_unchanged(client: TestClient, path: str) -> None:
    assert client.get(path).text == "said beyond"
