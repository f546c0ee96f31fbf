#!/usr/bin/env bash
# Every benchmark: the micro-benchmarks of bench/*_bench.cpp and the whole-system ones. Tables on the screen, JSON in build/bench.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/bench
for source in bench/*_bench.cpp; do
  name=$(basename "$source" .cpp)
  echo "== $name"
  "build/release/$name" --benchmark_out="build/bench/$name.json" --benchmark_out_format=json \
    --benchmark_min_time="${BENCH_MIN_TIME:-0.3}" 2>/dev/null
done
echo "== whole system"
/usr/bin/python3 bench/system.py --json build/bench/system.json
echo "== analysis, whole system"
/usr/bin/python3 bench/analysis_system.py --json build/bench/analysis_system.json
