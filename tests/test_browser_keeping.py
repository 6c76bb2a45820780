"""Journeys of staff in a real browser: upload, review, correct, publish, remove."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from app_samples import HOSTILE, filled
from browsing import (
    CORPUS,
    Server,
    ask,
    browser,
    click,
    needs_browser,
    served,
    settled,
    visit,
)

from kb import jobs as kept
from kb.base import KnowledgeBase
from kb.jobs import JobState
from kb.settings import Settings

pytestmark = needs_browser

TYPED = """Quarterly Problem Report - Q1 2023

PBI000000130001: TSP - Repeater masts restart at midnight.

This Problem Record is with TSP. Every repeater mast of the eastern region restarts at midnight.
Meters behind it lose contact for ten minutes.

PBI created 05/01/2023. Severity – High.

Current status 20/03/2023 – Pending, target completion 30/06/2023.

End user impact = Meters lose contact for ten minutes every night.

PBI000000130002: DSP - Archive job leaves temporary files.

This Problem Record is with DSP. The archive job leaves its temporary files behind.

PBI created 10/02/2023. Severity – Low.

Current status 20/03/2023 – Pending, target completion 31/05/2023.

End user impact = None.
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


def test_four_files_are_taken_in_reviewed_published_asked_about_and_removed(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    known = CORPUS[-1]
    files = [
        {"name": "2023-Q1.txt", "mimeType": "text/plain", "buffer": TYPED.encode()},
        {"name": "noise.pdf", "mimeType": "application/pdf", "buffer": bytes(range(256)) * 40},
        {"name": "again.pdf", "mimeType": "application/pdf", "buffer": known.read_bytes()},
        {
            "name": CORPUS[-2].name,
            "mimeType": "application/pdf",
            "buffer": CORPUS[-2].read_bytes(),
        },
    ]
    folder = tmp_path_factory.mktemp("keeping")
    with (
        served(folder, [known]) as server,
        visit(chromium, server, "upload") as page,
    ):
        page.locator('[data-testid="stFileUploaderDropzoneInput"]').set_input_files(files)
        page.get_by_text("noise.pdf").first.wait_for()
        click(page, "Read the files")
        page.get_by_text("What became of them").wait_for(timeout=120_000)
        told = page.locator('[class*="st-key-result_"]').all_inner_texts()
        assert len(told) == 4, told
        assert "Ready to review" in told[0]
        assert "Refused" in told[1]
        assert "noise.pdf" in told[1]
        assert "Loaded before" in told[2]
        assert known.name in told[2]
        assert "Ready to review" in told[3]

        _reviewed(page, server)

        page.goto(server.url)
        settled(page)
        words = ask(page, "What is the severity of PBI 130002?")
        assert "Medium" in words
        assert "Meters lose contact" in ask(page, "What is the user impact of 130001?")

        page.goto(f"{server.url}/upload")
        settled(page)
        card = page.locator('[class*="st-key-report_"]', has_text="2023-Q1.txt").first
        card.get_by_role("button", name="Remove").click()
        settled(page)
        click(page, "Remove for good")
        card.wait_for(state="detached")
        page.goto(server.url)
        settled(page)
        assert "130001" not in _answered_pbis(page)
        page.goto(f"{server.url}/problem?pbi=130001")
        page.get_by_text("No published report mentions 130001").wait_for()


def _reviewed(page: Any, server: Server) -> None:
    """Open the draft, put a severity right, see it kept, publish."""
    click(page, "Review", role="link")
    page.wait_for_url(re.compile("/review"))
    settled(page)
    assert "2023-Q1.txt" in page.locator("body").inner_text()
    click(page, "Next")
    page.wait_for_url(re.compile("pbi=130002"))
    settled(page)
    page.locator('.pr-cite[aria-label*="Severity"]').click()
    page.wait_for_url(re.compile("field=severity"))
    settled(page)
    page.get_by_label("Correct: Severity").fill("Medium")
    page.get_by_label("Why (kept with the correction)").fill("as the DSP says")
    click(page, "Save")
    page.get_by_text("Corrected by local user; printed: Low").first.wait_for()
    click(page, "Publish")
    page.wait_for_url(re.compile("/upload"))
    settled(page)
    card = page.locator('[class*="st-key-report_"]', has_text="2023-Q1.txt").first
    assert "Published" in card.inner_text()


def _answered_pbis(page: Any) -> str:
    ask(page, "What is the user impact of 130001?")
    table = page.locator(".pr-grid")
    return str(table.inner_text()) if table.count() else ""


def test_boxes_on_the_page_and_fields_beside_it_lead_to_each_other(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("boxes")
    with served(folder, CORPUS[:1]) as server, visit(chromium, server, "upload") as page:
        click(page, "What was read", role="link")
        page.wait_for_url(re.compile("/review"))
        settled(page)
        box = page.locator('.pr-box[aria-label*="Severity"]').first
        name = box.get_attribute("aria-label") or ""
        box.click()
        page.wait_for_url(re.compile("field=severity"))
        settled(page)
        assert page.locator('.pr-box[aria-pressed="true"]').get_attribute("aria-label") == name
        chosen = page.locator('.pr-cite[aria-pressed="true"]').get_attribute("aria-label")
        assert "Severity" in (chosen or "")
        page.locator('.pr-cite[aria-label*="Created"]').click()
        page.wait_for_url(re.compile("field=created"))
        settled(page)
        pressed = page.locator('.pr-box[aria-pressed="true"]').get_attribute("aria-label")
        assert "Created" in (pressed or "")


@pytest.mark.parametrize("path", ["problem?pbi=125000", "problems?ever=yes", "changes"])
def test_markup_in_documents_is_read_as_it_was_typed(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    filled(folder).close()
    with served(folder) as server, visit(chromium, server, path) as page:
        main = page.locator('[data-testid="stMainBlockContainer"]')
        page.get_by_text("bold").first.wait_for()
        assert HOSTILE in main.inner_text().replace("\u2060", "")
        assert main.locator("b").count() == 0
        assert main.locator(".katex").count() == 0
        assert main.locator('a[href*="example.org"]').count() == 0


def test_a_thumb_and_its_comment_reach_staff(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("thumbs")
    filled(folder).close()
    with served(folder) as server, visit(chromium, server) as page:
        ask(page, "Which open problems involve DCO?")
        click(page, "Thumbs down", role="radio")
        click(page, "Comment")
        page.get_by_role("textbox", name="What was wrong or missing?").fill(
            "<b>the role</b> is missing"
        )
        click(page, "Keep the comment")
        page.goto(f"{server.url}/about")
        settled(page)
        told = page.locator(".pr-grid", has_text="Which open problems involve DCO?").inner_text()
        assert "<b>the role</b> is missing" in told
        assert "Down" in told


def test_a_problem_is_added_and_another_dropped_in_review(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("hand")
    with filled(folder) as kb:
        report = kb.reports()[-1].id
        kb.withdraw(report)
    with served(folder) as server, visit(chromium, server, f"review?report={report}") as page:
        click(page, "Add a problem")
        page.get_by_label("PBI number").fill("130001")
        page.get_by_label("Title", exact=True).fill("Torn from the page")
        click(page, "Add it")
        page.wait_for_url(re.compile("pbi=130001"))
        settled(page)
        page.get_by_text("entered by hand by local user").first.wait_for()
        page.goto(f"{server.url}/review?report={report}&pbi=123400")
        settled(page)
        click(page, "Drop 123400")
        click(page, "Drop it")
        page.get_by_text("Dropped: 123400").first.wait_for()
        page.goto(f"{server.url}/upload")
        settled(page)
        click(page, "Publish again")
        page.goto(f"{server.url}/problem?pbi=130001")
        page.get_by_text("Torn from the page").first.wait_for()
        page.goto(f"{server.url}/problem?pbi=123400")
        page.get_by_text("No published report mentions 123400").wait_for()


def test_what_a_stopped_server_left_unread_is_read_when_any_page_is_opened(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("left")
    with filled(folder) as kb:
        kept.add(kb, TYPED.encode(), "2023-Q1.txt", draft=False)
    with served(folder) as server, visit(chromium, server):
        end = time.monotonic() + 60
        with KnowledgeBase.open(Settings(data=folder)) as kb:
            while any(job.running for job in kept.held(kb)) and time.monotonic() < end:
                time.sleep(0.5)
            assert [job.state for job in kept.held(kb)] == [JobState.PUBLISHED]
            assert kb.history("PBI000000130002")
