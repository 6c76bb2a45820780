"""A browser tab without a browser: Streamlit's own protocol over a WebSocket.

What the page draws is kept by its place, as a browser would; boxes and buttons are used by what
is written on them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.asyncio.client import ClientConnection, connect


class Tab:
    """One tab of one person.

    Args:
        url: of the app. headers: what the proxy before it would add.
    """

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url
        self.headers = headers
        self.elements: dict[tuple[int, ...], Element] = {}
        self.session = ""
        self.query = ""
        self.page = ""
        self.state: dict[str, WidgetState] = {}
        self.pages: dict[str, str] = {}
        self.files: Any = None
        self.token = generate_xsrf_token_string()
        self._fresh: set[tuple[int, ...]] = set()
        self._socket: ClientConnection | None = None

    async def open(self) -> None:
        """Connect."""
        self._socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=self.headers,
            origin=self.url,  # type: ignore[arg-type]
            max_size=None,
            open_timeout=60,
        )

    async def close(self) -> None:
        """Go away."""
        if self._socket is not None:
            await self._socket.close()

    async def go(self, page: str, query: str = "") -> None:
        """Open a page by its address."""
        self.page, self.query, self.state = page, query, {}
        await self.run()

    async def run(self, *pressed: WidgetState) -> None:
        """Draw the page again with what was filled in, and what is pressed now."""
        assert self._socket is not None
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name = self.query, self.page
        asked.page_script_hash = self.pages.get(self.page, "")
        asked.widget_states.widgets.extend([*self.state.values(), *pressed])
        asked.context_info.timezone, asked.context_info.url = "UTC", f"{self.url}/{self.page}"
        await self._socket.send(message.SerializeToString())
        while not await self._taken():
            pass

    async def place_for(self, name: str) -> str:
        """The address that a file of that name is to be sent to."""
        assert self._socket is not None
        message = BackMsg()
        asked = message.file_urls_request
        asked.request_id, asked.session_id = "file", self.session
        asked.file_names.append(name)
        self.files = None
        await self._socket.send(message.SerializeToString())
        while self.files is None:
            await self._taken()
        return str(self.files.file_urls[0].upload_url)

    def html(self, part: str = "") -> list[str]:
        """What the HTML elements say that hold a class, in order, without tags."""
        bodies = [one.html.body for one in self._of("html") if part in one.html.body]
        return [unescape(re.sub(r"<[^>]+>", " ", body)) for body in bodies]

    def pictures(self) -> list[str]:
        """The addresses of all pictures."""
        return [image.url for one in self._of("imgs") for image in one.imgs.imgs]

    def tables(self) -> list[Any]:
        """What our own components were given to draw."""
        return [json.loads(one.bidi_component.json) for one in self._of("bidi_component")]

    def chat(self, words: str) -> WidgetState:
        """Words sent off in the box for questions."""
        (box,) = self._of("chat_input")
        state = WidgetState(id=box.chat_input.id)
        state.chat_input_value.data = words
        return state

    def press(self, label: str) -> WidgetState:
        """A button, by its label."""
        found = next(one.button for one in self._of("button") if one.button.label == label)
        return WidgetState(id=found.id, trigger_value=True)

    def box(self) -> str:
        """The id of the one box for files."""
        (found,) = self._of("file_uploader")
        return str(found.file_uploader.id)

    def faults(self) -> list[str]:
        """Errors that the page shows."""
        return [one.exception.message for one in self._of("exception")] + [
            said for said in self.html() if "went wrong" in said or "cannot be read just" in said
        ]

    def _of(self, kind: str) -> Iterator[Element]:
        for _place, element in sorted(self.elements.items()):
            if element.WhichOneof("type") == kind:
                yield element

    async def _taken(self) -> bool:
        """Takes one message; whether it ends the run."""
        assert self._socket is not None
        data = await asyncio.wait_for(self._socket.recv(), 120)
        message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self._fresh.clear()
        elif kind == "navigation":
            self.pages = {
                one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
            }
        elif kind == "delta":
            self._drawn(message)
        elif kind == "file_urls_response":
            self.files = message.file_urls_response
        elif kind == "script_finished":
            self.elements = {at: self.elements[at] for at in self._fresh if at in self.elements}
            return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False

    def _drawn(self, message: ForwardMsg) -> None:
        at = tuple(message.metadata.delta_path)
        self._fresh.add(at)
        if message.delta.WhichOneof("type") == "new_element":
            self.elements[at] = message.delta.new_element
        else:
            self.elements.pop(at, None)
