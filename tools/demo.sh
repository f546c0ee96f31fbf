#!/usr/bin/env bash
# The demo: a camera simulator with four RTSP cameras, and the server showing them. Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."
vigil=${VIGIL:-build/release/vigil}
demo=${VIGIL_DEMO_DIR:-build/demo}
export -n VIGIL_DEMO_DIR VIGIL_DEMO_LISTEN VIGIL_DEMO_CAMERAS 2>/dev/null || true # the server would wonder about them
listen=${VIGIL_DEMO_LISTEN:-127.0.0.1:8000}
cameras=${VIGIL_DEMO_CAMERAS:-127.0.0.1:8554}

tools/footage.sh "$demo"
if [ ! -e "$demo/data/vigil.json" ]; then
  {
    echo "cameras:"
    for n in 1 2 3 4; do
      printf '  - {id: demo_%s, name: Walkway %s, number: %s, place: Demo, section: Campus, source_type: rtsp, source_url: "rtsp://%s/cam%s", analysis: {enabled: true}}\n' \
        "$n" "$n" "$n" "$cameras" "$n"
    done
  } >"$demo/cameras.yaml"
  "$vigil" apply -f "$demo/cameras.yaml" --data "$demo/data" >/dev/null
fi

"$vigil" sim --file "$demo/vtest.avi" --cameras 4 --listen "$cameras" >"$demo/sim.log" 2>&1 &
sim=$!
trap 'kill $sim 2>/dev/null || true; wait $sim 2>/dev/null || true' EXIT
# The simulator opens its port when the first pictures are there.
for _ in $(seq 100); do
  kill -0 $sim 2>/dev/null || { cat "$demo/sim.log" >&2; exit 1; }
  (: <"/dev/tcp/${cameras%:*}/${cameras##*:}") 2>/dev/null && break
  sleep 0.1
done
"$vigil" serve --data "$demo/data" --listen "$listen" &
server=$!
trap 'kill $server $sim 2>/dev/null || true; wait $server $sim 2>/dev/null || true' EXIT INT TERM
wait $server
