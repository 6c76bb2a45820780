"""People: who may come in, and as what. For administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.boundary import attempt
from app.service import knowledge_base
from app.widgets import inert, states
from kb.people import Person, Role, add, everybody, remove, set_role
from kb.words import counted

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

ROLES: dict[Role, str] = {
    Role.MEMBER: "Member: reads, asks, exports",
    Role.STAFF: "Staff: also uploads, reviews, corrects, publishes",
    Role.ADMINISTRATOR: "Administrator: also removes, gives roles, sees who did what",
}
"""What each role may do, for whoever gives it."""

_DONE = "people_done"


def show() -> None:
    """Draw the page."""
    kb = knowledge_base()
    people = everybody(kb)
    held = f"{counted(len(people), 'person', 'people')} may come in."
    states.heading(
        "People",
        f"{held} A change counts from their next action on."
        if people
        else "Nobody has been given access yet.",
    )
    if done := st.session_state.pop(_DONE, None):
        st.success(inert.label(done), icon=":material/check:")
    _adding(kb)
    for person in people:
        _row(kb, person)


def _adding(kb: KnowledgeBase) -> None:
    with st.form("people_add", clear_on_submit=True):
        address, named, given = st.columns([3, 2, 3])
        email = address.text_input("E-mail address", key="people_email", max_chars=254)
        name = named.text_input("Name", key="people_name", max_chars=100)
        role = given.selectbox("Role", list(Role), format_func=ROLES.__getitem__, key="people_role")
        wanted = st.form_submit_button("Give access", icon=":material/person_add:")
    if wanted:
        with attempt("Giving access") as done:
            person = add(kb, email, role or Role.MEMBER, name=name.strip() or None)
        if done.ok:
            _again(f"{person.email} has access now.")


def _row(kb: KnowledgeBase, person: Person) -> None:
    assert person.role is not None
    with st.container(border=True, key=f"person_{person.email}"):
        who, what, away = st.columns([3, 3, 1], vertical_alignment="bottom")
        with who:
            inert.text(person.email)
            since = f"since {person.added:%d/%m/%Y}" if person.added else ""
            by = f"by {person.added_by}" if person.added_by else ""
            inert.text(" ".join(filter(None, (person.name, since, by))), "pr-soft pr-small")
        given = what.selectbox(
            f"Role of {person.email}",
            list(Role),
            index=list(Role).index(person.role),
            format_func=ROLES.__getitem__,
            key=f"role_{person.email}_{person.role}",
            label_visibility="collapsed",
        )
        gone = away.button(
            "Remove",
            icon=":material/person_remove:",
            key=f"remove_{person.email}",
            help=f"Take all access from {person.email}",
        )
    if gone:
        with attempt("Removal") as done:
            remove(kb, person.email)
        if done.ok:
            _again(f"{person.email} has no access any more.")
    elif given is not None and given is not person.role:
        with attempt("The change of role") as done:
            set_role(kb, person.email, given)
        if done.ok:
            _again(f"{person.email} is {given} now.")


def _again(said: str) -> None:
    """Draw the page anew, with what was done."""
    st.session_state[_DONE] = said
    st.rerun()
