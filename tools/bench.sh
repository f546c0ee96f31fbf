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
/usr/bin/python3 - build/bench/detector_bench.json <<'EOF'
import json, sys
for one in json.load(open(sys.argv[1]))["benchmarks"]:
    if "of_bare" in one:
        judged = "reached" if one["of_bare"] >= 0.9 else "MISSED"
        print(f"{one['name']}: {100 * one['of_bare']:.1f} % of the bare session's throughput (aim 90 %: {judged})")
EOF
echo "== whole system"
/usr/bin/python3 bench/system.py --json build/bench/system.json
echo "== analysis, whole system"
/usr/bin/python3 bench/analysis_system.py --json build/bench/analysis_system.json
