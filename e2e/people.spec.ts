// Who may do what, the log that tells of it, the clock, and enrolment by codes.

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { Kiosk, PINS } from "./support/kiosk";
import { join, openPlace, root, urna, type Place } from "./support/place";

const SCREENS = join(root, "e2e/test-results/screens");
const BALLOT = { design: "presidential", options: ["candidate-2"] };

/** A picture of the screen in each language. */
async function look(page: Page, name: string): Promise<void> {
  for (const lang of ["ky", "ru", "en"]) {
    await page.getByTestId(`lang-${lang}`).click();
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await page.screenshot({ path: join(SCREENS, `people-${name}-${lang}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${name} in ${lang} is wider than the screen`).toBeLessThanOrEqual(0);
  }
}

/** Codes of the events on the screen, newest first. */
async function events(page: Page): Promise<string[]> {
  return page.locator("[data-testid=event-log] tr[data-event]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.event ?? ""));
}

/** What a run of the command line that must fail says. */
function refused(...args: string[]): string {
  try {
    urna(...args);
  } catch (fault) {
    return String((fault as { stderr: unknown }).stderr);
  }
  throw new Error(`urna ${args.join(" ")} did not fail`);
}

test.describe("a station with an operator", () => {
  let place: Place;
  test.beforeAll(async () => {
    place = await openPlace();
  });
  test.afterAll(async () => place.close());

  test("operator, lock, other PINs, the log as a file", async ({ page, context }) => {
    test.slow();
    await page.addInitScript(() => {
      window.print = () => undefined;
    });
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301", "scanner-1", PINS.operator);
    await kiosk.test("presidential");
    const zero = await kiosk.zeroAndOpen();

    // Signed out there is the lock screen and nothing else; the operator's PIN is enough to go on.
    await kiosk.signOut();
    await expect(page.getByTestId("log-toggle")).toHaveCount(0);
    await expect(page.getByTestId("people-toggle")).toHaveCount(0);
    await look(page, "signed-out");
    await kiosk.operator("000000");
    await expect(page.getByTestId("problem")).toContainText("PIN");
    await expect(async () => {
      await kiosk.operator();
      await expect(page.getByTestId("voting")).toBeVisible({ timeout: 1_500 });
    }).toPass();
    await kiosk.putSample(BALLOT);
    expect(await kiosk.feedOne()).toBe("box");
    await page.getByTestId("people-toggle").click();
    await expect(page.getByTestId("change-pins")).toHaveCount(0);
    await look(page, "operator");
    await page.getByTestId("people-toggle").click();
    await page.getByTestId("pause").click();
    await kiosk.state("paused");
    await kiosk.pins();
    await kiosk.state("open");

    // The two choose new PINs; the old ones open nothing any more, also after a start.
    await page.getByTestId("people-toggle").click();
    await look(page, "commission");
    const change = page.getByTestId("change-pins");
    await change.getByTestId("pin-new-chair").fill("577215");
    await change.getByTestId("pin-new-secretary").fill("662607");
    await kiosk.pins(PINS.chair, PINS.secretary, change);
    await expect(page.getByTestId("pins-changed")).toBeVisible();
    await page.getByTestId("lock").click();
    await kiosk.pins(PINS.chair, PINS.secretary, page.getByTestId("both-sign-in"));
    await expect(page.getByTestId("problem")).toContainText("PIN");
    await page.reload();
    await expect(async () => {
      await kiosk.pins("577215", "662607", page.getByTestId("both-sign-in"));
      await expect(page.getByTestId("voting")).toBeVisible({ timeout: 3_000 });
    }).toPass();
    expect(await kiosk.sheets()).toBe(1);

    // A second window is refused, and the first one says so in its log; so it does of a covered page.
    const second = await context.newPage();
    await second.goto(place.kiosk);
    await expect(second.getByTestId("fault")).toBeVisible({ timeout: 15_000 });
    await second.close();
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    // Somebody sets the clock of the device an hour forward.
    const [worker] = page.workers();
    await worker.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 3_600_000;
    });
    await page.getByTestId("log-toggle").click();
    const group = page.getByTestId("log-group");
    await expect(async () => {
      await group.selectOption("all");
      await group.selectOption("surroundings");
      await expect(page.locator("[data-event=event-clock-jumped]")).toContainText("+3600 s", { timeout: 1_000 });
    }).toPass();
    expect(await events(page)).toContain("event-page-hidden");
    await group.selectOption("storage");
    await expect(page.locator("[data-event=event-second-refused]")).toHaveCount(1);
    await group.selectOption("people");
    await expect(page.locator("[data-event=event-operator-signed-in]")).toHaveCount(1);
    const people = await events(page);
    for (const code of ["signed-out", "wrong-operator-pin", "pins-changed", "operator-pin-set", "locked", "wrong-pin", "unlocked"]) {
      expect(people).toContain(`event-${code}`);
    }
    expect(people).not.toContain("event-opened");
    await look(page, "log");

    // On paper: the same events, and the head.
    await page.getByTestId("log-list").click();
    const paper = page.locator(".preview [data-testid=event-paper]");
    await expect(paper.locator("tr[data-event]")).toHaveCount(people.length);
    await look(page, "log-paper");
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.length).toBeGreaterThan(1_000);
    await page.getByTestId("log-print").click();

    // As a signed file, by both PINs, which anybody can check.
    await page.getByTestId("log-export").click();
    const download = page.waitForEvent("download");
    await kiosk.pins("577215", "662607", page.getByTestId("log-export-form"));
    const file = join(place.folder, "log.urna-log");
    await (await download).saveAs(file);
    const authority = join(place.folder, "authority.pem");
    const codes = join(place.folder, "zero.txt");
    writeFileSync(codes, zero.qr.join("\n"));
    const head = zero.text.match(/(\d+) · ([0-9a-f]{64})/);
    expect(head).not.toBeNull();
    const said = urna("log", "verify", "--root", authority, "--report", codes, "--head", `${head?.[1]}:${head?.[2]}`, file);
    expect(said).toContain("its head is in the log");
    const lines = urna("log", "export", "--root", authority, file).trim().split("\n").map((line) => JSON.parse(line));
    expect(lines.at(-1).content).toEqual({ what: "log" });
    expect(lines.some((line) => line.event === "exported" && line.content.what === "log_paper")).toBe(true);
    expect(lines.filter((line) => line.event === "sheet_counted")).toHaveLength(1);
    const nist = JSON.parse(urna("log", "export", "--nist", file));
    expect(nist.Device[0].Event).toHaveLength(lines.length);
    // One bit of the event that says who left.
    const bytes = readFileSync(file);
    const victim = lines.find((line) => line.event === "signed_out").sequence;
    const at = bytes.indexOf(Buffer.from([0x82, 0x18, 51, 0x81]));
    bytes[at + 4] ^= 1;
    writeFileSync(file, bytes);
    expect(refused("log", "verify", file)).toContain(`event ${victim}: it was changed`);
  });

  test("left alone, the device locks by itself, and not while polls are open", async ({ page }) => {
    await page.clock.install();
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    await kiosk.test("presidential");
    await page.clock.fastForward("14:00");
    await expect(page.getByTestId("opening")).toBeVisible();
    await page.clock.fastForward("02:00");
    await expect(page.getByTestId("unlock")).toBeVisible();
    await kiosk.unlock();
    await kiosk.zeroAndOpen();
    await page.clock.fastForward("59:00");
    await page.getByTestId("people-toggle").click();
    await expect(page.getByTestId("idle-words")).toContainText("does not lock by itself");
    await page.getByTestId("people-toggle").click();
    await expect(page.getByTestId("voting")).toBeVisible();
  });

  test("a device is enrolled by codes alone", async ({ page }) => {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await page.getByTestId("take-offered").click();
    await kiosk.pins();
    await page.getByTestId("show-request").click();
    const code = page.locator("[data-testid=request-codes] svg.qr");
    await expect(code).toHaveCount(1);
    await look(page, "enrol-codes");
    // The authority photographs the screen, and answers with a code.
    const photo = join(place.folder, "request.png");
    writeFileSync(photo, await code.screenshot({ scale: "device" }));
    const enrol = (out: string) =>
      urna("enrol", "--key", join(place.folder, "authority.key"), "--package", join(place.folder, "package.urna"),
        "--request", photo, "--precinct", "1301", "--device", "by-code", "--out", out);
    const text = join(place.folder, "enrolment.txt");
    enrol(text);
    const typed = readFileSync(text, "utf8");
    await page.getByTestId("enrolment-text").fill(typed.slice(0, 40));
    await page.getByTestId("take-text").click();
    await expect(page.getByTestId("problem")).toBeVisible();
    const answer = join(place.folder, "enrolment.png");
    enrol(answer);
    await page.getByTestId("enrolment-photo").setInputFiles(answer);
    await expect(page.getByTestId("test-scan")).toBeVisible();
    await expect(page.getByTestId("device")).toHaveText("by-code");
  });
});

