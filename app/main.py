"""The app that `pbi serve` starts: one knowledge base, one menu, one page at a time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import perf_counter

import streamlit as st

from app import door, logs, metrics
from app.boundary import guarded
from app.routes import pages
from app.service import store, warm_up
from app.visits import Visit, here, idle_after

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the page that the address names."""
    logs.begin()
    visit = Visit()
    with guarded():
        visit = here(store())
    _dress()
    logs.visitor(visit.person.email if visit.person else None, visit.origin)
    # Nobody's menu is empty: without any page Streamlit would show those of its own making.
    page = st.navigation(pages(visit.person), position="sidebar" if visit.person else "hidden")
    with guarded(), _timed(page.url_path):
        if visit.person is None:
            if visit.why is not None:
                door.shut(store(), visit)
            return
        door.entered(store(), visit)
        door.badge(store(), visit)
        page.run()
        warm_up()
        _watch()


def _dress() -> None:
    """Title, icon, look and logo."""
    st.set_page_config(
        page_title="Problem reports",
        page_icon=_picture("icon.png"),
        layout="wide",
        menu_items={"About": "Problem reports, answered from the page they were read from."},
    )
    st.html(STATIC / "style.css")
    ground = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(_picture(f"logo-{ground}.svg"), icon_image=_picture("icon.svg"), size="large")


@cache
def _picture(name: str) -> str:
    """A picture as an address that holds it: others are fetched by whoever is let in only."""
    kind = "svg+xml" if name.endswith(".svg") else "png"
    return f"data:image/{kind};base64,{b64encode((STATIC / name).read_bytes()).decode()}"


def _watch() -> None:
    """Clear the screen when the sign-in has ended, whether or not anybody is there."""
    idle = idle_after(store().settings)
    if idle is None or here(store(), acting=False).identity is None:
        return

    def look() -> None:
        if here(store(), acting=False).person is None:
            st.rerun()

    st.fragment(look, run_every=idle.total_seconds() + 1)()


@contextmanager
def _timed(page: str) -> Iterator[None]:
    began = perf_counter()
    try:
        yield
    finally:
        # Streamlit ends a run by an exception too: that is none.
        metrics.PAGES.labels(page or "ask").inc()
        logs.event("page", page=page or "ask", ms=round((perf_counter() - began) * 1000, 1))


main()
