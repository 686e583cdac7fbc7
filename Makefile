# Everything that is done with this repository, by name. `make` alone lists it.
# Needs Python 3.11 or newer, make and git; all else is installed into .venv from requirements/*.txt.

PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
# An empty file for each step that is done; a step is done again when something that it read is newer.
DONE := $(VENV)/done

CATALOGUES := $(wildcard gridapp/translations/*/LC_MESSAGES/messages.po)
# Folders too, whose times tell that a file was taken away.
STATIC := $(shell find static ! -name '*.br' ! -name '*.gz' ! -path 'static/vendor*' ! -name '*.png' 2>/dev/null)
LOCK = "$$folder/bin/uv" pip compile --quiet --universal --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check lint fmt bench messages screenshots lock clean system-packages force

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(DONE)/run $(DONE)/project $(DONE)/assets $(CATALOGUES:.po=.mo) ## install, make the database, load the demo if it is empty, serve on PORT (8000)
	@exec $(BIN)/gridapp serve --demo-if-empty

test: $(if $(filter true,$(CI)),system-packages) lint $(DONE)/assets $(CATALOGUES:.po=.mo) ## the blocking checks, then the whole test suite (on JOBS processes; what measures load runs alone, last)
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not load"
	@$(BIN)/python -m pytest -m load -s

check: test ## what has to pass before a commit: the same as test

lint: $(DONE)/test $(DONE)/project ## the blocking checks alone: format, lint, types, who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fmt: $(DONE)/test ## format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DONE)/test $(DONE)/project $(DONE)/assets $(CATALOGUES:.po=.mo) ## measure, against a bare page in the same run; with SCALE=1k|100k|1m (ENGINE=postgres) as the town grows
	@$(BIN)/python -m $(if $(SCALE),tests.load.growth,tests.load.bench)

screenshots: $(DONE)/test $(DONE)/project $(DONE)/assets $(CATALOGUES:.po=.mo) ## take pictures of the main pages with the demo's people
	@$(BIN)/python -m tests.screenshots

messages: $(DONE)/run ## collect the texts, update the Chinese catalogue and compile it
	@mkdir -p gridapp/translations
	@$(BIN)/pybabel --quiet extract --mapping babel.cfg --no-location --sort-output --project gridapp \
		--keyword lazy_gettext --keyword _l --keyword N_ --output gridapp/translations/messages.pot gridapp templates
	@if [ -f gridapp/translations/zh/LC_MESSAGES/messages.po ]; then \
		$(BIN)/pybabel --quiet update --locale zh --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
			--input-file gridapp/translations/messages.pot --output-dir gridapp/translations; \
	else \
		$(BIN)/pybabel --quiet init --locale zh \
			--input-file gridapp/translations/messages.pot --output-dir gridapp/translations; \
	fi
	@$(BIN)/pybabel --quiet compile --statistics --directory gridapp/translations

lock: ## pin the newest fitting versions anew: make lock UPGRADE=--upgrade; without it only what pyproject.toml changed
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(PYTHON) -m venv "$$folder" && "$$folder/bin/python" -m pip install --quiet --disable-pip-version-check uv && \
	$(LOCK) --extra build pyproject.toml --output-file requirements/run.txt >/dev/null && \
	$(LOCK) --extra build --extra test --constraint requirements/run.txt pyproject.toml \
		--output-file requirements/test.txt >/dev/null && \
	$(LOCK) --no-deps --group assets --output-file requirements/assets.txt >/dev/null && \
	if grep -n '://' requirements/*.txt; then echo "An address in a lock file: take it out."; exit 1; fi

clean: ## remove what was made, except data under var/
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results
	rm -rf static/vendor static/icons/*.png
	find static -name '*.br' -o -name '*.gz' | xargs -r rm -f
	find gridapp -name '*.mo' -o -name '*.pot' | xargs -r rm -f
	find gridapp migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------------- steps

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "gridapp needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
		echo "With another one installed, say for example: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments: its venv or ensurepip module is missing."; \
		echo "On Debian and Ubuntu this helps: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/run: requirements/run.txt | $(DONE)/venv
	@echo "Installing the locked packages into $(VENV); the first time this takes a minute."
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@touch $@

$(DONE)/test: requirements/test.txt | $(DONE)/run
	@echo "Installing what the tests need besides."
	@$(PIP) install --require-hashes --requirement requirements/test.txt
	@touch $@

# The project itself, editable: the command `gridapp` and its metadata; code, templates and static files
# are used where they lie. The build tool is among the locked packages, so this needs no network.
$(DONE)/project: pyproject.toml | $(DONE)/run
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# Removed by hand, the vendored script is fetched again.
$(DONE)/assets: gridapp/assets.py requirements/assets.txt $(STATIC) $(if $(wildcard static/vendor/htmx.js),,force) | $(DONE)/project
	@$(BIN)/python -m gridapp.assets
	@touch $@

%.mo: %.po | $(DONE)/run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

# Only where a machine belongs to the test run alone.
system-packages:
	@sh .ci/system-packages

force:
