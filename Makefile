# Newsroom. `make` alone lists what there is to do. Every target but `help` and `clean` makes .venv first.

SHELL := /bin/sh
BIN := .venv/bin
PYTHON := $(BIN)/python
PYENV_ROOT ?= $(HOME)/.pyenv

# What lint and tests run with, whatever a developer's .env says.
CLEAN_ENV = ENV_FILE=/dev/null SECRET_KEY=only-for-tests-and-checks-4Yy8mQ2rT6uW0zB3nK5pL7sD9fG1hJ

.DEFAULT_GOAL := help
.PHONY: bench faults help setup demo run test test-fast lint lock browser lighthouse validate clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1 - /'

setup: .venv/installed .env  ## make .venv with everything that the other targets need, and .env with a secret key

# The first of the interpreters that is new enough; the stamp keeps it from being done twice.
.venv/installed: requirements/dev.txt
	@set -e; found=; \
	for candidate in python3.13 python3.14 python3.12 python3 "$(PYENV_ROOT)"/versions/*/bin/python; do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Newsroom needs Python 3.12 or newer (with venv; Debian: apt-get install python3-venv). None found."; exit 1; fi; \
	if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
		echo "Making .venv with $$found"; "$$found" -m venv --clear .venv; \
	fi; \
	echo "Installing requirements/dev.txt"; \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Only the owner may read it. An existing one is left alone.
.env: | .venv/installed
	@umask 077; $(PYTHON) -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(50))" > $@
	@echo "Wrote .env with a new SECRET_KEY."

demo: setup  ## fill an invented newsroom and serve it
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@$(PYTHON) manage.py demo
	@$(PYTHON) -m newsroom.server

run: setup  ## serve the site as it is
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@$(PYTHON) -m newsroom.server

# Two processes, each with a database of its own. PYTEST_ARGS comes last: PYTEST_ARGS="-n0 -k credits tests/text/test_credits.py"
test: setup browser  ## run every test, the browser's included (PYTEST_ARGS="…" for pytest)
	@$(CLEAN_ENV) $(PYTHON) -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

# What neither drives a browser nor starts servers: for the time between two edits.
test-fast: setup  ## run the tests that need no browser and no server, in under two minutes (PYTEST_ARGS="…" for pytest)
	@$(CLEAN_ENV) $(PYTHON) -m pytest -n 2 --dist worksteal -m "not browser and not slow" $(PYTEST_ARGS)

lint: setup  ## check style, types, layers, sizes, templates, migrations and deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(CLEAN_ENV) $(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@$(PYTHON) tools/figures.py
	@find templates liveblogs -name '*.html' -path '*templates*' -print0 | xargs -0 -r $(BIN)/djade --check --target-version 6.1
	$(CLEAN_ENV) $(PYTHON) manage.py makemigrations --check --dry-run
	$(CLEAN_ENV) SITE_URL=https://live.example.org $(PYTHON) manage.py check --deploy --fail-level WARNING

# Compiled for the oldest Python, so that what only that one needs is in; the hashes cover every file of a release.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --annotation-style=line
lock: setup  ## compile requirements/*.in into hashed locks (LOCK_ARGS="--upgrade" for newer releases)
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 12) or print("note: compile with Python 3.12 to keep what only 3.12 needs")'
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/base.txt requirements/base.in
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/heic.txt requirements/heic.in
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/dev.txt requirements/dev.in

browser: setup  ## find a Chromium for the browser tests, or install one
	@$(PYTHON) tools/chromium.py

bench: setup browser  ## pages, deltas and publishing beside yardsticks; publish to visible; 10,000 streams (a quarter of an hour)
	@$(PYTHON) -m bench
	@$(PYTHON) -m bench.follow
	@$(PYTHON) -m bench.streams

faults: setup  ## killed workers, restarts of PostgreSQL, many writers, a full schedule, in full numbers (minutes)
	@$(CLEAN_ENV) $(PYTHON) -m bench.faults

lighthouse: setup browser  ## score the demo's live blog as a phone loads it; needs Node.js
	@$(PYTHON) tools/lighthouse.py

validate: setup  ## check every public page of the demo with the Nu HTML checker (ARCHIVES="…"); needs Node.js and Java
	@$(PYTHON) tools/validate.py $(ARCHIVES)

clean:  ## remove what was installed and built; the database, the uploads and .env stay
	rm -rf .venv tools/node/node_modules staticfiles test.sqlite3* .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
