// The portal on a cheap phone: every page in every language, live, without a script being needed.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Kiosk } from "./support/kiosk";
import { join, openPlace, root, type Place } from "./support/place";

let place: Place;
test.beforeAll(async () => {
  place = await openPlace();
});
test.afterAll(async () => place.close());

test("results appear while somebody looks, on every page, on a phone's width", async ({ page, browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const reader = await context.newPage();
  await reader.goto(`${place.portal}/demo-2027?lang=en`);
  const before = await reader.locator("main").innerText();

  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await kiosk.provision("1001");
  await kiosk.test("presidential");
  await kiosk.zeroAndOpen();
  for (const options of [["candidate-2"], ["candidate-2"], ["candidate-5"]]) {
    await kiosk.putSample({ design: "presidential", options });
    expect(await kiosk.feedOne()).toBe("box");
  }
  await kiosk.closePolls();
  await kiosk.report();
  await page.getByTestId("send").click();
  await expect(page.getByTestId("transmitted")).toBeVisible();

  // The page that was open all the time has the new figures by itself.
  await expect.poll(async () => (await reader.locator("main").innerText()) !== before, { timeout: 30_000 }).toBe(true);

  const pages = ["/", "/demo-2027", "/demo-2027/regions/bishkek", "/demo-2027/precincts", "/demo-2027/precincts/1001", "/demo-2027/options/president/candidate-2"];
  for (const path of pages) {
    for (const lang of ["ky", "ru", "en"]) {
      const answer = await reader.goto(`${place.portal}${path}?lang=${lang}`);
      expect(answer?.status(), path).toBe(200);
      await expect(reader.locator("html")).toHaveAttribute("lang", lang);
      const wide = await reader.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${path} in ${lang} is wider than a phone`).toBeLessThanOrEqual(0);
      await reader.screenshot({ path: join(root, `e2e/test-results/screens/portal${path.replaceAll("/", "-")}-${lang}.png`), fullPage: true });
    }
    const found = await new AxeBuilder({ page: reader }).analyze();
    expect(found.violations.map((violation) => `${path}: ${violation.id}`)).toEqual([]);
  }
  await reader.goto(`${place.portal}/demo-2027/options/president/candidate-2?lang=en`);
  await expect(reader.locator("main")).toContainText("2");

  const results = await (await fetch(`${place.portal}/demo-2027/data/results.json`)).json();
  expect(JSON.stringify(results)).toContain("candidate-5");
  const csv = await (await fetch(`${place.portal}/demo-2027/data/results.csv`)).text();
  expect(csv.split("\n").some((line) => line.includes("1001") && line.includes("candidate-2"))).toBe(true);
  await context.close();

  // Without scripts everything can still be read.
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(`${place.portal}/demo-2027/precincts/1001?lang=en`);
  await expect(still.locator("main")).toContainText("Bulakova");
  await plain.close();
});
