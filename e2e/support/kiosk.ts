// The kiosk as the commission uses it.

import { expect, type Locator, type Page } from "@playwright/test";
import type { Place } from "./place";

export const PINS = { chair: "271828", secretary: "314159", operator: "161803" };

/** One option to mark on a sample ballot. */
export interface SampleBallot {
  /** Identifier of the page design. */
  design: string;
  /** Options to mark. */
  options: string[];
  /** How. */
  stroke?: "tick" | "cross" | "fill" | "dot";
  upsideDown?: boolean;
}

const STROKES = ["tick", "cross", "fill", "dot"];

export class Kiosk {
  constructor(readonly page: Page, readonly place: Place) {}

  /** Opens the page in English and waits until the vault is there. */
  async open(): Promise<void> {
    await this.page.goto(this.place.kiosk);
    await this.page.getByTestId("lang-en").click();
  }

  async state(name: string): Promise<void> {
    await expect(this.page.getByTestId("state")).toHaveAttribute("data-state", `state-${name}`);
  }

  /** Both PINs; `at` says into which form, where there are several. */
  async pins(chair = PINS.chair, secretary = PINS.secretary, at: Locator | Page = this.page): Promise<void> {
    await at.getByTestId("pin-chair").fill(chair);
    await at.getByTestId("pin-secretary").fill(secretary);
    await at.getByTestId("pin-submit").click();
  }

  async unlock(chair = PINS.chair, secretary = PINS.secretary): Promise<void> {
    await expect(this.page.getByTestId("unlock")).toBeVisible();
    await this.pins(chair, secretary, this.page.getByTestId("both-sign-in"));
    await expect(this.page.getByTestId("unlock")).toHaveCount(0);
  }

  /** Whoever is signed in leaves; an operator's PIN or both PINs are needed to go on. */
  async signOut(): Promise<void> {
    await this.page.getByTestId("people-toggle").click();
    await this.page.getByTestId("sign-out").click();
    await expect(this.page.getByTestId("unlock")).toBeVisible();
  }

  async operator(pin = PINS.operator): Promise<void> {
    const form = this.page.getByTestId("operator-sign-in");
    await form.getByTestId("pin-operator").fill(pin);
    await form.getByTestId("pin-submit").click();
  }

  /** Package from the server, PINs, enrolment at the demonstration's authority. */
  async provision(precinct: string, device = "scanner-1", operator?: string): Promise<void> {
    await this.page.getByTestId("take-offered").click();
    await expect(this.page.getByTestId("provision-key")).toBeVisible();
    if (operator) await this.page.getByTestId("pin-operator").fill(operator);
    await this.pins();
    await expect(this.page.getByTestId("provision-enrol")).toBeVisible();
    await this.page.getByTestId("enrol-precinct").selectOption(precinct);
    await this.page.getByTestId("enrol-device").fill(device);
    await this.page.getByTestId("enrol-demo").click();
    await expect(this.page.getByTestId("test-scan")).toBeVisible();
  }

  /** Marks a sample ballot and puts it into the tray. */
  async putSample(ballot: SampleBallot): Promise<void> {
    const page = this.page;
    if (!(await page.getByTestId("sample-targets").isVisible())) {
      await page.getByTestId("sample-form").click();
    }
    const designs = page.getByTestId("sample-design");
    const value = await designs.locator("option", { hasText: ballot.design }).first().getAttribute("value");
    // Choosing another ballot and back clears the marks of the one before.
    const count = await designs.locator("option").count();
    if (count > 1) await designs.selectOption(String((Number(value) + 1) % count));
    else for (const box of await page.locator("[data-testid=sample-targets] input:checked").all()) await box.uncheck();
    await designs.selectOption(value);
    await page.getByTestId("sample-stroke").selectOption(String(STROKES.indexOf(ballot.stroke ?? "tick")));
    await page.getByLabel("upside down").setChecked(ballot.upsideDown ?? false);
    for (const option of ballot.options) {
      await page.locator(`[data-testid=sample-targets] input[data-option="${option}"]`).check();
    }
    const before = await this.trayCount();
    await page.getByTestId("sample-add").click();
    await expect(page.getByTestId("tray-count")).toHaveAttribute("data-count", String(before + 1));
  }

  async putFiles(...files: string[]): Promise<void> {
    const before = await this.trayCount();
    await this.page.getByTestId("add-files").setInputFiles(files);
    await expect(this.page.getByTestId("tray-count")).toHaveAttribute("data-count", String(before + files.length));
  }

  async trayCount(): Promise<number> {
    return Number(await this.page.getByTestId("tray-count").getAttribute("data-count"));
  }

  /** Feeds one sheet and gives where it went: box, invalid or back. */
  async feedOne(): Promise<string> {
    const before = await this.trayCount();
    await this.page.getByTestId("feed-one").click();
    await expect(this.page.getByTestId("tray-count")).toHaveAttribute("data-count", String(before - 1));
    await expect(this.page.getByTestId("feed-stop")).toBeDisabled();
    return (await this.page.getByTestId("verdict").getAttribute("data-place")) ?? "";
  }

  /** Feeds all, confirming each sheet that goes to the invalid section. */
  async feedAll(): Promise<void> {
    while ((await this.trayCount()) > 0) {
      await this.page.getByTestId("feed-all").click();
      await expect(this.page.getByTestId("feed-stop")).toBeEnabled({ timeout: 5_000 }).catch(() => {});
      await expect(this.page.getByTestId("feed-stop")).toBeDisabled({ timeout: 200_000 });
      const drop = this.page.getByTestId("confirm-drop");
      if (await drop.isVisible()) {
        await drop.click();
        await expect(drop).toHaveCount(0);
      }
    }
  }

  /** A blank test sheet of the first design, then the commission's word. */
  async test(design: string): Promise<void> {
    await this.putSample({ design, options: [] });
    await this.feedOne();
    await this.page.getByTestId("confirm-test").click();
    await this.state("tested");
  }

  /** Issues a report; gives the texts of its QR codes. */
  async issue(): Promise<string[]> {
    await this.page.getByTestId("issue-report").click();
    await expect(this.sheet()).toBeVisible();
    return this.sheet().locator("svg.qr").evaluateAll((codes) => codes.map((code) => (code as HTMLElement).dataset.qr ?? ""));
  }

  /** The report that was issued, as it is shown before it is printed. */
  sheet(): Locator {
    return this.page.locator(".preview [data-testid=report]");
  }

  /** Prints the report that was issued, and says that it came out. */
  async print(): Promise<void> {
    await this.page.getByTestId("print").click();
    await this.page.getByTestId("confirm-printed").click();
    await expect(this.sheet()).toHaveCount(0);
  }

  /** Issues a report, prints it, confirms; gives the texts of its QR codes and the text of the sheet. */
  async report(paper: "a4" | "roll80" = "a4"): Promise<{ qr: string[]; text: string }> {
    const qr = await this.issue();
    await this.page.getByTestId("paper").selectOption(paper);
    const text = await this.sheet().innerText();
    await this.print();
    return { qr, text };
  }

  async zeroAndOpen(): Promise<{ qr: string[]; text: string }> {
    const zero = await this.report();
    await expect(this.page.getByTestId("zero-printed")).toBeVisible();
    await this.pins();
    await this.state("open");
    return zero;
  }

  async sheets(): Promise<number> {
    return Number(await this.page.getByTestId("sheets").innerText());
  }

  async closePolls(): Promise<void> {
    await this.page.getByTestId("close-polls").click();
    await this.pins();
    await this.state("closed");
  }
}
