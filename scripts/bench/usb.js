// `navigator.usb` over a simulated scanner that runs in a thread of its own, as the browser's USB does in a process of its own: the page's
// thread only sees promises and the bytes of each transfer. Injected before the page's own scripts; `URNA_DEVICE` is the program of
// that thread, `window.usbHands` what the measurement does at the device.

(() => {
  const thread = new Worker(URL.createObjectURL(new Blob([URNA_DEVICE], { type: 'text/javascript' })));
  const waiting = new Map();
  let next = 0;
  // `number` tells devices apart: what is asked of one that was unplugged never reaches another.
  const call = (name, args, number) => new Promise((resolve, reject) => {
    waiting.set(++next, { resolve, reject });
    thread.postMessage({ id: next, name, args, number });
  });

  let device;
  class Device {
    constructor(said) {
      Object.assign(this, said, { opened: false });
    }
  }
  for (const name of ['open', 'close', 'reset', 'selectConfiguration', 'claimInterface', 'releaseInterface', 'selectAlternateInterface', 'clearHalt', 'transferIn', 'transferOut', 'controlTransferIn']) {
    Device.prototype[name] = async function (...args) {
      const result = await call(name, args, this.number);
      if (name === 'open' || name === 'close') this.opened = name === 'open';
      return result;
    };
  }

  class Usb extends EventTarget {
    getDevices = async () => (device ? [device] : []);
    requestDevice = async () => device ?? Promise.reject(new DOMException('No device selected.', 'NotFoundError'));
  }
  const usb = new Usb();
  Object.defineProperty(Navigator.prototype, 'usb', { configurable: true, get: () => usb });

  thread.onmessage = ({ data: { id, error, result, event, said, number } }) => {
    if (event) {
      const gone = device;
      device = event === 'connect' ? new Device({ ...said, number }) : undefined;
      usb.dispatchEvent(Object.assign(new Event(event), { device: device ?? gone }));
      return;
    }
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(error);
    else resolve(result);
  };

  window.usbHands = Object.fromEntries(['draw', 'plug', 'happen', 'truth', 'diary'].map((name) => [name, (...args) => call(name, args)]));
})();
