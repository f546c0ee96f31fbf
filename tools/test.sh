#!/usr/bin/env bash
# Every test: unit and contract tests (ctest), the page (vitest), end-to-end against the real binary and real servers (pytest), and
# the page in Chromium. What needs ../shared/data (or $VIGIL_TEST_DATA) says so when that is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
export CCACHE_NOHASHDIR=1
logs=build/test-logs
mkdir -p "$logs"
failed=()
step() {
  local name=$1 began=$SECONDS
  shift
  echo "== $name"
  if "$@" 2>&1 | tee "$logs/$name.log"; then echo "== $name: passed in $((SECONDS - began)) s"; else
    echo "== $name: FAILED after $((SECONDS - began)) s"
    failed+=("$name")
  fi
}

data=${VIGIL_TEST_DATA:-../shared/data}
if [ -d "$data" ]; then
  VIGIL_TEST_DATA=$(realpath "$data")
  export VIGIL_TEST_DATA
else
  echo "note: no test data at $data: the tests on public footage are skipped"
fi

configure() { [ -e build/dev/build.ninja ] || cmake --preset dev >/dev/null; }
servers() { npm ci --prefix tests/servers --no-audit --no-fund --loglevel=error; }
page() { make --no-print-directory web/dist/index.html && npm --prefix web run --silent test; }

step "configure" configure
step "build" cmake --build --preset dev
step "test servers" servers
step "unit and contract tests" ctest --preset dev --output-on-failure
step "page" page
step "footage" tools/footage.sh build/demo
# Most of their time they wait: three at a time. A file stays with one of them, for what its tests share.
step "end to end" /usr/bin/python3 -m pytest -q -n 3 --dist loadfile tests
step "page in Chromium" env VIGIL_BIN="$PWD/build/dev/vigil" npm --prefix web run --silent e2e

# What failed may be far above: the end of it is said again, and last of all the names.
for name in "${failed[@]}"; do
  echo "== $name failed; the end of $logs/$name.log:"
  tail -n 60 "$logs/$name.log" | cut -c1-300
done
for name in "${failed[@]}"; do
  sed 's/\x1b\[[0-9;]*m//g' "$logs/$name.log" | grep -E '^(FAILED|ERROR) |^INTERNALERROR> *[A-Za-z.]+(Error|Exception)|^\[  FAILED  \] [A-Za-z]|: Failure$|^ *(FAIL|×) |^FAILED:' |
    sort -u | head -n 12 | cut -c1-300 || true
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "FAILED: ${failed[*]}"
  exit 1
fi
echo "All tests passed."
