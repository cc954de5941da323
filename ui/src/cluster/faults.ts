// Which of the container engine's actions fit a node, given its state and the faults its stack can have. What they are
// called and what they do is said by the actions themselves.
import type { Item } from "../kit/Menu.svelte";
import type { ActionCall } from "../rpc/action.gen";
import type { NodeState } from "../rpc/node_state.gen";
import type { ActionInfo } from "../rpc/schema.gen";

interface Fault {
  verb: string;
  /** The faults it undoes; none if it is one itself. */
  undoes: readonly string[];
  fits: (state: NodeState | null, cut: boolean) => boolean;
}

const SYSTEM = "docker.";

const FAULTS: readonly Fault[] = [
  { verb: "start", undoes: ["stop", "kill"], fits: (state) => state === "stopped" },
  { verb: "unpause", undoes: ["pause"], fits: (state) => state === "paused" },
  { verb: "heal", undoes: ["cut"], fits: (_, cut) => cut },
  { verb: "stop", undoes: [], fits: (state) => state === "running" },
  { verb: "kill", undoes: [], fits: (state) => state === "running" },
  { verb: "pause", undoes: [], fits: (state) => state === "running" },
  { verb: "cut", undoes: [], fits: (state, cut) => state === "running" && !cut },
];

/** What a node's own buttons say when they do an action; none for an action that is no node's. */
export function labelOf(
  { do: name, node }: ActionCall,
  actions: readonly ActionInfo[],
  systems: readonly string[],
): string | null {
  const title = actions.find((action) => action.name === name)?.title;
  if (title === undefined) return null;
  if (systems.some((system) => name === `${system}.join`)) return `${title}: ${String(node)}`;
  return name.startsWith(SYSTEM) ? `${title} ${String(node)}` : null;
}

/** What would bring the node back, and what would hurt it. Ids are names of actions. */
export function choicesFor(
  actions: readonly ActionInfo[],
  state: NodeState | null,
  cut: boolean,
  allowed: readonly string[],
): { undo: Item[]; faults: Item[] } {
  const offer = (undo: boolean): Item[] =>
    FAULTS.filter(({ undoes, fits }) => undoes.length > 0 === undo && fits(state, cut))
      .filter(({ verb, undoes }) => (undo ? undoes : [verb]).some((fault) => allowed.includes(fault)))
      .flatMap(({ verb }) => actions.filter(({ name }) => name === SYSTEM + verb))
      .map(({ name, title, says }) => ({ id: name, label: title, says, danger: !undo }));
  return { undo: offer(true), faults: offer(false) };
}
