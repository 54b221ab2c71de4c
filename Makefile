# Two commands do all the set-up: `make run` and `make test`.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
TEST_WORKERS ?= 2

.PHONY: run test test-postgresql check calibrate bench install install-tests messages clean

run: install ## install, migrate, load the sample company, start everything, print the address
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@TRIMTAB_LOG_LEVEL=ERROR $(BIN)/python manage.py load_sample --once
	@$(BIN)/python manage.py serve --port $(PORT)

test: install-tests ## install and run the whole suite
	@tests/services.sh
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadgroup $(PYTEST_ARGS)

test-postgresql: install-tests ## the same suite on a PostgreSQL and a Redis of its own
	VENV=$(VENV) TEST_WORKERS=$(TEST_WORKERS) tests/on_postgresql.sh $(PYTEST_ARGS)

check: install-tests ## ruff, mypy, import rules, migrations, translations, deployment settings
	@tests/services.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy apps platform/trimtab
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python tests/translations.py
	TRIMTAB_HTTPS=1 TRIMTAB_HOSTS=trimtab.example $(BIN)/python manage.py check --deploy --fail-level WARNING

calibrate: install-tests ## do the 80% intervals hold the truth 80% of the time? Writes docs/calibration.md
	$(BIN)/python -m pytest tests/calibration -m calibration -n $(TEST_WORKERS) --calibration-table docs/calibration.md $(PYTEST_ARGS)

bench: install-tests ## run us and the named peers side by side
	@for script in benchmarks/[a-z]*.py; do $(BIN)/python -m benchmarks.$$(basename $$script .py) || exit 1; done

messages: install-tests ## collect the texts to translate
	$(BIN)/python tests/translations.py --update

install: $(VENV)/.runtime $(VENV)/.messages

install-tests: install $(VENV)/.tests

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.runtime: $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "Installing Trimtab; the first time takes a few minutes."
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.tests: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

$(VENV)/.messages: $(VENV)/.runtime locale/zh_Hans/LC_MESSAGES/django.po
	@$(BIN)/pybabel --quiet compile --domain django --directory locale
	@touch $@

clean: ## remove what running and testing left behind; keeps the data in var/
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
