// Two copies of the browser's whole profile, one sheet apart: the known hard case of docs/security.md, and how far it goes.

import { chromium, expect, test } from "@playwright/test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { Kiosk } from "./support/kiosk";
import { join, openPlace } from "./support/place";

/** Every file of a folder, and what is in it. */
function copyOf(folder: string, below = ""): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) for (const [name, bytes] of copyOf(folder, path)) files.set(name, bytes);
    else if (entry.isFile() && statSync(join(folder, path)).size > 0) files.set(path, readFileSync(join(folder, path)));
  }
  return files;
}

/** From the first to the last byte that differs. */
function difference(one: Buffer, other: Buffer): [number, number] {
  expect(one.length).toBe(other.length);
  let [first, last] = [0, one.length - 1];
  while (first < last && one[first] === other[first]) first++;
  while (last > first && one[last] === other[last]) last--;
  return [first, last + 1];
}

test("of a sheet the disk holds one version, written over what was there, in the vault's two files", async () => {
  const place = await openPlace();
  const profile = join(place.folder, "profile");
  const { launchOptions } = test.info().project.use;
  const context = await chromium.launchPersistentContext(profile, { ...launchOptions, locale: "en-GB" });
  try {
    const kiosk = new Kiosk(await context.newPage(), place);
    await kiosk.open();
    await kiosk.provision("1301");
    await kiosk.test("presidential");
    await kiosk.zeroAndOpen();
    for (const options of [["candidate-2"], ["candidate-4"]]) await kiosk.putSample({ design: "presidential", options });
    expect(await kiosk.feedOne()).toBe("box");
    const before = copyOf(profile);
    expect(await kiosk.feedOne()).toBe("box");
    const after = copyOf(profile);

    const changed = [...after.keys()].filter((name) => !before.get(name)?.equals(after.get(name)!));
    const vault = changed.filter((name) => /WebStorage\/\d+\/FileSystem\/t\/\d+\/\d+$/.test(name));
    expect(vault, changed.join("\n")).toHaveLength(2);
    expect(changed.filter((name) => /IndexedDB|Local Storage|Service Worker|CacheStorage|blob_storage|databases/.test(name))).toEqual([]);

    // The log grew by an event; of the records one slot is another.
    const slots = vault.map((name) => ({ name, range: difference(before.get(name)!, after.get(name)!) }));
    const event = slots.find(({ name, range }) => before.get(name)!.subarray(...range).every((byte) => byte === 0));
    const record = slots.find(({ name }) => name !== event?.name)!;
    expect(event, "the event of the sheet").toBeDefined();
    const [from, to] = record.range;
    expect(to - from).toBeLessThanOrEqual(2_816 + 28);
    // The new bytes stand in this one place of the whole profile; what they replaced stands nowhere any more.
    const found = (bytes: Buffer) => [...after].filter(([, content]) => content.includes(bytes)).map(([name]) => name);
    for (let at = from; at + 32 <= to; at += 32) {
      expect(found(after.get(record.name)!.subarray(at, at + 32))).toEqual([record.name]);
      expect(found(before.get(record.name)!.subarray(at, at + 32))).toEqual([]);
    }
  } finally {
    await context.close();
    await place.close();
  }
});
