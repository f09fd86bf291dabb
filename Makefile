# The project's workflow. `make run` and `make test` set everything up by themselves.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt

.PHONY: run test test-slow test-variants coverage lint floors format serve daemon clean

run: $(VENV)/.installed ## set up, then one pass over config/babelwire.toml
	$(BIN)/babelwire --config config/babelwire.toml run

test: $(VENV)/.test ## set up, then the tests
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow"

test-slow: $(VENV)/.test ## the tests that take long: daemons, hostile sites, kills, wheels, plug-ins
	$(BIN)/python -m pytest -n auto --dist loadgroup -m slow

coverage: $(VENV)/.test ## the tests, and which lines and branches they and their processes ran
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n auto --dist loadgroup
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

test-variants: $(VENV)/.test ## the tests with other processors' kernels, searches and models
	PYTHON=$(BIN)/python tests/variants.sh

lint: $(VENV)/.lint ## ruff, ruff format, mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Without the collections nothing is measured, so nothing more is installed.
floors: $(VENV)/$(if $(wildcard ../shared),.bench,.installed) ## figures of quality against their floors
	PYTHONPATH=. $(BIN)/python bench/floors.py $(ARGS)

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

$(VENV)/.bench: $(VENV)/.installed
	$(INSTALL) --editable ".[bench]"
	touch $@

$(VENV)/.lint: $(VENV)/.installed
	$(INSTALL) --editable ".[lint]"
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage*
