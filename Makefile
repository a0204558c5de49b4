# ICONet: `make run` starts it, `make test` tests it; both set up what they need first.
# PORT and DATA_DIR change where it listens and keeps its data; PYTHON names the interpreter to set up with.

PYTHON ?= python3
export PYTHON

.PHONY: help setup run proof test check elasticsearch elasticsearch-stop

help:
	@echo "make run    set up and start ICONet at http://127.0.0.1:$${PORT:-8000} (Ctrl-C stops it)"
	@echo "make test   run every test (ARGS=… goes to pytest)"
	@echo "make check  linters, types, layers, templates, settings, migrations, locks"
	@echo "make proof  who may see what, proved at length: every item as everybody, mistakes put into the policy (hours)"
	@echo "make setup  make .venv/ and fetch the front end"
	@echo "make elasticsearch  start an Elasticsearch of this machine's own at http://127.0.0.1:9200 (-stop ends it)"

setup:
	@sh setup/bootstrap.sh

run:
	@sh setup/bootstrap.sh run
	@exec .venv/bin/python manage.py serve

test: setup
	@.venv/bin/pytest -n 2 --dist loadfile $(ARGS)

proof: setup
	@PROOF=everything HYPOTHESIS_PROFILE=thorough .venv/bin/pytest -n 2 --dist loadfile tests/proof tests/permissions
	@.venv/bin/python -m tests.proof.mutation

check: setup
	@sh setup/check.sh

elasticsearch:
	@setup/elasticsearch.sh start

elasticsearch-stop:
	@setup/elasticsearch.sh stop
