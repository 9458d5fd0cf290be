// Kills a real Chromium at random moments while sheets are counted, on one profile, and holds each start against
// what an observer saw. See docs/security.md, "Counted once".
// usage: torture.mjs --root DIR --programs DIR --kills N --records N --seed N --screen N
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../../scripts/bench/tables.mjs';
import { Lean, openPlace } from './device.mjs';
import { Ledger } from './ledger.mjs';
import { draw, generator, watchFiles } from './moments.mjs';
import { openKiosk } from './screen.mjs';

const options = {};
for (let at = 2; at < process.argv.length; at += 2) options[process.argv[at].slice(2)] = process.argv[at + 1];
const [kills, records, seed, screenEvery] = ['kills', 'records', 'seed', 'screen'].map((name) => Number(options[name]));
const program = process.env.CHROMIUM || 'chromium';
// Milliseconds that a start may take.
const READY_LIMIT = 5_000;
// Sheets in one life of the browser, if nothing kills it before.
const MOST_SHEETS = 40;
const WORDS = { last_counted: 'recovery-counted', last_not_counted: 'recovery-not-counted', compare_count: 'recovery-compare' };

const random = generator(seed);
const pick = (list) => list[Math.floor(random() * list.length)];
const folder = mkdtempSync(join(tmpdir(), 'urna-torture-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const place = await openPlace(options.root, options.programs, folder);
const ledger = new Ledger();
// Milliseconds of each start, from the browser's process to the unlocked vault; of each sheet.
const [starts, screenStarts, sheets] = [[], [], []];
const tally = { kinds: {}, inSheet: 0, screen: 0 };

const now = () => performance.now();
// Timers are too coarse for the moments between two writes.
const spin = (milliseconds) => { for (const end = now() + milliseconds; now() < end;); };

async function provision() {
  const lean = await Lean.open(program, place);
  await lean.prepare(place);
  await lean.load(place);
  const start = now();
  for (let n = 0; n < records; n++) await feedLean(lean);
  if (records > 0) console.log(`${records} sheets counted before the first kill, ${((now() - start) / records).toFixed(0)} ms each`);
  await lean.browser.close();
}

// One sheet from the tray or from the cable, by turns of chance.
async function feedLean(lean) {
  const sheet = pick(place.sheets);
  const start = now();
  const name = JSON.stringify(sheet.image);
  ledger.send(sheet.choice);
  const call = random() < 0.5 ? `vault.count(${name})` : `vault.read(${name}).then(vault.countRead)`;
  const counted = await lean.call(call);
  ledger.accept(counted.status.sheets);
  sheets.push(now() - start);
}

// A life of the vault alone: start, comparison, sheets, death.
async function liveLean(moment, life) {
  const lean = await Lean.open(program, place, life.begin);
  const status = await lean.unlock();
  starts.push(now() - life.born);
  ledger.compare(status.sheets, WORDS[status.recovery?.type]);
  await lean.load(place);
  await feedUntilDead(moment, life, () => feedLean(lean));
}

// A life of the whole kiosk: what is compared is what stands on its screen.
async function liveOnScreen(moment, life) {
  const { page, said } = await openKiosk(program, place, life.begin);
  screenStarts.push(now() - life.born);
  ledger.compare(said.sheets, said.recovery);
  if (!said.words.includes(String(said.sheets)) && said.recovery === 'recovery-compare') throw new Error(said.words);
  const choices = Array.from({ length: 4 }, () => pick(place.sheets).choice);
  for (const choice of choices) await page.evaluate(`hands.add(${JSON.stringify(choice)})`);
  await feedUntilDead(moment, life, async () => {
    if (choices.length === 0) return life.kill();
    ledger.send(choices.shift());
    ledger.accept(await page.evaluate('hands.feed()'));
  });
}

async function feedUntilDead(moment, life, feed) {
  const stop = moment.kind === 'write' ? watchFiles(place.profile, () => life.written()) : () => {};
  if (moment.kind === 'any') setTimeout(life.kill, moment.after);
  try {
    for (let fed = 0; fed < MOST_SHEETS; fed++) {
      const next = feed();
      if (moment.kind === 'answer' && fed === moment.at) {
        spin(moment.after);
        life.kill();
      }
      await next;
    }
    life.kill();
  } finally {
    stop();
  }
}

class Life {
  #moment;
  #writes = 0;
  isDead = false;

  constructor(moment) {
    this.#moment = moment;
    this.born = now();
    this.begin = (browser) => {
      this.browser = browser;
      if (moment.kind === 'start') setTimeout(this.kill, moment.after);
    };
    this.kill = () => {
      if (this.isDead) return;
      this.isDead = true;
      this.ended = this.browser.kill();
    };
  }

  written() {
    this.#writes += 1;
    if (this.#writes !== this.#moment.at) return;
    spin(this.#moment.after);
    this.kill();
  }
}

async function cycle(number) {
  const typical = { sheet: at(sheets.slice(-50), 0.5) || 100, start: at(starts.slice(-50), 0.5) || 1_500 };
  const moment = draw(random, typical);
  const isScreen = screenEvery > 0 && number % screenEvery === 0 && moment.kind !== 'start';
  const life = new Life(moment);
  try {
    await (isScreen ? liveOnScreen : liveLean)(moment, life);
  } catch (error) {
    // Whatever was under way ends with the browser; anything else is a fault.
    if (!life.isDead) throw error;
  }
  await life.ended;
  tally.kinds[moment.kind] = (tally.kinds[moment.kind] ?? 0) + 1;
  tally.screen += isScreen ? 1 : 0;
  if (ledger.inFlight !== undefined) tally.inSheet += 1;
  if (number % 50 === 0) tell(number);
}

function tell(done) {
  const spread = (times) => (times.length === 0 ? 'none' : `median ${at(times, 0.5).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
  const list = (counts) => Object.entries(counts).map(([name, n]) => `${name} ${n}`).join(', ');
  console.log(`${done} kills (${list(tally.kinds)}; ${tally.inSheet} within a sheet; ${tally.screen} of the whole kiosk), ${ledger.acknowledged} sheets stored`);
  console.log(`  lost ${ledger.lost}, doubled ${ledger.doubled}, untrue words ${ledger.misled.length}; said: ${list(ledger.words)}`);
  console.log(`  from the browser's start to the unlocked vault: ${spread(starts)}; to the kiosk's counter: ${spread(screenStarts)}`);
}

await provision();
let done = 0;
// Whoever has seen enough gets the whole comparison all the same.
let isEnough = false;
process.once('SIGTERM', () => (isEnough = true));
while (done < kills && !isEnough) await cycle(++done);
const lean = await Lean.open(program, place);
const status = await lean.unlock();
ledger.compare(status.sheets, WORDS[status.recovery?.type]);
const result = await lean.result();
await lean.browser.close();
place.close();

tell(done);
const agrees = ledger.agrees(result);
console.log(`the final report ${agrees ? 'is the sum of what was fed' : `is WRONG: ${JSON.stringify(result)} instead of ${JSON.stringify(ledger.votes)}`}: ${result.sheets} sheets`);
for (const misled of ledger.misled) console.log(`UNTRUE ${misled}`);
const isSlow = at(starts, 0.5) > READY_LIMIT;
if (isSlow) console.log(`SLOW: a start takes more than ${READY_LIMIT} ms`);
process.exitCode = agrees && ledger.lost === 0 && ledger.doubled === 0 && ledger.misled.length === 0 && !isSlow ? 0 : 1;
