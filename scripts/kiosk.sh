#!/usr/bin/env bash
# Builds the kiosk's files into dist/: bundled, sealed by digests, listed in dist/manifest.sha256.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
forget_this_machine
trunk build --release --skip-version-check --offline
node scripts/seal-dist.mjs dist
