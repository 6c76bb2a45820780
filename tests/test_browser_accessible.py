"""No serious fault of accessibility on any page, light or dark, as axe-core finds them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CORPUS, Server, browser, needs_browser, served, settled, visit

pytestmark = [
    *needs_browser,
    pytest.mark.skipif(
        shutil.which("npm") is None, reason="NO AXE: npm is not installed, axe-core comes by it"
    ),
]

AXE = "axe-core@4"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("accessible"), CORPUS[:2]) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from the package registry."""
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), AXE],
        capture_output=True,
        text=True,
    )
    source = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip(f"NO AXE: npm could not bring {AXE}: {done.stderr.strip()[-200:]}")
    return source.read_text(encoding="utf-8")


PATHS = (
    "?q=What+is+the+user+impact+of+the+open+problems+attributed+to+DCO%3F",
    "problems?supplier=DCO",
    "problem?pbi=122422",
    "impact?supplier=DCO",
    "changes",
    "trends",
    "upload",
    "review?report={report}&pbi=122422&field=status",
    "about",
    "people",
    "audit",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_has_a_serious_fault(chromium: Any, server: Server, axe: str, dark: bool) -> None:
    report = _first_report(server.folder)
    found: list[str] = []
    with visit(chromium, server, dark=dark) as page:
        for pattern in PATHS:
            path = pattern.format(report=report)
            page.goto(f"{server.url}/{path}")
            page.locator("h1").first.wait_for()
            settled(page)
            page.wait_for_timeout(800)
            page.evaluate(axe)
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            found += [
                f"{path}: {one['id']} ({one['impact']}): {node['html'][:160]} {node['target']}"
                for one in result["violations"]
                if one["impact"] in ("serious", "critical")
                for node in one["nodes"][:3]
            ]
    assert not found, "\n".join(found)


def _first_report(folder: Path) -> str:
    from kb.base import KnowledgeBase
    from kb.settings import Settings

    with KnowledgeBase.open(Settings(data=folder)) as kb:
        return kb.reports()[0].id
