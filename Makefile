# Everything a user or a developer runs. Needs GNU make and Python 3.11 or later, nothing else.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := data/raw/sample
DIVISIONS := data/raw/divisions-sample/divisions.csv data/raw/divisions-sample/changes.csv
SHARED ?= ../shared
EXPLORED ?= 5000
SECONDS ?= 300
ROUNDS ?= 20
EXTRAS := cluster,docs,explore,export,ocr,plot,remote,scrape

.DEFAULT_GOAL := help
.PHONY: help run explore test check accuracy papers screenshots chaos fuzz lock sbom audit bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp is older than pyproject.toml when the dependencies may have changed: then everything is installed again.
.venv/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

run: .venv/installed ## build the datasets of the sample, and of a small portal that runs on this machine; print summaries
	@$(BIN)/gongkai units import $(DIVISIONS)
	@$(BIN)/gongkai import $(SAMPLE)
	@$(BIN)/gongkai run
	@$(BIN)/gongkai demo

explore: .venv/installed ## show the datasets as pages in a browser, at http://127.0.0.1:8001/
	@$(BIN)/gongkai explore

test: .venv/installed ## run the tests; says at the end what was skipped and why
	@$(BIN)/pytest -n 2 -rs

check: .venv/installed ## lint, format and types, without changing a file
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

accuracy: .venv/installed ## score readings, units and relations against every truth there is; writes docs/accuracy.md, county.md, media.md, pictures.md
	@failed=0; $(BIN)/python -m tests.accuracy || failed=1; \
	$(BIN)/python -m tests.county || failed=1; \
	$(BIN)/python -m tests.documents.media || failed=1; \
	$(BIN)/python -m tests.documents.image --page || failed=1; \
	if [ -d $(SHARED)/tables ]; then \
	  $(BIN)/python $(SHARED)/tables/score_tables.py $(SHARED)/tables/html_tables.jsonl --command "$(BIN)/gongkai tables --jsonl" || failed=1; \
	fi; \
	exit $$failed

papers: .venv/installed ## write the pages that are made from declarations; a test fails when they are stale
	@$(BIN)/python -m pipeline.export.papers
	@$(BIN)/python -m pipeline.normalizer.derived.indicators_page docs/indicators.md
	@$(BIN)/python -m tests.faults.page

screenshots: .venv/installed ## take the pictures of the explorer that the docs show, with Chromium
	@$(BIN)/python -m tests.screenshots docs/images

chaos: .venv/installed ## disturb collections and builds for ROUNDS and compare what is left with an undisturbed run
	@$(BIN)/python -m tests.chaos --rounds $(ROUNDS)
	@$(BIN)/python -m tests.scrapers.crawl.killing 20 11
	@GONGKAI_KILLS=200 $(BIN)/pytest -q tests/archive/test_interchange.py tests/batch/test_crash.py -k kill

fuzz: .venv/installed ## try made-up and mutated input on every reader for SECONDS; what is found is kept in tests/fuzz/findings
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,fuzz]'
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

lock: .venv/installed ## pin every package that the program may use on this platform, with hashes: requirements.lock
	@mkdir -p build
	@$(BIN)/pip install --quiet --disable-pip-version-check --dry-run --ignore-installed --report build/resolved.json '.[$(EXTRAS)]'
	@$(BIN)/python .ci/lock.py build/resolved.json requirements.lock

sbom: .venv/installed ## write what is installed as a software bill of materials (CycloneDX): build/sbom.json
	@$(BIN)/pip install --quiet --disable-pip-version-check cyclonedx-bom
	@mkdir -p build
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file build/sbom.json \
	  $(BIN)/python

audit: .venv/installed ## ask for known faults of the pinned packages; needs the network
	@$(BIN)/pip install --quiet --disable-pip-version-check pip-audit
	@$(BIN)/pip-audit --require-hashes --requirement requirements.lock

bench: .venv/installed ## speed, memory and right figures beside other libraries, queries, pictures, the explorer; writes docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.pictures
	@$(BIN)/python -m tests.benchmarks.explore $(EXPLORED)

clean: ## remove the virtual environment and every cache
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
