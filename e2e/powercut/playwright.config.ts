import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/powercut",
  workers: 1,
  forbidOnly: true,
  retries: 0,
  // An emulated machine on a busy computer.
  timeout: 5_400_000,
  reporter: [["list"]],
});
