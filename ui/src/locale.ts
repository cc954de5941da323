// Imported before anything else. WebKit under `LANG=C` gives the language `C`, which Intl refuses with a RangeError;
// libraries that ask it at load time would leave a white window.
const FALLBACK = "en-US";

function accepted(language: string | undefined): boolean {
  try {
    return Boolean(language) && Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}

/** Makes the page's language one that Intl takes. */
export function mendLanguage(page: Navigator): void {
  if (accepted(page.language)) return;
  Object.defineProperty(page, "language", { configurable: true, get: () => FALLBACK });
  Object.defineProperty(page, "languages", { configurable: true, get: () => [FALLBACK] });
}

mendLanguage(navigator);
