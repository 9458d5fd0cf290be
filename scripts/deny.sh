#!/usr/bin/env bash
# Licences, sources and bans of everything that is built, by deny.toml. With --advisories also known vulnerabilities: that needs
# the network, since the advisory database is a repository of its own that no package registry carries.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
cd "$root"
have cargo-deny || "$root/scripts/setup.sh" --test
if [ "${1:-}" = --advisories ]; then
  cargo-deny --locked check --hide-inclusion-graph advisories
fi
# Also the crates of other systems, which no build here has asked for.
cargo fetch --locked --quiet
cargo-deny --locked --offline check --hide-inclusion-graph licenses bans sources
