# paraviz: two commands are enough on a fresh machine, `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPING := $(VENV)/.developing
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
EDITABLE := $(PIP) --no-deps --no-build-isolation --editable .
# Tests of how long real programs took for what have the machine to themselves; the others share it.
# One more than there are CPUs: a test of the app waits about as long as it works.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# Neighbours stay together, and so does what a module records once.
BESIDE := --numprocesses $(WORKERS) --dist worksteal
LOCKING := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# What is started again and again is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick slow check format format-check lint types imports bench conformance sanitized lecture screenshots recordings versions others short-here lock newest lowest words docs site wheel clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | \
	  awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "paraviz needs Python 3.11 or newer; try: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# What is installed is what is pinned, each file by its hash; `make lock` renews the pins.
CORE := setup.py $(wildcard paraviz/observe/core/*)

$(INSTALLED): pyproject.toml $(CORE) requirements/run.txt | $(BIN)/python
	$(PIP) --require-hashes --requirement requirements/run.txt
	$(EDITABLE)
	@touch $@

$(DEVELOPING): pyproject.toml $(CORE) requirements/dev.txt | $(BIN)/python
	$(PIP) --require-hashes --requirement requirements/dev.txt
	$(EDITABLE)
	@touch $@ $(INSTALLED)

run: $(INSTALLED)  ## set up and open the app on its gallery
	@$(BIN)/paraviz

test: $(DEVELOPING)  ## set up and run the whole test suite
	$(BIN)/python -m pytest $(BESIDE) -m "not alone and not slow"
	$(BIN)/python -m pytest -m "alone and not slow"

slow: $(DEVELOPING)  ## the tests that take longest, which `make test` leaves out
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest $(BESIDE) --hypothesis-profile thorough -m "tries and not slow"

quick: $(DEVELOPING)  ## the tests of tests/unit and tests/render, but for those that run alone
	$(BIN)/python -m pytest $(BESIDE) --hypothesis-profile quick -m "not alone and not slow" -x tests/unit tests/render

check: format-check lint types imports test others  ## what CI runs: format, lint, types, import contracts, tests, and a few on other Pythons

format: $(DEVELOPING)  ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format-check: $(DEVELOPING)
	$(BIN)/ruff format --check .

lint: $(DEVELOPING)
	$(BIN)/ruff check .

types: $(DEVELOPING)
	$(BIN)/mypy

imports: $(DEVELOPING)
	$(BIN)/lint-imports

bench: $(DEVELOPING)  ## measure what observing costs; prints JSON
	@$(BIN)/python -m benchmarks

conformance: $(DEVELOPING)  ## compare the standard library's own tests, observed and plain (minutes)
	@$(BIN)/python -m tools.conformance

sanitized: $(DEVELOPING)  ## the compiled core under gcc's sanitizers, in storms of threads and forks (minutes)
	@$(BIN)/python -m tools.sanitized

healthy: $(DEVELOPING)  ## run healthy programs, in which nothing is to be found, with the kernel's record and without (minutes)
	@$(BIN)/python -m tools.healthy
	@$(BIN)/python -m tools.healthy --kernel off

lecture: $(DEVELOPING)  ## run every scenario in the lecture's own sizes, plain and observed (minutes)
	@$(BIN)/python -m tools.lecture

screenshots: $(DEVELOPING)  ## draw the pictures in screenshots/ anew
	$(BIN)/python -m screenshots

recordings: $(DEVELOPING)  ## record every scenario anew (minutes; needs kernel truth), then `make screenshots`
	$(BIN)/python -m tools.recordings

words: $(DEVELOPING)  ## collect the app's words into its catalogues, and compile these
	@$(BIN)/python -m tools.words

docs: $(DEVELOPING)  ## write the tables of docs/ anew from the code
	@$(BIN)/python -m tools.docs

versions: $(DEVELOPING)  ## run the suite on every other Python that is installed
	@$(BIN)/python -m tools.versions test

others: $(DEVELOPING)  ## try every scenario with processes on every other Python that is installed
	@$(BIN)/python -m tools.versions short

short-here: $(INSTALLED)
	@$(BIN)/python -m tools.short

lock: | $(BIN)/python  ## pin the newest versions that pyproject.toml allows anew, for every Python and system
	$(PIP) --upgrade uv
	$(BIN)/uv pip compile $(LOCKING) --output-file requirements/run.txt pyproject.toml requirements/build.in
	$(BIN)/uv pip compile $(LOCKING) --output-file requirements/dev.txt --extra dev pyproject.toml requirements/build.in
	$(BIN)/uv pip compile $(LOCKING) --output-file requirements/site.txt requirements/site.in

newest: ## run the suite with the newest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --upgrade --editable '.[dev]'
	@touch .venv-newest/.installed .venv-newest/.developing
	$(MAKE) --no-print-directory test VENV=.venv-newest

lowest: ## run the suite with the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv
	.venv-lowest/bin/uv pip compile --quiet --resolution lowest-direct --extra dev pyproject.toml requirements/build.in --output-file .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --requirement .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch .venv-lowest/.installed .venv-lowest/.developing
	$(MAKE) --no-print-directory test VENV=.venv-lowest

site: | $(BIN)/python  ## build the documentation site from docs/, into build/site
	$(PYTHON) -m venv .venv-site
	.venv-site/bin/python -m pip install --quiet --require-hashes --requirement requirements/site.txt
	.venv-site/bin/sphinx-build -q -W --keep-going -b html -c docs/site . build/site
	@echo build/site/docs/index.html

wheel: $(DEVELOPING)  ## build the wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:  ## remove what the other targets made
	rm -rf .venv .venv-* build dist paraviz/observe/*.so *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
