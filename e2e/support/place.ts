// A polling place of its own for a test: authority, package, collector, portal, kiosk.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const program = (name: string) => join(target, "release", name);

/** Runs the authority's command line; gives what it prints. */
export function urna(...args: string[]): string {
  return execFileSync(program("urna"), args, { encoding: "utf8", maxBuffer: 1 << 28 });
}

export interface Place {
  /** Folder with the authority's key and package. */
  folder: string;
  /** Address of the kiosk. */
  kiosk: string;
  /** Address of collector and portal. */
  portal: string;
  /** Stops the collector, as a power cut would. */
  stopCollector(): Promise<void>;
  /** Starts it again on what it kept. */
  startCollector(): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/** What a test may want to be otherwise. */
export interface Wish {
  /** The definition; the demonstration's if nothing is said. */
  definition?: (demo: any) => any;
  /** Folders of foreign page designs. */
  designs?: string[];
}

/** Sets up a polling place. */
export async function openPlace(wish: Wish = {}): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "urna-place-"));
  const [kioskPort, portalPort] = [await freePort(), await freePort()];
  const portal = `http://127.0.0.1:${portalPort}`;
  const demo = JSON.parse(readFileSync(join(root, "assets/demo/definition.json"), "utf8"));
  const definition = { ...(wish.definition?.(demo) ?? demo), collector_url: portal };
  writeFileSync(join(folder, "definition.json"), JSON.stringify(definition));
  urna("keygen", "--out", folder);
  const designs = (wish.designs ?? []).flatMap((design) => ["--design", design]);
  urna("package", "--definition", join(folder, "definition.json"), "--key", join(folder, "authority.key"),
    "--out", join(folder, "package.urna"), ...designs);

  let server: ChildProcess | undefined;
  const startCollector = async () => {
    server = spawn(program("urna-collector"), ["serve",
      "--listen", `127.0.0.1:${portalPort}`, "--database", `sqlite:${join(folder, "collector.sqlite")}`,
      "--campaign", folder, "--today", "2027-01-24",
      "--kiosk", join(root, "dist"), "--kiosk-listen", `127.0.0.1:${kioskPort}`, "--demo-authority", folder,
      "--verify", join(root, ".run/verify.html"),
    ], { stdio: ["ignore", "ignore", process.env.URNA_E2E_LOG ? "inherit" : "ignore"] });
    await answers(`${portal}/healthz`);
    await answers(`http://127.0.0.1:${kioskPort}/`);
  };
  const stopCollector = async () => {
    const ended = new Promise((resolve) => server?.once("exit", resolve));
    server?.kill("SIGKILL");
    if (server) await ended;
    server = undefined;
  };
  await startCollector();
  return {
    folder, portal, kiosk: `http://127.0.0.1:${kioskPort}`, startCollector, stopCollector,
    close: async () => {
      await stopCollector();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty folder; whoever asked for it removes it. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "urna-e2e-"));
}

/** The real scans, where they are. */
export function realScans(): string | undefined {
  const folder = process.env.URNA_REALSCANS ?? join(root, "../shared/realscans");
  return existsSync(folder) ? folder : undefined;
}

export function keep(folder: string, name: string, bytes: string | Buffer): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export { cpSync, join, readFileSync, rmSync };

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}
