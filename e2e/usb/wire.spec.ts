// How Chromium's WebUSB behaves where the kiosk's transport relies on it, with a page of a few lines.

import type { Server } from "node:http";
import { expect, test, type Page } from "@playwright/test";
import { Bus } from "./support/bus";
import type { Wish } from "./support/device";
import { servePage } from "./support/page";

// What runs inside the page uses the names of support/page.ts.
declare const usb: any, outcome: any, event: any, take: any, INQUIRY: any, READY: any;
declare let device: any;

let origin: string;
let server: Server;
test.beforeAll(async () => {
  ({ origin, server } = await servePage());
});
test.afterAll(() => server.close());

async function onBus(wish: Wish, work: (page: Page, bus: Bus) => Promise<void>, env?: Record<string, string>): Promise<void> {
  // Each with a limit of its own: what hangs is named.
  const timeout = 60_000;
  const bus = await test.step("the bus", () => Bus.with(wish), { timeout });
  try {
    const page = await test.step("the browser", async () => (await bus.browser(origin, env)).newPage(), { timeout });
    await test.step("the page", () => page.goto(origin), { timeout });
    await test.step("the work", () => work(page, bus), { timeout });
  } finally {
    await test.step("hanging up", () => bus.remove(), { timeout });
  }
}

test("a device that was granted once is there without a click, for this origin alone", async () => {
  await onBus({ kind: "fi" }, async (page) => {
    const seen = () => page.evaluate(async () =>
      (await usb.getDevices()).map((one: any) => [one.vendorId, one.productId, one.manufacturerName, one.productName, one.serialNumber]));
    expect(await seen()).toEqual([[0x04c5, 0x132e, "FUJITSU", "fi-7160", "SIM0001"]]);
    const other = await servePage();
    await page.goto(other.origin);
    expect(await seen()).toEqual([]);
    other.server.close();
  });
});

test("claim, a command, its data and its status", async () => {
  await onBus({ kind: "fi" }, async (page) => {
    const [data, status] = await page.evaluate(async () => {
      await take();
      await device.transferOut(2, INQUIRY);
      return [await outcome(device.transferIn(1, 96)), await outcome(device.transferIn(1, 13))];
    });
    expect(data.status).toBe("ok");
    expect(String.fromCharCode(...data.bytes.slice(8, 32))).toBe("FUJITSU fi-7160         ");
    expect([status.bytes.length, status.bytes[0], status.bytes[9]]).toEqual([13, 0x53, 0]);
  });
});

test("a stall is a result, lasts until it is cleared, and loses nothing", async () => {
  await onBus({ kind: "fi", script: "transfer 2: stall" }, async (page) => {
    const seen = await page.evaluate(async () => {
      await take();
      await device.transferOut(2, INQUIRY);
      const stalled = [await outcome(device.transferIn(1, 96)), await outcome(device.transferIn(1, 96))];
      await device.clearHalt("in", 1);
      return [...stalled, await outcome(device.transferIn(1, 96))];
    });
    expect(seen.map((one) => one.status)).toEqual(["stall", "stall", "ok"]);
    expect(seen[2].bytes).toHaveLength(96);
  });
});

test("an empty packet and a short one each end a transfer", async () => {
  await onBus({ kind: "fi", script: "transfer 2: zero-length\ntransfer 3: split 50" }, async (page) => {
    const seen = await page.evaluate(async () => {
      await take();
      await device.transferOut(2, INQUIRY);
      const parts = [];
      for (let part = 0; part < 3; part++) parts.push(await outcome(device.transferIn(1, 4096)));
      return parts;
    });
    expect(seen.map((one) => [one.status, one.bytes.length])).toEqual([["ok", 0], ["ok", 50], ["ok", 46]]);
  });
});

test("a transfer that waits ends by release or reset, and the device works on", async () => {
  await onBus({ kind: "fi" }, async (page) => {
    const seen = await page.evaluate(async () => {
      await take();
      const ends = [];
      let waiting = outcome(device.transferIn(1, 13));
      await device.releaseInterface(0);
      ends.push(await waiting);
      await device.claimInterface(0);
      waiting = outcome(device.transferIn(1, 13));
      await device.reset();
      ends.push(await waiting);
      await device.transferOut(2, INQUIRY);
      return [...ends, await outcome(device.transferIn(1, 96))];
    });
    expect(seen.slice(0, 2)).toEqual([{ error: "NetworkError" }, { error: "NetworkError" }]);
    expect(seen[2].bytes).toHaveLength(96);
  });
});

test("an interface that a driver holds can't be claimed", async () => {
  await onBus({ kind: "fi" }, async (page) => {
    expect(await page.evaluate(async () => outcome(take()))).toEqual({ error: "NetworkError" });
  }, { USBSHIM_BUSY_IF: "0" });
});

test("the cable: what waits fails, then the device is gone; put back, it is another object and still granted", async () => {
  await onBus({ kind: "fi" }, async (page, bus) => {
    await page.evaluate(async () => {
      await take();
      (window as any).waiting = outcome(device.transferIn(1, 13));
    });
    await bus.device.hands("unplug");
    const gone = await page.evaluate(async () => {
      const { device: left } = await event("disconnect");
      return { ended: await (window as any).waiting, same: left === device, seen: (await usb.getDevices()).length };
    });
    // The one if the transfer failed first, the other if udev's word came first.
    expect(["NetworkError", "AbortError"]).toContain(gone.ended.error);
    expect(gone).toMatchObject({ same: true, seen: 0 });
    // Not at once: the event and the device come over two pipes.
    await page.waitForFunction(() => !device.opened);
    await bus.device.hands("plug");
    const back = await page.evaluate(async () => {
      const { device: found } = await event("connect");
      const same = found === device;
      await take();
      await device.transferOut(2, READY);
      return { same, status: await outcome(device.transferIn(1, 13)) };
    });
    expect(back.same).toBe(false);
    expect(back.status.bytes[0]).toBe(0x53);
  });
});

test("eSCL: the setting 7/1/4 of an interface answers HTTP", async () => {
  await onBus({ kind: "escl" }, async (page) => {
    const text = await page.evaluate(async () => {
      [device] = await usb.getDevices();
      await device.open();
      await device.claimInterface(0);
      await device.selectAlternateInterface(0, 1);
      const request = "GET /eSCL/ScannerStatus HTTP/1.1\r\nHost: localhost\r\n\r\n";
      await device.transferOut(1, new TextEncoder().encode(request));
      const { bytes } = await outcome(device.transferIn(1, 16384));
      return new TextDecoder().decode(new Uint8Array(bytes));
    });
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain("ScannerAdfLoaded");
  });
});
