#!/usr/bin/env bash
# Puts vtest.avi (real pedestrians, 768×576, 795 frames) into the given folder: out of Debian's package opencv-doc, of which
# nothing is installed. Does nothing when it is there already.
set -euo pipefail
target=${1:?usage: footage.sh FOLDER}
[ -s "$target/vtest.avi" ] && exit 0
mkdir -p "$target"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
echo "Fetching the demo footage (one file out of Debian's opencv-doc, 92 MB to download, 8 MB kept)"
(cd "$scratch" && apt-get download -qq opencv-doc 2>/dev/null) || {
  echo "The demo footage could not be fetched: is there a network? Then: apt-get update" >&2
  exit 1
}
dpkg-deb --fsys-tarfile "$scratch"/opencv-doc_*.deb |
  tar -x -C "$scratch" --strip-components=7 ./usr/share/doc/opencv-doc/examples/data/vtest.avi
mv "$scratch/vtest.avi" "$target/vtest.avi"
