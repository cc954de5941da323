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

/** The newest request that was not there before and has this statement. The journal keeps 500 characters of it. */
export function answerOf(requests: readonly Request[], statement: string, before: ReadonlySet<string>): Request | null {
  const said = normal(statement).slice(0, 400);
  return requests.find(({ id, cql }) => !before.has(id) && normal(cql).startsWith(said)) ?? null;
}

const normal = (cql: string) => cql.replace(/\s+/g, " ").trim();
