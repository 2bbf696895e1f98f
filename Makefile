# Everything from a fresh clone: `make book` builds and prints where the book is, `make test` runs all tests.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: book test serve lint clean lock stub screenshot browser

book: $(READY)
	@$(BIN)/preventieplan build

test: $(READY) browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

serve: $(READY)
	@$(BIN)/preventieplan serve

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

stub: $(READY)
	@$(BIN)/preventieplan stub data_stub

screenshot: $(READY) browser
	@$(BIN)/python docs/screenshot.py

clean:
	@rm -rf build $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The one lock, for Python 3.11 to 3.13 on every platform; needs uv.
lock:
	@uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --extra dev \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  pyproject.toml --output-file requirements.lock

# The stamp comes last, so an interrupted installation starts again.
$(READY): requirements.lock pyproject.toml
	@if command -v uv >/dev/null; then
	  uv venv --quiet --clear --python '>=3.11,<3.14' $(VENV)
	  uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	else
	  python=
	  for candidate in python3.13 python3.12 python3.11 python3 python; do
	    if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
	      python=$$candidate; break
	    fi
	  done
	  [ -n "$$python" ] || { echo "No Python 3.11, 3.12 or 3.13 found: install one of them (Debian: apt install python3 python3-venv), or install uv." >&2; exit 1; }
	  $$python -c 'import ensurepip, venv' 2>/dev/null || { echo "$$python has no venv: install it (Debian: apt install python3-venv), or install uv." >&2; exit 1; }
	  echo "Setting up $(VENV) with $$($$python --version); this takes a few minutes the first time."
	  $$python -m venv --clear $(VENV)
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	  # Where PYTHONDONTWRITEBYTECODE is set, every kernel would compile pandas again.
	  $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null || true
	fi
	touch $@

# Browser tests drive the system's Chromium.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then
	  echo "Installing Chromium for the browser tests."
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
	else
	  echo "No Chromium found: the browser tests will be skipped; install it to run them (Debian: sudo apt install chromium)." >&2
	fi
