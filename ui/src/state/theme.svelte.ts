// Light, dark, or as the system says. The choice is kept in this browser.
export type Choice = "light" | "dark" | "system";

const KEPT = "pipewright.theme";
const CHOICES: readonly string[] = ["light", "dark", "system"];

export class Theme {
  choice: Choice = $state(kept());
  #dark = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    this.#dark.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** Chooses and remembers. */
  choose(choice: Choice): void {
    this.choice = choice;
    try {
      localStorage.setItem(KEPT, choice);
    } catch {
      // Storage may be refused; the choice then lasts as long as the page.
    }
    this.#show();
  }

  #show(): void {
    const system = this.#dark.matches ? "dark" : "light";
    document.documentElement.dataset["theme"] = this.choice === "system" ? system : this.choice;
  }
}

function kept(): Choice {
  try {
    const choice = localStorage.getItem(KEPT) ?? "";
    return CHOICES.includes(choice) ? (choice as Choice) : "system";
  } catch {
    return "system";
  }
}
