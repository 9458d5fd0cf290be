#!/usr/bin/env bash
# Power cuts under Debian's Chromium in a virtual machine: what its disk holds at 15 moments, from the one at which the vault was provisioned on, without what its
# memory holds. Needs no acceleration, but half an hour without it, and far more on a busy computer. Arguments go to Playwright.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/setup.sh" --test
"$here/build.sh"
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
"$here/usb/vm-image.sh"
have setpriv || apt_install util-linux
have debugfs || apt_install e2fsprogs
say "Cutting the power of a virtual machine (half an hour or more without KVM)"
cd "$root/e2e"
npx --no-install playwright test --config powercut/playwright.config.ts "$@"
