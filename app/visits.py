"""Who is at the other end of a page, and whether they may stay: asked anew on each run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING

from app import front
from app.signin import Identity, Way, claims_in, identity, sign_in
from kb import signins
from kb.errors import NotAllowed
from kb.people import LOCAL, Person, find
from kb.rights import Right
from kb.signins import Standing

if TYPE_CHECKING:
    from app.front import Told
    from kb.base import KnowledgeBase
    from kb.settings import Settings

_MOMENT = 0.5
"""Seconds for which one run of a page need not ask again. What a role covers is asked at each
step of the knowledge base whatever was found here."""


UPLOADS = "/_stcore/upload_file"


class Why(StrEnum):
    """Why somebody is not let in."""

    NOBODY = "not signed in"
    UNBELIEVED = "not believed"
    STRANGER = "not known"
    IDLE = "idle"
    ENDED = "ended"
    UNGUARDED = "unguarded"


@dataclass(frozen=True)
class Visit:
    """Somebody on a page.

    Attributes:
        person: None where they are not let in; then `why` says so.
        origin: the network address that they come from.
        identity: who they have shown to be; None where nobody is signed in.
        first: this sign-in is seen for the first time.
    """

    person: Person | None = None
    origin: str | None = None
    why: Why | None = None
    identity: Identity | None = None
    first: bool = False


_lately: ContextVar[tuple[str, float, Visit]] = ContextVar("lately", default=("", 0.0, Visit()))


def here(kb: KnowledgeBase, *, acting: bool = True) -> Visit:
    """The visit that the page which is being drawn belongs to.

    Args:
        kb: as opened, which acts for the local user.
        acting: the person is doing something: the time until the sign-in ends starts again.
    """
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return Visit(LOCAL)
    session, at, held = _lately.get()
    if not acting and session == context.session_id and monotonic() - at < _MOMENT:
        return held
    visit = _asked(kb, context.session_id, acting=acting)
    _lately.set((context.session_id, monotonic(), visit))
    return visit


def _asked(kb: KnowledgeBase, session: str, *, acting: bool) -> Visit:
    import streamlit as st

    told, way = front.told(st.context.headers), sign_in(kb.settings).way
    if way is Way.ALONE:
        # Not started by `pbi serve`: Streamlit itself listens on every address.
        address = st.context.ip_address
        if told is None and isinstance(address, str) and not front.is_loopback(address):
            return Visit(why=Why.UNGUARDED)
        return Visit(LOCAL, told.origin if told else None)
    if told is None:
        # Likewise: and here nothing that the browser says can be believed.
        return Visit(why=Why.UNGUARDED)
    by_proxy = way is Way.PROXY
    shown = _by_proxy(told, session) if by_proxy else identity(kb.settings, dict(st.user))
    return judged(kb, shown, told.origin, acting=acting)


def still_in(kb: KnowledgeBase) -> None:
    """Asked at each step that a page makes, also by a button that is pressed long after.

    Raises:
        NotAllowed: nobody is signed in (any more).
    """
    if here(kb, acting=False).person is None:
        raise NotAllowed("You are not signed in any more: reload the page to sign in again.")


def judged(kb: KnowledgeBase, shown: Identity | None, origin: str | None, *, acting: bool) -> Visit:
    """Whether whoever has shown to be this is let in."""
    if shown is None:
        return Visit(origin=origin, why=Why.NOBODY)
    if shown.email is None:
        return Visit(origin=origin, why=Why.UNBELIEVED, identity=shown)
    person = find(kb, shown.email)
    if person is None:
        return Visit(origin=origin, why=Why.STRANGER, identity=shown)
    stands = signins.standing(
        kb.database,
        shown.key,
        person.email,
        began=shown.began,
        idle=idle_after(kb.settings),
        acting=acting,
    )
    if stands in (Standing.IDLE, Standing.ENDED):
        return Visit(origin=origin, why=Why(stands.value), identity=shown)
    return Visit(person, origin, identity=shown, first=stands is Standing.NEW)


def may_have(kb: KnowledgeBase, told: Told, cookies: Mapping[str, str], path: str) -> bool:
    """Whether a browser may fetch what a page was drawn with, or upload to one."""
    way = sign_in(kb.settings).way
    if way is Way.ALONE:
        return True
    if way is Way.PROXY:
        person = find(kb, told.email) if told.email else None
    else:
        shown = identity(kb.settings, claims_in(cookies))
        person = judged(kb, shown, told.origin, acting=False).person
    needed = Right.UPLOAD if path.startswith(UPLOADS) else Right.READ
    return person is not None and person.may(needed)


def idle_after(settings: Settings) -> timedelta | None:
    """How long nothing may be done; None for ever."""
    return timedelta(minutes=settings.idle_minutes) if settings.idle_minutes else None


def _by_proxy(told: Told, session: str) -> Identity | None:
    # The proxy keeps the sign-in: what ends here is one tab.
    if not told.email:
        return None
    key = hashlib.sha256(f"proxy {session}".encode()).hexdigest()
    return Identity(told.email.strip().casefold(), key=key)
