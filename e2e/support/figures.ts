// What a report says, by three roads: the paper, its QR codes, the portal.

import { expect, type Page } from "@playwright/test";
import { join, keep, urna, type Place } from "./place";

/** Votes and sheets of a report, in a form that can be compared. */
export interface Figures {
  /** vote → sheets, valid, invalid */
  sheets: Record<string, [number, number, number]>;
  /** contest → option → votes; and blank, overvoted, void */
  contests: Record<string, { votes: Record<string, number>; blank: number; overvoted: number; void: number }>;
}

export function figuresOf(report: any): Figures {
  const figures: Figures = { sheets: {}, contests: {} };
  for (const vote of report.tally.votes) {
    figures.sheets[vote.vote] = [vote.sheets, vote.valid, vote.invalid];
    for (const contest of vote.contests) {
      figures.contests[contest.contest] = {
        votes: Object.fromEntries(contest.choices.map((choice: any) => [choice.option, choice.votes])),
        blank: contest.blank,
        overvoted: contest.overvoted,
        void: contest.void.reduce((sum: number, count: any) => sum + count.ballots, 0),
      };
    }
  }
  return figures;
}

/** Verifies the texts of a report's QR codes with the command line and the authority's key alone. */
export function verified(place: Place, qr: string[]): any {
  const file = keep(place.folder, "codes.txt", qr.join("\n") + "\n");
  return JSON.parse(urna("verify", "--root", join(place.folder, "authority.pem"), file));
}

/** The figures that stand on the sheet of paper. */
export async function figuresOnPaper(page: Page): Promise<Figures> {
  return page.locator(".preview [data-testid=report]").evaluate((sheet) => {
    const figures: any = { sheets: {}, contests: {} };
    const number = (row: Element | null) => Number(row?.querySelector("td")?.textContent);
    for (const vote of sheet.querySelectorAll("[data-vote]")) {
      const register = (name: string) => number(vote.querySelector(`.registers:not([data-contest]) [data-register=${name}]`));
      figures.sheets[(vote as HTMLElement).dataset.vote!] = [register("sheets"), register("valid"), register("invalid")];
      for (const table of vote.querySelectorAll("table[data-contest]")) {
        const votes: any = {};
        for (const row of table.querySelectorAll("tr.choice")) votes[(row as HTMLElement).dataset.option!] = number(row);
        const count = (name: string) => number(table.querySelector(`[data-register=${name}]`));
        figures.contests[(table as HTMLElement).dataset.contest!] = {
          votes, blank: count("blank"), overvoted: count("overvoted"),
          void: count("ballots") - count("valid") - count("blank") - count("overvoted"),
        };
      }
    }
    return figures;
  });
}

/** The published record of a report. */
export async function published(place: Place, digest: string): Promise<any> {
  const answer = await fetch(`${place.portal}/api/v1/reports/${digest}/json`);
  expect(answer.status).toBe(200);
  return answer.json();
}
