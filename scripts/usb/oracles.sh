#!/usr/bin/env bash
# Debian's SANE, which knows nothing of this project, scans from the simulated fi scanner over the usbfs shim: the pictures must be those that were
# fed, pixel for pixel, and injected faults must be named. Installs sane-utils, umockdev, imagemagick and gcc where they are missing.
set -euo pipefail
# shellcheck source=scripts/usb/rig.sh
source "$(dirname "$0")/rig.sh"
have scanimage || apt_install sane-utils libsane1
have umockdev-run || apt_install umockdev
have compare || apt_install imagemagick
build_rig

sheets=3
series='fi'
mkdir -p "$rig/sane"
echo fujitsu >"$rig/sane/dll.conf"
printf 'option buffer-size 65536\nusb 0x04c5 0x132e\n' >"$rig/sane/fujitsu.conf"
"$simulator" --write-pages "$rig/pages" --sheets "$sheets" --dpi 200

# scan: a batch of both sides into $rig/side*.pnm; SANE's words go to $rig/sane.log.
scan() {
  local device
  device=$(on_the_bus timeout 60 scanimage -L 2>&1 | sed -n "s/^device \`\([^']*\)' .*/\1/p")
  [ -n "$device" ] || die "SANE sees no scanner"
  rm -f "$rig"/side*.pnm
  on_the_bus timeout 120 scanimage -d "$device" --source 'ADF Duplex' --mode Gray --resolution 200 \
    --page-width 215.9 --page-height 279.4 -x 215.9 -y 279.4 --df-action Stop --df-thickness=yes \
    --prepick Off --buffermode Off --format=pnm --batch="$rig/side%03d.pnm" >"$rig/sane.log" 2>&1 || true
}

say "SANE scans $sheets sheets on both sides"
start_simulator batch --kind "$series" --sheets "$sheets" --dpi 200
scan
grep -q 'Document feeder out of documents' "$rig/sane.log" || die "No end of the batch: $(cat "$rig/sane.log")"
at=0
for page in "$rig"/pages/*.png; do
  at=$((at + 1))
  side=$(printf '%s/side%03d.pnm' "$rig" "$at")
  [ -f "$side" ] || die "Side $at is missing"
  differing=$(compare -metric AE "$page" "$side" null: 2>&1 || true)
  [ "$differing" = 0 ] || die "Side $at differs in $differing pixels"
done
[ "$at" = $((2 * sheets)) ] || die "$at pages were fed"
note "$at sides, each as it was fed"

# fault WHAT WORDS: what happens while the second sheet is fed, and what SANE must say then.
fault() {
  say "SANE meets: $1"
  echo "sheet 2 before-feed: $1" >"$rig/script"
  start_simulator fault --kind "$series" --sheets "$sheets" --dpi 200 --script "$rig/script"
  scan
  grep -q "$2" "$rig/sane.log" || die "SANE did not say '$2': $(tail -n 4 "$rig/sane.log")"
  sides=$(find "$rig" -name 'side*.pnm' | wc -l)
  [ "$sides" -le 3 ] || die "$sides sides came in spite of it"
  note "$(grep "$2" "$rig/sane.log" | head -n 1); $sides sides came"
}
fault jam 'Document feeder jammed'
fault double-feed 'Document feeder jammed'
fault cover-open 'Scanner cover is open'
say "SANE agrees with the simulator"
