# The one door to the checkout. Every target sets up what it needs: a virtual environment, the dependencies at the
# versions of constraints.txt, and the Pulumi CLI. Works with GNU Make 3.81 (macOS) and later.

PYTHON ?= python3
# Not from the environment, where these names may mean something else: a folder that make fills is cleared first.
VENV = .venv
CONSTRAINTS = constraints.txt
ARGS =
V =
# As many at once as there are cores; ARGS=-n0 is one after the other.
PARALLEL = --numprocesses=auto --dist=worksteal

# Where an environment has its programs.
ifeq ($(OS),Windows_NT)
BIN = $(VENV)/Scripts
PY = $(BIN)/python.exe
else
BIN = $(VENV)/bin
PY = $(BIN)/python
endif
STAMP = $(VENV)/.installed

# The launcher of dynamic providers runs the first python3 on PATH: it must be the one with the dependencies.
WITH_CLI = cli=$$($(PY) tools/pulumi_cli.py) && PATH="$$cli:$(CURDIR)/$(BIN):$$PATH"

# Of another Python's, these would reach into ours. Without bytecode, each of some thousand processes would compile anew.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint types suite format cover bench soak test-lowest test-newest schema sdk sdk-check plugin dist sbom version venv cli constraints clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile | awk '{ name = $$1; $$1 = ""; printf "  %-12s%s\n", name, $$0 }'
	@echo "PYTHON=python3.12 and VENV=.venv-3.12 choose another Python and folder."

demo: $(STAMP) ## show the provider at work against the emulator, on this machine alone
	@$(WITH_CLI) $(PY) tools/demo.py

test: lint types sdk-check suite ## all that CI checks: lint, types, the SDKs, and the tests

lint: $(STAMP) ## check style, formatting, the workflows, and that imports go down the layers
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/zizmor --offline --no-progress --quiet --strict-collection .github

types: $(STAMP) ## check the types
	$(PY) -m mypy
	for program in provider examples/python-webhook examples/shared-account; do \
	  $(PY) -m mypy $$program/__main__.py || exit; done

suite: $(STAMP) ## the tests alone; ARGS="-k drift" goes to pytest
	@$(WITH_CLI) $(PY) -m pytest $(PARALLEL) $(ARGS)

format: $(STAMP) ## format the code and mend what lint can mend
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

cover: $(STAMP) ## the tests with branch coverage, line by line in build/coverage/index.html
	@$(WITH_CLI) $(PY) -m pytest $(PARALLEL) --cov --cov-report=term --cov-report=html:build/coverage $(ARGS)

bench: $(STAMP) ## measure beside the peers and write bench/RESULTS.md, a quarter of an hour; ARGS="start --rounds 5"
	@$(WITH_CLI) $(PY) -m bench $(ARGS)

soak: $(STAMP) ## many rounds in one process: fails if memory, descriptors or threads grow
	@$(WITH_CLI) $(PY) -m bench.soak $(ARGS)

test-lowest: ## the tests with the lowest dependencies that pyproject.toml allows
	$(MAKE) suite VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt

test-newest: ## the tests with the newest dependencies that pyproject.toml allows
	@mkdir -p build
	@: > build/no-constraints.txt
	$(MAKE) suite VENV=.venv-newest CONSTRAINTS=build/no-constraints.txt

schema: $(STAMP) ## write schema.json from the models
	@mkdir -p build
	$(PY) -m tools.schema > build/schema.json
	mv build/schema.json schema.json

sdk: schema ## write schema.json and the SDKs in sdk/ that are generated from it
	$(PY) -m tools.sdk update

sdk-check: $(STAMP) ## look whether schema.json and the SDKs are current, and build each SDK
	@$(WITH_CLI) pulumi schema check schema.json
	$(PY) -m tools.sdk check
	@$(PY) -m tools.sdk_builds

plugin: $(STAMP) ## make the plugin's archive for this machine, which needs no Python, in dist
	@$(PY) -m tools.plugin_archive

dist: sdk-check build/tools ## make the packages for Python and Node.js, in dist
	build/tools/bin/python -m build --outdir dist .
	npm pack ./build/npm/bin --pack-destination dist

sbom: build/tools ## list what the package and the plugin are made of (CycloneDX), in dist
	$(PY) -m venv --clear build/runtime
	$(PY) -m pip --python build/runtime install --quiet --constraint $(CONSTRAINTS) .
	$(PY) -m pip --python build/runtime uninstall --quiet --yes pip setuptools
	@mkdir -p dist
	build/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/pulumi-sendblue-v$$($(PY) -m tools.version).cdx.json build/runtime

# What a release alone needs, apart from the environment that is tested.
build/tools: $(STAMP)
	$(PY) -m venv --clear $@
	$(PY) -m pip --python $@ install --quiet 'build==1.6.1' 'cyclonedx-bom==7.5.0'

version: $(STAMP) ## print the version, or set it everywhere: make version V=0.2.0
	@$(PY) -m tools.version $(V)
	@$(if $(V),$(MAKE) --no-print-directory sdk)

venv: $(STAMP) ## make or update the virtual environment alone

cli: $(STAMP) ## find or install the Pulumi CLI alone and print its folder
	@$(PY) tools/pulumi_cli.py

constraints: $(STAMP) ## move constraints.txt to the newest versions, for every Python from 3.10
	$(PY) -m pip install --quiet --upgrade --target build/uv uv
	@{ echo "# The versions that the project is tested with. Made by: make constraints"; \
	  echo "# One file for every Python from 3.10: a marker limits a version to the Pythons that it is for."; \
	  build/uv/bin/uv pip compile pyproject.toml --extra emulator --group dev --group plugin --universal --python-version 3.10 \
	    --no-python-downloads --system-certs --no-header --no-annotate --quiet; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

clean: ## remove what make made here; the Pulumi CLI stays in the user's cache folder
	rm -rf .venv .venv-lowest .venv-newest provider/venv build dist .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.*
	find provider sdk tests tools examples bench -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): $(PY) pyproject.toml $(CONSTRAINTS)
	@echo "Installing the dependencies of $(CONSTRAINTS) into $(VENV) ..." >&2
	@$(PY) -m pip install --quiet 'pip>=25.1' # the first that knows dependency groups
	@$(PY) -m pip install --quiet --constraint $(CONSTRAINTS) --editable '.[emulator]' --group dev --group plugin
	@touch $(STAMP)

# To make, a link to a Python that was removed or upgraded away is a missing file: the environment is made anew.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
	  echo "This needs Python 3.10 or later, but $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
	  echo "Install a later one and name it, for example: make test PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: it has no venv module, or no pip for it." >&2; \
	  echo "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
	  echo "Or name another Python, for example: make test PYTHON=python3.12" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@echo '*' > $(VENV)/.gitignore
