// Chromium's own WebUSB on a simulated bus: see docs/scanners-sim.md. scripts/usb/e2e.sh builds what it needs.

import base from "../playwright.config";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...base,
  testIgnore: [],
  outputDir: "../test-results/usb",
});
