"""Journeys of members in a real browser: ask, open the evidence, search, share, download."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    CORPUS,
    Server,
    ask,
    browser,
    click,
    needs_browser,
    rows,
    said,
    served,
    settled,
    visit,
)

pytestmark = needs_browser

QUESTION = "What is the user impact of the open problems attributed to DCO?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("served"), CORPUS) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


def test_the_question_is_answered_and_its_evidence_opens(chromium: Any, server: Server) -> None:
    with visit(chromium, server) as page:
        click(page, QUESTION)
        words = said(page)
        assert "open problems" in words
        assert "Understood as:" in page.locator("body").inner_text()
        picture = page.locator('[data-testid="stImage"] img')
        picture.wait_for()
        first = picture.get_attribute("alt")
        page.locator(".pr-cite").nth(2).click()
        # The run that changes the picture may begin late: wait for the place that was asked for.
        page.locator('.pr-cite[aria-pressed="true"]', has_text="3").first.wait_for()
        settled(page)
        quote = page.locator(".pr-quote").inner_text()
        assert quote
        assert quote in (picture.get_attribute("alt") or "")
        assert picture.get_attribute("alt") != first
        assert page.locator('.pr-cite[aria-pressed="true"]').first.inner_text() == "3"
        click(page, "Next")
        assert "Source 4 of" in page.locator("body").inner_text()
        part = picture.bounding_box()
        page.get_by_text("Whole page").click()
        settled(page)
        page.wait_for_function("document.querySelector('[data-testid=stImage] img').complete")
        whole = picture.bounding_box()
        assert part
        assert whole
        assert whole["height"] > part["height"] * 1.5


def test_a_conversation_goes_on_and_survives_other_pages(chromium: Any, server: Server) -> None:
    with visit(chromium, server) as page:
        first = ask(page, "Which open problems are with DSP?")
        assert "DSP" in first
        second = ask(page, "and which of those are high?")
        assert "DSP" in second
        click(page, "Problems", role="link", exact=True)
        rows(page)
        click(page, "Ask", role="link", exact=True)
        assert said(page) == second
        assert page.get_by_text("Which open problems are with DSP?").count()
        click(page, "Start again")
        assert page.get_by_text("To begin with").count() == 1


def test_a_problem_is_found_by_its_short_number(chromium: Any, server: Server) -> None:
    with visit(chromium, server, "problems") as page:
        page.get_by_label("Search by PBI number, supplier or words").fill("122422")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"q=122422"))
        settled(page)
        assert rows(page) == ["122422"]
        page.locator(".pr-grid a").first.click()
        page.wait_for_url(re.compile(r"/problem\?pbi=122422"))
        settled(page)
        assert "Failure for SMETS1 Service Requests" in page.locator("h1").inner_text()
        page.locator('[data-testid="stImage"] img').wait_for()
        page.go_back()
        settled(page)
        assert rows(page) == ["122422"]


def test_a_shared_address_gives_the_same_list_to_somebody_else(
    chromium: Any, server: Server
) -> None:
    with visit(chromium, server, "problems") as page:
        page.get_by_label("Search by PBI number, supplier or words").fill("CSP North")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"q=CSP"))
        settled(page)
        click(page, "Severity")
        page.locator(".st-key-facet_severities button", has_text="High").click()
        page.wait_for_url(re.compile(r"severity=High"))
        settled(page)
        mine = rows(page)
        address = page.url.removeprefix(server.url).lstrip("/")
    assert mine
    with visit(chromium, server, address) as other:
        assert rows(other) == mine
        assert other.get_by_role("button", name="Severity High").count() == 1


def test_a_list_is_sorted_by_its_headings(chromium: Any, server: Server) -> None:
    with visit(chromium, server, "problems?ever=yes") as page:
        click(page, "Severity", role="button", exact=True)
        page.keyboard.press("Escape")
        page.locator(".pr-grid th button", has_text="Severity").click()
        severities = page.locator(".pr-grid td:nth-child(4)").all_inner_texts()
        order = ["Critical", "High", "Medium", "Low", ""]
        places = [order.index(one.strip()) for one in severities]
        assert places == sorted(places)
        assert page.locator('.pr-grid th[aria-sort="ascending"]').inner_text() == "Severity"


def test_what_is_downloaded_opens(chromium: Any, server: Server) -> None:
    from docx import Document
    from openpyxl import load_workbook

    with visit(chromium, server, "impact?supplier=DCO&quarter=2021-Q2") as page:
        word = Document(BytesIO(_downloaded(page, "Word")))
        text = "\n".join(paragraph.text for paragraph in word.paragraphs)
        assert "User impact of problems that involve DCO" in text
        book = load_workbook(BytesIO(_downloaded(page, "Excel")))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert "PBI000000122422" in cells
        assert _downloaded(page, "PDF").startswith(b"%PDF")
    with visit(chromium, server, "problem?pbi=122422") as page:
        assert _downloaded(page, "Download the original") == CORPUS[-1].read_bytes()


def _downloaded(page: Any, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(started.value.path()).read_bytes()


PATHS = ("", "problems", "problem?pbi=122422", "impact?supplier=DCO", "changes", "trends", "upload",
         "about")  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_fits_a_narrow_screen(chromium: Any, server: Server, dark: bool) -> None:
    with visit(chromium, server, width=390, dark=dark) as page:
        for path in PATHS:
            page.goto(f"{server.url}/{path}")
            page.locator("h1").first.wait_for()
            settled(page)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path} is {wide} pixels wider than the screen"
            ground = page.evaluate(
                "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
            )
            assert (ground == "rgb(18, 25, 29)") is dark


def test_a_question_in_the_address_is_asked_once(chromium: Any, server: Server) -> None:
    with visit(chromium, server, "?q=How+many+problems+are+open%3F") as page:
        assert "open problems" in said(page)
        assert page.locator(".pr-question").count() == 1
