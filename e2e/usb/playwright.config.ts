// Chromium's own WebUSB on a simulated bus: see docs/scanners-sim.md. scripts/usb/e2e.sh builds what it needs.

import base from "../playwright.config";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...base,
  // One computer, one bus.
  workers: 1,
  testIgnore: [],
  // Three programs and a preloaded library play a bus here. "A transfer that waits" has hung once in some sixty runs, on a busy computer,
  // and nobody knows where yet. What passes only the second time is listed as flaky, and the step that hung is named.
  retries: 1,
  outputDir: "../test-results/usb",
});
