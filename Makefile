# `make demo` runs the main job on sample submissions, `make test` runs all tests; both set up what they need.

PYTHON := $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
REQUIREMENTS := requirements.lock
SANDBOX := bwrap=bubblewrap,libseccomp2
PROXY := 5.3.0
BOTH = $(MAKE) --no-print-directory --jobs=2 build lint

unexport PYTHONDONTWRITEBYTECODE # thousands of processes would compile the same modules

.DEFAULT_GOAL := help
.PHONY: help install build demo test check lint lowest bench hub docs lab lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(READY)  ## make the environment in .venv from requirements.lock

$(READY): $(REQUIREMENTS) pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed; on Debian: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c "import ensurepip" 2>/dev/null || sh scripts/system_packages.sh ensurepip=python3-venv
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(REQUIREMENTS)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

build: $(READY)  ## make release/, solutions/ and the visible checks from source/
	$(BIN)/python -m autograder build

demo: build  ## grade sample submissions with nbgrader and show their marks
	sh scripts/system_packages.sh $(SANDBOX)
	$(BIN)/python -m autograder demo

# One thread of OpenBLAS each: those of two processes would wait for one another.
test: $(READY)  ## run all tests
	@$(BOTH)
	sh scripts/system_packages.sh $(SANDBOX) chromium=chromium,fonts-dejavu-core pg_lsclusters=postgresql
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY)  ## run the fast tests
	@$(BOTH)
	sh scripts/system_packages.sh $(SANDBOX)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lowest:  ## run the fast tests with the lowest versions of all libraries, in .venv-lowest
	$(MAKE) build VENV=.venv-lowest REQUIREMENTS=requirements-lowest.lock
	sh scripts/system_packages.sh $(SANDBOX)
	.venv-lowest/bin/python -m pytest -n 2 --dist loadfile -m "not slow and not browser" -W ignore::DeprecationWarning

bench: build  ## measure stock nbgrader, ours and the floor side by side; writes docs/bench.md (half an hour)
	sh scripts/system_packages.sh $(SANDBOX)
	$(BIN)/python -m bench

# Not in `make test`: npm and what Debian needs for it are large. As root, for accounts of its own.
hub: build  ## try a JupyterHub with two courses in Chromium, with its proxy from npm (two minutes)
	sh scripts/system_packages.sh $(SANDBOX) chromium=chromium,fonts-dejavu-core npm=nodejs,npm
	npm install --silent --no-save --prefix .venv-proxy configurable-http-proxy@$(PROXY)
	CI=true OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/docs/test_hub.py

docs: $(READY)  ## make the documentation's pages in site/
	@rm -rf site
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env docs site

lab: build  ## open the release in JupyterLab as a student sees it; what you do stays in lab/
	test -d lab || cp -r release/rnn_captioning lab
	cd lab && ../$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) 1_rnn_layers.ipynb

# Extras are kept: of a package that is locked without, older pips look for the newest `package[extra]`, and stop.
lock: $(READY)  ## renew requirements.lock and requirements-lowest.lock from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	    --no-emit-index-url --no-strip-extras --upgrade --custom-compile-command "make lock" \
	    --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	    --resolution lowest-direct --no-emit-index-url --no-strip-extras --upgrade --custom-compile-command "make lock" \
	    --output-file requirements-lowest.lock

clean:  ## remove the environment and what the demo left
	rm -rf $(VENV) .venv-lowest .venv-proxy demo site
