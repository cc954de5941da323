import { describe, expect, it } from "vitest";
import { mendLanguage } from "./locale";

const page = (language: string) => ({ language, languages: [language] }) as unknown as Navigator;

describe("the page's language", () => {
  it("is replaced where Intl would refuse it, as under LANG=C", () => {
    const broken = page("C");
    expect(() => new Intl.NumberFormat(broken.language)).toThrow(RangeError);
    mendLanguage(broken);
    expect(new Intl.NumberFormat(broken.language).format(1)).toBe("1");
    expect(broken.languages).toEqual(["en-US"]);
  });

  it("stays where Intl takes it", () => {
    const fine = page("de-CH");
    mendLanguage(fine);
    expect(fine.language).toBe("de-CH");
  });
});
