#!/usr/bin/env bash
# The kiosk and the simulated scanners on a real kernel: Debian's Chromium in a virtual machine, with vhci_hcd, usblp and udev. Needs no
# acceleration: eight minutes on a free computer without it, and far more on a busy one. Arguments go to Playwright.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh" --test
"$here/../build.sh"
# shellcheck source=scripts/lib.sh
source "$here/../lib.sh"
"$here/deck.sh"
"$here/vm-image.sh"
have setpriv || apt_install util-linux
say "Scanning on a kernel of its own (about eight minutes on a free computer)"
cd "$root/e2e"
npx --no-install playwright test --config usb-vm/playwright.config.ts "$@"
