#!/usr/bin/env bash
# Starts the collector with its portal, and the kiosk, on this machine. Ctrl-C stops all of it.
set -euo pipefail
here=$(dirname "$0")
"$here/setup.sh"
"$here/build.sh"
# shellcheck source=scripts/lib.sh
source "$here/lib.sh"
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
portal=${PORTAL:-127.0.0.1:8080}
kiosk=${KIOSK:-127.0.0.1:8090}
say "Portal http://$portal/   Kiosk http://$kiosk/   Verify a report http://$portal/verify"
note "Stop with Ctrl-C. Results are kept in .run/collector.sqlite"
exec "$target/release/urna-collector" serve --listen "$portal" --database "sqlite:.run/collector.sqlite" \
  --campaign .run/demo --kiosk dist --kiosk-listen "$kiosk" --demo-authority .run/demo \
  --verify .run/verify.html
