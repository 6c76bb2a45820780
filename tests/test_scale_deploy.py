"""What the files for Docker and nginx name is what the product and its constraints have."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kb.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
TEMPLATE = (ROOT / "deploy" / "pbi.conf.template").read_text(encoding="utf-8")
DEPLOY = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
NGINX = {"PBI_APPS", "PBI_LISTEN", "PBI_PORT"}


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE, EXAMPLE, DEPLOY], ids=["c", "d", "e", "m"])
def test_settings_that_are_named_exist(text: str) -> None:
    known = {f"PBI_{name.upper()}" for name in Settings.model_fields} | NGINX
    assert set(re.findall(r"\bPBI_[A-Z_]+[A-Z]\b", text)) - known == set()


def test_what_has_to_be_filled_in_stands_in_the_example_and_nothing_else() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)[:}]", COMPOSE))
    assert asked == set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def test_nginx_is_given_the_names_of_its_template() -> None:
    names = set(re.findall(r"\$\{([A-Z_]+)\}", TEMPLATE))
    nginx = COMPOSE.partition("\n  nginx:")[2].partition("\n  postgres:")[0]
    assert names == set(re.findall(r"^ {6}(PBI_[A-Z]+):", nginx, re.MULTILINE))
    apps = set(re.findall(r"server (\w+):8501", nginx))
    assert apps == set(re.findall(r"^  (app\d):", COMPOSE, re.MULTILINE))


def test_images_and_extras_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = re.search(r"'\.\[([a-z0-9,]+)\]'", DOCKERFILE)
    assert extras
    product = set(project["project"]["optional-dependencies"]) - {"test", "dev"}
    assert set(extras[1].split(",")) == product
    chroma = re.search(r"image: chromadb/chroma:(\S+)", COMPOSE)
    assert chroma
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert f"chromadb=={chroma[1]}" in pinned
    packages = {
        name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert packages == set(re.findall(r"^COPY (\w+) \./\1$", DOCKERFILE, re.MULTILINE))
    assert all(f"!{name}" in (ROOT / ".dockerignore").read_text().split() for name in packages)
