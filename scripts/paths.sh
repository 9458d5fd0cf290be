#!/usr/bin/env bash
# Nothing that the kiosk serves may name this machine's folders: a cheap sign that the build does not depend on where it is made.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
folder=${1:-dist}
found=0
for path in "$root" "$HOME" "${CARGO_HOME:-$HOME/.cargo}" "${CARGO_TARGET_DIR:-$root/target}" "$(rustc --print sysroot)"; do
  # A home of "/" would be in everything.
  [ "${#path}" -gt 1 ] || continue
  if grep --recursive --files-with-matches --text --fixed-strings -e "$path/" "$folder"; then
    note "names $path"
    found=1
  fi
done
[ "$found" = 0 ] || die "What is served names folders of this machine"
