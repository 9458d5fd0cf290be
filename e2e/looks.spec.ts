// Every screen in every language: nothing missing, nothing beside the screen, usable by keyboard and by those
// who see badly. Pictures of all of them are left in test-results/screens.

import { expect, test, type Page } from "@playwright/test";
import { Kiosk, PINS } from "./support/kiosk";
import { LANGS, SCREENS, look } from "./support/look";
import { join, keep, openPlace, readFileSync, rmSync, scratch, urna, type Place } from "./support/place";
import { SimulatedUsb } from "./support/usb";

let place: Place;
test.beforeAll(async () => {
  place = await openPlace();
});
test.afterAll(async () => place.close());

/** The report as the printer gets it. */
async function print(page: Page, name: string): Promise<void> {
  for (const paper of ["a4", "roll80"]) {
    await page.getByTestId("paper").selectOption(paper);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
    keep(SCREENS, `${name}-${paper}.pdf`, pdf);
    const sizes = [...pdf.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => Number(m[1]));
    const width = paper === "a4" ? (210 / 25.4) * 72 : (80 / 25.4) * 72;
    expect(sizes.length, `${name} on ${paper}`).toBeGreaterThan(0);
    for (const size of sizes) expect(Math.abs(size - width), `${name} on ${paper}`).toBeLessThan(2);
  }
  await page.getByTestId("paper").selectOption("a4");
}

test("all screens of the day, in three languages", async ({ page }) => {
  test.slow();
  // Without a printer, a headless Chromium never ends what window.print() began, and then makes no PDF.
  // The PDFs are made by the browser's same print path; the other tests call the real one.
  await page.addInitScript(() => {
    window.print = () => undefined;
  });
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await look(page, "01-package");
  await page.getByTestId("take-offered").click();
  await expect(page.getByTestId("provision-key")).toBeVisible();
  await look(page, "02-key");
  await kiosk.pins();
  await expect(page.getByTestId("provision-enrol")).toBeVisible();
  await look(page, "03-enrol");
  await page.getByTestId("enrol-precinct").selectOption("1301");
  await page.getByTestId("enrol-demo").click();
  await expect(page.getByTestId("test-scan")).toBeVisible();
  await kiosk.putSample({ design: "parliament", options: ["party-03", "no-12"], stroke: "cross" });
  await kiosk.feedOne();
  await expect(page.getByTestId("explain-image")).toBeVisible();
  await look(page, "04-test");
  await page.getByTestId("confirm-test").click();
  await kiosk.state("tested");
  await kiosk.issue();
  await look(page, "05-zero");
  await print(page, "report-zero");
  await kiosk.print();
  await expect(page.getByTestId("zero-printed")).toBeVisible();
  await look(page, "06-open");
  await kiosk.pins();
  await kiosk.state("open");
  await kiosk.putSample({ design: "presidential", options: ["candidate-2"] });
  await kiosk.feedOne();
  await look(page, "07-box");
  await kiosk.putSample({ design: "referendum", options: ["yes", "no"] });
  await kiosk.feedOne();
  await look(page, "08-invalid");
  await page.getByTestId("confirm-drop").click();
  await kiosk.putFiles(keep(place.folder, "no.png", "no picture"));
  await kiosk.feedOne();
  await look(page, "09-back");
  await page.getByTestId("turnout").click();
  await kiosk.issue();
  await look(page, "10-turnout");
  await print(page, "report-turnout");
  await page.getByTestId("turnout").click();
  await page.getByTestId("pause").click();
  await kiosk.state("paused");
  await look(page, "11-paused");
  await kiosk.pins();
  await kiosk.state("open");
  await page.getByTestId("close-polls").click();
  await look(page, "12-closing");
  await kiosk.pins();
  await kiosk.state("closed");
  await look(page, "13-closed");
  await kiosk.issue();
  await look(page, "14-final");
  await print(page, "report-final");
  await kiosk.print();
  await kiosk.state("reported");
  await look(page, "15-send");
  await page.getByTestId("log-toggle").click();
  await expect(page.getByTestId("event-log")).toBeVisible();
  await look(page, "16-log");
  await page.getByTestId("log-toggle").click();
  await page.getByTestId("send").click();
  await expect(page.getByTestId("transmitted")).toBeVisible();
  await look(page, "17-sent");
  await page.reload();
  await expect(page.getByTestId("unlock")).toBeVisible();
  await look(page, "18-unlock");
});

