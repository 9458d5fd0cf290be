#!/usr/bin/env bash
# Everything that must hold: format, lints, unit, property, wasm, collector and end-to-end tests.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh" --test
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
unset RUSTFLAGS
wasm=(-p urna-kiosk -p urna-vault -p urna-verify -p urna-core -p urna-scanner -p urna-printer -p urna-browser-storage -p urna-usb-sim)

say "Format"
cargo fmt --all --check
cargo fmt --check --manifest-path fuzz/Cargo.toml

say "Licences, sources and bans of all crates; what each program is made of (seconds)"
scripts/deny.sh
node scripts/sbom.mjs .run/sbom

say "Lints, native (first time about 4 minutes)"
cargo clippy --quiet --workspace --all-targets -- -D warnings
say "Lints, WebAssembly (first time about 3 minutes)"
cargo clippy --quiet --target wasm32-unknown-unknown "${wasm[@]}" -- -D warnings
cargo clippy --quiet --target wasm32-unknown-unknown -p urna-vault --test opfs -- -D warnings

say "Fuzz targets: that they still fit the code (first time about 2 minutes)"
# Nothing is linked, so libFuzzer need not be there.
CUSTOM_LIBFUZZER_PATH=/none/libfuzzer.a cargo clippy --quiet --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings

say "Unit, property and collector tests (first time about 6 minutes)"
source "$here/postgres.sh"
start_postgres
trap stop_postgres EXIT
cargo test --quiet --workspace

say "The vault's storage in headless Chromium (first time about 2 minutes)"
# Not --quiet: the runner in the browser does not know it.
CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver)} \
  cargo test --target wasm32-unknown-unknown -p urna-vault --test opfs

"$here/build.sh"
"$here/paths.sh"

say "The kiosk once more, from nothing and elsewhere: the same bytes must come out (about 7 minutes; once for each state of its sources)"
"$here/reproducible.sh" dist

say "A slice of the accuracy run: 60,000 ballot positions on simulated sheets (half a minute)"
"${CARGO_TARGET_DIR:-$root/target}/release/urna" accuracy --positions 60000 --seed 2 >.run/accuracy-slice.md

say "Whole election days in Chromium (about 11 minutes)"
(cd e2e && npx --no-install playwright test)

say "Chromium killed 20 times while sheets are counted (about a minute)"
BUILT=1 KILLS=20 RECORDS=0 SCREEN=5 "$here/torture.sh"

"$here/usb/e2e.sh"

say "All tests passed"
