# make        what there is to do
# Set-up happens by itself: needs python3 (3.11 or newer), make and git.

PY := .venv/bin/python
# Three at a time on two cores: the tests of a running Airflow wait more than they work.
TESTS := -n 3 --dist loadfile --no-loadscope-reorder
export PYTHONUTF8 := 1
.DEFAULT_GOAL := help
.PHONY: help setup setup-all demo up secrets test test-postgres check format lint types walls coverage lock bench docs clean-demo

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: setup  ## eight quarters end to end on real Airflow: returns in, report and mail out (about four minutes once set up)
	@$(PY) -m operations.local_airflow demo

up: setup  ## Airflow with the demo's data on loopback, until Ctrl-C
	@$(PY) -m operations.local_airflow up

test: setup-all  ## all tests (as root installs the Debian packages of packages.txt, else names what is missing)
	@$(PY) -m pytest $(TESTS)

test-postgres: setup-all  ## the same with every ledger in PostgreSQL
	@TEST_LEDGER=postgresql $(PY) -m pytest $(TESTS)

coverage: setup-all  ## the same with branch coverage, which takes half as long again
	@$(PY) -m pytest $(TESTS) --cov --cov-report=term:skip-covered

check: format lint types walls test  ## everything CI runs: format, lint, types, import direction, tests

format: setup
	@$(PY) -m ruff format --check .

lint: setup
	@$(PY) -m ruff check .

types: setup
	@$(PY) -m mypy

walls: setup
	@.venv/bin/lint-imports --no-cache --no-logo

secrets:  ## secrets/ for docker-compose.yml, once
	@python3 operations/passwords.py

lock: setup  ## requirements.lock anew from pyproject.toml, newest versions with hashes
	@.venv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-emit-index-url --no-header pyproject.toml -o requirements.lock

bench: setup  ## what a run of 300 and 3,000 returns costs, against the bare floor and the hand-written way (minutes)
	@$(PY) -m tests.bench

docs: setup  ## data dictionary and indicator book anew from the forms and indicators
	@$(PY) -m expectations.dictionary
	@$(PY) -m warehouse.book

clean-demo:  ## forget the demo: everything under var/
	@rm -rf var

setup:
	@python3 operations/bootstrap.py

setup-all:
	@python3 operations/bootstrap.py --system
