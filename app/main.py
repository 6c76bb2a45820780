"""The app that `pbi serve` starts: one knowledge base, one menu, one page at a time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.boundary import guarded
from app.routes import pages
from app.service import knowledge_base, warm_up

STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(
        page_title="Problem reports",
        page_icon=str(STATIC / "icon.png"),
        layout="wide",
        menu_items={"About": "Problem reports, answered from the page they were read from."},
    )
    st.html(STATIC / "style.css")
    ground = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(STATIC / f"logo-{ground}.svg"), icon_image=str(STATIC / "icon.svg"), size="large")
    page = st.navigation(pages())
    with guarded():
        knowledge_base()
        page.run()
        warm_up()


main()
