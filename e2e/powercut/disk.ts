// The disk of the guest that the power is taken from, and what a start after the cut finds on it.

import { execFileSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { join } from "../support/place";

const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

export class Disk {
  private readonly image: string;
  private readonly monitor: string;
  private qmp?: { socket: Socket; lines: AsyncIterator<string> };

  constructor(private readonly folder: string) {
    this.image = join(folder, "data.img");
    this.monitor = join(folder, "monitor");
    run("truncate", "-s", "768M", this.image);
    // As Debian makes it: with a journal, and with blocks that are allocated late.
    run("mke2fs", "-q", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0", this.image);
  }

  /** For QEMU: what the guest wrote and flushed is in the image, what lies in the guest's memory is not. */
  get machine(): string[] {
    return ["-drive", `file=${this.image},if=virtio,format=raw,cache=writeback`, "-qmp", `unix:${this.monitor},server=on,wait=off`];
  }

  /** What the image holds at this moment is all that a cut at this moment would leave. The guest stands still meanwhile. */
  async cut(name: string, before: () => number): Promise<{ image: string; acknowledged: number }> {
    const image = join(this.folder, `${name}.img`);
    await this.ask("stop");
    const acknowledged = before();
    run("cp", "--sparse=always", this.image, image);
    await this.ask("cont");
    return { image, acknowledged };
  }

  /** A browser's profile as the next start finds it: the journal is replayed, as the kernel does when it mounts. */
  profile(image: string, name: string): string {
    try {
      run("e2fsck", "-fy", image);
    } catch (error) {
      // 1: the journal was replayed or something was mended, as after any cut.
      if ((error as { status: number }).status > 1) throw error;
    }
    const folder = `${image}.tree`;
    run("mkdir", "-p", folder);
    run("debugfs", "-R", `rdump /${name} ${folder}`, image);
    // They name a process of the guest.
    run("bash", "-c", `rm -f ${folder}/${name}/Singleton*`);
    return join(folder, name);
  }

  private async ask(command: string): Promise<void> {
    this.qmp ??= await this.open();
    await this.say(command);
  }

  private async open(): Promise<{ socket: Socket; lines: AsyncIterator<string> }> {
    const socket = connect(this.monitor);
    this.qmp = { socket, lines: createInterface({ input: socket })[Symbol.asyncIterator]() };
    await this.say("qmp_capabilities");
    return this.qmp;
  }

  private async say(command: string): Promise<void> {
    this.qmp!.socket.write(`${JSON.stringify({ execute: command })}\n`);
    for (;;) {
      const { value, done } = await this.qmp!.lines.next();
      if (done) throw new Error("QEMU is gone");
      const told = JSON.parse(value);
      if (told.error) throw new Error(value);
      if ("return" in told) return;
    }
  }
}
