// Text that may be cut if there is no room: the whole text appears when somebody points at it.
import type { Attachment } from "svelte/attachments";

/** Gives the element its whole text as a title while a part of it is cut off. */
export const cut: Attachment<HTMLElement> = (element) => {
  const tell = () => {
    const whole = element.scrollWidth <= element.clientWidth;
    element.title = whole ? "" : element.textContent.trim();
  };
  element.addEventListener("pointerenter", tell);
  return () => element.removeEventListener("pointerenter", tell);
};
