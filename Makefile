# The whole developer interface. `make demo` and `make test` need only Python 3.11 and git.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# The stamp carries the digest of what was asked for, so a half-installed or outdated environment is completed.
WANTED := $(shell cat pyproject.toml constraints.txt | sha256sum | cut -c1-16)
STAMP := $(VENV)/.installed-$(WANTED)

$(STAMP):
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and '$(PYTHON)' was not found: install it, or name yours with 'make PYTHON=/path/to/python3.11 …'"; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@rm -f $(VENV)/.installed-*
	@echo "Installing pinned dependencies into $(VENV) (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[crypto,fraud,gcp,gateway,worker,stack,dev]'
	@touch $@

.PHONY: setup
setup: $(STAMP) ## create .venv and install the pinned dependencies
