# The tasks of this project. It makes its own environment and needs make and Python 3.11 (from 3.11.2 on) or 3.12,
# nothing else.

VENV ?= .venv
JOBS ?= 2
BIN := $(VENV)/bin

# A pinned uv, in an environment of its own, so that `uv sync` can make the project's one exactly as uv.lock says.
UV_VERSION := 0.13.9
TOOLS := .cache/uv-$(UV_VERSION)
UV := $(TOOLS)/bin/uv

# The first Python of a fitting version that really runs: the shim of a version manager may exist and only complain.
FITS := import sys; sys.exit(not (3, 11, 2) <= sys.version_info < (3, 13))
PYTHON ?= $(shell for name in python3.12 python3.11 python3 python; do \
	$$name -c '$(FITS)' >/dev/null 2>&1 && { echo $$name; break; }; done)

# The oldest release that is supported, 3.11.2, is the system's Python of Debian 12; a version manager may stand before it in PATH.
OLDEST ?= $(shell for name in /usr/bin/python3.11 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:3] != (3, 11, 2))' >/dev/null 2>&1 && { echo $$name; break; }; done)

# Audits uv.lock from an environment of its own, so that what it needs is not part of what it looks at.
AUDIT_VERSION := 2.10.1

# The tests to run between two edits; pyproject.toml says what the markers mean.
QUICK := not broker and not slow

INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List these targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

.PHONY: install
install: $(INSTALLED) ## Make the environment in .venv

$(INSTALLED): pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo 'error: no Python 3.11 (from 3.11.2 on) or 3.12 runs here. Install one, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@echo 'Making the environment in $(VENV) with what uv.lock pins; this takes a minute, once ...' >&2
	@if test -x $(UV) || { $(PYTHON) -m venv $(TOOLS) && $(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }; then \
		UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --locked --all-extras --compile-bytecode --python $(PYTHON); \
	else \
		echo 'warning: uv $(UV_VERSION) cannot be installed; pip takes the newest fitting versions instead of those of uv.lock' >&2; \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable '.[all]'; \
	fi
	@echo 'The environment is ready.' >&2
	@touch $@

.PHONY: demo
demo: $(INSTALLED) ## Run the example stories through broker and worker, and show what comes out
	@$(BIN)/newswire demo

.PHONY: up
up: $(INSTALLED) ## Start an embedded broker, a worker and a gateway, until Ctrl-C
	@$(BIN)/newswire up

.PHONY: test
test: $(INSTALLED) ## Run the test suite (JOBS=2 processes)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

.PHONY: again
again: $(INSTALLED) ## Run the tests that failed last once more, one after the other
	$(BIN)/python -m pytest --last-failed --last-failed-no-failures none --maxfail 1

.PHONY: quick
quick: $(INSTALLED) ## Run the tests that need neither a broker nor much time (JOBS=2 processes)
	$(BIN)/python -m pytest -n $(JOBS) -m '$(QUICK)'

.PHONY: coverage
coverage: $(INSTALLED) ## Measure which lines of the package the quick tests run (JOBS=2 processes)
	$(BIN)/python -m pytest -n $(JOBS) -m '$(QUICK)' --cov --cov-report=term-missing:skip-covered

.PHONY: oldest
oldest: ## Run the test suite on the oldest Python that is supported (OLDEST=/path/to/python3.11, of 3.11.2)
	@test -n "$(OLDEST)" || { echo 'error: no Python 3.11.2 runs here. Debian 12 has it as /usr/bin/python3.11; or name it: make oldest OLDEST=/path/to/python3.11' >&2; exit 1; }
	@$(MAKE) --no-print-directory test VENV=.cache/oldest PYTHON=$(OLDEST)

.PHONY: lint
lint: $(INSTALLED) ## Check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(INSTALLED) ## Check types
	$(BIN)/mypy

.PHONY: format
format: $(INSTALLED) ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: kafka
kafka: $(INSTALLED) ## Run Apache Kafka on a free port, until Ctrl-C (needs Java 17, and Maven for the first time)
	@$(BIN)/python -m newswire.local.apache

# What a run is given on the command line goes through to it: make chaos SEED=7 STORIES=500, make soak MINUTES=60.
SEED ?=
STORIES ?=
MINUTES ?=

.PHONY: chaos
chaos: $(INSTALLED) fuzz ## Fuzz, then kill, stop and cut off workers and broker, and count what is lost (SEED=, STORIES=3000; 15 minutes)
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(STORIES),--stories $(STORIES))

.PHONY: soak
soak: $(INSTALLED) ## Run workers at a steady rate and see whether lag and memory stay flat (MINUTES=20)
	$(BIN)/python -m tests.chaos.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

.PHONY: gateway-soak
gateway-soak: $(INSTALLED) ## Serve 200 clients 10 records a second and see whether the gateway's memory stays flat (MINUTES=10)
	$(BIN)/python -m benchmarks.gateway --minutes $(or $(MINUTES),10)

# Guided fuzzing needs a package that is no part of the development environment; without it the rest runs, and says so.
.PHONY: fuzz
fuzz: $(INSTALLED) ## Give every reader and the extraction what they may not expect (MINUTES=3, SEED=)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --inexact --locked --all-extras --group fuzz --python $(PYTHON) || true
	$(BIN)/python -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

.PHONY: audit
audit: $(INSTALLED) ## Look for known vulnerabilities in what uv.lock pins (asks an advisory service)
	@$(UV) export --quiet --locked --all-extras --all-groups --no-emit-project --format requirements-txt --output-file .cache/audit.txt
	$(UV) tool run --from pip-audit==$(AUDIT_VERSION) pip-audit --strict --disable-pip --require-hashes --requirement .cache/audit.txt

# The corpora are no part of the project; docs/quality.md says where to get them.
CORPORA ?=
POLNEAR ?=

.PHONY: bench
bench: $(INSTALLED) ## Measure speed, latency and memory on invented articles, or on real ones (POLNEAR=FILE; ten minutes on an idle machine)
	@$(BIN)/python -m benchmarks.speed $(if $(POLNEAR),--polnear '$(POLNEAR)')

.PHONY: lock
lock: $(INSTALLED) ## Write uv.lock anew, with the newest fitting versions
	$(UV) lock --upgrade

.PHONY: clean
clean: ## Remove the environment and what tools have cached
	rm -rf $(VENV) .cache .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

.PHONY: score
score: $(INSTALLED) ## Score the extraction on the corpora in a directory (CORPORA=DIRECTORY)
	@test -n "$(CORPORA)" || { echo 'error: name the directory of the corpora: make score CORPORA=/path/to/corpora. docs/quality.md says where to get them' >&2; exit 1; }
	@$(BIN)/python -m benchmarks.score all '$(CORPORA)'
