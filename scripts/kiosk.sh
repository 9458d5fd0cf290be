#!/usr/bin/env bash
# Builds the kiosk's files into dist/: bundled, sealed by digests, listed in dist/manifest.sha256.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
# RUSTFLAGS in the environment would replace those of .cargo/config.toml.
unset RUSTFLAGS
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$(remapped_rustflags)
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS
trunk build --release --skip-version-check --offline
node scripts/seal-dist.mjs dist
