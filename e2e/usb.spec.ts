// The scanner on the cable drives the counting screen: whatever goes wrong, at whatever moment of a sheet, the sheet is
// counted once or not at all, the screen says which, and the next one is counted. With simulated devices behind
// `navigator.usb`; Chromium's own WebUSB is under test in e2e/usb.

import { expect, test, type Page } from "@playwright/test";
import { Kiosk } from "./support/kiosk";
import { join, openPlace, readFileSync, rmSync, scratch, urna, type Place } from "./support/place";
import { SimulatedUsb, type Protocol } from "./support/usb";

const PRECINCT = "1301";
const PROTOCOLS: Protocol[] = ["Escl", "Fi"];

let place: Place;
let deck: string;
test.beforeAll(async () => {
  place = await openPlace();
  deck = join(scratch(), "deck");
  urna("testdeck", "--definition", join(place.folder, "definition.json"), "--precinct", PRECINCT, "--out", deck);
});
test.afterAll(async () => {
  await place.close();
  rmSync(join(deck, ".."), { recursive: true, force: true });
});

/** A page of the deck, by what it is for. */
const PAGES = { box: "0001", invalid: "0008", back: "0016" };

/** A kiosk in the state before opening, with a browser that has USB. */
async function provisioned(page: Page): Promise<{ kiosk: Kiosk; usb: SimulatedUsb }> {
  const usb = await SimulatedUsb.on(page);
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  for (const [name, number] of Object.entries(PAGES)) await usb.draw(name, readFileSync(join(deck, `${number}.png`)));
  await kiosk.provision(PRECINCT);
  return { kiosk, usb };
}

/** The same, with open polls and a scanner that was chosen by a click and tested. */
async function opened(page: Page, kind: Protocol): Promise<{ kiosk: Kiosk; usb: SimulatedUsb }> {
  const { kiosk, usb } = await provisioned(page);
  await usb.plug({ kind, sheets: [{ front: "box" }] });
  await page.getByTestId("choose-scanner").click();
  await state(page, "ready");
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "box");
  await page.getByTestId("device-stop").click();
  await page.getByTestId("confirm-test").click();
  await kiosk.state("tested");
  await kiosk.zeroAndOpen();
  return { kiosk, usb };
}

async function state(page: Page, name: string): Promise<void> {
  await expect(page.getByTestId("scanner")).toHaveAttribute("data-state", name);
}

/** What the screen says of a sheet that was fed. */
interface Said {
  counted: number;
  /** The fault, if one is shown, and whether it took the sheet along. */
  fault?: string;
  sheet?: string;
}

/** Starts scanning and waits until nothing moves any more. */
async function feed(page: Page, before: number): Promise<Said> {
  await page.getByTestId("device-start").click();
  await page.waitForFunction((before) => {
    const find = (id: string) => document.querySelector(`[data-testid=${id}]`) as HTMLElement | null;
    const { busy, state } = find("scanner")?.dataset ?? {};
    const ended = Number(find("sheets")?.innerText) > before || find("device-fault") || state === "empty";
    return busy === "false" && ended;
  }, before, { timeout: 30_000 });
  const fault = page.getByTestId("device-fault");
  const said: Said = { counted: Number(await page.getByTestId("sheets").innerText()) - before };
  if (await fault.isVisible()) {
    said.fault = (await fault.getAttribute("data-fault")) ?? "";
    said.sheet = (await fault.getAttribute("data-sheet")) ?? "";
  }
  return said;
}

const FAULTS: Record<string, string> = {
  jam: "scanner-jam", "double-feed": "scanner-double-feed", "cover-open": "scanner-cover-open", unplug: "scanner-gone",
};
const MOMENTS = ["before-feed", "during-front", "between-sides", "after-back"];

