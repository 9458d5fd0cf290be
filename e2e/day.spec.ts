// A whole election day on the demonstration election, with everything that may go wrong around a browser.

import { expect, test, chromium, type BrowserContext, type Page } from "@playwright/test";
import { Kiosk, type SampleBallot } from "./support/kiosk";
import { figuresOf, figuresOnPaper, published, verified, type Figures } from "./support/figures";
import { join, openPlace, type Place } from "./support/place";

const PRECINCT = "1301";

/** Ballots whose marks are plain. */
const PLAIN: SampleBallot[] = [
  { design: "presidential", options: ["candidate-2"] },
  { design: "presidential", options: ["candidate-2"], stroke: "cross", upsideDown: true },
  { design: "presidential", options: ["against-all"], stroke: "fill" },
  { design: "referendum", options: ["yes"] },
  { design: "referendum", options: ["no"], upsideDown: true },
  { design: "parliament", options: ["party-05", "no-17"], stroke: "cross" },
  { design: "parliament", options: ["party-05"] },
  { design: "parliament", options: ["against-all"], stroke: "fill" },
  { design: "local-koltor", options: ["member-1", "member-4", "member-9"] },
  { design: "local-koltor", options: ["member-4"], stroke: "fill" },
];

/** Ballots for the invalid section. */
const FAULTY: SampleBallot[] = [
  { design: "presidential", options: [] },
  { design: "presidential", options: ["candidate-1", "candidate-3"], stroke: "cross" },
  { design: "parliament", options: ["against-all", "no-3"] },
  { design: "referendum", options: ["yes"], stroke: "dot" },
];

/** What ten plain and four faulty ballots come to, worked out by hand. */
function expected(): Figures {
  const votes = (options: string[], given: Record<string, number>) =>
    Object.fromEntries(options.map((option) => [option, given[option] ?? 0]));
  const series = (prefix: string, count: number, width = 1) =>
    Array.from({ length: count }, (_, at) => `${prefix}${String(at + 1).padStart(width, "0")}`);
  return {
    sheets: { presidential: [5, 3, 2], referendum: [3, 2, 1], parliament: [4, 3, 1], local: [2, 2, 0] },
    contests: {
      president: {
        votes: votes([...series("candidate-", 6), "against-all"], { "candidate-2": 2, "against-all": 1 }),
        blank: 1, overvoted: 1, void: 0,
      },
      "water-law": { votes: votes(["yes", "no"], { yes: 1, no: 1 }), blank: 0, overvoted: 0, void: 1 },
      parties: {
        votes: votes([...series("party-", 21, 2), "against-all"], { "party-05": 2, "against-all": 1 }),
        blank: 0, overvoted: 0, void: 1,
      },
      council: {
        votes: votes([...series("member-", 9), "against-all"], { "member-1": 1, "member-4": 2, "member-9": 1 }),
        blank: 0, overvoted: 0, void: 0,
      },
    },
  };
}

/** Everything that any page of the browser asks of any network. */
class Requests {
  readonly seen: string[] = [];
  watch(context: BrowserContext): void {
    context.on("request", (request) => this.seen.push(`${request.method()} ${request.url()}`));
  }
  /** What was asked since the last call. */
  take(): string[] {
    return this.seen.splice(0);
  }
}

async function browser(profile: string): Promise<BrowserContext> {
  const { launchOptions } = test.info().project.use;
  return chromium.launchPersistentContext(profile, { ...launchOptions, viewport: { width: 1280, height: 800 }, locale: "en-GB" });
}

async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // The tab dies before it can answer.
  session.send("Page.crash").catch(() => {});
  await page.waitForEvent("crash");
  await page.close();
}

