# The commands people type. `make` alone lists them.
.DEFAULT_GOAL := help
# What `bookstore version` says it was built from.
export BUILD_REVISION ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
.PHONY: help run test lint build docker-test prove attack clients fuzz sanitize bench history clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## build the service and run it on a SQLite file, on http://127.0.0.1:8080
	@scripts/bootstrap build
	@swift build -c release --product bookstore
	@exec .build/release/bookstore serve

test: ## run every test that needs no container: unit, contract, API and end-to-end, on SQLite and Postgres
	@scripts/bootstrap test
	@swift build --build-tests
	@BOOKSTORE_REQUIRE_POSTGRES=1 swift test --skip-build
	@scripts/test-readme

lint: ## check format, scripts and what must not be in the tree
	@scripts/bootstrap lint
	@scripts/lint

build: ## build the release executable, .build/release/bookstore
	@scripts/bootstrap build
	@swift build -c release --product bookstore

docker-test: ## build the image, run it with Postgres by compose, and check that restarts lose nothing
	@scripts/docker-test

prove: ## break what can break under load, on SQLite and Postgres, and check that nothing is oversold or lost
	@scripts/bootstrap prove
	@swift build -c release --product bookstore
	@scripts/last-release >/dev/null || true
	@scripts/prove

attack: ## attack the service on loopback and show what an honest client notices of it
	@scripts/bootstrap attack
	@swift build -c release --product bookstore
	@scripts/attack

clients: ## try curl, Python's, Node's, Java's, Go's, Perl's, Ruby's and PHP's clients and the load tools
	@scripts/bootstrap clients
	@swift build -c release --product bookstore
	@scripts/clients

fuzz: ## fuzz what reads what strangers send, a minute a target (FUZZ_SECONDS); docs/testing.md
	@scripts/bootstrap test
	@scripts/fuzz

sanitize: ## run every test under ThreadSanitizer and under AddressSanitizer (half an hour); docs/testing.md
	@scripts/bootstrap test
	@BOOKSTORE_REQUIRE_POSTGRES=1 scripts/sanitize

bench: ## compare the speed with Gin and FastAPI, side by side
	@scripts/bootstrap test
	@benchmarks/run

history: ## measure as_of and verify with a million movements on both engines
	@scripts/bootstrap test
	@swift build -c release --product bookstore
	@benchmarks/history

clean: ## remove what was built
	@rm -rf .build
