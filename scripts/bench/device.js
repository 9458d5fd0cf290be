// The other thread of usb.js: `navigator.usb` of the end-to-end tests (e2e/support/navigator-usb.js) runs in it, before this.

(() => {
  const say = ({ vendorId, productId, manufacturerName, productName, serialNumber, configurations, configuration }) =>
    ({ vendorId, productId, manufacturerName, productName, serialNumber, configurations, configuration });
  let [device, devices] = [undefined, 0];
  for (const event of ['connect', 'disconnect']) {
    navigator.usb.addEventListener(event, ({ device: which }) => {
      device = event === 'connect' ? which : undefined;
      if (device) devices++;
      postMessage({ event, said: say(which), number: devices });
    });
  }
  // What happened at the device and when: the feeder's own clock.
  let diary = [];
  const note = () => diary.push(...usbHands.notes().map((words) => ({ at: performance.timeOrigin + performance.now(), words })));
  const hands = {
    ...usbHands,
    plug: (...args) => (diary = [], usbHands.plug(...args)),
    diary: () => (note(), diary),
  };
  onmessage = async ({ data: { id, name, args, number } }) => {
    try {
      if (!(name in hands) && (!device || number !== devices)) throw new DOMException('The device was disconnected.', 'NotFoundError');
      const result = await (name in hands ? hands : device)[name](...args);
      if (device) note();
      // The bytes change hands, as those of the browser do.
      postMessage({ id, result }, result?.data ? [result.data.buffer] : []);
    } catch (error) {
      postMessage({ id, error });
    }
  };
})();
