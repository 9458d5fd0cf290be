// Reports on a receipt printer: what the screen says of each original, what is on the paper, and what the log keeps. With
// a simulated printer behind `navigator.usb`.

import { expect, test, type Page } from "@playwright/test";
import { Kiosk } from "./support/kiosk";
import { openPlace, type Place } from "./support/place";
import { SimulatedUsb } from "./support/usb";

const PRECINCT = "1301";
let place: Place;
test.beforeAll(async () => {
  place = await openPlace();
});
test.afterAll(async () => place.close());

/** A kiosk that has issued its zero report, with a printer on the cable that a person chose. */
async function issued(page: Page, script = ""): Promise<{ kiosk: Kiosk; usb: SimulatedUsb }> {
  const usb = await SimulatedUsb.on(page);
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await kiosk.provision(PRECINCT);
  await kiosk.test("presidential");
  await kiosk.issue();
  await expect(page.getByTestId("printer")).toHaveAttribute("data-state", "none");
  // As fast as a printer may be that is believed.
  await usb.plugPrinter({ script, speed: 450 });
  await page.getByTestId("printer-choose").click();
  await state(page, "ready");
  await expect(page.getByTestId("printer-name")).toHaveText("EPSON TM-SIM");
  return { kiosk, usb };
}

async function state(page: Page, name: string): Promise<void> {
  await expect(page.getByTestId("printer")).toHaveAttribute("data-state", name);
}

async function printed(page: Page, count: number): Promise<void> {
  await expect(page.getByTestId("printer-printed")).toHaveAttribute("data-printed", String(count), { timeout: 60_000 });
}

test("all originals come out, the commission confirms, and the log says which way", async ({ page }) => {
  const { kiosk, usb } = await issued(page);
  await expect(page.getByTestId("confirm-printed")).toBeDisabled();
  await page.getByTestId("printer-print").click();
  await printed(page, 2);
  expect(await usb.ends()).toEqual(["cut", "cut"]);
  const [first, second] = [await usb.piece(0), await usb.piece(1)];
  expect(first.length).toBeGreaterThan(10_000);
  expect(first.equals(second), "each original has its number").toBe(false);
  await page.getByTestId("confirm-printed").click();
  await expect(page.getByTestId("zero-printed")).toBeVisible();
  await kiosk.pins();
  await kiosk.state("open");
  await page.getByTestId("log-toggle").click();
  const sent = page.locator("[data-event=event-report-sent]");
  await expect(sent).toHaveCount(1);
  await expect(sent).toContainText("receipt printer × 2");
});

test("paper runs out in the middle: the piece is void, and the same original is printed on a new roll", async ({ page }) => {
  const { usb } = await issued(page, "mm 200: paper-out");
  await page.getByTestId("printer-print").click();
  await expect(page.getByTestId("printer-fault")).toHaveAttribute("data-fault", "printer-paper-out", { timeout: 60_000 });
  await expect(page.getByTestId("printer-fault")).toContainText("Original 1 is not printed");
  await expect(page.getByTestId("confirm-printed")).toBeDisabled();
  await expect(page.getByTestId("printer-print")).toBeDisabled();
  await usb.hands("load");
  await state(page, "ready");
  await page.getByTestId("printer-print").click();
  await printed(page, 2);
  await expect(page.getByTestId("printer-fault")).toHaveCount(0);
  // The torn piece, what the printer still had of it, and two originals.
  const ends = await usb.ends();
  expect(ends.slice(-2)).toEqual(["cut", "cut"]);
  expect(ends[0]).toBe("torn");
  await page.getByTestId("log-toggle").click();
  const sent = page.locator("[data-event=event-report-sent]");
  await expect(sent).toHaveCount(2);
  await expect(sent.nth(1)).toContainText("receipt printer × 0");
  await expect(sent.nth(1)).toContainText("The paper ran out");
});

test("each fault has its words, a pulled cable too, and the printer is found again without a click", async ({ page }) => {
  const { usb } = await issued(page);
  for (const [fault, cure, key] of [
    ["cover-open", "cover-closed", "printer's cover is open"],
    ["offline", "online", "switched offline"],
    ["hot", "cool", "too hot"],
  ]) {
    await usb.hands(fault);
    await state(page, "faulted");
    await expect(page.getByTestId("printer-state")).toContainText(key);
    await usb.hands(cure);
    await state(page, "ready");
  }
  await usb.hands("unplug");
  await state(page, "away");
  await usb.hands("plug");
  await state(page, "ready");
  // The same one again, which this page holds itself.
  await page.getByTestId("printer-choose").click();
  await state(page, "connecting");
  await state(page, "ready");
  // Only the browser's own print is left when there is no printer; it asks people.
  await usb.hands("unplug");
  await state(page, "away");
  await page.getByTestId("print").click();
  await expect(page.getByTestId("confirm-printed")).toBeEnabled();
});
