# Every command of the project. `make help` lists them.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
# On a Linux machine of your own the plain torch wheel may bring CUDA with it, some gigabytes. To avoid
# that, name an index of CPU wheels (PyTorch's own install page gives one): make setup TORCH_INDEX=URL
TORCH_INDEX ?=
TORCH_VERSION := $(shell sed -n 's/^torch==//p' constraints.txt)
DATA ?= .data
PORT ?= 8501
HOST ?= 127.0.0.1
# Processes that run tests; each keeps a PostgreSQL, a browser and an encoder of its own. 0: in this one.
WORKERS ?= 2

BIN := .venv/bin
PBI := $(BIN)/pbi --data $(DATA)
QUESTION := What is the user impact of the open problems attributed to DCO?

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix eval questions fuzz fuzz-covered crash load audit bench bench-peers profile replicas pictures corpus browser clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/.ready ## Make .venv with everything the other commands need

.venv/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.13 with venv found. On Debian or Ubuntu: apt-get install python3 python3-venv; or make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv .venv; }
	@echo "Installing (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch==$(TORCH_VERSION)" $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[llm,postgres,s3,cluster,test,dev]'
	@touch $@

run: setup ## Read corpus/, answer the first question, serve the app on localhost
	@$(PBI) ingest corpus/*.pdf
	@echo
	@echo "Q: $(QUESTION)"
	@$(PBI) ask "$(QUESTION)"
	@echo
	@$(PBI) serve --host $(HOST) --port $(PORT)

browser: setup
	@scripts/install_system_packages.sh

test: browser ## Run all tests, the ones in a real browser included
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: setup ## Format, lint, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: setup ## Format and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: setup ## Score reading against the gold files of corpus/
	@$(BIN)/python scripts/evaluate_reading.py $(ARGS)

fuzz: setup ## Read 20,000 damaged reports within limits, and count what came of them
	@$(BIN)/python scripts/fuzz.py $(ARGS)

fuzz-covered: setup ## The same led by the code that is reached, with atheris
	@test -d build/atheris/atheris || $(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/atheris 'atheris>=3,<4'
	@PYTHONPATH=build/atheris $(BIN)/python scripts/fuzz_covered.py $(ARGS)

crash: setup ## Kill the process at 240 points of every change, and show that nothing was lost
	@$(BIN)/python scripts/crash.py $(ARGS)

load: setup ## 50 people at once for five minutes: errors, mix-ups, median, 95th percentile, memory
	@$(BIN)/python bench/crowd.py $(ARGS)

audit: setup ## Look for known faults in what is installed, and list it in build/sbom.json
	@test -x build/audit/bin/pip-audit || $(BIN)/python -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit cyclonedx-bom
	@$(BIN)/python scripts/audit.py $(ARGS)

questions: setup ## Score answering against the question files of tests/questions
	@rm -rf build/questions && $(BIN)/pbi --data build/questions ingest corpus/*.pdf
	@for file in tests/questions/*.jsonl; do echo; echo "$$file"; $(BIN)/pbi --data build/questions evaluate $$file; done

bench: browser ## Measure ingest, memory, questions, growth, cold starts and pages (half an hour and more)
	@$(BIN)/python bench/ingesting.py $(ARGS)
	@$(BIN)/python bench/questions.py $(ARGS)
	@$(BIN)/python bench/growth.py --postgres --chart docs/images/growth.svg $(ARGS)
	@$(BIN)/python bench/nearest.py $(ARGS)
	@$(BIN)/python bench/start.py $(ARGS)
	@$(BIN)/python bench/memory.py $(ARGS)
	@$(BIN)/python bench/browser.py

bench-peers: setup ## Measure beside LangChain and LlamaIndex (installs gigabytes into build/peers)
	@test -x build/peers/bin/python || $(BIN)/python -m venv build/peers
	@build/peers/bin/python -m pip install --quiet --disable-pip-version-check "torch==$(TORCH_VERSION)" $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@build/peers/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
	@$(BIN)/python bench/against.py $(ARGS)

profile: setup ## Show where the time goes in an ingest and in a question
	@$(BIN)/python bench/where.py $(ARGS)

replicas: setup ## Three apps behind nginx: publish on one, ask on the others, kill one amid 50 people
	@$(BIN)/python scripts/replicas.py $(ARGS)

pictures: browser ## Make the pictures of the README again
	@$(BIN)/python scripts/make_screenshots.py
	@$(BIN)/python scripts/make_paper_pictures.py

corpus: setup ## Make the sample reports and their gold again
	@$(BIN)/python scripts/make_corpus.py

clean: ## Remove the environment and the local knowledge base
	rm -rf .venv $(DATA) build *.egg-info