test.describe("a whole day", () => {
  let place: Place;
  test.beforeAll(async () => {
    place = await openPlace();
  });
  test.afterAll(async () => place.close());

  test("from the zero report to the portal, through a reload, a killed tab and a restart", async () => {
    const profile = join(place.folder, "profile");
    const requests = new Requests();
    let context = await browser(profile);
    requests.watch(context);
    let page = await context.newPage();
    let kiosk = new Kiosk(page, place);

    await kiosk.open();
    await kiosk.provision(PRECINCT);
    await kiosk.test("presidential");
    const zero = await kiosk.zeroAndOpen();
    const zeroReport = verified(place, zero.qr).report;
    expect(zeroReport.kind).toBe("zero");
    expect(zeroReport.precinct).toBe(PRECINCT);
    const registers = Object.values(figuresOf(zeroReport).contests).flatMap((contest) => Object.values(contest.votes));
    expect(registers).toHaveLength(7 + 2 + 22 + 10);
    expect(registers.every((votes) => votes === 0)).toBe(true);
    expect(zeroReport.sensitivity).toEqual({ contests: [] });
    expect(zeroReport.privacy).toMatchObject({ sheets: 1000, found: [] });
    expect(zeroReport.privacy.passed).toHaveLength(9);
    expect(zero.text).toContain("9 ways tried on 1000 trial sheets");
    await page.waitForTimeout(500);
    requests.take();

    // Four plain ballots; where each goes is on the screen.
    for (const ballot of PLAIN.slice(0, 4)) await kiosk.putSample(ballot);
    for (let fed = 1; fed <= 4; fed++) {
      expect(await kiosk.feedOne()).toBe("box");
      expect(await kiosk.sheets()).toBe(fed);
    }
    expect(requests.take(), "requests while counting").toEqual([]);

    // A second tab is refused and the first one goes on.
    const second = await context.newPage();
    await second.goto(place.kiosk);
    await expect(second.getByTestId("fault")).toBeVisible({ timeout: 15_000 });
    await expect(second.getByTestId("problem")).toContainText("already open in another window");
    await second.close();

    // A reload loses nothing: both PINs, and on it goes.
    await page.reload();
    await kiosk.unlock();
    expect(await kiosk.sheets()).toBe(4);
    await expect(page.getByTestId("recovery")).toHaveAttribute("data-recovery", "recovery-compare");
    await expect(page.getByTestId("recovery")).toContainText("Sheets counted: 4.");
    const loading = requests.take();
    const own = [`GET ${place.kiosk}/`, `GET blob:${place.kiosk}/`, "GET data:"];
    expect(loading.every((request) => own.some((start) => request.startsWith(start))), loading.join("\n")).toBe(true);
    expect(loading.some((request) => request.includes("/campaign/"))).toBe(false);

    // The tab is killed while sheets run through; whatever the count is then, none is lost or counted twice.
    for (const ballot of PLAIN.slice(4)) await kiosk.putSample(ballot);
    await page.getByTestId("feed-all").click();
    await expect(page.getByTestId("sheets")).not.toHaveText("4");
    const shown = await kiosk.sheets();
    await crash(page);
    page = await context.newPage();
    kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.unlock();
    const counted = await kiosk.sheets();
    expect(counted).toBeGreaterThanOrEqual(shown);
    expect(counted).toBeLessThanOrEqual(PLAIN.length);
    requests.take();
    // The screen has said which sheets are counted: the others are fed again.
    for (const ballot of PLAIN.slice(counted)) await kiosk.putSample(ballot);
    await kiosk.feedAll();
    expect(await kiosk.sheets()).toBe(PLAIN.length);

    // The machine is switched off and on again.
    await context.close();
    context = await browser(profile);
    requests.watch(context);
    page = await context.newPage();
    kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.unlock();
    expect(await kiosk.sheets()).toBe(PLAIN.length);
    requests.take();

    // A turnout slip on receipt paper says how many, and nothing of how.
    await page.getByTestId("turnout").click();
    const slip = await kiosk.report("roll80");
    const slipReport = verified(place, slip.qr).report;
    expect(slipReport.kind).toBe("turnout");
    expect(slipReport.tally).toBeNull();
    expect(slipReport.sensitivity).toBeUndefined();
    expect(slip.text).not.toContain("Bulakova");

    // The faulty ones go to the invalid section, and the next waits until the clerk has put each there.
    for (const ballot of FAULTY) await kiosk.putSample(ballot);
    for (const _ of FAULTY) {
      expect(await kiosk.feedOne()).toBe("invalid");
      await expect(page.getByTestId("feed-one")).toBeDisabled();
      await page.getByTestId("confirm-drop").click();
      await expect(page.getByTestId("confirm-drop")).toHaveCount(0);
    }
    expect(await kiosk.sheets()).toBe(PLAIN.length + FAULTY.length);

    await kiosk.closePolls();
    const qr = await kiosk.issue();
    const paper = await figuresOnPaper(page);
    await expect(page.locator(".preview [data-holds=false]")).toHaveCount(0);
    expect(await page.locator(".preview [data-holds=true]").count()).toBeGreaterThan(8);
    // As many originals as the definition asks for, and every one of them whole.
    await expect(page.locator("#print [data-testid=report]")).toHaveCount(2);
    expect(requests.take(), "requests from opening to the final report").toEqual([]);

    // Beside every contest stands what other thresholds would give, and the seal says the same of which differ.
    await expect(page.locator(".preview [data-band]")).toHaveCount(4);
    const differing = await page.locator(".preview table[data-band]").evaluateAll((all) => all.map((table) => (table as HTMLElement).dataset.band));

    expect(paper).toEqual(expected());
    const final = verified(place, qr);
    expect(final.report.sensitivity.contests.map((contest: any) => contest.contest)).toEqual(differing);
    expect(final.report.kind).toBe("final");
    expect(final.report.privacy).toEqual({ sheets: 14, passed: ["slots", "nonces", "generator", "contents"], found: [] });
    expect(figuresOf(final.report)).toEqual(expected());
    const party = final.report.tally.votes.find((v: any) => v.vote === "parliament").contests[0].choices.find((c: any) => c.option === "party-05");
    expect(party.preferences[16]).toBe(1);
    expect(party.without_preference).toBe(1);

    // Nothing can be sent before the print is confirmed.
    await expect(page.getByTestId("send")).toHaveCount(0);
    await kiosk.print();
    await kiosk.state("reported");
    await page.getByTestId("send").click();
    await expect(page.getByTestId("transmitted")).toBeVisible();
    await kiosk.state("transmitted");
    expect(requests.take().some((request) => request === `POST ${place.portal}/api/v1/reports`)).toBe(true);

    const record = await published(place, final.digest);
    expect(record.standing).toBe("published");
    expect(figuresOf(record.report)).toEqual(expected());

    // What the public sees.
    const portal = await context.newPage();
    await portal.goto(`${place.portal}/demo-2027/precincts/${PRECINCT}?lang=en`);
    await expect(portal.locator("body")).toContainText("Bulakova");
    const csv = await (await fetch(`${place.portal}/demo-2027/data/results.csv`)).text();
    expect(csv).toContain("candidate-2");
    await context.close();
  });
});
