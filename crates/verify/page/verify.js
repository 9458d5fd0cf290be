// The verification page. Everything it needs is in this one file; it makes no request.
'use strict';

const byId = (id) => document.getElementById(id);
const texts = JSON.parse(byId('texts').textContent);
const names = JSON.parse(byId('names').textContent);
let lang = texts[navigator.language.slice(0, 2)] ? navigator.language.slice(0, 2) : 'ky';
let last = null;

function say(key) {
  return texts[lang][key] ?? key;
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function number(value) {
  return Number(value).toLocaleString(lang === 'en' ? 'en' : 'ru');
}

function time(seconds) {
  return seconds == null ? '—' : new Date(seconds * 1000).toLocaleString(lang === 'en' ? 'en-GB' : 'ru');
}

// Identifiers as the election names them, or as they are where this page knows no names.
function named(kind, id) {
  return names[kind]?.[id]?.[lang] ?? id;
}

function table(rows) {
  const made = element('table');
  for (const [head, value] of rows) {
    const row = made.insertRow();
    row.append(element('th', head), element('td', value, typeof value === 'number' ? 'n' : ''));
    if (typeof value === 'number') row.lastChild.textContent = number(value);
  }
  return made;
}

// What a scanner says of itself, between quotes that its own words can't have.
function scannerWords(scanner) {
  return [scanner.name, scanner.firmware, scanner.serial].map((said) => (said ? `«${said}»` : '—')).join(' · ');
}

// Which of the device's counts it is; an ordinary day says nothing of it.
function countRows(count) {
  if (!count) return [];
  const named = count.replaces.map((digest) => [say('replaces'), digest]);
  return [[say('count'), `${count.number} · ${say(count.purpose)}`], ...named];
}

function scannerRows(scanners) {
  if (!scanners) return [];
  const used = scanners.used.length ? scanners.used.map(scannerWords) : ['—'];
  const changes = scanners.changes ? [[say('scannerChanges'), scanners.changes]] : [];
  return [...used.map((words) => [say('scanner'), words]), ...changes];
}

// What the self-test of the secrecy of the vote found; its means by their codes.
function privacyRows(test) {
  if (!test) return [];
  const words = test.found.length
    ? `${say('privacyFound')}: ${test.found.join(', ')}`
    : `${say('privacyPassed')} (${test.passed.length} × ${number(test.sheets)})`;
  return [[say('privacy'), words]];
}

function reportRows(outcome) {
  const report = outcome.report;
  return [
    [say('election'), named('elections', report.election)],
    [say('precinct'), `${report.precinct} · ${named('precincts', report.precinct)}`],
    [say('device'), `${report.device} (${outcome.device_key})`],
    [say('issued'), time(report.issued_at)],
    [say('opened'), time(report.opened_at)],
    [say('closed'), time(report.closed_at)],
    ...countRows(report.count),
    ...scannerRows(report.scanners),
    ...privacyRows(report.privacy),
    [say('logHead'), report.log_head.slice(0, 16)],
    [say('digest'), outcome.digest.slice(0, 16)],
    [say('root'), outcome.root],
  ];
}

// What the contest would come to at other thresholds: rows of what differs, or a line where nothing does.
function bandPart(report, contest) {
  const thresholds = report.thresholds.band_permille ?? [];
  if (!report.sensitivity) return [];
  const differing = report.sensitivity.contests.find((other) => other.contest === contest.contest)?.at ?? [];
  const at = (permille) => differing.find((figures) => figures.permille === permille);
  const lost = contest.void.reduce((sum, count) => sum + count.ballots, 0);
  const votes = (option, counted) => (figures) => figures.votes.find((other) => other.option === option)?.votes ?? counted;
  const rows = contest.choices.map((choice) =>
    [named('options', `${contest.contest}/${choice.option}`), choice.votes, votes(choice.option, choice.votes)]);
  rows.push(
    [say('blank'), contest.blank, (figures) => figures.blank],
    [say('overvoted'), contest.overvoted, (figures) => figures.overvoted],
    [say('void'), lost, (figures) => figures.void],
  );
  const words = `${say('band')}: ${thresholds.map((permille) => `${permille} ‰`).join(', ')}`;
  const changed = rows
    .map(([name, counted, figure]) => [name, counted, ...thresholds.map((t) => (at(t) ? figure(at(t)) : counted))])
    .filter(([, counted, ...others]) => others.some((other) => other !== counted));
  if (!changed.length) return [element('p', `${words}: ${say('bandSame')}`, 'quiet')];
  const made = element('table', undefined, 'band');
  made.append(element('caption', words));
  const head = made.createTHead().insertRow();
  head.append(element('td'), element('th', say('counted'), 'n'), ...thresholds.map((t) => element('th', `${t} ‰`, 'n')));
  const body = made.createTBody();
  for (const [name, ...figures] of changed) {
    body.insertRow().append(element('th', name), ...figures.map((figure) => element('td', number(figure), 'n')));
  }
  return [made, element('p', say('bandText'), 'quiet')];
}

function voteParts(report, vote) {
  const parts = [
    element('h3', named('votes', vote.vote)),
    table([[say('sheets'), vote.sheets], [say('valid'), vote.valid], [say('invalid'), vote.invalid]]),
  ];
  for (const contest of vote.contests) {
    parts.push(element('h4', named('contests', contest.contest)));
    const lost = contest.void.reduce((sum, count) => sum + count.ballots, 0);
    const rows = contest.choices.map((choice) => [named('options', `${contest.contest}/${choice.option}`), choice.votes]);
    rows.push([say('blank'), contest.blank], [say('overvoted'), contest.overvoted], [say('void'), lost]);
    parts.push(table(rows), ...bandPart(report, contest));
  }
  return parts;
}

function show(outcome) {
  last = outcome;
  const box = byId('result');
  box.hidden = false;
  box.replaceChildren();
  if (outcome.status === 'verified') {
    const report = outcome.report;
    box.className = 'good';
    box.append(element('h2', `✓ ${say('verified')}`), element('p', say(`kind_${report.kind}`)));
    if (report.mode !== 'official') box.append(element('p', say('training')));
    box.append(table(reportRows(outcome)));
    if (report.tally) report.tally.votes.forEach((vote) => box.append(...voteParts(report, vote)));
    else box.append(table(report.turnout.map((vote) => [named('votes', vote.vote), vote.sheets])));
  } else if (outcome.status === 'incomplete') {
    box.className = 'wait';
    box.append(element('h2', say('incomplete')));
    box.append(element('p', `${say('missing')}: ${outcome.missing.join(', ')} / ${outcome.parts}`));
  } else {
    box.className = 'bad';
    box.append(element('h2', `✗ ${say('refused')}`), element('p', say(`code_${outcome.code}`)));
    box.append(element('small', outcome.detail));
  }
}

function verify() {
  show(JSON.parse(wasm_bindgen.verify(byId('key').value, byId('codes').value)));
}

async function readPhotos(event) {
  let found = 0;
  for (const file of event.target.files) {
    byId('progress').textContent = say('reading');
    await new Promise((done) => setTimeout(done, 20));
    const codes = JSON.parse(wasm_bindgen.read_photo(new Uint8Array(await file.arrayBuffer())));
    const known = new Set(byId('codes').value.split('\n').map((line) => line.trim()));
    const fresh = codes.filter((code) => !known.has(code));
    if (fresh.length) byId('codes').value = [byId('codes').value.trim(), ...fresh].filter(Boolean).join('\n');
    found += codes.length;
  }
  event.target.value = '';
  byId('progress').textContent = found ? `${say('found')}: ${found}` : say('noCode');
  if (found) verify();
}

function speak(to) {
  lang = to;
  document.documentElement.lang = to;
  document.title = say('title');
  document.querySelectorAll('[data-text]').forEach((at) => { at.textContent = say(at.dataset.text); });
  document.querySelectorAll('#languages button').forEach((at) => at.setAttribute('aria-pressed', at.lang === to));
  if (last) show(last);
}

function start() {
  for (const tag of ['ky', 'ru', 'en']) {
    const button = element('button', tag.toUpperCase());
    button.type = 'button';
    button.lang = tag;
    button.addEventListener('click', () => speak(tag));
    byId('languages').append(button);
  }
  byId('key').value = byId('root').textContent.trim();
  byId('photos').addEventListener('change', readPhotos);
  byId('verify').addEventListener('click', verify);
  byId('clear').addEventListener('click', () => {
    byId('codes').value = '';
    byId('result').hidden = true;
    byId('progress').textContent = '';
    last = null;
  });
  speak(lang);
  const packed = atob(byId('wasm').textContent.trim());
  wasm_bindgen.initSync({ module: Uint8Array.from(packed, (character) => character.charCodeAt(0)) });
}

start();
