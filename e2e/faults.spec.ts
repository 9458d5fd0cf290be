// What is bad gets a clear word, and nothing is lost: sheets, packages, PINs, storage, scanner, collector.

import { expect, test, type Page } from "@playwright/test";
import { createServer, type Server } from "node:http";
import { createServer as createTcp } from "node:net";
import { Kiosk, PINS } from "./support/kiosk";
import { published, verified } from "./support/figures";
import { join, keep, openPlace, readFileSync, urna, type Place } from "./support/place";

let place: Place;
test.beforeEach(async () => {
  place = await openPlace();
});
test.afterEach(async () => place.close());

async function openedPolls(page: Page): Promise<Kiosk> {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await kiosk.provision("1001");
  await kiosk.test("presidential");
  await kiosk.zeroAndOpen();
  return kiosk;
}

/** A grey PNG drawn in the page, so that no picture has to be kept in the project. */
async function picture(page: Page, kind: "blank" | "scene"): Promise<Buffer> {
  const url = await page.evaluate((kind) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1654, 2339];
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (kind === "scene") {
      for (let at = 0; at < 300; at++) {
        pen.fillStyle = `hsl(${(at * 47) % 360} 60% ${20 + ((at * 31) % 60)}%)`;
        pen.beginPath();
        pen.ellipse((at * 197) % 1654, (at * 389) % 2339, 30 + ((at * 13) % 200), 20 + ((at * 29) % 160), at, 0, 7);
        pen.fill();
      }
    }
    return canvas.toDataURL("image/png");
  }, kind);
  return Buffer.from(url.split(",")[1], "base64");
}

test("sheets that are no ballots are given back, with the reason, and not counted", async ({ page }) => {
  const kiosk = await openedPolls(page);
  await kiosk.putSample({ design: "presidential", options: ["candidate-1"] });
  expect(await kiosk.feedOne()).toBe("box");
  const blank = readFileSync(join(blanks(), "local-koltor-p1", "blank.png"));
  const bad: [string, Buffer | string, RegExp][] = [
    ["text.jpg", "this is no picture", /no readable picture/],
    ["truncated.png", blank.subarray(0, blank.length / 2), /no readable picture/],
    ["empty.png", "", /no readable picture/],
    ["blank.png", await picture(page, "blank"), /blank/],
    ["scene.png", await picture(page, "scene"), /not a ballot of this election/],
    ["other.png", blank, /another precinct/],
  ];
  for (const [name, bytes, words] of bad) {
    await kiosk.putFiles(keep(place.folder, name, bytes));
    expect(await kiosk.feedOne(), name).toBe("back");
    await expect(page.getByTestId("verdict"), name).toContainText(words);
    expect(await kiosk.sheets(), name).toBe(1);
  }
  // The log says that sheets were given back and why, and not a word of what is on any sheet.
  await page.getByTestId("log-toggle").click();
  await expect(page.locator("[data-event=event-sheet-not-accepted]")).toHaveCount(bad.length);
  await expect(page.getByTestId("event-log")).not.toContainText("candidate");
});

/** The demonstration's ballots as pictures. */
function blanks(): string {
  const folder = join(place.folder, "ballots");
  urna("render", "--definition", join(place.folder, "definition.json"), "--out", folder);
  return folder;
}

test("a fault of the scanner leaves the sheet uncounted, and it is counted when fed again", async ({ page }) => {
  const kiosk = await openedPolls(page);
  for (const [fault, words] of [["jam", /Paper jam.*not counted/], ["double-feed", /Two sheets.*Neither is counted/], ["cover-open", /cover is open.*not counted/]] as const) {
    const before = await kiosk.sheets();
    await kiosk.putSample({ design: "presidential", options: ["candidate-1"] });
    await page.getByTestId("inject").selectOption(fault);
    await page.getByTestId("feed-one").click();
    await expect(page.getByTestId("problem")).toContainText(words);
    expect(await kiosk.sheets()).toBe(before);
    expect(await kiosk.feedOne()).toBe("box");
    expect(await kiosk.sheets()).toBe(before + 1);
  }
});

test("a package with one byte changed, or signed by another key, is refused", async ({ page }) => {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  const good = readFileSync(join(place.folder, "package.urna"));
  const root = join(place.folder, "authority.pem");
  const other = join(place.folder, "other");
  keep(other, "note", "");
  urna("keygen", "--out", other);
  const take = async (pem: string, file: string) => {
    await page.getByTestId("root-file").setInputFiles(pem);
    await page.getByTestId("package-file").setInputFiles(file);
    await page.getByTestId("take-files").click();
  };
  for (const at of [1, 200, Math.floor(good.length / 2), good.length - 5]) {
    const changed = Buffer.from(good);
    changed[at] ^= 1;
    await take(root, keep(place.folder, `changed-${at}.urna`, changed));
    await expect(page.getByTestId("problem")).toBeVisible();
    await kiosk.state("unprovisioned");
  }
  await expect(page.getByTestId("problem")).toContainText(/changed after it was signed|not a sealed file/);
  await take(join(other, "authority.pem"), join(place.folder, "package.urna"));
  await expect(page.getByTestId("problem")).toContainText("signed with another key");
  await take(keep(place.folder, "nonsense.pem", "nonsense"), join(place.folder, "package.urna"));
  await expect(page.getByTestId("problem")).toBeVisible();
  await kiosk.state("unprovisioned");
  await take(root, join(place.folder, "package.urna"));
  await expect(page.getByTestId("provision-key")).toBeVisible();
});

