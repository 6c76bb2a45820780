"""Every page with its address, so that pages can point to each other without knowing each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kb.people import Person
from kb.rights import Right


@dataclass(frozen=True)
class Route:
    """One page: its name is its module in `app.views` and, but for the first, its address.

    Who lacks the right that it `needs` does not find it in the menu, and is told by its address.
    """

    name: str
    title: str
    icon: str
    help: str
    first: bool = False
    hidden: bool = False
    needs: Right = Right.READ

    @property
    def path(self) -> str:
        """The part of the address after the host."""
        return "" if self.first else self.name


ROUTES: tuple[Route, ...] = (
    Route(
        "ask",
        "Ask",
        ":material/forum:",
        "Ask about the reports in your own words; each answer shows the page it was read from.",
        first=True,
    ),
    Route(
        "problems",
        "Problems",
        ":material/list_alt:",
        "Search the problems by number, supplier or words and narrow them down.",
    ),
    Route(
        "problem",
        "Problem",
        ":material/article:",
        "Everything the reports say of one problem.",
        hidden=True,
    ),
    Route(
        "impact",
        "User impact",
        ":material/group:",
        "The user-impact paper for a supplier and a quarter, on screen and to download.",
    ),
    Route(
        "changes",
        "Changes",
        ":material/compare_arrows:",
        "What moved between two quarters: new, closed, slipped, reassigned, vanished.",
    ),
    Route(
        "trends",
        "Trends",
        ":material/monitoring:",
        "Open problems, age and slippage over the quarters, as charts and tables.",
    ),
    Route(
        "upload",
        "Upload",
        ":material/upload_file:",
        "Add reports, see what became of each, publish, supersede, withdraw or remove.",
        needs=Right.UPLOAD,
    ),
    Route(
        "review",
        "Review",
        ":material/fact_check:",
        "What was read from one report, beside its pages.",
        hidden=True,
        needs=Right.REVIEW,
    ),
    Route(
        "about",
        "About the knowledge base",
        ":material/info:",
        "What is loaded, how fresh it is, and whether all its parts agree.",
    ),
    Route(
        "people",
        "People",
        ":material/manage_accounts:",
        "Who may come in, and as what.",
        needs=Right.ROLES,
    ),
    Route(
        "audit",
        "Who did what",
        ":material/history:",
        "The record of what was asked, seen, changed and exported, and by whom.",
        needs=Right.AUDIT,
    ),
)


def page(name: str, *, hidden: bool = False) -> StreamlitPage:
    """The page of that name, to link to or to switch to.

    Raises:
        KeyError: no such page.
    """
    route = {route.name: route for route in ROUTES}[name]
    return st.Page(
        _drawer(route),
        title=route.title,
        icon=route.icon,
        url_path=route.path,
        default=route.first,
        visibility="hidden" if route.hidden or hidden else "visible",
        help=route.help,
    )


def pages(person: Person | None) -> list[StreamlitPage]:
    """All pages in the order of the menu, which shows those that the person may use.

    People and audit are of no use to whoever is alone, and are found by their address only.
    """
    return [page(route.name, hidden=not _shown(route, person)) for route in ROUTES]


def _shown(route: Route, person: Person | None) -> bool:
    if person is None or not person.may(route.needs):
        return False
    return not (person.local and route.needs in (Right.ROLES, Right.AUDIT))


def open_problem(pbi: str, *, among: tuple[str, ...] = ()) -> None:
    """Leave for the page of one problem; `among` are its neighbours for previous and next."""
    from ingest.numbers import short_pbi

    st.session_state["among"] = among
    st.switch_page(page("problem"), query_params={"pbi": short_pbi(pbi)})


def _drawer(route: Route) -> Callable[[], None]:
    def draw() -> None:
        from app.service import knowledge_base
        from kb.audit import Action, record

        kb = knowledge_base()
        if not kb.may(route.needs):
            record(kb, Action.REFUSED, detail=f"page {route.name}")
        kb.require(route.needs)
        # A view is imported when it is opened: the first page pays for no other.
        import_module(f"app.views.{route.name}").show()

    draw.__name__ = route.name
    return draw
