# paraviz: two commands are enough on a fresh machine, `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPING := $(VENV)/.developing

.DEFAULT_GOAL := help
.PHONY: help run test check format format-check lint types imports bench conformance lecture screenshots recordings versions words docs wheel clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | \
	  awk -F '\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "paraviz needs Python 3.11 or newer; try: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEVELOPING): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(INSTALLED)

run: $(INSTALLED)  ## set up and open the app on its gallery
	@$(BIN)/paraviz

test: $(DEVELOPING)  ## set up and run the whole test suite
	$(BIN)/python -m pytest

check: format-check lint types imports test  ## what CI runs: format, lint, types, import contracts, tests

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
	@$(BIN)/python -m tests.conformance

lecture: $(DEVELOPING)  ## run every scenario in the lecture's own sizes, plain and observed (minutes)
	@$(BIN)/python -m tests.lecture

screenshots: $(DEVELOPING)  ## draw the pictures in screenshots/ anew
	$(BIN)/python -m screenshots

recordings: $(DEVELOPING)  ## record every scenario anew (minutes; needs kernel truth), then `make screenshots`
	$(BIN)/python -m tests.data.record

words: $(DEVELOPING)  ## collect the app's words into its catalogues, and compile these
	@$(BIN)/python -m tests.words

docs: $(DEVELOPING)  ## write the tables of docs/ anew from the code
	@$(BIN)/python -m tests.docs

versions: $(DEVELOPING)  ## run the suite on every other Python that is installed
	@for version in 3.12 3.13 3.14; do \
	  python=$$(ls ~/.pyenv/versions/$$version*/bin/python 2>/dev/null | tail -n 1); \
	  python=$${python:-$$(command -v python$$version)}; \
	  if [ -z "$$python" ]; then echo "Python $$version: not here, skipped"; continue; fi; \
	  echo "Python $$version"; \
	  $(MAKE) --no-print-directory test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	done

wheel: $(DEVELOPING)  ## build the wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:  ## remove what the other targets made
	rm -rf .venv .venv-* build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
