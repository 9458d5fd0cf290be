// Drives the real kiosk with a simulated scanner, as fast as it can: sheets per minute, how long the feeder waits for the software, memory,
// stalls of the page.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chromium } from './chromium.mjs';
import { openPlace } from './place.mjs';
import { at } from './tables.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const PRECINCT = '1301';
// Different ballots in the stack; then it begins anew.
const BALLOTS = 12;
// Pixels: A4 at 200 dpi has 2,339. The demonstration's longest ballot is as long as A3.
const A4 = 2_400;
// A job of eSCL takes whatever lies in the feeder, so that sheets are laid in singly.
const WAYS = { Fi: 'stacked', Escl: 'singly' };
// Protocol, milliseconds that the device needs for a sheet, which sheets.
const RUNS = [['Fi', 0, 'A4'], ['Escl', 0, 'A4'], ['Fi', 0, '420 mm'], ['Fi', 1_000, 'A4'], ['Escl', 1_000, 'A4']];
const MIB = 1 << 20;

// Memories of WebAssembly only grow: their size is the most that was needed.
const NOTE_MEMORIES = `for (const name of ['instantiate', 'instantiateStreaming']) {
  const was = WebAssembly[name];
  WebAssembly[name] = async (...args) => {
    const made = await was.apply(WebAssembly, args);
    (globalThis.wasmMemories ??= []).push((made.instance ?? made).exports.memory);
    return made;
  };
}`;
const MEMORIES = '(globalThis.wasmMemories ?? []).reduce((sum, memory) => sum + memory.buffer.byteLength, 0)';

function scripts(root) {
  const read = (...path) => readFileSync(join(...path), 'utf8');
  const sim = join(root, '.run/usb-sim');
  const wasm = readFileSync(join(sim, 'urna_usb_sim_bg.wasm')).toString('base64');
  const device = [
    read(sim, 'urna_usb_sim.js'),
    `wasm_bindgen.initSync({ module: Uint8Array.from(atob("${wasm}"), (c) => c.charCodeAt(0)) }); const URNA_SIM = wasm_bindgen;`,
    read(root, 'e2e/support/navigator-usb.js'),
    read(here, 'device.js'),
  ].join('\n');
  return [NOTE_MEMORIES, `{ const URNA_DEVICE = ${JSON.stringify(device)};`, read(here, 'usb.js'), '}', read(here, 'probe.js')].join('\n');
}

// Of the page and of the vault: JavaScript's heap with its buffers, and WebAssembly's memory.
async function memory(page) {
  const vault = page.workers.find(({ url }) => url.startsWith('blob:'));
  const held = [];
  for (const [name, thread] of [['page', page], ['vault', vault]]) {
    await thread.send('HeapProfiler.collectGarbage');
    const heap = await thread.send('Runtime.getHeapUsage');
    held.push({ name, js: heap.usedSize / MIB, buffers: (heap.backingStorageSize ?? 0) / MIB, wasm: (await thread.evaluate(MEMORIES)) / MIB });
  }
  return held;
}

const held = (all) => all.map(({ name, js, wasm }) => `${name} ${js.toFixed(1)} + ${wasm.toFixed(1)}`).join(', ');
const spread = (values, digits = 0) => `${at(values, 0.5).toFixed(digits)} (p5 ${at(values, 0.05).toFixed(digits)}, p95 ${at(values, 0.95).toFixed(digits)})`;

// When each sheet was fed and when its last byte was sent, by the device's own clock.
function moments(diary) {
  const found = new Map();
  for (const { at, words } of diary) {
    const [, sheet, what] = words.match(/^sheet (\d+)(?: is|:) (fed|everything was sent)$/) ?? [];
    if (sheet) found.set(sheet, { ...found.get(sheet), [what === 'fed' ? 'fed' : 'sent']: at });
  }
  return [...found.values()];
}

