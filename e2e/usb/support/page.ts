// A page of a few lines that speaks to the fi scanner: envelopes of 31 bytes out, data and 13 bytes of status in.

import { createServer, type Server } from "node:http";

const PAGE = `<!doctype html><meta charset="utf-8"><title>wire</title><script>
const usb = navigator.usb;
const envelope = (...command) => { const bytes = new Uint8Array(31); bytes[0] = 0x43; bytes.set(command, 19); return bytes; };
const INQUIRY = envelope(0x12, 0, 0, 0, 96, 0), READY = envelope(0, 0, 0, 0, 0, 0);
/** What a promise comes to, in words that can cross to the test. */
const outcome = (promise) => promise.then(
  (result) => ({ status: result?.status ?? "done", bytes: result?.data ? [...new Uint8Array(result.data.buffer)] : [] }),
  (error) => ({ error: error.name }));
const events = [];
for (const name of ["connect", "disconnect"]) {
  usb.addEventListener(name, ({ device }) => events.push({ name, device }));
}
const event = async (name) => {
  for (;;) {
    const found = events.find((one) => one.name === name);
    if (found) return found;
    await new Promise((resolve) => usb.addEventListener(name, resolve, { once: true }));
  }
};
let device;
const take = async () => { [device] = await usb.getDevices(); await device.open(); await device.claimInterface(0); };
</script>`;

/** Serves it; gives its origin, and what ends it. */
export async function servePage(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(PAGE));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("no port");
  return { origin: `http://127.0.0.1:${address.port}`, server };
}