test("before the hour polls close with the authority's word only", async ({ page }) => {
  // The day of the demonstration is far ahead of the clock of whoever runs this.
  const place = await openPlace({ definition: (demo) => ({ ...demo, date: "2099-01-24", utc_offset_minutes: 360 }) });
  try {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    await kiosk.test("presidential");
    await kiosk.zeroAndOpen();
    await page.getByTestId("close-polls").click();
    await expect(page.getByTestId("closing-early")).toContainText("2099");
    await look(page, "closing-early");
    await kiosk.pins();
    await expect(page.getByTestId("problem")).toContainText("2099");
    await kiosk.state("open");
    const permission = join(place.folder, "permission.urna");
    const permit = (precinct: string) =>
      urna("permit-closing", "--key", join(place.folder, "authority.key"), "--package", join(place.folder, "package.urna"),
        "--precinct", precinct, "--out", permission);
    permit("1302");
    await page.getByTestId("permission-file").setInputFiles(permission);
    await expect(page.getByTestId("closing-early").getByTestId("problem")).toBeVisible();
    permit("1301");
    await page.getByTestId("permission-file").setInputFiles(permission);
    await expect(page.getByTestId("closing-early")).toHaveCount(0);
    await kiosk.pins();
    await kiosk.state("closed");
  } finally {
    await place.close();
  }
});
