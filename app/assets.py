"""Streamlit's own scripts, styles and fonts, handed out from memory and compressed.

A page's first visit asks for some sixty small files. Streamlit opens each anew in a thread of its
own and sends it as it lies; over a network that is three times the bytes, and while many people
come at once the pages wait for it. The files never change while the process runs.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LASTING = b"public, immutable, max-age=31536000"
"""Their names hold a hash of what is in them."""

_WORTH_IT = (".js", ".css", ".svg", ".json", ".wasm")
"""Fonts and pictures are compressed already."""

_SOON = ("Html", "purify.es", "Button", "PageLink", "BidiComponent")
"""Parts of Streamlit's front end that every page of ours is drawn with. It would ask for them only
when the first words of a page have come."""


@dataclass(frozen=True)
class Asset:
    """One file: its bytes as it is sent, and what they are."""

    body: bytes
    kind: str
    packed: bool = False


class Assets:
    """The ASGI middleware: answers for files under /static/; tells pages what to fetch early."""

    def __init__(self, app: ASGIApp, folder: Path | None = None) -> None:
        self.app = app
        self.folder = folder or _streamlit_folder()
        found = [path for path in self.folder.glob("static/**/*") if path.is_file()]
        self.paths = {f"/{path.relative_to(self.folder).as_posix()}": path for path in found}
        self.early = _early([path.name for path in found if path.suffix == ".js"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what it holds; everything else goes on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = self.paths.get(scope["path"])
        if path is None or "range" in headers:
            await self.app(scope, receive, _Page(send, self.early))
            return
        packed = "gzip" in headers.get("accept-encoding", "")
        await _answer(_asset(path, packed=packed), send, whole=scope["method"] == "GET")


class _Page:
    """Sends on what comes; an HTML page is told of the files that it will need."""

    def __init__(self, send: Send, early: bytes) -> None:
        self.send = send
        self.early = early
        self.held: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_page(message):
            self.held = message
            return
        if self.held is None or message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = self.body.replace(b"</head>", self.early + b"</head>", 1)
        headers = MutableHeaders(raw=list(self.held["headers"]))
        if body:
            headers["content-length"] = str(len(body))
        await self.send({**self.held, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})

    def _is_page(self, message: Message) -> bool:
        headers = Headers(raw=message.get("headers", []))
        return (
            message["status"] == 200
            and headers.get("content-type", "").startswith("text/html")
            and "content-encoding" not in headers
            and bool(self.early)
        )


def _early(names: list[str]) -> bytes:
    wanted = re.compile(rf"(?:{'|'.join(map(re.escape, _SOON))})\.[\w-]+\.js")
    links = [
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in sorted(names)
        if wanted.fullmatch(name)
    ]
    return "".join(links).encode()


@lru_cache(maxsize=512)
def _asset(path: Path, *, packed: bool) -> Asset:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        kind = "text/javascript"
    asset = Asset(path.read_bytes(), kind)
    if not packed or path.suffix not in _WORTH_IT:
        return asset
    small = gzip.compress(asset.body, 6, mtime=0)
    return replace(asset, body=small, packed=True) if len(small) < len(asset.body) else asset


async def _answer(asset: Asset, send: Send, *, whole: bool) -> None:
    headers = [
        (b"content-type", asset.kind.encode()),
        (b"content-length", str(len(asset.body)).encode()),
        (b"cache-control", LASTING),
        (b"vary", b"accept-encoding"),
    ]
    if asset.packed:
        headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": asset.body if whole else b""})


def _streamlit_folder() -> Path:
    from streamlit import file_util

    return Path(file_util.get_static_dir())
