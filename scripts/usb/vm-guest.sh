#!/bin/busybox sh
# shellcheck shell=dash
# The virtual machine's only process of its own: no systemd, so that it is up in seconds under emulation. It starts udev and the network, and then
# carries out what the tests on the host ask for, as root, over port 9000 of the guest.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
for folder in /dev/shm /run /tmp; do mount -t tmpfs -o mode=1777 tmpfs $folder; done
mount -o remount,rw /
hostname urna
for module in virtio_net vhci-hcd usblp; do modprobe $module; done
# What is there already needs no rules; what is plugged in later gets them.
/lib/systemd/systemd-udevd --daemon
udevadm control --ping
ip link set lo up
for card in /sys/class/net/e*; do
  ip addr add 10.0.2.15/24 dev "${card##*/}"
  ip link set "${card##*/}" up
done
mkdir -p /run/user/kiosk
chown kiosk /run/user/kiosk
echo "guest is up after $(cut -d' ' -f1 /proc/uptime) s"
exec socat TCP-LISTEN:9000,reuseaddr,fork EXEC:/bin/sh,stderr