test("an enrolment by files, for this device only", async ({ page, browser }) => {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await page.getByTestId("take-offered").click();
  await kiosk.pins();
  const request = async (of: Page, name: string) => {
    const [download] = await Promise.all([of.waitForEvent("download"), of.getByTestId("save-request").click()]);
    const path = join(place.folder, name);
    await download.saveAs(path);
    const enrolment = join(place.folder, `${name}.enrolment.urna`);
    urna("enrol", "--key", join(place.folder, "authority.key"), "--package", join(place.folder, "package.urna"),
      "--request", path, "--precinct", "1002", "--device", "scanner-7", "--out", enrolment);
    return enrolment;
  };
  const context = await browser.newContext();
  const foreign = await context.newPage();
  const foreignKiosk = new Kiosk(foreign, place);
  await foreignKiosk.open();
  await foreign.getByTestId("take-offered").click();
  await foreignKiosk.pins();
  await page.getByTestId("enrolment-file").setInputFiles(await request(foreign, "foreign"));
  await expect(page.getByTestId("problem")).toContainText("another device");
  await context.close();
  await page.getByTestId("enrolment-file").setInputFiles(await request(page, "own"));
  await expect(page.getByTestId("precinct")).toHaveText("1002");
  await expect(page.getByTestId("device")).toHaveText("scanner-7");
});

test("wrong PINs wait longer each time, over a reload too", async ({ page }) => {
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await page.getByTestId("take-offered").click();
  await kiosk.pins("1234", "5678");
  await expect(page.getByTestId("problem")).toContainText("6 to 12 digits");
  await kiosk.pins();
  await expect(page.getByTestId("provision-enrol")).toBeVisible();
  await page.reload();
  await kiosk.pins(PINS.secretary, PINS.chair);
  await expect(page.getByTestId("problem")).toContainText("Try again in 1 second.");
  await page.waitForTimeout(1_500);
  await kiosk.pins("111111", "222222");
  await expect(page.getByTestId("problem")).toContainText("Try again in 2 seconds.");
  await page.waitForTimeout(2_500);
  await kiosk.pins("111111", "333333");
  await expect(page.getByTestId("problem")).toContainText("Try again in 4 seconds.");
  await page.reload();
  await kiosk.pins();
  await expect(page.getByTestId("problem")).toContainText(/Wait \d seconds? before/);
  await page.waitForTimeout(4_500);
  await kiosk.unlock();
});

test("storage that can't be opened is named", async ({ page }) => {
  // The worker runs what the page made of checked bytes; in front of them stands what makes the storage refuse.
  await page.addInitScript(() => {
    const original = URL.createObjectURL;
    const refusing = `navigator.storageBuckets.open = () => Promise.reject(new DOMException("no", "SecurityError"));`;
    URL.createObjectURL = (script: Blob) => original(new Blob([refusing, script], { type: script.type }));
  });
  await page.goto(place.kiosk);
  await expect(page.getByTestId("fault")).toBeVisible();
  await page.getByTestId("lang-en").click();
  await expect(page.getByTestId("problem")).toContainText("The storage can't be opened");
});

/** Counts one sheet and prints the final report; gives its digest. */
async function reported(page: Page, option: string): Promise<string> {
  const kiosk = await openedPolls(page);
  await kiosk.putSample({ design: "presidential", options: [option] });
  await kiosk.feedOne();
  await kiosk.closePolls();
  const { qr } = await kiosk.report();
  await kiosk.state("reported");
  return verified(place, qr).digest;
}

test("a collector that is down, slow or answers garbage loses nothing", async ({ page }) => {
  test.slow();
  const digest = await reported(page, "candidate-1");
  const port = Number(new URL(place.portal).port);
  const send = async (words: RegExp, timeout = 20_000) => {
    await page.getByTestId("send").click();
    await expect(page.getByTestId("problem")).toContainText(words, { timeout });
  };
  await place.stopCollector();
  await send(/can't be reached/);

  const answers: Server = createServer((_, response) => {
    response.writeHead(200, {
      "access-control-allow-origin": "*", "access-control-allow-headers": "*",
      "access-control-allow-private-network": "true", "content-type": "application/json",
    });
    response.end("<html>garbage");
  });
  await new Promise<void>((resolve) => answers.listen(port, "127.0.0.1", resolve));
  await send(/can't be understood/);
  answers.closeAllConnections();
  await new Promise((resolve) => answers.close(resolve));

  // It takes the connection and says nothing.
  const silent = createTcp(() => {});
  await new Promise<void>((resolve) => silent.listen(port, "127.0.0.1", resolve));
  const sockets = new Set<any>();
  silent.on("connection", (socket) => sockets.add(socket));
  await send(/did not answer in time/, 60_000);
  sockets.forEach((socket) => socket.destroy());
  await new Promise((resolve) => silent.close(resolve));

  await place.startCollector();
  await page.getByTestId("send").click();
  await expect(page.getByTestId("transmitted")).toBeVisible();
  expect((await published(place, digest)).standing).toBe("published");
});

test("a different result of the same device is a conflict that the kiosk shows", async ({ page, browser }) => {
  // Two browsers that claim to be one device: the second is enrolled under the same name.
  const context = await browser.newContext();
  const twin = await context.newPage();
  await reported(twin, "candidate-2");
  await twin.getByTestId("send").click();
  await expect(twin.getByTestId("transmitted")).toBeVisible();
  await context.close();
  const digest = await reported(page, "candidate-1");
  await page.getByTestId("send").click();
  await expect(page.getByTestId("problem")).toContainText("already has a different result");
  // The sealed result can still be carried by hand.
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("save-result").click()]);
  const file = join(place.folder, "carried.urna-report");
  await download.saveAs(file);
  const carried = JSON.parse(urna("verify", "--root", join(place.folder, "authority.pem"), file));
  expect(carried.digest).toBe(digest);
});