// Whatever ran in the long tasks, longest first.
function causes({ tasks, frames }) {
  const within = (task) => frames.filter((frame) => frame.startTime <= task.startTime + task.duration && task.startTime <= frame.startTime + frame.duration);
  const scripts = tasks.flatMap(within).flatMap(({ scripts }) => scripts).sort((a, b) => b.duration - a.duration);
  return [...new Set(scripts.slice(0, 4).map(({ invoker, duration, sourceFunctionName }) => `${invoker}${sourceFunctionName ? ` ${sourceFunctionName}` : ''} ${duration.toFixed(0)} ms`))].join('; ');
}

function tell(name, run) {
  const sheets = moments(run.diary).slice(0, run.counted);
  const pairs = sheets.slice(1).map((sheet, at) => [sheets[at], sheet]);
  const periods = pairs.map(([last, next]) => next.fed - last.fed);
  const waits = pairs.map(([last, next]) => next.fed - last.sent);
  const counts = run.asked.filter(({ type }) => type.startsWith('count_'));
  if (counts.length < 2) throw new Error(`${name}: hardly a sheet was counted: ${run.screen}`);
  const row = (label, words) => console.log(`${label.padEnd(50)} ${words}`);
  console.log(`${name}: ${run.counted} sheets counted, then: ${run.said.split('\n').slice(0, 4).join(' ')}`);
  row('  sheets a minute', spread(periods.map((ms) => 60_000 / ms)));
  row('  ms from "feed" to the last byte', spread(sheets.map(({ fed, sent }) => sent - fed)));
  row('  ms from the last byte to its end on the screen', spread(sheets.map(({ sent }, at) => run.shownAt[at] - sent)));
  row('  ms from the last byte to the next "feed"', `${spread(waits)}, longest ${Math.max(...waits).toFixed(0)}`);
  row('    of it asking the vault to count', `${spread(counts.map(({ took }) => took))}, its own time ${spread(counts.map(({ reply }) => reply))}`);
  row('  stalls of the page over 50 ms', run.tasks.length === 0 ? 'none' :
    `${run.tasks.length}, longest ${Math.max(...run.tasks.map(({ duration }) => duration)).toFixed(0)} ms: ${causes(run)}`);
}

export async function feed(root, programs, program, sheets) {
  const place = await openPlace(root, programs, PRECINCT);
  const browser = new Chromium(program);
  try {
    const page = await browser.open(place.kiosk, scripts(root), NOTE_MEMORIES);
    const stacks = {
      A4: place.sheets.filter(({ height }) => height <= A4).slice(0, BALLOTS),
      '420 mm': place.sheets.filter(({ height }) => height > A4).slice(0, BALLOTS),
    };
    for (const { file } of Object.values(stacks).flat()) {
      await page.evaluate(`usbHands.draw(${JSON.stringify(file)}, "${readFileSync(file).toString('base64')}")`);
    }
    const plug = (kind, stack) => page.evaluate(`usbHands.plug(${JSON.stringify({ kind, sheets: stack.map(({ file }) => ({ front: file })), grant: true })})`);
    await plug('Fi', stacks.A4.slice(0, 1));
    await page.evaluate(`probe.open("${PRECINCT}")`);
    console.log(`${await browser.version()}; ballots of the demonstration, folded and soiled, blank on the back, ${BALLOTS} in turns`);
    let [ok, before] = [true, await memory(page)];
    for (const [kind, pace, size] of RUNS) {
      await plug(kind, stacks[size]);
      const first = WAYS[kind] === 'stacked' ? `load ${sheets - stacks[size].length}` : 'load 1';
      if (WAYS[kind] === 'singly') await page.evaluate(`usbHands.happen("empty")`);
      for (const what of [first, `pace ${pace}`]) await page.evaluate(`usbHands.happen("${what}")`);
      const run = await page.evaluate(`probe.feed(${sheets}, "${WAYS[kind]}")`);
      tell(`${kind}, ${size}, ${WAYS[kind]}, ${pace === 0 ? 'as fast as it is taken' : `a device that needs ${pace} ms for each sheet`}`, run);
      const after = await memory(page);
      console.log(`  MiB held, JavaScript + WebAssembly: before ${held(before)}; after ${held(after)}`);
      before = after;
      ok &&= run.counted === sheets && run.tasks.length === 0;
    }
    return ok;
  } finally {
    await browser.close();
    place.close();
  }
}
