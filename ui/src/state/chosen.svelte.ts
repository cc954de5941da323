// One name out of several that come and go: what is looked at stays what it is, until a person picks another.

export class Chosen {
  #picked: string | null = $state(null);
  /** What is looked at while nobody has picked. */
  #first: string | null = null;

  constructor(
    private readonly names: () => readonly string[],
    /** The names were told: only then one that is not among them is gone. */
    private readonly known: () => boolean,
  ) {}

  /** The picked one, else the first there ever was; also when it is gone. */
  get name(): string | null {
    if (this.#picked === null) this.#first ??= this.names()[0] ?? null;
    return this.#picked ?? this.#first;
  }

  /** The one looked at was there, and is there no more. */
  get gone(): boolean {
    return this.name !== null && this.known() && !this.names().includes(this.name);
  }

  /** What can be picked: all there are, and the one looked at. */
  get offered(): readonly string[] {
    const [names, name] = [this.names(), this.name];
    return name === null || names.includes(name) ? names : [name, ...names];
  }

  /** Some other one, to be offered in place of one that is gone. */
  get other(): string | null {
    return this.names().find((each) => each !== this.name) ?? null;
  }

  pick(name: string): void {
    this.#picked = name;
  }
}
