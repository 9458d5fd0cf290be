// A whole day on real, hand-marked, scanned ballots: the figures must equal what people read on them.

import { expect, test } from "@playwright/test";
import { Kiosk } from "./support/kiosk";
import { figuresOf, figuresOnPaper, published, verified } from "./support/figures";
import { openPlace, realScans, rmSync, scratch } from "./support/place";
import { scanElection } from "./support/scans";

test("real scans: paper, QR codes and portal say what is marked", async ({ page }) => {
  const folder = realScans();
  test.skip(!folder, "the folder with real scans is not here (../shared/realscans or URNA_REALSCANS)");
  const copies = scratch();
  const election = scanElection(folder!, copies);
  expect(election.files).toHaveLength(29);
  const place = await openPlace(election);
  try {
    const requests: string[] = [];
    page.context().on("request", (request) => requests.push(request.url()));
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1001");
    await kiosk.putFiles(election.files[0]);
    await kiosk.feedOne();
    await page.getByTestId("confirm-test").click();
    await kiosk.zeroAndOpen();
    requests.length = 0;

    await kiosk.putFiles(...election.files);
    await kiosk.feedAll();
    expect(await kiosk.sheets()).toBe(29);
    await kiosk.closePolls();
    const qr = await kiosk.issue();
    expect(await figuresOnPaper(page)).toEqual(election.truth);
    expect(requests, "requests from opening to the final report").toEqual([]);
    const final = verified(place, qr);
    expect(figuresOf(final.report)).toEqual(election.truth);

    await kiosk.print();
    await page.getByTestId("send").click();
    await expect(page.getByTestId("transmitted")).toBeVisible();
    expect(figuresOf((await published(place, final.digest)).report)).toEqual(election.truth);
  } finally {
    await place.close();
    rmSync(copies, { recursive: true, force: true });
  }
});
