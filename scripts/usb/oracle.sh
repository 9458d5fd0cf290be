# What the oracles share: a batch, its sides, and faults. Sourced, not run.
# shellcheck shell=bash

# shellcheck source=scripts/usb/rig.sh
source "$(dirname "${BASH_SOURCE[0]}")/rig.sh"
have scanimage || apt_install sane-utils libsane1
have umockdev-run || apt_install umockdev
have compare || apt_install imagemagick
build_rig
export sheets=3

# batch SCANIMAGE…: both sides of all sheets, grey, 8.5 by 11 inches at 200 dpi, into $rig/side*.pnm; SANE's words go to $rig/sane.log.
batch() {
  rm -f "$rig"/side*.pnm
  # Whoever calls looks at what was said.
  "$@" --source 'ADF Duplex' --mode Gray --resolution 200 -x 215.9 -y 279.4 --format=pnm \
    --batch="$rig/side%03d.pnm" >"$rig/sane.log" 2>&1 || true
}

# sides_are_those_of PAGE…: each side is as its page, and there are no more; the feeder ran empty.
sides_are_those_of() {
  grep -q 'Document feeder out of documents' "$rig/sane.log" || die "No end of the batch: $(cat "$rig/sane.log")"
  local at=0 page side differing
  for page in "$@"; do
    at=$((at + 1))
    side=$(printf '%s/side%03d.pnm' "$rig" "$at")
    [ -f "$side" ] || die "Side $at is missing"
    differing=$(compare -metric AE "$page" "$side" null: 2>&1 || true)
    [ "$differing" = 0 ] || die "Side $at differs in $differing pixels"
  done
  [ "$(sides)" = "$at" ] || die "$(sides) sides came of $at pages"
  note "$at sides, each as it was fed"
}

sides() { find "$rig" -name 'side*.pnm' | wc -l; }

# fault KIND WHAT WORDS: what happens while the second sheet is fed, and what SANE must say then.
fault() {
  say "SANE meets: $2"
  echo "sheet 2 before-feed: $2" >"$rig/script"
  start_simulator fault --kind "$1" --pages "$rig/pages" --dpi 200 --script "$rig/script"
  scan
  grep -q "$3" "$rig/sane.log" || die "SANE did not say '$3': $(tail -n 4 "$rig/sane.log")"
  # A file for the side that failed is left behind.
  [ "$(sides)" -le 3 ] || die "$(sides) sides came in spite of it"
  note "$(grep "$3" "$rig/sane.log" | head -n 1); $(sides) sides came"
}
