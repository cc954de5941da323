// The keyboard's place: a control that goes or is disabled hands its focus on instead of dropping it to the page.
import type { Attachment } from "svelte/attachments";

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";

/** It can have the focus still. */
const there = (element: HTMLElement) => element.isConnected && !element.matches(":disabled");
/** It can be reached by Tab. */
const usable = (element: HTMLElement) => there(element) && element.tabIndex >= 0 && element.checkVisibility();

/**
 * Keeps the focus within: when the control that had it goes or is disabled, the next one that was after it gets it, else
 * the nearest before it, else the element itself, which must be focusable. Nothing happens to who looks elsewhere.
 */
export const keepsFocus: Attachment<HTMLElement> = (element) => {
  let held: HTMLElement | null = null;
  /** The way from the control that has the focus: what comes after it, then what comes before it, the nearest first. */
  let way: HTMLElement[] = [];

  function came({ target }: FocusEvent) {
    const all = [...element.querySelectorAll<HTMLElement>(CONTROLS)];
    held = target as HTMLElement;
    const place = all.indexOf(held);
    way = [...all.slice(place + 1), ...all.slice(0, Math.max(0, place)).reverse()];
  }
  function left({ relatedTarget }: FocusEvent) {
    // A menu or a dialog stands apart from the page, and gives the focus back to where it came from.
    const apart = relatedTarget instanceof Node && !(element.parentElement ?? element).contains(relatedTarget);
    // A control that went, or was disabled, is not left by anybody.
    if (held && there(held) && !apart) held = null;
  }
  function look() {
    const { activeElement } = document;
    const lost = held !== null && !there(held) && (activeElement === held || activeElement === document.body);
    if (!lost) return;
    held = null;
    (way.find(usable) ?? element).focus({ preventScroll: false });
  }

  element.addEventListener("focusin", came);
  element.addEventListener("focusout", left);
  const watch = new MutationObserver(look);
  watch.observe(element, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  return () => {
    watch.disconnect();
    element.removeEventListener("focusin", came);
    element.removeEventListener("focusout", left);
  };
};
