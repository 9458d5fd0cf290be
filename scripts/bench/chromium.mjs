// Drives a headless Chromium over its debugging pipe: no packages, no open port.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIMIT_MS = 600_000;

export class Chromium {
  #profile;
  #keeps;
  #waiting = new Map();
  #listeners = new Map();
  #isDead = false;
  #next = 1;
  #rest = '';

  // `profile`: a folder to keep; without it one that goes with the browser.
  constructor(program, profile) {
    this.#profile = profile ?? mkdtempSync(join(tmpdir(), 'urna-bench-'));
    this.#keeps = profile !== undefined;
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    this.process = spawn(program, [
      '--headless=new', '--disable-gpu', '--disable-background-networking', '--no-first-run', ...sandbox,
      `--user-data-dir=${this.#profile}`, '--remote-debugging-pipe', 'about:blank',
    // A group of its own, so that all its processes can be killed at once.
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.ended.then(() => {
      this.#isDead = true;
      this.#waiting.forEach(({ reject }) => reject(new Error('Chromium ended')));
    });
    // What is on its way when it is killed has nowhere to go.
    for (const pipe of [this.process.stdio[3], this.process.stdio[4]]) pipe.on('error', () => {});
    this.process.stdio[4].setEncoding('utf8').on('data', (text) => this.#hear(text));
    // Whatever happens to this program, no browser stays behind.
    const kill = () => this.#killGroup();
    process.on('exit', kill);
    this.ended.then(() => process.off('exit', kill));
  }

  #killGroup() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    try {
      process.kill(-this.process.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  // Kills the browser with all its processes, now; gives when it is dead.
  kill() {
    this.#killGroup();
    return this.ended;
  }

  // Messages end with a zero byte.
  #hear(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages.map((text) => JSON.parse(text))) {
      if (message.method) this.#listeners.get(`${message.method} ${message.sessionId}`)?.(message.params);
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result);
    }
  }

  // Nobody waits for what can't come any more.
  #orDeath(promise) {
    const death = this.ended.then(() => { throw new Error('Chromium ended'); });
    const first = Promise.race([promise, death]);
    first.catch(() => {});
    return first;
  }

  send(method, params = {}, sessionId) {
    if (this.#isDead) return Promise.reject(new Error('Chromium ended'));
    const id = this.#next++;
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${method}: no answer`)), LIMIT_MS);
      const end = (how) => (value) => { clearTimeout(late); how(value); };
      this.#waiting.set(id, { resolve: end(resolve), reject: end(reject) });
    });
  }

  async version() {
    return (await this.send('Browser.getVersion')).product;
  }

  #on(method, sessionId, listener) {
    this.#listeners.set(`${method} ${sessionId}`, listener);
  }

  async #evaluate(sessionId, expression) {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', params, sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  #thread(sessionId, url) {
    return {
      url,
      evaluate: (expression) => this.#evaluate(sessionId, expression),
      send: (method, params) => this.send(method, params, sessionId),
    };
  }

  // Opens a page and waits until it is loaded; `script` runs in it before its own scripts, `inWorkers` in each worker.
  async open(url, script = '', inWorkers = '') {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const loaded = this.#orDeath(new Promise((resolve) => this.#on('Page.loadEventFired', sessionId, resolve)));
    const workers = [];
    const attach = async ({ sessionId, targetInfo }) => {
      workers.push(this.#thread(sessionId, targetInfo.url));
      await this.#evaluate(sessionId, inWorkers);
      await this.send('Runtime.runIfWaitingForDebugger', {}, sessionId);
    };
    this.#on('Target.attachedToTarget', sessionId, (target) => attach(target).catch((error) => {
      if (!this.#isDead) throw error;
    }));
    await this.send('Page.enable', {}, sessionId);
    // What is measured runs beside scripts that the page would not let in.
    await this.send('Page.setBypassCSP', { enabled: true }, sessionId);
    await this.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, sessionId);
    await this.send('Page.addScriptToEvaluateOnNewDocument', { source: script }, sessionId);
    await this.send('Page.navigate', { url }, sessionId);
    await loaded;
    return { ...this.#thread(sessionId, url), workers, close: () => this.send('Target.closeTarget', { targetId }) };
  }

  async close() {
    await this.send('Browser.close').catch(() => this.kill());
    await this.ended;
    if (!this.#keeps) rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
