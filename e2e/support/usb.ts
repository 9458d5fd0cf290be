// A simulated scanner or receipt printer behind `navigator.usb`, in the page itself: quick, and without a bus. Chromium's own WebUSB is
// under test in e2e/usb.

import type { Page } from "@playwright/test";
import { join, readFileSync, root } from "./place";

export type Protocol = "Escl" | "Fi";

/** Where a sheet is and what of it the host got; see `Fate` in crates/scanner-sim/src/paper.rs. */
export interface Fate {
  picture: number;
  place: "hopper" | "path" | "tray" | "hand";
  left_hopper: boolean;
  went_through: boolean;
  front: "nothing" | "part" | "whole" | "damaged";
  back: "nothing" | "part" | "whole" | "damaged";
}

export interface Plug {
  kind: Protocol;
  /** Names of pages that were drawn. */
  sheets: { front: string; back?: string }[];
  /** What goes wrong, in the simulator's words (docs/scanners-sim.md). */
  script?: string;
  pairs?: number;
  /** Whether a person has chosen it before. */
  grant?: boolean;
  /** Operations of the browser that never end. */
  hangs?: string[];
}

declare const usbHands: any;

/** A page whose browser has this USB and nothing on it. */
export class SimulatedUsb {
  constructor(readonly page: Page) {}

  static async on(page: Page): Promise<SimulatedUsb> {
    const folder = join(root, ".run/usb-sim");
    const wasm = readFileSync(join(folder, "urna_usb_sim_bg.wasm")).toString("base64");
    const glue = readFileSync(join(folder, "urna_usb_sim.js"), "utf8");
    const usb = readFileSync(join(root, "e2e/support/navigator-usb.js"), "utf8");
    const start = `wasm_bindgen.initSync({ module: Uint8Array.from(atob("${wasm}"), (c) => c.charCodeAt(0)) });`;
    await page.addInitScript({ content: `(() => { ${glue}\n${start}\nconst URNA_SIM = wasm_bindgen;\n${usb} })();` });
    return new SimulatedUsb(page);
  }

  /** A picture of a page, for the sheets of later devices. */
  async draw(name: string, picture: Buffer): Promise<void> {
    await this.page.evaluate(([name, file]) => usbHands.draw(name, file), [name, picture.toString("base64")]);
  }

  /** From the next time that the page is opened this device is there before anything else. */
  async atStart(pages: Record<string, Buffer>, plug: Plug): Promise<void> {
    const drawn = Object.entries(pages).map(([name, picture]) => `usbHands.draw("${name}", "${picture.toString("base64")}");`);
    await this.page.addInitScript({ content: `${drawn.join("\n")}\nusbHands.plug(${JSON.stringify(plug)});` });
  }

  async plug(plug: Plug): Promise<void> {
    await this.page.evaluate((plug) => usbHands.plug(plug), plug as any);
  }

  /** Somebody does something at the device. */
  async hands(...whats: string[]): Promise<void> {
    await this.page.evaluate((whats) => whats.forEach((what) => usbHands.happen(what)), whats);
  }

  /** A receipt printer instead of a scanner; the script in the words of docs/printers.md. */
  async plugPrinter(printer: { script?: string; speed?: number; grant?: boolean } = {}): Promise<void> {
    await this.page.evaluate((printer) => usbHands.plug({ kind: "Printer", ...printer }), printer as any);
  }

  /** How each printed piece of paper ends. */
  async ends(): Promise<("cut" | "torn" | "hanging")[]> {
    return this.page.evaluate(() => usbHands.ends());
  }

  /** A printed piece of paper as a PNG file. */
  async piece(at: number): Promise<Buffer> {
    return Buffer.from(await this.page.evaluate((at) => usbHands.piece(at), at), "base64");
  }

  async fates(): Promise<Fate[]> {
    return this.page.evaluate(() => usbHands.truth().sheets);
  }

  async notes(): Promise<string[]> {
    return this.page.evaluate(() => usbHands.notes());
  }

  /** What the system does, and not the device: operations that never end, interfaces that another program holds. */
  async system(change: { denied?: boolean; held?: number[]; hangs?: string[]; longer?: number }): Promise<void> {
    await this.page.evaluate(({ held, hangs, ...rest }) => {
      Object.assign(usbHands.system, rest);
      if (held) usbHands.system.heldInterfaces = new Set(held);
      if (hangs) usbHands.system.hangs = new Set(hangs);
    }, change as any);
  }
}
