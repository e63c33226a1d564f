# Two commands are enough to begin with: `make serve` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

SWIFT ?= swift
PORT ?= 8787
HOST ?= 127.0.0.1
DATA ?= .roost
SOURCES := Sources Tests Examples Package.swift
# Package, and what pkg-config calls it.
SYSTEM_PACKAGES := liblmdb-dev libsqlite3-dev libjemalloc-dev pkg-config
TEST_LOG := .build/test.log
# All of them at once would only make each last as long as the whole run, beyond the limits that catch a hanging one.
TESTS_AT_ONCE ?= 8

.PHONY: help deps build serve test check lint format bench soak examples sanitize torture clean

help:  ## List the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

deps:  ## Install the system packages that are missing (Debian).
	@if ! { command -v pkg-config && pkg-config --exists lmdb sqlite3 jemalloc; } >/dev/null 2>&1; then \
		echo "Installing $(SYSTEM_PACKAGES) ..."; \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		for tool in apt-get $$sudo; do \
			command -v "$$tool" >/dev/null && continue; \
			echo "There is no $$tool here: install these packages by hand, then try again." >&2; exit 1; \
		done; \
		$$sudo apt-get update -qq; \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SYSTEM_PACKAGES); \
	fi

build: deps  ## Build the release binary, .build/release/roost.
	$(SWIFT) build -c release --static-swift-stdlib --product roost

serve: build  ## Build, and serve the example tenants on port 8787.
	exec .build/release/roost serve --host $(HOST) --port $(PORT) --data $(DATA)

test: deps  ## Build and run all tests.
	@mkdir -p .build
	$(SWIFT) build --build-tests
	@SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_ONCE) \
		$(SWIFT) test --skip-build --disable-xctest 2>&1 | tee $(TEST_LOG) || { \
		echo "What failed:"; grep -E '^✘|recorded an issue' $(TEST_LOG) | head -n 40; exit 1; }

lint:  ## Check the format.
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format:  ## Put the sources into format.
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

check: lint test  ## Everything that must hold before a change lands: format, warnings as errors, tests, tidy.

bench: build  ## Measure: calls and the store, against raw LMDB and against SQLite files.
	.build/release/roost bench calls --objects 10000 --clients 256 --seconds 5
	.build/release/roost bench store

soak: build  ## Touch a million objects twice, fire a million alarms, and look at the memory.
	.build/release/roost bench life
	.build/release/roost bench alarms

# Their sources are part of `make test`; here each is what it is to its readers: a package that needs Roost. They use
# what the tests have built.
EXAMPLES := $(patsubst %/Package.swift,%,$(wildcard Examples/*/Package.swift))
examples: deps  ## Build and test every example as a package of its own.
	for example in $(EXAMPLES); do \
		$(SWIFT) test --disable-xctest --package-path "$$example" --scratch-path .build; \
	done

# The core alone (see the end of Package.swift). The sanitizers do not know that the runtime's own allocations of the
# language are meant to stay, so leaks are not looked for.
CORE_TESTS := ROOST_CORE_ONLY=1 $(SWIFT) test --disable-xctest
sanitize: deps  ## Run the core's tests under the address sanitizer, the commit path under the thread sanitizer.
	ASAN_OPTIONS=detect_leaks=0 $(CORE_TESTS) --sanitize=address --scratch-path .build-address
	$(CORE_TESTS) --sanitize=thread --scratch-path .build-thread --filter 'Commit|Store|Gate|Reset|Crash|LMDB'

torture: build  ## Kill a process in the middle of its writes 200 times, and look for what it had acknowledged.
	.build/release/roost torture --kills 200

clean:  ## Remove what was built.
	rm -rf .build
