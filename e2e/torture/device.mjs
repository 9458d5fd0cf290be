// One device, its browser and its commission: provisioned, opened, started again after each kill, closed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chromium } from '../../scripts/bench/chromium.mjs';
import { serve } from '../../scripts/bench/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const PINS = { chair_pin: '271828', secretary_pin: '314159' };
const PRECINCT = '1301';

// Authority, package and sheets in a folder, and the kiosk's own files on a loopback port.
export async function openPlace(root, programs, folder) {
  const within = (name) => join(folder, name);
  const urna = (...args) => execFileSync(join(programs, 'urna'), args, { encoding: 'utf8' });
  mkdirSync(folder, { recursive: true });
  urna('keygen', '--out', folder);
  urna('package', '--definition', join(root, 'assets/demo/definition.json'), '--key', within('authority.key'), '--out', within('package.urna'));
  urna('testdeck', '--package', within('package.urna'), '--root', within('authority.pem'), '--precinct', PRECINCT, '--out', within('deck'));
  const site = await serve({ '/frames/': within('deck'), '/torture/': here, '/': join(root, 'dist') });
  const enrol = (request) => {
    writeFileSync(within('request'), Buffer.from(request, 'base64'));
    urna('enrol', '--key', within('authority.key'), '--package', within('package.urna'), '--request', within('request'),
      '--precinct', PRECINCT, '--device', 'd-1', '--out', within('enrolment'));
    return base64(within('enrolment'));
  };
  return {
    url: site.url, profile: within('profile'), sheets: sheetsOf(within('deck')), enrol, close: site.close,
    package: base64(within('package.urna')), root: readFileSync(within('authority.pem'), 'utf8'),
  };
}

const base64 = (file) => readFileSync(file).toString('base64');

// One valid ballot for each of the first candidates: what was counted shows in the result, sheet by sheet.
function sheetsOf(deck) {
  const all = readdirSync(deck).filter((name) => /^\d+\.json$/.test(name)).map((name) => JSON.parse(readFileSync(join(deck, name), 'utf8')));
  const plain = all.filter(({ style, purpose, expected }) => style === 'presidential' && purpose.startsWith('valid, ') && expected.place === 'ballot_box');
  return plain.slice(0, 4).map(({ image, expected }) => ({ file: join(deck, image), image, choice: expected.contests[0].outcome.choices[0] }));
}

// A browser on the device's profile, and the vault alone in it.
export class Lean {
  static async open(program, place, when = () => {}) {
    const browser = new Chromium(program, place.profile);
    when(browser);
    const page = await browser.open(`${place.url}/torture/lean.html`);
    await page.evaluate('vault.start()');
    return new Lean(browser, page);
  }

  constructor(browser, page) {
    Object.assign(this, { browser, page });
  }

  call(expression) {
    return this.page.evaluate(expression);
  }

  async ask(command, file) {
    return this.call(`vault.ask(${JSON.stringify(command)}, ${JSON.stringify(file)})`);
  }

  async status() {
    return (await this.ask({ type: 'status' })).content;
  }

  async unlock() {
    return (await this.ask({ type: 'unlock', ...PINS })).content;
  }

  load(place) {
    return this.call(`vault.load(${JSON.stringify(place.sheets.map(({ image }) => image))})`);
  }

  // From the package to open polls.
  async prepare(place) {
    await this.ask({ type: 'provision', root_pem: place.root }, place.package);
    const { buffers: [request] } = await this.ask({ type: 'make_key', ...PINS });
    await this.ask({ type: 'enrol' }, place.enrol(request));
    await this.ask({ type: 'test_sheet' }, base64(place.sheets[0].file));
    await this.ask({ type: 'confirm_test' });
    await this.ask({ type: 'issue_report', kind: 'zero' });
    await this.ask({ type: 'confirm_printed', kind: 'zero', copies: 1 });
    await this.ask({ type: 'open', ...PINS });
  }

  // Sheets and votes for each candidate on the final report.
  async result() {
    await this.ask({ type: 'close', ...PINS });
    const { content } = await this.ask({ type: 'issue_report', kind: 'final' });
    const isPresident = ({ contest }) => contest === 'president';
    const vote = content.report.tally.votes.find(({ contests }) => contests.some(isPresident));
    const choices = vote.contests.find(isPresident).choices.filter(({ votes }) => votes > 0);
    return { sheets: vote.sheets, votes: Object.fromEntries(choices.map(({ option, votes }) => [option, votes])) };
  }
}
