#!/usr/bin/env bash
# Drivers that know nothing of this project scan from the simulated scanners over the usbfs shim: Debian's SANE from the fi device, ipp-usb and
# sane-airscan from the eSCL one. The pictures must be those that were fed, and injected faults must be named.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/oracle-fi.sh"
"$here/oracle-escl.sh"
