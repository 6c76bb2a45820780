"""Who is at the screen: the name that corrections are kept under."""

from __future__ import annotations

import streamlit as st

SINGLE_USER = "local user"
"""Where no sign-in is set up there is one person."""


def who() -> str:
    """The e-mail address of whoever is signed in, else that of the one local user."""
    email = st.user.get("email") if st.user else None
    return str(email) if email else SINGLE_USER
