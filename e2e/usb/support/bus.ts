// A simulated scanner on a USB bus that Chromium takes for the machine's own: the simulator answers over USB/IP,
// scripts/usb/bus.c shows the device below /sys, and scripts/usb/usbfs_shim.c is its node below /dev/bus/usb.

import { execFileSync } from "node:child_process";
import { chromium, test, type BrowserContext } from "@playwright/test";
import { join, keep, program, rmSync, root, scratch } from "../../support/place";
import { Program } from "./program";

export type Kind = "escl" | "fi";

export interface Wish {
  kind: Kind;
  /** Folder of pages; made-up ones if nothing is said. */
  pages?: string;
  /** So many made-up sheets. */
  sheets?: number;
  /** What goes wrong, in the simulator's words. */
  script?: string;
}

/** By what Chromium knows a device again. */
const IDENTITY = {
  escl: { "vendor-id": 0x1209, "product-id": 0x5ca1, "serial-number": "SIM0001", name: "Simulated eSCL Scanner" },
  fi: { "vendor-id": 0x04c5, "product-id": 0x132e, "serial-number": "SIM0001", name: "fi-7160" },
};

const built = join(root, ".run/usb");
const simulator = program("urna-scanner-sim");
const MOCK = "libumockdev-preload.so.0";

/** A simulated scanner on a bus of its own. */
export class Bus {
  private readonly browsers: BrowserContext[] = [];

  private constructor(
    private readonly kind: Kind,
    private readonly folder: string,
    private readonly device: Program,
    private readonly bus: Program,
    private readonly env: Record<string, string>,
  ) {}

  static async with(wish: Wish): Promise<Bus> {
    const folder = scratch();
    const description = execFileSync(simulator, ["--umockdev", "--kind", wish.kind, "--sheets", "1"]);
    const bus = new Program(join(built, "bus"), [keep(folder, "device.umockdev", description)], { LD_PRELOAD: MOCK });
    const [, mocked] = await bus.hears(/^bus (.+)$/);
    // What a kernel does: the device is on the bus while its cable is in.
    const cable = (line: string) => {
      if (/^now: (Plug|Unplug)$/.test(line)) bus.tell(line.slice(5).toLowerCase());
    };
    const args = ["--kind", wish.kind, "--sheets", String(wish.sheets ?? 3)];
    if (wish.pages) args.push("--pages", wish.pages);
    if (wish.script) args.push("--script", keep(folder, "script", wish.script));
    const device = new Program(simulator, ["--usbip", "--listen", "127.0.0.1:0", "--end-with-input", ...args], {}, cable);
    const [, port] = await device.hears(/^listening at 127\.0\.0\.1:(\d+) /);
    const env = {
      LD_PRELOAD: `${join(built, "usbfs_shim.so")}:${MOCK}`,
      UMOCKDEV_DIR: mocked, USBSHIM: "/dev/bus/usb/001/002=1-1", USBSHIM_PORT: port,
    };
    return new Bus(wish.kind, folder, device, bus, env);
  }

  /** A browser on this bus in which somebody has once given `origin` the device by a click. */
  async browser(origin: string, env: Record<string, string> = {}): Promise<BrowserContext> {
    const profile = join(this.folder, `profile-${this.browsers.length}`);
    const { launchOptions } = test.info().project.use;
    grant(profile, origin, this.kind);
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions, env: { ...process.env, ...this.env, ...env } as Record<string, string>,
      viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "Asia/Bishkek",
    });
    this.browsers.push(context);
    return context;
  }

  /** Somebody does something at the device; see docs/scanners-sim.md for the words. */
  async hands(what: string): Promise<void> {
    const from = this.device.said.length;
    this.device.tell(what);
    await this.device.hears(/^now: /, from);
  }

  /** Waits until the device has noted this. */
  async notes(pattern: RegExp): Promise<void> {
    await this.device.hears(pattern);
  }

  /** The number of the sheet that was fed last, from 1. */
  lastFed(): number {
    const fed = this.device.said.map((line) => /^sheet (\d+) is fed$/.exec(line)).filter((found) => found !== null);
    return Number(fed[fed.length - 1]?.[1] ?? 0);
  }

  async remove(): Promise<void> {
    for (const browser of this.browsers) await browser.close();
    await this.device.end();
    await this.bus.end();
    // A browser's last processes may still write.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Writes into a fresh profile what Chromium writes there when a person chooses a device. */
function grant(profile: string, origin: string, kind: Kind): void {
  const usb = { [`${origin},*`]: { last_modified: "13400000000000000", setting: { "chosen-objects": [IDENTITY[kind]] } } };
  const preferences = { profile: { content_settings: { exceptions: { usb_chooser_data: usb } } } };
  keep(join(profile, "Default"), "Preferences", JSON.stringify(preferences));
}
