// The flows of a bad day, in a real browser, down to what the public reads: nothing is lost, nothing counted twice.

import { expect, test } from "@playwright/test";
import type { SampleBallot } from "./support/kiosk";
import { keep, openPlace, type Place } from "./support/place";
import { begin, choose, count, device, published, saved, send, stationReport, truth, type Published } from "./support/counts";

const HOME = "1001";
const OTHER = "1002";

/** What the portal must say of a precinct whose counts are all there: these votes and no others. */
const complete = (votes: Record<string, number>, places: Record<string, string>): Published => ({
  votes, sheets: Object.values(votes).reduce((sum, count) => sum + count, 0), state: "complete", disputed: false, places,
});

const ballots = (...candidates: number[]): SampleBallot[] =>
  candidates.map((candidate) => ({ design: "presidential", options: [`candidate-${candidate}`] }));

test.describe("a bad day", () => {
  test.setTimeout(420_000);
  let place: Place;
  test.beforeEach(async () => {
    place = await openPlace();
  });
  test.afterEach(async () => place.close());

  test("a second machine, and one that replaces another: their results are one report of the station", async ({ browser }) => {
    const [morning, rest] = [ballots(1, 2), ballots(2, 3)];
    const first = await device(browser, place, HOME, "scanner-1");
    await count(first.kiosk, morning);
    await send(first.kiosk);
    const file = await saved(first.kiosk, "first.urna-report");
    expect(await published(place, HOME)).toEqual(complete(truth(morning), { "scanner-1/1": "counted" }));

    // The new one is a device of its own and counts only what the other has not.
    const second = await device(browser, place, HOME, "scanner-2");
    const codes = await count(second.kiosk, rest);
    await send(second.kiosk);
    expect(await published(place, HOME)).toEqual(complete(truth(morning, rest), { "scanner-1/1": "counted", "scanner-2/1": "counted" }));

    // One report of the station, at either machine: by the file of the other, or by the codes on its paper.
    const page = second.kiosk.page;
    await page.getByTestId("report-files").setInputFiles([file]);
    await expect(page.getByTestId("reports-given")).toHaveAttribute("data-count", "1");
    expect(await stationReport(second.kiosk)).toEqual({ votes: truth(morning, rest), parts: ["scanner-1/1", "scanner-2/1"] });
    // The very same twice is one.
    await page.getByTestId("report-files").setInputFiles([file]);
    await expect(page.getByTestId("reports-given")).toHaveAttribute("data-count", "1");
    await first.kiosk.page.getByTestId("report-text").fill(codes.final.join("\n"));
    await first.kiosk.page.getByTestId("report-text-take").click();
    expect(await stationReport(first.kiosk)).toEqual({ votes: truth(morning, rest), parts: ["scanner-1/1", "scanner-2/1"] });
    await expect(first.kiosk.page.locator("#print [data-testid=station-report]")).toHaveCount(1);

    // Something that is no sealed report is refused, and there is no sum.
    const rubbish = keep(place.folder, "rubbish.urna-report", "nothing");
    await first.kiosk.page.getByTestId("report-files").setInputFiles([rubbish]);
    await first.kiosk.page.getByTestId("station-sum").click();
    await expect(first.kiosk.page.getByTestId("problem")).toBeVisible();
    await expect(first.kiosk.page.getByTestId("station-report")).toHaveCount(0);
    await first.context.close();
    await second.context.close();
  });

  test("a box that comes after closing is added, and counting everything again replaces and never adds", async ({ browser }) => {
    const [day, late] = [ballots(1, 2, 2), ballots(3)];
    const { kiosk, context } = await device(browser, place, HOME, "scanner-1");
    const page = kiosk.page;
    await count(kiosk, day);
    // The day's result is not sent yet: it goes out with the late one.
    await choose(kiosk, "late_box");
    await begin(kiosk, 2);
    // A start in the midst of it forgets neither count.
    await page.reload();
    await kiosk.unlock();
    await expect(page.getByTestId("count")).toHaveAttribute("data-purpose", "late_box");
    await count(kiosk, late);
    await send(kiosk);
    expect(await published(place, HOME)).toEqual(complete(truth(day, late), { "scanner-1/1": "counted", "scanner-1/2": "counted" }));
    expect((await stationReport(kiosk)).votes).toEqual(truth(day, late));

    // All of it once more: this time one mark of the day is seen otherwise.
    const again = ballots(1, 2, 1, 3);
    await choose(kiosk, "rescan");
    await expect(page.getByTestId("replace-1")).toBeChecked();
    await expect(page.getByTestId("replace-2")).toBeChecked();
    await begin(kiosk, 3);
    // Begun and not reported, it replaces nothing.
    expect((await published(place, HOME)).votes).toEqual(truth(day, late));
    await count(kiosk, again);
    await send(kiosk);
    expect(await published(place, HOME)).toEqual(complete(truth(again), { "scanner-1/1": "replaced", "scanner-1/2": "replaced", "scanner-1/3": "counted" }));
    expect(await stationReport(kiosk)).toEqual({
      votes: truth(again), parts: ["scanner-1/1 replaced", "scanner-1/2 replaced", "scanner-1/3"],
    });
    await page.goto(`${place.portal}/demo-2027/precincts/${HOME}?lang=en`);
    await expect(page.locator("[data-place=replaced]")).toHaveCount(2);
    await expect(page.locator("[data-count='3']")).toContainText("counted again");
    await context.close();
  });

  test("ballots of a station without a scanner are that station's", async ({ browser }) => {
    const [own, theirs] = [ballots(1, 2), ballots(4, 4, 5)];
    const { kiosk, context } = await device(browser, place, HOME, "scanner-1");
    const page = kiosk.page;
    await count(kiosk, own);
    await send(kiosk);
    await choose(kiosk, "other_station");
    // Without the authority's word for that precinct nothing begins.
    await expect(page.getByTestId("pin-submit")).toHaveCount(0);
    await page.getByTestId("other-precinct").selectOption(OTHER);
    await page.getByTestId("other-demo").click();
    await expect(page.getByTestId("other-taken")).toBeVisible();
    await begin(kiosk, 2);
    await expect(page.getByTestId("precinct")).toHaveText(OTHER);
    await count(kiosk, theirs);
    await send(kiosk);
    expect(await published(place, HOME)).toEqual(complete(truth(own), { "scanner-1/1": "counted" }));
    expect(await published(place, OTHER)).toEqual(complete(truth(theirs), { "scanner-1/2": "counted" }));
    // Each station has a report of its own.
    await page.getByTestId("station-precinct").selectOption(OTHER);
    expect(await stationReport(kiosk)).toEqual({ votes: truth(theirs), parts: ["scanner-1/2"] });
    await page.getByTestId("station-precinct").selectOption(HOME);
    expect(await stationReport(kiosk)).toEqual({ votes: truth(own), parts: ["scanner-1/1"] });
    await context.close();
  });

  test("a machine that gives no result any more: all its ballots once more on a new one", async ({ browser }) => {
    const all = ballots(1, 2, 2, 6);
    const lost = await device(browser, place, HOME, "scanner-1");
    const zero = (await lost.kiosk.zeroAndOpen()).qr.join("\n");
    for (const ballot of all.slice(0, 2)) await lost.kiosk.putSample(ballot);
    await lost.kiosk.feedAll();
    await lost.context.close();
    const handedIn = await fetch(`${place.portal}/api/v1/reports`, { method: "POST", headers: { "content-type": "text/plain" }, body: zero });
    expect(handedIn.status).toBe(201);

    const fresh = await device(browser, place, HOME, "scanner-2");
    const page = fresh.kiosk.page;
    await page.getByTestId("service-toggle").click();
    await expect(page.getByTestId("way-late_box")).toHaveCount(0);
    await page.getByTestId("way-rescan").click();
    await expect(page.getByTestId("pin-submit")).toHaveCount(0);
    await page.getByTestId("report-text").fill(zero);
    await page.getByTestId("report-text-take").click();
    await begin(fresh.kiosk, 1);
    await count(fresh.kiosk, all);
    await send(fresh.kiosk);
    expect(await published(place, HOME)).toEqual(complete(truth(all), { "scanner-1/1": "replaced", "scanner-2/1": "counted" }));
    await fresh.context.close();
  });
});
