# SPDX-License-Identifier: Apache-2.0
# Two commands do everything: `make run` and `make test`. Both set up what is missing first.

SHELL := /bin/bash
VENV := .venv
PREFIX := /usr
DESTDIR :=
export VENV PREFIX DESTDIR

# Programs that look for ~ need a home; some build machines hand over an empty one.
ifeq ($(strip $(HOME)),)
export HOME := $(shell getent passwd "$$(id -u)" | cut -d: -f6)
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run lint test quick differential clients install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing: system packages, .venv, the default model
	@scripts/setup.sh

run: setup ## set up, then type: on your desktop, or in the demo when there is no display
	@scripts/run.sh

lint: setup ## set up, then check style, types and import rules
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

test: lint ## set up, check, then run the whole suite
	@$(VENV)/bin/python -m pytest

quick: ## the fast tests only: no model, no IBus, no windows
	@$(VENV)/bin/python -m pytest -q -n auto -m "not real_model and not ibus and not desktop" \
	  tests/unit tests/property

differential: setup ## random scripts against ibus-hangul: 5,000 for each layout, a quarter of an hour
	@$(VENV)/bin/python -m tests.differential --scripts 5000

clients: setup ## the same stories in every kind of client, a browser and an office suite too
	@scripts/clients.sh

install: ## put the engine into the system (as root; PREFIX=/usr, DESTDIR=)
	@scripts/install.sh install

uninstall: ## take it out again
	@scripts/install.sh uninstall

clean: ## remove .venv, caches and build output; models and settings stay
	@rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis \
	  .benchmarks .import_linter_cache ieum-demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
