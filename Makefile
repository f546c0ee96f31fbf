# Every target is a thin call of a preset or a script; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CCACHE_NOHASHDIR := 1

WEB_SOURCES := $(shell git ls-files web 2>/dev/null | grep -v /e2e/)

help: ## list these targets
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

deps: ## install what is missing (Debian packages)
	@tools/deps.sh

run: deps build/release/vigil web/dist/index.html ## build and start the demo on http://localhost:8000
	@tools/demo.sh

build: deps build/release/vigil web/dist/index.html ## build the server and the page

build/release/vigil: FORCE
	@[ -e build/release/build.ninja ] || cmake --preset release >build-release.log 2>&1 || { cat build-release.log; rm -f build-release.log; exit 1; }
	@rm -f build-release.log
	@cmake --build --preset release --target vigil

web/node_modules/.package-lock.json: web/package-lock.json
	@cd web && npm ci --no-audit --no-fund --loglevel=error

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES) docs/ref/openapi.yaml
	@cd web && npm run --silent build

test: deps ## build and run every test
	@tools/test.sh

check: deps web/node_modules/.package-lock.json ## format, lint, layers, sizes, documentation links, configuration reference
	@tools/check.sh

format: deps ## format the C++ sources
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

lint: deps ## clang-tidy over the C++ sources
	@cmake --preset clang >/dev/null
	@tools/lint.sh

asan: deps ## all C++ tests with the address and undefined behaviour sanitizers
	@cmake --preset asan >/dev/null && cmake --build --preset asan && ctest --preset asan

tsan: deps ## all C++ tests with the thread sanitizer
	@cmake --preset tsan >/dev/null && cmake --build --preset tsan && ctest --preset tsan

bench: deps build/release/vigil ## run the benchmarks; a table, and JSON in build/bench
	@cmake --build --preset release --target benches && tools/bench.sh

fuzz: deps ## run every fuzz target for FUZZ_SECONDS (30) each
	@cmake --preset fuzz >/dev/null && cmake --build --preset fuzz --target fuzzers && tools/fuzz.sh

docs: build/release/vigil ## write the generated pages of docs/ anew
	@build/release/vigil config reference >docs/ref/configuration.md

clean: ## remove everything that was built
	@rm -rf build web/dist web/node_modules

FORCE:
.PHONY: help deps run build test check format lint asan tsan bench fuzz docs clean FORCE
