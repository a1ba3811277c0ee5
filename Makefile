# The verbs of this project. Every one sets itself up on a fresh clone.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The newest Python of 3.11 or later that is there; `make PYTHON=… test` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
PORT ?= 4242
PAGE := build/demo
SOURCES := $(shell find src -type f -not -name '*.pyc')

# Some systems ship Python without ensurepip, but with pip.
venv = $(PYTHON) -m venv --clear $(1) >/dev/null || { $(PYTHON) -m venv --clear --without-pip $(1) \
	&& $(PYTHON) -m pip --quiet --python $(1)/bin/python install pip; }

.PHONY: help run test check types lint layers unit told clients crash bench docs format fidelity lock clean

help: ## show this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# Its page is built beside it: whatever npm does, the server starts at once, and says how it went.
run: $(READY) ## start a bench with demo data on 127.0.0.1:4242, and a chat page at /demo
	@$(BIN)/python tools/demo_page.py $(PAGE) &
	@$(BIN)/partywire dev --demo --demo-page $(PAGE) --port $(PORT)

test: $(READY) ## every test, lint, type check and layer contract
	@mkdir -p .cache; rm -f .cache/unit.xml .cache/clients.xml
	@status=0; for verb in check unit told clients; do $(MAKE) --no-print-directory $$verb || status=1; done; \
	$(BIN)/python tools/closing.py .cache/unit.xml .cache/clients.xml || status=1; exit $$status

check: lint types layers ## everything that needs no server

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports --no-cache

unit: $(READY)
	@rm -rf .cache/evidence
	PARTYWIRE_EVIDENCE=$(CURDIR)/.cache/evidence $(BIN)/pytest -n 2 --dist worksteal --ignore tests/clients --junitxml .cache/unit.xml

told: $(READY) ## whether docs/fidelity.md says what the tests of `make unit` showed
	$(BIN)/python tools/fidelity --check

clients: .venv-wheel/ready ## the official libraries against the installed wheel
	PARTYWIRE_COMMAND=$(CURDIR)/.venv-wheel/bin/partywire $(BIN)/pytest tests/clients --junitxml .cache/clients.xml

crash: $(READY) ## kill servers, nodes and PostgreSQL under load, hundreds of times
	PARTYWIRE_KILLS=200 $(BIN)/pytest -rP --show-capture=stdout tests/crash

bench: $(READY) ## speed as ratios to bare ASGI, and growth
	$(BIN)/python -m bench

format: $(READY) ## lay out the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(READY) ## build the site into build/site
	$(BIN)/python tools/docs

fidelity: $(READY) ## write docs/fidelity.md anew, from what `make unit` showed
	$(BIN)/python tools/fidelity --prove

lock: $(READY) ## choose newer dependencies
	$(BIN)/python tools/lock.py

clean: ## forget what was set up
	rm -rf .venv .venv-wheel .venv-node .cache dist build tests/clients/node/node_modules tests/clients/cli/node_modules tests/clients/sdk/node_modules demo/node_modules

$(READY): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; name it: make PYTHON=… test" >&2; exit 1; }
	$(call venv,.venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-wheel/ready: $(READY) requirements/run.txt $(SOURCES)
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(call venv,.venv-wheel)
	.venv-wheel/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	.venv-wheel/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	@touch $@
