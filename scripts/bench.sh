#!/usr/bin/env bash
# Speed and accuracy of recognition on this machine, natively and in Chromium; size and start of the kiosk.
# REPEATS=n reads each page n times (5 if not said).
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh" --test
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
# RUSTFLAGS in the environment would replace those of .cargo/config.toml.
unset RUSTFLAGS
target=${CARGO_TARGET_DIR:-$root/target}
repeats=${REPEATS:-5}
work=.run/bench
mkdir -p "$work"

say "Machine"
note "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
note "$(rustc --version)"

say "Building with optimisation (first time about 4 minutes)"
cargo build --quiet --release -p urna-bench
cargo build --quiet --release --target wasm32-unknown-unknown -p urna-bench --lib
wasm-bindgen --target web --no-typescript --out-dir "$work/glue" \
  "$target/wasm32-unknown-unknown/release/urna_bench.wasm"
wasm-opt -O2 "$work/glue/urna_bench_bg.wasm" -o "$work/glue/urna_bench_bg.wasm"

pages=${URNA_REALSCANS:-$root/../shared/realscans}
if [ -d "$pages" ]; then
  note "Pages: real scans"
else
  note "No folder of real scans (URNA_REALSCANS): ballots of the demonstration, marked by program"
  cargo build --quiet --release -p urna
  "$target/release/urna" demo --out .run/demo >/dev/null
  pages=$root/$work/samples
  rm -rf "$pages"
  "$target/release/urna-bench" samples .run/demo/ballots "$pages"
fi

say "Accuracy by page and time by stage, native"
URNA_REALSCANS=$pages cargo run --quiet --release -p urna-core --example bench_recognition -- "$repeats"

say "The same pages, natively and in Chromium"
"$target/release/urna-bench" measure "$pages" "$repeats" >"$work/native.json"
node scripts/bench/run.mjs --pages "$pages" --glue "$root/$work/glue" --native "$work/native.json" \
  --dist "$root/dist" --repeats "$repeats"