test("scanner and receipt printer on the cable, in three languages", async ({ page }) => {
  test.slow();
  const usb = await SimulatedUsb.on(page);
  const kiosk = new Kiosk(page, place);
  const deck = join(scratch(), "deck");
  urna("testdeck", "--definition", join(place.folder, "definition.json"), "--precinct", "1301", "--out", deck);
  await kiosk.open();
  await usb.draw("box", readFileSync(join(deck, "0001.png")));
  rmSync(join(deck, ".."), { recursive: true, force: true });
  await kiosk.provision("1301");
  await page.getByTestId("choose-scanner").click();
  await expect(page.getByTestId("not-chosen")).toBeVisible();
  await look(page, "20-not-chosen");
  const fault = page.getByTestId("device-fault");
  await usb.plug({ kind: "Escl", sheets: [{ front: "box" }], script: "sheet 2 between-sides: jam" });
  await usb.system({ held: [0, 1] });
  await page.getByTestId("choose-scanner").click();
  await expect(fault).toHaveAttribute("data-fault", "scanner-in-use");
  await look(page, "21-in-use");
  await usb.system({ held: [] });
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "box");
  await look(page, "22-test-scan");
  await page.getByTestId("device-stop").click();
  await page.getByTestId("confirm-test").click();
  await kiosk.state("tested");

  await kiosk.issue();
  await usb.hands("unplug");
  await usb.plugPrinter({ script: "mm 200: paper-out", speed: 450 });
  await page.getByTestId("printer-choose").click();
  await expect(page.getByTestId("printer")).toHaveAttribute("data-state", "ready");
  await look(page, "23-printer");
  await page.getByTestId("printer-print").click();
  await expect(page.getByTestId("printer-fault")).toHaveAttribute("data-fault", "printer-paper-out", { timeout: 60_000 });
  await look(page, "24-paper-out");
  await usb.hands("load");
  for (const lang of LANGS) {
    await page.getByTestId(`lang-${lang}`).click();
    await expect(page.getByTestId("printer")).toHaveAttribute("data-state", "ready");
    const cuts = async () => (await usb.ends()).filter((end) => end === "cut").length;
    const before = await cuts();
    await page.getByTestId("printer-print").click();
    // Two originals; the first time the rest of what was torn comes before them.
    await expect.poll(cuts, { timeout: 60_000 }).toBeGreaterThan(before + 1);
    const pieces = await usb.ends();
    keep(SCREENS, `receipt-zero-${lang}.png`, await usb.piece(pieces.lastIndexOf("cut")));
  }
});

test("the keyboard alone, and fingers alone, enter PINs", async ({ page }) => {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  const press = async (name: string) => {
    // Tab on until the wanted button has the focus; a page that traps the keyboard never gets there.
    for (let steps = 0; steps < 40; steps++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => (document.activeElement as HTMLElement)?.dataset.testid)) === name) return;
    }
    throw new Error(`${name} can't be reached by keyboard`);
  };
  await press("take-offered");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("provision-key")).toBeVisible();
  await press("pin-chair");
  await page.keyboard.type(PINS.chair);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PINS.secretary);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("provision-enrol")).toBeVisible();
  await page.reload();
  await expect(page.getByTestId("unlock")).toBeVisible();
  const keys = page.locator(".keypad");
  await page.getByTestId("pin-chair").click();
  for (const digit of PINS.chair) await keys.getByRole("button", { name: digit, exact: true }).click();
  await page.getByTestId("pin-secretary").click();
  for (const digit of PINS.secretary) await keys.getByRole("button", { name: digit, exact: true }).click();
  await page.getByTestId("pin-submit").click();
  await expect(page.getByTestId("provision-enrol")).toBeVisible();
});
