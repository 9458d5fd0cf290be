// The program is the one that was built: nothing is run that its digest does not fit, nothing comes from elsewhere, and the
// build's name stands on the screen, in the log and on the paper.

import { expect, test, type Page } from "@playwright/test";
import { createHash } from "node:crypto";
import { Kiosk } from "./support/kiosk";
import { verified } from "./support/figures";
import { join, openPlace, readFileSync, root, urna, type Place } from "./support/place";

const dist = join(root, "dist");
const file = (path: string) => readFileSync(join(dist, path));
const sha384 = (bytes: Buffer) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

let place: Place;
test.beforeAll(async () => {
  place = await openPlace();
});
test.afterAll(async () => place.close());

test("everything comes from the kiosk's own origin, under strict headers", async ({ page, context }) => {
  const seen: string[] = [];
  context.on("request", (request) => seen.push(request.url()));
  const kiosk = new Kiosk(page, place);
  const answer = await page.goto(place.kiosk);
  await kiosk.open();
  await kiosk.provision("1301");
  await kiosk.test("presidential");
  await kiosk.report();
  expect(seen.length).toBeGreaterThan(15);
  const foreign = seen.filter((url) => ![`${place.kiosk}/`, `blob:${place.kiosk}/`, "data:"].some((own) => url.startsWith(own)));
  expect(foreign).toEqual([]);

  const headers = answer!.headers();
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
  expect(headers["cross-origin-embedder-policy"]).toBe("require-corp");
  expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["referrer-policy"]).toBe("no-referrer");
  const policy = Object.fromEntries(headers["content-security-policy"].split(";").map((part) => {
    const [name, ...sources] = part.trim().split(/\s+/);
    return [name, sources];
  }));
  expect(policy["default-src"]).toEqual(["'none'"]);
  expect(policy["connect-src"]).toEqual(["'self'", place.portal]);
  expect(policy["style-src"]).toEqual(["'self'"]);
  expect(policy["worker-src"]).toEqual(["blob:"]);
  for (const name of ["object-src", "base-uri", "form-action", "frame-ancestors"]) expect(policy[name], name).toEqual(["'none'"]);
  const digests = policy["script-src"].filter((source) => source.startsWith("'sha256-"));
  expect(policy["script-src"].filter((source) => !digests.includes(source))).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  // The policy is not only said: the browser keeps it.
  const tried = await page.evaluate(async () => {
    const blocked: string[] = [];
    addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
    await fetch("http://127.0.0.1:9/").catch(() => undefined);
    const script = document.createElement("script");
    script.textContent = "window.wasRun = true";
    document.body.append(script);
    // Not at once: the policy on evaluation is lifted while the debugger evaluates.
    const evaluated = await new Promise((resolve) => setTimeout(() => {
      try {
        resolve(new Function("return true")());
      } catch {
        resolve(false);
      }
    }));
    return { blocked, evaluated, wasRun: "wasRun" in window };
  });
  expect(tried.evaluated).toBe(false);
  expect(tried.wasRun).toBe(false);
  expect(tried.blocked).toContain("connect-src");
});

test("every script and link of the page names its digest, and the digest fits", async () => {
  const html = file("index.html").toString("utf8");
  const attribute = (tag: string, name: string) => tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];
  const links = [...html.matchAll(/<link\b[^>]*>/g)].map(([tag]) => tag);
  expect(links.length).toBeGreaterThan(5);
  for (const tag of links) expect(attribute(tag, "integrity"), tag).toBe(sha384(file(attribute(tag, "href")!)));
  const scripts = [...html.matchAll(/<script\b([^>]*)>([^]*?)<\/script>/g)];
  expect(scripts.map(([, attributes]) => attributes.trim())).toEqual(['type="importmap"', 'type="module"']);
  const [map, start] = scripts.map(([, , text]) => text);
  const imports = [...start.matchAll(/^import .* from '([^']+)';$/gm)].map(([, path]) => path);
  expect(imports).toHaveLength(1);
  const { integrity } = JSON.parse(map);
  for (const path of imports) expect(integrity[path]).toBe(sha384(file(path)));
  // The vault's script and both WebAssembly files, which no element can name.
  const worker = start.match(/urnaWorker = Object\.freeze\(\{ path: '([^']+)', integrity: '([^']+)' \}\)/)!;
  expect(worker[2]).toBe(sha384(file(worker[1])));
  const fetched = (text: string) => [...text.matchAll(/fetch\((?:self\.origin \+ )?["']([^"']+)["'], \{ integrity: ["']([^"']+)["'] \}\)/g)];
  const wasm = [...fetched(start), ...fetched(file(worker[1]).toString("utf8"))];
  expect(wasm.map(([, path]) => path.replace(/-[0-9a-f]+/, ""))).toEqual(["/urna-kiosk_bg.wasm", "/worker_bg.wasm"]);
  for (const [, path, digest] of wasm) expect(digest).toBe(sha384(file(path)));
});

