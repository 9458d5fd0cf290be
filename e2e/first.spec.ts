import { test, expect } from "@playwright/test";
import { openPlace } from "./support/place";
import { Kiosk } from "./support/kiosk";
test("first", async ({ page }) => {
  const place = await openPlace();
  page.on("console", (m) => console.log("console:", m.text()));
  page.on("pageerror", (e) => console.log("pageerror:", e.message));
  try {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await page.waitForTimeout(500);
    await page.screenshot({ path: "/tmp/s1.png" });
    await kiosk.provision("1001");
    await page.screenshot({ path: "/tmp/s2.png" });
    await kiosk.test("presidential");
    await page.screenshot({ path: "/tmp/s3.png" });
    await kiosk.zeroAndOpen();
    await page.screenshot({ path: "/tmp/s4.png" });
  } finally { await page.screenshot({ path: "/tmp/s9.png" }); await place.close(); }
});
