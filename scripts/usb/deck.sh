#!/usr/bin/env bash
# The sheets that the simulated scanners are fed with, drawn by `urna testdeck` for the demonstration: .run/usb/deck. Made anew when `urna` is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/../lib.sh"
deck=$root/.run/usb/deck
urna=${CARGO_TARGET_DIR:-$root/target}/release/urna
[ "$deck/expected.json" -nt "$urna" ] && exit 0
say "Drawing a test deck (seconds)"
rm -rf "$deck"
"$urna" testdeck --out "$deck" --precinct 1301 >/dev/null