test("the build's name is the same on screen, in the log, on paper and from the command line", async ({ page }) => {
  const [build, words] = urna("build-hash", dist).split("\n");
  expect(build).toBe(createHash("sha256").update(file("manifest.sha256")).digest("hex"));
  const kiosk = new Kiosk(page, place);
  await kiosk.open();
  const card = page.getByTestId("build");
  await expect(card).toHaveAttribute("data-build", build);
  expect((await card.locator("li").allInnerTexts()).join(" ")).toBe(words);
  await expect(card.locator("svg.build-code")).toHaveAttribute("data-qr", `URNA-B1:${build.toUpperCase()}`);
  await kiosk.provision("1302");
  await kiosk.test("presidential");
  const { qr, text } = await kiosk.report();
  expect(verified(place, qr).report.build).toBe(build);
  expect(text).toContain(`${words} · ${build}`);
  await page.reload();
  await expect(page.getByTestId("unlock")).toBeVisible();
  await expect(page.getByTestId("build")).toHaveAttribute("data-build", build);
  await kiosk.unlock();
  await page.getByTestId("log-toggle").click();
  const events = page.locator("[data-event=event-build-known]");
  await expect(events).toHaveCount(2);
  await expect(events.first()).toContainText(build);
});

/** Serves a file with a byte more than it has. */
async function alter(page: Page, pattern: RegExp): Promise<void> {
  await page.route(pattern, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: Buffer.concat([await answer.body(), Buffer.from("\n")]) });
  });
}

const ALTERED: [string, RegExp][] = [
  ["page's script", /urna-kiosk-[0-9a-f]+\.js$/],
  ["page's WebAssembly", /urna-kiosk-[0-9a-f]+_bg\.wasm$/],
  ["vault's script", /worker-[0-9a-f]+\.js$/],
  ["vault's WebAssembly", /worker-[0-9a-f]+_bg\.wasm$/],
  ["style", /base-[0-9a-f]+\.css$/],
];
for (const [what, pattern] of ALTERED) {
  test(`an altered ${what} is not used`, async ({ page }) => {
    await alter(page, pattern);
    // What a worker's own fetch refuses stands in no console of the page.
    const refused = what === "vault's WebAssembly" ? undefined
      : page.waitForEvent("console", (message) => message.type() === "error" && /integrity/i.test(message.text()));
    await page.goto(place.kiosk);
    await refused;
    if (what === "style") {
      // The head is blue only with the style.
      const head = page.locator(".head");
      await expect(head).toHaveCSS("background-color", "rgba(0, 0, 0, 0)");
    } else if (what.startsWith("vault")) {
      await expect(page.getByTestId("fault")).toBeVisible();
    } else {
      await expect(page.locator("#app > *")).toHaveCount(0);
    }
  });
}

test("an altered file that no digest guards is named", async ({ page }) => {
  await alter(page, /NotoSans-Bold\.ttf$/);
  await new Kiosk(page, place).open();
  await expect(page.getByTestId("build")).toContainText("is not that of its list: fonts/NotoSans-Bold.ttf");
  await expect(page.getByTestId("build")).not.toHaveAttribute("data-build", /./);
});

test("without its list the program says that it can't name its build", async ({ page }) => {
  await page.route(/manifest\.sha256$/, (route) => route.fulfill({ status: 404, body: "" }));
  await new Kiosk(page, place).open();
  await expect(page.getByTestId("build")).toContainText("could not check its own files");
});
