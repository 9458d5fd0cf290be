// A program that is talked to in lines.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Program {
  readonly said: string[] = [];
  private readonly process: ChildProcess;
  private readonly ended: Promise<unknown>;
  private waiting: Array<() => void> = [];

  constructor(program: string, args: string[], env: Record<string, string> = {}, heard?: (line: string) => void) {
    this.process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
    this.ended = new Promise((resolve) => this.process.once("close", resolve));
    createInterface({ input: this.process.stdout! }).on("line", (line) => {
      this.said.push(line);
      if (process.env.URNA_E2E_LOG) console.log(`   ${line}`);
      heard?.(line);
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  tell(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  /** The first line that matches, of those from number `from` on. */
  async hears(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    for (let at = from; ; at++) {
      while (at >= this.said.length) await this.more(pattern);
      const found = pattern.exec(this.said[at]);
      if (found) return found;
    }
  }

  /** Nothing more to say to it, which is its end. */
  async end(): Promise<void> {
    this.process.stdin!.end();
    await this.ended;
  }

  /** For one that has no end of its own. */
  async kill(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  private async more(pattern: RegExp): Promise<void> {
    const line = new Promise<void>((resolve) => this.waiting.push(resolve));
    const end = this.ended.then(() => {
      throw new Error(`It ended before it said ${pattern}:\n${this.said.join("\n")}`);
    });
    await Promise.race([line, end]);
  }
}
