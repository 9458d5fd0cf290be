#!/usr/bin/env bash
# Builds the kiosk twice from nothing, in folders, target folders and homes of Cargo of different names, and compares every byte.
# About 6 minutes for each of the two on two cores. REPRODUCIBLE_KEEP=1 leaves both folders to be looked at.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

work=$(mktemp -d)
if [ -z "${REPRODUCIBLE_KEEP:-}" ]; then trap 'rm -rf "$work"' EXIT; fi
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# The sources as they are now, without anything that was built.
sources_to() {
  mkdir -p "$1"
  git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create | tar --extract --directory "$1"
}

# A home of Cargo elsewhere with the same downloaded crates.
home_at() {
  mkdir -p "$1"
  for entry in "$cargo_home"/* "$cargo_home"/.[!.]*; do
    [ -e "$entry" ] && ln -s "$entry" "$1/"
  done
}

build_in() {
  local folder=$1 home=$2 targets=$3
  sources_to "$folder"
  home_at "$home"
  (cd "$folder" && CARGO_HOME=$home CARGO_TARGET_DIR=$targets CARGO_NET_OFFLINE=true TZ=$4 scripts/kiosk.sh >"$work/$5.log" 2>&1) || {
    tail -n 30 "$work/$5.log" >&2
    die "the $5 build failed"
  }
}

say "First build"
build_in "$work/a" "$work/home" "$work/t" UTC first
say "Second build"
build_in "$work/another/and-a-longer/folder" "$work/elsewhere/cargo" "$work/other-targets/of-the-second" Asia/Bishkek second
if ! diff -r "$work/a/dist" "$work/another/and-a-longer/folder/dist"; then
  die "two builds of the same sources differ"
fi
say "Both builds are the same, byte by byte"
