// From a sheet that was read to its acknowledgement, durable on the disk: the vault's own worker in Chromium over the origin's private file system. And
// how long a start takes with so many records.
//
// Recognition is left out by the vault's own way of working: a sheet is read while it moves (`ReadSide`) and counted when it is out (`CountRead`). What
// is timed is the second: judging, the record, the event, both flushes, and the messages there and back. Apart from that, what a second copy costs the vault.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lean, openPlace } from '../../e2e/torture/device.mjs';
import { at } from './tables.mjs';

// Milliseconds that 99 of 100 sheets may take.
const LIMIT = 60;
const SAMPLES = 300;
const COPIES = 15;

const FEED = `window.feed = async (names, sheets) => {
  const times = [];
  for (let n = 0; n < sheets; n++) {
    const start = performance.now();
    await vault.read(names[n % names.length]);
    const read = performance.now();
    const { status } = await vault.countRead();
    times.push({ read: read - start, count: performance.now() - read, sheets: status.sheets });
  }
  return times;
};
window.copies = async (many) => {
  const times = [];
  for (let n = 0; n < many; n++) {
    const start = performance.now();
    const bytes = await vault.copy();
    times.push({ ms: performance.now() - start, bytes });
  }
  return times;
}`;

export async function vault(root, programs, program, stages) {
  const folder = mkdtempSync(join(tmpdir(), 'urna-bench-vault-'));
  const place = await openPlace(root, programs, folder);
  const names = JSON.stringify(place.sheets.map(({ image }) => image));
  let [lean, stored, isGood] = [await Lean.open(program, place), 0, true];
  const ask = lean.ask;
  lean.ask = async (command, file) => {
    const begin = performance.now();
    const answer = await ask.call(lean, command, file);
    if (command.type === 'issue_report') console.log(`the zero report, with the trial of secrecy on 1,000 made-up sheets: ${(performance.now() - begin).toFixed(0)} ms`);
    return answer;
  };
  await lean.prepare(place);
  try {
    for (const records of stages) {
      await lean.call(FEED);
      await lean.load(place);
      while (stored < records) {
        const times = await lean.call(`feed(${names}, ${Math.min(500, records - stored)})`);
        stored = times.at(-1).sheets;
      }
      await lean.browser.close();
      const begin = performance.now();
      lean = await Lean.open(program, place);
      await lean.unlock();
      const ready = performance.now() - begin;
      await lean.call(FEED);
      await lean.load(place);
      const times = await lean.call(`feed(${names}, ${SAMPLES})`);
      stored = times.at(-1).sheets;
      const of = (what, share) => at(times.map((time) => time[what]), share).toFixed(1);
      console.log(`${String(records).padStart(6)} records: ms from read to acknowledged and durable ${of('count', 0.5)} (p99 ${of('count', 0.99)}, longest ${of('count', 1)}); ` +
        `reading it ${of('read', 0.5)}; from the browser's start to the unlocked vault ${ready.toFixed(0)}`);
      const copies = await lean.call(`copies(${COPIES})`);
      const ms = at(copies.map(({ ms }) => ms), 0.5).toFixed(1);
      console.log(`        where the policy asks for a second copy: ${copies[0].bytes} bytes, made in ${ms} ms; then the stick writes them and reads them back`);
      isGood &&= at(times.map(({ count }) => count), 0.99) <= LIMIT;
    }
  } finally {
    await lean.browser.close();
    place.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return isGood;
}
