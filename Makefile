# The project's workflow. `make run` and `make test` set everything up by themselves.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt

.PHONY: run test lint format serve daemon clean

run: $(VENV)/.installed ## set up, then one pass over config/babelwire.toml
	$(BIN)/babelwire --config config/babelwire.toml run

test: $(VENV)/.test ## set up, then the tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/.lint ## ruff, ruff format, mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.lint ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve daemon: $(VENV)/.installed ## serve output/; or serve it and run the scheduler
	$(BIN)/babelwire --config config/babelwire.toml $@

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt pipeline/babelwire.py | $(BIN)/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.installed
	$(INSTALL) --editable ".[test]"
	touch $@

$(VENV)/.lint: $(VENV)/.installed
	$(INSTALL) --editable ".[lint]"
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
