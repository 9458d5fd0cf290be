import { test } from "@playwright/test";
import { Guest } from "./support/guest";
import { Device } from "../usb/support/device";
test("probe", async () => {
  const t = Date.now();
  const guest = await Guest.boot();
  console.log("up", Date.now() - t);
  const device = await Device.start({ kind: "escl", script: "" }, () => {});
  await guest.attach(device.port);
  console.log(Date.now() - t, await guest.run("lsusb; ls -l /sys/bus/usb/drivers/usblp /dev/bus/usb/*; uname -a; lsmod | head -40"));
  await guest.run("cp /guest/rules/* /etc/udev/rules.d/ && udevadm control --reload");
  await device.hands("unplug");
  console.log(Date.now() - t, await guest.run("sleep 2; lsusb; usbip port"));
  await device.hands("plug");
  await guest.attach(device.port);
  console.log(Date.now() - t, await guest.run("lsusb; ls -l /sys/bus/usb/drivers/usblp /dev/bus/usb/*"));
  await guest.off(); await device.end();
});
