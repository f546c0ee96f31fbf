#!/usr/bin/env bash
# Installs what is missing to build, run and test: the Debian packages of tools/deps.txt and, where there is no Node.js ≥ 18
# yet, Debian's own. Does nothing, and needs no network, when everything is there. Asks for sudo only if not root.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
while read -r package; do
  case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" in
    installed) ;;
    *) missing+=("$package") ;;
  esac
done < deps.txt

node_major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${node_major:-0}" -lt 18 ]; then
  missing+=(nodejs npm)
elif ! command -v npm >/dev/null; then
  missing+=(npm)
fi

[ ${#missing[@]} -gt 0 ] || exit 0
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
# A test runs servers of its own on free ports: the packages must not start any.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
