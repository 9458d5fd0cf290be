// Sheets of the test deck that scripts/usb/e2e.sh lets `urna testdeck` draw, and what they come to.

import { readdirSync } from "node:fs";
import type { Figures } from "../../support/figures";
import { cpSync, join, readFileSync, root, scratch } from "../../support/place";

const deck = join(root, ".run/usb/deck");

export interface Drawn {
  image: string;
  purpose: string;
  style: string | null;
  expected: { place: "ballot_box" | "invalid_section" | "given_back"; contests: Array<{ contest: string; outcome: any }> };
}

const read = (name: string) => JSON.parse(readFileSync(join(deck, name), "utf8"));

/** The sheets for these purposes; a purpose is of the style that is named before it. */
export function drawn(...wanted: Array<[style: string, purpose: string]>): Drawn[] {
  const all: Drawn[] = readdirSync(deck).filter((name) => /^\d+\.json$/.test(name)).sort().map(read);
  return wanted.map(([style, purpose]) => {
    const found = all.find((sheet) => sheet.style === style && sheet.purpose === purpose);
    if (!found) throw new Error(`The test deck has no ${style} sheet "${purpose}"`);
    return found;
  });
}

/** A folder for the simulator: fronts with a white back each. */
export function pagesOf(sheets: Drawn[]): string {
  const folder = scratch();
  const white = readdirSync(deck).filter((name) => name.endsWith(".json")).map(read).find((sheet) => sheet.paper === "white");
  sheets.forEach((sheet, at) => {
    const number = String(at + 1).padStart(3, "0");
    cpSync(join(deck, sheet.image), join(folder, `${number}a.png`));
    cpSync(join(deck, white.image), join(folder, `${number}b.png`));
  });
  return folder;
}

/** What a report must say if each of these is counted once. */
export function figuresFor(sheets: Drawn[]): Figures {
  const figures: Figures = { sheets: {}, contests: {} };
  for (const vote of read("expected.json").votes) {
    const own = sheets.filter((sheet) => vote.styles.some((style: any) => style.style === sheet.style));
    const at = (place: string) => own.filter((sheet) => sheet.expected.place === place).length;
    const [valid, invalid] = [at("ballot_box"), at("invalid_section")];
    figures.sheets[vote.vote] = [valid + invalid, valid, invalid];
    for (const contest of vote.contests) {
      const outcomes = own.flatMap((sheet) => sheet.expected.contests.filter((one) => one.contest === contest.contest).map((one) => one.outcome));
      const count = (type: string) => outcomes.filter((outcome) => outcome.type === type).length;
      const votes = (option: string) => outcomes.filter((outcome) => outcome.choices?.includes(option)).length;
      figures.contests[contest.contest] = {
        votes: Object.fromEntries(contest.choices.map(({ option }: any) => [option, votes(option)])),
        blank: count("blank"), overvoted: count("overvoted"), void: count("void"),
      };
    }
  }
  return figures;
}

/** How many sheets of each vote the counter must show then. */
export function turnoutOf(sheets: Drawn[]): Record<string, number> {
  return Object.fromEntries(Object.entries(figuresFor(sheets).sheets).map(([vote, [all]]) => [vote, all]));
}
