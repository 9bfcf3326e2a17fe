# The manual of the house. `make` alone prints it.
#
# Needs Python >= 3.11 with venv, and the package registries. PYTHON=python3.12 picks another interpreter.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 3000
BIN := .venv/bin
# The stamp carries the checksum of the pinned list: an unchanged list installs nothing.
STAMP := .venv/requirements-$(firstword $(shell cksum requirements.txt))
FAST := tests/adapters tests/components tests/http tests/services tests/states tests/test_house.py

export PORT
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run dev test test-long test-postgres check lint rules fast domain format migration demo-reset chaos damage bench load upgrade pictures browser clean

help: ## Print this manual
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: $(STAMP) ## Build and serve the shop on http://localhost:3000 (PORT=8080 make run: another port)
	@$(BIN)/reflex run --env prod

dev: $(STAMP) ## The same while you write: unminified, reloads on a change
	@$(BIN)/reflex run --env preview

test: $(STAMP) browser ## Everything that must pass, browser stories included (PARTS="domain browser": only those)
	@$(BIN)/python -m tests $(PARTS)

test-long: $(STAMP) browser ## What takes long: hundreds of rounds, sweeps, every test on other days
	@$(BIN)/python -m tests --long $(PARTS)

test-postgres: $(STAMP) browser ## Every test below the browser on PostgreSQL, stories and kills on many processes
	@$(BIN)/python -m tests --postgres $(PARTS)
	@TEST_HOUSE=many $(BIN)/pytest -q -s tests/e2e/test_stories.py tests/e2e/test_many.py tests/e2e/test_together.py

check: $(STAMP) ## The short round before a commit: format, lint, types, import contracts, the rulebook's tests
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint rules

fast: domain ## The longer round: every test that needs neither a browser nor patience
	@$(BIN)/pytest -n auto --maxprocesses 4 -m "not slow and not long and not browser" $(FAST)

lint: $(STAMP) ## Format, lint, types (of the tests: those you changed; make test checks all) and import contracts
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/lint-imports
	@$(BIN)/pyright cardmall rxconfig.py $$(git ls-files --modified --others --exclude-standard --deduplicate 'tests/*.py' 2>/dev/null)

rules: $(STAMP) ## The rulebook's own tests, without counting what they cover (make domain and make test count)
	@$(BIN)/pytest -q tests/domain

domain: $(STAMP) ## The rulebook's own tests; every line and branch of it must be covered
	@$(BIN)/pytest tests/domain --cov --cov-report=term-missing:skip-covered

format: $(STAMP) ## Rewrite the files in the house style
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

migration: $(STAMP) ## Write the next migration from the models: make migration m="what changes"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add column x to orders"'; exit 2; }
	@$(BIN)/alembic revision --autogenerate -m "$(m)"

demo-reset: $(STAMP) ## Rebuild the demo town
	@$(BIN)/python -m cardmall demo-reset

chaos: $(STAMP) ## Kill everything that runs 500 times at random (KILLS=30: fewer), then count every fen
	@$(BIN)/python -m tests.chaos --kills $(or $(KILLS),500) $(if $(SEED),--seed $(SEED))

bench: $(STAMP) ## Measure pages, acts, sockets, processes (PARTS="sockets": only those; COMMIT=f86149e: acts beside it)
	@$(BIN)/python -m tests.bench $(PARTS) $(COMMIT)

damage: $(STAMP) ## Break 40 refusing rules at random (RULES=999: every one), name the test that notices each
	@$(BIN)/python -m tests.damage --rules $(or $(RULES),40) $(if $(SEED),--seed $(SEED))

load: $(STAMP) ## Grow a history of 100,000 orders (N=1000000: more) and measure every page on it
	@$(BIN)/python -m tests.load $(or $(N),$(ORDERS))

upgrade: $(STAMP) browser ## Migrate a demo town of an old commit, compare every page (COMMIT=f86149e)
	@$(BIN)/python -m tests.upgrade $(COMMIT)

pictures: $(STAMP) browser ## Take the pictures of the README into docs/pictures
	@$(BIN)/python -m tests.pictures

browser: $(STAMP) ## Find a Chromium for the browser tests, or install one
	@$(BIN)/python -m tests.browser

clean: ## Forget every build product; .data, the shop's data, stays
	@rm -rf .venv .web .web-test .states .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results .coverage

$(STAMP): 
	@test -n "$(PYTHON)" || { echo "CardMall needs Python 3.11 or newer: PYTHON=/path/to/python make run"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing the pinned requirements into .venv (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@rm -f .venv/requirements-* && touch $@
