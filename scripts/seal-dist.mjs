// Ties the bundler's files together by their digests, so that nothing is run that is not what was built:
//   index.html names the digest of every script, style and WebAssembly file, and the browser refuses any other;
//   the worker becomes one script and one WebAssembly file, both with digests in their names and in what loads them;
//   manifest.sha256 lists everything, as sha256sum does: its own SHA-256 is the build's name.
// usage: seal-dist.mjs DIST
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const dist = process.argv[2];
const path = (name) => join(dist, name);
const read = (name) => readFileSync(path(name));
const sha = (algorithm, bytes, form) => createHash(algorithm).update(bytes).digest(form);
const integrity = (name) => `sha384-${sha('sha384', read(name), 'base64')}`;
const fail = (why) => {
  console.error(`seal-dist: ${why}`);
  process.exit(1);
};

// Every file below a folder, with paths relative to dist.
function files(folder = dist) {
  return readdirSync(folder).flatMap((name) => {
    const inside = join(folder, name);
    return statSync(inside).isDirectory() ? files(inside) : [relative(dist, inside)];
  });
}

// The one file whose name fits.
function only(pattern) {
  const found = files().filter((name) => pattern.test(name));
  if (found.length !== 1) fail(`${pattern} fits ${found.length} files`);
  return found[0];
}

// A digest in the name, 16 digits: what the server may let a browser keep for ever.
function rename(stem, ending, bytes) {
  const name = `${stem}-${sha('sha256', bytes, 'hex').slice(0, 16)}${ending}`;
  writeFileSync(path(name), bytes);
  return name;
}

// Glue and loader as one script: a worker's imports are checked by nobody, so it must have none.
function sealWorker() {
  const glue = read('worker.js').toString('utf8');
  if (/^\s*import\b/m.test(glue)) fail('the worker imports another script');
  if (read('worker_loader.js').toString('utf8') !== "import init from './worker.js';await init();") fail('the loader is another one');
  const wasm = rename('worker', '_bg.wasm', read('worker_bg.wasm'));
  // A worker whose start fails tells nobody by itself.
  const start = `
try {
  await __wbg_init({ module_or_path: fetch(self.origin + ${JSON.stringify(`/${wasm}`)}, { integrity: ${JSON.stringify(integrity(wasm))} }) });
} catch (fault) {
  self.postMessage({ fault: 'not started: ' + fault });
}
`;
  const script = rename('worker', '.js', Buffer.from(glue + start));
  for (const name of ['worker.js', 'worker_bg.wasm', 'worker_loader.js']) rmSync(path(name));
  return script;
}

function sealPage(worker) {
  const script = only(/^urna-kiosk-[0-9a-f]{16}\.js$/);
  const wasm = only(/^urna-kiosk-[0-9a-f]{16}_bg\.wasm$/);
  const map = { integrity: { [`/${script}`]: integrity(script) } };
  const start = `
import init from '/${script}';
window.urnaWorker = Object.freeze({ path: '/${worker}', integrity: '${integrity(worker)}' });
await init({ module_or_path: fetch('/${wasm}', { integrity: '${integrity(wasm)}' }) });
`;
  let page = read('index.html').toString('utf8');
  const inline = /<script type="module">[^]*?<\/script>/g;
  if (page.match(inline)?.length !== 1) fail('the page has not exactly one script of its own');
  page = page.replace(inline, () => `<script type="module">${start}</script>`);
  // Before the first module of any kind.
  page = page.replace('<head>', () => `<head>\n    <script type="importmap">${JSON.stringify(map)}</script>`);
  writeFileSync(path('index.html'), page);
}

// In the order of bytes, as the program reads it.
function list() {
  const names = files().filter((name) => !name.split('/').some((part) => part.startsWith('.')) && name !== 'manifest.sha256');
  names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  writeFileSync(path('manifest.sha256'), names.map((name) => `${sha('sha256', read(name), 'hex')}  ${name}\n`).join(''));
}

sealPage(sealWorker());
list();
console.log(`   build ${sha('sha256', read('manifest.sha256'), 'hex')}`);
