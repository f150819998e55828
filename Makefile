# Two commands for a newcomer: `make demo` and `make test`. Each sets up .venv itself, with uv where that is
# installed, else with Python's own venv and pip. Nothing outside this folder is changed.

PYTHON ?=
JOBS ?= auto
BIN := .venv/bin
EXPORT := uv export --frozen --no-emit-project --no-hashes --no-annotate --no-header --quiet

.PHONY: demo test check lock clean
.DEFAULT_GOAL := demo

demo: .venv/ready
	@$(BIN)/jointsup demo

test: .venv/ready-dev
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup

check: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# After a change of pyproject.toml: versions are chosen anew, and written down for uv and for pip.
lock:
	uv lock
	$(EXPORT) --no-dev -o requirements.txt
	$(EXPORT) -o requirements-dev.txt

clean:
	rm -rf .venv build dist

# The environment holds the path of this folder: one that was moved here is made anew.
ifneq ($(shell cat .venv/made-in 2>/dev/null),$(CURDIR))
.PHONY: .venv/ready .venv/ready-dev
endif

.venv/ready: requirements.txt pyproject.toml set-up.sh
	@PYTHON='$(PYTHON)' sh set-up.sh requirements.txt --no-dev
	@touch $@

.venv/ready-dev: requirements-dev.txt pyproject.toml set-up.sh
	@PYTHON='$(PYTHON)' sh set-up.sh requirements-dev.txt --dev
	@touch $@ .venv/ready
