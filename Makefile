# Set-up is two commands: 'make run' and 'make test'. Both work twice in a row.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

.PHONY: run setup test check bench lock messages screenshot clean help

help:
	@echo 'make run         environment, sample register, console'
	@echo 'make test        environment, all tests'
	@echo 'make check       lint, types, imports, catalogue, migrations'
	@echo 'make bench       benchmarks beside peers, printed as ratios'
	@echo 'make lock        new requirements*.lock from pyproject.toml'
	@echo 'make screenshot  the pictures of the README, from the sample register'
	@echo 'make messages    collect new texts into the catalogue and compile it'

run: setup
	@$(BIN)/opsconsole

setup: $(VENV)/.run
	@$(BIN)/opsconsole setup

# A plain venv; where Debian's python3-venv is missing, uv or virtualenv serve as well.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'opsconsole needs Python 3.11 or newer'; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); uv venv --seed -q $(VENV) 2>/dev/null; } \
	  || $(PYTHON) -m virtualenv -q $(VENV) 2>/dev/null \
	  || { rm -rf $(VENV); echo "no virtual environment could be made: install the package python3-venv (or uv)"; exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.catalogue_check
	$(BIN)/opsconsole db check-migrations

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

lock: $(VENV)/bin/python
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate -q \
	  --custom-compile-command 'make lock' pyproject.toml --group pyproject.toml:build -o requirements.lock
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate -q \
	  --custom-compile-command 'make lock' pyproject.toml --group pyproject.toml:build --group pyproject.toml:dev \
	  -c requirements.lock -o requirements-dev.lock

messages: $(VENV)/.test
	$(BIN)/python -m tests.catalogue_check --update

screenshot: setup
	$(BIN)/python -m opsconsole.console.screenshot docs/images/overview.svg --language en
	$(BIN)/python -m opsconsole.console.screenshot docs/images/overview-vi.svg --language vi
	$(BIN)/python -m opsconsole.console.screenshot docs/images/units-vi.svg --language vi --screen units

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
