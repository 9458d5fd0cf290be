// A simulated scanner over USB/IP: what happens at it, and a hand that does something to it.

import { execFileSync } from "node:child_process";
import { keep, program, rmSync, scratch } from "../../support/place";
import { Program } from "./program";

export type Kind = "escl" | "fi";

export interface Wish {
  kind: Kind;
  /** Folder of pages; made-up ones if nothing is said. */
  pages?: string;
  /** What goes wrong, in the simulator's words. */
  script?: string;
}

const simulator = program("urna-scanner-sim");

export class Device {
  private constructor(readonly kind: Kind, readonly port: string, private readonly program: Program, private readonly folder: string) {}

  /** `cable` is told whenever the cable was pulled or put back. */
  static async start(wish: Wish, cable: (word: "plug" | "unplug") => void): Promise<Device> {
    const folder = scratch();
    const args = ["--usbip", "--listen", "127.0.0.1:0", "--end-with-input", "--kind", wish.kind];
    if (wish.pages) args.push("--pages", wish.pages);
    if (wish.script) args.push("--script", keep(folder, "script", wish.script));
    const heard = (line: string) => {
      if (line === "now: Plug") cable("plug");
      if (line === "now: Unplug") cable("unplug");
    };
    const running = new Program(simulator, args, {}, heard);
    const [, port] = await running.hears(/^listening at 127\.0\.0\.1:(\d+) /);
    return new Device(wish.kind, port, running, folder);
  }

  /** The device as /sys shows it, for umockdev. */
  static description(kind: Kind): Buffer {
    return execFileSync(simulator, ["--umockdev", "--kind", kind, "--sheets", "1"]);
  }

  /** Somebody does something at it; see docs/scanners-sim.md for the words. */
  async hands(what: string): Promise<void> {
    const from = this.program.said.length;
    this.program.tell(what);
    await this.program.hears(/^(load|again) /.test(what) ? /^hopper: / : /^now: /, from);
  }

  /** The number of the sheet that was fed last, from 1. */
  lastFed(): number {
    return this.last(/^sheet (\d+) is fed$/);
  }

  /** Sheets that were not fed yet. */
  sheetsInHopper(): number {
    return this.last(/^hopper: (\d+)$/);
  }

  private last(pattern: RegExp): number {
    const found = this.program.said.map((line) => pattern.exec(line)).filter((match) => match !== null);
    return Number(found[found.length - 1]?.[1] ?? 0);
  }

  async end(): Promise<void> {
    await this.program.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
