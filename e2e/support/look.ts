// A screen in every language: nothing missing, nothing beside the screen, usable by those who see badly.

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { join, root } from "./place";

/** Where pictures of all screens are left. */
export const SCREENS = join(root, "e2e/test-results/screens");
export const LANGS = ["ky", "ru", "en"] as const;

/** Looks at the screen in each language, and leaves it in English. */
export async function look(page: Page, name: string): Promise<void> {
  for (const lang of LANGS) {
    await page.getByTestId(`lang-${lang}`).click();
    await page.mouse.move(0, 0);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await page.screenshot({ path: join(SCREENS, `${name}-${lang}.png`), fullPage: true });
    // A key without a text would stand there itself.
    const words = await page.locator("body").innerText();
    expect(words, `${name} in ${lang}`).not.toMatch(/\b[a-z]+-[a-z]+-[a-z-]+\b(?<!scanner-1|local-koltor|against-all)/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, `${name} in ${lang} is wider than the screen`).toBeLessThanOrEqual(0);
  }
  const found = await new AxeBuilder({ page }).exclude("#print").analyze();
  const faults = found.violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(faults, name).toEqual([]);
}
