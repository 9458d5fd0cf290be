// The vault's own worker without the kiosk around it: what the kiosk's typed client does, and nothing else.

(() => {
  let worker;
  let next = 1;
  const waiting = new Map();
  const frames = new Map();

  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

  // The kiosk's page names the vault's script.
  const script = async () => /path: '(\/worker-[0-9a-f]+\.js)'/.exec(await (await fetch('/index.html')).text())[1];

  // Starts the vault; ends when it is open.
  const start = async () => opened(await script());
  const opened = (path) => new Promise((resolve, reject) => {
    worker = new Worker(path, { type: 'module' });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.ready) resolve(data.ready);
      else if (data.fault) reject(new Error(JSON.stringify(data.fault)));
      else {
        waiting.get(data.id)?.(data);
        waiting.delete(data.id);
      }
    };
  });

  const send = (command, buffers) => new Promise((resolve) => {
    const id = next++;
    waiting.set(id, resolve);
    worker.postMessage({ id, command, buffers }, buffers);
  });

  const told = ({ reply }) => {
    if (reply.type === 'refused') throw new Error(JSON.stringify(reply.content));
    return reply.content;
  };

  // `file`: bytes beside the command, in base64. The reply's bytes come back in the same way.
  const ask = async (command, file) => {
    const answer = await send(command, file === undefined ? [] : [bytes(file).buffer]);
    return { content: told(answer), buffers: answer.buffers.map((buffer) => text(new Uint8Array(buffer))) };
  };

  const frame = async (name) => {
    if (!frames.has(name)) frames.set(name, await (await fetch(`/frames/${name}`)).arrayBuffer());
    return frames.get(name).slice(0);
  };

  const load = (names) => Promise.all(names.map(frame)).then(() => names.length);

  // From the tray: one message for the whole sheet.
  const count = async (name) => told(await send({ type: 'count_sheet' }, [await frame(name)]));

  // From the cable: read while it moves, counted when it is out.
  let sheet = 0;
  const read = async (name) => {
    sheet += 1;
    return told(await send({ type: 'read_side', sheet, side: 0 }, [await frame(name)]));
  };
  const countRead = async () => told(await send({ type: 'count_read', sheet, sides: 1 }, []));

  // Bytes of a second copy.
  const copy = async () => {
    const answer = await send({ type: 'make_copy' }, []);
    told(answer);
    return answer.buffers[0].byteLength;
  };

  window.vault = { start, ask, load, count, read, countRead, copy };
})();
