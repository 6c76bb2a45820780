"""What somebody sees who is not let in, and how whoever is in goes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import logs, metrics
from app.signin import Way, sign_in
from app.visits import Visit, Why
from app.widgets import inert, states
from kb import audit, signins
from kb.audit import Action
from kb.people import LOCAL

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

_HEADINGS = {
    Why.NOBODY: "Sign in to the problem reports",
    Why.UNBELIEVED: "Your sign-in cannot be used",
    Why.STRANGER: "You have no access yet",
    Why.IDLE: "You were signed out",
    Why.ENDED: "You were signed out",
    Why.UNGUARDED: "This app was not started for visitors",
}


def shut(kb: KnowledgeBase, visit: Visit) -> None:
    """Draw the one page of somebody who is not let in."""
    assert visit.why is not None
    _noted(kb, visit)
    states.heading(_HEADINGS[visit.why])
    inert.text(_words(kb, visit))
    if visit.why is Why.UNGUARDED:
        return
    if sign_in(kb.settings).way is Way.OIDC:
        known = visit.identity is not None and visit.why in (Why.STRANGER, Why.UNBELIEVED)
        label = "Sign in as somebody else" if known else "Sign in"
        if st.button(label, type="primary", icon=":material/login:", key="sign_in"):
            st.login()
    elif visit.why is not Why.NOBODY:
        # A new connection passes the proxy anew, which may ask who it is.
        st.html("<a href='/' class='pr-again'>Open the app again</a>")


def badge(kb: KnowledgeBase, visit: Visit) -> None:
    """Draw, in the side bar, who is signed in and the way out; or that nobody needs to be."""
    with st.sidebar.container(key="visitor"):
        if sign_in(kb.settings).way is Way.ALONE:
            inert.text("Single-user mode: no sign-in is set up.", "pr-soft pr-small")
            return
        assert visit.person is not None
        role = visit.person.role
        inert.text(f"{visit.person.email}, {role}", "pr-soft pr-small")
        if sign_in(kb.settings).way is Way.OIDC and st.button(
            "Sign out", icon=":material/logout:", key="sign_out", type="tertiary"
        ):
            _out(kb, visit)


def entered(kb: KnowledgeBase, visit: Visit) -> None:
    """Note that somebody came in, once for each sign-in."""
    if visit.first and visit.person is not None:
        audit.record(kb.acting(visit.person, visit.origin), Action.SIGNED_IN)
        metrics.SIGN_INS.labels("in").inc()
        logs.event("signed in")


def _out(kb: KnowledgeBase, visit: Visit) -> None:
    if visit.person is not None and visit.identity is not None:
        signins.end(kb.database, visit.identity.key)
        audit.record(kb.acting(visit.person, visit.origin), Action.SIGNED_OUT)
        logs.event("signed out")
    st.session_state.clear()
    st.logout()


def _noted(kb: KnowledgeBase, visit: Visit) -> None:
    """Once for each connection: a page is drawn again and again."""
    if visit.identity is None or st.session_state.get("refused") == visit.why:
        return
    # What was on the screen goes with the person who saw it.
    st.session_state.clear()
    st.session_state["refused"] = visit.why
    who = visit.identity.email or "nobody"
    metrics.SIGN_INS.labels(str(visit.why)).inc()
    logs.event("not let in", level="WARNING", why=str(visit.why))
    audit.record(
        kb.acting(LOCAL, visit.origin), Action.SIGN_IN_REFUSED, detail=str(visit.why), who=who
    )


def _words(kb: KnowledgeBase, visit: Visit) -> str:
    email = visit.identity.email if visit.identity else None
    minutes = f"{kb.settings.idle_minutes:g}"
    by_proxy = sign_in(kb.settings).way is Way.PROXY
    return {
        Why.NOBODY: "Open this app by its public address, where you are asked who you are."
        if by_proxy
        else "The reports are for people who have been given access.",
        Why.UNBELIEVED: f"{visit.identity.trouble if visit.identity else ''} Tell an administrator "
        "of this app, or sign in with another account.",
        Why.STRANGER: f"You are signed in as {email}, and nobody has given this address access. "
        "Ask an administrator of this app to add it; then reload this page.",
        Why.IDLE: f"Nothing was done for {minutes} minutes, so your sign-in has ended.",
        Why.ENDED: "This sign-in has ended.",
        Why.UNGUARDED: "It must be started by the pbi serve command, which checks who comes in.",
    }[visit.why or Why.NOBODY]
