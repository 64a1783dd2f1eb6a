# Two commands do everything on a fresh machine with Python 3.11 or newer: `make app` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: app test check bench checkpoints clean

app: .venv/app
	$(BIN)/python -m streamlit run explorer_app.py

test: .venv/dev
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python
	npx --yes prettier@3.6.2 --check vaeviz/live

bench: .venv/dev
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python benchmarks/liveness.py
	$(BIN)/python benchmarks/first_paint.py
	$(BIN)/python benchmarks/sessions.py

checkpoints: .venv/app
	$(BIN)/python -m vaeviz checkpoints make

clean:
	rm -rf .venv static .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/app: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
