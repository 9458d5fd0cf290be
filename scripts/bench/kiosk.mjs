// Size of the kiosk's programs, and how long it takes to start.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Chromium } from './chromium.mjs';
import { serve } from './server.mjs';
import { at } from './tables.mjs';

const STARTS = 5;

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

export function sizes(dist) {
  for (const name of readdirSync(dist).filter((name) => name.endsWith('.wasm')).sort()) {
    const bytes = readFileSync(join(dist, name));
    console.log(`${name.padEnd(44)} ${(bytes.length / 1024).toFixed(0).padStart(6)} KiB, gzip ${(gzipSync(bytes, { level: 9 }).length / 1024).toFixed(0)} KiB`);
  }
}

export async function starts(dist, program) {
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
