#!/usr/bin/env bash
# Builds the kiosk twice from nothing, in folders, target folders and homes of Cargo of different names, and compares every byte.
# With "dist" it builds once, for comparison with the kiosk that is here; that is left out if it was done with these sources before.
# About 6 minutes for each build on two cores. REPRODUCIBLE_KEEP=1 leaves the folders to be looked at.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

work=$(mktemp -d)
if [ -z "${REPRODUCIBLE_KEEP:-}" ]; then trap 'rm -rf "$work"' EXIT; fi
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# The sources as they are now, without anything that was built: both builds must be of the same.
git ls-files -z --cached --others --exclude-standard >"$work/names"
tar --null --files-from="$work/names" --create --file "$work/sources.tar"

# A home of Cargo elsewhere with the same downloaded crates.
home_at() {
  mkdir -p "$1"
  for entry in "$cargo_home"/* "$cargo_home"/.[!.]*; do
    [ -e "$entry" ] && ln -s "$entry" "$1/"
  done
}

# build_in FOLDER CARGO_HOME TARGETS TIME_ZONE NAME
build_in() {
  local folder=$1 home=$2 targets=$3
  mkdir -p "$folder"
  tar --extract --file "$work/sources.tar" --directory "$folder"
  home_at "$home"
  (cd "$folder" && CARGO_HOME=$home CARGO_TARGET_DIR=$targets CARGO_NET_OFFLINE=true TZ=$4 scripts/kiosk.sh >"$work/$5.log" 2>&1) || {
    tail -n 30 "$work/$5.log" >&2
    die "the $5 build failed"
  }
}

# same_as FOLDER: whether it holds what the build elsewhere made.
same_as() {
  say "A build elsewhere"
  build_in "$work/another/and-a-longer/folder" "$work/elsewhere/cargo" "$work/other-targets/of-this-one" Asia/Bishkek second
  diff -r --exclude .built "$1" "$work/another/and-a-longer/folder/dist" || die "two builds of the same sources differ"
  say "Both builds are the same, byte by byte"
}

if [ "${1:-}" = dist ]; then
  stamp=.run/reproduced
  sources=$(find "${kiosk_sources[@]}" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$sources" ]; then
    note "These sources were built twice before, with the same bytes"
    exit
  fi
  same_as dist
  mkdir -p .run
  echo "$sources" >"$stamp"
else
  say "First build"
  build_in "$work/a" "$work/home" "$work/t" UTC first
  same_as "$work/a/dist"
fi
