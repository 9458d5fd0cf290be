#!/usr/bin/env bash
# Speed and accuracy of recognition on this machine, natively and in Chromium, beside the machine's own floor; size and start of the kiosk.
# Each real scan is read REPEATS times (5 if not said), each simulated sheet READINGS times (15); SHEETS (120) are fed in each run of "feed". PARTS="sheets scans kiosk feed vault" are all there are; RECORDS (0,3000,10000) are what the vault holds when it is measured.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh" --test
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
forget_this_machine
target=${CARGO_TARGET_DIR:-$root/target}
repeats=${REPEATS:-5}
readings=${READINGS:-15}
parts=" ${PARTS:-sheets scans kiosk feed vault} "
# Decoding takes longer than reading and varies less.
decodings=3
work=.run/bench
mkdir -p "$work"

say "Machine"
note "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
note "$(rustc --version)"

say "Building with optimisation (first time about 4 minutes)"
cargo build --quiet --release -p urna-bench -p urna
cargo build --quiet --release --target wasm32-unknown-unknown -p urna-bench --lib
wasm-bindgen --target web --no-typescript --out-dir "$work/glue" \
  "$target/wasm32-unknown-unknown/release/urna_bench.wasm"
wasm-opt -O2 "$work/glue/urna_bench_bg.wasm" -o "$work/glue/urna_bench_bg.wasm"

# measure PART FOLDER READINGS [DECODINGS]: natively, then in Chromium.
measure() {
  "$target/release/urna-bench" "$1" "$2" "${@:3}" >"$work/$1.json"
  node scripts/bench/run.mjs "$1" --pages "$2" --glue "$root/$work/glue" --native "$work/$1.json" \
    --readings "$3" --decodings "${4:-$3}"
}

if [[ $parts == *" sheets "* ]]; then
  say "Sheets of two sides at 200 dpi, simulated in every class of damage, already decoded"
  deck=$root/$work/deck
  rm -rf "$deck"
  # Some 300 MB, and made again in seconds.
  trap 'rm -rf "$deck"' EXIT
  "$target/release/urna" accuracy --forms "$work/forms"
  "$target/release/urna-bench" deck "$work/forms" "$deck"
  measure sheets "$deck" "$readings" "$decodings"
fi

if [[ $parts == *" scans "* ]]; then
  pages=${URNA_REALSCANS:-$root/../shared/realscans}
  name="real scans"
  if [ ! -d "$pages" ]; then
    name="ballots of the demonstration, marked by program, for want of a folder of real scans (URNA_REALSCANS)"
    "$target/release/urna" demo --out .run/demo >/dev/null
    pages=$root/$work/samples
    rm -rf "$pages"
    "$target/release/urna-bench" samples .run/demo/ballots "$pages"
  fi
  say "Accuracy by page, native: $name"
  URNA_REALSCANS=$pages cargo run --quiet --release -p urna-core --example bench_recognition -- 1
  say "The same pages"
  measure scans "$pages" "$repeats"
fi

if [[ $parts == *" kiosk "* ]]; then
  say "The kiosk"
  node scripts/bench/run.mjs kiosk --dist "$root/dist"
fi

if [[ $parts == *" feed "* ]]; then
  say "A stack of sheets through the kiosk, from a simulated scanner (about 6 minutes)"
  if [ -d dist ] && [ -e .run/usb-sim/urna_usb_sim_bg.wasm ]; then
    node scripts/bench/run.mjs feed --root "$root" --programs "$target/release" --sheets "${SHEETS:-120}"
  else
    note "The kiosk is not built (scripts/build.sh): nothing is fed."
  fi
fi

if [[ $parts == *" vault "* ]]; then
  say "From a sheet that was read to its durable record (about 20 minutes, most of them filling the vault)"
  if [ -d dist ]; then
    node scripts/bench/run.mjs vault --root "$root" --programs "$target/release" --records "${RECORDS:-0,3000,10000}"
  else
    note "The kiosk is not built (scripts/build.sh): nothing is counted."
  fi
fi
