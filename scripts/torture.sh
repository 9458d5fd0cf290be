#!/usr/bin/env bash
# Kills a real Chromium KILLS times (1,000 if not said) at random moments while sheets are counted: nothing may be lost or counted twice.
# RECORDS (3,000) sheets are counted before the first kill; SEED (1) says which moments; each SCREEN-th life (10th) is of the whole kiosk, the others of the vault alone. About 2 seconds for each kill.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
if [ -z "${BUILT:-}" ]; then
  "$here/setup.sh" --test
  "$here/build.sh"
fi
target=${CARGO_TARGET_DIR:-$root/target}
say "${KILLS:=1000} kills of Chromium while sheets are counted"
node e2e/torture/torture.mjs --root "$root" --programs "$target/release" \
  --kills "$KILLS" --records "${RECORDS:-3000}" --seed "${SEED:-1}" --screen "${SCREEN:-10}"
