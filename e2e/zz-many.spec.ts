import { expect, test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { Kiosk } from "./support/kiosk";
import { join, openPlace, program, readFileSync } from "./support/place";
import { put, withStick } from "./support/stick";

test("three thousand sheets", async ({ browser }) => {
  test.setTimeout(400_000);
  const place = await openPlace({
    definition: (demo) => ({ ...demo, version: 3, policy: { ...demo.policy, second_copy: true } }),
  });
  const out = join(place.folder, "stick");
  mkdirSync(out);
  console.log(execFileSync(program("examples/full_copy"), [place.folder, "1301", process.env.SHEETS ?? "3000", out], { encoding: "utf8" }));
  const files = Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name)).toString("base64")]));
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await withStick(context);
  await context.addInitScript(() => {
    // Times of each command of the vault and of the stick, as the page sees them.
    const times: [string, number][] = [];
    Object.assign(window, { times });
    const close = FileSystemWritableFileStream.prototype.close;
    FileSystemWritableFileStream.prototype.close = async function () {
      const start = performance.now();
      await close.call(this);
      times.push(["close", performance.now() - start]);
    };
    const sent = new Map<number, [string, number]>();
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message: any, ...rest: any[]) {
      if (message && message.command) sent.set(message.id, [message.command.type ?? message.command, performance.now()]);
      return (post as any).call(this, message, ...rest);
    };
    const real = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage")!;
    Object.defineProperty(Worker.prototype, "onmessage", {
      ...real,
      set(handler: any) {
        real.set!.call(this, (event: MessageEvent) => {
          const asked = sent.get(event.data.id);
          if (asked) times.push([asked[0], performance.now() - asked[1]]);
          handler.call(this, event);
        });
      },
    });
  });
  const page = await context.newPage();
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  await put(page, files);
  await page.getByTestId("take-over-choose").click();
  await page.getByTestId("old-is-off").check();
  await kiosk.pins();
  await kiosk.state("paused");
  await page.getByTestId("copy-choose").click();
  await expect(page.getByTestId("second-copy")).toHaveAttribute("data-copy", "in-step");
  await kiosk.pins();
  await kiosk.state("open");
  for (let at = 0; at < 10; at++) {
    await kiosk.putSample({ design: "presidential", options: ["candidate-1"] });
  }
  await page.evaluate(() => void ((window as any).times.push(["--", 0])));
  await kiosk.feedAll();
  const times: [string, number][] = await page.evaluate(() => (window as any).times);
  for (const [name, ms] of times) if (!["status", "log"].includes(name)) console.log(name, ms.toFixed(0));
  await context.close();
  await place.close();
});
