#!/usr/bin/env bash
# Debian's SANE scans from the simulated fi scanner: pixel for pixel, and each fault by its name.
set -euo pipefail
# shellcheck source=scripts/usb/oracle.sh
source "$(dirname "$0")/oracle.sh"

mkdir -p "$rig/sane"
echo fujitsu >"$rig/sane/dll.conf"
printf 'option buffer-size 65536\nusb 0x04c5 0x132e\n' >"$rig/sane/fujitsu.conf"
"$simulator" --write-pages "$rig/pages" --sheets "$sheets" --dpi 200

scan() {
  local device
  device=$(on_the_bus timeout 60 scanimage -L 2>&1 | sed -n "s/^device \`\([^']*\)' .*/\1/p")
  [ -n "$device" ] || die "SANE sees no scanner"
  batch on_the_bus timeout 120 scanimage -d "$device" --page-width 215.9 --page-height 279.4 \
    --df-action Stop --df-thickness=yes --prepick Off --buffermode Off
}

say "SANE scans $sheets sheets on both sides from the fi device"
start_simulator batch --kind 'fi' --sheets "$sheets" --dpi 200
scan
sides_are_those_of "$rig"/pages/*.png

fault 'fi' jam 'Document feeder jammed'
fault 'fi' double-feed 'Document feeder jammed'
fault 'fi' cover-open 'Scanner cover is open'
say "SANE agrees with the simulated fi scanner"
