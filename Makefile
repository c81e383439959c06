# Kentongan. `make` alone lists what there is; docs/install.md says what each does to the machine.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Where make was called from (make -C changes the folder, not PWD): CITY may be relative to it.
export CALLER := $(PWD)
LOCK = .venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --python-version 3.12 --no-header --no-annotate -q $(UPGRADE)
MESSAGES = --no-location --no-wrap -i .venv -i node_modules -i var -i tests

.PHONY: help run test bench lint messages lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: ## install what is missing and serve on PORT (8000); CITY=folder loads another city, HOST=0.0.0.0 opens it to the network
	@exec bash setup/start.sh run

test: ## everything that must hold: lint, types, layers, migrations, all tests; ARGS goes to pytest
	@exec bash setup/start.sh test $(ARGS)

bench: ## measure; FIGURE=name for one; a tenth of the stated size unless FULL=1
	@exec bash setup/start.sh bench $(FIGURE)

lint: ## ruff, mypy and the layers only
	@exec bash setup/start.sh lint

messages: ## collect the texts to translate and compile the translations
	@.venv/bin/python manage.py makemessages -l id $(MESSAGES)
	@.venv/bin/python manage.py compilemessages -l id -i .venv -i node_modules

lock: ## bring the locks to pyproject.toml and package.json; UPGRADE=--upgrade takes newer packages too
	@$(LOCK) -o requirements.lock
	@$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --extra dev --extra bench -c requirements-dev.lock -o requirements-bench.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## stop and remove what make run made (database, photos, releases); .venv and node_modules stay
	@exec bash setup/clean.sh
