# Every target sets up what it needs inside .venv; nothing outside the checkout is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
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
	$(BIN)/python -m pytest -n auto -m 'not fault'
	$(BIN)/python -m pytest -m fault

.PHONY: operations
operations: $(STAMP) ## Run the tests of the API and write docs/operations.md
	$(BIN)/python -m pytest -n auto -m 'not fault' --write-operations tests/unit/api

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
bench: $(STAMP) ## Measure this machine and print the benchmark table
	$(BIN)/python -m benchmarks

.PHONY: clean
clean: ## Remove .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
