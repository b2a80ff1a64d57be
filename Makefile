# night: the whole demo night on this machine (SHOP=planted PLANT="--customers 5000": on a shop whose truth is known)
# truth: three nights on a planted shop, held against what is true of it · test: every test
# check: lint, types, house rules · ui: Airflow and MLflow in the browser
# bench: what a night costs as a shop grows (hours) · clean: remove the demo homes and the virtual environment
SHELL := /bin/sh
SHOP ?= real
PLANT ?=
TRUTH_DIR ?= home-truth
HOME_DIR ?= $(if $(filter planted,$(SHOP)),home-planted,home)
NIGHT ?= 2018-01-01
POSTGRES ?=
CUSTOMERS ?= 10k,100k,1m
# Test workers: one more than two cores, for a fifth of the tests' time is waiting, for disks, Airflow and deadlines.
WORKERS ?= 3
UV := uv==0.13.9

# The first Python from 3.11 to 3.13 that really starts (a version manager's shim may not).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: night truth test check bench ui clean dictionary

ifeq ($(SHOP),planted)
night: .venv/.for-night
	@$(BIN)/goldseam --home $(HOME_DIR) demo plant $(PLANT)
	@$(BIN)/goldseam --home $(HOME_DIR) night $(if $(POSTGRES),--postgres)
else
night: .venv/.for-night
	@$(BIN)/goldseam --home $(HOME_DIR) night --demo --night $(NIGHT) $(if $(POSTGRES),--postgres)
endif

# A home of its own, planted anew: 5,000 customers, 400 nights of history, three nights, and the score of the last.
truth: .venv/.for-night
	@rm -rf $(TRUTH_DIR)
	@$(BIN)/goldseam --home $(TRUTH_DIR) demo plant --customers 5000 --days 403
	@$(BIN)/goldseam --home $(TRUTH_DIR) night --since 2026-10-24 --night 2026-10-26; night=$$?; \
	  $(BIN)/goldseam --home $(TRUTH_DIR) demo score && exit $$night

test: .venv/.for-development
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

check: .venv/.for-development
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/house

bench: .venv/.for-bench
	@$(BIN)/goldseam bench --customers $(CUSTOMERS)

ui: .venv/.for-night
	@$(BIN)/goldseam --home $(HOME_DIR) ui

dictionary: .venv/.for-night
	@$(BIN)/goldseam contracts dictionary > expectations/DICTIONARY.md

clean:
	@rm -rf .venv $(HOME_DIR) $(TRUTH_DIR)

.venv/.for-night: pyproject.toml constraints.txt
	@$(MAKE) -s .venv/.installer
	@echo "Installing Goldseam with its pinned dependencies (about a minute, once) …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[demo,postgres]'
	@touch $@

.venv/.for-development: pyproject.toml constraints.txt
	@$(MAKE) -s .venv/.installer
	@echo "Installing Goldseam with what its tests need …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[demo,postgres,production,dev]'
	@touch $@ .venv/.for-night

.venv/.for-bench: pyproject.toml constraints.txt
	@$(MAKE) -s .venv/.installer
	@echo "Installing Goldseam with the peers that it is measured beside …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[demo,postgres,bench]'
	@touch $@ .venv/.for-night

.venv/.installer:
	@test -n "$(PYTHON)" || { echo "Goldseam needs Python 3.11, 3.12 or 3.13 with venv: none was found. Next: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(UV)
	@touch $@
