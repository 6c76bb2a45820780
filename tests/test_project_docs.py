"""What the documents say of codes, verbs, commands, links and words is what the code does."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document
from ingest.documents import open_document
from ingest.errors import NoProblems
from ingest.read import read_document
from ingest.records import Grade
from ingest.vocabulary import DEFAULT, Vocabulary

ROOT = Path(__file__).parents[1]
READING = ROOT / "docs" / "reading.md"
SOURCES = [path for part in ("ingest", "kb") for path in sorted((ROOT / part).rglob("*.py"))]
PAGES = [
    path
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "corpus" / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )
    if path.exists()
]
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# ------------------------------------------------------------------------------ finding codes


def constants(trees: list[ast.Module]) -> dict[str, str]:
    """Texts that a module gives a name in capitals: `DISPUTE = "reports-disagree"`."""
    return {
        target.id: node.value.value
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def code_arguments(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands as `code` of a `Finding`, or first in a call that adds one."""
    for call in calls_in(tree):
        if called(call) == "Finding":
            yield from (word.value for word in call.keywords if word.arg == "code")
        elif called(call) in ("add", "note") and len(call.args) > 1:
            yield call.args[0]


def filled(pattern: ast.JoinedStr, tree: ast.Module) -> set[str]:
    """An f-string with one parameter in it, for each text that its function is called with."""
    maker = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(part is pattern for part in ast.walk(node))
    )
    names = [argument.arg for argument in maker.args.args]
    out = set()
    for call in calls_in(tree):
        if called(call) != maker.name:
            continue
        given = dict(zip(names, call.args, strict=False))
        parts = []
        for part in pattern.values:
            if isinstance(part, ast.FormattedValue):
                assert isinstance(part.value, ast.Name)
                part = given[part.value.id]
            assert isinstance(part, ast.Constant)
            parts.append(str(part.value))
        out.add("".join(parts))
    return out


def codes_in_code() -> set[str]:
    trees = [ast.parse(text_of(path)) for path in SOURCES]
    named = constants(trees)
    codes: set[str] = set()
    for tree in trees:
        for value in code_arguments(tree):
            match value:
                case ast.Constant(value=str() as code):
                    codes.add(code)
                case ast.JoinedStr():
                    codes |= filled(value, tree)
                case ast.Name(id=name) if name in named:
                    codes.add(named[name])
    return {code for code in codes if CODE.fullmatch(code)}


def codes_in_table() -> set[str]:
    section = text_of(READING).partition("## Findings\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row)}


def test_every_finding_stands_in_the_table_and_no_other() -> None:
    codes = codes_in_code()
    assert {"out-of-sequence", "unknown-label", "hidden-rows", "reports-disagree"} <= codes
    assert codes_in_table() == codes


# ------------------------------------------------------------------------- verbs and commands


def code_of(path: Path) -> list[str]:
    """The code on a page: lines of fenced and indented blocks, and what stands in back ticks."""
    text = text_of(path)
    fenced = re.findall(r"^```.*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in fenced for line in block.splitlines()]
    return [*lines, *re.findall(r"^ {4}\S.*", rest, re.MULTILINE), *re.findall(r"`([^`]+)`", rest)]


def test_every_verb_is_described_and_no_other() -> None:
    from typer.main import get_command

    from app.cli import cli

    verbs = set(get_command(cli).commands)  # type: ignore[attr-defined]
    said = {
        verb
        for path in PAGES
        for code in code_of(path)
        for verb in re.findall(r"(?:^|[\s/])pbi(?: --data \S+)? ([a-z]+(?:-[a-z]+)*)\b", code)
    }
    assert said == verbs


def test_make_commands_of_the_documents_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    said = {
        (path.name, name)
        for path in PAGES
        for code in code_of(path)
        for name in re.findall(r"^(?:\$ )?make ([a-z-]+)", code.strip())
    }
    assert any(page == "CONTRIBUTING.md" for page, _ in said)
    assert {(page, name) for page, name in said if name not in targets} == set()


def test_links_and_modules_of_the_documents_exist() -> None:
    missing = []
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(page)):
            if not link.startswith(("http:", "https:")) and not (page.parent / link).exists():
                missing.append((page.name, link))
    assert missing == []
    steps = text_of(READING).partition("## Step by step\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[-2] for line in steps.splitlines() if line.startswith("| ")]
    modules = {name for row in rows[1:] for name in re.findall(r"`([^`*]+)`", row)} - {"ingest/"}
    assert len(modules) > 20
    assert {m for m in modules if not (ROOT / "ingest" / f"{m}.py").exists()} == set()


# ------------------------------------------------------------------------------ worked example


def example(kind: str, number: int = 0) -> str:
    blocks = re.finditer(rf"^```{kind}\n(.*?)^```", text_of(READING), re.MULTILINE | re.DOTALL)
    return [block[1] for block in blocks][number]


def added(to: Any, more: Any) -> Any:
    if isinstance(to, dict):
        return {**to, **{key: added(to[key], value) for key, value in more.items()}}
    return [*to, *more]


def words(*more: dict[str, Any]) -> Vocabulary:
    data = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))
    for one in more:
        data = added(data, one)
    return Vocabulary(data)


def opened(number: int, name: str) -> Document:
    return open_document(example("text", number).encode(), name)


def test_the_example_reads_as_described_before_and_after() -> None:
    more = tomllib.loads(example("toml"))
    document = opened(0, "example.txt")
    before, after = read_document(document, words()), read_document(document, words(more))
    one, other = before.problems[0], after.problems[0]
    assert (before.report.classification, one.owner, one.created) == (None, None, None)
    assert one.evidence["status"].grade is Grade.FAIR
    assert sorted(finding.code for finding in before.findings) == [
        "created-not-stated",
        "outage-beside-no-impact",
        "owner-not-stated",
        "target-not-stated",
        "unknown-label",
        "unknown-label",
    ]
    assert after.report.classification == "WOODLAND CIRCLE"
    assert (other.owner, other.created and other.created.isoformat()) == ("Gridworks", "2021-05-05")
    assert words(more).is_open(other.status) is False
    assert other.evidence["status"].grade is Grade.GOOD
    assert [finding.code for finding in after.findings] == ["outage-beside-no-impact"]


def test_a_form_is_added_by_its_labels() -> None:
    more = tomllib.loads(example("toml"))
    labels = {"label": {"pbi": ["Register no"], "title": ["Called"]}}
    document = opened(1, "example.csv")
    with pytest.raises(NoProblems):
        read_document(document, words(more))
    problem = read_document(document, words(more, labels)).problems[0]
    assert (problem.pbi, problem.title) == ("PBI000000130111", "Orders wait behind a full queue")
    assert (problem.owner, problem.evidence["owner"].rule) == ("Gridworks", "cell.owner")
