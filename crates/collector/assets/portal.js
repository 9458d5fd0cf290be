// Puts new figures into the page as they come. Without this script a reload does the same.
(() => {
  'use strict';
  let seen = Number(document.body.dataset.seq);
  let waiting = false;

  async function refresh() {
    waiting = false;
    // The browser's own copy may be stale by half a minute, and there may be no next tick.
    const answer = await fetch(location.href, { cache: 'no-cache', headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = fresh.getElementById('content');
    const old = document.getElementById('content');
    if (!content || !old || old.contains(document.activeElement)) return;
    for (const open of old.querySelectorAll('details[open][id]')) {
      const same = content.querySelector(`#${CSS.escape(open.id)}`);
      if (same) same.open = true;
    }
    old.replaceWith(content);
  }

  // Not all readers at the same instant.
  function changed(seq) {
    if (seq === seen || waiting || document.hidden) return;
    seen = seq;
    waiting = true;
    setTimeout(() => refresh().catch(() => {}), 500 + Math.random() * 4000);
  }

  async function ask() {
    const answer = await fetch('/api/v1/latest').catch(() => null);
    if (answer && answer.ok) changed((await answer.json()).seq);
  }

  // What is typed into a form must not vanish.
  if (document.querySelector('form[method=post]')) return;
  const live = new EventSource('/api/v1/live');
  live.addEventListener('tick', (tick) => changed(JSON.parse(tick.data).seq));
  live.addEventListener('error', () => {
    if (live.readyState === EventSource.CLOSED) setInterval(ask, 30000);
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(); });
})();
