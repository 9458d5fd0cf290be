// The kiosk and a scanner on a real kernel, in a virtual machine without acceleration: see docs/scanners-sim.md. scripts/usb/vm.sh makes what
// it needs.

import base from "../playwright.config";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...base,
  testIgnore: [],
  workers: 1,
  outputDir: "../test-results/usb-vm",
  // Emulation is some twenty times slower, and the host may have other things to do.
  timeout: 3_600_000,
  expect: { timeout: 900_000 },
  use: { ...base.use, trace: "off", actionTimeout: 900_000, navigationTimeout: 900_000 },
});
