"""The process that people's browsers talk to: Streamlit's server behind the checks of app/front.

Started by `pbi serve`, with the settings in its environment.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import logs
from app.front import LOOPBACK_NAMES, Front, Rules, Told, is_loopback
from app.signin import SignIn, Way, sign_in
from app.signin import secrets as provider
from kb.settings import MEBIBYTE, Settings

if TYPE_CHECKING:
    import streamlit as st

MAIN = Path(__file__).with_name("main.py")

LARGEST_FRAME = 32 * MEBIBYTE
"""Of what a browser may send at once over its socket; files do not come that way."""


def main(arguments: list[str] | None = None) -> int:
    """Serves until it is stopped; returns the exit status."""
    parser = argparse.ArgumentParser(prog="app.server")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args(arguments)
    settings = Settings()
    secret = _cookie_secret(settings)
    os.environ.update(streamlit_settings(settings, given.host, given.port, secret))
    logs.set_up(settings, secret)
    return _run(settings, given.host, given.port, secret)


def _run(settings: Settings, host: str, port: int, secret: str) -> int:
    import uvicorn

    from app import health, metrics
    from app.service import store
    from kb import notices

    metrics.count_errors()
    notices.listen(metrics.noticed)
    notices.listen(logs.noticed)
    if settings.metrics_port:
        try:
            health.serve(store, settings.metrics_host, settings.metrics_port)
        except OSError as error:
            logs.event("no metrics", level="ERROR", why=str(error))
            return 1
    server = uvicorn.Server(
        uvicorn.Config(
            application(settings, host, secret),
            host=host,
            port=port,
            ws="websockets-sansio",
            ws_max_size=LARGEST_FRAME,
            # Who is believed to be a proxy is decided in app/front.py.
            proxy_headers=False,
            server_header=False,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
    )
    logs.event("serving", host=host, port=port, sign_in=str(sign_in(settings).way))
    server.run()
    return 0 if server.started else 1


def application(settings: Settings, host: str, cookie_secret: str) -> st.App:
    """The ASGI application: Streamlit's, with ours around it."""
    import streamlit as st
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware

    from app import health
    from app.assets import Assets
    from app.service import store
    from app.visits import may_have

    async def gate(told: Told, cookies: Mapping[str, str], path: str) -> bool:
        return await run_in_threadpool(lambda: may_have(store(), told, cookies, path))

    rules = rules_for(settings, host)
    return st.App(
        MAIN,
        secrets=provider(settings, cookie_secret) or None,
        routes=health.routes(store),
        middleware=[Middleware(Front, rules=rules, gate=gate), Middleware(Assets)],
    )


def rules_for(settings: Settings, host: str) -> Rules:
    """Who is let through to an app that listens on `host`."""
    how = sign_in(settings)
    return Rules(
        sign_in=how,
        hosts=_hosts(settings, how, host),
        origins=frozenset({*settings.allowed_origins, *([how.redirect] if how.redirect else [])}),
    )


def streamlit_settings(settings: Settings, host: str, port: int, secret: str) -> dict[str, str]:
    """Streamlit's own settings as environment variables; they win over its files."""
    return {
        "STREAMLIT_SERVER_ADDRESS": host,
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_ENABLE_CORS": "true",
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "true",
        "STREAMLIT_SERVER_COOKIE_SECRET": secret,
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "false",
        "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": str(-(-settings.max_bytes // MEBIBYTE)),
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        # Its own loggers, and those of its server.
        "STREAMLIT_LOGGER_LEVEL": "warning",
        "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "none",
        "STREAMLIT_GLOBAL_DEVELOPMENT_MODE": "false",
    }


def _hosts(settings: Settings, how: SignIn, host: str) -> frozenset[str]:
    """Names that the app answers to; any where people sign in and none are listed.

    Without sign-in a page of another site could reach it under a name of its own (DNS rebinding).
    """
    listed = {one.lower() for one in settings.allowed_hosts}
    if "*" in listed or (how.way is not Way.ALONE and not listed and not is_loopback(host)):
        return frozenset()
    if how.redirect:
        listed.add(how.redirect.partition("//")[2].partition(":")[0].lower())
    if not is_loopback(host) and how.way is Way.ALONE:
        listed |= {host, socket.gethostname().lower(), *_own_addresses()}
    return frozenset(listed | LOOPBACK_NAMES)


def _own_addresses() -> set[str]:
    try:
        return {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return set()


def _cookie_secret(settings: Settings) -> str:
    held: Any = settings.cookie_secret
    return str(held.get_secret_value()) if held else secrets.token_urlsafe(32)


if __name__ == "__main__":
    sys.exit(main())
