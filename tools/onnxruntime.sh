#!/usr/bin/env bash
# usage: onnxruntime.sh FOLDER
# Puts ONNX Runtime into FOLDER (include/, lib/): Debian 12 has none. The headers are those of Debian 13, fetched with apt from a
# list of its own and only unpacked; the library is the one of the npm package onnxruntime-node, whose install script is not run.
# Both are checked against the sums below. Does nothing, and needs no network, when FOLDER is complete.
set -euo pipefail
headers='libonnxruntime-dev=1.21.0+dfsg-1'
package='onnxruntime-node@1.21.1'

mkdir -p "$1"
folder=$(realpath "$1")
exec 9>"$folder/.lock"
flock 9  # several builds of one checkout share the folder

case "$(uname -m)" in
  x86_64) arch=x64 sum=3d03e6de8f828ae7432e67764ab4c02d4c9d4804db1b46ad60484c46188bb144 ;;
  aarch64) arch=arm64 sum=2dba27b484f8171f9fd39182230b4ace5f85401114d65a53c767ee924284806b ;;
  *) echo "there is no ONNX Runtime for $(uname -m) to fetch; install one where pkg-config finds libonnxruntime" >&2; exit 1 ;;
esac

checked() {
  (cd "$folder" && sha256sum --check --status --strict -) <<SUMS
7783e9664bdb0b1b36145b5c8587dd1bc9a399aa000edf2e3dd03003cafc6882  include/onnxruntime_c_api.h
b3b27d6a6fced0725e3f188379cca008b1d7a456997684756374d4b388f2cf05  include/onnxruntime_cxx_api.h
7f448e994c732eacd9e49900365fefa8f1ac998a6d6eb78e5f4aab1b8d9d8900  include/onnxruntime_cxx_inline.h
6c4db3d1954b266c4febe413351af86cac922e3448538e7e452e51d646e56a4a  include/onnxruntime_float16.h
$sum  lib/libonnxruntime.so.1
SUMS
}
if checked 2>/dev/null; then exit 0; fi

echo "Fetching ONNX Runtime into $folder"
work=$(mktemp -d "$folder/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
# What is being fetched is said on failure only.
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; echo "ONNX Runtime could not be fetched: is there a network?" >&2; exit 1; }; }

mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/deb" "$work/npm"
# From the mirror that this machine takes Debian from.
mirror=$(apt-get --print-uris update | sed -nE "s#^'(.*)/dists/(bookworm|oldstable)/InRelease'.*#\\1#p")
mirror=${mirror%%$'\n'*}
[ -n "$mirror" ] || { echo "apt knows no mirror of Debian 12 (bookworm)" >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/sources.list"
apt=(apt-get -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
  -o APT::Sandbox::User= -o Acquire::Retries=3)
cd "$work/deb"
quietly "${apt[@]}" update
quietly "${apt[@]}" download "$headers"
quietly dpkg-deb -x ./*.deb unpacked

cd "$work/npm"
quietly npm pack --silent --prefer-offline --ignore-scripts "$package"
quietly tar -xzf ./*.tgz "package/bin/napi-v3/linux/$arch"

rm -rf "${folder:?}/include" "${folder:?}/lib"
mkdir -p "$folder/lib"
cp -r "$work/deb/unpacked/usr/include/onnxruntime" "$folder/include"
cp "$work/deb/unpacked/usr/share/doc/libonnxruntime-dev/copyright" "$folder/copyright"
cp "package/bin/napi-v3/linux/$arch/libonnxruntime.so.1" "$folder/lib/"
chmod 755 "$folder/lib/libonnxruntime.so.1"
checked || { echo "ONNX Runtime was fetched, but it is not what was expected (SHA-256): nothing is built with it" >&2; rm -rf "${folder:?}/include" "${folder:?}/lib"; exit 1; }
