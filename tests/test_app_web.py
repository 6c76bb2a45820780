"""What a running server answers to requests that no page of it makes, line by line."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ROOT, pbi
from signing_in import SECRET, Guarded, free_port, give

from kb.people import Role

SOCKET = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "streamlit",
}


def asked(
    server: Guarded, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers and body; header names with _ for -."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method, path, headers=sent)
    answer = link.getresponse()
    body = b"" if answer.status == 101 else answer.read()
    link.close()
    return answer.status, answer.headers, body


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Single-user mode, with figures on a port of their own."""
    folder = tmp_path_factory.mktemp("alone")
    settings = {
        "PBI_METRICS_PORT": str(free_port()),
        "PBI_ALLOWED_HOSTS": "reports.example",
        "PBI_ALLOWED_ORIGINS": "https://portal.example",
        "PBI_COOKIE_SECRET": "a-cookie-secret-of-at-least-32-characters",
    }
    one = Guarded(folder, settings)
    try:
        one.wait()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Behind a proxy of this machine that names people."""
    folder = tmp_path_factory.mktemp("proxied")
    give(folder, "mel", Role.MEMBER)
    settings = {"PBI_PROXY_HEADER": "X-Forwarded-Email", "PBI_PROXY_ADDRESSES": "127.0.0.1"}
    one = Guarded(folder, settings)
    try:
        one.wait()
        yield one
    finally:
        one.stop()


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(alone: Guarded) -> None:
    for path in ("/", "/_stcore/health", "/media/none.png", "/nowhere"):
        _, headers, _ = asked(alone, path)
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "default-src 'self'" in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_other_hosts_are_not_served(alone: Guarded) -> None:
    for host in ("127.0.0.1", f"localhost:{alone.port}", "reports.example", "[::1]:80"):
        assert asked(alone, host=host)[0] == 200, host
    for host in ("evil.example", "127.0.0.1.evil.example", "", "reports.example@evil.example"):
        assert asked(alone, host=host)[0] == 400, host
        assert asked(alone, "/_stcore/stream", host=host, **SOCKET)[0] == 400, host


def test_pages_of_other_sites_open_no_socket_and_change_nothing(alone: Guarded) -> None:
    own = f"http://127.0.0.1:{alone.port}"
    for origin, wanted in (
        (own, 101),
        ("https://portal.example", 101),
        ("https://evil.example", 403),
        ("http://localhost:3000", 403),
        ("null", 403),
    ):
        assert asked(alone, "/_stcore/stream", origin=origin, **SOCKET)[0] == wanted, origin
    put = "/_stcore/upload_file/session/file"
    assert asked(alone, put, "PUT", origin="https://evil.example")[0] == 403
    # Ours, but without the token that only our own pages can read: Streamlit refuses it.
    assert asked(alone, put, "PUT", origin=own, content_type="multipart/form-data")[0] == 403
    for origin in ("https://evil.example", own):
        assert "access-control-allow-origin" not in asked(alone, origin=origin)[1], origin


def test_cookies_are_kept_from_scripts_and_sites_and_go_by_tls_where_there_is_any(
    alone: Guarded, proxied: Guarded
) -> None:
    def cookie(server: Guarded, **headers: str) -> str:
        return str(asked(server, "/_stcore/health", **headers)[1]["set-cookie"])

    assert "SameSite=Lax" in cookie(alone)
    assert "Secure" not in cookie(alone)
    # Whoever is no proxy cannot make the browser keep a cookie from us.
    assert "Secure" not in cookie(alone, x_forwarded_proto="https")
    named = {"x_forwarded_email": "mel@example.org", "x_forwarded_proto": "https"}
    assert cookie(proxied, **named).endswith("; Secure")
    _, headers, _ = asked(proxied, **named)
    assert "max-age" in headers["strict-transport-security"]


def test_streamlit_s_own_figures_and_interfaces_are_closed(alone: Guarded) -> None:
    for path in ("/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/script-health-check"):
        assert asked(alone, path)[0] == 404, path


def test_a_proxy_names_people_and_must(proxied: Guarded) -> None:
    assert asked(proxied)[0] == 401
    assert asked(proxied, "/_stcore/stream", **SOCKET)[0] == 401
    assert asked(proxied, x_forwarded_email="mel@example.org")[0] == 200
    # A picture is for people: not found is what a member hears of one that is not there.
    assert asked(proxied, "/media/none.png", x_forwarded_email="mel@example.org")[0] == 404
    assert asked(proxied, "/media/none.png", x_forwarded_email="eve@example.org")[0] == 403
    put = "/_stcore/upload_file/session/file"
    assert asked(proxied, put, "PUT", x_forwarded_email="mel@example.org")[0] == 403


def test_probes_answer_and_say_which_part_fails(alone: Guarded, proxied: Guarded) -> None:
    for server in (alone, proxied):
        assert asked(server, "/healthz", host="10.0.0.9")[2] == b"ok"
        assert json.loads(asked(server, "/readyz")[2]) == {"database": "ok", "files": "ok"}


def test_figures_have_a_port_of_their_own(alone: Guarded) -> None:
    port = alone.settings["PBI_METRICS_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    for name in (
        "pbi_questions_total", "pbi_answer_seconds_count", "pbi_uploads_total", "pbi_errors_total",
        "pbi_vectors_pending 0.0", "pbi_jobs", "pbi_knowledge_base_up 1.0", "pbi_sessions",
        "process_resident_memory_bytes", 'pbi_requests_refused_total{status="400"}',
    ):  # fmt: skip
        assert name in text, name
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as answer:
        assert answer.status == 200
    assert b"pbi_questions" not in asked(alone, "/metrics")[2]


def refused(folder: Path, *arguments: str, **settings: str) -> str:
    """What `pbi serve` says that does not start."""
    done = subprocess.run(
        [*pbi(folder), "serve", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_settings_that_would_let_everybody_in_or_nobody_are_refused(tmp_path: Path) -> None:
    assert "sign-in is not set up" in refused(tmp_path, "--host", "0.0.0.0")
    half = refused(tmp_path, PBI_OIDC_CLIENT_ID="pbi", PBI_OIDC_CLIENT_SECRET=SECRET)
    assert "PBI_OIDC_METADATA_URL, PBI_OIDC_REDIRECT_URI" in half
    assert SECRET not in half
    short = refused(tmp_path, PBI_COOKIE_SECRET="too-short")
    assert "PBI_COOKIE_SECRET" in short
    assert "too-short" not in short
    assert "which proxies" in refused(tmp_path, PBI_PROXY_HEADER="X-Forwarded-Email")
