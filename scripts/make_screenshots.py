"""Make the pictures of the README from the sample reports: docs/images/*.png.

    .venv/bin/python scripts/make_screenshots.py [FOLDER]

Needs Chromium (scripts/install_system_packages.sh brings it).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsing import CHROMIUM, CORPUS, browser, served, settled, visit  # noqa: E402

QUESTION = "What+is+the+user+impact+of+the+open+problems+attributed+to+DCO%3F"

SHOTS = (
    ("ask", f"?q={QUESTION}", False),
    ("problem", "problem?pbi=122422", False),
    ("problems-dark", "problems?supplier=DCO", True),
)
"""Name, address, dark."""


def main() -> int:
    """Write the pictures; 1 where there is no browser."""
    if CHROMIUM is None:
        print("chromium is not installed: scripts/install_system_packages.sh", file=sys.stderr)
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        served(Path(data), CORPUS) as server,
        browser() as chromium,
    ):
        for name, path, dark in SHOTS:
            with visit(chromium, server, path, width=1280, dark=dark) as page:
                _complete(page)
                page.screenshot(path=folder / f"{name}.png")
                print(folder / f"{name}.png")
    return 0


def _complete(page: Any) -> None:
    """Until the pictures of the page are there as well."""
    page.wait_for_timeout(1500)
    settled(page)
    page.wait_for_function("[...document.images].every(image => image.complete)")


if __name__ == "__main__":
    sys.exit(main())
