// From the times of many sheets to one table, natively and in Chromium side by side.

const LABELS = {
  sum: 'sum of the pixels',
  histogram: 'plain pass (histogram)',
  jpeg_library: 'JPEG, image library alone',
  jpeg: 'JPEG, as it is read',
  png_library: 'PNG, image library alone',
  png: 'PNG, as it is read',
  register: 'register',
  score: 'score',
};
// What others are told in multiples of.
const FLOOR = 'histogram';

export function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
}

const number = (value, digits, width) => value.toFixed(digits).padStart(width);

// Milliseconds of one stage, sheet by sheet and round by round; empty for sheets without it.
function timesOf(sheets, stages) {
  const inRound = (round) => stages.map((stage) => round[stage]).reduce((sum, ms) => sum + ms, 0);
  return sheets.map(({ rounds }) => rounds.map(inRound).filter((ms) => !Number.isNaN(ms))).filter((times) => times.length > 0);
}

function summary(sheets, stages) {
  const times = timesOf(sheets, stages);
  if (times.length === 0) return null;
  const best = times.map((rounds) => Math.min(...rounds));
  return { median: at(times.flat(), 0.5), p95: at(times.flat(), 0.95), best: at(best, 0.5) };
}

// `more`: further rows, as [label, which sheets].
export function stages(native, browser, what, more = []) {
  const all = () => true;
  const rows = Object.keys(LABELS).map((stage) => [LABELS[stage], [stage], all]);
  rows.push(['register and score', ['register', 'score'], all]);
  rows.push(...more.map(([label, which]) => [`  ${label}`, ['register', 'score'], which]));
  const columns = ` ${'median'.padStart(7)} ${'p95'.padStart(7)} ${'best'.padStart(7)} ${'passes'.padStart(6)}`;
  console.log(`${''.padEnd(28)} ${'native'.padStart(20)}${''.padEnd(12)}${'Chromium'.padStart(20)}`);
  console.log(`${`ms a ${what}`.padEnd(28)}${columns}  ${columns}   ratio`);
  for (const [label, stages, which] of rows) {
    const both = [native, browser].map((measured) => {
      const sheets = measured.filter(which);
      return [summary(sheets, stages), summary(sheets, [FLOOR])];
    });
    if (both.some(([times]) => times === null)) continue;
    const cells = both.map(([times, floor]) =>
      ` ${number(times.median, 1, 7)} ${number(times.p95, 1, 7)} ${number(times.best, 1, 7)} ${number(times.best / floor.best, 1, 6)}`);
    const ratio = both[1][0].best / both[0][0].best;
    console.log(`${label.padEnd(28)}${cells.join('  ')}  ${number(ratio, 2, 6)}`);
  }
}
