# Shared by the scripts in this folder: the shim, a simulator, and their end. Sourced, not run.
# shellcheck shell=bash

usb=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/lib.sh
source "$usb/../lib.sh"
target=${CARGO_TARGET_DIR:-$root/target}
rig=$(mktemp -d)
simulator_pid=
others=()
on_bus=()

# build_shim FOLDER: nodes below /dev/bus/usb that lead to a simulator.
build_shim() {
  have gcc || apt_install gcc libc6-dev
  mkdir -p "$1"
  gcc -O2 -Wall -Wextra -Wno-unused-result -shared -fPIC -o "$1/usbfs_shim.so" "$usb/usbfs_shim.c" \
    -ldl -lpthread
}

# build_bus FOLDER: the bus that such a node is on, where devices come and go.
build_bus() {
  pkg-config --exists umockdev-1.0 2>/dev/null || apt_install gcc libc6-dev libumockdev-dev pkg-config
  local flags
  read -ra flags <<<"$(pkg-config --cflags --libs umockdev-1.0)"
  mkdir -p "$1"
  gcc -O2 -Wall -Wextra -o "$1/bus" "$usb/bus.c" "${flags[@]}"
}

build_rig() {
  build_shim "$rig"
  (cd "$root" && nice cargo build --quiet --release -p urna-scanner-sim)
  simulator=$target/release/urna-scanner-sim
}

# start_simulator NAME OPTIONS…: a device at a free port; its words go to NAME.log, its truth to NAME.json.
start_simulator() {
  local name=$1
  shift
  stop_simulator
  rm -f "$rig/$name.json"
  : >"$rig/$name.log"
  "$simulator" --usbip --listen 127.0.0.1:0 --truth "$rig/$name.json" "$@" \
    >"$rig/$name.log" 2>&1 </dev/null &
  simulator_pid=$!
  for _ in $(seq 100); do
    port=$(sed -n 's/^listening at 127.0.0.1:\([0-9]*\) .*/\1/p' "$rig/$name.log")
    [ -n "$port" ] && break
    kill -0 "$simulator_pid" 2>/dev/null || die "The simulator did not start: $(cat "$rig/$name.log")"
    sleep 0.05
  done
  [ -n "$port" ] || die "The simulator does not listen"
  "$simulator" --umockdev "$@" >"$rig/device.umockdev"
  on_bus=(env "USBSHIM=/dev/bus/usb/001/002=1-1" "USBSHIM_PORT=$port" "SANE_CONFIG_DIR=$rig/sane" "TMPDIR=$rig"
    umockdev-run -d "$rig/device.umockdev" --
    env "LD_PRELOAD=$rig/usbfs_shim.so:libumockdev-preload.so.0")
}

stop_simulator() {
  [ -z "$simulator_pid" ] && return 0
  kill "$simulator_pid" 2>/dev/null || true
  wait "$simulator_pid" 2>/dev/null || true
  simulator_pid=
}

# on_the_bus COMMAND…: runs it where the simulated device is on the USB bus. As words before a command: "${on_bus[@]}".
on_the_bus() { "${on_bus[@]}" "$@"; }

clean_up() {
  stop_simulator
  for pid in "${others[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ -n "${KEEP_RIG:-}" ]; then note "Kept: $rig"; else rm -rf "$rig"; fi
}
trap clean_up EXIT
