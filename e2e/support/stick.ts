// A stick for the second copy. There is no dialog in a headless browser, and no stick: the folder that "a person
// chooses" is one of the origin's private file system, with the same handles, and the faults of a stick are put on
// them. A real stick was not tried.

import type { BrowserContext, Page } from "@playwright/test";

/** Puts the picker into every page of a browser. */
export async function withStick(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const stick = { fault: "", silent: false, picks: 0, damage: false, asks: false, granted: 0 };
    Object.assign(window, { stick });
    const fail = () => {
      if (stick.fault) throw new DOMException("as the test wants it", stick.fault);
    };
    const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("stick", { create: true });
    Object.assign(window, {
      showDirectoryPicker: async () => {
        stick.picks += 1;
        return folder();
      },
    });
    // Only what is in that folder is on the stick; the vault's own files are opened in a worker, untouched by this.
    const directory = FileSystemDirectoryHandle.prototype as any;
    const file = FileSystemFileHandle.prototype as any;
    for (const [kind, name] of [[directory, "getFileHandle"], [file, "getFile"], [file, "createWritable"]] as const) {
      const real = kind[name];
      kind[name] = async function (...args: unknown[]) {
        fail();
        if (stick.silent) await new Promise(() => {});
        return real.apply(this, args);
      };
    }
    directory.queryPermission = async () => (stick.asks && !stick.granted ? "prompt" : "granted");
    directory.requestPermission = async () => {
      if (!navigator.userActivation.isActive) throw new DOMException("no click", "SecurityError");
      stick.granted += 1;
      return "granted";
    };
    const write = FileSystemWritableFileStream.prototype.write;
    FileSystemWritableFileStream.prototype.write = function (data: any) {
      if (!stick.damage) return write.call(this, data);
      const bytes = new Uint8Array(data);
      bytes[bytes.length - 1] ^= 1;
      return write.call(this, bytes);
    };
  });
}

/** The fault that the stick has from now on; none if it is there. */
export async function fault(page: Page, name: "" | "NotFoundError" | "QuotaExceededError" | "NotAllowedError"): Promise<void> {
  await page.evaluate((name) => void ((window as any).stick.fault = name), name);
}

/** Whether whatever is written is altered by one bit. */
export async function damages(page: Page, is: boolean): Promise<void> {
  await page.evaluate((is) => void ((window as any).stick.damage = is), is);
}

export type Files = Record<string, string>;

/** What is on the stick, by name, in base64. */
export async function take(page: Page): Promise<Files> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("stick", { create: true });
    const files: Record<string, string> = {};
    for await (const [name, handle] of (folder as any).entries()) {
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      let text = "";
      for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
      files[name] = btoa(text);
    }
    return files;
  });
}

/** Puts exactly these files on the stick. */
export async function put(page: Page, files: Files): Promise<void> {
  await page.evaluate(async (files) => {
    const folder: any = await (await navigator.storage.getDirectory()).getDirectoryHandle("stick", { create: true });
    for await (const name of folder.keys()) await folder.removeEntry(name);
    for (const [name, text] of Object.entries(files)) {
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
      await writable.close();
    }
  }, files);
}
