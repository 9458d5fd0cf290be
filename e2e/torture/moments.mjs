// When the browser is killed: seeded, and drawn so that kills fall at all moments of a sheet and of a start.
import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

// Numbers from 0 to 1 that follow from the seed (mulberry32).
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const below = (random, limit) => Math.floor(random() * limit);

// A write takes a fraction of a millisecond and a sheet some hundred, so most kills are aimed at writes:
//   any     evenly over some sheets
//   write   a moment after the n-th change of a file of the vault, as the system tells it
//   answer  a moment after the n-th answer, when the next sheet is on its way
//   start   during the start itself, which writes too
const KINDS = ['any', 'write', 'write', 'write', 'answer', 'start'];

// `typical`: milliseconds of a sheet and of a start, as they were lately.
export function draw(random, typical) {
  const kind = KINDS[below(random, KINDS.length)];
  switch (kind) {
    case 'any': return { kind, after: random() * 4 * typical.sheet };
    case 'write': return { kind, at: 1 + below(random, 8), after: random() ** 2 * 4 };
    case 'answer': return { kind, at: 1 + below(random, 4), after: random() * 3 };
    default: return { kind, after: random() * 1.2 * typical.start };
  }
}

// Calls `then` with each change of a file in the vault's bucket.
export function watchFiles(profile, then) {
  const store = join(profile, 'Default', 'WebStorage');
  const folders = readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^\d{8}$/.test(entry.name)).map((entry) => entry.parentPath ?? entry.path);
  const watchers = [...new Set(folders)].map((folder) => watch(folder, (event) => event === 'change' && then()));
  return () => watchers.forEach((watcher) => watcher.close());
}
