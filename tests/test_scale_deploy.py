"""What the files for Docker and nginx name is what the product and its constraints have."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

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


def test_what_is_copied_into_the_image_is_there_and_let_in() -> None:
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for copy in copies for source in copy.split()]
    assert len(sources) > 5
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in let_in


def test_the_commands_of_the_containers_are_ones_that_pbi_takes() -> None:
    from typer.main import get_command

    from app.cli import command_line

    assert 'ENTRYPOINT ["pbi"]' in DOCKERFILE
    commands = re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    commands += re.findall(r"^ {4}command: (\[.+\])$", COMPOSE, re.MULTILINE)
    commands += [
        str(line.partition("app1 ")[2].split())
        for text in (COMPOSE, DEPLOY)
        for line in re.findall(r"docker compose run .*", text)
    ]
    assert len(commands) == 4
    for said in commands:
        verb, *arguments = re.findall(r"[^\s\[\],\"']+", said)
        context = get_command(command_line()).make_context("pbi", [verb, *arguments])
        command = context.command
        while hasattr(command, "commands"):
            command = command.commands[verb]
            context = command.make_context(verb, list(arguments), parent=context)
            verb, *arguments = arguments or [""]
        assert not context.args


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_a_ready_app_from_another(status: int, code: int) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    check = re.search(r'^ +CMD \["python", "-c", "(.+)"\]$', DOCKERFILE, re.MULTILINE)
    assert check
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        own = check[1].replace("8501", str(server.server_port))
        done = subprocess.run([sys.executable, "-c", own], capture_output=True, check=False)
        server.shutdown()
    assert done.returncode == code
    assert asked == ["/readyz"]
