#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (30) over its corpus; a crash is written to build/fuzz/crashes and fails the run.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-30}
mkdir -p build/fuzz/crashes
for source in fuzz/*_fuzz.cpp; do
  name=$(basename "$source" .cpp)
  scratch=build/fuzz/corpus/$name
  mkdir -p "$scratch"
  echo "== $name, $seconds s"
  "build/fuzz/$name" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/crashes/ "$scratch" "fuzz/corpus/${name%_fuzz}" 2>&1 |
    grep -E '^(stat::(number_of_executed_units|peak_rss_mb)|SUMMARY|==|artifact_prefix)' || true
  [ "${PIPESTATUS[0]}" -eq 0 ] || exit 1
done
