#!/usr/bin/env bash
# Builds everything that runs: the programs, the kiosk, the verification page, the demo election.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
forget_this_machine
target=${CARGO_TARGET_DIR:-$root/target}

say "Building the collector, the command line and the simulated scanner (first time about 8 minutes, then seconds)"
cargo build --quiet --release -p urna -p urna-collector -p urna-scanner-sim

if [ ! -e dist/.built ] || [ -n "$(find "${kiosk_sources[@]}" -newer dist/.built -print -quit)" ]; then
  say "Building the kiosk (first time about 5 minutes)"
  scripts/kiosk.sh
  touch dist/.built
fi

"$target/release/urna" demo --out .run/demo >/dev/null

verify_sources=(crates/verify crates/core Cargo.lock scripts/verify-page.mjs .run/demo/authority.pem)
if [ ! -e .run/verify.html ] || [ -n "$(find "${verify_sources[@]}" -newer .run/verify.html -print -quit)" ]; then
  say "Building the offline verification page (first time about 2 minutes)"
  cargo build --quiet --release --target wasm32-unknown-unknown -p urna-verify
  wasm-bindgen --target no-modules --no-typescript --out-dir .run/verify \
    "$target/wasm32-unknown-unknown/release/urna_verify.wasm"
  wasm-opt -O2 .run/verify/urna_verify_bg.wasm -o .run/verify/urna_verify_bg.wasm
  node scripts/verify-page.mjs --root .run/demo/authority.pem --definition assets/demo/definition.json \
    --glue .run/verify --out .run/verify.html
fi

sim_sources=(e2e/usb-sim crates/printer-sim crates/scanner-sim Cargo.lock)
if [ ! -e .run/usb-sim/urna_usb_sim_bg.wasm ] ||
  [ -n "$(find "${sim_sources[@]}" -newer .run/usb-sim/urna_usb_sim_bg.wasm -print -quit)" ]; then
  say "Building the simulated scanner for tests in the page (first time about 2 minutes)"
  cargo build --quiet --release --target wasm32-unknown-unknown -p urna-usb-sim
  wasm-bindgen --target no-modules --no-typescript --out-dir .run/usb-sim \
    "$target/wasm32-unknown-unknown/release/urna_usb_sim.wasm"
  wasm-opt -O2 .run/usb-sim/urna_usb_sim_bg.wasm -o .run/usb-sim/urna_usb_sim_bg.wasm
fi
