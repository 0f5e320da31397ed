# make         rebuild the review: sets up .venv once, then runs the workflow
# make demo    write a synthetic review into demo/ (once) and run the workflow on it: docs/tutorial.md;
#              with FILES=1 its search is made in a small folder of files as NLM gives them: docs/baseline.md
# make live    the review in live/, with its search and its paper asked for today (network, NCBI_EMAIL): docs/search.md
# make gallery fetch and run the published reviews in reviews/, and write docs/gallery.md
# make test    all tests; says at its end how long they took and which were left out, and why
# make quick   the unit tests only
# make lint    style, types, Snakemake's own lint
# make docs    the documentation as a site, in site/ (network, once)
# make report  Snakemake's report of the last run, as report.html
# make clean   remove results and Snakemake's records, keep .venv, demo/ and live/, which may hold what you tried
# make lock    resolve envs/*.in again (network) and write envs/*.txt

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
# Caches go beside the results, so that an account without a home folder can run it.
CACHE := $(CURDIR)/.snakemake/cache
SNAKEMAKE := XDG_CACHE_HOME="$(CACHE)" MPLCONFIGDIR="$(CACHE)/matplotlib" $(RUN) snakemake
# One line for each stage instead of Snakemake's own text, which is in .snakemake/log.
REBUILD := PYTHONPATH="$(CURDIR)/profiles/terminal" $(SNAKEMAKE) --logger review

# As many processes as there are cores. Slurm makes tests wait: with REVIEW_THOROUGH=1 one more is faster.
PROCESSES ?= logical
PYTEST := $(RUN) pytest --numprocesses $(PROCESSES)

# Published reviews share one cache of what is fetched.
gallery: export REVIEW_CACHE ?= $(CURDIR)/.review-cache
REVIEWS := $(patsubst %/config/config.yaml,%,$(wildcard reviews/*/config/config.yaml))

.PHONY: all demo live gallery test quick lint docs report clean lock

all: $(VENV)/ready
	@$(REBUILD) --cores all
	@echo "Now open results/report/index.html"

demo: $(VENV)/ready
	test -e demo || $(RUN) tests.twin demo --works 300 --seed 1
	$(if $(FILES),test -e demo/pubmed || $(RUN) tests.pubmed_files demo/pubmed --review demo --use)
	@$(REBUILD) --directory demo --cores all
	@echo "Nothing in this review is real. Now open demo/results/report/index.html. Next: docs/tutorial.md"

# A copy of the review, once, of which three settings differ. It is a review like any other: edit it, freeze it.
live: $(VENV)/ready
	test -e live || { rm -rf live.new && mkdir live.new && cp -R config live.new && \
	  sed -e 's/^  mode: archive /  mode: live /' -e 's/^  date_field: pdat /  date_field: crdt /' \
	  -e 's/^  source: none /  source: live /' config/config.yaml > live.new/config/config.yaml && \
	  mv live.new live; }
	@$(REBUILD) --directory live --cores all
	@echo "Now open live/results/report/index.html. What it adds: docs/known-and-unknown.md"

gallery: $(VENV)/ready
	set -e; for review in $(REVIEWS); do \
	  $(REBUILD) --directory $$review --cores 1 fetch; \
	  $(REBUILD) --directory $$review --cores all; \
	done
	$(RUN) reviews.gallery

# All tests of a file run in one process, one after the other: they share what the file has built.
test: $(VENV)/ready
	$(PYTEST) --dist loadfile --no-loadscope-reorder

quick: $(VENV)/ready
	$(PYTEST) --dist worksteal tests/unit scripts

lint: $(VENV)/ready
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) snakefmt --check Snakefile rules workflow
	$(RUN) mypy
	$(SNAKEMAKE) --lint

docs: $(VENV)/docs/ready
	NO_MKDOCS_2_WARNING=1 $(VENV)/docs/bin/mkdocs build --strict

report: all
	$(SNAKEMAKE) --report report.html

clean:
	rm -rf reviews/*/results reviews/*/.snakemake reviews/index.html
	rm -rf results .snakemake report.html site .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find rules scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Set up again whenever the lock changes. Bytecode is compiled here: every job would pay for it later.
$(VENV)/ready: envs/requirements.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ERROR $(PYTHON): Python 3.11 or newer is needed. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv, once: about a minute, and the network is needed"
	@"$(PYTHON)" -m venv $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --require-hashes --compile -r envs/requirements.txt
	@touch $@

$(VENV)/docs/ready: envs/docs.txt
	"$(PYTHON)" -m venv $(VENV)/docs
	$(VENV)/docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/docs.txt
	@touch $@

COMPILE := $(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --annotation-style line --custom-compile-command "make lock"
lock:
	"$(PYTHON)" -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv
	$(COMPILE) envs/requirements.in -o envs/requirements.txt
	$(COMPILE) envs/docs.in -o envs/docs.txt
