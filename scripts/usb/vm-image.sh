#!/usr/bin/env bash
# Makes what the virtual machine of the USB tests boots, in .run/vm: Debian's kernel, a disk with Debian's Chromium on it, and a first file
# system that mounts it. What is there stays, until the packages below change; the first time takes about five minutes.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/../lib.sh"
usb=$root/scripts/usb
vm=$root/.run/vm
packages=chromium,udev,kmod,usbip,usbutils,iproute2,socat,busybox-static,passwd,fonts-dejavu-core
# What the guest has no use for, of the kernel's modules.
unused=(drivers/gpu drivers/media drivers/net/wireless drivers/net/ethernet drivers/infiniband drivers/scsi
  drivers/staging drivers/iio sound net/wireless fs/xfs fs/btrfs fs/ocfs2 fs/nfs fs/smb)
# Loaded before there is a root; what each needs comes before it.
early=(virtio_pci virtio_blk ext4)

have qemu-system-x86_64 || apt_install qemu-system-x86
have mmdebstrap || apt_install mmdebstrap
have mke2fs || apt_install e2fsprogs
have modprobe || apt_install kmod
have cpio || apt_install cpio
mkdir -p "$vm"

# A Debian of the same age as this machine's, or the stable one on another system.
# shellcheck source=/dev/null
suite=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-stable}" || echo stable)

# The kernel's package by name; apt's lists may be missing or old.
kernel_package() {
  apt-cache depends linux-image-amd64 2>/dev/null | grep -o 'linux-image-[0-9][^ ]*-amd64' | head -n 1
}

fetch_kernel() {
  compgen -G "$vm/kernel/boot/vmlinuz-*" >/dev/null && return 0
  say "Debian's kernel (70 MB)"
  [ -n "$(kernel_package)" ] || as_root apt-get update -qq
  local package work
  package=$(kernel_package)
  [ -n "$package" ] || die "apt knows no linux-image-amd64"
  work=$(mktemp -d)
  (cd "$work" && apt-get download -qq "$package")
  rm -rf "$vm/kernel.part"
  dpkg-deb -x "$work"/*.deb "$vm/kernel.part"
  rm -rf "$work"
  mv "$vm/kernel.part" "$vm/kernel"
}

# The disk of the guest. Its files belong to root: so does the work.
make_disk() {
  local wanted="$suite $version $packages ${unused[*]}"
  [ "$(cat "$vm/disk.for" 2>/dev/null)" = "$wanted" ] && return 0
  say "A disk with Debian $suite and Chromium (300 MB to load, about four minutes)"
  rm -f "$vm/disk.for" "$vm/disk.img"
  as_root rm -rf "$vm/tree"
  as_root mmdebstrap --quiet --variant=minbase --mode=root --include="$packages" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "$suite" "$vm/tree"
  as_root cp -a "$vm/kernel/lib/modules" "$vm/tree/usr/lib/"
  as_root rm -rf "${unused[@]/#/$vm/tree/usr/lib/modules/$version/kernel/}"
  as_root depmod -b "$vm/tree" "$version"
  as_root chroot "$vm/tree" useradd --create-home --user-group --groups plugdev kiosk
  truncate -s 2G "$vm/disk.part"
  as_root mke2fs -q -t ext4 -O ^has_journal -d "$vm/tree" "$vm/disk.part"
  as_root rm -rf "$vm/tree"
  mv "$vm/disk.part" "$vm/disk.img"
  echo "$wanted" >"$vm/disk.for"
}

# The first file system: a shell, the modules that the disk needs, and what this project puts on it. Made every time.
make_initrd() {
  local work file name number=10
  work=$(mktemp -d)
  mkdir -p "$work"/{bin,modules,proc,sys,dev,disk,guest}
  debugfs -R "dump /usr/bin/busybox $work/bin/busybox" "$vm/disk.img" 2>/dev/null
  chmod +x "$work/bin/busybox"
  for module in "${early[@]}"; do
    while read -r _ file _; do
      name=${file##*/}
      # Another one may have needed it too.
      compgen -G "$work/modules/*-$name" >/dev/null && continue
      cp "$file" "$work/modules/$number-$name"
      number=$((number + 1))
    done < <(modprobe --dirname "$vm/kernel" --set-version "$version" --show-depends "$module" | grep ^insmod)
  done
  install -m755 "$usb/vm-initrd.sh" "$work/init"
  install -m755 "$usb/vm-guest.sh" "$work/guest/guest"
  # What docs/scanners.md tells a precinct to install; the tests put it in place.
  install -D -m644 -t "$work/guest/rules" "$root"/assets/kiosk/*.rules
  # The policy that is shipped, and the simulated eSCL device, which no maker's number tells.
  sed 's/"devices": \[/&{ "vendor_id": 4617, "product_id": 23713 }, /' "$root/assets/kiosk/urna-usb.json" >"$work/guest/policy.json"
  (cd "$work" && find . -print0 | cpio --null --quiet --create --format newc --owner 0:0 | gzip -1) >"$vm/initrd.part"
  mv "$vm/initrd.part" "$vm/initrd.gz"
  rm -rf "$work"
}

fetch_kernel
version=$(basename "$(echo "$vm"/kernel/lib/modules/*)")
[ -e "$vm/kernel/lib/modules/$version/modules.dep" ] || depmod -b "$vm/kernel" "$version"
make_disk
make_initrd
ln -sf "kernel/boot/vmlinuz-$version" "$vm/vmlinuz"
