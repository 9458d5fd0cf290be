#!/usr/bin/env bash
# Chromium's own WebUSB claims the simulated scanners and scans ballots through the kiosk, with neither a kernel's USB nor a virtual machine.
# Arguments go to Playwright: `scripts/usb/e2e.sh wire` is one file of tests.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/../setup.sh" --test
"$here/../build.sh"
# shellcheck source=scripts/usb/rig.sh
source "$here/rig.sh"
build_shim "$root/.run/usb"
build_bus "$root/.run/usb"
"$here/deck.sh"
say "Chromium's WebUSB on simulated scanners (about a minute and a half)"
cd "$root/e2e"
npx --no-install playwright test --config usb/playwright.config.ts "$@"
