// A USB bus that Chromium takes for the machine's own, with a simulated scanner on it: scripts/usb/bus.c shows the device below /sys, and
// scripts/usb/usbfs_shim.c is its node below /dev/bus/usb.

import { chromium, test, type BrowserContext } from "@playwright/test";
import { join, keep, rmSync, root, scratch } from "../../support/place";
import { Device, type Kind, type Wish } from "./device";
import { Program } from "./program";

const built = join(root, ".run/usb");
const MOCK = "libumockdev-preload.so.0";

/** By what Chromium knows a device again. */
const IDENTITY = {
  escl: { "vendor-id": 0x1209, "product-id": 0x5ca1, "serial-number": "SIM0001", name: "Simulated eSCL Scanner" },
  fi: { "vendor-id": 0x04c5, "product-id": 0x132e, "serial-number": "SIM0001", name: "fi-7160" },
};

export class Bus {
  private readonly browsers: BrowserContext[] = [];

  private constructor(
    readonly device: Device,
    private readonly folder: string,
    private readonly program: Program,
    private readonly env: Record<string, string>,
  ) {}

  static async with(wish: Wish): Promise<Bus> {
    const folder = scratch();
    const description = keep(folder, "device.umockdev", Device.description(wish.kind));
    const program = new Program(join(built, "bus"), [description], { LD_PRELOAD: MOCK, TMPDIR: folder });
    const [, mocked] = await program.hears(/^bus (.+)$/);
    const device = await Device.start(wish, (word) => program.tell(word));
    const env = {
      LD_PRELOAD: `${join(built, "usbfs_shim.so")}:${MOCK}`,
      UMOCKDEV_DIR: mocked, USBSHIM: "/dev/bus/usb/001/002=1-1", USBSHIM_PORT: device.port,
    };
    return new Bus(device, folder, program, env);
  }

  /** A browser on this bus in which somebody has once given `origin` the device by a click. */
  async browser(origin: string, env: Record<string, string> = {}): Promise<BrowserContext> {
    const profile = join(this.folder, `profile-${this.browsers.length}`);
    const { launchOptions } = test.info().project.use;
    grant(profile, origin, this.device.kind);
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions, env: { ...process.env, ...this.env, ...env } as Record<string, string>,
      viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "Asia/Bishkek",
    });
    this.browsers.push(context);
    return context;
  }

  async remove(): Promise<void> {
    for (const browser of this.browsers) await browser.close();
    await this.device.end();
    await this.program.end();
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
