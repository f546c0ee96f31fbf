#!/usr/bin/env bash
# Runs every fuzz target, or those named, for FUZZ_SECONDS (30) over its corpus. A crash is written to build/fuzz/crashes and fails
# the run, but only after the other targets had their turn.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-30}
mkdir -p build/fuzz/crashes
if [ $# -gt 0 ]; then targets=("$@"); else mapfile -t targets < <(basename -a -s .cpp fuzz/*_fuzz.cpp); fi
failed=()
for name in "${targets[@]}"; do
  scratch=build/fuzz/corpus/$name
  log=build/fuzz/$name.log
  mkdir -p "$scratch"
  echo "== $name, $seconds s"
  if "build/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/crashes/ "$scratch" "fuzz/corpus/${name%_fuzz}" >"$log" 2>&1; then
    grep -E '^stat::(number_of_executed_units|peak_rss_mb)' "$log" || true
  else
    failed+=("$name")
    grep -E '^(==|SUMMARY|artifact_prefix)|runtime error' "$log" || tail -n 20 "$log"
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "FAILED: ${failed[*]} (the whole output: build/fuzz/<target>.log)"
  exit 1
fi
