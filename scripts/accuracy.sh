#!/usr/bin/env bash
# Reads simulated sheets until POSITIONS=10000000 ballot positions were compared with what was drawn there; fails if any was read wrongly.
# A run that was stopped goes on where it was. SEED=n makes other sheets; the tables go to .run/accuracy-n.md.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh"
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
unset RUSTFLAGS
target=${CARGO_TARGET_DIR:-$root/target}
seed=${SEED:-1}
say "Building with optimisation (first time about 5 minutes)"
cargo build --quiet --release -p urna
mkdir -p .run
say "Simulating and reading sheets (about half an hour for 10 million positions on two free cores; Ctrl-C stops, the next run goes on)"
exec "$target/release/urna" accuracy --positions "${POSITIONS:-10000000}" --seed "$seed" \
  --state ".run/accuracy-$seed.json" --table ".run/accuracy-$seed.md"
