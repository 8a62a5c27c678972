# Newsroom. `make` alone lists the targets. Every target except `help` and `clean` creates .venv first.

SHELL := /bin/sh
BIN := .venv/bin
PYTHON := $(BIN)/python
PYENV_ROOT ?= $(HOME)/.pyenv

# The environment of lint and tests; a developer's .env is ignored.
CLEAN_ENV = ENV_FILE=/dev/null SECRET_KEY=only-for-tests-and-checks-4Yy8mQ2rT6uW0zB3nK5pL7sD9fG1hJ

.DEFAULT_GOAL := help
.PHONY: bench faults help setup demo run test test-fast lint lock browser lighthouse validate clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1 - /'

setup: .venv/installed .env  ## create .venv with everything that the other targets need, and .env with a secret key

# Uses the first interpreter that is new enough. The stamp file prevents a second run.
.venv/installed: requirements/dev.txt
	@set -e; found=; \
	for candidate in python3.13 python3.14 python3.12 python3 "$(PYENV_ROOT)"/versions/*/bin/python; do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Newsroom needs Python 3.12 or newer (with venv; Debian: apt-get install python3-venv). None was found."; exit 1; fi; \
	if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
		echo "Creating .venv with $$found"; "$$found" -m venv --clear .venv; \
	fi; \
	echo "Installing requirements/dev.txt"; \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Only the owner can read the file. An existing one is not changed.
.env: | .venv/installed
	@umask 077; $(PYTHON) -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(50))" > $@
	@echo "Wrote .env with a new SECRET_KEY."

demo: setup  ## load the demo data and serve the site
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@$(PYTHON) manage.py demo
	@$(PYTHON) -m newsroom.server

run: setup  ## serve the site with its current data
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@$(PYTHON) -m newsroom.server

# Two processes, each with its own database. PYTEST_ARGS comes last: PYTEST_ARGS="-n0 -k credits tests/text/test_credits.py"
test: setup browser  ## run all tests, including the browser tests (PYTEST_ARGS="…" for pytest)
	@$(CLEAN_ENV) $(PYTHON) -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

# For quick checks between edits.
test-fast: setup  ## run the tests that need no browser and no server, in about two minutes (PYTEST_ARGS="…" for pytest)
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

# Compile with the oldest supported Python, to include packages that only it needs. The hashes cover every file of a release.
COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --annotation-style=line
lock: setup  ## compile requirements/*.in into hashed locks (LOCK_ARGS="--upgrade" for newer releases)
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 12) or print("note: compile with Python 3.12 to keep the packages that only 3.12 needs")'
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/base.txt requirements/base.in
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/heic.txt requirements/heic.in
	$(COMPILE) $(LOCK_ARGS) --output-file requirements/dev.txt requirements/dev.in

browser: setup  ## find a Chromium for the browser tests, or install one
	@$(PYTHON) tools/chromium.py

bench: setup browser  ## measure pages, deltas, publishing, time to visible, and 10,000 streams (about 15 minutes)
	@$(PYTHON) -m bench
	@$(PYTHON) -m bench.follow
	@$(PYTHON) -m bench.follow --interactions 40
	@$(PYTHON) -m bench.streams

faults: setup  ## run the fault tests at full size: killed workers, PostgreSQL restarts, many writers, a full schedule (minutes)
	@$(CLEAN_ENV) $(PYTHON) -m bench.faults

lighthouse: setup browser  ## score the demo's live blog with Lighthouse's phone settings; needs Node.js
	@$(PYTHON) tools/lighthouse.py

validate: setup  ## check every public page of the demo with the Nu HTML checker (ARCHIVES="…"); needs Node.js and Java
	@$(PYTHON) tools/validate.py $(ARCHIVES)

clean:  ## remove installed and built files; the database, the uploads and .env stay
	rm -rf .venv tools/node/node_modules staticfiles test.sqlite3* .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
