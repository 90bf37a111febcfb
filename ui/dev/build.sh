#!/bin/sh
# A quick debug build of the interface into a folder, for looking at it: dev/build.sh OUT
set -eu
cd "$(dirname "$0")/.."
out=$1
cargo build --quiet --target wasm32-unknown-unknown --package chapterhouse-ui
rm -rf "$out" && mkdir -p "$out" && cp -r static/. "$out"
cargo run --quiet --package chapterhouse-bindgen -- "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/debug/chapterhouse-ui.wasm" "$out" chapterhouse
