# Every target sets up what it needs inside .venv; nothing outside the checkout is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BROWSER := $(VENV)/.browser-installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml console/build_hook.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Podium needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

.PHONY: setup
setup: $(STAMP) ## Create .venv with Podium and its development tools

.PHONY: demo
demo: $(STAMP) ## Run the order workflow of examples/order and show where to go next
	@$(BIN)/podium run examples/order/order.asl.json --handlers examples/order/handlers.py --input @examples/order/input.json
	@cat examples/order/next-steps.txt

.PHONY: test
test: $(STAMP) ## Run all tests, the kill test after the others: it wants the machine for itself
	$(BIN)/python -m pytest -n auto -m 'not fault and not browser'
	$(BIN)/python -m pytest -m fault

.PHONY: operations
operations: $(STAMP) ## Run the tests of the API and write docs/operations.md
	$(BIN)/python -m pytest -n auto -m 'not fault and not browser' --write-operations tests/unit/api

.PHONY: console
console: $(BROWSER) ## Build the console anew where its sources have changed
	@$(BIN)/python console/build_hook.py

.PHONY: check-console
check-console: $(BROWSER) ## Types, format and unit tests of the console's TypeScript
	@$(BIN)/python console/build_hook.py check

.PHONY: test-browser
test-browser: check-console console ## Test the console in Debian's chromium (apt-get install chromium)
	$(BIN)/python -m pytest -m browser tests/browser

.PHONY: screenshots
screenshots: console ## Take the pictures of docs/screenshots anew
	CONSOLE_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -m browser tests/browser/test_browser_screenshots.py

$(BROWSER): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	@touch $(BROWSER)

.PHONY: check
check: $(STAMP) ## Format check, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## Reformat and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(STAMP) ## Measure this machine, print the tables, write them and the chart to docs
	$(BIN)/python -m benchmarks --write docs

.PHONY: peers
peers: ## Install into .peers what benchmarks measure Podium beside (pip, npm)
	$(PYTHON) -m venv .peers/venv
	.peers/venv/bin/pip install --quiet 'moto[server,stepfunctions]' restate-sdk hypercorn uvloop dbos
	npm install --prefix .peers --no-audit --no-fund @restatedev/restate-server @restatedev/restate-sdk aws-local-stepfunctions

.PHONY: clean
clean: ## Remove .venv and caches
	rm -rf $(VENV) console/node_modules src/podium/console/static .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
