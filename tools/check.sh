#!/usr/bin/env bash
# Everything that can be said about the sources without running them.
# shellcheck disable=SC2317 # the functions are called through try
set -uo pipefail
cd "$(dirname "$0")/.." || exit
failed=0
try() { "$@" || { echo "FAILED: $*"; failed=1; }; }

formatted() { git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror; }
shells() { git ls-files '*.sh' .ci/run | xargs shellcheck; }
licence() { [ "$(sha256sum <LICENSE | cut -c1-12)" = cfc7749b96f6 ] || { echo "LICENSE is not the Apache License 2.0"; return 1; }; }

try formatted
try shells
try python3 tools/check_layers.py
try python3 tools/check_sizes.py
try python3 tools/check_docs.py
try licence
try npm --prefix web run --silent lint
try npm --prefix web run --silent types:check
if [ -x build/dev/vigil ]; then
  try diff -u docs/ref/configuration.md <(build/dev/vigil config reference)
fi
exit $failed