for (const kind of PROTOCOLS) {
  test(`${kind}: each fault at each moment of a sheet`, async ({ page }) => {
    test.slow();
    const { kiosk, usb } = await opened(page, kind);
    for (const [what, words] of Object.entries(FAULTS)) {
      for (const moment of MOMENTS) {
        const script = `sheet 1 ${moment}: ${what}`;
        const before = await kiosk.sheets();
        await usb.plug({ kind, sheets: [{ front: "box" }], script, grant: true });
        await state(page, "ready");
        const said = await feed(page, before);
        const [fate] = await usb.fates();
        const context = `${script}: ${JSON.stringify(said)}, ${JSON.stringify(fate)}`;
        if (said.counted === 0) {
          // Not counted, and the screen says why, and that the sheet is to be fed again.
          expect([said.fault, said.sheet], context).toEqual([words, "void"]);
          await expect(page.getByTestId("device-fault"), context).toContainText(/not counted|Neither is counted/);
        } else {
          expect([said.counted, fate.front, fate.back], context).toEqual([1, "whole", "whole"]);
          expect(said.sheet ?? "none", context).toBe("none");
        }

        // A person helps; the next sheet is counted.
        if (what === "unplug") await usb.hands("plug");
        await usb.hands("jam-removed", "cover-closed", "empty", "load 1");
        if (await page.getByTestId("device-stop").isVisible()) await page.getByTestId("device-stop").click();
        await expect(page.getByTestId("device-start"), context).toBeEnabled();
        await page.getByTestId("device-start").click();
        await expect(page.getByTestId("sheets"), context).toHaveText(String(before + said.counted + 1));
        await expect(page.getByTestId("verdict"), context).toHaveAttribute("data-place", "box");
        await page.getByTestId("device-stop").click();
        await expect(page.getByTestId("device-fault"), context).toHaveCount(0);
      }
    }
  });
}

test("nothing is pulled in while a sheet must be put away by hand, and stop stops", async ({ page }) => {
  const { kiosk, usb } = await opened(page, "Fi");
  const inHopper = async () => (await usb.fates()).filter((fate) => !fate.left_hopper).length;
  await usb.plug({ kind: "Fi", sheets: ["box", "invalid", "box", "back", "box"].map((front) => ({ front })), grant: true });
  await state(page, "ready");
  await page.getByTestId("device-start").click();
  // The second goes into the invalid section: nothing moves before that is confirmed.
  await expect(page.getByTestId("confirm-drop")).toBeVisible();
  await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "invalid");
  expect([await kiosk.sheets(), await inHopper()]).toEqual([2, 3]);
  await page.getByTestId("confirm-drop").click();
  // The fourth is given back: nothing moves before somebody has done so.
  await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "back");
  await expect(page.getByTestId("device-start")).toBeEnabled();
  expect([await kiosk.sheets(), await inHopper()]).toEqual([3, 1]);
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("sheets")).toHaveText("4");
  // Stopped: paper that lies ready stays there.
  await page.getByTestId("device-stop").click();
  await usb.hands("load 1");
  await state(page, "ready");
  await expect(page.getByTestId("device-state")).toContainText("Stopped");
  expect([await kiosk.sheets(), await inHopper()]).toEqual([4, 1]);
});

for (const kind of PROTOCOLS) {
  test(`${kind}: a sheet goes to the vault while it moves, and is counted only when it is out`, async ({ page }) => {
    // What the vault is told, and what of the sheet the device had sent by then.
    await page.addInitScript(() => {
      const window = globalThis as any;
      const post = Worker.prototype.postMessage;
      window.told = [];
      Worker.prototype.postMessage = function (this: Worker, message: any, ...rest: any[]) {
        // Before there is a device there is no truth of one.
        const isOfSheet = /^(take_part|read_side|count_)/.test(message.command?.type);
        const [sheet] = isOfSheet ? window.usbHands.truth().sheets : [];
        if (sheet) window.told.push({ type: message.command.type, bytes: message.buffers.length && message.buffers[0].byteLength, back: sheet.back });
        return (post as any).call(this, message, ...rest);
      };
    });
    const { usb } = await opened(page, kind);
    await usb.plug({ kind, sheets: [{ front: "box" }], grant: true });
    await state(page, "ready");
    await page.evaluate(() => { (globalThis as any).told = []; });
    const said = await feed(page, 0);
    expect(said.counted).toBe(1);
    const told: { type: string; bytes: number; back: string }[] = await page.evaluate(() => (globalThis as any).told);
    const [sides, parts] = ["read_side", "take_part"].map((type) => told.filter((one) => one.type === type));
    // The front is read before all of the back has come; pixels go in parts, none of which holds up the page.
    expect(sides.map(({ back }) => back === "whole")).toEqual([false, true]);
    expect(parts.length > 0).toBe(kind === "Fi");
    for (const { bytes } of parts) expect(bytes).toBeLessThanOrEqual((256 << 10) + 19);
    if (kind === "Fi") for (const { bytes } of sides) expect(bytes).toBe(19);
    // Once, when both have come, and nothing of it is sent again.
    expect(told.filter(({ type }) => type.startsWith("count_"))).toEqual([{ type: "count_read", bytes: 0, back: "whole" }]);
  });
}

