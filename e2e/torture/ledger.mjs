// What an observer beside the scanner knows: which sheets went in, and which the screen accepted. Each start is
// held against it.

export class Ledger {
  acknowledged = 0;
  // The sheet whose answer did not come yet.
  inFlight;
  lost = 0;
  doubled = 0;
  misled = [];
  words = {};
  votes = {};

  send(choice) {
    this.inFlight = choice;
  }

  // The screen says that so many are counted now.
  accept(sheets) {
    if (sheets !== this.acknowledged + 1) throw new Error(`${sheets} counted after ${this.acknowledged}`);
    this.#counted();
  }

  // What is stored after a start, and the screen's word on the last sheet.
  compare(sheets, word) {
    const before = this.acknowledged;
    const more = sheets - before;
    const most = this.inFlight === undefined ? 0 : 1;
    if (more < 0) this.lost -= more;
    else if (more > most) this.doubled += more - most;
    else if (more === 1) this.#counted();
    this.words[word] = (this.words[word] ?? 0) + 1;
    // "Compare" is right whatever happened, as long as the number is; the others say one thing.
    const isTrue = { 'recovery-compare': true, 'recovery-counted': more === 1, 'recovery-not-counted': more === 0 }[word];
    if (!isTrue) this.misled.push(`${word}: ${sheets} stored, ${before} acknowledged`);
    this.acknowledged = sheets;
    this.inFlight = undefined;
  }

  #counted() {
    this.votes[this.inFlight] = (this.votes[this.inFlight] ?? 0) + 1;
    this.acknowledged += 1;
    this.inFlight = undefined;
  }

  // Whether the final report has exactly what was fed.
  agrees({ sheets, votes }) {
    const keys = new Set([...Object.keys(votes), ...Object.keys(this.votes)]);
    return sheets === this.acknowledged && [...keys].every((key) => votes[key] === this.votes[key]);
  }
}
