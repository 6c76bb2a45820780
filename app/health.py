"""Probes and figures, on a port that is not the people's.

/healthz: the process answers. /readyz: it can serve; else 503 and which part cannot be used.
/metrics: figures for Prometheus.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app import metrics
from kb.errors import KBError

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def routes(kb: Callable[[], KnowledgeBase]) -> list[Route]:
    """/healthz and /readyz, over the knowledge base that `kb` opens."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        parts = await run_in_threadpool(_parts, kb)
        return JSONResponse(
            {name: "ok" if works else "cannot be used" for name, works in parts.items()},
            status_code=200 if all(parts.values()) else 503,
        )

    return [Route("/healthz", alive), Route("/readyz", ready)]


def application(kb: Callable[[], KnowledgeBase]) -> Starlette:
    """The probes, and the figures too."""
    metrics.REGISTRY.register(metrics.Held(kb))

    async def figures(_request: Request) -> Response:
        return Response(await run_in_threadpool(metrics.exposition), media_type=_TEXT)

    return Starlette(routes=[*routes(kb), Route("/metrics", figures)])


def serve(kb: Callable[[], KnowledgeBase], host: str, port: int) -> threading.Thread:
    """Answers on a port of its own, in a thread, for as long as the process lives.

    Raises:
        OSError: the port is taken, or the address is not this machine's.
    """
    import socket

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    config = uvicorn.Config(
        application(kb), log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="health", daemon=True)
    thread.start()
    log.info("health and metrics on port %d of %s", port, host)
    return thread


def _parts(kb: Callable[[], KnowledgeBase]) -> dict[str, bool]:
    from kb.health import ready

    try:
        return ready(kb())
    except KBError as error:
        log.warning("not ready: %s", error)
        return {"database": False}
