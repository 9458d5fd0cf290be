// A batch of ballots from a scanner on the cable to the final report, with faults on the way: each sheet is counted once, and those that
// the screen calls void are fed again.

import { expect, test } from "@playwright/test";
import { Kiosk } from "../support/kiosk";
import { figuresOf, figuresOnPaper, verified } from "../support/figures";
import { openPlace, rmSync } from "../support/place";
import { Bus } from "./support/bus";
import type { Kind } from "./support/device";
import { drawn, figuresFor, pagesOf, turnoutOf, type Drawn } from "./support/deck";
import { Wired, type Fault } from "./support/wired";

const SHEETS = drawn(
  ["presidential", "valid, 1 of 7"],
  ["presidential", "valid, 2 of 7"],
  ["referendum", "valid, 1 of 2"],
  ["presidential", "president: blank"],
  ["local-koltor", "valid, 3 of 10"],
  ["referendum", "cancelled: corner cut off"],
  ["referendum", "water-law: every option marked"],
  ["presidential", "president: against all"],
);

/** Not from the eSCL device: it sends as long a page as was asked for, white below the paper, in which this ballot is not found. */
const LONG = drawn(["parliament", "valid, 5 of 54"]);

interface Day {
  kind: Kind;
  sheets: Drawn[];
  /** How many sheets lie in the hopper at once. An eSCL job takes all that there are, so there it is one. */
  stack: number;
  /** The first sheet that is fed is the one of the test. */
  script: string;
  faults: Fault[];
}

const DAYS: Day[] = [
  {
    kind: "fi", sheets: [...SHEETS, ...LONG], stack: SHEETS.length,
    script: `
      at 0: empty
      sheet 3 during-front: jam
      sheet 5 between-sides: unplug
      sheet 7 during-front: stall
      sheet 9 before-feed: double-feed
    `,
    faults: [["scanner-jam", "void"], ["scanner-gone", "void"], ["scanner-double-feed", "void"]],
  },
  {
    kind: "escl", sheets: SHEETS, stack: 1,
    script: `
      at 0: empty
      sheet 3 during-front: jam
      sheet 5 between-sides: unplug
      sheet 7 during-front: stall
      sheet 9 during-front: cover-open
    `,
    faults: [["scanner-jam", "void"], ["scanner-gone", "void"], ["scanner-cover-open", "void"]],
  },
];

for (const { kind, sheets, stack, script, faults } of DAYS) {
  test(`${kind}: a batch with faults, and a final report in which each sheet is counted once`, async () => {
    const pages = pagesOf(sheets);
    const place = await openPlace();
    const bus = await Bus.with({ kind, pages, script });
    try {
      const page = await (await bus.browser(place.kiosk)).newPage();
      const kiosk = new Kiosk(page, place);
      const wired = new Wired(page, bus.device);
      await kiosk.open();
      await kiosk.provision("1301");
      await wired.state("empty");
      await wired.test();
      await kiosk.state("tested");
      await kiosk.zeroAndOpen();

      const counted = sheets.slice(1);
      for (let fed = 0; fed < counted.length; fed += stack) await wired.scan(stack);
      expect(wired.faults).toEqual(faults);
      expect(await wired.turnout()).toEqual(turnoutOf(counted));

      await kiosk.closePolls();
      const qr = await kiosk.issue();
      expect(await figuresOnPaper(page)).toEqual(figuresFor(counted));
      expect(figuresOf(verified(place, qr).report)).toEqual(figuresFor(counted));
    } finally {
      await bus.remove();
      await place.close();
      rmSync(pages, { recursive: true, force: true });
    }
  });
}
