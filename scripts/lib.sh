# Shared by the scripts: words for the user, paths, and small checks. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${URNA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/urna/tools}

# Versions that must match: wasm-bindgen's tool and crate, trunk and the compiler.
rust_version=1.96.0
wasm_bindgen_version=0.2.130
trunk_version=0.21.14
binaryen_version=132.0.0
cargo_deny_version=0.20.2

export PATH="$tools/bin:$tools/node_modules/.bin:$PATH"
if [ -x "$tools/node/node_modules/node/bin/node" ]; then
  export PATH="$tools/node/node_modules/node/bin:$PATH"
fi
export CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
export CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver || true)}

# For every release build for WebAssembly. Where this machine keeps things must not get into what is built: paths stand in
# the messages of panics. Cargo joins these flags to those of .cargo/config.toml; RUSTFLAGS would replace both. The last
# prefix that fits counts.
forget_this_machine() {
  local sysroot commit
  sysroot=$(rustc --print sysroot)
  commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
  unset RUSTFLAGS
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo\
 --remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$commit\
 --remap-path-prefix=$root=/urna --remap-path-prefix=${CARGO_TARGET_DIR:-$root/target}=/target"
}

# What the kiosk in dist/ is made of.
kiosk_sources=(Cargo.toml Cargo.lock Trunk.toml index.html scripts/kiosk.sh scripts/seal-dist.mjs src worker styles assets crates/core crates/browser-storage crates/printer crates/receipt crates/scanner crates/usb)

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() {
  printf '\033[1;31m!! %s\033[0m\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else
    die "Root rights are needed for: $*  (run it as root, then start again)"
  fi
}

# Installs Debian packages that are not there yet.
apt_install() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return 0
  have apt-get || die "Please install: ${missing[*]}"
  say "Installing from Debian: ${missing[*]} (about a minute)"
  [ -n "${apt_updated:-}" ] || as_root apt-get update -qq
  apt_updated=1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}
