// What the console asks for, as a call of an action; and which request of the lab's journal answers it. Pure.
import type { ActionCall } from "../../rpc/action.gen";
import type { Request } from "../../views/cassandra_requests/model.gen";
import { conditional } from "./statement";

/** Names this console in the journal. */
export const CLIENT = "console";

export interface Choice {
  /** The node to ask; empty for whichever the driver takes. */
  coordinator: string;
  level: string;
  serial: string;
  trace: boolean;
  /** One replica alone is written to, and no other node hears of it. */
  only: string | null;
}

export function call(statement: string, { coordinator, level, serial, trace, only }: Choice): ActionCall {
  if (only !== null) return { do: "cassandra.write_locally", node: only, cql: statement };
  return {
    do: "cassandra.execute",
    cql: statement,
    level,
    trace,
    client: CLIENT,
    // An error is an answer, too: it is shown, and nothing has failed.
    refusals_ok: true,
    ...(coordinator ? { coordinator } : {}),
    ...(conditional(statement) && serial ? { serial_level: serial } : {}),
  };
}

/** What the console calls what it does; none for what it does not do. */
export function labelOf({ do: name, level, node }: ActionCall): string | null {
  if (name === "cassandra.execute") return `Run at ${String(level)}`;
  return name === "cassandra.write_locally" ? `Run on ${String(node)} only` : null;
}

/** The request that an action sent; none before it has ended. */
export function answerOf(requests: readonly Request[], action: number | null): Request | null {
  return requests.find((request) => action !== null && request.action === action) ?? null;
}
