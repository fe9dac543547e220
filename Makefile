# Plain `make` prints the recipes. uv is used where it is found, else python3 -m venv and pip.
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
PROVISION := $(BIN)/provision

help:  ## print these recipes
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/installed  ## do the whole job on the embedded local orgs
	@rm -rf .demo && $(PROVISION) init .demo --quiet && cd .demo && ../$(PROVISION) apply && ../$(PROVISION) apply -o local-legacy

test: .venv/installed  ## run the tests
	$(BIN)/python -m pytest -n 2

lint: .venv/installed  ## ruff and mypy
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

docs: .venv/installed  ## check that the documentation is true
	$(BIN)/python -m pytest -q tests/test_docs.py tests/evidence/test_completeness.py

fuzz: .venv/installed  ## send the local org thousands of hostile requests
	FUZZ_EXAMPLES=3000 $(BIN)/python -m pytest -n 2 -q tests/localorg/fuzz tests/localorg/metadata/test_org_fuzz.py \
		tests/localorg/test_local_soql_properties.py tests/localorg/test_local_rest_properties.py \
		tests/localorg/test_local_jwt.py

package: .venv/installed  ## build the wheel and try it in a clean environment
	$(BIN)/python -m pytest -q tests/test_packaging.py --packaging

interop: .venv/installed  ## run the Salesforce CLI, jsforce and simple-salesforce on the local org, installed once
	$(BIN)/python -m pytest -q -rs -p no:randomly tests/interop --interop

faults: .venv/installed  ## cut rotations off at every point
	$(BIN)/python -m tests.faults

bench: .venv/installed  ## time what the documentation gives figures for
	$(BIN)/python -m tests.benchmarks

check: lint test docs package  ## everything that CI checks

clean:  ## remove what the recipes made
	rm -rf .venv .demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/installed: pyproject.toml uv.lock
ifneq ($(UV),)
	$(UV) sync --quiet --frozen --extra dev
else
	python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
endif
	@touch $@

.PHONY: help demo test lint docs fuzz package interop faults bench check clean
