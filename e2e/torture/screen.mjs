// The whole kiosk on the same profile, used by its buttons and watched on its screen.
import { Chromium } from '../../scripts/bench/chromium.mjs';
import { PINS } from './device.mjs';

const HANDS = `window.hands = (() => {
  const find = (id) => document.querySelector('[data-testid="' + id + '"]');
  const until = (test, what) => new Promise((resolve, reject) => {
    const end = performance.now() + 60000;
    const look = () => {
      const found = test();
      if (found) resolve(found);
      else if (performance.now() > end) reject(new Error(what + ': ' + document.body.innerText.slice(0, 500)));
      else setTimeout(look, 5);
    };
    look();
  });
  const click = async (id) => (await until(() => find(id)?.disabled !== true && find(id), id)).click();
  const enter = async (id, value) => {
    const field = await until(() => find(id), id);
    field.value = value;
    for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const sheets = () => Number(find('sheets')?.textContent);
  return {
    unlock: async (chair, secretary) => {
      await enter('pin-chair', chair);
      await enter('pin-secretary', secretary);
      await click('pin-submit');
      await until(() => find('sheets') && find('recovery'), 'the counter and the word');
      return { sheets: sheets(), recovery: find('recovery').dataset.recovery, words: find('recovery').innerText };
    },
    add: async (option) => {
      if (!find('sample-targets')?.checkVisibility()) await click('sample-form');
      const design = await until(() => [...(find('sample-design')?.options ?? [])].find(({ text }) => text.includes('presidential')), 'the design');
      await enter('sample-design', design.value);
      const boxes = await until(() => {
        const found = [...document.querySelectorAll('[data-testid=sample-targets] input')];
        return found.some((box) => box.dataset.option === option) && found;
      }, option);
      for (const box of boxes) if (box.checked !== (box.dataset.option === option)) box.click();
      const before = Number(find('tray-count').dataset.count);
      await click('sample-add');
      await until(() => Number(find('tray-count').dataset.count) > before, 'a sheet in the tray');
    },
    feed: async () => {
      const before = sheets();
      await click('feed-one');
      await until(() => sheets() > before, 'the counter moves');
      return sheets();
    },
  };
})()`;

export async function openKiosk(program, place, when) {
  const browser = new Chromium(program, place.profile);
  when(browser);
  const page = await browser.open(`${place.url}/`, HANDS);
  const said = await page.evaluate(`hands.unlock('${PINS.chair_pin}', '${PINS.secretary_pin}')`);
  return { page, said };
}
