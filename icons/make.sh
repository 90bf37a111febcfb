#!/bin/sh
# Draws the sizes that Tauri and desktops want from icon.svg. Needs rsvg-convert (librsvg2-bin) and ImageMagick.
set -eu
cd "$(dirname "$0")"
draw() { rsvg-convert --width "$1" --height "$1" icon.svg --output "$2"; }
draw 32 32x32.png
draw 128 128x128.png
draw 256 128x128@2x.png
draw 512 icon.png
work=$(mktemp -d)
for size in 16 24 32 48 64 256; do draw "$size" "$work/$size.png"; done
convert "$work"/16.png "$work"/24.png "$work"/32.png "$work"/48.png "$work"/64.png "$work"/256.png icon.ico
rm -r "$work"