test("trouble without a sheet says nothing of one, and each fault is an event", async ({ page }) => {
  const { kiosk, usb } = await opened(page, "Escl");
  const fault = page.getByTestId("device-fault");
  await usb.plug({ kind: "Escl", sheets: [{ front: "box" }], script: "sheet 2 between-sides: jam", grant: true });
  await state(page, "ready");
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("sheets")).toHaveText("1");
  // The last sheet was counted: whoever opens the cover now must not be told to feed it again.
  await usb.hands("cover-open");
  await expect(fault).toHaveAttribute("data-fault", "scanner-cover-open");
  await expect(fault).toHaveAttribute("data-sheet", "none");
  await expect(fault).not.toContainText(/counted/);
  await usb.hands("cover-closed", "load 1");
  await page.getByTestId("device-start").click();
  await expect(fault).toHaveAttribute("data-fault", "scanner-jam");
  await expect(fault).toHaveAttribute("data-sheet", "void");
  await expect(page.getByTestId("device-state")).toContainText("waits for help");
  expect(await kiosk.sheets()).toBe(1);
  await page.getByTestId("log-toggle").click();
  await expect(page.locator("[data-event=event-scanner-fault]", { hasText: "cover is open" })).toHaveCount(1);
  await expect(page.locator("[data-event=event-scanner-fault]", { hasText: "Paper jam" })).toHaveCount(1);
});

test("a device that was granted is there after a reload without a click, and one that lies about lengths counts nothing", async ({ page }) => {
  const { kiosk, usb } = await opened(page, "Fi");
  const box = readFileSync(join(deck, `${PAGES.box}.png`));
  await usb.atStart({ box }, { kind: "Fi", sheets: [{ front: "box" }], grant: true });
  await page.reload();
  await kiosk.unlock();
  await state(page, "ready");
  await expect(page.getByTestId("device-name")).toContainText("fi-7160");
  // After a start nothing is pulled in before somebody says so.
  await expect(page.getByTestId("recovery")).toBeVisible();
  expect((await usb.fates())[0].place).toBe("hopper");

  await usb.system({ longer: 1 });
  const said = await feed(page, 0);
  expect([said.counted, said.sheet]).toEqual([0, "void"]);
  await usb.system({ longer: 0 });
  await usb.hands("empty", "load 1");
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("sheets")).toHaveText("1");
});

test("a device that can't be taken says why, and is taken once it can be", async ({ page }) => {
  const { usb } = await provisioned(page);
  const refused = async (why: RegExp) => {
    await expect(page.getByTestId("device-fault")).toHaveAttribute("data-fault", "scanner-in-use");
    // No sheet moved, so nothing is said of one.
    await expect(page.getByTestId("device-fault")).toHaveAttribute("data-sheet", "none");
    await expect(page.getByTestId("device-refusal")).toContainText(why);
  };
  await page.getByTestId("choose-scanner").click();
  await expect(page.getByTestId("not-chosen")).toContainText("No scanner was chosen");

  await usb.plug({ kind: "Escl", sheets: [{ front: "box" }] });
  await usb.system({ held: [0, 1] });
  await page.getByTestId("choose-scanner").click();
  await refused(/driver of the system/);
  await usb.system({ held: [], denied: true });
  await page.getByTestId("device-leave").click();
  await expect(page.getByTestId("tray")).toBeVisible();
  await page.getByTestId("choose-scanner").click();
  await refused(/does not let this user/);
  await usb.system({ denied: false });
  await page.getByTestId("device-start").click();
  await expect(page.getByTestId("verdict")).toHaveAttribute("data-place", "box");
  await expect(page.getByTestId("device-fault")).toHaveCount(0);
});

test("operations of the browser that never end do not hang the kiosk", async ({ page }) => {
  const { usb } = await provisioned(page);
  const alive = async () => {
    await page.getByTestId("lang-ru").click();
    await expect(page.locator("html")).toHaveAttribute("lang", "ru");
    await page.getByTestId("lang-en").click();
  };
  for (const hang of ["claim", "release", "reset", "in"]) {
    await usb.plug({ kind: "Fi", sheets: [{ front: "box" }], grant: hang !== "claim", hangs: [hang] });
    if (hang === "claim") await page.getByTestId("choose-scanner").click();
    await alive();
    await expect(page.getByTestId("device-fault"), hang).toHaveAttribute("data-fault", "scanner-no-answer", { timeout: 60_000 });
    await alive();
    // Switched off and on, it works.
    await usb.system({ hangs: [] });
    await usb.hands("unplug", "plug");
    await state(page, "ready");
  }
});
