// Measures the same pages in Chromium that `urna-bench measure` measured natively, and the kiosk if it is built.
// usage: run.mjs --pages DIR --glue DIR --native FILE --dist DIR --repeats N
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Chromium } from './chromium.mjs';
import { serve } from './server.mjs';

const STAGES = ['decode', 'register', 'score'];
const STARTS = 5;

const options = {};
for (let at = 2; at < process.argv.length; at += 2) options[process.argv[at].slice(2)] = process.argv[at + 1];
const program = process.env.CHROMIUM || 'chromium';
const here = dirname(fileURLToPath(import.meta.url));

function designs(folder) {
  const isDesign = (name) => existsSync(join(folder, name, 'design.json'));
  return readdirSync(folder).filter(isDesign).sort().map((path) => {
    const scans = readdirSync(join(folder, path, 'scans')).filter((name) => !name.endsWith('.json'));
    return { path, scans: scans.sort() };
  });
}

function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
}

const ms = (value) => value.toFixed(1).padStart(8);

function compare(native, browser) {
  const pages = Object.keys(native);
  const times = (all, stage) => Object.values(all).flat().map((run) => (stage === 'all' ? STAGES.reduce((sum, s) => sum + run[s], 0) : run[stage]));
  console.log(`${''.padEnd(10)}${'native'.padStart(17)}${'Chromium'.padStart(19)}`);
  console.log(`${'stage, ms'.padEnd(10)}${'median'.padStart(8)} ${'p95'.padStart(8)}   ${'median'.padStart(8)} ${'p95'.padStart(8)}   ratio`);
  for (const stage of [...STAGES, 'all']) {
    const [n, b] = [times(native, stage), times(browser, stage)];
    console.log(`${stage.padEnd(10)}${ms(at(n, 0.5))} ${ms(at(n, 0.95))}   ${ms(at(b, 0.5))} ${ms(at(b, 0.95))}   ${(at(b, 0.5) / at(n, 0.5)).toFixed(2)}`);
  }
  const last = (all, page) => JSON.stringify([all[page].at(-1).scores, all[page].at(-1).refusal]);
  const different = pages.filter((page) => last(native, page) !== last(browser, page));
  console.log(`${pages.length} pages, ${Object.values(native).flat().length} readings each way; every score equal natively and in Chromium: ` +
    (different.length === 0 ? 'yes' : `NO, differs on ${different.join(', ')}`));
  return different.length === 0;
}

function sizes(dist) {
  for (const name of readdirSync(dist).filter((name) => name.endsWith('.wasm')).sort()) {
    const bytes = readFileSync(join(dist, name));
    console.log(`${name.padEnd(44)} ${(bytes.length / 1024).toFixed(0).padStart(6)} KiB, gzip ${(gzipSync(bytes, { level: 9 }).length / 1024).toFixed(0)} KiB`);
  }
}

// Notes when the first screen is there, with the vault open behind it, counted from the start of loading.
const NOTE_USABLE = `new MutationObserver(() => {
  if (document.querySelector('[data-testid=provision-package]')) window.usableAt ??= performance.now();
}).observe(document, { childList: true, subtree: true })`;
const USABLE = `new Promise((resolve, reject) => {
  const look = () => {
    if (window.usableAt) resolve(window.usableAt);
    else if (performance.now() > 60000) reject(new Error('the kiosk did not start'));
    else setTimeout(look, 20);
  };
  look();
})`;

async function starts(dist) {
  const kiosk = await serve({ '/': dist });
  const [cold, warm] = [[], []];
  for (let n = 0; n < STARTS; n++) {
    const browser = new Chromium(program);
    for (const times of [cold, warm]) {
      const page = await browser.open(`${kiosk.url}/`, NOTE_USABLE);
      times.push(await page.evaluate(USABLE));
      await page.close();
    }
    await browser.close();
  }
  kiosk.close();
  console.log(`from opening the page to the first screen, median of ${STARTS}: ${at(cold, 0.5).toFixed(0)} ms with an empty cache, ${at(warm, 0.5).toFixed(0)} ms again`);
}

const native = JSON.parse(readFileSync(options.native, 'utf8'));
const server = await serve({ '/glue/': options.glue, '/pages/': options.pages, '/': here });
const browser = new Chromium(program);
const page = await browser.open(`${server.url}/bench.html`);
const call = `measureAll(${JSON.stringify(designs(options.pages))}, ${Number(options.repeats)})`;
const measured = await page.evaluate(call);
console.log(`Chromium: ${await browser.version()}`);
await browser.close();
server.close();
const isEqual = compare(native, measured);
if (existsSync(join(options.dist, 'index.html'))) {
  console.log();
  sizes(options.dist);
  await starts(options.dist);
} else {
  console.log('\nThe kiosk is not built (scripts/build.sh): no sizes, no start times.');
}
process.exitCode = isEqual ? 0 : 1;
