# The whole developer interface. `make demo` and `make test` need only Python 3.11 and git.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# The stamp carries the digest of what was asked for, so a half-installed or outdated environment is completed.
WANTED := $(shell cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)
STAMP := $(VENV)/.installed-$(WANTED)
# `make test ONLY=crypto` runs the tests of one capability or part (the markers in pyproject.toml).
ONLY ?=
# How many processes share the tests, each with a database and a Prefect server of its own; many tests wait for others.
PROCESSES ?= 3
PACKAGES := flows factory_flows tasks blocks models deployments
# Bytecode is kept: the stack and its tests start dozens of Python programs, which would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

$(STAMP):
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and '$(PYTHON)' was not found. Install it, or name yours: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@rm -f $(VENV)/.installed-*
	@echo "Installing pinned dependencies into $(VENV): two to five minutes the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--editable '.[crypto,factory,finbert,fraud,image,video,gcp,gateway,worker,stack,dev]' \
		|| { echo "The installation stopped half-way. Is the network there? Run the same command again: it goes on from here."; exit 1; }
	@touch $@

.PHONY: setup
setup: $(STAMP) ## create .venv and install the pinned dependencies

.PHONY: demo
demo: $(STAMP) ## start a stack, ask for a forecast, a fraud analysis and pictures, open the case of what was caught, stop
	@$(BIN)/python -m deployments.demo

.PHONY: up
up: $(STAMP) ## start the local stack and leave it running
	@$(BIN)/python -m deployments.stack up

.PHONY: down
down: $(STAMP) ## stop the local stack
	@$(BIN)/python -m deployments.stack down

.PHONY: status
status: $(STAMP) ## show what runs
	@$(BIN)/python -m deployments.stack status

.PHONY: doctor
doctor: $(STAMP) ## check this machine and the stack, and say what to do about what is wrong
	@$(BIN)/python -m deployments.doctor

.PHONY: test
test: $(STAMP) lint ## every check and test; ONLY=crypto for one part
ifeq ($(ONLY),)
	@$(MAKE) --no-print-directory browser
	@mkdir -p .mypy_cache
	@# mypy takes a minute of one core without its cache, and tests often wait: it is heard at their end.
	@# The tests are shuffled, and the same for everyone.
	@# The measure is taken in a step of its own: SlipCover 1.1 forgets the test processes' marks once it has compared.
	$(BIN)/mypy >.mypy_cache/said 2>&1 & types=$$!; trap "kill $$types; exit 130" INT TERM; \
	$(BIN)/python -m slipcover --json --out .coverage.json -m pytest \
		--numprocesses=$(PROCESSES) --dist=loadscope --no-loadscope-reorder --randomly-seed=1; tests=$$?; \
	$(BIN)/python -m slipcover --merge .coverage.json --out .coverage.json --fail-under=85; covered=$$?; \
	wait $$types; types=$$?; cat .mypy_cache/said; exit $$((tests | covered | types))
else
	$(BIN)/mypy
	$(BIN)/python -m pytest -m '$(ONLY)'
endif

.PHONY: check
check: $(STAMP) lint types ## lint, format, types and layers

.PHONY: lint
lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

.PHONY: types
types: $(STAMP)
	$(BIN)/mypy

.PHONY: format
format: $(STAMP) ## format the code and mend what the linter can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: bench
bench: $(STAMP) ## measure start latency and throughput on an idle machine (about ten minutes)
	$(BIN)/python tests/benchmarks

.PHONY: browser
browser: # Chromium for the test that opens the Prefect UI, and programs that read our files as others do
	@wanted=; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || wanted="chromium fonts-dejavu-core"; \
	command -v exiftool >/dev/null || wanted="$$wanted libimage-exiftool-perl"; \
	command -v ffprobe >/dev/null || wanted="$$wanted ffmpeg"; \
	if [ -z "$$wanted" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing for the tests: $$wanted"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$wanted >/dev/null; \
	else \
		echo "Without root these cannot be installed, so install them and run again (Debian: apt-get install $$wanted)."; exit 1; \
	fi

.PHONY: clean
clean: ## remove the environment and caches; the data folder stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info .coverage*

.PHONY: help
help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
