// The keyboard's place: a control that goes or is disabled hands its focus on instead of dropping it to the page.
import type { Attachment } from "svelte/attachments";

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";

/** True if the element can still have the focus. */
const there = (element: HTMLElement) => element.isConnected && !element.matches(":disabled");
/** True if the element can be reached by Tab. */
const usable = (element: HTMLElement) => there(element) && element.tabIndex >= 0 && element.checkVisibility();

/**
 * Keeps the focus within: when the control that had it goes or is disabled, a control that came in its place gets it, else
 * the next one that was after it, else the nearest before it, else the element itself, which must be focusable. Nothing
 * happens to who looks elsewhere.
 */
export const keepsFocus: Attachment<HTMLElement> = (element) => {
  let held: HTMLElement | null = null;
  /** The way from the control that has the focus: what comes after it, then what comes before it, the nearest first. */
  let way: HTMLElement[] = [];
  let around: HTMLElement[] = [];
  const controls = (within: HTMLElement) => [...within.querySelectorAll<HTMLElement>(CONTROLS)];

  function came({ target }: FocusEvent) {
    const all = controls(element);
    held = target as HTMLElement;
    around = [];
    for (let box = held.parentElement; box && box !== element; box = box.parentElement) around.push(box);
    const place = all.indexOf(held);
    way = [...all.slice(place + 1), ...all.slice(0, Math.max(0, place)).reverse()];
  }
  function left({ relatedTarget }: FocusEvent) {
    // A menu or a dialog stands apart from the page, and gives the focus back to where it came from.
    const apart = relatedTarget instanceof Node && !(element.parentElement ?? element).contains(relatedTarget);
    if (apart) return;
    // A control that goes says that it is left before it is gone; whether somebody left it is known just after.
    const control = held;
    queueMicrotask(() => {
      if (held === control && control && there(control) && document.activeElement !== control) held = null;
    });
  }
  function look() {
    const { activeElement } = document;
    const lost = held !== null && !there(held) && (activeElement === held || activeElement === document.body);
    if (!lost) return;
    held = null;
    const box = around.find(({ isConnected }) => isConnected);
    const instead = box && controls(box).find((control) => usable(control) && !way.includes(control));
    (instead ?? way.find(usable) ?? element).focus();
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
