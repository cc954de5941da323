// What a person chooses of a stack before its start: its options, what it takes with them, and a name that is free.
import type { StackInfo } from "../rpc/schema.gen";
import type { App } from "../state/app.svelte";

/** What a stack takes as it is chosen now. */
interface Needs {
  nodes: number;
  mib: number;
}

export class Choosing {
  /** What was chosen of the stacks' options, by stack and name. */
  #chosen: Record<string, string> = $state.raw({});

  /** The choice for an option; the stack's own first one where nothing was chosen. */
  of(stack: StackInfo, option: StackInfo["options"][number]): string | undefined {
    return this.#chosen[key(stack, option)] ?? option.values[0]?.value;
  }

  choose(stack: StackInfo, option: StackInfo["options"][number], value: string): void {
    this.#chosen = { ...this.#chosen, [key(stack, option)]: value };
  }

  /** What was chosen, by option; of the others the stack's own first choice holds. */
  options(stack: StackInfo): Record<string, string> {
    return Object.fromEntries(
      stack.options.flatMap((option) => {
        const value = this.#chosen[key(stack, option)];
        return value === undefined ? [] : [[option.name, value]];
      }),
    );
  }

  needs(stack: StackInfo): Needs {
    const wished = this.options(stack);
    const more = stack.options.flatMap(({ name, values }) => values.filter(({ value }) => value === wished[name]));
    return {
      nodes: more.reduce((sum, { more_nodes }) => sum + more_nodes, stack.nodes.length),
      mib: more.reduce((sum, { more_memory_mib }) => sum + more_memory_mib, stack.memory_mib),
    };
  }
}

const key = (stack: StackInfo, option: { name: string }) => `${stack.name} ${option.name}`;

/** The plain name while that is free, else a numbered one, so that two labs of one stack run side by side. */
export function freeName(app: App, { name }: StackInfo): string {
  const plain = `pipewright-${name}`;
  for (let number = 1; ; number++) {
    const lab = number === 1 ? plain : `${plain}-${number}`;
    if (!app.lab(lab)) return lab;
  }
}
