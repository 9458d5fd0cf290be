// The second copy: in step after every sheet, scanning waits when the stick is pulled, and another device goes on from
// the stick alone. The stick is a folder of the browser's private file system (support/stick.ts); a real one was not tried.

import { expect, test, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { Kiosk, PINS } from "./support/kiosk";
import { figuresOf, verified } from "./support/figures";
import { look } from "./support/look";
import { openPlace, type Place } from "./support/place";
import { damages, fault, put, take, withStick, type Files } from "./support/stick";

let place: Place;
test.beforeAll(async () => {
  place = await openPlace({
    definition: (demo) => ({ ...demo, version: 3, policy: { ...demo.policy, second_copy: true } }),
  });
});
test.afterAll(async () => place.close());

/** A device of its own: nothing of another browser's storage is there. */
async function device(browser: Browser): Promise<{ context: BrowserContext; page: Page; kiosk: Kiosk }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await withStick(context);
  const page = await context.newPage();
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  return { context, page, kiosk };
}

const copy = (page: Page) => page.getByTestId("second-copy");
const inStep = (page: Page) => expect(copy(page)).toHaveAttribute("data-copy", "in-step");

async function opened(browser: Browser) {
  const made = await device(browser);
  const { page, kiosk } = made;
  await kiosk.provision("1301");
  await expect(copy(page)).toHaveAttribute("data-copy", "not-chosen");
  await kiosk.test("presidential");
  await kiosk.report();
  // Without the copy the polls stay closed.
  await kiosk.pins();
  await expect(page.getByTestId("problem")).toContainText("second copy is not in step");
  await page.getByTestId("copy-choose").click();
  await inStep(page);
  await kiosk.pins();
  await kiosk.state("open");
  return made;
}

async function counted(kiosk: Kiosk, option: string): Promise<void> {
  const before = await kiosk.sheets();
  await kiosk.putSample({ design: "presidential", options: [option] });
  expect(await kiosk.feedOne()).toBe("box");
  expect(await kiosk.sheets()).toBe(before + 1);
}

/** The copy's own words about how many sheets are in it, as a new device reads them. */
async function sheetsIn(browser: Browser, files: Files): Promise<number> {
  const { context, page } = await device(browser);
  await put(page, files);
  await page.getByTestId("take-over-choose").click();
  const sheets = await page.getByTestId("copy-sheets").getAttribute("data-sheets");
  await context.close();
  return Number(sheets);
}

async function events(page: Page, name: string): Promise<number> {
  await page.getByTestId("log-toggle").click();
  await expect(page.locator("[data-event]").first()).toBeVisible();
  const count = await page.locator(`[data-event=event-${name}]`).count();
  await page.getByTestId("log-toggle").click();
  return count;
}

test("the copy is in step after each sheet; a stick that is pulled stops scanning, and brings it back", async ({ browser }) => {
  const { context, page, kiosk } = await opened(browser);
  for (const option of ["candidate-1", "candidate-2", "candidate-2"]) {
    await counted(kiosk, option);
    await inStep(page);
  }
  const names = Object.keys(await take(page));
  expect(names.filter((name) => name.endsWith(".copy"))).toHaveLength(1);
  expect(names.filter((name) => name.endsWith(".package"))).toHaveLength(1);
  expect(await sheetsIn(browser, await take(page))).toBe(3);
  await look(page, "20-copy-in-step");

  // Pulled between two sheets: it is noticed by itself, and nothing is pulled in.
  await kiosk.putSample({ design: "presidential", options: ["candidate-3"] });
  await kiosk.putSample({ design: "presidential", options: ["candidate-3"] });
  await fault(page, "NotFoundError");
  await expect(copy(page)).toHaveAttribute("data-copy", "copy-lost-gone");
  await expect(copy(page)).toContainText("Put it back in");
  await look(page, "21-copy-gone");
  await page.getByTestId("feed-all").click();
  await page.waitForTimeout(2_500);
  expect(await kiosk.sheets()).toBe(3);
  expect(await kiosk.trayCount()).toBe(2);
  // It is back: nobody has to do anything.
  await fault(page, "");
  await inStep(page);
  await expect(page.getByTestId("sheets")).toHaveText("5");
  await expect(page.getByTestId("feed-stop")).toBeDisabled();
  expect(await sheetsIn(browser, await take(page))).toBe(5);

  // A stick that is full, one that gives back something else, one that may not be written: each with its word.
  for (const [name, code, words] of [
    ["QuotaExceededError", "copy-lost-full", "full"],
    ["NotAllowedError", "copy-lost-not-allowed", "Allow it again"],
  ] as const) {
    await fault(page, name);
    await expect(copy(page)).toHaveAttribute("data-copy", code);
    await expect(copy(page)).toContainText(words);
    await fault(page, "");
    await inStep(page);
  }
  await damages(page, true);
  await kiosk.putSample({ design: "presidential", options: ["candidate-4"] });
  await page.getByTestId("feed-one").click();
  await expect(copy(page)).toHaveAttribute("data-copy", "copy-lost-different");
  // That sheet was counted, here and once; the screen says so, and where it is not yet.
  await expect(page.getByTestId("sheets")).toHaveText("6");
  await expect(copy(page)).toContainText("kept on this device");
  await damages(page, false);
  await inStep(page);
  expect(await sheetsIn(browser, await take(page))).toBe(6);

  // Not one event a sheet: three faults of the stick, one of its content, and each time it came back.
  expect(await events(page, "copy-lost")).toBe(4);
  expect(await events(page, "copy-in-step")).toBe(5);
  expect(await events(page, "sheet-counted")).toBe(6);

  // After a start the browser wants a click before it writes, and nothing is counted before.
  await page.addInitScript(() => void ((window as any).stick.asks = true));
  await page.reload();
  await kiosk.unlock();
  await expect(copy(page)).toHaveAttribute("data-copy", "not-chosen");
  await expect(copy(page)).toContainText("Allow it to write");
  await look(page, "22-copy-asks");
  await page.getByTestId("copy-allow").click();
  await inStep(page);
  await counted(kiosk, "candidate-1");
  await kiosk.closePolls();
  const report = verified(place, (await kiosk.report()).qr).report;
  expect(figuresOf(report).contests.president.votes).toMatchObject({
    "candidate-1": 2, "candidate-2": 2, "candidate-3": 2, "candidate-4": 1,
  });
  await context.close();
});

