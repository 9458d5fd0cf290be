// Puts the verification page together: one file that works offline from a phone's memory.
// usage: verify-page.mjs --glue DIR --root PEM --definition JSON --out HTML
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const options = {};
for (let at = 2; at < process.argv.length; at += 2) options[process.argv[at].slice(2)] = process.argv[at + 1];
const page = join(dirname(fileURLToPath(import.meta.url)), '..', 'crates', 'verify', 'page');
const read = (path) => readFileSync(path, 'utf8');

// The election's names, so that the page shows people and not identifiers.
function names(definition) {
  const made = { elections: { [definition.id]: definition.title }, votes: {}, contests: {}, options: {}, precincts: {} };
  for (const precinct of definition.precincts) made.precincts[precinct.id] = precinct.name;
  for (const vote of definition.votes) {
    made.votes[vote.id] = vote.title;
    for (const contest of vote.contests) {
      made.contests[contest.id] = contest.title;
      for (const option of contest.options) made.options[`${contest.id}/${option.id}`] = option.name;
    }
  }
  return made;
}

// Inside a script element only "</" could end it early.
const forScript = (value) => JSON.stringify(value).replaceAll('</', '<\\/');

const parts = {
  TEXTS: forScript(JSON.parse(read(join(page, 'texts.json')))),
  NAMES: forScript(names(JSON.parse(read(options.definition)))),
  ROOT: read(options.root).trim(),
  WASM: readFileSync(join(options.glue, 'urna_verify_bg.wasm')).toString('base64'),
  GLUE: read(join(options.glue, 'urna_verify.js')),
  PAGE: read(join(page, 'verify.js')),
};
let html = read(join(page, 'verify.html'));
for (const [name, text] of Object.entries(parts)) html = html.replace(`/*${name}*/`, () => text);
writeFileSync(options.out, html);
