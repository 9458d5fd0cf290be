// What a page does while it is measured, and hands that use it as the commission would. Injected before the page's own scripts.

(() => {
  const tasks = [];
  const frames = [];
  const watch = (type, list) => new PerformanceObserver((seen) => list.push(...seen.getEntries())).observe({ type, buffered: true });
  watch('longtask', tasks);
  watch('long-animation-frame', frames);
  // A headless browser has no printer.
  window.print = () => {};

  // When the vault was asked what, and when it had answered.
  const asked = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const type = message.command?.type;
    if (type) {
      const entry = { type, at: performance.now(), bytes: [...(message.buffers ?? [])].reduce((sum, { byteLength }) => sum + byteLength, 0) };
      asked.push(entry);
      const answered = ({ data }) => {
        if (data.id !== message.id) return;
        entry.took = performance.now() - entry.at;
        entry.reply = data.reply?.content?.milliseconds;
        this.removeEventListener('message', answered);
      };
      this.addEventListener('message', answered);
    }
    return post.call(this, message, ...rest);
  };

  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  const until = (test, what, limit = 60_000) => new Promise((resolve, reject) => {
    const end = performance.now() + limit;
    const look = () => {
      const found = test();
      if (found) resolve(found);
      else if (performance.now() > end) reject(new Error(`${what}: ${document.body.innerText.slice(0, 2_000)}`));
      else setTimeout(look, 20);
    };
    look();
  });
  const shown = (id, limit) => until(() => find(id), id, limit);
  const click = async (id) => (await until(() => find(id)?.disabled === false && find(id), `${id} can be clicked`)).click();
  const enter = async (id, value) => {
    const field = await shown(id);
    field.value = value;
    for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const pins = async () => {
    await enter('pin-chair', '271828');
    await enter('pin-secretary', '314159');
    await click('pin-submit');
  };
  const state = (name) => until(() => find('scanner')?.dataset.state === name, `scanner ${name}`);
  const sheets = () => Number(find('sheets')?.textContent);

  // When each sheet's end stood on the screen, and what is done then.
  let [shownAt, shownSheets, next] = [[], 0, () => {}];
  new MutationObserver(() => {
    if (!(sheets() > shownSheets)) return;
    shownSheets = sheets();
    shownAt.push(performance.timeOrigin + performance.now());
    next();
  }).observe(document, { childList: true, subtree: true, characterData: true });

  window.probe = {
    // From a new device to open polls, with the first of the sheets as a test.
    async open(precinct) {
      await click('lang-en');
      await click('take-offered');
      await shown('provision-key');
      await pins();
      await until(() => find('enrol-precinct')?.querySelector(`[value="${precinct}"]`), 'the precinct');
      await enter('enrol-precinct', precinct);
      await enter('enrol-device', 'scanner-1');
      await click('enrol-demo');
      await state('ready');
      await click('device-start');
      await shown('verdict');
      await click('device-stop');
      await click('confirm-test');
      await click('issue-report');
      await click('print');
      await click('confirm-printed');
      await shown('zero-printed');
      await pins();
      await shown('voting');
    },
    // Feeds so many sheets, laid in together or one by one as soon as the last one's end is shown; what it took.
    async feed(count, way) {
      await state('ready');
      await new Promise((resolve) => setTimeout(resolve, 500));
      asked.length = tasks.length = frames.length = 0;
      const [start, before] = [performance.now(), sheets()];
      shownAt = [];
      next = () => way === 'singly' && sheets() < before + count && usbHands.happen('load 1');
      await click('device-start');
      await shown('device-stop');
      // Whatever holds the feed back would stand on the screen for ever.
      await until(() => sheets() === before + count || !find('device-stop'), `${count} sheets`, 590_000);
      const counted = sheets() - before;
      if (find('device-stop')) await click('device-stop');
      await new Promise((resolve) => setTimeout(resolve, 500));
      return {
        start, counted, asked, shownAt, said: find('verdict')?.innerText, screen: document.body.innerText.slice(0, 2_000),
        tasks: tasks.filter((task) => task.startTime >= start).map(({ startTime, duration }) => ({ startTime, duration })),
        frames: frames.filter((frame) => frame.startTime >= start).map(({ startTime, duration, scripts }) => ({
          startTime, duration,
          scripts: scripts.map(({ invoker, duration, sourceFunctionName }) => ({ invoker, duration, sourceFunctionName })),
        })),
        diary: await usbHands.diary(),
      };
    },
  };
})();
