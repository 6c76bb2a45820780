"""Looks up known faults of everything installed, and writes a bill of materials.

python scripts/audit.py                   build/sbom.json (CycloneDX), and what is known
python scripts/audit.py -s osv            further arguments go to pip-audit

Exit status 0: no fault is known of what was looked up. 1: faults are known. 3: nothing could be
looked up, for want of the network or of an index that tells advisories; the bill is written all
the same. pip-audit itself would say "no known vulnerabilities" then. (make shows these as
"Error 1" and "Error 3", and ends with 2.)
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "build" / "audit" / "bin"
BILL = ROOT / "build" / "sbom.json"
NONE_KNOWN, KNOWN, NOT_LOOKED_UP = 0, 1, 3


def told(found: Mapping[str, Any] | None, trouble: str = "") -> tuple[list[str], int]:
    """Lines on what pip-audit found, and the exit status.

    Args:
        found: its JSON; None where it gave none. trouble: what it said instead.
    """
    every = (found or {}).get("dependencies", [])
    looked_up = [one for one in every if "skip_reason" not in one]
    passed_over = sorted(one["name"] for one in every if "skip_reason" in one)
    if not looked_up:
        why = trouble or f"the index tells nothing of any of the {len(every)} packages"
        line = f"Advisories could not be looked up, so nothing is said of faults: {why}"
        return [line], NOT_LOOKED_UP
    lines = [f"Advisories were looked up for {len(looked_up)} of {len(every)} packages."]
    if passed_over:
        lines.append(f"Not for {', '.join(passed_over)}: the index does not know them.")
    faults = [(one, fault) for one in looked_up for fault in one["vulns"]]
    for one, fault in faults:
        mended = ", ".join(fault.get("fix_versions") or ()) or "no release yet"
        lines.append(f"{one['name']} {one['version']}: {fault['id']}, mended in {mended}")
    lines.append(f"Known faults: {len(faults)}")
    return lines, KNOWN if faults else NONE_KNOWN


def main(argv: Sequence[str]) -> int:
    command = [str(TOOLS / "cyclonedx-py"), "environment", sys.executable]
    subprocess.run([*command, "--output-file", str(BILL)], check=True)
    parts = len(json.loads(BILL.read_text(encoding="utf-8")).get("components", ()))
    print(f"Bill of materials: {parts} packages in {BILL.relative_to(ROOT)}", flush=True)
    installed = sysconfig.get_path("purelib")
    done = subprocess.run(
        [str(TOOLS / "pip-audit"), "--path", installed, "--format", "json",
         "--progress-spinner", "off", *argv],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = None
    said = done.stderr.strip().splitlines()
    lines, status = told(found, said[-1] if said and found is None else "")
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
