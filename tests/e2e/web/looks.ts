// How a place looks to people: in both themes, on a wide and a narrow screen. Pictures are kept for people to look at;
// what is decided here is that everybody can reach what is on them.
import type { Page } from "@playwright/test";
import { THEMES, accessible, expect, inTheme, picture } from "./app.ts";

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 400, height: 900 };
const SIZES = { wide: WIDE, narrow: NARROW };
/** Sizes at which everything must have its place, though nobody looks at pictures of them. */
const OTHERS = { full: { width: 1920, height: 1080 }, zoomed: { width: WIDE.width / 2, height: WIDE.height / 2 } };

/** Pictures of a place in every form; fails on serious accessibility violations and on anything beside the screen. */
export async function looksWell(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(OTHERS)) {
    await page.setViewportSize(viewport);
    await fits(page, `${name}, ${size}`);
  }
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await fits(page, `${name}, ${size}`);
    for (const theme of THEMES) {
      await inTheme(page, theme);
      await picture(page, `${name}-${theme}-${size}`);
      await accessible(page, `${name}, ${theme}, ${size}`);
    }
  }
  await page.setViewportSize(WIDE);
}

/**
 * Fails if something can only be seen by scrolling sideways, tables and code in regions of their own excepted, or if the
 * document itself can be scrolled: only its panes can.
 */
export async function fits(page: Page, where: string): Promise<void> {
  await expect.poll(() => page.evaluate(beside), { message: `beside the screen: ${where}` }).toEqual([]);
  const below = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  await expect.poll(below, { message: `below the screen: ${where}` }).toBe(0);
}

/** What lies beside the screen. Runs in the page. */
function beside(): string[] {
  const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const cuts = (element: Element) => /hidden|clip/.test(getComputedStyle(element).overflowX);
  const allowed = (element: Element) => element.closest("[role=region], pre") !== null;
  const name = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} ${element.textContent?.trim().slice(0, 40)}`;
  const above = (element: Element): Element[] =>
    element.parentElement ? [element.parentElement, ...above(element.parentElement)] : [];
  const seen = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
  const wide = seen.filter(
    (element) => !allowed(element) && scrolls(element) && element.scrollWidth > element.clientWidth + 1,
  );
  const out = seen.filter(
    (element) =>
      element.getBoundingClientRect().right > innerWidth + 1 && !allowed(element) && !above(element).some(cuts),
  );
  return [...new Set([...wide, ...out])].slice(0, 5).map(name);
}
