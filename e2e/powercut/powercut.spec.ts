// Power cuts under a real Chromium on a real ext4: a guest's disk as it is at one moment, without what the guest's memory still holds. Each cut is
// then started again, here, with the journal replayed as a kernel would: what the vault acknowledged is there, or it is an alarm.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { program, root } from "../support/place";
import { Lean, openPlace } from "../torture/device.mjs";
import { Guest } from "../usb-vm/support/guest";
import { Disk } from "./disk";

/** New profiles, each provisioned anew, and the guest's milliseconds after that at which each is cut. */
const PROFILES = 3;
const CUTS_MS = [0, 2_000, 6_000, 15_000, 40_000];

interface Cut {
  image: string;
  profile: string;
  /** Events that the vault had acknowledged. */
  acknowledged: number;
  after: string;
}

/** The page of the vault alone, in the guest. */
class Device {
  /** Events that the page knows to be durable. */
  acknowledged = 0;

  constructor(readonly page: Page) {}

  async ask(command: object, file?: string): Promise<any> {
    const answer = await this.page.evaluate(([command, file]) => (window as any).vault.ask(command, file), [command, file] as const);
    this.acknowledged = answer.content?.log_events ?? answer.content?.status?.log_events ?? this.acknowledged;
    return answer;
  }
}

const chromium = process.env.CHROMIUM || "chromium";

test("nothing that the vault acknowledged is lost by a power cut, or the loss is an alarm", async () => {
  const folder = mkdtempSync(join(tmpdir(), "urna-powercut-"));
  const place = await openPlace(root, dirname(program("urna")), folder);
  const disk = new Disk(folder);
  const guest = await Guest.boot(disk.machine);
  const cuts: Cut[] = [];
  try {
    await guest.run("mkdir -p /data && mount -t ext4 /dev/vdb /data && chown kiosk /data");
    for (let number = 0; number < PROFILES; number++) {
      const profile = `p${number}`;
      const page = await guest.open(place.url, `/data/${profile}`);
      page.setDefaultTimeout(0);
      await page.goto(`${place.url}/torture/lean.html`, { timeout: 0 });
      await page.evaluate("vault.start()");
      const device = new Device(page);
      await device.ask({ type: "provision", root_pem: place.root }, place.package);
      await device.ask({ type: "status" });
      const born = await page.evaluate(() => performance.now());
      // Events are the fastest thing that the vault writes durably.
      let goesOn = true;
      const feeding = (async () => {
        while (goesOn) await device.ask({ type: "note_scanner_fault", fault: "jam" });
      })();
      for (const moment of CUTS_MS) {
        await page.waitForFunction((until) => performance.now() > until, born + moment, { timeout: 0 });
        const name = `${profile}-${moment}`;
        cuts.push({ ...(await disk.cut(name, () => device.acknowledged)), profile, after: `${moment} ms after provisioning` });
      }
      goesOn = false;
      await feeding;
      await guest.closeBrowser();
    }
  } finally {
    await guest.off();
  }

  const verdicts = [];
  for (const cut of cuts) {
    const found = await start(place, disk.profile(cut.image, cut.profile));
    verdicts.push(found);
    console.log(`   ${cut.profile}, ${cut.after}: ${cut.acknowledged} events acknowledged, then ${found.words}`);
    expect(found.isAlarm || found.events >= cut.acknowledged, cut.after).toBe(true);
  }
  expect(verdicts.length).toBeGreaterThanOrEqual(10);
  place.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the vault says on what is left. */
async function start(place: any, profile: string): Promise<{ isAlarm: boolean; events: number; words: string }> {
  const browser: { lean?: Lean; process?: any } = {};
  try {
    browser.lean = await Lean.open(chromium, { ...place, profile }, (process: any) => (browser.process = process));
    const status = await browser.lean.status();
    if (status.state === "unprovisioned") return { isAlarm: false, events: -1, words: "A FRESH START" };
    // The start itself wrote one event.
    const events = status.log_events - 1;
    return { isAlarm: false, events, words: `${events} stored` };
  } catch (error) {
    const words = String(error);
    if (!words.includes("storage")) throw error;
    return { isAlarm: true, events: 0, words: `an alarm: ${words.slice(0, 160)}` };
  } finally {
    await browser.process?.kill();
  }
}
