// A polling place to measure in: authority, package, collector, kiosk, and sheets for its scanner.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// 216 mm at 200 dpi, as the kiosk asks for.
const WIDEST = 1_700;
// As many as a country of seven million people has: the definition that every device carries.
const PRECINCTS = 2_500;

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

// `programs`: folder of the built ones.
export async function openPlace(root, programs, precinct) {
  const folder = mkdtempSync(join(tmpdir(), 'urna-bench-place-'));
  const within = (name) => join(folder, name);
  const urna = (...args) => execFileSync(join(programs, 'urna'), args, { encoding: 'utf8' });
  const [kioskPort, portalPort] = [await freePort(), await freePort()];
  const demo = JSON.parse(readFileSync(join(root, 'assets/demo/definition.json'), 'utf8'));
  const [more] = demo.precincts.slice(-1);
  const numbers = Array.from({ length: PRECINCTS - demo.precincts.length }, (_, at) => `${20_000 + at}`);
  const precincts = [...demo.precincts, ...numbers.map((id) => ({ ...more, id }))];
  writeFileSync(within('definition.json'), JSON.stringify({ ...demo, precincts, collector_url: `http://127.0.0.1:${portalPort}` }));
  urna('keygen', '--out', folder);
  urna('package', '--definition', within('definition.json'), '--key', within('authority.key'), '--out', within('package.urna'));
  // Paper that was folded, turned and scanned by a used device, half as bad as the specification allows.
  urna('testdeck', '--definition', within('definition.json'), '--precinct', precinct, '--damage', 'combined', '--out', within('deck'));
  const server = spawn(join(programs, 'urna-collector'), ['serve',
    '--listen', `127.0.0.1:${portalPort}`, '--database', `sqlite:${within('collector.sqlite')}`, '--campaign', folder, '--today', '2027-01-24',
    '--kiosk', join(root, 'dist'), '--kiosk-listen', `127.0.0.1:${kioskPort}`, '--demo-authority', folder,
  ], { stdio: 'ignore' });
  process.on('exit', () => server.kill());
  const kiosk = `http://127.0.0.1:${kioskPort}/`;
  await answers(kiosk);
  return {
    kiosk,
    // Sheets that are counted: file, width, height, style.
    sheets: counted(within('deck')),
    close: () => {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// Width and height of a PNG file.
function size(file) {
  const bytes = readFileSync(file);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

// Upright pages that fit between the guides of a feeder, of each style by turns.
function counted(deck) {
  const all = readdirSync(deck).filter((name) => /^\d+\.json$/.test(name)).map((name) => JSON.parse(readFileSync(join(deck, name), 'utf8')));
  const good = all.filter(({ expected, purpose }) => expected.place === 'ballot_box' && purpose.startsWith('valid'));
  const sheets = good.map(({ image, style }) => ({ file: join(deck, image), style, ...size(join(deck, image)) })).filter(({ width }) => width <= WIDEST);
  const styles = [...new Set(sheets.map(({ style }) => style))].map((style) => sheets.filter((sheet) => sheet.style === style));
  return sheets.flatMap((_, turn) => styles.map((ofStyle) => ofStyle[turn])).filter(Boolean);
}

async function answers(url) {
  for (let tries = 0; tries < 150; tries++) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}
