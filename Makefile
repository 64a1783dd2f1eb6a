# Two commands do everything on a fresh machine with Python 3.11 or newer: `make app` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Two processes: many tests wait for a browser or a worker.
TWICE := -n 2 --dist loadfile

.PHONY: app test axe quick check bench checkpoints pictures clean

app: .venv/app
	$(BIN)/python -m streamlit run explorer_app.py

test: .venv/dev axe
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest $(TWICE)

# The accessibility checker of tests/browser/test_axe.py, which is skipped without it.
axe:
	-test -d node_modules/axe-core || npm install --silent --no-save --no-package-lock axe-core@4.14.1

# Without a browser, training runs, processes and whole pages.
SLOW := browser runs studies training commands data/test_openml.py measures/latent/test_tsne.py \
  measures/test_diagnosed_models.py test_recipes.py test_shipped.py test_checkpoints.py test_pages.py \
  test_every_page.py test_running_models.py test_collapse_page.py test_latent_page.py \
  test_training_page.py chapters/collapse chapters/latent/test_notebook.py \
  learning/drill/test_judge.py learning/drill/test_process.py
quick: .venv/dev
	$(BIN)/python -m pytest $(TWICE) $(SLOW:%=--ignore=tests/%)

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
	$(BIN)/python -m vaeviz stored

# The pictures of README and docs.
pictures: .venv/dev
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python docs/pictures.py

clean:
	rm -rf .venv static/vaeviz-* .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/app: requirements.txt
	@$(PYTHON) -c "import sys; from vaeviz.python_version import fault; sys.exit(fault() or 0)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
