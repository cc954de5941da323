// What can be done to a node, given its state and the faults its stack allows. The verbs are the container engine's.
import type { NodeState } from "../rpc/node_state.gen";
import type { Item } from "../kit/Menu.svelte";

interface Fault {
  verb: string;
  label: string;
  says: string;
  /** The fault that it is, or the fault that it undoes. */
  of: string;
  fits: (state: NodeState | null, cut: boolean) => boolean;
}

const FAULTS: readonly Fault[] = [
  { verb: "start", label: "Start", says: "Starts the container again.", of: "stop", fits: (state) => state === "stopped" },
  { verb: "unpause", label: "Unpause", says: "Lets its processes go on.", of: "pause", fits: (state) => state === "paused" },
  { verb: "heal", label: "Heal", says: "Connects it to the other nodes again.", of: "cut", fits: (_, cut) => cut },
  { verb: "stop", label: "Stop", says: "Asks its process to end.", of: "stop", fits: (state) => state === "running" },
  { verb: "kill", label: "Kill", says: "Ends its process at once.", of: "kill", fits: (state) => state === "running" },
  { verb: "pause", label: "Pause", says: "Freezes it: connections stay, nobody answers.", of: "pause", fits: (state) => state === "running" },
  { verb: "cut", label: "Cut off", says: "Takes it off the other nodes' network; we still reach it.", of: "cut", fits: (state, cut) => state === "running" && !cut },
];

const UNDO = ["start", "unpause", "heal"];

/** What would bring the node back, and what would hurt it. */
export function choicesFor(
  state: NodeState | null,
  cut: boolean,
  allowed: readonly string[],
): { undo: Item[]; faults: Item[] } {
  const allows = ({ of }: Fault) => allowed.includes(of) || (of === "stop" && allowed.includes("kill"));
  const fitting = FAULTS.filter((fault) => allows(fault) && fault.fits(state, cut));
  const item = ({ verb, label, says }: Fault): Item => ({ id: verb, label, says, danger: !UNDO.includes(verb) });
  return {
    undo: fitting.filter(({ verb }) => UNDO.includes(verb)).map(item),
    faults: fitting.filter(({ verb, of }) => !UNDO.includes(verb) && allowed.includes(of)).map(item),
  };
}
