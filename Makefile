# The two commands are `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
PORT ?= 8000
DATA ?= var
PY := .venv/bin/python
# Two processes share the tests, file by file. A browser with a whole clinic behind it has the machine to itself.
PYTEST := .venv/bin/pytest -q -n 2 --dist loadfile
APPS := kaatsu_clinic patients devices protocols sessions
DEMO := KAATSU_DEMO=1
# Long and random enough for the deployment check, and good for nothing else.
CHECK_KEY := only-for-the-deployment-check-4f1c9ab27de0835961c2f8a47b3d

# The first Python of 3.11 or later, or a sentence.
find_python = for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; exit 0; fi; done; \
	  echo "KAATSU Clinic needs Python 3.11 or later, and none was found on the PATH. Install it (Debian: apt-get install python3 python3-venv) and run the same command again." >&2; exit 1

# What takes real seconds of a box and a guard, and asks the database for little: once, with all tests, is enough.
REAL_TIME := tests/faults tests/devices/test_controller_check.py tests/devices/test_makers_boxes.py

title = @printf '\n== %s\n'

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: run test check test-postgres test-all bench migrations help setup setup-dev

run: setup ## Start the whole clinic with demo people and simulated cuffs [PORT=8000] [DATA=var]
	@exec $(PY) -m kaatsu_clinic.launch --port "$(PORT)" --data "$(DATA)" --with-parent

test: setup-dev check test-postgres test-all ## Everything from nothing to all checks, ending in pytest's summary

setup:
	@python=$$($(find_python)) && exec $$python -P kaatsu_clinic/setup_env.py requirements.txt

setup-dev:
	@python=$$($(find_python)) && exec $$python -P kaatsu_clinic/setup_env.py requirements.txt requirements-dev.txt

check: setup-dev ## The static part: format, lint, import contracts, types, migrations, deployment
	$(title) "Format"
	@.venv/bin/ruff format --check --output-format concise .
	$(title) "Lint"
	@.venv/bin/ruff check --output-format concise .
	$(title) "Import contracts"
	@.venv/bin/lint-imports
	$(title) "Types"
	@$(DEMO) .venv/bin/mypy .
	$(title) "Missing migrations"
	@$(DEMO) DATABASE_URL=sqlite://:memory: $(PY) manage.py makemigrations --check --dry-run
	$(title) "Deployment check on production settings"
	@KAATSU_DEMO=0 DJANGO_DEBUG=0 DJANGO_SECRET_KEY=$(CHECK_KEY) $(PY) manage.py check --deploy --fail-level WARNING
	$(title) "Compose file"
	@if docker compose version >/dev/null 2>&1; then DJANGO_SECRET_KEY=x POSTGRES_PASSWORD=x docker compose config --quiet && echo "Valid."; \
	  else echo "Not checked: this machine has no 'docker compose'."; fi

test-postgres: setup-dev ## The database tests on PostgreSQL, where one is reachable (PGHOST, PGPORT, PGUSER, PGPASSWORD)
	$(title) "Database tests on PostgreSQL"
	@if url=$$($(PY) -m tests.postgres); then DATABASE_URL="$$url" $(PYTEST) -m "django_db and not browser and not hardware" $(REAL_TIME:%=--ignore=%); \
	  else test "$$CI" != true; fi

test-all: setup-dev ## All tests on SQLite, the browser's too
	$(title) "All tests on SQLite but the browser's"
	@env -u DATABASE_URL $(PYTEST) -m "not browser and not hardware"
	$(title) "The browser's tests"
	@env -u DATABASE_URL .venv/bin/pytest -q -m "browser and not hardware"

bench: setup-dev ## Measure: prints a table and writes var/bench/latest.json
	@$(DEMO) $(PY) -m tests.bench

migrations: setup-dev ## Write missing migrations (never `makemigrations sessions`: that is Django's own app)
	@$(DEMO) $(PY) manage.py makemigrations accounts patients devices protocols training

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
