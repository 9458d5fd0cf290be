// Anyone can check: the page works without a network, on texts and on photographed codes.

import { expect, test } from "@playwright/test";
import { pathToFileURL } from "node:url";
import { Kiosk } from "./support/kiosk";
import { join, openPlace, readFileSync, root, type Place } from "./support/place";

let place: Place;
test.beforeAll(async () => {
  place = await openPlace();
});
test.afterAll(async () => place.close());

test("the offline page verifies a report, and names what does not hold", async ({ page, browser }) => {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await kiosk.provision("1001");
  await kiosk.test("presidential");
  const qr = await kiosk.issue();
  const codes = kiosk.sheet().locator("svg.qr");
  const photos: Buffer[] = [];
  for (const code of await codes.all()) photos.push(await code.screenshot({ scale: "css" }));

  // A phone without any network opens the page from a file.
  const context = await browser.newContext({ viewport: { width: 390, height: 800 }, offline: true, locale: "en-GB" });
  const phone = await context.newPage();
  const asked: string[] = [];
  phone.on("request", (request) => asked.push(request.url()));
  await phone.goto(pathToFileURL(join(root, ".run/verify.html")).href);
  await phone.locator("#languages button", { hasText: /en/i }).click();
  await phone.locator("#key").fill(readFileSync(join(place.folder, "authority.pem"), "utf8"));
  const result = phone.locator("#result");
  const check = async (text: string, kind: string) => {
    await phone.locator("#codes").fill(text);
    await phone.locator("#verify").click();
    await expect(result).toHaveClass(new RegExp(kind));
  };
  await check(qr.join("\n"), "good");
  await expect(result).toContainText("1001");
  await phone.screenshot({ path: join(root, "e2e/test-results/screens/verify-good.png"), fullPage: true });
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await check(qr.slice(1).join("\n"), "wait|bad");
  const at = Math.floor(qr[0].length / 2);
  const changed = qr[0].slice(0, at) + (qr[0][at] === "A" ? "B" : "A") + qr[0].slice(at + 1);
  await check([changed, ...qr.slice(1)].join("\n"), "bad");
  await phone.screenshot({ path: join(root, "e2e/test-results/screens/verify-bad.png"), fullPage: true });

  // Photographs of the codes do as well as their texts.
  await phone.locator("#clear").click();
  await phone.locator("#photos").setInputFiles(photos.map((buffer, n) => ({ name: `${n}.png`, mimeType: "image/png", buffer })));
  await expect(phone.locator("#codes")).toHaveValue(new RegExp("URNA1"));
  await expect(result).toHaveClass(/good/);

  // Another authority's report is not this authority's.
  await phone.locator("#key").fill(readFileSync(join(root, ".run/demo/authority.pem"), "utf8"));
  await check(qr.join("\n"), "bad");
  expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([]);
  await context.close();
});
