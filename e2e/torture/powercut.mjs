// Cuts the power under a real Chromium: its profile lies on an ext4 file system of its own, in an image behind a loop device. What the image holds at one
// moment is what a disk would hold then, without what lies in the system's page cache; a mount of that copy replays the journal as after a real cut.
// usage: powercut.mjs --root DIR --programs DIR --profiles N --seed N      (needs root, for mounting)
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lean, openPlace } from './device.mjs';
import { generator } from './moments.mjs';

const options = {};
for (let at = 2; at < process.argv.length; at += 2) options[process.argv[at].slice(2)] = process.argv[at + 1];
const program = process.env.CHROMIUM || 'chromium';
const random = generator(Number(options.seed));
// Seconds after provisioning was acknowledged at the earliest, from … to, and sheets that were accepted by then. What nobody syncs Linux writes back after 30
// seconds, so most come before that.
const CUTS = [
  { from: 0, to: 0, sheets: 0 }, { from: 0.2, to: 2, sheets: 1 }, { from: 2, to: 8, sheets: 3 }, { from: 8, to: 20, sheets: 6 }, { from: 20, to: 38, sheets: 10 },
];
// For what needs a moment: an image that comes to rest, a file system that nobody holds.
const TRIES = 50;

const run = (name, ...args) => execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const folder = mkdtempSync(join(tmpdir(), 'urna-powercut-'));
const [image, disk, after] = ['disk.img', 'disk', 'after'].map((name) => join(folder, name));
const mounted = new Set();
const mount = (image, at) => { run('mount', '-o', 'loop', image, at); mounted.add(at); };
// The last of a killed browser's processes take a moment to let go.
async function unmount(at) {
  for (let tries = 1; mounted.has(at); tries++) {
    try {
      run('umount', at);
      mounted.delete(at);
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(200);
    }
  }
}
process.on('exit', () => {
  for (const at of mounted) run('umount', '--lazy', at);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

// What the image holds now. The browser stands still, so only the system may still write; then the copy is made anew.
async function cut(browser, name) {
  const copy = join(folder, `${name}.img`);
  process.kill(-browser.process.pid, 'SIGSTOP');
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      run('cp', '--sparse=always', image, copy);
      try {
        run('cmp', '--silent', image, copy);
        return copy;
      } catch {
        await pause(100);
      }
    }
    throw new Error('the image does not come to rest');
  } finally {
    process.kill(-browser.process.pid, 'SIGCONT');
  }
}

// The device of one new profile, and what its screen has shown: events and sheets that are durable by the vault's word.
class Watched extends Lean {
  shown = { events: 0, sheets: 0 };

  async ask(command, file) {
    const answer = await super.ask(command, file);
    this.see(answer.content);
    return answer;
  }

  see(content) {
    const status = content?.status ?? content;
    if (status?.log_events === undefined) return;
    this.shown = { events: status.log_events, sheets: status.sheets };
  }
}

async function life(place, number, cuts) {
  const profile = `profile-${number}`;
  const opened = await Lean.open(program, { ...place, profile: join(disk, profile) });
  const lean = new Watched(opened.browser, opened.page);
  let isOver = false;
  let [fail, provisioned] = [undefined, undefined];
  const isProvisioned = new Promise((resolve) => (provisioned = resolve));
  const work = (async () => {
    const ask = lean.ask;
    lean.ask = async (...args) => {
      const answer = await ask.apply(lean, args);
      if (args[0].type === 'provision') provisioned();
      return answer;
    };
    await lean.prepare(place);
    await lean.load(place);
    while (!isOver) lean.see(await lean.call(`vault.count(${JSON.stringify(place.sheets[0].image)})`));
  })().catch((error) => (fail = error));
  await isProvisioned;
  const born = performance.now();
  for (const { from, to, sheets } of CUTS) {
    const moment = born + (from + random() * (to - from)) * 1_000;
    while (!fail && (performance.now() < moment || lean.shown.sheets < sheets)) await pause(20);
    if (fail) throw fail;
    const { shown } = lean;
    const seconds = ((performance.now() - born) / 1_000).toFixed(1);
    cuts.push({ image: await cut(lean.browser, `${number}-${cuts.length}`), profile, shown, seconds });
  }
  isOver = true;
  await work;
  await lean.browser.close();
  // What is on the disk of this one must not fill it for the next.
  rmSync(join(disk, profile), { recursive: true, force: true, maxRetries: 5 });
  if (fail) throw fail;
}

// What the vault says on what is left.
async function verdict(place, { image, profile, shown }) {
  mount(image, after);
  let browser;
  try {
    // They name the processes that died.
    for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) rmSync(join(after, profile, name), { force: true });
    const lean = await Lean.open(program, { ...place, profile: join(after, profile) }, (opened) => (browser = opened));
    const status = await lean.status();
    if (status.state === 'unprovisioned') return { isGood: false, words: 'A FRESH START' };
    // The start itself wrote one event.
    const [events, sheets] = [status.log_events - 1, status.sheets];
    const isGood = events >= shown.events && sheets >= shown.sheets;
    return { isGood, words: `${isGood ? 'kept' : 'LOST'}: ${events} events, ${sheets} sheets` };
  } catch (error) {
    if (!/"type":"storage"/.test(error.message)) throw error;
    // Told, but what had been acknowledged is gone.
    return { isGood: false, words: `LOST, with an alarm: ${error.message.match(/\{.*\}/)?.[0]}` };
  } finally {
    await browser?.kill();
    await unmount(after);
  }
}

run('truncate', '--size=320M', image);
// As Debian makes it: with a journal, and with blocks that are allocated late.
run('mke2fs', '-q', '-t', 'ext4', image);
for (const at of [disk, after]) mkdirSync(at);
const place = await openPlace(options.root, options.programs, join(folder, 'place'));
mount(image, disk);
const cuts = [];
for (let number = 0; number < Number(options.profiles); number++) await life(place, number, cuts);
await unmount(disk);

let bad = 0;
for (const found of cuts) {
  const { isGood, words } = await verdict(place, found);
  bad += isGood ? 0 : 1;
  console.log(`${found.profile}, ${found.seconds.padStart(5)} s after provisioning: shown ${found.shown.events} events, ${found.shown.sheets} sheets; ${words}`);
}
place.close();
console.log(`${cuts.length} cuts: ${cuts.length - bad} kept everything that was acknowledged, ${bad} did not`);
process.exitCode = bad === 0 ? 0 : 1;