test("a device dies, another goes on from the stick alone, and the report is the sum", async ({ browser }) => {
  const old = await opened(browser);
  await counted(old.kiosk, "candidate-1");
  const stale = await take(old.page);
  await counted(old.kiosk, "candidate-2");
  await counted(old.kiosk, "candidate-2");
  const files = await take(old.page);

  const { context, page, kiosk } = await device(browser);
  await put(page, {});
  await page.getByTestId("take-over-choose").click();
  await expect(page.getByTestId("no-copy")).toBeVisible();

  // A damaged copy has its word, and nothing of it is taken.
  const name = Object.keys(files).find((name) => name.endsWith(".copy"))!;
  await put(page, { ...files, [name]: files[name].slice(0, 400) });
  await page.getByTestId("take-over-choose").click();
  await expect(page.getByTestId("problem")).toContainText("damaged or incomplete");

  // The older of two sticks says so by its number of sheets.
  await put(page, stale);
  await page.getByTestId("take-over-choose").click();
  await expect(page.getByTestId("copy-sheets")).toHaveAttribute("data-sheets", "1");
  await expect(page.getByTestId("copy-old")).toHaveCount(0);
  await page.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 3_600_000;
  });
  await put(page, files);
  await page.getByTestId("take-over-choose").click();
  await expect(page.getByTestId("copy-sheets")).toHaveAttribute("data-sheets", "3");
  await expect(page.getByTestId("copy-old")).toContainText("ten minutes");
  await expect(page.getByTestId("copy-facts")).toContainText("scanner-1 · 1301");

  // No PINs before people have said that the old one is off; wrong ones are refused.
  await expect(page.getByTestId("pin-chair")).toHaveCount(0);
  await page.getByTestId("old-is-off").check();
  await look(page, "23-take-over");
  await kiosk.pins("111111", PINS.secretary);
  await expect(page.getByTestId("take-over").getByTestId("problem")).toContainText("PIN");
  await page.waitForTimeout(1_500);
  await kiosk.pins();
  await kiosk.state("paused");
  await expect(page.getByTestId("paused")).toContainText("3 sheets");
  await expect(copy(page)).toHaveAttribute("data-copy", "not-chosen");
  await look(page, "25-copy-not-chosen");
  await page.getByTestId("copy-choose").click();
  await inStep(page);
  await kiosk.pins();
  await kiosk.state("open");
  await counted(kiosk, "candidate-3");
  expect(await events(page, "taken-over")).toBe(1);

  // The old device comes back to life, and its stick tells it that another goes on.
  const further = await take(page);
  await put(old.page, further);
  await expect(copy(old.page)).toHaveAttribute("data-copy", "copy-lost-ahead");
  expect(await take(old.page), "the further copy is not written over").toEqual(further);
  await old.page.reload();
  await old.kiosk.unlock();
  await expect(copy(old.page)).toHaveAttribute("data-copy", "copy-lost-ahead");
  await expect(copy(old.page)).toContainText("Don't count on this device any more");
  await look(old.page, "24-copy-ahead");
  await old.context.close();

  await kiosk.closePolls();
  const report = verified(place, (await kiosk.report()).qr).report;
  expect(figuresOf(report).sheets.presidential).toEqual([4, 4, 0]);
  expect(figuresOf(report).contests.president.votes).toMatchObject({
    "candidate-1": 1, "candidate-2": 2, "candidate-3": 1,
  });
  await context.close();
});
