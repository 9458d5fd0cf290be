// The kiosk with a scanner on the cable, as the clerk uses it.

import { expect, type Page } from "@playwright/test";
import type { Device } from "./device";

/** A fault as the screen says it, and whether it took a sheet along. */
export type Fault = [words: string, sheet: "void" | "none"];

export class Wired {
  readonly faults: Fault[] = [];

  /** `patience` is how long a sheet may take in milliseconds, with a reset and everything. */
  constructor(private readonly page: Page, private readonly device: Device, private readonly patience = 60_000) {}

  async state(state: string): Promise<void> {
    await expect(this.page.getByTestId("scanner")).toHaveAttribute("data-state", state, { timeout: this.patience });
  }

  /** From now on sheets are pulled in. */
  async start(): Promise<void> {
    await this.page.getByTestId("device-start").click();
  }

  /** A sheet before the polls open; then the commission's word. */
  async test(): Promise<void> {
    await this.device.hands("load 1");
    await this.start();
    await expect(this.page.getByTestId("confirm-test")).toBeEnabled({ timeout: this.patience });
    await this.page.getByTestId("confirm-test").click();
  }

  /** Lays so many sheets into the hopper and does what the screen asks for until it is empty and nothing is asked. */
  async scan(count: number): Promise<void> {
    await this.device.hands(`load ${count}`);
    if (!(await this.page.getByTestId("device-stop").isVisible())) await this.start();
    while (this.device.sheetsInHopper() > 0 || (await this.asked()) !== "nothing") {
      const asked = await this.asked();
      if (asked === "drop") await this.drop();
      if (asked === "start") await this.start();
      if (asked === "fault") await this.help();
    }
  }

  /** Sheets of each vote on the screen. */
  async turnout(): Promise<Record<string, number>> {
    const counts = this.page.locator(".by-vote [data-testid^=sheets-]");
    return Object.fromEntries(await counts.evaluateAll((all) =>
      all.map((one) => [(one as HTMLElement).dataset.testid!.replace("sheets-", ""), Number(one.textContent)])));
  }

  /** What the screen asks for, as soon as no sheet moves and none is being judged. */
  private async asked(): Promise<string> {
    const asked = await this.page.waitForFunction(() => {
      const part = (name: string) => document.querySelector<HTMLButtonElement>(`[data-testid=${name}]`);
      if (part("device-fault")) return "fault";
      if (part("confirm-drop")) return "drop";
      if (part("device-start")?.disabled === false) return "start";
      const isQuiet = part("pause")?.disabled === false && part("scanner")?.dataset.state === "empty";
      return isQuiet && part("device-stop") && "nothing";
    }, undefined, { timeout: this.patience });
    return String(await asked.jsonValue());
  }

  private async drop(): Promise<void> {
    const drop = this.page.getByTestId("confirm-drop");
    await drop.click();
    await expect(drop).toHaveCount(0);
  }

  /** Removes the cause, and feeds the sheet again if the screen says that it is not counted. */
  private async help(): Promise<void> {
    const panel = this.page.getByTestId("device-fault");
    const [words, sheet] = [await panel.getAttribute("data-fault"), await panel.getAttribute("data-sheet")];
    this.faults.push([words, sheet] as Fault);
    if (words === "scanner-gone") await this.device.hands("plug");
    if (words === "scanner-cover-open") await this.device.hands("cover-closed");
    // Whatever lies in the path is taken out.
    await this.device.hands("jam-removed");
    const fed = this.device.lastFed();
    if (sheet === "void") await this.device.hands(`again ${fed}`);
    if (words === "scanner-double-feed") await this.device.hands(`again ${fed + 1}`);
    await expect(this.page.getByTestId("device-start")).toBeEnabled({ timeout: this.patience });
    await this.start();
    await expect(panel).toHaveCount(0);
  }
}
