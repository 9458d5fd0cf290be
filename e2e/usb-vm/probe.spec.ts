import { test } from "@playwright/test";
import { Guest } from "./support/guest";
import { Device } from "../usb/support/device";
test("probe", async () => {
  const guest = await Guest.boot();
  await guest.run("cp /guest/rules/* /etc/udev/rules.d/ && udevadm control --reload");
  const device = await Device.start({ kind: "escl", script: "" }, () => {});
  await guest.attach(device.port);
  console.log(await guest.run("udevadm info /sys/bus/usb/devices/1-1 | grep -E 'INTERF|DEVTYPE'; udevadm test --action=bind /sys/bus/usb/devices/1-1:1.0 2>&1 | grep -iE 'urna|invalid|fail|parent'; cat /run/udev/data/c189:1"));
  const rule = (text: string) => guest.run(`echo '${text}' >/etc/udev/rules.d/61-x.rules; udevadm control --reload; udevadm test --action=bind /sys/bus/usb/devices/1-1:1.0 2>&1 | grep -E 'XX|x.rules'; true`);
  console.log("1", await rule('DRIVER=="usblp", ENV{XX1}="1"'));
  console.log("2", await rule('DRIVER=="usblp", ENV{DEVTYPE}=="usb_interface", ENV{XX2}="1"'));
  console.log("3", await rule('DRIVER=="usblp", IMPORT{parent}="ID_USB_INTERFACES", ENV{XX3}="1"'));
  console.log("4", await rule('DRIVER=="usblp", IMPORT{parent}="ID_USB*", ENV{XX4}="1"'));
  console.log("5", await rule('SUBSYSTEM=="usb", DRIVERS=="usblp", ENV{XX5}="1"'));
  await guest.off(); await device.end();
});
