// A virtual machine with a kernel, udev and Chromium of its own (scripts/usb/vm-image.sh), and words for what is done in it.

import { accessSync, constants, existsSync } from "node:fs";
import { connect } from "node:net";
import { chromium, type Browser, type Page } from "@playwright/test";
import { freePort, join, root } from "../../support/place";
import { Program } from "../../usb/support/program";

const vm = join(root, ".run/vm");

/** The host, as the guest sees it. */
const HOST = "10.0.2.2";
/** Where things listen in the guest: what carries out commands, and the way to Chromium's debugger. */
const AGENT = 9000;
const DEBUGGER = 9223;

const POLICIES = "/etc/chromium/policies/managed";

/** The guest's clock counts its own instructions, one nanosecond each: for it the processor is never slow, however busy the host is, and no time-out
 * in it runs out because of that. */
const EMULATED = ["-accel", "tcg", "-icount", "shift=0,sleep=on", "-smp", "1"];

/** A window without tabs and address, as a kiosk has it: those are pages of their own, and emulated each takes a minute to start. */
const FLAGS = [
  "--headless=new", "--app=data:text/html,kiosk", "--window-size=1280,800", "--user-data-dir=/tmp/profile", "--remote-debugging-port=9222",
  "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-extensions",
  "--disable-component-extensions-with-background-pages", "--disable-default-apps", "--disable-sync", "--disable-breakpad",
  // Its processes take longer to find each other than it waits.
  "--ipc-connection-timeout=300",
];

/** How long the kernel may take to come up, and Chromium to answer. */
const PATIENCE_MS = 900_000;

export class Guest {
  private browser?: Browser;

  private constructor(private readonly machine: Program, private readonly agent: number, private readonly debug: number) {}

  static async boot(): Promise<Guest> {
    const [agent, debug] = [await freePort(), await freePort()];
    const forward = (host: number, guest: number) => `hostfwd=tcp:127.0.0.1:${host}-10.0.2.15:${guest}`;
    const machine = new Program("setpriv", ["--pdeathsig", "KILL", "qemu-system-x86_64",
      ...processor(), "-cpu", "max", "-m", "2560",
      "-kernel", join(vm, "vmlinuz"), "-initrd", join(vm, "initrd.gz"),
      // On a busy host the emulated timer is too late for the kernel's check of it.
      "-append", "console=ttyS0 quiet panic=-1 mitigations=off nokaslr no_timer_check random.trust_cpu=on",
      "-drive", `file=${join(vm, "disk.img")},if=virtio,format=raw,snapshot=on`,
      "-netdev", `user,id=net,${forward(agent, AGENT)},${forward(debug, DEBUGGER)}`, "-device", "virtio-net-pci,netdev=net,romfile=",
      "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"]);
    await machine.hears(/guest is up/);
    const guest = new Guest(machine, agent, debug);
    await patiently(() => guest.run("true"));
    return guest;
  }

  /** Carries out a command as root; gives what it prints. */
  async run(command: string): Promise<string> {
    const text = await new Promise<string>((resolve, reject) => {
      let heard = "";
      const socket = connect(this.agent, "127.0.0.1");
      socket.on("data", (bytes) => (heard += bytes)).on("close", () => resolve(heard)).on("error", reject);
      socket.write(`{ ${command}\n} 2>&1; echo "= $?"; exit\n`);
    });
    const [, said, code] = /^([^]*)= (\d+)\n$/.exec(text) ?? [];
    if (code !== "0") throw new Error(`In the guest: ${command}\n${text}`);
    return said;
  }

  /** Puts a device that is simulated on the host on the guest's bus. */
  async attach(port: string): Promise<void> {
    await this.run(`usbip --tcp-port ${port} attach -r ${HOST} -b 1-1 && udevadm settle --timeout=60`);
  }

  /** Chromium as the kiosk's user, with its sandbox; `origin` on the host is the same address for it. */
  async open(origin: string): Promise<Page> {
    const port = new URL(origin).port;
    const detached = (command: string, log: string) => `setsid ${command} </dev/null >/tmp/${log} 2>&1 &`;
    await this.run(detached(`socat TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork TCP:${HOST}:${port}`, "kiosk.log"));
    await this.run(detached(`socat TCP-LISTEN:${DEBUGGER},reuseaddr,fork TCP:127.0.0.1:9222`, "debugger.log"));
    await this.run(`mkdir -p ${POLICIES} && sed 's/:8090/:${port}/' /guest/policy.json >${POLICIES}/urna.json`);
    await this.run(detached(`su -s /bin/sh kiosk -c "HOME=/home/kiosk XDG_RUNTIME_DIR=/run/user/kiosk chromium ${FLAGS.join(" ")}"`, "chromium.log"));
    const debug = `http://127.0.0.1:${this.debug}`;
    const version = async () => (await fetch(`${debug}/json/version`)).text();
    await patiently(version).catch(async (error) => {
      throw new Error(`Chromium does not start: ${error}\n${await this.run("tail -n 30 /tmp/chromium.log")}`);
    });
    this.browser = await chromium.connectOverCDP(debug, { timeout: PATIENCE_MS });
    return this.browser.contexts()[0].pages()[0];
  }

  /** For whoever looks for a fault: what its pages show, and what kernel and browser have to say. */
  async lastWords(): Promise<string> {
    const pages = this.browser?.contexts().flatMap((context) => context.pages()) ?? [];
    const shown = pages.map((page) => page.locator("body").innerText({ timeout: 30_000 }).catch(String));
    const said = this.run("dmesg | tail -n 40; lsusb -t; ls -l /sys/bus/usb/drivers/usblp; tail -n 20 /tmp/chromium.log").catch(String);
    return [...(await Promise.all(shown)), await said].join("\n");
  }

  async off(): Promise<void> {
    await this.browser?.close();
    await this.machine.kill();
  }
}

/** KVM where the processor itself carries it out. A KVM without Intel's or AMD's module is one inside of a virtual machine, which takes minutes for
 * the first instructions of a kernel that was not made for it: emulation is quicker. */
function processor(): string[] {
  const isOwn = ["kvm_intel", "kvm_amd"].some((module) => existsSync(`/sys/module/${module}`));
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch {
    return EMULATED;
  }
  return isOwn ? ["-accel", "kvm", "-smp", "2"] : EMULATED;
}

/** Tries until it works: what is slow to start does not listen yet. */
async function patiently(attempt: () => Promise<unknown>): Promise<void> {
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    try {
      return void (await attempt());
    } catch (error) {
      if (Date.now() - start > PATIENCE_MS) throw error;
    }
  }
}
