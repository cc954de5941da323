// What Pipewright does not see where a person types the command line instead of pressing the button: engines tell what
// they hold, and not how they answered somebody else's client.
import type { ActionCall } from "../rpc/action.gen";

const BUTTON = "A check may ask for that: then press the button.";
const ANSWER = `Pipewright sees what this writes, but not how your own client is answered. ${BUTTON}`;
const READ = `Pipewright does not see what your own client reads. ${BUTTON}`;
const MEMBER = `Pipewright sees your consumer in its group, but not which records it gets. ${BUTTON}`;
const SENT = `Pipewright sees the records, but neither in which order your own client sent them, nor how it is answered. ${BUTTON}`;
const ALONE = "Only the button does this.";

/** Statements that change the schema: nodes tell of it themselves. */
const SCHEMA = /^\s*(create|alter|drop)\b/i;

/** What stays unseen of the call done by hand; empty if engines tell all of it. */
export function unseen(call: ActionCall): string {
  switch (call.do) {
    case "cassandra.execute": {
      const cql = String(call["cql"] ?? "");
      if (SCHEMA.test(cql)) return "";
      return /^\s*select\b/i.test(cql) ? READ : ANSWER;
    }
    case "cassandra.run_load":
    case "cassandra.write_locally":
      return ALONE;
    case "kafka.produce":
      return SENT;
    case "kafka.read":
      return READ;
    case "kafka.start_consumer":
      return MEMBER;
    default:
      return "";
  }
}
