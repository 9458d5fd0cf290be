#!/bin/busybox sh
# shellcheck shell=dash
# The first program of the virtual machine: finds the disk and goes over to it. Called /init in its file system.
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t devtmpfs dev /dev
for module in /modules/*; do $busybox insmod "$module"; done
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 100 ]; do
  $busybox sleep 0.1
  tries=$((tries + 1))
done
# Writes go to a copy that QEMU throws away.
$busybox mount -t ext4 /dev/vda /disk || exec $busybox sh
$busybox cp -r /guest /disk/guest
exec $busybox switch_root /disk /guest/guest
