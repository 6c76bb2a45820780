"""The one knowledge base of this process, and each visitor's view of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st
from streamlit import config

if TYPE_CHECKING:
    from kb.base import KnowledgeBase


_CHARTS = ("pandas", "altair")
"""What pages with charts are drawn with: half a second to load."""


@st.cache_resource(show_spinner="Opening the knowledge base")
def store() -> KnowledgeBase:
    """The knowledge base that `PBI_DATA` and the other settings name, opened once.

    It acts for the local user: for letting people in, and for what no person asks for. Pages use
    `knowledge_base`.

    Raises:
        KBError: it cannot be opened; the next visit tries again.
    """
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    return KnowledgeBase.open(Settings())


def knowledge_base() -> KnowledgeBase:
    """The knowledge base as the person at the screen may use it.

    Raises:
        KBError: it cannot be opened. NotAllowed: nobody is signed in (any more).
    """
    from app.visits import here, still_in

    still_in(store())
    visit = here(store(), acting=False)
    assert visit.person is not None
    return store().acting(visit.person, visit.origin, still=partial(still_in, store()))


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread | None:
    """Load what the first question needs, once, behind the back of whoever reads the first page.

    Understanding a question takes seconds to load and milliseconds to run. Files whose reading a
    stopped server left undone are taken up again. None under test.
    """
    # Asked of the module, not by `st.get_option`: that one is bound before a test sets it.
    if config.get_option("global.appTest"):
        return None
    thread = threading.Thread(target=_prepare, args=(store(),), daemon=True)
    thread.start()
    return thread


def _prepare(kb: KnowledgeBase) -> None:
    # Let the page that is being drawn go first: loading would slow it down.
    time.sleep(1.0)
    from app.jobs import jobs
    from kb.answer.asking import ready

    steps: dict[str, Callable[[], object]] = {
        "the first question will take longer": lambda: ready(kb),
        "files that wait are read when the Upload page is opened": lambda: jobs().all(kb),
        "the first chart will take longer": lambda: [import_module(one) for one in _CHARTS],
    }
    for without, step in steps.items():
        try:
            step()
        except Exception:
            logging.getLogger(__name__).exception(without)
