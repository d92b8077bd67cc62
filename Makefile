# One word to set up, one to check. Everything runs in .venv, filled from requirements-dev.lock: hashes checked, wheels only.
# Needs Python 3.11-3.13 with pip. Another one than python3: make test PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo-archive
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-config --upgrade --quiet --custom-compile-command 'make lock'

.PHONY: help demo test lint docs messages storm crash fuzz bench morph faces xray lock clean

help:  ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

demo: $(READY)  ## the main job in one go, on fictional material, in demo-archive/
	rm -rf $(DEMO)
	$(BIN)/archive demo $(DEMO)

test: lint  ## everything that has to hold
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

lint: $(READY)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY)  ## write the command reference and the schemas anew
	$(BIN)/python docs/generate.py

messages: $(READY)  ## bring the catalogs of the four languages up to what the source says
	$(BIN)/python docs/messages.py

storm: $(READY)  ## three devices under a hostile sync tool, 300 schedules (minutes)
	SYNC_STORM=1 $(BIN)/python -m pytest tests/sync/test_storm.py --numprocesses auto

CRASH ?= all
crash: $(READY)  ## kill and starve each command at each system call, damage each byte (hours; CRASH=1/8: every 8th; needs strace)
	CRASH=$(CRASH) $(BIN)/python -m pytest tests/crash tests/vault/test_crash.py --numprocesses auto -rP

fuzz: $(READY)  ## mutants of our own format, and of every brought one through the sandbox, a minute a parser
	FUZZ=60 $(BIN)/python -m pytest tests/vectors tests/scrub/test_fuzz.py tests/scrub/test_texts_fuzz.py --numprocesses auto -rP

bench: $(READY)  ## compare with the tools people use today
	for table in bench/*.py; do $(BIN)/python $$table || exit 1; done

morph: $(READY)  ## add dictionaries for search in Ukrainian, Russian and Czech (see docs/how-to/find.md)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement requirements-morph.lock

faces: $(READY)  ## add the library that suggests faces and number plates on photos (see docs/how-to/cover-pages-and-photos.md)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement requirements-faces.lock

xray: $(READY)  ## add x-ray, which a test asks about our PDFs, in an environment of its own
	test -x $(VENV)/xray/bin/python || $(BIN)/python -m venv --without-pip $(VENV)/xray
	$(BIN)/python -m pip --python $(VENV)/xray/bin/python install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement requirements-xray.lock

lock:  ## newer versions of what we stand on (needs uv)
	$(LOCK) --output-file requirements.lock >/dev/null
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock >/dev/null
	$(LOCK) --extra morph --constraint requirements-dev.lock --output-file requirements-morph.lock >/dev/null
	$(LOCK) --extra faces --constraint requirements-dev.lock --output-file requirements-faces.lock >/dev/null
	echo x-ray | $(subst pyproject.toml,-,$(LOCK)) --output-file requirements-xray.lock >/dev/null

clean:  ## remove what can be made again
	rm -rf $(VENV) $(DEMO) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The outer pip fills the environment (--python), so that Debian's python3 without python3-venv is enough. The inner
# one is told to ignore what setuptools warns of at each editable installation.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo 'error: $(PYTHON) is not Python 3.11, 3.12 or 3.13.'; echo 'hint: name one: make PYTHON=python3.12'; exit 1; } >&2
	@$(PYTHON) -c 'import venv, pip' 2>/dev/null || \
		{ echo 'error: $(PYTHON) has no pip.'; echo 'hint: on Debian: apt install python3-pip'; exit 1; } >&2
	@echo 'Making an environment of its own: $(VENV)'
	@test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	@echo 'Fetching the libraries into it, each checked by its hash. Once, and it takes a minute or more.'
	@$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement requirements-dev.lock
	@echo 'Adding the program: $(BIN)/archive'
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
		--no-build-isolation --editable .
	@touch $@
