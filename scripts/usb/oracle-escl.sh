#!/usr/bin/env bash
# Debian's ipp-usb and sane-airscan scan from the simulated eSCL scanner: each side as its JPEG file decodes, and each fault by its name.
# ipp-usb reads and writes in /etc and /var: it gets copies of those folders, in a mount namespace of its own.
set -euo pipefail
# shellcheck source=scripts/usb/oracle.sh
source "$(dirname "$0")/oracle.sh"
have ipp-usb || [ -x /usr/sbin/ipp-usb ] || apt_install ipp-usb
compgen -G '/usr/lib/*/sane/libsane-airscan.so.1' >/dev/null || apt_install sane-airscan
have curl || apt_install curl
have unshare || apt_install util-linux

scanner='http://localhost:60000/eSCL/'
mkdir -p "$rig/sane" "$rig/pages" "$rig/ipp-usb"/{etc,state,log}
echo airscan >"$rig/sane/dll.conf"
cat >"$rig/sane/airscan.conf" <<CONF
[devices]
"Simulated" = $scanner, eSCL
[options]
discovery = disable
CONF
printf '[network]\n  http-min-port = 60000\n  dns-sd = disable\n  interface = loopback\n' >"$rig/ipp-usb/etc/ipp-usb.conf"
# The device sends a JPEG file that fits as it is, so that decoding it is all that happens to a page.
"$simulator" --write-pages "$rig/made-up" --sheets "$sheets" --dpi 200
for page in "$rig/made-up"/*.png; do
  convert "$page" -quality 90 "$rig/pages/$(basename "${page%.png}").jpg"
done

ipp_usb_pid=
# unshare does not listen to SIGTERM while its child runs; when it is killed, so is the child.
stop_ipp_usb() {
  [ -z "$ipp_usb_pid" ] && return 0
  kill -KILL "$ipp_usb_pid" 2>/dev/null || true
  wait "$ipp_usb_pid" 2>/dev/null || true
  ipp_usb_pid=
}
trap 'stop_ipp_usb; clean_up' EXIT

# A daemon that hears of the device by udev. It is the first process of its own, so that everything ends with it.
start_ipp_usb() {
  local who=()
  [ "$(id -u)" = 0 ] || who=(--map-root-user)
  # shellcheck disable=SC2016 # The shell inside expands them.
  unshare "${who[@]}" --mount --pid --fork --kill-child bash -c '
    set -e
    mount --bind "$1/etc" /etc/ipp-usb
    mount --bind "$1/log" /var/log
    mount --bind "$1/state" /var
    shift
    "$@"' ipp-usb "$rig/ipp-usb" "${on_bus[@]}" "$(command -v ipp-usb || echo /usr/sbin/ipp-usb)" debug \
    >"$rig/ipp-usb.log" 2>&1 </dev/null &
  ipp_usb_pid=$!
  for _ in $(seq 200); do
    curl -sf "${scanner}ScannerStatus" >/dev/null && return 0
    kill -0 "$ipp_usb_pid" 2>/dev/null || break
    sleep 0.1
  done
  die "ipp-usb does not serve the scanner: $(tail -n 20 "$rig/ipp-usb.log")"
}

scan() {
  start_ipp_usb
  SANE_CONFIG_DIR="$rig/sane" batch timeout 120 scanimage -d 'airscan:e0:Simulated'
  stop_ipp_usb
}

say "ipp-usb and sane-airscan scan $sheets sheets on both sides from the eSCL device"
start_simulator batch --kind escl --pages "$rig/pages" --dpi 200
scan
sides_are_those_of "$rig"/pages/*.jpg

fault escl jam 'Document feeder jammed'
# It has no word for two sheets at once.
fault escl double-feed 'Error during device I/O'
fault escl cover-open 'Scanner cover is open'
say "ipp-usb and sane-airscan agree with the simulated eSCL scanner"
