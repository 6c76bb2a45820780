"""What every request meets first: is it for this app, from where, and on whose behalf.

An ASGI middleware around Streamlit's own server. It refuses other hosts and origins, believes
addresses and people from listed proxies only, keeps pictures and uploads from whoever may not
have them, and sets the headers and cookie flags that Streamlit leaves out.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import logs, metrics
from app.signin import SignIn, Way

VISITOR = "x-pbi-visitor"
"""In which the pages are told of the visitor; whatever comes in under this name is dropped."""

_TOKEN = secrets.token_urlsafe(16)
"""Known in this process only: what the pages read under VISITOR was written here."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
"""Streamlit's own figures and interfaces: nothing for people."""

PROBES = ("/healthz", "/readyz")

_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


@cache
def content_policy() -> str:
    """What a page may load and run: nothing from elsewhere, and no script that was written into it.

    Streamlit's own page holds a script of its own, known by its hash; it runs ours from blobs; and
    charts are made of expressions that are compiled where they are drawn.
    """
    import streamlit

    page = Path(streamlit.__file__).with_name("static") / "index.html"
    scripts = _INLINE.findall(page.read_text(encoding="utf-8"))
    hashes = [b64encode(sha256(one.encode()).digest()).decode() for one in scripts]
    own = " ".join(["'self'", "blob:", "'unsafe-eval'", *(f"'sha256-{one}'" for one in hashes)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {own}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
"""On every answer."""

Gate = Callable[["Told", Mapping[str, str], str], Awaitable[bool]]
"""Whether whoever asks, with these cookies, may have this path."""


@dataclass(frozen=True)
class Told:
    """What is known of a visitor before any page: the address, and whom the proxy names."""

    origin: str | None
    email: str | None = None


@dataclass(frozen=True)
class Rules:
    """Who is let through.

    Attributes:
        hosts: names under which the app is reached; empty for any.
        origins: sites whose pages may open a connection, beside the app's own.
    """

    sign_in: SignIn
    hosts: frozenset[str]
    origins: frozenset[str]

    def refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words for a request that goes no further."""
        headers = Headers(scope=scope)
        if not self._host_fits(headers.get("host", "")):
            return 400, "This address is not served here (PBI_ALLOWED_HOSTS)."
        if not self._origin_fits(headers.get("origin"), headers.get("host", ""), scope):
            return 403, "Requests from other sites are not answered (PBI_ALLOWED_ORIGINS)."
        if self.sign_in.way is Way.PROXY:
            peer = peer_of(scope)
            if self.sign_in.trusts(peer):
                if not headers.get(self.sign_in.header or ""):
                    return 401, "The proxy did not say who you are."
            elif not is_loopback(peer):
                return 403, "This app is reached through its sign-in proxy only."
        if scope["path"].startswith(_CLOSED):
            return 404, "Not found"
        return None

    def told(self, scope: Scope) -> Told:
        """Where the request comes from, and whom a proxy that is believed names."""
        headers, peer = Headers(scope=scope), peer_of(scope)
        if not self.sign_in.trusts(peer):
            return Told(peer)
        email = headers.get(self.sign_in.header) if self.sign_in.header else None
        return Told(self._beyond(headers.getlist("x-forwarded-for"), peer), email)

    def secure(self, scope: Scope) -> bool:
        """Whether the browser reached the app, or the proxy before it, by TLS."""
        if scope.get("scheme") in ("https", "wss") or self.sign_in.secure:
            return True
        forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
        return forwarded in ("https", "wss") and self.sign_in.trusts(peer_of(scope))

    def _host_fits(self, host: str) -> bool:
        return not self.hosts or _name(host) in self.hosts

    def _origin_fits(self, origin: str | None, host: str, scope: Scope) -> bool:
        # Browsers send it with every WebSocket and every request that changes something.
        # A socket without one is no browser's; Streamlit gives it no signed-in person.
        if origin is None or (scope["type"] == "http" and scope["method"] in ("GET", "HEAD")):
            return True
        return urlsplit(origin).netloc == host or origin in self.origins

    def _beyond(self, forwarded: list[str], peer: str) -> str:
        """The nearest address that is no proxy's: what lies beyond it anybody can write."""
        for address in reversed([one.strip() for line in forwarded for one in line.split(",")]):
            try:
                ip_address(address)
            except ValueError:
                break
            peer = address
            if not self.sign_in.trusts(address):
                break
        return peer


class Front:
    """The middleware; `gate` is asked for pictures, downloads and uploads."""

    def __init__(self, app: ASGIApp, rules: Rules, gate: Gate) -> None:
        self.app = app
        self.rules = rules
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if scope["path"] in PROBES:
            # Asked by address from the machine that runs this one, and answered without a secret.
            await self.app(scope, receive, send)
            return
        logs.begin()
        sends = self._finished(scope, send)
        refused = self.rules.refused(scope)
        if refused is None:
            told = self.rules.told(scope)
            logs.visitor(None, told.origin)
            if kept_from_others(scope["path"]) and not await self.gate(
                told, HTTPConnection(scope).cookies, scope["path"]
            ):
                refused = 403, "Sign in to see this."
        if refused is not None:
            status, words = refused
            metrics.refused(status)
            logs.event("refused", level="WARNING", status=status, path=scope["path"], why=words)
            await PlainTextResponse(words, status)(scope, receive, sends)
            return
        with metrics.connected(scope["type"]):
            await self.app(self._passed_on(scope, told), receive, sends)

    def _passed_on(self, scope: Scope, told: Told) -> Scope:
        dropped = {VISITOR.encode(), (self.rules.sign_in.header or "").encode()}
        origin = Headers(scope=scope).get("origin")
        if origin is not None:
            # Judged already. Streamlit would ask another machine for this one's address to judge
            # an origin that is not the host's.
            dropped.add(b"host")
        headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
        if origin is not None:
            headers.append((b"host", urlsplit(origin).netloc.encode()))
        headers.append((VISITOR.encode(), _written(told).encode()))
        return {**scope, "headers": headers}

    def _finished(self, scope: Scope, send: Send) -> Send:
        secure = self.rules.secure(scope)

        async def finished(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                _dress(message, secure=secure)
            await send(message)

        return finished


def told(headers: Mapping[str, str]) -> Told | None:
    """What `Front` wrote for the pages; None where a request did not pass it."""
    token, _, rest = (headers.get(VISITOR) or "").partition(" ")
    if not secrets.compare_digest(token.encode(), _TOKEN.encode()):
        return None
    origin, _, email = rest.partition(" ")
    return Told(unquote(origin) or None, unquote(email) or None)


def peer_of(scope: Scope) -> str:
    """The address at the other end of the connection."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_loopback(address: str) -> bool:
    """This machine, by address or name; a Unix socket has neither."""
    try:
        return not address or address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


def kept_from_others(path: str) -> bool:
    """Whether a path holds what a page was drawn with, or takes what is uploaded."""
    return path.startswith(("/media/", "/_stcore/upload_file"))


def _written(told: Told) -> str:
    return f"{_TOKEN} {quote(told.origin or '')} {quote(told.email or '')}"


def _name(host: str) -> str:
    """The name in a Host header, without its port; "" for what is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    plain = parts.hostname if host and not (parts.username or parts.path) else None
    return (plain or "").rstrip(".")


def _dress(message: MutableMapping[str, Any], *, secure: bool) -> None:
    headers = MutableHeaders(raw=message.setdefault("headers", []))
    headers["content-security-policy"] = content_policy()
    for name, value in HEADERS.items():
        headers[name] = value
    if secure:
        headers["strict-transport-security"] = "max-age=31536000"
        cookies = headers.getlist("set-cookie")
        del headers["set-cookie"]
        for cookie in cookies:
            flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
            headers.append("set-cookie", cookie if "secure" in flags else f"{cookie}; Secure")
    message["headers"] = headers.raw
