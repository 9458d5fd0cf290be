// Writes what each program is made of, as CycloneDX 1.6 (ECMA-424) in JSON: one file for each program.
// Everything is from Cargo.lock and `cargo metadata`; the same sources give the same bytes, so there is no time in it.
// What is linked is `required`; what only helps to build (macros, build scripts) is `excluded`. Cargo joins the features of
// the whole workspace, so a list may have a crate too much, never one too few.
// usage: sbom.mjs OUT
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = process.argv[2];
const fail = (why) => {
  console.error(`sbom: ${why}`);
  process.exit(1);
};

const PROGRAMS = [
  { file: 'kiosk', of: ['urna-kiosk', 'urna-vault'], target: 'wasm32-unknown-unknown', what: "The kiosk's page and its vault" },
  { file: 'verify', of: ['urna-verify'], target: 'wasm32-unknown-unknown', what: 'The verification page' },
  { file: 'collector', of: ['urna-collector'], target: 'x86_64-unknown-linux-gnu', what: 'The central collector' },
  { file: 'urna', of: ['urna'], target: 'x86_64-unknown-linux-gnu', what: "The authority's command line" },
];

// What is in the kiosk besides crates.
const FONTS = {
  type: 'data', 'bom-ref': 'noto-sans', name: 'Noto Sans', scope: 'required',
  licenses: [{ license: { id: 'OFL-1.1' } }],
};

function metadata(target) {
  const asked = ['metadata', '--format-version', '1', '--locked', '--offline', '--filter-platform', target];
  const answer = JSON.parse(execFileSync('cargo', asked, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] }));
  const packages = new Map(answer.packages.map((found) => [found.id, found]));
  const nodes = new Map(answer.resolve.nodes.map((node) => [node.id, node]));
  return { packages, nodes };
}

// SHA-256 of each crate's file, as the registry gave it: `name version` to digest.
function checksums() {
  const known = new Map();
  for (const block of readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]').slice(1)) {
    const field = (name) => block.match(new RegExp(`^${name} = "([^"]*)"`, 'm'))?.[1];
    if (field('checksum')) known.set(`${field('name')} ${field('version')}`, field('checksum'));
  }
  return known;
}

const isMacro = (found) => found.targets.some((target) => target.kind.includes('proc-macro'));
const purl = (found) => `pkg:cargo/${found.name}@${found.version.replaceAll('+', '%2B')}`;

// Everything that is reached from the roots: linked, or only needed to build.
function reached({ packages, nodes }, roots) {
  const linked = new Map();
  const walk = (id, isLinked) => {
    if (linked.get(id) === true || (linked.has(id) && !isLinked)) return;
    linked.set(id, isLinked);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      const used = kinds.filter(({ kind }) => kind !== 'dev');
      if (used.length === 0) continue;
      walk(pkg, isLinked && !isMacro(packages.get(pkg)) && used.some(({ kind }) => kind === null));
    }
  };
  for (const id of roots) walk(id, true);
  return linked;
}

function component(found, isLinked, checksum) {
  const made = { type: 'library', 'bom-ref': purl(found), name: found.name, version: found.version, scope: isLinked ? 'required' : 'excluded' };
  // An older crate writes "MIT/Apache-2.0".
  if (found.license) made.licenses = [{ expression: found.license.replaceAll(/\s*\/\s*/g, ' OR ') }];
  if (checksum) made.hashes = [{ alg: 'SHA-256', content: checksum }];
  made.purl = purl(found);
  if (found.repository) made.externalReferences = [{ type: 'vcs', url: found.repository }];
  return made;
}

function bom({ file, of, target, what }, known, checksum) {
  const { packages, nodes } = known;
  const roots = [...packages.values()].filter((found) => of.includes(found.name)).map(({ id }) => id);
  if (roots.length !== of.length) fail(`not every one of ${of} is in the workspace`);
  const linked = reached(known, roots);
  const ids = [...linked.keys()].sort((one, other) => (purl(packages.get(one)) < purl(packages.get(other)) ? -1 : 1));
  const components = ids.map((id) => component(packages.get(id), linked.get(id), checksum.get(`${packages.get(id).name} ${packages.get(id).version}`)));
  const dependencies = ids.map((id) => {
    const on = nodes.get(id).deps.filter(({ pkg, dep_kinds: kinds }) => linked.has(pkg) && kinds.some(({ kind }) => kind !== 'dev'));
    return { ref: purl(packages.get(id)), dependsOn: [...new Set(on.map(({ pkg }) => purl(packages.get(pkg))))].sort() };
  });
  const name = `urna-${file}`;
  const dependsOn = roots.map((id) => purl(packages.get(id))).sort();
  if (file === 'kiosk') {
    const bytes = ['Regular', 'Bold'].map((weight) => readFileSync(join(root, `assets/fonts/NotoSans-${weight}.ttf`)));
    components.push({ ...FONTS, description: `SHA-256 ${bytes.map((font) => createHash('sha256').update(font).digest('hex')).join(', ')}` });
    dependsOn.push(FONTS['bom-ref']);
    dependencies.push({ ref: FONTS['bom-ref'], dependsOn: [] });
  }
  dependencies.push({ ref: name, dependsOn });
  const version = packages.get(roots[0]).version;
  const made = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': name, name, version, description: what },
      properties: [{ name: 'cargo:target', value: target }],
    },
    components, dependencies,
  };
  return { ...made, serialNumber: uuidOf(JSON.stringify(made)) };
}

// A name-based UUID (RFC 9562, version 8) of the content.
function uuidOf(text) {
  const hex = [...createHash('sha256').update(text).digest('hex').slice(0, 32)];
  hex[12] = '8';
  hex[16] = '89ab'[Number.parseInt(hex[16], 16) % 4];
  const part = (from, to) => hex.slice(from, to).join('');
  return `urn:uuid:${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

// What the schema and a reader rely on.
function check({ components, dependencies, metadata: { component: whole } }, file) {
  const refs = new Set([whole['bom-ref'], ...components.map((part) => part['bom-ref'])]);
  if (refs.size !== components.length + 1) fail(`${file}: a name is there twice`);
  for (const { ref, dependsOn } of dependencies) {
    for (const name of [ref, ...dependsOn]) if (!refs.has(name)) fail(`${file}: ${name} is nowhere`);
  }
  for (const { name, licenses, hashes, purl: address } of components) {
    if (!licenses) fail(`${file}: ${name} has no licence`);
    if (address && !name.startsWith('urna') && !hashes) fail(`${file}: ${name} is of no registry`);
  }
}

mkdirSync(out, { recursive: true });
const checksum = checksums();
for (const program of PROGRAMS) {
  const made = bom(program, metadata(program.target), checksum);
  check(made, program.file);
  const path = join(out, `${program.file}.cdx.json`);
  writeFileSync(path, `${JSON.stringify(made, null, 1)}\n`);
  const count = (scope) => made.components.filter((part) => part.scope === scope).length;
  console.log(`   ${path}: ${count('required')} linked, ${count('excluded')} to build`);
}
