// Measures in Chromium what `urna-bench` measured natively, and the kiosk if it is built.
// usage: run.mjs scans|sheets --pages DIR --glue DIR --native FILE --readings N [--decodings N]
//        run.mjs kiosk --dist DIR
//        run.mjs feed --root DIR --programs DIR --sheets N
//        run.mjs vault --root DIR --programs DIR --records 0,3000
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chromium } from './chromium.mjs';
import { feed } from './feed.mjs';
import { sizes, starts } from './kiosk.mjs';
import { serve } from './server.mjs';
import { stages } from './tables.mjs';
import { vault } from './vault.mjs';

const part = process.argv[2];
const options = {};
for (let at = 3; at < process.argv.length; at += 2) options[process.argv[at].slice(2)] = process.argv[at + 1];
const program = process.env.CHROMIUM || 'chromium';
const here = dirname(fileURLToPath(import.meta.url));

// One sheet after the other, so that no single answer is long in coming.
async function inChromium(tasks, readings, decodings) {
  const server = await serve({ '/glue/': options.glue, '/pages/': options.pages, '/': here });
  const browser = new Chromium(program);
  const page = await browser.open(`${server.url}/bench.html`);
  const measured = [];
  for (const { designs, sides } of tasks) {
    const call = `measureSheet('/pages/', ${JSON.stringify({ designs, sides })}, ${readings}, ${decodings})`;
    measured.push(await page.evaluate(call));
  }
  console.log(`${await browser.version()}, ${readings} readings of each`);
  await browser.close();
  server.close();
  return measured;
}

// Whether pixels and readings are the same everywhere and every time.
function compare(tasks, native, browser) {
  const isOther = (at) => JSON.stringify(native[at].sides) !== JSON.stringify(browser[at].sides);
  const isUnsteady = (at) => !native[at].is_steady || !browser[at].is_steady;
  const different = tasks.filter((_, at) => isOther(at) || isUnsteady(at)).map(({ name }) => name);
  const digest = createHash('sha256').update(JSON.stringify(native.map(({ sides }) => sides))).digest('hex').slice(0, 12);
  console.log('same pixels, and the same score and verdict of every target in every reading, natively and in Chromium: ' +
    (different.length === 0 ? `yes (readings ${digest})` : `NO, differs on ${different.join('; ')}`));
  return different.length === 0;
}

function judge(tasks) {
  const sum = (what) => tasks.reduce((sum, { judged }) => sum + judged[what], 0);
  const refused = tasks.map(({ measured }) => measured.sides.filter((side) => side.refusal !== null));
  const codes = [...new Set(refused.flat().map((side) => side.refusal))].sort().join(', ');
  console.log(`targets: ${sum('right')} right, ${sum('marginal')} marginal, ${sum('wrong')} wrong, ` +
    `${sum('refused')} on ${refused.flat().length} refused sides (${codes})`);
}

async function measured() {
  const tasks = JSON.parse(readFileSync(options.native, 'utf8'));
  const native = tasks.map((task) => task.measured);
  const browser = await inChromium(tasks, Number(options.readings), Number(options.decodings ?? options.readings));
  const pairs = part === 'sheets' ? [...new Set(tasks.map((task) => task.designs.join(' and ')))] : [];
  const isOf = (pair) => (_, at) => tasks[at].designs.join(' and ') === pair;
  stages(native, browser, part === 'sheets' ? 'sheet' : 'page', pairs.map((pair) => [pair, isOf(pair)]));
  const millions = native.flatMap(({ sides }) => sides).reduce((sum, side) => sum + side.pixel_count, 0) / tasks.length / 1e6;
  console.log(`${tasks.length} ${part}, ${millions.toFixed(1)} million pixels each; best: the median of each one's best reading; passes: best in plain passes`);
  if (part === 'sheets') judge(tasks);
  return compare(tasks, native, browser);
}

if (part === 'kiosk') {
  if (existsSync(join(options.dist, 'index.html'))) {
    sizes(options.dist);
    await starts(options.dist, program);
  } else {
    console.log('The kiosk is not built (scripts/build.sh): no sizes, no start times.');
  }
} else if (part === 'feed') {
  process.exitCode = (await feed(options.root, options.programs, program, Number(options.sheets))) ? 0 : 1;
} else if (part === 'vault') {
  process.exitCode = (await vault(options.root, options.programs, program, options.records.split(',').map(Number))) ? 0 : 1;
} else {
  process.exitCode = (await measured()) ? 0 : 1;
}
