// What was read, as an image: at the test and in a training, never of a vote. And the dirt test of the glass.

import { deflateSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { Kiosk } from "./support/kiosk";
import { keep, openPlace, rmSync, scratch } from "./support/place";

/** The checksum of a PNG's parts. */
function crc32(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** A grey PNG of A4 at 100 dpi. */
function sheet(level: (x: number, y: number) => number): Buffer {
  const [width, height] = [827, 1169];
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = level(x, y);
  }
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const sign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([sign, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** The width of the image that is shown, in its own pixels; 0 if the browser can't draw it. */
const drawn = (kiosk: Kiosk) =>
  kiosk.page.getByTestId("explain-image").evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return image.naturalWidth;
  });

test("a test sheet is explained, a vote is not", async ({ page }) => {
  const place = await openPlace();
  try {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    await kiosk.putSample({ design: "parliament", options: ["party-03", "no-12"], stroke: "cross" });
    await kiosk.feedOne();
    expect(await drawn(kiosk)).toBeGreaterThan(900);
    await page.getByTestId("confirm-test").click();
    await kiosk.state("tested");
    await kiosk.zeroAndOpen();
    await kiosk.putSample({ design: "parliament", options: ["party-03", "no-12"], stroke: "cross" });
    await kiosk.feedOne();
    await expect(page.getByTestId("sheets")).toHaveText("1");
    await expect(page.getByTestId("explanation")).toHaveCount(0);
  } finally {
    await place.close();
  }
});

test("in a training each sheet is explained", async ({ page }) => {
  const place = await openPlace({ definition: (demo) => ({ ...demo, mode: "training" }) });
  try {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    await kiosk.putSample({ design: "presidential", options: ["candidate-2"] });
    await kiosk.feedOne();
    await page.getByTestId("confirm-test").click();
    await kiosk.state("tested");
    await kiosk.zeroAndOpen();
    await kiosk.putSample({ design: "presidential", options: ["candidate-2"] });
    await kiosk.feedOne();
    await expect(page.getByTestId("sheets")).toHaveText("1");
    expect(await drawn(kiosk)).toBeGreaterThan(900);
  } finally {
    await place.close();
  }
});

test("a blank sheet shows the dirt on the glass, and a printed one does not", async ({ page }) => {
  const place = await openPlace();
  const folder = scratch();
  try {
    const kiosk = new Kiosk(page, place);
    await kiosk.open();
    await kiosk.provision("1301");
    const dirt = page.getByTestId("dirt");
    await kiosk.putFiles(keep(folder, "clean.png", sheet(() => 240)));
    await kiosk.feedOne();
    await expect(dirt).toHaveAttribute("data-verdict", "clean");
    await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "back");
    const isSpeck = (x: number, y: number) => Math.hypot(x - 200, y - 300) < 4;
    const dirty = sheet((x, y) => (x >= 400 && x < 403 ? 130 : isSpeck(x, y) ? 60 : 240));
    await kiosk.putFiles(keep(folder, "dirty.png", dirty));
    await kiosk.feedOne();
    await expect(dirt).toHaveAttribute("data-verdict", "dirty");
    await expect(dirt).toContainText("Streak 102 mm from the left edge");
    await expect(dirt).toContainText("Speck 51 mm from the left and 76 mm from the upper edge");
    await expect(page.getByTestId("dirt-map")).toHaveAttribute("data-streaks", "1");
    await expect(page.getByTestId("explanation")).toHaveCount(0);
    await kiosk.putSample({ design: "presidential", options: ["candidate-2"] });
    await kiosk.feedOne();
    await expect(dirt).toHaveCount(0);
  } finally {
    await place.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
