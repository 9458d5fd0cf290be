// Several devices and several counts of one station.

import { expect, type Browser, type BrowserContext } from "@playwright/test";
import { Kiosk, type SampleBallot } from "./kiosk";
import { join, type Place } from "./place";

export type Purpose = "late_box" | "other_station" | "rescan";

/** A device of its own: storage and keys that no other one sees. */
export interface Device {
  kiosk: Kiosk;
  context: BrowserContext;
}

/** Provisions a device for a precinct and tests it. */
export async function device(browser: Browser, place: Place, precinct: string, name: string): Promise<Device> {
  const context = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
  const kiosk = new Kiosk(await context.newPage(), place);
  await kiosk.open();
  await kiosk.provision(precinct, name);
  await kiosk.test("presidential");
  return { kiosk, context };
}

/** One count from its zero report to its printed final report; the texts of both reports' codes. */
export async function count(kiosk: Kiosk, ballots: SampleBallot[]): Promise<{ zero: string[]; final: string[] }> {
  const zero = await kiosk.zeroAndOpen();
  for (const ballot of ballots) await kiosk.putSample(ballot);
  await kiosk.feedAll();
  expect(await kiosk.sheets()).toBe(ballots.length);
  await kiosk.closePolls();
  const final = await kiosk.report();
  await kiosk.state("reported");
  return { zero: zero.qr, final: final.qr };
}

/** Sends what was not sent. */
export async function send(kiosk: Kiosk): Promise<void> {
  await kiosk.page.getByTestId("send").click();
  await expect(kiosk.page.getByTestId("transmitted")).toBeVisible();
}

/** Opens the ways of a bad day and chooses one. */
export async function choose(kiosk: Kiosk, purpose: Purpose): Promise<void> {
  const page = kiosk.page;
  if (!(await page.getByTestId("bad-day").isVisible())) await page.getByTestId("another-count").click();
  await page.getByTestId(`way-${purpose}`).click();
  await expect(page.getByTestId("begin-count")).toBeVisible();
}

/** Both PINs begin the count that was chosen. */
export async function begin(kiosk: Kiosk, number: number): Promise<void> {
  await kiosk.pins();
  await expect(kiosk.page.getByTestId("count")).toHaveAttribute("data-number", String(number));
  await kiosk.state("tested");
}

/** Saves the device's last result as a file. */
export async function saved(kiosk: Kiosk, name: string): Promise<string> {
  const coming = kiosk.page.waitForEvent("download");
  await kiosk.page.getByTestId("save-result").click();
  const path = join(kiosk.place.folder, name);
  await (await coming).saveAs(path);
  return path;
}

/** Votes for each candidate that has any, and blank ballots, as these ballots say. */
export function truth(...parts: SampleBallot[][]): Record<string, number> {
  const votes: Record<string, number> = {};
  for (const ballot of parts.flat()) {
    for (const option of ballot.options) votes[option] = (votes[option] ?? 0) + 1;
  }
  return votes;
}

/** What the portal says of a precinct. */
export interface Published {
  votes: Record<string, number>;
  sheets: number;
  state: string;
  disputed: boolean;
  /** `device/number` → counted, awaited, replaced or held. */
  places: Record<string, string>;
}

export async function published(place: Place, precinct: string): Promise<Published> {
  const answer = await fetch(`${place.portal}/demo-2027/data/precincts/${precinct}.json`);
  expect(answer.status).toBe(200);
  const figures = await answer.json();
  const contests = figures.results.flatMap((vote: any) => vote.contests);
  const president = contests.find((contest: any) => contest.contest === "president");
  const votes = Object.entries(president?.votes ?? {}).filter(([, count]) => count !== 0);
  return {
    votes: Object.fromEntries(votes) as Record<string, number>,
    sheets: figures.turnout.reduce((sum: number, vote: any) => sum + vote.sheets, 0),
    state: figures.state,
    disputed: figures.disputed,
    places: Object.fromEntries(figures.devices.map((device: any) => [`${device.device}/${device.number}`, device.place])),
  };
}

/** The figures on the station's one report, and which parts it names. */
export async function stationReport(kiosk: Kiosk): Promise<{ votes: Record<string, number>; parts: string[] }> {
  await kiosk.page.getByTestId("station-sum").click();
  const sheet = kiosk.page.locator(".preview [data-testid=station-report]");
  await expect(sheet).toBeVisible();
  await expect(sheet.locator("[data-holds=false]")).toHaveCount(0);
  return sheet.evaluate((sheet) => {
    const votes: Record<string, number> = {};
    for (const row of sheet.querySelectorAll("tr.choice[data-contest=president]")) {
      const count = Number(row.querySelector("td")?.textContent);
      if (count) votes[(row as HTMLElement).dataset.option!] = count;
    }
    const parts = [...sheet.querySelectorAll("[data-part]")].map((part) => {
      const { part: device, count, replaced } = (part as HTMLElement).dataset;
      return `${device}/${count}${replaced === "true" ? " replaced" : ""}`;
    });
    return { votes, parts };
  });
}
