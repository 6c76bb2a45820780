"""A server on loopback that speaks the chat completions protocol and says what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Spoken:
    """One response: the message's content, or whatever else an endpoint may send."""

    content: str | None = None
    refusal: str | None = None
    finish: str = "stop"
    status: int = 200
    body: bytes | None = None
    media_type: str = "application/json"
    wait: float = 0.0


Reply = Callable[[dict[str, Any]], Spoken]


@dataclass
class LanguageModel:
    """What it heard, and where it listens. `data(n)` is the JSON of the n-th user message."""

    url: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def data(self, number: int = -1) -> dict[str, Any]:
        text = self.heard[number]["messages"][1]["content"]
        fence, inside = text.split("\n", 1)
        assert fence == "```json"
        assert inside.endswith("\n```")
        found: dict[str, Any] = json.loads(inside.removesuffix("\n```"))
        return found


@contextmanager
def speaking(reply: Reply) -> Iterator[LanguageModel]:
    """A server that answers every request with what `reply` makes of it."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.heard.append(asked)
            model.keys.append(self.headers["Authorization"])
            assert self.path == "/v1/chat/completions"
            said = reply(asked)
            if said.wait:
                done.wait(said.wait)
            message = {"role": "assistant", "content": said.content, "refusal": said.refusal}
            whole = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": asked["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": said.finish}],
            }
            body = said.body if said.body is not None else json.dumps(whole).encode()
            try:
                self.send_response(said.status)
                self.send_header("Content-Type", said.media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # who asked has stopped waiting

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model = LanguageModel(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield model
    finally:
        done.set()
        server.shutdown()
        server.server_close()
        thread.join()
