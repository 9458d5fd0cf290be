// `navigator.usb` over a simulated scanner or receipt printer, as Chromium has it: which operation is refused when and under which
// name, what ends a transfer, in which order a pulled cable is told. After the WebUSB specification and what
// Chromium 156 did (e2e/usb checks the real one). Injected before the page's own scripts; `URNA_SIM` is the
// simulator's binding, `usbHands` what a test does at the device. `make bench` runs it in a thread.

(() => {
  const sim = URNA_SIM;
  const PROTECTED = [0x01, 0x03, 0x08, 0x0b, 0x0e, 0x10, 0xe0];
  const refuse = (name, words) => new DOMException(words, name);
  /** A task of its own, as every answer of the browser's other process is. */
  const task = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => (port2.close(), resolve());
    port1.postMessage(0);
  });

  /** What a test wants to go wrong in the system, and not at the device. */
  const system = { denied: false, heldInterfaces: new Set(), hangs: new Set(), longer: 0 };
  /** The device on the bus, and the object that stands for it while its cable is in. */
  let scanner, current, granted = false, last = performance.now();

  const advance = () => {
    const ms = Math.floor(performance.now() - last);
    last += ms;
    if (scanner && ms > 0) scanner.advance(ms);
  };

  class Transfer {
    constructor(device, endpoint, interfaceNumber, attempt) {
      Object.assign(this, { device, endpoint, interfaceNumber, attempt });
      this.promise = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    }
    end(settle) {
      transfers.delete(this);
      task().then(settle);
    }
    fail() {
      this.end(() => this.reject(refuse("NetworkError", "A transfer error has occurred.")));
    }
  }
  const transfers = new Set();

  /** Every endpoint's transfers in their order, until one has to wait. */
  function progress() {
    advance();
    const blocked = new Set();
    for (const transfer of [...transfers]) {
      if (!transfers.has(transfer) || blocked.has(transfer.endpoint)) continue;
      const answer = transfer.attempt();
      if (answer === "wait") blocked.add(transfer.endpoint);
      else if (answer === "gone") transfer.fail();
      else transfer.end(() => transfer.resolve(answer));
    }
    notice();
  }
  // Things happen at the device while nobody transfers, too.
  setInterval(progress, 10);

  /** A device whose going is not told yet: the next one is told of after it. */
  let leaving = false;
  /** The system has noticed that the cable was pulled or put back. */
  function notice() {
    if (!scanner) return;
    if (current && !scanner.is_plugged()) {
      const gone = current;
      current = undefined;
      leaving = true;
      for (const transfer of [...transfers]) transfer.fail();
      task().then(() => {
        gone.lost = true;
        gone.opened = false;
        leaving = false;
        usb.dispatchEvent(connection("disconnect", gone));
      });
    } else if (!current && !leaving && scanner.is_plugged()) {
      current = new USBDevice();
      if (granted) usb.dispatchEvent(connection("connect", current));
    }
  }
  const connection = (name, device) => Object.assign(new Event(name), { device });

  class USBDevice {
    constructor() {
      const device = scanner.device_descriptor();
      const strings = scanner.strings();
      const word = (bytes, at) => bytes[at] | (bytes[at + 1] << 8);
      this.vendorId = word(device, 8);
      this.productId = word(device, 10);
      this.deviceClass = device[4];
      this.manufacturerName = strings[device[14] - 1];
      this.productName = strings[device[15] - 1];
      this.serialNumber = strings[device[16] - 1];
      this.configurations = [parse(scanner.configuration_descriptor())];
      // Linux has configured it.
      this.configuration = this.configurations[0];
      this.opened = false;
      this.lost = false;
      this.changing = false;
      /** What the browser believes to hold, and what the system lets it have. */
      this.claimed = new Map();
      this.held = new Set();
    }

    /** One change of the device at a time; those that a test lets hang never end. */
    async change(name, work) {
      if (this.lost) throw refuse("NotFoundError", "The device was disconnected.");
      if (this.changing) throw refuse("InvalidStateError", "An operation that changes the device state is in progress.");
      this.changing = true;
      if (system.hangs.has(name)) return new Promise(() => {});
      await task();
      try {
        progress();
        if (this !== current) throw refuse("NotFoundError", "The device was disconnected.");
        return await work();
      } finally {
        this.changing = false;
      }
    }
    mustBeOpen() {
      if (this.lost) throw refuse("NotFoundError", "The device was disconnected.");
      if (!this.opened) throw refuse("InvalidStateError", "The device must be opened first.");
    }
    interface(number) {
      const found = this.configuration?.interfaces.find((one) => one.interfaceNumber === number);
      if (!found) throw refuse("NotFoundError", "The interface number provided is not supported by the device in its current configuration.");
      return found;
    }

    open() {
      return this.change("open", async () => {
        if (this.opened) return;
        if (system.denied) throw refuse("SecurityError", "Access denied.");
        this.opened = true;
      });
    }
    close() {
      return this.change("close", async () => {
        for (const transfer of [...transfers]) transfer.fail();
        for (const number of this.held) this.letGo(number);
        this.claimed.clear();
        this.held.clear();
        this.opened = false;
      });
    }
    async forget() {
      await this.close();
      granted = false;
    }
    reset() {
      return this.change("reset", async () => {
        this.mustBeOpen();
        for (const transfer of [...transfers]) transfer.fail();
        // The system drops the claims of a program over a reset; the browser still believes in them.
        this.held.clear();
        scanner.reset();
      });
    }
    selectConfiguration(value) {
      return this.change("configure", async () => {
        this.mustBeOpen();
        if (value !== this.configuration?.configurationValue) throw refuse("NotFoundError", "The configuration value provided is not supported by the device.");
        this.claimed.clear();
        scanner.control(Uint8Array.of(0x00, 9, value, 0, 0, 0, 0, 0), new Uint8Array());
      });
    }
    claimInterface(number) {
      return this.change("claim", async () => {
        this.mustBeOpen();
        const one = this.interface(number);
        if (one.alternates.some((setting) => PROTECTED.includes(setting.interfaceClass))) throw refuse("SecurityError", "The requested interface implements a protected class.");
        if (this.claimed.has(number)) return;
        if (system.heldInterfaces.has(number)) throw refuse("NetworkError", "Unable to claim interface.");
        this.claimed.set(number, 0);
        this.held.add(number);
      });
    }
    releaseInterface(number) {
      return this.change("release", async () => {
        this.mustBeOpen();
        this.interface(number);
        if (!this.claimed.has(number)) return;
        for (const transfer of [...transfers]) if (transfer.interfaceNumber === number) transfer.fail();
        if (!this.held.has(number)) throw refuse("NetworkError", "Unable to release interface.");
        this.letGo(number);
        this.claimed.delete(number);
        this.held.delete(number);
      });
    }
    /** Linux goes back to the first setting of an interface that nobody holds. */
    letGo(number) {
      if ((this.claimed.get(number) ?? 0) !== 0) scanner.control(Uint8Array.of(0x01, 0x0b, 0, 0, number, 0, 0, 0), new Uint8Array());
    }
    selectAlternateInterface(number, alternate) {
      return this.change("select", async () => {
        this.mustBeOpen();
        const one = this.interface(number);
        if (!this.claimed.has(number)) throw refuse("InvalidStateError", "The specified interface has not been claimed.");
        if (!one.alternates.some((setting) => setting.alternateSetting === alternate)) throw refuse("NotFoundError", "The alternate setting provided is not supported by the device in its current configuration.");
        const answer = this.held.has(number) ? scanner.control(Uint8Array.of(0x01, 0x0b, alternate, 0, number, 0, 0, 0), new Uint8Array()) : "stall";
        if (answer === "stall" || answer === "gone") throw refuse("NetworkError", "Unable to set device interface.");
        this.claimed.set(number, alternate);
      });
    }

    /** The claimed interface with this endpoint in its chosen setting. */
    owner(number, direction) {
      this.mustBeOpen();
      if (!(number >= 1 && number <= 15)) throw refuse("IndexSizeError", "The specified endpoint number is out of range.");
      for (const [owner, alternate] of this.claimed) {
        const setting = this.interface(owner).alternates.find((one) => one.alternateSetting === alternate);
        if (setting.endpoints.some((one) => one.endpointNumber === number && one.direction === direction)) return owner;
      }
      throw refuse("NotFoundError", "The specified endpoint is not part of a claimed and selected alternate interface.");
    }
    submit(endpoint, owner, attempt) {
      const transfer = new Transfer(this, endpoint, owner, attempt);
      transfers.add(transfer);
      if (!this.held.has(owner)) transfer.fail();
      else task().then(progress);
      return transfer.promise;
    }
    async clearHalt(direction, number) {
      this.owner(number, direction);
      if (system.hangs.has("clear")) return new Promise(() => {});
      await task();
      scanner.clear_halt(direction === "in" ? number | 0x80 : number);
    }
    async transferIn(number, length) {
      const owner = this.owner(number, "in");
      if (length > 32 << 20) throw refuse("DataError", "The buffer is too long.");
      return this.submit(number | 0x80, owner, () => {
        if (system.hangs.has("in")) return "wait";
        const answer = scanner.bulk_in(number | 0x80, length);
        if (answer === "stall") return { data: undefined, status: "stall" };
        if (typeof answer === "string") return answer;
        const data = new DataView(answer.slice().buffer);
        if (system.longer > 0 && answer.length + system.longer > length) {
          // No host controller does this; a page must not trust it either.
          return { data: new DataView(new ArrayBuffer(length + system.longer)), status: "ok" };
        }
        return answer.length > length ? { data: new DataView(data.buffer, 0, length), status: "babble" } : { data, status: "ok" };
      });
    }
    async transferOut(number, bytes) {
      const owner = this.owner(number, "out");
      const sent = new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength).slice();
      return this.submit(number, owner, () => {
        if (system.hangs.has("out")) return "wait";
        const answer = scanner.bulk_out(number, sent);
        if (answer === "stall") return { bytesWritten: 0, status: "stall" };
        return typeof answer === "string" ? answer : { bytesWritten: sent.length, status: "ok" };
      });
    }
    async controlTransferIn(setup, length) {
      this.mustBeOpen();
      await task();
      const type = { standard: 0, class: 0x20, vendor: 0x40 }[setup.requestType];
      const recipient = { device: 0, interface: 1, endpoint: 2, other: 3 }[setup.recipient];
      const { request, value, index } = setup;
      const answer = scanner.control(Uint8Array.of(0x80 | type | recipient, request, value & 255, value >> 8, index & 255, index >> 8, length & 255, length >> 8), new Uint8Array());
      if (answer === "gone") throw refuse("NetworkError", "A transfer error has occurred.");
      return answer === "stall" ? { data: undefined, status: "stall" } : { data: new DataView(answer.slice().buffer), status: "ok" };
    }
  }

  /** A configuration descriptor as the browser shows it. */
  function parse(bytes) {
    const configuration = { configurationValue: bytes[5], configurationName: null, interfaces: [] };
    let setting;
    for (let at = 0; at < bytes.length && bytes[at] > 0; at += bytes[at]) {
      if (bytes[at + 1] === 4) {
        setting = {
          alternateSetting: bytes[at + 3], interfaceClass: bytes[at + 5], interfaceSubclass: bytes[at + 6],
          interfaceProtocol: bytes[at + 7], interfaceName: null, endpoints: [],
        };
        let one = configuration.interfaces.find((one) => one.interfaceNumber === bytes[at + 2]);
        if (!one) configuration.interfaces.push((one = { interfaceNumber: bytes[at + 2], alternates: [] }));
        one.alternates.push(setting);
      } else if (bytes[at + 1] === 5) {
        setting.endpoints.push({
          endpointNumber: bytes[at + 2] & 15, direction: bytes[at + 2] & 0x80 ? "in" : "out",
          type: ["control", "isochronous", "bulk", "interrupt"][bytes[at + 3] & 3], packetSize: bytes[at + 4] | (bytes[at + 5] << 8),
        });
      }
    }
    return configuration;
  }

  const fits = (device, filter) =>
    (filter.vendorId === undefined || filter.vendorId === device.vendorId) &&
    (filter.productId === undefined || filter.productId === device.productId) &&
    (filter.classCode === undefined || device.configurations[0].interfaces.some((one) => one.alternates.some((setting) =>
      setting.interfaceClass === filter.classCode &&
      (filter.subclassCode === undefined || setting.interfaceSubclass === filter.subclassCode) &&
      (filter.protocolCode === undefined || setting.interfaceProtocol === filter.protocolCode))));

  class USB extends EventTarget {
    async getDevices() {
      await task();
      progress();
      return granted && current ? [current] : [];
    }
    async requestDevice(options) {
      if (!options?.filters) throw new TypeError("Failed to execute 'requestDevice' on 'USB': required member filters is undefined.");
      for (const filter of options.filters) {
        if (filter.productId !== undefined && filter.vendorId === undefined) throw new TypeError("A filter containing a productId must also contain a vendorId.");
        if (filter.subclassCode !== undefined && filter.classCode === undefined) throw new TypeError("A filter containing a subclassCode must also contain a classCode.");
        if (filter.protocolCode !== undefined && filter.subclassCode === undefined) throw new TypeError("A filter containing a protocolCode must also contain a subclassCode.");
      }
      if (!navigator.userActivation.isActive) throw refuse("SecurityError", "Must be handling a user gesture to show a permission request.");
      await task();
      progress();
      if (!current || (options.filters.length && !options.filters.some((filter) => fits(current, filter)))) throw refuse("NotFoundError", "No device selected.");
      granted = true;
      return current;
    }
  }
  const usb = new USB();
  Object.defineProperty(Object.getPrototypeOf(navigator), "usb", { configurable: true, get: () => usb });

  const pages = new Map();
  globalThis.usbHands = {
    /** A picture of a page, to be used in `plug`: a PNG or JPEG file in base64. */
    draw(name, file) {
      pages.set(name, Uint8Array.from(atob(file), (c) => c.charCodeAt(0)));
    },
    /** Pulls the cable of whatever is there, and connects a device with these sheets. */
    plug({ kind, sheets = [], script = "", pairs = 2, speed = 150, grant, hangs = [] }) {
      if (scanner) {
        scanner.happen("unplug");
        notice();
      }
      const stack = new sim.Stack();
      for (const { front, back } of sheets) stack.add(pages.get(front), back && pages.get(back), 200);
      scanner = kind === "Printer" ? new sim.Printer(script, speed) : new sim.Scanner(sim.Kind[kind], stack, script, pairs);
      last = performance.now();
      if (grant !== undefined) granted = grant;
      Object.assign(system, { denied: false, heldInterfaces: new Set(), hangs: new Set(hangs), longer: 0 });
      return task().then(task).then(notice);
    },
    happen(what) {
      advance();
      scanner.happen(what);
      notice();
    },
    truth: () => JSON.parse(scanner.truth()),
    /** A printer's paper: how each printed piece ends, and one of them as base64 of a PNG file. */
    ends: () => (advance(), scanner.ends()),
    piece: (at) => btoa(Array.from(scanner.piece(at), (byte) => String.fromCharCode(byte)).join("")),
    notes: () => scanner.notes(),
    system,
  };
})();
