// What only a kernel shows: its printer driver on the scanner's interface and the rule that takes it away, the node's permissions, and a
// cable that is pulled. Chromium runs as a user of its own, with its sandbox, and the policy file gives it the device.

import { expect, test, type Page } from "@playwright/test";
import { Kiosk } from "../support/kiosk";
import { figuresOf, figuresOnPaper, verified } from "../support/figures";
import { openPlace, rmSync, type Place } from "../support/place";
import { Device, type Kind } from "../usb/support/device";
import { drawn, figuresFor, pagesOf } from "../usb/support/deck";
import { Wired } from "../usb/support/wired";
import { Guest } from "./support/guest";

const SHEETS = drawn(
  ["presidential", "valid, 1 of 7"],
  ["presidential", "valid, 2 of 7"],
  ["referendum", "valid, 1 of 2"],
  ["presidential", "president: blank"],
);
const COUNTED = SHEETS.slice(1);

/** What docs/scanners.md tells a precinct to install, byte for byte. */
const RULE = "/guest/rules/60-urna-scanner.rules";
const INSTALLED = "/etc/udev/rules.d/60-urna-scanner.rules";
const install = (rule: string) => guest.run(`${rule} >${INSTALLED} && udevadm control --reload`);

/** For a sheet, with a reset and everything. */
const PATIENCE_MS = 1_200_000;

let place: Place;
let guest: Guest;
test.beforeEach(async () => {
  place = await openPlace();
  guest = await Guest.boot();
});
test.afterEach(async ({}, { status, expectedStatus }) => {
  // What can't be seen from outside any more once it is off.
  if (guest && status !== expectedStatus) console.log(await guest.lastWords());
  await guest?.off();
  await place?.close();
});

/** A device on the guest's bus, whose cable is that of the simulated one. */
async function plugIn(kind: Kind, pages: string, script: string): Promise<Device> {
  let attaching = Promise.resolve();
  const device: Device = await Device.start({ kind, pages, script }, (word) => {
    // Pulled: the connection ends, and the kernel sees a device go. Put back: somebody attaches it.
    if (word === "plug") attaching = attaching.then(() => guest.attach(device.port));
  });
  await guest.attach(device.port);
  return device;
}

async function scanAll(page: Page, kiosk: Kiosk, device: Device, stack: number): Promise<Wired> {
  const wired = new Wired(page, device, PATIENCE_MS);
  await wired.state("empty");
  await wired.test();
  await kiosk.state("tested");
  await kiosk.zeroAndOpen();
  for (let fed = 0; fed < COUNTED.length; fed += stack) await wired.scan(stack);
  return wired;
}

async function finalReport(page: Page, kiosk: Kiosk): Promise<void> {
  expect(await kiosk.sheets()).toBe(COUNTED.length);
  await kiosk.closePolls();
  const qr = await kiosk.issue();
  expect(await figuresOnPaper(page)).toEqual(figuresFor(COUNTED));
  expect(figuresOf(verified(place, qr).report)).toEqual(figuresFor(COUNTED));
}

/** What the kernel's printer driver has. */
const bound = () => guest.run("ls /sys/bus/usb/drivers/usblp");

/** Who may open the devices on the bus; its hubs are no devices here. */
const nodes = () => guest.run("find /dev/bus/usb -type c ! -name 001 -printf '%M %g\\n'");

/** The cable is pulled, and put back: a device that the kernel asks anew what it is. */
async function replug(page: Page, device: Device): Promise<void> {
  await device.hands("unplug");
  await new Wired(page, device, PATIENCE_MS).state("away");
  await device.hands("plug");
}

async function isRefused(page: Page, why: string): Promise<void> {
  await expect(page.getByTestId("device-fault")).toHaveAttribute("data-fault", "scanner-in-use");
  await expect(page.getByTestId("device-refusal")).toContainText(why);
}

test("eSCL: the kernel's printer driver holds an interface until the rule takes it away, then a batch is scanned", async () => {
  const pages = pagesOf(SHEETS);
  const device = await plugIn("escl", pages, "at 0: empty\nsheet 3 between-sides: unplug");
  try {
    await expect.poll(() => guest.run("lsusb")).toContain("1209:5ca1");
    await expect.poll(bound).toMatch(/:1\.0/);
    expect(await nodes()).toBe("crw-rw-r-- lp\n");
    const page = await guest.open(place.kiosk);
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    await isRefused(page, "does not let this user open");

    // The rule without the lines that take the printer driver away: the node is open, and still nothing can be scanned.
    await install(`grep -v usblp/unbind ${RULE}`);
    await replug(page, device);
    await isRefused(page, "A driver of the system");
    expect(await nodes()).toBe("crw-rw---- plugdev\n");
    expect(await bound()).toMatch(/:1\.0/);

    await install(`cat ${RULE}`);
    await replug(page, device);
    const wired = await scanAll(page, kiosk, device, 1);
    expect(await bound()).not.toMatch(/:1\.0/);
    expect(wired.faults).toEqual([["scanner-gone", "void"]]);
    await finalReport(page, kiosk);
  } finally {
    await device.end();
    rmSync(pages, { recursive: true, force: true });
  }
});

test("fi: a batch, with the cable pulled while a sheet moves", async () => {
  const pages = pagesOf(SHEETS);
  await install(`cat ${RULE}`);
  const device = await plugIn("fi", pages, "at 0: empty\nsheet 3 during-front: unplug");
  try {
    await expect.poll(nodes).toBe("crw-rw---- plugdev\n");
    const page = await guest.open(place.kiosk);
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    const wired = await scanAll(page, kiosk, device, COUNTED.length);
    expect(wired.faults).toEqual([["scanner-gone", "void"]]);
    await finalReport(page, kiosk);
  } finally {
    await device.end();
    rmSync(pages, { recursive: true, force: true });
  }
});
