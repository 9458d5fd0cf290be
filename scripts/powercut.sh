#!/usr/bin/env bash
# Power cuts under a real Chromium, from the moment of provisioning on: five for each of PROFILES (4) new profiles. All that was acknowledged is there
# afterwards. Needs root and loop devices, for a file system whose disk can be looked at without the page cache before it; about six minutes.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh" --test
"$here/build.sh"
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
[ "$(id -u)" = 0 ] || die "Only root may mount a file system: run it as root"
have mke2fs || apt_install e2fsprogs
target=${CARGO_TARGET_DIR:-$root/target}
say "Cutting the power under Chromium"
node e2e/torture/powercut.mjs --root "$root" --programs "$target/release" --profiles "${PROFILES:-4}" --seed "${SEED:-1}"
